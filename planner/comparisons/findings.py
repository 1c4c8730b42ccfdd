"""Findings: what a comparison holds, by degree and by what it speaks for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from planner.comparisons.observed import Observed
from planner.files.tables import to_frame
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.structures.pairs import Pair

if TYPE_CHECKING:
    import pandas as pd

TAKEN_UP = "taken_up"
"""Carbonyl in product, per amine: sum of the degrees, each times its fraction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One number that was found, beside what was expected."""

    name: str
    """unreacted, mono, di, ..., alcohol, carbonyl_left."""
    observed: float
    """Fraction that was found."""
    expected: float
    """Mean over the draws."""
    low: float
    """5 % quantile of what would be measured, errors of measuring included."""
    high: float
    """95 % quantile of the same."""
    inside: bool
    """Whether what was found lies between them; below what is detected, whether they reach down to that."""
    percentile: float
    """Share of what would be measured that lies below it, equal ones counted half (0 to 100)."""
    below: int
    """Of the draws, those that would be measured lower."""
    above: int
    """Those that would be measured higher."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One uncertain number, or one part of the flask, and how its probability changes."""

    name: str
    """Of the parameter; ``part.NAME`` for a part."""
    label: str
    """The same in words."""
    direction: str
    """To which side it is moved, for a sentence."""
    prior: float
    """Probability before that the number lies above its median, or that the part is there: a half."""
    posterior: float
    """The same after."""
    change: float
    """Posterior - prior."""
    error: float
    """Monte Carlo standard error of the change."""
    shift_sd: float | None
    """Mean after, in prior standard deviations from the median; None for a part."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherCharge:
    """The charge of carbonyl at which what was found would be expected."""

    name: str
    """What was held against the prediction: one of the numbers found, or ``TAKEN_UP``."""
    least: float
    """Where the range that was tried begins [equivalents]."""
    most: float
    """Where it ends."""
    equivalents: float | None = None
    """Carbonyl per amine in the flask; None where no charge within the range gives it."""
    fits: bool = False
    """Whether the model explains all that was found there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A run that was made, beside its prediction."""

    pair: Pair
    model: Model
    procedure: Settled
    """Without unset fields."""
    defaults_used: tuple[str, ...]
    """Fields of the procedure that took a default."""
    observed: Observed
    """What was found."""
    findings: tuple[Finding, ...]
    """One per number that was found."""
    shifts: tuple[Shift, ...]
    """What the run speaks for, the largest change first; empty where the model does not explain it."""
    explained: bool
    """Whether enough draws come as near to all that was found as measuring errors reach."""
    is_rare: bool
    """Whether hardly any of them do, however many are taken: the model does not expect such a run."""
    effective_draws: float
    """Draws that carry the weight of what was found."""
    misses: float
    """Measuring errors by which the likeliest draw misses what was found."""
    other_charge: OtherCharge | None
    """Sought where something lies outside, or all of it together is not expected."""
    draws: int
    seed: int
    words: tuple[str, ...] = ()
    """All of it in short sentences."""

    @property
    def inside(self) -> dict[str, bool]:
        """Tell of each number that was found whether it lies in the 5-95 % interval, errors of measuring included."""
        return {f.name: f.inside for f in self.findings}

    @property
    def percentile(self) -> dict[str, float]:
        """Place each number that was found among what would be measured, 0 to 100."""
        return {f.name: f.percentile for f in self.findings}

    @property
    def speaks_for(self) -> "pd.DataFrame":
        """Tabulate what the run speaks for; see ``Shift`` for the columns."""
        return to_frame(rows_of(self.shifts), SHIFT_COLUMNS)

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate what was found beside what was expected; see ``Finding`` for the columns."""
        return to_frame(rows_of(self.findings), FINDING_COLUMNS)


FINDING_COLUMNS = tuple(f.name for f in fields(Finding))
SHIFT_COLUMNS = tuple(f.name for f in fields(Shift))


def rows_of(records: Sequence[Finding | Shift]) -> list[dict[str, Any]]:
    """List findings or shifts as rows of named cells."""
    return [asdict(record) for record in records]
