"""Sets of numbers: what the loader accepts, what it refuses and how numbers are found."""

import math
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import planner
from planner.errors import ParameterError, PlannerError, ProcedureError
from planner.model.folders import model_names, models_folder
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.model.quantities import NARROWEST, Parameter, quantities, source_keys

SHIPPED = models_folder()
COMMON_FILE = "default/common.toml"
SOLVENTS_FILE = "default/solvents.toml"
STAB = "default/reductants/stab.toml"
CYANO = "default/reductants/nabh3cn.toml"


@pytest.fixture(scope="module")
def model() -> Model:
    """The shipped numbers."""
    return load_model()


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text in a file, once; it must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def parameter(**changes: object) -> Parameter:
    """A sound number, with changes."""
    sound = {"name": "x.y", "value": 2.0, "log10_sd": 0.6, "unit": "1", "basis": "assumed", "source": "a"}
    return Parameter(**{**sound, "note": "guessed", **changes})  # type: ignore[arg-type]


# --- one number ---


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, -math.inf])
def test_medians_of_factors_are_positive_and_finite(value: float) -> None:
    """A log-normal median is a positive number."""
    with pytest.raises(ParameterError, match=r"x\.y: value"):
        parameter(value=value)


@pytest.mark.parametrize("width", [0.0, -0.3, math.nan, math.inf])
def test_widths_are_positive_and_finite(width: float) -> None:
    """Nothing is known exactly, and nothing is known not at all."""
    with pytest.raises(ParameterError, match=r"x\.y: log10_sd"):
        parameter(log10_sd=width)
    with pytest.raises(ParameterError, match=r"x\.y: sd"):
        parameter(log10_sd=width, linear=True)


@pytest.mark.parametrize(("basis", "narrowest"), list(NARROWEST.items()))
def test_basis_sets_the_narrowest_width(basis: str, narrowest: float) -> None:
    """A placeholder cannot look like a measurement."""
    assert parameter(basis=basis, log10_sd=max(narrowest, 0.01)).basis == basis
    if narrowest:
        with pytest.raises(ParameterError, match="too narrow"):
            parameter(basis=basis, log10_sd=narrowest - 0.01)


def test_an_assumption_explains_itself() -> None:
    """An assumed number without a note is refused; energies may be negative."""
    with pytest.raises(ParameterError, match="without a note"):
        parameter(note="")
    assert parameter(value=-20.0, log10_sd=10.0, linear=True).value == -20.0


def test_source_keys_are_read_from_the_text() -> None:
    """Several sources are parted by semicolons, the place by a comma."""
    assert source_keys("toullec1994, abstract; mayr") == ("toullec1994", "mayr")


# --- finding numbers ---


def test_numbers_are_sorted_and_found_by_name(model: Model) -> None:
    """Every number is found under its own name, and only there."""
    names = [p.name for p in model.parameters]
    assert names == sorted(set(names))
    assert all(model.parameter(name).name == name for name in names)
    for name in ("", "condensation", "condensation.", "zzz", "stab"):
        with pytest.raises(ParameterError, match="has no number"):
            model.parameter(name)


def test_an_unknown_number_names_the_nearest(model: Model) -> None:
    """A slip of the pen is answered with the word that was meant."""
    with pytest.raises(ParameterError, match=r"did you mean 'condensation\.n_alkanal'"):
        model.parameter("condensation.n_alkanl")


