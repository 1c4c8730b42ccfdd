"""Reactivity follows basicity: which nitrogen, and how fast."""

import csv
from functools import cache
from pathlib import Path
from statistics import median

import pytest
from rdkit import Chem

from parts_set import shipped_with
from planner import find_sites, predict
from planner.flask.condensation import condensation
from planner.flask.conditions import conditions_of
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.draws import central_draws
from planner.model.parameters import load_model
from planner.predictions.nitrogens import UNSETTLED
from planner.predictions.prediction import Prediction
from planner.structures.pairs import read_pair

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


def nitrogens(smiles: str) -> list[int]:
    """Hydrogens on the nitrogens of aromatic carbons, most first."""
    mol = Chem.MolFromSmiles(smiles)
    found = {match[0] for match in mol.GetSubstructMatches(Chem.MolFromSmarts("[NX3]-[c]"))}
    return sorted((mol.GetAtomWithIdx(i).GetTotalNumHs() for i in found), reverse=True)


def aliphatic_lead(amine: str, carbonyl: str = "O=Cc1ccccc1", **fields: object) -> float:
    """By what factor the first group sits on the aliphatic nitrogens rather than on the aromatic ones."""
    shares = mono_shares(predict(amine, carbonyl, **({"reductant": "STAB", "draws": 128} | fields)))
    aliphatic = sum(share for s, share in shares.items() if nitrogens(s) == nitrogens(amine))
    return aliphatic / (sum(shares.values()) - aliphatic)


IMINE_FIRST = {"reductant": "NaBH4", "addition": "imine_first"}


@pytest.mark.parametrize("amine", ["NCc1ccc(N)cc1", "NCCc1cccc(N)c1", "NCCCOc1ccc(N)cc1", "NCc1cccc(NC)c1"])
def test_alkylamines_win_over_anilines(amine: str) -> None:
    """Without acid a primary aliphatic N-H takes ten times what an aromatic one takes; STAB sets a little acid free."""
    assert aliphatic_lead(amine, **IMINE_FIRST) > 10.0
    assert aliphatic_lead(amine) > 5.0


@pytest.mark.parametrize(
    "amine", ["Nc1nccc(C2CCNCC2)n1", "Nc1ncc(CN2CCNCC2)cn1", "Nc1nc(C2CCCNC2)cs1", "CNCc1cnc(N)s1"]
)
@pytest.mark.parametrize("carbonyl", ["O=Cc1ccccc1", "CCCC=O", "C=O", "O=C1CCCCC1"])
def test_heteroaryl_amines_do_not_outrun_secondary_ones(amine: str, carbonyl: str) -> None:
    """Amines on diazines and thiazoles leave most of the first group to a secondary aliphatic nitrogen."""
    assert aliphatic_lead(amine, carbonyl) > 2.0


@pytest.mark.parametrize(
    "amine", ["Nc1cc(C2CCNCC2)ccn1", "Nc1ccc(CNC)cn1", "Nc1cncc(C2CCNCC2)c1", "Nc1noc(C2CCNCC2)c1"]
)
@pytest.mark.parametrize("carbonyl", ["O=Cc1ccccc1", "CCCC=O"])
def test_amines_on_pyridines_lose_by_their_imines(amine: str, carbonyl: str) -> None:
    """Where no acid is held the secondary nitrogen leads; where acid turns that, the split is no confident one."""
    assert aliphatic_lead(amine, carbonyl, model=shipped_with()) > 1.2
    found = predict(amine, carbonyl, reductant="STAB", acid_equivalents=1.0, draws=32)
    assert any(risk.startswith(UNSETTLED) for risk in found.product_risks)


@pytest.mark.parametrize(
    ("amine", "carbonyl", "is_said"),
    [
        ("Nc1ccc(CN2CCNCC2)cc1", "O=Cc1ccccc1", True),
        ("Nc1ccc2c(c1)CCNC2", "CCCC=O", True),
        ("C1Cc2ccc(C3CCNCC3)cc2N1", "O=C1CCCCC1", True),
        ("NCc1ccc(N)cc1", "O=Cc1ccccc1", False),
        ("Nc1ccc(C2CCNCC2)cc1", "C=O", False),
        ("Nc1ccccc1", "CCCC=O", False),
        ("Nc1cccc(N)c1", "CCCC=O", False),
        ("NCC(F)(F)CNC", "CCCC=O", False),
    ],
)
def test_a_lead_of_the_aromatic_nitrogen_is_a_risk(amine: str, carbonyl: str, is_said: bool) -> None:
    """Where an aromatic N-H takes much beside an aliphatic one, the split is no confident one, and only there."""
    found = predict(amine, carbonyl, reductant="STAB", draws=32)
    assert any(risk.startswith(UNSETTLED) for risk in found.product_risks) == is_said
    assert found.caveats[0].startswith(UNSETTLED) or not is_said or carbonyl == "C=O"


