"""Exports: tables as instruments and people write them, read as rows of named cells.

Read are comma, semicolon, tab, bar and blanks between cells, decimal points and commas, thousands separators, UTF-8,
UTF-16 and Windows-1252, lines before the heading, headings in other words, sections after the table, and lists of
numbers without a heading. Nothing is dropped in silence: what was left out, and how the table was taken, is remarked.
What may mean two things is refused in one line.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import TableError
from planner.files.reading import LARGEST_BYTES, read_bytes

MOST_ROWS = 200_000
"""Rows that are read; a list of centroids of one run has some thousands."""
SEPARATORS = ("\t", ";", ",", "|")
"""Tried in this order; blanks come last."""
SAID = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars", " ": "blanks"}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
SHOWN_IN_BRACKETS = re.compile(r"(\d+(?:[.,]\d+)?)\s*\(\s*(\d+(?:[.,]\d+)?)\s*%?\s*\)", re.ASCII)
"""As a spectrum is written in a text: 197.1 (100), 198.1 (12)."""
AMBIGUOUS = re.compile(r"\s*\d+,\d+\s*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportRow:
    """One row."""

    line: int
    """Of the text, from 1."""
    cells: Mapping[str, str]
    """By the name that its heading stands for; numbers with a point, only what is not empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """A table that was read."""

    rows: tuple[ExportRow, ...]
    remarks: tuple[str, ...]
    """How it was taken, and what was left out."""
    has_heading: bool
    titles: Mapping[str, str] = field(default_factory=dict)
    """What stands over each column, by the name that it stands for."""
    before: tuple[str, ...] = ()
    """Lines before the heading."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Headings:
    """What the columns of a table may be called."""

    words: Mapping[str, Sequence[str]]
    """Name of a column to its headings, the most wanted first; case, blanks and units do not matter."""
    required: Sequence[str]
    """Names without which it is no table of this kind."""
    numbers: Collection[str]
    """Names whose cells are numbers."""
    bare: Sequence[str] = ()
    """Names of the columns of a list without a heading; empty where there must be one."""
    signs: Collection[str] = ()
    """Names whose cells may be a lone minus sign, which elsewhere stands for an empty cell."""


def decoded(content: bytes, name: str = "the table") -> str:
    """Decode a table: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if len(content) > LARGEST_BYTES:
        raise TableError(
            f"{name} has {len(content) / 1e6:.0f} MB; at most {LARGEST_BYTES / 1e6:.0f} MB are read, split it"
        )
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise TableError(f"{name} is binary, not text; export it as CSV or text")
    return text


def read_export(source: str | bytes | Path, headings: Headings) -> Export:
    r"""Read a table as it was exported or pasted.

    Parameters
    ----------
    source
        A path, or the bytes or text of the table itself.
    headings
        What its columns may be called, and which of them must be there.

    Raises
    ------
    TableError
        If it cannot be read: the message names the line, what stands there and what was expected.

    Examples
    --------
    >>> asked = Headings(words={"mz": ("m/z", "mass")}, required=("mz",), numbers=("mz",), bare=("mz", "area"))
    >>> read_export("Mass (Da);Base\n197,11;1\n", asked).rows[0].cells
    {'mz': '197.11'}
    """
    content = read_bytes(source) if isinstance(source, Path) else source
    text = decoded(content) if isinstance(content, bytes) else content.removeprefix("\ufeff")
    lines = [(number, line.strip("\r\n")) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line.strip(" \t;,|")]
    if not lines:
        raise TableError(f"the table is empty; expected a column {' and '.join(headings.required)}")
    places = list(_heading_places(lines, headings))
    place = next((p for p in places if _has_row(lines, p, headings)), places[0] if places else None)
    found = _bare(lines, headings) if place is None else _under_heading(lines, *place, headings)
    if not found.rows:
        raise TableError("the table has a heading but no rows; add at least one")
    return found


def split(line: str, separator: str) -> list[str]:
    """Split a line into cells, quotes understood."""
    if separator == " ":
        return line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]


def plain_heading(text: str) -> str:
    """Write a heading without case, blanks, signs and units, to compare it.

    Examples
    --------
    >>> plain_heading("Ret. Time [min]"), plain_heading("m/z"), plain_heading("Area %")
    ('rettime', 'm/z', 'area%')
    """
    bare = re.sub(r"\[[^\]]*\]|\([^)]*\)", "", text.lower()) or text.lower()
    return re.sub(r"[^a-z0-9/%äöüß]", "", bare)


def _heading_places(
    lines: Sequence[tuple[int, str]], headings: Headings
) -> Iterator[tuple[int, str, dict[int, str], list[str]]]:
    """Find lines that are a heading: index, separator, name by column, what stands over the others."""
    for index, (_, line) in enumerate(lines[:500]):
        for separator, cells in _ways(line):
            if any(map(NUMBER.fullmatch, cells)):
                continue
            named = _named(cells, headings)
            if set(headings.required) <= set(named.values()):
                yield index, separator, named, cells
                break


