"""Saved plans: a plan as a JSON file and back, held against its pair, its procedures and the numbers at hand.

Nothing is computed again. A folder of models that a file names is never followed: the numbers are those that the
program was started with, and a plan that was made with others says so.
"""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from planner.errors import TableError
from planner.files.reading import LARGEST_BYTES, read_bytes
from planner.files.saved import json_text, read_json
from planner.files.writing import write_file
from planner.flask.fields import FIELDS
from planner.model.checks import Schema, checked, checked_record, flag, number, table
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.aims import USEFUL, read_aim
from planner.plans.recommendation import STRATEGIES, CurvePoint, ParetoPoint, Plan, Recommendation, Strategy
from planner.plans.records import plan_record
from planner.plans.request import Request, build_request
from planner.predictions.formats import FORMAT, known_part, newer_note, read_format, told_newer
from planner.predictions.prediction import TARGETS, Interval, Prediction
from planner.predictions.records import read_prediction
from planner.structures.pairs import Pair, read_pair
from planner.version import VERSION

SLACK = 1e-6
"""Rounding of a saved fraction."""
PLAN = "plan.json"
"""Name of a plan in an archive."""


def save_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan as JSON that ``open_plan`` reads, whole or not at all."""
    write_file(path, plan_bytes(plan))


def plan_bytes(plan: Plan) -> bytes:
    """Write a plan as the content of its JSON file."""
    return (json_text(plan_record(plan)) + "\n").encode()


def open_plan(path: str | Path, *, models: str | Path | None = None, model: Model | None = None) -> Plan:
    """Read a plan back from its JSON file.

    Parameters
    ----------
    path
        Of the file.
    models, model
        Folder of the model files, or a model in memory; the bundled one when both are absent.

    Raises
    ------
    TableError
        If the file cannot be read or is not a plan.
    PlannerError
        If its pair or a procedure would be refused as a new input.
    """
    return read_plan(read_record(read_bytes(path), str(path)), chosen_model(models, model))


def open_saved(path: str | Path, *, models: str | Path | None = None) -> Plan | Prediction:
    """Read back whatever the planner saved: a plan, an .eln archive with one, or a prediction; see ``open_plan``."""
    return read_saved(read_record(read_bytes(path), str(path)), chosen_model(models, None))


def read_saved(record: dict[str, Any], model: Model) -> Plan | Prediction:
    """Rebuild a plan or a prediction from its record."""
    if "recommendations" in record or "products" not in record:
        return read_plan(record, model)
    with told_newer(record, "the prediction"):
        return read_prediction(record, model)


def as_plan(found: Plan | Prediction) -> Plan:
    """Take a plan as it is, and a prediction as a plan of the one procedure that it is of."""
    if isinstance(found, Plan):
        return found
    pair, p = found.pair, found.procedure
    asked = {name: getattr(p, name) for name in FIELDS if name not in found.defaults_used}
    target = next((word for word, n in TARGETS.items() if n == found.target), str(found.target))
    request = build_request(
        *pair.texts, {"target": target, "basis": found.basis, "top": 1, "seed": found.seed} | asked
    )
    why = "Predicted as it was asked for; no other procedure was searched."
    only = Recommendation(
        rank=1,
        procedure=p,
        prediction=found,
        score=found.target_fraction.mean,
        reasons=(why,),
        caveats=found.caveats,
    )
    aim = read_aim(target, pair, found.basis, None)
    return Plan(
        request=request, pair=pair, model=found.model, aim=aim, recommendations=(only,), pareto=(), notes=()
    )


def read_record(content: bytes, name: str) -> dict[str, Any]:
    """Read a record from the content of a file: JSON, or the plan.json that an .eln archive holds.

    Nothing is unpacked, no name in the archive is followed, and no more is read than a record may have.

    Raises
    ------
    TableError
        If it is neither, too large, or an archive without exactly one plan.
    """
    if not content.startswith(b"PK"):
        return read_json(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            plans = [entry for entry in archive.infolist() if PurePosixPath(entry.filename).name == PLAN]
            if len(plans) != 1:
                raise TableError(
                    f"{name} is an archive with {len(plans)} {PLAN}; open one that the planner wrote"
                )
            if plans[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("packed in another way")
            with archive.open(plans[0]) as file:
                plan = file.read(LARGEST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(f"{name} is a damaged or locked archive; open it as it was saved") from error
    return read_json(plan, f"{name}: {PLAN}")


def read_plan(record: dict[str, Any], model: Model | None = None) -> Plan:
    """Rebuild a plan from its record; see ``plan_record`` and ``open_plan``."""
    if "recommendations" not in record:
        what = "a prediction" if "products" in record else "no plan"
        raise TableError(f"the file holds {what}; expected a plan: save one with `planner recommend --save`")
    with told_newer(record, "the plan"):
        return _plan(record, chosen_model(None, model))


def _plan(record: dict[str, Any], known: Model) -> Plan:
    """Rebuild a plan from what a record of one must hold."""
    left_out: list[str] = []
    if read_format(record, "the plan") > FORMAT:
        record = _of_this_format(record, left_out)
    given = checked(record, "the plan", _KEYS, error=TableError)
    request = checked_record(Request, given["request"], "the plan: [request]", error=TableError)
    pair = read_pair(request.amine, request.carbonyl, known)
    recommendations = tuple(
        _recommendation(r, pair, known, f"recommendation {i}")
        for i, r in enumerate(given["recommendations"], start=1)
    )
    if not recommendations or any(r.rank != i for i, r in enumerate(recommendations, start=1)):
        raise TableError("the plan: recommendations must be ranked 1, 2, ...; open a plan as it was saved")
    _check_copies(given, request)
    _check_useful(given, recommendations[0])
    curve = tuple(
        _curve_point(p, f"curve point {i}", pair.n_hydrogens + 1)
        for i, p in enumerate(given.get("curve") or (), start=1)
    )
    return Plan(
        request=replace(request, models=None),
        pair=pair,
        model=known,
        aim=read_aim(
            request.target, pair, request.basis, request.max_over_alkylation, request.min_target_low
        ),
        recommendations=recommendations,
        strategies=tuple(
            _strategy(w, pair, known, i) for i, w in enumerate(given.get("strategies") or (), start=1)
        ),
        curve_points=curve,
        remedies=given.get("remedies") or (),
        pareto=tuple(_pareto_point(p, f"pareto point {i}") for i, p in enumerate(given["pareto"], start=1)),
        notes=(*given["notes"], *_made_elsewhere(given, known), *newer_note(record, left_out)),
    )


def _check_copies(given: dict[str, Any], request: Request) -> None:
    """Refuse a plan whose head says something else than its request."""
    said = {"target": request.target, "basis": request.basis, "limits": request.limits()}
    if isinstance(limits := given.get("limits"), dict):  # an older file lacks those that came later
        said["limits"] = {name: value for name, value in request.limits().items() if name in limits}
    for name, right in said.items():
        if name in given and json.dumps(given[name]) != json.dumps(right):
            raise TableError(f"the plan: {name} is not that of its request; open a plan as it was saved")


def _check_useful(given: dict[str, Any], best: Recommendation) -> None:
    """Refuse a plan that is called useful, or not, against its own first rank."""
    said, is_useful = given.get("useful"), best.prediction.target_fraction.mean >= USEFUL
    if said is not None and said is not is_useful:
        raise TableError(
            "the plan: useful is not what its first recommendation says; open a plan as it was saved"
        )


def _curve_point(record: object, where: str, n_degrees: int) -> CurvePoint:
    """Build a point of the curve from its row; its fractions must be possible."""
    ends = {"mean": "", "median": "_median", "low": "_low", "high": "_high"}
    names = [f"degree_{d}{end}" for d in range(n_degrees) for end in ends.values()]
    row = checked(record, where, dict.fromkeys(("carbonyl_equivalents", *names), number), error=TableError)
    degrees = tuple(
        Interval(**{name: row[f"degree_{d}{end}"] for name, end in ends.items()}) for d in range(n_degrees)
    )
    _check_intervals(degrees, where)
    return CurvePoint(carbonyl_equivalents=row["carbonyl_equivalents"], degrees=degrees)


def _strategy(record: object, pair: Pair, model: Model, number: int) -> Strategy:
    """Build a strategy; a protected amine is read from its own prediction."""
    where = f"strategy {number}"
    own = dict(record) if isinstance(record, dict) else {}
    given = own.pop("recommendation", None)
    if given is None:
        found = checked_record(Strategy, own, where, error=TableError, recommendation=None)
    else:
        amine = _amine_of(given)
        other = pair if amine == pair.amine.smiles else None
        inner = _recommendation(given, other, model, f"{where}: recommendation")
        found = checked_record(Strategy, own, where, error=TableError, recommendation=inner)
    if found.name not in STRATEGIES:
        raise TableError(f"{where}: name {found.name!r:.60} is not known; open a plan as it was saved")
    _check_intervals([i for i in (found.target_fraction, found.over_alkylation) if i is not None], where)
    return found


def _amine_of(recommendation: object) -> str | None:
    """Read which amine a recommendation is of."""
    inside: Any = recommendation
    for key in ("prediction", "amine", "smiles"):
        inside = inside.get(key) if isinstance(inside, dict) else None
    return inside if isinstance(inside, str) else None


def _check_intervals(found: Sequence[Interval], where: str) -> None:
    """Refuse intervals that are none of fractions."""
    for i in found:
        if (
            not -SLACK
            <= i.low
            <= min(i.mean, i.median) + SLACK
            <= max(i.mean, i.median) + 2 * SLACK
            <= i.high + 3 * SLACK
        ):
            raise TableError(f"{where}: an interval does not hold its mean; open a plan as it was saved")
        if i.high > 1.0 + SLACK:
            raise TableError(f"{where}: a fraction is outside of 0 to 1; open a plan as it was saved")


def _pareto_point(record: object, where: str) -> ParetoPoint:
    """Build a point of the Pareto set; its fractions and its time must be possible."""
    found = checked_record(ParetoPoint, record, where, error=TableError)
    fractions = (found.target_fraction, found.over_alkylation)
    if not all(-1e-6 <= x <= 1.0 + 1e-6 for x in fractions):
        raise TableError(f"{where}: a fraction is outside of 0 to 1; open a plan as it was saved")
    if abs(found.total_time_h - found.procedure.total_time_h) > 1e-6:
        raise TableError(f"{where}: total_time_h is not that of its procedure; open a plan as it was saved")
    return found


def _records(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("a list")
    return value


def _sentences(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of texts")
    return tuple(value)


def _anything(value: object) -> object:
    return value


def _of_this_format(record: dict[str, Any], left_out: list[str]) -> dict[str, Any]:
    """Leave out of a newer plan what this format does not know, and list it; predictions see to themselves."""
    kinds = {
        "request": Request,
        "pareto": tuple[ParetoPoint, ...],
        "recommendations": tuple[Recommendation, ...],
        "strategies": tuple[Strategy, ...],
    }
    left_out += [key for key in record if key not in _KEYS]
    known = {key: value for key, value in record.items() if key in _KEYS}
    return {key: known_part(kinds.get(key, Any), value, key, left_out) for key, value in known.items()}


_KEYS: Schema = {
    "format": (_anything,),
    "target": _anything,
    "basis": _anything,
    "limits": (_anything,),
    "recommendations": _records,
    "pareto": _records,
    "notes": _sentences,
    "request": table,
    "model": table,
    "strategies": (_records,),
    "curve": (_records,),
    "useful": (flag,),
    "remedies": (_sentences,),
    "version": (_anything,),
}


def _recommendation(record: object, pair: Pair | None, model: Model, where: str) -> Recommendation:
    """Build a recommendation; its prediction must be of its own procedure."""
    own = dict(record) if isinstance(record, dict) else {}
    prediction = read_prediction(own.pop("prediction", None), model, where, pair)
    found = checked_record(Recommendation, own, where, error=TableError, prediction=prediction)
    if found.procedure != prediction.procedure:
        raise TableError(f"{where}: the prediction is of another procedure; open a plan as it was saved")
    return found


def _made_elsewhere(record: dict[str, Any], model: Model) -> Sequence[str]:
    """Say so where a plan was made with other numbers or by another version than those at hand."""
    notes = []
    made_with = str(record["model"].get("sha256", ""))
    if made_with != model.sha256:
        notes.append(f"Made with other numbers ({made_with:.12}) than those at hand ({model.sha256[:12]}).")
    if (version := str(record.get("version", ""))) != VERSION:
        notes.append(f"Made by version {version:.20}, opened by {VERSION}.")
    return notes
