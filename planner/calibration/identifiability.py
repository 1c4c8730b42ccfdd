"""Identifiability: what the runs taught, of single numbers, of useful sums and of directions.

rho is the posterior's standard deviation over the prior's: learned up to 0.4, partly up to 0.8, else not learned. A
number is learned only if the likelihood falls on both sides of it: where draws at one end of the prior explain the
runs as well as any (ln L within 2), there is only a bound. Directions are the eigenvectors of the posterior's
covariance of the standard normals that it narrowed below 0.16 of the prior's variance. Three runs narrow two or three
directions of thirty, and hardly a single number: so sums come first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.calibration.experiments import Evidence, Experiment
from planner.calibration.fits import Fit
from planner.calibration.tempering import sobol_normals
from planner.calibration.unknowns import TITRE, TITRE_MEDIAN, TITRE_SD, Unknowns, draws_of
from planner.engine import Array
from planner.flask.flask import constants_and_charges, flask_for
from planner.flask.kinetics import distinct_ladders
from planner.mechanism.names import constant_name
from planner.model.calibration import Cell
from planner.model.parts import CHARGES
from planner.model.quantities import Parameter
from planner.predictions.sensitivity import label

LEARNED, PARTLY = 0.4, 0.8
"""Largest rho of what is learned, and partly learned."""
DIRECTION = 0.16
"""Largest eigenvalue of a direction that is told: rho = 0.4."""
N_PRIOR = 1024
"""Draws of the prior for the widths of sums."""
WITHIN = 2.0
"""ln L below its maximum up to which a value explains the runs as well."""
OUTER = 1.5
"""Prior sd beyond which draws stand for the ends."""
LEAST_OUTER = 8
"""Draws out there from which the ends can be judged."""
ARTICLE = {"lower": "a", "upper": "an"}
TERMS = 3
"""Largest terms that name a direction."""
REFERENCE_C = 25.0
"""Temperature at which sums are stated."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Learnt:
    """A number, a sum or a direction before and after."""

    name: str
    """Of the column, or of the sum."""
    words: str
    """The same in words."""
    kind: str
    """sum, number, or direction."""
    prior: Array
    """Draws before (n_prior,)."""
    posterior: Array
    """Draws after (n_draws,)."""
    unit: str
    """Of the draws."""


def verdicts_of(fit: Fit, evidence: Evidence) -> tuple[Mapping[str, Cell], ...]:
    """State what was learned of sums, numbers and directions, each with its width before and after."""
    unknowns = fit.given.unknowns
    prior = sobol_normals(N_PRIOR, len(unknowns.names), np.random.default_rng(0))
    found = [_verdict(one, fit.logs) for one in learnt(unknowns, evidence.experiments, prior, fit.x)]
    return (*found, *_directions(unknowns, fit.x))


def learnt(
    unknowns: Unknowns, experiments: Sequence[Experiment], prior: Array, x: Array
) -> tuple[Learnt, ...]:
    """List sums and columns before and after, given draws of the prior and of the posterior (n, n_columns)."""
    return (*_sums(unknowns, experiments, prior, x), *_numbers(unknowns, prior, x))


def _verdict(one: Learnt, logs: Array) -> dict[str, Cell]:
    """Judge one number by its widths and its ends."""
    before, after = float(one.prior.std()), float(one.posterior.std())
    low, median, high = (float(q) for q in np.quantile(one.posterior, (0.05, 0.5, 0.95)))
    rho = after / before if before > 0 else 1.0
    verdict = "learned" if rho <= LEARNED else "partly" if rho <= PARTLY else "not learned"
    if verdict != "not learned" and one.kind != "term" and (side := one_side(one, logs)):
        verdict = f"only {ARTICLE[side]} {side} bound"
    return {
        "name": one.name,
        "words": one.words,
        "kind": one.kind,
        "unit": one.unit,
        "prior_median": _short(float(np.median(one.prior))),
        "prior_sd": _short(before),
        "posterior_median": _short(median),
        "posterior_low": _short(low),
        "posterior_high": _short(high),
        "posterior_sd": _short(after),
        "ratio": _short(rho),
        "verdict": verdict,
    }


def one_side(one: Learnt, logs: Array) -> str:
    """Name the bound that is all that was learned: "lower", "upper", or nothing where both sides are closed.

    An end is open where several draws lie beyond it and one of them explains the runs within 2 of the best ln L, that
    is, of the best among as many draws from anywhere.
    """
    centre, sd = float(one.prior.mean()), float(one.prior.std())
    z = (one.posterior - centre) / sd
    open_ends = [
        (n := int(np.count_nonzero(out))) >= LEAST_OUTER
        and float(np.max(logs[out])) >= float(np.quantile(logs, 1.0 - 1.0 / n)) - WITHIN
        for out in (z < -OUTER, z > OUTER)
    ]
    if open_ends == [False, True]:
        return "lower"
    return "upper" if open_ends == [True, False] else ""


