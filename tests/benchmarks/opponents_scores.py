"""Scores of the benchmark with opponents: how soon a run comes near the best, and what is lost until then.

A game is one player with one substrate: the true target fraction of each run, that of what the player advised before
each run (after none, one, two ... results), and the best of the list. ``regret`` is the best less the advised.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

WITHIN = 0.03
"""Of the target fraction: near enough to the best."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """One game."""

    best: float
    """True target fraction of the best procedure of the list."""
    true: tuple[float, ...]
    """Of each run, in order."""
    advised: tuple[float, ...]
    """True target fraction of what was advised before each run."""
    stops: tuple[bool, ...] = ()
    """Whether the player said before each run that none is worth making."""


def runs_until(played: Played, within: float = WITHIN) -> float:
    """Count the runs until one is near the best; infinite where none was."""
    near = [i for i, x in enumerate(played.true, start=1) if x >= played.best - within]
    return float(near[0]) if near else np.inf


def regret(played: Played, n_runs: int) -> float:
    """Tell how far what is advised after so many runs stays behind the best; not a number where it was not played."""
    return played.best - played.advised[n_runs] if n_runs < len(played.advised) else np.nan


def quartiles(counts: Iterable[float]) -> tuple[float, float, float]:
    """Quartiles of counts, some of them infinite: each is a count that occurs."""
    low, middle, high = np.quantile(np.sort(list(counts)), (0.25, 0.5, 0.75), method="inverted_cdf")
    return float(low), float(middle), float(high)


def share_within(played: Sequence[Played], n_runs: int) -> float:
    """Share of games in which a run was near the best after so many runs."""
    return float(np.mean([runs_until(one) <= n_runs for one in played]))


def mean_regret(played: Sequence[Played], n_runs: int) -> tuple[float, float]:
    """Mean regret after so many runs, and its standard error over the games."""
    values = np.array([regret(one, n_runs) for one in played])
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def mean_change(played: Sequence[Played], n_runs: int) -> tuple[float, float]:
    """Mean of the regret after so many runs less that before any, game by game, and its standard error."""
    values = np.array([regret(one, n_runs) - regret(one, 0) for one in played])
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def stopped(played: Played) -> tuple[int, float] | None:
    """After how many runs a player first said stop, and the regret of what it advised then; None where it never did."""
    said = [n for n, stop in enumerate(played.stops) if stop]
    return (said[0], regret(played, said[0])) if said else None
