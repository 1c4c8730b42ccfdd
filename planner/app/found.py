"""Found: a box on the Plan page for what a run gave, answered at once."""

import streamlit as st

from planner.app import answers, parts
from planner.app.words import explain, spoken
from planner.comparisons.observed import degree_names
from planner.errors import PlannerError
from planner.files.typed import typed_number
from planner.predictions.prediction import Prediction

MOST = 5
"""Degrees that are asked for; further ones are for the command line."""
KEPT = "ran"
"""Where a session keeps what was typed, with the pair that it is of, while another page is open."""


def show(prediction: Prediction) -> None:
    """Ask what was found of each degree, and say how that agrees with the prediction."""
    with st.expander("I ran it: what I found", expanded=False, icon=":material/science:"):
        st.caption(explain("ran"))
        try:
            found = _typed(prediction)
            if not found:
                return
            comparison = answers.the_comparison(*prediction.pair.texts, prediction.procedure, found)
        except PlannerError as error:
            parts.show_error(error)
            return
        st.markdown("\n".join(f"- {spoken(sentence)}" for sentence in comparison.words))


def _typed(prediction: Prediction) -> tuple[tuple[str, float], ...]:
    """Draw a box for each degree; what was typed stays until the pair is another one."""
    state, texts = st.session_state, prediction.pair.texts
    pair, typed = state.get(KEPT, (texts, {}))
    is_same = pair == texts
    names = degree_names(prediction.pair)[:MOST]
    with st.container(horizontal=True):
        for name in names:
            key = f"ran_{name}"
            if not is_same or key not in state:
                state[key] = typed.get(name) if is_same else None
            st.text_input(f"{name.capitalize()} [%]", key=key, width=130, max_chars=24)
    held = {name: state[f"ran_{name}"] for name in names}
    state[KEPT] = (texts, held)
    return tuple(
        (name, typed_number(text, "per cent", name) / 100.0)
        for name, text in held.items()
        if text and text.strip()
    )
