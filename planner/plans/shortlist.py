"""Shortlist: many cells to a few procedures, on more draws at every stage.

==========  ==========================================================  ==============
stage       what is judged                                              draws
==========  ==========================================================  ==============
sample      Sobol points of every cell                                  16
evolve      the promising cells, by differential evolution              32
walk        from the best of every cell near the front through the      128
            numbers of a notebook (``leading``); then a better
            solvent, and on in it (``greener``)
judge       the leaders, and a Pareto set; what is outside a limit has  1,024
            less carbonyl or walks back inside
==========  ==========================================================  ==============

The draws of the search are the same whatever the seed, as a quadrature has its nodes; the seed is that
of the draws on which limits are checked and results reported.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from planner.errors import SimulationError
from planner.flask.fields import ALL_AT_ONCE
from planner.flask.flask import flask_for
from planner.flask.procedure import HYDRIDE_AT_ONCE, Settled
from planner.model.draws import draw_parameters
from planner.plans.aims import Bench, judge
from planner.plans.cells import first_points
from planner.plans.feeding import both_ways
from planner.plans.floors import holds
from planner.plans.greener import walk_in_greener
from planner.plans.leading import Race, walk_to_leaders
from planner.plans.ranking import SURELY_TIED, WORTH_LISTING
from planner.plans.rooms import Room
from planner.plans.rounding import has_written_hold, in_notebook, notebook, retreats, scores
from planner.plans.search import Cell, Trial, evolve, promising, sample, tried
from planner.plans.walking import HOLD, Way, is_within, walk

COARSE_DRAWS = 16
EVOLUTION_DRAWS = 32
SEARCH_DRAWS = 128
REPORT_DRAWS = 1024
NODES_SEED, WALKED_BACK_SEED = 0, 1_000_003
"""Of the draws of a search, and of those on which what breaks a limit walks back; no report is likely to have them."""
LARGE_NETWORK = 400
"""Reactions from which a cell gets fewer trials; its runs take milliseconds each."""
POPULATION = 16
"""Procedures that evolve."""
EVOLVED = 6
"""Cells that are searched further than the sample, if they come near the best, however many are to be listed."""
OUTSIDE = -1.0
"""Score of what breaks a limit, or less."""
WORTH_A_WALK = 0.04
"""Score behind the best up to which a beginning is worth a walk."""
PARETO_POINTS = 6

Progress = Callable[[float, str], None]


def search(
    nodes: Bench,
    allowed: Sequence[Cell],
    first: Sequence[Settled],
    *,
    effort: float,
    report: Progress,
) -> list[Trial]:
    """Sample every cell and evolve the promising ones.

    Parameters
    ----------
    nodes, allowed
        Where procedures are judged, and among which cells.
    first
        To be tried besides what each cell suggests.
    effort, report
        Factor on the number of trials, and where progress goes.

    Returns
    -------
    list of Trial
        Everything that was tried beyond the sample, and what failed in it.

    Raises
    ------
    SimulationError
        If nothing could be integrated.
    """
    way: dict[Cell, dict[str, Any]] = {
        cell: {"seed": NODES_SEED, "effort": effort * _affordable(nodes, cell)} for cell in allowed
    }
    free = replace(nodes, floors={})  # a coarse sample need not reach the defaults to be promising
    coarse: list[Trial] = []
    for i, cell in enumerate(allowed):
        report(0.2 * i / len(allowed), f"sampling {cell.name}")
        here = [p for p in first if is_like(cell, p)]
        points = sample(cell, [*first_points(cell, nodes.aim), *here], **way[cell])
        coarse += tried([cell] * len(points), points, scores(free, points, COARSE_DRAWS))
    found: dict[Cell, list[Trial]] = {}
    chosen = promising(coarse, EVOLVED)
    for i, cell in enumerate(chosen):
        report(0.2 + 0.3 * i / len(chosen), f"searching {cell.name}")
        start = [t for t in coarse if t.cell == cell and t.score > -math.inf]
        score = partial(scores, nodes, n_draws=EVOLUTION_DRAWS)
        found[cell] = evolve(cell, start, score, size=POPULATION, **way[cell])
    trials = [trial for some in found.values() for trial in some]
    trials += [trial for trial in coarse if trial.score == -math.inf]
    if all(t.score == -math.inf for t in trials):
        raise SimulationError(
            "no procedure within the limits could be integrated; please report pair and limits"
        )
    return trials


def is_like(cell: Cell, procedure: Settled) -> bool:
    """Tell whether a procedure has the reductant, the addition and the solvent of a cell."""
    asked = cell.asked
    return (asked.reductant, asked.addition, asked.solvent) == (
        procedure.reductant,
        procedure.addition,
        procedure.solvent,
    )


def _affordable(nodes: Bench, cell: Cell) -> float:
    """Share of the usual effort for a cell: less where molecules must be followed in very many joint states."""
    procedure = cell.procedure([1.0] * len(cell.knobs))
    n_reactions = len(flask_for(nodes.pair, nodes.model, procedure).network.reactions)
    return min(1.0, LARGE_NETWORK / n_reactions)


def undominated(trials: Sequence[Trial]) -> list[Trial]:
    """Keep what no other trial beats in target fraction, over-alkylation and time at once, fastest first."""
    kept: list[Trial] = []
    for trial in sorted(trials, key=lambda t: (-t.wanted, t.over, t.procedure.total_time_h)):
        hours = trial.procedure.total_time_h
        if not any(t.over <= trial.over and t.procedure.total_time_h <= hours for t in kept):
            kept.append(trial)
    return sorted(kept, key=lambda t: t.procedure.total_time_h)


def not_short(bench: Bench, trials: Sequence[Trial]) -> list[Trial]:
    """Leave out trials that give less than the defaults do in all the time allowed."""
    if not trials:
        return []
    short = judge(bench, [t.procedure for t in trials], REPORT_DRAWS).short
    return [t for t, missing in zip(trials, short, strict=True) if missing <= 0]


def finals(nodes: Bench, bench: Bench, room: Room, trials: Sequence[Trial], report: Progress) -> list[Trial]:
    """Walk to the leaders and write a thinned Pareto set in notebook numbers, and judge both on all draws.

    Parameters
    ----------
    nodes, bench
        Draws of the search, and those of the report.
    room
        What is searched.
    trials
        What was tried.
    report
        Where progress goes.
    """
    ran = [t for t in trials if t.score > -math.inf]
    race = Race(room=room, bench=nodes, trials=ran, reach=WORTH_A_WALK, reach_of_reductants=WORTH_LISTING)
    walk_to_leaders(
        [race],
        SEARCH_DRAWS,
        lambda share: report(0.5 + 0.3 * share, "walking to notebook numbers"),
    )
    report(0.8, "judging on 1,024 draws")
    before = list(race.leaders)
    walk_in_greener([race], SEARCH_DRAWS)
    swaps = {
        (a.procedure.reductant, a.procedure.solvent): b.procedure.solvent
        for a, b in zip(before, race.leaders, strict=False)  # further ones stand at the end
    }
    pareto = undominated([t for t in trials if is_within(bench, t)])
    thin = [pareto[round(i)] for i in np.linspace(0, len(pareto) - 1, min(len(pareto), PARETO_POINTS))]
    chosen = {}
    for t in thin:
        p = in_notebook(t.cell, t.procedure, nodes.aim.degree)
        solvent = swaps.get((p.reductant, p.solvent), p.solvent)
        here = replace(t, procedure=p)
        there = room.in_solvent(here, solvent) if solvent in room.solvents(here) else here
        chosen[there.procedure] = there.cell
    chosen |= {t.procedure: t.cell for t in race.leaders}
    judged = _judged(nodes, bench, list(chosen.values()), list(chosen))
    return [_within_limit(nodes, bench, t) for t in judged]


def _judged(nodes: Bench, bench: Bench, where: Sequence[Cell], procedures: Sequence[Settled]) -> list[Trial]:
    """Score on the draws of the search, so that near ties do not turn with the seed; measure on all draws."""
    scored = scores(nodes, procedures, SEARCH_DRAWS)
    measured = scores(bench, procedures, REPORT_DRAWS)
    return tried(where, procedures, np.concatenate([scored[:, :1], measured[:, 1:]], axis=1))


def rivals(nodes: Bench, bench: Bench, allowed: Sequence[Cell], first: Trial) -> list[Trial]:
    """Try what the first of a list is set against when it is explained, and keep what would beat it.

    The search does not look into every addition; what the reasons say of another one must not be better than the first.
    Everything at once wins where it gives as much, a feed of the carbonyl where it surely gives more.

    Parameters
    ----------
    nodes, bench
        Draws of the search, and those of the report.
    allowed
        Cells of the request.
    first
        Of the list.
    """
    exact, written = dict[Settled, Cell](), dict[Settled, Cell]()
    for p in both_ways(first.procedure) or ():
        for cell in allowed:
            own = replace(cell, asked=replace(cell.asked, solvent=p.solvent))
            dosed = replace(p, **{name: getattr(cell.asked, name) for name in HYDRIDE_AT_ONCE})
            if p.addition != first.procedure.addition and is_like(own, dosed) and holds(own, dosed):
                exact[dosed] = own
                written |= dict.fromkeys(_in_hours(own, dosed, nodes.aim.degree), own)
    tries = exact | written
    judged = _judged(nodes, bench, list(tries.values()), list(tries)) if tries else []
    better = [t for t in judged if is_within(bench, t) and t.wanted >= first.wanted + _least_gain(t)]
    return [t for t in better if t.procedure in written] or better


def _in_hours(cell: Cell, procedure: Settled, degree: int) -> list[Settled]:
    """Write a procedure in a notebook's numbers, with the nearest hold and with the next longer one."""
    near = in_notebook(cell, procedure, degree)
    knob = next((k for k in cell.knobs if k.field == HOLD), None)
    hours = [] if knob is None else [n for n in notebook(knob, degree) if n > procedure.hold_time_h]
    longer = [cell.possible(cell.values(near) | {HOLD: n}) for n in hours[:1]]
    return [near, *(p for p in longer if has_written_hold(cell, p, degree))]


