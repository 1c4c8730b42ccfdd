"""The methods of the engine: their orders, what they do to fast reactions, and what coarse runs may not do."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from numpy_integrator import Flasks, integrate as integrate_with_numpy, step
from planner.engine import Batch, MassAction, compiled, integrate
from planner.engine.rosenbrock import COARSE, METHODS, RODAS3, RODAS5P, Rosenbrock, method_for
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans.aims import ROUGH
from planner.structures.pairs import read_pair

# A + B -> C + A, 2 C -> B, C -> nothing, while A is fed into a growing volume
FED = MassAction(n_species=3, reactants=((0, 1), (2, 2), (2,)), products=((2, 0), (1,), ()))


def fed_flask() -> Flasks:
    """Set up one flask whose rates depend on time."""
    k, feed = np.array([[1.3, 0.7, 0.4]]), np.array([[0.2, 0.0, 0.0]])
    return Flasks(FED, k, feed, np.array([0.8]), np.array([0.5]))


def after(method: Rosenbrock, hours: float, n_steps: int) -> np.ndarray:
    """Take equal steps."""
    n, h = np.array([[1.0, 0.9, 0.2]]), np.array([hours / n_steps])
    for i in range(n_steps):
        n, _ = step(method, fed_flask(), i * h, n, h)
    return n[0]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_a_method_has_its_order(method: Rosenbrock) -> None:
    """Half the step leaves 2^-p of the error, with feed and dilution that make the rates depend on time."""
    exact = after(RODAS5P, 1.0, 512)
    errors = [np.abs(after(method, 1.0, n) - exact).max() for n in (8, 16, 32)]
    for coarse, fine in pairwise(errors):
        assert np.log2(coarse / fine) == pytest.approx(method.order, abs=0.35)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_the_estimate_is_of_an_order_less(method: Rosenbrock) -> None:
    """The estimate of a step's error goes with h^p, so that the step size is chosen by e^(-1/p)."""
    n, zero = np.array([[1.0, 0.9, 0.2]]), np.zeros(1)
    estimates = [
        np.abs(step(method, fed_flask(), zero, n, np.array([h]))[1]).max() for h in (0.04, 0.02, 0.01)
    ]
    for coarse, fine in pairwise(estimates):
        assert np.log2(coarse / fine) == pytest.approx(method.order, abs=0.35)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_a_fast_reaction_is_over_after_a_long_step(method: Rosenbrock) -> None:
    """A step of a million lifetimes leaves hundred thousandths, one of a thousand million a thousandth of these."""
    decay = MassAction(n_species=1, reactants=((0,),), products=((),))
    one = np.ones(1)
    flask = Flasks(decay, np.array([[1.0]]), np.zeros((1, 1)), one, 0.0 * one)
    long, longer = (step(method, flask, 0.0 * one, np.array([[1.0]]), h * one)[0][0, 0] for h in (1e6, 1e9))
    assert abs(long) < 2e-5
    assert longer / long == pytest.approx(1e-3, rel=1e-2)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_coefficients_hang_together(method: Rosenbrock) -> None:
    """d_1 is gamma, every stage has a row of what came before, and the last stages build on each other."""
    assert method.time_weights[0] == method.gamma
    assert [len(row) for row in method.a] == [len(row) for row in method.c] == list(range(method.n_stages))
    assert len(method.nodes) == len(method.time_weights) == method.n_stages
    assert method.a[-1] == (*method.a[-2], 1.0)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_the_compiled_method_is_the_method(monkeypatch: pytest.MonkeyPatch, method: Rosenbrock) -> None:
    """Compiled, a method ends where it ends in plain NumPy with the same steps: both are tight."""
    random = np.random.default_rng(0)
    batch = Batch(
        amounts=random.uniform(0.1, 1.0, (20, 3)),
        volume=np.full(20, 0.8),
        rate_constants=10 ** random.uniform(-2, 3, (20, 1, 3)),
        durations=np.broadcast_to(np.array([1.0, 3.0]), (20, 2)),
        feeds=np.tile([[[0.2, 0.0, 0.0], [0.0, 0.0, 0.0]]], (20, 1, 1)),
        volume_rates=np.broadcast_to(np.array([0.5, 0.0]), (20, 2)),
        doses=np.broadcast_to(0.0, (20, 2, 3)),
    )
    tolerances = {"relative_tolerance": 1e-7, "absolute_tolerance": 1e-10}
    monkeypatch.setattr(compiled, "method_for", lambda tolerance: method)
    ends, tries = compiled.run_compiled(FED, batch, threads=1, width=compiled.host_width(), **tolerances)
    assert tries.min() > 0
    exact = integrate_with_numpy(FED, batch, relative_tolerance=1e-10, absolute_tolerance=1e-13)
    assert ends == pytest.approx(exact, rel=1e-5, abs=1e-7)


def test_the_method_goes_by_the_tolerance() -> None:
    """What is told apart by per cent takes the method of order 3, an answer that of order 5."""
    assert method_for(COARSE) is method_for(1e-3) is RODAS3
    assert method_for(0.99 * COARSE) is method_for(1e-5) is RODAS5P


