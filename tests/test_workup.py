"""Work-up: every flask ends in the way that its hydride, its product and its water ask for."""

from itertools import product
from pathlib import Path

import pytest

from planner.errors import ParameterError, PlannerError, ProcedureError
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.parameters import load_model
from planner.plans.planning import recommend
from planner.sheets.sheet import Sheet, make_sheet, plan_sheet
from planner.sheets.supplies import read_supplies
from planner.structures.pairs import read_pair
from planner.structures.sensitive import boiling_size, log_p

MODEL = load_model()
REDUCTANTS = [r.name for r in MODEL.reductants]
AMINES = (
    "7 N ammonia in methanol",
    "ammonium acetate",
    "2 M methylamine in THF",
    "CNC.Cl",
    "benzylamine",
    "piperazine",
    "C1CNCCNC1",
    "NCCN",
    "octylamine",
    "dibenzylamine",
    "NCC(=O)O",
    "CCOC(=O)CN",
    "COC(CN)OC",
    "CC(C)(C)OC(=O)N1CCNCC1",
)
ACID_LABILE = ("COC(CN)OC", "C1CC2(CCN1)OCCO2", "CC(C)(C)[Si](C)(C)OCCN", "NCCOC(c1ccccc1)(c1ccccc1)c1ccccc1")


def sheet(
    amine: str, carbonyl: str = "butanal", scale: str = "1 mmol", degree: int = 1, **fields: object
) -> Sheet:
    """Work out a sheet from names or SMILES."""
    supplies = read_supplies({"amine": amine, "carbonyl": carbonyl})
    pair = read_pair(supplies["amine"].smiles, supplies["carbonyl"].smiles)
    settled, _ = settle(Procedure(**fields), MODEL, pair)  # type: ignore[arg-type]
    return make_sheet(pair, MODEL, settled, scale, degree=degree, supplies=supplies)


def ending(made: Sheet) -> str:
    """What is said of quench and work-up."""
    return " ".join(w.sentence for w in made.work_up)


# --- the quench ---


@pytest.mark.parametrize("reductant", REDUCTANTS)
def test_a_run_ends_as_the_reductant_says(reductant: str) -> None:
    """For a plain amine the rows of the work-up that its file's quench names are the last steps, each with a source."""
    made = sheet("benzylamine", reductant=reductant)
    named = MODEL.reductant(reductant).quench
    own = [s.sentence for s in MODEL.workup.steps if s.quench == (named,) and not s.when]
    said = [w.sentence for w in made.work_up]
    assert own
    assert [s for s in said if s in own] == [s for s in own if s in said]
    assert said[0].startswith("Quench:")
    assert list(made.steps[-len(said) :]) == said
    assert all(w.source for w in made.work_up)


@pytest.mark.parametrize("amine", ["benzylamine", "piperidine", "CC(C)(C)OC(=O)N1CCNCC1", "CC(C)(C)OC(=O)CN"])
@pytest.mark.parametrize("reductant", ["NaBH4", "2-picoline borane"])
def test_borohydride_and_picoline_borane_end_in_acid(reductant: str, amine: str) -> None:
    """Cold acid, slowly, vent open, pH 1 to 2 for half an hour to an hour, then base; Boc survives it."""
    words = ending(sheet(amine, reductant=reductant))
    for said in ("HCl", "slowly", "vent open", "pH 1 to 2", "0.5 to 1 h"):
        assert said in words
    assert words.index("HCl") < words.index("NaOH" if "NaOH" in words else "Na2CO3")


@pytest.mark.parametrize("amine", ACID_LABILE)
@pytest.mark.parametrize("reductant", ["NaBH4", "2-picoline borane"])
def test_an_acid_labile_group_gets_the_milder_way(reductant: str, amine: str) -> None:
    """No mineral acid where it would take a group off; the group and what stays behind are named."""
    words = ending(sheet(amine, reductant=reductant))
    assert "HCl" not in words
    assert "amine-boranes" in words
    assert any(g.name in words for g in MODEL.sensitive if "acid" in g.to)


