"""Warned: which warnings of a pair's structures hold for what is done with them.

A condition on the reductant, acid, equivalents or temperature is met by the settled procedure; of two temperatures
the warmer one counts. One on the conversion is met by what was computed, and by nothing where nothing was. Where the
procedure does already what a remedy asks, the rule's other remedy is said.
"""

from dataclasses import replace

from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.reagents import Reductant
from planner.model.warnings import STRONG, Instead, WarningRule
from planner.structures.cautions import Caution
from planner.structures.pairs import Pair


def warnings_of(
    pair: Pair, model: Model, procedure: Settled, *, converted: float | None = None
) -> tuple[Caution, ...]:
    """List the warnings that hold for a pair and a procedure, the gravest first.

    Parameters
    ----------
    pair, model, procedure
        What is done, and the rules used.
    converted
        Share of what the charge allows that is converted; without it nothing is said that depends on it.
    """
    return tuple(
        _with_remedy(caution, model, procedure)
        for caution in pair.warnings
        if holds(caution.rule, model, procedure, converted)
    )


def is_strong(reductant: Reductant) -> bool:
    """Tell whether a hydride reduces free carbonyl compounds: it is meant for imines that have formed."""
    return ADDITIONS[reductant.defaults.addition].hydride_last


def is_poisonous_in_acid(reductant: Reductant) -> bool:
    """Tell whether acid sets poison free from a hydride, so that what needs a strong acid needs another one."""
    return reductant.refuse_below_pH is not None


def holds(rule: WarningRule, model: Model, procedure: Settled, converted: float | None) -> bool:
    """Tell whether a procedure, and what came of it, meet the conditions that a warning states on them."""
    if rule.conversion_below is not None and (converted is None or converted >= rule.conversion_below):
        return False
    if rule.conversion_above is not None and (converted is None or converted < rule.conversion_above):
        return False
    return (
        _is_reduced_by(rule.reductants, model, procedure)
        and _within(procedure.acid_equivalents, rule.acid_above, rule.acid_below)
        and _within(procedure.carbonyl_equivalents, rule.carbonyl_above, rule.carbonyl_below)
        and _within(_warmest(procedure), rule.temperature_above_C, None)
    )


def _with_remedy(caution: Caution, model: Model, procedure: Settled) -> Caution:
    """Take the first of the other remedies whose conditions the procedure meets, or leave the rule's own."""
    others = zip(caution.rule.instead, caution.others, strict=True)
    text = next((text for other, text in others if _meets(other, model, procedure)), caution.text)
    return caution if text == caution.text else replace(caution, text=text)


def _meets(other: Instead, model: Model, procedure: Settled) -> bool:
    """Tell whether a procedure meets every condition of another remedy."""
    return (
        _is_reduced_by(other.reductants, model, procedure)
        and _within(procedure.acid_equivalents, other.acid_above, other.acid_below)
        and _within(_warmest(procedure), None, other.temperature_below_C)
        and not (other.hydride_from_start and procedure.imine_time_h)
    )


def _is_reduced_by(names: tuple[str, ...], model: Model, procedure: Settled) -> bool:
    """Whether the reductant is one of these, where any are stated."""
    reductant = model.reductant(procedure.reductant)
    named = {reductant.name, *([STRONG] if is_strong(reductant) else [])}
    return not names or not named.isdisjoint(names)


def _warmest(procedure: Settled) -> float:
    """Take the warmer of the two temperatures [C]."""
    return max(procedure.temperature_C, procedure.hydride_temperature_C)


def _within(value: float, above: float | None, below: float | None) -> bool:
    """Whether a value lies beyond the limits that are stated."""
    return (above is None or value > above) and (below is None or value < below)
