"""Plates: the fewest recipes are the fewest, every well is filled to its volume, and what is taken is made up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from planner.cli.commands import main
from planner.errors import InfeasibleError, ProcedureError, TableError
from planner.files.tables import read_csv
from planner.flask.procedure import Procedure
from planner.library import dispensing, plates
from planner.library.bearing import bears
from planner.library.cover import Cover, bounds_of, gap_of, price_of_a_well, smallest_cover
from planner.library.plates import plate
from planner.library.screened import Screen, open_screen
from planner.library.screening import screen
from planner.library.wells import SHAPES, Plate, cover_words, explained, well_names
from planner.model.parameters import load_model
from planner.plans.aims import read_aim
from planner.plans.request import build_request
from planner.plans.rooms import room_of
from planner.predictions.prediction import predict
from planner.structures.pairs import read_pair

AMINES, CARBONYLS = ["NCc1ccccc1", "C1CCNCC1", "CCCCN", "Nc1ccccc1"], ["CCCC=O", "O=Cc1ccccc1", "O=C1CCCCC1"]


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Twelve pairs, without a pump."""
    out = tmp_path_factory.mktemp("plates") / "out"
    with ThreadPoolExecutor(1) as executor:
        yield screen(
            AMINES, CARBONYLS, out=out, executor=executor, effort=0.1, reductants=("STAB",),
            additions=("all_at_once", "imine_first"),
        )  # fmt: skip


@pytest.fixture(scope="module")
def laid(screened: Screen) -> Plate:
    """Those on 24 wells."""
    return plate(screened, wells=24)


BOTTLES = {
    "amines": [("A1", "NCc1ccccc1.Cl"), ("A1", "NCc1ccccc1"), ("A2", "40 % methylamine in water")],
    "carbonyls": [("C1", "37 % formalin"), ("C2", "benzaldehyde"), ("C3", "C=O")],
}
"""A salt and its free amine by one id, solutions in water, and what is a polymer where it is dry."""
BOROHYDRIDE: dict[str, Any] = {"reductants": ("NaBH4",), "additions": ("all_at_once", "imine_first")}


