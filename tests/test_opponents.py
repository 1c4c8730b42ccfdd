"""Laws of the benchmark with opponents: its scores, its flasks, and that all players meet the same ones."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.opponents_players import Game, at_random, choice_of, encoded, procedure_of
from benchmarks.opponents_scores import (
    Played,
    mean_change,
    mean_regret,
    quartiles,
    regret,
    runs_until,
    share_within,
    stopped,
)
from benchmarks.opponents_truths import (
    CAP,
    GAS,
    ZERO_C,
    Choice,
    Substrate,
    candidates,
    case_of,
    factor,
    read_choice,
    substrates,
)
from benchmarks.truth import LEFT_OUT, PARTS
from benchmarks.truth_runs import run_draws
from planner.flask.settling import settle
from planner.model.parameters import load_model
from planner.structures.pairs import read_pair

LATE = Played(best=0.95, true=(0.50, 0.91, 0.93, 0.95), advised=(0.50, 0.50, 0.91, 0.95))
NEVER = Played(best=0.95, true=(0.50, 0.60), advised=(0.50, 0.60))


def test_a_run_counts_as_near_within_three_points() -> None:
    """The first run within 3 points of the best counts, the edge included; where none is, no number of runs does."""
    assert runs_until(LATE) == 3
    assert runs_until(replace(LATE, true=(0.95,))) == 1
    assert runs_until(LATE, within=0.5) == 1
    assert np.isinf(runs_until(NEVER))


def test_regret_is_what_the_advice_lacks() -> None:
    """The best has no regret; a game that ended earlier has none to tell."""
    assert regret(LATE, 3) == 0.0
    assert regret(LATE, 2) == pytest.approx(0.04)
    assert np.isnan(regret(NEVER, 2))
    mean, error = mean_regret([LATE, NEVER], 1)
    assert mean == pytest.approx((0.45 + 0.35) / 2)
    assert error == pytest.approx(0.05)


def test_a_stop_is_judged_by_what_was_advised_when_it_was_said() -> None:
    """The first stop counts, with the regret of the advice of that moment; the change of regret is taken pairwise."""
    said = replace(LATE, stops=(False, False, True, True))
    assert stopped(said) == (2, pytest.approx(0.04))
    assert stopped(LATE) is None
    assert mean_change([LATE, NEVER], 1) == (pytest.approx(-0.05), pytest.approx(0.05))


def test_games_that_never_came_near_count_in_quartiles_and_shares() -> None:
    """Quartiles are counts that occur, endless ones last; shares are of all games."""
    assert quartiles([np.inf, 1, 4, 2]) == (1, 2, 4)
    assert quartiles([np.inf, np.inf, np.inf, 2])[1] == np.inf
    assert share_within([LATE, NEVER], 3) == 0.5
    assert share_within([LATE, NEVER], 2) == 0.0


def flawless(substrate: Substrate) -> Substrate:
    """Take the careless hand away."""
    return replace(
        substrate, beyond=substrate.beyond | {"flask": dict.fromkeys(substrate.beyond["flask"], 0.0)}
    )


@pytest.mark.parametrize("addition", ["all_at_once", "imine_first", "slow_carbonyl"])
def test_a_careful_hand_at_25_C_makes_the_coverage_benchmarks_flask(addition: str) -> None:
    """Without flaws, at the temperature of its constants, a substrate gives what its truth gives."""
    substrate = flawless(substrates()[0])
    choice = next(c for c in candidates(substrate) if (c.addition, c.temperature_C) == (addition, 25.0))
    expected = run_draws(case_of(substrate, choice, addition), (*PARTS, LEFT_OUT), substrate.values)
    found = substrate.true([choice])[0]
    assert found == pytest.approx([float(expected[f"degree {a}"][0]) for a in range(3)], abs=1e-3)


def test_every_flask_is_closed_and_its_flaws_matter() -> None:
    """Degrees sum to 1 with and without flaws, and a careless hand changes them."""
    for substrate in substrates()[::6]:
        some = candidates(substrate)[::400]
        careless, careful = substrate.true(some), flawless(substrate).true(some)
        assert careless.sum(axis=1) == pytest.approx(1.0)
        assert careless.min() >= 0.0
        assert np.abs(careless - careful).max() > 0.01


def test_constants_follow_arrhenius() -> None:
    """Log k is linear in 1/T with slope -E/R, and hydrolysis has the energy of condensation less the enthalpy of K."""
    energies = {"condensation": 40.0, "equilibrium": -20.0}
    kelvin = ZERO_C + 40.0
    span = 1.0 / kelvin - 1.0 / 298.15
    assert np.log(factor(energies, "condensation 1", kelvin)) == pytest.approx(-40.0 / GAS * span)
    assert np.log(factor(energies, "hydrolysis 0", kelvin)) == pytest.approx(-60.0 / GAS * span)
    assert factor(energies, "condensation 1", 298.15) == pytest.approx(1.0)
    assert factor(energies, "gamma", kelvin) == 1.0


def test_all_players_see_the_same_result_of_a_run() -> None:
    """The noise belongs to the run: made once it is the same for all, made again it is another."""
    substrate = substrates()[0]
    choice = candidates(substrate)[0]
    assert np.array_equal(substrate.measured(choice), substrate.measured(choice))
    assert not np.array_equal(substrate.measured(choice), substrate.measured(choice, 1))
    assert substrate.measured(choice).sum() == pytest.approx(1.0)


def test_the_list_keeps_its_cap_and_is_told_apart() -> None:
    """With a cap no procedure has more carbonyl; encoded, no two are the same."""
    for substrate in (substrates()[0], substrates()[-1]):
        listed = candidates(substrate, CAP)
        assert max(c.carbonyl_equivalents for c in listed) <= CAP * substrate.degree + 1e-9
        assert set(listed) < set(candidates(substrate))
        assert len(np.unique(encoded(listed), axis=0)) == len(listed)


def game(listed: tuple[Choice, ...]) -> Game:
    """Set up a game."""
    return Game(substrate=substrates()[0], listed=listed, most=2.0, repeat=0)


def test_random_choice_takes_every_procedure_once() -> None:
    """It goes through the list without repeats, and advises the best that it measured."""
    listed = candidates(substrates()[0])[:12]
    made: list[tuple[Choice, np.ndarray]] = []
    for i in range(len(listed)):
        made.append((at_random(game(listed), made).run, np.array([1.0 - i / 20, i / 20, 0.0])))
    assert {choice for choice, _ in made} == set(listed)
    assert at_random(game((*listed, listed[0])), made).advised == made[-1][0]


def test_a_choice_is_the_same_procedure_to_the_planner() -> None:
    """Written as words or as a settled procedure, and read back, a choice is itself."""
    substrate, model = substrates()[0], load_model(None)
    pair = read_pair(substrate.amine, substrate.carbonyl, model)
    for choice in candidates(substrate)[::97]:
        assert read_choice(choice.words) == choice
        assert choice_of(settle(procedure_of(choice), model, pair)[0]) == choice
