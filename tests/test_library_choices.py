"""Choices of a library: near those of recommend, within its limits, and never what a pair does not bear."""

import math
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.engine import Array
from planner.flask.fields import FIELDS
from planner.flask.procedure import Settled
from planner.library import following, judging
from planner.library.bearing import bears, fitted, led, room_among
from planner.library.cases import LISTED_DRAWS, OTHER_REDUCTANT, Case, cases_of, judge_listed
from planner.library.following import follow, lead
from planner.library.judging import Choice, Judge
from planner.library.screening import screen
from planner.library.sharing import ALIKE, HOPELESS, SAME, choices_of, walks_of
from planner.library.shortlists import MOST_PROCEDURES, ShortList, joined, search_problem
from planner.library.work import unpacked
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans import leading, walking
from planner.plans.aims import PLAIN, SEARCH_SLACK, SLACK, Bench, judge, read_aim
from planner.plans.cells import MILD_ACID, MOST_CARBONYL
from planner.plans.floors import floors_of, holds
from planner.plans.partners import PRECIOUS
from planner.plans.planning import search_plan, what_is_searched
from planner.plans.request import Request, build_request
from planner.plans.rooms import Room, room_of, within
from planner.plans.rounding import NOTEBOOK, in_notebook, neighbours
from planner.plans.search import Cell, Trial
from planner.plans.shortlist import NODES_SEED, SEARCH_DRAWS
from planner.plans.walking import LEAST_GAIN, PAIRS_AT_ONCE, PROMISING, Way, walk
from planner.predictions.prediction import predict
from planner.structures.pairs import read_pair

QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB", "NaBH4")}
GROUPS = ("C", "CC", "OC", "F", "Cl", "Br", "C#N", "C(F)(F)F")
AMINES = ("NCc1ccccc1", *(f"NCc1ccc({group})cc1" for group in GROUPS), "CCCCN", "COCCN")


