"""Closures: every ring that the linear adduct of two partners can close, with its size and structure.

HN-(chain of m atoms)-NH-(CH2)p-X closes at either nitrogen: the far one gives m + p + 2 atoms, the one that was
alkylated p + 1. Aziridines and azetidinium ions open again: they are on the way, no products. Rings that would bridge
a small one do not close.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product as every
from typing import Any

from rdkit import Chem

from planner.rings.edits import Electrophile, bonded, merged, moved
from planner.rings.partners import Nitrogen, Partner
from planner.structures.closures import ring_closed_between
from planner.structures.structure import PROTON_MASS, molecule, protonated_mass

FAR, OWN = "the far nitrogen", "the nitrogen that was alkylated"
SMALLEST_PRODUCT, SMALLEST_CATION = 4, 5
"""Atoms of amines and of ammonium ions; smaller rings are on the way."""
SMALLEST_IMINE = 5
"""Atoms of the smallest ring that holds the C=N of an imine or iminium ion."""
LARGEST_RING = 40
TRANS_TOO_SMALL = 10
"""Atoms below which a trans double bond does not fit in a ring."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    """One way in which the adduct closes."""

    at: str
    """``FAR`` or ``OWN``."""
    size: int
    """Atoms of the ring."""
    smiles: str
    """What it gives; a cation where a tertiary nitrogen closed it."""
    nitrogen: Nitrogen
    """The one that closes, as it stands in the adduct."""
    traits: tuple[str, ...] = ()
    """Numbers of ``tether.*`` that count."""

    @property
    def is_on_the_way(self) -> bool:
        """Whether it opens again, as aziridines do, and strained ammonium ions with any amine or halide about."""
        return self.size < (SMALLEST_CATION if self.is_cation else SMALLEST_PRODUCT)

    @property
    def is_cation(self) -> bool:
        """Whether a tertiary nitrogen closed it."""
        return bool(Chem.GetFormalCharge(molecule(self.smiles)))

    @property
    def mz(self) -> float:
        """Monoisotopic m/z of its cation."""
        charge = Chem.GetFormalCharge(molecule(self.smiles))
        return float(protonated_mass(self.smiles) - charge * PROTON_MASS)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Adduct:
    """Two partners after their first bond."""

    a: Partner
    b: Partner
    first: Nitrogen
    """The nitrogen that was alkylated."""
    met: Electrophile
    """The end that it met, counted from the atoms of both partners."""
    other: Electrophile
    """The end that is left; the same where both bonds go to one carbon."""

    @property
    def apart(self) -> Any:
        """Both partners side by side."""
        return merged((self.a.smiles, self.b.smiles))

    @property
    def joined(self) -> Any:
        """Both with the first bond, what leaves still on."""
        mol = self.apart
        mol.AddBond(self.first.atom, self.met.carbon, Chem.BondType.SINGLE)
        mol.UpdatePropertyCache(strict=False)
        Chem.FastFindRings(mol)
        return mol


def closures_of(a: Partner, b: Partner, ends: tuple[Electrophile, Electrophile]) -> tuple[Closure, ...]:
    """List every closure of every nitrogen of every adduct, each structure once."""
    shift = molecule(a.smiles).GetNumAtoms()
    found: dict[tuple[str, str], Closure] = {}
    for first, (met, other) in every(a.nitrogens, (ends, ends[::-1])):
        adduct = _Adduct(a=a, b=b, first=first, met=moved(met, shift), other=moved(other, shift))
        for closure in _closures_of(adduct):
            found.setdefault((closure.at, closure.smiles), closure)
    return tuple(sorted(found.values(), key=lambda c: (c.at != FAR, c.size, c.smiles)))


def _closures_of(adduct: _Adduct) -> Iterator[Closure]:
    """List the closures of one adduct."""
    is_one_carbon = adduct.met.carbon == adduct.other.carbon
    for nitrogen in adduct.a.nitrogens:
        is_own = nitrogen.atom == adduct.first.atom
        at = OWN if is_own and len(adduct.a.nitrogens) > 1 else FAR
        spent = nitrogen.kind == "sulfonamide" or adduct.met.is_carbonyl
        if at == OWN and (is_one_carbon or (spent and nitrogen.n_hydrogens < 2)):
            continue  # an amide nitrogen, or an amine before a carbonyl, needs a hydrogen for each bond
        mol = adduct.joined
        if is_one_carbon:
            size = ring_closed_between(mol, nitrogen.atom, adduct.first.atom, between=1)
            path = list(Chem.GetShortestPath(mol, nitrogen.atom, adduct.first.atom))
        else:
            outside = (*adduct.met.leaves, *adduct.other.leaves)
            size = ring_closed_between(mol, nitrogen.atom, adduct.other.carbon, outside=outside)
            path = list(Chem.GetShortestPath(mol, nitrogen.atom, adduct.other.carbon))
        traits = _traits(mol, path, size)
        if (
            size is not None
            and traits is not None
            and not _is_strained_imine(size, adduct.other, is_one_carbon)
        ):
            stands = replace(nitrogen, n_hydrogens=nitrogen.n_hydrogens - 1) if is_own else nitrogen
            made = bonded(adduct.apart, [(adduct.first.atom, adduct.met), (nitrogen.atom, adduct.other)])
            yield Closure(at=at, size=size, smiles=made, nitrogen=stands, traits=traits)


def _is_strained_imine(size: int, end: Electrophile, is_aminal: bool) -> bool:
    """Whether the C=N that a hydride would take has no room in the ring."""
    return end.is_carbonyl and not is_aminal and size < SMALLEST_IMINE


def own_closure(a: Partner, nitrogen: Nitrogen, end: Electrophile) -> Closure | None:
    """Write the closure of a compound on itself; None where it cannot close."""
    mol = molecule(a.smiles)
    size = ring_closed_between(mol, nitrogen.atom, end.carbon, outside=end.leaves)
    traits = _traits(mol, list(Chem.GetShortestPath(mol, nitrogen.atom, end.carbon)), size)
    if size is None or traits is None or _is_strained_imine(size, end, False):
        return None
    made = bonded(merged((a.smiles,)), [(nitrogen.atom, end)])
    return Closure(at=FAR, size=size, smiles=made, nitrogen=nitrogen, traits=traits)


def _traits(mol: Any, path: list[int], size: int | None) -> tuple[str, ...] | None:
    """Name what the chain between two ends holds that changes its closing; None where it cannot close."""
    if size is None or size > LARGEST_RING:
        return None
    atoms = [mol.GetAtomWithIdx(i) for i in path]
    traits = []
    quaternary = [i for i, atom in enumerate(atoms) if _is_quaternary(atom)]
    beside = len(path) - 2
    if any(0 < i < beside for i in quaternary):
        traits.append("gem_dialkyl")
    if beside in quaternary:
        traits.append("neopentyl")
    bonds = [mol.GetBondBetweenAtoms(i, j) for i, j in pairwise(path)]
    flat, is_trans = sum(bond.GetIsAromatic() for bond in bonds) == 1, False
    for bond in bonds:
        if bond.GetBondType() == Chem.BondType.DOUBLE:
            is_trans = is_trans or bond.GetStereo() in (Chem.BondStereo.STEREOE, Chem.BondStereo.STEREOTRANS)
            flat = flat or bond.GetStereo() in (Chem.BondStereo.STEREOZ, Chem.BondStereo.STEREOCIS)
    if is_trans and size < TRANS_TOO_SMALL:
        return None
    traits += ["flat"] if flat else []
    if sum(atom.GetAtomicNum() in (7, 8) for atom in atoms) > 1:
        traits.append("two_heteroatoms")
    return tuple(traits)


def _is_quaternary(atom: Any) -> bool:
    """Whether a saturated carbon carries four heavy atoms, three of them carbon."""
    neighbours = [n.GetAtomicNum() for n in atom.GetNeighbors() if n.GetAtomicNum() > 1]
    return atom.GetAtomicNum() == 6 and len(neighbours) == 4 and not atom.GetIsAromatic()
