"""Assays: by how much knowing what is in a bottle would narrow an answer.

For each partner whose purity is only its class's usual one, the same flask is run with that purity as an assay
would find it, by the same draws, and the widths of the two 5 to 95 % intervals are compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.flask.fields import ASSAYS
from planner.flask.titres import usual_assays
from planner.predictions.prediction import Prediction
from planner.predictions.sensitivity import check_measure, measured, more_draws

LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Assay:
    """What an assay of one partner would do to an interval."""

    partner: str
    """"amine", "carbonyl" or "reductant"."""
    field: str
    """Of the procedure, in which the assay is stated."""
    usual: float
    """Mass fraction that such a bottle usually holds."""
    width: float
    """5 to 95 % interval of the answer as it is [fraction]."""
    assayed: float
    """The same with the assay stated at its usual value [fraction]."""

    @property
    def gain(self) -> float:
        """What the interval loses in width [fraction]; below 0 where knowing one error uncovers another."""
        return self.width - self.assayed


def assays(prediction: Prediction, measure: str = "target_fraction") -> tuple[Assay, ...]:
    """Rank the partners whose assay is not stated by what stating it would gain.

    Parameters
    ----------
    prediction
        Its own draws are taken, and more of the same sequence up to 1,024.
    measure
        The answer that is looked at: one of ``MEASURES``.

    Returns
    -------
    tuple of Assay
        The largest gain first; empty where the numbers take bottles as pure.

    Raises
    ------
    ProcedureError
        If the measure is not known.
    """
    check_measure(measure)
    procedure = prediction.procedure
    usual = usual_assays(prediction.pair, prediction.model, procedure)
    if not usual:
        return ()
    stated: list[dict[str, Any]] = [{ASSAYS[partner]: value} for partner, value in usual.items()]
    flasks = [procedure, *(replace(procedure, **fields) for fields in stated)]
    values = measured(prediction, measure, flasks, more_draws(prediction))
    low, high = np.quantile(values, (LOW, HIGH), axis=1)
    width, *narrowed = (float(x) for x in high - low)
    found = [
        Assay(partner=partner, field=ASSAYS[partner], usual=value, width=width, assayed=assayed)
        for (partner, value), assayed in zip(usual.items(), narrowed, strict=True)
    ]
    return tuple(sorted(found, key=lambda a: (-a.gain, a.partner)))


def assay_words(found: Sequence[Assay]) -> list[str]:
    """Say what each assay would gain, in points; nothing where none is counted."""
    return [
        f"Assay of the {a.partner} (usually {a.usual:.3g}; state it as {a.field}): the 5 to 95 % interval of the "
        f"target goes from {100 * a.width:.0f} to {100 * a.assayed:.0f} points."
        for a in found
    ]
