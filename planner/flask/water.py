"""Water: what the solvent holds, and what comes with the carbonyl compound; formaldehyde in a wet flask is formalin."""

from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.structures.pairs import Pair


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
    return pair.carbonyl_class.name == "formaldehyde" and procedure.water == "wet"


def central_water(pair: Pair, model: Model, procedure: Settled) -> float:
    """Water that the flask holds or is given with the carbonyl, at the medians [M]."""
    water = model.parameter(water_source(model, procedure)).value
    if brings_formalin(pair, procedure):
        carbonyl = procedure.carbonyl_equivalents * procedure.concentration_M
        water += model.parameter("water.formalin").value * carbonyl
    return water
