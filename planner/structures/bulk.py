"""Bulk: how crowded a nitrogen or a carbonyl carbon is, as one number counted from the structure.

The centre is the nitrogen or the carbonyl carbon, alpha and beta atoms are one and two bonds from it. An atom's
branches b are the arms that it has beyond the one of a chain. One branch can turn out of the way, two around the same
centre cannot, so they count more than twice as much. Flat atoms (aromatic, C=C, C=O, nitriles) have none. With the
weights of the table ``bulk``::

    bulk(N)   = (sum of b over alpha atoms)^p + beta (sum of (b/2)^q over beta atoms)
    bulk(C=O) = the same + sum over its groups (group, or flat)
    b         = sum over arms (1, slim, or fluorine) - 1, at least 0

Rings tie arms, and the groups of a carbonyl carbon, back: two arms in one small ring lose ``tie_3`` to ``tie_6`` each,
and an arm that a ring of at most seven atoms holds towards the centre loses ``through``, which leaves a bridgehead
beside the centre no branch at all; a beta atom of a ring that holds the centre loses ``through`` of its branches.
Nothing on the carbonyl carbon is no bulk: formaldehyde has 0. So an isopropyl group on nitrogen, and two methyl groups
on C=O, are near 1, a tert-butyl or two isopropyl groups 3.5; an n-alkylamine and a ring amine are 0, for how many
groups a nitrogen has is a matter of classes.

Assumptions: only the graph counts, so stereoisomers are alike; what stands further than beta atoms, and beside flat
ones (ortho groups are a matter of classes), is not seen. A set without the weights sees no bulk at all.

References
----------
Weights are data, with sources: after Charton, J. Am. Chem. Soc. 1975, 97, 1552 (recalled), and Mayr's N.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from rdkit import Chem

from planner.errors import ParameterError
from planner.model.model import Model
from planner.structures.structure import molecule

LARGEST_RING = 7
"""Atoms of the largest ring that holds an arm back."""
TIES = {size: f"tie_{size}" for size in (3, 4, 5, 6)}
"""Rings by size that tie two arms to each other, and their weights."""
OXYGEN, FLUORINE = 8, 9
WEIGHTS = ("beta", "beta_exponent", "exponent", "flat", "group", "slim", "through", *TIES.values())
"""Numbers that a set with bulk has; that of fluorine may be absent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulk:
    """How crowded a centre is."""

    number: float = 0.0
    """As the module defines it."""
    beta: float = 0.0
    """Sum of (b/2)^q over its beta atoms alone, which no class of sites counts: 1 for a quaternary one."""


@lru_cache(maxsize=4096)
def nitrogen_bulk(smiles: str, atom: int, model: Model) -> Bulk:
    """Count the branches around a nitrogen of a canonical SMILES."""
    return _bulk(molecule(smiles), atom, _weights(model), counts_groups=False)


@lru_cache(maxsize=4096)
def carbonyl_bulk(smiles: str, atom: int, model: Model) -> Bulk:
    """Count the groups and branches around a carbonyl carbon of a canonical SMILES."""
    return _bulk(molecule(smiles), atom, _weights(model), counts_groups=True)


@lru_cache(maxsize=8)
def _weights(model: Model) -> dict[str, float]:
    """Weights of the set by their last names, at their medians; none where it has no such table.

    Raises
    ------
    ParameterError
        If some are there and others are missing.
    """
    named = (p for p in model.parameters if p.name.startswith("bulk."))
    found = {p.name.removeprefix("bulk."): p.value for p in named}
    missing = [name for name in WEIGHTS if name not in found]
    if found and missing:
        raise ParameterError(
            f"model {model.name!r} has some numbers of [bulk] but not {', '.join(missing)}; give all or none"
        )
    return found


def _bulk(mol: Any, centre: int, weights: dict[str, float], *, counts_groups: bool) -> Bulk:
    """Add up what stands around a centre."""
    if not weights:
        return Bulk()
    groups = _bonded(mol, centre, but=_doubly_bonded(mol, centre))
    alphas = [atom for atom in groups if not _is_flat(mol, atom)]
    alpha = sum(_branches(mol, atom, _bonded(mol, atom, but={centre}), (centre,), weights) for atom in alphas)
    betas = {atom for a in alphas for atom in _bonded(mol, a, but={centre, *groups})}
    beta = sum(
        (_beta_branches(mol, atom, groups, centre, weights) / 2.0) ** weights["beta_exponent"]
        for atom in sorted(betas)
    )
    own = 0.0
    if counts_groups:
        for atom, tie in zip(groups, _ties(mol, groups, (centre,), weights), strict=True):
            own += weights["flat" if _is_flat(mol, atom) else "group"] * (1.0 - tie)
    return Bulk(number=own + alpha ** weights["exponent"] + weights["beta"] * beta, beta=beta)


