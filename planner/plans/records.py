"""Records: a plan as plain JSON types, enough to open it again."""

from dataclasses import asdict
from typing import Any

from planner.model.records import model_identity
from planner.plans.recommendation import Plan
from planner.predictions.records import FORMAT, prediction_record
from planner.version import VERSION


def plan_record(plan: Plan) -> dict[str, Any]:
    """Describe a plan as plain JSON types: request, results and identity, enough to open it again."""
    return {
        "format": FORMAT,
        "target": plan.request.target,
        "basis": plan.request.basis,
        "limits": plan.request.limits(),
        "recommendations": [
            {
                "rank": r.rank,
                "procedure": asdict(r.procedure),
                "prediction": prediction_record(r.prediction),
                "score": r.score,
                "reasons": list(r.reasons),
                "caveats": list(r.caveats),
            }
            for r in plan.recommendations
        ],
        "pareto": [asdict(point) for point in plan.pareto],
        "notes": list(plan.notes),
        "request": asdict(plan.request),
        "model": model_identity(plan.model),
        "version": VERSION,
    }
