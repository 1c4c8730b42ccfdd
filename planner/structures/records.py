"""Records: structures and their sites as plain JSON types."""

from typing import Any

from planner.errors import ScopeError
from planner.model.model import Model
from planner.structures.basicity import Protonation, first_protonation
from planner.structures.bottles import Bottle
from planner.structures.carbonyls import CarbonylSite, all_carbonyls
from planner.structures.sites import Site, find_sites
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
    first = first_protonation(structure.smiles, model) if sites else None
    return {
        "smiles": structure.smiles,
        "sites": [_nitrogen_record(site) for site in sites],
        "carbonyls": [_carbonyl_record(site) for site in carbonyls],
        "first_protonation": None if first is None else _protonation_record(first),
    }


def _nitrogen_record(site: Site) -> dict[str, Any]:
    """Describe a reactive nitrogen."""
    return {
        "atom_index": site.atom_index,
        "site_class": site.site_class,
        "n_hydrogens": site.n_hydrogens,
        "group": site.group,
        "coupled_with": list(site.coupled_with),
        "pKaH": round(site.pKaH, 2),
        "pKaH_sd": round(site.pKaH_sd, 2),
        "bulk": round(site.bulk, 2),
    }


def _carbonyl_record(site: CarbonylSite) -> dict[str, Any]:
    """Describe an aldehyde or ketone."""
    return {
        "atom_index": site.atom_index,
        "site_class": site.carbonyl_class,
        "bulk": round(site.bulk, 2),
        "sigma": round(site.sigma, 2),
        "shift": round(site.shift, 2),
    }


def _protonation_record(first: Protonation) -> dict[str, Any]:
    """Describe where the first proton goes."""
    return {
        "atom_index": first.atom_index,
        "is_on_ring": first.is_on_ring,
        "pKaH": round(first.pKaH, 2),
        "pKaH_sd": round(first.pKaH_sd, 2),
    }


def carbonyl_words(record: dict[str, Any]) -> str:
    """Say what the numbers of a carbonyl stand for where there is one; else nothing."""
    if not record["carbonyls"]:
        return ""
    return (
        "sigma: Hammett's sigma plus of the aromatic rings on C=O, summed; shift: what electronics and crowding around "
        "C=O do to log10 of its condensation with a primary amine, against the parent of its class."
    )


def protonation_words(record: dict[str, Any]) -> str:
    """Say where the first proton goes where that is no nitrogen that reacts; else nothing."""
    first = record["first_protonation"]
    if first is None or first["atom_index"] in [site["atom_index"] for site in record["sites"]]:
        return ""
    place = "nitrogen of the aromatic ring" if first["is_on_ring"] else "other nitrogen"
    return (
        f"In water the {place} at atom {first['atom_index']} takes the first proton (pKaH of the molecule "
        f"{first['pKaH']:.1f}, sd {first['pKaH_sd']:.1f}); the table has the reacting nitrogen's own."
    )
