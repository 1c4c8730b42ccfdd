"""Runs in: a table that is typed, pasted or uploaded, with a step for headings that are not known."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.app import answers, learned, parts
from planner.app.asked import Asked
from planner.app.kept import keep, upload
from planner.app.words import explain, plain, words_of
from planner.calibration.entries import OWN_WORDS
from planner.calibration.headings import COLUMNS, CONVERSION, near_column
from planner.calibration.runs import RunTable, read_run_table, run_rows, unread_titles
from planner.calibration.templates import template_columns, template_row, template_rows
from planner.comparisons.observed import degree_names
from planner.files.tables import csv_text
from planner.flask.fields import FIELDS
from planner.flask.settling import settle
from planner.plans.recommendation import Plan
from planner.sheets.runsheet import file_stem
from planner.structures.pairs import Pair

KEPT, BASE, TURN = "typed_runs", "typed_runs_base", "typed_runs_turn"
"""Where a session keeps what was typed, what the table began with, and how often it began anew."""
LEAVE_OUT = "leave it out"
TYPE, UPLOAD = "Type or paste", "Upload"
FIRST_FIELDS = tuple(name for name, field in FIELDS.items() if field.short)
HIDDEN = ("amine", "carbonyl")
"""The pair at the left; a table that is uploaded may name another."""


def given_runs(asked: Asked) -> RunTable | None:
    """Take runs from the table on the page or from a file; None where there are none yet.

    Raises
    ------
    PlannerError
        If they cannot be read; one line says row, column and what to do.
    """
    keep("runs_way")
    way = st.segmented_control("Runs", (TYPE, UPLOAD), default=TYPE, required=True, key="runs_way")
    source = _uploaded() if way == UPLOAD else _typed(asked)
    _templates(asked)
    if source is None:
        return None
    columns = _mapped(source)
    if columns is None:
        return None
    amine, carbonyl = asked.pair.texts
    table = read_run_table(
        source, columns=columns, amine=amine, carbonyl=carbonyl, model=answers.the_first_model()
    )
    if way == UPLOAD:
        _as_read(table)
    if table.remarks:
        with st.expander(f"How they were taken ({len(table.remarks)} remarks)"):
            st.markdown("\n".join(f"- {plain(remark)}" for remark in table.remarks))
    return table


def _uploaded() -> bytes | None:
    """Take a file; a calibrated model is opened at once."""
    file = upload(
        "A table of runs (CSV or Excel, as exported or typed), or a calibrated model (TOML)",
        ["csv", "txt", "tsv", "xlsx", "toml"],
        "run_file",
    )
    if file is None:
        return None
    if not file.name.lower().endswith(".toml"):
        return file.content
    if st.session_state.get("opened_model") != file.id:
        learned.open_file(file.name, file.content)
        st.session_state["opened_model"] = file.id
    return None


def _typed(asked: Asked) -> list[dict[str, Any]] | None:
    """Draw the table to type into, and take what stands in it; None while nothing that was found stands there."""
    state = st.session_state
    columns = template_columns(asked.pair)
    key = f"typed_table_{state.get(TURN, 0)}_{asked.pair.n_hydrogens}"
    if key not in state or BASE not in state:
        state[BASE] = state.get(KEPT) or [_first(asked)]
    _starts(asked)
    rows = [{name: row.get(name) for name in columns} for row in state[BASE]]
    edited = st.data_editor(
        pd.DataFrame(rows, columns=list(columns), dtype=object),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_order=_order(asked.pair),
        column_config=_configs(asked.pair),
        width="stretch",
        placeholder="",
        alt="Runs to fill in",
    )
    rows = [{k: v for k, v in row.items() if not _is_empty(v)} for row in edited.to_dict("records")]
    state[KEPT] = [row for row in rows if row]
    found = (*degree_names(asked.pair), CONVERSION)
    filled = [{k: _number(v) for k, v in row.items()} for row in state[KEPT] if any(n in row for n in found)]
    return filled or None


def _number(value: Any) -> Any:
    """Take what was typed with a point as a number, beside numbers with a comma; the planner wrote some itself."""
    return (
        float(value) if isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.\d+)?", value.strip()) else value
    )


def _starts(asked: Asked) -> None:
    """Offer rows to begin with: the procedure at the left, and those of a plan."""
    plan: Plan | None = st.session_state.get("found")
    own = _row(asked, "")
    with st.container(horizontal=True):
        st.button(
            "Add the procedure at the left", key="add_run", icon=":material/add:", on_click=_add, args=(own,)
        )
        if plan is not None and plan.pair == asked.pair:
            rows = [_text_row(row) for row in template_rows(plan)[0]]
            st.button(
                "Rows of the plan", key="plan_runs", icon=":material/list:", on_click=_begin, args=(rows,)
            )


def _is_empty(value: Any) -> bool:
    return value is None or str(value).strip() in ("", "nan", "None")


def _order(pair: Pair) -> list[str]:
    """Order the columns on the page: what is typed first stands first."""
    shown = ["run", *degree_names(pair), "detector", *FIRST_FIELDS, "kind", "time_h", "lot", "note"]
    return [*shown, *(name for name in template_columns(pair) if name not in (*shown, *HIDDEN))]


def _configs(pair: Pair) -> dict[str, Any]:
    """Say what each column takes: words from a list, the rest as it is typed."""
    model = answers.the_model()
    choices: dict[str, Sequence[str]] = {
        "reductant": [r.name for r in model.reductants],
        "solvent": [s.name for s in model.solvents],
        **{name: field.words for name, field in FIELDS.items() if field.words},
        **OWN_WORDS,
    }
    found = {}
    for name in template_columns(pair):
        label = FIELDS[name].label if name in FIELDS else name.replace("_h", " [h]")
        found[name] = (
            st.column_config.SelectboxColumn(label, options=list(choices[name]), format_func=words_of)
            if name in choices
            else st.column_config.TextColumn(label)
        )
    return found


def _first(asked: Asked) -> dict[str, Any]:
    """Write the first row: the procedure at the left, with nothing found."""
    return _row(asked, "A")


def _row(asked: Asked, name: str) -> dict[str, Any]:
    """Write the procedure at the left as a run to fill in."""
    settled, _ = settle(asked.procedure, answers.the_model(), asked.pair)
    return _text_row(template_row(asked.pair, settled, name))


def _text_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write numbers as they would be typed."""
    return {k: f"{v:.10g}" if isinstance(v, int | float) else v for k, v in row.items() if v is not None}


