"""Sheets: amounts that a chemist would work out by hand."""

import csv
import re
from pathlib import Path

import pytest

from planner.errors import ProcedureError, TableError
from planner.files.tables import read_csv
from planner.flask.procedure import Procedure, settle
from planner.model.folders import models_folder
from planner.model.parameters import load_model
from planner.sheets.charges import COLUMNS, Charge
from planner.sheets.sheet import Sheet, make_sheet, sampling_times
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
    settled, _ = settle(Procedure(**procedure), model, is_ketone=pair.carbonyl_class.is_ketone)  # type: ignore[arg-type]
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
    """1.6 eq of NaBH4 for 10 mmol is 605.3 mg in four portions; four hydrides each give 64 mmol or 1.549 L of H2."""
    made = sheet("benzylamine", "benzaldehyde", "10 mmol", reductant="NaBH4", reductant_equivalents=1.6)
    assert made.charges[-1].stage == "after the imine"
    assert made.charges[-1].mass_mg == 605.3
    assert made.portions == 4
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
    settled, _ = settle(Procedure(), model, is_ketone=False)
    with pytest.raises(ProcedureError, match="bottle"):
        make_sheet(pair, model, settled, "1 mmol", supplies={"amine": read_supply("aniline")})


def test_samples_end_with_the_run() -> None:
    """Samples are taken at the end of each stage and within the hold, in order."""
    settled, _ = settle(
        Procedure(addition="slow_carbonyl", addition_time_h=4.0, hold_time_h=8.0),
        load_model(),
        is_ketone=False,
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
    settled, _ = settle(Procedure(reductant="STAB", acid_equivalents=1.0), model, is_ketone=False)
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
        ({"purities": ("carbonyl=0,97",)}, "write 0.97"),
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
    settled, _ = settle(Procedure(acid_equivalents=0.0, solvent="neat"), model, is_ketone=False)
    for role, name in (("acid", "acetic acid"), ("solvent", "DCE")):
        with pytest.raises(ProcedureError, match=f"{role}"):
            make_sheet(pair, model, settled, "1 mmol", supplies={role: read_supply(name, role=role)})


def test_an_unknown_role_is_refused() -> None:
    """A role that no procedure has is named with the nearest."""
    pair, model = read_pair("benzylamine", "butanal"), load_model()
    settled, _ = settle(Procedure(), model, is_ketone=False)
    with pytest.raises(ProcedureError, match="did you mean 'reductant'"):
        make_sheet(
            pair, model, settled, "1 mmol", supplies={"reductants": read_supply("STAB", role="reductant")}
        )


@pytest.mark.parametrize("held", ["acetic acid", 60.05, None])
def test_a_bottle_is_a_supply(held: object) -> None:
    """What is given in the place of a bottle is named with its role."""
    pair, model = read_pair("benzylamine", "butanal"), load_model()
    settled, _ = settle(Procedure(acid_equivalents=1.0), model, is_ketone=False)
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
