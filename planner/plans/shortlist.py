"""Shortlist: many cells to a few procedures, on more draws at every stage.

==========  ==========================================================  ==============
stage       what is judged                                              draws
==========  ==========================================================  ==============
sample      Sobol points of every cell                                  16
evolve      the promising cells, by differential evolution              32
refine      the cells near the best, on from there; then a walk over    128
            the numbers of a notebook, and a better solvent
judge       what is rounded: the best of each cell, a Pareto set        1,024
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
from planner.model.model import Model
from planner.model.reagents import GUIDE
from planner.plans.aims import Bench, judge
from planner.plans.cells import first_points
from planner.plans.feeding import both_ways
from planner.plans.floors import holds
from planner.plans.ranking import SURELY_TIED
from planner.plans.rounding import ALLOWANCE, descend, in_notebook, retreats, scores
from planner.plans.search import Cell, Trial, evolve, promising, sample, tried

COARSE_DRAWS = 16
EVOLUTION_DRAWS = 32
SEARCH_DRAWS = 128
REPORT_DRAWS = 1024
NODES_SEED = 0
LARGE_NETWORK = 400
"""Reactions from which a cell gets fewer trials; its runs take milliseconds each."""
POPULATION, REFINING = 16, 12
"""Sizes of the populations that evolve and that are refined."""
EVOLVED = 6
"""Cells that are searched further than the sample, if they come near the best, however many are to be listed."""
REFINED = 3
CLOSE = 0.05
"""Cells that are refined: at most so many, within so much of the best score."""
PARETO_POINTS = 6
DESCENDED = 3
"""Best cells that are written in notebook numbers, besides the best of each reductant."""
HAZARDOUS = "hazardous"
"""Rank in the guide from which a solvent is replaced where another serves as well."""

Progress = Callable[[float, str], None]


def search(
    nodes: Bench,
    allowed: Sequence[Cell],
    first: Sequence[Settled],
    *,
    effort: float,
    report: Progress,
) -> list[Trial]:
    """Sample every cell, evolve the promising ones, refine the best.

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
        report(0.2 + 0.2 * i / len(chosen), f"searching {cell.name}")
        start = [t for t in coarse if t.cell == cell and t.score > -math.inf]
        score = partial(scores, nodes, n_draws=EVOLUTION_DRAWS)
        found[cell] = evolve(cell, start, score, size=POPULATION, **way[cell])
    for i, cell in enumerate(_near_the_best(nodes, found)):
        report(0.4 + 0.4 * i / REFINED, f"refining {cell.name}")
        score = partial(scores, nodes, n_draws=SEARCH_DRAWS)
        found[cell] = evolve(cell, found[cell], score, size=REFINING, **way[cell])
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


def _near_the_best(nodes: Bench, found: dict[Cell, list[Trial]]) -> list[Cell]:
    """Choose the cells whose best comes near the best of all, judged on the draws of the search."""
    leaders = [max(trials, key=lambda t: t.score) for trials in found.values()]
    judged = scores(nodes, [t.procedure for t in leaders], SEARCH_DRAWS)[:, 0] if leaders else np.zeros(0)
    order = np.argsort(-judged, kind="stable")[:REFINED]
    return [leaders[i].cell for i in order if judged[i] >= judged[order[0]] - CLOSE]


def undominated(trials: Sequence[Trial]) -> list[Trial]:
    """Keep what no other trial beats in target fraction, over-alkylation and time at once, fastest first."""
    kept: list[Trial] = []
    for trial in sorted(trials, key=lambda t: (-t.wanted, t.over, t.procedure.total_time_h)):
        hours = trial.procedure.total_time_h
        if not any(t.over <= trial.over and t.procedure.total_time_h <= hours for t in kept):
            kept.append(trial)
    return sorted(kept, key=lambda t: t.procedure.total_time_h)


def is_within(bench: Bench, trial: Trial) -> bool:
    """Tell whether a trial ran and keeps the limits on over-alkylation and on the target's low end."""
    aim = bench.aim
    return (
        trial.score > -math.inf
        and (aim.max_over_alkylation is None or trial.over <= aim.max_over_alkylation)
        and (aim.min_target_low is None or trial.low >= aim.min_target_low)
    )


def not_short(bench: Bench, trials: Sequence[Trial]) -> list[Trial]:
    """Leave out trials that give less than the defaults do in all the time allowed."""
    if not trials:
        return []
    short = judge(bench, [t.procedure for t in trials], REPORT_DRAWS).short
    return [t for t, missing in zip(trials, short, strict=True) if missing <= 0]


