"""The Learn page: runs in, what they taught, and which run comes next, one click from its sheet."""

import streamlit as st

from planner.app import answers, learned, parts, runs_in
from planner.app.asked import Asked
from planner.app.queue import search
from planner.app.words import explain, spoken
from planner.calibration.checking import check_name
from planner.calibration.effects import split_rows
from planner.calibration.learning import calibrate
from planner.calibration.leaving import MOST_LEFT_OUT
from planner.calibration.pictures import check_chart, curve_chart, narrowing_chart, split_chart
from planner.calibration.records import check_rows
from planner.calibration.runs import RunTable
from planner.calibration.words import heading_words, left_out_words, profile_words, verdict_words
from planner.errors import PlannerError
from planner.files.tables import csv_text, to_frame
from planner.model.calibrated import calibration_bytes
from planner.model.model import Model
from planner.sheets.runsheet import file_stem

SHARES_SHOWN = {"label": "number", "before": "before", "after": "after"}
PROFILED = ("sum", "number")
MOST_SHARES, MOST_VERDICTS = 8, 6


def show(asked: Asked) -> None:
    """Draw the page."""
    st.subheader("Learn from your runs")
    st.caption(explain("learn"))
    try:
        table = runs_in.given_runs(asked)
        if table is not None:
            _fit(table)
    except PlannerError as error:  # what was learned before stays
        parts.show_error(error)
    model = learned.the_learned()
    if model is not None:
        _learned(model, asked)


def _fit(table: RunTable) -> None:
    """Fit when the button is pressed; Stop ends the fit, and what was learned before stays."""
    if not st.button("Learn from these runs", key="fit", icon=":material/school:", type="primary"):
        return
    with search("Learning", "Learned", "stop_fit") as tell:

        def progress(done: float) -> None:
            tell(done, "towards what the runs say")

        learned.keep(calibrate(table.runs, parent=learned.the_parent(), progress=progress))


def _learned(model: Model, asked: Asked) -> None:
    """Show what a model learned, on what, and what comes next."""
    calibration = learned.learned_of(model)
    st.subheader("What was learned")
    st.markdown(spoken(heading_words(calibration)))
    _keep(model)
    pair = asked.pair
    is_pair = calibration.is_of(pair.amine.smiles, pair.carbonyl.smiles)
    if not is_pair:
        st.warning(
            "These runs are of another pair than the one at the left: numbers in common carry over, what the mechanism "
            "gets wrong does not. Before and after are shown for their own pair alone."
        )
    if is_pair:
        _effects(model, asked)
        learned.show_next(model, asked)
    _details(model, asked)
    if is_pair:
        _narrowing(model, asked)


def _details(model: Model, asked: Asked) -> None:
    """Set what was found beside what is predicted, and say what was learned and how the fit went."""
    st.subheader("What it rests on")
    calibration = learned.learned_of(model)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Found against predicted**")
        checks = learned.the_checks(model.sha256, model)
        said = "; ".join(f"{check_name(c)} {c.part} found {c.found:.0%}" for c in checks)
        parts.picture(check_chart(checks), explain("checks"), key="checks", alt=said)
        text = csv_text(*check_rows(checks))
        parts.download("Found and predicted (CSV)", lambda: text, "checks.csv", _stem(asked))
    with right:
        st.markdown("**What was learned, and what not**")
        st.markdown("\n".join(f"- {spoken(words)}" for words in verdict_words(calibration, MOST_VERDICTS)))
        st.caption(explain("verdicts"))
        rows, columns = calibration.verdict_rows()
        with st.expander("All of it"):
            st.dataframe(
                to_frame(rows, columns), hide_index=True, key="verdicts", alt="Numbers before and after"
            )
        parts.download("Learned (CSV)", lambda: csv_text(rows, columns), "learned.csv", _stem(asked))
        st.markdown("**How the fit went**")
        st.markdown("\n".join(f"- {spoken(words)}" for words in calibration.diagnostics))
        _on_request(model)