@pytest.fixture(scope="module")
def short() -> ShortList:
    """Of benzylamine and butanal."""
    return search_problem(build_request("", "", QUICK), [("NCc1ccccc1", "CCCC=O")], 1, load_model())


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    """An executor without processes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [("NCc1ccccc1", "CCCC=O"), ("NCc1ccc(OC)cc1", "CCCCCC=O"), ("NCc1ccc(F)cc1", "CCC=O")],
)
def test_a_choice_gives_what_recommend_gives(short: ShortList, amine: str, carbonyl: str) -> None:
    """For pairs of the problem the chosen procedure's mean target is within a point and a half of recommend's own."""
    model, request = load_model(), build_request(amine, carbonyl, QUICK)
    found, _ = search_plan(request, model, lambda done, words: None)
    pair = read_pair(amine, carbonyl, model)
    (choice,) = Judge(request=request, model=model).choose(
        [(pair, read_aim("mono", pair, "amine", None))], short
    )
    assert choice is not None
    mine = judge(found.bench, [choice.trial.procedure], 1024).wanted.mean()
    assert mine >= found.listed[0].wanted - 0.015


STRANGERS = [
    ("CC(C)CN", "CC(C)C=O"),
    ("Nc1ccc(C#N)cc1", "CCCC=O"),
    ("NC(C)(C)C", "CC(=O)CC"),
    ("C1CCNCC1", "O=Cc1ccncc1"),
    ("NCC(OC)OC", "O=C1CCN(C(=O)OC(C)(C)C)CC1"),
]
"""Pairs that the short list was not searched for, slow ones and fast ones."""


def chosen_for(short: ShortList, request: Request, amine: str, carbonyl: str) -> tuple[Bench, Choice, Room]:
    """Choose for a pair from a list that was searched for another; what recommend would search for it itself."""
    model = load_model()
    pair = read_pair(amine, carbonyl, model)
    aim = read_aim("mono", pair, "amine", None)
    (choice,) = Judge(request=request, model=model).choose([(pair, aim)], short)
    assert choice is not None
    draws = draw_parameters(model, SEARCH_DRAWS, NODES_SEED)
    nodes = Bench(pair=pair, model=model, aim=aim, draws=draws, slack=SEARCH_SLACK)
    room, _ = what_is_searched(request, nodes)
    return replace(nodes, floors=floors_of(nodes, room.defaults)), choice, room


@pytest.mark.parametrize(("amine", "carbonyl"), STRANGERS)
def test_a_choice_is_one_that_recommend_may_make(short: ShortList, amine: str, carbonyl: str) -> None:
    """A choice lies in a cell that recommend searches for this very pair, but for a greener solvent.

    A pair that is not slow has the concentration of the default; one that is slow may have another.
    """
    _, choice, room = chosen_for(short, build_request("", "", QUICK), amine, carbonyl)
    p = choice.trial.procedure
    assert any(holds(cell, replace(p, solvent=cell.asked.solvent)) for cell in room.cells), p
    is_slow = any(k.field == "concentration_M" for cell in room.cells for k in cell.knobs)
    assert is_slow or p.concentration_M in {cell.asked.concentration_M for cell in room.cells}


@pytest.mark.parametrize(("amine", "carbonyl"), STRANGERS)
def test_a_choice_is_no_worse_than_the_defaults(short: ShortList, amine: str, carbonyl: str) -> None:
    """A choice gives what the default of its reductant gives in all the time allowed, but for the slack."""
    nodes, choice, _ = chosen_for(short, build_request("", "", QUICK), amine, carbonyl)
    marks = judge(replace(nodes, slack=SLACK + 0.005), [choice.trial.procedure], SEARCH_DRAWS)
    assert not marks.failed[0]
    assert marks.short[0] <= 0


def test_pairs_with_the_same_numbers_have_the_same_choice(short: ShortList) -> None:
    """Pairs that differ in nothing that a run or a price depends on are judged once."""
    model, request = load_model(), build_request("", "", QUICK)
    bench = Judge(request=request, model=model)
    texts = [("NCCCCCCCCCCC", "CCCCCC=O"), ("NCCCCCCCCCCCCC", "CCCCCC=O")]
    pairs = [(pair, read_aim("mono", pair, "amine", None)) for pair in (read_pair(*t, model) for t in texts)]
    first, second = bench.choose(pairs, short)
    assert first == second
    assert len(bench.known) == 1


def amines_with_butanal(short: ShortList) -> list[Case]:
    """Judge a short list for benzylamines that are nearly the same, and for some that are not."""
    return judged_cases(short, AMINES, "CCCC=O")


def judged_cases(short: ShortList, amines: Sequence[str], carbonyl: str) -> list[Case]:
    """Judge a short list for some amines with a carbonyl compound."""
    model = load_model()
    read = [read_pair(amine, carbonyl, model) for amine in amines]
    pairs = [(pair, read_aim("mono", pair, "amine", None)) for pair in read]
    cases = cases_of(build_request("", "", QUICK), model, pairs)
    for case in cases:
        case.race.trials = list(fitted(case.race.room, short.trials))
    judge_listed(cases)
    return cases


def test_what_is_clear_is_what_a_ranking_would_take(
    short: ShortList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the best is taken without a report's draws, they would have taken it, too."""
    clear, n_clear = judging._clear, 0

    def counted(case: Case, most: Sequence[Trial]) -> Choice | None:
        nonlocal n_clear
        found = clear(case, most)
        n_clear += found is not None
        return found

    monkeypatch.setattr(judging, "_clear", counted)
    quick = judging._chosen(first := amines_with_butanal(short), seed=0)
    monkeypatch.setattr(judging, "_clear", lambda case, most: None)
    ranked = judging._chosen(second := amines_with_butanal(short), seed=0)
    assert n_clear, "nothing was clear: the pairs say nothing"
    for one, other in zip(first, second, strict=True):
        here, there = quick[id(one)], ranked[id(other)]
        assert here is not None
        assert there is not None
        assert (here.trial.procedure, here.runner_up) == (there.trial.procedure, there.runner_up)


