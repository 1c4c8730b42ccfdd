"""Steps between pools: a row of steps.toml is a reaction, with its balance, its rate, its fate and its words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import planner
from parts_set import copy_shipped, shipped_with
from planner.cli import main
from planner.errors import ParameterError
from planner.flask.flask import prepare
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.mechanism.network import CARBONYL, HYDRIDE, WATER
from planner.mechanism.steps import formula, new_species, sides
from planner.model.draws import central_draws
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.saved import open_plan, save_plan
from planner.structures.pairs import read_pair
from planner.structures.products import step_product
from planner.structures.structure import elements, read_structure

ROW = """
[aldol]
equation = "carbonyl + carbonyl -> aldol"
numbers = ["aldol", "aldol_acid"]
energy = "energy.aldol"
carbonyl_as = "aldol"
product = "[CH:1]=[O:2].[CX4;!H0:3][CH:4]=[O:5]>>[C:1]([OH:2])[C:3][C:4]=[O:5]"
caveat = "Aldol product (carbonyl lost to itself): let the imine form first, or feed the carbonyl."
"""
NUMBER = """
[{name}]
value = {value}
{width} = 0.5
unit = "{unit}"
basis = "assumed"
source = "estimate"
note = "of a test"
"""
ESTIMATE = next(s.key for s in load_model().sources if s.grade == "C")
NUMBERS = (
    ("aldol.n_alkanal", 2e-4, "log10_sd", "M-1 s-1"),
    ("aldol_acid.n_alkanal", 10.0, "log10_sd", "1"),
    ("energy.aldol", 46.0, "sd", "kJ mol-1"),
)


def numbers(skip: str = "") -> str:
    """The numbers of the step, one left out."""
    return "".join(
        NUMBER.format(name=name, value=value, width=width, unit=right)
        for name, value, width, right in NUMBERS
        if name != skip
    )


def copied(place: Path, row: str = ROW, more: str = "") -> Path:
    """Copy the shipped models without parts of the flask, and add a row and its numbers."""
    folder = copy_shipped(place)
    for name, text in (("steps.toml", row), ("common.toml", more or numbers())):
        with (folder / "default" / name).open("a", encoding="utf-8") as file:
            file.write(text.replace('"estimate"', f'"{ESTIMATE}"'))
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one more step."""
    return copied(tmp_path_factory.mktemp("steps"))


def test_the_shipped_steps_are_what_they_were() -> None:
    """The first rows are the reduction, the loss and the drying, in this order, with the formulas that balance them."""
    flask = prepare(read_pair("CCCCN", "CCCC=O"), shipped_with())
    assert [str(r) for r in flask.network.reactions[-3:]] == [
        "carbonyl + hydride -> alcohol",
        "hydride -> lost hydrogen",
        "water -> bound water",
    ]
    found = {s.name: dict(s.formula) for s in flask.network.species[-6:]}
    assert found["alcohol"] == {"C": 4, "H": 10, "O": 1}
    assert found["lost hydrogen"] == {"H": 2}
    assert found["bound water"] == {"H": 2, "O": 1}


def test_a_row_is_a_reaction(models: Path) -> None:
    """The network has the species, balanced, and the reaction; that of benzaldehyde, without a number, has not."""
    model = load_model(models)
    network = prepare(read_pair("CCCCN", "CCCC=O", model), model).network
    assert str(network.reactions[-1]) == "carbonyl + carbonyl -> aldol"
    assert dict(network.species[-1].formula) == {"C": 8, "H": 16, "O": 2}
    assert "aldol" not in prepare(read_pair("CCCCN", "O=Cc1ccccc1", model), model).network.species_names


def inert(model: Model) -> Model:
    """The same numbers, but amines do not condense."""
    slow = {p.name: replace(p, value=1e-15) for p in model.parameters if p.name.startswith("condensation.")}
    return replace(model, parameters=tuple(slow.get(p.name, p) for p in model.parameters))


@pytest.mark.parametrize("acid", [0.0, 0.5])
def test_its_rate_is_the_closed_form(models: Path, acid: float) -> None:
    """With nothing else going on, c = c0 / (1 + 2 k c0 t), k = k0 10^(a log b): what is left and what is aldol."""
    model = inert(load_model(models))
    pair = read_pair("CCCCN", "CCCC=O", model)
    asked = Procedure(reductant_equivalents=0.0, acid_equivalents=acid, hold_time_h=10, temperature_C=25)
    settled, _ = settle(asked, model)
    outcome = predict_outcomes(pair, model, [settled], central_draws(model))
    left = 1.0 / (1.0 + 2.0 * 2e-4 * 10.0**acid * settled.concentration_M * 36000.0)
    assert outcome.unreacted[0, 0] == pytest.approx(left, rel=1e-4)
    assert outcome.other[0, 0, 0] == pytest.approx(1.0 - left, rel=1e-4)