def _least_gain(trial: Trial) -> float:
    """How much more of the target a rival has to give: nothing where it is everything at once, which is less work."""
    return 0.0 if trial.procedure.addition == ALL_AT_ONCE else SURELY_TIED


def _within_limit(nodes: Bench, bench: Bench, trial: Trial) -> Trial:
    """Take the best that keeps the limits on all draws: with less carbonyl, or from a walk back inside."""
    if is_within(bench, trial):
        return trial
    found = [*_with_less_carbonyl(nodes, bench, trial), *_walked_back(nodes, bench, trial)]
    return max(found, key=lambda t: t.score, default=trial)


def _with_less_carbonyl(nodes: Bench, bench: Bench, trial: Trial) -> list[Trial]:
    """Cut the carbonyl until the limits hold on all draws, if that can be."""
    for lower in retreats(trial, nodes.aim.degree):
        found = _judged(nodes, bench, [trial.cell] * len(lower), lower) if lower else []
        if kept := [t for t in found if is_within(bench, t)]:
            return kept
    return []


def _walked_back(nodes: Bench, bench: Bench, trial: Trial) -> list[Trial]:
    """Walk back inside on more draws what was inside on those of a search: few are kind to what they chose.

    They are not those on which limits are checked.
    """
    if trial.score <= OUTSIDE:
        return []
    more = replace(nodes, draws=draw_parameters(nodes.model, REPORT_DRAWS, WALKED_BACK_SEED))
    way = Way(bench=more, trial=trial)
    walk([way], REPORT_DRAWS)
    found = _judged(nodes, bench, [trial.cell], [way.trial.procedure])
    return [t for t in found if is_within(bench, t)]
