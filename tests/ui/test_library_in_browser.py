"""What a chemist with two lists does in the browser."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from steps import READY, downloaded, opened, pasted, rows, screened, settled, shows, still, words

LIMITS = "reductants=STAB&additions=all_at_once"
AMINES, CARBONYLS = "NCc1ccccc1 A1\nCCCCN A2\nNCC1CCCCC1 A3", "CCCC=O C1\nCCC=O C2\nCC(C)CC=O C3"


def test_a_cell_of_the_matrix_opens_its_pair(page: Any, app_url: str, tmp_path: Path) -> None:
    """Three by three pasted and screened: nine cells; the one that is clicked is shown, and opens in Recommend."""
    opened(page, f"{app_url}/?page=Library&{LIMITS}")
    pasted(page, AMINES, CARBONYLS)
    screened(page, 9)
    cells = page.get_by_test_id("stVegaLiteChart").first.locator("path[aria-roledescription='rect mark']")
    cells.nth(8).wait_for(state="attached", timeout=30_000)
    assert cells.count() == 9
    table = rows(downloaded(page, "Pairs (CSV)", tmp_path))
    assert [(row["amine_id"], row["carbonyl_id"]) for row in table] == [
        (a, c) for a in ("A1", "A2", "A3") for c in ("C1", "C2", "C3")
    ]
    cell = cells.nth(5)
    cell.scroll_into_view_if_needed()
    still(page, cell)
    said = cell.get_attribute("aria-label")
    assert "A2" in said
    assert "C3" in said
    where = cell.bounding_box()
    page.mouse.click(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)  # on its number
    box = page.get_by_role("combobox", name="Pair").last
    shown = f"A2 + C3: {100 * float(table[5]['target_fraction']):.0f} %"
    shows(box, shown)
    settled(page)
    page.get_by_role("button", name="Open in Recommend").click()
    page.wait_for_url("**page=Recommend**")
    settled(page)
    query = parse_qs(urlsplit(page.url).query)
    assert (query["amine"], query["carbonyl"]) == (["CCCCN"], ["CC(C)CC=O"])
    shows(page.get_by_role("combobox", name="Amine"), "CCCCN")
    page.get_by_role("button", name="Find procedures").wait_for(timeout=30_000)
    page.get_by_role("radio", name="Library").click()
    cells.nth(8).wait_for(state="attached", timeout=30_000)
    shows(page.get_by_role("textbox", name="Amines"), AMINES)


def test_stop_keeps_what_is_done(page: Any, app_url: str) -> None:
    """Stopped on its way a screen leaves its pairs and goes on with the others, or has not begun; nothing breaks."""
    opened(page, f"{app_url}/?page=Library&{LIMITS}")
    pasted(page, AMINES, CARBONYLS)
    page.get_by_role("button", name="Screen 9 pairs").click(timeout=60_000)
    page.get_by_test_id("stProgress").wait_for(timeout=60_000)
    page.get_by_role("button", name="Stop").click(timeout=30_000)
    page.get_by_test_id("stProgress").wait_for(state="detached", timeout=60_000)
    page.wait_for_selector(READY, timeout=60_000)
    assert page.get_by_test_id("stException").count() == 0
    screened(page, 9)
    assert page.get_by_text("pairs are done").count() == 0


def test_too_many_pairs_give_the_command(page: Any, app_url: str) -> None:
    """More than two thousand pairs are not begun: there is a line to copy, with the limits that are set."""
    opened(page, f"{app_url}/?page=Library&{LIMITS}&max_over_alkylation=0.1")
    pasted(page, "\n".join(["CCCCN"] * 50), "\n".join(["CCCC=O"] * 41))
    line = page.get_by_test_id("stCode").first
    line.wait_for(timeout=30_000)
    text = words(line)
    assert "planner screen --amines amines.txt --carbonyls carbonyls.txt" in text
    assert "--max-over-alkylation 0.1" in text
    assert "--addition all_at_once" in text
    assert page.get_by_role("button", name="Screen").count() == 0


def test_a_phone_shows_the_library(page: Any, app_url: str) -> None:
    """At 390 pixels every page's name is in sight, and matrix and plate are not wider than the screen."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{app_url}/?page=Library&{LIMITS}")
    for name in ("Plan", "Library", "Model"):
        box = page.get_by_role("radio", name=name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    pasted(page, "NCc1ccccc1\nnonsense", "CCCC=O")
    screened(page, 2)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        inside = chart.bounding_box()
        assert inside["x"] >= 0
        assert inside["x"] + inside["width"] <= 390
    refused = (
        page.get_by_test_id("stVegaLiteChart").first.locator("path[aria-roledescription='rect mark']").last
    )
    refused.scroll_into_view_if_needed()
    still(page, refused)
    where = refused.bounding_box()
    page.mouse.click(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
    shows(page.get_by_role("combobox", name="Pair").last, "nonsense + CCCC=O: no plan")
    page.get_by_test_id("stAlert").filter(has_text="unreadable").last.wait_for(timeout=30_000)
