"""Planning: the least solvent and time with which a closure gives the wanted ring with the wanted probability.

Each strategy is searched over concentration, feed time, after-stir and excess; of what keeps the promise

    P(ring >= min_ring) >= probability

the one with the smallest litres x hours per gram of ring is taken. What no strategy can promise is refused, with the
ring that can be promised instead.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.errors import InfeasibleError, ProcedureError, finite, shown
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.predictions.prediction import Interval, check_count, interval
from planner.rings.book import load_book
from planner.rings.closing import Closing, prepare_closing, winning
from planner.rings.flask import LARGEST_FEED
from planner.rings.masses import molar_mass
from planner.rings.options import AT_ONCE, BOTH_FED, LIMITS
from planner.rings.pairs import RingPair, read_ring_pair
from planner.rings.prediction import PREDICTION_DRAWS, RingPrediction, predict_closing
from planner.rings.procedure import RingProcedure, settle_ring
from planner.rings.pump import PumpSchedule, schedule_of
from planner.rings.strategies import Option, options_of
from planner.rings.workup import WorkUp, work_up

if TYPE_CHECKING:
    import pandas as pd

SEARCH_DRAWS = 64
CONCENTRATIONS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""[M]"""
STIRS = (6.0, 24.0)
"""After the feed [h]."""
HALF = 0.5
"""Share of the final volume that feeds take where 0.1 M would be more."""
HELD = ("solvent", "base", "temperature_C", "leaving_group", "reductant", "reductant_equivalents")
"""Fields that a recommendation takes from what is asked; the others are searched."""
STRATEGY_COLUMNS = (
    "rank", "name", "title", "ring", "low", "high", "probability", "keeps_promise", "litres_per_gram", "hours_per_gram",
    "total_time_h", "extra_steps", "concentration_M", "addition_time_h", "hold_time_h", "equivalents", "words",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class RingStrategy:
    """One way to the ring with its price."""

    name: str
    title: str
    words: str
    extra_steps: int
    pair: RingPair | None
    """What closes; None where nothing is computed."""
    procedure: RingProcedure | None
    ring: Interval | None
    """Of the limiting partner."""
    probability: float | None
    """That the ring reaches what is wanted."""
    promised: float | None
    """Ring that is reached with the wanted probability."""
    schedule: PumpSchedule | None
    keeps_promise: bool

    def row(self, rank: int) -> dict[str, Any]:
        """Write it as a row."""
        p, s, ring = self.procedure, self.schedule, self.ring
        return {
            "rank": rank,
            "name": self.name,
            "title": self.title,
            "ring": None if ring is None else ring.median,
            "low": None if ring is None else ring.low,
            "high": None if ring is None else ring.high,
            "probability": self.probability,
            "keeps_promise": self.keeps_promise,
            "litres_per_gram": None if s is None else s.litres_per_gram,
            "hours_per_gram": None if s is None else s.hours_per_gram,
            "total_time_h": None if s is None else s.total_time_h,
            "extra_steps": self.extra_steps,
            "concentration_M": None if p is None else p.concentration_M,
            "addition_time_h": None if p is None else p.addition_time_h,
            "hold_time_h": None if p is None else p.hold_time_h,
            "equivalents": None if p is None else p.equivalents,
            "words": self.words,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class RingPlan:
    """How to make the ring: ways side by side, the best with its schedule and work-up."""

    pair: RingPair
    model: Model
    min_ring: float
    probability: float
    strategies: tuple[RingStrategy, ...]
    """What keeps the promise first, the cheapest first; then what does not; then what is not computed."""
    prediction: RingPrediction
    """Of the best."""
    workup: WorkUp
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    hazards: tuple[str, ...]
    draws: int
    seed: int

    @property
    def best(self) -> RingStrategy:
        """The first strategy; it is computed and keeps the promise."""
        return self.strategies[0]

    @property
    def schedule(self) -> PumpSchedule:
        """What is weighed and pumped for the best."""
        assert self.best.schedule is not None
        return self.best.schedule

    def rows(self) -> list[dict[str, Any]]:
        """List the strategies as rows of ``STRATEGY_COLUMNS``."""
        return [s.row(rank) for rank, s in enumerate(self.strategies, start=1)]

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate the strategies."""
        from planner.files.tables import to_frame

        return to_frame(self.rows(), STRATEGY_COLUMNS)

    def to_csv(self, path: str | Path) -> None:
        """Write the strategies and the schedule of each as CSV."""
        from planner.files.writing import write_all
        from planner.rings.records import strategy_csv

        write_all({Path(path): strategy_csv(self).encode("utf-8")})


class Wanted(NamedTuple):
    """What a plan must reach."""

    ring: float
    probability: float
    most_hours: float
    scale_g: float


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
        Solvent, base, temperature_C, leaving_group or reductant that must stay.

    Returns
    -------
    RingPlan
        Strategies side by side with litres and hours per gram; the best with its pump schedule and work-up.

    Raises
    ------
    InfeasibleError
        If no strategy can promise the ring; the message says what can be promised.
    StructureError, ScopeError, ProcedureError
        If the input cannot be used.

    Examples
    --------
    >>> plan = recommend_cyclization("NCCCCC=O", min_ring=0.8, draws=32)
    >>> plan.best.name
    'batch'
    """
    known = chosen_model(models, model)
    wanted = Wanted(
        _between("min_ring", min_ring),
        _between("probability", probability),
        _between("max_time_h", max_time_h),
        _between("scale_g", scale_g),
    )
    n_draws = check_count("draws", draws, 8, 4096)
    check_count("seed", seed, 0, 2**31 - 1)
    if strangers := sorted(set(held) - set(HELD)):
        raise ProcedureError(
            f"{shown(strangers[0])} is searched, not held; expected one of {', '.join(HELD)}: leave it out, or use "
            "cyclize for one procedure"
        )
    pair = read_ring_pair(a, b, known)
    options = list(options_of(pair, known))
    found = []
    for number, option in enumerate(options):
        if progress is not None:
            progress(number / len(options), option.route.title)
        found.append(_searched(option, known, held, wanted, n_draws, seed, is_own=option.pair is pair))
    return _plan(pair, known, found, wanted, n_draws, seed)


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
                strength = max(0.1, both / HALF)
                if feed and both / strength > LARGEST_FEED:
                    continue
                for stir in STIRS:
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


def _searched(
    option: Option,
    model: Model,
    held: dict[str, Any],
    wanted: Wanted,
    n_draws: int,
    seed: int,
    *,
    is_own: bool,
) -> RingStrategy:
    """Search one option: coarse with few draws, then its best cells with all."""
    if option.pair is None:
        return _uncomputed(option)
    asked = held if is_own else {}
    start, _ = settle_ring(asked, option.pair, model, load_book())
    coarse = prepare_closing(option.pair, model, n_draws=min(SEARCH_DRAWS, n_draws), seed=seed)
    cells = list(_cells(option, start, wanted))
    if not cells:
        return _uncomputed(option)
    rings = coarse.rings(cells)
    fine = prepare_closing(option.pair, model, n_draws=n_draws, seed=seed)
    order = _order(cells, rings, option.pair, wanted)
    best = None
    for p in [cells[i] for i in order[:4]]:
        made = _judged(option, fine, p, wanted)
        if best is None or _rank(made) < _rank(best):
            best = made
    assert best is not None
    return best


def _price(p: RingProcedure, ring: float, mass: float) -> float:
    """Litres times hours per gram of ring."""
    return p.total_time_h / max(p.concentration_M * ring * mass, 1e-12)


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
        ready.pair, p, smiles=winning(ready.pair).smiles, ring=found, scale_g=wanted.scale_g
    )
    return RingStrategy(
        name=option.route.name,
        title=option.route.title,
        words=option.words,
        extra_steps=option.route.extra_steps,
        pair=ready.pair,
        procedure=p,
        ring=found,
        probability=chance,
        promised=float(np.quantile(rings, 1.0 - wanted.probability)),
        schedule=schedule,
        keeps_promise=chance >= wanted.probability,
    )


def _uncomputed(option: Option) -> RingStrategy:
    """Name an option without numbers."""
    return RingStrategy(
        name=option.route.name,
        title=option.route.title,
        words=option.words,
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
    price = s.schedule.litres_per_gram * s.schedule.total_time_h
    return (0.0, float(s.extra_steps), price) if s.keeps_promise else (1.0, -s.promised, price)


def _plan(
    pair: RingPair, model: Model, found: Sequence[RingStrategy], wanted: Wanted, n_draws: int, seed: int
) -> RingPlan:
    """Put strategies side by side, or refuse with what can be promised."""
    ranked = tuple(sorted(found, key=_rank))
    best = ranked[0]
    if not best.keeps_promise:
        raise InfeasibleError(_refusal(pair, ranked, wanted))
    assert best.pair is not None
    assert best.procedure is not None
    ready = prepare_closing(best.pair, model, n_draws=n_draws, seed=seed)
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
        draws=n_draws,
        seed=seed,
    )


def _refusal(pair: RingPair, ranked: Sequence[RingStrategy], wanted: Wanted) -> str:
    """Say what cannot be promised, and the best that can."""
    best = ranked[0]
    others = [s.title for s in ranked if s.name in ("buy", "diacyl_and_reduce")]
    helps = f", or take another way ({'; '.join(others)})" if others else ""
    if best.promised is None or best.procedure is None:
        return f"ring of {wanted.ring:.0%} cannot be computed for this pair{helps}"
    p, middle = best.procedure, 0.0 if best.ring is None else best.ring.median
    fed = f"fed over {p.addition_time_h:g} h" if p.addition_time_h else "all at once"
    return (
        f"a ring yield of {wanted.ring:.0%} with probability {wanted.probability:.0%} is more than this model can "
        f"promise for {pair.adduct}; the best is {best.promised:.0%} with that probability, {middle:.0%} in the "
        f"middle ({best.title}, {p.concentration_M:g} M {fed}, {p.equivalents:g} eq of b): "
        f"ask for min_ring {max(0.01, np.floor(best.promised * 100) / 100):.2f}{helps}"
    )


def _reasons(ranked: Sequence[RingStrategy], wanted: Wanted) -> Iterator[str]:
    """Say why the first is first."""
    best = ranked[0]
    s, p = best.schedule, best.procedure
    if s is None or p is None or best.ring is None or best.probability is None:
        return
    yield (
        f"{best.title}: ring {best.ring.median:.0%} ({best.ring.low:.0%} to {best.ring.high:.0%}), "
        f"{wanted.ring:.0%} or more in {best.probability:.0%} of the draws, for {s.litres_per_gram:.2g} L and "
        f"{s.hours_per_gram:.2g} h per gram of ring."
    )
    for other in ranked[1:]:
        if other.ring is None or other.schedule is None or other.probability is None:
            continue
        verdict = (
            f"also keeps the promise, for {other.schedule.litres_per_gram:.2g} L and {other.schedule.total_time_h:g} h"
            if other.keeps_promise
            else f"reaches it in only {other.probability:.0%} of the draws"
        )
        steps = (
            f", {other.extra_steps} more step{'s' if other.extra_steps > 1 else ''}"
            if other.extra_steps
            else ""
        )
        yield f"{other.title}: ring {other.ring.median:.0%}, {verdict}{steps}."
