"""Hazards: what the chosen reagents can do, each sentence with its source. Never "safe": check the SDS.

Gas from complete destruction of the hydride: n(H2) = n(reductant) x B-H bonds, at 24.2 L/mol (22 C, 1 atm).
"""

from dataclasses import dataclass

from planner.flask.procedure import Settled
from planner.model.hazards import in_full
from planner.model.model import Model
from planner.structures.pairs import Pair

LITRES_PER_MOL = 24.2
EXOTHERM_MMOL = 10.0
"""Hydride charge from which dosing with cooling is asked for [mmol]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """A danger with where it is written."""

    sentence: str
    source: str
    """In full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gas:
    """Hydrogen that the whole charge of hydride can give."""

    mmol: float
    litres: float
    """At 24.2 L/mol."""


def hydrogen(procedure: Settled, model: Model, amine_mmol: float) -> Gas:
    """Work out the hydrogen from complete destruction of the hydride charge."""
    formal = model.reductant(procedure.reductant).formal_hydrides
    mmol = amine_mmol * procedure.reductant_equivalents * formal
    return Gas(mmol=mmol, litres=mmol * LITRES_PER_MOL / 1000.0)


def hazards(pair: Pair, model: Model, procedure: Settled, amine_mmol: float) -> tuple[Warned, ...]:
    """List what the reagents of a settled procedure can do, the reductant's own dangers first."""
    reductant = model.reductant(procedure.reductant)
    cited = {s.key: s.citation for s in model.sources}
    found = [Warned(sentence=h.sentence, source=in_full(h.source, cited)) for h in reductant.hazards]
    found += [
        Warned(sentence=f"{reductant.name} in {s}: {why}.", source=f"data of {reductant.name} in this model")
        for s, why in reductant.warned
        if s == procedure.solvent
    ]
    gas = hydrogen(procedure, model, amine_mmol)
    found.append(
        Warned(
            sentence=f"The hydride can give {gas.mmol / 1000:.2g} mol of hydrogen, {gas.litres:.2g} L; vent it.",
            source=f"{reductant.formal_hydrides} B-H per mole, {LITRES_PER_MOL} L/mol at 22 C",
        )
    )
    holds = {f"solvent {procedure.solvent}", f"carbonyl {pair.carbonyl_class.name}", "always"}
    holds |= {"acid"} if procedure.acid_equivalents else set()
    holds |= {"scale"} if amine_mmol * procedure.reductant_equivalents > EXOTHERM_MMOL else set()
    found += [Warned(sentence=h.sentence, source=h.source) for h in model.hazards if h.when in holds]
    return tuple(found)
