"""Advice: what a process chemist would sign. Cases of a kind, each with neighbours."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from planner import predict, recommend
from planner.errors import InfeasibleError, ProcedureError, RegulatedError
from planner.model.parameters import load_model
from planner.plans import strategies as ways
from planner.plans.aims import Bench, judge, prices, read_aim
from planner.plans.partners import precious_partner, price_of
from planner.plans.planning import make_plan
from planner.plans.recommendation import Plan
from planner.plans.request import build_request
from planner.plans.saved import plan_bytes, read_plan, read_record
from planner.plans.words import plan_text
from planner.predictions.words import percent
from planner.structures.pairs import read_pair

BENCHMARKS = Path(__file__).parent / "benchmarks"

MODEL = load_model()
PLAIN = {
    "reductant": "STAB",
    "carbonyl_equivalents": 2,
    "reductant_equivalents": 3,
    "acid_equivalents": 1,
    "concentration_M": 0.5,
    "temperature_C": 40,
    "hold_time_h": 24,
}
"""The flask that a chemist sets up for a slow pair and leaves over a day."""


def target(plan: Plan) -> float:
    """Mean target fraction of the first rank."""
    return plan.best.prediction.target_fraction.mean


@pytest.fixture(scope="module")
def diazepane() -> Plan:
    """A symmetric diamine and an aldehyde, one to one."""
    return recommend("C1CNCCNC1", "O=Cc1cccs1")


@pytest.fixture(scope="module")
def butanal() -> Plan:
    """The README's pair."""
    return recommend("NCc1ccccc1", "CCCC=O")


@pytest.fixture(scope="module")
def hopeless() -> Plan:
    """A hindered secondary amine and an aryl ketone."""
    return recommend("CC(C)NC(C)C", "CC(=O)c1ccccc1")


@pytest.mark.parametrize(
    ("amine", "carbonyl", "limits"),
    [
        ("CC(C)N", "CC(=O)c1ccccc1", {"reductant": "STAB"}),
        ("CC(C)N", "CC(=O)c1ccccc1", {}),
        ("NC1CCCCC1", "CC(=O)c1ccccc1", {"reductant": "STAB"}),
        ("NC1CCCC1", "CCC(=O)c1ccc(Cl)cc1", {"reductant": "STAB"}),
    ],
)
def test_slow_pairs_are_not_left_alone(amine: str, carbonyl: str, limits: dict) -> None:
    """No row of a slow pair gives less than the plain flask of a day, whatever doing nothing would save."""
    plan = recommend(amine, carbonyl, effort=0.4, **limits)
    plain = predict(amine, carbonyl, draws=1024, **PLAIN).target_fraction.mean
    assert plain < 0.6
    for r in plan.recommendations:
        assert r.prediction.target_fraction.mean >= plain - 0.01


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [
        ("NCc1ccccc1", "O=Cc1ccccc1"),
        ("NCCc1ccccc1", "O=Cc1ccc(OC)cc1"),
        ("CCCCN", "O=Cc1ccco1"),
    ],
)
def test_aldehyde_is_not_bought_to_be_burnt(amine: str, carbonyl: str) -> None:
    """An aldehyde in excess ends as alcohol that must be removed: a tenth more is the most that is proposed first."""
    assert recommend(amine, carbonyl, effort=0.4).best.procedure.carbonyl_equivalents <= 1.1


def test_alcohol_costs_the_same_for_all() -> None:
    """An equivalent of alcohol costs 10 to 20 points, whoever the partners are."""
    assert 0.10 <= MODEL.advice.price("alcohol") <= 0.20


def test_bis_alkylation_takes_two() -> None:
    """Ethylenediamine with one benzyl on each end takes 2.0 to 2.1 eq of benzaldehyde."""
    plan = recommend("NCCN", "O=Cc1ccccc1", target="C(NCc1ccccc1)CNCc1ccccc1")
    assert 2.0 <= plan.best.procedure.carbonyl_equivalents <= 2.1


@pytest.mark.parametrize(
    ("amine", "carbonyl", "precious"),
    [
        ("O=C(OC(C)(C)C)N1CCNCC1", "O=C[C@H](Cc1ccccc1)NC(=O)OC(C)(C)C", "carbonyl"),
        ("CN", "O=C[C@@H]1COC(C)(C)O1", "carbonyl"),
        ("C[C@H](N)c1ccccc1", "CCCC=O", "amine"),
        ("NCc1ccccc1", "CCCC=O", None),
        ("CNCCC(Oc1ccc(cc1)C(F)(F)F)c1ccccc1", "CC=O", "amine"),
    ],
)
def test_the_precious_partner(amine: str, carbonyl: str, precious: str | None) -> None:
    """The stereo-defined partner is precious, else the clearly larger one; alike partners are not."""
    assert precious_partner(read_pair(amine, carbonyl, MODEL), MODEL.advice.partners) == precious


