"""Names: thousands of compounds, spellings by rule, salts, doubts that are said, IUPAC names where OPSIN is there."""

import csv
import subprocess
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors

import planner
from planner.errors import ParameterError, PlannerError, ScopeError, StructureError
from planner.model.catalogue import find_entry, load_catalogue, nearest_name
from planner.model.folders import models_folder, read_shelf
from planner.model.names import SMILES, cas_number, spelling
from planner.model.parameters import load_model
from planner.model.solutions import read_solution
from planner.sheets.supplies import read_supply
from planner.structures import names
from planner.structures.amino_acids import amino_acid
from planner.structures.names import is_like_name, read_name
from planner.structures.structure import as_charged, read_structure

CATALOGUE = load_catalogue(read_shelf())
LISTED = CATALOGUE.listed
_PARTNERS = (Path(__file__).parent / "data" / "common_partners.csv").read_text(encoding="utf-8")
PARTNERS = list(csv.DictReader(_PARTNERS.splitlines()))
VOLUMES = {"H": 1, "C": 2, "N": 2, "O": 2, "F": 2, "P": 4, "S": 4, "Cl": 4, "Br": 5, "I": 7.5}
"""Of Girolami's rule, in 5 mL/mol."""


REAL_OPSIN = names._opsin


@pytest.fixture(autouse=True)
def opsin_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave OPSIN out, which may be installed or not; a test that wants it puts it back."""
    monkeypatch.setattr(names, "_opsin", lambda _: "")
    names._iupac.cache_clear()
    yield
    names._iupac.cache_clear()


def smiles(text: str) -> str:
    """Read a name with its counter-ions, as a canonical SMILES."""
    return as_charged(read_name(text, CATALOGUE))


# --- the list ---


def test_thousands_of_names_with_sound_numbers() -> None:
    """Every CAS number of the list has its check digit, every number stands once, every name can be typed."""
    assert len(LISTED.rows) > 5000
    numbers = [row[2] for row in LISTED.rows if row[2]]
    assert len(numbers) == len(set(numbers))
    assert not [n for n in numbers if cas_number(n) != n]
    assert not [name for name in LISTED.names() if not name.isprintable() or not name.isascii()]


def test_no_name_of_the_list_is_a_smiles() -> None:
    """No name is made of what SMILES is made of: a SMILES never waits for the list, and is never taken for a name."""
    assert not [name for name in LISTED.names() if SMILES.fullmatch(name)]


def test_structures_of_the_list_are_canonical() -> None:
    """A sample of the rows reads, and is written as the planner's own reader writes it."""
    for _, _, _, written in LISTED.rows[::40]:
        assert as_charged(written) == written
        assert read_structure(written).n_heavy <= 18


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3-furaldehyde", "O=Cc1ccoc1"),
        ("N-acetylpiperazine", "CC(=O)N1CCNCC1"),
        ("hexan-3-one", "CCCC(=O)CC"),
        ("2,6-difluorobenzylamine", "NCc1c(F)cccc1F"),
        ("tert-octylamine", "CC(C)(C)CC(C)(C)N"),
        ("69385-30-4", "NCc1c(F)cccc1F"),
        ("D-proline", "O=C(O)[C@H]1CCCN1"),
    ],
)
def test_names_of_the_list_are_found(name: str, expected: str) -> None:
    """Names and numbers that the catalogue lacks are found in the long list."""
    assert smiles(name) == as_charged(expected)


