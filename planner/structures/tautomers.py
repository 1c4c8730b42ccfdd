"""Annular tautomers: an N-H azole is written one way, wherever its hydrogen was drawn.

The hydrogen of an azole moves between the nitrogens of its five-membered ring within microseconds, so that the
tautomers are one compound. Of all ways to place it the one is kept that leaves rings fused on benzenoid (1H-indazole,
1H-benzotriazole) and the hydrogen beside another nitrogen where it can be (1H-1,2,4-triazole); of these the first in
the order of canonical SMILES. Only hydrogens on ring nitrogens move, and none leaves its ring.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from rdkit import Chem

MOST_WAYS = 64
"""Placements that are compared; a molecule with more keeps its drawing."""


def settled(mol: Any) -> Any:
    """Put the hydrogens of N-H azoles where they are always written; the molecule itself where nothing moves."""
    rings = list(_exchanging(mol))
    ways = list(product(*(free for _ring, free in rings)))
    if not rings or not 1 < len(ways) <= MOST_WAYS:
        return mol
    written = [(_rank(made, way, rings), str(Chem.MolToSmiles(made))) for made, way in _made(mol, ways)]
    return Chem.MolFromSmiles(min(written)[1]) if written else mol


def _exchanging(mol: Any) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """List aromatic rings of five with one N-H and other nitrogens that could bear it: ring, those nitrogens."""
    for ring in mol.GetRingInfo().AtomRings():
        atoms = [mol.GetAtomWithIdx(i) for i in ring]
        if len(ring) != 5 or not all(a.GetIsAromatic() for a in atoms):
            continue
        free = [a for a in atoms if a.GetSymbol() == "N" and a.GetDegree() == 2 and not a.GetFormalCharge()]
        if len(free) > 1 and sum(a.GetTotalNumHs() for a in free) == 1:
            yield tuple(ring), tuple(a.GetIdx() for a in free)


def _made(mol: Any, ways: list[tuple[int, ...]]) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """Write each placement that is a sound molecule."""
    moving = {i for way in ways for i in way}
    for way in ways:
        made = Chem.RWMol(mol)
        for i in moving:
            atom = made.GetAtomWithIdx(i)
            atom.SetNoImplicit(True)
            atom.SetNumExplicitHs(int(i in way))
        if Chem.SanitizeMol(made, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
            yield made, way


def _rank(mol: Any, way: tuple[int, ...], rings: list[Any]) -> tuple[int, int]:
    """Count the hydrogens that spoil a ring fused on, and those with no nitrogen beside them."""
    info, spoiling, alone = mol.GetRingInfo(), 0, 0
    for atom, (ring, _free) in zip(way, rings, strict=True):
        beside = [a.GetIdx() for a in mol.GetAtomWithIdx(atom).GetNeighbors()]
        is_fused = any(info.NumAtomRings(i) > 1 for i in ring)
        spoiling += is_fused and not any(info.NumAtomRings(i) > 1 for i in beside)
        alone += not any(mol.GetAtomWithIdx(i).GetSymbol() == "N" for i in beside)
    return spoiling, alone
