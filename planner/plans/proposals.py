"""Proposals: a trial becomes a recommendation, predicted on all draws at full accuracy."""

from dataclasses import replace

from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.plans.aims import Bench, judge
from planner.plans.parting import difficulty_of
from planner.plans.recommendation import Recommendation
from planner.plans.request import Request
from planner.plans.search import Trial
from planner.predictions.prediction import interval, predict_pair


def propose(
    request: Request, bench: Bench, trial: Trial, *, rank: int = 1, reasons: tuple[str, ...] = ()
) -> Recommendation:
    """Predict a procedure on all draws of a bench.

    Parameters
    ----------
    request
        Says which fields are held.
    bench
        Pair, numbers, aim and draws.
    trial
        The procedure.
    rank, reasons
        As on the list.
    """
    p = predict_pair(
        bench.pair,
        bench.model,
        _asked(request, trial, bench),
        bench.draws,
        target=bench.aim.degree,
        basis=bench.aim.basis,
    )
    if bench.aim.smiles is not None:
        wanted = judge(bench, [trial.procedure], len(bench.draws.normals)).wanted[0]
        p = replace(p, target_fraction=interval(wanted))
    return Recommendation(
        rank=rank,
        procedure=p.procedure,
        prediction=p,
        score=trial.score,
        reasons=reasons,
        caveats=p.caveats,
        difficulty=difficulty_of(p, request, bench.aim.smiles),
    )


def _asked(request: Request, trial: Trial, bench: Bench) -> Procedure:
    """Leave unset what is at its default and was chosen by neither search nor request, so that it is listed as one."""
    chosen = {k.field for k in trial.cell.knobs} | {"reductant", "addition", "solvent"}
    chosen |= {name for name in FIELDS if getattr(request.fixed, name) is not None}
    p = trial.procedure
    freed = Procedure(**{name: getattr(p, name) for name in chosen})
    per_carbonyl = bench.aim.basis == "carbonyl"  # as predict takes it
    stated, defaults = settle(freed, bench.model, bench.pair, per_carbonyl=per_carbonyl)
    limited = {f: getattr(p, f) for f in defaults if getattr(stated, f) != getattr(p, f)}
    return replace(freed, **limited)
