"""Sharing: pairs to which a short list means nearly the same share the walk of one of them, or its choice.

How far each procedure of a short list is behind the pair's best, on the same draws, tells what its choice depends on:
two pairs with the same distances of scores and targets within ``ALIKE`` go by the same constants as far as these decide
anything. So a pair walks only where none that walks is like it: the one that is least like all of them is the next,
until every pair has its like (the farthest point first; Gonzalez, Theor. Comput. Sci. 1985, 38, 293). Of some hundred
pairs that differ in basicity, electronics and bulk, ten to twenty walk. Pairs that are nearer than ``SAME`` share all
that follows, and only what is chosen is predicted with the numbers of each.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from planner.engine import Array
from planner.flask.procedure import Settled
from planner.library.cases import Case
from planner.plans.search import Trial

ALIKE = 0.03
"""Largest difference of a score or a mean target between two pairs that share a walk."""
SAME = 0.004
"""The same between two pairs that share a choice."""
HOPELESS = 0.1
"""Score behind the best of a pair from which it is all the same how far a procedure is behind."""
FAILED = -1e3
"""Score in place of minus infinity, below every other, so that pairs that fail altogether are alike."""


def walks_of(listed: Sequence[Sequence[Trial]]) -> list[int]:
    """Choose the pair whose walk serves each pair.

    Parameters
    ----------
    listed
        The short list as it was judged for each pair, at least one procedure each.

    Returns
    -------
    list of int
        A place of the list for each pair: its own where it walks itself.
    """
    same: dict[tuple[Settled, ...], list[int]] = {}
    for i, trials in enumerate(listed):
        same.setdefault(tuple(t.procedure for t in trials), []).append(i)
    return _likes([_behind(trials) for trials in listed], same.values(), ALIKE)


def choices_of(cases: Sequence[Case]) -> list[int]:
    """Choose the pair whose choice serves each pair: its own place of the list where it chooses itself.

    Besides the short list what counts are the defaults that a pair is held against, and how much is made at all; cells
    and limits are the same.
    """
    same: dict[object, list[int]] = {}
    for i, case in enumerate(cases):
        listed = tuple(t.procedure for t in case.race.trials)
        same.setdefault((listed, id(case.race.room.cells), case.race.room.aim, tuple(case.held)), []).append(
            i
        )
    return _likes([_standing(case) for case in cases], same.values(), SAME)


def _likes(marks: Sequence[Array], groups: Iterable[list[int]], apart_at_most: float) -> list[int]:
    """Find the like of each of what is marked, among those of its group."""
    found = list(range(len(marks)))
    for places in groups:
        nearest = _nearest(np.array([marks[i] for i in places]), apart_at_most)
        for i, place in zip(places, nearest, strict=True):
            found[i] = places[place]
    return found


def _standing(case: Case) -> Array:
    """Say how a pair's short list stands, what it is held against, and what its best gives (n_marks,)."""
    best = max(case.race.trials, key=lambda t: t.score)
    return np.concatenate([_behind(case.race.trials), [*case.held.values(), best.wanted]])


def _behind(trials: Sequence[Trial]) -> Array:
    """How far scores and targets of a pair's procedures are behind those of its best (n_marks,)."""
    scores, targets = np.array([(t.score, t.wanted) for t in trials]).T
    scores = np.maximum(scores, FAILED)
    best = int(scores.argmax())
    behind = np.maximum(scores - scores[best], -HOPELESS)
    return np.concatenate([behind, np.where(behind > -HOPELESS, targets - targets[best], 0.0)])


def _nearest(marks: Array, apart_at_most: float) -> list[int]:
    """Let rows (n_pairs, n_marks) go by themselves until every row has its like among them; the place of each row's.

    The most ordinary one is the first, so that the order of the pairs decides nothing.
    """
    first = int(np.abs(marks - marks.mean(axis=0)).max(axis=1).argmin())
    nearest = np.full(len(marks), first)
    apart = np.abs(marks - marks[first]).max(axis=1)
    while apart.max() > apart_at_most:
        farthest = int(apart.argmax())
        others = np.abs(marks - marks[farthest]).max(axis=1)
        nearest = np.where(others < apart, farthest, nearest)
        apart = np.minimum(others, apart)
    return [int(i) for i in nearest]
