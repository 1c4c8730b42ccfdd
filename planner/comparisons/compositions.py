"""Compositions: which of the computed fractions belong to one whole with those that were found, and where these lie.

Degrees are parts of the amine; alcohol and carbonyl left, with the carbonyl in product and what else became of it, are
parts of the carbonyl. On the basis of the carbonyl each degree is what it holds of it, and there is one whole.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from planner.comparisons.findings import Finding
from planner.comparisons.observed import ALCOHOL, CARBONYL_LEFT, DETECTION, Observed, degree_names
from planner.comparisons.weighing import log_likelihood, measured, percentile
from planner.engine import Array
from planner.flask.outcomes import Outcome
from planner.structures.pairs import Pair

TAILS = (0.05, 0.95)
"""Quantiles between which a number is inside."""


class Composition(NamedTuple):
    """One whole whose parts were measured together."""

    parts: Array
    """Computed (n_draws, n_parts); each draw sums to 1."""
    columns: dict[str, int]
    """Part of each number that was found."""


def compositions(observed: Observed, outcome: Outcome, pair: Pair, which: int = 0) -> Iterator[Composition]:
    """Part the outcome of one of its procedures into the wholes of which something was found."""
    names, found = degree_names(pair), dict(observed.fractions)
    degrees, made = outcome.degrees[which], outcome.product[which][:, None]
    lost = np.column_stack((outcome.alcohol[which], outcome.unreacted[which], outcome.other[which]))
    ends = {name: i for i, name in enumerate((ALCOHOL, CARBONYL_LEFT)) if name in found}
    per_degree = {name: i for i, name in enumerate(names) if name in found}
    if observed.basis == "carbonyl":
        held = degrees * np.arange(len(names))
        held = held / np.maximum(held.sum(axis=1, keepdims=True), 1e-300) * made
        columns = {name: i + lost.shape[1] for name, i in per_degree.items()}
        yield Composition(np.hstack((lost, held)), ends | columns)
        return
    if per_degree:
        seen = degrees[:, observed.lowest :]
        whole = np.maximum(seen.sum(axis=1, keepdims=True), 1e-300)
        yield Composition(seen / whole, {name: i - observed.lowest for name, i in per_degree.items()})
    if ends:
        yield Composition(np.hstack((lost, made)), ends)


def place(observed: Observed, outcome: Outcome, pair: Pair, seed: int, which: int = 0) -> tuple[Finding, ...]:
    """Place each number that was found among what would be measured.

    One below ``DETECTION`` says no more than that: it is inside where what would be measured reaches down to that.
    """
    found = dict(observed.fractions)
    placed = {}
    for whole in compositions(observed, outcome, pair, which):
        simulated = measured(whole.parts, observed.log10_sd, seed)
        for name, column in whole.columns.items():
            values, here = simulated[:, column], found[name]
            low, high = np.quantile(values, TAILS).tolist()
            placed[name] = Finding(
                name=name,
                observed=here,
                expected=float(whole.parts[:, column].mean()),
                low=low,
                high=high,
                inside=low <= DETECTION if here < DETECTION else low <= here <= high,
                percentile=percentile(values, here),
                below=int(np.sum(values < here)),
                above=int(np.sum(values > here)),
            )
    return tuple(placed[name] for name in found)


def likelihood(observed: Observed, outcome: Outcome, pair: Pair) -> Array:
    """Work out the log likelihood of all that was found, up to a constant (n_draws,)."""
    found = dict(observed.fractions)
    logs = [
        log_likelihood(whole.parts, {i: found[name] for name, i in whole.columns.items()}, observed.log10_sd)
        for whole in compositions(observed, outcome, pair)
    ]
    return np.asarray(sum(logs))
