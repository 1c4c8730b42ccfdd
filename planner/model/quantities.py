"""Quantities: one uncertain number, what it rests on, and what its name demands of it.

A positive number is known to a factor: its width is a standard deviation of log10. Energies and
pKaH carry a linear one. The name of a number fixes its unit (``COMMON``, ``REDUCTANT``): units are
checked where files are read, never converted. A number that is only assumed cannot carry a narrow
width, so that a placeholder never looks like a measurement.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated

from planner.errors import ParameterError
from planner.model.checks import Text, one_of

NARROWEST = {"measured": 0.0, "fitted": 0.0, "analogy": 0.2, "assumed": 0.5}
"""Smallest width that each basis may claim (in decades; in the unit where the width is linear)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What the loader demands of the numbers of one table."""

    unit: str
    """The one unit allowed."""
    entries: str = ""
    """What the entries are: "amine", "carbonyl", "reduced carbonyl" or "solvent"."""
    linear: bool = False
    """Whether the width is linear instead of a log10."""


COMMON = {
    "condensation.*": Quantity("M-1 s-1", "carbonyl"),
    "condensation_amine.*": Quantity("1", "amine"),
    "condensation_solvent.*": Quantity("1", "solvent"),
    "condensation_acid.acetic_acid": Quantity("1"),
    "second_condensation.*": Quantity("1", "carbonyl"),
    "second_condensation_amine.*": Quantity("1", "amine"),
    "second_condensation_amine_formaldehyde.*": Quantity("1", "amine"),
    "secondary_condensation.*": Quantity("1", "carbonyl"),
    "secondary_condensation_amine.*": Quantity("1", "amine"),
    "imine_equilibrium.*": Quantity("1", "carbonyl"),
    "imine_equilibrium_amine.*": Quantity("1", "amine"),
    "iminium_equilibrium.*": Quantity("1", "carbonyl"),
    "iminium_equilibrium_amine.*": Quantity("1", "amine"),
    "iminium_equilibrium_amine_formaldehyde.*": Quantity("1", "amine"),
    "imine_reduction.*": Quantity("1", "carbonyl"),
    "imine_reduction_amine.*": Quantity("1", "amine"),
    "iminium_reduction.reference": Quantity("1"),
    "iminium_reduction.crowding": Quantity("1"),
    "iminium_reduction_carbonyl.*": Quantity("1", "carbonyl"),
    "exchange.reference": Quantity("M-1 s-1"),
    "exchange_carbonyl.*": Quantity("1", "carbonyl"),
    "coupling.piperazine": Quantity("1"),
    "coupling.diazepane": Quantity("1"),
    "coupling.triazonane": Quantity("1"),
    "solvent_shift.equilibrium_and_reduction": Quantity("1"),
    "water.dry": Quantity("M"),
    "water.wet": Quantity("M"),
    "water.wet_alcohol": Quantity("M"),
    "water.solvent": Quantity("M"),
    "water.formalin": Quantity("mol mol-1"),
    "water.sieves": Quantity("s-1"),
    "protonation.acetic_acid": Quantity("1", linear=True),
    "protonation.*": Quantity("1", "amine", linear=True),
    "energy.condensation": Quantity("kJ mol-1", linear=True),
    "energy.second_condensation": Quantity("kJ mol-1", linear=True),
    "energy.equilibrium": Quantity("kJ mol-1", linear=True),
    "energy.iminium_equilibrium": Quantity("kJ mol-1", linear=True),
    "energy.exchange": Quantity("kJ mol-1", linear=True),
    "energy.hydride_transfer": Quantity("kJ mol-1", linear=True),
    "energy.carbonyl_reduction": Quantity("kJ mol-1", linear=True),
    "energy.hydride_loss": Quantity("kJ mol-1", linear=True),
}
"""Numbers of ``common.toml``; those without ``*`` must all be there."""

REDUCTANT = {
    "hydride_transfer": Quantity("M-1 s-1"),
    "carbonyl_reduction.aldehyde": Quantity("M-1 s-1"),
    "carbonyl_reduction.aryl_aldehyde": Quantity("M-1 s-1"),
    "carbonyl_reduction.ketone": Quantity("M-1 s-1"),
    "carbonyl_reduction.*": Quantity("M-1 s-1", "carbonyl"),
    "carbonyl_reduction_pH": Quantity("1", linear=True),
    "hydride_loss.acid": Quantity("M-1 s-1"),
    "hydride_loss.*": Quantity("s-1", "solvent"),
    "hydride_loss_wet": Quantity("s-1"),
    "acid_on_hydride_loss": Quantity("1"),
    "acid_on_ketone_reduction": Quantity("1"),
    "proton_on_imine_reduction": Quantity("1"),
}
"""Numbers of a reductant's file; the name of the file comes before theirs, as ``stab.hydride_transfer``."""

