"""Diagnostics: how a fit went and which runs do not agree, in words.

A run's precision l has the mean 1 before; below 0.2 after, the others do not believe it. What it then says is down to
its label, its charge or its integration; it is named and kept. Per run, r' C^-1 r at the posterior mean is held against
chi-squared.
"""

from collections.abc import Iterator

import numpy as np
from scipy.stats import chi2

from planner.calibration.experiments import Evidence
from planner.calibration.fits import AGREE, Fit
from planner.calibration.likelihood import covariance_of, discrepancy_of, precisions_of

DISAGREES = 0.2
"""Mean precision below which a run disagrees with the others: in simulations one of four swapped runs falls below it in
two of three cases, one of ten in nine of ten."""
WRONG = 0.5
"""Median sd of the discrepancy, in log-contrasts, from which the mechanism does not describe the runs."""
LEAST_ACCEPTED = 0.1
"""Share of moves accepted below which a walk is stuck. Too many are no fault: then moves are as long as they can be."""
MANY_TEMPERATURES = 40
"""Steps that show a posterior which is hard to reach."""
MISSES = 0.99
"""Quantile of chi-squared beyond which a run is not described."""


def told(fit: Fit, evidence: Evidence) -> tuple[str, ...]:
    """Say how a fit went and which runs do not agree."""
    return (*_about_fit(fit), *_about_runs(fit), *evidence.notes)


def run_precisions(fit: Fit) -> dict[str, float]:
    """Mean precision of each run, E[l]: 1 before, below 0.2 where it disagrees with the others."""
    means = precisions_of(fit.given, fit.x).mean(axis=0)
    return dict(zip(fit.given.runs, map(float, means), strict=True))


def _about_fit(fit: Fit) -> Iterator[str]:
    """Say what the sampler did, and where that is not as it should be."""
    n_runs = len(fit.given.runs)
    temperatures = max(t.temperatures for t in fit.each)
    accepted = min(t.acceptance for t in fit.each)
    failed = max(t.failed for t in fit.each)
    yield (
        f"{'1 run' if n_runs == 1 else f'{n_runs} runs'} fitted with {len(fit.x)} draws of "
        f"{len(fit.given.unknowns.names)} unknowns in {temperatures} temperatures; {accepted:.0%} of the last moves "
        "were accepted"
    )
    if n_runs == 1:
        yield "one run narrows none or one direction of the unknowns"
    if accepted < LEAST_ACCEPTED:
        yield (
            f"{accepted:.0%} of the last moves were accepted, expected {LEAST_ACCEPTED:.0%} or more: the draws may not "
            "have spread; fit again with another seed and compare"
        )
    if temperatures >= MANY_TEMPERATURES:
        yield (
            f"{temperatures} temperatures were needed, expected fewer than {MANY_TEMPERATURES}: the runs are hard to "
            "bring together; look for a wrong row"
        )
    if failed:
        yield f"{failed:.2%} of the prior's draws could not be computed; they count as impossible"
    if fit.apart is not None:
        agree = "agree" if fit.apart <= AGREE else "do not agree, take the widths as too narrow"
        yield f"two fits with different seeds {agree}: their means differ by at most {fit.apart:.2f} sd"


def _about_runs(fit: Fit) -> Iterator[str]:
    """Name runs that disagree or are not described, and say where the mechanism is at fault."""
    precisions = run_precisions(fit)
    for run, precision in precisions.items():
        if precision < DISAGREES:
            yield (
                f"run {run} disagrees with the others (it weighs {precision:.2f}, 1 is usual): label, charge or "
                "integration? It is kept"
            )
    for run, (miss, n) in misses_of(fit).items():
        if miss > chi2.ppf(MISSES, n) and precisions[run] >= DISAGREES:
            yield f"run {run} is not described: it misses by {np.sqrt(miss / n):.1f} of its errors"
    if fit.given.unknowns.has_discrepancy:
        t = float(np.median(discrepancy_of(fit.given.unknowns, fit.x)))
        if t > WRONG:
            yield (
                f"the mechanism does not describe these runs (its log-ratios are off by about {t:.2f}); intervals are "
                "wide for that reason"
            )


def misses_of(fit: Fit) -> dict[str, tuple[float, int]]:
    """Work out r' C^-1 r of each run at the posterior mean, and its number of contrasts."""
    given = fit.given
    covariance = covariance_of(given, fit.x.mean(axis=0, keepdims=True))[0]
    residuals = given.observed - fit.found.mean(axis=0)
    found = {}
    for i, run in enumerate(given.runs):
        rows = np.flatnonzero(given.owner == i)
        miss = residuals[rows] @ np.linalg.solve(covariance[np.ix_(rows, rows)], residuals[rows])
        found[run] = (float(miss), len(rows))
    return found
