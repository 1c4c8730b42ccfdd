"""Kinetics: the model's numbers and the procedure's conditions become rate constants.

Every constant is a sum of named log10 contributions; each contribution is one draw, shared by all
constants that name it, so that errors common to two steps cancel in their ratio (chi = carbonyl
class, n = class of the nitrogen as it now stands, a = acid equivalents capped at 1, R = reductant)::

    primary or NH3       log k_c = C[chi] + A[n] + b (pKaH - pKaH[n]) + S[solvent] + log(1 + G a)
    made in the flask    log k_c = log k_c(primary n) + r[chi] + m[n]
    secondary as charged log k_c = C[chi] + q[chi] + g[class] + b (pKaH - pKaH[class]) + S[solvent] + log(1 + G a)
    imine                log K   = K[chi] + KA[n]
    iminium              log K   = K[chi] + d[chi] + mK[n]
    hydrolysis           k       = k_c / K
    imine + hydride      log k_r = h[R] + x[chi] + P[R] (a - 1) + e[NH3]
    iminium + hydride    log k_r = h[R] + x[chi] + R0 + R[chi] + crowding
    exchange             k       = k_x[chi] min(1, K_i / K_j) 10^(b_x min(0, pKaH_i - p, pKaH_j - p))
    carbonyl + hydride   log k_o = o[R, chi] + acid or pH term
    hydride loss         log k_d = D[R, solvent] + acid or pH term, by volume with the solvents of the bottles

Temperature: ``k(T) = k exp(-Ea/R (1/T - 1/298.15))``, K likewise with its enthalpy.
Arrays are (n_procedures, n_draws); constants are of 1/s and M, hydride counted in usable equivalents.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from planner.engine import Array
from planner.flask.acidity import acidity_where_it_counts
from planner.flask.conditions import Conditions
from planner.flask.procedure import Settled
from planner.mechanism.microstates import Group, Ladder
from planner.mechanism.network import Network, constant_name
from planner.model.site_classes import SiteClass
from planner.model.steps import Step

BASICITY_SLOPE = "nucleophilicity.basicity"
"""Number b: change of log k_c per unit of pKaH above that of the class; a set without it has none."""
WET_M = 0.1
"""Water at the start from which a flask counts as wet [M]."""


def stages(ladders: Sequence[Ladder]) -> list[tuple[Ladder, int]]:
    """List every free rung N(a) that can still condense, as (ladder, a)."""
    return [(ladder, a) for ladder in ladders for a in range(ladder.n_hydrogens)]


def is_iminium(stage: tuple[Ladder, int]) -> bool:
    """Tell whether condensation of N(a) takes its last hydrogen."""
    return stage[0].n_hydrogens - stage[1] == 1


def _primary_class(stage: tuple[Ladder, int], carbonyl: SiteClass) -> str:
    """Name the primary amine that N(a) is, or was made from: NH3 turns into the carbonyl's alkylamine."""
    ladder, alkyls = stage
    if ladder.n_hydrogens == 3 and alkyls > 0:
        return carbonyl.alkyl_class
    return ladder.site_class


