"""Caveats: what a prediction does not know, and what to expect besides, one sentence each.

Structures warn through ``pairs``; here the procedure joins in (``warned``), the outcome, and what the numbers rest on.
What may change the main product comes first. Impossible chemistry is refused where the procedure is settled, and a pH
at which the hydride is dangerous is refused here, where the amine is known; what is possible but unwise is said.
"""

from functools import lru_cache

import numpy as np

from planner.flask.acidity import check_acidity
from planner.flask.bottles import solvents_brought
from planner.flask.fields import ADDITIONS, IMINE_FIRST
from planner.flask.flask import steps_in
from planner.flask.outcomes import Outcome
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.site_classes import SiteClass
from planner.model.steps import Step
from planner.predictions.formaldehyde import does_not_stop, form_taken, strong_acid_method
from planner.predictions.learned import rests_on
from planner.predictions.losses import lost_to_alcohol
from planner.predictions.nitrogens import unsettled_nitrogen
from planner.predictions.running import Ran
from planner.predictions.warned import is_poisonous_in_acid, is_strong, warnings_of
from planner.structures.pairs import Pair
from planner.structures.products import step_product
from planner.structures.structure import protonated_mass

ROOM_C = (0.0, 60.0)
"""Between these temperatures the assumed activation energies add little."""
NOTHING_PKAH, STRONG_ACID_PKAH = 0.0, 3.0
"""Below the first an amine hardly condenses at all, below the second not without a strong acid."""
ANILINES = frozenset({"aryl", "alkyl_aryl"})
"""Classes whose like keep their lone pair from the oxygen of the air: anilines, and amines as weak beside fluorine."""
LITTLE = 0.5
"""Share of what the charge allows below which starting material is most of what is there."""
SPENT, LEFT_OVER = 0.02, 0.05
"""Hydride left below the first while more than the second of the carbonyl is left: it ran out."""


def caveats(
    pair: Pair, model: Model, procedure: Settled, *, ran: Ran | None = None, target: int = 1
) -> tuple[str, ...]:
    """Collect the caveats of a settled procedure for a pair.

    Parameters
    ----------
    pair, model, procedure
        What is done, and the numbers used.
    ran
        What came out of this procedure alone, and with what; without it nothing is said of that.
    target
        Degree that is wanted.

    Raises
    ------
    ProcedureError
        If the flask would be too acidic for its hydride.
    """
    converted = (
        None if ran is None or procedure.reductant_equivalents == 0 else _converted(pair, procedure, ran)
    )
    held = warnings_of(pair, model, procedure, converted=converted)
    of_rules = {text for caution in pair.warnings for text in caution.texts}
    found = [*_weak(pair, model, procedure, converted), *does_not_stop(pair, model, target)]
    found += [] if ran is None else unsettled_nitrogen(pair, ran.mono)
    found += [caution.text for caution in held if caution.rule.is_grave]
    found += [
        *_little(converted),
        *rests_on(pair, model, procedure),
        *form_taken(pair, procedure, target),
        *(caution.text for caution in held),
        *(text for text in pair.cautions if text not in of_rules),
    ]
    reductant = model.reductant(procedure.reductant)
    found += [f"{reductant.name} in {s}: {why}." for s, why in reductant.warned if s == procedure.solvent]
    found += [*_acid(model, procedure), *_pH(pair, model, procedure)]
    found += [*_substances(pair, model, procedure), *_bottles(pair, model, procedure)]
    found += _conditions(model, procedure)
    found += _tertiary(pair, model, target)
    if ran is not None:
        found += _ran_out(procedure, ran.outcome)
        found += (
            [] if _meets_carbonyl(model, procedure) else lost_to_alcohol(pair, model, procedure, ran, target)
        )
    found += [_step(step, pair) for step in steps_in(pair, model) if step.caveat]
    found += _borrowed(pair, model)
    return tuple(dict.fromkeys(found))


def _acid(model: Model, procedure: Settled) -> list[str]:
    """Warn of acid that the hydride does not survive."""
    reductant = model.reductant(procedure.reductant)
    acid = procedure.acid_equivalents
    if reductant.warn_above_acid is not None and acid > reductant.warn_above_acid:
        return [f"{reductant.name} with {acid:g} eq acetic acid: {reductant.acid_reason}."]
    return []


