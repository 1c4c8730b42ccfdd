"""The first hour: what a chemist does who opens the app for the first time."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from steps import chosen, downloaded, found, number, opened, press, rows, settled, shows, words


def test_the_diazepane_has_three_ways(page: Any, app_url: str) -> None:
    """Two names typed, Recommend and Find: separate, excess amine or protect, each with a button."""
    opened(page, app_url)
    chosen(page.get_by_role("combobox", name="Amine"), "1,4-diazepane")
    page.wait_for_url("**amine=1**")
    chosen(page.get_by_role("combobox", name="Aldehyde or ketone"), "benzaldehyde")
    page.wait_for_url("**carbonyl=benzaldehyde**")
    page.get_by_role("radio", name="Recommend").click()
    found(page)
    text = words(page.get_by_test_id("stMain"))
    for way in ("separate", "Excess amine", "Protect"):
        assert way in text
    assert page.get_by_role("button", name="Open this way").count() == 3


def test_an_example_is_two_clicks(page: Any, app_url: str) -> None:
    """Examples, the diazepane: its excess of diamine gives mostly mono of the aldehyde; the menu is closed."""
    opened(page, app_url)
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("button", name="1,4-Diazepane").click()
    page.wait_for_url("**basis=carbonyl**")
    settled(page)
    assert number(page, "Target") > 80
    page.get_by_role("button", name="1,4-Diazepane").wait_for(state="detached", timeout=10_000)


def test_the_sheet_of_ones_own_procedure_goes_to_paper_and_notebook(
    page: Any, app_url: str, tmp_path: Path
) -> None:
    """Benzylamine with butanal: charges follow the scale and the purity typed; run sheet, archive and workbook open."""
    opened(page, f"{app_url}/?scale=500+mg")
    page.get_by_role("tab", name="For the bench").click()
    page.get_by_role("button", name="Run sheet").wait_for(timeout=30_000)
    settled(page)
    table = rows(downloaded(page, "Charges (CSV)", tmp_path))
    amine = next(row for row in table if row["role"] == "amine")
    assert float(amine["mass_mg"]) == pytest.approx(500, abs=1)
    sheet = downloaded(page, "Run sheet (HTML, prints on A4)", tmp_path).read_text(encoding="utf-8")
    assert "benzylamine" in sheet
    assert "size: A4" in sheet
    with zipfile.ZipFile(downloaded(page, "Notebook (.eln)", tmp_path)) as archive:
        assert any(name.endswith("ro-crate-metadata.json") for name in archive.namelist())
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(downloaded(page, "Workbook (XLSX)", tmp_path))
    assert book["charges"].max_row == len(table) + 1
    page.get_by_text("Experimental paragraph").click()
    page.get_by_text("Planned, not done yet").wait_for(timeout=10_000)


def test_two_procedures_are_compared_side_by_side(page: Any, app_url: str) -> None:
    """Pin, move the charge, pin again: both stand side by side with their own numbers."""
    opened(page, app_url)
    page.get_by_role("button", name="Pin", exact=True).click()
    page.get_by_role("heading", name="Compare").wait_for(timeout=30_000)
    press(page, "Carbonyl [equiv]", 8)
    page.wait_for_url("**carbonyl_equivalents=1.4**")
    settled(page)
    page.get_by_role("button", name="Pin", exact=True).click()
    page.get_by_role("button", name="Take off").nth(1).wait_for(timeout=30_000)
    settled(page)
    text = words(page.get_by_test_id("stMain"))
    assert "carbonyl 1 eq" in text
    assert "carbonyl 1.4 eq" in text


@pytest.mark.parametrize(("text", "plain"), [("0,9", "0.9"), (" 1.5 eq", "1.5"), ("90 mol%", "0.9")])
def test_a_number_is_typed_as_people_write_it(page: Any, app_url: str, text: str, plain: str) -> None:
    """What is typed stays in its box and gives the answer of the number that is meant."""
    opened(page, f"{app_url}/?carbonyl_equivalents={plain}")
    right = number(page, "Target")
    opened(page, app_url)
    box = page.get_by_label("Carbonyl [equiv], number")
    box.fill(text)
    box.press("Enter")
    page.wait_for_url("**carbonyl_equivalents=**")
    shows(box, text)
    for _ in range(60):  # the address is written before the answer
        settled(page)
        if number(page, "Target") == right:
            break
        page.wait_for_timeout(500)
    assert number(page, "Target") == right


def test_what_may_be_two_numbers_is_refused_and_the_last_answer_stays(page: Any, app_url: str) -> None:
    """1,250 may be thousands: one line says so; what was answered before stays in sight, dimmed."""
    opened(page, app_url)
    box = page.get_by_label("Carbonyl [equiv], number")
    box.fill("1,250")
    box.press("Enter")
    alert = page.get_by_test_id("stAlert")
    alert.wait_for(timeout=30_000)
    assert "1.250 or 1250" in alert.inner_text()
    assert page.locator(".st-key-stale").get_by_test_id("stMetric").count() > 0


def test_on_a_phone_the_aldehyde_is_changed_and_the_answer_read(page: Any, app_url: str) -> None:
    """At 390 pixels both partners are above the answer; a name is completed while one types."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, app_url)
    box = page.get_by_role("combobox", name="Aldehyde or ketone")
    box.click()
    box.press_sequentially("cyclohexano")
    page.get_by_role("option", name="cyclohexanone", exact=True).click()
    page.wait_for_url("**carbonyl=cyclohexanone**")
    settled(page)
    assert number(page, "Target") > 50
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_partners_in_the_wrong_boxes_are_swapped(page: Any, app_url: str) -> None:
    """A ketone in the amine's box: one line says so, and a button puts it right."""
    opened(page, f"{app_url}/?amine=cyclohexanone&carbonyl=benzylamine")
    page.get_by_test_id("stAlert").first.wait_for(timeout=30_000)
    page.get_by_role("button", name="Swap").click()
    page.get_by_test_id("stMetric").first.wait_for(timeout=30_000)
    shows(page.get_by_role("combobox", name="Amine"), "benzylamine")


