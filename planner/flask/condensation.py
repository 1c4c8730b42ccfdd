"""Condensation and exchange: how fast and how far a nitrogen takes up the carbonyl compound.

The equations stand in ``planner.flask.kinetics``; arrays are (n_procedures, n_draws), log10 of constants of M and s.
"""

import math
from collections.abc import Sequence

import numpy as np

from planner.engine import Array
from planner.flask.bottles import FORMALDEHYDE
from planner.flask.conditions import Conditions, basicity_error, drawn_pKaH, of_pair
from planner.flask.crowding import condensation_loss, equilibrium_loss
from planner.flask.electronics import electronic
from planner.mechanism.microstates import Ladder, takes_last_hydrogen
from planner.model.site_classes import SiteClass

BASICITY_SLOPE = "nucleophilicity.basicity"
"""Number b: change of log k_c per unit of pKaH above that of the class; a set without it has none."""


def stages(ladders: Sequence[Ladder]) -> list[tuple[Ladder, int]]:
    """List every free rung N(a) that can still condense, as (ladder, a)."""
    return [(ladder, a) for ladder in ladders for a in range(ladder.n_hydrogens)]


def is_iminium(stage: tuple[Ladder, int]) -> bool:
    """Tell whether condensation of N(a) takes its last hydrogen."""
    return takes_last_hydrogen(*stage)


def primary_class(stage: tuple[Ladder, int], carbonyl: SiteClass) -> str:
    """Name the primary amine that N(a) is, or was made from: NH3 turns into the carbonyl's alkylamine."""
    ladder, alkyls = stage
    if ladder.n_hydrogens == 3 and alkyls > 0:
        return carbonyl.alkyl_class
    return ladder.site_class


