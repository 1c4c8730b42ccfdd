"""Learned: the calibrated model of a session, what it changed, and the run that it asks for next."""

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from planner.app import answers, bench, parts
from planner.app.asked import Asked, asked_request
from planner.app.knobs import load_inputs
from planner.app.queue import look, search, turn
from planner.app.words import explain, spoken
from planner.calibration.checking import Check, check_runs, learned_of, parent_of
from planner.calibration.effects import Narrowed, before_learning, curve_rows, narrowing, split_of
from planner.calibration.leaving import LeftOut, leave_one_out
from planner.calibration.next_experiment import NextExperiment, next_experiment
from planner.calibration.profiles import Profile, profile_of
from planner.calibration.records import next_rows
from planner.calibration.words import stop_words, whole_words
from planner.errors import PlannerError
from planner.files.tables import csv_text, to_frame
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.saved import as_plan
from planner.predictions.prediction import Prediction
from planner.predictions.sensitivity import sensitivity
from planner.sheets.runsheet import file_stem, run_sheet
from planner.sheets.sheet import COLUMNS

__all__ = ["learned_of"]
LEARNED = "learned_model"
"""Where a session keeps the model that it learned or opened."""
NEXT = "next_run"
"""Where a session keeps the proposal of the next run, with what was asked."""


def the_learned() -> Model | None:
    """Take the model that was learned or opened; the one that the app was started with where it is calibrated."""
    found: Model | None = st.session_state.get(LEARNED)
    if found is None and answers.the_first_model().calibration is not None:
        return answers.the_first_model()
    return found


def the_parent() -> Model:
    """Take the model that runs narrow: the first one, or its parent where it is calibrated itself."""
    first = answers.the_first_model()
    return first if first.calibration is None else parent_of(first)


def keep(model: Model) -> None:
    """Keep a model that was learned, and answer with it on every page."""
    st.session_state[LEARNED] = model
    st.session_state.pop(NEXT, None)
    st.session_state.pop("use_learned", None)
    answers.use_model(model)


def switch() -> None:
    """Answer with what was learned, or not."""
    answers.use_model(the_learned() if st.session_state["use_learned"] else None)