def test_a_precious_aldehyde_is_not_charged_in_excess() -> None:
    """A chiral aldehyde is at most equivalent in the first plan, and the other view is offered with its numbers."""
    plan = recommend("O=C(OC(C)(C)C)N1CCNCC1", "O=C[C@H](Cc1ccccc1)NC(=O)OC(C)(C)C")
    assert plan.best.procedure.carbonyl_equivalents <= 1.05
    said = next(s for s in plan.best.reasons if "basis carbonyl" in s)
    assert "precious" in said


@pytest.mark.parametrize("amine", ["N", "CN"])
def test_a_gas_is_taken_in_excess(amine: str) -> None:
    """Per carbonyl ammonia is charged ten-fold and more, methylamine two-fold, by the rules for hydride and volume."""
    plan = recommend(amine, "O=Cc1ccc(F)cc1", basis="carbonyl")
    assert target(plan) >= 0.8
    for r in plan.recommendations:
        p = r.procedure
        assert p.reductant_equivalents <= 3.0 * p.carbonyl_equivalents + 1e-9
        if p.carbonyl_equivalents < 0.5:
            assert p.concentration_M * p.carbonyl_equivalents >= 0.05 - 1e-3
    assert plan.best.procedure.carbonyl_equivalents <= (0.1 if amine == "N" else 0.5)


def test_prices_know_the_partners() -> None:
    """Ammonia costs least in excess, a bulk ketone more, an ordinary aldehyde more, a chiral one most."""
    pairs = {
        "gas": ("N", "CCCC=O", "amine"),
        "bulk": ("NCc1ccccc1", "CC(C)=O", "carbonyl"),
        "ordinary": ("NCc1ccccc1", "CCCC=O", "carbonyl"),
        "precious": ("CCCN", "O=C[C@H](Cc1ccccc1)NC(=O)OC(C)(C)C", "carbonyl"),
    }
    costs = [
        MODEL.advice.price(price_of(partner, read_pair(amine, carbonyl, MODEL), MODEL.advice))
        for amine, carbonyl, partner in pairs.values()
    ]
    assert costs == sorted(costs)
    assert len(set(costs)) == 4


def test_feeding_is_set_against_the_plan(butanal: Plan) -> None:
    """The two numbers of the sentence are those of the plan and of the same charges with the aldehyde fed."""
    p = butanal.best.procedure
    said = next(s for s in butanal.best.reasons if s.startswith("Feeding the carbonyl slowly instead"))
    assert f"{percent(target(butanal))} % to" in said
    assert "Never feed carbonyl into this hydride" in said
    assert p.hydride_portions > 1
    assert p.hydride_temperature_C <= 10
    assert p.hold_time_h >= 1


def test_strategies_of_a_symmetric_diamine(diazepane: Plan) -> None:
    """Excess amine 90 % per aldehyde, mono-Boc 97 %, within five points; one to one comes last, at half or little more.

    Half is what equal nitrogens give. Acid that holds one nitrogen of each ring, as practice has it with the
    monosalt, may bring ten points more.
    """
    found = {s.name: s for s in diazepane.strategies}
    assert list(found) == ["one_to_one", "excess_amine", "protect"]
    fractions = [s.target_fraction.mean for s in diazepane.strategies if s.target_fraction is not None]
    assert 0.46 < fractions[0] < 0.75
    assert fractions[0] < min(fractions[1:]) - 0.15
    for name, right in (("excess_amine", 0.90), ("protect", 0.97)):
        fraction = found[name].target_fraction
        assert fraction is not None
        assert fraction.mean == pytest.approx(right, abs=0.05)
    assert found["excess_amine"].basis == "carbonyl"
    assert found["protect"].extra_steps == 2
    boc = found["protect"].recommendation
    assert boc is not None
    assert boc.prediction.pair.amine.smiles == "CC(C)(C)OC(=O)N1CCCNCC1"


