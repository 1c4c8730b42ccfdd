"""Leading: from what was tried to the leaders, the best of every cell that may come first.

What may be the beginning of a walk is judged without floors, for a walk can make up for what it lacks: the best that
was tried in each cell, there also the best with clearly more or less carbonyl, the stated default of each reductant,
in a slow pair the same as strong and warm as the plain flask, and what is best of each reductant in its other
additions. What is near the best of these walks through the numbers of a notebook, whichever basin it lies in, and the
best end of each cell is its leader. Walks also begin from what gives far more of the target, and from a leader without
its excess. So what a search ends with hardly depends on where it has looked, and hazard and trouble can decide between
cells that are worth the same.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from planner.flask.procedure import Settled
from planner.plans.aims import PLAIN, Bench
from planner.plans.batches import Question, score_all
from planner.plans.ranking import GIVEN_UP
from planner.plans.rooms import Room, in_other_cells, within
from planner.plans.rounding import in_notebook, rounded
from planner.plans.search import Cell, Trial, tried
from planner.plans.walking import Way, is_within, refine, walk

NEAR = 0.03
"""Score behind the best up to which what a walk found may still come first, as it can be tied with it."""
OTHER_CHARGE = 1.3
"""Factor between the carbonyl of two beginnings in a cell."""
LITTLE_MORE = 1.05
"""Carbonyl of a walk that begins without an excess, as a multiple of what the degree needs."""
NEARLY_GIVEN_UP = GIVEN_UP / 2.0
"""Mean target behind what gives most from which that walks, and is judged along, long before prices give up too much
of it: both were judged on few draws."""


@dataclass(kw_only=True, slots=True, eq=False)
class Race:
    """The procedures of a pair, on the way to its leaders."""

    room: Room
    bench: Bench
    """Its draws are those of a search."""
    trials: list[Trial] = field(default_factory=list)
    """What was tried."""
    ways: list[Way] = field(default_factory=list)
    """Those that ended near the best, and those in greener solvents."""
    leaders: list[Trial] = field(default_factory=list)
    """The best of the cells that come near the best."""
    reach: float
    """Score behind the best up to which a beginning is worth a walk."""
    reach_of_reductants: float
    """The same for the best of a reductant, whose best end is then a leader; more for a list of several."""

    @property
    def has_limit(self) -> bool:
        """Whether over-alkylation or the target's low end is limited."""
        aim = self.bench.aim
        return aim.max_over_alkylation is not None or aim.min_target_low is not None

    def near(self, trials: Sequence[Trial], reach: float) -> list[Trial]:
        """Keep what is near the best of some trials, and the best of each reductant where that may come first.

        Where there is a limit that is the best of every reductant: what is outside is far behind, and walks inside.
        """
        ranked = sorted(trials, key=lambda t: -t.score)
        of_reductant = {t.procedure.reductant: t for t in reversed(ranked)}
        own_reach = math.inf if self.has_limit else self.reach_of_reductants
        return [
            t
            for t in ranked
            if t.score >= ranked[0].score - reach
            or (of_reductant[t.procedure.reductant] is t and t.score >= ranked[0].score - own_reach)
        ]


def walk_to_leaders(
    races: Sequence[Race],
    n_draws: int,
    tell: Callable[[float], None] = lambda share: None,
) -> None:
    """Walk to the leaders of some races, all of them together.

    ``tell`` is called with the share that is done, and may end it by raising.
    """
    begun = _in_other_additions(races, _begun(races, n_draws), n_draws)
    ways = [_ways(race, trials) for race, trials in zip(races, begun, strict=True)]
    walk([way for some in ways for way in some], n_draws, tell=tell)
    for race, some in zip(races, ways, strict=True):
        race.ways = _ended(race, some)
    tell(1.0)
    refine([way for race in races for way in race.ways], n_draws)
    for race in races:
        race.leaders = race.near(_best_of_cells([way.trial for way in race.ways]), NEAR)
    _walk_from_elsewhere(races, n_draws)


def _walk_from_elsewhere(races: Sequence[Race], n_draws: int) -> None:
    """Walk from where another basin may be; what the walks lead to, and what gives most on them, are leaders, too."""
    ways = [(race, Way(bench=race.bench, trial=begun)) for race in races for begun in _elsewhere(race)]
    walk([way for _, way in ways], n_draws)
    for race, way in ways:
        most = max(way.seen.values(), key=lambda t: t.wanted)
        race.leaders = list({t.procedure: t for t in (*race.leaders, way.trial, most)}.values())
        race.trials = [way.seen.get(t.procedure, t) for t in race.trials]


def _elsewhere(race: Race) -> list[Trial]:
    """Take what gives so much more of the target that prices might give up too much, and an excess without it.

    What gives most is often an excess; there is another basin near what the degree needs, and a leader with an excess
    may have missed it.
    """
    most = max(race.trials, key=lambda t: t.wanted)
    leader = max(race.leaders, key=lambda t: t.score)
    is_far = most.wanted > leader.wanted + NEARLY_GIVEN_UP and is_within(race.bench, most)
    begun = [
        *([most, *_lean(race, most)] if is_far else []),
        *([] if race.has_limit else _lean(race, leader)),
    ]
    known = {t.procedure for t in race.leaders}
    written = {in_notebook(t.cell, t.procedure, race.bench.aim.degree): t for t in begun}
    return [replace(t, procedure=p) for p, t in written.items() if p not in known]


