"""MGF: spectra as blocks of text between BEGIN IONS and END IONS.

A block with a precursor (PEPMASS) is a fragment spectrum, unless it says MSLEVEL=1: the precursor is a peak of the full
scan and is read, the fragments are none and are left out. The lines of every other block are peaks: m/z and intensity.

References
----------
Matrix Science, Mascot Generic Format (recalled).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.errors import TableError
from planner.files.exports import MOST_ROWS

BEGIN, END = "BEGIN IONS", "END IONS"


@dataclass(frozen=True, kw_only=True, slots=True)
class MgfPeak:
    """A peak of a full scan, as it is written."""

    line: int
    """Of the text, from 1."""
    mz: str
    area: str
    """Empty where none stands there."""
    rt_min: str
    """Retention time [min], empty where none is given."""
    charge: str
    """Empty where none is given."""


def is_mgf(text: str) -> bool:
    """Tell MGF by the line that begins a block."""
    return re.search(rf"^\s*{BEGIN}\s*$", text, re.MULTILINE) is not None


def read_mgf(text: str) -> tuple[tuple[MgfPeak, ...], tuple[str, ...]]:
    """Read the peaks of full scans: peaks, and remarks on what was taken.

    Raises
    ------
    TableError
        If a block does not end, was measured in negative mode, or none holds a peak.
    """
    blocks = list(_blocks(text))
    peaks = tuple(peak for keys, lines in blocks for peak in _peaks(keys, lines))
    if not peaks:
        raise TableError(
            f"the MGF blocks hold no peaks; expected lines of m/z and intensity, or PEPMASS, between {BEGIN} and {END}"
        )
    if len(peaks) > MOST_ROWS:
        raise TableError(
            f"the MGF blocks hold {len(peaks)} peaks; at most {MOST_ROWS} are read: export one scan"
        )
    n = sum(_is_fragmented(keys) for keys, _ in blocks)
    full = len(blocks) - n
    remarks = [f"MGF, {full} blocks of peaks"] if full else ["MGF"]
    if n:
        remarks.append(
            f"of {n} fragment spectra (with PEPMASS) the precursor is read, the fragments are left out"
        )
    return peaks, tuple(remarks)


def _blocks(text: str) -> Iterator[tuple[dict[str, tuple[int, str]], list[tuple[int, str]]]]:
    """List the blocks: their keys, with line and value, and their other lines."""
    keys: dict[str, tuple[int, str]] = {}
    lines: list[tuple[int, str]] = []
    began = 0
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if line == BEGIN:
            if began:
                break
            began, keys, lines = number, {}, []
        elif line == END and began:
            yield keys, lines
            began = 0
        elif began and "=" in line:
            key, _, value = line.partition("=")
            keys[key.strip().upper()] = (number, value.strip())
        elif began and line and line[0] not in "#;!/":
            lines.append((number, line))
    if began:
        raise TableError(f"line {began}: {BEGIN} without {END}; export the file again")


def _is_fragmented(keys: dict[str, tuple[int, str]]) -> bool:
    """Whether a block is a fragment spectrum."""
    return bool(keys.get("PEPMASS", (0, ""))[1]) and keys.get("MSLEVEL", (0, ""))[1] != "1"


def _peaks(keys: dict[str, tuple[int, str]], lines: Sequence[tuple[int, str]]) -> Iterator[MgfPeak]:
    """Read one block."""
    for name in ("IONMODE", "CHARGE", "POLARITY"):
        number, value = keys.get(name, (0, ""))
        if value.lower().startswith("neg") or re.fullmatch(r"-\d*|\d+-", value):
            raise TableError(f"line {number}: {name} is {value!r:.20}; expected positive electrospray")
    number, seconds = keys.get("RTINSECONDS", (0, ""))
    time = "" if not seconds else f"{_number(seconds.split('-')[0], number) / 60.0:.6g}"
    if _is_fragmented(keys):
        number, precursor = keys["PEPMASS"]
        cells = precursor.split()
        yield _peak(number, cells, time, keys.get("CHARGE", (0, ""))[1].partition(" ")[0])
        return
    for number, line in lines:
        cells = re.split(r"[\s,;]+", line)
        yield _peak(number, cells, time, cells[2] if len(cells) > 2 else "")


def _peak(number: int, cells: Sequence[str], time: str, charge: str) -> MgfPeak:
    """Check a line of numbers."""
    for cell in cells[:2]:
        _number(cell, number)
    return MgfPeak(
        line=number, mz=cells[0], area=cells[1] if len(cells) > 1 else "", rt_min=time, charge=charge
    )


def _number(cell: str, line: int) -> float:
    """Read a number."""
    try:
        return float(cell)
    except ValueError:
        raise TableError(f"line {line}: {cell!r:.30} stands in the MGF block; expected a number") from None
