"""Arylamines: which nitrogens sit on an aromatic ring."""

from functools import lru_cache

from planner.structures.structure import molecule


@lru_cache(maxsize=4096)
def is_arylamine(smiles: str, atom: int) -> bool:
    """Tell whether an atom of a canonical SMILES, outside of aromatic rings, is bound to one.

    Examples
    --------
    >>> [is_arylamine(s, 0) for s in ("Nc1ccccc1", "Nc1ccncc1", "NCc1ccccc1", "n1ccccc1C")]
    [True, True, False, False]
    """
    here = molecule(smiles).GetAtomWithIdx(atom)
    return not here.GetIsAromatic() and any(n.GetIsAromatic() for n in here.GetNeighbors())
