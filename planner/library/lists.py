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
END_OF_RECORD, END_OF_BLOCK = "$$$$", "M  END"
Row = tuple[int, Mapping[str, str]]
"""A line of a table: its number, and its cells by heading."""
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
    """As the list gives it; its number in the list where it gives none."""
    text: str
    """SMILES or name; empty where there is none."""
    line: int
    """Of the file, or number of the record, from 1."""
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
        rows = _table(_text(Path(source), "pairs"), "pairs")
    else:
        rows = _given_rows(source, "pairs", ("amine", "carbonyl"))
    found = tuple(_pair(line, row) for line, row in rows)
    if not found:
        raise TableError("pairs: the list is empty; expected rows with amine and carbonyl")
    return found


def _lines(source: object, name: str) -> Iterator[Listed]:
    """Read whatever is given, line by line."""
    if isinstance(source, str | Path):
        path = Path(source)
        yield from _of_text(_text(path, name), name, _suffix(path))
        return
    if isinstance(source, list | tuple) and all(isinstance(one, Listed) for one in source):
        yield from source  # read before
        return
    yield from (_of_row(line, row, name) for line, row in _given_rows(source, name, ("id", "smiles")))


def _of_text(text: str, name: str, suffix: str) -> Iterator[Listed]:
    """Read a text by the end of its file's name, and as it looks where that does not tell."""
    if suffix in (".sdf", ".sd", ".mol"):
        yield from _records(text)
    elif suffix in (".csv", ".tsv"):
        yield from (_of_row(line, row, name) for line, row in _table(text, name))
    elif suffix in (".smi", ".smiles", ".ism"):
        yield from _plain(text, is_smiles=True)
    elif END_OF_BLOCK in text:
        yield from _records(text)
    elif _has_heading(text):
        yield from (_of_row(line, row, name) for line, row in _table(text, name))
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
        yield Listed(id=parts[1].strip() if len(parts) > 1 else str(line), text=parts[0].strip(), line=line)


def _parted(words: str) -> list[str]:
    """Part structure and id: at a tab, or else behind a word that only a SMILES can be, for a name may hold blanks."""
    if "\t" not in words:
        parts = re.split(r"[\s,;]+", words, maxsplit=1)
        return parts if _SMILES.fullmatch(parts[0]) else [words]
    return words.split("\t", 1)


def _records(text: str) -> Iterator[Listed]:
    """Read the records of an SDF: the id is the data item of that name, or else the title."""
    for number, record in enumerate(text.replace("\r\n", "\n").split(END_OF_RECORD), start=1):
        block, end, rest = record.lstrip("\n" if number > 1 else "").partition(END_OF_BLOCK)
        if not record.strip():
            continue
        data = {key.strip(): value.strip() for key, value in _DATA.findall(rest)}
        title = block.split("\n", 1)[0].strip()
        key = next((k for k in data if plain_heading(k) in ID), "")
        extra = tuple((k, v) for k, v in data.items() if k != key)
        known: dict[str, Any] = {"id": data.get(key) or title or str(number), "line": number, "extra": extra}
        try:
            yield Listed(text=smiles_of_block(block + end), **known)
        except PlannerError as error:
            yield Listed(text="", message=f"record {number}: {error}", **known)


def _table(text: str, name: str) -> Iterator[Row]:
    """Read the rows of a table with a heading, with their lines; cells without a heading are kept as ``column n``."""
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
            names = [*titles, *(f"column {i + 1}" for i in range(len(titles), len(stripped)))]
            yield reader.line_num, dict(zip(names, stripped, strict=False))
    except csv.Error as error:
        raise TableError(
            f"{name}, line {reader.line_num}: not a table ({error}); export it again as CSV"
        ) from error


def _titles(cells: Sequence[str]) -> list[str]:
    """Give every column a heading of its own."""
    found: list[str] = []
    for i, cell in enumerate(cells):
        title = cell or f"column {i + 1}"
        found.append(title if title not in found else f"{title} ({i + 1})")
    return found


def _given_rows(source: object, name: str, columns: tuple[str, str]) -> Iterator[Row]:
    """Take rows that are given in Python: a frame, or a sequence of texts, of twos or of mappings."""
    if hasattr(source, "to_dict") and hasattr(source, "columns"):
        source = source.to_dict("records")
    if not isinstance(source, Iterable) or isinstance(source, Mapping | bytes):
        raise TableError(f"{name}: {shown(source)} is no list; give a path, or a sequence of SMILES or rows")
    for number, row in enumerate(source, start=1):
        if isinstance(row, Mapping):
            yield number, {str(k): _cell(v) for k, v in row.items()}
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
    is_absent = value is None or value != value  # noqa: PLR0124 - only what is not a number differs from itself
    return "" if is_absent else str(value).strip()


def _of_row(line: int, row: Mapping[str, str], name: str) -> Listed:
    """Tell structure, id and the rest of a row apart."""
    structure = _column(row, STRUCTURE)
    if structure is None:
        raise TableError(
            f"{name}: no column holds structures; it has {', '.join(row)[:200]}: name one of them smiles"
        )
    key = _column(row, ID)
    extra = tuple((k, v) for k, v in row.items() if k not in (structure, key))
    text = row[structure]
    return Listed(
        id=(row[key] if key else "") or str(line),
        text=text,
        line=line,
        extra=extra,
        message="" if text else f"line {line}: no structure stands here; give a SMILES or a name",
    )


def _column(row: Mapping[str, str], words: Sequence[str]) -> str | None:
    """Find the column with one of these headings, the most wanted first."""
    plain = {plain_heading(title): title for title in reversed(list(row))}
    return next((plain[word] for word in words if word in plain), None)


def _pair(line: int, row: Mapping[str, str]) -> ListedPair:
    """Tell both partners, their ids and the rest of a row apart."""
    found: dict[str, Listed] = {}
    used: list[str] = []
    for partner, words in PARTNERS.items():
        column = _column(row, words)
        if column is None:
            raise TableError(
                f"pairs: no column is called {partner}; it has {', '.join(row)[:200]}: name the two amine and carbonyl"
            )
        key = _column(row, (f"{partner}id", f"{partner}_id"))
        used += [column, *([key] if key else [])]
        text = row[column]
        found[partner] = Listed(
            id=(row[key] if key else "") or text or str(line),
            text=text,
            line=line,
            message="" if text else f"line {line}: no {partner} stands here; give a SMILES or a name",
        )
    return ListedPair(**found, extra=tuple((k, v) for k, v in row.items() if k not in used))
