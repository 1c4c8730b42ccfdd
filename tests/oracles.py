"""Answers worked out another way: closed forms and brute force, written without the planner's code."""

from collections.abc import Sequence
from itertools import product
from math import comb

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.sparse import csr_array


def competitive_consecutive(ratio: float, equivalents: float) -> tuple[float, float, float]:
    """Split of A -> M -> D after all B is used, with k2/k1 = ratio (time eliminated).

    dM/dA = -1 + ratio M/A gives M = (A^ratio - A) / (1 - ratio), or -A ln A for ratio 1; B used = (1 - A) + D.
    """

    def mono(a: float) -> float:
        return (-a * np.log(a) if a > 0 else 0.0) if ratio == 1 else (a**ratio - a) / (1 - ratio)

    def used(a: float) -> float:
        return (1 - a) + (1 - a - mono(a))

    # in u = -ln A, because A itself may be as small as 1e-300
    u = brentq(lambda x: used(np.exp(-x)) - equivalents, 0.0, 1e4, xtol=1e-13)
    a = float(np.exp(-u))
    return a, mono(a), 1 - a - mono(a)


def binomial(n: int, p: float) -> list[float]:
    """Probabilities of 0 .. n successes."""
    return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


class JointStates:
    """A molecule as one Markov chain over all rungs of all its nitrogens, pools shared by the whole flask.

    dP/dt = sum_s [up_s U_s + down_s D_s + reduce_s R_s] P over the steps s = (kind, a) of the ladder: U takes N(a)
    to X(a), D back, R takes X(a) to N(a + 1). Their rates follow the pools of carbonyl C, hydride H, water W and the
    totals N_s, X_s:

        up_s   = kc_s C + sum_t kx min(1, K_s/K_t) X_t        (t != s)
        down_s = kc_s/K_s W + sum_t kx min(1, K_t/K_s) N_t
        reduce_s = kr_s H
    """

    def __init__(self, kinds: Sequence[str], hydrogens: Sequence[int], constants: dict) -> None:
        self.c, self.hydrogens = constants, hydrogens
        self.states = list(product(*(range(2 * h + 1) for h in hydrogens)))
        self.steps = sorted({(k, a) for k, h in zip(kinds, hydrogens, strict=True) for a in range(h)})
        index = {s: i for i, s in enumerate(self.states)}
        n, m = len(self.states), len(self.steps)
        self.up, self.down, self.reduce = (np.zeros((m, n, n)) for _ in range(3))
        self.free, self.bound = np.zeros((m, n)), np.zeros((m, n))
        for state, j in index.items():
            for i, (kind, h, rung) in enumerate(zip(kinds, hydrogens, state, strict=True)):
                a, is_imine = divmod(rung, 2)
                if a == h:
                    continue
                step = self.steps.index((kind, a))
                for matrix, change in ((self.down, -1), (self.reduce, 1)) if is_imine else ((self.up, 1),):
                    matrix[step, index[(*state[:i], rung + change, *state[i + 1 :])], j] += 1
                    matrix[step, j, j] -= 1
                (self.bound if is_imine else self.free)[step, j] += 1
        K = np.array([constants["K"][s] for s in self.steps])
        self.kx = constants["kx"] * np.minimum(1.0, K[:, None] / K[None, :]) * (1 - np.eye(m))
        self.kc = np.array([constants["kc"][s] for s in self.steps])
        self.kh = self.kc / K
        self.kr = np.array([constants["kr"][s] for s in self.steps])
        self.stacked = csr_array(np.concatenate([self.up, self.down, self.reduce]).reshape(-1, n))

    def slopes(self, y: np.ndarray, volume: float) -> np.ndarray:
        """d(amounts)/dt of the joint states and of C, H, W, alcohol, lost."""
        n = len(self.states)
        p, (carbonyl, hydride, water) = y[:n], y[n : n + 3] / volume
        free, bound = self.free @ p, self.bound @ p
        up = self.kc * carbonyl + self.kx @ bound / volume
        down = self.kh * water + self.kx.T @ free / volume
        rates = np.concatenate([up, down, self.kr * hydride])
        condensed = np.sum(self.kc * free) * carbonyl - np.sum(self.kh * bound) * water
        reduced = np.sum(self.kr * bound) * hydride
        lost, alcohol = self.c["kd"] * hydride * volume, self.c["ko"] * carbonyl * hydride * volume
        pools = [-condensed - alcohol, -reduced - alcohol - lost, condensed, alcohol, lost]
        return np.concatenate([rates @ (self.stacked @ p).reshape(len(rates), n), pools])

    def jacobian(self, y: np.ndarray, volume: float) -> np.ndarray:
        """Derivatives of the slopes, one pool after the other."""
        n = len(self.states)
        p, (carbonyl, hydride, water) = y[:n], y[n : n + 3] / volume
        free, bound = self.free @ p, self.bound @ p
        up_p, down_p, reduce_p = self.up @ p, self.down @ p, self.reduce @ p
        up = self.kc * carbonyl + self.kx @ bound / volume
        down = self.kh * water + self.kx.T @ free / volume
        j = np.zeros((n + 5, n + 5))
        j[:n, :n] = np.tensordot(up, self.up, 1) + np.tensordot(down, self.down, 1)
        j[:n, :n] += np.tensordot(self.kr * hydride, self.reduce, 1)
        j[:n, :n] += up_p.T @ (self.kx @ self.bound) / volume + down_p.T @ (self.kx.T @ self.free) / volume
        j[:n, n] = self.kc @ up_p / volume
        j[:n, n + 1] = self.kr @ reduce_p / volume
        j[:n, n + 2] = self.kh @ down_p / volume
        condense = np.zeros(n + 5)
        condense[:n] = self.kc @ self.free * carbonyl - self.kh @ self.bound * water
        condense[n], condense[n + 2] = np.sum(self.kc * free) / volume, -np.sum(self.kh * bound) / volume
        reduce = np.zeros(n + 5)
        reduce[:n] = self.kr @ self.bound * hydride
        reduce[n + 1] = np.sum(self.kr * bound) / volume
        alcohol = np.zeros(n + 5)
        alcohol[n], alcohol[n + 1] = self.c["ko"] * hydride, self.c["ko"] * carbonyl
        lost = np.zeros(n + 5)
        lost[n + 1] = self.c["kd"]
        j[n:] = [-condense - alcohol, -reduce - alcohol - lost, condense, alcohol, lost]
        return j

    def run(
        self, charge: dict, segments: Sequence[tuple[float, dict, float, dict]], volume: float
    ) -> np.ndarray:
        """Integrate through (duration, feed rates, volume rate, doses) segments; amounts at the end."""
        n = len(self.states)
        where = {"amine": 0, "C": n, "H": n + 1, "W": n + 2}

        def place(pairs: dict) -> np.ndarray:
            vector = np.zeros(n + 5)
            for name, amount in pairs.items():
                vector[where[name]] += amount
            return vector

        y = place(charge)
        for duration, feeds, growth, doses in segments:
            y, feed = y + place(doses), place(feeds)
            solution = solve_ivp(
                lambda t, z, f=feed, v=volume, g=growth: self.slopes(z, v + g * t) + f,
                (0.0, duration), y, method="LSODA", rtol=1e-12, atol=1e-15,
                jac=lambda t, z, v=volume, g=growth: self.jacobian(z, v + g * t),
            )  # fmt: skip
            assert solution.success, solution.message
            y = solution.y[:, -1]
            volume += growth * duration
        return y

    def degrees(self, y: np.ndarray) -> np.ndarray:
        """Fractions by number of alkyl groups after an aqueous quench."""
        found = np.zeros(sum(self.hydrogens) + 1)
        for state, amount in zip(self.states, y, strict=False):
            found[sum(rung // 2 for rung in state)] += amount
        return found / found.sum()
