"""The Plan page: two structures and a procedure in, the predicted split out, live."""

from dataclasses import replace
from typing import Any

import streamlit as st

from planner.app import answers, bars, bench, compare, found, inputs, parts
from planner.app.asked import Asked
from planner.app.words import explain, spoken
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.files.tables import csv_text, to_frame
from planner.predictions.charge_curve import CURVE_COLUMNS, right_end
from planner.predictions.degrees import degree_word, kind_of
from planner.predictions.landscape import look_around
from planner.predictions.pictures import (
    charge_chart,
    course_chart,
    course_events,
    distribution_chart,
    fate_chart,
    landscape_chart,
    pools_chart,
)
from planner.predictions.prediction import Interval, Prediction
from planner.predictions.records import isomer_rows, prediction_record, product_rows
from planner.predictions.words import procedure_text
from planner.sheets.runsheet import file_stem
from planner.structures.drawings import draw_structure
from planner.structures.structure import protonated_mass

SHARES = ("fraction", "low", "high", "median")
DRAWN_PX = 110
TOLD = 0.005
"""Mean from which a share is a card or a bar of its own."""


def show(asked: Asked) -> None:
    """Draw the page."""
    pair = asked.pair
    key = (*pair.texts, asked.procedure, asked.degree, asked.basis)
    prediction = inputs.best_known(key)
    _headline(prediction, asked.limit)
    left, right = st.columns(2, gap="large")
    with left:
        _split(prediction)
    with right:
        _against(prediction, key, asked.limit)
    left, right = st.columns(2, gap="large")
    with left:
        _course(prediction, key)
    with right:
        st.subheader("Caveats")
        st.markdown("\n".join(f"- {spoken(caveat)}" for caveat in prediction.caveats))
    _details(prediction, key)
    found.show(prediction)
    compare.show()


def _headline(prediction: Prediction, limit: float | None) -> None:
    """Say in one line what is done and in a few numbers what it gives."""
    st.markdown(f"**{procedure_line(prediction)}**")
    if prediction.product_risks:
        st.warning(spoken(" ".join(prediction.product_risks)), icon=":material/warning:")
        st.caption(explain("hedged"))
    best = inputs.best_for(prediction)
    shown = [(f"Target: {degree_word(prediction.target)}", "target_fraction")]
    shown += [("Over-alkylation", "over_alkylation"), ("Under-alkylation", "under_alkylation")]
    shown += [("Carbonyl to alcohol", "alcohol"), ("Carbonyl left", "carbonyl_left")]
    with st.container(horizontal=True):
        for label, name in shown:
            share = getattr(prediction, name)
            if name in ("target_fraction", "over_alkylation") or share.mean >= TOLD:
                is_over = name == "over_alkylation" and limit is not None and share.mean > limit
                _metric(
                    label,
                    share,
                    getattr(best, name) if best else None,
                    is_hedged=bool(prediction.product_risks) and name != "alcohol",
                    broken=limit if is_over else None,
                    hint=explain("draws").format(prediction.draws) if name == "target_fraction" else None,
                )
        compare.pin_button(prediction)


def procedure_line(prediction: Prediction) -> str:
    """Write the procedure in a line, defaults in grey."""
    phrases = []
    for phrase in procedure_text(prediction).split(", "):
        words = spoken(phrase.replace("*", ""))
        phrases.append(f":gray[{words}]" if phrase.endswith("*") else words)
    return ", ".join(phrases)


def _metric(
    label: str,
    interval: Interval,
    best: Interval | None,
    *,
    is_hedged: bool,
    broken: float | None,
    hint: str | None,
) -> None:
    """Show a mean with its interval and the recommended mean; grey where it may not hold, red above a limit."""
    share, span = bars.share_words(interval, hedged=is_hedged)
    colour = "gray" if is_hedged else "red" if broken is not None else ""
    parts.number(
        label,
        f":{colour}[{share}]" if colour else share,
        span if broken is None else f"{span}; limit {100 * broken:.3g} %",
        beside=f"recommended: {bars.share_words(best)[0]}" if best else None,
        hint=hint,
    )


