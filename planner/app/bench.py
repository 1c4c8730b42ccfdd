"""The bench: bottles in, charges, steps and hazards out, and everything that goes to paper and notebook."""

from functools import partial
from typing import Any

import streamlit as st

from planner.app import parts
from planner.app.words import explain, spoken, told
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.files.tables import csv_text, to_frame
from planner.plans.recommendation import COLUMNS as PLAN_COLUMNS, Plan
from planner.plans.records import plan_record
from planner.plans.saved import as_plan
from planner.predictions.prediction import Prediction
from planner.sheets.archives import eln_bytes, workbook_bytes
from planner.sheets.paragraph import paragraph
from planner.sheets.runsheet import file_stem, run_sheet
from planner.sheets.sheet import COLUMNS, Sheet, plan_sheet
from planner.sheets.supplies import Supply, read_supplies

SHOWN = {
    "stage": "when",
    "role": "role",
    "name": "name",
    "equivalents": "eq",
    "amount_mmol": "mmol",
    "mass_mg": "mg",
    "volume_mL": "mL",
    "realised_equivalents": "realised eq",
    "note": "note",
}
FORMS = {
    "equivalents": "%.3f",
    "amount_mmol": "%.3f",
    "mass_mg": "%.1f",
    "volume_mL": "%.3f",
    "realised_equivalents": "%.3f",
}
BOTTLES = ("amine", "carbonyl", "reductant", "acid", "base", "solvent")
NUMBERS = {"purity": "purity", "density": "density, g/mL", "stock": "stock, M"}
KEPT = "bottles"
"""Where a session keeps the table of bottles, with the pair that it is of, while it is not on the page."""


def show_prediction(prediction: Prediction) -> None:
    """Draw the sheet of one's own procedure."""
    show_plan(as_plan(prediction), 1)


def show_plan(plan: Plan, rank: int) -> None:
    """Draw the sheet of a recommendation at the scale of the panel, from the bottles at hand."""
    chosen = plan.ranked(rank)
    try:
        supplies = _supplies(plan)
        sheet = plan_sheet(
            plan, st.session_state["scale"], rank=rank, of=st.session_state["scale_of"], supplies=supplies
        )
    except PlannerError as error:
        parts.show_error(error)
        return
    show_sheet(sheet)
    of = file_stem(plan.pair, plan.model)
    with st.container(horizontal=True):
        parts.download(
            "Run sheet (HTML, prints on A4)", partial(run_sheet, plan, chosen, sheet), "run_sheet.html", of
        )
        parts.download(
            "Notebook (.eln)", partial(eln_bytes, plan, chosen, sheet, f"{of}_plan"), "plan.eln", of
        )
        pages = {"charges": (sheet.rows(), COLUMNS), "conditions": (plan.rows(), PLAN_COLUMNS)}
        parts.download("Workbook (XLSX)", partial(workbook_bytes, pages), "charges.xlsx", of)
        parts.download("Charges (CSV)", partial(csv_text, sheet.rows(), COLUMNS), "charges.csv", of)
        parts.download("For another sheet (JSON)", lambda: json_text(plan_record(plan)), "for_sheet.json", of)
    with st.expander("Experimental paragraph", icon=":material/notes:"):
        st.code(
            told(paragraph(sheet, chosen.prediction)).replace("\u00a0", " "), language=None, wrap_lines=True
        )


def _supplies(plan: Plan) -> dict[str, Supply]:
    """Ask what is in the bottles, and read it; numbers are typed as everywhere."""
    with st.expander("Bottles at hand: name, purity, density, stock solution", icon=":material/science:"):
        st.caption(explain("bottles"))
        state, texts = st.session_state, plan.pair.texts
        pair, kept = state.get(KEPT, (texts, None))
        if pair != texts or kept is None:
            kept = [{"role": role, "bottle": "", **dict.fromkeys(NUMBERS, "")} for role in BOTTLES]
            state[KEPT] = (texts, kept)
        edited = st.data_editor(
            to_frame(kept, ("role", "bottle", *NUMBERS)),
            hide_index=True,
            key="bottles_table",
            disabled=["role"],
            column_config={
                "role": st.column_config.TextColumn("for"),
                "bottle": st.column_config.TextColumn("bottle", width="large"),
                **{name: st.column_config.TextColumn(words) for name, words in NUMBERS.items()},
            },
        )
    rows: list[dict[str, Any]] = edited.to_dict("records")
    words = {
        name: [f"{row['role']}={str(row[name]).strip()}" for row in rows if str(row[name] or "").strip()]
        for name in ("bottle", *NUMBERS)
    }
    named = {"amine": plan.request.amine, "carbonyl": plan.request.carbonyl}
    return read_supplies(
        named, words["bottle"], words["purity"], words["density"], words["stock"], model=plan.model
    )


def show_sheet(sheet: Sheet) -> None:
    """Draw a sheet."""
    shown = {
        name: word for name, word in SHOWN.items() if any(row[name] not in (None, "") for row in sheet.rows())
    }
    st.dataframe(
        sheet.to_frame(),
        hide_index=True,
        key="charges",
        column_order=list(shown),
        column_config=parts.headings(shown, FORMS),
        placeholder="",
        alt="Charges in order of addition: "
        + "; ".join(f"{c.role} {c.name} {c.mass_mg or c.volume_mL or 0:g}" for c in sheet.charges),
    )
    st.caption(explain("sheet"))
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Steps")
        st.markdown("\n".join(f"1. {spoken(step)}" for step in sheet.steps))
    with right:
        st.subheader("Hazards")
        st.markdown("\n".join(f"- {spoken(h.words)} :small[{spoken(h.source)}]" for h in sheet.hazards))
        for note in sheet.notes:
            st.warning(spoken(note))
