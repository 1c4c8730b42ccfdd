"""Recommendations: the procedures that serve an aim best, ranked, rounded to what a bench can do.

Search on the first draws, round, then judge everything that is shown on 1,024 draws; the limits hold
there. The list is diverse: the best of each reductant x addition x solvent that comes near the best of
all, then faster or cleaner variants. Beside it stands the Pareto set of target fraction,
over-alkylation and total time.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from planner.errors import InfeasibleError, ProcedureError, ScopeError
from planner.files.tables import csv_text, to_frame
from planner.files.writing import write_file
from planner.flask.fields import FIELDS
from planner.flask.flask import needs_joint_states, prepare
from planner.flask.procedure import Procedure, Settled, procedure_words, settle
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.aims import Aim, Bench, judge, read_aim
from planner.plans.cells import cells
from planner.plans.reasons import SlowAddition, explain, knob_curves, slow_addition
from planner.plans.request import Request, build_request
from planner.plans.search import Cell, Trial
from planner.plans.shortlist import (
    NODES_SEED,
    REPORT_DRAWS,
    SEARCH_DRAWS,
    finals,
    is_within,
    ranked,
    search,
    undominated,
)
from planner.predictions.prediction import Prediction, interval, predict_pair
from planner.structures.pairs import Pair, read_pair
from planner.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[float, str], None]

_STATED = (
    "rank", "amine_smiles", "carbonyl_smiles", "target", "reductant", "addition", "carbonyl_equivalents",
    "reductant_equivalents", "acid_equivalents", "addition_time_h", "imine_time_h", "hold_time_h", "temperature_C",
    "concentration_M", "solvent", "target_fraction", "target_low", "target_high", "over_alkylation",
    "under_alkylation", "selectivity", "total_time_h", "basis", "quench", "water", "feed_volume_fraction",
    "target_median", "over_alkylation_high", "draws", "seed", "reasons", "caveats", "model_name", "model_sha256",
    "planner_version",
)  # fmt: skip
COLUMNS = (*_STATED, *(name for name in FIELDS if name not in _STATED))
"""Of the table of a plan: the contract's in their order, then the fields of a procedure that came later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """A procedure worth trying, with what it gives and why."""

    rank: int
    """From 1, the best."""
    procedure: Settled
    """Settled."""
    prediction: Prediction
    """On 1,024 draws."""
    score: float
    """By which it is ranked: a low quantile of the target fraction minus prices."""
    reasons: tuple[str, ...]
    """Why it stands here."""
    caveats: tuple[str, ...]
    """What the numbers do not know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoPoint:
    """A procedure that no other beats in target fraction, over-alkylation and time at once."""

    procedure: Settled
    """Settled."""
    target_fraction: float
    """Mean."""
    over_alkylation: float
    """Mean."""
    total_time_h: float
    """[h]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Ranked recommendations for one request."""

    request: Request
    """What was asked."""
    pair: Pair
    """Amine and carbonyl."""
    model: Model
    """The numbers used."""
    aim: Aim
    """The target as it was understood."""
    recommendations: tuple[Recommendation, ...]
    """Best first."""
    pareto: tuple[ParetoPoint, ...]
    """By total time."""
    notes: tuple[str, ...]
    """What the search left out and how much it tried."""

    @property
    def best(self) -> Recommendation:
        """The first recommendation."""
        return self.recommendations[0]

    def ranked(self, rank: int) -> Recommendation:
        """Take the recommendation of a rank; ProcedureError when there is none."""
        if not 1 <= rank <= len(self.recommendations):
            raise ProcedureError(f"rank {rank} is not in this plan; give 1 to {len(self.recommendations)}")
        return self.recommendations[rank - 1]

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate the recommendations, one row each."""
        return to_frame(self.rows(), COLUMNS)

    def to_csv(self, path: str | Path) -> None:
        """Write the recommendations as CSV, whole or not at all."""
        write_file(path, csv_text(self.rows(), COLUMNS).encode())

    def rows(self) -> list[dict[str, Any]]:
        """List the recommendations as rows of ``COLUMNS``."""
        return [_row(self, r) for r in self.recommendations]


