"""Unprotected forms: what is left of a molecule when the groups that come off easily are off.

The groups stand in ``models/removable.toml``, each with the reaction that takes one of them off; they are few and
bounded, so that every judgement of a molecule can be made of what can be had from it as well. Nothing here says how
a group is taken off.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdChemReactions

from planner.errors import ParameterError
from planner.model.checks import Text, checked_record
from planner.model.folders import models_folder, read_toml
from planner.model.site_classes import defined, read_definitions, read_list
from planner.structures.loosened import skeleton

FILE = "removable.toml"
MAPS = re.compile(r":\d+\]")
"""Numbers of atoms in a reaction."""
MOST_STEPS = 60
"""Groups that are taken off one molecule, one after another; a molecule of 100 heavy atoms bears fewer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Removable:
    """One kind of group that comes off by ordinary deprotection."""

    name: Text
    """The group and the atom that bears it, in words."""
    off: Text
    """Reaction SMARTS that takes one of them off, definitions written out."""
    source: Text
    """Key into the sources of the file."""
    alters_rest: bool = False
    """Whether what stays is more than a part of the whole: it holds a new carbonyl group or a new N-H2."""


@lru_cache(maxsize=1)
def load_removable() -> tuple[Removable, ...]:
    """Read the shipped table of removable groups, once.

    Raises
    ------
    ParameterError
        If the file is damaged.
    """
    file = models_folder() / FILE
    table = read_toml(file)
    definitions, where = read_definitions(table, str(file)), f"{file} [[group]]"
    groups = []
    for rule in read_list(table, "group", str(file)):
        group = checked_record(Removable, rule, where)
        if group.source not in table.get("sources", {}):
            raise ParameterError(f"{where}: source {group.source!r} is not in [sources]; add it")
        groups.append(_with_reaction(group, definitions, where))
    if not groups:
        raise ParameterError(f"{file}: no [[group]]; put the shipped file back")
    return tuple(groups)


def _with_reaction(group: Removable, definitions: dict[str, str], where: str) -> Removable:
    """Write a group's reaction out, and check that it can be read."""
    off = defined(group.off, definitions, where)
    if _reaction(off) is None:
        raise ParameterError(f"{where}: {group.name}: off = {group.off!r:.80} is no reaction SMARTS; mend it")
    return Removable(name=group.name, off=off, source=group.source, alters_rest=group.alters_rest)


@lru_cache(maxsize=256)
def _reaction(off: str) -> Any:
    """Compile a reaction of one molecule; None where it cannot be read."""
    with rdBase.BlockLogs():
        try:
            reaction = rdChemReactions.ReactionFromSmarts(off)
        except ValueError:
            return None
    if reaction.GetNumReactantTemplates() != 1 or reaction.GetNumProductTemplates() != 1:
        return None
    reaction.Initialize()
    return reaction


def _once(mol: Any, group: Removable) -> list[Any]:
    """Take one group off; the pieces, or none where it is not there or the rest is no molecule."""
    products = _reaction(group.off).RunReactants((mol,), 1)
    if not products:
        return []
    rest = products[0][0]
    if Chem.SanitizeMol(rest, catchErrors=True):
        return []
    return list(Chem.GetMolFrags(rest, asMols=True))


def taken_off(mol: Any, groups: tuple[Removable, ...]) -> list[Any]:
    """Take every one of these groups off a molecule, also those that come to light on the way; list the pieces."""
    done: list[Any] = []
    waiting = [mol]
    for _ in range(MOST_STEPS):
        if not waiting:
            break
        piece = waiting.pop()
        there = (group for group in groups if _bears(piece, group))  # cheaper than to try each reaction
        pieces = next((found for group in there if (found := _once(piece, group))), None)
        if pieces is None:
            done.append(piece)
        else:
            waiting += pieces
    return done + waiting


def unprotected_forms(mol: Any) -> list[Any]:
    """List what can be had from a molecule by taking removable groups off.

    Parameters
    ----------
    mol
        A molecule, neither labelled nor charged.

    Returns
    -------
    list
        The pieces of it with one kind of group off, with all kinds but one, and with all; empty where it bears none.

    Notes
    -----
    Up to three kinds this is every choice of kinds. With more, a choice that is left out has at least two kinds on
    and two off at once: a family would need two removable groups to belong and be hidden by two others, while no
    family asks for more than one (the acyl group of an anilide).
    """
    groups = load_removable()
    with rdBase.BlockLogs():
        there = [group for group in groups if _bears(mol, group)]
        forms: list[Any] = []
        for number in sorted({1, len(there) - 1} - {0, len(there)}) if there else ():
            for chosen in combinations(there, number):
                forms += taken_off(mol, chosen)
        return forms + taken_off(mol, groups) if there else []


def altered_rests(mol: Any) -> list[Any]:
    """List the pieces of a molecule without groups, where taking them off makes more than parts of it.

    Every other form of the molecule is a part of these or of itself.
    """
    groups = load_removable()
    with rdBase.BlockLogs():
        alters = any(group.alters_rest and _bears(mol, group) for group in groups)
        return taken_off(mol, groups) if alters else []


def _bears(mol: Any, group: Removable) -> bool:
    """Whether a molecule bears a group; the quick look comes first."""
    return all(mol.HasSubstructMatch(look) for look in _looks(group.off))


@lru_cache(maxsize=256)
def _looks(off: str) -> tuple[Any, ...]:
    """List what a molecule that bears a group fits: a looser form of it where there is one, the group itself."""
    quick = skeleton(MAPS.sub("]", off.partition(">>")[0]))
    whole = Chem.Mol(_reaction(off).GetReactantTemplate(0))  # its own, whatever becomes of the reaction
    return (whole,) if quick is None else (quick, whole)
