"""Lists: amines, carbonyl compounds or pairs as people keep them, read line by line with nothing lost.

Read are SMILES files (``SMILES id``), plain lists of SMILES or names, tables with a heading (comma, semicolon or tab)
and SDF, packed by gzip or not; in Python also sequences of texts or of rows, and pandas frames. What is pasted, or
stands in a file whose name does not say what it is, is read as it looks. A line that cannot be used keeps its place,
its id and its extra columns, with a message in the place of a structure.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from planner.errors import PlannerError, TableError, shown
from planner.files.exports import decoded, plain_heading
from planner.structures.mol_files import smiles_of_block

STRUCTURE = (
    "smiles",
    "structure",
    "name",
    "compound",
    "canonicalsmiles",
    "amine",
    "carbonyl",
    "aldehyde",
    "ketone",
)
"""Headings of a column with structures, the most wanted first, as ``plain_heading`` writes them."""
ID = ("id", "identifier", "catalogueid", "catalogid", "catalognumber", "cataloguenumber", "code", "registrynumber",
      "compoundid", "molid", "idnumber", "vendorid")  # fmt: skip
"""Headings of a column with ids."""
PARTNERS = {
    "amine": ("amine", "aminesmiles", "amines", "aminename"),
    "carbonyl": (
        "carbonyl",
        "carbonylsmiles",
        "carbonyls",
        "carbonylcompound",
        "aldehyde",
        "ketone",
        "carbonylname",
    ),
}
"""Headings of the two columns of a list of pairs."""
PACKED = ".gz"
SEPARATORS = ("\t", ";", ",")
END_OF_RECORD, END_OF_BLOCK = re.compile(r"^\$\$\$\$[^\n]*\n?", re.MULTILINE), "M  END"
"""Of an SDF, the line that parts its records with its line break and no more: a blank line after it is a title."""
COUNTS = ("V2000", "V3000")
"""End of the line of a mol block that stands behind title, program and remark."""
ABSENT = ("None", "nan", "NaN", "NaT", "<NA>")
"""How Python, NumPy and pandas write a cell that is not there."""
Row = tuple[int, Mapping[str, str | None]]
"""A line of a table: its number, and its cells by heading; None where the line ends before it."""
_SMILES = re.compile(
    r"(?=..)(?=.*[A-Za-z\[])(?=.*[A-Z0-9\[])(?:\[[^\]\s]+\]|Br|Cl|[BCNOPSFIbcnops]|[0-9%@+\-=#$:/\\.()~*])+"
)
"""A word that no name begins with: symbols of atoms and bonds alone, at least two, not all of them small letters."""
_DATA = re.compile(r">[^<\n]*<([^>\n]+)>[^\n]*\n(.*?)(?=\n\s*\n|\n>|\Z)", re.DOTALL)
"""A data item of an SDF record: its name and its text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One line of a list."""

    id: str
    """As the list gives it; where it gives none the line's number, or in a list of pairs its text."""
    text: str
    """SMILES or name; empty where there is none."""
    line: int
    """Of the file, or number of the record, from 1."""
    has_id: bool = True
    """Whether the list gives it one."""
    extra: tuple[tuple[str, str], ...] = ()
    """Further columns, as (heading, cell)."""
    message: str = ""
    """Why the line cannot be used; empty where it can."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedPair:
    """One line of a list of pairs."""

    amine: Listed
    carbonyl: Listed
    extra: tuple[tuple[str, str], ...] = ()
    """Further columns."""


def read_list(source: object, name: str) -> tuple[Listed, ...]:
    """Read a list of partners.

    Parameters
    ----------
    source
        A path (``.smi``, ``.txt``, ``.csv``, ``.tsv``, ``.sdf``, each with ``.gz`` where it is packed), or a sequence
        of texts, of (id, text) or of rows by heading, or a frame.
    name
        What is listed, for messages.

    Raises
    ------
    TableError
        If it is no such list, or holds nothing.
    """
    found = tuple(_lines(source, name))
    if not found:
        raise TableError(f"{name}: the list is empty; expected at least one SMILES or name")
    return found


def read_given(content: str | bytes, name: str, file: str = "") -> tuple[Listed, ...]:
    r"""Read a list that was pasted, or a file of that name that was uploaded.

    Raises
    ------
    TableError
        If it is no such list, or holds nothing.

    Examples
    --------
    >>> [(one.id, one.text) for one in read_given("NCc1ccccc1 A1\nbenzyl amine\n", "amines")]
    [('A1', 'NCc1ccccc1'), ('2', 'benzyl amine')]
    """
    text = content if isinstance(content, str) else decoded(content, f"{name} {file}".strip())
    found = tuple(_of_text(text, name, Path(file).suffix.lower()))
    if not found:
        raise TableError(f"{name}: the list is empty; expected at least one SMILES or name")
    return found


def read_pairs(source: object) -> tuple[ListedPair, ...]:
    """Read a list of pairs: a table with the columns ``amine`` and ``carbonyl``, or a sequence of (amine, carbonyl).

    Raises
    ------
    TableError
        If it has no such columns, or no rows.
    """
    if isinstance(source, str | Path):
        rows = list(_table(_text(Path(source), "pairs"), "pairs"))
    else:
        rows = list(_given_rows(source, "pairs", ("amine", "carbonyl")))
    if not rows:
        raise TableError("pairs: the list is empty; expected rows with amine and carbonyl")
    for partner, words in PARTNERS.items():
        if not _has_column(rows, words):
            raise TableError(
                f"pairs: no column is called {partner}; it has {_all_headings(rows)}: name the two amine and carbonyl"
            )
    return tuple(_pair(line, row) for line, row in rows)


def told_apart(names: Iterable[str]) -> list[str]:
    """Make names differ: one that stands there before has its place behind it.

    Examples
    --------
    >>> told_apart(["x", "x (3)", "x"])
    ['x', 'x (3)', 'x (3) (3)']
    """
    found: dict[str, None] = {}
    for place, name in enumerate(names, start=1):
        own = name
        while own in found:
            own = f"{own} ({place})"
        found[own] = None
    return list(found)


def _lines(source: object, name: str) -> Iterator[Listed]:
    """Read whatever is given, line by line."""
    if isinstance(source, str | Path):
        path = Path(source)
        yield from _of_text(_text(path, name), name, _suffix(path))
        return
    if isinstance(source, list | tuple) and all(isinstance(one, Listed) for one in source):
        yield from source  # read before
        return
    yield from _of_rows(_given_rows(source, name, ("id", "smiles")), name)


def _of_text(text: str, name: str, suffix: str) -> Iterator[Listed]:
    """Read a text by the end of its file's name, and as it looks where that does not tell."""
    if suffix in (".sdf", ".sd", ".mol"):
        yield from _records(text)
    elif suffix in (".csv", ".tsv"):
        yield from _of_rows(_table(text, name), name)
    elif suffix in (".smi", ".smiles", ".ism"):
        yield from _plain(text, is_smiles=True)
    elif END_OF_BLOCK in text:
        yield from _records(text)
    elif _has_heading(text):
        yield from _of_rows(_table(text, name), name)
    else:
        yield from _plain(text, is_smiles=False)