def test_the_group_may_come_with_the_carbonyl_compound() -> None:
    """What is labile in the product counts, whichever partner brought it."""
    assert "HCl" not in ending(sheet("benzylamine", "O=C1CCC2(CC1)OCCO2", reductant="NaBH4"))
    assert "HCl" in ending(sheet("benzylamine", "O=C1CCCCC1", reductant="NaBH4"))


@pytest.mark.parametrize("amine", AMINES)
@pytest.mark.parametrize("quench", ["aqueous", "borohydride"])
def test_cyanoborohydride_never_meets_acid(amine: str, quench: str) -> None:
    """Its sheet goes to pH above 10 first, names no mineral acid and no isoelectric point, and keeps cyanide waste."""
    made = sheet(amine, reductant="NaBH3CN", quench=quench)
    words = ending(made)
    for acid in ("HCl", "NH4Cl", "isoelectric", "pH 1", "NaHCO3"):
        assert acid not in words.replace("pH 10", "").replace("pH 11", "")
    first = next(w.sentence for w in made.work_up if w.sentence.startswith("Quench:"))
    assert "pH is above 10" in first
    assert "cyanide waste at pH above 10" in words


@pytest.mark.parametrize(
    ("reductant", "amine"),
    [both for both in product(REDUCTANTS, AMINES) if both != ("NaBH4", "ammonium acetate")],  # refused
)
def test_bleach_never_meets_an_amine(reductant: str, amine: str) -> None:
    """Bleach is advised only for cyanide waste whose amines are not soluble in water, after the extraction."""
    made = sheet(amine, reductant=reductant)
    said = [s for s in made.steps if "bleach" in s.casefold()]
    if reductant != "NaBH3CN":
        assert not said
        return
    (line,) = said
    soluble = min(
        log_p(s) for s in (made.pair.amine.smiles, *(p for d, p in made.pair.products if any(d)))
    ) < MODEL.workup.number("water_soluble")
    has_base = any(c.role == "base" for c in made.charges)
    assert line.startswith("No bleach") == (soluble or has_base)
    if not line.startswith("No bleach"):
        assert "waste only, cold, at pH above 10, never on the product" in line
        assert made.steps.index(line) > next(
            i for i, s in enumerate(made.steps) if "extract three times" in s
        )


def test_small_amines_count_as_soluble_and_greasy_ones_do_not() -> None:
    """Ammonia, methylamine, diamines and benzylamine dissolve in alkaline water; greasy amines do not."""
    limit = MODEL.workup.number("water_soluble")
    assert all(
        log_p(s) < limit for s in ("N", "CN", "CNC", "C1CNCCNC1", "NCc1ccccc1", "CCCCCCN", "CCN(CC)CC")
    )
    assert all(log_p(s) > limit for s in ("CCCCCCCCCCN", "c1ccc(CNCc2ccccc2)cc1"))


def test_stab_ends_in_bicarbonate_slowly() -> None:
    """Its acid foams with bicarbonate: slowly, vent open, then base before the extraction."""
    words = ending(sheet("benzylamine", reductant="STAB"))
    assert words.index("NaHCO3") < words.index("NaOH") < words.index("extract")
    assert "slowly, vent open" in words
    assert "carbon dioxide" in words


@pytest.mark.parametrize("solvent", ["DMF", "DMA", "NMP"])
def test_no_borohydride_in_amides(solvent: str) -> None:
    """A run in an amide is not finished with sodium borohydride."""
    with pytest.raises(ProcedureError, match="run away"):
        sheet("benzylamine", reductant="STAB", solvent=solvent, quench="borohydride")


def test_a_borohydride_finish_ends_as_borohydride_does() -> None:
    """After NaBH4 the flask is quenched with acid, unless a group forbids it; its own gas is named."""
    words = ending(sheet("benzylamine", reductant="STAB", quench="borohydride"))
    assert words.index("Finish with NaBH4") < words.index("HCl")
    assert "comes on top" in words
    assert "HCl" not in ending(sheet("COC(CN)OC", reductant="STAB", quench="borohydride"))


# --- extraction ---


