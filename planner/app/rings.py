"""The Rings page: two partners, or one with both ends, in; ring, chains, a map, and how to make the ring out."""

from typing import Any

import streamlit as st

from planner.app import parts
from planner.app.answers import LONGEST_TEXT, SEED, the_first_model
from planner.app.boxes import number_box, ring_box, typed, word_box
from planner.app.kept import keep
from planner.app.queue import search
from planner.app.words import explain, spoken
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

PARTNERS = {
    "ring_a": ("A: diamine, sulfonamide, amine, or a compound with both ends", "CCNCCNCC"),
    "ring_b": ("B: dihalide, disulfonate or dicarbonyl; empty where A has both ends", "BrCCCBr"),
}
"""Box to label and worked example."""
NUMBERS = {
    "concentration_M": "Limiting partner [M]",
    "addition_time_h": "Feed [h]",
    "hold_time_h": "After the feed [h]",
    "equivalents": "B per A",
    "temperature_C": "Temperature [°C]",
}
TEXTS = {"solvent": "Solvent", "base": "Base", "reductant": "Reductant"}
LIMITS = {
    "min_ring": ("Ring wanted", "0.8"),
    "probability": ("With probability", "0.8"),
    "scale_g": ("Ring [g]", "1"),
}
"""Fields of a closure and limits of a recommendation to labels, and to what stands where nothing is typed."""
WAY = "ring_addition"
BOXES = (*PARTNERS, *map(ring_box, (*NUMBERS, "addition", *TEXTS, *LIMITS)))
"""Keys of the page's boxes; the same names stand in the address."""
HELD = ("solvent", "base", "temperature_C", "reductant")
"""Fields that a recommendation takes from the boxes."""
FOUND = "ring_found"
"""Where a session keeps the plan with what was asked."""
DRAWS, MAP_DRAWS, LONGEST_WORD = 256, 32, 80
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
    keep(*BOXES)
    st.subheader("Ring or chain?")
    st.caption(explain("rings"))
    _boxes()
    a, b = (str(state[key] or "").strip() or None for key in PARTNERS)
    try:
        asked = _asked()
        found = the_ring(a or "", b, tuple(sorted(asked.items())))
        _predicted(found)
        st.subheader("How to make it")
        _recommended(a or "", b, asked)
    except PlannerError as error:
        parts.show_error(error)


def _boxes() -> None:
    """Draw the boxes of partners and procedure."""
    for column, (key, (label, first)) in zip(st.columns(2, gap="large"), PARTNERS.items(), strict=True):
        column.text_input(label, first, key=key, bind="query-params", max_chars=LONGEST_TEXT)
    for column, (name, label) in zip(st.columns(len(NUMBERS)), NUMBERS.items(), strict=True):
        with column:
            number_box(label, ring_box(name), empty="default")
    columns = st.columns(len(TEXTS) + 1)
    with columns[0]:
        word_box("Addition", WAYS, WAY, empty="default")
    for column, (name, label) in zip(columns[1:], TEXTS.items(), strict=True):
        column.text_input(
            label, key=ring_box(name), bind="query-params", placeholder="default", max_chars=LONGEST_WORD
        )


def _asked() -> dict[str, Any]:
    """Read the fields that are set.

    Raises
    ------
    ProcedureError
        If a number cannot be read.
    """
    state = st.session_state
    given = {name: typed(ring_box(name)) for name in NUMBERS} | {"addition": state[WAY]}
    given |= {name: str(state[ring_box(name)] or "").strip() or None for name in TEXTS}
    return {name: value for name, value in given.items() if value is not None}


@st.cache_resource(show_spinner="Closing the ring", max_entries=64, scope="session")
def the_ring(a: str, b: str | None, asked: tuple[tuple[str, Any], ...]) -> RingPrediction:
    """Predict a closure."""
    return cyclize(a, b, draws=DRAWS, seed=SEED, model=the_first_model(), **dict(asked))


@st.cache_resource(show_spinner="Mapping", max_entries=32, scope="session")
def the_ring_map(a: str, b: str | None, p: RingProcedure, _found: RingPrediction) -> RingMap:
    """Map the ring around a procedure; the prediction brings the pair."""
    ready = prepare_closing(_found.pair, the_first_model(), n_draws=MAP_DRAWS, seed=SEED)
    return survey_ring(ready, p)


