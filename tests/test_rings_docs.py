"""The page on rings holds: commands run, its masses, effective molarities and medians are what is computed."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import planner
from planner.cli import main
from planner.rings.book import load_book
from planner.rings.closures import FAR, OWN
from planner.structures.structure import protonated_mass

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "rings.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.splitlines()]
BIS = "Cc1ccc(S(=O)(=O)NCCNS(=O)(=O)c2ccc(C)cc2)cc1"
RUNS: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("CCNCCNCC", "BrCCCBr", {"concentration_M": 0.01, "addition_time_h": 24.0}),
    ("CCNCCNCC", "BrCCCBr", {"concentration_M": 0.1, "addition_time_h": 0.0, "hold_time_h": 36.0}),
    ("NCCN", "BrCCCBr", {"concentration_M": 0.01, "addition_time_h": 24.0}),
    ("NCCN", "BrCCCBr", {"concentration_M": 0.001, "addition_time_h": 24.0, "equivalents": 0.1}),
    (BIS, "BrCCCBr", {"concentration_M": 0.1, "addition_time_h": 0.0}),
)
"""Runs of the page's table, in its order."""


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command: str) -> None:
    """Every command of the page exits with 0."""
    program, *words = shlex.split(command)
    assert program == "planner"
    run = CliRunner().invoke(main, [*words, "--draws", "64"])
    assert run.exit_code == 0, run.stderr


def test_medians_are_those_of_the_page() -> None:
    """The table of rings is what is computed, within a point."""
    said = [
        int(number)
        for number in re.findall(r"^\| .* \| (\d+) \|$", PAGE.partition("## What comes out")[2], re.M)
    ]
    assert len(said) == len(RUNS)
    for wanted, (a, b, asked) in zip(said, RUNS, strict=True):
        assert 100 * planner.cyclize(a, b, **asked).ring.median == pytest.approx(wanted, abs=1.0)


def test_effective_molarities_are_those_of_the_file() -> None:
    """The row of EM is that of the numbers."""
    sizes = re.search(r"^\| ring \| (.*) \|$", PAGE, re.M)
    values = re.search(r"^\| EM \[M\] \| (.*) \|$", PAGE, re.M)
    assert sizes is not None
    assert values is not None
    pairs = zip(sizes[1].split(" | "), values[1].split(" | "), strict=True)
    for size, value in pairs:
        assert float(value) == pytest.approx(load_book().parameters[f"em.{size}"].value)


def test_sizes_and_mass_are_those_of_the_closures() -> None:
    """Each row of the table of rings names the sizes of both closures; diazepane's mass is the one told."""
    rows = re.findall(r"^\| 1,\d-dibromo\w+ \| (\d+) \| (\d+) \|", PAGE, re.M)
    assert len(rows) == 4
    for n, (far, own) in enumerate(rows, start=2):
        closures = planner.cyclize("NCCN", f"Br{'C' * n}Br", draws=4).pair.closures
        assert {c.at: c.size for c in closures} == {FAR: int(far), OWN: int(own)}
    assert protonated_mass("C1CNCCNC1") == pytest.approx(101.1073, abs=5e-5)
    assert "101.1073" in PAGE
