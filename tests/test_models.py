"""The shipped numbers themselves: chemistry of the reagents, laws of the classes, agreement with the README."""

import math
import re
import tomllib
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem.Descriptors import MolWt
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from parts_set import shipped_with
from planner.errors import ParameterError
from planner.model.folders import model_names, models_folder
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.model.parts import PARTS
from planner.model.quantities import source_keys
from planner.model.reagents import LAWS, Reductant, Solvent

FOLDER = models_folder()
MODEL = load_model()
FILES = sorted(FOLDER.glob("default/reductants/*.toml"))
SITES = tomllib.loads((FOLDER / "sites.toml").read_text(encoding="utf-8"))
LIKE = {kind: {rule["name"]: rule.get("like") for rule in SITES[kind]} for kind in ("amine", "carbonyl")}


def chain(kind: str, name: str | None) -> list[str]:
    """A class and what it is like, read from the site rules without the planner."""
    return [] if name is None else [name, *chain(kind, LIKE[kind][name])]


def value(name: str) -> float:
    """Median of a number; 1 for a reference class, which has no entry."""
    return MODEL.parameter(name).value


def factor(table: str, kind: str, name: str) -> float:
    """Median that applies to a class."""
    found = MODEL.find(table, chain(kind, name))
    return 1.0 if found is None else found.value


def elements(formula: str) -> dict[str, int]:
    """Element counts of a formula, signs left out, in the order of the formula."""
    return {symbol: int(count or 1) for symbol, count in re.findall(r"([A-Z][a-z]?)(\d*)", formula)}


# --- reagents ---


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_is_a_reductant(file: Path) -> None:
    """The listing of the folder is the registry; a file's stem is the prefix of its numbers."""
    reductant = next(r for r in MODEL.reductants if r.key == file.stem)
    assert any(p.name.startswith(f"{file.stem}.") for p in MODEL.parameters)
    assert reductant.hydride_loss_law in LAWS
    assert reductant.hazards
    assert reductant.does_not_claim


def test_contract_names() -> None:
    """Names that scripts outside of this repository rely on."""
    assert {r.name for r in MODEL.reductants} >= {"STAB", "NaBH3CN", "NaBH4", "2-picoline borane"}
    assert MODEL.reductants[0].name == MODEL.defaults.reductant == "STAB"
    names = [
        "DCE",
        "DCM",
        "THF",
        "MeCN",
        "EtOAc",
        "toluene",
        "MeOH",
        "EtOH",
        "iPrOH",
        "TFE",
        "DMF",
        "DMA",
        "NMP",
        "water",
        "neat",
    ]
    assert {s.name for s in MODEL.solvents if not s.refused} >= set(names)
    assert model_names() == ("default",)


@pytest.mark.parametrize("substance", [*MODEL.reductants, *MODEL.solvents], ids=lambda s: s.name)
def test_formula_agrees_with_structure_and_molar_mass(substance: Reductant | Solvent) -> None:
    """Formula, structure and molar mass of a substance say the same; neat is no substance."""
    if not substance.smiles:
        assert (substance.name, substance.formula, substance.molar_mass) == ("neat", "", None)
        return
    molecule = Chem.MolFromSmiles(substance.smiles)
    assert elements(CalcMolFormula(molecule)) == elements(substance.formula)
    assert substance.formula.startswith("C") or list(elements(substance.formula)) == sorted(
        elements(substance.formula)
    )
    assert substance.molar_mass == pytest.approx(MolWt(molecule), abs=0.02)


@pytest.mark.parametrize("reductant", MODEL.reductants, ids=lambda r: r.name)
def test_formal_hydrides_are_the_hydrogens_on_boron(reductant: Reductant) -> None:
    """The gas budget counts B-H bonds; no more of them are usable than there are."""
    molecule = Chem.MolFromSmiles(reductant.smiles)
    on_boron = sum(atom.GetTotalNumHs() for atom in molecule.GetAtoms() if atom.GetSymbol() == "B")
    assert reductant.formal_hydrides == on_boron
    assert 1 <= reductant.usable_hydrides <= on_boron


