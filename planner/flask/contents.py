"""Settings: which of the flask's parts a procedure needs, so that only what is in use is written out.

Procedures of one setting share a network; see ``flask.prepare``.
"""

from dataclasses import dataclass
from functools import lru_cache

from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.parts import ACID, CHARGES
from planner.structures.bottles import WATER
from planner.structures.pairs import Pair


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What a network holds besides the ladder."""

    joint: bool = False
    """Whether nitrogens of a molecule are followed jointly."""
    has_acid: bool = False
    """Whether acid is followed as a species that holds amines."""
    own_steps: tuple[str, ...] = ()
    """Names of the steps that the reductant brings."""
    is_stored: bool = False
    """Whether the carbonyl compound enters as a solid that gives it slowly."""


def setting_of(pair: Pair, model: Model, procedure: Settled) -> Setting:
    """Tell what a settled procedure of a pair needs."""
    is_dry = procedure.water != "wet" and procedure.solvent != WATER
    joint = needs_joint_states(pair, procedure)
    return _setting(pair, model, procedure.reductant, joint, procedure.acid_equivalents > 0, is_dry)


@lru_cache(maxsize=1024)
def _setting(pair: Pair, model: Model, reductant: str, joint: bool, is_acidic: bool, is_dry: bool) -> Setting:
    """Tell it once for all procedures that are alike in this."""
    own = tuple(step.name for step in model.steps_of_reductant(reductant))
    needs_acid = is_acidic or bool(own) or brings_acid(pair, model)
    has_store = any(step.store for step in model.steps_of(pair.carbonyl_class.name))
    return Setting(
        joint=joint,
        has_acid=ACID in model.parts and needs_acid,
        own_steps=own,
        is_stored=has_store and is_dry,
    )


def needs_joint_states(pair: Pair, procedure: Settled) -> bool:
    """Tell whether molecules of different age meet, so that nitrogens are no longer independent."""
    return len(pair.sites) > 1 and "amine" in procedure.fed


def brings_acid(pair: Pair, model: Model) -> bool:
    """Tell whether the bottle of the carbonyl compound holds some of its acid."""
    chain = model.class_chain(pair.carbonyl_class.name)
    return {ACID, CHARGES} <= set(model.parts) and model.find("acid_share", chain) is not None
