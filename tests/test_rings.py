"""Closing rings: partners and closures, constants, predictions, plans, the command line."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rdkit import Chem

import planner
from planner.cli import main
from planner.errors import InfeasibleError, PlannerError, ProcedureError, RegulatedError, ScopeError
from planner.model.draws import draw_named
from planner.model.parameters import load_model
from planner.rings.book import QUANTITIES, load_book
from planner.rings.closing import prepare_closing, winning
from planner.rings.closures import FAR, OWN
from planner.rings.edits import without_carbonyl
from planner.rings.flask import charge_of
from planner.rings.kinetics import Constants, draw_book, log_em, median_book, substitution_constants
from planner.rings.masses import molar_mass, unit_masses
from planner.rings.options import AT_ONCE
from planner.rings.pairs import RingPair, read_ring_pair
from planner.rings.partners import read_partner
from planner.rings.plans import RingPlan
from planner.rings.procedure import settle_ring
from planner.rings.pump import pump_words
from planner.rings.sheet import ring_sheet
from planner.structures.structure import canonical_smiles, protonated_mass, read_structure

DIETHYL, DIBROMIDE = "CCNCCNCC", "BrCCCBr"
TOSYL = "S(=O)(=O)c1ccc(C)cc1"
BIS = f"C(CN{TOSYL})N{TOSYL}"


def pair(a: str, b: str | None = None) -> RingPair:
    """Read a pair with the shipped model."""
    return read_ring_pair(a, b, load_model())


def dibromide(n: int) -> str:
    """A dibromide with so many carbons."""
    return f"Br{'C' * n}Br"


# --- partners and closures ---


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("NCCN", "BrCCBr", "diamine and dihalide"),
        ("CNCCNC", f"CS(=O)(=O)OCCCO{'S(C)(=O)=O'}", "diamine and dihalide"),
        ("NCCCN", f"C(CO{TOSYL})O{TOSYL}", "diamine and dihalide"),
        (BIS, "ClCCCCl", "bis-sulfonamide and dihalide"),
        ("NCc1ccccc1", dibromide(5), "primary amine and dihalide"),
        ("NCCCCBr", None, "amino-halide"),
        ("NCCCC=O", None, "amino-carbonyl"),
        ("CC(=O)CCCN", None, "amino-carbonyl"),
        ("NCCCC1OCCO1", None, "amino-carbonyl"),
        ("NCCCCC(OC)OC", None, "amino-carbonyl"),
        ("NCc1ccccc1", "O=CCCCC=O", "primary amine and dicarbonyl"),
        ("CNCCNC", "O=CCCC=O", "diamine and dicarbonyl"),
        ("NCCN", "C=O", "diamine and carbonyl"),
    ],
)
def test_partners_are_known_by_their_ends(a: str, b: str | None, kind: str) -> None:
    """Halides, sulfonates, aldehydes, ketones and acetals are ends of one sort, amines and sulfonamides the other."""
    assert pair(a, b).kind == kind


@pytest.mark.parametrize("a", ["NCC(=O)CCCN", "CNCCNC"])
@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_sizes_are_m_plus_p_plus_two_and_p_plus_one(a: str, n: int) -> None:
    """Either nitrogen of the adduct closes: the far one over both chains, the own one over the dihalide alone."""
    if a.startswith("NCC(=O)"):
        a = "NCCOCCN"
    m = {"NCCOCCN": 5, "CNCCNC": 2}[a]
    found = pair(a, dibromide(n)).closures
    assert {c.size for c in found if c.at == FAR} == {m + n + 2}
    assert {c.size for c in found if c.at == OWN} == {n + 1}


@pytest.mark.parametrize(
    ("n", "ring", "at"),
    [(2, "C1CNCCN1", FAR), (3, "C1CNCCNC1", FAR), (4, "NCCN1CCCC1", OWN), (5, "NCCN1CCCCC1", OWN)],
)
def test_ethylenediamine_closes_as_the_table_says(n: int, ring: str, at: str) -> None:
    """Piperazine and diazepane from 1,2- and 1,3-dihalides, aminoethyl pyrrolidine and piperidine from longer ones."""
    best = winning(pair("NCCN", dibromide(n)))
    assert (best.smiles, best.at) == (ring, at)


def test_closures_of_one_adduct_have_one_mass() -> None:
    """Rings of the same adduct are isobaric, 101.1073 for diazepane and aminoethyl azetidine, and it is said."""
    found = planner.cyclize("NCCN", DIBROMIDE, draws=8)
    assert {round(c.mz, 4) for c in found.pair.closures} == {101.1073}
    assert any("101.1073" in caveat for caveat in found.caveats)
    assert {row["note"] for row in found.ring_isomers.to_dict("records")} == {"same mass as another ring"}


def test_a_sulfonamide_has_no_small_ring() -> None:
    """Its one N-H is spent by the first bond: only the far nitrogen closes, and nothing is over-alkylated."""
    found = pair(BIS, DIBROMIDE)
    assert {c.at for c in found.closures} == {FAR}
    c = substitution_constants(found, draw_book(load_book(), 8, 0), solvent="DMF", temperature_C=82.0)
    assert not c.rho.any()
    assert not c.side.any()


def test_strained_ions_and_imines_are_no_products() -> None:
    """Aziridines and azetidinium ions open again; four atoms hold no C=N; no ring is bridged; trans needs ten."""
    assert [c.size for c in pair("CNCCNC", DIBROMIDE).closures if c.is_on_the_way] == [4]
    assert [c.size for c in pair("NCCN", "BrCCBr").closures if c.is_on_the_way] == [3]
    for a, b in (("NCCC=O", None), ("C1CC(C=O)CCN1", None), ("NCC=O", None), ("NCCN", "BrC/C=C/CBr")):
        with pytest.raises(ScopeError, match="closes no ring"):
            pair(a, b)


def test_a_ring_amine_closes_to_the_spiro_salt() -> None:
    """Piperazine and 1,4-dibromobutane give the spiro ammonium ion."""
    best = winning(pair("C1CNCCN1", dibromide(4)))
    assert best.smiles == "C1CC[N+]2(C1)CCNCC2"
    assert best.is_cation


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("CCCN", "CCC=O", "use `planner predict`"),
        ("BrCCCBr", "NCCN", "swap them"),
        ("NCCN", None, "give the second one"),
        ("CCO", "BrCCBr", "expected a diamine"),
        ("NCCNCCN", "BrCCBr", "protect the others"),
        ("C1CCNC1", dibromide(4), "ammonium salt"),
        ("NCCN", "CC(C)(Br)CBr", "eliminates"),
        ("NCCN", "ClC(=O)CCC(=O)Cl", "attack first"),
        ("NCCN", "BrCCCC=O", "two ends of one sort"),
        ("NCCN", "O=CC=O", "dihydropyrazine"),
        ("NCCN", "CC(=O)C(C)=O", "dihydropyrazine"),
        ("NCCN", "ClCCl", "geminal dihalide"),
        ("NCCCN", "CC(I)I", "geminal dihalide"),
        ("NCCN", "Brc1ccccc1Br", "aromatic ring"),
        ("CNCCNC", "ClCc1ccccc1Cl", "aromatic ring"),
        ("NCCN", "CCCBr", "two ends$"),
        ("NCCc1ccccc1", "CC(=O)CC(C)=O", "enaminone"),
        ("Nc1cc(OC)ccc1C(C)=O", "CCC(C)=O", "quinoline"),
        ("CNc1ccccc1C=O", None, "quinoline"),
        ("CC(N)C(C)=O", None, "dihydropyrazine"),
        (BIS, "O=CCCC=O", "no hydride"),
        ("NCCN", "O=S(=O)(OCCOS(=O)(=O)C(F)(F)F)C(F)(F)F", "no number"),
    ],
)
def test_what_closes_no_ring_is_one_line_of_advice(a: str, b: str | None, words: str) -> None:
    """Each refusal says what was given and what to do."""
    with pytest.raises(ScopeError, match=words):
        pair(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("NC1(c2ccccc2)CCCCC1", dibromide(5)),
        ("NC1(c2cccc(OC)c2)CCCCC1", dibromide(5)),
        ("CN", "BrCCBr"),
        ("NCc1ccccc1", "ClCCCl"),
        ("NCCN", "ClCCN(C)CCCl"),
        ("NCc1ccccc1", "ClCCSCCCl"),
    ],
)
def test_regulated_rings_and_partners_are_refused(a: str, b: str) -> None:
    """Arylcyclohexylamines in a ring, bis(2-haloethyl)amines and sulfur mustards are refused."""
    with pytest.raises(RegulatedError, match="regulated"):
        pair(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("NCc1ccccc1", dibromide(5)), ("NCc1ccccc1", "ClCCOCCCl"), ("NC1CCCCC1", dibromide(5))]
)
def test_ordinary_rings_are_not(a: str, b: str) -> None:
    """N-Benzylpiperidine, a morpholine and N-cyclohexylpiperidine are planned."""
    assert pair(a, b).closures


def test_hazards_are_said() -> None:
    """Dihalides and sulfonates alkylate; a 1,2-dihalide gives mustard-like intermediates."""
    said = {n: " ".join(planner.cyclize("NCCN", dibromide(n), draws=8).hazards) for n in (2, 3)}
    assert "alkylating" in said[3]
    assert "mustard-like" in said[2]
    assert "mustard-like" not in said[3]
    mesylate = planner.cyclize("CNCCNC", "CS(=O)(=O)OCCCOS(C)(=O)=O", draws=8)
    assert any("sulfonates" in hazard for hazard in mesylate.hazards)


@pytest.mark.parametrize(
    ("a", "b", "word"),
    [
        ("NCCN", "CC(=O)CC(C)=O", "vinamidine"),
        ("NCc1ccccc1", "CC(=O)CCC(C)=O", "pyrrole"),
        ("NCCCN", "O=CCC=O", "enaminone"),
        ("NCc1ccccc1", "O=Cc1ccccc1C=O", "isoindolinone"),
        ("Nc1ccccc1CC=O", None, "indole"),
        ("CCNc1ccc(F)cc1C(C)C(C)=O", None, "indole"),
        ("Nc1ncccc1CC1OCCO1", None, "azaindole"),
        ("Nc1ccccc1/C=C\\C(C)=O", None, "quinoline"),
        ("CNC/C=C\\C(C)=O", None, "pyrrole"),
    ],
)
def test_rivals_void_the_number(a: str, b: str | None, word: str) -> None:
    """Vinamidines, pyrroles, isoindolinones, indoles and quinolines are said first, and the numbers do not hold."""
    found = planner.cyclize(a, b, draws=8)
    assert found.void
    assert word in found.caveats[0]
    with pytest.raises(InfeasibleError, match=word):
        planner.recommend_cyclization(a, b, draws=8)
    assert not planner.cyclize("NCc1ccccc1", "O=CCCCC=O", draws=8).void
    assert not planner.cyclize("CNCCNC", "O=CCCC=O", draws=8).void


@pytest.mark.parametrize(
    ("a", "said", "not_said"),
    [
        ("NCCCCC=O", "cyclic imine", "enamine"),
        ("NCCCC(C)=O", "cyclic imine", "enamine"),
        ("CNCCCCC(C)=O", "enamine", "cyclic imine"),
        ("O=CCCCNc1ccccc1", "enamine", "cyclic imine"),
        ("Nc1ccccc1C(C)(C)C=O", "cyclic imine", "indole"),
        ("NCCCCCC=O", "", "cyclic imine"),
    ],
)
def test_an_amino_carbonyl_stands_as_its_nitrogen_lets_it(a: str, said: str, not_said: str) -> None:
    """A primary amine gives the cyclic imine, a secondary one hemiaminal or enamine; longer ones neither."""
    found = planner.cyclize(a, draws=4)
    assert not found.void
    assert said in " ".join(found.caveats)
    assert not_said not in " ".join(found.caveats)


@pytest.mark.parametrize(("carbons", "is_spared"), [(2, False), (4, False), (5, True), (10, True)])
def test_large_sulfonamide_rings_are_said_to_close_in_practice(carbons: int, is_spared: bool) -> None:
    """From nine members on a caveat names Richman and Atkins; amines and smaller rings have none."""
    found = planner.cyclize(BIS, dibromide(carbons), draws=4)
    assert (found.ring_size >= 9) == is_spared
    assert any("Richman" in caveat for caveat in found.caveats) == is_spared
    assert not any(
        "Richman" in caveat for caveat in planner.cyclize(DIETHYL, dibromide(carbons), draws=4).caveats
    )


# --- constants ---


def test_every_number_has_its_row() -> None:
    """Each number that is asked for stands in the file, in its unit, with a source."""
    book = load_book()
    needed = {name for name in QUANTITIES if not name.endswith("*")}
    assert needed <= set(book.parameters)
    assert all(p.source and p.note for p in book.parameters.values())


def test_orders_of_effective_molarities() -> None:
    """Amines 5 > 6 > 3 > 7 > 4, sulfonamides 5 > 3 > 6 > 4, large rings 14 > 12 > 10 > 9 and 8, then falling."""
    median = median_book(load_book())

    def em(size: int, *, is_sulfonamide: bool = False) -> float:
        return float(log_em(size, median, is_sulfonamide=is_sulfonamide)[0])

    assert sorted((3, 4, 5, 6, 7), key=em) == [4, 7, 3, 6, 5]
    assert sorted((3, 4, 5, 6), key=lambda s: em(s, is_sulfonamide=True)) == [4, 6, 3, 5]
    assert em(14) > em(12) > em(10) > max(em(9), em(8))
    assert em(12) < em(13) < em(14)
    assert em(32) - em(16) == pytest.approx(-1.5 * np.log10(2.0))


def test_rate_follows_group_solvent_and_temperature() -> None:
    """Iodide > bromide > tosylate > mesylate > chloride; DMSO > DMF > MeCN > EtOH > THF > toluene; warmer is faster."""
    median, read = median_book(load_book()), pair(DIETHYL, DIBROMIDE)

    def k(**given: object) -> float:
        asked = {"solvent": "MeCN", "temperature_C": 82.0, **given}
        return float(substitution_constants(read, median, **asked).k[0])

    groups = [k(leaving_group=g) for g in ("iodide", "bromide", "tosylate", "mesylate", "chloride")]
    solvents = [k(solvent=s) for s in ("DMSO", "DMF", "MeCN", "EtOH", "THF", "toluene")]
    assert groups == sorted(groups, reverse=True)
    assert solvents == sorted(solvents, reverse=True)
    assert k() == pytest.approx(6e-3, rel=0.1)
    assert k(temperature_C=25.0) == pytest.approx(5e-5, rel=1e-6)


def test_the_chain_changes_its_closing() -> None:
    """Two methyl groups in the tether help, beside C-X they hinder; an o-xylylene helps."""
    median = median_book(load_book())

    def em(a: str, b: str) -> float:
        return float(substitution_constants(pair(a, b), median, solvent="MeCN", temperature_C=82.0).em[0][0])

    plain = em("CNCCCNC", DIBROMIDE)
    assert em("CNCC(C)(C)CNC", DIBROMIDE) > plain > em("CNCCCNC", "BrCC(C)(C)CBr")
    assert em("CNCCNC", "BrCc1ccccc1CBr") > em("CNCCNC", dibromide(4))


CROWDED = (1.0, 0.2, 1e-3)
"""Rate of N-methyl, N-isopropyl and N-tert-butyl against N-methyl, at the medians."""


def median_constants(a: str, b: str, **asked: Any) -> Constants:
    """Constants of a pair at the medians, in MeCN at 25 C."""
    read, median = pair(a, b), median_book(load_book())
    return substitution_constants(read, median, solvent="MeCN", temperature_C=25.0, **asked)


def test_crowded_nitrogens_are_slow_and_activated_carbons_fast() -> None:
    """Methyl > isopropyl > tert-butyl; benzylic and allylic carbons a hundredfold; EM stays."""
    diamines = [f"{r}NCCN{r}" for r in ("C", "C(C)(C)", "C(C)(C)(C)")]
    made = [median_constants(a, DIBROMIDE) for a in diamines]
    assert [float(c.k[0] / made[0].k[0]) for c in made] == pytest.approx(CROWDED)
    assert {float(c.em[0][0]) for c in made} == {float(made[0].em[0][0])}
    for activated in ("BrCc1ccccc1CBr", "BrC/C=C\\CBr"):
        found = median_constants("CNCCNC", activated)
        assert float(found.k[0]) == pytest.approx(100.0 * float(made[0].k[0]))
        assert not found.has_unlike_ends
    assert float(median_constants("CNCCNC", "BrCCc1ccccc1CCBr").k[0]) == pytest.approx(float(made[0].k[0]))


@pytest.mark.parametrize(
    ("a", "b", "slow"),
    [
        ("CNCCNC", "BrCCCCl", "ClCCCCl"),
        ("CNCCNC", "ICCCBr", DIBROMIDE),
        ("CNCCNC", "ClCCCOS(C)(=O)=O", "ClCCCCl"),
    ],
)
def test_the_first_bond_is_at_the_better_leaving_group(a: str, b: str, slow: str) -> None:
    """Rate and EM are those of the slower group on both ends; the first bond goes at the mean of both rates."""
    mixed, plain = median_constants(a, b), median_constants(a, slow)
    fast, other = (end.name for end in pair(a, b).ends)
    ratio = float(
        (median_constants(a, b, leaving_group=fast).k / median_constants(a, b, leaving_group=other).k)[0]
    )
    assert ratio > 1.0
    assert float(mixed.first_b[0]) == pytest.approx((ratio + 1.0) / 2.0)
    assert (float(mixed.k[0]), float(mixed.em[0][0])) == pytest.approx(
        (float(plain.k[0]), float(plain.em[0][0]))
    )
    found = planner.cyclize(a, b, draws=8)
    assert found.procedure.leaving_group == f"{fast} then {other}"
    assert any(f"({fast}, {other})" in caveat for caveat in found.caveats)
    assert not any("differ in rate" in c for c in planner.cyclize(a, b, draws=8, leaving_group=other).caveats)
    assert planner.cyclize(a, b, draws=8, leaving_group=f"{fast} then {other}").ring == found.ring


@pytest.mark.parametrize("b", ["BrCCCCl", "ClCCCBr", "CC(Br)CCBr", "ClCCCOS(C)(=O)=O"])
def test_chains_keep_the_slower_group(b: str) -> None:
    """Adduct and chains of unlike ends weigh what their structures do; the faster end has gone first."""
    read = pair("CNCCNC", b)
    masses = unit_masses(read)
    assert masses.of(1, 1, is_ring=False) == pytest.approx(read_structure(read.adduct).exact_mass, abs=1e-6)
    assert masses.of(0, 1, is_ring=False) == pytest.approx(read.b.structure.exact_mass)
    assert masses.of(1, 2, is_ring=False) == pytest.approx(
        masses.a + 2 * masses.b - 2 * masses.first, abs=1e-9
    )
    assert masses.of(1, 1, is_ring=True) == pytest.approx(masses.repeat)


def test_the_order_of_unlike_nitrogens_does_not_matter() -> None:
    """A diamine written from either end has the same constants; the slower nitrogen closes with the plain EM."""
    for a, again in (("CNCCNC(C)(C)C", "CC(C)(C)NCCNC"), ("NCCCNc1ccccc1", "c1ccc(cc1)NCCCN")):
        one, other = (median_constants(x, dibromide(5)).named() for x in (a, again))
        assert {k: float(v[0]) for k, v in one.items()} == pytest.approx(
            {k: float(v[0]) for k, v in other.items()}
        )
    plain, crowded = (median_constants(a, DIBROMIDE) for a in ("CNCCNC", "CNCCNC(C)(C)C"))
    assert float(crowded.em[0][0]) == pytest.approx(float(plain.em[0][0]))
    assert crowded.has_unlike_ends
    assert "differ in rate" in " ".join(planner.cyclize("CNCCNC(C)(C)C", DIBROMIDE, draws=4).caveats)


def test_numbers_of_rings_move_no_other_draw() -> None:
    """A column follows its own name: fewer numbers, same draws."""
    whole = draw_book(load_book(), 16, 0)
    one = draw_named(("em.7",), 16, 0)
    assert np.array_equal(one.normals[:, 0], whole.draws.normals[:, whole.draws.names.index("em.7")])


# --- predictions ---


def rings(a: str, b: str | None, n_draws: int = 256, **asked: object) -> np.ndarray:
    """Share of the ring in each draw."""
    read, model = pair(a, b), load_model()
    p, _ = settle_ring(asked, read, model, load_book())
    return prepare_closing(read, model, n_draws=n_draws, seed=0).rings([p])[0]


def test_high_dilution_beats_the_batch() -> None:
    """The guide's protocol from N,N'-diethyl ethylenediamine: about 0.4 against 0.15, better in nine draws of ten."""
    fed = rings(DIETHYL, DIBROMIDE, 512, concentration_M=0.01, addition_time_h=24.0)
    batch = rings(DIETHYL, DIBROMIDE, 512, concentration_M=0.1, addition_time_h=0.0, hold_time_h=36.0)
    assert np.mean(fed > batch) >= 0.9
    assert 0.38 <= np.median(fed) <= 0.5
    assert 0.11 <= np.median(batch) <= 0.17


def test_a_free_diamine_is_a_poor_substrate() -> None:
    """Below 0.2 fed; more with excess of amine; the bis-sulfonamide 0.7 and more in a batch at 0.1 M."""
    free = planner.cyclize("NCCN", DIBROMIDE, concentration_M=0.01, addition_time_h=24.0)
    assert free.ring.median < 0.2
    assert any("poor substrate" in caveat for caveat in free.caveats)
    assert np.median(rings("NCCN", DIBROMIDE, concentration_M=0.001, equivalents=0.1)) > 3 * free.ring.median
    assert np.median(rings(BIS, DIBROMIDE, concentration_M=0.1, addition_time_h=0.0)) >= 0.7


@pytest.mark.parametrize(("n", "low", "high"), [(5, 0.95, 1.0), (6, 0.9, 1.0), (7, 0.2, 0.7), (8, 0.0, 0.1)])
def test_reductive_closures_by_size(n: int, low: float, high: float) -> None:
    """At 0.1 M five and six close, seven does in part, eight gives oligomers; dilution helps seven."""
    chain = f"N{'C' * (n - 1)}=O"
    assert low <= np.median(rings(chain, None, concentration_M=0.1)) <= high
    if n == 7:
        assert np.median(rings(chain, None, concentration_M=0.01, hold_time_h=48.0)) > 0.8


def test_an_acetal_is_its_aldehyde() -> None:
    """The ring is the same, and opening it is said."""
    acetal, free = (planner.cyclize(s, draws=16) for s in ("NCCCCC1OCCO1", "NCCCCC=O"))
    assert (acetal.ring_smiles, acetal.ring) == (free.ring_smiles, free.ring)
    assert any("acetal" in caveat for caveat in acetal.caveats)


@pytest.mark.parametrize(
    ("a", "b", "asked"),
    [
        (DIETHYL, DIBROMIDE, {}),
        ("NCCN", dibromide(4), {"equivalents": 0.5}),
        ("NCCN", DIBROMIDE, {"equivalents": 2.0, "addition": "b_into_a"}),
        ("NCc1ccccc1", "O=CCCCC=O", {}),
        ("NCCCCC=O", None, {"reductant": "none"}),
        (DIETHYL, DIBROMIDE, {"base": "none", "leak": 0.1}),
        ("NCCN", "C=O", {}),
    ],
)
def test_shares_add_up(a: str, b: str | None, asked: dict[str, object]) -> None:
    """Rings, adduct, chains, over-alkylated ring and what is left are all of the limiting partner."""
    found = planner.cyclize(a, b, draws=16, **asked)
    total = sum(one.fraction.mean for one in (*found.isomers, *found.chains))
    total += found.linear.mean + found.quaternary.mean + 1.0 - found.conversion.mean
    assert total == pytest.approx(1.0, abs=1e-6)


def test_masses_are_those_of_the_structures() -> None:
    """A ring of one pair weighs what its structure does; one more pair is one repeat unit; adducts keep one HX."""
    read = pair(DIETHYL, DIBROMIDE)
    masses = unit_masses(read)
    assert masses.of(1, 1, is_ring=True) + 1.007276 == pytest.approx(
        protonated_mass("CCN1CCCN(CC)CC1"), abs=1e-4
    )
    assert masses.of(1, 1, is_ring=False) + 1.007276 == pytest.approx(protonated_mass(read.adduct), abs=1e-4)
    assert masses.of(3, 2, is_ring=False) - masses.of(2, 1, is_ring=False) == pytest.approx(masses.repeat)
    alone = pair("NCCCCC=O")
    assert unit_masses(alone).of(1, 0, is_ring=True) + 1.007276 == pytest.approx(
        protonated_mass("C1CCNCC1"), abs=1e-4
    )


def test_the_ladder_is_that_of_one_end_each() -> None:
    """An amino-aldehyde's rate is that of the amine without its aldehyde; more hydride is not slower."""
    read = pair("NCCCCC=O")
    assert without_carbonyl(read.a.smiles, read.a.carbonyls) == "CCCCCN"
    slow, fast = (planner.cyclize("NCCCCC=O", draws=16, reductant_equivalents=e).rate for e in (1.0, 4.0))
    assert fast.median > slow.median


