"""Reduction: what the hydride does to imines, iminium ions and the carbonyl compound, and how it is lost.

The equations stand in ``planner.flask.kinetics``; arrays are (n_procedures, n_draws), log10 of constants of M and s.
"""

from collections.abc import Sequence

import numpy as np

from planner.engine import Array
from planner.flask.condensation import iminium_store, is_iminium, of_primary
from planner.flask.conditions import Conditions, of_pair
from planner.flask.crowding import transfer_loss
from planner.flask.electronics import electronic
from planner.flask.procedure import Settled
from planner.mechanism.microstates import Ladder

WET_M = 0.1
"""Water at the start from which a flask counts as wet [M]."""


def hydride_transfer(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """log10 k_r of X(a) [M^-1 s^-1 per hydride equivalent]."""
    drawn, model = at.drawn, at.drawn.model
    log_k = at.each("reductant", lambda r: drawn.named(f"{model.reductant(r).key}.hydride_transfer"))
    if not is_iminium(stage):
        proton = at.each(
            "reductant", lambda r: drawn.classed(model.reductant(r).key, ("proton_on_imine_reduction",))
        )
        log_k = log_k + proton * (at.acid - 1.0)
    log_k = log_k + _of_imine(at, stage)
    return np.asarray(log_k + at.arrhenius(drawn.named("energy.hydride_transfer")))


@of_pair
def _of_imine(at: Conditions, stage: tuple[Ladder, int]) -> Array:
    """Share of both partners in log10 k_r (n_draws,)."""
    drawn = at.drawn
    log_k = at.of_carbonyl("imine_reduction") + drawn.named("solvent_shift.equilibrium_and_reduction")
    if is_iminium(stage):
        log_k = (
            log_k
            + drawn.named("iminium_reduction.reference")
            + at.of_carbonyl("iminium_reduction_carbonyl")
            - iminium_store(at)
            + electronic(at, "iminium_reduction")
        )
    else:
        log_k = log_k + of_primary(at, "imine_reduction_amine", stage)
        log_k = log_k + electronic(at, "imine_reduction")
    return np.asarray(log_k + transfer_loss(at, stage))


def carbonyl_reduction(at: Conditions, pH: Array) -> Array:
    """log10 k_o of carbonyl + hydride [M^-1 s^-1]."""
    drawn, model = at.drawn, at.drawn.model
    key = {r.name: r.key for r in model.reductants}
    log_k = at.each("reductant", lambda r: at.of_reduced(f"{key[r]}.carbonyl_reduction"))
    log_k = log_k + at.each("reductant", lambda r: electronic(at, f"{key[r]}.carbonyl_reduction"))
    if at.carbonyl.is_ketone:
        acid = at.each("reductant", lambda r: drawn.classed(key[r], ("acid_on_ketone_reduction",)))
        log_k = log_k + acid * at.acid
    reference = at.each("reductant", lambda r: drawn.classed(key[r], ("carbonyl_reduction_pH",)))
    has_reference = [
        model.find(key[p.reductant], ("carbonyl_reduction_pH",)) is not None for p in at.procedures
    ]
    log_k = log_k + np.where(np.array(has_reference)[:, None], reference - pH, 0.0)
    return np.asarray(log_k + at.arrhenius(drawn.named("energy.carbonyl_reduction")))


def hydride_loss(at: Conditions, pH: Array) -> Array:
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
    if at.holds_acid and model.steps_of_reductant(name):  # water and acid take this hydride as species
        return drawn.classed(f"{key}.hydride_loss", chain)
    loss = drawn.classed(f"{key}.hydride_loss", chain) + drawn.classed(key, ("acid_on_hydride_loss",)) * acid
    if model.find(key, ("hydride_loss_wet",)) is None:
        return loss
    return np.where(water >= WET_M, np.maximum(loss, drawn.named(f"{key}.hydride_loss_wet")), loss)
