"""Likelihood: how probable what was found is under draws of the unknowns, exactly.

::

    y - u(x) = e_disc + e_noise      e_noise ~ N(0, s^2 / l_r),   e_disc ~ N(0, t^2 K b.b')
    log L = -1/2 r' C^-1 r - 1/2 log det C          C = t^2 K b.b' + diag(s^2 / l_r),   r = y - u(x)

K is the kernel of ``flask/discrepancy`` over the runs, b the contrasts of each row over the degrees. Rows of one run
that tell the same contrast share their discrepancy, so that only their mean meets it; contrasts that nothing connects
are summed apart. t is integrated over, and drawn afterwards from what is left of it given all else. A draw that cannot
be computed has the likelihood 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.special import logsumexp

from planner.calibration.contrasts import ClosedSet
from planner.calibration.experiments import Evidence, Experiment
from planner.calibration.tempering import product
from planner.calibration.unknowns import Unknowns, draws_of, response_of, titres_of
from planner.engine import Array
from planner.flask.discrepancy import (
    covariance,
    discrepancy_at,
    kernel,
    log_contrasts,
    noise_at,
    precision_at,
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
LEAST_SHARED = 1e-12
FURTHEST, FINE = 3.5, 141
"""Ends of the grid of t, in its prior's standard deviations, and points where t is drawn."""
NODES = np.linspace(-FURTHEST, FURTHEST, 15)
"""Points where t is integrated."""
LOG_STEP = float(np.log((NODES[1] - NODES[0]) / np.sqrt(2.0 * np.pi)))


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
    """Means that are connected; those that are so in the same way are rows of one array (n_alike, n_means)."""

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
    keys = [(int(owner[np.argmax(row)]), int(np.count_nonzero(row))) for row in mean_of]
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
        blocks=_blocks(between, keys),
    )


def _means(owner: NDArray[np.intp], directions: Array) -> Array:
    """Write the averages over contrasts of one run that point the same way."""
    keys = [(int(run), tuple(np.round(b, 9))) for run, b in zip(owner, directions, strict=True)]
    unique = list(dict.fromkeys(keys))
    member = np.array([[key == one for key in keys] for one in unique], dtype=float)
    return np.asarray(member / member.sum(axis=1, keepdims=True))


def _blocks(between: Array, keys: Sequence[tuple[int, int]]) -> tuple[NDArray[np.intp], ...]:
    """Group means that share discrepancy; ``keys`` tell run and number of rows of each."""
    n, labels = connected_components(np.abs(between) > LEAST_SHARED, directed=False)
    alike: dict[tuple[object, ...], list[NDArray[np.intp]]] = {}
    for i in range(n):
        rows = np.flatnonzero(labels == i)
        matrix = tuple(np.round(between[np.ix_(rows, rows)], 9).ravel())
        alike.setdefault((matrix, tuple(keys[int(j)] for j in rows)), []).append(rows)
    return tuple(np.stack(some) for some in alike.values())


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
    return log_contrasts(parts / np.where(total > 0, total, 1.0))


