"""The purification on the sheet: one quench, one order, volumes of the scale, acid and base that close a balance."""

import re
from functools import cache
from itertools import product

import pytest

import planner
from planner.errors import PlannerError
from planner.mixtures.phases import Solute, acid_to_reach
from planner.mixtures.purification import Purification, purify
from planner.mixtures.separation import load_separation
from planner.mixtures.titration import titration
from planner.model.parameters import load_model
from planner.predictions.prediction import Prediction
from planner.sheets.records import sheet_record, sheet_text
from planner.sheets.separation import separation_of
from planner.sheets.sheet import Sheet, make_sheet

MODEL, CRAFT = load_model(), load_separation()
PAIRS = (
    ("C1CNCCCN1", "O=Cc1cccs1"),
    ("NCc1ccccc1", "CCCC=O"),
    ("N", "O=C1CCCCC1"),
    ("CNC", "CCCC=O"),
    ("CCOC(=O)CN", "CC(C)C=O"),
    ("COC(OC)CN", "O=Cc1ccccc1"),
    ("NCC(=O)O", "O=Cc1ccccc1"),
    ("NCCNC(=O)OCC1c2ccccc2-c2ccccc21", "CCCC=O"),
)
FLASKS = tuple(
    (*pair, reductant.name, quench, solvent)
    for pair, reductant, quench, solvent in product(
        PAIRS, MODEL.reductants, ("aqueous", "borohydride"), ("MeOH", "DCM")
    )
)
QUENCHED = {
    "pH is above 10": (10.0, 14.0),
    "pH 1 to 2": (1.0, 2.0),
    "to pH 8": (7.0, 9.0),
    "at pH 8": (8.0, 9.0),
    "not below 7": (7.0, 9.0),
}
"""What the quench of a sheet says of its pH, and the span in which the scheme's must lie."""


@cache
def predicted(amine: str, carbonyl: str, reductant: str, quench: str, solvent: str) -> Prediction | None:
    """Predict a flask; None where the planner refuses it."""
    asked = {"reductant": reductant, "quench": quench, "solvent": solvent}
    try:
        return planner.predict(amine, carbonyl, draws=8, **asked)
    except PlannerError:
        return None


@cache
def found(*flask: str) -> tuple[Purification, Sheet] | None:
    """Purify a flask, and write its sheet."""
    if (prediction := predicted(*flask)) is None:
        return None
    pair, procedure = prediction.pair, prediction.procedure
    sheet = make_sheet(pair, MODEL, procedure, "5 mmol", degree=prediction.target, prediction=prediction)
    return purify(prediction), sheet


def test_most_flasks_are_looked_at() -> None:
    """Each reductant is run in at least a third of the flasks: what is refused does not empty this page."""
    for reductant in MODEL.reductants:
        flasks = [flask for flask in FLASKS if flask[2] == reductant.name]
        assert sum(found(*flask) is not None for flask in flasks) > len(flasks) / 3


@pytest.mark.parametrize("flask", FLASKS)
def test_sheet_and_scheme_end_a_run_alike(flask: tuple[str, ...]) -> None:
    """The quench on the sheet and the first step of the scheme bring the water to the same pH."""
    if (both := found(*flask)) is None:
        return
    scheme, sheet = both
    (said,) = [step.sentence for step in sheet.work_up if step.sentence.startswith("Quench")]
    low, high = next(span for words, span in QUENCHED.items() if words in said)
    assert scheme.steps[0].pH is not None
    assert low <= scheme.steps[0].pH[0] <= scheme.steps[0].pH[1] <= high


@pytest.mark.parametrize("flask", FLASKS)
def test_the_sheet_holds_the_scheme_in_its_order(flask: tuple[str, ...]) -> None:
    """Each step between quench and drying stands on the sheet once, in order, and no plain extraction beside it."""
    if (both := found(*flask)) is None:
        return
    scheme, sheet = both
    said = [step.sentence for step in sheet.work_up]
    plain = [row.sentence.partition("{")[0] for row in MODEL.workup.steps if row.stage == "extraction"]
    if sheet.separation is None:
        assert "base extraction" in scheme.flags or not scheme.has_target
        return
    places = []
    for step in scheme.steps:
        if step.stage in ("", "after"):
            (place,) = [n for n, sentence in enumerate(said) if sentence.startswith(step.words)]
            places.append(place)
    assert places == sorted(places)
    assert not [s for s in said if any(s.startswith(words) for words in plain)]
    assert not [s for s in said if "{" in s]
    assert sum(s.startswith("Quench") for s in said) == 1


def _acid(sentence: str) -> bool:
    """Whether a sentence of a sheet brings acid to the mixture."""
    stated = re.search(r"pH (1|2|3|4|5|6)(\.5)?(?![.\d])", sentence) is not None
    return stated or any(
        word in sentence for word in ("hydrochloric acid", "1 to 2 M HCl", "hydrogensulfite")
    )