def test_the_first_class_with_an_entry_wins(model: Model) -> None:
    """A class's own entry comes before that of what it is like; the reference has none."""
    own = model.find("condensation", ("pivaldehyde", "branched_alkanal"))
    like = model.find("iminium_equilibrium", ("pivaldehyde", "branched_alkanal"))
    assert own is not None
    assert own.name == "condensation.pivaldehyde"
    assert like is not None
    assert like.name == "iminium_equilibrium.branched_alkanal"
    assert model.find("condensation_amine", ("n_alkyl",)) is None
    assert model.find("condensation_amine", ()) is None
    assert model.find("no such table", ("n_alkyl",)) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("STAB", "STAB"),
        ("stab", "STAB"),
        ("NaBH(OAc)3", "STAB"),
        (" sodium triacetoxyborohydride ", "STAB"),
        ("sodium cyanoborohydride", "NaBH3CN"),
        ("NaCNBH3", "NaBH3CN"),
        ("nabh3cn", "NaBH3CN"),
        ("Sodium Borohydride", "NaBH4"),
        ("NABH4", "NaBH4"),
        ("2-picoline borane", "2-picoline borane"),
        ("2-picoline-borane", "2-picoline borane"),
        ("picoline borane", "2-picoline borane"),
        ("pic-BH3", "2-picoline borane"),
        ("pic-borane", "2-picoline borane"),
    ],
)
def test_reductants_answer_to_their_names(model: Model, text: str, name: str) -> None:
    """Aliases, capitals, spaces and hyphens lead to the same reductant."""
    assert model.reductant(text).name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("dichloroethane", "DCE"), ("methanol", "MeOH"), ("I-PrOH", "iPrOH"), ("H2O", "water"), ("dmac", "DMA")],
)
def test_solvents_answer_to_their_names(model: Model, text: str, name: str) -> None:
    """Aliases and capitals lead to the same solvent."""
    assert model.solvent(text).name == name


@pytest.mark.parametrize("text", ["STAP", "", "LiAlH4", "Na BH3 C", "x" * 10_000, "\0", "硼氢化钠"])
def test_an_unknown_reductant_is_answered_with_the_list(model: Model, text: str) -> None:
    """One short line: what was given and what there is."""
    with pytest.raises(ProcedureError, match="known: STAB, 2-picoline borane, NaBH3CN, NaBH4") as caught:
        model.reductant(text)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


def test_an_unknown_name_names_the_nearest(model: Model) -> None:
    """The nearest reductant or solvent is suggested."""
    with pytest.raises(ProcedureError, match="did you mean 'STAB'"):
        model.reductant("STAP")
    with pytest.raises(ProcedureError, match="did you mean 'toluene'"):
        model.solvent("toluen")


def test_solvents_are_like_others(model: Model) -> None:
    """Dichloromethane takes the numbers of dichloroethane; every chain ends in any."""
    assert model.solvent_chain("dichloromethane") == ("DCM", "DCE", "any")
    assert model.solvent_chain("MeOH") == ("MeOH", "any")
    shared = model.find("stab.hydride_loss", model.solvent_chain("DCM"))
    assert shared == model.parameter("stab.hydride_loss.DCE")


def test_a_model_is_a_value(model: Model) -> None:
    """Pickling, hashing and reading again give an equal model: it can be a cache key."""
    assert pickle.loads(pickle.dumps(model)) == model
    assert hash(load_model()) == hash(model)
    assert load_model() == model


