"""What is typed in the place of a structure or a number: read where it can be, named where it cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

import planner
from planner.cli import main
from planner.errors import ParameterError, PlannerError, ProcedureError, StructureError
from planner.model.catalogue import cas_number, find_entry, load_catalogue
from planner.model.folders import models_folder, read_shelf
from planner.model.parameters import load_model
from planner.sheets.supplies import read_quantity
from planner.structures import names
from planner.structures.pairs import read_pair
from planner.structures.structure import read_structure

CATALOGUE = load_catalogue(read_shelf())


@pytest.fixture(autouse=True, scope="module")
def opsin_out() -> Iterator[None]:
    """Leave OPSIN out, which may be installed or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "_opsin", lambda _: "")
        names._iupac.cache_clear()
        yield
        names._iupac.cache_clear()


def refusal(text: str) -> str:
    """Read a structure that must be refused in one printable line."""
    with pytest.raises(StructureError) as caught:
        read_structure(text)
    assert str(caught.value).isprintable()
    return str(caught.value)


# --- CAS numbers ---


@pytest.mark.parametrize(
    ("cas", "smiles"),
    [
        ("100-46-9", "NCc1ccccc1"),
        ("100-52-7", "O=Cc1ccccc1"),
        ("110\u201091\u20118", "C1COCCN1"),
        (" 74-89-5\n", "CN"),
    ],
)
def test_a_cas_number_is_a_name(cas: str, smiles: str) -> None:
    """A CAS number of the list stands for its compound, whatever hyphen it was copied with."""
    assert read_structure(cas).smiles == smiles


@pytest.mark.parametrize("solution", ["74-89-5", "7664-41-7", "50-00-0"])
def test_a_cas_number_is_the_compound_not_its_solution(solution: str) -> None:
    """Where a compound and its solutions have one number, the number is the compound."""
    entry = find_entry(solution, CATALOGUE)
    assert entry is not None
    assert entry.stock_M is None or all(e.stock_M for e in CATALOGUE.entries if e.cas == solution)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("58-08-2", "a CAS number that the list of reagents lacks"),
        ("50-78-2", "a CAS number that the list of reagents lacks"),
        ("1310-73-2", "a CAS number that the list of reagents lacks"),
        ("100-46-8", "wrong check digit"),
        ("58-08-3", "wrong check digit"),
        ("05-07-1975", "looks like a number"),
    ],
)
def test_a_cas_number_that_is_not_listed_is_named_as_one(text: str, said: str) -> None:
    """A well-formed number that the list lacks, or with a wrong digit, is told from a SMILES."""
    assert said in refusal(text)


@given(st.integers(10, 9_999_999), st.integers(0, 99))
def test_one_check_digit_of_ten_is_right(head: int, middle: int) -> None:
    """Every beginning of a CAS number has just one last digit."""
    assert sum(cas_number(f"{head}-{middle:02}-{last}") is not None for last in range(10)) == 1


