"""Knobs: target, procedure and limits. Each box is keyed by the name of its field and bound to the address.

An empty box takes the reductant's stated default, which stands in it in grey. A slider has no value of its
own: it shows what its number box says and writes into it.
"""

from collections.abc import Mapping

import streamlit as st

from planner.app.answers import the_model
from planner.app.asked import asked_procedure, counts, has_inputs
from planner.app.boxes import as_typed, is_number, number_box, typed, word_box, words_box
from planner.app.saved import ANY_ISOMER
from planner.app.words import words_of
from planner.errors import ProcedureError
from planner.flask.fields import ADDITIONS, ASSAYS, FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.parts import CHARGES
from planner.plans.request import AVOIDABLE, SENSITIVE
from planner.predictions.prediction import BASES, degree_of
from planner.structures.pairs import Pair

BOX_PX = 92
"""Width of a number box beside its slider: five digits."""
SEEN = "seen"
"""Where a session keeps what every input held at the end of its last run."""
MOST_HYDROGENS = 24
"""Choices of target while there is no amine: eight nitrogens with three N-H."""


FIRST_FIELDS = (
    "reductant", "carbonyl_equivalents", "reductant_equivalents", "addition", "addition_time_h", "imine_time_h",
    "hold_time_h", "temperature_C",
)  # fmt: skip
MORE_FIELDS = tuple(name for name in FIELDS if name not in FIRST_FIELDS)


def load_inputs(inputs: Mapping[str, object]) -> None:
    """Put inputs into the widgets; fields of the procedure that are not given go back to their default."""
    for name in FIELDS:
        st.session_state[name] = inputs.get(name)
        st.session_state.pop(f"trail_{name}", None)
    for name, value in inputs.items():
        is_plain = is_number(name) and not isinstance(value, str)
        st.session_state[name] = as_typed(value) if is_plain else value


def clear_procedure() -> None:
    """Give every field of the procedure back to its default."""
    load_inputs({})


def target_inputs(pair: Pair | None) -> None:
    """Ask for target, basis and the limit on the mean over-alkylation."""
    n_hydrogens = MOST_HYDROGENS if pair is None else pair.n_hydrogens
    degrees = ["mono", "di", "tri", *map(str, range(4, n_hydrogens + 1))][:n_hydrogens]
    row = st.container(horizontal=True, gap="small", wrap=False)
    row.selectbox(
        "Target",
        [*degrees, "exhaustive"],
        key="target",
        bind="query-params",
        help="New alkyl groups on the molecule that is wanted.",
    )
    row.selectbox(
        "Precious partner",
        list(BASES),
        key="basis",
        bind="query-params",
        help="Target and over-alkylation are counted per mole of it.",
    )
    number_box(
        "Over-alkylation, at most",
        "max_over_alkylation",
        empty="no limit",
        help="Largest mean, as 0.1 or 10 %: a line in the pictures, a bound for Recommend. Empty: none.",
    )


def scale_inputs() -> None:
    """Ask how much is made, and of which partner that is."""
    row = st.container(horizontal=True, gap="small", wrap=False)
    row.text_input(
        "Scale",
        "250 mg",
        key="scale",
        max_chars=40,
        bind="query-params",
        help="Of one partner, for the sheet: mg, g, mmol, mL ...",
    )
    row.selectbox("of", list(BASES), key="scale_of", bind="query-params")


def limit_inputs(pair: Pair | None) -> None:
    """Ask for the limits of a search."""
    st.checkbox(
        "Hold what is set under Procedure",
        key="hold_procedure",
        bind="query-params",
        help="Boxes that are filled there are kept as they are; the search moves the empty ones.",
    )
    _isomer_input(pair)
    number_box("Longest total time [h]", "max_time_h", empty="24")
    st.slider(
        "Temperature window [°C]",
        -20.0,
        80.0,
        (0.0, 40.0),
        1.0,
        format="%g",
        key="temperature_window_C",
        bind="query-params",
    )
    _choice_inputs()
    st.selectbox(
        "Limiting partner",
        list(BASES),
        index=None,
        key="limiting",
        bind="query-params",
        placeholder="either",
        help="The partner that is to run out, whichever is precious.",
    )
    st.checkbox(
        "Rank by separation too",
        key="separation",
        bind="query-params",
        help="Takes up to five points where extraction cannot free the target from its nearest neighbour.",
    )
    _bound_inputs()


