"""Titration: the acid and the base that bring the water of a work-up from the pH of its quench to that of each step.

    n(base) = held(pH before) - held(pH after),    held = sum over compounds and phases of n charge + V ([H+] - [OH-])

Besides the amines the acetic acid of the flask and of acyloxyborohydrides and the boric acid of the hydride count; what
foams off as carbon dioxide does not, so that the numbers are a guide and the meter decides. Per mole of amine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.mixtures.phases import Solute, acid_to_reach
from planner.mixtures.separation import Craft
from planner.model.site_classes import pattern
from planner.predictions.prediction import Prediction
from planner.structures.structure import molecule

ACYLOXY, BORON = "[CX3](=O)-[O]-[#5]", "[#5]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Titration:
    """Acid that each step takes, negative where it is base [mol per mol of amine]."""

    to_acid: float
    """From the quench to the wash that takes the neutrals; 0 where the quench is there or no such wash is made."""
    to_low: float
    """On to the first window."""
    to_high: float
    """On to the second, of what the first has left in the water."""


def titration(
    amines: Sequence[tuple[float, Solute, float]],
    salts: Sequence[tuple[float, Solute]],
    way: tuple[float, float | None, float | None, float],
    craft: Craft,
) -> Titration:
    """Work out what each step takes.

    Parameters
    ----------
    amines
        Moles of each, how it parts, and its share that the first window takes away.
    salts
        Moles and constants of the acids that stay in the water.
    way
        pH after the quench, of the acid wash (None: none), of the first window (None: none), of the last.
    craft
        Volumes.
    """
    start, washed, low, high = way
    water = craft.number("water_per_mole")
    solvent = water * craft.number("portion_volume")

    def held(pH: float, taken: float) -> float:
        left = [(n * (1.0 - taken * share), solute) for n, solute, share in amines]
        return acid_to_reach([*left, *salts], pH, water_L=water, solvent_L=solvent)

    first = start if washed is None else washed
    to_acid = 0.0 if washed is None else max(0.0, held(washed, 0.0) - held(start, 0.0))
    to_low = 0.0 if low is None else held(low, 0.0) - held(first, 0.0)
    before, taken = (first, 0.0) if low is None else (low, 1.0)
    return Titration(to_acid=to_acid, to_low=to_low, to_high=held(high, taken) - held(before, taken))


def salts_of(prediction: Prediction, craft: Craft) -> list[tuple[float, Solute]]:
    """List the acids of flask and hydride that stay in the water [mol per mol of amine]."""
    procedure, pair = prediction.procedure, prediction.pair
    hydride = molecule(prediction.model.reductant(procedure.reductant).smiles)
    n = procedure.reductant_equivalents
    acetic = procedure.acid_equivalents + pair.weak_acid(procedure.carbonyl_equivalents)
    acetic += n * len(hydride.GetSubstructMatches(pattern(ACYLOXY)))
    boric = n * len(hydride.GetSubstructMatches(pattern(BORON)))
    return [
        (acetic, _in_water(craft.number("acetic_pKa"))),
        (boric, _in_water(craft.number("boric_pKa"))),
    ]


def _in_water(pKa: float) -> Solute:
    """Write an acid that the solvent does not take."""
    return Solute(bases=(), acids=(pKa,), log_p=-99.0)
