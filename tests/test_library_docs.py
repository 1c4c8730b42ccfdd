"""The page of libraries: its commands, columns, words and figures are those of the program."""

import csv
import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from planner.app.library import MOST_PAIRS
from planner.cli.commands import main
from planner.library import (
    answers,
    cases,
    following,
    manifests,
    plates,
    problems,
    screened,
    sharing,
    shortlists,
    wells,
    work,
)
from planner.library.partners import NOT_COVERED, PLANNED, REGULATED, UNREADABLE
from planner.library.rows import OWN
from planner.library.screening import PART_ROWS
from planner.plans import leading, walking
from planner.plans.ranking import RANKING_DRAWS
from planner.plans.shortlist import REPORT_DRAWS

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


# --- figures ---

RECORDS = Path(__file__).parent / "benchmarks"
RATES = tomllib.loads((RECORDS / "library_rates.toml").read_text(encoding="utf-8"))
"""What the last run with ``--sample`` took."""
WHOLE = tomllib.loads((RECORDS / "library_whole.toml").read_text(encoding="utf-8"))
"""What a screen of the whole lists took."""
EACH_MS = WHOLE["of_a_pair_ms"] - WHOLE["by_step_ms"]["searching"]
"""Processor time of a pair of them without its share of the searches [ms]."""


