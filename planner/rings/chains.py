"""Chains: what two partners with two ends each, or one with both, can become; no numbers.

N is an amine end, X one that leaves (or a carbonyl). A chain is named by its two ends and its length (i, j = units of
the partner that has the other end, in NX pairs)::

    NN_i + XX_j -> NX_(i+j+1)   4k        NN_i + NX_j -> NN_(i+j)   2k
    XX_i + NX_j -> XX_(i+j)     2k        NX_i + NX_j -> NX_(i+j)   k per ordered pair
    NX_i -> ring_i              k EM_i    ring_1 + C-X end -> over-alkylated   k rho

Chains longer than ``LONGEST`` pairs are counted together: how many, and what units they hold, but not which has which
length. Ends react alike whatever they hang on, so the shorter chains are exact but for what long chains close. What an
over-alkylated ring or a small ring at the end of a chain hangs on is counted with the long ones: the molecule that
alkylated the ring is taken as out of the race, its other end idle.

Where the two ends of a partner differ its first bond is made at either, and all later ones, the closure too, at the
slower that is left: reactions of a free partner carry ``first a`` or ``first b``, the mean rate of its ends over that
of the slower one. Elements are counted as if the slower group left with every bond.

A small ring at one end (the nitrogen that was alkylated closes on its own second C-X, k side) caps the chain there; the
other end goes on. Each bond sets one ``LEAVING`` free, so elements balance (HX, water less hydride, or water).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from planner.mechanism.network import Network, Reaction, Species
from planner.mechanism.steps import Formula, formula

LONGEST = 6
"""Pairs up to which chains and rings are told apart."""
LEAVING, IN_LONG_A, IN_LONG_B = "leaving", "A in long chains", "B in long chains"
OVER_N, OVER_X, OVER = "over-alkylated, amine end idle", "over-alkylated, C-X end idle", "over-alkylated"
SIDE_RING, CAPPED_N, CAPPED_X, CAPPED = "side ring", "capped N", "capped X", "capped"
LONG = "long"


def chain(ends: str, length: int) -> str:
    """Name a chain by its ends (NN, XX, NX) and length, or a ring."""
    first = 1 if ends in ("NX", "ring") else 0
    return f"{ends} {length if length < LONGEST + first else LONG}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Units:
    """Elements of what is charged and of what each bond sets free."""

    a: Formula
    b: Formula
    """Empty where one molecule has both ends."""
    leaving: Formula


def _lengths(ends: str) -> tuple[int, ...]:
    """List the lengths of a kind of chain; the last stands for all longer ones."""
    first = 1 if ends in ("NX", "ring") else 0
    return tuple(range(first, first + LONGEST + 1))


def _held(ends: str, length: int) -> tuple[int, int]:
    """Count the units of A and B of a chain."""
    return {"NN": (length + 1, length), "XX": (length, length + 1)}.get(ends, (length, length))


def _is_long(name: str) -> bool:
    return name.endswith(LONG)


def _tokens(ends: str, length: int, single: bool) -> tuple[str, ...]:
    """Units that a chain brings to the long ones; none where it is one, for there they are counted already."""
    if _is_long(chain(ends, length)):
        return ()
    a, b = _held(ends, length)
    return (IN_LONG_A,) * a + (IN_LONG_B,) * (0 if single else b)


def _species(units: Units, *, single: bool, is_capped: bool) -> Iterator[Species]:
    """List everything that is followed, with its elements."""
    kinds = ("NX", "ring") if single else ("NN", "XX", "NX", "ring")
    spent_a, spent_b = _less(units.a, units.leaving), _less(units.b, units.leaving)

    def made(a: int, b: int, kept: int) -> Formula:
        """Elements of units that have lost one leaving group for each, but for some that were kept."""
        parts = ((spent_a, a), (spent_b, 0 if single else b), (units.leaving, kept))
        return formula((element, n * times) for part, times in parts for element, n in part)

    for ends in kinds:
        for length in _lengths(ends):
            kept = 0 if ends == "ring" else 1
            name = chain(ends, length)
            yield Species(
                name=name, formula=made(0, 0, kept) if _is_long(name) else made(*_held(ends, length), kept)
            )
    yield Species(name=LEAVING, formula=units.leaving)
    yield Species(name=IN_LONG_A, formula=spent_a)
    if not single:
        yield Species(name=IN_LONG_B, formula=spent_b)
    over = (OVER_N,) if single else (OVER_N, OVER_X)
    for name in (*over, *((OVER,) if is_capped else ())):
        yield Species(name=name, formula=made(1, 1, 1 if name != OVER else 0))
    if is_capped:
        yield Species(name=SIDE_RING, formula=made(1, 1, 0))
        yield from (Species(name=name) for name in (CAPPED_N, CAPPED_X))
        yield Species(name=CAPPED, formula=_less((), units.leaving))


def _less(whole: Formula, part: Formula) -> Formula:
    return formula((*whole, *((element, -n) for element, n in part)))


@lru_cache(maxsize=16)
def chain_network(units: Units, *, has_side_ring: bool = False) -> Network:
    """Write the network of a ring closure.

    Parameters
    ----------
    units
        Elements; without ``b`` one molecule has both ends.
    has_side_ring
        Whether a nitrogen that was alkylated closes a small ring of its own.

    Returns
    -------
    Network
        Constants: ``k``, ``first a``, ``first b``, ``em 1`` ... ``em long``, ``rho`` and, with a side ring, ``side``.
    """
    single = not units.b
    species = tuple(_species(units, single=single, is_capped=has_side_ring))
    reactions = [*_growth(single), *_closing(), *_over_alkylation(single, has_side_ring)]
    if has_side_ring:
        reactions += _capping()
        reactions += _growth_of_capped()
    return Network(species=species, reactions=tuple(reactions))


def _joined(
    first: tuple[str, int], second: tuple[str, int], ends: str, length: int, single: bool
) -> tuple[str, ...]:
    """Name what two chains become, with the units that they bring to the long ones."""
    name = chain(ends, length)
    if not _is_long(name):
        return (name, LEAVING)
    return (name, LEAVING, *_tokens(*first, single), *_tokens(*second, single))


def _firsts(*reactants: tuple[str, int]) -> tuple[str, ...]:
    """Name the factors of free partners, each of whose ends may be the first to react."""
    free = {("NN", 0): "first a", ("XX", 0): "first b"}
    return tuple(free[reactant] for reactant in reactants if reactant in free)


def _growth(single: bool) -> Iterator[Reaction]:
    """Write every way in which two chains join."""
    pairs: tuple[tuple[str, str, str, int, int], ...] = (("NX", "NX", "NX", 0, 1),)
    if not single:
        pairs += (("NN", "XX", "NX", 1, 4), ("NN", "NX", "NN", 0, 2), ("XX", "NX", "XX", 0, 2))
    for first, second, ends, more, ways in pairs:
        for i in _lengths(first):
            for j in _lengths(second):
                if first == second and j < i:
                    continue
                reactants = (chain(first, i), chain(second, j))
                is_long = any(map(_is_long, reactants))
                length = _lengths(ends)[-1] if is_long else min(i + j + more, _lengths(ends)[-1])
                yield Reaction(
                    reactants=reactants,
                    products=_joined((first, i), (second, j), ends, length, single),
                    constants=("k", *_firsts((first, i), (second, j))),
                    multiplicity=ways * (2 if first == second and i != j else 1),
                )


def _closing() -> Iterator[Reaction]:
    """Write the rings."""
    for i in _lengths("NX"):
        made = chain("ring", i)
        yield Reaction(
            reactants=(chain("NX", i),),
            products=(made, LEAVING),
            constants=("k", made.replace("ring", "em")),
        )


def _over_alkylation(single: bool, has_side_ring: bool) -> Iterator[Reaction]:
    """Write what the ends that leave do to the ring; what alkylates it goes with it."""
    for ends, made, ways in (("NX", OVER_N, 1), *(() if single else (("XX", OVER_X, 2),))):
        for j in _lengths(ends):
            yield Reaction(
                reactants=(chain("ring", 1), chain(ends, j)),
                products=(made, *_tokens(ends, j, single)),
                constants=("k", "rho", *_firsts((ends, j))),
                multiplicity=ways,
            )
    if has_side_ring:
        yield Reaction(reactants=(chain("ring", 1), CAPPED_X), products=(OVER,), constants=("k", "rho"))


def _capping() -> Iterator[Reaction]:
    """Write the small rings at the ends of chains."""
    closing = ("k", "side")
    for i in _lengths("NX"):
        made = (SIDE_RING,) if i == 1 else (CAPPED_N, *_tokens("NX", i, False))
        yield Reaction(reactants=(chain("NX", i),), products=(*made, LEAVING), constants=closing)
    for j in _lengths("XX")[1:]:
        yield Reaction(
            reactants=(chain("XX", j),),
            products=(CAPPED_X, LEAVING, *_tokens("XX", j, False)),
            constants=closing,
            multiplicity=2,
        )
    yield Reaction(reactants=(CAPPED_X,), products=(CAPPED, LEAVING), constants=closing)


def _growth_of_capped() -> Iterator[Reaction]:
    """Write how chains with one small ring go on at their other end."""
    for capped, own in ((SIDE_RING, (IN_LONG_A, IN_LONG_B)), (CAPPED_N, ())):
        for ends, made, ways in (("XX", CAPPED_X, 2), ("NX", CAPPED_N, 1)):
            for j in _lengths(ends):
                yield Reaction(
                    reactants=(capped, chain(ends, j)),
                    products=(made, LEAVING, *own, *_tokens(ends, j, False)),
                    constants=("k", *_firsts((ends, j))),
                    multiplicity=ways,
                )
        yield Reaction(reactants=(capped, CAPPED_X), products=(CAPPED, LEAVING, *own), constants=("k",))
    for ends, made, ways in (("NN", CAPPED_N, 2), ("NX", CAPPED_X, 1)):
        for j in _lengths(ends):
            yield Reaction(
                reactants=(CAPPED_X, chain(ends, j)),
                products=(made, LEAVING, *_tokens(ends, j, False)),
                constants=("k", *_firsts((ends, j))),
                multiplicity=ways,
            )
