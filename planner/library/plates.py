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
from planner.errors import InfeasibleError, ProcedureError, TableError
from planner.flask.bottles import FORMALDEHYDE, brings_formalin
from planner.flask.fields import ALL_AT_ONCE, FIELDS, IMINE_FIRST
from planner.flask.procedure import Settled
from planner.library.bearing import bears
from planner.library.cover import Cover, smallest_cover
from planner.library.partners import PLANNED
from planner.library.parts import read_list_of
from planner.library.screened import Screen
from planner.library.wells import Plate, Well, cover_words, explained, shape_of, well_names
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.aims import ROUGH, Bench, read_aim
from planner.plans.batches import Question, judge_all
from planner.plans.request import Request, build_request
from planner.plans.rooms import Room, room_of
from planner.plans.shortlist import NODES_SEED
from planner.structures.pairs import Pair, read_pair

PLATE_DRAWS = 128
MOST_CANDIDATES = 60
"""Recipes that are tried in every well."""
GIVE_UP, OFTEN = 0.05, 0.8
"""Target that a shared recipe may give up, and the share of draws in which it must not give up more."""
SOLVENTS = ("free", "row", "plate")
PARTNERS = ("amine", "carbonyl")
FREE = "C=O"
"""Formaldehyde."""
OF_A_WELL = ("pair", *(f"{role}_{what}" for role in PARTNERS for what in ("id", "smiles", "given")))
"""What a well has of its row."""
COLUMNS = (
    "pair", "status", "target_low", "product_risks", *FIELDS,
    *(f"{role}_{what}" for role in PARTNERS for what in ("id", "number", "smiles")),
)  # fmt: skip
"""Of a screen, what is read."""


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
        Numbers of the pairs, in the order of the wells; one that stands twice has two wells. When absent those with the
        highest low end of the target; those of which another main product is foretold come last.
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
        If no pair of the screen has a plan, or none that a block can run.
    TableError
        If the lists in the folder are not those of the rows.
    """
    shape = shape_of(wells)
    if solvents not in SOLVENTS:
        raise ProcedureError(f"solvents {solvents!r:.40} is not known; give one of {', '.join(SOLVENTS)}")
    known = chosen_model(models, model)
    if known.sha256 != found.manifest.model_sha256:
        raise ProcedureError(
            f"the screen was made with model {found.manifest.model_sha256[:8]}, this is {known.sha256[:8]}; name that "
            "model"
        )
    request = _request(found)
    rows, notes = _chosen(found, wells, pairs)
    procedures = _candidates(rows, request)
    table = _judged(rows, procedures, request, known, progress)
    progress(1.0, "choosing the fewest recipes")
    way = _covered(table, procedures, solvents, most_recipes, shape)
    return _laid_out(rows, procedures, table, way, [*notes, *_polymers(rows)], known)


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
    shape: tuple[int, int]
    """Rows and columns of the plate."""
    by_row: bool
    """Whether a row has one solvent."""


def _request(found: Screen) -> Request:
    """Build the request of a screen again."""
    asked: dict[str, Any] = dict(found.manifest.request)
    held = asked.pop("fixed")
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in asked.items()}
    return build_request("", "", {n: v for n, v in given.items() if v is not None} | held)


def _chosen(found: Screen, wells: int, pairs: Sequence[int] | None) -> tuple[list[dict[str, Any]], list[str]]:
    """Take the rows of the wells, with what is in the bottles, and say which were asked for and have none."""
    asked = None if pairs is None else [int(n) for n in pairs]
    known = _planned(found, wells, None if asked is None else set(asked))
    if not known:
        raise InfeasibleError(
            "no pair that was asked for has a plan; choose others, or look at their messages"
        )
    numbers = sorted(known) if asked is None else [n for n in asked if n in known]
    notes = []
    if missing := set(asked or ()) - set(known):
        notes.append(f"{len(missing)} of the pairs have no plan and no well.")
    if len(numbers) > wells:
        notes.append(
            f"{len(numbers) - wells} more do not fit into {wells} wells: make another plate of them."
        )
    given = {role: read_list_of(found.folder / f"{role}s.parquet") for role in PARTNERS}
    rows = [known[n] for n in numbers[:wells]]
    return [
        row | {f"{role}_given": given[role][row[f"{role}_number"]]["given"] for role in PARTNERS}
        for row in rows
    ], notes


def _planned(found: Screen, wells: int, wanted: set[int] | None) -> dict[int, dict[str, Any]]:
    """Read the rows that have a plan, by pair: those that are wanted, else as many as there are wells, surest first.

    What is foretold to give another main product comes after all that is not.
    """
    kept: list[dict[str, Any]] = []
    for table in found.tables(list(dict.fromkeys(COLUMNS))):
        kept += [
            row
            for row in table.to_pylist()
            if row["status"] == PLANNED and (wanted is None or row["pair"] in wanted)
        ]
        if wanted is None:
            kept = sorted(
                kept, key=lambda row: (bool(row["product_risks"]), -row["target_low"], row["pair"])
            )[:wells]
    return {row["pair"]: row for row in kept}


def _candidates(rows: Sequence[dict[str, Any]], request: Request) -> list[Settled]:
    """List the procedures of the wells that need no pump, the most frequent first, at each of their temperatures."""
    found = Counter(_settled(row) for row in rows)
    plain = [p for p, _ in found.most_common() if not p.fed]
    if not plain:
        raise InfeasibleError(
            "every procedure of these wells feeds a partner by a pump, which a block has not; screen with "
            f"--addition {ALL_AT_ONCE} --addition {IMINE_FIRST}"
        )
    celsius = [c for c, _ in Counter(p.temperature_C for p in plain for _ in range(found[p])).most_common()]
    cold = request.fixed.hydride_temperature_C
    if cold is not None and cold not in celsius:
        raise InfeasibleError(
            f"the screen holds hydride_temperature_C at {cold:g} and no procedure of these wells goes on at that; a "
            "block cannot cool one well: screen without it"
        )
    celsius = celsius if cold is None else [cold]
    each = max(1, MOST_CANDIDATES // len(celsius))
    return list(dict.fromkeys(_on_block(p, c) for c in celsius for p in plain[:each]))


def _settled(row: dict[str, Any]) -> Settled:
    """Take the procedure of a row."""
    return Settled(**{name: row[name] for name in FIELDS if name in Settled.__dataclass_fields__})


def _on_block(p: Settled, celsius: float) -> Settled:
    """Put a procedure on a block at a temperature, hydride and all: a block cannot cool one well while that comes."""
    return replace(p, temperature_C=celsius, hydride_temperature_C=celsius)


def _judged(
    rows: Sequence[dict[str, Any]],
    procedures: Sequence[Settled],
    request: Request,
    model: Model,
    progress: Callable[[float, str], None],
) -> Table:
    """Run every recipe in every well that bears it, replicates once; where none is borne nothing is run."""
    draws = draw_parameters(model, PLATE_DRAWS, NODES_SEED)
    pairs = {row["pair"]: row for row in rows}
    shape = len(pairs), len(procedures)
    targets, often, fits = np.zeros(shape), np.zeros(shape), np.zeros(shape, bool)
    asked = [_question(row, procedures, request, model, draws) for row in pairs.values()]
    borne = [(i, question) for i, question in enumerate(asked) if question is not None]
    words = f"running {len(procedures)} recipes in {len(rows)} wells"
    found = judge_all([q for _, q in borne], PLATE_DRAWS, lambda share: progress(share, words))
    place = {p: i for i, p in enumerate(procedures)}
    for (i, question), marks in zip(borne, found, strict=True):
        where = [place[p] for p in question.procedures]
        mean = marks.wanted.mean(axis=1)
        within = ~marks.failed & (marks.excess <= 0)
        targets[i, where], fits[i, where] = mean, within
        best = marks.wanted[int(np.argmax(np.where(within, mean, -1.0)))]
        often[i, where] = (marks.wanted >= best - GIVE_UP).mean(axis=1)
    number = {pair: i for i, pair in enumerate(pairs)}
    of = [number[row["pair"]] for row in rows]
    return Table(targets=targets[of], serves=(fits & (often >= OFTEN))[of], fits=fits[of])


def _question(
    row: dict[str, Any], procedures: Sequence[Settled], request: Request, model: Model, draws: Draws
) -> Question | None:
    """Ask of a pair, bottles and all, what the recipes that it bears give; None where it bears none."""
    pair = read_pair(row["amine_given"], row["carbonyl_given"], model)
    if (pair.amine.smiles, pair.carbonyl.smiles) != (row["amine_smiles"], row["carbonyl_smiles"]):
        raise TableError(
            f"the lists of this screen name {pair.amine.smiles} and {pair.carbonyl.smiles} for pair {row['pair']}, its "
            f"row is of {row['amine_smiles']} and {row['carbonyl_smiles']}: screen them again, into another folder"
        )
    aim = read_aim(request.target, pair, request.basis, request.max_over_alkylation, request.min_target_low)
    room, _ = room_of(request, pair, model, aim, is_slow=True)
    kept = tuple(p for p in procedures if _borne(room, p))
    bench = Bench(pair=pair, model=model, aim=aim, draws=draws, tolerance=ROUGH)
    return Question(bench=bench, procedures=kept) if kept else None


def _borne(room: Room, p: Settled) -> bool:
    """Tell whether a recipe can be run in a well with a pair.

    That a flask cools its hydride is no reason against the block, whose recipe is judged as warm as it is; but one that
    is charged as a polymer cannot be pipetted.
    """
    cell = room.home(p)
    if cell is None or _is_polymer(room.pair, p):
        return False
    if cell.hydride_follows or room.request.fixed.hydride_temperature_C is not None:
        return bears(room, p)
    return bears(room, replace(p, hydride_temperature_C=cell.asked.hydride_temperature_C))


def _is_polymer(pair: Pair, p: Settled) -> bool:
    """Tell whether a partner would be paraformaldehyde, of which there is no stock: formaldehyde in a flask not wet."""
    return pair.carbonyl_class.name == FORMALDEHYDE and not brings_formalin(pair, p)


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
        way = Arrangement(
            cover=cover, places=places, temperature_C=celsius, shape=shape, by_row=solvents == "row"
        )
        found.append(((cover.n_left, len(cover.recipes), -given, celsius, solvent), way))
    return min(found, key=lambda one: one[0])[1]


def _polymers(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Say what to list in the place of a polymer."""
    if not any(row["carbonyl_smiles"] == FREE and row["water"] != "wet" for row in rows):
        return []
    return [
        "Formaldehyde in a flask that is not wet is paraformaldehyde, which makes no stock: list 37 % formalin instead."
    ]


