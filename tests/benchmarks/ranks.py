"""Ranks: simulation-based calibration of learning, all unknowns drawn from their priors.

A substrate is one draw of everything that a fit leaves open: numbers of the set, widened, bottles, balances, responses,
noise, precisions of the runs and what the mechanism gets wrong, jointly over three runs and one that is held out. From
the three the posterior is drawn; the rank of the truth among 31 of its draws, taken at random, is uniform where the
inference is exact (Talts et al., arXiv 1804.06788, 2018). Each number and each prediction has a histogram of 8 bins,
judged by chi-squared. The held-out contrasts are scored by CRPS beside the prior and a Gaussian process that knows no
chemistry: the same kernel, the mean and spread of all procedures before any run.

    python tests/benchmarks/ranks.py --substrates 200 --models tests/data/models_reference --svg ranks.svg
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.stats import chi2

HERE = Path(__file__).parent
sys.path[:0] = [path for path in (str(HERE.parents[1]), str(HERE.parent)) if path not in sys.path]

from benchmarks.learning import PAIRS, WORDS, sensible  # noqa: E402
from planner.calibration.experiments import evidence_of  # noqa: E402
from planner.calibration.fits import fit_likelihood  # noqa: E402
from planner.calibration.leaving import predicted  # noqa: E402
from planner.calibration.likelihood import Likelihood, computed, covariance_of, likelihood  # noqa: E402
from planner.calibration.runs import Run  # noqa: E402
from planner.calibration.unknowns import unknowns_of  # noqa: E402
from planner.engine import Array  # noqa: E402
from planner.flask.discrepancy import kernel  # noqa: E402
from planner.model.model import Model  # noqa: E402
from planner.model.parameters import load_model  # noqa: E402

N_RUNS, N_AMONG, N_BINS = 3, 31, 8
N_PRIOR = 256
LEVEL = 0.01
"""Of all histograms together."""
GP_NOISE = 0.05
"""sd of one log-ratio that the Gaussian process is told."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ranked:
    """Ranks and scores of one substrate."""

    ranks: Mapping[str, int]
    crps: Mapping[str, float]


def ranked(model: Model, seed: int) -> Ranked:
    """Draw a substrate, learn from its runs, and rank the truth."""
    rng = np.random.default_rng((seed, 77))
    evidence = evidence_of([_row(rng, seed, i) for i in range(N_RUNS + 1)], model)
    whole = likelihood(evidence, unknowns_of(evidence, model, has_discrepancy=True))
    x, seen = _truth(whole, rng)
    whole = replace(whole, observed=seen)
    shown = replace(evidence, experiments=evidence.experiments[:N_RUNS])
    given = likelihood(shown, unknowns_of(shown, model, has_discrepancy=True))
    fit = fit_likelihood(replace(given, observed=seen[: len(given.observed)]), seed=seed)
    drawn = predicted(whole, fit, N_RUNS, seed=seed)
    truth = seen[whole.owner == N_RUNS]
    some = rng.choice(len(fit.x), N_AMONG, replace=False)
    names = fit.given.unknowns.names
    ranks = {
        name: int(np.sum(fit.x[some, i] < x[0, whole.unknowns.places[name]])) for i, name in enumerate(names)
    }
    ranks |= {f"held out, contrast {i + 1}": int(np.sum(drawn[some, i] < t)) for i, t in enumerate(truth)}
    return Ranked(ranks=ranks, crps=_scores(whole, drawn, truth, rng))


def _row(rng: np.random.Generator, seed: int, i: int) -> Run:
    """Plan a run; what is found is drawn later."""
    amine, carbonyl = PAIRS[seed % len(PAIRS)]
    return Run(
        run=f"r{i}",
        amine=amine,
        carbonyl=carbonyl,
        procedure=sensible(rng),
        time_h=None,
        kind="area",
        observed=tuple((word, 1.0) for word in WORDS[:3]),
        detector="MS",
        lot="",
        responses=(),
        note="",
        row=i + 2,
    )


