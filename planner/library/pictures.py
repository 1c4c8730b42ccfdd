"""Pictures: every pair of two lists as a cell coloured by its target, and a plate with its recipes."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from planner.files.tables import to_frame
from planner.library.lists import told_apart
from planner.library.matrix import PALE
from planner.library.partners import PLANNED
from planner.library.wells import Plate
from planner.predictions.charts import (
    GREY,
    INK,
    VIRIDIS,
    Picture,
    Spec,
    finish_chart,
    number_tips,
    start_chart,
    top_legend,
)

LONGEST_LABEL = 26
CELL_PX, TALLEST_PX = 28, 900
"""Height of a row, and of all of them together."""
MOST_NAMED, MOST_WRITTEN = 60, 20
"""Partners that an axis names, and columns whose cells have room for a number."""
LIGHT = 0.43
"""Target from which the colour of a cell is so light that black reads on it."""
PAIR_COLUMNS = ("pair", "amine", "carbonyl", "target", "low", "high", "over", "risk", "said", "word")
WELL_COLUMNS = ("row", "column", "well", "pair", "target", "best", "recipe", "word")


def labels(partners: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the partners of a list, each by its id or else by what was given, no two alike."""
    texts = [str(partner["id"] or partner["given"] or "") for partner in partners]
    return told_apart(
        text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…" for text in texts
    )


def pair_rows(
    rows: Sequence[Mapping[str, Any]], amines: Sequence[str], carbonyls: Sequence[str]
) -> list[dict[str, Any]]:
    """List the pairs that are done, with the labels of their partners and what is to be said of each.

    Parameters
    ----------
    rows
        Of a screen: numbers of pair and partners, status and message, target with its interval, over-alkylation, risks.
    amines, carbonyls
        Labels, by the number of the partner.
    """
    found = []
    for row in rows:
        is_planned = row["status"] == PLANNED
        target = row["target_fraction"] if is_planned else None
        found.append(
            {
                "pair": row["pair"],
                "amine": amines[row["amine_number"]],
                "carbonyl": carbonyls[row["carbonyl_number"]],
                "target": target,
                "low": row["target_low"] if is_planned else None,
                "high": row["target_high"] if is_planned else None,
                "over": row["over_alkylation"] if is_planned else None,
                "risk": row["product_risks"] or "",
                "said": _said(row),
                "word": "×" if target is None else f"{100 * target:.0f}{'?' if row['product_risks'] else ''}",
            }
        )
    return found


def _said(row: Mapping[str, Any]) -> str:
    """Say what became of a pair."""
    if row["status"] != PLANNED:
        return f"{row['status']}: {row['message']}"
    return f"{PLANNED}; {row['product_risks']}" if row["product_risks"] else PLANNED


def pair_chart(rows: Sequence[Mapping[str, Any]], amines: Sequence[str], carbonyls: Sequence[str]) -> Picture:
    """Draw the matrix, amines down and carbonyls across.

    A cell without a plan is grey with a cross; one whose main product is foretold to be another is pale.
    """
    done = to_frame([row for row in rows if row["target"] is not None], PAIR_COLUMNS)
    refused = to_frame([row for row in rows if row["target"] is None], PAIR_COLUMNS)
    return Picture(spec=_pairs(tuple(amines), tuple(carbonyls)), data={"pairs": done, "refused": refused})


