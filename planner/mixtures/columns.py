"""Columns: what the headings of a peak list say beyond names: units of time, neutral masses, and the polarity.

Retention times in seconds become minutes, neutral (deconvoluted) masses become [M+H]+ = M + 1.00728. Only positive
electrospray is assigned: a row or a scan line that says negative is refused.
"""

import re
from dataclasses import replace

from planner.errors import TableError
from planner.files.exports import Export, ExportRow, plain_heading
from planner.mixtures.masses import PROTON_MASS

NEUTRAL_HEADINGS = (
    "neutral mass", "neutral masses", "neutral monoisotopic mass", "monoisotopic mass", "deconvoluted mass",
    "deconvoluted masses", "uncharged mass", "molecular mass", "molecular weight", "mw", "exact mass", "molmasse",
)  # fmt: skip
"""Of columns that hold masses of molecules, not of ions."""
NEUTRAL = frozenset(map(plain_heading, NEUTRAL_HEADINGS))
EXACT = 4
"""Decimals of a mass from which the proton's counts to the fourth."""
IN_MINUTES = {
    "s": 1 / 60, "sec": 1 / 60, "secs": 1 / 60, "second": 1 / 60, "seconds": 1 / 60, "sek": 1 / 60, "sekunden": 1 / 60,
    "h": 60.0,
}  # fmt: skip
"""Units of time that are converted [min]."""
UNIT = re.compile(r"(?<=[\s_(\[,/.])([a-z]+)\W*$")
LONGEST_RUN = 120.0
"""Retention time above which it is asked whether seconds are meant [min]."""
NEGATIVE_SCAN = re.compile(
    r"(?:^|[\s\"#])[-\u2212]\s?ESI\b|MS\s[-\u2212]\s[cp]\b|\bESI\s?\([-\u2212]\)|"
    r"\b(?:polarity|ion ?mode|mode)\W+neg|\bnegative (?:ion|mode|electrospray|ESI)",
    re.IGNORECASE,
)
"""How programs write over a spectrum that it was measured in negative mode."""


def converted(export: Export) -> Export:
    """Bring the columns of a list to m/z, minutes and positive mode; what was converted is remarked.

    Raises
    ------
    TableError
        If rows or the lines before the table say that they were measured in negative mode.
    """
    _refuse_negative(export)
    rows, remarks = export.rows, list(export.remarks)
    title = export.titles.get("rt", "")
    factor = time_unit(title)
    if factor != 1.0:
        rows = tuple(_in_minutes(row, factor) for row in rows)
        remarks.append(f"{title}: converted to minutes")
    elif max((float(row.cells.get("rt", 0.0)) for row in rows), default=0.0) > LONGEST_RUN:
        remarks.append(
            "retention times are taken as minutes; where they are seconds write the heading as rt (s)"
        )
    if plain_heading(mass := export.titles.get("mz", "")) in NEUTRAL:
        rows = tuple(_as_ion(row) for row in rows)
        remarks.append(f"{mass}: neutral masses, read as [M+H]+ = M + {PROTON_MASS:.4f} of one charge")
    return replace(export, rows=rows, remarks=tuple(remarks))


def time_unit(title: str) -> float:
    """Minutes of the unit that stands at the end of a heading; 1 without one.

    Examples
    --------
    >>> [round(time_unit(title) * 60) for title in ("RT (s)", "rt_sec", "Retention time [min]", "rt", "trs")]
    [1, 1, 60, 60, 60]
    """
    found = UNIT.search(title.lower())
    return IN_MINUTES.get(found[1], 1.0) if found else 1.0


def _refuse_negative(export: Export) -> None:
    """Refuse rows, or a scan line over them, of negative mode."""
    for line in export.before:
        if NEGATIVE_SCAN.search(line):
            raise TableError(
                f"the line {line.strip()!r:.60} over the list says negative mode; expected positive electrospray: "
                "export the positive scans"
            )
    said = [(row.line, row.cells["polarity"]) for row in export.rows if "polarity" in row.cells]
    wrong = [(line, cell) for line, cell in said if is_negative(cell)]
    if wrong:
        title = export.titles.get("polarity", "polarity")
        others = "" if len(wrong) == 1 else f" (and so in {len(wrong) - 1} more)"
        rest = "give the positive peaks" if len(wrong) == len(export.rows) else "remove the negative rows"
        raise TableError(
            f"line {wrong[0][0]}: {title} is {wrong[0][1]!r:.20}{others}; only positive electrospray is assigned: "
            f"{rest}"
        )


def is_negative(cell: str) -> bool:
    """Whether a cell of a polarity column means negative mode.

    Examples
    --------
    >>> [is_negative(cell) for cell in ("-", "neg", "ESI-", "Negative", "+", "positive", "ESI+", "full-scan")]
    [True, True, True, True, False, False, False, False]
    """
    bare = cell.strip().lower().replace("\u2212", "-").replace("\u2013", "-").strip("()[]'\"")
    return bare.startswith(("neg", "minus")) or bare.startswith("-") or bare.endswith("-") or bare == "-1"


def _in_minutes(row: ExportRow, factor: float) -> ExportRow:
    """Convert the retention time of a row."""
    if "rt" not in row.cells:
        return row
    return replace(row, cells={**row.cells, "rt": f"{float(row.cells['rt']) * factor:.6g}"})


def _as_ion(row: ExportRow) -> ExportRow:
    """Write a neutral mass as its [M+H]+, with as many decimals; the charge of the spectrum is not that ion's."""
    mass = row.cells["mz"]
    decimals = len(mass.partition(".")[2])
    cells = {name: cell for name, cell in row.cells.items() if name != "charge"}
    written = max(decimals, EXACT) if decimals >= EXACT - 1 else decimals
    return replace(row, cells={**cells, "mz": f"{float(mass) + PROTON_MASS:.{written}f}"})
