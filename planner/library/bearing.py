"""Bearing: what a pair bears of procedures that were found for others, by the cells that recommend would search for it.

A procedure is taken into the pair's own cell of that reductant and addition: words that it has no cell for are left
out, and charges, acid, times, temperature and concentration are cut to the spans of its knobs. So what limits, groups
that acid or hydride harms, salts, prices, boiling points and a hydride's pH forbid to ``recommend`` is never chosen
here either, and a pair that is not slow is not made more concentrated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from planner.flask.alike import nitrogens_of, special_steps
from planner.flask.bottles import FORMALDEHYDE
from planner.flask.fields import ADDITIONS
from planner.flask.procedure import HYDRIDE_AT_ONCE, Settled
from planner.flask.settling import is_sold_as_solution
from planner.model.model import Model
from planner.plans.aims import PLAIN, Aim
from planner.plans.allowed import boiling_points, is_free, sensitivities
from planner.plans.cells import cells
from planner.plans.floors import held_defaults, plain_flask
from planner.plans.partners import is_gas, price_of
from planner.plans.planning import computable, replacing
from planner.plans.request import Request
from planner.plans.search import Cell, Trial
from planner.plans.shortlist import in_solvent
from planner.structures.pairs import Pair

MANY = 3
"""Reactive nitrogens from which a network may be too large to be computed where the amine is fed."""
FIRST_STAGE_H = 4.0
"""Feed or imine formation with which a walk in another addition begins [h]."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Room:
    """What recommend would search for a pair, and what it would hold that against."""

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
        return replacing(self.request, self.pair, self.model, trial)


def room_of(request: Request, pair: Pair, model: Model, aim: Aim, *, is_slow: bool = False) -> Room:
    """Find the cells of a pair, and the defaults that count for it.

    Raises
    ------
    InfeasibleError
        If the limits leave nothing.
    ScopeError
        If the amine has too many joint states for what they leave.
    """
    found, _ = cells(request, pair, model, aim, is_slow=is_slow)
    if len(pair.sites) >= MANY:
        found, _ = computable(pair, model, found)
    first = held_defaults(request, pair, model, found)
    if is_slow and (flask := plain_flask(request, pair, model, found)) is not None:
        first[PLAIN] = flask
    return Room(request=request, pair=pair, model=model, aim=aim, cells=tuple(found), defaults=first)


def room_among(
    kept: dict[object, Room], request: Request, pair: Pair, model: Model, aim: Aim, *, is_slow: bool = False
) -> Room:
    """Find the room of a pair, among those that are kept where all that cells depend on is the same.

    Of the amine those are the classes of its nitrogens and how they hang together, and what it is sold as; of the
    carbonyl compound whether it is a ketone or formaldehyde; of both what they come in, what their excess costs, when
    they boil, and the groups of the product; of many nitrogens also what says how large a network is. Basicity,
    electronics and bulk change rates, and no cell.

    Raises
    ------
    InfeasibleError
        If the limits leave nothing.
    """
    key = (
        nitrogens_of(pair),
        pair.amine.smiles if is_sold_as_solution(pair) or is_gas(pair, model.advice.partners) else "",
        (pair.amine_bottle, pair.carbonyl_bottle, aim, is_slow),
        (pair.carbonyl_class.is_ketone, pair.carbonyl_class.name == FORMALDEHYDE),
        tuple(price_of(partner, pair, model.advice) for partner in ("amine", "carbonyl")),
        tuple(boiling_points(pair, model)),
        tuple(sensitivities(request, pair, model)),
        (pair.carbonyl_class.name, special_steps(pair, model)) if len(pair.sites) >= MANY else (),
    )
    if key not in kept:
        kept[key] = room_of(request, pair, model, aim, is_slow=is_slow)
    return replace(kept[key], pair=pair)


def fitted(room: Room, trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """Take procedures into the cells of a pair; what has none there is left out, and no procedure is there twice."""
    kept: dict[Settled, Trial] = {}
    for trial in trials:
        cell = room.home(trial.procedure)
        if cell is not None:
            procedure = within(cell, trial.procedure)
            kept.setdefault(procedure, replace(trial, cell=cell, procedure=procedure))
    return tuple(kept.values())


def led(room: Room, leaders: Sequence[Trial]) -> list[Trial]:
    """Take the leaders of another pair into the cells of this one, each in its own solvent where this one bears it."""
    kept: dict[Settled, Trial] = {}
    for trial, solvent in ((t, one.procedure.solvent) for one in leaders for t in fitted(room, [one])):
        if solvent == trial.procedure.solvent or solvent not in room.solvents(trial):
            kept.setdefault(trial.procedure, trial)
            continue
        other = in_solvent(trial, solvent)
        kept.setdefault(other.procedure, other)
    return list(kept.values())


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
    """Cut a procedure to the spans of a cell's knobs; those of a short list are cut for every pair."""
    values = cell.values(procedure)
    return cell.possible({k.field: min(max(values[k.field], k.low), k.high) for k in cell.knobs})


def bears(room: Room, procedure: Settled) -> bool:
    """Tell whether a procedure can be run with a pair as it stands, in its own solvent."""
    cell = room.home(procedure)
    if cell is None:
        return False
    own = within(cell, procedure)
    if own.solvent == procedure.solvent:
        return own == procedure
    other = replace(own, solvent=procedure.solvent)
    return other == procedure and procedure.solvent in room.solvents(Trial(cell=cell, procedure=own))
