"""Settling: a procedure as it is asked for takes its defaults, and what must not be done is refused."""

import math
from typing import Any

from planner.errors import ProcedureError
from planner.flask.fields import ADDITIONS, ASSAYS, FIELDS
from planner.flask.procedure import HYDRIDE_AT_ONCE, Procedure, Settled
from planner.model.model import Model
from planner.model.parts import CHARGES
from planner.model.reagents import Reductant
from planner.structures.bottles import WATER, Bottle
from planner.structures.pairs import Pair

USUAL_MOST_M = 5.0
"""Highest concentration of an amine in a flask; those that are sold as solutions reach the bound of the field [M]."""
SOLD_AS_SOLUTIONS = ("N", "CN", "CNC")
"""Ammonia, methylamine and dimethylamine, gases that are bought at 2 to 15 M."""
MOST_TAKEN_UP = 2.0
"""Weak acid of a salt per mole of a hydride that bears none, up to which a base is charged against it."""


def settle(
    asked: Procedure, model: Model, pair: Pair | None = None, *, per_carbonyl: bool = False
) -> tuple[Settled, tuple[str, ...]]:
    """Fill every unset field with the model's default for this reductant and these bottles.

    Parameters
    ----------
    asked
        The procedure as given.
    model
        Where the defaults are stated.
    pair
        Ketones take other defaults (acid, imine time) than aldehydes; a bottle with water makes the flask wet, and
        the weak acid of a salt counts. An aldehyde and free compounds when absent.
    per_carbonyl
        Whether the carbonyl is what the hydride must suffice for, where it is less than the amine.

    Returns
    -------
    Settled
        Names of reductant and solvent as the model writes them.
    tuple of str
        The fields that took a default.

    Raises
    ------
    ProcedureError
        If the reductant or solvent is unknown, a time is given that this addition does not have, portions and
        times do not go together, the reductant must not meet this solvent or this much acid, or the bottles contradict
        what is asked.
    """
    reductant = model.reductant(asked.reductant or model.defaults.reductant)
    own = reductant.defaults
    stated: dict[str, Any] = {name: getattr(model.defaults, name) for name, f in FIELDS.items() if f.of_flask}
    addition = asked.addition or own.addition
    _check_times(asked, addition)
    equivalents = (
        stated["carbonyl_equivalents"] if asked.carbonyl_equivalents is None else asked.carbonyl_equivalents
    )
    is_ketone = pair is not None and pair.carbonyl_class.is_ketone
    imine_time = own.imine_time_h_ketone if is_ketone else own.imine_time_h_aldehyde
    times = {"addition_time_h": own.addition_time_h, "imine_time_h": imine_time}
    needed = equivalents if per_carbonyl else max(1.0, equivalents)
    stated |= {
        "reductant_equivalents": own.reductant_equivalents_factor * needed,
        "acid_equivalents": _default_acid(reductant, pair, equivalents),
        "addition": addition,
        **{name: time if name == ADDITIONS[addition].time else 0.0 for name, time in times.items()},
        "hold_time_h": own.hold_time_h,
        "solvent": reductant.default_solvent,
        **HYDRIDE_AT_ONCE,
    }
    stated |= {"water": "wet"} if any(bottle.is_aqueous for bottle in _bottles(pair, equivalents)) else {}
    given = {name: getattr(asked, name) for name in FIELDS}
    unset = tuple(name for name, value in given.items() if value is None)
    whole = given | {name: stated.get(name) for name in unset}
    names = {"reductant": reductant.name, "solvent": model.solvent(whole["solvent"]).name}
    settled = Settled(**whole | names)
    _check_portions(asked, settled)
    _check_assays(settled, model, pair)
    _check_bottles(settled, model, pair)
    _check_solvent(settled, model)
    _check_acid(settled, model)
    if pair is not None and pair.amine_bottle is not None and is_sold_as_solution(pair):
        refuse_weak_acid(pair, model, settled, pair.amine_bottle.weak_acid_equivalents)
    return settled, unset


