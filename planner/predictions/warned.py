"""Warned: which warnings of a pair's structures hold for what is done with them.

A condition on the reductant, acid, equivalents or temperature is met by the settled procedure; of two temperatures
the warmer one counts.
"""

from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.reagents import Reductant
from planner.model.warnings import STRONG, WarningRule
from planner.structures.cautions import Caution
from planner.structures.pairs import Pair


def warnings_of(pair: Pair, model: Model, procedure: Settled) -> tuple[Caution, ...]:
    """List the warnings that hold for a pair and a procedure, the gravest first."""
    return tuple(caution for caution in pair.warnings if holds(caution.rule, model, procedure))


def is_strong(reductant: Reductant) -> bool:
    """Tell whether a hydride reduces free carbonyl compounds: it is meant for imines that have formed."""
    return ADDITIONS[reductant.defaults.addition].hydride_last


def holds(rule: WarningRule, model: Model, procedure: Settled) -> bool:
    """Tell whether a procedure meets the conditions that a warning states on it."""
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
