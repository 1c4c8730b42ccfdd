"""Kinetics: the model's numbers and the procedure's conditions become rate constants.

Every constant is a sum of named log10 contributions; each contribution is one draw, shared by all
constants that name it, so that errors common to two steps cancel in their ratio (chi = carbonyl
class, n = class of the nitrogen as it now stands, e = error of its estimated pKaH, a = acid equivalents
capped at 1, R = reductant; E = electronics and crowding of the carbonyl, the sum of slope[step, chi] sigma over polar,
resonance, crowding, inductive, cyclopropyl)::

    primary or NH3       log k_c = C[chi] + A[n] + b (pKaH + e - pKaH[n]) + w + S[solvent] + acid
                                   + E[condensation] + Z_c
    made in the flask    log k_c = log k_c(primary n) + r[chi] + m[n] - E[condensation] + E[iminium condensation] + U_c
    secondary as charged log k_c = C[chi] + q[chi] + g[class] + b (pKaH + e - pKaH[class]) + w + S[solvent] + acid
                                   + E[iminium condensation] + Z_c + U_c
    without strong acid  w       = max(0, b_w) min(0, pKaH + e - p_w)
    with acetic acid     acid    = log(1 + G a)
    imine                log K   = K[chi] + KA[n] + E[imine equilibrium] + max(0, b_K) min(0, pKaH + e - p_K) + Z_K
    iminium              log K   = K[chi] + d[chi] + mK[n] + s[chi] + E[iminium equilibrium] + Z_K + U_K
    hydrolysis           k       = k_c / K,  K at least k_c / k_most
    imine + hydride      log k_r = h[R] + x[chi] + P[R] (a - 1) + e[NH3] + E[imine reduction] + Z_r
    iminium + hydride    log k_r = h[R] + x[chi] + R0 + R[chi] - s[chi] + E[iminium reduction] + Z_r
    exchange             k       = k_x[chi] min(1, K_i / K_j) 10^(b_x min(0, pKaH_i + e_i - p, pKaH_j + e_j - p))
                                   10^min(Z_c,i + U_c,i, Z_c,j + U_c,j)
    carbonyl + hydride   log k_o = o[R, chi] + acid or pH term + E[R, carbonyl reduction]
    hydride loss         log k_d = D[R, solvent] + acid or pH term, by volume with the solvents of the bottles

No water adds faster than k_most: where an imine is so strained that k_c / K is beyond it there is next to no imine
either way, and a rate that no flask has costs the integration its footing.

Z and U are what the bulk of both partners costs, see ``flask.crowding``. Where acid is followed as a species the factor
1 + G a is none; see ``acidity``.

Temperature: ``k(T) = k exp(-Ea/R (1/T - 1/298.15))``, K likewise with its enthalpy.
Arrays are (n_procedures, n_draws); constants are of 1/s and M, hydride counted in usable equivalents.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from planner.engine import Array
from planner.flask.acidity import acid_constants, acidity_where_it_counts
from planner.flask.condensation import condensation, equilibrium, stages, weakness
from planner.flask.conditions import Conditions, of_pair, power_of_ten
from planner.flask.crowding import condensation_loss
from planner.flask.reduction import carbonyl_reduction, hydride_loss, hydride_transfer
from planner.mechanism.microstates import Group, Ladder
from planner.mechanism.names import constant_name
from planner.mechanism.network import WATER, Network
from planner.mechanism.steps import sides
from planner.model.steps import CATALYSED, OF_REDUCTANT, SUM, Step
from planner.structures.bottles import WATER as WATER_AS_SOLVENT

K_MOST = 6.0
"""log10 of the fastest addition of water [M^-1 s^-1]: that to iminium ions which live for 20 ns in water (estimate)."""


def _drying(at: Conditions, _pH: Array) -> Array:
    """Rate constant of drying by sieves [s^-1]; 0 without them."""
    sieves = np.array([[p.water == "sieves"] for p in at.procedures])
    return np.where(sieves, 10.0 ** at.drawn.named("water.sieves"), 0.0)


def _contributions(step: Step, at: Conditions, _pH: Array) -> Array:
    """Rate constant of a step that is a sum of contributions: the first table, and the second times the acid."""
    first, *others = (at.of_carbonyl(table) for table in step.numbers)
    log_k = first + sum(entry * at.column("acid_equivalents") for entry in others)
    if step.energy:
        log_k = log_k + at.arrhenius(at.drawn.named(step.energy))
    return np.broadcast_to(power_of_ten(log_k), (len(at.procedures), at.drawn.n_draws))


def _catalysed(step: Step, at: Conditions, pH: Array) -> Array:
    """Rate constant of a step that acid speeds as it speeds condensation, at the median."""
    gain = at.drawn.model.parameter("condensation_acid.acetic_acid").value
    return _contributions(step, at, pH) * (1.0 + gain * at.acid)


def _of_reductant(step: Step, at: Conditions, _pH: Array) -> Array:
    """Rate constant of a step that the reductant brings; what its loss in water holds already is none."""
    drawn, model = at.drawn, at.drawn.model
    log_k = at.each("reductant", lambda r: drawn.classed(model.reductant(r).key, step.numbers))
    if step.energy:
        log_k = log_k + at.arrhenius(drawn.named(step.energy))
    in_water = np.array([[p.solvent == WATER_AS_SOLVENT for p in at.procedures]]).T
    is_counted = in_water & all(WATER in side for side in sides(step.equation))
    return np.where(is_counted, 0.0, power_of_ten(log_k))


NUMBER_LAWS: dict[str, Callable[[Step, Conditions, Array], Array]] = {
    SUM: _contributions,
    CATALYSED: _catalysed,
    OF_REDUCTANT: _of_reductant,
}
"""Rate constants from the numbers of a step, by the name of its law."""
STEP_LAWS: dict[str, Callable[[Conditions, Array], Array]] = {
    "carbonyl_reduction": lambda at, pH: power_of_ten(carbonyl_reduction(at, pH)),
    "hydride_loss": lambda at, pH: power_of_ten(hydride_loss(at, pH)),
    "drying": _drying,
}
"""Rate constants that are more than a sum of contributions, by the name of their law; (conditions, pH) to k."""


def named_constants(
    at: Conditions, ladders: Sequence[Ladder], *, steps: Sequence[Step], couplings: Sequence[str]
) -> dict[str, Array]:
    """Compute every named constant of a flask.

    Parameters
    ----------
    at
        Procedures and draws.
    ladders
        The distinct ladders of the amine.
    steps
        The reactions between pools.
    couplings
        Names of the ring couplings in use.

    Returns
    -------
    dict
        Constant name to array (n_procedures, n_draws), in M and s.
    """
    listed = stages(ladders)
    condensations = {stage: condensation(at, stage) for stage in listed}
    equilibria = {
        stage: np.maximum(equilibrium(at, stage), condensations[stage] - K_MOST) for stage in listed
    }
    exchange = at.drawn.named("exchange.reference") + at.of_carbonyl("exchange_carbonyl")
    exchange = exchange + at.arrhenius(at.drawn.named("energy.exchange"))
    constants: dict[str, Array] = {}
    for stage in listed:
        log_k = condensations[stage]
        constants[constant_name("condensation", stage)] = power_of_ten(log_k)
        constants[constant_name("hydrolysis", stage)] = power_of_ten(log_k - equilibria[stage])
        constants[constant_name("hydride transfer", stage)] = power_of_ten(hydride_transfer(at, stage))
        for partner in listed:
            if partner != stage:
                weak, lost = _lacking(at, stage, partner)
                downhill = np.minimum(0.0, equilibria[stage] - equilibria[partner]) + weak + lost
                constants[constant_name("exchange", stage, partner)] = power_of_ten(exchange + downhill)
    if at.holds_acid:
        constants |= acid_constants(at, ladders, constants)
    pH = acidity_where_it_counts(at)
    for step in steps:
        law = STEP_LAWS.get(step.law) or partial(NUMBER_LAWS[step.law], step)
        constants[step.constant] = law(at, pH)
    n_rows = len(at.procedures)
    for name in couplings:
        constants[f"coupling {name}"] = np.tile(10.0 ** at.drawn.named(f"coupling.{name}"), (n_rows, 1))
    return constants


@of_pair
def _lacking(at: Conditions, one: tuple[Ladder, int], other: tuple[Ladder, int]) -> tuple[Array, Array]:
    """log10 of what exchange lacks (n_draws,) by the less basic and by the more crowded of two nitrogens."""
    weak = np.minimum(weakness(at, one[0]), weakness(at, other[0]))
    return weak, np.minimum(condensation_loss(at, one), condensation_loss(at, other))


def reaction_constants(network: Network, constants: dict[str, Array]) -> Array:
    """Multiply the named constants of each reaction: (n_procedures, n_draws, n_reactions), each reaction's together."""
    shape = np.broadcast_shapes(*{k.shape for k in constants.values()})
    found = np.empty((len(network.reactions), *shape))
    for i, reaction in enumerate(network.reactions):
        np.multiply(constants[reaction.constants[0]], reaction.multiplicity, out=found[i])
        for name in reaction.constants[1:]:
            found[i] *= constants[name]
    return np.moveaxis(found, 0, -1)


def distinct_ladders(groups: Sequence[Group]) -> tuple[Ladder, ...]:
    """List the distinct ladders of some groups, sorted."""
    return tuple(sorted({ladder for group in groups for ring in group.rings for ladder in ring.ladders}))