def test_no_base_is_not_the_default_base() -> None:
    """base=None is a flask without base, as the word none is; left out it is carbonate."""
    without, word, usual = (
        planner.cyclize("CCNCCNCC", "BrCCCBr", draws=8, **given)
        for given in ({"base": None}, {"base": "none"}, {})
    )
    assert without.procedure == word.procedure
    assert without.procedure.base is None
    assert usual.procedure.base == "K2CO3"
    assert "base" not in without.defaults_used


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"concentration_M": -1}, "concentration_M"),
        ({"concentration_M": float("nan")}, "concentration_M"),
        ({"concentration_M": 0.2, "feed_M": 0.1}, "final volume"),
        ({"addition": "sideways"}, "addition"),
        ({"solvent": "mud"}, "no number"),
        ({"solvents": "MeCN"}, "did you mean"),
        ({"base": "NaOH"}, "base"),
        ({"reductant": "STAB"}, "leave it out"),
        ({"leaving_group": "fluoride"}, "leaving_group"),
        ({"equivalents": "2"}, "equivalents"),
    ],
)
def test_impossible_procedures_are_one_line(asked: dict[str, object], words: str) -> None:
    """Numbers out of bounds, unknown words and fields that do not fit are refused with what to do."""
    with pytest.raises(ProcedureError, match=words):
        planner.cyclize(DIETHYL, DIBROMIDE, draws=8, **asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"concentration_M": c, "equivalents": e, "addition": way}
        for c in (0.01, 0.0475, 0.06, 0.3)
        for e in (0.1, 1.0, 4.0)
        for way in ("both_fed", "a_into_b", "b_into_a")
    ],
)
def test_syringes_left_at_default_always_fit(asked: dict[str, Any]) -> None:
    """They are 0.1 M where that fits, else as strong as makes the feeds half of the volume; what is said stays."""
    model, book, both = load_model(), load_book(), pair(DIETHYL, DIBROMIDE)
    p, defaults = settle_ring(asked, both, model, book)
    charge = charge_of(p, single=False)
    assert "feed_M" in defaults
    fed = charge.feed_a_L + charge.feed_b_L
    assert p.feed_M == 0.1 or fed == pytest.approx(0.5, rel=0.01)
    assert p.feed_M == 0.1 or fed * p.feed_M > 0.095
    said, rest = settle_ring({**asked, "feed_M": 9.0}, both, model, book)
    assert said.feed_M == 9.0
    assert "feed_M" not in rest


