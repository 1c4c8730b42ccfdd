"""The whole curve against the charge: the same numbers as single predictions, everywhere the same."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

import planner
from planner.cli import main
from planner.files.tables import read_csv
from planner.predictions.charge_curve import CURVE_COLUMNS, charge_curve, curve_rows, right_end

PAIR = ("benzylamine", "butanal")


@pytest.mark.parametrize("basis", ["amine", "carbonyl"])
def test_each_point_is_the_prediction_of_its_charge(basis: str) -> None:
    """Target, and what lies above it, of a point are those of a prediction with that charge on the same draws."""
    here = planner.predict(*PAIR, basis=basis, addition="slow_carbonyl", addition_time_h=2.0)
    rows = curve_rows(here)
    for charge in (0.5, 1.0, 1.5):
        alone = planner.predict(
            *PAIR,
            basis=basis,
            draws=64,
            addition="slow_carbonyl",
            addition_time_h=2.0,
            carbonyl_equivalents=charge,
        )
        at = {int(row["degree"]): row for row in rows if row["carbonyl_equivalents"] == pytest.approx(charge)}
        assert at[1]["fraction"] == pytest.approx(alone.target_fraction.mean, abs=1e-6)
        assert at[1]["low"] == pytest.approx(alone.target_fraction.low, abs=1e-6)
        assert at[2]["fraction"] == pytest.approx(alone.over_alkylation.mean, abs=1e-6)


def test_shares_of_the_amine_add_up_at_every_charge() -> None:
    """All degrees of a charge together are the amine."""
    rows = curve_rows(planner.predict("C1CNCCNC1", "benzaldehyde"))
    for charge in {row["carbonyl_equivalents"] for row in rows}:
        whole = sum(row["fraction"] for row in rows if row["carbonyl_equivalents"] == charge)
        assert whole == pytest.approx(1.0, abs=1e-6)


def test_the_curve_reaches_where_one_stands() -> None:
    """However large the charge is, the picture holds it; it does not move while one walks below twice the need."""
    assert right_end(0.3, 2) == right_end(1.2, 2) == 4.0
    for charge in (0.1, 1.0, 2.5, 7.3, 40.0):
        assert right_end(charge, 2) >= charge


def test_app_script_and_command_line_draw_one_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of the command line, the rows of Python and those that the app draws are the same."""
    file = tmp_path / "curve.csv"
    run = CliRunner().invoke(main, ["predict", *PAIR, "--hold-time-h", "8 h", "--curve", str(file)])
    assert run.exit_code == 0, run.stderr
    rows = curve_rows(planner.predict(*PAIR, hold_time_h=8.0))
    assert read_csv(file, CURVE_COLUMNS) == rows
    drawn = []

    def kept(*given: Any, **named: Any) -> Any:
        drawn.append(charge_curve(*given, **named))
        return drawn[-1]

    monkeypatch.setattr("planner.app.answers.charge_curve", kept)
    app = AppTest.from_file(str(Path(__file__).parents[1] / "streamlit_app.py"), default_timeout=60)
    app.query_params["hold_time_h"] = "8"
    app.run()
    assert not app.exception
    assert drawn == [rows]
