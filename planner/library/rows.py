"""Rows: one pair of a library as one row, with the columns of ``recommend`` and what a library adds.

A pair without a plan has its ids, its structures where they could be read, and a message; every other cell is empty.
"""

from dataclasses import dataclass, fields
from typing import Any

from planner.library.judging import Choice
from planner.library.partners import PLANNED, Partner
from planner.plans.aims import USEFUL, Aim
from planner.plans.recommendation import COLUMNS as PLAN_COLUMNS, strategy_name
from planner.plans.request import Request
from planner.predictions.prediction import Prediction
from planner.structures.pairs import Pair
from planner.version import VERSION

OWN = (
    "pair",
    "amine_number",
    "carbonyl_number",
    "amine_id",
    "carbonyl_id",
    "status",
    "message",
    "product_risks",
    "problem",
    "own_search",
)
"""What a library adds: numbers of pair and partners from 0, ids, what became of it, those of its caveats that foretell
another main product, whether it was searched alone."""
COLUMNS = (*OWN, *PLAN_COLUMNS)
"""Of the table of a library."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Outturn:
    """What came of a pair."""

    numbers: tuple[int, int, int]
    """Of the pair, its amine and its carbonyl compound."""
    ids: tuple[str, str]
    problem: str
    pair: Pair
    aim: Aim
    prediction: Prediction
    choice: Choice
    n_judged: int
    """Procedures of the short list."""
    is_searched: bool
    """Whether the pair had a search of its own."""


def answer_row(answer: Outturn, request: Request) -> dict[str, Any]:
    """Write a pair with a plan as a row of ``COLUMNS``."""
    p, procedure = answer.prediction, answer.prediction.procedure
    held = {f.name: getattr(procedure, f.name) for f in fields(procedure)}
    return _blank(answer.numbers, answer.ids, answer.problem) | held | {
        "status": PLANNED,
        "own_search": answer.is_searched,
        "rank": 1,
        "amine_smiles": answer.pair.amine.smiles,
        "carbonyl_smiles": answer.pair.carbonyl.smiles,
        "target": request.target,
        "target_fraction": p.target_fraction.mean,
        "target_low": p.target_fraction.low,
        "target_high": p.target_fraction.high,
        "over_alkylation": p.over_alkylation.mean,
        "under_alkylation": p.under_alkylation.mean,
        "selectivity": p.selectivity,
        "total_time_h": procedure.total_time_h,
        "basis": request.basis,
        "target_median": p.target_fraction.median,
        "over_alkylation_high": p.over_alkylation.high,
        "draws": p.draws,
        "seed": p.seed,
        "reasons": _reason(answer),
        "caveats": " | ".join((*_statement(p), *p.caveats)),
        "product_risks": " | ".join(p.product_risks),
        "strategy": strategy_name(answer.aim, answer.pair, p.model, procedure),
        "model_name": p.model.name,
        "model_sha256": p.model.sha256,
        "planner_version": VERSION,
    }  # fmt: skip


def refusal_row(
    numbers: tuple[int, int, int], partners: tuple[Partner, Partner], problem: str, status: str, message: str
) -> dict[str, Any]:
    """Write a pair without a plan as a row of ``COLUMNS``."""
    amine, carbonyl = partners
    return _blank(numbers, (amine.listed.id, carbonyl.listed.id), problem) | {
        "status": status,
        "message": message,
        "amine_smiles": amine.smiles or None,
        "carbonyl_smiles": carbonyl.smiles or None,
    }


def _blank(numbers: tuple[int, int, int], ids: tuple[str, str], problem: str) -> dict[str, Any]:
    """Write what every row has."""
    known: dict[str, Any] = dict(zip(OWN[:3], numbers, strict=True)) | {
        "amine_id": ids[0],
        "carbonyl_id": ids[1],
        "message": "",
        "product_risks": "",
        "problem": problem,
        "own_search": False,
    }
    return dict.fromkeys(COLUMNS) | known


def _reason(answer: Outturn) -> str:
    """Say what the choice rests on."""
    if answer.is_searched:
        return "Found by a search for this pair alone."
    behind = f", before {answer.choice.runner_up}" if answer.choice.runner_up else ""
    return (
        f"The first of {answer.n_judged} procedures that were searched for pairs of these kinds, judged with this "
        f"pair's own numbers{behind}."
    )


def _statement(p: Prediction) -> tuple[str, ...]:
    """Say first of all where a pair does not work by these means."""
    mean = p.target_fraction.mean
    if mean >= USEFUL:
        return ()
    return (
        f"This does not work by these means: the best procedure gives {100 * mean:.0f} % of the target; planner "
        "recommend says what else does.",
    )
