"""Wells: where each pair of a plate stands, which recipe it has, and what is said of those that do worst."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.errors import ProcedureError
from planner.flask.procedure import Settled
from planner.library.cover import LONGEST_S, Cover

SHAPES = {24: (4, 6), 96: (8, 12)}
"""Rows and columns by the number of wells."""
WORST = 5
"""Wells that are explained."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Well:
    """One well."""

    name: str
    """Row and column, such as B7."""
    pair: int
    """Number of the pair in its library; replicates share it."""
    amine_id: str
    carbonyl_id: str
    amine_smiles: str
    carbonyl_smiles: str
    """Both of the free compound."""
    amine_given: str
    carbonyl_given: str
    """Both as their lists name them: what is in the bottle, salt, solution or free compound."""
    recipe: int | None
    """Number of its recipe, from 1; None where none serves it."""
    target_fraction: float
    """Mean with that recipe, or with the one of the plate that comes nearest; 0 where it bears none of them."""
    best_fraction: float
    """Mean with the best recipe that was tried at any temperature; 0 where it bears none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plate:
    """A block of wells at one temperature."""

    wells: tuple[Well, ...]
    recipes: tuple[Settled, ...]
    """Numbered from 1 in this order."""
    temperature_C: float
    """[C], also while the hydride is added."""
    shape: tuple[int, int]
    """Rows and columns."""
    gap: float
    """Of the whole cost of the cover; 0 where it is proved to be the smallest."""
    notes: tuple[str, ...]
    """What was left out, and why the worst wells are the worst."""


def shape_of(wells: int) -> tuple[int, int]:
    """Look up the rows and columns of a plate.

    Raises
    ------
    ProcedureError
        If no plate has so many wells.
    """
    if wells not in SHAPES:
        raise ProcedureError(
            f"a plate of {wells} wells is not known; give {' or '.join(str(n) for n in SHAPES)}"
        )
    return SHAPES[wells]


def well_names(solvents: Sequence[str | None], shape: tuple[int, int], *, by_row: bool) -> list[str]:
    """Name wells by their places on a plate, no two alike.

    Parameters
    ----------
    solvents
        Of each well (n_wells,); None where no recipe serves it.
    shape
        Rows and columns of the plate.
    by_row
        Whether a row has one solvent: each then begins a row, and wells without a recipe take the places that are free.
        Else they are filled row by row.

    Examples
    --------
    >>> well_names(["b", None, "a", "a"], (2, 2), by_row=True)
    ['B1', 'B2', 'A1', 'A2']
    """
    rows, columns = shape
    places = [f"{chr(ord('A') + row)}{column + 1}" for row in range(rows) for column in range(columns)]
    if not by_row:
        return places[: len(solvents)]
    taken: dict[int, int] = {}
    start = 0
    for solvent in sorted({s for s in solvents if s is not None}):
        own = [w for w, s in enumerate(solvents) if s == solvent]
        taken |= {w: start + i for i, w in enumerate(own)}
        start += -(-len(own) // columns) * columns
    used = set(taken.values())
    free = iter([i for i in range(len(places)) if i not in used])
    return [places[taken[w] if w in taken else next(free)] for w in range(len(solvents))]


def cover_words(cover: Cover) -> str:
    """Say of how few recipes a cover is, and what of that is proved."""
    n = len(cover.recipe_of)
    served = n - cover.n_left
    if not served and not cover.least_left < n:
        return "for none that was tried serves a well"
    which = "these wells" if served == n else f"{served} of these {n} wells"
    is_most = cover.least_left == cover.n_left
    if is_most and cover.least == len(cover.recipes):
        return f"the fewest that serve {which}" + ("" if served == n else ", as many as can be")
    more = "" if is_most else f", and up to {cover.n_left - cover.least_left} more wells might be served"
    return (
        f"not proved in {LONGEST_S:g} s to be the fewest that serve {which}: at least {cover.least} "
        f"{'is' if cover.least == 1 else 'are'} needed{more}"
    )


def explained(wells: Sequence[Well]) -> list[str]:
    """Explain the wells that have no recipe, then those that give least; of many without one all are named."""
    ranked = sorted(wells, key=lambda w: w.target_fraction)
    left = [well for well in ranked if well.recipe is None]
    served = [well for well in ranked if well.recipe is not None]
    rest = [_who(well) for well in left[WORST:]]
    return [
        *(_left_words(well) for well in left[:WORST]),
        *([f"Nor have a recipe: {', '.join(rest)}."] if rest else []),
        *(_served_words(well) for well in served[: max(0, WORST - len(left))]),
    ]


def _who(well: Well) -> str:
    return f"{well.name} ({well.amine_id} + {well.carbonyl_id})"


def _left_words(well: Well) -> str:
    """Say why a well has no recipe."""
    here, best = 100 * well.target_fraction, 100 * well.best_fraction
    if not well.best_fraction:
        why = "what it bears and the limits leave none of those that were tried"
    elif not well.target_fraction:
        why = f"what it bears and the limits leave none of this plate, its best gives {best:.0f} %"
    else:
        why = f"the nearest gives {here:.0f} %, its best {best:.0f} %"
    return f"{_who(well)} has no recipe: {why}; run it apart."


def _served_words(well: Well) -> str:
    """Say what a well gives beside its best."""
    here, best = 100 * well.target_fraction, 100 * well.best_fraction
    if best - here > 1.0:
        return f"{_who(well)} gives {here:.0f} %; a recipe of its own gives {best:.0f} %."
    return f"{_who(well)} gives {here:.0f} %, which is what this pair gives by any recipe that was tried."
