"""Boxes: numbers that are typed, as text that the planner reads, and identifiers that are shown as words.

A browser's own number box drops a comma unseen. Every box is keyed by the name of its field or limit and stands in the
address under it; a number as it was typed, a word as its identifier.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from planner.app.words import words_of
from planner.files.typed import typed_number
from planner.flask.fields import KINDS as OF_FIELDS
from planner.plans.request import KINDS as OF_LIMITS
from planner.rings.options import KINDS as OF_RINGS


def ring_box(name: str) -> str:
    """Name the box of a field of a ring closure: fields of both kinds of flask have the same names."""
    return f"ring_{name}"


KINDS = {**OF_LIMITS, **OF_FIELDS, **{ring_box(name): kind for name, kind in OF_RINGS.items()}}
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
    return typed_number(text, KINDS[name], name.removeprefix(ring_box(""))) if text else None


def number_box(label: str, name: str, *, empty: str, first: str | None = None, **more: Any) -> None:
    """Show the box of a field or limit; ``empty`` stands in it in grey while nothing is typed."""
    st.text_input(
        label, first, key=name, bind="query-params", placeholder=empty, max_chars=LONGEST_NUMBER, **more
    )


def is_number(name: str) -> bool:
    """Tell whether the box of an input is for a number."""
    return name in KINDS and name != "temperature_window_C"


def word_box(label: str, options: Sequence[str], name: str, *, empty: str) -> None:
    """Show the box of a choice whose identifiers are no words; ``empty`` stands in it while nothing is chosen."""
    _from_link(name, [word for word in st.query_params.get_all(name) if word in options][:1])
    st.selectbox(label, options, index=None, key=name, format_func=words_of, placeholder=empty)
    _into_link(name, st.session_state[name])


def words_box(label: str, options: Sequence[str], name: str, *, empty: str) -> None:
    """Show the box of several choices whose identifiers are no words."""
    _from_link(name, [[word for word in st.query_params.get_all(name) if word in options]])
    st.multiselect(label, options, key=name, format_func=words_of, placeholder=empty)
    _into_link(name, st.session_state[name])


def _from_link(name: str, given: Sequence[Any]) -> None:
    """Bring what the address says of a box that was not drawn yet; the app's own binding would hold its words."""
    if name not in st.session_state and given and given[0]:
        st.session_state[name] = given[0]


def _into_link(name: str, value: Any) -> None:
    """Write a choice into the address; an empty one stands in no link."""
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
