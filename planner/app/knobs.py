"""Knobs: target, procedure and limits. Each box is keyed by the name of its field and bound to the address.

An empty box takes the reductant's stated default, which stands in it in grey. A slider has no value of its
own: it shows what its number box says and writes into it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.app.answers import the_model
from planner.pairs import Pair
from planner.prediction import BASES
from planner.procedure import ADDITIONS, BOUNDS, FIELDS, QUENCHES, WATERS, Procedure, settle

FIRST_LIMIT = 0.1
MOST_HYDROGENS = 24
"""Choices of target while there is no amine: eight nitrogens with three N-H."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Knob:
    """A number of the procedure with its slider."""

    field: str
    """Of ``Procedure``."""
    label: str
    """With unit."""
    low: float
    """Left end of the slider; the box takes all that the planner computes."""
    high: float
    """Right end of the slider; it moves out for larger values in the box."""
    step: float
    """Of slider and box."""
    help: str
    """One line."""


KNOBS = {
    knob.field: knob
    for knob in (
        Knob(
            field="carbonyl_equivalents",
            label="Carbonyl [equiv]",
            low=0,
            high=4,
            step=0.05,
            help="Moles of carbonyl per mole of amine.",
        ),
        Knob(
            field="reductant_equivalents",
            label="Reductant [equiv]",
            low=0,
            high=6,
            step=0.05,
            help="Moles of reductant per mole of amine; the default follows the carbonyl.",
        ),
        Knob(
            field="acid_equivalents",
            label="Acetic acid [equiv]",
            low=0,
            high=4,
            step=0.05,
            help="Moles of acetic acid per mole of amine.",
        ),
        Knob(
            field="addition_time_h",
            label="Addition time [h]",
            low=0,
            high=12,
            step=0.25,
            help="Length of the feed.",
        ),
        Knob(
            field="imine_time_h",
            label="Imine time [h]",
            low=0,
            high=24,
            step=0.25,
            help="Time before the hydride is added.",
        ),
        Knob(
            field="hold_time_h",
            label="Hold [h]",
            low=0,
            high=48,
            step=0.5,
            help="Time after the addition, after the hydride, or from the start when all is added at once.",
        ),
        Knob(
            field="temperature_C",
            label="Temperature [°C]",
            low=-20,
            high=80,
            step=1,
            help="Of the flask, throughout.",
        ),
        Knob(
            field="concentration_M",
            label="Amine [M]",
            low=0.01,
            high=1,
            step=0.01,
            help="Amine charged over the final volume.",
        ),
        Knob(
            field="feed_volume_fraction",
            label="Feed [share of volume]",
            low=0,
            high=0.9,
            step=0.05,
            help="Share of the final volume that the feed solution brings.",
        ),
    )
}


def load_inputs(inputs: Mapping[str, object]) -> None:
    """Put inputs into the widgets; fields of the procedure that are not given go back to their default."""
    for name in FIELDS:
        st.session_state[name] = inputs.get(name)
    for name, value in inputs.items():
        st.session_state[name] = value


def clear_procedure() -> None:
    """Give every field of the procedure back to its default."""
    load_inputs({})


def target_inputs(pair: Pair | None) -> tuple[str, str, float | None]:
    """Ask for target, basis and the limit on the mean over-alkylation (None: no limit)."""
    n_hydrogens = MOST_HYDROGENS if pair is None else pair.n_hydrogens
    degrees = ["mono", "di", "tri", *map(str, range(4, n_hydrogens + 1))][:n_hydrogens]
    left, right = st.columns(2, wrap=False, gap="small")
    target = left.selectbox(
        "Target",
        [*degrees, "exhaustive"],
        key="target",
        bind="query-params",
        help="New alkyl groups on the molecule that is wanted.",
    )
    basis = right.selectbox(
        "Precious partner",
        list(BASES),
        key="basis",
        bind="query-params",
        help="Target and over-alkylation are counted per mole of it.",
    )
    limit = st.number_input(
        "Over-alkylation, at most",
        0.0,
        1.0,
        FIRST_LIMIT,
        0.01,
        format="%g",
        key="max_over_alkylation",
        bind="query-params",
        placeholder="no limit",
        help="Largest mean, as a fraction: a line on the map, a bound for Recommend. Empty: none.",
    )
    return str(target), str(basis), limit