def _laid_out(
    rows: Sequence[dict[str, Any]],
    procedures: Sequence[Settled],
    table: Table,
    way: Arrangement,
    notes: Sequence[str],
    model: Model,
) -> Plate:
    """Name wells and recipes, and say why the worst wells are the worst."""
    cover, celsius = way.cover, way.temperature_C
    used = [int(way.places[r]) for r in cover.recipes]
    own = [None if r is None else int(way.places[r]) for r in cover.recipe_of]
    solvents = [None if r is None else procedures[r].solvent for r in own]
    names = well_names(solvents, way.shape, by_row=way.by_row)
    wells = _wells(rows, names, own, table, used)
    recipes = tuple(procedures[i] for i in used)
    count = {0: "No recipe", 1: "1 recipe"}.get(len(used), f"{len(used)} recipes")
    return Plate(
        wells=wells,
        recipes=recipes,
        temperature_C=celsius,
        shape=way.shape,
        gap=cover.gap,
        notes=(
            f"{count} at {celsius:g} C, {cover_words(cover)}.",
            *_uncooled(recipes, rows),
            *_fading(recipes, model),
            *notes,
            *explained(wells),
        ),
    )


def _wells(
    rows: Sequence[dict[str, Any]],
    names: Sequence[str],
    own: Sequence[int | None],
    table: Table,
    used: Sequence[int],
) -> tuple[Well, ...]:
    """Write down each well with its recipe's place among those that are used, and what it gives within the limits."""
    within = np.where(table.fits, table.targets, 0.0)
    return tuple(
        Well(
            name=name,
            recipe=None if here is None else used.index(here) + 1,
            target_fraction=float(of[list(used)].max(initial=0.0) if here is None else of[here]),
            best_fraction=float(of.max()),
            **{key: row[key] for key in OF_A_WELL},
        )
        for row, name, here, of in zip(rows, names, own, within, strict=True)
    )


