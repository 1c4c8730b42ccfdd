"""Bottles: water, solvent, acid and base of what is charged are in the flask, whichever partner brings them."""

import json

import numpy as np
import pytest

import planner
from planner.errors import ProcedureError
from planner.flask.bottles import acid_to_add, base_to_add, central_water, solvents_brought
from planner.flask.conditions import conditions_of
from planner.flask.flask import constants_and_charges, prepare
from planner.flask.kinetics import STEP_LAWS
from planner.flask.procedure import Procedure, Settled
from planner.flask.schedule import flask_schedule
from planner.flask.settling import settle
from planner.mechanism.network import WATER
from planner.model.draws import central_draws
from planner.model.parameters import load_model
from planner.plans.saved import as_plan
from planner.predictions.prediction import predict
from planner.predictions.records import prediction_record, read_prediction
from planner.structures.pairs import Pair, read_pair

MODEL = load_model()
AQUEOUS = [
    ("CN", "37 % formalin"),
    ("benzylamine", "formalin"),
    ("40 % aqueous methylamine", "cyclohexanone"),
    ("28 % aqueous ammonia", "O=Cc1ccccc1"),
    ("40 % aqueous methylamine", "37 % formalin"),
]
WEAK = [("ammonium acetate", 1.0), ("OC=O.NCc1ccccc1", 1.0), ("CC(=O)[O-].CC(=O)[O-].[NH3+]CC[NH3+]", 2.0)]


def settled(pair: Pair, **fields: object) -> Settled:
    """Settle a procedure of a pair."""
    return settle(Procedure(**fields), MODEL, pair)[0]


def water_charged(pair: Pair, p: Settled) -> float:
    """Water that enters a flask, by its schedule at the medians [M]."""
    flask = prepare(pair, MODEL)
    _, charges = constants_and_charges(flask, MODEL, [p], central_draws(MODEL))
    start, _, schedule = flask_schedule([p], charges)
    fed = sum(
        float(np.ravel(rate)[0]) * float(np.ravel(s.duration)[0])
        for s in schedule
        for name, rate in s.feeds
        if name == WATER
    )
    return fed + sum(float(np.ravel(n)[0]) for name, n in start if name == WATER)


@pytest.mark.parametrize(("amine", "carbonyl"), AQUEOUS)
def test_a_solution_in_water_makes_the_flask_wet(amine: str, carbonyl: str) -> None:
    """Water is wet without being asked for, counts by the mole in the flask, and no other word is taken."""
    pair = read_pair(amine, carbonyl)
    p = settled(pair)
    assert p.water == "wet"
    bare = read_pair(pair.amine.smiles, pair.carbonyl.smiles)
    more = water_charged(pair, p) - water_charged(bare, settled(bare, water="dry"))
    assert more > 0.3
    assert water_charged(pair, p) == pytest.approx(central_water(pair, MODEL, p))
    for word in ("dry", "sieves"):
        with pytest.raises(ProcedureError, match="solution in water"):
            settled(pair, water=word)


@pytest.mark.parametrize("addition", ["all_at_once", "slow_amine"])
@pytest.mark.parametrize("concentration", [0.1, 0.5])
def test_water_of_a_solution_follows_its_volume(concentration: float, addition: str) -> None:
    """A litre of aqueous ammonia that holds c mol is 1 kg less the ammonia: (1000 - 17.03 c)/18.015 mol of water."""
    pair = read_pair("28 % aqueous ammonia", "cyclohexanone")
    p = settled(pair, concentration_M=concentration, addition=addition)
    bare = read_pair("N", "cyclohexanone")
    same = settled(bare, concentration_M=concentration, addition=addition, water="wet")
    stock = pair.amine_bottle.stock_M
    density = 1000.0 if (entry := MODEL.catalogue.by_name["28%aqueousammonia"]).density_g_per_mL is None else (
        1000.0 * entry.density_g_per_mL
    )  # fmt: skip
    volume = concentration / stock
    assert water_charged(pair, p) - water_charged(bare, same) == pytest.approx(
        volume * (density - 17.031 * stock) / 18.015, rel=1e-4
    )


