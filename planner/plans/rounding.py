"""Rounding: the optimum to amounts and times that a bench can do, judged again after each change.

Equivalents go to 0.01 (carbonyl below 2) or 0.05, times to a quarter of an hour (half an hour from 4 h),
temperatures to 5 C. From the rounded optimum the grid is descended: all neighbours a few steps away are
judged in one batch and the best is taken, then those nearer. Limits are checked on all draws.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from planner.engine import Array
from planner.flask.fields import FIELDS
from planner.flask.procedure import Settled
from planner.plans.aims import Bench, judge
from planner.plans.search import Cell, Knob, Trial, tried

STRIDES = (0.06, 0.03, 0.0)
"""Neighbours lie so far away in each move, as a share of each knob's range; at least one step of the grid."""
RETREATS = (1, 2, 3, 5, 8, 13, 20)
"""Steps by which the carbonyl is cut where a limit that held in the search does not hold on all draws."""


def step(field: str, value: float) -> float:
    """Distance between bench values of a field near a value."""
    fine, coarse, limit = FIELDS[field].grid
    return fine if value < limit else coarse


def to_grid(knob: Knob, value: float) -> float:
    """Nearest bench value of a knob within its bounds; the bound itself where none is."""
    size = step(knob.field, value)
    for nearest in (round(value / size), math.floor(value / size), math.ceil(value / size)):
        if knob.low - 1e-9 <= nearest * size <= knob.high + 1e-9:
            return float(round(nearest * size, 6))
    return min(max(value, knob.low), knob.high)


def rounded(cell: Cell, procedure: Settled) -> Settled:
    """Round every knob of a procedure; the hold is cut rather than the limit on time broken."""
    return cell.within_time({k.field: to_grid(k, float(getattr(procedure, k.field))) for k in cell.knobs})


def neighbours(cell: Cell, procedure: Settled, stride: float) -> list[Settled]:
    """List the procedures that differ in one knob by a share of its range, but by a bench step at least."""
    values = {k.field: float(getattr(procedure, k.field)) for k in cell.knobs}
    around = []
    for knob in cell.knobs:
        here = values[knob.field]
        for way in (1.0, -1.0):
            far = knob.at(min(max(knob.share(here) + way * stride, 0.0), 1.0))
            near = min(max(here + way * step(knob.field, here), knob.low), knob.high)
            moved = max(far, near) if way > 0 else min(far, near)
            around.append(cell.within_time(values | {knob.field: to_grid(knob, moved)}))
    return [p for p in dict.fromkeys(around) if p != procedure]


def scores(bench: Bench, procedures: Sequence[Settled], n_draws: int) -> Array:
    """Score, mean target fraction and mean over-alkylation (n_procedures, 3)."""
    return judge(bench, procedures, n_draws).summary


def descend(bench: Bench, start: Trial, n_draws: int) -> Trial:
    """Walk the grid from a rounded trial to the best of its neighbourhood, in shrinking strides."""
    best = start
    for stride in STRIDES:
        around = neighbours(best.cell, best.procedure, stride)
        if around:
            found = tried([best.cell] * len(around), around, scores(bench, around, n_draws))
            best = max([best, *found], key=lambda t: t.score)
    return best


def retreats(trial: Trial) -> list[Settled]:
    """List procedures with less carbonyl, for where a limit that held in the search does not hold on all draws."""
    knob = next((k for k in trial.cell.knobs if k.field == "carbonyl_equivalents"), None)
    if knob is None:
        return []
    charge = trial.procedure.carbonyl_equivalents
    lower = [to_grid(knob, max(knob.low, charge - n * step(knob.field, charge))) for n in RETREATS]
    return [replace(trial.procedure, carbonyl_equivalents=c) for c in dict.fromkeys(lower) if c < charge]