@pytest.mark.parametrize("carbonyl", ["CC(C)=O", "O=C1CCOCC1"])
def test_what_is_not_ranked_would_not_have_been_the_first(
    carbonyl: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice is the same where all leaders are ranked on a report's draws, and where only contenders are."""
    short = search_problem(build_request("", "", QUICK), [(AMINES[0], carbonyl)], 1, load_model())
    chosen = judging._chosen(first := judged_cases(short, AMINES, carbonyl), seed=0)
    n_left = sum(len(case.race.leaders) for case in first)
    monkeypatch.setattr(
        judging, "_contenders", lambda case: sorted(case.race.leaders, key=lambda t: -t.score)
    )
    monkeypatch.setattr(judging, "_clear", lambda case, most: None)
    ranked = judging._chosen(second := judged_cases(short, AMINES, carbonyl), seed=0)
    assert n_left < sum(len(case.race.leaders) for case in second), (
        "all were contenders: the pairs say nothing"
    )
    for one, other in zip(first, second, strict=True):
        here, there = chosen[id(one)], ranked[id(other)]
        assert here is not None
        assert there is not None
        assert here.trial.procedure == there.trial.procedure


def test_a_follower_ends_no_worse_than_what_led_it(short: ShortList) -> None:
    """On the draws of a search the best of a pair that follows beats all that it took from the one that led it."""
    cases = amines_with_butanal(short)
    leader = dict(zip(map(id, cases), walks_of([case.race.trials for case in cases]), strict=True))
    served = follow(cases)
    assert served, "none of them follows: the pairs say nothing"
    n_better = 0
    for case in served:
        taken = led(case.race.room, cases[leader[id(case)]].race.leaders)
        scores = judge(case.race.bench, [t.procedure for t in taken], SEARCH_DRAWS).score
        best = max(case.race.leaders, key=lambda t: t.score)
        again = judge(case.race.bench, [best.procedure], SEARCH_DRAWS).score[0]
        assert again == pytest.approx(best.score, abs=1e-4)
        assert again >= scores.max() - 1e-4
        n_better += again > scores.max() + LEAST_GAIN
    assert n_better, "no step was taken: the pairs say nothing"


THIN: dict[str, dict[str, Any]] = {
    "STAB": {
        "solvent": "DCE",
        "carbonyl_equivalents": 1.5,
        "reductant_equivalents": 2.2,
        "acid_equivalents": 0.1,
    },
    "NaBH3CN": {
        "solvent": "MeOH",
        "carbonyl_equivalents": 2.0,
        "reductant_equivalents": 2.0,
        "acid_equivalents": 1.0,
    },
}
"""A short list as pairs that are not slow leave it, but for the second, at the default's concentration."""


def thin_case(amine: str, carbonyl: str) -> Case:
    """Judge that list for a slow pair."""
    model, request = load_model(), build_request("", "", {})
    pair = read_pair(amine, carbonyl, model)
    (case,) = cases_of(request, model, [(pair, read_aim("mono", pair, "amine", None))])
    strength = case.race.room.defaults[PLAIN].concentration_M
    for cell in case.race.room.cells:
        if cell.asked.addition == "all_at_once" and cell.asked.reductant in THIN:
            own = THIN[cell.asked.reductant] | {"hold_time_h": 24.0, "temperature_C": 40.0}
            strong = strength if cell.asked.reductant == "NaBH3CN" else cell.asked.concentration_M
            procedure = within(cell, replace(cell.asked, **own, concentration_M=strong))
            case.race.trials.append(Trial(cell=cell, procedure=procedure))
    assert len(case.race.trials) == len(THIN)
    judge_listed([case])
    return case


@pytest.mark.parametrize(
    ("amine", "carbonyl"), [("NC1CCC(Nc2ccc3ncccc3n2)C1", "COC(=O)CCC(C)=O"), ("NC1CCCC1", "CCC(=O)CC")]
)
def test_a_slow_pair_walks_from_its_list_as_strong_as_the_plain_flask(amine: str, carbonyl: str) -> None:
    """Some leader is as good as each of the list at that strength, floors and prices included: none starts thin."""
    case = thin_case(amine, carbonyl)
    strength = case.race.room.defaults[PLAIN].concentration_M
    dense = [replace(t.procedure, concentration_M=strength) for t in case.race.trials]
    lead([case])
    scores = judge(case.race.bench, dense, SEARCH_DRAWS).score
    assert max(t.score for t in case.race.leaders) >= scores.max() - 1e-3


def test_what_gives_most_is_tried_without_its_excess() -> None:
    """Where prices might give up too much of the target, some leader is as good as the most of the list made lean."""
    ketone = "O=C1CC(c2cccc(OC(F)(F)F)c2)N(c2ccc(C(F)(F)F)cc2)C1=O"
    case = thin_case("CNCCS(C)(=O)=O", ketone)
    other = next(t for t in case.race.trials if t.procedure.reductant == "STAB")
    cheap = replace(
        other.procedure,
        carbonyl_equivalents=leading.LITTLE_MORE,
        reductant_equivalents=2.0,
        concentration_M=0.5,
    )
    case.race.trials.append(replace(other, procedure=cheap))
    judge_listed([case])
    most = max(case.race.trials, key=lambda t: t.wanted)
    best = max(case.race.trials, key=lambda t: t.score)
    assert most.wanted > best.wanted + leading.NEARLY_GIVEN_UP
    twins = [replace(most.procedure, carbonyl_equivalents=n) for n in (leading.LITTLE_MORE, 2.0)]
    lead([case])
    lean, rich = judge(case.race.bench, twins, SEARCH_DRAWS).score
    assert lean > rich, "an excess is worth it: the pair says nothing"
    assert max(t.score for t in case.race.leaders) >= lean - 1e-3


def test_a_reductant_that_a_leader_lacks_is_judged_for_its_follower(short: ShortList) -> None:
    """Beside what led it a pair has the best of its own short list, and that of each reductant which came near."""
    n_more = 0
    for case in amines_with_butanal(short):
        best = max(case.race.trials, key=lambda t: t.score)
        reductants = {t.procedure.reductant for t in case.race.trials}
        for known in (set(), {"STAB"}, reductants):
            first, *others = following._own(case, known)
            assert first is best
            of = {
                r: max(t.score for t in case.race.trials if t.procedure.reductant == r)
                for r in reductants - known
            }
            near = {r: score for r, score in of.items() if score >= best.score - OTHER_REDUCTANT}
            assert {t.procedure.reductant: t.score for t in (first, *others)} == near | {
                best.procedure.reductant: best.score
            }
            n_more += len({t.procedure.reductant for t in others} - {best.procedure.reductant})
    assert n_more, "no other reductant came near: the pairs say nothing"


def test_what_less_trouble_may_put_first_takes_its_steps_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a follower may choose, the best or another, has gone to the best of its neighbours that it tries."""
    begun, begins = list[tuple[Case, Trial]](), following._begun

    def recorded(case: Case) -> list[Trial]:
        found = begins(case)
        begun.extend((case, trial) for trial in found)
        return found

    monkeypatch.setattr(following, "_begun", recorded)
    amines = ("C1CNCCO1", "C1CCNCC1", *(f"{group}C1CCNCC1" for group in ("C", "CO", "F", "N#C", "O")))
    short = search_problem(build_request("", "", QUICK), [(amines[0], "CCC=O")], 1, load_model())
    follow(judged_cases(short, amines, "CCC=O"))
    assert len(begun) > len({id(case) for case, _ in begun}), "only the best: the pairs say nothing"
    best_of, n_moved = {id(case): trial for case, trial in reversed(begun)}, 0
    for case, trial in begun:
        around = neighbours(trial.cell, trial.procedure, 1)
        ends = [t.score for t in case.race.leaders if t.procedure.addition == trial.procedure.addition]
        here, *scores = judge(case.race.bench, [trial.procedure, *around], SEARCH_DRAWS).score
        assert max(ends) >= max(here, *scores) - LEAST_GAIN, trial.procedure
        n_moved += max(scores) > here + LEAST_GAIN and trial is not best_of[id(case)]
    assert n_moved, "only the best gained: the pairs say nothing"


def test_two_numbers_at_once_are_tried_before_a_walk_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two numbers that lose little by themselves gain at once at its end; without them some would."""
    request, n_gains = build_request("Nc1ccccc1", "O=C1CCCCC1", QUICK), 0
    found, _ = search_plan(request, load_model(), lambda done, words: None)
    for start in found.listed:
        for is_whole in (True, False):
            with monkeypatch.context() as patch:
                if not is_whole:
                    patch.setattr(walking, "_promising", lambda way, moves: [])
                cool = replace(start.procedure, temperature_C=25.0, hydride_temperature_C=25.0)
                way = Way(bench=found.nodes, trial=replace(start, procedure=cool))
                walk([way], LISTED_DRAWS)
            around = [way.trial.procedure, *neighbours(start.cell, way.trial.procedure, 1)]
            scores = judge(found.nodes, around, LISTED_DRAWS).score
            pairs = two_at_once(start.cell, around, scores - scores[0])
            best = judge(found.nodes, pairs, LISTED_DRAWS).score.max(initial=-math.inf)
            assert best <= scores[0] + 2 * LEAST_GAIN or not is_whole
            n_gains += best > scores[0] + 2 * LEAST_GAIN
    assert n_gains, "no two numbers gained: the pair says nothing"


def two_at_once(cell: Cell, around: Sequence[Settled], gains: Array) -> list[Settled]:
    """Change the two numbers at once that together lose least, by themselves: the first ten in a notebook's hours."""
    here = cell.values(around[0])
    lost: dict[Settled, float] = {}
    for i, one in enumerate(around):
        for j, other in enumerate(around[:i]):
            both = {
                name: value
                for p in (one, other)
                for name, value in cell.values(p).items()
                if value != here[name]
            }
            loss = float(-gains[i] - gains[j])
            p = cell.possible(here | both)
            if len(both) == 2 and loss < PROMISING and p.hold_time_h in NOTEBOOK["hold_time_h"]:
                lost[p] = loss
    return sorted(lost, key=lambda p: lost[p])[:PAIRS_AT_ONCE]


@pytest.mark.parametrize("amine", ["NCc1ccccc1", "CC(C)CN"])
def test_a_walk_ends_where_no_notebook_number_gains(amine: str) -> None:
    """On the draws of a walk no neighbour of its end scores better, and its end no less than its start."""
    model = load_model()
    found, _ = search_plan(build_request(amine, "CCCC=O", QUICK), model, lambda done, words: None)
    start = found.listed[0]
    way = Way(bench=found.nodes, trial=start)
    walk([way], LISTED_DRAWS)
    around = [way.trial.procedure, *neighbours(start.cell, way.trial.procedure, 1)]
    scores = judge(found.nodes, around, LISTED_DRAWS).score
    assert scores[0] >= scores.max() - 2 * LEAST_GAIN
    assert scores[0] >= judge(found.nodes, [start.procedure], LISTED_DRAWS).score[0] - 1e-9


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [("NCc1ccccc1", "CCCC=O"), ("C1CCNCC1", "O=C1CCCCC1"), ("Nc1ccccc1", "O=Cc1ccccc1")],
)
def test_what_once_lost_is_tried_again_before_a_walk_ends(amine: str, carbonyl: str) -> None:
    """However bad the start, every neighbour of the end was judged, those that lost on the way too, and none gains."""
    model, request = load_model(), build_request("", "", QUICK)
    pair = read_pair(amine, carbonyl, model)
    aim = read_aim("mono", pair, "amine", None)
    bench = Bench(pair=pair, model=model, aim=aim, draws=draw_parameters(model, LISTED_DRAWS, NODES_SEED))
    cells = [c for c in room_of(request, pair, model, aim)[0].cells if c.asked.reductant != "NaBH4"]
    lost_once = set()
    for cell in cells:
        worst = cell.procedure([0.0] * len(cell.knobs))
        way = Way(bench=bench, trial=Trial(cell=cell, procedure=in_notebook(cell, worst, aim.degree)))
        for _ in range(60):
            before = way.trial.procedure
            walk([way], LISTED_DRAWS, 1)
            lost_once |= {(cell, move) for move in way.lost}
            if way.is_stuck and way.trial.procedure == before:
                break
        around = neighbours(cell, way.trial.procedure, aim.degree)
        assert set(around) <= way.seen.keys()
        best = max(way.seen[p].score for p in (way.trial.procedure, *around))
        assert way.trial.score >= best - LEAST_GAIN
        assert not way.lost
    assert lost_once, "nothing was left aside: the walks say nothing"