def test_what_was_read_is_kept_until_a_file_changes(folder: Path) -> None:
    """The same contents are the same model in memory; an edit of any file of the folder is seen at once."""
    (folder / "hazards.toml").write_text(
        (models_folder() / "hazards.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    before = load_model(folder)
    assert load_model(folder) is before
    edit(folder / "hazards.toml", "Check the SDS", "Read the SDS")
    assert load_model(folder).hazards[0].sentence.startswith("Read the SDS")
    edit(folder / COMMON_FILE, "value = 3.0", "value = 4.5")
    assert load_model(folder).parameter("condensation.formaldehyde").value == 4.5
    assert before.parameter("condensation.formaldehyde").value == 3.0


@pytest.mark.parametrize("call", ["predict", "recommend"])
def test_a_folder_and_a_model_are_one_too_many(model: Model, call: str) -> None:
    """Public functions take a folder or a model in memory; both, or what is no model, is refused in one line."""
    run = getattr(planner, call)
    with pytest.raises(ParameterError, match="leave one out"):
        run("NCc1ccccc1", "CCCC=O", models=models_folder(), model=model)
    with pytest.raises(ParameterError, match="is no model"):
        run("NCc1ccccc1", "CCCC=O", model="default")


def test_a_model_in_memory_is_used(model: Model) -> None:
    """A model with one number replaced predicts otherwise than the folder that it came from."""
    slow = replace(model.parameter("condensation.n_alkanal"), value=1e-6)
    changed = replace(model, parameters=tuple(slow if p.name == slow.name else p for p in model.parameters))
    assert planner.predict("NCc1ccccc1", "CCCC=O", model=changed).conversion < 0.1
    assert planner.predict("NCc1ccccc1", "CCCC=O", model=model).conversion > 0.8
    assert planner.find_sites("CCCCN", model=model) == planner.find_sites("CCCCN")


# --- where sets are found ---


def test_the_folder_given_wins(folder: Path) -> None:
    """Numbers of a folder of one's own are used, not the shipped ones."""
    edit(folder / COMMON_FILE, "value = 3.0", "value = 4.5")
    assert load_model(folder).parameter("condensation.formaldehyde").value == 4.5
    assert load_model(str(folder)).parameter("condensation.formaldehyde").value == 4.5
    assert load_model().parameter("condensation.formaldehyde").value == 3.0


@pytest.mark.parametrize("wrong", ["nowhere", "common.toml"])
def test_a_models_folder_must_be_a_folder(folder: Path, wrong: str) -> None:
    """Neither a missing folder nor a file will do."""
    with pytest.raises(ParameterError, match="is not a folder"):
        load_model(folder / "default" / wrong)


def test_an_unknown_set_names_the_nearest(folder: Path) -> None:
    """Sets are the folders of the models folder; no path leads out of it."""
    assert model_names(folder) == ("default",)
    with pytest.raises(ParameterError, match="did you mean 'default'"):
        load_model(folder, "defualt")
    with pytest.raises(ParameterError, match="no model"):
        load_model(folder / "default", "../default")


def test_the_hash_is_of_the_contents(folder: Path) -> None:
    """The same files elsewhere have the same hash; one byte, file name or site rule more changes it."""
    shipped = load_model().sha256
    assert load_model(folder).sha256 == shipped
    seen = {shipped}
    for file in (COMMON_FILE, SOLVENTS_FILE, STAB, "sites.toml"):
        with (folder / file).open("a", encoding="utf-8") as handle:
            handle.write("# one more line\n")
        seen.add(load_model(folder).sha256)
    assert len(seen) == 5


def test_other_files_do_not_count(folder: Path) -> None:
    """A note beside the numbers changes nothing."""
    (folder / "default" / "notes.txt").write_text("mine", encoding="utf-8")
    assert load_model(folder) == load_model()


# --- a set that narrows another ---

CHILD = """
parent = "default"

[sources.lab]
citation = "Runs of this laboratory"
grade = "A"

[second_condensation.n_alkanal]
value = 0.21
log10_sd = 0.15
unit = "1"
basis = "fitted"
source = "lab, 12 runs; mayr"

[stab.hydride_transfer]
value = 0.05
log10_sd = 0.2
unit = "M-1 s-1"
basis = "fitted"
source = "lab, 12 runs"

[protonation.benzyl]
value = 9.4
sd = 0.05
unit = "1"
basis = "fitted"
source = "lab, titration"
"""


def child(folder: Path, text: str = CHILD, name: str = "lab") -> Path:
    """Write a set with a parent."""
    (folder / name).mkdir(parents=True)
    (folder / name / "model.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("own_parent", [True, False])
def test_a_child_replaces_numbers_and_names_its_parent(
    folder: Path, tmp_path: Path, own_parent: bool
) -> None:
    """Calibrated numbers replace the parent's, the rest is kept; the parent may be the shipped set."""
    place = child(folder if own_parent else tmp_path / "mine")
    parent, narrowed = load_model(), load_model(place, "lab")
    assert (narrowed.name, narrowed.parent) == ("lab", "default")
    changed = {p.name for p, q in zip(parent.parameters, narrowed.parameters, strict=True) if p != q}
    assert changed == {"second_condensation.n_alkanal", "stab.hydride_transfer", "protonation.benzyl"}
    assert narrowed.parameter("second_condensation.n_alkanal").value == 0.21
    assert narrowed.sha256 != parent.sha256
    assert {s.key for s in narrowed.sources} - {s.key for s in parent.sources} == {"lab"}
    assert "lab" in model_names(place)


def test_a_childs_hash_holds_its_parents(folder: Path) -> None:
    """A change of the parent changes the child's identity."""
    before = load_model(child(folder), "lab").sha256
    edit(folder / COMMON_FILE, "value = 3.0", "value = 4.5")
    assert load_model(folder, "lab").sha256 != before


def test_grandchildren(folder: Path) -> None:
    """A child may have a child; both sources stay."""
    child(folder)
    second = (
        CHILD.replace('"default"', '"lab"').replace("lab, ", "lab2, ").replace("sources.lab", "sources.lab2")
    )
    child(folder, second.replace("0.21", "0.3"), "lab2")
    grown = load_model(folder, "lab2")
    assert grown.parent == "lab"
    assert grown.parameter("second_condensation.n_alkanal").value == 0.3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('parent = "default"', "", "parent = ''; expected text"),
        ('parent = "default"', 'parent = "defolt"', "did you mean 'default'"),
        ('parent = "default"', 'parent = "lab"', "its own ancestor"),
        ("[second_condensation.n_alkanal]", "[second_condensation.n_alkane]", "did you mean 'second_cond"),
        ("[stab.hydride_transfer]", "[stap.hydride_transfer]", "did you mean 'stab'"),
        ('unit = "M-1 s-1"', 'unit = "s-1"', "unit = 's-1'; expected one of M-1 s-1"),
        ("sd = 0.05", "log10_sd = 0.05", "unknown key 'log10_sd'"),
        ('parent = "default"', 'parent = "default"\nexchange = 3', "unknown key 'exchange'"),
        ("[sources.lab]", "[sources.labor]", "cites 'lab'"),
        ('citation = "Runs', 'titation = "Runs', "unknown key 'titation'"),
    ],
)
def test_a_child_is_checked_as_its_parent_is(folder: Path, old: str, new: str, message: str) -> None:
    """Unknown numbers, other units, unknown parents and circles are refused."""
    assert old in CHILD
    child(folder, CHILD.replace(old, new, 1))
    with pytest.raises(ParameterError) as caught:
        load_model(folder, "lab")
    assert message in str(caught.value)


def test_a_child_is_one_file(folder: Path) -> None:
    """A set either names a parent or has files of its own."""
    child(folder)
    shutil.copy(folder / COMMON_FILE, folder / "lab")
    with pytest.raises(ParameterError, match="is that file alone"):
        load_model(folder, "lab")


# --- every rule of the files, broken once ---

FIRST = '[condensation.formaldehyde]\nvalue = 3.0\nlog10_sd = 0.7\nunit = "M-1 s-1"\nbasis = "assumed"\n'

BROKEN = [
    # the text itself
    (COMMON_FILE, "[defaults]", "[defaults", "not TOML"),
    (COMMON_FILE, "[defaults]", "[condensation.formaldehyde]\n[defaults]", "not TOML"),
    (STAB, 'name = "STAB"', 'name = "STAB', "not TOML"),
    # a number's keys
    (COMMON_FILE, "value = 3.0\n", "", "[condensation.formaldehyde]: key 'value' is missing"),
    (COMMON_FILE, "log10_sd = 0.7\n", "", "[condensation.formaldehyde]: key 'log10_sd' is missing"),
    (COMMON_FILE, 'unit = "M-1 s-1"\n', "", "key 'unit' is missing"),
    (COMMON_FILE, 'basis = "assumed"\n', "", "key 'basis' is missing"),
    (COMMON_FILE, 'source = "bell1966, hydration; estimate"\n', "", "key 'source' is missing"),
    (COMMON_FILE, "log10_sd = 0.7", "log10_sd = 0.0", "log10_sd = 0.0; expected a finite number above 0"),
    (COMMON_FILE, "log10_sd = 0.7", "log10_sd = -0.7", "log10_sd = -0.7"),
    (COMMON_FILE, "log10_sd = 0.7", "log10_sd = nan", "log10_sd = nan; expected a finite number"),
    (COMMON_FILE, "log10_sd = 0.7", 'log10_sd = "0.7"', "log10_sd = '0.7'; expected a finite number"),
    (COMMON_FILE, "log10_sd = 0.7", "log10sd = 0.7", "did you mean 'log10_sd'"),
    (COMMON_FILE, "log10_sd = 0.7", "sd = 0.7", "unknown key 'sd'"),
    (COMMON_FILE, "log10_sd = 0.7", "log10_sd = 0.4", "too narrow for basis 'assumed'"),
    (COMMON_FILE, "log10_sd = 0.2", "log10_sd = 0.1", "too narrow for basis 'analogy'"),
    (COMMON_FILE, "sd = 6.0", "log10_sd = 6.0", "[energy.condensation]: unknown key 'log10_sd'"),
    (COMMON_FILE, "value = 3.0", "value = true", "value = True; expected a finite number"),
    (COMMON_FILE, "value = 3.0", "value = inf", "value = inf; expected a finite number"),
    (COMMON_FILE, "value = 3.0", "value = -3.0", "value = -3.0; expected a finite, positive number"),
    (COMMON_FILE, "value = 3.0", "value = 0", "expected a finite, positive number"),
    (COMMON_FILE, "value = 3.0", "value = [3.0]", "expected a finite number"),
    (COMMON_FILE, 'unit = "M-1 s-1"', 'unit = "M-1 h-1"', "unit = 'M-1 h-1'; expected one of M-1 s-1"),
    (COMMON_FILE, 'unit = "M-1 s-1"', 'unit = "L mol-1 s-1"', "expected one of M-1 s-1"),
    (COMMON_FILE, 'unit = "kJ mol-1"', 'unit = "J mol-1"', "expected one of kJ mol-1"),
    (COMMON_FILE, 'basis = "assumed"', 'basis = "known"', "basis = 'known'; expected one of measured"),
    (COMMON_FILE, 'basis = "assumed"', "basis = 1", "basis = 1; expected text"),
    (COMMON_FILE, 'note = "all formaldehyde', 'remark = "all formaldehyde', "unknown key 'remark'"),
    # its name
    (COMMON_FILE, "[condensation.formaldehyde]", "[condensation.formaldehyd]", "did you mean 'formaldehyde'"),
    (COMMON_FILE, "[condensation_amine.methyl]", "[condensation_amine.n_alkanal]", "is no amine"),
    (COMMON_FILE, "[condensation_solvent.TFE]", "[condensation_solvent.TFEE]", "did you mean 'TFE'"),
    (
        COMMON_FILE,
        "[condensation.formaldehyde]",
        "[condensatoin.formaldehyde]",
        "did you mean 'condensation'",
    ),
    (COMMON_FILE, "[energy.exchange]", "[energy.exchanges]", "did you mean 'energy.exchange'"),
    (COMMON_FILE, "[water.dry]", "[water.dry.bottle]", "unknown number [water.dry.bottle]"),
    (COMMON_FILE, "[coupling.triazonane]", "[coupling.cyclen]", "unknown number [coupling.cyclen]"),
    (COMMON_FILE, FIRST, FIRST.replace("condensation.f", "exchange.f"), "unknown number [exchange.f"),
    # sources
    (COMMON_FILE, 'source = "bell1966', 'source = "bell1967', "did you mean 'bell1966'"),
    (COMMON_FILE, "[sources.toullec1994]", "[sources.toullec]", "define [sources.toullec1994]"),
    (
        COMMON_FILE,
        "[sources.mayr]",
        '[sources.unused]\ncitation="x"\ngrade="A"\n[sources.mayr]',
        "cited by no",
    ),
    (COMMON_FILE, 'grade = "B"', 'grade = "D"', "expected one of A, B, C"),
    (COMMON_FILE, "[sources.abdelmagid1996]", "[sources]\nx = 1\n[sources.abdelmagid1996]", "[sources.x]"),
    (
        STAB,
        "[sources.zacuto2019]\n",
        '[sources.mayr]\ncitation="x"\ngrade="A"\n[sources.zacuto2019]\n',
        "defined twice",
    ),
    (STAB, 'source = "zacuto2019; estimate', 'source = "zacuto; estimate', "cites 'zacuto'"),
    (SOLVENTS_FILE, 'density_source = "perry', 'density_source = "parry', "cites 'parry'"),
    # heads
    (COMMON_FILE, 'reductant = "STAB"', 'reductant = "STAP"', "has no file (did you mean 'STAB'?)"),
    (COMMON_FILE, 'water = "dry"', 'water = "moist"', "expected one of dry, wet, sieves"),
    (COMMON_FILE, 'quench = "aqueous"', 'quench = "brine"', "expected one of aqueous, borohydride"),
    (COMMON_FILE, "concentration_M = 0.2", "concentration_mM = 200", "did you mean 'concentration_M'"),
    (COMMON_FILE, "does_not_claim = [", "does_not_clam = [", "unknown key 'does_not_clam'"),
    (STAB, "usable_hydrides = 1", "usable_hydrides = 0", "expected a whole number, one or more"),
    (STAB, "usable_hydrides = 1", "usable_hydrides = 1.5", "expected a whole number, one or more"),
    (STAB, "molar_mass = 211.94", "molar_mass = -1", "expected a number, zero or more"),
    (STAB, "formal_hydrides", "formal_hydride", "did you mean 'formal_hydrides'"),
    (STAB, '"first_order"', '"zero_order"', "expected one of first_order, acid_hydrolysis"),
    (STAB, '"first_order"', '"acid_hydrolysis"', "number [hydride_loss.acid] is missing"),
    (
        CYANO,
        '"acid_hydrolysis"',
        '"first_order"',
        "[hydride_loss.acid] does not belong to the law first_order",
    ),
    (STAB, "[hydride_loss.DCE]", "[hydride_loss.acetone]", "number [hydride_loss.DCE] is missing"),
    (STAB, "[hydride_loss.DCE]", "[hydride_loss.DCEE]", "did you mean 'DCE'"),
    (STAB, "[hydride_transfer]", "[hydride_transfers]", "did you mean 'hydride_transfer'"),
    (
        STAB,
        "[carbonyl_reduction.ketone]",
        "[carbonyl_reduction.acyclic_ketone]",
        "[carbonyl_reduction.ketone] is missing",
    ),
    (
        STAB,
        'default_solvent = "DCE"',
        'default_solvent = "acetone"',
        "default_solvent = 'acetone'; expected one of DCE",
    ),
    (STAB, 'solvents = ["DCE"', 'solvents = ["DCEE"', "unknown solvent 'DCEE' (did you mean 'DCE'?)"),
    (STAB, 'solvents = ["DCE",', 'solvents = "DCE" #', "expected a list of texts"),
    (CYANO, 'DCE = "NaBH3CN', 'THF = "NaBH3CN', "THF stands in `solvents` and in [refused]"),
    (STAB, "temperature_range_C = [-20, 60]", "temperature_range_C = [60, -20]", "the smaller first"),
    (STAB, 'addition = "all_at_once"', 'addition = "at_once"', "expected one of all_at_once, slow_carbonyl"),
    (STAB, "hold_time_h = 16", 'hold_time_h = "overnight"', "expected a finite number"),
    (STAB, 'name = "STAB"', 'name = "NaBH4"', "names must be unique"),
    (STAB, '"triacetoxyborohydride"', '"sodium borohydride"', "the name 'sodium borohydride'"),
    (STAB, "[warned]", "[warnd]", "unknown key 'warnd' (did you mean 'warned'?)"),
    (COMMON_FILE, "[defaults]", "[defaults]\ncolour = 1", "unknown key 'colour'"),
    (STAB, "[[hazards]]\nsentence", "[[hazards]]\ntext", "unknown key 'text'"),
    (SOLVENTS_FILE, 'like = "DCE"', 'like = "DCF"', "DCM is like 'DCF'"),
    (SOLVENTS_FILE, 'like = "DCE"', 'like = "DCM"', "round a circle"),
    (SOLVENTS_FILE, "protic = false", 'protic = "no"', "expected true or false"),
    (SOLVENTS_FILE, "[solvents.DCM]", "[solvent.DCM]", "unknown key 'solvent' (did you mean 'solvents'?)"),
    (SOLVENTS_FILE, '"methanol"', '"ethanol"', "names must be unique"),
    (SOLVENTS_FILE, '"methanol"', '"--"', "names must be unique"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN)
def test_a_broken_rule_is_refused(folder: Path, file: str, old: str, new: str, message: str) -> None:
    """Each rule of the files, broken once, is a ParameterError of one line that names the file."""
    edit(folder / file, old, new)
    with pytest.raises(ParameterError) as caught:
        load_model(folder)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(folder / "default") in str(caught.value) or "defined twice" in message


def test_every_number_that_stands_alone_is_needed(folder: Path) -> None:
    """Without any one of the numbers that no class can replace, the set is refused."""
    text = (folder / COMMON_FILE).read_text(encoding="utf-8")
    for name in (n for n, q in quantities("common").items() if not (n.endswith("*") or q.later or q.part)):
        head, found, rest = text.partition(f"[{name}]\n")
        assert found, f"{name} is not in the file"
        without = head + rest[rest.index("\n\n") + 1 :] if "\n\n" in rest else head
        (folder / COMMON_FILE).write_text(without, encoding="utf-8")
        with pytest.raises(ParameterError, match=rf"\[{name}\] is missing"):
            load_model(folder)


def spoil_bytes(folder: Path) -> None:
    """Write what is not UTF-8."""
    (folder / COMMON_FILE).write_bytes(b"\xff\xfe\x00garbage")


def lose_common(folder: Path) -> None:
    """Delete the shared numbers, leaving a set that another file still names."""
    (folder / "default/solvents.toml").unlink()


def add_stranger(folder: Path) -> None:
    """Add a file of an unknown name."""
    shutil.copy(folder / SOLVENTS_FILE, folder / "default/solvent.toml")


def name_like_a_table(folder: Path) -> None:
    """Name a reductant's file like a table of shared numbers."""
    (folder / STAB).rename(folder / "default/reductants/water.toml")


def name_with_a_dot(folder: Path) -> None:
    """Name a reductant's file so that its numbers could not be named."""
    (folder / STAB).rename(folder / "default/reductants/st.ab-2.toml")


def lose_default(folder: Path) -> None:
    """Delete the default reductant."""
    (folder / STAB).unlink()


def spoil_sites(folder: Path) -> None:
    """Break the site rules."""
    (folder / "sites.toml").write_text("[[amine]\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_bytes, "cannot be read as UTF-8"),
        (lose_common, "solvents.toml is missing"),
        (add_stranger, "unknown file 'solvent.toml' (did you mean 'solvents.toml'?)"),
        (name_like_a_table, "cannot prefix numbers"),
        (name_with_a_dot, "cannot prefix numbers"),
        (lose_default, "has no file"),
        (spoil_sites, "not TOML"),
    ],
)
def test_a_broken_folder_is_refused(folder: Path, spoil: Callable[[Path], None], message: str) -> None:
    """Missing, unreadable and misnamed files are a ParameterError."""
    spoil(folder)
    with pytest.raises(ParameterError) as caught:
        load_model(folder)
    assert message in str(caught.value)


def test_errors_are_the_planners_own() -> None:
    """Whoever catches PlannerError, or ValueError, catches these."""
    assert issubclass(ParameterError, PlannerError)
    assert issubclass(ParameterError, ValueError)


def test_a_unit_is_stated_for_every_name() -> None:
    """No table of numbers is without its canonical unit."""
    units = {"1", "M-1 s-1", "s-1", "M", "M-1", "mol mol-1", "kJ mol-1"}
    assert {q.unit for q in (*quantities("common").values(), *quantities("reductant").values())} == units


def test_records_do_not_change(model: Model) -> None:
    """A number can be replaced in a copy only."""
    first = model.parameters[0]
    with pytest.raises(AttributeError):
        first.value = 1.0  # type: ignore[misc]
    assert replace(first, value=first.value * 2.0).value == 2.0 * first.value
