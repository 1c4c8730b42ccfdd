"""The Model page: what was checked and where it fails first, then every number, equations, limits, glossary."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from planner.app import parts
from planner.app.answers import the_model
from planner.app.words import explain, plain, spoken, texts
from planner.files.tables import csv_text, to_frame
from planner.model.folders import read_toml
from planner.model.records import PARAMETER_COLUMNS, model_record

CHECKED = {
    "class": "class",
    "products": "product right",
    "foretold": "made, foretold < 10 %",
    "sites": "nitrogen right",
    "patents": "patents in bounds",
    "width": "their interval",
    "orders": "orders held",
    "least": "least sure, %",
}
CLASSES = {
    "RNH2": "primary alkylamine", "R2NH": "secondary alkylamine", "ArNH2": "aniline", "ArNHR": "N-alkylaniline",
    "NH3": "ammonia", "HCHO": "formaldehyde",
}  # fmt: skip
"""Columns of what was checked."""


def show() -> None:
    """Draw the page."""
    model = the_model()
    record = model_record(model)
    st.subheader("What was checked, and where it fails first")
    _checked()
    st.subheader("What it rests on")
    words = ["Limits", "Numbers", "Equations", "Glossary", "Sources"]
    limits, numbers, equations, glossary, sources = st.tabs(words)
    with limits:
        st.markdown("\n".join(f"- {spoken(line)}" for line in model.does_not_claim))
        for reductant in model.reductants:
            st.markdown(
                f"**{plain(reductant.name)}**\n"
                + "\n".join(f"- {spoken(line)}" for line in reductant.does_not_claim)
            )
    with numbers:
        _numbers(record["parameters"])
    with equations:
        for step in texts()["ladder"]:
            st.latex(step["equation"])
            st.caption(step["words"])
    with glossary:
        st.markdown("\n".join(f"- **{word}.** {plain(text)}" for word, text in texts()["glossary"].items()))
    with sources:
        st.dataframe(
            to_frame(record["sources"], tuple(record["sources"][0])),
            hide_index=True,
            key="sources",
            alt="Sources of the numbers",
        )
    st.caption(plain(f"{model.name} set, sha256 {model.sha256}, planner {record['version']}."))


@lru_cache(maxsize=1)
def checked_rows() -> list[dict[str, str]]:
    """Read what was checked, by class."""
    return list(read_toml(Path(__file__).with_name("checked.toml"))["rows"])


def _checked() -> None:
    """Tabulate what was checked, by class, with what to make of it."""
    st.markdown(explain("fails"))
    rows = [{**row, "class": CLASSES.get(row["class"], row["class"])} for row in checked_rows()]
    st.dataframe(
        to_frame(rows, tuple(CHECKED)),
        hide_index=True,
        key="checked",
        column_config=CHECKED,
        placeholder="",
        height="content",
        alt="Checks by class of amine and of carbonyl compound: "
        + "; ".join(f"{row['class']}: products {row['products']}" for row in rows),
    )
    st.caption(explain("checked"))


def _numbers(parameters: list[dict[str, object]]) -> None:
    """Tabulate every constant; a filter finds a word in any column."""
    st.caption(explain("model"))
    word = st.text_input("Find", key="find", placeholder="stab, aryl, water ...", bind="query-params").lower()
    rows = [p for p in parameters if word in " ".join(map(str, p.values())).lower()]
    st.dataframe(
        to_frame(rows, PARAMETER_COLUMNS),
        hide_index=True,
        key="numbers",
        height=560,
        alt="Constants of the model",
    )
    parts.download("CSV", lambda: csv_text(rows, PARAMETER_COLUMNS), "model.csv")