def is_sold_as_solution(pair: Pair) -> bool:
    """Tell whether the amine is a gas that is bought as its solution."""
    return pair.amine.smiles in SOLD_AS_SOLUTIONS


def _default_acid(reductant: Reductant, pair: Pair | None, carbonyl_equivalents: float) -> float:
    """State the acid: the reductant's own default, or what the partners' salts bring and the reductant bears."""
    own = reductant.defaults
    if pair is None:
        return own.acid_equivalents_aldehyde
    default = own.acid_equivalents_ketone if pair.carbonyl_class.is_ketone else own.acid_equivalents_aldehyde
    limits = [a for a in (reductant.warn_above_acid, reductant.refuse_above_acid) if a is not None]
    return max(default, min(pair.weak_acid(carbonyl_equivalents), *limits, *([] if limits else [math.inf])))


def _bottles(pair: Pair | None, carbonyl_equivalents: float) -> list[Bottle]:
    """List the bottles that are charged."""
    return [] if pair is None else [bottle for bottle, e in pair.bottles(carbonyl_equivalents) if e > 0]


def _check_bottles(settled: Settled, model: Model, pair: Pair | None) -> None:
    """Refuse a dry flask where a bottle brings water, and more amine in a litre than there is to buy."""
    for bottle in _bottles(pair, settled.carbonyl_equivalents):
        if bottle.is_aqueous and settled.water != "wet":
            raise ProcedureError(
                f"water {settled.water!r} was given, but {bottle.name} is a solution in water: leave it out (it is "
                "wet then), or name another bottle, such as a solution in another solvent or the solid"
            )
    most, concentration = USUAL_MOST_M, settled.concentration_M
    if pair is not None and is_sold_as_solution(pair):
        stock = None if pair.amine_bottle is None else pair.amine_bottle.stock_M
        most = min(FIELDS["concentration_M"].bounds[1], stock or math.inf)  # type: ignore[index]
    if concentration > most:
        raise ProcedureError(
            f"concentration_M {concentration:g} is out of range for this amine; give at most {most:g} M"
        )


def _check_times(asked: Procedure, addition: str) -> None:
    """Refuse a time that this addition does not have."""
    for name in ("addition_time_h", "imine_time_h"):
        given = getattr(asked, name)
        if given and ADDITIONS[addition].time != name:
            having = [word for word, a in ADDITIONS.items() if a.time == name]
            which = "it" if len(having) == 1 else "one of these"
            raise ProcedureError(
                f"{name} {given:g} was given with addition {addition}; it belongs to {' or '.join(having)}: "
                f"choose {which} or leave the time out"
            )


def _check_portions(asked: Procedure, settled: Settled) -> None:
    """Refuse portions and times that do not go together, or that this addition cannot have."""
    n, hours, celsius = settled.hydride_portions, settled.hydride_time_h, asked.hydride_temperature_C
    most = FIELDS["hydride_portions"].bounds[1]  # type: ignore[index]
    if n > 1 and not ADDITIONS[settled.addition].takes_portions:
        having = " or ".join(word for word, way in ADDITIONS.items() if way.takes_portions)
        raise ProcedureError(
            f"hydride_portions {n} was given with addition {settled.addition}, in which the hydride waits in the "
            f"flask: choose {having}, or 1 portion"
        )
    if n > 1 and not hours:
        raise ProcedureError(
            f"hydride_portions {n} with hydride_time_h 0 would come at once; give the time from the first portion "
            "to the last, or 1 portion"
        )
    if n == 1 and hours:
        raise ProcedureError(
            f"hydride_time_h {hours:g} was given with 1 portion; give hydride_portions from 2 to {most:g}, or leave "
            "the time out"
        )
    if hours > settled.hold_time_h:
        raise ProcedureError(
            f"hydride_time_h {hours:g} is longer than hold_time_h {settled.hold_time_h:g}, which starts with the "
            f"first portion; hold for at least {hours:g} h"
        )
    if not hours and celsius is not None and celsius != settled.temperature_C:
        raise ProcedureError(
            f"hydride_temperature_C {celsius:g} was given with 1 portion, so that it would hold for no time; give "
            f"hydride_portions and hydride_time_h too, or temperature_C {celsius:g}, or leave it out"
        )


