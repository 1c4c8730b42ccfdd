"""The search: knobs that map both ways, and an optimiser that finds what is there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.parameters import load_model
from planner.plans.rounding import NOTEBOOK, in_notebook, neighbours, notebook, retreats, rounded, to_grid
from planner.plans.search import Cell, Knob, Trial, evolve, promising, sample, sobol, tried

KNOBS = (
    Knob(field="carbonyl_equivalents", low=0.2, high=5.0, log=True),
    Knob(field="hold_time_h", low=0.25, high=24.0, log=True),
    Knob(field="temperature_C", low=0.0, high=40.0),
)
CELL = Cell(
    asked=settle(Procedure(addition="slow_carbonyl", addition_time_h=4.0), load_model())[0],
    knobs=KNOBS,
    max_time_h=24.0,
)
PEAK = np.array([0.31, 0.62, 0.45])


def score(procedures: Sequence[Settled]) -> np.ndarray:
    """A smooth hill with its top of 1 at PEAK."""
    points = np.array([CELL.point(p) for p in procedures])
    height = 1.0 - ((points - PEAK) ** 2 * (1.0, 0.3, 0.1)).sum(axis=1)
    return np.stack([height, height, 0.0 * height, height], axis=1)


@given(st.sampled_from(KNOBS), st.floats(0.0, 1.0))
def test_knob_maps_both_ways(knob: Knob, share: float) -> None:
    """A share of the way gives a value within the bounds, and the value gives the share back."""
    value = knob.at(share)
    assert knob.low * (1 - 1e-12) <= value <= knob.high * (1 + 1e-12)
    assert knob.share(value) == pytest.approx(share, abs=1e-9)


@given(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3))
def test_no_point_breaks_the_limit_on_time(point: list[float]) -> None:
    """Whatever the knobs say, before and after rounding, the run ends in time."""
    p = CELL.procedure(point)
    assert p.total_time_h <= 24.0 + 1e-9
    assert rounded(CELL, p).total_time_h <= 24.0 + 1e-9


@given(st.sampled_from(KNOBS), st.floats(0.0, 1.0))
def test_bench_values(knob: Knob, share: float) -> None:
    """Rounding stays within the bounds, moves by no more than a step, and what is rounded stays."""
    value = knob.at(share)
    near = to_grid(knob, value)
    assert knob.low <= near <= knob.high
    assert abs(near - value) <= 5.0
    assert to_grid(knob, near) == pytest.approx(near)


def test_neighbours_differ_in_one_knob() -> None:
    """Each neighbour moves one knob to the next notebook number; both sides are there."""
    centre = in_notebook(CELL, CELL.procedure([0.3, 0.5, 0.6]), 1)
    around = neighbours(CELL, centre, 1)
    for p in around:
        assert sum(getattr(p, k.field) != getattr(centre, k.field) for k in KNOBS) == 1
    assert centre.temperature_C == 25.0
    assert {p.temperature_C for p in around} == {0.0, 25.0, 40.0}


@given(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3))
def test_notebook_numbers(point: list[float]) -> None:
    """What is rounded is written with the notebook's numbers, keeps the limit on time, and stays."""
    p = in_notebook(CELL, CELL.procedure(point), 1)
    assert p.total_time_h <= 24.0 + 1e-9
    for knob in KNOBS:
        assert getattr(p, knob.field) in NOTEBOOK[knob.field]
    assert in_notebook(CELL, p, 1) == p


def test_equivalents_are_also_multiples_of_the_degree() -> None:
    """Two alkyl groups are charged as 2 x 1.05; a mono-alkylation has no such number."""
    knob = Knob(field="carbonyl_equivalents", low=1.0, high=4.0, log=True)
    assert 2.1 in notebook(knob, 2)
    assert 1.9 in notebook(knob, 2)
    assert 1.9 not in notebook(knob, 1)


def test_retreats_cut_the_carbonyl_only() -> None:
    """Where a limit does not hold, less carbonyl is tried and nothing else."""
    trial = Trial(cell=CELL, procedure=rounded(CELL, CELL.procedure([0.5, 0.5, 0.5])))
    written, finer = retreats(trial, 1)
    lower = [*written, *finer]
    assert written
    assert finer
    assert {p.carbonyl_equivalents for p in written} <= set(NOTEBOOK["carbonyl_equivalents"])
    assert all(
        float(p.carbonyl_equivalents or 0) < float(trial.procedure.carbonyl_equivalents or 0) for p in lower
    )
    assert {p.hold_time_h for p in lower} == {trial.procedure.hold_time_h}


def test_evolution_finds_the_top_and_repeats_itself() -> None:
    """Differential evolution comes within half a point of the top of a hill, the same way each time."""
    points = sample(CELL, [CELL.procedure([0.5] * 3)], seed=0, effort=1.0)
    start = tried([CELL] * len(points), points, score(points))
    found = evolve(CELL, start, score, size=16, seed=1, effort=1.0)
    assert max(t.score for t in found) > 1.0 - 0.005
    assert found == evolve(CELL, start, score, size=16, seed=1, effort=1.0)


def test_a_cell_without_knobs_is_its_procedure() -> None:
    """With every field fixed there is one procedure, and it is tried."""
    cell = Cell(asked=CELL.asked, knobs=(), max_time_h=24.0)
    points = sample(cell, [cell.procedure([])], seed=0, effort=1.0)
    one = np.array([[0.5, 0.5, 0.0, 0.5]])
    found = evolve(
        cell,
        tried([cell], points, one),
        lambda ps: np.repeat(one, len(ps), axis=0),
        size=16,
        seed=0,
        effort=1.0,
    )
    assert [t.procedure for t in found] == [cell.asked]


def test_promising_cells_are_near_the_best_and_ran() -> None:
    """A cell that is far behind, or whose runs all failed, is not searched further."""
    others = [Cell(asked=CELL.asked, knobs=KNOBS, max_time_h=float(h)) for h in (1, 2, 3)]
    scores = (0.9, 0.8, 0.1, -np.inf)
    trials = [Trial(cell=c, procedure=c.asked, score=s) for c, s in zip([CELL, *others], scores, strict=True)]
    assert promising(trials, 6) == [CELL, others[0]]
    assert promising(trials, 1) == [CELL]


def test_promising_cells_cover_the_reductants() -> None:
    """The best cell of each reductant is searched, however many of another one are better."""
    other = replace(CELL, asked=replace(CELL.asked, reductant="NaBH4"))
    others = [Cell(asked=CELL.asked, knobs=KNOBS, max_time_h=float(h)) for h in (1, 2, 3)]
    trials = [Trial(cell=c, procedure=c.asked, score=0.9) for c in (CELL, *others)]
    trials.append(Trial(cell=other, procedure=other.asked, score=0.8))
    assert other in promising(trials, 2)


def test_sobol_points_fill_the_cube() -> None:
    """Every half of every axis gets half of the points."""
    points = sobol(4, 32, 0)
    assert points.shape == (32, 4)
    assert ((points < 0.5).sum(axis=0) == 16).all()
