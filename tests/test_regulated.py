"""The gate refuses regulated families and leaves ordinary chemistry alone."""

from pathlib import Path

import pytest
from rdkit import Chem

from planner.errors import ScopeError
from planner.model.parameters import load_model
from planner.model.site_classes import pattern
from planner.structures import regulated
from planner.structures.loosened import loosened, skeleton
from planner.structures.pairs import _read_pair
from planner.structures.products import alkylated
from planner.structures.regulated import Family, check_regulated, load_families
from planner.structures.sites import find_sites
from planner.structures.structure import read_structure

REFUSED = {
    "fentanyl-type": [
        "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1",
        "CCC(=O)N(c1ccccc1)C1(C(=O)OC)CCN(CCc2ccccc2)CC1",
        "O=C(c1ccco1)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1",
        "c1ccc(NC2CCN(CCc3ccccc3)CC2)cc1",
        "CC(C)(C)OC(=O)N1CCC(Nc2ccccc2)CC1",
        "c1ccc(CN2CCC(Nc3ccccc3)CC2)cc1",
    ],
    "amphetamine-type": [
        "CC(N)Cc1ccccc1",
        "C[C@H](N)Cc1ccccc1",
        "CNC(C)Cc1ccccc1",
        "CNC(C)Cc1ccc2c(c1)OCO2",
        "CC(N)Cc1cc(OC)c(Br)cc1OC",
        "CNC(C)C(O)c1ccccc1",
        "CC(N)Cc1ccc2occc2c1",
        "CC(Cc1ccccc1)N(C)Cc1ccccc1",
    ],
    "cathinones": ["CNC(C)C(=O)c1ccccc1", "CCCC(C(=O)c1ccc2c(c1)OCO2)N1CCCC1", "CNC(C)C(=O)c1ccc(C)cc1"],
    "tryptamines": [
        "CN(C)CCc1c[nH]c2ccccc12",
        "COc1ccc2[nH]cc(CCN(C)C(C)C)c2c1",
        "CN(C)CCc1c[nH]c2cccc(OP(=O)(O)O)c12",
        "CCN(CC)CCc1c[nH]c2cccc(OC(C)=O)c12",
    ],
    "2C-type": [
        "COc1cc(CCN)c(OC)cc1Br",
        "COc1ccccc1CNCCc1cc(OC)c(I)cc1OC",
        "CCCSc1cc(OC)c(CCN)cc1OC",
    ],
    "2-benzylbenzimidazole": [
        "CCOc1ccc(Cc2nc3cc([N+](=O)[O-])ccc3n2CCN(CC)CC)cc1",
        "CC(C)Oc1ccc(Cc2nc3ccccc3n2CCN(CC)CC)cc1",
    ],
    "arylcyclohexylamines": [
        "c1ccc(C2(N3CCCCC3)CCCCC2)cc1",
        "CNC1(c2ccccc2Cl)CCCCC1=O",
        "CCNC1(c2cccc(OC)c2)CCCCC1=O",
    ],
    "lysergamides": [
        "CCN(CC)C(=O)C1CN(C)C2Cc3c[nH]c4cccc(C2=C1)c34",
        "CCN(CC)C(=O)C1CN(CC=C)C2Cc3c[nH]c4cccc(C2=C1)c34",
    ],
    "morphinans": [
        "CN1CCC23c4c5ccc(O)c4OC2C(O)C=CC3C1C5",
        "COc1ccc2c3c1OC1C(=O)CCC4(O)C(C2)N(C)CCC314",
        "CN1CCC23CCCCC2C1Cc1ccc(O)cc13",
    ],
    "mustards": ["CN(CCCl)CCCl", "CCN(CCCl)CCCl", "ClCCN(CCCl)CCCl"],
    "2-aminoethanols": [
        "CC(C)N(CCO)C(C)C",
        "CCN(C)CCO",
        "CCCN(CCC)CCO",
        "CN(C)CCS",
        "CC(C)N(CCS)C(C)C",
        "CC(C)N(CCCl)C(C)C",
    ],
}

