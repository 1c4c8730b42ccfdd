"""Judging: a short list against a pair's own numbers, and what comes of the procedure that is chosen.

Every procedure of the list that the pair allows runs with the pair's own basicity, electronics and bulk on the draws
of a search; prices, floors, ties, hazard and waste then decide as ``recommend`` decides. Pairs whose flasks have
exactly the same numbers are run once. The chosen procedure is predicted at full accuracy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from planner.errors import InfeasibleError, PlannerError
from planner.flask.acidity import acidities_of, check_acidity
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.library.batches import Question, judge_all
from planner.library.shortlists import ShortList
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.plans.aims import Aim, Bench, Marks, held_against, with_margin
from planner.plans.allowed import allowed_words, sensitivities, temperatures
from planner.plans.cells import MILD_ACID, MOST_CARBONYL
from planner.plans.partners import price_of
from planner.plans.ranking import SURELY_TIED, TIED, burdens, in_order, scale_of
from planner.plans.request import Request
from planner.plans.rounding import neighbours, retreats
from planner.plans.search import Trial, tried
from planner.plans.shortlist import NODES_SEED, SEARCH_DRAWS, is_within
from planner.predictions.prediction import Prediction, predict_pair
from planner.structures.pairs import Pair
from planner.structures.products import has_pattern
from planner.structures.protons import bonds_to_base

ANSWER_DRAWS = 256
"""Draws of the prediction that is written down; its mean is known to a third of a point."""
ENOUGH = 0.98
"""Mean target up to which a choice is worth a walk; above it there is less to gain than a search can tell."""
NEAR = 0.1
"""Score behind a choice up to which the best of another reductant walks too."""
GRAVE = 3
"""Burdens that come first among those of ``ranking``: cyanide, chlorinated solvents, what follows the product."""
RETREATS = 3
"""Smaller charges of carbonyl that are tried where a choice breaks a limit on more draws."""
STEPS = 6
"""Of that walk at most; each judges some ten neighbours, and most walks end after one or two."""
TOGETHER = ("carbonyl_equivalents", "reductant_equivalents")
"""Fields that are also changed together: more carbonyl alone runs out of hydride."""
LEAST_GAIN = 1e-3
"""Score that a step must gain."""
JUDGING_DRAWS, WALK_DRAWS = 64, 32
"""Draws on which short lists are judged, and neighbours of a choice: the first of those of a search."""
BRIM = 1e-9
"""Of a pH that is the floor itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What is chosen from a short list for a pair."""

    trial: Trial
    """With its score and mean target by this pair's numbers."""
    runner_up: str = ""
    """Reductant and addition of the next one that differs."""
    other: Trial | None = None
    """The best of another reductant where it comes near: a walk may bring it to the front."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Judge:
    """Request and numbers, and the choices for flasks that were met before."""

    request: Request
    model: Model
    known: dict[object, Choice | None] = field(default_factory=dict)
    """By everything that a flask's numbers depend on."""

    def choose(self, pairs: Sequence[tuple[Pair, Aim]], short: ShortList) -> list[Choice | None]:
        """Choose from a short list for each pair; None where no procedure of it keeps the limits."""
        keys, cases = [], dict[object, Case]()
        for pair, aim in pairs:
            allowed = fitting(self.request, pair, self.model, aim, short.trials)
            key = (numbers_of(pair, self.model, aim), tuple(t.procedure for t in allowed))
            keys.append(key)
            if key not in self.known and key not in cases:
                cases[key] = _case(self.request, self.model, pair, aim, allowed, short)
        fresh = list(cases.values())
        _judge(fresh)
        _improve(self.request, [c for c in fresh if c.choice and c.choice.trial.wanted < ENOUGH])
        self.known.update((key, case.choice) for key, case in cases.items())
        return [self.known[key] for key in keys]


@dataclass(kw_only=True, slots=True, eq=False)
class Case:
    """A flask on its way to its choice."""

    bench: Bench
    trials: tuple[Trial, ...]
    """That the pair allows."""
    floors: dict[str, Settled]
    """Defaults that the pair is held against."""
    choice: Choice | None = None


