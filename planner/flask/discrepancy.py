"""Discrepancy: what the mechanism gets wrong, as log-contrasts that are alike for procedures that are alike.

With f the fractions of the degrees, closed on the set S that is seen::

    u = B_S log(f + 0.01)          B_S: orthonormal contrasts (Helmert): (1, -1)/sqrt 2, (1, 1, -2)/sqrt 6, ...
    y - u(x) = e_disc + e_noise    e_disc ~ N(0, t^2 K b.b'),   e_noise ~ N(0, s^2 / l_r) per contrast

where t and s belong to a draw, l_r to a run of it, and b, b' are rows of B over all degrees, 0 where not seen. K of
two procedures is ``exp(-d^2 / 2)`` by the distance of their places (``place``), times a factor for each word that
differs. After runs with residuals r and covariance C, at another procedure with k = K(p, runs) b.b'::

    u* = u(f) + t^2 k C^-1 r + (t^2 - t^4 k C^-1 k')^(1/2) z

z is one normal per contrast and draw, the same for every procedure. Back::

    f* = softmax(B' u*) (1 + 0.01 n) - 0.01,   at least 0, closed to 1

**Carbon book.** The alkyl groups ``m = sum a f_a`` may not be more than the carbonyl that was not lost; where they
are, f_a is replaced by ``f_a exp(theta a)``, normalised, with theta < 0 such that both are equal.

0.01 of the amine makes errors proportional above it and absolute below. The kernel's scales and the medians of s and
t are estimates of this project, chosen on simulated runs whose flasks hold steps that the model lacks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import chdtri, ndtr

from planner.engine import Array
from planner.flask.procedure import Settled
from planner.model.calibration import DISCREPANCY, FRESH, NOISE, Calibration, SeenRow, precision_name
from planner.model.draws import Draws, term

FREEDOM = 4.0
"""Degrees of freedom of Student's t by which a run may be an outlier."""
FLOOR = 0.01
"""Added to every fraction before its logarithm."""
NOISE_MEDIAN, NOISE_SD = 0.05, 0.6
"""Standard deviation of one log-ratio: its median, and the sd of its logarithm."""
DISCREPANCY_MEDIAN, DISCREPANCY_SD = 0.25, 0.5
"""The same of what the mechanism gets wrong."""
LEAST_EQUIVALENTS = 0.05
"""Equivalents count as at least so many in a distance."""
OTHER_MEDIUM, OTHER_ADDITION, OTHER_WATER = 0.3, 0.5, 0.5
"""Factors on the kernel where reductant or solvent, the addition, water or quench differ."""
BISECTIONS = 60


def noise_at(z: Array) -> Array:
    """Turn a standard normal into the noise, s."""
    return np.asarray(NOISE_MEDIAN * np.exp(NOISE_SD * z))


def discrepancy_at(z: Array) -> Array:
    """Turn a standard normal into what the mechanism gets wrong, t."""
    return np.asarray(DISCREPANCY_MEDIAN * np.exp(DISCREPANCY_SD * z))


def precision_at(z: Array) -> Array:
    """Turn a standard normal into the precision of a run, l: its noise is Student's t with ``FREEDOM``."""
    return np.asarray(chdtri(FREEDOM, ndtr(-z)) / FREEDOM)


def noise(draws: Draws) -> Array:
    """Take the noise of each draw, s (n_draws,)."""
    return noise_at(term(draws, NOISE))


def discrepancy(draws: Draws) -> Array:
    """Take what the mechanism gets wrong in each draw, t (n_draws,)."""
    return discrepancy_at(term(draws, DISCREPANCY))


def precision(draws: Draws, run: str) -> Array:
    """Take the precision of a run in each draw, l_r (n_draws,)."""
    return precision_at(term(draws, precision_name(run)))


def place(p: Settled) -> tuple[float, ...]:
    """Place a procedure so that distances tell how unlike two are."""
    early = p.addition_time_h + p.imine_time_h + p.hydride_time_h
    return (
        2.5 * np.log(max(p.carbonyl_equivalents, LEAST_EQUIVALENTS)),
        np.log(max(p.reductant_equivalents, LEAST_EQUIVALENTS)),
        0.7 * min(p.acid_equivalents, 2.0),
        p.temperature_C / 25.0,
        0.6 * np.log(p.concentration_M),
        0.5 * np.log1p(p.hold_time_h),
        0.5 * np.log1p(early),
        2.0 * p.feed_volume_fraction,
    )


