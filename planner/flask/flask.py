"""Flask: one pair in its network, ready to run any procedure with any draws.

This is where names meet numbers: the pair's nitrogens give the network, the model gives its
constants, the procedure gives conditions and charges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planner.engine import Array, Batch
from planner.flask.conditions import Conditions, conditions_of
from planner.flask.kinetics import distinct_ladders, named_constants, reaction_constants
from planner.flask.procedure import Settled
from planner.flask.schedule import Charges
from planner.flask.simulate import RELATIVE_TOLERANCE, Trajectory, procedure_batch, simulate
from planner.mechanism.microstates import Group, enumerate_states, group_sites
from planner.mechanism.network import Network, build_network, state_name
from planner.model.draws import DrawnModel, Draws, central_draws
from planner.model.model import Model
from planner.structures.pairs import Pair
from planner.structures.structure import elements


@dataclass(frozen=True, kw_only=True, slots=True)
class Flask:
    """A pair and the network that its nitrogens make."""

    pair: Pair
    """What is charged."""
    groups: tuple[Group, ...]
    """Nitrogens that are followed together."""
    network: Network
    """Their species and reactions."""


def needs_joint_states(pair: Pair, procedure: Settled) -> bool:
    """Tell whether molecules of different age meet, so that nitrogens are no longer independent."""
    return len(pair.sites) > 1 and "amine" in procedure.fed


@lru_cache(maxsize=64)
def prepare(pair: Pair, *, joint: bool = False) -> Flask:
    """Write out the network of a pair.

    Raises
    ------
    ScopeError
        If its nitrogens have more joint states or reactions than are computed.
    """
    groups = group_sites(pair.sites, joint=joint)
    return Flask(pair=pair, groups=groups, network=build_network(groups, elements(pair.carbonyl)))


def run(
    flask: Flask,
    model: Model,
    procedures: Sequence[Settled],
    draws: Draws,
    *,
    n_points: int = 1,
    relative_tolerance: float = RELATIVE_TOLERANCE,
) -> Trajectory:
    """Simulate settled procedures in a flask, each with every draw.

    Parameters
    ----------
    flask
        From ``prepare``.
    model
        The numbers.
    procedures
        Settled.
    draws
        Shared by all procedures, so that they are compared like with like.
    n_points
        Read-outs per stage of the procedure.
    relative_tolerance
        As in ``simulate``.

    Returns
    -------
    Trajectory
        (n_procedures, n_draws, n_times, n_species).
    """
    rate_constants, charges = constants_and_charges(flask, model, procedures, draws)
    return simulate(
        flask.network,
        rate_constants,
        procedures,
        charges,
        n_points=n_points,
        relative_tolerance=relative_tolerance,
    )


def central_batch(flask: Flask, model: Model, procedure: Settled) -> Batch:
    """Write one settled procedure, every number at its median, as a single run of the engine."""
    rate_constants, charges = constants_and_charges(flask, model, [procedure], central_draws(model))
    return procedure_batch(flask.network, rate_constants, [procedure], charges)


def constants_and_charges(
    flask: Flask, model: Model, procedures: Sequence[Settled], draws: Draws
) -> tuple[Array, Charges]:
    """Work out the rate constants (n_procedures, n_draws, n_reactions) and what enters the flask."""
    at = conditions_of(flask.pair, model, procedures, draws)
    constants = named_constants(
        at,
        distinct_ladders(flask.groups),
        water=np.array([[_central_water(flask, model, p)] for p in procedures]),
        couplings=sorted({ring.coupling for group in flask.groups for ring in group.rings if ring.coupling}),
    )
    return reaction_constants(flask.network, constants), _charges(flask, at)


def _charges(flask: Flask, at: Conditions) -> Charges:
    """Work out what enters the flask besides the amounts that the procedure states."""
    drawn, model = at.drawn, at.drawn.model
    water = np.stack([10.0 ** drawn.named(_water_source(model, p)) for p in at.procedures])
    formalin = np.stack([_formalin(flask, drawn, p) for p in at.procedures])
    amine = [(state_name(group, enumerate_states(group)[0]), float(group.n_copies)) for group in flask.groups]
    usable = [float(model.reductant(p.reductant).usable_hydrides) for p in at.procedures]
    return Charges(
        amine=tuple(amine), water_M=water, water_with_carbonyl=formalin, usable_hydrides=np.array(usable)
    )


def _water_source(model: Model, procedure: Settled) -> str:
    """Name the parameter that says how much water the solvent brings."""
    solvent = model.solvent(procedure.solvent)
    if solvent.name == "water":
        return "water.solvent"
    if procedure.water == "wet":
        return "water.wet_alcohol" if solvent.alcohol else "water.wet"
    return "water.dry"


def _central_water(flask: Flask, model: Model, procedure: Settled) -> float:
    """Water that the flask holds or is given with the carbonyl, at the medians [M]."""
    water = model.parameter(_water_source(model, procedure)).value
    if _brings_formalin(flask, procedure):
        carbonyl = procedure.carbonyl_equivalents * procedure.concentration_M
        water += model.parameter("water.formalin").value * carbonyl
    return water


def _brings_formalin(flask: Flask, procedure: Settled) -> bool:
    """Tell formalin from paraformaldehyde: formaldehyde is formalin in a flask that is not kept dry."""
    return flask.pair.carbonyl_class.name == "formaldehyde" and procedure.water == "wet"


def _formalin(flask: Flask, drawn: DrawnModel, procedure: Settled) -> Array:
    """Draw the water that comes with each mole of carbonyl."""
    if _brings_formalin(flask, procedure):
        return np.asarray(10.0 ** drawn.named("water.formalin"))
    return np.zeros(len(drawn.draws.normals))
