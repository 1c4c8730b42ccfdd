"""Records: a plan as plain JSON types, enough to open it again."""

from dataclasses import asdict
from typing import Any

from planner.model.records import model_identity
from planner.plans.recommendation import Plan, Recommendation, Strategy
from planner.predictions.formats import FORMAT
from planner.predictions.records import prediction_record
from planner.version import VERSION


def plan_record(plan: Plan) -> dict[str, Any]:
    """Describe a plan as plain JSON types: request, results and identity, enough to open it again."""
    return {
        "format": FORMAT,
        "target": plan.request.target,
        "basis": plan.request.basis,
        "limits": plan.request.limits(),
        "recommendations": [recommendation_record(r) for r in plan.recommendations],
        "strategies": [strategy_record(way) for way in plan.strategies],
        "curve": plan.curve_rows(medians=True),
        "useful": plan.useful,
        "remedies": list(plan.remedies),
        "pareto": [asdict(point) for point in plan.pareto],
        "notes": list(plan.notes),
        "request": asdict(plan.request),
        "model": model_identity(plan.model),
        "version": VERSION,
    }


def recommendation_record(r: Recommendation) -> dict[str, Any]:
    """Describe a recommendation."""
    return {
        "rank": r.rank,
        "procedure": asdict(r.procedure),
        "prediction": prediction_record(r.prediction),
        "score": r.score,
        "reasons": list(r.reasons),
        "caveats": list(r.caveats),
        "difficulty": r.difficulty,
    }


def strategy_record(way: Strategy) -> dict[str, Any]:
    """Describe a strategy with its recommendation."""
    r = way.recommendation
    return {
        "name": way.name,
        "title": way.title,
        "target_fraction": None if way.target_fraction is None else asdict(way.target_fraction),
        "basis": way.basis,
        "over_alkylation": None if way.over_alkylation is None else asdict(way.over_alkylation),
        "total_time_h": way.total_time_h,
        "extra_steps": way.extra_steps,
        "recommendation": None if r is None else recommendation_record(r),
        "words": way.words,
    }


def strategy_rows(plan: Plan) -> list[dict[str, Any]]:
    """List the strategies as rows of a table."""
    rows = []
    for way in plan.strategies:
        t, over = way.target_fraction, way.over_alkylation
        rows.append(
            {
                "title": way.title,
                "target_fraction": None if t is None else t.mean,
                "target_low": None if t is None else t.low,
                "target_high": None if t is None else t.high,
                "basis": way.basis,
                "over_alkylation": None if over is None else over.mean,
                "total_time_h": way.total_time_h,
                "extra_steps": way.extra_steps,
                "words": way.words,
            }
        )
    return rows
