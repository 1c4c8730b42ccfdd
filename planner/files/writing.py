"""Writing: what a command writes is whole or not there, all of it or none, and never over what it reads.

A file is replaced by renaming a hidden neighbour over it; a link stays a link, its target is replaced. Pipes, devices
and what the shell has opened are written to as they are, and last, for they cannot be taken back. A neighbour carries
the host and the process that made it; when that process is gone, the next run that writes there removes it.
"""

import errno
import os
import platform
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from planner.errors import TableError

ENDINGS = {
    "CSV": (".csv",),
    "JSON": (".json",),
    "HTML": (".html", ".htm"),
    "an .eln archive": (".eln",),
    "a workbook": (".xlsx",),
    "SBML": (".xml", ".sbml"),
    "a table of runs": (".csv",),
    "a calibrated model": (".toml",),
    "anything else": (".tsv", ".xls", ".ods", ".zip", ".pdf", ".docx", ".svg", ".png"),
}
"""Kind of file to the ends of its name, the usual one first; names with other ends are taken as they are."""


def write_file(path: str | Path, content: bytes) -> None:
    """Write a file; see ``write_all``."""
    write_all({Path(path): content})


def check_outputs(outputs: Mapping[str, Path | None], inputs: Iterable[Path | None] = ()) -> None:
    """Refuse files that a command could not write, or should not, before any work is done for them.

    Parameters
    ----------
    outputs
        Kind of file, of ``ENDINGS``, to its path; None where it is not asked for.
    inputs
        What the command reads.

    Raises
    ------
    TableError
        If a path cannot be written, ends as a file of another kind does, or leads to an input or another output.
    """
    taken = {_identity(path): "an input" for path in inputs if path is not None}
    for kind, path in outputs.items():
        if path is None:
            continue
        place = _target(path)
        what = taken.setdefault(_identity(path), kind) if str(place) != os.devnull else kind
        if what == kind and not _is_stream(path) and _is_printed_to(place):
            what = "what the command prints to"
        if what != kind:
            raise TableError(f"cannot write {kind} to {str(path)!r}: it is {what} too; name another file")
        others = {ending for name, endings in ENDINGS.items() if name != kind for ending in endings}
        if (ending := path.suffix.lower()) in others - {*ENDINGS[kind]}:
            raise TableError(
                f"cannot write {kind} to {str(path)!r}: {ending} says that it is something else; "
                f"end it in {ENDINGS[kind][0]}"
            )


def write_all(contents: Mapping[Path, bytes]) -> list[str]:
    """Write files whole, and all of them or none; then pipes and devices, which are written to as they are.

    Each content goes into a hidden neighbour that carries the host and the process; when all are there, they
    take their names. An error or an interrupt leaves what was there.

    Returns
    -------
    list of str
        Neighbours that runs which were killed had left there; they are gone.

    Raises
    ------
    TableError
        If a file cannot be written.
    """
    changes = [
        _Change(place=place, fresh=_hidden(place), old=_hidden(place), content=content)
        for place, content in ((_target(path), c) for path, c in contents.items() if not _is_stream(path))
    ]
    swept = [scrap for folder in {change.place.parent for change in changes} for scrap in _sweep(folder)]
    try:
        for change in changes:
            with _telling(change.place):
                _write_neighbour(change)
        _exchange(changes)
    finally:
        for change in changes:
            change.fresh.unlink(missing_ok=True)
            change.old.unlink(missing_ok=True)
    for path, content in contents.items():
        if _is_stream(path):
            with _telling(path):
                _pour(path, content)
    return swept


@dataclass(frozen=True, kw_only=True, slots=True)
class _Change:
    """A file that is about to be replaced."""

    place: Path
    """Where it stands, links followed."""
    fresh: Path
    """Neighbour with the new content."""
    old: Path
    """Neighbour that keeps the old content until all are replaced."""
    content: bytes


def _is_stream(path: Path) -> bool:
    """Tell a pipe, a device or a place that the shell opened from a file that can be replaced."""
    named = os.path.abspath(path).startswith(("/dev/std", "/dev/fd/", "/proc/"))
    return named or (os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path))


