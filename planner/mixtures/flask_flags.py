"""Flags: what holds of a flask that by-products depend on, read from the procedure."""

from collections.abc import Iterator

from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.predictions.formaldehyde import is_formaldehyde
from planner.structures.pairs import Pair
from planner.structures.products import has_pattern
from planner.structures.structure import molecule

SOLVENTS = {
    "methanol": ("MeOH",),
    "amide solvent": ("DMF",),
    "dichloromethane": ("DCM",),
}
"""Flag to the solvents of which it holds, or of what is like them."""


def flags_of(pair: Pair, model: Model, procedure: Settled) -> frozenset[str]:
    """List what holds of a flask; see ``by_products.FLAGS``."""
    return frozenset(_flags(pair, model, procedure))


def _flags(pair: Pair, model: Model, procedure: Settled) -> Iterator[str]:
    reductant = model.reductant(procedure.reductant)
    if reductant.holds_cyanide:
        yield "cyanide"
    if any(atom.GetSymbol() == "B" for atom in molecule(reductant.smiles).GetAtoms()):
        yield "borane"
    is_acid = procedure.acid_equivalents > 0 or pair.weak_acid(procedure.carbonyl_equivalents) > 0
    if is_acid or has_pattern(reductant.smiles, "[CH3]-[CX3](=O)-[O]-[B]"):
        yield "acetate"
    if is_formaldehyde(pair):
        yield "formaldehyde"
    if has_pattern(pair.carbonyl.smiles, "[CX3;H1,H2]=O"):
        yield "aldehyde"
    if reductant.is_strong:
        yield "strong hydride"
    chain = {*model.solvent_chain(procedure.solvent)}
    yield from (flag for flag, names in SOLVENTS.items() if chain & {*names})
