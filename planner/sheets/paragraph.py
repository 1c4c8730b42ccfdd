"""Paragraphs: a sheet as the text of an experimental section, to be corrected to what was done."""

from planner.flask.fields import ADDITIONS
from planner.predictions.prediction import Prediction
from planner.predictions.words import span
from planner.sheets.charges import CYLINDERS, Charge, amount_words, hours_words, mass_words, volume_words
from planner.sheets.sheet import Sheet


def paragraph(sheet: Sheet, prediction: Prediction) -> str:
    """Write what the sheet plans in the past tense, with what the prediction expects of it.

    Parameters
    ----------
    sheet
        What is planned.
    prediction
        Of the same procedure.

    Returns
    -------
    str
        One paragraph and one sentence of warning before it: nothing of this was done yet.
    """
    p = sheet.procedure
    early = [c for c in sheet.charges if c.stage == "flask" and c.role != "solvent"]
    late = [c for c in sheet.charges if c.stage != "flask" and c.role != "solvent"]
    solvents = [c for c in sheet.charges if c.role == "solvent"]
    into = (
        f" in {solvents[0].name} ({volume_words(solvents[0].volume_mL or 0.0, CYLINDERS)})"
        if solvents
        else ""
    )
    were = "were combined" if len(early) > 1 else "was placed"
    said = [f"{_joined(early)} {were}{into} and stirred at {p.temperature_C:g} °C."]
    if late and ADDITIONS[p.addition].hydride_last:
        said.append(
            f"After {hours_words(p.imine_time_h)}, {_joined(late)} {_was(late)} added{_portions(sheet)}."
        )
    elif late:
        over = f" over {hours_words(p.addition_time_h)}" if p.addition_time_h else ""
        rest = (
            f" in {solvents[1].name} ({volume_words(solvents[1].volume_mL or 0.0, CYLINDERS)})"
            if len(solvents) > 1
            else ""
        )
        said.append(f"{_joined(late)}{rest} {_was(late)} added{over}.")
    said.append(f"The mixture was stirred for {hours_words(p.hold_time_h)} at {p.temperature_C:g} °C.")
    said.append(
        " ".join(step.words if step.words.endswith(".") else f"{step.words}." for step in sheet.work_up)
    )
    expected = (
        f"The planner expected {span(prediction.target_fraction)} of the target per {prediction.basis}."
    )
    warning = "Planned, not done yet: correct every number to what was charged and found."
    return f"{warning}\n\n{' '.join(part for part in (*said, expected) if part)}"


def _joined(charges: list[Charge]) -> str:
    """List charges with their amounts."""
    words = [_charge(c) for c in charges]
    text = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return text[:1].upper() + text[1:]


def _charge(charge: Charge) -> str:
    """Write one charge: name (mass or volume, amount, equivalents)."""
    amounts = [mass_words(charge.mass_mg)] if charge.mass_mg else []
    amounts += [volume_words(charge.volume_mL)] if charge.volume_mL else []
    amounts += [amount_words(charge.amount_mmol)] if charge.amount_mmol else []
    amounts += [f"{charge.equivalents:.2f} eq"] if charge.equivalents else []
    return f"{charge.name} ({', '.join(amounts)})" if amounts else charge.name


def _was(charges: list[Charge]) -> str:
    return "were" if len(charges) > 1 else "was"


def _portions(sheet: Sheet) -> str:
    """Say in how many portions the hydride came, and how long that took."""
    p = sheet.procedure
    if sheet.portions < 2:
        return ""
    over = f" over {hours_words(p.hydride_time_h)}" if p.hydride_time_h else ""
    return f" in {sheet.portions} portions{over}"
