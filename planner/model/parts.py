"""Parts: what a real flask has besides the ladder; a set lists those that it counts.

The numbers and steps of a part are read and checked wherever they stand, but are in a model only where the part is:
a set without parts has the species, reactions and draws that it had before there were any.
"""

from collections.abc import Iterable
from typing import Annotated, Protocol, TypeVar

from planner.errors import nearest
from planner.model.checks import texts

CHARGES, ACID, ALDOL, STORE, IMINIUM_CYCLE = "charges", "acid", "aldol", "store", "iminium_cycle"
PARTS = (CHARGES, ACID, ALDOL, STORE, IMINIUM_CYCLE)
"""What is in the bottles; acid that holds amines; carbonyl lost to itself; paraformaldehyde; iminium constants."""


class OfPart(Protocol):
    """A number, a step or a quantity that may belong to a part."""

    @property
    def part(self) -> str:
        """Name of the part; empty for what every flask has."""


Kind = TypeVar("Kind", bound=OfPart)


def part_names(value: object) -> tuple[str, ...]:
    """Take a list of parts, each once."""
    names = texts(value)
    for name in names:
        if name not in PARTS or names.count(name) > 1:
            raise ValueError(f"a list of parts, each once: {', '.join(PARTS)}{nearest(name, PARTS)}")
    return names


def part_name(value: object) -> str:
    """Take the name of a part."""
    if value not in PARTS:
        raise ValueError(f"one of {', '.join(PARTS)}{nearest(str(value), PARTS)}")
    return str(value)


Parts = Annotated[tuple[str, ...], part_names]
Part = Annotated[str, part_name]


def in_use(listed: Iterable[Kind], parts: Iterable[str]) -> tuple[Kind, ...]:
    """Take what belongs to no part, or to one of these."""
    taken = {"", *parts}
    return tuple(one for one in listed if one.part in taken)
