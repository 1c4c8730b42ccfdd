"""Archives: a plan with its sheet for electronic notebooks (.eln) and for Excel.

An .eln file is a zip of one folder with ``ro-crate-metadata.json`` and a folder for each entry of the notebook;
here one entry, the run sheet its text, the files its attachments.

References
----------
RO-Crate 1.1, https://w3id.org/ro/crate/1.1; its context lacks sha256, which notebooks ask for (TheELNFileFormat#120).
The ELN Consortium, https://github.com/TheELNConsortium/TheELNFileFormat.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planner.errors import TableError
from planner.files.saved import json_text
from planner.files.tables import Row, csv_text
from planner.files.writing import write_file
from planner.plans.recommendation import COLUMNS, Plan, Recommendation
from planner.plans.records import plan_record
from planner.sheets.charges import COLUMNS as SHEET_COLUMNS
from planner.sheets.runsheet import run_sheet, sheet_title
from planner.sheets.sheet import Sheet
from planner.version import VERSION

TYPES = {".csv": "text/csv", ".html": "text/html", ".json": "application/json"}
ENTRY = "experiment"
"""Folder of the entry."""
WHO: tuple[dict[str, str], ...] = (
    {"@id": "#operator", "@type": "Person", "name": "operator, not stated"},
    {"@id": "#planner", "@type": "Organization", "name": "reductive-amination-planner"},
    {
        "@id": "#software",
        "@type": "SoftwareApplication",
        "name": "reductive-amination-planner",
        "version": VERSION,
    },
    {"@id": "#license", "@type": "CreativeWork", "name": "none stated; the operator decides on its use"},
)
"""Nodes that an archive refers to: notebooks want a person as author and an organisation as publisher."""
FIRST_YEAR, LAST_YEAR = 1980, 2107
"""That a zip can hold."""


def write_eln(
    plan: Plan,
    recommendation: Recommendation,
    sheet: Sheet,
    path: str | Path,
    *,
    when: datetime | None = None,
) -> None:
    """Write the archive to a file, whole or not at all; see ``eln_bytes``."""
    write_file(path, eln_bytes(plan, recommendation, sheet, Path(path).stem, when=when))


def eln_bytes(
    plan: Plan, recommendation: Recommendation, sheet: Sheet, name: str, *, when: datetime | None = None
) -> bytes:
    """Pack a plan, the sheet of one recommendation and its run sheet as an .eln archive.

    Parameters
    ----------
    plan, recommendation, sheet
        What to archive.
    name
        Of the archive's folder; what a file system may trip over is replaced.
    when
        Time that is written into it, of this place where it has no zone; now when absent.

    Raises
    ------
    TableError
        If the time is none, or a year that a zip cannot hold.
    """
    stamp = _stamp(when)
    page = run_sheet(plan, recommendation, sheet)
    texts = {
        "plan.json": json_text(plan_record(plan)),
        "conditions.csv": csv_text(plan.rows(), COLUMNS),
        "charges.csv": csv_text(sheet.rows(), SHEET_COLUMNS),
        "run_sheet.html": page,
    }
    contents = {f"{ENTRY}/{name}": text.encode() for name, text in texts.items()}
    crate = _crate(sheet_title(plan), page, contents, stamp)
    folder = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:60].strip("_") or "plan"
    whole = {f"{ENTRY}/": b"", "ro-crate-metadata.json": json_text(crate).encode(), **contents}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in whole.items():
            entry = zipfile.ZipInfo(f"{folder}/{place}", date_time=stamp.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o40755 << 16 | 0x10) if entry.is_dir() else 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _stamp(when: datetime | None) -> datetime:
    """Take a time as a zip can hold it, with its zone."""
    stamp = datetime.now(UTC) if when is None else when
    if not isinstance(stamp, datetime) or not FIRST_YEAR <= stamp.year <= LAST_YEAR:
        raise TableError(
            f"the time {str(when)!r:.40} cannot stand in an archive; give a datetime of {FIRST_YEAR} to {LAST_YEAR}"
        )
    return stamp if stamp.tzinfo else stamp.astimezone()


def _crate(title: str, page: str, contents: Mapping[str, bytes], stamp: datetime) -> dict[str, Any]:
    """Describe an archive: one entry with its text, and the files that belong to it."""
    time = stamp.isoformat(timespec="seconds")
    described = [_file(place, content) for place, content in contents.items()]
    about = "Recommended conditions of a reductive amination, with the sheet for the bench."
    return {
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"sha256": "http://schema.org/sha256"}],
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                "sdPublisher": {"@id": "#planner"},
                "version": "1.0",
                "dateCreated": time,
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": title,
                "description": about,
                "datePublished": time,
                "license": {"@id": "#license"},
                "hasPart": [{"@id": f"./{ENTRY}/"}],
            },
            {
                "@id": f"./{ENTRY}/",
                "@type": "Dataset",
                "name": title,
                "description": about,
                "text": page.partition("<body>")[2].partition("</body>")[0].strip(),
                "genre": "experiment",
                "author": {"@id": "#operator"},
                "dateCreated": time,
                "hasPart": [{"@id": file["@id"]} for file in described],
            },
            *described,
            *WHO,
        ],
    }


def _file(place: str, content: bytes) -> dict[str, str]:
    """Describe a file of an archive."""
    return {
        "@id": f"./{place}",
        "@type": "File",
        "name": Path(place).name,
        "encodingFormat": TYPES[Path(place).suffix],
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


Pages = Mapping[str, tuple[Sequence[Row], Sequence[str]]]


def write_workbook(pages: Pages, path: str | Path) -> None:
    """Write a workbook to a file, whole or not at all; see ``workbook_bytes``."""
    write_file(path, workbook_bytes(pages))


def workbook_bytes(pages: Pages) -> bytes:
    """Pack tables as the pages of an Excel workbook; text stays text, never a formula.

    Raises
    ------
    TableError
        If openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise TableError(
            "an .xlsx needs openpyxl; pip install 'reductive-amination-planner[excel]', or write .csv"
        ) from error
    book = Workbook()
    book.remove(book.active)
    for title, (rows, columns) in pages.items():
        page = book.create_sheet(title)
        for i, row in enumerate([dict(zip(columns, columns, strict=True)), *rows], start=1):
            for j, column in enumerate(columns, start=1):
                cell = page.cell(row=i, column=j, value=row[column])
                if isinstance(row[column], str):
                    cell.data_type = "s"
        page.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