def finals(
    nodes: Bench, bench: Bench, trials: Sequence[Trial], others: Callable[[Trial], Sequence[str]]
) -> list[Trial]:
    """Write the best of every cell and a thinned Pareto set in notebook numbers, and judge them on all draws.

    Parameters
    ----------
    nodes, bench
        Draws of the search, and those of the report.
    trials
        What was tried.
    others
        Solvents that may replace that of a trial.
    """
    leaders: dict[Cell, Trial] = {}
    for trial in sorted((t for t in trials if t.score > -math.inf), key=lambda t: -t.score):
        leaders.setdefault(trial.cell, trial)
    best = [descend(nodes, trial, SEARCH_DRAWS) for trial in _to_be_listed(list(leaders.values()))]
    before, best = best, [greener(nodes, trial, others(trial)) for trial in best]
    swaps = {
        (a.procedure.reductant, a.procedure.solvent): b.procedure.solvent
        for a, b in zip(before, best, strict=True)
    }
    front = undominated([t for t in trials if is_within(bench, t)])
    thin = [front[round(i)] for i in np.linspace(0, len(front) - 1, min(len(front), PARETO_POINTS))]
    degree = nodes.aim.degree
    chosen = {}
    for t in thin:
        p = in_notebook(t.cell, t.procedure, degree)
        solvent = swaps.get((p.reductant, p.solvent), p.solvent)
        chosen[replace(p, solvent=solvent)] = replace(t.cell, asked=replace(t.cell.asked, solvent=solvent))
    chosen |= {t.procedure: t.cell for t in best}
    judged = _judged(nodes, bench, list(chosen.values()), list(chosen))
    return [_within_limit(nodes, bench, t) for t in judged]


def _to_be_listed(leaders: Sequence[Trial]) -> list[Trial]:
    """Choose the leaders that can come onto the list: the best cells, and the best cell of each reductant."""
    by_reductant = {t.procedure.reductant: t for t in reversed(leaders)}
    return [t for t in leaders if t in leaders[:DESCENDED] or by_reductant[t.procedure.reductant] is t]


def greener(nodes: Bench, trial: Trial, solvents: Sequence[str]) -> Trial:
    """Replace a hazardous solvent by the best of the guide that gives the target as well."""
    others = [in_solvent(trial, name) for name in greener_solvents(nodes.model, trial, solvents)]
    if not others:
        return trial
    procedures = [t.procedure for t in others]
    found = tried([t.cell for t in others], procedures, scores(nodes, procedures, SEARCH_DRAWS))
    return next((t for t in found if serves_as_well(t, trial)), trial)


def greener_solvents(model: Model, trial: Trial, solvents: Sequence[str]) -> list[str]:
    """List the solvents that rank before that of a trial in the guide, the best first; none where it is no hazard."""
    here = GUIDE.index(model.solvent(trial.procedure.solvent).guide)
    if here < GUIDE.index(HAZARDOUS):
        return []
    return [s for s in solvents if GUIDE.index(model.solvent(s).guide) < here]


def in_solvent(trial: Trial, name: str) -> Trial:
    """Write a trial in another solvent, as it is otherwise."""
    return replace(
        trial,
        cell=replace(trial.cell, asked=replace(trial.cell.asked, solvent=name)),
        procedure=replace(trial.procedure, solvent=name),
    )


def serves_as_well(other: Trial, trial: Trial) -> bool:
    """Tell whether a greener solvent gives the target as well."""
    return other.score >= trial.score - ALLOWANCE


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
    exact, written = {}, {}
    for p in both_ways(first.procedure) or ():
        for cell in allowed:
            own = replace(cell, asked=replace(cell.asked, solvent=p.solvent))
            dosed = replace(p, **{name: getattr(cell.asked, name) for name in HYDRIDE_AT_ONCE})
            if p.addition != first.procedure.addition and is_like(own, dosed) and holds(own, dosed):
                exact[dosed] = own
                written[in_notebook(own, dosed, nodes.aim.degree)] = own
    tries = exact | written
    judged = _judged(nodes, bench, list(tries.values()), list(tries)) if tries else []
    better = [t for t in judged if is_within(bench, t) and t.wanted >= first.wanted + _least_gain(t)]
    return [t for t in better if t.procedure in written] or better


def _least_gain(trial: Trial) -> float:
    """How much more of the target a rival has to give: nothing where it is everything at once, which is less work."""
    return 0.0 if trial.procedure.addition == ALL_AT_ONCE else SURELY_TIED


def _within_limit(nodes: Bench, bench: Bench, trial: Trial) -> Trial:
    """Cut the carbonyl until the limits hold on all draws, if that can be."""
    if is_within(bench, trial):
        return trial
    for lower in retreats(trial, nodes.aim.degree):
        found = _judged(nodes, bench, [trial.cell] * len(lower), lower) if lower else []
        kept = [t for t in found if is_within(bench, t)]
        if kept:
            return max(kept, key=lambda t: t.score)
    return trial