@pytest.mark.parametrize("solvent", [s for s in MODEL.solvents if s.smiles], ids=lambda s: s.name)
def test_solvent_flags_are_what_the_structure_says(solvent: Solvent) -> None:
    """Protic means an O-H; an alcohol has it on saturated carbon; a density is that of a liquid."""
    molecule = Chem.MolFromSmiles(solvent.smiles)
    assert solvent.protic == molecule.HasSubstructMatch(Chem.MolFromSmarts("[OX2;H1,H2]"))
    assert solvent.alcohol == molecule.HasSubstructMatch(Chem.MolFromSmarts("[OX2H][CX4]"))
    assert solvent.density_g_per_mL is not None
    assert 0.6 < solvent.density_g_per_mL < 1.6


@pytest.mark.parametrize("reductant", MODEL.reductants, ids=lambda r: r.name)
def test_every_pair_of_reductant_and_solvent_is_decided(reductant: Reductant) -> None:
    """A solvent is usable, with a hydride loss, or refused with a reason; never both, never neither."""
    refused = dict(reductant.refused)
    assert {*reductant.solvents, *refused} == {s.name for s in MODEL.solvents}
    assert not set(reductant.solvents) & set(refused)
    assert all(refused.values())
    assert {name for name, _ in reductant.warned} <= set(reductant.solvents)
    if reductant.hydride_loss_law == "first_order":
        for name in reductant.solvents:
            assert MODEL.find(f"{reductant.key}.hydride_loss", MODEL.solvent_chain(name)) is not None


def test_dangerous_pairs_are_refused_or_warned() -> None:
    """What the bench knows: STAB in methanol or water, NaBH4 in acid, cyanide at low pH, acetone as solvent."""
    stab, cyanide, borohydride = (MODEL.reductant(name) for name in ("STAB", "NaBH3CN", "NaBH4"))
    assert {"MeOH", "water"} <= {name for name, _ in stab.warned}
    assert (cyanide.warn_below_pH, cyanide.refuse_below_pH) == (4.5, 3.0)
    assert (borohydride.warn_above_acid, borohydride.refuse_above_acid) == (0.0, 2.0)
    for reductant in MODEL.reductants:
        assert {"acetone", "AcOH"} <= {name for name, _ in reductant.refused}
    assert "hydrogen cyanide" in " ".join(h.sentence for h in cyanide.hazards)
    assert all("hydrogen" in " ".join(h.sentence for h in r.hazards) for r in MODEL.reductants)


# --- the priors, stated once more as log10 (median, width) by an independent hand ---