def test_stronger_syringes_are_said() -> None:
    """Where the strength rose by itself a caveat names it."""
    strong, usual = (planner.cyclize(DIETHYL, DIBROMIDE, draws=4, concentration_M=c) for c in (0.1, 0.01))
    assert [any(c.startswith("feed_M is") for c in found.caveats) for found in (strong, usual)] == [
        True,
        False,
    ]


def test_dihalides_are_known_by_name() -> None:
    """A name and a CAS number are the structure."""
    assert {pair("NCCN", b).b.smiles for b in ("1,3-Dibromopropane", "109-64-8", DIBROMIDE)} == {DIBROMIDE}  # type: ignore[union-attr]


def test_a_leaving_group_has_its_short_name() -> None:
    """Cl is chloride, and slower than the structure's bromide."""
    short, plain = (planner.cyclize(DIETHYL, DIBROMIDE, draws=8, **g) for g in ({"leaving_group": "Cl"}, {}))
    assert short.procedure.leaving_group == "chloride"
    assert short.rate.median < plain.rate.median


@pytest.mark.parametrize(
    ("asked", "is_held"),
    [({}, False), ({"leak": 0.1}, False), ({"pump_ratio": 2.0}, False), ({"base": "none"}, False)],
)
def test_paper_is_silent_where_its_assumptions_fail(asked: dict[str, Any], is_held: bool) -> None:
    """An alkylated ring, a leak, unequal pumps or no base drop the closed form; a bis-sulfonamide keeps it."""
    assert (planner.cyclize(DIETHYL, DIBROMIDE, draws=16, **asked).statistical is not None) == is_held
    feeds = {"addition_time_h": 24.0, "concentration_M": 0.05, "hold_time_h": 48.0}
    whole = planner.cyclize(BIS, DIBROMIDE, draws=16, **feeds, **asked)
    assert (whole.statistical is None) == bool(asked)


