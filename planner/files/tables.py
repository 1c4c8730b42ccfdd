"""Files: rows of named cells to pandas and to CSV and back, records as JSON, files whole or not at all.

A cell is text, a number or ``None`` (an empty cell). CSV is UTF-8 with ``.`` decimals; numbers are
written so that reading gives the same number. A spreadsheet runs text that begins with ``= + - @``,
a tab or a line break as a formula: such text gets an apostrophe in front, which reading takes away.
So does text that looks like a number, and text that begins with an apostrophe itself, so that
reading returns what was written.

References
----------
OWASP, CSV Injection; RFC 4180.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import TableError
from planner.files.reading import LARGEST_BYTES, read_bytes

if TYPE_CHECKING:
    import pandas as pd

Cell = str | int | float | None
Row = Mapping[str, object]

FORMULA = tuple("=+-@\t\r\n")
"""First characters that make a spreadsheet calculate."""
NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def to_frame(rows: Iterable[Row], columns: Sequence[str]) -> "pd.DataFrame":
    """Gather rows in a pandas frame with these columns, in this order."""
    import pandas as pd

    return pd.DataFrame([[_of(row, column) for column in columns] for row in rows], columns=list(columns))


def csv_text(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """Write rows as CSV text with a heading line.

    Parameters
    ----------
    rows
        Mappings that hold every column; what else they hold is left out.
    columns
        Headings, in order.

    Raises
    ------
    TableError
        If a row lacks a column or a cell cannot be written.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_guarded(column) for column in columns])
    writer.writerows([_written(_of(row, column)) for column in columns] for row in rows)
    return buffer.getvalue()


def read_csv(source: str | bytes | Path, required: Sequence[str]) -> list[dict[str, Cell]]:
    """Read a CSV table that has at least these columns.

    Parameters
    ----------
    source
        A path, or the text (with its line breaks) or bytes of the table itself.
    required
        Headings that must be there; others are kept.

    Returns
    -------
    list of dict
        Numbers as int or float, other cells as text, empty ones as None.

    Raises
    ------
    TableError
        If the file cannot be read, is too large, no text, empty, uneven, or lacks a column.
    """
    name = str(source) if isinstance(source, Path) or _is_path(source) else "the table"
    reader = csv.reader(io.StringIO(_text(source, name), newline=""), strict=True)
    try:
        lines = [(reader.line_num, line) for line in reader if line]
    except csv.Error as error:
        raise TableError(
            f"{name}, line {reader.line_num}: not CSV ({error}); export it again as CSV"
        ) from error
    if not lines:
        raise TableError(f"{name} is empty; expected a heading line with {', '.join(required)}")
    heading = [unguarded(cell).strip() for cell in lines[0][1]]
    _check_heading(heading, required, name)
    for number, line in lines[1:]:
        if len(line) != len(heading):
            raise TableError(
                f"{name}, line {number}: {len(line)} cells; expected {len(heading)} as in the heading"
            )
    if len(lines) == 1:
        raise TableError(f"{name} has a heading but no rows; add at least one")
    return [dict(zip(heading, map(_read, line), strict=True)) for _, line in lines[1:]]


def _of(row: Row, column: str) -> object:
    """Take a cell of a row."""
    if column not in row:
        raise TableError(f"a row lacks the column {column!r}; it has {', '.join(map(str, row))}")
    return row[column]


def _written(cell: object) -> str:
    """Write a cell."""
    if cell is None:
        return ""
    if isinstance(cell, Integral) and not isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, Real) and not isinstance(cell, bool):
        if not math.isfinite(cell):
            raise TableError(f"the number {float(cell)} cannot stand in a table; leave the cell empty (None)")
        return repr(float(cell))
    return _guarded(str(cell))


def _is_risky(text: str) -> bool:
    """Tell whether a spreadsheet, or our own reading, would take this text for something else."""
    return text.startswith((*FORMULA, "'")) or NUMBER.fullmatch(text) is not None


def _guarded(text: str) -> str:
    """Put an apostrophe before text that would otherwise not stay text."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise TableError(f"the cell {text!r:.40} holds characters that no text file can; remove them")
    return f"'{text}" if _is_risky(text) else text


def unguarded(text: str) -> str:
    """Take the apostrophe of ``_guarded`` away; one that guards nothing belongs to the text."""
    return text[1:] if text.startswith("'") and _is_risky(text[1:]) else text


def _read(cell: str) -> Cell:
    """Read a cell."""
    if NUMBER.fullmatch(cell) is None:
        return unguarded(cell) or None
    if cell.strip().lstrip("+-").isdigit() and len(cell) < 300:
        return int(cell)
    return value if math.isfinite(value := float(cell)) else cell


def _is_path(source: str | bytes | Path) -> bool:
    """Tell a path from the text of a table: a table has line breaks."""
    return isinstance(source, str) and "\n" not in source and "\r" not in source


def _text(source: str | bytes | Path, name: str) -> str:
    """Return the text of a table, after the checks of its size and encoding."""
    source = read_bytes(str(source)) if isinstance(source, Path) or _is_path(source) else source
    if len(source) > LARGEST_BYTES:
        raise TableError(
            f"{name} has {len(source) / 1e6:.0f} MB; at most {LARGEST_BYTES / 1e6:.0f} MB are read, split it"
        )
    try:
        text = source if isinstance(source, str) else source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            f"{name} is not text in UTF-8 (byte {error.start}); export it as CSV, UTF-8"
        ) from error
    if "\0" in text:
        raise TableError(f"{name} is binary, not text; export it as CSV, UTF-8")
    return text.removeprefix("\ufeff")


def _check_heading(heading: Sequence[str], required: Sequence[str], name: str) -> None:
    """Refuse headings that are missing or stand twice."""
    missing = [column for column in required if column not in heading]
    if missing:
        hint = "; columns must be separated by commas" if len(heading) == 1 and ";" in heading[0] else ""
        found = ", ".join(heading)
        raise TableError(f"{name} lacks the columns {', '.join(missing)}; it has {found:.200}{hint}")
    twice = sorted({column for column in heading if heading.count(column) > 1})
    if twice:
        raise TableError(f"{name} has the column {twice[0]!r} twice; keep one")
