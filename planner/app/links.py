"""Links: what an address holds and no input could take, said once and not dropped in silence."""

from collections.abc import Collection
from typing import Any

import streamlit as st

from planner.app.asked import INPUTS
from planner.errors import nearest, shown

GIVEN = "given_link"
OTHERS = ("page", "find", "listed", "opened")
"""Keys of the address that are no inputs of a plan."""
STREAMLITS = ("embed", "embed_options")


def keep_given() -> None:
    """Keep what the address holds before any input has read it."""
    query = st.query_params
    st.session_state[GIVEN] = {name: query.get_all(name) for name in query if name not in STREAMLITS}


def dropped(of_page: Collection[str] = ()) -> list[str]:
    """Say which values of the address stand in no input; once, in the run that has read it.

    The page that was opened may have inputs of its own.
    """
    known = (*INPUTS, *OTHERS, *of_page)
    given: dict[str, list[str]] = st.session_state.pop(GIVEN, {})
    lines = []
    for name, texts in given.items():
        if name not in known:
            lines.append(f"{shown(name)} is no input of this page{nearest(name, known)}; it was left out.")
        elif name not in ("listed", "opened") and (
            lost := [t for t in texts if not _is_held(t, st.session_state.get(name))]
        ):
            lines.append(
                f"{name} cannot be {', '.join(map(shown, lost))}; its box shows what was taken instead."
            )
    return [f"In the link, {line}" for line in lines]


def _is_held(text: str, held: Any) -> bool:
    """Tell whether an input holds a text of the address."""
    if isinstance(held, (list, tuple)):
        return any(_is_held(text, one) for one in held)
    if isinstance(held, bool):
        return text.casefold() == str(held).casefold()
    if isinstance(held, (int, float)):
        try:
            return float(text) == held
        except ValueError:
            return False
    return text == (held or "")
