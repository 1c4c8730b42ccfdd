"""What reductive amination makes, structure by structure."""

import time
from collections import Counter

import pytest
from hypothesis import given, strategies as st

import strategies
from planner.errors import ScopeError
from planner.predictions.prediction import predict
from planner.structures import pairs
from planner.structures.carbonyls import all_carbonyls
from planner.structures.pairs import read_pair
from planner.structures.products import alkylated, imine, reduced_carbonyl, ring_closed
from planner.structures.sites import find_sites
from planner.structures.structure import elements, molecule, read_structure

# amine, carbonyl, (site number, alkyl groups) -> product
PRODUCTS = [
    ("NCc1ccccc1", "CCCC=O", ((0, 1),), "CCCCNCc1ccccc1"),
    ("NCc1ccccc1", "CCCC=O", ((0, 2),), "CCCCN(CCCC)Cc1ccccc1"),
    ("N", "C=O", ((0, 1),), "CN"),
    ("N", "C=O", ((0, 3),), "CN(C)C"),
    ("N", "O=Cc1ccccc1", ((0, 3),), "c1ccc(CN(Cc2ccccc2)Cc2ccccc2)cc1"),
    ("N", "O=C1CCCCC1", ((0, 1),), "NC1CCCCC1"),
    ("CN", "CC(C)=O", ((0, 1),), "CNC(C)C"),
    ("C1CCNCC1", "C=O", ((0, 1),), "CN1CCCCC1"),
    ("C1CNCCN1", "O=Cc1ccccc1", ((0, 1),), "c1ccc(CN2CCNCC2)cc1"),
    ("C1CNCCN1", "O=Cc1ccccc1", ((0, 1), (1, 1)), "c1ccc(CN2CCN(Cc3ccccc3)CC2)cc1"),
    ("NCCN", "C=O", ((0, 2), (1, 2)), "CN(C)CCN(C)C"),
    ("NCCCNCCCCNCCCN", "C=O", ((0, 2), (1, 1), (2, 1), (3, 2)), "CN(C)CCCN(C)CCCCN(C)CCCN(C)C"),
    ("Nc1ccccc1", "O=Cc1ccccc1", ((0, 1),), "c1ccc(CNc2ccccc2)cc1"),
    ("C[C@H](N)c1ccccc1", "CCC(C)=O", ((0, 1),), "CCC(C)N[C@@H](C)c1ccccc1"),
    ("C[C@H](N)C(=O)O", "O=Cc1ccccc1", ((0, 1),), "C[C@H](NCc1ccccc1)C(=O)O"),
    ("CN", "O=C/C=C/c1ccccc1", ((0, 1),), "CNC/C=C/c1ccccc1"),
    ("CN", "C[C@H]1CCCCC1=O", ((0, 1),), "CNC1CCCC[C@@H]1C"),
    ("CN", "O=C1CCC(C)CC1", ((0, 1),), "CNC1CCC(C)CC1"),
    ("CCN", "[2H]C([2H])=O", ((0, 1),), "[2H]C([2H])NCC"),
    ("CCN", "[13CH2]=O", ((0, 2),), "CCN([13CH3])[13CH3]"),
    ("[15NH2]CC", "C=O", ((0, 1),), "CC[15NH]C"),
    ("[2H]N([2H])CC", "C=O", ((0, 2),), "CCN(C)C"),
    ("NCc1ccccc1", "CCOC(=O)C=O", ((0, 1),), "CCOC(=O)CNCc1ccccc1"),
    ("NCCc1c[nH]c2ccccc12", "O=Cc1ccccc1", ((0, 1),), "c1ccc(CNCCc2c[nH]c3ccccc23)cc1"),
    ("c1ccc(CNC2CCNCC2)cc1", "C=O", ((1, 1),), "CN1CCC(NCc2ccccc2)CC1"),
]


@pytest.mark.parametrize(("amine", "carbonyl", "alkyls", "expected"), PRODUCTS)
def test_products(amine: str, carbonyl: str, alkyls: tuple[tuple[int, int], ...], expected: str) -> None:
    """N-H becomes N-CH(R)R'; old stereocentres and labels stay, new stereocentres are unspecified."""
    smiles = read_structure(amine).smiles
    sites = find_sites(smiles)
    made = alkylated(smiles, carbonyl, tuple((sites[i].atom_index, n) for i, n in alkyls))
    assert made == read_structure(expected).smiles


ALCOHOLS = {
    "C=O": "CO",
    "CCCC=O": "CCCCO",
    "O=Cc1ccccc1": "OCc1ccccc1",
    "CC(C)=O": "CC(C)O",
    "O=C1CCCCC1": "OC1CCCCC1",
    "[2H]C([2H])=O": "[2H]C([2H])O",
    "CC(C)=[18O]": "CC(C)[18OH]",
    "CC(=O)c1ccccc1": "CC(O)c1ccccc1",
    "CCOC(=O)CC(C)=O": "CCOC(=O)CC(C)O",
}