@pytest.mark.parametrize("cas", ["05-07-1975", "1975-07-05", "74-89-6", "74895", "n/a"])
def test_a_row_with_a_wrong_cas_number_is_refused(tmp_path: Path, cas: str) -> None:
    """A number that a spreadsheet made a date, or a slip, is named by file and row."""
    rows = (models_folder() / "reagents.csv").read_text(encoding="utf-8").replace("74-89-5", cas, 1)
    (tmp_path / "reagents.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(ParameterError, match=r"reagents\.csv, row 2 \(methylamine\): .* is no CAS number"):
        load_catalogue(read_shelf(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("methylamine,methanamine", "methyl\x1bamine,methanamine", "control characters"),
        (",CN,amine", ",,amine", "row 2 .methylamine.: smiles"),
        ("0.714", "heavy", "row 4 .propylamine.: 'heavy' is no positive number"),
        ("name,aliases", "name,alias", "lacks the columns aliases"),
    ],
)
def test_a_catalogue_that_is_none_is_refused_by_row(tmp_path: Path, old: str, new: str, said: str) -> None:
    """What a row cannot hold is a ParameterError that names file and row."""
    rows = (models_folder() / "reagents.csv").read_text(encoding="utf-8")
    assert old in rows
    (tmp_path / "reagents.csv").write_text(rows.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParameterError, match=said) as caught:
        load_catalogue(read_shelf(tmp_path))
    assert str(tmp_path / "reagents.csv") in str(caught.value)


# --- names ---


@pytest.mark.parametrize("name", ["benzylamine", "37 % formalin", "MEK", "110-91-8"])
def test_names_are_read_wherever_smiles_are(name: str) -> None:
    """Sites, cautions and structures take the names that a pair takes."""
    entry = find_entry(name, CATALOGUE)
    assert entry is not None
    assert read_structure(name) == read_structure(entry.smiles)
    by_name, by_smiles = (CliRunner().invoke(main, ["sites", text]) for text in (name, entry.smiles))
    assert by_name.exit_code == 0
    assert by_name.output == by_smiles.output


def test_sites_read_the_names_of_a_folder_of_ones_own(tmp_path: Path) -> None:
    """`planner sites` looks a name up in the list of its --models folder."""
    rows = (models_folder() / "reagents.csv").read_text(encoding="utf-8")
    (tmp_path / "reagents.csv").write_text(
        rows.replace("methylamine,methanamine", "my amine,mine", 1), encoding="utf-8"
    )
    (tmp_path / "default").symlink_to(models_folder() / "default")
    run = CliRunner().invoke(main, ["sites", "my amine", "--models", str(tmp_path)])
    assert run.output.startswith("CN\n")
    assert CliRunner().invoke(main, ["sites", "my amine"]).exit_code == 2


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("solvent", text) for text in ("anisole", "1,4-dioxane", "DMSO", "THP", "1-propanol", "pentanol")),
        *(
            ("solvent", text)
            for text in ("methanol-d4", "dichloroethene", "ethanal", "chloroform", "heptane", "MTBE")
        ),
        *(
            ("reductant", text)
            for text in ("NaBD4", "LiBH4", "KBH4", "LiAlH4", "NaBH(OAc)2", "sodium borodeuteride")
        ),
    ],
)
def test_no_other_compound_is_suggested(kind: str, text: str) -> None:
    """A compound that the model lacks is not taken for a slip of the pen."""
    with pytest.raises(ProcedureError) as caught:
        getattr(load_model(), kind)(text)
    assert "did you mean" not in str(caught.value)
    assert "known: " in str(caught.value)


@pytest.mark.parametrize(
    "text", ["pyridine", "3-iodobenzaldehide oxime", "formic acid", "butanol", "methylamide"]
)
def test_no_other_compound_of_the_list_is_suggested(text: str) -> None:
    """A name whose nearest neighbour in the list is another compound gets no suggestion."""
    assert "did you mean" not in refusal(text)


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("solvent", "methanoll", "methanol"),
        ("solvent", "tetrahydrofurane", "tetrahydrofuran"),
        ("solvent", "dicloromethane", "dichloromethane"),
        ("reductant", "sodium borohidride", "sodium borohydride"),
        ("reductant", "sodum triacetoxyborohydrid", "sodium triacetoxyborohydride"),
    ],
)
def test_a_slip_of_the_pen_is_answered(kind: str, text: str, name: str) -> None:
    """One letter too many, too few or wrong is answered with the name that was meant."""
    with pytest.raises(ProcedureError, match=f"did you mean '{name}'"):
        getattr(load_model(), kind)(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("solvent", text) for text in ("DCM/MeOH", "THF:water 9:1", "MeOH + AcOH", "DCE and heptane")),
        ("solvent", "MeOH, 5 % water"),
        ("reductant", "STAB/NaBH4"),
    ],
)
def test_one_at_a_time(kind: str, text: str) -> None:
    """A mixture of which a part is known is told from an unknown name."""
    with pytest.raises(ProcedureError, match=f"is a mixture; give one {kind} at a time"):
        getattr(load_model(), kind)(text)


