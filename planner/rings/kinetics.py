"""Kinetics: what the two ends are becomes the constants of their network, one value a draw.

::

    log k    = k[amine or sulfonamide] + nucleophilicity of the slower amine end + leaving group and carbon of the
               slower C-X end + solvent + Ea/R (1/298.15 - 1/T)
    first    = mean rate of a partner's two ends / that of the slower one
    log EM_1 = em[size] + tether (+ nucleophilicity of a nitrogen with a bond - that of the slower end)
    log EM_i = em[size of two pairs] - 3/2 log(i/2)                     i >= 2, closing for good
    rho      = sum over the ring's nitrogens of nucleophilicity / that of the slower end

Between sizes of the table EM is interpolated in its logarithm; beyond the last it falls as size to -3/2. Where two ends
differ the faster one has the first bond, and what is left, the slower one, closes and grows; that now and then the
slower one is first is left out. A second N-H of a nitrogen that was alkylated starts no branch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np

from planner.engine import Array
from planner.flask.conditions import GAS_CONSTANT, REFERENCE_TEMPERATURE_K
from planner.model.draws import Draws, draw_named
from planner.rings.book import REFERENCE_GROUP, REFERENCE_SOLVENT, Book
from planner.rings.chains import LONG, LONGEST
from planner.rings.closed_forms import KINETIC, ring_law
from planner.rings.closures import FAR, Closure
from planner.rings.edits import Electrophile
from planner.rings.pairs import RingPair
from planner.rings.partners import Nitrogen

ZERO_CELSIUS = 273.15
HETEROATOMS, OWN_SIZE = "two_heteroatoms", 7
"""What two heteroatoms spare a ring is in the table's own number of seven atoms, which is that of 1,4-diazepane."""
RING_NH = range(5, 8)
"""Sizes in which a ring N-H is as nucleophilic as that of piperidine."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Drawn:
    """The numbers of the book over joint draws."""

    book: Book
    draws: Draws

    def log(self, name: str) -> Array:
        """Draw log10 of a factor, or an energy itself."""
        parameter = self.book.parameters[name]
        centre = parameter.value if parameter.linear else log10(parameter.value)
        normals = self.draws.normals[:, self.draws.names.index(name)]
        return np.asarray(centre + parameter.log10_sd * normals)

    @property
    def n_draws(self) -> int:
        """Number of joint draws."""
        return len(self.draws.normals)

    @property
    def none(self) -> Array:
        """log10 of 1."""
        return np.zeros(self.n_draws)


def draw_book(book: Book, n_draws: int, seed: int) -> Drawn:
    """Draw every number of the book."""
    return Drawn(book=book, draws=draw_named(tuple(sorted(book.parameters)), n_draws, seed))


def median_book(book: Book) -> Drawn:
    """Give one draw in which every number is at its median."""
    names = tuple(sorted(book.parameters))
    return Drawn(book=book, draws=Draws(names=names, normals=np.zeros((1, len(names)))))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Constants:
    """Constants of a closure; arrays over the draws."""

    k: Array
    """One amine end with one other end [M-1 s-1]."""
    em: tuple[Array, ...]
    """Of one pair, two, ... [M]; the last of all longer chains."""
    rho: Array
    """Of the ring against one amine end, its nitrogens summed [1]."""
    side: Array
    """Effective molarity of the small ring at the nitrogen that was alkylated [M]; 0 where there is none."""
    first_a: Array | float = 1.0
    """Mean rate of the amine ends over that of the slower one [1]."""
    first_b: Array | float = 1.0
    """The same of the ends that leave [1]."""

    @property
    def has_unlike_ends(self) -> bool:
        """Whether the ends of a partner differ in rate."""
        return bool(np.any(self.first_a != 1.0) or np.any(self.first_b != 1.0))

    def named(self) -> dict[str, Array]:
        """Name them as the network does."""
        labels = [*range(1, LONGEST + 1), LONG]
        found = {f"em {label}": em for label, em in zip(labels, self.em, strict=True)}
        ones = np.ones_like(self.k)
        found |= {"first a": ones * self.first_a, "first b": ones * self.first_b}
        return {"k": self.k, "rho": self.rho, **found} | ({"side": self.side} if self.side.any() else {})


def log_end_rate(nitrogen: Nitrogen, drawn: Drawn) -> Array:
    """log10 of the rate of an amine end against a primary alkylamine.

    Acyclic secondary amines are no faster or slower than the width of k; sulfonamides have numbers of their own.
    """
    if nitrogen.n_hydrogens == 1 and not nitrogen.is_in_ring:
        return drawn.none if nitrogen.kind == "sulfonamide" else _log_of_neighbours(nitrogen, drawn)
    return log_nucleophilicity(nitrogen, drawn)


def _log_of_neighbours(nitrogen: Nitrogen, drawn: Drawn) -> Array:
    """log10 of what an aromatic ring and crowded carbons on a nitrogen leave of its rate."""
    return sum((drawn.log(f"nucleophilicity.{name}") for name in nitrogen.traits), start=drawn.none)


def log_nucleophilicity(nitrogen: Nitrogen, drawn: Drawn) -> Array:
    """log10 of the rate of a nitrogen that was alkylated against a primary alkylamine."""
    if nitrogen.kind == "sulfonamide":
        return drawn.none
    log_n = drawn.none
    if nitrogen.n_hydrogens == 0:
        log_n = drawn.log("nucleophilicity.tertiary")
    elif nitrogen.n_hydrogens == 1:
        kind = "ring_secondary" if nitrogen.is_in_ring else "acyclic_secondary"
        log_n = drawn.log(f"nucleophilicity.{kind}")
    return log_n + _log_of_neighbours(nitrogen, drawn)


def log_leaving(end: Electrophile, drawn: Drawn, *, is_sulfonamide: bool) -> Array:
    """log10 of a leaving group's rate against bromide, with the carbon that it is on."""
    log_l = drawn.none
    own = f"leaving_group.{end.name}_sulfonamide"
    if is_sulfonamide and own in drawn.book.parameters:
        log_l = drawn.log(own)
    elif end.name != REFERENCE_GROUP:
        log_l = drawn.log(f"leaving_group.{end.name}")
    return sum((drawn.log(name) for name in end.traits), start=log_l)


