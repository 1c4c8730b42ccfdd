"""Boxes: numbers that are typed, as text that the planner reads; a browser's own number box drops a comma unseen.

Every box is keyed by the name of its field or limit and bound to the address, and holds what was typed.
"""

from typing import Any

import streamlit as st

from planner.files.typed import typed_number
from planner.flask.fields import KINDS as OF_FIELDS
from planner.plans.request import KINDS as OF_LIMITS

KINDS = {**OF_LIMITS, **OF_FIELDS}
LONGEST_NUMBER = 24


def as_typed(value: object) -> str | None:
    """Write a number as its box holds it; None where the box is empty."""
    return None if value is None else f"{value:.12g}"


def typed(name: str) -> float | None:
    """Read the box of a field or limit; None where it is empty.

    Raises
    ------
    ProcedureError
        If what was typed is no number, or could be two; it names the box.
    """
    state = st.session_state
    held = state[name] if name in state else st.query_params.get(name)  # a first run's box is not drawn yet
    text = str(held or "").strip()
    return typed_number(text, KINDS[name], name) if text else None


def number_box(label: str, name: str, *, empty: str, first: str | None = None, **more: Any) -> None:
    """Show the box of a field or limit; ``empty`` stands in it in grey while nothing is typed."""
    st.text_input(
        label, first, key=name, bind="query-params", placeholder=empty, max_chars=LONGEST_NUMBER, **more
    )


def is_number(name: str) -> bool:
    """Tell whether the box of an input is for a number."""
    return name in KINDS and name != "temperature_window_C"
