"""Caveats: a chemist's warnings come where they apply, name what to expect, and stay away elsewhere.

Cautions that structures alone call for are tested with the sites; here they join procedure and outcome.
"""

import pytest

import planner
from planner.predictions.learned import ESTIMATE

BUTYLAMINE, BENZYLAMINE = "CCCCN", "NCc1ccccc1"
BUTANAL, BENZALDEHYDE, CYCLOHEXANONE, ACETOPHENONE = "CCCC=O", "O=Cc1ccccc1", "O=C1CCCCC1", "CC(=O)c1ccccc1"
PHENETHYLAMINE, NITROANILINE = "COc1ccc(CCN)cc1OC", "Nc1ccc([N+](=O)[O-])cc1"

STRUCTURES = [
    # what a chemist sees in the two structures, and the words that must be there
    ("CN", "CC=CC=O", ["conjugate addition"]),
    (BUTYLAMINE, "CC[C@H](C)C=O", ["epimerisation"]),
    (BUTYLAMINE, BUTANAL, ["aldol"]),
    ("NCCN", BENZALDEHYDE, ["imidazolidine"]),
    ("NCCCN", BENZALDEHYDE, ["hexahydropyrimidine"]),
    ("NCCO", BENZALDEHYDE, ["oxazolidine"]),
    (BUTYLAMINE, "C=O", ["triazine", "three imine masses"]),
    ("NCCc1c[nH]c2ccccc12", BENZALDEHYDE, ["Pictet-Spengler"]),
    (PHENETHYLAMINE, BENZALDEHYDE, ["Pictet-Spengler"]),
    (BUTYLAMINE, "O=Cc1ccccc1O", ["Salicylaldehyde", "slow reduction"]),
    (BUTYLAMINE, "CCOC(=O)CC(C)=O", ["enamine"]),
    (BUTYLAMINE, "CC(=O)CC(C)=O", ["enamine", "taken up twice"]),
    (BUTYLAMINE, "O=CCCCC=O", ["seven-membered ring", "taken up twice"]),
    (BUTYLAMINE, "CC(=O)CCC(C)=O", ["pyrrole", "taken up twice"]),
    (BUTYLAMINE, "O=Cc1ccccc1C=O", ["seven-membered ring", "taken up twice"]),
    (BUTYLAMINE, "O=Cc1ccc(C=O)cc1", ["taken up twice"]),
    ("CC(C)NC(C)C", CYCLOHEXANONE, ["hindered", "recovered starting materials"]),
    ("CC(C)(C)N", "CC(C)=O", ["both hindered", "recovered starting materials"]),
    (BENZYLAMINE, "O=C1CCNCC1", ["reactive N-H", "oligomers"]),
    ("C1CCNCC1", BUTANAL, ["N-oxide"]),
    (BENZYLAMINE + ".Cl", BUTANAL, ["hydrochloride", "base"]),
    (BENZYLAMINE, "O=CC(=O)OCC", ["hydrate"]),
    (NITROANILINE, BUTANAL, ["weak nucleophile"]),
    (BENZYLAMINE, ACETOPHENONE, ["condenses very slowly", "Lewis acid"]),
    ("N", BENZALDEHYDE, ["With ammonia", "hydrobenzamides"]),
]


@pytest.mark.parametrize(("amine", "carbonyl", "words"), STRUCTURES)
def test_structures_warn(amine: str, carbonyl: str, words: list[str]) -> None:
    """What the structures call for stands among the caveats of a prediction."""
    said = " ".join(planner.predict(amine, carbonyl, draws=8).caveats)
    assert all(word in said for word in words)


PROCEDURES = [
    # procedure, words of the caveat that it brings and the default procedure does not
    (BENZYLAMINE, BENZALDEHYDE, {"reductant": "NaBH3CN"}, "aminonitrile"),
    (BENZYLAMINE, BENZALDEHYDE, {"reductant": "NaBH3CN", "acid_equivalents": 4.0}, "pH 4"),
    (BENZYLAMINE, BENZALDEHYDE, {"hold_time_h": 30.0}, "N-ethyl (+28.03 Da)"),
    (BENZYLAMINE, BENZALDEHYDE, {"solvent": "MeOH"}, "gone within minutes in methanol"),
    (BENZYLAMINE, BENZALDEHYDE, {"solvent": "water"}, "hydrolyses within minutes"),
    (BENZYLAMINE, BENZALDEHYDE, {"solvent": "iPrOH"}, "loses half its hydride"),
    (BENZYLAMINE, BENZALDEHYDE, {"reductant": "NaBH4", "acid_equivalents": 1.0}, "acid destroys NaBH4"),
    (BENZYLAMINE, BENZALDEHYDE, {"reductant": "NaBH4", "addition": "all_at_once"}, "imine_first"),
    (BENZYLAMINE, ACETOPHENONE, {"reductant": "NaBH4"}, "ends as its alcohol"),
    (BENZYLAMINE, BENZALDEHYDE, {"temperature_C": 80.0}, "outside the -20 to 60 C"),
    (BENZYLAMINE, BENZALDEHYDE, {"temperature_C": -40.0}, "slower mixing"),
    (BENZYLAMINE, BENZALDEHYDE, {"temperature_C": -10.0}, "activation energies"),
    (BENZYLAMINE, BENZALDEHYDE, {"reductant_equivalents": 0.0}, "No hydride"),
    (BENZYLAMINE, BENZALDEHYDE, {"addition": "slow_carbonyl"}, "well mixed"),
    (BENZYLAMINE, BENZALDEHYDE, {"reductant_equivalents": 0.5}, "hydride runs out"),
    (BENZYLAMINE, CYCLOHEXANONE, {"solvent": "MeOH"}, "hydride runs out"),
    (BENZYLAMINE, BENZALDEHYDE, {"target": "di", "carbonyl_equivalents": 2.2}, "N-oxide"),
    (BENZYLAMINE, "C=O", {"water": "wet"}, "formalin (its water counts)"),
    (BENZYLAMINE, "C=O", {"reductant": "NaBH3CN", "water": "dry"}, "aminonitrile"),
]


