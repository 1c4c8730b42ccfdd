"""Hazards: sentences of ``hazards.toml`` about solvents, carbonyl compounds, acid and scale, with their sources.

A reductant's own dangers stand in its file.
"""

from dataclasses import dataclass, field

from planner.model.checks import Table, Text, Texts, checked_record
from planner.model.folders import HAZARDS, Shelf
from planner.model.quantities import citations, sourced


@dataclass(frozen=True, kw_only=True, slots=True)
class HazardRule:
    """When to state a danger."""

    when: Text
    """``always``, ``acid``, ``scale``, ``slow aminolysis``, ``solvent NAME``, ``carbonyl CLASS`` or
    ``compound SMILES``."""
    sentence: Text
    """What can happen and what to do."""
    codes: Texts = ()
    """Hazard statements of Regulation (EC) 1272/2008."""
    source: Text
    """In full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Book:
    hazards: tuple[HazardRule, ...] = ()
    sources: Table = field(default_factory=dict)


def load_hazards(shelf: Shelf) -> tuple[HazardRule, ...]:
    """Read the rules of a models folder; the shipped ones where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    table, where = shelf.read(HAZARDS)
    book = checked_record(_Book, table, where)
    return sourced(book.hazards, citations(book.sources, where))
