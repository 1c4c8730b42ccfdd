"""Cases: pairs on their way to a choice, and what each of them is held against.

The stated defaults of the reductants and, where a pair is slow, the plain flask are judged along with the short list
on few draws; a pair that walks is held against them on those of a search.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planner.engine import Array
from planner.flask.procedure import Settled
from planner.library.bearing import room_among
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.plans.aims import ROUGH, SEARCH_SLACK, Aim, Bench, Marks, held_against, with_margin
from planner.plans.batches import Question, judge_all, marks_at
from planner.plans.floors import SLOW_DRAWS, charged_for, leaves_most
from planner.plans.leading import Race
from planner.plans.request import Request
from planner.plans.rooms import Room
from planner.plans.search import Trial, tried
from planner.plans.shortlist import NODES_SEED, SEARCH_DRAWS
from planner.structures.pairs import Pair

LISTED_DRAWS = 32
"""Draws on which short lists are judged: the first of a search's."""
JUDGING_DRAWS = SEARCH_DRAWS
"""Draws on which pairs walk, and on which what others found is judged: as many as a search has."""
REACH, OTHER_REDUCTANT = 0.02, 0.03
"""Score behind the best up to which a beginning is worth a walk, and the best of another reductant: less than for a
search, as what is listed has walked already, with a pair that is like this one."""


@dataclass(kw_only=True, slots=True, eq=False)
class Case:
    """A flask on its way to its choice."""

    race: Race
    """What was tried is its short list, within its cells."""
    held: Mapping[str, float] = field(default_factory=dict)
    """Mean target of the defaults that keep the limits."""


def cases_of(request: Request, model: Model, pairs: Sequence[tuple[Pair, Aim]]) -> list[Case]:
    """Set up what is judged, with the concentration free where a pair is slow, as ``recommend`` does."""
    draws, kept = draw_parameters(model, SEARCH_DRAWS, NODES_SEED), dict[object, Room]()
    cases = [
        Case(
            race=Race(
                room=room_among(kept, request, pair, model, aim),
                bench=Bench(
                    pair=pair,
                    model=model,
                    aim=with_margin(aim),
                    draws=draws,
                    slack=SEARCH_SLACK,
                    tolerance=ROUGH,
                ),
                reach=REACH,
                reach_of_reductants=OTHER_REDUCTANT,
            )
        )
        for pair, aim in pairs
    ]
    if request.fixed.concentration_M is not None:
        return cases
    charged = [
        (case, charged_for(case.race.bench.aim.degree, list(case.race.room.defaults.values())))
        for case in cases
    ]
    asked = [
        (case, Question(bench=case.race.bench, procedures=tuple(some))) for case, some in charged if some
    ]
    for (case, _), marks in zip(asked, judge_all([q for _, q in asked], SLOW_DRAWS), strict=True):
        if leaves_most(marks):
            case.race.room = room_among(
                kept, request, case.race.bench.pair, model, case.race.room.aim, is_slow=True
            )
    return cases


def judge_listed(cases: Sequence[Case]) -> None:
    """Judge what every case is held against, and its short list, in one go."""
    asked = [
        Question(
            bench=case.race.bench,
            procedures=distinct([*case.race.room.defaults.values(), *procedures_of(case.race.trials)]),
        )
        for case in cases
    ]
    for case, question, marks in zip(cases, asked, judge_all(asked, LISTED_DRAWS), strict=True):
        _hold(case, question.procedures, marks)
        place = {p: i for i, p in enumerate(question.procedures)}
        listed = procedures_of(case.race.trials)
        own = marks_at(marks, [place[p] for p in listed])
        found = held_against(case.race.bench, listed, own).summary
        case.race.trials = tried([t.cell for t in case.race.trials], listed, found)


def hold_closer(cases: Sequence[Case]) -> None:
    """Judge what cases are held against on the draws of a search."""
    some = [case for case in cases if case.race.room.defaults]
    asked = [
        Question(bench=case.race.bench, procedures=distinct(case.race.room.defaults.values()))
        for case in some
    ]
    for case, question, marks in zip(some, asked, judge_all(asked, JUDGING_DRAWS), strict=True):
        _hold(case, question.procedures, marks)


def _hold(case: Case, procedures: Sequence[Settled], marks: Marks) -> None:
    """Hold a case against its defaults, among what was judged."""
    floors = floors_among(case.race.room.defaults, procedures, marks)
    case.race.bench = replace(case.race.bench, floors=floors)
    case.held = {name: float(wanted.mean()) for name, wanted in floors.items()}


def procedures_of(trials: Sequence[Trial]) -> tuple[Settled, ...]:
    """List the procedures of trials."""
    return tuple(t.procedure for t in trials)


def distinct(procedures: Iterable[Settled]) -> tuple[Settled, ...]:
    """List procedures once each, in their order."""
    return tuple(dict.fromkeys(procedures))


def floors_among(
    defaults: Mapping[str, Settled], procedures: Sequence[Settled], marks: Marks
) -> dict[str, Array]:
    """Take what the defaults give, where they keep the limits."""
    place = {p: i for i, p in enumerate(procedures)}
    kept = {
        name: i for name, p in defaults.items() if not marks.failed[i := place[p]] and marks.excess[i] <= 0
    }
    return {name: marks.wanted[i] for name, i in kept.items()}
