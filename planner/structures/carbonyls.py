"""Carbonyls: which carbon of an aldehyde or ketone reacts, and by how much faster than the others.

A carbon reacts where ``perception`` names it an aldehyde or ketone. Its class and what its neighbours do to it decide
how fast it condenses; of several the fastest is planned, where it leads the next by more than a factor of
``LEAST_LEAD``. Carbonyls exchanged by the symmetry of the molecular graph are alike.
"""

from dataclasses import dataclass
from functools import lru_cache

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.model.site_classes import pattern
from planner.structures.bulk import carbonyl_bulk
from planner.structures.electronics import Electronics, electronics, median_shift
from planner.structures.perception import carbonyl_classes, carbonyl_look_alikes, check_held
from planner.structures.sites import reactive_nitrogens
from planner.structures.structure import Structure, as_structure, molecule, symmetry_ranks

LEAST_LEAD = 10.0
"""Factor in condensation within which two carbonyls compete."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CarbonylSite:
    """The carbon of an aldehyde or ketone."""

    atom_index: int
    """Of the canonical SMILES, from 0."""
    carbonyl_class: str
    """Name of its class."""
    electronics: Electronics
    """What its neighbours add up to."""
    shift: float
    """Change of log10 of its condensation with a primary amine by them, against its class."""
    bulk: float = 0.0
    """Groups and branches around it, as ``structures.bulk`` counts them; 0 for formaldehyde."""
    beta_branches: float = 0.0
    """Branches at beta atoms alone, which no class counts."""

    @property
    def sigma(self) -> float:
        """Hammett's sigma plus of the aromatic rings on it, summed [1]."""
        return self.electronics.polar + self.electronics.resonance


def all_carbonyls(structure: Structure | str, model: Model | None = None) -> tuple[CarbonylSite, ...]:
    """Find every aldehyde and ketone carbon, in order of atom index; none is no error."""
    return carbonyls_of(as_structure(structure).smiles, model or load_model())


@lru_cache(maxsize=4096)
def carbonyls_of(smiles: str, model: Model) -> tuple[CarbonylSite, ...]:
    """Find every aldehyde and ketone carbon of a canonical SMILES, once per structure."""
    return tuple(
        _carbonyl_site(smiles, atom, c.name, model) for atom, c in carbonyl_classes(smiles, model).items()
    )


def _carbonyl_site(smiles: str, atom: int, name: str, model: Model) -> CarbonylSite:
    """Describe a carbonyl carbon of this class."""
    found = electronics(smiles, atom, model)
    shift = median_shift(found, "condensation", model.class_chain(name), model)
    bulk = carbonyl_bulk(smiles, atom, model)
    return CarbonylSite(
        atom_index=atom,
        carbonyl_class=name,
        electronics=found,
        shift=shift,
        bulk=bulk.number,
        beta_branches=bulk.beta,
    )


def reactivity(site: CarbonylSite, model: Model) -> float:
    """Tell how fast a carbonyl condenses with an n-alkylamine in methanol [M-1 s-1], at the median."""
    found = model.find("condensation", model.class_chain(site.carbonyl_class))
    return float((1.0 if found is None else found.value) * 10.0**site.shift)


@lru_cache(maxsize=4096)
def carbonyl_kinds(smiles: str, model: Model) -> tuple[CarbonylSite, ...]:
    """List one carbonyl of each kind that symmetry does not exchange, the most reactive first."""
    sites = carbonyls_of(smiles, model)
    if len(sites) < 2:
        return sites
    ranks = symmetry_ranks(smiles)
    firsts = {ranks[site.atom_index]: site for site in reversed(sites)}
    return tuple(sorted(firsts.values(), key=lambda s: (-reactivity(s, model), s.atom_index)))


def planned_carbonyl(smiles: str, model: Model) -> CarbonylSite | None:
    """Find the carbonyl of a canonical SMILES that reacts first, planned or not; None where there is none."""
    return next(iter(carbonyl_kinds(smiles, model)), None)


