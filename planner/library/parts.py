"""Parts: the rows of a screen on disk, in Parquet files that are whole or absent, and the list that counts them.

A part is written beside its place and moved there, then a line that names it is added to the list, then the manifest is
put in the place of the last one. A program that is killed at any instant leaves whole parts, and at most one that the
list does not name, the next in number, which a resumed run takes away: its rows are made again. Other parts that no
line names are what somebody's list has lost, and nobody's scrap. Every row is in one part, once.

The line of a part has its checksum, so that whatever happens to its file is found where it is read and where the screen
is resumed. A line of an earlier planner has none: its part is read through instead, and then gets one.

::

    out/manifest.json                    inputs' hash, request, model, version, searches, times
    out/parts.jsonl                      a line for each part: its name, rows, pieces, counts by status, checksum
    out/parts/part-000000.parquet        rows of ``rows.COLUMNS``
    out/amines.parquet, carbonyls.parquet, pairs.parquet      the lists as given, extra columns and messages kept
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as arrow
from pyarrow import parquet

from planner.errors import ProcedureError, TableError
from planner.library.manifests import (
    MANIFEST,
    PART_LIST,
    PART_NAME,
    Manifest,
    append_part,
    moved,
    read_manifest,
    write_manifest,
    write_parts,
    written,
)
from planner.library.rows import COLUMNS, OWN

PARTS = "parts"
LISTS = ("amines.parquet", "carbonyls.parquet", "pairs.parquet")
"""The lists as they were given."""
SUMMARY, PAGE = "summary.csv", "matrix.html"
BESIDE = re.compile(
    rf"\.({PART_NAME.pattern}|{'|'.join(map(re.escape, (MANIFEST, PART_LIST, *LISTS)))})\.\d+"
)
"""How a kill leaves what was not yet moved to its place."""
WHOLE = ("pair", "amine_number", "carbonyl_number", "rank", "draws", "seed", "hydride_portions")
"""Columns of whole numbers."""
WORDS = (
    "amine_id", "carbonyl_id", "status", "message", "product_risks", "problem", "amine_smiles", "carbonyl_smiles",
    "target", "reductant", "addition", "solvent", "basis", "quench", "water", "reasons", "caveats", "model_name",
    "model_sha256", "planner_version", "strategy",
)  # fmt: skip
"""Columns of text, each word written once a part."""


def schema() -> Any:
    """State the columns of a part and their types."""
    kinds: dict[str, Any] = dict.fromkeys(WHOLE, arrow.int64())
    kinds |= dict.fromkeys(WORDS, arrow.dictionary(arrow.int32(), arrow.string()))
    kinds |= {"own_search": arrow.bool_()}
    return arrow.schema([(name, kinds.get(name, arrow.float64())) for name in COLUMNS])


def opened(folder: Path, fresh: Manifest, *, resume: bool) -> Manifest:
    """Open a folder for a screen: one without a screen, or one of the same screen where it is to be resumed.

    The part that a kill left without a line, and files half written, are taken away; parts that are named and not
    there, or not as they were written, are made again.

    Raises
    ------
    ProcedureError
        If the folder holds a screen that is not to be resumed, or another one, or other files by these names.
    TableError
        If its manifest is damaged, its list lacks parts that are there, or a part is not for reading.
    """
    known = known_in(folder, resume=resume)
    with written(folder / PARTS):
        (folder / PARTS).mkdir(exist_ok=True)
    if known is None:
        write_parts(folder, [])
        write_manifest(folder, fresh)
        return fresh
    if differs := fresh.differences(known):
        raise ProcedureError(
            f"{folder} holds another screen, with other values of {', '.join(differs)}; resume with the same lists, "
            "limits, model and version, or name another folder"
        )
    left = _left_by_a_kill(folder, known)
    checked = (_checked(folder / PARTS / part["name"], part) for part in known.parts)
    whole = [part for part in checked if part is not None]
    kept = {part["name"] for part in whole}
    damaged = [folder / PARTS / part["name"] for part in known.parts if part["name"] not in kept]
    for scrap in (*left, *damaged):  # these before their lines, or a kill would leave them without
        with written(scrap):
            scrap.unlink(missing_ok=True)
    known.parts = whole
    write_parts(folder, known.parts)
    return known


def _left_by_a_kill(folder: Path, known: Manifest) -> list[Path]:
    """List what a kill left: files not yet moved to their place, and the next part if it has no line yet.

    Raises
    ------
    TableError
        If parts are there without a line that no kill leaves so.
    """
    there = sorted((folder / PARTS).iterdir())
    unnamed = {path.name for path in there if PART_NAME.fullmatch(path.name)}
    unnamed -= {part["name"] for part in known.parts}
    if unnamed - {_next_name(known)}:
        raise TableError(
            f"{folder / PART_LIST} has lost lines: it does not name {len(unnamed)} of the parts that are there, "
            f"{', '.join(sorted(unnamed))[:60]}; put the list back, or take these parts away and their pairs are "
            "planned again"
        )
    beside = [path for path in (*sorted(folder.iterdir()), *there) if BESIDE.fullmatch(path.name)]
    return [*beside, *(folder / PARTS / name for name in unnamed)]


def _next_name(manifest: Manifest) -> str:
    """Name the part that comes after those that are named."""
    number = 1 + max((int(part["name"][5:-8]) for part in manifest.parts), default=-1)
    return f"part-{number:06d}.parquet"


def known_in(folder: Path, *, resume: bool) -> Manifest | None:
    """Read the screen that a folder holds; None where it holds none. See ``opened`` for what is raised."""
    known = read_manifest(folder)
    if known is None:
        _check_free(folder)
    elif not resume:
        raise ProcedureError(
            f"{folder} holds a screen of {known.n_rows} rows already; resume it with --resume (resume=True), "
            "or name another folder"
        )
    return known


def _check_free(folder: Path) -> None:
    """Refuse a folder that holds files by the names of a screen's, and no manifest: they are not ours to replace."""
    if any((folder / PARTS).glob("part-*.parquet")):
        raise ProcedureError(
            f"{folder / PARTS} holds parts and no manifest; name another folder, or take them away"
        )
    there = [name for name in (*LISTS, SUMMARY, PAGE) if (folder / name).exists()]
    if there or ((folder / PARTS).exists() and not (folder / PARTS).is_dir()):
        raise ProcedureError(
            f"{folder} holds {', '.join(there) or PARTS} and no screen; name a folder of its own, so that nothing is "
            "replaced"
        )


