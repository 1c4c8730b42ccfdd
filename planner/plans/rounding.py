"""Rounding: the optimum to numbers that are written in a notebook, judged again after each change.

From the nearest notebook numbers their neighbours are judged in one batch and the best is taken, until none
is better. A knob keeps a finer bench value (``fields``: 0.01 or 0.05 eq, a quarter of an hour, 5 C) only where
the notebook's would cost more than half a point. Limits are checked on all draws.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from planner.engine import Array
from planner.flask.fields import FIELDS
from planner.flask.procedure import Settled
from planner.plans.aims import USEFUL, Bench, judge
from planner.plans.search import Cell, Knob, Trial, tried

EQUIVALENTS = (
    0.02, 0.05, 0.1, 0.2, 0.25, 0.33, 0.5, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.5, 2.0, 2.05, 2.1, 2.2, 2.5, 3.0, 4.0,
    5.0, 10.0, 20.0, 50.0,
)  # fmt: skip
HOURS = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0, 24.0, 48.0)
NOTEBOOK: Mapping[str, tuple[float, ...]] = {
    **dict.fromkeys(("carbonyl_equivalents", "reductant_equivalents"), EQUIVALENTS),
    **dict.fromkeys(("addition_time_h", "imine_time_h", "hold_time_h"), HOURS),
    "acid_equivalents": (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0),
    "temperature_C": (-10.0, 0.0, 25.0, 40.0, 60.0),
    "concentration_M": (0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 1.0, 2.0, 2.5, 5.0),
}
"""What is written in a notebook, by field."""
Tell = Callable[[Sequence[Settled]], list[Trial]]
"""Judges procedures of a cell."""
ALLOWANCE = 0.005
"""What a notebook number may cost, as a fraction of the precious partner."""
RETREATS = (1, 2, 3, 5, 8)
"""Bench steps by which the carbonyl is cut where no notebook number keeps a limit."""
MOST_STEPS = 6
"""Neighbours are judged so often at most, and so many numbers are retreated."""


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
    """List the notebook numbers of a knob within its bounds, rising; equivalents also times the degree."""
    numbers = NOTEBOOK.get(knob.field, ())
    if degree > 1 and knob.field in ("carbonyl_equivalents", "reductant_equivalents"):
        numbers = (*numbers, *(degree * n for n in numbers))
    return tuple(sorted({round(n, 6) for n in numbers if knob.low - 1e-9 <= n <= knob.high + 1e-9}))


def near_equivalents(value: float, degree: int) -> float:
    """Nearest equivalents of a notebook, also times the degree."""
    numbers = (*EQUIVALENTS, *(degree * n for n in EQUIVALENTS))
    return min(numbers, key=lambda n: abs(n - value))


def nearest_number(knob: Knob, degree: int, value: float) -> float:
    """Nearest notebook number of a knob; a bench value where its bounds hold none."""
    numbers = notebook(knob, degree)
    return (
        min(numbers, key=lambda n: abs(knob.share(n) - knob.share(value)))
        if numbers
        else to_grid(knob, value)
    )


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


def neighbours(
    cell: Cell, procedure: Settled, degree: int, held: frozenset[str] = frozenset()
) -> tuple[Settled, ...]:
    """List the procedures that differ in one knob by one notebook number; knobs that are held stay."""
    values = cell.values(procedure)
    around = []
    for knob in cell.knobs:
        if knob.field in held:
            continue
        here, numbers = values[knob.field], notebook(knob, degree)
        above = next((n for n in numbers if n > here + 1e-9), None)
        below = next((n for n in reversed(numbers) if n < here - 1e-9), None)
        around += [cell.possible(values | {knob.field: n}) for n in (below, above) if n is not None]
    return tuple(
        p
        for p in dict.fromkeys(around)
        if p != procedure and ("hold_time_h" in held or _is_written(cell, p, degree))
    )


def _is_written(cell: Cell, procedure: Settled, degree: int) -> bool:
    """Tell whether the hold, which gives way to the limit on time, is still a notebook number."""
    knob = next((k for k in cell.knobs if k.field == "hold_time_h"), None)
    numbers = () if knob is None else notebook(knob, degree)
    return not numbers or procedure.hold_time_h in numbers


def scores(bench: Bench, procedures: Sequence[Settled], n_draws: int) -> Array:
    """Score, mean target fraction, mean over-alkylation and low end of the target (n_procedures, 4)."""
    return judge(bench, procedures, n_draws).summary


def descend(bench: Bench, found: Trial, n_draws: int) -> Trial:
    """Write the optimum of a cell in notebook numbers, and keep finer ones where these cost too much."""
    cell, degree = found.cell, bench.aim.degree
    tell = partial(_tried, bench, cell, n_draws)
    fine = rounded(cell, found.procedure)
    best, exact = tell([in_notebook(cell, found.procedure, degree), fine])
    allowance = ALLOWANCE * min(1.0, max(0.0, exact.wanted) / USEFUL)
    held: frozenset[str] = frozenset()
    best = _walked(tell, best, degree, held)
    while best.score < exact.score - allowance and len(held) < len(cell.knobs):
        mixed = {
            k.field: cell.possible(cell.values(best.procedure) | {k.field: getattr(fine, k.field)})
            for k in cell.knobs
            if k.field not in held
        }
        closer = dict(zip(mixed, tell(list(mixed.values())), strict=True))
        field = max(closer, key=lambda name: closer[name].score)
        held = held | {field}
        best = max(best, _walked(tell, closer[field], degree, held), key=lambda t: t.score)
    return _rewritten(tell, max(best, exact, key=lambda t: t.score + allowance * (t is best)), degree)


def _walked(tell: Tell, start: Trial, degree: int, held: frozenset[str]) -> Trial:
    """Walk the notebook numbers from a trial to the best of its neighbourhood; knobs that are held stay."""
    best = start
    for _ in range(MOST_STEPS):
        around = tell(neighbours(start.cell, best.procedure, degree, held))
        better = max(around, key=lambda t: t.score, default=best)
        if better.score <= best.score + 1e-6:
            break
        best = better
    return best


def _rewritten(tell: Tell, found: Trial, degree: int) -> Trial:
    """Write the finer numbers of a trial in the notebook's again, one by one, while its score stays."""
    cell = found.cell
    for knob in cell.knobs:
        values = cell.values(found.procedure)
        numbers = notebook(knob, degree)
        if not numbers or values[knob.field] in numbers:
            continue
        here = knob.share(values[knob.field])
        near = sorted(numbers, key=partial(_distance, knob, here))[:2]
        other = [p for n in near if _is_written(cell, p := cell.possible(values | {knob.field: n}), degree)]
        best = max(tell(other), key=lambda t: t.score, default=found)
        found = best if best.score >= found.score - ALLOWANCE * min(1.0, found.wanted / USEFUL) else found
    return found


def _distance(knob: Knob, here: float, value: float) -> float:
    return abs(knob.share(value) - here)


def _tried(bench: Bench, cell: Cell, n_draws: int, procedures: Sequence[Settled]) -> list[Trial]:
    if not procedures:
        return []
    return tried([cell] * len(procedures), procedures, scores(bench, procedures, n_draws))


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
    lower = [n for n in reversed(notebook(knob, degree)) if n < charge - 1e-9][:MOST_STEPS]
    grid = [to_grid(knob, max(knob.low, charge - n * step(knob.field, charge))) for n in RETREATS]
    written, finer = (
        [replace(trial.procedure, carbonyl_equivalents=c) for c in dict.fromkeys(found) if c < charge]
        for found in (lower, grid)
    )
    return written, finer
