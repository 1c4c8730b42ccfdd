"""Likelihood: how probable what was found is under draws of the unknowns, exactly.

::

    y - u(x) = e_disc + e_noise      e_noise ~ N(0, s^2 / l_r),   e_disc ~ N(0, t^2 K b.b')
    log L = -1/2 r' C^-1 r - 1/2 log det C          C = t^2 K b.b' + diag(s^2 / l_r),   r = y - u(x)

K is the kernel of ``flask/discrepancy`` over the runs, b the contrasts of each row over the degrees. Rows of one run
that tell the same contrast share their discrepancy, so that only their mean meets it; contrasts that nothing connects
are summed apart. A draw that cannot be computed has the likelihood 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.special import chdtri, ndtr

from planner.calibration.contrasts import ClosedSet, contrasts_of
from planner.calibration.experiments import Evidence, Experiment
from planner.calibration.tempering import product
from planner.calibration.unknowns import Unknowns, draws_of, response_of, titres_of
from planner.engine import Array
from planner.flask.discrepancy import (
    DISCREPANCY_MEDIAN,
    DISCREPANCY_SD,
    FREEDOM,
    NOISE_MEDIAN,
    NOISE_SD,
    kernel,
)
from planner.flask.flask import Flask, flask_for
from planner.flask.samples import Readings, read_samples
from planner.model.calibration import DISCREPANCY, NOISE, precision_name

TOLERANCE = 1e-4
"""Relative, of the integrator: at 1e-3 some wide draws trip it and cost more than all others."""
AT_ONCE = 40_000
"""Simulations that are held in memory together."""
CELLS_AT_ONCE = 4_000_000
"""Cells of covariances that are held in memory together."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Together:
    """Runs that are simulated in one call: of one network and one lot."""

    flask: Flask
    experiments: tuple[Experiment, ...]

    @property
    def owners(self) -> dict[tuple[str, float | None], int]:
        """Where the sample of a run stands in the readings."""
        keys = [(e.name, time) for e in self.experiments for time in e.sampled.times_h]
        return {key: i for i, key in enumerate(keys)}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Likelihood:
    """What must be known to compute log L of draws."""

    unknowns: Unknowns
    """Columns."""
    calls: tuple[Together, ...]
    """What is simulated."""
    findings: tuple[ClosedSet, ...]
    """In the order of the contrasts."""
    observed: Array
    """(n_contrasts,)."""
    runs: tuple[str, ...]
    """Names of the runs."""
    owner: NDArray[np.intp]
    """Run of each contrast, by its place in ``runs`` (n_contrasts,)."""
    shared: Array
    """Kernel times b.b' of all contrasts (n_contrasts, n_contrasts)."""
    mean_of: Array
    """Averages contrasts that share all of their discrepancy (n_means, n_contrasts)."""
    between: Array
    """Kernel times b.b' of the means (n_means, n_means)."""
    blocks: tuple[NDArray[np.intp], ...]
    """Means that are connected."""

    def __call__(self, x: Array) -> Array:
        """Work out log L of draws (n, n_columns), (n,)."""
        return log_likelihood(self, x, computed(self, x))


def likelihood(evidence: Evidence, unknowns: Unknowns) -> Likelihood:
    """Prepare what does not depend on draws."""
    experiments = evidence.experiments
    findings = [one for e in experiments for one in e.findings]
    n_degrees = evidence.pair.n_hydrogens + 1
    rows = [one.directions(n_degrees) for one in findings]
    sizes = [len(row) for row in rows]
    names = tuple(e.name for e in experiments)
    owner = np.repeat([names.index(one.run) for one in findings], sizes)
    procedures = [e.procedure for e in experiments]
    directions = np.vstack(rows)
    shared = kernel(procedures, procedures)[np.ix_(owner, owner)] * (directions @ directions.T)
    mean_of = _means(owner, directions)
    between = mean_of @ shared @ mean_of.T
    return Likelihood(
        unknowns=unknowns,
        calls=_calls(experiments, unknowns),
        findings=tuple(findings),
        observed=np.concatenate([one.observed for one in findings]),
        runs=names,
        owner=owner,
        shared=shared,
        mean_of=mean_of,
        between=between,
        blocks=_blocks(between),
    )


def _means(owner: NDArray[np.intp], directions: Array) -> Array:
    """Write the averages over contrasts of one run that point the same way."""
    keys = [(int(run), tuple(np.round(b, 9))) for run, b in zip(owner, directions, strict=True)]
    unique = list(dict.fromkeys(keys))
    member = np.array([[key == one for key in keys] for one in unique], dtype=float)
    return np.asarray(member / member.sum(axis=1, keepdims=True))


def _blocks(shared: Array) -> tuple[NDArray[np.intp], ...]:
    """Group means that share discrepancy."""
    n, labels = connected_components(np.abs(shared) > 1e-12, directed=False)
    return tuple(np.flatnonzero(labels == i) for i in range(n))


def _calls(experiments: Sequence[Experiment], unknowns: Unknowns) -> tuple[Together, ...]:
    """Group runs by network and lot."""
    groups: dict[tuple[Flask, str], list[Experiment]] = {}
    for e in experiments:
        flask = flask_for(e.pair, unknowns.model, e.procedure)
        groups.setdefault((flask, e.lot if unknowns.has_discrepancy else ""), []).append(e)
    return tuple(Together(flask=flask, experiments=tuple(some)) for (flask, _), some in groups.items())


