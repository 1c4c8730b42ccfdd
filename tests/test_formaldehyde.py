"""Formaldehyde: what it does to amines with each hydride, in what forms it comes, and what is said of it."""

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from planner import predict, recommend
from planner.errors import ScopeError
from planner.flask.bottles import water_brought
from planner.flask.flask import central_batch, prepare
from planner.flask.procedure import Procedure, asked_procedure
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.predictions.prediction import Prediction
from planner.structures.pairs import read_pair
from planner.structures.sites import find_sites

MODEL = load_model()
REFERENCE = load_model(Path(__file__).parent / "data" / "models_reference")
HCHO, BUTANAL, BUTYLAMINE, NITROANILINE = "C=O", "CCCC=O", "CCCCN", "Nc1ccc([N+](=O)[O-])cc1"
REDUCTANTS = [r.name for r in MODEL.reductants]
PRIMARY = ["CN", BUTYLAMINE, "NC1CCCCC1", "NCc1ccccc1", "CC(N)c1ccccc1", "NC(Cc1ccccc1)C(=O)O", "CC(C)(C)N"]
SECONDARY = ["C1CCNCC1", "C1COCCN1", "CCNCC", "CNC1CCCCC1", "CNCc1ccccc1", "CC1CCCCN1", "OC(=O)C1CCCN1"]


def asked(amine: str, carbonyl: str = HCHO, **fields: object) -> Prediction:
    """A prediction on enough draws for its mean."""
    return predict(amine, carbonyl, draws=128, **fields)


# --- methylation with borohydride in one flask ---


@pytest.mark.parametrize("water", ["dry", "wet"])
@pytest.mark.parametrize("amine", [*PRIMARY, "Nc1ccccc1"])
def test_borohydride_dimethylates_with_enough_formaldehyde(amine: str, water: str) -> None:
    """Primary amine + 4 eq of formaldehyde, then 4 eq of NaBH4: more di than mono (Sondengam, Giumanini; grade B)."""
    p = asked(
        amine,
        reductant="NaBH4",
        carbonyl_equivalents=4.0,
        reductant_equivalents=4.0,
        water=water,
        target="di",
    )
    assert p.products[2].fraction > p.products[1].fraction


@pytest.mark.parametrize("amine", SECONDARY)
def test_borohydride_methylates_secondary_amines(amine: str) -> None:
    """Secondary amine + 2 eq of formalin, then NaBH4: near quantitative, and most of the rest is methanol.

    Paraformaldehyde gives its formaldehyde slowly: no more methyl, and less of all draws wholly converted.
    """
    p = asked(amine, reductant="NaBH4", carbonyl_equivalents=2.0, water="wet")
    slow = asked(amine, reductant="NaBH4", carbonyl_equivalents=2.0, water="dry")
    assert slow.products[1].low <= p.products[1].low + 0.01
    assert p.products[1].fraction > 0.85
    assert p.products[1].median > 0.95
    assert p.carbonyl_fate.alcohol > 0.4


@pytest.mark.parametrize("reductant", REDUCTANTS)
@pytest.mark.parametrize("amine", [*PRIMARY, "Nc1ccccc1"])
def test_no_hydride_stops_cleanly_at_one_methyl(amine: str, reductant: str) -> None:
    """With one equivalent the mono product of a primary amine is never more than half, whatever the hydride."""
    assert asked(amine, reductant=reductant).products[1].fraction < 0.5


@pytest.mark.parametrize("reductant", ["STAB", "NaBH3CN", "2-picoline borane"])
@pytest.mark.parametrize("amine", ["CC(C)NC(C)C", "CC1(C)CCCC(C)(C)N1", "CC(C)NC(C)(C)C"])
def test_hindered_amines_take_a_methyl(amine: str, reductant: str) -> None:
    """Diisopropylamine and 2,2,6,6-tetramethylpiperidine are methylated where butanal hardly adds."""
    methylated = asked(amine, reductant=reductant, carbonyl_equivalents=2.0).products[1].fraction
    assert methylated > 0.8
    assert (
        methylated > asked(amine, BUTANAL, reductant=reductant, carbonyl_equivalents=2.0).products[1].fraction
    )


