"""Peaks: a peak list as instruments export it or people paste it, checked.

Charges are positive. Where no tolerance is given it follows from how the m/z are written: 10 ppm where all have three
decimals or more, else 0.4 Da.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from planner.errors import ProcedureError, TableError, shown
from planner.files.exports import Export, ExportRow, Headings, decoded, read_export
from planner.files.mgf import is_mgf, read_mgf
from planner.files.mzml import is_mzml, read_mzml
from planner.files.reading import read_bytes
from planner.mixtures.columns import IN_MINUTES, NEUTRAL_HEADINGS, converted

TIMES = (
    "rt", "retention time", "ret. time", "r.time", "apex rt", "time", "retentionszeit", "tr", "row retention time",
)  # fmt: skip
HEADINGS = Headings(
    words={
        "mz": (
            "m/z", "mz", "mass/charge", "m over z", "centroid mass", "base peak m/z", "base peak", "mass", "masse",
            "average mz", "row m/z", "x", *NEUTRAL_HEADINGS,
        ),
        "area": (
            "area", "peak area", "fläche", "height", "abundance", "abund", "absolute intensity", "intensity",
            "intensität", "counts", "y", "relative", "relative intensity", "rel. abundance", "relative abundance",
            "area %", "%", "base",
        ),
        "rt": (*TIMES, *(f"{time}{unit}" for time in TIMES for unit in ("min", "minutes", *IN_MINUTES))),
        "charge": ("charge", "z", "charge state", "ladung"),
        "polarity": ("polarity", "ion mode", "ion polarity", "ionisation mode", "ionization mode", "polarität", "mode"),
    },
    required=("mz",),
    numbers=("mz", "area", "rt"),
    bare=("mz", "area"),
    signs=("polarity",),
)  # fmt: skip
LARGEST_MZ = 5000.0
SMALLEST_MZ = 10.0
DECIMALS = 3
"""Of every m/z, from which the list is taken as exact."""
DEFAULT_PPM, DEFAULT_DA = 10.0, 0.4


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak:
    """One peak of a list."""

    mz: float
    area: float | None = None
    """In any unit."""
    rt: float | None = None
    """Retention time [min]."""
    charge: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PeakList:
    """A peak list that was read."""

    peaks: tuple[Peak, ...]
    decimals: int
    """Fewest decimals of an m/z."""
    remarks: tuple[str, ...]
    is_of_scans: bool = False
    """Whether an ion stands there once for every scan that shows it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerance:
    """How far a peak may lie from an ion."""

    value: float
    unit: str
    """ppm or Da."""
    is_chosen: bool
    """Whether the list's decimals chose it."""

    def at(self, mz: float) -> float:
        """Return it at an m/z [Da]."""
        return mz * self.value * 1e-6 if self.unit == "ppm" else self.value

    @property
    def words(self) -> str:
        """Say it, and where it comes from."""
        why = ""
        if self.is_chosen:
            why = (
                ": all m/z have three decimals or more"
                if self.unit == "ppm"
                else ": not all m/z have three decimals, unit resolution is taken"
            )
        return f"tolerance {self.value:g} {self.unit}{why}"


def chosen_tolerance(peaks: PeakList, ppm: float | None, da: float | None) -> Tolerance:
    """Take the tolerance that is given, or the one that the list's decimals speak for.

    Raises
    ------
    ProcedureError
        If both are given, or one is not a sensible number.
    """
    if ppm is not None and da is not None:
        raise ProcedureError("tolerance_ppm and tolerance_da are both given; keep one")
    for name, value, most in (("tolerance_ppm", ppm, 1000.0), ("tolerance_da", da, 1.0)):
        if value is not None and not (isinstance(value, int | float) and 0 < value <= most):
            raise ProcedureError(
                f"{name} {shown(value)} is not usable; expected a number above 0, at most {most:g}"
            )
    if ppm is not None:
        return Tolerance(value=float(ppm), unit="ppm", is_chosen=False)
    if da is not None:
        return Tolerance(value=float(da), unit="Da", is_chosen=False)
    is_exact = peaks.decimals >= DECIMALS
    return Tolerance(
        value=DEFAULT_PPM if is_exact else DEFAULT_DA, unit="ppm" if is_exact else "Da", is_chosen=True
    )


