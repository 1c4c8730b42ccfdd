"""Pictures of a plan: the Pareto set, and the target against one knob at a time."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from planner.files.tables import to_frame
from planner.flask.fields import FIELDS
from planner.flask.procedure import procedure_words
from planner.plans.recommendation import Plan
from planner.predictions.charts import (
    BLUE,
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

PARETO_COLUMNS = ("point", "rank", "over_alkylation", "target_fraction", "total_time_h", "procedure")


def pareto_rows(plan: Plan) -> list[dict[str, Any]]:
    """List the points of the Pareto set, and what is recommended by its rank: as point -1, -2, ... where it is none."""
    ranks = {r.procedure: str(r.rank) for r in plan.recommendations}
    found = [
        {
            "point": i,
            "rank": ranks.get(p.procedure, ""),
            "over_alkylation": p.over_alkylation,
            "target_fraction": p.target_fraction,
            "total_time_h": p.total_time_h,
            "procedure": procedure_words(p.procedure),
        }
        for i, p in enumerate(plan.pareto)
    ]
    inside = {p.procedure for p in plan.pareto}
    return found + [
        {
            "point": -r.rank,
            "rank": str(r.rank),
            "over_alkylation": r.prediction.over_alkylation.mean,
            "target_fraction": r.prediction.target_fraction.mean,
            "total_time_h": r.procedure.total_time_h,
            "procedure": procedure_words(r.procedure),
        }
        for r in plan.recommendations
        if r.procedure not in inside
    ]


def pareto_chart(plan: Plan) -> Picture:
    """Draw the Pareto set, one selectable point a procedure with its rank, and the limit on over-alkylation."""
    limit = plan.request.max_over_alkylation
    return Picture(
        spec=_pareto(),
        data={
            "pareto": to_frame(pareto_rows(plan), PARETO_COLUMNS),
            "limit": to_frame([] if limit is None else [{"limit": limit}], ("limit",)),
        },
    )


@lru_cache
def _pareto() -> Spec:
    tips = number_tips(
        ("target_fraction", ".0%", "target"),
        ("over_alkylation", ".0%", "over-alkylation"),
        ("total_time_h", ".3g", "time [h]"),
    )
    legend = top_legend("total time [h]", gradientLength=180)
    points = start_chart("pareto").encode(
        x=alt.X("over_alkylation:Q", axis=PER_CENT, title="over-alkylation", scale=alt.Scale(zero=True)),
        y=alt.Y("target_fraction:Q", axis=PER_CENT, title="target", scale=alt.Scale(zero=False)),
        color=alt.Color("total_time_h:Q", scale=alt.Scale(scheme="viridis"), legend=legend),
        tooltip=[alt.Tooltip("procedure:N", title="procedure"), *tips],
    )
    mark = points.mark_point(size=220, filled=True, stroke=INK, strokeWidth=1, opacity=1, cursor="pointer")
    rule = (
        start_chart("limit")
        .mark_rule(color=VERMILION, strokeDash=[6, 3], strokeWidth=2, aria=False)
        .encode(x="limit:Q")
    )
    words = [  # upon the points, of which some lie close; with an edge, for they are of all colours
        points.mark_text(fontWeight="bold", fontSize=12, aria=False, **edge).encode(
            text="rank:N", color=alt.value("white"), tooltip=alt.Tooltip()
        )
        for edge in ({"stroke": "black", "strokeWidth": 3}, {})
    ]
    return finish_chart(mark.add_params(alt.selection_point(name="pick", fields=["point"])), *words, rule)


def curve_chart(rows: Sequence[dict[str, Any]], here: float) -> Picture:
    """Draw target fraction (with its band) and over-alkylation against one knob; ``here`` is where it stands."""
    columns = ("value", "target_fraction", "target_low", "target_high", "over_alkylation")
    return Picture(
        spec=_curve(str(rows[0]["field"])),
        data={"curve": to_frame(rows, columns), "here": to_frame([{"here": here}], ("here",))},
    )


@lru_cache
def _curve(field: str) -> Spec:
    tips = number_tips(
        ("value", ".3g", FIELDS[field].label),
        ("target_fraction", ".0%", "target"),
        ("target_low", ".0%", "5 %"),
        ("target_high", ".0%", "95 %"),
        ("over_alkylation", ".0%", "over-alkylation"),
    )
    x = alt.X("value:Q", title=FIELDS[field].label, scale=alt.Scale(nice=False, zero=False))
    base = start_chart("curve").encode(x=x, tooltip=tips)
    y = alt.Y("target_fraction:Q", scale=WHOLE, axis=PER_CENT, title="fraction")
    rule = start_chart("here").mark_rule(color=INK, strokeDash=[4, 4], strokeWidth=1.5).encode(x="here:Q")
    return finish_chart(
        base.mark_area(opacity=0.16, color=BLUE).encode(
            y=alt.Y("target_low:Q", title="fraction"), y2="target_high:Q"
        ),
        base.mark_line(color=BLUE, strokeWidth=2.5, point={"color": BLUE}).encode(y=y),
        base.mark_line(color=VERMILION, strokeWidth=2.5, strokeDash=[8, 3]).encode(y="over_alkylation:Q"),
        rule,
        height=210,
    )
