"""Sheets: amounts that a chemist would work out by hand."""

import csv
import re
from pathlib import Path

import pytest

from planner.errors import ProcedureError, TableError
from planner.files.tables import read_csv
from planner.flask.bottles import acid_to_add, base_to_add
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.catalogue import entry_of
from planner.model.folders import models_folder
from planner.model.parameters import load_model
from planner.plans.planning import recommend
from planner.plans.recommendation import Plan
from planner.predictions.prediction import predict
from planner.sheets.charges import COLUMNS, CYLINDERS, Charge, hours_words, mass_words, step_of, volume_words
from planner.sheets.records import sheet_record, sheet_text
from planner.sheets.sheet import Sheet, make_sheet, plan_sheet, sampling_times
from planner.sheets.supplies import read_quantity, read_supplies, read_supply
from planner.structures.pairs import read_pair


def sheet(
    amine: str,
    carbonyl: str,
    scale: str,
    *,
    words: tuple[str, ...] = (),
    of: str = "amine",
    reference: str = "amine",
    degree: int = 1,
    **procedure: object,
) -> Sheet:
    """Work out a sheet from names, with purities given as ROLE=number."""
    supplies = read_supplies({"amine": amine, "carbonyl": carbonyl}, purities=words)
    pair = read_pair(supplies["amine"].smiles, supplies["carbonyl"].smiles)
    model = load_model()
    settled, _ = settle(Procedure(**procedure), model, pair)  # type: ignore[arg-type]
    return make_sheet(
        pair, model, settled, scale, of=of, reference=reference, degree=degree, supplies=supplies
    )


def charge(made: Sheet, role: str) -> Charge:
    """Take the charge of a role."""
    return next(c for c in made.charges if c.role == role)


# Eleven sheets worked out by hand.
# M(benzylamine) 107.156, its hydrochloride 143.617, butanal 72.107, benzaldehyde 106.124,
# triethylamine 101.193, acetic acid 60.052, NaBH(OAc)3 211.94, NaBH4 37.83, picoline borane 106.96 g/mol.


def test_neat_liquids() -> None:
    """250 mg of benzylamine is 2.333 mmol: 1 eq of butanal 0.211 mL, 1.5 eq of STAB 741.7 mg, in 11.7 mL."""
    made = sheet("benzylamine", "butanal", "250 mg", carbonyl_equivalents=1.0)
    assert charge(made, "amine").amount_mmol == pytest.approx(2.3330, abs=1e-3)
    assert (charge(made, "amine").mass_mg, charge(made, "amine").volume_mL) == (250.0, 0.255)
    assert (charge(made, "carbonyl").mass_mg, charge(made, "carbonyl").volume_mL) == (168.2, 0.211)
    assert charge(made, "reductant").mass_mg == 741.7
    assert charge(made, "solvent").volume_mL == 11.2
    assert made.final_volume_mL == pytest.approx(11.665, abs=1e-3)


def test_salt_gets_its_base() -> None:
    """250 mg of benzylamine hydrochloride is 1.741 mmol and wants 176.2 mg (0.243 mL) of triethylamine."""
    made = sheet("benzylamine hydrochloride", "butanal", "250 mg")
    assert charge(made, "amine").amount_mmol == pytest.approx(1.74074, abs=1e-4)
    assert (charge(made, "base").mass_mg, charge(made, "base").volume_mL) == (176.2, 0.243)
    assert charge(made, "base").order == charge(made, "amine").order + 1


def test_purity_counts_both_ways() -> None:
    """250 mg of 95 % benzylamine is 2.2164 mmol; butanal of 97 % for it is 164.8 mg."""
    made = sheet("benzylamine", "butanal", "250 mg", words=("amine=0.95", "carbonyl=0.97"))
    assert charge(made, "amine").amount_mmol == pytest.approx(2.21639, abs=1e-4)
    assert charge(made, "carbonyl").mass_mg == 164.8


def test_stock_solution_is_measured_and_its_solvent_counts() -> None:
    """5 mmol of methylamine from a 2 M solution is 2.500 mL; THF makes it 25 mL with the butanal."""
    made = sheet("2 M methylamine in THF", "butanal", "5 mmol", solvent="THF")
    assert (charge(made, "amine").volume_mL, charge(made, "amine").mass_mg) == (2.5, None)
    assert charge(made, "solvent").volume_mL == 22.0


def test_formalin() -> None:
    """2.0 eq of formaldehyde for 10 mmol of piperazine (861.4 mg) is 1.493 mL of 13.4 M formalin, really 2.0006."""
    made = sheet("piperazine", "37 % formalin", "10 mmol", carbonyl_equivalents=2.0, water="wet", degree=2)
    assert charge(made, "amine").mass_mg == 861.4
    assert charge(made, "carbonyl").volume_mL == 1.493
    assert charge(made, "carbonyl").realised_equivalents == pytest.approx(2.0006, abs=1e-4)
    assert not any("water" in note for note in made.notes)
    with pytest.raises(ProcedureError, match="water = wet"):
        sheet("piperazine", "37 % formalin", "10 mmol", carbonyl_equivalents=2.0)


def test_limiting_carbonyl_that_is_not_one_equivalent() -> None:
    """106.1 mg of benzaldehyde (0.9998 mmol) at 0.8 eq per amine: 1.2497 mmol amine, which is 1.25 eq per carbonyl."""
    made = sheet(
        "benzylamine",
        "benzaldehyde",
        "106.1 mg",
        of="carbonyl",
        reference="carbonyl",
        carbonyl_equivalents=0.8,
    )
    assert charge(made, "amine").amount_mmol == pytest.approx(1.24972, abs=1e-4)
    assert charge(made, "amine").equivalents == pytest.approx(1.25)
    assert charge(made, "carbonyl").equivalents == pytest.approx(1.0)
    assert charge(made, "amine").mass_mg == 133.9
    assert made.limiting == "carbonyl"
    as_amine = sheet("benzylamine", "benzaldehyde", "106.1 mg", of="carbonyl", carbonyl_equivalents=0.8)
    assert charge(as_amine, "carbonyl").equivalents == pytest.approx(0.8)


def test_syringe_pump_of_slow_carbonyl() -> None:
    """2 mmol at 0.2 M is 10 mL; a fifth of it fed over 4 h is 0.5 mL/h from a 2.5 mL syringe, 7.8 mL wait."""
    made = sheet("benzylamine", "butanal", "2 mmol", addition="slow_carbonyl", addition_time_h=4.0)
    assert made.feed is not None
    assert made.feed.volume_mL == pytest.approx(2.0)
    assert made.feed.rate_mL_per_h == pytest.approx(0.5)
    assert made.feed.syringe_mL == 2.5
    assert charge(made, "solvent").volume_mL == 7.8
    assert [c.role for c in made.charges] == ["solvent", "amine", "reductant", "carbonyl"]


