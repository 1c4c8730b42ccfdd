"""Checks: what a key of a TOML table may hold, and a table held against its keys.

Each check returns the value as the records keep it, or raises ValueError with what it expected.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from planner.errors import ParameterError, nearest

Table = dict[str, Any]


def leaves(table: Table, path: str = "") -> Iterator[tuple[str, Table]]:
    """Walk nested tables; yield each innermost one with its dotted name."""
    for key, inner in table.items():
        name = f"{path}.{key}" if path else key
        if inner and all(isinstance(value, dict) for value in inner.values()):
            yield from leaves(inner, name)
        else:
            yield name, inner


def text(value: object) -> str:
    """Take text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("text")
    return value


def number(value: object) -> float:
    """Take a finite number (true and false are none)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a finite number")
    return float(value)


def amount(value: object) -> float:
    """Take a finite number, not negative."""
    if number(value) < 0:
        raise ValueError("a number, zero or more")
    return number(value)


def count(value: object) -> int:
    """Take a whole number, one or more."""
    if number(value) < 1 or number(value) != int(number(value)):
        raise ValueError("a whole number, one or more")
    return int(number(value))


def flag(value: object) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Take a list of texts."""
    if not isinstance(value, list):
        raise ValueError("a list of texts")
    return tuple(text(item) for item in value)


def reasons(value: object) -> tuple[tuple[str, str], ...]:
    """Take a table of name = reason."""
    if not isinstance(value, dict):
        raise ValueError("a table of name = reason")
    return tuple((name, text(why)) for name, why in value.items())


def table(value: object) -> Table:
    """Take a table."""
    if not isinstance(value, dict):
        raise ValueError("a table")
    return value


def tables(value: object) -> tuple[Table, ...]:
    """Take a list of tables."""
    if not isinstance(value, list):
        raise ValueError("a list of tables, [[...]]")
    return tuple(table(item) for item in value)


def interval(value: object) -> tuple[float, float]:
    """Take two numbers, the smaller first."""
    if not isinstance(value, list) or len(value) != 2 or not number(value[0]) < number(value[1]):
        raise ValueError("two numbers, the smaller first")
    return number(value[0]), number(value[1])


def one_of(*words: str) -> Callable[[object], str]:
    """Take one of these words."""

    def check(value: object) -> str:
        if value not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return str(value)

    return check


def optional(check: Callable[[object], Any]) -> tuple[Callable[[object], Any]]:
    """Mark a key that may be absent."""
    return (check,)


Schema = Mapping[str, Callable[[object], Any] | tuple[Callable[[object], Any]]]


def checked(table: object, where: str, schema: Schema) -> Table:
    """Check a table against its schema: no unknown key, none missing, each of its kind.

    Parameters
    ----------
    table
        As read from TOML.
    where
        File and table, for the message.
    schema
        Key to check; ``optional(check)`` where the key may be absent.

    Raises
    ------
    ParameterError
        Naming the place, what stands there and what was expected.
    """
    if not isinstance(table, dict):
        raise ParameterError(f"{where}: {table!r:.60} is not a table; expected keys {', '.join(schema)}")
    for key in table:
        if key not in schema:
            raise ParameterError(
                f"{where}: unknown key {key!r}{nearest(key, schema)}; known: {', '.join(schema)}"
            )
    result = {}
    for key, check in schema.items():
        if key not in table:
            if not isinstance(check, tuple):
                raise ParameterError(f"{where}: key {key!r} is missing; add it")
            continue
        try:
            result[key] = (check[0] if isinstance(check, tuple) else check)(table[key])
        except ValueError as expected:
            raise ParameterError(f"{where}: {key} = {table[key]!r:.60}; expected {expected}") from None
    return result
