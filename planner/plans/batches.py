"""Batches: procedures of many pairs judged in one call of the engine, wherever the pairs are alike.

Of a call for one pair more than half goes into names and constants; for thirty pairs at once it is the same work. Pairs
that have no like are judged alone, and so is a batch in which a run fails, so that the culprit is found.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from planner.engine import Array
from planner.errors import SimulationError
from planner.flask.alike import likeness
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import first_draws
from planner.plans.aims import LARGEST_BATCH, Bench, Marks, joined, judge, marked


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

    The benches have one model, the same draws and one tolerance, as those of a library do.
    ``tell`` is called with the share of them that is done, and may end it by raising.
    """
    found: dict[int, Marks] = {}
    for places, marks in _in_batches(questions, n_draws, tell):
        found |= {place: marks_at(marks, span) for place, span in _spans(questions, places)}
    return [found[i] for i in range(len(questions))]


def score_all(questions: Sequence[Question], n_draws: int) -> list[Array]:
    """Work out the summaries alone of what ``judge_all`` marks, (n_procedures, 4) each."""
    found: dict[int, Array] = {}
    for places, marks in _in_batches(questions, n_draws):
        summary = marks.summary
        found |= {place: summary[span] for place, span in _spans(questions, places)}
    return [found[i] for i in range(len(questions))]


def marks_at(marks: Marks, places: slice | list[int]) -> Marks:
    """Take the marks of some procedures."""
    return Marks(**{name: getattr(marks, name)[places] for name in Marks.__slots__})


def _spans(questions: Sequence[Question], places: Sequence[int]) -> Iterator[tuple[int, slice]]:
    """List where the procedures of each of some questions stand, one after the other."""
    end = 0
    for place in places:
        start, end = end, end + len(questions[place].procedures)
        yield place, slice(start, end)


def _in_batches(
    questions: Sequence[Question], n_draws: int, tell: Callable[[float], None] = lambda share: None
) -> Iterator[tuple[list[int], Marks]]:
    """Mark questions that are alike in one go: places of some, and the marks of all their procedures."""
    alike: dict[object, list[int]] = {}
    for i, question in enumerate(questions):
        bench = question.bench
        shared = None if bench.aim.smiles is not None else likeness(bench.pair, bench.model)
        alike.setdefault(i if shared is None else (shared, bench.aim), []).append(i)
    most, n_done = max(1, LARGEST_BATCH // n_draws), 0
    for places in alike.values():
        for batch in _cut(places, [len(questions[i].procedures) for i in places], most):
            tell(n_done / len(questions))
            yield batch, _judge([questions[i] for i in batch], n_draws)
            n_done += len(batch)


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


def _judge(questions: Sequence[Question], n_draws: int) -> Marks:
    """Mark the procedures of pairs that are alike, one after the other."""
    first = questions[0].bench
    if len(questions) > 1:
        draws = first_draws(first.draws, n_draws)
        rows = [(q.bench, p) for q in questions for p in q.procedures]
        benches, procedures = [bench for bench, _ in rows], [p for _, p in rows]
        with suppress(SimulationError):
            outcome = predict_outcomes(
                first.pair,
                first.model,
                procedures,
                draws,
                relative_tolerance=first.tolerance,
                pairs=[bench.pair for bench in benches],
            )
            return marked(benches, procedures, outcome, draws)
    return joined([judge(q.bench, q.procedures, n_draws) for q in questions])
