"""Charts: what all pictures share: colours, axes, legends, and how a picture travels to a page.

A picture is a specification, built once by Altair, and the tables that it shows, by name; so a page
exchanges the numbers without drawing the axes again. What is aimed at is blue, what lies above it
vermilion, what lies below it grey (Okabe and Ito's colours). Lines differ in dash as well as in colour.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import altair as alt

from planner.structures.drawings import OKABE_ITO

if TYPE_CHECKING:
    import pandas as pd

Spec = dict[str, Any]

BLUE, VERMILION, ORANGE, GREEN, PINK, SKY = (
    OKABE_ITO[name] for name in ("blue", "vermilion", "orange", "green", "pink", "sky")
)
GREY, INK, DARK, OCHRE = "#8A8F98", "#717783", "#30343B", "#B59B00"
"""INK is for strokes and words that must show on white and on near-black alike."""
DASHES = ([1, 0], [8, 3], [2, 2], [8, 3, 2, 3], [5, 5], [14, 4])
PER_CENT = alt.Axis(format=".0%", tickCount=5)
WHOLE = alt.Scale(domain=(0, 1), nice=False)
VIRIDIS = alt.Scale(scheme="viridis", domain=(0, 1))
HEIGHT = 320
"""Of a picture [px], legend and axes included; the width is that of the page."""
ENTRY_PX = 105
"""An entry of a legend with its symbol [px]."""
DRAWN = {"embedOptions": {"renderer": "svg"}}
"""By the page: lines stay sharp on every screen, and every mark is an element that a keyboard or a test can reach."""
SHARES = ("fraction", "low", "high")
"""Columns of numbers from 0 to 1, of which eleven bits are more than a screen shows."""
DIGITS = 4
"""Decimals that a page is sent: no screen shows more."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Picture:
    """A chart and the tables that it shows."""

    spec: Spec
    """Vega-Lite; it names its tables."""
    data: "dict[str, pd.DataFrame]"
    """Tables by name."""

    def whole(self) -> Spec:
        """Put specification and tables together for a page, in as few bytes as a picture can show."""
        return {**self.spec, "datasets": {name: _compact(frame) for name, frame in self.data.items()}}

    def svg(self, width: int = 640) -> str:
        """Draw it for print, on white and ``width`` pixels wide; needs the extra ``pictures``."""
        from vl_convert import vegalite_to_svg

        tables = {name: frame.to_dict("records") for name, frame in self.data.items()}
        paper = {"datasets": tables, "width": width, "background": "white"}
        return str(vegalite_to_svg({**self.spec, **paper}))


def _compact(frame: "pd.DataFrame") -> Any:
    """Write a table as arrays: numbers with four decimals in half the bytes, words that repeat once, no index."""
    import pyarrow as pa

    columns = {}
    for name in frame.columns:
        values = frame[name].to_numpy()
        if values.dtype.kind == "f":
            kind = "float16" if name in SHARES else "float32"
            columns[name] = pa.array(values.round(DIGITS).astype(kind))
        else:
            listed = pa.array(values.tolist())
            columns[name] = listed if values.dtype.kind in "iub" else _once(listed)
    return pa.table(columns)


def _once(words: Any) -> Any:
    """Write words that repeat once, with a byte for each place where there are few."""
    import pyarrow as pa

    coded = words.dictionary_encode()
    if len(coded.dictionary) > 127:
        return words
    return pa.DictionaryArray.from_arrays(coded.indices.cast(pa.int8()), coded.dictionary)


def start_chart(table: str) -> alt.Chart:
    """Start a chart of a named table."""
    return alt.Chart(alt.NamedData(name=table))


def finish_chart(*layers: alt.Chart, height: int = HEIGHT) -> Spec:
    """Finish a chart."""
    with alt.theme.enable("none"):  # the page brings its own
        chart = alt.layer(*layers).properties(height=height, usermeta=DRAWN)
        spec = dict(chart.to_dict())
    return {**spec, "layer": _gathered(spec["layer"])}


def _gathered(layers: list[Spec]) -> list[Spec]:
    """Write once what neighbouring layers of one table share: a page is sent half as much."""
    gathered: list[Spec] = []
    for _, group in groupby(layers, key=lambda layer: layer.get("data")):
        several = [dict(layer) for layer in group]
        first = several[0].get("encoding", {})
        shared = {
            name: how
            for name, how in first.items()
            if all(how == x.get("encoding", {}).get(name) for x in several)
        }
        if len(several) == 1 or not shared or any("params" in x or "transform" in x for x in several):
            gathered += several
            continue
        inner = [
            {key: value for key, value in x.items() if key not in ("data", "encoding")}
            | {"encoding": {n: how for n, how in x["encoding"].items() if n not in shared}}
            for x in several
        ]
        of = {"data": several[0]["data"]} if "data" in several[0] else {}
        gathered.append({**of, "encoding": shared, "layer": inner})
    return gathered


def top_legend(
    title: str | None = None, *, columns: int | None = None, entry_px: int = ENTRY_PX, **more: Any
) -> alt.Legend:
    """Put a legend where a narrow page has room for it: in as many columns as fit, and at most those that are said."""
    if columns is not None:
        more["columns"] = alt.ExprRef(f"clamp(floor(width / {entry_px}), 2, {columns})")
    return alt.Legend(orient="top", title=title, labelLimit=240, symbolOpacity=1, **more)


def number_tips(*columns: tuple[str, str, str]) -> list[alt.Tooltip]:
    """Show numbers under the pointer: (column, format, words)."""
    return [alt.Tooltip(f"{name}:Q", format=form, title=words) for name, form, words in columns]
