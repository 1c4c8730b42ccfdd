"""What a chemist does in the browser."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image
from steps import chosen, downloaded, found, number, opened, press, rows, settled, shows, still

PREDICTION = ["degree", "smiles", "fraction", "median", "low", "high", "mz"]
CONDITIONS = """
rank amine_smiles carbonyl_smiles target reductant addition carbonyl_equivalents reductant_equivalents
acid_equivalents addition_time_h imine_time_h hold_time_h temperature_C concentration_M solvent target_fraction
target_low target_high over_alkylation under_alkylation selectivity total_time_h basis quench water
feed_volume_fraction target_median over_alkylation_high draws seed reasons caveats model_name model_sha256
planner_version
""".strip().replace("\n", " ")
"""The contract's columns."""


def test_a_moved_slider_changes_the_answer_and_the_csv(page: Any, app_url: str, tmp_path: Path) -> None:
    """More carbonyl: numbers and table change, and the CSV says what the screen says."""
    opened(page, app_url)
    before = number(page, "Over-alkylation")
    press(page, "Carbonyl [equiv]", 10)
    page.wait_for_url("**carbonyl_equivalents=1.5**")
    settled(page)
    after = number(page, "Over-alkylation")
    assert after > before
    saved = downloaded(page, "CSV", tmp_path)
    assert saved.name == "benzylamine_butanal_prediction.csv"
    table = rows(saved)
    assert list(table[0])[: len(PREDICTION)] == PREDICTION
    assert round(100 * float(table[2]["fraction"])) == pytest.approx(after, abs=1)


def test_moves_that_overtake_the_page_are_all_kept(page: Any, app_url: str) -> None:
    """Three sliders moved faster than the page answers: each keeps its value, and what was not moved its default."""
    opened(page, app_url)
    for _ in range(3):
        for label in ("Carbonyl [equiv]", "Hold [h]", "Temperature [°C]"):
            press(page, label, 1)
    page.wait_for_url("**temperature_C=28**")
    settled(page)
    moved = {"carbonyl_equivalents": "1.15", "hold_time_h": "17.5", "temperature_C": "28"}
    assert dict(parse_qsl(urlsplit(page.url).query)) == moved


def test_json_reopens_the_plan(page: Any, app_url: str, tmp_path: Path) -> None:
    """A prediction saved in one session brings its inputs back in another."""
    address = (
        f"{app_url}/?amine=aniline&carbonyl=O=Cc1ccccc1&target=di&basis=carbonyl&carbonyl_equivalents=2.2"
    )
    opened(page, address)
    before = number(page, "Target")
    saved = downloaded(page, "JSON", tmp_path)
    assert json.loads(saved.read_text())["procedure"]["carbonyl_equivalents"] == 2.2
    opened(page, app_url)
    page.get_by_role("button", name="Reopen").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(saved)
    page.wait_for_url("**carbonyl_equivalents=2.2**")
    settled(page)
    assert "target=di" in page.url
    assert number(page, "Target") == before


def test_recommend_shows_progress_and_a_list_that_opens_in_plan(
    page: Any, app_url: str, tmp_path: Path
) -> None:
    """Press the button, see progress, get a ranked list; the CSV equals it; the first opens in Plan."""
    limits = "reductants=STAB&additions=all_at_once&additions=slow_carbonyl&max_over_alkylation=0.08"
    opened(page, f"{app_url}/?page=Recommend&{limits}")
    page.get_by_role("button", name="Find procedures").click()
    page.get_by_test_id("stProgress").wait_for(timeout=30_000)
    found(page, press=False)
    table = rows(downloaded(page, "CSV", tmp_path))
    assert " ".join(table[0]).startswith(CONDITIONS)
    assert {row["reductant"] for row in table} == {"STAB"}
    assert all(float(row["over_alkylation"]) <= 0.08 for row in table)
    page.get_by_role("button", name="Open in Plan").first.click()
    page.get_by_text("Predicted split").wait_for(timeout=30_000)
    page.wait_for_url(re.compile(f"carbonyl_equivalents={float(table[0]['carbonyl_equivalents']):g}"))
    settled(page)
    assert number(page, "Target") == pytest.approx(100 * float(table[0]["target_fraction"]), abs=2)
    assert page.get_by_text("recommended:").first.is_visible()


