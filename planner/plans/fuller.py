"""Fuller: what gives clearly more of the target and is worth as much.

Near its best a score is flat where the target is not: half a point of prices, which are judgements and no finer, may
stand for three points of the target. So of what is worth as much as the best of a cell, charges as much carbonyl and
no more hydride than is usual, the one is taken that gives most of the target, where that is clearly more than the best
gives; with s the score, w the mean target, c and h the charges of carbonyl and hydride and b the best::

    most = argmax w  over  s >= s_b - AS_MUCH, c = c_b, h <= max(h_b, MOST_HYDRIDE min(1, c_b))
    taken = most if w_most >= w_b + CLEARLY else b

An excess of a partner has to be separated again, so that charge is left to the score. What a search takes then hardly
depends on where on the flat its walks have ended. Both margins shrink where little is made at all.
"""

import math
from collections.abc import Sequence

from planner.flask.procedure import Settled
from planner.plans.ranking import SURELY_TIED, scale_of
from planner.plans.search import Cell, Trial
from planner.plans.walking import STEPS, Move, Way, is_within, judged, moves_of

AS_MUCH = 0.005
"""Score that is given up for more of the target: prices are no finer (estimate)."""
CLEARLY = SURELY_TIED / 2.0
"""Mean target that must be gained for it in all: half of what counts as a tie."""
MOST_HYDRIDE = 2.0
"""Hydride per amine, or per carbonyl where that is less, above which more of the target does not take it [equivalents]:
more than is usual (estimate; practice is 1 to 2, ``tests/benchmarks/ADVICE.md``)."""
LEAST_STEP = 0.003
"""Mean target that a step towards it must gain (estimate)."""
PAIRS_AT_ONCE = 3
"""Pairs of changes that are tried where none alone gains: those that promise most."""


def as_much(best: Trial) -> float:
    """Score from which something is worth as much as the best."""
    return best.score - AS_MUCH * scale_of(best)


def fullest(trials: Sequence[Trial]) -> Trial:
    """Take what gives clearly most of the target of what is worth as much as the best, else the best.

    Parameters
    ----------
    trials
        Judged on the same draws, within all limits; at least one.
    """
    best, most = _best_and_most(trials)
    return most if most.wanted >= best.wanted + CLEARLY * scale_of(best) else best


def in_their_fullest(trials: Sequence[Trial]) -> list[Trial]:
    """Take the fullest of each cell, the best first."""
    return sorted((fullest(some) for some in _by_cell(trials)), key=lambda t: -t.score)


def without_lesser(trials: Sequence[Trial]) -> list[Trial]:
    """Leave out what is worth as much as the best of its cell, by the same charge, and is not its fullest."""
    left_out = set[int]()
    for some in _by_cell(trials):
        full, least = fullest(some), as_much(max(some, key=lambda t: t.score))
        left_out |= {
            id(t) for t in some if t is not full and t.score >= least and charge_of(t) == charge_of(full)
        }
    return [t for t in trials if id(t) not in left_out]


def walk_on(ways: Sequence[Way], n_draws: int, steps: int = STEPS) -> None:
    """Walk on to what gives most of the target and is worth as much as the best that was seen, all ways together.

    A change that gave no more where a way stood is not tried again further on. Where none alone gains, one that gives
    more is tried together with one that counts more.
    """
    going = [way for way in ways if way.trial.score > -math.inf]
    for way in going:
        way.is_stuck = False
    for _ in range(steps):
        asked = [(way, tuple(_together(way) if way.is_stuck else _untried(way))) for way in going]
        found = judged(asked, n_draws)
        going = [way for (way, _), some in zip(asked, found, strict=True) if _goes_on(way, some)]
    for way in ways:
        if some := _within(way):
            way.trial = fullest(some)


def charge_of(trial: Trial) -> float:
    """Carbonyl that a trial charges [equivalents]."""
    return trial.procedure.carbonyl_equivalents


def _most_hydride(best: Trial) -> float:
    """Hydride up to which more of the target may take it [equivalents]."""
    return max(best.procedure.reductant_equivalents, MOST_HYDRIDE * min(1.0, charge_of(best)))


def _best_and_most(trials: Sequence[Trial]) -> tuple[Trial, Trial]:
    """Take the best, and what gives most of the target of what is worth as much."""
    best = max(trials, key=lambda t: t.score)
    charge, hydride = charge_of(best), _most_hydride(best)
    alike = [
        t
        for t in trials
        if t.score >= as_much(best)
        and charge_of(t) == charge
        and t.procedure.reductant_equivalents <= hydride
    ]
    return best, max(alike, key=lambda t: t.wanted)


def _by_cell(trials: Sequence[Trial]) -> list[list[Trial]]:
    """Sort trials by their cells."""
    cells: dict[Cell, list[Trial]] = {}
    for trial in trials:
        cells.setdefault(trial.cell, []).append(trial)
    return list(cells.values())


def _within(way: Way) -> list[Trial]:
    """List what was seen on a way within the limits."""
    return [t for t in way.seen.values() if is_within(way.bench, t)]


def _moves(way: Way) -> tuple[tuple[Move, Settled], ...]:
    """List the neighbours of where a way stands, with what they change."""
    return moves_of(way.cell, way.trial.procedure, way.bench.aim.degree)


def _untried(way: Way) -> list[Settled]:
    """List the neighbours that were not seen."""
    return [p for move, p in _moves(way) if p not in way.seen and move not in way.never]


def _goes_on(way: Way, found: Sequence[Trial]) -> bool:
    """Go to what gives most and is worth as much; False where nothing does, two numbers at once included."""
    way.seen |= {t.procedure: t for t in found}
    here = way.seen.setdefault(way.trial.procedure, way.trial)
    if not (some := _within(way)):
        return False
    best, most = _best_and_most(some)
    is_beside = here.score < as_much(best) or charge_of(here) != charge_of(best)
    if most is not here and (is_beside or most.wanted > here.wanted + LEAST_STEP):
        no_more = {move for move, p in _moves(way) if p in way.seen and way.seen[p].wanted <= here.wanted}
        way.trial, way.never, way.is_stuck = most, way.never | no_more, False
        return True
    was_stuck, way.is_stuck = way.is_stuck, True
    return not was_stuck


def _together(way: Way) -> list[Settled]:
    """Combine a change that gives more with one of another number that counts more, where both promise enough.

    What a pair promises is the sum of what each of them has changed.
    """
    here, best = way.seen[way.trial.procedure], max(_within(way), key=lambda t: t.score)
    seen = [
        (field, way.seen[p])
        for move, p in _moves(way)
        if p in way.seen and len(move) == 1
        for field, _ in move
    ]
    promised = dict[Settled, float]()
    for field, fuller in ((f, t) for f, t in seen if t.wanted > here.wanted):
        for other, worthier in ((f, t) for f, t in seen if f != field and t.score > here.score):
            score = fuller.score + worthier.score - here.score
            wanted = fuller.wanted + worthier.wanted - here.wanted
            if score >= as_much(best) and wanted > here.wanted + LEAST_STEP:
                both = {field: getattr(fuller.procedure, field), other: getattr(worthier.procedure, other)}
                promised[way.cell.possible(way.cell.values(here.procedure) | both)] = wanted
    fresh = [p for p in promised if p not in way.seen]
    return sorted(fresh, key=lambda p: -promised[p])[:PAIRS_AT_ONCE]
