"""Comparing a run with its prediction: the weights are those of Bayes, the intervals cover, and words say no more."""

import json
import math
import shlex
from dataclasses import replace
from html import escape

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st
from scipy.stats import kstest, norm

import planner
from parts_set import shipped_with
from planner.cli import main
from planner.comparisons import weighing
from planner.comparisons.command import GAP
from planner.comparisons.comparing import compare_pair
from planner.comparisons.compositions import compositions, likelihood, place
from planner.comparisons.findings import Comparison
from planner.comparisons.observed import (
    DETECTION,
    LOG10_SD,
    UNLIKE_UV,
    Observed,
    expected_responses,
    read_observed,
    telling,
)
from planner.comparisons.records import comparison_record
from planner.comparisons.weighing import (
    above_median,
    effective_draws,
    explains,
    log_likelihood,
    measured,
    percentile,
    weights_of,
    with_or_without,
)
from planner.comparisons.words import direction, place_words
from planner.flask.outcomes import Outcome, predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans.recommendation import Plan
from planner.predictions.sensitivity import used_contributions
from planner.sheets.records import sheet_record, sheet_text
from planner.sheets.runsheet import run_sheet
from planner.sheets.sheet import make_sheet, plan_sheet
from planner.structures.chromophores import n_chromophores
from planner.structures.pairs import Pair, read_pair
from planner.structures.structure import read_structure

AMINE, CARBONYL = "NCc1ccccc1", "CCCC=O"
NORMALS = draw_parameters(load_model(), 4096, 3).normals[:, :3]


def outcome_of(pair: Pair, n_draws: int, seed: int, **procedure: object) -> Outcome:
    """Run a procedure."""
    model = load_model()
    settled, _ = settle(Procedure(**procedure), model, pair)  # type: ignore[arg-type]
    return predict_outcomes(pair, model, [settled], draw_parameters(model, n_draws, seed))


def two_parts(log_ratio: np.ndarray) -> np.ndarray:
    """Compositions of two parts with this log10 of their ratio."""
    first = 1.0 / (1.0 + 10.0**-log_ratio)
    return np.column_stack((1.0 - first, first))


# --- the likelihood and what is made of it ---


@pytest.mark.parametrize("log10_sd", [0.04, 0.1])
def test_two_parts_have_the_error_of_their_log_ratio(
    monkeypatch: pytest.MonkeyPatch, log10_sd: float
) -> None:
    """Without an error of reading, log L of two parts is that of a normal log ratio, to some errors either way."""
    monkeypatch.setattr(weighing, "READING", 1e-9)
    found = float(two_parts(np.array([-0.7]))[0, 1])
    ratios = -0.7 + log10_sd * np.linspace(-2.5, 2.5, 11)
    for column in (0, 1):
        value = found if column else 1.0 - found
        logs = log_likelihood(two_parts(ratios), {column: value}, log10_sd)
        assert logs == pytest.approx(-0.5 * ((ratios + 0.7) / log10_sd) ** 2, rel=0.05, abs=1e-9)


