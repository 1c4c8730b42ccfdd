"""Entries: the cells of one row of a table of runs, each read as what its column holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.calibration.cells import decimal_mark, is_nothing, quantity, split_number, word_of
from planner.calibration.headings import AMOUNT, CONVERSION, RESPONSE, TEXT, WORD, Heading, kind_said
from planner.calibration.sources import RawTable
from planner.comparisons.observed import DETECTORS
from planner.errors import ProcedureError, TableError, finite, shown
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure

KINDS = ("area", "mol", "ratio", CONVERSION)
"""What the numbers of a row are: areas of a detector, mole per cent of the amine, amounts of which only ratios count,
or the share of the amine that reacted [%]."""
OWN_WORDS = {"kind": KINDS, "detector": tuple(DETECTORS)}
"""Words of columns that are no fields of a procedure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """One row, read."""

    row: int
    """Line of the table."""
    headings: Mapping[str, Heading]
    """By column."""
    values: Mapping[str, str | float]
    """By column, in the column's own unit; only what is not empty."""
    nothing: tuple[str, ...] = ()
    """Columns whose cell says that nothing was seen, in words."""
    per_cents: tuple[str, ...] = ()
    """Columns whose cell or heading says that its number is in per cent."""

    @property
    def run(self) -> str:
        """Its name; empty where it has none."""
        return str(self.values.get("run", ""))

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"row {self.row} (run {self.run})" if self.run else f"row {self.row}"

    def text(self, column: str) -> str:
        """Return a text; empty where there is none."""
        return str(self.values.get(column, ""))

    def number(self, column: str) -> float | None:
        """Return a number; None where there is none."""
        value = self.values.get(column)
        return None if value is None else float(value)

    def title(self, column: str) -> str:
        """Return the heading of a column as it is written."""
        heading = self.headings.get(column)
        return column if heading is None else heading.title

    def wrong(self, column: str, words: str) -> TableError:
        """Say what is wrong with a cell."""
        return TableError(f"{self.place}, column {self.title(column)!r}: {words}")

    def kinds_stated(self, columns: Iterable[str]) -> set[str]:
        """Gather the kinds that the headings of some columns state by their units."""
        found = (kind_said(self.headings[column].unit) for column in columns if column in self.headings)
        return {kind for kind in found if kind is not None}


def read_entries(table: RawTable, headings: Sequence[Heading]) -> list[TableRow]:
    """Read all rows; one decimal mark holds for all of them.

    Raises
    ------
    TableError
        With row and column, if a cell cannot be read.
    """
    mark = decimal_mark(_digits(table, headings))
    return [_entry(line, cells, headings, mark) for line, cells in table.rows]


def _digits(table: RawTable, headings: Sequence[Heading]) -> Iterable[tuple[str, str]]:
    """List the numbers of a table as they are written, with their places."""
    for line, cells in table.rows:
        for i, cell in cells.items():
            heading = headings[i]
            if heading.name and heading.kind not in (TEXT, WORD) and isinstance(cell, str):
                parts = split_number(cell)
                if parts is not None:
                    yield f"row {line}, column {heading.title!r}", parts[0]


def _entry(line: int, cells: Mapping[int, str | float], headings: Sequence[Heading], mark: str) -> TableRow:
    """Read one row."""
    by_name = {heading.name: heading for heading in headings if heading.name}
    places = {heading.name: i for i, heading in enumerate(headings) if heading.name and i in cells}
    name = {"run": _name(cells[places["run"]])} if "run" in places else {}
    blank = TableRow(row=line, headings=by_name, values=name)
    values: dict[str, str | float] = dict(name)
    nothing, per_cents = [], []
    for column, i in places.items():
        cell, unit = cells[i], headings[i].unit
        if "%" in (str(cell) if unit is None else unit.text):
            per_cents.append(column)
        if headings[i].kind == AMOUNT and isinstance(cell, str) and is_nothing(cell):
            values[column] = 0.0
            nothing.append(column)
        elif column != "run":
            values[column] = _value(blank, headings[i], cell, mark)
    return TableRow(
        row=line, headings=by_name, values=values, nothing=tuple(nothing), per_cents=tuple(per_cents)
    )


def _name(cell: str | float) -> str:
    """Write a name that may have been typed as a number."""
    return cell if isinstance(cell, str) else f"{cell:g}"


def _value(entry: TableRow, heading: Heading, cell: str | float, mark: str) -> str | float:
    """Read one cell as what its column holds."""
    column = heading.name
    if heading.kind == TEXT:
        return checked(entry, column, _name(cell)) if column in FIELDS else _name(cell)
    try:
        if heading.kind == WORD:
            known = FIELDS[column].words if column in FIELDS else OWN_WORDS[column]
            return word_of(_name(cell), column, known)
        number = finite(quantity(cell, heading.kind, heading.unit, mark))
        if number is None:
            raise ValueError("a finite number")
    except ValueError as expected:
        raise entry.wrong(column, f"{shown(cell)} is not usable; expected {expected}") from None
    if column in FIELDS:
        return float(checked(entry, column, number))
    if number < 0:
        advice = "; write 0 where nothing was seen" if heading.kind == AMOUNT else ""
        raise entry.wrong(column, f"{shown(cell)} is negative{advice}")
    if column.startswith(RESPONSE) and number == 0:
        raise entry.wrong(column, "a response of 0 is not seen at all; leave the cell empty")
    return number


def checked(entry: TableRow, column: str, value: str | float) -> str | float:
    """Hold a value against the bounds of its field; TableError with row and column beyond them."""
    try:
        return getattr(Procedure(**{column: value}), column)  # type: ignore[arg-type, no-any-return]
    except ProcedureError as error:
        raise entry.wrong(column, f"{error}{_per_cent(column, value)}") from None


def _per_cent(column: str, value: str | float) -> str:
    """Advise what to write where a share was probably typed in per cent."""
    bounds = FIELDS[column].bounds
    if isinstance(value, str) or bounds is None or not bounds[1] <= 1.0 < value <= 100.0:
        return ""
    return f"; write {value / 100:g} for {value:g} %"