def test_a_pareto_point_opens_in_plan(page: Any, app_url: str) -> None:
    """Clicking a point of the Pareto set loads its procedure."""
    opened(page, f"{app_url}/?page=Recommend&reductants=STAB&additions=all_at_once")
    found(page)
    chart = page.get_by_test_id("stVegaLiteChart").first
    points = chart.locator("path[aria-roledescription='point']")
    points.last.wait_for(state="attached", timeout=30_000)
    points.last.scroll_into_view_if_needed()
    still(page, points.last)
    said = points.last.get_attribute("aria-label")
    points.last.click()
    page.get_by_text("Predicted split").wait_for(timeout=30_000)
    charge = re.search(r"carbonyl ([0-9.]+) eq", said).group(1)
    page.wait_for_url(re.compile(f"carbonyl_equivalents={charge}"))


def test_details_stand_beside_the_list_and_open_in_plan(page: Any, app_url: str) -> None:
    """Details of the second procedure appear on the same page; opening it loads it."""
    opened(page, f"{app_url}/?page=Recommend&reductants=STAB")
    found(page)
    page.get_by_role("button", name="Details").first.click()
    page.get_by_role("heading", name="Details of 2").wait_for(timeout=30_000)
    assert "page=Recommend" in page.url
    page.get_by_role("button", name="Open in Plan").nth(1).click()
    page.get_by_text("Predicted split").wait_for(timeout=30_000)
    page.wait_for_url(re.compile("carbonyl_equivalents="))


def test_a_list_survives_reload_and_link(page: Any, app_url: str) -> None:
    """The address of a list makes the list again in another session, with the same first procedure."""
    opened(page, f"{app_url}/?page=Recommend&reductants=STAB&additions=all_at_once")
    found(page)
    page.wait_for_url("**listed=1**")
    first = page.locator(".st-key-recommendation_1").inner_text()
    page.reload()
    found(page, press=False)
    assert page.locator(".st-key-recommendation_1").inner_text() == first


def test_a_chosen_isomer_and_held_boxes_bound_the_search(page: Any, app_url: str, tmp_path: Path) -> None:
    """One nitrogen of a triamine is wanted, with the charge held: the list keeps both."""
    amine, wanted = "NCCNCc1ccccc1", "CCCCNCCNCc1ccccc1"
    held = "hold_procedure=true&carbonyl_equivalents=0.8&reductants=STAB&additions=all_at_once"
    opened(page, f"{app_url}/?page=Recommend&amine={amine}&isomer={wanted}&{held}")
    found(page)
    table = rows(downloaded(page, "CSV", tmp_path))
    assert {row["target"] for row in table} == {wanted}
    assert {float(row["carbonyl_equivalents"]) for row in table} == {0.8}


def test_what_moves_the_answer_is_said_when_asked(page: Any, app_url: str) -> None:
    """Opening the list of uncertain numbers shows it; it is worked out only then."""
    opened(page, app_url)
    assert page.get_by_text("share of the spread").count() == 0
    page.get_by_text("What moves this answer").click()
    page.get_by_text("share of the spread").wait_for(timeout=30_000)
    settled(page)


