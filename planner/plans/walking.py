"""Walking: procedures step through the notebook to the best near by, those of many pairs a step at a time.

A step is that of ``rounding``; where none gains, carbonyl is changed along with the hydride, or against the acid, and
those two numbers at once that lose least by themselves, as warmth and acid may.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from planner.flask.procedure import Settled
from planner.plans.aims import USEFUL, Bench
from planner.plans.batches import Question, score_all
from planner.plans.rounding import has_written_hold, neighbours, notebook, to_grid
from planner.plans.search import Cell, Trial, tried

STEPS = 12
"""Of a walk at most, what was left aside and is tried again included; the first judges some ten neighbours, the next
fewer."""
LOST = 0.005
"""Score behind where a way stands from which a change is not tried again after the next step, until nothing gains."""
LEAST_GAIN = 1e-4
"""Score that a step must gain."""
PROMISING, PAIRS_AT_ONCE = 0.015, 10
"""Score that two changes may lose, added up, where they are tried together, and how many such pairs are (estimates)."""
FINER = 0.01
"""Score from which finer numbers than a notebook's are worth it: what counts as a tie is not."""
HOLD = "hold_time_h"
CHARGE, HYDRIDE = "carbonyl_equivalents", "reductant_equivalents"
TOGETHER = {HYDRIDE: True, "acid_equivalents": False}
"""Fields that are also changed with the carbonyl, and whether along with it: more carbonyl alone runs out of hydride,
and acid does what an excess does."""


Move = frozenset[tuple[str, bool]]
"""Knobs that change, and whether upwards."""


@dataclass(kw_only=True, slots=True, eq=False)
class Way:
    """A procedure on its way to the best near by."""

    bench: Bench
    trial: Trial
    """Where it stands."""
    found: Settled | None = None
    """What it was written from, where a notebook has no such numbers."""
    is_stuck: bool = False
    """Whether no single number gained."""
    lost: frozenset[Move] = frozenset()
    """Changes that clearly lost where it stood before."""
    never: frozenset[Move] = frozenset()
    """Changes that are not tried one by one."""
    seen: dict[Settled, Trial] = field(default_factory=dict)
    """All that was judged on the way."""

    @property
    def cell(self) -> Cell:
        """Where it leads."""
        return self.trial.cell


def is_within(bench: Bench, trial: Trial) -> bool:
    """Tell whether a trial ran and keeps the limits on over-alkylation and on the target's low end."""
    aim = bench.aim
    return (
        trial.score > -math.inf
        and (aim.max_over_alkylation is None or trial.over <= aim.max_over_alkylation)
        and (aim.min_target_low is None or trial.low >= aim.min_target_low)
    )


def walk(
    ways: Sequence[Way], n_draws: int, steps: int = STEPS, tell: Callable[[float], None] = lambda share: None
) -> None:
    """Walk the notebook numbers, all ways a step at a time, until none gains.

    ``tell`` is called with the share of the steps that is done, and may end it by raising.
    """
    going = list(ways)
    for i in range(steps):
        tell(i / steps)
        asked = [(way, _around(way)) for way in going]
        going = [
            way for (way, _), found in zip(asked, judged(asked, n_draws), strict=True) if _stepped(way, found)
        ]


def refine(ways: Sequence[Way], n_draws: int) -> None:
    """Take finer numbers where they are clearly better, each of them only where it is needed."""
    asked = [(way, tuple(_finer(way))) for way in ways]
    for (way, _), found in zip(asked, judged(asked, n_draws), strict=True):
        exact = max(found, key=lambda t: t.score, default=way.trial)
        worth = FINER * min(1.0, exact.wanted / USEFUL)
        if is_within(way.bench, exact) and exact.score > way.trial.score + worth:
            way.trial = _rewritten(way, exact, n_draws)


def _rewritten(way: Way, exact: Trial, n_draws: int) -> Trial:
    """Write finer numbers in the notebook's again, one by one, while the score stays."""
    cell, degree = way.cell, way.bench.aim.degree
    least = exact.score - FINER * min(1.0, exact.wanted / USEFUL)
    for knob in cell.knobs:
        values, numbers = cell.values(exact.procedure), notebook(knob, degree)
        if values[knob.field] in numbers:
            continue
        share = knob.share(values[knob.field])
        near = sorted(numbers, key=lambda n, k=knob, x=share: abs(k.share(n) - x))[:2]  # type: ignore[misc]
        was_written = has_written_hold(cell, exact.procedure, degree)
        other = [cell.possible(values | {knob.field: n}) for n in near]
        kept = tuple(p for p in other if has_written_hold(cell, p, degree) or not was_written)
        (found,) = judged([(way, kept)], n_draws)
        best = max(found, key=lambda t: (is_within(way.bench, t), t.score), default=exact)
        if is_within(way.bench, best) and best.score >= least:
            exact = best
    return exact


