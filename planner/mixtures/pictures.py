"""Pictures: a stick spectrum with what its peaks are, and the extraction that takes a mixture apart."""

from functools import lru_cache

import altair as alt
import numpy as np

from planner.files.tables import to_frame
from planner.mixtures.identification import Assignment, PeakTable
from planner.mixtures.phases import extracted
from planner.mixtures.purification import Purification, PurificationStep
from planner.mixtures.separation import load_separation
from planner.predictions.charts import (
    BLUE,
    DARK,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PER_CENT,
    PINK,
    SKY,
    VERMILION,
    WHOLE,
    Picture,
    Spec,
    finish_chart,
    number_tips,
    start_chart,
    top_legend,
)

SORTS = ("target or other degree", "by-product", "isotope line", "background", "unexplained")
SORT_COLOURS = (BLUE, VERMILION, SKY, GREY, ORANGE)
CURVES = (BLUE, VERMILION, GREY, GREEN, PINK, ORANGE, SKY)
MOST_LABELS = 8
"""Sticks that are named: the highest."""
ROOM = alt.Scale(domain=(0, 1.3), nice=False)
"""Above the highest stick for its name."""
PH_STEP = 0.1


def _sort(kind: str) -> str:
    """Tell how a stick is coloured."""
    plain = {"isotope": SORTS[2], "background": SORTS[3], "unexplained": SORTS[4]}
    return plain.get(kind, SORTS[0] if kind in ("product", "amine") else SORTS[1])


def _label(one: Assignment) -> str:
    """Name a stick by its weightiest species."""
    return f"{one.name.partition(' or ')[0]} {one.mz:g}"


def spectrum_chart(table: PeakTable) -> Picture:
    """Draw the peaks as sticks, coloured by what they are; the highest ones are named."""
    first = [one for one in table.assignments if one.rank in (1, None)]
    highest = max((one.area or 0.0 for one in first), default=0.0) or 1.0
    named = {id(one) for one in sorted(first, key=lambda one: -(one.area or 0.0))[:MOST_LABELS]}
    rows = [
        {
            "mz": one.mz,
            "height": 1.0 if one.area is None else one.area / highest,
            "zero": 0.0,
            "sort": _sort(one.kind),
            "what": one.name or "unexplained",
            "label": _label(one) if id(one) in named and one.kind != "isotope" else "",
            "chance": one.chance,
        }
        for one in first
    ]
    columns = ("mz", "height", "zero", "sort", "what", "label", "chance")
    return Picture(spec=_spectrum(), data={"peaks": to_frame(rows, columns)})


@lru_cache
def _spectrum() -> Spec:
    x = alt.X("mz:Q", title="m/z", scale=alt.Scale(zero=False, padding=20))
    y = alt.Y("height:Q", title="area, highest = 1", scale=ROOM)
    colour = alt.Color(
        "sort:N",
        scale=alt.Scale(domain=list(SORTS), range=list(SORT_COLOURS)),
        legend=top_legend(columns=5, entry_px=135),
    )
    tips = [
        alt.Tooltip("what:N", title="what"),
        *number_tips(("mz", ".4f", "m/z"), ("chance", ".1%", "by chance")),
    ]
    sticks = (
        start_chart("peaks")
        .mark_rule(strokeWidth=2)
        .encode(
            x=x,
            y=y,
            y2="zero:Q",
            color=colour,
            tooltip=tips,
        )
    )
    labels = (
        start_chart("peaks")
        .mark_text(angle=300, align="left", dx=4, color=INK, fontSize=11)
        .encode(x=x, y="height:Q", text="label:N")
    )
    return finish_chart(sticks, labels)


def extraction_chart(found: Purification) -> Picture:
    """Draw what part of each compound three portions of solvent take at each pH, with the two windows."""
    craft = load_separation()
    solvent = craft.solvent(found.extractant)
    n, v = int(craft.number("portions")), craft.number("portion_volume")
    pH = np.arange(2.0, 13.0 + PH_STEP / 2, PH_STEP)
    rows = [
        {"pH": float(x), "share": float(y), "compound": part.name}
        for part in found.parts
        for x, y in zip(
            pH,
            np.broadcast_to(
                extracted(part.properties.solute(solvent, craft), pH, portions=n, volume=v), pH.shape
            ),
            strict=True,
        )
    ]
    names = tuple(part.name for part in found.parts)
    stated = zip(("A", "B"), (found.scheme.low, found.scheme.high), strict=True)
    windows = [
        {"pH": pH, "words": f"{layer}: pH {pH:g}"}
        for layer, pH in stated
        if pH is not None and any(step.pH == (pH, pH) for step in found.steps)
    ]
    return Picture(
        spec=_extraction(names),
        data={
            "extraction": to_frame(rows, ("pH", "share", "compound")),
            "windows": to_frame(windows, ("pH", "words")),
        },
    )