def test_the_fate_of_formaldehyde_is_shared_by_rate() -> None:
    """The more amine for a formaldehyde, the less of it goes to methanol; more hydride, the more."""
    few, many = (
        asked("C1CCNCC1", reductant="NaBH4", carbonyl_equivalents=e, reductant_equivalents=3.0)
        for e in (0.5, 3.0)
    )
    assert few.carbonyl_fate.alcohol < 0.25 < many.carbonyl_fate.alcohol


# --- its numbers ---


def reduction(model: Model, key: str, carbonyl: str) -> float:
    """Median of the direct reduction of a class of carbonyl, which may be that of aldehydes in general."""
    found = model.find(f"{key}.carbonyl_reduction", (*model.class_chain(carbonyl), "aldehyde"))
    assert found is not None
    return found.value


@pytest.mark.parametrize("key", [r.key for r in MODEL.reductants])
def test_little_of_it_is_free_to_be_reduced(key: str) -> None:
    """Each hydride reduces formaldehyde, all forms counted, five to thirty times more slowly than an alkanal."""
    share = reduction(MODEL, key, "formaldehyde") / reduction(MODEL, key, "n_alkanal")
    assert 1 / 30 < share < 1 / 5
    assert reduction(REFERENCE, key, "formaldehyde") == reduction(REFERENCE, key, "n_alkanal")


HALVES = [
    # table, class, what it is branched from
    ("condensation_amine", "sec_alkyl", "n_alkyl"),
    ("condensation_amine", "tert_alkyl", "n_alkyl"),
    ("condensation_amine", "sec_benzyl", "benzyl"),
    ("condensation_amine", "fluoroalkyl_branched", "fluoroalkyl"),
    ("second_condensation_amine", "sec_alkyl", "n_alkyl"),
    ("second_condensation_amine", "tert_alkyl", "n_alkyl"),
    ("second_condensation_amine", "aryl", "n_alkyl"),
    ("iminium_equilibrium_amine", "sec_alkyl", "n_alkyl"),
    ("iminium_equilibrium_amine", "tert_alkyl", "n_alkyl"),
    ("iminium_equilibrium_amine", "aryl", "n_alkyl"),
    ("secondary_condensation_amine", "dialkyl", "dimethyl"),
    ("secondary_condensation_amine", "alkyl_sec_alkyl", "dimethyl"),
    ("secondary_condensation_amine", "di_sec_alkyl", "dimethyl"),
    ("secondary_condensation_amine", "cyclic_branched", "piperidine"),
    ("secondary_condensation_amine", "cyclic_quaternary", "piperidine"),
    ("secondary_condensation_amine", "cyclic_tetrasubstituted", "piperidine"),
]


@pytest.mark.parametrize(("table", "branched", "plain"), HALVES)
def test_branches_cost_half_with_formaldehyde(table: str, branched: str, plain: str) -> None:
    """What a branch or ring at nitrogen costs with formaldehyde is half, in log, of what it costs with the others."""

    def log(name: str, *, with_formaldehyde: bool) -> float:
        chain = MODEL.class_chain(name)
        special = MODEL.find(f"{table}_formaldehyde", chain) if with_formaldehyde else None
        found = special or MODEL.find(table, chain)
        return 0.0 if found is None else math.log10(found.value)

    costs = [log(branched, with_formaldehyde=f) - log(plain, with_formaldehyde=False) for f in (False, True)]
    assert costs[1] == pytest.approx(costs[0] / 2, abs=0.12)


def constants(amine: str, carbonyl: str, model: Model, **fields: object) -> dict[str, float]:
    """Median constant of every reaction, by its words."""
    pair = read_pair(amine, carbonyl, model)
    settled, _ = settle(Procedure(**fields), model, pair)
    flask = prepare(pair, model)
    found = central_batch(flask, model, settled).rate_constants[0, 0]
    return {str(reaction): float(k) for reaction, k in zip(flask.network.reactions, found, strict=True)}


