"""Records: a prediction as plain JSON types, for machines."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from planner.errors import TableError, is_name
from planner.flask.acidity import check_acidity
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.checks import checked_record
from planner.model.model import Model
from planner.model.records import model_identity
from planner.predictions.alkylations import statistical_ratio
from planner.predictions.assays import Assay
from planner.predictions.formats import FORMAT, known_part, newer_note, read_format
from planner.predictions.prediction import BASES, PRODUCT_COLUMNS, Interval, Isomer, Prediction, Product
from planner.predictions.sensitivity import Share, unexplained
from planner.structures.pairs import Pair, read_pair
from planner.structures.records import structure_record
from planner.structures.structure import protonated_mass
from planner.version import VERSION

BOOKS, MASS_ERROR = 1e-6, 1e-3
"""By how much fractions may miss their sum, and masses theirs [u], in a record that is read."""
SHARE_COLUMNS = ("name", "label", "share", "slope", "basis", "source")


def product_rows(prediction: Prediction) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the products as rows, with their columns: first what they are, then what they are a prediction of."""
    origin = {
        "amine_smiles": prediction.pair.amine.smiles,
        "carbonyl_smiles": prediction.pair.carbonyl.smiles,
        **asdict(prediction.procedure),
        "target": prediction.target,
        "basis": prediction.basis,
        "draws": prediction.draws,
        "seed": prediction.seed,
        "model_name": prediction.model.name,
        "model_sha256": prediction.model.sha256,
        "planner_version": VERSION,
    }
    rows = [{c: getattr(p, c) for c in PRODUCT_COLUMNS} | origin for p in prediction.products]
    return rows, (*PRODUCT_COLUMNS, *origin)


def isomer_rows(prediction: Prediction) -> list[dict[str, Any]]:
    """List every isomer of the degrees that have several, most abundant first."""
    return [{"degree": p.degree} | asdict(isomer) for p in prediction.products for isomer in p.isomers]


def _interval(interval: Interval) -> dict[str, float]:
    return asdict(interval)


def heading(pair: Pair, procedure: Settled, defaults_used: Sequence[str], model: Model) -> dict[str, Any]:
    """Write what every record of a run begins with: the pair, the procedure, the numbers used."""
    return {
        "format": FORMAT,
        "amine": structure_record(pair.amine, pair.amine_bottle),
        "carbonyl": structure_record(pair.carbonyl, pair.carbonyl_bottle),
        "procedure": asdict(procedure),
        "defaults_used": list(defaults_used),
        "model": model_identity(model),
        "version": VERSION,
    }


def prediction_record(prediction: Prediction) -> dict[str, Any]:
    """Describe a prediction as plain JSON types; see the contract in the README."""
    pair, fate, ratio = prediction.pair, prediction.carbonyl_fate, prediction.second_to_first
    return {
        "format": FORMAT,
        "amine": structure_record(pair.amine, pair.amine_bottle),
        "carbonyl": structure_record(pair.carbonyl, pair.carbonyl_bottle)
        | {"carbonyl_class": pair.carbonyl_class.name},
        "procedure": asdict(prediction.procedure),
        "defaults_used": list(prediction.defaults_used),
        "products": [asdict(p) | {"isomers": [asdict(i) for i in p.isomers]} for p in prediction.products],
        "statistical": list(prediction.statistical),
        "carbonyl_fate": {"product": fate.product, "alcohol": fate.alcohol, "unreacted": fate.unreacted}
        | dict(fate.other),
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
        "second_to_first": None if ratio is None else _interval(ratio),
        "second_to_first_statistical": prediction.second_to_first_statistical,
        "caveats": list(prediction.caveats),
        "draws": prediction.draws,
        "seed": prediction.seed,
        "model": model_identity(prediction.model),
        "version": VERSION,
    }


_ABOUT = ("format", "amine", "carbonyl", "model", "version", "sensitivity")
"""Keys of a record that say what a prediction is of."""


