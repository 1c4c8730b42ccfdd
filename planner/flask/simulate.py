"""Simulate: a network, its rate constants and a procedure become amounts in time.

Semi-batch balance in amounts, one litre of final volume::

    dn_i/dt = V sum_r nu_ir k_r prod_j (n_j / V)  +  feed_i,      V(t) = V_0 + q t

Not fed: V = V_f throughout. A fed partner comes as a solution of ``feed_volume_fraction`` V_f, so V
rises linearly from (1 - fraction) V_f to V_f during the addition. The hydride of ``imine_first`` is
added as a solid at ``imine_time_h``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.engine import Array, Batch, MassAction, integrate
from planner.flask.procedure import Procedure
from planner.mechanism.network import CARBONYL, HYDRIDE, WATER, Network

SECONDS_PER_HOUR = 3600.0
RELATIVE_TOLERANCE = 5e-6
"""Keeps every amount above 1 ppm of the charge right to about 1e-4; linear balances hold at any tolerance."""
SMALLEST_AMOUNT = 1e-4
"""Share of the charge below which the relative accuracy of an amount fades."""
FINAL_VOLUME_L = 1.0
"""Fractions do not depend on it; concentrations times it are amounts."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Charges:
    """What a batch of procedures puts into the flask, per litre of final volume."""

    amine: tuple[tuple[str, float], ...]
    """Species that the amine enters as, with moles per mole of amine (one per group)."""
    water_M: Array
    """Water in the solvent (n_procedures, n_draws) [M]."""
    water_with_carbonyl: Array
    """Water that comes with each mole of carbonyl (n_procedures, n_draws) [mol/mol]."""
    usable_hydrides: Array
    """Hydride equivalents per mole of reductant (n_procedures,)."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Trajectory:
    """Amounts of every species in time, for procedures x draws."""

    species: tuple[str, ...]
    """Names along the last axis."""
    times_h: Array
    """(n_procedures, n_times) [h]."""
    amounts: Array
    """(n_procedures, n_draws, n_times, n_species) [mol per litre of final volume]."""

    def __post_init__(self) -> None:
        self.times_h.setflags(write=False)
        self.amounts.setflags(write=False)

    def amount(self, name: str) -> Array:
        """Take the amounts of one species (n_procedures, n_draws, n_times)."""
        return self.amounts[..., self.species.index(name)]


def mass_action(network: Network) -> MassAction:
    """Turn names into the index arrays that the engine takes."""
    index = {name: i for i, name in enumerate(network.species_names)}
    return MassAction(
        n_species=len(index),
        reactants=tuple(tuple(index[name] for name in r.reactants) for r in network.reactions),
        products=tuple(tuple(index[name] for name in r.products) for r in network.reactions),
    )


def integrate_amounts(network: Network, batch: Batch, relative_tolerance: float) -> Array:
    """Integrate a batch; amounts at the end of every segment (n_runs, n_segments, n_species)."""
    absolute = SMALLEST_AMOUNT * relative_tolerance
    return integrate(
        mass_action(network), batch, relative_tolerance=relative_tolerance, absolute_tolerance=absolute
    )


def _first_stage_h(procedure: Procedure) -> float:
    """Time before the second half of the procedure starts: the feed or the imine formation [h]."""
    return float((procedure.addition_time_h or 0.0) + (procedure.imine_time_h or 0.0))


def _cut(procedures: Sequence[Procedure], n_points: int) -> tuple[Array, Array]:
    """Cut each procedure into segments: their lengths [h] and the (0 or 1) stage that each belongs to.

    With ``n_points`` = 1 a procedure is its two stages; with more, each stage is read out at points
    that lie denser at its start, where most happens.
    """
    grid = np.linspace(0.0, 1.0, n_points + 1) ** 2
    steps = np.diff(grid)
    lengths = [
        np.concatenate((_first_stage_h(p) * steps, (p.hold_time_h or 0.0) * steps)) for p in procedures
    ]
    return np.array(lengths), np.repeat([0, 1], n_points)


def simulate(
    network: Network,
    rate_constants: Array,
    procedures: Sequence[Procedure],
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
        (n_procedures, n_draws, n_reactions) [M^(1 - order)/s].
    procedures
        Settled.
    charges
        What they put into the flask.
    n_points
        Read-outs per stage (feed or imine formation; hold); 1 reads the end of each stage.
    relative_tolerance
        Of each amount above ``SMALLEST_AMOUNT`` of the charge.

    Returns
    -------
    Trajectory
        With 1 + 2 ``n_points`` times, the first at 0.

    Raises
    ------
    SimulationError
        If a run cannot be integrated.
    """
    n_procedures, n_draws, _ = rate_constants.shape
    batch = build_batch(network, rate_constants, procedures, charges, n_points=n_points)
    ends = integrate_amounts(network, batch, relative_tolerance)
    ends = ends.reshape(n_procedures, n_draws, *ends.shape[1:])
    start = batch.amounts.reshape(n_procedures, n_draws, 1, -1)
    hours = batch.durations.reshape(n_procedures, n_draws, -1)[:, 0] / SECONDS_PER_HOUR
    times = np.concatenate((np.zeros((n_procedures, 1)), np.cumsum(hours, axis=1)), axis=1)
    return Trajectory(
        species=network.species_names, times_h=times, amounts=np.concatenate((start, ends), axis=2)
    )