CARBONYL = "condensation imine_equilibrium iminium_equilibrium second_condensation secondary_condensation"
CARBONYL += " imine_reduction exchange_carbonyl iminium_reduction_carbonyl"
PRIORS = {
    "formaldehyde": "0.48/.7 2.48/.5 -3.0/.5 1.0/.5 0/.5 0/.3 0/.3 0/.3",
    "n_alkanal": "0/.5 3.48/.5 -5.48/.5 -0.82/.6 -0.52/.5 0/.2 0/.3 0/.2",
    "branched_alkanal": "-0.52/.5 3.18/.5 -5.70/.5 -1.70/.6 -1.0/.5 -0.30/.3 -0.70/.4 -0.30/.3",
    "aryl_aldehyde": "-1.40/.4 2.70/.4 -5.22/.5 -1.52/.6 -1.0/.5 0/.3 -0.52/.4 -0.52/.3",
    "cyclohexanone": "-2.52/.6 1.18/.5 -5.2/.5 -3.0/.7 -1.0/.5 -0.82/.3 -1.7/.4 0/.3",
    "cyclopentanone": "-3.0/.6 0.7/.5 -5.2/.5 -3.0/.7 -1.0/.5 -0.82/.3 -1.7/.4 0/.3",
    "acyclic_ketone": "-3.52/.6 0.70/.5 -5.2/.5 -4.0/.7 -1.5/.5 -0.82/.3 -1.7/.4 0/.3",
    "aryl_ketone": "-5.0/.8 -0.30/.5 -5.2/.5 -4.0/.7 -2.0/.5 -1.5/.4 -1.7/.4 0/.3",
}
AMINE = "condensation_amine imine_equilibrium_amine second_condensation_amine iminium_equilibrium_amine"
AMINES = {
    "ammonia": "-1.0/.3 -2.0/.5 - -",
    "methyl": "0.30/.3 0/.2 0.30/.3 0/.3",
    "n_alkyl": "- - - -",
    "benzyl": "-0.22/.3 0/.2 -0.15/.3 0/.3",
    "sec_alkyl": "-0.70/.3 -0.52/.3 -0.70/.3 -0.70/.3",
    "tert_alkyl": "-1.70/.3 -1.30/.3 -1.52/.3 -1.52/.3",
    "aryl": "-0.52/.3 -1.30/.2 -1.0/.3 -1.52/.3",
}
SECONDARY = {
    **{"pyrrolidine": "1.0 11.3", "piperidine": "0.7 11.1", "azepane": "0.6 11.1", "diazepane": "0.6 10.2"},
    **{"piperazine": "0.5 9.7", "morpholine": "0.2 8.5", "dimethyl": "0.7 10.7", "methyl_alkyl": "0.3 10.8"},
    **{"dialkyl": "-0.3 10.9", "benzyl_alkyl": "-0.5 9.6", "dibenzyl": "-1.0 8.5", "alkyl_aryl": "-1.5 4.9"},
    **{"alkyl_sec_alkyl": "-1.0 10.9", "di_sec_alkyl": "-2.5 11.05", "aryl_piperazine": "0.2 8.7"},
}
SINGLE = {
    "condensation_acid.acetic_acid": "0.60/.5",
    "condensation_amine.aryl_poor": "-2.0/.3",
    "second_condensation_amine_formaldehyde.aryl": "-0.52/.3",
    "iminium_equilibrium_amine_formaldehyde.aryl": "-0.79/.3",
    "imine_reduction_amine.ammonia": "1.5/.5",
    "iminium_reduction.reference": "3.5/.4",
    "iminium_reduction.crowding": "-1.52/.4",
    "exchange.reference": "3.0/.6",
    "solvent_shift.equilibrium_and_reduction": "0/.2",
    "condensation_solvent.EtOH": "0/.3",
    "condensation_solvent.TFE": "0/.3",
    "condensation_solvent.iPrOH": "-0.1/.3",
    "condensation_solvent.DCE": "-0.30/.3",
    "condensation_solvent.DMF": "-0.3/.5",
    "condensation_solvent.water": "-0.3/.5",
    "condensation_solvent.neat": "0/.5",
    "coupling.piperazine": f"{math.log10(0.7)}/.25",
    "coupling.diazepane": f"{math.log10(0.8)}/.3",
    "water.sieves": "-3/.7",
    "stab.hydride_transfer": "-1.70/.6",
    "nabh3cn.hydride_transfer": "-2.0/.6",
    "nabh4.hydride_transfer": "-0.52/.6",
    "picoline_borane.hydride_transfer": "-2.52/.7",
    "stab.carbonyl_reduction.aldehyde": "-4.7/.7",
    "stab.carbonyl_reduction.aryl_aldehyde": "-5/.7",
    "stab.carbonyl_reduction.ketone": "-6.5/.7",
    "nabh3cn.carbonyl_reduction.aldehyde": "-5/.6",
    "nabh3cn.carbonyl_reduction.aryl_aldehyde": "-5/.6",
    "nabh3cn.carbonyl_reduction.ketone": "-6/.6",
    "nabh4.carbonyl_reduction.aldehyde": "0.6/.5",
    "nabh4.carbonyl_reduction.aryl_aldehyde": "0.3/.5",
    "nabh4.carbonyl_reduction.ketone": "-0.4/.5",
    "nabh4.carbonyl_reduction.acyclic_ketone": "-1.4/.5",
    "nabh4.carbonyl_reduction.aryl_ketone": "-2.2/.5",
    "picoline_borane.carbonyl_reduction.aldehyde": "-5/.7",
    "picoline_borane.carbonyl_reduction.aryl_aldehyde": "-5/.7",
    "picoline_borane.carbonyl_reduction.ketone": "-6.5/.7",
    "stab.hydride_loss.DCE": "-6.0/.7",
    "stab.hydride_loss_wet": "-4.7/.7",
    "stab.hydride_loss.EtOH": "-4/.7",
    "stab.hydride_loss.MeOH": "-3/.7",
    "stab.hydride_loss.water": "-3/.7",
    "stab.acid_on_hydride_loss": "0.6/.3",
    "nabh3cn.hydride_loss.acid": f"{math.log10(0.02)}/.5",
    "nabh4.hydride_loss.MeOH": "-2.96/.5",
    "nabh4.hydride_loss.EtOH": "-4/.5",
    "nabh4.hydride_loss.iPrOH": "-5/.5",
    "nabh4.hydride_loss.water": "-4/.5",
    "picoline_borane.hydride_loss.any": "-6.0/.5",
    "picoline_borane.acid_on_hydride_loss": "1.0/.3",
    "nabh3cn.proton_on_imine_reduction": "1/.5",
    "picoline_borane.proton_on_imine_reduction": "1/.5",
}


