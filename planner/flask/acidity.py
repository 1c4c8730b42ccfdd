"""Acidity: the pH of a flask that holds amine and acetic acid, and what must not happen below it.

One root of the charge balance; see ``acidity``. Assumption: the first protonation of every nitrogen counts alone.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.engine import Array
from planner.errors import ProcedureError
from planner.flask.conditions import Conditions, conditions_of
from planner.flask.procedure import Settled
from planner.model.draws import central_draws
from planner.model.model import Model
from planner.structures.pairs import Pair

LN_10 = math.log(10.0)
BISECTIONS = 30
"""Halvings of the pH range 0-14: the root to 1e-8."""


def acidity(at: Conditions) -> Array:
    """Find the pH of the flask (n_procedures, n_draws) from amine and acetic acid.

    One root of the charge balance, by bisection on pH 0-14, then kept within 2-9::

        a c Ka / (Ka + h) + 1e-14 / h = c sum_i h / (KaH_i + h) + h
    """
    amine = at.column("concentration_M")
    acid = amine * at.column("acid_equivalents")
    drawn = at.drawn
    acid_pair = 10.0 ** drawn.named("protonation.acetic_acid")
    pairs = [
        (10.0 ** drawn.classed("protonation", at.chain(ladder.site_class)), count)
        for ladder, count in at.amines
    ]
    pH = np.full((len(at.procedures), len(drawn.draws.normals)), 7.0)
    for halving in range(BISECTIONS):
        h = np.exp(-LN_10 * pH)
        anions = acid / (1.0 + acid_pair * h) + 1e-14 / h
        held = [(pair * h, count) for pair, count in pairs]
        cations = amine * sum(count * x / (1.0 + x) for x, count in held) + h
        step = 3.5 / 2.0**halving
        pH += np.where(anions > cations, -step, step)
    return np.asarray(np.clip(pH, 2.0, 9.0))


def acidity_where_it_counts(at: Conditions) -> Array:
    """Find the pH of the procedures whose reductant follows it; 0 for the others, which ignore it."""
    rows = [i for i, p in enumerate(at.procedures) if _follows_pH(at, p)]
    pH = np.zeros((len(at.procedures), len(at.drawn.draws.normals)))
    if rows:
        pH[rows] = acidity(replace(at, procedures=tuple(at.procedures[i] for i in rows)))
    return pH


def _follows_pH(at: Conditions, procedure: Settled) -> bool:
    """Tell whether a constant of this reductant is stated as a function of the pH."""
    model = at.drawn.model
    reductant = model.reductant(procedure.reductant)
    return (
        reductant.hydride_loss_law == "acid_hydrolysis"
        or model.find(reductant.key, ("carbonyl_reduction_pH",)) is not None
    )


def acidities_of(pair: Pair, model: Model, procedures: Sequence[Settled]) -> list[float]:
    """Estimate the pH of settled procedures with every number at its median."""
    return [float(pH) for pH in acidity(conditions_of(pair, model, procedures, central_draws(model)))[:, 0]]


def acidity_of(pair: Pair, model: Model, procedure: Settled) -> float:
    """Estimate the pH of one settled procedure with every number at its median."""
    return acidities_of(pair, model, [procedure])[0]


def check_acidity(pair: Pair, model: Model, procedure: Settled) -> float | None:
    """Estimate the pH where the reductant is sensitive to it; None where it is not.

    Raises
    ------
    ProcedureError
        If the flask would be too acidic for its hydride.
    """
    reductant = model.reductant(procedure.reductant)
    if reductant.refuse_below_pH is None and reductant.warn_below_pH is None:
        return None
    pH = acidity_of(pair, model, procedure)
    if reductant.refuse_below_pH is not None and pH < reductant.refuse_below_pH:
        raise ProcedureError(
            f"{reductant.name} at an estimated pH of {pH:.1f} is refused (expected at least "
            f"{reductant.refuse_below_pH:g}): {reductant.acid_reason}"
        )
    return pH