def test_microlitres_of_amine_fed() -> None:
    """150 uL of benzylamine is 1.3732 mmol; half of 6.866 mL over 2 h is 1.717 mL/h from a 5 mL syringe."""
    made = sheet(
        "benzylamine",
        "butanal",
        "150 uL",
        addition="slow_amine",
        addition_time_h=2.0,
        feed_volume_fraction=0.5,
    )
    assert charge(made, "amine").amount_mmol == pytest.approx(1.37323, abs=1e-4)
    assert made.feed is not None
    assert made.feed.rate_mL_per_h == pytest.approx(1.71654, abs=1e-4)
    assert made.feed.syringe_mL == 5.0
    assert made.charges[-1].role == "amine"


def test_borohydride_in_portions_after_the_imine() -> None:
    """1.6 eq of NaBH4 for 10 mmol is 605.3 mg in three portions; four hydrides each give 64 mmol or 1.549 L of H2."""
    made = sheet("benzylamine", "benzaldehyde", "10 mmol", reductant="NaBH4", reductant_equivalents=1.6)
    assert made.charges[-1].stage == "after the imine"
    assert made.charges[-1].mass_mg == 605.3
    assert made.portions == 3
    assert made.hydrogen.mmol == pytest.approx(64.0)
    assert made.hydrogen.litres == pytest.approx(1.5488)


def test_dihydrochloride_wants_two_bases() -> None:
    """1 g of ethylenediamine dihydrochloride (133.02) is 7.5176 mmol and wants 1.521 g of triethylamine."""
    made = sheet("NCCN.Cl.Cl", "benzaldehyde", "1 g")
    assert charge(made, "amine").amount_mmol == pytest.approx(7.51755, abs=2e-4)
    assert charge(made, "base").equivalents == 2.0
    assert charge(made, "base").mass_mg == 1521.0


def test_acid_as_cosolvent() -> None:
    """8 eq of acetic acid for 1 mmol is 480.4 mg or 0.461 mL, beside 107.0 mg of picoline borane."""
    made = sheet("benzylamine", "benzaldehyde", "1 mmol", reductant="2-picoline borane")
    assert (charge(made, "acid").mass_mg, charge(made, "acid").volume_mL) == (480.4, 0.461)
    assert charge(made, "reductant").mass_mg == 107.0


@pytest.mark.parametrize("scale", ["250 mg", "0.25 g", "250000 µg"])
def test_units_of_scale(scale: str) -> None:
    """The same mass in another unit is the same sheet."""
    assert sheet("benzylamine", "butanal", scale).rows() == sheet("benzylamine", "butanal", "250 mg").rows()


@pytest.mark.parametrize(
    "text", ["", "250", "mg", "-1 mg", "0 mg", "nan mg", "1e3 mg", "250 mk", "1 2 mg", "9" * 400 + " g"]
)
def test_bad_scales(text: str) -> None:
    """What is not an amount is refused in one line."""
    with pytest.raises(ProcedureError, match="scale"):
        read_quantity(text)


def test_volume_of_a_solid_is_refused() -> None:
    """A volume says nothing of a compound without density."""
    with pytest.raises(ProcedureError, match="density"):
        sheet("piperazine", "benzaldehyde", "1 mL")


def test_another_compound_in_the_bottle_is_refused() -> None:
    """A sheet is not made with a bottle of something else."""
    pair, model = read_pair("NCc1ccccc1", "CCCC=O"), load_model()
    settled, _ = settle(Procedure(), model)
    with pytest.raises(ProcedureError, match="bottle"):
        make_sheet(pair, model, settled, "1 mmol", supplies={"amine": read_supply("aniline")})


def test_samples_end_with_the_run() -> None:
    """Samples are taken at the end of each stage and within the hold, in order."""
    settled, _ = settle(
        Procedure(addition="slow_carbonyl", addition_time_h=4.0, hold_time_h=8.0),
        load_model(),
    )
    assert sampling_times(settled) == (4.0, 5.0, 6.0, 8.0, 12.0)


def test_hazards_have_sources_and_never_say_safe() -> None:
    """Every danger names where it is written; the word safe stands nowhere; the SDS is pointed at."""
    made = sheet("benzylamine", "butanal", "20 mmol", reductant="NaBH3CN", solvent="MeOH")
    words = " ".join(h.sentence for h in made.hazards)
    assert all(h.source for h in made.hazards)
    assert "hydrogen cyanide" in words
    assert "SDS" in words
    assert "in portions" in words
    assert "safe" not in (models_folder() / "hazards.toml").read_text(encoding="utf-8").replace("safety", "")


