"""Microstates: which N-H bonds of an amine are left, and which of them wait as imine or iminium.

A nitrogen with ``h`` reactive hydrogens climbs a ladder of ``2 h + 1`` rungs,
``N(0) -> X(0) -> N(1) -> ... -> N(h)``. Nitrogens that do not feel each other are
independent given the pools of the flask, so each *group* of coupled nitrogens is followed on
its own and groups are convolved (``outcomes``). Where acid is followed, each free rung N(a) has a twin that holds a
molecule of it; in a ring of coupled nitrogens at most one does. Inside a group the joint states are
enumerated and merged by symmetry: exchanging nitrogens of one ladder within a ring, or whole
rings of one kind, changes no rate, so the merged chain is exactly lumpable.

Assumptions: couplings act only within a ring of at most nine atoms; all molecules enter the
flask at the same time, else all nitrogens of the molecule form one group (``joint``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, product
from math import factorial, prod
from typing import NamedTuple

from planner.errors import ScopeError
from planner.structures.sites import Site

STATE_CEILING = 64
CONDENSATION, HYDROLYSIS, HYDRIDE_TRANSFER = "condensation", "hydrolysis", "hydride transfer"
ASSOCIATION, DISSOCIATION, AZADIENE_FORMATION = "association", "dissociation", "azadiene formation"
"""Kinds of moves; the constants are named after them."""


class Rung(NamedTuple):
    """Where one nitrogen stands on its ladder."""

    alkyls: int
    """Number of new alkyl groups it carries."""
    is_imine: bool
    """True for X(a): an imine or iminium made from N(a)."""
    is_held: bool = False
    """True for N(a) paired off with acid: it does nothing but fall apart."""
    is_azadiene: bool = False
    """True for an imine X(a) that took up another one's carbonyl for good: it counts as N(a)."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Ladder:
    """What a nitrogen of one class can go through."""

    site_class: str
    """Class of the nitrogen as charged."""
    n_hydrogens: int
    """Number of reactive N-H bonds as charged."""
    kind: int = 0
    """Counts the nitrogens of a class that differ in basicity, bulk or beta branches, the least basic first; else 0."""

    def rungs(self, *, has_acid: bool = False, has_azadiene: bool = False) -> tuple[Rung, ...]:
        """All 2 h + 1 rungs from N(0) to N(h), sorted; with acid the h + 1 held twins, and the azadienes of imines."""
        h = self.n_hydrogens
        listed = [Rung(a, x) for a in range(h + 1) for x in (False, True)][:-1]
        listed += [Rung(a, False, True) for a in range(h + 1) if has_acid]
        listed += [Rung(a, False, False, True) for a in range(h - 1) if has_azadiene]
        return tuple(sorted(listed))


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Ring:
    """Nitrogens that feel each other, or one nitrogen alone."""

    ladders: tuple[Ladder, ...]
    """Sorted; one per nitrogen."""
    coupling: str
    """Name of the coupling factor; empty when nothing couples."""


State = tuple[tuple[Rung, ...], ...]
"""Rungs of a group, ring by ring, in the order of its ladders; sorted where symmetric."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Nitrogens whose joint states are followed together."""

    rings: tuple[Ring, ...]
    """Sorted; a single nitrogen is a ring of one."""
    atoms: tuple[tuple[tuple[int, ...], ...], ...]
    """For each copy of the group in the molecule, atom indices shaped as ``rings``."""
    has_acid: bool = False
    """Whether nitrogens may be held by acid."""
    has_azadiene: bool = False
    """Whether imines may become azadienes."""

    @property
    def n_copies(self) -> int:
        """How many independent copies of this group one molecule holds."""
        return len(self.atoms)

    @property
    def n_nitrogens(self) -> int:
        """Nitrogens in one copy."""
        return sum(len(ring.ladders) for ring in self.rings)


def ladders_of(sites: Sequence[Site]) -> dict[int, Ladder]:
    """Give each reactive nitrogen its ladder, by atom index; alike in class, basicity and bulk share one."""
    kinds: dict[str, set[tuple[float, ...]]] = {}
    for site in sites:
        kinds.setdefault(site.site_class, set()).add(_rounded(site))
    return {
        site.atom_index: Ladder(
            site_class=site.site_class,
            n_hydrogens=site.n_hydrogens,
            kind=sorted(kinds[site.site_class]).index(_rounded(site)),
        )
        for site in sites
    }