def test_a_part_that_follows_from_the_others_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of three fractions is one less the others: the likelihood is the same with and without it."""
    monkeypatch.setattr(weighing, "READING", 1e-5)
    parts = np.random.default_rng(0).dirichlet((2.0, 5.0, 2.0), 200)
    found = {0: 0.2, 1: 0.55, 2: 0.25}
    every = log_likelihood(parts, found, 0.1)
    for left_out in found:
        fewer = {i: f for i, f in found.items() if i != left_out}
        assert log_likelihood(parts, fewer, 0.1) == pytest.approx(every, rel=1e-3, abs=1e-3)


def test_what_was_not_measured_has_no_say_where_one_part_was() -> None:
    """Of one part alone only that part's fraction counts to within the mixing of the others' errors."""
    one, other = np.array([[0.1, 0.8, 0.1]]), np.array([[0.8, 0.1, 0.1]])
    first, second = (log_likelihood(parts, {2: 0.12}, 0.04)[0] for parts in (one, other))
    assert first == pytest.approx(second, rel=0.05)


def test_a_linear_toy_gives_the_closed_form_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    """With log ratio a + b z and error s the posterior of z is normal, mean b (x - a) / (b^2 + s^2); others stay."""
    monkeypatch.setattr(weighing, "READING", 1e-9)
    a, b, s, x = -0.4, 0.3, 0.1, -0.1
    logs = log_likelihood(two_parts(a + b * NORMALS[:, 0]), {1: float(two_parts(np.array([x]))[0, 1])}, s)
    p, error, mean = above_median(weights_of(logs), NORMALS)
    m, sd = b * (x - a) / (b**2 + s**2), s / math.hypot(b, s)
    assert mean[0] == pytest.approx(m, abs=0.02)
    assert p[0] == pytest.approx(norm.cdf(m / sd), abs=0.01)
    assert np.all(np.abs(p[1:] - 0.5) < 4.0 * error[1:])
    assert 0.3 < effective_draws(weights_of(logs)) / (4096 * 2 * sd) < 3.0


def test_the_error_of_a_probability_is_its_scatter() -> None:
    """Over many independent sets of draws the probability scatters by what is stated as its error."""
    made = []
    for seed in range(200):
        z = np.random.default_rng(seed).standard_normal((500, 1))
        weights = weights_of(-0.5 * ((z[:, 0] - 1.0) / 0.4) ** 2)
        p, error, _ = above_median(weights, z)
        made.append((p[0], error[0]))
    scatter, stated = np.std([p for p, _ in made]), np.mean([e for _, e in made])
    assert scatter == pytest.approx(stated, rel=0.2)


def test_an_error_without_end_changes_nothing() -> None:
    """A measurement that says nothing leaves every draw its weight and every number at even odds."""
    parts = two_parts(NORMALS[:, 0])
    weights = weights_of(log_likelihood(parts, {1: 0.3}, 1e4))
    p, _, mean = above_median(weights, NORMALS)
    assert effective_draws(weights) == pytest.approx(4096, rel=1e-3)
    assert p == pytest.approx(0.5, abs=1e-3)
    assert mean == pytest.approx(0.0, abs=1e-2)


def test_two_ways_weigh_as_their_mean_likelihoods() -> None:
    """Alike they stay even; twice as likely is two to one, with no error where each draw says so."""
    logs = -0.5 * NORMALS[:, 0] ** 2
    assert with_or_without(logs, logs) == (0.5, 0.0)
    p, error = with_or_without(logs + math.log(2.0), logs)
    assert p == pytest.approx(2.0 / 3.0)
    assert error == pytest.approx(0.0, abs=1e-12)
    p, error = with_or_without(logs, -0.5 * NORMALS[:, 1] ** 2)
    assert abs(p - 0.5) < 4.0 * error < 0.1


def test_the_weights_are_those_of_brute_force() -> None:
    """Keep of a million simulated measurements those that are what was found: the same draws carry the weight."""
    pair = read_pair(AMINE, CARBONYL)
    observed = read_observed({"di": 0.12}, pair)
    outcome, normals = outcome_of(pair, 4096, 0), draw_parameters(load_model(), 4096, 0).normals
    (whole,) = compositions(observed, outcome, pair)
    kept = np.zeros(4096)
    for seed in range(250):
        kept += np.abs(measured(whole.parts, LOG10_SD, seed)[:, 2] - 0.12) < 0.002
    assert kept.sum() > 10_000
    brute, *_ = above_median(kept / kept.sum(), normals)
    weighed, *_ = above_median(weights_of(likelihood(observed, outcome, pair)), normals)
    assert weighed == pytest.approx(brute, abs=0.03)
    assert np.max(np.abs(brute - 0.5)) > 0.1


@pytest.mark.parametrize("found", [("di",), ("unreacted", "mono", "di")])
def test_probabilities_come_true_as_often_as_they_say(found: tuple[str, ...]) -> None:
    """Of truths from other draws, those for which a number is said to be high with p are so in a share p of cases."""
    pair, model = read_pair(AMINE, CARBONYL), load_model()
    here, truths = outcome_of(pair, 4096, 0), outcome_of(pair, 256, 77)
    ours, theirs = (draw_parameters(model, n, seed) for n, seed in ((4096, 0), (256, 77)))
    names = ("unreacted", "mono", "di")
    moved = ("iminium_equilibrium.n_alkanal", "second_condensation.n_alkanal", "iminium_reduction.reference")
    columns = [ours.names.index(name) for name in moved]
    said, true = [], []
    for values, normals in zip(
        measured(truths.degrees[0], LOG10_SD, 9).tolist(), theirs.normals, strict=True
    ):
        split = {name: value for name, value in zip(names, values, strict=True) if name in found}
        total = sum(split.values()) if len(found) == 3 else 1.0
        observed = Observed(
            fractions=tuple((name, value / total) for name, value in split.items()),
            basis="amine", detector=None, log10_sd=LOG10_SD,
        )  # fmt: skip
        logs = likelihood(observed, here, pair)
        if explains(logs, len(found)):
            p, *_ = above_median(weights_of(logs), ours.normals[:, columns])
            said.append(p)
            true.append(normals[columns] > 0.0)
    assert len(said) > 0.85 * 256
    p, is_high = np.array(said), np.array(true)
    for low, high in ((0.0, 0.3), (0.3, 0.45), (0.45, 0.55), (0.55, 0.7), (0.7, 1.0)):
        here_p = (p >= low) & (p < high)
        assert here_p.sum() > 30
        error = math.sqrt(np.sum((p * (1.0 - p))[here_p])) / here_p.sum()
        assert is_high[here_p].mean() == pytest.approx(p[here_p].mean(), abs=3.5 * error)


def test_a_draw_that_is_found_without_error_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one draw gives, measured without error, puts all the weight on that draw."""
    monkeypatch.setattr(weighing, "READING", 1e-7)
    pair = read_pair("NCCN", "C=O")
    outcome = outcome_of(pair, 512, 0, carbonyl_equivalents=2.0)
    for draw in (3, 99, 400):
        found = outcome.degrees[0, draw]
        weights = weights_of(log_likelihood(outcome.degrees[0], dict(enumerate(found.tolist())), 1e-5))
        assert weights.argmax() == draw
        assert weights[draw] > 0.99


