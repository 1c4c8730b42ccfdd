"""Networks written by hand, or any other computation with named positive unknowns, fitted to what was measured.

Unknowns are log-normal, ``median * 10^(decades x)`` with x standard normal; what is computed and what was measured are
compared after a transform T::

    T(y) = T(f(unknowns)) + s n        n standard normal

T is the logarithm (relative errors), the log-ratios of a closed set, or nothing (absolute errors). The noise s is
log-normal like the others, or unknown on any scale (density 1/s), which is integrated out: log L = -n/2 log(sum of
squares).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.calibration.tempering import BY_HAND, Effort, LogLikelihood, Progress, Tempered, temper
from planner.engine import Array, integrate
from planner.errors import ParameterError, ProcedureError, finite, nearest, shown
from planner.flask.discrepancy import log_contrasts
from planner.flask.schedule import Segment, cut_at, write_batch
from planner.flask.simulate import RELATIVE_TOLERANCE, SMALLEST_AMOUNT, Arrhenius, mass_action
from planner.mechanism.network import Network

Constant = float | Array | Arrhenius
"""A rate constant: one number, one of each draw, or a law of the temperature."""
TRANSFORMS = ("log", "log_ratio", "none")
SMALLEST = 1e-300
"""Stands for an output of nothing where its logarithm is taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogNormal:
    """A positive unknown: a median and how far it may be off."""

    median: float
    """In whatever unit the computation takes."""
    decades: float
    """Standard deviation of log10."""

    def __post_init__(self) -> None:
        median, decades = finite(self.median), finite(self.decades)
        if median is None or decades is None or median <= 0 or decades <= 0:
            raise ParameterError(f"{shown(self)} is no prior; give a finite median and width above 0")

    def at(self, x: Array) -> Array:
        """Turn standard normals into values."""
        return np.asarray(self.median * 10.0 ** (self.decades * x))


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is computed, what was measured, and what is known before."""

    simulate: Callable[[Mapping[str, Array]], Array]
    """Outputs (n_draws, ..., n_parts) of named unknowns, each (n_draws,); NaN where a draw cannot be computed."""
    observed: Array
    """Measured, shaped as one draw's outputs."""
    priors: Mapping[str, LogNormal]
    """Of each unknown."""
    noise: LogNormal | None = None
    """Of s; density 1/s when absent."""
    transform: str = "log"
    """One of ``TRANSFORMS``; ``log_ratio`` closes the last axis."""

    def __post_init__(self) -> None:
        if self.transform not in TRANSFORMS:
            raise ProcedureError(
                f"transform {shown(self.transform)} is not known{nearest(str(self.transform), TRANSFORMS)}; "
                f"expected one of {', '.join(TRANSFORMS)}"
            )
        if not self.priors or not np.size(self.observed) or not np.isfinite(self.observed).all():
            raise ProcedureError("nothing to fit: give at least one unknown, and finite measurements")

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of standard normals: the unknowns, and the noise where it has a prior."""
        return (*self.priors, *(("noise",) if self.noise else ()))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fitted:
    """The posterior of a problem."""

    values: Mapping[str, Array]
    """Equally weighted draws of each unknown, ``noise`` among them where it has a prior."""
    names: tuple[str, ...]
    """Columns of ``normals``."""
    tempered: Tempered
    """The same as standard normals, and how they were reached."""


def fit_network(
    problem: Problem, *, effort: Effort = BY_HAND, seed: int = 0, progress: Progress | None = None
) -> Fitted:
    """Draw from the posterior of a problem.

    Parameters
    ----------
    problem
        What is computed, measured and known before.
    effort, seed, progress
        As in ``temper``.

    Raises
    ------
    SimulationError
        If more than 5 % of the first draws cannot be computed.
    """
    names = problem.names
    found = temper(likelihood_of(problem), len(names), effort=effort, seed=seed, progress=progress)
    priors = {**problem.priors, **({"noise": problem.noise} if problem.noise else {})}
    values = {name: prior.at(found.draws[:, i]) for i, (name, prior) in enumerate(priors.items())}
    return Fitted(values=values, names=names, tempered=found)


def likelihood_of(problem: Problem) -> LogLikelihood:
    """Give log L of rows of standard normals, in the order of ``Problem.names``."""
    seen = _transformed(problem.observed[None], problem.transform)

    def log_likelihood(x: Array) -> Array:
        unknowns = {name: prior.at(x[:, i]) for i, (name, prior) in enumerate(problem.priors.items())}
        apart = _transformed(problem.simulate(unknowns), problem.transform) - seen
        squares = np.sum(apart**2, axis=1)
        if problem.noise is None:
            return np.asarray(-0.5 * apart.shape[1] * np.log(squares))
        s = problem.noise.at(x[:, -1])
        return np.asarray(-0.5 * squares / s**2 - apart.shape[1] * np.log(s))

    return log_likelihood


def _transformed(outputs: Array, transform: str) -> Array:
    """Transform outputs (n_draws, ...) and lay them out flat (n_draws, n)."""
    if transform == "log":
        outputs = np.log(np.maximum(outputs, SMALLEST))
    elif transform == "log_ratio":
        closed = outputs / outputs.sum(axis=-1, keepdims=True)
        outputs = log_contrasts(closed)
    return np.asarray(outputs.reshape(len(outputs), -1), dtype=float)


def network_draws(
    network: Network,
    constants: Mapping[str, Constant],
    *,
    amounts: Mapping[str, float | Array],
    volume: float,
    schedule: Sequence[Segment],
    times: Sequence[float] | Array,
) -> Array:
    """Simulate a network that was built by hand for every draw of its unknowns at once.

    Parameters
    ----------
    network
        Species and reactions.
    constants
        For each name in ``network.constant_names``.
    amounts
        Species at the start [mol], one number or one of each draw; the others start at 0.
    volume
        At the start [L].
    schedule
        What happens, in order.
    times
        When to read out [s], ascending, within the schedule.

    Returns
    -------
    Array
        Amounts (n_draws, n_times, n_species) [mol]; NaN for draws that cannot be integrated.

    Raises
    ------
    ParameterError
        If a constant is unknown or missing.
    ProcedureError
        If a species is unknown.
    SimulationError
        If a constant or an amount is negative or not finite.
    """
    given, known = set(constants), set(network.constant_names)
    if given != known:
        raise ParameterError(
            f"constants: unknown {shown(sorted(given - known))}, missing {shown(sorted(known - given))}; "
            f"the network has {shown(list(network.constant_names))}"
        )
    wanted = np.asarray(times, dtype=float)
    pieces, ends = cut_at(schedule, wanted)
    columns = [_product([constants[name] for name in r.constants], pieces) for r in network.reactions]
    k = np.stack(np.broadcast_arrays(*columns), axis=-1) * [r.multiplicity for r in network.reactions]
    n_draws = max(len(k), *(np.size(n) for n in amounts.values()), 1)
    batch = write_batch(
        network,
        np.broadcast_to(k, (n_draws, *k.shape[1:]))[None],
        amounts=tuple((name, np.broadcast_to(n, (1, n_draws))) for name, n in amounts.items()),
        volume=volume,
        schedule=pieces,
    )
    found = integrate(
        mass_action(network),
        batch,
        relative_tolerance=RELATIVE_TOLERANCE,
        absolute_tolerance=SMALLEST_AMOUNT * RELATIVE_TOLERANCE,
        allow_failures=True,
    )
    states = np.concatenate((batch.amounts[:, None], found), axis=1)
    return np.asarray(states[:, np.searchsorted(ends, wanted)])


def _product(factors: Sequence[Constant], pieces: Sequence[Segment]) -> Array:
    """Multiply the constants of a reaction (1 or n_draws, n_pieces)."""
    k = np.ones((1, len(pieces)))
    for factor in factors:
        if isinstance(factor, Arrhenius):
            k = k * np.array([[factor.at(piece.temperature) for piece in pieces]])
        else:
            k = k * np.atleast_1d(np.asarray(factor, dtype=float))[:, None]
    return k
