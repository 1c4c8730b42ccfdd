"""Steps: reactions between the pools of the flask as rows of ``steps.toml``; one more is a data edit.

A row has an equation and the law of its rate constant. Most laws are sums of contributions: the entries of
``numbers`` for the class of the carbonyl compound, the first a constant, the second times the acid
equivalents, at a temperature by ``energy``; a catalysed step is as much faster with acid as condensation. A class
without an entry in the first table has no such step. A step of the reductant has a constant in that one's file; a
reductant without it has no such step.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from planner.errors import ParameterError, nearest
from planner.model.checks import Text, Texts, checked_record, one_of, table
from planner.model.folders import STEPS, Shelf, shipped_set
from planner.model.parts import Part
from planner.model.quantities import Quantity
from planner.model.site_classes import whole_pattern

SUM, CATALYSED, OF_REDUCTANT = "contributions", "acid_catalysed", "of_reductant"
NUMBERED = (SUM, CATALYSED, OF_REDUCTANT)
"""Laws that are numbers; the others are the flask's own."""
LAWS = (*NUMBERED, "carbonyl_reduction", "hydride_loss", "drying")
"""How a rate constant is computed."""
UNITS = ("M s-1", "s-1", "M-1 s-1", "M-2 s-1")
"""Of a rate constant, by order."""
_EQUATION = re.compile(
    r"[a-z]\w*( [a-z]\w*)*( \+ [a-z]\w*( [a-z]\w*)*){0,2} -> [a-z]\w*( [a-z]\w*)*( \+ [a-z]\w*( [a-z]\w*)*)*"
)


def _equation(value: object) -> str:
    if not isinstance(value, str) or _EQUATION.fullmatch(value) is None:
        raise ValueError("an equation of at most three reactants, such as 'carbonyl + hydride -> alcohol'")
    return value


def _pattern(value: object) -> str:
    if not isinstance(value, str) or whole_pattern(value) is None:
        raise ValueError("SMARTS, such as '[CX3;H1](=O)[CX4;!H0]'")
    return value


Pattern = Annotated[str, _pattern]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A reaction between pools."""

    name: str
    """Of its row; with spaces, that of its rate constant."""
    equation: Annotated[str, _equation]
    """Species by name: carbonyl, water, hydride, and what other steps make."""
    law: Annotated[str, one_of(*LAWS)] = SUM
    """How its rate constant is computed."""
    numbers: Texts = ()
    """Tables of numbers that are added in log10."""
    energy: Text = ""
    """Number of its activation energy."""
    carbonyl_as: Text = ""
    """Under which word the fate of the carbonyl counts what it makes."""
    product: Text = ""
    """What it makes of the carbonyl compound, as a reaction SMARTS, for structure and mass."""
    caveat: Text = ""
    """What to say where a flask has this step."""
    store: Text = ""
    """Pool of its left side as which the carbonyl compound enters where water neither is the solvent nor comes along;
    where it does, the flask has no such step."""
    only: Pattern = ""
    """SMARTS that the carbonyl compound must match; any where it is empty."""
    part: Part = ""
    """Part of the flask that it belongs to; a set without that part has no such step."""

    @property
    def constant(self) -> str:
        """Name of its rate constant."""
        return self.name.replace("_", " ")

    @property
    def order(self) -> int:
        """Number of reactants."""
        return self.equation.partition("->")[0].count(" + ") + 1


def load_steps(shelf: Shelf, folder: Path) -> tuple[Step, ...]:
    """Read the steps of a set; those of the shipped one where it has none.

    Raises
    ------
    ParameterError
        If a row cannot be used.
    """
    file = shelf.find(STEPS, folder, shipped_set())
    steps = tuple(
        checked_record(Step, _row(row, file, name), f"{file}: [{name}]", name=name)
        for name, row in shelf.toml(file).items()
    )
    equations = [(step.equation, step.law) for step in steps]
    for step in steps:
        left, right = (sorted(side.strip() for side in part.split("+")) for part in step.equation.split("->"))
        if left == right or (step.law not in NUMBERED and equations.count((step.equation, step.law)) > 1):
            what = "changes nothing" if left == right else "stands twice"
            raise ParameterError(f"{file}: [{step.name}]: {step.equation} {what}; mend it or delete the row")
        if (step.law in NUMBERED) != bool(step.numbers):
            raise ParameterError(
                f"{file}: [{step.name}]: law {step.law} with numbers {list(step.numbers)}; "
                f"expected numbers where the law is {' or '.join(NUMBERED)}, and none elsewhere"
            )
    return steps


def _row(row: object, file: Path, name: str) -> dict[str, object]:
    try:
        return table(row)
    except ValueError as expected:
        raise ParameterError(f"{file}: {name} = {row!r:.60}; expected {expected}") from None


def step_quantities(steps: Sequence[Step]) -> Mapping[str, Quantity]:
    """State which numbers the steps ask for, besides those of every set."""
    asked: dict[str, Quantity] = {}
    for step in steps:
        for i, name in enumerate(step.numbers if step.law != OF_REDUCTANT else ()):
            asked[f"{name}.*"] = Quantity("1" if i else UNITS[step.order], "carbonyl", part=step.part)
        if step.energy:
            asked.setdefault(step.energy, Quantity("kJ mol-1", linear=True, part=step.part))
    return asked


def check_steps(steps: Sequence[Step], names: Sequence[str], where: str) -> None:
    """Refuse a step whose energy has no number, or whose tables are empty."""
    tables = {name.rpartition(".")[0] for name in names}
    for step in steps:
        listed = () if step.law == OF_REDUCTANT else step.numbers
        for asked, known in (*((n, tables) for n in listed), *((e, names) for e in [step.energy] if e)):
            if asked not in known:
                raise ParameterError(
                    f"{where}: the step {step.name} asks for [{asked}]{nearest(asked, known)}; add it with value, "
                    "width, unit, basis and source"
                )