def read_prediction(
    record: object, model: Model, where: str = "the prediction", pair: Pair | None = None
) -> Prediction:
    """Build a prediction again from its record, and hold it against its pair, its procedure and the model.

    Parameters
    ----------
    record
        As ``prediction_record`` writes it.
    model
        The numbers at hand.
    where
        What it is called, for messages.
    pair
        As it was typed, where that is known; records of before there were bottles have lost the salts.

    Raises
    ------
    TableError
        If a field is missing, of another kind, or makes no sense; the message names it.
    PlannerError
        If the pair or the procedure would be refused as a new input.
    """
    if not isinstance(record, dict):
        raise TableError(f"{where}: {record!r:.60} is not a prediction; open one that the planner saved")
    amine, carbonyl = (_smiles(record, partner, where) for partner in ("amine", "carbonyl"))
    first, second = (
        record[partner].get("bottle", record[partner]["smiles"]) for partner in ("amine", "carbonyl")
    )
    pair = pair or read_pair(first, second, model)
    if (pair.amine.smiles, pair.carbonyl.smiles) != (amine, carbonyl):
        raise TableError(
            f"{where}: it is of {amine} and {carbonyl}, not of this pair; open a file as it was saved"
        )
    own = {key: value for key, value in record.items() if key not in _ABOUT}
    own["carbonyl_fate"] = _fate_fields(own.get("carbonyl_fate"))
    own["defaults_used"] = _with_later_fields(own.get("defaults_used"), own.get("procedure"))
    left_out: list[str] = []
    if read_format(record, where) > FORMAT:
        own = known_part(Prediction, own, where, left_out)
    prediction = checked_record(Prediction, own, where, error=TableError, pair=pair, model=model)
    check_sense(prediction, where)
    if isinstance(made := record.get("model"), dict) and made.get("sha256") == model.sha256:
        _check_defaults(prediction, where)
    return replace(prediction, caveats=(*prediction.caveats, *newer_note(record, left_out)))


def _with_later_fields(defaults: object, procedure: object) -> object:
    """Add to the defaults the fields that came after a file was saved: it lacks them, and they take their default."""
    if not isinstance(defaults, list) or not isinstance(procedure, dict):
        return defaults
    return [*defaults, *(name for name in FIELDS if name not in (*procedure, *defaults))]


def _check_defaults(prediction: Prediction, where: str) -> None:
    """Refuse a field that is called a default and is another value than the default of these numbers."""
    p = prediction.procedure
    asked = Procedure(**{name: getattr(p, name) for name in FIELDS if name not in prediction.defaults_used})
    per_carbonyl = prediction.basis == "carbonyl"
    stated, _ = settle(asked, prediction.model, prediction.pair, per_carbonyl=per_carbonyl)
    if changed := [name for name in FIELDS if getattr(stated, name) != getattr(p, name)]:
        raise TableError(
            f"{where}: {changed[0]} = {getattr(p, changed[0])} is called a default, which is "
            f"{getattr(stated, changed[0])}; open a file as it was saved"
        )


def _smiles(record: dict[str, Any], partner: str, where: str) -> str:
    found = record.get(partner)
    if (
        not isinstance(found, dict)
        or not isinstance(found.get("smiles"), str)
        or not is_name(found.get("bottle", "-"))
    ):
        raise TableError(f"{where}: {partner} lacks its smiles; open a prediction that the planner saved")
    return str(found["smiles"])


def _fate_fields(record: object) -> object:
    """Part the fates that every model has from those of its steps."""
    if not isinstance(record, dict):
        return record
    every = {name: part for name, part in record.items() if name in ("product", "alcohol", "unreacted")}
    return every | {"other": [[name, part] for name, part in record.items() if name not in every]}


