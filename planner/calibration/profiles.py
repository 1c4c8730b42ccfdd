"""Profiles: how well the best choice of everything else explains the runs, as one number or sum is moved.

The likelihood alone is looked at, in 13 steps from -3 to +3 prior standard deviations; at each the others are chosen
by a cloud of draws that closes in on the best (the cross-entropy method; de Boer, Kroese, Mannor and Rubinstein, Ann.
Oper. Res. 2005, 134, 19), starting with the posterior's draws and with what was best one step before. Where ln L stays
within 2 of its maximum up to an end, the runs give only a bound: along such a flat direction the posterior's width is
the prior's doing.
"""

from dataclasses import dataclass

import numpy as np

from planner.calibration.checking import learned_of, parent_of
from planner.calibration.experiments import evidence_of
from planner.calibration.identifiability import N_PRIOR, learnt
from planner.calibration.likelihood import likelihood
from planner.calibration.runs import read_runs
from planner.calibration.tempering import LogLikelihood, Tempered, product, sobol_normals
from planner.calibration.unknowns import unknowns_of
from planner.engine import Array
from planner.errors import ParameterError, nearest, shown
from planner.model.model import Model

POINTS = np.linspace(-3.0, 3.0, 13)
"""Prior standard deviations along the direction."""
WITHIN = 2.0
"""ln L below its maximum up to which a value explains the runs as well: two standard deviations of a normal."""
CLOUD, ELITE, ROUNDS = 128, 24, 6
"""Draws of a round, those that shape the next, and rounds at each point."""
FURTHEST = 5.0
"""Prior standard deviations to which the others are bounded."""
LEAST_SPREAD = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Profile:
    """Largest ln L along a direction."""

    points: Array
    """Prior standard deviations (n_points,)."""
    logs: Array
    """ln L less its maximum (n_points,)."""

    @property
    def side(self) -> str:
        """Name the bound that is all that was learned: lower, upper, none where neither end is closed, else empty."""
        low_open, high_open = (bool(self.logs[i] >= -WITHIN) for i in (0, -1))
        return {(False, True): "lower", (True, False): "upper", (True, True): "none"}.get(
            (low_open, high_open), ""
        )


def profile_of(model: Model, name: str) -> Profile:
    """Profile a number or a sum of a calibrated model, by its name among what was learned.

    Raises
    ------
    ParameterError
        If the model has learned from no runs, or nothing of that name.
    """
    calibration, parent = learned_of(model), parent_of(model)
    evidence = evidence_of(read_runs(calibration.runs, model=parent), parent)
    unknowns = unknowns_of(evidence, parent, has_discrepancy=calibration.has_discrepancy)
    given = likelihood(evidence, unknowns)
    prior = sobol_normals(N_PRIOR, len(unknowns.names), np.random.default_rng(0))
    listed = {one.name: one for one in learnt(unknowns, evidence.experiments, prior, calibration.normals)}
    if name not in listed:
        raise ParameterError(
            f"{shown(name)} was not among what was learned{nearest(str(name), listed)}; expected a name of the table"
        )
    moved = listed[name].prior - listed[name].prior.mean()
    found = Tempered(
        draws=calibration.normals,
        logs=given(calibration.normals),
        temperatures=0,
        acceptance=0.0,
        failed=0.0,
    )
    return profile(given, found, np.einsum("ij,i->j", prior, moved), seed=calibration.seed)


def profile(log_likelihood: LogLikelihood, found: Tempered, direction: Array, *, seed: int = 0) -> Profile:
    """Profile a direction of the standard normals.

    Parameters
    ----------
    log_likelihood
        As it was fitted.
    found
        Draws of the posterior.
    direction
        Weights of a sum of standard normals (n_columns,); a single one for a single number.
    seed
        Of the clouds.
    """
    rng = np.random.default_rng(seed)
    line = _line(found.draws, direction / np.linalg.norm(direction))
    best = int(np.argmax(found.logs))
    start = int(np.argmin(np.abs(POINTS - found.draws[best] @ line.unit)))
    likeliest = found.draws[np.argsort(-found.logs)[: CLOUD // 2]]
    logs = np.full(len(POINTS), -np.inf)
    for order in (range(start, len(POINTS)), range(start - 1, -1, -1)):
        near = likeliest
        for i in order:
            x = np.concatenate((near, likeliest))
            logs[i], near = _best_at(log_likelihood, line.placed(x, POINTS[i]), line, POINTS[i], rng)
    top = max(float(np.max(logs)), float(found.logs[best]))
    return Profile(points=POINTS, logs=logs - top)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Line:
    """A direction, and the way along which the posterior follows it."""

    unit: Array
    """What is moved (n_columns,)."""
    ridge: Array
    """How the others go with it, one along the direction (n_columns,)."""

    def placed(self, x: Array, point: float) -> Array:
        """Move rows along the ridge to where the direction has a value."""
        return np.asarray(x + np.outer(point - np.einsum("ij,j->i", x, self.unit), self.ridge))


def _line(draws: Array, unit: Array) -> _Line:
    """Find the ridge of some draws."""
    apart = draws - draws.mean(axis=0)
    along = np.einsum("ij,j->i", apart, unit)
    ridge = np.einsum("ij,i->j", apart, along) / max(float(along @ along), LEAST_SPREAD)
    return _Line(unit=unit, ridge=ridge)


def _best_at(
    log_likelihood: LogLikelihood, x: Array, line: _Line, point: float, rng: np.random.Generator
) -> tuple[float, Array]:
    """Find the largest ln L where a direction has a value; return it and the draws that came nearest."""
    logs = _bounded(log_likelihood, x)
    for _ in range(ROUNDS):
        elite = x[np.argsort(-logs)[:ELITE]]
        apart = elite - elite.mean(axis=0)
        values, axes = np.linalg.eigh(product(apart.T, apart) / ELITE)
        roots = np.sqrt(np.maximum(values, LEAST_SPREAD))
        fresh = product(rng.standard_normal((CLOUD, x.shape[1])) * roots, axes.T)
        more = line.placed(elite.mean(axis=0) + fresh, point)
        x = np.concatenate((elite, more))
        logs = np.concatenate((np.sort(logs)[::-1][:ELITE], _bounded(log_likelihood, more)))
    order = np.argsort(-logs)[:ELITE]
    return float(logs[order[0]]), x[order]


def _bounded(log_likelihood: LogLikelihood, x: Array) -> Array:
    """Work out ln L; what is out of all reason does not count."""
    logs = np.asarray(log_likelihood(np.clip(x, -FURTHEST, FURTHEST)))
    return np.where(np.isnan(logs) | (np.abs(x) > FURTHEST).any(axis=1), -np.inf, logs)
