"""Reasons: why a procedure stands where it does, computed from runs on the same draws.

Every sentence is a difference between two procedures that differ in one stated thing, run on the same
draws; "in 90 % of the draws" is the share of the worlds that the uncertain constants allow.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.flask.fields import ADDITIONS, FIELDS
from planner.flask.procedure import Settled
from planner.model.draws import first_draws
from planner.plans.aims import NOTHING, Bench, Marks, judge
from planner.plans.feeding import REASON_DRAWS, points, share, slow_addition, slow_words
from planner.plans.partners import is_cheap, precious_partner
from planner.plans.rounding import step
from planner.plans.search import Trial
from planner.predictions.alkylations import second_to_first, statistical_ratio
from planner.predictions.prediction import statistical

POOR = 0.6
"""A best mean below it is called out of reach of this recipe."""
WORTH_SAYING = 0.005
MORE_AMINE = 1.2
"""Amine per carbonyl that is set beside a plan, as a multiple of what the degree needs."""

STEPS = {
    "addition": ("addition", "addition_time_h", "imine_time_h"),
    "reductant": ("reductant", "solvent", "reductant_equivalents", "acid_equivalents"),
    "carbonyl equivalents": ("carbonyl_equivalents",),
    "hold": ("hold_time_h",),
    "temperature": ("temperature_C",),
}
"""Fields that are exchanged together when two procedures are compared step by step."""


def explain(bench: Bench, listed: Sequence[Trial]) -> list[tuple[str, ...]]:
    """Give the reasons for each listed procedure, best first."""
    marks = judge(bench, [t.procedure for t in listed], REASON_DRAWS)
    most = max(t.wanted for t in listed)
    if most < NOTHING:
        return [(_nothing(most),) for _ in listed]
    first = [
        _against_runner_up(bench, listed, marks),
        *_around(bench, listed[0]),
        *_slow(bench, listed[0].procedure),
    ]
    first += [_statistics(bench, listed[0]), *_out_of_reach(bench, listed[0], most)]
    first += [*_ratio(bench, listed[0].procedure), *_other_basis(bench, listed[0].procedure)]
    behind = [(_behind(marks, i, listed),) for i in range(1, len(listed))]
    return [tuple(s for s in first if s), *behind]


def _against_runner_up(bench: Bench, listed: Sequence[Trial], marks: Marks) -> str:
    """Say which step makes the best better than the second, by how much and how surely."""
    if len(listed) < 2:
        return ""
    best, second = listed[0].procedure, listed[1].procedure
    ahead = marks.wanted[0] - marks.wanted[1]
    often = share(float((ahead > 0).mean()))
    swapped = {name: _swapped(best, second, names) for name, names in STEPS.items()}
    changed = {name: p for name, p in swapped.items() if p != best}
    if ahead.mean() < -WORTH_SAYING:
        return (
            f"The next one ({_name(second)}) gives {points(-float(ahead.mean()))} more of the target and is ahead in "
            f"{share(float((ahead < 0).mean()))} of the draws; this one stands first for what it costs and what has to "
            "be handled."
        )
    if ahead.mean() < WORTH_SAYING or not changed:
        return (
            f"It and the next one ({_name(second)}) give the same within {points(abs(float(ahead.mean())))}, this "
            f"one more in {often} of the draws: take what is at hand."
        )
    losses = marks.wanted[0].mean() - judge(bench, list(changed.values()), REASON_DRAWS).wanted.mean(axis=1)
    name, loss = max(zip(changed, losses, strict=True), key=lambda pair: pair[1])
    why = _where_lost(marks, 0, 1)
    return (
        f"It gives {points(float(ahead.mean()))} more of the target than the next one ({_name(second)}) and is ahead "
        f"in {often} of the draws; taking over the {name} of that one would cost {points(float(loss))}. "
        f"The next one {why}."
    )


def _swapped(best: Settled, second: Settled, names: Sequence[str]) -> Settled:
    return replace(best, **{name: getattr(second, name) for name in names})


def _name(p: Settled) -> str:
    return f"{p.reductant}, {ADDITIONS[p.addition].words}"


def _where_lost(marks: Marks, best: int, other: int) -> str:
    """Say whether a procedure loses by going too far or by not getting there."""
    over = float((marks.over[other] - marks.over[best]).mean())
    under = float((marks.under[other] - marks.under[best]).mean())
    if max(over, under) < WORTH_SAYING:
        return "loses in time and excess only"
    kind, amount = ("over-alkylates", over) if over > under else ("leaves under-alkylated", under)
    return f"{kind} {points(amount)} more"


def _behind(marks: Marks, i: int, listed: Sequence[Trial]) -> str:
    """Say how far a listed procedure is behind the best, and what it has instead."""
    gap = marks.wanted[0] - marks.wanted[i]
    mean = float(gap.mean())
    place = (
        f"{points(mean)} of the target behind" if mean >= WORTH_SAYING else f"Within {points(abs(mean))} of"
    )
    ahead = share(float((gap < 0).mean()))
    words = f"{place} the first, ahead of it in {ahead} of the draws; it {_where_lost(marks, 0, i)}"
    hours = listed[0].procedure.total_time_h - listed[i].procedure.total_time_h
    if hours >= 1.0:
        words += f", but takes {hours:g} h less"
    if (cleaner := float((marks.over[0] - marks.over[i]).mean())) > WORTH_SAYING:
        words += f", with {points(cleaner)} less over-alkylation"
    return words + "."


def _around(bench: Bench, best: Trial) -> list[str]:
    """Say what each knob does around the optimum: what one bench-sized step either way costs."""
    moves = []
    for knob in best.cell.knobs:
        here = float(getattr(best.procedure, knob.field))
        for way in (-1.0, 1.0):
            size = FIELDS[knob.field].nudge or max(0.5 * here, step(knob.field, here))
            there = min(max(here + way * size, knob.low), knob.high)
            if there != here:
                moves.append(
                    (
                        knob.field,
                        there,
                        best.cell.possible(best.cell.values(best.procedure) | {knob.field: there}),
                    )
                )
    if not moves:
        return []
    marks = judge(bench, [best.procedure, *(p for _, _, p in moves)], REASON_DRAWS)
    change = marks.wanted.mean(axis=1)[1:] - marks.wanted[0].mean()
    ranked = sorted(zip(moves, change, strict=True), key=lambda pair: pair[1])
    worst = [(m, c) for m, c in ranked if c < -WORTH_SAYING][:3]
    if not worst:
        return ["The optimum is flat: no single step off it costs half a point."]
    said = ", ".join(f"{_valued(m[0], m[1])} costs {points(float(-c))}" for m, c in worst)
    flat = sorted({_short(m[0]) for m in moves} - {_short(m[0]) for m, c in ranked if c < -WORTH_SAYING})
    return [f"What matters most: {said}." + (f" Hardly any: {', '.join(flat)}." if flat else "")]


def _short(field: str) -> str:
    """Name a field without its unit."""
    return "concentration" if FIELDS[field].unit == "M" else FIELDS[field].label.partition(" [")[0].lower()


def _valued(field: str, value: float) -> str:
    """Name a field with a value and its unit."""
    unit = {"equivalents": "eq"}.get(FIELDS[field].unit, FIELDS[field].unit)
    return f"{_short(field)} {value:.3g} {unit}"


def _slow(bench: Bench, best: Settled) -> list[str]:
    """Say what feeding the carbonyl would do to this plan, and which experiment would tell."""
    found = slow_addition(bench, best)
    return [] if found is None else [slow_words(found, best, bench.model)]


def _statistics(bench: Bench, best: Trial) -> str:
    """Say what equal, independent N-H would give with the same charge."""
    split = statistical(bench.pair.n_hydrogens, best.procedure.carbonyl_equivalents)
    words = " / ".join(f"{100 * f:.0f}" for f in split)
    return f"Statistics alone (all N-H alike, all carbonyl used) would give {words} % of degree 0, 1, ... of the amine."


def _ratio(bench: Bench, best: Settled) -> list[str]:
    """Set the second alkylation against the first, by their condensation; nothing where there is no second."""
    draws = first_draws(bench.draws, REASON_DRAWS)
    ratio = second_to_first(bench.pair, bench.model, best, draws)
    if ratio is None:
        return []
    alone = statistical_ratio(bench.pair.n_hydrogens)
    low, median, high = np.quantile(ratio, (0.05, 0.5, 0.95))
    return [
        f"The second alkylation condenses {median:.2g} times as fast as the first ({low:.2g} to {high:.2g}); were all "
        f"N-H alike it would be {alone:.2g}. Exchange and the hydride move the split besides."
    ]


def _nothing(most: float) -> str:
    """Say that there is nothing to compare."""
    return (
        f"By these numbers less than {100 * NOTHING:g} % of the target is made whatever is done within the limits "
        f"(at most {100 * most:.1g} %): no addition, charge, time or temperature stands above another."
    )


def _out_of_reach(bench: Bench, best: Trial, most: float) -> list[str]:
    """Say so when no charge reaches the target; the strategies say what would."""
    if (
        most >= POOR
        or bench.aim.basis != "amine"
        or len([s for s in best.cell.knobs if "carbonyl" in s.field]) == 0
    ):
        return []
    return [f"No charge within the limits gives more than about {share(most)} of the target from the amine."]


def _other_basis(bench: Bench, best: Settled) -> list[str]:
    """Say what the plan means per carbonyl, where that is the partner to be saved, and what less of it would give."""
    pair, aim, partners = bench.pair, bench.aim, bench.model.advice.partners
    is_bought = is_cheap("amine", pair, partners) and not is_cheap("carbonyl", pair, partners)
    if aim.basis != "amine" or not (is_bought or precious_partner(pair, partners) == "carbonyl"):
        return []
    charge = aim.degree / MORE_AMINE
    fewer = replace(best, carbonyl_equivalents=charge)
    view = replace(bench, aim=replace(aim, basis="carbonyl"), floors={})
    here, there = judge(view, [best, fewer], REASON_DRAWS).wanted.mean(axis=1)
    what = "The amine is the cheap partner" if is_bought else "The carbonyl compound is the precious partner"
    return [
        f"{what}: counted per carbonyl this plan gives {share(here)}, with {MORE_AMINE:g} eq of amine {share(there)}; "
        "ask with basis carbonyl to plan that way."
    ]
