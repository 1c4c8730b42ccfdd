"""Portions of the hydride, at a temperature of their own: the same flask by hand, its limits, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import planner
from parts_set import shipped_with
from planner.errors import ProcedureError
from planner.flask.flask import central_batch, constants_and_charges, prepare, run
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure, Settled, procedure_words
from planner.flask.schedule import SECONDS_PER_HOUR, Segment, flask_schedule
from planner.flask.settling import settle
from planner.flask.simulate import simulate_network
from planner.mechanism.network import HYDRIDE, Network, Reaction
from planner.model.draws import central_draws, draw_parameters
from planner.predictions.records import prediction_record, read_prediction
from planner.structures.pairs import read_pair

MODEL = shipped_with()
PAIR = read_pair("NCc1ccccc1", "O=Cc1ccccc1")
FLASK = prepare(PAIR, MODEL)
NETWORK = Network(
    species=FLASK.network.species,
    reactions=tuple(
        Reaction(reactants=r.reactants, products=r.products, constants=(f"k{i}",))
        for i, r in enumerate(FLASK.network.reactions)
    ),
)
"""One constant for each reaction, so that each stretch of time can be run with numbers of its own."""
DRAWS = draw_parameters(MODEL, 8, 0)
WAYS = [
    {"addition": "imine_first", "imine_time_h": 1.0, "reductant": "NaBH4"},
    {"addition": "all_at_once", "reductant": "NaBH3CN", "solvent": "MeOH"},
]


def settled(**fields: object) -> Settled:
    """Settle a procedure of the pair."""
    return settle(Procedure(**{"hold_time_h": 6.0} | fields), MODEL)[0]


def degrees(*procedures: Settled) -> np.ndarray:
    """Fractions of the amine by degree (n_procedures, n_draws, n_degrees)."""
    return predict_outcomes(PAIR, MODEL, procedures, DRAWS).degrees


def constants_at(celsius: float, procedure: Settled) -> dict[str, float]:
    """Constants of every reaction at the medians, by its place."""
    same = settled(
        **{n: getattr(procedure, n) for n in ("addition", "reductant", "solvent")}, temperature_C=celsius
    )
    k, _ = constants_and_charges(FLASK, MODEL, [same], central_draws(MODEL))
    return {f"k{i}": float(value) for i, value in enumerate(k[0, 0, 0])}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("n", [2, 3, 7])
def test_the_same_flask_written_by_hand(n: int, way: dict[str, object]) -> None:
    """Portions at their own temperature are doses at t0 + i T/(n - 1), k at that temperature until the last."""
    hours, hold = 1.5, 6.0
    p = settled(**way, hydride_portions=n, hydride_time_h=hours, hydride_temperature_C=0.0, hold_time_h=hold)
    ours = run(FLASK, MODEL, [p], central_draws(MODEL)).amounts[0, 0, -1]
    batch = central_batch(FLASK, MODEL, settled(**way, hold_time_h=hold))
    names = FLASK.network.species_names
    whole = p.concentration_M * p.reductant_equivalents * MODEL.reductant(p.reductant).usable_hydrides
    amounts = dict(zip(names, batch.amounts[0], strict=True)) | {HYDRIDE: 0.0}
    warm, cold = (constants_at(celsius, p) for celsius in (p.temperature_C, 0.0))
    stretches = [(p.imine_time_h, 0.0, warm)] if p.imine_time_h else []
    stretches += [(hours / (n - 1), whole / n, cold)] * (n - 1) + [(hold - hours, whole / n, warm)]
    for length, dose, k in stretches:
        segment = Segment(duration=length * SECONDS_PER_HOUR, doses=((HYDRIDE, dose),))
        end = simulate_network(
            NETWORK, k, amounts=amounts, volume=1.0, schedule=[segment], relative_tolerance=1e-8
        ).amounts[0, 0, -1]
        amounts = dict(zip(names, np.maximum(end, 0.0), strict=True))
    assert ours == pytest.approx(list(amounts.values()), abs=2e-5)


@given(n=st.integers(2, 12), hours=st.floats(0.01, 6.0), imine=st.floats(0.0, 4.0), is_last=st.booleans())
@settings(max_examples=40, deadline=None)
def test_totals_and_times_stay(n: int, hours: float, imine: float, is_last: bool) -> None:
    """All hydride enters, in equal portions at equal distances; the total time is that of one portion."""
    way = {"addition": "imine_first", "imine_time_h": imine} if is_last else {"addition": "all_at_once"}
    one = settled(**way)
    p = settled(**way, hydride_portions=n, hydride_time_h=hours)
    _, charges = constants_and_charges(FLASK, MODEL, [p], central_draws(MODEL))
    start, _, schedule = flask_schedule([p, one], charges)
    doses = [sum(float(np.ravel(x)[0]) for name, x in s.doses if name == HYDRIDE) for s in schedule]
    doses[1] += sum(float(np.ravel(x)[0]) for name, x in start if name == HYDRIDE)
    whole = p.concentration_M * p.reductant_equivalents * MODEL.reductant(p.reductant).usable_hydrides
    assert doses[1:] == pytest.approx([whole / n] * n)
    lengths = np.array([np.ravel(s.duration) for s in schedule]) / SECONDS_PER_HOUR
    assert lengths[1:n, 0] == pytest.approx(hours / (n - 1))
    assert lengths.sum(axis=0) == pytest.approx([p.total_time_h, one.total_time_h])
    assert p.total_time_h == one.total_time_h
    assert not lengths[1:n, 1].any()


@pytest.mark.parametrize("way", WAYS)
def test_no_time_between_them_is_one_portion(way: dict[str, object]) -> None:
    """As T goes to 0 the split goes to that of one portion, whatever the number of portions."""
    one = degrees(settled(**way))
    gaps = [
        np.abs(degrees(settled(**way, hydride_portions=4, hydride_time_h=t)) - one).max()
        for t in (1.0, 1e-2, 1e-4)
    ]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 1e-3


@pytest.mark.parametrize("way", WAYS)
def test_many_portions_come_near_a_steady_feed(way: dict[str, object]) -> None:
    """More portions over the same time come nearer to hydride that is fed steadily."""
    hours = 2.0
    p = settled(**way)
    k = constants_at(p.temperature_C, p)
    batch = central_batch(FLASK, MODEL, p)
    whole = p.concentration_M * p.reductant_equivalents * MODEL.reductant(p.reductant).usable_hydrides
    amounts = dict(zip(FLASK.network.species_names, batch.amounts[0], strict=True)) | {HYDRIDE: 0.0}
    feed = ((HYDRIDE, whole / (hours * SECONDS_PER_HOUR)),)
    schedule = [Segment(duration=p.imine_time_h * SECONDS_PER_HOUR)] if p.imine_time_h else []
    schedule += [
        Segment(duration=hours * SECONDS_PER_HOUR, feeds=feed),
        Segment(duration=(p.hold_time_h - hours) * SECONDS_PER_HOUR),
    ]
    steady = simulate_network(NETWORK, k, amounts=amounts, volume=1.0, schedule=schedule).amounts[0, 0, -1]
    far = [
        np.abs(
            run(
                FLASK, MODEL, [settled(**way, hydride_portions=n, hydride_time_h=hours)], central_draws(MODEL)
            ).amounts[0, 0, -1]
            - steady
        ).max()
        for n in (2, 4, 12)
    ]
    assert far[0] > far[1] > far[2]


def test_the_temperature_of_the_flask_changes_nothing() -> None:
    """A hydride at the temperature of the flask gives the numbers of one that has none of its own, bit by bit."""
    way = {"hydride_portions": 3, "hydride_time_h": 1.0, "temperature_C": 10.0}
    assert np.array_equal(degrees(settled(**way)), degrees(settled(**way, hydride_temperature_C=10.0)))
    assert settled(**way).hydride_temperature_C == 10.0
    assert not np.array_equal(degrees(settled(**way)), degrees(settled(**way, hydride_temperature_C=-10.0)))


def test_a_mixed_batch_is_its_procedures() -> None:
    """Procedures of different portions, temperatures and additions give in one batch what each gives alone."""
    mixed = [
        settled(),
        settled(hydride_portions=3, hydride_time_h=1.0),
        settled(**WAYS[0], hydride_portions=2, hydride_time_h=0.5, hydride_temperature_C=-10.0),
        settled(addition="slow_carbonyl", addition_time_h=2.0),
        settled(**WAYS[1], hydride_portions=12, hydride_time_h=6.0, hydride_temperature_C=40.0),
    ]
    together = degrees(*mixed)
    for p, found in zip(mixed, together, strict=True):
        assert found == pytest.approx(degrees(p)[0], abs=1e-5)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hydride_portions": 3}, "hydride_time_h 0"),
        ({"hydride_time_h": 1.0}, "1 portion"),
        ({"hydride_portions": 2.5, "hydride_time_h": 1.0}, "not whole"),
        ({"hydride_portions": 13, "hydride_time_h": 1.0}, "1 to 12"),
        ({"hydride_portions": 0, "hydride_time_h": 1.0}, "1 to 12"),
        ({"hydride_portions": 2, "hydride_time_h": 3.0, "hold_time_h": 2.5}, "at least 3 h"),
        ({"hydride_portions": 2, "hydride_time_h": 1.0, "addition": "slow_carbonyl"}, "imine_first"),
        ({"hydride_portions": 2, "hydride_time_h": 1.0, "addition": "slow_amine"}, "all_at_once"),
        ({"hydride_temperature_C": 0.0}, "no time"),
        ({"hydride_portions": 2, "hydride_time_h": 1.0, "hydride_temperature_C": 200.0}, "-80 to 150"),
    ],
)
def test_what_does_not_go_together(fields: dict[str, object], words: str) -> None:
    """Portions without time, time without portions, too short a hold and the like are refused in a sentence."""
    with pytest.raises(ProcedureError, match=words):
        settle(Procedure(**fields), MODEL)


def test_words_of_portions() -> None:
    """A phrase says portions, time and temperature where the hydride is divided, and nothing where it is not."""
    p = settled(hydride_portions=3, hydride_time_h=0.5, hydride_temperature_C=0.0)
    assert "eq in 3 portions over 0.5 h at 0 C," in procedure_words(p)
    assert "portions" not in procedure_words(settled())
    same = settled(hydride_portions=3, hydride_time_h=0.5)
    assert "in 3 portions over 0.5 h," in procedure_words(same)


def test_a_course_in_portions() -> None:
    """The time course runs to the end of the hold, in order, and ends where the prediction does."""
    p = planner.predict(
        "NCc1ccccc1", "O=Cc1ccccc1", hydride_portions=4, hydride_time_h=1.0, hold_time_h=6.0, hydride_temperature_C=0.0,
        draws=8,
    )  # fmt: skip
    frame = p.profile_frame()
    assert np.all(np.diff(frame["time_h"]) >= 0)
    end = frame.iloc[-1]
    assert end["time_h"] == pytest.approx(p.procedure.total_time_h)
    assert end["degree_1"] == pytest.approx(p.products[1].fraction, abs=1e-5)


def test_files_from_before_there_were_portions() -> None:
    """A saved prediction without the fields opens as one portion at the temperature of the flask, taken by default."""
    p = planner.predict("NCc1ccccc1", "O=Cc1ccccc1", temperature_C=10.0, draws=8)
    later = ("hydride_portions", "hydride_time_h", "hydride_temperature_C")
    record = prediction_record(p)
    record["procedure"] = {n: v for n, v in record["procedure"].items() if n not in later}
    record["defaults_used"] = [n for n in record["defaults_used"] if n not in later]
    opened = read_prediction(record, MODEL)
    assert opened.procedure == p.procedure
    assert set(opened.defaults_used) == set(p.defaults_used)


def test_a_search_keeps_portions() -> None:
    """Recommendations with portions that were asked for hold long enough, and leave out what feeds a partner."""
    plan = planner.recommend(
        "NCc1ccccc1",
        "O=Cc1ccccc1",
        reductant="NaBH4",
        hydride_portions=3,
        hydride_time_h=1.0,
        max_time_h=4.0,
        top=3,
    )
    for r in plan.recommendations:
        p = r.procedure
        assert (p.hydride_portions, p.hydride_time_h) == (3, 1.0)
        assert p.addition in ("all_at_once", "imine_first")
        assert p.hold_time_h >= 1.0
        assert p.total_time_h <= 4.0
        assert p.hydride_temperature_C == p.temperature_C
        assert settle(p, MODEL)[0] == p


@pytest.mark.parametrize("celsius", [900.0, -300.0, float("nan")])
@pytest.mark.parametrize("n", [1, 2])
def test_a_temperature_that_cannot_be_is_refused_even_for_no_time(n: int, celsius: float) -> None:
    """With one portion it holds for no time and is replaced, but only where it is a temperature."""
    p = settled(hydride_portions=n, hydride_time_h=0.0 if n == 1 else 0.5)
    with pytest.raises(ProcedureError, match="hydride_temperature_C"):
        replace(p, hydride_temperature_C=celsius)
    assert replace(settled(), hydride_temperature_C=10.0).hydride_temperature_C == settled().temperature_C
