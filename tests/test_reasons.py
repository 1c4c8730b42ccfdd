"""Reasons: sentences that are true of the runs they were computed from."""

import re
from dataclasses import replace

import numpy as np
import pytest

from parts_set import shipped_with
from planner.flask.procedure import Procedure, procedure_words
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans.aims import NOTHING, Bench, judge, read_aim
from planner.plans.feeding import REASON_DRAWS, _best_threshold, slow_addition
from planner.plans.planning import plan_curves, plan_slow_addition, recommend
from planner.plans.recommendation import Plan
from planner.plans.words import plan_text
from planner.structures.pairs import read_pair


@pytest.fixture(scope="module")
def plan(stab: Plan) -> Plan:
    """STAB with all four additions."""
    return stab


def bench_of(plan: Plan) -> Bench:
    """Judge as the reasons do."""
    return Bench(
        pair=plan.pair,
        model=plan.model,
        aim=plan.aim,
        draws=draw_parameters(plan.model, 1024, plan.request.seed),
    )


def test_margin_over_the_next_one(plan: Plan) -> None:
    """The points and the share of draws by which the first is ahead are those of the two procedures."""
    marks = judge(bench_of(plan), [r.procedure for r in plan.recommendations[:2]], REASON_DRAWS)
    ahead = marks.wanted[0] - marks.wanted[1]
    said = next(s for s in plan.best.reasons if "the next one" in s)
    assert f"{100 * abs(ahead.mean()):.1f} points" in said
    assert f"{100 * (ahead > 0).mean():.0f} %" in said


def test_runner_up_says_what_it_lacks(plan: Plan) -> None:
    """Each lower recommendation says how far it is behind the first."""
    assert all(re.search(r"the first", " ".join(r.reasons)) for r in plan.recommendations[1:])


def test_statistics_are_stated(plan: Plan) -> None:
    """The binomial split for the same charge is stated beside the plan."""
    split = plan.best.prediction.statistical
    assert any(" / ".join(f"{100 * f:.0f}" for f in split) in s for s in plan.best.reasons)


def test_slow_addition_is_a_probability_with_an_interval(plan: Plan) -> None:
    """The share of draws in which slow addition helps is that of the two runs; an experiment never hurts."""
    found = slow_addition(bench_of(plan), plan.best.procedure)
    assert found is not None
    assert 0.0 <= found.probability <= 1.0
    assert found.gain[1] <= found.gain[0] <= found.gain[2]
    assert found.certainty >= max(found.probability, 1.0 - found.probability)
    assert found.gain[0] == pytest.approx(found.means[1] - found.means[0])
    assert plan.best.procedure in (found.other, found.slow)
    first, second = (f"{100 * mean:.0f} %" for mean in found.means)
    said = next(s for s in plan.best.reasons if "eeding" in s)
    assert first in said
    assert second in said
    assert f"gain in {100 * found.probability:.0f} % of the draws" in said


def with_exchange(factor: float) -> Bench:
    """The benzylamine and butanal bench with the exchange constant of every draw scaled and its spread narrowed."""
    model, pair = shipped_with(), read_pair("CCCCN", "CCCC=O")
    parameters = tuple(
        replace(p, value=p.value * factor, log10_sd=0.2) if p.name == "exchange.reference" else p
        for p in model.parameters
    )
    scaled = replace(model, parameters=parameters)
    return Bench(
        pair=pair,
        model=scaled,
        aim=read_aim("mono", pair, "amine", None),
        draws=draw_parameters(scaled, 256, 0),
    )


def test_exchange_decides_whether_slow_addition_helps() -> None:
    """Fast exchange makes slow addition likely to help, no exchange unlikely: the known regimes."""
    procedure, _ = settle(Procedure(hold_time_h=24.0), shipped_with())
    fast, none = (slow_addition(with_exchange(f), procedure) for f in (1e3, 1e-6))
    assert fast is not None
    assert none is not None
    assert fast.probability > 0.9
    assert none.probability < 0.1


def test_threshold_parts_what_can_be_parted() -> None:
    """A reading that decides is found, above or below; a reading that says nothing is as good as the majority."""
    values = np.linspace(0.0, 1.0, 101)
    right, cut, above = _best_threshold(values, values > 0.305)
    assert (right, above) == (1.0, True)
    assert 0.30 <= cut <= 0.31
    right, _, above = _best_threshold(values, values < 0.305)
    assert (right, above) == (1.0, False)
    assert _best_threshold(values, np.ones(101, bool))[0] == 1.0
    alternating = np.arange(101) % 2 == 0
    assert _best_threshold(values, alternating)[0] <= 0.53


def test_out_of_reach_is_said_with_ways_out() -> None:
    """Mono-alkylation of a symmetric diamine is out of reach of the charge; the strategies are the ways out."""
    found = recommend("CNCCNC", "O=Cc1ccccc1", reductants=("STAB",), additions=("all_at_once",))
    assert "No charge within the limits" in " ".join(found.best.reasons)
    assert {"excess_amine", "protect"} <= {s.name for s in found.strategies}
    found = recommend("CCCCN", "C=O", reductants=("NaBH3CN",), additions=("all_at_once",))
    assert "other_route" in {s.name for s in found.strategies}


def test_reach_is_not_denied_where_there_is_some(plan: Plan) -> None:
    """A good plan is not called out of reach."""
    assert not any("No charge within the limits" in s for s in plan.best.reasons)


