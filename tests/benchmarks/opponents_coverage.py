"""Coverage under missing steps: the planner's 90 % intervals after the first runs of its games with opponents.

The truths are those of ``opponents_truths``, of independent make, with steps that no model has. After 0 (the widened
prior), 1, 2 and 3 runs of each game with free equivalents, mono and di are predicted in 40 procedures of the list,
taken at random, and held against what they really give. As in ``learning.py`` half a point is not told apart.

    python tests/benchmarks/opponents_coverage.py
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [path for path in (str(HERE.parents[1]), str(HERE.parent)) if path not in sys.path]

import numpy as np  # noqa: E402

from benchmarks.learning import READABLE, Score, table  # noqa: E402
from benchmarks.opponents import ROWS, read_rows  # noqa: E402
from benchmarks.opponents_players import Game, learned, procedure_of  # noqa: E402
from benchmarks.opponents_truths import Choice, Substrate, candidates, read_choice, substrates  # noqa: E402
from benchmarks.truth import Array  # noqa: E402
from planner.calibration.effects import before_learning  # noqa: E402
from planner.flask.outcomes import predict_outcomes  # noqa: E402
from planner.flask.settling import settle  # noqa: E402
from planner.model.draws import draw_parameters  # noqa: E402
from planner.model.model import Model  # noqa: E402
from planner.structures.pairs import read_pair  # noqa: E402

SCORES = HERE / "opponents_coverage.csv"
COLUMNS = ("substrate", "n_runs", "coverage", "strict", "width", "error")
HELD, N_DRAWS, SEED = 40, 256, 5
MOST_RUNS = 3


def scored(substrate: Substrate, model: Model, held: Sequence[Choice], true: Array, n_runs: int) -> Score:
    """Hold the intervals of mono and di against the truth (n_held, n_scored)."""
    pair = read_pair(substrate.amine, substrate.carbonyl, model)
    settled = [settle(procedure_of(choice), model, pair)[0] for choice in held]
    found = predict_outcomes(pair, model, settled, draw_parameters(model, N_DRAWS, 0)).degrees
    predicted = found[..., 1 : true.shape[1] + 1]
    low, high = np.quantile(predicted, (0.05, 0.95), axis=1)
    inside = [float(np.mean((low - room <= true) & (true <= high + room))) for room in (READABLE, 0.0)]
    return Score(
        n_runs=n_runs,
        coverage=inside[0],
        strict=inside[1],
        width=float((high - low).mean()),
        error=float(np.abs(predicted.mean(axis=1) - true).mean()),
    )


def scores(substrate: Substrate, made: Sequence[Choice]) -> Iterator[Score]:
    """Learn from none, one, two and three runs of a game."""
    listed = candidates(substrate)
    places = np.random.default_rng(SEED).choice(len(listed), HELD, replace=False)
    held = [listed[i] for i in places]
    true = substrate.true(held)[:, 1:3]
    game = Game(substrate=substrate, listed=listed, most=np.inf, repeat=0)
    measured = [(choice, substrate.measured(choice, made[:i].count(choice))) for i, choice in enumerate(made)]
    for n in range(MOST_RUNS + 1):
        model = learned(game, measured[: max(n, 1)])
        yield scored(substrate, model if n else before_learning(model), held, true, n)


def main() -> None:
    """Score what was not scored, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=Path, default=ROWS, help="games that were played")
    parser.add_argument("--out", type=Path, default=SCORES)
    given = parser.parse_args()
    done = {row["substrate"] for row in read_rows(given.out)}
    games = [row for row in read_rows(given.rows) if (row["player"], row["limit"]) == ("planner", "free")]
    is_new = not given.out.exists()
    with given.out.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        for substrate in substrates():
            made = [read_choice(row["procedure"]) for row in games if row["substrate"] == substrate.id]
            if substrate.id in done or len(made) < MOST_RUNS:
                continue
            for one in list(scores(substrate, made[:MOST_RUNS])):
                row = {name: round(float(getattr(one, name)), 4) for name in COLUMNS[2:]}
                writer.writerow({"substrate": substrate.id, "n_runs": one.n_runs} | row)
            file.flush()
    print(
        table(
            [
                Score(n_runs=int(row["n_runs"]), **{name: float(row[name]) for name in COLUMNS[2:]})
                for row in read_rows(given.out)
            ]
        )
    )


if __name__ == "__main__":
    main()
