"""Second and first alkylation: closed forms of their ratio, and advice on lost carbonyl that is true."""

import json

import numpy as np
import pytest

import planner
from parts_set import shipped_with
from planner.flask.conditions import conditions_of
from planner.flask.flask import prepare
from planner.flask.kinetics import distinct_ladders, named_constants
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.mechanism.microstates import enumerate_states
from planner.mechanism.names import state_name
from planner.mechanism.network import CARBONYL
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.predictions.alkylations import second_to_first, statistical_ratio
from planner.predictions.records import prediction_record, read_prediction
from planner.predictions.words import prediction_text
from planner.structures.pairs import Pair, read_pair

MODEL = load_model()
DRAWS = draw_parameters(MODEL, 16, 0)


def ready(amine: str, carbonyl: str, **fields: object) -> tuple[Pair, Settled]:
    """Read a pair and settle a procedure."""
    pair = read_pair(amine, carbonyl)
    return pair, settle(Procedure(**fields), MODEL, pair)[0]


def constants(pair: Pair, p: Settled) -> tuple[dict[str, np.ndarray], object]:
    """Named constants (n_draws,) of a flask, and the flask."""
    flask = prepare(pair, MODEL)
    couplings = sorted({ring.coupling for g in flask.groups for ring in g.rings if ring.coupling})
    found = named_constants(
        conditions_of(pair, MODEL, [p], DRAWS),
        distinct_ladders(flask.groups),
        steps=flask.steps,
        couplings=couplings,
    )
    return {name: np.broadcast_to(k, (1, 16))[0] for name, k in found.items()}, flask


@pytest.mark.parametrize("carbonyl", ["CCCC=O", "CC(C)=O", "C=O"])
@pytest.mark.parametrize(
    "fields", [{}, {"temperature_C": 0.0}, {"reductant": "NaBH3CN", "acid_equivalents": 0.5}]
)
def test_a_primary_amine_is_the_ratio_of_its_condensations(carbonyl: str, fields: dict) -> None:
    """On one primary nitrogen it is k(1)/k(0) of condensation, statistics alone a half."""
    pair, p = ready("NCc1ccccc1", carbonyl, **fields)
    k, _ = constants(pair, p)
    (name,) = {n.split()[1].partition("(")[0] for n in k if n.startswith("condensation")}
    expected = k[f"condensation {name}(1)"] / k[f"condensation {name}(0)"]
    assert second_to_first(pair, MODEL, p, DRAWS) == pytest.approx(expected)
    assert statistical_ratio(pair.n_hydrogens) == 0.5


@pytest.mark.parametrize("amine", ["CNCCCCNC", "CCNCCCCCCNCC", "CNCc1ccc(CNC)cc1"])
def test_equal_nitrogens_that_do_not_feel_each_other(amine: str) -> None:
    """Two secondary nitrogens that do not feel each other are exactly statistical: a half in every draw."""
    pair, p = ready(amine, "CCCC=O")
    assert second_to_first(pair, MODEL, p, DRAWS) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("amine", ["C1CNCCN1", "C1CNCCNC1", "C1CNCCNCCN1"])
def test_a_ring_is_its_coupling_times_the_statistics(amine: str) -> None:
    """In a ring of n alike nitrogens it is (n - 1)/n times the coupling, draw by draw."""
    pair, p = ready(amine, "O=Cc1cccs1")
    k, _ = constants(pair, p)
    (coupling,) = [values for name, values in k.items() if name.startswith("coupling")]
    n = pair.n_hydrogens
    assert second_to_first(pair, MODEL, p, DRAWS) == pytest.approx(coupling * (n - 1) / n)


