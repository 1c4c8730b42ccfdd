"""Rates of mass-action reactions: what they change, as vector code, and the matrix that their derivatives make.

In amounts n [mol] and volume V the rate of a reaction of order p with reactants a, b, ... and its derivatives are

    rate = k V c_a c_b ...,    c = n / V
    d rate/dn_a = k c_b ...    once for each time that a reacts
    d rate/dt = (1 - p) (V'/V) rate    at constant amounts

The slope of species i is f_i = sum_r nu_ir rate_r + feed_i, and every stage of a step solves W u = r with

    W_ij = delta_ij/(gamma h) - sum_r nu_ir d rate_r/dn_j

Two species that most of their reactions change together, such as a carbonyl compound and the water that it gives,
have rows of W that all but cancel when the one is added to the other. A *balance* (i, j, sign) does that:
W_i + sign W_j and r_i + sign r_j take the place of W_i and r_i, and u stays what it is. It spares the reference
problem a tenth of its factors and a quarter of its eliminations.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import permutations

from planner.engine.assembler import Code, Value
from planner.engine.batch import MassAction

Balances = dict[int, tuple[int, int]]
"""For a species, which other one's row is added to its own, and the sign."""
Derivative = tuple[int, tuple[int, ...]]
"""A reaction and its other reactants: d rate/dn of the one that is left out."""
Terms = dict[tuple[int, int], dict[Derivative | None, float]]
"""What the entry (row, column) is the sum of: coefficients of derivatives and, under None, of 1/(gamma h)."""

LEAST_SAVING = 4
"""Reactions fewer in a row from which a balance pays for its own entry and additions."""


class Rates:
    """Rates of reactions at given amounts; products of concentrations are computed once."""

    def __init__(self, code: Code, network: MassAction, amounts: str) -> None:
        self.code, self.network = code, network
        self.inverse_volume = code.load("inverse_volume")
        self.amounts = [code.load(amounts, i) for i in range(network.n_species)]
        self.products: dict[tuple[int, ...], Value] = {}

    def product(self, species: tuple[int, ...]) -> Value:
        """Return c_a c_b ... of one species or more."""
        if species not in self.products:
            last = self.product(species[-1:]) if len(species) > 1 else self.amounts[species[0]]
            rest = self.product(species[:-1]) if len(species) > 1 else self.inverse_volume
            self.products[species] = rest * last
        return self.products[species]

    def rate(self, reaction: int) -> Value:
        """Return k n_a c_b ... [mol/s]."""
        self.code.rest()
        k = self.code.load("K", reaction)
        side = tuple(sorted(self.network.reactants[reaction]))
        if not side:
            return k / self.inverse_volume
        rate = k * self.amounts[side[0]]
        return rate * self.product(side[1:]) if len(side) > 1 else rate

    def derivative(self, reaction: int, others: tuple[int, ...]) -> Value:
        """Return k c_b ... [1/s], d rate/dn_a for each time that a reacts, from the other reactants b, ..."""
        k = self.code.load("K", reaction)
        return k * self.product(others) if others else k

    def sums_by_species(self, reactions: Iterable[int]) -> list[Value | None]:
        """Return sum_r nu_ir rate_r over some reactions for each species i, None where they change nothing.

        Reactions that change the flask alike or in exact reverse, such as the two of an equilibrium, are added first.
        """
        alike: dict[tuple[tuple[int, int], ...], list[tuple[float, int]]] = {}
        for r in reactions:
            changes = self.network.changes(r)
            reverse = tuple((i, -nu) for i, nu in changes)
            sign = -1.0 if reverse in alike else 1.0
            alike.setdefault(reverse if reverse in alike else changes, []).append((sign, r))
        sums: list[Value | None] = [None] * self.network.n_species
        for changes, signed in alike.items():
            total = weighted_sum([(sign, self.rate(r)) for sign, r in signed])
            for i, nu in changes:
                sums[i] = weighted_sum([(float(nu), total)], sums[i])
        return sums


def weighted_sum(terms: Sequence[tuple[float, Value]], start: Value | None = None) -> Value:
    """Return start + sum of coefficient x value; at least one of them is there."""
    total = start
    for coefficient, value in terms:
        if total is None:
            total = value if coefficient == 1 else coefficient * value
        elif coefficient == -1:
            total = total - value
        else:
            total = total + (value if coefficient == 1 else coefficient * value)
    if total is None:
        raise ValueError("an empty sum has no value")
    return total


def find_balances(network: MassAction) -> Balances:
    """Choose rows to add to others: those that leave the fewest reactions first, each row in one balance."""
    changing: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    cancelled: Counter[tuple[int, int, int]] = Counter()
    for r in range(network.n_reactions):
        changes = network.changes(r)
        changing.update(i for i, _ in changes)
        for (i, a), (j, b) in permutations(changes, 2):
            together[i, j] += 1
            if abs(a) == abs(b):
                cancelled[i, j, 1 if a == -b else -1] += 1
    saved = {(i, j, sign): n - (changing[j] - together[i, j]) for (i, j, sign), n in cancelled.items()}
    balances: Balances = {}
    taken: set[int] = set()
    for i, j, sign in sorted(saved, key=lambda balance: (-saved[balance], balance)):
        if saved[i, j, sign] >= LEAST_SAVING and not {i, j} & taken:
            balances[i] = j, sign
            taken |= {i, j}
    return balances


def step_matrix(network: MassAction, balances: Balances) -> Terms:
    """Return all entries of W, those of balanced rows summed and without what cancels."""
    terms: Terms = {(i, i): {None: 1.0} for i in range(network.n_species)}
    for i, (j, sign) in balances.items():
        terms[i, j] = {None: float(sign)}
    for r, reactants in enumerate(network.reactants):
        changes = dict(network.changes(r))
        rows = changes | {
            i: changes.get(i, 0) + sign * changes.get(j, 0) for i, (j, sign) in balances.items()
        }
        side = sorted(reactants)
        for j in set(side):
            others = list(side)
            others.remove(j)
            for i, nu in rows.items():
                if nu:
                    terms.setdefault((i, j), {})[r, tuple(others)] = -float(nu * side.count(j))
    return terms
