"""Steps of a chemist in the browser, in words."""

import csv
import re
from pathlib import Path
from typing import Any

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def settled(page: Any) -> None:
    """Wait until the page has its answer."""
    page.wait_for_selector(READY, timeout=60_000)


def opened(page: Any, url: str) -> Any:
    """Open an address and wait for its answer."""
    page.goto(url)
    page.get_by_test_id("stSidebarContent").wait_for(state="attached", timeout=60_000)
    settled(page)
    return page


def found(page: Any, *, press: bool = True) -> None:
    """Press the button that searches, and wait for the list."""
    if press:
        page.get_by_role("button", name="Find procedures").click()
    page.get_by_role("button", name="Open in Plan").first.wait_for(timeout=120_000)
    settled(page)


def pasted(page: Any, amines: str, carbonyls: str) -> None:
    """Paste two lists into the page of libraries."""
    for label, text in (("Amines", amines), ("Aldehydes and ketones", carbonyls)):
        box = page.get_by_role("textbox", name=label)
        box.fill(text)
        box.press("Control+Enter")
        settled(page)


def screened(page: Any, n_pairs: int) -> None:
    """Press the button that screens so many pairs, and wait for the matrix."""
    page.get_by_role("button", name=f"Screen {n_pairs} pairs").click(timeout=60_000)
    page.get_by_role("heading", name="Pairs", exact=True).wait_for(timeout=300_000)
    settled(page)


def still(page: Any, mark: Any, seconds: float = 0.7) -> None:
    """Wait until a mark of a chart has not been drawn anew for a while: a chart is laid out again with its page."""
    for _ in range(40):
        handle = mark.element_handle(timeout=30_000)
        page.wait_for_timeout(1000 * seconds)
        if handle.evaluate("it => it.isConnected"):
            return
    raise AssertionError("the chart is drawn anew without end")


def number(page: Any, label: str) -> int:
    """Read a number off the screen, in whole per cent."""
    found = page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")
    return round(float(re.sub(r"[^0-9.]", "", found.inner_text())))


def words(place: Any) -> str:
    """Read what stands at a place, with plain spaces between numbers and their units."""
    return str(place.inner_text()).replace("\u00a0", " ")


def chosen(box: Any, text: str) -> None:
    """Type into a box that completes names, and take what was typed."""
    box.click()
    box.fill(text)
    box.press("Enter")


def press(page: Any, label: str, times: int, key: str = "ArrowRight") -> None:
    """Move a slider by the arrow keys, as a keyboard user does."""
    slider = page.get_by_role("slider", name=label)
    slider.focus()
    for _ in range(times):
        slider.press(key)


def downloaded(page: Any, label: str, folder: Path) -> Path:
    """Press a download button and keep the file."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).first.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def watched(page: Any, origin: str) -> list[str]:
    """Collect what must not happen: console errors, uncaught errors, requests off this machine."""
    seen: list[str] = []
    local = (origin, origin.replace("http", "ws", 1), "data:", "blob:")

    def said(message: Any) -> None:
        if message.type == "error" and not _is_overtaken_download(message):
            seen.append(f"console: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda e: seen.append(f"uncaught: {e}"))
    page.on("request", lambda r: None if r.url.startswith(local) else seen.append(f"request: {r.url}"))
    return seen


def _is_overtaken_download(message: Any) -> bool:
    """Tell Streamlit's own complaint when a rerun replaces a file while its page still asks after the old one."""
    of_media = "/media/" in message.location.get("url", "") and "404" in message.text
    return of_media or "Download Button source error - 404" in message.text


def shows(box: Any, text: str) -> None:
    """Wait until a box holds a text."""
    from playwright.sync_api import expect

    expect(box).to_have_value(text, timeout=15_000)  # a busy machine draws slowly
