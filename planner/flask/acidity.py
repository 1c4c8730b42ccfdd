"""Acidity: the pH of a flask that holds amine and acetic acid, and what must not happen below it.

One root of the charge balance; see ``acidity``. Assumption: the first protonation of every nitrogen counts alone.

Where a flask follows its acid (the part "acid"), it pairs off with amines, free ions or not::

    N(a) + acid <=> N(a).acid        log K_a = kappa[solvent] + beta (pKaH(a) - pKaH of an n-alkylamine)
    N(a) + C + acid count -> X(a) + W + acid count        k_c gamma[solvent], and its reverse with k_c gamma / K
    acid charged = acid stated; of secondary amines at most one per nitrogen that can be held at once
"""

from collections.abc import Mapping, Sequence

import numpy as np

from planner.engine import Array
from planner.errors import ProcedureError
from planner.flask.conditions import (
    LN_10,
    ORDINALS,
    Conditions,
    conditions_of,
    drawn_pKaH,
    of_pair,
    power_of_ten,
)
from planner.flask.procedure import Settled
from planner.mechanism.microstates import ASSOCIATION, CONDENSATION, DISSOCIATION, HYDROLYSIS, Ladder
from planner.mechanism.names import constant_name
from planner.model.draws import central_draws
from planner.model.model import Model
from planner.structures.pairs import Pair

BISECTIONS, NEWTON_STEPS = 8, 4
"""Halvings of the pH range 0-14, which leave 0.05, and steps from there, each of which squares the error."""
PROTON_TRANSFER = 1e4
"""Of acid to amine [M^-1 s^-1]: from 1e3 to 1e7 the answers agree to 0.02 points, and slow is cheap to integrate."""
REFERENCE_AMINE = "n_alkyl"
"""Class at whose pKaH kappa is stated, as it is the reference of every table of amines."""
SHARED = {3: "three_bonds", 4: "four_bonds"}
"""Numbers of nitrogens that share a proton, by the bonds between them."""
AMMONIA = 3
"""Hydrogens of it."""


def acidity(at: Conditions) -> Array:
    """Find the pH of the flask (n_procedures, n_draws) from amine and acetic acid.

    One root of the charge balance, by bisection on pH 0-14 and Newton's method on ln h, then kept within 2-9::

        a c Ka / (Ka + h) + 1e-14 / h = c sum_i h / (KaH_i + h) + h
    """
    amine = at.column("concentration_M")
    acid = amine * at.column("acid_equivalents")
    drawn = at.drawn
    acid_pair = 10.0 ** drawn.named("protonation.acetic_acid")
    pairs = [
        (10.0 ** at.by_nitrogen(ladder.site_class, lambda n: drawn.classed("protonation", n)), count)
        for ladder, count in at.amines
    ]
    ln_h = np.full((len(at.procedures), len(drawn.draws.normals)), -7.0 * LN_10)
    for halving in range(BISECTIONS):
        excess, _ = _charge(ln_h, amine, acid, acid_pair, pairs)
        ln_h += np.where(excess > 0, LN_10, -LN_10) * 3.5 / 2.0**halving
    for _ in range(NEWTON_STEPS):
        excess, slope = _charge(ln_h, amine, acid, acid_pair, pairs)
        ln_h -= excess / slope
    pH = -ln_h / LN_10
    return np.asarray(np.clip(pH, 2.0, 9.0))


def _charge(
    ln_h: Array, amine: Array, acid: Array, acid_pair: Array, pairs: Sequence[tuple[Array, int]]
) -> tuple[Array, Array]:
    """Anions less cations [M], and how that changes with ln h: always less, so that there is one root."""
    h = np.exp(ln_h)
    bound, hydroxide = acid_pair * h, 1e-14 / h
    free = 1.0 + bound
    anions = acid / free
    excess, slope = anions + hydroxide - h, -anions * bound / free - hydroxide - h
    for pair, count in pairs:
        ratio = pair * h
        held = amine * count / (1.0 + 1.0 / ratio)
        excess, slope = excess - held, slope - held / (1.0 + ratio)
    return excess, slope


def acidity_where_it_counts(at: Conditions) -> Array:
    """Find the pH of the procedures whose reductant follows it; 0 for the others, which ignore it."""
    rows = [i for i, p in enumerate(at.procedures) if _follows_pH(at, p)]
    pH = np.zeros((len(at.procedures), len(at.drawn.draws.normals)))
    if rows:
        pH[rows] = acidity(at.some(rows))
    return pH


def _follows_pH(at: Conditions, procedure: Settled) -> bool:
    """Tell whether a constant of this reductant is stated as a function of the pH."""
    model = at.drawn.model
    reductant = model.reductant(procedure.reductant)
    return (
        reductant.hydride_loss_law == "acid_hydrolysis"
        or model.find(reductant.key, ("carbonyl_reduction_pH",)) is not None
    )


