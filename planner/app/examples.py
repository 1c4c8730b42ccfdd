"""Worked examples: inputs to load with one click, and to learn from; ``examples.toml`` holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from planner.model.folders import read_toml


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """Inputs of a plan; what is not given takes its default."""

    name: str
    """On the button."""
    lesson: str
    """What to look at."""
    inputs: Mapping[str, object]
    """By the name of the input."""


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Read the examples, in the order of their buttons."""
    tables = read_toml(Path(__file__).with_name("examples.toml"))["examples"]
    return tuple(Example(**table) for table in tables)
