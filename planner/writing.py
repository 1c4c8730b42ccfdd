"""Writing: records as JSON text, and files whole or not at all, so that a file is never half written."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from planner.errors import TableError


def json_text(record: Mapping[str, object]) -> str:
    """Write a record as JSON; a number that JSON cannot hold is an error."""
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)


def write_file(path: str | Path, content: bytes) -> None:
    """Write a file whole: into a neighbour first, which then takes its name.

    Raises
    ------
    TableError
        If the folder does not exist or cannot be written.
    """
    place = Path(path)
    folder = place.parent
    if not folder.is_dir():
        raise TableError(
            f"cannot write {str(path)!r}: there is no folder {str(folder)!r}; make it or name another"
        )
    if place.is_dir():
        raise TableError(f"cannot write {str(path)!r}: it is a folder; name a file in it")
    neighbour = ""
    try:
        number, neighbour = tempfile.mkstemp(dir=folder, prefix=f".{place.name[:40]}.")
        with os.fdopen(number, "wb") as file:
            file.write(content)
        _as_usual(neighbour, place)
        os.replace(neighbour, place)
    except OSError as error:
        if neighbour and os.path.exists(neighbour):
            os.unlink(neighbour)
        raise TableError(
            f"cannot write {str(path)!r}: {error.strerror}; choose a folder that can be written"
        ) from error


def check_folder(path: str | Path) -> Path:
    """Refuse a path that cannot become a file, before any work is done for it."""
    place = Path(path)
    if not place.parent.is_dir():
        raise TableError(
            f"cannot write {str(path)!r}: there is no folder {str(place.parent)!r}; make it or name another"
        )
    if place.is_dir():
        raise TableError(f"cannot write {str(path)!r}: it is a folder; name a file in it")
    return place


def _as_usual(neighbour: str, place: Path) -> None:
    """Give the neighbour the rights of the file that it replaces, or those of any fresh file."""
    if place.exists():
        os.chmod(neighbour, place.stat().st_mode)
        return
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(neighbour, 0o666 & ~mask)