@pytest.mark.parametrize(("amine", "carbonyl", "fields", "words"), PROCEDURES)
def test_procedures_warn(amine: str, carbonyl: str, fields: dict, words: str) -> None:
    """What is done, or what comes of it, brings one sentence more than the default procedure has."""
    plain = planner.predict(amine, carbonyl, draws=64)
    said = planner.predict(amine, carbonyl, draws=64, **fields)
    brought = [c for c in said.caveats if c not in plain.caveats and words in c]
    assert len(brought) == 1
    assert brought[0].endswith(".")
    assert brought[0].count(". ") == 0


@pytest.mark.parametrize(
    ("amine", "target", "is_said"),
    [
        ("CNc1ccccc1", "mono", False),
        ("CC(C)Nc1ccccc1", "mono", False),
        ("c1ccc2c(c1)CCN2", "mono", False),
        ("c1ccc2c(c1)CCCN2", "mono", False),
        ("c1ccc2c(c1)NCCO2", "mono", False),
        ("Nc1ccccc1", "di", False),
        ("CNCc1ccccc1", "mono", True),
        ("c1ccc2c(c1)CCNC2", "mono", True),
        ("NCc1ccccc1", "di", True),
        (
            "NCc1ccc(N)cc1",
            "di",
            False,
        ),  # two places, neither of which need be the second of the alkyl nitrogen
        ("NCc1ccc(N)cc1", 4, True),
    ],
)
def test_only_tertiary_alkylamines_take_up_oxygen(amine: str, target: str | int, is_said: bool) -> None:
    """An N-oxide is foretold of a tertiary alkylamine that must form, and of no amine that ends on an aromatic ring."""
    said = planner.predict(amine, BUTANAL, target=target, draws=8).caveats
    assert any("N-oxide" in c for c in said) == is_said


@pytest.mark.parametrize(("reductant", "is_changed"), [("NaBH3CN", True), ("STAB", False)])
def test_strong_acid_is_advised_with_a_hydride_that_bears_it(reductant: str, is_changed: bool) -> None:
    """A weak amine in cyanoborohydride is told to change the hydride, elsewhere never to take that one."""
    first, *others = planner.predict(NITROANILINE, BUTANAL, reductant=reductant, draws=8).caveats
    assert "never with NaBH3CN" in first
    assert ("another hydride" in first) == is_changed
    assert any("change to triacetoxyborohydride" in c for c in others) == is_changed


def test_no_hydride_is_named_that_the_amine_forbids() -> None:
    """What would spare the carbonyl is named, but not cyanoborohydride for a weak amine, which may need strong acid."""
    fields = {"reductant": "NaBH4", "imine_time_h": 0.5, "draws": 16}
    plain = [c for c in planner.predict("C1CCNCC1", ACETOPHENONE, **fields).caveats if "as its alcohol" in c]
    weak = [c for c in planner.predict("CNc1ccccc1", ACETOPHENONE, **fields).caveats if "as its alcohol" in c]
    assert "STAB" in plain[0]
    assert "NaBH3CN" in plain[0]
    assert "would spare" in weak[0]
    assert "NaBH3CN" not in weak[0]


REFUSED = [
    (BENZYLAMINE, BENZALDEHYDE, {"reductant": "NaBH4", "acid_equivalents": 3.0}, "acid destroys NaBH4"),
    (NITROANILINE, BENZALDEHYDE, {"reductant": "NaBH3CN", "acid_equivalents": 50.0}, "hydrogen cyanide"),
    (BENZYLAMINE, BENZALDEHYDE, {"solvent": "acetone"}, "ketone itself"),
    (BENZYLAMINE, BENZALDEHYDE, {"reductant": "NaBH4", "solvent": "DMF"}, "run away"),
    (BENZYLAMINE, BENZALDEHYDE, {"reductant": "NaBH4", "solvent": "AcOH"}, "refused"),
    (BENZYLAMINE, BENZALDEHYDE, {"solvent": "water", "water": "sieves"}, "dries nothing"),
]