def numbers_of(pair: Pair, model: Model, aim: Aim) -> object:
    """Gather everything about a pair on which its runs and their prices depend."""
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
    )


def _with_own_numbers(model: Model, smiles: Sequence[str]) -> list[str]:
    """List the compounds that have a number of their own."""
    return [s for s in smiles if model.find("compound_impurity", (s,)) is not None]


def fitting(
    request: Request, pair: Pair, model: Model, aim: Aim, trials: Sequence[Trial]
) -> tuple[Trial, ...]:
    """Fit procedures to a pair; leave out those that it does not bear.

    Left out are hydrides that its groups do not stand, solvents that do not take up its bottles, and flasks that are
    too acidic for their hydride. Charges, acid and temperatures are cut to what its price, its groups, its salts and
    its boiling points allow.
    """
    names = {r.name for r in allowed_words(request, pair, model).reductants}
    is_wet = any(bottle.is_aqueous for bottle, _ in pair.bottles(1.0))
    kept: dict[Settled, Trial] = {}
    for trial in trials:
        p = trial.procedure
        if p.reductant not in names or (is_wet and not model.solvent(p.solvent).mixes_with_water):
            continue
        cut = _cut(request, pair, model, aim, p)
        kept.setdefault(cut, trial if cut == p else replace(trial, procedure=cut))
    return _not_too_acidic(pair, model, list(kept.values()))


def _cut(request: Request, pair: Pair, model: Model, aim: Aim, p: Settled) -> Settled:
    """Cut charge, acid and temperature of a procedure to what a pair allows; what the request holds stays."""
    changed: dict[str, float] = {}
    most = MOST_CARBONYL[price_of("carbonyl", pair, model.advice)] * aim.degree
    if aim.basis == "amine" and request.fixed.carbonyl_equivalents is None and p.carbonyl_equivalents > most:
        changed["carbonyl_equivalents"] = most
    if request.fixed.acid_equivalents is None:
        mild = MILD_ACID if "acid" in sensitivities(request, pair, model) else p.acid_equivalents
        changed["acid_equivalents"] = max(pair.weak_acid(0.0), min(mild, p.acid_equivalents))
    low, high = _temperatures(request, pair, model, p)
    celsius = min(max(p.temperature_C, low), high)
    if celsius != p.temperature_C:
        follows = p.hydride_temperature_C == p.temperature_C
        changed |= {"temperature_C": celsius} | ({"hydride_temperature_C": celsius} if follows else {})
    return replace(p, **changed) if changed else p  # type: ignore[arg-type]


def _temperatures(request: Request, pair: Pair, model: Model, p: Settled) -> tuple[float, float]:
    """State the temperatures that a pair allows; a request that holds one is taken at its word."""
    if request.fixed.temperature_C is not None:
        return p.temperature_C, p.temperature_C
    return temperatures(request, pair, model, model.reductant(p.reductant), p.solvent)


