"""The matrix of a step eliminated, and systems solved with its factors, as vector code.

W = L D U with ones on the diagonals of L and U, written out entry by entry so that zeros cost nothing; only the block,
where there are none, is eliminated by loops. In the order of elimination, over the entries that are there:

    W_ij <- W_ij - W_ik U_kj    L_ik = W_ik / D_k    U_kj = W_kj / D_k    D_k = W_kk      for each k, i > k, j > k
    z_i = r_i - sum_k L_ik z_k  (k < i)        u_k = z_k / D_k - sum_j U_kj u_j  (j > k)

Solving is a chain of sums, each waiting for the one before, and it is this waiting that takes time: so factors are
divided by D ahead, sums take last what is known last, and long ones are two that run side by side.

Most entries of W off its diagonal are negative. They are summed and kept as their opposites, and products with
them are added where they would be subtracted, without a negation.
"""

from dataclasses import dataclass, field

from planner.engine.assembler import Code, Layout, Value
from planner.engine.rates import Balances, Derivative, Rates, Terms
from planner.engine.sparse import Elimination

LONG_ROW = 8
"""Entries of L in a row from which its sum is split in two."""


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """A value, or its opposite."""

    value: Value
    is_opposite: bool = False

    def minus(self, other: "Signed") -> "Signed":
        """Append a subtraction."""
        if self.is_opposite == other.is_opposite:
            return Signed(self.value - other.value, self.is_opposite)
        return Signed(self.value + other.value, self.is_opposite)

    def times(self, other: "Signed") -> "Signed":
        """Append a product."""
        return Signed(self.value * other.value, self.is_opposite != other.is_opposite)

    def opposite(self) -> "Signed":
        """Return what is above zero where this is below, without code."""
        return Signed(self.value, not self.is_opposite)


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Where L, 1/D and U lie in LU, and which of their entries are kept as opposites."""

    elimination: Elimination
    places: dict[tuple[int, int], int]
    opposites: set[tuple[int, int]] = field(default_factory=set)

    def load(self, code: Code, i: int, j: int) -> Signed:
        """Append a load of one factor."""
        return Signed(code.load("LU", self.places[i, j]), (i, j) in self.opposites)

    def store(self, code: Code, i: int, j: int, factor: Signed) -> None:
        """Append a store of one factor; the loops over the block know no opposites."""
        value = factor.value
        if factor.is_opposite and {i, j} <= set(self.elimination.block):
            value = -1.0 * value
        elif factor.is_opposite:
            self.opposites.add((i, j))
        code.store("LU", self.places[i, j], value)


def plan_factors(elimination: Elimination) -> Factors:
    """Return the factors of a planned elimination, before any is computed."""
    return Factors(elimination, {entry: p for p, entry in enumerate(elimination.entries)})


class Matrix:
    """W under elimination; an entry is summed when it is first needed, so that few are under way at a time."""

    def __init__(self, rates: Rates, terms: Terms, diagonal: Value) -> None:
        self.rates, self.terms, self.diagonal = rates, terms, diagonal
        self.entries: dict[tuple[int, int], Signed] = {}

    def entry(self, i: int, j: int) -> Signed | None:
        """Return an entry as it is by now, None where nothing has come in."""
        if (i, j) not in self.entries and (i, j) in self.terms:
            first, *others = (self._term(*term) for term in self.terms[i, j].items())
            for term in others:
                first = first.minus(term.opposite())
            self.entries[i, j] = first
        return self.entries.get((i, j))

    def _term(self, derivative: Derivative | None, coefficient: float) -> Signed:
        value = self.rates.derivative(*derivative) if derivative else self.diagonal
        size = abs(coefficient)
        return Signed(value if size == 1 else size * value, is_opposite=coefficient < 0)

    def present(self, i: int, j: int) -> Signed:
        """Return an entry as it is by now."""
        return self.entry(i, j) or Signed(self.diagonal.code.constant(0.0))

    def subtract(self, i: int, j: int, left: Signed, right: Signed) -> None:
        """Append the subtraction of a product from an entry."""
        entry, product = self.entry(i, j), left.times(right)
        self.entries[i, j] = entry.minus(product) if entry else product.opposite()


def emit_elimination(code: Code, factors: Factors, matrix: Matrix) -> None:
    """Append the elimination of one row after the other, but of those of the block by each other."""
    plan = factors.elimination
    for i in plan.order:
        for k in (k for k in plan.order if i in plan.below[k] and k not in plan.block):
            code.rest()
            entry = matrix.present(i, k)
            factors.store(code, i, k, entry.times(factors.load(code, k, k)))
            for j in plan.right[k]:
                matrix.subtract(i, j, entry, factors.load(code, k, j))
        code.rest()
        if i in plan.block:
            for j in plan.block:
                factors.store(code, i, j, matrix.present(i, j))
            continue
        inverse = Signed(1.0 / matrix.present(i, i).value)
        factors.store(code, i, i, inverse)
        for j in plan.right[i]:
            factors.store(code, i, j, matrix.present(i, j).times(inverse))


def emit_block(layout: Layout, n: int) -> str:
    """Write ``eliminate_block``: the block's n rows, which lie row by row at the start of LU."""
    code = Code("eliminate_block", layout)
    with code.count(n) as i:
        row = i * n
        with code.when(i > 0), code.count(i) as k:
            above, entry = k * n, code.load("LU", row + k)
            with code.count(n, start=k + 1) as j:
                code.store("LU", row + j, code.load("LU", row + j) - entry * code.load("LU", above + j))
            code.store("LU", row + k, entry * code.load("LU", above + k))
        inverse = 1.0 / code.load("LU", row + i)
        code.store("LU", row + i, inverse)
        with code.when(i < n - 1), code.count(n, start=i + 1) as j:
            code.store("LU", row + j, inverse * code.load("LU", row + j))
    return code.text()


