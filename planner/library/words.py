"""Words: a plate for people, and a screen as a command."""

import shlex
from collections.abc import Iterator
from dataclasses import fields

from planner.comparisons.command import flag
from planner.flask.fields import FIELDS
from planner.flask.procedure import procedure_words
from planner.library.wells import Plate, Well
from planner.plans.request import Request

ALLOWED = {"reductants": "reductant", "additions": "addition", "solvents": "solvent"}
"""Limits that name what may be used, to the option that is given several times."""
UNSAID = ("amine", "carbonyl", "models", "effort", "top", "separation", "fixed")
"""Of a request, what is no option of a screen, or is written apart."""


def plate_text(plate: Plate) -> str:
    """Show the wells with the number of their recipe and their target, the recipes, and what is to be said."""
    by_name = {well.name: well for well in plate.wells}
    rows, columns = plate.shape
    lines = ["     " + "".join(f"{column:>8}" for column in range(1, columns + 1))]
    for row in range(rows):
        letter = chr(ord("A") + row)
        cells = (by_name.get(f"{letter}{column}") for column in range(1, columns + 1))
        lines.append(f"  {letter}  " + "".join(f"{_cell(well):>8}" for well in cells))
    lines += ["", "Each well: recipe, and mean of the target [%]."]
    lines += [f"  {i}  {procedure_words(recipe)}" for i, recipe in enumerate(plate.recipes, start=1)]
    return "\n".join([*lines, "", *plate.notes])


def _cell(well: Well | None) -> str:
    if well is None:
        return "."
    return f"{'-' if well.recipe is None else well.recipe}:{100 * well.target_fraction:.0f}"


def screen_command(request: Request, amines: str, carbonyls: str, models: str | None = None) -> str:
    """Write the line that screens two files within the limits of a request.

    Parameters
    ----------
    request
        Its partners are not looked at; what is as usual is left out.
    amines, carbonyls
        Names of the files.
    models
        Folder or file of the numbers, where they are not the bundled ones.
    """
    words = ["planner", "screen", "--amines", amines, "--carbonyls", carbonyls, "--out", "library"]
    words += [word for option in _options(request) for word in option]
    return shlex.join([*words, *([] if models is None else ["--models", models])])


def _options(request: Request) -> Iterator[list[str]]:
    """List the options of a request that differ from the usual."""
    held = {name: value for name in FIELDS if (value := getattr(request.fixed, name)) is not None}
    usual = Request(amine="", carbonyl="")
    for name in (field.name for field in fields(Request) if field.name not in UNSAID):
        value, option = getattr(request, name), ALLOWED.get(name, name)
        if value in (getattr(usual, name), None, ()) or option in held:
            continue
        if name == "temperature_window_C":
            yield [flag(name), *map(_number, value)]
        else:
            yield from (
                [flag(option), _number(one)] for one in (value if isinstance(value, tuple) else [value])
            )
    yield from ([flag(name), _number(value)] for name, value in held.items())


def _number(value: object) -> str:
    """Write a number without a digit too many, and a word as it is."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)
