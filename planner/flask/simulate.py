"""Simulate: a network, its rate constants and a schedule become amounts in time.

Semi-batch balance in amounts::

    dn_i/dt = V sum_r nu_ir k_r prod_j (n_j / V)  +  feed_i,      V(t) = V_0 + q t

For settled procedures, and for published kinetic models and networks written by hand with any feeds,
doses and temperatures::

    k(T) = k exp(-Ea/R (1/T - 1/T_ref))
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from planner.engine import Array, Batch, MassAction, integrate
from planner.errors import ParameterError, ProcedureError, finite, shown
from planner.flask.conditions import GAS_CONSTANT, REFERENCE_TEMPERATURE_K
from planner.flask.procedure import Settled
from planner.flask.schedule import (
    SECONDS_PER_HOUR,
    Charges,
    Segment,
    cut_at,
    cut_into,
    flask_schedule,
    row_of,
    write_batch,
)
from planner.mechanism.network import ACID, Network
from planner.structures.bottles import WATER

RELATIVE_TOLERANCE = 5e-6
"""Keeps every amount above 1 ppm of the charge right to about 1e-4; linear balances hold at any tolerance."""
SMALLEST_AMOUNT = 1e-4
"""Share of the charge below which the relative accuracy of an amount fades."""
SMALLEST_WITH_ACID = 1e-2
"""The same where acid is followed: acid, borate and held nitrogens grow from nothing, and to follow each from its first
traces takes a third more steps. At the default tolerance all amounts stay right to 1e-6 of the charge."""
TRACE = 1e-3
"""Equivalents of carbonyl below which the tolerance shrinks with them, so that its fate stays right."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Trajectory:
    """Amounts of every species in time, for procedures x draws."""

    species: tuple[str, ...]
    """Names along the last axis."""
    times_h: Array
    """(n_procedures, n_times) [h]."""
    amounts: Array
    """(n_procedures, n_draws, n_times, n_species) [mol per litre of final volume]."""
    titres: Mapping[str, Array] = field(default_factory=dict)
    """Moles in the flask per mole stated of "amine", "carbonyl", "reductant", as in ``Charges``."""

    def __post_init__(self) -> None:
        self.times_h.setflags(write=False)
        self.amounts.setflags(write=False)

    def amount(self, name: str) -> Array:
        """Take the amounts of one species (n_procedures, n_draws, n_times)."""
        return self.amounts[..., self.species.index(name)]

    def of(self, i: int) -> "Trajectory":
        """Take a copy of that of one procedure."""
        return Trajectory(
            species=self.species,
            times_h=self.times_h[i : i + 1].copy(),
            amounts=self.amounts[i : i + 1].copy(),
            titres={partner: row_of(titre, i).copy() for partner, titre in self.titres.items()},
        )

    def titre(self, partner: str) -> Array | float:
        """Take the moles in the flask per mole stated of a partner, to multiply (n_procedures, n_draws)."""
        return self.titres.get(partner, 1.0)


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
        k, energy, reference = (
            finite(x) for x in (self.k, self.activation_energy, self.reference_temperature)
        )
        if k is None or k < 0 or energy is None:
            raise ParameterError(
                f"{shown(self)} is not a rate constant; give a finite k >= 0 and a finite energy [kJ/mol]"
            )
        if reference is None or reference <= 0:
            raise ParameterError(f"{shown(self)}: the reference temperature must be above 0 K")
        for name, number in (("k", k), ("activation_energy", energy), ("reference_temperature", reference)):
            object.__setattr__(self, name, number)

    def at(self, temperature: float) -> float:
        """Evaluate at a temperature [K]."""
        inverse = 1.0 / temperature - 1.0 / self.reference_temperature
        try:
            k = self.k * math.exp(-self.activation_energy / GAS_CONSTANT * inverse)
        except OverflowError:
            k = math.inf
        if not math.isfinite(k):
            raise ParameterError(f"{shown(self)} has no finite k at {temperature:g} K; mend its energy")
        return k


@lru_cache(maxsize=512)
def mass_action(network: Network) -> MassAction:
    """Turn names into the index arrays that the engine takes."""
    index = {name: i for i, name in enumerate(network.species_names)}
    return MassAction(
        n_species=len(index),
        reactants=tuple(tuple(index[name] for name in r.reactants) for r in network.reactions),
        products=tuple(tuple(index[name] for name in r.products) for r in network.reactions),
    )


