"""Alike: pairs whose flasks differ in numbers only, so that procedures of all of them run in one batch.

Alike are pairs with one network and constants of the same classes: the same ladders in the same groups, nitrogens that
share protons over as many bonds, the same class of carbonyl with the same steps, no bottle besides the compounds
themselves and no number of their own. What differs is basicity, electronics and bulk: columns of ``Conditions``.
"""

from planner.flask.conditions import near_bases
from planner.mechanism.microstates import group_sites
from planner.model.model import Model
from planner.structures.pairs import Pair
from planner.structures.products import has_pattern


def likeness(pair: Pair, model: Model) -> object | None:
    """Name what pairs must share to run in one batch; None where a pair runs alone."""
    own = (model.find("compound_impurity", (s.smiles,)) for s in (pair.amine, pair.carbonyl))
    has_bottle = pair.amine_bottle is not None or pair.carbonyl_bottle is not None
    if has_bottle or model.calibration is not None or any(number is not None for number in own):
        return None
    return (
        tuple((group.rings, group.n_copies) for group in group_sites(pair.sites)),
        tuple(sorted(near_bases(pair).items())),
        pair.carbonyl_class.name,
        tuple(has_pattern(pair.carbonyl.smiles, step.only) for step in model.steps if step.only),
    )
