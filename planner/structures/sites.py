"""Sites: which nitrogens of a molecule react, which carbonyl does, and which do not.

Perception is a list of named SMARTS rules kept in ``models/sites.toml``: the first rule that
matches an atom names it. Look-alikes (amide, indole, ester, ...) come before classes, so a
nitrogen is an amine only where nothing says otherwise. Nitrogens exchanged by the symmetry of
the molecular graph form one group; those in one ring of at most nine atoms are coupled.

Assumptions: tautomers are taken as ``read_structure`` writes them; mirror-image and diastereotopic nitrogens count as
equivalent. Sources of the classes: Mayr's nucleophilicities and pKaH values, see each rule's note.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from rdkit import Chem

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.parameters import chosen_model, load_model
from planner.model.site_classes import SiteClass, pattern
from planner.structures.basicity import basicity
from planner.structures.bulk import carbonyl_bulk, nitrogen_bulk
from planner.structures.closures import ring_closed_between
from planner.structures.electronics import Electronics, electronics, median_shift
from planner.structures.structure import Structure, molecule, read_structure

MAX_SITES = 8
MAX_COUPLED_RING = 9
LEAST_LEAD = 10.0
"""Factor in condensation within which two carbonyls compete."""
SLOW_KETONES = frozenset({"aryl_ketone", "hindered_ketone"})
"""Classes, with those like them, beside which an amine keeps; aldehydes and other ketones pair with it."""
OWN_RINGS = range(3, 9)
"""Atoms from a nitrogen to its own carbonyl carbon, both counted, at which the amine reacts with itself: an aliphatic
NH2 alpha or beta to a ketone pairs up (dihydropyrazines and their like), from five on a ring closes."""
SMALLEST_IMINIUM = 5
"""Atoms of the smallest ring that holds the C=N of a cyclic imine or iminium ion; what has one N-H, or its NH2 on an
aromatic ring, neither closes a smaller one nor pairs up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A nitrogen with at least one N-H that condenses with aldehydes and ketones."""

    atom_index: int
    """Of the canonical SMILES, from 0."""
    site_class: str
    """Name of its class."""
    n_hydrogens: int
    """Number of N-H (or N-D) bonds."""
    group: int
    """Number of its class of equivalent nitrogens, from 0 in order of first atom."""
    coupled_with: tuple[int, ...]
    """Atom indices of nitrogens in the same small ring."""
    coupling: str | None
    """Name of the ring coupling: ``piperazine``, ``diazepane`` or ``triazonane``."""
    pKaH: float
    """Of its conjugate acid in water at 25 C, first protonation of the molecule's other sites ignored."""
    pKaH_sd: float
    """Standard deviation of that [pK]."""
    bulk: float = 0.0
    """Branches at its alpha and beta atoms, as ``structures.bulk`` counts them; 0 for a chain or a ring amine."""
    beta_branches: float = 0.0
    """Those at beta atoms alone, which no class counts."""


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


def matching_atoms(mol: Any, smarts: Sequence[str]) -> set[int]:
    """Atoms that are the first atom of any of the patterns."""
    return {int(match[0]) for s in smarts for match in mol.GetSubstructMatches(pattern(s), maxMatches=10_000)}


NITROGENS, CARBONYLS, REFUSED = ("other_nitrogen", "amine"), ("other_carbonyl", "carbonyl"), ("refused",)
"""Kinds of rules that are asked together: the first that matches an atom names it."""
CANDIDATES = {"amine": "[#7]", "carbonyl": "[#6]=[#8]"}
"""Atoms that a rule of a kind can name at all; when each has its name the rest of the rules is not asked."""


@lru_cache(maxsize=4096)
def _classified(smiles: str, model: Model, kinds: tuple[str, ...]) -> Mapping[int, SiteClass]:
    """Name atoms by the first rule of these kinds that matches, in order of atom index; once per structure.

    Look-alikes are asked in full, because they may name other atoms too; the dictionary is shared, never changed.
    """
    mol = molecule(smiles)
    named: dict[int, SiteClass] = {}
    candidates = matching_atoms(mol, (CANDIDATES[kinds[-1]],)) if kinds[-1] in CANDIDATES else None
    for site_class in model.site_classes:
        if site_class.kind not in kinds:
            continue
        if site_class.kind == kinds[-1] and candidates is not None and named.keys() >= candidates:
            break
        found = matching_atoms(mol, site_class.smarts)
        if found and site_class.exclude:
            found -= matching_atoms(mol, site_class.exclude)
        named |= {atom: site_class for atom in found if atom not in named}
    return dict(sorted(named.items()))