def test_undo_and_redo_take_back_one_action_each(page: Any, app_url: str) -> None:
    """Two changes, two steps back, one forward: the boxes hold what they held."""
    opened(page, app_url)
    for label, text in (("Carbonyl [equiv], number", "1.2"), ("Hold [h], number", "8")):
        page.get_by_label(label).fill(text)
        page.get_by_label(label).press("Enter")
        page.wait_for_url(f"**={text}**")
        settled(page)
    page.get_by_role("button", name="Undo").click()
    shows(page.get_by_label("Hold [h], number"), "")
    shows(page.get_by_label("Carbonyl [equiv], number"), "1.2")
    page.get_by_role("button", name="Undo").click()
    shows(page.get_by_label("Carbonyl [equiv], number"), "")
    page.get_by_role("button", name="Redo").click()
    shows(page.get_by_label("Carbonyl [equiv], number"), "1.2")


def test_a_link_says_what_it_could_not_bring(page: Any, app_url: str) -> None:
    """An unknown input and an unknown word in a link are named; the rest is taken."""
    opened(page, f"{app_url}/?reductant=Rhodium&carbonyl_equivalent=2&hold_time_h=8")
    text = words(page.get_by_test_id("stMain"))
    assert "Rhodium" in text
    assert "carbonyl_equivalent" in text
    shows(page.get_by_label("Hold [h], number"), "8")


def test_back_moves_between_pages_and_keeps_what_is_set(page: Any, app_url: str) -> None:
    """Steps of a slider make no entries of the history; Back leads to the page before, with the inputs of now."""
    opened(page, app_url)
    before = page.evaluate("history.length")
    press(page, "Carbonyl [equiv]", 3)
    page.wait_for_url("**carbonyl_equivalents=1.15**")
    settled(page)
    assert page.evaluate("history.length") == before
    page.get_by_role("radio", name="Model").click()
    page.get_by_role("heading", name="What was checked").wait_for(timeout=30_000)
    page.go_back()
    page.get_by_text("Predicted split").wait_for(timeout=30_000)
    settled(page)
    shows(page.get_by_label("Carbonyl [equiv], number"), "1.15")


def test_yesterdays_list_comes_back(page: Any, app_url: str, tmp_path: Path) -> None:
    """A plan that was saved is reopened in another session: the list is on its page, the menu is closed."""
    opened(page, f"{app_url}/?page=Recommend&reductants=STAB&additions=all_at_once")
    found(page)
    saved = downloaded(page, "JSON", tmp_path)
    first = page.locator(".st-key-recommendation_1").inner_text()
    opened(page, app_url)
    page.get_by_role("button", name="Reopen").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(saved)
    found(page, press=False)
    assert page.locator(".st-key-recommendation_1").inner_text() == first
    assert page.get_by_test_id("stFileUploaderDropzoneInput").count() == 0


def test_a_peak_list_is_pasted(page: Any, app_url: str) -> None:
    """Masses of the product and of the amine are told apart."""
    opened(page, f"{app_url}/?page=Peaks")
    box = page.get_by_role("textbox", name="Paste m/z")
    box.fill("164.1434 80\n108.0808 15\n220.2060 5")
    box.press("Control+Enter")
    page.get_by_text("Areas by degree").wait_for(timeout=60_000)
    settled(page)
    assert page.get_by_test_id("stException").count() == 0


def test_a_ring_is_closed(page: Any, app_url: str) -> None:
    """A strength typed with a comma answers for the ring and stands in the link; the link brings it back."""
    opened(page, f"{app_url}/?page=Rings")
    page.get_by_test_id("stMetric").filter(has_text="7-membered ring").wait_for(timeout=60_000)
    settled(page)
    usual = number(page, "7-membered ring")
    box = page.get_by_label("Limiting partner [M]")
    box.fill("0,2")
    box.press("Enter")
    page.wait_for_url("**ring_concentration_M=**")
    for _ in range(60):  # the address is written before the answer
        settled(page)
        if number(page, "7-membered ring") != usual:
            break
        page.wait_for_timeout(500)
    strong = number(page, "7-membered ring")
    assert strong < usual
    page.reload()
    page.get_by_test_id("stMetric").filter(has_text="7-membered ring").wait_for(timeout=60_000)
    settled(page)
    shows(page.get_by_label("Limiting partner [M]"), "0,2")
    assert number(page, "7-membered ring") == strong
