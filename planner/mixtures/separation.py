"""Separation: the numbers and steps of ``models/separation.toml``, whose head says what each key means."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated

from planner.errors import ParameterError
from planner.mixtures.by_products import check_words
from planner.model.checks import Count, Table, Text, Texts, checked_record, one_of
from planner.model.folders import models_folder, read_toml
from planner.model.quantities import citations, in_full
from planner.model.workup import Figure

FILE = "separation.toml"
FLAGS = (
    "cyanide", "aminonitrile", "acid", "two windows", "one window", "carbonyl left",
    "primary amine left", "N-oxide", "borane", "oligomer", "volatile", "hard", "logP apart", "basic target",
    "stays organic", "polar target", "base extraction", "strong base", "leaves with solvent", "acid water", "own layer",
    "kept layer", "no target", "mixes", "does not strip", "not into acid", "bisulfite", "neutrals left", "residue",
    "residue strips", "neutral acid",
)  # fmt: skip
"""What may hold of a mixture; see the head of the file."""
NUMBERS = (
    "log_p_sd", "log_p_sd_odd", "ion_shift", "ion_shift_sd", "drop_sd", "wanted_purity", "portions", "portion_volume",
    "water_per_mole", "titrant", "acetic_pKa", "boric_pKa", "impurity_price",
    "least_amount", "hard", "polar", "log_p_apart", "distils_below", "strips_below", "azeotrope_size",
    "separation_cost",
)  # fmt: skip
STAGES = ("quench", "", "finish", "after")
"""Where a step stands; see the head of the file."""
CHOSEN = ("low", "high")
"""Words for the pH of the two windows."""


def _span(value: object) -> tuple[float | str, ...]:
    """Take the lowest and highest pH of a step: numbers, or the words of the windows."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("two pH, lowest and highest")
    if not all(one in CHOSEN if isinstance(one, str) else isinstance(one, int | float) for one in value):
        raise ValueError(f"numbers or the words {' and '.join(CHOSEN)}")
    return tuple(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRule:
    """A step of the bench, and when it is said."""

    title: Text
    """Of a few words."""
    sentence: Text
    source: Text
    """In full."""
    quench: Texts = ()
    when: Texts = ()
    unless: Texts = ()
    pH: Annotated[tuple[float | str, ...], _span] = ()
    """Lowest and highest of the water in it; empty where there is none."""
    heats: bool = False
    clears: Text = ""
    """What is gone after it: cyanide, neutrals or oxide."""
    stage: Annotated[str, one_of(*STAGES)] = ""
    scaled: Text = ""
    """What a sheet adds, with holes for its volumes."""

    def holds(self, quench: str, flags: frozenset[str]) -> bool:
        """Whether it is said of a mixture."""
        return (
            (not self.quench or quench in self.quench)
            and flags.issuperset(self.when)
            and not flags & {*self.unless}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class AcidGroup:
    """A group that loses a proton."""

    name: Text
    smarts: Text
    pKa: float
    sd: float
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """By how much a proton on one nitrogen lowers the pKaH of another."""

    bonds: Count
    value: float
    """[pK]"""
    ring_value: float
    """The same where one ring holds both."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Extractant:
    """A solvent that parts from water."""

    name: Text
    shift: float
    """log P in it less that in octanol."""
    sd: float
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Craft:
    """All that the file says."""

    numbers: Mapping[str, Figure] = field(hash=False)
    drops: tuple[Drop, ...]
    acids: tuple[AcidGroup, ...]
    solvents: tuple[Extractant, ...]
    steps: tuple[StepRule, ...]

    def number(self, name: str) -> float:
        """Return the value of a number."""
        return self.numbers[name].value

    def solvent(self, name: str) -> Extractant:
        """Return the extractant of this name."""
        return next(one for one in self.solvents if one.name == name)

    def drop(self, bonds: int, *, in_ring: bool) -> float:
        """Return by how much a proton so many bonds away lowers a pKaH; 0 beyond the table."""
        row = next((one for one in self.drops if one.bonds == max(bonds, self.drops[0].bonds)), None)
        return 0.0 if row is None else row.ring_value if in_ring else row.value


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    numbers: Table
    drop: tuple[Drop, ...]
    acid: tuple[AcidGroup, ...]
    solvent: tuple[Extractant, ...]
    step: tuple[StepRule, ...]
    sources: Table


@lru_cache(maxsize=1)
def load_separation() -> Craft:
    """Read the shipped file, once.

    Raises
    ------
    ParameterError
        If the file is damaged.
    """
    file = models_folder() / FILE
    where = str(file)
    sheet = checked_record(_Sheet, read_toml(file), where)
    cited = citations(sheet.sources, where)
    if missing := [name for name in NUMBERS if name not in sheet.numbers]:
        raise ParameterError(f"{where}: [numbers.{missing[0]}] is missing; add it")
    for step in sheet.step:
        check_words("[[step]]", (step.when, FLAGS), (step.unless, FLAGS), where=where)
    return Craft(
        numbers={n: checked_record(Figure, sheet.numbers[n], f"{where}: [numbers.{n}]") for n in NUMBERS},
        drops=sheet.drop,
        acids=sheet.acid,
        solvents=sheet.solvent,
        steps=tuple(replace(step, source=in_full(step.source, cited)) for step in sheet.step),
    )
