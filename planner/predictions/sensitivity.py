"""Sensitivity: which uncertain number moves an answer most, by its share of the variance.

The answer y of each joint draw (the target fraction, say) is regressed on the standard normals z of
all contributions that the flask uses, with Hermite polynomials up to the second order::

    y = c + sum_i [ b_i z_i + q_i (z_i^2 - 1) / sqrt(2) ]        share_i = (b_i^2 + q_i^2) / var(y)

The polynomials are orthonormal for independent normals, so share_i estimates the first-order Sobol
index; its linear part is the squared standardised regression coefficient. Noise of the finite sample
is taken off, and the shares add up to the adjusted R^2. The rest, 1 - sum, is unexplained: what acts
only together with something else, and curves of higher order.

A contribution is used when moving it alone by three standard deviations, either way, changes a rate
constant or a charge of the flask; energies at 25 C or acid terms without acid are not.

References: A. Saltelli et al., Global Sensitivity Analysis: The Primer, Wiley 2008, sections 1.2.5
and 4.3 (standardised regression coefficients, first-order indices); B. Sudret, Reliab. Eng. Syst. Saf.
2008, 93, 964, 10.1016/j.ress.2007.04.002 (indices from polynomial coefficients).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.engine import Array
from planner.errors import ProcedureError
from planner.flask.flask import constants_and_charges, flask_for
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.model.quantities import Parameter
from planner.predictions.prediction import Prediction, target_measures
from planner.structures.pairs import Pair

LEAST_DRAWS = 1024
"""A regression on some 20 contributions needs more draws than a prediction; its own draws are the first of these."""
FAR = 3.0
"""Standard deviations by which a contribution is moved to see whether it is used."""
ASIDE = 0.1
"""Standard deviations by which the others stand off their medians meanwhile, for some act only through another: the
slope of basicity through the error of a basicity."""
MEASURES = ("target_fraction", "over_alkylation", "under_alkylation")
"""As ``target_measures`` lists them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One uncertain number's part in the width of an answer."""

    name: str
    """Of the parameter."""
    label: str
    """The same in words."""
    share: float
    """Of the variance over the draws, 0 to 1."""
    slope: float
    """Change of the answer when the number rises by one standard deviation, on average [fraction]."""
    basis: str
    """Measured, fitted, analogy or assumed."""
    source: str
    """Where the number comes from."""


def sensitivity(prediction: Prediction, measure: str = "target_fraction") -> tuple[Share, ...]:
    """Rank the contributions that a prediction uses by the variance they explain.

    Parameters
    ----------
    prediction
        Its own draws are taken, and more of the same sequence up to 1,024.
    measure
        The answer that is looked at: one of ``MEASURES``.

    Returns
    -------
    tuple of Share
        Largest first; the shares add up to at most 1.

    Raises
    ------
    ProcedureError
        If the measure is not known.
    """
    check_measure(measure)
    model, draws = prediction.model, more_draws(prediction)
    values = measured(prediction, measure, [prediction.procedure], draws)[0]
    used = used_contributions(prediction.pair, model, prediction.procedure)
    columns = [draws.names.index(parameter.name) for parameter in used]
    shares, slopes = variance_shares(draws.normals[:, columns], values)
    found = [
        Share(
            name=p.name,
            label=label(p.name, model),
            share=float(share),
            slope=float(slope),
            basis=p.basis,
            source=p.source,
        )
        for p, share, slope in zip(used, shares, slopes, strict=True)
    ]
    return tuple(sorted(found, key=lambda s: (-s.share, s.name)))


def check_measure(measure: str) -> None:
    """Refuse an answer that is none of ``MEASURES``."""
    if measure not in MEASURES:
        raise ProcedureError(f"measure {measure!r} is not known; expected one of {', '.join(MEASURES)}")


def more_draws(prediction: Prediction) -> Draws:
    """Draw the numbers of a prediction as it did, and more of the same sequence up to ``LEAST_DRAWS``."""
    return draw_parameters(prediction.model, max(LEAST_DRAWS, prediction.draws), prediction.seed)