@pytest.mark.parametrize(
    ("amine", "has", "lacks"),
    [
        ("benzylamine", "NaOH", "harms"),
        ("CCOC(=O)CN", "no NaOH", "cold NaOH"),
        ("NCc1ccc(O)cc1", "no NaOH", "cold NaOH"),
        ("CC(=O)Oc1ccc(CN)cc1", "pH 8 to 9", "NaOH"),
        ("NCCC(=O)O", "isoelectric", "extract three times"),
        ("NCCO", "likes water", "harms"),
        ("octylamine", "NaOH", "likes water"),
    ],
)
def test_the_base_follows_the_product(amine: str, has: str, lacks: str) -> None:
    """Strong base for sturdy amines, a weaker one where it harms, no extraction of an amino acid from base."""
    words = ending(sheet(amine, reductant="STAB"))
    assert has in words
    assert lacks not in words


def test_no_acid_washes_the_extract() -> None:
    """An acid wash takes every amine: no step asks for one."""
    for reductant in REDUCTANTS:
        assert "not with acid" in ending(sheet("benzylamine", reductant=reductant))


def test_solvents_that_mix_with_water_are_stripped_or_diluted() -> None:
    """Methanol leaves before the extraction, but not from cyanide; dichloroethane is the extractant itself."""
    assert "Strip most of the MeOH" in ending(sheet("benzylamine", reductant="NaBH4"))
    assert "Strip" not in ending(sheet("benzylamine", reductant="NaBH3CN"))
    assert "with DCE" in ending(sheet("benzylamine", reductant="STAB"))
    assert "Strip" not in ending(sheet("benzylamine", reductant="STAB"))


def test_sieves_are_put_in_and_filtered_off() -> None:
    """What the plan dries with goes into the flask and out before the quench."""
    made = sheet("benzylamine", reductant="STAB", water="sieves")
    at = [i for i, s in enumerate(made.steps) if "sieves" in s]
    assert len(at) == 2
    assert made.steps[at[1] + 1].startswith("Quench:")


# --- the file ---


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('when = ["sieves"]', 'when = ["seives"]', "did you mean 'sieves'"),
        ('quench = ["acid"]', 'quench = ["acids"]', "no quench 'acids'"),
        ('milder = "mild"', 'milder = "none"', "no quench 'none'"),
        ("rinse them with {solvent}", "rinse them with {water}", "a brace that nothing fills"),
        ("[numbers.large_scale]", "[numbers.large]", "number"),
        ('value = 100\nunit = "mmol"', 'value = 100\nunit = "mol"', "in mmol"),
        ("value = 54", "value = 0", "above 0"),
        ("is_acid = true", "is_acid = 1", "true or false"),
    ],
)
def test_damaged_files_are_named(old: str, new: str, said: str, folder: Path) -> None:
    """What is wrong in the file is one line with its name."""
    text = (folder / "workup.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "workup.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParameterError, match=said) as caught:
        load_model(folder)
    assert "workup.toml" in str(caught.value)


def test_a_reductant_names_a_quench_that_there_is(folder: Path) -> None:
    """A file with an unknown quench is refused by its name."""
    file = folder / "default/reductants/stab.toml"
    file.write_text(file.read_text().replace('quench = "bicarbonate"', 'quench = "brine"'), encoding="utf-8")
    with pytest.raises(PlannerError, match=r"stab.toml: there is no quench 'brine'"):
        load_model(folder)


# --- what the request says ---


@pytest.mark.parametrize("words", [{"sensitive": "acid"}, {"avoid": "acid"}, {"avoid": ["base", "acid"]}])
@pytest.mark.parametrize("reductant", ["NaBH4", "2-picoline borane"])
def test_a_stated_acid_labile_group_picks_the_mild_quench(reductant: str, words: dict[str, object]) -> None:
    """As a silyl ether in the structure does: no mineral acid, and what that leaves behind."""
    plan = recommend("benzylamine", "butanal", reductant=reductant, effort=0.1, top=1, **words)
    said = ending(plan_sheet(plan, "5 mmol"))
    assert "keeps from acid" in said
    assert "What this leaves behind" in said
    assert "HCl" not in said
    assert "pH 1" not in said.replace("pH 11", "").replace("pH 10", "")


