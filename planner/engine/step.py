"""One Rosenbrock step of a network as vector code: every lane steps its own run with its own step size.

Functions are emitted without loops over reactions or matrix entries, so that zeros cost nothing:

``slope``
    U_s <- U_s + sum_r nu_r rate_r(X) for a stage s at the volume 1/inverse_volume (:mod:`planner.engine.rates`).
``linearise``
    At Y: U_1 <- f + h gamma FT from U_1 = f - feed, FT = df/dt at constant amounts, LU = the factors of
    1/(gamma h) - J (:mod:`planner.engine.factors`).
``eliminate_block``
    The last part of ``linearise`` if the matrix fills up (:mod:`planner.engine.sparse`).
``solve``
    U_s <- (1/(gamma h) - J)^-1 U_s for a stage s.
``count_made``
    What a step made of amounts below zero.
``step_...``
    The stages of a method of :mod:`planner.engine.rosenbrock`, the new amounts X and their squared error.

Every stage calls ``slope`` and ``solve``; written out eight times they would take eight times as long to compile. The
methods share them too.
Of large networks it is memory that sets the pace: what a stage touches is to fit the first-level cache.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from planner.engine.assembler import Code, Layout, Value
from planner.engine.batch import MassAction
from planner.engine.factors import Matrix, emit_block, emit_elimination, emit_solve, plan_factors
from planner.engine.rates import Rates, find_balances, step_matrix, weighted_sum
from planner.engine.rosenbrock import METHODS, Rosenbrock
from planner.engine.sparse import Elimination, plan_elimination

LARGEST = 1e100
"""From this amount [mol] no scale of errors grows, so that the product of two is a number."""


def plan_step(network: MassAction) -> Elimination:
    """Plan the elimination of a network's step matrix."""
    return plan_elimination(network.n_species, step_matrix(network, find_balances(network)))


def step_fields(network: MassAction, elimination: Elimination) -> dict[str, int]:
    """Return the fields of the workspace that a step uses, with their numbers of vectors."""
    n = network.n_species
    one_each = (
        "volume", "growth", "time", "step", "floor", "tolerance", "gamma", "inverse_volume", "error", "lowest", "made",
    )  # fmt: skip
    n_stages = max(method.n_stages for method in METHODS)
    return dict.fromkeys(one_each, 1) | {
        "Y": n,  # amounts now [mol]
        "K": network.n_reactions,  # rate constants
        "FEED": n,  # [mol/s]
        "X": n,  # amounts of a stage; at last those after the step
        "FT": n,  # df/dt at constant amounts
        "LU": len(elimination.entries),  # factors; the diagonal holds inverses
        "U": n * n_stages,  # stages, one after the other; before a stage is solved, its right side
    }


def emit_step(network: MassAction, layout: Layout, elimination: Elimination) -> Iterable[str]:
    """Write the functions of a step."""
    balances, factors = find_balances(network), plan_factors(elimination)
    yield _emit_slope(network, layout)
    if elimination.block:
        yield emit_block(layout, len(elimination.block))
    code = Code("linearise", layout)
    rates, diagonal = Rates(code, network, "Y"), (1.0 / code.load("gamma")) / code.load("step")
    _emit_slope_in_time(code, network, rates)
    emit_elimination(code, factors, Matrix(rates, step_matrix(network, balances), diagonal))
    if elimination.block:
        code.call("eliminate_block")
    yield code.text()
    yield emit_solve(layout, factors, balances)
    yield _emit_made(network, layout)
    for method in METHODS:
        yield _emit_stages(network, layout, method)


def _emit_slope(network: MassAction, layout: Layout) -> str:
    code = Code("slope", layout, "i64 %stage")
    first = Value(code, "%stage", "i64") * network.n_species
    sums = Rates(code, network, "X").sums_by_species(range(network.n_reactions))
    for i, change in enumerate(sums):
        if change is not None:
            code.store("U", first + i, code.load("U", first + i) + change)
    return code.text()


def _emit_slope_in_time(code: Code, network: MassAction, rates: Rates) -> None:
    """FT = (V'/V) sum_p (1 - p) S_p  and  U_1 <- U_1 + feed + h gamma FT; U_1 holds sum_p S_p, of the rates of order p.

    Most reactions are of order two, and sum_p (1 - p) S_p = sum_p (2 - p) S_p - sum_p S_p needs the others only.
    """
    dilution, weight = code.load("growth") * rates.inverse_volume, code.load("gamma") * code.load("step")
    orders = [len(side) for side in network.reactants]
    sums = {
        order: rates.sums_by_species(r for r, other in enumerate(orders) if other == order)
        for order in sorted(set(orders) - {2})
    }
    for i in range(network.n_species):
        code.rest()
        total = code.load("U", i)
        others = [
            (float(2 - order), value) for order, values in sums.items() if (value := values[i]) is not None
        ]
        in_time = dilution * weighted_sum([*others, (-1.0, total)])
        code.store("FT", i, in_time)
        code.store("U", i, total + code.load("FEED", i) + weight * in_time)


