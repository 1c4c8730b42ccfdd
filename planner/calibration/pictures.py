"""Pictures of what runs taught: the split and a curve before and after, found against predicted, narrowing over runs.

Before is grey, after blue, what was found vermilion; they differ in shape and dash as well.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from planner.calibration.checking import Check, check_name, check_values
from planner.calibration.effects import AFTER, BEFORE, Narrowed
from planner.files.tables import to_frame
from planner.predictions.charts import (
    BLUE,
    DASHES,
    GREY,
    INK,
    PER_CENT,
    VERMILION,
    WHOLE,
    Picture,
    Spec,
    finish_chart,
    number_tips,
    start_chart,
    top_legend,
)
from planner.predictions.degrees import degree_word

WHEN = (BEFORE, AFTER)
_COLOUR = alt.Scale(domain=WHEN, range=(GREY, BLUE))
_DASH = alt.Scale(domain=WHEN, range=(DASHES[1], DASHES[0]))
_SPAN = (("fraction", ".1%", "mean"), ("low", ".1%", "5 %"), ("high", ".1%", "95 %"))


def split_chart(rows: Sequence[dict[str, Any]]) -> Picture:
    """Draw the split of one procedure before and after learning, with 5-95 % intervals."""
    named = [{**row, "product": degree_word(row["degree"])} for row in rows]
    columns = ("when", "product", "fraction", "low", "high")
    return Picture(spec=_split(), data={"learned_split": to_frame(named, columns)})


@lru_cache
def _split() -> Spec:
    base = start_chart("learned_split").encode(
        x=alt.X("product:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("when:N", sort=list(WHEN)),
        tooltip=[alt.Tooltip("product:N"), alt.Tooltip("when:N"), *number_tips(*_SPAN)],
    )
    colour = alt.Color("when:N", scale=_COLOUR, legend=top_legend(symbolType="square"))
    y = alt.Y("fraction:Q", axis=PER_CENT, scale=WHOLE, title="fraction of the amine")
    bars = base.mark_bar(opacity=0.85).encode(y=y, color=colour)
    spans = base.mark_rule(strokeWidth=2, color=INK).encode(y="low:Q", y2="high:Q")
    return finish_chart(bars, spans)


def curve_chart(rows: Sequence[dict[str, Any]], target: int) -> Picture:
    """Draw the target fraction against carbonyl equivalents, before and after, with 5-95 % bands."""
    columns = ("when", "carbonyl_equivalents", "fraction", "low", "high")
    return Picture(spec=_curve(target), data={"learned_curve": to_frame(rows, columns)})


@lru_cache
def _curve(target: int) -> Spec:
    base = start_chart("learned_curve").encode(
        x=alt.X("carbonyl_equivalents:Q", title="carbonyl [equiv]", scale=alt.Scale(zero=False, nice=False)),
        color=alt.Color("when:N", scale=_COLOUR, legend=top_legend(symbolType="stroke")),
    )
    y = alt.Y("fraction:Q", axis=PER_CENT, scale=WHOLE, title=degree_word(target))
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q"), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5).encode(
        y=y, strokeDash=alt.StrokeDash("when:N", scale=_DASH, legend=None)
    )
    points = base.mark_point(opacity=0, size=120).encode(
        y=y, tooltip=[alt.Tooltip("when:N"), *number_tips(("carbonyl_equivalents", ".2f", "equiv"), *_SPAN)]
    )
    return finish_chart(band, line, points)


def check_chart(checks: Sequence[Check]) -> Picture:
    """Draw what was found (diamonds) on the intervals predicted for it before and after, one row a part of a run."""
    rows = [
        {
            "row": f"{check_name(c)}: {c.part}",
            "when": when,
            "found": c.found,
            "middle": middle,
            "low": low,
            "high": high,
        }
        for c in checks
        for when, (middle, low, high) in zip(WHEN, check_values(c), strict=True)
    ]
    columns = ("row", "when", "found", "middle", "low", "high")
    height = max(120, 34 * len(checks) + 60)
    return Picture(spec=_check(height), data={"checks": to_frame(rows, columns)})


@lru_cache
def _check(height: int) -> Spec:
    spans = (
        ("found", ".1%", "found"),
        ("middle", ".1%", "median"),
        ("low", ".1%", "5 %"),
        ("high", ".1%", "95 %"),
    )
    base = start_chart("checks").encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=180)),
        tooltip=[alt.Tooltip("row:N"), alt.Tooltip("when:N"), *number_tips(*spans)],
    )
    offset = alt.YOffset("when:N", sort=list(WHEN))
    colour = alt.Color("when:N", scale=_COLOUR, legend=top_legend(symbolType="stroke"))
    x = alt.X("low:Q", axis=PER_CENT, scale=WHOLE, title="share of what was seen; diamonds: found")
    lines = base.mark_rule(strokeWidth=5).encode(x=x, x2="high:Q", yOffset=offset, color=colour)
    found = base.mark_point(
        shape="diamond", size=90, filled=True, color=VERMILION, stroke="white", opacity=1
    ).encode(x="found:Q", yOffset=offset)
    return finish_chart(lines, found, height=height)


def narrowing_chart(steps: Sequence[Narrowed], target: int) -> Picture:
    """Draw how the target fraction of one procedure narrowed from run to run."""
    rows = [
        {"runs": s.n_runs, "fraction": s.target.mean, "low": s.target.low, "high": s.target.high}
        for s in steps
    ]
    return Picture(
        spec=_narrowing(target), data={"narrowing": to_frame(rows, ("runs", "fraction", "low", "high"))}
    )


@lru_cache
def _narrowing(target: int) -> Spec:
    base = start_chart("narrowing").encode(
        x=alt.X("runs:O", title="runs learned from", axis=alt.Axis(labelAngle=0)),
        tooltip=[alt.Tooltip("runs:O"), *number_tips(*_SPAN)],
    )
    y = alt.Y("low:Q", axis=PER_CENT, scale=WHOLE, title=degree_word(target))
    spans = base.mark_rule(strokeWidth=9, color=BLUE, opacity=0.55).encode(y=y, y2="high:Q")
    means = base.mark_point(shape="diamond", size=90, filled=True, color=VERMILION, opacity=1).encode(
        y="fraction:Q"
    )
    return finish_chart(spans, means)
