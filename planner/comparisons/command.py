"""Command: how a procedure and a question about it are typed; nothing heavy is imported until it is asked."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from planner.flask.fields import FIELDS

if TYPE_CHECKING:
    from planner.flask.procedure import Settled
    from planner.model.model import Model
    from planner.structures.pairs import Pair

ALWAYS = ("reductant", "carbonyl_equivalents")
"""Fields that are typed even where they are the default, for whoever reads the line."""
GAP = "0.___"
OWN_FOLDER = "YOUR_FOLDER"
"""Stands where a plan was made with other numbers than the shipped ones: a plan does not know their folder."""


def flag(name: str) -> str:
    """Write a field as an option."""
    return f"--{name.replace('_', '-').lower()}"


def compare_command(pair: "Pair", model: "Model", procedure: "Settled", names: Sequence[str]) -> str:
    """Write the line that compares a run with its prediction, with a gap for each number that was found.

    Parameters
    ----------
    pair, model, procedure
        What is done; fields that take their default are left out.
    names
        Of what is to be typed in.
    """
    from planner.model.parameters import load_model

    words = ["planner compare", *(f'"{text}"' for text in pair.texts)]
    words += [f"--observed {name}={GAP}" for name in names]
    own = [] if model.sha256 == load_model().sha256 else [f"--models {OWN_FOLDER}"]
    return " ".join([*words, *_options(pair, model, procedure), *own])


def _options(pair: "Pair", model: "Model", procedure: "Settled") -> Iterator[str]:
    """Write the fields that must be given for this procedure to come out again."""
    from planner.errors import ProcedureError
    from planner.flask.procedure import Procedure
    from planner.flask.settling import settle

    given = {name: getattr(procedure, name) for name in FIELDS}
    for name in [name for name in FIELDS if name not in ALWAYS]:
        fewer = {n: value for n, value in given.items() if n != name}
        with suppress(ProcedureError):  # a field that the others need stays
            if settle(Procedure(**fewer), model, pair)[0] == procedure:
                given = fewer
    for name, value in given.items():
        said = f"{value:.10g}" if isinstance(value, float) else str(value)
        yield f"{flag(name)} " + (f'"{said}"' if " " in said else said)
