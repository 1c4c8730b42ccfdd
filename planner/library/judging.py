"""Judging: a short list against a pair's own numbers, and what comes of the procedure that is chosen.

The steps are those of ``recommend`` after its search, with the short list in the place of what the search found: the
best of each cell walks the notebook to its own optimum, takes a greener solvent where that serves as well, and all of
them are ranked by prices, ties, hazard and waste. Everything that ``recommend`` would not do with this pair is left
out before (``bearing``). Pairs whose flasks have exactly the same numbers are run once. The chosen procedure is
predicted at full accuracy.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from planner.engine import Array
from planner.flask.procedure import Settled
from planner.library.batches import Question, judge_all
from planner.library.bearing import Room, fitted, in_other_cells, led, room_of
from planner.library.sharing import walks_of
from planner.library.shortlists import ShortList
from planner.library.walking import (
    A_STEP,
    CHARGE,
    HYDRIDE,
    SEEN_IN_A_STEP,
    WALK_DRAWS,
    Way,
    settle,
    walk,
)
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.plans.aims import PLAIN, SEARCH_SLACK, SLACK, Aim, Bench, Marks, held_against, with_margin
from planner.plans.allowed import boiling_points, sensitivities
from planner.plans.floors import SLOW_DRAWS, charged_for, dosed, leaves_most
from planner.plans.partners import price_of
from planner.plans.ranking import GIVEN_UP, RANKING_DRAWS, in_order
from planner.plans.request import Request
from planner.plans.rounding import in_notebook
from planner.plans.search import Trial, tried
from planner.plans.shortlist import (
    DESCENDED,
    NODES_SEED,
    REPORT_DRAWS,
    SEARCH_DRAWS,
    serves_as_well,
    with_greener,
)
from planner.structures.pairs import Pair
from planner.structures.products import has_pattern
from planner.structures.protons import bonds_to_base

JUDGING_DRAWS = SEARCH_DRAWS
"""Draws on which the ends of walks are judged and ranked: those of a search."""
REACH = 0.06
"""Score behind the best up to which the best of another cell is worth a walk."""
NEAR = 0.04
"""Score behind the best up to which what a walk found can still come to the front."""
LEAST_OWN = 0.01
"""Score by which its own short list must be better, on fewer draws, before a pair walks that is like another."""
CLEAR = 0.02
"""Mean target above a default by which a leader is clearly above it, whatever the draws."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What is chosen from a short list for a pair."""

    trial: Trial
    """With its score and mean target by this pair's numbers."""
    runner_up: str = ""
    """Reductant and addition of the next one that differs."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Judge:
    """Request and numbers, and the choices for flasks that were met before."""

    request: Request
    model: Model
    known: dict[object, Choice | None] = field(default_factory=dict)
    """By everything that a flask's numbers depend on, and the short list."""

    def choose(self, pairs: Sequence[tuple[Pair, Aim]], short: ShortList) -> list[Choice | None]:
        """Choose from a short list for each pair; None where no procedure of it keeps the limits."""
        listed = tuple(t.procedure for t in short.trials)
        keys, fresh = [], dict[object, tuple[Pair, Aim]]()
        for pair, aim in pairs:
            key = (numbers_of(self.request, pair, self.model, aim), listed)
            keys.append(key)
            if key not in self.known:
                fresh.setdefault(key, (pair, aim))
        found = choices(self.request, self.model, list(fresh.values()), short)
        self.known.update(zip(fresh, found, strict=True))
        return [self.known[key] for key in keys]


@dataclass(kw_only=True, slots=True, eq=False)
class Case:
    """A flask on its way to its choice."""

    room: Room
    bench: Bench
    """Its draws are those of a search."""
    trials: list[Trial] = field(default_factory=list)
    """Of the short list, within its cells."""
    leaders: list[Trial] = field(default_factory=list)
    """The best of the cells that come near the best."""
    most: list[Trial] = field(default_factory=list)
    """What bounds how much of the target prices may give up."""


def numbers_of(request: Request, pair: Pair, model: Model, aim: Aim) -> object:
    """Gather everything about a pair on which its runs, their prices and what it bears depend."""
    sites = sorted(
        (s.site_class, s.n_hydrogens, s.coupling or "", s.pKaH, s.pKaH_sd, s.bulk, s.beta_branches, s.group,
         bonds_to_base(pair.amine.smiles, s.atom_index))
        for s in pair.sites
    )  # fmt: skip
    site = pair.carbonyl_site
    both = [pair.amine.smiles, pair.carbonyl.smiles]
    named = (
        both if aim.smiles is not None or model.calibration is not None else _with_own_numbers(model, both)
    )
    return (
        tuple(sites),
        (site.carbonyl_class, site.electronics, site.bulk, site.beta_branches),
        tuple(has_pattern(pair.carbonyl.smiles, s.only) for s in model.steps if s.only),
        (pair.amine_bottle, pair.carbonyl_bottle, aim.degree),
        tuple(price_of(partner, pair, model.advice) for partner in ("amine", "carbonyl")),
        tuple(named),
        tuple(sensitivities(request, pair, model)),
        tuple(boiling_points(pair, model)),
    )