def test_what_a_pair_does_not_bear_is_left_out(short: ShortList) -> None:
    """Where borohydride is left out for a ketone that it would reduce, the milder hydride stays."""
    model, request = load_model(), build_request("", "", {})
    trials = list(short.trials)
    plain = trials[0]
    cell = Cell(asked=plain.procedure, knobs=(), max_time_h=24.0)
    strong = replace(
        plain.procedure, reductant="NaBH4", addition="imine_first", imine_time_h=2.0, acid_equivalents=0.0
    )
    acid = replace(
        plain.procedure, reductant="STAB", addition="all_at_once", imine_time_h=0.0, acid_equivalents=2.0
    )
    asked = [Trial(cell=cell, procedure=p) for p in (strong, acid)]

    def kept(amine: str) -> list[str]:
        pair = read_pair(amine, "CCCC=O", model)
        room, _ = room_of(request, pair, model, read_aim("mono", pair, "amine", None))
        return [t.procedure.reductant for t in fitted(room, asked)]

    assert kept("NCc1ccccc1") == ["NaBH4", "STAB"]
    assert kept("NCC(OC)OC") == ["NaBH4", "STAB"]
    assert kept("NCCc1ccc(C(C)=O)cc1") == ["STAB"]


def test_what_is_too_much_for_a_pair_is_cut(short: ShortList) -> None:
    """Acid is cut to a mild one beside an acetal, carbonyl to less where it is precious, warmth below what boils."""
    model, request = load_model(), build_request("", "", {})
    plain = short.trials[0]
    much = replace(
        plain.procedure, reductant="STAB", addition="all_at_once", imine_time_h=0.0, acid_equivalents=2.0,
        carbonyl_equivalents=3.0, temperature_C=40.0, hydride_temperature_C=40.0,
    )  # fmt: skip
    asked = [replace(plain, procedure=much)]

    def cut(amine: str, carbonyl: str) -> Settled:
        pair = read_pair(amine, carbonyl, model)
        room, _ = room_of(request, pair, model, read_aim("mono", pair, "amine", None))
        (trial,) = fitted(room, asked)
        assert bears(room, trial.procedure)
        return trial.procedure

    assert cut("NCC(OC)OC", "CCCCC=O").acid_equivalents == MILD_ACID
    assert cut("NCc1ccccc1", "CCCCC=O").carbonyl_equivalents == 3.0
    precious = cut("CN", "O=Cc1ccc(OCc2ccc(OCc3ccccc3)cc2)cc1")
    assert precious.carbonyl_equivalents == MOST_CARBONYL[PRECIOUS] < 3.0
    assert cut("NCc1ccccc1", "CC=O").temperature_C < 40.0


