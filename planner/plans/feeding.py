"""Feeding: whether adding the carbonyl slowly helps a plan, said of the plan's own addition and of no other flask.

On the same draws; "in 90 % of the draws" is the share of the worlds that the uncertain constants allow.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from planner.engine import Array
from planner.flask.fields import ALL_AT_ONCE, SLOW_CARBONYL
from planner.flask.procedure import HYDRIDE_AT_ONCE, Settled, procedure_words
from planner.model.model import Model
from planner.plans.aims import NOTHING, Bench, judge

REASON_DRAWS = 256
"""Draws of a reason."""
SLOW_TIME_H = 4.0
"""Length of the slow addition that is set against adding everything at once [h]."""
READING_SD = 0.02
"""Standard deviation of a measured fraction: a calibrated LC-MS or NMR ratio."""
TIE = 1e-4
"""A gain below it is within the accuracy of a trial (``aims.TOLERANCE``): a tie, not an advantage."""
OPEN = 0.1
"""Share of the draws on either side from which the answer to a question is open."""
NEVER = 20.0
"""Points lost from which a warning is due."""


def points(share: float) -> str:
    """Write a difference of fractions in points."""
    return f"{round(100 * share, 1) + 0.0:.1f} points"  # adding nothing turns -0.0 into 0.0


def share(fraction: float) -> str:
    """Write a fraction in per cent."""
    return f"{100 * fraction:.0f} %"


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


def both_ways(procedure: Settled) -> tuple[Settled, Settled] | None:
    """Write a procedure without and with a feed of the carbonyl, in its own total time; None where there is no room.

    One of the two is the procedure itself; where it feeds the carbonyl the other is everything at once.
    """
    total = procedure.total_time_h
    feed = min(SLOW_TIME_H, math.floor(2.0 * total) / 4.0)
    if feed <= 0:
        return None
    plain = replace(procedure, addition_time_h=0.0, imine_time_h=0.0, **HYDRIDE_AT_ONCE)
    if procedure.addition == SLOW_CARBONYL:
        return replace(plain, addition=ALL_AT_ONCE, hold_time_h=total), procedure
    slow = replace(plain, addition=SLOW_CARBONYL, addition_time_h=feed, hold_time_h=total - feed)
    return procedure, slow


def slow_addition(bench: Bench, procedure: Settled) -> SlowAddition | None:
    """Compare feeding the carbonyl with the plan's own addition; find the run that settles it.

    Charges, temperature and total time are those of the plan; where it feeds the carbonyl itself, it is set
    against everything at once. The candidate experiments are these two; a reading has a standard deviation of
    2 points. Returns None where the total time leaves no room, a procedure cannot be run, or neither gives anything.
    """
    if (pair := both_ways(procedure)) is None:
        return None
    marks = judge(bench, pair, len(bench.draws.normals))
    if marks.failed.any() or marks.wanted.mean(axis=1).max() < NOTHING:
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
    if found.certainty < prior + 0.02 or not 0.0 < found.threshold < 1.0:
        return "No single run tells much more."
    side = "above" if found.is_above else "below"
    return (
        f"The run that tells most: {procedure_words(found.experiment)}; measure the {found.reading}: "
        f"{side} {share(found.threshold)} slow addition helps (right in {share(found.certainty)} of the draws, "
        f"{share(prior)} without the run)."
    )