@pytest.mark.parametrize(("carbonyl", "alcohol"), ALCOHOLS.items())
def test_alcohols(carbonyl: str, alcohol: str) -> None:
    """The carbonyl alone becomes an alcohol, esters beside it do not."""
    assert reduced_carbonyl(carbonyl) == read_structure(alcohol).smiles


IMINES = [
    ("NCc1ccccc1", "CCCC=O", "CCCC=NCc1ccccc1"),
    ("N", "O=Cc1ccccc1", "N=Cc1ccccc1"),
    ("N", "C=O", "C=N"),
    ("NC1CCCCC1", "CC(C)=O", "CC(C)=NC1CCCCC1"),
    ("[2H]N([2H])CC", "C=O", "C=NCC"),
]


@pytest.mark.parametrize(("amine", "carbonyl", "expected"), IMINES)
def test_imines(amine: str, carbonyl: str, expected: str) -> None:
    """Primary amines and ammonia condense to neutral imines."""
    smiles = read_structure(amine).smiles
    assert imine(smiles, carbonyl, find_sites(smiles)[0].atom_index) == read_structure(expected).smiles


RINGS = [
    ("NCc1ccccc1", "O=CCCCC=O", "c1ccc(CN2CCCCC2)cc1"),
    ("CN", "CC(=O)CCC(C)=O", "CC1CCC(C)N1C"),
    ("N", "O=Cc1ccccc1C=O", "c1ccc2c(c1)CNC2"),
    ("CN", "O=CC1CCCC(C=O)C1", "CN1CC2CCCC(C2)C1"),
]


@pytest.mark.parametrize(("amine", "carbonyl", "expected"), RINGS)
def test_a_dicarbonyl_closes_a_ring(amine: str, carbonyl: str, expected: str) -> None:
    """One nitrogen takes both carbonyl carbons: amine + dicarbonyl + 2 H2 - 2 H2O, as chemists draw it."""
    partner = read_structure(carbonyl)
    carbons = tuple(site.atom_index for site in all_carbonyls(partner))
    ring = ring_closed(read_structure(amine).smiles, partner.smiles, find_sites(amine)[0].atom_index, carbons)
    assert ring == read_structure(expected).smiles


def test_the_gate_sees_the_ring_of_a_dicarbonyl() -> None:
    """A regulated ring is refused although the model itself would stop at the open chain."""
    with pytest.raises(ScopeError, match="regulated"):
        read_pair("NC1(c2ccccc2)CCCCC1", "O=CCCCC=O")
    assert read_pair("NCc1ccccc1", "O=CCCCC=O").n_hydrogens == 2


def test_no_neutral_imine_of_a_secondary_amine() -> None:
    """A secondary amine has no neutral imine."""
    with pytest.raises(ScopeError, match="fewer than two"):
        imine("C1CCNCC1", "C=O", 3)


def test_no_more_alkyls_than_hydrogens() -> None:
    """A nitrogen takes at most as many alkyl groups as it has N-H."""
    with pytest.raises(ScopeError, match="lower the degree"):
        alkylated("CNC", "C=O", ((1, 2),))


AMINES = [
    "N",
    "CN",
    "NCc1ccccc1",
    "NCCN",
    "C1CNCCN1",
    "NCCCNCCCCN",
    "Nc1ccccc1",
    "C[C@H](N)C(=O)O",
    "OCCNCCO",
]
PARTNERS = [
    "C=O",
    "CCCC=O",
    "O=Cc1ccccc1",
    "CC(C)=O",
    "O=C1CCCCC1",
    "O=C/C=C/C",
    "[2H]C([2H])=O",
    "CC(=O)c1ccccc1",
]


@given(st.data())
def test_mass_law(data: st.DataObject) -> None:
    """Product = amine + n (carbonyl + H2 - H2O), imine = amine + carbonyl - H2O, alcohol = carbonyl + H2."""
    amine = read_structure(data.draw(st.sampled_from(AMINES)))
    carbonyl = read_structure(data.draw(st.sampled_from(PARTNERS)))
    alkyls = tuple((s.atom_index, data.draw(st.integers(0, s.n_hydrogens))) for s in find_sites(amine))
    n = sum(count for _, count in alkyls)
    expected = Counter(dict(elements(amine)))
    for symbol, count in elements(carbonyl):
        expected[symbol] += n * count
    expected["O"] -= n
    made = alkylated(amine.smiles, carbonyl.smiles, alkyls)
    assert dict(elements(made)) == {symbol: count for symbol, count in expected.items() if count}
    alcohol = Counter(dict(elements(reduced_carbonyl(carbonyl.smiles))))
    assert alcohol - Counter(dict(elements(carbonyl))) == Counter(H=2)


