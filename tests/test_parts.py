"""The parts of the flask around the ladder: the published rows, and laws that hold whatever the constants are."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.parts_off import numbers
from parts_set import ALL, CHARGES, DATA, LADDER, parts_model, with_values, write_set
from planner.errors import ParameterError
from planner.flask.flask import prepare
from planner.flask.outcomes import Outcome, predict_outcomes
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.draws import central_draws, draw_parameters
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.structures.pairs import read_pair

BUTYLAMINE, BUTANAL, BENZALDEHYDE, FORMALDEHYDE = "CCCCN", "CCCC=O", "O=Cc1ccccc1", "C=O"
with (DATA / "parts_rows.csv").open(encoding="utf-8") as file:
    ROWS = {int(row["row"]): row for row in csv.DictReader(file)}
EXACT = {"condensation.acyclic_ketone": 10**-3.52, "condensation_solvent.DCE": 10**-0.30}
"""Two numbers of the ladder as they were published, which its file rounds to one digit; row 12 shows the difference."""


def fields_of(row: dict[str, str]) -> dict[str, object]:
    """The procedure of a published row; hydride and acid are numbers, the rest words."""
    pairs = (text.split("=") for text in row["procedure"].split(";"))
    return {name: float(v) if v.replace(".", "").isdigit() else v for name, v in pairs}


def settled(model: Model, amine: str, carbonyl: str, **fields) -> Settled:
    """A settled procedure of a pair."""
    return settle(Procedure(**fields), model, read_pair(amine, carbonyl, model))[0]


def outcome(model: Model, amine: str, carbonyl: str, *, tolerance=5e-6, draws=None, **fields) -> Outcome:
    """What a procedure gives, every number at its median unless draws are given."""
    pair = read_pair(amine, carbonyl, model)
    drawn = central_draws(model) if draws is None else draws
    procedure = settled(model, amine, carbonyl, **fields)
    return predict_outcomes(pair, model, [procedure], drawn, relative_tolerance=tolerance)


def of_row(model: Model, number: int, **fields) -> Outcome:
    """What the procedure of a published row gives."""
    row = ROWS[number]
    return outcome(model, row["amine"], row["carbonyl"], **fields_of(row) | fields)


def per_cent(found: Outcome) -> np.ndarray:
    """By degree, of the one procedure and draw."""
    return 100 * found.degrees[0, 0]


COLUMNS = {"off": (), "charges": (CHARGES,)}


@pytest.mark.parametrize("number", ROWS)
@pytest.mark.parametrize("column", COLUMNS)
def test_published_rows(column: str, number: int) -> None:
    """With every number at its median the published rows hold to 0.2 points."""
    model = with_values(parts_model(*COLUMNS[column]), EXACT)
    expected = [float(n) for n in ROWS[number][column].split("/")]
    assert per_cent(of_row(model, number)) == pytest.approx(expected, abs=0.2)


def test_off_is_what_was_before() -> None:
    """Shipped and reference sets, which list no part, give what they gave before there were parts."""
    before = json.loads((DATA / "parts_off.json").read_text("utf-8"))
    for name, flasks in numbers().items():
        assert load_model(None if name == "shipped" else LADDER).parts == ()
        for found, expected in zip(flasks, before[name], strict=True):
            assert found["numbers"] == pytest.approx(expected["numbers"], abs=1e-9), found["fields"]


def test_parts_switch_numbers_steps_and_draws_alone() -> None:
    """Without parts a set has the ladder's numbers and steps; with them its draws of those do not move."""
    ladder, without, every = load_model(LADDER), parts_model(), parts_model(*ALL)
    assert without.parameters == ladder.parameters
    assert without.steps == ladder.steps
    first, second = (draw_parameters(model, 64, 3) for model in (ladder, every))
    assert second.names[: len(first.names)] == first.names
    assert np.array_equal(second.normals[:, : len(first.names)], first.normals)


def test_draws_of_the_parts_go_with_none_of_the_ladder() -> None:
    """No number of a part is correlated with one of the ladder, as columns of two plain Sobol sequences are."""
    model = parts_model(*ALL)
    draws = draw_parameters(model, 1024, 0)
    of_part = np.array([bool(model.parameter(name).part) for name in draws.names])
    correlation = np.corrcoef(draws.normals.T)[of_part][:, ~of_part]
    assert np.abs(correlation).max() < 5.0 / math.sqrt(1024)
    assert np.array_equal(draw_parameters(model, 100, 0).normals, draws.normals[:100])


def test_unknown_parts_are_refused(tmp_path: Path) -> None:
    """A part that there is not, or that stands twice, is one line that names the nearest."""
    for parts, words in ((("charge",), "did you mean 'charges'"), ((CHARGES, CHARGES), "each once")):
        folder = write_set(tmp_path / parts[0], parts)
        with pytest.raises(ParameterError, match=words):
            load_model(folder)


