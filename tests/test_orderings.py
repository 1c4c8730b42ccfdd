"""Qualitative results of the literature that the shipped numbers must respect, one test per statement.

Medians over the joint draws; ">>" is taken as at least fivefold. Grade A: the statement was read in
the source; grade B: it is recalled from it. Where a source states a class, the pair stands for it.
"""

import planner
from planner.predictions.prediction import Prediction

BENZYLAMINE, BUTANAL, BENZALDEHYDE = "NCc1ccccc1", "CCCC=O", "O=Cc1ccccc1"
MUCH = 5.0


def outcome(amine: str, carbonyl: str, **fields) -> Prediction:
    """Predict with the documented defaults for whatever the statement leaves open."""
    return planner.predict(amine, carbonyl, draws=512, **fields)


def median(p: Prediction, *degrees: int) -> float:
    """Sum the medians of some degrees, as fractions of the amine."""
    return sum(p.products[d].median for d in degrees)


def test_ra014_ra015_stepwise_borohydride_beats_stab_for_aldehydes() -> None:
    """Primary amine + aldehyde: di is a problem with STAB in one pot, and less so stepwise with NaBH4.

    Abdel-Magid et al., J. Org. Chem. 1996, 61, 3849 (abstract), grade A; RA027 (grade B): a few per cent at most.
    """
    one_pot = outcome(BENZYLAMINE, BUTANAL, reductant="STAB", solvent="DCE", addition="all_at_once")
    stepwise = outcome(BENZYLAMINE, BUTANAL, reductant="NaBH4", solvent="MeOH", addition="imine_first")
    assert median(stepwise, 2) < median(one_pot, 2)
    assert median(stepwise, 2) < 0.04


def test_ra017_large_excess_of_ammonia_gives_the_primary_amine() -> None:
    """Aldehyde, NaBH3CN, ammonia in large excess (50 eq): RNH2 >> R2NH + R3N.

    Dangerfield et al., J. Org. Chem. 2010, 75, 5470 (abstract), grade A.
    """
    p = outcome("N", BUTANAL, reductant="NaBH3CN", solvent="EtOH", carbonyl_equivalents=0.02)
    assert median(p, 1) > MUCH * median(p, 2, 3)


def test_ra019_enal_is_flagged() -> None:
    """Crotonaldehyde + methylamine: conjugate addition comes before reductive amination, which a caveat says.

    Ball State University thesis, cardinalscholar.bsu.edu/handle/190462 (abstract), grade A.
    """
    assert any("conjugate addition" in c for c in outcome("CN", "CC=CC=O", reductant="NaBH3CN").caveats)


def test_ra021_branched_amine_through_its_imine_stops_at_mono() -> None:
    """1-(1-Naphthyl)ethylamine + 3-arylpropanal, imine first, NaBH3CN: mono >> di.

    EP 2327684, paragraph 4 (cinacalcet), grade A.
    """
    p = outcome(
        "CC(N)c1cccc2ccccc12",
        "O=CCCc1cccc(C(F)(F)F)c1",
        reductant="NaBH3CN",
        addition="imine_first",
    )
    assert median(p, 1) > MUCH * median(p, 2)


def test_ra022_ketones_do_not_dialkylate() -> None:
    """Benzylamine + cyclohexanone, STAB: di below 1 %.

    Abdel-Magid et al., J. Org. Chem. 1996, 61, 3849, grade B.
    """
    assert median(outcome(BENZYLAMINE, "O=C1CCCCC1", reductant="STAB", solvent="DCE"), 2) < 0.01


def test_ra024_aniline_with_benzaldehyde_stops_at_mono() -> None:
    """Aniline + benzaldehyde, STAB: mono >> di.

    Abdel-Magid et al., J. Org. Chem. 1996, 61, 3849, grade B.
    """
    p = outcome("Nc1ccccc1", BENZALDEHYDE, reductant="STAB", solvent="DCE")
    assert median(p, 1) > MUCH * median(p, 2)


def test_ra025_tert_butylamine_with_benzaldehyde_stops_at_mono() -> None:
    """tert-Butylamine + benzaldehyde, STAB: mono >> di.

    Abdel-Magid et al., J. Org. Chem. 1996, 61, 3849, grade B.
    """
    p = outcome("CC(C)(C)N", BENZALDEHYDE, reductant="STAB", solvent="DCE")
    assert median(p, 1) > MUCH * median(p, 2)


def test_ra028_excess_aldehyde_gives_the_tertiary_amine() -> None:
    """Benzylamine + 2.2 eq butanal, STAB: di > mono.

    Abdel-Magid et al., J. Org. Chem. 1996, 61, 3849 and general practice, grade B.
    """
    p = outcome(BENZYLAMINE, BUTANAL, reductant="STAB", solvent="DCE", carbonyl_equivalents=2.2)
    assert median(p, 2) > median(p, 1)


def test_ra030_acetophenone_is_slow() -> None:
    """Benzylamine + acetophenone, STAB: slow and incomplete, below 50 % in 24 h.

    Abdel-Magid et al., J. Org. Chem. 1996, 61, 3849, grade B.
    """
    p = outcome(BENZYLAMINE, "CC(=O)c1ccccc1", reductant="STAB", solvent="DCE", hold_time_h=24.0)
    assert 1 - median(p, 0) < 0.5


