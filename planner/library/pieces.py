"""Pieces: what goes to a worker and what comes back; it travels wherever Python does."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from planner.library.partners import Partner
from planner.plans.request import Request
from planner.version import VERSION


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What all pieces of a screen share."""

    request: Request
    """Targets and limits; its partners are empty."""
    model: bytes
    """Pickled."""
    version: str = VERSION
    """Of the planner that asks; another one is refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Pairs of one problem."""

    number: int
    """In the order of the screen, from 0."""
    problem: str
    pairs: tuple[tuple[int, int, int], ...]
    """(number of the pair, of its amine, of its carbonyl compound)."""
    amines: Mapping[int, Partner] = field(default_factory=dict)
    carbonyls: Mapping[int, Partner] = field(default_factory=dict)
    """Those that the pairs name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of a piece."""

    number: int
    rows: list[dict[str, Any]]
    """One a pair, in the order of the piece."""
    own_searches: int = 0
    spent_s: Mapping[str, float] = field(default_factory=dict)
    """Processor time by what was done [s]."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Clock:
    """Processor time by what was done."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def counts(self, name: str) -> Iterator[None]:
        """Add the time of a stretch of work."""
        start = time.process_time()
        try:
            yield
        finally:
            self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - start
