"""Flask: what is done to close a ring becomes runs of the engine.

Amounts are per litre of final volume. What is fed comes as a solution of ``feed_M``; the heel is the final volume less
the feeds, and the volume rises linearly. A pump for ``b`` that is faster or slower than that for ``a`` is a stretch in
which one partner comes alone; what leaks is lost before it gets into the flask.

Without a base each bond's HX holds one amine end. Proton exchange is fast, so all ends are free to the same share::

    f = max(0, 1 - HX / amine ends)

and everything runs f times as fast; a feed then comes in portions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.engine import Array
from planner.errors import ProcedureError
from planner.flask.schedule import SECONDS_PER_HOUR, Segment, write_batch
from planner.flask.simulate import integrate_amounts
from planner.mechanism.network import Network
from planner.rings.chains import CAPPED_N, LEAVING, LONGEST, SIDE_RING, chain
from planner.rings.kinetics import Constants
from planner.rings.options import A_INTO_B, AT_ONCE, B_INTO_A, BOTH_FED
from planner.rings.procedure import LARGEST_FEED, RingProcedure

RELATIVE_TOLERANCE = 1e-6
PIECES = 48
"""Portions in which a feed comes where HX holds the amine."""
READINGS, SHORTEST = 60, 1e-6
"""Readings of a flask that follows its own clock, and the first of them as a share of the time."""
TRACE = 1e-9
"""Next to nothing: of a share, or of an amount [mol]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Charged:
    """What is charged per litre of final volume."""

    a: float
    """[mol]"""
    b: float
    """[mol]; 0 where one molecule has both ends."""
    fed_a: bool
    fed_b: bool
    feed_a_L: float
    """Volume of the solution of ``a`` [L]; 0 where it is not fed."""
    feed_b_L: float

    @property
    def heel_L(self) -> float:
        """What waits in the flask [L]."""
        return 1.0 - self.feed_a_L - self.feed_b_L

    @property
    def limiting(self) -> float:
        """Moles of the limiting partner."""
        return self.a if self.b == 0.0 else min(self.a, self.b)


def charge_of(p: RingProcedure, *, single: bool) -> Charged:
    """Work out what goes in, and refuse feeds that do not fit.

    Raises
    ------
    ProcedureError
        If the feeds are more than the final volume.
    """
    a, b = p.moles(single=single)
    is_fed = p.addition_time_h > 0 and p.addition != AT_ONCE
    fed_a = is_fed and (single or p.addition in (BOTH_FED, A_INTO_B))
    fed_b = is_fed and not single and p.addition in (BOTH_FED, B_INTO_A)
    feed_a, feed_b = (a / p.feed_M if fed_a else 0.0), (b / p.feed_M if fed_b else 0.0)
    if feed_a + feed_b > LARGEST_FEED:
        raise ProcedureError(
            f"feeds of {p.feed_M:g} M hold {feed_a + feed_b:.2g} times the final volume at {p.concentration_M:g} M; "
            f"expected at most {LARGEST_FEED:g}: take a stronger feed_M, a lower concentration_M or addition_time_h = 0"
        )
    return Charged(a=a, b=b, fed_a=fed_a, fed_b=fed_b, feed_a_L=feed_a, feed_b_L=feed_b)


def _names(single: bool) -> tuple[str, str]:
    return (chain("NX", 1), "") if single else (chain("NN", 0), chain("XX", 0))


def segments(
    p: RingProcedure, charge: Charged, *, single: bool
) -> tuple[list[tuple[str, float]], list[Segment]]:
    """Write what waits in the flask and what happens: the common feed, the rest of the slower pump, the hold."""
    name_a, name_b = _names(single)
    kept = 1.0 - p.leak
    start = [] if charge.fed_a else [(name_a, charge.a)]
    if not charge.fed_b and charge.b:
        start.append((name_b, charge.b))
    time = p.addition_time_h * SECONDS_PER_HOUR if charge.fed_a or charge.fed_b else 0.0
    time_a = time if charge.fed_a else 0.0
    time_b = time / p.pump_ratio if charge.fed_b else 0.0
    cuts = sorted({0.0, time_a, time_b})
    pieces = []
    for begin, end in pairwise(cuts):
        feeds, volume = [], 0.0
        if end <= time_a:
            feeds.append((name_a, charge.a / time_a))
            volume += charge.feed_a_L / time_a
        if end <= time_b:
            feeds.append((name_b, charge.b * kept / time_b))
            volume += charge.feed_b_L / time_b
        pieces.append(Segment(duration=end - begin, feeds=tuple(feeds), volume_rate=volume))
    pieces.append(Segment(duration=p.hold_time_h * SECONDS_PER_HOUR))
    return start, pieces