def test_curves_pass_through_the_optimum(plan: Plan) -> None:
    """Each knob's curve spans its range, and no point of it beats the optimum by more than a point of the mean."""
    rows = plan_curves(plan)
    assert {row["field"] for row in rows} >= {
        "carbonyl_equivalents",
        "reductant_equivalents",
        "hold_time_h",
        "temperature_C",
    }
    best = plan.best.prediction.target_fraction.mean
    within = [row for row in rows if float(row["over_alkylation"]) <= 0.05]
    assert max(float(row["target_fraction"]) for row in within) <= best + 0.015
    assert all(float(r["target_low"]) <= float(r["target_fraction"]) + 0.2 for r in rows)


def test_words_hold_every_choice() -> None:
    """The short phrase of a procedure names what it has and nothing that it has not."""
    settled, _ = settle(
        Procedure(addition="slow_carbonyl", addition_time_h=3.0, acid_equivalents=0.5),
        load_model(),
    )
    assert (
        procedure_words(settled)
        == "STAB 1.5 eq, carbonyl 1 eq, AcOH 0.5 eq, slow carbonyl, over 3 h, hold 16 h, 25 C, DCE"
    )


@pytest.mark.parametrize(
    ("amine", "carbonyl", "asked"),
    [
        ("40 % methylamine in water", "O=C(c1ccccc1)c1ccccc1", {}),
        ("CC(C)N", "CC(=O)c1ccccc1", {}),
        ("Nc1ccccc1", "CC(=O)C(C)(C)C", {}),
        ("NCc1ccccc1", "CCCC=O", {"reductants": ("STAB",)}),
        ("C1CNCCN1", "O=Cc1ccccc1", {"reductants": ("2-picoline borane", "NaBH3CN")}),
        ("NCCN", "O=C1CCCCC1", {"target": "di"}),
    ],
)
def test_the_first_does_not_lose_to_its_own_reason(
    amine: str, carbonyl: str, asked: dict[str, object]
) -> None:
    """A first that feeds gives at least what everything at once gives; one that does not loses a point to no feed."""
    plan = recommend(amine, carbonyl, effort=0.2, **asked)
    found = plan_slow_addition(plan)
    assert found is not None
    mean = found.gain[0]
    assert mean > -1e-6 if plan.best.procedure.addition == "slow_carbonyl" else mean < 0.01 + 1e-6


def test_an_addition_that_is_excluded_stays_out() -> None:
    """Where everything at once is excluded it is not proposed, however much it would give."""
    plan = recommend(
        "methylamine", "O=C(c1ccccc1)c1ccccc1", effort=0.2, exclude_additions="all_at_once", top=3
    )
    assert "all_at_once" not in {r.procedure.addition for r in plan.recommendations}


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [("CC(C)(C)N", "O=C(C(C)(C)C)C(C)(C)C"), ("CC(C)(C)NC(C)(C)C", "CC(=O)c1ccccc1")],
)
def test_where_nothing_is_made_nothing_is_compared(amine: str, carbonyl: str) -> None:
    """No optimum, no feed, no way at 0 % and no difficulty of a product that is not there; the other routes stay."""
    plan = recommend(amine, carbonyl, effort=0.1)
    assert plan.best.prediction.target_fraction.mean < NOTHING
    said = " ".join(reason for r in plan.recommendations for reason in r.reasons)
    for words in ("optimum", "Feeding", "feeding", "Statistics", "condenses", "behind"):
        assert words not in said
    assert plan_slow_addition(plan) is None
    assert all(way.target_fraction is None or way.target_fraction.mean >= NOTHING for way in plan.strategies)
    assert {r.difficulty for r in plan.recommendations} == {None}
    assert any(way.name == "other_route" for way in plan.strategies)
    assert "half a per cent" in plan_text(plan)


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [("NCCN", "37 % formalin"), ("NCCCN", "formalin"), ("CC(C)(C)N", "O=C(c1ccccc1)c1ccccc1")],
)
def test_no_listed_procedure_gives_more_than_the_plan_says(amine: str, carbonyl: str) -> None:
    """Where a plan does not work, the most that it names is the most that it lists."""
    plan = recommend(amine, carbonyl, effort=0.1)
    assert not plan.useful
    (named,) = re.findall(r"more than (\d+) % of the target\.", plan_text(plan))
    listed = [r.prediction.target_fraction.mean for r in plan.recommendations]
    assert float(named) == round(100 * max(listed))
    for reason in plan.best.reasons:
        for about in re.findall(r"gives more than about (\d+) %", reason):
            assert float(about) >= 100 * max(listed) - 1.0


@pytest.mark.parametrize(
    ("amine", "words"),
    [
        ("7 M ammonia in methanol", "amine (as 7 N ammonia in methanol)"),
        ("ammonium acetate", "amine (as ammonium acetate)"),
        ("N", "amine (a solution of it)"),
        ("NCCN", "eq of amine per carbonyl"),
    ],
)
def test_excess_amine_is_called_by_its_bottle(amine: str, words: str) -> None:
    """The way names the amine as it stands on the shelf, and a solution only where no bottle is named."""
    plan = recommend(amine, "O=Cc1ccccc1", effort=0.1)
    (way,) = [way for way in plan.strategies if way.name == "excess_amine"]
    assert words in way.words
