"""Several pairs in one batch: what differs between them becomes columns and rows of its conditions.

Which pairs may share a batch says ``flask.alike``.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

import numpy as np

from planner.engine import Array
from planner.flask.acidity import AMMONIA
from planner.flask.conditions import Conditions, basicity_shift, near_bases
from planner.flask.rows import Rows
from planner.mechanism.microstates import Ladder, ladders_of
from planner.structures.carbonyls import CarbonylSite
from planner.structures.electronics import Electronics
from planner.structures.pairs import Pair
from planner.structures.sites import Site


def of_each(at: Conditions, pairs: Sequence[Pair]) -> Conditions:
    """Give every procedure the numbers of its own pair: basicity, electronics and bulk become columns.

    What is drawn for the classes of carbonyl compounds becomes rows where these differ; so does, for amines that have
    one kind of nitrogen, what is drawn for its class and for how near another one is.

    Parameters
    ----------
    at
        Of the procedures, as for one pair.
    pairs
        Of each procedure; alike, see ``flask.alike``.
    """
    model = at.drawn.model
    rows = [id(pair) for pair in pairs]
    known = {id(pair): _sites_in(at, pair) for pair in {id(pair): pair for pair in pairs}.values()}

    def column(number: Callable[[Site], float], ladder: Ladder) -> Array:
        own = {key: number(sites[ladder]) for key, sites in known.items()}
        return np.array([[own[row]] for row in rows])

    def carbonyl(number: Callable[[CarbonylSite], float]) -> Any:
        return np.array([[number(pair.carbonyl_site)] for pair in pairs])

    terms = {f.name: carbonyl(lambda c, n=f.name: getattr(c.electronics, n)) for f in fields(Electronics)}  # type: ignore[misc]
    sites: dict[Ladder, Any] = {
        ladder: replace(
            site,
            bulk=column(lambda s: s.bulk, ladder),  # type: ignore[arg-type]
            beta_branches=column(lambda s: s.beta_branches, ladder),  # type: ignore[arg-type]
        )
        for ladder, site in at.sites.items()
    }
    is_one_kind = len(at.sites) == 1 and all(ladder.n_hydrogens < AMMONIA for ladder in at.sites)
    has_near = bool(at.near)
    return replace(
        at,
        kept={},
        carbonyl=pairs[0].carbonyl_class,
        carbonyls=Rows.gathered([pair.carbonyl_class for pair in pairs], attrgetter("name")),
        nitrogens=Rows.gathered([pair.sites[0].site_class for pair in pairs], str) if is_one_kind else None,
        nearest=Rows.gathered([_nearest(pair) for pair in pairs], int) if is_one_kind and has_near else None,
        sites=sites,
        carbonyl_site=replace(
            at.carbonyl_site,
            electronics=Electronics(**terms),
            bulk=carbonyl(lambda c: c.bulk),
            beta_branches=carbonyl(lambda c: c.beta_branches),
        ),
        pKaH={ladder: column(lambda s: s.pKaH, ladder) for ladder in at.sites},
        pKaH_sd={ladder: column(lambda s: s.pKaH_sd, ladder) for ladder in at.sites},
        shifts={ladder: column(lambda s: basicity_shift(s, model), ladder) for ladder in at.sites},
    )


def _nearest(pair: Pair) -> int:
    """Find how near another basic nitrogen is, of an amine that has one kind of nitrogen."""
    (bonds,) = near_bases(pair).values()
    return bonds


def _sites_in(at: Conditions, pair: Pair) -> dict[Ladder, Site]:
    """Find the nitrogen of a pair that each ladder of the flask stands for; of one kind whatever its class is."""
    ladders = ladders_of(pair.sites)
    own = {ladders[site.atom_index]: site for site in pair.sites}
    return dict(zip(at.sites, own.values(), strict=True)) if len(own) == 1 else own