def _finer(way: Way) -> list[Settled]:
    """List what is no notebook number: what the way began with, and knobs at an end of theirs, one by one and all."""
    here, degree = way.cell.values(way.trial.procedure), way.bench.aim.degree
    ends: list[tuple[str, float]] = []
    for knob in (k for k in way.cell.knobs if k.field != HOLD):
        numbers = notebook(knob, degree)
        if here[knob.field] >= numbers[-1] and knob.high > numbers[-1]:
            ends.append((knob.field, to_grid(knob, knob.high)))
        if here[knob.field] <= numbers[0] and knob.low < numbers[0]:
            ends.append((knob.field, to_grid(knob, knob.low)))
    if any(k.field == HOLD for k in way.cell.knobs):
        ends.append((HOLD, way.cell.max_time_h))
    values = [here | {name: end} for name, end in ends] + [here | dict(ends)]
    found = [way.cell.possible(v) for v in values if ends] + ([way.found] if way.found else [])
    return [p for p in dict.fromkeys(found) if p not in way.seen and p != way.trial.procedure]


def judged(asked: Sequence[tuple[Way, tuple[Settled, ...]]], n_draws: int) -> list[list[Trial]]:
    """Judge procedures of many ways."""
    some = [(way, procedures) for way, procedures in asked if procedures]
    scored = score_all([Question(bench=way.bench, procedures=ps) for way, ps in some], n_draws)
    found = {
        id(way): tried([way.cell] * len(ps), ps, scores)
        for (way, ps), scores in zip(some, scored, strict=True)
    }
    return [found.get(id(way), []) for way, _ in asked]


def _stepped(way: Way, found: list[Trial]) -> bool:
    """Go to the best of what was judged; False where nothing gains, two numbers at once included.

    What clearly lost is left aside while something gains: a change that is a loss here is one a number further on.
    """
    way.seen |= {t.procedure: t for t in found}
    here = way.seen[way.trial.procedure]
    best = max(found, key=lambda t: (is_within(way.bench, t), t.score), default=here)
    if best.score > here.score + LEAST_GAIN:
        moves = moves_of(way.cell, way.trial.procedure, way.bench.aim.degree)
        lost = {m for m, p in moves if p in way.seen and way.seen[p].score < here.score - LOST}
        way.trial, way.is_stuck, way.lost = best, False, way.lost | lost
        return True
    way.trial = here
    if way.lost:
        way.lost = frozenset()
        return True
    was_stuck, way.is_stuck = way.is_stuck, True
    return not was_stuck


def _around(way: Way) -> tuple[Settled, ...]:
    """List the neighbours that were not seen, and first the procedure itself; where none gained, two steps at once."""
    here = way.trial.procedure
    moves = moves_of(way.cell, here, way.bench.aim.degree)
    asked = (
        [*along_with_carbonyl(way.trial, moves), *_promising(way, moves)]
        if way.is_stuck
        else [here, *(p for m, p in moves if m not in way.lost | way.never)]
    )
    return tuple(p for p in dict.fromkeys(asked) if p not in way.seen)


def _promising(way: Way, moves: Sequence[tuple[Move, Settled]]) -> list[Settled]:
    """Combine the changes of two numbers that lose least, each by itself: together they may gain.

    What a pair promises is the sum of what each of them changes, before they act on one another.
    """
    here, values = way.seen[way.trial.procedure], way.cell.values(way.trial.procedure)
    seen = [
        (name, getattr(p, name), way.seen[p].score - here.score)
        for name, p in _single(moves)
        if p in way.seen
    ]
    promised = {
        way.cell.possible(values | {one: a, other: b}): gain + more
        for (one, a, gain), (other, b, more) in combinations(seen, 2)
        if one != other and gain + more > -PROMISING
    }
    written = [p for p in promised if has_written_hold(way.cell, p, way.bench.aim.degree)]
    return sorted(written, key=lambda p: -promised[p])[:PAIRS_AT_ONCE]


@lru_cache(maxsize=4096)
def moves_of(cell: Cell, procedure: Settled, degree: int) -> tuple[tuple[Move, Settled], ...]:
    """List the neighbours of a procedure with what they change; pairs by the thousand pass through the same."""
    here = cell.values(procedure)
    return tuple(
        (
            frozenset(
                (name, value > here[name]) for name, value in cell.values(p).items() if value != here[name]
            ),
            p,
        )
        for p in neighbours(cell, procedure, degree)
    )


def _single(moves: Sequence[tuple[Move, Settled]]) -> list[tuple[str, Settled]]:
    """Keep the neighbours that differ in one number, with its field."""
    return [(name, p) for move, p in moves if len(move) == 1 for name, _ in move]


def along_with_carbonyl(trial: Trial, moves: Sequence[tuple[Move, Settled]]) -> list[Settled]:
    """Combine neighbours: more carbonyl with more hydride or less acid, less of it with less hydride or more acid."""
    here = trial.cell.values(trial.procedure)
    moved: dict[str, list[float]] = {}
    for name, p in _single(moves):
        moved.setdefault(name, []).append(getattr(p, name))
    return [
        trial.cell.possible(here | {CHARGE: a, other: b})
        for other, is_along in TOGETHER.items()
        for a in moved.get(CHARGE, ())
        for b in moved.get(other, ())
        if ((a > here[CHARGE]) is (b > here[other])) is is_along
    ]