def test_the_fate_is_told_everywhere(models: Path, tmp_path: Path) -> None:
    """Fates sum to 1 with the new word; JSON, words, caveat, a saved plan and ``planner models`` have it."""
    words = ["CCCCN", "CCCC=O", "--addition", "imine_first", "--models", str(models)]
    run = CliRunner().invoke
    fate = json.loads(run(main, ["predict", *words, "--format", "json"]).stdout)["carbonyl_fate"]
    assert fate["aldol"] > 0.001
    assert sum(fate.values()) == pytest.approx(1.0)
    said = run(main, ["predict", *words]).stdout
    assert "% to aldol" in said
    assert (
        "let the imine form first, or feed the carbonyl. Look for CCCC(O)C(C=O)CC, [M+H]+ 145.1223." in said
    )
    listed = json.loads(run(main, ["models", "--models", str(models), "--format", "json"]).stdout)
    assert "carbonyl + carbonyl -> aldol" in [step["equation"] for step in listed["steps"]]
    assert "carbonyl + carbonyl -> aldol" in run(main, ["models", "--models", str(models)]).stdout
    plan = planner.recommend(
        "CCCCN", "CCCC=O", models=models, reductant="NaBH4", addition="all_at_once", top=1
    )
    save_plan(plan, tmp_path / "plan.json")
    assert (
        open_plan(tmp_path / "plan.json").best.prediction.carbonyl_fate == plan.best.prediction.carbonyl_fate
    )


def test_what_a_row_makes_balances(models: Path) -> None:
    """The structure that a row draws has the formula that its equation balances to."""
    model = load_model(models)
    step = model.steps[-1]
    pools = {CARBONYL: formula(elements(read_structure("CCCC=O"))), WATER: (), HYDRIDE: ()}
    ((_, made),) = new_species(step.equation, pools)
    drawn = step_product("CCCC=O", step.product)
    assert drawn is not None
    assert formula(elements(read_structure(drawn))) == made
    assert step_product("O=Cc1ccccc1", step.product) is None


def test_a_set_without_steps_takes_the_shipped_ones(folder: Path) -> None:
    """A folder that was copied before there were steps predicts as it did."""
    (folder / "default" / "steps.toml").unlink()
    assert load_model(folder).steps == load_model().steps


@pytest.mark.parametrize(
    ("row", "more", "words"),
    [
        (
            ROW.replace("carbonyl + carbonyl -> aldol", "carbonyl + carbonyl -> aldol + dimer"),
            "",
            "expected one new species",
        ),
        (ROW.replace("carbonyl + carbonyl -> aldol", "carbonyl = aldol"), "", "an equation of at most three"),
        (ROW.replace("numbers =", "number ="), "", "did you mean 'numbers'"),
        (ROW.replace('numbers = ["aldol", "aldol_acid"]\n', ""), "", "expected numbers where the law is"),
        (
            '\n[swelling]\nequation = "water -> water"\nlaw = "osmosis"\n',
            "",
            "law = 'osmosis'; expected one of",
        ),
        ('\n[rest]\nequation = "water -> water"\nlaw = "drying"\n', "", "changes nothing"),
        ('\n[more]\nequation = "hydride -> lost hydrogen"\nlaw = "hydride_loss"\n', "", "stands twice"),
        ("", numbers(), "unknown key 'aldol'"),
        (ROW, numbers(skip="energy.aldol"), "asks for [energy.aldol]"),
        (ROW, numbers(skip="aldol_acid.n_alkanal"), "asks for [aldol_acid]"),
        (ROW, numbers().replace("M-1 s-1", "s-1"), "expected one of M-1 s-1"),
    ],
)
def test_damaged_rows_are_told(tmp_path: Path, row: str, more: str, words: str) -> None:
    """A row that cannot be used is one line that says where and what."""
    folder = copied(tmp_path, row, more)
    with pytest.raises(ParameterError) as told:
        planner.predict("CCCCN", "CCCC=O", models=folder)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("equation", ["carbonyl -> carbonyl + aldol + aldol", "aldol -> carbonyl + carbonyl"])
def test_a_new_species_may_stand_on_either_side(equation: str) -> None:
    """Its formula is what the balance leaves for it, whole numbers only."""
    pools = {CARBONYL: (("C", 1), ("H", 2), ("O", 1))}
    if equation.startswith("aldol"):
        assert new_species(equation, pools) == (("aldol", (("C", 2), ("H", 4), ("O", 2))),)
    else:
        assert new_species(equation, pools) == (("aldol", ()),)
    assert len(sides(equation)[0]) == 1
