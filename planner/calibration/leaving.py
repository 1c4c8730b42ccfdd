"""Leaving out: each run as the others predict it, which is the fairest look at a fit that few runs allow.

The others are fitted without it. With u their computed contrasts, C the covariance of all (discrepancy and noise), o
the others and r the run that was left out, a draw predicts ::

    N(u_r + C_ro C_oo^-1 (y_o - u_o),  C_rr - C_ro C_oo^-1 C_or)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.calibration.checking import learned_of, parent_of
from planner.calibration.experiments import Evidence, evidence_of
from planner.calibration.fits import Fit, fit_evidence
from planner.calibration.likelihood import Likelihood, computed, covariance_of, likelihood
from planner.calibration.runs import read_runs
from planner.calibration.unknowns import unknowns_of
from planner.engine import Array
from planner.errors import TableError
from planner.flask.discrepancy import fractions_of
from planner.model.model import Model

MOST_LEFT_OUT = 10
"""Runs up to which each is left out in turn: every one costs a fit."""
LOW, HIGH = 0.05, 0.95
"""Quantiles of an interval."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """One part of one row as the other runs predict it."""

    run: str
    """Which was left out."""
    time_h: float | None
    """Of the sample; None at the quench."""
    parts: tuple[int, ...]
    """Degrees that add up to it; places of the carbonyl's own set where ``is_carbonyl``."""
    is_carbonyl: bool
    """Whether it is a share of the carbonyl."""
    observed: float
    """Share that was seen."""
    median: float
    """That the others predict."""
    low: float
    """5 % of it, for another measurement: noise and what the mechanism gets wrong are in it."""
    high: float
    """95 %."""

    @property
    def is_inside(self) -> bool:
        """Whether what was seen lies within the interval."""
        return self.low <= self.observed <= self.high


def leave_one_out(model: Model, *, progress: Callable[[float], None] | None = None) -> tuple[LeftOut, ...]:
    """Predict each run of a calibrated model from the others.

    Parameters
    ----------
    model
        Calibrated on 2 to 10 runs.
    progress
        Is told the share done; what it raises ends it.

    Raises
    ------
    ParameterError
        If the model has learned from no runs.
    TableError
        If there is one run, or more than ten.
    """
    calibration, parent = learned_of(model), parent_of(model)
    evidence = evidence_of(read_runs(calibration.runs, model=parent), parent)
    n_runs = len(evidence.experiments)
    if not 2 <= n_runs <= MOST_LEFT_OUT:
        raise TableError(f"{n_runs} runs are in the model; 2 to {MOST_LEFT_OUT} can be left out in turn")
    given = likelihood(evidence, unknowns_of(evidence, parent, has_discrepancy=calibration.has_discrepancy))
    found: list[LeftOut] = []
    for i, experiment in enumerate(evidence.experiments):
        others = replace(evidence, experiments=tuple(e for e in evidence.experiments if e is not experiment))
        fit = fit_evidence(others, parent, has_discrepancy=calibration.has_discrepancy, seed=calibration.seed)
        found += _rows(given, evidence, i, predicted(given, fit, i, seed=calibration.seed))
        if progress is not None:
            progress((i + 1) / n_runs)
    return tuple(found)


def predicted(given: Likelihood, fit: Fit, run: int, *, seed: int = 0) -> Array:
    """Draw the contrasts of a run that a fit of the others predicts (n_draws, n_contrasts of the run)."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((len(fit.x), len(given.unknowns.names)))
    for name, column in zip(fit.given.unknowns.names, fit.x.T, strict=True):
        x[:, given.unknowns.places[name]] = column
    u = computed(given, x)
    is_sound = np.isfinite(u).all(axis=1)
    x, u = x[is_sound], u[is_sound]
    own, other = np.flatnonzero(given.owner == run), np.flatnonzero(given.owner != run)
    c = covariance_of(given, x)
    across = c[:, own][:, :, other]
    gain = np.swapaxes(np.linalg.solve(c[:, other][:, :, other], np.swapaxes(across, 1, 2)), 1, 2)
    mean = u[:, own] + np.einsum("nij,nj->ni", gain, given.observed[other] - u[:, other])
    left = c[:, own][:, :, own] - np.einsum("nij,nkj->nik", gain, across)
    roots = np.linalg.cholesky(left)
    return np.asarray(mean + np.einsum("nij,nj->ni", roots, rng.standard_normal(mean.shape)))


def _rows(given: Likelihood, evidence: Evidence, run: int, drawn: Array) -> list[LeftOut]:
    """Turn the contrasts of a run back into shares, part by part."""
    name, start = evidence.experiments[run].name, 0
    rows: list[LeftOut] = []
    for one in (one for one in given.findings if one.run == name):
        end = start + len(one.parts) - 1
        shares = fractions_of(drawn[:, start:end])
        low, median, high = np.quantile(shares, (LOW, 0.5, HIGH), axis=0)
        rows += [
            LeftOut(
                run=name,
                time_h=one.time_h,
                parts=part,
                is_carbonyl=one.is_carbonyl,
                observed=one.shares[i],
                median=float(median[i]),
                low=float(low[i]),
                high=float(high[i]),
            )
            for i, part in enumerate(one.parts)
        ]
        start = end
    return rows