def emit_solve(layout: Layout, factors: Factors, balances: Balances) -> str:
    """Write ``solve``: forwards through L, then back through U."""
    code = Code("solve", layout, "i64 %stage")
    plan = factors.elimination
    first = Value(code, "%stage", "i64") * len(plan.order)
    given = [code.load("U", first + i) for i in range(len(plan.order))]
    sides = list(given)
    for i, (j, sign) in balances.items():
        sides[i] = given[i] + given[j] if sign > 0 else given[i] - given[j]
    forwards = _solve_forwards(code, factors, sides)
    solution = {k: z.times(factors.load(code, k, k)) for k, z in forwards.items()}
    turn = {k: place for place, k in enumerate(plan.order)}
    for k in reversed(plan.order):
        code.rest()
        for j in sorted(plan.right[k], key=turn.__getitem__, reverse=True):  # what is known last comes last
            solution[k] = solution[k].minus(factors.load(code, k, j).times(solution[j]))
        code.store("U", first + k, solution[k].value)
    return code.text()


def _solve_forwards(code: Code, factors: Factors, sides: list[Value]) -> dict[int, Signed]:
    """Append z_i = r_i - sum_k L_ik z_k; a long sum is two, that take turns."""
    plan = factors.elimination
    lengths = [sum(i in below for below in plan.below) for i in plan.order]
    n_sums = {i: 1 if length < LONG_ROW else 2 for i, length in zip(plan.order, lengths, strict=True)}
    sums = [[Signed(side)] for side in sides]
    solved: dict[int, Signed] = {}
    for k in plan.order:
        code.rest()
        first, *second = sorted(sums[k], key=lambda part: part.is_opposite)  # what began as r_k is none
        solved[k] = first.minus(second[0].opposite()) if second else first
        for i in plan.below[k]:
            factor = factors.load(code, i, k)
            if len(sums[i]) < n_sums[i]:
                sums[i].insert(0, factor.times(solved[k]).opposite())
            else:
                sums[i].append(sums[i].pop(0).minus(factor.times(solved[k])))
    return solved
