"""Alkylations: how readily the molecule with one new alkyl group takes up carbonyl, against the molecule without.

With k_i(a) the condensation constant of nitrogen i that carries a new alkyl groups, and j the nitrogen with the
largest k(0)::

    k2 / k1 = (k_j(1) + sum_{i != j} c_ij k_i(0)) / sum_i k_i(0)

where c_ij is the coupling of two nitrogens of one ring, else 1, and k(h) = 0 for h hydrogens. On a primary amine it is
k(1) / k(0) of its nitrogen; on a secondary amine alone there is no second alkylation. Were all N-H alike, only their
number would count: (n_H - 1) / n_H, a half for a primary amine. It tells which molecule catches carbonyl sooner, not
the split: where condensation falls back many times before the hydride comes, equilibria and hydride count as well.
"""

import numpy as np

from planner.engine import Array
from planner.flask.condensation import condensation
from planner.flask.conditions import conditions_of
from planner.flask.procedure import Settled
from planner.mechanism.microstates import ladders_of
from planner.model.draws import Draws
from planner.model.model import Model
from planner.structures.pairs import Pair
from planner.structures.sites import Site


def second_to_first(pair: Pair, model: Model, procedure: Settled, draws: Draws) -> Array | None:
    """Work out k2 / k1 of the condensations (n_draws,); None where there is one N-H."""
    if pair.n_hydrogens < 2:
        return None
    at, ladders = conditions_of(pair, model, [procedure], draws), ladders_of(pair.sites)

    def constant(site: Site, alkyls: int) -> Array:
        """K of a nitrogen with some new alkyl groups; 0 where it has no hydrogen left."""
        if alkyls >= site.n_hydrogens:
            return np.zeros(len(draws.normals))
        return np.asarray(10.0 ** condensation(at, (ladders[site.atom_index], alkyls))[0])

    def felt(site: Site, alkylated: Site) -> Array:
        """Factor on k of a nitrogen for an alkyl group on another."""
        is_coupled = alkylated.atom_index in site.coupled_with
        log_factor = (
            at.drawn.named(f"coupling.{site.coupling}") if is_coupled else np.zeros(len(draws.normals))
        )
        return np.asarray(10.0**log_factor)

    free = {site: constant(site, 0) for site in pair.sites}
    after = [
        constant(j, 1) + sum((felt(i, j) * k for i, k in free.items() if i is not j), start=np.zeros(()))
        for j in pair.sites
    ]
    listed = np.stack(list(free.values()))
    second = np.take_along_axis(np.stack(after), listed.argmax(axis=0)[None], axis=0)[0]
    return np.asarray(second / listed.sum(axis=0))


def statistical_ratio(n_hydrogens: int) -> float | None:
    """Count N-H: what k2 / k1 would be were they alike; None where there is one."""
    return (n_hydrogens - 1) / n_hydrogens if n_hydrogens > 1 else None
