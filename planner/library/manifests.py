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
FORMAT = 3
PART_NAME = re.compile(r"part-\d{6,}\.parquet")
_KINDS: dict[str, type] = {
    "inputs_sha256": str, "request": dict, "model_name": str, "model_sha256": str, "planner_version": str,
    "n_pairs": int, "n_pieces": int, "searches": int, "own_searches": int, "spent_s": dict,
}  # fmt: skip
"""What the values of a manifest are."""
_KINDS_OF_PART: dict[str, type] = {"name": str, "rows": int, "pieces": list, "counts": dict}
"""What the values of a part's line are; its checksum, a text, is not in the lines of earlier planners."""


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
    """Name, rows, pieces (numbers), counts by status and checksum of each; in a file of their own."""
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
        If it is damaged or of another format, or the list of parts is not there: it is written before the manifest.
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
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(
            f"{path} is no manifest of a screen ({error!s:.80}); name another folder, or the right one"
        ) from error
    return found


def _read_parts(path: Path) -> list[dict[str, Any]]:
    """Read the lines of the parts; the last one may be cut short."""
    if not path.exists():
        raise TableError(
            f"{path} is missing: it names the parts that are whole; put it back, or name another folder"
        )
    lines = path.read_bytes().splitlines(keepends=True)
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    found = [_read_part(line, f"{path.name}, line {n}") for n, line in enumerate(lines, start=1)]
    if len({part["name"] for part in found}) < len(found):
        raise TypeError(f"{path.name} names a part twice")
    return found


def _read_part(line: bytes, place: str) -> dict[str, Any]:
    """Read the line of a part, whose values must be of their kinds."""
    try:
        part = json.loads(line)
    except ValueError as error:
        raise TypeError(f"{place} is no part") from error
    is_part = (
        isinstance(part, dict)
        and all(isinstance(part.get(name), kind) for name, kind in _KINDS_OF_PART.items())
        and isinstance(part.get("sha256", ""), str)
        and PART_NAME.fullmatch(part["name"])
        and all(isinstance(n, int) for n in (*part["pieces"], *part["counts"].values()))
    )
    if not is_part:
        raise TypeError(f"{place} is no part")
    return dict(part)


def _check(found: Manifest) -> None:
    """Refuse a manifest whose values are not of their kinds."""
    for name, kind in _KINDS.items():
        if not isinstance(getattr(found, name), kind):
            raise TypeError(f"its {name} is no {kind.__name__}")
    if not all(isinstance(n, int | float) for n in (found.wall_s, *found.spent_s.values())):
        raise TypeError("a time is no number")


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
