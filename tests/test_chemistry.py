"""What every chemist knows of reductive amination, asked of the shipped numbers before any calibration.

Prior predictive laws: orders of over-alkylation by class, the direction of every knob, and the cases
that a bench meets first. Unless said otherwise: 1.0 eq carbonyl, STAB, 0.2 M, 24 h, all at once.
"""

from functools import cache
from itertools import pairwise, product

import pytest

import planner
from parts_set import shipped_with
from planner.predictions.prediction import Prediction

BUTYLAMINE, BENZYLAMINE, PIPERAZINE, DIAZEPANE = "CCCCN", "NCc1ccccc1", "C1CNCCN1", "C1CNCCNC1"
FORMALDEHYDE, BUTANAL, ISOBUTANAL, BENZALDEHYDE = "C=O", "CCCC=O", "CC(C)C=O", "O=Cc1ccccc1"
CYCLOHEXANONE, BUTANONE = "O=C1CCCCC1", "CCC(C)=O"
RESOLUTION = 0.3
"""Medians of 512 draws that are closer than this [per cent] count as equal."""


@cache
def flask(amine: str, carbonyl: str, **fields) -> Prediction:
    """Predict at 24 h unless said otherwise."""
    return planner.predict(amine, carbonyl, **({"hold_time_h": 24.0, "draws": 512} | fields))


@cache
def ladder(amine: str, carbonyl: str, **fields) -> Prediction:
    """The same without parts of the flask: what the nitrogens do of themselves, with pure and unheld partners."""
    return planner.predict(
        amine, carbonyl, model=shipped_with(), **({"hold_time_h": 24.0, "draws": 512} | fields)
    )


def median(p: Prediction, degree: int) -> float:
    """Median per cent of a degree."""
    return 100 * p.products[degree].median


def di(amine: str, carbonyl: str, **fields) -> float:
    """Median per cent of the twice alkylated amine."""
    return median(flask(amine, carbonyl, **fields), 2)


# --- orders of over-alkylation ---

BRANCHED = [ISOBUTANAL, "O=CC1CCCCC1", "CC(C)(C)C=O"]
LESS_THAN_ALKANAL = [
    *BRANCHED,
    BENZALDEHYDE,
    "COc1ccc(C=O)cc1",
    "O=Cc1ccc([N+](=O)[O-])cc1",
    "O=Cc1cccnc1",
    "O=Cc1ccco1",
    "Cc1cccc(C)c1C=O",
    "O=Cc1ccccc1O",
]
KETONES = [CYCLOHEXANONE, "O=C1CCCC1", "O=C1CCC1", BUTANONE, "CC(=O)c1ccccc1", "CC(=O)C(C)(C)C"]


@pytest.mark.parametrize("reductant", ["STAB", "NaBH3CN"])
def test_formaldehyde_over_alkylates_most_and_ketones_hardly(reductant: str) -> None:
    """Median di: formaldehyde > n-alkanal > alpha-branched and aromatic aldehydes >> ketones.

    Acid, which spent STAB sets free, holds a dialkylamine rather than the less basic benzylamine that benzaldehyde
    makes: there aromatic aldehydes come up to alkanals or beyond. The validation page shows how likely the order is.
    """
    formaldehyde, alkanal = (di(BUTYLAMINE, c, reductant=reductant) for c in (FORMALDEHYDE, BUTANAL))
    others = [di(BUTYLAMINE, c, reductant=reductant) for c in LESS_THAN_ALKANAL]
    ketones = [di(BUTYLAMINE, c, reductant=reductant) for c in KETONES]
    assert formaldehyde > 2 * max(alkanal, *others)
    assert alkanal > max(di(BUTYLAMINE, c, reductant=reductant) for c in BRANCHED)
    alone = [median(ladder(BUTYLAMINE, c, reductant=reductant), 2) for c in (BUTANAL, *LESS_THAN_ALKANAL)]
    assert alone[0] > max(alone[1:])
    plain = [di(BUTYLAMINE, c, reductant=reductant) for c in (ISOBUTANAL, BENZALDEHYDE)]
    assert min(plain) > 5 * max(ketones)
    assert max(ketones) < 1


