"""The Plan page: two structures and a procedure in, the predicted split out, live."""

from typing import Any

import streamlit as st

from planner.app import answers, bench, found, inputs, parts
from planner.app.asked import Asked
from planner.app.words import explain, plain
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.files.tables import csv_text, to_frame
from planner.flask.procedure import Procedure
from planner.predictions.landscape import look_around
from planner.predictions.pictures import (
    course_chart,
    course_events,
    degree_word,
    distribution_chart,
    fate_chart,
    landscape_chart,
    pools_chart,
)
from planner.predictions.prediction import Interval, Prediction
from planner.predictions.records import isomer_rows, prediction_record, product_rows
from planner.predictions.words import procedure_text
from planner.sheets.runsheet import file_stem
from planner.sheets.sheet import COLUMNS
from planner.structures.drawings import draw_structure
from planner.structures.structure import protonated_mass

SHARES = ("fraction", "low", "high", "median")
Key = tuple[str, str, Procedure, int, str]


def show(asked: Asked) -> None:
    """Draw the page."""
    pair = asked.pair
    key = (*pair.texts, asked.procedure, asked.degree, asked.basis)
    prediction = answers.the_prediction(*key)
    _headline(prediction)
    _split_and_course(prediction, key)
    _map_and_fate(prediction, key, asked.limit)
    _details(prediction, key)
    found.show(prediction)


def _headline(prediction: Prediction) -> None:
    """Say in one line what is done and in five numbers what it gives."""
    model, n = prediction.model, prediction.draws
    identity = plain(f"{model.name} set {model.sha256[:8]}")
    st.markdown(f"**{plain(procedure_text(prediction))}**")
    st.caption(
        f"\\* default of the reductant. Change anything in the panel at the left (» opens it). Numbers: {identity}, "
        f"uncalibrated class estimates; {n} draws."
    )
    if prediction.product_risks:
        st.warning(plain(" ".join(prediction.product_risks)), icon=":material/warning:")
        st.caption(explain("hedged"))
    best, hedged = inputs.best_for(prediction), bool(prediction.product_risks)
    with st.container(horizontal=True):
        _metric(
            f"Target: {degree_word(prediction.target)}",
            prediction.target_fraction,
            best.target_fraction if best else None,
            is_hedged=hedged,
        )
        for label, name in (("Over-alkylation", "over_alkylation"), ("Under-alkylation", "under_alkylation")):
            _metric(label, getattr(prediction, name), getattr(best, name) if best else None, is_hedged=hedged)
        _metric("Carbonyl to alcohol", prediction.alcohol, best.alcohol if best else None)
        _metric("Carbonyl left", prediction.carbonyl_left, best.carbonyl_left if best else None)


def _metric(label: str, interval: Interval, best: Interval | None, *, is_hedged: bool = False) -> None:
    """Show a mean with its interval and the recommended procedure's mean; grey where it may not hold."""
    share = f"{interval.mean:.0%}"
    parts.number(
        label,
        f":gray[{share}]" if is_hedged else share,
        f"{interval.low:.0%} to {interval.high:.0%}",
        beside=f"recommended: {best.mean:.0%}" if best else None,
        hint="Mean over the draws; below it 5 to 95 % of them.",
    )


def _split_and_course(prediction: Prediction, key: Key) -> None:
    """Draw the split and, beside it, how it came about."""
    left, right = st.columns(2, gap="large")
    said = "; ".join(
        f"{degree_word(p.degree)} {p.fraction:.0%} ({p.low:.0%} to {p.high:.0%})" for p in prediction.products
    )
    with left:
        st.subheader("Predicted split")
        parts.picture(distribution_chart(prediction), explain("distribution"), key="distribution", alt=said)
    with right:
        st.subheader("Time course")
        split, pools = st.tabs(["Amine", "Carbonyl and hydride"], key="courses", on_change="rerun")
        frame, events = answers.the_course(*key), course_events(prediction.procedure)
        if pools.open:
            with pools:
                picture = pools_chart(frame, events)
                said = "Carbonyl, alcohol, hydride against time"
                parts.picture(picture, explain("pools"), key="pools", alt=said)
        else:
            with split:
                picture = course_chart(frame, prediction.target, events)
                said = "Degrees of alkylation and imine against time"
                parts.picture(picture, explain("course"), key="course", alt=said)


