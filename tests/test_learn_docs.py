"""The page about learning holds: its commands run one after the other, and its numbers are what they print."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import planner
from planner.calibration.checking import check_runs
from planner.calibration.headings import COLUMNS, read_heading
from planner.cli import main

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "learn.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.splitlines()]
TABLE = re.findall(
    r"\| (\w) \| (\w+) \| (\d+) \| (\d+) \((\d+) to (\d+)\) \| (\d+) \((\d+) to (\d+)\) \|", PAGE
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with the runs of the page."""
    place = tmp_path_factory.mktemp("learn")
    (place / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "runs.csv", place / "docs" / "runs.csv")
    return place


def test_commands_and_snippet_run_in_their_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the page exits with 0, in the order of the page, and the snippet runs after them."""
    monkeypatch.chdir(folder)
    for command in COMMANDS:
        program, *words = shlex.split(command)
        assert program == "planner"
        run = CliRunner().invoke(main, words)
        assert run.exit_code == 0, f"{command}: {run.stderr}"
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    exec(compile(snippet, "learn.md", "exec"), {})


def test_the_table_is_what_is_printed() -> None:
    """Found, before and after of the page are those of its runs, within what another processor draws."""
    checks = {(c.run, c.part): c for c in check_runs(planner.calibrate(ROOT / "docs" / "runs.csv"))}
    assert len(TABLE) == 3
    for run, part, *numbers in TABLE:
        c = checks[run, part]
        found, *before_and_after = (int(number) / 100 for number in numbers)
        assert c.found == pytest.approx(found, abs=0.006)
        computed = (c.before, c.before_low, c.before_high, c.after, c.after_low, c.after_high)
        for stated, value in zip(before_and_after, computed, strict=True):
            assert stated == pytest.approx(value, abs=0.04), (run, part)


def test_every_column_and_heading_of_the_page_is_read() -> None:
    """Each column that the page lists is the contract's, and each heading of its examples is understood."""
    listed = re.findall(r"^\| (`.*?) \|", PAGE, re.M)
    for name in re.findall(r"`(\w+)`", " ".join(listed)):
        assert name in COLUMNS or name == "carbonyl_assay", name
    (examples,) = re.findall(r"with their unit: (.*?)\.\s", PAGE, re.S)
    for title in re.findall(r"`([^`]+)`", examples):
        found = read_heading(title)
        assert found is not None, title
        assert found.unit is not None, title
