"""Remake the pictures of the README: ``python tests/ui/screenshots.py`` writes docs/plan.png and docs/recommend.png.

With a folder as argument, every page is drawn there at desk, half and phone width, light and dark, to look at.
"""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from steps import found, opened, pasted, screened

from conftest import CHROMIUM, free_port, serve

DOCS = Path(__file__).parents[2] / "docs"
PLAN = "/?carbonyl_equivalents=1.1&addition=slow_carbonyl&addition_time_h=3&max_over_alkylation=0.1"
RECOMMEND = "/?page=Recommend&max_over_alkylation=0.05"
MODEL, PEAKS, LEARN = "/?page=Model", "/?page=Peaks", "/?page=Learn"
RINGS, LIBRARY = "/?page=Rings", "/?page=Library&reductants=STAB&additions=all_at_once"
TALLEST = 6000
CLOSED = 768
"""Width below which the panel is closed at first [px]."""


def shoot(
    browser: Any, url: str, path: Path, *, width: int, height: int | None = None, dark: bool = False
) -> None:
    """Draw one page; without a height, all of it."""
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": width, "height": height or 900}, color_scheme=scheme)
    page = opened(context.new_page(), url)
    if "Recommend" in url:
        found(page)
    if "Library" in url:
        pasted(page, "NCc1ccccc1 A1\nC1CCNCC1\nnonsense\nCCCCN", "CCCC=O C1\nbenzaldehyde\ncyclohexanone")
        screened(page, 12)
        page.get_by_role("button", name="Lay out a plate").click()
        page.get_by_text("Recipes", exact=True).wait_for(timeout=120_000)
    page.wait_for_timeout(2500)  # pictures fade in
    if height is None:
        heights = [
            page.get_by_test_id(part).evaluate("e => e.scrollHeight")
            for part in ("stMain", "stSidebarContent")
        ]
        tall = heights[0] if width < CLOSED else max(heights)
        page.set_viewport_size({"width": width, "height": min(TALLEST, tall + 20)})
        page.wait_for_timeout(1500)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    context.close()


def main() -> None:
    """Draw the README's two pictures, or every page into the folder given."""
    port = free_port()
    process = serve(port)
    url = f"http://127.0.0.1:{port}"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            if len(sys.argv) == 1:
                shoot(browser, url + PLAN, DOCS / "plan.png", width=1440, height=1180)
                shoot(browser, url + RECOMMEND, DOCS / "recommend.png", width=1440, height=1180)
                return
            folder = Path(sys.argv[1])
            for name, address in (
                ("plan", PLAN),
                ("recommend", RECOMMEND),
                ("peaks", PEAKS),
                ("learn", LEARN),
                ("rings", RINGS),
                ("library", LIBRARY),
                ("model", MODEL),
            ):
                for width in (1440, 720, 390):
                    for dark in (False, True):
                        path = folder / f"{name}_{width}{'_dark' if dark else ''}.png"
                        shoot(browser, url + address, path, width=width, dark=dark)
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