def _not_too_acidic(pair: Pair, model: Model, trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """Leave out flasks that are too acidic for their hydride with this amine."""
    floors = [model.reductant(t.procedure.reductant).warn_below_pH for t in trials]
    asked = [
        t.procedure
        for t, floor in zip(trials, floors, strict=True)
        if floor is not None and t.procedure.acid_equivalents > 0
    ]
    if not asked:
        return tuple(trials)
    found = dict(zip(asked, acidities_of(pair, model, asked), strict=True))
    return tuple(
        t
        for t, floor in zip(trials, floors, strict=True)
        if floor is None or found.get(t.procedure, floor) >= floor - BRIM
    )


def _case(
    request: Request, model: Model, pair: Pair, aim: Aim, trials: Sequence[Trial], short: ShortList
) -> Case:
    """Set up what is judged for a pair."""
    draws = draw_parameters(model, SEARCH_DRAWS, NODES_SEED)
    bench = Bench(pair=pair, model=model, aim=with_margin(aim), draws=draws)
    return Case(bench=bench, trials=tuple(trials), floors=_floors(request, pair, model, short))


def _judge(cases: Sequence[Case]) -> None:
    """Judge the short list of every case and take the first as ``recommend`` would rank them."""
    some = [case for case in cases if case.trials]
    asked = [
        Question(
            bench=case.bench,
            procedures=tuple(dict.fromkeys((*(t.procedure for t in case.trials), *case.floors.values()))),
        )
        for case in some
    ]
    for case, question, marks in zip(some, asked, judge_all(asked, JUDGING_DRAWS), strict=True):
        place = {p: i for i, p in enumerate(question.procedures)}
        kept = {
            name: marks.wanted[place[p]]
            for name, p in case.floors.items()
            if not marks.failed[place[p]] and marks.excess[place[p]] <= 0
        }
        case.bench = replace(case.bench, floors=kept)
        held = held_against(case.bench, question.procedures, marks)
        case.choice = _first(case, _of(held, [place[t.procedure] for t in case.trials]))


def _first(case: Case, marks: Marks) -> Choice | None:
    """Rank what was judged."""
    found = tried([t.cell for t in case.trials], [t.procedure for t in case.trials], marks.summary)
    fit = [i for i, t in enumerate(found) if is_within(case.bench, t)]
    fit = [i for i in fit if marks.short[i] <= 0] or fit
    if not fit:
        return None
    some = [found[i] for i in fit]
    group, rest = in_order(case.bench.model, some, marks.wanted[fit])
    first = _of_the_tied(case.bench.model, [some[i] for i in group])
    others = [some[i] for i in (*group, *rest)]
    next_one = next((t for t in others if t.procedure.reductant != first.procedure.reductant), None)
    words = "" if next_one is None else f"{next_one.procedure.reductant}, {next_one.procedure.addition}"
    near = next_one is not None and next_one.score >= first.score - NEAR
    return Choice(trial=first, runner_up=words, other=next_one if near else None)


def _of_the_tied(model: Model, group: Sequence[Trial]) -> Trial:
    """Take the first of what is tied that gives as much as any of it that is as little grave to handle.

    A search comes with its own neighbourhood, where ties cost a point at most; a short list is coarser, and its ties
    are closer therefore. Cyanide, chlorinated solvents and what follows the product are avoided as ever.
    """
    grave = burdens(model, group[0])[:GRAVE]
    same = [t for t in group if burdens(model, t)[:GRAVE] == grave]
    most = max(t.wanted for t in same)
    return next(t for t in same if t.wanted >= most - SURELY_TIED)


def _improve(request: Request, cases: Sequence[Case]) -> None:
    """Walk from every choice, and from the best of another reductant where that is near; take the clearly better."""
    others = [
        (case, replace(case, choice=Choice(trial=case.choice.other)))
        for case in cases
        if case.choice is not None and case.choice.other is not None
    ]
    _walk(request, [*cases, *(other for _, other in others)])
    for case, other in others:
        if case.choice is None or other.choice is None:
            continue
        first, second = case.choice.trial, other.choice.trial
        if second.score > first.score + TIED * scale_of(second):
            words = f"{first.procedure.reductant}, {first.procedure.addition}"
            case.choice = Choice(trial=second, runner_up=words)


def _walk(request: Request, cases: Sequence[Case]) -> None:
    """Walk the notebook numbers from every choice to a better one near by, all cases a step at a time."""
    seen = {id(case): set[Settled]() for case in cases}
    for _ in range(STEPS):
        around = [(case, _around(request, case, seen[id(case)])) for case in cases]
        asked = [Question(bench=case.bench, procedures=some) for case, some in around if len(some) > 1]
        cases = [case for case, some in around if len(some) > 1]
        going = []
        for case, question, marks in zip(cases, asked, judge_all(asked, WALK_DRAWS), strict=True):
            cell = case.choice.trial.cell if case.choice else case.trials[0].cell
            here, *others = tried([cell] * len(question.procedures), question.procedures, marks.summary)
            best = max(others, key=lambda t: t.score)
            if best.score > here.score + LEAST_GAIN and is_within(case.bench, best):
                case.choice = replace(case.choice or Choice(trial=best), trial=best)
                going.append(case)
        cases = going


def _around(request: Request, case: Case, seen: set[Settled]) -> tuple[Settled, ...]:
    """List a choice and its neighbours in the notebook that were not judged yet and that the pair allows."""
    if case.choice is None:
        return ()
    bench, trial = case.bench, case.choice.trial
    seen.add(trial.procedure)
    near = neighbours(trial.cell, trial.procedure, bench.aim.degree)
    near += _both_ways(trial, near)
    fresh = [replace(trial, procedure=p) for p in near if p not in seen]
    fitted = fitting(request, bench.pair, bench.model, bench.aim, fresh)
    allowed = [t.procedure for t in fitted if t.procedure not in seen]
    seen.update(allowed)
    return (trial.procedure, *allowed)


def _both_ways(trial: Trial, near: Sequence[Settled]) -> list[Settled]:
    """Combine the neighbours with more carbonyl and more hydride, and those with less of both."""
    here = trial.cell.values(trial.procedure)
    moved = [
        {name: value for name, value in trial.cell.values(p).items() if value != here[name]} for p in near
    ]
    first, second = ([m for m in moved if list(m) == [name]] for name in TOGETHER)
    return [
        trial.cell.possible(here | a | b)
        for a in first
        for b in second
        if (a[TOGETHER[0]] > here[TOGETHER[0]]) is (b[TOGETHER[1]] > here[TOGETHER[1]])
    ]


def _floors(request: Request, pair: Pair, model: Model, short: ShortList) -> dict[str, Settled]:
    """Take the defaults that the pair can be held against."""
    names = {r.name for r in allowed_words(request, pair, model).reductants}
    kept = {}
    for name, p in short.defaults.items():
        try:
            check_acidity(pair, model, p)
        except PlannerError:
            continue
        if p.reductant in names:
            kept[name] = p
    return kept


def _of(marks: Marks, places: Sequence[int]) -> Marks:
    """Take the marks of some procedures."""
    return Marks(**{name: getattr(marks, name)[list(places)] for name in Marks.__slots__})


def predicted(request: Request, model: Model, pair: Pair, aim: Aim, chosen: Trial) -> Prediction:
    """Predict what was chosen on the first draws of a report; with less carbonyl where it breaks a limit there.

    Raises
    ------
    InfeasibleError
        If it still does.
    """
    found = _predicted(request, model, pair, aim, chosen.procedure)
    broken = _broken(aim, found)
    if not broken:
        return found
    written, finer = retreats(chosen, aim.degree)
    lower = [replace(chosen, procedure=p) for p in (*written[:RETREATS], *finer[:RETREATS])]
    for trial in fitting(request, pair, model, aim, lower):
        other = _predicted(request, model, pair, aim, trial.procedure)
        if not _broken(aim, other):
            return other
    raise InfeasibleError(broken)


def _predicted(request: Request, model: Model, pair: Pair, aim: Aim, procedure: Settled) -> Prediction:
    asked = Procedure(**{name: getattr(procedure, name) for name in FIELDS})
    draws = draw_parameters(model, ANSWER_DRAWS, request.seed)
    return predict_pair(pair, model, asked, draws, target=aim.degree, basis=aim.basis)


def _broken(aim: Aim, found: Prediction) -> str:
    """Say which limit a prediction breaks; nothing where it keeps them."""
    over, low = found.over_alkylation.mean, found.target_fraction.low
    advice = "ask for this pair alone with planner recommend"
    if aim.max_over_alkylation is not None and over > aim.max_over_alkylation:
        return (
            f"max_over_alkylation {aim.max_over_alkylation:g} cannot be met from the problem's short list; nearest: "
            f"{over:.4f}; raise the limit to that, or {advice}"
        )
    if aim.min_target_low is not None and low < aim.min_target_low:
        return (
            f"min_target_low {aim.min_target_low:g} cannot be met from the problem's short list; nearest: {low:.4f}; "
            f"lower the limit to that, or {advice}"
        )
    return ""
