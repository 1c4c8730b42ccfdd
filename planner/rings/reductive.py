"""Reductive closing: the ladder's own constants make the rate with which an amine end becomes an amine bond.

The steps are those of the planner's flask: condensation, its way back by water, and the hydride; they are taken from
the pair of one amine end and one carbonyl end, whose other ends are left off. With the imine as an intermediate that
never piles up::

    k = k_c k_h [H] / (k_-c [water] + k_h [H])

[H] is what is charged for all ends, [water] what all ends set free. Closing takes the same steps with the effective
molarity in the place of a concentration, so the share of rings does not depend on them, only how far the flask gets.
Where imine piles up, its rings and chains pass into each other by exchange before the hydride takes them; the share is
the same while EM is.
"""

from dataclasses import dataclass

import numpy as np

from planner.engine import Array
from planner.errors import ScopeError
from planner.flask.flask import constants_and_charges, prepare
from planner.flask.kinetics import distinct_ladders
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.mechanism.names import constant_name
from planner.model.draws import Draws
from planner.model.model import Model
from planner.rings.edits import without_carbonyl, without_nitrogens
from planner.rings.kinetics import Constants, Drawn, assembled
from planner.rings.pairs import RingPair
from planner.structures.pairs import Pair, read_pair


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EndRates:
    """One amine end with one carbonyl end, in the planner's flask; arrays over the draws."""

    forward: Array
    """Condensation [M-1 s-1]."""
    back: Array
    """By water [M-1 s-1]."""
    hydride: Array
    """On the imine or iminium ion [M-1 s-1]."""
    usable: float
    """Hydrides of a mole of reductant that count."""
    second: Array
    """Rate of the secondary amine that is made against that of the amine end [1]; 0 where it has no N-H."""


def one_end_each(pair: RingPair, model: Model) -> Pair:
    """Read the pair of one amine end and one carbonyl end, the others left off."""
    nitrogen = pair.a.nitrogens[0]
    others = [n.atom for n in pair.a.nitrogens[1:]]
    if pair.b is None:
        amine = without_carbonyl(pair.a.smiles, pair.a.carbonyls)
        carbonyl = without_nitrogens(pair.a.smiles, [nitrogen.atom])
    else:
        amine = without_nitrogens(pair.a.smiles, others) if others else pair.a.smiles
        carbonyl = without_carbonyl(pair.b.smiles, pair.ends[1:]) if pair.ends[1:] else pair.b.smiles
    return read_pair(amine, carbonyl, model)


def end_rates(
    pair: RingPair, model: Model, draws: Draws, *, reductant: str, solvent: str | None, temperature_C: float
) -> EndRates:
    """Take the ladder's constants for the ends of a closure.

    Raises
    ------
    ScopeError
        If the planner does not cover these ends.
    """
    one = one_end_each(pair, model)
    asked = Procedure(reductant=reductant, solvent=solvent, temperature_C=temperature_C)
    procedure, _ = settle(asked, model, one)
    flask = prepare(one, model)
    rates, _ = constants_and_charges(flask, model, [procedure], draws)
    by_name: dict[str, Array] = {}
    for reaction, column in zip(flask.network.reactions, np.moveaxis(rates[0, :, 0], -1, 0), strict=True):
        by_name.setdefault(reaction.constants[0], column / reaction.multiplicity)
    ladder = distinct_ladders(flask.groups)[0]

    def named(kind: str, rung: int) -> Array:
        name = constant_name(kind, (ladder, rung))
        if name not in by_name:
            raise ScopeError(
                f"{one.amine.smiles!r} with {one.carbonyl.smiles!r} has no step {kind!r} in this model; expected an "
                "amine and a carbonyl that condense: choose others"
            )
        return by_name[name]

    forward, back, hydride = (named(kind, 0) for kind in ("condensation", "hydrolysis", "hydride transfer"))
    second = np.zeros_like(forward)
    if ladder.n_hydrogens > 1:
        second = named("condensation", 1) / forward
    return EndRates(
        forward=forward,
        back=back,
        hydride=hydride,
        usable=float(model.reductant(procedure.reductant).usable_hydrides),
        second=second,
    )


def reductive_constants(
    pair: RingPair, drawn: Drawn, rates: EndRates, *, ends_M: float, equivalents: float
) -> Constants:
    """Work out the constants of a reductive closure with so many carbonyl ends per litre [M] and reductant per end."""
    hydride = rates.hydride * rates.usable * equivalents * ends_M
    k = rates.forward * hydride / (rates.back * ends_M + hydride)
    ring_hydrogens = sum(_left(n.n_hydrogens, pair) for n in pair.a.nitrogens)
    return assembled(pair, drawn, k, drawn.none, rates.second * ring_hydrogens)


def _left(n_hydrogens: int, pair: RingPair) -> int:
    """Tell whether a nitrogen has an N-H left in the ring, 1 or 0."""
    n_bonds = 2 if pair.b is not None and len(pair.a.nitrogens) == 1 else 1
    return int(n_hydrogens > n_bonds)
