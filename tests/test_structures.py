"""Text becomes a structure, or one clear line; nothing else."""

import pytest
from hypothesis import example, given, strategies as st
from rdkit import Chem

import strategies
from planner.errors import PlannerError, StructureError
from planner.structures.salts import salt_partners
from planner.structures.structure import Structure, elements, molecule, protonated_mass, read_structure

# given: (canonical SMILES, Hill formula, counter-ions, strong acid, all acid) per mole of compound
READ = {
    "NCc1ccccc1": ("NCc1ccccc1", "C7H9N", (), 0, 0),
    "C(c1ccccc1)N": ("NCc1ccccc1", "C7H9N", (), 0, 0),
    "C1=CC=CC=C1CN": ("NCc1ccccc1", "C7H9N", (), 0, 0),
    "  CCN ": ("CCN", "C2H7N", (), 0, 0),
    "[H]N([H])C": ("CN", "CH5N", (), 0, 0),
    "N": ("N", "H3N", (), 0, 0),
    "C=O": ("C=O", "CH2O", (), 0, 0),
    "C=O.O": ("C=O", "CH2O", ("hydrate",), 0, 0),
    "Cl.NCc1ccccc1": ("NCc1ccccc1", "C7H9N", ("hydrochloride",), 1, 1),
    "[Cl-].[NH3+]Cc1ccccc1": ("NCc1ccccc1", "C7H9N", ("hydrochloride",), 1, 1),
    "[H+].[Cl-].NCC": ("CCN", "C2H7N", ("hydrochloride",), 1, 1),
    "Cl.Cl.NCCN": ("NCCN", "C2H8N2", ("dihydrochloride",), 2, 2),
    "NCCCNCCCCNCCCN.Cl.Cl.Cl.Cl": ("NCCCNCCCCNCCCN", "C10H26N4", ("tetrahydrochloride",), 4, 4),
    "Br.CN": ("CN", "CH5N", ("hydrobromide",), 1, 1),
    "I.CN": ("CN", "CH5N", ("hydroiodide",), 1, 1),
    "OC(=O)C(F)(F)F.CN": ("CN", "CH5N", ("trifluoroacetate",), 1, 1),
    "CC(=O)[O-].[NH4+]": ("N", "H3N", ("acetate",), 0, 1),
    "OC=O.N": ("N", "H3N", ("formate",), 0, 1),
    "Cc1ccc(cc1)S(=O)(=O)O.CN": ("CN", "CH5N", ("tosylate",), 1, 1),
    "CS(=O)(=O)O.CN": ("CN", "CH5N", ("mesylate",), 1, 1),
    "OS(=O)(=O)O.CN": ("CN", "CH5N", ("sulfate",), 2, 2),
    "OS(=O)(=O)O.CN.CN": ("CN", "CH5N", ("hemisulfate",), 1, 1),
    "OP(=O)(O)O.CN": ("CN", "CH5N", ("phosphate",), 1, 2),
    "O[N+](=O)[O-].CN": ("CN", "CH5N", ("nitrate",), 1, 1),
    "[O-]Cl(=O)(=O)=O.C[NH3+]": ("CN", "CH5N", ("perchlorate",), 1, 1),
    "F[B-](F)(F)F.C[NH3+]": ("CN", "CH5N", ("tetrafluoroborate",), 1, 1),
    "OC(=O)C(=O)O.CN": ("CN", "CH5N", ("oxalate",), 1, 2),
    "OC(=O)/C=C/C(=O)O.CN": ("CN", "CH5N", ("maleate or fumarate",), 0, 2),
    "OC(=O)[C@H](O)[C@@H](O)C(=O)O.CN": ("CN", "CH5N", ("tartrate",), 0, 2),
    "OC(=O)CC(O)(CC(=O)O)C(=O)O.CN": ("CN", "CH5N", ("citrate",), 0, 3),
    "Cl.O.NCCO": ("NCCO", "C2H7NO", ("hydrate", "hydrochloride"), 1, 1),
    "[Na+].[O-]C(=O)C(N)C": ("CC(N)C(=O)O", "C3H7NO2", ("sodium",), 0, 0),
    "[K+].[O-]C(=O)CN": ("NCC(=O)O", "C2H5NO2", ("potassium",), 0, 0),
    "[NH3+]CC(=O)[O-]": ("NCC(=O)O", "C2H5NO2", (), 0, 0),
    "C[NH3+]": ("CN", "CH5N", (), 0, 0),
    "CC(=O)[O-]": ("CC(=O)O", "C2H4O2", (), 0, 0),
    "CC(=O)O": ("CC(=O)O", "C2H4O2", (), 0, 0),
    "[13CH2]=O": ("[13CH2]=O", "CH2O", (), 0, 0),
    "[2H]C([2H])=O": ("[2H]C([2H])=O", "CH2O", (), 0, 0),
    "[2H]N([2H])CC": ("[2H]N([2H])CC", "C2H7N", (), 0, 0),
    "C[C@H](N)c1ccccc1": ("C[C@H](N)c1ccccc1", "C8H11N", (), 0, 0),
    "N[C@@H](C)c1ccccc1": ("C[C@H](N)c1ccccc1", "C8H11N", (), 0, 0),
    "[CH3:1][NH2:2]": ("CN", "CH5N", (), 0, 0),
    "C[N+](C)(C)CC(=O)[O-]": ("C[N+](C)(C)CC(=O)[O-]", "C5H11NO2", (), 0, 0),
    "CCN.CCN": ("CCN", "C2H7N", (), 0, 0),
    "[2H]C([2H])O": ("[2H]C([2H])O", "CH4O", (), 0, 0),
    "OC(=O)[C@H](O)[C@@H](O)C(=O)O": ("O=C(O)[C@H](O)[C@@H](O)C(=O)O", "C4H6O6", (), 0, 0),
    "OB(O)c1ccc(C=O)cc1": ("O=Cc1ccc(B(O)O)cc1", "C7H7BO3", (), 0, 0),
}

