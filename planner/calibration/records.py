"""Records: what was learned and what to run next as plain JSON types and as rows, for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import count
from types import MappingProxyType
from typing import Any

from planner.calibration.checking import CHECK_COLUMNS, Check, learned_of
from planner.calibration.contrasts import CARBONYL as OF_CARBONYL_SET
from planner.calibration.leaving import LeftOut
from planner.calibration.next_experiment import NextExperiment
from planner.calibration.profiles import Profile
from planner.calibration.templates import template_columns, template_row
from planner.comparisons.observed import degree_name
from planner.files.tables import Cell
from planner.model.model import Model
from planner.model.records import calibration_record, model_identity
from planner.predictions.formats import FORMAT
from planner.structures.records import structure_record
from planner.version import VERSION


def fit_record(
    model: Model,
    checks: Sequence[Check],
    left_out: Sequence[LeftOut] = (),
    profiles: Mapping[str, Profile] = MappingProxyType({}),
) -> dict[str, Any]:
    """Describe what a calibrated model learned as plain JSON types, with what was asked for beside it."""
    calibration = learned_of(model)
    return {
        "format": FORMAT,
        **calibration_record(calibration),
        "checks": [asdict(check) for check in checks],
        "left_out": [asdict(one) | {"part": part_of(one)} for one in left_out],
        "profiles": [
            {"name": name, "prior_sd": list(p.points), "log_likelihood": list(p.logs), "bound": p.side}
            for name, p in profiles.items()
        ],
        "model": model_identity(model),
        "version": VERSION,
    }


def part_of(left_out: LeftOut) -> str:
    """Name the part of a row that the others predict."""
    if left_out.is_carbonyl:
        return " + ".join(OF_CARBONYL_SET[i] for i in left_out.parts)
    return " + ".join(degree_name(degree) for degree in left_out.parts)


def check_rows(checks: Sequence[Check]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List what was found beside what was predicted as rows, with their columns."""
    return [asdict(check) for check in checks], CHECK_COLUMNS


def next_record(found: NextExperiment) -> dict[str, Any]:
    """Describe the next run as plain JSON types."""
    return {
        "format": FORMAT,
        "amine": structure_record(found.pair.amine, found.pair.amine_bottle),
        "carbonyl": structure_record(found.pair.carbonyl, found.pair.carbonyl_bottle),
        "target": found.target,
        "procedures": [asdict(procedure) for procedure in found.procedures],
        "teaches_more": None if found.teaches_more is None else asdict(found.teaches_more),
        "gain": found.gain,
        "largest_gain": found.largest_gain,
        "ceiling": found.ceiling,
        "stop": found.stop,
        "reasons": list(found.reasons),
        "model": model_identity(found.model),
        "version": VERSION,
    }


def next_rows(found: NextExperiment) -> tuple[list[dict[str, Cell]], tuple[str, ...]]:
    """Write the next runs as the table to fill, with its columns; they are counted on from the runs that were made."""
    calibration = found.model.calibration
    made = {str(run["run"]) for run in calibration.runs} if calibration is not None else set()
    free = (name for i in count(len(made) + 1) if (name := f"run {i}") not in made)
    rows = [template_row(found.pair, p, name) for p, name in zip(found.procedures, free, strict=False)]
    return rows, template_columns(found.pair)
