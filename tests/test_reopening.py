"""Reopening: a saved plan is held against its pair, its procedures and itself; a changed field is told in one line."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from planner.errors import PlannerError, TableError
from planner.files.saved import json_text, read_json
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.recommendation import Plan
from planner.plans.records import plan_record
from planner.plans.saved import open_plan, read_plan, save_plan
from planner.predictions.records import check_sense, prediction_record, read_prediction

ODD = (
    None, True, -1, 0, 2, 1e9, -0.5, float("inf"), 10**400, "", "x", "NaBH3CN", "\ud800", [], [1], ["a"], {}, {"a": 1},
    "C1CCNCC1", "slow_carbonyl", "wet",
)  # fmt: skip


@pytest.fixture(scope="module")
def record(stab: Plan) -> dict[str, Any]:
    """A plan as it stands in its file."""
    return json.loads(json_text(plan_record(stab)))  # type: ignore[no-any-return]


def paths(value: object, here: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Every place of a record, inner ones too."""
    if here:
        yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from paths(item, (*here, key))


def changed(record: dict[str, Any], path: tuple[object, ...], value: object) -> dict[str, Any]:
    """Copy a record with one place replaced; a value that is ``...`` takes it out."""
    copied = copy.deepcopy(record)
    inner: Any = copied
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copied


def hold(record: dict[str, Any]) -> str:
    """Open a record through its text: the line with which it is refused, or nothing where all laws hold."""
    try:
        opened = read_plan(read_json(json.dumps(record), "plan.json"))
    except PlannerError as error:
        return str(error)
    for r in opened.recommendations:
        check_sense(r.prediction, "again")
        assert r.prediction.procedure == r.procedure
    assert [r.rank for r in opened.recommendations] == list(range(1, len(opened.recommendations) + 1))
    json_text(plan_record(opened))
    return ""


@pytest.mark.slow
def test_no_single_change_crashes_or_lies(record: dict[str, Any]) -> None:
    """Thousands of single changes of a plan: each is refused in one line, or leaves a plan that keeps the laws."""
    places = list(paths(record))
    draw = random.Random(0)
    for _ in range(3000):
        assert "\n" not in hold(changed(record, draw.choice(places), draw.choice((*ODD, ...))))


def test_the_plan_itself_opens(record: dict[str, Any], stab: Plan) -> None:
    """What was saved is what is opened, with a byte order mark too."""
    assert read_plan(record) == stab
    assert read_plan(read_json(b"\xef\xbb\xbf" + json_text(record).encode(), "x")) == stab


PREDICTION = ("recommendations", 0, "prediction")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("recommendations",), [], "ranked 1, 2"),
        (("recommendations", 1, "rank"), 1, "ranked 1, 2"),
        (
            ("recommendations", 0, "procedure", "hold_time_h"),
            None,
            "hold_time_h = None; expected a finite number",
        ),
        (("recommendations", 0, "procedure", "hold_time_h"), 3.0, "of another procedure"),
        (("recommendations", 0, "procedure", "pressure_bar"), 1.0, "unknown key 'pressure_bar'"),
        (("recommendations", 0, "reasons"), [1], "reasons = [1]; expected text"),
        (("recommendations", 0, "score"), "x", "score = 'x'; expected a finite number"),
        (("recommendations", 0, "prediction"), ..., "is not a prediction"),
        ((*PREDICTION, "products", 1, "fraction"), "x", "fraction = 'x'"),
        ((*PREDICTION, "products", 1, "fraction"), 0.999, "products.fraction"),
        ((*PREDICTION, "products", 1, "smiles"), "CCO", "products.smiles"),
        ((*PREDICTION, "products", 1, "mz"), 100.0, "products.mz"),
        ((*PREDICTION, "products", 2), ..., "products"),
        ((*PREDICTION, "target"), 7, "target"),
        ((*PREDICTION, "over_alkylation", "high"), 1e308, "over_alkylation"),
        ((*PREDICTION, "alcohol", "high"), 1.5, "alcohol"),
        (("target",), "di", "target is not that of its request"),
        (("basis",), True, "basis is not that of its request"),
        (("limits", "max_time_h"), 1, "limits is not that of its request"),
        (("pareto", 0, "target_fraction"), -1, "a fraction is outside"),
        (("pareto", 0, "total_time_h"), 1e308, "total_time_h is not that of its procedure"),
        ((*PREDICTION, "carbonyl_fate", "alcohol"), 0.9, "carbonyl_fate"),
        ((*PREDICTION, "carbonyl", "smiles"), "CCC=O", "not of this pair"),
        (("request", "amine"), "CC(N)Cc1ccccc1", "regulated"),
        (("request", "carbonyl"), "CCCCC=O", "not of this pair"),
        (("request", "seed"), 10**400, "a whole number of 401 digits"),
        (("request", "max_time_h"), float("nan"), "NaN is no number"),
        (("notes",), ["\ud800"], "a lone surrogate"),
        (("model",), 3, "model = 3"),
    ],
)
def test_a_change_is_named(
    record: dict[str, Any], path: tuple[object, ...], value: object, words: str
) -> None:
    """The line says which field it is."""
    assert words in hold(changed(record, path, value))


def test_a_reopened_plan_is_refused_as_a_new_one(record: dict[str, Any]) -> None:
    """A reductant that must not meet the solvent, or this much acid, is refused on reopening as when it is typed."""
    edited = record
    for where in (("procedure",), ("prediction", "procedure")):
        for name, value in (("reductant", "NaBH3CN"), ("solvent", "DCE")):
            edited = changed(edited, ("recommendations", 0, *where, name), value)
    assert "NaBH3CN in DCE is refused" in hold(edited)


def test_a_default_that_is_none_is_told(stab: Plan) -> None:
    """A prediction whose default was edited says which field; another model may have had other defaults."""
    record = json.loads(json_text(prediction_record(stab.best.prediction)))
    assert "water" in record["defaults_used"]
    edited = changed(record, ("procedure", "water"), "wet")
    with pytest.raises(TableError, match="water = wet is called a default, which is dry"):
        read_prediction(edited, load_model())
    other = changed(edited, ("model", "sha256"), "0" * 64)
    assert read_prediction(other, load_model()).procedure.water == "wet"


def test_a_folder_named_in_a_file_is_not_followed(record: dict[str, Any], tmp_path: Any) -> None:
    """Only the folder that the program was started with counts."""
    edited = changed(record, ("request", "models"), str(tmp_path / "nowhere"))
    assert read_plan(edited).model == load_model()
    assert read_plan(edited).request.models is None


def test_other_makers_are_noted(record: dict[str, Any]) -> None:
    """A plan of another version opens with a note."""
    assert any("99.0.0" in note for note in read_plan(changed(record, ("version",), "99.0.0")).notes)


def test_a_prediction_alone_opens(stab: Plan) -> None:
    """A prediction is built again from its record, and a plan is told from one."""
    made = stab.best.prediction
    model: Model = made.model
    record = json.loads(json_text(prediction_record(made)))
    assert read_prediction(record, model) == made
    with pytest.raises(TableError, match="holds a prediction"):
        read_plan(record)


@pytest.mark.parametrize("file", ["/dev/zero", "nowhere.json", "."])
def test_only_regular_files_are_read(file: str) -> None:
    """A device, a folder or nothing gives one line at once."""
    with pytest.raises(TableError, match="cannot read"):
        open_plan(file)


def test_a_file_goes_round(stab: Plan, tmp_path: Any) -> None:
    """Written and read, a plan is the same."""
    save_plan(stab, tmp_path / "plan.json")
    assert open_plan(tmp_path / "plan.json") == stab
