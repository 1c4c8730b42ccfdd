"""Landscape: the ring over concentration and feed time, everything else held."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.predictions.prediction import interval
from planner.rings.closing import Closing
from planner.rings.options import AT_ONCE, BOTH_FED
from planner.rings.procedure import HALF_FED, RingProcedure

CONCENTRATIONS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""[M]"""
FEEDS = (0.0, 2.0, 4.0, 8.0, 16.0, 24.0, 48.0, 72.0)
"""[h]; 0 is a batch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingMap:
    """Ring over concentration and feed time."""

    cells: tuple[dict[str, Any], ...]
    """concentration_M, addition_time_h, ring (median), low, high."""
    here: tuple[float, float]
    """Concentration and feed time of the procedure."""


def survey_ring(ready: Closing, p: RingProcedure) -> RingMap:
    """Map the ring around a procedure."""
    grid = [(c, t) for c in CONCENTRATIONS for t in FEEDS]
    rings = np.clip(ready.rings([_at(p, c, t, single=ready.single) for c, t in grid]), 0.0, 1.0)
    cells = []
    for (c, t), values in zip(grid, rings, strict=True):
        found = interval(values)
        cells.append(
            {
                "concentration_M": c,
                "addition_time_h": t,
                "ring": found.median,
                "low": found.low,
                "high": found.high,
            }
        )
    return RingMap(cells=tuple(cells), here=(p.concentration_M, p.addition_time_h))


def _at(p: RingProcedure, concentration: float, feed: float, *, single: bool) -> RingProcedure:
    """Take a procedure to a place of the map; feeds are as strong as they must be to fit."""
    ratio = 1.0 if single else 1.0 + max(p.equivalents, 1.0 / p.equivalents)
    way = p.addition if feed and p.addition != AT_ONCE else BOTH_FED if feed else AT_ONCE
    return replace(
        p,
        concentration_M=concentration,
        addition_time_h=feed,
        addition=way,
        feed_M=max(p.feed_M, concentration * ratio / HALF_FED),
    )
