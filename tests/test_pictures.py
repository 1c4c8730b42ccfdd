"""Pictures, drawings, the map and saved plans: what is shown is what was computed."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest

import planner
from planner.app.saved import saved_inputs, wanted_inputs
from planner.errors import PlannerError, TableError
from planner.files.saved import read_json
from planner.flask.procedure import Procedure
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans import pictures as plan_pictures
from planner.plans.recommendation import Plan
from planner.plans.saved import read_plan
from planner.predictions import pictures
from planner.predictions.landscape import Landscape, look_around, survey
from planner.predictions.prediction import Prediction
from planner.predictions.records import prediction_record, read_prediction
from planner.structures.drawings import draw_amine, draw_carbonyl, draw_structure
from planner.structures.pairs import read_pair

AMINE, CARBONYL = "NCc1ccccc1", "CCCC=O"


@pytest.fixture(scope="module")
def prediction() -> Prediction:
    """Predict the worked example."""
    return planner.predict(AMINE, CARBONYL, draws=32)


def map_of(asked: Procedure) -> tuple[Landscape, tuple[float, float]]:
    """Survey the neighbourhood of a procedure for the worked example on 16 draws."""
    model, pair = load_model(), read_pair(AMINE, CARBONYL)
    view, here = look_around(asked, model, pair, target=1)
    return survey(pair, model, view, draw_parameters(model, 16, 0), target=1, basis="amine"), here


def test_a_point_of_the_map_is_a_prediction() -> None:
    """The map holds the very numbers that a prediction of that point gives."""
    landscape, _ = map_of(Procedure(addition="slow_carbonyl", addition_time_h=2.0, hold_time_h=6.0))
    i, j = 3, 8
    alone = planner.predict(
        AMINE,
        CARBONYL,
        draws=16,
        addition="slow_carbonyl",
        carbonyl_equivalents=float(landscape.equivalents[j]),
        addition_time_h=float(landscape.times_h[i]),
        hold_time_h=6.0,
    )
    assert landscape.target_fraction[i, j] == pytest.approx(alone.target_fraction.mean, abs=1e-9)
    assert landscape.over_alkylation[i, j] == pytest.approx(alone.over_alkylation.mean, abs=1e-9)


def test_the_map_stays_while_one_walks_in_it() -> None:
    """Other equivalents and another time move the mark, not the map; all at once is slow addition in no time."""
    model, pair = load_model(), read_pair(AMINE, CARBONYL)
    views = [
        look_around(asked, model, pair, target=1)
        for asked in (
            Procedure(carbonyl_equivalents=0.7),
            Procedure(carbonyl_equivalents=1.4, addition="slow_carbonyl", addition_time_h=5.0),
        )
    ]
    assert views[0][0] == views[1][0]
    assert views[0][1] == (0.7, 0.0)
    assert views[1][1] == (1.4, 5.0)


def test_the_contour_parts_what_keeps_the_limit_from_what_breaks_it() -> None:
    """Left of the line the mean over-alkylation is within the limit, right of it above; no limit, no line."""
    landscape, _ = map_of(Procedure(hold_time_h=6.0))
    line = landscape.contour(0.1)
    assert len(line) == len(landscape.times_h)
    for point, over in zip(line, landscape.over_alkylation, strict=True):
        is_left = landscape.equivalents <= point["carbonyl_equivalents"]
        assert np.all(over[is_left] <= 0.1)
        assert over[~is_left][0] > 0.1
    assert landscape.contour(None) == []


def test_pictures_show_the_prediction(prediction: Prediction) -> None:
    """Bars and fate hold the prediction's numbers; a specification is plain JSON and does not hold numbers."""
    split = pictures.distribution_chart(prediction)
    assert split.data["split"]["fraction"].tolist() == [p.fraction for p in prediction.products]
    assert split.data["split"]["statistical"].tolist() == list(prediction.statistical)
    fate = pictures.fate_chart(prediction).data["fate"]
    assert fate["fraction"].sum() == pytest.approx(1.0)
    other = pictures.distribution_chart(planner.predict(AMINE, CARBONYL, draws=8, carbonyl_equivalents=2.0))
    assert json.dumps(other.spec) == json.dumps(split.spec)


def test_every_picture_draws(prediction: Prediction, stab: Plan) -> None:
    """Each picture becomes sound SVG that shows marks of its data: bars, curves, cells, points."""
    landscape, here = map_of(Procedure(hold_time_h=6.0))
    events = pictures.course_events(prediction.procedure)
    course = prediction.profile_frame()
    rows = [
        {"field": "hold_time_h", "value": x, "target_fraction": 0.5, "target_low": 0.4, "target_high": 0.6,
         "over_alkylation": 0.1}
        for x in (1.0, 2.0)
    ]  # fmt: skip
    drawn = [
        ("mark-rect", pictures.distribution_chart(prediction), len(prediction.products)),
        ("mark-line", pictures.course_chart(course, 1, events), 4),
        ("mark-area", pictures.pools_chart(course, events), 3),
        ("mark-rect", pictures.fate_chart(prediction), 3),
        ("mark-rect", pictures.landscape_chart(landscape, here, 0.1), landscape.target_fraction.size),
        ("mark-symbol", plan_pictures.curve_chart(rows, 1.5), len(rows)),
        ("mark-symbol", plan_pictures.pareto_chart(stab), len(plan_pictures.pareto_rows(stab))),
    ]
    for mark, picture, least in drawn:
        root = ElementTree.fromstring(picture.svg())
        marks = [path for g in root.iter() if mark in g.get("class", "") for path in g]
        assert len(marks) >= least
        assert int(root.get("width", "0")) >= 600


