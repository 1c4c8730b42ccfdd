"""One Rodas5P step of a network as vector code: every lane steps its own run with its own step size.

In amounts n [mol] and volume V the rate of a reaction of order p with reactants a, b, ... and its derivatives are

    rate = k V c_a c_b ...,    c = n / V
    d rate/dn_a = k c_b ...    once for each time that a reacts
    d rate/dt = (1 - p) (V'/V) rate    at constant amounts

and the slope of species i is f_i = sum_r nu_ir rate_r + feed_i. Functions are emitted without loops over reactions
or matrix entries, so that zeros cost nothing; only the block, where there are none, is eliminated by loops:

``slope``
    U_s <- U_s + sum_r nu_r rate_r(X) for a stage s at the volume 1/inverse_volume.
``linearise``
    At Y: U_1 = f, FT = df/dt at constant amounts, D = all d rate/dn, LU = the factors of 1/(gamma h) - J.
``eliminate_block``
    The last part of ``linearise`` if the matrix fills up (:mod:`planner.engine.sparse`).
``solve``
    U_s <- (1/(gamma h) - J)^-1 U_s for a stage s.
``step``
    The eight stages of :mod:`planner.engine.rodas5p`, the new amounts X and their squared error.

Every stage calls ``slope`` and ``solve``; written out eight times they would take eight times as long to compile.
"""

from collections.abc import Iterable, Iterator, Sequence

from planner.engine.assembler import Code, Layout, Value
from planner.engine.batch import MassAction
from planner.engine.rodas5p import GAMMA, N_STAGES, NODES, TIME_WEIGHTS, A, C
from planner.engine.sparse import Elimination, plan_elimination

Places = dict[tuple[int, int], int]
"""Where the entry (row, column) of the factors lies in LU."""
Terms = dict[tuple[int, int], list[tuple[float, int]]]
"""What the entry (row, column) of -J is the sum of: coefficient x place in D."""


def plan_step(network: MassAction) -> Elimination:
    """Plan the elimination of a network's step matrix: J_ij is there when a reaction of j changes i."""
    pattern = {
        (i, j) for r, side in enumerate(network.reactants) for i, _ in network.changes(r) for j in side
    }
    return plan_elimination(network.n_species, pattern)


def step_fields(network: MassAction, elimination: Elimination) -> dict[str, int]:
    """Return the fields of the workspace that a step uses, with their numbers of vectors."""
    n = network.n_species
    one_each = ("volume", "growth", "time", "step", "floor", "tolerance", "inverse_volume", "error")
    return dict.fromkeys(one_each, 1) | {
        "Y": n,  # amounts now [mol]
        "K": network.n_reactions,  # rate constants
        "FEED": n,  # [mol/s]
        "X": n,  # amounts of a stage; at last those after the step
        "FT": n,  # df/dt at constant amounts
        "D": sum(len(set(side)) for side in network.reactants),  # d rate/dn, reaction by reaction
        "LU": len(elimination.entries),  # factors; the diagonal holds inverses
        "U": n * N_STAGES,  # stages, one after the other; before a stage is solved, its right side
    }


def emit_step(network: MassAction, layout: Layout, elimination: Elimination) -> Iterable[str]:
    """Write the functions of a step."""
    places = {entry: p for p, entry in enumerate(elimination.entries)}
    yield _emit_slope(network, layout)
    if elimination.block:
        yield _emit_block(layout, len(elimination.block))
    yield _emit_linearise(network, layout, elimination, places)
    yield _emit_solve(layout, elimination, places)
    yield _emit_stages(network, layout)


class _Rates:
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

    def derivatives(self, reaction: int) -> Iterator[tuple[int, Value]]:
        """Yield each reactant j with d rate/dn_j [1/s]."""
        self.code.rest()
        side = sorted(self.network.reactants[reaction])
        for place, j in enumerate(side):
            if j not in side[:place]:
                others = tuple(side[:place] + side[place + 1 :])
                derivative = self.code.load("K", reaction)
                if others:
                    derivative = derivative * self.product(others)
                yield j, derivative if side.count(j) == 1 else float(side.count(j)) * derivative


def _sum(terms: Sequence[tuple[float, Value]], start: Value | None = None) -> Value:
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