def test_sheet_survives_csv(tmp_path: Path) -> None:
    """Charges written as CSV read back as the same cells, with units in the heading."""
    made = sheet("benzylamine", "butanal", "250 mg")
    made.to_csv(tmp_path / "charges.csv")
    rows = read_csv(tmp_path / "charges.csv", COLUMNS)
    assert [[row[c] if row[c] is not None else "" for c in COLUMNS] for row in rows] == [
        ["" if row[c] is None else row[c] for c in COLUMNS] for row in made.rows()
    ]
    with (tmp_path / "charges.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(COLUMNS)


def test_missing_folder_is_a_clear_line(tmp_path: Path) -> None:
    """Writing into a folder that is not there names it and writes nothing."""
    with pytest.raises(TableError, match="there is no folder"):
        sheet("benzylamine", "butanal", "250 mg").to_csv(tmp_path / "none" / "x.csv")


# --- bottles ---


def bench(amine: str = "benzylamine hydrochloride", scale: str = "1 mmol", **words: tuple[str, ...]) -> Sheet:
    """Work out a sheet of STAB in DCE with acid and base, from bottles as the command line takes them."""
    supplies = read_supplies({"amine": amine, "carbonyl": "butanal"}, **words)  # type: ignore[arg-type]
    pair, model = read_pair("benzylamine", "butanal"), load_model()
    settled, _ = settle(Procedure(reductant="STAB", acid_equivalents=1.0), model)
    return make_sheet(pair, model, settled, scale, supplies=supplies)


STAB_SMILES = "CC(=O)O[BH-](OC(C)=O)OC(C)=O.[Na+]"


@pytest.mark.parametrize(
    "bottle",
    [
        "reductant=sodium triacetoxyborohydride",
        "reductant=NaBH(OAc)3",
        "reductant=stab",
        "reductant=56553-60-7",
        f"reductant={STAB_SMILES}",
        "solvent=1,2-dichloroethane",
        "solvent=107-06-2",
        "solvent=C(Cl)CCl",
        "acid=AcOH",
        "acid=64-19-7",
        "acid=OC(C)=O",
        "base=Et3N",
        "base=121-44-8",
        "amine=3287-99-8",
        "amine=Cl.[NH2:7]Cc1ccccc1",
        "carbonyl=123-72-8",
    ],
)
def test_a_bottle_of_what_the_plan_needs_by_any_name(bottle: str) -> None:
    """Names, aliases, CAS numbers and SMILES of what the plan needs change nothing on the sheet."""
    assert bench(bottles=(bottle,)).rows() == bench().rows()


@pytest.mark.parametrize(
    ("bottle", "needed"),
    [
        ("reductant=NaBH3CN", "STAB"),
        ("reductant=sodium borohydride", "STAB"),
        ("reductant=benzaldehyde", "STAB"),
        ("reductant=CCO", "STAB"),
        ("reductant=3999-38-0", "STAB"),
        ("reductant=[K+].[BH4-]", "STAB"),
        ("acid=CCO", "acetic acid"),
        ("acid=benzylamine", "acetic acid"),
        ("acid=CC(=O)[O-].[Na+]", "acetic acid"),
        ("acid=OC=O", "acetic acid"),
        ("solvent=MeOH", "DCE"),
        ("solvent=benzaldehyde", "DCE"),
        ("base=CCO", "triethylamine or N,N-diisopropylethylamine"),
        ("base=Cl.CCN(CC)CC", "triethylamine or N,N-diisopropylethylamine"),
        ("base=c1ccncc1", "triethylamine or N,N-diisopropylethylamine"),
        ("amine=aniline", "benzylamine"),
        ("carbonyl=benzaldehyde", "butanal"),
    ],
)
def test_a_bottle_of_something_else_says_what_the_plan_needs(bottle: str, needed: str) -> None:
    """No role takes another compound, or a salt that is not what it stands for."""
    with pytest.raises(ProcedureError, match="bottle holds") as caught:
        bench(bottles=(bottle,))
    assert f"the plan needs {needed};" in str(caught.value)


def test_another_base_of_the_catalogue_is_weighed_as_itself() -> None:
    """1 mmol of hydrochloride wants 129.2 mg (0.174 mL) of diisopropylethylamine, 129.247 g/mol and 0.742 g/mL."""
    base = charge(bench(bottles=("base=DIPEA",)), "base")
    assert (base.name, base.mass_mg, base.volume_mL) == ("N,N-diisopropylethylamine", 129.2, 0.174)


@pytest.mark.parametrize(
    ("amine", "mass"),
    [
        ("[NH2:1]Cc1ccccc1.[NH2:1]Cc1ccccc1.OS(=O)(=O)O", 156.2),
        ("[NH3+:1]C[c:2]1ccccc1.[Cl-:3]", 143.6),
        ("[H:1][NH:2]Cc1ccccc1", 107.2),
        ("[NH2:1]Cc1ccccc1.[OH2:9]", 125.2),
    ],
)
def test_labels_of_atoms_weigh_nothing(amine: str, mass: float) -> None:
    """A bottle with atom maps weighs what it weighs without them."""
    assert charge(bench(amine), "amine").mass_mg == mass


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"purities": ("amine=95",)}, "write 0.95"),
        ({"purities": ("amine=99.5",)}, "write 0.995"),
        ({"purities": ("carbonyl=1,970",)}, "write 1.970 or 1970"),
        ({"purities": ("amine=0.001",)}, "from 0.05 to 1"),
        ({"purities": ("amine=nan",)}, "from 0.05 to 1"),
        ({"densities": ("amine=inf",)}, "from 0.5 to 3.5"),
        ({"densities": ("amine=981",)}, "from 0.5 to 3.5"),
        ({"densities": ("amine=-1",)}, "from 0.5 to 3.5"),
        ({"stocks": ("amine=nan",)}, "from 0.001 to 60"),
        ({"stocks": ("amine=1e-9",)}, "from 0.001 to 60"),
        ({"stocks": ("amine=50",)}, "would be 7.18 g in a mL"),
        ({"purities": ("amine=0.95",), "stocks": ("amine=1",)}, "counts nowhere"),
        ({"purities": ("amine=0.9", "amine=0.8")}, "keep one"),
        ({"bottles": ("base=Et3N", "base=DIPEA")}, "keep one"),
        ({"purities": ("acid=0.9",)}, "no bottle of it"),
        ({"bottles": ("solvent=DCE",), "purities": ("solvent=0.9",)}, "leave its purity and stock out"),
        ({"bottles": ("sovent=DCE",)}, "the roles are"),
        ({"bottles": ("reductant=LiAlH4",)}, "unknown reductant"),
    ],
)
def test_numbers_of_a_bottle_are_sensible_and_used(words: dict[str, tuple[str, ...]], said: str) -> None:
    """What no bottle has, or what would count nowhere, is refused with what to give."""
    with pytest.raises(ProcedureError, match=re.escape(said)) as caught:
        bench(**words)
    assert str(caught.value).isprintable()


def test_purity_of_a_solution_of_the_catalogue_counts_nowhere() -> None:
    """A solution that is measured by its molarity takes no mass fraction besides."""
    with pytest.raises(ProcedureError, match=r"13\.\d M solution, its purity 0.37 counts nowhere"):
        read_supply("37 % formalin", purity=0.37)


@pytest.mark.parametrize("words", [("base=Et3N",), ("base=DIPEA",)])
def test_a_bottle_that_nothing_is_taken_from_is_refused(words: tuple[str, ...]) -> None:
    """A free amine needs no base, a flask without acid no acid: such a bottle is a mistake."""
    with pytest.raises(ProcedureError, match="the plan charges no base"):
        bench("benzylamine", bottles=words)
    pair, model = read_pair("benzylamine", "butanal"), load_model()
    settled, _ = settle(Procedure(acid_equivalents=0.0, solvent="neat"), model)
    for role, name in (("acid", "acetic acid"), ("solvent", "DCE")):
        with pytest.raises(ProcedureError, match=f"{role}"):
            make_sheet(pair, model, settled, "1 mmol", supplies={role: read_supply(name, role=role)})


def test_an_unknown_role_is_refused() -> None:
    """A role that no procedure has is named with the nearest."""
    pair, model = read_pair("benzylamine", "butanal"), load_model()
    settled, _ = settle(Procedure(), model)
    with pytest.raises(ProcedureError, match="did you mean 'reductant'"):
        make_sheet(
            pair, model, settled, "1 mmol", supplies={"reductants": read_supply("STAB", role="reductant")}
        )


@pytest.mark.parametrize("held", ["acetic acid", 60.05, None])
def test_a_bottle_is_a_supply(held: object) -> None:
    """What is given in the place of a bottle is named with its role."""
    pair, model = read_pair("benzylamine", "butanal"), load_model()
    settled, _ = settle(Procedure(acid_equivalents=1.0), model)
    with pytest.raises(ProcedureError, match=r"the acid bottle is .*; give what read_supply returns"):
        make_sheet(pair, model, settled, "1 mmol", supplies={"acid": held})  # type: ignore[dict-item]