# --- texts that are no SMILES ---


@pytest.mark.parametrize("invisible", ["\u200b", "\ufeff", "\u00a0", "\u2060", "\u00ad", "\u202f \t"])
def test_what_is_not_seen_is_taken_off_at_the_ends(invisible: str) -> None:
    """Characters of no width and odd spaces around a text do not count, for SMILES, names and CAS numbers."""
    for text in ("NCc1ccccc1", "benzylamine", "100-46-9"):
        for written in (invisible + text, text + invisible, invisible + text + invisible):
            assert read_structure(written).smiles == "NCc1ccccc1"
            assert read_pair(written, "butanal").amine.smiles == "NCc1ccccc1"


@pytest.mark.parametrize("letter", ["\u200b", "\ufeff", "\u00a0", "\u200e", "\x07"])
@pytest.mark.parametrize("place", [2, 5, 10])
def test_what_is_not_seen_inside_is_named_with_its_place(letter: str, place: int) -> None:
    """An invisible character inside is never cut in silence: the line has its code and where it stands."""
    text = "NCc1ccccc1"
    said = refusal(text[: place - 1] + letter + text[place - 1 :])
    assert f"invisible character (U+{ord(letter):04X}) at place {place}" in said


@pytest.mark.parametrize(("text", "place"), [("NCc1ccccc1\u00b7HCl", 11), ("\u03b1CCN", 1), ("CC\u2013N", 3)])
def test_a_letter_that_is_no_smiles_is_named_with_its_place(text: str, place: int) -> None:
    """Other letters are named in the same way."""
    assert f"(U+{ord(text[place - 1]):04X}) at place {place}" in refusal(text)


@pytest.mark.parametrize(
    ("text", "smiles"),
    [
        ("C[C@H](N)c1ccccc1 |&1:1|", "C[C@H](N)c1ccccc1"),
        ("CC[C@H](C)N |o1:2|", "CC[C@H](C)N"),
        ("NCC=O |$_AV:a;b;;$,(0,0,;1,0,;2,0,;3,0,)|", "NCC=O"),
        ("CCN\t|w:0.0| ", "CCN"),
    ],
)
def test_an_extension_is_left_out(text: str, smiles: str) -> None:
    """What a CXSMILES says of drawing and stereo groups does not hinder reading."""
    assert read_structure(text) == read_structure(smiles)


@pytest.mark.parametrize("text", ["CCN |^1:0|", "CCN.CC |m:1:0.1|", "NCCO |Sg:n:1,2::ht|"])
def test_an_extension_that_makes_another_molecule_is_refused(text: str) -> None:
    """A radical, a bond of no place or a polymer in the extension is not dropped in silence."""
    assert "the extension |" in refusal(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WGQKYBSKWIADBV-UHFFFAOYSA-N", "an InChIKey"),
        ("InChIKey=HUMNYLRZRPPJDN-UHFFFAOYSA-N", "an InChIKey"),
        ("PAFZNILMFXTMIY-UHFFFAOYSA-O", "an InChIKey"),
        ("RInChI=1.00.1S/C7H6O/c8-6-7/h1-6H<>C4H8O/d+", "an RInChI"),
        ("Web-RInChIKey=HUMNYLRZRPPJDN-UHFFF", "an RInChI"),
        ("Long-RInChIKey=SA-BUHFF", "an RInChI"),
        ("InChI=1S/C7H9N/c8-6-7-4-2-1-3-5-7/h1-5H,6,8H2", "an InChI;"),
        ("inchi=1S/CH4/h1H4", "an InChI;"),
    ],
)
def test_other_identifiers_are_told_by_name(text: str, name: str) -> None:
    """Keys and identifiers of other kinds are named, with what to give instead."""
    said = refusal(text)
    assert name in said
    assert "give the SMILES" in said


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("C[N+H2]Cc1ccccc1", "[NH2+]"),
        ("CC[N+H3]", "[NH3+]"),
        ("CC(=O)[O-H]", "[OH-]"),
        ("c1cc[n+H]cc1", "[nH+]"),
        ("C[15N++H2:3]C", "[15NH2++:3]"),
        ("C[C@+H](N)C", "[C@H+]"),
    ],
)
def test_a_charge_before_the_hydrogens_is_turned_round(text: str, right: str) -> None:
    """The right order of an atom's parts is written out for the user."""
    assert f"write {right}" in refusal(text)


