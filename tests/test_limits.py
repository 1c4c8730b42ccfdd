"""Limits in which the answer is known in closed form."""

import numpy as np
import pytest

import oracles
from planner.flask.schedule import Segment
from planner.flask.simulate import simulate_network
from planner.mechanism.network import Network, Reaction, Species

TABLE = """
0.001 | 10 / 89.7 / 0.1 | 0 / 99.1 / 0.4 | 0 / 90.0 / 10.0 | 0 / 50.0 / 50.0
0.01 | 11 / 87.4 / 1.3 | 3 / 94.7 / 2.6 | 0 / 90.0 / 10.0 | 0 / 50.0 / 50.0
0.03 | 13 / 83.3 / 3.4 | 6 / 88.8 / 5.6 | 1 / 88.4 / 10.8 | 0 / 50.0 / 50.0
0.1 | 18 / 73.4 / 8.3 | 12 / 76.7 / 11.7 | 6 / 77.3 / 16.4 | 0 / 49.9 / 50.0
0.3 | 26 / 58.3 / 15.9 | 20 / 59.6 / 20.2 | 15 / 59.5 / 25.3 | 3 / 44.6 / 52.7
0.5 | 30 / 49.5 / 20.2 | 25 / 50.0 / 25.0 | 20 / 49.5 / 30.3 | 6 / 37.5 / 56.2
1 | 37 / 36.8 / 26.6 | 32 / 36.4 / 31.8 | 27 / 35.4 / 37.3 | 12 / 25.6 / 62.2
3 | 46 / 18.1 / 35.9 | 41 / 17.2 / 41.4 | 37 / 16.0 / 47.0 | 20 / 9.7 / 70.2
10 | 52 / 5.8 / 42.1 | 47 / 5.3 / 47.4 | 43 / 4.7 / 52.6 | 24 / 2.6 / 73.7
"""
"""Published with the model: unreacted / mono / di in per cent, by k2/k1 and equivalents."""

CASES = [
    (float(row.split("|")[0]), e, tuple(float(x) for x in cell.split("/")))
    for row in TABLE.strip().splitlines()
    for e, cell in zip((0.9, 1.0, 1.1, 1.5), row.split("|")[1:], strict=True)
]


@pytest.mark.parametrize(("ratio", "equivalents", "expected"), CASES)
def test_closed_form_gives_the_table(ratio: float, equivalents: float, expected: tuple[float, ...]) -> None:
    """The irreversible competitive-consecutive closed form reproduces the table within its rounding."""
    found = 100 * np.array(oracles.competitive_consecutive(ratio, equivalents))
    assert np.all(np.abs(found - expected) <= np.array([0.5, 0.05, 0.05]) + 0.005)


COMPETITIVE = Network(
    species=tuple(Species(name=name) for name in ("amine", "carbonyl", "mono", "di")),
    reactions=(
        Reaction(reactants=("amine", "carbonyl"), products=("mono",), constants=("k1",)),
        Reaction(reactants=("mono", "carbonyl"), products=("di",), constants=("k2",)),
    ),
)


@pytest.mark.parametrize(("ratio", "equivalents"), [(r, e) for r, e, _ in CASES if r >= 0.01])
@pytest.mark.parametrize("feed_s", [0.0, 3600.0])
def test_simulator_meets_the_closed_form(ratio: float, equivalents: float, feed_s: float) -> None:
    """With all carbonyl consumed the split is the closed form to 1e-6, fed slowly or not."""
    feed = () if feed_s == 0 else (("carbonyl", equivalents / feed_s),)
    dose = (("carbonyl", equivalents),) if feed_s == 0 else ()
    schedule = [Segment(duration=feed_s, doses=dose, feeds=feed), Segment(duration=1e9)]
    if feed_s == 0:
        schedule = [Segment(duration=1e9, doses=dose)]
    end = simulate_network(
        COMPETITIVE,
        {"k1": 10.0, "k2": 10.0 * ratio},
        amounts={"amine": 1.0},
        volume=1.0,
        schedule=schedule,
        relative_tolerance=1e-8,
    )
    found = [float(end.amount(name)[0, 0, -1]) for name in ("amine", "mono", "di")]
    assert found == pytest.approx(oracles.competitive_consecutive(ratio, equivalents), abs=1e-6)
