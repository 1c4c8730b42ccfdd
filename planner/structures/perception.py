"""Perception: the class that a molecule's nitrogens and carbonyl carbons belong to, by named rules.

The rules are SMARTS kept in ``models/sites.toml``: the first one that matches an atom names it. Look-alikes (amide,
indole, ester, ...) come before classes, so a nitrogen is an amine, and a carbon an aldehyde or ketone, only where
nothing says otherwise.

Assumption: tautomers are taken as ``read_structure`` writes them. Sources of the classes: Mayr's nucleophilicities and
pKaH values, see each rule's note.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.site_classes import SiteClass, pattern
from planner.structures.structure import Structure, molecule

NITROGENS, CARBONYLS, REFUSED = ("other_nitrogen", "amine"), ("other_carbonyl", "carbonyl"), ("refused",)
"""Kinds of rules that are asked together: the first that matches an atom names it."""
CANDIDATES = {"amine": "[#7]", "carbonyl": "[#6]=[#8]"}
"""Atoms that a rule of a kind can name at all; when each has its name the rest of the rules is not asked."""


def nitrogen_classes(smiles: str, model: Model) -> dict[int, SiteClass]:
    """Name the nitrogens with an N-H that condenses, by atom index of a canonical SMILES."""
    return _of_kind(_classified(smiles, model, NITROGENS), "amine")


def carbonyl_classes(smiles: str, model: Model) -> dict[int, SiteClass]:
    """Name the carbons of aldehydes and ketones, by atom index of a canonical SMILES."""
    return _of_kind(_classified(smiles, model, CARBONYLS), "carbonyl")


def nitrogen_look_alikes(smiles: str, model: Model) -> str:
    """List in words what nitrogens there are that do not react, each kind once."""
    return _labels(_classified(smiles, model, NITROGENS), "other_nitrogen")


def carbonyl_look_alikes(smiles: str, model: Model) -> str:
    """List in words what carbonyls there are that do not react, each kind once."""
    return _labels(_classified(smiles, model, CARBONYLS), "other_carbonyl")


def check_held(structure: Structure, model: Model, role: str) -> None:
    """Refuse groups whose own reactions the model does not hold.

    Raises
    ------
    ScopeError
        If there is one; the message calls the structure by its role.
    """
    for group in _classified(structure.smiles, model, REFUSED).values():
        raise ScopeError(f"{role} {structure.smiles!r} holds {group.label}: {group.note}")


def matching_atoms(mol: Any, smarts: Sequence[str]) -> set[int]:
    """Atoms that are the first atom of any of the patterns."""
    return {int(match[0]) for s in smarts for match in mol.GetSubstructMatches(pattern(s), maxMatches=10_000)}


@lru_cache(maxsize=4096)
def _classified(smiles: str, model: Model, kinds: tuple[str, ...]) -> Mapping[int, SiteClass]:
    """Name atoms by the first rule of these kinds that matches, in order of atom index; once per structure.

    Look-alikes are asked in full, because they may name other atoms too; the dictionary is shared, never changed.
    """
    mol = molecule(smiles)
    named: dict[int, SiteClass] = {}
    candidates = matching_atoms(mol, (CANDIDATES[kinds[-1]],)) if kinds[-1] in CANDIDATES else None
    for site_class in model.site_classes:
        if site_class.kind not in kinds:
            continue
        if site_class.kind == kinds[-1] and candidates is not None and named.keys() >= candidates:
            break
        found = matching_atoms(mol, site_class.smarts)
        if found and site_class.exclude:
            found -= matching_atoms(mol, site_class.exclude)
        named |= {atom: site_class for atom in found if atom not in named}
    return dict(sorted(named.items()))


def _of_kind(found: Mapping[int, SiteClass], kind: str) -> dict[int, SiteClass]:
    """Keep atoms of one kind."""
    return {atom: site_class for atom, site_class in found.items() if site_class.kind == kind}


def _labels(found: Mapping[int, SiteClass], kind: str) -> str:
    """List what look-alikes are there, each once."""
    return ", ".join(dict.fromkeys(c.label for c in _of_kind(found, kind).values()))
