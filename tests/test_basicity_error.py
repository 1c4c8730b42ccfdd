"""The error of an estimated basicity: one draw per kind of nitrogen, in every constant that follows the pKaH."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.engine import Array
from planner.flask.condensation import condensation, unfit, weakness
from planner.flask.conditions import Conditions, basicity_error, conditions_of
from planner.flask.contents import needs_joint_states
from planner.flask.flask import constants_and_charges, prepare
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.draws import Draws, central_draws, draw_parameters
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.structures.pairs import Pair, read_pair

MODEL = load_model()
REFERENCE = load_model(Path(__file__).parent / "data" / "models_reference")
DRAWS = draw_parameters(MODEL, 4096, 0)
BENZALDEHYDE = "O=Cc1ccccc1"
AMINES = ["CCCCN", "Nc1ccccc1", "Nc1ccc([N+](=O)[O-])cc1", "CNC1CCOCC1", "NCC(F)(F)F", "Nc1ccccn1"]


def known_to(sd: float, amine: str, model: Model = MODEL) -> Pair:
    """A pair whose nitrogens are known to ``sd`` pK units."""
    pair = read_pair(amine, BENZALDEHYDE, model)
    return replace(pair, sites=tuple(replace(site, pKaH_sd=sd) for site in pair.sites))


def settled(pair: Pair, model: Model = MODEL, **fields: object) -> Settled:
    """The defaults for STAB, but for what is given."""
    return settle(Procedure(**({"reductant": "STAB"} | fields)), model, pair)[0]


def conditions(pair: Pair, model: Model = MODEL, draws: Draws = DRAWS) -> Conditions:
    """Conditions of one flask."""
    return conditions_of(pair, model, [settled(pair, model)], draws)


def log_k(pair: Pair, draws: Draws = DRAWS) -> Array:
    """log10 k_c of the first nitrogen over the draws, but for what a nitrogen lacks that asks for a strong acid."""
    at = conditions(pair, draws=draws)
    ladder = at.amines[0][0]
    return condensation(at, (ladder, 0))[0] - unfit(at, ladder)


@pytest.mark.parametrize("amine", AMINES)
def test_the_width_of_the_rate_grows_with_that_of_the_basicity(amine: str) -> None:
    """Var(log k_c) grows by (b^2 + sd_b^2) sd^2, the variance of a product of independent normals."""
    slope = MODEL.parameter("nucleophilicity.basicity")
    sure = np.var(log_k(known_to(0.0, amine)))
    for sd in (0.3, 1.0, 2.0):
        grown = np.var(log_k(known_to(sd, amine))) - sure
        assert grown == pytest.approx((slope.value**2 + slope.log10_sd**2) * sd**2, rel=0.1, abs=0.01)


@pytest.mark.parametrize("amine", AMINES)
def test_the_median_of_the_rate_stays(amine: str) -> None:
    """An error as likely up as down moves no median: exactly at the central draw, else to a tenth of the width.

    Not to nothing: the slope is uncertain too, and a product of two uncertain numbers is a little skew.
    """
    for sd in (0.3, 1.0):
        pair, sure = known_to(sd, amine), known_to(0.0, amine)
        assert np.array_equal(log_k(pair, central_draws(MODEL)), log_k(sure, central_draws(MODEL)))
        assert np.median(log_k(pair)) == pytest.approx(np.median(log_k(sure)), abs=0.1 * np.std(log_k(pair)))


@pytest.mark.parametrize("amine", AMINES)
def test_what_asks_for_a_strong_acid_loses_by_how_far_it_is_below(amine: str) -> None:
    """log10 of the loss = slope min(0, pKaH - least) at the central draw, and never a gain in any draw."""
    pair = known_to(0.7, amine)
    at = conditions(pair, draws=central_draws(MODEL))
    slope, least = (MODEL.parameter(f"weak_nitrogen.{name}").value for name in ("slope", "least"))
    pKaH = pair.sites[0].pKaH
    assert pKaH is not None
    assert unfit(at, at.amines[0][0]) == pytest.approx(slope * min(0.0, pKaH - least))
    drawn = conditions(pair)
    assert unfit(drawn, drawn.amines[0][0]).max() <= 0.0


@pytest.mark.parametrize("amine", [*AMINES, "NCc1ccc(N)cc1", "Nc1nccc(C2CCNCC2)n1", "NCCNCCN"])
def test_what_is_known_exactly_has_no_error(amine: str) -> None:
    """With sd 0 every rate constant is, digit by digit, that of a set without the table of errors."""
    pair = known_to(0.0, amine)
    kept = tuple(p for p in MODEL.parameters if not p.name.startswith("basicity_error."))
    assert len(kept) < len(MODEL.parameters)
    flask = prepare(pair, MODEL, joint=needs_joint_states(pair, settled(pair)))
    with_table, without = (
        constants_and_charges(flask, model, [settled(pair)], DRAWS)[0]
        for model in (MODEL, replace(MODEL, parameters=kept, sha256="without"))
    )
    assert np.array_equal(with_table, without)


def test_a_set_without_the_table_does_not_ask_how_well_a_basicity_is_known() -> None:
    """The constants of the reference set are the same for any width."""
    draws = draw_parameters(REFERENCE, 64, 0)
    flask = prepare(known_to(0.2, "Nc1ccccn1", REFERENCE), REFERENCE)
    narrow, wide = (
        constants_and_charges(replace(flask, pair=pair), REFERENCE, [settled(pair, REFERENCE)], draws)[0]
        for pair in (known_to(sd, "Nc1ccccn1", REFERENCE) for sd in (0.2, 3.0))
    )
    assert np.array_equal(narrow, wide)


def test_kinds_of_nitrogen_err_apart_and_like_ones_together() -> None:
    """An aniline and a benzylamine of one molecule have independent errors; the ends of a diamine share one."""
    at = conditions(known_to(0.7, "NCc1ccc(N)cc1"))
    first, second = (basicity_error(at, ladder) for ladder, _ in at.amines)
    assert np.std(first) == pytest.approx(0.7, rel=0.02)
    assert np.std(second) == pytest.approx(0.7, rel=0.02)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.05
    assert len(conditions(known_to(0.7, "NCCCCN")).amines) == 1


def test_eight_kinds_of_nitrogen_have_a_draw_each() -> None:
    """As many names as a molecule may have reactive nitrogens, all of them in the shipped set."""
    names = [p.name for p in MODEL.parameters if p.name.startswith("basicity_error.")]
    assert len(names) == 8
    errors = DRAWS.normals[:, [DRAWS.names.index(name) for name in names]]
    assert np.abs(np.corrcoef(errors.T) - np.eye(8)).max() < 0.05


def test_one_error_is_in_rate_and_exchange() -> None:
    """A weak amine that is less basic than estimated condenses and exchanges slower in the same draws."""
    at = conditions(known_to(0.6, "Nc1ccccc1"))
    ladder = at.amines[0][0]
    error = basicity_error(at, ladder)
    for values in (condensation(at, (ladder, 0))[0], weakness(at, ladder)):
        assert np.corrcoef(error, values)[0, 1] > 0.2
    strong = conditions(known_to(0.2, "CCCCN"))
    assert np.abs(weakness(strong, strong.amines[0][0])).max() < 0.3


@pytest.mark.parametrize("amine", ["Nc1ccccn1", "Nc1ccc([N+](=O)[O-])cc1"])
def test_a_prediction_is_as_wide_as_its_basicity(amine: str) -> None:
    """The 90 % interval of the unreacted amine widens with pKaH_sd, while its median moves less than the interval."""
    spans, medians = [], []
    for sd in (0.0, 0.7, 2.0):
        pair = known_to(sd, amine)
        outcome = predict_outcomes(
            pair, MODEL, [settled(pair, hold_time_h=8.0)], draw_parameters(MODEL, 1024, 0)
        )
        low, median, high = np.quantile(outcome.degrees[0, :, 0], (0.05, 0.5, 0.95))
        spans.append(high - low)
        medians.append(median)
    assert spans[0] < spans[1] < spans[2]
    assert max(medians) - min(medians) < 0.1