# --- the interval ---


@pytest.mark.parametrize(
    ("carbonyl", "found", "log10_sd"),
    [(CARBONYL, "di", 0.04), (CARBONYL, "unreacted", 0.1), ("O=Cc1ccccc1", "mono", 0.04)],
)
def test_percentiles_of_truths_are_uniform(carbonyl: str, found: str, log10_sd: float) -> None:
    """Truths from other draws, measured with the stated error, fall evenly over 0 to 100, nine in ten in the interval.

    What is below detection may be called inside besides.
    """
    pair = read_pair(AMINE, carbonyl)
    here, truths = outcome_of(pair, 4096, 0), outcome_of(pair, 512, 77)
    names = ("unreacted", "mono", "di")
    values = measured(truths.degrees[0], log10_sd, 5)[:, names.index(found)]
    places, inside = [], 0
    simulated = measured(here.degrees[0], log10_sd, 0)[:, names.index(found)]
    for value in values.tolist():
        observed = Observed(fractions=((found, value),), basis="amine", detector=None, log10_sd=log10_sd)
        places.append(percentile(simulated, value) / 100.0)
        finding = place(observed, here, pair, 0)[0]
        lies = finding.low <= value <= finding.high
        inside += lies
        assert finding.inside is (lies or (value < DETECTION and finding.low <= DETECTION))
    assert kstest(places, "uniform").pvalue > 1e-3
    assert inside / 512 == pytest.approx(0.9, abs=0.04)


def test_expected_is_the_prediction() -> None:
    """Of the same draws, what is expected is what ``predict`` gives, on either basis."""
    asked = {"carbonyl_equivalents": 1.4, "reductant_equivalents": 1.1, "draws": 256}
    made = planner.compare(AMINE, CARBONYL, {"unreacted": 0.02, "mono": 0.5, "alcohol": 0.01}, **asked)
    p = planner.predict(AMINE, CARBONYL, **asked)
    expected = [p.products[0].fraction, p.products[1].fraction, p.alcohol.mean]
    assert [f.expected for f in made.findings] == pytest.approx(expected)
    made = planner.compare(AMINE, CARBONYL, {"di": 0.5, "carbonyl_left": 0.1}, basis="carbonyl", **asked)
    p = planner.predict(AMINE, CARBONYL, target="di", basis="carbonyl", **asked)
    expected = [p.target_fraction.mean, p.carbonyl_left.mean]
    assert [f.expected for f in made.findings] == pytest.approx(expected)