@pytest.mark.parametrize("words", [{"sensitive": "base"}, {"avoid": "base"}])
@pytest.mark.parametrize("reductant", ["STAB", "NaBH4", "2-picoline borane"])
def test_a_stated_base_labile_group_keeps_hydroxide_away(reductant: str, words: dict[str, object]) -> None:
    """As an Fmoc group in the structure does: pH 9 at most, by carbonates, with and without the mixture's own steps."""
    plan = recommend("benzylamine", "butanal", reductant=reductant, effort=0.1, top=1, **words)
    pair, chosen = plan.pair, plan.best.procedure
    plain = make_sheet(pair, MODEL, chosen, "5 mmol", sensitive=("base",))
    assert "pH 8 to 9" in ending(plain)
    for made in (plan_sheet(plan, "5 mmol"), plain):
        said = ending(made)
        assert "keeps from base" in said
        assert "NaOH" not in said
        assert "sodium hydroxide" not in said
        assert "above 11" not in said
    parted = plan_sheet(plan, "5 mmol").separation
    assert parted is not None
    assert parted.scheme.high <= 9.0


def test_cyanide_and_a_stated_base_labile_group() -> None:
    """Cyanide still stays above pH 10, by carbonate."""
    plan = recommend("benzylamine", "butanal", reductant="NaBH3CN", effort=0.1, top=1, sensitive="base")
    said = ending(plan_sheet(plan, "5 mmol"))
    assert "Na2CO3 into the cold flask until pH is above 10" in said
    assert "1 M NaOH" not in said


@pytest.mark.parametrize("stated", [("hydride",), ()])
def test_a_finish_with_borohydride_minds_what_hydrides_reduce(stated: tuple[str, ...]) -> None:
    """Where a group is said to be sensitive to hydride the finish is tried on a sample first."""
    pair = read_pair("benzylamine", "butanal")
    settled, _ = settle(Procedure(quench="borohydride", solvent="MeOH", reductant="NaBH3CN"), MODEL, pair)
    made = make_sheet(pair, MODEL, settled, "1 mmol", sensitive=stated)
    assert ("Try the finish on a sample" in ending(made)) == bool(stated)


# --- what boils away ---


@pytest.mark.parametrize(
    ("amine", "carbonyl", "is_volatile"),
    [
        ("butylamine", "acetaldehyde", True),
        ("2 M methylamine in THF", "butanal", True),
        ("pyrrolidine", "acetone", True),
        ("allylamine", "acetone", True),
        ("benzylamine", "butanal", False),
        ("ethanolamine", "butanal", False),
        ("octylamine", "acetone", False),
        ("NCC(=O)OC", "acetone", False),
    ],
)
@pytest.mark.parametrize("reductant", REDUCTANTS)
def test_volatile_products_are_not_stripped(
    amine: str, carbonyl: str, is_volatile: bool, reductant: str
) -> None:
    """Small amines are distilled or isolated as a salt, others concentrated and weighed; no salt beside cyanide."""
    said = ending(sheet(amine, carbonyl, reductant=reductant))
    assert ("The product is volatile" in said) == is_volatile
    assert ("filter, concentrate, weigh" in said) != is_volatile
    assert ("hydrochloride" in said) == (is_volatile and reductant != "NaBH3CN")


def test_the_size_stands_for_the_boiling_point() -> None:
    """Against the amines whose boiling points are listed the rule of sizes errs for one in ten, by 40 K at most."""
    number = MODEL.workup.number
    listed = [
        e for e in MODEL.catalogue.entries
        if e.role == "amine" and e.boiling_point_C is not None and e.stock_M is None and "." not in e.smiles
    ]  # fmt: skip
    wrong = [
        e
        for e in listed
        if (boiling_size(e.smiles) <= number("volatile_size"))
        != ((e.boiling_point_C or 0.0) < number("volatile_boiling"))
    ]
    assert len(listed) > 80
    assert len(wrong) <= 0.1 * len(listed)
    assert all(abs((e.boiling_point_C or 0.0) - number("volatile_boiling")) < 40.0 for e in wrong)
