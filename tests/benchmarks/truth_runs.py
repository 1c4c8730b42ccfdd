"""Runs of truths: a flask, its constants and its charges become what a chemist would find after an aqueous quench.

Fractions of the amine are of the amine that really was in the flask, those of the carbonyl likewise.
"""

from collections.abc import Iterable, Mapping

import numpy as np

import planner
from benchmarks.truth import Array, Case, Values, medians
from benchmarks.truth_flask import Flask, write_flask
from benchmarks.truth_rates import DOSED, FED, charged, constants

FEED_FRACTION = 0.2
"""Of the final volume, in which a fed partner comes."""
TOLERANCE = 5e-6
RETRIES = 3
"""A run that ends unphysical is repeated at a tenfold tighter tolerance, so often at most."""
UNPHYSICAL = 1e-6
"""Negative amount per mole of amine that no run may show."""


def simulate(
    flask: Flask, k: Mapping[str, float], amounts: Mapping[str, float], *, tolerance: float = TOLERANCE
) -> dict[str, float]:
    """Run a flask to its end; amounts [mol per litre of final volume] by species, as ``charged`` names them."""
    case = flask.case
    first = 3600.0 * (case.imine_time_h + case.addition_time_h)
    doses = [(n.removeprefix(DOSED), x) for n, x in amounts.items() if n.startswith(DOSED)]
    feeds = [(n.removeprefix(FED), x / first) for n, x in amounts.items() if n.startswith(FED)]
    start = {n: x for n, x in amounts.items() if not n.startswith((DOSED, FED))}
    fraction = FEED_FRACTION if feeds else 0.0
    schedule = [planner.Segment(duration=3600.0 * case.hold_time_h, doses=tuple(doses))]
    if first:
        stage = planner.Segment(duration=first, feeds=tuple(feeds), volume_rate=fraction / first)
        schedule = [stage, *schedule]
    for attempt in range(RETRIES + 1):
        run = planner.simulate_network(
            flask.network,
            k,
            amounts=start,
            volume=1.0 - fraction,
            schedule=schedule,
            relative_tolerance=tolerance * 0.1**attempt,
        )
        end = dict(zip(run.species, run.amounts[0, 0, -1].tolist(), strict=True))
        if min(end.values()) > -UNPHYSICAL * case.concentration_M:
            return end
    raise ArithmeticError(f"case {case.id}: {min(end, key=end.__getitem__)} ends below zero")


def outcome(flask: Flask, end: Mapping[str, float]) -> dict[str, float]:
    """Quench: degrees as fractions of the amine; alcohol, aldol and what is left as fractions of the carbonyl."""
    degrees = [0.0] * (flask.case.h + 1)
    losses = dict.fromkeys(("alcohol", "aldol", "carbonyl left"), 0.0)
    for name, amount in end.items():
        if name.startswith(("N", "X", "G", "azadiene")):
            degrees[int(name.removesuffix(" acid")[-1])] += amount
        if name == "aminal":
            degrees[0] += 2 * amount
        if name.startswith(("X", "G")) or name in ("C", "bound", "hydrate", "aminal"):
            losses["carbonyl left"] += amount
        elif name == "aldol" or name.startswith("azadiene"):
            losses["aldol"] += 2 * amount
    losses["alcohol"] = end["alcohol"]
    amine = sum(degrees)
    carbonyl = sum(a * x for a, x in enumerate(degrees)) + sum(losses.values())
    return {f"degree {a}": x / amine for a, x in enumerate(degrees)} | {
        name: x / carbonyl for name, x in losses.items()
    }


def run_draws(case: Case, parts: Iterable[str], values: Values) -> dict[str, Array]:
    """Run a case with every draw of its numbers: quantity to fractions (n_draws,)."""
    flask = write_flask(case, frozenset(parts))
    k, amounts = constants(flask, values), charged(flask, values)
    n_draws = len(next(iter(k.values())))
    found = [
        outcome(
            flask,
            simulate(
                flask, {n: float(x[i]) for n, x in k.items()}, {n: float(x[i]) for n, x in amounts.items()}
            ),
        )
        for i in range(n_draws)
    ]
    return {quantity: np.array([one[quantity] for one in found]) for quantity in found[0]}


def run_medians(case: Case, parts: Iterable[str]) -> dict[str, float]:
    """Run a case with every number at its median: quantity to fraction."""
    return {name: float(x[0]) for name, x in run_draws(case, parts, medians()).items()}