@pytest.fixture(scope="module")
def bottled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Salts and solutions with a hydride that a flask adds in the cold, in portions."""
    out = tmp_path_factory.mktemp("bottles") / "out"
    with ThreadPoolExecutor(1) as executor:
        yield screen(**BOTTLES, out=out, executor=executor, effort=0.1, **BOROHYDRIDE)


@pytest.fixture(scope="module")
def block(bottled: Screen) -> Plate:
    """Those on 24 wells."""
    return plate(bottled, wells=24)


@settings(max_examples=60)
@given(st.integers(0, 2**31 - 1), st.integers(1, 9), st.integers(1, 6), st.floats(0.1, 0.9))
def test_a_cover_is_the_smallest(seed: int, n_wells: int, n_recipes: int, density: float) -> None:
    """No smaller set of recipes serves as many wells: held against every set there is; and of equals it gives most."""
    chance = np.random.default_rng(seed)
    serves = chance.random((n_wells, n_recipes)) < density
    targets = chance.random((n_wells, n_recipes))
    found = smallest_cover(serves, targets)

    def worth(some: tuple[int, ...]) -> tuple[int, int, float]:
        own = serves[:, some]
        best = np.where(own, targets[:, some], -1.0).max(axis=1, initial=-1.0)
        return int((~own.any(axis=1)).sum()), len(some), -float(best[best >= 0].sum())

    every = [s for n in range(n_recipes + 1) for s in combinations(range(n_recipes), n)]
    best = min(map(worth, every))
    assert (found.n_left, len(found.recipes)) == best[:2]
    given_ = sum(targets[w, r] for w, r in enumerate(found.recipe_of) if r is not None)
    assert given_ == pytest.approx(-best[2], abs=1e-6)
    assert all(r is None or serves[w, r] for w, r in enumerate(found.recipe_of))
    assert found.gap < 1e-6
    assert (found.n_left, len(found.recipes)) == (found.least_left, found.least)

    some = [next((r for r in range(n_recipes) if serves[w, r]), None) for w in range(n_wells)]
    cost = price_of_a_well(n_recipes) * best[0] + best[1] + best[2] / (1.0 + n_wells)
    late = SimpleNamespace(status=1, mip_dual_bound=cost - chance.exponential())
    least, least_left = bounds_of(late, some, n_recipes)
    left = sum(r is None for r in some)
    assert least <= min(n for u, n, _ in map(worth, every) if u <= left)
    assert least_left <= best[0]


def test_the_words_on_a_cover_say_what_is_proved() -> None:
    """The fewest are called so where they are; wells that are left are counted; what is open is said as recipes."""
    whole = Cover(recipe_of=(0, 1, 0), gap=0.0, least=2, least_left=0)
    assert cover_words(whole) == "the fewest that serve these wells"
    assert cover_words(replace(whole, gap=0.4)) == cover_words(whole)  # the targets alone are not proved
    assert cover_words(replace(whole, recipe_of=(0, None, 1), least_left=1)) == (
        "the fewest that serve 2 of these 3 wells, as many as can be"
    )
    late = cover_words(replace(whole, recipe_of=(0, None, 1), gap=0.3, least=1))
    assert late == (
        "not proved in 30 s to be the fewest that serve 2 of these 3 wells: at least 1 is needed, and up to 1 more "
        "wells might be served"
    )
    assert "none" in cover_words(Cover(recipe_of=(None,), gap=0.0, least=0, least_left=1))


@settings(max_examples=300)
@given(st.data(), st.sampled_from(sorted(SHAPES.values())), st.booleans())
def test_names_are_on_the_plate_and_no_two_alike(
    data: st.DataObject, shape: tuple[int, int], by_row: bool
) -> None:
    """Whatever fits a plate has places on it of its own; where a row has one solvent, no row has two."""
    rows, columns = shape
    sizes: list[int] = []
    free_rows = rows
    while by_row and free_rows and data.draw(st.booleans()):
        sizes.append(data.draw(st.integers(1, columns * free_rows)))
        free_rows -= -(-sizes[-1] // columns)
    left = data.draw(st.integers(0, rows * columns - sum(sizes)))
    kinds = [*(f"s{i}" for i, size in enumerate(sizes) for _ in range(size)), *[None] * left]
    solvents = data.draw(st.permutations(kinds))
    names = well_names(solvents, shape, by_row=by_row)
    places = {f"{'ABCDEFGH'[i]}{j + 1}" for i in range(rows) for j in range(columns)}
    assert len(set(names)) == len(names) == len(solvents)
    assert set(names) <= places
    held: dict[str, set[str]] = {}
    for name, solvent in zip(names, solvents, strict=True):
        if solvent is not None:
            held.setdefault(name[0], set()).add(solvent)
    assert all(len(some) == 1 for some in held.values())


@settings(max_examples=40)
@given(st.integers(0, 2**31 - 1), st.integers(1, 24), st.floats(0.02, 0.5))
def test_whatever_a_cover_leaves_has_a_place(seed: int, n_wells: int, density: float) -> None:
    """With one solvent a row, served wells and those that are left share a plate without a name off it."""
    chance = np.random.default_rng(seed)
    serves = chance.random((n_wells, 6)) < density
    kinds = ["a", "b", "c", "a", "d", "e"]
    found = smallest_cover(serves, chance.random((n_wells, 6)), solvents=kinds, shape=(4, 6))
    names = well_names([None if r is None else kinds[r] for r in found.recipe_of], (4, 6), by_row=True)
    assert len(set(names)) == n_wells
    assert set(names) <= {f"{row}{column}" for row in "ABCD" for column in range(1, 7)}


def test_one_solvent_a_row_fits_the_rows() -> None:
    """With one solvent a row, three solvents do not fit two rows and a well is left; two solvents do."""
    serves, targets = np.eye(3, dtype=bool), np.eye(3)
    assert smallest_cover(serves, targets, solvents=["a", "b", "c"], shape=(2, 6)).n_left == 1
    assert smallest_cover(serves, targets, solvents=["a", "b", "a"], shape=(2, 6)).recipe_of == (0, 1, 2)


def test_a_plate_has_one_temperature_and_wells_of_their_own(laid: Plate) -> None:
    """All recipes of a block are at its temperature and without a pump; no two pairs share a well."""
    assert {p.temperature_C for p in laid.recipes} == {laid.temperature_C}
    assert not any(p.fed for p in laid.recipes)
    assert len({well.name for well in laid.wells}) == len(laid.wells) == 12
    assert {well.pair for well in laid.wells} == set(range(12))
    assert {well.recipe for well in laid.wells} - {None} == set(range(1, len(laid.recipes) + 1))


def test_a_shared_recipe_gives_what_is_predicted_for_its_pair(laid: Plate) -> None:
    """The target of a well is that of a prediction of its recipe, and gives up little against its best."""
    for well in laid.wells[::5]:
        assert well.recipe is not None
        p = laid.recipes[well.recipe - 1]
        asked = {f.name: getattr(p, f.name) for f in fields(Procedure) if getattr(p, f.name) is not None}
        mean = predict(well.amine_smiles, well.carbonyl_smiles, draws=128, **asked).target_fraction.mean
        assert well.target_fraction == pytest.approx(mean, abs=2e-3)
        assert well.best_fraction >= well.target_fraction - 1e-9


def test_one_solvent_for_a_plate(screened: Screen) -> None:
    """Asked for one solvent, a plate has one; asked for one a row, no row has two."""
    assert len({p.solvent for p in plate(screened, wells=24, solvents="plate").recipes}) == 1
    by_row = plate(screened, wells=96, solvents="row")
    rows: dict[str, set[str]] = {}
    for well in by_row.wells:
        if well.recipe is not None:
            rows.setdefault(well.name[0], set()).add(by_row.recipes[well.recipe - 1].solvent)
    assert all(len(found) == 1 for found in rows.values())


def test_a_plate_says_how_far_it_is_and_may_be_ended(screened: Screen, laid: Plate) -> None:
    """The share that is done rises to one, the plate is the same; what is raised on the way comes out."""
    told: list[float] = []
    assert plate(screened, wells=24, progress=lambda share, words: told.append(share)).wells == laid.wells
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)

    def stop(share: float, words: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plate(screened, wells=24, progress=stop)


def test_fewer_recipes_leave_wells_and_say_so(screened: Screen, laid: Plate) -> None:
    """With one recipe at most there is one; wells without a recipe are named."""
    one = plate(screened, wells=24, most_recipes=1)
    assert len(one.recipes) == 1
    left = [well for well in one.wells if well.recipe is None]
    assert len(left) >= sum(well.recipe is None for well in laid.wells)
    if left:
        assert any("no recipe" in note for note in one.notes)


def _borne(found: Screen, laid: Plate) -> None:
    """Hold each well against what its own pair, bottles and all, bears."""
    held = dict(found.manifest.request)
    request = build_request("", "", {n: tuple(held[n]) for n in ("reductants", "additions")})
    for well in (w for w in laid.wells if w.recipe is not None):
        pair = read_pair(well.amine_given, well.carbonyl_given)
        room, _ = room_of(request, pair, load_model(), read_aim("mono", pair, "amine", None), is_slow=True)
        p = laid.recipes[(well.recipe or 1) - 1]
        cell = room.home(p)
        assert cell is not None
        cold = cell.asked.hydride_temperature_C if not cell.hydride_follows else p.temperature_C
        assert bears(room, replace(p, hydride_temperature_C=cold))


def test_a_well_has_a_recipe_that_it_bears(
    screened: Screen, laid: Plate, bottled: Screen, block: Plate
) -> None:
    """No well has a recipe that recommend would not give its pair."""
    _borne(screened, laid)
    _borne(bottled, block)


def test_a_well_that_bears_no_recipe_is_left_and_explained(
    screened: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is run in it, it has no recipe, no target and a line that says so; others are not touched."""
    real = plates.bears
    monkeypatch.setattr(plates, "bears", lambda room, p: room.pair.amine.smiles != "CCCCN" and real(room, p))
    some = plate(screened, wells=24)
    left = [well for well in some.wells if well.recipe is None]
    assert {w.amine_smiles for w in left} == {"CCCCN"}
    assert {(w.target_fraction, w.best_fraction) for w in left} == {(0.0, 0.0)}
    assert all(any(f"{w.name} (" in note and "no recipe" in note for note in some.notes) for w in left)
    assert f"{len(some.wells) - len(left)} of these {len(some.wells)} wells" in some.notes[0]
    monkeypatch.setattr(plates, "bears", lambda room, p: False)
    none = plate(screened, wells=24)
    assert not none.recipes
    assert "No recipe" in none.notes[0]
    assert all(any(f"{w.name} (" in note for note in none.notes) for w in none.wells)
    assert not dispensing.transfers(none, load_model(), dispensing.handler_of(24, None, [], 50.0))


