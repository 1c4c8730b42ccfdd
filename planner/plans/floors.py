"""Floors: what each reductant's stated defaults give in all the time allowed, below which nothing is proposed.

The default of a reductant is taken with its hold stretched to the limit on time. It counts only where no
limit is in the way: its addition, solvent, charge and acid must be among what the request allows. Beside it
stands the plain flask that a chemist sets up for a slow pair and leaves over a day.
"""

from collections.abc import Sequence
from dataclasses import replace

from planner.engine import Array
from planner.errors import PlannerError
from planner.flask.acidity import check_acidity
from planner.flask.fields import ADDITIONS, ALL_AT_ONCE, FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.model import Model
from planner.plans.aims import Bench, Marks, judge
from planner.plans.request import Request
from planner.plans.search import Cell
from planner.structures.pairs import Pair

SLOW, SLOW_DRAWS = 0.6, 32
"""A pair whose best default alkylates less of the amine as far as is wanted is slow: its concentration is searched."""
DAY_H = 24.0


def held_defaults(request: Request, pair: Pair, model: Model, cells: Sequence[Cell]) -> dict[str, Settled]:
    """Write each reductant's default, held to the limit on time, where the request allows it."""
    found: dict[str, Settled] = {}
    held = {n: v for n, v in request.limits()["fixed"].items() if n not in ("reductant",)}
    for cell in cells:
        name = cell.asked.reductant
        if name in found:
            continue
        try:
            asked = Procedure(**(held | {"reductant": name, "solvent": cell.asked.solvent}))
            stated, _ = settle(asked, model, pair)
        except PlannerError:
            continue
        room = request.max_time_h - stated.first_stage_h
        long = replace(stated, hold_time_h=room) if "hold_time_h" not in held and room > 0 else stated
        if any(holds(c, long) for c in cells):
            found[name] = long
    return found


def dosed(defaults: dict[str, Settled], model: Model) -> dict[str, Settled]:
    """Divide the hydride of defaults that give off gas in their solvent, as their reductant's file says.

    A search aims at what the hydride gives at once; what is listed is held against what can be proposed.
    """
    found = {}
    for name, p in defaults.items():
        own = model.dosing(p.reductant, p.solvent)
        fits = own is not None and ADDITIONS[p.addition].takes_portions and p.hold_time_h >= own.time_h
        if own is None or not fits:
            found[name] = p
            continue
        celsius = min(own.temperature_C, p.temperature_C)
        found[name] = replace(
            p, hydride_portions=int(own.portions), hydride_time_h=own.time_h, hydride_temperature_C=celsius
        )
    return found


def plain_flask(request: Request, pair: Pair, model: Model, cells: Sequence[Cell]) -> Settled | None:
    """Write the plain flask for a slow pair, where the request allows it."""
    flask = model.advice.plain_flask
    asked = Procedure(
        reductant=flask.reductant,
        carbonyl_equivalents=flask.carbonyl_equivalents,
        reductant_equivalents=flask.reductant_equivalents,
        acid_equivalents=flask.acid_equivalents,
        concentration_M=flask.concentration_M,
        temperature_C=flask.temperature_C,
        addition=ALL_AT_ONCE,
        hold_time_h=min(DAY_H, request.max_time_h),
    )
    try:
        stated, _ = settle(asked, model, pair)
    except PlannerError:
        return None
    for cell in cells:
        here = replace(stated, solvent=cell.asked.solvent)
        if holds(cell, here, but=("temperature_C",)):  # a partner that boils below it sets no lower aim
            return here
    return None


_DOSING = ("hydride_portions", "hydride_time_h", "hydride_temperature_C")
"""A hydride in portions must match the same default, in which it comes at once."""


def holds(cell: Cell, procedure: Settled, but: tuple[str, ...] = ()) -> bool:
    """Tell whether a procedure lies within a cell: its words, its fixed fields and the spans of its knobs."""
    spans = {k.field: (k.low, k.high) for k in cell.knobs}
    for name in (n for n in FIELDS if n not in (*_DOSING, *but)):
        value = getattr(procedure, name)
        if name in spans:
            low, high = spans[name]
            if not low - 1e-9 <= value <= high + 1e-9:
                return False
        elif value != getattr(cell.asked, name):
            return False
    return procedure.total_time_h <= cell.max_time_h + 1e-9


def cell_of(cells: Sequence[Cell], procedure: Settled) -> Cell:
    """Find the cell in which a procedure lies."""
    return next(cell for cell in cells if holds(cell, procedure))


def is_slow(bench: Bench, defaults: Sequence[Settled]) -> bool:
    """Tell whether a pair leaves most of the amine behind with the charge that the target needs."""
    charged = charged_for(bench.aim.degree, defaults)
    return bool(charged) and leaves_most(judge(bench, charged, SLOW_DRAWS))


def charged_for(degree: int, defaults: Sequence[Settled]) -> list[Settled]:
    """Charge defaults with what a degree needs."""
    d = float(degree)
    return [
        replace(p, carbonyl_equivalents=d, reductant_equivalents=d * p.reductant_equivalents)
        for p in defaults
    ]


def leaves_most(marks: Marks) -> bool:
    """Tell whether all of some procedures leave most of the amine behind."""
    return bool(marks.under.mean(axis=1).min() > 1.0 - SLOW)


def floors_of(bench: Bench, defaults: dict[str, Settled]) -> dict[str, Array]:
    """Compute what the defaults give of the target, by the reductant's name (n_draws,)."""
    kept = {}
    for name, procedure in defaults.items():
        try:
            check_acidity(bench.pair, bench.model, procedure)
        except PlannerError:
            continue
        marks = judge(bench, [procedure], len(bench.draws.normals))
        if not marks.failed[0] and marks.excess[0] <= 0:
            kept[name] = marks.wanted[0]
    return kept