def _row(plan: Plan, r: Recommendation) -> dict[str, Any]:
    p = r.prediction
    return {f.name: getattr(r.procedure, f.name) for f in fields(r.procedure)} | {
        "rank": r.rank,
        "amine_smiles": plan.pair.amine.smiles,
        "carbonyl_smiles": plan.pair.carbonyl.smiles,
        "target": plan.request.target,
        "target_fraction": p.target_fraction.mean,
        "target_low": p.target_fraction.low,
        "target_high": p.target_fraction.high,
        "over_alkylation": p.over_alkylation.mean,
        "under_alkylation": p.under_alkylation.mean,
        "selectivity": p.selectivity,
        "total_time_h": r.procedure.total_time_h,
        "basis": plan.request.basis,
        "target_median": p.target_fraction.median,
        "over_alkylation_high": p.over_alkylation.high,
        "draws": p.draws,
        "seed": p.seed,
        "reasons": " | ".join(r.reasons),
        "caveats": " | ".join(r.caveats),
        "model_name": plan.model.name,
        "model_sha256": plan.model.sha256,
        "planner_version": VERSION,
    }


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
    pair = read_pair(request.amine, request.carbonyl, model)
    aim = read_aim(request.target, pair, request.basis, request.max_over_alkylation)
    bench = Bench(pair=pair, model=model, aim=aim, draws=draw_parameters(model, REPORT_DRAWS, request.seed))
    nodes = replace(bench, draws=draw_parameters(model, SEARCH_DRAWS, NODES_SEED))
    allowed, left_out = cells(request, pair, model, aim)
    allowed, too_large = _computable(pair, model, allowed)
    trials = search(nodes, allowed, top=request.top, effort=request.effort, report=report)
    report(0.8, "rounding, and judging on 1,024 draws")
    final = finals(nodes, bench, trials)
    listed = ranked([t for t in final if is_within(bench, t)], request.top)
    if not listed:
        _refuse(request, final)
    reasons = explain(bench, listed)
    recommendations = []
    for rank, trial in enumerate(listed, start=1):
        report(0.9 + 0.1 * rank / len(listed), "predicting what is proposed")
        recommendations.append(_recommendation(request, bench, trial, (rank, reasons[rank - 1])))
    return Plan(
        request=request,
        pair=pair,
        model=model,
        aim=aim,
        recommendations=tuple(recommendations),
        pareto=tuple(_pareto_point(t) for t in undominated(final) if is_within(bench, t)),
        notes=_notes(trials, [*left_out, *too_large]),
    )


def _computable(pair: Pair, model: Model, allowed: Sequence[Cell]) -> tuple[list[Cell], list[str]]:
    """Leave out cells whose amine has too many joint states."""
    kept, left_out = [], []
    for cell in allowed:
        try:
            prepare(pair, model, joint=needs_joint_states(pair, cell.procedure([1.0] * len(cell.knobs))))
            kept.append(cell)
        except ScopeError as error:
            left_out.append(f"{cell.name}: {error}")
    if not kept:
        raise ScopeError(left_out[0])
    return kept, left_out


def _refuse(request: Request, final: Sequence[Trial]) -> NoReturn:
    """Say which limit binds and what comes nearest."""
    nearest = min(final, key=lambda t: t.over)
    held = ", ".join(
        f"{name} = {value:g}" for name, value in request.limits()["fixed"].items() if isinstance(value, float)
    )
    raise InfeasibleError(
        f"max_over_alkylation {request.max_over_alkylation:g} cannot be met{' with ' + held if held else ''}; nearest: "
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


def _recommendation(
    request: Request, bench: Bench, trial: Trial, place: tuple[int, tuple[str, ...]]
) -> Recommendation:
    """Predict a listed procedure on all draws."""
    rank, reasons = place
    shown = _asked(request, trial, bench)
    p = predict_pair(
        bench.pair,
        bench.model,
        shown,
        bench.draws,
        target=bench.aim.degree,
        basis=bench.aim.basis,
        seed=request.seed,
    )
    if bench.aim.smiles is not None:
        wanted = judge(bench, [trial.procedure], REPORT_DRAWS).wanted[0]
        p = replace(p, target_fraction=interval(wanted))
    return Recommendation(
        rank=rank, procedure=p.procedure, prediction=p, score=trial.score, reasons=reasons, caveats=p.caveats
    )


def _asked(request: Request, trial: Trial, bench: Bench) -> Procedure:
    """Leave unset what is at its default and was chosen by neither search nor request, so that it is listed as one."""
    chosen = {k.field for k in trial.cell.knobs} | {"reductant", "addition", "solvent"}
    chosen |= {name for name in FIELDS if getattr(request.fixed, name) is not None}
    p = trial.procedure
    freed = Procedure(**{name: getattr(p, name) for name in chosen})
    per_carbonyl = bench.aim.basis == "carbonyl"
    stated, defaults = settle(freed, bench.model, bench.pair, per_carbonyl=per_carbonyl)
    limited = {f: getattr(p, f) for f in defaults if getattr(stated, f) != getattr(p, f)}
    return replace(freed, **limited)


def plan_curves(plan: Plan, rank: int = 1) -> list[dict[str, float | str]]:
    """Vary one knob at a time around a recommendation.

    Returns
    -------
    list of dict
        Rows of field, value, target_fraction, target_low, target_high, over_alkylation on 256 draws.
    """
    procedure = plan.ranked(rank).procedure
    words = (procedure.reductant, procedure.addition, procedure.solvent)
    allowed, _ = cells(plan.request, plan.pair, plan.model, plan.aim)
    cell = next(c for c in allowed if (c.asked.reductant, c.asked.addition, c.asked.solvent) == words)
    return knob_curves(_bench(plan), Trial(cell=cell, procedure=procedure))


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
