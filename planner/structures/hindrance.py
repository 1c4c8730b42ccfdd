"""Hindrance: by what factor the bulk of two partners slows their condensation down, at the medians of a set.

The same sum as ``flask.crowding`` draws, for what is said of structures before a flask is computed.
"""

from math import log10

from planner.model.model import Model
from planner.structures.carbonyls import CarbonylSite
from planner.structures.sites import Site

HINDERED = 3.0
"""Factor from which both partners are called hindered: half a decade."""


def hindrance(nitrogen: Site, carbonyl: CarbonylSite, model: Model) -> float:
    """Work out the factor by which bulk, beside what the classes carry, slows one nitrogen down: 1 where it does not.

    Parameters
    ----------
    nitrogen
        As charged; with one N-H its last hydrogen goes, and an iminium ion forms.
    carbonyl
        The planned one.
    model
        Whose medians are taken; a set without bulk gives 1.
    """
    is_last = nitrogen.n_hydrogens == 1
    is_ketone = model.site_class(carbonyl.carbonyl_class).is_ketone
    kind = "iminium" if is_last else "ketimine" if is_ketone else "aldimine"
    lost = nitrogen.bulk * carbonyl.bulk * _cost(model, "crowding", f"{kind}_condensation")
    for table in ("condensation", "second_condensation") if is_last else ("condensation",):
        lost += nitrogen.beta_branches * _cost(model, "branching", f"{table}_amine")
        lost += carbonyl.beta_branches * _cost(model, "branching", f"{table}_carbonyl")
    return float(10.0**lost)


def _cost(model: Model, table: str, entry: str) -> float:
    """Give what a factor costs, in decades; at least 0, and 0 where the set lacks it."""
    found = model.find(table, (entry,))
    return 0.0 if found is None else max(0.0, -log10(found.value))
