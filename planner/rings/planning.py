"""Planning: the least solvent and time with which a closure gives the wanted ring with the wanted probability.

Each strategy is searched over concentration, feed time, after-stir and excess; of what keeps the promise

    P(ring >= min_ring) >= probability

the one with the smallest litres x hours per gram of ring is taken, a feed counted three times. What no strategy can
promise is refused, with the ring that can be promised instead.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from planner.errors import InfeasibleError, ProcedureError, finite, shown
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.predictions.prediction import check_count, interval
from planner.rings.book import load_book
from planner.rings.caveats import voiding
from planner.rings.closing import Closing, prepare_closing, winning
from planner.rings.closures import Closure
from planner.rings.masses import molar_mass
from planner.rings.options import AT_ONCE, BOTH_FED, LIMITS
from planner.rings.pairs import RingPair, read_ring_pair
from planner.rings.plans import RingPlan, RingStrategy
from planner.rings.prediction import PREDICTION_DRAWS, predict_closing
from planner.rings.procedure import FEED_M, HALF_FED, RingProcedure, settle_ring
from planner.rings.pump import PROTECTED, PumpSchedule, schedule_of
from planner.rings.strategies import Option, options_of
from planner.rings.workup import work_up
from planner.sheets.charges import figures
from planner.structures.sensitive import harmed_by

SEARCH_DRAWS = 64
CONCENTRATIONS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""[M]"""
STIRS = (6.0, 24.0)
"""After the feed [h]."""
PUMP = 3.0
"""By what factor litres times hours must fall before syringe pumps are set up."""
USUAL_HOURS, USUAL_PROBABILITY = 72.0, 0.8
"""Limits that stand where none is given [h, 1]."""
HELD = ("solvent", "base", "temperature_C", "leaving_group", "reductant", "reductant_equivalents")
"""Fields that a recommendation takes from what is asked; the others are searched."""


class Wanted(NamedTuple):
    """What a plan must reach."""

    ring: float
    probability: float
    most_hours: float
    scale_g: float
    draws: int
    seed: int
    asked: str
    """SMILES of the ring."""


def recommend_cyclization(  # noqa: PLR0913 - the contract's keywords
    a: str,
    b: str | None = None,
    *,
    min_ring: float = 0.8,
    probability: float = 0.8,
    max_time_h: float = 72.0,
    scale_g: float = 1.0,
    draws: int = PREDICTION_DRAWS,
    seed: int = 0,
    models: str | Path | None = None,
    model: Model | None = None,
    progress: Callable[[float, str], None] | None = None,
    **held: Any,
) -> RingPlan:
    """Recommend how to close a ring.

    Parameters
    ----------
    a, b
        As in ``cyclize``.
    min_ring
        Ring that is wanted, of the limiting partner.
    probability
        With which it is wanted.
    max_time_h
        Longest feed and after-stir together [h].
    scale_g
        Grams of ring to plan for.
    draws, seed, models, model
        As in ``cyclize``.
    progress
        Called with the share that is done and what is being done.
    **held
        Solvent, base, temperature_C, leaving_group or reductant that must stay, where the chemistry stays.

    Returns
    -------
    RingPlan
        Strategies side by side with litres and hours per gram; the best with its pump schedule and work-up.

    Raises
    ------
    InfeasibleError
        If no strategy can promise the ring (the message says what can be), or the numbers of this pair do not hold.
    StructureError, ScopeError, ProcedureError
        If the input cannot be used.

    Examples
    --------
    >>> plan = recommend_cyclization("NCCCCC=O", min_ring=0.8, draws=32)
    >>> plan.best.name
    'batch'
    """
    known = chosen_model(models, model)
    pair = read_ring_pair(a, b, known)
    wanted = Wanted(
        _between("min_ring", min_ring),
        _between("probability", probability),
        _between("max_time_h", max_time_h),
        _between("scale_g", scale_g),
        check_count("draws", draws, 8, 4096),
        check_count("seed", seed, 0, 2**31 - 1),
        winning(pair).smiles,
    )
    if strangers := sorted(set(held) - set(HELD)):
        raise ProcedureError(
            f"{shown(strangers[0])} is searched, not held; expected one of {', '.join(HELD)}: leave it out, or use "
            "cyclize for one procedure"
        )
    if why := voiding(pair, winning(pair)):
        raise InfeasibleError(why)
    options = list(options_of(pair, known))
    found = []
    for number, option in enumerate(options):
        if progress is not None:
            progress(number / len(options), option.route.title)
        found.append(_searched(option, known, _held_for(option, pair, held), wanted))
    return _plan(pair, known, found, wanted)