def test_density_and_purity_of_solvent_and_hydride_count() -> None:
    """1.5 eq of STAB of 90 % is a ninth more than of pure; a solvent keeps its volume."""
    made = bench(
        bottles=("reductant=STAB", "solvent=DCE"), purities=("reductant=0.9",), densities=("solvent=1.26",)
    )
    pure = charge(bench(), "reductant").mass_mg or 0.0
    assert charge(made, "reductant").mass_mg == pytest.approx(pure / 0.9, abs=0.1)
    assert charge(made, "solvent").volume_mL == charge(bench(), "solvent").volume_mL


# --- what the liquids are, and what there is of them ---

ADDITIONS = ("all_at_once", "slow_carbonyl", "slow_amine", "imine_first")


def liquids(made: Sheet) -> float:
    """Everything that is poured or pipetted, and the rest of the feed [mL]."""
    waits = sum(c.volume_mL or 0.0 for c in made.charges if c.stage != "feed" or made.feed is None)
    return waits + (made.feed.volume_mL if made.feed else 0.0)


@pytest.mark.parametrize("addition", ADDITIONS)
@pytest.mark.parametrize("concentration_M", [0.05, 0.2, 1.0, 2.0])
@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [("benzylamine", "butanal"), ("2 M methylamine in THF", "cyclohexanone"), ("piperazine", "benzaldehyde")],
)
def test_liquids_make_up_the_final_volume(
    amine: str, carbonyl: str, concentration_M: float, addition: str
) -> None:
    """Solvent, neat liquids, solutions and feed add up to the final volume: the concentration is the real one."""
    made = sheet(amine, carbonyl, "10 mmol", addition=addition, concentration_M=concentration_M)
    rounding = 0.51 * step_of(made.final_volume_mL, CYLINDERS) + 0.01 * len(made.charges)
    assert liquids(made) == pytest.approx(made.final_volume_mL, abs=rounding)
    wanted = 10.0 / concentration_M
    said = any("flask is" in note for note in made.notes)
    assert said == (made.final_volume_mL > 1.02 * wanted)
    if not said:
        assert made.final_volume_mL == pytest.approx(wanted)


def test_liquids_that_are_more_than_the_flask_are_said() -> None:
    """2 mmol of a 2 M solution is 1 mL: at 4 M no flask holds it, and the real concentration is printed."""
    made = sheet("2 M methylamine in THF", "butanal", "2 mmol", concentration_M=4.0, solvent="THF")
    assert not [c for c in made.charges if c.role == "solvent"]
    volume = sum(c.volume_mL or 0.0 for c in made.charges)
    assert made.final_volume_mL == pytest.approx(volume)
    assert any(f"{2 / volume:.3g} M in amine, predicted at 4 M" in note for note in made.notes)


# --- salts of either partner ---


def base_and_acid(made: Sheet) -> tuple[float, float]:
    """Equivalents of base and of acid that are charged."""
    found = {c.role: c.equivalents or 0.0 for c in made.charges}
    return found.get("base", 0.0), found.get("acid", 0.0)


@pytest.mark.parametrize("planned", [0.0, 0.5, 1.0, 2.5])
@pytest.mark.parametrize(
    ("amine", "carbonyl", "weak", "strong"),
    [
        ("ammonium acetate", "cyclohexanone", 1.0, 0.0),
        ("C1CCNCC1.OC=O", "butanal", 1.0, 0.0),
        ("NCCN.CC(=O)O.CC(=O)O", "butanal", 2.0, 0.0),
        ("benzylamine hydrochloride", "butanal", 0.0, 1.0),
        ("NCCN.Cl.CC(=O)O", "butanal", 1.0, 1.0),
        ("benzylamine", "CN1CCC(=O)CC1.Cl", 0.0, 1.2),
        ("benzylamine", "CN1CCC(=O)CC1.CC(=O)O", 1.2, 0.0),
        ("benzylamine hydrochloride", "CN1CCC(=O)CC1.Cl", 0.0, 2.2),
        ("benzylamine", "butanal", 0.0, 0.0),
    ],
)
def test_acid_of_salts_adds_up(amine: str, carbonyl: str, weak: float, strong: float, planned: float) -> None:
    """Acid in the flask less base is what is planned: acid + weak - (base - strong) = planned."""
    made = sheet(amine, carbonyl, "2 mmol", carbonyl_equivalents=1.2, acid_equivalents=planned)
    base, acid = base_and_acid(made)
    assert acid + weak - (base - strong) == pytest.approx(planned)
    assert acid == pytest.approx(max(0.0, planned - weak))
    assert any("The acid of" in note for note in made.notes) == (weak > 0)


def test_base_for_the_salt_of_a_carbonyl_waits_in_the_flask() -> None:
    """Where the amine is fed, the hydrochloride of the carbonyl compound is set free before the hydride comes."""
    made = sheet("benzylamine", "CN1CCC(=O)CC1.Cl", "2 mmol", addition="slow_amine")
    assert charge(made, "base").stage == "flask"


# --- bottles ---


@pytest.mark.parametrize(
    ("amine", "solvent", "warns"),
    [
        ("7 N ammonia in methanol", "DCE", True),
        ("33 % methylamine in ethanol", "THF", True),
        ("2 M methylamine in THF", "DCE", False),
        ("2 M methylamine in THF", "THF", False),
        ("7 N ammonia in methanol", "MeOH", False),
    ],
)
def test_the_solvent_of_a_bottle_beside_stab(amine: str, solvent: str, warns: bool) -> None:
    """A bottle in an alcohol beside STAB is named with its volume, its share and why; one in an ether is no trouble."""
    made = sheet(amine, "cyclohexanone", "5 mmol", solvent=solvent, acid_equivalents=1.0)
    volume = charge(made, "amine").volume_mL or 0.0
    said = [note for note in made.notes if "better a bottle in another solvent" in note]
    assert bool(said) == warns
    assert all(f"{volume:.3f} mL" in note and "% of the flask" in note for note in said)


@pytest.mark.parametrize(
    ("amine", "carbonyl", "water", "what"),
    [
        ("benzylamine", "37 % formalin", "dry", "water = wet"),
        ("benzylamine", "37 % formalin", "sieves", "water = wet"),
        ("40 % aqueous methylamine", "butanal", "dry", "water = wet"),
        ("28 % aqueous ammonia", "cyclohexanone", "dry", "water = wet"),
        ("benzylamine", "paraformaldehyde", "wet", "water = dry"),
        ("benzylamine", "37 % formalin", "wet", ""),
        ("benzylamine", "paraformaldehyde", "dry", ""),
        ("40 % aqueous methylamine", "butanal", "wet", ""),
    ],
)
def test_the_water_of_a_bottle_agrees_with_the_plan(amine: str, carbonyl: str, water: str, what: str) -> None:
    """A bottle whose water the plan does not count, or a wet plan without formalin, is refused with what to do."""
    if not what:
        assert sheet(amine, carbonyl, "2 mmol", water=water).charges
        return
    with pytest.raises(ProcedureError, match=what):
        sheet(amine, carbonyl, "2 mmol", water=water)


