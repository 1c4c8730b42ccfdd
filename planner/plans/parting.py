"""Parting: how hard the target of a procedure is to part from its nearest neighbour, and what that costs a ranking.

The difficulty is that of ``mixtures.scheme``. It is stated with every recommendation; only where the request asks for
it the score of what the search has found pays five points for a difficulty of 1. The search itself does not see it.
"""

from collections.abc import Sequence
from dataclasses import replace

from planner.errors import PlannerError, ProcedureError
from planner.mixtures.crude import difficulty
from planner.mixtures.separation import load_separation
from planner.plans.aims import Bench
from planner.plans.request import Request
from planner.plans.search import Trial
from planner.predictions.prediction import Prediction, predict_pair


def difficulty_of(prediction: Prediction, request: Request, isomer: str | None) -> float | None:
    """State how hard the target is to part; None where there is none, or no way to end the run as it is planned."""
    try:
        return difficulty(prediction, request.kept_from, isomer)
    except ProcedureError:
        return None


def parted(request: Request, bench: Bench, trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """Take what parting costs off the scores, where the request asks for it."""
    if not request.separation:
        return tuple(trials)
    price = load_separation().number("separation_cost")
    return tuple(replace(t, score=t.score - price * _difficulty(request, bench, t)) for t in trials)


def _difficulty(request: Request, bench: Bench, trial: Trial) -> float:
    """Predict a trial and see; what cannot be predicted or ended pays in full."""
    aim = bench.aim
    try:
        made = predict_pair(
            bench.pair, bench.model, trial.procedure, bench.draws, target=aim.degree, basis=aim.basis
        )
    except PlannerError:
        return 1.0
    found = difficulty_of(made, request, aim.smiles)
    return 1.0 if found is None else found
