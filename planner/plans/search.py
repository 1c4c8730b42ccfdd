"""Search: the best procedure in each cell (reductant x addition x solvent) of what may be varied.

A *knob* is a field of the procedure between two bounds; a *cell* is a choice of the words, with its
knobs. All cells are sampled coarsely (Sobol points and the points that a chemist would try first); the
promising ones are then searched by differential evolution (Storn and Price, J. Global Optim. 1997, 11,
341; SciPy's, one batch of runs per generation). Every trial meets the same draws, so that two trials
differ by what was changed and not by luck. No chemistry here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from planner.engine import Array
from planner.flask.procedure import Settled

START_POINTS = 24
"""Sobol points per cell of the coarse sample, besides the points to try first."""
GENERATIONS = 8
SMALLEST_POPULATION = 5
"""Fewer cannot recombine."""
HOPELESS = 0.25
"""A cell whose coarse best is so far behind the best cell is not searched further."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Knob:
    """A field that may be varied."""

    field: str
    """Of the procedure."""
    low: float
    """Smallest value."""
    high: float
    """Largest value."""
    log: bool = False
    """Whether it is varied on a logarithmic scale."""

    def at(self, share: float) -> float:
        """Value at a share of the way from low to high."""
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + (self.high - self.low) * share

    def share(self, value: float) -> float:
        """Share of the way at which a value lies, kept within 0 and 1."""
        value = min(max(value, self.low), self.high)
        if self.high <= self.low:
            return 0.0
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A reductant, an addition and a solvent with the knobs that are left."""

    asked: Settled
    """With the words and every fixed field set."""
    knobs: tuple[Knob, ...]
    """What may be varied."""
    max_time_h: float
    """Longest total time [h]; the hold gives way."""
    least_carbonyl_M: float = 0.0
    """Carbonyl over the final volume that a flask with excess amine has at least [M]; it is made more concentrated."""
    most_M: float = math.inf
    """Highest concentration of the amine [M]."""
    most_hydride: float = math.inf
    """Most reductant per mole of carbonyl."""
    hydride_follows: bool = True
    """Whether the hydride has the temperature of the flask, whatever that is."""

    def __hash__(self) -> int:
        """Tell cells apart by their words; the rest is compared only where those are alike."""
        return hash((self.asked.reductant, self.asked.addition, self.asked.solvent))

    @property
    def name(self) -> str:
        """Words of the cell."""
        return f"{self.asked.reductant}, {self.asked.addition}, {self.asked.solvent}"

    def procedure(self, point: Sequence[float] | Array) -> Settled:
        """Turn a point of the unit cube into a procedure."""
        return self.possible({k.field: k.at(float(x)) for k, x in zip(self.knobs, point, strict=True)})

    def possible(self, values: dict[str, Any]) -> Settled:
        """Set the knobs; what would end too late is cut, what would be too dilute or too much hydride is mended."""
        if self.hydride_follows and "temperature_C" in values:
            values = values | {"hydride_temperature_C": values["temperature_C"]}
        mended: dict[str, Any] = {}
        hours = [
            values.get(f, getattr(self.asked, f)) for f in ("addition_time_h", "imine_time_h", "hold_time_h")
        ]
        late = sum(hours) - self.max_time_h
        if late > 0 and "hold_time_h" in values:
            mended["hold_time_h"] = max(0.0, values["hold_time_h"] - late)
        charge = values.get("carbonyl_equivalents", self.asked.carbonyl_equivalents)
        concentration = values.get("concentration_M", self.asked.concentration_M)
        if charge > 0 and concentration * charge < self.least_carbonyl_M:
            needed = self.least_carbonyl_M / charge
            mended["concentration_M"] = min(self.most_M, math.ceil(100.0 * needed - 1e-6) / 100.0)
        if values.get("reductant_equivalents", 0.0) > self.most_hydride * charge:
            mended["reductant_equivalents"] = self.most_hydride * charge
        return replace(self.asked, **values | mended)

    def values(self, procedure: Settled) -> dict[str, float]:
        """Collect what the knobs are set to in a procedure."""
        return {k.field: float(getattr(procedure, k.field)) for k in self.knobs}

    def point(self, procedure: Settled) -> Array:
        """Turn a procedure into the nearest point of the unit cube."""
        return np.array([k.share(float(getattr(procedure, k.field))) for k in self.knobs])


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """A procedure that was tried."""

    cell: Cell
    """Where it lies."""
    procedure: Settled
    """As asked for, with every knob set."""
    score: float = -math.inf
    """The higher the better; minus infinity when it failed."""
    wanted: float = 0.0
    """Mean target fraction."""
    over: float = 0.0
    """Mean over-alkylation."""
    low: float = 0.0
    """Low end of the target's interval."""


