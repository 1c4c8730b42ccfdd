"""Every command and snippet of the README runs as it stands there, and gives what is printed beneath it."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

import planner
from pages import begins, unit
from planner.cli import main
from scripts import BENCHMARKS

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
PRINTED = dict(re.findall(r"```sh\n([^\n]+)\n```\s*```text\n(.*?)```", TEXT, re.S))
"""What a command of the README prints, as the README shows it."""
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", TEXT, re.S)
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
    """The commands of the README, one after the other in one folder, exit with 0 and print what it shows, in order."""
    monkeypatch.chdir(tmp_path)
    copytree(README.parent / "docs", tmp_path / "docs")
    assert len(set(PRINTED) & set(RUNNABLE)) == len(PRINTED) == 2
    for command in RUNNABLE:
        run = CliRunner().invoke(main, words_of(command))
        assert run.exit_code == 0, f"{command}: {run.stderr}\n{run.exception!r}"
        lines = iter(run.stdout.splitlines())
        for shown in filter(str.strip, PRINTED.get(command, "").splitlines()):
            assert any(begins(line, shown) for line in lines), (
                f"{command} does not print:\n{shown}\n{run.stdout}"
            )


def test_the_look_at_what_is_printed_sees_other_numbers() -> None:
    """Numbers may differ by one in their last digit and no more, words not at all; what follows does not count."""
    assert begins("  1   83   86.4  CCCC and more", "1 84 86.5 CCCC")
    assert not begins("1 82", "1 84")
    assert not begins("1 CCC", "1 CCCC")
    assert not begins("1", "1 84")


DEFAULTS = {
    "formaldehyde": "C=O",
    "n-alkanal": "CCCC=O",
    "alpha-branched aldehyde": "CC(C)C=O",
    "aryl aldehyde": "O=Cc1ccccc1",
    "cyclohexanone": "O=C1CCCCC1",
    "acyclic ketone": "CC(C)=O",
    "aryl ketone": "CC(=O)c1ccccc1",
}
"""What stands for a row of the README's table, beside butylamine."""


def written(value: float) -> str:
    """A per cent as the table writes it: two digits below ten, none behind the point from there on."""
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")


def test_what_the_default_numbers_say() -> None:
    """Each row of the table is what is predicted, to the rounding of its digits and one part in thirty."""
    rows = re.findall(
        r"^\| n-alkylamine \+ ([\w -]+?)( \(1 eq AcOH\))? \| ([^|]+) \| ([^|]+) \|$", TEXT, re.M
    )
    assert {name for name, *_ in rows} == set(DEFAULTS)
    wrong = []
    for name, acid, medians, span in rows:
        p = planner.predict(
            "CCCCN", DEFAULTS[name], reductant="STAB", carbonyl_equivalents=1.0, addition="all_at_once",
            acid_equivalents=1.0 if acid else 0.0, hold_time_h=24.0, draws=1024,
        )  # fmt: skip
        found = [100 * x for x in (*(i.median for i in p.products), p.products[2].low, p.products[2].high)]
        words = [*medians.split(" / "), *span.strip().split("-")]
        pairs = zip(words, found, strict=True)
        if any(abs(float(word) - value) > 0.51 * unit(word) + value / 30 + 0.05 for word, value in pairs):
            *all_medians, low, high = map(written, found)
            wrong.append(f"{name}: now {' / '.join(all_medians)} | {low}-{high}")
    assert not wrong, "\n".join(wrong)


