"""Tempering: a few hundred equally weighted draws of the posterior, from any likelihood.

The posterior pi(x) = L(x) N(x; 0, I) of independent standard normals x is reached from a start q along ::

    q^(1 - b) pi^b,        b from 0 to 1

in steps of b as large as leave enough effective draws (sequential Monte Carlo; Del Moral, Doucet and Jasra, J. R.
Stat. Soc. B 2006, 68, 411). At each b the draws are resampled systematically and moved by a random walk that leaves
the normal N(m, Q) of the weighted draws alone (preconditioned Crank-Nicolson; Cotter, Roberts, Stuart and White,
Statist. Sci. 2013, 28, 424)::

    x' = m + sqrt(1 - c^2) (x - m) + c Q^(1/2) n        n standard normal

    accepted with [q^(1-b) pi^b](x') N(x; m, Q) / ([q^(1-b) pi^b](x) N(x'; m, Q))

Where the likelihood is flat nothing is refused; where it decides, Q has its shape. No gradients are asked for. q is
the prior, or the prior with a few draws of a guess among them, its density that of the mixture: a good guess is used
and a bad one is outvoted.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from planner.engine import Array
from planner.errors import SimulationError

LogLikelihood = Callable[[Array], Array]
"""Of standard normals (n, n_columns), each row's log L (n,); -inf where it cannot be computed."""
Progress = Callable[[float], None]
"""Is told b, from 0 to 1, after each step; what it raises ends the fit."""

