"""Sold forms of aldehydes and ketones: hydrates, hemiacetals and bisulfite adducts, and what they bring."""

import pytest

from planner.errors import ScopeError
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


def test_an_acetal_is_still_refused() -> None:
    """An acetal is told to be deprotected."""
    with pytest.raises(ScopeError, match="deprotect"):
        read_pair(AMINE, "COC(OC)c1ccccc1", MODEL)
