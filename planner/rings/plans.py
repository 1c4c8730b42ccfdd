"""Plans: ways to a ring side by side, and the best with its schedule and work-up, as records."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.files.tables import csv_text
from planner.files.writing import write_all
from planner.model.model import Model
from planner.predictions.prediction import Interval
from planner.rings.closing import winning
from planner.rings.pairs import RingPair
from planner.rings.prediction import RingPrediction
from planner.rings.procedure import RingProcedure
from planner.rings.pump import PumpSchedule
from planner.rings.workup import WorkUp
from planner.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

STRATEGY_COLUMNS = (
    "rank", "name", "title", "ring", "low", "high", "probability", "keeps_promise", "litres_per_gram", "hours_per_gram",
    "total_time_h", "extra_steps", "concentration_M", "addition_time_h", "hold_time_h", "equivalents", "words",
)  # fmt: skip
SCHEDULE_COLUMNS = (
    "scale_g", "made_g", "solvent", "temperature_C", "feed_M", "heel_mL", "total_mL", "feed_time_h", "stir_time_h",
    "a_weighed_as", "a_mmol", "a_mass_mg", "a_volume_mL", "a_strength_M", "a_rate_mL_per_h",
    "b_weighed_as", "b_mmol", "b_mass_mg", "b_volume_mL", "b_strength_M", "b_rate_mL_per_h",
    "base", "base_mmol", "reductant", "reductant_mmol", "reductant_mg", "a_smiles", "b_smiles", "ring_smiles",
    "draws", "seed", "model_name", "model_sha256", "planner_version",
)  # fmt: skip
PLAN_COLUMNS = (*STRATEGY_COLUMNS, *SCHEDULE_COLUMNS)


class Wanted(NamedTuple):
    """What a plan must reach."""

    ring: float
    probability: float
    most_hours: float
    scale_g: float
    draws: int
    seed: int
    asked: str
    """SMILES of the ring."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingStrategy:
    """One way to the ring with its price."""

    name: str
    title: str
    words: str
    extra_steps: int
    pair: RingPair | None
    """What closes; None where nothing is computed."""
    procedure: RingProcedure | None
    ring: Interval | None
    """Of the limiting partner."""
    probability: float | None
    """That the ring reaches what is wanted."""
    promised: float | None
    """Ring that is reached with the wanted probability."""
    schedule: PumpSchedule | None
    keeps_promise: bool

    def row(self, rank: int) -> dict[str, Any]:
        """Write it as a row."""
        p, s, ring = self.procedure, self.schedule, self.ring
        return {
            "rank": rank,
            "name": self.name,
            "title": self.title,
            "ring": None if ring is None else ring.median,
            "low": None if ring is None else ring.low,
            "high": None if ring is None else ring.high,
            "probability": self.probability,
            "keeps_promise": self.keeps_promise,
            "litres_per_gram": None if s is None else s.litres_per_gram,
            "hours_per_gram": None if s is None else s.hours_per_gram,
            "total_time_h": None if s is None else s.total_time_h,
            "extra_steps": self.extra_steps,
            "concentration_M": None if p is None else p.concentration_M,
            "addition_time_h": None if p is None else p.addition_time_h,
            "hold_time_h": None if p is None else p.hold_time_h,
            "equivalents": None if p is None else p.equivalents,
            "words": self.words,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class RingPlan:
    """How to make the ring: ways side by side, the best with its schedule and work-up."""

    pair: RingPair
    model: Model
    min_ring: float
    probability: float
    strategies: tuple[RingStrategy, ...]
    """What keeps the promise first, the cheapest first; then what does not; then what is not computed."""
    prediction: RingPrediction
    """Of the best."""
    workup: WorkUp
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    hazards: tuple[str, ...]
    draws: int
    seed: int

    @property
    def best(self) -> RingStrategy:
        """The first strategy; it is computed and keeps the promise."""
        return self.strategies[0]

    @property
    def schedule(self) -> PumpSchedule:
        """What is weighed and pumped for the best."""
        assert self.best.schedule is not None
        return self.best.schedule

    def rows(self) -> list[dict[str, Any]]:
        """List the strategies, each with its schedule, as rows of ``PLAN_COLUMNS``."""
        return [self._row(s, rank) for rank, s in enumerate(self.strategies, start=1)]

    def _row(self, s: RingStrategy, rank: int) -> dict[str, Any]:
        """Write a strategy, its schedule and where it comes from."""
        schedule = dict.fromkeys(SCHEDULE_COLUMNS) if s.schedule is None else s.schedule.row()
        procedure = dict.fromkeys(("solvent", "temperature_C", "feed_M"))
        if s.procedure is not None:
            procedure = {name: getattr(s.procedure, name) for name in procedure}
        pair = {
            "a_smiles": None if s.pair is None else s.pair.a.smiles,
            "b_smiles": None if s.pair is None or s.pair.b is None else s.pair.b.smiles,
            "ring_smiles": None if s.pair is None else winning(s.pair).smiles,
        }
        origin = {
            "draws": self.draws,
            "seed": self.seed,
            "model_name": self.model.name,
            "model_sha256": self.model.sha256,
            "planner_version": VERSION,
        }
        return s.row(rank) | schedule | procedure | pair | origin

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate the strategies."""
        from planner.files.tables import to_frame

        return to_frame(self.rows(), PLAN_COLUMNS)

    def to_csv(self, path: str | Path) -> None:
        """Write the strategies, each with its schedule, as CSV."""
        write_all({Path(path): csv_text(self.rows(), PLAN_COLUMNS).encode("utf-8")})
