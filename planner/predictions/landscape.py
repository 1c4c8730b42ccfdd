"""Landscapes: the target fraction over carbonyl equivalents and addition time, around one procedure.

Every other field is held as it was asked for, so that defaults which follow the equivalents (reductant)
follow them here too; only portions of the hydride are left out where the addition has none. At time zero a
slow addition is an addition all at once. Every point meets the same draws.
"""

from dataclasses import dataclass, replace

import numpy as np

from planner.engine import Array
from planner.flask.fields import ADDITIONS
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import HYDRIDE_AT_ONCE, Procedure
from planner.flask.settling import settle
from planner.model.draws import Draws
from planner.model.model import Model
from planner.predictions.prediction import target_measures
from planner.structures.pairs import Pair

N_EQUIVALENTS, N_TIMES = 15, 7
LEAST_SPAN_H = 8.0
"""A syringe pump runs through a working day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a landscape shows: everything that does not change while one walks in it."""

    held: Procedure
    """The procedure as asked for, without equivalents and time."""
    field: str
    """Which time is varied."""
    words: str
    """What that time is."""
    most_equivalents: float
    """Right end; the left end is a tenth of the target."""
    longest_h: float
    """Upper end; the lower end is 0 [h]."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Landscape:
    """Means over the draws on a grid of equivalents x times."""

    view: View
    """What is shown."""
    equivalents: Array
    """Carbonyl per amine (n_equivalents,), rising."""
    times_h: Array
    """(n_times,) [h], rising from 0."""
    target_fraction: Array
    """Mean (n_times, n_equivalents)."""
    over_alkylation: Array
    """Mean (n_times, n_equivalents)."""

    def cells(self) -> list[dict[str, float]]:
        """List the grid, one row a cell with its edges."""
        x, y = _edges(self.equivalents), _edges(self.times_h)
        return [
            {
                "carbonyl_equivalents": float(self.equivalents[j]),
                "time_h": float(self.times_h[i]),
                "target_fraction": float(self.target_fraction[i, j]),
                "over_alkylation": float(self.over_alkylation[i, j]),
                "left": float(x[j]),
                "right": float(x[j + 1]),
                "bottom": float(y[i]),
                "top": float(y[i + 1]),
            }
            for i, j in np.ndindex(self.target_fraction.shape)
        ]

    def contour(self, limit: float | None) -> list[dict[str, float]]:
        """List the most equivalents that keep the mean over-alkylation within a limit, by time; none without one."""
        return [
            {"order": i, "carbonyl_equivalents": x, "time_h": float(self.times_h[i])}
            for i, over in enumerate(self.over_alkylation)
            if limit is not None and (x := _crossing(self.equivalents, over, limit)) is not None
        ]


def _edges(points: Array) -> Array:
    """Put edges halfway between points; the outer ones at the points themselves."""
    return np.concatenate((points[:1], (points[1:] + points[:-1]) / 2, points[-1:]))


def _crossing(x: Array, y: Array, level: float) -> float | None:
    """Interpolate where a rising curve first passes a level; None where it does not."""
    above = np.flatnonzero(y > level)
    if len(above) == 0 or above[0] == 0:
        return None
    i = int(above[0])
    share = (level - y[i - 1]) / (y[i] - y[i - 1])
    return float(x[i - 1] + share * (x[i] - x[i - 1]))


def look_around(
    asked: Procedure, model: Model, pair: Pair, *, target: int
) -> tuple[View, tuple[float, float]]:
    """Choose the view around a procedure, and say where in it the procedure stands: (equivalents, time [h])."""
    here, _ = settle(asked, model, pair)
    kind = ADDITIONS[here.addition].stretched or here.addition
    field, words = str(ADDITIONS[kind].time), ADDITIONS[kind].time_words
    charge, time = here.carbonyl_equivalents, float(getattr(here, field))
    free = ["carbonyl_equivalents", "addition_time_h", "imine_time_h"]
    free += [] if ADDITIONS[kind].takes_portions else [*HYDRIDE_AT_ONCE, "hydride_temperature_C"]
    view = View(
        held=replace(asked, addition=kind, **dict.fromkeys(free)),
        field=field,
        words=words,
        most_equivalents=max(2.0 * target, 1.2 * charge),
        longest_h=max(LEAST_SPAN_H, 1.2 * time),
    )
    return view, (charge, time)


def survey(pair: Pair, model: Model, view: View, draws: Draws, *, target: int, basis: str) -> Landscape:
    """Predict a grid of procedures.

    Parameters
    ----------
    pair, model
        As read.
    view
        From ``look_around``.
    draws
        Shared by all points.
    target
        Degree that is wanted.
    basis
        "amine" or "carbonyl".

    Returns
    -------
    Landscape

    Raises
    ------
    PlannerError
        As ``predict``.
    """
    equivalents = np.linspace(0.1 * target, view.most_equivalents, N_EQUIVALENTS)
    times = np.linspace(0.0, view.longest_h, N_TIMES)
    asked = [replace(view.held, carbonyl_equivalents=float(e)) for e in equivalents]
    row = [settle(point, model, pair, per_carbonyl=basis == "carbonyl")[0] for point in asked]
    grid = [replace(point, **{view.field: float(t)}) for t in times for point in row]  # type: ignore[arg-type]
    outcome = predict_outcomes(pair, model, grid, draws)
    wanted, over, _ = target_measures(outcome, target, basis, np.tile(equivalents, len(times)))
    shape = (len(times), len(equivalents))
    return Landscape(
        view=view,
        equivalents=equivalents,
        times_h=times,
        target_fraction=wanted.mean(axis=1).reshape(shape),
        over_alkylation=over.mean(axis=1).reshape(shape),
    )