@pytest.mark.parametrize("n", [1, 7, 4096])
def test_no_place_is_finer_than_the_draws(n: int) -> None:
    """No percentile is 0 or 100: beyond all draws it says so, near the ends it counts them, with ties it says that."""
    for below in range(0, n + 1, max(1, n // 500)):
        words = place_words(below, n - below, n)
        assert " 0th" not in words
        assert "100th" not in words
        assert ("all" in words) == (below in (0, n))
    for below, above in ((0, n - 1), (n - 1, 0)):
        assert "same as in" in place_words(below, above, n)
    assert place_words(0, n, n) == f"below all {n:,} draws"
    assert place_words(0, 0, n) == f"the same as in {n:,} of {n:,} draws"


def test_nothing_expected_and_nothing_found_is_inside() -> None:
    """Where no second alkylation is expected, 0 % di is inside and speaks for hardly anything."""
    made = planner.compare(AMINE, "CC(=O)c1ccccc1", {"di": 0.0})
    assert made.inside == {"di": True}
    assert not [s for s in made.shifts if abs(s.change) > 0.1]
    assert made.explained


# --- what it speaks for ---


@pytest.fixture(scope="module")
def much() -> Comparison:
    """More di than expected, inside."""
    return planner.compare(AMINE, CARBONYL, {"di": 0.15})


@pytest.fixture(scope="module")
def little() -> Comparison:
    """Less of it."""
    return planner.compare(AMINE, CARBONYL, {"di": 0.03})


def test_more_di_speaks_for_a_faster_second_condensation_and_less_for_a_slower_one(
    much: Comparison, little: Comparison
) -> None:
    """The sign is that of the chemistry, and the sentence says what the table says."""
    name = "second_condensation.n_alkanal"
    up, down = (next(s for s in made.shifts if s.name == name) for made in (much, little))
    assert up.posterior > 0.5 > down.posterior
    assert up.shift_sd > 0 > down.shift_sd
    assert "faster second condensation" in up.direction
    assert "slower second condensation" in down.direction
    assert any("It speaks for" in w and much.shifts[0].direction in w for w in much.words)


def test_what_is_listed_is_used_clear_and_sorted(much: Comparison) -> None:
    """Each change exceeds its Monte Carlo error, largest first, and is of a number that the flask uses."""
    used = {p.name for p in used_contributions(much.pair, much.model, much.procedure)}
    changes = [abs(s.change) for s in much.shifts]
    assert changes == sorted(changes, reverse=True)
    for s in much.shifts:
        assert s.name in used
        assert abs(s.change) > s.error
        assert s.posterior == pytest.approx(s.prior + s.change)
        assert 0.0 <= s.posterior <= 1.0
    assert list(much.speaks_for["name"]) == [s.name for s in much.shifts]
    assert set(much.to_frame()["name"]) == set(much.inside) == set(much.percentile)


def test_a_number_without_width_before_does_not_move() -> None:
    """A constant that is known to a hundredth of a decade cannot be what the run speaks for."""
    model = load_model()
    parameters = tuple(
        replace(p, log10_sd=1e-3, basis="fitted") if p.name == "iminium_equilibrium.n_alkanal" else p
        for p in model.parameters
    )
    known = replace(model, parameters=parameters)
    made = planner.compare(AMINE, CARBONYL, {"di": 0.15}, model=known)
    assert "iminium_equilibrium.n_alkanal" not in [s.name for s in made.shifts]


def test_the_order_of_keys_does_not_matter_and_the_seed_little(much: Comparison) -> None:
    """Same seed, same answer in any order; another seed moves a probability by a few of its errors at most."""
    found = {"unreacted": 0.1, "mono": 0.82, "di": 0.08}
    one = planner.compare(AMINE, CARBONYL, found)
    other = planner.compare(AMINE, CARBONYL, dict(reversed(found.items())))
    assert (one.findings, one.shifts, one.words) == (other.findings, other.shifts, other.words)
    again = planner.compare(AMINE, CARBONYL, {"di": 0.15}, seed=4)
    here, there = ({s.name: s for s in made.shifts} for made in (much, again))
    assert much.shifts[0].name in there
    for name in here.keys() & there.keys():
        error = math.hypot(here[name].error, there[name].error)
        assert abs(here[name].change - there[name].change) < 4.0 * error


def test_what_no_draw_gives_is_not_interpreted() -> None:
    """A split that no constants can give is told as such: nothing is listed, and a charge is not blamed in vain."""
    made = planner.compare(AMINE, CARBONYL, {"unreacted": 0.5, "mono": 0.0, "di": 0.5}, model=shipped_with())
    assert not made.explained
    assert made.shifts == ()
    assert made.misses > 5.0
    assert any("hardly explain" in w for w in made.words)
    assert any("wrong one does not explain" in w for w in made.words)


def test_each_inside_but_not_together() -> None:
    """Numbers of which each is usual can break the books of the carbonyl together: that is said, with the charge.

    The books are exact where bottles are what their labels say; else an impure bottle explains them.
    """
    observed = {"unreacted": 0.19, "mono": 0.7, "di": 0.11}
    assert planner.compare(AMINE, CARBONYL, observed).explained
    made = planner.compare(AMINE, CARBONYL, observed, model=shipped_with())
    assert all(made.inside.values())
    assert not made.explained
    assert any("Each lies inside" in w for w in made.words)
    assert made.other_charge is not None
    assert made.other_charge.equivalents == pytest.approx(0.92, abs=0.02)
    assert made.other_charge.fits


@pytest.mark.parametrize("really", [0.75, 1.4, 1.8])
def test_the_charge_that_was_really_there_is_found(really: float) -> None:
    """A run of another charge than the one written down gives that charge back, from all degrees or from one."""
    there = {"carbonyl_equivalents": really, "reductant_equivalents": 2.0}
    p = planner.predict(AMINE, CARBONYL, draws=256, **there)
    split = {name: p.products[i].fraction for i, name in enumerate(("unreacted", "mono", "di"))}
    named = "unreacted" if really < 1 else "di"
    for found in (split, {named: split[named]}):
        made = planner.compare(AMINE, CARBONYL, found, carbonyl_equivalents=1.0, reductant_equivalents=2.0)
        assert not (made.explained and all(made.inside.values()))
        assert made.other_charge is not None
        assert made.other_charge.equivalents == pytest.approx(really, rel=0.03)
        assert made.other_charge.fits
        assert any(f"{made.other_charge.equivalents:.3g} eq" in w for w in made.words)


def test_no_charge_no_other_charge() -> None:
    """Without carbonyl nothing is alkylated, whatever its constants: di is outside and no charge is proposed."""
    made = planner.compare(AMINE, CARBONYL, {"di": 0.1}, carbonyl_equivalents=0.0)
    assert made.inside == {"di": False}
    assert made.other_charge is None
    assert not made.explained


def test_directions_name_every_number_of_the_model() -> None:
    """Each number of the model is said in words, rates as faster or slower, without the underscores of its name."""
    model = load_model()
    for parameter in model.parameters:
        up, down = (direction(parameter.name, model, is_up=is_up) for is_up in (True, False))
        assert "_" not in up
        assert up != down
        assert up.startswith(("a faster ", "a higher "))
    rates = [p.name for p in model.parameters if p.unit.endswith("s-1") and not p.name.startswith("water.")]
    assert all(direction(name, model, is_up=True).startswith("a faster ") for name in rates)


def test_few_draws_explain_nothing() -> None:
    """One draw can never carry the weight of thirty, and is no error."""
    assert not explains(np.zeros(1), 1)
    made = planner.compare(AMINE, CARBONYL, {"di": 0.1}, draws=1)
    assert not made.explained
    assert made.shifts == ()
    usual = planner.compare(AMINE, CARBONYL, {"di": 0.07}, draws=64)
    assert not usual.explained
    assert not usual.is_rare
    assert usual.other_charge is None
    assert any("Too few draws" in w for w in usual.words)


# --- areas ---


@pytest.mark.parametrize(
    ("smiles", "n"),
    [
        ("CCCCO", 0), ("OCc1ccccc1", 1), ("OCc1ccc(-c2ccccc2)cc1", 1), ("OCc1ccc2ccccc2c1", 1), ("OCc1ccco1", 1),
        ("OCC=C", 0), ("OCC=CC=C", 1), ("OCCC(=O)OC", 0), ("OCCC(=O)NC", 0), ("c1ccccc1CCc1ccccc1", 2),
        ("OCC=CC(=O)OC", 1), ("COc1ccc(CNCc2ccncc2)cc1", 2), ("C=CCCC=C", 0),
    ],
)  # fmt: skip
def test_chromophores(smiles: str, n: int) -> None:
    """Rings and conjugated chains count once each; lone double bonds, esters and amides do not."""
    assert n_chromophores(read_structure(smiles).smiles) == n


@pytest.mark.parametrize("detector", ["UV", "MS", "ELSD", "FID", "NMR"])
@pytest.mark.parametrize(("amine", "carbonyl"), [(AMINE, CARBONYL), (AMINE, "O=Cc1ccccc1")])
def test_areas_of_a_composition_give_it_back(amine: str, carbonyl: str, detector: str) -> None:
    """Fractions times their responses, in any unit, are those fractions again."""
    pair = read_pair(amine, carbonyl)
    split = {"unreacted": 0.2, "mono": 0.7, "di": 0.1}
    for unit in (1.0, 31_415.9):
        responses = zip(split.items(), expected_responses(pair, detector), strict=True)
        areas = {name: unit * f * r for (name, f), r in responses}
        assert dict(read_observed(areas, pair, detector=detector).fractions) == pytest.approx(split)


def test_a_new_chromophore_makes_areas_less_sure() -> None:
    """By UV the error is larger where the new group absorbs, and what does not absorb is not asked for."""
    areas = {"unreacted": 1, "mono": 8, "di": 1}
    for carbonyl, error in ((CARBONYL, LOG10_SD), ("O=Cc1ccccc1", UNLIKE_UV), ("O=CCCc1ccccc1", UNLIKE_UV)):
        assert read_observed(areas, read_pair(AMINE, carbonyl), detector="uv").log10_sd == error
    blind = planner.compare("CCCCN", "O=Cc1ccccc1", {"mono": 80, "di": 12}, detector="UV", draws=256)
    assert dict(blind.observed.fractions) == pytest.approx({"mono": 80 / 86, "di": 6 / 86})
    assert blind.observed.log10_sd == UNLIKE_UV
    seen = planner.predict("CCCCN", "O=Cc1ccccc1", draws=256).products
    ratio = blind.findings[0].expected / blind.findings[1].expected
    assert ratio == pytest.approx(seen[1].fraction / seen[2].fraction, rel=0.1)


def test_a_wider_error_says_less() -> None:
    """The same areas by mass spectrometry move less, and their interval is wider, than by NMR."""
    areas = {"unreacted": 10, "mono": 78, "di": 12}
    vague, sharp = (planner.compare(AMINE, CARBONYL, areas, detector=d, draws=2048) for d in ("MS", "NMR"))
    assert vague.effective_draws > 2 * sharp.effective_draws
    for a, b in zip(vague.findings, sharp.findings, strict=True):
        assert a.high - a.low > b.high - b.low


# --- input and output ---

BAD = [
    ({}, {}, "names nothing"),
    ({"di": 12}, {}, "write 0.12"),
    ({"di": 12.5}, {}, "write 0.125"),
    ({"di": 101}, {}, "0 to 1"),
    ({"di": -0.1}, {}, "negative"),
    ({"di": float("nan")}, {}, "finite"),
    ({"di": float("inf")}, {}, "finite"),
    ({"dii": 0.1}, {}, "did you mean 'di'"),
    ({"conversion": 0.1}, {}, "expected unreacted"),
    ({"tri": 0.1}, {}, "2 reactive N-H"),
    ({"degree_5": 0.1}, {}, "2 reactive N-H"),
    ({"degree_1": 0.1}, {}, "write mono"),
    ({"unreacted": 0.2, "mono": 0.3, "di": 0.1}, {}, "add up to 0.6"),
    ({"mono": 0.9, "di": 0.3}, {}, "add up to 1.2"),
    ({"alcohol": 0.8, "carbonyl_left": 0.4}, {}, "more than the carbonyl"),
    ({"unreacted": 0.2}, {"basis": "carbonyl"}, "holds no carbonyl"),
    ({"di": 0.2}, {"basis": "flask"}, "carbonyl"),
    ({"di": 0.2}, {"detector": "eyes"}, "expected UV"),
    ({"di": 12}, {"detector": "UV"}, "lacks unreacted, mono"),
    ({"unreacted": 1, "mono": 1, "di": 0, "alcohol": 1}, {"detector": "UV"}, "observed alcohol"),
    ({"unreacted": 1, "mono": 1, "di": 0}, {"detector": "UV", "basis": "carbonyl"}, "basis carbonyl"),
    ({"unreacted": 0, "mono": 0, "di": 0}, {"detector": "UV"}, "add up to 0"),
    ({"di": 0.1}, {"draws": 0}, "draws"),
    ({"di": 0.1}, {"seed": -1}, "seed"),
    ({"di": 0.1}, {"carbonyl_equivalents": -1.0}, "carbonyl_equivalents"),
    ({"di": 0.1}, {"reductant": "LiAlH4"}, "STAB"),
]  # fmt: skip
TYPES = [
    None,
    [],
    "di=0.12",
    {"di": "0.12"},
    {"di": True},
    {"di": None},
    {1: 0.1},
    {None: 0.1},
    {"di": [0.1]},
    0.12,
]


@pytest.mark.parametrize(("found", "fields", "word"), BAD)
def test_bad_input_is_one_line(found: dict, fields: dict, word: str) -> None:
    """What cannot be compared is a PlannerError of one line that says why, and exit 2 on the command line."""
    with pytest.raises(planner.PlannerError) as caught:
        planner.compare(AMINE, CARBONYL, found, **fields)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)
    flags = [f"--observed={name}={value}" for name, value in found.items()]
    flags += [f"--{name.replace('_', '-')}={value}" for name, value in fields.items()]
    run = CliRunner().invoke(main, ["compare", AMINE, CARBONYL, *flags])
    assert run.exit_code == 2
    assert (word if found else "--observed") in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("found", TYPES)
def test_bad_types_are_one_line(found: object) -> None:
    """What is no mapping of names to numbers is a PlannerError, not a TypeError."""
    with pytest.raises(planner.ProcedureError, match="observed"):
        planner.compare(AMINE, CARBONYL, found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("di", "write di=0.12"), ("=0.1", "write di=0.12"), ("di=", "is not a number"), ("di=12", "write 0.12"),
        ("di=1,200", "write 1.200 or 1200"), ("di=a lot", "is not a number"), ("di=1_2", "is not"),
        ("di=nan", "finite"), ("di=%", "is not a number"), (f"di={GAP}", "is not a number"), ("di=0.1=0.2", "is not"),
        ("di=\u0661", "is not a number"),
    ],
)  # fmt: skip
def test_what_is_typed_wrongly_is_one_line(text: str, word: str) -> None:
    """Whole per cents, thousands, gaps left open and the like are told in one line that says what to write; exit 2."""
    run = CliRunner().invoke(main, ["compare", AMINE, CARBONYL, "--observed", text])
    assert run.exit_code == 2
    assert word in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_number_given_twice_is_refused() -> None:
    """Neither of two values is chosen for the user."""
    run = CliRunner().invoke(main, ["compare", AMINE, CARBONYL, "--observed=di=0.1", "--observed=di=0.2"])
    assert run.exit_code == 2
    assert "given twice" in run.stderr


