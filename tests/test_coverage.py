"""Laws of the coverage benchmark's truths, which are written apart from the planner, and of its scores."""

from collections.abc import Iterable

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import norm

from benchmarks.coverage import REFERENCE_SET, planned
from benchmarks.coverage_words import Result, procedure_table, summary_table, verdict
from benchmarks.scores import Forecast, Score, crps, monte_carlo_error, pit, procedure_error, score, share
from benchmarks.truth import COLUMNS, FATES, LEFT_OUT, PARTS, Case, draw, medians, read_cases
from benchmarks.truth_flask import Flask, write_flask
from benchmarks.truth_rates import DOSED, FED, charged, constants
from benchmarks.truth_runs import outcome, run_draws, run_medians, simulate

CASES = {case.id: case for case in read_cases()}
FAST = ("1", "4", "7", "9", "12", "14", "15", "16", "17")
"""Every class of carbonyl, reductant and addition, a charged secondary amine and ammonia."""
HALF_A_TENTH = 0.06
"""Points: medians are printed to a tenth."""


def end_of(flask: Flask, values: dict[str, np.ndarray]) -> tuple[dict[str, float], dict[str, float]]:
    """Charge and end of a flask with one draw; what comes later counts as charged."""
    k = {name: float(x[0]) for name, x in constants(flask, values).items()}
    amounts = {name: float(x[0]) for name, x in charged(flask, values).items()}
    start = {name.removeprefix(DOSED).removeprefix(FED): x for name, x in amounts.items()}
    return start, simulate(flask, k, amounts)


def percentages(case: Case, parts: Iterable[str], **changed: float) -> list[float]:
    """Per cent by degree at the medians, some numbers changed (dots as two underscores)."""
    flask = write_flask(case, frozenset(parts))
    values = medians() | {name.replace("__", "."): np.array([x]) for name, x in changed.items()}
    found = outcome(flask, end_of(flask, values)[1])
    return [100 * found[f"degree {a}"] for a in range(case.h + 1)]


@pytest.mark.parametrize("id", FAST)
def test_truths_give_the_published_medians(id: str) -> None:
    """At the medians, whatever parts are on, the truth gives the published split to the printed tenth."""
    case = CASES[id]
    for column in set(COLUMNS) & set(case.references):
        found = run_medians(case, COLUMNS[column])
        split = [100 * found[f"degree {a}"] for a in range(case.h + 1)]
        assert split == pytest.approx(case.references[column], abs=HALF_A_TENTH), column
    fates = run_medians(case, PARTS)
    for column in FATES:
        assert 100 * fates[column.split("_")[0]] == pytest.approx(*case.references[column], abs=HALF_A_TENTH)


def weigh(amounts: dict[str, float], held: dict[str, float]) -> float:
    """Sum amounts, each times what one molecule of it holds."""
    return sum(held.get(name, 0.0) * x for name, x in amounts.items())


@pytest.mark.parametrize("id", ["1", "2", "7", "14", "15", "16", "17"])
def test_books_of_a_wild_truth_balance(id: str) -> None:
    """Nitrogen, carbonyl, hydride, acetate and the count of acid are what was charged, to 1e-8, at wide draws."""
    case = CASES[id]
    flask = write_flask(case, frozenset([*PARTS, LEFT_OUT]))
    start, end = end_of(flask, draw(1, int(id), 1.5))
    rungs, stages = range(case.h + 1), range(case.h)
    free = {f"N{a}{held}": float(a) for a in rungs for held in ("", " acid")}
    carbonyl = free | {f"{kind}{a}": a + 1.0 for kind in "XG" for a in stages}
    carbonyl |= {f"azadiene{a}": a + 2.0 for a in stages}
    carbonyl |= {"C": 1, "bound": 1, "hydrate": 1, "alcohol": 1, "aldol": 2, "aminal": 1}
    nitrogen = dict.fromkeys([*carbonyl, *free], 1.0) | {"aminal": 2.0}
    nitrogen |= dict.fromkeys(("C", "bound", "hydrate", "alcohol", "aldol"), 0.0)
    hydride = free | {f"{kind}{a}": float(a) for kind in ("X", "G", "azadiene") for a in stages}
    hydride |= {"H": 1, "solid": 1, "lost": 1, "alcohol": 1}
    acid = {f"N{a} acid": 1.0 for a in rungs} | {"acid": 1.0}
    books = [nitrogen, carbonyl, hydride, acid | {"H": 1, "solid": 1, "borate": 1}]
    for book in books[: 4 if case.reductant == "STAB" else 3]:
        assert weigh(end, book) == pytest.approx(weigh(start, book), rel=1e-8)
    assert weigh(end, acid) == pytest.approx(end["count"], rel=1e-8)