def test_every_well_without_a_recipe_is_named(laid: Plate) -> None:
    """However many are left, each is in the words; the nearest recipe and the best are said where there are any."""
    wells = [
        replace(w, recipe=None, target_fraction=i / 20, best_fraction=0.8) for i, w in enumerate(laid.wells)
    ]
    said = explained(wells)
    assert all(any(f"{w.name} (" in line for line in said) for w in wells)
    assert "none of this plate, its best gives 80 %" in said[0]
    assert "the nearest gives 5 %, its best 80 %" in said[1]


def test_replicates_are_wells_of_their_own(screened: Screen, laid: Plate) -> None:
    """A pair that is asked for twice has two wells in the order asked, each filled, out of the same sources."""
    twice = plate(screened, wells=24, pairs=[3, 5, 3, 3])
    assert [w.pair for w in twice.wells] == [3, 5, 3, 3]
    assert [w.name for w in twice.wells] == ["A1", "A2", "A3", "A4"]
    first, _, *rest = twice.wells
    assert all(replace(w, name=first.name) == first for w in rest)
    handler = dispensing.handler_of(24, None, ["reductant=2", "amine=2", "carbonyl=2"], 50.0)
    moved = dispensing.transfers(twice, load_model(), handler)
    filled = [{(t.source, t.volume_uL) for t in moved if t.destination == w.name} for w in twice.wells]
    assert filled[0] == filled[2] == filled[3]
    assert len({well.name for well in plate(screened, wells=24, pairs=[0] * 24).wells}) == 24
    many = plate(screened, wells=24, pairs=[3] * 26)
    assert any(note.startswith("2 more do not fit") for note in many.notes)
    some = plate(screened, wells=24, pairs=[3, 3, 99])
    assert any(note.startswith("1 of the pairs have no plan") for note in some.notes)


