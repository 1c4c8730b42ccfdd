"""The engine against closed forms, and its promises to whoever calls it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.engine import Batch, MassAction, compiled, integrate, runs
from planner.engine.compiled import run_compiled
from planner.engine.guard import integrate_again
from planner.errors import SimulationError

TIGHT: dict[str, Any] = {"relative_tolerance": 1e-9, "absolute_tolerance": 1e-13}


def network(n_species, *reactions):
    """Write a network as (reactants, products) pairs."""
    left, right = zip(*reactions, strict=True)
    return MassAction(n_species=n_species, reactants=left, products=right)


def flask(amounts, k, times, *, volume=1.0, feeds=None, volume_rates=None, doses=None):
    """Build a batch of one run, segments ending at the times given; k, feeds, doses per segment or one for all."""
    amounts = np.array([amounts], float)
    shape = (1, len(times), amounts.shape[1])
    k = np.array(k, float)
    return Batch(
        amounts=amounts,
        volume=np.array([volume], float),
        rate_constants=k.reshape(1, 1, -1) if k.ndim == 1 else k[None],
        durations=np.diff([0.0, *times])[None],
        feeds=np.broadcast_to(np.array(0.0 if feeds is None else feeds, float), shape),
        volume_rates=np.broadcast_to(
            np.array(0.0 if volume_rates is None else volume_rates, float), shape[:2]
        ),
        doses=np.broadcast_to(np.array(0.0 if doses is None else doses, float), shape),
    )


def solve(net, batch, **tolerances):
    """Integrate one run tightly."""
    return integrate(net, batch, **(TIGHT | tolerances))[0]


TIMES = np.array([0.1, 0.5, 1.0, 2.0, 7.0])


def test_consecutive_first_order():
    """A -> B -> C follows the two-exponential law."""
    a, b = 1.3, 0.4
    n = solve(network(3, ((0,), (1,)), ((1,), (2,))), flask([2.0, 0, 0], [a, b], TIMES))
    assert n[:, 0] == pytest.approx(2 * np.exp(-a * TIMES), rel=1e-7)
    assert n[:, 1] == pytest.approx(2 * a / (b - a) * (np.exp(-a * TIMES) - np.exp(-b * TIMES)), rel=1e-7)
    assert n.sum(axis=1) == pytest.approx(2.0, rel=1e-13)


def test_reversible_first_order():
    """A <-> B relaxes to K = k1/k-1 with the rate k1 + k-1."""
    n = solve(network(2, ((0,), (1,)), ((1,), (0,))), flask([1.0, 0], [3.0, 1.0], TIMES))
    assert n[:, 1] == pytest.approx(0.75 * (1 - np.exp(-4 * TIMES)), rel=1e-7)


@pytest.mark.parametrize("volume", [0.25, 1.0, 3.0])
def test_second_order(volume):
    """A + B -> C in any volume follows the integrated second-order law in concentrations."""
    a, b, k = 0.7 / volume, 1.1 / volume, 0.9
    n = solve(network(3, ((0, 1), (2,))), flask([0.7, 1.1, 0], [k], TIMES, volume=volume))
    e = np.exp((b - a) * k * TIMES)
    assert n[:, 2] / volume == pytest.approx(a * b * (e - 1) / (b * e - a), rel=1e-7)


def test_competing_second_order():
    """A that reacts with B and C side by side uses them up as B/B0 = (C/C0)^(kB/kC)."""
    n = solve(network(5, ((0, 1), (3,)), ((0, 2), (4,))), flask([1.0, 0.8, 0.9, 0, 0], [5.0, 1.5], TIMES))
    assert np.log(n[:, 1] / 0.8) == pytest.approx(5.0 / 1.5 * np.log(n[:, 2] / 0.9), rel=1e-6)


def test_order_zero():
    """A source of order zero makes k V per second."""
    n = solve(network(1, ((), (0,))), flask([0.0], [0.3], TIMES, volume=2.0, volume_rates=0.5))
    assert n[:, 0] == pytest.approx(0.3 * (2.0 * TIMES + 0.25 * TIMES**2), rel=1e-9)


def test_order_three():
    """3 A -> B follows 1/c^2 = 1/c0^2 + 6 k t."""
    n = solve(network(2, ((0, 0, 0), (1,))), flask([1.0, 0], [0.8], TIMES, volume=0.5))
    assert n[:, 0] / 0.5 == pytest.approx((1 / 2.0**2 + 6 * 0.8 * TIMES) ** -0.5, rel=1e-7)
    assert n[:, 0] + 3 * n[:, 1] == pytest.approx(1.0, rel=1e-13)


def test_second_order_while_diluted():
    """2 A -> B in a volume that grows follows 1/n = 1/n0 + (2 k/q) ln(1 + q t/V0)."""
    k, q, volume = 2.0, 0.7, 1.5
    n = solve(network(2, ((0, 0), (1,))), flask([1.0, 0], [k], TIMES, volume=volume, volume_rates=q))
    assert n[:, 0] == pytest.approx(1 / (1 + 2 * k / q * np.log1p(q * TIMES / volume)), rel=1e-7)


def test_third_order_while_diluted():
    """2 A + C -> C + B with C unchanged follows 1/n = 1/n0 + 2 k c (1/V0 - 1/V)/q."""
    k, q, volume, catalyst = 2.0, 0.7, 1.5, 0.3
    n = solve(
        network(3, ((0, 0, 1), (1, 2))), flask([1.0, catalyst, 0], [k], TIMES, volume=volume, volume_rates=q)
    )
    dilution = (1 / volume - 1 / (volume + q * TIMES)) / q
    assert n[:, 0] == pytest.approx(1 / (1 + 2 * k * catalyst * dilution), rel=1e-7)


def test_fed_tank():
    """A fed at F into a growing volume and lost at first order holds F/k (1 - exp(-k t)), then decays."""
    batch = flask([0.0], [2.0], TIMES, feeds=[[0.6]] * 3 + [[0.0]] * 2, volume_rates=[[0.2] * 3 + [0.0] * 2])
    n = solve(network(1, ((0,), ())), batch)
    fed = 0.3 * (1 - np.exp(-2 * TIMES))
    assert n[:3, 0] == pytest.approx(fed[:3], rel=1e-7)
    assert n[3:, 0] == pytest.approx(fed[2] * np.exp(-2 * (TIMES[3:] - 1.0)), rel=1e-7)


def test_dose():
    """A dose is there from the start of its segment, even of one that takes no time."""
    batch = flask([1.0], [1.0], [1.0, 1.0, 3.0], doses=[[0.0], [0.5], [0.25]])
    n = solve(network(1, ((0,), ())), batch)[:, 0]
    assert n[1] == pytest.approx(np.exp(-1) + 0.5, rel=1e-8)
    assert n[2] == pytest.approx((np.exp(-1) + 0.75) * np.exp(-2), rel=1e-8)


def test_temperature_step():
    """Rate constants of a segment hold in that segment only."""
    n = solve(network(1, ((0,), ())), flask([1.0], [[1.0], [5.0], [0.0]], [1.0, 2.0, 9.0]))[:, 0]
    assert n == pytest.approx(np.exp([-1.0, -6.0, -6.0]), rel=1e-7)


def test_nothing_happens():
    """An empty flask stays empty, and a network without reactions keeps what it is given."""
    assert not solve(network(1, ((0,), ())), flask([0.0], [1.0], TIMES)).any()
    still = MassAction(n_species=2, reactants=(), products=())
    n = solve(still, flask([1.0, 0.0], np.zeros((1, 0)), [1.0, 2.0], feeds=[0.0, 0.5]))
    assert n == pytest.approx(np.array([[1.0, 0.5], [1.0, 1.0]]), rel=1e-12)


def test_no_runs():
    """No runs or no segments give an empty answer."""
    one = flask([1.0], [1.0], [1.0])
    none = Batch(
        amounts=one.amounts[:0], volume=one.volume[:0], rate_constants=one.rate_constants[:0],
        durations=one.durations[:0], feeds=one.feeds[:0], volume_rates=one.volume_rates[:0], doses=one.doses[:0],
    )  # fmt: skip
    assert integrate(network(1, ((0,), ())), none).shape == (0, 1, 1)
    assert integrate(network(1, ((0,), ())), flask([1.0], [1.0], [])).shape == (1, 0, 1)


BLOW_UP = network(1, ((0, 0), (0, 0, 0)))


@pytest.mark.parametrize(("k", "time"), [(1.0, 5.0), (1.0, 1.001), (100.0, 1.0), (0.03, 1e6)])
def test_no_number_beyond_a_singularity(k, time):
    """2 A -> 3 A grows without bound at t = 1/(k c0): a time beyond it is an error that names the run."""
    with pytest.raises(
        SimulationError, match=r"^run 0 cannot be integrated through segment 0 \(.*\): [^\n]*$"
    ):
        integrate(BLOW_UP, flask([1.0], [k], [time]))


def test_error_names_the_run():
    """Only the run that fails is named, whatever the others do."""
    rows = [flask([1.0], [k], [2.0]) for k in (0.1, 0.2, 3.0, 0.1)]
    with pytest.raises(SimulationError, match=r"^run 2 "):
        integrate(BLOW_UP, stack(rows))


def stack(batches):
    """Join batches run by run."""
    names = ("amounts", "volume", "rate_constants", "durations", "feeds", "volume_rates", "doses")
    return Batch(**{name: np.concatenate([getattr(b, name) for b in batches]) for name in names})


LADDER = network(4, ((0, 1), (2,)), ((2,), (0, 1)), ((2, 2), (3,)))


def ladder_runs(n):
    """Build n runs of a small stiff network, fed and then held, all different."""
    random = np.random.default_rng(5)
    zeros = np.zeros((n, 2, 4))
    feeds = zeros.copy()
    feeds[:, 0, 1] = random.uniform(0.1, 1.0, n)
    return Batch(
        amounts=np.column_stack([random.uniform(0.5, 1, n), np.zeros((n, 3))]),
        volume=random.uniform(0.5, 2, n),
        rate_constants=10 ** random.uniform(-2, 4, (n, 1, 3)),
        durations=random.uniform(0, 2, (n, 2)) * (random.random((n, 2)) < 0.9),
        feeds=feeds,
        volume_rates=np.broadcast_to(np.array([0.3, 0.0]), (n, 2)),
        doses=np.broadcast_to(0.0, zeros.shape),
    )


def test_threads_change_no_bit(monkeypatch):
    """The number of threads changes no bit of any run."""
    monkeypatch.setattr(compiled, "WORK_PER_THREAD", 1)
    batch = ladder_runs(300)
    once = integrate(LADDER, batch, threads=1)
    assert all((integrate(LADDER, batch, threads=t) == once).all() for t in (2, 3))


def test_neighbours_change_no_bit():
    """A run's numbers do not depend on the runs around it."""
    batch = ladder_runs(60)
    order = np.random.default_rng(0).permutation(60)
    rows = {
        name: getattr(batch, name)[order]
        for name in ("amounts", "volume", "rate_constants", "durations", "feeds", "volume_rates", "doses")
    }
    assert (integrate(LADDER, Batch(**rows)) == integrate(LADDER, batch)[order]).all()


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_every_lane_width(width):
    """Code for 1, 2, 4 and 8 lanes gives the same runs, whatever the processor's own width."""
    batch = ladder_runs(61)
    ends, tries = run_compiled(LADDER, batch, threads=2, width=width, **TIGHT)
    assert (tries >= 0).all()
    assert ends == pytest.approx(integrate(LADDER, batch, **TIGHT), rel=1e-7, abs=1e-12)