def test_acid_alone_touches_nothing_without_acid() -> None:
    """Without acid, STAB or an aldehyde's acid the ladder's numbers stay; so they do for STAB that sets none free."""
    assert percentages(CASES["7"], ["acid"]) == pytest.approx(percentages(CASES["7"], []), abs=1e-3)
    held = percentages(CASES["1"], ["acid"], acid__borate=-30.0, acid__loss_water=-30.0)
    assert held == pytest.approx(percentages(CASES["1"], []), abs=1e-3)


def test_acid_that_holds_nothing_is_the_old_factor() -> None:
    """Acid that pairs with no amine and speeds by 20 per M gives the ladder's factor of 5 at 0.2 M."""
    found = percentages(CASES["6"], ["acid"], acid__kappa_MeOH=-6.0, acid__gamma_MeOH=np.log10(20.0))
    assert found == pytest.approx(percentages(CASES["6"], []), abs=0.02)


def test_equilibria_do_not_depend_on_their_rates() -> None:
    """Without hydride and after long, [X][W] / [N][C] = K and [N acid] / [N][acid] = K_a, whatever gamma and k_on."""
    case = CASES["2"]
    flask = write_flask(case, frozenset(["acid"]))
    values = medians()
    k = {name: float(x[0]) for name, x in constants(flask, values).items()}
    start = {n: float(x[0]) for n, x in charged(flask, values).items() if n != "H"}
    for factor in (0.1, 10.0):
        scaled = k | {n: k[n] * factor for n in k if n.startswith(("gamma", "k_o"))}
        end = simulate(flask, scaled, start, tolerance=1e-9)
        K = k["condensation 0"] / k["hydrolysis 0"]
        assert end["X0"] * end["W"] / (end["N0"] * end["C"]) == pytest.approx(K, rel=1e-5)
        K_a = k["k_on"] / k["k_off 0"]
        assert end["N0 acid"] / (end["N0"] * end["acid"]) == pytest.approx(K_a, rel=1e-5)


def test_a_store_that_opens_at_once_is_no_store() -> None:
    """Paraformaldehyde that falls apart within a millisecond gives the ladder's numbers."""
    found = percentages(CASES["16"], ["store"], store__paraformaldehyde=3.0)
    assert found == pytest.approx(percentages(CASES["16"], []), abs=0.02)


@pytest.mark.parametrize(("id", "part"), [("4", "aldol"), ("4", "cycle"), ("1", "store"), ("14", "cycle")])
def test_a_part_touches_only_its_own(id: str, part: str) -> None:
    """Aryl aldehydes have no aldol, primary amines and ammonia no other iminium, and only paraformaldehyde a store."""
    assert percentages(CASES[id], [part]) == percentages(CASES[id], [])


def test_draws_are_their_medians_and_widths() -> None:
    """The draws of a number scatter as it says; twice the width is twice the scatter about the same median."""
    narrow, wide = draw(4000, 5), draw(4000, 5, 2.0)
    assert np.median(narrow["carbonyl.aryl.C"]) == pytest.approx(-1.40, abs=0.03)
    assert np.std(narrow["carbonyl.aryl.C"]) == pytest.approx(0.5, rel=0.05)
    assert wide["carbonyl.aryl.C"] + 1.40 == pytest.approx(2 * (narrow["carbonyl.aryl.C"] + 1.40))
    assert np.std(np.log10(narrow["median.impurity.aryl"])) == pytest.approx(0.4, rel=0.05)
    assert abs(np.corrcoef(narrow["carbonyl.aryl.C"], narrow["carbonyl.aryl.K"])[0, 1]) < 0.06


def test_fractions_of_a_truth_sum_to_one() -> None:
    """Degrees share the amine that was there, and degrees, alcohol, aldol and the rest the carbonyl."""
    case = CASES["7"]
    found = run_draws(case, [*PARTS, LEFT_OUT], draw(5, 3))
    assert sum(found[f"degree {a}"] for a in range(3)) == pytest.approx(np.ones(5))
    assert np.all(found["alcohol"] + found["aldol"] + found["carbonyl left"] < 1)


