"""Cells: every reductant x addition x solvent that a request allows, with the knobs that are left.

A knob spans what a chemist would consider, cut by the limits. A field that the request fixes is no knob.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from planner.errors import InfeasibleError, ProcedureError
from planner.flask.acidity import acidities_of, check_acidity
from planner.flask.fields import ADDITIONS, FIELDS
from planner.flask.procedure import Procedure, Settled, settle
from planner.model.model import Model
from planner.model.reagents import Reductant
from planner.plans.aims import ROOM_TEMPERATURE_C, Aim
from planner.plans.request import SHORTEST_H, Request
from planner.plans.search import Cell, Knob
from planner.structures.pairs import Pair

LONGEST_H = {"addition_time_h": 8.0, "imine_time_h": 16.0}
"""A syringe pump runs through a working day; an imine forms overnight [h]."""
MOST_HYDRIDE = 2.0
"""Most reductant that is proposed, in multiples of its default."""
EXCESS_AMINE = 5.0
"""Most amine per carbonyl that is proposed when the carbonyl is precious and no limit is given."""
ACID_STEPS = 41
"""Amounts of acid that are tried for their pH, from the most to none."""


def cells(request: Request, pair: Pair, model: Model, aim: Aim) -> tuple[list[Cell], list[str]]:
    """List the cells that the request allows, and say which were left out and why.

    Raises
    ------
    ProcedureError
        If a reductant or solvent is unknown.
    InfeasibleError
        If nothing is left.
    """
    found: list[Cell] = []
    left_out: list[str] = []
    for reductant in _reductants(request, model):
        for addition in _additions(request):
            for solvent in _solvents(request, model, reductant):
                words = f"{reductant.name}, {addition}, {solvent}"
                try:
                    found.append(_cell(request, pair, model, aim, (reductant, addition, solvent)))
                except (InfeasibleError, ProcedureError) as error:
                    left_out.append(f"{words}: {error}")
    if not found:
        raise InfeasibleError(f"no procedure is left within the limits. {left_out[0]}")
    return found, left_out


def _reductants(request: Request, model: Model) -> list[Reductant]:
    """Reductants that may be used, in the model's order."""
    if request.fixed.reductant is not None:
        return [model.reductant(request.fixed.reductant)]
    if request.reductants is None:
        return list(model.reductants)
    return list(dict.fromkeys(model.reductant(name) for name in request.reductants))


def _additions(request: Request) -> list[str]:
    """Additions that may be used; a fixed time leaves only those that have it."""
    fixed = request.fixed
    words = [fixed.addition] if fixed.addition else list(dict.fromkeys(request.additions or ADDITIONS))
    for name in ("addition_time_h", "imine_time_h"):
        if getattr(fixed, name):
            words = [w for w in words if ADDITIONS[w].time == name]
    if not words:
        raise InfeasibleError(
            "the fixed addition_time_h or imine_time_h fits none of the allowed additions; free one"
        )
    return words


def _solvents(request: Request, model: Model, reductant: Reductant) -> list[str]:
    """Solvents that may be used with a reductant."""
    if request.fixed.solvent is not None:
        return [model.solvent(request.fixed.solvent).name]
    if request.solvents is None:
        return [reductant.default_solvent]
    return list(dict.fromkeys(model.solvent(name).name for name in request.solvents))


def _cell(request: Request, pair: Pair, model: Model, aim: Aim, words: tuple[Reductant, str, str]) -> Cell:
    """Build one cell; refuse it where the limits leave nothing."""
    reductant, addition, solvent = words
    held = {f.name: v for f in fields(Procedure) if (v := getattr(request.fixed, f.name)) is not None}
    asked = Procedure(**(held | {"reductant": reductant.name, "addition": addition, "solvent": solvent}))
    stated, _ = settle(asked, model, pair)
    spans = dict(_spans(request, aim, reductant, stated))
    if "acid_equivalents" in held:
        check_acidity(pair, model, stated)
    else:
        most = _mild_acid(pair, model, stated, spans["acid_equivalents"][1])
        spans["acid_equivalents"] = (
            min(pair.weak_acid(0.0), most),
            most,
        )  # no base to take a salt's acid away again
    free = {f: span for f, span in spans.items() if f not in held}
    for name, (low, high) in free.items():
        if low > high:
            raise InfeasibleError(
                f"{name} has no value between {low:g} and {high:g} within the limits; widen them"
            )
    knobs = [Knob(field=f, low=a, high=b, log=FIELDS[f].log) for f, (a, b) in free.items() if a < b]
    settled: dict[str, Any] = {f: a for f, (a, b) in free.items() if a == b}
    cell = Cell(
        asked=replace(stated, **settled),
        knobs=tuple(knobs),
        max_time_h=request.max_time_h,
        hydride_follows="hydride_temperature_C" not in held,
    )
    if (shortest := cell.procedure([0.0] * len(knobs)).total_time_h) > request.max_time_h + 1e-9:
        raise InfeasibleError(
            f"max_time_h {request.max_time_h:g} is shorter than the fixed times, {shortest:g} h; raise it"
        )
    return cell