def _choice_inputs() -> None:
    """Ask what may be taken, and what is to be kept away from."""
    model = the_model()
    solvents = [s.name for s in model.solvents if not s.refused]
    _several("reductants", [r.name for r in model.reductants], "all")
    words_box("Additions", list(ADDITIONS), "additions", empty="all four")
    _several("solvents", solvents, "the default of each reductant")
    _several("exclude_reductants", [r.name for r in model.reductants], "none")
    _several("exclude_solvents", solvents, "none")
    _several("avoid", list(AVOIDABLE), "nothing")
    _several("sensitive", list(SENSITIVE), "what the structures show")


def _bound_inputs() -> None:
    """Ask for scale and yield, and for the largest charges."""
    with st.container(horizontal=True, gap="small", wrap=False):
        number_box("Scale [kg amine]", "scale_kg", empty="no limit")
        number_box("Least low end", "min_target_low", empty="no limit", help="Of the target's interval.")
    for partners in (("carbonyl", "amine"), ("reductant", "acid")):
        with st.container(horizontal=True, gap="small", wrap=False):
            for partner in partners:
                _most(partner)


def _isomer_input(pair: Pair | None) -> None:
    """Ask which nitrogen, where the target has several isomers."""
    degree = None if pair is None else degree_of(st.session_state["target"], pair.n_hydrogens)
    isomers = () if pair is None or degree is None else pair.isomers(degree)
    st.selectbox(
        "Isomer",
        [ANY_ISOMER, *(isomers if len(isomers) > 1 else ())],
        key="isomer",
        bind="query-params",
        disabled=len(isomers) < 2,
        help="The one product that is wanted, where the target can stand on several nitrogens.",
    )


def _several(name: str, options: list[str], empty: str) -> None:
    """Ask for some of several words; none stands for no limit."""
    st.multiselect(
        name.replace("_", " ").capitalize(), options, key=name, bind="query-params", placeholder=empty
    )


def _most(partner: str) -> None:
    """Ask for the most equivalents of a partner; empty is no limit."""
    number_box(f"Most {partner} [equiv]", f"max_{partner}_equivalents", empty="no limit")


def procedure_inputs(pair: Pair | None) -> None:
    """Show every field of a procedure; an empty box shows the default that follows from the others."""
    most = 1.5 * pair.n_hydrogens if pair is not None else 0.0
    is_known, whole = has_inputs(), _stated(pair)

    def ask(field: str) -> None:
        # in a session's first run each box that is drawn brings what the address gives it
        stated = whole if is_known else _stated(pair)
        default = getattr(stated, field)
        if field in ASSAYS.values():
            _assay(field)
        elif FIELDS[field].bounds:
            _knob(field, default, most, is_live=counts(field, stated.addition))
        else:
            _choice(field, default)

    for field in FIRST_FIELDS:
        ask(field)
    with st.expander("Solvent, acid, concentration, quench, portions", expanded=False):
        for field in MORE_FIELDS:
            ask(field)
    st.button("All back to default", on_click=clear_procedure, icon=":material/restart_alt:", width="stretch")


def _stated(pair: Pair | None) -> Settled:
    """Settle what the boxes say, for the defaults to show; where that cannot be done, the plain defaults."""
    try:
        asked = asked_procedure(pair)
    except ProcedureError:  # said on the page; the boxes must stay to be mended
        asked = Procedure()
    per_carbonyl = st.session_state.get("basis") == "carbonyl"
    return settle(asked, the_model(), pair, per_carbonyl=per_carbonyl)[0]


