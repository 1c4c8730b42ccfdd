"""Edits: ring, chain and macrocycle of two partners, written as structures.

A bond goes from a nitrogen to the carbon of an end: what leaves is taken off, a carbonyl becomes CH-N (the imine where
nothing reduces it), a nitrogen without hydrogens left carries the charge. New stereocentres stay unspecified.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rdkit import Chem, rdBase

from planner.errors import ScopeError
from planner.structures.structure import canonical_smiles, molecule

BOND = Chem.BondType.SINGLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Electrophile:
    """The carbon of an end that leaves, or of a carbonyl."""

    carbon: int
    """Atom index in canonical SMILES."""
    leaves: tuple[int, ...]
    """Atoms that go, the one on the carbon first."""
    name: str
    """Of the group that leaves; ``carbonyl``."""
    is_secondary: bool = False
    """Whether the carbon carries two others."""
    is_activated: bool = False
    """Whether the carbon is benzylic or allylic."""

    @property
    def traits(self) -> tuple[str, ...]:
        """Numbers of ``tether.*`` that its carbon brings to every rate."""
        secondary = ("tether.secondary_carbon",) if self.is_secondary else ()
        return (*secondary, "tether.activated_carbon") if self.is_activated else secondary

    @property
    def is_carbonyl(self) -> bool:
        """Whether it is an aldehyde or ketone."""
        return self.name == "carbonyl"


def merged(smiles: Sequence[str]) -> Any:
    """Put molecules side by side; atoms of later ones follow those of the first."""
    mol = Chem.RWMol(molecule(smiles[0]))
    for other in smiles[1:]:
        mol.InsertMol(molecule(other))
    return mol


def moved(end: Electrophile, by: int) -> Electrophile:
    """Move an end to where its molecule's atoms start in a mixture."""
    return replace(end, carbon=end.carbon + by, leaves=tuple(atom + by for atom in end.leaves))


def bonded(mol: Any, bonds: Iterable[tuple[int, Electrophile]], *, reduced: bool = True) -> str:
    """Make bonds from nitrogens to ends and write what comes of it; atoms that leave go at the end."""
    gone: list[int] = []
    for nitrogen, end in bonds:
        atom, carbon = mol.GetAtomWithIdx(nitrogen), mol.GetAtomWithIdx(end.carbon)
        double = end.is_carbonyl and not reduced and atom.GetTotalNumHs(True) > 1
        mol.AddBond(nitrogen, end.carbon, Chem.BondType.DOUBLE if double else BOND)
        _spend(mol, atom, 2 if double else 1, gone)
        if end.is_carbonyl and not double and carbon.GetNoImplicit():
            carbon.SetNumExplicitHs(carbon.GetNumExplicitHs() + 1)
        carbon.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        gone += [leaf for leaf in end.leaves if leaf not in gone]
        mol.UpdatePropertyCache(strict=False)
    return _written(mol, gone)


def _spend(mol: Any, atom: Any, count: int, gone: list[int]) -> None:
    """Take hydrogens off a nitrogen; one that has none becomes an ammonium ion."""
    drawn = [n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() == 1 and n.GetIdx() not in gone]
    for _ in range(count):
        if atom.GetNoImplicit() and atom.GetNumExplicitHs():
            atom.SetNumExplicitHs(atom.GetNumExplicitHs() - 1)
        elif atom.GetNoImplicit() and drawn:
            gone.append(drawn.pop())
    heavy = sum(
        mol.GetBondBetweenAtoms(atom.GetIdx(), n.GetIdx()).GetBondTypeAsDouble()
        for n in atom.GetNeighbors()
        if n.GetIdx() not in gone
    )
    if heavy > 3:
        atom.SetFormalCharge(1)


def _written(mol: Any, gone: Iterable[int]) -> str:
    """Take atoms off, finish and write."""
    kept = Chem.RWMol(mol)
    for atom in sorted(gone, reverse=True):
        kept.RemoveAtom(atom)
    with rdBase.BlockLogs():
        try:
            Chem.SanitizeMol(kept)
            Chem.AssignStereochemistry(kept, cleanIt=True, force=True)
            return canonical_smiles(kept)
        except (RuntimeError, ValueError) as error:
            raise ScopeError(
                "a ring of these two partners cannot be written; expected plain amines with plain ends: simplify them"
            ) from error