def build_batch(
    network: Network,
    rate_constants: Array,
    procedures: Sequence[Procedure],
    charges: Charges,
    *,
    n_points: int = 1,
) -> Batch:
    """Write procedures x draws as runs of the engine: charges, feeds and doses, segment by segment.

    Parameters are those of ``simulate``; runs are ordered procedure by procedure.
    """
    n_procedures, n_draws, n_reactions = rate_constants.shape
    lengths, stage = _cut(procedures, n_points)
    start, feed, dose = _charge(network, procedures, charges, n_draws)
    slow = np.array([str(p.addition).startswith("slow_") and _first_stage_h(p) > 0 for p in procedures])
    fraction = np.where(slow, [float(p.feed_volume_fraction or 0.0) for p in procedures], 0.0)
    first_s = np.array([_first_stage_h(p) for p in procedures]) * SECONDS_PER_HOUR
    per_second = np.divide(1.0, first_s, out=np.zeros_like(first_s), where=first_s > 0)

    n_segments, n_species = len(stage), len(network.species)
    is_first = stage == 0
    feeds = np.where(is_first[:, None], (feed * per_second[:, None, None])[:, :, None, :], 0.0)
    doses = np.zeros((n_procedures, n_draws, n_segments, n_species))
    doses[:, :, int(np.argmax(stage == 1))] = dose
    volume_rates = np.where(is_first, (fraction * FINAL_VOLUME_L * per_second)[:, None], 0.0)

    def runs(array: Array, *shape: int) -> Array:
        return np.broadcast_to(array, (n_procedures, n_draws, *shape)).reshape(n_procedures * n_draws, *shape)

    return Batch(
        amounts=start.reshape(-1, n_species),
        volume=runs((FINAL_VOLUME_L * (1.0 - fraction))[:, None]),
        rate_constants=rate_constants.reshape(-1, 1, n_reactions),
        durations=runs((lengths * SECONDS_PER_HOUR)[:, None, :], n_segments),
        feeds=runs(feeds, n_segments, n_species),
        volume_rates=runs(volume_rates[:, None, :], n_segments),
        doses=runs(doses, n_segments, n_species),
    )


def _charge(
    network: Network, procedures: Sequence[Procedure], charges: Charges, n_draws: int
) -> tuple[Array, Array, Array]:
    """Split the charges into what waits, is fed, is dosed at the hold: (n_procedures, n_draws, n_species) each."""
    index = {name: i for i, name in enumerate(network.species_names)}
    shape = (len(procedures), n_draws, len(index))
    start, feed, dose = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for i, p in enumerate(procedures):
        amine = float(p.concentration_M or 0.0) * FINAL_VOLUME_L
        carbonyl = amine * float(p.carbonyl_equivalents or 0.0)
        is_fed = _first_stage_h(p) > 0
        amine_goes = feed if p.addition == "slow_amine" and is_fed else start
        carbonyl_goes = feed if p.addition == "slow_carbonyl" and is_fed else start
        hydride_goes = dose if p.addition == "imine_first" else start
        for name, per_amine in charges.amine:
            amine_goes[i, :, index[name]] += amine * per_amine
        carbonyl_goes[i, :, index[CARBONYL]] += carbonyl
        carbonyl_goes[i, :, index[WATER]] += carbonyl * charges.water_with_carbonyl[i]
        start[i, :, index[WATER]] += charges.water_M[i] * FINAL_VOLUME_L
        hydride_goes[i, :, index[HYDRIDE]] += (
            amine * float(p.reductant_equivalents or 0.0) * charges.usable_hydrides[i]
        )
    return start, feed, dose
