"""Shared runs: pairs with exactly the same numbers are run once, and each is read as if it had been run alone."""

import subprocess
import sys
from dataclasses import fields, replace

import pytest

from planner.flask.alike import numbers_of_runs
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.library import answers
from planner.library.answers import Runs
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.predictions.prediction import Prediction, predict, predict_pair, read_run
from planner.structures.pairs import Pair, read_pair

MODEL = load_model()
DRAWS = draw_parameters(MODEL, 32, 0)
Texts = tuple[str, str]

ALIKE: list[tuple[Texts, Texts]] = [
    (("CCCCCCN", "CCCCCC=O"), ("CCCCCCCN", "CCCCCCC=O")),
    (("CCCCCCNC", "O=C1CCCCC1"), ("CCCCCCCNC", "O=C1CCCCC1")),
    (("NCCCCCCCCN", "CCCCCC=O"), ("NCCCCCCCCCN", "CCCCCCC=O")),
    (("NCCCCC1CCNCC1", "O=Cc1ccccc1"), ("NCCCCCC1CCNCC1", "O=Cc1ccccc1")),
    (("Nc1ccc(CCCCCCCN)cc1", "CCCCCC=O"), ("Nc1ccc(CCCCCCCCN)cc1", "CCCCCCC=O")),
    (("Cl.CCCCCCN", "CCCCCC=O"), ("Cl.CCCCCCCN", "CCCCCC=O")),
    (("CC(=O)O.CCCCCCN", "formalin"), ("CC(=O)O.CCCCCCCN", "formalin")),
    (("CCCCCCN", "paraformaldehyde"), ("CCCCCCCN", "paraformaldehyde")),
]
"""Pairs that differ where it changes no constant."""
PROCEDURES = {
    "imine first": {"reductant": "STAB", "addition": "imine_first"},
    "all at once": {"reductant": "NaBH3CN", "addition": "all_at_once"},
    "carbonyl fed": {"reductant": "STAB", "addition": "slow_carbonyl", "carbonyl_equivalents": 1.4},
    "amine fed": {"reductant": "STAB", "addition": "slow_amine"},
    "quenched by hydride": {"reductant": "NaBH4", "addition": "imine_first", "quench": "borohydride"},
}


def read(pair: Pair, runs: Runs, asked: Procedure, target: int) -> Prediction:
    """Read a pair by the runs that are kept."""
    settled, defaults = settle(asked, MODEL, pair)
    return read_run(runs.of(pair, MODEL, settled, DRAWS), pair, defaults, target=target, basis="amine")


@pytest.mark.parametrize("way", PROCEDURES)
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_shared_run_is_read_as_the_pair_s_own(one: Texts, other: Texts, way: str) -> None:
    """A pair that is read by the run of its like has every number and word of its own prediction."""
    runs, asked = Runs(), Procedure(**PROCEDURES[way])
    for pair in (read_pair(*one), read_pair(*other)):
        for target in range(1, min(pair.n_hydrogens, 2) + 1):
            own = predict_pair(pair, MODEL, asked, DRAWS, target=target, basis="amine")
            found = read(pair, runs, asked, target)
            for field in fields(Prediction):
                assert getattr(found, field.name) == getattr(own, field.name), field.name
    assert len(runs.known) == 1


@pytest.mark.parametrize(("one", "other"), ALIKE[:2])
def test_what_was_run_before_changes_no_number(one: Texts, other: Texts) -> None:
    """After its like a pair has, to the last bit, the products and intervals that a fresh process gives."""
    code = f"from planner import predict; p = predict(*{other!r}, draws=32); print(p.products, p.target_fraction)"
    fresh = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    predict(*one, draws=32)
    found = predict(*other, draws=32)
    assert f"{found.products} {found.target_fraction}" == fresh.strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("CCCCCCN", "CCCCCC=O"), ("CCCCCCN", "CCCC(C)=O")),
        (("CCCCCCN", "CCCCCC=O"), ("CCCCC(C)N", "CCCCCC=O")),
        (("CCCCCCN", "formalin"), ("CCCCCCN", "paraformaldehyde")),
        (("NCc1ccccc1", "O=Cc1ccccc1"), ("NCc1ccccc1", "O=Cc1ccc(Cl)cc1")),
        (("NCCCCCCN", "CCCCCC=O"), ("CCCCCCN", "CCCCCC=O")),
        (("C1CNCCN1", "CCCCCC=O"), ("C1CNCCCN1", "CCCCCC=O")),
    ],
)
def test_pairs_whose_numbers_differ_share_no_run(one: Texts, other: Texts) -> None:
    """Another class, bottle, electronics or number of nitrogens is another run, and comes to something else."""
    runs, asked = Runs(), Procedure(reductant="NaBH3CN")
    first, second = (read(read_pair(*texts), runs, asked, 1) for texts in (one, other))
    assert len(runs.known) == 2
    assert first.target_fraction != second.target_fraction


def test_what_is_known_of_a_compound_alone_keeps_it_apart() -> None:
    """A compound with an impurity of its own shares no run with its like."""
    impurities = [p for p in MODEL.parameters if p.name.startswith("compound_impurity.")]
    assert impurities
    one, other = read_pair("CCCCCCN", "CCCCCC=O"), read_pair("CCCCCCCN", "CCCCCC=O")
    assert numbers_of_runs(one, MODEL) == numbers_of_runs(other, MODEL)
    own = replace(impurities[0], name=f"compound_impurity.{one.amine.smiles}")
    model = replace(MODEL, parameters=tuple(sorted((*MODEL.parameters, own), key=lambda p: p.name)))
    assert numbers_of_runs(one, model) != numbers_of_runs(other, model)


def test_the_runs_read_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more runs are kept than said, and one that was read again outlives those that were not."""
    monkeypatch.setattr(answers, "RUNS", 2)
    runs, asked = Runs(), Procedure(reductant="STAB")
    pairs = [read_pair("CCCCCCN", carbonyl) for carbonyl in ("CCCCCC=O", "CCCC(C)=O", "O=Cc1ccccc1")]
    settled = [settle(asked, MODEL, pair)[0] for pair in pairs]
    first = runs.of(pairs[0], MODEL, settled[0], DRAWS)
    second = runs.of(pairs[1], MODEL, settled[1], DRAWS)
    assert runs.of(pairs[0], MODEL, settled[0], DRAWS) is first
    runs.of(pairs[2], MODEL, settled[2], DRAWS)
    assert len(runs.known) == 2
    assert runs.of(pairs[0], MODEL, settled[0], DRAWS) is first
    assert runs.of(pairs[1], MODEL, settled[1], DRAWS) is not second
