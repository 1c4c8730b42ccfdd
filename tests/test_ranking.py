"""Ranking: what decides between procedures that are worth the same, and what need not be ranked at all."""

import numpy as np
import pytest

from planner.engine import Array
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import read_aim
from planner.plans.ranking import GRAVE, SURELY_TIED, TIED, burdens, contenders, in_order, is_tied, scale_of
from planner.plans.request import build_request
from planner.plans.rooms import room_of
from planner.plans.search import Trial
from planner.structures.pairs import read_pair

N_SETS, N_DRAWS = 300, 16


def some_trials(model: Model, rng: np.random.Generator) -> tuple[list[Trial], Array]:
    """Draw procedures of all reductants near the best, with targets on draws whose means are theirs."""
    pair = read_pair("NCc1ccccc1", "CCCC=O", model)
    cells = room_of(build_request("", "", {}), pair, model, read_aim("mono", pair, "amine", None))[0].cells
    trials, wanted = [], []
    for _ in range(int(rng.integers(2, 9))):
        cell = cells[int(rng.integers(len(cells)))]
        own = 0.85 + 0.02 * rng.standard_normal() + 0.03 * rng.standard_normal(N_DRAWS)
        score = float(own.mean()) - 0.01 * rng.random()
        procedure = cell.procedure(list(rng.random(len(cell.knobs))))
        trials.append(Trial(cell=cell, procedure=procedure, score=score, wanted=float(own.mean())))
        wanted.append(own)
    return trials, np.array(wanted)


@pytest.fixture(scope="module")
def sets() -> list[tuple[list[Trial], Array]]:
    """Sets of trials as they come."""
    rng, model = np.random.default_rng(7), load_model()
    return [some_trials(model, rng) for _ in range(N_SETS)]


def test_lesser_burdens_never_cost_a_point(sets: list[tuple[list[Trial], Array]]) -> None:
    """The first has the lightest grave burdens of all that is tied, the lightest others that cost less than a point.

    What they cost is target, not price: prices that leave a tie do not outweigh them.
    """
    model, n_moved, n_dearer = load_model(), 0, 0
    for trials, wanted in sets:
        first = in_order(model, trials, wanted)[0][0]
        best = max(range(len(trials)), key=lambda i: trials[i].score)
        tied = [
            i for i in range(len(trials)) if is_tied(wanted[best], wanted[i]) and _is_near(trials, best, i)
        ]
        grave = burdens(model, trials[first])[:GRAVE]
        assert grave == min(burdens(model, trials[i])[:GRAVE] for i in tied)
        alike = [i for i in tied if burdens(model, trials[i])[:GRAVE] == grave]
        top = max(alike, key=lambda i: trials[i].score)
        least = SURELY_TIED * scale_of(trials[top])
        even = [i for i in alike if float(np.mean(wanted[top] - wanted[i])) < least]
        assert first in even
        assert burdens(model, trials[first]) == min(burdens(model, trials[i]) for i in even)
        n_moved += first != top
        n_dearer += trials[top].score - trials[first].score > least
    assert n_moved > N_SETS // 20, "burdens decided nothing: the sets say nothing"
    assert n_dearer > N_SETS // 100, (
        "nothing that came first was a point dearer: the sets say nothing of prices"
    )


def _is_near(trials: list[Trial], best: int, i: int) -> bool:
    """Tell whether prices do not part a trial from the best by more than a tie."""
    return trials[i].score >= trials[best].score - TIED * scale_of(trials[best])


def test_only_contenders_come_first(sets: list[tuple[list[Trial], Array]]) -> None:
    """What is left out would not have been the first, nor the best of another reductant than the best."""
    model, n_left = load_model(), 0
    for trials, wanted in sets:
        kept = contenders(model, trials)
        places = [i for i, t in enumerate(trials) if any(t is k for k in kept)]
        whole = in_order(model, trials, wanted)[0][0]
        part = places[in_order(model, kept, wanted[places])[0][0]]
        assert part == whole
        best = max(trials, key=lambda t: t.score)
        others = [t for t in trials if t.procedure.reductant != best.procedure.reductant]
        assert not others or max(others, key=lambda t: t.score) in kept
        n_left += len(trials) - len(kept)
    assert n_left > N_SETS, "nothing was left out"