def _as_structure(structure: Structure | str) -> Structure:
    """Read text; pass a structure on."""
    return structure if isinstance(structure, Structure) else read_structure(structure)


def _refuse(structure: Structure, model: Model, role: str) -> None:
    """Refuse groups whose own reactions the model does not hold."""
    for group in _classified(structure.smiles, model, REFUSED).values():
        raise ScopeError(f"{role} {structure.smiles!r} holds {group.label}: {group.note}")


def _named(found: Mapping[int, SiteClass], kind: str) -> dict[int, SiteClass]:
    """Keep atoms of one kind."""
    return {atom: site_class for atom, site_class in found.items() if site_class.kind == kind}


def _labels(found: Mapping[int, SiteClass], kind: str) -> str:
    """List what look-alikes are there, each once."""
    return ", ".join(dict.fromkeys(c.label for c in _named(found, kind).values()))


def reactive_nitrogens(structure: Structure | str, model: Model | None = None) -> dict[int, SiteClass]:
    """Find nitrogens with a reactive N-H, by atom index; none is no error, nor is one that reacts only where alone."""
    found = reacting_nitrogens(_as_structure(structure), model or load_model())
    return {atom: site_class for atom, site_class in found.items() if not site_class.only_alone}


def reacting_nitrogens(amine: Structure | str, model: Model) -> dict[int, SiteClass]:
    """Find the nitrogens of an amine that are alkylated; very slow ones count only where there is no other."""
    smiles = amine.smiles if isinstance(amine, Structure) else amine
    found = _named(_classified(smiles, model, NITROGENS), "amine")
    return {a: c for a, c in found.items() if not c.only_alone} or found


def find_sites(
    structure: Structure | str, *, models: str | Path | None = None, model: Model | None = None
) -> tuple[Site, ...]:
    """Find the reactive nitrogens of an amine.

    Parameters
    ----------
    structure
        SMILES or Structure.
    models, model
        Folder of the model files, or a model in memory; the shipped one when both are absent.

    Returns
    -------
    tuple of Site
        In order of atom index of the canonical SMILES.

    Raises
    ------
    StructureError
        If a text is not a usable structure.
    ScopeError
        If there is no reactive N-H, more than 8 of them, or a group that the model does not hold.

    Examples
    --------
    >>> [(s.site_class, s.n_hydrogens, s.group) for s in find_sites("NCCNCCN")]
    [('vicinal_diamine', 2, 0), ('dialkyl', 1, 1), ('vicinal_diamine', 2, 0)]
    """
    amine, known = _as_structure(structure), chosen_model(models, model)
    _refuse(amine, known, "amine")
    return _find_sites(amine.smiles, known)


@lru_cache(maxsize=4096)
def _find_sites(smiles: str, model: Model) -> tuple[Site, ...]:
    """Find the reactive nitrogens of a canonical SMILES, once per structure."""
    found = reacting_nitrogens(smiles, model)
    nitrogens = tuple(found)
    if not nitrogens:
        raise _no_amine(smiles, model)
    if len(nitrogens) > MAX_SITES:
        raise ScopeError(
            f"amine {smiles!r} has {len(nitrogens)} reactive nitrogens; "
            f"at most {MAX_SITES} are covered: protect some of them"
        )
    mol = molecule(smiles)
    groups, rings = _groups(mol, nitrogens), _couplings(mol, nitrogens)
    basicities = {atom: basicity(smiles, atom, model) for atom in nitrogens}
    bulks = {atom: nitrogen_bulk(smiles, atom, model) for atom in nitrogens}
    return tuple(
        Site(
            atom_index=atom,
            site_class=found[atom].name,
            n_hydrogens=int(mol.GetAtomWithIdx(atom).GetTotalNumHs(True)),
            group=groups[atom],
            coupled_with=rings.get(atom, ((), None))[0],
            coupling=rings.get(atom, ((), None))[1],
            pKaH=basicities[atom][0],
            pKaH_sd=basicities[atom][1],
            bulk=bulks[atom].number,
            beta_branches=bulks[atom].beta,
        )
        for atom in nitrogens
    )


