"""Leading: what a search ends with depends little on where it looked, and limits that can be met are met."""

from dataclasses import replace
from typing import Any

import pytest

from planner.library.bearing import led
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import judge
from planner.plans.allowed import BELOW_BOILING_K
from planner.plans.planning import recommend, search_plan
from planner.plans.request import build_request
from planner.plans.rooms import room_of
from planner.plans.rounding import neighbours
from planner.plans.search import Cell, Trial
from planner.plans.shortlist import SEARCH_DRAWS
from planner.plans.strategies import Found
from planner.plans.walking import FINER, LEAST_GAIN, Way, refine

QUICK: dict[str, Any] = {"effort": 0.1}


def found_for(amine: str, carbonyl: str, **asked: Any) -> Found:
    """Search as a recommendation does."""
    request = build_request(amine, carbonyl, QUICK | asked)
    return search_plan(request, load_model(), lambda done, words: None)[0]


@pytest.mark.parametrize(
    "pair",
    [
        ("NCc1ccccc1", "CCCC=O"),
        ("C1CCNCC1", "O=C1CCCCC1"),
        ("Nc1ccccc1", "O=Cc1ccccc1"),
        ("CC(C)N", "CC(C)=O"),
    ],
)
def test_thrice_the_trials_lead_to_what_is_as_good(pair: tuple[str, str]) -> None:
    """The score of the best, on the same draws, is the same within half a point however much was tried before."""
    few, many = found_for(*pair), found_for(*pair, effort=0.3)
    ends = [max(found.final, key=lambda t: t.score).procedure for found in (few, many)]
    scores = judge(many.nodes, ends, SEARCH_DRAWS).score
    assert scores[0] == pytest.approx(scores[1], abs=0.005)


@pytest.mark.parametrize(
    "pair", [("NCCC#N", "CCOc1cc(C=O)ccc1OC"), ("C1COCCN1", "O=Cc1ccccc1"), ("Nc1ccccc1", "O=Cc1ccccc1")]
)
def test_in_the_solvent_that_is_taken_nothing_near_by_is_better(pair: tuple[str, str]) -> None:
    """No number of a notebook beside those of the best scores more, in the solvent that replaced a hazardous one."""
    found = found_for(*pair, reductants="STAB")
    best = max(found.final, key=lambda t: t.score)
    default = found.nodes.model.reductant("STAB").default_solvent
    assert best.procedure.solvent != default, "no solvent was replaced: the pair says nothing"
    around = neighbours(best.cell, best.procedure, found.nodes.aim.degree)
    assert judge(found.nodes, around, SEARCH_DRAWS).score.max() <= best.score + 2 * LEAST_GAIN


def test_a_solvent_that_boils_low_is_not_walked_above_its_boiling_point() -> None:
    """The span of the temperature ends where that of the solvent's own cell does, or of the cell it was found in."""
    asked = {"reductants": "2-picoline borane", "max_temperature_C": 60}
    found = found_for("C1COCCN1", "O=Cc1ccccc1", **asked)
    trial = max(found.final, key=lambda t: t.score)
    here, cut = hottest(trial.cell), set()
    for name in found.room.solvents(trial):
        request = build_request("C1COCCN1", "O=Cc1ccccc1", QUICK | asked | {"solvents": name})
        own, _ = room_of(request, found.room.pair, found.room.model, found.room.aim)
        cooled = hottest(found.room.in_solvent(trial, name).cell)
        assert cooled == min(here, hottest(own.cells[0])), name
        cut.add(cooled < here)
    assert cut == {True, False}, "all boil as high, or as low: the pair says nothing"


DCM_ONLY: dict[str, Any] = {
    "reductants": "STAB",
    "exclude_solvents": ["THF", "MeCN", "EtOAc", "toluene"],
    "max_temperature_C": 60,
}
"""Limits that leave one solvent to replace the hazardous default, which boils at 40 C."""


@pytest.mark.parametrize("pair", [("C1COCCN1", "O=Cc1ccccc1"), ("NCc1ccccc1", "CCCC=O")])
def test_nothing_that_is_found_boils(pair: tuple[str, str]) -> None:
    """Every flask of a search, a Pareto set's included, stays as far below its solvent's boiling point as asked."""
    found = found_for(*pair, **DCM_ONLY)
    flasks = [t.procedure for t in found.final]
    assert "DCM" in {p.solvent for p in flasks}, "no solvent was replaced: the pair says nothing"
    for p in flasks:
        assert p.temperature_C <= boiling_point(found.nodes.model, p.solvent) - BELOW_BOILING_K