def test_a_leak_is_said_where_it_leaks() -> None:
    """The share that is lost stands in a caveat; where b is not fed the caveat says that nothing leaks."""
    fed, waits = (
        " ".join(planner.cyclize(DIETHYL, DIBROMIDE, draws=4, leak=0.2, addition=way).caveats)
        for way in ("both_fed", "a_into_b")
    )
    assert "20% of b's feed never reaches" in fed
    assert "b is not fed" in waits


@pytest.mark.parametrize(
    ("a", "b", "said", "not_said"),
    [
        ("NCCCCBr", None, "salt with acid", "dihalides"),
        ("NCCCCCOS(C)(=O)=O", None, "salt with acid", "Bis-sulfonates"),
        ("NCCN", "BrCCCCl", "dihalides", "salt with acid"),
        ("NCCN", "ClCCCOS(C)(=O)=O", "Haloalkyl sulfonates", "dihalides"),
        ("NCCN", "CS(=O)(=O)OCCCOS(C)(=O)=O", "Bis-sulfonates", "Haloalkyl"),
        ("NCc1ccccc1", "ClCCOCCCl", "H310", "H302"),
        ("NCCN", "BrCCOCCOCCBr", "H330", "H302"),
        ("NCCN", "BrCCCOCCCBr", "H302", "H310"),
        ("NCCN", "ClCCSCCCCl", "half mustard", "H302"),
        ("CNCCNC", "ClCCBr", "aziridinium", "half mustard"),
        (BIS, "BrCCBr", "carcinogens", "aziridinium"),
    ],
)
def test_hazards_are_those_of_the_compound(a: str, b: str | None, said: str, not_said: str) -> None:
    """Each kind has its own line: haloamines, halosulfonates, 2-haloethyl ethers; sulfonamides give no aziridinium."""
    found = " ".join(planner.cyclize(a, b, draws=4).hazards)
    assert said in found
    assert not_said not in found