def close_rings(
    network: Network, constants: Sequence[Constants], procedures: Sequence[RingProcedure], *, single: bool
) -> Array:
    """Run procedures x draws.

    Parameters
    ----------
    network
        From ``chain_network``.
    constants
        Of each procedure.
    procedures
        Each is a run of every draw.
    single
        Whether one molecule has both ends.

    Returns
    -------
    numpy.ndarray
        Amounts at the end (n_procedures, n_draws, n_species) [mol per litre of final volume].

    Raises
    ------
    ProcedureError
        If feeds do not fit.
    SimulationError
        If a run cannot be integrated.
    """
    return np.stack([_one(network, c, p, single=single) for c, p in zip(constants, procedures, strict=True)])


def rates(network: Network, constants: Constants) -> Array:
    """Rate constants of every reaction (n_draws, n_reactions)."""
    named = constants.named()
    columns = []
    for reaction in network.reactions:
        k = named[reaction.constants[0]] * reaction.multiplicity
        for name in reaction.constants[1:]:
            k = k * named[name]
        columns.append(k)
    return np.stack(columns, axis=-1)


def _one(network: Network, constants: Constants, p: RingProcedure, *, single: bool) -> Array:
    """Run one procedure with every draw (n_draws, n_species)."""
    charge = charge_of(p, single=single)
    start, pieces = segments(p, charge, single=single)
    k = rates(network, constants)
    if p.base is None and p.holds_acid:
        return _held(network, k, start, charge.heel_L, pieces)
    batch = write_batch(
        network, k[None, :, None, :], amounts=tuple(start), volume=charge.heel_L, schedule=pieces
    )
    return integrate_amounts(network, batch, RELATIVE_TOLERANCE)[:, -1]


def amine_ends(network: Network) -> Array:
    """Amine ends that each species has (n_species,)."""
    counts = {chain("NN", i): 2.0 for i in range(LONGEST + 1)}
    counts |= {chain("NX", i): 1.0 for i in range(1, LONGEST + 2)}
    counts |= {SIDE_RING: 1.0, CAPPED_N: 1.0}
    return np.array([counts.get(name, 0.0) for name in network.species_names])


def _held(
    network: Network, k: Array, start: Sequence[tuple[str, float]], volume: float, pieces: Sequence[Segment]
) -> Array:
    """Run with HX on the amines: all goes f times as fast, so a flask follows its own clock (n_draws, n_species)."""
    names = network.species_names
    state = np.zeros((len(k), len(names)))
    for name, amount in start:
        state[:, names.index(name)] += amount
    for segment in pieces:
        n = PIECES if segment.feeds else 1
        for _ in range(n):
            duration = float(segment.duration) / n
            for name, rate in segment.feeds:
                state[:, names.index(name)] += rate * duration
            volume += float(segment.volume_rate) * duration
            state = _by_its_own_clock(network, k, state, volume, duration)
    return state


def _by_its_own_clock(network: Network, k: Array, state: Array, volume: float, duration: float) -> Array:
    """Run for a time during which the share of free amine ends slows everything alike.

    The flask is run as if all ends were free, with many readings; a reading at tau belongs to the time that is the
    integral of d(tau)/f, and the state at the end of the time is taken between two of them.
    """
    if duration == 0.0:
        return state
    ends, leaving = amine_ends(network), network.species_names.index(LEAVING)
    clock = np.concatenate(([0.0], duration * np.geomspace(SHORTEST, 1.0, READINGS)))
    amounts = tuple(
        (name, np.maximum(state[None, :, i], 0.0)) for i, name in enumerate(network.species_names)
    )
    schedule = [Segment(duration=float(step)) for step in np.diff(clock)]
    batch = write_batch(network, k[None, :, None, :], amounts=amounts, volume=volume, schedule=schedule)
    states = np.concatenate((state[:, None], integrate_amounts(network, batch, RELATIVE_TOLERANCE)), axis=1)
    share = 1.0 - states[..., leaving] / np.maximum(
        states @ ends, TRACE
    )  # 1 before, 0 where all ends are held
    first, second, step = share[:, :-1], share[:, 1:], np.diff(clock)
    slope = (
        np.where(np.abs(first - second) < TRACE, TRACE, first - second) / step
    )  # f falls along a line in between
    takes = np.where(second > 0, np.log(np.maximum(first, TRACE) / np.maximum(second, TRACE)) / slope, np.inf)
    times = np.concatenate((np.zeros((len(k), 1)), np.cumsum(np.maximum(takes, step), axis=1)), axis=1)
    rows = np.arange(len(k))
    last = np.clip((times <= duration).sum(axis=1) - 1, 0, READINGS - 1)
    rest, s, f = duration - times[rows, last], slope[rows, last], np.maximum(first[rows, last], 0.0)
    part = np.clip(-f * np.expm1(-np.clip(s * rest, -50.0, 700.0)) / s / step[last], 0.0, 1.0)[:, None]
    return np.asarray((1.0 - part) * states[rows, last] + part * states[rows, last + 1])