def test_strategies_that_do_not_apply_are_absent(butanal: Plan) -> None:
    """One nitrogen has no other to protect; its excess of carbonyl over-alkylates."""
    names = {s.name for s in butanal.strategies}
    assert "imine_first" in names
    assert not names & {"protect", "excess_carbonyl", "exhaustive", "other_route"}


def test_each_strategy_says_what_its_own_recommendation_gives(diazepane: Plan, butanal: Plan) -> None:
    """The numbers of a strategy are those of the procedure that it opens."""
    for s in (*diazepane.strategies, *butanal.strategies):
        r = s.recommendation
        assert r is not None
        assert s.target_fraction == r.prediction.target_fraction
        assert s.over_alkylation == r.prediction.over_alkylation
        assert s.total_time_h == r.procedure.total_time_h
        assert s.basis == r.prediction.basis


def test_a_regulated_intermediate_refuses_the_whole_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the gate matches the protected amine, nothing is printed at all."""

    def refuse(smiles: list[str], whole: str | None = None) -> None:
        raise RegulatedError(f"regulated: {smiles}")

    monkeypatch.setattr(ways, "check_regulated", refuse)
    with pytest.raises(RegulatedError):
        recommend("C1CNCCN1", "O=Cc1ccccc1", reductants=("STAB",), effort=0.2)


@pytest.mark.parametrize(
    ("amine", "carbonyl"), [("NCc1ccccc1", "O=C1CCCCC1"), ("CCCCN", "O=C1CCCC1"), ("NCCc1ccccc1", "CC(C)=O")]
)
def test_cyanide_is_not_first_within_the_noise(amine: str, carbonyl: str) -> None:
    """Where STAB does as well within the noise, it stands before cyanoborohydride; no chlorinated solvent is first."""
    plan = recommend(amine, carbonyl, effort=0.4)
    order = [r.procedure.reductant for r in plan.recommendations]
    assert "STAB" in order
    assert order.index("STAB") < order.index("NaBH3CN")
    assert not MODEL.solvent(plan.best.procedure.solvent).is_chlorinated


def test_what_does_not_work_says_so(hopeless: Plan) -> None:
    """Below 30 % the plan says it does not work, why, and what does; the list stays, and the CSV begins with it."""
    assert not hopeless.useful
    assert hopeless.recommendations
    assert any("Ti(OiPr)4" in r for r in hopeless.remedies)
    assert hopeless.to_frame()["caveats"][0].startswith("This does not work by these means")
    assert "This does not work by these means" in plan_text(hopeless)
    assert "other_route" in {s.name for s in hopeless.strategies}


def test_what_works_has_no_remedies(butanal: Plan, diazepane: Plan) -> None:
    """A useful plan is not called useless."""
    for plan in (butanal, diazepane):
        assert plan.useful
        assert plan.remedies == ()


@pytest.mark.parametrize(
    ("amine", "carbonyl", "hydrogen"),
    [
        ("CC(C)NC(C)C", "CC(=O)C(C)(C)C", True),
        ("CC(C)NC(C)C", "CC(=O)c1cccs1", False),
        ("CC(C)NC(C)c1ccc(Br)cc1", "CC(=O)C(C)(C)C", False),
        ("C=CC(C)NC(C)C", "CC(=O)C(C)(C)C", False),
        ("CC(C)NC(C)CSC", "CC(=O)C(C)(C)C", False),
    ],
)
def test_hydrogenation_spares_what_it_would_take(amine: str, carbonyl: str, hydrogen: bool) -> None:
    """Hydrogenation is a remedy where no group poisons the metal or is reduced with the imine."""
    plan = recommend(amine, carbonyl, effort=0.2)
    assert not plan.useful
    assert any("hydrogenation" in r for r in plan.remedies) is hydrogen


def test_strong_acid_never_meets_cyanide() -> None:
    """No remedy with trifluoroacetic acid or TMSCl stands beside a plan of cyanoborohydride."""
    for reductant in ("NaBH3CN", "STAB"):
        plan = recommend(
            "Nc1ccc([N+](=O)[O-])cc1[N+](=O)[O-]", "CC(=O)c1ccccc1", reductants=(reductant,), effort=0.2
        )
        offered = any("with TFA" in r for r in plan.remedies)
        assert offered is (reductant == "STAB" and not plan.useful)


def test_a_limit_that_is_the_cause_is_the_remedy() -> None:
    """Where a limit of the user's own leaves nothing useful, it is named instead of other chemistry."""
    plan = recommend("NCc1ccccc1", "CC(=O)c1ccccc1", reductants=("STAB",), max_time_h=0.5, effort=0.2)
    assert not plan.useful
    assert "max_time_h" in plan.remedies[0]


