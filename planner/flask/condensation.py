"""Condensation and exchange: how fast and how far a nitrogen takes up the carbonyl compound.

The equations stand in ``planner.flask.kinetics``; arrays are (n_procedures, n_draws), log10 of constants of M and s.
"""

import math
from collections.abc import Sequence

import numpy as np

from planner.engine import Array
from planner.flask.conditions import Conditions, basicity_error, drawn_pKaH
from planner.mechanism.microstates import Ladder
from planner.model.site_classes import SiteClass

BASICITY_SLOPE = "nucleophilicity.basicity"
"""Number b: change of log k_c per unit of pKaH above that of the class; a set without it has none."""


def stages(ladders: Sequence[Ladder]) -> list[tuple[Ladder, int]]:
    """List every free rung N(a) that can still condense, as (ladder, a)."""
    return [(ladder, a) for ladder in ladders for a in range(ladder.n_hydrogens)]


def is_iminium(stage: tuple[Ladder, int]) -> bool:
    """Tell whether condensation of N(a) takes its last hydrogen."""
    return stage[0].n_hydrogens - stage[1] == 1


def primary_class(stage: tuple[Ladder, int], carbonyl: SiteClass) -> str:
    """Name the primary amine that N(a) is, or was made from: NH3 turns into the carbonyl's alkylamine."""
    ladder, alkyls = stage
    if ladder.n_hydrogens == 3 and alkyls > 0:
        return carbonyl.alkyl_class
    return ladder.site_class


def condensation(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """log10 k_c of N(a) [M^-1 s^-1]."""
    drawn, chi = at.drawn, at.chain(at.carbonyl.name)
    n = at.chain(primary_class(stage, at.carbonyl))
    gain = drawn.model.parameter("condensation_acid.acetic_acid").value
    spread = drawn.named("condensation_acid.acetic_acid") - math.log10(gain)
    acid = np.log10(1.0 + gain * at.acid) + at.acid * spread
    solvent = at.each(
        "solvent", lambda s: drawn.classed("condensation_solvent", drawn.model.solvent_chain(s))
    )
    energy = drawn.named("energy.condensation")
    log_k = drawn.classed("condensation", chi) + solvent + acid
    if stage[0].n_hydrogens == 1:
        log_k = (
            log_k
            + drawn.classed("secondary_condensation", chi)
            + drawn.classed("secondary_condensation_amine", n)
        )
        energy = energy + drawn.named("energy.second_condensation")
    else:
        log_k = log_k + drawn.classed("condensation_amine", n)
    log_k = log_k + drawn.optional(BASICITY_SLOPE) * (
        at.shifts.get(stage[0], 0.0) + basicity_error(at, stage[0])
    )
    if stage[0].n_hydrogens > 1 and is_iminium(stage):
        log_k = (
            log_k
            + drawn.classed("second_condensation", chi)
            + _with_formaldehyde(at, "second_condensation_amine", n)
        )
        energy = energy + drawn.named("energy.second_condensation")
    return np.asarray(log_k + at.arrhenius(energy))


def _with_formaldehyde(at: Conditions, table: str, n: Sequence[str]) -> Array:
    """Draw an amine's contribution; formaldehyde is so small that some amines have one of its own."""
    special = f"{table}_formaldehyde"
    if at.carbonyl.name == "formaldehyde" and at.drawn.model.find(special, n) is not None:
        return at.drawn.classed(special, n)
    return at.drawn.classed(table, n)


def equilibrium(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """log10 K of N(a) + C <=> X(a) + W (dimensionless)."""
    drawn, chi = at.drawn, at.chain(at.carbonyl.name)
    n = at.chain(primary_class(stage, at.carbonyl))
    enthalpy = drawn.named("energy.equilibrium")
    log_K = drawn.classed("imine_equilibrium", chi) + drawn.named("solvent_shift.equilibrium_and_reduction")
    if is_iminium(stage):
        log_K = log_K + drawn.classed("iminium_equilibrium", chi)
        enthalpy = enthalpy + drawn.named("energy.iminium_equilibrium")
        if stage[0].n_hydrogens > 1:
            log_K = log_K + _with_formaldehyde(at, "iminium_equilibrium_amine", n)
    else:
        log_K = log_K + drawn.classed("imine_equilibrium_amine", n)
    return np.asarray(log_K + at.arrhenius(enthalpy))


def weakness(at: Conditions, ladder: Ladder) -> Array:
    """log10 of what a nitrogen of little basicity lacks to take a carbonyl from another (n_draws,): at most 0."""
    slope, least = at.drawn.optional("exchange_basicity.slope"), at.drawn.optional("exchange_basicity.least")
    return np.asarray(slope * np.minimum(0.0, drawn_pKaH(at, ladder) - least))
