"""Charges: what goes into the flask, in order, rounded to what a balance and a pipette can do.

Masses go to 0.1 mg below 1 g, to 1 mg below 100 g, to four figures above; volumes to 1 uL below 10 mL, to four
figures above; the realised equivalents are those of the rounded amounts.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from planner.errors import ProcedureError
from planner.flask.fields import ADDITIONS, Addition
from planner.flask.procedure import Settled
from planner.sheets.supplies import Supply

BALANCE_MG = 0.1
PIPETTE_ML = 0.001
BALANCES = ((1e3, BALANCE_MG), (1e5, 1.0), (1e6, 1e2), (1e7, 1e3), (math.inf, 1e4))
"""(mass below which, step) [mg]."""
PIPETTES = ((10.0, PIPETTE_ML), (100.0, 0.01), (1e3, 0.1), (1e4, 1.0), (math.inf, 10.0))
"""(volume below which, step) [mL]."""
CYLINDERS = ((0.2, PIPETTE_ML), (2.0, 0.01), (100.0, 0.1), (1e3, 1.0), (1e4, 10.0), (math.inf, 100.0))
"""The same for a solvent [mL]."""
COARSE = 0.05
"""Rounding that changes a charge by more is said."""
MOLAR_MASS_DECIMALS = 3
"""As on a bottle."""
COLUMNS = (
    "order", "stage", "role", "name", "cas", "smiles", "molar_mass", "equivalents", "amount_mmol", "mass_mg", "purity",
    "density_g_per_mL", "stock_M", "volume_mL", "realised_equivalents", "note",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """One thing that goes into the flask."""

    order: int
    """From 1."""
    stage: str
    """flask, feed, or after the imine."""
    role: str
    """solvent, amine, carbonyl, acid, base or reductant."""
    supply: Supply
    """Out of which bottle."""
    equivalents: float | None = None
    """Asked for, per mole of the reference partner; None for the solvent."""
    amount_mmol: float | None = None
    """The same as an amount [mmol]."""
    mass_mg: float | None = None
    """To weigh, purity counted, rounded [mg]; None for solutions and solvent."""
    volume_mL: float | None = None
    """To measure, rounded [mL]; None for solids."""
    realised_equivalents: float | None = None
    """From the rounded amounts."""

    @property
    def name(self) -> str:
        """On the bottle."""
        return self.supply.name

    def row(self) -> dict[str, Any]:
        """Write the charge as a row of ``COLUMNS``."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        cells = {**{f.name: getattr(self.supply, f.name) for f in fields(self.supply)}, **own}
        if self.role == "solvent":
            cells |= {"purity": None, "molar_mass": None}
        else:
            cells["molar_mass"] = round(self.supply.molar_mass, MOLAR_MASS_DECIMALS)
        return {column: cells[column] for column in COLUMNS}


SMALLEST = 1e-6
"""Equivalents of acid or base that are not charged."""
ROLES = ("amine", "base", "carbonyl", "acid", "reductant")
"""In the order in which they enter the flask where all come at once."""


def stages(addition: Addition, *, base_waits: bool = False) -> Iterator[tuple[str, list[str]]]:
    """List what goes where, in order of addition; the base goes with the amine, or waits for a carbonyl's salt."""
    later = {*addition.fed, *(["base"] if "amine" in addition.fed and not base_waits else [])}
    later |= {"reductant"} if addition.hydride_last else set()
    yield "flask", [role for role in ROLES if role not in later]
    yield "after the imine" if addition.hydride_last else "feed", [role for role in ROLES if role in later]


def draft(
    procedure: Settled, at_hand: dict[str, Supply], amine_mmol: float, per: float
) -> Iterator[tuple[str, str, Supply, float, float]]:
    """List (stage, role, supply, equivalents, mmol) in order of addition, leaving out what is not charged."""
    per_amine = {
        "amine": 1.0,
        "carbonyl": procedure.carbonyl_equivalents,
        "reductant": procedure.reductant_equivalents,
        **salt_balance(procedure, at_hand),
    }
    base_waits = at_hand["carbonyl"].base_equivalents > 0
    for stage, roles in stages(ADDITIONS[procedure.addition], base_waits=base_waits):
        for role in roles:
            if per_amine[role] > 0:
                yield stage, role, at_hand[role], per_amine[role] / per, per_amine[role] * amine_mmol


def salt_acid(procedure: Settled, at_hand: dict[str, Supply]) -> float:
    """Weak acid that the partners' salts bring [mol per mol of amine]."""
    return (
        at_hand["amine"].acid_equivalents
        + procedure.carbonyl_equivalents * at_hand["carbonyl"].acid_equivalents
    )


