"""Batches: procedures of many pairs judged in one call of the engine, wherever the pairs are alike.

Of a call for one pair more than half goes into names and constants; for thirty pairs at once it is the same work. Pairs
that have no like are judged alone, and so is a batch in which a run fails, so that the culprit is found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.errors import SimulationError
from planner.flask.alike import likeness
from planner.flask.outcomes import Outcome, predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import first_draws
from planner.plans.aims import LARGEST_BATCH, Bench, Marks, judge, marked

TOLERANCE = 1e-3
"""Relative accuracy asked of a run: means are right to 0.02 points and single draws to half a point (a test asks it).
What is chosen is predicted at full accuracy."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Question:
    """Procedures to be judged on a bench."""

    bench: Bench
    procedures: tuple[Settled, ...]
    """At least one."""


def judge_all(
    questions: Sequence[Question], n_draws: int, tell: Callable[[float], None] = lambda share: None
) -> list[Marks]:
    """Mark the procedures of many benches, each by its aim; as ``judge`` does one by one.

    ``tell`` is called with the share of them that is done, and may end it by raising.
    """
    found: dict[int, Marks] = {}
    alike: dict[object, list[int]] = {}
    for i, question in enumerate(questions):
        bench = question.bench
        shared = None if bench.aim.smiles is not None else likeness(bench.pair, bench.model)
        alike.setdefault(i if shared is None else shared, []).append(i)
    most = max(1, LARGEST_BATCH // n_draws)
    for places in alike.values():
        for batch in _cut(places, [len(questions[i].procedures) for i in places], most):
            tell(len(found) / len(questions))
            found |= zip(batch, _judge([questions[i] for i in batch], n_draws), strict=True)
    return [found[i] for i in range(len(questions))]


def _cut(places: Sequence[int], sizes: Sequence[int], most: int) -> list[list[int]]:
    """Cut a list so that no piece has more runs than a batch, unless a single one has."""
    pieces: list[list[int]] = []
    room = 0
    for place, size in zip(places, sizes, strict=True):
        if not pieces or size > room:
            pieces.append([])
            room = most
        pieces[-1].append(place)
        room -= size
    return pieces


def _judge(questions: Sequence[Question], n_draws: int) -> list[Marks]:
    """Mark the procedures of pairs that are alike."""
    first = questions[0].bench
    alone = len(questions) == 1
    if not alone:
        draws = first_draws(first.draws, n_draws)
        rows = [(q, p) for q in questions for p in q.procedures]
        try:
            outcome = predict_outcomes(
                first.pair,
                first.model,
                [p for _, p in rows],
                draws,
                relative_tolerance=TOLERANCE,
                pairs=[q.bench.pair for q, _ in rows],
            )
        except SimulationError:
            alone = True
    if alone:
        return [judge(q.bench, q.procedures, n_draws) for q in questions]
    ends = np.cumsum([len(q.procedures) for q in questions]).tolist()
    return [
        marked(q.bench, q.procedures, _rows(outcome, end - len(q.procedures), end), draws)
        for q, end in zip(questions, ends, strict=True)
    ]


def _rows(outcome: Outcome, start: int, stop: int) -> Outcome:
    """Take the outcome of some procedures."""
    return Outcome(**{name: getattr(outcome, name)[start:stop] for name in Outcome.__slots__})
