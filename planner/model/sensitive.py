"""Sensitive groups: what acid, base or hydride takes off or changes, read from ``sensitive.toml``."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from planner.errors import ParameterError
from planner.model.checks import Table, Text, Texts, checked_record, texts
from planner.model.folders import SENSITIVE, Shelf
from planner.model.quantities import citations, in_full
from planner.model.site_classes import written_out

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
    file = shelf.find(SENSITIVE)
    book = checked_record(_Book, shelf.toml(file), str(file))
    named = [group.name for group in book.group]
    if twice := [name for name in named if named.count(name) > 1]:
        raise ParameterError(f"{file}: the name {twice[0]!r} stands twice; rename one")
    cited = citations(book.sources, str(file))
    return tuple(
        written_out(
            replace(group, source=in_full(group.source, cited)), ("smarts",), {}, f"{file} ({group.name})"
        )
        for group in book.group
    )