def _pH(pair: Pair, model: Model, procedure: Settled) -> list[str]:
    """Warn of acidity in which the hydride turns on the carbonyl or sets poison free."""
    reductant = model.reductant(procedure.reductant)
    pH = check_acidity(pair, model, procedure)
    if pH is None or reductant.warn_below_pH is None or pH >= reductant.warn_below_pH:
        return []
    return [f"Estimated pH {pH:.1f}: {reductant.acid_reason}."]


def _substances(pair: Pair, model: Model, procedure: Settled) -> list[str]:
    """Say what this reductant does to carbonyl and imine, and what ammonia gives besides."""
    found = []
    reductant = model.reductant(procedure.reductant)
    if _meets_carbonyl(model, procedure):
        found.append(
            f"{reductant.name} reduces free carbonyl compounds quickly: let the imine form before it is added "
            f"({IMINE_FIRST})."
        )
    found += [
        e.sentence
        for e in reductant.caveats
        if procedure.total_time_h > e.longer_than_h or not e.longer_than_h
    ]
    if any(site.site_class == "ammonia" for site in pair.sites):
        found.append(
            "With ammonia expect condensed imines (hydrobenzamides, triazines) that the model does not hold."
        )
    return found


def _bottles(pair: Pair, model: Model, procedure: Settled) -> list[str]:
    """Warn of solvents that the bottles bring and this hydride does not bear, and of acid that must go again."""
    found = []
    reductant = model.reductant(procedure.reductant)
    for bottle, share in solvents_brought(pair, procedure):
        reasons = dict((*reductant.warned, *reductant.refused))
        if bottle.solvent != procedure.solvent and bottle.solvent in reasons:
            found.append(
                f"{bottle.name} brings {bottle.solvent}, {100 * share:.2g} % of the volume: "
                f"{reasons[bottle.solvent]}."
            )
    surplus = pair.weak_acid(procedure.carbonyl_equivalents) - procedure.acid_equivalents
    if surplus > 1e-9:
        found.append(
            f"The salts bring {surplus:.3g} eq more acid than acid_equivalents {procedure.acid_equivalents:g}: a base "
            "must take it up."
        )
    return found


def _meets_carbonyl(model: Model, procedure: Settled) -> bool:
    """Tell whether a hydride that is meant for imines that have formed is added to free carbonyl."""
    reductant = model.reductant(procedure.reductant)
    return is_strong(reductant) and not ADDITIONS[procedure.addition].hydride_last


def _conditions(model: Model, procedure: Settled) -> list[str]:
    """Warn of time, temperature, drying and feeds outside of what the estimates were made for."""
    found = []
    found += _temperature(model, procedure)
    if procedure.reductant_equivalents == 0:
        found.append("No hydride is charged: imines form and fall back at an aqueous quench.")
    if ADDITIONS[procedure.addition].fed:
        found.append(
            "The flask is taken as well mixed: a feed faster than mixing gives more over-alkylation than shown."
        )
    return found


def _temperature(model: Model, procedure: Settled) -> list[str]:
    """Warn of temperatures that the reductant's numbers are not meant for, or far from where they hold."""
    reductant = model.reductant(procedure.reductant)
    low, high = reductant.temperature_range_C
    both = (procedure.temperature_C, procedure.hydride_temperature_C)
    celsius = max(both, key=lambda c: max(low - c, c - high, ROOM_C[0] - c, c - ROOM_C[1]))
    if not low <= celsius <= high:
        what = (
            "slower mixing and dissolution" if celsius < low else "hydride lost in ways that are not counted"
        )
        return [
            f"{celsius:g} C is outside the {low:g} to {high:g} C that the numbers of {reductant.name} are meant for: "
            f"expect {what}."
        ]
    if not ROOM_C[0] <= celsius <= ROOM_C[1]:
        return [f"{celsius:g} C is far from 25 C: the answer leans on assumed activation energies."]
    return []


def _step(step: Step, pair: Pair) -> str:
    """Say what a step between pools warns of, with the mass of what it makes."""
    made = step_product(pair.carbonyl.smiles, step.product) if step.product else None
    return (
        step.caveat if made is None else f"{step.caveat} Look for {made}, [M+H]+ {protonated_mass(made):.4f}."
    )


