"""Opponents: how many runs the planner needs where its mechanism is wrong, and how many others need.

Every player chooses runs of the same 24 substrates (``opponents_truths``: flasks that hold steps which the planner's
model lacks), sees the same noise, and is scored by what its runs really give. Rows go to ``opponents.csv`` game by
game; games that stand there are not played again, so a stop loses one game at most.

    python tests/benchmarks/opponents.py --players planner "planner, same list" random
    python tests/benchmarks/opponents.py --players BayBE "Gaussian process"     # needs baybe, scikit-learn
    python tests/benchmarks/opponents.py --table
"""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [path for path in (str(HERE.parents[1]), str(HERE.parent)) if path not in sys.path]

import numpy as np  # noqa: E402

from benchmarks.opponents_players import PLAYERS, Game  # noqa: E402
from benchmarks.opponents_scores import (  # noqa: E402
    WITHIN,
    Played,
    mean_change,
    mean_regret,
    quartiles,
    runs_until,
    share_within,
    stopped,
)
from benchmarks.opponents_truths import CAP, Choice, Substrate, candidates, substrates  # noqa: E402
from benchmarks.truth import Array  # noqa: E402

ROWS = HERE / "opponents.csv"
COLUMNS = (
    "substrate", "limit", "player", "repeat", "run", "true", "measured", "advised", "best", "stop", "seconds",
    "procedure",
)  # fmt: skip
LIMITS = {"free": 2.0, "at most 1.1": CAP}
"""Carbonyl per alkyl group that is wanted, at most."""
MOST_RUNS = {"planner": 8, "planner, same list": 8}
USUAL_MOST_RUNS = 20
LEAST_RUNS = 4
"""A game is played so far at least, so that what is advised after three runs is known; then until it is near."""
REPEATS = {"random": 5, "Gaussian process": 2}
AFTER = (1, 3, 5, 8, 20)
UNWRITTEN = ("Gaussian process", "random")
"""Players whose procedures are left out of the rows: anyone can draw them again, and there are very many."""


def true_of(substrate: Substrate) -> dict[Choice, float]:
    """Work out the true target fraction of the whole list, or take it from an earlier time."""
    listed = candidates(substrate)
    kept = Path(tempfile.gettempdir()) / f"opponents_{substrate.id}_{len(listed)}.npy"
    if not kept.exists():
        np.save(kept, substrate.true(listed)[:, substrate.degree])
    return dict(zip(listed, np.load(kept).tolist(), strict=True))


def games(
    players: Sequence[str], only: Sequence[str]
) -> Iterator[tuple[dict[str, object], Game, dict[Choice, float]]]:
    """List the games, substrate by substrate, with what tells them apart in the table."""
    for substrate in substrates():
        if only and substrate.id not in only:
            continue
        true = true_of(substrate)
        for limit, most in LIMITS.items():
            cap = most * substrate.degree
            listed = candidates(substrate, most)
            for player in players:
                for repeat in range(REPEATS.get(player, 1)):
                    key = {"substrate": substrate.id, "limit": limit, "player": player, "repeat": repeat}
                    yield key, Game(substrate=substrate, listed=listed, most=cap, repeat=repeat), true


def play(game: Game, player: str, true: dict[Choice, float]) -> Iterator[dict[str, object]]:
    """Play one game: a row for each run."""
    d, most = game.target, MOST_RUNS.get(player, USUAL_MOST_RUNS)
    best = max(true[c] for c in game.listed)
    made: list[tuple[Choice, Array]] = []
    near = False
    while len(made) < most and not (near and len(made) >= LEAST_RUNS):
        start = time.perf_counter()
        step = PLAYERS[player](game, made)
        seconds = time.perf_counter() - start
        for choice in {step.run, step.advised} - set(true):
            true[choice] = float(game.substrate.true([choice])[0, d])
        again = sum(choice == step.run for choice, _ in made)
        measured = game.substrate.measured(step.run, again)
        made.append((step.run, measured))
        near = near or true[step.run] >= best - WITHIN
        yield {
            "run": len(made),
            "true": f"{true[step.run]:.4f}",
            "measured": f"{measured[d]:.4f}",
            "advised": f"{true[step.advised]:.4f}",
            "best": f"{best:.4f}",
            "stop": int(step.stop),
            "seconds": f"{seconds:.1f}",
            "procedure": "" if player in UNWRITTEN else step.run.words,
        }