@pytest.mark.parametrize(
    ("amine", "carbonyl", "given", "taken"),
    [
        ("methylamine", "butanal", {}, "2 M methylamine in THF"),
        ("methylamine", "butanal", {"reductant": "NaBH4"}, "2 M methylamine in methanol"),
        ("dimethylamine", "butanal", {}, "2 M dimethylamine in THF"),
        ("ammonia", "cyclohexanone", {"reductant": "NaBH3CN"}, "7 N ammonia in methanol"),
        ("ammonia", "cyclohexanone", {"acid_equivalents": 1.0}, "ammonium acetate"),
        ("benzylamine", "formaldehyde", {}, "paraformaldehyde"),
        ("benzylamine", "C=O", {"water": "wet"}, "37 % formalin"),
    ],
)
def test_gases_are_charged_as_what_is_bought(
    amine: str, carbonyl: str, given: dict[str, object], taken: str
) -> None:
    """No gas is weighed: a solution in a solvent that fits, a salt whose acid is planned, a polymer."""
    made = sheet(amine, carbonyl, "2 mmol", **given)
    role = "carbonyl" if amine == "benzylamine" else "amine"
    assert charge(made, role).name == taken
    assert charge(made, role).realised_equivalents == pytest.approx(
        charge(made, role).equivalents or 0.0, rel=0.01
    )
    (note,) = [n for n in made.notes if "take a solution or a salt" in n]
    assert re.search(r"boils at -?\d+ C", note)


def test_the_scale_of_a_gas_is_of_the_gas() -> None:
    """62.1 mg of methylamine is 2 mmol, 1 mL of its 2 M solution."""
    assert charge(sheet("methylamine", "butanal", "62.1 mg"), "amine").volume_mL == pytest.approx(
        1.0, abs=0.002
    )


@pytest.mark.parametrize(
    ("amine", "carbonyl", "celsius", "says"),
    [
        ("butylamine", "acetaldehyde", 25.0, True),
        ("butylamine", "acetaldehyde", 0.0, False),
        ("isopropylamine", "butanal", 30.0, True),
        ("isopropylamine", "butanal", 0.0, False),
        ("benzylamine", "acetone", 60.0, True),
        ("benzylamine", "acetone", 25.0, False),
    ],
)
def test_low_boilers_are_said(amine: str, carbonyl: str, celsius: float, says: bool) -> None:
    """A liquid that boils less than 10 K above the flask is named with its boiling point; a colder flask keeps it."""
    made = sheet(amine, carbonyl, "2 mmol", temperature_C=celsius)
    assert any(re.search(r"boils at \d+ C, the flask is at", note) for note in made.notes) == says


def test_paraformaldehyde_cracks_before_the_hydride_comes() -> None:
    """The polymer is warmed with the amine before the step that adds the hydride; formalin is not."""
    made = sheet("benzylamine", "paraformaldehyde", "2 mmol")
    crack = next(i for i, s in enumerate(made.steps) if "must crack" in s)
    assert crack < next(i for i, s in enumerate(made.steps) if s.startswith("Add STAB"))
    assert not any("must crack" in s for s in sheet("benzylamine", "butanal", "2 mmol").steps)


def test_a_polymer_is_not_fed() -> None:
    """Paraformaldehyde makes no solution for a pump; formalin does."""
    with pytest.raises(ProcedureError, match="can be fed"):
        sheet("benzylamine", "paraformaldehyde", "2 mmol", addition="slow_carbonyl")
    assert sheet("benzylamine", "37 % formalin", "2 mmol", addition="slow_carbonyl", water="wet").feed


# --- small and large ---


@pytest.mark.parametrize("scale", ["100 nmol", "1 umol", "0.01 mg", "0.1 uL"])
def test_what_cannot_be_measured_is_refused(scale: str) -> None:
    """Below a tenth of a milligram or a microlitre the sheet asks for stock solutions."""
    with pytest.raises(ProcedureError, match="use stock solutions"):
        sheet("benzylamine", "butanal", scale)


def test_nanomoles_from_stock_solutions() -> None:
    """100 nmol from 10 mM stocks is 10 uL each: all equivalents are realised."""
    words = ("amine=0.01", "carbonyl=0.01", "reductant=0.01")
    supplies = read_supplies(
        {"amine": "benzylamine", "carbonyl": "butanal", "reductant": "STAB"}, stocks=words
    )
    pair, model = read_pair("benzylamine", "butanal"), load_model()
    settled, _ = settle(Procedure(concentration_M=0.001), model, pair)
    made = make_sheet(pair, model, settled, "100 nmol", supplies=supplies)
    assert charge(made, "amine").volume_mL == 0.01
    assert all(c.realised_equivalents for c in made.charges if c.role != "solvent")
    assert made.final_volume_mL == pytest.approx(0.1)


def test_coarse_rounding_is_said() -> None:
    """A microlitre more or less of a few is named; at 10 mmol nothing is."""
    assert any("stock solutions" in note for note in sheet("benzylamine", "butanal", "0.02 mmol").notes)
    assert not any("stock solutions" in note for note in sheet("benzylamine", "butanal", "10 mmol").notes)


@pytest.mark.parametrize(
    ("mg", "words"),
    [
        (0.7, "0.7 mg"),
        (198.6, "198.6 mg"),
        (1012.34, "1.012 g"),
        (100165.0, "100.2 g"),
        (28679028.7, "28.68 kg"),
    ],
)
def test_masses_as_a_balance_shows_them(mg: float, words: str) -> None:
    """Milligrams below a gram, grams below a kilogram, four figures."""
    assert mass_words(mg) == words


@pytest.mark.parametrize(
    ("mL", "words"), [(0.157, "0.157 mL"), (11.7, "11.70 mL"), (233.3047, "233.3 mL"), (233304.7, "233.30 L")]
)
def test_volumes_as_a_pipette_shows_them(mL: float, words: str) -> None:
    """Millilitres below a litre."""
    assert volume_words(mL) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.25, "15 min"), (1.0, "1 h"), (1.45, "1 h 27 min"), (1.75, "1.75 h"), (16.0, "16 h")],
)
def test_times_as_a_clock_shows_them(hours: float, words: str) -> None:
    """Quarters of an hour, else hours and minutes."""
    assert hours_words(hours) == words


