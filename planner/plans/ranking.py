"""Ranking: what the draws cannot tell apart is one group, and hazard and trouble order it.

Two procedures are tied where one is less than a point of mean target behind the other, or less than three
points and behind in fewer than 60 % of the draws (less where little is made at all), and prices do not part
them by more than these three either. Prices may give up ten points of the target against what gives most of it;
with w the target and m the most, beyond that every point costs another one::

    what counts = score - max(0, m - 0.1 - w)

so that a little more or less of the most, which depends on where a search has looked, turns no choice over. A group is
ordered by what a chemist would rather not handle: cyanide, chlorinated solvents, what follows the product; and
where less than a point of the target is given up for it, by how much trouble it is in all: heat or cold, an unusual
concentration, the rank of the solvent in a guide, a pump, a first stage. Waste and time are in the prices.
Of other reductants only those are listed that come near the first.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.engine import Array
from planner.model.model import Model
from planner.model.reagents import GUIDE
from planner.plans.aims import ROOM_TEMPERATURE_C, USEFUL, Bench, judge
from planner.plans.search import Trial

RANKING_DRAWS = 256
SURELY_TIED, TIED, BEHIND = 0.01, 0.03, 0.6
"""Mean gaps of a tie, and the share of draws in which the one behind is behind."""
WORTH_LISTING, AT_LEAST = 0.15, 0.5
"""A recommendation further behind the first, or with a smaller share of what it gives, is not listed."""
GRAVE = 3
"""Burdens that decide wherever the draws cannot tell; the others where one gives as much, less than a point of target
apart, whatever prices say within a tie."""
GIVEN_UP = 0.1
"""Target that prices may give up against the procedure that gives most; what they give up beyond it counts again."""
USUAL_K = 5.0
"""So far from room temperature no bath is needed [K]."""
USUAL_M = (0.1, 0.5)
"""Concentrations that need no remark [M]."""
CLEANER = 0.02
"""A slower variant of a procedure is listed when it over-alkylates so much less."""


def ranked(bench: Bench, fit: Sequence[Trial], top: int) -> list[Trial]:
    """Rank what is tied with the best by hazard and trouble, then the rest; reductants that differ come first.

    Parameters
    ----------
    bench
        Draws on which ties are judged.
    fit
        Within all limits.
    top
        Recommendations that are wanted.
    """
    if not fit:
        return []
    wanted = judge(bench, [t.procedure for t in fit], RANKING_DRAWS).wanted
    group, rest = in_order(bench.model, fit, wanted)
    order = [fit[i] for i in (*group, *rest)]
    first = order[0].wanted
    worth = [t for t in order if t.wanted >= max(first - WORTH_LISTING, AT_LEAST * first)]
    listed = _diverse(worth, top)
    leaders = {t.procedure.reductant: t for t in reversed(listed)}
    equal = [t for t in listed if any(t is fit[i] for i in group) and leaders[t.procedure.reductant] is t]
    return [*equal, *(t for t in listed if t not in equal)]


def in_order(model: Model, fit: Sequence[Trial], wanted: Array) -> tuple[list[int], list[int]]:
    """Put procedures in order: places of what is tied with the best, by hazard and trouble; of the rest, by score.

    Parameters
    ----------
    model
        Whose reductants and solvents are handled.
    fit
        Within all limits, at least one.
    wanted
        Their target fractions on common draws (n_procedures, n_draws).
    """
    most = max(t.wanted for t in fit)
    some = [replace(t, score=what_counts(t, most)) for t in fit]
    best = max(range(len(some)), key=lambda i: some[i].score)
    near = some[best].score - TIED * scale_of(some[best])
    tied = [i for i, t in enumerate(some) if t.score >= near and is_tied(wanted[best], wanted[i])]
    rest = sorted((i for i in range(len(some)) if i not in tied), key=lambda i: -some[i].score)
    return _by_trouble(model, some, wanted, tied), rest


def what_counts(trial: Trial, most: float) -> float:
    """Count what prices give up beyond ``GIVEN_UP`` against the most of the target that is had, once more."""
    return trial.score - max(0.0, most - GIVEN_UP - trial.wanted)


def _by_trouble(model: Model, fit: Sequence[Trial], wanted: Array, tied: Sequence[int]) -> list[int]:
    """Order what is tied by its grave burdens, then by the others what gives as much as the best that has these."""
    trouble = {i: burdens(model, fit[i]) for i in tied}
    best: dict[tuple[float, ...], int] = {}
    for i in sorted(tied, key=lambda i: -fit[i].score):
        best.setdefault(trouble[i][:GRAVE], i)

    def gives_as_much(i: int) -> bool:
        first = best[trouble[i][:GRAVE]]
        return float(np.mean(wanted[first] - wanted[i])) < SURELY_TIED * scale_of(fit[first])

    even = {i for i in tied if gives_as_much(i)}
    return sorted(
        tied,
        key=lambda i: (trouble[i][:GRAVE], i not in even, trouble[i] if i in even else (), -fit[i].score),
    )


def first_by_means(model: Model, trials: Sequence[Trial]) -> Trial:
    """Take the one that comes first if the draws cannot tell what is less than three points of score and target apart.

    Parameters
    ----------
    model, trials
        Whose reductants and solvents are handled, and what is to be ranked; at least one.
    """
    best = max(trials, key=lambda t: t.score)
    tie = TIED * scale_of(best)
    tied = [t for t in trials if t.score >= best.score - tie and t.wanted >= best.wanted - tie]
    return tied[_by_trouble(model, tied, np.array([[t.wanted] for t in tied]), range(len(tied)))[0]]


def contenders(model: Model, trials: Sequence[Trial], margin: float = 0.0, doubt: float = 0.0) -> list[Trial]:
    """Keep what may come first, and the best of the other reductants.

    Parameters
    ----------
    model, trials, margin, doubt
        As of ``possible_firsts``.
    """
    best = max(trials, key=lambda t: t.score)
    others = [t for t in trials if t.procedure.reductant != best.procedure.reductant]
    kept = {id(t) for t in (best, *possible_firsts(model, trials, margin, doubt))}
    kept |= {id(t) for t in others if t.score == max(o.score for o in others)}
    return [t for t in trials if id(t) in kept]


def possible_firsts(
    model: Model, trials: Sequence[Trial], margin: float = 0.0, doubt: float = 0.0
) -> list[Trial]:
    """Leave out what cannot come first: what is no less trouble than what may count most.

    Parameters
    ----------
    model, trials
        Whose reductants and solvents are handled, and what is to be ranked; at least one.
    margin
        By how much two scores may still come nearer to one another, or change places.
    doubt
        The same of two mean targets.
    """
    most = max(t.wanted for t in trials)
    least = max(what_counts(t, most + doubt) for t in trials) - margin
    at_most = {id(t): what_counts(t, most - doubt) for t in trials}
    every = [(t, burdens(model, t)) for t in trials]
    tops = [(t, its) for t, its in every if at_most[id(t)] >= least]

    def may_come_before(trial: Trial, its: tuple[float, ...]) -> bool:
        return any(
            its < other and (its[:GRAVE] < other[:GRAVE] or trial.wanted > top.wanted - SURELY_TIED - doubt)
            for top, other in tops
        )

    near = [(t, its) for t, its in every if at_most[id(t)] >= least - TIED]
    return [t for t, its in near if at_most[id(t)] >= least or may_come_before(t, its)]


def _diverse(order: Sequence[Trial], top: int) -> list[Trial]:
    """Choose one procedure of each reductant, then of each addition, then faster or cleaner ones; the order stays."""
    listed: list[Trial] = []
    for differ in (_other_reductant, _other_addition, _other_outcome):
        for trial in order:
            if len(listed) < top and all(differ(trial, other) for other in listed):
                listed.append(trial)
    return [t for t in order if t in listed]


def _other_reductant(one: Trial, other: Trial) -> bool:
    return one.procedure.reductant != other.procedure.reductant


def _other_addition(one: Trial, other: Trial) -> bool:
    return _other_reductant(one, other) or one.procedure.addition != other.procedure.addition


def _other_outcome(one: Trial, other: Trial) -> bool:
    """Tell whether a trial is worth showing beside another: another way, in half the time, or much cleaner."""
    is_faster = one.procedure.total_time_h <= 0.5 * other.procedure.total_time_h
    return _other_addition(one, other) or is_faster or one.over < other.over - CLEANER


def is_tied(best: Array, other: Array) -> bool:
    """Tell whether the draws cannot tell two target fractions apart, each (n_draws,)."""
    gap, scale = float(np.mean(best - other)), min(1.0, float(best.mean()) / USEFUL)
    return gap < SURELY_TIED * scale or (gap < TIED * scale and float(np.mean(best > other)) < BEHIND)


def scale_of(trial: Trial) -> float:
    """Shrink what counts as a tie where little is made at all."""
    return min(1.0, trial.wanted / USEFUL)


def burdens(model: Model, trial: Trial) -> tuple[float, ...]:
    """List what a chemist would rather not handle, the gravest first, and count the lesser ones; smaller is better."""
    p = trial.procedure
    solvent = model.solvent(p.solvent)
    low, high = USUAL_M
    trouble = (
        float(abs(p.temperature_C - ROOM_TEMPERATURE_C) > USUAL_K),
        float(not low <= p.concentration_M <= high),
        float(GUIDE.index(solvent.guide)),
        float(bool(p.fed)),
        float(p.first_stage_h > 0),
    )
    return (
        float(model.reductant(p.reductant).holds_cyanide),
        float(solvent.is_chlorinated),
        float(bool(model.reductant(p.reductant).leaves)),
        sum(trouble),
    )
