"""What a chemist with three runs does in the browser."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from steps import downloaded, opened, rows, settled

PlaywrightTimeout: Any = pytest.importorskip("playwright.sync_api").TimeoutError
RUNS = """Versuch;Reduktionsmittel;Äquiv. Aldehyd;Zugabe;Zugabezeit (min);T / °C;Rührzeit (h);\
SM (Fl.-%);mono (Fl.-%);bis (Fl.-%);Detektor;Bemerkung
A;STAB;1,0;all at once;;25;16;18,5;66;15,5;UV 254 nm;
B;STAB;1,0;slow aldehyde;120;25;16;14;76;10;UV 254 nm;klar
C;NaBH4;1,05;imine first;;0;2;6;90;4;DAD;
"""
"""Three runs in a spreadsheet, in German, with decimal commas, and without the pair, which stands at the left."""


def learned(page: Any) -> None:
    """Press the button that learns, and wait for what was learned."""
    page.get_by_role("button", name="Learn from these runs").click()
    page.get_by_role("heading", name="What was learned").wait_for(timeout=120_000)
    settled(page)


def next_sheet(page: Any) -> None:
    """Ask for the next run, and for its sheet."""
    page.get_by_role("button", name="Find the next run").click()
    page.get_by_role("button", name="Open in Plan").wait_for(timeout=180_000)
    settled(page)
    page.get_by_text("Sheet of this run").click()
    page.get_by_role("button", name="Run sheet (HTML)").wait_for(timeout=60_000)
    settled(page)


def test_three_runs_in_a_file_lead_to_the_next_sheet(page: Any, app_url: str, tmp_path: Path) -> None:
    """Upload a spreadsheet, learn, see before and after, ask for the next run, take its sheet and the model away."""
    file = tmp_path / "versuche.csv"
    file.write_text(RUNS, encoding="cp1252")
    opened(page, f"{app_url}/?page=Learn")
    page.get_by_test_id("stMain").get_by_text("Upload", exact=True).click()
    page.get_by_test_id("stMain").get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    learned(page)
    next_sheet(page)
    sheet = downloaded(page, "Run sheet (HTML)", tmp_path)
    assert "butanal" in sheet.read_text(encoding="utf-8").lower()
    model = downloaded(page, "Save (TOML)", tmp_path)
    assert 'parent = "default"' in model.read_text(encoding="utf-8")
    table = rows(downloaded(page, "Found and predicted (CSV)", tmp_path))
    assert [row["run"] for row in table] == ["A"] * 3 + ["B"] * 3 + ["C"] * 3
    assert all(float(row["after_low"]) <= float(row["after"]) <= float(row["after_high"]) for row in table)
    fill = rows(downloaded(page, "Table to fill (CSV)", tmp_path))
    assert fill[0]["amine"]


def test_a_saved_model_opens_in_another_session(page: Any, app_url: str, tmp_path: Path) -> None:
    """A calibrated model that was saved is opened by upload, and the Plan page answers with it."""
    file = tmp_path / "runs.csv"
    file.write_text(RUNS, encoding="utf-8")
    opened(page, f"{app_url}/?page=Learn")
    page.get_by_test_id("stMain").get_by_text("Upload", exact=True).click()
    page.get_by_test_id("stMain").get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    learned(page)
    model = downloaded(page, "Save (TOML)", tmp_path)
    opened(page, f"{app_url}/?page=Learn")
    page.get_by_test_id("stMain").get_by_text("Upload", exact=True).click()
    page.get_by_test_id("stMain").get_by_test_id("stFileUploaderDropzoneInput").set_input_files(model)
    page.get_by_role("heading", name="What was learned").wait_for(timeout=60_000)
    settled(page)
    said = page.get_by_text("Learned from 3 runs of this pair").locator("visible=true")
    for _ in range(4):  # a click while the page is still being drawn may go to what is drawn away
        page.get_by_text("Plan", exact=True).first.click()
        settled(page)
        with suppress(PlaywrightTimeout):
            said.first.wait_for(timeout=20_000)
            break
    assert said.count() > 0


def test_a_run_is_typed(page: Any, app_url: str) -> None:
    """What was found is typed into the table of the page, with a decimal comma, and learned from."""
    button = page.get_by_role("button", name="Learn from these runs")
    for _ in range(3):  # a grid that is drawn anew under the typing hand takes nothing
        opened(page, f"{app_url}/?page=Learn")
        _type_a_run(page)
        with suppress(PlaywrightTimeout):
            button.wait_for(timeout=20_000)
            break
    learned(page)
    page.get_by_text("Learned from 1 run of").wait_for(timeout=30_000)


def _type_a_run(page: Any) -> None:
    """Type what was found into the first row of the table."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 52)
    page.keyboard.press("ArrowRight")
    for text in ("18,5", "66", "15,5"):
        page.keyboard.type(text, delay=80)  # the first letter opens the cell
        page.keyboard.press("Tab")
        page.wait_for_timeout(700)
        settled(page)