def condensation(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """log10 k_c of N(a) [M^-1 s^-1]."""
    drawn = at.drawn
    solvent = at.each(
        "solvent", lambda s: drawn.classed("condensation_solvent", drawn.model.solvent_chain(s))
    )
    log_k, energy = _of_nitrogen(at, stage)
    log_k = log_k + solvent if at.holds_acid else log_k + solvent + _by_acid(at)
    return np.asarray(log_k + at.arrhenius(energy))


def _by_acid(at: Conditions) -> Array:
    """log10 of what acid adds to k_c where it is not followed as a species (n_procedures, n_draws)."""
    gain = at.drawn.model.parameter("condensation_acid.acetic_acid").value
    spread = at.drawn.named("condensation_acid.acetic_acid") - math.log10(gain)
    return np.asarray(np.log10(1.0 + gain * at.acid) + at.acid * spread)


@of_pair
def _of_nitrogen(at: Conditions, stage: tuple[Ladder, int]) -> tuple[Array, Array]:
    """Share of both partners in log10 k_c, and its activation energy [kJ/mol]."""
    drawn = at.drawn
    energy = drawn.named("energy.condensation")
    log_k = at.of_carbonyl("condensation")
    log_k = log_k + electronic(at, "iminium_condensation" if is_iminium(stage) else "condensation")
    if stage[0].n_hydrogens == 1:
        log_k = (
            log_k
            + of_charged_secondary(at, "secondary_condensation")
            + _with_formaldehyde(at, "secondary_condensation_amine", stage)
        )
    else:
        log_k = log_k + _with_formaldehyde(at, "condensation_amine", stage)
    error = basicity_error(at, stage[0])
    log_k = log_k + drawn.optional(BASICITY_SLOPE) * (at.shifts.get(stage[0], 0.0) + error)
    log_k = log_k + unfit(at, stage[0])
    if stage[0].n_hydrogens > 1 and is_iminium(stage):
        log_k = (
            log_k
            + at.of_carbonyl("second_condensation")
            + at.of_carbonyl("rebased_second_condensation")
            + _with_formaldehyde(at, "second_condensation_amine", stage)
        )
    if is_iminium(stage):
        energy = energy + drawn.named("energy.second_condensation")
    return log_k + condensation_loss(at, stage), energy


OF_CHARGED = {
    "secondary_condensation": ("cycle_condensation",),
    "iminium_equilibrium": ("cycle_equilibrium", "secondary_iminium_equilibrium"),
}
"""Tables of secondary amines as charged, by that which they replace: from a thermodynamic cycle, or their own."""


def of_charged_secondary(at: Conditions, table: str) -> Array:
    """Draw the carbonyl's share in a constant of a secondary amine as charged, from its own table where it is there."""

    def draw(carbonyl: SiteClass) -> Array:
        chi = at.chain(carbonyl.name)
        own = (name for name in OF_CHARGED[table] if at.drawn.model.find(name, chi) is not None)
        return at.drawn.classed(next(own, table), chi)

    return at.by_carbonyl(draw)


@of_pair
def unfit(at: Conditions, ladder: Ladder) -> Array:
    """log10 of what a nitrogen lacks whose hemiaminal loses water to a strong acid only (n_draws,): at most 0."""
    return _lacking(at, ladder, "weak_nitrogen")


def of_primary(at: Conditions, table: str, stage: tuple[Ladder, int]) -> Array:
    """Draw the amine's share in a constant of N(a), by the class of the primary amine that it is or was made from."""
    return at.by_nitrogen(primary_class(stage, at.carbonyl), lambda n: at.drawn.classed(table, n))


def _with_formaldehyde(at: Conditions, table: str, stage: tuple[Ladder, int]) -> Array:
    """Draw the same; formaldehyde is so small that branched amines have a contribution of their own with it."""
    special = f"{table}_formaldehyde"
    if at.carbonyl.name != FORMALDEHYDE:
        return of_primary(at, table, stage)

    def draw(n: Sequence[str]) -> Array:
        is_own = at.drawn.model.find(special, n) is not None
        return at.drawn.classed(special if is_own else table, n)

    return at.by_nitrogen(primary_class(stage, at.carbonyl), draw)


def equilibrium(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """log10 K of N(a) + C <=> X(a) + W (dimensionless)."""
    log_K, enthalpy = _at_room(at, stage)
    return np.asarray(log_K + at.arrhenius(enthalpy))


@of_pair
def _at_room(at: Conditions, stage: tuple[Ladder, int]) -> tuple[Array, Array]:
    """log10 K at 298.15 K, and its enthalpy [kJ/mol]."""
    drawn = at.drawn
    enthalpy = drawn.named("energy.equilibrium")
    log_K = at.of_carbonyl("imine_equilibrium") + drawn.named("solvent_shift.equilibrium_and_reduction")
    if is_iminium(stage):
        log_K = log_K + iminium_store(at) + electronic(at, "iminium_equilibrium")
        log_K = log_K + (
            at.of_carbonyl("iminium_equilibrium")
            if stage[0].n_hydrogens > 1
            else of_charged_secondary(at, "iminium_equilibrium")
        )
        enthalpy = enthalpy + drawn.named("energy.iminium_equilibrium")
        if stage[0].n_hydrogens > 1:
            log_K = log_K + _with_formaldehyde(at, "iminium_equilibrium_amine", stage)
    else:
        log_K = log_K + _with_formaldehyde(at, "imine_equilibrium_amine", stage)
        log_K = log_K + electronic(at, "imine_equilibrium") + held_pair(at, stage[0])
    return log_K + equilibrium_loss(at, stage), enthalpy


@of_pair
def held_pair(at: Conditions, ladder: Ladder) -> Array:
    """log10 of what an imine lacks whose amine's lone pair the ring holds (n_draws,): at most 0."""
    return _lacking(at, ladder, "imine_basicity")


def iminium_store(at: Conditions) -> Array:
    """log10 of what an iminium keeps beside itself as its adduct of water, alcohol or amine, which waits for it.

    It adds to the equilibrium and is taken from the hydride transfer: the iminium alone is reduced.
    """
    return at.of_carbonyl("iminium_store")


@of_pair
def weakness(at: Conditions, ladder: Ladder) -> Array:
    """log10 of what a nitrogen of little basicity lacks to take a carbonyl from another (n_draws,): at most 0."""
    return _lacking(at, ladder, "exchange_basicity")


def _lacking(at: Conditions, ladder: Ladder, table: str) -> Array:
    """Draw max(0, slope) min(0, pKaH - least) with the numbers of a table (n_draws,): weakness helps in no draw."""
    slope, least = (at.drawn.optional(f"{table}.{name}") for name in ("slope", "least"))
    return np.asarray(np.maximum(0.0, slope) * np.minimum(0.0, drawn_pKaH(at, ladder) - least))
