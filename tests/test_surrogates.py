"""Sold forms of aldehydes and ketones: hydrates, hemiacetals and bisulfite adducts, and what they bring."""

import pytest

from planner.errors import ScopeError, StructureError
from planner.flask.bottles import base_to_add, water_brought
from planner.flask.procedure import asked_procedure
from planner.flask.settling import settle
from planner.model.parameters import load_model
from planner.sheets.supplies import read_supply
from planner.structures.pairs import read_pair
from planner.structures.structure import read_structure
from planner.structures.surrogates import set_free

MODEL = load_model()
AMINE = "NCc1ccccc1"

FORMS = [
    # written, carbonyl, water, base, words
    ("CCOC(O)C(F)(F)F", "O=CC(F)(F)F", 0, 0, "1 eq of CCO"),
    ("OC(O)C(F)(F)F", "O=CC(F)(F)F", 1, 0, "water"),
    ("OC(O)C(Cl)(Cl)Cl", "O=CC(Cl)(Cl)Cl", 1, 0, "water"),
    ("COC(=O)C(O)OC", "COC(=O)C=O", 0, 0, "1 eq of CO"),
    ("O=C(O)C(O)O", "O=CC(=O)O", 1, 0, "water"),
    ("CC(O)(O)C(F)(F)F", "CC(=O)C(F)(F)F", 1, 0, "water"),
    ("OC1CCCO1", "O=CCCCO", 0, 0, "opens"),
    ("OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O", "O=C[C@H](O)[C@@H](O)[C@H](O)[C@H](O)CO", 0, 0, "opens"),
    ("[Na+].[O-]S(=O)(=O)C(O)c1ccccc1", "O=Cc1ccccc1", 0, 1, "bisulfite"),
    ("[Na+].CC(C)(O)S(=O)(=O)[O-]", "CC(C)=O", 0, 1, "bisulfite"),
]


@pytest.mark.parametrize(("written", "carbonyl", "water", "base", "words"), FORMS)
def test_a_sold_form_is_the_carbonyl_with_what_it_brings(
    written: str, carbonyl: str, water: float, base: float, words: str
) -> None:
    """The plan is that of the free compound; water, base and alcohol of the form are counted or said."""
    pair, free = read_pair(AMINE, written, MODEL), read_pair(AMINE, carbonyl, MODEL)
    assert pair.carbonyl.smiles == read_structure(carbonyl).smiles
    assert pair.products == free.products
    p, _ = settle(asked_procedure({"carbonyl_equivalents": 1.2}), MODEL, pair)
    assert water_brought(pair, p) == pytest.approx(1.2 * water * p.concentration_M)
    assert base_to_add(pair, p) == pytest.approx(1.2 * base)
    assert any(words in line and "was given as its" in line for line in pair.cautions)
    assert read_pair(*pair.texts, MODEL) == pair


@pytest.mark.parametrize(("written", "carbonyl", "water", "base", "words"), FORMS)
def test_the_bottle_weighs_what_is_sold(
    written: str, carbonyl: str, water: float, base: float, words: str
) -> None:
    """The sheet weighs the form that is sold and takes it for the carbonyl."""
    bottle, free = read_supply(written, MODEL, role="carbonyl"), read_supply(carbonyl, MODEL)
    assert bottle.smiles == free.smiles
    assert bottle.base_equivalents == base
    leaves = set_free(read_structure(written).smiles)
    assert leaves is not None
    if not base:
        brought = (
            read_structure(leaves.leaves).molar_mass if leaves.leaves not in ("", "O") else 18.015 * water
        )
        assert bottle.molar_mass == pytest.approx(free.molar_mass + brought, abs=0.01)


@pytest.mark.parametrize(
    "smiles", ["COC(OC)c1ccccc1", "OCC(O)c1ccccc1", "C1OCOCO1", "OC(O)C(O)O", "CC(O)S(C)(=O)=O", "NC(O)C"]
)
def test_what_stays_closed_is_no_surrogate(smiles: str) -> None:
    """Acetals, diols, sulfones, hemiaminals and what would open twice are none."""
    assert set_free(read_structure(smiles).smiles) is None


