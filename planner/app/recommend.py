"""The Recommend page: ways to the product, then one line a procedure with its details beside it."""

import streamlit as st

from planner.app import answers, bars, bench, compare, inputs, parts
from planner.app.asked import Asked, asked_request
from planner.app.queue import search
from planner.app.words import explain, spoken, told, words_of
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.files.tables import csv_text, to_frame
from planner.flask.fields import FIELDS
from planner.flask.procedure import procedure_words
from planner.plans.feeding import slow_words
from planner.plans.pictures import PARETO_COLUMNS, curve_chart, pareto_chart, pareto_rows
from planner.plans.planning import make_plan
from planner.plans.recommendation import COLUMNS, Plan, Recommendation, Strategy, statement
from planner.plans.records import plan_record
from planner.plans.request import Request
from planner.predictions.degrees import degree_word
from planner.sheets.runsheet import file_stem

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
FORMS = dict.fromkeys(
    ("target_fraction", "target_low", "target_high", "over_alkylation", "difficulty"), "percent"
)
LISTED = "listed"
"""In the address: that the list of these inputs was asked for, so that a link or a reload makes it again."""
PARETO_WORDS = {
    "rank": "rank", "target_fraction": "target", "over_alkylation": "over", "total_time_h": "total h",
    "procedure": "procedure",
}  # fmt: skip
PARETO_FORMS = {"target_fraction": "percent", "over_alkylation": "percent", "total_time_h": "%.3g"}


def show(asked: Asked) -> None:
    """Draw the page."""
    st.caption(explain("ask"))
    request = asked_request(asked)
    try:
        _ask(request)
    except PlannerError as error:  # the last list stays
        parts.show_error(error)
    plan = st.session_state.get("found")
    if plan is not None:
        _show_plan(plan, request)
    compare.show()


def _ask(request: Request) -> None:
    """Search when the button is pressed or a link holds a list; Stop ends it, and the last answer stays."""
    state = st.session_state
    is_pressed = st.button("Find procedures", key="search", icon=":material/travel_explore:")
    is_lost = "found" not in state and LISTED in st.query_params and not state.get("stopped")
    if not (is_pressed or is_lost):
        return
    with search("Searching", "Found", "stop", on_stop=_stop) as progress:
        state["found"] = make_plan(request, answers.the_model(), progress)
        state["rank"] = 1
        st.query_params[LISTED] = "1"


def _stop() -> None:
    """Remember that the search was not wanted, so that the link does not start it again."""
    st.session_state["stopped"] = True
    st.query_params.pop(LISTED, None)


def _show_plan(plan: Plan, request: Request) -> None:
    """Draw a plan: strategies, procedures with the details of one beside them, the Pareto set, downloads."""
    if plan.request != request or plan.model.sha256 != answers.the_model().sha256:
        st.warning("The inputs have changed since this list was made; press Find procedures again.")
    if not plan.useful:
        st.warning(spoken(" ".join(statement(plan))), icon=":material/block:")
    if plan.best.prediction.product_risks:
        st.warning(spoken(" ".join(plan.best.prediction.product_risks)), icon=":material/warning:")
    _strategies(plan)
    left, right = st.columns((5, 6), gap="large")
    with left:
        st.subheader("Ranked procedures")
        for recommendation in plan.recommendations:
            _line(plan, recommendation)
        st.caption(explain("recommend"))
        _downloads(plan)
    with right:
        _details(plan, chosen_rank(plan))
    left, right = st.columns(2, gap="large")
    with left:
        _pareto(plan)
    with right:
        st.subheader("How the search went")
        st.markdown("\n".join(f"- {spoken(note)}" for note in plan.notes))


def chosen_rank(plan: Plan) -> int:
    """Take the rank whose details are open; the first where the list has become shorter."""
    rank = int(st.session_state.get("rank", 1))
    return rank if 1 <= rank <= len(plan.recommendations) else 1


