"""Pictures: the ring over concentration and feed time, chains by length, and the pumps in time."""

from functools import lru_cache

import altair as alt

from planner.files.tables import to_frame
from planner.predictions.charts import (
    BLUE,
    GREEN,
    GREY,
    INK,
    PER_CENT,
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
from planner.rings.landscape import RingMap
from planner.rings.prediction import RingPrediction
from planner.rings.pump import PumpSchedule

WHOLE_AXIS = alt.Axis(labelOverlap=False)
KINDS = ("ring", "linear adduct", "chain", "larger ring", "over-alkylated", "unreacted")
COLOURS = (BLUE, SKY, GREY, GREEN, VERMILION, INK)
LEAST = 0.005
"""Share of a chain that is drawn."""


def ring_map(found: RingMap) -> Picture:
    """Draw the median ring over concentration and feed time, and where the procedure stands."""
    rows = [
        {**cell, "concentration": f"{cell['concentration_M']:g}", "feed": f"{cell['addition_time_h']:g}"}
        for cell in found.cells
    ]
    nearest = min(
        rows,
        key=lambda r: (
            abs(r["concentration_M"] / found.here[0] - 1.0),
            abs(r["addition_time_h"] - found.here[1]),
        ),
    )
    here = [{"concentration": nearest["concentration"], "feed": nearest["feed"]}]
    columns = ("concentration", "feed", "ring", "low", "high")
    return Picture(
        spec=_map(
            tuple(dict.fromkeys(r["concentration"] for r in rows)),
            tuple(dict.fromkeys(r["feed"] for r in rows)),
        ),
        data={"cells": to_frame(rows, columns), "here": to_frame(here, ("concentration", "feed"))},
    )


@lru_cache
def _map(concentrations: tuple[str, ...], feeds: tuple[str, ...]) -> Spec:
    x = alt.X("concentration:O", title="limiting partner over final volume [M]", sort=list(concentrations))
    y = alt.Y("feed:O", title="feed [h], 0 is a batch", sort=list(reversed(feeds)), axis=WHOLE_AXIS)
    legend = top_legend("ring", format=".0%", gradientLength=180)
    tips = number_tips(("ring", ".0%", "ring, median"), ("low", ".0%", "5 %"), ("high", ".0%", "95 %"))
    cells = start_chart("cells").encode(x=x, y=y)
    here = start_chart("here").encode(x=x, y=y)
    return finish_chart(
        cells.mark_rect().encode(
            color=alt.Color("ring:Q", scale=VIRIDIS, legend=legend),
            tooltip=[alt.Tooltip("concentration:O"), alt.Tooltip("feed:O"), *tips],
        ),
        cells.mark_text(fontSize=10).encode(
            text=alt.Text("ring:Q", format=".0%"),
            color=alt.condition("datum.ring > 0.6", alt.value("black"), alt.value("white")),
        ),
        here.mark_point(shape="cross", size=170, filled=True, color="white", stroke="black", strokeWidth=1.5),
    )


def chain_rows(found: RingPrediction) -> list[dict[str, object]]:
    """List what holds the limiting partner, by kind and name, with its interval."""
    over = "quaternary salt" if found.is_quaternary else "over-alkylated"
    rows = [
        (f"{one.closure.size}-ring", KINDS[0], one.fraction) for one in found.isomers if one.fraction.mean > 0
    ]
    rows += [("linear adduct", KINDS[1], found.linear)] if found.pair.b is not None else []
    for one in found.chains:
        if one.fraction.mean < LEAST:
            continue
        kind = KINDS[3] if one.end_groups == "ring" else KINDS[2]
        name = "long" if one.n_units is None else f"{one.n_units} units, {one.end_groups}"
        rows.append((name, kind, one.fraction))
    rows.append((over, KINDS[4], found.quaternary))
    shares = [
        {"what": name, "kind": kind, "fraction": share.median, "low": share.low, "high": share.high}
        for name, kind, share in rows
    ]
    done = found.conversion
    left = {"fraction": 1.0 - done.median, "low": 1.0 - done.high, "high": 1.0 - done.low}
    return [*shares, {"what": "unreacted", "kind": KINDS[5], **left}]


def chain_chart(found: RingPrediction) -> Picture:
    """Draw ring, adduct, chains, larger rings and over-alkylated ring with their intervals."""
    rows = chain_rows(found)
    return Picture(
        spec=_chains(), data={"chains": to_frame(rows, ("what", "kind", "fraction", "low", "high"))}
    )


@lru_cache
def _chains() -> Spec:
    tips = number_tips(("fraction", ".1%", "median"), ("low", ".1%", "5 %"), ("high", ".1%", "95 %"))
    base = start_chart("chains").encode(
        y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelOverlap=False)),
        tooltip=[alt.Tooltip("what:N"), alt.Tooltip("kind:N"), *tips],
    )
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(KINDS), range=list(COLOURS)), legend=top_legend(columns=3)
    )
    x = alt.X("fraction:Q", scale=WHOLE, axis=PER_CENT, title="of the limiting partner")
    return finish_chart(
        base.mark_bar().encode(x=x, color=colour),
        base.mark_rule(strokeWidth=2, color=INK).encode(x="low:Q", x2="high:Q"),
    )


def pump_chart(schedule: PumpSchedule) -> Picture:
    """Draw what is in the flask, and in each syringe, in time."""
    end = schedule.total_time_h
    times = sorted({0.0, *(s.time_h for s in schedule.syringes if s.is_fed), end})
    rows = []
    for time in times:
        in_flask = schedule.heel_mL
        for s in schedule.syringes:
            if s.is_fed:
                given = s.rate_mL_per_h * min(time, s.time_h)
                in_flask += given
                rows.append(
                    {"time_h": time, "what": f"syringe {s.partner}", "volume_mL": s.volume_mL - given}
                )
        rows.append({"time_h": time, "what": "flask", "volume_mL": in_flask})
    names = tuple(dict.fromkeys(row["what"] for row in rows))
    return Picture(spec=_pumps(names), data={"pumps": to_frame(rows, ("time_h", "what", "volume_mL"))})


@lru_cache
def _pumps(names: tuple[str, ...]) -> Spec:
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=list(names), range=[BLUE, VERMILION, GREEN][: len(names)]),
        legend=top_legend(symbolType="stroke"),
    )
    tips = number_tips(("time_h", ".3g", "time [h]"), ("volume_mL", ".4g", "volume [mL]"))
    base = start_chart("pumps").encode(
        x=alt.X("time_h:Q", title="time [h]", scale=alt.Scale(nice=False)),
        y=alt.Y("volume_mL:Q", title="volume [mL]"),
        color=colour,
        strokeDash=alt.StrokeDash("what:N", legend=None),
        tooltip=[alt.Tooltip("what:N"), *tips],
    )
    return finish_chart(base.mark_line(strokeWidth=2.5), base.mark_point(filled=True, size=50), height=240)
