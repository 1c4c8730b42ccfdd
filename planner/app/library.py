"""The Library page: two lists in, every pair of them planned, a matrix that opens its pairs, and a plate."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from planner.app import answers, parts, plates, screened
from planner.app.asked import asked_screen
from planner.app.kept import File, keep, upload
from planner.app.knobs import load_inputs
from planner.app.screened import Held
from planner.app.words import explain, plain, spoken
from planner.errors import PlannerError
from planner.files.tables import csv_text
from planner.flask.fields import FIELDS
from planner.flask.procedure import Settled, procedure_words
from planner.library.lists import Listed
from planner.library.partners import PLANNED, Partner
from planner.library.pictures import labels, pair_chart, pair_rows
from planner.library.rows import COLUMNS
from planner.library.words import screen_command
from planner.plans.request import Request, build_request

LISTS = {"amine": "Amines", "carbonyl": "Aldehydes and ketones"}
FILES = ["smi", "txt", "csv", "tsv", "sdf"]
EXAMPLES = {"amine": "NCc1ccccc1 A1\nbutylamine", "carbonyl": "CCCC=O C1\nbenzaldehyde"}
MOST_PAIRS = 2000
"""That the server works through for a page; more is for a machine of one's own."""
MOST_LINES = 8
"""That cannot be used and are said at once; the others are a click away."""
CHOSEN = "library_pair"
"""Number of the pair that is shown beside the matrix."""
SHOWN = {
    "amine": "amine", "carbonyl": "carbonyl compound", "target": "target", "low": "5 %", "high": "95 %", "over": "over",
    "procedure": "procedure", "said": "what became of it",
}  # fmt: skip
FORMS = dict.fromkeys(("target", "low", "high", "over"), "percent")
Row = Mapping[str, Any]


def show() -> None:
    """Draw the page."""
    st.subheader("Every pair of two lists")
    st.caption(explain("library"))
    keep(*(f"library_{role}s" for role in LISTS), CHOSEN, *plates.BOXES)
    given = _given()
    try:
        if all(given.values()):
            _ask(given)
    except PlannerError as error:  # what was found before stays
        parts.show_error(error)
    held = screened.the_held()
    if held is not None:
        _found(held)


def _given() -> dict[str, File | None]:
    """Draw the boxes of both lists, and take what stands in them; a file comes first."""
    found: dict[str, File | None] = {}
    for column, (role, label) in zip(st.columns(2, gap="large"), LISTS.items(), strict=True):
        with column:
            pasted = st.text_area(
                f"{label}: a SMILES or name a line",
                key=f"library_{role}s",
                height=130,
                placeholder=EXAMPLES[role],
            )
            file = upload("Or a file, which comes first", FILES, f"{role}_file")
            typed = File(name=f"{role}s.txt", content=pasted.encode(), id="") if pasted.strip() else None
            found[role] = file or typed
    return found


def _ask(given: Mapping[str, File | None]) -> None:
    """Say what was read, and screen it when the button is pressed; too much of it becomes a command."""
    files = [file for file in given.values() if file is not None]
    lists = [
        screened.the_list(file.content, file.name, f"{role}s")
        for file, role in zip(files, given, strict=True)
    ]
    limits = asked_screen()
    request = build_request("", "", dict(limits), answers.the_folder())
    n_pairs = len(lists[0]) * len(lists[1])
    said = f"{_count(lists[0], 'amine')} and {_count(lists[1], 'carbonyl compound')}: {n_pairs:,} pairs."
    st.markdown(said)
    if n_pairs > MOST_PAIRS:
        _command(request, files)
        return
    model = answers.the_model()
    for listed, role in zip(lists, given, strict=True):
        _unusable(screened.the_partners(listed, role, model.sha256, model), LISTS[role])
    question = (*lists, request, model.sha256)
    if st.button(f"Screen {n_pairs:,} pairs", key="screen", icon=":material/grid_on:", type="primary"):
        screened.run(question, limits, model)
    held = screened.the_held()
    if held is not None and held.question != question:
        st.warning("The inputs have changed since this library was screened; screen it again.")