ALLOWED = [
    # named in the design
    "c1ccc(CNCCc2ccccc2)cc1",
    "c1ccc(CNCCc2c[nH]c3ccccc23)cc1",
    "c1ccc(CN(CCc2c[nH]c3ccccc23)Cc2ccccc2)cc1",
    "c1ccc(CNC2CCNCC2)cc1",
    "c1ccc(CN2CCC(NCc3ccccc3)CC2)cc1",
    "CN(CCO)CCO",
    "O=C1CCC2(O)C3Cc4ccc(O)c5OC1C2(CCN3CC1CC1)c45",
    "CC(CCc1ccccc1)NC1CCCCC1",
    "CN(C)CCO",
    "CCN(CC)CCO",
    # drugs and their neighbours
    "CCN(CC)CC(=O)Nc1c(C)cccc1C",  # lidocaine
    "CN[C@H]1CC[C@@H](c2ccc(Cl)c(Cl)c2)c2ccccc21",  # sertraline
    "CC(NCCCc1cccc(C(F)(F)F)c1)c1cccc2ccccc12",  # cinacalcet
    "COc1cc2CC(CC3CCN(Cc4ccccc4)CC3)C(=O)c2cc1OC",  # donepezil
    "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",  # imatinib
    "CCOc1ccccc1OCCNC(C)Cc1ccc(OC)c(S(N)(=O)=O)c1",  # tamsulosin
    "CNS(=O)(=O)Cc1ccc2[nH]cc(CCN(C)C)c2c1",  # sumatriptan
    "CN(C)CCc1c[nH]c2ccc(Cn3cncn3)cc12",  # rizatriptan
    "O=c1[nH]c2ccccc2n1C1CCN(CCCn2c(=O)[nH]c3ccccc32)CC1",  # pimozide-like
    "CN(C)CCCN1c2ccccc2Sc2ccc(Cl)cc21",  # chlorpromazine
    "CN(C)CCC=C1c2ccccc2CCc2ccccc21",  # amitriptyline
    "CNCCC(Oc1ccc(C(F)(F)F)cc1)c1ccccc1",  # fluoxetine
    "CC(C)NCC(O)COc1cccc2ccccc12",  # propranolol
    "CC(C)(C)NCC(O)c1ccc(O)c(CO)c1",  # salbutamol
    "CNC[C@H](O)c1cccc(O)c1",  # phenylephrine
    "COc1ccc(CCN(C)CCCC(C#N)(C(C)C)c2ccc(OC)c(OC)c2)cc1OC",  # verapamil
    "CN(C)CCOC(c1ccccc1)c1ccccc1",  # diphenhydramine
    "C1CCN(C2CCN(Cc3ccccc3)CC2)CC1",
    "CC(C)N1CCN(c2ccccc2)CC1",
    "OCCOCCN1CCN(C(c2ccccc2)c2ccc(Cl)cc2)CC1",  # hydroxyzine
    "O=C(O)CCNCc1ccccc1",
    "CN1CCC(Nc2ncnc3cc(OC)c(OC)cc23)CC1",
    "Fc1ccc(Cn2c(NC3CCNCC3)nc3ccccc32)cc1",
    "COc1ccc(CCNCc2ccccc2)cc1OC",
    "CC(C)NCc1ccccc1",
    "CCCCNCc1ccccc1",
    "CNC(C)c1ccccc1",
    "CC(NC(C)c1ccccc1)c1ccccc1",
    "NC1CCCCC1c1ccccc1",
    "COc1cccc(C2(O)CCCCC2CN(C)C)c1",  # tramadol's skeleton is not of these families
    "CC(CN1CC(C)OC(C)C1)Cc1ccc(C(C)(C)C)cc1",  # fenpropimorph
    "C=CCN1CCC23c4c5ccc(O)c4OC2C(=O)CCC3(O)C1C5",  # naloxone
    "CN1C2CCC1CC(OC(=O)C(CO)c1ccccc1)C2",  # atropine
    "OCCN(CCO)CCO",
    "CC(C)NCCO",
    "OCCN1CCCC1",
    "OCCN1CCOCC1",
    "CCCCN(CC)CCO",
    "Cc1ccc(N2CCC(N)CC2)cc1",
    "CC(C)N1CCC(N(C)c2ncccn2)CC1",
    "CN1CCN(c2ccc(Nc3ncc(F)c(Nc4ccccc4)n3)cc2)CC1",
    "CC(=O)NCCc1c[nH]c2ccc(OC)cc12",  # melatonin
    "CCCN(CCC)CCc1cccc2c1CC(=O)N2",  # ropinirole
    "CCCN1CCN(C)CC1",
    "Cc1ccccc1CN1CCCC1",
    "CN(Cc1ccccc1)C1CCCCC1",
]