BAD = {
    "": "empty",
    "   ": "empty",
    "\n": "empty",
    "benzylamin": "looks like a name",
    "aspirin": "looks like a name",
    "hello world": "looks like a name",
    "CCN ethylamine": "spaces",
    "CCN\nCCC": "several lines",
    "InChI=1S/CH5N/c1-2/h2H2,1H3": "InChI",
    "CCN>>CC": "reaction",
    "N->B": "reaction or a dative bond",
    "éthylamine": "plain ASCII",
    "ΔCN": "plain ASCII",
    "C\x00N": "plain ASCII",
    "C1CC": "ring numbers",
    "CC(N": "parentheses",
    "CC)N": "parentheses",
    "C[NH2": "square brackets",
    "CC]N": "square brackets",
    "C(C)(C)(C)(C)N": "too many bonds",
    "CN(C)(C)C": "too many bonds",
    "FC(F)(F)(F)F": "too many bonds",
    "O=O=O": "too many bonds",
    "c1cccc1": "alternating double bonds",
    "c1ccnc1": "alternating double bonds",
    "[Xx]": "not a readable SMILES",
    "C=": "not a readable SMILES",
    "()": "not a readable SMILES",
    "123": "not a readable SMILES",
    "=C": "not a readable SMILES",
    "*CCN": "placeholder",
    "[*]N": "placeholder",
    "CC[R1]": "not a readable SMILES",
    "C[Mg]Br": "element Mg",
    "CC[Zn]CC": "element Zn",
    "[Na]OC": "element Na",
    "[Pt]": "element Pt",
    "[U]": "element U",
    "C[As](C)C": "element As",
    "[He]": "element He",
    "[CH3]": "radical",
    "C[CH2]": "radical",
    "[O]": "radical",
    "CC(C)(C)N[O]": "radical",
    "[CH2]": "radical or carbene",
    "[CH3+]": "carbocation",
    "C[CH-]C": "carbocation or carbanion",
    "C[N+](C)(C)C": "permanent charge",
    "C[N+](C)(C)CCO.[Cl-]": "permanent charge",
    "C[n+]1ccccc1": "permanent charge",
    "CCN.CCC=O": "mixture",
    "CCN.CN": "mixture",
    "CC(O)=O.CCN.CCO.CC=O": "mixture",
    "Cl": "only counter-ions",
    "O": "only counter-ions",
    "[Na+].[Cl-]": "only counter-ions",
    "[H][H]": "no heavy atom",
    "[H+]": "no heavy atom",
    "[2H][2H]": "no heavy atom",
    "[999C]": "isotope",
    "C~C": "no stated order",
    "C$C": "no stated order",
    "C" * 101: "101 heavy atoms",
    "N" + "CC(=O)N" * 40: "at most 100",
    "C" * 5000: "5000 characters",
    "(" * 1999: "parentheses",
}


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_reading(text: str, expected: tuple[str, str, tuple[str, ...], float, float]) -> None:
    """One molecule in many guises is one structure; its salt partners are named and counted."""
    got = read_structure(text)
    told = (got.smiles, got.formula, got.counter_ions, got.strong_acid_equivalents, got.salt_equivalents)
    assert told == expected


@pytest.mark.parametrize(("text", "words"), BAD.items())
def test_bad_structures(text: str, words: str) -> None:
    """What is no structure gets one line that says what is wrong and what to do."""
    with pytest.raises(StructureError) as caught:
        read_structure(text)
    message = str(caught.value)
    assert words in message
    assert message.startswith("structure ")
    assert "\n" not in message
    assert len(message) < 260


