"""Reasons: why a procedure stands where it does, computed from runs on the same draws.

Every sentence is a difference between two procedures that differ in one stated thing, run on the same
draws; "in 90 % of the draws" is the share of the worlds that the uncertain constants allow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.engine import Array
from planner.flask.fields import ADDITIONS, ALL_AT_ONCE, FIELDS, SLOW_CARBONYL
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import HYDRIDE_AT_ONCE, Settled, procedure_words
from planner.model.draws import first_draws
from planner.model.model import Model
from planner.plans.aims import TOLERANCE, Bench, Marks, judge
from planner.plans.partners import is_cheap, precious_partner
from planner.plans.recommendation import CurvePoint
from planner.plans.rounding import step, to_grid
from planner.plans.search import Trial
from planner.predictions.alkylations import second_to_first, statistical_ratio
from planner.predictions.prediction import intervals, statistical

REASON_DRAWS = 256
SLOW_TIME_H = 4.0
"""Length of the slow addition that is set against adding everything at once [h]."""
READING_SD = 0.02
"""Standard deviation of a measured fraction: a calibrated LC-MS or NMR ratio."""
POOR = 0.6
"""A best mean below it is called out of reach of this recipe."""
WORTH_SAYING = 0.005
TIE = 1e-4
"""A gain below it is within the accuracy of a trial (``aims.TOLERANCE``): a tie, not an advantage."""
OPEN = 0.1
"""Share of the draws on either side from which the answer to a question is open."""
NEVER = 20.0
"""Points lost from which a warning is due."""
MORE_AMINE = 1.2
"""Amine per carbonyl that is set beside a plan, as a multiple of what the degree needs."""
CURVE_POINTS = 9
CURVE_CHARGES = (0.1, 0.2, 0.33, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0, 2.5, 3.0)
"""Carbonyl of the curve, as shares of what the wanted degree needs."""

STEPS = {
    "addition": ("addition", "addition_time_h", "imine_time_h"),
    "reductant": ("reductant", "solvent", "reductant_equivalents", "acid_equivalents"),
    "carbonyl equivalents": ("carbonyl_equivalents",),
    "hold": ("hold_time_h",),
    "temperature": ("temperature_C",),
}
"""Fields that are exchanged together when two procedures are compared step by step."""


def points(share: float) -> str:
    """Write a difference of fractions in points."""
    return f"{round(100 * share, 1) + 0.0:.1f} points"  # adding nothing turns -0.0 into 0.0


def share(fraction: float) -> str:
    """Write a fraction in per cent."""
    return f"{100 * fraction:.0f} %"


def explain(bench: Bench, listed: Sequence[Trial]) -> list[tuple[str, ...]]:
    """Give the reasons for each listed procedure, best first."""
    marks = judge(bench, [t.procedure for t in listed], REASON_DRAWS)
    first = [
        _against_runner_up(bench, listed, marks),
        *_around(bench, listed[0]),
        *_slow(bench, listed[0].procedure),
    ]
    first += [_statistics(bench, listed[0]), *_out_of_reach(bench, listed[0])]
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
                moves.append((knob.field, there, best.cell.possible({**_values(best), knob.field: there})))
    if not moves:
        return []
    marks = judge(bench, [best.procedure, *(p for _, _, p in moves)], REASON_DRAWS)
    change = marks.wanted.mean(axis=1)[1:] - marks.wanted[0].mean()
    ranked = sorted(zip(moves, change, strict=True), key=lambda pair: pair[1])
    worst = [(m, c) for m, c in ranked if c < -WORTH_SAYING][:3]
    if not worst:
        return ["The optimum is flat: no single step off it costs half a point."]
    said = ", ".join(f"{_short(m[0])} {m[1]:.3g} costs {points(float(-c))}" for m, c in worst)
    flat = sorted({_short(m[0]) for m in moves} - {_short(m[0]) for m, c in ranked if c < -WORTH_SAYING})
    return [f"What matters most: {said}." + (f" Hardly any: {', '.join(flat)}." if flat else "")]


def _short(field: str) -> str:
    """Name a field as a table does."""
    return FIELDS[field].short or FIELDS[field].label


def _values(trial: Trial) -> dict[str, float]:
    return {k.field: float(getattr(trial.procedure, k.field)) for k in trial.cell.knobs}


@dataclass(frozen=True, kw_only=True, slots=True)
class SlowAddition:
    """Whether adding the carbonyl slowly helps a plan, everything else being equal."""

    other: Settled
    """The procedure that it is set against: the plan itself, or all at once where the plan feeds the carbonyl."""
    slow: Settled
    """The procedure that feeds the carbonyl."""
    means: tuple[float, float]
    """Mean target fraction of the two."""
    probability: float
    """Share of the draws in which feeding gives more of the target."""
    gain: tuple[float, float, float]
    """Mean, 5 % and 95 % quantile of the change of the target fraction by feeding."""
    experiment: Settled
    """The one run that tells best whether it helps."""
    reading: str
    """What is measured in it: over-alkylation or target fraction."""
    threshold: float
    """Reading that parts the two answers."""
    is_above: bool
    """Whether slow addition helps above the threshold (else below it)."""
    certainty: float
    """Share of the draws in which the choice is right after that run."""


def slow_addition(bench: Bench, procedure: Settled) -> SlowAddition | None:
    """Compare feeding the carbonyl with the plan's own addition; find the run that settles it.

    Charges, temperature and total time are those of the plan; where it feeds the carbonyl itself, it is set
    against everything at once. The candidate experiments are these two; a reading has a standard deviation of
    2 points. Returns None where the total time leaves no room, or a procedure cannot be run.
    """
    total = procedure.total_time_h
    feed = min(SLOW_TIME_H, math.floor(2.0 * total) / 4.0)
    if feed <= 0:
        return None
    plain = replace(procedure, addition_time_h=0.0, imine_time_h=0.0, **HYDRIDE_AT_ONCE)
    if procedure.addition == SLOW_CARBONYL:
        pair = (replace(plain, addition=ALL_AT_ONCE, hold_time_h=total), procedure)
    else:
        slow = replace(plain, addition=SLOW_CARBONYL, addition_time_h=feed, hold_time_h=total - feed)
        pair = (procedure, slow)
    marks = judge(bench, pair, REASON_DRAWS)
    if marks.failed.any():
        return None
    gain = marks.wanted[1] - marks.wanted[0]
    noise = READING_SD * np.random.default_rng(0).standard_normal(gain.shape)
    settled = []
    for i, experiment in enumerate(pair):
        for reading, values in (("over-alkylation", marks.over[i]), ("target fraction", marks.wanted[i])):
            settled.append((*_best_threshold(values + noise, gain > TIE), experiment, reading))
    certainty, threshold, is_above, experiment, reading = max(settled, key=lambda s: s[0])
    low, high = np.quantile(gain, (0.05, 0.95))
    return SlowAddition(
        other=pair[0],
        slow=pair[1],
        means=(float(marks.wanted[0].mean()), float(marks.wanted[1].mean())),
        probability=float((gain > TIE).mean()),
        gain=(float(gain.mean()), float(low), float(high)),
        experiment=experiment,
        reading=reading,
        threshold=threshold,
        is_above=is_above,
        certainty=certainty,
    )


def _best_threshold(values: Array, helps: Array) -> tuple[float, float, bool]:
    """Find the threshold on a reading that is most often right about a yes or no: (share right, threshold, above)."""
    order = np.argsort(values)
    ranked, yes = values[order], np.asarray(helps, dtype=float)[order]
    below = np.concatenate(([0.0], np.cumsum(yes)))
    n = len(yes)
    right_above = (np.arange(n + 1) - below + (below[-1] - below)) / n  # yes above the cut, no below it
    cuts = np.concatenate(([ranked[0]], 0.5 * (ranked[1:] + ranked[:-1]), [ranked[-1]]))
    above, under = int(np.argmax(right_above)), int(np.argmin(right_above))
    if right_above[above] >= 1.0 - right_above[under]:
        return float(right_above[above]), float(cuts[above]), True
    return float(1.0 - right_above[under]), float(cuts[under]), False


def _slow(bench: Bench, best: Settled) -> list[str]:
    """Say what feeding the carbonyl would do to this plan, and which experiment would tell."""
    found = slow_addition(bench, best)
    return [] if found is None else [slow_words(found, best, bench.model)]


def slow_words(found: SlowAddition, best: Settled, model: Model) -> str:
    """Say what feeding the carbonyl does, set against what the plan does or, where it feeds, against all at once."""
    other, slow = (share(mean) for mean in found.means)
    mean, low, high = (round(100 * g, 1) + 0.0 for g in found.gain)  # no -0.0
    change = (
        f"{mean:+.1f} points ({low:+.1f} to {high:+.1f}), a gain in {share(found.probability)} of the draws"
    )
    if best.addition == SLOW_CARBONYL:
        words = f"Everything at once instead of feeding the carbonyl: {slow} to {other} of the target; feeding is worth"
        return f"{words} {change}.{_and(found)}"
    words = f"Feeding the carbonyl slowly instead ({found.slow.addition_time_h:g} h): {other} to {slow} of the target,"
    never = (
        " Never feed carbonyl into this hydride."
        if mean < -NEVER and model.reductant(best.reductant).is_strong
        else ""
    )
    return f"{words} {change}.{never}{_and(found)}"


def _and(found: SlowAddition) -> str:
    """Add the experiment where the answer is open."""
    return f" {experiment_words(found)}" if OPEN < found.probability < 1.0 - OPEN else ""


def experiment_words(found: SlowAddition) -> str:
    """Say which run tells whether slow addition helps, and how to read it."""
    prior = max(found.probability, 1.0 - found.probability)
    if found.certainty < prior + 0.02:
        return "No single run tells much more."
    side = "above" if found.is_above else "below"
    return (
        f"The run that tells most: {procedure_words(found.experiment)}; measure the {found.reading}: "
        f"{side} {share(found.threshold)} slow addition helps (right in {share(found.certainty)} of the draws, "
        f"{share(prior)} without the run)."
    )


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


def _out_of_reach(bench: Bench, best: Trial) -> list[str]:
    """Say so when no charge reaches the target; the strategies say what would."""
    if (
        best.wanted >= POOR
        or bench.aim.basis != "amine"
        or len([s for s in best.cell.knobs if "carbonyl" in s.field]) == 0
    ):
        return []
    return [
        f"No charge within the limits gives more than about {share(best.wanted)} of the target from the amine."
    ]


def _other_basis(bench: Bench, best: Settled) -> list[str]:
    """Say what the plan means per carbonyl, where that is the partner to be saved, and what less of it would give."""
    pair, aim, partners = bench.pair, bench.aim, bench.model.advice.partners
    is_bought = is_cheap("amine", pair, partners) and not is_cheap("carbonyl", pair, partners)
    if aim.basis != "amine" or not (is_bought or precious_partner(pair, partners) == "carbonyl"):
        return []
    charge = aim.degree / MORE_AMINE
    per = best.reductant_equivalents / max(best.carbonyl_equivalents, aim.degree)
    fewer = replace(best, carbonyl_equivalents=charge, reductant_equivalents=per * aim.degree)
    view = replace(bench, aim=replace(aim, basis="carbonyl"), floors={})
    here, there = judge(view, [best, fewer], REASON_DRAWS).wanted.mean(axis=1)
    what = "The amine is the cheap partner" if is_bought else "The carbonyl compound is the precious partner"
    return [
        f"{what}: counted per carbonyl this plan gives {share(here)}, with {MORE_AMINE:g} eq of amine {share(there)}; "
        "ask with basis carbonyl to plan that way."
    ]


def charge_curve(bench: Bench, trial: Trial) -> tuple[CurvePoint, ...]:
    """Vary the carbonyl of a procedure, its hydride in proportion: fraction of the amine in each degree."""
    p, d = trial.procedure, float(bench.aim.degree)
    per = p.reductant_equivalents / max(p.carbonyl_equivalents, 1e-9)
    charges = sorted({round(x * d, 6) for x in CURVE_CHARGES} | {p.carbonyl_equivalents})
    procedures = [
        replace(p, carbonyl_equivalents=c, reductant_equivalents=min(50.0, per * c))
        for c in charges
        if c <= 50.0
    ]
    outcome = predict_outcomes(
        bench.pair,
        bench.model,
        procedures,
        first_draws(bench.draws, REASON_DRAWS),
        relative_tolerance=TOLERANCE,
    )
    return tuple(
        CurvePoint(carbonyl_equivalents=q.carbonyl_equivalents, degrees=tuple(intervals(list(degrees.T))))
        for q, degrees in zip(procedures, outcome.degrees, strict=True)
    )


def knob_curves(bench: Bench, trial: Trial) -> list[dict[str, float | str]]:
    """Vary one knob at a time around a procedure: rows of field, value, target fraction and over-alkylation."""
    grid = [
        (knob.field, value)
        for knob in trial.cell.knobs
        for value in dict.fromkeys(to_grid(knob, knob.at(x)) for x in np.linspace(0.0, 1.0, CURVE_POINTS))
    ]
    procedures = [trial.cell.possible({**_values(trial), field: value}) for field, value in grid]
    marks = judge(bench, procedures, REASON_DRAWS)
    rows: list[dict[str, float | str]] = []
    for i, (field, value) in enumerate(grid):
        low, high = np.quantile(marks.wanted[i], (0.05, 0.95))
        rows.append(
            {
                "field": field,
                "value": value,
                "target_fraction": float(marks.wanted[i].mean()),
                "target_low": float(low),
                "target_high": float(high),
                "over_alkylation": float(marks.over[i].mean()),
            }
        )
    return rows
