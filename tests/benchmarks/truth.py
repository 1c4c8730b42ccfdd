"""Truths of the coverage benchmark: their procedures, and their numbers drawn apart from the planner's own.

A truth is a flask that holds what real ones hold, written from its equations once more (``truth_flask`` the
reactions, ``truth_rates`` the constants and charges, ``truth_runs`` the simulation): the ladder of one nitrogen, five
parts that can each be left away, and steps that no model of the planner holds. Its numbers stand in ``truth.toml``
with their sources and are drawn with NumPy's generator, an independent normal for each name. Of the planner only
``Network``, whose books refuse a reaction that does not balance, and ``simulate_network`` are used.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Values = Mapping[str, Array]
"""Name of a number to its draws (n_draws,): log10, or as it is typed; medians in their own unit."""

CASES = Path(__file__).parent / "coverage_procedures.csv"
NUMBERS = Path(__file__).parent / "truth.toml"
PARTS = ("charges", "acid", "aldol", "store", "cycle")
LEFT_OUT = "left out"
"""Stands among the parts where the steps that no model of the planner holds are on."""
COLUMNS = {"off": (), **{part: (part,) for part in PARTS}, "all": PARTS}
"""Parts that are on in each column of published medians."""
FATES = ("alcohol_of_carbonyl", "aldol_of_carbonyl")
"""Columns of the carbonyl's losses, all parts on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One procedure, every field written out; equivalents per mole of amine, times in h."""

    id: str
    amine: str
    """SMILES."""
    carbonyl: str
    """SMILES."""
    amine_class: str
    """Key of ``truth.toml``; so are the next ones."""
    carbonyl_class: str
    reductant: str
    solvent: str
    carbonyl_equivalents: float
    reductant_equivalents: float
    acid_equivalents: float
    concentration_M: float
    addition: str
    imine_time_h: float
    addition_time_h: float
    hold_time_h: float
    water: str
    references: Mapping[str, tuple[float, ...]]
    """Published medians by column: per cent unreacted, mono, ...; of the carbonyl for ``FATES``."""

    @property
    def h(self) -> int:
        """Reactive N-H of the amine."""
        return int(fixed(f"amine.{self.amine_class}.h"))

    @property
    def capped_acid(self) -> float:
        """Acid equivalents up to 1, where the effects that count in them saturate."""
        return min(self.acid_equivalents, 1.0)

    @property
    def is_aldehyde(self) -> bool:
        """Tell an aldehyde from a ketone."""
        return not self.carbonyl_class.endswith("ketone")

    @property
    def is_formalin(self) -> bool:
        """Tell formalin from paraformaldehyde, which is what a dry flask is given."""
        return self.carbonyl_class == "formaldehyde" and self.water == "wet"


def is_imine(case: Case, a: int) -> bool:
    """Tell the imine X(a) from the iminium, whose nitrogen gave its last hydrogen."""
    return case.h - a >= 2


def read_cases(path: Path = CASES) -> tuple[Case, ...]:
    """Read the procedures."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_case(row) for row in csv.DictReader(file))


def _case(row: dict[str, str]) -> Case:
    """Read one line; published medians stand as ``8.1/86.4/5.5``."""
    published = {column: row.pop(column) for column in (*COLUMNS, *FATES)}
    references = {c: tuple(map(float, text.split("/"))) for c, text in published.items() if text}
    numbers = {name: float(text) for name, text in row.items() if name.endswith(("_equivalents", "_M", "_h"))}
    return Case(**(row | numbers), references=references)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def table() -> dict[str, tuple[float, float]]:
    """Read the numbers: dotted name to (median, sd); sd 0 where a number is held fixed."""
    with NUMBERS.open("rb") as file:
        return dict(_leaves("", tomllib.load(file)))


def _leaves(prefix: str, node: dict[str, object]) -> Iterator[tuple[str, tuple[float, float]]]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _leaves(f"{prefix}{key}.", value)
        elif isinstance(value, list):
            yield prefix + key, (float(value[0]), float(value[1]))
        else:
            yield prefix + key, (float(str(value)), 0.0)


def fixed(name: str) -> float:
    """Take the median of a number, or a number that is not drawn."""
    return table()[name][0]


def medians() -> dict[str, Array]:
    """Hold every number at its median: one draw."""
    return {name: np.array([value]) for name, (value, _) in table().items()}


def draw(n: int, seed: int, width: float = 1.0) -> dict[str, Array]:
    """Draw every number n times, each width times ``width``; the names take their turns backwards."""
    generator = np.random.default_rng(seed)
    found = {}
    for name, (value, sd) in sorted(table().items(), reverse=True):
        z = width * sd * generator.standard_normal(n)
        found[name] = value * 10.0**z if name.startswith("median.") else value + z
    return found