@cache
def without(name: str) -> Model:
    """The shipped set without one number."""
    return replace(MODEL, parameters=tuple(p for p in MODEL.parameters if p.name != name))


def test_what_waits_beside_the_iminium_changes_no_product() -> None:
    """The store multiplies K of the iminium and divides its reduction by the same; the imine and others are left."""
    store = MODEL.parameter("iminium_store.formaldehyde").value
    bare = without("iminium_store.formaldehyde")
    for carbonyl, factor in ((HCHO, store), (BUTANAL, 1.0)):
        one, other = (constants(BUTYLAMINE, carbonyl, m, reductant="STAB") for m in (MODEL, bare))
        ratios = {words: one[words] / k for words, k in other.items() if k}
        changed = {words: ratio for words, ratio in ratios.items() if abs(ratio - 1) > 1e-9}
        hydrolysis = [r for words, r in changed.items() if words.startswith("n_alkyl2(1=) + water")]
        transfer = [r for words, r in changed.items() if words.startswith("n_alkyl2(1=) + hydride")]
        assert len(hydrolysis) == len(transfer) == (factor > 1)
        assert hydrolysis + transfer == pytest.approx([1 / factor] * (2 * (factor > 1)))
        assert not any(words.startswith("n_alkyl2(0=)") and "hydride" in words for words in changed)


def test_the_first_numbers_keep_their_draws() -> None:
    """What came with formaldehyde is drawn apart: without it the columns of the first numbers are the same."""
    new = [
        p.name
        for p in MODEL.parameters
        if MODEL.find(*split(p.name)) and split(p.name)[1] == ("formaldehyde",)
    ]
    assert "nabh4.carbonyl_reduction.formaldehyde" in new
    fewer = without("nabh4.carbonyl_reduction.formaldehyde")
    one, other = (draw_parameters(m, 16, 0) for m in (MODEL, fewer))
    for name in (
        "condensation.n_alkanal",
        "nabh4.carbonyl_reduction.aldehyde",
        "second_condensation.formaldehyde",
    ):
        columns = [d.normals[:, d.names.index(name)] for d in (one, other)]
        assert np.array_equal(*columns)


def split(name: str) -> tuple[str, tuple[str, ...]]:
    """Table and entry of a number."""
    table, _, entry = name.rpartition(".")
    return table, (entry,)


# --- weak nitrogens ---


@pytest.mark.parametrize("reductant", ["STAB", "NaBH3CN"])
def test_an_amine_that_needs_strong_acid_is_no_sure_thing(reductant: str) -> None:
    """4-Nitroaniline with formaldehyde and acetic acid: the interval spans most of the scale, and why is said."""
    fields = {
        "carbonyl_equivalents": 2.5,
        "reductant_equivalents": 3.0,
        "acid_equivalents": 0.75,
        "hold_time_h": 8.0,
    }
    p = asked(NITROANILINE, reductant=reductant, target="di", **fields)
    assert p.products[2].high - p.products[2].low > 0.8
    assert "strong acid" in p.caveats[0]
    assert "sulfuric acid in THF" in p.caveats[0]
    assert "never with NaBH3CN" in p.caveats[0]


@pytest.mark.parametrize("carbonyl", [HCHO, BUTANAL, "O=Cc1ccccc1", "O=C1CCCCC1"])
def test_below_pKaH_zero_the_amine_comes_back(carbonyl: str) -> None:
    """2,4-Dinitroaniline is left with every carbonyl, aniline is not; in between little is sure with an aldehyde."""
    weakest, weak, plain = (
        asked(amine, carbonyl, reductant="STAB", acid_equivalents=1.0, hold_time_h=8.0).products[0]
        for amine in ("Nc1ccc([N+](=O)[O-])cc1[N+](=O)[O-]", NITROANILINE, "Nc1ccccc1")
    )
    assert weakest.fraction > 0.9
    assert plain.fraction < weak.fraction < weakest.fraction
    if carbonyl != "O=C1CCCCC1":
        assert weak.high - weak.low > max(weakest.high - weakest.low, plain.high - plain.low)


