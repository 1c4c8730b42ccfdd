"""Running: what comes of a procedure with the numbers of a pair, before its structures are named.

Pairs that have the same numbers (``flask.alike``) share a run; each reads it by its own structures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from planner.engine import Array
from planner.flask.flask import Flask, constants_and_charges, flask_for
from planner.flask.outcomes import Outcome, corrected, measure
from planner.flask.procedure import Settled
from planner.flask.schedule import Charges
from planner.flask.simulate import Trajectory, simulate
from planner.model.draws import Draws
from planner.model.model import Model
from planner.predictions.alkylations import second_to_first
from planner.structures.pairs import Pair

FEW_DRAWS = 16
"""Of a second run in the same flask, where that tells something, so that it costs little beside a prediction."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ran:
    """One procedure that was run: what came of it, and what it was run with."""

    flask: Flask
    """In which it was run; its pair may be another one with the same numbers."""
    model: Model
    """The numbers used."""
    procedure: Settled
    """What was done."""
    drawn: Draws
    """Joint draws of the numbers."""
    trajectory: Trajectory
    """The end of it."""
    computed: Outcome
    """What the mechanism makes of that."""
    outcome: Outcome
    """The same with what the mechanism gets wrong, where that was learned."""
    constants: Array
    """Of the first ``FEW_DRAWS`` draws, as ``simulate`` takes them."""
    charges: Charges
    """What entered the flask in these draws."""
    second_to_first: Array | None
    """k2 / k1 of the condensations (n_draws,); None where there is one N-H."""
    mono: Mapping[str, float] = field(default_factory=dict)
    """Mean fractions of the products with one new alkyl group, by SMILES, where there are several."""
    kept: dict[tuple[int, str], Any] = field(default_factory=dict, repr=False)
    """What was read of it without a structure, by target and basis."""


def run_pair(pair: Pair, model: Model, procedure: Settled, drawn: Draws) -> Ran:
    """Run a settled procedure of a pair with every draw, and measure what comes of it.

    Raises
    ------
    ScopeError
        If joint states are needed and there are too many.
    SimulationError
        If it cannot be integrated.
    """
    flask = flask_for(pair, model, procedure)
    constants, charges = constants_and_charges(flask, model, [procedure], drawn)
    trajectory = simulate(flask.network, constants, [procedure], charges, n_points=0)
    computed = measure(flask, model, trajectory, [procedure])
    return Ran(
        flask=flask,
        model=model,
        procedure=procedure,
        drawn=drawn,
        trajectory=replace(trajectory, amounts=trajectory.amounts.copy()),
        computed=computed,
        outcome=corrected(computed, pair, model, [procedure], drawn),
        constants=constants[:, :FEW_DRAWS].copy(),  # a view would keep those of all draws, and of all times
        charges=charges.first(FEW_DRAWS),
        second_to_first=second_to_first(pair, model, procedure, drawn),
    )