def salt_balance(procedure: Settled, at_hand: dict[str, Supply]) -> dict[str, float]:
    """Work out acid and base to charge beside the partners' salts [mol per mol of amine].

    acid = planned - weak acid of the salts, where that is not negative;
    base = strong acid of the salts + weak acid beyond the planned one.
    """
    lack = procedure.acid_equivalents - salt_acid(procedure, at_hand)
    strong = (
        at_hand["amine"].base_equivalents
        + procedure.carbonyl_equivalents * at_hand["carbonyl"].base_equivalents
    )
    return {
        "acid": lack if lack > SMALLEST else 0.0,
        "base": strong + (-lack if lack < -SMALLEST else 0.0),
    }


def realised(planned: list[tuple[str, str, Supply, float, float]], reference: str) -> list[Charge]:
    """Round every charge and work out the equivalents that result.

    Raises
    ------
    ProcedureError
        If a charge is less than a balance or a pipette shows.
    """
    measured = []
    for stage, role, supply, equivalents, mmol in planned:
        exact, weight = supply.volume_mL(mmol), supply.mass_mg(mmol)
        volume = None if exact is None else rounded_to(exact, step_of(exact, PIPETTES))
        mass = None if supply.stock_M is not None else rounded_to(weight, step_of(weight, BALANCES))
        if not (mass if volume is None else volume):
            raise ProcedureError(_too_little(role, supply, weight, exact))
        real = (
            supply.mmol(volume, "volume") if volume is not None else supply.mmol(float(mass or 0.0), "mass")
        )
        measured.append((stage, role, supply, equivalents, mmol, mass, volume, real))
    whole = next((real for _, role, *_, real in measured if role == reference), 0.0)
    return [
        Charge(
            order=order,
            stage=stage,
            role=role,
            supply=supply,
            equivalents=equivalents,
            amount_mmol=mmol,
            mass_mg=mass,
            volume_mL=volume,
            realised_equivalents=real / whole if whole > 0 else None,
        )
        for order, (stage, role, supply, equivalents, mmol, mass, volume, real) in enumerate(
            measured, start=2
        )
    ]


def _too_little(role: str, supply: Supply, weight: float, volume: float | None) -> str:
    """Say that a charge cannot be measured, and what can."""
    given = f"{figures(weight)} mg" if volume is None else f"{figures(1000 * volume)} uL"
    return (
        f"{given} of {supply.name} is below what a balance (0.1 mg) or a pipette (1 uL) resolves; use stock solutions, "
        f"such as {role}=0.1 (M) as its stock, or take a larger scale"
    )


def coarse(charges: Sequence[Charge]) -> list[str]:
    """Name the charges that rounding changes by more than ``COARSE``."""
    return [
        c.name
        for c in charges
        if c.equivalents
        and c.realised_equivalents is not None
        and abs(c.realised_equivalents / c.equivalents - 1.0) > COARSE
    ]


def step_of(value: float, instruments: Sequence[tuple[float, float]]) -> float:
    """Choose the step of the instrument for a mass or a volume."""
    return next(step for below, step in instruments if value < below)


def rounded_to(value: float, step: float) -> float:
    """Round to a step of the instrument, in decimals that print cleanly."""
    return round(round(value / step) * step, 6)


def figures(value: float, n: int = 3) -> str:
    """Write a number with so many figures, never with an exponent."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = n - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, decimals):.{max(0, decimals)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mass_words(mg: float) -> str:
    """Write a mass as the balance shows it: mg below 1 g, g below 1 kg."""
    step = step_of(mg, BALANCES)
    unit, size = ("mg", 1.0) if mg < 1e3 else ("g", 1e3) if mg < 1e6 else ("kg", 1e6)
    return f"{mg / size:.{_decimals(step / size)}f} {unit}"


def volume_words(mL: float, instruments: Sequence[tuple[float, float]] = PIPETTES) -> str:
    """Write a volume as pipette or cylinder show it: L from 1 L."""
    unit, size = ("mL", 1.0) if mL < 1e3 else ("L", 1e3)
    return f"{mL / size:.{_decimals(step_of(mL, instruments) / size)}f} {unit}"


def _decimals(step: float) -> int:
    """Count the decimals that a step has."""
    return max(0, round(-math.log10(step)))


def amount_words(mmol: float, n: int = 4) -> str:
    """Write an amount with so many figures, in umol below 0.1 mmol and in mol from 1 mol."""
    unit, size = ("umol", 1e-3) if mmol < 0.1 else ("mmol", 1.0) if mmol < 1e3 else ("mol", 1e3)
    return f"{figures(mmol / size, n)} {unit}"


def gas_words(litres: float) -> str:
    """Write a volume of gas with two figures, in mL below 1 L and in m3 from 1000 L."""
    unit, size = ("mL", 1e-3) if litres < 1 else ("L", 1.0) if litres < 1e3 else ("m3", 1e3)
    return f"{figures(litres / size, 2)} {unit}"


def hours_words(hours: float) -> str:
    """Write a time as a clock shows it: hours on the quarter, else hours and minutes."""
    minutes = round(60.0 * hours)
    if minutes < 60:
        return f"{max(1, minutes)} min"
    whole, rest = divmod(minutes, 60)
    return f"{minutes / 60:g} h" if minutes % 15 == 0 else f"{whole} h {rest} min"