@lru_cache
def _extraction(names: tuple[str, ...]) -> Spec:
    colours = [CURVES[i % len(CURVES)] for i in range(len(names))]
    dashes = [[1, 0] if i < len(CURVES) else [6, 3] for i in range(len(names))]
    curves = (
        start_chart("extraction")
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("pH:Q", scale=alt.Scale(domain=(2, 13), nice=False), title="pH of the water"),
            y=alt.Y("share:Q", axis=PER_CENT, scale=WHOLE, title="into the solvent"),
            color=alt.Color(
                "compound:N",
                scale=alt.Scale(domain=list(names), range=colours),
                legend=top_legend(columns=5, entry_px=75),
            ),
            strokeDash=alt.StrokeDash(
                "compound:N", scale=alt.Scale(domain=list(names), range=dashes), legend=None
            ),
            tooltip=[
                alt.Tooltip("compound:N"),
                *number_tips(("pH", ".1f", "pH"), ("share", ".0%", "into the solvent")),
            ],
        )
    )
    lines = start_chart("windows").mark_rule(color=INK, strokeDash=[4, 3]).encode(x="pH:Q")
    words = (
        start_chart("windows")
        .mark_text(align="left", dx=4, dy=8, color=INK, baseline="top")
        .encode(x="pH:Q", y=alt.value(0), text="words:N")
    )
    return finish_chart(curves, lines, words)


BOX, GAP = 46, 18
"""Height of a box of the scheme and of the arrow to the next one [px]."""


def flow_chart(found: Purification) -> Picture:
    """Draw the steps of the work-up from top to bottom, with their pH and with what leaves at each of the windows."""
    rows = [
        {
            "place": -n,
            "top": -n - 0.36,
            "bottom": -n + 0.36,
            "left": 0.0,
            "right": 1.0,
            "middle": 0.5,
            "next": -n - 0.64,
            "title": f"{n + 1}. {step.title}",
            "detail": _detail(found, step),
            "kind": _step_kind(step),
            "words": step.words,
        }
        for n, step in enumerate(found.steps)
    ]
    columns = (
        *("place", "top", "bottom", "left", "right", "middle", "next"),
        *("title", "detail", "kind", "words"),
    )
    return Picture(
        spec=_flow(len(rows)),
        data={"steps": to_frame(rows, columns), "arrows": to_frame(rows[:-1], columns)},
    )


STEP_KINDS = ("water", "test or finish", "heat")
STEP_FILLS = "#E0EEF6", "#F0F1F2", "#FAEAE0"
"""Light on a dark page too, for the words in the boxes are dark."""


def _step_kind(step: PurificationStep) -> str:
    """Tell how a box is coloured."""
    return STEP_KINDS[2] if step.heats else STEP_KINDS[0] if step.pH else STEP_KINDS[1]


def _detail(found: Purification, step: PurificationStep) -> str:
    """Write the pH of a step, and at a window what its layer takes, the most first."""
    if step.pH is None:
        return ""
    low, high = step.pH
    if low != high:
        return f"pH {low:g} to {high:g}"
    phase = 0 if found.scheme.low is not None and low == found.scheme.low else 1
    taken = sorted(
        ((part.shares[phase][0], part.name) for part in found.parts if part.properties.pKaH), reverse=True
    )
    said = ", ".join(f"{name} {share:.0%}" for share, name in taken if share >= 0.05)
    return f"pH {low:g}: {said}" if said else f"pH {low:g}"


@lru_cache
def _flow(n_steps: int) -> Spec:
    across = alt.Scale(domain=(0, 1), nice=False)
    down = alt.Scale(domain=(-n_steps + 0.5, 0.5), nice=False)
    x, y = alt.X("middle:Q", axis=None, scale=across), alt.Y("place:Q", axis=None, scale=down)
    boxes = (
        start_chart("steps")
        .mark_rect(cornerRadius=4, strokeWidth=1.5)
        .encode(
            x=alt.X("left:Q", axis=None, scale=across),
            x2="right:Q",
            y=alt.Y("top:Q", axis=None, scale=down),
            y2="bottom:Q",
            fill=alt.Fill(
                "kind:N",
                scale=alt.Scale(domain=list(STEP_KINDS), range=list(STEP_FILLS)),
                legend=top_legend(symbolType="square"),
            ),
            stroke=alt.Stroke(
                "kind:N",
                scale=alt.Scale(domain=list(STEP_KINDS), range=[BLUE, GREY, VERMILION]),
                legend=top_legend(symbolType="square"),
            ),
            tooltip=[alt.Tooltip("title:N"), alt.Tooltip("words:N", title="do")],
        )
    )
    arrows = (
        start_chart("arrows")
        .mark_rule(color=INK, strokeWidth=1.5)
        .encode(x=x, y=alt.Y("top:Q", axis=None, scale=down), y2="next:Q")
    )
    heads = (
        start_chart("arrows")
        .mark_point(shape="triangle-down", filled=True, size=45, color=INK, opacity=1)
        .encode(x=x, y=alt.Y("next:Q", axis=None, scale=down))
    )
    titles = [
        start_chart("steps")
        .mark_text(dy=dy, color=DARK, fontWeight="bold")
        .transform_filter(f"datum.detail {said} ''")
        .encode(x=x, y=y, text="title:N")
        for said, dy in (("!=", -7), ("==", 0))
    ]
    details = start_chart("steps").mark_text(dy=9, color=DARK, fontSize=11).encode(x=x, y=y, text="detail:N")
    return finish_chart(boxes, arrows, heads, *titles, details, height=(BOX + GAP) * n_steps + 40)
