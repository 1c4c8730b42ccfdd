"""Judging: a short list against a pair's own numbers, and what comes of the procedure that is chosen.

The steps are those of ``recommend`` after its search, with the short list in the place of what the search found: its
best are led to the pair's own numbers (``following``) and ranked by prices, ties, hazard and trouble. Everything that
``recommend`` would not do with this pair is left out before (``bearing``). Pairs whose flasks have exactly the same
numbers are run once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from planner.flask.alike import special_steps
from planner.flask.procedure import Settled
from planner.library.bearing import fitted
from planner.library.cases import (
    Case,
    cases_of,
    distinct,
    floors_among,
    judge_listed,
    procedures_of,
)
from planner.library.following import follow, lead
from planner.library.sharing import choices_of
from planner.library.shortlists import ShortList
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.plans.aims import PLAIN, SLACK, Aim, Bench, Marks, held_against
from planner.plans.allowed import boiling_points, sensitivities
from planner.plans.batches import Question, judge_all, marks_at
from planner.plans.floors import dosed
from planner.plans.leading import NEARLY_GIVEN_UP
from planner.plans.partners import price_of
from planner.plans.ranking import RANKING_DRAWS, burdens, contenders, in_order
from planner.plans.request import Request
from planner.plans.search import Trial
from planner.plans.shortlist import REPORT_DRAWS
from planner.structures.pairs import Pair
from planner.structures.protons import bonds_to_base

CLEAR, ROUGHLY_CLEAR = 0.02, 0.03
"""Mean target above a default by which a leader is clearly above it, whatever the draws; where those were few. Means on
128 draws and on 1,024 differ by less (a test asks that what is clear is what a ranking would take)."""
OTHER_DRAWS = 0.01
"""Mean target by which two procedures may be further apart, or nearer, on the draws of a report; likewise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What is chosen from a short list for a pair."""

    trial: Trial
    """With its score and mean target by this pair's numbers, or by those of the pair whose choice it shares."""
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
        special_steps(pair, model),
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
    cases = cases_of(request, model, pairs)
    for case in cases:
        case.race.trials = list(fitted(case.race.room, short.trials))
    some = [case for case in cases if case.race.trials]
    judge_listed(some)
    serving = choices_of(some)
    found = _chosen([case for i, case in enumerate(some) if serving[i] == i], request.seed)
    left = [case for i, case in enumerate(some) if serving[i] != i and found[id(some[serving[i]])] is None]
    found |= {id(case): found[id(some[i])] for case, i in zip(some, serving, strict=True)}
    found |= _chosen(left, request.seed)
    return [found.get(id(case)) for case in cases]


def _chosen(cases: Sequence[Case], seed: int) -> dict[int, Choice | None]:
    """Choose for cases of their own: walk, follow and rank."""
    served = follow(cases)
    found = {id(case): choice for case, choice in zip(cases, _ranked(cases, seed), strict=True)}
    lost = [case for case in served if found[id(case)] is None]
    lead(lost)
    return found | {id(case): choice for case, choice in zip(lost, _ranked(lost, seed), strict=True)}


def _ranked(cases: Sequence[Case], seed: int) -> list[Choice | None]:
    """Take the first as ``recommend`` would rank them; where that is not clear, on the first draws of a report.

    What gives most of the target says what prices may give up, and is chosen where nothing else counts more.
    """
    for case in cases:
        case.race.leaders = _contenders(case)
    most = {id(case): _most(case) for case in cases}
    found = {id(case): choice for case in cases if (choice := _clear(case, most[id(case)])) is not None}
    asked = []
    for case in (case for case in cases if id(case) not in found):
        portions = dosed(_close(case), case.race.room.model)
        procedures = distinct([*procedures_of([*case.race.leaders, *most[id(case)]]), *portions.values()])
        report = draw_parameters(case.race.room.model, REPORT_DRAWS, seed)
        bench = replace(case.race.bench, draws=report, aim=case.race.room.aim, floors={}, slack=SLACK)
        asked.append((case, portions, Question(bench=bench, procedures=procedures)))
    marked = judge_all([question for *_, question in asked], RANKING_DRAWS)
    ranked = {
        id(case): _first(
            case,
            most[id(case)],
            replace(question.bench, floors=floors_among(portions, question.procedures, marks)),
            marks,
        )
        for (case, portions, question), marks in zip(asked, marked, strict=True)
    }
    return [(found | ranked)[id(case)] for case in cases]