def _beta_branches(
    mol: Any, atom: int, alphas: Collection[int], centre: int, weights: dict[str, float]
) -> float:
    """Count the branches of a beta atom; a ring through the centre turns them aside."""
    if _is_flat(mol, atom):
        return 0.0
    beside = tuple(n for n in _bonded(mol, atom) if n in alphas)
    branches = _branches(mol, atom, _bonded(mol, atom, but=alphas), beside, weights)
    closed = len(beside) > 1 or _ring_size(mol, atom, centre, but=beside) is not None
    return branches * (1.0 - weights["through"]) if closed else branches


def _branches(
    mol: Any, atom: int, arms: Sequence[int], inner: tuple[int, ...], weights: dict[str, float]
) -> float:
    """Count the arms of an atom beyond one, those that rings tie back in part; ``inner`` leads to the centre."""
    ties = _ties(mol, arms, (atom, *inner), weights)
    total = 0.0
    for arm, tie in zip(arms, ties, strict=True):
        held = any(_ring_size(mol, arm, end, but=(atom,)) is not None for end in inner)
        total += max(0.0, _size(mol, arm, weights) - tie - (weights["through"] if held else 0.0))
    return max(0.0, total - 1.0)


def _ties(
    mol: Any, arms: Sequence[int], but: tuple[int, ...], weights: dict[str, float]
) -> tuple[float, ...]:
    """Say for each arm what small rings with the others, closed by the first atom of ``but``, take from it."""
    lost = dict.fromkeys(arms, 0.0)
    for pair in combinations(arms, 2):
        size = _ring_size(mol, *pair, but=but)
        for arm in pair:
            lost[arm] += weights[TIES[size]] if size in TIES else 0.0
    return tuple(lost.values())


def _ring_size(mol: Any, first: int, last: int, *, but: Collection[int]) -> int | None:
    """Size of the smallest ring of at most seven atoms that two neighbours of one atom, left out here, close."""
    if not (mol.GetAtomWithIdx(first).IsInRing() and mol.GetAtomWithIdx(last).IsInRing()):
        return None
    reached, seen = {first}, {first, *but}
    for size in range(3, LARGEST_RING + 1):
        reached = {n for atom in reached for n in _bonded(mol, atom)} - seen
        if last in reached:
            return size
        seen |= reached
    return None


def _bonded(mol: Any, atom: int, but: Collection[int] = ()) -> tuple[int, ...]:
    """Heavy neighbours of an atom."""
    near = mol.GetAtomWithIdx(atom).GetNeighbors()
    return tuple(sorted(n.GetIdx() for n in near if n.GetAtomicNum() > 1 and n.GetIdx() not in but))


def _doubly_bonded(mol: Any, atom: int) -> set[int]:
    """Atoms at the double bonds of an atom: the oxygen of a carbonyl."""
    bonds = mol.GetAtomWithIdx(atom).GetBonds()
    return {b.GetOtherAtomIdx(atom) for b in bonds if b.GetBondType() == Chem.BondType.DOUBLE}


def _is_flat(mol: Any, atom: int) -> bool:
    """Whether a carbon or nitrogen is aromatic or unsaturated: its arms lie in a plane, or on a line."""
    here = mol.GetAtomWithIdx(atom)
    orders = {bond.GetBondType() for bond in here.GetBonds()}
    is_open = not orders.isdisjoint({Chem.BondType.DOUBLE, Chem.BondType.TRIPLE})
    return bool(here.GetIsAromatic()) or (is_open and here.GetSymbol() in ("C", "N"))


def _size(mol: Any, atom: int, weights: dict[str, float]) -> float:
    """Weigh an arm: oxygen and a carbon on a line are thin, fluorine less so."""
    here = mol.GetAtomWithIdx(atom)
    is_line = any(bond.GetBondType() == Chem.BondType.TRIPLE for bond in here.GetBonds())
    if here.GetAtomicNum() == FLUORINE:
        return weights.get("fluorine", weights["slim"])
    return weights["slim"] if is_line or here.GetAtomicNum() == OXYGEN else 1.0
