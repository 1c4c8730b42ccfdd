"""Calibration: what runs taught a model about one pair, as equally weighted draws.

Every uncertain number is one column of standard normals, as in ``draws``; a calibrated model keeps the draws of those
that its runs used, and the terms of the runs beside them (``noise``, ``discrepancy``, titres, responses, weighings).
With w the width by which the set's priors are widened, a number is median + w sd x; what is in a bottle and how it is
weighed are not widened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.engine import Array
from planner.files.tables import to_frame

if TYPE_CHECKING:
    import pandas as pd

NOISE, DISCREPANCY = "noise", "discrepancy"
"""Columns of the standard deviations of one log-ratio, and of what the mechanism gets wrong."""
FRESH = "discrepancy"
"""Columns of fresh normals, ``discrepancy.0`` and so on: what the mechanism gets wrong away from the runs."""
MOST_CONTRASTS = 24
"""Of these columns: as many as a molecule has reactive N-H at most."""


def precision_name(run: str) -> str:
    """Name the column of a run's precision l_r: below 1 it agrees less than its noise says."""
    return f"precision.{run}"


VERDICT_COLUMNS = ("name", "prior_sd", "posterior_sd", "ratio", "verdict")
"""The contract's, which further ones follow."""
Cell = str | float | int
"""What a table of runs holds."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SeenRow:
    """One row of the runs as it was fitted: log-contrasts of what was seen."""

    run: str
    """Its name in the table; rows of one run share their discrepancy."""
    procedure: Mapping[str, Cell]
    """Fields of the settled procedure, without those that are None."""
    contrasts: Array
    """(n_contrasts, n_degrees): orthonormal within what was seen, 0 on degrees that were not."""
    observed: Array
    """Contrasts of what was seen (n_contrasts,)."""
    computed: Array
    """The same of each draw, as the detector would see it (n_draws, n_contrasts)."""

    @property
    def n_contrasts(self) -> int:
        """Number of contrasts that the row tells."""
        return len(self.observed)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Calibration:
    """What a calibrated model knows besides its parent's numbers."""

    amine: str
    """Canonical SMILES of the pair that was run."""
    carbonyl: str
    """The other partner."""
    parent: str
    """Name of the set whose numbers are narrowed."""
    parent_sha256: str
    """Of that set; draws of another are not taken."""
    data_sha256: str
    """Of the runs."""
    date: str
    """When it was fitted, as 2026-11-26."""
    seed: int
    """Of the fit."""
    has_discrepancy: bool
    """Whether the mechanism may be wrong; if not nothing is widened."""
    width: float
    """Factor on the widths of the priors."""
    names: tuple[str, ...]
    """Columns: numbers of the set that the runs used, then the terms of the runs."""
    normals: Array
    """Equally weighted draws in random order, to three decimals (n_draws, n_names)."""
    rows: tuple[SeenRow, ...]
    """What was seen, in the order of the table."""
    runs: tuple[Mapping[str, Cell], ...]
    """The table of runs as it was read, one mapping a row, only what is not empty."""
    diagnostics: tuple[str, ...]
    """How the fit went, in words."""
    verdicts: tuple[Mapping[str, Cell], ...]
    """What was learned: ``name, prior_sd, posterior_sd, ratio, verdict`` and what else identifiability states."""

    def is_of(self, amine: str, carbonyl: str) -> bool:
        """Tell whether the runs were made with this pair, by canonical SMILES."""
        return (self.amine, self.carbonyl) == (amine, carbonyl)

    @property
    def identifiability(self) -> "pd.DataFrame":
        """Tabulate what was learned: name, prior_sd, posterior_sd, ratio, verdict, and what else is stated."""
        return to_frame(*self.verdict_rows())

    def verdict_rows(self) -> tuple[list[dict[str, Cell | None]], tuple[str, ...]]:
        """List what was learned as rows, with their columns."""
        columns = tuple(dict.fromkeys([*VERDICT_COLUMNS, *(name for v in self.verdicts for name in v)]))
        return [{name: v.get(name) for name in columns} for v in self.verdicts], columns

    @property
    def n_draws(self) -> int:
        """Number of draws kept."""
        return len(self.normals)

    def column(self, name: str) -> Array:
        """Take the draws of one column (n_draws,)."""
        return self.normals[:, self.names.index(name)]
