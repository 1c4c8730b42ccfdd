"""Flask: one pair in its network, ready to run any procedure with any draws.

This is where names meet numbers: the pair's nitrogens give the network, the model gives its
constants, the procedure gives conditions and charges.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from planner.engine import Array, Batch
from planner.errors import ScopeError
from planner.flask.bottles import brings_formalin, water_source
from planner.flask.conditions import Conditions, conditions_of, of_pair
from planner.flask.contents import Setting, setting_of
from planner.flask.kinetics import distinct_ladders, named_constants, reaction_constants
from planner.flask.procedure import Settled
from planner.flask.schedule import Charges
from planner.flask.several import of_each
from planner.flask.simulate import RELATIVE_TOLERANCE, Trajectory, procedure_batch, simulate
from planner.flask.titres import acid_charged, titres
from planner.mechanism.microstates import Group, Ladder, enumerate_states, group_sites
from planner.mechanism.names import state_name
from planner.mechanism.network import BORATE, CARBONYL, Network, build_network
from planner.mechanism.steps import AZADIENE, Formula, held, sides
from planner.model.draws import Draws, central_draws
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.model.steps import Step
from planner.structures.pairs import Pair
from planner.structures.products import has_pattern
from planner.structures.structure import elements

LADDER = Setting()


@dataclass(frozen=True, kw_only=True)
class Flask:
    """A pair and the network that its nitrogens make."""

    pair: Pair
    """What is charged."""
    groups: tuple[Group, ...]
    """Nitrogens that are followed together."""
    network: Network
    """Their species and reactions."""
    steps: tuple[Step, ...]
    """The reactions between its pools."""
    setting: Setting = LADDER
    """What it holds besides the ladder."""

    @cached_property
    def fates(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """What the carbonyl can be lost to: by word, (species, carbonyls that one molecule of it holds)."""
        found: dict[str, dict[str, float]] = {}
        for step in self.steps:
            if step.carbonyl_as:
                made = sides(step.equation)[1][0]
                each = held(made, step.equation, CARBONYL)
                made_as = found.setdefault(step.carbonyl_as, {})
                made_as |= {
                    name: each * n for name, n in (self._azadienes if made == AZADIENE else [(made, 1)])
                }
        return {word: tuple(made_as.items()) for word, made_as in found.items() if made_as}

    @cached_property
    def store(self) -> str:
        """Name the pool as which the carbonyl compound enters, where that is not itself; else empty."""
        return next((step.store for step in self.steps if step.store), "")

    @cached_property
    def ladders(self) -> tuple[Ladder, ...]:
        """The distinct ladders of its nitrogens, sorted."""
        return distinct_ladders(self.groups)

    @cached_property
    def couplings(self) -> tuple[str, ...]:
        """Names of the ring couplings in use, sorted."""
        rings = [ring for group in self.groups for ring in group.rings]
        return tuple(sorted({ring.coupling for ring in rings if ring.coupling}))

    @cached_property
    def charged(self) -> tuple[tuple[str, float], ...]:
        """Species that the amine enters as, with moles per mole of amine (one per group)."""
        return tuple(
            (state_name(group, enumerate_states(group)[0]), float(group.n_copies)) for group in self.groups
        )

    @property
    def _azadienes(self) -> list[tuple[str, int]]:
        """Species with azadienes, and how many they hold."""
        counted = [
            (state_name(group, state), sum(rung.is_azadiene for ring in state for rung in ring))
            for group in self.groups
            for state in enumerate_states(group)
        ]
        return [(name, n) for name, n in counted if n]


def prepare(
    pair: Pair, model: Model | None = None, *, joint: bool = False, setting: Setting | None = None
) -> Flask:
    """Write out the network of a pair.

    Parameters
    ----------
    pair
        Its nitrogens and its carbonyl compound.
    model
        Whose steps between pools are taken; the shipped ones when absent.
    joint
        Whether nitrogens are followed jointly; see ``needs_joint_states``.
    setting
        What the network holds besides the ladder, from ``setting_of``; it says ``joint`` too.

    Raises
    ------
    ScopeError
        If its nitrogens have more joint states or reactions than are computed.
    """
    return _prepared(pair, model or load_model(), setting or Setting(joint=joint))


@lru_cache(maxsize=512)
def _prepared(pair: Pair, model: Model, wanted: Setting) -> Flask:
    """Write the richest network that can be computed."""
    *richer, plainest = _ways(pair, model, wanted)
    for steps, way in richer:
        with suppress(ScopeError):
            return _prepare(pair, steps, way)
    return _prepare(pair, *plainest)


def _ways(pair: Pair, model: Model, wanted: Setting) -> list[tuple[tuple[Step, ...], Setting]]:
    """List how a network may be written, the richest first: what multiplies states is left out where they are too many.

    Without azadienes imines do not add to each other; without held amines acid speeds condensation by a factor.
    """
    steps = steps_in(pair, model, wanted)
    fewer = tuple(s for s in steps if AZADIENE not in sides(s.equation)[1])
    ladder = tuple(s for s in fewer if s.name not in wanted.own_steps)
    return list(dict.fromkeys([(steps, wanted), (fewer, wanted), (ladder, Setting(joint=wanted.joint))]))


def steps_in(pair: Pair, model: Model, setting: Setting = LADDER) -> tuple[Step, ...]:
    """List the steps that a pair has in a setting."""
    listed = model.steps_of(pair.carbonyl_class.name, setting.own_steps)
    return tuple(
        s
        for s in listed
        if (setting.is_stored or not s.store) and (not s.only or has_pattern(pair.carbonyl.smiles, s.only))
    )


def flask_for(pair: Pair, model: Model, procedure: Settled) -> Flask:
    """Write out the network that a settled procedure of a pair needs; see ``prepare``."""
    return prepare(pair, model, setting=setting_of(pair, model, procedure))


@lru_cache(maxsize=512)
def _prepare(pair: Pair, steps: tuple[Step, ...], setting: Setting) -> Flask:
    """Write a network once."""
    groups = group_sites(
        pair.sites,
        joint=setting.joint,
        has_acid=setting.has_acid,
        has_azadiene=any(AZADIENE in sides(s.equation)[1] for s in steps),
    )
    nameless = tuple(replace(group, atoms=((),) * group.n_copies) for group in groups)
    equations = tuple((s.constant, s.equation) for s in steps)
    network = _network(nameless, elements(pair.carbonyl), equations)
    return Flask(pair=pair, groups=groups, network=network, steps=steps, setting=setting)


@lru_cache(maxsize=512)
def _network(groups: tuple[Group, ...], carbonyl: Formula, steps: tuple[tuple[str, str], ...]) -> Network:
    """Write the species and reactions once for all pairs that have the same, the same object each time.

    Which atoms of a molecule its nitrogens are is in no network.
    """
    has_borate = any(BORATE in sides(equation)[0] for _, equation in steps)
    return build_network(groups, carbonyl, steps, has_borate=has_borate)


def run(
    flask: Flask,
    model: Model,
    procedures: Sequence[Settled],
    draws: Draws,
    *,
    n_points: int = 1,
    relative_tolerance: float = RELATIVE_TOLERANCE,
    pairs: Sequence[Pair] | None = None,
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
        Read-outs per stage of the procedure; 0 reads the end alone.
    relative_tolerance
        As in ``simulate``.
    pairs
        Of each procedure, where they are several that are alike; see ``flask.alike``.

    Returns
    -------
    Trajectory
        (n_procedures, n_draws, n_times, n_species).
    """
    rate_constants, charges = constants_and_charges(flask, model, procedures, draws, pairs)
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
    flask: Flask,
    model: Model,
    procedures: Sequence[Settled],
    draws: Draws,
    pairs: Sequence[Pair] | None = None,
) -> tuple[Array, Charges]:
    """Work out the rate constants and what enters the flask.

    Constants are (n_procedures, n_draws, 1 or 2, n_reactions): at the temperature of the flask, and where that of the
    hydride is another in any procedure, at that too.
    """
    at = _conditions(flask, model, procedures, draws, pairs)
    k = _rate_constants(flask, at)
    if all(p.hydride_temperature_C == p.temperature_C for p in procedures):
        return k[:, :, None], _charges(flask, at)
    return np.stack((k, _rate_constants(flask, at.with_hydride())), axis=2), _charges(flask, at)