def test_views_are_read_in_place():
    """Broadcast, strided and reversed arrays give what their copies give."""
    batch = ladder_runs(40)
    backwards = {
        name: getattr(batch, name)[::-1]
        for name in ("amounts", "volume", "rate_constants", "durations", "feeds", "volume_rates", "doses")
    }
    copies = {name: np.ascontiguousarray(array) for name, array in backwards.items()}
    assert (integrate(LADDER, Batch(**backwards)) == integrate(LADDER, Batch(**copies))).all()


def test_reading_out_changes_nothing():
    """A segment cut in five where nothing changes ends as the whole one does, for under a quarter more steps."""
    whole = ladder_runs(200)
    cut = cut_segments(whole, 5)
    tolerances = {"relative_tolerance": 2e-5, "absolute_tolerance": 1e-10}
    whole_ends, whole_tries = run_compiled(LADDER, whole, threads=1, width=2, **tolerances)
    cut_ends, cut_tries = run_compiled(LADDER, cut, threads=1, width=2, **tolerances)
    assert cut_ends[:, 4::5] == pytest.approx(whole_ends, rel=1e-4, abs=1e-6)
    assert cut_tries.mean() < 1.25 * whole_tries.mean()


def cut_segments(batch, n):
    """Cut every segment of a batch in n equal ones."""
    return Batch(
        amounts=batch.amounts,
        volume=batch.volume,
        rate_constants=batch.rate_constants,
        durations=np.repeat(batch.durations / n, n, axis=1),
        feeds=np.repeat(batch.feeds, n, axis=1),
        volume_rates=np.repeat(batch.volume_rates, n, axis=1),
        doses=np.broadcast_to(0.0, (batch.doses.shape[0], n * batch.doses.shape[1], batch.doses.shape[2])),
    )