def _rounded(site: Site) -> tuple[float, ...]:
    """Basicity and bulk as far as they tell nitrogens apart: a tenth of a unit."""
    return round(site.pKaH, 1), round(site.bulk, 1), round(site.beta_branches, 1)


def _rings(sites: Sequence[Site]) -> list[tuple[Ring, tuple[int, ...]]]:
    """Collect coupled sites into rings, each with its atom indices in the order of the ladders."""
    found = []
    ladder_of = ladders_of(sites)
    for site in sites:
        members = sorted(
            (s for s in sites if s is site or s.atom_index in site.coupled_with),
            key=lambda s: (ladder_of[s.atom_index], s.atom_index),
        )
        if site.atom_index == min(s.atom_index for s in members):
            ladders = tuple(ladder_of[s.atom_index] for s in members)
            coupling = site.coupling or "" if len(members) > 1 else ""
            found.append((Ring(ladders=ladders, coupling=coupling), tuple(s.atom_index for s in members)))
    return sorted(found)


def group_sites(
    sites: Sequence[Site], *, joint: bool = False, has_acid: bool = False, has_azadiene: bool = False
) -> tuple[Group, ...]:
    """Sort the reactive nitrogens into independent groups.

    Parameters
    ----------
    sites
        The reactive nitrogens of one molecule.
    joint
        Follow the whole molecule as one group; needed where molecules have different ages.
    has_acid, has_azadiene
        Write the held twins, and the azadienes.

    Returns
    -------
    tuple of Group
        Groups of the same kind are one group with several copies.

    Raises
    ------
    ScopeError
        If a group has more joint states than the ceiling of 64.
    """
    rings = _rings(sites)
    if joint:
        whole = tuple(r for r, _ in rings), (tuple(a for _, a in rings),)
        groups = [Group(rings=whole[0], atoms=whole[1], has_acid=has_acid, has_azadiene=has_azadiene)]
    else:
        kinds = dict.fromkeys(ring for ring, _ in rings)
        groups = [
            Group(
                rings=(kind,),
                atoms=tuple((atoms,) for ring, atoms in rings if ring == kind),
                has_acid=has_acid,
                has_azadiene=has_azadiene,
            )
            for kind in kinds
        ]
    for group in groups:
        n_states = _count_states(group)
        if n_states > STATE_CEILING:
            raise ScopeError(
                f"{group.n_nitrogens} nitrogens that must be followed together have {n_states} joint states; "
                f"at most {STATE_CEILING} are computed: choose an addition that does not feed the amine, "
                "or protect some of the nitrogens"
            )
    return tuple(groups)


def _multisets(n_kinds: int, n_chosen: int) -> int:
    """Count multisets: C(n_kinds + n_chosen - 1, n_chosen)."""
    return prod(range(n_kinds, n_kinds + n_chosen)) // factorial(n_chosen)


def _count_states(group: Group) -> int:
    """Count merged states without listing them."""
    total = 1
    for ring, n_rings in Counter(group.rings).items():
        counted = Counter(ring.ladders)
        in_ring = _count_free(counted, group.has_azadiene)
        if group.has_acid:
            in_ring += sum(
                (one.n_hydrogens + 1) * _count_free(counted - Counter([one]), group.has_azadiene)
                for one in counted
            )
        total *= _multisets(in_ring, n_rings)
    return total


def _count_free(ladders: Counter[Ladder], has_azadiene: bool) -> int:
    """Count the merged states of nitrogens of which none is held."""
    return prod(_multisets(len(ladder.rungs(has_azadiene=has_azadiene)), n) for ladder, n in ladders.items())


def _ring_states(ring: Ring, has_acid: bool, has_azadiene: bool) -> list[tuple[Rung, ...]]:
    """List the states of one ring, merged over nitrogens of the same ladder; at most one is held."""
    choices = [
        combinations_with_replacement(ladder.rungs(has_acid=has_acid, has_azadiene=has_azadiene), n)
        for ladder, n in Counter(ring.ladders).items()
    ]
    states = [tuple(rung for part in parts for rung in part) for parts in product(*choices)]
    return [state for state in states if sum(rung.is_held for rung in state) <= 1]


def enumerate_states(group: Group) -> tuple[State, ...]:
    """List the joint states of one copy of a group, merged by symmetry, unreacted first."""
    return _joint_states(group.rings, group.has_acid, group.has_azadiene)