def _target(path: Path) -> Path:
    """Follow a path to the file that it leads to; refuse what cannot be written."""
    name = f"cannot write {str(path)!r:.300}"
    try:
        is_stream = _is_stream(path)
        place = path if is_stream else Path(os.path.realpath(path))
        folder, exists = place.parent, place.exists()
    except (OSError, ValueError) as error:
        raise TableError(f"{name}: {getattr(error, 'strerror', None) or error}; name another file") from error
    if not folder.is_dir():
        raise TableError(f"{name}: there is no folder {str(folder)!r:.300}; make it or name another")
    if place.is_dir():
        raise TableError(f"{name}: it is a folder; name a file in it")
    if place.is_symlink() and not exists:
        raise TableError(f"{name}: it is a link that leads in a loop; name another file")
    needed = [place] * exists + [folder] * (not is_stream)
    if closed := [str(part) for part in needed if not os.access(part, os.W_OK)]:
        raise TableError(
            f"{name}: {closed[0]!r:.300} is not yours to write; choose a folder that can be written"
        )
    return place


def _identity(path: Path) -> object:
    """Tell what a path leads to, whatever its spelling."""
    try:
        found = path.stat()
    except OSError:
        return os.path.realpath(path)
    return found.st_dev, found.st_ino


def _is_printed_to(place: Path) -> bool:
    """Tell whether standard output goes into this file."""
    with suppress(OSError):
        return os.path.samestat(place.stat(), os.fstat(1))
    return False


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", platform.node())[:60] or "host"


def _hidden(place: Path) -> Path:
    """Name a new neighbour of a file after this host and this process."""
    return place.with_name(f".{place.name[:30]}.{os.urandom(4).hex()}.{_host()}.{os.getpid()}.planner")


def _sweep(folder: Path) -> list[str]:
    """Remove what processes of this host that are gone have left in a folder; return the names."""
    pattern = re.compile(rf"\..*\.[0-9a-f]{{8}}\.{re.escape(_host())}\.(\d{{1,9}})\.planner", re.DOTALL)
    swept = []
    with suppress(OSError):  # a folder that cannot be listed has to wait
        for name in sorted(os.listdir(folder)):
            if (scrap := pattern.fullmatch(name)) and not _is_alive(int(scrap[1])):
                (folder / name).unlink()
                swept.append(name)
    return swept


def _is_alive(process: int) -> bool:
    """Ask for a process; where that cannot be asked, or it is another user's, it counts as alive."""
    try:
        if os.name == "posix":
            os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def _write_neighbour(change: _Change) -> None:
    """Write the new content beside the file, with the rights that the file has or any fresh file gets."""
    with change.fresh.open("xb") as file:
        if change.place.exists():
            change.fresh.chmod(stat.S_IMODE(change.place.stat().st_mode))
        file.write(change.content)
        file.flush()
        os.fsync(file.fileno())


def _exchange(changes: Sequence[_Change]) -> None:
    """Let neighbours take the names of their files; whatever comes between, all of them or none."""
    kept = changes if len(changes) > 1 else ()  # one alone is replaced or it is not
    try:
        for change in kept:
            with _telling(change.place):
                if change.place.exists():
                    _keep(change)
        for change in changes:
            with _telling(change.place):
                change.fresh.replace(change.place)
    except BaseException:
        for change in kept:
            if not change.fresh.exists():  # it had taken its name
                if change.old.exists():
                    change.old.replace(change.place)
                else:
                    change.place.unlink()
        raise


def _keep(change: _Change) -> None:
    """Keep the old content under a second name, or as a copy where the disk has no such thing."""
    try:
        os.link(change.place, change.old)
    except OSError:
        shutil.copy2(change.place, change.old)


def _pour(path: Path, content: bytes) -> None:
    """Write into what this process has open already under that name, or into a pipe or device."""
    found = path.stat()
    for number in (1, 2):
        with suppress(OSError):
            if os.path.samestat(found, os.fstat(number)):
                break
    else:
        number = os.open(path, os.O_WRONLY | os.O_TRUNC)
    with os.fdopen(number, "wb", closefd=number > 2) as file:
        file.write(content)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say in one line what kept a file from being written; a reader that has gone is no error of ours."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        name = f"{str(path)!r}: {error.strerror}"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            name = f"the result: no space left for {str(path)!r}"
        raise TableError(f"cannot write {name}; choose a folder that can be written") from error
