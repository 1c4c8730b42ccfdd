"""Bearing: what a pair bears of procedures that were found for others, by the cells that recommend would search for it.

A procedure is taken into the pair's own cell of that reductant and addition: words that it has no cell for are left
out, and charges, acid, times, temperature and concentration are cut to the spans of its knobs. So what limits, groups
that acid or hydride harms, salts, prices, boiling points and a hydride's pH forbid to ``recommend`` is never chosen
here either, and a pair that is not slow is not made more concentrated.
"""

from collections.abc import Sequence
from dataclasses import replace

from planner.flask.alike import nitrogens_of, special_steps
from planner.flask.bottles import FORMALDEHYDE
from planner.flask.procedure import Settled
from planner.flask.settling import is_sold_as_solution
from planner.model.model import Model
from planner.plans.aims import Aim
from planner.plans.allowed import boiling_points, sensitivities
from planner.plans.partners import is_gas, price_of
from planner.plans.request import Request
from planner.plans.rooms import Room, room_of, within
from planner.plans.search import Trial
from planner.structures.cautions import is_protic_only
from planner.structures.pairs import Pair

MANY = 3
"""Reactive nitrogens from which a network may be too large to be computed where the amine is fed."""


def room_among(
    kept: dict[object, Room], request: Request, pair: Pair, model: Model, aim: Aim, *, is_slow: bool = False
) -> Room:
    """Find the room of a pair, among those that are kept where all that cells depend on is the same.

    Of the amine those are the classes of its nitrogens and how they hang together, what it is sold as, and whether it
    is a zwitterion; of the carbonyl compound whether it is a ketone or formaldehyde; of both what they come in, what
    their excess costs, when they boil, and the groups of the product; of many nitrogens also what says how large a
    network is. Basicity, electronics and bulk change rates, and no cell.

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
        (is_protic_only(pair.amine.smiles, model), *boiling_points(pair, model)),
        tuple(sensitivities(request, pair, model)),
        (pair.carbonyl_class.name, special_steps(pair, model)) if len(pair.sites) >= MANY else (),
    )
    if key not in kept:
        kept[key], _ = room_of(request, pair, model, aim, is_slow=is_slow)
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
        other = room.in_solvent(trial, solvent)
        kept.setdefault(other.procedure, other)
    return list(kept.values())


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
