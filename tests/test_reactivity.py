"""Reactivity follows basicity: which nitrogen, and how fast."""

import csv
from functools import cache
from pathlib import Path
from statistics import median

import pytest
from rdkit import Chem

from parts_set import shipped_with
from planner import find_sites, predict
from planner.predictions.prediction import Prediction

SITE_CHOICE = Path(__file__).parents[2] / "shared" / "data" / "site_choice.csv"
AROMATIC = Chem.MolFromSmarts("[NX3;H1,H2]-[c]")
ALIPHATIC = Chem.MolFromSmarts("[NX3;H1,H2;!$(N-[c,n]);!$(N-C=[O,S,N]);!$(N-S)]-[CX4]")


def flat(smiles: str) -> str:
    """A structure without stereochemistry."""
    mol = Chem.MolFromSmiles(smiles)
    Chem.RemoveStereochemistry(mol)
    return Chem.MolToSmiles(mol)


def mono_shares(prediction: Prediction) -> dict[str, float]:
    """Share of each isomer of degree 1 among them."""
    product = prediction.products[1]
    parts = [(i.smiles, i.fraction) for i in product.isomers] or [(product.smiles, product.fraction)]
    shares: dict[str, float] = {}
    for smiles, fraction in parts:
        shares[flat(smiles)] = shares.get(flat(smiles), 0.0) + fraction / max(product.fraction, 1e-12)
    return shares


@cache
def choices() -> list[tuple[bool, bool, float]]:
    """For each real pair: whether an aromatic N-H competes with an aliphatic one, whether it is right, the share."""
    found = []
    with SITE_CHOICE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            mol = Chem.MolFromSmiles(row["amine"])
            competes = mol.HasSubstructMatch(AROMATIC) and mol.HasSubstructMatch(ALIPHATIC)
            shares = mono_shares(predict(row["amine"], row["carbonyl"], draws=64))
            wanted = flat(row["product"])
            found.append((competes, max(shares, key=lambda s: shares[s]) == wanted, shares.get(wanted, 0.0)))
    return found


@pytest.mark.skipif(not SITE_CHOICE.exists(), reason="the data of the workplace are not beside this clone")
def test_the_isolated_nitrogen_is_the_predicted_one() -> None:
    """In 95 % of the pairs with an aromatic and an aliphatic N-H, and in 90 % of all, the top isomer was isolated."""
    rows = choices()
    contested = [right for competes, right, _ in rows if competes]
    assert sum(contested) >= 0.95 * len(contested)
    assert sum(right for _, right, _ in rows) >= 0.9 * len(rows)


@pytest.mark.skipif(not SITE_CHOICE.exists(), reason="the data of the workplace are not beside this clone")
def test_the_isolated_isomer_is_most_of_the_mono_product() -> None:
    """Where an aromatic N-H competes with an aliphatic one, the isolated isomer is at least 0.8 of it at the median."""
    assert median(share for competes, _, share in choices() if competes) >= 0.8


@pytest.mark.parametrize(
    ("amine", "alone", "times"),
    [
        ("NCc1ccc(N)cc1", 10.0, 4.0),
        ("NCCc1cccc(N)c1", 10.0, 4.0),
        ("Nc1ccc(CN2CCNCC2)cc1", 2.0, 2.0),
        ("Nc1nccc(C2CCNCC2)n1", 4.0, 4.0),
    ],
)
def test_alkylamines_win_over_anilines(amine: str, alone: float, times: float) -> None:
    """A primary aliphatic N-H takes several times what an aromatic one takes; a secondary one most of it.

    Ten times where no acid is: that of spent STAB holds the aliphatic nitrogen first.
    """
    for model, factor in ((shipped_with(), alone), (None, times)):
        shares = mono_shares(predict(amine, "O=Cc1ccccc1", reductant="STAB", model=model))
        top, *rest = sorted(shares.values(), reverse=True)
        assert top >= factor * sum(rest)
    best = Chem.MolFromSmiles(max(shares, key=lambda s: shares[s]))
    assert best.HasSubstructMatch(Chem.MolFromSmarts("[NX3;!$(N-c)]-[CH2]-c1ccccc1"))


def mono(amine: str, carbonyl: str = "O=Cc1ccccc1", **fields: object) -> float:
    """Mean of the product of one alkylation."""
    asked = {"reductant": "STAB", "acid_equivalents": 1.0, "hold_time_h": 4.0} | fields
    return predict(amine, carbonyl, draws=64, **asked).products[1].fraction


def unheld(amine: str, carbonyl: str = "O=Cc1ccccc1", **fields: object) -> float:
    """The same where acid holds no amine: what a nitrogen does of itself."""
    return mono(amine, carbonyl, model=shipped_with(), **fields)


def test_weak_amines_follow_their_basicity() -> None:
    """Aniline before chloroanilines before dinitroaniline, which hardly goes and says so."""
    order = [
        "Nc1ccccc1",
        "Nc1ccccc1Cl",
        "Nc1cc(Cl)cc(Cl)c1",
        "Nc1ccc([N+](=O)[O-])cc1",
        "Nc1ccc([N+](=O)[O-])cc1[N+](=O)[O-]",
    ]
    found = [mono(amine) for amine in order]
    assert found[0] > found[1]
    assert found[0] > found[2]
    assert min(found[1:3]) > found[3] > found[4]
    hardly = predict(
        order[4], "O=Cc1ccccc1", draws=64, reductant="STAB", acid_equivalents=1.0, hold_time_h=4.0
    )
    assert hardly.products[1].median < 0.05
    said = predict(order[4], "O=Cc1ccccc1", draws=16).caveats
    assert "expect the amine back" in said[0]
    assert any("strong acid" in c for c in predict(order[3], "O=Cc1ccccc1", draws=16).caveats)


