"""Rooms: what is searched for a pair, the cells and the defaults that count for it, and moves between the cells.

A procedure is taken into another cell by that cell's words and the spans of its knobs, so that what limits, groups,
bottles, boiling points, pH and prices leave out or cut is never chosen, wherever a procedure comes from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from planner.errors import ScopeError
from planner.flask.fields import ADDITIONS
from planner.flask.flask import flask_for
from planner.flask.procedure import HYDRIDE_AT_ONCE, Settled
from planner.model.model import Model
from planner.plans.aims import PLAIN, Aim
from planner.plans.allowed import is_free, other_solvents, temperatures
from planner.plans.cells import cells
from planner.plans.floors import held_defaults, plain_flask
from planner.plans.request import Request
from planner.plans.search import Cell, Trial
from planner.structures.pairs import Pair

FIRST_STAGE_H = 4.0
"""Feed or imine formation with which a walk in another addition begins [h]."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Room:
    """What is searched for a pair, and what that is held against."""

    request: Request
    pair: Pair
    model: Model
    aim: Aim
    cells: tuple[Cell, ...]
    defaults: dict[str, Settled] = field(default_factory=dict)
    """Of the reductants, and the plain flask of a slow pair, by name."""

    def home(self, procedure: Settled) -> Cell | None:
        """Find the cell of a procedure's words; with a free solvent that of its reductant and addition."""
        alike = [
            c
            for c in self.cells
            if (c.asked.reductant, c.asked.addition) == (procedure.reductant, procedure.addition)
        ]
        same = next((c for c in alike if c.asked.solvent == procedure.solvent), None)
        return same or (alike[0] if alike and is_free(self.request) else None)

    def solvents(self, trial: Trial) -> list[str]:
        """List the solvents that may replace that of a trial."""
        if not is_free(self.request):
            return []
        reductant = self.model.reductant(trial.procedure.reductant)
        celsius = trial.procedure.temperature_C
        return [
            name
            for name in other_solvents(self.request, self.pair, self.model, reductant)
            if celsius <= temperatures(self.request, self.pair, self.model, reductant, name)[1]
        ]

    def in_solvent(self, trial: Trial, name: str) -> Trial:
        """Write a trial in another solvent, in a cell whose temperatures end where that solvent allows."""
        reductant = self.model.reductant(trial.procedure.reductant)
        _, hottest = temperatures(self.request, self.pair, self.model, reductant, name)
        knobs = tuple(
            replace(k, high=max(k.low, min(k.high, hottest))) if k.field == "temperature_C" else k
            for k in trial.cell.knobs
        )
        cell = replace(trial.cell, asked=replace(trial.cell.asked, solvent=name), knobs=knobs)
        return replace(trial, cell=cell, procedure=replace(trial.procedure, solvent=name))


def room_of(
    request: Request, pair: Pair, model: Model, aim: Aim, *, is_slow: bool = False
) -> tuple[Room, list[str]]:
    """Find the cells of a pair and the defaults that count for it, and say which cells were left out and why.

    Raises
    ------
    InfeasibleError
        If the limits leave nothing.
    ScopeError
        If the amine has too many joint states for what they leave.
    """
    found, left_out = cells(request, pair, model, aim, is_slow=is_slow)
    allowed, too_large = _computable(pair, model, found)
    first = held_defaults(request, pair, model, allowed)
    if is_slow and (flask := plain_flask(request, pair, model, allowed)) is not None:
        first[PLAIN] = flask
    room = Room(request=request, pair=pair, model=model, aim=aim, cells=tuple(allowed), defaults=first)
    return room, [*left_out, *too_large]


def _computable(pair: Pair, model: Model, allowed: Sequence[Cell]) -> tuple[list[Cell], list[str]]:
    """Leave out cells whose amine has too many joint states."""
    kept, left_out = [], []
    for cell in allowed:
        try:
            flask_for(pair, model, cell.procedure([1.0] * len(cell.knobs)))
            kept.append(cell)
        except ScopeError as error:
            left_out.append(f"{cell.name}: {error}")
    if not kept:
        raise ScopeError(left_out[0])
    return kept, left_out


def in_other_cells(room: Room, trial: Trial) -> list[Trial]:
    """Write a trial in the other additions of its reductant, in its own total time."""
    p, found = trial.procedure, []
    for cell in room.cells:
        asked = cell.asked
        if (asked.reductant, asked.solvent) != (p.reductant, p.solvent) or asked.addition == p.addition:
            continue
        hours = min(FIRST_STAGE_H, p.total_time_h / 2.0)
        stage = ADDITIONS[asked.addition].time
        times: dict[str, Any] = dict.fromkeys(("addition_time_h", "imine_time_h"), 0.0) | (
            {stage: hours} if stage else {}
        )
        same: dict[str, Any] = {name: getattr(asked, name) for name in ("addition", *HYDRIDE_AT_ONCE)}
        hold = p.total_time_h - sum(times.values())
        found.append(
            replace(trial, cell=cell, procedure=within(cell, replace(p, **times, **same, hold_time_h=hold)))
        )
    return found


@lru_cache(maxsize=4096)
def within(cell: Cell, procedure: Settled) -> Settled:
    """Cut a procedure to the spans of a cell's knobs; pairs by the thousand ask for the same."""
    values = cell.values(procedure)
    return cell.possible({k.field: min(max(values[k.field], k.low), k.high) for k in cell.knobs})
