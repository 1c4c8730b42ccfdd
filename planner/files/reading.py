"""Reading: the bytes of regular files, at most a stated size."""

from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import TableError

if TYPE_CHECKING:
    pass


LARGEST_BYTES = 20_000_000
"""Largest table or record that is read [bytes]; a year of runs is a thousandth of it."""


def read_bytes(path: str | Path, *, most: int = LARGEST_BYTES) -> bytes:
    """Read a regular file of at most so many bytes.

    Raises
    ------
    TableError
        If it is a folder, a pipe or a device, too large, or cannot be read.
    """
    place = Path(path)
    try:
        if not place.is_file():
            what = "not a regular file" if place.exists() else "not there"
            raise TableError(f"cannot read {str(path)!r:.200}: it is {what}; give the path of a file")
        with place.open("rb") as file:
            content = file.read(most + 1)
    except TableError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TableError(f"cannot read {str(path)!r:.200}: {reason}; give the path of a file") from error
    if len(content) > most:
        raise TableError(
            f"{str(path)!r:.200} is larger than {most / 1e6:.0f} MB; at most {most / 1e6:.0f} MB are read: split it"
        )
    return content
