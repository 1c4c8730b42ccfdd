"""Pairs: an amine and a carbonyl compound as the planner sees them, with every product they can give.

A pair is read once: structures, reactive nitrogens, carbonyl, all constitutional isomers of all
degrees of alkylation, and what these structures warn of. Whatever must not be planned is refused here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from pathlib import Path

from rdkit import Chem

from planner.model.catalogue import resolve_name
from planner.model.site_classes import SiteClass, load_site_classes
from planner.structures.cautions import CautionRule, cautions, load_cautions
from planner.structures.products import alkylated, reduced_carbonyl, ring_closed
from planner.structures.regulated import check_regulated
from planner.structures.sites import CarbonylSite, Site, all_carbonyls, check_pair, find_carbonyl, find_sites
from planner.structures.structure import Structure, molecule, read_structure

CLOSING_ATOMS = (4, 5, 6, 7)
"""Atoms from one carbonyl carbon to the other of rings that close: five- to eight-membered with the nitrogen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """An amine and a carbonyl compound, perceived."""

    amine: Structure
    """The free base."""
    carbonyl: Structure
    """The aldehyde or ketone."""
    sites: tuple[Site, ...]
    """Reactive nitrogens of the amine."""
    carbonyl_site: CarbonylSite
    """The reactive carbonyl group."""
    classes: tuple[SiteClass, ...]
    """Every site class of the model folder."""
    products: tuple[tuple[tuple[int, ...], str], ...]
    """(new alkyl groups on each site, SMILES of that product) for every way to alkylate."""
    alcohol: str
    """SMILES of the reduced carbonyl compound."""
    cautions: tuple[str, ...]
    """What these two structures warn of, one sentence each."""

    @property
    def n_hydrogens(self) -> int:
        """Reactive N-H bonds: the highest degree of alkylation."""
        return sum(site.n_hydrogens for site in self.sites)

    def isomers(self, degree: int) -> tuple[str, ...]:
        """List the products with this many new alkyl groups, as SMILES."""
        return tuple(dict.fromkeys(smiles for alkyls, smiles in self.products if sum(alkyls) == degree))

    def site_class(self, name: str) -> SiteClass:
        """Look up a class by name."""
        return next(c for c in self.classes if c.name == name)

    @property
    def carbonyl_class(self) -> SiteClass:
        """Class of the reactive carbonyl group."""
        return self.site_class(self.carbonyl_site.carbonyl_class)


def read_pair(amine: str, carbonyl: str, models: str | Path | None = None) -> Pair:
    """Read two structures and find everything that the planner needs to know of them.

    Parameters
    ----------
    amine, carbonyl
        SMILES, or names of the reagent table; salts are stripped and named.
    models
        Folder of the model files; the bundled one when absent.

    Raises
    ------
    StructureError
        If a text is not a usable structure.
    ScopeError
        If the chemistry is not covered, or a product belongs to a regulated family.
    """
    texts = (resolve_name(amine, models), resolve_name(carbonyl, models))
    return _read_pair(*texts, load_site_classes(models), load_cautions(models))


@lru_cache(maxsize=64)
def _read_pair(
    amine_text: str, carbonyl_text: str, classes: tuple[SiteClass, ...], rules: tuple[CautionRule, ...]
) -> Pair:
    """Read a pair; a slider moves the procedure many times while the pair stays."""
    amine, carbonyl = read_structure(amine_text), read_structure(carbonyl_text)
    check_pair(amine, carbonyl, classes)
    sites = find_sites(amine, classes)
    carbonyl_site = find_carbonyl(carbonyl, classes)
    products = _products(amine, carbonyl, sites, carbonyl_site)
    check_regulated(dict.fromkeys(smiles for alkyls, smiles in products if any(alkyls)))
    check_regulated(_rings(amine, carbonyl, sites, classes))
    return Pair(
        amine=amine,
        carbonyl=carbonyl,
        sites=sites,
        carbonyl_site=carbonyl_site,
        classes=classes,
        products=products,
        alcohol=reduced_carbonyl(carbonyl.smiles),
        cautions=cautions(amine, carbonyl, classes, rules),
    )


def _rings(
    amine: Structure, carbonyl: Structure, sites: Sequence[Site], classes: Sequence[SiteClass]
) -> list[str]:
    """List the rings that a nitrogen with two N-H closes with both carbonyl groups of a dicarbonyl compound.

    They are outside the model (a caution says so) but not outside the gate.
    """
    carbons = [site.atom_index for site in all_carbonyls(carbonyl, classes)]
    mol = molecule(carbonyl.smiles)
    reached = [c for c in combinations(carbons, 2) if len(Chem.GetShortestPath(mol, *c)) in CLOSING_ATOMS]
    open_sites = [site.atom_index for site in sites if site.n_hydrogens >= 2]
    return [ring_closed(amine.smiles, carbonyl.smiles, atom, pair) for atom in open_sites for pair in reached]


def _products(
    amine: Structure, carbonyl: Structure, sites: Sequence[Site], carbonyl_site: CarbonylSite
) -> tuple[tuple[tuple[int, ...], str], ...]:
    """Build the product of every way to put alkyl groups on the sites, unreacted first."""
    found = []
    for alkyls in product(*(range(site.n_hydrogens + 1) for site in sites)):
        placed = tuple((site.atom_index, n) for site, n in zip(sites, alkyls, strict=True) if n)
        smiles = alkylated(amine.smiles, carbonyl.smiles, placed, carbon=carbonyl_site.atom_index)
        found.append((alkyls, smiles))
    return tuple(found)
