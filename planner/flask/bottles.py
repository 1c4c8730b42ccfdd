"""Bottles in the flask: water that the solvent holds, and acid, base, water and solvent that the partners bring.

Formaldehyde in a wet flask is formalin. Acid and base are per mole of amine.

With w and s the weak and strong acid that comes along, and a the acid that the procedure states::

    acid to add = max(0, a - w)            base to add = s + max(0, w - a)
    share of the volume = concentration x equivalents / stock
"""

from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.structures.bottles import Bottle
from planner.structures.pairs import Pair

FORMALDEHYDE = "formaldehyde"
"""Class of the carbonyl compound that is like no other."""


def acid_to_add(pair: Pair, procedure: Settled) -> float:
    """Work out the acetic acid that is charged besides the acid of the partners' salts [mol per mol of amine]."""
    return max(0.0, procedure.acid_equivalents - pair.weak_acid(procedure.carbonyl_equivalents))


def base_to_add(pair: Pair, procedure: Settled) -> float:
    """Work out the base that sets the partners free [mol per mol of amine].

    It takes up all strong acid, and what of the weak acid is more than the procedure states.
    """
    e = procedure.carbonyl_equivalents
    strong = sum(n * bottle.strong_acid_equivalents for bottle, n in pair.bottles(e))
    return strong + max(0.0, pair.weak_acid(e) - procedure.acid_equivalents)


def water_brought(pair: Pair, procedure: Settled) -> float:
    """Add up the water of both bottles [M]; that of formalin is a number of the model and not counted here."""
    found = pair.bottles(procedure.carbonyl_equivalents)
    is_formalin = brings_formalin(pair, procedure)
    return sum(
        procedure.concentration_M * e * bottle.water_equivalents
        for bottle, e in found
        if not (is_formalin and bottle is pair.carbonyl_bottle)
    )


def solvents_brought(pair: Pair, procedure: Settled) -> list[tuple[Bottle, float]]:
    """List the bottles that are solutions, with their share of the final volume."""
    return [
        (bottle, min(1.0, procedure.concentration_M * e / bottle.stock_M))
        for bottle, e in pair.bottles(procedure.carbonyl_equivalents)
        if bottle.stock_M is not None and e > 0
    ]


def water_source(model: Model, procedure: Settled) -> str:
    """Name the parameter that says how much water the solvent brings."""
    solvent = model.solvent(procedure.solvent)
    if solvent.name == "water":
        return "water.solvent"
    if procedure.water == "wet":
        return "water.wet_alcohol" if solvent.alcohol else "water.wet"
    return "water.dry"


def brings_formalin(pair: Pair, procedure: Settled) -> bool:
    """Tell formalin from paraformaldehyde: formaldehyde is formalin in a flask that is not kept dry."""
    return pair.carbonyl_class.name == FORMALDEHYDE and procedure.water == "wet"


def central_water(pair: Pair, model: Model, procedure: Settled) -> float:
    """Water that the flask holds or is given with the partners, at the medians [M]."""
    water = model.parameter(water_source(model, procedure)).value + water_brought(pair, procedure)
    if brings_formalin(pair, procedure):
        carbonyl = procedure.carbonyl_equivalents * procedure.concentration_M
        water += model.parameter("water.formalin").value * carbonyl
    return water
