"""Parts: what every page shows in the same way: an error, a picture, a download."""

from collections.abc import Callable

import streamlit as st

from planner.app.words import plain
from planner.errors import PlannerError
from planner.pictures import Picture


def show_error(error: PlannerError) -> None:
    """Show what the user can mend, letter by letter."""
    st.error(plain(str(error)), icon=":material/error:")


def picture(drawn: Picture, *, key: str, alt: str) -> None:
    """Show a picture with words for those who cannot see it."""
    st.vega_lite_chart(drawn.whole(), key=key, alt=alt)


def download(label: str, data: str | bytes | Callable[[], bytes], name: str, mime: str | None = None) -> None:
    """Offer a file; nothing reruns."""
    kinds = {
        "csv": "text/csv",
        "json": "application/json",
        "html": "text/html",
        "eln": "application/vnd.eln+zip",
    }
    st.download_button(
        label,
        data,
        name,
        mime or kinds[name.rsplit(".", 1)[-1]],
        on_click="ignore",
        icon=":material/download:",
        key=f"download_{name}",
    )
