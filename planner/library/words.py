"""Words: a plate for people."""

from planner.flask.procedure import procedure_words
from planner.library.plates import Plate, Well


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
