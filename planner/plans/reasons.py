"""Reasons: why a procedure stands where it does, computed from runs on the same draws.

Every sentence is a difference between two procedures that differ in one stated thing, run on the same
draws; "in 90 % of the draws" is the share of the worlds that the uncertain constants allow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.engine import Array
from planner.flask.fields import ADDITIONS, ALL_AT_ONCE, FIELDS, IMINE_FIRST, SLOW_CARBONYL
from planner.flask.procedure import HYDRIDE_AT_ONCE, Settled, procedure_words
from planner.plans.aims import Bench, Marks, judge
from planner.plans.rounding import step, to_grid
from planner.plans.search import Trial
from planner.predictions.prediction import statistical

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
CURVE_POINTS = 9

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
                moves.append((knob.field, there, best.cell.within_time({**_values(best), knob.field: there})))
    if not moves:
        return []
    marks = judge(bench, [best.procedure, *(p for _, _, p in moves)], REASON_DRAWS)
    change = marks.wanted.mean(axis=1)[1:] - marks.wanted[0].mean()
    ranked = sorted(zip(moves, change, strict=True), key=lambda pair: pair[1])
    worst = [(m, c) for m, c in ranked if c < -WORTH_SAYING][:3]
    if not worst:
        return ["The optimum is flat: no single step off it costs half a point."]
    said = ", ".join(f"{m[0]} {m[1]:.3g} costs {points(float(-c))}" for m, c in worst)
    flat = sorted({field for field, _, _ in moves} - {m[0] for m, c in ranked if c < -WORTH_SAYING})
    return [f"What matters most: {said}." + (f" Hardly any: {', '.join(flat)}." if flat else "")]


def _values(trial: Trial) -> dict[str, float]:
    return {k.field: float(getattr(trial.procedure, k.field)) for k in trial.cell.knobs}


@dataclass(frozen=True, kw_only=True, slots=True)
class SlowAddition:
    """Whether adding the carbonyl slowly helps a pair, everything else being equal."""

    probability: float
    """Share of the draws in which it gives more of the target."""
    gain: tuple[float, float, float]
    """Mean, 5 % and 95 % quantile of the change of the target fraction."""
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
    """Compare slow addition of the carbonyl with everything at once; find the run that settles it.

    Both use the reductant, equivalents, temperature and total time of a procedure. The candidate
    experiments are the four additions; a reading has a standard deviation of 2 points. Returns None
    where the total time leaves no room, or a procedure cannot be run.
    """
    total = procedure.total_time_h
    feed = min(SLOW_TIME_H, math.floor(2.0 * total) / 4.0)
    if feed <= 0:
        return None
    nothing = replace(
        procedure, addition_time_h=0.0, imine_time_h=0.0, hold_time_h=total - feed, **HYDRIDE_AT_ONCE
    )
    tried = [
        replace(nothing, addition=ALL_AT_ONCE, hold_time_h=total),
        replace(nothing, addition=SLOW_CARBONYL, addition_time_h=feed),
        replace(nothing, addition=IMINE_FIRST, imine_time_h=feed),
    ]
    marks = judge(bench, tried, REASON_DRAWS)
    if marks.failed.any():
        return None
    gain = marks.wanted[1] - marks.wanted[0]
    noise = READING_SD * np.random.default_rng(0).standard_normal(gain.shape)
    settled = []
    for i, experiment in enumerate(tried):
        for reading, values in (("over-alkylation", marks.over[i]), ("target fraction", marks.wanted[i])):
            settled.append((*_best_threshold(values + noise, gain > TIE), experiment, reading))
    certainty, threshold, is_above, experiment, reading = max(settled, key=lambda s: s[0])
    low, high = np.quantile(gain, (0.05, 0.95))
    return SlowAddition(
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
    """Say whether slow addition helps this pair, and which experiment would tell."""
    found = slow_addition(bench, best)
    if found is None:
        return []
    mean, low, high = (round(100 * g, 1) + 0.0 for g in found.gain)  # no -0.0
    words = (
        f"Slow addition of the carbonyl helps in {share(found.probability)} of the draws, by {mean:+.1f} points on "
        f"average ({low:+.1f} to {high:+.1f}), against all at once with the same charges ({best.reductant}) and "
        "total time"
    )
    return [f"{words}. {experiment_words(found)}"]


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
    words = " / ".join(f"{100 * f:.0f}" for f in split[: bench.aim.degree + 2])
    return f"Statistics alone (all N-H alike, all carbonyl used) would give {words} % of degree 0, 1, ... of the amine."


def _out_of_reach(bench: Bench, best: Trial) -> list[str]:
    """Say so when no charge reaches the target, and what would."""
    if (
        best.wanted >= POOR
        or bench.aim.basis != "amine"
        or len([s for s in best.cell.knobs if "carbonyl" in s.field]) == 0
    ):
        return []
    pair, aim = bench.pair, bench.aim
    found = [
        f"No charge within the limits gives more than about {share(best.wanted)} of the target from the amine."
    ]
    poor = replace(best.procedure, carbonyl_equivalents=0.2 * aim.degree)
    per_carbonyl = Bench(pair=pair, model=bench.model, aim=replace(aim, basis="carbonyl"), draws=bench.draws)
    wanted = float(judge(per_carbonyl, [poor], REASON_DRAWS).wanted.mean())
    found.append(
        f"Excess amine would: with {5 / aim.degree:g} eq of it, {share(wanted)} of the carbonyl ends in the target."
    )
    if len(pair.sites) > 1 and aim.degree < pair.n_hydrogens:
        found.append(
            "Several nitrogens compete: protect the others first (one Boc on a symmetric diamine, used in excess), "
            "alkylate, deprotect."
        )
    if pair.carbonyl_class.name == "formaldehyde" and aim.degree < pair.n_hydrogens:
        found.append(
            "Formaldehyde does not stop at one: methylate the N-benzyl amine and cleave benzyl, or reduce a carbamate."
        )
    return found


def knob_curves(bench: Bench, trial: Trial) -> list[dict[str, float | str]]:
    """Vary one knob at a time around a procedure: rows of field, value, target fraction and over-alkylation."""
    grid = [
        (knob.field, value)
        for knob in trial.cell.knobs
        for value in dict.fromkeys(to_grid(knob, knob.at(x)) for x in np.linspace(0.0, 1.0, CURVE_POINTS))
    ]
    procedures = [trial.cell.within_time({**_values(trial), field: value}) for field, value in grid]
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