def read_rows(path: Path = ROWS) -> list[dict[str, str]]:
    """Read what was played."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_rows(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """Add the rows of a game, in one go."""
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerows(rows)


def key_of(row: Mapping[str, object]) -> tuple[str, ...]:
    """Name the game of a row."""
    return tuple(str(row[name]) for name in COLUMNS[:4])


def played_of(rows: Sequence[dict[str, str]]) -> dict[tuple[str, ...], Played]:
    """Gather rows to games."""
    by_game: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        by_game.setdefault(key_of(row), []).append(row)
    return {
        key: Played(
            best=float(some[0]["best"]),
            true=tuple(float(row["true"]) for row in some),
            advised=tuple(float(row["advised"]) for row in some),
            stops=tuple(row["stop"] == "1" for row in some),
        )
        for key, some in by_game.items()
    }


def tables(rows: Sequence[dict[str, str]]) -> str:
    """Write both tables for each limit."""
    played = played_of(rows)
    parts = []
    for limit in LIMITS:
        by_player = {
            player: some
            for player in PLAYERS
            if (some := [one for key, one in played.items() if key[1:3] == (limit, player)])
        }
        parts += [
            f"### Carbonyl per alkyl group: {limit}",
            "",
            *_until(by_player),
            "",
            *_regrets(by_player),
            "",
            *_stops(by_player),
            "",
        ]
    return "\n".join(parts)


def _until(by_player: Mapping[str, Sequence[Played]]) -> Iterator[str]:
    yield (
        "| player | games | runs until within 3 points: quartiles | "
        + " | ".join(f"by {n}" for n in AFTER)
        + " |"
    )
    yield "|---" * (3 + len(AFTER)) + "|"
    for player, some in by_player.items():
        most = MOST_RUNS.get(player, USUAL_MOST_RUNS)
        counts = [f"{n:.0f}" if np.isfinite(n) else f"> {most}" for n in quartiles(map(runs_until, some))]
        shares = [f"{100 * share_within(some, n):.0f} %" if n <= most else "" for n in AFTER]
        yield " | ".join([f"| {player}", str(len(some)), ", ".join(counts), *shares]) + " |"


def _regrets(by_player: Mapping[str, Sequence[Played]]) -> Iterator[str]:
    yield "| points behind the best | before any run | after 1 | after 2 | after 3 | 2 less 0 | 3 less 0 |"
    yield "|---|---|---|---|---|---|---|"
    for player, some in by_player.items():
        found = [*(mean_regret(some, n) for n in range(LEAST_RUNS)), *(mean_change(some, n) for n in (2, 3))]
        yield " | ".join([f"| {player}", *(f"{100 * m:.1f} +- {100 * e:.1f}" for m, e in found)]) + " |"


def _stops(by_player: Mapping[str, Sequence[Played]]) -> Iterator[str]:
    for player, some in by_player.items():
        said = [found for one in some if (found := stopped(one)) is not None]
        if not said:
            continue
        near, after = sum(lost <= WITHIN for _, lost in said), np.median([n for n, _ in said])
        worst = 100 * max(lost for _, lost in said)
        yield (
            f"{player}: said stop in {len(said)} of {len(some)} games, after {after:.0f} runs (median); "
            f"within 3 points of the best in {near} of them, {worst:.0f} points behind at worst."
        )


def main() -> None:
    """Play what was not played, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--players", nargs="*", choices=list(PLAYERS), default=list(PLAYERS))
    parser.add_argument("--only", nargs="*", default=[], help="ids of substrates")
    parser.add_argument("--rows", type=Path, default=ROWS, help="where the games are kept")
    parser.add_argument("--table", action="store_true", help="only print what was played")
    given = parser.parse_args()
    known = set(map(key_of, read_rows(given.rows)))
    for key, game, true in () if given.table else games(given.players, given.only):
        if key_of(key) in known:
            continue
        rows = [key | row for row in play(game, str(key["player"]), true)]
        add_rows(given.rows, rows)
        print(*key.values(), rows[-1]["best"], *(row["true"] for row in rows), flush=True)
    print(tables(read_rows(given.rows)))


if __name__ == "__main__":
    main()
