"""Crowding: what the bulk of the nitrogen and of the carbonyl carbon costs each step, beside what their classes carry.

With the bulks B and the beta branches b of ``structures.bulk``, all as log10, none of them above 0::

    k_c        w B_N B_C + v_N b_N + v_C b_C, and u_N b_N + u_C b_C more where the last hydrogen goes
    K          w B_N B_C, and u_N b_N + u_C b_C where the last hydrogen goes
    k_r        w B_N B_C, and w once more where a ketone meets the group that it made itself
    exchange   the lower of what the two nitrogens have in k_c, the same both ways

w, a number of its own in each line, differs for imines of aldehydes, imines of ketones and iminium ions. In k_c and K
the last is that of secondary amines as charged: those made in the flask keep the imine's, because the classes' r, m and
mK say what the second step costs besides. B_C of formaldehyde is 0. What a class says of branches at alpha atoms is in
its own numbers; w is what the partners do to each other. As K changes, so do hydrolysis and exchange: detailed balance
holds for any draw. A set without the numbers has none of it; it knows crowding by ketones from the classes that are
``bulky``.
"""

import numpy as np

from planner.engine import Array
from planner.flask.conditions import Conditions, of_pair
from planner.mechanism.microstates import Ladder, takes_last_hydrogen
from planner.model.model import Model

Stage = tuple[Ladder, int]
"""N(a), as (ladder, a)."""
CROWDING = "iminium_reduction.crowding"
"""Number w of an iminium's reduction: what a ketone's does beside a sec-alkyl group."""


@of_pair
def condensation_loss(at: Conditions, stage: Stage) -> Array:
    """log10 of what bulk leaves of k_c (n_draws,)."""
    loss = _facing(at, stage, "condensation") + _branches(at, stage[0], "condensation")
    return loss + _last(at, stage, "second_condensation")


@of_pair
def equilibrium_loss(at: Conditions, stage: Stage) -> Array:
    """log10 of what bulk leaves of K (n_draws,)."""
    return _facing(at, stage, "equilibrium") + _last(at, stage, "iminium_equilibrium")


@of_pair
def transfer_loss(at: Conditions, stage: Stage) -> Array:
    """log10 of what bulk leaves of k_r (n_draws,)."""
    product = _product(at, stage[0])
    if not takes_last_hydrogen(*stage):
        return product * _at_most_one(at, f"crowding.{_imine(at)}_reduction")
    own = float(at.carbonyl.is_ketone and stage[1] > 0)
    if not knows_bulk(at.drawn.model):
        is_bulky = at.carbonyl.is_ketone and at.drawn.model.site_class(stage[0].site_class).bulky
        return max(own, float(is_bulky)) * at.drawn.named(CROWDING)
    return own * at.drawn.named(CROWDING) + product * _at_most_one(at, CROWDING)


def knows_bulk(model: Model) -> bool:
    """Tell whether a set counts bulk; the first sets know bulky classes only."""
    return model.find("bulk", ("exponent",)) is not None


def _facing(at: Conditions, stage: Stage, table: str) -> Array:
    """Draw what nitrogen and carbonyl carbon do to each other."""
    kind = "iminium" if stage[0].n_hydrogens == 1 else _imine(at)
    return _product(at, stage[0]) * _at_most_one(at, f"crowding.{kind}_{table}")


def _imine(at: Conditions) -> str:
    """Name the imine: in a ketone's one group faces the nitrogen's, in an aldehyde's none does."""
    return "ketimine" if at.carbonyl.is_ketone else "aldimine"


def _product(at: Conditions, ladder: Ladder) -> float:
    """Bulk of the nitrogen as charged times that of the carbonyl carbon."""
    return at.sites[ladder].bulk * at.carbonyl_site.bulk


def _branches(at: Conditions, ladder: Ladder, table: str) -> Array:
    """Draw what beta branches do, of either partner."""
    amine = at.sites[ladder].beta_branches * _at_most_one(at, f"branching.{table}_amine")
    return amine + at.carbonyl_site.beta_branches * _at_most_one(at, f"branching.{table}_carbonyl")


def _last(at: Conditions, stage: Stage, table: str) -> Array:
    """Draw what they do besides where the last hydrogen goes."""
    return _branches(at, stage[0], table) * float(takes_last_hydrogen(*stage))


def _at_most_one(at: Conditions, name: str) -> Array:
    """Draw a factor that a set may lack, as log10: bulk helps in no draw."""
    return np.minimum(0.0, at.drawn.optional(name))
