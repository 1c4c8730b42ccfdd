"""Effects: what learning changed in the answers to one procedure, and how each run narrowed them.

Before is the same model without its runs: its priors are as wide as they were in the fit, and what the mechanism may
get wrong is in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.calibration.checking import learned_of, parent_of
from planner.calibration.learning import calibrate
from planner.calibration.runs import Run, read_runs
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.calibrated import rounded
from planner.model.calibration import DISCREPANCY, NOISE
from planner.model.draws import draw_parameters
from planner.model.model import Model, learned
from planner.predictions.prediction import PREDICTION_DRAWS, Interval, Prediction, predict_pair
from planner.structures.pairs import Pair

BEFORE, AFTER = "before", "after"
SEED = 0
EQUIVALENTS = (0.5, 0.7, 0.85, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
"""Carbonyl per amine at which the answers are compared."""
MOST_NARROWED = 10
"""Runs whose narrowing is followed one by one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowed:
    """An answer after some of the runs."""

    n_runs: int
    """So many, in the order of the table."""
    target: Interval
    """Target fraction."""

    @property
    def width(self) -> float:
        """Width of its interval."""
        return self.target.high - self.target.low


def before_learning(model: Model) -> Model:
    """Return a calibrated model without its runs: its widened priors, and the errors that its mechanism may have."""
    calibration = learned_of(model)
    names = (NOISE, DISCREPANCY) if calibration.has_discrepancy else (NOISE,)
    normals = np.random.default_rng(SEED).standard_normal((calibration.n_draws, len(names)))
    blank = replace(
        calibration,
        names=names,
        normals=rounded(normals),
        rows=(),
        runs=(),
        diagnostics=(),
        verdicts=(),
        data_sha256="",
    )
    return learned(parent_of(model), blank)


def split_of(model: Model, pair: Pair, asked: Procedure, target: int) -> Prediction:
    """Predict a procedure with a model that learned, or has not yet."""
    return predict_pair(
        pair, model, asked, draw_parameters(model, PREDICTION_DRAWS, SEED), target=target, basis="amine"
    )


def split_rows(before: Prediction, after: Prediction) -> list[dict[str, str | int | float]]:
    """List the fractions of each degree before and after, with their intervals."""
    return [
        {"when": when, "degree": p.degree, "fraction": p.fraction, "low": p.low, "high": p.high}
        for when, prediction in ((BEFORE, before), (AFTER, after))
        for p in prediction.products
    ]


def curve_rows(model: Model, pair: Pair, asked: Procedure, target: int) -> list[dict[str, str | float]]:
    """Follow the target fraction against carbonyl equivalents, before and after; all else as asked."""
    procedures = [settle(replace(asked, carbonyl_equivalents=e), model, pair)[0] for e in EQUIVALENTS]
    rows: list[dict[str, str | float]] = []
    for when, known in ((BEFORE, before_learning(model)), (AFTER, model)):
        outcome = predict_outcomes(pair, known, procedures, draw_parameters(known, PREDICTION_DRAWS, SEED))
        wanted = outcome.degrees[:, :, target]
        low, high = np.quantile(wanted, (0.05, 0.95), axis=1)
        rows += [
            {
                "when": when,
                "carbonyl_equivalents": e,
                "fraction": float(mean),
                "low": float(a),
                "high": float(b),
            }
            for e, mean, a, b in zip(EQUIVALENTS, wanted.mean(axis=1), low, high, strict=True)
        ]
    return rows


def narrowing(
    model: Model, pair: Pair, asked: Procedure, target: int, progress: Callable[[float, str], None]
) -> tuple[Narrowed, ...]:
    """Fit the first run, the first two and so on, and follow the target fraction of one procedure.

    Parameters
    ----------
    model
        Calibrated; its own fit is the last.
    pair, asked, target
        What is followed.
    progress
        Called with the fraction done and a few words; what it raises passes through.
    """
    calibration = learned_of(model)
    parent = parent_of(model)
    runs = read_runs(calibration.runs, model=parent)
    names = list(dict.fromkeys(run.run for run in runs))
    steps = [n for n in range(1, len(names)) if len(names) <= MOST_NARROWED or n in _spread(len(names))]
    found = [_narrowed(0, before_learning(model), pair, asked, target)]
    for i, n in enumerate(steps):
        progress(i / (len(steps) + 1), f"learning from the first {n}")
        some = [run for run in runs if run.run in names[:n]]
        fitted = _fitted(some, parent, calibration.has_discrepancy, calibration.seed)
        found.append(_narrowed(n, fitted, pair, asked, target))
    return (*found, _narrowed(len(names), model, pair, asked, target))


def _spread(n: int) -> set[int]:
    """Take some numbers below n, evenly."""
    return {int(i) for i in np.linspace(1, n - 1, MOST_NARROWED - 1)}


def _fitted(runs: Sequence[Run], parent: Model, has_discrepancy: bool, seed: int) -> Model:
    return calibrate(tuple(runs), parent=parent, discrepancy=has_discrepancy, seed=seed)


def _narrowed(n: int, model: Model, pair: Pair, asked: Procedure, target: int) -> Narrowed:
    return Narrowed(n_runs=n, target=split_of(model, pair, asked, target).target_fraction)