@pytest.mark.parametrize(
    "limits", [{}, {"max_over_alkylation": 0.05, "avoid": ("cyanide",)}, {"basis": "carbonyl"}]
)
@pytest.mark.parametrize("is_slow", [False, True])
def test_cells_that_are_kept_for_others_are_a_pair_s_own(limits: dict[str, Any], is_slow: bool) -> None:
    """Whatever pairs came before, a pair has the cells and the defaults that it has when it comes alone."""
    model, request, kept = load_model(), build_request("", "", limits), dict[object, Room]()
    amines = (
        "NCc1ccccc1",
        "CN",
        "C1CNCCN1",
        "Nc1ccc(C#N)cc1",
        "NCC(OC)OC",
        "CC(N)C(=O)OC",
        "NCc1ccccc1.Cl",
        "NCc1ccc(F)cc1",
        "Nc1ccc(C(F)(F)F)cc1",
        "N",
        "CNC",
        "CCNCCN",
        "NCCC(N)C",
        "CCN(CC)CCN",
    )
    carbonyls = (
        "CCCC=O", "CCCCC=O", "CC=O", "C=O", "O=Cc1ccc(OC)cc1", "O=Cc1ccc([N+](=O)[O-])cc1", "O=Cc1ccccn1",
        "O=Cc1cc(F)c(CC)cc1", "O=Cc1cc(CC)c(OCC)cc1", "CC(C)=O",
        "O=C1CCCCC1", "O=C1CCC(C(=O)OCC)CC1", "CC(=O)c1ccc(OCc2ccccc2)cc1", "O=CC(OC)OC", "C[C@H](C=O)NC(=O)OC(C)(C)C",
    )  # fmt: skip
    for amine in amines:
        for carbonyl in carbonyls:
            pair = read_pair(amine, carbonyl, model)
            aim = read_aim("mono", pair, request.basis, request.max_over_alkylation)
            found = room_among(kept, request, pair, model, aim, is_slow=is_slow)
            own, _ = room_of(request, pair, model, aim, is_slow=is_slow)
            assert (found.cells, found.defaults) == (own.cells, own.defaults)
            assert found.pair is pair
    assert len(kept) < len(amines) * len(carbonyls)