def _ways(line: str) -> Iterator[tuple[str, list[str]]]:
    """Split a line in each way that it can be; a whole line may be the heading of one column."""
    for separator in SEPARATORS:
        if len(cells := split(line, separator)) > 1:
            yield separator, cells
    yield " ", [line.strip()]
    yield " ", line.split()


def _has_row(
    lines: Sequence[tuple[int, str]], place: tuple[int, str, dict[int, str], list[str]], headings: Headings
) -> bool:
    """Whether numbers follow under what is required: a title with the right words in it has none."""
    index, separator, named, _ = place
    below = split(lines[index + 1][1], separator) if index + 1 < len(lines) else []
    asked = [i for i, name in named.items() if name in headings.required and name in headings.numbers]
    return all(i < len(below) and _is_numeric(below[i]) for i in asked)


def _is_numeric(cell: str) -> bool:
    """Whether a cell is a number, with whatever decimal mark and thousands separator."""
    return (
        re.fullmatch(r"[+-]?[\d.,' \u00a0]*\d[\d.,]*([eE][+-]?\d+)?\s*%?", cell.strip(), re.ASCII) is not None
    )


def _named(cells: Sequence[str], headings: Headings) -> dict[int, str]:
    """Tell which column is which, the most wanted heading of each name first."""
    plain = [plain_heading(cell) for cell in cells]
    found: dict[int, str] = {}
    for name, words in headings.words.items():
        for word in (name, *words):
            place = next(
                (i for i, cell in enumerate(plain) if cell == plain_heading(word) and i not in found), None
            )
            if place is not None:
                found[place] = name
                break
    return found


def _under_heading(
    lines: Sequence[tuple[int, str]],
    index: int,
    separator: str,
    named: dict[int, str],
    titles: Sequence[str],
    headings: Headings,
) -> Export:
    """Read the rows under a heading."""
    remarks = [f"cells are parted by {SAID[separator]}"]
    if index:
        said = "1 line" if index == 1 else f"{index} lines"
        remarks.append(
            f"{said} before the heading (line {lines[index][0]}) {'is' if index == 1 else 'are'} left out"
        )
    others = [title for i, title in enumerate(titles) if i not in named and title]
    if others:
        remarks.append(f"columns not used: {', '.join(others)}"[:300])
    body, cut = _body(lines[index + 1 :])
    if cut is not None:
        remarks.append(f"line {cut[0]} ({cut[1][:40]}) ends the table; what follows is left out")
    split_rows = [(number, split(line, separator)) for number, line in body]
    _check_width(split_rows, len(titles))
    numeric = [i for i, name in named.items() if name in headings.numbers]
    mark = _decimal_mark([cells[i] for _, cells in split_rows for i in numeric if i < len(cells)])
    if mark == ",":
        remarks.append("commas are decimal commas")
    rows = tuple(_row(number, cells, named, headings, mark) for number, cells in split_rows)
    return Export(
        rows=rows,
        remarks=tuple(remarks),
        has_heading=True,
        titles={name: titles[i] for i, name in named.items()},
        before=tuple(line for _, line in lines[:index]),
    )


def _body(lines: Sequence[tuple[int, str]]) -> tuple[list[tuple[int, str]], tuple[int, str] | None]:
    """Take the lines of a table up to the next section; return the line that ended it."""
    if len(lines) > MOST_ROWS:
        raise TableError(
            f"the table has {len(lines)} rows; at most {MOST_ROWS} are read: export centroids, or fewer scans"
        )
    for place, (number, line) in enumerate(lines):
        if re.fullmatch(r"\s*\[[^\]]+\][\s;,\t]*", line):
            return list(lines[:place]), (number, line.strip())
    return list(lines), None


def _check_width(rows: Sequence[tuple[int, list[str]]], width: int) -> None:
    """Refuse rows that have more cells than the heading."""
    for number, cells in rows:
        if len(cells) > width and any(cells[width:]):
            raise TableError(
                f"line {number}: {len(cells)} cells; expected {width} as in the heading "
                "(a decimal comma between commas? part cells by semicolons or tabs)"
            )


def _decimal_mark(cells: Sequence[str]) -> str:
    """Tell the decimal mark: a comma where commas stand in numbers and no point does."""
    has_comma = any("," in cell for cell in cells)
    if has_comma and not any("." in cell for cell in cells):
        return ","
    both = next((cell for cell in cells if "." in cell and "," in cell), "")
    return "," if both and both.rfind(",") > both.rfind(".") else "."


def _row(
    number: int, cells: Sequence[str], named: Mapping[int, str], headings: Headings, mark: str
) -> ExportRow:
    """Read one row."""
    taken: dict[str, str] = {}
    for i, name in named.items():
        cell = cells[i].strip() if i < len(cells) else ""
        is_sign = cell == "-" and name in headings.signs
        if cell in ("", "-", "--", "n/a", "NA", "nan") and name not in headings.required and not is_sign:
            continue
        taken[name] = _number(cell, number, name, mark) if name in headings.numbers else cell
    return ExportRow(line=number, cells=taken)


