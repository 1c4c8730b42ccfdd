"""Assays: what the plan counts of a bottle's purity already, and what the sheet still must.

Equivalents of a plan are moles by label. An assay that the plan states is part of its flask, so the stated moles are
weighed as they stand; a purity that is known only at the bench divides the mass.
"""

from collections.abc import Mapping
from dataclasses import replace

from planner.errors import ProcedureError
from planner.flask.fields import ASSAYS
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.parts import CHARGES
from planner.sheets.supplies import Supply


def by_label(procedure: Settled, bottles: Mapping[str, Supply]) -> dict[str, Supply]:
    """Take bottles whose assay the plan counts as they are labelled.

    Raises
    ------
    ProcedureError
        If a bottle's purity is another than the assay of the plan.
    """
    taken = dict(bottles)
    for role, field in ASSAYS.items():
        assay, held = getattr(procedure, field), bottles.get(role)
        if assay is None or held is None:
            continue
        if held.purity != assay and (held.has_purity or held.purity != 1.0):
            raise ProcedureError(
                f"purity {held.purity:g} is given for the {role}, but the plan counts its assay as {assay:g}; leave "
                f"the purity out, or plan again with {field} {held.purity:g}"
            )
        taken[role] = replace(held, purity=1.0)
    return taken


def assay_notes(procedure: Settled, model: Model, bottles: Mapping[str, Supply]) -> list[str]:
    """Say what of the purities is counted where."""
    notes = []
    for role, field in ASSAYS.items():
        assay, held = getattr(procedure, field), bottles.get(role)
        if assay is not None:
            notes.append(
                f"Assay {assay:g} of the {role} is counted in the plan: weigh the stated mass, uncorrected."
            )
        elif held is not None and held.purity != 1.0 and CHARGES in model.parts:
            notes.append(
                f"The {role} is weighed for its purity of {held.purity:g}; the plan assumed the usual quality: to "
                f"predict this bottle, plan with {field} {held.purity:g}."
            )
    return notes
