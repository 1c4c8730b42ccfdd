"""Shared batches: pairs whose constants differ run in one call of the engine, each as if it were alone."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from planner.flask.alike import likeness
from planner.flask.outcomes import Outcome, predict_outcomes
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans.aims import ROUGH
from planner.predictions.prediction import read_run
from planner.predictions.running import goes_along, run_pair, run_pairs
from planner.structures.pairs import Pair, read_pair

MODEL = load_model()
DRAWS = draw_parameters(MODEL, 16, 0)
GROUPS = {
    "primary amines, aromatic aldehydes": (
        ("NCc1ccccc1", "NCc1ccc(OC)cc1", "NCc1ccccc1Cl"),
        ("O=Cc1ccccc1", "O=Cc1ccc(N(C)C)cc1", "O=Cc1ccc([N+](=O)[O-])cc1", "O=Cc1ccccn1", "O=Cc1c(C)cccc1C"),
    ),
    "secondary amines, aromatic aldehydes": (
        ("C1CCNCC1", "OC1CCNCC1"),
        ("O=Cc1ccccc1", "O=Cc1ccc(OC)cc1", "O=Cc1ccsc1"),
    ),
    "diamines, aliphatic ketones": (("NCCN",), ("CC(C)=O", "CCC(C)=O", "CC1CCCCC1=O")),
    "secondary amines, open-chain ketones": (
        ("C1CCNCC1", "CC1CCNCC1"),
        ("CC(C)=O", "CCC(C)=O", "CC(C)C(=O)C(C)C"),
    ),
    "anilines, aryl ketones": (
        ("Nc1ccccc1", "Nc1ccc(Cl)cc1"),
        ("CC(=O)c1ccccc1", "O=C(c1ccccc1)c1ccccc1", "O=C1CCc2ccccc21"),
    ),
    "primary amines of several classes": (
        ("NCc1ccccc1", "CCCCN", "CC(C)N", "NC1CCCCC1", "CC(C)(C)N", "Nc1ccccc1", "COC(=O)CN"),
        ("O=Cc1ccccc1", "O=Cc1ccccn1"),
    ),
    "secondary amines of several classes": (
        ("C1CCNCC1", "C1COCCN1", "CCNCC", "CNCc1ccccc1", "CNc1ccccc1", "C1CCNC1"),
        ("CC(C)=O", "CCC(C)=O"),
    ),
    "amines beside another base, ketones of other impurities": (
        ("NCc1ccccc1", "CN(C)CCCN", "CN1CCC(N)CC1", "CC(C)N"),
        ("O=C1CCCCC1", "CC(C)=O", "CC(=O)c1ccccc1", "O=C1CCCC1"),
    ),
    "secondary amines beside another base, alkanals": (
        ("C1CCNCC1", "CN1CCNCC1", "CNCCN(C)C"),
        ("CCCC=O", "CC(C)C=O", "O=CCc1ccccc1"),
    ),
    "amines with two nitrogens of one class": (("NCCCCCCN", "NCCCCCCCCN"), ("CC(C)=O", "CC1CCCCC1=O")),
    "primary amines, alkanals": (("CCCCN", "CCCCCCN"), ("CCCC=O", "O=CCc1ccccc1", "COCC=O")),
}
"""Amines with carbonyl compounds of several classes that have the same steps and impurities."""
ASKED = (
    {"reductant": "STAB"},
    {"reductant": "STAB", "addition": "slow_carbonyl", "acid_equivalents": 0.5, "carbonyl_equivalents": 1.4},
    {"reductant": "NaBH3CN", "addition": "imine_first"},
    {"reductant": "NaBH4", "addition": "imine_first", "quench": "borohydride"},
    {"reductant": "2-picoline borane", "addition": "slow_amine", "temperature_C": 40.0},
)


def pairs_of(group: str) -> list[Pair]:
    """Read every amine of a group with every carbonyl compound."""
    amines, carbonyls = GROUPS[group]
    return [read_pair(amine, carbonyl, MODEL) for amine in amines for carbonyl in carbonyls]


@pytest.mark.parametrize("group", GROUPS)
def test_pairs_of_a_batch_come_out_as_if_alone(group: str) -> None:
    """To the last bit, whatever classes of amines and carbonyl compounds are in the batch and in which order."""
    asked: list[tuple[Pair, Settled]] = [
        (pair, settle(Procedure(**words), MODEL, pair)[0]) for words in ASKED for pair in pairs_of(group)
    ]
    asked = asked[::2] + asked[1::2]
    pairs, procedures = zip(*asked, strict=True)
    assert len({likeness(pair, MODEL) for pair in pairs}) == 1
    together = predict_outcomes(pairs[0], MODEL, procedures, DRAWS, pairs=pairs)
    for i, (pair, procedure) in enumerate(asked):
        alone = predict_outcomes(pair, MODEL, [procedure], DRAWS)
        for field in fields(Outcome):
            assert np.array_equal(getattr(together, field.name)[i], getattr(alone, field.name)[0]), field.name


@pytest.mark.parametrize("group", GROUPS)
def test_a_setting_may_hold_few_of_a_batch(group: str) -> None:
    """What one pair alone asks for is run in a network of its own, still by the numbers of that pair."""
    pairs = pairs_of(group)
    for first, other in ((first, other) for first in pairs[:1] for other in pairs[1:]):
        for words in ASKED[1:]:
            asked = [(first, ASKED[0]), (other, words)]
            procedures = [settle(Procedure(**w), MODEL, pair)[0] for pair, w in asked]
            together = predict_outcomes(first, MODEL, procedures, DRAWS, pairs=[first, other])
            alone = predict_outcomes(other, MODEL, procedures[1:], DRAWS)
            for field in fields(Outcome):
                found = getattr(together, field.name)[1]
                own = getattr(alone, field.name)[0]
                assert np.array_equal(found[..., : own.shape[-1]], own), field.name


@pytest.mark.parametrize("group", GROUPS)
def test_predictions_that_run_together_are_those_of_pairs_alone(group: str) -> None:
    """Every figure and every caveat, to the last bit; what would notice the company of another is not run with it."""
    together: dict[object, list[tuple[Pair, Settled]]] = {}
    words = (*ASKED, {"reductant": "STAB", "solvent": "DCM", "hydride_portions": 3, "hydride_time_h": 0.5})
    for pair in pairs_of(group):
        for asked in words:
            procedure, _ = settle(Procedure(**asked), MODEL, pair)
            together.setdefault(goes_along(pair, MODEL, procedure), []).append((pair, procedure))
    assert None not in together
    assert max(map(len, together.values())) > 1
    for some in together.values():
        pairs, procedures = zip(*some, strict=True)
        for (pair, procedure), ran in zip(some, run_pairs(pairs, MODEL, procedures, DRAWS), strict=True):
            found = read_run(ran, pair, (), target=1, basis="amine")
            alone = run_pair(pair, MODEL, procedure, DRAWS)
            assert found == read_run(alone, pair, (), target=1, basis="amine")


def test_a_trace_of_carbonyl_runs_alone() -> None:
    """It asks for a finer tolerance, which the runs of others would notice."""
    pair = pairs_of("primary amines, alkanals")[0]
    for equivalents, is_alone in ((1e-4, True), (1.0, False)):
        procedure, _ = settle(
            Procedure(reductant="STAB", carbonyl_equivalents=equivalents, reductant_equivalents=1.0),
            MODEL,
            pair,
        )
        assert (goes_along(pair, MODEL, procedure) is None) is is_alone


@pytest.mark.parametrize("group", GROUPS)
def test_the_tolerance_of_a_library_decides_nothing(group: str) -> None:
    """Fractions of degrees are those of full accuracy: their means to 0.05 points, every draw to 0.2."""
    for pair in pairs_of(group):
        procedures = [settle(Procedure(**words), MODEL, pair)[0] for words in ASKED]
        rough = predict_outcomes(pair, MODEL, procedures, DRAWS, relative_tolerance=ROUGH).degrees
        exact = predict_outcomes(pair, MODEL, procedures, DRAWS).degrees
        assert np.abs((rough - exact).mean(axis=1)).max() < 5e-4
        assert np.abs(rough - exact).max() < 2e-3


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_holds_several_classes(group: str) -> None:
    """The laws above say nothing where all carbonyl compounds are of one class."""
    assert len({pair.carbonyl_class.name for pair in pairs_of(group)}) > 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("NCc1ccccc1", "O=Cc1ccccc1"), ("NCc1ccccc1", "CCCC=O")),
        (("NCc1ccccc1", "O=Cc1ccccc1"), ("NCc1ccccc1", "CC(=O)c1ccccc1")),
        (("NCc1ccccc1", "O=Cc1ccccc1"), ("NCc1ccccc1", "C=O")),
        (("NCc1ccccc1", "O=Cc1ccccc1"), ("C1CCNCC1", "O=Cc1ccccc1")),
        (("NCCN", "O=C1CCCCC1"), ("NCCCCN", "O=C1CCCCC1")),
        (("CN(C)CCCN", "O=C1CCCCC1"), ("CN(C)CCN", "O=C1CCCCC1")),
        (("NCCCN", "O=C1CCCCC1"), ("NCCCNC", "O=C1CCCCC1")),
    ],
)
def test_pairs_of_unlike_flasks_are_not_alike(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Other steps, other impurities, ketones beside aldehydes and other nitrogens are batches of their own."""
    first, second = (likeness(read_pair(*texts, MODEL), MODEL) for texts in (one, other))
    assert first is not None
    assert first != second


