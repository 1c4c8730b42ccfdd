"""Alike: pairs whose flasks differ in numbers only, so that procedures of all of them run in one batch.

Alike are pairs with one network and constants of the same classes: the same ladders in the same groups, nitrogens that
share protons over as many bonds, the same class of carbonyl with the same steps, no bottle besides the compounds
themselves and no number of their own. What differs is basicity, electronics and bulk: columns of ``Conditions``.

Where nothing differs a procedure comes to the same, to the last bit, and is run once.
"""

from dataclasses import replace

from planner.flask.conditions import near_bases
from planner.mechanism.microstates import group_sites
from planner.model.model import Model
from planner.structures.bottles import Bottle
from planner.structures.pairs import Pair
from planner.structures.products import has_pattern
from planner.structures.protons import bonds_to_base


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
        special_steps(pair, model),
    )


def special_steps(pair: Pair, model: Model) -> tuple[bool, ...]:
    """Tell of each step that only some carbonyl compounds have whether this pair has it."""
    return tuple(has_pattern(pair.carbonyl.smiles, step.only) for step in model.steps if step.only)


def numbers_of_runs(pair: Pair, model: Model) -> object:
    """Gather everything about a pair on which its runs depend: where it is equal, so are they, to the last bit.

    Nitrogens stand in the order of the molecule, atoms as places in that order, so that sums are of the same numbers in
    the same order. Of bottles the contents count; of structures only those of which something is known alone.
    """
    places = {site.atom_index: i for i, site in enumerate(pair.sites)}
    sites = tuple(
        replace(site, atom_index=i, coupled_with=tuple(places[a] for a in site.coupled_with))
        for i, site in enumerate(pair.sites)
    )
    both = (pair.amine.smiles, pair.carbonyl.smiles)
    return (
        sites,
        tuple(bonds_to_base(pair.amine.smiles, site.atom_index) for site in pair.sites),
        replace(pair.carbonyl_site, atom_index=0),
        special_steps(pair, model),
        _contents(pair.amine_bottle),
        _contents(pair.carbonyl_bottle),
        tuple(model.find("compound_impurity", (smiles,)) for smiles in both),
        both if model.calibration is not None else (),
    )


def _contents(bottle: Bottle | None) -> Bottle | None:
    """Take the label off a bottle."""
    return None if bottle is None else replace(bottle, name="", text="")