@pytest.mark.parametrize("flask", FLASKS)
def test_the_order_on_the_sheet_is_safe(flask: tuple[str, ...]) -> None:
    """With cyanide no acid at all; where acid harms none either; where base harms no hydroxide outside the bottle."""
    if (both := found(*flask)) is None:
        return
    scheme, sheet = both
    said = [step.sentence for step in sheet.work_up]
    if MODEL.reductant(flask[2]).holds_cyanide or "acid" not in scheme.flags:
        assert not [s for s in said if _acid(s)]
    if MODEL.reductant(flask[2]).holds_cyanide and sheet.separation is not None:
        cleared = next(n for n, s in enumerate(said) if "test strip stays blank" in s)
        waste = [n for n, s in enumerate(said) if s.startswith("Keep all aqueous phases")]
        assert waste == [cleared + 1]
        assert all("buffer" not in s for s in said[:cleared])
    if "strong base" in scheme.flags and sheet.separation is not None:
        assert not [s for s in said if "M sodium hydroxide" in s or "M NaOH" in s]
    hot = [n for n, s in enumerate(said) if s.startswith("The ") and "distil it" in s]
    tests = [n for n, s in enumerate(said) if s.startswith("Test the extract for peroxides")]
    assert all(n > min(tests, default=-1) for n in hot)


@pytest.mark.parametrize("flask", FLASKS[::7])
def test_volumes_grow_with_the_scale(flask: tuple[str, ...]) -> None:
    """Twice the amine is twice the water and twice each portion, half of the water; steps and pH stay."""
    if (prediction := predicted(*flask)) is None:
        return
    one, two = (separation_of(purify(prediction), n, 5.0 * n) for n in (20.0, 40.0))
    assert (one is None) == (two is None)
    if one is None or two is None:
        return
    assert two.water_mL == pytest.approx(2.0 * one.water_mL)
    assert one.portion_mL == pytest.approx(0.5 * one.water_mL)
    assert one.scheme == two.scheme
    assert [stage for stage, _, _ in one.steps] == [stage for stage, _, _ in two.steps]


def test_a_large_flask_has_more_water() -> None:
    """Water is five litres per mole or what the flask holds; four times that where cyanide is diluted, not stripped."""
    prediction = predicted("NCc1ccccc1", "CCCC=O", "NaBH4", "aqueous", "MeOH")
    cyanide = predicted("NCc1ccccc1", "CCCC=O", "NaBH3CN", "aqueous", "MeOH")
    assert prediction is not None
    assert cyanide is not None
    for flask_mL, mL in ((1.0, 50.0), (50.0, 50.0), (80.0, 80.0)):
        parted = separation_of(purify(prediction), 10.0, flask_mL)
        assert parted is not None
        assert parted.water_mL == pytest.approx(mL)
    parted = separation_of(purify(cyanide), 10.0, 50.0)
    assert parted is not None
    assert parted.water_mL == pytest.approx(200.0)


@pytest.mark.parametrize(
    ("start", "washed", "low", "high"),
    [(8.5, 2.0, 6.0, 10.0), (1.5, 1.5, 5.5, 9.0), (8.0, None, 7.0, 11.0), (8.0, 2.0, None, 9.5)],
)
def test_acid_and_base_of_the_steps_close_the_balance(
    start: float, washed: float | None, low: float | None, high: float
) -> None:
    """What is added from the first pH to the last is the difference of the charges held, as each step is added up."""
    solute = Solute(bases=(9.0,), acids=(), log_p=-99.0)
    salts = [(2.0, Solute(bases=(), acids=(4.76,), log_p=-99.0))]
    took = titration([(1.0, solute, 0.0)], salts, (start, washed, low, high), CRAFT)
    water = CRAFT.number("water_per_mole")
    ends = [acid_to_reach([(1.0, solute), *salts], pH, water_L=water) for pH in (start, high)]
    assert took.to_acid + took.to_low + took.to_high == pytest.approx(ends[1] - ends[0])
    assert took.to_acid >= 0.0
    assert took.to_high < 0.0


def test_what_the_first_window_takes_needs_no_base() -> None:
    """An amine that has left into the first layer takes no hydroxide on the way to the second."""
    solute = Solute(bases=(8.0,), acids=(), log_p=-99.0)
    way = (8.0, 2.0, 5.0, 11.0)
    left, gone = (titration([(1.0, solute, share)], [], way, CRAFT) for share in (0.0, 1.0))
    assert left.to_low == gone.to_low
    assert left.to_high - gone.to_high == pytest.approx(-1.0, abs=0.02)


def test_acyloxy_and_borate_take_their_acid() -> None:
    """Three acetates and one borate of STAB: the wash at pH 2 takes about three moles more per mole of it."""
    less, more = (
        purify(
            planner.predict(
                "NCc1ccccc1", "CCCC=O", draws=8, reductant="STAB", reductant_equivalents=n, solvent="DCM"
            )
        )
        for n in (1.0, 2.0)
    )
    assert more.titration.to_acid - less.titration.to_acid == pytest.approx(3.1, abs=0.15)


def test_the_sheet_prints_and_saves_its_separation() -> None:
    """Text and JSON hold windows, extractant and volumes once; without a prediction the plain work-up stands."""
    both = found("C1CNCCCN1", "O=Cc1cccs1", "STAB", "aqueous", "DCM")
    assert both is not None
    _, sheet = both
    assert "At this scale" in sheet_text(sheet)
    record = sheet_record(sheet)["separation"]
    assert record["scheme"]["kept"] == "B"
    assert record["portion_mL"] == pytest.approx(record["water_mL"] / 2.0)
    plain = make_sheet(sheet.pair, MODEL, sheet.procedure, "5 mmol")
    assert plain.separation is None
    assert sheet_record(plain)["separation"] is None
    assert any("extract three times with DCM" in step.sentence for step in plain.work_up)
