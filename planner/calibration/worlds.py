"""Worlds: what each draw of a calibrated model would give at many procedures, its own errors among them.

A *world* is one draw with one surface of discrepancy over all procedures that are compared and those that were run,
drawn jointly and then held to what was seen (Matheron's rule). With e the errors of the mechanism as log-contrasts,
independent between contrasts and with covariance t^2 K over procedures::

    e(p) | runs = e(p) + t^2 K(p, runs) C^-1 (r - e(runs) - noise)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.engine import Array
from planner.flask.discrepancy import (
    NOISE_MEDIAN,
    discrepancy,
    helmert,
    kernel,
    log_contrasts,
    noise,
    pins_of,
)
from planner.flask.outcomes import moved, predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import Draws
from planner.plans.aims import TOLERANCE, Aim, Bench
from planner.predictions.prediction import target_measures

JITTER = 1e-9
"""Added to the diagonal of the kernel: procedures that are run twice are the same."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Worlds:
    """What every world gives at every procedure."""

    wanted: Array
    """Target fraction (n_worlds, n_procedures)."""
    contrasts: Array
    """Log-contrasts of the degrees, as they would be seen (n_worlds, n_procedures, n_degrees - 1)."""
    noise: Array
    """Of one log-ratio (n_worlds,)."""


def worlds_of(bench: Bench, procedures: Sequence[Settled], n_worlds: int, seed: int) -> Worlds:
    """Work out what the first draws of a bench give at some procedures.

    Parameters
    ----------
    bench
        Pair, numbers, aim and draws.
    procedures
        Settled.
    n_worlds
        The first of the draws.
    seed
        Of the surfaces.
    """
    model, pair = bench.model, bench.pair
    draws = replace(bench.draws, normals=bench.draws.normals[:n_worlds])
    plain = replace(model, calibration=None)
    outcome = predict_outcomes(pair, plain, procedures, draws, relative_tolerance=TOLERANCE)
    s = np.full(len(draws.normals), NOISE_MEDIAN)
    if model.calibration is not None:
        s = noise(draws)
        if model.calibration.has_discrepancy:
            outcome = moved(outcome, procedures, surfaces(bench, procedures, draws, seed))
    equivalents = np.array([p.carbonyl_equivalents for p in procedures])
    aim: Aim = bench.aim
    wanted, _, _ = target_measures(outcome, aim.degree, aim.basis, equivalents)
    seen = log_contrasts(outcome.degrees)
    return Worlds(wanted=wanted.T, contrasts=np.swapaxes(seen, 0, 1), noise=s)


def surfaces(bench: Bench, procedures: Sequence[Settled], draws: Draws, seed: int) -> Array:
    """Draw the errors of the mechanism jointly over procedures (n_procedures, n_draws, n_degrees - 1)."""
    calibration = bench.model.calibration
    assert calibration is not None
    n_contrasts, t, rng = bench.pair.n_hydrogens, discrepancy(draws), np.random.default_rng(seed)
    is_pair = calibration.is_of(bench.pair.amine.smiles, bench.pair.carbonyl.smiles)
    pins = pins_of(calibration, draws) if is_pair and calibration.rows else None
    every = [*procedures, *(pins.procedures if pins else ())]
    shared = kernel(every, every)
    root = np.linalg.cholesky(shared + JITTER * np.eye(len(every)))
    drawn = t[:, None, None] * (root @ rng.standard_normal((len(t), len(every), n_contrasts)))
    here = drawn[:, : len(procedures)]
    if pins is None:
        return np.asarray(np.swapaxes(here, 0, 1))
    rows = helmert(n_contrasts + 1)
    on_rows = np.repeat(drawn[:, len(procedures) :], pins.sizes, axis=1) @ rows
    guessed = (on_rows * pins.contrasts).sum(axis=-1)
    guessed = guessed + np.sqrt(pins.variances) * rng.standard_normal(pins.variances.shape)
    pulled = np.einsum("dij,dj->di", pins.inverse, pins.residuals - guessed)
    to_runs = np.repeat(shared[: len(procedures), len(procedures) :], pins.sizes, axis=1)
    tied = to_runs[:, None] * (rows @ pins.contrasts.T)[None]
    change = (t**2)[:, None, None] * np.einsum("pcj,dj->dpc", tied, pulled)
    return np.asarray(np.swapaxes(here + change, 0, 1))
