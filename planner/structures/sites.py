"""Sites: which nitrogens of a molecule react, which carbonyl does, and which do not.

Perception is a list of named SMARTS rules kept in ``models/sites.toml``: the first rule that
matches an atom names it. Look-alikes (amide, indole, ester, ...) come before classes, so a
nitrogen is an amine only where nothing says otherwise. Nitrogens exchanged by the symmetry of
the molecular graph form one group; those in one ring of at most nine atoms are coupled.

Assumptions: tautomers are taken as drawn; mirror-image and diastereotopic nitrogens count as
equivalent. Sources of the classes: Mayr's nucleophilicities and pKaH values, see each rule's note.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from rdkit import Chem

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.parameters import chosen_model, load_model
from planner.model.site_classes import SiteClass, pattern
from planner.structures.basicity import basicity
from planner.structures.structure import Structure, molecule, read_structure

MAX_SITES = 8
MAX_COUPLED_RING = 9


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


@dataclass(frozen=True, kw_only=True, slots=True)
class CarbonylSite:
    """The carbon of an aldehyde or ketone."""

    atom_index: int
    """Of the canonical SMILES, from 0."""
    carbonyl_class: str
    """Name of its class."""


def matching_atoms(mol: Any, smarts: Sequence[str]) -> set[int]:
    """Atoms that are the first atom of any of the patterns."""
    return {int(match[0]) for s in smarts for match in mol.GetSubstructMatches(pattern(s), maxMatches=10_000)}


def _classified(smiles: str, classes: Sequence[SiteClass], kinds: tuple[str, ...]) -> dict[int, SiteClass]:
    """Name atoms by the first rule of these kinds that matches, in order of atom index."""
    mol = molecule(smiles)
    named: dict[int, SiteClass] = {}
    for site_class in classes:
        if site_class.kind in kinds:
            found = matching_atoms(mol, site_class.smarts) - matching_atoms(mol, site_class.exclude)
            named |= {atom: site_class for atom in found if atom not in named}
    return dict(sorted(named.items()))


def _as_structure(structure: Structure | str) -> Structure:
    """Read text; pass a structure on."""
    return structure if isinstance(structure, Structure) else read_structure(structure)


def _refuse(structure: Structure, classes: Sequence[SiteClass], role: str) -> None:
    """Refuse groups whose own reactions the model does not hold."""
    for group in _classified(structure.smiles, classes, ("refused",)).values():
        raise ScopeError(f"{role} {structure.smiles!r} holds {group.label}: {group.note}")


def _named(found: dict[int, SiteClass], kind: str) -> dict[int, SiteClass]:
    """Keep atoms of one kind."""
    return {atom: site_class for atom, site_class in found.items() if site_class.kind == kind}


def _labels(found: dict[int, SiteClass], kind: str) -> str:
    """List what look-alikes are there, each once."""
    return ", ".join(dict.fromkeys(c.label for c in _named(found, kind).values()))


def reactive_nitrogens(structure: Structure | str, model: Model | None = None) -> dict[int, SiteClass]:
    """Find nitrogens with a reactive N-H, by atom index; none is no error."""
    given = (model or load_model()).site_classes
    return _named(_classified(_as_structure(structure).smiles, given, ("other_nitrogen", "amine")), "amine")


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
    amine, given = _as_structure(structure), chosen_model(models, model).site_classes
    _refuse(amine, given, "amine")
    found = _classified(amine.smiles, given, ("other_nitrogen", "amine"))
    nitrogens = tuple(_named(found, "amine"))
    if not nitrogens:
        raise _no_amine(amine, _labels(found, "other_nitrogen"), chosen_model(models, model))
    if len(nitrogens) > MAX_SITES:
        raise ScopeError(
            f"amine {amine.smiles!r} has {len(nitrogens)} reactive nitrogens; "
            f"at most {MAX_SITES} are covered: protect some of them"
        )
    mol, known = molecule(amine.smiles), chosen_model(models, model)
    groups, rings = _groups(mol, nitrogens), _couplings(mol, nitrogens)
    basicities = {atom: basicity(amine.smiles, atom, known) for atom in nitrogens}
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
        )
        for atom in nitrogens
    )


def _no_amine(amine: Structure, others: str, model: Model) -> ScopeError:
    """Say why a structure is no amine."""
    reason = f"its nitrogen is {others}, which does not react" if others else "it has no nitrogen"
    swapped = "; are amine and carbonyl compound swapped?" if all_carbonyls(amine, model) else ""
    return ScopeError(
        f"amine {amine.smiles!r}: {reason}; "
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
    given = (model or load_model()).site_classes
    found = _classified(_as_structure(structure).smiles, given, ("other_carbonyl", "carbonyl"))
    return tuple(
        CarbonylSite(atom_index=atom, carbonyl_class=c.name) for atom, c in _named(found, "carbonyl").items()
    )


def find_carbonyl(structure: Structure | str, model: Model | None = None) -> CarbonylSite:
    """Find the aldehyde or ketone of a carbonyl compound; of several that are alike, the first.

    Parameters
    ----------
    structure
        SMILES or Structure.
    model
        Whose perception rules are used; the shipped ones when absent.

    Raises
    ------
    StructureError
        If a text is not a usable structure.
    ScopeError
        If there is no aldehyde or ketone, two that differ, or a group that the model does not hold.

    Examples
    --------
    >>> find_carbonyl("CC(C)C=O").carbonyl_class
    'branched_alkanal'
    """
    carbonyl, known = _as_structure(structure), model or load_model()
    _refuse(carbonyl, known.site_classes, "carbonyl compound")
    sites = all_carbonyls(carbonyl, known)
    if not sites:
        raise _no_carbonyl(carbonyl, known)
    ranks = list(Chem.CanonicalRankAtoms(molecule(carbonyl.smiles), breakTies=False, includeChirality=False))
    if len({ranks[site.atom_index] for site in sites}) == 1:
        return sites[0]
    kinds = " and ".join(dict.fromkeys(known.site_class(site.carbonyl_class).label for site in sites))
    raise ScopeError(
        f"carbonyl compound {carbonyl.smiles!r} has {len(sites)} different reactive carbonyls ({kinds}); "
        "expected one, or several that are alike: protect the others"
    )


def _no_carbonyl(carbonyl: Structure, model: Model) -> ScopeError:
    """Say why a structure is no aldehyde or ketone."""
    found = _classified(carbonyl.smiles, model.site_classes, ("other_carbonyl", "carbonyl"))
    others = _labels(found, "other_carbonyl")
    reason = f"it has no aldehyde or ketone, only {others}" if others else "it has no aldehyde or ketone"
    swapped = "; are amine and carbonyl compound swapped?" if reactive_nitrogens(carbonyl, model) else ""
    return ScopeError(
        f"carbonyl compound {carbonyl.smiles!r}: {reason}; expected exactly one: give an aldehyde or ketone{swapped}"
    )


def check_pair(amine: Structure | str, carbonyl: Structure | str, model: Model | None = None) -> None:
    """Refuse pairs that are swapped, and amines that would close a ring on their own carbonyl.

    Raises
    ------
    ScopeError
        If the amine holds an aldehyde or ketone.
    """
    first, second = _as_structure(amine), _as_structure(carbonyl)
    known = model or load_model()
    own = all_carbonyls(first, known)
    if not own:
        return
    if not reactive_nitrogens(first, known) and reactive_nitrogens(second, known):
        raise ScopeError(
            f"amine {first.smiles!r} is a carbonyl compound and {second.smiles!r} is an amine; "
            "expected the amine first: swap them"
        )
    label = known.site_class(own[0].carbonyl_class).label
    raise ScopeError(
        f"amine {first.smiles!r} also holds an aldehyde or ketone ({label}); expected an amine without one: "
        "protect it (ring closure and oligomers are not covered yet)"
    )
