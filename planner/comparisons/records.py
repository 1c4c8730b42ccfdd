"""Records: a comparison as plain JSON types and as rows, for machines."""

from dataclasses import asdict
from typing import Any

from planner.comparisons.findings import FINDING_COLUMNS, Comparison, rows_of
from planner.model.records import model_identity
from planner.predictions.formats import FORMAT
from planner.structures.records import structure_record
from planner.version import VERSION


def comparison_record(c: Comparison) -> dict[str, Any]:
    """Describe a comparison as plain JSON types."""
    return {
        "format": FORMAT,
        "amine": structure_record(c.pair.amine, c.pair.amine_bottle),
        "carbonyl": structure_record(c.pair.carbonyl, c.pair.carbonyl_bottle),
        "procedure": asdict(c.procedure),
        "defaults_used": list(c.defaults_used),
        "basis": c.observed.basis,
        "detector": c.observed.detector,
        "log10_sd": c.observed.log10_sd,
        "findings": rows_of(c.findings),
        "speaks_for": rows_of(c.shifts),
        "explained": c.explained,
        "effective_draws": c.effective_draws,
        "other_charge": None if c.other_charge is None else asdict(c.other_charge),
        "words": list(c.words),
        "draws": c.draws,
        "seed": c.seed,
        "model": model_identity(c.model),
        "version": VERSION,
    }


def finding_rows(c: Comparison) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List what was found as rows, with their columns."""
    return rows_of(c.findings), FINDING_COLUMNS