# amine, held amine, imine, product, held product, carbonyl, water, hydride, free acid, borate's acid, borate, alcohol,
# lost hydride, dried water
BORATE = MassAction(
    n_species=14,
    reactants=((0, 5), (0, 5, 9), (0, 8), (1,), (2, 6), (2, 6, 9), (2, 7), (3, 8), (4,), (5, 7), (7,), (6,), (10, 6),
               (7, 6), (7, 8)),
    products=((2, 6), (2, 6, 9), (1,), (0, 8), (0, 5), (0, 5, 9), (3, 10), (4,), (3, 8), (11, 10), (12, 10), (13,),
              (8, 9), (12, 6, 10), (12, 8, 10)),
)  # fmt: skip
CREEPING = {
    "fed": (
        (0.0, 0.72, 8e-3, 0.73, 0.05),
        (4.11948144e-04, 1.26192784e-01, 1e4, 1.29190463e03, 3.83572402e01, 1.17500394e04, 8.02493297e-01, 1e4,
         2.10810343e03, 6.24756021e-05, 1.72718667e-06, 0.0, 9.89926221e-02, 1.93689442e-04, 3.24052725e-05),
    ),
    "at once": (
        (0.200, 0.2914, 8.784e-3, 0.3877, 0.04),
        (3.46748067e-03, 1.70113697, 1e4, 1.67755743e03, 7.73336029e03, 3.79396639e06, 8.38339115, 1e4,
         2.10360974e03, 5.47032076e-07, 2.03662683e-06, 0.0, 1.08227983e-01, 5.07707178e-04, 1.19050966e-04),
    ),
    "slow": (
        (0.1903, 0.2902, 1.1396e-2, 0.3916, 0.04),
        (1.02959029e-03, 5.73697446e-01, 1e4, 2.03765505e04, 9.72263790e01, 5.41754578e04, 1.60556994e-01, 1e4,
         3.11162673e04, 8.11885479e-07, 1.04478480e-06, 0.0, 1.44503516e-01, 1.30257064e-04, 4.31673879e-05),
    ),
}  # fmt: skip
"""Charges of amine, carbonyl, water, hydride and acid, and rate constants, of flasks that were found to creep."""


def borate_flasks(charges: tuple[float, ...], constants: tuple[float, ...], n_runs: int) -> Batch:
    """Spread the constants of a flask a little, and feed its amine where it holds none at the start."""
    random, amine = np.random.default_rng(2), charges[0]
    amounts = np.zeros((n_runs, 14))
    amounts[:, [0, 5, 6, 7, 8, 9]] = (*charges, charges[-1])
    feeds, durations = np.zeros((n_runs, 2, 14)), np.tile([3600.0, 82800.0], (n_runs, 1))
    feeds[:, 0, 0] = 0.0 if amine else 1.35e-4
    spread = 10 ** random.normal(0.0, 0.1, (n_runs, 15))
    spread[0] = 1.0
    return Batch(
        amounts=amounts,
        volume=np.full(n_runs, 1.0 if amine else 0.8),
        rate_constants=(np.array(constants) * spread)[:, None],
        durations=durations,
        feeds=feeds,
        volume_rates=np.tile([0.0 if amine else 2e-4 / 3.6, 0.0], (n_runs, 1)),
        doses=np.zeros((n_runs, 2, 14)),
    )


@pytest.mark.parametrize("name", CREEPING)
def test_a_coarse_run_that_creeps_below_zero_is_taken_up_more_finely(name: str) -> None:
    """Where imine and water creep below zero together they make amine of nothing; the answer is the tight one's."""
    batch = borate_flasks(*CREEPING[name], n_runs=2000)
    coarse = integrate(BORATE, batch, relative_tolerance=1e-3, absolute_tolerance=1e-5)
    tight = integrate(BORATE, batch, relative_tolerance=1e-8, absolute_tolerance=1e-12)
    assert np.abs(coarse - tight).max() < 3e-3 * batch.charge.max()


@pytest.mark.parametrize(
    ("amine", "carbonyl", "words"),
    [
        (
            "C1CCNCC1", "CCOC(=O)C(C)=O",
            {"solvent": "DCE", "acid_equivalents": 2.0, "carbonyl_equivalents": 3.0, "concentration_M": 1.0},
        ),
        (
            "NCc1ccccc1", "O=CC=Cc1ccccc1",
            {"addition": "slow_amine", "solvent": "DCE", "acid_equivalents": 8.0, "temperature_C": 60.0},
        ),
    ],
)  # fmt: skip
def test_two_reactants_a_little_below_zero_make_nothing(
    amine: str, carbonyl: str, words: dict[str, Any]
) -> None:
    """Imine and water that end a trace below zero had made tens of points of amine: coarse draws are the tight ones."""
    model = load_model()
    pair = read_pair(amine, carbonyl, model)
    procedure, _ = settle(Procedure(reductant="STAB", **words), model, pair)
    draws = draw_parameters(model, 128, 3)
    rough, exact = (
        predict_outcomes(pair, model, [procedure], draws, relative_tolerance=tolerance).degrees
        for tolerance in (ROUGH, 1e-8)
    )
    assert np.abs((rough - exact).mean(axis=1)).max() < 5e-4
    assert np.abs(rough - exact).max() < 1e-2