def _lean(race: Race, trial: Trial) -> list[Trial]:
    """Write a trial without its excess of carbonyl, if it has one."""
    least = LITTLE_MORE * race.bench.aim.degree
    lean = within(trial.cell, replace(trial.procedure, carbonyl_equivalents=least))
    is_rich = trial.procedure.carbonyl_equivalents >= OTHER_CHARGE * lean.carbonyl_equivalents
    return [replace(trial, procedure=lean)] if is_rich else []


def _ways(race: Race, begun: Sequence[Trial]) -> list[Way]:
    """Set out from what is near the best, in notebook numbers, from the same ones once."""
    found: dict[Settled, Way] = {}
    for trial in race.near(begun, race.reach):
        procedure = in_notebook(trial.cell, trial.procedure, race.bench.aim.degree)
        written = replace(trial, procedure=procedure)
        found.setdefault(procedure, Way(bench=race.bench, trial=written, found=_between(race, trial)))
    return list(found.values())


def _between(race: Race, trial: Trial) -> Settled | None:
    """Take the finer numbers of a trial where there is a limit, which may fall between two numbers of a notebook."""
    return trial.procedure if race.has_limit else None


def _ended(race: Race, ways: Sequence[Way]) -> list[Way]:
    """Keep the ways that ended near the best, one of those that ended alike."""
    ends = {way.trial.procedure: way for way in ways}
    return [ends[t.procedure] for t in race.near([way.trial for way in ends.values()], NEAR)]


def _best_of_cells(trials: Sequence[Trial]) -> list[Trial]:
    """Take the best of each cell, the best first."""
    best: dict[Cell, Trial] = {}
    for trial in sorted(trials, key=lambda t: -t.score):
        best.setdefault(trial.cell, trial)
    return list(best.values())


def _of_other_charge(trials: Sequence[Trial]) -> list[Trial]:
    """Take the best of each cell among what has clearly more or less carbonyl than its best: often another basin."""
    best = {t.cell: t.procedure.carbonyl_equivalents for t in _best_of_cells(trials)}
    charges = [sorted((t.procedure.carbonyl_equivalents, best[t.cell])) for t in trials]
    return _best_of_cells(
        [
            t
            for t, (less, more) in zip(trials, charges, strict=True)
            if more >= OTHER_CHARGE * less and more > less
        ]
    )


def _begun(races: Sequence[Race], n_draws: int) -> list[list[Trial]]:
    """Judge from where walks may begin."""
    asked = []
    for race in races:
        some = [
            replace(t, procedure=rounded(t.cell, t.procedure))
            for t in (*_best_of_cells(race.trials), *_of_other_charge(race.trials), *_defaults(race.room))
        ]
        asked.append({t.procedure: t for t in some})
    return _scored(races, [list(some.values()) for some in asked], n_draws)


def _defaults(room: Room) -> list[Trial]:
    """Write the default of each reductant, and in a slow pair the same pushed like the plain flask."""
    flask, found = room.defaults.get(PLAIN), []
    for name, default in room.defaults.items():
        pushed = [] if flask is None or name == PLAIN else [_pushed(default, flask)]
        for cell in room.cells:
            words = (cell.asked.reductant, cell.asked.addition, cell.asked.solvent)
            if words == (default.reductant, default.addition, default.solvent):
                found += [Trial(cell=cell, procedure=within(cell, p)) for p in (default, *pushed)]
    return found


def _pushed(default: Settled, flask: Settled) -> Settled:
    """Write a default with carbonyl, concentration and temperature of the plain flask, and hydride to match."""
    per_carbonyl = default.reductant_equivalents / max(1.0, default.carbonyl_equivalents)
    return replace(
        default,
        carbonyl_equivalents=flask.carbonyl_equivalents,
        reductant_equivalents=per_carbonyl * flask.carbonyl_equivalents,
        concentration_M=flask.concentration_M,
        temperature_C=flask.temperature_C,
    )


def _in_other_additions(
    races: Sequence[Race], begun: Sequence[list[Trial]], n_draws: int
) -> list[list[Trial]]:
    """Try the best of each reductant that is near the best in its other additions, too."""
    asked = []
    for race, trials in zip(races, begun, strict=True):
        known = {t.procedure for t in trials}
        best = {t.procedure.reductant: t for t in reversed(race.near(trials, race.reach))}
        others = [other for t in best.values() for other in in_other_cells(race.room, t)]
        asked.append([t for t in others if t.procedure not in known])
    found = _scored(races, asked, n_draws)
    return [[*trials, *others] for trials, others in zip(begun, found, strict=True)]


def _scored(races: Sequence[Race], asked: Sequence[list[Trial]], n_draws: int) -> list[list[Trial]]:
    """Judge trials of each race without floors."""
    some = [(race, trials) for race, trials in zip(races, asked, strict=True) if trials]
    questions = [
        Question(bench=replace(race.bench, floors={}), procedures=tuple(t.procedure for t in trials))
        for race, trials in some
    ]
    found = {
        id(race): tried([t.cell for t in trials], question.procedures, scores)
        for (race, trials), question, scores in zip(
            some, questions, score_all(questions, n_draws), strict=True
        )
    }
    return [found.get(id(race), []) for race in races]
