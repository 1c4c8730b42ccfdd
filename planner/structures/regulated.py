"""Regulated families: products that this planner refuses, whoever asks.

A refusal filter and nothing else: structures are compared with the patterns of ``models/regulated.toml``,
as written and with their removable groups off (see ``unprotected``), without regard to stereochemistry,
isotopic labels, charges and salts. The shipped file is always the one in force; a models folder of the
user's own does not replace it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from planner.errors import ParameterError, RegulatedError
from planner.model.checks import Count, Text, Texts, checked_record
from planner.model.folders import models_folder, read_toml
from planner.model.site_classes import pattern, read_definitions, read_list, written_out
from planner.structures.loosened import loosened, skeleton
from planner.structures.structure import molecule
from planner.structures.unprotected import altered_rests, unprotected_forms

FILE = "regulated.toml"
MARKED = "[!0*,!+0,#1]"
"""An atom with a label or a charge, or a hydrogen that is drawn."""
MARKS = frozenset("[/\\")
"""Letters without one of which a SMILES has no label, charge or stereochemistry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """One group of regulated structures."""

    name: Text
    """In words."""
    reason: Text
    """Why it is refused."""
    smarts: Texts
    """Any of these patterns marks a member."""
    exclude: Texts = ()
    """A molecule with any of these is no member."""
    max_heavy_atoms: Count | None = None
    """Larger molecules are no members; no limit when absent."""

    def __hash__(self) -> int:
        """Tell families apart by their names, for many look-ups; the patterns are compared where these are alike."""
        return hash(self.name)


@lru_cache(maxsize=1)
def load_families() -> tuple[Family, ...]:
    """Read the shipped list of families, once.

    Raises
    ------
    ParameterError
        If the file is damaged.
    """
    file = models_folder() / FILE
    table = read_toml(file)
    definitions = read_definitions(table, str(file))
    families = []
    for rule in read_list(table, "family", str(file)):
        family = checked_record(Family, rule, f"{file} [[family]]")
        families.append(written_out(family, ("smarts", "exclude"), definitions, str(file)))
    if not families:
        raise ParameterError(f"{file}: no [[family]]; put the shipped file back")
    return tuple(families)


def _bare(smiles: str) -> Any:
    """Remove what must not hide a structure: labels, stereochemistry, charges. The molecule may be shared."""
    with rdBase.BlockLogs():
        if not MARKS.intersection(smiles):
            return molecule(smiles)
        mol = Chem.Mol(molecule(smiles))
        if not mol.HasSubstructMatch(pattern(MARKED)):
            Chem.RemoveStereochemistry(mol)
            return mol
        for atom in mol.GetAtoms():
            atom.SetIsotope(0)
        Chem.RemoveStereochemistry(mol)
        return rdMolStandardize.Uncharger().uncharge(Chem.RemoveHs(mol))


def _within_reach(family: Family, wholes: list[Any]) -> bool:
    """Whether any part of these molecules might be a member: a loosened pattern fits one, or none can be made."""
    return any(
        all(mol.HasSubstructMatch(look) for look in looks) for looks in _looks(family) for mol in wholes
    )


@lru_cache(maxsize=256)
def _looks(family: Family) -> tuple[tuple[Any, ...], ...]:
    """List the looser forms of each pattern of a family, the quick one first; none where none can be made."""
    both = ((skeleton(smarts), loosened(smarts)) for smarts in family.smarts)
    return tuple(tuple(look for look in looks if look is not None) for looks in both)


def _reached(smiles: str, families: tuple[Family, ...]) -> tuple[Family, ...]:
    """Choose the families that a part of a molecule, or what can be had from it, might belong to."""
    mol = _bare(smiles)
    wholes = [mol, *altered_rests(mol)]
    return tuple(family for family in families if _within_reach(family, wholes))


def _is_member(mol: Any, family: Family) -> bool:
    """Whether a molecule belongs to a family."""
    if family.max_heavy_atoms and mol.GetNumHeavyAtoms() > family.max_heavy_atoms:
        return False
    return any(mol.HasSubstructMatch(pattern(s)) for s in family.smarts) and not any(
        mol.HasSubstructMatch(pattern(s)) for s in family.exclude
    )


@lru_cache(maxsize=8192)
def _judged(smiles: str, families: tuple[Family, ...]) -> tuple[Family, bool] | None:
    """Find the family of a structure, and whether groups must come off first."""
    mol = _bare(smiles)
    for family in families:
        if _is_member(mol, family):
            return family, False
    for form in unprotected_forms(mol):
        for family in families:
            if _is_member(form, family):
                return family, True
    return None


@lru_cache(maxsize=8192)
def _judged_alone(smiles: str, families: tuple[Family, ...]) -> tuple[Family, bool] | None:
    """Judge one structure, of families within its reach alone."""
    reached = _reached(smiles, families)
    return _judged(smiles, reached) if reached else None


def check_regulated(structures: Iterable[str] | Mapping[str, int | str], whole: str | None = None) -> None:
    """Refuse to plan if any structure belongs to a regulated family, as written or without its removable groups.

    Parameters
    ----------
    structures
        Canonical SMILES of every product, of all degrees, and of the partners. What each is may be told: its degree
        of alkylation (0 is the amine itself), or words.
    whole
        Canonical SMILES of the exhaustively alkylated product, of which every other is a part: a family that is
        out of its reach is out of theirs, and is not looked for in each.

    Raises
    ------
    RegulatedError
        Naming the structure and the family.
    """
    families = load_families()
    if whole is not None:
        families = _reached(whole, families)
    told = structures if isinstance(structures, Mapping) else {}
    for smiles in structures if families else ():
        found = (_judged_alone if whole is None else _judged)(smiles, families)
        if found:
            family, is_hidden = found
            belongs = "belongs, once its removable groups are off, to" if is_hidden else "belongs to"
            raise RegulatedError(
                f"regulated: {smiles} ({_role(told.get(smiles))}) {belongs} the {family.name} ({family.reason}); "
                "expected chemistry outside regulated families: no plan is given for it"
            )


def _role(told: int | str | None) -> str:
    """Say what a structure is to its pair."""
    if isinstance(told, int):
        return f"a product of this pair, degree {told}" if told else "the amine itself"
    return told or "a structure of this plan"
