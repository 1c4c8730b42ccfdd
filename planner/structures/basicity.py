"""Basicity: how strongly each nitrogen of an amine holds a proton in water, as a sum of increments.

pKaH of a nitrogen = value of its kind + what groups on its saturated chains take off, by the number of carbon atoms
between + what an aromatic ring and its substituents do + traits such as N-methyl. It is that of the nitrogen's own
conjugate acid at 25 C, made from the neutral molecule: that another site may take the first proton (the ring nitrogen
of an aminopyridine, the other end of a diamine) is left aside, and no statistical factor for like nitrogens is in it.
``first_protonation`` adds all sites up to what a titration shows.

A group is reached through each carbon of the nitrogen on the shortest way; in a ring the longer way round weighs less.
Groups of one kind behind one carbon saturate. Carboxylic, sulfonic and phosphonic acids count as their anions, which
they are in water. Increments, widths and sources: ``models/basicity.toml``.

References
----------
Perrin, Dempsey and Serjeant, pKa Prediction for Organic Acids and Bases, Chapman and Hall 1981 (recalled).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log10
from typing import NamedTuple

from planner.errors import StructureError
from planner.model.basicity import ChainGroup
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.structures.aromatics import ring_nitrogens, ring_terms, sigma_sum
from planner.structures.skeleton import Skeleton, Term, skeleton_of, total


class _Way(NamedTuple):
    """How a group is reached from a nitrogen."""

    depth: int
    """Carbon atoms between."""
    head: int
    """First atom of the group."""
    bearer: int
    """The carbon that bears it."""


FURTHEST = 6
"""Carbon atoms beyond which a group is not felt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Protonation:
    """Where the first proton of a molecule goes in water."""

    atom_index: int
    """Of the most basic nitrogen, from 0."""
    is_on_ring: bool
    """Whether it is a nitrogen of an aromatic ring."""
    pKaH: float
    """Of the molecule, all nitrogens together, as a titration shows it."""
    pKaH_sd: float


def basicity(smiles: str, atom_index: int, model: Model | None = None) -> tuple[float, float]:
    """Estimate the pKaH of a nitrogen in water at 25 C.

    Parameters
    ----------
    smiles
        As a ``Structure`` writes it.
    atom_index
        Of the nitrogen, from 0.
    model
        Whose increments are used; the shipped ones when absent.

    Returns
    -------
    value, sd : float
        pKaH of its own conjugate acid, protonation of other sites ignored, and how well that is known [pK].

    Raises
    ------
    StructureError
        If the atom is no nitrogen.

    Examples
    --------
    >>> [round(basicity(smiles, 0)[0], 1) for smiles in ("NCc1ccccc1", "NCC(F)(F)F", "Nc1ccccc1")]
    [9.3, 5.6, 4.6]
    """
    terms = basicity_terms(smiles, atom_index, model or load_model())
    return total(terms)


@lru_cache(maxsize=4096)
def basicity_terms(smiles: str, atom_index: int, model: Model) -> tuple[Term, ...]:
    """List the numbers whose sum is the pKaH of a nitrogen, the value of its kind first; see ``basicity``."""
    skeleton = skeleton_for(smiles, model)
    mol = skeleton.mol
    if not 0 <= atom_index < mol.GetNumAtoms() or mol.GetAtomWithIdx(atom_index).GetSymbol() != "N":
        raise StructureError(f"atom {atom_index} of {smiles!r} is no nitrogen; give the index of one, from 0")
    return tuple(_terms(skeleton, atom_index))


@lru_cache(maxsize=1024)
def first_protonation(smiles: str, model: Model) -> Protonation:
    """Find the most basic nitrogen of a molecule and the pKaH of the whole of it, like nitrogens counted.

    Examples
    --------
    >>> found = first_protonation("Nc1ccncc1", load_model())
    >>> found.is_on_ring, round(found.pKaH)
    (True, 9)
    """
    skeleton = skeleton_for(smiles, model)
    found = [(*basicity(smiles, atom, model), atom, False) for atom in sorted(_amines(skeleton))]
    found += [(value, sd, atom, True) for atom, value, sd in ring_nitrogens(skeleton)]
    if not found:
        raise StructureError(f"{smiles!r} has no basic nitrogen that the increments know; give an amine")
    value, sd, atom, is_on_ring = max(found)
    together = value + log10(fsum(10.0 ** (other[0] - value) for other in found))
    return Protonation(atom_index=atom, is_on_ring=is_on_ring, pKaH=together, pKaH_sd=sd)


@lru_cache(maxsize=256)
def skeleton_for(smiles: str, model: Model) -> Skeleton:
    """Look at a molecule once for all that is asked of it."""
    return skeleton_of(smiles, model.basicity)


def _amines(skeleton: Skeleton) -> set[int]:
    """Nitrogens whose kind the list of parents knows."""
    smarts = (s for parent in skeleton.basicity.parents for s in parent.smarts)
    return {atom for s in smarts for atom in skeleton.matching(s)}


