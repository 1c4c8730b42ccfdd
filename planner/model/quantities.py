"""Quantities: one uncertain number, what it rests on, and what its name demands of it.

A positive number is known to a factor: its width is a standard deviation of log10. Energies and
pKaH carry a linear one. The name of a number fixes its unit (``quantities.toml``): units are
checked where files are read, never converted. A number that is only assumed cannot carry a narrow
width, so that a placeholder never looks like a measurement.
"""

import math
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from planner.errors import ParameterError
from planner.model.checks import Table, Text, checked_record, one_of

Row = TypeVar("Row", bound=Any)
"""A record with a ``source``."""
LARGEST = 1e20
"""No constant or factor of a flask is larger, or smaller than one over it."""
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
    later: bool = False
    """Whether a set may lack it; its draws stand apart from those of the first numbers."""
    part: str = ""
    """Part of the flask that asks for it; a set lacks it without that part, and it is drawn from a third sequence."""


@lru_cache
def quantities(of: str) -> dict[str, Quantity]:
    """List the numbers of ``common.toml`` ("common") or of a reductant's file ("reductant"), by name.

    An entry ``*`` stands for any of its kind; a reductant's numbers are named with the name of its file in front.
    """
    text = Path(__file__).with_name("quantities.toml").read_text(encoding="utf-8")
    return {name: Quantity(**row) for name, row in tomllib.loads(text)[of].items()}


def is_later(name: str) -> bool:
    """Tell whether a number of ``common.toml``, or of a reductant with its key in front, came after the first sets."""
    common, own = quantities("common"), quantities("reductant")
    of_reductant = name.partition(".")[2]
    quantity = common.get(name) or common.get(f"{name.rpartition('.')[0]}.*") or own.get(of_reductant)
    return quantity is not None and quantity.later


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
    part: str = ""
    """Part of the flask that it belongs to; empty for the ladder's."""

    def __post_init__(self) -> None:
        width = "sd" if self.linear else "log10_sd"
        if not math.isfinite(self.value) or (self.value <= 0 and not self.linear):
            raise ParameterError(f"{self.name}: value = {self.value!r}; expected a finite, positive number")
        if not (abs(self.value) <= LARGEST and (self.linear or self.value >= 1.0 / LARGEST)):
            raise ParameterError(
                f"{self.name}: value = {self.value:g} is out of all reason; expected one within {1 / LARGEST:g} and "
                f"{LARGEST:g}"
            )
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


def citations(sources: Table, where: str) -> dict[str, str]:
    """Read the sources of a file: citations by key; ParameterError where one cannot be used."""
    return {
        key: checked_record(Source, s, f"{where}: [sources.{key}]", key=key).citation
        for key, s in sources.items()
    }


def in_full(keys: str, citations: dict[str, str]) -> str:
    """Replace the keys of sources by their citations; what is no key stays."""
    said = []
    for part in keys.split(";"):
        key, _, place = part.strip().partition(",")
        said.append(citations.get(key, key) + (f",{place}" if place else ""))
    return "; ".join(said)


def sourced(rows: Iterable[Row], citations: dict[str, str]) -> tuple[Row, ...]:
    """Write the sources of rows out in full."""
    return tuple(replace(row, source=in_full(row.source, citations)) for row in rows)


def check_complete(needed: Iterable[str], names: Collection[str], where: str) -> None:
    """Refuse a file that lacks a number without which no rate constant can be computed."""
    for name in needed:
        if not name.endswith("*") and name not in names:
            raise ParameterError(
                f"{where}: number [{name}] is missing; add it with value, width, basis and source"
            )
