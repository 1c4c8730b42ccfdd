"""Plates: which recipe each well of a block gets, so that a few recipes at one temperature serve all of them.

A recipe serves a well where it keeps the limits and, in most of the draws, gives up no more than a few points against
the best that is known for that well without a pump. Candidates are the procedures chosen for the wells, each at each of
their temperatures; the fewest that serve all are found exactly (``cover``), for every temperature, and the temperature
that leaves fewest wells, then needs fewest recipes, then gives most, is taken.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.engine import Array
from planner.errors import InfeasibleError, ProcedureError
from planner.flask.fields import ALL_AT_ONCE, FIELDS, IMINE_FIRST
from planner.flask.procedure import Settled
from planner.library.bearing import bears
from planner.library.cover import Cover, smallest_cover
from planner.library.partners import PLANNED
from planner.library.screened import Screen
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.aims import ROUGH, Bench, read_aim
from planner.plans.batches import Question, judge_all
from planner.plans.request import Request, build_request
from planner.plans.rooms import room_of
from planner.plans.shortlist import NODES_SEED
from planner.structures.pairs import read_pair

SHAPES = {24: (4, 6), 96: (8, 12)}
"""Rows and columns by the number of wells."""
PLATE_DRAWS = 128
MOST_CANDIDATES = 60
"""Recipes that are tried in every well."""
GIVE_UP, OFTEN = 0.05, 0.8
"""Target that a shared recipe may give up, and the share of draws in which it must not give up more."""
SOLVENTS = ("free", "row", "plate")
WORST = 5
"""Wells that are explained."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Well:
    """One well."""

    name: str
    """Row and column, such as B7."""
    pair: int
    """Number of the pair in its library."""
    amine_id: str
    carbonyl_id: str
    amine_smiles: str
    carbonyl_smiles: str
    recipe: int | None
    """Number of its recipe, from 1; None where none serves it."""
    target_fraction: float
    """Mean with that recipe, or with the one that comes nearest."""
    best_fraction: float
    """Mean with the best recipe that was tried at any temperature."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plate:
    """A block of wells at one temperature."""

    wells: tuple[Well, ...]
    recipes: tuple[Settled, ...]
    """Numbered from 1 in this order."""
    temperature_C: float
    shape: tuple[int, int]
    gap: float
    """Of the cover; 0 where it is proved to be the smallest."""
    notes: tuple[str, ...]
    """What was left out, and why the worst wells are the worst."""


def plate(
    found: Screen,
    *,
    wells: int = 96,
    pairs: Sequence[int] | None = None,
    solvents: str = "free",
    most_recipes: int | None = None,
    models: str | Path | None = None,
    model: Model | None = None,
    progress: Callable[[float, str], None] = lambda share, words: None,
) -> Plate:
    """Lay out a plate from the pairs of a screen.

    Parameters
    ----------
    found
        What ``screen`` gave, or ``open_screen``.
    wells
        24 or 96.
    pairs
        Numbers of the pairs, in the order of the wells; when absent those with the highest low end of the target.
    solvents
        "free", one a "row", or one for the "plate".
    most_recipes
        At most so many; wells that they cannot serve are named.
    models, model
        The numbers that the screen was made with.
    progress
        Called with the fraction done and a few words; what it raises passes through.

    Raises
    ------
    ProcedureError
        If a choice is not known, or the model is another one than that of the screen.
    InfeasibleError
        If no pair of the screen has a plan.
    """
    if wells not in SHAPES or solvents not in SOLVENTS:
        raise ProcedureError(
            f"a plate of {wells} wells with solvents {solvents!r} is not known; give 24 or 96, and one of: "
            f"{', '.join(SOLVENTS)}"
        )
    known = chosen_model(models, model)
    if known.sha256 != found.manifest.model_sha256:
        raise ProcedureError(
            f"the screen was made with model {found.manifest.model_sha256[:8]}, this is {known.sha256[:8]}; name that "
            "model"
        )
    request = _request(found)
    rows, notes = _chosen(found, wells, pairs)
    procedures = _candidates(rows)
    table = _judged(rows, procedures, request, known, progress)
    progress(1.0, "choosing the fewest recipes")
    way = _covered(table, procedures, solvents, most_recipes, SHAPES[wells])
    return _laid_out(rows, procedures, table, way, SHAPES[wells], notes)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Table:
    """How every recipe does in every well (n_wells, n_recipes)."""

    targets: Array
    """Mean target."""
    serves: NDArray[np.bool_]
    fits: NDArray[np.bool_]
    """Whether it could be run in that well at all, within the limits."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Arrangement:
    """A cover at one temperature."""

    cover: Cover
    """Of the recipes at these places."""
    places: NDArray[np.int64]
    temperature_C: float
    by_row: bool
    """Whether a row has one solvent."""


