"""Export: predictions, plans, sites and models as records for machines (JSON, CSV)."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from planner.errors import ParameterError, ScopeError
from planner.flask.flask import central_batch, needs_joint_states, prepare
from planner.flask.procedure import asked_procedure, settle
from planner.flask.sbml import sbml_text
from planner.model.parameters import Model, load_model
from planner.model.site_classes import load_site_classes
from planner.plans.recommendation import Plan
from planner.prediction import PRODUCT_COLUMNS, Interval, Prediction
from planner.sensitivity import Share, unexplained
from planner.sheets.sheet import Sheet
from planner.structures.pairs import read_pair
from planner.structures.sites import all_carbonyls, find_sites
from planner.structures.structure import Structure, read_structure
from planner.version import VERSION

PARAMETER_COLUMNS = ("name", "value", "spread", "spread_kind", "unit", "basis", "source", "note")
SHARE_COLUMNS = ("name", "label", "share", "slope", "basis", "source")


def structure_record(structure: Structure) -> dict[str, Any]:
    """Describe a structure."""
    return {
        "smiles": structure.smiles,
        "formula": structure.formula,
        "molar_mass": structure.molar_mass,
        "exact_mass": structure.exact_mass,
        "counter_ions": list(structure.counter_ions),
    }


def model_identity(model: Model) -> dict[str, str]:
    """Name the set of numbers and its content hash."""
    return {"name": model.name, "sha256": model.sha256}


def product_rows(prediction: Prediction) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the products as rows, with their columns."""
    return [{c: getattr(p, c) for c in PRODUCT_COLUMNS} for p in prediction.products], PRODUCT_COLUMNS


def isomer_rows(prediction: Prediction) -> list[dict[str, Any]]:
    """List every isomer of the degrees that have several, most abundant first."""
    return [{"degree": p.degree} | asdict(isomer) for p in prediction.products for isomer in p.isomers]


def _interval(interval: Interval) -> dict[str, float]:
    return asdict(interval)


def prediction_record(prediction: Prediction) -> dict[str, Any]:
    """Describe a prediction as plain JSON types; see the contract in the README."""
    pair = prediction.pair
    return {
        "amine": structure_record(pair.amine),
        "carbonyl": structure_record(pair.carbonyl) | {"carbonyl_class": pair.carbonyl_class.name},
        "procedure": asdict(prediction.procedure),
        "defaults_used": list(prediction.defaults_used),
        "products": [asdict(p) | {"isomers": [asdict(i) for i in p.isomers]} for p in prediction.products],
        "statistical": list(prediction.statistical),
        "carbonyl_fate": asdict(prediction.carbonyl_fate),
        "alcohol": _interval(prediction.alcohol),
        "carbonyl_left": _interval(prediction.carbonyl_left),
        "hydride_left": prediction.hydride_left,
        "conversion": prediction.conversion,
        "selectivity": prediction.selectivity,
        "target": prediction.target,
        "basis": prediction.basis,
        "target_fraction": _interval(prediction.target_fraction),
        "over_alkylation": _interval(prediction.over_alkylation),
        "under_alkylation": _interval(prediction.under_alkylation),
        "caveats": list(prediction.caveats),
        "draws": prediction.draws,
        "seed": prediction.seed,
        "model": model_identity(prediction.model),
        "version": VERSION,
    }


def sensitivity_record(shares: Sequence[Share], measure: str = "target_fraction") -> dict[str, Any]:
    """Describe which numbers move a prediction, as plain JSON types."""
    return {
        "of": measure,
        "shares": [asdict(share) for share in shares],
        "unexplained": unexplained(shares),
        "method": "first-order shares of the variance over the joint draws, by regression on second-order polynomials",
    }


def share_rows(shares: Sequence[Share]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the shares as rows, with their columns."""
    return [asdict(share) for share in shares], SHARE_COLUMNS


def sites_record(smiles: str, models: str | Path | None = None) -> dict[str, Any]:
    """Describe the reactive nitrogens and carbonyl groups of one structure; either list may be empty, not both."""
    structure = read_structure(smiles)
    classes = load_site_classes(models)
    carbonyls = all_carbonyls(structure, classes)
    try:
        sites = find_sites(structure, classes)
    except ScopeError:
        if not carbonyls:
            raise
        sites = ()
    return {
        "smiles": structure.smiles,
        "sites": [
            {
                "atom_index": s.atom_index,
                "site_class": s.site_class,
                "n_hydrogens": s.n_hydrogens,
                "group": s.group,
                "coupled_with": list(s.coupled_with),
            }
            for s in sites
        ],
        "carbonyls": [{"atom_index": c.atom_index, "site_class": c.carbonyl_class} for c in carbonyls],
    }


def flask_sbml(amine: str, carbonyl: str, procedure: dict[str, Any], models: str | Path | None = None) -> str:
    """Write the flask of a pair and a procedure, every constant at its median, as an SBML document."""
    model = load_model(models)
    pair = read_pair(amine, carbonyl, models)
    settled, _ = settle(asked_procedure(procedure), model, is_ketone=pair.carbonyl_class.is_ketone)
    flask = prepare(pair, joint=needs_joint_states(pair, settled))
    name = f"{pair.amine.smiles} + {pair.carbonyl.smiles}"
    return sbml_text(flask.network, central_batch(flask, model, settled), name=name)


def model_record(models: str | Path | None = None) -> dict[str, Any]:
    """Describe a model: reductants, solvents, every number and every source."""
    model = load_model(models)
    return {
        "model": model_identity(model),
        "reductants": [
            {"name": r.name, "aliases": list(r.aliases), "formula": r.formula} for r in model.reductants
        ],
        "solvents": [{"name": s.name, "aliases": list(s.aliases)} for s in model.solvents],
        "parameters": [
            {
                "name": p.name,
                "value": p.value,
                "spread": p.log10_sd,
                "spread_kind": "linear sd" if p.linear else "log10 sd",
                "unit": p.unit,
                "basis": p.basis,
                "source": p.source,
                "note": p.note,
            }
            for p in model.parameters
        ],
        "sources": [asdict(s) for s in model.sources],
        "version": VERSION,
    }


def app_path() -> Path:
    """Find the app's script: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parent / "_streamlit_app.py"
    beside = Path(__file__).parents[1] / "streamlit_app.py"
    for path in (inside, beside):
        if path.is_file():
            return path
    raise ParameterError(
        f"the app's script is neither at {inside} nor at {beside}; install the planner again"
    )


def plan_record(plan: Plan) -> dict[str, Any]:
    """Describe a plan as plain JSON types: request, results and identity, enough to open it again."""
    return {
        "target": plan.request.target,
        "basis": plan.request.basis,
        "limits": plan.request.limits(),
        "recommendations": [
            {
                "rank": r.rank,
                "procedure": asdict(r.procedure),
                "prediction": prediction_record(r.prediction),
                "score": r.score,
                "reasons": list(r.reasons),
                "caveats": list(r.caveats),
            }
            for r in plan.recommendations
        ],
        "pareto": [asdict(point) for point in plan.pareto],
        "notes": list(plan.notes),
        "request": asdict(plan.request),
        "model": model_identity(plan.model),
        "version": VERSION,
    }


def sheet_record(sheet: Sheet) -> dict[str, Any]:
    """Describe a sheet as plain JSON types."""
    whole = asdict(sheet)
    return {name: whole[name] for name in whole if name != "pair"} | {"charges": sheet.rows()}