@pytest.mark.parametrize(("family", "smiles"), [(f, s) for f, many in REFUSED.items() for s in many])
def test_regulated_families_are_refused(family: str, smiles: str) -> None:
    """Members of each family are refused by its name, in one plain line."""
    with pytest.raises(ScopeError, match="regulated") as caught:
        check_regulated([read_structure(smiles).smiles])
    message = str(caught.value)
    assert family in message
    assert read_structure(smiles).smiles in message
    assert "\n" not in message


@pytest.mark.parametrize("smiles", ALLOWED)
def test_ordinary_chemistry_passes(smiles: str) -> None:
    """Ordinary products of medicinal and process chemistry are planned."""
    check_regulated([read_structure(smiles).smiles])


@pytest.mark.parametrize(
    "smiles",
    [
        "[2H]C([2H])([2H])NC(C)Cc1ccccc1",
        "[13CH3]NC(C)Cc1ccccc1",
        "C[NH2+][C@@H](C)Cc1ccccc1",
        "Cl.CNC(C)Cc1ccccc1",
        "C[C@@H](NC)Cc1c([2H])c([2H])c([2H])c([2H])c1[2H]",
    ],
)
def test_labels_stereo_and_salts_do_not_hide(smiles: str) -> None:
    """Isotopes, stereochemistry, charges and counter-ions change nothing at the gate."""
    with pytest.raises(ScopeError, match="regulated"):
        check_regulated([smiles])


def test_every_degree_counts() -> None:
    """A pair is refused when any of its products is, here the second alkylation."""
    amine = read_structure("NCCc1c[nH]c2ccccc12").smiles
    (site,) = find_sites(amine)
    products = [alkylated(amine, "C=O", ((site.atom_index, n),)) for n in (1, 2)]
    check_regulated(products[:1])
    with pytest.raises(ScopeError, match="regulated"):
        check_regulated(products)


REFUSED_PAIRS = [
    ("CN", "CC(=O)Cc1ccccc1"),
    ("N", "CC(=O)Cc1ccc2OCOc2c1"),
    ("Cl.CN", "CC(=O)Cc1ccc2OCOc2c1"),
    ("Nc1ccccc1", "O=C1CCN(CCc2ccccc2)CC1"),
    ("c1ccc(NC2CCNCC2)cc1", "O=CCc1ccccc1"),
    ("NCCc1c[nH]c2ccccc12", "CC=O"),
    ("NCCc1c[nH]c2ccccc12", "[2H]C([2H])=O"),
    ("CC(C)NC(C)C", "OCC=O"),
    ("COc1ccc2CC3NCCC45C(Oc1c24)C(O)C=CC35", "C=O"),
    ("NC1(c2ccccc2)CCCCC1", "CC=O"),
    ("COc1cc(CCN)c(OC)cc1Br", "COc1ccccc1C=O"),
    ("ClCCNCCCl", "C=O"),
    ("CCN", "O=CCn1c(Cc2ccc(OCC)cc2)nc2ccccc12"),
]
ALLOWED_PAIRS = [
    ("NCCc1ccccc1", "O=Cc1ccccc1"),
    ("NCCc1c[nH]c2ccccc12", "O=Cc1ccccc1"),
    ("NCc1ccccc1", "CC(C)(C)OC(=O)N1CCC(=O)CC1"),
    ("OCCNCCO", "C=O"),
    ("NCCO", "C=O"),
    ("NCCO", "O=Cc1ccccc1"),
    ("COc1ccc2CC3NCCC45C(Oc1c24)C(O)C=CC35", "O=CC1CC1"),
    ("NC1CCCCC1", "CC(=O)CCc1ccccc1"),
    ("CC(N)c1ccccc1", "C=O"),
    ("CNC", "O=CCCc1ccccc1"),
    ("C1CCNCC1", "O=C1CCN(Cc2ccccc2)CC1"),
]


def all_products(amine: str, carbonyl: str) -> list[str]:
    """Products of every degree that one nitrogen at a time can give."""
    smiles = read_structure(amine).smiles
    ways = [(s.atom_index, n) for s in find_sites(smiles) for n in range(1, s.n_hydrogens + 1)]
    return [alkylated(smiles, carbonyl, (way,)) for way in ways]


@pytest.mark.parametrize(("amine", "carbonyl"), REFUSED_PAIRS)
def test_pairs_that_end_in_a_family_are_refused(amine: str, carbonyl: str) -> None:
    """Whatever the starting materials, a regulated product is refused."""
    with pytest.raises(ScopeError, match="regulated"):
        check_regulated(all_products(amine, carbonyl))