def _has_heading(text: str) -> bool:
    """Tell whether a text begins with the heading of a table, one of whose columns holds structures."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    cells = first.split(max(SEPARATORS, key=first.count))
    return any(plain_heading(cell.strip()) in STRUCTURE for cell in cells)


def _text(path: Path, name: str) -> str:
    """Read a file as text."""
    try:
        content = path.read_bytes()
        if path.suffix.lower() == PACKED:
            content = gzip.decompress(content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise TableError(f"{name}: {path} cannot be unpacked ({error}); pack it again with gzip") from error
    except OSError as error:
        raise TableError(
            f"{name}: {path} cannot be read ({error.strerror}); give a file that is there"
        ) from error
    return decoded(content, f"{name} {path}")


def _suffix(path: Path) -> str:
    """Tell what a file holds by the end of its name, packed or not."""
    ends = [end.lower() for end in path.suffixes if end.lower() != PACKED]
    return ends[-1] if ends else ""


def _plain(text: str, *, is_smiles: bool) -> Iterator[Listed]:
    """Read one structure a line, with its id behind it where there is one."""
    for line, given in enumerate(text.splitlines(), start=1):
        words = given.strip()
        if not words or words.startswith("#"):
            continue
        parts = words.split(None, 1) if is_smiles else _parted(words)
        yield _listed(parts[1].strip() if len(parts) > 1 else "", line, text=parts[0].strip())


def _parted(words: str) -> list[str]:
    """Part structure and id: at a tab, or else behind a word that only a SMILES can be, for a name may hold blanks."""
    if "\t" not in words:
        parts = re.split(r"[\s,;]+", words, maxsplit=1)
        return parts if _SMILES.fullmatch(parts[0]) else [words]
    return words.split("\t", 1)


def _listed(own: str, line: int, **known: Any) -> Listed:
    """Make a line of a list; its number stands for the id where it has none of its own."""
    return Listed(id=own or str(line), has_id=bool(own), line=line, **known)


def _records(text: str) -> Iterator[Listed]:
    """Read the records of an SDF."""
    for number, record in enumerate(END_OF_RECORD.split(re.sub(r"\r*\n|\r", "\n", text)), start=1):
        if record.strip():
            yield _record(number, record)


def _record(number: int, record: str) -> Listed:
    """Read a record: the id is the data item of that name, or else the title."""
    before, end, rest = record.partition(END_OF_BLOCK)
    block, items = _from_title(before), _DATA.findall(rest)
    names = told_apart(name.strip() for name, _ in items)
    data = {name: value.strip() for name, (_, value) in zip(names, items, strict=True)}
    key = next((name for name in data if plain_heading(name) in ID), "")
    own = data.pop(key, "") or block.split("\n", 1)[0].strip()
    known: dict[str, Any] = {"extra": tuple(data.items())}
    try:
        return _listed(own, number, text=smiles_of_block(block + end), **known)
    except PlannerError as error:
        said = str(error)
    except Exception as error:  # a defect of ours in one record is shown, the others are read
        said = f"{type(error).__name__}: {error}; please report the record"
    return _listed(own, number, text="", message=f"record {number}: {said}", **known)


def _from_title(block: str) -> str:
    """Leave out blank lines that are too many before the title, which may be blank too: the counts are the fourth."""
    lines = block.split("\n")
    place = next((i for i, line in enumerate(lines) if line.rstrip().endswith(COUNTS)), 0)
    spare = lines[: max(0, place - 3)]
    return block if any(line.strip() for line in spare) else "\n".join(lines[len(spare) :])


def _table(text: str, name: str) -> Iterator[Row]:
    """Read the rows of a table with a heading, with their lines, whatever number of cells each has.

    Cells without a heading are kept as ``column n``.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    titles: list[str] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if not titles:
                titles = _titles(stripped)
                continue
            names = _titles([*titles, *[""] * (len(stripped) - len(titles))])
            yield reader.line_num, dict(zip_longest(names, stripped))
    except csv.Error as error:
        raise TableError(
            f"{name}, line {reader.line_num}: not a table ({error}); export it again as CSV"
        ) from error


