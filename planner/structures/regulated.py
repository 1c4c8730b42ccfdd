"""Regulated families: products that this planner refuses, whoever asks.

A refusal filter and nothing else: product structures are compared with the patterns of
``models/regulated.toml``, without regard to stereochemistry, isotopic labels, charges and
salts. The shipped file is always the one in force; a models folder of the user's own does not
replace it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from planner.errors import ParameterError, RegulatedError
from planner.model.checks import Count, Text, Texts, checked_record
from planner.model.folders import models_folder, read_toml
from planner.model.site_classes import pattern, read_definitions, read_list, written_out
from planner.structures.structure import molecule

FILE = "regulated.toml"
MARKED = "[!0*,!+0,#1]"
"""An atom with a label or a charge, or a hydrogen that is drawn."""
NEGATED = re.compile(r"[;&]?!\$\((?:[^()]|\([^()]*\))*\)")
HYDROGENS = re.compile(r"[;&]?(?:H(?![a-z])|[hD](?=\d))\d*")


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


def load_families() -> tuple[Family, ...]:
    """Read the shipped list of families.

    Raises
    ------
    ParameterError
        If the file is damaged.
    """
    file = models_folder() / FILE
    return _read_families(file, file.read_bytes())


@lru_cache(maxsize=2)
def _read_families(file: Path, _contents: bytes) -> tuple[Family, ...]:
    """Read and check the list once for each contents of the file."""
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
    """Remove what must not hide a structure: labels, stereochemistry, charges."""
    with rdBase.BlockLogs():
        mol = Chem.Mol(molecule(smiles))
        if not mol.HasSubstructMatch(pattern(MARKED)):
            Chem.RemoveStereochemistry(mol)
            return mol
        for atom in mol.GetAtoms():
            atom.SetIsotope(0)
        Chem.RemoveStereochemistry(mol)
        return rdMolStandardize.Uncharger().uncharge(Chem.RemoveHs(mol))


@lru_cache(maxsize=256)
def _loosened(smarts: str) -> Any:
    """Drop from a pattern what a further alkyl group may change: counts of hydrogens and neighbours, and all "is not".

    What is dropped only narrows a pattern, so the rest fits wherever the pattern does. None where no rest can be read.
    """
    with rdBase.BlockLogs():
        rest = HYDROGENS.sub("", NEGATED.sub("", smarts))
        return Chem.MolFromSmarts(rest) if "!$" not in rest else None


def _within_reach(family: Family, whole: Any) -> bool:
    """Whether any part of a molecule might be a member: a loosened pattern fits the whole, or none can be made."""
    loose = [_loosened(smarts) for smarts in family.smarts]
    return any(query is None or whole.HasSubstructMatch(query) for query in loose)


def _is_member(mol: Any, family: Family) -> bool:
    """Whether a molecule belongs to a family."""
    if family.max_heavy_atoms and mol.GetNumHeavyAtoms() > family.max_heavy_atoms:
        return False
    return any(mol.HasSubstructMatch(pattern(s)) for s in family.smarts) and not any(
        mol.HasSubstructMatch(pattern(s)) for s in family.exclude
    )


def check_regulated(product_smiles: Iterable[str], whole: str | None = None) -> None:
    """Refuse to plan if any product belongs to a regulated family.

    Parameters
    ----------
    product_smiles
        Canonical SMILES of every product, of all degrees.
    whole
        Canonical SMILES of the exhaustively alkylated product, of which every other is a part: a family that is
        out of its reach is out of theirs, and is not looked for in each.

    Raises
    ------
    RegulatedError
        Naming the family.
    """
    families = load_families()
    if whole is not None:
        all_of_it = _bare(whole)
        families = tuple(family for family in families if _within_reach(family, all_of_it))
    for smiles in product_smiles if families else ():
        mol = _bare(smiles)
        for family in families:
            if _is_member(mol, family):
                raise RegulatedError(
                    f"regulated: a product of this pair belongs to the {family.name} ({family.reason}); "
                    "expected chemistry outside regulated families: no plan is given for it"
                )