def _request(found: Screen) -> Request:
    """Build the request of a screen again."""
    asked: dict[str, Any] = dict(found.manifest.request)
    held = asked.pop("fixed")
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in asked.items()}
    return build_request("", "", {n: v for n, v in given.items() if v is not None} | held)


def _chosen(found: Screen, wells: int, pairs: Sequence[int] | None) -> tuple[list[dict[str, Any]], list[str]]:
    """Take the rows of the wells."""
    names = [
        "pair",
        "amine_id",
        "carbonyl_id",
        "amine_smiles",
        "carbonyl_smiles",
        "status",
        "target_low",
        *FIELDS,
    ]
    wanted = None if pairs is None else {int(n): i for i, n in enumerate(pairs)}
    kept: list[dict[str, Any]] = []
    for table in found.tables(list(dict.fromkeys(names))):
        some = [
            row
            for row in table.to_pylist()
            if row["status"] == PLANNED and (wanted is None or row["pair"] in wanted)
        ]
        kept = [*kept, *some]
        if wanted is None:
            kept = sorted(kept, key=lambda row: (-row["target_low"], row["pair"]))[:wells]
    if not kept:
        raise InfeasibleError(
            "no pair that was asked for has a plan; choose others, or look at their messages"
        )
    order = (lambda row: wanted[row["pair"]]) if wanted is not None else (lambda row: row["pair"])
    kept.sort(key=order)
    notes = []
    if wanted is not None and len(kept) < len(wanted):
        notes.append(f"{len(wanted) - len(kept)} of the pairs have no plan and no well.")
    if len(kept) > wells:
        notes.append(f"{len(kept) - wells} pairs do not fit into {wells} wells: make another plate of them.")
    return kept[:wells], notes


