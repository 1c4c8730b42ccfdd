"""The Rings page: two partners, or one with both ends, in; ring, chains, a map, and how to make the ring out."""

from typing import Any

import streamlit as st

from planner.app import parts
from planner.app.answers import SEED, the_first_model
from planner.app.words import explain, plain
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.files.tables import csv_text, to_frame
from planner.rings.closing import prepare_closing
from planner.rings.landscape import RingMap, survey_ring
from planner.rings.options import WAYS
from planner.rings.pictures import chain_chart, pump_chart, ring_map
from planner.rings.planning import recommend_cyclization
from planner.rings.plans import STRATEGY_COLUMNS, RingPlan
from planner.rings.prediction import RingPrediction, cyclize
from planner.rings.procedure import RingProcedure
from planner.rings.pump import pump_words
from planner.rings.records import plan_record, ring_record, ring_rows, strategy_rows
from planner.rings.sheet import ring_sheet
from planner.rings.words import procedure_phrase, share
from planner.structures.drawings import draw_structure

FIRST = {
    "ring_a": "CCNCCNCC", "ring_b": "BrCCCBr", "ring_concentration": None, "ring_feed": None, "ring_hold": None,
    "ring_equivalents": None, "ring_addition": None, "ring_solvent": "", "ring_base": "", "ring_reductant": "",
    "ring_temperature": None, "ring_min": 0.8, "ring_probability": 0.8, "ring_scale": 1.0,
}  # fmt: skip
"""Boxes of the page and what stands in them first; empty ones take the default of the closure."""
KEPT = "kept_rings"
"""Where a session keeps them while another page is open."""
DRAWS, MAP_DRAWS = 256, 32
NUMBERS = {
    "ring_concentration": ("concentration_M", "Limiting partner [M]", 0.001, "%.4g"),
    "ring_feed": ("addition_time_h", "Feed [h]", 1.0, "%.3g"),
    "ring_hold": ("hold_time_h", "After the feed [h]", 1.0, "%.3g"),
    "ring_equivalents": ("equivalents", "B per A", 0.1, "%.3g"),
    "ring_temperature": ("temperature_C", "Temperature [°C]", 5.0, "%.0f"),
}
"""Box to field, label, step and form."""
TEXTS = {
    "ring_solvent": ("solvent", "Solvent"),
    "ring_base": ("base", "Base"),
    "ring_reductant": ("reductant", "Reductant"),
}
WAYS_SHOWN = {
    "title": "way", "ring": "ring", "low": "5 %", "high": "95 %", "probability": "promise",
    "litres_per_gram": "L per g", "hours_per_gram": "h per g", "extra_steps": "more steps", "words": "what it is",
}  # fmt: skip
WAY_FORMS = {
    "ring": "percent", "low": "percent", "high": "percent", "probability": "percent", "litres_per_gram": "%.4g",
    "hours_per_gram": "%.4g",
}  # fmt: skip


def show() -> None:
    """Draw the page."""
    state = st.session_state
    for key, value in (FIRST | state.get(KEPT, {})).items():
        state.setdefault(key, value)
    st.subheader("Ring or chain?")
    st.caption(explain("rings"))
    asked = _asked()
    state[KEPT] = {key: state[key] for key in FIRST}
    a, b = state["ring_a"].strip(), state["ring_b"].strip() or None
    try:
        found = the_ring(a, b, tuple(sorted(asked.items())))
        _predicted(found)
    except PlannerError as error:
        parts.show_error(error)
        return
    st.subheader("How to make it")
    _recommended(a, b, asked)


def _asked() -> dict[str, Any]:
    """Draw the boxes and read the fields that are set."""
    left, right = st.columns(2, gap="large")
    left.text_input("A: diamine, sulfonamide, amine, or a compound with both ends", key="ring_a")
    right.text_input("B: dihalide, disulfonate or dicarbonyl; empty where A has both ends", key="ring_b")
    given: dict[str, Any] = {}
    for column, (key, (field, label, step, form)) in zip(
        st.columns(len(NUMBERS)), NUMBERS.items(), strict=True
    ):
        value = column.number_input(label, key=key, step=step, format=form, placeholder="default")
        if value is not None:
            given[field] = value
    columns = st.columns(len(TEXTS) + 1)
    way = columns[0].selectbox("Addition", WAYS, key="ring_addition", index=None, placeholder="default")
    if way is not None:
        given["addition"] = way
    for column, (key, (field, label)) in zip(columns[1:], TEXTS.items(), strict=True):
        text = column.text_input(label, key=key, placeholder="default").strip()
        if text:
            given[field] = text
    return given


@st.cache_resource(show_spinner="Closing the ring", max_entries=64, scope="session")
def the_ring(a: str, b: str | None, asked: tuple[tuple[str, Any], ...]) -> RingPrediction:
    """Predict a closure."""
    return cyclize(a, b, draws=DRAWS, seed=SEED, model=the_first_model(), **dict(asked))


@st.cache_resource(show_spinner="Mapping", max_entries=32, scope="session")
def the_ring_map(a: str, b: str | None, p: RingProcedure, _found: RingPrediction) -> RingMap:
    """Map the ring around a procedure; the prediction brings the pair."""
    ready = prepare_closing(_found.pair, the_first_model(), n_draws=MAP_DRAWS, seed=SEED)
    return survey_ring(ready, p)