@pytest.mark.parametrize(("amine", "carbonyl"), ALLOWED_PAIRS)
def test_ordinary_pairs_pass(amine: str, carbonyl: str) -> None:
    """Pairs that stay clear of the families pass, near as their structures may be."""
    check_regulated(all_products(amine, carbonyl))


def test_every_family_is_tested_on_both_sides() -> None:
    """Each family of the file has at least two members in the table."""
    for family in load_families():
        key = [k for k in REFUSED if k in family.name]
        assert key, family.name
        assert len(REFUSED[key[0]]) >= 2
    assert len(ALLOWED) >= 40


def test_the_gate_is_not_replaced_by_a_folder_of_the_users_own() -> None:
    """The list is read from the shipped folder, whatever models folder is in use."""
    assert load_families()
    source = Path(check_regulated.__code__.co_filename).read_text(encoding="utf-8")
    assert "models_folder()" in source


POLYAMINE = "NCC(N)CC(N)C(C)C(N)CCC(N)C(O)C(N)CNC"
"""Six primary amines and a secondary one, no two alike: 1,458 products."""


@pytest.mark.parametrize("number", [1, 600, 1457])
def test_a_regulated_isomer_among_a_thousand_is_found(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that holds one single product of very many is met, the first, one in the middle or the last."""
    hidden = _read_pair.__wrapped__(POLYAMINE, "CC(C)=O", load_model()).products[number][1]
    exact = Chem.AdjustQueryParameters.NoAdjustments()
    exact.adjustDegree, exact.adjustDegreeFlags = True, Chem.AdjustQueryWhichFlags.ADJUST_IGNORENONE
    smarts = Chem.MolToSmarts(Chem.AdjustQueryProperties(Chem.MolFromSmiles(hidden), exact))
    family = Family(name="needle", reason="of this test", smarts=(smarts,))
    monkeypatch.setattr(regulated, "load_families", lambda: (family,))
    with pytest.raises(ScopeError, match="needle"):
        _read_pair.__wrapped__(POLYAMINE, "CC(C)=O", load_model())
    with pytest.raises(ScopeError, match="needle"):
        check_regulated([hidden])


@pytest.mark.parametrize(("amine", "carbonyl"), REFUSED_PAIRS + ALLOWED_PAIRS)
def test_the_shared_look_refuses_what_a_look_at_each_does(amine: str, carbonyl: str) -> None:
    """Leaving out families beyond the reach of the largest product changes no verdict."""
    smiles = read_structure(amine).smiles
    sites = find_sites(smiles)
    whole = alkylated(smiles, carbonyl, tuple((s.atom_index, s.n_hydrogens) for s in sites))
    made = [*all_products(amine, carbonyl), whole]

    def is_refused(whole: str | None) -> bool:
        try:
            check_regulated(made, whole)
        except ScopeError:
            return True
        return False

    assert is_refused(whole) == is_refused(None) == ((amine, carbonyl) in REFUSED_PAIRS)


def test_a_loosened_pattern_fits_wherever_the_pattern_does() -> None:
    """Every pattern of the file has a looser form, which fits each molecule of the tables that the pattern fits."""
    patterns = [smarts for family in load_families() for smarts in family.smarts]
    fitted = 0
    for smiles in [*(s for many in REFUSED.values() for s in many), *ALLOWED]:
        mol = Chem.MolFromSmiles(smiles)
        for smarts in patterns:
            looks = [loosened(smarts), skeleton(smarts)]
            assert None not in looks, smarts
            if mol.HasSubstructMatch(pattern(smarts)):
                fitted += 1
                assert all(mol.HasSubstructMatch(look) for look in looks), (smarts, smiles)
    assert fitted >= 40


@pytest.mark.parametrize("smarts", ["[C;!H0]-N", "[C;!$(C(-[$(N(C)(C))])(=O))]", "[H]-N"])
def test_what_cannot_be_loosened_is_looked_for_in_each(smarts: str) -> None:
    """A pattern whose looser form cannot be read is left out for no pair."""
    assert loosened(smarts) is None or Chem.MolFromSmiles("NC").HasSubstructMatch(loosened(smarts))


def test_nothing_to_check_is_allowed() -> None:
    """No products, no refusal."""
    check_regulated([])
