"""Diagnostics: how a fit went and which runs do not agree, in words.

A run's precision l has the mean 1 before; below 0.2 after, the others do not believe it. What it then says is down to
its label, its charge or its integration; it is named and kept. Per run, r' C^-1 r at the posterior mean is held against
chi-squared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from scipy.stats import chi2

from planner.calibration.experiments import Evidence, Experiment
from planner.calibration.fits import AGREE, Fit
from planner.calibration.likelihood import covariance_of, discrepancy_of, precisions_of
from planner.flask.discrepancy import NOISE_MEDIAN, NOISE_SD
from planner.model.calibration import Cell

DISAGREES = 0.2
"""Mean precision below which a run disagrees with the others: in simulations one of four swapped runs falls below it in
two of three cases."""
WRONG = 0.5
"""Median sd of the discrepancy, in log-contrasts, from which the mechanism does not describe the runs."""
LEAST_ACCEPTED = 0.1
"""Share of moves accepted below which a walk is stuck. Too many are no fault: then moves are as long as they can be."""
MANY_TEMPERATURES = 40
"""Steps that show a posterior which is hard to reach."""
MISSES = 0.99
"""Quantile of chi-squared beyond which a run is not described."""
APART = 4.0 * 2.0**0.5 * NOISE_MEDIAN * float(np.exp(2.0 * NOISE_SD))
"""Log-contrasts by which two runs that were done alike may differ: four sd of their difference, with noise that is as
large as it may be; some factor of four between two parts."""
FAR = 2.5
"""Prior sd from which a number was hardly thought possible; one of some 60 numbers is expected there by chance."""
SHARP, MANY_SHARP = 0.05, 3
"""Width over the width before, and the number of directions that narrow, which no bench reaches with few runs."""
EDGE = "at the edge of what was thought possible: labels, times, units, or the mechanism does not describe these runs"
MOST_NAMED = 3


def told(fit: Fit, evidence: Evidence, verdicts: Sequence[Mapping[str, Cell]] = ()) -> tuple[str, ...]:
    """Say how a fit went, which numbers it took too far and which runs do not agree."""
    return (*_about_fit(fit), *far_words(verdicts), *_about_runs(fit, evidence), *evidence.notes)


def far_words(verdicts: Sequence[Mapping[str, Cell]]) -> Iterator[str]:
    """Name sums and numbers that lie far from what was known, and directions that are narrower than can be."""
    away = {
        str(v["name"]): (float(v["posterior_median"]) - float(v["prior_median"])) / float(v["prior_sd"])
        for v in verdicts
        if v["kind"] in ("sum", "number") and float(v["prior_sd"]) > 0
    }
    far = sorted((name for name in away if abs(away[name]) >= FAR), key=lambda name: -abs(away[name]))
    if far:
        named = ", ".join(f"{name} ({away[name]:+.1f} sd from before)" for name in far[:MOST_NAMED])
        more = f" and {len(far) - MOST_NAMED} more" if len(far) > MOST_NAMED else ""
        yield f"{named}{more} {'is' if len(far) == 1 else 'are'} {EDGE}"
    sharp = [v for v in verdicts if v["kind"] == "direction" and float(v["ratio"]) < SHARP]
    if len(sharp) >= MANY_SHARP:
        yield (
            f"{len(sharp)} directions are below {SHARP:.0%} of their width, among them {sharp[0]['name']}: they are "
            f"{EDGE}"
        )


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


def _about_runs(fit: Fit, evidence: Evidence) -> Iterator[str]:
    """Name runs that disagree or are not described, and say where the mechanism is at fault."""
    precisions = run_precisions(fit)
    opposed = [pair for pair in _alike(evidence.experiments) if _is_opposed(pair, precisions)]
    for one, other in opposed:
        yield (
            f"runs {one.name} and {other.name} were done alike and do not agree: label, charge or integration of one "
            "of them? Both are kept"
        )
    named = {e.name for pair in opposed for e in pair}
    others = {
        run: "the others" if len(precisions) != 2 else f"run {_other(precisions, run)}" for run in precisions
    }
    for run, precision in precisions.items():
        if precision < DISAGREES and run not in named:
            yield (
                f"run {run} disagrees with {others[run]} (it weighs {precision:.2f}, 1 is usual): label, charge or "
                "integration? It is kept"
            )
    for run, (miss, n) in misses_of(fit).items():
        if miss > chi2.ppf(MISSES, n) and precisions[run] >= DISAGREES and run not in named:
            yield f"run {run} is not described: it misses by {np.sqrt(miss / n):.1f} of its errors"
    if fit.given.unknowns.has_discrepancy:
        t = float(np.median(discrepancy_of(fit.given.unknowns, fit.x)))
        if t > WRONG:
            yield (
                f"the mechanism does not describe these runs (its log-ratios are off by about {t:.2f}); intervals are "
                "wide for that reason"
            )


def _other(runs: Iterable[str], run: str) -> str:
    """Name the run that is not this one."""
    return next(one for one in runs if one != run)


def _alike(experiments: Sequence[Experiment]) -> Iterator[tuple[Experiment, Experiment]]:
    """Pair the runs that were done in the same way by two alone: among three, two may outvote one."""
    for one in experiments:
        twins = [e for e in experiments if _done(e) == _done(one)]
        if len(twins) == 2 and twins[0] is one:
            yield twins[0], twins[1]


def _done(e: Experiment) -> tuple[object, ...]:
    """Take what two runs have in common that should give the same."""
    return e.procedure, e.lot, e.assay


def _is_opposed(pair: tuple[Experiment, Experiment], precisions: Mapping[str, float]) -> bool:
    """Whether two runs that were done alike differ by more than measuring explains."""
    seen = [{(f.time_h, f.is_carbonyl, f.parts): f.observed for f in e.findings} for e in pair]
    apart = [np.abs(seen[0][key] - seen[1][key]).max() for key in seen[0].keys() & seen[1].keys()]
    is_doubted = min(precisions[e.name] for e in pair) < DISAGREES
    return bool(apart) and bool(max(apart) > (APART / 2 if is_doubted else APART))


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