def _split(prediction: Prediction) -> None:
    """Draw the shares as bars, each beside its compound, on the scale of the precious partner."""
    st.subheader("Predicted split")
    hedged = bool(prediction.product_risks)
    for smiles, mass, bar in split_bars(prediction):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", wrap=False):
            if smiles:
                st.image(draw_structure(smiles), alt=f"{bar.word}: {smiles}", width=DRAWN_PX)
            bars.show([bar], mass, hedged=hedged)
    st.caption(explain("distribution") if prediction.basis == "amine" else explain("distribution_carbonyl"))


def split_bars(prediction: Prediction) -> list[tuple[str, str, bars.Bar]]:
    """List what is drawn: SMILES (or none), mass in words, bar; by degree, or as shares of a precious carbonyl."""
    target = prediction.target
    if prediction.basis == "carbonyl":
        named = {p.degree: p.smiles for p in prediction.products}
        above = named.get(target + 1, "")
        listed = [
            (named[target], f"in {degree_word(target)}", "target", prediction.target_fraction),
            (above, "in higher degrees", "above", prediction.over_alkylation),
            (
                prediction.pair.carbonyl.smiles,
                "left, or in lower degrees",
                "below",
                prediction.under_alkylation,
            ),
            (prediction.pair.alcohol, "reduced to the alcohol", "lost", prediction.alcohol),
        ]
        return [
            (smiles, _mass(smiles), bars.Bar(word=word, kind=kind, share=share))
            for smiles, word, kind, share in listed
            if kind == "target" or share.mean >= TOLD
        ]
    kinds = {"below target": "below", "target": "target", "above target": "above"}
    return [
        (
            p.smiles if abs(p.degree - target) <= 1 else "",
            f"[M+H]⁺ {p.mz:.4f}",
            bars.Bar(
                word=degree_word(p.degree), kind=kinds[kind_of(p.degree, target)], share=p, statistical=s
            ),
        )
        for p, s in zip(prediction.products, prediction.statistical, strict=True)
        if p.fraction >= TOLD or abs(p.degree - target) <= 1
    ]


def _mass(smiles: str) -> str:
    """Say the mass to look for; nothing for no compound."""
    return f"[M+H]⁺ {protonated_mass(smiles):.4f}" if smiles else ""


def _against(prediction: Prediction, key: answers.Key, limit: float | None) -> None:
    """Draw the whole curve against the charge or, where it is chosen, the map of charge and time."""
    st.subheader("Against the charge")
    curve, charted = st.tabs(["Curve", "Map with time"], key="against", on_change="rerun")
    if charted.open:
        with charted:
            _map(prediction, key, limit)
        return
    with curve:
        here = prediction.procedure.carbonyl_equivalents
        held = replace(key[2], carbonyl_equivalents=None)
        try:
            most = right_end(here, prediction.target)
            rows = answers.the_charge_curve(*key[:2], held, *key[3:], most)
        except PlannerError as error:
            st.info(spoken(f"No curve here: {error}"))
            return
        picture = charge_chart(rows, here, target=prediction.target, basis=prediction.basis, limit=limit)
        parts.picture(picture, explain("charge"), key="charge", alt=_curve_words(rows, prediction))
        of = file_stem(prediction.pair, prediction.model)
        parts.download("Curve (CSV)", lambda: csv_text(rows, CURVE_COLUMNS), "curve.csv", of)


def _curve_words(rows: list[dict[str, float]], prediction: Prediction) -> str:
    """Say the curve of the target in numbers, for those who do not see it."""
    own = [row for row in rows if row["degree"] == prediction.target]
    best = max(own, key=lambda row: row["fraction"])
    return (
        f"{degree_word(prediction.target)} against carbonyl equivalents: highest {best['fraction']:.0%} at "
        f"{best['carbonyl_equivalents']:.2f}; {own[0]['fraction']:.0%} at {own[0]['carbonyl_equivalents']:.2f}, "
        f"{own[-1]['fraction']:.0%} at {own[-1]['carbonyl_equivalents']:.2f}"
    )


def _map(prediction: Prediction, key: answers.Key, limit: float | None) -> None:
    """Draw the map around the procedure."""
    view, here = look_around(key[2], prediction.model, prediction.pair, target=prediction.target)
    try:
        landscape = answers.the_landscape(*key[:2], view, *key[3:])
    except PlannerError as error:
        st.info(spoken(f"No map here: {error}"))
        return
    best = max(landscape.cells(), key=lambda cell: cell["target_fraction"])
    said = (
        f"Target against carbonyl equivalents and {view.words}: highest {best['target_fraction']:.0%} at "
        f"{best['carbonyl_equivalents']:.2f} equivalents and {best['time_h']:.1f} h"
    )
    parts.picture(landscape_chart(landscape, here, limit), explain("map"), key="map", alt=said)


