"""Sensitivity: shares of the variance are those of a sum that is known, and only what is used counts."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import planner
from planner.cli import main
from planner.flask.outcomes import predict_outcomes
from planner.model.draws import Draws, draw_parameters
from planner.predictions.prediction import Prediction
from planner.predictions.sensitivity import (
    Share,
    sensitivity,
    unexplained,
    used_contributions,
    variance_shares,
)

NORMALS = np.random.default_rng(7).standard_normal((4096, 4))


def test_shares_of_a_linear_sum_are_the_squares_of_its_coefficients() -> None:
    """For y = 2 a - b + 0 c the shares are 4/5, 1/5 and 0, and the slopes 2, -1 and 0."""
    shares, slopes = variance_shares(NORMALS, 5.0 + 2.0 * NORMALS[:, 0] - NORMALS[:, 1])
    assert shares == pytest.approx([0.8, 0.2, 0.0, 0.0], abs=0.02)
    assert slopes == pytest.approx([2.0, -1.0, 0.0, 0.0], abs=1e-9)
    assert shares.sum() == pytest.approx(1.0, abs=1e-9)


def test_a_curve_without_slope_has_its_share() -> None:
    """For y = a^2 everything comes from a, although its average slope is zero."""
    shares, slopes = variance_shares(NORMALS, NORMALS[:, 0] ** 2)
    assert shares == pytest.approx([1.0, 0.0, 0.0, 0.0], abs=0.01)
    assert slopes[0] == pytest.approx(0.0, abs=1e-9)


def test_interplay_is_left_unexplained() -> None:
    """For y = a + a b, half of the variance belongs to no contribution alone."""
    shares, _ = variance_shares(NORMALS, NORMALS[:, 0] * (1.0 + NORMALS[:, 1]))
    assert shares[0] == pytest.approx(0.5, abs=0.05)
    assert shares.sum() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("values", [np.ones(4096), np.random.default_rng(8).standard_normal(4096)])
def test_what_does_not_depend_on_the_draws_has_no_shares(values: np.ndarray) -> None:
    """A constant, and noise that no contribution makes, are explained by nothing."""
    shares, _ = variance_shares(NORMALS, values)
    assert shares.sum() == pytest.approx(0.0, abs=0.01)
    assert np.all(shares >= 0)


def test_too_few_draws_explain_nothing() -> None:
    """With fewer draws than coefficients a perfect fit means nothing and is not shown as one."""
    shares, _ = variance_shares(NORMALS[:8], NORMALS[:8, 0])
    assert shares.tolist() == [0.0] * 4


@pytest.fixture(scope="module")
def butylation() -> Prediction:
    """Butylamine and butanal at the defaults."""
    return planner.predict("CCCCN", "CCCC=O")


@pytest.fixture(scope="module")
def butylation_shares(butylation: Prediction) -> tuple[Share, ...]:
    """What moves its target fraction."""
    return sensitivity(butylation)


PAIRS = [
    ("CCCCN", "CCCC=O", {}),
    ("CCCCN", "O=C1CCCCC1", {"temperature_C": 0.0}),
    ("C1CNCCN1", "O=Cc1ccccc1", {"reductant": "NaBH3CN"}),
    ("N", "CCCC=O", {"reductant": "NaBH4", "water": "wet"}),
]


@pytest.mark.parametrize(("amine", "carbonyl", "fields"), PAIRS)
def test_numbers_that_are_not_listed_do_not_enter(amine: str, carbonyl: str, fields: dict) -> None:
    """With every unlisted number drawn anew the outcome of each draw stays the same to the last bit."""
    p = planner.predict(amine, carbonyl, draws=16, **fields)
    used = {parameter.name for parameter in used_contributions(p.pair, p.model, p.procedure)}
    draws = draw_parameters(p.model, 16, 0)
    others = [i for i, name in enumerate(draws.names) if name not in used]
    changed = draws.normals.copy()
    changed[:, others] = np.random.default_rng(1).standard_normal((16, len(others)))
    here = predict_outcomes(p.pair, p.model, [p.procedure], draws)
    there = predict_outcomes(p.pair, p.model, [p.procedure], Draws(names=draws.names, normals=changed))
    assert len(used) < 60
    assert np.array_equal(here.degrees, there.degrees)


def test_energies_count_only_away_from_25_C() -> None:
    """At 25 C no activation energy is used; at 0 C those of condensation and hydride transfer are."""

    def energies(celsius: float) -> set[str]:
        p = planner.predict("CCCCN", "CCCC=O", temperature_C=celsius, draws=1)
        names = {parameter.name for parameter in used_contributions(p.pair, p.model, p.procedure)}
        return {name for name in names if name.startswith("energy.")}

    assert energies(25.0) == set()
    assert {"energy.condensation", "energy.hydride_transfer"} < energies(0.0)


@pytest.mark.parametrize(("amine", "carbonyl", "fields"), PAIRS)
def test_shares_are_parts_of_a_whole(amine: str, carbonyl: str, fields: dict) -> None:
    """Shares are sorted, not negative, add up to at most 1, and name numbers of the model."""
    p = planner.predict(amine, carbonyl, **fields)
    for measure in ("target_fraction", "over_alkylation"):
        shares = sensitivity(p, measure)
        values = [s.share for s in shares]
        assert values == sorted(values, reverse=True)
        assert min(values) >= 0
        assert sum(values) <= 1
        assert unexplained(shares) == pytest.approx(1 - sum(values))
        for s in shares:
            number = p.model.parameter(s.name)
            assert (s.basis, s.source) == (number.basis, number.source)
            assert "_" not in s.label


@pytest.mark.parametrize(
    ("amine", "carbonyl", "expected"),
    [
        ("CCCCN", "CCCC=O", {"iminium_equilibrium.n_alkanal", "second_condensation.n_alkanal"}),
        ("CCCCN", "C=O", {"iminium_equilibrium.formaldehyde", "iminium_reduction.reference"}),
        ("C1CNCCN1", "CCCC=O", {"coupling.piperazine"}),
        ("CCCCN", "CC(=O)c1ccccc1", {"condensation.aryl_ketone", "acid_catalysis.DCE"}),
        ("N", "CCCC=O", {"imine_equilibrium_amine.ammonia", "imine_reduction_amine.ammonia"}),
    ],
)
def test_what_matters_most_is_what_a_chemist_expects(amine: str, carbonyl: str, expected: set[str]) -> None:
    """Second alkylation decides a primary amine with an aldehyde, the ring a diamine, condensation a slow ketone."""
    shares = sensitivity(planner.predict(amine, carbonyl))
    assert expected <= {s.name for s in shares[:3]}


def test_slope_has_the_sign_of_the_chemistry(
    butylation: Prediction, butylation_shares: tuple[Share, ...]
) -> None:
    """A faster second condensation lowers the mono product and raises over-alkylation."""
    mono, over = (
        next(s for s in shares if s.name == "second_condensation.n_alkanal")
        for shares in (butylation_shares, sensitivity(butylation, "over_alkylation"))
    )
    assert mono.slope < 0 < over.slope


def test_the_answer_does_not_lean_on_the_seed(butylation_shares: tuple[Share, ...]) -> None:
    """Another seed moves no share by more than a few per cent, and never the first place."""
    here, there = butylation_shares, sensitivity(planner.predict("CCCCN", "CCCC=O", seed=5))
    other = {s.name: s.share for s in there}
    assert here[0].name == there[0].name
    assert all(s.share == pytest.approx(other[s.name], abs=0.08) for s in here)


def test_unknown_measure_is_refused() -> None:
    """Only the three measures of a target can be asked for."""
    p = planner.predict("CCCCN", "CCCC=O", draws=1)
    with pytest.raises(planner.ProcedureError, match="expected one of target_fraction"):
        sensitivity(p, "colour")


def test_no_width_no_shares() -> None:
    """Without a hydride nothing varies, so nothing is explained."""
    p = planner.predict("CCCCN", "CCCC=O", reductant_equivalents=0.0, draws=8)
    assert sum(s.share for s in sensitivity(p)) == 0


def test_a_narrower_number_takes_a_smaller_share(
    butylation: Prediction, butylation_shares: tuple[Share, ...]
) -> None:
    """When a width shrinks, as after calibration, its share of the variance does too."""
    p = butylation
    name = "iminium_equilibrium.n_alkanal"
    parameters = tuple(
        replace(n, log10_sd=0.1, basis="fitted") if n.name == name else n for n in p.model.parameters
    )
    narrow = replace(p, model=replace(p.model, parameters=parameters))
    before, after = (
        next(s.share for s in x if s.name == name) for x in (butylation_shares, sensitivity(narrow))
    )
    assert after < before / 4


def test_command_line_says_it() -> None:
    """--sensitivity adds the ranking to text and JSON, and is the table with csv."""
    run = CliRunner().invoke
    words = ["predict", "CCCCN", "CCCC=O", "--sensitivity"]
    text = run(main, words)
    assert text.exit_code == 0
    assert "iminium equilibrium, unbranched alkanal" in text.output
    record = json.loads(run(main, [*words, "--format", "json"]).stdout)["sensitivity"]
    assert record["of"] == "target_fraction"
    assert sum(s["share"] for s in record["shares"]) + record["unexplained"] == pytest.approx(1)
    csv = run(main, [*words, "--format", "csv"]).stdout
    assert csv.splitlines()[0] == "name,label,share,slope,basis,source"