@pytest.mark.parametrize(
    ("a", "b"),
    [("NCCN", "O=CCCC=O"), ("NCCCN", "O=CCCCC=O"), ("NCCN", dibromide(4)), ("NCCCCN", dibromide(5))],
)
def test_both_nitrogens_may_close(a: str, b: str) -> None:
    """Where each nitrogen of a diamine can close alone the bis-ring is named, with the mass of its formula."""
    found = planner.cyclize(a, b, draws=4)
    n, m = a.count("C"), sum(c == "C" for c in b)
    ring = f"C1{'C' * (m - 1)}N1"
    bis = canonical_smiles(Chem.MolFromSmiles(f"{ring}{'C' * n}N2{'C' * m}2"))
    said = next(c for c in found.caveats if "Each nitrogen" in c)
    assert f" {bis} " in said
    assert f"{protonated_mass(bis):.4f}" in said
    assert not any("Each nitrogen" in c for c in planner.cyclize("CNCCNC", "O=CCCC=O", draws=4).caveats)


@pytest.mark.parametrize(("a", "b"), [("NCCN", "O=CCCC=O"), ("NCCCN", "O=CCC=O"), ("NCCN", "O=CCC=O")])
def test_a_dialdehyde_is_not_sent_to_the_sulfonamide(a: str, b: str) -> None:
    """Each caveat that names the bis-sulfonamide names the dihalide or disulfonate with it."""
    for caveat in planner.cyclize(a, b, draws=4).caveats:
        assert "sulfonamide" not in caveat or re.search(r"take the .*(dihalide|disulfonate)", caveat)