def kernel(one: Sequence[Settled], other: Sequence[Settled]) -> Array:
    """Tell how much of its discrepancy each procedure shares with each other (n_one, n_other); 1 with itself."""
    here, there = (np.array([place(p) for p in some]).reshape(len(some), -1) for some in (one, other))
    distance = ((here[:, None] - there[None]) ** 2).sum(axis=-1)
    factors = [[_factor(p, q) for q in other] for p in one]
    return np.asarray(np.exp(-0.5 * distance) * np.array(factors).reshape(len(one), len(other)))


def _factor(p: Settled, q: Settled) -> float:
    """Weigh the words in which two procedures differ."""
    medium = 1.0 if (p.reductant, p.solvent) == (q.reductant, q.solvent) else OTHER_MEDIUM
    addition = 1.0 if p.addition == q.addition else OTHER_ADDITION
    water = 1.0 if (p.water, p.quench) == (q.water, q.quench) else OTHER_WATER
    return medium * addition * water


@lru_cache(maxsize=32)
def helmert(n: int) -> Array:
    """Write orthonormal contrasts of n components (n - 1, n): (1, -1)/sqrt 2, (1, 1, -2)/sqrt 6, ..."""
    rows = np.tril(np.ones((n - 1, n)))
    rows[np.arange(n - 1), np.arange(1, n)] = -np.arange(1.0, n)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows.setflags(write=False)
    return rows


def log_contrasts(fractions: Array) -> Array:
    """Turn fractions that sum to 1 (..., n) into contrasts of their logarithms (..., n - 1)."""
    return np.asarray(np.log(np.maximum(fractions, 0.0) + FLOOR) @ helmert(fractions.shape[-1]).T)


def fractions_of(contrasts: Array) -> Array:
    """Turn contrasts (..., n - 1) back into fractions (..., n), none below 0, closed to 1."""
    n = contrasts.shape[-1] + 1
    logs = contrasts @ helmert(n)
    shares = np.exp(logs - logs.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    found = np.maximum(shares * (1.0 + FLOOR * n) - FLOOR, 0.0)
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def overlap(rows: Sequence[SeenRow], others: Sequence[SeenRow], shared: Array) -> Array:
    """Spread a kernel of rows (n_rows, n_others) over their contrasts, times b.b' (n_contrasts, n_other_contrasts)."""
    left, right = (np.vstack([row.contrasts for row in some]) for some in (rows, others))
    sizes = [[row.n_contrasts for row in some] for some in (rows, others)]
    spread = np.repeat(np.repeat(shared, sizes[0], axis=0), sizes[1], axis=1)
    return np.asarray(spread * (left @ right.T))


def covariance(shared: Array, t: Array, variances: Array) -> Array:
    """Add discrepancy and noise up (n_draws, n_contrasts, n_contrasts).

    Parameters
    ----------
    shared
        Kernel of the contrasts, from ``overlap`` (n_contrasts, n_contrasts).
    t
        What the mechanism gets wrong (n_draws,).
    variances
        Of the noise of each contrast, s^2 / l_r (n_draws, n_contrasts).
    """
    whole = t[:, None, None] ** 2 * shared
    steps = np.arange(len(shared))
    whole[:, steps, steps] += variances
    return np.asarray(whole)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Pins:
    """What the runs pin, for some draws."""

    procedures: tuple[Settled, ...]
    """Of each row."""
    contrasts: Array
    """Of all rows, over the degrees (n_contrasts, n_degrees)."""
    sizes: tuple[int, ...]
    """Contrasts of each row."""
    residuals: Array
    """What was seen less what was computed, r (n_draws, n_contrasts)."""
    variances: Array
    """Of the noise (n_draws, n_contrasts)."""
    shared: Array
    """How much of their discrepancy the contrasts of the runs share (n_contrasts, n_contrasts)."""
    inverse: Array
    """C^-1 (n_draws, n_contrasts, n_contrasts)."""


def procedures_of(calibration: Calibration) -> tuple[Settled, ...]:
    """List the procedures that were run, one for each row that was fitted."""
    return tuple(Settled(**row.procedure) for row in calibration.rows)  # type: ignore[arg-type]


@lru_cache(maxsize=8)
def pins_of(calibration: Calibration, draws: Draws) -> Pins:
    """Work out what the runs pin, once for some draws."""
    rows, procedures = calibration.rows, procedures_of(calibration)
    sizes = tuple(row.n_contrasts for row in rows)
    shared = overlap(rows, rows, kernel(procedures, procedures))
    spread = np.stack([noise(draws) ** 2 / precision(draws, row.run) for row in rows], axis=1)
    variances = np.repeat(spread, sizes, axis=1)
    residuals = np.hstack([row.observed - row.computed for row in rows])
    return Pins(
        procedures=procedures,
        contrasts=np.vstack([row.contrasts for row in rows]),
        sizes=sizes,
        residuals=residuals[np.arange(len(draws.normals)) % calibration.n_draws],
        variances=variances,
        shared=shared,
        inverse=np.asarray(np.linalg.inv(covariance(shared, discrepancy(draws), variances)), dtype=float),
    )


def discrepancies(
    calibration: Calibration, procedures: Sequence[Settled], draws: Draws, n_degrees: int, *, is_pair: bool
) -> Array:
    """Draw what the mechanism gets wrong, as far as runs have not told it (n_procedures, n_draws, n_degrees - 1).

    Parameters
    ----------
    calibration
        Of the model.
    procedures
        Settled.
    draws
        Of the calibrated model.
    n_degrees
        Degrees of the pair, the unreacted amine among them.
    is_pair
        Whether the runs were made with this pair; those of another tell nothing about it.
    """
    t, n = discrepancy(draws), n_degrees - 1
    z = np.stack([term(draws, f"{FRESH}.{i}") for i in range(n)], axis=-1)
    if not (is_pair and calibration.rows):
        return np.broadcast_to(t[:, None] * z, (len(procedures), *z.shape))
    pins = pins_of(calibration, draws)
    here = helmert(n_degrees) @ pins.contrasts.T
    shared = np.repeat(kernel(procedures, pins.procedures), pins.sizes, axis=1)
    pull = shared[:, None] * here[None]  # (n_procedures, n, n_seen)
    pulled = np.einsum("dij,dj->di", pins.inverse, pins.residuals)
    mean = (t**2)[:, None, None] * np.einsum("pcj,dj->dpc", pull, pulled)
    told = np.matmul(pull.reshape(-1, pull.shape[-1]), pins.inverse).reshape(len(t), *pull.shape)
    left = np.eye(n) - (t**2)[:, None, None, None] * np.einsum("dpcj,pej->dpce", told, pull)
    values, vectors = np.linalg.eigh(left)
    roots = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :] @ np.swapaxes(vectors, -1, -2)
    spread = t[:, None, None] * np.einsum("dpce,de->dpc", roots, z)
    return np.swapaxes(mean + spread, 0, 1)


