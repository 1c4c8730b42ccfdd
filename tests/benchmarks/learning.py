"""Learning: how well intervals cover, and how much they narrow, after 1, 3 and 10 simulated runs.

A truth is a draw of the model; runs are procedures that a chemist would choose, with 3 % noise on each area; the
mechanism is taken as right (``discrepancy=False``), or not. Held out are two more such runs and twelve procedures from
a wider box. Mono and di are scored: share of the truths within the 90 % interval, mean width, mean error of the mean.
Half a point is not told apart: a product that is 0.01 % and predicted as 0.02-3 % counts as met. Strictly, without
that, nine of ten truths are met at best, and both are printed.

    python tests/benchmarks/learning.py --truths 100 --models tests/data/models_reference
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [path for path in (str(HERE.parents[1]), str(HERE.parent)) if path not in sys.path]

from planner.calibration.effects import before_learning  # noqa: E402
from planner.calibration.learning import calibrate  # noqa: E402
from planner.calibration.runs import Run  # noqa: E402
from planner.engine import Array  # noqa: E402
from planner.flask.discrepancy import precision  # noqa: E402
from planner.flask.outcomes import predict_outcomes  # noqa: E402
from planner.flask.procedure import Procedure, Settled  # noqa: E402
from planner.flask.settling import settle  # noqa: E402
from planner.model.draws import Draws, draw_parameters  # noqa: E402
from planner.model.model import Model  # noqa: E402
from planner.model.parameters import load_model  # noqa: E402
from planner.structures.pairs import Pair, read_pair  # noqa: E402

PAIRS = (
    ("NCc1ccccc1", "CCCC=O"),
    ("NCCCC", "COc1ccc(C=O)cc1"),
    ("NC1CCCC1", "CC(C)C=O"),
    ("NCc1ccccc1", "O=C1CCCCC1"),
    ("NCCOC", "C=O"),
)
"""Amine and carbonyl compound."""
REDUCTANTS = ("STAB", "NaBH3CN", "NaBH4")
FED = {
    "all_at_once": "",
    "slow_carbonyl": "addition_time_h",
    "slow_amine": "addition_time_h",
    "imine_first": "imine_time_h",
}
"""The time that each addition has."""
WORDS = ("unreacted", "mono", "di", "tri")
NOISE = 0.03
"""Relative, on each area."""
N_DRAWS = 256
N_RUNS = (0, 1, 3, 10)
TRUTH_SEED = 4001
SCORED = (1, 2)
"""Degrees."""
READABLE = 0.005
"""Fraction that a chromatogram does not tell from nothing."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Substrate:
    """A pair whose constants are known here alone."""

    model: Model
    """Whose draw it is."""
    pair: Pair
    """What reacts."""
    truth: Draws
    """One draw."""
    seed: int
    """Of its procedures and noise."""

    def degrees(self, procedures: Sequence[Settled]) -> Array:
        """What it really gives (n_procedures, n_degrees)."""
        return predict_outcomes(self.pair, self.model, procedures, self.truth).degrees[:, 0]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Careless(Substrate):
    """A pair in a flask with steps that the model lacks: its runs and its truth are off in ways that it cannot name.

    Carbonyl is short by its titre, part of the hydride is lost to moisture before it meets anything, more of it where
    acid waits, the flask runs warm, and of what is fed a part reacts before it is mixed in, as if charged at once.
    """

    def degrees(self, procedures: Sequence[Settled]) -> Array:
        """What it really gives (n_procedures, n_degrees)."""
        rng = np.random.default_rng((self.seed, 3))
        titre, warm = np.exp(rng.normal(-0.05, 0.04)), max(0.0, rng.normal(3.0, 3.0))
        lost, by_acid, unmixed = rng.uniform(0.0, 0.25), rng.uniform(0.0, 0.2), rng.uniform(0.0, 0.35)
        real = [
            replace(
                p,
                carbonyl_equivalents=p.carbonyl_equivalents * titre,
                reductant_equivalents=p.reductant_equivalents
                * (1.0 - lost - by_acid * min(p.acid_equivalents, 1.0)),
                temperature_C=p.temperature_C + warm,
                hydride_temperature_C=None,
            )
            for p in procedures
        ]
        at_once = [replace(p, addition="all_at_once", addition_time_h=0.0) if p.fed else p for p in real]
        mixed, not_mixed = (
            predict_outcomes(self.pair, self.model, some, self.truth).degrees[:, 0]
            for some in (real, at_once)
        )
        return np.asarray((1.0 - unmixed) * mixed + unmixed * not_mixed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Over held-out procedures and degrees of one truth after some runs."""

    n_runs: int
    coverage: float
    strict: float
    width: float
    error: float


def substrates(model: Model, n: int, kind: type[Substrate] = Substrate) -> Iterator[Substrate]:
    """Draw truths, the pairs in turn."""
    truths = draw_parameters(model, 2048, TRUTH_SEED)
    pairs = [read_pair(*pair, model) for pair in PAIRS]
    for i in range(n):
        one = Draws(names=truths.names, normals=truths.normals[i : i + 1])
        yield kind(model=model, pair=pairs[i % len(pairs)], truth=one, seed=i)


def sensible(rng: np.random.Generator) -> Procedure:
    """Choose a procedure as a chemist would."""
    reductant = str(rng.choice(REDUCTANTS))
    is_bare = reductant == "NaBH4"
    excess = rng.uniform(1.8, 2.4) if rng.random() < 0.3 else rng.uniform(0.8, 1.5)
    return _procedure(
        rng,
        reductant,
        "imine_first" if is_bare else str(rng.choice(list(FED))),
        carbonyl_equivalents=excess,
        reductant_equivalents=rng.uniform(1.1, 2.0),
        acid_equivalents=0.0 if is_bare else float(rng.choice((0.0, 0.5, 1.0))),
        temperature_C=rng.uniform(0.0, 30.0),
        concentration_M=rng.uniform(0.08, 0.4),
        hold_time_h=rng.uniform(2.0, 16.0),
    )


def anywhere(rng: np.random.Generator) -> Procedure:
    """Choose a procedure from a wider box."""
    reductant = str(rng.choice(REDUCTANTS))
    return _procedure(
        rng,
        reductant,
        str(rng.choice(list(FED))),
        carbonyl_equivalents=rng.uniform(0.5, 3.0),
        reductant_equivalents=rng.uniform(1.0, 3.0),
        acid_equivalents=0.0 if reductant == "NaBH4" else rng.uniform(0.0, 2.0),
        temperature_C=rng.uniform(0.0, 40.0),
        concentration_M=rng.uniform(0.05, 0.5),
        hold_time_h=rng.uniform(1.0, 18.0),
    )


def _procedure(rng: np.random.Generator, reductant: str, addition: str, **fields: float) -> Procedure:
    """Give an addition its time."""
    own = {FED[addition]: float(rng.uniform(0.5, 6.0))} if FED[addition] else {}
    return Procedure(
        reductant=reductant, addition=addition, **{k: float(v) for k, v in fields.items()}, **own
    )


def chosen(substrate: Substrate, n: int) -> tuple[list[Procedure], list[Settled]]:
    """Choose runs to make, and procedures to predict."""
    rng = np.random.default_rng((substrate.seed, 1))
    made = [sensible(rng) for _ in range(n)]
    held = [sensible(rng) for _ in range(2)] + [anywhere(rng) for _ in range(12)]
    return made, [settle(p, substrate.model, substrate.pair)[0] for p in held]


def make(substrate: Substrate, procedures: Sequence[Procedure], *, kind: str = "mol") -> list[Run]:
    """Make runs and read off what they gave."""
    rng = np.random.default_rng((substrate.seed, 2))
    settled = [settle(p, substrate.model, substrate.pair)[0] for p in procedures]
    rows = []
    for i, (procedure, true) in enumerate(zip(procedures, substrate.degrees(settled), strict=True)):
        areas = true * np.exp(NOISE * rng.standard_normal(len(true)))
        rows.append(run_of(substrate, f"r{i + 1}", procedure, areas, kind=kind))
    return rows


def run_of(substrate: Substrate, name: str, procedure: Procedure, areas: Array, *, kind: str = "mol") -> Run:
    """Write a run down."""
    shares = 100.0 * areas / areas.sum()
    amine, carbonyl = PAIRS[substrate.seed % len(PAIRS)]
    return Run(
        run=name,
        amine=amine,
        carbonyl=carbonyl,
        procedure=procedure,
        time_h=None,
        kind=kind,
        observed=tuple(zip(WORDS, map(float, shares), strict=False)),
        detector=None,
        lot="",
        responses=(),
        note="",
        row=1,
    )


def swapped(rows: Sequence[Run], which: int = 1) -> list[Run]:
    """Exchange mono and di of one run."""
    other = {"mono": "di", "di": "mono"}
    found = dict(rows[which].observed)
    observed = tuple((word, found[other.get(word, word)]) for word in found)
    return [*rows[:which], replace(rows[which], observed=observed), *rows[which + 1 :]]


def weight_of(model: Model, run: str) -> float:
    """Mean precision of a run, E[l]."""
    return float(precision(draw_parameters(model, N_DRAWS, 0), run).mean())


def scored(substrate: Substrate, model: Model, held: Sequence[Settled], n_runs: int) -> Score:
    """Hold the intervals of a model against the truth."""
    draws = draw_parameters(model, N_DRAWS, 0)
    predicted = predict_outcomes(substrate.pair, model, held, draws).degrees[..., SCORED]
    true = substrate.degrees(held)[..., SCORED]
    low, high = np.quantile(predicted, (0.05, 0.95), axis=1)
    inside = {
        slack: float(np.mean((low - slack <= true) & (true <= high + slack))) for slack in (READABLE, 0.0)
    }
    return Score(
        n_runs=n_runs,
        coverage=inside[READABLE],
        strict=inside[0.0],
        width=float((high - low).mean()),
        error=float(np.abs(predicted.mean(axis=1) - true).mean()),
    )


def ladder(
    substrate: Substrate, n_runs: Sequence[int], *, discrepancy: bool, is_swapped: bool = False
) -> Iterator[tuple[Score, Model, float]]:
    """Learn from more and more runs of a truth: score, model and seconds of each."""
    made, held = chosen(substrate, max(n_runs))
    runs = swapped(make(substrate, made)) if is_swapped else make(substrate, made)
    for n in n_runs:
        start = time.perf_counter()
        model = substrate.model
        if n or discrepancy:
            model = calibrate(runs[: max(n, 1)], parent=model, discrepancy=discrepancy)
        if n == 0 and discrepancy:
            model = before_learning(model)
        seconds = time.perf_counter() - start
        yield scored(substrate, model, held, n), model, seconds


def table(scores: Sequence[Score]) -> str:
    """Write coverage, width and error by number of runs."""
    lines = ["| runs | coverage of 90 % | strictly | width / before | mean error |", "|---|---|---|---|---|"]
    before = np.mean([s.width for s in scores if s.n_runs == 0])
    for n in sorted({s.n_runs for s in scores}):
        some = [s for s in scores if s.n_runs == n]
        mean = {f: np.mean([getattr(s, f) for s in some]) for f in ("coverage", "strict", "width", "error")}
        spread = np.std([s.coverage for s in some]) / np.sqrt(len(some))
        lines.append(
            f"| {n} | {mean['coverage']:.3f} +- {spread:.3f} | {mean['strict']:.3f} | {mean['width'] / before:.2f} "
            f"({mean['width']:.3f}) | {mean['error']:.3f} |"
        )
    return "\n".join(lines)


def identified(models: Sequence[tuple[int, Model]]) -> str:
    """Write the mean rho of sums and numbers by number of runs."""
    rhos: dict[str, dict[int, list[float]]] = {}
    for n, model in models:
        assert model.calibration is not None
        for verdict in model.calibration.verdicts:
            if verdict["kind"] in ("sum", "number"):
                name = str(verdict["name"])
                rhos.setdefault(name, {}).setdefault(n, []).append(float(verdict["ratio"]))
    counts = sorted({n for n, _ in models})
    lines = ["| " + " | ".join(["", *map(str, counts)]) + " |", "|---" * (1 + len(counts)) + "|"]
    for name, by_n in sorted(rhos.items(), key=lambda pair: np.mean(pair[1].get(max(counts), [1.0]))):
        cells = [f"{np.mean(by_n[n]):.2f}" if n in by_n else "" for n in counts]
        lines.append("| " + " | ".join([name, *cells]) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--truths", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--models", type=Path, default=None)
    parser.add_argument("--runs", type=int, nargs="*", default=list(N_RUNS))
    parser.add_argument("--discrepancy", action="store_true", help="the mechanism may be wrong")
    parser.add_argument("--careless", action="store_true", help="flasks with steps that the model lacks")
    parser.add_argument("--swapped", action="store_true", help="mono and di of the second run are exchanged")
    given = parser.parse_args()
    weights: list[float] = []
    scores: list[Score] = []
    models: list[tuple[int, Model]] = []
    seconds: dict[int, list[float]] = {}
    kind = Careless if given.careless else Substrate
    for substrate in list(substrates(load_model(given.models), given.truths, kind))[given.first :]:
        for score, model, took in ladder(
            substrate, given.runs, discrepancy=given.discrepancy, is_swapped=given.swapped
        ):
            scores.append(score)
            seconds.setdefault(score.n_runs, []).append(took)
            if score.n_runs and model.calibration is not None:
                models.append((score.n_runs, model))
                if given.swapped:
                    weights.append(weight_of(model, "r2"))
        print(
            substrate.seed,
            *(f"{s.n_runs}:{s.coverage:.2f}/{s.width:.3f}" for s in scores[-len(given.runs) :]),
            flush=True,
        )
    print(table(scores))
    if weights:
        print(f"E[l] of the swapped run below 0.2: {np.mean(np.array(weights) < 0.2):.2f}")
    print("seconds", {n: round(float(np.median(s)), 2) for n, s in seconds.items()})
    print(identified(models))


if __name__ == "__main__":
    main()