def _sums_by_species(network: MassAction, rates: _Rates, reactions: Iterable[int]) -> list[Value | None]:
    """Return sum_r nu_ir rate_r over some reactions for each species i, None where they change nothing.

    Reactions that change the flask alike or in exact reverse, such as the two of an equilibrium, are added first.
    """
    alike: dict[tuple[tuple[int, int], ...], list[tuple[float, int]]] = {}
    for r in reactions:
        changes = network.changes(r)
        reverse = tuple((i, -nu) for i, nu in changes)
        sign = -1.0 if reverse in alike else 1.0
        alike.setdefault(reverse if reverse in alike else changes, []).append((sign, r))
    sums: list[Value | None] = [None] * network.n_species
    for changes, signed in alike.items():
        total = _sum([(sign, rates.rate(r)) for sign, r in signed])
        for i, nu in changes:
            sums[i] = _sum([(float(nu), total)], sums[i])
    return sums


def _emit_slope(network: MassAction, layout: Layout) -> str:
    code = Code("slope", layout, "i64 %stage")
    stage = Value(code, "%stage", "i64")
    sums = _sums_by_species(network, _Rates(code, network, "X"), range(network.n_reactions))
    for i, change in enumerate(sums):
        if change is not None:
            place = stage * network.n_species + i
            code.store("U", place, code.load("U", place) + change)
    return code.text()


def _emit_linearise(network: MassAction, layout: Layout, elimination: Elimination, places: Places) -> str:
    code = Code("linearise", layout)
    rates = _Rates(code, network, "Y")
    _emit_slope_now(code, network, rates)
    terms: Terms = {entry: [] for entry in places}
    slot = 0
    for r in range(network.n_reactions):
        for j, derivative in rates.derivatives(r):
            code.store("D", slot, derivative)
            for i, nu in network.changes(r):
                terms[i, j].append((-float(nu), slot))
            slot += 1
    diagonal = (1 / GAMMA) / code.load("step")
    for i in elimination.order:
        _emit_row(code, elimination, places, terms, i, diagonal)
    if elimination.block:
        code.call("eliminate_block")
    return code.text()


def _emit_slope_now(code: Code, network: MassAction, rates: _Rates) -> None:
    """U_1 = f and FT = df/dt at constant amounts, from the sums over the reactions of each order."""
    dilution = code.load("growth") * rates.inverse_volume
    orders = [len(side) for side in network.reactants]
    sums = {
        order: _sums_by_species(network, rates, (r for r, other in enumerate(orders) if other == order))
        for order in sorted(set(orders))
    }
    for i in range(network.n_species):
        code.rest()
        here = [(order, values[i]) for order, values in sums.items()]
        changes = [(1.0, value) for _, value in here if value is not None]
        in_time = [(float(1 - order), value) for order, value in here if value is not None and order != 1]
        code.store("U", i, _sum(changes, code.load("FEED", i)))
        code.store("FT", i, dilution * _sum(in_time) if in_time else code.constant(0.0))


def _emit_row(
    code: Code, elimination: Elimination, places: Places, terms: Terms, i: int, diagonal: Value
) -> None:
    """One row of 1/(gamma h) - J, eliminated by the rows above it, but for those of its block, and stored.

    Its diagonal is stored inverted; that of the block's rows comes later (``eliminate_block``).
    """
    in_block = i in elimination.block
    earlier = [k for k in elimination.order if i in elimination.below[k] and k not in elimination.block]
    columns = (*earlier, *(elimination.block if in_block else (i, *elimination.right[i])))
    row: dict[int, Value] = {}
    for j in columns:
        code.rest()
        if terms[i, j] or i == j:
            entries = [(coefficient, code.load("D", slot)) for coefficient, slot in terms[i, j]]
            row[j] = _sum(entries, diagonal if i == j else None)
    for k in earlier:
        code.rest()
        row[k] = row[k] * code.load("LU", places[k, k])
        for j in elimination.right[k]:
            product = row[k] * code.load("LU", places[k, j])
            row[j] = row[j] - product if j in row else -1.0 * product
    if not in_block:
        row[i] = 1.0 / row[i]
    for j in columns:
        code.store("LU", places[i, j], row.get(j, code.constant(0.0)))