def check_sense(prediction: Prediction, where: str) -> None:
    """Refuse a prediction that this pair and this procedure cannot have given.

    Raises
    ------
    TableError
        Naming the field.
    ProcedureError
        If the procedure is refused.
    """
    p, pair = prediction, prediction.pair
    settle(p.procedure, p.model, pair)
    check_acidity(pair, p.model, p.procedure)
    parts: list[Product | Isomer] = [*p.products, *(isomer for x in p.products for isomer in x.isomers)]
    fate = p.carbonyl_fate
    laws = {
        "target": 1 <= p.target <= pair.n_hydrogens and p.basis in BASES,
        "draws": p.draws >= 1 and p.seed >= 0,
        "defaults_used": set(p.defaults_used) <= set(FIELDS),
        "products": [x.degree for x in p.products] == list(range(pair.n_hydrogens + 1)),
        "products.smiles": all(_are_products(pair, x) for x in p.products),
        "products.mz": all(
            abs(x.mz - protonated_mass(x.smiles)) < MASS_ERROR for x in p.products if _are_products(pair, x)
        ),
        "products.fraction": _is_one(x.fraction for x in p.products) and all(_is_within(x) for x in parts),
        "statistical": len(p.statistical) == len(p.products) and _is_one(p.statistical),
        "carbonyl_fate": _is_one(
            [fate.product, fate.alcohol, fate.unreacted, *(part for _, part in fate.other)]
        ),
        "conversion": math.isclose(p.conversion, 1.0 - p.products[0].fraction, abs_tol=BOOKS)
        if p.products
        else False,
        "hydride_left": -BOOKS <= p.hydride_left <= 1.0 + BOOKS,
        "selectivity": p.selectivity is None or -BOOKS <= p.selectivity <= 1.0 + BOOKS,
        "second_to_first": p.second_to_first is None
        or (pair.n_hydrogens > 1 and _is_interval(p.second_to_first)),
        "second_to_first_statistical": p.second_to_first_statistical
        in (None, statistical_ratio(pair.n_hydrogens)),
    }
    for name in ("target_fraction", "over_alkylation", "under_alkylation", "alcohol", "carbonyl_left"):
        i: Interval = getattr(p, name)
        slack = BOOKS * max(1.0, 1.0 / max(p.procedure.carbonyl_equivalents, BOOKS))  # of a trace of carbonyl
        laws[name] = -slack <= i.low and _is_interval(i) and i.high <= 1.0 + slack
    if broken := [name for name, holds in laws.items() if not holds]:
        raise TableError(
            f"{where}: {broken[0]} is not what this pair and procedure can give; open a file as it was saved"
        )


def _is_interval(i: Interval) -> bool:
    """Tell whether mean and median lie between the bounds, none of them far below zero."""
    return -1.0 <= i.low <= min(i.mean, i.median) <= max(i.mean, i.median) <= i.high


def _are_products(pair: Pair, product: Product) -> bool:
    """Tell whether a degree and its isomers are products of the pair."""
    known = set(pair.isomers(product.degree))
    listed = {isomer.smiles for isomer in product.isomers}
    return product.smiles in known and (listed == known if len(known) > 1 else not listed)


def _is_within(part: Product | Isomer) -> bool:
    """Tell whether a fraction lies in its interval, and the interval in 0 to 1."""
    inner = (part.fraction, part.median)
    return -BOOKS <= part.low <= min(inner) and max(inner) <= part.high <= 1.0 + BOOKS


def _is_one(parts: Iterable[float]) -> bool:
    """Tell whether shares are that: none negative, all of them one."""
    listed = list(parts)
    return min(listed, default=-1.0) >= -BOOKS and math.isclose(sum(listed), 1.0, abs_tol=BOOKS)


def sensitivity_record(
    shares: Sequence[Share], knowable: Sequence[Assay] = (), measure: str = "target_fraction"
) -> dict[str, Any]:
    """Describe which numbers move a prediction, as plain JSON types."""
    return {
        "of": measure,
        "shares": [asdict(share) for share in shares],
        "unexplained": unexplained(shares),
        "assays": [asdict(assay) for assay in knowable],
        "method": "first-order shares of the variance over the joint draws, by regression on second-order polynomials",
    }


def share_rows(shares: Sequence[Share]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the shares as rows, with their columns."""
    return [asdict(share) for share in shares], SHARE_COLUMNS