def _count(listed: Sequence[Listed], word: str) -> str:
    return f"{len(listed):,} {word}{'' if len(listed) == 1 else 's'}"


def _unusable(partners: Sequence[Partner], label: str) -> None:
    """Say which lines of a list cannot be used and why; each has its row of pairs all the same."""
    lines = [
        plain(f"{label}, line {p.listed.line} ({p.listed.id}): {p.status}. {p.message}")
        for p in partners
        if p.status != PLANNED
    ]
    if not lines:
        return
    st.warning("\n".join(f"- {line}" for line in lines[:MOST_LINES]), icon=":material/block:")
    if lines[MOST_LINES:]:
        with st.expander(f"{len(lines) - MOST_LINES} more lines that cannot be used"):
            st.markdown("\n".join(f"- {line}" for line in lines[MOST_LINES:]))


def _command(request: Request, files: Sequence[File]) -> None:
    """Show the line that does it on a machine of one's own, and give back what was pasted as files."""
    st.info(f"That is more than the {MOST_PAIRS:,} pairs that a page works through. On your own machine:")
    first = answers.the_model() is answers.the_first_model()
    models = answers.the_folder() if first else "calibrated.toml"
    amines, carbonyls = (file.name for file in files)
    st.code(screen_command(request, amines, carbonyls, models), language="sh", wrap_lines=True)
    st.caption(explain("library_command"))
    with st.container(horizontal=True):
        for file in files:
            if not file.id:
                parts.download(f"What was pasted ({file.name})", partial(bytes, file.content), file.name)


def _found(held: Held) -> None:
    """Show matrix and pair, the same as a table, downloads and the plate."""
    rows = held.rows()
    if not rows:
        st.info("The search was stopped before its first pair was done.")
        return
    st.subheader("Pairs")
    if not held.is_whole:
        st.info(
            f"{len(rows):,} of {held.n_pairs:,} pairs are done; the button above goes on with the others."
        )
    names = [labels(listed) for listed in held.partners()]
    drawn = pair_rows(rows, *names)
    left, right = st.columns((3, 2), gap="large")
    with left:
        st.vega_lite_chart(
            pair_chart(drawn, *names).whole(),
            key="matrix",
            on_select=_pick,
            selection_mode="pick",
            alt=_matrix_words(held, drawn),
        )
        st.caption(explain("library_matrix"))
    with right:
        _pair(rows, drawn, held)
    _table(rows, drawn)
    with st.container(horizontal=True):
        parts.download("Pairs (CSV)", lambda: csv_text(rows, COLUMNS), "library.csv")
        parts.download("Pairs (Parquet)", held.parquet, "library.parquet")
    plates.show(held)


def _matrix_words(held: Held, drawn: Sequence[Row]) -> str:
    """Say what the matrix shows to those who cannot see it."""
    targets = [row["target"] for row in drawn if row["target"] is not None]
    first = f"{len(drawn)} pairs, {len(targets)} of them planned"
    if not targets:
        return first
    best = max(drawn, key=_promise)
    return (
        f"{first}: target {min(targets):.0%} to {max(targets):.0%}, highest for {best['amine']} + "
        f"{best['carbonyl']}. The table below holds every pair."
    )


def _promise(row: Row) -> tuple[bool, float]:
    """Rank a pair by its target, behind every other where another main product is foretold or there is no plan."""
    return row["target"] is not None and not row["risk"], row["target"] or 0.0


def _pick() -> None:
    """Take the pair of the cell that was selected."""
    if picked := st.session_state["matrix"].selection.get("pick"):
        st.session_state[CHOSEN] = int(picked[0]["pair"])