@cache
def apart() -> dict[str, float]:
    """Read how far the library's choices are from those of `recommend`, from a record of that."""
    with (RECORDS / "library_agree.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["gap_points"]]
    gaps = [float(row["gap_points"]) for row in rows]
    again = [float(row["twice_gap_points"]) for row in rows]
    far = [row for row in rows if abs(float(row["gap_points"])) > 1]
    return {
        "pairs": len(rows),
        "within 1": 100 * sum(abs(gap) <= 1 for gap in gaps) / len(gaps),
        "within 3": 100 * sum(abs(gap) <= 3 for gap in gaps) / len(gaps),
        "short 1": sum(gap < -1 for gap in gaps),
        "short 3": sum(gap < -3 for gap in gaps),
        "again within 1": 100 * sum(abs(gap) <= 1 for gap in again) / len(gaps),
        "again within 3": 100 * sum(abs(gap) <= 3 for gap in again) / len(gaps),
        "apart": len(far),
        "ahead": sum(float(row["score"]) > float(row["own_score"]) for row in far),
    }


def hours(pairs: float, cores: float) -> float:
    """Say how long some cores would take at the rate of the whole lists, searches apart [h]."""
    return pairs * EACH_MS / 1e3 / cores / 3600


def parts_of(rows: float) -> float:
    """Count the parts of some rows each that 10^8 pairs make, to two digits."""
    return float(f"{1e8 / rows:.1e}")


@cache
def refused(status: str) -> int:
    """Count the pairs of the record of refusals that have this status; none of them is an error."""
    with (RECORDS / "library_refusals.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["status"] for row in rows} == {NOT_COVERED, REGULATED}
    return sum(int(row["pairs"]) for row in rows if row["status"] == status)


FIGURES: tuple[tuple[str, str, Callable[[], Sequence[float]]], ...] = tuple(
    ("library.md", words, today)
    for words, today in (
        (
            r"of a piece \((\d+) of one problem, ([\d,]+) in a library of ([\d,]+) and more\)",
            lambda: [problems.CHUNK, problems.LARGE_CHUNK, problems.LARGE],
        ),
        (r"searches, with (half) the trials", lambda: [shortlists.EFFORT]),
        (r"goes through the notebook's\s+numbers on (\d+) draws", lambda: [cases.JUDGING_DRAWS]),
        (r"a walk of up to (\w+) steps", lambda: [walking.STEPS]),
        (r"take up to (\w+) steps from the best", lambda: [following.STEPS]),
        (r"lost more than (\w+) point there", lambda: [100 * following.NEVER]),
        (r"as in `recommend`, where it is not clear on the same (\d+) draws", lambda: [RANKING_DRAWS]),
        (r"the best, within (\d+) points of score", lambda: [100 * sharing.ALIKE]),
        (r"mean the same within ([\d.]+) points", lambda: [100 * sharing.SAME]),
        (r"short list serves (\d+) point better", lambda: [100 * following.LEAST_OWN]),
        (
            r"of ([\d,]+) amines and (\d+) carbonyl compounds of patents",
            lambda: [RATES["whole_amines"], RATES["whole_carbonyls"]],
        ),
        (
            r"beside it\): ([\d,]+) pairs are not covered, ([\d,]+) regulated",
            lambda: [refused(NOT_COVERED), refused(REGULATED)],
        ),
        (r"for one to (\w+) of its pairs", lambda: [len(problems.SEARCHES) + 1]),
        (r"served more than (\w+) points below", lambda: [100 * work.POOR]),
        (r"at most one for each (\d+) pairs", lambda: [work.ONE_IN]),
        (r"at full accuracy on (\d+) draws", lambda: [answers.ANSWER_DRAWS]),
        (r"up to (\w+) million cells", lambda: [screened.LARGEST_PAGE / 1e6]),
        (r"not drawn above (\w+) million cells", lambda: [screened.LARGEST_PAGE / 1e6]),
        (r"lays out (\d+) or (\d+) wells", lambda: list(wells.SHAPES)),
        (r"in (\d+) % of the draws, it gives up", lambda: [100 * plates.OFTEN]),
        (r"no more than (\w+) points against the best", lambda: [100 * plates.GIVE_UP]),
        (r"and (\w+) of the worst explained", lambda: [wells.WORST]),
        (r"does the same for up to ([\d,]+) pairs", lambda: [MOST_PAIRS]),
        (r"Above ([\d,]+) pairs the page", lambda: [MOST_PAIRS]),
        (r"judged on the ([\d,]+) draws of `recommend`", lambda: [REPORT_DRAWS]),
        (
            r"of (\d+) pairs by chance from ([\d,]+) amines and (\d+) carbonyl",
            lambda: [apart()["pairs"], RATES["whole_amines"], RATES["whole_carbonyls"]],
        ),
        (
            r"within one point of its own for ([\d.]+) % and within three for ([\d.]+) %",
            lambda: [apart()["within 1"], apart()["within 3"]],
        ),
        (
            r"(\w+) pairs? \(([\d.]+) %\) (?:is|are) more than a point short of it, (\w+) more than three",
            lambda: [apart()["short 1"], 100 * apart()["short 1"] / apart()["pairs"], apart()["short 3"]],
        ),
        (r"Of the (\d+) that are apart (\w+) (?:is|are) ahead", lambda: [apart()["apart"], apart()["ahead"]]),
        (
            r"With (twice) the trials `recommend` itself is within one point of its own for ([\d.]+) % of these pairs "
            r"and within three for ([\d.]+) %",
            lambda: [2, apart()["again within 1"], apart()["again within 3"]],
        ),
        (
            r"gives (\d+) points more of the target than the best of these, too, as it is and with ([\d.]+) of what",
            lambda: [100 * leading.NEARLY_GIVEN_UP, leading.LITTLE_MORE],
        ),
        (
            r"else used: ([\d,]+) pairs \((\d+) by (\d+), by chance\) took (\d+) s; ([\d,]+) were planned",
            lambda: [RATES[key] for key in ("pairs", "partners", "partners", "wall_s", "planned")],
        ),
        (r"reading a partner \| (\d+) ms", lambda: [RATES["partner_ms"]]),
        (r"a search \| ([\d.]+) s \((\d+) here\)", lambda: [RATES["search_s"], RATES["searches"]]),
        (r"gate, warnings \| (\d+) ms", lambda: [RATES["of_a_pair"]["reading_ms"]]),
        (r"and walking \| (\d+) ms", lambda: [RATES["of_a_pair"]["judging_ms"]]),
        (r"with caveats \| (\d+) ms", lambda: [RATES["of_a_pair"]["predicting_ms"]]),
        (
            r"Memory was ([\d.]+) GB for the one who asks and ([\d.]+) GB for a worker",
            lambda: [RATES["asking_MB"] / 1e3, RATES["worker_MB"] / 1e3],
        ),
        (r"takes some (\d+) bytes", lambda: [round(RATES["row_bytes"], -2)]),
        (
            r"All ([\d,]+) pairs of the same lists \(([\d,]+) amines, (\d+) carbonyl compounds\) took ([\d.]+) h",
            lambda: [WHOLE["pairs"], RATES["whole_amines"], RATES["whole_carbonyls"], WHOLE["wall_h"]],
        ),
        (r"wanted: ([\d,]+) were planned", lambda: [WHOLE["planned"]]),
        (
            r"took ([\d.]+) hours of processor time, (\d+) ms a pair",
            lambda: [WHOLE["core_hours"], WHOLE["of_a_pair_ms"]],
        ),
        (
            r"with ([\d,]+) searches for kinds and ([\d,]+) for single pairs",
            lambda: [WHOLE["searches"], WHOLE["own_searches"]],
        ),
        (
            r"judging (\d+) ms of a pair, searches (\d+) ms, reading (\d+) ms, predicting (\d+) ms",
            lambda: [
                WHOLE["by_step_ms"]["judging"],
                WHOLE["by_step_ms"]["searching"] + WHOLE["by_step_ms"]["searching_for_single_pairs"],
                WHOLE["by_step_ms"]["reading"], WHOLE["by_step_ms"]["predicting"],
            ],
        ),
        (
            r"the one who asked held ([\d.]+) GB of memory and each worker up to ([\d.]+) GB",
            lambda: [WHOLE["asking_MB"] / 1e3, WHOLE["worker_MB"] / 1e3],
        ),
        (r"predicting take (\d+) core-days", lambda: [hours(1e8, 1) / 24]),
        (r"250 cores take (\d+) hours", lambda: [hours(1e8, 250)]),
        (r"Each of ([\d,]+) parts of ([\d,]+) rows", lambda: [parts_of(PART_ROWS), PART_ROWS]),
        (r"Then disks: (\d+) GB of rows", lambda: [round(1e8 * RATES["row_bytes"] / 1e9, -1)]),
    )
)  # fmt: skip
"""How the page words its figures, and what gives them today; ``test_figures`` holds them."""