@lru_cache(maxsize=512)
def _joint_states(rings: tuple[Ring, ...], has_acid: bool, has_azadiene: bool) -> tuple[State, ...]:
    """List them once for all molecules that hold such a group."""
    choices = [
        combinations_with_replacement(_ring_states(ring, has_acid, has_azadiene), n)
        for ring, n in Counter(rings).items()
    ]
    return tuple(tuple(ring for part in parts for ring in part) for parts in product(*choices))


def merge(group: Group, rings: Iterable[Iterable[Rung]]) -> State:
    """Bring the rungs of a group into the order of its merged states."""
    sorted_rings = []
    for ring, rungs in zip(group.rings, rings, strict=True):
        paired = sorted(zip(ring.ladders, rungs, strict=True))
        sorted_rings.append((ring, tuple(rung for _, rung in paired)))
    return tuple(rungs for _, rungs in sorted(sorted_rings))


class Move(NamedTuple):
    """One nitrogen of a state changes its rung."""

    state: State
    """Before."""
    ladder: Ladder
    """Ladder of the nitrogen that moves."""
    rung: Rung
    """Its rung before."""
    target: Rung
    """Its rung after."""
    after: State
    """The state after."""
    multiplicity: int
    """Number of nitrogens of the state that can make this same move."""
    couplings: tuple[str, ...]
    """Name of the coupling factor, once per ring partner that carries a new alkyl group."""

    @property
    def kind(self) -> str:
        """Name it: what happens to the nitrogen."""
        if self.rung.is_held or self.target.is_held:
            return DISSOCIATION if self.rung.is_held else ASSOCIATION
        if self.target.is_azadiene:
            return AZADIENE_FORMATION
        if not self.rung.is_imine:
            return CONDENSATION
        return HYDROLYSIS if self.target.alkyls == self.rung.alkyls else HYDRIDE_TRANSFER


def takes_last_hydrogen(ladder: Ladder, alkyls: int) -> bool:
    """Tell whether condensation of N(a) takes its last hydrogen."""
    return ladder.n_hydrogens - alkyls == 1


def _next_rungs(group: Group, ladder: Ladder, rung: Rung, *, may_hold: bool) -> tuple[Rung, ...]:
    """N(a) condenses to X(a) or takes up acid; X(a) hydrolyses, is reduced to N(a + 1) or becomes an azadiene."""
    a = rung.alkyls
    if rung.is_azadiene:
        return ()
    if rung.is_held:
        return (Rung(a, False),)
    if rung.is_imine:
        grown = group.has_azadiene and not takes_last_hydrogen(ladder, a)
        return (Rung(a, False), Rung(a + 1, False), *[Rung(a, False, False, True)] * grown)
    condensed = (Rung(a, True),) if a < ladder.n_hydrogens else ()
    return (*condensed, Rung(a, False, True)) if may_hold else condensed


def moves(group: Group, state: State) -> tuple[Move, ...]:
    """List the distinct moves that a state can make, with their multiplicities."""
    found: Counter[Move] = Counter()
    for r, ring in enumerate(group.rings):
        for i, (ladder, rung) in enumerate(zip(ring.ladders, state[r], strict=True)):
            n_alkylated = sum(other.alkyls > 0 for j, other in enumerate(state[r]) if j != i)
            couplings = (ring.coupling,) * n_alkylated if ring.coupling else ()
            may_hold = group.has_acid and not any(other.is_held for other in state[r])
            for target in _next_rungs(group, ladder, rung, may_hold=may_hold):
                rings = [list(rungs) for rungs in state]
                rings[r][i] = target
                found[Move(state, ladder, rung, target, merge(group, rings), 1, couplings)] += 1
    return tuple(move._replace(multiplicity=n) for move, n in found.items())


def assignments(group: Group) -> tuple[tuple[State, int], ...]:
    """List every way to put alkyl counts on the nitrogens of one copy.

    Returns
    -------
    tuple of (state, share)
        The unmerged rungs N(a), ring by ring, and the number of assignments that share the
        same merged state, among which its probability is equally divided.
    """
    per_ring = [
        list(product(*([Rung(a, False) for a in range(ladder.n_hydrogens + 1)] for ladder in ring.ladders)))
        for ring in group.rings
    ]
    listed = list(product(*per_ring))
    merged = [merge(group, state) for state in listed]
    shares = Counter(merged)
    return tuple((state, shares[m]) for state, m in zip(listed, merged, strict=True))