def test_ra031_excess_formaldehyde_dimethylates() -> None:
    """Cyclohexylamine + 5 eq formaldehyde, NaBH3CN, MeCN: more than 90 % of the product is N,N-dimethyl.

    Borch and Hassid, J. Org. Chem. 1972, 37, 1673, grade B.
    """
    p = outcome(
        "NC1CCCCC1", "C=O", reductant="NaBH3CN", solvent="MeCN", carbonyl_equivalents=5.0, water="wet"
    )
    assert median(p, 2) > 0.9 * (1 - median(p, 0))


def test_ra033_lysine_dimethylates_without_stopping() -> None:
    """Lysine side chain + formaldehyde, NaBH3CN, water: di > mono even while amine is left.

    Jentoft and Dearborn, J. Biol. Chem. 1979, 254, 4359, grade B: the monomethyl amine does not accumulate.
    """
    lysine = "NCCCCC(NC(C)=O)C(=O)O"
    for equivalents in (1.0, 5.0):
        p = outcome(lysine, "C=O", reductant="NaBH3CN", solvent="water", carbonyl_equivalents=equivalents)
        assert median(p, 2) > median(p, 1)


def test_ra034_secondary_amine_methylates_fully() -> None:
    """Piperidine + 5 eq formaldehyde, NaBH3CN, MeCN: N-methylpiperidine near quantitative.

    Borch and Hassid, J. Org. Chem. 1972, 37, 1673, grade B.
    """
    p = outcome("C1CCNCC1", "C=O", reductant="NaBH3CN", solvent="MeCN", carbonyl_equivalents=5.0)
    assert median(p, 1) > 0.95


def test_ra036_ammonium_excess_with_a_ketone_gives_the_primary_amine() -> None:
    """Cyclohexanone + 10 eq ammonia, NaBH3CN, MeOH: RNH2 > R2NH.

    Borch, Bernstein and Durst, J. Am. Chem. Soc. 1971, 93, 2897, grade B.
    """
    p = outcome("N", "O=C1CCCCC1", reductant="NaBH3CN", solvent="MeOH", carbonyl_equivalents=0.1)
    assert median(p, 1) > median(p, 2)


def test_ra037_ammonia_with_an_aldehyde_gives_much_di() -> None:
    """Benzaldehyde + 1 eq ammonia, NaBH3CN, MeOH: dibenzylamine is significant unless ammonia is in large excess.

    Borch, Bernstein and Durst, J. Am. Chem. Soc. 1971, 93, 2897, grade B.
    """
    one, fifty = (
        outcome("N", BENZALDEHYDE, reductant="NaBH3CN", solvent="MeOH", carbonyl_equivalents=e)
        for e in (1.0, 0.02)
    )
    assert median(one, 2, 3) > 0.1
    assert median(fifty, 2, 3) < median(fifty, 1) / MUCH


def test_ra039_ethylenediamine_stops_at_one_benzyl_each() -> None:
    """Ethylenediamine + 2 eq benzaldehyde, imine first, NaBH4: N,N'-dibenzyl >> tri + tetra.

    Common preparation of N,N'-dibenzylethane-1,2-diamine, grade B.
    """
    p = outcome(
        "NCCN",
        BENZALDEHYDE,
        reductant="NaBH4",
        solvent="MeOH",
        addition="imine_first",
        carbonyl_equivalents=2.0,
        target=2,
    )
    assert median(p, 2) > MUCH * median(p, 3, 4)
    isomers = {isomer.smiles: isomer.fraction for isomer in p.products[2].isomers}
    assert isomers["c1ccc(CNCCNCc2ccccc2)cc1"] > 0.9 * p.products[2].fraction


def test_ra040_tetrahydrosalen_is_clean() -> None:
    """Ethylenediamine + 2 eq salicylaldehyde, imine first, NaBH4: bis >> tris, with a caveat on the stable imine.

    Tetrahydrosalen preparations (many), grade B.
    """
    p = outcome(
        "NCCN",
        "O=Cc1ccccc1O",
        reductant="NaBH4",
        solvent="MeOH",
        addition="imine_first",
        carbonyl_equivalents=2.0,
        target=2,
    )
    assert median(p, 2) > MUCH * median(p, 3, 4)
    assert any("Salicylaldehyde" in c for c in p.caveats)


def test_ra042_amino_acids_benzylate_once() -> None:
    """Phenylalanine carboxylate + benzaldehyde, imine first, NaBH4: N-benzyl >> N,N-dibenzyl.

    Quitt, Hellerbach and Vogler, Helv. Chim. Acta 1963, 46, 327, grade B (aqueous NaOH is taken as methanol).
    """
    p = outcome(
        "NC(Cc1ccccc1)C(=O)O", BENZALDEHYDE, reductant="NaBH4", solvent="MeOH", addition="imine_first"
    )
    assert median(p, 1) > MUCH * median(p, 2)


def test_ra043_picoline_borane_benzylates_aniline_once() -> None:
    """Aniline + benzaldehyde + 2-picoline borane 1:1:1, MeOH/AcOH 10:1: mono >> di.

    Sato, Sakamoto, Miyazawa and Kikugawa, Tetrahedron 2004, 60, 7899, grade B.
    """
    p = outcome(
        "Nc1ccccc1",
        BENZALDEHYDE,
        reductant="2-picoline-borane",
        reductant_equivalents=1.0,
        solvent="MeOH",
        acid_equivalents=8.0,
        addition="all_at_once",
    )
    assert median(p, 1) > MUCH * median(p, 2)