def _terms(skeleton: Skeleton, nitrogen: int) -> Iterator[Term]:
    """Write the sum of a nitrogen."""
    rows, numbers = skeleton.basicity, skeleton.basicity.numbers
    parent = skeleton.first_row("parent", rows.parents, nitrogen) or numbers["unknown_amine"]
    yield Term(getattr(parent, "name", "nitrogen of no known kind"), parent.value, parent.sd)
    for trait in rows.traits:
        if any(nitrogen in skeleton.matching(s) for s in trait.smarts):
            yield Term(trait.name, trait.value, trait.sd)
    for atom in skeleton.bonded[nitrogen]:
        if atom in skeleton.aromatic:
            yield from ring_terms(skeleton, atom)
    yield from chain_terms(skeleton, nitrogen)
    yield Term("additivity", numbers["additivity"].value, numbers["additivity"].sd)


def chain_terms(skeleton: Skeleton, nitrogen: int) -> Iterator[Term]:
    """Add up the groups that are reached through each saturated carbon of a nitrogen (or a carbonyl carbon)."""
    longer = skeleton.basicity.numbers["longer_way"].value
    own = _part(skeleton, nitrogen)
    branches = [
        _reached(skeleton, nitrogen, first)
        for first in skeleton.bonded[nitrogen]
        if _is_link(skeleton, first)
    ]
    met: defaultdict[int, list[int]] = defaultdict(list)
    for branch in branches:
        kinds: defaultdict[str, list[Term]] = defaultdict(list)
        for part, way in branch.items():
            group = skeleton.group(way.head)
            if group is not None and part != own:
                shortest = min(b[part].depth for b in branches if part in b)
                is_longer = way.depth > shortest or (way.depth == 2 and way.bearer in met[part])
                met[part] += [way.bearer] if way.depth == shortest else []
                kinds[group.name].append(_group_term(skeleton, group, way, longer if is_longer else 1.0))
        repeats = {group.name: group.repeat for group in skeleton.basicity.groups}
        for name, terms in kinds.items():
            yield from _saturated(terms, repeats[name])


def _saturated(terms: Iterable[Term], repeat: float) -> Iterator[Term]:
    """Let each further group of a kind behind one carbon do less than the one before."""
    for n, term in enumerate(sorted(terms, key=lambda term: (-abs(term.value), term.sd))):
        yield Term(term.words, term.value * repeat**n, term.sd * repeat**n)


def _group_term(skeleton: Skeleton, group: ChainGroup, way: _Way, weight: float) -> Term:
    """Say what a group does across the carbon atoms of a way."""
    depth, numbers = way.depth, skeleton.basicity.numbers
    fade = numbers["attenuation"].value
    known = min(depth, len(group.increments))
    value = group.increments[known - 1] * fade ** (depth - known)
    if way.head in skeleton.aromatic:
        value -= numbers["rho_benzyl"].value * sigma_sum(skeleton, way.head) * fade ** (depth - 1)
    largest = max(abs(x) for x in group.increments)
    sd = group.sd * max(abs(value) / largest, 0.1) if largest else group.sd
    return Term(f"{group.name} across {depth} C", weight * value, weight * sd)


def _is_link(skeleton: Skeleton, atom: int) -> bool:
    """Whether an atom is a saturated carbon, through which effects run."""
    a = skeleton.mol.GetAtomWithIdx(atom)
    return bool(a.GetSymbol() == "C" and a.GetTotalDegree() == 4)


def _part(skeleton: Skeleton, atom: int) -> int:
    """Name of the part without saturated carbons that an atom belongs to: its smallest atom."""
    seen, stack = {atom}, [atom]
    while stack:
        for other in skeleton.bonded[stack.pop()]:
            if other not in seen and not _is_link(skeleton, other):
                seen.add(other)
                stack.append(other)
    return min(seen)


def _reached(skeleton: Skeleton, nitrogen: int, first: int) -> dict[int, _Way]:
    """Find the parts that are reached through one carbon of a nitrogen, each on the shortest way.

    Of ways of one length the strongest counts, so that the order of atoms has no say in it.
    """

    def strength(way: _Way) -> tuple[float, float]:
        group = skeleton.group(way.head)
        return way.depth, _group_term(skeleton, group, way, 1.0).value if group else 0.0

    found: dict[int, _Way] = {}
    seen, shell = {nitrogen, first}, [first]
    for depth in range(1, FURTHEST + 1):
        further = []
        for atom in shell:
            for other in skeleton.bonded[atom]:
                if other in seen:
                    continue
                if _is_link(skeleton, other):
                    seen.add(other)
                    further.append(other)
                else:
                    part, way = _part(skeleton, other), _Way(depth, other, atom)
                    found[part] = min(found[part], way, key=strength) if part in found else way
        shell = further
    return found
