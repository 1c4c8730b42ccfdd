"""Exports: what was planned comes back as it was, and nothing in a file runs."""

import io
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner import files
from planner.cli import main
from planner.errors import TableError
from planner.files import write_file
from planner.flask.fields import FIELDS
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import draw_parameters
from planner.plans.recommendation import COLUMNS, Plan
from planner.plans.records import plan_record
from planner.plans.saved import open_plan, read_plan, save_plan
from planner.sheets.archives import write_workbook
from planner.sheets.runsheet import run_sheet
from planner.sheets.sheet import COLUMNS as COLUMNS_OF_SHEET, plan_sheet

NASTY = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2",
    "@SUM(A1)",
    'say "x", y',
    "naïve µ ☐",
    "a\nb",
    "'quoted",
    "plain",
]


@pytest.fixture(scope="module")
def plan(stab: Plan) -> Plan:
    """The shared plan: one reductant, several procedures."""
    return stab


def procedures(rows: list[dict[str, files.Cell]]) -> list[Settled]:
    """Read the procedures of a table of recommendations."""
    return [Settled(**{name: row[name] for name in FIELDS if name in row}) for row in rows]  # type: ignore[arg-type]


def test_csv_gives_the_same_procedures_and_predictions(plan: Plan, tmp_path: Path) -> None:
    """The table has the contract's columns in order; read back, its procedures predict the same fractions."""
    plan.to_csv(tmp_path / "conditions.csv")
    rows = files.read_csv(tmp_path / "conditions.csv", COLUMNS)
    assert list(rows[0]) == list(COLUMNS)
    again = procedures(rows)
    assert again == [r.procedure for r in plan.recommendations]
    draws = draw_parameters(plan.model, 1024, plan.request.seed)
    outcome = predict_outcomes(plan.pair, plan.model, again, draws)
    assert outcome.degrees[:, :, 1].mean(axis=1) == pytest.approx(
        [row["target_fraction"] for row in rows], abs=1e-6
    )


def test_json_opens_the_whole_plan(plan: Plan, tmp_path: Path) -> None:
    """A saved plan opens equal to what was saved, without being computed again."""
    save_plan(plan, tmp_path / "plan.json")
    assert open_plan(tmp_path / "plan.json") == plan


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"request": {}}', "not json", '{"request": {"fixed": 3}}']
)
def test_other_json_is_refused(text: str, tmp_path: Path) -> None:
    """What is not a plan is refused in one line that names the file or the record."""
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(TableError, match="plan"):
        open_plan(tmp_path / "x.json")


def test_other_numbers_are_noted(plan: Plan) -> None:
    """A plan made with other numbers says so when it is opened."""
    record = plan_record(plan)
    record["model"] = {"name": "default", "sha256": "0" * 64}
    assert any("other numbers" in note for note in read_plan(json.loads(json.dumps(record))).notes)