def _held_for(option: Option, pair: RingPair, held: dict[str, Any]) -> dict[str, Any]:
    """Take what must stay where an option is of the same chemistry; hydride in the place of halide is another flask."""
    is_same = option.pair is not None and option.pair.is_reductive == pair.is_reductive
    return held if is_same else {}


def _between(name: str, value: object) -> float:
    """Take a limit within its bounds."""
    low, high, unit, _ = LIMITS[name]
    number = finite(value)
    if number is None or not low <= number <= high:
        raise ProcedureError(
            f"{name} {shown(value)}; expected a number from {low:g} to {high:g} ({unit}): change it"
        )
    return number


def _cells(option: Option, start: RingProcedure, wanted: Wanted) -> Iterator[RingProcedure]:
    """List the procedures of an option."""
    single = option.pair is not None and option.pair.b is None
    for equivalents in option.equivalents:
        for concentration in CONCENTRATIONS:
            both = concentration * (1.0 if single else 1.0 + 1.0 / equivalents)
            for feed in option.feeds_h:
                strength = max(FEED_M, both / HALF_FED)
                for stir in _stirs(wanted.most_hours):
                    if feed + stir <= wanted.most_hours:
                        yield replace(
                            start,
                            concentration_M=concentration,
                            addition_time_h=feed,
                            hold_time_h=stir,
                            equivalents=equivalents,
                            feed_M=strength,
                            addition=BOTH_FED if feed else AT_ONCE,
                        )


def _stirs(most_hours: float) -> tuple[float, ...]:
    """List the after-stirs to try; where none of them fits, all the time there is."""
    return tuple(stir for stir in STIRS if stir <= most_hours) or (most_hours,)


def _searched(option: Option, model: Model, asked: dict[str, Any], wanted: Wanted) -> RingStrategy:
    """Search one option: coarse with few draws, then its best cells with all."""
    if option.pair is None:
        return _uncomputed(option)
    start, _ = settle_ring(asked, option.pair, model, load_book())
    coarse = prepare_closing(option.pair, model, n_draws=min(SEARCH_DRAWS, wanted.draws), seed=wanted.seed)
    cells = list(_cells(option, start, wanted))
    if not cells:
        return _uncomputed(option, f"No feed and after-stir fit in max_time_h {wanted.most_hours:g}. ")
    rings = coarse.rings(cells)
    fine = prepare_closing(option.pair, model, n_draws=wanted.draws, seed=wanted.seed)
    order = _order(cells, rings, option.pair, wanted)
    best = None
    for p in [cells[i] for i in order[:4]]:
        made = _judged(option, fine, p, wanted)
        if best is None or _rank(made) < _rank(best):
            best = made
    assert best is not None
    assert best.procedure is not None
    batches = [i for i in order if not cells[i].addition_time_h]
    if not best.procedure.addition_time_h or not batches:
        return best
    return replace(best, words=best.words + _why_fed(_judged(option, fine, cells[batches[0]], wanted)))