def test_no_follower_walks_to_where_its_solvent_boils() -> None:
    """What a pair takes from another in a solvent of its own has temperatures that end below."""
    found = found_for("C1COCCN1", "O=Cc1ccccc1", **DCM_ONLY)
    leader = next(t for t in found.final if t.procedure.solvent == "DCM")
    (taken,) = led(found.room, [leader])
    assert taken.procedure == leader.procedure
    ends = hottest(taken.cell)
    assert ends <= boiling_point(found.room.model, "DCM") - BELOW_BOILING_K < hottest(found.room.cells[0])


def boiling_point(model: Model, solvent: str) -> float:
    """Say where a solvent boils [C]."""
    found = model.solvent(solvent).boiling_point_C
    assert found is not None
    return found


def hottest(cell: Cell) -> float:
    """Say where the temperatures of a cell end [C]."""
    (knob,) = (k for k in cell.knobs if k.field == "temperature_C")
    return knob.high


@pytest.mark.parametrize("held", [0.95, 1.37, 2.1])
def test_a_hydride_that_is_held_is_held_in_every_way(held: float) -> None:
    """One to one is among the ways, whatever number is held, and no way has another."""
    plan = recommend("CC(C)CN", "CC(=O)c1ccccc1", reductant_equivalents=held, **QUICK)
    ways = {w.name: w.recommendation.procedure for w in plan.strategies if w.recommendation is not None}
    assert ways["one_to_one"].carbonyl_equivalents == pytest.approx(1.0, abs=0.1)
    assert {p.reductant_equivalents for p in ways.values()} == {held}


@pytest.mark.parametrize(
    "held",
    [
        {"concentration_M": 0.15},
        {"hold_time_h": 7.0},
        {"addition": "slow_carbonyl", "addition_time_h": 1.3, "hold_time_h": 8.0},
        {"acid_equivalents": 0.35, "concentration_M": 0.3},
    ],
    ids="+".join,
)
def test_what_is_held_is_held_in_every_way(held: dict[str, Any]) -> None:
    """Whatever field a request holds, no way to the product has another number there."""
    plan = recommend("NCCO", "O=Cc1cccs1", **held, **QUICK)
    ways = [w.recommendation.procedure for w in plan.strategies if w.recommendation is not None]
    assert ways
    for p in ways:
        assert {name: getattr(p, name) for name in held} == held


@pytest.mark.parametrize("limit", ["min_target_low", "max_over_alkylation"])
def test_a_limit_that_a_plan_meets_can_be_asked_for(limit: str) -> None:
    """What a plan under a limit reaches with room to spare is reached when just that is the limit."""
    asked = {"min_target_low": 0.7} if limit == "min_target_low" else {"max_over_alkylation": 0.04}
    first = found_for("NCc1ccccc1", "CCCC=O", **asked).listed[0]
    reached = first.low if limit == "min_target_low" else first.over
    tighter = reached - 0.01 if limit == "min_target_low" else reached + 0.005
    again = found_for("NCc1ccccc1", "CCCC=O", **{limit: tighter}).listed[0]
    assert _keeps(again, limit, tighter)


def _keeps(trial: Trial, limit: str, bound: float) -> bool:
    """Tell whether a trial keeps a limit, by the draws of the report."""
    return trial.low >= bound if limit == "min_target_low" else trial.over <= bound


def test_nothing_charged_is_planned_and_gives_nothing() -> None:
    """A charge of nothing is a charge: what is proposed keeps it, and its target is nothing."""
    plan = recommend("NCc1ccccc1", "CCCC=O", carbonyl_equivalents=0.0, **QUICK)
    assert plan.best.procedure.carbonyl_equivalents == 0.0
    assert plan.best.prediction.target_fraction.mean == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("pair", "addition", "end"),
    [(("C1CNCCN1", "CCCC=O"), "imine_first", 10.0), (("NC1CCCCC1", "CC(=O)c1ccccc1"), "all_at_once", 35.0)],
)
def test_both_ends_of_a_window_with_one_number_are_tried(
    pair: tuple[str, str], addition: str, end: float
) -> None:
    """Between 10 and 35 C a notebook has 25 C alone; where the cold or the warm end is clearly better it is taken."""
    window = found_for(*pair, temperature_window_C=(10.0, 35.0), reductants=("STAB",))
    bench = replace(window.nodes, floors={})
    tries = [t for t in window.trials if t.cell.asked.addition == addition]
    start = max(tries, key=lambda t: t.score)
    values = start.cell.values(start.procedure)
    usual, other = (start.cell.possible(values | {"temperature_C": celsius}) for celsius in (25.0, end))
    scores = judge(bench, [usual, other], SEARCH_DRAWS).score
    assert scores[1] > scores[0] + FINER, "the end is no better: the pair says nothing"
    way = Way(bench=bench, trial=replace(start, procedure=usual, score=float(scores[0])))
    refine([way], SEARCH_DRAWS)
    assert way.trial.score >= scores[1] - FINER
