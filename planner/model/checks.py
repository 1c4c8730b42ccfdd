"""Checks: what a key of a table may hold, and a table from a file held against the record that it becomes.

The record's own annotations are the schema: a field without a default must be there, a plain type says what
is taken, ``Annotated`` names a narrower check. Each check returns the value as the record keeps it, or raises
ValueError with what it expected.
"""

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from planner.errors import ParameterError, PlannerError, nearest

Table = dict[str, Any]
Check = Callable[[object], Any]
Schema = Mapping[str, Check | tuple[Check]]
Record = TypeVar("Record")
LARGEST = sys.float_info.max
"""Whole numbers beyond it are none that a float can hold."""


def leaves(table: Table, path: str = "") -> Iterator[tuple[str, Table]]:
    """Walk nested tables; yield each innermost one with its dotted name."""
    for key, inner in table.items():
        name = f"{path}.{key}" if path else key
        if inner and all(isinstance(value, dict) for value in inner.values()):
            yield from leaves(inner, name)
        else:
            yield name, inner


def text(value: object) -> str:
    """Take text that is not empty, without control characters but for line breaks and tabs."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("text")
    if any(unicodedata.category(letter) == "Cc" for letter in value if letter not in "\n\r\t"):
        raise ValueError("text without control characters")
    return value


def number(value: object) -> float:
    """Take a finite number (true and false are none)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
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


Text = Annotated[str, text]
Texts = Annotated[tuple[str, ...], texts]
Amount = Annotated[float, amount]
Count = Annotated[int, count]
Reasons = Annotated[tuple[tuple[str, str], ...], reasons]
"""(name, why)."""
Span = Annotated[tuple[float, float], interval]


def optional(check: Check) -> tuple[Check]:
    """Mark a key that may be absent."""
    return (check,)


def checked(
    given: object, where: str, schema: Schema, *, error: type[PlannerError] = ParameterError
) -> Table:
    """Check a table against its schema: no unknown key, none missing, each of its kind.

    Parameters
    ----------
    given
        As read from a file.
    where
        File and table, for the message.
    schema
        Key to check; ``optional(check)`` where the key may be absent.
    error
        What is raised.

    Raises
    ------
    PlannerError
        Of the kind ``error``, naming the place, what stands there and what was expected.
    """
    if not isinstance(given, dict):
        raise error(f"{where}: {given!r:.60} is not a table; expected keys {', '.join(schema)}")
    for key in given:
        if key not in schema:
            raise error(
                f"{where}: unknown key {key!r:.60}{nearest(str(key), schema)}; known: {', '.join(schema)}"
            )
    result = {}
    for key, check in schema.items():
        if key not in given:
            if not isinstance(check, tuple):
                raise error(f"{where}: key {key!r} is missing; add it")
            continue
        try:
            result[key] = (check[0] if isinstance(check, tuple) else check)(given[key])
        except ValueError as expected:
            raise error(f"{where}: {key} = {given[key]!r:.60}; expected {expected}") from None
    return result


def checked_record(
    kind: type[Record],
    given: object,
    where: str,
    /,
    *,
    only: Iterable[str] | None = None,
    needed: Iterable[str] = (),
    error: type[PlannerError] = ParameterError,
    **known: Any,
) -> Record:
    """Build a record from a table by its annotations; see ``checked``.

    Parameters
    ----------
    kind
        The record's class.
    given, where, error
        As for ``checked``.
    only
        Fields that the table may set; all that are not ``known`` when absent.
    needed
        Fields that must be there although the record has a default.
    **known
        Fields that do not come from the table.
    """
    annotated = schema_of(kind, where, error)
    names = [name for name in annotated if name not in known] if only is None else only
    schema = {name: annotated[name] for name in names}
    schema |= {name: check[0] for name in needed if isinstance(check := annotated[name], tuple)}
    return kind(**known, **checked(given, where, schema, error=error))


@lru_cache(maxsize=256)
def _annotations(kind: type) -> dict[str, tuple[Any, Field[Any]]]:
    """Read the annotation of every field, once per class."""
    hints = get_type_hints(kind, include_extras=True)
    return {f.name: (hints[f.name], f) for f in fields(kind)}


def schema_of(kind: type, where: str, error: type[PlannerError] = ParameterError) -> Schema:
    """Write the schema that the annotations of a record state; a field with a default is optional."""
    schema: dict[str, Check | tuple[Check]] = {}
    for name, (annotation, field) in _annotations(kind).items():
        check = partial(_taken, annotation, (where, name), error)
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        schema[name] = optional(check) if has_default else check
    return schema


def _taken(annotation: Any, place: tuple[str, str], error: type[PlannerError], value: object) -> Any:
    """Take the value of a key, ``place`` = (table, key), as an annotation says; ValueError with what was expected."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return inner[1](value)
    if origin in (Union, UnionType):
        if value is None and NoneType in inner:
            return None
        return _taken(next(a for a in inner if a is not NoneType), place, error, value)
    if origin is tuple:
        return _several(inner, (place[0], f"[{place[1]}]"), error, value)
    if is_dataclass(annotation):
        return checked_record(annotation, value, f"{place[0]}: [{place[1]}]", error=error)  # type: ignore[arg-type]
    return _PLAIN[annotation](value)


def _several(
    inner: tuple[Any, ...], place: tuple[str, str], error: type[PlannerError], value: object
) -> tuple[Any, ...]:
    """Take a list, of any length where the annotation ends in an ellipsis."""
    if not isinstance(value, list | tuple):
        raise ValueError("a list of tables, [[...]]" if is_dataclass(inner[0]) else "a list")
    kinds = (inner[0],) * len(value) if inner[-1] is Ellipsis else inner
    if len(value) != len(kinds):
        raise ValueError(f"a list of {len(kinds)}")
    return tuple(_taken(kind, place, error, item) for kind, item in zip(kinds, value, strict=True))


def _plain_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number")
    return value


_PLAIN: Mapping[Any, Check] = {str: _plain_text, float: number, int: _whole, bool: flag, Table: table}
