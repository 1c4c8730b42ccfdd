"""Model files: a folder of TOML texts, found, read once and hashed.

A *set* is a folder ``<models>/<name>`` that holds ``common.toml``, ``solvents.toml`` and
``reductants/*.toml``, or one ``model.toml`` that names its parent. A directory listing is the
registry: a file that is there is in use. Nothing here knows what the numbers mean; see
``parameters``. Only regular files of at most ``LARGEST_BYTES`` are read.
"""

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from planner.errors import ParameterError, TableError, nearest
from planner.files.reading import read_bytes
from planner.files.saved import LONGEST_NUMBER
from planner.model.checks import Table

COMMON, SOLVENTS, CHILD, SITES = "common.toml", "solvents.toml", "model.toml", "sites.toml"
HAZARDS, CATALOGUE, NAMES, STEPS = "hazards.toml", "reagents.csv", "names.csv", "steps.toml"
SENSITIVE, WORKUP, ADVICE = "sensitive.toml", "workup.toml", "advice.toml"
BASICITY, HAMMETT, WARNINGS = "basicity.toml", "hammett.toml", "warnings.toml"
LARGEST_BYTES = 2_000_000
"""Largest file of a models folder [bytes]: forty times the largest shipped one, parsed in some seconds."""
DEEPEST = 32
"""Parts of a dotted key, and brackets in brackets at which a text is said to be too deep."""
_TOO_LONG = re.compile(
    rf"""(?<![\w"'-])(?:[\w"'-]++\s*+\.\s*+){{{DEEPEST}}}|[\dA-Fa-f_]{{{LONGEST_NUMBER + 1}}}"""
)
"""Keys and whole numbers that no set needs, and that take a reader minutes or overflow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """The files of a models folder and the shipped ones behind them, as they were read once."""

    place: Path
    """The folder."""
    digest: str
    """SHA-256 of the names and contents of all of them."""
    files: Mapping[Path, bytes] = field(compare=False, repr=False)
    """Contents by path; of the long list of names its size and time, since few runs read it."""

    def find(self, name: str, folder: Path | None = None, behind: Path | None = None) -> Path:
        """Find a file that a folder need not have: its own, else the shipped one."""
        own = (folder or self.place) / name
        return own if own in self.files else (behind or models_folder()) / name

    def set_files(self, folder: Path) -> tuple[Path, ...]:
        """List the TOML files of a set, sorted by name."""
        homes = (folder, folder / "reductants")
        return tuple(f for f in self.files if f.suffix == ".toml" and f.parent in homes)

    def toml(self, file: Path) -> Table:
        """Read a file of it as TOML; see ``read_toml``."""
        return read_toml(file, self.files.get(file))

    def read(self, name: str) -> tuple[Table, str]:
        """Read a TOML file that a folder need not have, its own or the shipped one; with its path for messages."""
        file = self.find(name)
        return self.toml(file), str(file)


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
    package = Path(__file__).parents[1]
    shipped = (package / "_models", package.parent / "models")
    if not (models is None or isinstance(models, str | Path)):
        raise ParameterError(
            f"models given as {type(models).__name__}; expected the path of a folder with <set>/{COMMON}, or none"
        )
    candidates = shipped if models is None else (Path(models),)
    for folder in candidates:
        try:
            if folder.is_dir():
                return folder
        except (
            OSError,
            ValueError,
        ):  # a name of 100,000 letters, or one with a NUL or half a character in it
            continue
    raise ParameterError(
        f"models folder {str(candidates[-1])[-200:]!r} is not a folder; give one with <set>/{COMMON} or none"
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


def shipped_set() -> Path:
    """Find the shipped set, from which a set takes a file that it need not have."""
    return models_folder() / "default"


def read_shelf(models: str | Path | None = None) -> Shelf:
    """Read every file that a model of this folder may be made of, the shipped ones among them.

    Raises
    ------
    ParameterError
        If there is no such folder, or a file is a device, a pipe, too large or cannot be read.
    """
    place = models_folder(models)
    contents: dict[Path, bytes] = {}
    for folder in dict.fromkeys((place, models_folder())):
        known = (SITES, WARNINGS, BASICITY, HAMMETT, HAZARDS, CATALOGUE, SENSITIVE, WORKUP, ADVICE)
        listed = [folder / name for name in known]
        for name in model_names(folder):
            home = folder / name
            listed += sorted((*home.glob("*.toml"), *home.glob("reductants/*.toml")), key=str)
        contents |= {file: read_file(file) for file in listed if os.path.lexists(file)}
        if os.path.lexists(names := folder / NAMES):
            contents[names] = _state(names)
    return Shelf(place=place, digest=_digest({str(file): c for file, c in contents.items()}), files=contents)


def _state(file: Path) -> bytes:
    """Tell a file from what it was before, without reading it; what is there but cannot be asked has no state."""
    try:
        now = file.stat()
    except OSError:
        return b""
    return f"{now.st_size} {now.st_mtime_ns} {now.st_ino}".encode()


def set_digest(shelf: Shelf, folder: Path, parent: str = "") -> str:
    """SHA-256 of a set's files and of the rules for structures, by name and content; a child's with its parent's."""
    listed = shelf.set_files(folder)
    contents = {f"{folder.name}/{f.relative_to(folder).as_posix()}": shelf.files[f] for f in listed}
    rules = {name: shelf.files.get(shelf.find(name), b"") for name in (SITES, WARNINGS, BASICITY, HAMMETT)}
    return _digest(contents | rules | {"parent": parent.encode()})


def _digest(contents: Mapping[str, bytes]) -> str:
    """SHA-256 of contents and their names, sorted by name."""
    total = hashlib.sha256()
    for name in sorted(contents):
        for part in (os.fsencode(name), contents[name]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def read_file(file: Path) -> bytes:
    """Read a regular file of at most ``LARGEST_BYTES``; anything else is a ParameterError that names it."""
    try:
        return read_bytes(file, most=LARGEST_BYTES)
    except TableError as error:
        raise ParameterError(str(error)) from error


def read_text(file: Path, content: bytes) -> str:
    """Decode what a file holds; what is not UTF-8 is a ParameterError that names the line."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParameterError(
            f"{file}, line {line}: cannot be read as UTF-8 text; save it as UTF-8"
        ) from error


def read_toml(file: Path, content: bytes | None = None) -> Table:
    """Read a TOML file, or what it holds; what is not TOML is a ParameterError that names the file and the line."""
    text = read_text(file, read_file(file) if content is None else content)
    if long := _TOO_LONG.search(text):
        raise ParameterError(
            f"{file}, line {text.count(chr(10), 0, long.start()) + 1}: a key of more than {DEEPEST} parts or a number "
            f"of more than {LONGEST_NUMBER} digits, {long.group():.20}...; write a shorter one"
        )
    try:
        return _parsed(text)
    except RecursionError:
        raise ParameterError(
            f"{file}, line {_deep_line(text)}: brackets in brackets without end; a set needs {DEEPEST} at most"
        ) from None
    except ValueError as error:
        raise ParameterError(f"{file}: not TOML: {error}; mend the file") from error


def _deep_line(text: str) -> int:
    """Find the line in which brackets are first too deep."""
    depth = 0
    for mark in re.finditer(r"[\[\]{}]", text):
        depth += 1 if mark.group() in "[{" else -1
        if depth > DEEPEST:
            return text.count("\n", 0, mark.start()) + 1
    return 1


@lru_cache(maxsize=64)
def _parsed(text: str) -> Table:
    """Parse TOML, once per text (a prediction reads the whole set); callers must not change the table."""
    return tomllib.loads(text)