class Page(HTMLParser):
    """Collect what a page would load and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "rect", "path", "line", "text", "ellipse", "polygon", "br"):
            self.open.append(tag)
        self.loads += [str(v) for k, v in attrs if k in ("src", "href", "xlink:href")]
        assert tag not in ("script", "iframe", "link", "img")

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()


def test_run_sheet_stands_alone(plan: Plan) -> None:
    """The page loads nothing, closes what it opens, has a drawing, boxes to tick and rules for paper."""
    text = run_sheet(plan, plan.best, plan_sheet(plan, "250 mg"))
    page = Page()
    page.feed(text)
    assert page.open == []
    assert page.loads == []
    assert text.count("<svg") >= 4
    assert "@media print" in text
    assert 'class="ticks"' in text


def test_run_sheet_escapes(plan: Plan) -> None:
    """Text that looks like markup, or like the template's own, stays text."""
    evil = replace(plan.best, reasons=('<script>alert("x")</script>', "a & b", "{{ 7 * 7 }} isn't"))
    text = run_sheet(plan, evil, plan_sheet(plan, "250 mg"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "alert(&quot;x&quot;)" in text
    assert "a &amp; b" in text
    assert "{{ 7 * 7 }} isn&#x27;t" in text


def test_run_sheet_says_all_of_the_sheet(plan: Plan) -> None:
    """The page holds every charge, step, hazard, mass, reason and caveat, and says where there is none."""
    sheet = plan_sheet(plan, "250 mg")
    text = unescape(run_sheet(plan, plan.best, sheet))
    said = [*sheet.steps, *plan.best.reasons, *plan.best.caveats, *sheet.notes]
    said += [f"{hazard.sentence} [{hazard.source}]" for hazard in sheet.hazards]
    assert all(f"<li>{sentence}</li>" in text for sentence in said)
    assert all(f"m/z {product.mz:.4f}" in text for product in plan.best.prediction.products)
    rows = re.findall("<tr>(.*?)</tr>", text)
    assert rows[0].count("</th>") == len(COLUMNS_OF_SHEET)  # all but SMILES, which is drawn, and a blank one
    assert [row.count("</td>") for row in rows[1:]] == [len(COLUMNS_OF_SHEET)] * len(sheet.charges)
    assert all(f"<td>{charge.supply.name}</td>" in text for charge in sheet.charges)
    assert text.count("<p>None.</p>") == (not sheet.hazards)
    bare = run_sheet(plan, replace(plan.best, reasons=()), replace(sheet, hazards=()))
    assert bare.count("<p>None.</p>") == 2


def test_workbook_keeps_text_as_text(tmp_path: Path) -> None:
    """A cell that looks like a formula is text in the workbook."""
    openpyxl = pytest.importorskip("openpyxl", reason="the extra excel is not installed")
    write_workbook({"page": ([{"a": text, "b": 1.5} for text in NASTY], ("a", "b"))}, tmp_path / "x.xlsx")
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["page"]
    cells = [page.cell(row=i, column=1) for i in range(2, len(NASTY) + 2)]
    assert [c.value for c in cells] == NASTY
    assert {c.data_type for c in cells} == {"s"}


def test_ten_thousand_rows_survive() -> None:
    """A large table with commas, quotes, line breaks, unicode and formulas reads back as it was written."""
    rows = [
        {"name": f"{NASTY[i % len(NASTY)]} {i}" if i % 3 else NASTY[i % len(NASTY)], "x": i / 7}
        for i in range(10_000)
    ]
    text = files.csv_text(rows, ("name", "x"))
    assert files.read_csv(text, ("name", "x")) == rows
    assert not re.search(r'(?m)^"?[=+@-]', text.split("\r\n", 1)[1])


def test_files_are_whole_or_absent(tmp_path: Path) -> None:
    """A file that cannot be replaced is left as it was, and no scraps stay behind."""
    place = tmp_path / "x.csv"
    write_file(place, b"first")
    write_file(place, b"second")
    assert place.read_bytes() == b"second"
    (tmp_path / "folder").mkdir()
    with pytest.raises(TableError, match="folder"):
        write_file(tmp_path / "folder", b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "x.csv"]


def test_command_line_from_plan_to_bench(plan: Plan, tmp_path: Path) -> None:
    """A saved plan opens and becomes a sheet, a page and an archive on the command line."""
    save_plan(plan, tmp_path / "plan.json")
    run = CliRunner().invoke(main, ["open", str(tmp_path / "plan.json"), "--format", "csv"])
    assert run.exit_code == 0
    assert io.StringIO(run.stdout).readline().strip() == ",".join(COLUMNS)
    words = ["sheet", str(tmp_path / "plan.json"), "250 mg", "--purity", "amine=0.95", "--format", "json"]
    words += [
        "--html",
        str(tmp_path / "s.html"),
        "--eln",
        str(tmp_path / "s.eln"),
        "--csv",
        str(tmp_path / "s.csv"),
    ]
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["charges"][1]["amount_mmol"] == pytest.approx(
        0.95 * 250 / 107.156, rel=1e-4
    )
    assert {p.name for p in tmp_path.iterdir()} == {"plan.json", "s.html", "s.eln", "s.csv"}


@pytest.mark.parametrize(
    "words",
    [
        ["sheet", "PLAN", "250 furlongs"],
        ["sheet", "PLAN", "1 mmol", "--rank", "99"],
        ["sheet", "PLAN", "1 mmol", "--purity", "amine=much"],
        ["sheet", "PLAN", "1 mmol", "--purity", "water=0.9"],
        ["sheet", "PLAN", "1 mmol", "--purity", "amine=1.7"],
        ["sheet", "PLAN", "1 mmol", "--bottle", "amine=aniline"],
        ["sheet", "nowhere.json", "1 mmol"],
        ["open", "nowhere.json"],
    ],
)
def test_command_line_refusals(words: list[str], plan: Plan, tmp_path: Path) -> None:
    """What cannot be weighed ends with one line and exit code 2."""
    save_plan(plan, tmp_path / "plan.json")
    run = CliRunner().invoke(main, [str(tmp_path / "plan.json") if w == "PLAN" else w for w in words])
    assert run.exit_code == 2
    assert run.stderr.startswith("Error: ")
    assert len(run.stderr.strip().splitlines()) == 1