def _emit_block(layout: Layout, n: int) -> str:
    """W_ik <- W_ik / W_kk and W_ij <- W_ij - W_ik W_kj (j > k), for each row i of the block and all rows k above it.

    The block has n rows and lies row by row at the start of LU; its diagonal is stored inverted.
    """
    code = Code("eliminate_block", layout)
    code.store("LU", 0, 1.0 / code.load("LU", 0))
    with code.count(n, start=1) as i:
        row = i * n
        with code.count(i) as k:
            above = k * n
            factor = code.load("LU", row + k) * code.load("LU", above + k)
            code.store("LU", row + k, factor)
            with code.count(n, start=k + 1) as j:
                product = factor * code.load("LU", above + j)
                code.store("LU", row + j, code.load("LU", row + j) - product)
        code.store("LU", row + i, 1.0 / code.load("LU", row + i))
    return code.text()


def _emit_solve(layout: Layout, elimination: Elimination, places: Places) -> str:
    code = Code("solve", layout, "i64 %stage")
    stage, n = Value(code, "%stage", "i64"), len(elimination.order)
    right = [code.load("U", stage * n + i) for i in range(n)]
    for k in elimination.order:
        code.rest()
        for i in elimination.below[k]:
            right[i] = right[i] - code.load("LU", places[i, k]) * right[k]
    for k in reversed(elimination.order):
        code.rest()
        for j in elimination.right[k]:
            right[k] = right[k] - code.load("LU", places[k, j]) * right[j]
        right[k] = right[k] * code.load("LU", places[k, k])
        code.store("U", stage * n + k, right[k])
    return code.text()


def _emit_stages(network: MassAction, layout: Layout) -> str:
    code = Code("step", layout)
    volume, growth, time, step = (code.load(name) for name in ("volume", "growth", "time", "step"))
    inverse_step = 1.0 / step
    code.store("inverse_volume", 0, 1.0 / (volume + growth * time))
    code.call("linearise")
    with code.count(network.n_species) as i:
        code.store("U", i, code.load("U", i) + (TIME_WEIGHTS[0] * step) * code.load("FT", i))
    code.call("solve", code.constant(0, "i64"))
    for s in range(1, N_STAGES):
        code.store("inverse_volume", 0, 1.0 / (volume + growth * (time + NODES[s] * step)))
        with code.count(network.n_species) as i:
            _emit_stage_inputs(code, network.n_species, s, i, step, inverse_step)
        code.call("slope", code.constant(s, "i64"))
        code.call("solve", code.constant(s, "i64"))
    _emit_error(code, network.n_species)
    return code.text()


def _emit_stage_inputs(code: Code, n: int, s: int, i: Value, step: Value, inverse_step: Value) -> None:
    """X_i = Y_i + sum_m a_sm U_mi  and  U_si = FEED_i + (1/h) sum_m c_sm U_mi + h d_s FT_i."""
    u = [code.load("U", i + m * n) for m in range(s)]
    if s > 1 and A[s] == (*A[s - 1], 1.0):  # the last stages add to the one before
        code.store("X", i, code.load("X", i) + u[-1])
    else:
        code.store("X", i, _sum(list(zip(A[s], u, strict=True)), code.load("Y", i)))
    right = code.load("FEED", i) + inverse_step * _sum(list(zip(C[s], u, strict=True)))
    if TIME_WEIGHTS[s]:
        right = right + (TIME_WEIGHTS[s] * step) * code.load("FT", i)
    code.store("U", i + s * n, right)


def _emit_error(code: Code, n_species: int) -> None:
    """X <- X + U_8  and  error = mean over species of (U_8 / scale)^2, scale = floor + tolerance max(|Y|, |X|).

    No true amount is below zero, so that one at -x is wrong by x or more. Where x is more than the scale, the worst
    (x / scale)^2 is the error if it is the larger; where Y is below zero already, x is what X lies below Y. On the
    far side of zero two reactants would consume each other without end, and an L-stable step, to which fast growth
    looks like decay, would follow them there.
    """
    floor, tolerance = code.load("floor"), code.load("tolerance")
    total, lowest = code.constant(0.0), code.constant(0.0)
    for i in range(n_species):
        code.rest()
        error = code.load("U", (N_STAGES - 1) * n_species + i)
        after = code.load("X", i) + error
        code.store("X", i, after)
        before = code.load("Y", i)
        size = code.larger(code.magnitude(before), code.magnitude(after))
        scale = floor + tolerance * size
        ratio = error / scale
        total = total + ratio * ratio
        lowest = code.smaller((after - code.smaller(before, 0.0)) / scale, lowest)
    mean, below = (1 / n_species) * total, lowest * lowest
    code.store("error", 0, code.select((lowest < -1.0) & (below > mean), below, mean))