NEEDED = (
    "hydride_transfer",
    "carbonyl_reduction.aldehyde",
    "carbonyl_reduction.aryl_aldehyde",
    "carbonyl_reduction.ketone",
)
"""What every reductant must state; its law of hydride loss adds its own."""

LAWS = ("first_order", "acid_hydrolysis")
"""Laws of hydride loss: a constant per solvent, or one times [H+]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One uncertain number."""

    name: str
    """Dotted path of its TOML table; a reductant's numbers begin with the reductant's key."""
    value: float
    """Median, in ``unit``."""
    log10_sd: float
    """Standard deviation of log10(value); of the value itself, in ``unit``, where ``linear``."""
    unit: str
    """Canonical unit of this name."""
    basis: str
    """How it is known: measured, fitted, analogy (computed from measured ones) or assumed."""
    source: str
    """Keys of sources, each with the place in it; separated by semicolons."""
    note: str = ""
    """How it was chosen."""
    linear: bool = False
    """Whether the width is linear (energies, pKaH) instead of a log10."""

    def __post_init__(self) -> None:
        width = "sd" if self.linear else "log10_sd"
        if not math.isfinite(self.value) or (self.value <= 0 and not self.linear):
            raise ParameterError(f"{self.name}: value = {self.value!r}; expected a finite, positive number")
        if not (math.isfinite(self.log10_sd) and self.log10_sd > 0):
            raise ParameterError(
                f"{self.name}: {width} = {self.log10_sd!r}; expected a finite number above 0"
            )
        if self.basis not in NARROWEST:
            raise ParameterError(
                f"{self.name}: basis = {self.basis!r}; expected one of {', '.join(NARROWEST)}"
            )
        if self.log10_sd < NARROWEST[self.basis]:
            raise ParameterError(
                f"{self.name}: {width} = {self.log10_sd:g} is too narrow for basis {self.basis!r}; "
                f"expected at least {NARROWEST[self.basis]:g}, or another basis"
            )
        if self.basis == "assumed" and not self.note:
            raise ParameterError(
                f"{self.name}: basis is 'assumed' without a note; say how the value was chosen"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where numbers come from."""

    key: str
    """How numbers refer to it."""
    citation: Text
    """Authors, journal, year, page."""
    grade: Annotated[str, one_of("A", "B", "C")]
    """A: read in the source; B: recalled from it, not read again; C: the project's own estimate."""
    doi: Text = ""
    """DOI, where known."""


def source_keys(sources: str) -> tuple[str, ...]:
    """List the keys in a text such as ``"toullec1994, abstract; brown1957, table 1"``."""
    return tuple(part.split(",")[0].strip() for part in sources.split(";"))


def check_complete(needed: Iterable[str], names: Collection[str], where: str) -> None:
    """Refuse a file that lacks a number without which no rate constant can be computed."""
    for name in needed:
        if not name.endswith("*") and name not in names:
            raise ParameterError(
                f"{where}: number [{name}] is missing; add it with value, width, basis and source"
            )
