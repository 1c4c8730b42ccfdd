"""Saved: a prediction or a plan, back to the inputs that made it.

Fields that took a default when it was saved are left unset, so that they follow the model again.
"""

from typing import Any

from planner.app.boxes import as_typed, is_number
from planner.flask.fields import FIELDS
from planner.plans.recommendation import Plan
from planner.predictions.prediction import TARGETS, Prediction
from planner.structures.structure import read_structure

ANY_ISOMER = "any"
WORDS = {str(degree): word for word, degree in TARGETS.items()}
CHOICES = (
    "reductants",
    "additions",
    "solvents",
    "exclude_reductants",
    "exclude_solvents",
    "avoid",
    "sensitive",
)
"""Of a request, that are inputs of their own and take several words."""
LIMITS = (
    "max_over_alkylation",
    "max_time_h",
    "max_carbonyl_equivalents",
    "max_amine_equivalents",
    "max_reductant_equivalents",
    "max_acid_equivalents",
    "temperature_window_C",
    *CHOICES,
    "limiting",
    "scale_kg",
    "min_target_low",
    "separation",
)
"""The same, with those that take one value."""


def saved_inputs(found: Plan | Prediction) -> dict[str, Any]:
    """Collect the inputs that made a prediction, or the first recommendation of a plan with its limits.

    Returns
    -------
    dict
        ``amine``, ``carbonyl``, ``target``, ``isomer``, ``basis``, the limits of a plan, and the fields of the
        procedure that were not left to their default.
    """
    first = found.best.prediction if isinstance(found, Plan) else found
    target = found.request.target if isinstance(found, Plan) else str(found.target)
    limits = {n: _widget(n, getattr(found.request, n)) for n in LIMITS} if isinstance(found, Plan) else {}
    return {
        "amine": first.pair.texts[0],
        "carbonyl": first.pair.texts[1],
        "basis": first.basis,
        **wanted_inputs(target, first.target),
        **limits,
        **{n: getattr(first.procedure, n) for n in FIELDS if n not in first.defaults_used},
    }


def wanted_inputs(target: str, degree: int) -> dict[str, str]:
    """Write a target as its two inputs: the degree in words, and the isomer where one is wanted."""
    is_isomer = not (target.isdecimal() or target.lower() in (*WORDS.values(), "exhaustive"))
    word = target.lower() if not (is_isomer or target.isdecimal()) else WORDS.get(str(degree), str(degree))
    return {"target": word, "isomer": read_structure(target).smiles if is_isomer else ANY_ISOMER}


def _widget(name: str, limit: Any) -> Any:
    """Write a limit as its input holds it: numbers as text, choices of words as lists, none of them for no limit."""
    if is_number(name):
        return as_typed(limit)
    return list(limit or ()) if name in CHOICES else limit