def test_names_of_partners_are_their_structures() -> None:
    """Chain, group and number of carbons of a systematic name are those of its structure; no name stands twice."""
    names = load_book().reagents
    chains = {"ethane": 2, "propane": 3, "butane": 4, "pentane": 5, "hexane": 6}
    counts = 0
    for name, smiles in names.items():
        if found := re.fullmatch(r"1,(\d)-di(bromo|chloro|iodo)(\w+ane)", name):
            symbol = {"bromo": "Br", "chloro": "Cl", "iodo": "I"}[found[2]]
            assert int(found[1]) == chains[found[3]]
            made = canonical_smiles(Chem.MolFromSmiles(f"{symbol}{'C' * chains[found[3]]}{symbol}"))
            assert canonical_smiles(Chem.MolFromSmiles(smiles)) == made
            counts += 1
    assert counts >= 10
    for name in ("diethylene glycol ditosylate", "1,2-bis(bromomethyl)benzene", "1,5-dichloropentane"):
        assert len(read_partner(name, load_model()).ends) == 2


# --- plans ---


@pytest.fixture(scope="module")
def free_plan() -> RingPlan:
    """Recommend for ethylenediamine and 1,3-dibromopropane."""
    return planner.recommend_cyclization("NCCN", DIBROMIDE, draws=64)


def test_a_free_diamine_is_answered_with_what_helps(free_plan: RingPlan) -> None:
    """The bis-sulfonamide keeps the promise as a batch; excess, benzyl, diacyl and buying stand beside it, priced."""
    names = [s.name for s in free_plan.strategies]
    assert free_plan.best.procedure.addition_time_h == 0
    usual = re.search(r"all at once at 0\.1 M the ring is (\d+)%", free_plan.best.words)
    assert usual is not None
    assert int(usual[1]) >= 70
    assert free_plan.best.name == "bis_sulfonamide"
    assert free_plan.best.probability >= 0.8
    assert {"batch", "high_dilution", "excess_diamine", "benzyl_diamine", "diacyl_and_reduce", "buy"} <= set(
        names
    )
    assert all(
        s.schedule.litres_per_gram > 0 and s.schedule.hours_per_gram > 0
        for s in free_plan.strategies
        if s.ring is not None
    )


def test_the_plan_is_executable(free_plan: RingPlan) -> None:
    """Volumes, rates, times, moles and masses add up in every strategy, and give the grams that are planned."""
    for s in free_plan.strategies:
        if s.schedule is None or s.procedure is None:
            continue
        plan = s.schedule
        assert plan.heel_mL >= 0
        assert plan.heel_mL + sum(x.volume_mL for x in plan.syringes) == pytest.approx(plan.total_mL)
        for x in plan.syringes:
            if x.is_fed:
                assert x.rate_mL_per_h * x.time_h == pytest.approx(x.volume_mL)
                assert x.strength_M * x.volume_mL == pytest.approx(x.mmol)
                assert x.time_h == pytest.approx(plan.feed_time_h)
        limiting = min(x.mmol for x in plan.syringes)
        assert limiting / plan.total_mL == pytest.approx(s.procedure.concentration_M)
        assert plan.total_time_h <= 72.0
        assert plan.litres_per_gram == pytest.approx(plan.total_mL / 1e3 / plan.scale_g)


def test_more_than_can_be_promised_is_refused() -> None:
    """The refusal names the best that can be; asking for that is answered."""
    with pytest.raises(InfeasibleError, match=r"ask for min_ring (0\.\d\d)") as refused:
        planner.recommend_cyclization(DIETHYL, DIBROMIDE, min_ring=0.95, probability=0.9, draws=64)
    possible = float(str(refused.value).split("min_ring ")[1][:4])
    plan = planner.recommend_cyclization(DIETHYL, DIBROMIDE, min_ring=possible, probability=0.9, draws=64)
    assert plan.best.probability >= 0.9


@pytest.mark.parametrize("hours", [1.0, 3.0, 7.0])
def test_a_limit_of_time_that_leaves_nothing_is_named(hours: float) -> None:
    """A time too short for the ring is refused with its name, in a whole sentence; the longer one is answered."""
    asked = {"min_ring": 0.5, "probability": 0.7, "draws": 32}
    with pytest.raises(InfeasibleError, match=f"leave out max_time_h {hours:g}") as refused:
        planner.recommend_cyclization(DIETHYL, DIBROMIDE, max_time_h=hours, **asked)
    assert "cannot be computed" not in str(refused.value)
    assert planner.recommend_cyclization(DIETHYL, DIBROMIDE, **asked).best.probability >= 0.7