def _clear(case: Case, most: Sequence[Trial]) -> Choice | None:
    """Take the best where nothing else can be the first: no limit, no floor, nothing that is less trouble."""
    best = max(case.race.leaders, key=lambda t: t.score)
    mine, others = burdens(case.race.room.model, best), [t for t in case.race.leaders if t is not best]
    is_open = (
        case.race.has_limit
        or most
        or _close(case)
        or any(
            burdens(case.race.room.model, t) < mine or t.wanted > best.wanted + NEARLY_GIVEN_UP
            for t in others
        )
    )
    return (
        None if is_open or best.score == -math.inf else Choice(trial=best, runner_up=_next_to(best, others))
    )


def _next_to(first: Trial, others: Sequence[Trial]) -> str:
    """Name reductant and addition of the next one that differs, the best first."""
    other = next((t for t in others if t.procedure.reductant != first.procedure.reductant), None)
    return "" if other is None else f"{other.procedure.reductant}, {other.procedure.addition}"


def _contenders(case: Case) -> list[Trial]:
    """Leave out what cannot be the first, where no limit and no floor decides."""
    every = sorted({t.procedure: t for t in case.race.leaders}.values(), key=lambda t: -t.score)
    most = max(t.wanted for t in (*case.race.trials, *every))
    is_floored = any(name in _close(case) for name in (PLAIN, every[0].procedure.reductant))
    if case.race.has_limit or is_floored or every[0].wanted < most - NEARLY_GIVEN_UP:
        return every
    return contenders(case.race.room.model, every, doubt=OTHER_DRAWS)


def _close(case: Case) -> dict[str, Settled]:
    """List the defaults that a leader of their reductant is not clearly above; the plain flask is every one's."""
    least: dict[str, float] = {PLAIN: min(t.wanted for t in case.race.leaders)}
    for t in case.race.leaders:
        least[t.procedure.reductant] = min(t.wanted, least.get(t.procedure.reductant, 1.0))
    clear = CLEAR if case.race.bench.floors else ROUGHLY_CLEAR
    return {
        name: case.race.room.defaults[name]
        for name, wanted in case.held.items()
        if wanted > least.get(name, 1.0) - clear
    }


def _most(case: Case) -> list[Trial]:
    """List what gives so much more that prices might give up too much."""
    most, leader = (
        max(case.race.trials, key=lambda t: t.wanted),
        max(case.race.leaders, key=lambda t: t.score),
    )
    is_new = most.procedure not in procedures_of(case.race.leaders)
    return [most] if is_new and most.wanted > leader.wanted + NEARLY_GIVEN_UP else []


def _first(case: Case, most: Sequence[Trial], bench: Bench, marks: Marks) -> Choice | None:
    """Rank what was judged."""
    every = [*case.race.leaders, *most]
    marks = marks_at(marks, slice(len(every)))
    means = marks.wanted.mean(axis=1)
    within = (marks.excess <= 0) & ~marks.failed
    if not within.any():
        return None
    whole = within & (held_against(bench, [t.procedure for t in every], marks).short <= 0)
    fit = np.flatnonzero(whole if whole.any() else within)
    some = [replace(every[i], wanted=float(means[i]), over=float(marks.over[i].mean())) for i in fit]
    group, rest = in_order(case.race.room.model, some, marks.wanted[fit])
    first, *others = [some[i] for i in (*group, *rest)]
    return Choice(trial=first, runner_up=_next_to(first, others))
