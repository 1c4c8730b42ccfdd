"""Records: structures and their sites as plain JSON types."""

from typing import Any

from planner.errors import ScopeError
from planner.model.model import Model
from planner.structures.bottles import Bottle
from planner.structures.sites import all_carbonyls, find_sites
from planner.structures.structure import Structure, read_structure


def structure_record(structure: Structure, bottle: Bottle | None = None) -> dict[str, Any]:
    """Describe a structure, with what is read as its bottle again where it came in one that brings more."""
    held = {} if bottle is None else {"bottle": bottle.text}
    return held | {
        "smiles": structure.smiles,
        "formula": structure.formula,
        "molar_mass": structure.molar_mass,
        "exact_mass": structure.exact_mass,
        "counter_ions": list(structure.counter_ions),
    }


def sites_record(smiles: str, model: Model) -> dict[str, Any]:
    """Describe the reactive nitrogens and carbonyl groups of one structure; either list may be empty, not both."""
    structure = read_structure(smiles)
    carbonyls = all_carbonyls(structure, model)
    try:
        sites = find_sites(structure, model=model)
    except ScopeError:
        if not carbonyls:
            raise
        sites = ()
    return {
        "smiles": structure.smiles,
        "sites": [
            {
                "atom_index": s.atom_index,
                "site_class": s.site_class,
                "n_hydrogens": s.n_hydrogens,
                "group": s.group,
                "coupled_with": list(s.coupled_with),
            }
            for s in sites
        ],
        "carbonyls": [{"atom_index": c.atom_index, "site_class": c.carbonyl_class} for c in carbonyls],
    }