def test_a_feed_is_justified_by_the_batch_beside_it() -> None:
    """Where a way that needs no dilution is fed, its words hold the number of the batch, which promises less."""
    plan = planner.recommend_cyclization("NCCN", DIBROMIDE, draws=64)
    fed = 0
    for s in plan.strategies:
        has_batch = s.name not in ("batch", "high_dilution", "excess_diamine")
        if s.procedure is not None and s.procedure.addition_time_h and has_batch:
            said = re.search(
                r"all at once at [\d.]+ M the ring is \d+%, and what is wanted in (\d+)%", s.words
            )
            assert said is not None
            assert int(said[1]) <= 100 * s.probability
            fed += 1
    assert fed


@pytest.mark.parametrize(
    ("a", "b", "limits"),
    [
        (BIS, DIBROMIDE, {"min_ring": 0.6}),
        ("CCCNCCNCCC", DIBROMIDE, {"min_ring": 0.2, "probability": 0.6}),
        ("NCc1ccccc1", dibromide(5), {"min_ring": 0.5}),
        ("NCCN", dibromide(5), {"min_ring": 0.4}),
    ],
)
def test_no_pump_where_an_ordinary_batch_keeps_the_promise(a: str, b: str, limits: dict[str, float]) -> None:
    """A way that may run at once is fed, or thinner than 0.01 M, only where no such batch promises enough."""
    plan = planner.recommend_cyclization(a, b, draws=32, **limits)
    for s in plan.strategies:
        if s.procedure is None or s.name == "high_dilution":
            continue
        p = s.procedure
        batches = [
            replace(p, concentration_M=c, addition_time_h=0.0, hold_time_h=24.0, addition=AT_ONCE)
            for c in (0.01, 0.02, 0.05, 0.1, 0.2)
        ]
        made = prepare_closing(s.pair, load_model(), n_draws=32, seed=0).rings(batches)
        can = (np.mean(made >= plan.min_ring, axis=1) >= plan.probability).any()
        assert not can or (p.addition_time_h == 0 and p.concentration_M >= 0.01)


def test_dilution_is_not_called_needed_where_practice_spares_it() -> None:
    """A plan, and a refusal, for a large sulfonamide ring say that practice closes it in an ordinary batch."""
    plan = planner.recommend_cyclization(BIS, dibromide(8), min_ring=0.2, probability=0.5, draws=16)
    assert "Richman" in plan.reasons[0]
    assert all("Richman" in s.words for s in plan.strategies if s.ring is not None)
    with pytest.raises(InfeasibleError, match=r"(?s)more than this model can promise.*Richman"):
        planner.recommend_cyclization(BIS, dibromide(8), min_ring=0.99, probability=0.95, draws=16)


def test_an_easy_ring_needs_no_dilution() -> None:
    """A six-membered reductive closure is planned as a batch, in less solvent than a seven-membered one."""
    six, seven = (planner.recommend_cyclization(f"N{'C' * n}=O", draws=64) for n in (5, 6))
    assert six.best.name == "batch"
    assert six.schedule.litres_per_gram < seven.schedule.litres_per_gram
    assert six.workup.steps


def test_what_is_held_stays_in_every_substitution() -> None:
    """A solvent that is asked for is that of every way by substitution, not of the one by hydride."""
    plan = planner.recommend_cyclization("NCc1ccccc1", dibromide(5), min_ring=0.5, draws=16, solvent="DMF")
    for s in plan.strategies:
        if s.procedure is not None and s.pair is not None:
            assert (s.procedure.solvent == "DMF") == (not s.pair.is_reductive)


ACIDS = re.compile(r"HCl|HBr|[Hh]ydrochlor|sulfuric|acetic acid|aqueous acid|pH [0-6]\b")
OPENED = re.compile(r"(?i)acid(?: and water)? opens?\b")


@pytest.mark.parametrize(
    ("a", "b", "held", "opens"),
    [
        ("NCCN", "C=O", {}, True),
        ("CNCCNC", "CC=O", {}, True),
        ("NCCCN", "O=Cc1ccccc1", {}, True),
        ("NCC(C)(C)CN", "CC(C)=O", {"min_ring": 0.1, "probability": 0.5}, True),
        ("NCCCCC=O", None, {"reductant": "none", "min_ring": 0.5}, True),
        ("NCC1OCCO1", "BrCCCCCBr", {"min_ring": 0.3, "probability": 0.5}, True),
        ("NCCCCC=O", None, {}, False),
        ("NCc1ccccc1", "BrCCCCCBr", {"min_ring": 0.3, "probability": 0.5}, False),
    ],
)
def test_no_acid_where_a_caveat_says_that_acid_opens_the_ring(
    a: str, b: str | None, held: dict[str, Any], opens: bool
) -> None:
    """Aminals, imines left unreduced and acid-sensitive rings are worked up without acid; others with it."""
    plan = planner.recommend_cyclization(a, b, draws=16, **held)
    assert any(OPENED.search(caveat) for caveat in plan.caveats) == opens
    assert any(ACIDS.search(step) for step in plan.workup.steps) != opens
    assert not opens or any("No acid" in step for step in plan.workup.steps)


@pytest.mark.parametrize(
    ("a", "b", "acetal"),
    [
        ("NCCCCC1OCCO1", None, "NCCCCC1OCCO1"),
        ("COC(CCCCCN)OC", None, "COC(CCCCCN)OC"),
        ("NCc1ccccc1", "COC(CCCC(OC)OC)OC", "COC(CCCC(OC)OC)OC"),
    ],
)
@pytest.mark.parametrize("reductant", ["STAB", "NaBH3CN"])
def test_an_acetal_is_weighed_opened_buffered_and_then_reduced(
    a: str, b: str | None, acetal: str, reductant: str
) -> None:
    """Its own mass is weighed; acid, buffer and hydride come in this order, and the caveat says the same."""
    plan = planner.recommend_cyclization(a, b, draws=16, min_ring=0.2, probability=0.5, reductant=reductant)
    charged = next(s for s in plan.schedule.syringes if s.weighed_as != s.smiles)
    assert charged.weighed_as == canonical_smiles(Chem.MolFromSmiles(acetal))
    assert charged.mass_mg == pytest.approx(charged.mmol * molar_mass(acetal))
    steps = pump_words(plan.schedule)
    where = [
        next(i for i, step in enumerate(steps) if step.startswith(word))
        for word in ("Unmask", "Buffer", "Flask", f"{reductant}:")
    ]
    assert where == sorted(where)
    assert not any("from the start" in step for step in steps)
    said = next(c for c in plan.caveats if "acetal, and weighed" in c)
    pH = re.search(r"pH (\d to 6)", said)
    assert pH is not None
    assert pH[0] in steps[where[1]]


