"""Scope: pairs that are not planned, because the partners are swapped or the amine reacts with its own carbonyl.

An amine with an aldehyde or ketone of its own is planned only where that is a slow ketone out of reach of its
nitrogens, and the carbonyl compound leads it; an open-chain ketone counts as slow beside an aldehyde.
"""

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.structures.carbonyls import (
    LEAST_LEAD,
    CarbonylSite,
    carbonyl_kinds,
    leads,
    planned_carbonyl,
)
from planner.structures.closures import ring_closed_between
from planner.structures.perception import carbonyl_classes
from planner.structures.sites import reacting_nitrogens, reactive_nitrogens
from planner.structures.structure import Structure, as_structure, molecule

SLOW_KETONES = frozenset({"aryl_ketone", "hindered_ketone"})
"""Classes, with those like them, beside which an amine keeps; aldehydes and other ketones pair with it."""
OPEN_KETONE = "acyclic_ketone"
"""Class that an amine may hold where an aldehyde leads it; beside another ketone the amine pairs with it."""
OWN_RINGS = range(3, 9)
"""Atoms from a nitrogen to its own carbonyl carbon, both counted, at which the amine reacts with itself: an aliphatic
NH2 alpha or beta to a ketone pairs up (dihydropyrazines and their like), from five on a ring closes."""
SMALLEST_IMINIUM = 5
"""Atoms of the smallest ring that holds the C=N of a cyclic imine or iminium ion; what has one N-H, or its NH2 on an
aromatic ring, neither closes a smaller one nor pairs up."""


def check_order(amine: Structure | str, carbonyl: Structure | str, model: Model | None = None) -> None:
    """Refuse pairs that are swapped.

    Raises
    ------
    ScopeError
        If the first is a carbonyl compound without a reactive N-H and the second is an amine.
    """
    first, second = as_structure(amine), as_structure(carbonyl)
    known = model or load_model()
    is_amine = bool(reactive_nitrogens(first, known)) or not carbonyl_classes(first.smiles, known)
    if not is_amine and reactive_nitrogens(second, known):
        raise ScopeError(
            f"amine {first.smiles!r} is a carbonyl compound and {second.smiles!r} is an amine; "
            "expected the amine first: swap them"
        )


def check_pair(amine: Structure | str, carbonyl: Structure | str, model: Model | None = None) -> None:
    """Refuse pairs that are swapped, and amines that would react with their own carbonyl instead.

    Raises
    ------
    ScopeError
        If the amine's own carbonyl closes a ring, pairs with the amine of another molecule, or is nearly as reactive
        as the carbonyl compound.
    """
    first, second = as_structure(amine), as_structure(carbonyl)
    known = model or load_model()
    check_order(first, second, known)
    planned = planned_carbonyl(second.smiles, known)
    for site in carbonyl_kinds(first.smiles, known):
        label = known.site_class(site.carbonyl_class).label
        meets_aldehyde = planned is not None and not known.site_class(planned.carbonyl_class).is_ketone
        reason = _reacts_alone(first, site, known, meets_aldehyde=meets_aldehyde)
        if not reason and planned is not None and not leads(planned, site, known):
            slower = known.site_class(planned.carbonyl_class).label
            reason = f"it condenses within a factor of {LEAST_LEAD:g} of the carbonyl compound ({slower})"
        if reason:
            raise ScopeError(
                f"amine {first.smiles!r} also holds an aldehyde or ketone ({label}): {reason}; expected an amine "
                "without one, or a much slower ketone out of its reach: protect it as its acetal or ketal"
            )


def _reacts_alone(amine: Structure, site: CarbonylSite, model: Model, *, meets_aldehyde: bool) -> str:
    """Say how an amine reacts with its own carbonyl; empty where it does not, or an aldehyde is so much faster."""
    mol = molecule(amine.smiles)
    for nitrogen in reacting_nitrogens(amine, model):
        size = ring_closed_between(mol, nitrogen, site.atom_index) or 0
        atom = mol.GetAtomWithIdx(nitrogen)
        pairs_up = atom.GetTotalNumHs(True) > 1 and not any(n.GetIsAromatic() for n in atom.GetNeighbors())
        if size in OWN_RINGS and (pairs_up or size >= SMALLEST_IMINIUM):
            if size >= SMALLEST_IMINIUM:
                return f"ring closure to {size} atoms comes first, see `planner cyclize` for that ring"
            return "self-condensation comes first and is not covered yet"
    chain = model.class_chain(site.carbonyl_class)
    is_slow = not SLOW_KETONES.isdisjoint(chain) or (meets_aldehyde and OPEN_KETONE in chain)
    return "" if is_slow else "it pairs with itself (self-condensation, oligomers), which is not covered yet"
