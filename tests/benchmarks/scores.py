"""Scores of forecasts against truths: coverage with its error, width, CRPS and PIT.

A truth is covered when it lies in the 90 % interval, or within a hundredth of a point of it: the engine and the
scale do not resolve less, and without that a fraction of a millionth counts as much as a half. "Strict" allows
nothing. For draws x and a truth y::

    CRPS = mean |x - y| - mean |x - x'| / 2          PIT = share of x below y, ties halved

The quantities of one truth go together, so that a truth is a cluster and a procedure a stratum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.truth import Array
from planner.predictions.prediction import interval

HUNDREDTH = 1e-4
"""Of a point, as a fraction of the charge."""
WIDER = 1.3
"""By which the widths of the wider truths are larger."""

Ensemble = dict[tuple[str, str], Array]
"""(id of the procedure, quantity) to fractions (n_draws,)."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Forecast:
    """What someone says about the 20 procedures."""

    name: str
    holds: tuple[str, ...]
    """Species and charges beyond the ladder that it counts."""
    draws: Ensemble
    identity: str = ""
    """Of the planner's model; none where the truths' own equations forecast."""

    @property
    def is_planner(self) -> bool:
        """Tell the planner from the truths' own equations."""
        return bool(self.identity)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Score:
    """One quantity of one procedure against its truths."""

    id: str
    quantity: str
    covered: Array
    """1 where a truth lies in the interval (n_truths,)."""
    strict: Array
    """The same without the hundredth of a point."""
    wider: Array
    """1 where a truth whose widths are ``WIDER`` times as large lies in it."""
    wider_strict: Array
    width: float
    """Of the interval; a fraction."""
    crps: float
    pit: Array
    """(n_truths,)."""

    @property
    def is_degree(self) -> bool:
        """Tell the split of the amine from what becomes of the carbonyl."""
        return self.quantity.startswith("degree")


def score(forecast: Forecast, true: Ensemble, wider: Ensemble) -> list[Score]:
    """Hold every quantity that is forecast and true against its truths."""
    found = []
    for key in [key for key in true if key in forecast.draws]:
        x, span = forecast.draws[key], interval(forecast.draws[key])

        def covered(y: Array, room: float, low: float = span.low, high: float = span.high) -> Array:
            return ((y >= low - room) & (y <= high + room)).astype(float)

        found.append(
            Score(
                id=key[0],
                quantity=key[1],
                covered=covered(true[key], HUNDREDTH),
                strict=covered(true[key], 0.0),
                wider=covered(wider[key], HUNDREDTH),
                wider_strict=covered(wider[key], 0.0),
                width=span.high - span.low,
                crps=float(crps(x, true[key]).mean()),
                pit=pit(x, true[key]),
            )
        )
    return found


def crps(x: Array, y: Array) -> Array:
    """Continuous ranked probability score of draws x against each truth y."""
    x = np.sort(x)
    n = len(x)
    sums = np.concatenate(([0.0], np.cumsum(x)))
    below = np.searchsorted(x, y)
    distance = (y * below - sums[below] + sums[-1] - sums[below] - y * (n - below)) / n
    spread = 2.0 * float(x @ (2.0 * np.arange(1, n + 1) - n - 1)) / n**2
    return np.asarray(distance - spread / 2)


def pit(x: Array, y: Array) -> Array:
    """Probability integral transform: share of draws x below each truth y, ties halved."""
    x = np.sort(x)
    return (np.searchsorted(x, y, "left") + np.searchsorted(x, y, "right")) / (2 * len(x))


def share(scores: Sequence[Score], which: str = "covered") -> float:
    """Mean coverage, every quantity of every procedure alike."""
    return float(np.mean([getattr(s, which).mean() for s in scores]))


def monte_carlo_error(scores: Sequence[Score], which: str = "covered") -> float:
    """Standard error of ``share`` from the number of truths: truths are clusters, procedures strata."""
    variance = 0.0
    for hits in _by_procedure(scores, which).values():
        total = hits.sum(axis=0)
        variance += total.var(ddof=1) / len(total)
    return float(np.sqrt(variance)) / len(scores)


def procedure_error(scores: Sequence[Score], which: str = "covered", n: int = 2000) -> float:
    """Standard error of ``share`` were the procedures a sample: bootstrap over them."""
    means = [(hits.mean(axis=1).sum(), len(hits)) for hits in _by_procedure(scores, which).values()]
    hits, sizes = np.array(means).T
    picks = np.random.default_rng(0).integers(len(hits), size=(n, len(hits)))
    return float(np.std(hits[picks].sum(axis=1) / sizes[picks].sum(axis=1)))


def _by_procedure(scores: Sequence[Score], which: str) -> dict[str, Array]:
    """Hits of each procedure (n_quantities, n_truths)."""
    ids = dict.fromkeys(s.id for s in scores)
    return {i: np.stack([getattr(s, which) for s in scores if s.id == i]) for i in ids}
