"""Pictures: predictions as Vega-Lite charts that a colour-blind reader can read, on light and dark pages alike."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import altair as alt

from planner.files.tables import to_frame
from planner.flask.procedure import Settled
from planner.predictions.charts import (
    BLUE,
    DARK,
    DASHES,
    GREEN,
    GREY,
    INK,
    OCHRE,
    ORANGE,
    PER_CENT,
    PINK,
    SKY,
    VERMILION,
    VIRIDIS,
    WHOLE,
    Picture,
    Spec,
    finish_chart,
    number_tips,
    start_chart,
    top_legend,
)
from planner.predictions.degrees import KINDS, degree_word, kind_of
from planner.predictions.landscape import Landscape
from planner.predictions.prediction import Prediction

if TYPE_CHECKING:
    import pandas as pd

COOL, WARM = (GREY, SKY, GREEN, "#44AA99", "#999933"), (VERMILION, ORANGE, "#A65628", "#AA4499")
"""Of the curves below and above the target."""
KIND_COLOURS = (GREY, BLUE, VERMILION)
POOL_COLOURS = (GREEN, ORANGE, SKY, PINK, VERMILION, BLUE, GREY)
FATE_COLOURS = (BLUE, ORANGE, GREY, PINK, GREEN, SKY)
MOST_TIMES = 40
"""Points of a curve in time that a page is sent."""
INTERVAL = (("fraction", "mean"), ("low", "5 %"), ("high", "95 %"))


# --- the split ---


def distribution_chart(prediction: Prediction) -> Picture:
    """Draw the fraction of each degree with its 5-95 % interval and the statistical reference (diamonds)."""
    columns = ("product", "kind", "fraction", "low", "high", "statistical", "top")
    rows = [
        {
            "product": degree_word(p.degree),
            "kind": kind_of(p.degree, prediction.target),
            "fraction": p.fraction,
            "low": p.low,
            "high": p.high,
            "statistical": s,
            "top": max(p.high, s),
        }
        for p, s in zip(prediction.products, prediction.statistical, strict=True)
    ]
    return Picture(spec=_distribution(), data={"split": to_frame(rows, columns)})


@lru_cache
def _distribution() -> Spec:
    tips = number_tips(*((name, ".1%", word) for name, word in (*INTERVAL, ("statistical", "statistics"))))
    base = start_chart("split").encode(
        x=alt.X("product:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        tooltip=[alt.Tooltip("product:N"), *tips],
    )
    kind = alt.Color(
        "kind:N", scale=alt.Scale(domain=KINDS, range=KIND_COLOURS), legend=top_legend(symbolType="square")
    )
    scale = alt.Scale(domain=(0, 1.08), nice=False)
    y = alt.Y("fraction:Q", scale=scale, axis=PER_CENT, title="fraction of the amine")
    span = base.encode(y="low:Q", y2="high:Q")
    diamond = base.mark_point(
        shape="diamond", size=80, filled=True, color="white", stroke=DARK, strokeWidth=1.5
    )
    word = base.mark_text(baseline="bottom", dy=-7, color=INK, fontWeight="bold")
    return finish_chart(
        base.mark_bar(opacity=0.9).encode(y=y, color=kind),
        span.mark_rule(strokeWidth=6, color="white", opacity=0.8),
        span.mark_rule(strokeWidth=2, color=DARK),
        diamond.encode(y="statistical:Q", opacity=alt.value(1)),
        word.encode(y="top:Q", text=alt.Text("fraction:Q", format=".0%")),
    )


# --- in time ---


def course_events(procedure: Settled) -> tuple[tuple[float, str], ...]:
    """List the moments of a procedure that a time course marks: (time [h], word)."""
    feed, imine = procedure.addition_time_h, procedure.imine_time_h
    moments = [(feed, "addition ends")] if feed else []
    moments += [(imine, "hydride in")] if imine else []
    moments += [(imine + procedure.hydride_time_h, "last portion in")] if procedure.hydride_time_h else []
    return (*moments, (procedure.total_time_h, "quench"))


def _degree_colours(n_degrees: int, target: int) -> list[str]:
    """One colour per degree: grey and cool ones below the target, blue on it, warm ones above."""
    below = [COOL[min(i, len(COOL) - 1)] for i in range(target)]
    above = [WARM[min(i, len(WARM) - 1)] for i in range(n_degrees - target - 1)]
    return [*below, BLUE, *above]


def course_chart(frame: "pd.DataFrame", target: int, events: Sequence[tuple[float, str]]) -> Picture:
    """Draw degrees and imine in time, with bands, from ``Prediction.profile_frame()``; events are (time [h], word)."""
    degrees = [c for c in frame.columns if c.startswith("degree_") and c.count("_") == 1]
    curves = {c: degree_word(int(c.removeprefix("degree_"))) for c in degrees} | {"imine": "imine"}
    curves |= {"held": "held by acid"} if "held" in frame.columns else {}
    colours = [*_degree_colours(len(degrees), target), PINK, OCHRE][: len(curves)]
    return _course(frame, curves, colours, events, "fraction of the amine")


def pools_chart(frame: "pd.DataFrame", events: Sequence[tuple[float, str]]) -> Picture:
    """Draw what is left of carbonyl and hydride, the alcohol, and what else is lost, in time, with bands."""
    listed = [c for c in frame.columns if f"{c}_low" in frame.columns and not c.startswith("degree_")]
    curves = {name: name for name in listed if name not in ("imine", "held")}
    return _course(frame, curves, POOL_COLOURS[: len(curves)], events, "fraction of its charge")


def _course(
    frame: "pd.DataFrame",
    curves: dict[str, str],
    colours: Sequence[str],
    events: Sequence[tuple[float, str]],
    title: str,
) -> Picture:
    """Stack curves, one row per time and curve; of many times every second is enough for a screen."""
    step = 1 + len(frame) // MOST_TIMES
    records = frame.iloc[sorted({*range(0, len(frame), step), len(frame) - 1})].to_dict("records")
    rows = [
        {
            "time_h": row["time_h"],
            "curve": word,
            "fraction": row[column],
            "low": row[f"{column}_low"],
            "high": row[f"{column}_high"],
        }
        for column, word in curves.items()
        for row in records
    ]
    marks = [{"time_h": time, "event": word} for time, word in events]
    return Picture(
        spec=_course_spec(tuple(curves.values()), tuple(colours), title),
        data={
            "course": to_frame(rows, ("time_h", "curve", "fraction", "low", "high")),
            "events": to_frame(marks, ("time_h", "event")),
        },
    )


@lru_cache
def _course_spec(names: tuple[str, ...], colours: tuple[str, ...], title: str) -> Spec:
    """Draw curves with bands and vertical markers."""
    hue = alt.Scale(domain=names, range=colours)
    dash = alt.Scale(domain=names, range=[DASHES[i % len(DASHES)] for i in range(len(names))])
    key = top_legend(symbolType="stroke", symbolSize=260, symbolStrokeWidth=2.5, columns=4)
    base = start_chart("course").encode(
        x=alt.X("time_h:Q", title="time [h]", scale=alt.Scale(nice=False, zero=True))
    )
    tips = number_tips(("time_h", ".2g", "time [h]"), *((name, ".0%", word) for name, word in INTERVAL))
    band, line = _banded(base, hue, dash, key, title, tips)
    marks = start_chart("events").encode(x="time_h:Q")
    word = marks.mark_text(color=INK, align="right", baseline="bottom", dx=-6, dy=-3, angle=270)
    return finish_chart(
        band,
        line,
        marks.mark_rule(color=INK, strokeDash=[4, 4], strokeWidth=1.5),
        word.encode(text="event:N", y=alt.value(0)),
    )


def _banded(
    base: alt.Chart, hue: alt.Scale, dash: alt.Scale, key: alt.Legend, title: str, tips: list[alt.Tooltip]
) -> tuple[alt.Chart, alt.Chart]:
    """Draw curves in their bands; both end where the picture ends."""
    band = base.mark_area(opacity=0.16, clip=True, aria=False).encode(
        y=alt.Y("low:Q", scale=WHOLE, title=title),
        y2="high:Q",
        color=alt.Color("curve:N", scale=hue, legend=key),
    )
    line = base.mark_line(strokeWidth=2.5, clip=True).encode(
        y=alt.Y("fraction:Q", scale=WHOLE, axis=PER_CENT, title=title),
        color=alt.Color("curve:N", scale=hue, legend=key),
        strokeDash=alt.StrokeDash("curve:N", scale=dash, title=None),
        tooltip=[alt.Tooltip("curve:N", title="what"), *tips],
    )
    return band, line


def pins_chart(frames: "dict[str, pd.DataFrame]", targets: dict[str, int]) -> Picture:
    """Draw the target of several procedures in time, from their ``profile_frame``, by the letter of each."""
    rows = [
        {
            "time_h": row["time_h"],
            "curve": letter,
            "fraction": row[name],
            "low": row[f"{name}_low"],
            "high": row[f"{name}_high"],
        }
        for letter, frame in frames.items()
        for name in (f"degree_{targets[letter]}",)
        for row in frame.to_dict("records")
    ]
    colours = (BLUE, VERMILION, GREEN, PINK)[: len(frames)]
    return Picture(
        spec=_course_spec(tuple(frames), colours, "target, share of the amine"),
        data={
            "course": to_frame(rows, ("time_h", "curve", "fraction", "low", "high")),
            "events": to_frame([], ("time_h", "event")),
        },
    )


# --- against the charge ---


def charge_chart(
    rows: Sequence[dict[str, float]], here: float, *, target: int, basis: str, limit: float | None
) -> Picture:
    """Draw every degree against the carbonyl charged, with bands, from ``charge_curve``; a rule where one stands."""
    degrees = list(dict.fromkeys(int(row["degree"]) for row in rows))
    names = tuple(degree_word(degree) for degree in degrees)
    colours = tuple(_degree_colours(max(degrees) + 1, target)[degree] for degree in degrees)
    shown = [{**row, "curve": degree_word(int(row["degree"]))} for row in rows]
    columns = ("carbonyl_equivalents", "curve", "fraction", "low", "high")
    return Picture(
        spec=_charge_spec(names, colours, f"share of the {basis}"),
        data={
            "charge": to_frame(shown, columns),
            "here": to_frame([{"here": here}], ("here",)),
            "limit": to_frame([] if limit is None else [{"limit": limit}], ("limit",)),
        },
    )


@lru_cache
def _charge_spec(names: tuple[str, ...], colours: tuple[str, ...], title: str) -> Spec:
    hue = alt.Scale(domain=names, range=colours)
    dash = alt.Scale(domain=names, range=[DASHES[i % len(DASHES)] for i in range(len(names))])
    key = top_legend(symbolType="stroke", symbolSize=260, symbolStrokeWidth=2.5, columns=4, entry_px=75)
    x = alt.X(
        "carbonyl_equivalents:Q", title="carbonyl [equivalents]", scale=alt.Scale(nice=False, zero=False)
    )
    tips = number_tips(
        ("carbonyl_equivalents", ".2f", "carbonyl eq"), *((name, ".0%", word) for name, word in INTERVAL)
    )
    band, line = _banded(start_chart("charge").encode(x=x), hue, dash, key, title, tips)
    stand = start_chart("here").encode(x="here:Q")
    most = start_chart("limit").mark_rule(color=VERMILION, strokeDash=[6, 3], strokeWidth=1.5, aria=False)
    return finish_chart(
        band,
        line,
        most.encode(y="limit:Q"),
        stand.mark_rule(color=INK, strokeDash=[4, 4], strokeWidth=1.5),
        stand.mark_text(color=INK, align="left", baseline="top", dx=5, dy=3, text="here").encode(
            y=alt.value(0)
        ),
    )


# --- the carbonyl ---


def fate_chart(prediction: Prediction) -> Picture:
    """Draw where the carbonyl charged went, as one bar."""
    fate = prediction.carbonyl_fate
    parts = {"in product": fate.product, "to alcohol": fate.alcohol, "left over": fate.unreacted}
    parts |= {f"to {word}": part for word, part in fate.other}
    start, rows = 0.0, []
    for word, part in parts.items():
        rows.append({"fate": word, "fraction": part, "start": start, "end": start + part})
        start += part
    frame = to_frame(rows, ("fate", "fraction", "start", "end"))
    return Picture(spec=_fate(tuple(parts)), data={"fate": frame})


@lru_cache
def _fate(words: tuple[str, ...]) -> Spec:
    base = start_chart("fate").encode(
        tooltip=[alt.Tooltip("fate:N"), *number_tips(("fraction", ".1%", "fraction"))]
    )
    colours = alt.Scale(domain=words, range=FATE_COLOURS[: len(words)])
    key = top_legend(symbolType="square", columns=5, entry_px=85)
    bar = base.mark_bar(height=36).encode(
        x=alt.X("start:Q", scale=WHOLE, axis=PER_CENT, title="fraction of the carbonyl"),
        x2="end:Q",
        color=alt.Color("fate:N", scale=colours, legend=key),
    )
    word = (
        base.transform_filter("datum.fraction > 0.06")
        .transform_calculate(middle="(datum.start + datum.end) / 2")
        .mark_text(color="white", fontWeight="bold")
    )
    text = word.encode(x="middle:Q", text=alt.Text("fraction:Q", format=".0%"))
    return finish_chart(bar, text, height=130)


# --- the neighbourhood ---


def landscape_chart(landscape: Landscape, here: tuple[float, float], limit: float | None) -> Picture:
    """Draw the map: target fraction over equivalents and time, the limit's contour, and where you are."""
    rows, (e, t) = landscape.cells(), here
    return Picture(
        spec=_landscape(f"{landscape.view.words} [h]"),
        data={
            "cells": to_frame(rows, tuple(rows[0])),
            "limit": to_frame(landscape.contour(limit), ("order", "carbonyl_equivalents", "time_h")),
            "here": to_frame([{"x": e, "y": t, "word": "you are here"}], ("x", "y", "word")),
        },
    )