def _with_own_numbers(model: Model, smiles: Sequence[str]) -> list[str]:
    """List the compounds that have a number of their own."""
    return [s for s in smiles if model.find("compound_impurity", (s,)) is not None]


def choices(
    request: Request, model: Model, pairs: Sequence[tuple[Pair, Aim]], short: ShortList
) -> list[Choice | None]:
    """Choose from a short list for pairs that differ in their numbers, all of them step by step together."""
    cases = _cases(request, model, pairs)
    for case in cases:
        case.trials = list(fitted(case.room, short.trials))
    some = [case for case in cases if case.trials]
    _judge(some)
    served = _lead(some, short.cells)
    found = {id(case): choice for case, choice in zip(some, _ranked(some, request.seed), strict=True)}
    lost = [case for case in served if found[id(case)] is None]
    _walk_all(lost, short.cells)
    found |= {id(case): choice for case, choice in zip(lost, _ranked(lost, request.seed), strict=True)}
    return [found.get(id(case)) for case in cases]


def _cases(request: Request, model: Model, pairs: Sequence[tuple[Pair, Aim]]) -> list[Case]:
    """Set up what is judged, with the concentration free where a pair is slow, as ``recommend`` does."""
    draws = draw_parameters(model, SEARCH_DRAWS, NODES_SEED)
    cases = [
        Case(
            room=room_of(request, pair, model, aim),
            bench=Bench(pair=pair, model=model, aim=with_margin(aim), draws=draws, slack=SEARCH_SLACK),
        )
        for pair, aim in pairs
    ]
    if request.fixed.concentration_M is not None:
        return cases
    charged = [
        (case, charged_for(case.bench.aim.degree, list(case.room.defaults.values()))) for case in cases
    ]
    asked = [(case, Question(bench=case.bench, procedures=tuple(some))) for case, some in charged if some]
    for (case, _), marks in zip(asked, judge_all([q for _, q in asked], SLOW_DRAWS), strict=True):
        if leaves_most(marks):
            case.room = room_of(request, case.room.pair, model, case.room.aim, is_slow=True)
    return cases


def _judge(cases: Sequence[Case]) -> None:
    """Judge what every case is held against, and its short list."""
    some = [case for case in cases if case.room.defaults]
    asked = [
        Question(bench=case.bench, procedures=tuple(dict.fromkeys(case.room.defaults.values())))
        for case in some
    ]
    for case, question, marks in zip(some, asked, judge_all(asked, JUDGING_DRAWS), strict=True):
        case.bench = replace(case.bench, floors=_floors(case.room.defaults, question.procedures, marks))
    asked = [Question(bench=case.bench, procedures=tuple(t.procedure for t in case.trials)) for case in cases]
    for case, question, marks in zip(cases, asked, judge_all(asked, WALK_DRAWS), strict=True):
        case.trials = tried([t.cell for t in case.trials], question.procedures, marks.summary)


def _floors(defaults: Mapping[str, Settled], procedures: Sequence[Settled], marks: Marks) -> dict[str, Array]:
    """Take what the defaults give, where they keep the limits."""
    place = {p: i for i, p in enumerate(procedures)}
    kept = {
        name: i for name, p in defaults.items() if not marks.failed[i := place[p]] and marks.excess[i] <= 0
    }
    return {name: marks.wanted[i] for name, i in kept.items()}


def _lead(cases: Sequence[Case], followed: Collection[tuple[str, str]]) -> list[Case]:
    """Find the leaders of every case; list those that were led by the walk of another."""
    walks = walks_of([case.trials for case in cases])
    _walk_all([case for i, case in enumerate(cases) if walks[i] == i], followed)
    for i, case in enumerate(cases):
        if walks[i] != i:
            case.leaders = led(case.room, cases[walks[i]].leaders)
    others = [case for i, case in enumerate(cases) if walks[i] != i]
    _judge_leaders([case for case in others if case.leaders])
    alone = [case for case in others if _is_better_alone(case)]
    _walk_all(alone, followed)
    served = [case for case in others if case not in alone]
    _step(served)
    _take_greener(served)
    return served


def _walk_all(cases: Sequence[Case], followed: Collection[tuple[str, str]]) -> None:
    """Walk to the leaders of some cases."""
    _complete(cases)
    _walk(cases, followed)
    _take_greener(cases)


def _judge_leaders(cases: Sequence[Case]) -> None:
    """Judge the leaders of another with each case, and keep those near its front."""
    asked = [
        Question(bench=case.bench, procedures=tuple(t.procedure for t in case.leaders)) for case in cases
    ]
    for case, question, marks in zip(cases, asked, judge_all(asked, JUDGING_DRAWS), strict=True):
        found = tried([t.cell for t in case.leaders], question.procedures, marks.summary)
        best = max(t.score for t in found)
        case.leaders = [t for t in found if t.score >= best - NEAR]


def _is_better_alone(case: Case) -> bool:
    """Tell whether its own short list serves a case better than the leaders of another."""
    return max((t.score for t in case.leaders), default=-math.inf) < _front(case) - LEAST_OWN


