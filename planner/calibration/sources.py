"""Sources: where a table of runs comes from, as titles and rows of cells.

Read are paths, texts and bytes of tables as ``exports`` reads them, Excel workbooks, pandas frames, lists of
mappings, and the runs inside a calibrated model (TOML).
"""

import csv
import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import TableError, shown
from planner.files.exports import SEPARATORS, Headings, decoded, read_export, split
from planner.files.reading import read_bytes
from planner.files.tables import unguarded

HEADING_WITHIN = 50
"""First lines among which the heading is looked for."""
FEWEST_KNOWN = 3
"""Columns that a line must name to be the heading."""
MOST_COLUMNS = 200
"""Columns of a workbook that are read."""
WORKBOOK = b"PK\x03\x04"
"""First bytes of an Excel workbook."""
BLANK = (
    "-",
    "--",
    "\u2013",
    "\u2014",
    "n/a",
    "N/A",
    "#N/A",
    "NA",
    "N.A.",
    "n.a.",
    "nan",
    "NaN",
    "#NV",
    "k.A.",
    "k. A.",
)
"""What stands in a cell of which nothing is known."""
MOST_ROWS = 2000
"""Rows that are read; a model is taught by a hundred runs at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RawTable:
    """Cells as they stand."""

    titles: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[int, str | float]], ...]
    """Line of the table, the heading being line 1 where it stands on top, and cells by column; none is empty."""
    remarks: tuple[str, ...] = ()


def read_source(source: Any, is_known: Callable[[str], bool]) -> RawTable:
    """Read a table from wherever it comes.

    Parameters
    ----------
    source
        A path, text or bytes, a frame, or mappings.
    is_known
        Tells whether a title is one of a table of runs, by which the heading is found.
    """
    if isinstance(source, str) and "\n" not in source and "\r" not in source:
        source = Path(source)
    if isinstance(source, Path):
        content = read_bytes(source)
        return _of_model(content) if source.suffix.casefold() == ".toml" else _of_text(content, is_known)
    if isinstance(source, str | bytes):
        return _of_text(source, is_known)
    if hasattr(source, "to_dict") and hasattr(source, "columns"):
        return _of_mappings(source.to_dict("records"), [str(title) for title in source.columns])
    if isinstance(source, Sequence) and source and all(isinstance(row, Mapping) for row in source):
        titles = dict.fromkeys(str(name) for row in source for name in row)
        return _of_mappings(source, list(titles))
    raise TableError(
        f"{shown(source)} is no table of runs; give a path, the text of a table, a frame, or a list of rows"
    )


def _of_model(content: bytes) -> RawTable:
    """Take the runs inside a calibrated model."""
    try:
        found = tomllib.loads(decoded(content))
    except tomllib.TOMLDecodeError as error:
        raise TableError(
            f"the file is no TOML ({error}); give a calibrated model or a table of runs"
        ) from error
    within = found.get("calibration", found)
    runs = within.get("runs") if isinstance(within, Mapping) else None
    if not isinstance(runs, list) or not runs or not all(isinstance(row, Mapping) for row in runs):
        raise TableError("the file holds no runs; give a model that was calibrated, or a table of runs")
    return _of_mappings(runs, list(dict.fromkeys(name for row in runs for name in row)))


def _of_mappings(rows: Sequence[Mapping[Any, Any]], titles: Sequence[str]) -> RawTable:
    """Take rows that hold their cells by title."""
    _check_number(len(rows))
    kept = [
        (line, {i: cell for i, name in enumerate(titles) if (cell := _plain_cell(row.get(name))) != ""})
        for line, row in enumerate(rows, start=2)
    ]
    return RawTable(titles=tuple(titles), rows=tuple((line, cells) for line, cells in kept if cells))


def _plain_cell(value: Any) -> str | float:
    """Take a cell of a frame: a number, or text; empty for what is none."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType") or str(value) == "nan":
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if isinstance(value, float) and not float(value).is_integer() else int(value)
    text = str(value).strip()
    return "" if text in BLANK else text


def _of_workbook(content: bytes) -> str:
    """Write the first sheet of an Excel workbook as a table of text."""
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise TableError(
            "the table is an Excel workbook; save it as CSV, or install the extra: "
            "pip install 'reductive-amination-planner[excel]'"
        ) from error
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        cells = book.worksheets[0].iter_rows(
            max_row=MOST_ROWS + HEADING_WITHIN, max_col=MOST_COLUMNS, values_only=True
        )
        rows = [["" if cell is None else cell for cell in row] for row in cells]
    except Exception as error:  # whatever a broken archive makes it raise
        raise TableError(f"the Excel workbook cannot be read ({error}); save it as CSV") from error
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    return text.getvalue()


def _of_text(source: str | bytes, is_known: Callable[[str], bool]) -> RawTable:
    """Read the text of a table: its heading is the line that names most columns."""
    if isinstance(source, bytes) and source.startswith(WORKBOOK):
        source = _of_workbook(source)
    text = _on_one_line(decoded(source) if isinstance(source, bytes) else source.removeprefix("\ufeff"))
    lines = text.splitlines()
    place, separator, titles = _heading(lines, is_known)
    _check_number(len(lines) - place - 1)
    names = [f"column{i}" for i in range(len(titles))]
    given = ["" for _ in lines[:place]] + [separator.join(names), *lines[place + 1 :]]
    export = read_export(
        "\n".join(given) + "\n", Headings(words={name: () for name in names}, required=(), numbers=())
    )
    rows = tuple(
        (
            row.line,
            {names.index(name): unguarded(cell) for name, cell in row.cells.items() if cell not in BLANK},
        )
        for row in export.rows
    )
    before = [number for number, line in enumerate(lines[:place], start=1) if line.strip(" \t;,|")]
    remarks = [f"lines before the heading (line {place + 1}) are left out"] if before else []
    return RawTable(
        titles=tuple(" ".join(unguarded(title).split()) for title in titles),
        rows=rows,
        remarks=(*remarks, *export.remarks[1:]),  # all but how cells are parted
    )


def _on_one_line(text: str) -> str:
    """Write cells with line breaks in quotes on one line; blank lines keep the numbers of what follows."""
    written, parts, n_quotes = list[str](), list[str](), 0
    for line in text.splitlines():
        parts.append(line)
        n_quotes += line.count('"')
        if n_quotes % 2 == 0:
            written += [" ".join(parts), *[""] * (len(parts) - 1)]
            parts.clear()
    return "\n".join(written + parts)


def _heading(lines: Sequence[str], is_known: Callable[[str], bool]) -> tuple[int, str, list[str]]:
    """Find the heading: place, separator and titles of the line that names most columns."""
    best: tuple[int, int, str, list[str]] = (0, 0, "", [])
    for place, line in enumerate(lines[:HEADING_WITHIN]):
        for separator in SEPARATORS:
            titles = split(line, separator)
            known = sum(map(is_known, filter(None, titles))) if len(titles) > 1 else 0
            if known > best[0]:
                best = (known, place, separator, titles)
    if best[0] < FEWEST_KNOWN:
        raise TableError(
            "no line is the heading of a table of runs; name the columns in the first line, such as run, amine, "
            "carbonyl, reductant, carbonyl_equivalents, unreacted, mono, di"
        )
    return best[1:]


def _check_number(n_rows: int) -> None:
    """Refuse what is no table of runs by its length."""
    if n_rows > MOST_ROWS:
        raise TableError(f"the table has {n_rows} rows; at most {MOST_ROWS} are read: give those of one pair")