def test_a_picture_is_saved_as_svg_and_png(page: Any, app_url: str, tmp_path: Path) -> None:
    """The button gives SVG, the toolbar of the picture PNG."""
    opened(page, app_url)
    drawn = downloaded(page, "SVG", tmp_path).read_text()
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    chart = page.get_by_test_id("stVegaLiteChart").first
    chart.hover()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download as PNG").first.click()
    waiting.value.save_as(tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as drawn:
        drawn.load()
        assert drawn.format == "PNG"
        assert min(drawn.size) > 100


def test_stop_ends_a_search(page: Any, app_url: str) -> None:
    """Stop leaves the page as it was, ready for the next search."""
    opened(page, f"{app_url}/?page=Recommend")
    page.get_by_role("button", name="Find procedures").click()
    page.get_by_role("button", name="Stop").click(timeout=30_000)
    page.get_by_test_id("stProgress").wait_for(state="detached", timeout=30_000)
    settled(page)
    assert page.get_by_role("button", name="Open in Plan").count() == 0
    assert page.get_by_test_id("stException").count() == 0


def test_bad_smiles_is_met_with_one_line_and_kept(page: Any, app_url: str) -> None:
    """Nonsense gets a message that says what to do; the text stays in its box; mending it brings the answer back."""
    opened(page, app_url)
    box = page.get_by_role("combobox", name="Amine")
    chosen(box, "C1CC(N")
    alert = page.get_by_test_id("stAlert")
    alert.wait_for(timeout=30_000)
    assert alert.count() == 1
    assert "C1CC(N" in alert.inner_text()
    assert box.input_value() == "C1CC(N"
    chosen(box, "NCCc1ccccc1")
    alert.wait_for(state="detached", timeout=30_000)
    settled(page)
    page.locator(".st-key-stale").wait_for(state="detached", timeout=30_000)
    assert number(page, "Target") > 0


def test_text_is_never_markup(page: Any, app_url: str) -> None:
    """What an address brings is shown letter by letter: no link, no script, no element."""
    opened(page, f"{app_url}/?amine=[click](https://example.org)<img src=x onerror=alert(1)>:red[x]")
    alert = page.get_by_test_id("stAlert").filter(has_text="click")
    alert.wait_for(timeout=30_000)
    assert "[click](https://example.org)" in alert.inner_text().replace("\u2060", "")
    assert alert.locator("a, img").count() == 0


def test_a_link_restores_every_input(page: Any, app_url: str) -> None:
    """What a link holds stands in the boxes after loading, and the link stays as it was."""
    fields = {
        "amine": "NCCc1ccccc1",
        "carbonyl": "CC(=O)C",
        "target": "di",
        "basis": "carbonyl",
        "max_over_alkylation": "0.05",
        "reductant": "NaBH3CN",
        "carbonyl_equivalents": "1.3",
        "addition": "slow_carbonyl",
        "addition_time_h": "3",
        "temperature_C": "10",
        "solvent": "EtOH",
        "water": "wet",
        "quench": "borohydride",
        "max_time_h": "12",
        "reductants": "STAB",
        "scale": "2 mmol",
    }
    opened(page, f"{app_url}/?{urlencode(fields)}")
    page.get_by_text("Predicted split").wait_for()
    settled(page)
    assert dict(parse_qsl(urlsplit(page.url).query)) == fields
    shows(page.get_by_role("combobox", name="Amine"), fields["amine"])
    shows(page.get_by_label("Carbonyl [equiv], number"), "1.3")
    shows(page.get_by_label("Addition time [h], number"), "3")
    shows(page.get_by_role("textbox", name="Scale"), "2 mmol")


def test_a_phone_shows_the_answer_without_scrolling_sideways(page: Any, app_url: str) -> None:
    """At 390 pixels nothing is wider than the screen, and the numbers come first."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, app_url)
    page.get_by_text("Predicted split").wait_for()
    settled(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    box = page.get_by_test_id("stMetric").first.bounding_box()
    assert box["y"] + box["height"] < 844
    assert page.screenshot().startswith(b"\x89PNG")


def test_a_phone_shows_the_peaks(page: Any, app_url: str) -> None:
    """At 390 pixels the page of peaks takes a pasted list, draws its pictures, and is not wider than the screen."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{app_url}/?page=Peaks&amine=C1CNCCCN1&carbonyl=O%3DCc1cccs1")
    page.get_by_text("What may be there?").wait_for()
    settled(page)
    box = page.get_by_role("textbox", name="Paste m/z")
    box.fill("m/z;Area\n197.1;1000\n293.1;400\n")
    box.blur()
    page.get_by_text("Areas by degree").wait_for()
    settled(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        inside = chart.bounding_box()
        assert inside["x"] >= 0
        assert inside["x"] + inside["width"] <= 390
