"""Rounding: procedures to numbers that are written in a notebook, and to those next to them.

From the nearest notebook numbers a walk goes through their neighbours (``walking``). Bench values are finer
(``fields``: 0.01 or 0.05 eq, a quarter of an hour, 5 C). Limits are checked on all draws.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from planner.engine import Array
from planner.flask.fields import FIELDS
from planner.flask.procedure import Settled
from planner.plans.aims import Bench, judge
from planner.plans.search import Cell, Knob, Trial

EQUIVALENTS = (
    0.02, 0.05, 0.1, 0.2, 0.25, 0.33, 0.5, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.5, 2.0, 2.05, 2.1, 2.2, 2.5, 3.0, 4.0,
    5.0, 10.0, 20.0, 50.0,
)  # fmt: skip
HYDRIDE = (
    0.02, 0.05, 0.1, 0.2, 0.25, 0.33, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0, 20.0, 50.0,
)  # fmt: skip
"""Equivalents of a reductant, as far apart as decides anything (a choice); of a carbonyl compound a twentieth may."""
HOURS = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0, 24.0, 48.0)
NOTEBOOK: Mapping[str, tuple[float, ...]] = {
    "carbonyl_equivalents": EQUIVALENTS,
    "reductant_equivalents": HYDRIDE,
    **dict.fromkeys(("addition_time_h", "imine_time_h", "hold_time_h"), HOURS),
    "acid_equivalents": (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0),
    "temperature_C": (-10.0, 0.0, 25.0, 40.0, 60.0),
    "concentration_M": (0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 1.0, 2.0, 2.5, 5.0),
}
"""What is written in a notebook, by field."""
RETREATS = (1, 2, 3, 5, 8)
"""Bench steps by which the carbonyl is cut where no notebook number keeps a limit."""
INSTEAD = 4
"""Steps between the bounds of a knob that hold no notebook number."""
MOST_RETREATS = 6
"""Numbers of a notebook that are tried at most."""


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


@lru_cache(maxsize=512)
def notebook(knob: Knob, degree: int) -> tuple[float, ...]:
    """List the notebook numbers of a knob within its bounds, rising; equivalents also times the degree.

    Where its bounds hold none, a few bench values from one of them to the other.
    """
    numbers = NOTEBOOK.get(knob.field, ())
    if degree > 1 and knob.field in ("carbonyl_equivalents", "reductant_equivalents"):
        numbers = (*numbers, *(degree * n for n in numbers))
    within = {round(n, 6) for n in numbers if knob.low - 1e-9 <= n <= knob.high + 1e-9}
    return tuple(sorted(within or {to_grid(knob, knob.at(i / INSTEAD)) for i in range(INSTEAD + 1)}))


def near_hydride(value: float, degree: int) -> float:
    """Nearest equivalents of a reductant that a notebook has, also times the degree."""
    numbers = (*HYDRIDE, *(degree * n for n in HYDRIDE))
    return min(numbers, key=lambda n: abs(n - value))


def nearest_number(knob: Knob, degree: int, value: float) -> float:
    """Nearest notebook number of a knob."""
    return min(notebook(knob, degree), key=lambda n: abs(knob.share(n) - knob.share(value)))


def rounded(cell: Cell, procedure: Settled) -> Settled:
    """Round every knob of a procedure to its bench value; the hold is cut rather than the limit on time broken."""
    return cell.possible({k.field: to_grid(k, float(getattr(procedure, k.field))) for k in cell.knobs})


def in_notebook(cell: Cell, procedure: Settled, degree: int) -> Settled:
    """Round every knob of a procedure to its nearest notebook number."""
    values = {k.field: nearest_number(k, degree, float(getattr(procedure, k.field))) for k in cell.knobs}
    written = cell.possible(values)
    hold = next((k for k in cell.knobs if k.field == "hold_time_h"), None)
    if hold is None or written.hold_time_h == values["hold_time_h"]:
        return written
    shorter = [n for n in notebook(hold, degree) if n <= written.hold_time_h]
    return cell.possible(values | {"hold_time_h": shorter[-1]}) if shorter else written


def neighbours(cell: Cell, procedure: Settled, degree: int) -> tuple[Settled, ...]:
    """List the procedures that differ in one knob by one notebook number."""
    values = cell.values(procedure)
    around = []
    for knob in cell.knobs:
        here, numbers = values[knob.field], notebook(knob, degree)
        above = next((n for n in numbers if n > here + 1e-9), None)
        below = next((n for n in reversed(numbers) if n < here - 1e-9), None)
        around += [cell.possible(values | {knob.field: n}) for n in (below, above) if n is not None]
    return tuple(p for p in dict.fromkeys(around) if p != procedure and has_written_hold(cell, p, degree))


def has_written_hold(cell: Cell, procedure: Settled, degree: int) -> bool:
    """Tell whether the hold, which gives way to the limit on time, is still a notebook number."""
    knob = next((k for k in cell.knobs if k.field == "hold_time_h"), None)
    numbers = () if knob is None else notebook(knob, degree)
    return not numbers or procedure.hold_time_h in numbers


def scores(bench: Bench, procedures: Sequence[Settled], n_draws: int) -> Array:
    """Score, mean target fraction, mean over-alkylation and low end of the target (n_procedures, 4)."""
    return judge(bench, procedures, n_draws).summary


def retreats(trial: Trial, degree: int) -> tuple[list[Settled], list[Settled]]:
    """List procedures with less carbonyl, for where a limit that held in the search does not hold on all draws.

    Returns
    -------
    tuple of two lists
        Those in notebook numbers, and finer ones for where none of these keeps the limit.
    """
    knob = next((k for k in trial.cell.knobs if k.field == "carbonyl_equivalents"), None)
    if knob is None:
        return [], []
    charge = trial.procedure.carbonyl_equivalents
    lower = [n for n in reversed(notebook(knob, degree)) if n < charge - 1e-9][:MOST_RETREATS]
    grid = [to_grid(knob, max(knob.low, charge - n * step(knob.field, charge))) for n in RETREATS]
    written, finer = (
        [replace(trial.procedure, carbonyl_equivalents=c) for c in dict.fromkeys(found) if c < charge]
        for found in (lower, grid)
    )
    return written, finer
