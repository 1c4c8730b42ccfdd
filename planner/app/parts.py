"""Parts: what every page shows in the same way: an error, a picture, a download."""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import pandas as pd
import streamlit as st

from planner.app.words import plain
from planner.errors import PlannerError
from planner.predictions.charts import Picture

GREY = "#767676"
"""Of numbers that may not hold; 4.5:1 on white."""
MIMES = {
    "csv": "text/csv",
    "txt": "text/plain",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "html": "text/html",
    "toml": "application/toml",
    "svg": "image/svg+xml",
    "eln": "application/vnd.eln+zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""By the end of a file's name."""


def show_error(error: PlannerError) -> None:
    """Show what the user can mend, letter by letter."""
    st.error(plain(str(error)), icon=":material/error:")


def show_bug(error: Exception) -> None:
    """Say that the planner failed, without the paths of this machine; the terminal has them."""
    traceback.print_exception(error)
    st.error(
        f"The planner itself failed here ({type(error).__name__}), not your input, which stays. The terminal that "
        "the app was started from says where; please report it.",
        icon=":material/bug_report:",
    )


def number(label: str, value: str, below: str, *, beside: str | None = None, hint: str | None = None) -> None:
    """Show a number in large, with what stands below and beside it."""
    st.metric(
        label,
        value,
        delta=below,
        delta_color="off",
        delta_arrow="off",
        delta_description=beside,
        help=hint,
        border=True,
    )


def per_cent(share: float) -> str:
    """Write a share as a whole per cent."""
    return f"{100 * share:.0f} %"


def span(low: float, high: float) -> str:
    """Write an interval in whole per cents, as one where both ends are that."""
    ends = f"{100 * low:.0f}", f"{100 * high:.0f}"
    return f"{' to '.join(dict.fromkeys(ends))} %"


def picture(drawn: Picture, words: str = "", *, key: str, alt: str) -> None:
    """Show a picture with a line on how to read it, and words for those who cannot see it."""
    st.vega_lite_chart(drawn.whole(), key=key, alt=alt)
    if words:
        note(words, drawn, key)


def note(words: str, drawn: Picture, key: str) -> None:
    """Say how to read a picture, and offer it for print where the extra is installed; PNG is in its toolbar."""
    if words:
        st.caption(words)
    if find_spec("vl_convert"):
        download("SVG", drawn.svg, f"{key}.svg")


def headings(shown: Mapping[str, str], formats: Mapping[str, str]) -> dict[str, Any]:
    """Name the columns of a table on the screen, and say how their numbers are written."""
    return {
        name: st.column_config.NumberColumn(word, format=formats[name])
        if name in formats
        else st.column_config.Column(word)
        for name, word in shown.items()
    }


def whole(frame: pd.DataFrame, shares: Iterable[str]) -> pd.DataFrame:
    """Round fractions to whole per cents, which is what their intervals support."""
    return frame.round(dict.fromkeys(shares, 2))


def greyed(frame: pd.DataFrame, risks: Sequence[str]) -> Any:
    """Grey the numbers of a table where a caveat foretells another main product."""
    return frame.style.set_properties(**{"color": GREY}) if risks else frame


def download(label: str, make: Callable[[], str | bytes], name: str, of: str = "") -> None:
    """Offer a file that is made when it is asked for; nothing reruns. Its name begins with what it is ``of``."""
    st.download_button(
        label,
        make,
        f"{of}_{name}" if of else name,
        MIMES[name.rsplit(".", 1)[-1]],
        on_click="ignore",
        icon=":material/download:",
        key=f"download_{name}",
        type="tertiary" if name.endswith(".svg") else "secondary",
    )
