"""Runs: what a chemist did and what was found, one row for one run at one time.

A table has the columns of ``headings.COLUMNS``, in other words or units too. Empty cells of a procedure take its
defaults; those of a later row of a run what its first row says. Nothing is dropped in silence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planner.calibration.charges import settled_charges, with_equivalents
from planner.calibration.entries import TableRow, read_entries
from planner.calibration.findings import Remarks, asked_of, found_columns, read_found, read_responses
from planner.calibration.headings import (
    ASSAY,
    COLUMNS,
    CONVERSION,
    DEGREES,
    RESPONSE,
    Heading,
    checked_columns,
    choose_headings,
    is_read,
    is_title,
    only_once,
)
from planner.calibration.peak_areas import with_peaks
from planner.calibration.ratios import ratio_of, with_ratios
from planner.calibration.sources import RawTable, read_source
from planner.errors import PlannerError, ProcedureError, RegulatedError, TableError, nearest
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.recommendation import COLUMNS as PLAN_COLUMNS
from planner.structures.pairs import Pair, read_pair

OF_A_FLASK = ("amine", "carbonyl", *FIELDS, ASSAY, "lot")
"""Columns in which all rows of a run are alike; a later row may leave them empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run at one time."""

    run: str
    """Its name; rows of the same name are the same flask at several times."""
    amine: str
    """SMILES or name, as it was typed."""
    carbonyl: str
    """The other partner."""
    procedure: Procedure
    """What was done; fields that the table leaves empty are None, an assay of the carbonyl is its purity."""
    time_h: float | None = None
    """From the start to the sample [h]; None: at the quench."""
    kind: str
    """One of ``KINDS``."""
    observed: tuple[tuple[str, float], ...]
    """What was found in the order of degrees (unreacted, mono, di, ...), then alcohol and carbonyl_left; ``conversion``
    alone [%] where that is the kind. 0 stands for nothing seen. Per cents for mol, any unit else."""
    detector: str | None = None
    """Of the areas: UV, MS, ELSD, FID or NMR; None where it was not said."""
    lot: str = ""
    """Of the bottles; runs of one lot share what is in them. Empty: the usual one."""
    responses: tuple[tuple[int, float], ...] = ()
    """Degree and its area per mole relative to the starting amine, where that is known."""
    note: str = ""
    """As it was typed."""
    row: int = field(default=0, compare=False)
    """Line of the table, for messages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunTable:
    """A table of runs that was read."""

    runs: tuple[Run, ...]
    remarks: tuple[str, ...]
    """How it was taken, and what was left out."""


def read_runs(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    amine: str = "",
    carbonyl: str = "",
    model: Model | None = None,
) -> tuple[Run, ...]:
    r"""Read runs from a table; see ``read_run_table``, which also says how they were taken.

    Examples
    --------
    >>> table = "run;amine;carbonyl;T / °C;hold (min);unreacted;mono;di\nA;NCc1ccccc1;CCCC=O;25;90;12,5;80;7,5\n"
    >>> run = read_runs(table)[0]
    >>> run.procedure.hold_time_h, run.observed
    (1.5, (('unreacted', 12.5), ('mono', 80.0), ('di', 7.5)))
    """
    return read_run_table(source, columns=columns, amine=amine, carbonyl=carbonyl, model=model).runs


def read_run_table(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    amine: str = "",
    carbonyl: str = "",
    peaks: Mapping[str, Any] | None = None,
    model: Model | None = None,
) -> RunTable:
    """Read runs from a table.

    Parameters
    ----------
    source
        A path, the text or bytes of a table, a frame, a list of mappings, a calibrated model (TOML), or runs.
    columns
        Heading to the planner's name of that column, where no known word stands; empty: to be left out.
    amine, carbonyl
        Of rows that name none.
    peaks
        Run to the list of its peaks, whose areas are what was found in it; an empty name is the only run without.
    model
        Whose reductants and solvents are known; the shipped one when absent.

    Returns
    -------
    RunTable
        Rows without anything observed are left out, with a remark.

    Raises
    ------
    TableError
        In one line with row and column, if something cannot be read or cannot be.
    ProcedureError
        If a sample was taken after the end of its run.
    RegulatedError
        If a structure is of a regulated family.
    """
    if isinstance(source, Run):
        source = (source,)
    if isinstance(source, tuple | list) and source and all(isinstance(run, Run) for run in source):
        return RunTable(runs=tuple(source), remarks=())
    said = checked_columns(columns)
    raw = read_source(source, lambda title: title in said or is_title(title) or bool(ratio_of(title)))
    raw, written = with_ratios(raw, said)
    chosen = choose_headings(raw.titles, said, PLAN_COLUMNS)
    chosen = [replace(heading, title=written.get(i, heading.title)) for i, heading in enumerate(chosen)]
    headings = only_once(settled_charges(chosen))
    remarks: Remarks = [(0, words) for words in (*raw.remarks, *_left_out(raw, headings))]
    known = chosen_model(None, model)
    entries = _of_their_runs(with_equivalents(read_entries(raw, headings), remarks), remarks)
    entries = _of_a_pair(entries, {"amine": amine, "carbonyl": carbonyl})
    if peaks:
        entries, of_peaks = with_peaks(entries, peaks, known)
        remarks += of_peaks
    runs = tuple(_run(entry, known, remarks) for entry in entries if _was_run(entry, remarks))
    if not runs:
        raise TableError("no row says what was found; fill in unreacted, mono, di, ... of at least one run")
    return RunTable(runs=runs, remarks=tuple(_gathered(remarks)))


