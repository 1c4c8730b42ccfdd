"""Peak areas: what the peaks of a run say of its degrees, for a table of runs.

A degree whose ion lies within the list and has no peak was not seen, which is 0; one whose ion lies outside of it is
not known. Areas are those of ions, so that the detector is MS unless the row says another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.calibration.entries import TableRow
from planner.calibration.findings import AREA, Remarks, asked_of, found_columns
from planner.comparisons.observed import degree_name
from planner.errors import PlannerError, TableError, nearest, shown
from planner.mixtures.identification import PeakTable, identify
from planner.model.model import Model

DETECTOR = "MS"
DRAWS = 64
"""Of the prediction that weighs what a peak may be."""


def read_peak_words(texts: Sequence[str]) -> dict[str, Path]:
    """Read RUN=PATH, or a path alone for the one run that nothing was found of yet.

    Raises
    ------
    TableError
        If a run has two lists.
    """
    found: dict[str, Path] = {}
    for text in texts:
        run, equals, path = text.partition("=")
        name, place = (run.strip(), path.strip()) if equals and not Path(text).exists() else ("", text)
        if name in found:
            raise TableError(
                f"peaks of run {name or 'without a name'} are given twice; write RUN=PATH, one each"
            )
        found[name] = Path(place)
    return found


def with_peaks(
    entries: Sequence[TableRow], peaks: Mapping[str, Any], model: Model
) -> tuple[list[TableRow], Remarks]:
    """Fill the rows of some runs with the areas of their peaks.

    Parameters
    ----------
    entries
        All rows; those of ``peaks`` hold nothing found.
    peaks
        Run to its list, as ``identify`` takes it; an empty name is the only run that nothing was found of.
    model
        With which the peaks are told.

    Raises
    ------
    TableError
        If a run is not there, is filled already, or its peaks do not tell two degrees.
    """
    filled, remarks = list(entries), Remarks()
    for run, source in peaks.items():
        i = _place(entries, run)
        found = _identified(filled[i], source, model)
        values, words = _areas(filled[i], found)
        filled[i] = replace(filled[i], values={**filled[i].values, **values})
        remarks += [(filled[i].row, said) for said in words]
    return filled, remarks


def _place(entries: Sequence[TableRow], run: str) -> int:
    """Find the row that a list of peaks belongs to."""
    empty = [i for i, entry in enumerate(entries) if not found_columns(entry)]
    if not run:
        if len(empty) != 1:
            names = ", ".join(entries[i].run for i in empty) or "none"
            raise TableError(
                f"peaks without a run belong to the one row without anything found; here these are {names}: write "
                "RUN=PATH"
            )
        return empty[0]
    is_named = any(entry.run == run for entry in entries)
    called = {run} if is_named else {f"rank {run}", f"run {run}"}
    own = [i for i, entry in enumerate(entries) if entry.run in called]
    if not own:
        known = [entry.run for entry in entries]
        raise TableError(
            f"peaks of run {shown(run)}: no row has this name{nearest(run, known)}; it is one of {known}"
        )
    if not (free := [i for i in own if i in empty]):
        raise entries[own[0]].wrong(
            "run", "its row holds what was found; leave out its peaks, or empty the row"
        )
    return free[0]


def _identified(entry: TableRow, source: Any, model: Model) -> PeakTable:
    """Tell what the peaks of a row are."""
    try:
        given = asked_of(entry)
        return identify(
            entry.text("amine"), entry.text("carbonyl"), source, draws=DRAWS, model=model, **given
        )
    except PlannerError as error:
        raise type(error)(f"{entry.place}, its peaks: {error}") from error


def _areas(entry: TableRow, found: PeakTable) -> tuple[dict[str, str | float], list[str]]:
    """Take the areas of the degrees that the list can show."""
    areas = dict(found.areas)
    low, high = min(p.mz for p in found.peaks.peaks), max(p.mz for p in found.peaks.peaks)
    values: dict[str, str | float] = {}
    outside = []
    for product in found.prediction.products:
        if product.degree in areas or low <= product.mz <= high:
            values[degree_name(product.degree)] = areas.get(product.degree, 0.0)
        else:
            outside.append(f"{degree_name(product.degree)} (m/z {product.mz:.1f})")
    if len(values) < 2 or not any(values.values()):
        raise TableError(
            f"{entry.place}: its peaks have areas of fewer than two degrees; give a list with the areas of all products"
        )
    words = [f"areas from its peaks: {', '.join(f'{name} {value:g}' for name, value in values.items())}"]
    if outside:
        words.append(
            f"{', '.join(outside)} lies outside of the list ({low:.0f} to {high:.0f}) and is not known"
        )
    detector = entry.text("detector") or DETECTOR
    return {**values, "kind": AREA, "detector": detector}, words
