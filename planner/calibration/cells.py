"""Cells: numbers and words as people type them into a table.

Numbers may have a decimal comma, a unit of their own ("30 min", "95 %") or stand for nothing seen ("n.d.", "< 1"). All
numbers of a table have one decimal mark, which those tell that can be read in one way only; where none does, a comma
before three digits is refused.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from planner.calibration.headings import AMOUNT, Unit, lore, plain, plain_unit, said_units, units
from planner.errors import TableError, nearest

_NUMBER = re.compile(r"([+-]?\d[\d.,'\u00a0 ]*(?:[eE][+-]?\d+)?|[+-]?[.,]\d+)\s*(.*)", re.ASCII | re.DOTALL)
_ABOUT = re.compile(r"(?:[~≈∼]|(?:ca|circa|approx|about|etwa)\b\.?)\s*(?=[\d.,])", re.IGNORECASE)
"""Before a number that was read off: it is taken as it stands, for no fit believes a number to the last digit."""
_DIGITS = re.compile(r"[+-]?\d*([.,]\d*)?([eE][+-]?\d+)?", re.ASCII)
_OPEN = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""One mark before three digits: a decimal mark, or one of thousands."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(([.,])\d{3})+", re.ASCII)
_BELOW = re.compile(r"\s*(<|≤|&lt;)\s*[\w.,%]*\s*%?\s*", re.ASCII)


def split_number(cell: str) -> tuple[str, str] | None:
    """Part a cell into its number, as written, and what follows; None where it does not begin with a number."""
    found = _NUMBER.fullmatch(_ABOUT.sub("", cell.strip().replace("\u2212", "-")))
    if found is None:
        return None
    digits = re.sub(r"['\u00a0 ]", "", found[1])
    return digits, found[2].strip()


def decimal_mark(cells: Iterable[tuple[str, str]]) -> str:
    """Tell the decimal mark of a table from its numbers.

    Parameters
    ----------
    cells
        Where a number stands, for the message, and the number as written.

    Raises
    ------
    TableError
        If two numbers have different marks, or none tells what 1,234 is.
    """
    sure: dict[str, tuple[str, str]] = {}
    unsure: dict[str, tuple[str, str]] = {}
    for where, digits in cells:
        marks = [letter for letter in digits if letter in ".,"]
        if not marks:
            continue
        if _OPEN.fullmatch(digits):
            unsure.setdefault(marks[0], (where, digits))
        else:
            repeated = len(marks) > 1 and len(set(marks)) == 1
            sure.setdefault({".": ",", ",": "."}[marks[0]] if repeated else marks[-1], (where, digits))
    if len(sure) == 2:
        one, other = sure.values()
        raise TableError(
            f"{other[0]}: {other[1]} and {one[1]} ({one[0]}) have different decimal marks; write all with a point"
        )
    if not sure and "," in unsure:
        where, digits = unsure[","]
        raise TableError(
            f"{where}: {digits} may be {digits.replace(',', '.')} or {digits.replace(',', '')}; write one of them"
        )
    return next(iter(sure), ".")


def number_of(digits: str, mark: str) -> float | None:
    """Read a number as written with this decimal mark; None where it is none."""
    other = "." if mark == "," else ","
    if other in digits:
        whole, _, part = digits.partition(mark)
        if _THOUSANDS.fullmatch(whole) is None or other in part:
            return None
        digits = whole.replace(other, "") + (mark + part if part else "")
    if _DIGITS.fullmatch(digits) is None:
        return None
    return float(digits.replace(mark, "."))


def is_nothing(cell: str) -> bool:
    """Whether a cell says that nothing was seen: n.d., below detection, a trace."""
    return _BELOW.fullmatch(cell) is not None or plain(cell) in _nothing()


@lru_cache(maxsize=1)
def _nothing() -> frozenset[str]:
    return frozenset(plain(word) for word in lore()["words"]["nothing"]["words"])


def quantity(cell: str | float, kind: str, stated: Unit | None, mark: str) -> float:
    """Read a number of a kind of column, in the column's own unit; ValueError with what was expected.

    Parameters
    ----------
    cell
        As typed, or a number.
    kind
        What the column holds: hours, temperature, ...
    stated
        Unit of its heading, which a unit of the cell's own replaces.
    mark
        Decimal mark of the table.
    """
    if not isinstance(cell, str):
        return cell if stated is None else stated.taken(cell)
    for value, words in lore()["words"].get(kind, {}).items():
        if plain(cell) in map(plain, words):
            return float(value)
    parts = split_number(cell)
    number = None if parts is None else number_of(parts[0], mark)
    if parts is None or number is None:
        raise ValueError("a number")
    if not parts[1]:
        return number if stated is None else stated.taken(number)
    unit = units(kind).get(plain_unit(parts[1]))
    if unit is None:
        raise ValueError(f"a number, with no other unit than {said_units(kind)}")
    return number if kind == AMOUNT else unit.taken(number)


def word_of(cell: str, column: str, known: Sequence[str]) -> str:
    """Read a word of the planner's, however it is spelt or called; ValueError with what is known."""
    spelt = {plain(word): word for word in known}
    for word, others in lore()["words"].get(column, {}).items():
        spelt |= {plain(other): word for other in others}
    if (found := spelt.get(plain(cell))) is None:
        raise ValueError(f"{', '.join(known)}{nearest(cell, known)}")
    return found
