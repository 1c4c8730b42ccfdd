"""Running: what comes of a procedure with the numbers of a pair, before its structures are named.

Pairs that have the same numbers (``flask.alike``) share a run; each reads it by its own structures. Pairs that differ
in numbers only are run together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.engine import Array
from planner.flask.alike import likeness, nitrogens_of
from planner.flask.contents import setting_of
from planner.flask.flask import Flask, constants_and_charges, flask_for
from planner.flask.outcomes import Outcome, corrected, measure
from planner.flask.procedure import Settled
from planner.flask.schedule import Charges
from planner.flask.simulate import TRACE, Trajectory, simulate
from planner.model.draws import Draws
from planner.model.model import Model
from planner.predictions.alkylations import second_to_first
from planner.structures.bottles import WATER
from planner.structures.pairs import Pair

FEW_DRAWS = 16
"""Of a second run in the same flask, where that tells something, so that it costs little beside a prediction."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ran:
    """One procedure that was run: what came of it, and what it was run with."""

    flask: Flask
    """In which it was run; its pair may be another one."""
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
    (ran,) = run_pairs([pair], model, [procedure], drawn)
    return ran


def goes_along(pair: Pair, model: Model, procedure: Settled) -> object | None:
    """Name what runs must share so that ``run_pairs`` takes them together and none notices; None where one is alone.

    Besides the flask those are the accuracy, which goes by the solvent and by traces of carbonyl, and the segments of
    the schedule. Where an amine has several nitrogens their classes name the species that its isomers are read from.
    """
    shared = likeness(pair, model)
    if shared is None or procedure.carbonyl_equivalents < TRACE:
        return None
    return (
        shared,
        nitrogens_of(pair) if len(pair.sites) > 1 else None,
        setting_of(pair, model, procedure),
        procedure.solvent == WATER,
        procedure.hydride_portions,
        procedure.hydride_temperature_C == procedure.temperature_C,
    )


def run_pairs(pairs: Sequence[Pair], model: Model, procedures: Sequence[Settled], drawn: Draws) -> list[Ran]:
    """Run settled procedures, each of its own pair, in one batch; one pair, or several that ``goes_along`` names alike.

    Raises
    ------
    ScopeError, SimulationError
        As ``run_pair``.
    """
    first = pairs[0]
    flask = flask_for(first, model, procedures[0])
    own = pairs if len(pairs) > 1 else None
    constants, charges = constants_and_charges(flask, model, procedures, drawn, own)
    trajectory = simulate(flask.network, constants, procedures, charges, n_points=0)
    computed = measure(flask, model, trajectory, procedures)
    outcome = corrected(computed, first, model, procedures, drawn)
    return [
        Ran(
            flask=flask,
            model=model,
            procedure=procedure,
            drawn=drawn,
            trajectory=trajectory.of(i),
            computed=computed.of(i),
            outcome=outcome.of(i),
            constants=constants[
                i : i + 1, :FEW_DRAWS
            ].copy(),  # a view would keep those of all draws and pairs
            charges=charges.of(i).first(FEW_DRAWS),
            second_to_first=second_to_first(pair, model, procedure, drawn),
        )
        for i, (pair, procedure) in enumerate(zip(pairs, procedures, strict=True))
    ]
