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
from math import fsum, hypot, log10
from typing import NamedTuple

from planner.errors import StructureError
from planner.model.basicity import Group
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.structures.aromatics import Drawing, Term, ring_nitrogens, ring_terms, sigma_sum
from planner.structures.structure import molecule

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
    [9.3, 5.7, 4.6]
    """
    terms = basicity_terms(smiles, atom_index, model or load_model())
    return fsum(t.value for t in terms), hypot(*(t.sd for t in terms))


@lru_cache(maxsize=4096)
def basicity_terms(smiles: str, atom_index: int, model: Model) -> tuple[Term, ...]:
    """List the numbers whose sum is the pKaH of a nitrogen, the value of its kind first; see ``basicity``."""
    drawing = _drawing(smiles, model)
    mol = drawing.mol
    if not 0 <= atom_index < mol.GetNumAtoms() or mol.GetAtomWithIdx(atom_index).GetSymbol() != "N":
        raise StructureError(f"atom {atom_index} of {smiles!r} is no nitrogen; give the index of one, from 0")
    return tuple(_terms(drawing, atom_index))


@lru_cache(maxsize=1024)
def first_protonation(smiles: str, model: Model) -> Protonation:
    """Find the most basic nitrogen of a molecule and the pKaH of the whole of it, like nitrogens counted.

    Examples
    --------
    >>> found = first_protonation("Nc1ccncc1", load_model())
    >>> found.is_on_ring, round(found.pKaH)
    (True, 9)
    """
    drawing = _drawing(smiles, model)
    found = [(*basicity(smiles, atom, model), atom, False) for atom in sorted(_amines(drawing))]
    found += [(value, sd, atom, True) for atom, value, sd in ring_nitrogens(drawing)]
    if not found:
        raise StructureError(f"{smiles!r} has no basic nitrogen that the increments know; give an amine")
    value, sd, atom, is_on_ring = max(found)
    total = value + log10(fsum(10.0 ** (other[0] - value) for other in found))
    return Protonation(atom_index=atom, is_on_ring=is_on_ring, pKaH=total, pKaH_sd=sd)


@lru_cache(maxsize=256)
def _drawing(smiles: str, model: Model) -> Drawing:
    """Look once at what is asked of a molecule many times."""
    mol = molecule(smiles)
    aromatic = frozenset(a.GetIdx() for a in mol.GetAromaticAtoms())
    return Drawing(
        mol=mol,
        basicity=model.basicity,
        bonded=tuple(
            tuple(n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() > 1) for atom in mol.GetAtoms()
        ),
        aromatic=aromatic,
        rings=tuple(
            tuple(ring) for ring in mol.GetRingInfo().AtomRings() if len(ring) in (5, 6) and aromatic.issuperset(ring)
        ),
    )


def _amines(drawing: Drawing) -> set[int]:
    """Nitrogens whose kind the list of parents knows."""
    smarts = (s for parent in drawing.basicity.parents for s in parent.smarts)
    return {atom for s in smarts for atom in drawing.matching(s)}


def _terms(drawing: Drawing, nitrogen: int) -> Iterator[Term]:
    """Write the sum of a nitrogen."""
    rows, numbers = drawing.basicity, drawing.basicity.numbers
    parent = drawing.first_row("parent", rows.parents, nitrogen) or numbers["unknown_amine"]
    yield Term(getattr(parent, "name", "nitrogen of no known kind"), parent.value, parent.sd)
    for trait in rows.traits:
        if any(nitrogen in drawing.matching(s) for s in trait.smarts):
            yield Term(trait.name, trait.value, trait.sd)
    for atom in drawing.bonded[nitrogen]:
        if atom in drawing.aromatic:
            yield from ring_terms(drawing, atom)
    yield from _chain_terms(drawing, nitrogen)
    yield Term("additivity", numbers["additivity"].value, numbers["additivity"].sd)


def _chain_terms(drawing: Drawing, nitrogen: int) -> Iterator[Term]:
    """Add up the groups that are reached through each saturated carbon of a nitrogen."""
    longer = drawing.basicity.numbers["longer_way"].value
    own = _part(drawing, nitrogen)
    branches = [_reached(drawing, nitrogen, first) for first in drawing.bonded[nitrogen] if _is_link(drawing, first)]
    met: defaultdict[int, list[int]] = defaultdict(list)
    for branch in branches:
        kinds: defaultdict[str, list[Term]] = defaultdict(list)
        for part, way in branch.items():
            group = drawing.group(way.head)
            if group is not None and part != own:
                shortest = min(b[part].depth for b in branches if part in b)
                is_longer = way.depth > shortest or (way.depth == 2 and way.bearer in met[part])
                met[part] += [way.bearer] if way.depth == shortest else []
                kinds[group.name].append(_group_term(drawing, group, way, longer if is_longer else 1.0))
        repeats = {group.name: group.repeat for group in drawing.basicity.groups}
        for name, terms in kinds.items():
            yield from _saturated(terms, repeats[name])


def _saturated(terms: Iterable[Term], repeat: float) -> Iterator[Term]:
    """Let each further group of a kind behind one carbon do less than the one before."""
    for n, term in enumerate(sorted(terms, key=lambda term: (-abs(term.value), term.sd))):
        yield Term(term.words, term.value * repeat**n, term.sd * repeat**n)


def _group_term(drawing: Drawing, group: Group, way: _Way, weight: float) -> Term:
    """What a group does across the carbon atoms of a way."""
    depth, numbers = way.depth, drawing.basicity.numbers
    fade = numbers["attenuation"].value
    known = min(depth, len(group.increments))
    value = group.increments[known - 1] * fade ** (depth - known)
    if way.head in drawing.aromatic:
        value -= numbers["rho_benzyl"].value * sigma_sum(drawing, way.head) * fade ** (depth - 1)
    largest = max(abs(x) for x in group.increments)
    sd = group.sd * max(abs(value) / largest, 0.1) if largest else group.sd
    return Term(f"{group.name} across {depth} C", weight * value, weight * sd)


def _is_link(drawing: Drawing, atom: int) -> bool:
    """Whether an atom is a saturated carbon, through which effects run."""
    a = drawing.mol.GetAtomWithIdx(atom)
    return bool(a.GetSymbol() == "C" and a.GetTotalDegree() == 4)


def _part(drawing: Drawing, atom: int) -> int:
    """Name of the part without saturated carbons that an atom belongs to: its smallest atom."""
    seen, stack = {atom}, [atom]
    while stack:
        for other in drawing.bonded[stack.pop()]:
            if other not in seen and not _is_link(drawing, other):
                seen.add(other)
                stack.append(other)
    return min(seen)


def _reached(drawing: Drawing, nitrogen: int, first: int) -> dict[int, _Way]:
    """Find the parts that are reached through one carbon of a nitrogen, each on the shortest way."""

    def strength(way: _Way) -> tuple[float, ...]:
        group = drawing.group(way.head)
        return (way.depth, *(group.increments if group else (0.0,)))

    found: dict[int, _Way] = {}
    seen, shell = {nitrogen, first}, [first]
    for depth in range(1, FURTHEST + 1):
        further = []
        for atom in shell:
            for other in drawing.bonded[atom]:
                if other in seen:
                    continue
                if _is_link(drawing, other):
                    seen.add(other)
                    further.append(other)
                else:
                    part, way = _part(drawing, other), _Way(depth, other, atom)
                    found[part] = min(found.get(part, way), way, key=strength)
        shell = further
    return found
