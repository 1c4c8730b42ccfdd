"""Tables to fill: a plan's runs before they are made come back from the bench as the plan's procedures."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.calibration.runs import Run, read_run_table, read_runs
from planner.calibration.templates import template_columns, template_row, template_rows
from planner.cli import main
from planner.comparisons.observed import degree_names
from planner.errors import TableError
from planner.files.tables import csv_text, read_csv, to_frame
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure
from planner.model.parameters import load_model
from planner.plans.recommendation import Plan
from planner.plans.saved import save_plan
from planner.structures.pairs import read_pair

PAIRS = (
    ("NCc1ccccc1", "CCCC=O"),
    ("CNCc1ccccc1", "37 % formalin"),
    ("C1CNCCCN1", "O=Cc1cccs1"),
    ("NCCN", "O=C1CCCC1"),
)
PEAKS = "m/z;Area\n108.0808;1200\n164.1434;30000\n220.2060;1500\n"
"""Benzylamine, its mono- and its dibutyl product."""


def settled(runs: Sequence[Run]) -> list[dict[str, object]]:
    """Fields of the procedures of runs."""
    return [{name: getattr(run.procedure, name) for name in FIELDS} for run in runs]


def test_a_filled_template_gives_the_procedures_of_the_plan(stab: Plan) -> None:
    """What `planner sheet --runs` writes, with values written into it, is read as the plan's procedures, unchanged."""
    rows, columns = template_rows(stab)
    found = dict(zip(degree_names(stab.pair), (10.0, 85.5, 4.5), strict=True))
    filled = [row | found | {"detector": "UV", "lot": "L1", "note": "clear"} for row in rows]
    for table in (csv_text(filled, columns), to_frame(filled, columns), filled):
        runs = read_runs(table)
        assert settled(runs) == [{n: getattr(r.procedure, n) for n in FIELDS} for r in stab.recommendations]
        assert [run.run for run in runs] == [f"rank {r.rank}" for r in stab.recommendations]
        assert {(run.observed, run.detector, run.lot, run.note, run.kind) for run in runs} == {
            (tuple(found.items()), "UV", "L1", "clear", "area")
        }


def test_runs_that_were_not_made_are_left_out(stab: Plan) -> None:
    """Rows of the template that stay empty are left out with a remark; all empty, the table is refused."""
    rows, columns = template_rows(stab)
    filled = [rows[0] | {"mono": 3, "di": 1}, *rows[1:]]
    table = read_run_table(csv_text(filled, columns))
    assert [run.run for run in table.runs] == ["rank 1"]
    assert any("left out" in remark for remark in table.remarks)
    with pytest.raises(TableError, match="no row says what was found"):
        read_runs(csv_text(rows, columns))


@pytest.mark.parametrize(("amine", "carbonyl"), PAIRS)
def test_every_pair_has_a_column_for_each_of_its_degrees(amine: str, carbonyl: str) -> None:
    """The template has the degrees of the pair and no other, and names the bottles so that they are read again."""
    pair = read_pair(amine, carbonyl, load_model())
    columns = template_columns(pair)
    assert [name for name in columns if name in degree_names(pair)] == list(degree_names(pair))
    assert {"tri", "tetra"} & set(columns) == {"tri", "tetra"} & set(degree_names(pair))
    found = dict.fromkeys(degree_names(pair), 1.0)
    row = template_row(pair, Procedure(reductant="STAB"), "A") | found
    run = read_runs(csv_text([row], columns))[0]
    again = read_pair(run.amine, run.carbonyl, load_model())
    assert again.texts == pair.texts