def _number(cell: str, line: int, name: str, mark: str) -> str:
    """Read a number, and write it with a point."""
    other = "." if mark == "," else ","
    bare = cell.replace("\u00a0", "").replace(" ", "").replace("'", "")
    whole = (
        bare.replace(other, "")
        if re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+([.,]\d+)?([eE].*)?", bare)
        else bare
    )
    written = whole.replace(mark, ".").rstrip("%")
    if NUMBER.fullmatch(written) is None:
        what = repr(cell) if cell else "empty"
        raise TableError(f"line {line}: {name} is {what:.60}; expected a number such as 197.1107")
    return written


def _bare(lines: Sequence[tuple[int, str]], headings: Headings) -> Export:
    """Read a list of numbers without a heading: one column, as many as ``bare``, or all in a line."""
    if not headings.bare:
        expected = ", ".join(headings.required)
        raise TableError(f"no line is a heading with {expected}; name the columns in the first line")
    if all(AMBIGUOUS.fullmatch(line) for _, line in lines):
        raise TableError(
            f"line {lines[0][0]}: {lines[0][1].strip()!r} may be one number with a decimal comma or two cells; "
            "write a point, or a heading line with semicolons between the cells"
        )
    if (pairs := _in_brackets(lines, headings)) is not None:
        return pairs
    separator, rows = _bare_cells(lines)
    _refuse_titles(lines, rows, headings)
    rows, remarks = _without_notes(rows)
    mark = _decimal_mark([cell for _, cells in rows for cell in cells])
    names = headings.bare
    if len(rows) == 1 or all(len(cells) == 1 for _, cells in rows):
        names = headings.bare[:1]
        rows = [(number, [cell]) for number, cells in rows for cell in cells]
    if widest := [(number, len(cells)) for number, cells in rows if len(cells) > len(names)]:
        raise TableError(
            f"line {widest[0][0]}: {widest[0][1]} columns and no heading that names {' or '.join(headings.required)}, "
            "so that their order is not known; name them in the first line, in their order, such as "
            f"{separator.join([*headings.words][: max(widest[0][1], len(headings.bare))])}"
        )
    read = tuple(
        ExportRow(
            line=number,
            cells={
                name: _number(cell, number, name, mark)
                for name, cell in zip(names, cells, strict=False)
                if cell
            },
        )
        for number, cells in rows
    )
    taken = f"no heading: taken as {' and '.join(names)}"
    return Export(rows=read, remarks=(taken, *remarks), has_heading=False)


def _refuse_titles(
    lines: Sequence[tuple[int, str]], rows: Sequence[tuple[int, list[str]]], headings: Headings
) -> None:
    """Refuse a first line that is neither a row of numbers nor a heading, where rows of numbers follow."""
    has_number = [bool(cells) and _is_numeric(cells[0]) for _, cells in rows]
    if not has_number[0] and any(has_number):
        raise TableError(
            f"line {lines[0][0]}: {lines[0][1].strip()!r:.60} is no row of numbers and no heading that names "
            f"{' or '.join(headings.required)}; remove it, or head the columns, such as {';'.join(headings.bare)}"
        )


def _without_notes(
    rows: list[tuple[int, list[str]]],
) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    """Cut a list without a heading before the first column, after the first, in which no row has a number."""
    widest = max(len(cells) for _, cells in rows)
    for place in range(1, widest):
        if not any(_is_numeric(cells[place]) for _, cells in rows if len(cells) > place):
            example = next(" ".join(cells[place:]) for _, cells in rows if len(cells) > place)
            said = f"column {place + 1} holds notes ({example:.30}) and is not used"
            return [(number, cells[:place]) for number, cells in rows], (said,)
    return rows, ()


def _in_brackets(lines: Sequence[tuple[int, str]], headings: Headings) -> Export | None:
    """Read a list as texts write it, the second number in brackets; None where it is none."""
    text = "\n".join(line for _, line in lines)
    pairs = SHOWN_IN_BRACKETS.findall(text)
    if not pairs or len(headings.bare) < 2 or re.search(r"\d", SHOWN_IN_BRACKETS.sub("", text)):
        return None
    rows = tuple(
        ExportRow(
            line=lines[0][0],
            cells={n: v.replace(",", ".") for n, v in zip(headings.bare, pair, strict=False)},
        )
        for pair in pairs
    )
    return Export(rows=rows, remarks=("numbers in brackets are taken as areas",), has_heading=False)


def _bare_cells(lines: Sequence[tuple[int, str]]) -> tuple[str, list[tuple[int, list[str]]]]:
    """Split a list without a heading by the first separator that stands in it."""
    if len(lines) > MOST_ROWS:
        raise TableError(f"the list has {len(lines)} rows; at most {MOST_ROWS} are read: export centroids")
    text = "\n".join(line for _, line in lines)
    has_decimal_comma = re.search(r"\d,\d", text) is not None and "." not in text
    for separator in SEPARATORS:
        if separator == "," and has_decimal_comma:
            continue
        if any(separator in line.strip() for _, line in lines):
            rows = [(n, [cell for cell in split(line, separator) if cell]) for n, line in lines]
            return separator, rows
    return " ", [(n, line.replace(", ", " ").split()) for n, line in lines]
