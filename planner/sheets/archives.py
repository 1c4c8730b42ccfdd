"""Archives: a plan with its sheet for electronic notebooks (.eln) and for Excel.

An .eln file is a zip of one folder with ``ro-crate-metadata.json`` and the files that it describes.

References
----------
RO-Crate 1.1, https://w3id.org/ro/crate/1.1; The ELN Consortium, https://github.com/TheELNConsortium/TheELNFileFormat.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planner import files
from planner.errors import TableError
from planner.files import json_text, write_file
from planner.plans.recommendation import COLUMNS, Plan, Recommendation
from planner.plans.records import plan_record
from planner.sheets.charges import COLUMNS as SHEET_COLUMNS
from planner.sheets.runsheet import run_sheet
from planner.sheets.sheet import Sheet
from planner.version import VERSION

TYPES = {".csv": "text/csv", ".html": "text/html", ".json": "application/json"}


def write_eln(
    plan: Plan,
    recommendation: Recommendation,
    sheet: Sheet,
    path: str | Path,
    *,
    when: datetime | None = None,
) -> None:
    """Write a plan, the sheet of one recommendation and its run sheet as an .eln archive.

    Parameters
    ----------
    plan, recommendation, sheet
        What to archive.
    path
        Of the archive.
    when
        Time that is written into it; now when absent.
    """
    stamp = when or datetime.now(UTC)
    texts = {
        "plan.json": json_text(plan_record(plan)),
        "conditions.csv": files.csv_text(plan.rows(), COLUMNS),
        "charges.csv": files.csv_text(sheet.rows(), SHEET_COLUMNS),
        "run_sheet.html": run_sheet(plan, recommendation, sheet),
    }
    contents = {name: text.encode() for name, text in texts.items()}
    title = f"{plan.pair.amine.smiles} + {plan.pair.carbonyl.smiles}: {plan.request.target}"
    contents["ro-crate-metadata.json"] = json_text(_crate(title, contents, stamp)).encode()
    folder = re.sub(r"[^A-Za-z0-9_.-]+", "_", Path(path).stem) or "plan"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=stamp.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    write_file(path, buffer.getvalue())


def _crate(title: str, contents: Mapping[str, bytes], stamp: datetime) -> dict[str, Any]:
    """Describe the files of an archive."""
    time = stamp.isoformat(timespec="seconds")
    described = [
        {
            "@id": f"./{name}",
            "@type": "File",
            "name": name,
            "encodingFormat": TYPES[Path(name).suffix],
            "contentSize": str(len(content)),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in contents.items()
    ]
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                "sdPublisher": {"@id": "#planner"},
                "dateCreated": time,
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": title,
                "description": "Recommended conditions of a reductive amination, with the sheet for the bench.",
                "datePublished": time,
                "hasPart": [{"@id": d["@id"]} for d in described],
            },
            {
                "@id": "#planner",
                "@type": "SoftwareApplication",
                "name": "reductive-amination-planner",
                "version": VERSION,
            },
            *described,
        ],
    }


def write_workbook(pages: Mapping[str, tuple[Sequence[files.Row], Sequence[str]]], path: str | Path) -> None:
    """Write tables as the pages of an Excel workbook; text stays text, never a formula.

    Raises
    ------
    TableError
        If openpyxl is not installed, or the file cannot be written.
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
    write_file(path, buffer.getvalue())