Score = Callable[[Sequence[Settled]], Array]
"""Score, mean target fraction, mean over-alkylation and low end of the target of procedures (n_procedures, 4)."""


def tried(cells: Sequence[Cell], procedures: Sequence[Settled], scores: Array) -> list[Trial]:
    """Join procedures with their scores."""
    return [
        Trial(cell=c, procedure=p, score=float(s[0]), wanted=float(s[1]), over=float(s[2]), low=float(s[3]))
        for c, p, s in zip(cells, procedures, scores, strict=True)
    ]


def sample(cell: Cell, first: Sequence[Settled], *, seed: int, effort: float) -> list[Settled]:
    """Choose the coarse trials of a cell.

    Parameters
    ----------
    cell
        To be sampled.
    first
        Points to try first: what practice suggests, and the bests of smaller problems.
    seed
        Of the Sobol sequence.
    effort
        Factor on the number of points.
    """
    points = [cell.point(p) for p in first]
    if cell.knobs:
        points += list(sobol(len(cell.knobs), round(START_POINTS * effort), seed))
    return list(dict.fromkeys(cell.procedure(point) for point in points))


@lru_cache(maxsize=32)
def sobol(n_dimensions: int, n_points: int, seed: int) -> Array:
    """Scrambled Sobol points in the unit cube (n_points, n_dimensions)."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(n_dimensions, scramble=True, rng=np.random.default_rng(seed))
    points = np.asarray(sequence.random_base2(math.ceil(math.log2(max(2, n_points))))[:n_points])
    points.setflags(write=False)
    return points


def promising(trials: Sequence[Trial], most: int) -> list[Cell]:
    """Choose the cells to be searched further, best first; the best of each reductant is among them."""
    best: dict[Cell, float] = {}
    for trial in trials:
        best[trial.cell] = max(best.get(trial.cell, -math.inf), trial.score)
    ranked = sorted((c for c in best if best[c] > -math.inf), key=lambda c: -best[c])
    hopeful = [c for c in ranked if best[c] >= best[ranked[0]] - HOPELESS]
    leaders = {c.asked.reductant: c for c in reversed(hopeful)}
    rest = [c for c in hopeful if leaders[c.asked.reductant] is not c]
    chosen = [*leaders.values(), *rest[: max(0, most - len(leaders))]]
    return [c for c in hopeful if c in chosen]


def evolve(
    cell: Cell, start: Sequence[Trial], score: Score, *, size: int, seed: int, effort: float
) -> list[Trial]:
    """Search one cell by differential evolution from the best of what was tried before.

    Parameters
    ----------
    cell, start, score
        Where, from what, by which score.
    size
        Of the population.
    seed
        Of the evolution.
    effort
        Factor on the number of trials.

    Returns
    -------
    list of Trial
        Everything that was tried, in order.
    """
    from scipy.optimize import differential_evolution

    found: dict[Settled, Trial] = {}

    def losses(points: Array) -> Array:
        """Lower is better (n_points,) for points (n_knobs, n_points)."""
        procedures = [cell.procedure(point) for point in points.T]
        fresh = list(dict.fromkeys(p for p in procedures if p not in found))
        if fresh:
            found.update((t.procedure, t) for t in tried([cell] * len(fresh), fresh, score(fresh)))
        return np.array([-max(found[p].score, -1e9) for p in procedures])

    ranked = sorted(start, key=lambda trial: -trial.score)
    population = np.array(
        [cell.point(t.procedure) for t in ranked[: max(SMALLEST_POPULATION, round(size * effort**0.5))]]
    )
    if not cell.knobs or len(population) < SMALLEST_POPULATION:
        losses(population.reshape(len(population), -1).T)
        return list(found.values())
    differential_evolution(
        losses,
        [(0.0, 1.0)] * len(cell.knobs),
        init=population,
        maxiter=max(1, round(GENERATIONS * effort**0.5)),
        tol=1e-4,
        polish=False,
        vectorized=True,
        updating="deferred",
        rng=np.random.default_rng(seed),
    )
    return list(found.values())
