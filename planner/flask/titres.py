"""Titres: what is really in the flask of what was weighed in (the part "charges").

For amine, carbonyl compound and reductant, each with an impurity of its own and a weighing of its own::

    in the flask = stated (1 - impurity) exp(w),        impurity at most 0.5

An assay that the procedure states takes the place of the usual median, with a width of 0.1 and a cap of 0.7; one of 1
is no impurity at all. Equivalents are moles by label: mass weighed over molar mass.

Arrays are (n_procedures, n_draws), or one row where it is the same for all.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

import numpy as np

from planner.engine import Array
from planner.flask.conditions import Conditions, of_pair
from planner.flask.contents import brings_acid
from planner.flask.fields import ASSAYS
from planner.flask.procedure import Settled
from planner.flask.rows import Rows
from planner.model.model import Model
from planner.model.parts import CHARGES
from planner.model.quantities import Parameter
from planner.structures.pairs import Pair
from planner.structures.structure import Structure

MOST = 0.5
"""A bottle that is less pure than this is thrown away."""
MOST_ASSAYED = 0.7
"""The same of one that was assayed: it is known, and used all the same."""
ASSAY_SD = 0.1
"""log10 standard deviation of an impurity that was assayed; estimate."""
SALT = 1.0
"""Acid equivalents from which an amine that is a gas counts as its solid salt."""


def titres(at: Conditions, pair: Pair) -> dict[str, Array]:
    """Work out the moles in the flask per mole stated of each partner; empty where the set does not count that."""
    model = at.drawn.model
    if CHARGES not in model.parts:
        return {}
    return {
        partner: (1.0 - _impurities(at, pair, partner)) * _weighed(at, f"weighing.{partner}")
        for partner in ASSAYS
    }


def acid_charged(at: Conditions, pair: Pair) -> Array:
    """Add up the acid that waits in the flask (n_procedures, 1 or n_draws) [M].

    A share of the aldehyde's impurity is its acid, and is there from the start, also where the aldehyde is fed. Acetic
    acid counts as ``counted_at_most`` says.
    """
    amine = at.column("concentration_M")
    acid = amine * np.minimum(at.column("acid_equivalents"), counted_at_most(pair))
    if not brings_acid(pair, at.drawn.model):
        return acid
    brought = _acid_share(at) * _impurities(at, pair, "carbonyl") * _weighed(at, "weighing.carbonyl")
    return np.asarray(acid + amine * at.column("carbonyl_equivalents") * brought)


def counted_at_most(pair: Pair) -> float:
    """State the acid that counts for an amine [mol per mol]: all of it where there is a primary nitrogen.

    An imine is neutral, and acid that holds the amine draws it back. The iminium ion of a secondary amine pairs with
    acid as much as the amine does, which is not computed: there one equivalent counts for each nitrogen that acid can
    hold at once, one of each coupled ring, and what is beyond draws nothing back.
    """
    if any(site.n_hydrogens > 1 for site in pair.sites):
        return np.inf
    return sum(1.0 / (1.0 + len(site.coupled_with)) for site in pair.sites)


@of_pair
def _weighed(at: Conditions, name: str) -> Array:
    """Draw what was weighed over what is stated (n_draws,)."""
    return np.asarray(np.exp(at.drawn.named(name)))


@of_pair
def _acid_share(at: Conditions) -> Array:
    """Draw the share of an aldehyde's impurity that is its acid (n_draws,)."""
    return np.minimum(10.0 ** at.of_carbonyl("acid_share"), 1.0)


def usual_assays(pair: Pair, model: Model, procedure: Settled) -> dict[str, float]:
    """Tell the usual mass fraction of each partner that may still be assayed: no solution, and not stated."""
    if CHARGES not in model.parts:
        return {}
    bottles = {"amine": pair.amine_bottle, "carbonyl": pair.carbonyl_bottle}
    dissolved = {partner for partner, bottle in bottles.items() if bottle is not None and bottle.solvent}
    return {
        partner: 1.0 - min(number.value, MOST)
        for partner, number in _numbers(pair, model, procedure).items()
        if number is not None and partner not in dissolved and getattr(procedure, ASSAYS[partner]) is None
    }


def _numbers(pair: Pair, model: Model, procedure: Settled) -> Mapping[str, Parameter | None]:
    """Find the impurity of each partner: its own where it is not like its class."""
    return _found(pair, model, procedure.reductant, procedure.acid_equivalents >= SALT)


@lru_cache(maxsize=256)
def _found(pair: Pair, model: Model, reductant: str, is_salt: bool) -> Mapping[str, Parameter | None]:
    """Find them once for all procedures of a reductant, with acid for a salt of the amine or without."""
    of_class = model.find("carbonyl_impurity", model.class_chain(pair.carbonyl_class.name))
    return {
        "amine": _of_amine(pair, model, is_salt),
        "carbonyl": _own(model, pair.carbonyl) or of_class,
        "reductant": model.find(model.reductant(reductant).key, ("impurity",)),
    }


def _own(model: Model, compound: Structure) -> Parameter | None:
    """Find the impurity of a compound that is not like its class."""
    return model.find("compound_impurity", (compound.smiles,))


def _of_amine(pair: Pair, model: Model, is_salt: bool) -> Parameter | None:
    """Find the impurity of the amine: one that is a gas counts as its solid salt where there is acid for it."""
    bottle = pair.amine_bottle
    was_salt = bottle is not None and bottle.weak_acid_equivalents + bottle.strong_acid_equivalents > 0
    own = None if was_salt or is_salt else _own(model, pair.amine)
    return own or model.parameter("amine_impurity.usual")


def _impurities(at: Conditions, pair: Pair, partner: str) -> Array:
    """Draw an impurity for each procedure (n_procedures, n_draws), or one row where it is the same for all."""
    assay = attrgetter(ASSAYS[partner])
    kinds = Rows.gathered(
        [(number, assay(p)) for number, p in zip(_each(at, pair, partner), at.procedures, strict=True)],
        lambda kind: (kind[0] and kind[0].name, kind[1]),
    )
    return np.atleast_2d(kinds.drawn(lambda kind: _impurity(at, *kind)))


def _each(at: Conditions, pair: Pair, partner: str) -> Sequence[Parameter | None]:
    """List the impurity of a partner for each procedure; of several pairs that of the carbonyl's class."""
    model = at.drawn.model
    if partner == "carbonyl" and at.carbonyls is not None:
        of_class = [model.find("carbonyl_impurity", at.chain(c.name)) for c in at.carbonyls.kinds]
        return [of_class[i] for i in at.carbonyls.of]
    return [_found(pair, model, p.reductant, p.acid_equivalents >= SALT)[partner] for p in at.procedures]


@of_pair
def _impurity(at: Conditions, number: Parameter | None, assay: float | None) -> Array:
    """Draw one impurity (n_draws,): that of the kind of compound, or that of the assay; neither is none."""
    drawn = at.drawn
    if assay is None:
        return np.zeros(drawn.n_draws) if number is None else np.minimum(10.0 ** drawn.value(number), MOST)
    z = np.zeros(drawn.n_draws) if number is None else drawn.normals(number)
    return np.minimum((1.0 - assay) * 10.0 ** (ASSAY_SD * z), MOST_ASSAYED)