def open_file(name: str, content: bytes) -> None:
    """Open the file of a calibrated model.

    Raises
    ------
    PlannerError
        If it is none, or was fitted with another set.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calibrated.toml"
        path.write_bytes(content)
        try:
            keep(load_model(path))
        except PlannerError as error:
            raise type(error)(str(error).replace(str(path), name)) from error


@st.cache_resource(show_spinner="Found against predicted", max_entries=4, scope="session")
def the_checks(sha256: str, _model: Model) -> tuple[Check, ...]:
    """Set what was found beside what is predicted; ``sha256`` stands for the model as the key."""
    return check_runs(_model)


@st.cache_resource(show_spinner=False, max_entries=16, scope="session")
def the_split(
    sha256: str, _model: Model, amine: str, carbonyl: str, asked: Procedure, target: int
) -> tuple[Prediction, Prediction]:
    """Predict before and after."""
    pair = answers.the_pair(amine, carbonyl)
    return split_of(before_learning(_model), pair, asked, target), split_of(_model, pair, asked, target)


@st.cache_resource(show_spinner=False, max_entries=16, scope="session")
def the_curve(
    sha256: str, _model: Model, amine: str, carbonyl: str, asked: Procedure, target: int
) -> list[dict[str, str | float]]:
    """Follow the target against equivalents, before and after."""
    return curve_rows(_model, answers.the_pair(amine, carbonyl), asked, target)


@st.cache_resource(show_spinner="Which numbers matter", max_entries=8, scope="session")
def the_shares_of(
    sha256: str, _model: Model, amine: str, carbonyl: str, asked: Procedure, target: int
) -> pd.DataFrame:
    """Rank the uncertain numbers by what they move, before and after."""
    before, after = the_split(sha256, _model, amine, carbonyl, asked, target)
    was = {share.name: share.share for share in sensitivity(before)}
    rows = [{"label": s.label, "before": was.get(s.name), "after": s.share} for s in sensitivity(after)]
    return to_frame(rows, ("label", "before", "after"))


@st.cache_resource(show_spinner="Learning run by run", max_entries=4, scope="session")
def the_narrowing(
    sha256: str, _model: Model, amine: str, carbonyl: str, asked: Procedure, target: int
) -> tuple[Narrowed, ...]:
    """Follow the target from run to run."""
    pair = answers.the_pair(amine, carbonyl)
    with turn():
        return narrowing(_model, pair, asked, target, lambda done, words: look())


@st.cache_resource(show_spinner="Learning without each run", max_entries=4, scope="session")
def the_left_out(sha256: str, _model: Model) -> tuple[LeftOut, ...]:
    """Predict each run from the others."""
    with turn():
        return leave_one_out(_model, progress=lambda done: look())


@st.cache_resource(show_spinner="Profiling", max_entries=16, scope="session")
def the_profile(sha256: str, _model: Model, name: str) -> Profile:
    """Follow how well the runs are explained as one sum or number is moved."""
    with turn():
        return profile_of(_model, name)


def show_next(model: Model, asked: Asked) -> None:
    """Ask for the next run, and show it with its sheet."""
    st.subheader("Next run")
    st.caption(explain("next_run"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = st.segmented_control("Runs at once", (1, 2, 3, 4), default=1, required=True, key="n_next") or 1
        pressed = st.button(
            "Find the next run", key="find_next", icon=":material/experiment:", type="primary"
        )
    try:
        request = asked_request(asked)
        if pressed:
            _find(model, asked, int(n))
    except PlannerError as error:  # the last proposal stays
        parts.show_error(error)
        return
    found, of = st.session_state.get(NEXT, (None, None))
    if found is None:
        return
    if of != request or found.model.sha256 != model.sha256:
        st.warning("The inputs have changed since this run was proposed; press Find the next run again.")
    _proposal(found)


def _find(model: Model, asked: Asked, n: int) -> None:
    """Search; Stop ends it."""
    request = asked_request(asked)
    limits = {
        name: value
        for name in ("basis", *asked.limits)
        if (value := getattr(request, name)) not in (None, ())
    }
    held = {name: value for name in FIELDS if (value := getattr(request.fixed, name)) is not None}
    with search("Searching", "Found", "stop_next") as progress:
        found = next_experiment(
            request.amine,
            request.carbonyl,
            model=model,
            target=request.target,
            n=n,
            progress=progress,
            **{**limits, **held},
        )
        st.session_state[NEXT] = (found, request)


def _proposal(found: NextExperiment) -> None:
    """Say what to run, why, and what it takes; the sheet of the first run is a click away."""
    for i, procedure in enumerate(found.procedures, start=1):
        st.markdown(f"**{i}.** {spoken(whole_words(procedure))}")
    if found.teaches_more is not None:
        st.markdown(spoken(f"Or, to learn more: {whole_words(found.teaches_more)}"))
    said = spoken(f"Gain {found.gain:.1f} points, ceiling {found.ceiling:.1f} points. {stop_words(found)}")
    if found.stop:
        st.success(said, icon=":material/flag:")
    else:
        st.markdown(said)
    st.markdown("\n".join(f"- {spoken(reason)}" for reason in found.reasons))
    several = [f"{i}" for i in range(1, len(found.procedures) + 1)] + ["more"] * (
        found.teaches_more is not None
    )
    procedures = [*found.procedures, *([found.teaches_more] if found.teaches_more is not None else [])]
    chosen = "1"
    if len(several) > 1:
        chosen = (
            st.segmented_control("Which of them", several, default="1", required=True, key="which_next")
            or "1"
        )
    procedure = procedures[several.index(chosen) if chosen in several else 0]
    with st.container(horizontal=True):
        st.toggle("Sheet of this run", key="next_sheet")
        st.button(
            "Open in Plan", key="open_next", icon=":material/open_in_new:", on_click=_open, args=(procedure,)
        )
        stem = file_stem(found.pair, found.model)
        parts.download("Table to fill (CSV)", lambda: csv_text(*next_rows(found)), "next_runs.csv", stem)
    if st.session_state["next_sheet"]:
        _sheet(found, procedure)


def _open(procedure: Settled) -> None:
    """Put a run into the inputs and go to Plan."""
    load_inputs({name: value for name in FIELDS if (value := _given(procedure, name)) is not None})
    st.session_state["page"] = "Plan"


def _given(procedure: Settled, name: str) -> object:
    """Take a field; a time that the addition does not have is none."""
    value = getattr(procedure, name)
    return None if name in ("addition_time_h", "imine_time_h") and not value else value


def _sheet(found: NextExperiment, procedure: Settled) -> None:
    """Work out the charges of a run, at the scale at the left."""
    state = st.session_state
    typed, scale, of = (state["amine"], state["carbonyl"]), state["scale"], state["scale_of"]
    asked = Procedure(**{name: getattr(procedure, name) for name in FIELDS})
    try:
        prediction = split_of(found.model, found.pair, asked, found.target)
        sheet = answers.the_sheet(*typed, prediction, procedure, found.target, scale, of)
    except PlannerError as error:
        parts.show_error(error)
        return
    bench.show_sheet(sheet)
    plan = as_plan(prediction)
    with st.container(horizontal=True):
        stem = file_stem(found.pair, found.model)
        parts.download("Charges (CSV)", lambda: csv_text(sheet.rows(), COLUMNS), "charges.csv", stem)
        parts.download("Run sheet (HTML)", lambda: run_sheet(plan, plan.best, sheet), "run_sheet.html", stem)
