"""Dispensing: what a liquid handler does is what the flask of each recipe does, out of what is in the bottles."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from planner.errors import ProcedureError
from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Procedure, Settled
from planner.flask.schedule import SECONDS_PER_HOUR, Charges, flask_schedule
from planner.flask.settling import settle
from planner.library.dispensing import STOCKS_M, Handler, handler_of, source_rows, transfers
from planner.library.wells import Plate, Well
from planner.mechanism.network import HYDRIDE
from planner.model.parameters import load_model
from planner.sheets.sheet import make_sheet
from planner.sheets.supplies import read_supply
from planner.structures.pairs import read_pair

MODEL = load_model()
WIDE = Handler(well_uL=20_000.0, smallest_uL=0.1)
GIVEN = (
    ("NCc1ccccc1", "benzaldehyde"),
    ("NCc1ccccc1.Cl", "benzaldehyde"),
    ("Cl.NCC1CCCCC1", "37 % formalin"),
    ("ammonium acetate", "O=C1CCCCC1"),
    ("40 % methylamine in water", "benzaldehyde"),
    ("CN", "CCC(C)=O"),
    ("C1CCNCC1", "OC(O)C(F)(F)F"),
    ("benzylamine hemisulfate", "acetone"),
)
"""Free compounds, salts of strong and weak acids, solutions, a gas, and what sets a carbonyl compound free."""


def laid(
    given_: list[tuple[str, str]], recipes: list[Settled], ids: list[tuple[str, str]] | None = None
) -> Plate:
    """Put each pair in a well of its own with the recipe of its number, or with the only one."""
    wells = tuple(
        Well(
            name=f"A{i + 1}", pair=i, amine_id=one[0], carbonyl_id=one[1], amine_given=both[0], carbonyl_given=both[1],
            amine_smiles=read_pair(*both).amine.smiles, carbonyl_smiles=read_pair(*both).carbonyl.smiles,
            recipe=min(i, len(recipes) - 1) + 1, target_fraction=0.9, best_fraction=0.9,
        )
        for i, (both, one) in enumerate(zip(given_, ids or [(f"a{i}", f"c{i}") for i in range(99)], strict=False))
    )  # fmt: skip
    return Plate(wells=wells, recipes=tuple(recipes), temperature_C=25.0, shape=(8, 12), gap=0.0, notes=())


def flask_portions(p: Settled) -> list[tuple[float, float]]:
    """Read from the schedule of the flask when the hydride comes [h], and which share of it."""
    nothing = np.zeros((1, 1))
    charges = Charges(
        amine=(("amine", 1.0),), water_M=nothing, water_with_carbonyl=nothing, usable_hydrides=np.ones(1)
    )
    start, _, segments = flask_schedule([p], charges)
    found, time_h = [(0.0, float(np.squeeze(dict(start)[HYDRIDE])))], 0.0
    for segment in segments:
        found += [(time_h, float(np.squeeze(n))) for name, n in segment.doses if name == HYDRIDE]
        time_h += float(np.squeeze(segment.duration)) / SECONDS_PER_HOUR
    whole = p.concentration_M * p.reductant_equivalents
    return [(when, n / whole) for when, n in found if n > 0]


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 12),
    st.floats(0.05, 4.0),
    st.sampled_from([word for word, way in ADDITIONS.items() if not way.fed]),
    st.floats(0.25, 16.0),
    st.floats(0.5, 3.0),
)
def test_portions_come_as_in_the_flask(
    n: int, hours: float, addition: str, imine_h: float, equivalents: float
) -> None:
    """Each portion of the hydride is a transfer, when and of what share the flask has it; all are the whole."""
    is_last = ADDITIONS[addition].hydride_last
    asked = Procedure(
        reductant="STAB", addition=addition, reductant_equivalents=equivalents, hold_time_h=8.0, hydride_portions=n,
        hydride_time_h=hours if n > 1 else 0.0, imine_time_h=imine_h if is_last else None,
    )  # fmt: skip
    p, _ = settle(asked, MODEL)
    moved = [t for t in transfers(laid([GIVEN[0]], [p]), MODEL, WIDE) if t.role == "reductant"]
    whole = p.concentration_M * p.reductant_equivalents * WIDE.well_uL / STOCKS_M["reductant"]
    expected = flask_portions(p)
    assert len(moved) == len(expected) == n
    for t, (when, share) in zip(moved, expected, strict=True):
        assert t.time_h == pytest.approx(when, abs=1e-9)
        assert t.volume_uL == pytest.approx(share * whole, abs=0.11)
        assert t.stage == ("hydride" if when > 0 else "flask")
    assert sum(t.volume_uL for t in moved) == pytest.approx(whole, abs=0.06)


@pytest.mark.parametrize("both", GIVEN)
def test_a_stock_is_weighed_as_its_bench_sheet_weighs(both: tuple[str, str]) -> None:
    """Roles, equivalents and what is weighed or measured of each bottle are those of the sheet of the same flask."""
    pair = read_pair(*both, MODEL)
    p, _ = settle(Procedure(reductant="NaBH3CN"), MODEL, pair)
    held = {
        role: read_supply(text, MODEL, role=role)
        for role, text in zip(("amine", "carbonyl"), both, strict=True)
    }
    sheet = make_sheet(pair, MODEL, p, "1 mol", supplies=held)
    moved = transfers(laid([both], [p]), MODEL, WIDE)
    amine = p.concentration_M * WIDE.well_uL / 1000.0
    sources = {str(row["role"]): row for row in source_rows(moved, WIDE)}
    charges = {c.role: c for c in sheet.charges if c.role != "solvent"}
    assert set(sources) - {"solvent"} == set(charges)
    for role, charge in charges.items():
        row, taken = sources[role], sum(t.volume_uL * (t.stock_M or 0.0) for t in moved if t.role == role)
        assert row["bottle"] == charge.name
        assert taken / 1000.0 / amine == pytest.approx(charge.equivalents, rel=2e-3)
        mmol = float(str(row["amount_mmol"]))
        for cell, whole in (
            ("mass_mg", charge.mass_mg),
            ("bottle_uL", charge.volume_mL and 1000 * charge.volume_mL),
        ):
            assert (row[cell] is None) == (whole is None)
            if whole is not None:
                assert float(str(row[cell])) / mmol == pytest.approx(
                    whole / (charge.amount_mmol or 1.0), rel=2e-3
                )
    named = [t.source for t in moved if t.role == "amine"]
    is_free = (
        held["amine"] == read_supply(pair.amine.smiles, MODEL) and charges["amine"].name == held["amine"].name
    )
    assert all((f" as {charges['amine'].name} in " in name) is not is_free for name in named)


def test_one_source_holds_one_bottle() -> None:
    """Equal molecules out of different bottles are different sources, whatever their ids; equal bottles are one."""
    amines = ["NCc1ccccc1", "C(N)c1ccccc1", "NCc1ccccc1.Cl", "Cl.C(N)c1ccccc1", "benzylamine acetate salt", "CN",
              "2 M methylamine in THF", "40 % methylamine in water", "STAB"]  # fmt: skip
    given_ = [(a, "benzaldehyde") for a in amines[:-1]] + [("C1CCNCC1", "benzaldehyde")]
    recipes = [
        settle(Procedure(reductant="STAB", solvent="THF"), MODEL, read_pair(*both))[0] for both in given_
    ]
    for name in (
        lambda i: "A1",
        str,
        lambda i: amines[i],
        lambda i: ("STAB", "acetic acid")[i % 2],
    ):
        plate = laid(given_, recipes, [(name(i), "benzaldehyde") for i in range(len(given_))])
        moved = transfers(plate, MODEL, WIDE)
        bottles = defaultdict(set)
        for t in moved:
            bottles[t.source].add((t.role, t.bottle))
        assert all(len(some) == 1 for some in bottles.values())
    shared = laid(given_, recipes, [("A1", "C1")] * len(given_))
    sources = {t.destination: t.source for t in transfers(shared, MODEL, WIDE) if t.role == "amine"}
    assert sources["A1"] == sources["A2"]
    assert sources["A3"] == sources["A4"]
    assert len(set(sources.values())) == 6  # of the two that are methylamine in THF one is


def test_what_cannot_be_dispensed_is_one_line() -> None:
    """A stock stronger than its bottle and a portion too small to be measured are refused with what to change."""
    both = ("2 M methylamine in THF", "benzaldehyde")
    p, _ = settle(Procedure(hydride_portions=12, hydride_time_h=1.0), MODEL, read_pair(*both))
    plate = laid([both], [p])
    with pytest.raises(ProcedureError, match=r"well A1: a 3 M stock cannot be made .*\(2 M\); give a weaker"):
        transfers(plate, MODEL, handler_of(96, None, ["amine=3"], 50.0))
    with pytest.raises(ProcedureError, match="in each of 12 portions is less than 1 uL"):
        transfers(plate, MODEL, handler_of(96, None, ["reductant=40"], 50.0))