def measured(prediction: Prediction, measure: str, procedures: Sequence[Settled], draws: Draws) -> Array:
    """Work out an answer for procedures of a prediction's pair, each with every draw (n_procedures, n_draws)."""
    outcome = predict_outcomes(prediction.pair, prediction.model, procedures, draws)
    equivalents = np.array([procedure.carbonyl_equivalents for procedure in procedures])
    every = target_measures(outcome, prediction.target, prediction.basis, equivalents)
    return every[MEASURES.index(measure)]


def unexplained(shares: Sequence[Share]) -> float:
    """Give the part of the variance that no contribution explains alone: 1 - sum of the shares."""
    return max(0.0, 1.0 - sum(s.share for s in shares))


def used_contributions(pair: Pair, model: Model, procedure: Settled) -> tuple[Parameter, ...]:
    """List the parameters that a settled procedure of this pair depends on.

    Each is moved alone, far up and far down from about its median; only rate constants and charges are
    computed, nothing is integrated.
    """
    flask = flask_for(pair, model, procedure)
    names = tuple(p.name for p in model.parameters)
    steps = FAR * np.eye(len(names))
    rows = ASIDE + np.concatenate((np.zeros((1, len(names))), steps, -steps))
    constants, charges = constants_and_charges(flask, model, [procedure], Draws(names=names, normals=rows))
    rates = constants[0].reshape(len(rows), -1)
    entering = [charges.water_M[0], charges.water_with_carbonyl[0], *(t[0] for t in charges.titres.values())]
    if charges.acid_M is not None:
        entering.append(np.broadcast_to(charges.acid_M[0], len(rows)))
    seen = np.column_stack((rates, *entering))
    moved = ~np.isclose(seen, seen[0], rtol=1e-9, atol=0.0).all(axis=1)[1:]
    either_way = moved[: len(names)] | moved[len(names) :]
    return tuple(p for p, is_used in zip(model.parameters, either_way, strict=True) if is_used)


def variance_shares(normals: NDArray[np.float64], values: Array) -> tuple[Array, Array]:
    """Regress an answer on independent standard normals, as the module describes.

    Parameters
    ----------
    normals
        (n_draws, n_contributions).
    values
        The answer of each draw (n_draws,).

    Returns
    -------
    Array
        Share of the variance of each contribution (n_contributions,); adds up to the adjusted R^2.
    Array
        Linear coefficient of each [unit of the answer per standard deviation].
    """
    n_draws, n_contributions = normals.shape
    variance = float(np.var(values))
    n_free = n_draws - 2 * n_contributions - 1
    if n_contributions == 0 or n_free < 1 or variance < 1e-24:
        return np.zeros(n_contributions), np.zeros(n_contributions)
    curved = (normals**2 - 1.0) / np.sqrt(2.0)
    terms = np.column_stack((np.ones(n_draws), normals, curved))
    coefficients, *_ = np.linalg.lstsq(terms, values, rcond=None)
    residual = float(np.sum((values - terms @ coefficients) ** 2)) / n_free
    linear, quadratic = coefficients[1:].reshape(2, n_contributions)
    noise = 2.0 * residual / n_draws
    explained = np.maximum(linear**2 + quadratic**2 - noise, 0.0)
    whole = max(0.0, 1.0 - residual / (variance * n_draws / (n_draws - 1)))
    total = float(explained.sum())
    return explained * (whole / total if total > 0 else 0.0), linear


def label(name: str, model: Model) -> str:
    """Write the name of a parameter in words: ``second_condensation.n_alkanal`` and its like."""
    said = {c.name: c.label for c in model.site_classes} | {r.key: r.name for r in model.reductants}
    solvents = {s.name for s in model.solvents}
    parts = [part if part in solvents else said.get(part, part.replace("_", " ")) for part in name.split(".")]
    return ", ".join(parts)
