"""Ensemble: a fast guess of the posterior from a few hundred runs, good where data are many and clean.

An ensemble of prior draws is moved M times by the regression of the unknowns on what was computed, each time with
fresh noise of M times the variance (ES-MDA; Emerick and Reynolds, Comput. Geosci. 2013, 17, 325)::

    x += cov(x, U) (cov(U) + M C)^-1 (y + sqrt(M) C^(1/2) n - U)

It is exact for linear models only, and an outlier captures it: so it serves as a guess, never as an answer.
"""

import math
from collections.abc import Callable

import numpy as np

from planner.calibration.tempering import Gaussian, Guess, Progress, sobol_normals
from planner.engine import Array

N_ENSEMBLE = 256
"""Draws of the ensemble, and of the guess that is mixed into a start."""
PASSES = 5
"""M."""
WIDER = 1.3
"""Factor on the widths of the guess: wings that are too thin would cost more than a core that is too broad."""


def ensemble_guess(
    compute: Callable[[Array], Array],
    observed: Array,
    covariance: Array,
    n_columns: int,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> Guess:
    """Guess the posterior of independent standard normals.

    Parameters
    ----------
    compute
        What each row of standard normals (n, n_columns) gives (n, n_observed); NaN where it fails.
    observed
        What was seen (n_observed,).
    covariance
        Of its errors (n_observed, n_observed).
    n_columns
        Number of unknowns.
    seed
        Same seed, same guess.
    progress
        Is told 0 before each pass, for the fit has not begun; what it raises ends the guess.
    """
    rng = np.random.default_rng((seed, n_columns, PASSES))
    x = sobol_normals(N_ENSEMBLE, n_columns, rng)
    root = np.linalg.cholesky(covariance)
    for _ in range(PASSES):
        if progress is not None:
            progress(0.0)
        computed = compute(x)
        is_sound = np.isfinite(computed).all(axis=1)
        x, computed = x[is_sound], computed[is_sound]
        noise = math.sqrt(PASSES) * rng.standard_normal(computed.shape) @ root.T
        apart, moved = x - x.mean(axis=0), computed - computed.mean(axis=0)
        spread = moved.T @ moved / (len(x) - 1) + PASSES * covariance
        gain = np.linalg.solve(spread, moved.T @ apart / (len(x) - 1))
        x = x + (observed + noise - computed) @ gain
    return Guess(shape=_shape(x), n_draws=N_ENSEMBLE)


def _shape(x: Array) -> Gaussian:
    """Take the normal of an ensemble, its covariance shrunk towards its diagonal, and widen it."""
    n, n_columns = x.shape
    covariance = np.atleast_2d(np.cov(x.T))
    shrunk = n_columns / (n_columns + n)
    covariance = (1.0 - shrunk) * covariance + shrunk * np.diag(np.diag(covariance))
    return Gaussian(mean=x.mean(axis=0), root=WIDER * np.linalg.cholesky(covariance))