def tilted(fractions: Array, most: Array) -> Array:
    """Tilt fractions of the degrees (..., n_degrees) so that they hold no more alkyl groups than ``most`` (...,)."""
    alkyls = np.arange(fractions.shape[-1])
    over = fractions @ alkyls > most
    if not np.any(over):
        return fractions
    some, limit = fractions[over], np.maximum(most[over], 0.0)
    low, high = np.full(len(some), -100.0), np.zeros(len(some))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        too_many = _tilt(some, middle) @ alkyls > limit
        low, high = np.where(too_many, low, middle), np.where(too_many, middle, high)
    result = np.array(fractions)
    result[over] = _tilt(some, low)
    return result


def _tilt(fractions: Array, theta: Array) -> Array:
    """Weigh degree a by exp(theta a) and normalise."""
    logs = theta[:, None] * np.arange(fractions.shape[-1])
    weighed = fractions * np.exp(logs)
    whole = weighed.sum(axis=-1, keepdims=True)
    none = np.zeros(fractions.shape[-1])
    none[0] = 1.0
    return np.asarray(np.where(whole > 0, weighed / np.where(whole > 0, whole, 1.0), none))


def shared_out(
    isomers: dict[str, tuple[int, Array]], before: Array, after: Array
) -> dict[str, tuple[int, Array]]:
    """Give each isomer its part of its degree, in the draw's own proportion; as many each where none was made.

    Parameters
    ----------
    isomers
        SMILES to degree and fractions (..., n_draws, n_times).
    before, after
        Fractions of the degrees, computed and corrected (..., n_draws, n_degrees).
    """
    if before is after:
        return isomers
    counts: dict[int, int] = {}
    for degree, _ in isomers.values():
        counts[degree] = counts.get(degree, 0) + 1
    found: dict[str, tuple[int, Array]] = {}
    for smiles, (degree, fraction) in isomers.items():
        whole = before[..., degree]
        last = fraction[..., -1]
        share = np.divide(last, whole, out=np.full(last.shape, 1.0 / counts[degree]), where=whole > 0)
        found[smiles] = (degree, (share * after[..., degree])[..., None])
    return found