def stated() -> list[tuple[str, str]]:
    """(number, "log10 median/width") of every prior above; "-" for a reference without an entry."""
    rows = [
        (f"{t}.{c}", cell)
        for c, row in PRIORS.items()
        for t, cell in zip(CARBONYL.split(), row.split(), strict=True)
    ]
    rows += [
        (f"{t}.{c}", cell)
        for c, row in AMINES.items()
        for t, cell in zip(AMINE.split(), row.split(), strict=True)
    ]
    rows += [(f"secondary_condensation_amine.{c}", f"{row.split()[0]}/.4") for c, row in SECONDARY.items()]
    return [*rows, *SINGLE.items()]


@pytest.mark.parametrize(("name", "cell"), stated(), ids=[name for name, _ in stated()])
def test_priors_are_what_was_decided(name: str, cell: str) -> None:
    """Medians are the stated powers of ten, rounded by no more than 0.02 decades; widths are exact.

    Benzaldehydes are narrower in two places: what their substituents do has slopes and widths of its own.
    """
    if cell == "-":
        with pytest.raises(ParameterError, match="has no number"):
            MODEL.parameter(name)
        return
    median, width = map(float, cell.split("/"))
    parameter = MODEL.parameter(name)
    assert math.log10(parameter.value) == pytest.approx(median, abs=0.02)
    assert parameter.log10_sd == width


@pytest.mark.parametrize(("name", "pKaH"), [(c, float(row.split()[1])) for c, row in SECONDARY.items()])
def test_basicities_of_secondary_amines(name: str, pKaH: float) -> None:
    """Textbook pKaH within a tenth."""
    assert value(f"protonation.{name}") == pytest.approx(pKaH, abs=0.1)


@pytest.mark.parametrize(
    ("name", "energy", "width"),
    [
        ("condensation", 28, 6),
        ("second_condensation", 0, 5),
        ("equilibrium", -20, 10),
        ("iminium_equilibrium", 0, 5),
        ("exchange", 40, 10),
        ("hydride_transfer", 50, 10),
        ("carbonyl_reduction", 47, 8),
        ("hydride_loss", 65, 15),
    ],
)
def test_energies(name: str, energy: float, width: float) -> None:
    """Activation energies and enthalpies in kJ/mol, with linear widths."""
    parameter = MODEL.parameter(f"energy.{name}")
    assert (parameter.value, parameter.log10_sd, parameter.linear) == (energy, width, True)


