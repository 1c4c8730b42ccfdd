"""Records: a model as plain JSON types and as words for the terminal."""

from dataclasses import asdict
from typing import Any

from planner.model.calibration import Calibration
from planner.model.model import Model
from planner.version import VERSION

PARAMETER_COLUMNS = ("name", "value", "spread", "spread_kind", "unit", "basis", "source", "note")


def model_identity(model: Model) -> dict[str, str]:
    """Name the set of numbers and its content hash."""
    return {"name": model.name, "sha256": model.sha256}


def model_record(model: Model) -> dict[str, Any]:
    """Describe a model: reductants, solvents, every number and every source."""
    return {
        "model": model_identity(model),
        "reductants": [
            {"name": r.name, "aliases": list(r.aliases), "formula": r.formula} for r in model.reductants
        ],
        "solvents": [{"name": s.name, "aliases": list(s.aliases)} for s in model.solvents],
        "parameters": [
            {
                "name": p.name,
                "value": p.value,
                "spread": p.log10_sd,
                "spread_kind": "linear sd" if p.linear else "log10 sd",
                "unit": p.unit,
                "basis": p.basis,
                "source": p.source,
                "note": p.note,
            }
            for p in model.parameters
        ],
        "parts": list(model.parts),
        "calibration": None if model.calibration is None else calibration_record(model.calibration),
        "steps": [asdict(s) for s in model.steps],
        "sources": [asdict(s) for s in model.sources],
        "version": VERSION,
    }


def calibration_record(c: Calibration) -> dict[str, Any]:
    """Describe what runs taught a model: on which pair, how the fit went, what was learned."""
    return {
        "amine": c.amine,
        "carbonyl": c.carbonyl,
        "parent": {"name": c.parent, "sha256": c.parent_sha256},
        "data_sha256": c.data_sha256,
        "date": c.date,
        "seed": c.seed,
        "discrepancy": c.has_discrepancy,
        "draws": c.n_draws,
        "runs": [dict(run) for run in c.runs],
        "diagnostics": list(c.diagnostics),
        "identifiability": [dict(verdict) for verdict in c.verdicts],
    }


def model_text(record: dict[str, Any]) -> str:
    """Write a model for the terminal: reductants, solvents and every number with its source."""
    identity = record["model"]
    lines = [f"model {identity['name']} ({identity['sha256'][:12]})", *_learned(record["calibration"]), ""]
    for kind in ("reductants", "solvents"):
        lines.append(kind)
        lines += [f"  {entry['name']:<18} {', '.join(entry['aliases'])}" for entry in record[kind]]
        lines.append("")
    lines += [f"parts  {', '.join(record['parts']) or 'none'}", ""]
    lines += ["steps", *(f"  {s['name']:<18} {s['equation']}" for s in record["steps"]), ""]
    lines.append(f"{'constant':<50} {'value':>10} {'spread':>7} {'':<9} {'unit':<9} {'basis':<9} source")
    for p in record["parameters"]:
        lines.append(
            f"{p['name']:<50} {p['value']:>10.4g} {p['spread']:>7.2g} {p['spread_kind']:<9} {p['unit']:<9} "
            f"{p['basis']:<9} {p['source']}"
        )
    return "\n".join(lines)


def _learned(calibration: dict[str, Any] | None) -> list[str]:
    """Say on what a calibrated model rests; nothing of a set."""
    if calibration is None:
        return []
    parent, n = calibration["parent"], len({row["run"] for row in calibration["runs"]})
    return [
        f"learned from {n} run{'s' if n > 1 else ''} of {calibration['amine']} + {calibration['carbonyl']} on "
        f"{calibration['date']}, {calibration['draws']} draws; priors of {parent['name']} ({parent['sha256'][:12]})",
        *(f"  {words}" for words in calibration["diagnostics"]),
    ]