def _course(prediction: Prediction, key: answers.Key) -> None:
    """Draw how the split came about in time, or where the carbonyl and the hydride went."""
    st.subheader("Time course")
    split, pools = st.tabs(["Amine", "Carbonyl and hydride"], key="courses", on_change="rerun")
    frame, events = answers.the_course(*key), course_events(prediction.procedure)
    last = frame.iloc[-1]
    if pools.open:
        with pools:
            ends = f"carbonyl {last['carbonyl']:.0%}, alcohol {last['alcohol']:.0%}"
            said = f"Carbonyl, alcohol and hydride against time; at the end {ends}"
            parts.picture(pools_chart(frame, events), explain("pools"), key="pools", alt=said)
            _fate(prediction)
        return
    with split:
        ends = ", ".join(
            f"{degree_word(p.degree)} {last[f'degree_{p.degree}']:.0%}" for p in prediction.products
        )
        said = f"Degrees of alkylation and imine against time; before the quench, after {last['time_h']:.1f} h: {ends}"
        picture = course_chart(frame, prediction.target, events)
        parts.picture(picture, explain("course"), key="course", alt=said)


def _fate(prediction: Prediction) -> None:
    """Draw where the carbonyl went."""
    fate = prediction.carbonyl_fate
    said = f"Of the carbonyl in product {fate.product:.0%}, to alcohol {fate.alcohol:.0%}, left {fate.unreacted:.0%}"
    said += "".join(f", to {word} {part:.0%}" for word, part in fate.other)
    parts.picture(fate_chart(prediction), explain("fate"), key="fate", alt=said)


def _details(prediction: Prediction, key: answers.Key) -> None:
    """Show one of the closer looks; only the one that is open is worked out."""
    words = ["What to look for", "Numbers", "For the bench", "What moves this answer"]
    masses, numbers, sheet, shares = st.tabs(words, key="details", on_change="rerun")
    if sheet.open:
        with sheet:
            bench.show_prediction(prediction)
    elif shares.open:
        with shares:
            _shares(key)
    elif numbers.open:
        with numbers:
            _products(prediction)
    else:
        with masses:
            _masses(prediction)
    of = file_stem(prediction.pair, prediction.model)
    with st.container(horizontal=True):
        parts.download("CSV", lambda: csv_text(*product_rows(prediction)), "prediction.csv", of)
        parts.download("JSON", lambda: json_text(prediction_record(prediction)), "prediction.json", of)


def _shares(key: answers.Key) -> None:
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
        st.markdown(spoken(line))
    st.caption(explain("shares"))


def _masses(prediction: Prediction) -> None:
    """Draw what may be in the flask, with the masses to look for."""
    pair = prediction.pair
    with st.container(horizontal=True, gap="small"):
        for product in prediction.products:
            if abs(product.degree - prediction.target) <= 1:
                _card(product.smiles, degree_word(product.degree), product.mz)
        _card(pair.alcohol, "alcohol", protonated_mass(pair.alcohol))
    st.caption(explain("scheme"))


def _card(smiles: str, word: str, mz: float) -> None:
    """Draw one compound with its name and mass."""
    with st.container(border=True, width=168, gap="small"):
        st.image(draw_structure(smiles), alt=f"{word}: {smiles}", width="stretch")
        st.markdown(f"**{spoken(word)}**  \n{spoken(f'[M+H]+ {mz:.4f}')}")


def _products(prediction: Prediction) -> None:
    """Tabulate the products."""
    said = "Products by degree with fractions, intervals and masses"
    _table(product_rows(prediction)[0], (*SHARES, "mz", "smiles"), key="products", alt=said)
    st.caption(explain("products"))
    parts.note("", distribution_chart(prediction), "distribution")
    if isomers := isomer_rows(prediction):
        said = "Isomers with fractions and intervals"
        _table(isomers, (*SHARES, "smiles"), key="isomers", alt=said)
        st.caption(explain("isomers"))


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
