"""Other charge: how much carbonyl, per amine, what was found would be expected of.

All else is charged as stated. Where every degree was found, what is held against the prediction is the carbonyl that
the amine took up, sum a f_a, which the charge decides before all constants; else the number furthest outside (what is
below detection is taken to be as much as that).
Nine charges from a quarter to four times the stated one are tried on the same draws, then nine between the two nearest
to it that what was found lies between; in between, the mean is taken as a line.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from planner.comparisons.compositions import compositions, likelihood, place
from planner.comparisons.findings import TAKEN_UP, Finding, OtherCharge
from planner.comparisons.observed import DETECTION, Observed, degree_names
from planner.comparisons.weighing import READING, explains
from planner.engine import Array
from planner.flask.contents import needs_joint_states
from planner.flask.fields import FIELDS
from planner.flask.outcomes import Outcome, predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import Draws, first_draws
from planner.model.model import Model
from planner.structures.pairs import Pair

FACTORS = np.geomspace(0.25, 4.0, 9)
MEAN_DRAWS, JOINT_DRAWS = 128, 32
"""For the mean at a charge; fewer where the nitrogens are followed jointly, which takes a hundred times as long."""


def other_charge(
    pair: Pair,
    model: Model,
    procedure: Settled,
    drawn: Draws,
    observed: Observed,
    findings: Sequence[Finding],
) -> OtherCharge | None:
    """Seek the charge nearest to the stated one at which what was found is expected; None where none was charged."""
    stated, (name, value) = procedure.carbonyl_equivalents, _sought(observed, findings, pair)
    if stated <= 0:
        return None
    n_draws = JOINT_DRAWS if needs_joint_states(pair, procedure) else MEAN_DRAWS

    def excess(charges: Array) -> Array:
        """Work out by how much what is expected exceeds what was found."""
        tried = [replace(procedure, carbonyl_equivalents=float(e)) for e in charges]
        outcome = predict_outcomes(pair, model, tried, first_draws(drawn, n_draws))
        return np.array([_expected(name, observed, outcome, pair, i) for i in range(len(tried))]) - value

    field = FIELDS["carbonyl_equivalents"]
    charges = np.unique(np.clip(stated * FACTORS, field.smallest, (field.bounds or (0.0, 50.0))[1]))
    made = OtherCharge(name=name, least=float(charges[0]), most=float(charges[-1]))
    found = nearest_root(charges, excess(charges), stated)
    if found is None:
        return made
    between = np.geomspace(found.lower, found.upper, len(FACTORS))
    root = (nearest_root(between, excess(between), stated) or found).charge
    outcome = predict_outcomes(pair, model, [replace(procedure, carbonyl_equivalents=root)], drawn)
    inside = all(f.inside for f in place(observed, outcome, pair, drawn.seed))
    fits = inside and explains(likelihood(observed, outcome, pair), len(observed.fractions))
    return replace(made, equivalents=root, fits=fits)


def _sought(observed: Observed, findings: Sequence[Finding], pair: Pair) -> tuple[str, float]:
    """Choose what to hold against the prediction: carbonyl taken up, or the number that lies furthest outside."""
    found, names = dict(observed.fractions), degree_names(pair)
    if observed.basis == "amine" and set(names) <= set(found):
        return TAKEN_UP, sum(i * found[name] for i, name in enumerate(names))
    worst = max(findings, key=lambda f: abs(f.observed - f.expected) / (f.high - f.low + READING))
    return worst.name, max(worst.observed, DETECTION)


def _expected(name: str, observed: Observed, outcome: Outcome, pair: Pair, which: int) -> float:
    """Average a number over the draws of one procedure."""
    if name == TAKEN_UP:
        degrees = outcome.degrees[which]
        return float((degrees @ np.arange(degrees.shape[1])).mean())
    wholes = compositions(observed, outcome, pair, which)
    return next(float(w.parts[:, w.columns[name]].mean()) for w in wholes if name in w.columns)


class Root(NamedTuple):
    """Where a curve crosses zero, and the two points that it lies between."""

    charge: float
    lower: float
    upper: float


def nearest_root(charges: Array, excess: Array, stated: float) -> Root | None:
    """Find the crossing of zero nearest to the stated charge, by factor; None where there is none.

    Examples
    --------
    >>> nearest_root(np.array([1.0, 2.0, 4.0]), np.array([-1.0, 1.0, 3.0]), 1.0).charge
    1.414213562373095
    """
    logs = np.log(charges)
    roots = []
    for i in np.flatnonzero((excess[:-1] <= 0) != (excess[1:] <= 0)):
        share = excess[i] / (excess[i] - excess[i + 1])
        root = float(np.exp(logs[i] + share * (logs[i + 1] - logs[i])))
        roots.append(Root(root, float(charges[i]), float(charges[i + 1])))
    return min(roots, key=lambda r: abs(np.log(r.charge / stated)), default=None)
