"""Electronics of a carbonyl: what its neighbours do to the carbon that takes up an amine or a hydride.

Aromatic carbonyls follow two sums over the ring, kept apart because a step may feel one and not the other (Young and
Jencks): ``polar``, sigma zero, and ``resonance``, what donors give to C=O, sigma plus less sigma zero; a heteroatom of
the ring counts as a substituent (replacement constants). What stands ortho or peri is counted by size,
(s1 + s2 + s1 s2) / 3, for two neighbours leave no side to turn to. Groups on saturated chains count by Taft's sigma
star, from the increments of basicity. Tautomers of N-H azoles give one answer.

An ortho hydroxyl is left out: the hydrogen bond that it makes is part of the numbers of its class.

References
----------
Young and Jencks, J. Am. Chem. Soc. 1979, 101, 3288; Toullec and Milin, J. Org. Chem. 1994, 59, 2840. Values and grades:
``models/hammett.toml``, ``models/basicity.toml``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum
from typing import NamedTuple

from planner.model.hammett import Substituent
from planner.model.model import Model
from planner.structures.aromatics import ELSEWHERE, META, ORTHO, PARA, home, places, substituents
from planner.structures.basicity import chain_terms, skeleton_for
from planner.structures.skeleton import Skeleton

HYDROXYL = "[OX2;H1]"
ACYLATED = "[n;$(n-[CX3]=[O,S,N]),$(n-[SX3,SX4]=O),$(n-P=O)]"
CYCLOPROPYL = "[CX4;r3]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Electronics:
    """What the neighbours of a carbonyl carbon add up to; 0 is benzaldehyde, acetophenone or a plain alkyl chain."""

    polar: float = 0.0
    """Sum of sigma zero over aromatic rings on the carbon [1]."""
    resonance: float = 0.0
    """Sum of sigma plus less sigma zero: what donors give to C=O, at most 0 for most groups [1]."""
    crowding: float = 0.0
    """What stands ortho or peri, by size, in units of two methyl groups [1]."""
    inductive: float = 0.0
    """Taft's sigma star of groups on saturated chains [1]."""
    cyclopropyl: float = 0.0
    """Number of cyclopropane rings on the carbon, which conjugate with it."""


TERMS = ("polar", "resonance", "crowding", "inductive", "cyclopropyl")
"""Each has a slope of its own for each step: the table ``<step>_<term>`` of the model."""


class _Effect(NamedTuple):
    """What one place of a ring adds."""

    polar: float
    resonance: float
    size: float = 0.0


@lru_cache(maxsize=4096)
def electronics(smiles: str, carbon: int, model: Model) -> Electronics:
    """Add up what the neighbours of a carbonyl carbon do, from a SMILES as a ``Structure`` writes it.

    Examples
    --------
    >>> from planner.model.parameters import load_model
    >>> found = electronics("O=Cc1ccc([N+](=O)[O-])cc1", 1, load_model())
    >>> found.polar, round(found.resonance, 2)
    (0.78, 0.01)
    """
    skeleton = skeleton_for(smiles, model)
    near = skeleton.bonded[carbon]
    rings = [list(_effects(skeleton, atom, carbon)) for atom in near if atom in skeleton.aromatic]
    effects = [effect for ring in rings for effect in ring]
    taken = (term.value for term in chain_terms(skeleton, carbon))
    return Electronics(
        polar=fsum(e.polar for e in effects),
        resonance=fsum(e.resonance for e in effects),
        crowding=fsum(_crowding([e.size for e in ring if e.size]) for ring in rings),
        inductive=-fsum(taken) / skeleton.basicity.hammett["rho_star"].value or 0.0,
        cyclopropyl=float(len(skeleton.matching(CYCLOPROPYL) & set(near))),
    )


def median_shift(found: Electronics, step: str, names: Sequence[str], model: Model) -> float:
    """Change of log10 of a step's constant by electronics and crowding at the medians; ``names``: class and likes."""
    return fsum(
        parameter.value * value
        for term in TERMS
        if (value := getattr(found, term)) and (parameter := model.find(f"{step}_{term}", names))
    )


def _crowding(sizes: Sequence[float]) -> float:
    """Add sizes up, two methyl groups to 1; two neighbours leave the group no side to turn to."""
    return (fsum(sizes) + (sizes[0] * sizes[1] if len(sizes) == 2 else 0.0)) / 3.0


