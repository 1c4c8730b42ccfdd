"""Planning: a request becomes a plan; see ``shortlist`` for the search, ``ranking`` for the order of what it finds."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from planner.engine import Array
from planner.errors import InfeasibleError
from planner.flask.discrepancy import procedures_of
from planner.flask.fields import FIELDS
from planner.flask.procedure import Settled, procedure_words
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.aims import SEARCH_SLACK, TOLERANCE, USEFUL, Bench, read_aim, with_margin
from planner.plans.cells import cells
from planner.plans.curves import charge_curve, knob_curves
from planner.plans.feeding import SlowAddition, slow_addition
from planner.plans.floors import dosed, floors_of, is_slow
from planner.plans.parting import parted
from planner.plans.proposals import propose
from planner.plans.ranking import ranked
from planner.plans.reasons import explain
from planner.plans.recommendation import ParetoPoint, Plan, Recommendation
from planner.plans.remedies import remedies
from planner.plans.request import Request, build_request
from planner.plans.rooms import Room, room_of
from planner.plans.search import Trial
from planner.plans.shortlist import (
    NODES_SEED,
    REPORT_DRAWS,
    SEARCH_DRAWS,
    finals,
    not_short,
    rivals,
    search,
    undominated,
)
from planner.plans.strategies import Found, strategies
from planner.plans.walking import is_within
from planner.structures.pairs import Pair, read_pair

MOST_RIVALS = 2
"""Times that the first is held against what its own reasons name."""
Progress = Callable[[float, str], None]


def recommend(
    amine: str,
    carbonyl: str,
    *,
    models: str | Path | None = None,
    model: Model | None = None,
    progress: Progress | None = None,
    **asked: Any,
) -> Plan:
    """Recommend procedures for a target.

    Parameters
    ----------
    amine, carbonyl
        SMILES, or names of the catalogue of reagents.
    models, model
        Folder of the model files, or a model in memory; the bundled one when both are absent.
    progress
        Called with the fraction done and a few words; what it raises passes through.
    **asked
        Keywords of ``Request`` (target, basis, max_over_alkylation, max_time_h, reductants, additions,
        solvents, temperature_window_C, max_carbonyl_equivalents, max_reductant_equivalents, top, seed,
        ...) and any field of ``Procedure``, which is then held at that value.

    Returns
    -------
    Plan

    Raises
    ------
    StructureError, ScopeError, ProcedureError, ParameterError
        If the request cannot be used; one line says what to do.
    InfeasibleError
        If nothing satisfies the limits; it names the one that binds and the nearest procedure.

    Examples
    --------
    >>> plan = recommend("NCc1ccccc1", "CCCC=O", reductant="NaBH4", max_over_alkylation=0.05, effort=0.1)
    >>> plan.best.procedure.addition
    'imine_first'
    """
    known = chosen_model(models, model)
    return make_plan(build_request(amine, carbonyl, asked, models), known, progress)


def make_plan(request: Request, model: Model, progress: Progress | None = None) -> Plan:
    """Search, round, judge and rank; see ``recommend``."""
    report = progress or (lambda done, words: None)
    found, notes = search_plan(request, model, report)
    reasons = explain(found.bench, found.listed)
    recommendations = []
    for rank, trial in enumerate(found.listed, start=1):
        report(0.9 + 0.04 * rank / len(found.listed), "predicting what is proposed")
        recommendations.append(propose(request, found.bench, trial, rank=rank, reasons=reasons[rank - 1]))
    report(0.95, "comparing strategies")
    ways = strategies(found, lambda other: _best_of(other, model))
    report(1.0, "done")
    return Plan(
        request=request,
        pair=found.bench.pair,
        model=model,
        aim=found.bench.aim,
        recommendations=tuple(recommendations),
        pareto=tuple(_pareto_point(t) for t in undominated(found.final)),
        notes=notes,
        strategies=ways,
        curve_points=charge_curve(found.bench, found.listed[0]),
        remedies=remedies(request, found.bench, found.listed[0]),
    )


def search_plan(
    request: Request, model: Model, report: Progress, tolerance: float = TOLERANCE
) -> tuple[Found, tuple[str, ...]]:
    """Search and rank, and say what was searched; InfeasibleError where nothing keeps the limits."""
    pair = read_pair(request.amine, request.carbonyl, model)
    aim = read_aim(request.target, pair, request.basis, request.max_over_alkylation, request.min_target_low)
    draws = draw_parameters(model, REPORT_DRAWS, request.seed)
    bench = Bench(pair=pair, model=model, aim=aim, draws=draws, tolerance=tolerance)
    nodes = replace(
        bench,
        draws=draw_parameters(model, SEARCH_DRAWS, NODES_SEED),
        aim=with_margin(aim),
        slack=SEARCH_SLACK,
    )
    room, left_out = what_is_searched(request, nodes)
    nodes = replace(nodes, floors=floors_of(nodes, room.defaults))
    bench = replace(bench, floors=floors_of(bench, dosed(room.defaults, model)))
    start = [*room.defaults.values(), *_run_before(pair, model)]
    trials = search(nodes, room.cells, start, effort=request.effort, report=report)
    final = finals(nodes, bench, room, trials, report)
    fit = parted(request, bench, [t for t in final if is_within(bench, t)])
    at_once = floors_of(bench, room.defaults)
    listed = ranked(bench, _worthy(bench, fit, at_once) or fit, request.top)
    if not listed:
        _refuse(request, final)
    for _ in range(MOST_RIVALS):
        more = [t for t in rivals(nodes, bench, room.cells, listed[0]) if t not in fit]
        if not more:
            break
        fit = (*fit, *parted(request, bench, more))
        listed = ranked(bench, _worthy(bench, fit, at_once) or fit, request.top)
    found = Found(
        request=request,
        room=room,
        nodes=nodes,
        bench=bench,
        final=fit,
        listed=tuple(listed),
        trials=tuple(trials),
    )
    return found, _notes(trials, left_out)


def _run_before(pair: Pair, model: Model) -> list[Settled]:
    """List the procedures that the model has learned from, so that what was seen to work is not forgotten."""
    calibration = model.calibration
    if calibration is None or not calibration.is_of(pair.amine.smiles, pair.carbonyl.smiles):
        return []
    return list(dict.fromkeys(procedures_of(calibration)))


def _worthy(bench: Bench, fit: Sequence[Trial], at_once: Mapping[str, Array]) -> list[Trial]:
    """Leave out what gives less than its reductant's default.

    A hydride in portions is held against the default that gets it at once where some trial reaches that, else against
    the same default in portions.
    """
    proper = not_short(bench, fit)
    least = {name: float(wanted.mean()) - bench.slack for name, wanted in at_once.items()}
    whole = [t for t in proper if t.wanted >= least.get(t.procedure.reductant, 0.0)]
    reached = {t.procedure.reductant for t in whole}
    return [t for t in proper if t in whole or t.procedure.reductant not in reached]


def what_is_searched(request: Request, nodes: Bench) -> tuple[Room, list[str]]:
    """Find the cells to be searched and the defaults that they must match; slow pairs get one knob more."""
    room, left_out = room_of(request, nodes.pair, nodes.model, nodes.aim)
    if request.fixed.concentration_M is None and is_slow(nodes, list(room.defaults.values())):
        room, left_out = room_of(request, nodes.pair, nodes.model, nodes.aim, is_slow=True)
    return room, left_out


def _best_of(request: Request, model: Model) -> Recommendation:
    """Recommend one procedure, without strategies."""
    found, _ = search_plan(request, model, lambda done, words: None)
    return propose(request, found.bench, found.listed[0])


def _refuse(request: Request, final: Sequence[Trial]) -> NoReturn:
    """Say which limit binds and what comes nearest."""
    over = request.max_over_alkylation
    if request.min_target_low is not None:
        within = [t for t in final if over is None or t.over <= over] or list(final)
        best = max(within, key=lambda t: t.low)
        raise InfeasibleError(
            f"min_target_low {request.min_target_low:g} cannot be met; nearest: {best.low:.4f} "
            f"(target {best.wanted:.3f}) with {procedure_words(best.procedure)}; lower the limit to that"
        )
    worth = [t for t in final if t.wanted >= USEFUL] or list(final)
    nearest = min(worth, key=lambda t: t.over)
    held = ", ".join(
        f"{name} = {value:g}" for name, value in request.limits()["fixed"].items() if isinstance(value, float)
    )
    raise InfeasibleError(
        f"max_over_alkylation {over:g} cannot be met{' with ' + held if held else ''}; nearest: "
        f"{nearest.over:.4f} (target {nearest.wanted:.3f}) with {procedure_words(nearest.procedure)}; "
        "raise the limit to that"
    )


def _pareto_point(trial: Trial) -> ParetoPoint:
    return ParetoPoint(
        procedure=trial.procedure,
        target_fraction=trial.wanted,
        over_alkylation=trial.over,
        total_time_h=trial.procedure.total_time_h,
    )


def _notes(trials: Sequence[Trial], left_out: Sequence[str]) -> tuple[str, ...]:
    """Say what was tried, what failed and what was left out."""
    n_cells = len({t.cell for t in trials})
    notes = [
        f"{len(trials)} procedures in {n_cells} combinations of reductant, addition and solvent were searched."
    ]
    if failed := sum(t.score == -math.inf for t in trials):
        notes.append(f"{failed} of them could not be integrated and were passed over.")
    return (*notes, *(f"Left out: {words}" for words in left_out))


def plan_curves(plan: Plan, rank: int = 1) -> list[dict[str, float | str]]:
    """Vary one knob at a time around a recommendation.

    Returns
    -------
    list of dict
        Rows of field, value, target_fraction, target_low, target_high, over_alkylation on 256 draws.
    """
    procedure = plan.ranked(rank).procedure
    words = (procedure.reductant, procedure.addition)
    allowed, _ = cells(plan.request, plan.pair, plan.model, plan.aim)
    cell = next(c for c in allowed if (c.asked.reductant, c.asked.addition) == words)
    varied = {k.field for k in cell.knobs}
    held = {name: getattr(procedure, name) for name in FIELDS if name not in varied}
    here = replace(
        cell, asked=replace(cell.asked, **held)
    )  # its solvent may have been replaced by a better one
    return knob_curves(_bench(plan), Trial(cell=here, procedure=procedure))


def plan_slow_addition(plan: Plan, rank: int = 1) -> SlowAddition | None:
    """Say how likely slow addition of the carbonyl helps, with the charges of a recommendation.

    Returns
    -------
    SlowAddition or None
        None where its total time leaves no room for a feed, or a run fails.
    """
    return slow_addition(_bench(plan), plan.ranked(rank).procedure)


def _bench(plan: Plan) -> Bench:
    """Set up the place where the procedures of a plan were judged."""
    draws = draw_parameters(plan.model, REPORT_DRAWS, plan.request.seed)
    return Bench(pair=plan.pair, model=plan.model, aim=plan.aim, draws=draws)