def _step(cases: Sequence[Case]) -> None:
    """Take a step from the best leader of another to a case's own numbers."""
    ways = [(case, Way(bench=case.bench, trial=max(case.leaders, key=lambda t: t.score))) for case in cases]
    walk([way for _, way in ways], A_STEP)
    settle([way for _, way in ways], JUDGING_DRAWS, SEEN_IN_A_STEP)
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
    questions = [
        Question(bench=case.bench, procedures=tuple(t.procedure for t in others)) for case, others in some
    ]
    for (case, others), question, marks in zip(
        some, questions, judge_all(questions, WALK_DRAWS), strict=True
    ):
        case.trials += tried([t.cell for t in others], question.procedures, marks.summary)


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
    walk([way for _, way in ways])
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
        (case, i, with_greener(case.room.model, t, case.room.solvents(t)))
        for case in cases
        for i, t in enumerate(case.leaders)
    ]
    while ways := [(case, i, greener) for case, i, greener in ways if greener]:
        asked = [Question(bench=case.bench, procedures=(greener[0].procedure,)) for case, _, greener in ways]
        left = []
        for (case, i, greener), question, marks in zip(
            ways, asked, judge_all(asked, JUDGING_DRAWS), strict=True
        ):
            (other,) = tried([greener[0].cell], question.procedures, marks.summary)
            if serves_as_well(other, case.leaders[i]):
                case.leaders[i] = other
            else:
                left.append((case, i, greener[1:]))
        ways = left


def _ranked(cases: Sequence[Case], seed: int) -> list[Choice | None]:
    """Take the first as ``recommend`` would rank them, on the first draws of a report.

    What gives most of the target is no choice here; it bounds what prices may give up.
    """
    asked = []
    for case in cases:
        case.leaders = list({t.procedure: t for t in case.leaders}.values())
        known = {t.procedure for t in case.leaders}
        case.most = [t for t in _most(case) if t.procedure not in known]
        portions = dosed(_close(case), case.room.model)
        procedures = (*(t.procedure for t in (*case.leaders, *case.most)), *portions.values())
        report = draw_parameters(case.room.model, REPORT_DRAWS, seed)
        bench = replace(case.bench, draws=report, aim=case.room.aim, floors={}, slack=SLACK)
        asked.append((case, portions, Question(bench=bench, procedures=tuple(dict.fromkeys(procedures)))))
    marked = judge_all([question for *_, question in asked], RANKING_DRAWS)
    return [
        _first(case, replace(question.bench, floors=_floors(portions, question.procedures, marks)), marks)
        for (case, portions, question), marks in zip(asked, marked, strict=True)
    ]


def _close(case: Case) -> dict[str, Settled]:
    """List the defaults that a leader of their reductant is not clearly above; the plain flask is every one's."""
    least: dict[str, float] = {PLAIN: min(t.wanted for t in case.leaders)}
    for t in case.leaders:
        least[t.procedure.reductant] = min(t.wanted, least.get(t.procedure.reductant, 1.0))
    return {
        name: case.room.defaults[name]
        for name, wanted in case.bench.floors.items()
        if wanted.mean() > least.get(name, 1.0) - CLEAR
    }


def _most(case: Case) -> list[Trial]:
    """List what gives most of what was judged, and the leader with all the carbonyl and hydride that are proposed."""
    most, leader = max(case.trials, key=lambda t: t.wanted), max(case.leaders, key=lambda t: t.score)
    if leader.wanted > 1.0 - GIVEN_UP:
        return []
    highest = {k.field: k.high for k in leader.cell.knobs if k.field in (CHARGE, HYDRIDE)}
    full = leader.cell.possible(leader.cell.values(leader.procedure) | highest)
    return list({t.procedure: t for t in (most, replace(leader, procedure=full))}.values())


def _first(case: Case, bench: Bench, marks: Marks) -> Choice | None:
    """Rank what was judged."""
    every, n = [*case.leaders, *case.most], len(case.leaders)
    marks = Marks(**{name: getattr(marks, name)[: len(every)] for name in Marks.__slots__})
    means = marks.wanted.mean(axis=1)
    within = (marks.excess <= 0) & ~marks.failed
    if not within.any():
        return None
    worthy = within & (means >= means[within].max() - GIVEN_UP)
    whole = within & (held_against(bench, [t.procedure for t in every], marks).short <= 0)
    led = np.arange(len(every)) < n
    fit = next(
        np.flatnonzero(some)
        for some in (worthy & whole & led, worthy & whole, worthy & led, worthy)
        if some.any()
    )
    some = [replace(every[i], wanted=float(means[i]), over=float(marks.over[i].mean())) for i in fit]
    group, rest = in_order(case.room.model, some, marks.wanted[fit])
    first, *others = [some[i] for i in (*group, *rest)]
    other = next((t for t in others if t.procedure.reductant != first.procedure.reductant), None)
    words = "" if other is None else f"{other.procedure.reductant}, {other.procedure.addition}"
    return Choice(trial=first, runner_up=words)