def _check_assays(settled: Settled, model: Model, pair: Pair | None) -> None:
    """Refuse an assay where this set of numbers takes bottles as pure, and one of a solution."""
    bottles = {} if pair is None else {"amine": pair.amine_bottle, "carbonyl": pair.carbonyl_bottle}
    for partner, field in ASSAYS.items():
        assay, bottle = getattr(settled, field), bottles.get(partner)
        if assay is None:
            continue
        if CHARGES not in model.parts:
            raise ProcedureError(
                f"{field} {assay:g} was given, but this set of numbers takes what is weighed as pure (its parts lack "
                f"{CHARGES!r}): leave it out, or use a set with that part"
            )
        if bottle is not None and bottle.solvent:
            raise ProcedureError(
                f"{field} {assay:g} was given for {bottle.name}, a solution: name a solution of another strength as "
                "the bottle (such as '37 % formalin' or '7 N ammonia in methanol'), or leave the assay out"
            )


def _check_solvent(settled: Settled, model: Model) -> None:
    """Refuse a solvent in which this reductant must not be used."""
    for solvent, why in model.reductant(settled.reductant).refused:
        if solvent == settled.solvent:
            raise ProcedureError(
                f"{settled.reductant} in {solvent} is refused: {why}; choose another solvent"
            )
    if settled.water == "sieves" and settled.solvent == WATER:
        raise ProcedureError(
            "water 'sieves' with solvent water dries nothing; expected another solvent, or leave the sieves out"
        )


def _check_acid(settled: Settled, model: Model) -> None:
    """Refuse more acid than this reductant survives."""
    reductant = model.reductant(settled.reductant)
    most = reductant.refuse_above_acid
    if most is not None and settled.acid_equivalents > most:
        raise ProcedureError(
            f"{reductant.name} with {settled.acid_equivalents:g} eq acetic acid is refused (above {most:g} eq): "
            f"{reductant.acid_reason}"
        )


def refuse_weak_acid(
    pair: Pair, model: Model, settled: Settled, brought: float, name: str | None = None
) -> None:
    """Refuse the salt of a weak acid for a reductant that bears none, where taking the acid up would be absurd.

    The acid of an amine's salt stays in the flask where the reductant bears it. One that does not needs the free
    amine: ammonia and its like are bought as such, and of others a base takes up a little, not an excess.

    Parameters
    ----------
    pair, model, settled
        What is done.
    brought
        Weak acid of the amine's salt [mol per mol of amine].
    name
        Of the bottle; that of the pair when absent.

    Raises
    ------
    ProcedureError
        Naming a bottle of the free amine where one is listed.
    """
    reductant, surplus = model.reductant(settled.reductant), brought - settled.acid_equivalents
    if reductant.refuse_above_acid is None or surplus <= 0 or settled.reductant_equivalents <= 0:
        return
    is_sold = is_sold_as_solution(pair)
    if not is_sold and surplus <= MOST_TAKEN_UP * settled.reductant_equivalents:
        return
    held = name or (pair.amine_bottle.name if pair.amine_bottle else "the salt")
    free = next(
        (e.name for e in model.catalogue.entries if e.smiles == pair.amine.smiles and e.stock_M is not None),
        "",
    )
    raise ProcedureError(
        f"{held} brings {surplus:g} eq of acid per amine that {reductant.name} does not bear "
        f"({reductant.acid_reason}): take the free amine{f', such as {free}' if free else ''}, or a reductant that "
        "bears the acid"
    )
