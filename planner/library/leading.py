"""Leading: from a short list to the leaders of each pair, the best of the cells that come near its front.

Some pairs walk (``sharing``): the best of each cell goes through the notebook to its own optimum and takes a greener
solvent where that serves as well. The others take the leaders of the one that is like them, and a step of their own.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from planner.library.bearing import led
from planner.library.cases import JUDGING_DRAWS, WALK_DRAWS, Case, hold_closer, procedures_of
from planner.library.sharing import walks_of
from planner.plans.batches import Question, score_all
from planner.plans.rooms import in_other_cells
from planner.plans.rounding import in_notebook
from planner.plans.search import Trial, tried
from planner.plans.shortlist import DESCENDED, greener_solvents, in_solvent, serves_as_well
from planner.plans.walking import Way, settle, walk

REACH = 0.06
"""Score behind the best up to which the best of another cell is worth a walk."""
NEAR = 0.04
"""Score behind the best up to which what a walk found can still come to the front."""
A_STEP, SEEN_IN_A_STEP = 1, 2
"""Steps from what the walk of another has led to, and how much of what it sees is judged again."""
LEAST_OWN = 0.01
"""Score by which its own short list must be better before a pair walks that is like another."""


def lead(cases: Sequence[Case], followed: Collection[tuple[str, str]]) -> list[Case]:
    """Find the leaders of every case; list those that were led by the walk of another."""
    walks = walks_of([case.trials for case in cases])
    walk_to_leaders([case for i, case in enumerate(cases) if walks[i] == i], followed)
    others = [(case, cases[walks[i]]) for i, case in enumerate(cases) if walks[i] != i]
    served = [case for case, is_served in zip((c for c, _ in others), _led(others), strict=True) if is_served]
    walk_to_leaders([case for case, _ in others if case not in served], followed)
    _step(served)
    _take_greener(served)
    return served


def walk_to_leaders(cases: Sequence[Case], followed: Collection[tuple[str, str]]) -> None:
    """Walk to the leaders of some cases."""
    hold_closer(cases)
    _complete(cases)
    _walk(cases, followed)
    _take_greener(cases)


def _led(others: Sequence[tuple[Case, Case]]) -> list[bool]:
    """Judge the leaders of another with each case, beside the best of its own short list; tell whether they serve it.

    What a case is held against was judged on few draws; it counts again when its leaders are ranked.
    """
    asked = []
    for case, other in others:
        case.bench = replace(case.bench, floors={})
        own = max(case.trials, key=lambda t: t.score)
        taken = led(case.room, other.leaders)
        case.leaders = [own, *(t for t in taken if t.procedure != own.procedure)]
        asked.append(Question(bench=case.bench, procedures=procedures_of(case.leaders)))
    found = []
    for (case, _), question, scores in zip(others, asked, score_all(asked, JUDGING_DRAWS), strict=True):
        own, *taken = tried([t.cell for t in case.leaders], question.procedures, scores)
        best = max((t.score for t in taken), default=-math.inf)
        kept = [own, *taken] if own.score > best else taken
        case.leaders = [t for t in kept if t.score >= best - NEAR]
        found.append(best >= own.score - LEAST_OWN)
    return found


def _step(cases: Sequence[Case]) -> None:
    """Take a step from the best leader of another to a case's own numbers."""
    ways = [(case, Way(bench=case.bench, trial=max(case.leaders, key=lambda t: t.score))) for case in cases]
    walk([way for _, way in ways], WALK_DRAWS, A_STEP)
    settle([way for _, way in ways], JUDGING_DRAWS, SEEN_IN_A_STEP, finer=False)
    for case, way in ways:
        case.leaders = list({t.procedure: t for t in (way.trial, *case.leaders)}.values())


def _complete(cases: Sequence[Case]) -> None:
    """Try the best of each reductant that is near the front in its other additions."""
    asked = []
    for case in cases:
        known = {t.procedure for t in case.trials}
        leaders = {t.procedure.reductant: t for t in sorted(case.trials, key=lambda t: t.score)}
        near = [t for t in leaders.values() if t.score >= _front(case) - REACH]
        others = [
            other for t in near for other in in_other_cells(case.room, t) if other.procedure not in known
        ]
        asked.append((case, others))
    some = [(case, others) for case, others in asked if others]
    questions = [Question(bench=case.bench, procedures=procedures_of(others)) for case, others in some]
    for (case, others), question, scores in zip(
        some, questions, score_all(questions, WALK_DRAWS), strict=True
    ):
        case.trials += tried([t.cell for t in others], question.procedures, scores)


def _front(case: Case) -> float:
    """Take the best score."""
    return max(t.score for t in case.trials)


def _walk(cases: Sequence[Case], followed: Collection[tuple[str, str]]) -> None:
    """Walk from the best of every cell that can come to the front: the best cells, and the best of each reductant.

    ``recommend`` follows a few cells only; one that it mostly leaves aside for such pairs comes in by its score, and
    not as what is tied with another and less trouble.
    """
    ways = []
    for case in cases:
        best_of: dict[str, Trial] = {}
        for trial in sorted(case.trials, key=lambda t: -t.score):
            best_of.setdefault(trial.cell.name, trial)
        leaders = list(best_of.values())
        by_reductant = {t.procedure.reductant: t for t in reversed(leaders)}
        kept = [t for t in leaders if t in leaders[:DESCENDED] or by_reductant[t.procedure.reductant] is t]
        ways += [
            (case, Way(bench=case.bench, trial=_written(case, t), found=t.procedure))
            for t in kept
            if t.score >= _front(case) - REACH
        ]
    walk([way for _, way in ways], WALK_DRAWS)
    front: dict[int, float] = {}
    for case, way in ways:
        front[id(case)] = max(front.get(id(case), -math.inf), way.trial.score)
    ways = [(case, way) for case, way in ways if way.trial.score >= front[id(case)] - NEAR]
    settle([way for _, way in ways], JUDGING_DRAWS)
    for case in cases:
        case.leaders = []
    for case, way in ways:
        case.leaders.append(way.trial)
    for case in cases:
        best = max(t.score for t in case.leaders)
        case.leaders = [
            t
            for t in case.leaders
            if t.score == best
            or (t.score >= best - NEAR and (t.procedure.reductant, t.procedure.addition) in followed)
        ]


def _written(case: Case, trial: Trial) -> Trial:
    """Write a procedure in notebook numbers."""
    return replace(trial, procedure=in_notebook(trial.cell, trial.procedure, case.bench.aim.degree))


def _take_greener(cases: Sequence[Case]) -> None:
    """Replace hazardous solvents by the best of the guide that gives the target as well, one after the other."""
    ways = [
        (case, i, greener_solvents(case.room.model, t, case.room.solvents(t)))
        for case in cases
        for i, t in enumerate(case.leaders)
    ]
    while ways := [(case, i, names) for case, i, names in ways if names]:
        others = [in_solvent(case.leaders[i], names[0]) for case, i, names in ways]
        asked = [
            Question(bench=case.bench, procedures=(other.procedure,))
            for (case, *_), other in zip(ways, others, strict=True)
        ]
        left = []
        for (case, i, names), other, scores in zip(
            ways, others, score_all(asked, JUDGING_DRAWS), strict=True
        ):
            (found,) = tried([other.cell], [other.procedure], scores)
            if serves_as_well(found, case.leaders[i]):
                case.leaders[i] = found
            else:
                left.append((case, i, names[1:]))
        ways = left
