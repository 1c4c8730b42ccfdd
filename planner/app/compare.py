"""Compare: up to four procedures that were pinned, side by side, numbers, curves and sheets on the same scale."""

import streamlit as st

from planner.app import bars, parts
from planner.app.words import explain, spoken
from planner.errors import PlannerError
from planner.files.tables import csv_text, to_frame
from planner.flask.fields import FIELDS
from planner.flask.procedure import procedure_words
from planner.plans.saved import as_plan
from planner.predictions.degrees import degree_word
from planner.predictions.pictures import pins_chart
from planner.predictions.prediction import Prediction
from planner.sheets.charges import mass_words, volume_words
from planner.sheets.runsheet import partner_names
from planner.sheets.sheet import plan_sheet

PINNED = "pinned"
MOST = 4
LETTERS = "ABCD"


def pin_button(prediction: Prediction, key: str = "pin") -> None:
    """Offer to keep a prediction for comparison."""
    pinned = st.session_state.get(PINNED, ())
    is_there = any(_same(prediction, other) for other in pinned)
    st.button(
        "Pinned" if is_there else "Pin",
        key=key,
        icon=":material/keep:",
        on_click=_pin,
        args=(prediction,),
        disabled=is_there or len(pinned) >= MOST,
        help="Keeps this procedure, to compare up to four side by side below.",
    )


def _same(one: Prediction, other: Prediction) -> bool:
    """Tell whether two predictions are of one procedure."""
    return all(getattr(one, n) == getattr(other, n) for n in ("pair", "procedure", "target", "basis"))


def _pin(prediction: Prediction) -> None:
    st.session_state[PINNED] = (*st.session_state.get(PINNED, ()), prediction)[:MOST]


def _take_off(place: int) -> None:
    pinned = st.session_state[PINNED]
    st.session_state[PINNED] = (*pinned[:place], *pinned[place + 1 :])


def show() -> None:
    """Draw what is pinned; nothing where nothing is."""
    pinned: tuple[Prediction, ...] = st.session_state.get(PINNED, ())
    if not pinned:
        return
    st.subheader("Compare")
    for place, (column, prediction) in enumerate(
        zip(st.columns(len(pinned), gap="small"), pinned, strict=True)
    ):
        with column, st.container(border=True):
            _one(place, prediction)
    if len(pinned) > 1:
        with st.expander("Curves and charges side by side"):
            said = "; ".join(
                f"{LETTERS[i]} ends at {bars.share_words(p.target_fraction)[0]}" for i, p in enumerate(pinned)
            )
            frames = {LETTERS[i]: p.profile_frame() for i, p in enumerate(pinned)}
            targets = {LETTERS[i]: p.target for i, p in enumerate(pinned)}
            parts.picture(pins_chart(frames, targets), explain("pins"), key="pins", alt=said)
            _charges(pinned)


def _one(place: int, prediction: Prediction) -> None:
    """Draw one procedure: what it is of, what is done, what it gives."""
    pair = prediction.pair
    names = " + ".join(partner_names(pair, prediction.model))
    st.markdown(f"**{LETTERS[place]}** {spoken(names)}")
    st.caption(spoken(procedure_words(prediction.procedure)))
    hedged = bool(prediction.product_risks)
    bars.show(
        [
            bars.Bar(
                word=f"{degree_word(prediction.target)} per {prediction.basis}", kind="target",
                share=prediction.target_fraction,
            ),
            bars.Bar(word="over", kind="above", share=prediction.over_alkylation),
            bars.Bar(word="under", kind="below", share=prediction.under_alkylation),
        ],
        hedged=hedged,
    )  # fmt: skip
    st.caption(spoken(f"{prediction.procedure.total_time_h:.3g} h in all"))
    st.button(
        "Take off",
        key=f"unpin_{place}",
        on_click=_take_off,
        args=(place,),
        help=f"Takes {LETTERS[place]} off.",
    )


def _charges(pinned: tuple[Prediction, ...]) -> None:
    """Tabulate fields and charges, one column a procedure."""
    state = st.session_state
    rows: dict[str, dict[str, str]] = {}
    for letter, prediction in zip(LETTERS, pinned, strict=False):
        for name, field in FIELDS.items():
            value = getattr(prediction.procedure, name)
            text = "" if value is None else f"{value:g}" if field.bounds else str(value).replace("_", " ")
            rows.setdefault(field.label, {})[letter] = text
        try:
            sheet = plan_sheet(as_plan(prediction), state["scale"], of=state["scale_of"])
        except PlannerError as error:
            st.caption(spoken(f"{letter}: no sheet, {error}"))
            continue
        for c in sheet.charges:
            amount = mass_words(c.mass_mg) if c.mass_mg else volume_words(c.volume_mL or 0.0)
            rows.setdefault(f"{c.role}, {c.stage}", {})[letter] = f"{c.name}, {amount}"
    letters = LETTERS[: len(pinned)]
    listed = [{"what": what, **{a: cells.get(a, "") for a in letters}} for what, cells in rows.items()]
    listed = [row for row in listed if any(row[a] for a in letters)]
    columns = ("what", *letters)
    st.dataframe(
        to_frame(listed, columns), hide_index=True, key="compared", alt="Fields and charges side by side"
    )
    parts.download("Comparison (CSV)", lambda: csv_text(listed, columns), "comparison.csv")