def read_peaks(source: Any) -> PeakList:
    """Read a peak list.

    Parameters
    ----------
    source
        A path, the text or bytes of a table or of mzML, a frame, or numbers.

    Raises
    ------
    TableError
        If it cannot be read; one line says where and what was expected.
    """
    if isinstance(source, PeakList):
        return source
    if isinstance(source, str | bytes | Path):
        return _read_text(source)
    if hasattr(source, "to_csv"):
        return _typed(str(source.to_csv(index=False, sep=";")))
    if isinstance(source, Sequence) and source:
        return _read_sequence(source)
    raise TableError(f"{shown(source)} is no peak list; give a path, a pasted text, a frame or a list of m/z")


def _read_text(source: str | bytes | Path) -> PeakList:
    """Read a path, or the content of a file."""
    if isinstance(source, str) and _is_file_name(source):
        source = Path(source)
    content = read_bytes(source) if isinstance(source, Path) else source
    if isinstance(content, bytes):
        if is_mzml(content):
            peaks = tuple(Peak(mz=mz, area=area, rt=rt) for mz, area, rt in read_mzml(content))
            return PeakList(
                peaks=tuple(map(_in_range, peaks)),
                decimals=DECIMALS,
                remarks=(
                    f"mzML, {len(peaks)} peaks of level 1; it does not say how well they are resolved: for a "
                    "quadrupole or an ion trap give a tolerance in Da",
                ),
                is_of_scans=True,
            )
        content = decoded(content)
    if is_mgf(content):
        return _read_mgf(content)
    if content.lstrip("\ufeff \r\n\t").startswith("<"):
        raise TableError(
            "the file is XML but not mzML; convert it to mzML, or export a table with m/z and area"
        )
    return _checked(converted(read_export(content, HEADINGS)))


def _read_mgf(content: str) -> PeakList:
    """Read blocks of text."""
    peaks, remarks = read_mgf(content)
    cells = [{"mz": p.mz, "area": p.area, "rt": p.rt_min, "charge": p.charge} for p in peaks]
    rows = tuple(
        ExportRow(line=peak.line, cells={name: cell for name, cell in one.items() if cell})
        for peak, one in zip(peaks, cells, strict=True)
    )
    return _checked(Export(rows=rows, remarks=remarks, has_heading=True))


def _is_file_name(text: str) -> bool:
    """Tell a path from a pasted list: one line that holds a letter besides those of numbers."""
    is_line = "\n" not in text and "\r" not in text
    bare = re.sub(r"\d[eE][+-]?\d", "", text.replace("m/z", ""))
    return is_line and re.search(r"[A-Za-z_/\\]", bare) is not None


def _read_sequence(source: Sequence[Any]) -> PeakList:
    """Read numbers, or records with ``mz`` and perhaps area, rt and charge."""
    lines = []
    for item in source:
        given = item if isinstance(item, Mapping) else {"mz": item}
        lines.append(";".join("" if given.get(n) is None else str(given[n]) for n in HEADINGS.words))
    return _typed("\n".join([";".join(HEADINGS.words), *lines]))


def _typed(table: str) -> PeakList:
    """Read numbers that were a table already: how it is parted is nothing to remark."""
    export = replace(read_export(table, HEADINGS), remarks=())
    return _checked(converted(export), is_typed=True)


def _checked(export: Export, *, is_typed: bool = False) -> PeakList:
    """Check what a table says: m/z in range, areas not negative, columns not swapped.

    A text shows its decimals; numbers have lost their last zeros, so that the longest of them counts.
    """
    rows, remarks = export.rows, list(export.remarks)
    if not export.has_heading and _is_swapped(rows):
        rows = tuple(
            ExportRow(line=r.line, cells={"mz": r.cells["area"], "area": r.cells["mz"]}) for r in rows
        )
        remarks.append("the first column cannot be m/z and the second can: they are taken as area and m/z")
    _refuse_no_masses(rows)
    return PeakList(
        peaks=tuple(_peak(row) for row in rows),
        decimals=(max if is_typed else min)(_decimals(row.cells["mz"]) for row in rows),
        remarks=tuple(remarks),
    )


