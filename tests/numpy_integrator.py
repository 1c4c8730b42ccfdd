"""The engine's oracle: the same method in plain NumPy, all runs of a batch at once, dense pivoted matrices.

Nothing is shared with the compiled path but the published coefficients: rates, Jacobian, linear algebra, step
control and schedule are written again here, the slow and obvious way.
"""

from copy import copy

import numpy as np

from planner.engine.batch import Array, Batch, MassAction
from planner.engine.rosenbrock import RODAS5P, Rosenbrock
from planner.errors import SimulationError

MOST_STEPS = 100_000


class Flasks:
    """Rates of some runs during one segment, with the species that a reaction lacks padded by a constant 1."""

    def __init__(self, network: MassAction, k: Array, feed: Array, volume: Array, growth: Array) -> None:
        self.k, self.feed, self.volume, self.growth = k, feed, volume, growth
        self.order = np.array([len(side) for side in network.reactants])
        self.reactants = np.full((network.n_reactions, 3), network.n_species)
        self.net = np.zeros((network.n_reactions, network.n_species))
        for r in range(network.n_reactions):
            self.reactants[r, : self.order[r]] = network.reactants[r]
            np.add.at(self.net[r], list(network.reactants[r]), -1.0)
            np.add.at(self.net[r], list(network.products[r]), 1.0)

    def some(self, rows: Array) -> "Flasks":
        part = copy(self)
        part.k, part.feed = self.k[rows], self.feed[rows]
        part.volume, part.growth = self.volume[rows], self.growth[rows]
        return part

    def concentrations(self, n: Array, volume: Array) -> Array:
        padded = np.concatenate([n / volume[:, None], np.ones((len(n), 1))], axis=1)
        return padded[:, self.reactants]  # (n_runs, n_reactions, 3)

    def rates(self, t: Array, n: Array) -> Array:
        volume = self.volume + self.growth * t
        return self.k * volume[:, None] * self.concentrations(n, volume).prod(axis=2)

    def slope(self, t: Array, n: Array) -> Array:
        return self.rates(t, n) @ self.net + self.feed

    def slope_in_time(self, t: Array, n: Array) -> Array:
        volume = self.volume + self.growth * t
        return (self.rates(t, n) * (1 - self.order) * (self.growth / volume)[:, None]) @ self.net

    def jacobian(self, t: Array, n: Array) -> Array:
        c = self.concentrations(n, self.volume + self.growth * t)
        n_species = n.shape[1]
        per_reactant = np.zeros((*self.k.shape, n_species + 1))
        rows = np.arange(self.k.shape[1])
        for slot, others in ((0, (1, 2)), (1, (0, 2)), (2, (0, 1))):
            per_reactant[:, rows, self.reactants[:, slot]] += self.k * c[:, :, others].prod(axis=2)
        jacobian: Array = self.net.T @ per_reactant[:, :, :n_species]
        return jacobian


def step(method: Rosenbrock, flasks: Flasks, t: Array, n: Array, h: Array) -> tuple[Array, Array]:
    """Take one step of size h (n_runs,): amounts after it, and the estimate of their error."""
    matrix = -flasks.jacobian(t, n)
    diagonal = np.arange(n.shape[1])
    matrix[:, diagonal, diagonal] += (1 / (method.gamma * h))[:, None]
    inverse = np.linalg.inv(matrix)
    in_time = flasks.slope_in_time(t, n)
    u: list[Array] = []
    for s in range(method.n_stages):
        state = n + sum(a * u[m] for m, a in enumerate(method.a[s]))
        right = flasks.slope(t + method.nodes[s] * h, state) + (h * method.time_weights[s])[:, None] * in_time
        right = right + sum(c * u[m] for m, c in enumerate(method.c[s])) / h[:, None]
        u.append((inverse @ right[:, :, None])[:, :, 0])
    return state + u[-1], u[-1]


def _segment(
    method: Rosenbrock, flasks: Flasks, n: Array, duration: Array, h: Array, floor: Array, rtol: float
) -> tuple[Array, Array]:
    t = np.zeros(len(n))
    for _ in range(MOST_STEPS):
        busy = np.flatnonzero(t < duration)
        if not len(busy):
            return n, h
        left = duration[busy] - t[busy]
        last = h[busy] * (1 + 1e-7) >= left
        size = np.where(last, left, h[busy])
        after, error = step(method, flasks.some(busy), t[busy], n[busy], size)
        scale = floor[busy, None] + rtol * np.maximum(np.abs(n[busy]), np.abs(after))
        e = np.sqrt(np.mean((error / scale) ** 2, axis=1))
        fine = e <= 1
        n[busy[fine]] = after[fine]
        t[busy[fine]] = np.where(last[fine], duration[busy[fine]], t[busy[fine]] + size[fine])
        grown = size * np.nan_to_num(
            np.clip(0.9 * np.maximum(e, 1e-10) ** (-1 / method.order), 0.2, 6), nan=0.2
        )
        h[busy] = np.where(fine & last, np.maximum(h[busy], grown), grown)
        if np.any(h[busy] < 1e-15 * t[busy] + 1e-20 * duration[busy]):
            break
    raise SimulationError(f"run {int(busy[np.argmin(h[busy])])}: the NumPy oracle cannot integrate it")


def integrate(
    network: MassAction,
    batch: Batch,
    *,
    relative_tolerance: float,
    absolute_tolerance: float,
    method: Rosenbrock = RODAS5P,
) -> Array:
    """Return the amounts at the end of every segment [mol], (n_runs, n_segments, n_species)."""
    n_runs, n_segments = batch.durations.shape
    n, volume = batch.amounts.copy(), batch.volume.copy()
    h, before = np.zeros(n_runs), None
    ends = np.empty((n_runs, n_segments, network.n_species))
    k = np.broadcast_to(batch.rate_constants, (n_runs, n_segments, network.n_reactions))
    floor = absolute_tolerance * batch.charge
    with np.errstate(all="ignore"):
        for s in range(n_segments):
            n = n + batch.doses[:, s]
            now = np.concatenate([k[:, s], batch.feeds[:, s], batch.volume_rates[:, s, None]], axis=1)
            same = np.zeros(n_runs, bool) if before is None else (now == before).all(axis=1)
            fresh = ~same | (batch.doses[:, s] > 0).any(axis=1) | (h == 0)
            flasks = Flasks(network, k[:, s], batch.feeds[:, s], volume, batch.volume_rates[:, s])
            steepest = np.abs(flasks.slope(np.zeros(n_runs), n)).max(axis=1, initial=0.0)
            first = np.where(steepest > 0, 1e-3 * batch.charge / steepest, np.inf)
            h = np.where(fresh, np.minimum(first, batch.durations[:, s]), h)
            n, h = _segment(method, flasks, n, batch.durations[:, s], h, floor, relative_tolerance)
            volume = volume + batch.volume_rates[:, s] * batch.durations[:, s]
            ends[:, s], before = n, now
    return ends