def computed(given: Likelihood, x: Array) -> Array:
    """Compute the contrasts of all findings for draws (n, n_contrasts); NaN where a draw fails."""
    n_runs = len(given.runs)
    parts = np.array_split(x, max(1, -(-len(x) * n_runs // AT_ONCE)))
    return np.concatenate([_computed(given, part) for part in parts])


def _computed(given: Likelihood, x: Array) -> Array:
    """Do so for draws that fit in memory."""
    samples: dict[tuple[str, float | None], tuple[Readings, int]] = {}
    for call in given.calls:
        readings = _read(given, call, x)
        samples |= {key: (readings, i) for key, i in call.owners.items()}
    columns = [_contrasts(given.unknowns, one, *samples[one.run, one.time_h], x) for one in given.findings]
    found = np.hstack(columns)
    found[~np.isfinite(found).all(axis=1)] = np.nan
    return found


def _read(given: Likelihood, call: Together, x: Array) -> Readings:
    unknowns, some = given.unknowns, call.experiments
    return read_samples(
        call.flask,
        unknowns.model,
        [e.sampled for e in some],
        draws_of(unknowns, x, some),
        titres=titres_of(unknowns, x, some),
        relative_tolerance=TOLERANCE,
    )


def _contrasts(unknowns: Unknowns, one: ClosedSet, readings: Readings, sample: int, x: Array) -> Array:
    """Compute the contrasts of one closed set (n, n_parts - 1)."""
    whole = readings.carbonyl[sample] if one.is_carbonyl else readings.degrees[sample]
    if one.responses:
        whole = np.array(whole)
        for degree, name in one.responses:
            whole[:, degree] *= response_of(unknowns, x, name)
    parts = np.stack([whole[:, list(part)].sum(axis=1) for part in one.parts], axis=1)
    total = parts.sum(axis=1, keepdims=True)
    return contrasts_of(parts / np.where(total > 0, total, 1.0))


def log_likelihood(given: Likelihood, x: Array, found: Array) -> Array:
    """Work out log L of draws whose contrasts have been computed (n,); -inf where they could not be."""
    is_sound = np.isfinite(found).all(axis=1)
    logs = np.full(len(x), -np.inf)
    if is_sound.any():
        n = len(given.mean_of)
        parts = np.array_split(np.flatnonzero(is_sound), max(1, is_sound.sum() * n**2 // CELLS_AT_ONCE))
        for rows in parts:
            logs[rows] = _logs(given, x[rows], given.observed - found[rows])
    return logs


def _logs(given: Likelihood, x: Array, residuals: Array) -> Array:
    """Sum log L over what is connected (n,)."""
    unknowns = given.unknowns
    variances = noise_variances(given, x)[:, given.owner]
    if not unknowns.has_discrepancy:
        return np.asarray(-0.5 * np.sum(residuals**2 / variances + np.log(variances), axis=1))
    means = product(residuals, given.mean_of.T)
    member = given.mean_of > 0
    counts = member.sum(axis=1)
    inside = residuals - product(means, member.astype(float))
    of_means = np.stack([variances[:, np.flatnonzero(row)[0]] for row in member], axis=1)
    spare = counts - 1
    logs = -0.5 * (np.sum(inside**2 / variances, axis=1) + np.sum(spare * np.log(of_means), axis=1))
    t2 = discrepancy_of(unknowns, x) ** 2
    for block in given.blocks:
        covariance = t2 * given.between[np.ix_(block, block)][:, :, None]
        steps = np.arange(len(block))
        covariance[steps, steps] += (of_means[:, block] / counts[block]).T
        logs += gaussian(covariance, means[:, block].T.copy())
    return np.asarray(logs)


def gaussian(covariance: Array, residuals: Array) -> Array:
    """Work out -1/2 r' C^-1 r - 1/2 log det C (n,) of C (k, k, n) and r (k, n), both used up, by elimination."""
    total = np.zeros(residuals.shape[1])
    for j in range(len(residuals)):
        pivot = covariance[j, j]
        total -= 0.5 * (np.log(pivot) + residuals[j] ** 2 / pivot)
        factor = covariance[j + 1 :, j] / pivot
        residuals[j + 1 :] -= factor * residuals[j]
        covariance[j + 1 :, j + 1 :] -= factor[:, None] * covariance[j, j + 1 :]
    return total


def noise_variances(given: Likelihood, x: Array) -> Array:
    """Draw the variance of the noise of each run, s^2 / l_r (n, n_runs)."""
    s = NOISE_MEDIAN * np.exp(NOISE_SD * given.unknowns.column(x, NOISE))
    return np.asarray(s[:, None] ** 2 / precisions_of(given, x))


def precisions_of(given: Likelihood, x: Array) -> Array:
    """Draw the precision l of each run (n, n_runs)."""
    columns = np.stack([given.unknowns.column(x, precision_name(run)) for run in given.runs], axis=1)
    return np.asarray(chdtri(FREEDOM, ndtr(-columns)) / FREEDOM)


def discrepancy_of(unknowns: Unknowns, x: Array) -> Array:
    """Draw what the mechanism gets wrong, t (n,); 0 where it is taken to be right."""
    if not unknowns.has_discrepancy:
        return np.zeros(len(x))
    return np.asarray(DISCREPANCY_MEDIAN * np.exp(DISCREPANCY_SD * unknowns.column(x, DISCREPANCY)))


def covariance_of(given: Likelihood, x: Array) -> Array:
    """Add up the covariance of all contrasts of each draw (n, n_contrasts, n_contrasts)."""
    whole = discrepancy_of(given.unknowns, x)[:, None, None] ** 2 * given.shared
    steps = np.arange(len(given.observed))
    whole[:, steps, steps] += noise_variances(given, x)[:, given.owner]
    return np.asarray(whole)