def test_defaults() -> None:
    """What a procedure is unless the chemist says otherwise."""
    shared = MODEL.defaults
    assert (shared.carbonyl_equivalents, shared.temperature_C, shared.concentration_M) == (1.0, 25.0, 0.2)
    assert (shared.water, shared.quench, shared.feed_volume_fraction) == ("dry", "aqueous", 0.2)
    own = {
        r.name: (
            r.default_solvent,
            r.defaults.reductant_equivalents_factor,
            (r.defaults.acid_equivalents_aldehyde, r.defaults.acid_equivalents_ketone),
            r.defaults.addition,
            (r.defaults.imine_time_h_aldehyde, r.defaults.imine_time_h_ketone),
            (r.defaults.addition_time_h, r.defaults.hold_time_h),
            (r.usable_hydrides, r.formal_hydrides),
        )
        for r in MODEL.reductants
    }
    assert own["STAB"] == ("DCE", 1.5, (0, 1), "all_at_once", (2, 2), (2, 16), (1, 1))
    assert own["NaBH3CN"] == ("MeOH", 1.0, (1, 1), "all_at_once", (2, 2), (2, 16), (2, 3))
    assert own["NaBH4"] == ("MeOH", 1.5, (0, 0), "imine_first", (2, 16), (2, 2), (3, 4))
    assert own["2-picoline borane"] == ("MeOH", 1.0, (8, 8), "all_at_once", (2, 2), (2, 16), (2, 3))


# --- laws of the classes ---


@pytest.mark.parametrize("carbonyl", LIKE["carbonyl"])
def test_every_carbonyl_class_has_its_numbers(carbonyl: str) -> None:
    """No carbonyl is the reference by mistake: its own entry or that of what it is like is found."""
    for table in CARBONYL.split():
        assert MODEL.find(table, chain("carbonyl", carbonyl)) is not None, table


@pytest.mark.parametrize("amine", LIKE["amine"])
def test_every_amine_class_has_its_numbers(amine: str) -> None:
    """Every amine has a pKaH and a condensation of its own, is like one that has, or is the reference."""
    names = chain("amine", amine)
    assert MODEL.find("protonation", names) is not None
    primary = MODEL.find("condensation_amine", names)
    secondary = MODEL.find("secondary_condensation_amine", names)
    assert (primary is None) != (secondary is None) or names[-1] == "n_alkyl"


def test_carbonyls_in_textbook_order() -> None:
    """Aldehydes before ketones, small before large, alkyl before aryl: in rate, equilibrium, second alkylation."""
    order = [
        "formaldehyde",
        "n_alkanal",
        "branched_alkanal",
        "aryl_aldehyde",
        "cyclohexanone",
        "acyclic_ketone",
        "aryl_ketone",
    ]
    rates = [value(f"condensation.{name}") for name in order]
    assert rates == sorted(rates, reverse=True)
    constants = [value(f"imine_equilibrium.{name}") for name in order[1:]]
    assert constants == sorted(constants, reverse=True)
    second = [value(f"second_condensation.{name}") for name in ("formaldehyde", "n_alkanal", "aryl_aldehyde")]
    ketones = [value(f"second_condensation.{name}") for name in ("cyclohexanone", "acyclic_ketone")]
    assert second == sorted(second, reverse=True)
    assert ketones == sorted(ketones, reverse=True)
    assert second[-1] > ketones[0]