def log_likelihood(given: Likelihood, x: Array, found: Array) -> Array:
    """Work out log L of draws whose contrasts have been computed (n,); -inf where they could not be.

    What the mechanism gets wrong, t, is integrated over its prior: where it is small only a narrow part of the other
    unknowns explains the runs, and draws that move all at once do not find their way in.
    """
    is_sound = np.isfinite(found).all(axis=1)
    logs = np.full(len(x), -np.inf)
    n = len(given.mean_of)
    for rows in np.array_split(np.flatnonzero(is_sound), max(1, is_sound.sum() * n**2 // CELLS_AT_ONCE)):
        if len(rows):
            logs[rows] = _marginal(given, x[rows], given.observed - found[rows])
    return logs


def with_discrepancy_drawn(given: Likelihood, x: Array, found: Array, rng: np.random.Generator) -> Array:
    """Draw t of each row from what the runs leave of it, given all else; return the draws with it."""
    if not given.unknowns.has_discrepancy:
        return x
    nodes = np.linspace(-FURTHEST, FURTHEST, FINE)
    parts = np.array_split(np.arange(len(x)), max(1, x.shape[0] * FINE * len(given.mean_of) // CELLS_AT_ONCE))
    logs = np.concatenate([_on(given, x[rows], given.observed - found[rows], nodes) for rows in parts])
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    below = np.cumsum(weights, axis=1)
    chosen = (below < rng.random((len(x), 1)) * below[:, -1:]).sum(axis=1)
    drawn = np.array(x)
    step = nodes[1] - nodes[0]
    drawn[:, given.unknowns.places[DISCREPANCY]] = nodes[chosen] + step * (rng.random(len(x)) - 0.5)
    return drawn


def _on(given: Likelihood, x: Array, residuals: Array, nodes: Array) -> Array:
    """Work out log L plus log prior of t on a grid of its standard normal (n, n_nodes)."""
    t = discrepancy_at(nodes)
    logs = _by_discrepancy(given, x, residuals, np.broadcast_to(t, (len(x), len(nodes))))
    return np.asarray(logs - 0.5 * nodes**2)


def _marginal(given: Likelihood, x: Array, residuals: Array) -> Array:
    """Integrate over t by the trapezoidal rule, which is exact to rounding for curves as smooth as these (n,)."""
    if not given.unknowns.has_discrepancy:
        return _by_discrepancy(given, x, residuals, np.zeros((len(x), 1)))[:, 0]
    logs = _on(given, x, residuals, NODES)
    return np.asarray(logsumexp(logs, axis=1) + LOG_STEP)


def _by_discrepancy(given: Likelihood, x: Array, residuals: Array, t: Array) -> Array:
    """Work out log L for some t of each draw (n, n_t).

    With D the noise of the means and D^-1/2 K D^-1/2 = V diag(lam) V', q = V' D^-1/2 r::

        log L = -1/2 sum [ log(1 + t^2 lam) + q^2 / (1 + t^2 lam) ] - 1/2 log det D
    """
    variances = noise_variances(given, x)[:, given.owner]
    means = product(residuals, given.mean_of.T)
    member = given.mean_of > 0
    counts = member.sum(axis=1)
    inside = residuals - product(means, member.astype(float))
    of_means = variances[:, np.argmax(member, axis=1)]
    logs = -0.5 * (np.sum(inside**2 / variances, axis=1) + np.sum(counts * np.log(of_means), axis=1))
    whole = np.repeat(logs[:, None], t.shape[1], axis=1)
    for alike in given.blocks:
        first = alike[0]
        root = np.sqrt(counts[first] / of_means[:, first])
        scaled = root[:, :, None] * given.between[np.ix_(first, first)] * root[:, None, :]
        values, axes = np.linalg.eigh(scaled)
        grown = 1.0 + t[:, :, None] ** 2 * np.maximum(values, 0.0)[:, None, :]
        squares = sum(np.einsum("nij,ni->nj", axes, root * means[:, rows]) ** 2 for rows in alike)
        whole -= 0.5 * np.sum(len(alike) * np.log(grown) + squares[:, None, :] / grown, axis=2)
    return whole


def noise_variances(given: Likelihood, x: Array) -> Array:
    """Draw the variance of the noise of each run, s^2 / l_r (n, n_runs)."""
    s = noise_at(given.unknowns.column(x, NOISE))
    return np.asarray(s[:, None] ** 2 / precisions_of(given, x))


def precisions_of(given: Likelihood, x: Array) -> Array:
    """Draw the precision l of each run (n, n_runs)."""
    columns = [given.unknowns.column(x, precision_name(run)) for run in given.runs]
    return precision_at(np.stack(columns, axis=1))


def discrepancy_of(unknowns: Unknowns, x: Array) -> Array:
    """Draw what the mechanism gets wrong, t (n,); 0 where it is taken to be right."""
    if not unknowns.has_discrepancy:
        return np.zeros(len(x))
    return discrepancy_at(unknowns.column(x, DISCREPANCY))


def covariance_of(given: Likelihood, x: Array) -> Array:
    """Add up the covariance of all contrasts of each draw (n, n_contrasts, n_contrasts)."""
    variances = noise_variances(given, x)[:, given.owner]
    return covariance(given.shared, discrepancy_of(given.unknowns, x), variances)