@pytest.mark.parametrize("scale", ["50 mmol", "500 g", "5 kg"])
@pytest.mark.parametrize("reductant", [r.name for r in load_model().reductants])
def test_large_scales_state_gas_and_heat(reductant: str, scale: str) -> None:
    """Above 100 mmol of hydride: portions, a rate of gas, and the adiabatic rise n(B-H) 54 kJ / (V 1.7 kJ/L/K)."""
    made = sheet("benzylamine", "butanal", scale, reductant=reductant)
    hydride = charge(made, "reductant").amount_mmol or 0.0
    words = " ".join(h.sentence for h in made.hazards)
    if hydride <= 100.0:
        assert "would warm" not in words
        return
    assert made.portions >= 6
    rise = made.hydrogen.mmol * 54.0 / (made.final_volume_mL * 1.7)
    assert made.dosing.rise_K == pytest.approx(rise, rel=1e-6)
    assert f"about {rise:.2g} K" in words
    assert "/min while the portions are added" in words
    assert made.dosing.gas.litres == pytest.approx(made.hydrogen.mmol * 0.0242)
    if scale == "5 kg":
        assert "kg" in " ".join(made.steps)
        assert not re.search(r"\d{5,}", " ".join(made.steps))


def test_the_rise_does_not_depend_on_the_scale() -> None:
    """Heat and heat capacity grow alike: the adiabatic rise is a matter of concentration alone."""
    small, large = (sheet("benzylamine", "butanal", s).dosing.rise_K for s in ("1 mmol", "10 mol"))
    assert small == pytest.approx(large)
    twice = sheet("benzylamine", "butanal", "1 mmol", concentration_M=0.4).dosing.rise_K
    assert twice == pytest.approx(2 * small)


def test_carbon_dioxide_of_the_quench_is_stated() -> None:
    """1 mol of STAB sets two of acetic acid free: with one charged, three moles or 73 L of CO2."""
    made = sheet("benzylamine", "butanal", "1 mol", reductant_equivalents=1.0, acid_equivalents=1.0)
    assert made.dosing.acid_gas_litres == pytest.approx(3 * 24.2)
    assert "73 L of carbon dioxide" in " ".join(h.sentence for h in made.hazards)


# --- steps and hazards agree ---


@pytest.mark.parametrize("scale", ["0.5 mmol", "5 mmol", "20 mmol", "2 mol"])
@pytest.mark.parametrize("addition", ADDITIONS)
@pytest.mark.parametrize("reductant", [r.name for r in load_model().reductants])
def test_steps_obey_the_hazards(reductant: str, addition: str, scale: str) -> None:
    """What a hazard asks of the hydride (portions, cold, vent) the step that adds it does; nothing is closed."""
    made = sheet("benzylamine", "butanal", scale, reductant=reductant, addition=addition)
    words = " ".join(h.sentence for h in made.hazards)
    (step,) = [s for s in made.steps if s.startswith(f"Add {reductant}")]
    assert "vent open" in step
    if "in portions" in words:
        assert re.search(r"in \d+ portions", step)
        assert made.portions > 1
    if "portions, cold" in words:
        assert "at 0 to 10 C" in step
        assert made.steps[made.steps.index(step) - 1] == "Bring to 0 to 10 C."
    if "with cooling" in words:
        assert "cooling" in step or "at 0 to 10 C" in step
    assert not any("sealed" in s or "closed vessel" in s for s in made.steps)


def test_the_portions_are_those_of_the_plan() -> None:
    """A plan that adds the hydride cold in portions is written as it was run, without a note."""
    made = sheet(
        "benzylamine", "butanal", "5 mmol", reductant="NaBH4", temperature_C=25.0, hydride_portions=5,
        hydride_time_h=0.5, hydride_temperature_C=5.0,
    )  # fmt: skip
    (step,) = [s for s in made.steps if s.startswith("Add NaBH4")]
    assert (made.portions, "in 5 portions" in step, "over 30 min" in step) == (5, True, True)
    at = made.steps.index(step)
    assert (made.steps[at - 1], made.steps[at + 1]) == ("Bring to 5 C.", "Bring to 25 C.")
    assert not any("The plan adds" in note for note in made.notes)
    one = sheet("benzylamine", "butanal", "5 mmol", reductant="NaBH4")
    assert any("in one portion at 25 C; here it comes in 2 portions" in note for note in one.notes)


def test_small_flasks_of_mild_hydrides_take_one_portion() -> None:
    """1.5 mmol of STAB is one portion, as the prediction ran it."""
    made = sheet("benzylamine", "butanal", "1 mmol")
    assert made.portions == 1
    assert made.dosing.planned


# --- times, samples, yield, hazards ---


@pytest.mark.parametrize("addition", ADDITIONS)
@pytest.mark.parametrize("hold", [0.0, 0.1, 0.25, 1.45, 5.8, 16.0, 24.0])
def test_samples_stand_before_the_quench_on_the_quarter(hold: float, addition: str) -> None:
    """Samples rise to the end of the run, inner ones on the quarter of an hour, and all are steps before the quench."""
    made = sheet("benzylamine", "butanal", "1 mmol", addition=addition, hold_time_h=hold)
    times, ends = made.samples_h, (made.procedure.first_stage_h, made.procedure.total_time_h)
    assert list(times) == sorted(set(times))
    assert all(t > 0 for t in times)
    assert all(4 * t == round(4 * t) or t in ends for t in times)
    assert not times or times[-1] == pytest.approx(made.procedure.total_time_h)
    quench = next(i for i, s in enumerate(made.steps) if s.startswith("Quench:"))
    ticks = [i for i, s in enumerate(made.steps) if s.startswith("LC-MS at")]
    assert all(i < quench for i in ticks)
    assert len(ticks) == len(times)


def test_the_yield_is_that_of_the_limiting_partner() -> None:
    """1 mmol of benzylamine gives 163.3 mg of N-butyl; with 0.8 eq of butanal 130.6; di from 1 eq half of 219.4."""
    for equivalents, degree, mass in ((1.0, 1, 163.26), (1.5, 1, 163.26), (0.8, 1, 130.61), (1.0, 2, 109.69)):
        made = sheet("benzylamine", "butanal", "1 mmol", carbonyl_equivalents=equivalents, degree=degree)
        assert made.product.theoretical_mg == pytest.approx(mass, abs=0.02)


def test_a_plan_says_what_to_expect(stab: Plan) -> None:
    """Expected mass = fraction times moles times molar mass, with its interval, in the last step."""
    made = plan_sheet(stab, "2 mmol")
    wanted = stab.best.prediction.target_fraction
    assert made.product.expected_mg == pytest.approx(
        [2 * 163.26 * f for f in (wanted.mean, wanted.low, wanted.high)], rel=1e-4
    )
    assert made.steps[-1].startswith("Theoretical yield")


@pytest.mark.parametrize("reductant", [r.name for r in load_model().reductants])
def test_every_amount_is_positive(reductant: str) -> None:
    """Every mass, volume, amount and equivalent of a sheet is a number above zero, from a mmol to kilograms."""
    for scale in ("1 mmol", "3 g", "40 kg"):
        for c in sheet("benzylamine", "butanal", scale, reductant=reductant).charges:
            numbers = (c.mass_mg, c.volume_mL, c.amount_mmol, c.equivalents, c.realised_equivalents)
            assert all(n is None or n > 0 for n in numbers)
            assert c.mass_mg or c.volume_mL


