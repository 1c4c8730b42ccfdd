"""Charges: what goes into the flask, in order, rounded to what a balance and a pipette can do.

Masses go to 0.1 mg, volumes to 1 uL; the realised equivalents are those of the rounded amounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from planner.flask.fields import ADDITIONS, Addition
from planner.flask.procedure import Settled
from planner.sheets.supplies import Supply

BALANCE_MG = 0.1
PIPETTE_ML = 0.001
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


ROLES = ("amine", "base", "carbonyl", "acid", "reductant")
"""In the order in which they enter the flask where all come at once."""


def stages(addition: Addition) -> Iterator[tuple[str, list[str]]]:
    """List what goes where, in order of addition; the base goes with the amine."""
    later = {*addition.fed, *(["base"] if "amine" in addition.fed else [])}
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
        "acid": procedure.acid_equivalents,
        "base": at_hand["amine"].base_equivalents,
    }
    for stage, roles in stages(ADDITIONS[procedure.addition]):
        for role in roles:
            if per_amine[role] > 0:
                yield stage, role, at_hand[role], per_amine[role] / per, per_amine[role] * amine_mmol


def realised(planned: list[tuple[str, str, Supply, float, float]], reference: str) -> list[Charge]:
    """Round every charge and work out the equivalents that result."""
    measured = []
    for stage, role, supply, equivalents, mmol in planned:
        exact = supply.volume_mL(mmol)
        volume = None if exact is None else rounded_to(exact, PIPETTE_ML)
        mass = None if supply.stock_M is not None else rounded_to(supply.mass_mg(mmol), BALANCE_MG)
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


def rounded_to(value: float, step: float) -> float:
    """Round to a step of the instrument, in decimals that print cleanly."""
    return round(round(value / step) * step, 6)
