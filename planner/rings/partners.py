"""Partners: which nitrogens and which ends two compounds have, and so what kind of ring closure they are.

A nitrogen is one that ``structures.sites`` knows as an amine, or a sulfonamide with N-H; an end is a halide or
sulfonate of ``models/rings.toml``, or an aldehyde or ketone.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from rdkit import Chem

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.site_classes import whole_pattern
from planner.rings.book import Book, load_book
from planner.rings.edits import Electrophile, freed_acetal
from planner.structures.carbonyls import all_carbonyls
from planner.structures.perception import matching_atoms
from planner.structures.sites import reacting_nitrogens
from planner.structures.structure import Structure, molecule, read_structure

SULFONAMIDE = "[NX3;!H0]-[SX4](=O)(=O)-[#6]"
ELSEWHERE = {
    "an acid chloride": "[CX3](=O)[F,Cl,Br,I]",
    "a sulfonyl chloride": "[SX4](=O)(=O)[F,Cl,Br,I]",
    "an isocyanate": "N=C=O",
    "a carboxylic acid": "[CX3](=O)[OX2;H1]",
}
"""Groups that take the amine before anything else does."""
UNHELD = {"a 1,2-dicarbonyl group": "[CX3;!$(C-[O,N,S])](=[OX1])-[CX3;!$(C-[O,N,S])](=[OX1])"}
"""Groups whose imines the model does not hold."""
ACTIVATED = "[CX4;$(C-c),$(C-[CX3]=[#6])]"
"""A benzylic or allylic carbon."""
SP3 = Chem.HybridizationType.SP3
UNKNOWN_END = {
    "triflate": "[CX4]-[OX2]-[SX4](=O)(=O)-[CX4](F)(F)F",
    "sulfate": "[CX4]-[OX2]-[SX4](=O)(=O)-[OX2]",
}
"""Groups that leave, without a number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nitrogen:
    """An amine end."""

    atom: int
    """Index in canonical SMILES."""
    n_hydrogens: int
    kind: str
    """primary, secondary or sulfonamide."""
    is_aryl: bool
    is_in_ring: bool
    bulk: str = ""
    """``sec_alkyl`` or ``tert_alkyl`` for the most crowded carbon on it; empty where all are primary."""

    @property
    def traits(self) -> tuple[str, ...]:
        """Entries of ``nucleophilicity.*`` that its neighbours bring, but not its hydrogens."""
        alone = self.bulk == "tert_alkyl" and self.n_hydrogens > 1
        bulk = f"{self.bulk}_primary" if alone else self.bulk
        return tuple(name for name in ("aryl" if self.is_aryl else "", bulk) if name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Partner:
    """A compound with its ends."""

    structure: Structure
    nitrogens: tuple[Nitrogen, ...]
    ends: tuple[Electrophile, ...]
    """Halides and sulfonates."""
    carbonyls: tuple[Electrophile, ...]
    given: Structure
    """As it was given and is weighed."""
    was_acetal: bool = False

    @property
    def smiles(self) -> str:
        """Canonical SMILES of the free compound."""
        return self.structure.smiles


@lru_cache(maxsize=512)
def read_partner(text: str, model: Model, *, opened: bool = False) -> Partner:
    """Read a compound and find its ends; ``opened`` takes acetals as the carbonyl compounds that acid makes of them.

    Raises
    ------
    StructureError
        If the text is no usable structure.
    ScopeError
        If it holds a group that takes the amine first, or leaves but has no number.
    """
    known = load_book().reagents.get(text.strip().casefold(), text) if isinstance(text, str) else text
    given = read_structure(known)
    free = freed_acetal(given.smiles) if opened else given.smiles
    structure = given if free == given.smiles else read_structure(free)
    mol = molecule(structure.smiles)
    for groups, what in (
        (
            UNHELD,
            "whose imines this model does not hold: a 1,2-diamine takes both carbons to the dihydropyrazine and the "
            "pyrazine (quinoxaline), other amines give open diimines",
        ),
        (ELSEWHERE, "which amines attack first"),
        (UNKNOWN_END, "for which there is no number"),
    ):
        for label, smarts in groups.items():
            if mol.HasSubstructMatch(whole_pattern(smarts)):
                raise ScopeError(
                    f"{structure.smiles!r} holds {label}, {what}; expected amines, halides, mesylates, tosylates, "
                    "aldehydes or ketones: choose such a partner"
                )
    return Partner(
        structure=structure,
        nitrogens=_nitrogens(structure, model),
        ends=_ends(structure.smiles, load_book()),
        carbonyls=_carbonyls(structure, model),
        given=given,
        was_acetal=structure is not given,
    )


def _nitrogens(structure: Structure, model: Model) -> tuple[Nitrogen, ...]:
    """Find amines and sulfonamides with N-H; sulfonamides count where there is no amine."""
    mol = molecule(structure.smiles)
    amines = sorted(reacting_nitrogens(structure, model))
    sulfonamides = sorted(matching_atoms(mol, (SULFONAMIDE,)))
    is_amine = bool(amines)
    found = []
    for atom in amines or sulfonamides:
        nitrogen = mol.GetAtomWithIdx(atom)
        n = int(nitrogen.GetTotalNumHs(True))
        kind = ("secondary" if n == 1 else "primary") if is_amine else "sulfonamide"
        found.append(
            Nitrogen(
                atom=atom,
                n_hydrogens=n,
                kind=kind,
                is_aryl=any(a.GetIsAromatic() for a in nitrogen.GetNeighbors()),
                is_in_ring=bool(nitrogen.IsInRing()),
                bulk=_bulk(nitrogen),
            )
        )
    return tuple(found)


def _bulk(nitrogen: Any) -> str:
    """Name the most crowded saturated carbon on a nitrogen."""
    saturated = [n for n in nitrogen.GetNeighbors() if n.GetHybridization() == SP3 and n.GetAtomicNum() == 6]
    most = max((n.GetDegree() - 1 for n in saturated), default=0)
    return {2: "sec_alkyl", 3: "tert_alkyl"}.get(most, "")


def _ends(smiles: str, book: Book) -> tuple[Electrophile, ...]:
    """Find halides and sulfonates, the fastest first, then in order of atom index."""
    mol = molecule(smiles)
    activated = matching_atoms(mol, (ACTIVATED,))
    found: dict[tuple[int, int], Electrophile] = {}
    for end in book.ends:
        for smarts in end.smarts:
            for carbon, leaf, *_ in mol.GetSubstructMatches(whole_pattern(smarts), uniquify=False):
                found.setdefault(
                    (carbon, leaf),
                    Electrophile(
                        carbon=carbon,
                        leaves=_behind(mol, carbon, leaf),
                        name=end.name,
                        is_secondary=_carbons_on(mol, carbon) > 1,
                        is_activated=carbon in activated,
                    ),
                )
    for (carbon, _), one in found.items():
        if _carbons_on(mol, carbon) > 2:
            raise ScopeError(
                f"{smiles!r} holds a tertiary {one.name}, which eliminates; expected primary or secondary ones: "
                "choose another partner"
            )
    return tuple(sorted((found[key] for key in sorted(found)), key=lambda end: -_ease(end, book)))


def _ease(end: Electrophile, book: Book) -> float:
    """Rate of an end against a primary bromide, at the medians."""
    names = (f"leaving_group.{end.name}", *end.traits)
    return prod(book.parameters[name].value for name in names if name in book.parameters)


def _carbons_on(mol: Chem.Mol, carbon: int) -> int:
    return sum(n.GetAtomicNum() == 6 for n in mol.GetAtomWithIdx(carbon).GetNeighbors())


def _behind(mol: Chem.Mol, carbon: int, leaf: int) -> tuple[int, ...]:
    """List the atoms of a group that leaves: all that hang on its first atom."""
    seen, queue = [leaf], [leaf]
    while queue:
        for n in mol.GetAtomWithIdx(queue.pop()).GetNeighbors():
            if n.GetIdx() != carbon and n.GetIdx() not in seen:
                seen.append(n.GetIdx())
                queue.append(n.GetIdx())
    return tuple(seen)


def _carbonyls(structure: Structure, model: Model) -> tuple[Electrophile, ...]:
    """Find aldehydes and ketones; the oxygen leaves."""
    mol = molecule(structure.smiles)
    found = []
    for site in all_carbonyls(structure, model):
        oxygen = next(
            n.GetIdx()
            for n in mol.GetAtomWithIdx(site.atom_index).GetNeighbors()
            if n.GetAtomicNum() == 8
            and mol.GetBondBetweenAtoms(site.atom_index, n.GetIdx()).GetBondTypeAsDouble() == 2
        )
        found.append(
            Electrophile(
                carbon=site.atom_index,
                leaves=(oxygen,),
                name="carbonyl",
                is_secondary=_carbons_on(mol, site.atom_index) > 1,
            )
        )
    return tuple(found)