def _strategies(plan: Plan) -> None:
    """Draw the ways to the product side by side, each with a button that opens its procedure."""
    if not plan.strategies:
        return
    st.subheader("Strategies")
    for start in range(0, len(plan.strategies), 3):
        row = plan.strategies[start : start + 3]
        for place, (column, strategy) in enumerate(
            zip(st.columns(max(2, len(row))), row, strict=False), start
        ):
            with column, st.container(border=True, height="stretch"):
                _strategy(plan, place, strategy)
    st.caption(explain("strategies"))


def _strategy(plan: Plan, place: int, strategy: Strategy) -> None:
    """Draw one way: what it is, what it gives, what it costs."""
    st.markdown(f"**{spoken(strategy.title)}**")
    if strategy.target_fraction is not None:
        word = f"{degree_word(plan.aim.degree)} per {strategy.basis}"
        drawn = [bars.Bar(word=word, kind="target", share=strategy.target_fraction)]
        if strategy.over_alkylation is not None:
            drawn.append(bars.Bar(word="over", kind="above", share=strategy.over_alkylation))
        bars.show(drawn, hedged=bool(plan.best.prediction.product_risks))
    hours = "" if strategy.total_time_h is None else f" {strategy.total_time_h:.3g} h."
    steps = f" {strategy.extra_steps} steps more." if strategy.extra_steps else ""
    st.markdown(spoken(f"{strategy.words}{hours}{steps}"))
    if strategy.recommendation is not None:
        st.button(
            "Open this way",
            key=f"way_{place}",
            icon=":material/open_in_new:",
            on_click=_open_strategy,
            args=(place,),
            help=f"Opens {strategy.title.lower()} in Plan.",
        )


def _line(plan: Plan, recommendation: Recommendation) -> None:
    """Draw one recommendation: its procedure as a phrase, its target with the interval, its dangers."""
    rank, prediction = recommendation.rank, recommendation.prediction
    is_open = rank == chosen_rank(plan)
    with st.container(border=True, gap="small", key=f"recommendation_{rank}"):
        st.markdown(f"**{rank}.** {spoken(procedure_words(recommendation.procedure))}")
        over = bars.share_words(prediction.over_alkylation)[0]
        dangers = plan.model.reductant(recommendation.procedure.reductant).hazards
        first = "; ".join(h.sentence.partition(":")[0].rstrip(".") for h in dangers[:2])
        target = bars.Bar(word=degree_word(plan.aim.degree), kind="target", share=prediction.target_fraction)
        apart = "" if (hard := recommendation.difficulty) is None else f"; hard to part {100 * hard:.0f} %"
        below = f"over-alkylation {over}; {recommendation.procedure.total_time_h:.3g} h{apart}. {first}."
        bars.show([target], told(below), hedged=bool(prediction.product_risks))
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Shown beside" if is_open else "Details",
                key=f"details_{rank}",
                on_click=_choose,
                args=(rank,),
                disabled=is_open,
                help=f"Shows the details of {rank} on this page.",
            )
            st.button(
                "Open in Plan",
                key=f"open_{rank}",
                icon=":material/open_in_new:",
                on_click=_open,
                args=(rank,),
                help=f"Puts {rank} into the inputs.",
            )
            compare.pin_button(prediction, f"pin_{rank}")


def _choose(rank: int) -> None:
    st.session_state["rank"] = rank


def _details(plan: Plan, rank: int) -> None:
    """Draw the details of one recommendation: why, what slow addition would do, curves, and the bench."""
    recommendation = plan.ranked(rank)
    st.subheader(f"Details of {rank}")
    words = ["Why", "One knob at a time", "For the bench"]
    why, curves, sheet = st.tabs(words, key="plan_details", on_change="rerun")
    if curves.open:
        with curves:
            _curves(plan, rank)
    elif sheet.open:
        with sheet:
            bench.show_plan(plan, rank)
    else:
        with why:
            reasons = [*recommendation.reasons, *recommendation.caveats]
            st.markdown("\n".join(f"- {spoken(line)}" for line in reasons))
            if (found := answers.the_slow_addition(plan, plan.request, rank)) is not None:
                words_of = slow_words(found, recommendation.procedure, plan.model)
                if not any(line.startswith(words_of[:40]) for line in reasons):
                    st.markdown(f"- {spoken(words_of)}")