def _pair(rows: Sequence[Row], drawn: Sequence[Row], held: Held) -> None:
    """Choose a pair, by its cell or from the list, and show what is known of it."""
    places = {int(row["pair"]): i for i, row in enumerate(rows)}
    if st.session_state.get(CHOSEN) not in places:
        st.session_state[CHOSEN] = max(places, key=lambda n: _promise(drawn[places[n]]))
    chosen = st.selectbox(
        "Pair",
        list(places),
        key=CHOSEN,
        format_func=lambda n: (
            f"{drawn[places[n]]['amine']} + {drawn[places[n]]['carbonyl']}: {_result(drawn[places[n]])}"
        ),
    )
    row = rows[places[chosen]]
    given = [
        listed[int(row[f"{role}_number"])]["given"]
        for role, listed in zip(LISTS, held.partners(), strict=True)
    ]
    is_planned, risks = row["status"] == PLANNED, _lines(row["product_risks"])
    if risks:
        st.warning(spoken(" ".join(risks)), icon=":material/warning:")
    if is_planned:
        _numbers(row)
    else:
        st.info(plain(f"{row['status']}: {row['message']}"), icon=":material/block:")
    with st.container(horizontal=True):
        if is_planned:
            _open_button("Plan", *given, _fields(row))
        _open_button("Recommend", *given)
    caveats = [line for line in _lines(row["caveats"]) if line not in risks]
    st.markdown("\n".join(f"- {spoken(line)}" for line in caveats))


def _lines(cell: object) -> list[str]:
    """Part what a cell joins."""
    return [line.strip() for line in str(cell or "").split(" | ") if line.strip()]


def _open_button(page: str, *given: Any) -> None:
    """Show the button that opens a pair on another page."""
    key, icon = f"pair_{page.lower()}", ":material/open_in_new:"
    st.button(f"Open in {page}", key=key, icon=icon, on_click=_open, args=(page, *given))


def _result(row: Row) -> str:
    if row["target"] is None:
        return "no plan"
    return f"{parts.per_cent(row['target'])}{', but another main product is foretold' if row['risk'] else ''}"


def _numbers(row: Row) -> None:
    """Show what is foretold of a pair, grey where another main product is, and by which procedure."""
    low, high = row["target_low"], row["target_high"]

    def said(name: str) -> str:
        share = parts.per_cent(row[name])
        return f":gray[{share}]" if row["product_risks"] else share

    with st.container(horizontal=True):
        parts.number("Target", said("target_fraction"), parts.span(low, high))
        above = parts.per_cent(row["over_alkylation_high"])
        parts.number("Over-alkylation", said("over_alkylation"), f"at most {above} in 95 %")
    st.markdown(spoken(_procedure(row)))


def _fields(row: Row) -> dict[str, Any]:
    """Take the procedure of a row; a time that its addition does not have is none."""
    times = ("addition_time_h", "imine_time_h")
    return {n: row[n] for n in FIELDS if row[n] is not None and (row[n] or n not in times)}


def _procedure(row: Row) -> str:
    """Say the procedure of a row as a phrase."""
    return procedure_words(Settled(**{n: row[n] for n in FIELDS if n in Settled.__dataclass_fields__}))


def _open(page: str, amine: str, carbonyl: str, procedure: Mapping[str, Any] | None = None) -> None:
    """Put a pair into the inputs, with its procedure where Plan is to show it, and go there."""
    state = st.session_state
    state["amine"], state["carbonyl"] = amine, carbonyl
    if procedure is not None:
        load_inputs(procedure)
    state["page"] = page


def _table(rows: Sequence[Row], drawn: Sequence[Row]) -> None:
    """Tabulate what the matrix shows."""
    with st.expander("The same as a table"):
        said = [
            {**seen, "procedure": _procedure(row) if row["status"] == PLANNED else ""}
            for row, seen in zip(rows, drawn, strict=True)
        ]
        st.dataframe(
            screened.tabulated(said, SHOWN, FORMS),
            hide_index=True,
            key="library_table",
            column_order=list(SHOWN),
            column_config=parts.headings(SHOWN, FORMS),
            placeholder="",
            alt="Pairs with target, interval, procedure and what became of them",
        )
