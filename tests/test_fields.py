"""Fields: what a procedure is, is written once, and every surface has all of it."""

from dataclasses import fields

import click
import pytest

from planner.app.knobs import FIRST_FIELDS, MORE_FIELDS
from planner.cli import main
from planner.flask.fields import ADDITIONS, FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.parameters import load_model
from planner.plans.recommendation import COLUMNS
from planner.predictions.words import IN_ONE_LINE
from planner.sheets.charges import ROLES, stages
from planner.structures.pairs import read_pair


def test_every_surface_has_every_field() -> None:
    """Record, settled record, options, panel and CSV have the fields of the table, and no others."""
    names = list(FIELDS)
    assert [f.name for f in fields(Procedure)] == [f.name for f in fields(Settled)] == names
    assert sorted((*FIRST_FIELDS, *MORE_FIELDS)) == sorted(names)
    assert set(names) <= set(COLUMNS)
    assert {name for phrase in IN_ONE_LINE for name in phrase} == set(names) - {"feed_volume_fraction"}
    for command in ("predict", "recommend", "sbml"):
        options = main.commands[command].params
        assert set(names) <= {option.name.removesuffix("s") for option in options} | {o.name for o in options}
        assert all(option.help for option in options if isinstance(option, click.Option))


@pytest.mark.parametrize("name", FIELDS)
def test_a_row_agrees_with_itself(name: str) -> None:
    """Numbers have bounds that hold the slider, words have none; every row has a label and a line of help."""
    row = FIELDS[name]
    assert row.label
    assert row.help.endswith(".")
    if row.bounds is None:
        assert not row.log
        return
    low, high, step = row.slider
    assert row.bounds[0] <= low < high <= row.bounds[1]
    assert 0 < step < high - low
    assert row.phrase.format(1.0)
    assert not row.log or row.bounds[0] >= 0


@pytest.mark.parametrize("addition", ADDITIONS)
@pytest.mark.parametrize("carbonyl", ["CCCC=O", "CC(C)=O"])
def test_an_addition_has_its_time_and_no_other(addition: str, carbonyl: str) -> None:
    """Settled, an addition has its own time alone; each role enters once, what is fed or comes last after the rest."""
    way = ADDITIONS[addition]
    settled, _ = settle(Procedure(addition=addition), load_model(), read_pair("NCc1ccccc1", carbonyl))
    times = {name: getattr(settled, name) for name in ("addition_time_h", "imine_time_h")}
    assert {name for name, time in times.items() if time > 0} == ({way.time} if way.time else set())
    assert settled.total_time_h == settled.first_stage_h + settled.hold_time_h
    (_, first), (_, later) = stages(way)
    assert sorted((*first, *later)) == sorted(ROLES)
    assert set(way.fed) <= set(later)
    assert ("reductant" in later) == way.hydride_last
