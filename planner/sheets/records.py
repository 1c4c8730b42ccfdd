"""Records: a sheet as plain JSON types and as words for the terminal."""

from dataclasses import asdict
from typing import Any

from planner.sheets.sheet import Sheet


def sheet_record(sheet: Sheet) -> dict[str, Any]:
    """Describe a sheet as plain JSON types."""
    whole = asdict(sheet)
    return {name: whole[name] for name in whole if name != "pair"} | {"charges": sheet.rows()}


def sheet_text(sheet: Sheet) -> str:
    """Write a sheet for the terminal: charges in order, steps, hazards with their sources."""
    lines = [
        f"{sheet.scale}; limiting: {sheet.limiting}; final volume {sheet.final_volume_mL:.4g} mL",
        "",
        f"{'#':>2}  {'stage':<15} {'role':<9} {'name':<30} {'eq':>6} {'mmol':>8} {'mg':>9} {'mL':>8} {'realised':>8}",
    ]
    for c in sheet.charges:
        mass = "" if c.mass_mg is None else f"{c.mass_mg:.1f}"
        volume = "" if c.volume_mL is None else f"{c.volume_mL:.3f}"
        amount = "" if c.amount_mmol is None else f"{c.amount_mmol:.4f}"
        asked, real = (("" if e is None else f"{e:.3f}") for e in (c.equivalents, c.realised_equivalents))
        lines.append(
            f"{c.order:>2}  {c.stage:<15} {c.role:<9} {c.name:<30.30} "
            f"{asked:>6} {amount:>8} {mass:>9} {volume:>8} {real:>8}"
        )
    lines += ["", *(f"[ ] {step}" for step in sheet.steps), ""]
    lines += [
        *(f"! {h.sentence} [{h.source}]" for h in sheet.hazards),
        *(f"- {note}" for note in sheet.notes),
    ]
    return "\n".join(lines)
