"""Products: the structures that reductive amination makes from an amine and a carbonyl compound.

One reductive alkylation replaces an N-H by N-CH(R)(R') of the carbonyl R-CO-R'. In formulae,
product = amine + n (carbonyl + H2 - H2O), imine = amine + carbonyl - H2O, alcohol = carbonyl + H2.
Stereocentres and labels that are there stay; those made here are left unspecified.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import AllChem

from planner.errors import ScopeError
from planner.model.site_classes import whole_pattern
from planner.structures.carbonyls import find_carbonyl
from planner.structures.structure import canonical_smiles, molecule, read_structure

WHOLE, VALENCES = Chem.SanitizeFlags.SANITIZE_ALL, Chem.SanitizeFlags.SANITIZE_PROPERTIES
"""What is perceived of an edited molecule before it is written; reading the text again perceives everything."""


@lru_cache(maxsize=256)
def _carbonyl(smiles: str, carbon: int | None) -> tuple[str, int]:
    """Return the canonical SMILES of a carbonyl compound and the index of its reactive carbon."""
    if carbon is not None:
        return smiles, carbon
    structure = read_structure(smiles)
    return structure.smiles, find_carbonyl(structure).atom_index


def _oxygen(mol: Any, carbon: int) -> Any:
    """Find the oxygen at the other end of the carbonyl double bond."""
    return next(
        n
        for n in mol.GetAtomWithIdx(carbon).GetNeighbors()
        if n.GetAtomicNum() == 8 and mol.GetBondBetweenAtoms(carbon, n.GetIdx()).GetBondTypeAsDouble() == 2
    )


def _add_hydrogens(atom: Any, count: int) -> None:
    """Change the number of hydrogens of atoms that state it (labelled ones); the others adapt by themselves."""
    if atom.GetNoImplicit():
        atom.SetNumExplicitHs(atom.GetNumExplicitHs() + count)


def _take_hydrogens(atom: Any, count: int) -> list[int]:
    """Free valences of a nitrogen for new bonds; list the deuterium atoms that must go."""
    drawn = [n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() == 1]
    stated = atom.GetTotalNumHs()
    if count > stated + len(drawn):
        raise ScopeError(
            f"atom {atom.GetIdx()} has {stated + len(drawn)} N-H; {count} alkyl groups were asked for: lower the degree"
        )
    _add_hydrogens(atom, -min(count, stated))
    return drawn[: max(0, count - stated)]


def _written(mol: Any, gone: Iterable[int] = (), perceived: Any = WHOLE) -> str:
    """Take the atoms off an edited molecule that leave it, finish it and write it."""
    for atom in sorted(gone, reverse=True):
        mol.RemoveAtom(atom)
    with rdBase.BlockLogs():
        Chem.SanitizeMol(mol, perceived)
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
        return canonical_smiles(mol)


def counted(amine_smiles: str, alkyls: Iterable[tuple[int, int]]) -> str:
    """Write an amine with the number of new alkyl groups on each nitrogen as a label; alike where the products are."""
    mol = Chem.RWMol(molecule(amine_smiles))
    for nitrogen, count in alkyls:
        atom = mol.GetAtomWithIdx(nitrogen)
        atom.SetIsotope(atom.GetIsotope() + 100 * count)
    return str(Chem.MolToSmiles(mol))


def alkylated(
    amine_smiles: str, carbonyl_smiles: str, alkyls: Iterable[tuple[int, int]], *, carbon: int | None = None
) -> str:
    """Replace N-H bonds of an amine by the alkyl group of a carbonyl compound.

    Parameters
    ----------
    amine_smiles
        Canonical SMILES of the amine.
    carbonyl_smiles
        SMILES of the aldehyde or ketone.
    alkyls
        (atom index of the nitrogen, number of new alkyl groups on it).
    carbon
        Atom index of the reactive carbonyl carbon in canonical SMILES; found when absent.

    Returns
    -------
    str
        Canonical SMILES; new stereocentres are unspecified.

    Raises
    ------
    ScopeError
        If a nitrogen has fewer N-H than the alkyl groups asked for.

    Examples
    --------
    >>> alkylated("NCc1ccccc1", "CC(C)=O", ((0, 1),))
    'CC(C)NCc1ccccc1'
    """
    smiles, carbon = _carbonyl(carbonyl_smiles, carbon)
    placed = tuple(alkyls)
    return _alkylated(amine_smiles, smiles, placed, carbon) if placed else _unchanged(amine_smiles)


@lru_cache(maxsize=512)
def _alkylated(amine_smiles: str, smiles: str, alkyls: tuple[tuple[int, int], ...], carbon: int) -> str:
    """Write a product; warnings ask again for one that the pair was read with."""
    group, carbon = _alkyl_group(smiles, carbon)
    mol = Chem.RWMol(molecule(amine_smiles))
    gone: list[int] = []
    for nitrogen, count in alkyls:
        gone += _take_hydrogens(mol.GetAtomWithIdx(nitrogen), count)
        for _ in range(count):
            start = mol.GetNumAtoms()
            mol.InsertMol(group)
            mol.AddBond(nitrogen, start + carbon, Chem.BondType.SINGLE)
    ends = (group.GetAtomWithIdx(carbon), *(mol.GetAtomWithIdx(nitrogen) for nitrogen, _ in alkyls))
    # an aromatic ring stays one, and none is made, where the new bond joins atoms outside of such rings
    return _written(mol, gone, WHOLE if any(end.GetIsAromatic() for end in ends) else VALENCES)


@lru_cache(maxsize=4096)
def _unchanged(amine_smiles: str) -> str:
    """Write an amine as its products are written."""
    return _written(Chem.RWMol(molecule(amine_smiles)))


@lru_cache(maxsize=4096)
def _alkyl_group(smiles: str, carbon: int) -> tuple[Any, int]:
    """Make the alkyl group of a carbonyl compound, one valence of its carbon open; the molecule is shared."""
    group = Chem.RWMol(molecule(smiles))
    oxygen = int(_oxygen(group, carbon).GetIdx())
    _add_hydrogens(group.GetAtomWithIdx(carbon), 1)  # the hydride
    group.RemoveAtom(oxygen)
    return group, carbon - (oxygen < carbon)


def protected(amine_smiles: str, nitrogens: Iterable[int], group: str) -> str:
    """Put a protecting group on nitrogens of an amine, one each.

    Parameters
    ----------
    amine_smiles
        Canonical SMILES of the amine.
    nitrogens
        Atom indices.
    group
        SMILES of the group, its first atom on the nitrogen.

    Examples
    --------
    >>> protected("C1CNCCN1", (2,), "C(=O)OC(C)(C)C")
    'CC(C)(C)OC(=O)N1CCNCC1'
    """
    cap = Chem.MolFromSmiles(group)
    mol = Chem.RWMol(molecule(amine_smiles))
    gone: list[int] = []
    for nitrogen in nitrogens:
        gone += _take_hydrogens(mol.GetAtomWithIdx(nitrogen), 1)
        start = mol.GetNumAtoms()
        mol.InsertMol(cap)
        mol.AddBond(nitrogen, start, Chem.BondType.SINGLE)
    return _written(mol, gone)


def ring_closed(amine_smiles: str, carbonyl_smiles: str, nitrogen: int, carbons: tuple[int, int]) -> str:
    """Close a ring: one nitrogen takes both carbonyl carbons of one dicarbonyl compound.

    Examples
    --------
    >>> ring_closed("NCc1ccccc1", "O=CCCCC=O", 0, (1, 5))
    'c1ccc(CN2CCCCC2)cc1'
    """
    partner = Chem.RWMol(molecule(carbonyl_smiles))
    mol = Chem.RWMol(molecule(amine_smiles))
    gone = _take_hydrogens(mol.GetAtomWithIdx(nitrogen), 2)
    start = mol.GetNumAtoms()
    for carbon in carbons:
        _add_hydrogens(partner.GetAtomWithIdx(carbon), 1)
        gone.append(start + int(_oxygen(partner, carbon).GetIdx()))
    mol.InsertMol(partner)
    for carbon in carbons:
        mol.AddBond(nitrogen, start + carbon, Chem.BondType.SINGLE)
    return _written(mol, gone)


def imine(amine_smiles: str, carbonyl_smiles: str, atom_index: int, *, carbon: int | None = None) -> str:
    """Condense one nitrogen with a carbonyl compound to the imine (geometry unspecified).

    Raises
    ------
    ScopeError
        If the nitrogen has fewer than two N-H: it gives an iminium ion or hemiaminal instead.
    """
    smiles, carbon = _carbonyl(carbonyl_smiles, carbon)
    partner = Chem.RWMol(molecule(smiles))
    mol = Chem.RWMol(molecule(amine_smiles))
    if mol.GetAtomWithIdx(atom_index).GetTotalNumHs(True) < 2:
        raise ScopeError(
            f"atom {atom_index} of {amine_smiles!r} has fewer than two N-H: it forms no neutral imine"
        )
    gone = _take_hydrogens(mol.GetAtomWithIdx(atom_index), 2)
    start = mol.GetNumAtoms()
    gone.append(start + int(_oxygen(partner, carbon).GetIdx()))
    mol.InsertMol(partner)
    mol.AddBond(atom_index, start + carbon, Chem.BondType.DOUBLE)
    return _written(mol, gone)


def reduced_carbonyl(carbonyl_smiles: str, *, carbon: int | None = None) -> str:
    """Reduce a carbonyl compound to its alcohol.

    Examples
    --------
    >>> reduced_carbonyl("CCCC=O")
    'CCCCO'
    """
    smiles, carbon = _carbonyl(carbonyl_smiles, carbon)
    mol = Chem.RWMol(molecule(smiles))
    oxygen = _oxygen(mol, carbon)
    mol.GetBondBetweenAtoms(carbon, oxygen.GetIdx()).SetBondType(Chem.BondType.SINGLE)
    _add_hydrogens(mol.GetAtomWithIdx(carbon), 1)
    _add_hydrogens(oxygen, 1)
    return _written(mol)


@lru_cache(maxsize=1024)
def has_pattern(smiles: str, smarts: str) -> bool:
    """Tell whether a molecule matches a SMARTS.

    Examples
    --------
    >>> [has_pattern(s, "[CX3;H1](=O)[CX4;!H0]") for s in ("CC(C)C=O", "CC(C)(C)C=O")]
    [True, False]
    """
    return bool(molecule(smiles).HasSubstructMatch(whole_pattern(smarts)))


def step_product(carbonyl_smiles: str, reaction: str) -> str | None:
    """Make what a step between pools makes of the carbonyl compound; None where its reaction does not fit.

    Parameters
    ----------
    carbonyl_smiles
        Canonical SMILES; it takes every place of a reactant.
    reaction
        Reaction SMARTS.

    Examples
    --------
    >>> step_product("CCC=O", "[CH:1]=[O:2].[CX4;!H0:3][CH:4]=[O:5]>>[C:1]([OH:2])[C:3][C:4]=[O:5]")
    'CCC(O)C(C)C=O'
    """
    rule = AllChem.ReactionFromSmarts(reaction)
    made = rule.RunReactants((molecule(carbonyl_smiles),) * rule.GetNumReactantTemplates())
    return _written(made[0][0]) if made else None