def test_every_rank_stands_on_one_point(stab: Plan) -> None:
    """What is recommended is a point with its rank, once, whether or not it is one of the Pareto set."""
    rows = plan_pictures.pareto_rows(stab)
    told = {row["rank"]: row for row in rows if row["rank"]}
    assert sorted(told, key=int) == [str(r.rank) for r in stab.recommendations]
    for r in stab.recommendations:
        mean = r.prediction.target_fraction.mean
        assert told[str(r.rank)]["target_fraction"] == pytest.approx(mean, abs=0.02)
    assert len({row["point"] for row in rows}) == len(rows)
    assert len([row for row in rows if row["point"] >= 0]) == len(stab.pareto)


def test_the_course_ends_at_the_quench_and_marks_the_feed() -> None:
    """The time course marks the end of a feed, the hydride of imine first, and the quench."""
    p = planner.predict(
        AMINE, CARBONYL, draws=8, addition="slow_carbonyl", addition_time_h=3.0, hold_time_h=5.0
    )
    events = pictures.course_events(p.procedure)
    assert events == ((3.0, "addition ends"), (8.0, "quench"))
    chart = pictures.course_chart(p.profile_frame(), 1, events)
    course = chart.data["course"]
    assert course["time_h"].max() == 8.0
    assert set(course["curve"]) == {"unreacted", "mono", "di", "imine", "held by acid"}
    colours = chart.spec["layer"][0]["encoding"]["color"]["scale"]["range"]
    assert len(set(colours)) == len(colours) == 5


def test_the_map_is_drawn_with_its_mark() -> None:
    """The map's picture has every cell and says where the procedure stands."""
    landscape, here = map_of(Procedure(hold_time_h=6.0))
    drawn = pictures.landscape_chart(landscape, here, 0.1)
    assert len(drawn.data["cells"]) == landscape.target_fraction.size
    assert tuple(drawn.data["here"].loc[0, ["x", "y"]]) == here
    json.dumps(drawn.spec)


@pytest.mark.parametrize("amine", ["N", AMINE, "NCCCNCCCCNCCCN", "C1CNCCNC1"])
def test_reactive_atoms_are_marked(amine: str) -> None:
    """A drawing is sound SVG; marking atoms adds one disc each."""
    pair = read_pair(amine, CARBONYL)
    for marked, smiles, n in (
        (draw_amine(pair), pair.amine.smiles, len(pair.sites)),
        (draw_carbonyl(pair), pair.carbonyl.smiles, 1),
    ):
        ElementTree.fromstring(marked)
        plain = draw_structure(smiles)
        assert marked.count("<ellipse") - plain.count("<ellipse") == n


def test_a_saved_prediction_gives_its_inputs_back() -> None:
    """Inputs that were given come back; defaults stay unset, so that they follow the model."""
    given = {
        "carbonyl_equivalents": 1.3,
        "addition": "slow_carbonyl",
        "addition_time_h": 2.0,
        "solvent": "THF",
    }
    made = planner.predict(AMINE, CARBONYL, target="di", basis="carbonyl", draws=8, **given)
    inputs = saved_inputs(read_prediction(read_json(json.dumps(prediction_record(made)), "x"), made.model))
    wanted = {"target": "di", "isomer": "any", "basis": "carbonyl"}
    assert inputs == {"amine": AMINE, "carbonyl": CARBONYL, **wanted, **given}


@pytest.mark.parametrize(
    ("target", "degree", "inputs"),
    [
        ("mono", 1, ("mono", "any")),
        ("2", 2, ("di", "any")),
        ("5", 5, ("5", "any")),
        ("Exhaustive", 6, ("exhaustive", "any")),
        ("OCCNCc1ccccc1", 1, ("mono", "OCCNCc1ccccc1")),
        ("c1ccccc1CNCCO", 1, ("mono", "OCCNCc1ccccc1")),
    ],
)
def test_a_target_is_written_as_degree_and_isomer(target: str, degree: int, inputs: tuple[str, str]) -> None:
    """A degree however it is spelt becomes a word of the list; a structure becomes an isomer, canonical."""
    found = wanted_inputs(target, degree)
    assert (found["target"], found["isomer"]) == inputs


def _opened(text: str) -> Plan | Prediction:
    """Open what a file holds."""
    record = read_json(text, "x.json")
    return read_plan(record) if "recommendations" in record else read_prediction(record, load_model())


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", "{}", '{"recommendations": []}', '{"recommendations": [{}]}', "\x00", "[" * 100_000,
     '{"procedure": {"hold_time_h": -1}, "defaults_used": [], "amine": {"smiles": "N"}, '
     '"carbonyl": {"smiles": "C=O"}, "target": 1, "basis": "amine"}'],
)  # fmt: skip
def test_another_file_is_refused_with_a_line(text: str) -> None:
    """What is no saved plan gets one clear line, never anything else."""
    with pytest.raises(PlannerError) as caught:
        _opened(text)
    assert "\n" not in str(caught.value)
    if "hold_time_h" not in text:
        assert isinstance(caught.value, TableError)
