"""The engine's stated accuracy on the reference problem of the speed tables, and its invariants on wild draws."""

from typing import Any

import numpy as np
import pytest

from benchmarks.problems import SITES, amine, draw
from numpy_integrator import integrate as integrate_with_numpy
from planner.engine import integrate, runs
from planner.engine.compiled import run_compiled
from planner.engine.loop import MOST_TRIES
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.structures.pairs import read_pair

REFERENCE = {"relative_tolerance": 1e-8, "absolute_tolerance": 1e-12}
REFERENCE_ERROR = 5e-6
"""Room left for the reference's own error: twice what 1,000 draws show (test_reference_is_right)."""
STEP = 1000  # runs that the reference integrates at once


def differences(ends, expected):
    """Return each run's worst difference at any segment's end, relative above a millionth of the amine.

    The engine's accuracy is stated above a millionth of the charge, of which the amine is a fifth to a third, so
    that this is strict: of another 20,000 draws one differs by 1.6e-4, in 3e-11 mol of spent hydride; above a
    millionth of the charge the worst of all 40,000 is 7e-5.
    """
    return (np.abs(ends - expected) / (np.abs(expected) + 1e-6 * SITES)).max(axis=(1, 2))


def errors(n_runs, log10_sd, seed):
    """Return each run's worst error at default tolerances, the reference's own included."""
    problem = amine(1)
    worst = []
    for start in range(0, n_runs, STEP):
        batch = draw(problem, min(STEP, n_runs - start), log10_sd=log10_sd, seed=seed + start)
        expected = integrate_with_numpy(problem.network, batch, **REFERENCE)
        worst.append(differences(integrate(problem.network, batch), expected))
    return np.concatenate(worst) + REFERENCE_ERROR


def test_default_accuracy():
    """Every species of 200 draws is right to 1e-4, above a millionth of the amine."""
    assert errors(200, 0.3, 1).max() < 1e-4


@pytest.mark.slow
def test_default_accuracy_of_many():
    """Every species of 20,000 draws is right to 1e-4, above a millionth of the amine."""
    assert errors(20_000, 0.3, 0).max() < 1e-4


@pytest.mark.slow
def test_default_accuracy_of_wild_draws():
    """Of 2,000 draws with rate constants off by powers of ten, all are right to 5e-4 and 99 % to 1e-4."""
    worst = errors(2_000, 1.0, 0)
    assert worst.max() < 5e-4
    assert np.quantile(worst, 0.99) < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("log10_sd", [0.3, 1.0])
def test_reference_is_right(log10_sd):
    """The reference moves by less than half of its allowance when its tolerances are a hundred times tighter."""
    problem = amine(1)
    batch = draw(problem, 500, log10_sd=log10_sd, seed=0)
    tighter = {name: tolerance / 100 for name, tolerance in REFERENCE.items()}
    given, expected = (integrate_with_numpy(problem.network, batch, **t) for t in (REFERENCE, tighter))
    assert differences(given, expected).max() < REFERENCE_ERROR / 2


def balances(problem, ends):
    """Return amine sites, and carbonyl in all its forms, at the end of each run."""
    is_amine = [name.startswith("M") for name in problem.species]
    carbonyls = [sum({"I": 1, "B": 1, "S": 2, "D": 2, "C": 1, "O": 1}.get(x, 0) for x in name)
                 for name in problem.species]  # fmt: skip
    return ends @ np.array(is_amine, float), ends @ np.array(carbonyls, float)


@pytest.mark.parametrize(("n_sites", "n_runs"), [(1, 2000), (2, 200), (3, 50)])
def test_wild_draws_neither_fail_nor_leak(n_sites, n_runs):
    """With rate constants off by powers of ten no run fails, and nitrogen and carbonyl balance to 1e-10."""
    problem = amine(n_sites)
    batch = draw(problem, n_runs, log10_sd=1.0, seed=7)
    amines, carbonyls = balances(problem, integrate(problem.network, batch))
    fed = (batch.feeds * batch.durations[:, :, None]).sum(axis=2).cumsum(axis=1)
    charged = batch.amounts[:, problem.species.index("C"), None] + fed
    assert np.abs(amines / (SITES / n_sites) - 1).max() < 1e-10
    assert np.abs(carbonyls / charged - 1)[:, -1].max() < 1e-10


def test_looser_is_still_a_number():
    """At a hundred times looser tolerances the same draws stay within 1 per cent of the charge and balance."""
    problem = amine(1)
    batch = draw(problem, 500, log10_sd=1.0, seed=3)
    loose = integrate(problem.network, batch, relative_tolerance=2e-3, absolute_tolerance=1e-8)
    tight = integrate(problem.network, batch, relative_tolerance=1e-8, absolute_tolerance=1e-13)
    assert np.abs(loose - tight).max() < 0.01 * SITES
    assert balances(problem, loose)[0] == pytest.approx(SITES, rel=1e-10)


def test_a_run_that_does_not_come_forward_is_taken_up_more_finely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Much carbonyl, hot, concentrated, amine fed: runs that creep end soon, and as a tight tolerance has them."""
    pair, model = read_pair("NCCN", "O=Cc1ccccc1"), load_model()
    asked = Procedure(
        reductant="STAB",
        carbonyl_equivalents=4.0,
        reductant_equivalents=6.0,
        addition="slow_amine",
        addition_time_h=2.0,
        hold_time_h=16.0,
        temperature_C=65.0,
        concentration_M=3.0,
    )
    procedure, _ = settle(asked, model, pair)
    draws, spent = draw_parameters(model, 128, 0), []

    def counting(*arguments: Any, **keywords: Any) -> Any:
        ends, tries = run_compiled(*arguments, **keywords)
        spent.append(np.abs(tries).max() / arguments[1].durations.shape[1])
        return ends, tries

    monkeypatch.setattr(runs, "run_compiled", counting)
    coarse, tight = (
        predict_outcomes(pair, model, [procedure], draws, relative_tolerance=rtol).degrees
        for rtol in (3e-4, 1e-7)
    )
    assert len(spent) > 2  # something was taken up again
    assert max(spent) <= MOST_TRIES
    assert coarse == pytest.approx(tight, abs=2e-3)
