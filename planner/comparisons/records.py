"""Records: a comparison as plain JSON types and as rows, for machines."""

from dataclasses import asdict
from typing import Any

from planner.comparisons.findings import FINDING_COLUMNS, Comparison, rows_of
from planner.predictions.records import heading


def comparison_record(c: Comparison) -> dict[str, Any]:
    """Describe a comparison as plain JSON types."""
    return {
        **heading(c.pair, c.procedure, c.defaults_used, c.model),
        "basis": c.observed.basis,
        "detector": c.observed.detector,
        "log10_sd": c.observed.log10_sd,
        "findings": rows_of(c.findings),
        "speaks_for": rows_of(c.shifts),
        "explained": c.explained,
        "is_rare": c.is_rare,
        "misses": c.misses,
        "effective_draws": c.effective_draws,
        "other_charge": None if c.other_charge is None else asdict(c.other_charge),
        "words": list(c.words),
        "draws": c.draws,
        "seed": c.seed,
    }


def finding_rows(c: Comparison) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List what was found as rows, with their columns."""
    return rows_of(c.findings), FINDING_COLUMNS
