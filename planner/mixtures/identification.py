"""Identification: what the peaks of a list are, how sure that is, and what no mass tells apart.

See ``answers`` for what is expected and ``assigning`` for how it is weighed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.files.tables import to_frame
from planner.mixtures.answers import Answer, Answers, Coverage, answers_of
from planner.mixtures.assigning import Match, assign
from planner.mixtures.by_products import Lore, load_by_products
from planner.mixtures.degrees import MolarShare, molar_shares, summed_areas
from planner.mixtures.masses import mass_of
from planner.mixtures.misreading import refuse_misread
from planner.mixtures.peaks import Peak, PeakList, Tolerance, chosen_tolerance, read_peaks
from planner.mixtures.response import Responses, expected_response
from planner.mixtures.scans import joined
from planner.mixtures.species import ExpectedSpecies, notes_of, species_of
from planner.model.model import Model
from planner.predictions.prediction import PREDICTION_DRAWS, Prediction, predict

if TYPE_CHECKING:
    import pandas as pd

PEAK_COLUMNS = (
    "mz", "area", "rt", "rank", "name", "kind", "degree", "adduct", "mz_expected", "error_ppm", "score", "note",
    "chance",
)  # fmt: skip
ISOTOPE, BACKGROUND, UNEXPLAINED = "isotope", "background", "unexplained"
NEAREST = 3
"""Mass differences that are named for a peak which nothing explains."""
MOST_REFERENCES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """One answer to one peak; a peak that nothing explains has one without rank."""

    mz: float
    area: float | None
    rt: float | None
    rank: int | None
    """1 is best; None: nothing expected is near."""
    name: str
    kind: str
    degree: int | None
    """New alkyl groups of the product that it is, or comes from."""
    adduct: str
    mz_expected: float | None
    error_ppm: float | None
    score: float | None
    """Share of the weight of all answers to this peak."""
    chance: float
    """That a random peak here would have matched."""
    note: str
    counts: bool
    """Whether its area counts to its degree."""
    is_warned: bool
    """Whether the note warns that the match may be chance."""
    formula: str = ""
    """Of the ion."""
    smiles: str = ""
    """Of the weightiest species."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PeakTable:
    """A peak list with what its peaks are."""

    prediction: Prediction
    species: tuple[ExpectedSpecies, ...]
    peaks: PeakList
    tolerance: Tolerance
    assignments: tuple[Assignment, ...]
    """In the order of the list, several for one peak by rank."""
    areas: tuple[tuple[int, float], ...]
    """Degree and the sum of the areas of its ions and of what counts to it, isotope lines left out."""
    responses: Responses | None
    """What the detector that gave the areas answers to each degree; None where none is named."""
    shares: tuple[MolarShare, ...]
    """Moles of each degree that the detector sees, by these responses; empty where none is named."""
    notes: tuple[str, ...]
    """How the list was read, what cannot be told apart, what to mind."""

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate: mz, area, rt, rank, name, kind, degree, adduct, mz_expected, error_ppm, score, note, chance."""
        return to_frame(self.rows(), PEAK_COLUMNS)

    def rows(self) -> list[dict[str, Any]]:
        """List the assignments as rows of ``PEAK_COLUMNS``."""
        return [{name: getattr(one, name) for name in PEAK_COLUMNS} for one in self.assignments]


def identify(  # noqa: PLR0913 - the contract's keywords
    amine: str,
    carbonyl: str,
    peaks: Any,
    *,
    tolerance_ppm: float | None = None,
    tolerance_da: float | None = None,
    detector: str | None = None,
    draws: int = PREDICTION_DRAWS,
    seed: int = 0,
    models: str | Path | None = None,
    model: Model | None = None,
    **procedure: Any,
) -> PeakTable:
    """Tell what the peaks of a mass spectrum of a run are.

    Parameters
    ----------
    amine, carbonyl
        SMILES or names, as in ``predict``.
    peaks
        Path of a table or of mzML, its content, a pasted list, a frame, or a list of m/z: m/z with optional area,
        retention time [min] and charge, positive electrospray.
    tolerance_ppm, tolerance_da
        How far a peak may lie from an ion; neither given: 10 ppm where all m/z have three decimals, else 0.4 Da.
    detector
        UV, MS, ELSD, FID or NMR, where the areas are known to be of one: areas by degree are then divided by its
        expected response.
    draws, seed, models, model
        As in ``predict``.
    **procedure
        Fields of ``Procedure``: what was done.

    Returns
    -------
    PeakTable

    Raises
    ------
    TableError
        If the list cannot be read.
    StructureError, ScopeError, ProcedureError, ParameterError
        If the input cannot be used; one line says what to do.

    Examples
    --------
    >>> table = identify("C1CNCCCN1", "O=Cc1cccs1", "197.1107 293.1141", draws=16)
    >>> [one.name for one in table.assignments]
    ['mono', 'di']
    """
    listed = read_peaks(peaks)
    tolerance = chosen_tolerance(listed, tolerance_ppm, tolerance_da)
    prediction = predict(amine, carbonyl, draws=draws, seed=seed, models=models, model=model, **procedure)
    return identify_in(prediction, listed, tolerance, detector)


def identify_in(
    prediction: Prediction,
    peaks: PeakList,
    tolerance: Tolerance,
    detector: str | None = None,
    species: Sequence[ExpectedSpecies] = (),
) -> PeakTable:
    """Tell what the peaks of a run are whose prediction, and perhaps its species, are there; see ``identify``.

    Raises
    ------
    TableError
        If the list clearly has its columns swapped, or holds neutral masses.
    """
    responses = None if detector is None else expected_response(prediction.pair, prediction.model, detector)
    lore = load_by_products()
    species = tuple(species) or species_of(prediction)
    answers = answers_of(species, lore)
    refuse_misread(peaks.peaks, answers, tolerance)
    peaks = joined(peaks, tolerance)
    matches = assign(peaks.peaks, answers, tolerance, lore)
    references = _references(matches, answers)
    usual, coverage = _usual(references, lore), Coverage(answers, tolerance)
    rows: list[Assignment] = []
    for peak, found in zip(peaks.peaks, matches, strict=True):
        chance = coverage.chance(peak.mz)
        if found:
            rows += _assigned(peak, found, chance, len(peaks.peaks), lore)
        else:
            rows.append(_unexplained(peak, chance, references, _near(usual, peak.mz, tolerance)))
    areas = _areas(rows)
    return PeakTable(
        prediction=prediction,
        species=species,
        peaks=peaks,
        tolerance=tolerance,
        assignments=tuple(rows),
        areas=areas,
        responses=responses,
        shares=() if responses is None else molar_shares(areas, responses),
        notes=(*_how_read(peaks, tolerance, matches), *notes_of(prediction)),
    )


def _assigned(
    peak: Peak, found: Sequence[Match], chance: float, n_peaks: int, lore: Lore
) -> Iterator[Assignment]:
    """Write the answers to one peak; a long list has a peak that matches by accident sooner than a short one."""
    by_accident = 1.0 - (1.0 - chance) ** n_peaks
    for rank, match in enumerate(found, start=1):
        answer = match.answer
        species, ion = answer.members[0] if answer.members else (None, None)
        adduct = "" if ion is None else ion.adduct
        is_unlikely = by_accident > lore.number("chance_to_warn") and not match.support
        is_warned = match.is_doubled or is_unlikely or peak.area == 0.0
        yield Assignment(
            mz=peak.mz,
            area=peak.area,
            rt=peak.rt,
            rank=rank,
            name=answer.name,
            kind=ISOTOPE if match.shift else species.kind if species else BACKGROUND,
            degree=None if species is None else species.degree,
            adduct=f"{adduct} isotope {match.shift:+d}" if match.shift else adduct,
            mz_expected=match.mz_expected,
            error_ppm=1e6 * (peak.mz - match.mz_expected) / match.mz_expected,
            score=match.score,
            chance=chance,
            note="; ".join(_note(match, found, chance, is_warned, has_area=peak.area != 0.0)),
            counts=species is not None and species.counts and not match.shift,
            is_warned=is_warned,
            formula=answer.formula,
            smiles="" if species is None else species.smiles,
        )


def _note(
    match: Match, found: Sequence[Match], chance: float, is_warned: bool, *, has_area: bool
) -> Iterator[str]:
    """Say what supports an answer, what else it may be, and what tells them apart."""
    if not has_area:
        yield "its area is 0: no peak, and it supports none"
    elif match.is_doubled:
        yield "a stronger peak is the same ion: an isomer, or not it"
    elif is_warned:
        yield (
            f"may be chance: {100 * chance:.{0 if chance >= 0.01 else 1}f} % of random peaks here match something, no "
            "second line supports it"
        )
    if match.support:
        yield "supported by " + ", ".join(match.support[:3])
    if match.shift:
        return
    others = [m for m in found if m is not match and not m.shift and m.score >= match.score / 20.0]
    if match is found[0] and others:
        yield "not told apart here from " + ", ".join(
            f"{m.answer.name} ({m.mz_expected:.4f})" for m in others
        )
    members = [species for species, _ in match.answer.members]
    if len({species.kind for species in members}) > 1:
        yield "one formula, at any resolution: " + "; ".join(
            f"{species.name}: {species.confirm}" for species in members[:3]
        )
    elif others and members:
        yield members[0].confirm


def _references(matches: Sequence[Sequence[Match]], answers: Answers) -> list[tuple[float, str]]:
    """List known ions that differences are counted from: those found first, else those expected most."""
    found = {
        m[0].answer.formula: m[0].answer for m in matches if m and not m[0].shift and m[0].answer.members
    }
    listed = sorted(found.values(), key=lambda a: -a.prior) or sorted(
        (a for a in answers.sorted if a.members), key=lambda a: -a.prior
    )
    return [(a.mz, f"{a.name} {a.members[0][1].adduct}") for a in listed[:MOST_REFERENCES] if a.charge == 1]


def _unexplained(
    peak: Peak, chance: float, references: Sequence[tuple[float, str]], usual: Sequence[str]
) -> Assignment:
    """Describe a peak that nothing explains, by its nearest differences to known ions."""
    nearest = min(references, key=lambda r: abs(peak.mz - r[0]), default=None)
    said = "; ".join(usual[:NEAREST])
    if not said and nearest is not None:
        said = f"no usual difference; {peak.mz - nearest[0]:+.4f} from {nearest[1]}"
    return Assignment(
        mz=peak.mz,
        area=peak.area,
        rt=peak.rt,
        rank=None,
        name="",
        kind=UNEXPLAINED,
        degree=None,
        adduct="",
        mz_expected=None,
        error_ppm=None,
        score=None,
        chance=chance,
        note=f"nothing expected is near; {said}" if said else "nothing expected is near",
        counts=False,
        is_warned=False,
    )


def _usual(references: Sequence[tuple[float, str]], lore: Lore) -> list[tuple[float, str]]:
    """List where the usual differences lead from known ions: m/z and words, sorted."""
    shifts = [(mass_of(row.adds) - mass_of(row.loses), row.words) for row in lore.differences]
    return sorted(
        (mz + shift, f"{shift:+.4f} from {name}: {words}")
        for mz, name in references
        for shift, words in shifts
    )


def _near(usual: Sequence[tuple[float, str]], mz: float, tolerance: Tolerance) -> list[str]:
    """List the differences that lead to a peak, the nearest first."""
    within = tolerance.at(mz)
    found = usual[bisect_left(usual, (mz - within, "")) : bisect_right(usual, (mz + within, "~"))]
    return [words for place, words in sorted(found, key=lambda one: abs(one[0] - mz))]


def _areas(rows: Sequence[Assignment]) -> tuple[tuple[int, float], ...]:
    """Add up the areas of each degree, by the first answers."""
    return summed_areas(
        [
            (row.degree, row.area)
            for row in rows
            if row.rank == 1 and row.counts and row.degree is not None and row.area is not None
        ]
    )


def _how_read(peaks: PeakList, tolerance: Tolerance, matches: Sequence[Sequence[Match]]) -> Iterator[str]:
    """Say how the list was read and what came of it."""
    yield tolerance.words
    yield from peaks.remarks
    n = sum(not found for found in matches)
    yield f"{len(matches)} peaks, {len(matches) - n} near something expected, {n} unexplained"
    if tolerance.unit == "Da" and (pairs := _isobars(matches)):
        yield "at this resolution these are not told apart: " + "; ".join(pairs)


def _isobars(matches: Sequence[Sequence[Match]]) -> list[str]:
    """List sets of answers to one peak that a better instrument would tell apart."""
    said: dict[str, None] = {}
    for found in matches:
        close: list[Answer] = [m.answer for m in found if not m.shift and m.score >= 0.05]
        if len(close) > 1:
            said[" / ".join(f"{a.name} {a.mz:.4f}" for a in sorted(close, key=lambda a: a.mz))] = None
    return list(said)[:8]