def test_what_acetic_acid_serves_is_left_alone() -> None:
    """Nitrogens from pKaH 3 on feel nothing of it: constants with and without the number are the same."""
    for amine in ("Nc1ccccc1", "Nc1cccc(C(=O)OC)c1", "NCC(F)(F)F", BUTYLAMINE):
        assert all(site.pKaH > 3 for site in find_sites(amine))
        one, other = (
            constants(amine, HCHO, m, reductant="STAB") for m in (MODEL, without("weak_nitrogen.slope"))
        )
        assert one == pytest.approx(other)


# --- what is said ---

CRACKS, STOPS = "polymer gives it up", "does not stop at one"
SAID = [
    # amine, carbonyl, fields, whether its polymer is said to need warming, whether mono is said to be passed
    (BUTYLAMINE, HCHO, {}, True, True),
    (BUTYLAMINE, HCHO, {"temperature_C": 50.0}, False, True),
    (BUTYLAMINE, HCHO, {"water": "wet"}, False, True),
    (BUTYLAMINE, "37 % formalin", {}, False, True),
    (BUTYLAMINE, "paraformaldehyde", {"target": "di", "carbonyl_equivalents": 2.2}, True, False),
    ("C1CCNCC1", HCHO, {}, True, False),
    ("C1CCNCC1", HCHO, {"water": "wet"}, False, False),
    ("C1CNCCN1", HCHO, {"water": "wet"}, False, False),
    (BUTYLAMINE, BUTANAL, {}, False, False),
]


@pytest.mark.parametrize(("amine", "carbonyl", "fields", "cracks", "stops"), SAID)
def test_polymer_and_second_methyl_are_said(
    amine: str, carbonyl: str, fields: dict, cracks: bool, stops: bool
) -> None:
    """Paraformaldehyde in a cold dry flask is to be warmed first; one methyl on a primary amine is not clean."""
    said = " ".join(predict(amine, carbonyl, draws=16, **fields).caveats)
    assert (CRACKS in said) is cracks
    assert (STOPS in said) is stops
    assert ("Eschweiler-Clarke" in said) is (cracks and not stops)


def test_formic_acid_is_for_alkylamines() -> None:
    """Eschweiler-Clarke is named for alkylamines, not for anilines, whose ring takes up formaldehyde in acid."""
    for amine, is_named in (("NCc1ccccc1", True), ("Nc1ccccc1", False)):
        said = predict(amine, HCHO, draws=16, target="di", carbonyl_equivalents=2.2).caveats
        assert any("Eschweiler-Clarke" in c for c in said) is is_named


def test_anilines_have_a_way_to_one_methyl() -> None:
    """With an aniline the anil made with methoxide is named; with an alkylamine it is not."""
    for amine, is_named in (("Nc1ccccc1", True), (BUTYLAMINE, False)):
        assert any("NaOMe" in c for c in predict(amine, HCHO, draws=16).caveats) is is_named


@pytest.mark.parametrize(
    ("amine", "words"),
    [
        (BUTYLAMINE, "triazine"),
        ("C1CCNCC1", "N-CH2-OH"),
        ("CNCc1ccccc1", "R2N-CH2-NR2"),
        ("N", "hexamethylenetetramine"),
    ],
)
def test_stores_of_formaldehyde_are_said(amine: str, words: str) -> None:
    """Hexahydrotriazine, hydroxymethylamine, aminal and hexamine are named with formaldehyde and with it alone."""
    assert any(words in c for c in predict(amine, HCHO, draws=16).caveats)
    assert not any(words in c for c in predict(amine, BUTANAL, draws=16).caveats)