def integrate_amounts(
    network: Network, batch: Batch, relative_tolerance: float, smallest: float = SMALLEST_AMOUNT
) -> Array:
    """Integrate a batch; amounts at the end of every segment (n_runs, n_segments, n_species)."""
    absolute = smallest * relative_tolerance
    return integrate(
        mass_action(network), batch, relative_tolerance=relative_tolerance, absolute_tolerance=absolute
    )


def procedure_batch(
    network: Network,
    rate_constants: Array,
    procedures: Sequence[Settled],
    charges: Charges,
    *,
    n_points: int = 1,
) -> Batch:
    """Write settled procedures x draws as runs of the engine; parameters are those of ``simulate``."""
    amounts, volume, schedule = flask_schedule(procedures, charges)
    n_gaps = len(schedule) - 2
    n_points = max(1, n_points)
    pieces = [n_points, *[max(1, n_points // max(1, n_gaps))] * n_gaps, n_points]
    if rate_constants.shape[2] > 1:  # the flask's temperature, the hydride's between its portions
        rate_constants = rate_constants[:, :, np.repeat([0, *[1] * n_gaps, 0], pieces)]
    schedule = schedule if n_points == 1 else cut_into(schedule, pieces)
    return write_batch(network, rate_constants, amounts=amounts, volume=volume, schedule=schedule)


def simulate(
    network: Network,
    rate_constants: Array,
    procedures: Sequence[Settled],
    charges: Charges,
    *,
    n_points: int = 1,
    relative_tolerance: float = RELATIVE_TOLERANCE,
) -> Trajectory:
    """Integrate the flask for every procedure and every draw.

    Parameters
    ----------
    network
        What reacts.
    rate_constants
        (n_procedures, n_draws, 1 or 2, n_reactions) [M^(1 - order)/s]; the second of two, at the temperature of the
        hydride, holds from its first portion to its last.
    procedures
        Settled.
    charges
        What they put into the flask.
    n_points
        Read-outs of the feed or imine formation, of the hold after the last portion, and, about, of the time from
        the first portion to the last; 1 reads the end of each segment, 0 that of the last alone.
    relative_tolerance
        Of each amount above ``SMALLEST_AMOUNT`` of the charge.

    Returns
    -------
    Trajectory
        The first time is 0; 2 ``n_points`` follow where the hydride comes at once. Of no points the end.

    Raises
    ------
    SimulationError
        If a run cannot be integrated.
    """
    batch = procedure_batch(network, rate_constants, procedures, charges, n_points=n_points)
    shape = rate_constants.shape[:2]
    relative, smallest = tolerances(network, procedures, relative_tolerance)
    ends = integrate_amounts(network, batch, relative, smallest)
    ends = ends.reshape(*shape, -1, len(network.species))
    hours = np.cumsum(batch.durations.reshape(*shape, -1)[:, 0] / SECONDS_PER_HOUR, axis=1)
    if n_points == 0:
        hours, ends = hours[:, -1:], ends[:, :, -1:]
    else:
        start = batch.amounts.reshape(*shape, 1, -1)
        hours = np.concatenate((np.zeros((len(hours), 1)), hours), axis=1)
        ends = np.concatenate((start, ends), axis=2)
    return Trajectory(species=network.species_names, times_h=hours, amounts=ends, titres=charges.titres)


def tolerances(
    network: Network, procedures: Sequence[Settled], relative_tolerance: float
) -> tuple[float, float]:
    """State the relative tolerance, smaller for traces of carbonyl, and the share of the charge below which it fades.

    Water as the solvent is most of a charge.
    """
    least = min((p.carbonyl_equivalents for p in procedures if p.carbonyl_equivalents), default=TRACE)
    is_small = ACID in network.species_names and all(p.solvent != WATER for p in procedures)
    smallest = SMALLEST_WITH_ACID if is_small else SMALLEST_AMOUNT
    return relative_tolerance * min(1.0, least / TRACE), smallest


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
    _check_flask(network, constants, amounts, schedule)
    tolerance = finite(relative_tolerance)
    if tolerance is None or not 1e-13 <= tolerance <= 0.1:
        raise ProcedureError(
            f"relative_tolerance {shown(relative_tolerance)}: give a number from 1e-13 to 0.1"
        )
    ends = np.cumsum([segment.duration for segment in schedule])
    wanted = np.array([0.0, *ends]) if times is None else _numbers(times)
    if times is not None and not _are_times(wanted, ends):
        raise ProcedureError(
            f"times must ascend from 0 to the end of the schedule, {ends[-1]:g} s; mend the list"
        )
    pieces, piece_ends = cut_at(schedule, wanted)
    batch = network_batch(network, constants, amounts=amounts, volume=volume, schedule=pieces)
    states = np.concatenate((batch.amounts, integrate_amounts(network, batch, tolerance)[0]))
    return Trajectory(
        species=network.species_names,
        times_h=wanted[None] / SECONDS_PER_HOUR,
        amounts=states[np.searchsorted(piece_ends, wanted)][None, None],
    )


def _numbers(given: object) -> Array:
    """Turn a list into numbers; empty where it holds anything else."""
    listed = given if isinstance(given, list | tuple | np.ndarray) else ()
    numbers = [finite(one) for one in listed]
    return np.array([] if None in numbers else numbers, dtype=float)


def _check_flask(network: object, constants: object, amounts: object, schedule: object) -> None:
    """Refuse what is no network, table of numbers by name, or list of segments without arrays."""
    if not isinstance(network, Network) or not network.species:
        raise ParameterError(f"network {shown(network)} is none; build a planner.Network with species")
    for name, table in (("constants", constants), ("amounts", amounts)):
        if not isinstance(table, Mapping) or not all(isinstance(key, str) for key in table):
            raise ParameterError(f"{name} {shown(table)} is no table; give a number for each name")
    if not isinstance(schedule, list | tuple) or not schedule or not all(map(_is_plain, schedule)):
        raise ProcedureError(f"schedule {shown(schedule)} is none; give a list of planner.Segment")


def _is_plain(segment: object) -> bool:
    """Tell whether this is a segment of single numbers, for one flask."""
    if not isinstance(segment, Segment):
        return False
    amounts = [n for _, n in (*segment.doses, *segment.feeds)]
    return all(isinstance(n, float) for n in (segment.duration, segment.volume_rate, *amounts))


def _are_times(wanted: Array, ends: Array) -> bool:
    """Check that read-out times are finite, ascend and lie within the schedule."""
    inside = (
        wanted.ndim == 1 and wanted.size > 0 and wanted[0] >= 0 and len(ends) > 0 and wanted[-1] <= ends[-1]
    )
    return bool(inside and np.all(np.isfinite(wanted)) and np.all(np.diff(wanted) >= 0))


def network_batch(
    network: Network,
    constants: Mapping[str, float | Arrhenius],
    *,
    amounts: Mapping[str, float],
    volume: float,
    schedule: Sequence[Segment],
) -> Batch:
    """Write a schedule of a hand-made network as one run of the engine; see ``simulate_network``."""
    _check_flask(network, constants, amounts, schedule)
    unknown = sorted(set(constants) - set(network.constant_names))
    missing = sorted(set(network.constant_names) - set(constants))
    if unknown or missing:
        raise ParameterError(
            f"constants: unknown {shown(unknown)}, missing {shown(missing)}; "
            f"the network has {shown(list(network.constant_names))}"
        )
    litres = finite(volume)
    if litres is None or litres <= 0:
        raise ProcedureError(f"volume {shown(volume)} is not possible; give a finite number above 0 L")
    start = tuple((name, n) for name, given in amounts.items() if (n := finite(given)) is not None and n >= 0)
    if len(start) < len(amounts):
        raise ProcedureError("an amount at the start is negative or not finite; give at least 0 mol")
    k = np.array([[[_constants(network, constants, s.temperature) for s in schedule]]])
    return write_batch(network, k, amounts=start, volume=litres, schedule=schedule)


def _constants(
    network: Network, constants: Mapping[str, float | Arrhenius], temperature: float
) -> list[float]:
    """Evaluate the constant of each reaction at a temperature."""
    values = {
        n: c.at(temperature) if isinstance(c, Arrhenius) else Arrhenius(k=c).k for n, c in constants.items()
    }
    return [r.multiplicity * math.prod(values[name] for name in r.constants) for r in network.reactions]
