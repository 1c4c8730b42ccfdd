"""Curves: a plan against the charge of carbonyl, and against one knob at a time."""

from dataclasses import replace

import numpy as np

from planner.flask.outcomes import predict_outcomes
from planner.model.draws import first_draws
from planner.plans.aims import TOLERANCE, Bench, judge
from planner.plans.feeding import REASON_DRAWS
from planner.plans.partners import hydride_for
from planner.plans.recommendation import CurvePoint
from planner.plans.rounding import to_grid
from planner.plans.search import Trial
from planner.predictions.prediction import intervals

CURVE_POINTS = 9
CURVE_CHARGES = (0.1, 0.2, 0.33, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0, 2.5, 3.0)
"""Carbonyl of the curve, as shares of what the wanted degree needs."""


def charge_curve(bench: Bench, trial: Trial) -> tuple[CurvePoint, ...]:
    """Vary the carbonyl of a procedure, its hydride as the product needs it: fraction of the amine in each degree."""
    p, d = trial.procedure, float(bench.aim.degree)
    charges = sorted({round(x * d, 6) for x in CURVE_CHARGES} | {p.carbonyl_equivalents})
    procedures = [
        replace(
            p,
            carbonyl_equivalents=c,
            reductant_equivalents=min(50.0, hydride_for(p, c, bench.aim.degree)),
        )
        for c in charges
        if c <= 50.0
    ]
    outcome = predict_outcomes(
        bench.pair,
        bench.model,
        procedures,
        first_draws(bench.draws, REASON_DRAWS),
        relative_tolerance=TOLERANCE,
    )
    return tuple(
        CurvePoint(carbonyl_equivalents=q.carbonyl_equivalents, degrees=tuple(intervals(list(degrees.T))))
        for q, degrees in zip(procedures, outcome.degrees, strict=True)
    )


def knob_curves(bench: Bench, trial: Trial) -> list[dict[str, float | str]]:
    """Vary one knob at a time around a procedure: rows of field, value, target fraction and over-alkylation."""
    grid = [
        (knob.field, value)
        for knob in trial.cell.knobs
        for value in dict.fromkeys(to_grid(knob, knob.at(x)) for x in np.linspace(0.0, 1.0, CURVE_POINTS))
    ]
    procedures = [
        trial.cell.possible(trial.cell.values(trial.procedure) | {field: value}) for field, value in grid
    ]
    marks = judge(bench, procedures, REASON_DRAWS)
    rows: list[dict[str, float | str]] = []
    for i, (field, value) in enumerate(grid):
        low, high = np.quantile(marks.wanted[i], (0.05, 0.95))
        rows.append(
            {
                "field": field,
                "value": value,
                "target_fraction": float(marks.wanted[i].mean()),
                "target_low": float(low),
                "target_high": float(high),
                "over_alkylation": float(marks.over[i].mean()),
            }
        )
    return rows
