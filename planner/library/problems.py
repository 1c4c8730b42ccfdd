"""Problems: what a library asks, each once: pairs whose partners are of one kind share a search.

A search takes a second, a pair a few hundredths of one. Pairs of the same two kinds have one network and constants of
the same classes, and differ by their own basicity, electronics and bulk; a few pairs from slow to fast stand for all.
Kinds that are rare together are joined by coarser words, so that the number of searches does not outgrow that of pairs.

The pairs of a problem are counted, not kept: a library of 10^8 pairs holds its partners in memory and no more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.library.partners import PLANNED, Partner

T = TypeVar("T")
Numbers = NDArray[np.int64]

OWN_PAIRS = 40
"""Pairs from which two kinds are a problem of their own."""
SPREAD = ((0.5, 0.5), (0.1, 0.1), (0.9, 0.9), (0.1, 0.9), (0.9, 0.1))
"""Places of the pairs that stand for a problem, as shares of its amines and carbonyls from slow to fast."""
RESERVE = ((0.3, 0.7), (0.7, 0.3), (0.4, 0.4), (0.6, 0.6), (0.2, 0.5), (0.8, 0.5))
"""Further places, for pairs that are refused."""
ALONG = (0.5, 0.1, 0.9, 0.3, 0.7, 0.4, 0.6, 0.2, 0.8, 0.0, 1.0)
"""The same along pairs that are sorted by what both partners do."""
SEARCHES, SEARCHES_MIXED = (150, 600, 2000, 10_000), (40, 150, 500, 2000)
"""Pairs from which a problem has two searches, three, four, five; one of several kinds has more to be told apart."""
CHUNK, LARGE_CHUNK = 512, 2048
"""Pairs that are judged in one piece of work; in a large library more: of more pairs at once a smaller part walks
(``sharing``), and a few workers still have pieces enough. Whatever their number, so that any of them may resume."""
LARGE = 10_000
"""Pairs from which a library is large."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Block:
    """All pairs of some amines with some carbonyl compounds, or pairs of a list."""

    amines: Numbers
    carbonyls: Numbers
    """Numbers of the partners; every amine with every carbonyl compound, or, of a list, in step."""
    width: int = 0
    """Carbonyl compounds of the whole library, by which its pairs are numbered."""
    numbers: Numbers | None = None
    """Of the pairs of a list, in step."""

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.amines) * (len(self.carbonyls) if self.numbers is None else 1)

    def pairs(self, start: int, stop: int) -> Numbers:
        """Take some of the pairs in their order: number of the pair, of its amine, of its carbonyl (n, 3)."""
        places = np.arange(start, min(stop, self.n_pairs))
        if self.numbers is not None:
            return np.stack([self.numbers[places], self.amines[places], self.carbonyls[places]], axis=1)
        amines = self.amines[places // len(self.carbonyls)]
        carbonyls = self.carbonyls[places % len(self.carbonyls)]
        return np.stack([amines * self.width + carbonyls, amines, carbonyls], axis=1)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Problem:
    """Pairs that share their searches, or that cannot be planned and have none."""

    name: str
    """Of its kinds; empty where a partner cannot be planned."""
    blocks: tuple[Block, ...]
    standing: tuple[tuple[int, int], ...] = field(default=())
    """Pairs that stand for it, the most ordinary first, and some in reserve for those that are refused."""
    is_of_large: bool = False
    """Whether its library is large."""

    @property
    def wanted(self) -> int:
        """Searches that are worth their time."""
        return 1 + sum(self.n_pairs >= n for n in (SEARCHES if len(self.blocks) == 1 else SEARCHES_MIXED))

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return sum(block.n_pairs for block in self.blocks)

    @property
    def chunk(self) -> int:
        """Pairs of a piece of work, but for the last."""
        return LARGE_CHUNK if self.is_of_large else CHUNK

    @property
    def n_chunks(self) -> int:
        """Number of pieces of work."""
        return -(-self.n_pairs // self.chunk)

    def chunks(self) -> Iterator[Numbers]:
        """Cut the pairs into pieces of work (n, 3)."""
        waiting: list[Numbers] = []
        for block in self.blocks:
            start = 0
            while start < block.n_pairs:
                room = self.chunk - sum(map(len, waiting))
                waiting.append(block.pairs(start, start + room))
                start += len(waiting[-1])
                if sum(map(len, waiting)) == self.chunk:
                    yield np.concatenate(waiting)
                    waiting = []
        if waiting:
            yield np.concatenate(waiting)


def find_problems(
    amines: Sequence[Partner], carbonyls: Sequence[Partner], pairs: Numbers | None = None
) -> list[Problem]:
    """Sort all pairs, or those listed (n, 2), into problems; pairs that cannot be planned come first.

    The order depends on the lists alone, so that a run that is resumed finds the same pieces of work.
    """
    blocks = _blocks(amines, carbonyls) if pairs is None else _listed(amines, carbonyls, pairs)
    own: dict[str, list[Block]] = {}
    for (first, second, rough), block in blocks:
        is_own = first and second and block.n_pairs >= OWN_PAIRS
        own.setdefault(f"{first} + {second}" if is_own else rough, []).append(block)
    is_large = sum(block.n_pairs for found in own.values() for block in found) >= LARGE
    return [
        Problem(
            name=name,
            blocks=tuple(found),
            standing=_standing(found, amines, carbonyls) if name else (),
            is_of_large=is_large,
        )
        for name, found in sorted(own.items())
    ]


Named = tuple[tuple[str, str, str], Block]
"""Kinds of both partners and the coarse name of both; empty where one cannot be planned."""


def _blocks(amines: Sequence[Partner], carbonyls: Sequence[Partner]) -> Iterator[Named]:
    """Combine the kinds of two lists."""
    first, second = _by_kind(amines), _by_kind(carbonyls)
    for (kind, coarse), some in first.items():
        for (other, rough), more in second.items():
            known = (kind, other, f"{coarse} + {rough}") if kind and other else ("", "", "")
            yield known, Block(amines=some, carbonyls=more, width=len(carbonyls))


def _by_kind(partners: Sequence[Partner]) -> dict[tuple[str, str], Numbers]:
    """Gather the numbers of partners of a kind, from slow to fast, so that what is alike stands together.

    One empty kind holds what cannot be planned.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for partner in sorted(partners, key=lambda p: (p.speed, p.number)):
        found.setdefault(_kind(partner), []).append(partner.number)
    return {kind: np.array(numbers, dtype=np.int64) for kind, numbers in sorted(found.items())}


def _kind(partner: Partner) -> tuple[str, str]:
    return (partner.kind, partner.coarse) if partner.status == PLANNED else ("", "")


def _listed(amines: Sequence[Partner], carbonyls: Sequence[Partner], pairs: Numbers) -> Iterator[Named]:
    """Gather listed pairs by the kinds of their partners."""
    found: dict[tuple[str, str, str], list[tuple[int, int, int]]] = {}
    for number, (a, c) in enumerate(pairs.tolist()):
        (kind, coarse), (other, rough) = _kind(amines[a]), _kind(carbonyls[c])
        known = (kind, other, f"{coarse} + {rough}") if kind and other else ("", "", "")
        found.setdefault(known, []).append((number, a, c))
    for known, some in sorted(found.items()):
        both = np.array(some, dtype=np.int64)
        yield known, Block(numbers=both[:, 0], amines=both[:, 1], carbonyls=both[:, 2])


def _standing(
    blocks: Sequence[Block], amines: Sequence[Partner], carbonyls: Sequence[Partner]
) -> tuple[tuple[int, int], ...]:
    """Choose the pairs that stand for a problem: from the middle first, then from slow and fast, then in between."""
    if len(blocks) == 1 and blocks[0].numbers is None:
        first = sorted(blocks[0].amines.tolist(), key=lambda i: (amines[i].speed, i))
        second = sorted(blocks[0].carbonyls.tolist(), key=lambda i: (carbonyls[i].speed, i))
        found = [(_at(first, x), _at(second, y)) for x, y in (*SPREAD, *RESERVE)]
    else:  # few pairs by construction, or given as a list
        every = [(a, c) for block in blocks for _, a, c in block.pairs(0, block.n_pairs).tolist()]
        every.sort(key=lambda p: (amines[p[0]].speed + 2.0 * carbonyls[p[1]].speed, p))
        found = [_at(every, x) for x in ALONG]
    return tuple(dict.fromkeys(found))


def _at(ordered: Sequence[T], share: float) -> T:
    """Take what stands at a share of the way through a list."""
    return ordered[round(share * (len(ordered) - 1))]