def _effects(skeleton: Skeleton, atom: int, carbon: int) -> Iterator[_Effect]:
    """List what the places of the ring of an atom do to a carbonyl group on it, and rings fused on."""
    ring = home(skeleton, atom)
    where = "six" if len(ring) == 6 else "five"
    for other, place in places(ring):
        if skeleton.symbol(other) != "c":
            yield _hetero_effect(skeleton, other, where, place, ring)
            continue
        for first, is_fused, row in substituents(skeleton, other, ring):
            if is_fused and skeleton.symbol(first) != "c":
                yield _hetero_effect(skeleton, first, "beside", place, ring)
            elif row is not None and not (place == ORTHO and first in skeleton.matching(HYDROXYL)):
                is_tied = skeleton.mol.GetRingInfo().AreAtomsInSameRing(first, carbon)
                seen = place if is_fused else _as_in_benzene(skeleton, ring, other, place)
                effect = _substituent_effect(skeleton, row, seen)
                size = skeleton.basicity.hammett["five_ring_size"].value if len(ring) == 5 else 1.0
                yield effect._replace(size=0.0 if is_tied else size * effect.size)
    yield from _fused_effects(skeleton, ring)


def _as_in_benzene(skeleton: Skeleton, ring: Sequence[int], other: int, place: int) -> int:
    """Tell which place of benzene a carbon of a ring is like: in a five-membered one, across a heteroatom, as para."""
    if len(ring) == 6 or place == ORTHO:
        return place
    between = set(skeleton.bonded[other]) & set(skeleton.bonded[ring[0]]) & set(ring)
    return PARA if any(skeleton.symbol(atom) != "c" for atom in between) else META


def _substituent_effect(skeleton: Skeleton, row: Substituent, place: int) -> _Effect:
    """Say what a substituent does from a place."""
    numbers = skeleton.basicity.hammett
    resonance = row.sigma_plus - row.sigma_zero
    if place == META:
        return _Effect(row.sigma_meta, 0.0)
    if place == PARA:
        return _Effect(row.sigma_zero, resonance)
    polar = numbers["ortho_polar"].value * row.sigma_meta
    return _Effect(polar, numbers["ortho_resonance"].value * resonance, row.size)


def _hetero_effect(skeleton: Skeleton, atom: int, where: str, place: int, ring: Sequence[int]) -> _Effect:
    """Say what a heteroatom of a ring does from its place: the mean over the tautomers of an N-H azole."""
    numbers = skeleton.basicity.hammett
    rows = [(skeleton.basicity.ring_atoms[kind], share) for kind, share in skeleton.kinds(atom)]
    polar = fsum(share * getattr(row, f"polar_{where}")[place] for row, share in rows)
    resonance = fsum(share * getattr(row, f"resonance_{where}")[place] for row, share in rows)
    if len(ring) == 5:
        resonance *= numbers["aza_on_resonance"].value ** _azas(skeleton, ring)
    if atom in skeleton.matching(ACYLATED):
        polar += numbers["acyl_on_polar"].value
        resonance *= numbers["acyl_on_resonance"].value
    return _Effect(polar, resonance)


def _azas(skeleton: Skeleton, ring: Sequence[int]) -> float:
    """Count the pyridine-like nitrogens of a ring."""
    kinds = (k for atom in ring if skeleton.symbol(atom) == "n" for k in skeleton.kinds(atom))
    return fsum(share for kind, share in kinds if kind == "n")


def _fused_effects(skeleton: Skeleton, ring: Sequence[int]) -> Iterator[_Effect]:
    """Say what rings fused on do from further away: their heteroatoms, and substituents on them."""
    weight = skeleton.basicity.hammett["fused_ring"].value
    near = {n for atom in ring for n in skeleton.bonded[atom]}
    for other in skeleton.rings:
        if len(set(other) & set(ring)) != 2:
            continue
        for atom in other:
            if atom in ring:
                continue
            if skeleton.symbol(atom) != "c":
                if atom not in near:
                    yield _hetero_effect(skeleton, atom, "beside", ELSEWHERE, ring)
                continue
            for _first, is_fused, row in substituents(skeleton, atom, other):
                if row is not None and not is_fused:
                    yield _Effect(weight * row.sigma_meta, 0.0)
