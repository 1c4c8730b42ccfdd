"""Site classes: the named SMARTS rules by which an atom is known, read from ``models/sites.toml``.

The first rule that matches an atom names it. Look-alikes (amide, indole, ester, ...) come before
classes, so a nitrogen is an amine only where nothing says otherwise. A class without a number of
its own takes that of the class it is ``like``. Sources of the classes: each rule's note.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from rdkit import Chem, rdBase

from planner.errors import ParameterError, nearest
from planner.model.checks import Table, Text, Texts, checked, checked_record, one_of, text
from planner.model.folders import SITES, WARNINGS, Shelf

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Rule = TypeVar("Rule", bound="DataclassInstance")
"""A record with patterns."""
Named = TypeVar("Named", bound=Any)
"""One with a ``name`` and ``smarts``."""
KINDS = ("refused", "other_nitrogen", "amine", "other_carbonyl", "carbonyl")


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteClass:
    """One perception rule: a class of reactive sites, a look-alike or a refused group."""

    name: Text
    """Unique among all rules."""
    kind: str
    """``amine``, ``carbonyl``, ``other_nitrogen``, ``other_carbonyl`` or ``refused``."""
    label: Text
    """The class in a chemist's words."""
    smarts: Texts
    """Patterns, definitions written out; the first atom of each is the site."""
    exclude: Texts = ()
    """Atoms that these patterns match are left to later rules."""
    like: Text | None = None
    """Class whose numbers stand in where this one has none."""
    bulky: bool = False
    """True where the nitrogen already carries a sec- or tert-alkyl group."""
    only_alone: bool = False
    """Amines: so slow that the nitrogen counts only where the molecule has no other N-H that reacts."""
    alkyl_class: Text = ""
    """Carbonyls: class of the primary amine that ammonia becomes by one alkylation."""
    reduced_as: Annotated[str, one_of("aldehyde", "aryl_aldehyde", "ketone")] = ""
    """Carbonyls: ``aldehyde``, ``aryl_aldehyde`` or ``ketone``, for direct reduction."""
    is_ketone: bool = False
    """Carbonyls: ketone rather than aldehyde."""
    note: Text = ""
    """Why the rule is as it is."""


_RULE = ("name", "label", "smarts", "exclude", "note")
_OWN = {
    "amine": ("like", "bulky", "only_alone"),
    "carbonyl": ("like", "alkyl_class", "reduced_as", "is_ketone"),
}
"""Keys that a rule may have, by kind."""
_NEEDED = ("note", "alkyl_class", "reduced_as", "is_ketone")
"""Keys that a rule of their kind must have, although the record has a default for the other kinds."""


@lru_cache(maxsize=2048)
def pattern(smarts: str) -> Any:
    """Compile a SMARTS so that it matches its first atom alone; None where it cannot be read."""
    with rdBase.BlockLogs():
        return Chem.MolFromSmarts(f"[$({smarts})]") if Chem.MolFromSmarts(smarts) else None


@lru_cache(maxsize=2048)
def whole_pattern(smarts: str) -> Any:
    """Compile a SMARTS that can be read so that it matches all of its atoms."""
    return Chem.MolFromSmarts(smarts)


def written_out(record: Rule, names: Sequence[str], definitions: dict[str, str], where: str) -> Rule:
    """Put definitions, which may hold those before them, in the place of ``{words}`` in every pattern of a record."""
    patterns = {name: getattr(record, name) for name in names}
    return replace(
        record,
        **{
            name: tuple(_written_out(s, definitions, where) for s in given)
            for name, given in patterns.items()
        },
    )


def with_patterns(rows: Sequence[Named], definitions: dict[str, str], where: str) -> tuple[Named, ...]:
    """Write the ``smarts`` of rows out; refuse a name that stands twice in one list."""
    named = [row.name for row in rows]
    if twice := [name for name in named if named.count(name) > 1]:
        raise ParameterError(f"{where}: the name {twice[0]!r} stands twice; rename one")
    return tuple(written_out(row, ("smarts",), definitions, f"{where} ({row.name})") for row in rows)


def _written_out(smarts: str, definitions: dict[str, str], where: str) -> str:
    """Write a pattern out, and check that it can be read."""
    smarts = defined(smarts, definitions, where)
    if pattern(smarts) is None:
        raise ParameterError(f"{where}: SMARTS {smarts!r:.80} cannot be read; mend it")
    return smarts


