"""Assays: what is stated of a bottle is in the flask and on the sheet, once, and narrows what is predicted."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import planner
from parts_set import shipped_with
from planner.cli import main
from planner.errors import ProcedureError
from planner.flask.fields import ASSAYS
from planner.flask.flask import constants_and_charges, prepare
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.predictions.assays import assays
from planner.predictions.prediction import Prediction
from planner.sheets.sheet import make_sheet
from planner.sheets.supplies import read_supply

AMINE, ALDEHYDE = "NCc1ccccc1", "CCCC=O"
PURE = dict.fromkeys(ASSAYS.values(), 1.0)


def charges() -> Model:
    """The shipped numbers with the part "charges" alone."""
    return shipped_with("charges")


def exact(model: Model) -> Model:
    """The same, weighed without error."""
    named = {p.name: p for p in model.parameters}
    steady = [
        replace(p, log10_sd=1e-12, basis="measured") for n, p in named.items() if n.startswith("weighing.")
    ]
    rest = [p for n, p in named.items() if not n.startswith("weighing.")]
    return replace(model, parameters=tuple(sorted((*rest, *steady), key=lambda p: p.name)))


def predicted(model: Model, **given: object) -> Prediction:
    """Predict with 256 draws."""
    return planner.predict(AMINE, ALDEHYDE, model=model, **given)  # type: ignore[arg-type]


def fractions(prediction: Prediction) -> list[float]:
    """Means of all degrees."""
    return [product.fraction for product in prediction.products]


@pytest.mark.parametrize("reductant", ["STAB", "NaBH3CN", "NaBH4"])
def test_pure_bottles_weighed_exactly_are_the_ladder(reductant: str) -> None:
    """Assays of 1 and no error of weighing give the numbers of a set without the part."""
    with_part = predicted(exact(charges()), reductant=reductant, **PURE)
    without = predicted(shipped_with(), reductant=reductant)
    assert fractions(with_part) == pytest.approx(fractions(without), abs=1e-9)


@pytest.mark.parametrize("assay", [0.97, 0.9, 0.6])
@pytest.mark.parametrize("partner", ASSAYS)
def test_an_assay_is_so_much_less_in_the_flask(partner: str, assay: float) -> None:
    """The impurity is 1 - assay at the median, with a tenth of a decade about it."""
    model = exact(charges())
    asked = predicted(model, draws=32, **{ASSAYS[partner]: assay})
    flask = prepare(asked.pair, model, joint=False)
    draws = draw_parameters(model, 1024, 0)
    _, entering = constants_and_charges(flask, model, [asked.procedure], draws)
    impurity = np.log10(1.0 - entering.titres[partner][0])
    assert np.median(impurity) == pytest.approx(np.log10(1.0 - assay), abs=2e-3)
    assert impurity.std() == pytest.approx(0.1, abs=3e-3)


def test_half_a_bottle_may_be_something_else_and_no_more_than_seven_tenths() -> None:
    """The impurity of an assayed bottle stops at 0.7."""
    model = exact(charges())
    asked = predicted(model, draws=32, carbonyl_purity=0.3)
    flask = prepare(asked.pair, model, joint=False)
    _, entering = constants_and_charges(flask, model, [asked.procedure], draw_parameters(model, 1024, 0))
    assert entering.titres["carbonyl"].min() == pytest.approx(0.3, abs=1e-9)


def test_what_is_known_is_narrower() -> None:
    """With the usual assays stated the interval of the amine left is narrower."""
    usual = predicted(charges(), draws=1024)
    given = {a.field: a.usual for a in assays(usual)}
    stated = predicted(charges(), draws=1024, **given)
    left, known = usual.products[0], stated.products[0]
    assert known.high - known.low < left.high - left.low


def test_the_gain_of_an_assay_is_that_of_stating_it() -> None:
    """The widths in the ranking are those of predictions with the field as it says, by the same draws."""
    prediction = predicted(charges(), draws=1024)
    found = assays(prediction)
    assert {a.partner for a in found} == set(ASSAYS)
    assert [a.gain for a in found] == sorted((a.gain for a in found), reverse=True)
    for a in found:
        stated = predicted(charges(), draws=1024, **{a.field: a.usual}).target_fraction
        here = prediction.target_fraction
        assert a.width == pytest.approx(here.high - here.low, abs=2e-3)
        assert a.assayed == pytest.approx(stated.high - stated.low, abs=2e-3)


def test_what_is_stated_or_dissolved_is_not_asked_again() -> None:
    """A stated assay leaves the ranking; so does a solution, whose strength is the bottle's."""
    assert "carbonyl" not in {a.partner for a in assays(predicted(charges(), carbonyl_purity=0.95))}
    formalin = planner.predict(AMINE, "37 % formalin", model=charges(), reductant="NaBH3CN")
    assert "carbonyl" not in {a.partner for a in assays(formalin)}
    assert assays(predicted(shipped_with())) == ()


