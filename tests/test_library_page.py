"""The Library page: what is given, what is found, and where it leads."""

import gc
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from places import Counted
from planner.app import asked, library, queue, screened
from planner.library.screening import screen

APP = str(Path(__file__).parents[1] / "streamlit_app.py")
AMINES = "NCc1ccccc1 A1\nnonsense\nCCCCN\n"
CARBONYLS = "id;smiles;price\nC1;CCCC=O;2,50\nC2;CCC=O;\n"


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """Search a tenth as long as a chemist would wait for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "asked_screen", lambda: asked.asked_screen() | {"effort": 0.1})
        yield


def opened(**inputs: str) -> AppTest:
    """Open the page with both lists pasted."""
    app = AppTest.from_file(APP, default_timeout=120)
    given = {"page": "Library", "reductants": "STAB", "additions": "all_at_once"} | inputs
    for name, value in given.items():
        app.query_params[name] = value
    app.run()
    app.text_area(key="library_amines").set_value(AMINES)
    return app.text_area(key="library_carbonyls").set_value(CARBONYLS).run()


def worked(app: AppTest) -> AppTest:
    """Press the button that screens."""
    return app.button(key="screen").click().run()


@pytest.fixture(scope="module")
def screened_once(quick: None) -> AppTest:
    """Screen the two lists."""
    return worked(opened())


@pytest.fixture
def found(screened_once: AppTest) -> AppTest:
    """The page with its answer, whatever a test before did."""
    screened_once.session_state["page"] = "Library"
    return screened_once.run()


def keys(app: AppTest, kind: str) -> set[str]:
    """Name the elements of a kind."""
    return {element.key for element in app.get(kind)}


def said(app: AppTest) -> str:
    """Collect what stands on the page."""
    texts = [e.value for kind in ("markdown", "warning", "info", "error") for e in app.get(kind)]
    return " ".join(map(str, texts)).replace("\\", "")


def test_what_cannot_be_read_is_said_and_has_its_rows(found: AppTest) -> None:
    """A line that is no structure is named with its number and why; its pairs are in the table, none is lost."""
    app = found
    assert "Amines, line 2 (nonsense): unreadable" in said(app)
    assert "3 amines and 2 carbonyl compounds: 6 pairs" in said(app)
    assert not app.exception
    assert not app.error
    table = next(t.value for t in app.dataframe if "said" in t.value)
    assert len(table) == 6
    refused = table[table["said"].str.startswith("unreadable")]
    assert set(refused["amine"]) == {"nonsense"}
    assert refused["target"].isna().all()
    rest = table.drop(refused.index)
    assert rest["target"].between(0, 1).all()
    assert (rest["low"] <= rest["high"]).all()
    assert {"download_library.csv", "download_library.parquet"} <= keys(app, "download_button")


def test_who_has_an_id_goes_by_it_and_who_has_none_by_what_was_given() -> None:
    """An id that is the number of its line is an id; a line without one goes by its text."""
    app = opened()
    app.text_area(key="library_amines").set_value("nonsense\t1\nnothing").run()
    assert "Amines, line 1 (1): unreadable" in said(app)
    assert "Amines, line 2 (nothing): unreadable" in said(app)


def test_a_pair_opens_with_its_procedure_and_the_library_stays(found: AppTest) -> None:
    """A refused pair has no procedure to open; a planned one is put into the inputs, and what was found is kept."""
    app = found
    app.selectbox(key="library_pair").set_value(2).run()
    assert "pair_plan" not in keys(app, "button")
    app.selectbox(key="library_pair").set_value(5).run()
    target = app.metric[0].value
    app.button(key="pair_plan").click().run()
    assert not app.exception
    assert (app.session_state["page"], app.session_state["amine"]) == ("Plan", "CCCCN")
    assert app.session_state["carbonyl"] == "CCC=O"
    assert app.session_state["reductant"] == "STAB"
    assert next(m.value for m in app.metric if m.label.startswith("Target")) == target
    app.session_state["page"] = "Library"
    app.run()
    assert app.text_area(key="library_amines").value == AMINES
    assert app.selectbox(key="library_pair").value == 5
    app.button(key="pair_recommend").click().run()
    assert not app.exception
    assert app.session_state["page"] == "Recommend"


def test_a_foretold_main_product_stands_before_grey_numbers(quick: None) -> None:
    """What foretells another main product is a warning, once, and the numbers of that pair alone are grey."""
    app = opened()
    app.text_area(key="library_amines").set_value("CCCCN").run()
    app.text_area(key="library_carbonyls").set_value("CCCC=O\nO=CC=Cc1ccccc1").run()
    worked(app)
    for pair, is_at_risk in ((0, False), (1, True)):
        app.selectbox(key="library_pair").set_value(pair).run()
        assert [m.value.startswith(":gray[") for m in app.metric[:2]] == [is_at_risk] * 2
        assert any("conjugate addition" in str(w.value) for w in app.warning) is is_at_risk
        assert said(app).count("conjugate addition") == is_at_risk


def test_a_click_on_a_cell_chooses_its_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the matrix says was selected is the pair that is shown; nothing selected changes nothing."""
    for picked, after in (([{"pair": 3}], 3), ([], 3), ([{"pair": 0.0}], 0)):
        event = type("Event", (), {"selection": {"pick": picked}})()
        state = {"matrix": event, library.CHOSEN: 3}
        monkeypatch.setattr(library.st, "session_state", state)
        library._pick()
        assert state[library.CHOSEN] == after


