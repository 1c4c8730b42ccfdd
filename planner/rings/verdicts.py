"""Verdicts: what is said of ways to a ring: why the first is first, why not a plain batch, and why none is promised."""

from collections.abc import Iterator, Sequence

import numpy as np

from planner.model.model import Model
from planner.rings.caveats import spared
from planner.rings.closing import winning
from planner.rings.closures import Closure
from planner.rings.options import LIMITS
from planner.rings.pairs import RingPair
from planner.rings.plans import RingStrategy, Wanted
from planner.rings.pump import PROTECTED, PumpSchedule
from planner.sheets.charges import figures
from planner.structures.sensitive import harmed_by

USUAL_HOURS, USUAL_PROBABILITY = 72.0, 0.8
"""Limits that stand where none is given [h, 1]."""


def beside(made: Closure, asked: str, schedule: PumpSchedule, model: Model) -> str:
    """Say where what closes is not the ring that was asked for, and what it cannot bear when it is freed."""
    if schedule.protects:
        groups = harmed_by("acid", asked, model)
        bars = f" Free it without acid, which opens its {groups[0].name}." if groups else ""
        return f" Litres and hours are per gram of {asked}: {PROTECTED}.{bars}"
    return "" if made.smiles == asked else f" It gives {made.smiles}, {made.size} atoms, and not {asked}."


def spared_dilution(pair: RingPair) -> str:
    """Say where practice needs less dilution than the numbers ask for."""
    why = spared(pair, winning(pair))
    return f" {why}." if why else ""


def why_not(batch: RingStrategy, best: RingStrategy) -> str:
    """Say what a plain batch would give where a feed or a thinner flask is planned."""
    assert batch.ring is not None
    assert batch.procedure is not None
    assert best.procedure is not None
    what = "feed" if best.procedure.addition_time_h else "solvent"
    return (
        f" The {what} is there for the promised probability: all at once at {batch.procedure.concentration_M:g} M the "
        f"ring is {batch.ring.median:.0%}, and what is wanted in {batch.probability:.0%} of the draws."
    )


def refusal(pair: RingPair, ranked: Sequence[RingStrategy], wanted: Wanted) -> str:
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
    spares = spared_dilution(best.pair or pair)
    return (
        f"{what} is more than this model can promise for {pair.adduct}; the best is {best.promised:.0%} with that "
        f"probability, {middle:.0%} in the middle ({best.title}, {p.concentration_M:g} M {fed}, {p.total_time_h:g} h"
        f"{charged}): {help_}{'.' if spares else ''}{spares.rstrip('.')}"
    )


def reasons(ranked: Sequence[RingStrategy], wanted: Wanted) -> Iterator[str]:
    """Say why the first is first."""
    best = ranked[0]
    s, p = best.schedule, best.procedure
    if s is None or p is None or best.ring is None or best.probability is None:
        return
    said = dict.fromkeys(spared_dilution(way.pair).strip() for way in ranked if way.pair is not None)
    yield from (sentence for sentence in said if sentence)
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