def _uncooled(recipes: Sequence[Settled], rows: Sequence[dict[str, Any]]) -> list[str]:
    """Say of the recipes whose hydride a flask would cool that a block does not."""
    own = [_settled(row) for row in rows]
    cold = {
        i: p.hydride_temperature_C
        for i, recipe in enumerate(recipes, start=1)
        for p in own
        if p.hydride_temperature_C not in {p.temperature_C, recipe.temperature_C}
        and _on_block(p, recipe.temperature_C) == recipe
    }
    if not cold:
        return []
    of = f"recipe {min(cold)}" if len(cold) == 1 else f"recipes {', '.join(map(str, cold))}"
    flask = " or ".join(f"{c:g} C" for c in sorted(set(cold.values())))
    return [
        f"The hydride of {of} comes at the block's {recipes[0].temperature_C:g} C and is judged so: a flask would have "
        f"it at {flask}, but a block cannot cool one well."
    ]


def _fading(recipes: Sequence[Settled], model: Model) -> list[str]:
    """Say which stocks lose hydride while they stand: those of a hydride that a flask would get in portions."""
    pairs = dict.fromkeys((p.reductant, p.solvent) for p in recipes if p.reductant_equivalents > 0)
    return [
        f"{name} gives off hydrogen in {solvent}: its stock fades while it stands, so make it cold and at the last "
        "moment, or weigh the solid into the wells."
        for name, solvent in pairs
        if model.dosing(name, solvent) is not None
    ]