def test_the_table_of_bad_structures_is_broad() -> None:
    """At least forty ways to go wrong."""
    assert len(BAD) >= 40


@pytest.mark.parametrize("given", [None, 5, 3.14, b"CCN", ["CCN"], object(), True])
def test_what_is_no_text(given: object) -> None:
    """Anything but text is named by its type."""
    with pytest.raises(StructureError, match=type(given).__name__):
        read_structure(given)  # type: ignore[arg-type]


def test_reading_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """RDKit's complaints do not reach the terminal."""
    for text in BAD:
        with pytest.raises(StructureError):
            read_structure(text)
    for text in READ:
        read_structure(text)
    assert capfd.readouterr() == ("", "")


@given(st.text(max_size=40) | strategies.texts_like_smiles() | strategies.broken(list(READ)))
@example("[" * 500)
@example("C%(99999)CC%(99999)")
@example("[C@@@H](N)C")
@example("C1CC1C1CC1N" * 30)
@example("[NH4+]" + ".[Cl-]" * 60)
@example("[2H+]")
@example("c1ccccc1" * 20)
@example("[H]" * 50)
@example("N/C=C/C=C\\C=C/1CCC1")
def test_any_text_gives_a_structure_or_a_planner_error(text: str) -> None:
    """No text whatever brings another exception, and what is read reads back as itself."""
    try:
        structure = read_structure(text)
    except PlannerError:
        return
    again = read_structure(structure.smiles)
    assert again.smiles == structure.smiles
    assert again.counter_ions == ()


@given(strategies.respelled(st.sampled_from(sorted({s[0] for s in READ.values()}))))
def test_spelling_changes_nothing(pair: tuple[str, str]) -> None:
    """Atom order and spelling change nothing in the structure."""
    written, respelled = pair
    assert read_structure(respelled) == read_structure(written)


def test_masses() -> None:
    """Benzylamine, deuterated formaldehyde and their [M+H]+, from the atomic masses."""
    benzylamine = read_structure("NCc1ccccc1")
    assert benzylamine.molar_mass == pytest.approx(107.156, abs=2e-3)
    assert benzylamine.exact_mass == pytest.approx(107.07350, abs=1e-5)
    assert protonated_mass("NCc1ccccc1") == pytest.approx(108.08078, abs=1e-5)
    heavy = read_structure("[2H]C([2H])=O")
    assert heavy.exact_mass - read_structure("C=O").exact_mass == pytest.approx(2 * 1.006277, abs=1e-5)
    assert benzylamine.n_heavy == 8


def test_elements_count_hydrogen_and_labels() -> None:
    """Element counts hold every hydrogen; labelled atoms count as their element."""
    assert elements("NCc1ccccc1") == (("C", 7), ("H", 9), ("N", 1))
    assert elements(read_structure("[2H]C([2H])=O")) == (("C", 1), ("H", 2), ("O", 1))
    assert elements("N") == (("H", 3), ("N", 1))


def test_salt_partners_have_one_name_each() -> None:
    """Every partner of the table is recognised by itself beside an amine."""
    for partner in salt_partners():
        if partner.name != "proton":
            assert read_structure(f"{partner.smiles}.NCc1ccccc1").counter_ions == (partner.name,)


def test_salt_partners_hold_the_protons_they_can() -> None:
    """An acid has the hydrogens that it gives, an ion is balanced by them, and no more are strong than there are."""
    partners = salt_partners()
    assert len({partner.name for partner in partners}) == len(partners)
    for partner in partners:
        mol = Chem.MolFromSmiles(partner.smiles)
        charge = Chem.GetFormalCharge(mol)
        acidic = sum(a.GetTotalNumHs() for a in mol.GetAtoms() if a.GetSymbol() != "C")
        if partner.name == "proton":  # counted with its anion
            assert (partner.protons, charge) == (0, 1)
        elif charge:
            assert partner.protons == -charge, partner
        else:
            assert 0 <= partner.protons <= acidic, partner
        assert 0 <= partner.strong * (-1 if charge > 0 else 1) <= abs(partner.protons), partner


def test_a_structure_is_a_value() -> None:
    """Structures compare and hash by content."""
    assert read_structure("CCN") == read_structure("NCC")
    assert len({read_structure("CCN"), read_structure("NCC")}) == 1
    assert isinstance(read_structure("CCN"), Structure)


def test_molecule_refuses_nonsense() -> None:
    """Text that never went through the reader is caught too."""
    with pytest.raises(StructureError, match="read_structure"):
        molecule("C1CC")