def test_the_catalogue_is_right_where_both_know_a_name(tmp_path: Path) -> None:
    """A name or compound of both is the catalogue's, with its density; a list of one's own replaces the shipped one."""
    rows = 'name,aliases,cas,smiles\nbenzylamine,phenyl amino methane; my salt,,NCc1ccccc1\nmine,"benzaldehyde",,CCN\n'
    (tmp_path / "names.csv").write_text(rows, encoding="utf-8")
    own = load_catalogue(read_shelf(tmp_path))
    by_alias = find_entry("my salt", own)
    assert by_alias is not None
    assert by_alias.density_g_per_mL is not None
    assert find_entry("benzaldehyde", own).smiles == "O=Cc1ccccc1"  # type: ignore[union-attr]
    assert find_entry("2,6-difluorobenzylamine", CATALOGUE) is not None
    assert find_entry("2,6-difluorobenzylamine", own) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,aliases,cas\nx,y,z\n", "expected the columns"),
        ("", "names.csv"),
        ("name,aliases,cas,smiles\na|b,,,CCN\n", "character"),
        ("name,aliases,cas,smiles\nfoo amide amine,,05-07-1975,CCN\n", "is no CAS number"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """What the list cannot hold is a ParameterError that names the file, when a name is first asked for."""
    (tmp_path / "names.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=said):
        find_entry("foo amide amine", load_catalogue(read_shelf(tmp_path)))


def test_plain_smiles_never_open_the_list() -> None:
    """A prediction of SMILES leaves the long list closed; one by name of the list opens it once."""
    code = (
        "import planner; from planner.model.names import _read_list as r; n = []\n"
        "for a, b in (('NCc1ccccc1.Cl', 'CC(C)C=O'), ('benzylamine', 'butanal'), ('2,6-difluorobenzylamine', 'CC=O'),\n"
        "             ('CCN', '3-acetylpyridine')):\n"
        "    planner.predict(a, b, draws=16); n.append(r.cache_info().misses)\n"
        "print(*n)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "0", "1", "1"]


# --- doubts ---


def test_a_name_of_two_compounds_is_refused_with_both(tmp_path: Path) -> None:
    """A name that stands in two rows of a catalogue, or of the list, is refused and names both structures."""
    shipped = (models_folder() / "reagents.csv").read_text(encoding="utf-8")
    (tmp_path / "reagents.csv").write_text(
        shipped.replace("methanamine; MeNH2", "pet amine").replace("ethanamine; EtNH2", "pet-amine"),
        encoding="utf-8",
    )
    (tmp_path / "names.csv").write_text(
        "name,aliases,cas,smiles\nfirst base,toy base,,CCCN\nsecond base,toy-base,,CCCCN\n", encoding="utf-8"
    )
    own = load_catalogue(read_shelf(tmp_path))
    for name, both in (("pet amine", ("CN (", "CCN (")), ("Toy Base", ("CCCN", "CCCCN"))):
        with pytest.raises(StructureError, match="more than one compound") as caught:
            find_entry(name, own)
        assert all(part in str(caught.value) for part in both)


@pytest.mark.parametrize("row", LISTED.doubtful.items(), ids=lambda row: str(row[0])[:30])
def test_doubts_of_the_list_are_of_two_compounds(row: tuple[str, list[int]]) -> None:
    """What the list holds twice stands for structures that differ."""
    assert len({LISTED.rows[i][3] for i in row[1]}) > 1


# --- spellings ---


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("\u03b1-methylbenzylamine", "alpha-methylbenzylamine"),
        ("\u03b2-alanine ethyl ester", "beta-alanine ethyl ester"),
        ("\u0392-tetralone", "2-tetralone"),
        ("p-methoxybenzaldehyde", "4-methoxybenzaldehyde"),
        ("o-ethylaniline", "2-ethylaniline"),
        ("meta-chlorobenzaldehyde", "3-chlorobenzaldehyde"),
        ("p-trifluoromethylbenzaldehyde", "4-(trifluoromethyl)benzaldehyde"),
        ("2-methoxyethan-1-amine", "2-methoxyethylamine"),
        ("cyclopentan-1-amine", "cyclopentylamine"),
        ("4-methylcyclohexan-1-one", "4-methylcyclohexanone"),
        ("1-(4-fluorophenyl)methanamine", "4-fluorobenzylamine"),
        ("thiophene-2-carboxaldehyde", "thiophene-2-carbaldehyde"),
        ("2-thenaldehyde", "thiophene-2-carbaldehyde"),
        ("pyridine-3-carboxaldehyde", "nicotinaldehyde"),
        ("cyclobutanecarboxaldehyde", "cyclobutanecarbaldehyde"),
        ("Boc-piperazine", "N-Boc-piperazine"),
        ("Boc-ethylenediamine", "N-Boc-ethylenediamine"),
        ("t-butylamine", "tert-butylamine"),
        ("phenylpiperazine", "1-phenylpiperazine"),
        ("tetrahydroisoquinoline", "1,2,3,4-tetrahydroisoquinoline"),
        ("valine", "L-valine"),
    ],
)
def test_vendor_spellings_are_the_compound(typed: str, listed: str) -> None:
    """A spelling of vendors gives the compound that the usual name gives."""
    assert smiles(typed) == smiles(listed)
    assert Chem.MolFromSmiles(smiles(typed)) is not None


@pytest.mark.parametrize("name", ["L-proline", "lysine", "cyclen", "glutaraldehyde", "ammonia in methanol"])
def test_everyday_names_are_known(name: str) -> None:
    """Names that a chemist types are read."""
    assert read_structure(name).smiles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(-)-menthone", "menthone"),
        ("N,N-dimethylethylenediamine", "N,N'-dimethylethylenediamine"),
        ("2-aminopyridine", "3-aminopyridine"),
        ("(R)-3-aminopiperidine", "(S)-3-aminopiperidine"),
        ("D-lysine", "L-lysine"),
    ],
)
def test_what_tells_compounds_apart_counts(one: str, other: str) -> None:
    """Signs of rotation, primes, places and descriptors are never folded away."""
    assert spelling(one) != spelling(other)