@lru_cache
def _landscape(time: str) -> Spec:
    tips = number_tips(
        ("carbonyl_equivalents", ".2f", "carbonyl equivalents"),
        ("time_h", ".2f", time),
        ("target_fraction", ".1%", "target"),
        ("over_alkylation", ".1%", "over-alkylation"),
    )
    tight = alt.Scale(nice=False, zero=False)
    legend = top_legend("target fraction", format=".0%", gradientLength=180)
    # cells overlap a little, the next one covering it: else seams show between them
    wide = {
        "right": "datum.right + 0.03 * (datum.right - datum.left)",
        "top": "datum.top + 0.03 * (datum.top - datum.bottom)",
    }
    cells = (
        start_chart("cells")
        .transform_calculate(**wide)
        .encode(
            x=alt.X("left:Q", title="carbonyl equivalents", scale=tight),
            x2="right:Q",
            y=alt.Y("bottom:Q", title=time, scale=tight),
            y2="top:Q",
            color=alt.Color("target_fraction:Q", scale=VIRIDIS, legend=legend),
            tooltip=tips,
        )
    )
    line = start_chart("limit").encode(x="carbonyl_equivalents:Q", y="time_h:Q", order="order:Q")
    here = start_chart("here").encode(x="x:Q", y="y:Q")
    point = here.mark_point(
        shape="cross", size=170, filled=True, color="white", stroke="black", strokeWidth=1.5
    )
    word: dict[str, Any] = {"dy": -16, "fontWeight": "bold", "color": "white"}
    return finish_chart(
        cells.mark_rect(),
        line.mark_line(color="white", strokeWidth=5, aria=False),
        line.mark_line(color=VERMILION, strokeWidth=2.5, strokeDash=[6, 3], aria=False),
        point.encode(opacity=alt.value(1)),
        here.mark_text(stroke="black", strokeWidth=3, **word).encode(text="word:N"),
        here.mark_text(**word).encode(text="word:N"),
    )
