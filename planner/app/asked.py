"""Asked: what the inputs say, read from the session before anything is drawn.

So a moved slider is answered first and the panel is drawn after it. In the first run of a session the
inputs are not there yet: the panel comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.app.answers import the_folder, the_model, the_pair
from planner.app.boxes import is_number, typed
from planner.app.saved import ANY_ISOMER, LIMITS
from planner.errors import PlannerError
from planner.flask.fields import ADDITIONS, FIELDS
from planner.flask.procedure import HYDRIDE_AT_ONCE, Procedure
from planner.flask.settling import settle
from planner.plans.request import Request
from planner.predictions.prediction import degree_of
from planner.structures.pairs import Pair

INPUTS = (
    "amine",
    "carbonyl",
    "target",
    "basis",
    "isomer",
    "hold_procedure",
    "scale",
    "scale_of",
    *LIMITS,
    *FIELDS,
)
"""Every input of the panel, by the key of its widget; the same names stand in the address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the inputs say."""

    pair: Pair
    """As read."""
    target: str
    """In words."""
    degree: int
    """The same as a number of new alkyl groups."""
    basis: str
    """The precious partner."""
    limits: Mapping[str, Any]
    """Of a search, by name."""
    procedure: Procedure
    """Fields that were left empty are unset."""

    @property
    def limit(self) -> float | None:
        """Largest mean over-alkylation."""
        return self.limits.get("max_over_alkylation")


def has_inputs() -> bool:
    """Tell whether the panel was drawn in this session."""
    return set(INPUTS) <= set(st.session_state)


def given_inputs() -> tuple[Any, ...]:
    """List what every input holds, to see whether the panel changed one."""
    return tuple(st.session_state[name] for name in INPUTS)


def read_asked() -> Asked:
    """Read the inputs.

    Raises
    ------
    PlannerError
        If they cannot be planned; one line says what to do.
    """
    state = st.session_state
    pair = the_pair(state["amine"], state["carbonyl"])
    return Asked(
        pair=pair,
        target=state["target"],
        degree=degree_of(state["target"], pair.n_hydrogens),
        basis=state["basis"],
        limits=asked_limits(),
        procedure=asked_procedure(pair),
    )


def asked_degree(pair: Pair) -> int:
    """Read the wanted degree of this pair; the highest where the pair does not have as many."""
    try:
        return degree_of(st.session_state["target"], pair.n_hydrogens)
    except PlannerError:
        return pair.n_hydrogens


def asked_limits() -> dict[str, Any]:
    """Read the limits of a search; those that are not set are left out.

    Raises
    ------
    ProcedureError
        If a number cannot be read.
    """
    held = {name: typed(name) if is_number(name) else st.session_state[name] for name in LIMITS}
    return {name: value for name, value in held.items() if value not in (None, [], ())}


def asked_procedure(pair: Pair | None) -> Procedure:
    """Read the boxes of the procedure; a time that the addition does not have stays in its box and does not count.

    Raises
    ------
    ProcedureError
        If a number cannot be read, or the boxes contradict each other.
    """
    held: dict[str, Any] = {n: typed(n) if is_number(n) else st.session_state.get(n) for n in FIELDS}
    given = {name: value for name, value in held.items() if value is not None}
    way = Procedure(**{name: given.get(name) for name in ("reductant", "addition")})
    addition = settle(way, the_model(), pair)[0].addition
    asked = Procedure(**{name: value for name, value in given.items() if counts(name, addition)})
    settle(asked, the_model(), pair)
    return asked


def counts(field: str, addition: str) -> bool:
    """Tell whether a procedure with this addition has this field."""
    way = ADDITIONS[addition]
    return {
        "addition_time_h": way.time == field,
        "imine_time_h": way.time == field,
        "feed_volume_fraction": bool(way.fed),
        **dict.fromkeys((*HYDRIDE_AT_ONCE, "hydride_temperature_C"), way.takes_portions),
    }.get(field, True)


def asked_screen() -> dict[str, Any]:
    """Write target, limits and held fields for a library, by the names of its keywords.

    One isomer is of one pair, and the ranking by separation of its alternatives: a library takes neither.

    Raises
    ------
    PlannerError
        If a number cannot be read, or the boxes contradict each other.
    """
    state = st.session_state
    limits = {name: value for name, value in asked_limits().items() if name != "separation"}
    held = asked_procedure(None) if state["hold_procedure"] else Procedure()
    fixed = {name: value for name in FIELDS if (value := getattr(held, name)) is not None}
    return {"target": state["target"], "basis": state["basis"], **limits, **fixed}


def asked_request(asked: Asked) -> Request:
    """Write the inputs as a request for recommendations.

    Raises
    ------
    PlannerError
        If a limit contradicts another.
    """
    state = st.session_state
    isomer = state["isomer"]
    return Request(
        amine=state["amine"],
        carbonyl=state["carbonyl"],
        target=asked.target if isomer in (None, ANY_ISOMER) else isomer,
        basis=asked.basis,
        models=the_folder(),
        fixed=asked.procedure if state["hold_procedure"] else Procedure(),
        **asked.limits,
    )
