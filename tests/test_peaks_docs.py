"""The worked examples of the docs hold: commands run, every mass is computed, peaks and windows are as told."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import planner
from planner.cli import main
from planner.mixtures.identification import Assignment

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "peaks.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.splitlines()]
MASSES = sorted({float(text) for text in re.findall(r"\b\d{2,3}\.\d{4}\b", PAGE)})
PAIRS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("1,4-diazepane", "thiophene-2-carbaldehyde", {"solvent": "MeOH"}),
    ("1,4-diazepane", "thiophene-2-carbaldehyde", {"reductant": "NaBH3CN"}),
    ("ammonia", "cyclohexanone", {}),
    ("N-methylbenzylamine", "37 % formalin", {}),
    ("CCOC(=O)CN", "isobutyraldehyde", {"reductant": "NaBH4"}),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the page exits with 0."""
    monkeypatch.chdir(ROOT)
    program, *words = shlex.split(command)
    assert program == "planner"
    run = CliRunner().invoke(main, [*words, "--draws", "16"])
    assert run.exit_code == 0, run.stderr


def test_every_mass_is_computed() -> None:
    """Each number with four decimals is an ion of one of the pairs, or the difference of two."""
    ions = sorted(
        {
            ion.mz
            for amine, carbonyl, procedure in PAIRS
            for species in planner.expected_species(amine, carbonyl, draws=4, **procedure)
            for ion in species.ions
        }
    )
    for mass in MASSES:
        is_ion = any(abs(mass - mz) < 1e-4 for mz in ions)
        is_difference = mass < 20 and any(abs(mz + mass - other) < 1.5e-4 for mz in ions for other in ions)
        assert is_ion or is_difference, mass


@cache
def first(reductant: str) -> dict[float, Assignment]:
    """Take the first answer to each peak of the list of the page."""
    table = planner.identify(
        "1,4-diazepane",
        "thiophene-2-carbaldehyde",
        ROOT / "docs" / "peaks.txt",
        draws=64,
        reductant=reductant,
    )
    return {one.mz: one for one in table.assignments if one.rank in (1, None)}


def test_the_list_reads_as_the_page_says() -> None:
    """Products, isotope lines, the borane adduct by its 10B line, N-oxide or hemiaminal, sodium, phthalate."""
    found = first("STAB")
    assert (found[197.1].name, found[293.1].name, found[101.1].name) == ("mono", "di", "amine")
    assert not any(found[mz].is_warned for mz in (197.1, 293.1, 198.1, 199.1, 295.1, 211.1, 210.1, 101.1))
    assert {found[mz].kind for mz in (198.1, 199.1, 295.1, 210.1)} == {"isotope"}
    assert found[211.1].kind == "borane adduct"
    assert found[97.0].kind == "benzyl ion"
    assert {"mono N-oxide", "hemiaminal of the amine"} <= {*found[213.1].name.split(" or ")}
    assert found[195.1].name.startswith("iminium of the amine or imidazolidine")
    assert (found[315.1].name, found[315.1].adduct) == ("di", "[M+Na]+")
    assert "phthalate" in found[149.0].name
    assert found[222.1].rank is None
    assert first("NaBH3CN")[222.1].name.startswith("aminonitrile of the amine")


def test_the_windows_are_those_of_the_page() -> None:
    """PKaH and log P of the three amines as the page's table has them, and where each goes."""
    run = planner.purification("1,4-diazepane", "thiophene-2-carbaldehyde", draws=64)
    parts = {part.name: part for part in run.parts}
    rows = re.findall(r"^\| (di|mono|1,4-diazepane) \| ([\d.]+), ([\d.]+) \| (-?[\d.]+) \|", PAGE, re.M)
    assert len(rows) == 3
    for name, first_pKaH, second, log_p in rows:
        own = parts["amine" if name == "1,4-diazepane" else name].properties
        assert own.pKaH[:2] == pytest.approx((float(first_pKaH), float(second)), abs=0.051)
        assert own.log_p == pytest.approx(float(log_p), abs=0.051)
    assert 6.0 <= run.scheme.low <= 7.0
    assert 9.0 <= run.scheme.high <= 10.5
    held = [
        max("ABW", key=lambda phase: parts[name].shares["ABW".index(phase)][0])
        for name in ("di", "mono", "amine")
    ]
    assert held == ["A", "B", "W"]
