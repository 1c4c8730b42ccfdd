"""Amounts: masses, volumes and moles as people write them: three figures, no power of ten."""

from planner.sheets.charges import figures


def in_mass(mg: float) -> str:
    """Write a mass in mg, g or kg, to three figures."""
    for unit, size in (("kg", 1e6), ("g", 1e3)):
        if mg >= size:
            return f"{figures(mg / size)} {unit}"
    return f"{figures(mg)} mg"


def in_volume(mL: float) -> str:
    """Write a volume in mL, L or cubic metres, to three figures."""
    if mL >= 1e6:
        return f"{figures(mL / 1e6)} m3"
    return f"{figures(mL / 1e3)} L" if mL >= 1e3 else f"{figures(mL)} mL"


def in_amount(mmol: float) -> str:
    """Write an amount in mmol or mol, to three figures."""
    return f"{figures(mmol / 1e3)} mol" if mmol >= 1e3 else f"{figures(mmol)} mmol"