def condensation(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """log10 k_c of N(a) [M^-1 s^-1]."""
    drawn, chi = at.drawn, at.chain(at.carbonyl.name)
    n = at.chain(_primary_class(stage, at.carbonyl))
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
    log_k = log_k + drawn.optional(BASICITY_SLOPE) * at.shifts.get(stage[0], 0.0)
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


def _equilibrium(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """log10 K of N(a) + C <=> X(a) + W (dimensionless)."""
    drawn, chi = at.drawn, at.chain(at.carbonyl.name)
    n = at.chain(_primary_class(stage, at.carbonyl))
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


def _hydride_transfer(at: Conditions, stage: tuple[Ladder, int], *, is_bulky: bool) -> Array:
    """log10 k_r of X(a) [M^-1 s^-1 per hydride equivalent]."""
    drawn, model, chi = at.drawn, at.drawn.model, at.chain(at.carbonyl.name)
    log_k = at.each("reductant", lambda r: drawn.named(f"{model.reductant(r).key}.hydride_transfer"))
    log_k = (
        log_k + drawn.classed("imine_reduction", chi) + drawn.named("solvent_shift.equilibrium_and_reduction")
    )
    if is_iminium(stage):
        log_k = (
            log_k
            + drawn.named("iminium_reduction.reference")
            + drawn.classed("iminium_reduction_carbonyl", chi)
        )
        if at.carbonyl.is_ketone and is_bulky:
            log_k = log_k + drawn.named("iminium_reduction.crowding")
    else:
        log_k = log_k + drawn.classed("imine_reduction_amine", at.chain(_primary_class(stage, at.carbonyl)))
        proton = at.each(
            "reductant", lambda r: drawn.classed(model.reductant(r).key, ("proton_on_imine_reduction",))
        )
        log_k = log_k + proton * (at.acid - 1.0)
    return np.asarray(log_k + at.arrhenius(drawn.named("energy.hydride_transfer")))


def _carbonyl_reduction(at: Conditions, pH: Array) -> Array:
    """log10 k_o of carbonyl + hydride [M^-1 s^-1]."""
    drawn, model = at.drawn, at.drawn.model
    names = (*at.chain(at.carbonyl.name), at.carbonyl.reduced_as)
    key = {r.name: r.key for r in model.reductants}
    log_k = at.each("reductant", lambda r: drawn.classed(f"{key[r]}.carbonyl_reduction", names))
    if at.carbonyl.is_ketone:
        acid = at.each("reductant", lambda r: drawn.classed(key[r], ("acid_on_ketone_reduction",)))
        log_k = log_k + acid * at.acid
    reference = at.each("reductant", lambda r: drawn.classed(key[r], ("carbonyl_reduction_pH",)))
    has_reference = [
        model.find(key[p.reductant], ("carbonyl_reduction_pH",)) is not None for p in at.procedures
    ]
    log_k = log_k + np.where(np.array(has_reference)[:, None], reference - pH, 0.0)
    return np.asarray(log_k + at.arrhenius(drawn.named("energy.carbonyl_reduction")))


def _hydride_loss(at: Conditions, pH: Array) -> Array:
    """log10 k_d of the hydride [s^-1]."""
    log_k = _losses(at, pH, [p.solvent for p in at.procedures])
    for solvent, share in at.brought:
        other = _losses(at, pH, [solvent if _has_loss(at, p, solvent) else p.solvent for p in at.procedures])
        log_k = np.log10((1.0 - share) * 10.0**log_k + share * 10.0**other)
    return np.asarray(log_k + at.arrhenius(at.drawn.named("energy.hydride_loss")))


def _has_loss(at: Conditions, procedure: Settled, solvent: str) -> bool:
    """Tell whether it is known how fast this procedure's hydride is lost in a solvent."""
    model = at.drawn.model
    table = f"{model.reductant(procedure.reductant).key}.hydride_loss"
    return model.find(table, model.solvent_chain(solvent)) is not None


def _losses(at: Conditions, pH: Array, solvents: Sequence[str]) -> Array:
    """log10 of the loss at 298 K, each procedure in its solvent."""
    uses = [(p.reductant, solvent) for p, solvent in zip(at.procedures, solvents, strict=True)]
    log_k = np.empty_like(pH)
    for use in dict.fromkeys(uses):
        rows = [i for i, other in enumerate(uses) if other == use]
        log_k[rows] = _loss_in(at, *use, pH=pH[rows], acid=at.acid[rows], water=at.water[rows])
    return log_k


def _loss_in(at: Conditions, name: str, solvent: str, *, pH: Array, acid: Array, water: Array) -> Array:
    """log10 of the loss of one reductant in one solvent at 298 K, row by row."""
    drawn, model = at.drawn, at.drawn.model
    reductant = model.reductant(name)
    key = reductant.key
    if reductant.hydride_loss_law == "acid_hydrolysis":
        return drawn.named(f"{key}.hydride_loss.acid") - pH
    chain = model.solvent_chain(solvent)
    loss = drawn.classed(f"{key}.hydride_loss", chain) + drawn.classed(key, ("acid_on_hydride_loss",)) * acid
    if model.find(key, ("hydride_loss_wet",)) is None:
        return loss
    return np.where(water >= WET_M, np.maximum(loss, drawn.named(f"{key}.hydride_loss_wet")), loss)


def _drying(at: Conditions, _pH: Array) -> Array:
    """Rate constant of drying by sieves [s^-1]; 0 without them."""
    sieves = np.array([[p.water == "sieves"] for p in at.procedures])
    return np.where(sieves, 10.0 ** at.drawn.named("water.sieves"), 0.0)


def _contributions(step: Step, at: Conditions, _pH: Array) -> Array:
    """Rate constant of a step that is a sum of contributions: the first table, and the second times the acid."""
    drawn, chi = at.drawn, at.chain(at.carbonyl.name)
    first, *others = (drawn.classed(table, chi) for table in step.numbers)
    log_k = first + sum(entry * at.column("acid_equivalents") for entry in others)
    if step.energy:
        log_k = log_k + at.arrhenius(drawn.named(step.energy))
    return np.asarray(10.0 ** np.broadcast_to(log_k, (len(at.procedures), len(first))))


STEP_LAWS: dict[str, Callable[[Conditions, Array], Array]] = {
    "carbonyl_reduction": lambda at, pH: 10.0 ** _carbonyl_reduction(at, pH),
    "hydride_loss": lambda at, pH: 10.0 ** _hydride_loss(at, pH),
    "drying": _drying,
}
"""Rate constants that are more than a sum of contributions, by the name of their law; (conditions, pH) to k."""


def named_constants(
    at: Conditions, ladders: Sequence[Ladder], *, steps: Sequence[Step], couplings: Sequence[str]
) -> dict[str, Array]:
    """Compute every named constant of a flask.

    Parameters
    ----------
    at
        Procedures and draws.
    ladders
        The distinct ladders of the amine.
    steps
        The reactions between pools.
    couplings
        Names of the ring couplings in use.

    Returns
    -------
    dict
        Constant name to array (n_procedures, n_draws), in M and s.
    """
    listed = stages(ladders)
    equilibria = {stage: _equilibrium(at, stage) for stage in listed}
    exchange = at.drawn.named("exchange.reference") + at.drawn.classed(
        "exchange_carbonyl", at.chain(at.carbonyl.name)
    )
    exchange = exchange + at.arrhenius(at.drawn.named("energy.exchange"))
    weak = {ladder: _weakness(at, ladder) for ladder in ladders}
    constants: dict[str, Array] = {}
    for stage in listed:
        log_k = condensation(at, stage)
        made_by_ketone = at.carbonyl.is_ketone and stage[1] > 0
        is_bulky = made_by_ketone or at.drawn.model.site_class(stage[0].site_class).bulky
        constants[constant_name("condensation", stage)] = 10.0**log_k
        constants[constant_name("hydrolysis", stage)] = 10.0 ** (log_k - equilibria[stage])
        constants[constant_name("hydride transfer", stage)] = 10.0 ** _hydride_transfer(
            at, stage, is_bulky=is_bulky
        )
        for partner in listed:
            if partner != stage:
                downhill = np.minimum(0.0, equilibria[stage] - equilibria[partner])
                downhill = downhill + np.minimum(weak[stage[0]], weak[partner[0]])
                constants[constant_name("exchange", stage, partner)] = 10.0 ** (exchange + downhill)
    pH = acidity_where_it_counts(at)
    constants |= {
        step.constant: STEP_LAWS.get(step.law, partial(_contributions, step))(at, pH) for step in steps
    }
    n_rows = len(at.procedures)
    for name in couplings:
        constants[f"coupling {name}"] = np.tile(10.0 ** at.drawn.named(f"coupling.{name}"), (n_rows, 1))
    return constants


def _weakness(at: Conditions, ladder: Ladder) -> Array:
    """log10 of what a nitrogen of little basicity lacks to take a carbonyl from another (n_draws,): at most 0."""
    slope, least = at.drawn.optional("exchange_basicity.slope"), at.drawn.optional("exchange_basicity.least")
    return np.asarray(slope * np.minimum(0.0, at.pKaH[ladder] - least))


def reaction_constants(network: Network, constants: dict[str, Array]) -> Array:
    """Multiply the named constants of each reaction: (n_procedures, n_draws, n_reactions)."""
    columns = []
    for reaction in network.reactions:
        k = constants[reaction.constants[0]] * reaction.multiplicity
        for name in reaction.constants[1:]:
            k = k * constants[name]
        columns.append(k)
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def distinct_ladders(groups: Sequence[Group]) -> tuple[Ladder, ...]:
    """List the distinct ladders of some groups, sorted."""
    return tuple(sorted({ladder for group in groups for ring in group.rings for ladder in ring.ladders}))
