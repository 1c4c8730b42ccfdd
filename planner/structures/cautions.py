"""Cautions: what a chemist would say on seeing two structures, before any number is computed.

Most are rules of ``models/sites.toml`` ([[caution]]): patterns or site classes of the amine, of
the carbonyl compound or of both, and one sentence that says what to expect. Three need more than
a pattern and stand here: salts, stereocentres that epimerise, and N-H on the carbonyl compound.
Source of the list: textbook side reactions; see the sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdkit import Chem

from planner.errors import ParameterError, nearest
from planner.model.checks import Schema, checked, optional, text, texts
from planner.model.folders import models_folder, read_toml, sites_file
from planner.model.site_classes import (
    SiteClass,
    like_chain,
    load_site_classes,
    read_definitions,
    read_list,
    written_out,
)
from planner.structures.sites import all_carbonyls, matching_atoms, reactive_nitrogens
from planner.structures.structure import Structure, molecule, read_structure


@dataclass(frozen=True, kw_only=True, slots=True)
class CautionRule:
    """When to say a sentence; every list that is not empty must be met by one of its entries."""

    name: str
    """Unique."""
    text: str
    """One sentence: what is there, what to expect."""
    amine: tuple[str, ...] = ()
    """Patterns of the amine."""
    carbonyl: tuple[str, ...] = ()
    """Patterns of the carbonyl compound."""
    amine_classes: tuple[str, ...] = ()
    """Classes of a reactive nitrogen, or classes like them."""
    carbonyl_classes: tuple[str, ...] = ()
    """Classes of the carbonyl, or classes like them."""


_SCHEMA: Schema = {
    "name": text,
    "text": text,
    "amine": optional(texts),
    "carbonyl": optional(texts),
    "amine_classes": optional(texts),
    "carbonyl_classes": optional(texts),
}


def load_cautions(models: str | Path | None = None) -> tuple[CautionRule, ...]:
    """Read the rules for cautions, in order.

    Raises
    ------
    ParameterError
        If a key is unknown, a pattern cannot be read or a class is not known.
    """
    file = sites_file(models_folder(models))
    return _read_cautions(file, file.read_bytes())


@lru_cache(maxsize=8)
def _read_cautions(file: Path, _contents: bytes) -> tuple[CautionRule, ...]:
    """Read the rules once for each contents of the file."""
    table = read_toml(file)
    definitions = read_definitions(table, str(file))
    known = {c.name for c in load_site_classes(file.parent)}
    rules = []
    for number, rule in enumerate(read_list(table, "caution", str(file)), start=1):
        where = f"{file} [[caution]] number {number}"
        given = checked(rule, where, _SCHEMA)
        for key in ("amine", "carbonyl"):
            given[key] = tuple(written_out(smarts, definitions, where) for smarts in given.get(key, ()))
        for name in (*given.get("amine_classes", ()), *given.get("carbonyl_classes", ())):
            if name not in known:
                raise ParameterError(f"{where}: no site class {name!r}{nearest(name, known)}")
        rules.append(CautionRule(**given))
    return tuple(rules)


def cautions(
    amine: Structure | str,
    carbonyl: Structure | str,
    classes: Sequence[SiteClass] | None = None,
    rules: Sequence[CautionRule] | None = None,
) -> tuple[str, ...]:
    """Say what the two structures warn of.

    Parameters
    ----------
    amine, carbonyl
        SMILES or Structure; only from text or from ``read_structure`` are salts known.
    classes, rules
        Perception rules and caution rules; the shipped ones when absent.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    first = amine if isinstance(amine, Structure) else read_structure(amine)
    second = carbonyl if isinstance(carbonyl, Structure) else read_structure(carbonyl)
    given = load_site_classes() if classes is None else classes
    amine_names = _with_likes((c.name for c in reactive_nitrogens(first, given).values()), given)
    carbonyl_names = _with_likes((c.carbonyl_class for c in all_carbonyls(second, given)), given)
    said = [
        *_salt(first, "amine"),
        *_salt(second, "carbonyl compound"),
        *_epimerises(second, given),
        *_own_nitrogen(second, given),
    ]
    for rule in load_cautions() if rules is None else rules:
        if (
            _meets(first, rule.amine)
            and _meets(second, rule.carbonyl)
            and (not rule.amine_classes or amine_names.intersection(rule.amine_classes))
            and (not rule.carbonyl_classes or carbonyl_names.intersection(rule.carbonyl_classes))
        ):
            said.append(rule.text)
    return tuple(dict.fromkeys(said))


def _with_likes(names: Any, classes: Sequence[SiteClass]) -> set[str]:
    """Classes and whatever they are like."""
    return {like for name in names for like in like_chain(name, classes)}


def _meets(structure: Structure, patterns: tuple[str, ...]) -> bool:
    """Whether any pattern is there; no patterns ask for nothing."""
    return not patterns or bool(matching_atoms(molecule(structure.smiles), patterns))


def _salt(structure: Structure, role: str) -> list[str]:
    """Warn of acid that came as a salt: it must be set free and tells on pH."""
    if not structure.salt_equivalents:
        return []
    names = " and ".join(structure.counter_ions)
    return [
        f"The {role} was given as its {names} and is planned as the free compound: "
        f"add {structure.salt_equivalents:g} eq base (a tertiary amine) or count the acid in."
    ]


def _epimerises(carbonyl: Structure, classes: Sequence[SiteClass]) -> list[str]:
    """Warn of a stated stereocentre with a hydrogen beside the carbonyl: it enolises."""
    mol = molecule(carbonyl.smiles)
    for site in all_carbonyls(carbonyl, classes):
        for atom in mol.GetAtomWithIdx(site.atom_index).GetNeighbors():
            if atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED and atom.GetTotalNumHs(True):
                return [
                    "The carbonyl compound has a stereocentre with a hydrogen next to the carbonyl: "
                    "expect some epimerisation through enol or enamine, more with time, acid and heat."
                ]
    return []


def _own_nitrogen(carbonyl: Structure, classes: Sequence[SiteClass]) -> list[str]:
    """Warn of a reactive N-H on the carbonyl compound: it takes part too."""
    labels = dict.fromkeys(c.label for c in reactive_nitrogens(carbonyl, classes).values())
    if not labels:
        return []
    return [
        f"The carbonyl compound carries a reactive N-H ({', '.join(labels)}): "
        "expect self-condensation and oligomers, which the model does not count."
    ]
