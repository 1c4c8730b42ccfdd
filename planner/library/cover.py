"""Cover: the fewest recipes that serve all wells of a block, found exactly, or with the gap that is left.

With y_r whether recipe r is made up, x_wr whether well w gets it, u_w whether none serves it, and z_s the rows that
solvent s takes::

    minimise    P sum u_w + sum y_r - sum_wr t_wr x_wr / (1 + n_wells)
    subject to  sum_r x_wr + u_w = 1,   x_wr <= y_r,   sum_r y_r <= most,
                sum of x_wr over the recipes in s <= columns z_s,   sum_s z_s <= rows     (one solvent a row)

t is the mean target, 0 to 1, so that it decides only between covers of the same size; P is more than any number of
recipes. Solved by HiGHS, as SciPy keeps it.

References
----------
Huangfu and Hall, Math. Program. Comput. 2018, 10, 119 (HiGHS).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.engine import Array
from planner.errors import InfeasibleError

LONGEST_S = 30.0
"""After so long the best cover found is taken, with its gap [s]."""
ROUNDING = 1e-6
"""By which a bound of the solver may be off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """Which recipe each well gets."""

    recipe_of: tuple[int | None, ...]
    """Number of a recipe for each well; None where none serves it."""
    gap: float
    """Relative distance in cost between this cover and the best that could still exist; 0 where it is proved."""
    least: int
    """Recipes that every cover needs which leaves no more wells; as many as this one has where that is proved."""
    least_left: int
    """Wells that every cover leaves; as many as this one leaves where that is proved."""

    @property
    def recipes(self) -> tuple[int, ...]:
        """Recipes that are used, in order."""
        return tuple(sorted({r for r in self.recipe_of if r is not None}))

    @property
    def n_left(self) -> int:
        """Wells that no recipe serves."""
        return sum(r is None for r in self.recipe_of)


def smallest_cover(
    serves: NDArray[np.bool_],
    targets: Array,
    *,
    most: int | None = None,
    solvents: Sequence[str] | None = None,
    shape: tuple[int, int] = (8, 12),
) -> Cover:
    """Find the smallest set of recipes.

    Parameters
    ----------
    serves
        Whether a recipe serves a well (n_wells, n_recipes).
    targets
        Mean target of each recipe in each well (n_wells, n_recipes).
    most
        Recipes at most; wells that they cannot serve are left.
    solvents
        Of each recipe, where a row of the plate has one; None where that does not matter.
    shape
        Rows and columns of the plate.

    Raises
    ------
    InfeasibleError
        If none is found in the time that it has.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_matrix

    n_wells, n_recipes = serves.shape
    w, r = np.nonzero(serves)
    kinds = sorted(set(solvents or ()))
    n_x = len(w)
    first_u, first_y = n_x, n_x + n_wells
    first_z = first_y + n_recipes
    n = first_z + len(kinds)
    cost = np.zeros(n)
    cost[:n_x] = -targets[w, r] / (1.0 + n_wells)
    cost[first_u:first_y] = price_of_a_well(n_recipes)
    cost[first_y:first_z] = 1.0
    rows: list[tuple[list[int], list[float], float, float]] = [
        ([*np.flatnonzero(w == i).tolist(), first_u + i], [1.0] * (int((w == i).sum()) + 1), 1.0, 1.0)
        for i in range(n_wells)
    ]
    rows += [([k, first_y + int(r[k])], [1.0, -1.0], -np.inf, 0.0) for k in range(n_x)]
    rows += [([*range(first_y, first_z)], [1.0] * n_recipes, 0.0, float(n_recipes if most is None else most))]
    for j, solvent in enumerate(kinds):
        inside = [k for k in range(n_x) if solvents is not None and solvents[int(r[k])] == solvent]
        rows.append(([*inside, first_z + j], [*[1.0] * len(inside), -float(shape[1])], -np.inf, 0.0))
    if kinds:
        rows.append(([*range(first_z, n)], [1.0] * len(kinds), 0.0, float(shape[0])))
    places = [
        (i, c, v)
        for i, (columns, values, _, _) in enumerate(rows)
        for c, v in zip(columns, values, strict=True)
    ]
    i, c, v = (np.array(part) for part in zip(*places, strict=True))
    found = milp(
        cost,
        constraints=LinearConstraint(
            coo_matrix((v, (i, c)), shape=(len(rows), n)).tocsr(),
            [low for *_, low, _ in rows],
            [high for *_, high in rows],
        ),
        integrality=np.ones(n),
        bounds=Bounds(0.0, np.concatenate([np.ones(first_z), np.full(len(kinds), float(shape[0]))])),
        options={"time_limit": LONGEST_S, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise InfeasibleError(
            f"no cover of {n_wells} wells was found in {LONGEST_S:g} s; take fewer wells, or leave the solvents free"
        )
    chosen: list[int | None] = [None] * n_wells
    for k in np.flatnonzero(found.x[:n_x] > 0.5):
        chosen[int(w[k])] = int(r[k])
    least, least_left = bounds_of(found, chosen, n_recipes)
    return Cover(recipe_of=tuple(chosen), gap=gap_of(found), least=least, least_left=least_left)


def price_of_a_well(n_recipes: int) -> float:
    """Cost of a well that is left: more than that of all recipes together."""
    return n_recipes + 2.0


def bounds_of(found: Any, recipe_of: Sequence[int | None], n_recipes: int) -> tuple[int, int]:
    """Work out what every cover needs, from what the solver proved of the cost.

    With a proved bound b, P u + y - s >= b where s, the targets' part, is not negative and y <= n_recipes, so that::

        u >= (b - n_recipes) / P,        y >= b - P u_here    wherever u <= u_here

    Parameters
    ----------
    found
        Result of ``milp``.
    recipe_of
        Of the cover that it holds (n_wells,).
    n_recipes
        That there are to choose from.

    Returns
    -------
    tuple of int
        Fewest recipes of a cover that leaves no more wells than this one, and fewest wells that any cover leaves.
    """
    left, used = sum(r is None for r in recipe_of), len({r for r in recipe_of if r is not None})
    if found.status == 0:
        return used, left
    price, bound = price_of_a_well(n_recipes), getattr(found, "mip_dual_bound", None)
    if bound is None or not np.isfinite(bound):
        bound = 0.0
    least = math.ceil(bound - price * left - ROUNDING)
    least_left = math.ceil((bound - n_recipes) / price - ROUNDING)
    return min(used, max(int(used > 0), least)), min(left, max(0, least_left))


def gap_of(found: Any) -> float:
    """Relative gap of a result of ``milp``; all of it where the time ended before the solver had a bound."""
    if found.status == 0:
        return 0.0
    gap = getattr(found, "mip_gap", None)
    return 1.0 if gap is None or not np.isfinite(gap) else float(np.clip(gap, 0.0, 1.0))
