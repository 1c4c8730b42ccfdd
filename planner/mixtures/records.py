"""Records: species, assignments and purification as plain JSON types and as rows, for machines."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from planner.mixtures.identification import PEAK_COLUMNS, PeakTable
from planner.mixtures.masses import isotope_lines
from planner.mixtures.purification import SPECIES_COLUMNS as PART_COLUMNS, Purification, PurificationStep
from planner.mixtures.species import ExpectedSpecies, notes_of
from planner.predictions.prediction import Prediction
from planner.predictions.records import heading

SPECIES_COLUMNS = (
    "name", "kind", "degree", "smiles", "formula", "monoisotopic_mass", "average_mass", "amount", "amount_low",
    "amount_high", "rank", "ions", "isotopes", "uv", "why", "avoid", "confirm", "source",
)  # fmt: skip


def species_rows(species: Sequence[ExpectedSpecies]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List species as rows, with their columns; ions are written as ``[M+H]+ 197.1107; ...``."""
    return [_row(one) for one in species], SPECIES_COLUMNS


def _row(one: ExpectedSpecies) -> dict[str, Any]:
    amount = one.amount
    first = one.ions[0]
    lines = isotope_lines(first.formula, first.charge)
    return {
        **{name: getattr(one, name) for name in SPECIES_COLUMNS if hasattr(one, name)},
        "amount": None if amount is None else amount.mean,
        "amount_low": None if amount is None else amount.low,
        "amount_high": None if amount is None else amount.high,
        "ions": "; ".join(f"{ion.adduct} {ion.mz:.4f}" for ion in one.ions),
        "isotopes": "; ".join(f"{line.mz:.3f} {100 * line.intensity:.1f}" for line in lines),
    }


def _heading(prediction: Prediction) -> dict[str, Any]:
    return heading(prediction.pair, prediction.procedure, prediction.defaults_used, prediction.model)


def species_record(prediction: Prediction, species: Sequence[ExpectedSpecies]) -> dict[str, Any]:
    """Describe what to expect as plain JSON types."""
    rows = []
    for one in species:
        row = _row(one)
        row["adducts"] = dict(one.adducts)
        row["ions"] = [asdict(ion) for ion in one.ions]
        row["isotopes"] = [asdict(line) for line in isotope_lines(one.ions[0].formula, one.ions[0].charge)]
        rows.append(row)
    return {**_heading(prediction), "species": rows, "notes": list(notes_of(prediction))}


def peak_rows(table: PeakTable) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List assignments as rows, with their columns."""
    return table.rows(), PEAK_COLUMNS


def peak_record(table: PeakTable) -> dict[str, Any]:
    """Describe an identification as plain JSON types."""
    return {
        **_heading(table.prediction),
        "tolerance": {"value": table.tolerance.value, "unit": table.tolerance.unit},
        "assignments": [asdict(one) for one in table.assignments],
        "areas": [{"degree": degree, "area": area} for degree, area in table.areas],
        "responses": None if table.responses is None else asdict(table.responses),
        "shares": [asdict(one) for one in table.shares],
        "notes": list(table.notes),
    }


def part_rows(found: Purification) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the compounds of a purification as rows, with their columns."""
    return found.rows(), PART_COLUMNS


def purification_record(found: Purification) -> dict[str, Any]:
    """Describe a purification as plain JSON types."""
    return {
        **_heading(found.prediction),
        "target": found.target,
        "extractant": found.extractant,
        "species": found.rows(),
        "scheme": asdict(found.scheme),
        "steps": [_step_record(step) for step in found.steps],
        "titration": asdict(found.titration),
        "difficulty": found.difficulty,
        "cost": found.cost,
        "reasons": list(found.reasons),
    }


def _step_record(step: PurificationStep) -> dict[str, Any]:
    """Describe a step without the sentence that only a sheet fills."""
    return {name: value for name, value in asdict(step).items() if name != "scaled"}
