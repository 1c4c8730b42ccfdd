"""The engine against other integrators and its plan of elimination against dense algebra, on random networks."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.integrate import solve_ivp

from numpy_integrator import integrate as integrate_with_numpy
from planner.engine import Batch, MassAction, integrate, runs
from planner.engine.compiled import host_width, run_compiled, write_code
from planner.engine.rates import find_balances, step_matrix
from planner.engine.sparse import LEAST_BLOCK, plan_elimination
from planner.engine.step import plan_step

OURS = {"relative_tolerance": 1e-9, "absolute_tolerance": 1e-12}


@st.composite
def networks(draw):
    """Draw up to 6 species and 8 reactions of order 0 to 3; none makes more than it takes, but sources."""
    n_species = draw(st.integers(1, 6))
    species = st.integers(0, n_species - 1)
    sides = []
    for _ in range(draw(st.integers(1, 8))):
        left = draw(st.lists(species, max_size=3))
        sides.append((tuple(left), tuple(draw(st.lists(species, max_size=max(1, len(left)))))))
    left, right = zip(*sides, strict=True)
    return MassAction(n_species=n_species, reactants=left, products=right)


def batch_for(network, n_runs, seed):
    """Draw runs of three segments: fed, dosed at its start, and left alone at other rate constants."""
    random = np.random.default_rng(seed)
    n, r = network.n_species, network.n_reactions
    order = np.array([len(side) for side in network.reactants])
    k = 10 ** np.where(
        order == 0, random.uniform(-3, 0, (n_runs, 3, r)), random.uniform(-2, 3, (n_runs, 3, r))
    )
    feeds, doses = np.zeros((n_runs, 3, n)), np.zeros((n_runs, 3, n))
    feeds[:, 0], doses[:, 1] = random.uniform(0, 1, (n_runs, n)), random.uniform(0, 0.5, (n_runs, n))
    return Batch(
        amounts=random.uniform(0, 1, (n_runs, n)) * (random.random((n_runs, n)) < 0.7),
        volume=random.uniform(0.3, 3, n_runs),
        rate_constants=k,
        durations=random.uniform(0, 2, (n_runs, 3)),
        feeds=feeds,
        volume_rates=np.broadcast_to(np.array([0.4, 0.0, 0.0]), (n_runs, 3)),
        doses=doses,
    )


def worst(ends, reference, batch):
    """Return the largest error, relative above a millionth of the charge."""
    floor = 1e-6 * batch.charge[:, None, None]
    return np.max(np.abs(ends - reference) / (np.abs(reference) + floor))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(networks(), st.integers(0, 1000))
def test_random_networks_against_numpy(network, seed):
    """Any network of order 0 to 3 ends where the plain NumPy integrator ends."""
    batch = batch_for(network, 3, seed)
    reference = integrate_with_numpy(network, batch, relative_tolerance=1e-7, absolute_tolerance=1e-11)
    assert worst(compiled_alone(network, batch), reference, batch) < 1e-5


def scipy_ends(network, batch, run, method):
    """Integrate one run with SciPy from a right side written reaction by reaction."""
    n, volume, ends = batch.amounts[run], batch.volume[run], []
    for s, duration in enumerate(batch.durations[run]):
        k, feed, growth = batch.rate_constants[run, s], batch.feeds[run, s], batch.volume_rates[run, s]

        def slope(t, amounts, k=k, feed=feed, growth=growth, start=volume):
            now = start + growth * t
            f = feed.copy()
            for r, (left, right) in enumerate(zip(network.reactants, network.products, strict=True)):
                rate = k[r] * now
                for i in left:
                    rate *= amounts[i] / now
                for i in left:
                    f[i] -= rate
                for i in right:
                    f[i] += rate
            return f

        n = solve_ivp(slope, (0, duration), n + batch.doses[run, s], method=method, rtol=1e-9, atol=1e-13).y[
            :, -1
        ]
        volume += growth * duration
        ends.append(n)
    return np.array(ends)


@pytest.mark.parametrize("method", ["LSODA", "BDF"])
@settings(max_examples=8, deadline=None, derandomize=True)
@given(network=networks(), seed=st.integers(0, 1000))
def test_random_networks_against_scipy(method, network, seed):
    """Any network of order 0 to 3 ends where SciPy's LSODA and BDF end at tight tolerance."""
    batch = batch_for(network, 1, seed)
    reference = scipy_ends(network, batch, 0, method)[None]
    assert worst(integrate(network, batch, **OURS), reference, batch) < 2e-5


