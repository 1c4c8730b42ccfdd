"""Planning: the least solvent and time with which a closure gives the wanted ring with the wanted probability.

Each strategy is searched over concentration, feed time, after-stir and excess; of what keeps the promise

    P(ring >= min_ring) >= probability

the one with the smallest litres x hours per gram of ring is taken: a batch of ordinary strength before all others, then
a feed counted three times. What no strategy can promise is refused, with the ring that can be promised instead.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.errors import InfeasibleError, ProcedureError, finite, shown
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.predictions.prediction import check_count, interval
from planner.rings.book import load_book
from planner.rings.caveats import voiding
from planner.rings.closing import Closing, prepare_closing, winning
from planner.rings.masses import molar_mass
from planner.rings.options import AT_ONCE, BOTH_FED, LIMITS
from planner.rings.pairs import RingPair, read_ring_pair
from planner.rings.plans import RingPlan, RingStrategy, Wanted
from planner.rings.prediction import PREDICTION_DRAWS, predict_closing
from planner.rings.procedure import FEED_M, HALF_FED, RingProcedure, settle_ring
from planner.rings.pump import schedule_of
from planner.rings.strategies import Option, options_of
from planner.rings.verdicts import beside, reasons, refusal, spared_dilution, why_not
from planner.rings.workup import work_up

SEARCH_DRAWS = 64
CONCENTRATIONS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""[M]"""
STIRS = (6.0, 24.0)
"""After the feed [h]."""
JUDGED = 4
"""Cells of the coarse search that are judged with all draws."""
PUMP = 3.0
"""By what factor litres times hours must fall before syringe pumps are set up."""
ORDINARY_M, USUAL_M = 0.01, 0.1
"""Strength from which a batch is no high dilution, so that no pump is set up where it does, and the usual one [M]."""
HELD = ("solvent", "base", "temperature_C", "leaving_group", "reductant", "reductant_equivalents")
"""Fields that a recommendation takes from what is asked; the others are searched."""


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
    best = min((_judged(option, fine, cells[i], wanted) for i in order[:JUDGED]), key=_rank)
    if not best.keeps_promise:
        others = [i for i in order[JUDGED:] if cells[i].addition_time_h][:JUDGED]
        best = min((best, *(_judged(option, fine, cells[i], wanted) for i in others)), key=_rank)
    assert best.procedure is not None
    batches = [cells[i] for i in order if not cells[i].addition_time_h]
    plain = batches[0] if batches and best.procedure.addition_time_h else _usual(best.procedure, batches)
    if plain is None:
        return best
    return replace(best, words=best.words + why_not(_judged(option, fine, plain, wanted), best))


def _usual(p: RingProcedure, batches: Sequence[RingProcedure]) -> RingProcedure | None:
    """Find the batch of usual strength beside a thinner one."""
    if p.addition_time_h or p.concentration_M >= USUAL_M:
        return None
    alike = (b for b in batches if (b.hold_time_h, b.equivalents) == (p.hold_time_h, p.equivalents))
    return next((b for b in alike if b.concentration_M == USUAL_M), None)


def _price(p: RingProcedure, ring: float, mass: float) -> float:
    """Litres times hours per gram of ring; a pump must save what it takes to set it up."""
    return _trouble(p) * p.total_time_h / max(p.concentration_M * ring * mass, 1e-12)


def _trouble(p: RingProcedure) -> float:
    """Weigh the way of adding, for a price."""
    return PUMP if p.addition_time_h else 1.0


def _is_elaborate(p: RingProcedure) -> bool:
    """Whether a procedure is more than a batch of ordinary strength."""
    return p.addition_time_h > 0 or p.concentration_M < ORDINARY_M


def _order(cells: Sequence[RingProcedure], rings: np.ndarray, pair: RingPair, wanted: Wanted) -> list[int]:
    """Order cells: those that keep the promise by price, ordinary batches first; then others by what they promise."""
    mass = molar_mass(winning(pair).smiles)
    chance = np.mean(rings >= wanted.ring, axis=1)
    promised = np.quantile(rings, 1.0 - wanted.probability, axis=1)
    price = [_price(p, float(r.mean()), mass) for p, r in zip(cells, rings, strict=True)]
    keys = [
        (0, float(_is_elaborate(cells[i])), price[i])
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
        words=option.words
        + beside(winning(ready.pair), wanted.asked, schedule, ready.model)
        + spared_dilution(ready.pair),
        extra_steps=option.route.extra_steps,
        pair=ready.pair,
        procedure=p,
        ring=found,
        probability=chance,
        promised=float(np.quantile(rings, 1.0 - wanted.probability)),
        schedule=schedule,
        keeps_promise=chance >= wanted.probability,
    )


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
    if not s.keeps_promise:
        return (1.0, -s.promised, price)
    return (0.0, float(s.extra_steps), float(s.procedure is not None and _is_elaborate(s.procedure)), price)


def _plan(pair: RingPair, model: Model, found: Sequence[RingStrategy], wanted: Wanted) -> RingPlan:
    """Put strategies side by side, or refuse with what can be promised."""
    ranked = tuple(sorted(found, key=_rank))
    best = ranked[0]
    if not best.keeps_promise:
        raise InfeasibleError(refusal(pair, ranked, wanted))
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
        reasons=tuple(reasons(ranked, wanted)),
        caveats=prediction.caveats,
        hazards=prediction.hazards,
        draws=wanted.draws,
        seed=wanted.seed,
    )
