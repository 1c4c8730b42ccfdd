"""Chromophores: the parts of a molecule that ultraviolet light near 254 nm sees.

One is a connected set of atoms in aromatic rings or in multiple bonds that conjugation joins; it counts where it holds
an aromatic ring or two multiple bonds. A lone C=O, C=C or amide counts as none (they absorb below 220 nm).
"""

from functools import lru_cache

from planner.structures.structure import molecule


@lru_cache(maxsize=4096)
def n_chromophores(smiles: str) -> int:
    """Count the aromatic or conjugated units of a structure.

    Parameters
    ----------
    smiles
        Canonical, as ``read_structure`` returns it.

    Examples
    --------
    >>> [n_chromophores(s) for s in ("CCCCN", "NCc1ccccc1", "C(c1ccccc1)Nc1ccccc1", "c1ccc(-c2ccccc2)cc1")]
    [0, 1, 2, 1]
    >>> n_chromophores("CC(=O)NC"), n_chromophores("CC=CC=CCO")
    (0, 1)
    """
    mol = molecule(smiles)
    multiple = [b for b in mol.GetBonds() if b.GetIsAromatic() or b.GetBondTypeAsDouble() > 1.0]
    unsaturated = {atom for b in multiple for atom in (b.GetBeginAtomIdx(), b.GetEndAtomIdx())}
    joins = [
        (b.GetBeginAtomIdx(), b.GetEndAtomIdx())
        for b in mol.GetBonds()
        if unsaturated >= {b.GetBeginAtomIdx(), b.GetEndAtomIdx()}
        and (b.GetIsConjugated() or b.GetBondTypeAsDouble() > 1.0)
    ]
    found = 0
    while unsaturated:
        unit, open_ends = set[int](), [unsaturated.pop()]
        while open_ends:
            unit.add(atom := open_ends.pop())
            near = {b if a == atom else a for a, b in joins if atom in (a, b)} & unsaturated
            unsaturated -= near
            open_ends += near
        inside = [b for b in multiple if b.GetBeginAtomIdx() in unit]
        found += len(inside) > 1 or any(b.GetIsAromatic() for b in inside)
    return found