@pytest.mark.parametrize("carbonyl", ["O=CCc1ccccc1", "O=CCCc1ccccc1", "CC=O", "CCCCCCC=O"])
def test_unhindered_aldehydes_are_alike(carbonyl: str) -> None:
    """Arylacetaldehydes, 3-arylpropanals, acetaldehyde and heptanal over-alkylate as butanal of the same assay does."""
    assert di(BUTYLAMINE, carbonyl, carbonyl_purity=0.96) == pytest.approx(
        di(BUTYLAMINE, BUTANAL, carbonyl_purity=0.96), rel=0.2
    )


@pytest.mark.parametrize("carbonyl", [FORMALDEHYDE, BUTANAL, ISOBUTANAL, BENZALDEHYDE, CYCLOHEXANONE])
def test_bulk_on_the_amine_protects_it(carbonyl: str) -> None:
    """Median di: methyl, n-alkyl >= benzyl > sec-alkyl > tert-alkyl, and aryl < n-alkyl, with any carbonyl.

    Of the ladder alone: bulk without what basicity does to an amine in acid.
    """
    methyl, n_alkyl, benzyl, sec, tert, aryl = (
        median(ladder(amine, carbonyl), 2)
        for amine in ("CN", BUTYLAMINE, BENZYLAMINE, "CC(C)N", "CC(C)(C)N", "Nc1ccccc1")
    )
    alike = (
        5.0 if carbonyl == FORMALDEHYDE else RESOLUTION
    )  # formaldehyde takes them all to the statistical split, anilines with their weak imines furthest
    assert min(methyl, n_alkyl) >= benzyl - alike
    assert benzyl > sec > tert
    assert aryl < n_alkyl + alike


@pytest.mark.parametrize("amine", ["NC1CCCCC1", "CC(N)c1ccccc1", "NC1CC1", "CC(N)C(=O)OC"])
def test_every_alpha_branched_amine_counts_as_branched(amine: str) -> None:
    """Cyclohexyl-, 1-phenylethyl-, cyclopropylamine and alanine ester give less than half the di of an n-alkylamine."""
    assert di(amine, BUTANAL) < di(BUTYLAMINE, BUTANAL) / 2


# --- directions of the knobs ---


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [(BUTYLAMINE, BUTANAL), (BUTYLAMINE, BENZALDEHYDE), ("NC1CCCCC1", FORMALDEHYDE)],
)
def test_more_carbonyl_more_di(amine: str, carbonyl: str) -> None:
    """Median di rises with every step of carbonyl equivalents, and unreacted amine falls."""
    steps = [flask(amine, carbonyl, carbonyl_equivalents=e) for e in (0.5, 0.9, 1.0, 1.1, 1.5, 2.2)]
    assert all(median(a, 2) < median(b, 2) for a, b in pairwise(steps))
    assert all(median(a, 0) > median(b, 0) - 1e-9 for a, b in pairwise(steps))


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [(BUTYLAMINE, CYCLOHEXANONE), ("C1COCCN1", CYCLOHEXANONE), (BUTYLAMINE, BUTANONE)],
)
def test_acid_speeds_condensation(amine: str, carbonyl: str) -> None:
    """Early on a little acetic acid means more conversion of a ketone; the best lies between none and all held."""
    none, tenth, half, two = (
        flask(amine, carbonyl, acid_equivalents=a, hold_time_h=2.0).conversion for a in (0.0, 0.1, 0.5, 2.0)
    )
    assert tenth > none
    assert max(tenth, half) > two


@pytest.mark.parametrize("carbonyl", [CYCLOHEXANONE, BUTANONE])
@pytest.mark.parametrize("amine", [BUTYLAMINE, BENZYLAMINE, "NC1CCCCC1"])
def test_much_acid_draws_the_imine_back(amine: str, carbonyl: str) -> None:
    """With a ketone the curve against acid is a bell: one, three and eight equivalents give less and less."""
    conversions = [
        flask(amine, carbonyl, acid_equivalents=a, hold_time_h=4.0).conversion for a in (1.0, 3.0, 8.0)
    ]
    assert all(a > b + 0.01 for a, b in pairwise(conversions))


@pytest.mark.parametrize("amine", ["Nc1ccccc1", "NCC(F)(F)F", "Nc1ccc(Cl)cc1"])
def test_weak_bases_are_not_held(amine: str) -> None:
    """An aniline or a trifluoroethylamine gains by acid up to one equivalent."""
    conversions = [
        flask(amine, CYCLOHEXANONE, acid_equivalents=a, hold_time_h=2.0).conversion
        for a in (0.0, 0.25, 0.5, 1.0)
    ]
    assert all(a < b for a, b in pairwise(conversions))


