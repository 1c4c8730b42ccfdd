"""The ladder of one and of several nitrogens, with constants set by hand."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, strategies as st

import oracles
from parts_set import shipped_with
from planner.errors import ScopeError
from planner.flask import flask as flasks
from planner.flask.condensation import is_iminium, stages
from planner.flask.contents import Setting, needs_joint_states
from planner.flask.flask import Flask
from planner.flask.kinetics import distinct_ladders, reaction_constants
from planner.flask.outcomes import isomer_fractions, molecule_degrees
from planner.flask.procedure import Procedure, Settled
from planner.flask.schedule import Charges
from planner.flask.simulate import Trajectory, simulate
from planner.mechanism.microstates import Ladder, enumerate_states, group_sites, moves
from planner.mechanism.names import constant_name, state_name
from planner.mechanism.network import BORATE, build_network
from planner.mechanism.steps import sides
from planner.structures.pairs import read_pair
from planner.structures.sites import Site, find_sites
from planner.structures.structure import elements

HOUR = 3600.0

REGIMES = {
    0.0: ((5.7, 88.7, 5.6), (14.4, 71.3, 14.4), (2.7, 94.5, 2.7), (47.4, 7.0, 45.6)),
    1e3: ((11.8, 76.3, 11.8), (16.5, 67.1, 16.5), (9.7, 80.5, 9.7), (47.4, 6.9, 45.7)),
    1e5: ((29.1, 41.9, 29.1), (21.5, 57.1, 21.4), (29.5, 41.1, 29.5), (48.3, 5.1, 46.6)),
}
"""Published regimes: exchange constant to (unreacted, mono, di) all at once, carbonyl over 4 h, imine first 2 h,
amine over 4 h."""

WAYS = {
    "all_at_once": {},
    "slow_carbonyl": {"addition_time_h": 4.0},
    "imine_first": {"imine_time_h": 2.0},
    "slow_amine": {"addition_time_h": 4.0},
}


prepare = partial(flasks.prepare, model=shipped_with())
"""Write the network of the ladder alone: constants by hand name no parts of the flask."""


def by_hand(
    ladders, *, exchange=1e3, second=0.15, imine=3000.0, iminium=0.01, loss=4e-6, reduction=2e-5, drying=0.0
):
    """Name the constants of the illustration in the model description, for any ladders."""
    constants = {
        "carbonyl reduction": reduction,
        "hydride loss": loss,
        "drying": drying,
        "coupling piperazine": 0.7,
    }
    steps = stages(ladders)
    equilibrium = {s: iminium if is_iminium(s) else imine for s in steps}
    for s in steps:
        k_c = second if is_iminium(s) else 1.0
        constants[constant_name("condensation", s)] = k_c
        constants[constant_name("hydrolysis", s)] = k_c / equilibrium[s]
        constants[constant_name("hydride transfer", s)] = 2000.0 if is_iminium(s) else 0.02
        for t in steps:
            if t != s:
                constants[constant_name("exchange", s, t)] = exchange * min(
                    1.0, equilibrium[s] / equilibrium[t]
                )
    return {name: np.array([[k]]) for name, k in constants.items()}


def procedure(
    addition: str, *, equivalents=1.0, hydride=1.5, concentration=0.2, fraction=0.0, **times
) -> Settled:
    """A settled procedure of the illustration: 24 h after the addition, feed without volume."""
    settled = {"addition_time_h": 0.0, "imine_time_h": 0.0, "hold_time_h": 24.0} | times
    return Settled(
        reductant="STAB", carbonyl_equivalents=equivalents, reductant_equivalents=hydride, acid_equivalents=0.0,
        addition=addition, temperature_C=25.0, concentration_M=concentration, feed_volume_fraction=fraction,
        solvent="DCE", water="dry", quench="aqueous", **settled,
    )  # fmt: skip


def run(flask: Flask, asked: Settled, constants, water=0.01, tolerance=5e-6, titres=None) -> Trajectory:
    """Run one procedure with constants set by hand."""
    charges = Charges(
        amine=tuple((state_name(g, enumerate_states(g)[0]), float(g.n_copies)) for g in flask.groups),
        water_M=np.array([[water]]),
        water_with_carbonyl=np.array([[0.0]]),
        usable_hydrides=np.array([1.0]),
        titres={partner: np.array([[titre]]) for partner, titre in (titres or {}).items()},
    )
    return simulate(
        flask.network,
        reaction_constants(flask.network, constants)[:, :, None],
        [asked],
        charges,
        relative_tolerance=tolerance,
    )


def degrees(flask: Flask, trajectory: Trajectory, concentration=0.2) -> np.ndarray:
    """Fractions by degree at the end."""
    return molecule_degrees(flask, trajectory, "aqueous", np.array([[[concentration]]]))[0, 0, -1]


@pytest.mark.parametrize("addition", WAYS)
@pytest.mark.parametrize("exchange", REGIMES)
def test_regimes_of_slow_addition(exchange: float, addition: str) -> None:
    """The published regime table holds to 0.2 points with its constants."""
    flask = prepare(read_pair("CCCCN", "CCCC=O"))
    constants = by_hand(distinct_ladders(flask.groups), exchange=exchange)
    found = degrees(flask, run(flask, procedure(addition, **WAYS[addition]), constants))
    expected = REGIMES[exchange][list(WAYS).index(addition)]
    assert 100 * found == pytest.approx(expected, abs=0.2)


def test_statistical_limit() -> None:
    """Equal, independent N-H and all carbonyl used: the binomial over the N-H count, 25/50/25 for two."""
    flask = prepare(read_pair("C1CCNCC1CCC1CCCNC1", "CCCC=O"))
    constants = by_hand(distinct_ladders(flask.groups), loss=0.0, reduction=0.0)
    for e in (0.5, 1.0, 1.7):
        asked = procedure("all_at_once", equivalents=e, hydride=3.0, hold_time_h=168.0)
        found = degrees(flask, run(flask, asked, constants))
        assert found == pytest.approx(oracles.binomial(2, e / 2), abs=1e-4)


MOLECULES = {"ethylenediamine": "NCCN", "diethylenetriamine": "NCCNCCN", "spermine": "NCCCNCCCCNCCCN"}


def joint_states(pair, constants) -> oracles.JointStates:
    """Hand the same constants to the brute-force chain."""
    kinds, hydrogens = zip(*((s.site_class, s.n_hydrogens) for s in pair.sites), strict=True)
    h = dict(zip(kinds, hydrogens, strict=True))

    def value(kind: str, *steps: tuple[str, int]) -> float:
        ladders = ((Ladder(site_class=k, n_hydrogens=h[k]), a) for k, a in steps)
        return float(constants[constant_name(kind, *ladders)][0, 0])

    steps = sorted({(k, a) for k in kinds for a in range(h[k])})
    kc = {s: value("condensation", s) for s in steps}
    chain = {
        "kc": kc,
        "K": {s: kc[s] / value("hydrolysis", s) for s in steps},
        "kr": {s: value("hydride transfer", s) for s in steps},
        "kx": 1e3,
        "ko": float(constants["carbonyl reduction"][0, 0]),
        "kd": float(constants["hydride loss"][0, 0]),
    }
    return oracles.JointStates(kinds, hydrogens, chain)


SCHEDULES = {
    "all_at_once": ({"amine": 0.2, "C": 0.3, "H": 0.4, "W": 0.01}, [(6 * HOUR, {}, 0.0, {})], 1.0),
    "slow_carbonyl": (
        {"amine": 0.2, "H": 0.4, "W": 0.01},
        [(2 * HOUR, {"C": 0.3 / (2 * HOUR)}, 0.2 / (2 * HOUR), {}), (6 * HOUR, {}, 0.0, {})],
        0.8,
    ),
    "imine_first": (
        {"amine": 0.2, "C": 0.3, "W": 0.01},
        [(2 * HOUR, {}, 0.0, {}), (6 * HOUR, {}, 0.0, {"H": 0.4})],
        1.0,
    ),
    "slow_amine": (
        {"C": 0.3, "H": 0.4, "W": 0.01},
        [(2 * HOUR, {"amine": 0.2 / (2 * HOUR)}, 0.2 / (2 * HOUR), {}), (6 * HOUR, {}, 0.0, {})],
        0.8,
    ),
}


def asked_for(addition: str) -> Procedure:
    """The procedure that belongs to a schedule above."""
    times = {
        "slow_carbonyl": "addition_time_h",
        "slow_amine": "addition_time_h",
        "imine_first": "imine_time_h",
    }
    extra = {times[addition]: 2.0} if addition in times else {}
    fraction = 0.2 if addition.startswith("slow") else 0.0
    return procedure(addition, equivalents=1.5, hydride=2.0, fraction=fraction, hold_time_h=6.0, **extra)


BRUTE_FORCE = [
    pytest.param(
        name, addition, marks=pytest.mark.slow if name == "spermine" and addition != "all_at_once" else ()
    )
    for name in MOLECULES
    for addition in ("all_at_once", "slow_carbonyl", "imine_first")
]


@pytest.mark.parametrize(("name", "addition"), BRUTE_FORCE)
def test_factorised_is_brute_force(name: str, addition: str) -> None:
    """Integrating one ladder per class and convolving equals the joint states of the whole molecule to 1e-9."""
    pair = read_pair(MOLECULES[name], "CCCC=O")
    flask = prepare(pair)
    constants = by_hand(distinct_ladders(flask.groups))
    found = degrees(flask, run(flask, asked_for(addition), constants, tolerance=1e-11))
    chain = joint_states(pair, constants)
    assert found == pytest.approx(chain.degrees(chain.run(*SCHEDULES[addition])), abs=1e-9)


def test_slow_amine_takes_joint_states() -> None:
    """Molecules of different age are not independent: joint states are brute force, the convolution is not."""
    pair = read_pair("NCCN", "CCCC=O")
    asked = asked_for("slow_amine")
    assert needs_joint_states(pair, asked)
    joint, naive = prepare(pair, joint=True), prepare(pair)
    constants = by_hand(distinct_ladders(joint.groups))
    found = degrees(joint, run(joint, asked, constants, tolerance=1e-11))
    chain = joint_states(pair, constants)
    assert found == pytest.approx(chain.degrees(chain.run(*SCHEDULES["slow_amine"])), abs=1e-8)
    convolved = degrees(naive, run(naive, asked, constants))
    assert np.max(np.abs(found - convolved)) > 0.10


def test_slow_amine_of_two_equal_secondary_nitrogens() -> None:
    """Two equal secondary nitrogens, 1.0 eq, amine over 4 h: 51 / 2 / 47, where the convolution says 27 / 50 / 23."""
    pair = read_pair("C1CCNCC1CCC1CCCNC1", "CCCC=O")
    joint, naive = prepare(pair, joint=True), prepare(pair)
    constants = by_hand(distinct_ladders(joint.groups), second=1.0, loss=0.0)
    asked = procedure("slow_amine", addition_time_h=4.0)
    found = 100 * degrees(joint, run(joint, asked, constants))
    convolved = 100 * degrees(naive, run(naive, asked, constants))
    assert found[1] < 10
    assert convolved[1] == pytest.approx(50, abs=2)
    assert found @ [0, 1, 2] == pytest.approx(convolved @ [0, 1, 2], abs=0.01)


def test_joint_equals_factorised_when_all_amine_waits() -> None:
    """The merged joint states of a molecule give the same degrees and isomers as its independent nitrogens."""
    pair = read_pair("NCCNCCN", "CCCC=O")
    whole, parts = prepare(pair, joint=True), prepare(pair)
    constants = by_hand(distinct_ladders(whole.groups))
    asked = asked_for("slow_carbonyl")
    runs = [(flask, run(flask, asked, constants, tolerance=1e-9)) for flask in (whole, parts)]
    joint, factorised = (isomer_fractions(f, t, "aqueous", np.array([[[0.2]]])) for f, t in runs)
    assert set(joint) == set(factorised)
    for smiles, (degree, fraction) in joint.items():
        assert degree == factorised[smiles][0]
        assert fraction[0, 0, -1] == pytest.approx(factorised[smiles][1][0, 0, -1], abs=1e-7)


def test_symmetric_diamine_is_one_class() -> None:
    """Equivalent nitrogens share one ladder; the number of species does not grow with their number."""
    sizes = {len(prepare(read_pair(s, "CCCC=O")).network.species) for s in ("CCCCN", "NCCCCN", "NCCCCCCN")}
    assert len(sizes) == 1


@pytest.mark.parametrize("setting", [Setting(), Setting(joint=True), Setting(has_acid=True)], ids=str)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("CCCCN", "CCCCC=O"), ("OCCCCCN", "CC(C)CC=O")),
        (("NCc1ccccc1", "O=C1CCCCC1"), ("NCc1ccc(F)cc1", "CCCCC(C)=O")),
        (("NCCCCN", "CCCC=O"), ("NCCCCCCN", "CCCC=O")),
        (("NCCCC1CCNCC1", "O=Cc1ccccc1"), ("C1CNCCC1CCCN", "O=Cc1ccccc1")),
    ],
)
def test_pairs_that_are_alike_have_one_network(
    one: tuple[str, str], other: tuple[str, str], setting: Setting
) -> None:
    """Which atoms the nitrogens are is in no network; its species are those that a network written anew has."""
    first, second = (flasks.prepare(read_pair(*texts), setting=setting) for texts in (one, other))
    assert [group.rings for group in first.groups] == [group.rings for group in second.groups]
    assert first.network.reactions is second.network.reactions
    assert first.network.species_names == second.network.species_names
    has_same = elements(first.pair.carbonyl) == elements(second.pair.carbonyl)
    assert (first.network is second.network) == has_same
    for flask in (first, second):
        equations = [(step.constant, step.equation) for step in flask.steps]
        has_borate = any(BORATE in sides(equation)[0] for _, equation in equations)
        anew = build_network(flask.groups, elements(flask.pair.carbonyl), equations, has_borate=has_borate)
        assert anew.reactions is not flask.network.reactions
        assert anew == flask.network


def test_coupled_ring_is_enumerated() -> None:
    """Piperazine: six merged joint states, and K of the second nitrogen untouched by the coupling factor."""
    (group,) = group_sites(find_sites("C1CNCCN1"))
    states = enumerate_states(group)
    assert len(states) == 6
    network = build_network((group,), (("C", 4), ("H", 8), ("O", 1)), ())
    book = {r.reactants[0] + ">" + r.products[0]: r for r in network.reactions}
    for forward in network.reactions:
        if forward.constants[0].startswith("condensation"):
            (back,) = [
                r
                for r in network.reactions
                if r.constants[0].startswith("hydrolysis") and r.reactants[0] == forward.products[0]
                and r.products[0] == forward.reactants[0]
            ]  # fmt: skip
            assert forward.constants[1:] == back.constants[1:]
    assert any("coupling piperazine" in r.constants for r in book.values())


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 4))
def test_moves_leave_every_state_with_the_right_count(hydrogens: list[int], seed: int) -> None:
    """Each nitrogen that is not finished makes one move from N(a) and two from X(a)."""
    kinds = [f"k{(i * seed) % 2}" for i in range(len(hydrogens))]
    sites = [
        Site(
            atom_index=i,
            site_class=k,
            n_hydrogens=h,
            group=i,
            coupled_with=(),
            coupling=None,
            pKaH=10.0,
            pKaH_sd=0.3,
        )
        for i, (k, h) in enumerate(zip(kinds, hydrogens, strict=True))
    ]
    try:
        (group,) = group_sites(sites, joint=True)
    except ScopeError:
        return
    for state in enumerate_states(group):
        rungs = [
            (ladder.n_hydrogens, rung)
            for ring, ring_rungs in zip(group.rings, state, strict=True)
            for ladder, rung in zip(ring.ladders, ring_rungs, strict=True)
        ]
        expected = sum(2 if r.is_imine else int(r.alkyls < h) for h, r in rungs)
        assert sum(m.multiplicity for m in moves(group, state)) == expected
        assert all(m.after in enumerate_states(group) for m in moves(group, state))


def test_slow_addition_with_time_to_zero_is_all_at_once() -> None:
    """A feed of no time is everything at once, and a short feed comes near it."""
    flask = prepare(read_pair("CCCCN", "CCCC=O"))
    constants = by_hand(distinct_ladders(flask.groups))
    whole = degrees(flask, run(flask, procedure("all_at_once", fraction=0.2), constants))
    for addition in ("slow_carbonyl", "slow_amine"):
        none = degrees(flask, run(flask, procedure(addition, fraction=0.2, addition_time_h=0.0), constants))
        brief = degrees(flask, run(flask, procedure(addition, fraction=0.2, addition_time_h=1e-6), constants))
        assert none == pytest.approx(whole, abs=1e-9)
        assert brief == pytest.approx(whole, abs=1e-4)


def test_no_hydride_no_product() -> None:
    """Without hydride an aqueous quench gives the amine back, whatever the imine."""
    flask = prepare(read_pair("NCCN", "CCCC=O"))
    constants = by_hand(distinct_ladders(flask.groups))
    found = degrees(flask, run(flask, procedure("all_at_once", hydride=0.0), constants))
    assert found[0] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("addition", ["all_at_once", "slow_carbonyl", "imine_first"])
def test_a_titre_is_another_charge(addition: str) -> None:
    """A carbonyl that holds 96 % of what its label says is 0.96 of the equivalents; so is a hydride, fed or dosed."""
    flask = prepare(read_pair("CCCCN", "CCCC=O"))
    constants = by_hand(distinct_ladders(flask.groups))
    for partner, label in (("carbonyl", "equivalents"), ("reductant", "hydride")):
        stated = {"equivalents": 1.0, "hydride": 0.8}
        weak = run(flask, procedure(addition, **stated, **WAYS[addition]), constants, titres={partner: 0.96})
        less = stated | {label: 0.96 * stated[label]}
        pure = run(flask, procedure(addition, **less, **WAYS[addition]), constants)
        assert weak.amounts == pytest.approx(pure.amounts, rel=1e-9, abs=1e-12)


def test_exchange_keeps_detailed_balance() -> None:
    """Around N_i + C <=> X_i + W, N_j + C <=> X_j + W and the exchange, forward and backward products are equal."""
    flask = prepare(read_pair("NCCCNCCCCNCCCN", "CCCC=O"))
    steps = stages(distinct_ladders(flask.groups))
    k = {name: float(v[0, 0]) for name, v in by_hand(distinct_ladders(flask.groups)).items()}
    for i in steps:
        for j in steps:
            if i != j:
                K_i = k[constant_name("condensation", i)] / k[constant_name("hydrolysis", i)]
                K_j = k[constant_name("condensation", j)] / k[constant_name("hydrolysis", j)]
                exchange = k[constant_name("exchange", i, j)] / k[constant_name("exchange", j, i)]
                assert exchange == pytest.approx(K_i / K_j, rel=1e-12)


@given(
    st.sampled_from(["N", "CCN", "NCCN", "C1CNCCN1", "NCCNCCN", "C1CCNC1"]),
    st.sampled_from(["C=O", "CCCC=O", "O=C1CCCCC1"]),
    st.sampled_from(list(WAYS)),
    st.lists(st.floats(-3.0, 3.0), min_size=6, max_size=6),
    st.floats(0.05, 8.0),
    st.floats(0.0, 8.0),
)
def test_balances(amine, carbonyl, addition, logs, equivalents, hydride) -> None:
    """Nitrogen, carbonyl skeleton and hydride are conserved to 1e-9 of the charge, amounts never below -1e-9."""
    pair = read_pair(amine, carbonyl)
    asked = procedure(addition, equivalents=equivalents, hydride=hydride, fraction=0.3, **WAYS[addition])
    try:
        flask = prepare(pair, joint=needs_joint_states(pair, asked))
    except ScopeError:
        return
    factors = [10.0**x for x in logs]
    constants = by_hand(
        distinct_ladders(flask.groups), exchange=1e3 * factors[0], second=0.15 * factors[1],
        imine=3e3 * factors[2], iminium=1e-2 * factors[3], loss=4e-6 * factors[4], reduction=2e-5 * factors[5],
    )  # fmt: skip
    constants |= {f"coupling {n}": np.array([[0.7]]) for n in ("diazepane", "triazonane")}
    trajectory = run(flask, asked, constants)
    end = {name: float(trajectory.amount(name)[0, 0, -1]) for name in trajectory.species}
    charge = 0.2 * max(1.0, equivalents, hydride)
    nitrogen = carbonyls = hydrides = 0.0
    for group in flask.groups:
        for state in enumerate_states(group):
            n = end[state_name(group, state)]
            rungs = [rung for ring in state for rung in ring]
            nitrogen += n * group.n_nitrogens
            carbonyls += n * sum(r.alkyls + r.is_imine for r in rungs)
            hydrides += n * sum(r.alkyls for r in rungs)
    carbonyls += end["carbonyl"] + end["alcohol"]
    hydrides += end["hydride"] + end["alcohol"] + end["lost hydrogen"]
    assert nitrogen == pytest.approx(0.2 * len(pair.sites), abs=1e-9 * charge)
    assert carbonyls == pytest.approx(0.2 * equivalents, abs=1e-9 * charge)
    assert hydrides == pytest.approx(0.2 * hydride, abs=1e-9 * charge)
    assert min(end.values()) > -1e-9 * charge
