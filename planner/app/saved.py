"""Saved plans: the JSON of a prediction or a plan, back to the inputs that made it.

Fields that took a default when it was saved are left unset, so that they follow the model again.
"""

import json
from collections.abc import Mapping
from typing import Any

from planner.errors import TableError
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure
from planner.predictions.prediction import TARGETS
from planner.structures.structure import read_structure

ANY_ISOMER = "any"
LARGEST_BYTES = 10_000_000
WORDS = {str(degree): word for word, degree in TARGETS.items()}
LIMITS = (
    "max_over_alkylation",
    "max_time_h",
    "max_carbonyl_equivalents",
    "max_amine_equivalents",
    "max_reductant_equivalents",
    "max_acid_equivalents",
    "temperature_window_C",
    "reductants",
    "additions",
    "solvents",
)
"""Of a request, that are inputs of their own."""
Record = Mapping[str, Any]


def read_record(text: str | bytes) -> Record:
    """Read JSON that the planner saved.

    Raises
    ------
    TableError
        If it is none.
    """
    if len(text) > LARGEST_BYTES:
        raise TableError(
            f"the file holds {len(text)} bytes; a saved plan has fewer than {LARGEST_BYTES}: open another"
        )
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TableError(
            f"the file is not JSON ({error}); open a JSON file that the planner saved"
        ) from error
    if not isinstance(record, dict):
        raise TableError(
            f"the file holds a {type(record).__name__}; open a prediction or plan that the planner saved"
        )
    return record


def saved_inputs(record: Record) -> dict[str, Any]:
    """Collect the inputs of a saved prediction, or of the first recommendation of a saved plan.

    Parameters
    ----------
    record
        As ``planner predict`` or ``planner recommend`` writes it with ``--format json``.

    Returns
    -------
    dict
        ``amine``, ``carbonyl`` (SMILES), ``target``, ``isomer``, ``basis``, the limits of a plan, and the fields of
        the procedure that were not left to their default.

    Raises
    ------
    TableError
        If it is not such a record.
    ProcedureError
        If a field holds an impossible value.
    """
    try:
        first = record["recommendations"][0]["prediction"] if "recommendations" in record else record
        given = {
            n: v for n, v in first["procedure"].items() if n in FIELDS and n not in first["defaults_used"]
        }
        limits = {n: _widget(n, record["limits"][n]) for n in LIMITS if n in record.get("limits", {})}
        inputs = {
            "amine": str(first["amine"]["smiles"]),
            "carbonyl": str(first["carbonyl"]["smiles"]),
            "basis": str(record["basis"]),
            **wanted_inputs(str(record["target"]), int(first["target"])),
        }
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise TableError(
            f"the file lacks {error}; open a prediction or plan that the planner saved"
        ) from error
    asked = Procedure(**given)
    return {**inputs, **limits, **{n: getattr(asked, n) for n in given}}


def wanted_inputs(target: str, degree: int) -> dict[str, str]:
    """Write a target as its two inputs: the degree in words, and the isomer where one is wanted."""
    is_isomer = not (target.isdecimal() or target.lower() in (*WORDS.values(), "exhaustive"))
    word = target.lower() if not (is_isomer or target.isdecimal()) else WORDS.get(str(degree), str(degree))
    return {"target": word, "isomer": read_structure(target).smiles if is_isomer else ANY_ISOMER}


def _widget(name: str, value: Any) -> Any:
    """Write a limit as its input holds it: lists for choices, a pair for a window."""
    if name == "temperature_window_C":
        low, high = value
        return float(low), float(high)
    return list(value or ()) if name in ("reductants", "additions", "solvents") else value
