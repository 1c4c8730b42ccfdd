"""Closed forms: what can be worked out on paper, beside the answer of the engine.

Ends n and x, one rate k, one ring, nothing over-alkylated::

    share of adducts that close at fixed ends    R = EM / (EM + n + x)
    continuous feed q into constant volume       k e^2 = (2 - phi) q,  phi (2 - phi) = EM/(EM + 2 e)
    one molecule with both ends, batch           de/dt = -k e^2 - k EM m,  dm/dt = -(2 e + EM) k m

References
----------
Flory, J. Am. Chem. Soc. 1936, 58, 1877; Jacobson and Stockmayer, J. Chem.
Phys. 1950, 18, 1600.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

SMALLEST = 1e-12
KINETIC, REVERSIBLE = -1.5, -2.5
"""Exponents of EM in the number of pairs: ends that meet once and for all, and chains and rings that equilibrate, where
a ring of i pairs opens at i places (Jacobson and Stockmayer)."""


def closing_share(em: float, n_ends: float, x_ends: float) -> float:
    """Share of adducts that close while these ends are in the flask; all in M."""
    return em / (em + n_ends + x_ends)


@dataclass(frozen=True, kw_only=True, slots=True)
class SteadyState:
    """The steady state of a continuous feed."""

    ring: float
    """phi, ring made per A fed."""
    ends: float
    """e, amine ends and as many others [M]."""
    relaxation_time_h: float
    """1/(k e), how long the approach takes [h]."""


def steady_state(feed: float, k: float, em: float) -> SteadyState:
    """Solve the steady state of q = ``feed`` [M s-1] of A and of B, rate ``k`` [M-1 s-1], ``em`` [M].

    Examples
    --------
    >>> round(steady_state(1.16e-7, 6e-3, 0.1).ring, 4)
    0.698
    """

    def excess(phi: float) -> float:
        e = sqrt((2.0 - phi) * feed / k)
        return phi * (2.0 - phi) - em / (em + 2.0 * e)

    phi = float(brentq(excess, 0.0, 1.0, xtol=1e-14, rtol=1e-14))
    ends = sqrt((2.0 - phi) * feed / k)
    return SteadyState(ring=phi, ends=ends, relaxation_time_h=1.0 / (k * ends) / 3600.0)


def batch_of_one(concentration: float, em: float) -> float:
    """Ring per mole of a molecule with both ends, batch at full conversion, larger rings left out.

    Examples
    --------
    >>> round(batch_of_one(0.1, 1.0), 3)
    0.907
    """
    ratio = em / concentration

    def rates(_: float, y: np.ndarray) -> list[float]:
        e, m, _ring = y
        return [-e * e - ratio * m, -(2.0 * e + ratio) * m, ratio * m]

    end = 1e5 * (1.0 + 1.0 / ratio)
    run = solve_ivp(rates, (0.0, end), [1.0, 1.0, 0.0], method="LSODA", rtol=1e-10, atol=SMALLEST)
    return float(run.y[2, -1])


def equilibrium_rings(
    concentration: float, em_first: float, em_two: float, n_largest: int = 400
) -> np.ndarray:
    """Rings at equilibrium of a molecule with both ends (or of pairs of equal moles), by the number of pairs.

    Chains follow Flory with the extent p of their ends, rings Jacobson and Stockmayer::

        [ring_i] = EM_i p^i / i,    EM_i / i = em_two / 2 (i/2)^(-5/2) for i >= 2

    and the pairs in both add up to ``concentration``; all links closed where that is possible. Beyond the critical
    concentration, sum i [ring_i] at p = 1, the rest is in chains.

    Returns
    -------
    numpy.ndarray
        Share of the pairs that are in the ring of 1, 2, ... pairs.
    """
    i = np.arange(1, n_largest + 1, dtype=float)
    em = np.where(i == 1, em_first, em_two * (i / 2.0) ** (REVERSIBLE + 1.0))
    held_at_one = float(em.sum())  # pairs in rings at p = 1: i [ring_i] = em_i
    if held_at_one <= concentration:
        return np.asarray(em / concentration)

    def missing(p: float) -> float:
        return float((em * p**i).sum()) - concentration

    p = float(brentq(missing, 0.0, 1.0, xtol=1e-14))
    return np.asarray(em * p**i / concentration)


def ring_law(i: int, exponent: float) -> float:
    """Effective molarity of i pairs against that of two, for an exponent of ``kinetics``."""
    return float((i / 2.0) ** exponent)