def test_a_set_without_the_part_and_a_solution_take_no_assay() -> None:
    """Each is refused with what to do instead; a percentage and a trace are out of range."""
    with pytest.raises(ProcedureError, match="lack 'charges'"):
        predicted(shipped_with(), amine_purity=0.9)
    with pytest.raises(ProcedureError, match="solution"):
        planner.predict(AMINE, "37 % formalin", model=charges(), reductant="NaBH3CN", carbonyl_purity=0.9)
    for wrong in (95, 0.2, 0.0, float("nan")):
        with pytest.raises(ProcedureError, match="carbonyl_purity"):
            predicted(charges(), carbonyl_purity=wrong)


@pytest.mark.parametrize("scale", ["1 mmol", "107.2 mg"])
def test_the_sheet_weighs_the_stated_moles(scale: str) -> None:
    """An assay of the plan leaves every mass as it is without, and says so; another purity is refused."""
    plain, counted = (
        predicted(charges(), **given).procedure
        for given in ({}, {"amine_purity": 0.9, "carbonyl_purity": 0.95})
    )
    pair = predicted(charges()).pair
    bottles = {
        "amine": read_supply(AMINE, charges(), purity=0.9),
        "carbonyl": read_supply(ALDEHYDE, charges()),
    }
    made = make_sheet(pair, charges(), counted, scale, supplies=bottles)
    usual = make_sheet(pair, charges(), plain, scale)
    assert [c.mass_mg for c in made.charges] == [c.mass_mg for c in usual.charges]
    assert sum("counted in the plan" in note for note in made.notes) == 2
    with pytest.raises(ProcedureError, match=r"plan again with amine_purity 0\.8"):
        make_sheet(
            pair, charges(), counted, scale, supplies={"amine": read_supply(AMINE, charges(), purity=0.8)}
        )


def test_a_purity_of_the_bench_divides_the_mass_and_is_said() -> None:
    """Without an assay in the plan the purity of a bottle counts once, in the mass."""
    procedure, pair = predicted(charges()).procedure, predicted(charges()).pair
    bottle = {"amine": read_supply(AMINE, charges(), purity=0.8)}
    made, pure = (make_sheet(pair, charges(), procedure, "1 mmol", supplies=b) for b in (bottle, {}))
    masses = [next(c.mass_mg for c in sheet.charges if c.role == "amine") for sheet in (made, pure)]
    assert masses[0] == pytest.approx(masses[1] / 0.8, rel=2e-3)  # type: ignore[operator]
    assert any("usual quality" in note for note in made.notes)


def test_an_assay_travels_with_its_plan() -> None:
    """Saved and opened, a recommendation holds the assay that it was asked with, and its CSV has the column."""
    plan = planner.recommend(
        AMINE, ALDEHYDE, model=charges(), reductants=["STAB"], additions=["all_at_once"], carbonyl_purity=0.9
    )
    assert {r.procedure.carbonyl_purity for r in plan.recommendations} == {0.9}
    frame = plan.to_frame()
    assert np.allclose(frame["carbonyl_purity"], 0.9)
    assert frame["amine_purity"].isna().all()


def test_the_command_line_ranks_them() -> None:
    """With --sensitivity, JSON has the assays; the shipped numbers decide whether there are any."""
    ran = CliRunner().invoke(main, ["predict", AMINE, ALDEHYDE, "--sensitivity", "--format", "json"])
    assert ran.exit_code == 0
    record = json.loads(ran.output)["sensitivity"]
    shipped = planner.predict(AMINE, ALDEHYDE)
    assert [a["partner"] for a in record["assays"]] == [a.partner for a in assays(shipped)]


@pytest.mark.parametrize(("given", "is_refused"), [(None, False), (0.9, False), (1.0, True), (0.95, True)])
def test_a_purity_that_is_stated_is_held_against_the_assay(given: float | None, is_refused: bool) -> None:
    """Against an assay of 0.9 a stated purity of 1.0 is another number as well as 0.95 is; unstated it is none."""
    made = predicted(charges(), amine_purity=0.9)
    supplies = {"amine": read_supply(AMINE, charges(), purity=given)}
    if is_refused:
        with pytest.raises(ProcedureError, match=f"plan again with amine_purity {given:g}"):
            make_sheet(made.pair, charges(), made.procedure, "2 mmol", supplies=supplies)
    else:
        sheet = make_sheet(made.pair, charges(), made.procedure, "2 mmol", supplies=supplies)
        assert any("Assay 0.9 of the amine is counted" in note for note in sheet.notes)