def _predicted(found: RingPrediction) -> None:
    """Show ring and chain, numbers, map and caveats."""
    pair, p = found.pair, found.procedure
    said = f"{pair.kind}: {procedure_phrase(p, single=pair.b is None)}."
    st.caption(spoken(said[0].upper() + said[1:]))
    if found.void:
        st.warning("The numbers do not hold; see the first caveat.", icon=":material/warning:")
    _scheme(found)
    with st.container(horizontal=True):
        for label, value in (
            (f"{found.ring_size}-membered ring", found.ring),
            ("Linear adduct", found.linear),
            ("Quaternary salt" if found.is_quaternary else "Over-alkylated", found.quaternary),
            ("Conversion", found.conversion),
        ):
            parts.number(label, parts.per_cent(value.median), parts.span(value.low, value.high))
    if found.statistical is not None:
        st.caption(spoken(f"On paper {found.statistical.ring:.0%}: {found.statistical.words}."))
    left, right = st.columns(2, gap="large")
    with left:
        drawn = ring_map(the_ring_map(pair.a.smiles, None if pair.b is None else pair.b.smiles, p, found))
        parts.picture(drawn, explain("ring_map"), key="ring_map", alt="Ring over concentration and feed time")
    with right:
        said = f"Ring {share(found.ring)}, over-alkylated {share(found.quaternary)}, chains by length"
        parts.picture(chain_chart(found), explain("ring_chains"), key="ring_chains", alt=said)
    st.markdown("\n".join(f"- {spoken(sentence)}" for sentence in (*found.caveats, *found.hazards)))
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
            f"{one.closure.size}-ring {parts.per_cent(one.fraction.median)}"
            + (f", {one.note}" if one.note else ""),
            one.closure.smiles,
        )
        for one in found.isomers
    ]
    with st.container(horizontal=True, gap="small"):
        for title, smiles in drawn:
            with st.container(border=True, width=158, gap="small"):
                st.image(draw_structure(smiles), alt=f"{title}: {smiles}", width="stretch")
                st.markdown(spoken(title))


def _recommended(a: str, b: str | None, asked: dict[str, Any]) -> None:
    """Search on a click, and show ways side by side, the schedule and the steps; Stop ends it."""
    state = st.session_state
    columns = st.columns(4, vertical_alignment="bottom")
    for column, (name, (label, empty)) in zip(columns, LIMITS.items(), strict=False):
        with column:
            number_box(label, ring_box(name), empty=empty)
    is_pressed = columns[3].button("Recommend", key="ring_recommend", type="primary", width="stretch")
    limits = {name: value for name in LIMITS if (value := typed(ring_box(name))) is not None}
    question: dict[str, Any] = {n: asked[n] for n in HELD if n in asked} | limits
    if is_pressed:
        with search("Searching ways to the ring", "Found", "stop_ring") as progress:
            model = the_first_model()
            plan = recommend_cyclization(
                a, b, draws=DRAWS, seed=SEED, model=model, progress=progress, **question
            )
            state[FOUND] = (a, b, question, plan)
    *of, plan = state.get(FOUND, (None,))
    if of != [a, b, question]:
        st.caption(explain("ring_plan"))
        return
    _plan(plan)


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
        st.markdown("\n".join(f"- {spoken(reason)}" for reason in plan.reasons))
        parts.picture(
            pump_chart(plan.schedule),
            explain("ring_pumps"),
            key="ring_pumps",
            alt="Volumes in flask and syringes in time",
        )
    with right:
        steps = (*pump_words(plan.schedule), *plan.workup.steps)
        st.markdown("\n".join(f"1. {spoken(step)}" for step in steps))
        st.markdown("\n".join(f"- {spoken(sentence)}" for sentence in (*plan.caveats, *plan.hazards)))
    with st.container(horizontal=True):
        parts.download("Sheet (HTML)", lambda: ring_sheet(plan), "ring_sheet.html")
        parts.download("Ways (CSV)", lambda: csv_text(*strategy_rows(plan)), "ring_plan.csv")
        parts.download("Plan (JSON)", lambda: json_text(plan_record(plan)), "ring_plan.json")
