"""The page of libraries: its commands, columns, words and figures are those of the program."""

import re
from pathlib import Path

from planner.app.library import MOST_PAIRS
from planner.cli.commands import main
from planner.library import answers, judging, manifests, plates, problems, screened, walking, work
from planner.library.partners import NOT_COVERED, PLANNED, REGULATED, UNREADABLE
from planner.library.rows import OWN

PAGE = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")


def test_commands_and_their_options_are_there() -> None:
    """Every option that the page gives to a command is one of it."""
    lines = [line for line in PAGE.splitlines() if line.startswith(("planner screen", "planner plate"))]
    assert len(lines) >= 3
    for line in lines:
        command = main.commands[line.split()[1]]
        known = {name for option in command.params for name in option.opts}
        assert set(re.findall(r"--[\w-]+", line)) <= known, line
    for option in ("--resume", "--pairs", "--cluster", "--solvents", "--most-recipes", "--stock"):
        assert any(option in p.opts for c in ("screen", "plate") for p in main.commands[c].params)


def test_columns_files_and_words_are_there() -> None:
    """Columns, files and statuses of the page are those that are written."""
    for word in (
        *OWN,
        screened.SUMMARY,
        screened.PAGE,
        manifests.MANIFEST,
        manifests.PART_LIST,
        PLANNED,
        REGULATED,
        NOT_COVERED,
        UNREADABLE,
    ):
        assert word in PAGE, word


def test_figures_are_those_of_the_program() -> None:
    """Draws, shares and bounds that the page states are constants of the program."""
    for figure in (
        f"{judging.JUDGING_DRAWS} draws",
        f"{walking.WALK_DRAWS} draws",
        f"{answers.ANSWER_DRAWS} draws",
        f"each {work.ONE_IN} pairs",
        f"{100 * plates.OFTEN:.0f} %",
    ):
        assert figure in PAGE, figure
    assert f"{MOST_PAIRS:,} pairs" in PAGE
    words = {8: "eight", 6: "six", 1: "one", 3: "three", 4: "four", 5: "five"}
    assert f"{words[len(problems.SEARCHES) + 1]} of its pairs" in PAGE
    assert f"up to {words[walking.STEPS]} steps" in PAGE
    assert f"more than {words[round(100 * work.POOR)]} points" in PAGE
    assert f"more than {words[round(100 * plates.GIVE_UP)]} points" in PAGE
    assert f"{words[screened.LARGEST_PAGE // 1_000_000]} million cells" in PAGE