def _curves(plan: Plan, rank: int) -> None:
    """Draw the target against one knob at a time."""
    rows = answers.the_curves(plan, plan.request, rank)
    procedure = plan.ranked(rank).procedure
    places = st.columns(2)
    for i, field in enumerate(dict.fromkeys(str(row["field"]) for row in rows)):
        here = [row for row in rows if row["field"] == field]
        with places[i % len(places)]:
            picture = curve_chart(here, float(getattr(procedure, field)))
            best = max(here, key=lambda row: float(row["target_fraction"]))
            said = (
                f"Target and over-alkylation against {FIELDS[field].label}: highest "
                f"{float(best['target_fraction']):.0%} at {float(best['value']):g}"
            )
            parts.picture(picture, key=f"curve_{field}", alt=said)
    st.caption(explain("curves"))


def _downloads(plan: Plan) -> None:
    """Offer what the screen shows, and all of it as a table."""
    of = file_stem(plan.pair, plan.model)
    with st.container(horizontal=True):
        parts.download("CSV", lambda: csv_text(plan.rows(), COLUMNS), "conditions.csv", of)
        parts.download("JSON", lambda: json_text(plan_record(plan)), "plan.json", of)
    with st.expander("The same as a table"):
        frame = plan.to_frame()
        frame["addition"] = frame["addition"].map(words_of)
        st.dataframe(
            parts.greyed(parts.whole(frame, FORMS), plan.best.prediction.product_risks),
            hide_index=True,
            key="ranked",
            column_order=list(SHOWN),
            column_config=parts.headings(SHOWN, FORMS),
            alt="Ranked procedures",
        )


def _pareto(plan: Plan) -> None:
    """Draw the Pareto set, with the ranks of what is recommended; selecting a point opens it. It is a table too."""
    st.subheader("Pareto set")
    drawn, rows = pareto_chart(plan), pareto_rows(plan)
    best = max(rows, key=lambda row: float(row["target_fraction"]))
    st.vega_lite_chart(
        drawn.whole(),
        key="pareto",
        on_select=_open_point,
        selection_mode="pick",
        alt=f"{len(rows)} procedures; the highest target {float(best['target_fraction']):.0%} at "
        f"{float(best['over_alkylation']):.0%} over-alkylation and {float(best['total_time_h']):.3g} h",
    )
    parts.note(explain("pareto"), drawn, "pareto")
    with st.expander("The points as a table"):
        st.dataframe(
            parts.whole(to_frame(rows, PARETO_COLUMNS), ("target_fraction", "over_alkylation")),
            hide_index=True,
            key="pareto_table",
            column_order=list(PARETO_WORDS),
            column_config=parts.headings(PARETO_WORDS, PARETO_FORMS),
            alt="Points of the Pareto set",
        )


def _open_strategy(place: int) -> None:
    """Open the recommendation of a strategy, with the amine that it is of."""
    plan: Plan = st.session_state["found"]
    if (r := plan.strategies[place].recommendation) is not None:
        protected = r.prediction.pair.amine.smiles
        amine = plan.request.amine if protected == plan.pair.amine.smiles else protected
        inputs.open_plan(
            plan, r.procedure, defaults=r.prediction.defaults_used, amine=amine, basis=r.prediction.basis
        )


def _open_point() -> None:
    """Open the procedure of the point that was selected."""
    if picked := st.session_state["pareto"].selection.get("pick"):
        plan: Plan = st.session_state["found"]
        if (point := int(picked[0]["point"])) < 0:
            _open(-point)
        else:
            inputs.open_plan(plan, plan.pareto[point].procedure, defaults=())


def _open(rank: int) -> None:
    """Open a recommendation."""
    plan: Plan = st.session_state["found"]
    chosen = plan.ranked(rank)
    inputs.open_plan(plan, chosen.procedure, defaults=chosen.prediction.defaults_used)