def test_a_plan_says_both() -> None:
    """A plan to one methyl says that it is none, with another route; one to all says what the polymer needs."""
    mono = recommend("NC1CCCCC1", HCHO, effort=0.2)
    assert mono.best.prediction.target_fraction.mean < 0.6
    assert any(STOPS in c for c in mono.best.caveats)
    assert any(way.name == "other_route" for way in mono.strategies)
    assert not any("Ti(OiPr)4" in way.words for way in mono.strategies)  # nothing is crowded
    every = recommend(BUTYLAMINE, HCHO, target="exhaustive", effort=0.2)
    (sentence,) = [c for c in every.best.caveats if CRACKS in c]
    assert "formalin" in sentence
    assert "Eschweiler-Clarke" in sentence


def test_acid_decides_which_nitrogen() -> None:
    """With acid, and for lysine always, the pKaH of both nitrogens are said; without, or with one alike, nothing."""
    with_acid = predict("NCc1ccc(N)cc1", "O=Cc1ccccc1", draws=16, acid_equivalents=3.0).caveats
    (sentence,) = [c for c in with_acid if "Acid holds" in c]
    pKaH = sorted(site.pKaH for site in find_sites("NCc1ccc(N)cc1"))
    assert all(f"{value:.1f}" in sentence for value in pKaH)
    assert not any("holds the more basic" in c for c in predict("NCc1ccc(N)cc1", BUTANAL, draws=16).caveats)
    lysine = predict("NCCCC[C@H](N)C(=O)O", "O=Cc1ccccc1", draws=16, reductant="NaBH4").caveats
    assert any("epsilon" in c and "pH 6" in c for c in lysine)


# --- forms in which it is sold ---


def test_formalin_is_wet_by_itself() -> None:
    """A named bottle of formalin makes the flask wet; its water is the model's number and is counted once."""
    p = predict("CN", "formalin", draws=16)
    assert p.procedure.water == "wet"
    pair = read_pair("CN", "formalin", MODEL)
    assert water_brought(pair, p.procedure) == 0.0


@pytest.mark.parametrize(
    ("written", "water", "base"),
    [
        ("OCO", 1, 0),
        ("COCO", 0, 0),
        ("CCOCO", 0, 0),
        ("[Na+].OCS(=O)(=O)[O-]", 0, 1),
        ("[2H]C([2H])(O)O", 1, 0),
    ],
)
def test_its_hydrate_hemiacetals_and_bisulfite_adduct(written: str, water: float, base: float) -> None:
    """They are formaldehyde with what they bring, also where the flask is dry."""
    pair = read_pair(BUTYLAMINE, written, MODEL)
    assert pair.carbonyl_class.name == "formaldehyde"
    p, _ = settle(asked_procedure({"carbonyl_equivalents": 2.0}), MODEL, pair)
    assert water_brought(pair, p) == pytest.approx(2.0 * water * p.concentration_M)
    assert pair.carbonyl_bottle is not None
    assert pair.carbonyl_bottle.strong_acid_equivalents == base


@pytest.mark.parametrize("written", ["trioxane", "C1OCOCO1", "dimethoxymethane", "CCOCOCC"])
def test_its_acetals_open_in_strong_acid_only(written: str) -> None:
    """Trioxane and dialkoxymethanes are refused with what to take instead."""
    with pytest.raises(ScopeError, match=r"strong acid only.*paraformaldehyde"):
        read_pair(BUTYLAMINE, written, MODEL)


@pytest.mark.parametrize("written", ["hexamine", "CN1CN(C)CN(C)C1", "C1CCN(CC1)CN1CCCCC1"])
def test_formaldehyde_on_nitrogen_is_told(written: str) -> None:
    """Hexamine, hexahydrotriazines and aminals are refused on either side as an amine and formaldehyde."""
    with pytest.raises(ScopeError, match="write the amine, and C=O"):
        read_pair(BUTYLAMINE, written, MODEL)
    with pytest.raises(ScopeError, match="write the primary or secondary amine, and C=O"):
        read_pair(written, BUTANAL, MODEL)
