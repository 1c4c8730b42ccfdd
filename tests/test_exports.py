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

from planner.cli import main
from planner.errors import TableError
from planner.files.tables import Cell, csv_text, read_csv
from planner.files.writing import write_file
from planner.flask.fields import FIELDS
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans.recommendation import COLUMNS, Plan
from planner.plans.records import plan_record
from planner.plans.saved import open_plan, read_plan, save_plan
from planner.sheets.archives import write_workbook
from planner.sheets.hazards import footnotes
from planner.sheets.runsheet import file_stem, run_sheet
from planner.sheets.sheet import COLUMNS as COLUMNS_OF_SHEET, plan_sheet
from planner.structures.pairs import read_pair

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


def procedures(rows: list[dict[str, Cell]]) -> list[Settled]:
    """Read the procedures of a table of recommendations."""
    return [Settled(**{name: row[name] for name in FIELDS if name in row}) for row in rows]  # type: ignore[arg-type]


def test_csv_gives_the_same_procedures_and_predictions(plan: Plan, tmp_path: Path) -> None:
    """The table has the contract's columns in order; read back, its procedures predict the same fractions."""
    plan.to_csv(tmp_path / "conditions.csv")
    rows = read_csv(tmp_path / "conditions.csv", COLUMNS)
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
    numbers = footnotes((*sheet.work_up, *sheet.hazards))
    said = [*plan.best.reasons, *plan.best.caveats, *sheet.notes]
    assert all(f"<li>{sentence}</li>" in text for sentence in [*said, *sheet.steps])
    cited = [(w.words, numbers[w.source]) for w in sheet.hazards]
    assert all(f"<li>{words}<sup>[{number}]</sup></li>" in text for words, number in cited)
    assert all(f"[{number}] {source}" in text for source, number in numbers.items())
    assert all(f"m/z {product.mz:.4f}" in text for product in plan.best.prediction.products)
    rows = re.findall("<tr>(.*?)</tr>", text, re.DOTALL)
    filled = [c for c in COLUMNS_OF_SHEET if any(row[c] not in (None, "") for row in sheet.rows())]
    shown = (
        len(set(filled) - {"smiles", "note"}) + 1
    )  # drawn; below the name; what was charged is written by hand
    assert rows[0].count("</th>") == shown
    assert [row.count("</td>") for row in rows[1:]] == [shown] * len(sheet.charges)
    assert rows[0].endswith('<th class="blank">charged, mg</th>')
    assert all(f'<td class="name">{charge.name}' in text for charge in sheet.charges)
    assert all(
        f"<small>{charge.supply.note}</small>" in text for charge in sheet.charges if charge.supply.note
    )
    lots = next(line for line in text.splitlines() if "Lots:" in line)
    assert all(charge.name in lots for charge in sheet.charges)
    assert "Operator ___" in text
    assert "<h1>benzylamine + butanal: mono</h1>" in text
    assert text.count("<p>None.</p>") == (not sheet.hazards)
    assert text.count("<title>benzylamine + butanal: mono</title>") == 1
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
    text = csv_text(rows, ("name", "x"))
    assert read_csv(text, ("name", "x")) == rows
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