LIKE = (
    ("NCc1ccccc1", "CCCC=O"),
    ("NCc1ccc(OC)cc1", "CCCC=O"),
    ("NCc1ccc(C)cc1", "CCCC=O"),
    ("NCc1ccc(C)cc1", "CCCCC=O"),
    ("NCCc1ccccc1", "CCC=O"),
    ("CCCCN", "CCCC=O"),
)
"""Pairs of a problem, some of them nearly the same."""


def test_company_costs_a_pair_next_to_nothing(short: ShortList) -> None:
    """Among others a pair has a choice that is within a point of its own, by score; and the same in any order."""
    model, request = load_model(), build_request("", "", QUICK)
    pairs = [(pair, read_aim("mono", pair, "amine", None)) for pair in (read_pair(*t, model) for t in LIKE)]

    def chosen(some: list[Any]) -> list[Settled]:
        found = Judge(request=request, model=model).choose(some, short)
        return [choice.trial.procedure for choice in found if choice is not None]

    together = chosen(pairs)
    assert len(together) == len(pairs)
    assert chosen(pairs[::-1])[::-1] == together
    draws = draw_parameters(model, 256, 5)
    for (pair, aim), found in zip(pairs, together, strict=True):
        own = chosen([(pair, aim)])
        scores = judge(Bench(pair=pair, model=model, aim=aim, draws=draws), [found, *own], 256).score
        assert scores[0] > scores[1] - 0.01


def listed(scores: Sequence[float], cell: Cell) -> list[Trial]:
    """Judge as many procedures of a cell."""
    return [
        Trial(cell=cell, procedure=replace(cell.asked, hold_time_h=1.0 + i), score=x, wanted=max(x, 0.0))
        for i, x in enumerate(scores)
    ]


def test_every_pair_is_led_by_one_that_is_like_it() -> None:
    """The one that leads a pair walks itself and is like it; no two that walk are like each other (brute force)."""
    chance = np.random.default_rng(3)
    cell = Cell(asked=predict("CCN", "CCC=O", draws=1).procedure, knobs=(), max_time_h=24.0)
    rows = 0.5 + 0.12 * chance.random((60, 1)) * chance.random((1, 4)) + 0.02 * chance.random((60, 4))
    walks = walks_of([listed(row, cell) for row in rows.tolist()])
    behind = rows - rows.max(axis=1, keepdims=True)

    def apart(i: int, j: int) -> float:
        return float(np.abs(behind[i] - behind[j]).max())

    walkers = sorted(set(walks))
    assert 1 < len(walkers) < 30
    for i, leader in enumerate(walks):
        assert walks[leader] == leader
        assert apart(i, leader) == min(apart(i, j) for j in walkers) <= ALIKE
    assert all(apart(i, j) > ALIKE for i in walkers for j in walkers if i != j)