FIRST_STEP, LEAST_STEP, MOST_STEP = 0.5, 0.05, 1.0
"""Size of a move at the start of a fit, and its bounds."""
LEAST_MOVE = 0.02
"""Smallest move of one draw."""
MOVE_SPREAD = 0.3
"""Moves differ from draw to draw by this log-normal sd, so that one wrong size does not stop all."""
ACCEPTED = 0.3
"""Share of moves to be accepted: 0.2 to 0.4 is about equally good for random walks in many dimensions."""
MOST_FAILED = 0.05
"""Share of the first draws that may fail before the model itself is in doubt."""
MOST_TEMPERATURES = 200
"""Steps of b after which a fit is given up; good ones take 3 to 20."""
SMALLEST_VARIANCE = 1e-12
LAST_MOVES = 4
"""Moves of which the acceptance is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Effort:
    """How much is spent; the defaults were measured to be enough for pairs with 25-60 unknowns and up to five runs.

    With a third of these moves what the mechanism gets wrong came out too large by a quarter of its sd.
    """

    n_start: int = 4096
    """Draws of the prior."""
    n_draws: int = 256
    """Draws that are moved and returned."""
    first_effective: int = 256
    """Effective draws that the first step must leave."""
    effective: int = 128
    """Effective draws that later steps must leave."""
    moves: int = 18
    """Moves at each b."""
    last_moves: int = 54
    """Moves at b = 1."""


USUAL = Effort()
MANY = Effort(moves=8, last_moves=24)
"""For so many runs that a second fit checks the first, and each move costs more."""
BY_HAND = Effort(n_draws=1024, first_effective=1024, effective=512, moves=6, last_moves=18)
"""For networks written by hand, which have few unknowns and are cheap."""
LARGE = Effort(n_start=1024, n_draws=128, first_effective=128, effective=64, moves=6, last_moves=18)
"""For networks of hundreds of reactions."""


def product(left: Array, right: Array) -> Array:
    """Multiply two matrices on this thread alone.

    Libraries of linear algebra wake threads of their own for matrices of this size; they wait by spinning, beside
    simulations that want the same processors, which made fits three times as dear.
    """
    return np.asarray(np.einsum("ij,jk->ik", left, right))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Gaussian:
    """A normal distribution N(mean, root root')."""

    mean: Array
    """(n_columns,)."""
    root: Array
    """Lower triangular (n_columns, n_columns)."""
    inverse: Array = field(init=False)
    """Of the root."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "inverse", np.linalg.inv(self.root))

    def spread(self, normals: Array) -> Array:
        """Turn standard normals (n, n_columns) into deviations from the mean."""
        return product(normals, self.root.T)

    def log_density(self, x: Array) -> Array:
        """Log density of rows, up to the constant that all normals of as many columns share (n,)."""
        z = product(x - self.mean, self.inverse.T)
        return np.asarray(-0.5 * np.sum(z**2, axis=1) - np.sum(np.log(np.diag(self.root))))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Guess:
    """Where the posterior may be: some draws of the start come from there."""

    shape: Gaussian
    """A wide guess."""
    n_draws: int
    """Draws taken from it."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Tempered:
    """The posterior as equally weighted draws, and how it was reached."""

    draws: Array
    """In random order (n_draws, n_columns)."""
    logs: Array
    """log L of each (n_draws,)."""
    temperatures: int
    """Steps of b."""
    acceptance: float
    """Share accepted of the last moves."""
    failed: float
    """Share of the first draws that could not be computed."""


@dataclass(slots=True)
class _Swarm:
    """Draws with their log L and log q, and the size of their moves."""

    x: Array
    logs: Array
    start: Array
    step: float = FIRST_STEP

    def target(self, b: float) -> Array:
        """Log of q^(1 - b) pi^b of each draw."""
        return tempered_density(self.x, self.logs, self.start, b)


def tempered_density(x: Array, logs: Array, start: Array, b: float) -> Array:
    """Log of q^(1 - b) pi^b (n,), up to a constant."""
    return np.asarray((1.0 - b) * start + b * (logs - 0.5 * np.sum(x**2, axis=1)))


def temper(
    log_likelihood: LogLikelihood,
    n_columns: int,
    *,
    effort: Effort = USUAL,
    seed: int = 0,
    guess: Guess | None = None,
    progress: Progress | None = None,
) -> Tempered:
    """Draw from the posterior of independent standard normals.

    Parameters
    ----------
    log_likelihood
        Of rows of standard normals; -inf where a row cannot be computed.
    n_columns
        Number of unknowns.
    effort
        How much is spent.
    seed
        Same seed, same draws.
    guess
        Where the posterior may be; none for few data.
    progress
        Is told b; what it raises ends the fit.

    Raises
    ------
    SimulationError
        If more than 5 % of the first draws cannot be computed, or b = 1 is not reached.
    """
    rng = np.random.default_rng((seed, n_columns))
    swarm, failed = _first(log_likelihood, n_columns, effort, rng, guess)
    density = _start_density(effort, guess)
    accepted: list[float] = []
    b, n_temperatures, least = 0.0, 0, effort.first_effective
    while b < 1.0:
        weights, b = _next(swarm, b, least)
        shape = weighted_shape(swarm.x, weights, float(1.0 / np.sum(weights**2)))
        chosen = systematic(weights, effort.n_draws, rng)
        swarm = _Swarm(swarm.x[chosen], swarm.logs[chosen], swarm.start[chosen], swarm.step)
        n_moves = effort.last_moves if b == 1.0 else effort.moves
        accepted = [_move(swarm, b, shape, log_likelihood, density, rng) for _ in range(n_moves)]
        n_temperatures, least = n_temperatures + 1, effort.effective
        if n_temperatures > MOST_TEMPERATURES:
            raise SimulationError(
                f"the fit stands at {b:.3g} of its way after {n_temperatures} steps; expected fewer than "
                f"{MOST_TEMPERATURES}: look for runs that contradict each other, or fit them apart"
            )
        if progress is not None:
            progress(b)
    order = rng.permutation(effort.n_draws)  # ancestors stand in order after resampling
    return Tempered(
        draws=swarm.x[order],
        logs=swarm.logs[order],
        temperatures=n_temperatures,
        acceptance=float(np.mean(accepted[-LAST_MOVES:])),
        failed=failed,
    )


def move_on(
    log_likelihood: LogLikelihood, found: Sequence[Tempered], *, n_moves: int, seed: int = 0
) -> tuple[Tempered, ...]:
    """Move the draws of several fits of the same posterior on, by the shape that they have together."""
    n_columns = found[0].draws.shape[1]
    rng = np.random.default_rng((seed, n_columns, n_moves))
    x = np.concatenate([one.draws for one in found])
    logs = np.concatenate([one.logs for one in found])
    swarm = _Swarm(x.copy(), logs.copy(), np.zeros(len(x)))
    shape = weighted_shape(x, np.full(len(x), 1.0 / len(x)), float(len(x)))
    accepted = [
        _move(swarm, 1.0, shape, log_likelihood, lambda rows: np.zeros(len(rows)), rng)
        for _ in range(n_moves)
    ]
    parts = np.split(np.arange(len(x)), np.cumsum([len(one.draws) for one in found])[:-1])
    return tuple(
        replace(
            one,
            draws=swarm.x[part],
            logs=swarm.logs[part],
            acceptance=float(np.mean(accepted[-LAST_MOVES:])),
        )
        for one, part in zip(found, parts, strict=True)
    )


def _first(
    log_likelihood: LogLikelihood,
    n_columns: int,
    effort: Effort,
    rng: np.random.Generator,
    guess: Guess | None,
) -> tuple[_Swarm, float]:
    """Draw the start, and the share of it that failed."""
    x = sobol_normals(effort.n_start, n_columns, rng)
    if guess is not None:
        fresh = rng.standard_normal((guess.n_draws, n_columns))
        x = np.concatenate((x, guess.shape.mean + guess.shape.spread(fresh)))
    logs = _checked(log_likelihood, x)
    failed = float(np.mean(~np.isfinite(logs[: effort.n_start])))
    if failed > MOST_FAILED:
        raise SimulationError(
            f"{failed:.0%} of the draws of the prior cannot be computed; expected at most {MOST_FAILED:.0%}: "
            "check the constants and the runs"
        )
    return _Swarm(x, logs, _start_density(effort, guess)(x)), failed


def _checked(log_likelihood: LogLikelihood, x: Array) -> Array:
    """Take log L with what is not a number as impossible."""
    logs = np.asarray(log_likelihood(x), dtype=float)
    return np.where(np.isnan(logs), -np.inf, logs)


def sobol_normals(n: int, n_columns: int, rng: np.random.Generator) -> Array:
    """Draw standard normals from one scrambled Sobol sequence (n, n_columns)."""
    uniform = qmc.Sobol(n_columns, scramble=True, rng=rng).random_base2(math.ceil(math.log2(n)))[:n]
    half_cell = 2.0**-31
    return np.asarray(ndtri(np.clip(uniform, half_cell, 1.0 - half_cell)))


def _start_density(effort: Effort, guess: Guess | None) -> Callable[[Array], Array]:
    """Give log q of rows: the prior, or its mixture with the guess."""

    def prior(x: Array) -> Array:
        return np.asarray(-0.5 * np.sum(x**2, axis=1))

    if guess is None:
        return prior
    shape, share = guess.shape, guess.n_draws / (guess.n_draws + effort.n_start)

    def mixture(x: Array) -> Array:
        both = math.log1p(-share) + prior(x), math.log(share) + shape.log_density(x)
        return np.asarray(np.logaddexp(*both))

    return mixture


def _next(swarm: _Swarm, b: float, least: int) -> tuple[Array, float]:
    """Find the largest step of b that leaves enough effective draws, and the weights that it gives."""
    gain = swarm.target(1.0) - swarm.start
    gain = gain - np.max(gain)

    def weights(step: float) -> Array:
        grown = np.exp(step * gain)
        return np.asarray(grown / grown.sum())

    def effective(step: float) -> float:
        return float(1.0 / np.sum(weights(step) ** 2))

    if effective(1.0 - b) >= least:
        return weights(1.0 - b), 1.0
    low, high = 0.0, 1.0 - b
    while high - low > 1e-3 * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= least else (low, middle)
    return weights(high), b + high


def weighted_shape(x: Array, weights: Array, effective: float) -> Gaussian:
    """Take the normal of weighted draws, its covariance shrunk towards the identity as they are few."""
    n_columns = x.shape[1]
    mean = np.einsum("i,ij->j", weights, x)
    apart = x - mean
    shrunk = n_columns / (n_columns + effective)
    values, axes = np.linalg.eigh(product(apart.T * weights, apart))
    values = np.maximum(values, SMALLEST_VARIANCE) ** (1.0 - shrunk)
    return Gaussian(
        mean=mean, root=np.asarray(np.linalg.cholesky(product(axes * values, axes.T)), dtype=float)
    )


def systematic(weights: Array, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Resample: n places on equally spaced points of the summed weights."""
    points = (rng.random() + np.arange(n)) / n
    return np.minimum(np.searchsorted(np.cumsum(weights), points), len(weights) - 1)


def _move(
    swarm: _Swarm,
    b: float,
    shape: Gaussian,
    log_likelihood: LogLikelihood,
    density: Callable[[Array], Array],
    rng: np.random.Generator,
) -> float:
    """Move every draw once, in place; return the share that was accepted."""
    size = swarm.step * np.exp(MOVE_SPREAD * rng.standard_normal(len(swarm.x)))
    size = np.clip(size, LEAST_MOVE, 1.0)[:, None]
    fresh = shape.spread(rng.standard_normal(swarm.x.shape))
    x = shape.mean + np.sqrt(1.0 - size**2) * (swarm.x - shape.mean) + size * fresh
    logs, start = _checked(log_likelihood, x), density(x)
    ratio = tempered_density(x, logs, start, b) - swarm.target(b)
    ratio += shape.log_density(swarm.x) - shape.log_density(x)
    is_taken = np.log(rng.random(len(x))) < ratio
    for kept, new in ((swarm.x, x), (swarm.logs, logs), (swarm.start, start)):
        kept[is_taken] = new[is_taken]
    accepted = float(np.mean(is_taken))
    swarm.step = float(np.clip(swarm.step * math.exp(accepted - ACCEPTED), LEAST_STEP, MOST_STEP))
    return accepted