@given(strategies.respelled(st.sampled_from(AMINES)), strategies.respelled(st.sampled_from(PARTNERS)))
def test_spelling_changes_no_product(amine: tuple[str, str], carbonyl: tuple[str, str]) -> None:
    """The product does not depend on how the partners were written."""
    made = []
    for a, c in zip(amine, carbonyl, strict=True):
        structure = read_structure(a)
        site = find_sites(structure)[0]
        made.append(alkylated(structure.smiles, c, ((site.atom_index, 1),)))
    assert made[0] == made[1]
    assert read_structure(made[0]).smiles == made[0]


RING_KETONES = [
    "O=C1CCc2ccccc21",
    "O=C1c2ccccc2-c2ccccc21",
    "O=C1CCOc2ccccc21",
    "O=C1C=CCCC1",
    "O=C1Cc2ccccc2C1",
]
RING_AMINES = ["C1CNc2ccccc2C1", "Nc1ccc2ccccc2c1", "c1ccc2c(c1)CNC2", "NC1c2ccccc2-c2ccccc21", "Nc1ccc[nH]1"]


@pytest.mark.parametrize("ketone", RING_KETONES)
@pytest.mark.parametrize("amine", RING_AMINES)
def test_aromatic_rings_stay(amine: str, ketone: str) -> None:
    """A product has the aromatic atoms of its partners and no others, and reads back as itself."""
    first, second = read_structure(amine).smiles, read_structure(ketone).smiles
    nitrogen = next(
        a.GetIdx() for a in molecule(first).GetAtoms() if a.GetSymbol() == "N" and not a.GetIsAromatic()
    )
    made = alkylated(first, second, ((nitrogen, 1),))
    n_aromatic = [len(molecule(smiles).GetAromaticAtoms()) for smiles in (first, second, made)]
    assert n_aromatic[0] + n_aromatic[1] == n_aromatic[2]
    assert read_structure(made).smiles == made


MANY_SITES = {
    "NCC(N)CC(N)C(C)C(N)CCC(N)C(O)CCCN": (729, 729),
    "NCC(N)CC(N)C(C)C(N)CCC(N)C(O)C(N)CNC": (1458, 1458),
    "NCCCN(CCCN)CCCCN(CCCN)CCCN": (81, 21),
    "NC1C(N)C(N)C(N)C(N)C1N": (729, 92),
    "NCCN(CCN)CCN": (27, 10),
    "N[C@H]1CC[C@@H](N)CC1": (9, 6),
    "C[C@H](N)CC[C@H](C)N": (9, 6),
    "C[C@H](N)CC[C@@H](C)N": (9, 9),
    "[15NH2]CCN": (9, 9),
}
"""Amine to the ways of alkylating it and the products that differ."""


@pytest.mark.parametrize(("amine", "numbers"), MANY_SITES.items())
def test_products_of_many_sites(amine: str, numbers: tuple[int, int]) -> None:
    """Every way has its product; ways that symmetry exchanges have one (mirror images are not exchanged)."""
    pair = read_pair(amine, "CC(C)=O")
    assert (len(pair.products), len({smiles for _, smiles in pair.products})) == numbers
    order = [site.atom_index for site in pair.sites]
    for alkyls, smiles in pair.products[:: max(1, len(pair.products) // 40)]:
        placed = tuple((atom, n) for atom, n in zip(order, alkyls, strict=True) if n)
        assert smiles == alkylated(pair.amine.smiles, pair.carbonyl.smiles, placed)


EIGHT = "NCC(N)CC(N)C(C)C(N)CCC(N)C(O)C(N)COCC(N)C(C)N"


@pytest.mark.parametrize(
    "amine", [EIGHT, EIGHT.replace("C(C)N", "C(C)NC"), EIGHT.replace("NCC(N)CC", "CC(N)CC")]
)
def test_too_many_products_are_refused_before_they_are_written(
    amine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven or eight primary amines that differ have thousands of products: refused by their number, at once."""
    monkeypatch.setattr(pairs, "alkylated", None)
    with pytest.raises(ScopeError, match="products; at most 2000"):
        read_pair(amine, "CC(C)=O")


def test_eight_equal_amines_are_planned() -> None:
    """A dendrimer with eight equal ends has 6,561 ways but few products, and its answer comes in seconds."""
    arm = "CCCN(CCCN)CCCN"
    begun = time.perf_counter()
    answer = predict(f"C(CCN({arm}){arm})CN({arm}){arm}", "CC(C)=O", draws=16)
    assert time.perf_counter() - begun < 10  # 1.4 s on an idle core
    assert len(answer.pair.products) == 6561
    assert (
        sum(len(p.isomers) or 1 for p in answer.products) == len({s for _, s in answer.pair.products}) < 400
    )


def test_inputs_stay_untouched() -> None:
    """Shared molecules are never edited in place."""
    before = molecule("NCCN").GetNumAtoms()
    alkylated("NCCN", "C=O", ((0, 1),))
    imine("NCCN", "C=O", 0)
    reduced_carbonyl("CC=O")
    assert molecule("NCCN").GetNumAtoms() == before
    assert read_structure("CC=O").smiles == "CC=O"
    assert molecule("CC=O").GetNumAtoms() == 3
