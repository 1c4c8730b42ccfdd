"""Closures: whether an atom of a molecule reaches another one to close a small ring.

The ring holds the shortest path between both, and any atoms that come between its ends (the new nitrogen, the new
carbon). It does not close where it would bridge a ring that is there already, so where three or more atoms of the
path lie in one ring of at most nine (positions 1,3 and 1,4 of it), nor over an atom with a triple bond. A warning
is of small rings: ``closes`` takes no path over an open-chain double bond that is trans, drawn so or, where nothing
is drawn, as such compounds are sold (cinnamates).

Assumption: chains turn as they must; a bridge that closes on strong heating is none at the bench.
"""

from collections.abc import Collection, Iterable
from typing import Any

from rdkit import Chem

from planner.model.site_classes import whole_pattern

LARGEST_BRIDGED = 9
"""Atoms of the largest ring that cannot be bridged; in larger ones both ends turn to each other."""
MOST_SHARED = 2
"""Atoms that a new ring shares with an old one: fused at a bond or joined in a spiro atom."""


def ring_closed_between(
    mol: Any, start: int, end: int, between: int = 0, outside: Collection[int] = ()
) -> int | None:
    """Count the atoms of the ring that closes from one atom to another; None where none can.

    Parameters
    ----------
    mol
        The molecule.
    start, end
        Atom indices.
    between
        Atoms that the new ring holds besides those of the path.
    outside
        Atoms that it must not hold, such as a leaving group.

    Examples
    --------
    >>> ring_closed_between(Chem.MolFromSmiles("NCCCC(C)=O"), 0, 4)
    5
    >>> ring_closed_between(Chem.MolFromSmiles("N1CCC(C(C)=O)CC1"), 0, 4) is None
    True
    """
    path = Chem.GetShortestPath(mol, start, end) if start != end else ()
    if len(path) < 2 or any(_is_linear(mol, atom) or atom in outside for atom in path[1:-1]):
        return None
    shared = (len(ring.intersection(path)) for ring in _small_rings(mol))
    return len(path) + between if all(n <= MOST_SHARED for n in shared) else None


def closes(
    mol: Any, starts: Iterable[int], smarts: Iterable[str], sizes: Collection[int], between: int = 0
) -> bool:
    """Tell whether any of some atoms closes a ring of one of these sizes to the first atom of any pattern.

    The other atoms of the pattern stay outside of the ring.
    """
    return any(
        ring_closed_between(mol, start, end, between, outside) in sizes
        and not _is_kept_apart(mol, start, end)
        for pattern in smarts
        for end, *outside in mol.GetSubstructMatches(whole_pattern(pattern), uniquify=False)
        for start in starts
    )


def _small_rings(mol: Any) -> list[set[int]]:
    """List the rings that cannot be bridged."""
    return [set(ring) for ring in mol.GetRingInfo().AtomRings() if len(ring) <= LARGEST_BRIDGED]


def _is_kept_apart(mol: Any, start: int, end: int) -> bool:
    """Whether a trans double bond lies on the path between two atoms."""
    path = Chem.GetShortestPath(mol, start, end)
    return any(_is_trans(mol, *four) for four in zip(path, path[1:], path[2:], path[3:], strict=False))


def _is_trans(mol: Any, before: int, first: int, second: int, after: int) -> bool:
    """Whether an open-chain double bond between two atoms keeps those before and after it apart."""
    bond = mol.GetBondBetweenAtoms(first, second)
    if bond.GetBondType() != Chem.BondType.DOUBLE or bond.IsInRing():
        return False
    if bond.GetStereo() in (Chem.BondStereo.STEREONONE, Chem.BondStereo.STEREOANY):
        return not (_is_twin(mol, before, first, second) or _is_twin(mol, after, second, first))
    named = bond.GetStereoAtoms()
    is_cis = bond.GetStereo() in (Chem.BondStereo.STEREOZ, Chem.BondStereo.STEREOCIS)
    return bool(is_cis != ((before in named) == (after in named)))


def _is_twin(mol: Any, atom: int, on: int, other: int) -> bool:
    """Whether the atom beside it on one end of a double bond is like it, so that either side will do."""
    ranks = Chem.CanonicalRankAtoms(mol, breakTies=False)
    beside = [n.GetIdx() for n in mol.GetAtomWithIdx(on).GetNeighbors() if n.GetIdx() not in (atom, other)]
    return any(ranks[n] == ranks[atom] for n in beside)


def _is_linear(mol: Any, atom: int) -> bool:
    """Whether an atom keeps its neighbours apart."""
    return bool(mol.GetAtomWithIdx(atom).GetHybridization() == Chem.HybridizationType.SP)