def defined(smarts: str, definitions: dict[str, str], where: str) -> str:
    """Put definitions in the place of ``{words}``, and check that none is left."""
    for word, meaning in reversed(definitions.items()):
        smarts = smarts.replace(f"{{{word}}}", meaning)
    unknown = re.search(r"\{([A-Za-z_]+)\}", smarts)
    if unknown:
        raise ParameterError(f"{where}: {unknown.group()} is not defined; add it to [definitions]")
    return smarts


def read_definitions(table: Table, where: str) -> dict[str, str]:
    """Read the named parts of patterns."""
    given = table.get("definitions", {})
    words = given if isinstance(given, dict) else ()
    return dict(checked(given, f"{where} [definitions]", dict.fromkeys(words, text)))


def read_list(table: Table, key: str, where: str) -> list[object]:
    """Read a list of tables, ``[[key]]``; none is an empty list."""
    given = table.get(key, [])
    if not isinstance(given, list):
        raise ParameterError(f"{where}: {key} = {given!r:.60}; expected a list of tables, [[{key}]]")
    return given


def load_site_rules(shelf: Shelf) -> tuple[SiteClass, ...]:
    """Read the classes, look-alikes and refused groups included, in the order of matching.

    Parameters
    ----------
    shelf
        Folder with a ``sites.toml`` of its own; the shipped one where it has none.

    Raises
    ------
    ParameterError
        If a key is unknown or missing, a name stands twice, a pattern cannot be read or a
        reference names no class.
    """
    table, where = shelf.read(SITES)
    for key in table:
        if key == "caution":
            raise ParameterError(
                f"{where}: [[caution]] has no place here; write it as a [[warning]] of {WARNINGS}"
            )
        if key not in (*KINDS, "definitions"):
            raise ParameterError(f"{where}: unknown table {key!r}{nearest(key, (*KINDS, 'definitions'))}")
    definitions = read_definitions(table, where)
    classes = tuple(
        _read_class(rule, kind, definitions, f"{where} [[{kind}]] number {number}")
        for kind in KINDS
        for number, rule in enumerate(read_list(table, kind, where), start=1)
    )
    _check_references(classes, where)
    return classes


def _read_class(rule: object, kind: str, definitions: dict[str, str], where: str) -> SiteClass:
    """Check one rule and write its patterns out."""
    names = (*_RULE, *_OWN.get(kind, ()))
    needed = [name for name in _NEEDED if name in names]
    site_class = checked_record(SiteClass, rule, where, only=names, needed=needed, kind=kind)
    where = f"{where} ({site_class.name})"
    if not site_class.smarts:
        raise ParameterError(f"{where}: smarts is empty; give at least one pattern")
    return written_out(site_class, ("smarts", "exclude"), definitions, where)


def _check_references(classes: tuple[SiteClass, ...], where: str) -> None:
    """Refuse doubled names, references to nothing and circles."""
    amines = [c.name for c in classes if c.kind == "amine"]
    names = [c.name for c in classes]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"{where}: the name {name!r} stands twice; rename one")
    for site_class in classes:
        if site_class.kind == "carbonyl" and site_class.alkyl_class not in amines:
            raise ParameterError(
                f"{where}: {site_class.name}: alkyl_class {site_class.alkyl_class!r} is no amine class"
                f"{nearest(site_class.alkyl_class, amines)}"
            )
        like_chain(site_class.name, classes)


def like_chain(name: str, classes: Sequence[SiteClass]) -> tuple[str, ...]:
    """List a class and the classes whose numbers stand in for it, nearest first.

    Raises
    ------
    ParameterError
        If a class is unknown, of another kind, or the chain runs in a circle.
    """
    book = {c.name: c for c in classes}
    if name not in book:
        raise ParameterError(f"site class {name!r} is not known{nearest(name, book)}; add it to sites.toml")
    chain = [name]
    while (like := book[chain[-1]].like) is not None:
        if like not in book or book[like].kind != book[name].kind:
            raise ParameterError(
                f"site class {chain[-1]!r}: like = {like!r} is no {book[name].kind} class{nearest(like, book)}"
            )
        if like in chain:
            raise ParameterError(f"site class {name!r}: its like chain runs in a circle; break it")
        chain.append(like)
    return tuple(chain)