def test_a_hydrate_brings_its_water() -> None:
    """A monohydrate brings a mole of water per mole, and the flask is not called wet for it."""
    pair = read_pair("O.NCc1ccccc1", "CCCC=O")
    bare = read_pair("NCc1ccccc1", "CCCC=O")
    assert settled(pair).water == "dry"
    extra = water_charged(pair, settled(pair)) - water_charged(bare, settled(bare))
    assert extra == pytest.approx(settled(pair).concentration_M)


def test_free_compounds_bring_nothing() -> None:
    """A free compound without a solvent has no bottle, by name or by structure."""
    for texts in (("benzylamine", "butanal"), ("NCc1ccccc1", "C=O"), ("ammonia", "paraformaldehyde")):
        pair = read_pair(*texts)
        assert (pair.amine_bottle, pair.carbonyl_bottle) == (None, None)
        assert settled(pair).water == "dry"


@pytest.mark.parametrize(("amine", "acid"), WEAK)
def test_a_weak_acid_stays_and_counts(amine: str, acid: float) -> None:
    """The acid of a weak acid's salt is in acid_equivalents; less of it asks for base, more for acid."""
    pair = read_pair(amine, "O=Cc1ccccc1")
    p = settled(pair, reductant="STAB")
    assert p.acid_equivalents == acid
    assert (acid_to_add(pair, p), base_to_add(pair, p)) == (0.0, 0.0)
    less = settled(pair, reductant="STAB", acid_equivalents=0.25 * acid)
    assert base_to_add(pair, less) == pytest.approx(0.75 * acid)
    more = settled(pair, reductant="STAB", acid_equivalents=acid + 0.5)
    assert acid_to_add(pair, more) == pytest.approx(0.5)
    said = planner.predict(amine, "O=Cc1ccccc1", acid_equivalents=0.25 * acid, draws=8).caveats
    assert any("a base must take it up" in words for words in said)


def test_a_hydride_that_bears_no_acid_has_none_by_default() -> None:
    """Where the reductant warns of any acid, the default is without, and base takes up what the salt brings."""
    pair = read_pair("NCc1ccccc1.CC(=O)O", "O=Cc1ccccc1")
    p = settled(pair, reductant="NaBH4")
    assert p.acid_equivalents == 0.0
    assert base_to_add(pair, p) == 1.0


@pytest.mark.parametrize("salt", ["ammonium acetate", "N.OC=O", "CN.CC(=O)O", "CNC.CC(=O)O"])
def test_a_hydride_that_bears_no_acid_wants_the_free_gas(salt: str) -> None:
    """Salts of weak acids of amines that are sold free are refused for it, naming a solution; others bear them."""
    pair = read_pair(salt, "O=C1CCCCC1")
    with pytest.raises(ProcedureError, match=r"take the free amine, such as .* in "):
        settled(pair, reductant="NaBH4")
    for reductant in ("STAB", "NaBH3CN", "2-picoline borane"):
        p = settled(pair, reductant=reductant)
        assert base_to_add(pair, p) == 0.0
    with pytest.raises(ProcedureError, match="free amine"):
        predict(salt, "O=C1CCCCC1", reductant="NaBH4")


@pytest.mark.parametrize(("hydride", "is_refused"), [(1.0, False), (0.5, False), (0.4, True), (0.1, True)])
def test_a_base_takes_up_a_little_acid_only(hydride: float, is_refused: bool) -> None:
    """Of other amines' salts a base takes up 2 mol of weak acid per mole of such a hydride; more is refused."""
    words = {"reductant": "NaBH4", "reductant_equivalents": hydride, "draws": 8}
    if not is_refused:
        assert predict("NCc1ccccc1.CC(=O)O", "O=Cc1ccccc1", **words).procedure.acid_equivalents == 0.0
        return
    with pytest.raises(ProcedureError, match="does not bear"):
        predict("NCc1ccccc1.CC(=O)O", "O=Cc1ccccc1", **words)


