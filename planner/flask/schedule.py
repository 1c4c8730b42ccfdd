"""Schedules: any mass-action network, with any feeds, doses and temperatures, in one flask.

For published kinetic models and for networks written by hand. A schedule is a list of segments in
which feeds and temperature are constant; a feed table, portions and temperature steps are segments.
Canonical units: mol, L, s, K; rate constants in M and s.

    k(T) = k exp(-Ea/R (1/T - 1/T_ref))
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from planner.engine import Array, Batch
from planner.errors import ParameterError, ProcedureError
from planner.flask.conditions import GAS_CONSTANT, REFERENCE_TEMPERATURE_K
from planner.flask.simulate import RELATIVE_TOLERANCE, SECONDS_PER_HOUR, Trajectory, integrate_amounts
from planner.mechanism.network import Network


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrhenius:
    """A rate constant and how it changes with temperature."""

    k: float
    """At the reference temperature [M^(1 - order)/s]."""
    activation_energy: float = 0.0
    """Ea [kJ/mol]."""
    reference_temperature: float = REFERENCE_TEMPERATURE_K
    """T_ref [K]."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.k) and self.k >= 0 and math.isfinite(self.activation_energy)):
            raise ParameterError(
                f"{self} is not a rate constant; give a finite k >= 0 and a finite energy [kJ/mol]"
            )
        if not (math.isfinite(self.reference_temperature) and self.reference_temperature > 0):
            raise ParameterError(f"{self}: the reference temperature must be above 0 K")

    def at(self, temperature: float) -> float:
        """Evaluate at a temperature [K]."""
        inverse = 1.0 / temperature - 1.0 / self.reference_temperature
        return self.k * math.exp(-self.activation_energy / GAS_CONSTANT * inverse)


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch of time in which feeds and temperature do not change."""

    duration: float
    """[s]."""
    doses: tuple[tuple[str, float], ...] = ()
    """(species, amount) added at once when the segment starts [mol]."""
    feeds: tuple[tuple[str, float], ...] = ()
    """(species, rate) fed throughout [mol/s]."""
    volume_rate: float = 0.0
    """Volume that the feeds bring [L/s]."""
    temperature: float = REFERENCE_TEMPERATURE_K
    """[K]."""

    def __post_init__(self) -> None:
        amounts = [n for _, n in (*self.doses, *self.feeds)]
        numbers = (self.duration, self.volume_rate, self.temperature, *amounts)
        if not all(math.isfinite(x) and x >= 0 for x in numbers) or self.temperature == 0:
            raise ProcedureError(
                f"{self} is not possible; give finite durations, amounts and rates of at least 0, and T > 0 K"
            )


def simulate_network(
    network: Network,
    constants: Mapping[str, float | Arrhenius],
    *,
    amounts: Mapping[str, float],
    volume: float,
    schedule: Sequence[Segment],
    times: Sequence[float] | None = None,
    relative_tolerance: float = RELATIVE_TOLERANCE,
) -> Trajectory:
    """Simulate a network that was built by hand.

    Parameters
    ----------
    network
        Species and reactions.
    constants
        For each name in ``network.constant_names`` a number or an ``Arrhenius``.
    amounts
        Species at the start [mol]; the others start at 0.
    volume
        At the start [L].
    schedule
        What happens, in order.
    times
        When to read out [s], ascending, within the schedule; the start and the end of each segment
        when absent. At a kink the reading is before the dose.
    relative_tolerance
        As in ``simulate``.

    Returns
    -------
    Trajectory
        With one procedure and one draw; its times in h as everywhere.

    Raises
    ------
    ParameterError
        If a constant is missing or unknown.
    ProcedureError
        If a species is unknown, or an amount, a time or the volume impossible.
    SimulationError
        If it cannot be integrated.
    """
    ends = np.cumsum([segment.duration for segment in schedule])
    wanted = np.array([0.0, *ends]) if times is None else np.array(times, dtype=float)
    if times is not None and not _are_times(wanted, ends):
        raise ProcedureError(
            f"times must ascend from 0 to the end of the schedule, {ends[-1]:g} s; mend the list"
        )
    pieces, piece_ends = _cut(schedule, wanted)
    batch = schedule_batch(network, constants, amounts=amounts, volume=volume, schedule=pieces)
    states = np.concatenate((batch.amounts, integrate_amounts(network, batch, relative_tolerance)[0]))
    return Trajectory(
        species=network.species_names,
        times_h=wanted[None] / SECONDS_PER_HOUR,
        amounts=states[np.searchsorted(piece_ends, wanted)][None, None],
    )


def _are_times(wanted: Array, ends: Array) -> bool:
    """Check that read-out times are finite, ascend and lie within the schedule."""
    inside = wanted.size > 0 and wanted[0] >= 0 and len(ends) > 0 and wanted[-1] <= ends[-1]
    return bool(inside and np.all(np.isfinite(wanted)) and np.all(np.diff(wanted) >= 0))


def _cut(schedule: Sequence[Segment], wanted: Array) -> tuple[list[Segment], Array]:
    """Cut segments at the read-out times; return the pieces and the times at which they end, 0 first."""
    pieces: list[Segment] = []
    ends, start = [0.0], 0.0
    for segment, end in zip(schedule, np.cumsum([s.duration for s in schedule]).tolist(), strict=True):
        inside = np.unique(wanted[(wanted > start) & (wanted < end)]).tolist()
        for i, (before, after) in enumerate(pairwise([start, *inside, end])):
            doses = segment.doses if i == 0 else ()
            pieces.append(replace(segment, duration=after - before, doses=doses))
            ends.append(after)
        start = end
    return pieces, np.array(ends)


def schedule_batch(
    network: Network,
    constants: Mapping[str, float | Arrhenius],
    *,
    amounts: Mapping[str, float],
    volume: float,
    schedule: Sequence[Segment],
) -> Batch:
    """Write a schedule as one run of the engine; see ``simulate_network``."""
    _check_names("constant", constants, network.constant_names, must_have_all=True)
    index = {name: i for i, name in enumerate(network.species_names)}
    if not schedule or not (math.isfinite(volume) and volume > 0):
        raise ProcedureError(
            f"volume {volume!r} L with {len(schedule)} segments; give a volume and a segment"
        )
    start = _vector(amounts.items(), index)
    if not np.all(np.isfinite(start) & (start >= 0)):
        raise ProcedureError("an amount at the start is negative or not finite; give at least 0 mol")
    return Batch(
        amounts=start[None],
        volume=np.array([float(volume)]),
        rate_constants=np.array([[_constants(network, constants, s.temperature) for s in schedule]]),
        durations=np.array([[s.duration for s in schedule]]),
        feeds=np.array([[_vector(s.feeds, index) for s in schedule]]),
        volume_rates=np.array([[s.volume_rate for s in schedule]]),
        doses=np.array([[_vector(s.doses, index) for s in schedule]]),
    )


def _check_names(
    what: str, given: Mapping[str, object], known: Sequence[str], *, must_have_all: bool
) -> None:
    """Refuse names that the network does not have, and gaps."""
    unknown = sorted(set(given) - set(known))
    missing = sorted(set(known) - set(given)) if must_have_all else []
    if unknown or missing:
        raise ParameterError(f"{what}s: unknown {unknown}, missing {missing}; the network has {list(known)}")


def _vector(pairs: Iterable[tuple[str, float]], index: Mapping[str, int]) -> Array:
    """Put (species, number) pairs in the order of the network."""
    vector = np.zeros(len(index))
    for name, number in pairs:
        if name not in index:
            raise ProcedureError(f"species {name!r} is not in the network; it has {', '.join(index)}")
        vector[index[name]] += number
    return vector


def _constants(
    network: Network, constants: Mapping[str, float | Arrhenius], temperature: float
) -> list[float]:
    """Evaluate the constant of each reaction at a temperature."""
    values = {
        n: c.at(temperature) if isinstance(c, Arrhenius) else Arrhenius(k=float(c)).k
        for n, c in constants.items()
    }
    return [r.multiplicity * math.prod(values[name] for name in r.constants) for r in network.reactions]