def _map_and_fate(prediction: Prediction, key: Key, limit: float | None) -> None:
    """Draw the map around the procedure and, beside it, the carbonyl's fate and the caveats."""
    left, right = st.columns(2, gap="large")
    with right:
        st.subheader("Fate of the carbonyl")
        fate = prediction.carbonyl_fate
        said = f"in product {fate.product:.0%}, to alcohol {fate.alcohol:.0%}, left over {fate.unreacted:.0%}"
        said += "".join(f", to {word} {part:.0%}" for word, part in fate.other)
        parts.picture(fate_chart(prediction), explain("fate"), key="fate", alt=said)
        st.subheader("Caveats")
        st.markdown("\n".join(f"- {plain(caveat)}" for caveat in prediction.caveats))
    with left:
        st.subheader("Map around this procedure")
        view, here = look_around(key[2], prediction.model, prediction.pair, target=prediction.target)
        try:
            landscape = answers.the_landscape(*key[:2], view, *key[3:])
        except PlannerError as error:
            st.info(plain(f"No map here: {error}"))
            return
        said = f"Target fraction against carbonyl equivalents and {view.words}"
        parts.picture(landscape_chart(landscape, here, limit), explain("map"), key="map", alt=said)


def _details(prediction: Prediction, key: Key) -> None:
    """Show one of three closer looks; only the one that is open is worked out."""
    words = ["What to look for", "For the bench", "What moves this answer"]
    masses, sheet, shares = st.tabs(words, key="details", on_change="rerun")
    if sheet.open:
        with sheet:
            _sheet(prediction)
    elif shares.open:
        with shares:
            _shares(key)
    else:
        with masses:
            _masses(prediction)
            _products(prediction)


def _shares(key: Key) -> None:
    """Tabulate which uncertain numbers move the answer."""
    st.dataframe(
        answers.the_shares(*key),
        hide_index=True,
        key="shares",
        column_order=["label", "share", "slope", "basis", "source", "name"],
        column_config={
            "label": "number",
            "share": st.column_config.ProgressColumn(
                "share of the variance", format="percent", min_value=0.0, max_value=1.0
            ),
            "slope": st.column_config.NumberColumn("target per sd", format="percent"),
        },
        alt="Uncertain numbers with their share of the variance of the target fraction",
    )
    for line in answers.the_assays(*key):
        st.markdown(plain(line))
    st.caption(explain("shares"))


def _masses(prediction: Prediction) -> None:
    """Draw what may be in the flask, with the masses to look for."""
    pair = prediction.pair
    with st.container(horizontal=True, gap="small"):
        for product in prediction.products:
            if abs(product.degree - prediction.target) <= 1:
                word = f"{degree_word(product.degree)}, {product.fraction:.0%}"
                _card(product.smiles, word, product.mz)
        lost = f"alcohol, {prediction.carbonyl_fate.alcohol:.0%} of C=O"
        _card(pair.alcohol, lost, protonated_mass(pair.alcohol))
    st.caption(explain("scheme"))


def _sheet(prediction: Prediction) -> None:
    """Work out the charges for a scale."""
    state = st.session_state
    typed, scale, of = (state["amine"], state["carbonyl"]), state["scale"], state["scale_of"]
    try:
        sheet = answers.the_sheet(*typed, prediction, prediction.procedure, prediction.target, scale, of)
    except PlannerError as error:
        parts.show_error(error)
        return
    bench.show_sheet(sheet)
    with st.container(horizontal=True):
        of = file_stem(prediction.pair, prediction.model)
        parts.download("Charges (CSV)", lambda: csv_text(sheet.rows(), COLUMNS), "charges.csv", of)


def _card(smiles: str, word: str, mz: float) -> None:
    """Draw one compound with its name and mass."""
    with st.container(border=True, width=168, gap="small"):
        st.image(draw_structure(smiles), alt=f"{word}: {smiles}", width="stretch")
        st.markdown(f"**{plain(word)}**  \n{plain(f'[M+H]+ {mz:.4f}')}")


def _products(prediction: Prediction) -> None:
    """Tabulate the products; offer the table and the whole prediction for download."""
    said = "Products by degree with fractions, intervals and masses"
    _table(product_rows(prediction)[0], (*SHARES, "mz", "smiles"), key="products", alt=said)
    st.caption(explain("products"))
    if isomers := isomer_rows(prediction):
        said = "Isomers with fractions and intervals"
        _table(isomers, (*SHARES, "smiles"), key="isomers", alt=said)
        st.caption(explain("isomers"))
    with st.container(horizontal=True):
        of = file_stem(prediction.pair, prediction.model)
        parts.download("CSV", lambda: csv_text(*product_rows(prediction)), "prediction.csv", of)
        parts.download("JSON", lambda: json_text(prediction_record(prediction)), "prediction.json", of)


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...], *, key: str, alt: str) -> None:
    """Show compounds, the degree in words in front."""
    frame = to_frame(rows, ("degree", *columns))
    per_cent = {name: st.column_config.NumberColumn(format="percent") for name in SHARES}
    st.dataframe(
        frame.assign(product=[degree_word(d) for d in frame["degree"]]),
        hide_index=True,
        key=key,
        column_order=["product", *columns],
        column_config={**per_cent, "mz": st.column_config.NumberColumn("[M+H]+", format="%.4f")},
        alt=alt,
    )