@pytest.mark.parametrize("e", [0.5, 1.17])
def test_strong_acid_is_taken_up_by_base(e: float) -> None:
    """A hydrochloride of either partner asks for a mole of base per mole of it, so per amine e for the carbonyl."""
    amine = read_pair("NCc1ccccc1.Cl", "CCCC=O")
    assert base_to_add(amine, settled(amine, carbonyl_equivalents=e)) == 1.0
    carbonyl = read_pair("NCc1ccccc1", "CN1CCC(=O)CC1.Cl")
    assert base_to_add(carbonyl, settled(carbonyl, carbonyl_equivalents=e)) == pytest.approx(e)
    both = read_pair("NCc1ccccc1.Cl", "CN1CCC(=O)CC1.Cl")
    assert base_to_add(both, settled(both, carbonyl_equivalents=e)) == pytest.approx(1.0 + e)


def loss(pair: Pair, p: Settled) -> float:
    """Rate constant of the loss of hydride at the medians [1/s]."""
    at = conditions_of(pair, MODEL, [p], central_draws(MODEL))
    return float(STEP_LAWS["hydride_loss"](at, np.full((1, 1), 7.0))[0, 0])


def test_the_alcohol_of_a_bottle_costs_hydride() -> None:
    """Loss of hydride is that of both solvents by volume, and STAB in methanol is said of 7 N ammonia."""
    pair, bare = read_pair("7 N ammonia in methanol", "cyclohexanone"), read_pair("N", "cyclohexanone")
    for concentration in (0.2, 3.5, 7.0):
        p = settled(pair, reductant="STAB", concentration_M=concentration)
        ((bottle, share),) = solvents_brought(pair, p)
        assert (bottle.solvent, share) == ("MeOH", pytest.approx(concentration / 7.0))
        alone = [
            loss(bare, settled(bare, reductant="STAB", concentration_M=concentration, solvent=s))
            for s in ("DCE", "MeOH")
        ]
        assert loss(pair, p) == pytest.approx((1 - share) * alone[0] + share * alone[1])
    said = planner.predict("7 N ammonia in methanol", "cyclohexanone", reductant="STAB", draws=8).caveats
    assert any("brings MeOH, 2.9 % of the volume: STAB is gone within minutes" in words for words in said)
    fine = planner.predict("7 N ammonia in methanol", "cyclohexanone", reductant="NaBH3CN", draws=8).caveats
    assert not any("brings MeOH" in words for words in fine)


@pytest.mark.parametrize("amine", ["N", "CN", "CNC", "ammonia"])
def test_small_amines_may_be_as_strong_as_they_are_bought(amine: str) -> None:
    """Ammonia, methylamine and dimethylamine reach 10 M, others 5 M; a named solution is never above its own."""
    assert settled(read_pair(amine, "cyclohexanone"), concentration_M=10.0).concentration_M == 10.0
    with pytest.raises(ProcedureError, match="at most 5 M"):
        settled(read_pair("CCN", "cyclohexanone"), concentration_M=5.5)
    with pytest.raises(ProcedureError, match="at most 7 M"):
        settled(read_pair("7 N ammonia in methanol", "cyclohexanone"), concentration_M=8.0)


@pytest.mark.parametrize("e", [0.05, 0.3, 1.0, 2.0])
def test_hydride_follows_the_carbonyl_that_is_precious(e: float) -> None:
    """Per carbonyl the default reductant is factor x e, per amine factor x max(1, e)."""
    factor = MODEL.reductant("STAB").defaults.reductant_equivalents_factor
    for basis, expected in (("carbonyl", factor * e), ("amine", factor * max(1.0, e))):
        p = planner.predict(
            "N", "cyclohexanone", basis=basis, reductant="STAB", carbonyl_equivalents=e, draws=4
        )
        assert p.procedure.reductant_equivalents == pytest.approx(expected)
        assert read_prediction(prediction_record(p), MODEL).procedure == p.procedure


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [("CN", "37 % formalin"), ("ammonium acetate", "O=Cc1ccccc1"), ("NCc1ccccc1.Cl", "CN1CCC(=O)CC1.Cl")],
)
def test_a_saved_prediction_keeps_its_bottles(amine: str, carbonyl: str) -> None:
    """What was typed is the same pair after saving, and a plan made of it names the same bottles."""
    p = planner.predict(amine, carbonyl, draws=4)
    opened = read_prediction(json.loads(json.dumps(prediction_record(p))), MODEL)
    assert opened.pair == p.pair
    assert opened.caveats == p.caveats
    request = as_plan(opened).request
    assert read_pair(request.amine, request.carbonyl) == p.pair
