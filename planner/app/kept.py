"""Kept: what the boxes of a page hold while another page is open; Streamlit itself forgets what it does not draw."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.app.words import plain

KEPT, ASKED = "kept_boxes", "kept_keys"
"""Where a session keeps them, by the key of the box, and the keys of those that were asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file that was uploaded."""

    name: str
    content: bytes
    id: str
    """Another one for each upload."""


def catch_up() -> None:
    """Keep what the boxes hold now; to be called before any page is drawn, for it may be another page's turn."""
    held, state = _held(), st.session_state
    for key in state.get(ASKED, ()):
        if key in state:
            held[key] = state[key]


def keep(*keys: str) -> None:
    """Bring boxes back to what they held when their page was last open; to be called before they are drawn."""
    held, state = _held(), st.session_state
    state[ASKED] = (*dict.fromkeys((*state.get(ASKED, ()), *keys)),)
    for key in keys:
        if key in state:
            held[key] = state[key]
        elif key in held:
            state[key] = held[key]


def _held() -> dict[str, Any]:
    found: dict[str, Any] = st.session_state.setdefault(KEPT, {})
    return found


def upload(label: str, types: list[str], key: str) -> File | None:
    """Take a file and keep it until it is taken away, there or by the button that stands in its place later."""
    state, kept = st.session_state, f"kept_{key}"
    here = st.file_uploader(label, types, key=key, on_change=_uploaded, args=(key, kept))
    file: File | None = state.get(kept)
    if here is None and file is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{plain(file.name)} is kept from before.")
            st.button("Take it away", key=f"forget_{key}", on_click=state.pop, args=(kept, None))
    return file


def _uploaded(key: str, kept: str) -> None:
    """Keep what stands in a box for files, or forget it with the box."""
    state = st.session_state
    file = state[key]
    if file is None:
        state.pop(kept, None)
    else:
        state[kept] = File(name=file.name, content=bytes(file.getvalue()), id=file.file_id)