@pytest.mark.parametrize("id", ["1", "7", "15"])
def test_scipy_ends_where_the_engine_does(id: str) -> None:
    """The mass-action law written out and integrated by SciPy gives the engine's end."""
    case = CASES[id]
    flask = write_flask(case, frozenset([*PARTS, LEFT_OUT]))
    values = medians()
    k = {name: float(x[0]) for name, x in constants(flask, values).items()}
    amounts = {name: float(x[0]) for name, x in charged(flask, values).items()}
    index = {name: i for i, name in enumerate(flask.network.species_names)}
    constant = np.array([np.prod([k[name] for name in r.constants]) for r in flask.network.reactions])
    reactants = np.full((len(constant), 3), len(index))  # the last, padded, is 1
    net = np.zeros((len(constant), len(index)))
    for i, reaction in enumerate(flask.network.reactions):
        left, right = ([index[name] for name in side] for side in (reaction.reactants, reaction.products))
        reactants[i, : len(left)] = left
        np.subtract.at(net[i], left, 1)
        np.add.at(net[i], right, 1)

    def slope(_t: float, y: np.ndarray) -> np.ndarray:
        return (constant * np.append(y, 1.0)[reactants].prod(axis=1)) @ net

    y = np.zeros(len(index))
    for hours, prefix in ((case.imine_time_h, ""), (case.hold_time_h, DOSED)):
        for name, x in amounts.items():
            if name.startswith(DOSED) == bool(prefix):
                y[index[name.removeprefix(DOSED)]] += x
        if hours:
            y = solve_ivp(slope, (0, 3600 * hours), y, "BDF", rtol=1e-8, atol=1e-12).y[:, -1]
    expected = outcome(flask, dict(zip(index, y.tolist(), strict=True)))
    assert outcome(flask, simulate(flask, k, amounts)) == pytest.approx(expected, abs=2e-5)


def test_crps_is_the_mean_over_pairs() -> None:
    """The score is mean |x - y| less half the mean distance of two draws, and that of one draw its distance."""
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=40), generator.normal(size=7)
    pairs = np.abs(x[:, None] - x).mean() / 2
    assert crps(x, y) == pytest.approx(np.abs(x[:, None] - y).mean(axis=0) - pairs)
    assert crps(np.array([0.3]), np.array([0.1, 0.7])) == pytest.approx([0.2, 0.4])


def score_of(x: np.ndarray, y: np.ndarray, id: str = "1", quantity: str = "degree 0") -> Score:
    """Score draws x against truths y."""
    key = (id, quantity)
    return score(Forecast(name="", holds=(), draws={key: x}), {key: y}, {key: y})[0]


def test_a_right_forecast_covers_nine_in_ten() -> None:
    """Draws and truths of one law: 90 % are covered and PIT is even; a shift by one width covers less."""
    x = norm.ppf((np.arange(1000) + 0.5) / 1000)
    found = score_of(x, x)
    assert found.strict.mean() == pytest.approx(0.9, abs=0.002)
    assert np.histogram(found.pit, 10, (0, 1))[0] == pytest.approx(np.full(10, 100), abs=1)
    assert score_of(x, x + 1.0).strict.mean() == pytest.approx(norm.cdf(0.645) - norm.cdf(-2.645), abs=0.005)
    assert pit(np.zeros(4), np.zeros(1)) == pytest.approx([0.5])


def test_a_hundredth_of_a_point_is_no_miss() -> None:
    """A truth a hair outside is covered, but not strictly."""
    found = score_of(np.zeros(8), np.array([0.0, 9e-5, 2e-4]))
    assert found.covered.tolist() == [1, 1, 0]
    assert found.strict.tolist() == [1, 0, 0]


def test_quantities_of_one_truth_are_one_cluster() -> None:
    """Two equal quantities have the error of one; those of two procedures have that of twice the truths."""
    x, y = np.linspace(0, 1, 101), np.random.default_rng(2).uniform(-0.2, 1.2, 400)
    one = score_of(x, y)
    binomial = np.sqrt(share([one]) * (1 - share([one])) / 399)
    assert monte_carlo_error([one]) == pytest.approx(binomial)
    assert monte_carlo_error([one, score_of(x, y, quantity="degree 1")]) == pytest.approx(binomial)
    assert monte_carlo_error([one, score_of(x, y, "2")]) == pytest.approx(binomial / np.sqrt(2))
    assert procedure_error([one, score_of(x, y, "2")]) == pytest.approx(0, abs=1e-12)


def test_the_planner_is_scored_with_the_intervals_that_it_gives() -> None:
    """The reference set's ladder is the truths' ladder at the median, and its report names what it counts."""
    cases = [CASES["4"], CASES["9"]]
    forecast = planned("reference", REFERENCE_SET, cases, n=256)
    for case in cases:
        there = run_medians(case, ())
        for degree in range(case.h + 1):
            middle = np.median(forecast.draws[case.id, f"degree {degree}"])
            assert middle == pytest.approx(there[f"degree {degree}"], abs=0.03)
    true = {}
    for case in cases:
        found = run_draws(case, [*PARTS, LEFT_OUT], draw(8, 1))
        true |= {(case.id, quantity): x for quantity, x in found.items()}
    result = Result(forecast=forecast, scores=tuple(score(forecast, true, true)))
    assert {s.quantity for s in result.scores} >= {
        "degree 0",
        "degree 1",
        "degree 2",
        "alcohol",
        "carbonyl left",
    }
    assert "beyond the ladder: nothing" in verdict(result)
    assert len(summary_table([result], lambda r: r.split).splitlines()) == 3
    assert len(procedure_table(cases, result).splitlines()) == 4
