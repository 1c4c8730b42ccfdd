"""Work-up: how a run is quenched, worked up and dosed, as sentences and numbers of ``workup.toml``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from planner.errors import ParameterError, nearest
from planner.model.checks import Amount, Table, Text, Texts, checked_record, one_of
from planner.model.folders import WORKUP, Shelf
from planner.model.quantities import citations, sourced

FLAGS = (
    "sieves", "borohydride finish", "hardly dissolves borohydride", "miscible solvent", "base", "strong base",
    "base extraction", "water-soluble amine", "polar product", "acid in the flask", "acid labile",
    "hydride", "volatile product",
)  # fmt: skip
"""What may hold of a flask; see the head of the file."""
FILLED = ("solvent", "reductant", "extractant", "groups", "base_groups", "hydride_groups", "amines")
"""What is filled into a sentence."""
WARMED = ("beside", "warm", "boils")
"""What is filled into a sentence of a bottle: what it is warmed with, how warm [C], and what boils below that."""
NUMBERS = {
    "heat_of_hydrolysis": "kJ mol-1", "heat_capacity": "kJ L-1 K-1", "heat_capacity_of_water": "kJ L-1 K-1",
    "large_scale": "mmol", "small_portion": "mmol", "gas_of_a_portion": "L L-1", "rise_of_a_portion": "K",
    "minutes_between_portions": "min", "cold_band": "K", "boiling_margin": "K",
    "water_soluble": "log10", "polar": "log10", "volatile_boiling": "C", "volatile_size": "atoms",
}  # fmt: skip
"""Numbers that there must be, with their units."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quench:
    """A way to end a run."""

    name: Text
    is_acid: bool = False
    """Whether it is acidic enough to harm what ``sensitive.toml`` calls sensitive to acid."""
    milder: Text = ""
    """Taken instead where it would harm; empty: none."""
    after_borohydride: Text
    """Taken where sodium borohydride finished the run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkupStep:
    """A sentence for the bench, and when it is said."""

    sentence: Text
    source: Text
    """In full."""
    quench: Texts = ()
    """Only with one of these; with any where empty."""
    when: Texts = ()
    """All of these ``FLAGS`` hold."""
    unless: Texts = ()
    """None of these ``FLAGS`` holds."""
    stage: Annotated[str, one_of("", "extraction", "waste", "finish")] = ""
    """Where it stands beside the steps of a purification; see the head of the file."""

    def holds(self, quench: str, flags: Iterable[str]) -> bool:
        """Whether it is said of a flask."""
        true = set(flags)
        return (
            (not self.quench or quench in self.quench)
            and true.issuperset(self.when)
            and not true & {*self.unless}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number of dosing or work-up."""

    value: float
    unit: Text
    basis: Annotated[str, one_of("measured", "analogy", "assumed")]
    source: Text
    """In full."""
    note: Text = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """What a compound that cannot be weighed as itself is bought as, and what that needs."""

    name: Text
    """Of the catalogue."""
    stands_for: Text
    """SMILES of the compound."""
    water: Annotated[str, one_of("dry", "wet")]
    """Flask that it belongs into."""
    can_be_fed: bool = True
    """Whether it makes a solution that can be fed."""
    sentence: Text
    """Filled in are ``WARMED``."""
    warm_C: Amount | None = None
    """Temperature at which it is made ready [C]; None: at none."""
    least_warm_C: Amount | None = None
    """Where less is left below the boiling points, it is made ready in a closed vessel [C]."""
    closed: Text = ""
    """Said then instead of the sentence."""
    source: Text
    """In full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Workup:
    """All that the file says."""

    immiscible: Texts
    """Solvents that part from water."""
    extractant: Text
    """Where the solvent of the flask mixes with water."""
    never_with_borohydride: Texts
    """Solvents, and what is like them, in which no run is finished with sodium borohydride."""
    quenches: tuple[Quench, ...]
    steps: tuple[WorkupStep, ...]
    """In the order of the bench."""
    numbers: Mapping[str, Figure] = field(hash=False)
    """By the names of ``NUMBERS``."""
    bottles: tuple[Bought, ...]

    def number(self, name: str) -> float:
        """Return the value of a number."""
        return self.numbers[name].value

    def quench(self, name: str, where: str = WORKUP) -> Quench:
        """Return the quench of this name; ParameterError that says where it stands if there is none."""
        for quench in self.quenches:
            if quench.name == name:
                return quench
        known = [quench.name for quench in self.quenches]
        raise ParameterError(
            f"{where}: there is no quench {name!r:.60}{nearest(str(name), known)}; {WORKUP} has {', '.join(known)}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Book:
    immiscible: Texts
    extractant: Text
    never_with_borohydride: Texts
    quenches: Table
    steps: tuple[WorkupStep, ...]
    numbers: Table
    bottles: tuple[Bought, ...] = ()
    sources: Table = field(default_factory=dict)


def load_workup(shelf: Shelf) -> Workup:
    """Read the file of a models folder; the shipped one where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    table, file = shelf.read(WORKUP)
    book = checked_record(_Book, table, file)
    cited = citations(book.sources, file)
    figures = _figures(book.numbers, file)
    made = Workup(
        immiscible=book.immiscible,
        extractant=book.extractant,
        never_with_borohydride=book.never_with_borohydride,
        quenches=tuple(
            checked_record(Quench, q, f"{file}: [quenches.{name}]", name=name)
            for name, q in book.quenches.items()
        ),
        steps=sourced(book.steps, cited),
        numbers=dict(zip(figures, sourced(figures.values(), cited), strict=True)),
        bottles=sourced(book.bottles, cited),
    )
    _check(made, file)
    return made


