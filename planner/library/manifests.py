"""Manifests: what a screen is of and how far it is, and which of its parts are whole.

``manifest.json`` is small and put in the place of the last one; ``parts.jsonl`` gains a line for each part, so that
what is written for one does not grow with their number. A line that a kill or a full disk cut short counts for nothing:
its part is named nowhere, and made again.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import ProcedureError, TableError

MANIFEST, PART_LIST = "manifest.json", "parts.jsonl"
FORMAT = 2
_NAME = re.compile(r"part-\d{6,}\.parquet")


@dataclass(kw_only=True, slots=True)
class Manifest:
    """What a screen is of, and how far it is."""

    inputs_sha256: str
    """Of both lists, or of the pairs."""
    request: Mapping[str, Any]
    """Targets and limits."""
    model_name: str
    model_sha256: str
    planner_version: str
    n_pairs: int
    n_pieces: int
    parts: list[dict[str, Any]] = field(default_factory=list)
    """Name, rows, pieces (numbers) and counts by status of each; in a file of their own."""
    searches: int = 0
    """Made for problems, so far."""
    own_searches: int = 0
    """Made for single pairs, so far."""
    spent_s: dict[str, float] = field(default_factory=dict)
    """Processor time by what was done [s]."""
    wall_s: float = 0.0
    """Time that was waited for, over all runs [s]."""
    format: int = FORMAT

    @property
    def done(self) -> set[int]:
        """Numbers of the pieces that are written."""
        return {number for part in self.parts for number in part["pieces"]}

    @property
    def n_rows(self) -> int:
        """Rows that are written."""
        return sum(part["rows"] for part in self.parts)

    @property
    def record(self) -> dict[str, Any]:
        """All of it, for a file."""
        return {name: getattr(self, name) for name in type(self).__slots__}

    @property
    def identity(self) -> dict[str, Any]:
        """What must be the same for a run to be resumed."""
        names = (
            "inputs_sha256", "request", "model_name", "model_sha256", "planner_version", "n_pairs", "n_pieces",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def differences(self, other: "Manifest") -> list[str]:
        """Name what of the identity differs, limits by their own names."""
        mine, theirs = self.identity, other.identity
        limits = {name: (value, theirs["request"].get(name)) for name, value in mine["request"].items()}
        found = [name for name, value in mine.items() if value != theirs[name]]
        named = [name for name, (value, there) in limits.items() if value != there]
        words = {"request": named, "inputs_sha256": ["the lists"], "n_pairs": [], "n_pieces": []}
        return [word for name in found for word in words.get(name, [name])] or found


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a folder with the parts that are whole; None where there is none.

    Raises
    ------
    TableError
        If it is damaged, or of another format.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        has_format = isinstance(record, dict) and "inputs_sha256" in record
        if has_format and record.get("format") != FORMAT:
            raise TableError(
                f"{path} has format {record.get('format')!r:.20}; this planner reads {FORMAT}: read it with the "
                "version that wrote it, or screen into another folder"
            )
        found = Manifest(**record, parts=_read_parts(folder / PART_LIST))
        _check(found)
    except (OSError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(
            f"{path} is no manifest of a screen ({error!s:.80}); name another folder, or the right one"
        ) from error
    return found


def _read_parts(path: Path) -> list[dict[str, Any]]:
    """Read the lines of the parts; the last one may be cut short."""
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    found = [json.loads(line) for line in lines]
    for part in found:
        if not (_NAME.fullmatch(part["name"]) and isinstance(part["rows"], int)):
            raise TypeError(f"{part!s:.60} is no part")
        if not all(isinstance(n, int) for n in (*part["pieces"], *part["counts"].values())):
            raise TypeError(f"{part!s:.60} is no part")
    return found


def _check(found: Manifest) -> None:
    """Refuse a manifest whose values are not of their kinds."""
    numbers = (found.n_pairs, found.n_pieces, found.searches, found.own_searches, found.wall_s)
    if not all(isinstance(n, int | float) for n in (*numbers, *found.spent_s.values())):
        raise TypeError("a number is not one")
    if not isinstance(found.request, dict):
        raise TypeError("its request is not one")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the last one; its parts have a file of their own."""
    record = {name: value for name, value in manifest.record.items() if name != "parts"}
    text = json.dumps(record, ensure_ascii=False)
    moved(folder / MANIFEST, lambda place: place.write_text(text, encoding="utf-8"))


def append_part(folder: Path, manifest: Manifest, part: dict[str, Any]) -> None:
    """Name a part that is whole, in the file and in memory."""
    path = folder / PART_LIST
    with written(path), path.open("ab") as file:
        file.write(_line(part))
        file.flush()
        os.fsync(file.fileno())
    manifest.parts.append(part)


def write_parts(folder: Path, parts: Iterable[Mapping[str, Any]]) -> None:
    """Write the lines of all parts anew, so that none that was cut short is continued."""
    content = b"".join(map(_line, parts))
    moved(folder / PART_LIST, lambda place: place.write_bytes(content))


def _line(part: Mapping[str, Any]) -> bytes:
    return json.dumps(part).encode() + b"\n"


def moved(path: Path, write: Callable[[Path], Any]) -> None:
    """Write beside the place and move there, so that a file is whole or absent whatever happens.

    Raises
    ------
    TableError
        If it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with written(path):
        try:
            write(beside)
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Say in one line what cannot be written, and that nothing is lost."""
    try:
        yield
    except OSError as error:
        raise TableError(
            f"{path} cannot be written ({error.strerror or error!s:.80}); what is done stays: make room or rights for "
            "it and go on with --resume (resume=True)"
        ) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make a folder, and keep other screens out of it until this one ends, however it ends.

    Where the system or the disk knows no locks, two screens are not told apart.

    Raises
    ------
    ProcedureError
        If it cannot be made, or another screen writes there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProcedureError(
            f"{folder} cannot be a folder ({error.strerror}); name one that can be made"
        ) from error
    try:
        import fcntl
    except ImportError:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ProcedureError(
                f"another screen writes into {folder}; wait for its end, or name another folder"
            ) from error
        except OSError:  # a disk without locks
            pass
        yield
    finally:
        os.close(place)