@pytest.mark.parametrize("parts", [(), ("acid",), None])
def test_ammonia_of_a_batch_comes_out_as_if_alone(parts: tuple[str, ...] | None) -> None:
    """The alkylamine that it becomes is of another class than it is, in sets that know no impurity of its own."""
    reference = Path(__file__).parent / "data" / "models_reference"
    model = load_model(reference) if parts is None else replace(MODEL, parts=parts)
    for carbonyls in (("O=Cc1ccccc1", "Cc1ccc(C=O)cc1"), ("CCCC=O", "CCC=O", "CCCCC=O")):
        pairs = [read_pair("N", carbonyl, model) for carbonyl in carbonyls]
        asked = Procedure(reductant="NaBH3CN", carbonyl_equivalents=1.5)
        procedures = [settle(asked, model, pair)[0] for pair in pairs]
        draws = draw_parameters(model, 16, 0)
        together = predict_outcomes(pairs[0], model, procedures, draws, pairs=pairs).degrees
        for pair, procedure, found in zip(pairs, procedures, together, strict=True):
            assert np.array_equal(found, predict_outcomes(pair, model, [procedure], draws).degrees[0])


def test_ammonia_has_a_batch_for_each_class() -> None:
    """It becomes the alkylamine of the carbonyl's class, of which a batch holds one."""
    model = load_model(Path(__file__).parent / "data" / "models_reference")
    texts = (("N", "O=Cc1ccccc1"), ("N", "CCCC=O"), ("N", "CC(C)C=O"))
    pairs = [read_pair(*both, model) for both in texts]
    assert len({likeness(pair, model) for pair in pairs}) == len({pair.carbonyl_class for pair in pairs})