def test_pairs_share_a_walk_only_over_the_same_procedures() -> None:
    """One whose short list lost a procedure walks itself, however like it does in the others."""
    cell = Cell(asked=predict("CCN", "CCC=O", draws=1).procedure, knobs=(), max_time_h=24.0)
    whole, less = listed([0.8, 0.79, 0.7], cell), listed([0.8, 0.79], cell)
    assert walks_of([whole, less, whole, less]) == [0, 1, 0, 1]


ARYLETHYLAMINES = (
    "NCCc1ccccc1", "Cc1ccc(CCN)cc1", "COc1ccc(CCN)cc1", "Fc1ccc(CCN)cc1", "Clc1ccc(CCN)cc1", "NCCCc1ccccc1",
    "NCc1ccccc1", "COc1ccc(CN)cc1", "Clc1ccc(CN)cc1", "NCCCCc1ccccc1",
)  # fmt: skip


def cases_with(short: ShortList, target: str = "mono") -> list[Case]:
    """Judge a short list for some amines with butanal."""
    model, request = load_model(), build_request("", "", QUICK | {"target": target})
    pairs = [read_pair(amine, "CCCC=O", model) for amine in ARYLETHYLAMINES]
    cases = cases_of(request, model, [(pair, read_aim(target, pair, "amine", None)) for pair in pairs])
    for case in cases:
        case.race.trials = list(fitted(case.race.room, short.trials))
    judge_listed(cases)
    return cases


def test_pairs_share_a_choice_where_they_stand_alike(short: ShortList) -> None:
    """Nothing that decides a choice differs by more than ``SAME``: short list, defaults, and what the best gives."""
    cases = cases_with(short)
    serving = choices_of(cases)
    assert len(set(serving)) < len(cases)
    for case, i in zip(cases, serving, strict=True):
        like = cases[i]
        best, other = (max(one.race.trials, key=lambda t: t.score) for one in (case, like))
        assert abs(best.wanted - other.wanted) <= SAME
        assert all(abs(case.held[name] - like.held[name]) <= SAME for name in case.held)
        for one, two in zip(case.race.trials, like.race.trials, strict=True):
            behind = [max(t.score - b.score, -HOPELESS) for t, b in ((one, best), (two, other))]
            assert abs(behind[0] - behind[1]) <= 2 * SAME  # the best of one may be the next of the other


def test_pairs_of_other_limits_share_no_choice(short: ShortList) -> None:
    """However like they stand."""
    one, other = cases_with(short), cases_with(short)
    for case in other:
        case.race.room = replace(case.race.room, aim=replace(case.race.room.aim, max_over_alkylation=0.5))
    n = len(one)
    assert all((i < n) is (k < n) for k, i in enumerate(choices_of([*one, *other])))


def test_who_is_served_by_one_that_finds_nothing_chooses_itself(
    monkeypatch: pytest.MonkeyPatch, short: ShortList
) -> None:
    """A limit that one pair just breaks another may keep."""
    model, request = load_model(), build_request("", "", QUICK)
    pairs = [read_pair(amine, "CCCC=O", model) for amine in ARYLETHYLAMINES[:4]]
    ranked = judging._ranked

    def without_first(cases: Sequence[Case], seed: int) -> list[Choice | None]:
        found = ranked(cases, seed)
        return [None if case.race.room.pair is pairs[0] else c for case, c in zip(cases, found, strict=True)]

    monkeypatch.setattr(judging, "choices_of", lambda cases: [0] * len(cases))
    monkeypatch.setattr(judging, "_ranked", without_first)
    asked = [(pair, read_aim("mono", pair, "amine", None)) for pair in pairs]
    first, *others = judging.choices(request, model, asked, short)
    assert first is None
    assert None not in others


def test_what_is_hopeless_tells_no_pairs_apart() -> None:
    """How far a procedure is behind counts while it can come to the front, and how much all of them give does not."""
    cell = Cell(asked=predict("CCN", "CCC=O", draws=1).procedure, knobs=(), max_time_h=24.0)
    far, farther, failed = ([0.9, 0.895, x] for x in (0.5, 0.1, -math.inf))
    lower, other = [0.6, 0.595, 0.2], [0.9, 0.86, 0.5]
    assert walks_of([listed(x, cell) for x in (far, farther, failed, lower, other)]) == [0, 0, 0, 0, 4]
    nothing = [-math.inf] * 3
    walks = walks_of([listed(x, cell) for x in (far, nothing, other, nothing)])
    assert walks[0] == 0
    assert walks[2] == 2
    assert walks[1] == walks[3] in (1, 3)


