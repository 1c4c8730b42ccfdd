"""Gaussian elimination of a sparse matrix planned ahead, from its pattern alone.

W = L U without pivoting, in an order that keeps new non-zeros (fill) few. At each turn the pivot is the row and
column k that is cheapest by Markowitz's count (entries in its row x entries in its column, among what is left):

    for each later row i with W_ik != 0:   W_ik <- W_ik / W_kk
        for each later column j with W_kj != 0:   W_ij <- W_ij - W_ik W_kj

When what is left has filled up, it becomes the *block*: its entries all count as non-zeros and lie row by row, so
that loops can eliminate it. Written out, a block of n rows takes n^3/3 products, and LLVM longer than all the rest.

No pivoting is safe enough here because W = 1/(gamma h) - J has a heavy diagonal that grows as the step shrinks; a
step that suffers from it all the same fails its error test and is repeated smaller, or ends in the guard.

Reference: H. M. Markowitz, Management Science 3 (1957) 255; I. S. Duff, A. M. Erisman and J. K. Reid, Direct
Methods for Sparse Matrices, 2nd ed. (2017), chapters 7 and 10.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LEAST_BLOCK, NEARLY_FULL = 24, 0.9
"""Rows of the smallest block (loops over fewer are slower than code written out; measured at 12 to 48) and the share
of non-zeros from which it is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Elimination:
    """The plan: which row is eliminated when, and which entries it meets."""

    order: tuple[int, ...]
    """Rows in the order of elimination."""
    below: tuple[tuple[int, ...], ...]
    """For row k, the later rows that have an entry in column k."""
    right: tuple[tuple[int, ...], ...]
    """For row k, the later columns that have an entry in row k."""
    block: tuple[int, ...]
    """The last rows of the order, where they are many and nearly full; often none."""

    @property
    def entries(self) -> tuple[tuple[int, int], ...]:
        """All places (row, column) that hold a number, fill included: the block row by row, then the others.

        These come as the solution of a triangular system reads them: down the lower factor, back up the upper one.
        """
        block = [(i, j) for i in self.block for j in self.block]
        lower = [(i, k) for k in self.order for i in self.below[k]]
        upper = [(k, j) for k in reversed(self.order) for j in (*self.right[k], k)]
        return tuple(dict.fromkeys([*block, *lower, *upper]))


def plan_elimination(n: int, pattern: Iterable[tuple[int, int]]) -> Elimination:
    """Choose an order of elimination for an n x n matrix with non-zeros at (row, column), diagonal included."""
    rows: list[set[int]] = [set() for _ in range(n)]
    columns: list[set[int]] = [set() for _ in range(n)]
    for i, j in pattern:
        if i != j:
            rows[i].add(j)
            columns[j].add(i)
    left, order, depths = set(range(n)), list[int](), [0] * n
    block: frozenset[int] = frozenset()
    below: list[tuple[int, ...]] = [()] * n
    right: list[tuple[int, ...]] = [()] * n
    while left:
        if not block and _is_nearly_full([rows[m] for m in left]):
            block = frozenset(left)
            for m in block:
                rows[m], columns[m] = left - {m}, left - {m}
        k = min(left, key=lambda m: (len(rows[m]) * len(columns[m]), depths[m], m))
        left.remove(k)
        order.append(k)
        below[k], right[k] = tuple(sorted(columns[k])), tuple(sorted(rows[k]))
        for m in (*below[k], *right[k]):
            depths[m] = max(depths[m], depths[k] + 1)
        for i in below[k]:
            rows[i].discard(k)
            rows[i].update(j for j in right[k] if j != i)
        for j in right[k]:
            columns[j].discard(k)
            columns[j].update(i for i in below[k] if i != j)
    return Elimination(
        order=tuple(order), below=tuple(below), right=tuple(right), block=tuple(order[n - len(block) :])
    )


def _is_nearly_full(rows: list[set[int]]) -> bool:
    n = len(rows)
    return n >= LEAST_BLOCK and sum(len(row) for row in rows) >= NEARLY_FULL * n * (n - 1)
