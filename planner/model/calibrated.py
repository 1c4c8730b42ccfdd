"""Calibrated models as files: a TOML that names its parent and its data by hash, and keeps runs and draws.

Draws are texts of numbers with blanks between them, one a column, so that a file stays a page to read: median and
standard deviation of each number that the runs used, the runs, then the draws.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from planner.engine import Array
from planner.errors import ParameterError
from planner.files.writing import write_file
from planner.model.calibration import Calibration, SeenRow
from planner.model.checks import Table, Text, Texts, checked_record
from planner.model.folders import read_file, read_toml
from planner.model.parts import CHARGES
from planner.model.quantities import Parameter

FORMAT = 1
ENDING = ".toml"
DECIMALS = 3
"""Of draws in a file and in memory, so that both give the same answer."""
MOST_DRAWS = 4096
"""Draws that a file may keep."""


def rounded(values: Array) -> Array:
    """Round draws as a file keeps them; no minus zero."""
    return np.round(values, DECIMALS) + 0.0


def _format(value: object) -> int:
    """Take the format that this version reads."""
    if value != FORMAT:
        raise ValueError(
            f"{FORMAT}, which this version reads: fit its runs again, planner calibrate OLD --out NEW"
        )
    return FORMAT


def _numbers(value: object) -> Array:
    """Take a text of finite numbers."""
    try:
        read = np.array([float(word) for word in str(value).split()])
    except ValueError:
        read = np.array([math.nan])
    if not isinstance(value, str) or not np.all(np.isfinite(read)):
        raise ValueError("a text of finite numbers with blanks between them")
    return read


def _matrix(value: object) -> Array:
    """Take a list of texts of as many numbers each (n_texts, n_numbers)."""
    rows = [_numbers(item) for item in value] if isinstance(value, list) else []
    if not rows or len({len(row) for row in rows}) > 1:
        raise ValueError("a list of texts with as many numbers each")
    return np.stack(rows)


def _draws(value: object) -> dict[str, Array]:
    """Take a table of column = text of numbers, all of one length."""
    if not isinstance(value, dict) or not value:
        raise ValueError("a table of draws, one text of numbers a column")
    columns = {name: _numbers(text) for name, text in value.items()}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1 or not 1 <= lengths.pop() <= MOST_DRAWS:
        raise ValueError(f"columns of 1 to {MOST_DRAWS} draws, all of one length")
    return columns


def _rows(value: object) -> tuple[Mapping[str, str | float | int], ...]:
    """Take a list of tables of texts and numbers."""
    rows = value if isinstance(value, list) else [None]
    for row in rows:
        if not isinstance(row, dict) or not all(isinstance(cell, str | float | int) for cell in row.values()):
            raise ValueError("a list of tables, [[...]], of texts and numbers")
    return tuple(rows)


_Numbers = Annotated[Array, _numbers]
_Matrix = Annotated[Array, _matrix]
_Rows = Annotated[tuple[Mapping[str, str | float | int], ...], _rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class _SavedRow:
    """One row that was fitted, as it is kept."""

    run: Text
    procedure: Table
    observed: _Numbers
    contrasts: _Matrix
    """One text a contrast, one number a degree."""
    computed: _Matrix
    """One text a contrast, one number a draw."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Saved:
    """A calibrated model as it is kept."""

    format: Annotated[int, _format]
    amine: Text
    carbonyl: Text
    parent: Text
    parent_sha256: Text
    data_sha256: Text
    date: Text
    seed: int
    has_discrepancy: bool
    width: float
    diagnostics: Texts
    learned: _Rows
    verdicts: _Rows
    runs: _Rows
    rows: tuple[_SavedRow, ...]
    draws: Annotated[dict[str, Array], _draws]


def is_calibrated(models: object) -> bool:
    """Tell a calibrated model's file from a folder of sets, by its ending."""
    return (
        isinstance(models, str | Path) and str(models).lower().endswith(ENDING) and not Path(models).is_dir()
    )


def calibration_bytes(calibration: Calibration, parameters: Sequence[Parameter]) -> bytes:
    """Write a calibrated model as the content of its file."""
    import tomli_w

    return tomli_w.dumps(_as_table(calibration, {p.name: p for p in parameters})).encode()


def save_calibration(calibration: Calibration, parameters: Sequence[Parameter], path: str | Path) -> None:
    """Write a calibrated model to a file.

    Raises
    ------
    TableError
        If it cannot be written.
    """
    write_file(path, calibration_bytes(calibration, parameters))


