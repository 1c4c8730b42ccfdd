"""Plates: a plate of the best pairs of a library, its recipes, and what a liquid handler does."""

from typing import Any

import streamlit as st

from planner.app import answers, parts
from planner.app.boxes import LONGEST_NUMBER
from planner.app.queue import search
from planner.app.screened import Held, tabulated
from planner.app.words import explain, spoken
from planner.errors import PlannerError
from planner.files.typed import typed_number
from planner.flask.procedure import procedure_words
from planner.library.dispensing import (
    DEAD_UL,
    STOCKS_M,
    WELL_UL,
    Handler,
    handler_of,
    sources_csv,
    transfers,
    transfers_csv,
)
from planner.library.pictures import plate_chart
from planner.library.plates import SOLVENTS, plate
from planner.library.wells import SHAPES, Plate

SOLVENT_WORDS = {"free": "each well its own", "row": "one a row", "plate": "one for the plate"}
STOCKS = {role: f"stock_{role}" for role in STOCKS_M}
BOXES = ("plate_wells", "plate_solvents", "plate_recipes", "plate_well_uL", "plate_dead_uL", *STOCKS.values())
"""Keys of the boxes."""
LAID = "laid_plate"
"""Where a session keeps its plate, with what was asked."""
SHOWN = {
    "name": "well", "pair": "pair", "recipe": "recipe", "target_fraction": "target", "best_fraction": "its best",
}  # fmt: skip
FORMS = ("target_fraction", "best_fraction")


def show(held: Held) -> None:
    """Ask for a plate, lay it out when the button is pressed, and show the last one."""
    st.subheader("Plate")
    st.caption(explain("library_plate"))
    state = st.session_state
    columns = st.columns(4, vertical_alignment="bottom")
    wells = int(columns[0].selectbox("Wells", tuple(SHAPES), key="plate_wells"))
    solvents = columns[1].selectbox(
        "Solvent", SOLVENTS, key="plate_solvents", format_func=SOLVENT_WORDS.__getitem__
    )
    columns[2].text_input(
        "Most recipes", key="plate_recipes", placeholder="no limit", max_chars=LONGEST_NUMBER
    )
    is_pressed = columns[3].button("Lay out a plate", key="lay_out", icon=":material/apps:", width="stretch")
    try:
        most = _number("plate_recipes", "", "most recipes")
        asked = (held.question, len(held.rows()), wells, solvents, most)
        if is_pressed:
            with search("Laying out", "Laid out", "stop_plate") as progress:
                found = plate(
                    held.found,
                    wells=wells,
                    solvents=str(solvents),
                    most_recipes=None if most is None else max(1, round(most)),
                    model=answers.the_model(),
                    progress=progress,
                )
                state[LAID] = (asked, found)
        of, laid = state.get(LAID, (None, None))
        if laid is not None:
            if of != asked:
                st.warning("This plate is of other pairs or choices; lay it out again.")
            _plate(laid, of[2])
    except PlannerError as error:
        st.error(spoken(str(error)), icon=":material/error:")


def _number(key: str, kind: str, name: str) -> float | None:
    """Read a box; None where it is empty."""
    text = str(st.session_state.get(key) or "").strip()
    return typed_number(text, kind, name) if text else None


def _plate(laid: Plate, wells: int) -> None:
    """Draw the wells beside their recipes, with what is to be said of the worst, and the files for a handler."""
    left, right = st.columns((3, 2), gap="large")
    with left:
        served = sum(well.recipe is not None for well in laid.wells)
        said = f"{len(laid.wells)} wells, {served} of them with one of {len(laid.recipes)} recipes"
        parts.picture(plate_chart(laid), key="plate", alt=said)
        with st.expander("The wells as a table"):
            _wells(laid)
    with right:
        st.markdown("**Recipes**")
        st.markdown("\n".join(f"1. {spoken(procedure_words(recipe))}" for recipe in laid.recipes))
        st.markdown("\n".join(f"- {spoken(note)}" for note in laid.notes))
    _transfers(laid, wells)


def _wells(laid: Plate) -> None:
    """Tabulate the wells."""
    rows: list[dict[str, Any]] = [
        {name: getattr(well, name) for name in ("name", "recipe", *FORMS)}
        | {"pair": f"{well.amine_id} + {well.carbonyl_id}"}
        for well in laid.wells
    ]
    st.dataframe(
        tabulated(rows, SHOWN, FORMS),
        hide_index=True,
        key="plate_wells_table",
        column_order=list(SHOWN),
        column_config=parts.headings(SHOWN, dict.fromkeys(FORMS, "percent")),
        placeholder="",
        alt="Wells with their pair, recipe and target",
    )


def _transfers(laid: Plate, wells: int) -> None:
    """Ask for volumes and stocks, and offer the transfers and what is to be made up."""
    with st.expander("Volumes and stocks"):
        columns = st.columns(2 + len(STOCKS))
        usual = {
            "plate_well_uL": ("Well [µL]", WELL_UL[wells]),
            "plate_dead_uL": ("Dead volume [µL]", DEAD_UL),
        }
        usual |= {
            STOCKS[role]: (f"{role.capitalize()} stock [M]", molarity) for role, molarity in STOCKS_M.items()
        }
        for column, (key, (label, value)) in zip(columns, usual.items(), strict=True):
            column.text_input(label, key=key, placeholder=f"{value:g}", max_chars=LONGEST_NUMBER)
    handler = _handler(wells)
    made = transfers(laid, answers.the_model(), handler)
    with st.container(horizontal=True):
        parts.download("Transfers (CSV)", lambda: transfers_csv(made), "transfers.csv")
        parts.download("Stocks to make up (CSV)", lambda: sources_csv(made, handler), "sources.csv")


def _handler(wells: int) -> Handler:
    """Read what is said of the handler."""
    stocks = {role: _number(key, "M", f"{role} stock") for role, key in STOCKS.items()}
    dead = _number("plate_dead_uL", "", "dead volume")
    return handler_of(
        wells,
        _number("plate_well_uL", "", "well"),
        [f"{role}={molarity!r}" for role, molarity in stocks.items() if molarity is not None],
        DEAD_UL if dead is None else dead,
    )