def _refuse_no_masses(rows: Sequence[ExportRow]) -> None:
    """Refuse a list most of whose m/z cannot be any, and name the column that may hold them."""
    values = [float(row.cells["mz"]) for row in rows]
    wrong = [(row.line, v) for row, v in zip(rows, values, strict=True) if not _are_masses([v])]
    if 2 * len(wrong) <= len(rows):
        return
    other = next((name for name in ("area", "rt") if _holds_masses(rows, name)), "")
    if median(values) > LARGEST_MZ or other:
        swapped = f" (are m/z and {other or 'area'} swapped?)" if other or "area" in rows[0].cells else ""
        raise TableError(
            f"line {wrong[0][0]}: m/z is {wrong[0][1]:g}; expected {SMALLEST_MZ:g} to {LARGEST_MZ:g}{swapped}: "
            "name the columns in the first line"
        )


def _holds_masses(rows: Sequence[ExportRow], name: str) -> bool:
    """Whether every row has a number in a column that can be an m/z."""
    return all(name in row.cells and _are_masses([float(row.cells[name])]) for row in rows)


def _decimals(number: str) -> int:
    """Count the decimals of a number as it is written: 1.98e2 has none.

    Examples
    --------
    >>> _decimals("197.1107"), _decimals("197.10"), _decimals("1.98e2"), _decimals("1.9812e2")
    (4, 2, 0, 2)
    """
    mantissa, _, exponent = number.lower().partition("e")
    return max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))


def _is_swapped(rows: Sequence[ExportRow]) -> bool:
    """Whether the second column of a list without a heading can be m/z and the first cannot."""
    if not all("area" in row.cells for row in rows):
        return False
    first, second = ([float(row.cells[name]) for row in rows] for name in ("mz", "area"))
    return not _are_masses(first) and _are_masses(second)


def _are_masses(values: Sequence[float]) -> bool:
    return all(SMALLEST_MZ <= value <= LARGEST_MZ for value in values)


def _in_range(peak: Peak) -> Peak:
    """Refuse a peak whose m/z no instrument gives."""
    if not SMALLEST_MZ <= peak.mz <= LARGEST_MZ:
        raise TableError(
            f"an m/z of the mzML file is {peak.mz:g}; expected {SMALLEST_MZ:g} to {LARGEST_MZ:g}: convert it again"
        )
    return peak


def _peak(row: ExportRow) -> Peak:
    """Check one row."""
    cells = row.cells
    mz = float(cells["mz"])
    if not SMALLEST_MZ <= mz <= LARGEST_MZ:
        raise TableError(
            f"line {row.line}: m/z is {mz:g}; expected {SMALLEST_MZ:g} to {LARGEST_MZ:g}: correct or remove the line"
        )
    numbers = {name: float(cells[name]) for name in ("area", "rt") if name in cells}
    for name, value in numbers.items():
        if not 0 <= value < 1e300:
            raise TableError(
                f"line {row.line}: {name} is {value:g}; expected 0 or more: correct or remove the line"
            )
    return Peak(
        mz=mz, area=numbers.get("area"), rt=numbers.get("rt"), charge=_charge(cells.get("charge"), row.line)
    )


def _charge(text: str | None, line: int) -> int | None:
    """Read a charge: 1, 1+, +1; 0 and ? are unknown."""
    if text is None or text.strip("?+ ") in ("", "0", "0.0"):
        return None
    found = re.fullmatch(r"\+?(\d)(\.0)?\+?", text.strip())
    if found is None:
        raise TableError(
            f"line {line}: charge is {text!r:.20}; expected 1 to 9, such as 1 or 2+ (positive mode)"
        )
    return int(found[1])
