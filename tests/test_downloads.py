"""Every file that a page offers is opened here by a program that is not ours.

``OFFERED`` names each file by what it is called, and who reads it. A page is visited without a browser, what it offers
is made, and read; a download that is new, or that no visit sees, fails. What prints on paper is read by ``tests/ui``.
"""

import ast
import csv
import importlib.util
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from pyarrow import csv as arrow_csv, parquet
from streamlit.testing.v1 import AppTest

import planner
from learned_runs import RUNS
from planner.app import asked, library, parts

openpyxl = pytest.importorskip("openpyxl", reason="the extra excel is not installed: pages offer no workbook")
APP = str(Path(__file__).parents[1] / "streamlit_app.py")
PEAKS = "m/z;Area\n197.1;1000\n198.1;126\n293.1;400\n213.1;30\n175.3;9\n"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
"""Elements of HTML that have no end."""


# --- readers ---


def by_tables(content: bytes) -> None:
    """Python's csv, pandas and Arrow read the same rows; no cell is a formula, a "nan" or "inf"; headings are plain."""
    heads, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True)
    assert rows
    assert {len(row) for row in rows} == {len(heads)}
    assert len(set(heads)) == len(heads)
    assert all(head and head.isascii() for head in heads)
    for cell in (cell for row in rows for cell in row):
        assert not re.match(r"[=+@\t\r]|-[^\d.]", cell), cell
        assert cell.lower() not in ("nan", "inf", "-inf", "none"), cell
    frame = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    table = arrow_csv.read_csv(io.BytesIO(content))
    assert len(frame) == table.num_rows == len(rows)
    assert list(frame.columns) == table.column_names == heads


