"""Opening: a plan that was saved as JSON, with its request and its results, without computing it again."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from planner.errors import ParameterError, TableError
from planner.files import json_text, write_file
from planner.flask.procedure import Procedure, Settled
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import read_aim
from planner.plans.recommendation import ParetoPoint, Plan, Recommendation
from planner.plans.records import plan_record
from planner.plans.request import Request
from planner.predictions.prediction import CarbonylFate, Interval, Isomer, Prediction, Product
from planner.structures.pairs import Pair, read_pair

LARGEST_BYTES = 20_000_000


def save_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan as JSON that ``open_plan`` reads, whole or not at all."""
    write_file(path, (json_text(plan_record(plan)) + "\n").encode())


def open_plan(path: str | Path) -> Plan:
    """Read a plan back from its JSON file.

    Raises
    ------
    TableError
        If the file cannot be read or is not a plan.
    """
    place = Path(path)
    try:
        if place.stat().st_size > LARGEST_BYTES:
            raise TableError(
                f"{str(path)!r} is too large for a plan; expected the JSON that a plan was saved as"
            )
        record = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(
            f"cannot read {str(path)!r} as a plan ({error}); give a JSON file that a plan was saved as"
        ) from error
    return read_plan(record)


def read_plan(record: Any) -> Plan:
    """Rebuild a plan from its record; see ``plan_record``.

    Raises
    ------
    TableError
        If the record is not that of a plan.
    """
    try:
        request = Request(**(record["request"] | {"fixed": Procedure(**record["request"]["fixed"])}))
        model, request, notes = _model(request, record["model"]["sha256"])
        pair = read_pair(request.amine, request.carbonyl, model)
        return Plan(
            request=request,
            pair=pair,
            model=model,
            aim=read_aim(request.target, pair, request.basis, request.max_over_alkylation),
            recommendations=tuple(_recommendation(r, pair, model) for r in record["recommendations"]),
            pareto=tuple(
                ParetoPoint(**(p | {"procedure": Settled(**p["procedure"])})) for p in record["pareto"]
            ),
            notes=(*record["notes"], *notes),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise TableError(
            f"the record is not that of a plan ({error!r}); give JSON that a plan was saved as"
        ) from error


def _model(request: Request, sha256: str) -> tuple[Model, Request, list[str]]:
    """Find the numbers that a plan was made with; say so where these are others."""
    try:
        model = load_model(request.models)
    except ParameterError:
        request = replace(request, models=None)
        model = load_model()
    same = model.sha256 == sha256
    return (
        model,
        request,
        []
        if same
        else [f"Made with other numbers ({sha256[:12]}) than those at hand ({model.sha256[:12]})."],
    )


def _recommendation(record: dict[str, Any], pair: Pair, model: Model) -> Recommendation:
    return Recommendation(
        rank=record["rank"],
        procedure=Settled(**record["procedure"]),
        prediction=_prediction(record["prediction"], pair, model),
        score=record["score"],
        reasons=tuple(record["reasons"]),
        caveats=tuple(record["caveats"]),
    )


def _fate(record: dict[str, Any]) -> CarbonylFate:
    own = ("product", "alcohol", "unreacted")
    others = tuple((word, part) for word, part in record.items() if word not in own)
    return CarbonylFate(**{name: record[name] for name in own}, other=others)


def _prediction(record: dict[str, Any], pair: Pair, model: Model) -> Prediction:
    products = tuple(
        Product(**(p | {"isomers": tuple(Isomer(**isomer) for isomer in p["isomers"])}))
        for p in record["products"]
    )
    intervals = ("target_fraction", "over_alkylation", "under_alkylation", "alcohol", "carbonyl_left")
    built: dict[str, Any] = {name: Interval(**record[name]) for name in intervals} | {
        "pair": pair,
        "model": model,
        "procedure": Settled(**record["procedure"]),
        "products": products,
        "carbonyl_fate": _fate(record["carbonyl_fate"]),
    }
    listed: dict[str, Any] = {
        name: tuple(record[name]) for name in ("defaults_used", "statistical", "caveats")
    }
    plain = {f.name: record[f.name] for f in fields(Prediction) if f.name not in built | listed}
    return Prediction(**built, **listed, **plain)