def _knob(field: str, default: float, most: float, *, is_live: bool) -> None:
    """Show one slider with its number box, greyed where the addition has no such field.

    A box that does not count stays on the page, for only what is on the page stands in the address.
    """
    row = FIELDS[field]
    low, high, step = row.slider
    bounds = row.bounds or (low, high)
    shown = float(f"{_held(field, default, bounds):.6g}")
    right_end = max(high, most if field.endswith("_equivalents") else 0.0, shown)
    key = _slider_key(field, shown)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        st.slider(
            row.label,
            min(float(low), shown),
            float(right_end),
            shown,
            float(step),
            format="%g",
            key=key,
            on_change=_slid,
            args=(field, key),
            help=row.help,
            disabled=not is_live,
        )
        number_box(
            f"{row.label}, number",
            field,
            empty=f"{default:g}",
            label_visibility="collapsed",
            disabled=not is_live,
            width=BOX_PX,
        )


def _held(field: str, default: float, bounds: tuple[float, float]) -> float:
    """Read the number of a box for its slider; the default where the page says that it cannot be used."""
    try:
        value = typed(field)
    except ProcedureError:
        return default
    return default if value is None or not bounds[0] <= value <= bounds[1] else value


def _assay(field: str) -> None:
    """Show the box of an assay; empty is the usual purity of its class."""
    row = FIELDS[field]
    number_box(row.label, field, empty="usual", help=row.help, disabled=CHARGES not in the_model().parts)


def _slider_key(field: str, shown: float) -> str:
    """Name a slider; one that must show another value than its own is a new one.

    Were the old one set instead, a page that is still behind would send its old value back as if a thumb had moved it.
    """
    state = st.session_state
    turn = state.setdefault(f"turn_{field}", 0)
    turn += state.get(f"slide_{field}_{turn}", shown) != shown
    state[f"turn_{field}"] = turn
    return f"slide_{field}_{turn}"


def _slid(field: str, key: str) -> None:
    """Write a moved slider into its number box, and remember what the box held until now."""
    state = st.session_state
    if key != f"slide_{field}_{state[f'turn_{field}']}":
        return  # of a slider that is no longer there
    here = as_typed(state[key])
    state[f"trail_{field}"] = (*state.get(f"trail_{field}", ()), state[field], here)
    state[field] = here


def catch_up() -> None:
    """Put a slider's value back into its box, where a page that was still behind has sent the box as it was before.

    A page sends all its inputs when one of them changes. A box that holds an old value although something
    else was changed is behind; one that alone has changed was typed into.
    """
    state = st.session_state
    changed = {name for name, value in state.get(SEEN, {}).items() if state.get(name) != value}
    for field in (name for name, row in FIELDS.items() if row.bounds):
        trail = state.get(f"trail_{field}", ())
        if trail and state[field] != trail[-1] and state[field] in trail and changed != {field}:
            state[field] = trail[-1]
        elif trail and f"slide_{field}_{state[f'turn_{field}']}" not in changed:
            del state[f"trail_{field}"]


def remember() -> None:
    """Keep what every input holds at the end of a run, to see in the next one what was changed."""
    st.session_state[SEEN] = {name: value for name, value in st.session_state.items() if name != SEEN}


def _choice(field: str, default: str) -> None:
    """Show one choice of words; empty asks for the default."""
    if field == "addition":
        word_box(FIELDS[field].label, list(ADDITIONS), field, empty=words_of(default))
        return
    model = the_model()
    names = {
        "reductant": [r.name for r in model.reductants],
        "solvent": [s.name for s in model.solvents if not s.refused],
    }
    options = names.get(field) or list(FIELDS[field].words)
    st.selectbox(
        FIELDS[field].label, options, index=None, key=field, bind="query-params", placeholder=default
    )