def _as_table(c: Calibration, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """Lay a calibration out as the tables of its file; the long ones come last."""
    return {
        "format": FORMAT,
        "amine": c.amine,
        "carbonyl": c.carbonyl,
        "parent": c.parent,
        "parent_sha256": c.parent_sha256,
        "data_sha256": c.data_sha256,
        "date": c.date,
        "seed": c.seed,
        "has_discrepancy": c.has_discrepancy,
        "width": c.width,
        "diagnostics": list(c.diagnostics),
        "learned": [_learned(c, p) for name in c.names if (p := parameters.get(name)) is not None],
        "verdicts": [dict(v) for v in c.verdicts],
        "runs": [dict(run) for run in c.runs],
        "rows": [
            {
                "run": row.run,
                "procedure": dict(row.procedure),
                "observed": _text(row.observed),
                "contrasts": [_text(line) for line in row.contrasts],
                "computed": [_text(line) for line in row.computed.T],
            }
            for row in c.rows
        ],
        "draws": {name: _text(column) for name, column in zip(c.names, c.normals.T, strict=True)},
    }


def _learned(c: Calibration, p: Parameter) -> dict[str, str | float]:
    """State median and standard deviation of a number, of its log10 where its width is one."""
    centre = p.value if p.linear else math.log10(p.value)
    drawn = centre + width_of(c, p) * p.log10_sd * c.column(p.name)
    median = float(np.median(drawn)) if p.linear else 10.0 ** float(np.median(drawn))
    kind = "sd" if p.linear else "log10_sd"
    return {"name": p.name, "median": _short(median), kind: _short(float(drawn.std())), "unit": p.unit}


def width_of(c: Calibration, parameter: Parameter) -> float:
    """State by how much the prior of a number was widened: what is in a bottle is not, or is taken to be right."""
    return float(c.has_discrepancy) if parameter.part == CHARGES else c.width


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _text(values: Array) -> str:
    """Write numbers as a text that is read back as the same numbers."""
    return " ".join(
        f"{value:.17g}" if len(repr(float(value))) > 12 else repr(float(value)) for value in values
    )


def read_calibration(path: str | Path) -> Calibration:
    """Read a calibrated model's file.

    Raises
    ------
    ParameterError
        Naming the file, the key, what stands there and what was expected.
    """
    file = Path(path)
    table = read_toml(file, read_file(file))
    if "parent_sha256" not in table:
        raise ParameterError(
            f"{file} is not a folder of sets, and no calibrated model either (it names no parent_sha256); give the "
            "folder that holds <set>/common.toml, or what planner calibrate wrote"
        )
    saved = checked_record(_Saved, table, str(file))
    names, n_draws = tuple(saved.draws), len(next(iter(saved.draws.values())))
    for i, row in enumerate(saved.rows):
        shapes = (row.contrasts.shape[0], *row.computed.shape)
        if shapes != (len(row.observed), len(row.observed), n_draws):
            raise ParameterError(
                f"{file}: [[rows]] {i + 1} has {len(row.observed)} contrasts observed, {shapes[0]} described and "
                f"{shapes[1]} computed, for {shapes[2]} of {n_draws} draws; fit the runs again: planner calibrate"
            )
    return Calibration(
        **{name: getattr(saved, name) for name in _PLAIN},
        names=names,
        normals=np.stack(list(saved.draws.values()), axis=1),
        rows=tuple(
            SeenRow(
                run=row.run,
                procedure=row.procedure,
                contrasts=row.contrasts,
                observed=row.observed,
                computed=row.computed.T,
            )
            for row in saved.rows
        ),
    )


_PLAIN = (
    "amine", "carbonyl", "parent", "parent_sha256", "data_sha256", "date", "seed", "has_discrepancy", "width", "runs",
    "diagnostics", "verdicts",
)  # fmt: skip
"""Fields that are kept as they are."""


def runs_digest(runs: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of a table of runs, whatever the order of its columns."""
    return hashlib.sha256(json.dumps([dict(run) for run in runs], sort_keys=True).encode()).hexdigest()


def check_runs_kept(calibration: Calibration, path: str | Path) -> None:
    """Refuse draws beside runs that are not those of the fit."""
    if runs_digest(calibration.runs) != calibration.data_sha256:
        raise ParameterError(
            f"{path}: the runs in it were changed since they were fitted, so that the draws do not hold; fit again: "
            "planner calibrate OLD.toml --out NEW.toml"
        )


def calibration_digest(calibration: Calibration) -> str:
    """SHA-256 of what a calibrated model answers from: its parent, its data and its draws."""
    total = hashlib.sha256()
    for text in (
        calibration.parent_sha256,
        calibration.data_sha256,
        str(calibration.seed),
        *calibration.names,
    ):
        total.update(text.encode() + b"\0")
    total.update(np.ascontiguousarray(calibration.normals, dtype="<f8").tobytes())
    return total.hexdigest()