def _checked(path: Path, part: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write the line of a part with its checksum; None where the part is not there as it was written."""
    if not path.exists():
        return None
    content = _content(path)
    digest = _sha256(content)
    if "sha256" in part:
        return dict(part) if part["sha256"] == digest else None
    try:
        _table(content, part)
    except (OSError, arrow.ArrowException):
        return None
    return {**part, "sha256": digest}


def _table(content: bytes, part: Mapping[str, Any], columns: Sequence[str] | None = None) -> Any:
    """Read the rows of a part from its bytes; an error of Arrow's where they are not those that were written."""
    if part.get("sha256") not in (None, _sha256(content)):
        raise arrow.ArrowInvalid("its checksum is another one")
    table = parquet.read_table(arrow.BufferReader(content), columns=columns and list(columns))
    table.validate(full=True)
    if table.num_rows != part["rows"] or not set(columns or OWN) <= set(table.column_names):
        raise arrow.ArrowInvalid("its rows or columns are others")
    return table


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_part(
    folder: Path, manifest: Manifest, rows: Sequence[Mapping[str, Any]], pieces: Iterable[int]
) -> None:
    """Write rows as the next part, then name it in the list of parts, then say how far it is."""
    name = _next_name(manifest)
    columns = {column: [row[column] for row in rows] for column in COLUMNS}
    table = arrow.table(columns, schema=schema())
    file = arrow.BufferOutputStream()
    parquet.write_table(table, file, compression="zstd")
    content = file.getvalue().to_pybytes()
    moved(folder / PARTS / name, lambda place: place.write_bytes(content))
    counts: dict[str, int] = {}
    for status in columns["status"]:
        counts[status] = counts.get(status, 0) + 1
    part = {"name": name, "rows": len(rows), "pieces": sorted(pieces), "counts": dict(sorted(counts.items()))}
    append_part(folder, manifest, {**part, "sha256": _sha256(content)})
    write_manifest(folder, manifest)


def write_list(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a list as it was given, with every column that any of its rows has, as text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = arrow.table(
        {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names}
    )
    moved(path, lambda place: parquet.write_table(table, place, compression="zstd"))


def read_list_of(path: Path) -> list[dict[str, Any]]:
    """Read a list that was written beside the parts; TableError where it is missing or damaged."""
    with _whole(path):
        table = parquet.read_table(arrow.BufferReader(_content(path)))
        table.validate(full=True)
    return list(table.to_pylist())


def read_parts(folder: Path, manifest: Manifest, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """Read the parts one by one, as Arrow tables; TableError where one is missing or damaged."""
    for part in manifest.parts:
        path = folder / PARTS / part["name"]
        with _whole(path):
            table = _table(_content(path), part, columns)
        yield table


def _content(path: Path) -> bytes:
    """Read a file of a screen; TableError where it is not for reading, which says nothing of what it holds."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise TableError(
            f"{path} cannot be read ({error.strerror or error!s:.80}); make it readable, or take it away and resume "
            "the screen with the same lists and limits, and it is made again"
        ) from error


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Say in one line which file of a screen is missing or damaged."""
    try:
        yield
    except (OSError, arrow.ArrowException) as error:
        what = "missing" if isinstance(error, FileNotFoundError) else "damaged"
        raise TableError(
            f"{path} is {what}; resume the screen with the same lists and limits, and it is made again"
        ) from error
