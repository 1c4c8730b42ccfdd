"""Ranking: what decides between procedures that are worth the same, and what need not be ranked at all."""

from dataclasses import replace

import numpy as np
import pytest

from planner.engine import Array
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import read_aim
from planner.plans.ranking import (
    GIVEN_UP,
    GRAVE,
    SURELY_TIED,
    TIED,
    burdens,
    contenders,
    first_by_means,
    in_order,
    is_tied,
    possible_firsts,
    scale_of,
)
from planner.plans.request import build_request
from planner.plans.rooms import room_of
from planner.plans.search import Trial
from planner.structures.pairs import read_pair

N_SETS, N_DRAWS = 300, 16
LEVELS, PRICES = (0.06, 0.4, 0.85), (0.01, 0.05, 0.4)
"""Targets of sets, and the most that prices take in them as a part of these."""


def some_trials(model: Model, rng: np.random.Generator, level: float, price: float) -> list[Trial]:
    """Draw procedures of all reductants, their targets near a level, further apart where prices are."""
    pair = read_pair("NCc1ccccc1", "CCCC=O", model)
    cells = room_of(build_request("", "", {}), pair, model, read_aim("mono", pair, "amine", None))[0].cells
    trials = []
    for _ in range(int(rng.integers(2, 9))):
        cell = cells[int(rng.integers(len(cells)))]
        wanted = level * (1.0 + max(0.03, price / 3.0) * rng.standard_normal())
        procedure = cell.procedure(list(rng.random(len(cell.knobs))))
        trials.append(
            Trial(cell=cell, procedure=procedure, score=wanted - level * price * rng.random(), wanted=wanted)
        )
    return trials


def drawn(trials: list[Trial], rng: np.random.Generator, n_draws: int = N_DRAWS, sd: float = 0.05) -> Array:
    """Draw targets whose means are those of the trials (n_trials, n_draws)."""
    own = sd * rng.standard_normal((len(trials), n_draws))
    return np.array([[t.wanted] for t in trials]) + own - own.mean(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def sets() -> list[tuple[list[Trial], Array]]:
    """Sets of trials as they come, with their targets by the draws."""
    rng, model = np.random.default_rng(7), load_model()
    found = []
    for i in range(N_SETS):
        trials = some_trials(model, rng, LEVELS[i % 3], PRICES[i // 3 % 3])
        found.append((trials, drawn(trials, rng, sd=0.1 * LEVELS[i % 3])))
    return found


def best_of(trials: list[Trial]) -> int:
    """Place of the best score, what is given up beyond ``GIVEN_UP`` counted again."""
    return int(np.argmax(counted(trials)))


def counted(trials: list[Trial]) -> list[float]:
    """Scores less what is given up beyond ``GIVEN_UP``."""
    most = max(t.wanted for t in trials)
    return [t.score - max(0.0, most - t.wanted - GIVEN_UP) for t in trials]


def test_lesser_burdens_never_cost_a_point(sets: list[tuple[list[Trial], Array]]) -> None:
    """The first has the lightest grave burdens of all that is tied, the lightest others that cost less than a point.

    What they cost is target, not price: prices that leave a tie do not outweigh them. Where little is made at all a
    point is as much less.
    """
    model, n_moved, n_dearer = load_model(), 0, 0
    for trials, wanted in sets:
        first, best = in_order(model, trials, wanted)[0][0], best_of(trials)
        counts = counted(trials)
        near = counts[best] - TIED * scale_of(trials[best])
        tied = [i for i in range(len(trials)) if counts[i] >= near and is_tied(wanted[best], wanted[i])]
        grave = burdens(model, trials[first])[:GRAVE]
        assert grave == min(burdens(model, trials[i])[:GRAVE] for i in tied)
        alike = [i for i in tied if burdens(model, trials[i])[:GRAVE] == grave]
        top = max(alike, key=lambda i: counts[i])
        least = SURELY_TIED * scale_of(trials[top])
        even = [i for i in alike if float(np.mean(wanted[top] - wanted[i])) < least]
        assert first in even
        assert burdens(model, trials[first]) == min(burdens(model, trials[i]) for i in even)
        n_moved += first != top
        n_dearer += counts[top] - counts[first] > least
    assert n_moved > N_SETS // 20, "burdens decided nothing: the sets say nothing"
    assert n_dearer > N_SETS // 100, (
        "nothing that came first was a point dearer: the sets say nothing of prices"
    )


def test_only_contenders_come_first(sets: list[tuple[list[Trial], Array]]) -> None:
    """What is left out would not have been the first, nor the best of another reductant than the best."""
    model, n_left, n_unworthy = load_model(), 0, 0
    for trials, wanted in sets:
        first, kept = in_order(model, trials, wanted)[0][0], contenders(model, trials)
        assert any(trials[first] is t for t in kept)
        best = max(trials, key=lambda t: t.score)
        others = [t for t in trials if t.procedure.reductant != best.procedure.reductant]
        assert not others or max(others, key=lambda t: t.score) in kept
        n_left += len(trials) - len(kept)
        n_unworthy += trials[best_of(trials)] is not best
    assert n_left > N_SETS, "nothing was left out"
    assert n_unworthy, "prices never gave up too much: the sets say nothing of that"


@pytest.mark.parametrize("apart", [0.005, 0.05])
def test_the_first_of_a_like_pair_is_a_possible_first(apart: float) -> None:
    """Where scores and targets come nearer or change places by no more than is said, the first is still among them."""
    model, rng, n_left, n_other = load_model(), np.random.default_rng(3), 0, 0
    for i in range(2 * N_SETS):
        here = some_trials(model, rng, LEVELS[i % 3], PRICES[i // 3 % 3])
        moves = apart / 2.0 * rng.uniform(-1.0, 1.0, (len(here), 2))
        there = [
            replace(t, score=t.score + a, wanted=t.wanted + b) for t, (a, b) in zip(here, moves, strict=True)
        ]
        first = in_order(model, there, drawn(there, rng))[0][0]
        possible = possible_firsts(model, here, apart, apart)
        assert any(here[first] is t for t in possible)
        n_left += len(here) - len(possible)
        n_other += first != in_order(model, here, drawn(here, rng))[0][0]
    assert n_left > N_SETS // 4, "nothing was left out"
    assert n_other > N_SETS // 20, "the first was always the same: the sets say nothing"


def test_on_means_the_first_is_that_of_draws_that_tell_nothing() -> None:
    """Where draws are so wide that a tie is a matter of the means, both ways to the first agree."""
    model, rng, n_moved = load_model(), np.random.default_rng(5), 0
    for i in range(N_SETS):
        trials = some_trials(model, rng, LEVELS[i % 3], PRICES[i // 3 % 2])
        wanted = drawn(trials, rng, n_draws=1024, sd=3.0)
        first = trials[in_order(model, trials, wanted)[0][0]]
        assert first_by_means(model, trials) is first
        n_moved += first is not trials[best_of(trials)]
    assert n_moved > N_SETS // 10, "the first was always the best: the sets say nothing"