def log_em(size: int, drawn: Drawn, *, is_sulfonamide: bool = False) -> Array:
    """log10 of the effective molarity of a ring of this many atoms [M]."""
    own = f"em_sulfonamide.{size}"
    if is_sulfonamide and own in drawn.book.parameters:
        return drawn.log(own)
    sizes = drawn.book.sizes()
    if size >= sizes[-1]:
        return drawn.log(f"em.{sizes[-1]}") + KINETIC * log10(size / sizes[-1])
    above = next(s for s in sizes if s >= size)
    if above == size:
        return drawn.log(f"em.{size}")
    below = max(s for s in sizes if s < size)
    share = (size - below) / (above - below)
    return (1.0 - share) * drawn.log(f"em.{below}") + share * drawn.log(f"em.{above}")


def closing(closure: Closure, pair: RingPair, drawn: Drawn, log_end: Array) -> Array:
    """Effective molarity of one closure [M], against an end of this log nucleophilicity."""
    log_c = log_em(closure.size, drawn, is_sulfonamide=pair.is_sulfonamide)
    for trait in closure.traits:
        if not (trait == HETEROATOMS and closure.size == OWN_SIZE):
            log_c = log_c + drawn.log(f"tether.{trait}")
    is_end = closure.at == FAR and len(pair.a.nitrogens) > 1
    if not pair.is_reductive and not is_end:
        log_c = log_c + log_nucleophilicity(closure.nitrogen, drawn) - log_end
    return np.asarray(10.0**log_c)


def formed(closure: Closure, pair: RingPair, drawn: Drawn) -> Array:
    """Weigh a closure by how fast the nitrogen that was alkylated got its first bond; 1 where any may have been."""
    if closure.at == FAR or pair.is_reductive:
        return 10.0**drawn.none
    own = next(n for n in pair.a.nitrogens if n.atom == closure.nitrogen.atom)
    return np.asarray(10.0 ** log_end_rate(own, drawn))


