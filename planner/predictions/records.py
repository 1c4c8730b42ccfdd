"""Records: a prediction as plain JSON types, for machines."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from planner.model.records import model_identity
from planner.predictions.prediction import PRODUCT_COLUMNS, Interval, Prediction
from planner.predictions.sensitivity import Share, unexplained
from planner.structures.records import structure_record
from planner.version import VERSION

SHARE_COLUMNS = ("name", "label", "share", "slope", "basis", "source")


def product_rows(prediction: Prediction) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the products as rows, with their columns."""
    return [{c: getattr(p, c) for c in PRODUCT_COLUMNS} for p in prediction.products], PRODUCT_COLUMNS


def isomer_rows(prediction: Prediction) -> list[dict[str, Any]]:
    """List every isomer of the degrees that have several, most abundant first."""
    return [{"degree": p.degree} | asdict(isomer) for p in prediction.products for isomer in p.isomers]


def _interval(interval: Interval) -> dict[str, float]:
    return asdict(interval)


def prediction_record(prediction: Prediction) -> dict[str, Any]:
    """Describe a prediction as plain JSON types; see the contract in the README."""
    pair, fate = prediction.pair, prediction.carbonyl_fate
    return {
        "amine": structure_record(pair.amine),
        "carbonyl": structure_record(pair.carbonyl) | {"carbonyl_class": pair.carbonyl_class.name},
        "procedure": asdict(prediction.procedure),
        "defaults_used": list(prediction.defaults_used),
        "products": [asdict(p) | {"isomers": [asdict(i) for i in p.isomers]} for p in prediction.products],
        "statistical": list(prediction.statistical),
        "carbonyl_fate": {"product": fate.product, "alcohol": fate.alcohol, "unreacted": fate.unreacted}
        | dict(fate.other),
        "alcohol": _interval(prediction.alcohol),
        "carbonyl_left": _interval(prediction.carbonyl_left),
        "hydride_left": prediction.hydride_left,
        "conversion": prediction.conversion,
        "selectivity": prediction.selectivity,
        "target": prediction.target,
        "basis": prediction.basis,
        "target_fraction": _interval(prediction.target_fraction),
        "over_alkylation": _interval(prediction.over_alkylation),
        "under_alkylation": _interval(prediction.under_alkylation),
        "caveats": list(prediction.caveats),
        "draws": prediction.draws,
        "seed": prediction.seed,
        "model": model_identity(prediction.model),
        "version": VERSION,
    }


def sensitivity_record(shares: Sequence[Share], measure: str = "target_fraction") -> dict[str, Any]:
    """Describe which numbers move a prediction, as plain JSON types."""
    return {
        "of": measure,
        "shares": [asdict(share) for share in shares],
        "unexplained": unexplained(shares),
        "method": "first-order shares of the variance over the joint draws, by regression on second-order polynomials",
    }


def share_rows(shares: Sequence[Share]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the shares as rows, with their columns."""
    return [asdict(share) for share in shares], SHARE_COLUMNS