def unread_titles(source: Any) -> tuple[str, ...]:
    """Name the columns of a table that no word tells, or that may be two; ``read_runs`` takes them by ``columns``.

    Raises
    ------
    TableError
        If it is no table of runs.
    """
    raw = read_source(source, is_title)
    filled = {i for _, cells in raw.rows for i in cells}
    return tuple(
        title
        for i, title in enumerate(raw.titles)
        if i in filled and not ratio_of(title) and not is_read(title, PLAN_COLUMNS)
    )


def run_records(runs: Sequence[Run]) -> list[dict[str, str | float]]:
    """Write runs as rows of ``COLUMNS``, only what is not empty; reading them gives the same runs."""
    return [dict(_cells(run)) for run in runs]


def run_rows(runs: Sequence[Run]) -> tuple[list[dict[str, str | float | None]], tuple[str, ...]]:
    """Write runs as rows and columns of a table."""
    records = run_records(runs)
    further = [name for name in (*DEGREES, *(RESPONSE + name for name in DEGREES)) if name not in COLUMNS]
    columns = (*COLUMNS, *(name for name in further if any(name in record for record in records)))
    rows = [{name: record.get(name) for name in columns} for record in records]
    return [row | {"run": _as_counted(str(row["run"]))} for row in rows], columns


def _as_counted(name: str) -> str | int:
    """Write a name that is a whole number as one, for text that looks like a number is guarded in a table."""
    return int(name) if name.isascii() and name.isdigit() and str(int(name)) == name else name


def _cells(run: Run) -> Iterator[tuple[str, str | float]]:
    """Write one run as cells by column."""
    yield from (("run", run.run), ("amine", run.amine), ("carbonyl", run.carbonyl))
    for name in FIELDS:
        if (value := getattr(run.procedure, name)) is not None:
            yield name, value
    if run.time_h is not None:
        yield "time_h", run.time_h
    yield "kind", run.kind
    for name, number in run.observed:
        is_small = name == CONVERSION and 0 < number <= 1  # could be read as a fraction
        yield name, f"{number!r} %" if is_small else number
    yield from ((name, text) for name in ("detector", "lot") if (text := getattr(run, name)))
    yield from ((RESPONSE + DEGREES[degree], response) for degree, response in run.responses)
    if run.note:
        yield "note", run.note


def _gathered(remarks: Remarks) -> Iterator[str]:
    """Say each remark once, with the rows that it is about."""
    for words in dict.fromkeys(words for _, words in remarks):
        rows = list(dict.fromkeys(str(row) for row, said in remarks if said == words and row))
        yield f"row{'s' * (len(rows) > 1)} {', '.join(rows)}: {words}" if rows else words


def _left_out(table: RawTable, headings: Sequence[Heading]) -> Iterator[str]:
    """Say which columns are not used, and in which units numbers are taken whose heading states none."""
    filled = {i for _, cells in table.rows for i in cells}
    unused = [
        h.title or f"number {i + 1}, which has no heading"
        for i, h in enumerate(headings)
        if not h.name and i in filled
    ]
    if unused:
        yield f"columns not used: {', '.join(unused)}"[:300]
    taken = [
        f"{heading.title!r} {heading.name}" + (f" [{heading.unit.text}]" if heading.unit else "")
        for i, heading in enumerate(headings)
        if heading.name and not heading.is_own and i in filled
    ]
    if taken:
        yield f"columns are taken as: {', '.join(taken)}"