def test_an_ortho_group_of_a_phenone_sits_on_the_ring() -> None:
    """The ortho compound is not that with the group on the chain, which bears the same number without a prime."""
    assert smiles("o-chloroacetophenone") == "CC(=O)c1ccccc1Cl"


# --- salts ---


@pytest.mark.parametrize(
    ("name", "base", "acid", "n_base", "n_acid"),
    [
        ("benzylamine HCl", "NCc1ccccc1", "Cl", 1, 1),
        ("BnNH2\u00b7HCl", "NCc1ccccc1", "Cl", 1, 1),
        ("Benzylamine x 2 HCl", "NCc1ccccc1", "Cl", 1, 2),
        ("piperazine\u00b72HCl", "C1CNCCN1", "Cl", 1, 2),
        ("piperazine dihydrochloride", "C1CNCCN1", "Cl", 1, 2),
        ("spermine tetrahydrochloride", "NCCCNCCCCNCCCN", "Cl", 1, 4),
        ("N-methylpiperazine TFA salt", "CN1CCNCC1", "OC(=O)C(F)(F)F", 1, 1),
        ("ethylenediamine bis(trifluoroacetate)", "NCCN", "OC(=O)C(F)(F)F", 1, 2),
        ("cyclohexylamine acetate", "NC1CCCCC1", "CC(=O)O", 1, 1),
        ("p-chlorobenzylamine hydrobromide", "NCc1ccc(Cl)cc1", "Br", 1, 1),
        ("benzylamine hemisulfate", "NCc1ccccc1", "OS(=O)(=O)O", 2, 1),
        ("morpholine tosylate", "C1COCCN1", "Cc1ccc(S(=O)(=O)O)cc1", 1, 1),
        ("1-methyl-4-piperidone hydrochloride", "CN1CCC(=O)CC1", "Cl", 1, 1),
        ("ethanolamine acetate salt", "NCCO", "CC(=O)O", 1, 1),
        ("2-picolylamine dihydrochloride", "NCc1ccccn1", "Cl", 1, 2),
    ],
)
def test_a_salt_of_a_known_base(name: str, base: str, acid: str, n_base: int, n_acid: int) -> None:
    """A known name with an acid behind it is base and acid: structure, mass and the base that frees it follow."""
    assert smiles(name) == as_charged(".".join([base] * n_base + [acid] * n_acid))
    held = read_supply(name)
    masses = [Descriptors.MolWt(Chem.MolFromSmiles(part)) for part in (base, acid)]
    assert held.molar_mass == pytest.approx(masses[0] + masses[1] * n_acid / n_base, abs=1e-6)
    assert held.base_equivalents + held.acid_equivalents >= n_acid / n_base


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("benzylamine sulfate", ("NCc1ccccc1.O=S(=O)(O)O", "NCc1ccccc1.NCc1ccccc1.O=S(=O)(O)O")),
        ("morpholine oxalate", ("C1COCCN1.O=C(O)C(=O)O", "C1COCCN1.C1COCCN1.O=C(O)C(=O)O")),
        ("ethanolamine acetate", ("CC(=O)O.NCCO", "CC(=O)OCCN")),
    ],
)
def test_a_salt_of_two_meanings_is_refused_with_both(name: str, parts: tuple[str, ...]) -> None:
    """An acid of two protons without a number, and a salt that may be an ester, are never guessed."""
    with pytest.raises(StructureError, match="more than one compound") as caught:
        read_structure(name)
    assert all(part in str(caught.value) for part in parts)


