"""Answers: what comes of the procedure that is chosen for a pair, at full accuracy on the draws of a report.

Pairs of a piece that have exactly the same numbers are run once, and read each by its own structures; pairs that differ
in numbers only are run together.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
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
from planner.predictions.running import Ran, goes_along, run_pair, run_pairs
from planner.structures.pairs import Pair

ANSWER_DRAWS = 256
"""Draws of the prediction that is written down; its mean is known to a third of a point."""
RETREATS = 3
"""Smaller charges of carbonyl that are tried where a choice breaks a limit on more draws."""
RUNS = 512
"""Runs that are kept, some 0.1 MB each: those that were run ahead, with what is tried where their limits break."""
TOGETHER = 64
"""Pairs that are run together at most."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Runs:
    """The last runs, for the pairs that are like theirs."""

    known: dict[object, Ran] = field(default_factory=dict)
    """By numbers and procedure; the one that was read last is the last."""

    def of(self, pair: Pair, model: Model, procedure: Settled, drawn: Draws) -> Ran:
        """Run a settled procedure of a pair, or take the run of one that has the same numbers."""
        key = _key(pair, model, procedure, drawn)
        ran = self.known.pop(key, None) or run_pair(pair, model, procedure, drawn)
        self._keep({key: ran})
        return ran

    def ahead(self, some: Sequence[tuple[Pair, Settled]], model: Model, drawn: Draws) -> None:
        """Run what will be asked, together: of pairs that go along with each other.

        Where that fails for all of them together, each is run when it is asked.
        """
        with suppress(Exception):  # of one of them: it says so when it is run alone
            fresh = {_key(pair, model, p, drawn): (pair, p) for pair, p in some}
            fresh = {key: one for key, one in fresh.items() if key not in self.known}
            if fresh:
                pairs, procedures = zip(*fresh.values(), strict=True)
                self._keep(dict(zip(fresh, run_pairs(pairs, model, procedures, drawn), strict=True)))

    def _keep(self, rans: Mapping[object, Ran]) -> None:
        """Keep runs as the last ones."""
        self.known.update(rans)
        while len(self.known) > RUNS:
            del self.known[next(iter(self.known))]


def _key(pair: Pair, model: Model, procedure: Settled, drawn: Draws) -> object:
    """Gather everything on which a run depends."""
    return numbers_of_runs(pair, model), model, procedure, drawn


Asked = tuple[Pair, Aim, Settled]
"""A pair, what is wanted of it, and what was chosen."""


def ran_ahead(request: Request, model: Model, asked: Sequence[Asked]) -> Iterator[tuple[list[int], Runs]]:
    """Sort what is asked by what runs together, and run it batch by batch: its places, and the runs for them."""
    runs, drawn = Runs(), _draws(request, model)
    procedures: list[Settled | None] = []
    alike: dict[object, list[int]] = {}
    for i, (pair, aim, chosen) in enumerate(asked):
        procedure, shared = None, None
        with suppress(Exception):  # what does not suit its pair, or is a defect, says so when it is predicted
            procedure, _ = _settled(model, pair, aim, chosen)
            shared = goes_along(pair, model, procedure)
        procedures.append(procedure)
        alike.setdefault(i if shared is None else shared, []).append(i)
    for places in alike.values():
        for start in range(0, len(places), TOGETHER):
            some = places[start : start + TOGETHER]
            runs.ahead([(asked[i][0], p) for i in some if (p := procedures[i]) is not None], model, drawn)
            yield some, runs


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
    settled, defaults = _settled(model, pair, aim, procedure)
    ran = runs.of(pair, model, settled, _draws(request, model))
    return read_run(ran, pair, defaults, target=aim.degree, basis=aim.basis)


def _settled(model: Model, pair: Pair, aim: Aim, procedure: Settled) -> tuple[Settled, tuple[str, ...]]:
    """Settle what was chosen as if it had been asked."""
    asked = Procedure(**{name: getattr(procedure, name) for name in FIELDS})
    return settle(asked, model, pair, per_carbonyl=aim.basis == "carbonyl")


def _draws(request: Request, model: Model) -> Draws:
    """Take the draws of an answer."""
    return draw_parameters(model, ANSWER_DRAWS, request.seed)


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
