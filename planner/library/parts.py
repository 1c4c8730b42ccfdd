"""Parts: the rows of a screen on disk, in Parquet files that are whole or absent, and the manifest that counts them.

A part is written beside its place and moved there, then the manifest that names it is moved in place of the last one.
A program that is killed at any instant leaves whole parts, and at most one that no manifest names, which a resumed run
takes away: its rows are made again. Every row is in one part, once.

::

    out/manifest.json                    inputs' hash, request, model, version, parts and their pieces, searches, times
    out/parts/part-000000.parquet        rows of ``rows.COLUMNS``
    out/amines.parquet, carbonyls.parquet, pairs.parquet      the lists as given, extra columns and messages kept
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as arrow
from pyarrow import parquet

from planner.errors import ProcedureError, TableError
from planner.library.rows import COLUMNS

MANIFEST, PARTS = "manifest.json", "parts"
FORMAT = 1
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
    """Name, rows, pieces (numbers) and counts by status of each."""
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
        names = ("inputs_sha256", "request", "model_name", "model_sha256", "planner_version", "n_pairs")
        return {name: getattr(self, name) for name in names}


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a folder; None where there is none.

    Raises
    ------
    TableError
        If it is damaged, or of a later format.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        found = Manifest(**record)
    except (OSError, ValueError, TypeError) as error:
        raise TableError(
            f"{path} is no manifest of a screen ({error!s:.80}); name another folder, or the right one"
        ) from error
    if found.format != FORMAT:
        raise TableError(
            f"{path} has format {found.format}; this planner reads {FORMAT}: install a later one"
        )
    return found


def opened(folder: Path, fresh: Manifest, *, resume: bool) -> Manifest:
    """Open a folder for a screen: an empty one, or one of the same screen where it is to be resumed.

    Parts that no manifest names, and files half written, are taken away.

    Raises
    ------
    ProcedureError
        If the folder holds a screen that is not to be resumed, or another one.
    """
    known = read_manifest(folder)
    if known is None:
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        if any((folder / PARTS).glob("part-*.parquet")):
            raise ProcedureError(
                f"{folder / PARTS} holds parts and no manifest; name another folder, or take them away"
            )
        write_manifest(folder, fresh)
        return fresh
    if not resume:
        raise ProcedureError(
            f"{folder} holds a screen of {known.n_rows} rows already; resume it with --resume (resume=True), "
            "or name another folder"
        )
    differs = [name for name, value in fresh.identity.items() if known.identity[name] != value]
    if differs:
        raise ProcedureError(
            f"{folder} holds another screen: {', '.join(differs)} differ; resume with the same lists, limits, model "
            "and version, or name another folder"
        )
    named = {part["name"] for part in known.parts}
    for scrap in (folder / PARTS).iterdir():
        if scrap.name not in named:
            scrap.unlink()
    missing = [name for name in sorted(named) if not (folder / PARTS / name).exists()]
    if missing:
        known.parts = [part for part in known.parts if part["name"] not in missing]
    return known


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the last one."""
    text = json.dumps(manifest.record, ensure_ascii=False)
    _moved(folder / MANIFEST, lambda place: place.write_text(text, encoding="utf-8"))


def write_part(
    folder: Path, manifest: Manifest, rows: Sequence[Mapping[str, Any]], pieces: Iterable[int]
) -> None:
    """Write rows as the next part, then name it in the manifest."""
    number = 1 + max((int(part["name"][5:11]) for part in manifest.parts), default=-1)
    name = f"part-{number:06d}.parquet"
    columns = {column: [row[column] for row in rows] for column in COLUMNS}
    table = arrow.table(columns, schema=schema())
    _moved(folder / PARTS / name, lambda place: parquet.write_table(table, place, compression="zstd"))
    counts: dict[str, int] = {}
    for status in columns["status"]:
        counts[status] = counts.get(status, 0) + 1
    manifest.parts.append(
        {"name": name, "rows": len(rows), "pieces": sorted(pieces), "counts": dict(sorted(counts.items()))}
    )
    write_manifest(folder, manifest)


def write_list(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a list as it was given, with every column that any of its rows has, as text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = arrow.table(
        {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names}
    )
    _moved(path, lambda place: parquet.write_table(table, place, compression="zstd"))


def read_list_of(path: Path) -> list[dict[str, Any]]:
    """Read a list that was written beside the parts."""
    return list(parquet.read_table(path).to_pylist())


def read_parts(folder: Path, manifest: Manifest, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """Read the parts one by one, as Arrow tables."""
    for part in manifest.parts:
        yield parquet.read_table(folder / PARTS / part["name"], columns=columns and list(columns))


def _moved(path: Path, write: Any) -> None:
    """Write beside the place and move there, so that a file is whole or absent whatever happens."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