@pytest.mark.parametrize("name", ["cyclohexanone HCl", "butanal TFA", "benzaldehyde hydrochloride"])
def test_what_is_no_base_has_no_salt(name: str) -> None:
    """A carbonyl compound without a basic nitrogen gives no salt with an acid."""
    with pytest.raises(StructureError, match="no basic nitrogen"):
        read_structure(name)


# --- names that no list holds ---


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("N-benzylpiperazinne", "N-benzylpiperazine"),
        ("4-methoxybenzylamin", "4-methoxybenzylamine"),
        ("3-fluorobenzaldehide", "3-fluorobenzaldehyde"),
        ("2-furaldehyd", "2-furaldehyde"),
        ("5-foobar-2-quxamine", ""),
        ("2-methyl-3-zorgamine", ""),
        ("\u03b3-zorg-amine", ""),
    ],
)
def test_an_unknown_name_is_answered_as_a_name(text: str, near: str) -> None:
    """Letters, digits and hyphens that are no SMILES are a name, with the nearest one where it is near."""
    with pytest.raises(StructureError, match="looks like a name") as caught:
        read_structure(text)
    assert "ring numbers" not in str(caught.value)
    assert (f"did you mean '{near}'" in str(caught.value)) if near else ("did you" not in str(caught.value))


@pytest.mark.parametrize("text", ["NCc1ccccc1X", "C1CNCC", "CC(C", "O=Cc1ccc(Q)cc1", "CCQ"])
def test_a_smiles_with_a_slip_is_no_name(text: str) -> None:
    """A SMILES with one wrong letter, ring or branch gets advice for SMILES."""
    assert not is_like_name(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("N-ethylzorgaline", "N-methylzorgaline"),
        ("4-fluorozorgaline", "4-chlorozorgaline"),
        ("3-zorgaline", "2-zorgaline"),
    ],
)
def test_another_compound_is_never_meant(text: str, wrong: str, tmp_path: Path) -> None:
    """A name that differs in a group, an element or a place is not suggested."""
    (tmp_path / "names.csv").write_text(f"name,aliases,cas,smiles\n{wrong},,,CCN\n", encoding="utf-8")
    own = load_catalogue(read_shelf(tmp_path))
    assert wrong not in nearest_name(text, own)
    assert find_entry(text, own) is None


# --- IUPAC names ---


def opsin(answer: str, warning: str = "") -> types.ModuleType:
    """Make a module that answers as py2opsin does."""
    module = types.ModuleType("py2opsin")

    def py2opsin(name: str, tmp_fpath: str) -> str:
        Path(tmp_fpath).write_text(name, encoding="utf-8")
        if warning:
            warnings.warn(warning, RuntimeWarning, stacklevel=1)
        return answer

    module.py2opsin = py2opsin  # type: ignore[attr-defined]
    return module


def test_opsin_reads_what_the_lists_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    """An IUPAC name goes to OPSIN where it is installed; a name of the list does not."""
    monkeypatch.setattr(names.shutil, "which", lambda _: "/usr/bin/java")
    monkeypatch.setitem(sys.modules, "py2opsin", opsin("C(C1=CC=CC=C1)N"))
    monkeypatch.setattr(names, "_opsin", REAL_OPSIN)
    assert read_structure("1-zorgylmethanamine").smiles == "NCc1ccccc1"
    assert read_structure("benzaldehyde").smiles == "O=Cc1ccccc1"