def _why_fed(batch: RingStrategy) -> str:
    """Say what the best batch would give where a feed is planned."""
    assert batch.ring is not None
    assert batch.procedure is not None
    reaches = f"and what is wanted in {batch.probability:.0%} of the draws"
    return (
        f" The feed is there for the promised probability: all at once at {batch.procedure.concentration_M:g} M the "
        f"ring is {batch.ring.median:.0%}, {reaches}."
    )


def _price(p: RingProcedure, ring: float, mass: float) -> float:
    """Litres times hours per gram of ring; a pump must save what it takes to set it up."""
    return _trouble(p) * p.total_time_h / max(p.concentration_M * ring * mass, 1e-12)


def _trouble(p: RingProcedure) -> float:
    """Weigh the way of adding, for a price."""
    return PUMP if p.addition_time_h else 1.0


def _order(cells: Sequence[RingProcedure], rings: np.ndarray, pair: RingPair, wanted: Wanted) -> list[int]:
    """Order cells: those that keep the promise by price, then the others by what they promise."""
    mass = molar_mass(winning(pair).smiles)
    chance = np.mean(rings >= wanted.ring, axis=1)
    promised = np.quantile(rings, 1.0 - wanted.probability, axis=1)
    price = [_price(p, float(r.mean()), mass) for p, r in zip(cells, rings, strict=True)]
    keys = [
        (0, price[i], 0.0)
        if chance[i] >= wanted.probability
        else (1, -round(float(promised[i]), 2), price[i])
        for i in range(len(cells))
    ]
    return sorted(range(len(cells)), key=keys.__getitem__)


def _judged(option: Option, ready: Closing, p: RingProcedure, wanted: Wanted) -> RingStrategy:
    """Judge one procedure with all draws."""
    rings = np.clip(ready.rings([p])[0], 0.0, 1.0)
    chance = float(np.mean(rings >= wanted.ring))
    found = interval(rings)
    schedule = schedule_of(
        ready.pair, p, ring=found, scale_g=wanted.scale_g, model=ready.model, asked=wanted.asked
    )
    return RingStrategy(
        name=option.route.name,
        title=option.route.title,
        words=option.words + _beside(winning(ready.pair), wanted.asked, schedule, ready.model),
        extra_steps=option.route.extra_steps,
        pair=ready.pair,
        procedure=p,
        ring=found,
        probability=chance,
        promised=float(np.quantile(rings, 1.0 - wanted.probability)),
        schedule=schedule,
        keeps_promise=chance >= wanted.probability,
    )


def _beside(made: Closure, asked: str, schedule: PumpSchedule, model: Model) -> str:
    """Say where what closes is not the ring that was asked for, and what it cannot bear when it is freed."""
    if schedule.protects:
        groups = harmed_by("acid", asked, model)
        bars = f" Free it without acid, which opens its {groups[0].name}." if groups else ""
        return f" Litres and hours are per gram of {asked}: {PROTECTED}.{bars}"
    return "" if made.smiles == asked else f" It gives {made.smiles}, {made.size} atoms, and not {asked}."


def _uncomputed(option: Option, why: str = "") -> RingStrategy:
    """Name an option without numbers."""
    return RingStrategy(
        name=option.route.name,
        title=option.route.title,
        words=why + option.words,
        extra_steps=option.route.extra_steps,
        pair=None,
        procedure=None,
        ring=None,
        probability=None,
        promised=None,
        schedule=None,
        keeps_promise=False,
    )


def _rank(s: RingStrategy) -> tuple[float, ...]:
    """Order strategies: what keeps the promise by extra steps and price, what does not by what it promises."""
    if s.schedule is None or s.promised is None:
        return (2.0, 0.0, 0.0)
    pump = 1.0 if s.procedure is None else _trouble(s.procedure)
    price = pump * s.schedule.litres_per_gram * s.schedule.total_time_h
    return (0.0, float(s.extra_steps), price) if s.keeps_promise else (1.0, -s.promised, price)