def test_size_of_the_flask():
    """Amounts, volumes and feeds twice as large leave every fraction as it is."""
    one = ladder_runs(50)
    two = Batch(
        amounts=2 * one.amounts, volume=2 * one.volume, rate_constants=one.rate_constants, durations=one.durations,
        feeds=2 * one.feeds, volume_rates=2 * one.volume_rates, doses=one.doses,
    )  # fmt: skip
    assert integrate(LADDER, two) == pytest.approx(2 * integrate(LADDER, one), rel=1e-9, abs=1e-15)


def test_time_scale():
    """Everything twice as fast is over in half the time."""
    one = ladder_runs(50)
    fast = Batch(
        amounts=one.amounts, volume=one.volume, rate_constants=2 * one.rate_constants, durations=one.durations / 2,
        feeds=2 * one.feeds, volume_rates=2 * one.volume_rates, doses=one.doses,
    )  # fmt: skip
    assert integrate(LADDER, fast) == pytest.approx(integrate(LADDER, one), rel=1e-9, abs=1e-15)


def test_second_judge():
    """Radau alone gives what the compiled code gives."""
    batch = ladder_runs(6)
    ends = integrate(LADDER, batch, **TIGHT)
    for run in range(6):
        assert integrate_again(LADDER, batch, run, **TIGHT) == pytest.approx(ends[run], rel=1e-6, abs=1e-10)


