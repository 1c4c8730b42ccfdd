"""Short lists: what a problem's searches found worth judging for every one of its pairs.

Kept of each search are what it would list and whatever comes near its best, the listed first; of several searches in
turn, so that what serves the fast pairs stands beside what serves the slow ones.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import zip_longest

from planner.errors import PlannerError
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.plans.aims import ROUGH
from planner.plans.planning import search_plan
from planner.plans.request import EFFORTS, Request
from planner.plans.search import Trial
from planner.plans.strategies import Found

WORTH_JUDGING = 0.12
"""Score behind the best of its search up to which a procedure is kept: so much may two procedures move between the
fastest and the slowest pair of a problem (estimate)."""
EFFORT = 0.5
"""Of a problem's search, as a part of that of ``recommend``: the pairs walk on from what it finds."""
MOST_PROCEDURES = 12
"""Procedures of a short list; each is run with every pair."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortList:
    """Procedures for the pairs of a problem."""

    trials: tuple[Trial, ...] = ()
    """Each with the cell that it was found in."""
    best: float = 0.0
    """Mean target of what the first search proposes."""
    searches: int = 0
    """Made for it."""
    defect: str = ""
    """What nobody foresaw and stopped them, if anything."""


def search_problem(
    request: Request, standing: Sequence[tuple[str, str]], wanted: int, model: Model
) -> ShortList:
    """Search pairs that stand for a problem, each as ``recommend`` does with half the trials, and keep what is good.

    Parameters
    ----------
    request
        Targets and limits; its partners are replaced.
    standing
        (amine, carbonyl compound) as text, the first choice first; what is refused makes room for the next.
    wanted
        Searches that are wanted.
    model
        The numbers.
    """
    found: list[Found] = []
    effort = max(EFFORTS[0], EFFORT * request.effort)
    for amine, carbonyl in standing:
        with suppress(PlannerError):
            asked = replace(request, amine=amine, carbonyl=carbonyl, effort=effort)
            found.append(search_plan(asked, model, _silent, ROUGH)[0])
        if len(found) == wanted:
            break
    return ShortList(
        trials=joined([worth_judging(one) for one in found]),
        best=found[0].listed[0].wanted if found else 0.0,
        searches=len(found),
    )


def worth_judging(found: Found) -> list[Trial]:
    """List the first of a search, what gives most of the target, what else it lists, and what comes near its best."""
    best = max(t.score for t in found.final)
    most = max(found.final, key=lambda t: t.wanted)
    near = sorted((t for t in found.final if t.score >= best - WORTH_JUDGING), key=lambda t: -t.score)
    return list({t.procedure: t for t in (found.listed[0], most, *found.listed, *near)}.values())


def joined(lists: Sequence[Sequence[Trial]]) -> tuple[Trial, ...]:
    """Take the first of each reductant, then the first of every list, the second, ... up to the most that is judged."""
    in_turn = [trial for row in zip_longest(*lists) for trial in row if trial is not None]
    firsts: dict[str, Trial] = {}
    kept: dict[Settled, Trial] = {}
    for trial in in_turn:
        firsts.setdefault(trial.procedure.reductant, trial)
    for trial in (*firsts.values(), *in_turn):
        kept.setdefault(trial.procedure, trial)
    return tuple(kept.values())[:MOST_PROCEDURES]


def with_more(short: ShortList, trials: Sequence[Trial]) -> ShortList:
    """Add what a pair's own search found to a short list."""
    known = {t.procedure for t in short.trials}
    more = tuple(t for t in trials if t.procedure not in known)
    return replace(short, trials=(*short.trials, *more), searches=short.searches + 1)


def _silent(_done: float, _words: str) -> None:
    """Say nothing of the progress of one search among thousands."""
