"""Making: the structures of by-products, by the reactions of ``by_products.toml``, each held to its balance.

    elements of what it is made of + adds - loses = elements of what is made

Of a carbonyl compound only the group that condenses takes part; the others are kept from it. A reaction that fits in
several places gives each different structure once. What belongs to a regulated family is not written.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import AllChem

from planner.errors import PlannerError, ScopeError
from planner.mixtures.by_products import ByProduct, read_formula
from planner.mixtures.masses import formula_of
from planner.model.site_classes import pattern
from planner.structures.regulated import check_regulated
from planner.structures.structure import canonical_smiles, molecule

MOST_WAYS = 200
"""Ways in which one reaction is tried on one set of reactants."""


@lru_cache(maxsize=128)
def reaction_of(smarts: str) -> Any:
    """Read a reaction SMARTS once."""
    return AllChem.ReactionFromSmarts(smarts)


def make(row: ByProduct, reactants: Sequence[str], kept: Sequence[int | None]) -> tuple[str, ...]:
    """Make what a row says of these reactants.

    Parameters
    ----------
    row
        The kind of by-product.
    reactants
        SMILES, one for each word of ``made_from``.
    kept
        For each reactant the only carbonyl carbon that may take part; None where all may.

    Returns
    -------
    tuple of str
        Canonical SMILES of all constitutional isomers, sorted; empty where the reaction does not fit.
    """
    return _make(row, tuple(reactants), tuple(kept))


@lru_cache(maxsize=4096)
def _make(row: ByProduct, reactants: tuple[str, ...], kept: tuple[int | None, ...]) -> tuple[str, ...]:
    molecules = tuple(_guarded(s, carbon) for s, carbon in zip(reactants, kept, strict=True))
    with rdBase.BlockLogs():
        runs = reaction_of(row.reaction).RunReactants(molecules, MOST_WAYS)
        wanted = None if row.piece else _balance(row, reactants)
        found = {smiles for products in runs for smiles in _written(products, row.piece)}
    return tuple(
        sorted(s for s in found if (wanted is None or formula_of(s) == wanted) and _is_open_to_all(s))
    )


def _guarded(smiles: str, carbon: int | None) -> Any:
    """Keep all carbonyl groups but one from reacting."""
    if carbon is None:
        return molecule(smiles)
    mol = Chem.Mol(molecule(smiles))
    for (atom,) in mol.GetSubstructMatches(pattern("[CX3;$(C=O)]")):
        if atom != carbon:
            mol.GetAtomWithIdx(atom).SetProp("_protected", "1")
    return mol


def _written(products: Sequence[Any], is_piece: bool) -> Iterator[str]:
    """Write the main product of one run, if it is a molecule."""
    mol = products[0]
    if Chem.SanitizeMol(mol, catchErrors=True):
        return
    pieces = Chem.GetMolFrags(mol, asMols=True)
    if len(pieces) > 1 and not is_piece:
        return
    mol = max(pieces, key=lambda m: m.GetNumHeavyAtoms())
    if sum(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms()):
        return
    try:
        yield canonical_smiles(mol)
    except PlannerError:
        return


def _balance(row: ByProduct, reactants: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Add up what must come out."""
    total: Counter[str] = Counter()
    for smiles in reactants:
        total.update(dict(formula_of(smiles)))
    total.update(read_formula(row.adds))
    total.subtract(read_formula(row.loses))
    return tuple(sorted((symbol, n) for symbol, n in total.items() if n))


@lru_cache(maxsize=4096)
def _is_open_to_all(smiles: str) -> bool:
    """Whether a structure belongs to no regulated family."""
    try:
        check_regulated([smiles])
    except ScopeError:
        return False
    return True
