"""Words: a ring closure and its plan as text for the terminal and the page."""

from collections.abc import Iterator

from planner.predictions.prediction import Interval
from planner.predictions.words import percent
from planner.rings.masses import unit_masses
from planner.rings.options import AT_ONCE, WAY_WORDS
from planner.rings.plans import RingPlan, RingStrategy
from planner.rings.prediction import RingPrediction
from planner.rings.procedure import RingProcedure
from planner.rings.pump import pump_words
from planner.sheets.charges import figures

LEAST = 0.005
"""Share below which a chain is not listed."""
MOST_CHAINS = 8


def share(value: Interval) -> str:
    """Write a share with its interval."""
    return f"{percent(value.median)} % ({percent(value.low)} to {percent(value.high)})"


def procedure_phrase(p: RingProcedure, *, single: bool = False) -> str:
    """Say a procedure in a line."""
    way = (
        "all at once"
        if p.addition == AT_ONCE or p.addition_time_h == 0
        else f"fed over {p.addition_time_h:g} h"
    )
    if way.startswith("fed") and not single:
        way = f"{WAY_WORDS[p.addition]}, {way.removeprefix('fed ')}, {p.feed_M:g} M syringes"
    parts = [
        f"{p.concentration_M:g} M in {p.solvent}",
        way,
        f"then {p.hold_time_h:g} h",
        f"{p.temperature_C:g} C",
    ]
    if not single and p.equivalents != 1.0:
        parts.append(f"{p.equivalents:g} eq of b")
    if p.leaving_group is not None:
        parts.append(p.leaving_group)
        parts.append(f"with {p.base}" if p.base else "no base")
    elif p.reductant:
        parts.append(p.reductant)
    else:
        parts.append("no reductant")
    parts += [f"pump of b at {p.pump_ratio:g} times that of a"] if p.pump_ratio != 1.0 else []
    parts += [f"{p.leak:.0%} of b's feed lost"] if p.leak else []
    return ", ".join(parts)


def ring_text(found: RingPrediction) -> str:
    """Write a prediction for the terminal."""
    pair = found.pair
    single, em = pair.b is None, found.effective_molarity
    slower = " (the slower ones)" if found.has_unlike_ends else ""
    partners = pair.a.smiles if pair.b is None else f"{pair.a.smiles} + {pair.b.smiles}"
    lines = [f"{partners} ({pair.kind})", procedure_phrase(found.procedure, single=single), ""]
    if found.void:
        lines += ["The numbers below do not hold; see the first caveat.", ""]
    lines += [
        f"{found.ring_size}-membered ring  {found.ring_smiles}",
        "",
        f"  {'ring':<24} {share(found.ring)}",
        f"  {'linear adduct':<24} {share(found.linear)}",
        f"  {_over(found):<24} {share(found.quaternary)}",
        f"  {'conversion':<24} {share(found.conversion)}",
        "",
        f"  effective molarity {figures(em.median, 2)} M ({figures(em.low, 1)} to "
        f"{figures(em.high, 1)}), one end with one end {found.rate.median:.1g} M-1 s-1{slower}",
        *_on_paper(found),
        "",
        "every closure of the adduct:",
    ]
    lines += [
        f"  {one.closure.size:>3} atoms  {share(one.fraction):<24} {one.closure.smiles}  m/z {one.closure.mz:.4f}"
        + (f"  ({one.note})" if one.note else "")
        for one in found.isomers
    ]
    lines += ["", *_chains(found)]
    for title, listed in (("hazards", found.hazards), ("caveats", found.caveats)):
        lines += ["", f"{title}:", *(f"- {sentence}" for sentence in listed)] if listed else []
    lines += [
        "",
        f"{found.draws} draws, seed {found.seed}; defaults: {', '.join(found.defaults_used) or 'none'}",
    ]
    return "\n".join(lines)


def _on_paper(found: RingPrediction) -> Iterator[str]:
    """Say what paper says, where it may."""
    if found.statistical is not None:
        yield f"  on paper: {percent(found.statistical.ring)} %, {found.statistical.words}"


def _over(found: RingPrediction) -> str:
    return "quaternary salt" if found.is_quaternary else "over-alkylated ring"


def _chains(found: RingPrediction) -> Iterator[str]:
    """List the chains and larger rings that matter."""
    listed = sorted((c for c in found.chains if c.fraction.mean >= LEAST), key=lambda c: -c.fraction.mean)
    if not listed:
        yield "no oligomer above 0.5 %"
        return
    yield (
        f"oligomers (one more pair is {unit_masses(found.pair).repeat:.4f} Da; a tail to higher mass on the gel "
        "column, broad N-CH2 lines in the NMR):"
    )
    for one in listed[:MOST_CHAINS]:
        units = "long" if one.n_units is None else f"{one.n_units} units"
        mass = "" if one.mass is None else f"  M {one.mass:.4f}"
        ends = one.end_groups if one.n_units is not None else "and their rings"
        yield f"  {units:>8}, {ends:<16} {share(one.fraction)}{mass}"


def plan_text(plan: RingPlan) -> str:
    """Write a plan for the terminal: strategies side by side, then the best with its schedule and work-up."""
    pair, best = plan.pair, plan.best
    partners = pair.a.smiles if pair.b is None else f"{pair.a.smiles} + {pair.b.smiles}"
    lines = [
        f"{partners} ({pair.kind}): ring of {plan.min_ring:.0%} or more, with probability {plan.probability:.0%}",
        "",
        f"  {'way':<38} {'ring':<20} {'promise':<8} {'L/g':>7} {'h/g':>6} {'steps':>5}",
    ]
    lines += [_way(s) for s in plan.strategies]
    lines += ["", *(f"- {reason}" for reason in plan.reasons)]
    assert best.procedure is not None
    assert best.pair is not None
    lines += ["", f"{best.title}: {procedure_phrase(best.procedure, single=best.pair.b is None)}"]
    lines += [
        f"  {plan.prediction.ring_size}-membered ring  {plan.prediction.ring_smiles}",
        f"  {best.words}",
        "",
    ]
    lines += [
        f"{n}. {step}" for n, step in enumerate((*pump_words(plan.schedule), *plan.workup.steps), start=1)
    ]
    for title, listed in (("hazards", plan.hazards), ("caveats", plan.caveats)):
        lines += ["", f"{title}:", *(f"- {sentence}" for sentence in listed)] if listed else []
    lines += ["", f"{plan.draws} draws, seed {plan.seed}"]
    return "\n".join(lines)


def _way(s: RingStrategy) -> str:
    """Write a line of the table of strategies."""
    ring = "not computed" if s.ring is None else share(s.ring)
    promise = "" if s.probability is None else f"{s.probability:.0%}"
    litres = "" if s.schedule is None else figures(s.schedule.litres_per_gram, 2)
    hours = "" if s.schedule is None else figures(s.schedule.hours_per_gram, 2)
    mark = "*" if s.keeps_promise else " "
    return f"{mark} {s.title:<38} {ring:<20} {promise:<8} {litres:>7} {hours:>6} {s.extra_steps or '':>5}"