@lru_cache(maxsize=8)
def _pairs(amines: tuple[str, ...], carbonyls: tuple[str, ...]) -> Spec:
    across = alt.Axis(
        orient="top",
        labelAngle=-45 if len(carbonyls) <= MOST_WRITTEN else -90,
        labelLimit=150,
        labels=len(carbonyls) <= MOST_NAMED,
        ticks=False,
    )
    down = alt.Axis(labelLimit=150, labelOverlap=False, labels=len(amines) <= MOST_NAMED, ticks=False)
    x = alt.X("carbonyl:N", sort=None, axis=across, title=None, scale=alt.Scale(domain=list(carbonyls)))
    y = alt.Y("amine:N", sort=None, axis=down, title=None, scale=alt.Scale(domain=list(amines)))
    who = [alt.Tooltip("amine:N"), alt.Tooltip("carbonyl:N")]
    tips = number_tips(
        ("target", ".0%", "target"), ("low", ".0%", "5 %"), ("high", ".0%", "95 %"), ("over", ".0%", "over")
    )
    pick = alt.selection_point(name="pick", fields=["pair"])
    done, refused = start_chart("pairs").encode(x=x, y=y), start_chart("refused").encode(x=x, y=y)
    at_risk = alt.Tooltip("risk:N", title="but")
    frame = {"stroke": INK, "strokeWidth": 0.5, "cursor": "pointer"}
    layers = [
        done.mark_rect(**frame)
        .encode(
            color=alt.Color(
                "target:Q", scale=VIRIDIS, legend=top_legend("target", format=".0%", gradientLength=180)
            ),
            fillOpacity=alt.condition("datum.risk", alt.value(PALE), alt.value(1.0)),
            tooltip=[*who, *tips, at_risk],
        )
        .add_params(pick),
        refused.mark_rect(fill=GREY, **frame).encode(tooltip=[*who, alt.Tooltip("said:N", title="no plan")]),
    ]
    if len(carbonyls) <= MOST_WRITTEN and len(amines) <= MOST_NAMED:
        numbers = done.mark_text(fontSize=10, aria=False, cursor="pointer").encode(
            text="word:N",
            color=alt.condition(
                f"datum.target > {LIGHT} || datum.risk", alt.value("black"), alt.value("white")
            ),
            tooltip=[*who, *tips, at_risk],
        )
        crosses = refused.mark_text(fontSize=14, color="black", aria=False, cursor="pointer").encode(
            text="word:N", tooltip=[*who, alt.Tooltip("said:N", title="no plan")]
        )
        layers += [numbers, crosses]
    return finish_chart(*layers, height=min(TALLEST_PX, 190 + CELL_PX * len(amines)))


def plate_chart(plate: Plate) -> Picture:
    """Draw the wells of a plate, coloured by target, each with the number of its recipe."""
    rows = [
        {
            "row": well.name[0],
            "column": int(well.name[1:]),
            "well": well.name,
            "pair": f"{well.amine_id} + {well.carbonyl_id}",
            "target": well.target_fraction,
            "best": well.best_fraction,
            "recipe": "none" if well.recipe is None else str(well.recipe),
            "word": "×" if well.recipe is None else str(well.recipe),
        }
        for well in plate.wells
    ]
    return Picture(spec=_plate(plate.shape), data={"wells": to_frame(rows, WELL_COLUMNS)})


@lru_cache
def _plate(shape: tuple[int, int]) -> Spec:
    letters = [chr(ord("A") + i) for i in range(shape[0])]
    across = alt.Axis(orient="top", labelAngle=0, labelOverlap=False, ticks=False)
    x = alt.X("column:O", axis=across, title=None, scale=alt.Scale(domain=list(range(1, shape[1] + 1))))
    y = alt.Y("row:O", title=None, scale=alt.Scale(domain=letters), axis=alt.Axis(ticks=False))
    wells = start_chart("wells").encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("well:N"),
            alt.Tooltip("pair:N"),
            alt.Tooltip("recipe:N"),
            *number_tips(("target", ".0%", "target"), ("best", ".0%", "its best")),
        ],
    )
    legend = top_legend("target", format=".0%", gradientLength=180)
    return finish_chart(
        wells.mark_rect(stroke=INK, strokeWidth=0.5).encode(
            color=alt.Color("target:Q", scale=VIRIDIS, legend=legend)
        ),
        wells.mark_text(fontSize=12, fontWeight="bold", aria=False).encode(
            text="word:N",
            color=alt.condition(f"datum.target > {LIGHT}", alt.value("black"), alt.value("white")),
        ),
        height=110 + 34 * shape[0],
    )
