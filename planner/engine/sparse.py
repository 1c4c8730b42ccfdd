"""Gaussian elimination of a sparse matrix planned ahead, from its pattern alone.

W = L U without pivoting, in an order that keeps new non-zeros (fill) few. At each turn the pivot is the row and
column k that is cheapest by Markowitz's count (entries in its row x entries in its column, among what is left):

    for each later row i with W_ik != 0:   W_ik <- W_ik / W_kk
        for each later column j with W_kj != 0:   W_ij <- W_ij - W_ik W_kj

No pivoting is safe enough here because W = 1/(gamma h) - J has a heavy diagonal that grows as the step shrinks; a
step that suffers from it all the same fails its error test and is repeated smaller, or ends in the guard.

Reference: H. M. Markowitz, Management Science 3 (1957) 255; I. S. Duff, A. M. Erisman and J. K. Reid, Direct
Methods for Sparse Matrices, 2nd ed. (2017), chapters 7 and 10.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Elimination:
    """The plan: which row is eliminated when, and which entries it meets."""

    order: tuple[int, ...]
    """Rows in the order of elimination."""
    below: tuple[tuple[int, ...], ...]
    """For row k, the later rows that have an entry in column k."""
    right: tuple[tuple[int, ...], ...]
    """For row k, the later columns that have an entry in row k."""

    @property
    def entries(self) -> tuple[tuple[int, int], ...]:
        """All places (row, column) that hold a number, fill included, the diagonal first."""
        n = len(self.order)
        off_diagonal = [(i, k) for k in range(n) for i in self.below[k]]
        off_diagonal += [(k, j) for k in range(n) for j in self.right[k]]
        return (*((k, k) for k in range(n)), *sorted(off_diagonal))


def plan_elimination(n: int, pattern: Iterable[tuple[int, int]]) -> Elimination:
    """Choose an order of elimination for an n x n matrix with non-zeros at (row, column), diagonal included."""
    rows: list[set[int]] = [set() for _ in range(n)]
    columns: list[set[int]] = [set() for _ in range(n)]
    for i, j in pattern:
        if i != j:
            rows[i].add(j)
            columns[j].add(i)
    left, order = set(range(n)), []
    below: list[tuple[int, ...]] = [()] * n
    right: list[tuple[int, ...]] = [()] * n
    while left:
        k = min(left, key=lambda m: (len(rows[m]) * len(columns[m]), m))
        left.remove(k)
        order.append(k)
        below[k], right[k] = tuple(sorted(columns[k])), tuple(sorted(rows[k]))
        for i in below[k]:
            rows[i].discard(k)
            rows[i].update(j for j in right[k] if j != i)
        for j in right[k]:
            columns[j].discard(k)
            columns[j].update(i for i in below[k] if i != j)
    return Elimination(order=tuple(order), below=tuple(below), right=tuple(right))