@pytest.mark.parametrize(
    ("answer", "warning", "said"),
    [
        ("", "zorg is unparsable", "looks like a name"),
        ("not a smiles", "", "looks like a name"),
        ("CC1C(CCCC1)=O", "APPEARS_AMBIGUOUS: Connection of meth to hex", "more than one compound"),
    ],
)
def test_what_opsin_cannot_read_is_said(
    monkeypatch: pytest.MonkeyPatch, answer: str, warning: str, said: str
) -> None:
    """Its failure gives the usual line; a name that it could read in two ways is not taken."""
    monkeypatch.setattr(names.shutil, "which", lambda _: "/usr/bin/java")
    monkeypatch.setitem(sys.modules, "py2opsin", opsin(answer, warning))
    monkeypatch.setattr(names, "_opsin", REAL_OPSIN)
    with pytest.raises(StructureError, match=said):
        read_structure("methylzorghexanone")


def test_opsin_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where py2opsin and Java are there, a name that no list holds is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("py2opsin")
    if names.shutil.which("java") is None:
        pytest.skip("no Java")
    monkeypatch.setattr(names, "_opsin", REAL_OPSIN)
    assert read_structure("3-(4-ethoxy-3-fluorophenyl)-2-methylpropan-1-amine").formula == "C12H18FNO"


# --- gate and scope ---


def test_gate_and_scope_hold_for_names() -> None:
    """A pair by names is refused as the same pair by SMILES is, word for word, and none of the list is regulated."""
    for amine, carbonyl in (
        ("methylamine", "phenylacetone"),
        ("methylamine HCl", "phenylacetone"),
        ("indole-3-carboxaldehyde", "butanal"),
    ):
        lines = []
        for pair in ((amine, carbonyl), (smiles(amine), smiles(carbonyl))):
            with pytest.raises((ScopeError, StructureError)) as caught:
                planner.predict(*pair)
            lines.append(str(caught.value))
        assert lines[0] == lines[1]


def test_a_pair_by_names_is_the_pair_by_smiles() -> None:
    """Names of the long list and of salts give the numbers that their SMILES give."""
    by_name = planner.predict("benzylamine HCl", "3-acetylpyridine", draws=16)
    by_smiles = planner.predict("NCc1ccccc1.Cl", "CC(=O)c1cccnc1", draws=16)
    assert by_name.conversion == by_smiles.conversion


# --- liquids and bottles ---


def girolami(text: str) -> float:
    """Density by the rule of Girolami, J. Chem. Educ. 1994, 71, 962, right to a tenth for most liquids."""
    mol = Chem.AddHs(Chem.MolFromSmiles(text))
    bonds = sum(len(mol.GetSubstructMatches(Chem.MolFromSmarts(s))) for s in ("[OX2H]", "[NX3;!H0]"))
    raised = min(0.3, 0.1 * bonds + 0.1 * mol.GetRingInfo().NumRings())
    volume = sum(VOLUMES[atom.GetSymbol()] for atom in mol.GetAtoms())
    return float(Descriptors.MolWt(mol)) / (5 * volume) * (1 + raised)


def test_densities_agree_with_an_independent_rule() -> None:
    """Every density of a pure liquid lies within 15 % of what its atoms and rings ask for."""
    held = [e for e in CATALOGUE.entries if e.density_g_per_mL and e.stock_M is None]
    assert len(held) > 120
    assert not [e.name for e in held if abs(e.density_g_per_mL / girolami(e.smiles) - 1) > 0.15]  # type: ignore[operator]


def test_liquids_among_the_common_partners_have_a_density() -> None:
    """Each of the 150 most used partners that is a liquid has a density or is listed as a blank with the reason."""
    assert len(PARTNERS) == len({row["smiles"] for row in PARTNERS}) == 150
    pure = {e.smiles: e for e in CATALOGUE.entries if e.stock_M is None}
    for row in PARTNERS:
        entry = pure.get(row["smiles"])
        density = entry.density_g_per_mL if entry else None
        assert (row["state"] == "liquid") == (density is not None or bool(row["blank"])), row
        assert not (density and row["blank"]), row


