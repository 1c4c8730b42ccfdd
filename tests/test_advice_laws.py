"""The laws of advice on a few pairs that differ; ``tests/benchmarks/advice.py`` holds many more against them."""

from dataclasses import replace

import pytest

import planner
from advice_laws import LAWS, broken
from planner.plans.recommendation import Plan
from scripts import BENCHMARKS, script

PAIRS = {
    "primary and alkanal": ("NCCC1CC1", "CCC=O", {}),
    "secondary and ketone": ("C1CCNC1", "O=C1CCCC1", {}),
    "slow ketone": ("NC1CCC1", "CCC(=O)c1ccccc1", {"reductants": ("STAB",)}),
    "borohydride and a secondary amine": ("CNCc1ccccc1", "O=Cc1ccco1", {"reductants": ("NaBH4",)}),
    "gas in excess": ("CN", "O=Cc1ccc(C)cc1", {"basis": "carbonyl"}),
    "diamine, both ends": ("NCCCN", "O=Cc1ccncc1", {"target": "CC"}),
    "ring diamine": ("C1CNCCCN1", "O=Cc1ccc(OC)cc1", {}),
}


def planned(name: str) -> Plan:
    """Plan one of the pairs; the isomer of a diamine with both ends alkylated is written out."""
    amine, carbonyl, asked = PAIRS[name]
    if "target" in asked:
        asked = {"target": "c1cc(CNCCCNCc2ccncc2)ccn1"}
    return planner.recommend(amine, carbonyl, **asked)


@pytest.mark.parametrize("name", PAIRS)
def test_advice_keeps_the_laws(name: str) -> None:
    """Defaults, the plain flask, near reductants, usefulness, numbers, boiling points, remedies, gate and file."""
    assert broken(planned(name)) == ()


@pytest.fixture(scope="module")
def plan() -> Plan:
    """One plan that is then spoiled in several ways."""
    return planner.recommend("NCCC1CC1", "O=C1CCCC1", effort=0.3)


def spoiled(plan: Plan, law: str) -> Plan:
    """Break one law of a plan."""
    best = plan.best
    if law == "useful":
        return replace(plan, remedies=("hydrogenation",))
    if law == "harm":
        return replace(plan, remedies=("catalytic hydrogenation (Pd/C)",), pair=_with_thiophene())
    if law == "boiling":
        hot = replace(best.procedure, temperature_C=145.0)
        return replace(plan, recommendations=(replace(best, procedure=hot),))
    if law == "near":
        far = replace(best, procedure=replace(best.procedure, reductant="?"), prediction=_less(best, 0.16))
        return replace(plan, recommendations=(best, far))
    if law == "default":
        return replace(plan, recommendations=(replace(best, prediction=_less(best, 0.6)),))
    odd = replace(best.procedure, reductant_equivalents=best.procedure.reductant_equivalents + 0.01)
    return replace(plan, recommendations=(replace(best, procedure=odd),))


def _with_thiophene():
    return planner.predict("NCCc1cccs1", "O=C1CCCC1", draws=32).pair


def _less(r, gap: float):
    t = r.prediction.target_fraction
    return replace(r.prediction, target_fraction=replace(t, mean=t.mean - gap))


@pytest.mark.parametrize("law", ["useful", "harm", "boiling", "near", "default", "notebook"])
def test_a_law_sees_what_breaks_it(plan: Plan, law: str) -> None:
    """A law that says nothing of the plan speaks of the spoiled one."""
    assert list(LAWS[law](plan)) == []
    assert list(LAWS[law](spoiled(plan, law))) != []


@pytest.mark.parametrize(
    ("amine", "carbonyl"), [("NC1CCC1", "CCC(=O)c1ccccc1"), ("NC1CCCC1", "CC(=O)c1ccccc1")]
)
def test_a_poor_plan_names_another_route(amine: str, carbonyl: str) -> None:
    """Between useful and 60 % a slow ketone has another route among its strategies; a quick one has none."""
    slow = planner.recommend(amine, carbonyl, reductants=("STAB",), effort=0.3)
    assert 0.3 <= slow.best.prediction.target_fraction.mean < 0.6
    assert "other_route" in [way.name for way in slow.strategies]
    quick = planner.recommend(amine, "O=C1CCCCC1", reductants=("STAB",), effort=0.3)
    assert "other_route" not in [way.name for way in quick.strategies]


def test_the_ledger_holds_every_pair_and_tells_what_moved() -> None:
    """Pairs and ledger have the same rows; a moved number, a new row and a lost one are told, equal rows are not."""
    ledger = script("advice")
    pairs = ledger.read("advice_pairs.csv", BENCHMARKS)
    rows = ledger.read("advice.csv", BENCHMARKS)
    assert len(pairs) >= 40
    assert [r["id"] for r in rows] == [r["id"] for r in pairs]
    assert {r["grade"] for r in pairs} <= {"A", "B", "C"}
    assert list(ledger.moved(rows, rows)) == []
    other = [rows[0] | {"target": f"{float(rows[0]['target']) - 0.02:.3f}"}, *rows[2:]]
    assert [words.split()[0].rstrip(":") for words in ledger.moved(rows, other)] == [
        rows[0]["id"],
        rows[1]["id"],
    ]
    assert list(ledger.moved(rows[1:], rows)) == [f"{rows[0]['id']}: new"]