def _numbers(unknowns: Unknowns, prior: Array, x: Array) -> Iterator[Learnt]:
    """List the columns: numbers of the model in their units, terms of the runs as standard normals."""
    numbers = {p.name: p for p in unknowns.parameters}
    for i, name in enumerate(unknowns.names):
        p = numbers.get(name)
        scale, centre, unit = (1.0, 0.0, "sd") if p is None else _scale(p, unknowns.width)
        yield Learnt(
            name=name,
            words=name.replace("_", " ") if p is None else label(name, unknowns.model),
            kind="term" if p is None else "number",
            prior=centre + scale * prior[:, i],
            posterior=centre + scale * x[:, i],
            unit=unit,
        )


def _scale(p: Parameter, width: float) -> tuple[float, float, str]:
    """State width, centre and unit of the draws of a number: log10 where its width is one."""
    scale = (width if p.part != CHARGES else 1.0) * p.log10_sd
    return (scale, p.value, p.unit) if p.linear else (scale, float(np.log10(p.value)), f"log10 {p.unit}")


def _sums(unknowns: Unknowns, experiments: Sequence[Experiment], prior: Array, x: Array) -> Iterator[Learnt]:
    """List ratios and products of constants at 25 C, of each reductant that was used, and the titre."""
    seen: set[str] = set()
    for e in experiments:
        if e.procedure.reductant in seen:
            continue
        before, after = (_ratios(unknowns, e, draws) for draws in (prior, x))
        for (name, words), values in before.items():
            own = name if "k_r" not in name else f"{name}, {e.procedure.reductant}"
            if own not in seen:
                seen.add(own)
                yield Learnt(
                    name=own,
                    words=words,
                    kind="sum",
                    prior=values,
                    posterior=after[name, words],
                    unit="log10",
                )
        seen.add(e.procedure.reductant)
    if TITRE in unknowns.places:
        first, last = (TITRE_MEDIAN + TITRE_SD * unknowns.column(draws, TITRE) for draws in (prior, x))
        yield Learnt(
            name="titre of the carbonyl",
            words="carbonyl in the flask per mole stated",
            kind="sum",
            prior=first,
            posterior=last,
            unit="ln",
        )


def _ratios(unknowns: Unknowns, e: Experiment, x: Array) -> dict[tuple[str, str], Array]:
    """Work out what decides of the constants of a nitrogen with most N-H, by name and words: log10 at 25 C (n,)."""
    procedure = replace(e.procedure, temperature_C=REFERENCE_C, hydride_temperature_C=REFERENCE_C)
    flask = flask_for(e.pair, unknowns.model, procedure)
    constants, _ = constants_and_charges(flask, unknowns.model, [procedure], draws_of(unknowns, x, [e]))
    logs = {
        reaction.constants[0]: np.log10(np.maximum(constants[0, :, 0, i], 1e-300) / reaction.multiplicity)
        for i, reaction in enumerate(flask.network.reactions)
        if len(reaction.constants) == 1
    }
    ladder = max(distinct_ladders(flask.groups), key=lambda one: one.n_hydrogens)
    first, second = (ladder, 0), (ladder, 1)

    def log_k(name: str, *stages: object) -> Array | None:
        return logs.get(constant_name(name, *stages))  # type: ignore[arg-type]

    c1, h1, r1 = (log_k(name, first) for name in ("condensation", "hydrolysis", "hydride transfer"))
    c2, r2 = (log_k(name, second) for name in ("condensation", "hydride transfer"))
    exchange = log_k("exchange", second, first)
    wanted = {
        ("k_c2/k_c1", "second condensation against the first"): (c2, c1),
        ("k_r/k_c", "reduction of the first imine against its formation"): (r1, c1),
        ("k_r(iminium)/k_r(imine)", "reduction of the iminium ion against the imine"): (r2, r1),
    }
    found = {key: a - b for key, (a, b) in wanted.items() if a is not None and b is not None}
    if c1 is not None and h1 is not None and r1 is not None:
        found["K k_r", "equilibrium of the imine times its reduction"] = c1 - h1 + r1
    if exchange is not None:
        found["k_x K_iminium/K_imine", "imine to iminium ion by exchange"] = exchange
    return found


def _directions(unknowns: Unknowns, x: Array) -> Iterator[Mapping[str, Cell]]:
    """Name the directions of the numbers that the runs narrowed most."""
    n = len(unknowns.parameters)
    names = [unknowns.places[p.name] for p in unknowns.parameters if p.name in unknowns.places]
    values, axes = np.linalg.eigh(np.atleast_2d(np.cov(x[:, names].T)))
    for value, axis in zip(values, axes.T, strict=True):
        if value >= DIRECTION or n < 2:
            break
        largest = np.argsort(-np.abs(axis))[:TERMS]
        sign = np.sign(axis[largest[0]])
        terms = [f"{sign * axis[i]:+.2f} {unknowns.names[names[i]]}" for i in largest]
        drawn = sign * x[:, names] @ axis
        low, median, high = (_short(float(q)) for q in np.quantile(drawn, (0.05, 0.5, 0.95)))
        yield {
            "name": " ".join(terms),
            "words": "direction of standard normals, its largest terms",
            "kind": "direction",
            "unit": "sd",
            "prior_median": 0.0,
            "prior_sd": 1.0,
            "posterior_median": median,
            "posterior_low": low,
            "posterior_high": high,
            "posterior_sd": _short(float(np.sqrt(value))),
            "ratio": _short(float(np.sqrt(value))),
            "verdict": "learned",
        }


def _short(value: float) -> float:
    return float(f"{value:.4g}")