def _plan(pair: RingPair, model: Model, found: Sequence[RingStrategy], wanted: Wanted) -> RingPlan:
    """Put strategies side by side, or refuse with what can be promised."""
    ranked = tuple(sorted(found, key=_rank))
    best = ranked[0]
    if not best.keeps_promise:
        raise InfeasibleError(_refusal(pair, ranked, wanted))
    assert best.pair is not None
    assert best.procedure is not None
    ready = prepare_closing(best.pair, model, n_draws=wanted.draws, seed=wanted.seed)
    prediction = predict_closing(ready, best.procedure)
    return RingPlan(
        pair=pair,
        model=model,
        min_ring=wanted.ring,
        probability=wanted.probability,
        strategies=ranked,
        prediction=prediction,
        workup=work_up(prediction),
        reasons=tuple(_reasons(ranked, wanted)),
        caveats=prediction.caveats,
        hazards=prediction.hazards,
        draws=wanted.draws,
        seed=wanted.seed,
    )


def _refusal(pair: RingPair, ranked: Sequence[RingStrategy], wanted: Wanted) -> str:
    """Say what cannot be promised, the best that can, and which limit stands in the way."""
    best = ranked[0]
    advice = []
    others = [s.title for s in ranked if s.name in ("buy", "diacyl_and_reduce")]
    most = 0.0 if best.promised is None else float(np.floor(best.promised * 100) / 100)
    if most >= LIMITS["min_ring"].low:
        advice.append(f"ask for min_ring {most:.2f}")
    if wanted.most_hours < USUAL_HOURS:
        advice.append(f"leave out max_time_h {wanted.most_hours:g}, which allows no slower run")
    if wanted.probability > USUAL_PROBABILITY:
        advice.append(f"ask for less than probability {wanted.probability:g}")
    if others:
        advice.append(f"take another way ({'; '.join(others)})")
    what = f"a ring yield of {wanted.ring:.0%} with probability {wanted.probability:.0%}"
    help_ = ", or ".join(advice) or "take another partner for this ring"
    p = best.procedure
    assert p is not None  # a batch is searched for every pair
    middle = 0.0 if best.ring is None else best.ring.median
    fed = f"fed over {p.addition_time_h:g} h" if p.addition_time_h else "all at once"
    charged = "" if pair.b is None else f", {p.equivalents:g} eq of b"
    return (
        f"{what} is more than this model can promise for {pair.adduct}; the best is {best.promised:.0%} with that "
        f"probability, {middle:.0%} in the middle ({best.title}, {p.concentration_M:g} M {fed}, {p.total_time_h:g} h"
        f"{charged}): {help_}"
    )


def _reasons(ranked: Sequence[RingStrategy], wanted: Wanted) -> Iterator[str]:
    """Say why the first is first."""
    best = ranked[0]
    s, p = best.schedule, best.procedure
    if s is None or p is None or best.ring is None or best.probability is None:
        return
    of_asked = f" that was asked for ({PROTECTED})" if s.protects else ""
    yield (
        f"{best.title}: ring {best.ring.median:.0%} ({best.ring.low:.0%} to {best.ring.high:.0%}), "
        f"{wanted.ring:.0%} or more in {best.probability:.0%} of the draws, for {figures(s.litres_per_gram, 2)} L and "
        f"{figures(s.hours_per_gram, 2)} h per gram of ring{of_asked}."
    )
    for other in ranked[1:]:
        if other.ring is None or other.schedule is None or other.probability is None:
            continue
        litres = figures(other.schedule.litres_per_gram, 2)
        verdict = (
            f"also keeps the promise, for {litres} L per gram and {other.schedule.total_time_h:g} h"
            if other.keeps_promise
            else f"reaches it in only {other.probability:.0%} of the draws"
        )
        steps = (
            f", {other.extra_steps} more step{'s' if other.extra_steps > 1 else ''}"
            if other.extra_steps
            else ""
        )
        yield f"{other.title}: ring {other.ring.median:.0%}, {verdict}{steps}."
