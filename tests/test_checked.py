"""What the Model page says was checked is what the page of the checks says."""

import sys
from pathlib import Path

from planner.app.model import CHECKED, checked_rows

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))
from checked import FILE, file_text


def test_the_model_page_says_what_the_checks_found() -> None:
    """The app's file is what its script makes of VALIDATION.md today; every row has every column."""
    assert FILE.read_text(encoding="utf-8") == file_text()
    rows = checked_rows()
    assert len(rows) > 8
    assert all(set(row) == set(CHECKED) for row in rows)
