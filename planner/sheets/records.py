"""Records: a sheet as plain JSON types and as words for the terminal."""

from dataclasses import asdict
from typing import Any

from planner.sheets.charges import CYLINDERS, PIPETTES, amount_words, mass_words, volume_words
from planner.sheets.hazards import footnotes
from planner.sheets.sheet import Sheet


def sheet_record(sheet: Sheet) -> dict[str, Any]:
    """Describe a sheet as plain JSON types."""
    whole = asdict(sheet)
    if (parted := whole["separation"]) is not None:
        del parted["steps"]  # they stand among the steps of the sheet
    return {name: whole[name] for name in whole if name != "pair"} | {"charges": sheet.rows()}


def sheet_text(sheet: Sheet) -> str:
    """Write a sheet for the terminal: charges in order, steps, hazards, and the sources as footnotes."""
    lines = [
        f"{sheet.scale}; limiting: {sheet.limiting}; final volume {volume_words(sheet.final_volume_mL, CYLINDERS)}",
        "",
        f"{'#':>2}  {'stage':<15} {'role':<9} {'name':<30} "
        f"{'eq':>6} {'amount':>11} {'mass':>10} {'volume':>9} {'realised':>8}",
    ]
    for c in sheet.charges:
        mass = "" if c.mass_mg is None else mass_words(c.mass_mg)
        tools = CYLINDERS if c.role == "solvent" else PIPETTES
        volume = "" if c.volume_mL is None else volume_words(c.volume_mL, tools)
        amount = "" if c.amount_mmol is None else amount_words(c.amount_mmol)
        asked, real = (("" if e is None else f"{e:.3f}") for e in (c.equivalents, c.realised_equivalents))
        lines.append(
            f"{c.order:>2}  {c.stage:<15} {c.role:<9} {c.name:<30.30} "
            f"{asked:>6} {amount:>11} {mass:>10} {volume:>9} {real:>8}"
        )
    numbers = footnotes((*sheet.work_up, *sheet.hazards))
    asked = " and ".join(name.replace("_", " ") for name in sheet.to_note)
    cited = {w.sentence: f" [{numbers[w.source]}]" for w in sheet.work_up}
    lines += ["", *(f"[ ] {step}{cited.get(step, '')}" for step in sheet.steps), ""]
    lines += [
        f"At the quench write down {asked} (molar fractions, 0 to 1; or areas of all degrees, with --detector):",
        sheet.compare,
        "",
    ]
    lines += [
        *(f"! {h.words} [{numbers[h.source]}]" for h in sheet.hazards),
        *(f"- {note}" for note in sheet.notes),
        "",
        *(f"[{number}] {source}" for source, number in numbers.items()),
    ]
    return "\n".join(lines)