def _spans(
    request: Request, aim: Aim, reductant: Reductant, stated: Settled
) -> Iterator[tuple[str, tuple[float, float]]]:
    """State the range of every knob as (lowest, highest)."""
    d = float(aim.degree)
    if aim.basis == "amine":
        least, most = 0.2 * d, 3.0 * d + 2.0
    else:
        least, most = 1.0 / (request.max_amine_equivalents or EXCESS_AMINE), 1.5 * d
    most = min(most, request.max_carbonyl_equivalents or most)
    yield "carbonyl_equivalents", (min(least, most), most)
    need = d / reductant.usable_hydrides
    most = MOST_HYDRIDE * reductant.defaults.reductant_equivalents_factor * d
    most = min(most, request.max_reductant_equivalents or most)
    least = need if aim.basis == "amine" else need * min(1.0, least)
    yield "reductant_equivalents", (min(least, most), most)
    yield "acid_equivalents", (0.0, _most_acid(request, reductant))
    fixed = request.fixed
    shortest = max(SHORTEST_H, stated.hydride_time_h)
    room = request.max_time_h - (shortest if fixed.hold_time_h is None else fixed.hold_time_h)
    if (time := ADDITIONS[stated.addition].time) is not None:
        yield time, (SHORTEST_H, min(LONGEST_H[time], room))
    first = sum(t for t in (fixed.addition_time_h, fixed.imine_time_h) if t is not None)
    yield "hold_time_h", (shortest, request.max_time_h - first)
    yield "temperature_C", _temperatures(request, reductant)


def _most_acid(request: Request, reductant: Reductant) -> float:
    """Most acid that is proposed: none where the reductant is used without, else a little over its default."""
    own = reductant.defaults
    default = max(own.acid_equivalents_aldehyde, own.acid_equivalents_ketone)
    most = 0.0 if default == 0 else max(2.0, 1.25 * default)
    for limit in (request.max_acid_equivalents, reductant.warn_above_acid):
        most = most if limit is None else min(most, limit)
    return most


def _mild_acid(pair: Pair, model: Model, stated: Settled, most: float) -> float:
    """Most acid, up to ``most``, that keeps the flask above the pH at which its hydride calls for a caveat."""
    floor = model.reductant(stated.reductant).warn_below_pH
    if floor is None:
        return most
    grid = np.linspace(most, 0.0, ACID_STEPS).tolist()
    acidities = acidities_of(pair, model, [replace(stated, acid_equivalents=a) for a in grid])
    return next((a for a, pH in zip(grid, acidities, strict=True) if pH >= floor), 0.0)


def _temperatures(request: Request, reductant: Reductant) -> tuple[float, float]:
    """Temperatures that the request allows and the reductant's numbers cover."""
    coldest, hottest = request.temperature_window_C
    low, high = reductant.temperature_range_C
    if max(coldest, low) > min(hottest, high):
        raise InfeasibleError(
            f"temperature_window_C {coldest:g} to {hottest:g} lies outside {low:g} to {high:g} C "
            f"of {reductant.name}; widen it"
        )
    return max(coldest, low), min(hottest, high)


def first_points(cell: Cell, aim: Aim) -> list[Settled]:
    """List what a chemist would try first in a cell: its defaults around the stoichiometric charge."""
    asked = cell.asked
    d = float(aim.degree)
    charges = (0.9 * d, d, 1.05 * d, 1.2 * d, 2.0 * d) if aim.basis == "amine" else (0.2, 0.5, 0.8, 0.95, d)
    points = []
    for charge in charges:
        values = {k.field: float(getattr(asked, k.field)) for k in cell.knobs}
        if "carbonyl_equivalents" in values:
            per_carbonyl = asked.reductant_equivalents / max(1.0, asked.carbonyl_equivalents)
            values["carbonyl_equivalents"] = charge
            if "reductant_equivalents" in values:
                values["reductant_equivalents"] = per_carbonyl * max(1.0, charge)
        if "temperature_C" in values:
            values["temperature_C"] = ROOM_TEMPERATURE_C
        kept = {k.field: min(max(values[k.field], k.low), k.high) for k in cell.knobs}
        points.append(cell.within_time(kept))
    return list(dict.fromkeys(points))
