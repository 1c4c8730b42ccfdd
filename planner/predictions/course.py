"""Courses: what is in the flask from the first addition to the quench, with a band over the draws."""

import numpy as np

from planner.engine import Array
from planner.flask.flask import flask_for, run
from planner.flask.outcomes import (
    charged_amine,
    fate_amounts,
    free_carbonyl,
    held_nitrogens,
    imine_groups,
    molecule_degrees,
)
from planner.flask.procedure import Settled
from planner.mechanism.network import ALCOHOL, HYDRIDE
from planner.model.draws import Draws
from planner.model.model import Model
from planner.structures.pairs import Pair

PROFILE_POINTS = 40
"""Read-outs per segment."""


def time_course(pair: Pair, model: Model, procedure: Settled, draws: Draws) -> list[dict[str, float]]:
    """Follow a settled procedure in time, one row per time; see ``Prediction.profile_frame``."""
    flask = flask_for(pair, model, procedure)
    trajectory = run(flask, model, [procedure], draws, n_points=PROFILE_POINTS)
    charged = charged_amine([procedure], trajectory)
    amine = charged[0]
    degrees = molecule_degrees(flask, trajectory, "aqueous", charged)[0]
    hydride = trajectory.amount(HYDRIDE)[0]
    usable = model.reductant(procedure.reductant).usable_hydrides
    whole_hydride, whole_carbonyl = (
        procedure.concentration_M * n * np.atleast_2d(trajectory.titre(partner))[0, :, None]
        for partner, n in (
            ("reductant", usable * procedure.reductant_equivalents),
            ("carbonyl", procedure.carbonyl_equivalents),
        )
    )
    curves = {f"degree_{d}": degrees[..., d] for d in range(degrees.shape[-1])}
    curves["imine"] = imine_groups(flask, trajectory)[0] / amine
    for name, part, whole in (
        ("carbonyl", free_carbonyl(flask, trajectory)[0], whole_carbonyl),
        ("alcohol", trajectory.amount(ALCOHOL)[0], whole_carbonyl),
        ("hydride", hydride, whole_hydride),
    ):
        curves[name] = _fraction(part, whole)
    lost = fate_amounts(flask, trajectory)
    curves |= {fate: _fraction(part[0], whole_carbonyl) for fate, part in lost.items() if fate != ALCOHOL}
    if flask.setting.has_acid:
        curves["held"] = held_nitrogens(flask, trajectory)[0] / amine
    stacked = np.stack(list(curves.values()))
    mean = stacked.mean(axis=1)
    low, high = np.quantile(stacked, (0.05, 0.95), axis=1)
    columns = {"time_h": trajectory.times_h[0]} | dict(zip(curves, mean, strict=True))
    for name, middle, below, above in zip(curves, mean, low, high, strict=True):
        columns |= {f"{name}_low": np.minimum(below, middle), f"{name}_high": np.maximum(above, middle)}
    return [dict(zip(columns, map(float, row), strict=True)) for row in zip(*columns.values(), strict=True)]


def _fraction(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