def test_an_amine_that_the_detector_does_not_see() -> None:
    """Areas by UV are refused where nothing absorbs, where one degree does, and for an amine that does not."""
    for amine, carbonyl, areas, word in (
        ("CCCCN", "CCCC=O", {"unreacted": 1, "mono": 1, "di": 1}, "neither"),
        ("CCCCNC", "O=Cc1ccccc1", {"mono": 1}, "only one degree"),
        ("CCCCN", "O=Cc1ccccc1", {"unreacted": 1, "mono": 1, "di": 1}, "leave it out"),
    ):
        with pytest.raises(planner.ProcedureError, match=word):
            planner.compare(amine, carbonyl, areas, detector="UV")


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(("unreacted", "mono", "di", "tri", "alcohol", "carbonyl_left")),
        st.floats(allow_nan=True, allow_infinity=True) | st.floats(0.0, 1.0),
        max_size=5,
    ),
    st.sampled_from((None, "UV", "MS", "FID")),
    st.sampled_from(("amine", "carbonyl")),
)
def test_any_numbers_end_in_words_or_one_line(found: dict, detector: str | None, basis: str) -> None:
    """Whatever numbers are given, the answer is finite and in whole sentences, or a PlannerError."""
    try:
        made = planner.compare("NCCO", "O=Cc1ccccc1", found, detector=detector, basis=basis, draws=64)
    except planner.PlannerError:
        return
    assert all(w.endswith(".") and "nan" not in w and "inf " not in w for w in made.words)
    assert all(0.0 <= f.percentile <= 100.0 and f.low <= f.high for f in made.findings)