def _figures(given: Table, file: str) -> dict[str, Figure]:
    """Read the numbers: each is positive and in its unit, none is missing, none unknown."""
    figures = {}
    for name in (*given, *NUMBERS):
        if name not in given or name not in NUMBERS:
            hint = nearest(str(name), NUMBERS) if name not in NUMBERS else ""
            said = "is missing; add it" if name in NUMBERS else f"is not known{hint}; delete it"
            raise ParameterError(f"{file}: number [numbers.{name}] {said}")
        figure = checked_record(Figure, given[name], f"{file}: [numbers.{name}]")
        if figure.value <= 0 or figure.unit != NUMBERS[name]:
            raise ParameterError(
                f"{file}: [numbers.{name}] {figure.value:g} {figure.unit}; expected a number above 0 in {NUMBERS[name]}"
            )
        figures[name] = figure
    return figures


def _check(made: Workup, file: str) -> None:
    """Refuse names of quenches and flags that are not there, and sentences with holes that nothing fills."""
    for quench in made.quenches:
        for other in (quench.after_borohydride, quench.milder):
            if other:
                made.quench(other, file)
    for step in made.steps:
        for name in step.quench:
            made.quench(name, file)
        for flag in (*step.when, *step.unless):
            if flag not in FLAGS:
                raise ParameterError(
                    f"{file}: {flag!r:.60} may not hold{nearest(flag, FLAGS)}; known: {', '.join(FLAGS)}"
                )
        _check_holes(step.sentence, FILLED, file)
    for bottle in made.bottles:
        _check_holes(bottle.sentence, WARMED, file)
        _check_holes(bottle.closed, WARMED, file)
        warm = [bottle.warm_C is not None, bottle.least_warm_C is not None, bool(bottle.closed)]
        if any(warm) and not all(warm):
            raise ParameterError(
                f"{file}: the bottle {bottle.name!r:.60} has some of warm_C, least_warm_C and closed; give all or none"
            )


def _check_holes(sentence: str, known: Iterable[str], file: str) -> None:
    """Refuse a sentence with a hole that nothing fills."""
    try:
        sentence.format(**dict.fromkeys(known, ""))
    except (KeyError, ValueError, IndexError):
        raise ParameterError(
            f"{file}: {sentence!r:.60} has a brace that nothing fills; known: {', '.join(known)}"
        ) from None