def test_borohydride_takes_the_aldehyde_unless_the_imine_is_there() -> None:
    """NaBH4 all at once turns the aldehyde into alcohol; with the imine formed first it does not."""
    for carbonyl in (BUTANAL, BENZALDEHYDE):
        at_once, stepwise = (
            flask(BENZYLAMINE, carbonyl, reductant="NaBH4", addition=a, hold_time_h=2.0)
            for a in ("all_at_once", "imine_first")
        )
        assert at_once.carbonyl_fate.alcohol > 0.8
        assert stepwise.carbonyl_fate.alcohol < 0.2
        assert median(stepwise, 1) > 85


def test_mild_hydrides_leave_the_aldehyde_alone() -> None:
    """STAB, NaBH3CN and 2-picoline borane can be charged with the aldehyde: less than 5 % alcohol."""
    for reductant in ("STAB", "NaBH3CN", "2-picoline borane"):
        assert flask(BENZYLAMINE, BENZALDEHYDE, reductant=reductant).carbonyl_fate.alcohol < 0.05


@pytest.mark.parametrize("carbonyl", [FORMALDEHYDE, BUTANAL, BENZALDEHYDE, CYCLOHEXANONE])
@pytest.mark.parametrize("reductant", ["STAB", "NaBH3CN"])
def test_cold_never_raises_di_beyond_the_interval(carbonyl: str, reductant: str) -> None:
    """Going down from 40 C, the median di never leaves the 90 % interval of the warmer flask upwards."""
    steps = [
        flask(BUTYLAMINE, carbonyl, reductant=reductant, temperature_C=t).products[2]
        for t in (40.0, 25.0, 0.0, -20.0)
    ]
    assert all(cold.median <= warm.high for warm, cold in pairwise(steps))


def test_warmth_speeds_a_slow_ketone() -> None:
    """A ketone converts faster at 40 C than at 0 C while hydride lasts."""
    cold, warm = (flask(BUTYLAMINE, BUTANONE, temperature_C=t, hold_time_h=4.0).conversion for t in (0, 40))
    assert warm > cold + 0.1


def test_sieves_raise_imine_and_water_lowers_it() -> None:
    """Without hydride, a ketone's imine after 24 h: sieves > dry > wet."""

    def imine(water: str) -> float:
        p = flask(BUTYLAMINE, CYCLOHEXANONE, water=water, reductant_equivalents=0.0, quench="borohydride")
        return p.products[1].median

    assert imine("sieves") > imine("dry") > imine("wet")


def test_a_wet_flask_is_wet_whatever_the_seed() -> None:
    """Whether the start counts as wet depends on the medians, not on the draws: the hydride left hardly moves."""
    left = [flask(BUTYLAMINE, CYCLOHEXANONE, water="wet", seed=s, draws=256).hydride_left for s in range(5)]
    assert max(left) - min(left) < 0.02


def test_stab_dies_in_methanol() -> None:
    """A ketone with STAB converts in DCE and hardly in methanol or water."""
    in_dce, in_methanol, in_water = (
        flask(BUTYLAMINE, CYCLOHEXANONE, solvent=s).conversion for s in ("DCE", "MeOH", "water")
    )
    assert in_dce > 0.8
    assert in_methanol < 0.3
    assert in_methanol > in_water - 0.05


def test_more_reductant_never_means_less_amine_converted() -> None:
    """More STAB converts more, whatever the pair."""
    for pair in ((BUTYLAMINE, BUTANAL), (BUTYLAMINE, CYCLOHEXANONE)):
        conversions = [flask(*pair, reductant_equivalents=r).conversion for r in (0.25, 0.5, 1.0, 2.0)]
        assert all(a < b + 1e-3 for a, b in pairwise(conversions))


def test_dilution_slows_a_slow_pair() -> None:
    """A ketone converts less in four hours at 0.02 M than at 0.2 M than at 1 M."""
    conversions = [
        flask(BUTYLAMINE, CYCLOHEXANONE, concentration_M=c, hold_time_h=4.0).conversion
        for c in (0.02, 0.2, 1.0)
    ]
    assert conversions == sorted(conversions)