def _free_name() -> str:
    """Name the next run: A, B, C, ..."""
    taken = {str(row.get("run")) for row in st.session_state.get(KEPT, ())}
    letters = (chr(ord("A") + i) for i in range(26))
    return next((letter for letter in letters if letter not in taken), f"run {len(taken) + 1}")


def _add(row: dict[str, Any]) -> None:
    """Add a row below what was typed, under a name that is free."""
    _begin([*st.session_state.get(KEPT, ()), row | {"run": _free_name()}])


def _begin(rows: Sequence[dict[str, Any]]) -> None:
    """Begin the table anew with these rows."""
    st.session_state[KEPT] = st.session_state[BASE] = list(rows)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _templates(asked: Asked) -> None:
    """Offer the table to fill: of the plan where there is one of this pair, else of the procedure at the left."""
    plan: Plan | None = st.session_state.get("found")
    if plan is not None and plan.pair == asked.pair:
        rows, columns = template_rows(plan)
    else:
        settled, _ = settle(asked.procedure, answers.the_model(), asked.pair)
        rows, columns = [template_row(asked.pair, settled, "run 1")], template_columns(asked.pair)
    stem = file_stem(asked.pair, answers.the_first_model())
    parts.download("Table to fill (CSV)", lambda: csv_text(rows, columns), "runs.csv", stem)


def _mapped(source: Any) -> dict[str, str] | None:
    """Ask what the columns are whose headings are not known; None until all are told."""
    unread = unread_titles(source)
    if not unread:
        return {}
    st.markdown("**What are these columns?**")
    st.caption(explain("columns"))
    told: dict[str, str] = {}
    keep(*(f"column_{title}" for title in unread))
    with st.container(horizontal=True):
        for title in unread:
            near = near_column(title)
            index = COLUMNS.index(near) if near in COLUMNS else None
            options = (*COLUMNS, LEAVE_OUT)
            chosen = st.selectbox(plain(title), options, index=index, key=f"column_{title}", width=220)
            if chosen is not None:
                told[title] = "" if chosen == LEAVE_OUT else str(chosen)
    return told if len(told) == len(unread) else None


def _as_read(table: RunTable) -> None:
    """Tabulate runs as they were read."""
    rows, columns = run_rows(table.runs)
    used = [name for name in columns if any(row[name] is not None for row in rows)]
    frame = pd.DataFrame([{name: _said(name, row[name]) for name in used} for row in rows])
    st.dataframe(frame, hide_index=True, key="runs_read", alt="Runs as they were read")
    st.caption(explain("runs_read"))


def _said(name: str, value: Any) -> str:
    """Write a cell as a chemist says it; what is absent is empty."""
    text = "" if value is None else str(value)
    return words_of(text) if name in FIELDS and FIELDS[name].words else text