def test_a_stopped_library_keeps_what_is_done_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle, the pairs that are done are shown; going on adds the others, each once."""
    monkeypatch.setattr(screened, "screen", _stopping)
    app = opened()
    app.text_area(key="library_amines").set_value("NCc1ccccc1\nC1CCNCC1").run()
    worked(app)
    assert not app.exception
    app.run()
    held = app.session_state["screened"]
    n_done = len(held.rows())
    assert 0 < n_done < 4
    assert f"{n_done} of 4 pairs are done" in said(app)
    monkeypatch.setattr(screened, "screen", screen)
    worked(app)
    assert not app.exception
    assert [row["pair"] for row in held.rows()] == list(range(4))
    assert "pairs are done" not in said(app)


def _stopping(*given: Any, progress: Any, **more: Any) -> None:
    """Screen until the first pairs are done, and end there as a stopped page does."""
    from planner.library.screening import Run

    take = Run._take

    def taken(run: Any, future: Any) -> None:
        take(run, future)
        if run.taken:
            raise StopException

    Run._take = taken  # type: ignore[method-assign]
    try:
        screen(*given, progress=progress, **more)
    finally:
        Run._take = take  # type: ignore[method-assign]


def test_a_library_waits_in_the_queue_of_all_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screening and laying out take one place each and give it back."""
    places = Counted()
    monkeypatch.setattr(queue, "_places", lambda: places)
    app = worked(opened())
    assert (places.asked, places.taken, places.given_back) == (2, 1, 1)
    app.button(key="lay_out").click().run()
    assert not app.exception
    assert (places.asked, places.taken, places.given_back) == (3, 2, 2)


def test_a_plate_has_recipes_transfers_and_a_word_on_its_worst_wells(found: AppTest) -> None:
    """Every planned pair has a well; files for a handler follow; a stock that is too strong is one line."""
    app = found
    app.button(key="lay_out").click().run()
    for role in ("reductant", "acid"):
        app.text_input(key=f"stock_{role}").set_value("4 M")
    app.run()
    assert not app.exception
    assert not app.error
    wells = next(t.value for t in app.dataframe if "best_fraction" in t.value)
    assert len(wells) == 4
    assert "the fewest that serve these wells" in said(app)
    assert all(f"{name} (" in said(app) for name in wells["name"])
    assert {"download_transfers.csv", "download_sources.csv"} <= keys(app, "download_button")
    for stock, words in (
        ("900 M", "weaker stock of the amine"),
        ("50 mM", "overflows"),
        ("1,250", "1.250 or 1250"),
    ):
        app.text_input(key="stock_amine").set_value(stock).run()
        assert not app.exception
        assert len(app.error) == 1
        assert words in app.error[0].value.replace("\\", "")


def test_too_many_pairs_become_a_command() -> None:
    """Above the bound nothing can be started; the line to type names limits and files; what was pasted comes back."""
    app = opened(max_over_alkylation="5 %")
    app.text_area(key="library_amines").set_value("CCN\n" * (library.MOST_PAIRS // 2 + 1)).run()
    assert not app.exception
    assert not app.error
    assert "screen" not in keys(app, "button")
    line = app.code[0].value
    assert line.startswith("planner screen --amines amines.txt --carbonyls carbonyls.txt --out library")
    for option in ("--reductant STAB", "--addition all_at_once", "--max-over-alkylation 0.05"):
        assert option in line
    assert {"download_amines.txt", "download_carbonyls.txt"} <= keys(app, "download_button")


def test_a_limit_that_cannot_be_read_is_one_line() -> None:
    """A number that could be two is said; the lists stay."""
    app = opened(max_time_h="1,250")
    assert not app.exception
    assert len(app.error) == 1
    assert app.text_area(key="library_amines").value == AMINES


def test_a_search_that_is_refused_leaves_the_last_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a second screen cannot be made, what the first one found is still there."""
    app = worked(opened())
    first = app.session_state["screened"]
    app.text_area(key="library_amines").set_value("CCN").run()
    assert any("have changed" in w.value for w in app.warning)
    failing = partial(screen, no_such_limit=1)
    monkeypatch.setattr(screened, "screen", failing)
    worked(app)
    assert len(app.error) == 1
    assert app.session_state["screened"] is first
    assert len(first.rows()) == 6


def test_files_hold_every_pair(found: AppTest) -> None:
    """The Parquet file has each pair once, with the ids that were given."""
    frame = pd.read_parquet(io.BytesIO(found.session_state["screened"].parquet()))
    assert frame["pair"].tolist() == list(range(6))
    assert set(frame["carbonyl_id"]) == {"C1", "C2"}
    assert set(frame["amine_id"]) == {"A1", "nonsense", "CCCCN"}


def test_a_folder_is_its_users_alone_and_goes_with_who_holds_it() -> None:
    """Nobody else on the server reads it; once the session lets go of it, it is gone."""
    held = screened.begin(("some", "lists"))
    folder = held.folder
    (folder / "rows").write_text("x", encoding="utf-8")
    assert folder.stat().st_mode & 0o077 == 0
    del held
    gc.collect()
    assert not folder.exists()
