"""The worked examples of the docs hold: commands run, every mass is computed, peaks and windows are as told."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import planner
from planner.cli import main
from planner.mixtures.identification import Assignment, PeakTable

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


EXAMPLES = {
    "peaks_ammonia.csv": (("ammonia", "cyclohexanone"), {}),
    "peaks_formalin.csv": (("N-methylbenzylamine", "37 % formalin"), {}),
    "peaks_ester.csv": (("CCOC(=O)CN", "isobutyraldehyde"), {"reductant": "NaBH4"}),
}


@cache
def read(file: str) -> PeakTable:
    """Identify one of the further lists of the page."""
    pair, procedure = EXAMPLES[file]
    return planner.identify(*pair, ROOT / "docs" / file, draws=64, **procedure)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "peaks_ammonia.csv",
            {
                100.1123: "mono",
                182.19: "di",
                98.0961: "imine of the amine",
                180.1751: "imine of mono",
                196.2236: "di.BH3",
                391.2843: "phthalate",
            },
        ),
        (
            "peaks_formalin.csv",
            {
                136.1124: "mono",
                122.0961: "amine",
                91.054: "arylmethyl ion from mono",
                134.0967: "iminium of the amine",
                150.1446: "mono.BH3",
                152.1068: "mono N-oxide",
            },
        ),
        (
            "peaks_ester.csv",
            {
                160.1334: "mono",
                182.1148: "mono",
                104.0709: "amine",
                158.1173: "imine of the amine",
                115.0505: "diketopiperazine",
                146.1172: "methyl ester of mono",
                132.1022: "acid of mono",
            },
        ),
    ],
)
def test_the_further_lists_read_as_the_page_says(file: str, expected: dict[float, str]) -> None:
    """Every named peak is what the table of its section says, none of them by chance."""
    first = {one.mz: one for one in read(file).assignments if one.rank in (1, None)}
    for mz, name in expected.items():
        assert name in first[mz].name
        assert not first[mz].is_warned
    assert first[182.1148].adduct == "[M+Na]+" if file == "peaks_ester.csv" else True
    lines = {one.mz for one in first.values() if one.kind == "isotope"}
    assert lines
    assert not lines & set(expected)


def test_ammonia_and_a_ketone_part_by_log_p() -> None:
    """Di goes with the first layer, mono with the second, ammonia stays; mono is distilled, last of all."""
    run = planner.purification("ammonia", "cyclohexanone", draws=64)
    share = {part.name: [s[0] for s in part.shares] for part in run.parts}
    assert share["di"][0] > 0.5 > share["mono"][0]
    assert share["mono"][1] > 0.6
    assert share["amine"][2] > 0.8
    assert run.steps[-1].heats
    assert run.steps[-1].title == "Distil"
    assert "strip nothing" in next(step.words for step in run.steps if step.title == "Dry")
    assert 8.0 <= run.scheme.low <= 9.0
    assert 10.5 <= run.scheme.high <= 11.5


def test_methylation_needs_one_window() -> None:
    """Amine and product go together, and the flask has made them pure enough: one extraction, no column."""
    run = planner.purification("N-methylbenzylamine", "37 % formalin", draws=64)
    assert run.scheme.low is None
    assert 9.5 <= run.scheme.high <= 10.5
    assert run.scheme.purity >= 0.94
    share = {part.name: part.shares[1][0] for part in run.parts}
    assert min(share["mono"], share["amine"]) > 0.9
    assert not {"Column", "Preparative HPLC"} & {step.title for step in run.steps}


def test_an_amino_ester_meets_no_hydroxide() -> None:
    """Carbonate to pH 10, no hydroxide and no ammonia; the product goes into the solvent, the starting ester stays."""
    run = planner.purification("CCOC(=O)CN", "isobutyraldehyde", draws=64, reductant="NaBH4")
    words = " ".join(step.words for step in run.steps)
    assert "no hydroxide" in words
    assert "ammonia" not in words
    assert run.scheme.high <= 10.5
    share = {part.name: [s[0] for s in part.shares] for part in run.parts}
    assert share["mono"][1] > 0.6
    assert share["amine"][2] > 0.6


@pytest.mark.parametrize(
    ("pair", "procedure", "numbers"),
    [
        (("ammonia", "cyclohexanone"), {}, {"mono": (10.7, 1.5), "di": (11.0, 3.2), "amine": (None, -1.4)}),
        (("N-methylbenzylamine", "37 % formalin"), {}, {"amine": (9.6, 1.5), "mono": (8.8, 2.0)}),
        (
            ("CCOC(=O)CN", "isobutyraldehyde"),
            {"reductant": "NaBH4"},
            {"mono": (7.9, 0.8), "amine": (None, -0.5)},
        ),
    ],
)
def test_constants_are_those_of_the_page(
    pair: tuple[str, str],
    procedure: dict[str, object],
    numbers: dict[str, tuple[float | None, float]],
) -> None:
    """PKaH and log P as the sections name them."""
    run = planner.purification(*pair, draws=16, **procedure)
    own = {part.name: part.properties for part in run.parts}
    for name, (pKaH, log_p) in numbers.items():
        assert own[name].log_p == pytest.approx(log_p, abs=0.051)
        assert pKaH is None or own[name].pKaH[0] == pytest.approx(pKaH, abs=0.051)
        assert f"{log_p}" in PAGE
