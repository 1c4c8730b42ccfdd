"""Warned: which warnings of a pair's structures hold for what is done with them.

A condition on the reductant, acid, equivalents or temperature is met by the settled procedure; of two temperatures
the warmer one counts. One on the conversion is met by what was computed, and by nothing where nothing was.
"""

from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.reagents import Reductant
from planner.model.warnings import STRONG, WarningRule
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
    return tuple(caution for caution in pair.warnings if holds(caution.rule, model, procedure, converted))


def is_strong(reductant: Reductant) -> bool:
    """Tell whether a hydride reduces free carbonyl compounds: it is meant for imines that have formed."""
    return ADDITIONS[reductant.defaults.addition].hydride_last


def holds(rule: WarningRule, model: Model, procedure: Settled, converted: float | None) -> bool:
    """Tell whether a procedure, and what came of it, meet the conditions that a warning states on them."""
    if rule.conversion_below is not None and (converted is None or converted >= rule.conversion_below):
        return False
    if rule.conversion_above is not None and (converted is None or converted < rule.conversion_above):
        return False
    reductant = model.reductant(procedure.reductant)
    named = {reductant.name, *([STRONG] if is_strong(reductant) else [])}
    warmest = max(procedure.temperature_C, procedure.hydride_temperature_C)
    return (
        (not rule.reductants or not named.isdisjoint(rule.reductants))
        and _within(procedure.acid_equivalents, rule.acid_above, rule.acid_below)
        and _within(procedure.carbonyl_equivalents, rule.carbonyl_above, rule.carbonyl_below)
        and _within(warmest, rule.temperature_above_C, None)
    )


def _within(value: float, above: float | None, below: float | None) -> bool:
    """Whether a value lies beyond the limits that are stated."""
    return (above is None or value > above) and (below is None or value < below)