@pytest.mark.parametrize(("amine", "carbonyl", "fields", "words"), REFUSED)
def test_what_is_impossible_is_refused(amine: str, carbonyl: str, fields: dict, words: str) -> None:
    """Acid that destroys the hydride or sets cyanide free, and solvents that react, get one line and no number."""
    with pytest.raises(planner.ProcedureError, match=words) as caught:
        planner.predict(amine, carbonyl, draws=8, **fields)
    assert "\n" not in str(caught.value)


def test_nothing_to_say_nothing_said() -> None:
    """A plain pair with its default procedure carries the general caveat alone."""
    assert planner.predict(BENZYLAMINE, BENZALDEHYDE).caveats == (ESTIMATE,)


@pytest.mark.parametrize("reductant", ["STAB", "NaBH3CN", "NaBH4", "2-picoline borane"])
def test_caveats_do_not_drown_the_reader(reductant: str) -> None:
    """At its defaults no common pair carries more than six sentences, two more with formaldehyde, and none twice."""
    amines = (BUTYLAMINE, "N", "NCCO", "C1CNCCN1", "Nc1ccccc1", "NCCN")
    for amine in amines:
        for carbonyl in (BUTANAL, "C=O", BENZALDEHYDE, CYCLOHEXANONE):
            said = planner.predict(amine, carbonyl, reductant=reductant, draws=32).caveats
            assert len(said) == len(set(said)) <= (8 if carbonyl == "C=O" else 6)


@pytest.mark.parametrize(
    ("amine", "carbonyl", "names"),
    [
        ("NCCN", BENZALDEHYDE, ("2-aminoethyl primary amine", "primary alkylamine")),
        ("NCC(F)(F)F", BENZALDEHYDE, ("primary amine beside CF2 or CF3", "electron-poor aniline")),
        (BENZYLAMINE, "O=CCc1ccccc1", ("arylacetaldehyde", "unbranched alkanal")),
        (BENZYLAMINE, "O=C1CCCc2ccccc21", ("cyclic aryl ketone", "aryl alkyl ketone")),
    ],
)
def test_borrowed_numbers_are_named(amine: str, carbonyl: str, names: tuple[str, str]) -> None:
    """A class without a kinetic number of its own says whose numbers stand in."""
    said = [c for c in planner.predict(amine, carbonyl, draws=8).caveats if "stand in for" in c]
    assert len(said) == 1
    assert all(name in said[0] for name in names)


def test_own_numbers_are_not_called_borrowed() -> None:
    """Classes with numbers, and the reference classes, need no such caveat."""
    for amine, carbonyl in ((BUTYLAMINE, BUTANAL), ("CN", "C=O"), ("C1COCCN1", CYCLOHEXANONE)):
        assert not any("stand in for" in c for c in planner.predict(amine, carbonyl, draws=8).caveats)


def test_what_is_refused_is_not_recommended() -> None:
    """With 3 eq acid held, NaBH4 is left out with its reason and the others are still proposed."""
    plan = planner.recommend(
        BENZYLAMINE,
        BENZALDEHYDE,
        acid_equivalents=3.0,
        reductants=["STAB", "NaBH4"],
        additions=["all_at_once"],
        top=2,
    )
    assert {r.procedure.reductant for r in plan.recommendations} == {"STAB"}
    assert any("NaBH4" in note and "refused" in note for note in plan.notes)


def test_recommended_cyanoborohydride_stays_mild() -> None:
    """For a weak base the search takes no more acid than pH 4.5 bears, and what is shown is what was searched."""
    plan = planner.recommend(NITROANILINE, BUTANAL, reductant="NaBH3CN", addition="all_at_once", top=1)
    assert plan.best.procedure.acid_equivalents < 0.05
    assert "acid_equivalents" not in plan.best.prediction.defaults_used
    assert not any("Estimated pH" in c for c in plan.best.caveats)
    with pytest.raises(planner.InfeasibleError, match="hydrogen cyanide"):
        planner.recommend(NITROANILINE, BUTANAL, reductant="NaBH3CN", acid_equivalents=50.0)


def test_a_limit_of_no_acid_is_kept() -> None:
    """Where a limit leaves a knob one value, the recommendation shows that value, not the default."""
    plan = planner.recommend(
        BENZYLAMINE,
        BENZALDEHYDE,
        reductant="NaBH3CN",
        addition="all_at_once",
        max_acid_equivalents=0.0,
        top=1,
    )
    assert plan.best.procedure.acid_equivalents == 0.0
