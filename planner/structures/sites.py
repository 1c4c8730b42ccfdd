"""Sites: which nitrogens of an amine react, and which of them are alike or coupled.

A nitrogen reacts where ``perception`` names it an amine. Nitrogens exchanged by the symmetry of the molecular graph
form one group; those in one ring of at most nine atoms are coupled.

Assumption: mirror-image and diastereotopic nitrogens count as equivalent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.parameters import chosen_model, load_model
from planner.model.site_classes import SiteClass
from planner.structures.basicity import basicity
from planner.structures.bulk import nitrogen_bulk
from planner.structures.perception import (
    carbonyl_classes,
    check_held,
    nitrogen_classes,
    nitrogen_look_alikes,
)
from planner.structures.structure import Structure, as_structure, molecule, symmetry_ranks

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
    bulk: float = 0.0
    """Branches at its alpha and beta atoms, as ``structures.bulk`` counts them; 0 for a chain or a ring amine."""
    beta_branches: float = 0.0
    """Those at beta atoms alone, which no class counts."""


def reactive_nitrogens(structure: Structure | str, model: Model | None = None) -> dict[int, SiteClass]:
    """Find nitrogens with a reactive N-H, by atom index; none is no error, nor is one that reacts only where alone."""
    found = reacting_nitrogens(as_structure(structure), model or load_model())
    return {atom: site_class for atom, site_class in found.items() if not site_class.only_alone}


def reacting_nitrogens(amine: Structure | str, model: Model) -> dict[int, SiteClass]:
    """Find the nitrogens of an amine that are alkylated; very slow ones count only where there is no other."""
    smiles = amine.smiles if isinstance(amine, Structure) else amine
    found = nitrogen_classes(smiles, model)
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
    amine, known = as_structure(structure), chosen_model(models, model)
    check_held(amine, known, "amine")
    nitrogens = reacting_nitrogens(amine, known)
    if not nitrogens:
        raise _no_amine(amine.smiles, known)
    if len(nitrogens) > MAX_SITES:
        raise ScopeError(
            f"amine {amine.smiles!r} has {len(nitrogens)} reactive nitrogens; "
            f"at most {MAX_SITES} are covered: protect some of them"
        )
    return perceived_sites(amine.smiles, known)


@lru_cache(maxsize=4096)
def perceived_sites(smiles: str, model: Model) -> tuple[Site, ...]:
    """Find the reactive nitrogens of a canonical SMILES, once per structure; none, or too many to plan, is no error."""
    found = reacting_nitrogens(smiles, model)
    nitrogens = tuple(found)
    mol = molecule(smiles)
    groups, rings = _groups(smiles, nitrogens), _couplings(mol, nitrogens)
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
    others = nitrogen_look_alikes(smiles, model)
    reason = f"its nitrogen is {others}, which does not react" if others else "it has no nitrogen"
    swapped = "; are amine and carbonyl compound swapped?" if carbonyl_classes(smiles, model) else ""
    return ScopeError(
        f"amine {smiles!r}: {reason}; "
        f"expected an amine with at least one N-H: give a primary or secondary one{swapped}"
    )


def _groups(smiles: str, atoms: Sequence[int]) -> dict[int, int]:
    """Give atoms that the symmetry of the graph exchanges one number, from 0."""
    ranks = symmetry_ranks(smiles)
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
