"""Masses: what a chain or ring weighs, as a mass spectrum and a gel column show it.

One repeat unit is A + B - 2 HX; a chain NN has one A more, XX one B more, and each bond has lost one HX. Where the ends
of B differ its faster one goes with the first bond of each B, the slower one with the second.
"""

from dataclasses import dataclass

from rdkit import Chem
from rdkit.Chem import Descriptors

from planner.rings.pairs import RingPair, leaving_elements
from planner.structures.structure import molecule

TABLE = Chem.GetPeriodicTable()


@dataclass(frozen=True, kw_only=True, slots=True)
class Masses:
    """Monoisotopic masses [Da]."""

    a: float
    b: float
    first: float
    """Of what the first bond of B sets free."""
    leaving: float
    """Of what its second bond does, and every bond where one molecule has both ends."""

    def of(self, a: int, b: int, *, is_ring: bool) -> float:
        """Mass of a chain or ring of so many units."""
        n_bonds = a + b - (0 if is_ring else 1)
        n_first = min(b, n_bonds)
        return self.a * a + self.b * b - self.first * n_first - self.leaving * (n_bonds - n_first)

    @property
    def repeat(self) -> float:
        """Mass of a repeat unit."""
        return self.a + self.b - self.leaving - (self.first if self.b else 0.0)


def unit_masses(pair: RingPair) -> Masses:
    """Masses of the units of a pair."""
    first, lost = (
        sum(n * TABLE.GetMostCommonIsotopeMass(element) for element, n in leaving_elements(pair, which))
        for which in (0, -1)
    )
    return Masses(
        a=pair.a.structure.exact_mass,
        b=0.0 if pair.b is None else pair.b.structure.exact_mass,
        first=float(first),
        leaving=float(lost),
    )


def molar_mass(smiles: str) -> float:
    """Average molar mass of a compound or cation [g mol-1]."""
    return float(Descriptors.MolWt(molecule(smiles)))
