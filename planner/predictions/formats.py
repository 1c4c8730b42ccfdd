"""Formats: what is read of a saved record that a later planner wrote.

A record states the whole number of its format. Of a newer one the keys that are known here are read and checked as
ever, the others are left out, and the answer says so.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

from planner.errors import TableError, shown

FORMAT = 1
"""Of every record that is saved; absent in the first files."""
READ = "format 1" if FORMAT == 1 else f"formats 1 to {FORMAT}"
"""What is read, in words."""


def read_format(record: dict[str, Any], where: str) -> int:
    """Read the format of a saved record; one without is of the first."""
    number = record.get("format", 1)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise TableError(f"{where}: format = {number!r:.60}; expected a whole number, 1 or more")
    return number


def known_part(kind: Any, value: Any, where: str, left_out: list[str]) -> Any:
    """Leave out of a record of a newer format the keys that ``kind`` does not have, and list them.

    A record of this format is not treated so: there, a key that is not known is a slip and refused. What a later
    format adds must have a default, which stands where an older file lacks it.
    """
    inner = [a for a in get_args(kind) if a is not NoneType]
    if is_dataclass(kind) and isinstance(value, dict):
        hints = get_type_hints(kind) | {"prediction": Any}  # it has a format of its own
        left_out += [f"{where}: {key}" for key in value if key not in hints]
        return {k: known_part(hints[k], v, f"{where}: {k}", left_out) for k, v in value.items() if k in hints}
    if isinstance(value, list) and inner:
        return [known_part(inner[0], item, where, left_out) for item in value]
    return known_part(inner[0], value, where, left_out) if isinstance(value, dict) and inner else value


def newer_note(record: dict[str, Any], left_out: Sequence[str]) -> tuple[str, ...]:
    """Say that a record is of a newer format, and what of it was left out."""
    number = record.get("format", 1)
    if number <= FORMAT:
        return ()
    listed = ", ".join(f"{words:.60}" for words in dict.fromkeys(left_out)) or "nothing"
    return (
        f"Saved in format {shown(number)}, a newer format than this planner knows (it reads {READ}); left out: "
        f"{listed:.300}. Open it with a newer planner to be sure of all that it says.",
    )


@contextmanager
def told_newer(record: dict[str, Any], where: str) -> Iterator[None]:
    """Say of a record that cannot be read and is of a newer format that this may be why.

    Raises
    ------
    TableError
        As raised within, of a newer record with its format in front.
    """
    number = read_format(record, where)
    try:
        yield
    except TableError as error:
        if number <= FORMAT:
            raise
        raise TableError(
            f"{where} was saved in format {shown(number)}, and this planner reads {READ}: open it with a newer planner "
            f"({error})"
        ) from error