@pytest.mark.parametrize("trip", ["gave up", "not a number", "negative"])
def test_tripped_run_is_integrated_again(monkeypatch, trip):
    """A run that trips the compiled code is integrated again, and only that run."""
    batch = ladder_runs(5)
    sound = integrate(LADDER, batch)

    def tripping(*arguments, **keywords):
        ends, tries = run_compiled(*arguments, **keywords)
        if len(tries) < 5:
            return ends, tries
        if trip == "gave up":
            tries[3] = -1
        ends[3] = {"gave up": ends[3], "not a number": np.nan, "negative": -0.1}[trip]
        return ends, tries

    monkeypatch.setattr(runs, "run_compiled", tripping)
    again = integrate(LADDER, batch)
    others = [0, 1, 2, 4]
    assert (again[others] == sound[others]).all()
    assert again[3] == pytest.approx(sound[3], rel=1e-4, abs=1e-6)
    assert (again[3] != sound[3]).any()


def test_steps_that_cannot_be_small_enough():
    """A tolerance below rounding trips the compiled code for real, and Radau still answers."""
    batch = flask([1.0, 0.8, 0, 0], [3.0, 1.0, 2.0], [1.0])
    impossible = {"relative_tolerance": 1e-40, "absolute_tolerance": 1e-40}
    _, tries = run_compiled(LADDER, batch, threads=1, width=1, **impossible)
    assert tries[0] < 0
    again = integrate_again(LADDER, batch, 0, **TIGHT)
    assert again == pytest.approx(solve(LADDER, batch), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amounts": np.array([[-1.0]])}, r"amounts\[0, 0\] is -1; expected a finite number"),
        ({"amounts": np.array([[np.nan]])}, r"amounts\[0, 0\] is nan"),
        ({"volume": np.array([0.0])}, "volume"),
        ({"feeds": np.zeros((1, 2, 1))}, r"feeds has the shape \(1, 2, 1\), expected \(1, 1, 1\)"),
        ({"rate_constants": np.zeros((1, 2, 1))}, "rate_constants"),
        ({"rate_constants": np.full((1, 1, 1), np.inf)}, r"rate_constants\[0, 0, 0\] is inf"),
        ({"durations": np.zeros(1)}, "axes"),
    ],
)
def test_impossible_batches(change, message):
    """A batch that no flask could be is refused when it is built, in one line that says what is wrong."""
    one = flask([1.0], [1.0], [1.0])
    with pytest.raises(SimulationError, match=message):
        replace(one, **change)


@pytest.mark.parametrize(
    ("n_species", "reactants", "products", "message"),
    [
        (1, ((0,),), (), "1 sets of reactants but 0"),
        (1, ((1,),), ((),), r"reaction 0 names species \(1,\)"),
        (1, ((0, 0, 0, 0),), ((),), "order 4"),
        (0, (), (), "0 species"),
    ],
)
def test_impossible_networks(n_species, reactants, products, message):
    """A network that cannot be is refused when it is built."""
    with pytest.raises(SimulationError, match=message):
        MassAction(n_species=n_species, reactants=reactants, products=products)


def test_batch_of_another_network():
    """A batch that does not fit the network, a tolerance or a thread count without sense is refused."""
    one = flask([1.0], [1.0], [1.0])
    net = network(1, ((0,), ()))
    with pytest.raises(SimulationError, match="1 species and 1 rate constants, the network 4 species"):
        integrate(LADDER, one)
    with pytest.raises(SimulationError, match="tolerances"):
        integrate(net, one, relative_tolerance=0.0)
    with pytest.raises(SimulationError, match="threads"):
        integrate(net, one, threads=0)
