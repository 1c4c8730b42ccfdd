"""The Recommend page: a target and limits in, ranked procedures out, each a click away from Plan."""

from functools import partial

import streamlit as st

from planner.app import answers, bench, inputs, parts
from planner.app.asked import Asked, asked_request
from planner.app.words import explain, plain
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.files.tables import csv_text, to_frame
from planner.flask.fields import FIELDS
from planner.flask.procedure import procedure_words
from planner.plans.feeding import slow_words
from planner.plans.pictures import curve_chart, pareto_chart
from planner.plans.planning import make_plan
from planner.plans.recommendation import COLUMNS, Plan, Recommendation, statement
from planner.plans.records import plan_record, strategy_rows
from planner.plans.request import Request
from planner.sheets.archives import eln_bytes
from planner.sheets.runsheet import file_stem, run_sheet
from planner.sheets.sheet import COLUMNS as SHEET_COLUMNS, plan_sheet

SHOWN = {
    "rank": "rank",
    "target_fraction": "target",
    "target_low": "5 %",
    "target_high": "95 %",
    "over_alkylation": "over",
    "total_time_h": "total h",
    "difficulty": "hard to part",
} | {name: field.short for name, field in FIELDS.items() if field.short}
"""Columns on the screen with their headings; the downloads hold all of the contract's."""
STRATEGY_WORDS = {
    "title": "way",
    "target_fraction": "target",
    "target_low": "5 %",
    "target_high": "95 %",
    "basis": "per",
    "over_alkylation": "over",
    "total_time_h": "h",
    "extra_steps": "steps more",
    "words": "what it is",
}
STRATEGY_COLUMNS = tuple(STRATEGY_WORDS)
"""Of the table of strategies, with their headings."""
STRATEGY_FORMS = dict.fromkeys(("target_fraction", "target_low", "target_high", "over_alkylation"), "percent")
FORMS = dict.fromkeys(
    ("target_fraction", "target_low", "target_high", "over_alkylation", "difficulty"), "percent"
)


def show(asked: Asked) -> None:
    """Draw the page."""
    st.subheader("Recommend a procedure")
    st.caption(explain("ask"))
    request = asked_request(asked)
    try:
        _ask(request)
    except PlannerError as error:  # the last list stays
        parts.show_error(error)
    plan = st.session_state.get("found")
    if plan is not None:
        _show_plan(plan, request)


def _ask(request: Request) -> None:
    """Search when the button is pressed; Stop ends the search, and the last answer stays."""
    if not st.button("Find procedures", key="search", icon=":material/travel_explore:"):
        return
    with st.status("Searching", expanded=True) as status:
        bar = st.progress(0.0, "starting")
        st.button("Stop", key="stop", icon=":material/stop_circle:")

        def progress(done: float, words: str) -> None:
            bar.progress(min(1.0, done), plain(words))

        st.session_state["found"] = make_plan(request, answers.the_model(), progress)
        status.update(label="Found", state="complete", expanded=False)


def _show_plan(plan: Plan, request: Request) -> None:
    """Draw a plan: table, Pareto set, reasons, and the sheet of one recommendation."""
    if plan.request != request or plan.model.sha256 != answers.the_model().sha256:
        st.warning("The inputs have changed since this list was made; press Find procedures again.")
    pair = plan.pair
    words = (
        f"{pair.amine.smiles} + {pair.carbonyl.smiles}, target {plan.request.target} per {plan.request.basis}"
    )
    st.markdown(plain(words))
    if not plan.useful:
        st.warning(plain(" ".join(statement(plan))), icon=":material/block:")
    if plan.best.prediction.product_risks:
        st.warning(plain(" ".join(plan.best.prediction.product_risks)), icon=":material/warning:")
    _strategies(plan)
    st.subheader("Ranked procedures")
    st.dataframe(
        parts.greyed(parts.whole(plan.to_frame(), FORMS), plan.best.prediction.product_risks),
        hide_index=True,
        key="ranked",
        column_order=list(SHOWN),
        column_config=parts.headings(SHOWN, FORMS),
        on_select=_open_row,
        selection_mode="single-row",
        alt="Ranked procedures",
    )
    st.caption(explain("recommend"))
    _downloads(plan)
    left, right = st.columns(2, gap="large")
    with left:
        _pareto(plan)
        st.markdown("**How the search went**")
        st.markdown("\n".join(f"- {plain(note)}" for note in plan.notes))
    with right:
        st.subheader("Reasons")
        for recommendation in plan.recommendations:
            _reasons(recommendation)
    ranks = [r.rank for r in plan.recommendations]
    st.subheader("Closer look")
    rank = st.segmented_control("Recommendation", ranks, default=1, required=True, key="rank") or 1
    _slow(plan, rank)
    _curves(plan, rank)
    _sheet(plan, rank)