@pytest.mark.parametrize(
    ("table", "kind", "order"),
    [
        ("condensation_amine", "amine", "methyl n_alkyl benzyl sec_alkyl tert_alkyl"),
        ("condensation_amine", "amine", "aryl_rich aryl aryl_hindered aryl_poor"),
        ("condensation_amine", "amine", "n_alkyl ethanolamine amino_ester amino_ester_branched fluoroalkyl"),
        ("second_condensation_amine", "amine", "methyl n_alkyl benzyl sec_alkyl tert_alkyl"),
        ("secondary_condensation_amine", "amine", "pyrrolidine piperidine azepane azocane morpholine"),
        (
            "secondary_condensation_amine",
            "amine",
            "dimethyl methyl_alkyl dialkyl alkyl_sec_alkyl di_sec_alkyl",
        ),
        ("secondary_condensation_amine", "amine", "pyrrolidine azetidine dialkyl diethanolamine alkyl_aryl"),
        (
            "secondary_condensation_amine",
            "amine",
            "cyclic_branched cyclic_quaternary cyclic_tetrasubstituted",
        ),
        ("condensation", "carbonyl", "branched_alkanal pivaldehyde"),
        ("condensation", "carbonyl", "glyoxylate n_alkanal"),
        (
            "condensation",
            "carbonyl",
            "cyclobutanone cyclohexanone cyclopentanone acyclic_ketone cycloheptanone medium_ring_ketone",
        ),
        ("condensation", "carbonyl", "acyclic_ketone hindered_ketone diaryl_ketone"),
        ("imine_equilibrium", "carbonyl", "salicylaldehyde aryl_aldehyde aryl_ketone"),
        ("second_condensation", "carbonyl", "branched_alkanal pivaldehyde hindered_ketone"),
    ],
)
def test_orders_within_a_table(table: str, kind: str, order: str) -> None:
    """Medians fall in the order that chemists expect."""
    values = [factor(table, kind, name) for name in order.split()]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 1


def test_salicylaldehyde_gains_on_the_imine_only() -> None:
    """The hydrogen bond raises K of the imine; the constant of the iminium stays that of a benzaldehyde."""
    names = ("salicylaldehyde", "aryl_aldehyde")
    held, plain = (value(f"imine_equilibrium.{n}") * value(f"iminium_equilibrium.{n}") for n in names)
    assert held == pytest.approx(plain, rel=0.1)


def test_reductants_in_the_order_of_their_strength() -> None:
    """NaBH4 reduces imines and carbonyls fastest; the mild ones leave ketones alone."""
    keys = ["nabh4", "stab", "nabh3cn", "picoline_borane"]
    transfer = [value(f"{key}.hydride_transfer") for key in keys]
    assert transfer == sorted(transfer, reverse=True)
    for key in keys:
        assert value(f"{key}.carbonyl_reduction.aldehyde") >= value(f"{key}.carbonyl_reduction.ketone")
    assert all(value(f"{key}.carbonyl_reduction.ketone") < 1e-5 for key in keys[1:])


# --- provenance ---


def test_measured_means_a_measurement() -> None:
    """A measured number cites at least one source of grade A or B; our own estimates are never called measured."""
    grades = {s.key: s.grade for s in MODEL.sources}
    for p in MODEL.parameters:
        assert p.basis != "measured" or {grades[key] for key in source_keys(p.source)} & {"A", "B"}, p.name
        assert source_keys(p.source) != ("estimate",) or p.basis == "assumed", p.name


def test_analogies_and_assumptions_say_how() -> None:
    """Whoever doubts an estimate can read how it was made."""
    assert [p.name for p in MODEL.parameters if not p.note and p.basis != "measured"] == []


def test_sources_are_citations() -> None:
    """A source has a year or is the project's own; a DOI looks like one."""
    for source in MODEL.sources:
        assert re.search(r"\b(19|20)\d\d\b", source.citation) or source.key in {
            "estimate",
            "mayr",
            "perrin",
            "catalogue",
            "specifications",
        }
        assert not source.doi or re.fullmatch(r"10\.\d{4,}/\S+", source.doi)