def test_limits_hold_in_every_row(tmp_path: Path, one_thread: Executor) -> None:
    """Where a limit on over-alkylation is asked for, every planned row keeps it by its own prediction."""
    found = screen(
        ["NCc1ccccc1", "CCCCN", "NCCN"], ["CCCC=O", "O=C1CCCCC1"], out=tmp_path / "out", executor=one_thread,
        max_over_alkylation=0.04, **QUICK,
    )  # fmt: skip
    frame = found.to_frame()
    planned = frame[frame["status"] == "planned"]
    assert len(planned) >= 4
    assert (planned["over_alkylation"] <= 0.04).all()
    for message in frame[frame["status"] == "infeasible"]["message"]:
        assert "max_over_alkylation" in message or "limits" in message


def test_a_held_field_is_held(tmp_path: Path, one_thread: Executor) -> None:
    """A field that the request holds has that value in every row."""
    found = screen(
        ["NCc1ccccc1", "C1CCNCC1"], ["CCCC=O"], out=tmp_path / "out", executor=one_thread,
        carbonyl_equivalents=1.1, temperature_C=30.0, **QUICK,
    )  # fmt: skip
    frame = found.to_frame()
    assert set(frame["carbonyl_equivalents"]) == {1.1}
    assert set(frame["temperature_C"]) == {30.0}


def test_a_target_that_a_pair_cannot_reach_is_its_own_refusal(tmp_path: Path, one_thread: Executor) -> None:
    """Two alkyl groups on a secondary amine are refused in that row, and planned for a primary one."""
    found = screen(
        ["C1CCNCC1", "CCCCN"], ["CCC=O"], out=tmp_path / "out", executor=one_thread, target="di", **QUICK
    )
    assert found.to_frame(["status"])["status"].tolist() == ["not covered", "planned"]
    row = found.to_frame().iloc[1]
    fields = {
        name: row[name] for name in FIELDS if name in row and row[name] == row[name] and row[name] is not None
    }
    again = predict("CCCCN", "CCC=O", target="di", draws=1024, **fields)
    assert row["target_fraction"] == pytest.approx(again.target_fraction.mean, abs=0.01)


def test_short_lists_take_turns() -> None:
    """Of several searches the first procedures come before the second ones, none twice, up to the most.

    The first of each reductant comes before all of these, so that none is cut off.
    """
    procedure = predict("CCN", "CCC=O", draws=1).procedure
    cell = Cell(asked=procedure, knobs=(), max_time_h=24.0)

    def trial(hours: float, reductant: str = "STAB") -> Trial:
        return Trial(cell=cell, procedure=replace(procedure, hold_time_h=hours, reductant=reductant))

    found = joined([[trial(1.0), trial(2.0)], [trial(3.0), trial(1.0), trial(4.0)]])
    assert [t.procedure.hold_time_h for t in found] == [1.0, 3.0, 2.0, 4.0]
    mixed = zip((1.0, 2.0, 3.0, 4.0, 5.0), ("STAB", "NaBH4", "STAB", "NaBH3CN", "NaBH4"), strict=True)
    found = joined([[trial(*both) for both in mixed]])
    assert [t.procedure.hold_time_h for t in found] == [1.0, 2.0, 4.0, 3.0, 5.0]
    many = [trial(float(h)) for h in range(40)]
    assert len(joined([many])) == MOST_PROCEDURES
    found = joined([many, [*many, trial(6.0, "NaBH3CN"), trial(7.0, "NaBH4"), trial(8.0, "NaBH4")]])
    kept = [(t.procedure.reductant, t.procedure.hold_time_h) for t in found]
    assert kept[:3] == [("STAB", 0.0), ("NaBH3CN", 6.0), ("NaBH4", 7.0)]
    assert kept[3:] == [("STAB", float(h)) for h in range(1, MOST_PROCEDURES - 2)]


def test_a_piece_carries_a_model_that_is_taken_as_it_is_loaded_here() -> None:
    """The bundled model comes out of a piece of work as the one in memory; another one as itself."""
    model = load_model()
    assert unpacked(pickle.dumps(model), model.sha256) is model
    other = replace(model, name="another")
    assert unpacked(pickle.dumps(other), "x").name == "another"


def test_an_amine_of_many_nitrogens_is_judged_in_what_can_be_computed(
    tmp_path: Path, one_thread: Executor
) -> None:
    """An addition whose network is too large is left out, as by recommend, and does not refuse the pair."""
    given = ["NCCNCCNCCN", "C1CNCCNCCNCCN1"]
    asked: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",)}
    found = screen(given, ["CCCC=O"], out=tmp_path / "out", executor=one_thread, **asked)
    assert found.counts == {"planned": 2}


def test_a_pair_that_cannot_be_judged_ends_no_screen(tmp_path: Path, one_thread: Executor) -> None:
    """Where nothing that is allowed can be computed for a pair it is a row that says so, also where it is alone."""
    asked: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",), "additions": ("slow_amine",)}
    found = screen(["NCCNCCNCCN"], ["CCCC=O"], out=tmp_path / "out", executor=one_thread, **asked)
    assert found.counts == {"not covered": 1}