def test_the_command_line_says_it() -> None:
    """Table, JSON and CSV hold the same numbers; the sentences stand in the first two."""
    words = ["compare", AMINE, CARBONYL, "--observed", "di=0.12", "--draws", "1024"]
    text, record, csv = (
        CliRunner().invoke(main, [*words, "--format", form]).stdout for form in ("table", "json", "csv")
    )
    made = planner.compare(AMINE, CARBONYL, {"di": 0.12}, draws=1024)
    whole = json.loads(record)
    assert whole["words"] == list(made.words)
    assert whole["findings"][0]["percentile"] == made.percentile["di"]
    assert whole["speaks_for"][0]["name"] == made.speaks_for["name"][0]
    assert made.words[-1] in text
    assert csv.splitlines()[0] == "name,observed,expected,low,high,inside,percentile,below,above"
    assert made.words[0].startswith("You found 12 % di; expected")


@pytest.mark.parametrize(
    ("amine", "carbonyl", "asked"),
    [
        (AMINE, CARBONYL, {}),
        (AMINE, "O=C1CCCCC1", {"acid_equivalents": 0.5, "solvent": "THF", "temperature_C": 12.5}),
        (AMINE, CARBONYL, {"addition": "slow_carbonyl", "addition_time_h": 3.0, "carbonyl_equivalents": 0.95}),
        ("CCCCN", "O=Cc1ccccc1", {"reductant": "NaBH4", "hydride_portions": 3, "hydride_time_h": 1.0,
                                  "hydride_temperature_C": 0.0, "quench": "borohydride"}),
        ("C1CNCCN1", "CC(C)C=O", {"reductant": "2-picoline borane", "water": "wet", "hold_time_h": 1.2345678}),
        ("7 N ammonia in methanol", "O=C1CCCCC1", {"reductant": "NaBH3CN", "acid_equivalents": 1.0}),
    ],
)  # fmt: skip
def test_the_line_on_the_sheet_brings_the_procedure_back(amine: str, carbonyl: str, asked: dict) -> None:
    """With the gaps filled the line runs, and what it compares with is the sheet's own procedure."""
    model = load_model()
    pair = read_pair(amine, carbonyl)
    settled, _ = settle(Procedure(**asked), model, pair)
    sheet = make_sheet(pair, model, settled, "10 mmol")
    line = sheet.compare
    for value in (0.08, 0.11):
        line = line.replace(GAP, str(value), 1)
    program, *words = shlex.split(line)
    run = CliRunner().invoke(main, [*words, "--format", "json", "--draws", "16"])
    assert run.exit_code == 0, run.stderr
    record = json.loads(run.stdout)
    assert program == "planner"
    assert {n: v for n, v in record["procedure"].items() if v != getattr(settled, n)} == {}
    assert [f["observed"] for f in record["findings"]] == [0.08, 0.11]
    assert [f["name"] for f in record["findings"]] == list(sheet.to_note)


