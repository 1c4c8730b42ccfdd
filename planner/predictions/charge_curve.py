"""The whole curve: what each charge of carbonyl gives, with bands, everything else as it was asked for.

Defaults that follow the charge (the reductant) follow it here too. Every point meets the same draws, and shares
are those of the precious partner, as everywhere in the answer.
"""

from dataclasses import replace

import numpy as np

from planner.flask.fields import FIELDS
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.predictions.prediction import Prediction, degree_shares, intervals
from planner.structures.pairs import Pair

CURVE_COLUMNS = ("carbonyl_equivalents", "degree", "fraction", "low", "high")
STEPS_TO_TARGET = 10
"""Charges from none to what the target needs; the curve goes on as far again, or as far as the procedure does."""


CURVE_DRAWS = 64
"""Draws per point: an interval wants more of them than a mean."""


def curve_rows(prediction: Prediction) -> list[dict[str, float]]:
    """Draw the curve around a prediction: what was stated is held, but for the charge; see ``charge_curve``."""
    stated = {n: getattr(prediction.procedure, n) for n in FIELDS if n not in prediction.defaults_used}
    return charge_curve(
        prediction.pair,
        prediction.model,
        Procedure(**stated | {"carbonyl_equivalents": None}),
        draw_parameters(prediction.model, CURVE_DRAWS, prediction.seed),
        most=right_end(prediction.procedure.carbonyl_equivalents, prediction.target),
        target=prediction.target,
        basis=prediction.basis,
    )


def charge_curve(
    pair: Pair, model: Model, held: Procedure, draws: Draws, *, most: float, target: int, basis: str
) -> list[dict[str, float]]:
    """Predict every degree for charges up to ``most`` equivalents.

    Parameters
    ----------
    pair, model, draws
        As read; draws are shared by all points.
    held
        The procedure as asked for; its carbonyl equivalents do not count.
    most
        Right end of the curve [equiv], see ``right_end``.
    target
        Degree that is wanted: it sets the steps.
    basis
        "amine" or "carbonyl".

    Returns
    -------
    list of dict
        Rows of ``CURVE_COLUMNS``, degree by degree; mean with 5 and 95 % of the draws.

    Raises
    ------
    PlannerError
        As ``predict``.
    """
    step = target / STEPS_TO_TARGET
    charges = np.unique(
        [*(step * np.arange(1, 2 * STEPS_TO_TARGET + 1)), *np.linspace(2.0 * target, most, 5)]
    )
    asked = [replace(held, carbonyl_equivalents=float(charge)) for charge in charges if charge <= most]
    points = [settle(point, model, pair, per_carbonyl=basis == "carbonyl")[0] for point in asked]
    outcome = predict_outcomes(pair, model, points, draws)
    shares = degree_shares(outcome, basis, np.array([p.carbonyl_equivalents for p in points]))
    found = [intervals(list(share.T)) for share in shares]
    return [
        {
            "carbonyl_equivalents": point.carbonyl_equivalents,
            "degree": degree,
            "fraction": at[degree].mean,
            "low": at[degree].low,
            "high": at[degree].high,
        }
        for degree in range(basis == "carbonyl", pair.n_hydrogens + 1)
        for point, at in zip(points, found, strict=True)
    ]


def right_end(charge: float, target: int) -> float:
    """Choose how far the curve goes: twice the target's need, or the next round number beyond the charge [equiv]."""
    return max(2.0 * target, float(np.ceil(1.2 * charge)))