def _no_amine(smiles: str, model: Model) -> ScopeError:
    """Say why a structure is no amine."""
    others = _labels(_classified(smiles, model, NITROGENS), "other_nitrogen")
    reason = f"its nitrogen is {others}, which does not react" if others else "it has no nitrogen"
    swapped = "; are amine and carbonyl compound swapped?" if carbonyls_of(smiles, model) else ""
    return ScopeError(
        f"amine {smiles!r}: {reason}; "
        f"expected an amine with at least one N-H: give a primary or secondary one{swapped}"
    )


def _groups(mol: Any, atoms: Sequence[int]) -> dict[int, int]:
    """Give atoms that the symmetry of the graph exchanges one number, from 0."""
    ranks = list(Chem.CanonicalRankAtoms(mol, breakTies=False, includeChirality=False))
    order = list(dict.fromkeys(ranks[atom] for atom in atoms))
    return {atom: order.index(ranks[atom]) for atom in atoms}


def _ring_size(mol: Any, first: int, second: int) -> int | None:
    """Size of the smallest chordless ring of at most nine atoms that holds both atoms."""

    def rings(path: list[int]) -> Iterator[int]:
        for atom in mol.GetAtomWithIdx(path[-1]).GetNeighbors():
            index = atom.GetIdx()
            if index in path or not atom.IsInRing():
                continue
            bonded = {n.GetIdx() for n in atom.GetNeighbors()}
            if bonded.intersection(path[1:-1]):
                continue
            if len(path) > 1 and path[0] in bonded:
                if second in (*path, index):
                    yield len(path) + 1
            elif len(path) < MAX_COUPLED_RING - 1:
                yield from rings([*path, index])

    return min(rings([first]), default=None)


def _couplings(mol: Any, nitrogens: Sequence[int]) -> dict[int, tuple[tuple[int, ...], str]]:
    """Collect nitrogens that share small rings; name each set by its smallest ring."""
    sets: list[tuple[set[int], int]] = []
    for pair in combinations(nitrogens, 2):
        size = _ring_size(mol, *pair)
        if size is not None:
            joined = [s for s in sets if s[0].intersection(pair)]
            sets = [s for s in sets if s not in joined]
            sets.append((set(pair).union(*(s[0] for s in joined)), min([size, *(s[1] for s in joined)])))
    names = {7: "diazepane", 8: "diazepane", 9: "triazonane"}
    return {
        atom: (tuple(sorted(members - {atom})), names.get(size, "piperazine"))
        for members, size in sets
        for atom in members
    }


def all_carbonyls(structure: Structure | str, model: Model | None = None) -> tuple[CarbonylSite, ...]:
    """Find every aldehyde and ketone carbon, in order of atom index; none is no error."""
    return carbonyls_of(_as_structure(structure).smiles, model or load_model())


def carbonyls_of(smiles: str, model: Model) -> tuple[CarbonylSite, ...]:
    """Find every aldehyde and ketone carbon of a canonical SMILES."""
    found = _named(_classified(smiles, model, CARBONYLS), "carbonyl")
    return tuple(_carbonyl_site(smiles, atom, c.name, model) for atom, c in found.items())


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
    ranks = list(Chem.CanonicalRankAtoms(molecule(smiles), breakTies=False, includeChirality=False))
    firsts = {ranks[site.atom_index]: site for site in reversed(sites)}
    return tuple(sorted(firsts.values(), key=lambda s: (-reactivity(s, model), s.atom_index)))


def planned_carbonyl(structure: Structure | str, model: Model | None = None) -> CarbonylSite | None:
    """Find the carbonyl that reacts first, whether or not it may be planned; None where there is none."""
    return next(iter(carbonyl_kinds(_as_structure(structure).smiles, model or load_model())), None)


