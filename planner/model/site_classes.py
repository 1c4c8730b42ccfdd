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
from planner.model.folders import SITES, Shelf

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Rule = TypeVar("Rule", bound="DataclassInstance")
"""A record with patterns."""
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
    alkyl_class: Text = ""
    """Carbonyls: class of the primary amine that ammonia becomes by one alkylation."""
    reduced_as: Annotated[str, one_of("aldehyde", "aryl_aldehyde", "ketone")] = ""
    """Carbonyls: ``aldehyde``, ``aryl_aldehyde`` or ``ketone``, for direct reduction."""
    is_ketone: bool = False
    """Carbonyls: ketone rather than aldehyde."""
    note: Text = ""
    """Why the rule is as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CautionRule:
    """When to say a sentence; every list that is not empty must be met by one of its entries."""

    name: Text
    """Unique."""
    text: Text
    """One sentence: what is there, what to expect."""
    amine: Texts = ()
    """Patterns of the amine."""
    carbonyl: Texts = ()
    """Patterns of the carbonyl compound."""
    amine_classes: Texts = ()
    """Classes of a reactive nitrogen, or classes like them."""
    carbonyl_classes: Texts = ()
    """Classes of the carbonyl, or classes like them."""
    changes_product: bool = False
    """Whether it foretells another main product than the one that is planned."""


_RULE = ("name", "label", "smarts", "exclude", "note")
_OWN = {
    "amine": ("like", "bulky"),
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


def load_site_rules(shelf: Shelf) -> tuple[tuple[SiteClass, ...], tuple[CautionRule, ...]]:
    """Read the classes, look-alikes and refused groups included, in the order of matching, and the cautions.

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
    file = shelf.find(SITES)
    table, where = shelf.toml(file), str(file)
    for key in table:
        if key not in (*KINDS, "definitions", "caution"):
            raise ParameterError(
                f"{file}: unknown table {key!r}{nearest(key, (*KINDS, 'definitions', 'caution'))}"
            )
    definitions = read_definitions(table, where)
    classes = tuple(
        _read_class(rule, kind, definitions, f"{file} [[{kind}]] number {number}")
        for kind in KINDS
        for number, rule in enumerate(read_list(table, kind, where), start=1)
    )
    _check_references(classes, where)
    return classes, read_cautions(table, classes, where)


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


def read_cautions(table: Table, classes: Sequence[SiteClass], where: str) -> tuple[CautionRule, ...]:
    """Read the rules for cautions, in order.

    Raises
    ------
    ParameterError
        If a key is unknown, a pattern cannot be read or a class is not known.
    """
    definitions = read_definitions(table, where)
    known = {c.name for c in classes}
    rules = []
    for number, rule in enumerate(read_list(table, "caution", where), start=1):
        place = f"{where} [[caution]] number {number}"
        caution = checked_record(CautionRule, rule, place)
        for name in (*caution.amine_classes, *caution.carbonyl_classes):
            if name not in known:
                raise ParameterError(f"{place}: no site class {name!r}{nearest(name, known)}")
        rules.append(written_out(caution, ("amine", "carbonyl"), definitions, place))
    return tuple(rules)
