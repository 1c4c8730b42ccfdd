"""Answers: what comes of the procedure that is chosen for a pair, at full accuracy on the draws of a report.

Pairs of a piece that have exactly the same numbers are run once, and read each by its own structures.
"""

from dataclasses import dataclass, field

from planner.errors import InfeasibleError
from planner.flask.alike import numbers_of_runs
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.plans.aims import Aim
from planner.plans.request import Request
from planner.plans.rounding import retreats
from planner.plans.search import Trial
from planner.predictions.prediction import Prediction, read_run
from planner.predictions.running import Ran, run_pair
from planner.structures.pairs import Pair

ANSWER_DRAWS = 256
"""Draws of the prediction that is written down; its mean is known to a third of a point."""
RETREATS = 3
"""Smaller charges of carbonyl that are tried where a choice breaks a limit on more draws."""
RUNS = 128
"""Runs that are kept, some 0.1 MB each: a pair's like come within that many of a list, or hardly at all."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Runs:
    """The last runs, for the pairs that are like theirs."""

    known: dict[object, Ran] = field(default_factory=dict)
    """By numbers and procedure; the one that was read last is the last."""

    def of(self, pair: Pair, model: Model, procedure: Settled, drawn: Draws) -> Ran:
        """Run a settled procedure of a pair, or take the run of one that has the same numbers."""
        key = (numbers_of_runs(pair, model), model, procedure, drawn)
        ran = self.known.pop(key, None) or run_pair(pair, model, procedure, drawn)
        self.known[key] = ran
        if len(self.known) > RUNS:
            del self.known[next(iter(self.known))]
        return ran


def predicted(
    request: Request, model: Model, pair: Pair, aim: Aim, chosen: Trial, runs: Runs | None = None
) -> Prediction:
    """Predict what was chosen on the first draws of a report; with less carbonyl where it breaks a limit there.

    Parameters
    ----------
    request, model
        Whose limits and numbers are used.
    pair, aim
        What is made.
    chosen
        From the short list.
    runs
        Of the pairs before, of which this one may share one.

    Raises
    ------
    InfeasibleError
        If it still does.
    """
    runs = runs or Runs()
    found = _predicted(request, model, pair, aim, chosen.procedure, runs)
    broken = _broken(aim, found)
    if not broken:
        return found
    written, finer = retreats(chosen, aim.degree)
    for procedure in (*written[:RETREATS], *finer[:RETREATS]):
        other = _predicted(request, model, pair, aim, procedure, runs)
        if not _broken(aim, other):
            return other
    raise InfeasibleError(broken)


def _predicted(
    request: Request, model: Model, pair: Pair, aim: Aim, procedure: Settled, runs: Runs
) -> Prediction:
    asked = Procedure(**{name: getattr(procedure, name) for name in FIELDS})
    settled, defaults = settle(asked, model, pair, per_carbonyl=aim.basis == "carbonyl")
    ran = runs.of(pair, model, settled, draw_parameters(model, ANSWER_DRAWS, request.seed))
    return read_run(ran, pair, defaults, target=aim.degree, basis=aim.basis)


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