PAGES = (
    (r"a share of ([\d.]+) after one run", "LEARNING.md", r"\| 1 \| ([\d.]+) \+-"),
    (r"after one run and ([\d.]+) after three", "LEARNING.md", r"\| 3 \| ([\d.]+) \+-"),
    (r"after three, at ([\d.]+) and", "LEARNING.md", r"\| 1 \| [\d.]+ \+- [\d.]+ \| [\d.]+ \| ([\d.]+) "),
    (
        r"at [\d.]+ and ([\d.]+) of the width",
        "LEARNING.md",
        r"\| 3 \| [\d.]+ \+- [\d.]+ \| [\d.]+ \| ([\d.]+) ",
    ),
    (r"(\d+) patent procedures \(no yield above", "VALIDATION.md", r"(\d+) of \d+ rows hold \(asked"),
    (r"90 % interval ([\d.]+) wide", "VALIDATION.md", r"width of the 90 % interval (?:[\d.]+ → )?([\d.]+)"),
    (r"(\d+) of \d+ statements of order", "VALIDATION.md", r"(\d+) of \d+ statements hold on medians"),
    (r"(\d+) statements of order", "VALIDATION.md", r"\d+ of (\d+) statements hold on medians"),
    (r"\(Spearman ([\d.]+)\)", "VALIDATION.md", r"Spearman's rho (?:[\d.]+ → )?([\d.]+)"),
    (
        r"(\d+) of the \d+ upper bounds exceed 99",
        "VALIDATION.md",
        r"(\d+) of the \d+ upper bounds lie above 99",
    ),
    (r"(\d+) yields lie below the predicted 5", "VALIDATION.md", r"(\d+) yields lie below the predicted 5"),
    (r"(\d+) of them by more than isolation", "VALIDATION.md", r"(\d+) of them by more than the 20 %"),
    (r"(\d+) of \d+ first plans agree", "ADVICE.md", r"(\d+) first plans agree"),
    (r"\d+ of (\d+) first plans agree", "ADVICE.md", r"(\d+) pairs; "),
    (r"reductant agrees in (\d+) when it is free", "ADVICE.md", r"\| free \| (\d+) of 16"),
    (r"([\d.]+) % of the 90 % intervals of the split", "COVERAGE.md", r"\| shipped model \| ([\d.]+)"),
    (r"mean width of ([\d.]+) points", "COVERAGE.md", r"\| shipped model \| [^|]*\|[^|]*\| ([\d.]+)"),
    (r"parts of the flask, cover ([\d.]+) %", "COVERAGE.md", r"\| reference model \| ([\d.]+)"),
    (r"holds in (\d+) % of the draws", "PARTS.md", r"than benzaldehyde does \| (?:\d+ \| ){6}(\d+)"),
    (r"parts of the flask in (\d+) %", "PARTS.md", r"than benzaldehyde does \| (\d+)"),
    (r"\d+ of the (\d+) upper bounds", "VALIDATION.md", r"\d+ of the (\d+) upper bounds lie above 99"),
    (r"cover [\d.]+ % at ([\d.]+)\.", "COVERAGE.md", r"\| reference model \| [^|]*\|[^|]*\| ([\d.]+)"),
    (
        r"hindered amine in dilute solution: (\d+) %",
        "COVERAGE.md",
        r"\| 10 \| `CNC1CCCCC1` [^|]*\|[^|]*\| \*\*(\d+)",
    ),
    (r"on (\d+) simulated pairs", "LEARNING.md", r"; (\d+) truths"),
    (r"best, on (\d+) simulated substrates", "OPPONENTS.md", r"runs of the same (\d+) substrates"),
    *(
        (
            rf"\| {row} \| " + r"[>\d ]+ \| " * column + r"((?:> )?\d+) \|",
            "OPPONENTS.md",
            rf"group: {heading} \| player .*?\| {player} \| \d+ \| (?:> )?\d+, ((?:> )?\d+),",
        )
        for row, heading in (("carbonyl free", "free"), ("at most 1.1 eq", "at most 1.1"))
        for column, player in enumerate(("planner", "BayBE", "Gaussian process", "random"))
    ),
)
"""A figure of the README, the page that it is taken from, and how that words it."""


@pytest.mark.parametrize(("said", "page", "there"), PAGES)
def test_figures_are_those_of_their_pages(said: str, page: str, there: str) -> None:
    """A figure that sums up a page of the benchmarks is the one that stands there."""
    texts = (TEXT, (BENCHMARKS / page).read_text(encoding="utf-8"))
    words = [re.search(how, " ".join(text.split())) for how, text in zip((said, there), texts, strict=True)]
    assert all(words), f"no longer worded so: {said!r} or {there!r}"
    assert len({found[1] for found in words if found}) == 1, [found[0] for found in words if found]


def test_a_command_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Started afresh, as a shell does, the README's first command exits with 0 and prints its table."""
    run = subprocess.run(
        [sys.executable, "-c", "from planner.cli import main; main()", *words_of(RUNNABLE[0])],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "degree    mean  median" in run.stdout


SNIPPETS = [
    block
    for page in (README, *sorted((README.parent / "docs").glob("*.md")))
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
]
"""Of the README and of the pages of ``docs``."""


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet_runs(snippet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python snippet of the README, or of a page, runs from top to bottom."""
    monkeypatch.chdir(tmp_path)
    copytree(README.parent / "docs", tmp_path / "docs")
    (tmp_path / "amines.smi").write_text("NCc1ccccc1 A1\nCCCCN A2\n")
    (tmp_path / "carbonyls.csv").write_text("id,smiles\nC1,CCCC=O\n")
    script = tmp_path / "snippet.py"
    script.write_text(snippet, encoding="utf-8")
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
