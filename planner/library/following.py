"""Following: from a short list to the leaders of each pair, for many pairs at once.

Some pairs walk (``sharing``), as a search ends (``plans.leading``). The others take the leaders of the one that is like
them, and some steps of their own.
"""

import math
from collections.abc import Container, Sequence
from dataclasses import replace

from planner.library.bearing import led
from planner.library.cases import JUDGING_DRAWS, LISTED_DRAWS, Case, hold_closer, procedures_of
from planner.library.sharing import walks_of
from planner.plans.aims import PLAIN
from planner.plans.batches import Question, score_all
from planner.plans.greener import take_greener, walk_in_greener
from planner.plans.leading import NEAR, walk_to_leaders
from planner.plans.ranking import contenders, first_by_means
from planner.plans.rooms import within
from planner.plans.search import Trial, tried
from planner.plans.walking import Move, Way, moves_of, walk

STEPS = 3
"""Steps at most from what the walk of another has led to (estimate; the record of agreement was made with it)."""
APART = 0.01
"""Score, and target, by which leaders of one pair may stand otherwise for another that is like it: a third of what
``sharing`` takes for alike (estimate)."""
LEAST_OWN = 0.01
"""Score by which its own short list must be better before a pair walks that is like another: what counts as a tie."""
NEVER = 0.01
"""Score behind the end of another's walk from which what begins there never tries a change: twice
the loss from which a walk of its own leaves one aside (``walking.LOST``), as the pairs differ."""


def follow(cases: Sequence[Case]) -> list[Case]:
    """Find the leaders of every case; list those that were led by the walk of another."""
    walks = walks_of([case.race.trials for case in cases])
    lead([case for i, case in enumerate(cases) if walks[i] == i])
    others = [(case, cases[walks[i]]) for i, case in enumerate(cases) if walks[i] != i]
    is_served = _led(others)
    lead([case for (case, _), is_led in zip(others, is_served, strict=True) if not is_led])
    led_by = [both for both, is_led in zip(others, is_served, strict=True) if is_led]
    served = [case for case, _ in led_by]
    take_greener([case.race for case in served], JUDGING_DRAWS)
    _step(led_by)
    return served


def lead(cases: Sequence[Case]) -> None:
    """Walk to the leaders of some cases."""
    _make_stronger([case for case in cases if PLAIN in case.race.room.defaults])
    hold_closer(cases)
    races = [case.race for case in cases]
    walk_to_leaders(races, JUDGING_DRAWS)
    for case in cases:
        case.race.leaders = _worth_taking(case, case.race.leaders)
    walk_in_greener(races, JUDGING_DRAWS)
    for race in races:
        race.leaders = list({t.procedure: t for t in race.leaders}.values())


def _make_stronger(cases: Sequence[Case]) -> None:
    """List what slow pairs have listed as strong as their plain flask, too.

    What a short list has from pairs that are not slow has the one concentration of these.
    """
    asked = []
    for case in cases:
        strength, known = case.race.room.defaults[PLAIN].concentration_M, procedures_of(case.race.trials)
        strong = {
            within(t.cell, replace(t.procedure, concentration_M=strength)): t.cell for t in case.race.trials
        }
        asked.append((case, {p: cell for p, cell in strong.items() if p not in known}))
    asked = [(case, strong) for case, strong in asked if strong]
    questions = [Question(bench=case.race.bench, procedures=tuple(strong)) for case, strong in asked]
    for (case, strong), scores in zip(asked, score_all(questions, LISTED_DRAWS), strict=True):
        case.race.trials += tried(list(strong.values()), tuple(strong), scores)


def _worth_taking(case: Case, leaders: Sequence[Trial]) -> list[Trial]:
    """Leave out the leaders that would be the first for no pair that is like a case, where no limit decides."""
    return list(leaders) if case.race.has_limit else contenders(case.race.room.model, leaders, APART, APART)


def _led(others: Sequence[tuple[Case, Case]]) -> list[bool]:
    """Judge the leaders of another with each case, beside the best of its own short list; tell whether they serve it.

    What a case is held against was judged on few draws; it counts again when its leaders are ranked.
    """
    asked = []
    for case, other in others:
        case.race.bench = replace(case.race.bench, floors={})
        taken = led(case.race.room, other.race.leaders)
        mine = _own(case, {t.procedure.reductant for t in taken})
        case.race.leaders = list({t.procedure: t for t in (*mine, *taken)}.values())
        question = Question(bench=case.race.bench, procedures=procedures_of(case.race.leaders))
        asked.append((case, procedures_of(taken), question))
    found = []
    scored = score_all([question for *_, question in asked], JUDGING_DRAWS)
    for (case, theirs, question), scores in zip(asked, scored, strict=True):
        own, *_ = every = tried([t.cell for t in case.race.leaders], question.procedures, scores)
        best = max((t.score for t in every if t.procedure in theirs), default=-math.inf)
        reductants = {p.reductant for p in theirs}
        kept = [
            t
            for t in every
            if t.procedure in theirs or t.score > best or t.procedure.reductant not in reductants
        ]
        case.race.leaders = [t for t in kept if t.score >= best - NEAR]
        found.append(bool(theirs) and best >= own.score - LEAST_OWN)
    return found


def _own(case: Case, known: Container[str]) -> list[Trial]:
    """Take the best of a case's short list, and the best of reductants that are not known and come near it."""
    best, *others = case.race.near(case.race.trials, 0.0)
    return [best, *(t for t in others if t.procedure.reductant not in known)]


def _step(served: Sequence[tuple[Case, Case]]) -> None:
    """Take steps from leaders of another to a case's own numbers."""
    ways = [(case, _way(case, other, begun)) for case, other in served for begun in _begun(case)]
    walk([way for _, way in ways], JUDGING_DRAWS, STEPS)
    for case, way in ways:
        case.race.leaders = list({t.procedure: t for t in (way.trial, *case.race.leaders)}.values())


def _begun(case: Case) -> list[Trial]:
    """Take the best leader, the one that less trouble may put before it, and one of another reductant that may pass it.

    If the best alone took steps, another would be the first as it was written for another pair.
    """
    best = max(case.race.leaders, key=lambda t: t.score)
    first = first_by_means(case.race.room.model, case.race.leaders)
    others = [t for t in case.race.leaders if t.procedure.reductant != best.procedure.reductant]
    near = sorted((t for t in others if t.score > best.score - APART), key=lambda t: -t.score)
    return list({t.procedure: t for t in (best, first, *near[:1])}.values())


def _way(case: Case, other: Case, begun: Trial) -> Way:
    """Set out from a leader; what clearly lost there for another that ended a walk with it is not tried."""
    never = frozenset[Move]()
    for way in other.race.ways:
        end = way.trial.procedure
        if end == replace(begun.procedure, solvent=end.solvent):
            moves = moves_of(way.cell, end, way.bench.aim.degree)
            least = way.trial.score - NEVER
            never = frozenset(m for m, p in moves if p in way.seen and way.seen[p].score < least)
    return Way(bench=case.race.bench, trial=begun, never=never, seen={begun.procedure: begun})