@lru_cache(maxsize=8)
def _named(model: Model) -> frozenset[str]:
    """List the last words of the kinetic numbers' names: classes, solvents and the like."""
    basicities = ("protonation.", "nucleophilicity_pKaH.")
    return frozenset(
        p.name.rpartition(".")[2]
        for p in model.parameters
        if not p.part and not p.name.startswith(basicities)
    )


def _borrowed(pair: Pair, model: Model) -> list[str]:
    """Name the classes that have no kinetic number of their own."""
    own = _named(model)
    classes = [*(model.site_class(site.site_class) for site in pair.sites), pair.carbonyl_class]
    found = []
    for c in dict.fromkeys(classes):
        if c.name not in own and c.like is not None:
            nearest = _first_with_numbers(c, model, own)
            found.append(
                f"No constants are known for the class {c.label!r}: those of {nearest.label!r} stand in for them."
            )
    return found


def _first_with_numbers(site_class: SiteClass, model: Model, own: frozenset[str]) -> SiteClass:
    """Follow what a class is like to the first that has numbers, or to the reference at the end."""
    chain = model.class_chain(site_class.name)
    return model.site_class(next((name for name in chain if name in own), chain[-1]))


def _tertiary(pair: Pair, model: Model, target: int) -> list[str]:
    """Warn of tertiary alkylamines that only the target tells of; of secondary amines the structures already warn."""
    alkyl = [s for s in pair.sites if ANILINES.isdisjoint(model.class_chain(s.site_class))]
    must_fill = bool(alkyl) and target > pair.n_hydrogens - len(alkyl)
    is_said = any("N-oxide" in caution for caution in pair.cautions)
    if not must_fill or is_said:
        return []
    return ["A tertiary alkylamine is wanted: on standing in air expect some N-oxide (+15.995 Da)."]


def _converted(pair: Pair, procedure: Settled, ran: Ran) -> float:
    """Work out which share of what the charge allows is converted, of amine or of carbonyl, in the mean."""
    degrees = ran.outcome.degrees[0].mean(axis=0)
    equivalents = procedure.carbonyl_equivalents
    if equivalents == 0:
        return 1.0
    amine = (1.0 - float(degrees[0])) / min(1.0, equivalents)
    carbonyl = float(degrees @ np.arange(len(degrees))) / min(float(pair.n_hydrogens), equivalents)
    return max(amine, carbonyl)


def _little(converted: float | None) -> list[str]:
    """Say so where the number itself is a failure, whatever its cause."""
    if converted is None or converted >= LITTLE:
        return []
    return [
        f"By these numbers {100 * converted:.2g} % of what the charge allows is converted: expect most of the amine "
        "back, or look for more time, warmth, carbonyl compound or acid, or another route."
    ]


def _weak(pair: Pair, model: Model, procedure: Settled, converted: float | None) -> list[str]:
    """Warn of an amine that is too little basic to condense without a strong acid, or at all."""
    most = max(site.pKaH for site in pair.sites)
    if most >= STRONG_ACID_PKAH:
        return []
    method = strong_acid_method(pair)
    what = f"The most basic N-H that reacts has an estimated pKaH of {most:.1f}"
    if most >= NOTHING_PKAH or (converted is not None and converted >= LITTLE):
        other = (
            " and so another hydride" if is_poisonous_in_acid(model.reductant(procedure.reductant)) else ""
        )
        return [
            f"{what}: it needs a strong acid{other} to condense ({method}; never with NaBH3CN, which gives hydrogen "
            "cyanide), and these numbers are for acetic acid: their width says how little is known."
        ]
    return [
        f"{what}: expect the amine back. It hardly condenses; take {method} and much time, or another "
        "route (alkylation of its carbamate or sulfonamide, or of the halide by the amine's anion)."
    ]


def _ran_out(procedure: Settled, outcome: Outcome) -> list[str]:
    """Say so where the hydride does not suffice."""
    ran_out = float(np.mean((outcome.hydride_left[0] < SPENT) & (outcome.unreacted[0] > LEFT_OVER)))
    if procedure.reductant_equivalents == 0 or ran_out <= 0.5:
        return []
    return [
        f"The hydride runs out while carbonyl or imine is left (in {100 * ran_out:.0f} % of the draws): more of it "
        "converts more, which is not always towards the target."
    ]