def test_slow_amine_is_the_road_to_di() -> None:
    """Amine fed into aldehyde and hydride: more di than by any other addition."""
    by_addition = {
        a: di(BENZYLAMINE, BUTANAL, addition=a)
        for a in ("all_at_once", "slow_carbonyl", "imine_first", "slow_amine")
    }
    assert by_addition["slow_amine"] > 2 * max(by_addition[a] for a in by_addition if a != "slow_amine")


# --- secondary amines and diamines ---


@pytest.mark.parametrize("diamine", [PIPERAZINE, DIAZEPANE])
@pytest.mark.parametrize("aldehyde", [BUTANAL, BENZALDEHYDE, ISOBUTANAL])
def test_ring_diamines_at_one_equivalent_give_a_mixture(diamine: str, aldehyde: str) -> None:
    """Piperazine and 1,4-diazepane + 1.0 eq aldehyde, STAB, no acid: median mono 40-65 %."""
    assert 40 < median(flask(diamine, aldehyde, acid_equivalents=0.0), 1) < 65


@pytest.mark.parametrize("diamine", [PIPERAZINE, DIAZEPANE])
@pytest.mark.parametrize("aldehyde", [BUTANAL, BENZALDEHYDE])
def test_excess_diamine_gives_the_mono_product(diamine: str, aldehyde: str) -> None:
    """3 eq diamine: di is less than 10 % of the diamine's product."""
    p = flask(diamine, aldehyde, carbonyl_equivalents=1 / 3)
    mono, bis = median(p, 1), median(p, 2)
    assert bis < 0.1 * (mono + bis)


@pytest.mark.parametrize("diamine", [PIPERAZINE, DIAZEPANE])
def test_excess_diamine_is_what_is_recommended(diamine: str) -> None:
    """With the aldehyde precious, the plan takes 3 eq diamine or more; di stays below 10 %, and it says what counts."""
    limits = {"reductants": ["STAB"], "additions": ["all_at_once", "slow_carbonyl"]}
    best = planner.recommend(diamine, BENZALDEHYDE, basis="carbonyl", top=1, **limits).best
    assert best.procedure.carbonyl_equivalents <= 1 / 3
    mono, bis = (best.prediction.products[d].fraction for d in (1, 2))
    assert bis < 0.1 * (mono + bis)
    assert any("carbonyl" in reason for reason in best.reasons)


def test_morpholine_takes_cyclohexanone_and_diisopropylamine_does_not() -> None:
    """Cyclohexanone, STAB, 1 eq acid, 24 h: morpholine converts (median > 60 %), diisopropylamine does not."""
    morpholine, hindered = (
        flask(amine, CYCLOHEXANONE, acid_equivalents=1.0) for amine in ("C1COCCN1", "CC(C)NC(C)C")
    )
    assert median(morpholine, 1) > 60
    assert median(hindered, 1) < 10


def test_secondary_amines_follow_their_bulk() -> None:
    """With cyclohexanone: pyrrolidine >= piperidine > diethyl- > N-isopropylmethyl- > diisopropylamine."""
    amines = ("C1CCNC1", "C1CCNCC1", "CCNCC", "CC(C)NCC", "CC(C)NC(C)C")
    conversions = [flask(a, CYCLOHEXANONE, hold_time_h=8.0).conversion for a in amines]
    assert all(a > b for a, b in pairwise(conversions))


# --- ammonia ---


@pytest.mark.parametrize(
    ("aldehyde", "reductant"), list(product([BUTANAL, BENZALDEHYDE], ["STAB", "NaBH3CN"]))
)
def test_ammonia_in_excess_gives_the_primary_amine(aldehyde: str, reductant: str) -> None:
    """50 eq ammonia: most carbonyl ends as RNH2. 1 eq: a mixture, none has four fifths of it."""
    excess = flask("N", aldehyde, reductant=reductant, carbonyl_equivalents=0.02, basis="carbonyl")
    assert excess.target_fraction.median > 0.75
    mixture = flask("N", aldehyde, reductant=reductant)
    carbonyl_in = [degree * median(mixture, degree) for degree in (1, 2, 3)]
    assert max(carbonyl_in) < 80
    assert sum(x > 10 for x in carbonyl_in) >= 2
