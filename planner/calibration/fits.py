"""Fits: draws of the posterior for a set of runs, from one tempered fit or, for six runs or more, from two.

From six runs on an ensemble's guess is mixed into the prior, and a second fit with another seed runs beside the first
on the other processor; both give as many draws. Where their means differ by more than chance allows, both are moved
on by the shape that they have together.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np

from planner.calibration.ensemble import ensemble_guess
from planner.calibration.experiments import Evidence
from planner.calibration.likelihood import (
    Likelihood,
    computed,
    covariance_of,
    likelihood,
    with_discrepancy_drawn,
)
from planner.calibration.tempering import (
    LARGE,
    MANY,
    USUAL,
    Effort,
    Guess,
    Progress,
    Tempered,
    move_on,
    temper,
)
from planner.calibration.unknowns import unknowns_of
from planner.engine import Array
from planner.model.calibrated import rounded
from planner.model.model import Model

MANY_RUNS = 6
"""Runs from which a guess is mixed in and a second fit is made: fewer are reached from the prior."""
LARGE_NETWORK = 400
"""Reactions above which fewer draws are moved."""
AGREE = 0.35
"""Posterior sd by which means of two fits may differ: three standard errors of some 150 independent draws each."""
AGAIN = 2
"""Times that fits which differ are moved on, as often as at the end of a fit."""
SECOND_SEED = 7919
"""Added to the seed for the second fit."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fit:
    """Fits of one set of runs, joined."""

    given: Likelihood
    """What was fitted."""
    x: Array
    """Equally weighted draws, as they are kept (n_draws, n_columns)."""
    found: Array
    """Their contrasts (n_draws, n_contrasts)."""
    logs: Array
    """Their log L (n_draws,)."""
    each: tuple[Tempered, ...]
    """The fits."""
    apart: float | None
    """Largest difference of the means of two fits, in posterior sd; None for one fit."""


def fit_evidence(
    evidence: Evidence,
    model: Model,
    *,
    has_discrepancy: bool,
    seed: int = 0,
    progress: Progress | None = None,
) -> Fit:
    """Fit experiments, twice where they are many."""
    unknowns = unknowns_of(evidence, model, has_discrepancy=has_discrepancy)
    return fit_likelihood(likelihood(evidence, unknowns), seed=seed, progress=progress)


def fit_likelihood(given: Likelihood, *, seed: int = 0, progress: Progress | None = None) -> Fit:
    """Fit what was prepared."""
    unknowns, n_runs = given.unknowns, len(given.runs)
    n_reactions = max(len(call.flask.network.reactions) for call in given.calls)
    effort = LARGE if n_reactions > LARGE_NETWORK else USUAL if n_runs < MANY_RUNS else MANY
    if n_runs < MANY_RUNS:
        return _joined(given, (_one(given, effort, seed, None, progress),))
    guess = ensemble_guess(
        lambda x: computed(given, x),
        given.observed,
        covariance_of(given, np.zeros((1, len(unknowns.names))))[0],
        len(unknowns.names),
        seed=seed,
        progress=progress,
    )
    fit = _joined(given, _two(given, effort, seed, guess, progress))
    for again in range(AGAIN):
        if fit.apart is not None and fit.apart <= AGREE:
            break
        if progress is not None:
            progress(1.0)
        fit = _joined(given, move_on(given, fit.each, n_moves=effort.last_moves, seed=seed + again))
    return fit


def _one(
    given: Likelihood, effort: Effort, seed: int, guess: Guess | None, progress: Progress | None
) -> Tempered:
    n_columns = len(given.unknowns.names)
    return temper(given, n_columns, effort=effort, seed=seed, guess=guess, progress=progress)


class _Stopped(Exception):
    """The other fit has ended with an error, or was stopped."""


def _two(
    given: Likelihood, effort: Effort, seed: int, guess: Guess, progress: Progress | None
) -> tuple[Tempered, ...]:
    """Fit with two seeds side by side: simulations run without Python's lock."""
    stopped = Event()

    def heed(_b: float) -> None:
        if stopped.is_set():
            raise _Stopped

    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(_one, given, effort, seed + SECOND_SEED, guess, heed)
        try:
            first = _one(given, effort, seed, guess, progress)
        except BaseException:
            stopped.set()
            raise
        return first, other.result()


def _joined(given: Likelihood, each: tuple[Tempered, ...]) -> Fit:
    """Join fits, their draws in turn, rounded as they are kept; draws that rounding makes fail are left out."""
    x = rounded(np.stack([t.draws for t in each], axis=1).reshape(-1, each[0].draws.shape[1]))
    logs = np.stack([t.logs for t in each], axis=1).ravel()
    found = computed(given, x)
    x = rounded(with_discrepancy_drawn(given, x, found, np.random.default_rng(len(x))))
    is_sound = np.isfinite(found).all(axis=1)
    which = np.arange(len(x)) % len(each)
    apart = None
    if len(each) > 1:
        means = [found[is_sound & (which == i)].mean(axis=0) for i in range(2)]
        apart = float(np.max(np.abs(means[0] - means[1]) / (found[is_sound].std(axis=0) + 1e-12)))
    return Fit(given=given, x=x[is_sound], found=found[is_sound], logs=logs[is_sound], each=each, apart=apart)