def test_a_hydride_is_as_warm_as_the_block(bottled: Screen, block: Plate) -> None:
    """A recipe whose hydride a flask would cool has it at the block's temperature, is judged so, and says so."""
    warm = [c for c in sorted({float(c) for c in bottled.to_frame()["temperature_C"].dropna()}) if c > 0]
    assert warm
    assert any(p.hydride_portions > 1 for p in block.recipes)
    assert {p.hydride_temperature_C for p in block.recipes} == {block.temperature_C}
    said = any("a block cannot cool one well" in note for note in block.notes)
    own = bottled.to_frame()
    assert said == (
        block.temperature_C > 0 and bool((own["hydride_temperature_C"] < own["temperature_C"]).any())
    )


def test_a_stock_that_fades_is_said_to(screened: Screen, block: Plate) -> None:
    """Hydrides that a flask gets in portions for their gas are named with their solvent, once, and no others are."""
    model = load_model()
    for one in (block, plate(screened, wells=24)):
        said = [note for note in one.notes if "gives off hydrogen" in note]
        fading = {
            f"{p.reductant} gives off hydrogen in {p.solvent}"
            for p in one.recipes
            if model.solvent(p.solvent).protic and model.reductant(p.reductant).dosing
        }
        assert {note.partition(":")[0] for note in said} == fading
        assert len(said) == len(fading)
    assert any("gives off hydrogen" in note for note in block.notes)