def acidities_of(pair: Pair, model: Model, procedures: Sequence[Settled]) -> list[float]:
    """Estimate the pH of settled procedures with every number at its median."""
    return [float(pH) for pH in acidity(conditions_of(pair, model, procedures, central_draws(model)))[:, 0]]


def acidity_of(pair: Pair, model: Model, procedure: Settled) -> float:
    """Estimate the pH of one settled procedure with every number at its median."""
    return acidities_of(pair, model, [procedure])[0]


@of_pair
def rung_pKaH(at: Conditions, ladder: Ladder, alkyls: int) -> Array:
    """Draw the pKaH of N(a) (n_draws,): that of the nitrogen as charged, and what each new alkyl group adds.

    Ammonia becomes the carbonyl's alkylamine first. A nitrogen that shares its proton with another one near by has
    the mean of both protonations.
    """
    pKaH = _charged_pKaH(at, ladder)
    if ladder.n_hydrogens == AMMONIA and alkyls:
        pKaH = at.drawn.classed("protonation", at.chain(at.carbonyl.alkyl_class))
    n_hydrogens = range(ladder.n_hydrogens - alkyls + 1, min(ladder.n_hydrogens, 2) + 1)
    steps = {2: "first_alkyl_pKaH", 1: "second_alkyl_pKaH"}
    return np.asarray(pKaH + sum(at.of_carbonyl(steps[n]) for n in n_hydrogens))


def _charged_pKaH(at: Conditions, ladder: Ladder) -> Array:
    """Draw the pKaH of a nitrogen as charged, less what a neighbour takes.

    It errs as in every constant that follows basicity; in a set that knows no such error it is as wide as its class.
    """
    drawn, chain = at.drawn, at.chain(ladder.site_class)
    if (paired := drawn.model.find("paired_protonation", (ladder.site_class,))) is not None:
        return drawn.value(paired)
    shared = at.by_nearest(ladder, lambda bonds: drawn.classed("shared_proton", (SHARED.get(bonds, ""),)))
    if drawn.model.find("basicity_error", ORDINALS[:1]) is not None:
        return np.asarray(drawn_pKaH(at, ladder) + shared)
    of_class = drawn.model.find("protonation", chain)
    spread = 0.0 if of_class is None else drawn.value(of_class) - of_class.value
    return np.asarray(at.pKaH[ladder] + spread + shared)


def association(at: Conditions, ladder: Ladder, alkyls: int) -> Array:
    """log10 K_a of N(a) + acid <=> N(a).acid (n_procedures, n_draws) [M^-1]."""
    drawn, model = at.drawn, at.drawn.model
    beyond = rung_pKaH(at, ladder, alkyls) - model.parameter(f"protonation.{REFERENCE_AMINE}").value

    def in_solvent(name: str) -> Array:
        slope = drawn.named(f"acid_basicity.{'protic' if model.solvent(name).protic else 'aprotic'}")
        return np.asarray(drawn.classed("acid_association", model.solvent_chain(name)) + slope * beyond)

    return np.asarray(at.each("solvent", in_solvent) + at.arrhenius(drawn.named("energy.acid_association")))


def catalysis(at: Conditions) -> Array:
    """log10 gamma: acid on condensation and its reverse, per M of all acid (n_procedures, n_draws) [M^-1]."""
    drawn, model = at.drawn, at.drawn.model
    gamma = at.each("solvent", lambda s: drawn.classed("acid_catalysis", model.solvent_chain(s)))
    return np.asarray(gamma + at.arrhenius(drawn.named("energy.acid_catalysis")))


def acid_constants(
    at: Conditions, ladders: Sequence[Ladder], constants: Mapping[str, Array]
) -> dict[str, Array]:
    """Name the constants of acid that is followed, beside those of the condensations without it."""
    gamma = power_of_ten(catalysis(at))
    found = {
        f"acid {name}": k * gamma
        for name, k in constants.items()
        if name.partition(" ")[0] in (CONDENSATION, HYDROLYSIS)
    }
    found[ASSOCIATION] = np.full_like(gamma, PROTON_TRANSFER)
    for ladder in ladders:
        for alkyls in range(ladder.n_hydrogens + 1):
            apart = PROTON_TRANSFER * power_of_ten(-association(at, ladder, alkyls))
            found[constant_name(DISSOCIATION, (ladder, alkyls))] = apart
    return found


def check_acidity(pair: Pair, model: Model, procedure: Settled) -> float | None:
    """Estimate the pH where the reductant is sensitive to it; None where it is not.

    Raises
    ------
    ProcedureError
        If the flask would be too acidic for its hydride.
    """
    reductant = model.reductant(procedure.reductant)
    if reductant.refuse_below_pH is None and reductant.warn_below_pH is None:
        return None
    pH = acidity_of(pair, model, procedure)
    if reductant.refuse_below_pH is not None and pH < reductant.refuse_below_pH:
        raise ProcedureError(
            f"{reductant.name} at an estimated pH of {pH:.1f} is refused (expected at least "
            f"{reductant.refuse_below_pH:g}): {reductant.acid_reason}"
        )
    return pH
