"""Answers: what comes of the procedure that is chosen for a pair, at full accuracy on the draws of a report."""

from planner.errors import InfeasibleError
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.plans.aims import Aim
from planner.plans.request import Request
from planner.plans.rounding import retreats
from planner.plans.search import Trial
from planner.predictions.prediction import Prediction, predict_pair
from planner.structures.pairs import Pair

ANSWER_DRAWS = 256
"""Draws of the prediction that is written down; its mean is known to a third of a point."""
RETREATS = 3
"""Smaller charges of carbonyl that are tried where a choice breaks a limit on more draws."""


def predicted(request: Request, model: Model, pair: Pair, aim: Aim, chosen: Trial) -> Prediction:
    """Predict what was chosen on the first draws of a report; with less carbonyl where it breaks a limit there.

    Raises
    ------
    InfeasibleError
        If it still does.
    """
    found = _predicted(request, model, pair, aim, chosen.procedure)
    broken = _broken(aim, found)
    if not broken:
        return found
    written, finer = retreats(chosen, aim.degree)
    for procedure in (*written[:RETREATS], *finer[:RETREATS]):
        other = _predicted(request, model, pair, aim, procedure)
        if not _broken(aim, other):
            return other
    raise InfeasibleError(broken)


def _predicted(request: Request, model: Model, pair: Pair, aim: Aim, procedure: Settled) -> Prediction:
    asked = Procedure(**{name: getattr(procedure, name) for name in FIELDS})
    draws = draw_parameters(model, ANSWER_DRAWS, request.seed)
    return predict_pair(pair, model, asked, draws, target=aim.degree, basis=aim.basis)


def _broken(aim: Aim, found: Prediction) -> str:
    """Say which limit a prediction breaks; nothing where it keeps them."""
    over, low = found.over_alkylation.mean, found.target_fraction.low
    advice = "ask for this pair alone with planner recommend"
    if aim.max_over_alkylation is not None and over > aim.max_over_alkylation:
        return (
            f"max_over_alkylation {aim.max_over_alkylation:g} cannot be met from the problem's short list; nearest: "
            f"{over:.4f}; raise the limit to that, or {advice}"
        )
    if aim.min_target_low is not None and low < aim.min_target_low:
        return (
            f"min_target_low {aim.min_target_low:g} cannot be met from the problem's short list; nearest: {low:.4f}; "
            f"lower the limit to that, or {advice}"
        )
    return ""