@pytest.mark.parametrize("amine", ["NCCCN", "NCCNCCN", "C1CNCCN1", "NCC1CCNCC1", "N"])
def test_the_network_says_the_same(amine: str) -> None:
    """Summed over the reactions of the network: what the molecule with one alkyl group condenses, over what it did."""
    pair, p = ready(amine, "CCCC=O")
    k, flask = constants(pair, p)

    def rate(group: object, state: object) -> np.ndarray:
        """Sum of k of the condensations of a state."""
        name = state_name(group, state)
        return sum(
            (
                r.multiplicity * np.prod([k[c] for c in r.constants], axis=0)
                for r in flask.network.reactions
                if r.reactants == (name, CARBONYL) and r.constants[0].startswith("condensation")
            ),
            start=np.zeros(16),
        )

    def alkyls(state: object) -> int:
        return sum(rung.alkyls for ring in state for rung in ring)

    first = {g: rate(g, enumerate_states(g)[0]) for g in flask.groups}
    whole = sum(g.n_copies * value for g, value in first.items())
    ways = []
    for group in flask.groups:
        for state in enumerate_states(group):
            if alkyls(state) == 1 and not any(rung.is_imine for ring in state for rung in ring):
                (at,) = [(i, j) for i, ring in enumerate(state) for j, rung in enumerate(ring) if rung.alkyls]
                ladder = group.rings[at[0]].ladders[at[1]]
                per_nitrogen = k[f"condensation {ladder.site_class}{ladder.n_hydrogens}(0)"]
                ways.append((per_nitrogen, whole - first[group] + rate(group, state)))
    fastest = np.argmax([how for how, _ in ways], axis=0)
    expected = np.array([ways[i][1][d] for d, i in enumerate(fastest)]) / whole
    assert second_to_first(pair, MODEL, p, DRAWS) == pytest.approx(expected)


def test_a_secondary_amine_alone_has_no_second() -> None:
    """One N-H gives neither number, and nothing is said of it; a primary amine's is saved and said."""
    one = planner.predict("C1CCNCC1", "CCCC=O", draws=8)
    assert (one.second_to_first, one.second_to_first_statistical) == (None, None)
    assert "second alkylation" not in prediction_text(one)
    two = planner.predict("NCc1ccccc1", "CCCC=O", draws=8)
    assert "statistics alone 0.5" in prediction_text(two)
    opened = read_prediction(json.loads(json.dumps(prediction_record(two))), MODEL)
    assert opened.second_to_first == two.second_to_first
    assert 0 < two.second_to_first.low <= two.second_to_first.median <= two.second_to_first.high


def alcohol_said(*pair: str, **fields: object) -> str:
    """What a prediction says of carbonyl that ends as its alcohol."""
    said = [c for c in planner.predict(*pair, draws=32, **fields).caveats if "as its alcohol" in c]
    return said[0] if said else ""


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [
        ("C1CNCCNC1", "O=Cc1cccs1"),
        ("C(NCc1ccccc1)c1ccccc1", "O=Cc1ccccc1"),
        ("CNCc1ccccc1", "CC(=O)c1ccccc1"),
    ],
)
@pytest.mark.parametrize("hours", [0.5, 2.0, 24.0])
def test_a_secondary_amine_is_not_told_to_wait(amine: str, carbonyl: str, hours: float) -> None:
    """No imine time is advised for a secondary amine; the hydride is."""
    said = alcohol_said(amine, carbonyl, reductant="NaBH4", addition="imine_first", imine_time_h=hours)
    assert "iminium" in said
    assert "STAB" in said
    assert "for longer" not in said


@pytest.mark.parametrize("hours", [0.75, 8.0])
@pytest.mark.parametrize(
    "pair", [("NCc1ccccc1", "CCCC=O"), ("NCCc1ccccc1", "O=Cc1ccccc1"), ("C1CCNCC1", "CCCC=O")]
)
def test_excess_is_called_excess(pair: tuple[str, str], hours: float) -> None:
    """Carbonyl beyond what the amine takes up ends as alcohol: that is what the excess costs, and not for want of time.

    Without parts of the flask, where STAB keeps until it reduces what is left over.
    """
    fields = {"reductant": "NaBH4", "imine_time_h": hours} if pair[0][0] == "N" else {}
    said = alcohol_said(*pair, carbonyl_equivalents=1.5, model=shipped_with(), **fields)
    assert "what the excess costs" in said
    assert "charge less" not in said
    assert "for longer" not in said


@pytest.mark.parametrize("hours", [0.01, 0.1, 0.5, 2.0, 16.0])
@pytest.mark.parametrize("carbonyl", ["O=C1CCCCC1", "O=Cc1ccccc1", "CC(=O)c1ccccc1"])
def test_time_is_advised_where_it_helps(carbonyl: str, hours: float) -> None:
    """The imine is given more time exactly where the same procedure with that time loses clearly less."""
    asked = {"reductant": "NaBH4", "addition": "imine_first"}
    said = alcohol_said("NCc1ccccc1", carbonyl, **asked, imine_time_h=hours)
    here, there = (
        planner.predict("NCc1ccccc1", carbonyl, **asked, imine_time_h=h, draws=256).alcohol.mean
        for h in (hours, max(2 * hours, 1.0))
    )
    if "for longer" in said:
        assert there < 0.85 * here
    elif "does not help" in said:
        assert there > 0.65 * here