def test_a_well_is_of_what_is_in_its_bottles(bottled: Screen, block: Plate) -> None:
    """Salts and solutions are those of the lists, and targets are those that are predicted of them."""
    given_ = {
        pair: (a, c)
        for pair, (a, c) in enumerate((a, c) for _, a in BOTTLES["amines"] for _, c in BOTTLES["carbonyls"])
    }
    assert {w.pair: (w.amine_given, w.carbonyl_given) for w in block.wells} == given_
    served = [w for w in block.wells if w.recipe is not None]
    assert len(served) >= 4
    for well in served:
        p = block.recipes[(well.recipe or 1) - 1]
        asked = {f.name: getattr(p, f.name) for f in fields(Procedure) if getattr(p, f.name) is not None}
        mean = predict(well.amine_given, well.carbonyl_given, draws=128, **asked).target_fraction.mean
        assert well.target_fraction == pytest.approx(mean, abs=2e-3)
    polymers = [w for w in block.wells if w.carbonyl_given == "C=O" and w.recipe is not None]
    assert all(block.recipes[(w.recipe or 1) - 1].water == "wet" for w in polymers)
    assert any("list 37 % formalin instead" in note for note in block.notes)


def test_lists_that_are_not_of_the_rows_are_refused(bottled: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose list names another compound than its rows gives no plate of the wrong bottle."""
    real = plates.read_list_of
    monkeypatch.setattr(plates, "read_list_of", lambda path: [one | {"given": "CCCC=O"} for one in real(path)]
                        if path.name == "carbonyls.parquet" else real(path))  # fmt: skip
    with pytest.raises(TableError, match="screen them again"):
        plate(bottled, wells=24)


def test_a_held_hydride_temperature_is_the_blocks_or_refused(tmp_path: Path) -> None:
    """Where a screen holds the hydride colder than its flasks there is no block of it, and one line says so."""
    held = {"hydride_temperature_C": 0.0, "hydride_portions": 2, "hydride_time_h": 0.5}
    with ThreadPoolExecutor(1) as executor:
        found = screen(
            ["NCc1ccccc1"], ["benzaldehyde"], out=tmp_path / "out", executor=executor, effort=0.1,
            temperature_C=25.0, **held, **BOROHYDRIDE,
        )  # fmt: skip
    with pytest.raises(InfeasibleError, match="hydride_temperature_C"):
        plate(found, wells=24)


def test_every_well_is_filled_and_every_source_covers_what_is_taken(laid: Plate) -> None:
    """Volumes of a well add up to its volume; a source holds what is taken and what stays behind."""
    handler = dispensing.handler_of(24, None, ["reductant=2", "amine=2", "carbonyl=2"], 100.0)
    moved = dispensing.transfers(laid, load_model(), handler)
    for well in laid.wells:
        total = sum(t.volume_uL for t in moved if t.destination == well.name)
        assert total == pytest.approx(handler.well_uL, abs=0.5)
        (amine,) = [t for t in moved if t.destination == well.name and t.role == "amine"]
        recipe = laid.recipes[(well.recipe or 1) - 1]
        assert amine.volume_uL * 2.0 == pytest.approx(recipe.concentration_M * handler.well_uL, abs=0.2)
    for row in dispensing.source_rows(moved, handler):
        taken = sum(t.volume_uL for t in moved if t.source == row["source"])
        assert row["total_uL"] == pytest.approx(taken + 100.0, abs=0.2)
    read = read_csv(dispensing.transfers_csv(moved), dispensing.TRANSFERS)
    assert len(read) == len(moved)
    assert [row["time_h"] for row in read] == sorted(row["time_h"] for row in read)


def test_no_two_compounds_share_a_source(laid: Plate) -> None:
    """Whatever the ids, each source holds one compound of one role; an id that stands alone is its name."""
    handler = dispensing.handler_of(24, None, ["reductant=2", "amine=2", "carbonyl=2"], 100.0)
    masses = {w.name: (w.amine_smiles, w.carbonyl_smiles) for w in laid.wells}
    alike = [replace(w, amine_id="same", carbonyl_id="same") for w in laid.wells]
    own = [
        replace(w, amine_id=f"A-{w.amine_smiles}", carbonyl_id=f"C-{w.carbonyl_smiles}") for w in laid.wells
    ]
    for wells in (laid.wells, tuple(alike), tuple(own)):
        moved = dispensing.transfers(replace(laid, wells=tuple(wells)), load_model(), handler)
        for role, place in (("amine", 0), ("carbonyl", 1)):
            held: dict[str, set[str]] = {}
            for t in moved:
                if t.role == role:
                    held.setdefault(t.source, set()).add(masses[t.destination][place])
            assert held
            assert all(len(compounds) == 1 for compounds in held.values())
            assert not {t.source for t in moved if t.role != role} & set(held)
    assert {t.source for t in moved if t.role == "amine"} == {
        f"A-{w.amine_smiles} in {laid.recipes[w.recipe - 1].solvent}" for w in laid.wells if w.recipe
    }


@pytest.mark.parametrize(
    ("stocks", "words"),
    [(["amine=0.2", "acid=0.01"], "overflows"), (["amine=9000"], "less than"), (["amin=1"], "amine")],
)
def test_what_does_not_fit_is_refused(laid: Plate, stocks: list[str], words: str) -> None:
    """A well that overflows, a drop too small to measure and an unknown role are one line."""
    with pytest.raises(ProcedureError, match=words):
        dispensing.transfers(laid, load_model(), dispensing.handler_of(24, None, stocks, 50.0))


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--stock", "amin=1"], "amin"), (["--wells", "48"], "24 or 96"), (["--dead-uL", "1e9"], "dead volume")],
)
def test_what_is_asked_wrongly_is_said_before_the_work(
    screened: Screen, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    """A stock, a plate or a volume that is not usable is refused before any recipe is run."""

    def late(*given: object, **named: object) -> None:
        raise AssertionError("laid out first")

    monkeypatch.setattr(plates, "_judged", late)
    result = CliRunner().invoke(main, ["plate", str(screened.folder), *words])
    assert result.exit_code == 2, result.exception
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_command_lays_out_a_plate(screened: Screen, tmp_path: Path) -> None:
    """The command prints the plate and writes both tables; a folder without a screen is one line."""
    words = ["plate", str(screened.folder), "--wells", "24", "--stock", "reductant=2", "--stock", "amine=2",
             "--stock", "carbonyl=2", "--transfers", str(tmp_path / "t.csv"),
             "--sources", str(tmp_path / "s.csv")]  # fmt: skip
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "recipes at" in result.stdout
    assert (tmp_path / "t.csv").exists()
    result = CliRunner().invoke(main, ["plate", str(tmp_path)])
    assert result.exit_code == 2
    assert open_screen(screened.folder).is_whole


@pytest.mark.parametrize(
    ("status", "stated", "gap"),
    [(0, None, 0.0), (1, None, 1.0), (1, np.inf, 1.0), (1, 0.25, 0.25), (1, 0.0, 0.0)],
)
def test_a_cover_that_ran_out_of_time_is_not_called_proved(
    status: int, stated: float | None, gap: float
) -> None:
    """Without a bound of the solver's nothing is known of a better cover; with one the gap is the solver's."""
    assert gap_of(SimpleNamespace(status=status, mip_gap=stated)) == gap