# --- a reductant is one file ---


def test_another_reductant_is_one_file(folder: Path) -> None:
    """A copied and renamed file is a reductant, without a line of code."""
    text = (folder / "default/reductants/stab.toml").read_text(encoding="utf-8")
    text = re.sub(r"^name = .*$", 'name = "Me4N-STAB"', text, flags=re.M)
    text = re.sub(
        r"^aliases = .*$", 'aliases = ["tetramethylammonium triacetoxyborohydride"]', text, flags=re.M
    )
    (folder / "default/reductants/me4n_stab.toml").write_text(text, encoding="utf-8")
    model = load_model(folder)
    assert model.reductant("me4n stab").key == "me4n_stab"
    assert [r.name for r in model.reductants] == [
        "STAB",
        "2-picoline borane",
        "Me4N-STAB",
        "NaBH3CN",
        "NaBH4",
    ]
    assert model.parameter("me4n_stab.hydride_transfer").value == value("stab.hydride_transfer")
    assert model.sha256 != MODEL.sha256


def test_another_solvent_is_one_table(folder: Path) -> None:
    """A solvent that is like another takes its numbers and its refusals."""
    with (folder / "default/solvents.toml").open("a", encoding="utf-8") as file:
        file.write('\n[solvents.MeTHF]\naliases = ["2-methyltetrahydrofuran"]\nprotic = false\n')
        file.write('alcohol = false\nlike = "THF"\n')
    model = load_model(folder)
    assert model.solvent_chain("2-MethylTetrahydrofuran") == ("MeTHF", "THF", "DCE", "any")
    assert "MeTHF" in model.reductant("STAB").solvents
    assert "MeTHF" in model.reductant("NaBH3CN").solvents
    assert "MeTHF" in dict(model.reductant("NaBH4").refused)


# --- models/README.md ---

LETTER = {"measured": "M", "fitted": "F", "analogy": "A", "assumed": "S"}


def shown(model: Model) -> dict[str, str]:
    """Every number as the README writes it."""
    return {p.name: f"{p.value:g} ({p.log10_sd:g}) {LETTER[p.basis]}" for p in model.parameters}


def readme_cells() -> list[tuple[str, str]]:
    """(number, cell) of every table of the README that holds numbers."""
    cells: list[tuple[str, str]] = []
    columns: list[str] = []
    for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not row:
            columns = []
        elif not columns:
            columns = row
        elif columns[1].startswith("`"):
            cells += [
                (f"{c.strip('`')}.{row[0].strip('`')}", cell)
                for c, cell in zip(columns[1:], row[1:], strict=True)
            ]
        elif columns[1] == "median (width)":
            cells.append((row[0].strip("`"), row[1]))
    return [(name, cell) for name, cell in cells if cell != "–" and not set(cell) <= {"-"}]


def test_the_readme_shows_every_number_as_it_is() -> None:
    """Each number stands in one table of the README, with the median, width and basis of its file."""
    cells, whole = readme_cells(), shipped_with(*PARTS)
    assert dict(cells) == shown(whole)
    assert len(cells) == len(whole.parameters)


def test_the_readme_says_how_and_what_not() -> None:
    """Every table is named in the text, every single number has its note, every source and disclaimer is there."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(" `"): line for line in text.splitlines() if line.startswith("| `")}
    for p in shipped_with(*PARTS).parameters:
        table = p.name.rpartition(".")[0]
        assert (
            f"`{table}`" in text or p.note in rows.get(p.name, "") or f"`{table.partition('.')[2]}`" in text
        ), p.name
    for source in MODEL.sources:
        assert source.citation in rows[source.key]
        assert f"| {source.grade} |" in rows[source.key]
    for claim in (*MODEL.does_not_claim, *(c for r in MODEL.reductants for c in r.does_not_claim)):
        assert claim in text