def _emit_stages(network: MassAction, layout: Layout, method: Rosenbrock) -> str:
    code, n = Code(f"step_{method.name}", layout), network.n_species
    volume, growth, time, step = (code.load(name) for name in ("volume", "growth", "time", "step"))
    inverse_step = 1.0 / step
    code.store("inverse_volume", 0, 1.0 / (volume + growth * time))
    with code.count(n) as i:
        code.store("X", i, code.load("Y", i))
        code.store("U", i, code.constant(0.0))
    code.call("slope", code.constant(0, "i64"))
    again = [s for s in range(method.n_stages) if method.begins_again(s)]
    if again:
        with code.count(n) as i:
            for s in again:
                code.store("U", i + s * n, code.load("U", i))
    code.call("linearise")
    code.call("solve", code.constant(0, "i64"))
    for s in range(1, method.n_stages):
        code.store("inverse_volume", 0, 1.0 / (volume + growth * (time + method.nodes[s] * step)))
        with code.count(n) as i:
            if s <= method.last_full:
                _emit_inputs(code, method, s, i, inverse_step)
            else:
                _emit_last_inputs(code, method, s, i, inverse_step)
        if s not in again:
            code.call("slope", code.constant(s, "i64"))
        code.call("solve", code.constant(s, "i64"))
    _emit_error(code, n, method.n_stages - 1)
    if method.watches_zero:
        code.call("count_made")
    return code.text()


def _emit_inputs(code: Code, method: Rosenbrock, s: int, i: Value, inverse_step: Value) -> None:
    """X_i = Y_i + sum_m a_sm U_mi  and  U_si = FEED_i + (1/h) sum_m c_sm U_mi + h d_s FT_i.

    The last stage of this kind begins U_si of the later ones too, from the same U_mi; U_si of a stage that begins where
    the step does holds its slope already.
    """
    n, step = code.layout.numbers["X"], code.load("step")
    u = [code.load("U", i + m * n) for m in range(s)]
    feed = code.load("FEED", i)
    if method.begins_again(s):
        feed = feed + code.load("U", i + s * n)
    else:
        code.store("X", i, weighted_sum(_nonzero(method.a[s], u), code.load("Y", i)))
    for later in range(s, method.n_stages if s == method.last_full else s + 1):
        right = feed + inverse_step * weighted_sum(_nonzero(method.c[later][:s], u))
        if method.time_weights[later]:
            right = right + (method.time_weights[later] * step) * code.load("FT", i)
        code.store("U", i + later * n, right)


def _nonzero(coefficients: Sequence[float], values: Sequence[Value]) -> list[tuple[float, Value]]:
    """Leave out what a sum has nothing of."""
    return [(x, value) for x, value in zip(coefficients, values, strict=True) if x]


def _emit_last_inputs(code: Code, method: Rosenbrock, s: int, i: Value, inverse_step: Value) -> None:
    """Add the stage before, m, to what has been begun: U_mi to X_i, (1/h) c_sm U_mi to U_si of this and later ones."""
    n = code.layout.numbers["X"]
    before = code.load("U", i + (s - 1) * n)
    code.store("X", i, code.load("X", i) + before)
    for later in range(s, method.n_stages):
        place = i + later * n
        code.store("U", place, code.load("U", place) + (method.c[later][s - 1] * inverse_step) * before)


def _emit_error(code: Code, n_species: int, last: int) -> None:
    """X <- X + U_S, error = mean over species of (U_S / scale)^2, scale = floor + tolerance max(|Y|, |X|), lowest X.

    No true amount is below zero, so that one at -x is wrong by x or more. Where x is more than the scale, the worst
    (x / scale)^2 is the error if it is the larger; where Y is below zero already, x is what X lies below Y. On the
    far side of zero two reactants would consume each other without end, and an L-stable step, to which fast growth
    looks like decay, would follow them there.
    """
    floor, tolerance = code.load("floor"), code.load("tolerance")
    total, worst, lowest = code.constant(0.0), code.constant(0.0), code.constant(0.0)
    for start in range(0, n_species, 2):
        code.rest()
        errors, changes, scales = [], [], []
        for i in range(start, min(start + 2, n_species)):
            errors.append(code.load("U", last * n_species + i))
            before, after = code.load("Y", i), code.load("X", i) + errors[-1]
            code.store("X", i, after)
            lowest = code.smaller(after, lowest)
            changes.append(after - code.smaller(before, 0.0))
            size = code.larger(code.magnitude(before), code.magnitude(after))
            scales.append(floor + tolerance * code.smaller(size, LARGEST))
        for error, change, inverse in zip(errors, changes, _inverses(scales), strict=True):
            ratio = error * inverse
            total = total + ratio * ratio
            worst = code.smaller(change * inverse, worst)
    mean, below = (1 / n_species) * total, worst * worst
    code.store("error", 0, code.select((worst < -1.0) & (below > mean), below, mean))
    code.store("lowest", 0, lowest)


def _inverses(values: Sequence[Value]) -> list[Value]:
    """Append inverses of two by one division, the slowest of operations: 1/a = b (1/(a b)), 1/b = a (1/(a b))."""
    if len(values) == 1:
        return [1.0 / values[0]]
    inverse = 1.0 / (values[0] * values[1])
    return [inverse * values[1], inverse * values[0]]


def _emit_made(network: MassAction, layout: Layout) -> str:
    """Take the largest h K min(X_i, 0) min(X_j, 0) |X_k| / V^(p - 1) over reactions and pairs i, j of their reactants.

    Two reactants below zero react as if they were there, in order p with a third one k, and make something of nothing.
    """
    code = Code("count_made", layout)
    inverse, made = code.load("inverse_volume"), code.constant(0.0)
    for r, side in enumerate(network.reactants):
        for i, j in sorted({(min(pair), max(pair)) for pair in combinations(side, 2) if pair[0] != pair[1]}):
            code.rest()
            others = list(side)
            others.remove(i)
            others.remove(j)
            rate = code.load("K", r) * inverse * code.smaller(code.load("X", i), 0.0)
            rate = rate * code.smaller(code.load("X", j), 0.0)
            for k in others:
                rate = rate * inverse * code.magnitude(code.load("X", k))
            made = code.larger(made, rate)
    code.store("made", 0, made * code.load("step"))
    return code.text()
