"""Surrogates: sold forms of an aldehyde or ketone that set it free in the flask, and what else they set free.

Hydrates and hemiacetals open by themselves, cyclic ones (lactols, sugars) without losing a piece; a bisulfite adduct
needs a base. A full acetal stays closed and is none: trioxane, dimethoxymethane and paraldehyde open in strong acid
only.
Assumption: one masked carbonyl a molecule.

    hydrate -> C=O + H2O      hemiacetal -> C=O + R'OH      lactol -> C=O      bisulfite adduct -> C=O + HSO3-

Source: textbook carbonyl chemistry (Clayden, Greeves and Warren, 2nd ed., 2012, recalled).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase

from planner.model.model import Model
from planner.structures.carbonyls import carbonyl_kinds
from planner.structures.structure import canonical_smiles, molecule

MASKED = "[CX4;!$(C-[#7]);!$(C(-[#8])(-[#8])-[#8])]"
"""The carbon that was the carbonyl."""
FORMS = (
    ("bisulfite adduct", f"{MASKED}(-[OX2;H1])-[SX4](=O)(=O)-[OX2;H1]"),
    ("hydrate", f"{MASKED}(-[OX2;H1])-[OX2;H1]"),
    ("cyclic hemiacetal", f"{MASKED}(-[OX2;H1])@[OX2]"),
    ("hemiacetal", f"{MASKED}(-[OX2;H1])-[OX2;$(O-[CX4])]"),
)
"""Name, and pattern of the carbon, the oxygen that stays and the atom that leaves it."""
WATER, BISULFITE, HYDRATE = "O", "bisulfite adduct", "hydrate"
SURE = (BISULFITE, HYDRATE)
"""Forms that open beside a carbonyl too; a hemiacetal beside one is a part of its molecule."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surrogate:
    """What a sold form is and sets free, a mole of each per mole."""

    form: str
    """In words."""
    smiles: str
    """Canonical SMILES of the aldehyde or ketone."""
    leaves: str
    """Canonical SMILES of what leaves it; empty for a ring that opens."""

    @property
    def water_equivalents(self) -> float:
        """Water that it sets free [mol per mol]."""
        return float(self.leaves == WATER)

    @property
    def base_equivalents(self) -> float:
        """Base that it needs to open [mol per mol]."""
        return float(self.form == BISULFITE)

    @property
    def sentence(self) -> str:
        """What is said of it."""
        said = f"The carbonyl compound was given as its {self.form} and is planned as the free compound {self.smiles}"
        if self.form == BISULFITE:
            return f"{said}: add 1 eq base per mole of it and give it time to open, bisulfite stays in the flask."
        brings = "water, which counts" if self.leaves == WATER else self.leaves
        return f"{said}: it opens in the flask" + (f" and brings 1 eq of {brings}." if self.leaves else ".")


@lru_cache(maxsize=4096)
def set_free(smiles: str) -> Surrogate | None:
    """Find the aldehyde or ketone that a sold form sets free; None where it is no such form.

    Examples
    --------
    >>> found = set_free("CCOC(O)C(F)(F)F")
    >>> found.smiles, found.leaves
    ('O=CC(F)(F)F', 'CCO')
    >>> set_free("OC1CCCO1").smiles
    'O=CCCCO'
    """
    mol = molecule(smiles)
    for form, smarts in FORMS:
        matches = mol.GetSubstructMatches(Chem.MolFromSmarts(smarts))
        if len({match[0] for match in matches}) == 1:
            return _opened(mol, form, *matches[0][:3])
    return None


def sold_form(smiles: str, model: Model) -> Surrogate | None:
    """Find what a carbonyl compound is sold as, where that is not itself; None where it is."""
    found = set_free(smiles)
    return found if found is None or found.form in SURE or not carbonyl_kinds(smiles, model) else None


def _opened(mol: Any, form: str, carbon: int, stays: int, leaves: int) -> Surrogate:
    """Make the double bond and let the other atom go."""
    edited = Chem.RWMol(mol)
    edited.RemoveBond(carbon, leaves)
    edited.GetBondBetweenAtoms(carbon, stays).SetBondType(Chem.BondType.DOUBLE)
    for atom in (carbon, stays):
        edited.GetAtomWithIdx(atom).SetNoImplicit(False)
        edited.GetAtomWithIdx(atom).SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        edited.GetAtomWithIdx(atom).SetNumExplicitHs(0)
    with rdBase.BlockLogs():
        Chem.SanitizeMol(edited)
        Chem.AssignStereochemistry(edited, cleanIt=True, force=True)
        pieces = Chem.GetMolFrags(edited, asMols=True)
        holders = Chem.GetMolFrags(edited)
        written = [canonical_smiles(piece) for piece in pieces]
    main = next(i for i, atoms in enumerate(holders) if carbon in atoms)
    return Surrogate(
        form=form,
        smiles=written[main],
        leaves=next((s for i, s in enumerate(written) if i != main), ""),
    )