def _strategies(plan: Plan) -> None:
    """Draw the ways to the product side by side; selecting one opens its recommendation."""
    if not plan.strategies:
        return
    st.subheader("Strategies")
    frame = to_frame(strategy_rows(plan), STRATEGY_COLUMNS)
    st.dataframe(
        parts.greyed(parts.whole(frame, STRATEGY_FORMS), plan.best.prediction.product_risks),
        hide_index=True,
        key="strategies",
        column_config=parts.headings(STRATEGY_WORDS, STRATEGY_FORMS),
        on_select=_open_strategy,
        selection_mode="single-row",
        alt="Strategies",
    )
    st.caption(explain("strategies"))


def _slow(plan: Plan, rank: int) -> None:
    """Say what feeding the carbonyl slowly would do to a recommendation."""
    if (found := answers.the_slow_addition(plan, plan.request, rank)) is not None:
        st.markdown(plain(slow_words(found, plan.ranked(rank).procedure, plan.model)))
        st.caption(explain("slow"))


def _curves(plan: Plan, rank: int) -> None:
    """Draw the target against one knob at a time."""
    rows = answers.the_curves(plan, plan.request, rank)
    procedure = plan.ranked(rank).procedure
    places = st.columns(3)
    for i, field in enumerate(dict.fromkeys(str(row["field"]) for row in rows)):
        here = [row for row in rows if row["field"] == field]
        with places[i % len(places)]:
            picture = curve_chart(here, float(getattr(procedure, field)))
            said = f"Target fraction and over-alkylation against {field}"
            parts.picture(picture, key=f"curve_{field}", alt=said)
    st.caption(explain("curves"))


def _sheet(plan: Plan, rank: int) -> None:
    """Work out the charges of a recommendation, with all that goes to the bench and the notebook."""
    st.subheader("For the bench")
    try:
        sheet = plan_sheet(plan, st.session_state["scale"], rank=rank, of=st.session_state["scale_of"])
    except PlannerError as error:
        parts.show_error(error)
        return
    bench.show_sheet(sheet)
    with st.container(horizontal=True):
        of = file_stem(plan.pair, plan.model)
        charges = partial(csv_text, sheet.rows(), SHEET_COLUMNS)
        page = partial(run_sheet, plan, plan.ranked(rank), sheet)
        parts.download("Charges (CSV)", charges, "charges.csv", of)
        parts.download("Run sheet (HTML)", page, "run_sheet.html", of)
        packed = partial(eln_bytes, plan, plan.ranked(rank), sheet, f"{of}_plan")
        parts.download("Notebook (.eln)", packed, "plan.eln", of)


def _downloads(plan: Plan) -> None:
    """Offer what the screen shows."""
    of = file_stem(plan.pair, plan.model)
    with st.container(horizontal=True):
        parts.download("CSV", lambda: csv_text(plan.rows(), COLUMNS), "conditions.csv", of)
        parts.download("JSON", lambda: json_text(plan_record(plan)), "plan.json", of)


def _pareto(plan: Plan) -> None:
    """Draw the Pareto set; selecting a point opens it."""
    st.subheader("Pareto set")
    drawn = pareto_chart(plan)
    st.vega_lite_chart(
        drawn.whole(),
        key="pareto",
        on_select=_open_point,
        selection_mode="pick",
        alt="Target fraction against over-alkylation of procedures that no other betters",
    )
    parts.note(explain("pareto"), drawn, "pareto")


def _reasons(recommendation: Recommendation) -> None:
    """Say why a recommendation stands where it does, and offer to open it."""
    words = plain(f"{recommendation.rank}. {procedure_words(recommendation.procedure)}")
    with st.expander(words, expanded=recommendation.rank == 1):
        st.markdown(
            "\n".join(f"- {plain(line)}" for line in (*recommendation.reasons, *recommendation.caveats))
        )
        key = f"open_{recommendation.rank}"
        st.button(
            "Open in Plan",
            key=key,
            icon=":material/open_in_new:",
            on_click=_open,
            args=(recommendation.rank,),
        )


def _open_row() -> None:
    """Open the recommendation of the row that was selected."""
    if rows := st.session_state["ranked"].selection.rows:
        _open(rows[0] + 1)


def _open_strategy() -> None:
    """Open the recommendation of a strategy, with the amine that it is of."""
    if not (rows := st.session_state["strategies"].selection.rows):
        return
    plan: Plan = st.session_state["found"]
    if (r := plan.strategies[rows[0]].recommendation) is not None:
        protected = r.prediction.pair.amine.smiles
        amine = plan.request.amine if protected == plan.pair.amine.smiles else protected
        inputs.open_plan(
            plan, r.procedure, defaults=r.prediction.defaults_used, amine=amine, basis=r.prediction.basis
        )


def _open_point() -> None:
    """Open the procedure of the point that was selected."""
    if picked := st.session_state["pareto"].selection.get("pick"):
        plan: Plan = st.session_state["found"]
        inputs.open_plan(plan, plan.pareto[int(picked[0]["point"])].procedure, defaults=())


def _open(rank: int) -> None:
    """Open a recommendation."""
    plan: Plan = st.session_state["found"]
    chosen = plan.ranked(rank)
    inputs.open_plan(plan, chosen.procedure, defaults=chosen.prediction.defaults_used)