def test_the_sheet_asks_for_the_two_numbers(stab: Plan) -> None:
    """In text and on paper: amine left and what went too far; where nothing can, what did not go far enough."""
    sheet = plan_sheet(stab, "250 mg")
    assert sheet.to_note == ("unreacted", "di")
    assert sheet.compare in sheet_text(sheet)
    page = run_sheet(stab, stab.best, sheet)
    assert escape(sheet.compare) in page
    assert "unreacted 0.___" in page
    assert sheet_record(sheet)["to_note"] == ("unreacted", "di")
    for amine, degree, named in (
        ("C1CNCCN1", 2, "mono"),
        ("CNC", 1, "mono"),
        ("N", 2, "tri"),
        ("N", 3, "di"),
    ):
        assert telling(read_pair(amine, CARBONYL), degree) == ("unreacted", named)


def test_a_settled_procedure_is_compared_as_it_is() -> None:
    """A procedure without unset fields, as a prediction holds it, gives the same comparison as the fields asked for."""
    model, pair = load_model(), read_pair(AMINE, CARBONYL)
    observed, drawn = read_observed({"di": 0.1}, pair), draw_parameters(model, 256, 0)
    asked = Procedure(carbonyl_equivalents=1.1)
    one, other = (
        compare_pair(pair, model, p, drawn, observed=observed) for p in (asked, settle(asked, model, pair)[0])
    )
    assert (one.findings, one.shifts, one.words) == (other.findings, other.shifts, other.words)