def _truth(whole: Likelihood, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw all unknowns (1, n_columns), and what is then seen (n_contrasts,)."""
    while True:
        x = rng.standard_normal((1, len(whole.unknowns.names)))
        u = computed(whole, x)[0]
        if np.isfinite(u).all():
            return x, rng.multivariate_normal(u, covariance_of(whole, x)[0])


def _scores(whole: Likelihood, drawn: Array, truth: Array, rng: np.random.Generator) -> dict[str, float]:
    """Score the posterior, the prior and a Gaussian process on the held-out contrasts."""
    x = rng.standard_normal((N_PRIOR, len(whole.unknowns.names)))
    u = computed(whole, x)
    is_sound = np.isfinite(u).all(axis=1)
    roots = np.linalg.cholesky(covariance_of(whole, x[is_sound]))
    before = u[is_sound] + np.einsum("nij,nj->ni", roots, rng.standard_normal(u[is_sound].shape))
    held = whole.owner == N_RUNS
    process = _process(whole, before, rng)
    return {
        "learned": crps(drawn, truth),
        "prior": crps(before[:, held], truth),
        "Gaussian process": crps(process, truth),
    }


def _process(whole: Likelihood, before: Array, rng: np.random.Generator) -> Array:
    """Draw the held-out contrasts by a Gaussian process over procedures, each kind of contrast apart."""
    procedures = [e.procedure for call in whole.calls for e in call.experiments]
    names = [e.name for call in whole.calls for e in call.experiments]
    order = [names.index(run) for run in whole.runs]
    shared = kernel(procedures, procedures)[np.ix_(order, order)]
    n = len(whole.observed) // len(whole.runs)
    columns = []
    for j in range(n):
        own = before[:, j::n]
        mean, variance = own.mean(), own.var()
        c = variance * shared + GP_NOISE**2 * np.eye(len(shared))
        gain = np.linalg.solve(c[:-1, :-1], c[:-1, -1])
        centre = mean + gain @ (whole.observed[j::n][:-1] - mean)
        sd = np.sqrt(max(c[-1, -1] - gain @ c[:-1, -1], 1e-12))
        columns.append(centre + sd * rng.standard_normal(N_PRIOR))
    return np.stack(columns, axis=1)


def crps(drawn: Array, truth: Array) -> float:
    """Continuous ranked probability score of draws (n, m), mean over m: E|X - t| - E|X - X'| / 2."""
    ordered = np.sort(drawn, axis=0)
    n = len(ordered)
    weights = (2.0 * np.arange(1, n + 1) - n - 1.0) / n**2
    return float(np.mean(np.abs(drawn - truth).mean(axis=0) - weights @ ordered))


def histograms(found: Sequence[Ranked]) -> dict[str, Array]:
    """Count ranks in bins, of what every substrate has."""
    shared = set.intersection(*(set(one.ranks) for one in found))
    names = [name for name in found[0].ranks if name in shared]
    width = (N_AMONG + 1) // N_BINS
    return {
        name: np.bincount([one.ranks[name] // width for one in found], minlength=N_BINS) for name in names
    }


def p_value(counts: Array) -> float:
    """Judge a histogram by chi-squared."""
    expected = counts.sum() / N_BINS
    return float(chi2.sf(np.sum((counts - expected) ** 2) / expected, N_BINS - 1))


def picture(counted: Mapping[str, Array]) -> str:
    """Draw the histograms, with the band that 99 % of uniform ones keep to."""
    columns, wide, high = 4, 190, 90
    rows = -(-len(counted) // columns)
    parts = []
    for i, (name, counts) in enumerate(counted.items()):
        left, top = 10 + wide * (i % columns), 20 + high * (i // columns)
        expected = counts.sum() / N_BINS
        scale = 25.0 / expected
        spread = 2.58 * np.sqrt(expected * (1.0 - 1.0 / N_BINS))
        low, up = top + 60 - scale * (expected + spread), scale * 2 * spread
        parts.append(f'<rect x="{left}" y="{low:.1f}" width="160" height="{up:.1f}" fill="#ddd"/>')
        parts += [
            f'<rect x="{left + 20 * j + 2}" y="{top + 60 - scale * n:.1f}" width="16" height="{scale * n:.1f}" '
            'fill="#3a6ea5" fill-opacity="0.75"/>'
            for j, n in enumerate(counts)
        ]
        parts.append(f'<text x="{left}" y="{top}" font-size="10">{name} (p {p_value(counts):.2f})</text>')
    size = f'width="{columns * wide}" height="{rows * high + 20}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">{"".join(parts)}</svg>\n'


def main() -> None:
    """Print the histograms and scores, and draw them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--substrates", type=int, default=40)
    parser.add_argument("--models", type=Path, default=None)
    parser.add_argument("--svg", type=Path, default=None)
    given = parser.parse_args()
    model = load_model(given.models)
    found = [ranked(model, seed) for seed in range(given.substrates)]
    counted = histograms(found)
    level = LEVEL / len(counted)
    for name, counts in counted.items():
        mark = "  <- not uniform" if p_value(counts) < level else ""
        print(f"{name:40s} {' '.join(f'{n:3d}' for n in counts)}   p = {p_value(counts):.3f}{mark}")
    print(
        f"{len(counted)} histograms, smallest p {min(map(p_value, counted.values())):.2g}, level {level:.2g}"
    )
    for name in found[0].crps:
        print(f"CRPS {name}: {np.mean([one.crps[name] for one in found]):.3f}")
    if given.svg is not None:
        given.svg.write_text(picture(counted), encoding="utf-8")


if __name__ == "__main__":
    main()