def test_boiling_points_are_sourced_and_gases_have_no_density() -> None:
    """A boiling point names its source; what boils well below room temperature is no liquid to measure."""
    held = [e for e in CATALOGUE.entries if e.boiling_point_C is not None]
    assert len(held) > 150
    assert all(e.boiling_point_source for e in held)
    assert not [e.name for e in held if e.boiling_point_C < 18 and e.density_g_per_mL]  # type: ignore[operator]
    known = {e.name: e.boiling_point_C for e in held}
    for name, boils in (("benzylamine", 185), ("acetone", 56), ("acetaldehyde", 20), ("methylamine", -6)):
        assert known[name] == pytest.approx(boils, abs=2), name


def test_longer_chains_boil_higher() -> None:
    """Within a series of homologues the boiling point rises with every carbon."""
    known = {e.smiles: e.boiling_point_C for e in CATALOGUE.entries if e.boiling_point_C is not None}
    for end in ("N", "C=O", "C(C)=O"):
        series = [known[s] for n in range(2, 9) if (s := as_charged("C" * n + end)) in known]
        assert len(series) > 4
        assert series == sorted(series)


@pytest.mark.parametrize(
    ("name", "molarity", "solvent"),
    [
        ("aqueous dimethylamine 40 %", 7.9, "water"),
        ("2 M dimethylamine in THF", 2.0, "THF"),
        ("2 M methylamine in methanol", 2.0, "MeOH"),
        ("2 M ammonia in methanol", 2.0, "MeOH"),
        ("ammonia in methanol", 7.0, "MeOH"),
        ("aqueous glyoxal 40 %", 8.8, "water"),
        ("aqueous glutaraldehyde 25 %", 2.6, "water"),
        ("aqueous glutaraldehyde 50 %", 5.6, "water"),
        ("acetaldehyde 5 M in THF", 5.0, "THF"),
    ],
)
def test_bottles_of_solutions(name: str, molarity: float, solvent: str) -> None:
    """A solution has its molarity, and a solvent that the model knows by that name."""
    entry = find_entry(name, CATALOGUE)
    assert entry is not None
    assert entry.stock_M == pytest.approx(molarity, rel=0.05)
    assert entry.solvent == solvent == load_model().solvent(solvent).name
    assert entry.density_source


@pytest.mark.parametrize(
    "entry", [e for e in CATALOGUE.entries if e.stock_M and "%" in e.name], ids=lambda e: e.name
)
def test_per_cent_and_molarity_are_one(entry: object) -> None:
    """Of a solution by weight, molarity is 10 times per cent times density over molar mass."""
    assert hasattr(entry, "density_g_per_mL")
    if entry.density_g_per_mL is None:
        assert entry.stock_M * read_structure(entry.smiles).molar_mass < 1000 * 1.0
        return
    per_cent = float(entry.name.split(" %")[0].split()[-1])
    expected = 10 * per_cent * entry.density_g_per_mL / read_structure(entry.smiles).molar_mass
    assert entry.stock_M == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(
    "text", ["HCl", "x HCl", "\u00b7HCl", "salt", "TFA salt", "2HCl", "1 HCl HCl", "\u0130 HCl", ")" * 9]
)
def test_an_acid_alone_is_no_compound(text: str) -> None:
    """A word for a salt without a base ends in a line, never in a traceback."""
    with pytest.raises(PlannerError) as caught:
        read_structure(text)
    assert str(caught.value).isprintable()


# --- labels of solutions, symbols and formulas ---