def compiled_alone(network, batch):
    """Integrate without the guard, which would hide what is wrong."""
    ends, tries = run_compiled(network, batch, threads=1, width=host_width(), **OURS)
    assert tries.min() > 0
    return ends


HINDERED = MassAction(
    n_species=8,  # amine, imine, product, aldehyde, water, hydride, alcohol, lost hydride
    reactants=((0, 3), (1, 4), (1, 5), (3, 5), (5,)),
    products=((1, 4), (0, 3), (2,), (6,), (7,)),
)


def hindered_amines(n_runs):
    """Draw flasks whose imine forms slowly and is reduced at once, fed with aldehyde and followed until 24 h."""
    random = np.random.default_rng(0)
    k = np.array([1e-5, 5e-3, 300.0, 1e-5, 1e-4]) * 10 ** random.normal(0, 0.5, (n_runs, 5))
    feeds = np.zeros((n_runs, 2, 8))
    feeds[:, 0, 3] = random.uniform(0.5, 5, n_runs) * 0.2 / 1800
    return Batch(
        amounts=np.tile([0.2, 0.0, 0.0, 0.0, 0.02, 0.3, 0.0, 0.0], (n_runs, 1)),
        volume=np.full(n_runs, 0.8),
        rate_constants=k[:, None],
        durations=np.broadcast_to(np.array([1800.0, 84600.0]), (n_runs, 2)),
        feeds=feeds,
        volume_rates=np.broadcast_to(np.array([1e-4, 0.0]), (n_runs, 2)),
        doses=np.broadcast_to(0.0, feeds.shape),
    )


@pytest.mark.parametrize(("tolerance", "part"), [(1e-3, 0.1), (1e-4, 0.02), (1e-5, 0.02)])
def test_a_spent_reactant_stays_spent(monkeypatch, tolerance, part):
    """Hydride that an imine uses up while it still forms does not go on below zero, and no run needs the guard.

    Coarse runs go by the method of the lower order, whose errors are nearer to what is asked.
    """
    batch = hindered_amines(200)
    monkeypatch.setattr(runs, "integrate_again", lambda *_, **__: pytest.fail("a run tripped"))
    ends = integrate(HINDERED, batch, relative_tolerance=tolerance, absolute_tolerance=1e-4 * tolerance)
    reference = integrate_with_numpy(HINDERED, batch, relative_tolerance=1e-8, absolute_tolerance=1e-12)
    assert np.abs(ends - reference).max() < part * tolerance
    assert ends.min() > -1e-3 * tolerance


DRIED = MassAction(
    n_species=8,  # amine, imine, water, carbonyl, borate, acid, hydride, lost hydride
    reactants=((0, 3), (1, 2), (1, 2, 5), (4, 2), (6,)),
    products=((1, 2), (0, 3), (0, 3, 5), (5,), (4, 7)),
)


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5])
def test_an_imine_and_water_below_zero_do_not_eat_each_other(monkeypatch, tolerance):
    """Where borate takes all water, an imine that hydrolyses at once stays at nothing; no run needs the guard."""
    random = np.random.default_rng(1)
    k = np.array([1e-17, 1e4, 1e6, 0.3, 1e-5]) * 10 ** random.normal(0, 0.7, (2000, 5))
    zero = np.broadcast_to(0.0, (2000, 1, 8))
    batch = Batch(
        amounts=np.tile([0.5, 0.0, 0.01, 1.0, 0.0, 0.5, 1.4, 0.0], (2000, 1)),
        volume=np.full(2000, 1.0),
        rate_constants=k[:, None],
        durations=np.full((2000, 1), 86400.0),
        feeds=zero,
        volume_rates=np.zeros((2000, 1)),
        doses=zero,
    )
    monkeypatch.setattr(runs, "integrate_again", lambda *_, **__: pytest.fail("a run tripped"))
    ends = integrate(DRIED, batch, relative_tolerance=tolerance, absolute_tolerance=0.01 * tolerance)
    assert ends[:, 0, :2].sum(axis=1) == pytest.approx(0.5, abs=tolerance)
    assert np.abs(ends[:, 0, 1]).max() < tolerance
    assert ends[:, 0, 2] + ends[:, 0, 5] - ends[:, 0, 1] == pytest.approx(0.51, abs=1e-9)


def paired(sign):
    """Let five species turn into five others, each time using up (1) or giving (-1) one A and giving one B."""
    a, b = 10, 11
    forwards = [((i, a), (i + 5, b)) if sign == 1 else ((i,), (i + 5, a, b)) for i in range(5)]
    left, right = zip(*forwards, *((after, before) for before, after in forwards[:2]), strict=True)
    return MassAction(n_species=12, reactants=(*left, (a,)), products=(*right, ()))


