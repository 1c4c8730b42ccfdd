"""The Peaks page: a peak list in, what its peaks are, and how the product comes out of the mixture."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from planner.app import answers, parts
from planner.app.asked import Asked
from planner.app.kept import keep, upload
from planner.app.words import explain, plain, spoken
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.files.tables import csv_text, to_frame
from planner.mixtures.identification import PeakTable, identify_in
from planner.mixtures.peaks import chosen_tolerance, read_peaks
from planner.mixtures.pictures import extraction_chart, flow_chart, spectrum_chart
from planner.mixtures.purification import Purification, purify
from planner.mixtures.records import part_rows, peak_record, peak_rows, species_rows
from planner.mixtures.species import ExpectedSpecies
from planner.mixtures.words import area_lines, phase_words
from planner.model.detectors import load_detectors
from planner.predictions.prediction import Prediction
from planner.sheets.runsheet import file_stem
from planner.structures.drawings import draw_structure

UNKNOWN = "no detector that is named"
MOST_DRAWN = 8
"""Structures that are drawn: those of the largest peaks."""
SHOWN = {
    "mz": "m/z", "area": "area", "rank": "rank", "name": "what", "adduct": "ion", "mz_expected": "expected",
    "error_ppm": "error [ppm]", "score": "score", "chance": "by chance", "note": "note",
}  # fmt: skip
FORMS = {"mz": "%.4f", "mz_expected": "%.4f", "error_ppm": "%.1f", "score": "percent", "chance": "percent"}
PARTS = {
    "name": "compound", "amount": "mol/mol", "pKaH": "pKaH", "logP": "log P", "A": "A", "B": "B", "W": "water",
    "solubility": "likes",
}  # fmt: skip
PART_FORMS = {
    "amount": "%.2f",
    "pKaH": "%.1f",
    "logP": "%.1f",
    "A": "percent",
    "B": "percent",
    "W": "percent",
}
SPECIES = {
    "name": "what", "formula": "formula", "monoisotopic_mass": "M", "ions": "ions", "amount": "mol/mol",
    "rank": "how sure", "uv": "UV", "why": "why", "avoid": "avoid", "confirm": "confirm",
}  # fmt: skip
SPECIES_FORMS = {"monoisotopic_mass": "%.4f", "amount": "%.3f"}


def show(asked: Asked) -> None:
    """Draw the page."""
    key = (*asked.pair.texts, asked.procedure, asked.degree, asked.basis)
    prediction, species = answers.the_prediction(*key), answers.the_species(*key)
    stem = file_stem(prediction.pair, prediction.model)
    st.subheader("What are these peaks?")
    st.caption(explain("peaks"))
    source = _given()
    if source is not None:
        try:
            _identified(_identify(prediction, species, source), stem)
        except PlannerError as error:
            parts.show_error(error)
    st.subheader("How does the product come out?")
    _purified(purify(prediction, species=species), stem)
    st.subheader("What may be there?")
    _expected(species, stem)


def _given() -> str | bytes | None:
    """Take a pasted or an uploaded list; a file comes first."""
    keep("pasted_peaks", "peak_tolerance", "peak_detector")
    left, right = st.columns(2, gap="large")
    pasted = left.text_area(
        "Paste m/z, with area, retention time and charge where there are any", key="pasted_peaks", height=150
    )
    with right:
        file = upload(
            "Or a table as the instrument exports it, or mzML", ["csv", "txt", "tsv", "mzml"], "peak_file"
        )
        st.selectbox("Tolerance", _TOLERANCES, key="peak_tolerance")
        st.selectbox("Areas are of", (UNKNOWN, *load_detectors().names), key="peak_detector")
    if file is not None:
        return file.content
    return f"{pasted}\n" if pasted.strip() else None


_TOLERANCES = ("by the decimals of the list", "5 ppm", "10 ppm", "0.3 Da", "0.5 Da")


def _identify(prediction: Prediction, species: Sequence[ExpectedSpecies], source: str | bytes) -> PeakTable:
    """Tell what the peaks are."""
    value, _, unit = str(st.session_state["peak_tolerance"]).partition(" ")
    given = {unit: float(value)} if unit in ("ppm", "Da") else {}
    peaks = read_peaks(source)
    tolerance = chosen_tolerance(peaks, given.get("ppm"), given.get("Da"))
    detector = str(st.session_state["peak_detector"])
    named = None if detector == UNKNOWN else detector
    return identify_in(prediction, peaks, tolerance, named, species)


def _identified(table: PeakTable, stem: str) -> None:
    """Show sticks, structures and the table."""
    first = [one for one in table.assignments if one.rank in (1, None)]
    said = "; ".join(f"{one.mz:g} {one.name or 'unexplained'}" for one in first[:20])
    parts.picture(spectrum_chart(table), explain("spectrum"), key="spectrum", alt=said)
    drawn = {one.smiles: one for one in sorted(first, key=lambda one: one.area or 0.0) if one.smiles}
    with st.container(horizontal=True, gap="small"):
        for smiles, one in list(reversed(drawn.items()))[:MOST_DRAWN]:
            with st.container(border=True, width=168, gap="small"):
                st.image(draw_structure(smiles), alt=f"{one.name}: {smiles}", width="stretch")
                st.markdown(f"**{plain(one.name)}**  \n{plain(f'{one.adduct} {one.mz_expected:.4f}')}")
    forms = FORMS if table.tolerance.unit == "ppm" else {**FORMS, "mz": "%.2f"}
    _table(table.to_frame(), SHOWN, forms, key="assignments", alt="Peaks with what they are")
    st.markdown("  \n".join(spoken(line) for line in area_lines(table)))
    st.markdown("\n".join(f"- {spoken(note)}" for note in table.notes))
    with st.container(horizontal=True):
        parts.download("Peaks (CSV)", lambda: csv_text(*peak_rows(table)), "peaks.csv", stem)
        parts.download("Peaks (JSON)", lambda: json_text(peak_record(table)), "peaks.json", stem)


def _purified(found: Purification, stem: str) -> None:
    """Show the scheme of the work-up, its steps and its compounds."""
    left, right = st.columns(2, gap="large")
    with left:
        said = f"Share of each compound in the solvent against pH. {phase_words(found)}"
        parts.picture(extraction_chart(found), explain("extraction"), key="extraction", alt=said)
    with right:
        titles = "; ".join(step.title for step in found.steps)
        parts.picture(flow_chart(found), explain("flow"), key="flow", alt=f"Steps of the work-up: {titles}")
    _table(found.species, PARTS, PART_FORMS, key="parts", alt="Compounds with pKaH, log P and where they go")
    left, right = st.columns(2, gap="large")
    left.markdown("\n".join(f"1. {spoken(step.words)}" for step in found.steps))
    right.markdown("\n".join(f"- {spoken(reason)}" for reason in found.reasons))
    parts.download("Compounds (CSV)", lambda: csv_text(*part_rows(found)), "separation.csv", stem)


def _expected(species: Sequence[ExpectedSpecies], stem: str) -> None:
    """Tabulate what may be in the flask."""
    rows, columns = species_rows(species)
    text = csv_text(rows, columns)
    frame = to_frame(rows, columns)
    _table(
        frame,
        SPECIES,
        SPECIES_FORMS,
        key="species",
        alt="Species with masses, why they form and how to confirm",
    )
    parts.download("Species (CSV)", lambda: text, "species.csv", stem)


def _table(frame: Any, shown: dict[str, str], forms: dict[str, str], *, key: str, alt: str) -> None:
    """Show some columns of a table, shares in whole per cent."""
    st.dataframe(
        frame.round({column: 2 for column, form in forms.items() if form == "percent"}),
        hide_index=True,
        key=key,
        column_order=list(shown),
        column_config=parts.headings(shown, forms),
        placeholder="",
        alt=alt,
    )