def second_carbonyls(amine: str, carbonyl: str, model: Model) -> tuple[tuple[str, CarbonylSite, float], ...]:
    """List the carbonyls that a pair holds besides the one that is planned, unlike those that symmetry exchanges.

    Parameters
    ----------
    amine, carbonyl
        Canonical SMILES.
    model
        Whose perception rules and constants are used.

    Returns
    -------
    tuple of (str, CarbonylSite, float)
        Partner ("amine" or "carbonyl compound"), the group, and by what factor the planned one condenses faster.
    """
    kinds = carbonyl_kinds(carbonyl, model)
    others = [("carbonyl compound", site) for site in kinds[1:]]
    others += [("amine", site) for site in carbonyl_kinds(amine, model)] if kinds else []
    return tuple((role, s, reactivity(kinds[0], model) / reactivity(s, model)) for role, s in others)


def find_carbonyl(structure: Structure | str, model: Model | None = None) -> CarbonylSite:
    """Find the aldehyde or ketone of a carbonyl compound that reacts; of several that are alike, the first.

    Parameters
    ----------
    structure
        SMILES or Structure.
    model
        Whose perception rules and constants are used; the shipped ones when absent.

    Raises
    ------
    StructureError
        If a text is not a usable structure.
    ScopeError
        If there is no aldehyde or ketone, a second one within a factor of ``LEAST_LEAD``, or a group that the model
        does not hold.

    Examples
    --------
    >>> find_carbonyl("CC(C)C=O").carbonyl_class
    'branched_alkanal'
    >>> find_carbonyl("CC(=O)c1ccc(C=O)cc1").carbonyl_class
    'aryl_aldehyde_poor'
    """
    carbonyl, known = as_structure(structure), model or load_model()
    check_held(carbonyl, known, "carbonyl compound")
    kinds = carbonyl_kinds(carbonyl.smiles, known)
    if not kinds:
        raise _no_carbonyl(carbonyl, known)
    if len(kinds) > 1 and not leads(kinds[0], kinds[1], known):
        lead = reactivity(kinds[0], known) / reactivity(kinds[1], known)
        both = " and ".join(known.site_class(site.carbonyl_class).label for site in kinds[:2])
        raise ScopeError(
            f"carbonyl compound {carbonyl.smiles!r} has {len(kinds)} different reactive carbonyls ({both}), of which "
            f"the first condenses only {lead:.2g} times faster; expected one, several that are alike, or a lead of "
            f"more than {LEAST_LEAD:g}: protect the other as its acetal or ketal"
        )
    return kinds[0]


def leads(first: CarbonylSite, second: CarbonylSite, model: Model) -> bool:
    """Whether one carbonyl condenses so much faster than another that it may be planned alone."""
    slow = reactivity(second, model)
    return reactivity(first, model) > LEAST_LEAD * slow * (1.0 + 1e-9)


LEAVING = ("[CX4]-[Cl,Br,I]", "[CX4]-[OX2]-[SX4](=O)(=O)-[#6]")
"""Ends that an amine takes the place of."""


def _no_carbonyl(carbonyl: Structure, model: Model) -> ScopeError:
    """Say why a structure is no aldehyde or ketone."""
    others = carbonyl_look_alikes(carbonyl.smiles, model)
    reason = f"it has no aldehyde or ketone, only {others}" if others else "it has no aldehyde or ketone"
    ends = sum(len(molecule(carbonyl.smiles).GetSubstructMatches(pattern(s))) for s in LEAVING)
    ring = "; with two ends that leave it closes a ring: see `planner cyclize`" if ends > 1 else ""
    swapped = "; are amine and carbonyl compound swapped?" if reactive_nitrogens(carbonyl, model) else ""
    return ScopeError(
        f"carbonyl compound {carbonyl.smiles!r}: {reason}; expected exactly one: give an aldehyde or ketone"
        f"{ring}{swapped}"
    )