# --- charges ---

PURE = {"carbonyl_impurity.n_alkanal": 1e-12, "amine_impurity.usual": 1e-12, "stab.impurity": 1e-12}


def test_pure_bottles_are_no_part() -> None:
    """Without impurity and weighing error the part changes nothing."""
    ladder, pure = parts_model(), with_values(parts_model(CHARGES), PURE)
    found, expected = (
        outcome(m, BUTYLAMINE, BUTANAL, addition="slow_carbonyl", tolerance=1e-9) for m in (pure, ladder)
    )
    for name in ("degrees", "alcohol", "unreacted", "hydride_left"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-7)


@pytest.mark.parametrize("addition", ["all_at_once", "slow_carbonyl"])
def test_impure_carbonyl_is_less_of_it(addition: str) -> None:
    """A carbonyl 4 % impure and nothing else is the ladder at 0.96 of the equivalents, its fractions too."""
    impure = with_values(parts_model(CHARGES), PURE | {"carbonyl_impurity.n_alkanal": 0.04})
    way = {"addition": addition, "reductant_equivalents": 1.5, "tolerance": 1e-9}
    found = outcome(impure, BUTYLAMINE, BUTANAL, **way)
    expected = outcome(parts_model(), BUTYLAMINE, BUTANAL, carbonyl_equivalents=0.96, **way)
    for name in ("degrees", "product", "alcohol", "unreacted", "hydride_left"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-7)


def test_impure_amine_is_less_of_it() -> None:
    """An amine 10 % impure is one at 0.9 of the concentration with more of the rest; fractions are of what is there."""
    impure = with_values(parts_model(CHARGES), PURE | {"amine_impurity.usual": 0.1})
    found = outcome(impure, BUTYLAMINE, BUTANAL, tolerance=1e-9)
    expected = outcome(
        parts_model(), BUTYLAMINE, BUTANAL, concentration_M=0.18, carbonyl_equivalents=1 / 0.9,
        reductant_equivalents=1.5 / 0.9, tolerance=1e-9,
    )  # fmt: skip
    for name in ("degrees", "product", "alcohol", "unreacted", "hydride_left"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-7)


def test_impurity_is_capped() -> None:
    """A drawn impurity never takes more than half of a bottle."""
    foul = with_values(parts_model(CHARGES), PURE | {"carbonyl_impurity.n_alkanal": 0.9})
    found = outcome(foul, BUTYLAMINE, BUTANAL)
    assert found.ratio == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("amine", "acid", "share"),
    [("N", 0.0, 0.94), ("N", 1.0, 0.985), ("CN.Cl", 0.0, 0.985), ("CCCN", 0, 0.985)],
)
def test_gases_are_less_pure_unless_salts(amine: str, acid: float, share: float) -> None:
    """Ammonia and its like have the titre of a solution; with acid, or as a salt, they are solids as others."""
    model = with_values(parts_model(CHARGES), {"carbonyl_impurity.aryl_aldehyde": 1e-12})
    found = outcome(model, amine, BENZALDEHYDE, reductant="NaBH3CN", acid_equivalents=acid)
    assert 1.0 / found.ratio == pytest.approx(share)


@pytest.mark.parametrize(("carbonyl", "share"), [("CC=O", 0.90), ("CCC=O", 0.94), ("CCCCC=O", 0.96)])
def test_low_boiling_aldehydes_are_less_pure(carbonyl: str, share: float) -> None:
    """Acetaldehyde and propanal have impurities of their own, other alkanals that of their class."""
    pure = {name: value for name, value in PURE.items() if not name.startswith("carbonyl")}
    found = outcome(with_values(parts_model(CHARGES), pure), BUTYLAMINE, carbonyl)
    assert found.ratio == pytest.approx(share)


def test_width_is_that_of_the_charge() -> None:
    """With 1.0 eq of an n-alkanal the 5-95 % width of what is unreacted is at least 5 points."""
    model = parts_model(CHARGES)
    found = outcome(model, BUTYLAMINE, BUTANAL, draws=draw_parameters(model, 256, 0))
    low, high = np.quantile(found.degrees[0, :, 0], (0.05, 0.95))
    assert high - low >= 0.05


def test_parts_off_have_no_new_species() -> None:
    """Without parts, and with those that change amounts or constants alone, the network is the ladder's."""
    pair = read_pair(BUTYLAMINE, BUTANAL, parts_model())
    assert prepare(pair, parts_model(CHARGES)).network == prepare(pair, load_model(LADDER)).network
