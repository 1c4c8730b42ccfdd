"""The Model page: every number with its source, the equations, the limits, the glossary."""

import streamlit as st

from planner.app import parts
from planner.app.answers import the_model
from planner.app.words import explain, plain, texts
from planner.files.tables import csv_text, to_frame
from planner.model.records import PARAMETER_COLUMNS, model_record


def show() -> None:
    """Draw the page."""
    model = the_model()
    record = model_record(model)
    st.header("The model")
    st.caption(plain(f"{model.name} set, sha256 {model.sha256}, planner {record['version']}."))
    numbers, equations, limits, glossary, sources = st.tabs(
        ["Numbers", "Equations", "Limits", "Glossary", "Sources"]
    )
    with numbers:
        _numbers(record["parameters"])
    with equations:
        for step in texts()["ladder"]:
            st.latex(step["equation"])
            st.caption(step["words"])
    with limits:
        st.markdown("\n".join(f"- {plain(line)}" for line in model.does_not_claim))
        for reductant in model.reductants:
            st.markdown(
                f"**{plain(reductant.name)}**\n"
                + "\n".join(f"- {plain(line)}" for line in reductant.does_not_claim)
            )
    with glossary:
        st.markdown("\n".join(f"- **{word}.** {plain(text)}" for word, text in texts()["glossary"].items()))
    with sources:
        st.dataframe(to_frame(record["sources"], tuple(record["sources"][0])), hide_index=True, key="sources")


def _numbers(parameters: list[dict[str, object]]) -> None:
    """Tabulate every constant; a filter finds a word in any column."""
    st.caption(explain("model"))
    word = st.text_input("Find", key="find", placeholder="stab, aryl, water ...", bind="query-params").lower()
    rows = [p for p in parameters if word in " ".join(map(str, p.values())).lower()]
    st.dataframe(to_frame(rows, PARAMETER_COLUMNS), hide_index=True, key="numbers", height=560)
    parts.download("CSV", lambda: csv_text(rows, PARAMETER_COLUMNS), "model.csv")