def test_the_command_writes_the_table_to_fill(stab: Plan, tmp_path: Path) -> None:
    """`planner sheet --runs` writes the template beside the sheet, and refuses a file of another kind."""
    plan, runs = tmp_path / "plan.json", tmp_path / "runs.csv"
    save_plan(stab, plan)
    ran = CliRunner().invoke(main, ["sheet", str(plan), "250 mg", "--runs", str(runs)])
    assert ran.exit_code == 0, ran.output
    assert "wrote" in ran.stderr
    rows, columns = template_rows(stab)
    assert runs.read_text(encoding="utf-8") == csv_text(rows, columns).replace("\r\n", "\n")
    written = [line.split(",")[0] for line in runs.read_text(encoding="utf-8").splitlines()[1:]]
    assert written == [row["run"] for row in read_csv(runs, columns)]
    assert written == [f"rank {r.rank}" for r in stab.recommendations]
    for other in ("runs.json", "runs.toml"):
        ran = CliRunner().invoke(main, ["sheet", str(plan), "250 mg", "--runs", str(tmp_path / other)])
        assert ran.exit_code == 2, other
    ran = CliRunner().invoke(main, ["sheet", str(plan), "1 g", "--csv", str(runs), "--runs", str(runs)])
    assert (ran.exit_code, "name another file" in ran.stderr) == (2, True)


def unfilled(stab: Plan) -> str:
    """Write the template of a plan."""
    return csv_text(*template_rows(stab))


def test_peaks_fill_the_run_that_they_are_of(stab: Plan) -> None:
    """The areas of a peak list are what was found in its run, by MS unless the row says another detector."""
    table = read_run_table(unfilled(stab), peaks={"1": PEAKS})
    run = table.runs[0]
    assert run.run == "rank 1"
    assert read_runs_with(unfilled(stab), {"rank 1": PEAKS}) == table.runs
    assert (run.kind, run.detector) == ("area", "MS")
    assert dict(run.observed) == {"unreacted": 1200.0, "mono": 30000.0, "di": 1500.0}
    assert any("areas from its peaks" in remark for remark in table.remarks)
    rows, columns = template_rows(stab)
    one = csv_text([rows[0] | {"detector": "UV"}], columns)
    assert read_runs(read_run_table(one, peaks={"": PEAKS}).runs)[0].detector == "UV"


def test_a_degree_outside_of_the_list_is_not_known_and_one_within_is_nought(stab: Plan) -> None:
    """Where a list begins above the amine, what is left of it is not known; a gap within the list is 0."""
    cut = read_run_table(unfilled(stab), peaks={"1": "164.1434 30000\n220.2060 1500\n"})
    assert dict(cut.runs[0].observed) == {"mono": 30000.0, "di": 1500.0}
    assert any("unreacted (m/z 108.1) lies outside of the list" in remark for remark in cut.remarks)
    gap = read_run_table(unfilled(stab), peaks={"1": "108.0808 1200\n220.2060 1500\n"})
    assert dict(gap.runs[0].observed) == {"unreacted": 1200.0, "mono": 0.0, "di": 1500.0}


@pytest.mark.parametrize(
    ("peaks", "words"),
    [
        ({"7": PEAKS}, "peaks of run '7': no row has this name"),
        ({"": PEAKS}, "write RUN=PATH"),
        ({"1": "108.0808 1200\n"}, "fewer than two degrees"),
        ({"1": "108.0808\n164.1434\n"}, "fewer than two degrees"),
        ({"1": "nothing here\n"}, "row 2 (run rank 1), its peaks:"),
    ],
)
def test_peaks_that_cannot_be_used_are_refused_with_their_run(
    stab: Plan, peaks: dict[str, str], words: str
) -> None:
    """A list of a run that is not there, of several runs or without two degrees is refused in one line."""
    with pytest.raises(TableError) as caught:
        read_runs_with(unfilled(stab), peaks)
    assert words in str(caught.value)


def test_peaks_never_replace_what_was_typed(stab: Plan) -> None:
    """Peaks of a row that holds numbers already are refused."""
    rows, columns = template_rows(stab)
    with pytest.raises(TableError, match="its row holds what was found"):
        read_runs_with(csv_text([rows[0] | {"mono": 3, "di": 1}], columns), {"1": PEAKS})


def read_runs_with(text: str, peaks: dict[str, str]) -> tuple[Run, ...]:
    """Read a table with peaks."""
    return read_run_table(text, peaks=peaks).runs