@pytest.mark.parametrize(
    ("label", "smiles_", "molarity", "solvent"),
    [
        ("25 % aqueous ammonia", "N", 13.2, "water"),
        ("NH3 (aq), 28 wt%", "N", 14.8, "water"),
        ("40% dimethylamine in water", "CNC", 7.9, "water"),
        ("dimethylamine solution 2.0 M in THF", "CNC", 2.0, "THF"),
        ("formaldehyde solution 37%", "C=O", 13.4, "water"),
        ("37% formaldehyde in water", "C=O", 13.4, "water"),
        ("aq. formaldehyde 35 wt. %", "C=O", 12.7, "water"),
        ("methylamine (33% in EtOH)", "CN", 8.0, "EtOH"),
        ("33 wt. % methylamine in absolute ethanol", "CN", 8.0, "EtOH"),
        ("methylamine 2M THF", "CN", 2.0, "THF"),
        ("ammonia (7N in MeOH)", "N", 7.0, "MeOH"),
        ("6.5 M NH3/MeOH", "N", 6.5, "MeOH"),
        ("acetaldehyde in THF 5M", "CC=O", 5.0, "THF"),
        ("glyoxal 40% in H2O", "O=CC=O", 8.8, "water"),
    ],
)
def test_a_label_of_a_solution_is_read(label: str, smiles_: str, molarity: float, solvent: str) -> None:
    """Compound, strength and solvent in any order are a bottle at the strength said, which reads as itself again."""
    entry = find_entry(label, CATALOGUE)
    assert entry is not None
    assert (entry.smiles, entry.solvent) == (smiles_, solvent)
    assert entry.stock_M == pytest.approx(molarity, rel=0.01)
    again = find_entry(entry.name, CATALOGUE)
    assert again is not None
    assert (again.name, again.stock_M) == (entry.name, pytest.approx(entry.stock_M))


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("10 % formaldehyde in water", "37 % formalin"),
        ("5 % aqueous methylamine", "40 % aqueous methylamine"),
        ("2 M dimethylamine in EtOH", "2 M dimethylamine in methanol"),
        ("0.5 M ammonia in dioxane", "7 N ammonia in methanol"),
        ("methylamine in DMF", "2 M methylamine in THF"),
    ],
)
def test_a_bottle_that_is_not_listed_names_those_that_are(label: str, named: str) -> None:
    """Another strength or solvent is refused with the bottles of the compound."""
    with pytest.raises(StructureError, match="no such bottle") as caught:
        read_structure(read_name(label, CATALOGUE))
    assert named in str(caught.value)


@pytest.mark.parametrize("label", ["98% benzylamine", "benzylamine 99 %", "butanal, 95 %"])
def test_a_purity_is_no_solution(label: str) -> None:
    """A high per cent without a solvent is told to be a purity."""
    with pytest.raises(StructureError, match="is a purity"):
        read_name(label, CATALOGUE)


@pytest.mark.parametrize(
    "text", ["2-methylbenzylamine", "N,N-dimethyl-1,3-propanediamine", "4-aminopiperidine"]
)
def test_places_are_no_strengths(text: str) -> None:
    """Numbers and letters of a plain name are none of a label."""
    said = read_solution(text)
    assert said is None or said.strength is None


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("2-Cl-benzaldehyde", "2-chlorobenzaldehyde"),
        ("4-F-C6H4CHO", "4-fluorobenzaldehyde"),
        ("p-Cl-C6H4-CHO", "4-chlorobenzaldehyde"),
        ("3,4-(MeO)2-benzaldehyde", "3,4-dimethoxybenzaldehyde"),
        ("2,4-Cl2-benzaldehyde", "2,4-dichlorobenzaldehyde"),
        ("4-CF3-benzaldehyde", "4-(trifluoromethyl)benzaldehyde"),
        ("4-NO2-C6H4-CHO", "4-nitrobenzaldehyde"),
        ("4-Br-aniline", "4-bromoaniline"),
        ("4-OMe-C6H4CH2NH2", "4-methoxybenzylamine"),
        ("C6H5CHO", "benzaldehyde"),
        ("adamantylamine", "1-adamantylamine"),
        ("3-azetidinol", "3-hydroxyazetidine"),
        ("piperidin-4-one", "4-piperidone"),
    ],
)
def test_symbols_of_groups_are_read(typed: str, listed: str) -> None:
    """A symbol on a ring is its word, and a benzene ring written as a formula is its name."""
    assert smiles(typed) == smiles(listed)
    assert smiles(typed) != typed