def limit_inputs() -> dict[str, Any]:
    """Ask for the limits of a search, as keywords of ``Request``."""
    model = the_model()
    hours = st.number_input(
        "Longest total time [h]", 0.25, 168.0, 24.0, 1.0, format="%g", key="max_time_h", bind="query-params"
    )
    low, high = st.slider(
        "Temperature window [°C]",
        -20.0,
        80.0,
        (0.0, 40.0),
        1.0,
        format="%g",
        key="temperature_window_C",
        bind="query-params",
    )
    reductants = st.multiselect(
        "Reductants",
        [r.name for r in model.reductants],
        key="reductants",
        bind="query-params",
        placeholder="all",
    )
    additions = st.multiselect(
        "Additions",
        list(ADDITIONS),
        key="additions",
        bind="query-params",
        placeholder="all four",
    )
    carbonyl = _most("carbonyl")
    reductant = _most("reductant")
    return {
        "max_time_h": float(hours),
        "temperature_window_C": (low, high),
        "reductants": tuple(reductants) or None,
        "additions": tuple(additions) or None,
        "max_carbonyl_equivalents": carbonyl,
        "max_reductant_equivalents": reductant,
    }


def _most(partner: str) -> float | None:
    """Ask for the most equivalents of a partner; None is no limit."""
    name = f"max_{partner}_equivalents"
    return st.number_input(
        f"Most {partner} [equiv]",
        0.0,
        50.0,
        None,
        0.1,
        format="%g",
        key=name,
        bind="query-params",
        placeholder="no limit",
    )


def procedure_inputs(pair: Pair | None) -> Procedure:
    """Show every field of a procedure; each box shows the default that follows from the boxes above it.

    Raises
    ------
    ProcedureError
        If the fields contradict each other.
    """
    asked: dict[str, Any] = {}
    is_ketone = pair is not None and pair.carbonyl_class.is_ketone
    most = 1.5 * pair.n_hydrogens if pair is not None else 0.0

    def default(field: str) -> Any:
        return getattr(settle(Procedure(**asked), the_model(), is_ketone=is_ketone)[0], field)

    def ask(field: str, *, counts: bool = True) -> None:
        shown = default(field)
        value = _knob(KNOBS[field], shown, most, counts) if field in KNOBS else _choice(field, shown)
        asked.update({} if value is None or not counts else {field: value})

    for field in ("reductant", "carbonyl_equivalents", "reductant_equivalents", "addition"):
        ask(field)
    slow, first = default("addition").startswith("slow_"), default("addition") == "imine_first"
    ask("addition_time_h", counts=slow)
    ask("imine_time_h", counts=first)
    for field in ("hold_time_h", "temperature_C"):
        ask(field)
    with st.expander("Solvent, acid, concentration, quench", expanded=False):
        for field in ("solvent", "water", "acid_equivalents", "concentration_M"):
            ask(field)
        ask("feed_volume_fraction", counts=slow)
        ask("quench")
    st.button("All back to default", on_click=clear_procedure, icon=":material/restart_alt:", width="stretch")
    return Procedure(**asked)


def _knob(knob: Knob, default: float, most: float, counts: bool) -> float | None:
    """Show one slider with its number box, greyed where the addition has no such field; None asks for the default.

    A box that does not count stays on the page, for only what is on the page stands in the address.
    """
    left, right = st.columns((5, 2), wrap=False, vertical_alignment="bottom", gap="small")
    low, high, _ = BOUNDS[knob.field]
    value = right.number_input(
        f"{knob.label}, number",
        low,
        high,
        None,
        float(knob.step),
        format="%g",
        key=knob.field,
        bind="query-params",
        placeholder=f"{default:g}",
        label_visibility="collapsed",
        disabled=not counts,
    )
    shown = float(f"{default if value is None else value:.6g}")
    right_end = max(knob.high, most if knob.field.endswith("_equivalents") else 0.0, shown)
    if st.session_state.get(f"slide_{knob.field}") != shown:  # writing anew would fight a thumb on the move
        st.session_state[f"slide_{knob.field}"] = shown
    left.slider(
        knob.label,
        min(float(knob.low), shown),
        float(right_end),
        step=float(knob.step),
        format="%g",
        key=f"slide_{knob.field}",
        on_change=_slid,
        args=(knob.field,),
        help=knob.help,
        disabled=not counts,
    )
    return value


def _slid(field: str) -> None:
    """Write a moved slider into its number box."""
    st.session_state[field] = st.session_state[f"slide_{field}"]


def _choice(field: str, default: str) -> str | None:
    """Show one choice of words; None asks for the default."""
    model = the_model()
    options = {
        "reductant": [r.name for r in model.reductants],
        "solvent": [s.name for s in model.solvents if not s.refused],
        "addition": list(ADDITIONS),
        "water": list(WATERS),
        "quench": list(QUENCHES),
    }[field]
    return st.selectbox(
        field.capitalize(),
        options,
        index=None,
        key=field,
        bind="query-params",
        placeholder=default,
    )