# --- below what is detected ---


@pytest.mark.parametrize("found", [0.0, 0.002, 0.009])
@pytest.mark.parametrize(
    ("amine", "carbonyl"), [(AMINE, CARBONYL), ("C1CNCCN1", "O=Cc1ccccc1"), ("Nc1ccccc1", "CCC=O")]
)
def test_what_is_below_detection_is_inside_where_the_interval_reaches_down_to_it(
    amine: str, carbonyl: str, found: float
) -> None:
    """0 % stands for at most 1 %: inside exactly where the 5 % quantile is not above that."""
    for name in ("unreacted", "mono", "di"):
        made = planner.compare(amine, carbonyl, {name: found}, draws=1024)
        (finding,) = made.findings
        assert finding.inside is (finding.low <= DETECTION)
        assert any(("inside" if finding.inside else "outside") in words for words in made.words)


def test_nothing_found_where_much_was_expected_names_a_charge() -> None:
    """No di of two equivalents: the charge at which 1 % of it is expected is named."""
    made = planner.compare(AMINE, CARBONYL, {"di": 0.0}, carbonyl_equivalents=2.0, draws=1024)
    assert not made.inside["di"]
    assert made.other_charge is not None
    assert made.other_charge.equivalents is not None
    less = planner.predict(AMINE, CARBONYL, carbonyl_equivalents=made.other_charge.equivalents, draws=128)
    assert less.products[2].fraction == pytest.approx(DETECTION, abs=0.005)
    assert any("taken as 1 %" in words for words in made.words)


def test_the_record_says_whether_it_is_rare_and_by_how_much_it_misses() -> None:
    """JSON holds what the sentences are made of."""
    usual, odd = (planner.compare(AMINE, CARBONYL, {"mono": x}, draws=1024) for x in (0.8, 0.0))
    for made in (usual, odd):
        record = comparison_record(made)
        assert (record["is_rare"], record["misses"]) == (made.is_rare, made.misses)
    assert odd.is_rare
    assert not usual.is_rare