def _conditions(
    flask: Flask, model: Model, procedures: Sequence[Settled], draws: Draws, pairs: Sequence[Pair] | None
) -> Conditions:
    at = conditions_of(flask.pair, model, procedures, draws, holds_acid=flask.setting.has_acid)
    return at if pairs is None else of_each(at, pairs)


def _rate_constants(flask: Flask, at: Conditions) -> Array:
    """Work out the constants of all reactions (n_procedures, n_draws, n_reactions)."""
    constants = named_constants(at, flask.ladders, steps=flask.steps, couplings=flask.couplings)
    return reaction_constants(flask.network, constants)


def _charges(flask: Flask, at: Conditions) -> Charges:
    """Work out what enters the flask besides the amounts that the procedure states."""
    model = at.drawn.model
    sources = [water_source(model, p) for p in at.procedures]
    water = np.stack([_pool(at, name) for name in (sources if len(set(sources)) > 1 else sources[:1])])
    is_formalin = np.array([[brings_formalin(flask.pair, p)] for p in at.procedures])
    first, second = (
        0.0 if bottle is None else bottle.water_equivalents
        for bottle in (flask.pair.amine_bottle, flask.pair.carbonyl_bottle)
    )
    with_carbonyl = np.where(is_formalin, _pool(at, "water.formalin"), second)
    usable = [float(model.reductant(p.reductant).usable_hydrides) for p in at.procedures]
    return Charges(
        amine=flask.charged,
        water_M=water,
        water_with_carbonyl=with_carbonyl,
        usable_hydrides=np.array(usable),
        water_with_amine=first,
        titres=titres(at, flask.pair),
        store=flask.store,
        acid_M=acid_charged(at, flask.pair) if flask.setting.has_acid else None,
    )


@of_pair
def _pool(at: Conditions, name: str) -> Array:
    """Draw a source of water (n_draws,) [M, or mol/mol of what brings it]."""
    return np.asarray(10.0 ** at.drawn.named(name))
