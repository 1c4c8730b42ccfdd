"""Records: a ring closure and its plan as plain JSON types and as rows, for machines."""

from dataclasses import asdict
from typing import Any

from planner.model.records import model_identity
from planner.predictions.formats import FORMAT
from planner.predictions.prediction import Interval
from planner.rings.book import load_book
from planner.rings.pairs import RingPair
from planner.rings.plans import PLAN_COLUMNS, RingPlan, RingStrategy
from planner.rings.prediction import RingPrediction
from planner.rings.procedure import RingProcedure, shown_fields
from planner.structures.records import structure_record
from planner.version import VERSION

CSV_COLUMNS = (
    "a_smiles", "b_smiles", "kind", "ring_size", "ring_smiles", "what", "n_units", "end_groups", "smiles", "mass",
    "fraction", "low", "high",
)  # fmt: skip


def _partners(pair: RingPair) -> dict[str, Any]:
    return {
        "a": structure_record(pair.a.structure),
        "b": None if pair.b is None else structure_record(pair.b.structure),
        "kind": pair.kind,
    }


def rings_identity() -> dict[str, Any]:
    """Name the numbers of ring closures by their hash, and what they rest on."""
    book = load_book()
    return {"sha256": book.sha256, "sources": [source.citation for source in book.sources]}


def procedure_record(p: RingProcedure, pair: RingPair) -> dict[str, Any]:
    """List the fields of a procedure that mean something for a pair."""
    return {name: getattr(p, name) for name in shown_fields(pair)}


def _interval(value: Interval | None) -> dict[str, float] | None:
    return None if value is None else asdict(value)


def ring_record(found: RingPrediction) -> dict[str, Any]:
    """Describe a predicted closure as plain JSON types."""
    return {
        "format": FORMAT,
        **_partners(found.pair),
        "procedure": procedure_record(found.procedure, found.pair),
        "defaults_used": list(found.defaults_used),
        "ring_size": found.ring_size,
        "ring_smiles": found.ring_smiles,
        "ring": _interval(found.ring),
        "ring_isomers": [one.row() for one in found.isomers],
        "conversion": _interval(found.conversion),
        "linear": _interval(found.linear),
        "linear_smiles": found.pair.adduct,
        "oligomers": [one.row() for one in found.chains],
        "quaternary": _interval(found.quaternary),
        "is_quaternary_salt": found.is_quaternary,
        "effective_molarity": _interval(found.effective_molarity),
        "rate": _interval(found.rate),
        "statistical": None
        if found.statistical is None
        else {"ring": found.statistical.ring, "words": found.statistical.words},
        "numbers_hold": not found.void,
        "hazards": list(found.hazards),
        "caveats": list(found.caveats),
        "draws": found.draws,
        "seed": found.seed,
        "model": model_identity(found.model),
        "rings": rings_identity(),
        "version": VERSION,
    }


def ring_rows(found: RingPrediction) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List all that holds the limiting partner as rows, with their columns."""
    head = {
        "a_smiles": found.pair.a.smiles,
        "b_smiles": None if found.pair.b is None else found.pair.b.smiles,
        "kind": found.pair.kind,
        "ring_size": found.ring_size,
        "ring_smiles": found.ring_smiles,
    }

    def row(what: str, share: Interval, **more: Any) -> dict[str, Any]:
        empty = dict.fromkeys(("n_units", "end_groups", "smiles", "mass"))
        return (
            head | empty | {"what": what, "fraction": share.mean, "low": share.low, "high": share.high} | more
        )

    rows = [
        row("ring", one.fraction, smiles=one.closure.smiles, mass=one.row()["mz"]) for one in found.isomers
    ]
    rows.append(row("linear adduct", found.linear, n_units=2, end_groups="NX", smiles=found.pair.adduct))
    rows.append(row("over-alkylated ring", found.quaternary))
    for one in found.chains:
        rows.append(
            row(
                "oligomer",
                one.fraction,
                n_units=one.n_units,
                end_groups=one.end_groups,
                mass=one.row()["mass"],
            )
        )
    left = Interval(
        mean=1.0 - found.conversion.mean,
        median=1.0 - found.conversion.median,
        low=1.0 - found.conversion.high,
        high=1.0 - found.conversion.low,
    )
    rows.append(row("unreacted", left))
    return rows, CSV_COLUMNS


def _strategy_record(s: RingStrategy, rank: int) -> dict[str, Any]:
    return {
        **s.row(rank),
        "ring": _interval(s.ring),
        "promised": s.promised,
        "procedure": None if s.procedure is None or s.pair is None else procedure_record(s.procedure, s.pair),
        "schedule": None if s.schedule is None else asdict(s.schedule),
    }


def plan_record(plan: RingPlan) -> dict[str, Any]:
    """Describe a plan as plain JSON types."""
    return {
        "format": FORMAT,
        **_partners(plan.pair),
        "min_ring": plan.min_ring,
        "probability": plan.probability,
        "strategies": [_strategy_record(s, rank) for rank, s in enumerate(plan.strategies, start=1)],
        "prediction": ring_record(plan.prediction),
        "workup": asdict(plan.workup),
        "reasons": list(plan.reasons),
        "caveats": list(plan.caveats),
        "hazards": list(plan.hazards),
        "draws": plan.draws,
        "seed": plan.seed,
        "model": model_identity(plan.model),
        "rings": rings_identity(),
        "version": VERSION,
    }


def strategy_rows(plan: RingPlan) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the strategies, each with its schedule, as rows with their columns."""
    return plan.rows(), PLAN_COLUMNS