@given(st.text(max_size=40))
def test_any_text_is_a_structure_or_a_line(text: str) -> None:
    """Whatever is typed is read, or refused in one printable line."""
    try:
        read_structure(text)
    except PlannerError as error:
        said = str(error)
    else:
        said = ""
    assert said.isprintable()


# --- numbers ---


@pytest.mark.parametrize(
    ("option", "typed", "plain"),
    [
        ("--carbonyl-equivalents", "1,05", "1.05"),
        ("--carbonyl-equivalents", "105 mol%", "1.05"),
        ("--temperature-c", "-12,5 °C", "-12.5"),
        ("--hold-time-h", "30 min", "0.5"),
        ("--amine-purity", "95 %", "0.95"),
    ],
)
def test_a_number_as_people_type_it_is_read_on_the_command_line(option: str, typed: str, plain: str) -> None:
    """A number with a comma or its unit gives the answer of the same number with a point."""
    asked = ["predict", "NCc1ccccc1", "CCCC=O", "--draws", "8", "--format", "csv"]
    runs = [CliRunner().invoke(main, [*asked, f"{option}={word}"]) for word in (typed, plain)]
    assert [run.exit_code for run in runs] == [0, 0]
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize("word", ["much", "1,5,2", "1.0.5", "--", "1;5"])
def test_what_is_no_number_gets_no_guess(word: str) -> None:
    """Text with no clear number in it is refused without one made of it."""
    run = CliRunner().invoke(main, ["predict", "N", "C=O", f"--carbonyl-equivalents={word}"])
    assert run.exit_code == 2
    assert "is not a number; give one such as 1.05" in run.stderr


@pytest.mark.parametrize(
    ("scale", "right"), [("0,25 g", "0.25 g"), ("1,5 mmol", "1.5 mmol"), ("150,0 uL", "150.0 uL")]
)
def test_a_decimal_comma_in_a_scale_is_named(scale: str, right: str) -> None:
    """An amount with a comma is answered with the same amount with a point."""
    with pytest.raises(ProcedureError, match=f"write {right}"):
        read_quantity(scale)


@pytest.mark.parametrize(("text", "both"), [("1,250", "1.250 or 1250"), ("12,000", "12.000 or 12000")])
def test_what_may_be_thousands_is_not_guessed(text: str, both: str) -> None:
    """Three digits after a comma may be thousands: both readings are named."""
    with pytest.raises(ProcedureError, match=f"write {both}"):
        read_quantity(text)
    with pytest.raises(ProcedureError, match=r"write 0\.125 mg"):
        read_quantity("0,125 mg")


@pytest.mark.parametrize("scale", ["250\u00a0mg", "250\u202fmg", "\ufeff250 mg\u200b"])
def test_odd_spaces_in_a_scale_are_spaces(scale: str) -> None:
    """Spaces that do not break a line, and characters of no width at the ends, come along when text is copied."""
    assert read_quantity(scale) == (250.0, "mass")


def test_a_message_is_one_printable_line() -> None:
    """Whatever a message quotes, no line break and no control character reaches the terminal."""
    assert str(planner.PlannerError("a\nb\x1b[31m\u2028c \u00b5")) == "a\\nb\\x1b[31m\\u2028c \u00b5"