def slower_amine_end(pair: RingPair, drawn: Drawn) -> Array:
    """log10 of the rate of the slower amine end against a primary alkylamine."""
    if pair.is_reductive:
        return drawn.none
    return np.asarray(np.min([log_end_rate(n, drawn) for n in pair.a.nitrogens], axis=0))


def pair_sizes(pair: RingPair, drawn: Drawn, exponent: float = KINETIC) -> list[Array]:
    """Effective molarities of two pairs, three, ... and of longer chains [M]."""
    two = 10.0 ** log_em(pair.two_to_two, drawn, is_sulfonamide=pair.is_sulfonamide)
    return [two * ring_law(i, exponent) for i in range(2, LONGEST + 2)]


def substitution_constants(
    pair: RingPair, drawn: Drawn, *, solvent: str, temperature_C: float, leaving_group: str | None = None
) -> Constants:
    """Work out the constants of a closure by substitution.

    Parameters
    ----------
    pair
        What closes.
    drawn
        Numbers over the draws.
    solvent
        Of the book.
    temperature_C
        Of the flask [C].
    leaving_group
        Another one than the structure's; its own where None.
    """
    is_sulfonamide = pair.is_sulfonamide
    kind = "sulfonamide" if is_sulfonamide else "amine"
    ends = pair.ends if leaving_group is None else [replace(end, name=leaving_group) for end in pair.ends]
    amines = [log_end_rate(n, drawn) for n in pair.a.nitrogens]
    leaving = [log_leaving(end, drawn, is_sulfonamide=is_sulfonamide) for end in ends]
    log_end = slower_amine_end(pair, drawn)
    log_k = drawn.log(f"k.{kind}") + log_end + np.min(leaving, axis=0)
    if solvent != REFERENCE_SOLVENT and not is_sulfonamide:
        log_k = log_k + drawn.log(f"solvent.{solvent}")
    inverse = 1.0 / REFERENCE_TEMPERATURE_K - 1.0 / (temperature_C + ZERO_CELSIUS)
    k = 10.0**log_k * np.exp(drawn.log(f"energy.{kind}") / GAS_CONSTANT * inverse)
    made = assembled(pair, drawn, k, log_end, over_alkylation(pair, drawn, log_end))
    return replace(made, first_a=_first(amines), first_b=_first(leaving))


def _first(logs: Sequence[Array]) -> Array:
    """Mean rate of the ends over that of the slower one [1]."""
    return np.asarray(np.mean(10.0 ** (np.asarray(logs) - np.min(logs, axis=0)), axis=0))


def assembled(pair: RingPair, drawn: Drawn, k: Array, log_end: Array, rho: Array) -> Constants:
    """Put the effective molarities of a pair beside its rate."""
    first, side = (_weighed(pair, closures, drawn, log_end) for closures in (pair.far, pair.own))
    return Constants(k=k, em=(first, *pair_sizes(pair, drawn)), rho=rho, side=side)


def _weighed(pair: RingPair, closures: Sequence[Closure], drawn: Drawn, log_end: Array) -> Array:
    """Average what adducts close that differ in which ends met first; none is 0."""
    if not closures:
        return np.zeros(drawn.n_draws)
    weights = np.array([formed(c, pair, drawn) for c in closures])
    found = np.array([closing(c, pair, drawn, log_end) for c in closures])
    return np.asarray((weights / weights.sum(axis=0) * found).sum(axis=0))


def over_alkylation(pair: RingPair, drawn: Drawn, log_end: Array) -> Array:
    """Rate of the ring with an end that leaves, its nitrogens summed, against that of an amine end [1]."""
    total = np.zeros(drawn.n_draws)
    if pair.is_sulfonamide or not pair.far:
        return total
    size = min(c.size for c in pair.far)
    for nitrogen in pair.a.nitrogens:
        n_bonds = 2 if pair.b is not None and len(pair.a.nitrogens) == 1 else 1
        left = nitrogen.n_hydrogens - n_bonds
        made = Nitrogen(
            atom=nitrogen.atom,
            n_hydrogens=min(left, 1),
            kind="secondary",
            is_aryl=nitrogen.is_aryl,
            is_in_ring=size in RING_NH,
            bulk=nitrogen.bulk,
        )
        total = total + 10.0 ** (log_nucleophilicity(made, drawn) - log_end)
    return total