NAMED = [
    # name, what it is, carbonyl, water, base, alcohol
    ("trifluoroacetaldehyde ethyl hemiacetal", "CCOC(O)C(F)(F)F", "O=CC(F)(F)F", 0, 0, "CCO"),
    ("1-ethoxy-2,2,2-trifluoroethanol", "CCOC(O)C(F)(F)F", "O=CC(F)(F)F", 0, 0, "CCO"),
    ("methyl glyoxylate methyl hemiacetal", "COC(=O)C(O)OC", "COC(=O)C=O", 0, 0, "CO"),
    ("ethyl glyoxylate ethyl hemiacetal", "CCOC(=O)C(O)OCC", "CCOC(=O)C=O", 0, 0, "CCO"),
    ("butanal sodium bisulfite adduct", "[Na+].CCCC(O)S(=O)(=O)[O-]", "CCCC=O", 0, 1, ""),
    ("benzaldehyde sodium bisulphite", "[Na+].O=S(=O)([O-])C(O)c1ccccc1", "O=Cc1ccccc1", 0, 1, ""),
    ("cyclohexanone hydrogen sulfite", "[Na+].O=S(=O)([O-])C1(O)CCCCC1", "O=C1CCCCC1", 0, 1, ""),
    ("chloral hydrate", "O=CC(Cl)(Cl)Cl.O", "O=CC(Cl)(Cl)Cl", 1, 0, ""),
    ("2-hydroxytetrahydropyran", "OC1CCCCO1", "O=CCCCCO", 0, 0, ""),
]


@pytest.mark.parametrize(("name", "form", "carbonyl", "water", "base", "alcohol"), NAMED)
def test_the_name_of_a_form_is_that_form(
    name: str, form: str, carbonyl: str, water: float, base: float, alcohol: str
) -> None:
    """A sold form by its name is the carbonyl compound with the same water, base, alcohol and mass as by its SMILES."""
    pair, drawn = read_pair(AMINE, name, MODEL), read_pair(AMINE, form, MODEL)
    assert pair.carbonyl.smiles == drawn.carbonyl.smiles == read_structure(carbonyl).smiles
    for found in (pair, drawn):
        assert found.carbonyl_bottle is not None
        assert found.carbonyl_bottle.water_equivalents == water
        assert found.carbonyl_bottle.strong_acid_equivalents == base
        assert not alcohol or any(f"1 eq of {alcohol}." in line for line in found.cautions)
    weights = [read_supply(text, MODEL, role="carbonyl").molar_mass for text in (name, form)]
    assert weights[0] == pytest.approx(weights[1])


@pytest.mark.parametrize(
    "name", ["acetic acid methyl hemiacetal", "hexanedial sodium bisulfite", "foo ethyl hemiacetal"]
)
def test_no_form_is_made_of_what_has_no_one_carbonyl(name: str) -> None:
    """Without a carbonyl, with two of them, or of an unknown name no form is guessed."""
    with pytest.raises(StructureError, match="name"):
        read_pair(AMINE, name, MODEL)


BESIDE = [
    ("OC(O)C(=O)c1ccccc1", "1,2-dione"),
    ("OC(O)C(C)=O", "1,2-dione"),
]


@pytest.mark.parametrize(("smiles", "words"), BESIDE)
def test_a_hydrate_beside_a_ketone_opens(smiles: str, words: str) -> None:
    """Hydrates of dicarbonyl compounds are read as these; a hemiacetal ring beside a ketone stays a ring."""
    with pytest.raises(ScopeError, match=words):
        read_pair(AMINE, smiles, MODEL)
    assert read_pair(AMINE, "CC(=O)CCC1CCC(O)O1", MODEL).carbonyl_class.is_ketone


CATIONS = [
    ("methylammonium chloride", "CN", 0, 1),
    ("methylammonium acetate", "CN", 1, 0),
    ("butylammonium bromide", "CCCCN", 0, 1),
    ("benzylammonium formate", "NCc1ccccc1", 1, 0),
    ("pyrrolidinium chloride", "C1CCNC1", 0, 1),
    ("anilinium chloride", "Nc1ccccc1", 0, 1),
    ("ammonium acetate", "N", 1, 0),
    ("ammonium chloride", "N", 0, 1),
]


@pytest.mark.parametrize(("name", "amine", "weak", "strong"), CATIONS)
def test_a_salt_by_its_cation_is_the_amine_with_its_acid(
    name: str, amine: str, weak: float, strong: float
) -> None:
    """Alkylammonium salts are the amine with the acid that they bring: weak stays in the flask, strong takes a base."""
    pair = read_pair(name, "CCCC=O", MODEL)
    assert pair.amine.smiles == read_structure(amine).smiles
    assert pair.amine_bottle is not None
    assert (pair.amine_bottle.weak_acid_equivalents, pair.amine_bottle.strong_acid_equivalents) == (
        weak,
        strong,
    )


def test_an_acetal_is_still_refused() -> None:
    """An acetal is told to be deprotected."""
    with pytest.raises(ScopeError, match="deprotect"):
        read_pair(AMINE, "COC(OC)c1ccccc1", MODEL)
