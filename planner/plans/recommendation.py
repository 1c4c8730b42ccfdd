"""Recommendations: procedures worth trying for one request, the ways to the product, and what they rest on."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import ProcedureError
from planner.files.tables import csv_text, to_frame
from planner.files.writing import write_file
from planner.flask.fields import ADDITIONS, FIELDS, IMINE_FIRST
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.plans.aims import NOTHING, USEFUL, Aim
from planner.plans.request import Request
from planner.predictions.prediction import Interval, Prediction
from planner.structures.pairs import Pair
from planner.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

_STATED = (
    "rank", "amine_smiles", "carbonyl_smiles", "target", "reductant", "addition", "carbonyl_equivalents",
    "reductant_equivalents", "acid_equivalents", "addition_time_h", "imine_time_h", "hold_time_h", "temperature_C",
    "concentration_M", "solvent", "target_fraction", "target_low", "target_high", "over_alkylation",
    "under_alkylation", "selectivity", "total_time_h", "basis", "quench", "water", "feed_volume_fraction",
    "target_median", "over_alkylation_high", "draws", "seed", "reasons", "caveats", "model_name", "model_sha256",
    "planner_version",
)  # fmt: skip
NEAR_ONE = 1.15
"""Charge over what the degree needs up to which it counts as one to one; its inverse for less."""
COLUMNS = (*_STATED, "strategy", *(name for name in FIELDS if name not in _STATED), "difficulty")
"""Of the table of a plan: the contract's in their order, then what came later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """A procedure worth trying, with what it gives and why."""

    rank: int
    """From 1, the best."""
    procedure: Settled
    """Settled."""
    prediction: Prediction
    """On 1,024 draws."""
    score: float
    """By which it is ranked: the mean of the target fraction minus prices; ties go by hazard and trouble."""
    reasons: tuple[str, ...]
    """Why it stands here."""
    caveats: tuple[str, ...]
    """What the numbers do not know."""
    difficulty: float | None = None
    """Share of the target that extraction cannot free from its nearest neighbour to 95 %; None: not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoPoint:
    """A procedure that no other beats in target fraction, over-alkylation and time at once."""

    procedure: Settled
    """Settled."""
    target_fraction: float
    """Mean."""
    over_alkylation: float
    """Mean."""
    total_time_h: float
    """[h]."""


STRATEGIES = {
    "one_to_one": "One to one, and separate",
    "excess_amine": "Excess amine, and recover it",
    "excess_carbonyl": "Excess carbonyl",
    "protect": "Protect, alkylate, deprotect",
    IMINE_FIRST: "Imine first, then borohydride",
    "exhaustive": "Excess carbonyl until no N-H is left",
    "other_route": "Another route",
}
"""Ways to a product, by the word of the contract."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Strategy:
    """A way to the product, with the numbers that all ways share."""

    name: str
    """One of ``STRATEGIES``."""
    title: str
    """In words."""
    target_fraction: Interval | None
    """Of the partner that ``basis`` names; None where the model does not compute the way."""
    basis: str
    """Partner that the fraction is counted of."""
    over_alkylation: Interval | None
    """Likewise."""
    total_time_h: float | None
    """Of the reductive amination itself [h]."""
    extra_steps: int
    """Besides it."""
    recommendation: Recommendation | None
    """What to do; of the protected amine where one is protected."""
    words: str
    """When it serves and what it costs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """What the best procedure gives with another charge of carbonyl."""

    carbonyl_equivalents: float
    degrees: tuple[Interval, ...]
    """Fraction of the amine with 0, 1, ... new alkyl groups."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Ranked recommendations for one request."""

    request: Request
    """What was asked."""
    pair: Pair
    """Amine and carbonyl."""
    model: Model
    """The numbers used."""
    aim: Aim
    """The target as it was understood."""
    recommendations: tuple[Recommendation, ...]
    """Best first."""
    pareto: tuple[ParetoPoint, ...]
    """By total time."""
    notes: tuple[str, ...]
    """What the search left out and how much it tried."""
    strategies: tuple[Strategy, ...] = ()
    """Ways to the product that apply, in the order of ``STRATEGIES``."""
    curve_points: tuple[CurvePoint, ...] = ()
    """The best procedure over the charge of carbonyl."""
    remedies: tuple[str, ...] = ()
    """What does it where no procedure does; empty where one does."""

    @property
    def best(self) -> Recommendation:
        """The first recommendation."""
        return self.recommendations[0]

    @property
    def useful(self) -> bool:
        """Whether the best gives at least ``USEFUL`` of the target."""
        return self.best.prediction.target_fraction.mean >= USEFUL

    @property
    def curve(self) -> "pd.DataFrame":
        """Tabulate the best procedure over the charge of carbonyl: mean of each degree with ``_low`` and ``_high``."""
        rows = self.curve_rows()
        return to_frame(rows, tuple(rows[0]) if rows else ("carbonyl_equivalents",))

    def curve_rows(self, *, medians: bool = False) -> list[dict[str, float]]:
        """List the points of the curve as rows; a file keeps the medians too."""
        ends = {"": "mean", "_low": "low", "_high": "high"} | ({"_median": "median"} if medians else {})
        return [
            {"carbonyl_equivalents": point.carbonyl_equivalents}
            | {
                f"degree_{d}{end}": getattr(i, name)
                for d, i in enumerate(point.degrees)
                for end, name in ends.items()
            }
            for point in self.curve_points
        ]

    def strategy_of(self, r: Recommendation) -> str:
        """Name the strategy that a recommendation follows."""
        return strategy_name(self.aim, self.pair, self.model, r.procedure)

    def ranked(self, rank: int) -> Recommendation:
        """Take the recommendation of a rank; ProcedureError when there is none."""
        if not 1 <= rank <= len(self.recommendations):
            raise ProcedureError(f"rank {rank} is not in this plan; give 1 to {len(self.recommendations)}")
        return self.recommendations[rank - 1]

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate the recommendations, one row each."""
        return to_frame(self.rows(), COLUMNS)

    def to_csv(self, path: str | Path) -> None:
        """Write the recommendations as CSV, whole or not at all."""
        write_file(path, csv_text(self.rows(), COLUMNS).encode())

    def rows(self) -> list[dict[str, Any]]:
        """List the recommendations as rows of ``COLUMNS``."""
        return [_row(self, r) for r in self.recommendations]


def _row(plan: Plan, r: Recommendation) -> dict[str, Any]:
    p = r.prediction
    return {f.name: getattr(r.procedure, f.name) for f in fields(r.procedure)} | {
        "rank": r.rank,
        "amine_smiles": plan.pair.amine.smiles,
        "carbonyl_smiles": plan.pair.carbonyl.smiles,
        "target": plan.request.target,
        "target_fraction": p.target_fraction.mean,
        "target_low": p.target_fraction.low,
        "target_high": p.target_fraction.high,
        "over_alkylation": p.over_alkylation.mean,
        "under_alkylation": p.under_alkylation.mean,
        "selectivity": p.selectivity,
        "total_time_h": r.procedure.total_time_h,
        "basis": plan.request.basis,
        "target_median": p.target_fraction.median,
        "over_alkylation_high": p.over_alkylation.high,
        "draws": p.draws,
        "seed": p.seed,
        "reasons": " | ".join(r.reasons),
        "caveats": " | ".join((*statement(plan), *r.caveats)),
        "strategy": plan.strategy_of(r),
        "difficulty": r.difficulty,
        "model_name": plan.model.name,
        "model_sha256": plan.model.sha256,
        "planner_version": VERSION,
    }


def statement(plan: Plan) -> tuple[str, ...]:
    """Say first of all where a plan does not work by these means; nothing where it does."""
    if plan.useful:
        return ()
    share = max(r.prediction.target_fraction.mean for r in plan.recommendations)
    most = f"{100 * share:.0f} %" if share >= NOTHING else "half a per cent"
    return (
        f"This does not work by these means: no procedure gives more than {most} of the target. "
        + " ".join(plan.remedies),
    )


def strategy_name(aim: Aim, pair: Pair, model: Model, procedure: Settled) -> str:
    """Name the strategy of a procedure by its charge and its addition."""
    share = procedure.carbonyl_equivalents / aim.degree
    if share > NEAR_ONE:
        return "exhaustive" if is_exhaustive(aim.degree, pair) else "excess_carbonyl"
    if share < 1.0 / NEAR_ONE:
        return "excess_amine"
    strong = model.reductant(procedure.reductant).is_strong
    return IMINE_FIRST if strong and ADDITIONS[procedure.addition].hydride_last else "one_to_one"


def is_exhaustive(degree: int, pair: Pair) -> bool:
    """Tell whether a degree leaves no N-H of a molecule that had several."""
    return degree == pair.n_hydrogens and degree > 1