def _candidates(rows: Sequence[dict[str, Any]]) -> list[Settled]:
    """List the procedures of the wells that need no pump, the most frequent first, at each of their temperatures."""
    found = Counter(
        Settled(**{name: row[name] for name in FIELDS if name in Settled.__dataclass_fields__})
        for row in rows
    )
    plain = [p for p, _ in found.most_common() if not p.fed]
    if not plain:
        raise InfeasibleError(
            "every procedure of these wells feeds a partner by a pump, which a block has not; screen with "
            f"--addition {ALL_AT_ONCE} --addition {IMINE_FIRST}"
        )
    celsius = [c for c, _ in Counter(p.temperature_C for p in plain for _ in range(found[p])).most_common()]
    each = max(1, MOST_CANDIDATES // len(celsius))
    return list(dict.fromkeys(_at(p, c) for c in celsius for p in plain[:each]))


def _at(p: Settled, celsius: float) -> Settled:
    """Put a procedure at another temperature; a hydride that has one of its own keeps it."""
    own = p.hydride_temperature_C != p.temperature_C
    return replace(
        p, temperature_C=celsius, hydride_temperature_C=p.hydride_temperature_C if own else celsius
    )


def _judged(
    rows: Sequence[dict[str, Any]],
    procedures: Sequence[Settled],
    request: Request,
    model: Model,
    progress: Callable[[float, str], None],
) -> Table:
    """Run every recipe in every well that it fits."""
    draws = draw_parameters(model, PLATE_DRAWS, NODES_SEED)
    shape = len(rows), len(procedures)
    targets, often, fits = np.zeros(shape), np.zeros(shape), np.zeros(shape, bool)
    place = {p: i for i, p in enumerate(procedures)}
    questions: list[Question] = []
    for row in rows:
        pair = read_pair(row["amine_smiles"], row["carbonyl_smiles"], model)
        aim = read_aim(
            request.target, pair, request.basis, request.max_over_alkylation, request.min_target_low
        )
        room, _ = room_of(request, pair, model, aim, is_slow=True)
        kept = tuple(p for p in procedures if bears(room, p))
        bench = Bench(pair=pair, model=model, aim=aim, draws=draws, tolerance=ROUGH)
        questions.append(
            Question(
                bench=bench,
                procedures=kept or (procedures[0],),
            )
        )
    words = f"running {len(procedures)} recipes in {len(rows)} wells"
    found = judge_all(questions, PLATE_DRAWS, lambda share: progress(share, words))
    for i, (question, marks) in enumerate(zip(questions, found, strict=True)):
        where = [place[p] for p in question.procedures]
        mean = marks.wanted.mean(axis=1)
        within = ~marks.failed & (marks.excess <= 0)
        targets[i, where], fits[i, where] = mean, within
        best = marks.wanted[int(np.argmax(np.where(within, mean, -1.0)))]
        often[i, where] = (marks.wanted >= best - GIVE_UP).mean(axis=1)
    return Table(targets=targets, serves=fits & (often >= OFTEN), fits=fits)


def _covered(
    table: Table,
    procedures: Sequence[Settled],
    solvents: str,
    most: int | None,
    shape: tuple[int, int],
) -> Arrangement:
    """Cover the wells at every temperature, and in every solvent where the plate has one; take the best."""
    ways = {(p.temperature_C, p.solvent if solvents == "plate" else "") for p in procedures}
    found = []
    for celsius, solvent in sorted(ways):
        places = np.array(
            [i for i, p in enumerate(procedures) if p.temperature_C == celsius and solvent in ("", p.solvent)]
        )
        cover = smallest_cover(
            table.serves[:, places],
            table.targets[:, places],
            most=most,
            solvents=[procedures[i].solvent for i in places] if solvents == "row" else None,
            shape=shape,
        )
        given = sum(table.targets[w, places[r]] for w, r in enumerate(cover.recipe_of) if r is not None)
        way = Arrangement(cover=cover, places=places, temperature_C=celsius, by_row=solvents == "row")
        found.append(((cover.n_left, len(cover.recipes), -given, celsius, solvent), way))
    return min(found, key=lambda one: one[0])[1]


def _laid_out(
    rows: Sequence[dict[str, Any]],
    procedures: Sequence[Settled],
    table: Table,
    way: Arrangement,
    shape: tuple[int, int],
    notes: list[str],
) -> Plate:
    """Name wells and recipes, and say why the worst wells are the worst."""
    cover, places, celsius = way.cover, way.places, way.temperature_C
    used = [int(places[r]) for r in cover.recipes]
    number = {place: i for i, place in enumerate(used, start=1)}
    own = [None if r is None else int(places[r]) for r in cover.recipe_of]
    names = _names([None if r is None else procedures[r].solvent for r in own], shape, by_row=way.by_row)
    wells = []
    for w, row in enumerate(rows):
        here = own[w]
        nearest = used[int(np.argmax(table.targets[w, used]))] if used else None
        shown = here if here is not None else nearest
        wells.append(
            Well(
                name=names[w],
                recipe=None if here is None else number[here],
                target_fraction=0.0 if shown is None else float(table.targets[w, shown]),
                best_fraction=float(np.where(table.fits[w], table.targets[w], 0.0).max()),
                **{k: row[k] for k in ("pair", "amine_id", "carbonyl_id", "amine_smiles", "carbonyl_smiles")},
            )
        )
    kept = (
        "the fewest that serve these wells"
        if cover.gap < 1e-9
        else f"within {100 * cover.gap:.1f} % of the fewest"
    )
    recipes = "1 recipe" if len(used) == 1 else f"{len(used)} recipes"
    said = [f"{recipes} at {celsius:g} C, {kept}.", *notes, *_worst(wells)]
    return Plate(
        wells=tuple(wells),
        recipes=tuple(procedures[i] for i in used),
        temperature_C=celsius,
        shape=shape,
        gap=cover.gap,
        notes=tuple(said),
    )


def _names(solvents: Sequence[str | None], shape: tuple[int, int], *, by_row: bool) -> list[str]:
    """Name the wells row by row; where a row has one solvent, each solvent begins a row."""
    order = list(range(len(solvents)))
    if by_row:
        order.sort(key=lambda w: (solvents[w] is None, solvents[w] or "", w))
    names, place, before = {}, 0, None
    for w in order:
        if by_row and solvents[w] is not None and before not in (None, solvents[w]):
            place = -(-place // shape[1]) * shape[1]
        before = solvents[w] or before
        names[w] = f"{chr(ord('A') + place // shape[1])}{place % shape[1] + 1}"
        place += 1
    return [names[w] for w in range(len(solvents))]


def _worst(wells: Sequence[Well]) -> list[str]:
    """Explain the wells that give least, and those that have no recipe."""
    said = []
    for well in sorted(wells, key=lambda w: w.target_fraction)[:WORST]:
        who = f"{well.name} ({well.amine_id} + {well.carbonyl_id})"
        here, best = 100 * well.target_fraction, 100 * well.best_fraction
        if well.recipe is None:
            said.append(
                f"{who} has no recipe: the nearest gives {here:.0f} %, its best {best:.0f} %; run it apart."
            )
        elif best - here > 1.0:
            said.append(f"{who} gives {here:.0f} %; a recipe of its own gives {best:.0f} %.")
        else:
            said.append(
                f"{who} gives {here:.0f} %, which is what this pair gives by any recipe that was tried."
            )
    return said