@pytest.mark.parametrize(
    "text", ["4-Xy-C6H4CHO", "CH3CH2CHO", "C6H4(CHO)2", "HO-C6H4-QQQ", "25 % zorgamine in water"]
)
def test_no_ring_numbers_for_what_is_no_smiles(text: str) -> None:
    """A formula or a label that is not read is told to be that, without advice for SMILES."""
    with pytest.raises(StructureError, match="looks like") as caught:
        read_structure(read_name(text, CATALOGUE))
    assert "ring numbers" not in str(caught.value)
    assert "spaces" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (r["code"], r["name"])
        for r in csv.DictReader(
            Path(names.__file__).with_name("amino_acids.csv").read_text(encoding="utf-8").splitlines()
        )
    ],
)
def test_codes_of_amino_acids_are_the_acids(code: str, name: str) -> None:
    """``H-Xaa-OH`` is the L acid that the lists have by its name, and the D code its mirror image."""
    made = amino_acid(f"H-{code}-OH")
    mirrored = amino_acid(f"H-D-{code}-OH")
    chiral = "@" in made
    assert (made == mirrored) is not chiral
    assert made.replace("@", "") == mirrored.replace("@", "")
    entry = find_entry(f"L-{name}" if chiral else name, CATALOGUE)
    if entry is not None and "@" in entry.smiles:
        assert as_charged(made) == entry.smiles
    labels = Chem.FindMolChiralCenters(Chem.MolFromSmiles(made))
    alpha = Chem.MolFromSmiles(made).GetSubstructMatch(Chem.MolFromSmarts("[$(C(N)C(=O)[OH])]"))
    assert all(label == ("R" if code == "Cys" else "S") for atom, label in labels if atom in alpha)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("H-Phe-OMe", "COC(=O)[C@@H](N)Cc1ccccc1"),
        ("H-Phe-OMe HCl", "COC(=O)[C@@H](N)Cc1ccccc1.Cl"),
        ("H-Gly-OEt\u00b7HCl", "CCOC(=O)CN.Cl"),
        ("Boc-Phe-H", "CC(C)(C)OC(=O)N[C@H](C=O)Cc1ccccc1"),
        ("N-Boc-L-phenylalaninal", "CC(C)(C)OC(=O)N[C@H](C=O)Cc1ccccc1"),
        ("Z-D-Ala-H", "O=C[C@@H](C)NC(=O)OCc1ccccc1"),
        ("Boc-prolinal", "CC(C)(C)OC(=O)N1CCC[C@H]1C=O"),
        ("lysine methyl ester dihydrochloride", "COC(=O)[C@@H](N)CCCCN.Cl.Cl"),
        ("H-Lys-OMe 2HCl", "COC(=O)[C@@H](N)CCCCN.Cl.Cl"),
        ("D-valine tert-butyl ester", "CC(C)[C@@H](N)C(=O)OC(C)(C)C"),
        ("L-valinol", "CC(C)[C@H](N)CO"),
    ],
)
def test_derivatives_of_amino_acids(typed: str, expected: str) -> None:
    """Codes, esters, aldehydes and alcohols of amino acids are read, as salts too."""
    assert as_charged(smiles(typed)) == as_charged(expected)


@pytest.mark.parametrize("text", ["aspartic acid methyl ester", "H-Xyz-OMe", "H-Phe-Gly-OMe", "zorginal"])
def test_what_no_code_says_is_not_guessed(text: str) -> None:
    """An ester that may be either of two, and codes that are not listed, are no amino acid of the rule."""
    assert amino_acid(text) == ""


@pytest.mark.parametrize("text", ["TFA", "trifluoroacetic acid", "formic acid", "MsOH"])
def test_an_acid_is_told_to_be_one(text: str) -> None:
    """An acid that salts are made with is no partner, and nothing else is suggested; as a bottle it is itself."""
    with pytest.raises(StructureError, match="it is an acid") as caught:
        read_structure(text)
    assert "did you mean" not in str(caught.value)
    held = read_supply(text, role="acid")
    assert held.smiles != "CC(=O)O"


@pytest.mark.parametrize(
    ("text", "other"), [("valinal", "alaninol"), ("TFE", "ttfe"), ("glycinal", "glycinol")]
)
def test_two_slips_in_a_short_name_are_another_compound(text: str, other: str) -> None:
    """Where more than a letter differs in a short name, or the text is an abbreviation, nothing is suggested."""
    assert other not in nearest_name(text, CATALOGUE)
