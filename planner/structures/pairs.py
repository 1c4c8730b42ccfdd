"""Pairs: an amine and a carbonyl compound as the planner sees them, with every product they can give.

A pair is read once: structures, reactive nitrogens, carbonyl, all constitutional isomers of all
degrees of alkylation, and what these structures warn of. Whatever must not be planned is refused here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, product
from math import comb, prod

from rdkit import Chem

from planner.errors import ScopeError
from planner.model.catalogue import Entry, find_entry
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.model.site_classes import SiteClass
from planner.structures.bottles import Bottle, bottle_of
from planner.structures.carbonyls import CarbonylSite, all_carbonyls, carbonyl_kinds, find_carbonyl
from planner.structures.cautions import Caution, find_cautions, product_risks, salts, unconditional
from planner.structures.names import read_name
from planner.structures.products import alkylated, counted, reduced_carbonyl, ring_closed
from planner.structures.regulated import check_regulated
from planner.structures.scope import check_order, check_pair
from planner.structures.sites import Site, find_sites
from planner.structures.structure import Structure, molecule, read_structure
from planner.structures.surrogates import Surrogate, sold_form

CLOSING_ATOMS = (4, 5, 6, 7)
"""Atoms from one carbonyl carbon to the other of rings that close: five- to eight-membered with the nitrogen."""

MOST_PRODUCTS = 2000
"""Different products that are written, gated and listed: about a second. Six primary amines that differ make 729."""


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
    carbonyl_class: SiteClass
    """Its class."""
    products: tuple[tuple[tuple[int, ...], str], ...]
    """(new alkyl groups on each site, SMILES of that product) for every way to alkylate."""
    alcohol: str
    """SMILES of the reduced carbonyl compound."""
    cautions: tuple[str, ...]
    """What these two structures warn of, one sentence each."""
    amine_bottle: Bottle | None = None
    """What the amine brings besides itself; None where it is the free compound without a solvent."""
    carbonyl_bottle: Bottle | None = None
    """The same of the carbonyl compound."""

    product_risks: tuple[str, ...] = ()
    """Those of the cautions that foretell another main product."""
    warnings: tuple[Caution, ...] = ()
    """Everything that these structures warn of, what depends on the procedure among it; the gravest first."""

    def __hash__(self) -> int:
        """Tell pairs apart by their structures; the rest is compared only where those are alike."""
        return hash((self.amine.smiles, self.carbonyl.smiles))

    def bottles(self, carbonyl_equivalents: float) -> tuple[tuple[Bottle, float], ...]:
        """List what is no free compound without a solvent, with moles per mole of amine."""
        both = ((self.amine_bottle, 1.0), (self.carbonyl_bottle, carbonyl_equivalents))
        return tuple((bottle, equivalents) for bottle, equivalents in both if bottle is not None)

    def weak_acid(self, carbonyl_equivalents: float) -> float:
        """Add up the weak acid that the salts of both partners bring [mol per mol of amine]."""
        return sum(e * bottle.weak_acid_equivalents for bottle, e in self.bottles(carbonyl_equivalents))

    @property
    def texts(self) -> tuple[str, str]:
        """What is read as this pair again, bottles and all: amine, carbonyl."""
        held = ((self.amine, self.amine_bottle), (self.carbonyl, self.carbonyl_bottle))
        first, second = (s.smiles if bottle is None else bottle.text for s, bottle in held)
        return first, second

    @property
    def n_hydrogens(self) -> int:
        """Reactive N-H bonds: the highest degree of alkylation."""
        return sum(site.n_hydrogens for site in self.sites)

    def isomers(self, degree: int) -> tuple[str, ...]:
        """List the products with this many new alkyl groups, as SMILES."""
        return tuple(dict.fromkeys(smiles for alkyls, smiles in self.products if sum(alkyls) == degree))


def read_pair(amine: str, carbonyl: str, model: Model | None = None) -> Pair:
    """Read two structures and find everything that the planner needs to know of them.

    Parameters
    ----------
    amine, carbonyl
        SMILES, or names of the reagent table; salts are stripped and named, and what a bottle brings is kept.
    model
        Whose rules and names are used; the shipped ones when absent.

    Raises
    ------
    StructureError
        If a text is not a usable structure.
    ScopeError
        If the chemistry is not covered, or a product belongs to a regulated family.
    """
    known = model or load_model()
    first, second = (
        read_name(text, known.catalogue) if isinstance(text, str) else read_structure(text).smiles
        for text in (amine, carbonyl)
    )
    return _read_pair(
        first, second, known, *(find_entry(text, known.catalogue) for text in (amine, carbonyl))
    )


def pair_of(
    amine: str,
    carbonyl: str,
    model: Model,
    amine_entry: Entry | None = None,
    carbonyl_entry: Entry | None = None,
) -> Pair:
    """Read a pair whose names are resolved already: SMILES with their counter-ions, and what the catalogue says.

    A library resolves the names of its partners once; see ``read_pair`` for what is raised.
    """
    return _read_pair(amine, carbonyl, model, amine_entry, carbonyl_entry)


@lru_cache(maxsize=64)
def _read_pair(
    amine_text: str,
    carbonyl_text: str,
    model: Model,
    amine_entry: Entry | None = None,
    carbonyl_entry: Entry | None = None,
) -> Pair:
    """Read a pair; a slider moves the procedure many times while the pair stays."""
    amine, sold = _structure(amine_text), _structure(carbonyl_text)
    form = sold_form(sold.smiles, model)
    carbonyl = sold if form is None else _freed(sold, form)
    check_order(amine, carbonyl, model)
    check_regulated({amine.smiles: 0, carbonyl.smiles: "the carbonyl compound itself"})
    sites = find_sites(amine, model=model)
    carbonyl_site = find_carbonyl(carbonyl, model)
    products = _products(amine, carbonyl, sites, carbonyl_site)
    made = {smiles: sum(alkyls) for alkyls, smiles in products if any(alkyls)}
    check_regulated(made, whole=products[-1][1])
    if others := [*_rings(amine, carbonyl, sites, model), *_elsewhere(amine, carbonyl, sites, model)]:
        check_regulated(others)
    check_pair(amine, carbonyl, model)  # after the gate: what is regulated is so whatever else is in the way
    found = find_cautions(amine, carbonyl, model)
    return Pair(
        amine=amine,
        carbonyl=carbonyl,
        sites=sites,
        carbonyl_site=carbonyl_site,
        carbonyl_class=model.site_class(carbonyl_site.carbonyl_class),
        products=products,
        alcohol=_alcohol(carbonyl.smiles, carbonyl_site.atom_index),
        cautions=(*unconditional(found), *salts(amine, carbonyl), *([form.sentence] if form else [])),
        product_risks=product_risks(found),
        warnings=found,
        amine_bottle=bottle_of(amine_text, amine, amine_entry),
        carbonyl_bottle=bottle_of(carbonyl_text, carbonyl, carbonyl_entry, form),
    )


@lru_cache(maxsize=4096)
def _structure(text: str) -> Structure:
    """Read a partner once."""
    return read_structure(text)


def _freed(sold: Structure, form: Surrogate) -> Structure:
    """Take the compound that a sold form sets free, with the counter-ions that came along."""
    return replace(
        _structure(form.smiles),
        counter_ions=sold.counter_ions if sold.salt_equivalents else (),
        strong_acid_equivalents=sold.strong_acid_equivalents,
        salt_equivalents=sold.salt_equivalents,
        water_equivalents=sold.water_equivalents,
    )


@lru_cache(maxsize=4096)
def _alcohol(smiles: str, carbon: int) -> str:
    """Write the reduced carbonyl compound once."""
    return reduced_carbonyl(smiles, carbon=carbon)


def _elsewhere(amine: Structure, carbonyl: Structure, sites: Sequence[Site], model: Model) -> list[str]:
    """List what the slower carbonyls of the carbonyl compound make: named as a risk, but not outside the gate."""
    slower = carbonyl_kinds(carbonyl.smiles, model)[1:]
    return [
        alkylated(amine.smiles, carbonyl.smiles, ((site.atom_index, n),), carbon=other.atom_index)
        for other in slower
        for site in sites
        for n in range(1, site.n_hydrogens + 1)
    ]


def _rings(amine: Structure, carbonyl: Structure, sites: Sequence[Site], model: Model) -> list[str]:
    """List the rings that a nitrogen with two N-H closes with both carbonyl groups of a dicarbonyl compound.

    They are outside the model (a caution says so) but not outside the gate.
    """
    carbons = [site.atom_index for site in all_carbonyls(carbonyl, model)]
    if len(carbons) < 2:
        return []
    mol = molecule(carbonyl.smiles)
    reached = [c for c in combinations(carbons, 2) if len(Chem.GetShortestPath(mol, *c)) in CLOSING_ATOMS]
    open_sites = [site.atom_index for site in sites if site.n_hydrogens >= 2]
    return [ring_closed(amine.smiles, carbonyl.smiles, atom, pair) for atom in open_sites for pair in reached]


def _products(
    amine: Structure, carbonyl: Structure, sites: Sequence[Site], carbonyl_site: CarbonylSite
) -> tuple[tuple[tuple[int, ...], str], ...]:
    """Build the product of every way to put alkyl groups on the sites: unreacted first, all N-H alkylated last.

    Ways that the symmetry of the amine exchanges give one product, which is written once.
    """
    _check_number(sites)
    all_differ = len({site.group for site in sites}) == len(sites)
    found, written = [], dict[object, str]()
    for alkyls in product(*(range(site.n_hydrogens + 1) for site in sites)):
        placed = tuple((site.atom_index, n) for site, n in zip(sites, alkyls, strict=True) if n)
        key = placed if all_differ else counted(amine.smiles, placed)
        if key not in written:
            written[key] = alkylated(amine.smiles, carbonyl.smiles, placed, carbon=carbonyl_site.atom_index)
        found.append((alkyls, written[key]))
    return tuple(found)


def _check_number(sites: Sequence[Site]) -> None:
    """Refuse more products than are written: among n equivalent nitrogens with h N-H at least C(n + h, n) differ."""
    alike = Counter((site.group, site.n_hydrogens) for site in sites)
    least = prod(comb(n + hydrogens, n) for (_, hydrogens), n in alike.items())
    if least > MOST_PRODUCTS:
        raise ScopeError(
            f"this amine has {len(sites)} reactive nitrogens that differ and so at least {least} products; "
            f"at most {MOST_PRODUCTS} are written and compared: protect some of the nitrogens"
        )