def freed_acetal(smiles: str) -> str:
    """Open acetals and ketals to the carbonyl compound; the same SMILES where there is none.

    Examples
    --------
    >>> freed_acetal("NCCCC1OCCO1"), freed_acetal("NCCC(OC)OC")
    ('NCCCC=O', 'NCCC=O')
    """
    acetal = Chem.MolFromSmarts("[CX4;!$(C([#8])([#8])[#8])](-[OX2;$(O-[CX4])])-[OX2;$(O-[CX4])]")
    while matches := molecule(smiles).GetSubstructMatches(acetal):
        carbon, stays, leaves = matches[0]
        mol = Chem.RWMol(molecule(smiles))
        away = [n.GetIdx() for n in mol.GetAtomWithIdx(stays).GetNeighbors() if n.GetIdx() != carbon]
        mol.RemoveBond(carbon, leaves)
        for atom in away:
            mol.RemoveBond(stays, atom)
        mol.GetBondBetweenAtoms(carbon, stays).SetBondType(Chem.BondType.DOUBLE)
        mol.GetAtomWithIdx(carbon).SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        with rdBase.BlockLogs():
            Chem.SanitizeMol(mol)
        pieces, atoms = Chem.GetMolFrags(mol, asMols=True), Chem.GetMolFrags(mol)
        smiles = next(
            canonical_smiles(piece) for piece, held in zip(pieces, atoms, strict=True) if carbon in held
        )
    return smiles


BENZYL, TOSYL = ("BrCc1ccccc1", 1, (0,)), ("Cc1ccc(S(=O)(=O)Cl)cc1", 5, (8,))
"""A reagent, the atom that goes to the nitrogen, and what leaves it."""


def substituted(smiles: str, nitrogens: Sequence[int], reagent: tuple[str, int, tuple[int, ...]]) -> str:
    """Put a group on nitrogens, one each.

    Examples
    --------
    >>> substituted("NCCN", [0, 3], BENZYL)
    'c1ccc(CNCCNCc2ccccc2)cc1'
    """
    other, atom, leaves = reagent
    size, start = molecule(other).GetNumAtoms(), molecule(smiles).GetNumAtoms()
    mol = merged((smiles, *[other] * len(nitrogens)))
    end = Electrophile(carbon=atom, leaves=leaves, name="reagent")
    return bonded(mol, [(n, moved(end, start + i * size)) for i, n in enumerate(nitrogens)])


def as_carbonyls(smiles: str, ends: Sequence[Electrophile]) -> str:
    """Put an aldehyde or ketone in the place of each end that leaves.

    Examples
    --------
    >>> as_carbonyls("BrCCCBr", [Electrophile(carbon=c, leaves=(x,), name="bromide") for c, x in ((1, 0), (3, 4))])
    'O=CCC=O'
    """
    mol = Chem.RWMol(molecule(smiles))
    gone: list[int] = []
    for end in ends:
        first, *rest = end.leaves
        for atom in rest:
            if mol.GetBondBetweenAtoms(first, atom) is not None:
                mol.RemoveBond(first, atom)
        mol.GetAtomWithIdx(first).SetAtomicNum(8)
        mol.GetBondBetweenAtoms(end.carbon, first).SetBondType(Chem.BondType.DOUBLE)
        mol.GetAtomWithIdx(end.carbon).SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        gone += rest
    return _written(mol, gone)


def without_carbonyl(smiles: str, ends: Sequence[Electrophile]) -> str:
    """Take carbonyl oxygens off: the same amine without those ends.

    Examples
    --------
    >>> without_carbonyl("NCCCC=O", [Electrophile(carbon=4, leaves=(5,), name="carbonyl")])
    'CCCCN'
    """
    return _written(Chem.RWMol(molecule(smiles)), [atom for end in ends for atom in end.leaves])


def without_nitrogens(smiles: str, atoms: Iterable[int]) -> str:
    """Put carbon in the place of nitrogens: the same molecule without those ends.

    Examples
    --------
    >>> without_nitrogens("NCCCC=O", [0])
    'CCCCC=O'
    """
    mol = Chem.RWMol(molecule(smiles))
    for index in atoms:
        atom = mol.GetAtomWithIdx(index)
        atom.SetAtomicNum(6)
        atom.SetIsotope(0)
        atom.SetNoImplicit(False)
        atom.SetNumExplicitHs(0)
    return _written(mol, ())