def _titles(cells: Sequence[str]) -> list[str]:
    """Give every column a heading of its own."""
    return told_apart(cell or f"column {place}" for place, cell in enumerate(cells, start=1))


def _given_rows(source: object, name: str, columns: tuple[str, str]) -> Iterator[Row]:
    """Take rows that are given in Python: a frame, or a sequence of texts, of twos or of mappings."""
    if hasattr(source, "itertuples") and hasattr(source, "columns"):
        titles = told_apart(map(str, source.columns))
        source = [dict(zip(titles, row, strict=True)) for row in source.itertuples(index=False, name=None)]
    if not isinstance(source, Iterable) or isinstance(source, Mapping | bytes):
        raise TableError(f"{name}: {shown(source)} is no list; give a path, or a sequence of SMILES or rows")
    for number, row in enumerate(source, start=1):
        if isinstance(row, Mapping):
            yield number, dict(zip(told_apart(map(str, row)), map(_cell, row.values()), strict=True))
        elif isinstance(row, str):
            yield number, {columns[1]: row}
        elif isinstance(row, list | tuple) and len(row) == 2:
            yield number, dict(zip(columns, map(_cell, row), strict=True))
        else:
            raise TableError(
                f"{name}, row {number}: {shown(row)} is no row; give a SMILES, ({', '.join(columns)}), or a mapping"
            )


def _cell(value: object) -> str:
    """Write a cell as text; what is absent is empty."""
    text = str(value).strip()
    return "" if text in ABSENT and not isinstance(value, str) else text


def _of_rows(rows: Iterable[Row], name: str) -> Iterator[Listed]:
    """Tell structure, id and the rest of every row apart; a row that lacks a structure keeps its place."""
    found = list(rows)
    if found and not _has_column(found, STRUCTURE):
        raise TableError(
            f"{name}: no column holds structures; it has {_all_headings(found)}: name one of them smiles"
        )
    yield from (_of_row(line, row) for line, row in found)


def _of_row(line: int, row: Mapping[str, str | None]) -> Listed:
    """Tell structure, id and the rest of a row apart."""
    structure, key = _column(row, STRUCTURE), _column(row, ID)
    text = _said(row, structure)
    return _listed(
        _said(row, key),
        line,
        text=text,
        extra=_others(row, structure, key),
        message="" if text else f"line {line}: no structure stands here; give a SMILES or a name",
    )


def _has_column(rows: Sequence[Row], words: Sequence[str]) -> bool:
    """Tell whether any row has a column with one of these headings."""
    return any(_column(row, words) is not None for _, row in rows)


def _all_headings(rows: Sequence[Row]) -> str:
    """Write the headings of a table for a message."""
    return ", ".join(dict.fromkeys(title for _, row in rows for title in row))[:200]


def _column(row: Mapping[str, str | None], words: Sequence[str]) -> str | None:
    """Find the column with one of these headings, the most wanted first."""
    plain = {plain_heading(title): title for title in reversed(list(row))}
    return next((plain[word] for word in words if word in plain), None)


def _said(row: Mapping[str, str | None], title: str | None) -> str:
    """Read a cell; empty where the row has none."""
    return ("" if title is None else row[title]) or ""


def _others(row: Mapping[str, str | None], *used: str | None) -> tuple[tuple[str, str], ...]:
    """Keep the further cells that stand in a row."""
    return tuple((title, cell) for title, cell in row.items() if title not in used and cell is not None)


def _pair(line: int, row: Mapping[str, str | None]) -> ListedPair:
    """Tell both partners, their ids and the rest of a row apart."""
    found: dict[str, Listed] = {}
    used: list[str | None] = []
    for partner, words in PARTNERS.items():
        column, key = _column(row, words), _column(row, (f"{partner}id",))
        used += [column, key]
        text, own = _said(row, column), _said(row, key)
        found[partner] = Listed(
            id=own or text or str(line),
            text=text,
            line=line,
            has_id=bool(own),
            message="" if text else f"line {line}: no {partner} stands here; give a SMILES or a name",
        )
    return ListedPair(**found, extra=_others(row, *used))
