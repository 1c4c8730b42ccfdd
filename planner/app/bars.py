"""Bars: shares with their intervals as labelled bars, in words first, drawn without a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from planner.predictions.charts import BLUE, GREY, VERMILION
from planner.predictions.prediction import Interval, Isomer, Product
from planner.predictions.words import percent

COLOURS = {"target": BLUE, "above": VERMILION, "below": GREY, "lost": "#B07500"}
"""One meaning a colour, on every page."""
LOOKS = """<style>
.bar > div:first-child {display: flex; justify-content: space-between; gap: .5rem; flex-wrap: wrap}
.bar > div + div {position: relative; height: 1rem; background: rgba(128,128,128,.18); border-radius: .2rem}
.bar i {position: absolute; top: 0; bottom: 0; print-color-adjust: exact}
.bar i:first-child {left: 0; border-radius: .2rem}
.bar i + i {top: .375rem; bottom: auto; height: .25rem; background: #30343B; outline: 1px solid #fff}
.bar i + i + i {top: 0; bottom: 0; height: auto; width: 2px; margin-left: -1px; background: #fff;
  outline: 1px solid #30343B}
.bar.hedged {opacity: .6}
</style>"""
"""Of all bars: a track, the mean, its interval, and a tick for what pure statistics would give."""
ROW = (
    '<div class="bar{hedged}"><div><span>{word}</span><span><strong>{mean}</strong> &ensp;{span}</span></div>'
    '<div aria-hidden="true"><i style="width:{fraction:.1f}%;background:{colour}"></i>'
    '<i style="left:{low:.1f}%;width:{wide:.1f}%"></i>{mark}</div></div>'
)
MARK = '<i style="left:{at:.1f}%"></i>'


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One share."""

    word: str
    """What it is of."""
    kind: str
    """A key of ``COLOURS``."""
    share: Interval | Product | Isomer
    """Mean and interval."""
    statistical: float | None = None
    """What pure statistics would give, where that is known."""


def mean_of(share: Interval | Product | Isomer) -> float:
    """Take the mean of a share."""
    return share.mean if isinstance(share, Interval) else share.fraction


def share_words(share: Interval | Product | Isomer, *, hedged: bool = False) -> tuple[str, str]:
    """Write a share and its interval in per cent, with the digits that the interval allows."""
    width = 1.0 if hedged else share.high - share.low
    low, high = (percent(x, width=width) for x in (share.low, share.high))
    return f"{percent(mean_of(share), width=width, hedged=hedged)} %", f"{low} to {high} %"


def bar_html(bar: Bar, *, hedged: bool = False) -> str:
    """Write one bar as HTML; a reader of the screen hears its words."""
    mean, span = share_words(bar.share, hedged=hedged)
    at = bar.statistical
    return ROW.format(
        word=escape(bar.word),
        mean=escape(mean),
        span=escape(span),
        fraction=100 * mean_of(bar.share),
        colour=COLOURS[bar.kind],
        low=100 * bar.share.low,
        wide=100 * (bar.share.high - bar.share.low),
        mark="" if at is None else MARK.format(at=100 * at),
        hedged=" hedged" if hedged else "",
    )


def show(bars: Sequence[Bar], below: str = "", *, hedged: bool = False) -> None:
    """Draw bars below each other, and a word below them."""
    said = f"<small>{escape(below)}</small>" if below else ""
    st.html("".join(bar_html(bar, hedged=hedged) for bar in bars) + said)
