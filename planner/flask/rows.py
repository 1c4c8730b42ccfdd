"""Rows: what is drawn for the pairs of a batch, a row for every procedure where the pairs differ."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from planner.engine import Array

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, eq=False)
class Rows(Generic[Kind]):
    """What differs between the pairs of a batch: each of its kinds once, and which every procedure has."""

    kinds: tuple[Kind, ...]
    of: tuple[int, ...]
    """Place of each procedure's among them."""

    @classmethod
    def gathered(cls, listed: Sequence[Kind], name: Callable[[Kind], Hashable]) -> "Rows[Kind]":
        """Sort what the procedures have; what has one name is one kind."""
        names = [name(kind) for kind in listed]
        kinds = dict(zip(names, listed, strict=True))
        places = {own: i for i, own in enumerate(kinds)}
        return cls(tuple(kinds.values()), tuple(places[own] for own in names))

    def some(self, places: Sequence[int]) -> "Rows[Kind]":
        """Take those of some procedures."""
        return Rows(self.kinds, tuple(self.of[i] for i in places))

    def drawn(self, draw: Callable[[Kind], Array]) -> Array:
        """Draw what depends on them (n_draws,); a row for each procedure where they differ."""
        if len(self.kinds) == 1:
            return draw(self.kinds[0])
        return np.stack([draw(kind) for kind in self.kinds])[list(self.of)]