def _of_their_runs(entries: Sequence[TableRow], remarks: Remarks) -> list[TableRow]:
    """Name the rows that have no name, and give the rows of one run what one of them says of the flask."""
    taken = {entry.run for entry in entries}
    named = []
    for number, entry in enumerate(entries, start=1):
        name = entry.run or (str(number) if str(number) not in taken else f"row {entry.row}")
        named.append(replace(entry, values={**entry.values, "run": name}))
    if "" in taken:
        remarks.append((0, "rows without a name of their run are runs of their own"))
    flasks: dict[str, dict[str, tuple[int, str | float]]] = {}
    for entry in named:
        _note_flask(entry, flasks.setdefault(entry.run, {}))
    return [
        replace(entry, values={**{n: v for n, (_, v) in flasks[entry.run].items()}, **entry.values})
        for entry in named
    ]


def _note_flask(entry: TableRow, flask: dict[str, tuple[int, str | float]]) -> None:
    """Keep what a row says of its flask; refuse what another row of its run contradicts."""
    for column in OF_A_FLASK:
        if (value := entry.values.get(column)) is None:
            continue
        row, first = flask.setdefault(column, (entry.row, value))
        if first != value:
            raise entry.wrong(
                column,
                f"{value} differs from {first} in row {row}; rows of one name are one flask: name this run otherwise",
            )


def _of_a_pair(entries: Sequence[TableRow], given: Mapping[str, str]) -> list[TableRow]:
    """Give rows without a partner the one that is given, or the only one of the table."""
    filled = list(entries)
    for partner, text in given.items():
        named = list(dict.fromkeys(entry.text(partner) for entry in entries if entry.text(partner)))
        only = text or (named[0] if len(named) == 1 else "")
        if only:
            filled = [replace(entry, values={partner: only, **entry.values}) for entry in filled]
    return filled


def _was_run(entry: TableRow, remarks: Remarks) -> bool:
    """Tell whether a row holds something that was found, and say so of one that does not."""
    if not found_columns(entry):
        remarks.append((entry.row, "nothing was found or filled in, it is left out"))
        return False
    if entry.nothing:
        remarks.append((entry.row, f"{', '.join(entry.nothing)} not detected, taken as 0"))
    return True


def _run(entry: TableRow, model: Model, remarks: Remarks) -> Run:
    """Read one row as a run."""
    pair = _pair(entry, model)
    procedure = Procedure(**asked_of(entry))
    _check_procedure(entry, procedure, model, pair)
    kind, observed = read_found(entry, pair.n_hydrogens, remarks)
    detector = entry.text("detector") or None
    if kind == "area" and detector is None:
        remarks.append((entry.row, "no detector is given for areas; write UV, MS, ELSD, FID or NMR"))
    return Run(
        run=entry.run,
        amine=entry.text("amine"),
        carbonyl=entry.text("carbonyl"),
        procedure=procedure,
        time_h=entry.number("time_h"),
        kind=kind,
        observed=observed,
        detector=detector,
        lot=entry.text("lot"),
        responses=read_responses(entry),
        note=entry.text("note"),
        row=entry.row,
    )


def _pair(entry: TableRow, model: Model) -> Pair:
    """Read the partners of a row."""
    for partner in ("amine", "carbonyl"):
        if not entry.text(partner):
            raise entry.wrong(partner, f"no {partner} is given; write its SMILES or name")
    try:
        return read_pair(entry.text("amine"), entry.text("carbonyl"), model)
    except RegulatedError:
        raise
    except PlannerError as error:
        partner = "carbonyl" if str(error).startswith("carbonyl") else "amine"
        raise entry.wrong(partner, str(error)) from error


def _names(model: Model, column: str) -> list[str]:
    """List what a reductant or a solvent may be called."""
    known = model.reductants if column == "reductant" else model.solvents
    return [name for one in known for name in (one.name, *one.aliases)]


def _check_procedure(entry: TableRow, procedure: Procedure, model: Model, pair: Pair) -> None:
    """Refuse names that are not known, fields that do not go together, and samples after the end."""
    for column, look_up in (("reductant", model.reductant), ("solvent", model.solvent)):
        if text := entry.text(column):
            try:
                look_up(text)
            except ProcedureError as error:
                near = "" if "did you mean" in str(error) else nearest(text, _names(model, column))
                raise entry.wrong(column, f"{error}{near}") from error
    try:
        settled, _ = settle(procedure, model, pair)
    except PlannerError as error:
        column = next((name for name in FIELDS if str(error).startswith(name)), "")
        raise entry.wrong(column, str(error)) if column else TableError(f"{entry.place}: {error}") from error
    time_h = entry.number("time_h")
    if time_h is not None and time_h > settled.total_time_h * (1 + 1e-9):
        raise ProcedureError(
            f"{entry.place}: time_h {time_h:g} is after the end of the run at {settled.total_time_h:g} h; correct "
            "it, or hold_time_h, which is counted from the end of the addition"
        )
