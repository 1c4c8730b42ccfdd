"""Alike: pairs whose flasks differ in numbers only, so that procedures of all of them run in one batch.

Alike are pairs with one network: the same ladders in the same groups, classes of carbonyl compounds with the same
steps, no bottle besides the compounds themselves and no number of their own. What differs is basicity, electronics and
bulk, columns of ``Conditions``, and what is drawn for a class of carbonyl compounds, or for the one kind of nitrogen of
an amine, rows of them.

Where nothing differs a procedure comes to the same, to the last bit, and is run once.
"""

from dataclasses import replace
from functools import lru_cache

from planner.flask.acidity import AMMONIA
from planner.flask.bottles import FORMALDEHYDE
from planner.flask.conditions import ORDINALS, near_bases
from planner.flask.crowding import knows_bulk
from planner.mechanism.microstates import Ladder, Ring, group_sites
from planner.model.model import Model
from planner.structures.bottles import Bottle
from planner.structures.pairs import Pair
from planner.structures.products import has_pattern
from planner.structures.protons import bonds_to_base


@lru_cache(maxsize=2048)
def likeness(pair: Pair, model: Model) -> object | None:
    """Name what pairs must share to run in one batch; None where a pair runs alone."""
    own = (model.find("compound_impurity", (s.smiles,)) for s in (pair.amine, pair.carbonyl))
    has_bottle = pair.amine_bottle is not None or pair.carbonyl_bottle is not None
    if has_bottle or model.calibration is not None or any(number is not None for number in own):
        return None
    return (
        *_ladders_alike(pair, model),
        _kind_of_carbonyl(pair, model),
        special_steps(pair, model),
    )


def nitrogens_of(pair: Pair) -> tuple[tuple[tuple[Ring, ...], int], ...]:
    """Name the classes of the amine's nitrogens and how they hang together."""
    return tuple((group.rings, group.n_copies) for group in group_sites(pair.sites))


def _ladders_alike(pair: Pair, model: Model) -> tuple[object, object]:
    """Name what amines must share: ladders, how they hang together, and over how many bonds they share protons.

    Where there is one kind of nitrogen its class and the bonds are rows, unless the class decides more than is drawn.
    """
    groups = nitrogens_of(pair)
    ladders = dict.fromkeys(ladder for rings, _ in groups for ring in rings for ladder in ring.ladders)
    if len(ladders) > 1 or not all(_is_nameless(ladder, model) for ladder in ladders):
        return groups, tuple(sorted(near_bases(pair).items()))
    rings_of = tuple(
        (tuple(replace(r, ladders=tuple(replace(x, site_class="") for x in r.ladders)) for r in rings), n)
        for rings, n in groups
    )
    return rings_of, ()


def _is_nameless(ladder: Ladder, model: Model) -> bool:
    """Tell whether the class of a nitrogen counts by what is drawn for it and by nothing else.

    Ammonia becomes an alkylamine. Classes have a pKaH for two nitrogens that share a proton, or, in sets that know no
    bulk or no error of basicity, say these.
    """
    is_known = knows_bulk(model) and model.find("basicity_error", ORDINALS[:1]) is not None
    is_paired = model.find("paired_protonation", (ladder.site_class,)) is not None
    return is_known and not is_paired and ladder.n_hydrogens != AMMONIA


def _kind_of_carbonyl(pair: Pair, model: Model) -> object:
    """Name what classes of carbonyl compounds must share: steps, whether they are ketones, and whether they hold acid.

    Formaldehyde has numbers of its own, and ammonia turns into the alkylamine of its class.
    """
    carbonyl = pair.carbonyl_class
    chain = model.class_chain(carbonyl.name)
    is_own = carbonyl.name == FORMALDEHYDE or any(site.n_hydrogens == AMMONIA for site in pair.sites)
    return (
        carbonyl.name if is_own else carbonyl.is_ketone,
        tuple(step.name for step in model.steps_of(carbonyl.name)),
        model.find("acid_share", chain) is not None,
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