@pytest.mark.parametrize("sign", [1, -1])
def test_species_that_turn_over_together(sign):
    """Rows that all but cancel are added or subtracted, and the runs are those of NumPy's dense matrix."""
    network = paired(sign)
    balances = find_balances(network)
    assert balances == {10: (11, sign)}
    assert {j for i, j in step_matrix(network, balances) if i == 10} == {10, 11}
    batch = batch_for(network, 3, 0)
    reference = integrate_with_numpy(network, batch, relative_tolerance=1e-8, absolute_tolerance=1e-12)
    assert worst(compiled_alone(network, batch), reference, batch) < 1e-6


def hubs(n_species, n_reactions, seed):
    """Let species turn into each other with one of two that take part in most, now used up and now given off."""
    random = np.random.default_rng(seed)
    sides = [[], []]
    for a, b in random.integers(2, n_species, (n_reactions, 2)).tolist():
        hub, place = random.integers(0, 2, 2).tolist()
        for side, species in zip(sides, (a, b), strict=True):
            side.append((species, hub) if side is sides[place] else (species,))
    return MassAction(n_species=n_species, reactants=tuple(sides[0]), products=tuple(sides[1]))


@pytest.mark.parametrize("seed", range(6))
def test_species_of_most_reactions(seed):
    """Networks whose long rows hold entries of both signs end where the plain NumPy integrator ends."""
    network = hubs(20 + 4 * seed, 40 + 5 * seed, seed)
    batch = batch_for(network, 2, seed)
    reference = integrate_with_numpy(network, batch, relative_tolerance=1e-7, absolute_tolerance=1e-11)
    assert worst(compiled_alone(network, batch), reference, batch) < 1e-5


def crowded(n_species, n_reactions):
    """Let random pairs of species become other pairs, in so many ways that everything depends on everything."""
    random = np.random.default_rng(0)
    pairs = random.integers(0, n_species, (2, n_reactions, 2)).tolist()
    return MassAction(
        n_species=n_species, reactants=tuple(map(tuple, pairs[0])), products=tuple(map(tuple, pairs[1]))
    )


def test_crowded_network_against_numpy():
    """A network whose matrix fills up, and is eliminated by loops, ends where the plain NumPy integrator ends."""
    network = crowded(30, 150)
    assert len(plan_step(network).block) > LEAST_BLOCK
    batch = batch_for(network, 2, 0)
    reference = integrate_with_numpy(network, batch, relative_tolerance=1e-7, absolute_tolerance=1e-11)
    assert worst(compiled_alone(network, batch), reference, batch) < 1e-5


def test_code_grows_with_what_is_written():
    """The code of a crowded network grows with its reactions and matrix entries, not with the cube of its species."""
    lines = {n: len(write_code(crowded(n, 400), 4)[0].splitlines()) for n in (48, 96)}
    entries = 96**2 - 48**2
    assert lines[96] < lines[48] + 12 * entries


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.one_of(st.integers(1, 12), st.integers(30, 40)), st.integers(0, 10_000))
def test_planned_elimination_is_gaussian_elimination(n, seed):
    """The planned elimination, carried out, solves the sparse system that a dense solver solves."""
    random = np.random.default_rng(seed)
    matrix = np.where(random.random((n, n)) < 0.25, random.standard_normal((n, n)), 0.0) + 4 * n * np.eye(n)
    right = random.standard_normal(n)
    plan = plan_elimination(n, zip(*np.nonzero(matrix), strict=True))
    assert sorted(plan.order) == list(range(n))
    entries = set(plan.entries)
    assert set(zip(*np.nonzero(matrix), strict=True)) <= entries
    assert entries >= {(i, j) for i in plan.block for j in plan.block}
    a, x = matrix.copy(), right.copy()
    for k in plan.order:
        for i in plan.below[k]:
            factor = a[i, k] / a[k, k]
            x[i] -= factor * x[k]
            for j in plan.right[k]:
                assert (i, j) in entries
                a[i, j] -= factor * a[k, j]
    for k in reversed(plan.order):
        x[k] = (x[k] - sum(a[k, j] * x[j] for j in plan.right[k])) / a[k, k]
    assert x == pytest.approx(np.linalg.solve(matrix, right), rel=1e-9, abs=1e-12)


def test_elimination_keeps_an_arrow_sparse():
    """An arrow-shaped matrix is eliminated from its thin end, without fill."""
    n = 30
    pattern = {(i, 0) for i in range(n)} | {(0, i) for i in range(n)} | {(i, i) for i in range(n)}
    plan = plan_elimination(n, pattern)
    assert set(plan.entries) == pattern
