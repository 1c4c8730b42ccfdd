"""Frame: page settings, navigation, and the page that was chosen.

The pages are one Streamlit page with a choice at its top, not Streamlit's own pages: there a box of the
same name on two pages is two boxes, and what was typed on one would be lost on the other.
"""

import streamlit as st

from planner.app import inputs, model, plan, recommend
from planner.app.words import TITLE

PAGES = ("Plan", "Recommend", "Model")


def show() -> None:
    """Draw the app."""
    st.set_page_config(page_title=TITLE, page_icon="⚗️", layout="wide", initial_sidebar_state=380)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"#### {TITLE}", width="content")
        page = st.segmented_control(
            "Page",
            PAGES,
            default="Plan",
            required=True,
            key="page",
            bind="query-params",
            label_visibility="collapsed",
        )
    asked = inputs.sidebar(page or "Plan")
    if page == "Model":
        model.show()
    elif asked is not None:
        (recommend if page == "Recommend" else plan).show(asked)
