"""Titres: what is really in the flask of what was weighed in (the part "charges").

For amine, carbonyl compound and reductant, each with an impurity of its own and a weighing of its own::

    in the flask = stated (1 - impurity) exp(w),        impurity at most 0.5

Arrays are (n_procedures, n_draws), or one row where it is the same for all.
"""

from collections.abc import Sequence

import numpy as np

from planner.engine import Array
from planner.flask.conditions import Conditions
from planner.flask.setting import brings_acid
from planner.model.draws import DrawnModel
from planner.model.parts import CHARGES
from planner.structures.bottles import Bottle
from planner.structures.pairs import Pair

LARGEST_IMPURITY = 0.5
"""A bottle that is less pure than this is thrown away."""
SALT = 1.0
"""Acid equivalents from which an amine that is a gas counts as its solid salt."""


def titres(at: Conditions, pair: Pair) -> dict[str, Array]:
    """Work out the moles in the flask per mole stated of each partner; empty where the set does not count that."""
    drawn = at.drawn
    if CHARGES not in drawn.model.parts:
        return {}
    impurities = {
        "amine": amine_impurity(at, pair),
        "carbonyl": carbonyl_impurity(at, pair)[None],
        "reductant": at.each(
            "reductant", lambda r: _listed(drawn, drawn.model.reductant(r).key, ("impurity",))
        ),
    }
    return {
        partner: (1.0 - impurity) * np.exp(drawn.named(f"weighing.{partner}"))
        for partner, impurity in impurities.items()
    }


def acid_charged(at: Conditions, pair: Pair) -> Array:
    """Add up the acid that waits in the flask (n_procedures, 1 or n_draws) [M].

    A share of the aldehyde's impurity is its acid, and is there from the start, also where the aldehyde is fed.
    """
    amine = at.column("concentration_M")
    acid = amine * at.column("acid_equivalents")
    if not brings_acid(pair, at.drawn.model):
        return acid
    share = 10.0 ** at.drawn.classed("acid_share", at.chain(at.carbonyl.name))
    brought = (
        np.minimum(share, 1.0) * carbonyl_impurity(at, pair) * np.exp(at.drawn.named("weighing.carbonyl"))
    )
    return np.asarray(acid + amine * at.column("carbonyl_equivalents") * brought)


def _share(log_impurity: Array) -> Array:
    return np.minimum(10.0**log_impurity, LARGEST_IMPURITY)


def _listed(drawn: DrawnModel, table: str, names: Sequence[str]) -> Array:
    """Draw the impurity of the first of these names that has one (n_draws,); none is none."""
    found = drawn.model.find(table, names)
    return np.zeros(len(drawn.draws.normals)) if found is None else _share(drawn.value(found))


def amine_impurity(at: Conditions, pair: Pair) -> Array:
    """Draw the impurity of the amine; a salt is solid, whatever its amine is (n_procedures, n_draws)."""
    drawn = at.drawn
    usual = _share(drawn.named("amine_impurity.usual"))
    own = drawn.model.find("compound_impurity", (pair.amine.smiles,))
    if own is None or _is_salt(pair.amine_bottle):
        return np.asarray(usual[None])
    return np.where(at.column("acid_equivalents") >= SALT, usual, _share(drawn.value(own)))


def _is_salt(bottle: Bottle | None) -> bool:
    return bottle is not None and bottle.strong_acid_equivalents + bottle.weak_acid_equivalents > 0


def carbonyl_impurity(at: Conditions, pair: Pair) -> Array:
    """Draw the impurity of the carbonyl compound (n_draws,)."""
    drawn = at.drawn
    own = drawn.model.find("compound_impurity", (pair.carbonyl.smiles,))
    return (
        _listed(drawn, "carbonyl_impurity", at.chain(at.carbonyl.name))
        if own is None
        else _share(drawn.value(own))
    )
