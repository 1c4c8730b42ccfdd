"""Inputs: the panel at the left. The two structures, worked examples, saved plans, and the knobs."""

from importlib.util import find_spec

import streamlit as st

from planner.app.answers import the_model, the_pair
from planner.app.examples import examples
from planner.app.knobs import limit_inputs, load_inputs, procedure_inputs, scale_inputs, target_inputs
from planner.app.parts import show_error
from planner.app.saved import saved_inputs, wanted_inputs
from planner.app.words import explain, plain
from planner.errors import PlannerError
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure
from planner.model.catalogue import resolve_name
from planner.plans.recommendation import Plan
from planner.plans.saved import read_record, read_saved
from planner.predictions.prediction import Prediction
from planner.structures.drawings import draw_amine, draw_carbonyl
from planner.structures.pairs import Pair
from planner.structures.structure import read_structure

FIRST_AMINE, FIRST_CARBONYL = "NCc1ccccc1", "CCCC=O"
LONGEST_TEXT = 2000


def open_plan(
    plan: Plan,
    procedure: Procedure,
    *,
    defaults: tuple[str, ...],
    amine: str | None = None,
    basis: str | None = None,
) -> None:
    """Put a procedure of a plan into the inputs and go to Plan; what took a default stays a default.

    The amine and the basis are those of the plan where none are given; a protected amine is another one.
    """
    chosen = {name: getattr(procedure, name) for name in FIELDS if name not in defaults}
    given = {
        name: value
        for name, value in chosen.items()
        if value or name not in ("addition_time_h", "imine_time_h")
    }
    asked = {"amine": amine or plan.request.amine, "carbonyl": plan.request.carbonyl}
    names = the_model().catalogue
    pair = {
        name: text
        for name, text in asked.items()
        if text not in (st.session_state[name], resolve_name(st.session_state[name], names))
    }
    wanted = wanted_inputs(plan.request.target, plan.aim.degree)
    load_inputs({**pair, **wanted, "basis": basis or plan.request.basis, **given})
    st.session_state["page"] = "Plan"


def pair_inputs() -> None:
    """Show the examples, a place to reopen a plan, and the two text boxes."""
    with st.container(horizontal=True, gap="small"):
        with st.popover("Examples", icon=":material/school:", width="stretch"):
            for example in examples():
                key = f"example_{example.name}"
                st.button(
                    example.name, key=key, on_click=load_inputs, args=(example.inputs,), width="stretch"
                )
                st.caption(example.lesson)
        with st.popover("Reopen", icon=":material/folder_open:", width="stretch"):
            st.file_uploader(
                "A prediction or plan (JSON), or an archive (.eln)",
                ["json", "eln"],
                key="reopened",
                on_change=_reopen,
            )
            st.caption(explain("reopen"))
    _structure_input("amine", FIRST_AMINE, "A name, an abbreviation or SMILES; salts are stripped and named.")
    _structure_input(
        "carbonyl", FIRST_CARBONYL, "A name, an abbreviation or SMILES of one aldehyde or ketone."
    )


def _structure_input(field: str, first: str, text: str) -> None:
    """Show a text box and, where the editor is installed, a button that opens it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", wrap=False):
        st.text_input(
            field.capitalize(), first, key=field, max_chars=LONGEST_TEXT, bind="query-params", help=text
        )
        if find_spec("streamlit_ketcher") and st.button(
            "Draw", key=f"draw_{field}", icon=":material/draw:", help=f"Draw the {field}"
        ):
            _draw(field)


@st.dialog("Draw a structure", width="large")
def _draw(field: str) -> None:
    """Open the structure editor; what is taken over replaces the text."""
    from streamlit_ketcher import st_ketcher

    st.caption("Draw, press Apply under the drawing, then Use.")
    try:
        start = read_structure(resolve_name(st.session_state[field], the_model().catalogue)).smiles
    except PlannerError:
        start = ""  # an empty sheet: what is typed is mended in its box
    smiles = st_ketcher(start, key=f"ketcher_{field}", height=460)
    if st.button("Use", key=f"use_{field}", on_click=_use, args=(field, smiles)):
        st.rerun()


def _use(field: str, smiles: str) -> None:
    """Write a drawn structure into its text box: the last writer wins."""
    st.session_state[field] = smiles


def _reopen() -> None:
    """Put a saved prediction or plan back into the inputs, and a plan's list back on its page."""
    if (file := st.session_state["reopened"]) is None:
        return
    try:
        found = read_saved(read_record(file.getvalue(), file.name), the_model())
        inputs = saved_inputs(found)
        if isinstance(found, Plan):
            st.session_state["found"] = found
    except PlannerError as error:
        show_error(error)
        return
    load_inputs(inputs)


def panel(page: str) -> None:
    """Draw every input, whatever the page, so that the address always holds the whole plan.

    What the inputs cannot say is shown on the page (``asked.read_asked`` raises it); nothing that was typed is lost.
    """
    with st.sidebar:
        pair_inputs()
        try:
            pair = the_pair(st.session_state["amine"], st.session_state["carbonyl"])
            show_pair(pair)
        except PlannerError:
            pair = None
        target_inputs(pair)
        names = ("Procedure", "Limits of the search")
        tabs = dict(zip(order := names[:: -1 if page == "Recommend" else 1], st.tabs(order), strict=True))
        with tabs["Limits of the search"]:
            limit_inputs(pair)
        with tabs["Procedure"]:
            procedure_inputs(pair)
        scale_inputs()


def best_for(prediction: Prediction) -> Prediction | None:
    """Return the recommended procedure's prediction, if one was found for this pair, target and basis.

    A plan for one isomer counts that isomer alone and is not compared.
    """
    plan: Plan | None = st.session_state.get("found")
    if plan is None or plan.aim.smiles is not None:
        return None
    best = plan.best.prediction
    same = ("pair", "model", "target", "basis")
    return best if all(getattr(best, n) == getattr(prediction, n) for n in same) else None


def show_pair(pair: Pair) -> None:
    """Draw both structures, reactive atoms marked, with the classes they were given."""
    left, right = st.columns(2, wrap=False)
    left.image(draw_amine(pair), alt=f"Amine {pair.amine.smiles}, reactive nitrogens marked", width="stretch")
    right.image(
        draw_carbonyl(pair),
        alt=f"Carbonyl compound {pair.carbonyl.smiles}, reactive carbon marked",
        width="stretch",
    )
    classes = dict.fromkeys((site.site_class, site.n_hydrogens) for site in pair.sites)
    lines = []
    for name, n_hydrogens in classes:
        count = sum((s.site_class, s.n_hydrogens) == (name, n_hydrogens) for s in pair.sites)
        times = f"{count} × " if count > 1 else ""
        words = plain(f"{times}{the_model().site_class(name).label}, {n_hydrogens} N-H")
        lines.append(f":blue-background[{words}]")
    st.markdown("  \n".join([*lines, f":orange-background[{plain(pair.carbonyl_class.label)}]"]))
    if ions := (*pair.amine.counter_ions, *pair.carbonyl.counter_ions):
        st.caption(plain(f"Stripped: {', '.join(ions)}. The free compound is planned."))
