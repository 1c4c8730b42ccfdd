"""The sheet on the screen: charges in order of addition, steps, hazards."""

import streamlit as st

from planner.app.parts import headings
from planner.app.words import explain, plain
from planner.sheets.sheet import Sheet

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


def show_sheet(sheet: Sheet) -> None:
    """Draw a sheet."""
    st.dataframe(
        sheet.to_frame(),
        hide_index=True,
        key="charges",
        column_order=list(SHOWN),
        column_config=headings(SHOWN, FORMS),
        placeholder="",
        alt="Charges in order of addition",
    )
    st.caption(explain("sheet"))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Steps**")
        st.markdown("\n".join(f"1. {plain(step)}" for step in sheet.steps))
    with right:
        st.markdown("**Hazards**")
        st.markdown("\n".join(f"- {plain(h.words)} :small[{plain(h.source)}]" for h in sheet.hazards))
        for note in sheet.notes:
            st.warning(plain(note))
