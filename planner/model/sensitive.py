"""Sensitive groups: what acid, base or hydride takes off or changes, read from ``sensitive.toml``."""

from dataclasses import dataclass, field
from typing import Annotated

from planner.model.checks import Table, Text, Texts, checked_record, texts
from planner.model.folders import SENSITIVE, Shelf
from planner.model.quantities import citations, sourced
from planner.model.site_classes import with_patterns

HARMS = ("acid", "strong acid", "base", "strong base", "hydride", "base extraction", "hydrogenation")
"""What a group may be sensitive to, as the head of the file says."""


def _harms(value: object) -> tuple[str, ...]:
    """Take a list of some of ``HARMS``."""
    found = texts(value)
    if not found or not set(found) <= set(HARMS):
        raise ValueError(f"a list of some of {', '.join(HARMS)}")
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class SensitiveGroup:
    """A group and what harms it."""

    name: Text
    """In words, unique."""
    smarts: Texts
    """Any of these patterns is the group."""
    to: Annotated[tuple[str, ...], _harms]
    """Some of ``HARMS``."""
    why: Text
    """What happens."""
    source: Text
    """In full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Book:
    group: tuple[SensitiveGroup, ...] = ()
    sources: Table = field(default_factory=dict)


def load_sensitive(shelf: Shelf) -> tuple[SensitiveGroup, ...]:
    """Read the groups of a models folder; the shipped ones where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    table, where = shelf.read(SENSITIVE)
    book = checked_record(_Book, table, where)
    return sourced(with_patterns(book.group, {}, where), citations(book.sources, where))