def test_hazards_carry_statements_and_no_source_in_the_sentence() -> None:
    """H-statements are of the form of the regulation; sentences hold no grade, no citation, and no awkward unit."""
    model = load_model()
    said = [*model.hazards, *(h for r in model.reductants for h in r.hazards)]
    for hazard in said:
        assert all(re.fullmatch(r"(EUH|H)\d{3}[A-Za-z]*", code) for code in hazard.codes)
        assert not re.search(r"\(abstract\)|grade|recalled|\b(19|20)\d\d\b", hazard.sentence)
        assert hazard.sentence.endswith(".")
    made = sheet("benzylamine", "butanal", "250 mg", reductant="NaBH4", reductant_equivalents=2.25)
    words = " ".join(h.sentence for h in made.hazards)
    assert "21 mmol of hydrogen, 510 mL" in words


def test_text_cites_every_source_once_by_number() -> None:
    """Footnotes in the terminal's text: each number stands in the text and in the list, in order."""
    made = sheet("benzylamine", "butanal", "250 mg")
    text = sheet_text(made)
    notes = re.findall(r"^\[(\d+)\] ", text, re.MULTILINE)
    assert [int(n) for n in notes] == list(range(1, len(notes) + 1))
    body = text[: text.index("\n[1] ")]
    assert all(f"[{n}]" in body for n in notes)
    record = sheet_record(made)
    assert all(h["source"] for h in record["hazards"])


@pytest.mark.parametrize("named", [True, False])
def test_a_note_says_whether_the_prediction_counts_the_bottle(named: bool) -> None:
    """A bottle that the plan was asked with is counted in the prediction; one that is only at hand is not."""
    amine = "7 N ammonia in methanol" if named else "ammonia"
    pair, model = read_pair(amine, "cyclohexanone"), load_model()
    settled, _ = settle(Procedure(acid_equivalents=1.0), model, pair)
    held = {"amine": read_supply("7 N ammonia in methanol")}
    (note,) = [n for n in make_sheet(pair, model, settled, "5 mmol", supplies=held).notes if "MeOH" in n]
    assert ("DCE counts" in note) == named
    assert ("DCE does not count" in note) != named


@pytest.mark.parametrize(
    ("amine", "carbonyl", "asked"),
    [
        ("benzylamine", "37 % formalin", {}),
        ("40 % aqueous methylamine", "butanal", {}),
        ("ammonium acetate", "cyclohexanone", {"reductant": "NaBH3CN"}),
        ("benzylamine hydrochloride", "CN1CCC(=O)CC1.Cl", {}),
        ("7 N ammonia in methanol", "benzaldehyde", {"reductant": "NaBH3CN"}),
    ],
)
def test_the_bottles_that_were_asked_with_fit(amine: str, carbonyl: str, asked: dict[str, object]) -> None:
    """What a plan is asked with is what its sheet weighs, and acid and base are those that the flask counts."""
    pair, model = read_pair(amine, carbonyl), load_model()
    settled, _ = settle(Procedure(**asked), model, pair)  # type: ignore[arg-type]
    supplies = read_supplies({"amine": amine, "carbonyl": carbonyl})
    made = make_sheet(pair, model, settled, "3 mmol", supplies=supplies)
    base, acid = base_and_acid(made)
    assert (acid, base) == (
        pytest.approx(acid_to_add(pair, settled)),
        pytest.approx(base_to_add(pair, settled)),
    )


def test_the_yield_per_carbonyl() -> None:
    """Per carbonyl, expected mass = fraction times moles of carbonyl times molar mass."""
    plan = recommend(
        "NCc1ccccc1", "CCCC=O", basis="carbonyl", reductant="STAB", carbonyl_equivalents=0.2,
        addition="all_at_once", top=1,
    )  # fmt: skip
    made = plan_sheet(plan, "1 mmol")
    mean = plan.best.prediction.target_fraction.mean
    assert made.product.theoretical_mg == pytest.approx(0.2 * 163.264, rel=1e-4)
    assert (made.product.expected_mg or (0.0,))[0] == pytest.approx(mean * 0.2 * 163.264, rel=1e-4)


def test_a_large_scale_asks_for_more_portions_than_the_plan() -> None:
    """Two planned portions stay two on the bench; at a large scale gas and heat divide it further, and it is said."""
    asked = {
        "reductant": "NaBH4",
        "hydride_portions": 2,
        "hydride_time_h": 0.25,
        "hydride_temperature_C": 0.0,
    }
    small, large = (sheet("benzylamine", "butanal", scale, **asked) for scale in ("5 mmol", "5 mol"))
    assert (small.portions, small.dosing.planned, small.notes) == (2, True, ())
    assert large.portions > 6
    assert large.dosing.hours > 1.0
    assert any("in 2 portions over 15 min; here it comes in" in note for note in large.notes)
    assert large.dosing.gas.litres / large.portions < 3 * large.final_volume_mL / 1000.0


# --- what is expected is of what is done ---


def _stab_plan(**words: object) -> Plan:
    """Plan butylation of benzylamine with STAB at fixed charges."""
    fixed = {"reductant": "STAB", "carbonyl_equivalents": 1.0, "hold_time_h": 4.0, "effort": 0.1, "top": 1}
    return recommend("NCc1ccccc1", "CCCC=O", **fixed | words)


def test_the_yield_is_that_of_the_portions_of_the_sheet() -> None:
    """Where the sheet divides the hydride, the mass is that of the divided procedure on the same draws, and said so."""
    plan = _stab_plan(addition="all_at_once")
    made = plan_sheet(plan, "50 mmol")
    asked = {name: getattr(plan.best.procedure, name) for name in FIELDS} | {
        "hydride_portions": made.portions,
        "hydride_time_h": made.dosing.hours,
        "hold_time_h": max(4.0, made.dosing.hours),
    }
    again = predict("NCc1ccccc1", "CCCC=O", draws=plan.best.prediction.draws, seed=0, **asked)
    assert made.portions > 1
    right = [getattr(again.target_fraction, end) * 50.0 * 163.264 for end in ("mean", "low", "high")]
    assert made.product.expected_mg == pytest.approx(right, rel=2e-3)
    assert f"predicted anew with the hydride in {made.portions} portions" in made.steps[-1]
    small = plan_sheet(plan, "1 mmol")
    assert small.product.expected_of == ""
    assert "anew" not in small.steps[-1]


def test_the_isomer_that_is_wanted_stays_the_one_expected() -> None:
    """Predicted anew, the mass is still that of the isomer, and below that of its degree."""
    plan = recommend(
        "NCCCCNC", "CCCC=O", target="CCCCNCCCCNC", reductant="STAB", addition="all_at_once", effort=0.1, top=1
    )
    made = plan_sheet(plan, "50 mmol")
    assert made.product.expected_of
    mean = (made.product.expected_mg or (0.0,))[0] / made.product.theoretical_mg
    assert mean == pytest.approx(plan.best.prediction.target_fraction.mean, abs=0.1)