def test_curve_passes_through_the_plan(butanal: Plan) -> None:
    """The curve of the best procedure holds its own point; every point sums to one, mono rises, then falls."""
    curve = butanal.curve
    p = butanal.best.procedure
    here = curve[curve["carbonyl_equivalents"] == p.carbonyl_equivalents].iloc[0]
    assert here["degree_1"] == pytest.approx(target(butanal), abs=0.02)
    assert curve[["degree_0", "degree_1", "degree_2"]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert (curve["degree_1_low"] <= curve["degree_1"]).all()
    assert (curve["degree_1"] <= curve["degree_1_high"]).all()
    assert curve["degree_0"].is_monotonic_decreasing


def test_a_saved_plan_keeps_its_strategies(diazepane: Plan, hopeless: Plan) -> None:
    """Strategies, curve, usefulness and remedies are what they were; a changed verdict is refused."""
    for plan in (diazepane, hopeless):
        assert read_plan(read_record(plan_bytes(plan), "plan")) == plan
    record = read_record(plan_bytes(diazepane), "plan")
    with pytest.raises(Exception, match="useful"):
        read_plan(record | {"useful": False})


def test_no_more_digits_than_the_interval() -> None:
    """Whole per cents unless the interval is narrow; where paths are not in the model, above 95 is "more than 95"."""
    assert percent(0.0042, width=0.01) == "0.4"
    assert percent(0.5146) == "51"
    assert percent(0.998) == "100"
    assert percent(0.998, hedged=True) == "> 95"
    assert percent(0.94, hedged=True) == "94"


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({"avoid": ("cyanide",)}, lambda p: p.reductant != "NaBH3CN"),
        ({"avoid": ("chlorinated solvent",)}, lambda p: p.solvent not in ("DCE", "DCM")),
        ({"avoid": ("acid",)}, lambda p: p.acid_equivalents == 0),
        ({"avoid": ("heat",)}, lambda p: p.temperature_C <= 25),
        ({"avoid": ("excess carbonyl",)}, lambda p: p.carbonyl_equivalents <= 1),
        ({"exclude_reductants": ("STAB", "pic-BH3")}, lambda p: p.reductant in ("NaBH4", "NaBH3CN")),
        ({"exclude_solvents": ("methanol",)}, lambda p: p.solvent != "MeOH"),
        ({"exclude_additions": ("imine_first",)}, lambda p: p.addition != "imine_first"),
        ({"max_temperature_C": 10.0}, lambda p: p.temperature_C <= 10),
        ({"min_temperature_C": 30.0}, lambda p: p.temperature_C >= 30),
        ({"limiting": "carbonyl"}, lambda p: p.carbonyl_equivalents < 1),
        ({"limiting": "amine"}, lambda p: p.carbonyl_equivalents >= 1),
        ({"sensitive": ("hydride",)}, lambda p: p.reductant != "NaBH4"),
        ({"sensitive": ("acid",)}, lambda p: p.acid_equivalents <= 1),
        ({"scale_kg": 5.0}, lambda p: p.reductant != "NaBH3CN" and p.solvent != "DCE"),
    ],
)
def test_what_a_chemist_states_is_kept(limits: dict, kept: object) -> None:
    """Every procedure on the list keeps what was asked for."""
    plan = recommend("NCc1ccccc1", "CCCC=O", effort=0.2, **limits)
    assert plan.recommendations
    assert all(kept(r.procedure) for r in plan.recommendations)  # type: ignore[operator]


def test_large_scale_doses_its_hydride_cool() -> None:
    """Above a kilogram no solid hydride goes into a warm flask at once."""
    plan = recommend(
        "NCc1ccccc1", "CCCC=O", scale_kg=5.0, additions=("imine_first", "all_at_once"), effort=0.2
    )
    for p in (r.procedure for r in plan.recommendations):
        assert p.hydride_portions > 1
        assert p.hydride_temperature_C <= 25
        assert p.temperature_C <= 25