@pytest.mark.parametrize(
    ("weak", "strong", "pKaH_apart"),
    [
        ("NCC#N", "CCCN", 5.3),
        ("C#CCN", "C=CCN", 1.5),
        ("NCCC#N", "CCCN", 2.9),
        ("N#CCCNCCC#N", "CCCNCCC", 5.7),
    ],
)
def test_a_borrowed_factor_is_read_at_the_basicity_of_its_class(
    weak: str, strong: str, pKaH_apart: float
) -> None:
    """Amines of one bulk lie on one line: 0.4 decades for each unit of pKaH, also where the class has a name."""
    model = load_model()
    pairs = [read_pair(amine, "O=Cc1ccccc1", model) for amine in (weak, strong)]
    sites = [pair.sites[0] for pair in pairs]
    assert sites[1].pKaH - sites[0].pKaH == pytest.approx(pKaH_apart, abs=0.4)
    rates = []
    for pair in pairs:
        at = conditions_of(pair, model, [settle(Procedure(), model, pair)[0]], central_draws(model))
        rates.append(float(condensation(at, (at.amines[0][0], 0))[0, 0]))
    assert rates[1] - rates[0] == pytest.approx(0.4 * (sites[1].pKaH - sites[0].pKaH), abs=0.2)


def test_weak_amines_keep_their_branches() -> None:
    """A branch beside the nitrogen slows amino nitriles as it slows alkylamines, a second one more."""
    found = [mono(amine, hold_time_h=16.0) for amine in ("NCC#N", "CC(N)C#N", "CC(C)(N)C#N")]
    assert found[0] > found[1] > 1.5 * found[2]


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
    short = {"hold_time_h": 1.0}
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


def isomers(amine: str, **fields: object) -> dict[str, float]:
    """Shares of the mono product with benzaldehyde, by SMILES."""
    return mono_shares(predict(amine, "O=Cc1ccccc1", draws=128, **fields))


@pytest.mark.parametrize("amine", ["NCc1ccc(N)cc1", "NCCc1ccc(N)cc1", "NCCCc1cccc(N)c1"])
def test_without_acid_an_alkylamine_wins_ten_to_one(amine: str) -> None:
    """Neutral, with the imine formed first: the aliphatic nitrogen; much acid brings the aromatic one up."""
    neutral = sorted(isomers(amine, reductant="NaBH4", addition="imine_first").values())
    assert neutral[-1] >= 10.0 * sum(neutral[:-1])
    acid = sorted(isomers(amine, reductant="NaBH3CN", acid_equivalents=3.0).values())
    assert acid[-1] < 3.0 * sum(acid[:-1])


@pytest.mark.parametrize("amine", ["NCCCC[C@H](N)C(=O)O", "NCCCC[C@H](N)C(=O)OC", "NCCC[C@H](N)C(=O)OC"])
def test_lysine_without_acid_reacts_at_the_far_end(amine: str) -> None:
    """Above pH 9 the more basic, less hindered amine of lysine: at least twice the alpha one."""
    shares = isomers(amine, reductant="NaBH4", addition="imine_first")
    far = Chem.MolFromSmarts("[CH2][NH][CH2]c1ccccc1")
    at_far = sum(x for smiles, x in shares.items() if Chem.MolFromSmiles(smiles).HasSubstructMatch(far))
    assert at_far > 2.0 * (sum(shares.values()) - at_far)


@pytest.mark.parametrize(
    "amine", ["Nc1nnn[nH]1", "Nc1ccc([N+](=O)[O-])cc1[N+](=O)[O-]", "Nc1c(F)c(F)c(F)c(F)c1F"]
)
def test_hardly_basic_amines_give_near_nothing(amine: str) -> None:
    """Below pKaH 0 with STAB and acetic acid: next to none at the median."""
    p = predict(amine, "O=Cc1ccccc1", draws=128, reductant="STAB", acid_equivalents=1.0)
    assert p.products[1].median < 0.15