def test_molar_masses_are_as_on_a_bottle(plan: Plan) -> None:
    """The table of charges has molar masses of three decimals; the sheet works with all of them."""
    sheet = plan_sheet(plan, "250 mg")
    rows = [(row["molar_mass"], charge) for row, charge in zip(sheet.rows(), sheet.charges, strict=True)]
    assert all(m is None or m == round(charge.supply.molar_mass, 3) for m, charge in rows)
    assert ",107.156," in csv_text(sheet.rows(), COLUMNS_OF_SHEET)
    assert not re.search(r"\d\.\d*(00000|99999)", ",".join(str(m) for m, _ in rows))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Predictions as the command line prints them."""
    folder = tmp_path_factory.mktemp("saved")
    asked = {
        "plain": ["NCc1ccccc1", "CCCC=O"],
        "di": ["NCc1ccccc1", "C=O", "--target", "di", "--carbonyl-equivalents", "2.5"],
        "shares": ["isopropylamine", "acetone", "--basis", "carbonyl", "--sensitivity", "--seed", "3"],
    }
    for name, words in asked.items():
        run = CliRunner().invoke(main, ["predict", *words, "--format", "json"])
        assert run.exit_code == 0, run.output
        (folder / f"{name}.json").write_text(run.stdout, encoding="utf-8")
    return {name: folder / f"{name}.json" for name in asked}


@pytest.mark.parametrize("name", ["plain", "di", "shares"])
def test_a_prediction_becomes_a_sheet(name: str, saved: dict[str, Path], tmp_path: Path) -> None:
    """A saved prediction is weighed out as its own procedure, at its own target, and its archive opens as a plan."""
    words = ["sheet", str(saved[name]), "1 mmol", "--eln", str(tmp_path / "x.eln"), "--format", "json"]
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 0, run.output
    made, record = json.loads(run.stdout), json.loads(saved[name].read_text())
    assert made["procedure"] == record["procedure"]
    again = open_plan(tmp_path / "x.eln")
    assert again.best.prediction.target == record["target"]
    assert again.request.basis == record["basis"]
    assert again.best.prediction.target_fraction.mean == record["target_fraction"]["mean"]
    assert "no other procedure was searched" in again.best.reasons[0]


@pytest.mark.parametrize("name", ["plain", "di", "shares"])
def test_a_prediction_opens(name: str, saved: dict[str, Path], tmp_path: Path) -> None:
    """A saved prediction is shown as it was: the same record, the same table, on the screen or in a file."""
    run = CliRunner().invoke(main, ["open", str(saved[name]), "--format", "json"])
    record = json.loads(saved[name].read_text())
    record.pop("sensitivity", None)
    assert json.loads(run.stdout) == record
    run = CliRunner().invoke(
        main, ["open", str(saved[name]), "--format", "csv", "--csv", str(tmp_path / "x.csv")]
    )
    assert run.stdout_bytes == (tmp_path / "x.csv").read_bytes()
    run = CliRunner().invoke(main, ["open", str(saved[name])])
    assert run.stdout.startswith(f"{record['amine']['smiles']} + {record['carbonyl']['smiles']}\n")


@pytest.mark.parametrize("name", ["plain", "di", "shares"])
def test_a_table_says_what_it_is_of(name: str, saved: dict[str, Path]) -> None:
    """The table of a prediction begins with the contract's columns and says pair, procedure, version and seed."""
    record = json.loads(saved[name].read_text())
    rows = read_csv(
        CliRunner().invoke(main, ["open", str(saved[name]), "--format", "csv"]).stdout, ["degree"]
    )
    assert list(rows[0])[:7] == ["degree", "smiles", "fraction", "median", "low", "high", "mz"]
    for row, product in zip(rows, record["products"], strict=True):
        assert [row[c] for c in list(rows[0])[:7]] == [product[c] for c in list(rows[0])[:7]]
        assert (row["amine_smiles"], row["carbonyl_smiles"]) == tuple(
            record[partner]["smiles"] for partner in ("amine", "carbonyl")
        )
        assert {n: row[n] for n in record["procedure"]} == record["procedure"]
        assert [row[n] for n in ("target", "basis", "draws", "seed")] == [
            record[n] for n in ("target", "basis", "draws", "seed")
        ]
        assert row["model_sha256"] == record["model"]["sha256"]
        assert row["planner_version"] == record["version"]


@pytest.mark.parametrize("words", [["sites", "NCCN"], ["models"]])
def test_other_records_are_named(words: list[str], tmp_path: Path) -> None:
    """What another command printed is no plan and no prediction, and is told so."""
    (tmp_path / "x.json").write_text(CliRunner().invoke(main, [*words, "--format", "json"]).stdout)
    for command in (["open", str(tmp_path / "x.json")], ["sheet", str(tmp_path / "x.json"), "1 mmol"]):
        run = CliRunner().invoke(main, command)
        assert run.exit_code == 2
        assert "holds no plan" in run.stderr


@pytest.mark.parametrize(
    ("pair", "stem"),
    [
        (("NCc1ccccc1", "CCCC=O"), "benzylamine_butanal"),
        (("N[C@@H](C)c1ccc(Br)cc1", "O=Cc1cc(F)cnc1"), "C_C_H_N_c1ccc_Br_cc1_O_Cc1cncc_F_c1"),
        (("N" + "C" * 60, "C=O"), "C" * 40 + "_formaldehyde"),
    ],
)
def test_files_are_named_after_the_pair(pair: tuple[str, str], stem: str) -> None:
    """A download's name begins with the pair's names, in letters that every system takes, and is not too long."""
    model = load_model()
    assert file_stem(read_pair(*pair, model), model) == stem
