"""Weighing: how likely a measured composition is under each draw, and what the weighed draws then say.

A composition is f_i >= 0, sum f_i = 1. It is measured with an error in every response and one of reading off::

    m_i = f_i 10^(s z_i / sqrt 2) / sum_j f_j 10^(s z_j / sqrt 2) + t z'_i            z, z' standard normal

so that the ratio of any two has a log10 standard deviation of s. The likelihood of what was found, o, is that of
normal errors whose covariance is taken half-way between found and computed::

    log L = -1/2 (o - f)' S^-1 (o - f)      S = (s ln 10)^2 / 2 A A' + t^2 I      A_ij = g_i (delta_ij - g_j)
    g = (f + o) / 2

To second order in (o - f) this is the normal error of log ratios, whose normaliser is the same for every draw: for two
parts and t = 0 it is -(x_o - x_f)^2 / 2 s^2 with x = log10 f / (1 - f). Parts that were not measured take the rest of o
in the proportion that the draw gives them.

Weights w are L over their sum. Of each standard normal z that was drawn, the probability to lie above its median is
p = sum w [z > 0] (1/2 before), its mean is sum w z (0 before), and the error of p is sqrt(sum w^2 ([z > 0] - p)^2): the
delta method for a ratio of means, Owen, Monte Carlo theory, 2013, chapter 9. 1 / sum w^2 draws carry the weight; they
say nothing where too few do, nor where the likeliest draw is further off than measuring errors reach.
"""

import math
from collections.abc import Mapping

import numpy as np
from scipy.stats import chi2

from planner.engine import Array

USUAL_DRAWS = 4096
"""Of a precise run a tenth to a hundredth of the draws carry the weight."""
FEW = 30.0
"""Draws that must carry the weight; a run on which fewer of the usual number do is a rare one."""
REACH = 0.99
"""Quantile of -2 log L, chi-squared for as many numbers as were found, up to which a draw explains them."""
READING = 0.005
"""Error of reading a fraction off: whole per cents and a baseline; what is less is not told from nothing (C)."""
AT_ONCE = 4096
"""Draws whose covariances are held in memory together."""


def measured(parts: Array, log10_sd: float, seed: int) -> Array:
    """Simulate the measurement of compositions (n_draws, n_parts), one measurement a draw; same seed, same errors."""
    errors = np.random.default_rng((seed, 17)).standard_normal((2, *parts.shape))
    answered = parts * 10.0 ** (log10_sd / math.sqrt(2.0) * errors[0])
    shares = answered / answered.sum(axis=1, keepdims=True)
    return np.asarray(np.clip(shares + READING * errors[1], 0.0, 1.0))


def log_likelihood(parts: Array, found: Mapping[int, float], log10_sd: float) -> Array:
    """Work out log L of what was found, up to a constant (n_draws,).

    Parameters
    ----------
    parts
        Computed compositions (n_draws, n_parts).
    found
        Measured fractions by the number of their part.
    log10_sd
        Error of the ratio of two.
    """
    columns, values = list(found), np.array(list(found.values()))
    blocks = np.array_split(parts, max(1, math.ceil(len(parts) / AT_ONCE)))
    return np.concatenate([_block(block, columns, values, log10_sd) for block in blocks])


def _block(parts: Array, columns: list[int], values: Array, log10_sd: float) -> Array:
    """Do so for draws that fit in memory."""
    n_parts = parts.shape[1]
    rest = np.ones(n_parts, dtype=bool)
    rest[columns] = False
    whole = np.zeros_like(parts)
    others = np.where(rest, parts + 1e-12, 0.0)
    left = max(0.0, 1.0 - float(values.sum()))
    whole += left * others / np.maximum(others.sum(axis=1, keepdims=True), 1e-300)
    whole[:, columns] = values
    middle = 0.5 * (parts + whole)
    answers = middle[:, columns, None] * (np.eye(n_parts)[columns] - middle[:, None, :])
    spread = 0.5 * (log10_sd * math.log(10.0)) ** 2
    covariance = spread * answers @ answers.transpose(0, 2, 1) + READING**2 * np.eye(len(columns))
    missed = (values - parts[:, columns])[:, :, None]
    return np.asarray(-0.5 * (missed * np.linalg.solve(covariance, missed)).sum(axis=(1, 2)))


def weights_of(logs: Array) -> Array:
    """Turn log likelihoods into weights that sum to 1."""
    likely = np.exp(logs - logs.max())
    return np.asarray(likely / likely.sum())


def effective_draws(weights: Array) -> float:
    """Count the draws that carry the weight."""
    return float(1.0 / np.sum(weights**2))


def misses(logs: Array) -> float:
    """Tell by how many measuring errors the likeliest draw misses what was found."""
    return math.sqrt(max(0.0, -2.0 * float(logs.max())))


def reach(n_found: int) -> float:
    """Tell by how many errors measurements of as many numbers miss what is true, at most."""
    return math.sqrt(float(chi2.ppf(REACH, n_found)))


def explains(logs: Array, n_found: int) -> bool:
    """Tell whether enough draws come as near to what was found as measuring errors reach."""
    return misses(logs) <= reach(n_found) and effective_draws(weights_of(logs)) >= FEW


def is_rare(logs: Array, n_found: int) -> bool:
    """Tell whether hardly any draw, of however many, comes as near to what was found as measuring errors reach."""
    share = effective_draws(weights_of(logs)) / len(logs)
    return misses(logs) > reach(n_found) or share < FEW / USUAL_DRAWS


def above_median(weights: Array, normals: Array) -> tuple[Array, Array, Array]:
    """Weigh standard normals (n_draws, n_numbers): probability above the median, its error, and mean of each."""
    above = normals > 0.0
    p = weights @ above
    error = np.sqrt(weights**2 @ (above - p) ** 2)
    return p, error, weights @ normals


def with_or_without(with_it: Array, without: Array) -> tuple[float, float]:
    """Weigh two ways to compute, even before: probability of the first, and its error.

    Parameters
    ----------
    with_it, without
        Log likelihoods of the same draws computed either way (n_draws,).
    """
    top = max(with_it.max(), without.max())
    both = np.exp(np.stack((with_it, without)) - top)
    means = both.mean(axis=1)
    p = float(means[0] / means.sum())
    apart = both[0] / max(means[0], 1e-300) - both[1] / max(means[1], 1e-300)
    return p, p * (1.0 - p) * float(apart.std()) / math.sqrt(len(apart))


def percentile(values: Array, found: float) -> float:
    """Place what was found among simulated measurements, equal ones counted half, 0 to 100."""
    return 100.0 * float(np.mean(values < found) + 0.5 * np.mean(values == found))
