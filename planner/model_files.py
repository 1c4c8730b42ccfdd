"""Model files: a folder of TOML texts, found, hashed and checked key by key.

A *set* is a folder ``<models>/<name>`` that holds ``common.toml``, ``solvents.toml`` and
``reductants/*.toml``, or one ``model.toml`` that names its parent. A directory listing is the
registry: a file that is there is in use. Nothing here knows what the numbers mean; see
``planner.parameters``.
"""

import hashlib
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.errors import ParameterError, nearest

Table = dict[str, Any]
COMMON, SOLVENTS, CHILD, SITES = "common.toml", "solvents.toml", "model.toml", "sites.toml"


def models_folder(models: str | Path | None = None) -> Path:
    """Find the folder that holds the sets of numbers.

    Parameters
    ----------
    models
        A folder of the user's own; without it the one of the installed package, else of the checkout.

    Raises
    ------
    ParameterError
        If it is not a folder.
    """
    package = Path(__file__).parent
    shipped = (package / "_models", package.parent / "models")
    candidates = shipped if models is None else (Path(models),)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise ParameterError(
        f"models folder {str(candidates[-1])!r} is not a folder; give one with <set>/{COMMON} or none"
    )


def model_names(models: str | Path | None = None) -> tuple[str, ...]:
    """List the sets of numbers in a models folder, sorted."""
    folder = models_folder(models)
    files = (*folder.glob(f"*/{COMMON}"), *folder.glob(f"*/{CHILD}"))
    return tuple(sorted({file.parent.name for file in files}))


def set_folder(folder: Path, name: str, *, is_parent: bool) -> Path:
    """Find one set; a parent that the folder lacks is taken from the shipped ones."""
    for place in (folder, models_folder()) if is_parent else (folder,):
        if name in model_names(place):
            return place / name
    known = sorted({*model_names(folder), *(model_names() if is_parent else ())})
    there = (
        f"there are: {', '.join(known)}"
        if known
        else f"expected folders of sets, each with {COMMON} or {CHILD}"
    )
    raise ParameterError(f"no model {name!r} in {str(folder)!r}{nearest(name, known)}; {there}")


def set_files(folder: Path) -> tuple[Path, ...]:
    """List the TOML files of a set, sorted by name."""
    return tuple(sorted((*folder.glob("*.toml"), *folder.glob("reductants/*.toml")), key=str))


def sites_file(folder: Path) -> Path:
    """Find the perception rules: the folder's own, else the shipped ones."""
    return own_or_shipped(folder, SITES)


def own_or_shipped(folder: Path, name: str) -> Path:
    """Find a file that a folder of models need not have: its own, else the shipped one."""
    own = folder / name
    return own if own.is_file() else models_folder() / name


def set_digest(place: Path, folder: Path, parent: str = "") -> str:
    """SHA-256 of a set's files and of the site rules, by name and content; a child's with its parent's."""
    contents = {
        f"{folder.name}/{f.relative_to(folder).as_posix()}": f.read_bytes() for f in set_files(folder)
    }
    sites = sites_file(place)
    contents |= {SITES: sites.read_bytes() if sites.is_file() else b"", "parent": parent.encode()}
    total = hashlib.sha256()
    for name in sorted(contents):
        for part in (name.encode(), contents[name]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def read_toml(file: Path) -> Table:
    """Read a TOML file; what is not TOML is a ParameterError that names the file and the line."""
    try:
        return _parsed(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{file}: not TOML: {error}; mend the file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{file}: cannot be read as UTF-8 text ({error}); mend the file") from error


@lru_cache(maxsize=64)
def _parsed(text: str) -> Table:
    """Parse TOML, once per text (a prediction reads the whole set); callers must not change the table."""
    return tomllib.loads(text)


def leaves(table: Table, path: str = "") -> Iterator[tuple[str, Table]]:
    """Walk nested tables; yield each innermost one with its dotted name."""
    for key, inner in table.items():
        name = f"{path}.{key}" if path else key
        if inner and all(isinstance(value, dict) for value in inner.values()):
            yield from leaves(inner, name)
        else:
            yield name, inner


# What a key may hold: each check returns the value as the records keep it, or raises ValueError.


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