@st.cache_resource(show_spinner="Searching ways to the ring", max_entries=16, scope="session")
def the_ring_plan(
    a: str, b: str | None, limits: tuple[tuple[str, float], ...], held: tuple[tuple[str, Any], ...]
) -> RingPlan:
    """Recommend how to close a ring."""
    asked: dict[str, Any] = {**dict(limits), **dict(held)}
    return recommend_cyclization(a, b, draws=DRAWS, seed=SEED, model=the_first_model(), **asked)


def _predicted(found: RingPrediction) -> None:
    """Show ring and chain, numbers, map and caveats."""
    pair, p = found.pair, found.procedure
    st.caption(plain(f"{pair.kind}: {procedure_phrase(p, single=pair.b is None)}."))
    if found.void:
        st.warning("The numbers do not hold; see the first caveat.", icon=":material/warning:")
    _scheme(found)
    for column, (label, value) in zip(
        st.columns(4),
        (
            (f"{found.ring_size}-membered ring", found.ring),
            ("Linear adduct", found.linear),
            ("Quaternary salt" if found.is_quaternary else "Over-alkylated", found.quaternary),
            ("Conversion", found.conversion),
        ),
        strict=True,
    ):
        with column:
            parts.number(label, f"{value.median:.0%}", f"{value.low:.0%} to {value.high:.0%}")
    if found.statistical is not None:
        st.caption(plain(f"On paper {found.statistical.ring:.0%}: {found.statistical.words}."))
    left, right = st.columns(2, gap="large")
    with left:
        drawn = ring_map(the_ring_map(pair.a.smiles, None if pair.b is None else pair.b.smiles, p, found))
        parts.picture(drawn, explain("ring_map"), key="ring_map", alt="Ring over concentration and feed time")
    with right:
        said = f"Ring {share(found.ring)}, over-alkylated {share(found.quaternary)}, chains by length"
        parts.picture(chain_chart(found), explain("ring_chains"), key="ring_chains", alt=said)
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in (*found.caveats, *found.hazards)))
    with st.container(horizontal=True):
        parts.download("Shares (CSV)", lambda: csv_text(*ring_rows(found)), "ring.csv")
        parts.download("Closure (JSON)", lambda: json_text(ring_record(found)), "ring.json")


def _scheme(found: RingPrediction) -> None:
    """Draw partners, linear adduct and every ring."""
    pair = found.pair
    drawn = [("A", pair.a.smiles)] + (
        [] if pair.b is None else [("B", pair.b.smiles), ("linear adduct", pair.adduct)]
    )
    drawn += [
        (
            f"{one.closure.size}-ring {one.fraction.median:.0%}" + (f", {one.note}" if one.note else ""),
            one.closure.smiles,
        )
        for one in found.isomers
    ]
    with st.container(horizontal=True, gap="small"):
        for title, smiles in drawn:
            with st.container(border=True, width=190, gap="small"):
                st.image(draw_structure(smiles), alt=f"{title}: {smiles}", width="stretch")
                st.markdown(plain(title))


def _recommended(a: str, b: str | None, asked: dict[str, Any]) -> None:
    """Search on a click, and show ways side by side, the schedule and the steps."""
    columns = st.columns(4, vertical_alignment="bottom")
    columns[0].number_input("Ring wanted", 0.01, 0.99, key="ring_min", step=0.05)
    columns[1].number_input("With probability", 0.5, 0.99, key="ring_probability", step=0.05)
    columns[2].number_input("Ring [g]", 0.001, 100000.0, key="ring_scale", step=0.5)
    held = {n: asked[n] for n in ("solvent", "base", "temperature_C", "reductant") if n in asked}
    state = st.session_state
    limits = (
        ("min_ring", state["ring_min"]),
        ("probability", state["ring_probability"]),
        ("scale_g", state["ring_scale"]),
    )
    question = (a, b, limits, tuple(sorted(held.items())))
    if columns[3].button("Recommend", key="ring_recommend", type="primary", width="stretch"):
        state["ring_question"] = question
    if state.get("ring_question") != question:
        st.caption(explain("ring_plan"))
        return
    try:
        _plan(the_ring_plan(*question))
    except PlannerError as error:
        parts.show_error(error)


def _plan(plan: RingPlan) -> None:
    """Show a plan."""
    frame = to_frame(plan.rows(), STRATEGY_COLUMNS)
    st.dataframe(
        frame.round({name: 2 for name, form in WAY_FORMS.items() if form == "percent"}),
        hide_index=True,
        key="ring_ways",
        column_order=list(WAYS_SHOWN),
        column_config=parts.headings(WAYS_SHOWN, WAY_FORMS),
        placeholder="",
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("\n".join(f"- {plain(reason)}" for reason in plan.reasons))
        parts.picture(
            pump_chart(plan.schedule),
            explain("ring_pumps"),
            key="ring_pumps",
            alt="Volumes in flask and syringes in time",
        )
    with right:
        steps = (*pump_words(plan.schedule), *plan.workup.steps)
        st.markdown("\n".join(f"1. {plain(step)}" for step in steps))
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in (*plan.caveats, *plan.hazards)))
    with st.container(horizontal=True):
        parts.download("Sheet (HTML)", lambda: ring_sheet(plan), "ring_sheet.html")
        parts.download("Ways (CSV)", lambda: csv_text(*strategy_rows(plan)), "ring_plan.csv")
        parts.download("Plan (JSON)", lambda: json_text(plan_record(plan)), "ring_plan.json")