def test_an_enamine_like_amine_is_no_poor_aniline() -> None:
    """4-Amino-1-methylpyrazole does as well as aniline, aminotetrazole and aminopyrimidine do not."""
    assert mono("Nc1cnn(C)c1") > 0.9 * mono("Nc1ccccc1")
    assert mono("Nc1ncccn1") < mono("Nc1cnn(C)c1")
    assert mono("Nc1nnn[nH]1") < mono("Nc1cnn(C)c1")


def test_fluorine_counts_by_number() -> None:
    """Two fluorines cost less than three; gem-difluoropiperidines are slower than piperidine."""
    short = {"hold_time_h": 1.0}
    assert mono("NCC(F)F", **short) > mono("NCC(F)(F)F", **short)
    ketone = {"carbonyl": "O=C1CCCCC1"}
    for amine in ("FC1(F)CCCNC1", "FC1(F)CCNCC1"):
        assert unheld(amine, **ketone) < unheld("C1CCNCC1", **ketone)


def test_fluorinated_ethers_are_no_donors() -> None:
    """OCF3 and OCHF2 slow an aniline where OMe quickens it, and OCF3 more than OCHF2; OCH2CF3 is still an ether."""
    short = {"hold_time_h": 1.0}
    plain, trifluoro, difluoro, methoxy, far = (
        mono(f"Nc1ccc({group})cc1" if group else "Nc1ccccc1", **short)
        for group in ("", "OC(F)(F)F", "OC(F)F", "OC", "OCC(F)(F)F")
    )
    assert trifluoro < difluoro < plain < min(methoxy, far)


def test_weak_and_branched_at_once() -> None:
    """A branch slows a fluoroalkylamine as it does an alkylamine; an aryl group besides leaves no preparation."""
    short = {"hold_time_h": 2.0}
    assert mono("CC(N)C(F)(F)F", **short) < 0.7 * mono("NCC(F)(F)F", **short)
    assert mono("CC(N)CC(F)(F)F", **short) > mono("CC(N)C(F)(F)F", **short)
    branched = predict("NC(c1ccccc1)C(F)(F)F", "O=C1CCCC1", draws=64, reductant="STAB", acid_equivalents=1.0)
    assert branched.products[1].fraction < 0.3


def test_the_basicity_at_which_a_factor_was_read() -> None:
    """Trifluoroethylamine is far slower than an alkylamine, 2,6-dialkylanilines slower than aniline (Mayr; grade A)."""
    short = {"hold_time_h": 1.0}
    assert unheld("NCC(F)(F)F", **short) < 0.5 * unheld("CCCN", **short)
    assert unheld("Cc1cccc(C)c1N", **short) < 0.8 * unheld("Nc1ccccc1", **short)


def test_indolines_are_tied_back() -> None:
    """Indoline and tetrahydroquinoline take ketones far better than N-methylaniline, about as piperidine does.

    With acid better than piperidine, which is held: indoline and acetone give more than 80 %.
    """
    day = {"hold_time_h": 16.0}
    for ketone in ("CC(C)=O", "O=C1CCCCC1"):
        open_chain, ring, piperidine = (
            unheld(amine, ketone, **day) for amine in ("CNc1ccccc1", "C1Cc2ccccc2N1", "C1CCNCC1")
        )
        assert ring > 2.0 * open_chain
        assert abs(ring - piperidine) < 0.15
        assert unheld("C1CCc2ccccc2N1", ketone, **day) > 2.0 * open_chain
        assert mono("C1Cc2ccccc2N1", ketone, **day) > max(0.8, mono("C1CCNCC1", ketone, **day))


@pytest.mark.parametrize(
    ("amine", "low", "high"),
    [
        ("CC1CN(C(=O)OC(C)(C)C)CCN1", 8.0, 8.6),
        ("CC1COCCN1", 8.0, 8.6),
        ("CC(C)(N)C(=O)OC", 7.0, 7.8),
        ("NC1(CC1)C(=O)OC", 7.0, 7.6),
        ("CNC(C)C(=O)OC", 7.0, 8.0),
    ],
)
def test_every_group_counts_for_basicity(amine: str, low: float, high: float) -> None:
    """A ring O, a carbamate and an ester lower the pKaH also where a branch decides the class."""
    assert low <= find_sites(amine)[0].pKaH <= high


def test_acid_costs_cyanoborohydride_its_ketone() -> None:
    """With NaBH3CN in methanol more acetic acid means less amine and more alcohol from a ketone."""
    runs = [
        predict("CCCCN", "O=C1CCCCC1", draws=64, reductant="NaBH3CN", acid_equivalents=a)
        for a in (1.0, 3.0, 8.0)
    ]
    amine, alcohol = (
        [f(p) for p in runs] for f in (lambda p: p.products[1].fraction, lambda p: p.carbonyl_fate.alcohol)
    )
    assert amine == sorted(amine, reverse=True)
    assert alcohol == sorted(alcohol)