def second_carbonyls(
    amine: Structure | str, carbonyl: Structure | str, model: Model | None = None
) -> tuple[tuple[str, CarbonylSite, float], ...]:
    """List the carbonyls that a pair holds besides the one that is planned, unlike those that symmetry exchanges.

    Returns
    -------
    tuple of (str, CarbonylSite, float)
        Partner ("amine" or "carbonyl compound"), the group, and by what factor the planned one condenses faster.
    """
    known = model or load_model()
    kinds = carbonyl_kinds(_as_structure(carbonyl).smiles, known)
    if not kinds:
        return ()
    fast = reactivity(kinds[0], known)
    others = [("carbonyl compound", site) for site in kinds[1:]]
    others += [("amine", site) for site in carbonyl_kinds(_as_structure(amine).smiles, known)]
    return tuple((role, s, fast / reactivity(s, known)) for role, s in others)


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
    carbonyl, known = _as_structure(structure), model or load_model()
    _refuse(carbonyl, known, "carbonyl compound")
    kinds = carbonyl_kinds(carbonyl.smiles, known)
    if not kinds:
        raise _no_carbonyl(carbonyl, known)
    if len(kinds) > 1 and not _leads(kinds[0], kinds[1], known):
        lead = reactivity(kinds[0], known) / reactivity(kinds[1], known)
        both = " and ".join(known.site_class(site.carbonyl_class).label for site in kinds[:2])
        raise ScopeError(
            f"carbonyl compound {carbonyl.smiles!r} has {len(kinds)} different reactive carbonyls ({both}), of which "
            f"the first condenses only {lead:.2g} times faster; expected one, several that are alike, or a lead of "
            f"more than {LEAST_LEAD:g}: protect the other as its acetal or ketal"
        )
    return kinds[0]


def _leads(first: CarbonylSite, second: CarbonylSite, model: Model) -> bool:
    """Whether one carbonyl condenses so much faster than another that it may be planned alone."""
    slow = reactivity(second, model)
    return reactivity(first, model) > LEAST_LEAD * slow * (1.0 + 1e-9)


def _no_carbonyl(carbonyl: Structure, model: Model) -> ScopeError:
    """Say why a structure is no aldehyde or ketone."""
    found = _classified(carbonyl.smiles, model, CARBONYLS)
    others = _labels(found, "other_carbonyl")
    reason = f"it has no aldehyde or ketone, only {others}" if others else "it has no aldehyde or ketone"
    swapped = "; are amine and carbonyl compound swapped?" if reactive_nitrogens(carbonyl, model) else ""
    return ScopeError(
        f"carbonyl compound {carbonyl.smiles!r}: {reason}; expected exactly one: give an aldehyde or ketone{swapped}"
    )


def check_order(amine: Structure | str, carbonyl: Structure | str, model: Model | None = None) -> None:
    """Refuse pairs that are swapped.

    Raises
    ------
    ScopeError
        If the first is a carbonyl compound without a reactive N-H and the second is an amine.
    """
    first, second = _as_structure(amine), _as_structure(carbonyl)
    known = model or load_model()
    is_amine = bool(reactive_nitrogens(first, known)) or not carbonyls_of(first.smiles, known)
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
    first, second = _as_structure(amine), _as_structure(carbonyl)
    known = model or load_model()
    check_order(first, second, known)
    planned = planned_carbonyl(second, known)
    for site in carbonyl_kinds(first.smiles, known):
        label = known.site_class(site.carbonyl_class).label
        reason = _reacts_alone(first, site, known)
        if not reason and planned is not None and not _leads(planned, site, known):
            slower = known.site_class(planned.carbonyl_class).label
            reason = f"it condenses within a factor of {LEAST_LEAD:g} of the carbonyl compound ({slower})"
        if reason:
            raise ScopeError(
                f"amine {first.smiles!r} also holds an aldehyde or ketone ({label}): {reason}; expected an amine "
                "without one, or a much slower ketone out of its reach: protect it as its acetal or ketal"
            )


def _reacts_alone(amine: Structure, site: CarbonylSite, model: Model) -> str:
    """Say how an amine reacts with its own carbonyl; empty where it does not."""
    mol = molecule(amine.smiles)
    for nitrogen in reacting_nitrogens(amine, model):
        size = ring_closed_between(mol, nitrogen, site.atom_index) or 0
        atom = mol.GetAtomWithIdx(nitrogen)
        pairs_up = atom.GetTotalNumHs(True) > 1 and not any(n.GetIsAromatic() for n in atom.GetNeighbors())
        if size in OWN_RINGS and (pairs_up or size >= SMALLEST_IMINIUM):
            what = f"ring closure to {size} atoms" if size >= SMALLEST_IMINIUM else "self-condensation"
            return f"{what} comes first and is not covered yet"
    is_slow = not SLOW_KETONES.isdisjoint(model.class_chain(site.carbonyl_class))
    return "" if is_slow else "it pairs with itself (self-condensation, oligomers), which is not covered yet"
