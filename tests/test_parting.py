"""Ranking by separation: shown with every recommendation, paid for only where it is asked for."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import planner
from planner.cli import main
from planner.errors import ProcedureError
from planner.mixtures.purification import purify
from planner.plans.recommendation import Plan
from planner.plans.records import plan_record
from planner.plans.saved import open_plan, read_plan, save_plan

PAIRS = (
    ("NCc1ccccc1", "CCCC=O", {}),
    ("C1CNCCCN1", "O=Cc1cccs1", {}),
    ("NCCNCc1ccccc1", "O=Cc1ccccc1", {"target": "di"}),
    ("C1COCCN1", "O=Cc1ccccc1", {}),
)
PRICE = 0.05


@cache
def planned(number: int, separation: bool) -> Plan:
    """Plan one of the pairs."""
    amine, carbonyl, asked = PAIRS[number]
    return planner.recommend(amine, carbonyl, effort=0.1, separation=separation, **asked)


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_it_is_shown_either_way(number: int) -> None:
    """Each recommendation states the difficulty that the purification of its own prediction has."""
    for separation in (False, True):
        for r in planned(number, separation).recommendations:
            assert r.difficulty == pytest.approx(purify(r.prediction).difficulty)
            assert 0.0 <= r.difficulty <= 1.0


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_it_is_paid_for_where_it_is_asked_for(number: int) -> None:
    """The score of a procedure on both lists differs by five points times its difficulty and by nothing else."""
    free, paid = (
        {r.procedure: r for r in planned(number, separation).recommendations} for separation in (False, True)
    )
    both = [(free[procedure], paid[procedure]) for procedure in free if procedure in paid]
    assert both
    for without, with_it in both:
        assert with_it.difficulty is not None
        assert without.score - with_it.score == pytest.approx(PRICE * with_it.difficulty, abs=1e-9)
        assert without.prediction.target_fraction == with_it.prediction.target_fraction


def test_what_is_hard_to_part_falls_behind() -> None:
    """Cyanide forbids the acid window: with the flag its procedure stands no higher than without, and below a twin."""
    places = []
    for separation in (False, True):
        listed = planned(0, separation).recommendations
        places.append(next(r.rank for r in listed if r.procedure.reductant == "NaBH3CN"))
        assert next(r.difficulty for r in listed if r.procedure.reductant == "NaBH3CN") == pytest.approx(1.0)
    assert places[1] >= places[0]


def test_a_plan_is_saved_with_it(tmp_path: Path) -> None:
    """File and back: the request asks for it, each recommendation states it, CSV and JSON hold it."""
    plan = planned(0, True)
    save_plan(plan, tmp_path / "plan.json")
    opened = open_plan(tmp_path / "plan.json")
    assert opened.request.separation
    assert [r.difficulty for r in opened.recommendations] == [r.difficulty for r in plan.recommendations]
    assert [row["difficulty"] for row in opened.rows()] == [r.difficulty for r in plan.recommendations]
    assert plan_record(plan)["limits"]["separation"] is True


def test_an_older_plan_has_none() -> None:
    """A file from before separation was ranked opens, without the flag and without difficulties."""
    record: dict[str, Any] = json.loads(json.dumps(plan_record(planned(0, False))))
    del record["request"]["separation"], record["limits"]["separation"]
    for r in (*record["recommendations"], *(way["recommendation"] for way in record["strategies"])):
        if r is not None:
            del r["difficulty"]
    opened = read_plan(record)
    assert not opened.request.separation
    assert {r.difficulty for r in opened.recommendations} == {None}


def test_the_command_takes_the_flag() -> None:
    """--separation reaches the request, and the words say what is paid."""
    asked = ["recommend", "C1COCCN1", "O=Cc1ccccc1", "--reductant", "STAB", "--top", "1", "--max-time-h", "4"]
    for flag, words in (([], "not ranked"), (["--separation"], "costs five points")):
        done = CliRunner().invoke(main, [*asked, *flag])
        assert done.exit_code == 0, done.output
        assert words in done.stdout


@pytest.mark.parametrize("given", ["yes", 1, None, 0.5])
def test_it_is_asked_for_by_yes_or_no(given: object) -> None:
    """Anything but True or False is refused in one line."""
    with pytest.raises(ProcedureError, match="True or False"):
        planner.recommend("NCc1ccccc1", "CCCC=O", separation=given)


def test_one_isomer_is_parted_from_the_others() -> None:
    """Where any isomer will do the others are no impurity; where one is wanted they are its nearest neighbour."""
    made = planner.predict("NCCNCc1ccccc1", "CCCC=O", draws=16)
    isomers = made.pair.isomers(1)
    assert len(isomers) > 1
    any_of_them, one = purify(made), purify(made, isomer=isomers[0])
    assert not any_of_them.scheme.neighbour.startswith("mono")
    assert one.scheme.neighbour.startswith("mono")
    assert one.difficulty >= any_of_them.difficulty
    assert one.parts[0].smiles == isomers[0]