def test_a_floor_under_the_target_holds_on_all_draws() -> None:
    """A stated low end is kept by every listed procedure; one that cannot be met says what can."""
    plan = recommend("NCc1ccccc1", "CCCC=O", min_target_low=0.7, effort=0.5)
    assert all(r.prediction.target_fraction.low >= 0.7 - 1e-9 for r in plan.recommendations)
    with pytest.raises(InfeasibleError, match=r"min_target_low .* lower the limit"):
        recommend("NCc1ccccc1", "CCCC=O", min_target_low=0.999, effort=0.2)


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ({"exclude_reductants": ("STAB",), "reductants": ("STAB",)}, "exclude_reductants"),
        ({"exclude_solvents": ("THF",), "solvents": ("THF",)}, "exclude_solvents"),
        (
            {"exclude_additions": ("all_at_once", "slow_carbonyl", "slow_amine", "imine_first")},
            "exclude_additions",
        ),
        ({"avoid": ("cyanide",), "reductants": ("NaBH3CN",)}, "avoid"),
    ],
)
def test_limits_that_leave_nothing_are_named(limits: dict, named: str) -> None:
    """What is asked for and forbidden at once is refused with the limit to drop."""
    with pytest.raises(InfeasibleError, match=named):
        recommend("NCc1ccccc1", "CCCC=O", **limits)


@pytest.mark.parametrize(
    ("limits", "nearest"),
    [
        ({"avoid": "cyanid"}, "cyanide"),
        ({"sensitive": "acids"}, "acid"),
        ({"limiting": "amin"}, "amine"),
        ({"exclude_reductants": "STABB"}, "STAB"),
        ({"exclude_solvents": "THFF"}, "THF"),
        ({"exclude_additions": "imine_frist"}, "imine_first"),
    ],
)
def test_unknown_words_meet_the_nearest(limits: dict, nearest: str) -> None:
    """A slip is met with the word that was probably meant."""
    with pytest.raises(ProcedureError, match=nearest):
        recommend("NCc1ccccc1", "CCCC=O", **limits)


def test_boiling_solvents_are_kept_below() -> None:
    """An open flask stays five kelvins below the boiling point of its solvent, whatever the window."""
    plan = recommend("NCc1ccccc1", "CC(=O)c1ccccc1", solvent="DCM", temperature_window_C=(0, 60), effort=0.2)
    boiling = MODEL.solvent("DCM").boiling_point_C
    assert boiling is not None
    assert all(r.procedure.temperature_C <= boiling - 5 for r in plan.recommendations)


def test_price_never_ranks_where_chemistry_fails() -> None:
    """Below what is useful, more of the target always scores more, whatever it costs."""
    pair = read_pair("CC(C)N", "CC(=O)c1ccccc1", MODEL)
    request = build_request("CC(C)N", "CC(=O)c1ccccc1", {"reductants": ("STAB",), "effort": 0.2})
    plan = make_plan(request, MODEL)
    bench = Bench(pair=pair, model=MODEL, aim=read_aim("mono", pair, "amine", None), draws=plan_draws(plan))
    nothing = replace(
        plan.best.procedure, hold_time_h=0.25, carbonyl_equivalents=1.0, reductant_equivalents=1.0
    )
    more = replace(nothing, hold_time_h=24.0, carbonyl_equivalents=3.0, reductant_equivalents=3.0)
    marks = judge(bench, [nothing, more], 64)
    dear, cheap = prices([bench, bench], [more, nothing])
    assert dear > cheap
    assert marks.wanted.mean(axis=1)[1] > marks.wanted.mean(axis=1)[0]
    assert marks.score[1] > marks.score[0]


def plan_draws(plan: Plan):
    """Draws for a plan."""
    from planner.model.draws import draw_parameters

    return draw_parameters(plan.model, 64, 0)


def test_every_first_plan_that_the_parts_moved_is_judged() -> None:
    """Each line of the moves names a pair of the ledger, its plan before, and why a chemist agrees or not."""
    with (BENCHMARKS / "advice.csv").open(encoding="utf-8", newline="") as file:
        now = {row["id"]: row for row in csv.DictReader(file)}
    with (BENCHMARKS / "advice_moves.csv").open(encoding="utf-8", newline="") as file:
        moves = {row["id"]: row for row in csv.DictReader(file)}
    still = {id_ for id_ in now if id_ not in moves}
    assert set(moves) <= set(now)
    assert len(still) <= 5
    assert {row["agrees"] for row in moves.values()} <= {"yes", "partly", "no"}
    assert all(len(row["why"]) > 20 for row in moves.values() if row["agrees"] != "yes")
    page = (BENCHMARKS / "ADVICE.md").read_text(encoding="utf-8")
    assert all(f"| {row['why']} |" in page for row in moves.values())
