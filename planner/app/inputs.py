"""Inputs: the panel at the left. The two structures, worked examples, saved plans, and the knobs."""

from collections.abc import Mapping
from hashlib import blake2b

import streamlit as st

from planner.app import history
from planner.app.answers import Key, the_model, the_pair, the_prediction
from planner.app.asked import INPUTS
from planner.app.examples import examples
from planner.app.knobs import limit_inputs, load_inputs, procedure_inputs, scale_inputs, target_inputs
from planner.app.parts import show_error
from planner.app.saved import saved_inputs, wanted_inputs
from planner.app.words import explain
from planner.errors import PlannerError
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.model.catalogue import resolve_name
from planner.plans.recommendation import Plan
from planner.plans.saved import read_record, read_saved
from planner.plans.shortlist import REPORT_DRAWS
from planner.predictions.prediction import Prediction

EXAMPLES, REOPEN = "examples_menu", "reopen_menu"
"""Keys of the two menus; false closes one."""
OPENED = "opened"
"""Key of the address that holds the mark of the procedure that was opened from a list."""


def open_plan(
    plan: Plan,
    procedure: Procedure,
    *,
    defaults: tuple[str, ...],
    amine: str | None = None,
    basis: str | None = None,
) -> None:
    """Put a procedure of a plan into the inputs and go to Plan; what took a default stays a default.

    The amine and the basis are those of the plan where none are given; a protected amine is another one.
    """
    chosen = {name: getattr(procedure, name) for name in FIELDS if name not in defaults}
    given = {
        name: value
        for name, value in chosen.items()
        if value or name not in ("addition_time_h", "imine_time_h")
    }
    asked = {"amine": amine or plan.request.amine, "carbonyl": plan.request.carbonyl}
    names = the_model().catalogue
    pair = {
        name: text
        for name, text in asked.items()
        if text not in (st.session_state[name], resolve_name(st.session_state[name], names))
    }
    wanted = wanted_inputs(plan.request.target, plan.aim.degree)
    load_inputs({**pair, **wanted, "basis": basis or plan.request.basis, **given})
    st.query_params[OPENED] = mark(procedure)
    st.session_state["page"] = "Plan"


def start_inputs() -> None:
    """Show the examples and a place to reopen a file."""
    with st.container(horizontal=True, gap="small"):
        with st.popover(
            "Examples", icon=":material/school:", width="stretch", key=EXAMPLES, on_change="rerun"
        ):
            for example in examples():
                key = f"example_{example.name}"
                st.button(
                    example.name, key=key, on_click=_load_example, args=(example.inputs,), width="stretch"
                )
                st.caption(example.lesson)
        with st.popover(
            "Reopen", icon=":material/folder_open:", width="stretch", key=REOPEN, on_change="rerun"
        ):
            st.file_uploader(
                "A prediction or plan (JSON), or an archive (.eln)",
                ["json", "eln"],
                key="reopened",
                on_change=_reopen,
            )
            st.caption(explain("reopen"))


def _load_example(inputs: Mapping[str, object]) -> None:
    """Load a worked example, and close its menu; the basis is the amine where none is given."""
    load_inputs({"basis": "amine", "max_over_alkylation": None, **inputs})
    st.session_state[EXAMPLES] = False


def _reopen() -> None:
    """Put a saved prediction or plan back into the inputs, and a plan's list back on its page."""
    if (file := st.session_state["reopened"]) is None:
        return
    try:
        found = read_saved(read_record(file.getvalue(), file.name), the_model())
        inputs = saved_inputs(found)
        if isinstance(found, Plan):
            st.session_state["found"] = found
            st.session_state["page"] = "Recommend"
    except PlannerError as error:
        show_error(error)
        return
    load_inputs(inputs)
    st.session_state[REOPEN] = False


def panel() -> None:
    """Draw every input, whatever the page, so that the address always holds the whole plan.

    What the inputs cannot say is shown on the page (``asked.read_asked`` raises it); nothing that was typed is lost.
    """
    with st.sidebar:
        start_inputs()
        taken_back = st.container()
        try:
            pair = the_pair(st.session_state["amine"], st.session_state["carbonyl"])
        except PlannerError:
            pair = None
        target_inputs(pair)
        procedure, limits = st.tabs(["Procedure", "Limits of the search"])
        with limits:
            limit_inputs(pair)
        with procedure:
            procedure_inputs(pair)
        scale_inputs()
        history.keep({name: st.session_state[name] for name in INPUTS})
        with taken_back:
            history.buttons()


def mark(procedure: Procedure | Settled) -> str:
    """Write a short mark of a procedure, for the address."""
    return blake2b(repr(procedure).encode(), digest_size=4).hexdigest()


def best_known(key: Key) -> Prediction:
    """Predict a procedure, on the draws of a list where it was opened from one, here or by whoever sent the link.

    So one procedure has one answer; any other is answered on fewer draws, and faster.
    """
    prediction = the_prediction(*key)
    if (plan := _plan_of(prediction)) is not None:
        for recommendation in plan.recommendations:
            if recommendation.prediction.procedure == prediction.procedure:
                return recommendation.prediction
    is_opened = st.query_params.get(OPENED) == mark(prediction.procedure)
    return the_prediction(*key, draws=REPORT_DRAWS) if is_opened else prediction


def best_for(prediction: Prediction) -> Prediction | None:
    """Return the recommended procedure's prediction, if one was found for this pair, target and basis."""
    plan = _plan_of(prediction)
    return plan.best.prediction if plan else None


def _plan_of(prediction: Prediction) -> Plan | None:
    """Return the plan that was found for the pair, model, target and basis of a prediction.

    A plan for one isomer counts that isomer alone and is not compared.
    """
    plan: Plan | None = st.session_state.get("found")
    if plan is None or plan.aim.smiles is not None:
        return None
    same = ("pair", "model", "target", "basis")
    is_same = all(getattr(plan.best.prediction, n) == getattr(prediction, n) for n in same)
    return plan if is_same else None
