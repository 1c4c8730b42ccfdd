"""Every command and snippet of the README runs as it stands there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.cli import main

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines() if line.strip()]
SETUP = [c for c in COMMANDS if "-m venv" in c]
RUNNABLE = [
    c
    for c in COMMANDS
    if c not in SETUP and " app" not in c and "pytest" not in c and "tests/benchmarks" not in c
]


def test_two_commands_set_everything_up() -> None:
    """There are two one-line set-up commands: one ends in a recommendation as CSV, one in the tests."""
    assert len(SETUP) == 2
    assert "planner recommend" in SETUP[0]
    assert "--csv" in SETUP[0]
    assert SETUP[1].endswith("-m pytest -q")
    assert all(command.startswith("python3 -m venv") for command in SETUP)
    assert "dev" not in SETUP[0]  # the first installs no test tools


def words_of(command: str) -> list[str]:
    """Split a command and take its program off."""
    program, *words = shlex.split(command)
    assert program.endswith("planner")
    return words


def test_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of the README, one after the other in one folder, exit with 0."""
    monkeypatch.chdir(tmp_path)
    for command in RUNNABLE:
        run = CliRunner().invoke(main, words_of(command))
        assert run.exit_code == 0, f"{command}: {run.stderr}\n{run.exception!r}"


def test_a_command_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Started afresh, as a shell does, the README's first command exits with 0 and prints its table."""
    run = subprocess.run(
        [sys.executable, "-c", "from planner.cli import main; main()", *words_of(RUNNABLE[0])],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "degree    mean  median" in run.stdout


@pytest.mark.parametrize("snippet", [block for kind, block in BLOCKS if kind == "python"])
def test_snippet_runs(snippet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python snippet of the README runs from top to bottom."""
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, README.name, "exec"), {"__name__": "__main__"})