def by_json(content: bytes) -> None:
    """Strict JSON, which has no NaN, and says what made it."""
    record = json.loads(content, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert "version" in json.dumps(record)


class _Nesting(HTMLParser):
    """Follow what is open, and collect what is asked of elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.asked += [value for name, value in attrs if name in ("src", "href") and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        last = self.open.pop()
        assert last == tag, f"</{tag}> ends <{last}>"


def by_html(content: bytes) -> None:
    """What is opened is closed in its order; a title and a table are there; nothing is fetched from elsewhere."""
    found = _Nesting()
    found.feed(content.decode("utf-8"))
    found.close()
    assert not found.open
    assert {"title", "table", "h1"} <= found.seen
    assert not [place for place in found.asked if not place.startswith(("data:", "#"))]


def by_zip_and_json_ld(content: bytes) -> None:
    """A whole zip whose crate describes every file that it holds, and no other."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    (crate,) = (name for name in archive.namelist() if name.endswith("ro-crate-metadata.json"))
    record = json.loads(archive.read(crate))
    assert "w3id.org/ro/crate" in str(record["@context"])
    root = crate.removesuffix("ro-crate-metadata.json")
    told = {node["@id"].removeprefix("./") for node in record["@graph"] if node["@type"] == "File"}
    assert {root + name for name in told} == {
        n for n in archive.namelist() if n != crate and not n.endswith("/")
    }


def by_openpyxl(content: bytes) -> None:
    """Each page has its headings, and what is a number there is one to Excel."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for page in book:
        heads, *rows = page.iter_rows(values_only=True)
        assert rows
        assert all(heads)
        for head, *cells in zip(heads, *rows, strict=True):
            if re.search(r"_(mg|mL|mmol|h|C|M)$|equivalents$", str(head)):
                assert all(cell is None or isinstance(cell, int | float) for cell in cells), head


def by_arrow_and_duckdb(content: bytes, folder: Path) -> None:
    """Arrow reads the rows; so does DuckDB where it is installed (extra: crosscheck)."""
    table = parquet.read_table(io.BytesIO(content))
    assert table.num_rows
    assert {"amine_id", "carbonyl_id", "status", "target_fraction"} <= set(table.column_names)
    if importlib.util.find_spec("duckdb"):
        import duckdb

        (folder / "found.parquet").write_bytes(content)
        (row,) = duckdb.sql(f"select count(*) from '{folder / 'found.parquet'}'").fetchall()
        assert row[0] == table.num_rows


def by_xml(content: bytes) -> None:
    """A picture with a size and words in it."""
    root = ElementTree.fromstring(content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.attrib["width"].removesuffix("px")) > 0
    assert any(node.text for node in root.iter("{http://www.w3.org/2000/svg}text"))


def by_toml(content: bytes) -> None:
    """TOML of the standard library reads it."""
    assert tomllib.loads(content.decode("utf-8"))


def by_letter(content: bytes) -> None:
    """Text that was pasted comes back as it was."""
    assert content.decode("utf-8").strip()


READERS: dict[str, Callable[..., None]] = {
    "csv": by_tables, "json": by_json, "html": by_html, "eln": by_zip_and_json_ld, "xlsx": by_openpyxl,
    "parquet": by_arrow_and_duckdb, "svg": by_xml, "toml": by_toml, "txt": by_letter,
}  # fmt: skip
"""Who reads a file, by the end of its name."""

# --- visits ---


def opened(**inputs: str) -> AppTest:
    """Open the app at an address."""
    app = AppTest.from_file(APP, default_timeout=180)
    for name, value in inputs.items():
        app.query_params[name] = value
    return app.run()


def plan() -> Iterator[AppTest]:
    """Look at an answer, its sheet, and two procedures side by side."""
    app = opened(scale="2 mmol")
    yield app
    app.session_state["details"] = "For the bench"
    yield app.run()
    app.button(key="pin").click().run()
    app.text_input(key="carbonyl_equivalents").set_value("0.9").run()
    yield app.button(key="pin").click().run()


def recommend() -> Iterator[AppTest]:
    """Find procedures, and look at the sheet of the first."""
    app = opened(page="Recommend", reductants="STAB", additions="all_at_once")
    yield app.button(key="search").click().run()
    app.session_state["plan_details"] = "For the bench"
    yield app.run()


def peaks() -> Iterator[AppTest]:
    """Paste a list."""
    app = opened(page="Peaks", amine="C1CNCCCN1", carbonyl="O=Cc1cccs1")
    yield app
    yield app.text_area(key="pasted_peaks").set_value(PEAKS).run()


def learn() -> Iterator[AppTest]:
    """Learn from three runs, ask for the next and for its sheet."""
    app = opened(page="Learn")
    yield app
    app.segmented_control(key="runs_way").set_value("Upload").run()
    app.file_uploader(key="run_file").set_value(("runs.csv", RUNS.encode(), "text/csv")).run()
    yield app.button(key="fit").click().run()
    app.button(key="find_next").click().run()
    yield app.toggle(key="next_sheet").set_value(True).run()


def rings() -> Iterator[AppTest]:
    """Close a ring, and plan it."""
    app = opened(page="Rings")
    yield app
    app.text_input(key="ring_a").set_value("NCCCCC=O").run()
    yield app.text_input(key="ring_b").set_value("").run()
    yield app.button(key="ring_recommend").click().run()


def libraries() -> Iterator[AppTest]:
    """Screen two lists and lay out a plate; then paste more than a page works through."""
    app = opened(page="Library", reductants="STAB", additions="all_at_once")
    app.text_area(key="library_amines").set_value("NCc1ccccc1 A1\nnonsense\nCCCCN\n")
    app.text_area(key="library_carbonyls").set_value("CCCC=O C1\nCCC=O\n").run()
    yield app.button(key="screen").click().run()
    yield app.button(key="lay_out").click().run()
    yield app.text_area(key="library_amines").set_value("CCN\n" * (library.MOST_PAIRS // 2 + 1)).run()


def model() -> Iterator[AppTest]:
    """Look at the numbers."""
    yield opened(page="Model")


SHEET = ("run_sheet.html", "plan.eln", "charges.xlsx", "charges.csv", "for_sheet.json")
OFFERED: dict[Callable[[], Iterator[AppTest]], tuple[str, ...]] = {
    plan: ("curve.csv", "prediction.csv", "prediction.json", "comparison.csv", *SHEET),
    recommend: ("conditions.csv", "plan.json", *SHEET),
    peaks: ("species.csv", "separation.csv", "peaks.csv", "peaks.json"),
    learn: (
        "runs.csv", "checks.csv", "learned.csv", "calibrated.toml", "next_runs.csv", "charges.csv",
        "run_sheet.html",
    ),
    rings: ("ring.csv", "ring.json", "ring_sheet.html", "ring_plan.csv", "ring_plan.json"),
    libraries: ("library.csv", "library.parquet", "transfers.csv", "sources.csv", "amines.txt", "carbonyls.txt"),
    model: ("model.csv",),
}  # fmt: skip
"""What each page offers besides its pictures."""
MADE_UP = {"file.name": {"amines.txt", "carbonyls.txt"}, "f'{key}.svg'": set()}
"""Names that are not written out where they are offered: of pasted lists, and of pictures."""


@pytest.mark.parametrize("visit", OFFERED, ids=lambda visit: visit.__name__)
def test_every_file_of_a_page_is_opened(
    visit: Callable[[], Iterator[AppTest]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The page offers what is listed, with pictures, and each is read by its reader."""
    made: dict[str, bytes] = {}

    def keep(label: str, make: Callable[[], str | bytes], name: str, of: str = "") -> None:
        content = make()
        made[name] = content.encode() if isinstance(content, str) else content

    monkeypatch.setattr(parts, "download", keep)
    monkeypatch.setattr(library, "asked_screen", lambda: asked.asked_screen() | {"effort": 0.1})
    for app in visit():
        assert not app.exception
        assert not app.error
    pictures = {name for name in made if name.endswith(".svg")}
    assert pictures or visit in (libraries, model) or not importlib.util.find_spec("vl_convert")
    assert set(made) - pictures == set(OFFERED[visit])
    for name, content in made.items():
        read = READERS[name.rpartition(".")[2]]
        read(content, tmp_path) if read is by_arrow_and_duckdb else read(content)


def test_no_download_is_without_its_reader() -> None:
    """What the pages' files offer is what is visited above, each with a reader and a kind that browsers know."""
    named = set()
    for file in Path(planner.__file__).parent.glob("app/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="download") | ast.Name(id="download")):
                    name = node.args[2]
                    named |= {name.value} if isinstance(name, ast.Constant) else MADE_UP[ast.unparse(name)]
                case ast.Attribute(attr="download_button"):
                    assert file.name == "parts.py"
    assert named == {name for names in OFFERED.values() for name in names}
    assert {name.rpartition(".")[2] for name in named} | {"svg"} == set(READERS) == set(parts.MIMES)


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        (by_tables, b"a,b\n1\n"),
        (by_tables, b"a,b\n1,=1+1\n"),
        (by_tables, b"a,b\n1,nan\n"),
        (by_json, b'{"version": NaN}'),
        (by_html, b"<html><title>x</title><h1>x</h1><table><tr></table></html>"),
        (by_html, b"<title>x</title><h1>x</h1><table></table><img src='http://example.org/x.png'>"),
        (by_xml, b"<svg xmlns='http://www.w3.org/2000/svg' width='0'/>"),
    ],
)
def test_readers_see_what_is_wrong(reader: Callable[[bytes], None], content: bytes) -> None:
    """A short row, a formula, what is no number, an element left open and a picture from elsewhere are seen."""
    with pytest.raises((AssertionError, ValueError, pytest.fail.Exception)):
        reader(content)
