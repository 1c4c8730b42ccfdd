"""History: undo and redo of the inputs, one entry an action, on a stack in the session."""

from typing import Any

import streamlit as st

STACK, PLACE = "history", "history_place"
DEEPEST = 100
"""Actions that can be taken back."""


def buttons() -> None:
    """Show undo and redo; each is grey where there is nothing to go to."""
    state = st.session_state
    stack, place = state.get(STACK, ()), state.get(PLACE, 0)
    with st.container(horizontal=True, gap="small"):
        for word, icon, to in (("Undo", "undo", place - 1), ("Redo", "redo", place + 1)):
            st.button(
                word,
                key=word.lower(),
                icon=f":material/{icon}:",
                on_click=_go,
                args=(to,),
                disabled=not 0 <= to < len(stack),
                width="stretch",
            )


def keep(inputs: dict[str, Any]) -> None:
    """Put what the inputs hold at the end of a run on the stack, where an action changed them.

    What had been taken back is forgotten once something else is done.
    """
    state = st.session_state
    stack, place = state.get(STACK, ()), state.get(PLACE, 0)
    if stack and stack[place] == inputs:
        return
    stack = (*stack[: place + 1], inputs)[-DEEPEST:]
    state[STACK], state[PLACE] = stack, len(stack) - 1


def _go(place: int) -> None:
    """Put an entry of the stack back into the inputs."""
    state = st.session_state
    stack = state.get(STACK, ())
    if not 0 <= place < len(stack):
        return
    for name, value in stack[place].items():
        state[name] = value
        state.pop(f"trail_{name}", None)
    state[PLACE] = place
