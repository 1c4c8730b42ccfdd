"""Risks of a library: a pair whose main product is foretold to be another is marked wherever its number is shown."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import pytest

from planner.files.tables import read_csv
from planner.library.matrix import AT_RISK, PALE, PLAIN, _colour
from planner.library.pictures import pair_chart, pair_rows
from planner.library.plates import plate
from planner.library.screened import SUMMARY_COLUMNS, Screen, cell_of, open_screen
from planner.library.screening import screen
from planner.library.wells import SHAPES
from planner.predictions.prediction import predict
from test_library import contrast

AMINES = ["NCc1ccccc1", "CCCCN"]
SAFE, ENAL = "CCCC=O", "O=CC=Cc1ccccc1"
QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",), "additions": ("all_at_once",)}


@pytest.fixture(scope="module")
def one_thread() -> Iterator[Executor]:
    """An executor without processes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, one_thread: Executor) -> Screen:
    """Two amines with an aldehyde and an enal."""
    out = tmp_path_factory.mktemp("risks") / "out"
    return screen(AMINES, [ENAL, SAFE], out=out, executor=one_thread, **QUICK)


def test_a_row_says_which_caveats_foretell_another_product(found: Screen) -> None:
    """They are those of a prediction of the same procedure, and nothing where there are none."""
    rows = [row for table in found.tables() for row in table.to_pylist()]
    assert len(rows) == 4
    for row in rows:
        named = {n: row[n] for n in ("reductant", "solvent", "carbonyl_equivalents", "hold_time_h")}
        own = predict(row["amine_smiles"], row["carbonyl_smiles"], draws=8, **named).product_risks
        assert row["product_risks"] == " | ".join(own)
        assert bool(own) is (row["carbonyl_smiles"] != SAFE)
        assert all(words in row["caveats"] for words in own)


def test_the_best_of_a_partner_is_one_that_works(found: Screen) -> None:
    """A summary counts the pairs at risk, and names as the best one that is not, where there is one."""
    summary = {str(row["smiles"]): row for row in read_csv(found.folder / "summary.csv", SUMMARY_COLUMNS)}
    targets = {
        (row["amine_smiles"], row["carbonyl_smiles"]): row["target_fraction"]
        for table in found.tables()
        for row in table.to_pylist()
    }
    for amine in AMINES:
        assert int(summary[amine]["at_risk"]) == 1
        assert float(summary[amine]["target_best"]) == pytest.approx(targets[amine, SAFE])
    assert int(summary[SAFE]["at_risk"]) == 0
    enal = next(row for smiles, row in summary.items() if smiles not in (*AMINES, SAFE))
    assert int(enal["at_risk"]) == 2
    assert float(enal["target_best"]) > 0  # where all are at risk the best of them


@pytest.mark.parametrize("share", [i / 50 for i in range(51)])
def test_a_cell_at_risk_has_a_colour_of_its_own_on_which_black_reads(share: float) -> None:
    """Its byte tells target and risk; the pale colour is none of the others' at that target, and black reads on it."""
    row = {"status": "planned", "target_fraction": share, "product_risks": ""}
    plain, pale = cell_of(row), cell_of(row | {"product_risks": "The amine is an enone."})
    assert (plain - PLAIN, pale - AT_RISK) == (round(100 * share), round(100 * share))
    assert PLAIN <= plain < AT_RISK <= pale <= 255
    assert contrast(_colour(pale), (0, 0, 0)) >= 4.5
    assert _colour(pale) != _colour(plain)


def test_the_picture_says_it_in_word_and_tip(found: Screen) -> None:
    """A pale cell has a question mark behind its number, and its reason."""
    rows = sorted((row for t in found.tables() for row in t.to_pylist()), key=lambda row: row["pair"])
    drawn = pair_rows(rows, ["A", "B"], ["enal", "butanal"])
    for row, seen in zip(rows, drawn, strict=True):
        assert seen["word"].endswith("?") is bool(row["product_risks"])
        assert seen["risk"] == row["product_risks"]
        assert row["product_risks"] in seen["said"]
    cells, *others = pair_chart(drawn, ["A", "B"], ["enal", "butanal"]).whole()["layer"]
    assert cells["encoding"]["fillOpacity"]["condition"] == {"test": "datum.risk", "value": PALE}
    numbers = next(layer for layer in others if layer["encoding"].get("text"))
    assert "|| datum.risk" in numbers["encoding"]["color"]["condition"]["test"]


def test_a_plate_takes_what_works_first(found: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer wells than pairs those at risk are left, although one of them has a surer target."""
    lows = {
        (row["pair"], bool(row["product_risks"])): row["target_low"]
        for table in found.tables()
        for row in table.to_pylist()
    }
    n_safe = sum(not is_at_risk for _, is_at_risk in lows)
    surest = max(low for (_, is_at_risk), low in lows.items() if is_at_risk)
    assert surest > min(low for (_, is_at_risk), low in lows.items() if not is_at_risk), "it says nothing"
    monkeypatch.setitem(SHAPES, n_safe, (1, n_safe))
    laid = plate(open_screen(found.folder), wells=n_safe)
    assert {well.pair for well in laid.wells} == {pair for pair, is_at_risk in lows if not is_at_risk}