@pytest.mark.parametrize("addition", ["slow_carbonyl", "slow_amine"])
def test_no_mass_where_no_procedure_says_the_dosing(addition: str) -> None:
    """Portions before a feed are no procedure of the model: the mass stays blank and the reason is said."""
    plan = _stab_plan(addition=addition, addition_time_h=2.0)
    large, small = plan_sheet(plan, "50 mmol"), plan_sheet(plan, "1 mmol")
    assert large.portions > 1
    assert large.product.expected_mg is None
    assert "no mass is expected" in large.steps[-1]
    assert small.product.expected_mg is not None


def test_samples_count_the_portions_before_a_feed() -> None:
    """The clock starts with the first addition: every sample comes later by the time of the portions."""
    small, large = (
        sheet("benzylamine", "butanal", scale, addition="slow_carbonyl", addition_time_h=2.0)
        for scale in ("1 mmol", "50 mmol")
    )
    before = large.dosing.hours
    assert before > 0
    assert large.samples_h[0] == pytest.approx(small.samples_h[0] + before)
    assert large.samples_h[-1] == pytest.approx(small.samples_h[-1] + before)
    said = [s for s in large.steps if s.startswith("LC-MS at")]
    assert said == [f"LC-MS at {hours_words(t)}." for t in large.samples_h]


@pytest.mark.parametrize("scale", ["5 mmol", "7 mmol", "11 mmol", "20 mmol"])
@pytest.mark.parametrize("addition", ["slow_carbonyl", "slow_amine"])
def test_no_sample_is_taken_twice(addition: str, scale: str) -> None:
    """Portions of a sixth of an hour before a feed: its end is one sample, whatever it is rounded to."""
    made = sheet("homopiperazine", "thiophene-2-carbaldehyde", scale, addition=addition, addition_time_h=8.0)
    said = [s for s in made.steps if s.startswith("LC-MS at")]
    assert said == [f"LC-MS at {hours_words(t)}." for t in made.samples_h]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"reductant": "NaBH3CN", "solvent": "DMF"}, {"NaBH3CN", "DMF"}),
        ({"reductant": "NaBH3CN", "solvent": "MeOH"}, {"NaBH3CN"}),
        ({"reductant": "STAB", "solvent": "DCE"}, {"DCE"}),
        ({"reductant": "STAB", "solvent": "THF"}, set()),
    ],
)
def test_what_is_not_proposed_at_scale_is_said(fields: dict[str, object], named: set[str]) -> None:
    """Above the largest scale of a reductant or a solvent its name stands in a note, below not."""
    for scale, expected in (("5 kg", named), ("900 g", set())):
        notes = [
            n for n in sheet("benzylamine", "butanal", scale, **fields).notes if "not proposed above" in n
        ]
        assert {n.split()[0] for n in notes} == expected


@pytest.mark.parametrize(("scale", "is_said"), [("1 kg", True), ("5 mmol", False)])
def test_hydride_that_waits_at_scale_is_said(scale: str, is_said: bool) -> None:
    """A slow addition at a large scale says that the whole hydride lies in the flask, with its mass."""
    made = sheet("benzylamine", "butanal", scale, addition="slow_carbonyl", addition_time_h=2.0)
    notes = [n for n in made.notes if n.startswith("The whole hydride")]
    assert bool(notes) == is_said
    if is_said:
        assert mass_words(charge(made, "reductant").mass_mg or 0.0).split(".")[0] in notes[0]
    other = sheet("benzylamine", "butanal", scale, addition="imine_first")
    assert not any(n.startswith("The whole hydride") for n in other.notes)


@pytest.mark.parametrize(
    ("amine", "solvent", "is_closed"),
    [
        ("propylamine", "THF", True),
        ("tert-butylamine", "MeCN", True),
        ("2 M dimethylamine in THF", "THF", True),
        ("benzylamine", "DCM", True),
        ("CC(N)C1CC1", "toluene", False),
        ("benzylamine", "THF", False),
        ("benzylamine", "MeOH", False),
        ("piperidine", "toluene", False),
    ],
)
def test_paraformaldehyde_is_warmed_below_what_boils(amine: str, solvent: str, is_closed: bool) -> None:
    """An open flask stays 10 K below solvent and amine; else the vessel is closed; the hours come before time zero."""
    made = sheet(amine, "formaldehyde", "5 mmol", solvent=solvent)
    (step,) = [s for s in made.steps if "paraformaldehyde is a polymer" in s]
    assert step.startswith("Before time zero")
    assert ("closed pressure vessel" in step) == is_closed
    (warm,) = map(float, re.findall(r" to (\d+) C", step))
    boils = [load_model().solvent(solvent).boiling_point_C or 999.0]
    entry = entry_of(made.pair.amine.smiles, load_model().catalogue)
    boils += [] if entry is None or entry.boiling_point_C is None else [entry.boiling_point_C]
    assert warm <= 60
    assert is_closed or warm <= min(boils) - 10
    hydride = next(i for i, s in enumerate(made.steps) if s.startswith("Add STAB"))
    assert made.steps.index(step) < hydride


def test_paraformaldehyde_that_waits_for_a_fed_amine_is_warmed_alone() -> None:
    """What is fed later is not said to be warmed with the polymer."""
    made = sheet("benzylamine", "formaldehyde", "5 mmol", addition="slow_amine", addition_time_h=2.0)
    (step,) = [s for s in made.steps if "paraformaldehyde is a polymer" in s]
    assert "in the solvent alone" in step
    assert "with the amine" not in step


@pytest.mark.parametrize(
    ("amine", "fields", "is_said"),
    [
        ("butylamine", {"hold_time_h": 8.0}, False),
        ("butylamine", {"hold_time_h": 48.0}, True),
        ("butylamine", {"hold_time_h": 8.0, "temperature_C": 50.0}, True),
        ("benzylamine", {"hold_time_h": 48.0}, True),
        ("cyclohexylamine", {"hold_time_h": 48.0}, False),
        ("aniline", {"hold_time_h": 48.0}, False),
        ("piperidine", {"hold_time_h": 48.0}, False),
        ("tert-butylamine", {"hold_time_h": 48.0}, False),
    ],
)
def test_ethyl_acetate_takes_unhindered_amines_that_stay(
    amine: str, fields: dict[str, object], is_said: bool
) -> None:
    """Acetamides are warned of for primary alkylamines that stay for more than a day or warm, in that solvent only."""
    for solvent, expected in (("EtOAc", is_said), ("THF", False)):
        made = sheet(amine, "butanal", "5 mmol", solvent=solvent, **fields)
        assert any("acetamide" in h.sentence for h in made.hazards) == expected
