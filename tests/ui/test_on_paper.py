"""Sheets on paper: Chromium prints them, and what lies on the page is read by pypdf."""

import io
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.plans.saved import as_plan
from planner.rings.sheet import ring_sheet
from planner.sheets.runsheet import run_sheet
from planner.sheets.sheet import plan_sheet

A4 = (595.3, 841.9)
"""Width and height [1/72 inch]."""
COLUMN_PX = 688
"""What is left of the width of A4 between margins of 14 mm, at 96 dots an inch."""


def own() -> str:
    """Write the sheet of a procedure of one's own, with a feed and a long name."""
    plan = as_plan(
        planner.predict(
            "1,4-diazepane",
            "thiophene-2-carbaldehyde",
            carbonyl_equivalents=0.9,
            addition="slow_carbonyl",
            addition_time_h=2.0,
            draws=16,
        )
    )
    return run_sheet(plan, plan.best, plan_sheet(plan, "250 mg"))


def ring() -> str:
    """Write the sheet of a ring."""
    return ring_sheet(planner.recommend_cyclization("NCCCCC=O"))


class _Cells(HTMLParser):
    """Collect what stands in the cells of tables."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.found = False, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag in ("td", "th") or (self.inside and tag != "tr")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found += data.split()


@pytest.mark.parametrize("made", [own, ring], ids=["run sheet", "ring sheet"])
def test_a_sheet_prints_on_a4_with_every_column(
    browser: Any, tmp_path: Path, made: Callable[[], str]
) -> None:
    """Pages are A4; no table is wider than the paper; every word of every cell is on a page."""
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed: pip install -e '.[uitest]'")
    text = made()
    (tmp_path / "sheet.html").write_text(text, encoding="utf-8")
    page = browser.new_page(viewport={"width": COLUMN_PX, "height": 1000})
    page.emulate_media(media="print")
    page.goto((tmp_path / "sheet.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= COLUMN_PX
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    for one in printed.pages:
        assert (float(one.mediabox.width), float(one.mediabox.height)) == pytest.approx(A4, abs=1.0)
    page.close()
    words = unicodedata.normalize("NFKC", "".join(one.extract_text() for one in printed.pages))
    words = re.sub(r"\s", "", words)
    cells = _Cells()
    cells.feed(text)
    assert len(cells.found) > 20
    assert not [word for word in cells.found if unicodedata.normalize("NFKC", word) not in words]
