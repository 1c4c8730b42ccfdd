"""Skeletons: a molecule as the increments of basicity see it, and the terms that they add up.

Which atoms are bonded, which rings are aromatic, and which row of ``models/basicity.toml`` names an atom: asked again
and again for the nitrogens of one molecule, looked up once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum, sqrt
from typing import Any, NamedTuple

from planner.model.basicity import Basicity, ChainGroup
from planner.model.hammett import Substituent
from planner.model.site_classes import pattern
from planner.structures.structure import molecule


class Term(NamedTuple):
    """One number of a sum."""

    words: str
    """What it stands for."""
    value: float
    """[pK]"""
    sd: float
    """[pK]"""


def total(terms: Sequence[Term]) -> tuple[float, float]:
    """Add numbers up, exactly, so that their order has no say: value and sd [pK]."""
    return fsum(t.value for t in terms), sqrt(fsum(t.sd**2 for t in terms))


@dataclass(frozen=True, kw_only=True, slots=True)
class Skeleton:
    """A molecule with what is asked of it again and again."""

    mol: Any
    basicity: Basicity
    bonded: tuple[tuple[int, ...], ...]
    """Neighbours of each atom."""
    aromatic: frozenset[int]
    rings: tuple[tuple[int, ...], ...]
    """Aromatic rings of five or six, each in order round."""
    names: dict[tuple[str, int], Any] = field(default_factory=dict)
    """Rows by list and atom, as they are found."""
    matches: dict[str, frozenset[int]] = field(default_factory=dict)
    """Atoms of each pattern that was asked."""

    def matching(self, smarts: str) -> frozenset[int]:
        """Atoms that are the first atom of a pattern."""
        if smarts not in self.matches:
            found = self.mol.GetSubstructMatches(pattern(smarts), maxMatches=10_000)
            self.matches[smarts] = frozenset(match[0] for match in found)
        return self.matches[smarts]

    def first_row(self, kind: str, rows: Sequence[Any], atom: int) -> Any:
        """Find the first row of a list whose patterns match an atom; None where there is none."""
        if (kind, atom) not in self.names:
            found = (row for row in rows if any(atom in self.matching(s) for s in row.smarts))
            self.names[kind, atom] = next(found, None)
        return self.names[kind, atom]

    def group(self, atom: int) -> ChainGroup | None:
        """Name a group by its first atom, seen from a saturated chain."""
        row: ChainGroup | None = self.first_row("group", self.basicity.groups, atom)
        return row

    def substituent(self, atom: int, *, is_fused: bool) -> Substituent | None:
        """Name a substituent by its first atom, seen from an aromatic ring."""
        rows = [row for row in self.basicity.substituents if row.is_fused == is_fused]
        row: Substituent | None = self.first_row(f"substituent {is_fused}", rows, atom)
        return row

    def symbol(self, atom: int) -> str:
        """Element of an atom, small as in aromatic SMILES."""
        return str(self.mol.GetAtomWithIdx(atom).GetSymbol()).lower()

    def kinds(self, atom: int) -> tuple[tuple[str, float], ...]:
        """Say what a heteroatom of a ring is, with the share of each kind over the tautomers of an azole."""
        symbol = self.symbol(atom)
        if symbol != "n":
            return ((("o" if symbol == "o" else "s"), 1.0),)
        free = self.exchanging(atom)
        share = sum(self._hydrogens(n) for n in free) / len(free) if free else float(self._is_pyrrole(atom))
        return tuple(pair for pair in (("nR", share), ("n", 1.0 - share)) if pair[1])

    def exchanging(self, atom: int) -> tuple[int, ...]:
        """Nitrogens of a five-membered ring between which an N-H moves, this one among them; none where it cannot."""
        for ring in self.rings:
            if len(ring) == 5 and atom in ring:
                free = tuple(n for n in ring if self.symbol(n) == "n" and len(self.bonded[n]) == 2)
                if atom in free and len(free) > 1 and any(self._hydrogens(n) for n in free):
                    return free
        return ()

    def _hydrogens(self, atom: int) -> int:
        return int(self.mol.GetAtomWithIdx(atom).GetTotalNumHs(True))

    def _is_pyrrole(self, atom: int) -> bool:
        """Whether a nitrogen of an aromatic ring gives its pair to the ring."""
        return self._hydrogens(atom) > 0 or (
            len(self.bonded[atom]) == 3 and not self.mol.GetAtomWithIdx(atom).GetFormalCharge()
        )

    def is_pyridine(self, atom: int) -> bool:
        """Whether an atom is a nitrogen of an aromatic ring with its pair free."""
        return atom in self.aromatic and self.symbol(atom) == "n" and len(self.bonded[atom]) == 2


def skeleton_of(smiles: str, basicity: Basicity) -> Skeleton:
    """Look once at what is asked of a molecule many times."""
    mol = molecule(smiles)
    aromatic = frozenset(int(a.GetIdx()) for a in mol.GetAromaticAtoms())
    rings = (tuple(ring) for ring in mol.GetRingInfo().AtomRings() if len(ring) in (5, 6))
    return Skeleton(
        mol=mol,
        basicity=basicity,
        bonded=tuple(
            tuple(n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() > 1) for atom in mol.GetAtoms()
        ),
        aromatic=aromatic,
        rings=tuple(ring for ring in rings if aromatic.issuperset(ring)),
    )
