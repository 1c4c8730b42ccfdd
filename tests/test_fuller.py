"""Fuller: of what is worth as much, what gives clearly more; against enumeration, and against the walks' neighbours."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from planner.flask.procedure import Settled
from planner.model.parameters import load_model
from planner.plans.aims import USEFUL, judge, read_aim
from planner.plans.fuller import (
    AS_MUCH,
    CLEARLY,
    LEAST_STEP,
    MOST_HYDRIDE,
    charge_of,
    fullest,
    in_their_fullest,
    walk_on,
    without_lesser,
)
from planner.plans.planning import search_plan
from planner.plans.request import build_request
from planner.plans.rooms import room_of
from planner.plans.rounding import neighbours
from planner.plans.search import Trial
from planner.plans.shortlist import SEARCH_DRAWS
from planner.plans.walking import Way, walk
from planner.structures.pairs import read_pair

QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",)}
N_SETS = 400


@pytest.fixture(scope="module")
def sets() -> list[list[Trial]]:
    """Trials of two cells and charges, by chance: scores within three points, targets within four, at any level."""
    model, rng = load_model(), np.random.default_rng(3)
    pair = read_pair("NCc1ccccc1", "CCCC=O", model)
    cells = room_of(build_request("", "", {}), pair, model, read_aim("mono", pair, "amine", None))[0].cells[
        :2
    ]
    found = []
    for i in range(N_SETS):
        level = (0.1, 0.4, 0.9)[i % 3]
        found.append(
            [
                Trial(
                    cell=cells[k],
                    procedure=replace(
                        cells[k].procedure(list(rng.random(len(cells[k].knobs)))),
                        carbonyl_equivalents=(1.0, 1.2)[int(rng.random() < 0.2)],
                        reductant_equivalents=(1.5, 2.2)[int(rng.random() < 0.2)],
                    ),
                    score=level - 0.03 * rng.random(),
                    wanted=level + 0.04 * rng.random(),
                )
                for k in rng.integers(2, size=int(rng.integers(1, 12)))
            ]
        )
    return found


def worth_as_much(trials: list[Trial], best: Trial) -> list[Trial]:
    """What is half a point behind the best at most, less where little is made."""
    return [t for t in trials if t.score >= best.score - AS_MUCH * min(1.0, best.wanted / USEFUL)]


def is_no_more_than(p: Settled, best: Settled) -> bool:
    """Whether a procedure charges as much carbonyl as the best, and no more hydride but up to two equivalents."""
    usual = MOST_HYDRIDE * min(1.0, best.carbonyl_equivalents)
    return p.carbonyl_equivalents == best.carbonyl_equivalents and p.reductant_equivalents <= max(
        usual, best.reductant_equivalents
    )


def test_the_fullest_is_what_enumeration_finds(sets: list[list[Trial]]) -> None:
    """Nothing that is worth as much gives more than what is taken, but by less than a point where that is the best."""
    n_fuller = 0
    for trials in sets:
        taken, best = fullest(trials), max(trials, key=lambda t: t.score)
        scale = min(1.0, best.wanted / USEFUL)
        others = [t for t in worth_as_much(trials, best) if is_no_more_than(t.procedure, best.procedure)]
        assert taken in others
        gain = max(t.wanted for t in others) - best.wanted
        assert taken.wanted - best.wanted == pytest.approx(
            gain if gain >= CLEARLY * scale else 0.0, abs=1e-12
        )
        n_fuller += taken is not best
    assert N_SETS / 10 < n_fuller < 9 * N_SETS / 10, "always the one or the other: the sets say nothing"


def test_two_that_saw_the_flat_take_targets_within_a_point(sets: list[list[Trial]]) -> None:
    """Whoever saw the best and the most that is worth as much takes the same target to a point, whatever else it saw.

    The best alone, of which scores know no better, is further away.
    """
    n_apart = 0
    for trials in sets:
        taken, best = fullest(trials), max(trials, key=lambda t: t.score)
        alike = [t for t in worth_as_much(trials, best) if is_no_more_than(t.procedure, best.procedure)]
        most = max(alike, key=lambda t: t.wanted)
        for other in alike:
            seen = fullest([*([best] if other is not best else []), other, most])
            assert abs(seen.wanted - taken.wanted) < CLEARLY
            n_apart += abs(other.wanted - taken.wanted) > CLEARLY
    assert n_apart, "all targets are alike: the sets say nothing"


def test_what_is_left_out_is_worth_as_much_and_gives_less(sets: list[list[Trial]]) -> None:
    """Each cell keeps its fullest and what is worth clearly less, and what is lost gives no more by the same charge."""
    for trials in sets:
        kept, full = without_lesser(trials), in_their_fullest(trials)
        assert [t for t in trials if t in kept] == kept
        assert {t.cell for t in full} == {t.cell for t in trials}
        assert all(t in kept for t in full)
        for left in (t for t in trials if t not in kept):
            own = next(t for t in full if t.cell == left.cell)
            best = max((t for t in trials if t.cell == left.cell), key=lambda t: t.score)
            assert left.score >= best.score - AS_MUCH
            assert charge_of(left) == charge_of(best)
            is_fuller = left.wanted > own.wanted and (own is not best or left.wanted >= best.wanted + CLEARLY)
            assert not (is_fuller and is_no_more_than(left.procedure, best.procedure))
        assert [t.score for t in full] == sorted((t.score for t in full), reverse=True)


@pytest.mark.parametrize(
    "pair", [("C1CCNCC1", "O=Cc1ccccc1"), ("NC1CCC1", "O=Cc1ccccc1"), ("NCc1ccccc1", "CCCC=O")]
)
def test_a_walk_goes_on_to_what_gives_most(pair: tuple[str, str]) -> None:
    """No neighbour of its end, nor two numbers at once, is worth as much as the best seen and gives clearly more."""
    found, _ = search_plan(build_request(*pair, QUICK), load_model(), lambda done, words: None)
    way = Way(bench=found.nodes, trial=found.listed[0])
    walk([way], SEARCH_DRAWS)
    top = way.best
    walk_on([way], SEARCH_DRAWS)
    end, cell = way.trial, way.cell
    assert end.score >= way.best.score - AS_MUCH
    assert end is way.best or end.wanted >= way.best.wanted + CLEARLY
    assert way.best.score >= top.score
    around = neighbours(cell, end.procedure, 1)
    marks = judge(found.nodes, around, SEARCH_DRAWS)
    for p, score, wanted in zip(around, marks.score, marks.wanted.mean(axis=1), strict=True):
        is_worth = score >= max(way.best.score, marks.score.max()) - AS_MUCH
        is_worth &= is_no_more_than(p, end.procedure)
        assert not (is_worth and wanted > end.wanted + CLEARLY + LEAST_STEP)


def test_more_trials_lead_to_the_same_target() -> None:
    """What comes first gives the same mean target to a point, however much was tried before."""
    gaps = []
    for amine, carbonyl in product(("NC1CCC1", "C1CCNCC1", "CCCCN"), ("O=Cc1ccccc1", "CCCC=O")):
        few, many = (
            search_plan(
                build_request(amine, carbonyl, {"effort": n}), load_model(), lambda done, words: None
            )[0]
            for n in (0.5, 1.0)
        )
        ends = [found.listed[0].procedure for found in (few, many)]
        one, other = judge(many.nodes, ends, SEARCH_DRAWS).wanted.mean(axis=1)
        gaps.append(abs(one - other))
    assert max(gaps) < CLEARLY
