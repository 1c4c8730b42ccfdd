"""Formats: files of every format open; of a newer one what is known is read, and what was left out is said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.errors import TableError
from planner.files.saved import read_json
from planner.model.parameters import load_model
from planner.plans.recommendation import Plan
from planner.plans.records import plan_record
from planner.plans.saved import as_plan, open_saved, read_plan, read_saved
from planner.predictions.formats import FORMAT, READ
from planner.predictions.prediction import Prediction
from planner.predictions.records import prediction_record

DATA = Path(__file__).parent / "data"
KEPT = ["plan_format_absent", "plan_format_1", "prediction_format_absent", "prediction_format_1"]


def record_of(name: str) -> dict[str, Any]:
    """A kept file as a record."""
    return read_json((DATA / f"{name}.json").read_bytes(), name)


def words_of(found: Plan | Prediction) -> tuple[str, ...]:
    """What an opened record says beside its numbers."""
    return found.notes if isinstance(found, Plan) else found.caveats


def holds(whole: object, part: object) -> bool:
    """Tell whether a record holds all of another; a later format may have added to it, to notes and defaults too.

    Classes are read anew from the structures: a later set may have a narrower one (acetone was an open-chain ketone).
    """
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(
            holds(whole[key], value)
            for key, value in part.items()
            if key not in ("notes", "version", "model", "defaults_used", "carbonyl_class")
        ) and set(part.get("defaults_used", ())) <= set(whole.get("defaults_used", ()))
    if isinstance(part, list) and isinstance(whole, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return whole == part


@pytest.mark.parametrize("name", KEPT)
def test_every_format_since_the_first_opens(name: str) -> None:
    """A file of each format opens with its numbers as they stand in it, and becomes a sheet's plan."""
    found, record = open_saved(DATA / f"{name}.json"), record_of(name)
    written = plan_record(found) if isinstance(found, Plan) else prediction_record(found)
    assert written["format"] == FORMAT
    assert holds(
        json.loads(json.dumps(written)), {k: v for k, v in record.items() if k not in ("format", "model")}
    )
    assert as_plan(found).best.procedure.reductant == "STAB"
    assert not any("newer format" in words for words in words_of(found))


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("number", [0, -1, 1.0, 1.5, True, None, "1", [1]])
def test_a_format_is_a_whole_number(name: str, number: object) -> None:
    """Anything else than a whole number from 1 is refused by name."""
    with pytest.raises(TableError, match="format = "):
        read_saved(record_of(name) | {"format": number}, load_model())


def places(record: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Tables of a record in which a later format may add a key, by what the note calls it."""
    if "products" in record:
        inner = [record["procedure"], record["products"][1], record["target_fraction"]]
        return list(zip(("", "procedure", "products", "target_fraction"), [record, *inner], strict=True))
    only = record["recommendations"][0]
    inner = [record["request"], record["request"]["fixed"], record["pareto"][0], only, only["procedure"]]
    names = ("", "request", "fixed", "pareto", "recommendations", "procedure")
    return list(zip(names, [record, *inner], strict=True))


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("where", range(6))
def test_unknown_keys(name: str, where: int) -> None:
    """A key that is not known is refused in a file of our format, and left out with a note in a newer one."""
    record = record_of(name)
    if where >= len(places(record)):
        pytest.skip("a prediction has fewer tables")
    words, table = places(record)[where]
    table["brand_new"] = {"inner": [1]}
    with pytest.raises(TableError, match="unknown key 'brand_new'"):
        read_saved(record, load_model())
    found = read_saved(record | {"format": FORMAT + 1}, load_model())
    said = [line for line in words_of(found) if "newer format" in line]
    assert len(said) == 1
    assert "brand_new" in said[0]
    assert words in said[0]
    del table["brand_new"]
    same, plain = (read_saved(record | {"format": number}, load_model()) for number in (FORMAT + 1, FORMAT))
    assert words_of(same)[:-1] == words_of(plain)
    assert "left out: nothing" in words_of(same)[-1]
    noted = "notes" if isinstance(plain, Plan) else "caveats"
    assert replace(same, **{noted: words_of(plain)}) == plain


def test_a_newer_prediction_in_a_plan_says_so() -> None:
    """What is left out of a prediction inside a plan stands among that prediction's caveats."""
    record = record_of("plan_format_1")
    prediction = record["recommendations"][0]["prediction"]
    prediction |= {"format": FORMAT + 1, "k2": 1.0}
    found = read_plan(record)
    assert any("k2" in caveat for caveat in found.best.prediction.caveats)


@pytest.mark.parametrize("name", KEPT)
def test_a_newer_format_is_told_in_one_line(name: str) -> None:
    """The note on what opened, and the refusal of what did not, name the format given, those read and what to do."""
    record = record_of(name) | {"format": 99}
    noted = words_of(read_saved(record, load_model()))[-1]
    record.pop("statistical" if "products" in record else "request")
    with pytest.raises(TableError) as refused:
        read_saved(record, load_model())
    for line in (noted, str(refused.value)):
        assert "format 99" in line
        assert READ in line
        assert "with a newer planner" in line
        assert "\n" not in line
    assert "is missing" in str(refused.value)


def test_what_is_wrong_with_a_file_of_our_format_is_not_laid_to_its_format() -> None:
    """The same damage in a file of this format says nothing of formats."""
    record = record_of("plan_format_1")
    record.pop("request")
    with pytest.raises(TableError, match=r"^the plan: key 'request' is missing"):
        read_saved(record, load_model())


def test_a_newer_format_is_still_checked() -> None:
    """A newer file that lacks what this format needs, or makes no sense, is refused as any other."""
    record = record_of("prediction_format_1") | {"format": FORMAT + 1}
    for change in ({"basis": 3}, {"draws": 0}, {"products": []}):
        with pytest.raises(TableError):
            read_saved(record | change, load_model())
    record.pop("hydride_left")
    with pytest.raises(TableError, match="hydride_left"):
        read_saved(record, load_model())