@pytest.mark.parametrize(
    ("a", "b"),
    [("NCCCCC1OCCO1", None), ("NCCC(O[Si](C)(C)C)CC(OC)OC", None), ("NCCN", "COCOC"), ("NCCN", "CCOC(C)OCC")],
)
def test_acid_unmasks_only_what_bears_it(a: str, b: str | None) -> None:
    """Aqueous acid opens an acetal unless another group goes with it, or its aldehyde is formaldehyde."""
    plan = planner.recommend_cyclization(a, b, draws=8, min_ring=0.05, probability=0.5)
    said = next(c for c in plan.caveats if c.startswith("Given as its acetal"))
    bears = "Si" not in a and b != "COCOC"
    assert ("with aqueous acid" in said) == bears
    assert any("hydrochloric" in step for step in plan.schedule.unmasking) == bears
    assert plan.schedule.unmasking


def test_prices_are_per_gram_of_the_ring_that_was_asked_for(free_plan: RingPlan) -> None:
    """Whatever group is on, moles of ring times the molar mass of the ring that was asked for are the grams."""
    asked = molar_mass(winning(free_plan.pair).smiles)
    for s in free_plan.strategies:
        if s.schedule is None or s.pair is None or s.procedure is None:
            continue
        moles = s.procedure.concentration_M * s.schedule.total_mL / 1e3 * s.ring.mean
        assert moles * asked == pytest.approx(s.schedule.scale_g)
        assert moles * molar_mass(winning(s.pair).smiles) == pytest.approx(s.schedule.made_g)
        is_protected = s.name in ("bis_sulfonamide", "benzyl_diamine")
        assert ("deprotection and its yield not counted" in s.words) == is_protected
        assert any("not counted" in step for step in pump_words(s.schedule)) == is_protected


def test_the_sheet_names_the_ring_that_was_asked_for(free_plan: RingPlan) -> None:
    """A protected ring is weighed as that, and the title counts the ring under its groups."""
    title = re.search(r"<title>(.*?)</title>", ring_sheet(free_plan))
    assert title is not None
    assert free_plan.schedule.protects == winning(free_plan.pair).smiles
    assert f"1 g of {winning(free_plan.pair).smiles} (protected" in title[1]


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3, 1e5])
def test_amounts_are_written_as_people_write_them(scale: float) -> None:
    """No power of ten at any scale, and the hydride has its mass: mmol times its molar mass."""
    plan = planner.recommend_cyclization("NCCCCCC=O", draws=16, scale_g=scale, min_ring=0.5)
    steps = pump_words(plan.schedule)
    for other in ("NCCCCC1OCCO1", None), ("NCCN", DIBROMIDE):
        steps += pump_words(planner.recommend_cyclization(*other, draws=8, scale_g=scale).schedule)
    assert not any(re.search(r"\de[+-]\d", step) for step in steps)
    assert plan.schedule.reductant_mg == pytest.approx(plan.schedule.reductant_mmol * 211.94)


@pytest.mark.parametrize(
    "limit", [{"min_ring": 2}, {"probability": 0.1}, {"scale_g": 0}, {"concentration_M": 0.1}]
)
def test_limits_of_a_recommendation_are_checked(limit: dict[str, float]) -> None:
    """A limit out of bounds, or a field that is searched, is refused."""
    with pytest.raises(ProcedureError):
        planner.recommend_cyclization("NCCCCC=O", draws=8, **limit)


# --- the command line ---


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["cyclize", *words, "--draws", "16"])


def test_the_command_predicts_in_three_forms() -> None:
    """Table, CSV and JSON hold the same ring."""
    table, text, record = (run(DIETHYL, DIBROMIDE, "--format", form) for form in ("table", "csv", "json"))
    assert all(r.exit_code == 0 for r in (table, text, record))
    found = json.loads(record.stdout)
    rows = list(csv.DictReader(io.StringIO(text.stdout)))
    assert found["ring_size"] == 7
    assert float(rows[0]["fraction"]) == pytest.approx(found["ring"]["mean"])
    assert sum(float(row["fraction"]) for row in rows) == pytest.approx(1.0, abs=1e-6)
    assert "7-membered ring" in table.stdout


def test_the_command_recommends_and_writes(tmp_path: Path) -> None:
    """The file holds a row for each way, the first with its pumps."""
    file = tmp_path / "ring.csv"
    sheet = tmp_path / "ring.html"
    words = ("--recommend", "--min-ring", "0.7", "--csv", str(file), "--html", str(sheet))
    done = run("NCCCCC=O", *words)
    assert done.exit_code == 0, done.stderr
    page = sheet.read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "<h2>Steps</h2><ol><li>Flask:" in page
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert [row["rank"] for row in rows] == [str(i + 1) for i in range(len(rows))]
    assert float(rows[0]["total_mL"]) > 0
    assert "1. Flask" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("banana", "BrCCBr"),
        ("NCCN", "BrCCBr", "--concentration-m", "lots"),
        ("NCCN", "BrCCBr", "--min-ring", "0.5"),
        ("NCCN",),
        ("NCCCCC=O", "--equivalents", "2"),
        ("NCCN", DIBROMIDE, "--recommend", "--min-ring", "0.99", "--probability", "0.99"),
        ("NCCN", "O=CCCCC=O", "--reductant", "none"),
    ],
)
def test_bad_input_is_one_line_and_exit_two(words: tuple[str, ...]) -> None:
    """What the user can mend is one line on standard error, without a traceback."""
    done = run(*words)
    assert done.exit_code == 2
    said = [line for line in done.stderr.splitlines() if not line.lstrip()[:1].isdigit()]
    assert len(said) == 1
    assert said[0].startswith("Error: ")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("NCCCC=O", "CCC=O"),
        ("NCc1ccccc1", "O=CCCCC=O"),
        ("NCCN", "C=O"),
        ("NCCCN", "C=O"),
        ("NCCN", DIBROMIDE),
        ("NCc1ccccc1", "ClCCCCCCl"),
        ("CNCCNC", "CS(=O)(=O)OCCOS(C)(=O)=O"),
    ],
)
def test_predict_names_the_command(a: str, b: str) -> None:
    """Pairs that would close a ring are refused or warned of with the command that plans it."""
    try:
        said = " ".join(planner.predict(a, b, draws=4).caveats)
    except PlannerError as error:
        said = str(error)
    assert "planner cyclize" in said