def _on_request(model: Model) -> None:
    """Predict each run from the others, and look whether the runs close both sides of a sum, when asked to."""
    calibration = learned.learned_of(model)
    if 1 < len({run["run"] for run in calibration.runs}) <= MOST_LEFT_OUT and st.toggle(
        "Leave each run out in turn (fits again)", key="show_left_out"
    ):
        left_out = learned.the_left_out(model.sha256, model)
        st.markdown("\n".join(f"- {spoken(left_out_words(one))}" for one in left_out))
    names = [str(v["name"]) for v in calibration.verdicts if v.get("kind") in PROFILED]
    name = st.selectbox(
        "Are both sides closed?", names, index=None, key="profiled", placeholder="a sum or number"
    )
    if name is not None:
        st.markdown(spoken(profile_words(name, learned.the_profile(model.sha256, model, name))))
    st.caption(explain("on_request"))


def _stem(asked: Asked) -> str:
    return file_stem(asked.pair, answers.the_first_model())


def _keep(model: Model) -> None:
    """Offer the file of a model, and whether the other pages answer with it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        content = calibration_bytes(learned.learned_of(model), model.parameters)
        parts.download("Save (TOML)", lambda: content, "calibrated.toml", "")
        st.toggle(
            "Use it on every page",
            value=st.session_state.get(answers.IN_USE) is not None,
            key="use_learned",
            on_change=learned.switch,
        )
    st.caption(explain("keep"))


def _effects(model: Model, asked: Asked) -> None:
    """Draw split and curve of the procedure at the left, before and after, and what still moves it."""
    before, after = learned.the_split(model.sha256, model, *asked.pair.texts, asked.procedure, asked.degree)
    left, right = st.columns(2, gap="large")
    with left:
        one, other = before.target_fraction, after.target_fraction
        said = (
            f"Target before {one.mean:.0%} ({one.low:.0%} to {one.high:.0%}), "
            f"after {other.mean:.0%} ({other.low:.0%} to {other.high:.0%})"
        )
        st.markdown(spoken(f"{said}."))
        rows = split_rows(before, after)
        parts.picture(split_chart(rows), explain("learned_split"), key="learned_split", alt=said)
    with right:
        rows = learned.the_curve(model.sha256, model, *asked.pair.texts, asked.procedure, asked.degree)
        said = "Target fraction against carbonyl equivalents, before and after learning"
        parts.picture(
            curve_chart(rows, asked.degree), explain("learned_curve"), key="learned_curve", alt=said
        )
    with st.expander("What still moves it", expanded=False):
        if st.toggle("Work it out", key="show_learned_shares"):
            frame = learned.the_shares_of(
                model.sha256, model, *asked.pair.texts, asked.procedure, asked.degree
            )
            st.dataframe(
                frame.head(MOST_SHARES).round(2),
                hide_index=True,
                key="learned_shares",
                column_config=parts.headings(SHARES_SHOWN, {"before": "percent", "after": "percent"}),
                column_order=list(SHARES_SHOWN),
                alt="Uncertain numbers with their share of the spread before and after",
            )
            st.caption(explain("learned_shares"))


def _narrowing(model: Model, asked: Asked) -> None:
    """Follow the target of the procedure at the left from run to run, when asked for."""
    if len({run["run"] for run in learned.learned_of(model).runs}) < 2:
        return
    if st.toggle("Follow it run by run (fits again)", key="show_narrowing"):
        steps = learned.the_narrowing(model.sha256, model, *asked.pair.texts, asked.procedure, asked.degree)
        said = "; ".join(f"{s.n_runs} runs: {s.target.low:.0%} to {s.target.high:.0%}" for s in steps)
        parts.picture(narrowing_chart(steps, asked.degree), explain("narrowing"), key="narrowing", alt=said)
