"""Besides: what the model counts in a flask beside products, carbonyl compound and alcohol.

Imines and iminium ions stand before the quench: an aqueous one sets their amine free, a borohydride one reduces them.
Other fates of the carbonyl, such as its aldol, outlast it.
"""

import numpy as np

from planner.engine import Array
from planner.flask.flask import flask_for, run
from planner.flask.outcomes import charged_amine, fate_amounts
from planner.flask.unquenched import with_one_imine
from planner.mechanism.network import ALCOHOL
from planner.model.draws import draw_parameters
from planner.predictions.prediction import Interval, Prediction, intervals

IMINE = "imine"


def amounts_besides(prediction: Prediction) -> dict[tuple[str, int | None], Interval]:
    """Count imines by the degree of their molecule, and each other fate of the carbonyl compound.

    Returns
    -------
    dict
        (word, degree) to the amount [mol per mol of amine charged]: ``imine`` with the new alkyl groups that its
        molecule already has, where the quench does not reduce it; the word of a fate with None, in moles of carbonyl
        compound. Errors of the mechanism that a calibrated model has learned are not in them.
    """
    pair, model, procedure = prediction.pair, prediction.model, prediction.procedure
    flask = flask_for(pair, model, procedure)
    draws = draw_parameters(model, prediction.draws, prediction.seed)
    trajectory = run(flask, model, [procedure], draws)
    charged = charged_amine([procedure], trajectory)
    counted: dict[tuple[str, int | None], Array] = {}
    if procedure.quench == "aqueous":
        imines = with_one_imine(flask, trajectory, charged)[0, :, -1]
        counted |= {(IMINE, degree): imines[:, degree] for degree in range(imines.shape[-1])}
    for fate, amount in fate_amounts(flask, trajectory).items():
        if fate != ALCOHOL:
            counted[fate, None] = np.maximum((amount / charged)[0, :, -1], 0.0)
    return dict(zip(counted, intervals(list(counted.values())), strict=True)) if counted else {}
