"""Plates: the fewest recipes are the fewest, every well is filled to its volume, and what is taken is made up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from planner.cli.commands import main
from planner.errors import ProcedureError
from planner.files.tables import read_csv
from planner.flask.procedure import Procedure
from planner.library import dispensing
from planner.library.cover import gap_of, smallest_cover
from planner.library.plates import Plate, plate
from planner.library.screened import Screen, open_screen
from planner.library.screening import screen
from planner.model.parameters import load_model
from planner.predictions.prediction import predict

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
