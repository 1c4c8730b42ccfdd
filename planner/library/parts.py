"""Parts: the rows of a screen on disk, in Parquet files that are whole or absent, and the list that counts them.

A part is written beside its place and moved there, then a line that names it is added to the list, then the manifest is
put in the place of the last one. A program that is killed at any instant leaves whole parts, and at most one that the
list does not name, which a resumed run takes away: its rows are made again. Every row is in one part, once.

::

    out/manifest.json                    inputs' hash, request, model, version, searches, times
    out/parts.jsonl                      a line for each part: its name, rows, pieces and counts by status
    out/parts/part-000000.parquet        rows of ``rows.COLUMNS``
    out/amines.parquet, carbonyls.parquet, pairs.parquet      the lists as given, extra columns and messages kept
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as arrow
from pyarrow import parquet

from planner.errors import ProcedureError, TableError
from planner.library.manifests import (
    Manifest,
    append_part,
    moved,
    read_manifest,
    write_manifest,
    write_parts,
    written,
)
from planner.library.rows import COLUMNS

PARTS = "parts"
LISTS = ("amines.parquet", "carbonyls.parquet", "pairs.parquet")
"""The lists as they were given."""
SUMMARY, PAGE = "summary.csv", "matrix.html"
SCRAPS = ((PARTS, "part-*.parquet"), (PARTS, ".part-*"), (".", ".*.json*.*"), (".", ".*.parquet.*"))
"""Where what a kill leaves stands, and how it is called."""
WHOLE = ("pair", "amine_number", "carbonyl_number", "rank", "draws", "seed", "hydride_portions")
"""Columns of whole numbers."""
WORDS = (
    "amine_id", "carbonyl_id", "status", "message", "problem", "amine_smiles", "carbonyl_smiles", "target", "reductant",
    "addition", "solvent", "basis", "quench", "water", "reasons", "caveats", "model_name", "model_sha256",
    "planner_version", "strategy",
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

    Parts that the list does not name, and files half written, are taken away; parts that are named and not there, or
    not whole, are made again.

    Raises
    ------
    ProcedureError
        If the folder holds a screen that is not to be resumed, or another one, or other files by these names.
    TableError
        If its manifest is damaged.
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
    known.parts = [part for part in known.parts if _is_whole(folder / PARTS / part["name"], part["rows"])]
    named = {part["name"] for part in known.parts}
    for scrap in (found for place, name in SCRAPS for found in (folder / place).glob(name)):
        if scrap.name not in named:
            scrap.unlink()
    write_parts(folder, known.parts)
    return known


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


def _is_whole(path: Path, rows: int) -> bool:
    """Tell whether a part is there with all its rows."""
    try:
        return bool(parquet.read_metadata(path).num_rows == rows)
    except (OSError, arrow.ArrowException):
        return False


def write_part(
    folder: Path, manifest: Manifest, rows: Sequence[Mapping[str, Any]], pieces: Iterable[int]
) -> None:
    """Write rows as the next part, then name it in the list of parts, then say how far it is."""
    number = 1 + max((int(part["name"][5:-8]) for part in manifest.parts), default=-1)
    name = f"part-{number:06d}.parquet"
    columns = {column: [row[column] for row in rows] for column in COLUMNS}
    table = arrow.table(columns, schema=schema())
    moved(folder / PARTS / name, lambda place: parquet.write_table(table, place, compression="zstd"))
    counts: dict[str, int] = {}
    for status in columns["status"]:
        counts[status] = counts.get(status, 0) + 1
    part = {"name": name, "rows": len(rows), "pieces": sorted(pieces), "counts": dict(sorted(counts.items()))}
    append_part(folder, manifest, part)
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
        return list(parquet.read_table(path).to_pylist())


def read_parts(folder: Path, manifest: Manifest, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """Read the parts one by one, as Arrow tables; TableError where one is missing or damaged."""
    for part in manifest.parts:
        path = folder / PARTS / part["name"]
        with _whole(path):
            table = parquet.read_table(path, columns=columns and list(columns))
        yield table


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Say in one line which file of a screen is missing or damaged."""
    try:
        yield
    except (OSError, arrow.ArrowException) as error:
        raise TableError(
            f"{path} is missing or damaged; resume the screen with the same lists and limits, and it is made again"
        ) from error
