"""Frame: page settings, navigation, and the page that was chosen.

The pages are one Streamlit page with a choice at its top, not Streamlit's own pages: there a box of the
same name on two pages is two boxes, and what was typed on one would be lost on the other.
"""

import streamlit as st

from planner.app import answers, asked, inputs, knobs, learn, model, parts, peaks, plan, recommend, rings
from planner.app.words import TITLE
from planner.errors import PlannerError

PAGES = {"Plan": plan.show, "Recommend": recommend.show, "Peaks": peaks.show, "Learn": learn.show}
"""Pages that answer the inputs, and how each is drawn."""
OWN_INPUTS = {"Rings": rings.show, "Model": model.show}
"""Pages that take none of them."""


def show() -> None:
    """Draw the app: the answer first, then the panel, for it is the answer that one waits for.

    In the first run of a session the panel comes first, since its widgets read the address; and where
    drawing it mends an input (a target that a new amine does not have), the answer is made again.
    """
    knobs.catch_up()
    st.set_page_config(page_title=TITLE, page_icon="⚗️", layout="wide", initial_sidebar_state=380)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"#### {TITLE}", width="content")
        page = st.segmented_control(
            "Page",
            (*PAGES, *OWN_INPUTS),
            default="Plan",
            required=True,
            key="page",
            bind="query-params",
            label_visibility="collapsed",
        )
    chosen = str(page or "Plan")
    if not asked.has_inputs():
        inputs.panel(chosen)
        _show_page(chosen)
        answers.keep_what_is_loaded()
    else:
        answered = asked.given_inputs()
        _show_page(chosen)
        inputs.panel(chosen)
        if asked.given_inputs() != answered:
            st.rerun()
    knobs.remember()


def _show_page(name: str) -> None:
    """Draw one page, or the one line that says why it cannot be drawn; a bug is called one, and takes no input."""
    try:
        if name in OWN_INPUTS:
            OWN_INPUTS[name]()
        else:
            PAGES[name](asked.read_asked())
    except PlannerError as error:
        parts.show_error(error)
    except Exception as error:
        parts.show_bug(error)
