"""Figures that sentences of README and docs state are those of the program, and none is left that nothing holds.

A row names the page, how the sentence words its figures (each a group), and what gives them today. A figure may be
rounded as it is written and no further; words such as "half a point" are read as numbers. The sentences of the
fourteen questions are held by ``test_questions``; tables and masses by the test of their page. ``figures_listed`` names
what is held elsewhere, and by what, and what holds by its words alone; a figure that is nowhere fails the last test.
"""

import inspect
import math
import os
import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage

import planner
from benchmarks.parts import in_acid
from figures_listed import HELD, PLAIN, figures_of, one_line, spans_of
from pages import unit
from planner.app import answers, boxes, compare as pins, history, library as libraries, queue
from planner.calibration import contrasts, diagnostics, experiments, fits, next_experiment
from planner.cli import serve
from planner.files.typed import typed_number
from planner.mixtures.masses import isotope_lines
from planner.mixtures.peaks import DEFAULT_DA
from planner.mixtures.purification import Purification
from planner.mixtures.response import expected_response
from planner.mixtures.separation import load_separation
from planner.model.catalogue import load_catalogue
from planner.model.folders import read_shelf
from planner.model.parameters import load_model
from planner.plans import aims, shortlist, walking
from planner.predictions.assays import HIGH, LOW
from planner.predictions.prediction import PREDICTION_DRAWS
from planner.rings import closed_forms, planning, procedure
from planner.rings.book import load_book
from planner.structures.pairs import read_pair
from planner.structures.sites import MAX_COUPLED_RING
from test_library_docs import FIGURES as OF_LIBRARIES
from test_readme import PAGES

ROOT = Path(__file__).parents[1]
DIAZEPANE = ("1,4-diazepane", "thiophene-2-carbaldehyde")
KETONE, SECONDARY = ("NCc1ccccc1", "O=C1CCCCC1"), ("C1CCNCC1", "O=C1CCCCC1")
"""Pairs of the section about much acid."""
WORDS = {
    "a fifth": 0.2, "a quarter": 0.25, "half": 0.5, "half a point": 0.5, "a point": 1.0, "one": 1.0,
    "three": 3.0, "four": 4.0,
    "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "twice": 2.0,
    "half a decade": 0.5, "two minutes": 2.0,
}  # fmt: skip
"""Figures that stand in words."""
NEAR = {"a fifth": 0.05, "a quarter": 0.05}
"""How far off a share may be that is told so."""


@cache
def project() -> dict[str, object]:
    """Read what pyproject says."""
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


@cache
def parted(*pair: str, **asked: str) -> Purification:
    """Part the mixture of a pair as the commands of the page do."""
    return planner.purification(*pair, **asked)


def share(found: Purification, name: str, phase: str) -> float:
    """Take the mean share of a compound in a phase."""
    (part,) = (part for part in found.parts if part.name == name)
    return part.shares["ABW".index(phase)][0]


def pythons() -> list[float]:
    """Name the versions of Python that the project is said to run on."""
    words = project()["classifiers"]
    assert isinstance(words, list)
    return [float(m[1]) for word in words if (m := re.search(r":: (3\.\d+)$", word))]


def names_known() -> float:
    """Count the names of the lists, to thousands."""
    catalogue = load_catalogue(read_shelf())
    return round(len(catalogue.entries) + len(catalogue.listed.rows), -3)


def compared() -> list[float]:
    """Compare the run of the README's last command."""
    (found,) = planner.compare("NCc1ccccc1", "CCCC=O", {"di": 0.12}).findings
    shares = (found.observed, found.expected, found.low, found.high)
    return [*(100 * x for x in shares), found.percentile]


def unlikely() -> float:
    """Take how often a random peak near m/z 200 would match something at unit resolution."""
    table = planner.identify(*DIAZEPANE, ROOT / "docs" / "peaks.txt", draws=16)
    return float(next(one.chance for one in table.assignments if one.mz == pytest.approx(199.1)))


def second_lines() -> list[float]:
    """Take the heights of the isotope lines of mono and di that the page names [%]."""
    mono, di = (
        {line.shift: line.intensity for line in isotope_lines(f, 1)} for f in ("C10H17N2S", "C15H21N2S2")
    )
    return [100 * x for x in (mono[1], mono[2], di[2])]


def uncertain() -> list[float]:
    """Take the least and the largest factor to which an effective molarity of the page's table is known."""
    page = (ROOT / "docs" / "rings.md").read_text(encoding="utf-8")
    sizes = re.findall(r"\d+", re.findall(r"^\| ring \| (.*)$", page, re.M)[0])
    widths = [load_book().parameters[f"em.{size}"].log10_sd for size in sizes]
    return [10 ** min(widths), 10 ** max(widths)]


def keeping() -> list[float]:
    """List how many answers the app keeps for a session, the most first."""
    source = inspect.getsource(answers)
    return sorted({float(n) for n in re.findall(r"max_entries=(\d+), scope", source)}, reverse=True)


def usual(name: str) -> float:
    """Take what a plan of a ring is asked for where nothing is said."""
    return float(inspect.signature(planner.recommend_cyclization).parameters[name].default)


def verdicts(*words: str) -> int:
    """Count the pairs of the page of advice whose verdict has the first words and none of the others."""
    lines = (ROOT / "tests" / "benchmarks" / "ADVICE.md").read_text(encoding="utf-8").splitlines()
    told = [line.strip("| ").rpartition("|")[2] for line in lines if line.startswith("| Q")]
    return sum(words[0] in verdict and not any(w in verdict for w in words[1:]) for verdict in told)


def default_table() -> list[float]:
    """Take the concentration and hold that the README's table is made at, which nothing there changes."""
    made = planner.predict("CCCCN", "CCCC=O", hold_time_h=24.0, carbonyl_equivalents=1.0, draws=4).procedure
    return [made.concentration_M, made.hold_time_h, made.carbonyl_equivalents]


def narrowest_assumed() -> float:
    """Take the least width of a number that is assumed [decades]."""
    return min(p.log10_sd for p in load_model().parameters if p.basis == "assumed" and p.log10_sd)


def answered_twice() -> float:
    """Take how strongly UV answers di against mono, where the diazepane is not seen."""
    found = expected_response(read_pair(*DIAZEPANE), load_model(), "UV")
    assert found.reference == 1
    assert found.is_amine_invisible
    return math.exp(found.ln[1] - found.ln[0])


def boron() -> float:
    """Take the height of the 10B line of mono.BH3."""
    return next(line.intensity for line in isotope_lines("C10H19BN2S", 1) if line.shift == -1)


def runs_of_page() -> float:
    """Count the runs of the table that the page of learning learns from."""
    return len({run.run for run in planner.read_runs(ROOT / "docs" / "runs.csv")})


PARTNERS = load_model().advice.partners
BOOK = load_book().parameters
SEPARATION = load_separation()
FIGURES: tuple[tuple[str, str, Callable[[], Sequence[float]]], ...] = (
    ("README.md", r"with Python ([\d.]+) or later", lambda: [float(str(project()["requires-python"])[2:])]),
    ("README.md", r"Python ([\d.]+), ([\d.]+) or ([\d.]+) is needed", pythons),
    ("README.md", r"some ([\d,]+) amines, carbonyl compounds and their salts", lambda: [names_known()]),
    ("README.md", r"Below (\d+) % the plan says", lambda: [100 * aims.USEFUL]),
    (
        "README.md",
        r"up to (\d+) eq, of ammonia, methylamine and dimethylamine up to (\d+)",
        lambda: [float(PARTNERS.most_amine), float(PARTNERS.most_gas)],
    ),
    ("README.md", r"No row gives more than (a point) less", lambda: [100 * aims.SLACK]),
    ("README.md", r"costs less than (a point);", lambda: [100 * walking.FINER]),
    (
        "README.md",
        r"\"(\d+) % di; expected (\d+) % \((\d+) to (\d+)\): inside, at the (\d+)th percentile",
        compared,
    ),
    (
        "README.md",
        r"(\d+) for a prediction, ([\d,]+) for a reported recommendation",
        lambda: [PREDICTION_DRAWS, shortlist.REPORT_DRAWS],
    ),
    ("README.md", r"Rings of at most (\w+) atoms", lambda: [MAX_COUPLED_RING]),
    (
        "README.md",
        r"of the others (\w+) charge 3 eq of a slow or hindered partner and (\w+) promise",
        lambda: [verdicts("3 eq carbonyl"), verdicts("works here", "3 eq carbonyl")],
    ),
    (
        "learn.md",
        r"together (\d+) to (\d+)\)",
        lambda: [100 - contrasts.COMPLETE, 100 + contrasts.COMPLETE],
    ),
    ("learn.md", r"more than ([\d.]+) of its widths", lambda: [diagnostics.FAR]),
    ("learn.md", r"compared from (\w+) runs on", lambda: [fits.MANY_RUNS]),
    (
        "learn.md",
        r"At most (\d+) runs are taken; above (\d+) rows at most (\w+) samples of one run are, and (\d+) rows in all",
        lambda: [
            experiments.MOST_RUNS, experiments.MANY_ROWS, experiments.ROWS_A_RUN, experiments.MOST_ROWS,
        ],
    ),
    (
        "learn.md",
        r"another run teaches (a point) more .*? foreseen to give (a point) more",
        lambda: [next_experiment.TEACHES_MORE, next_experiment.BETTER],
    ),
    (
        "learn.md",
        r"gain is below (half a point) and the ceiling below (\w+)",
        lambda: [next_experiment.LITTLE_GAIN, next_experiment.LOW_CEILING],
    ),
    (
        "../models/README.md",
        r"mono is (\d+) % by the ladder and (\d+) % with it",
        lambda: [split_in_acid("CCCCN", "CCCC=O", 8.0)[f"shipped: {part}"][1] for part in ("ladder", "acid")],
    ),
    (
        "../models/README.md",
        r"the ladder leaves (\d+) %, the part as much at one equivalent, and (\d+) % at eight",
        lambda: [
            split_in_acid(*KETONE, 8.0)["shipped: ladder"][0], split_in_acid(*KETONE, 8.0)["shipped: acid"][0],
        ],
    ),
    (
        "../models/README.md",
        r"published constants too, (\d+) against (\d+) %",
        lambda: [split_in_acid(*KETONE, 8.0)[f"published: {part}"][0] for part in ("ladder", "acid")],
    ),
    (
        "../models/README.md",
        r"cyclohexanone (\d+) % would be left at eight equivalents, (\d+) % by the ladder",
        lambda: [split_in_acid(*SECONDARY, 8.0)[f"published: {part}"][0] for part in ("acid", "ladder")],
    ),
    (
        "../models/README.md",
        r"and (\d+) % are left at one equivalent as at eight",
        lambda: [split_in_acid(*SECONDARY, 1.0)["shipped: acid"][0]],
    ),
    ("peaks.md", r"198 at ([\d.]+) %, 199 at ([\d.]+) %", lambda: second_lines()[:2]),
    ("peaks.md", r"a 295 at ([\d.]+) % of 293 is sulfur", lambda: second_lines()[2:]),
    ("peaks.md", r"about (a quarter) of random peaks near m/z 200", lambda: [unlikely()]),
    ("peaks.md", r"log P is known within ([\d.]+)", lambda: [load_separation().number("log_p_sd")]),
    ("peaks.md", r"Cyclohexylamine boils at (\d+) C", lambda: [boiling("cyclohexylamine")]),
    (
        "peaks.md",
        r"most of di and (a fifth) of mono; at pH 11 it takes",
        lambda: [share(parted("ammonia", "cyclohexanone"), "mono", "A")],
    ),
    (
        "peaks.md",
        r"and so (a quarter) of the product may stay",
        lambda: [share(parted("CCOC(=O)CN", "isobutyraldehyde", reductant="NaBH4"), "mono", "W")],
    ),
    ("rings.md", r"known within a factor of (\w+) to (\w+)\.", uncertain),
    (
        "rings.md",
        r"to (-\d)/2 where a bond stays, to (-\d)/2 where",
        lambda: [2 * closed_forms.KINETIC, 2 * closed_forms.REVERSIBLE],
    ),
    (
        "rings.md",
        r"tertiary one is (a fifth) as fast as an amine end .*? an N-H (\w+) times as fast",
        lambda: [BOOK["nucleophilicity.tertiary"].value, BOOK["nucleophilicity.ring_secondary"].value],
    ),
    ("rings.md", r"\(([\d.]+) and ([\d.]+)\)\. Where a batch", lambda: [usual("min_ring"), usual("probability")]),
    ("rings.md", r"a feed must save a factor of (\w+),", lambda: [planning.PUMP]),
    ("rings.md", r"a batch of ([\d.]+) M or more keeps the promise", lambda: [planning.ORDINARY_M]),
    (
        "rings.md",
        r"tertiary carbon is some (\d) and ([\d,]+) times slower, .*? (\d+) times faster",
        lambda: [
            1.0 / BOOK["nucleophilicity.sec_alkyl"].value,
            1.0 / BOOK["nucleophilicity.tert_alkyl"].value,
            BOOK["tether.activated_carbon"].value,
        ],
    ),
    (
        "rings.md",
        r"Syringes are ([\d.]+) M, or as strong as lets the feeds be (half) of the volume",
        lambda: [procedure.FEED_M, procedure.HALF_FED],
    ),
    (
        "lab_server.md",
        r"\| (\d+) MB \|",
        lambda: [float(re.findall(r'"server.maxUploadSize": "(\d+)"', inspect.getsource(serve))[0])],
    ),
    (
        "lab_server.md",
        r"([\d,]+) characters \(structures\), (\d+) \(numbers\)",
        lambda: [answers.LONGEST_TEXT, boxes.LONGEST_NUMBER],
    ),
    (
        "lab_server.md",
        r"(\d+) predictions and courses, (\d+) curves, maps and sheets, (\d+) of what is slower",
        keeping,
    ),
    ("lab_server.md", r"\| (\d+) and (\d+) \| the session", lambda: [pins.MOST, history.DEEPEST]),
    (
        "README.md",
        r"\*(\d+) %\* and \*(\d+) %\* bound the middle (\w+) tenths",
        lambda: [100 * LOW, 100 * HIGH, 10 * (HIGH - LOW)],
    ),
    ("README.md", r"has (\w+) parts \(`parts`", lambda: [len(load_model().parts)]),
    ("README.md", r"page Library does ([\d,]+) pairs", lambda: [libraries.MOST_PAIRS]),
    ("README.md", r"before calibration, ([\d.]+) M, (\d+) h, ([\d.]+) eq carbonyl", default_table),
    ("README.md", r"at least (half a decade)", lambda: [narrowest_assumed()]),
    ("learn.md", r"# From (\w+) runs to the next sheet", lambda: [runs_of_page()]),
    ("learn.md", r"`95 %` is ([\d.]+)\.", lambda: [typed_number("95 %", "fraction", "purity")]),
    ("learn.md", r"shows it, with (\d+) to (\d+) % of", lambda: [100 * LOW, 100 * HIGH]),
    ("peaks.md", r"so ([\d.]+) Da is taken", lambda: [DEFAULT_DA]),
    ("peaks.md", r"a line at 210 of (a quarter): 10B", lambda: [boron()]),
    ("peaks.md", r"answers UV (twice) as strongly", lambda: [answered_twice()]),
    (
        "peaks.md",
        r"ether against water, (\w+) portions of (half) a volume",
        lambda: [SEPARATION.number("portions"), SEPARATION.number("portion_volume")],
    ),
    ("peaks.md", r"`--separation` takes up to (\w+) points", lambda: [100 * SEPARATION.number("separation_cost")]),
    (
        "peaks.md",
        r"since (\d+) % is reached in the flask",
        lambda: [100 * parted("N-methylbenzylamine", "37 % formalin").scheme.purity],
    ),
    (
        "peaks.md",
        r"brought to pH (\d+) with carbonate",
        lambda: [parted("CCOC(=O)CN", "isobutyraldehyde", reductant="NaBH4").scheme.high],
    ),
    ("lab_server.md", r"(half) of the cores at once", lambda: [queue.AT_ONCE / (os.cpu_count() or 2)]),
    ("lab_server.md", r"pairs of a library \| ([\d,]+);", lambda: [libraries.MOST_PAIRS]),
    (
        "lab_server.md",
        r"its browser is gone for (two minutes)",
        lambda: [inspect.signature(MemorySessionStorage).parameters["ttl_seconds"].default / 60],
    ),
    *OF_LIBRARIES,
)  # fmt: skip


@cache
def split_in_acid(amine: str, carbonyl: str, acid: float) -> dict[str, list[float]]:
    """Compute the splits of a pair in acid as the page of the parts does."""
    return in_acid(amine, carbonyl, acid)


def test_much_acid_is_said_as_it_is_computed() -> None:
    """At one equivalent the part moves the ketone by less than a point, and the secondary amine as at eight."""
    one, eight = (split_in_acid(*KETONE, acid) for acid in (1.0, 8.0))
    assert abs(one["shipped: acid"][0] - one["shipped: ladder"][0]) < 1.0
    assert eight["published: acid"][1] < eight["published: ladder"][1]
    secondary = (split_in_acid(*SECONDARY, acid)["shipped: acid"][0] for acid in (1.0, 8.0))
    assert len({round(left, 6) for left in secondary}) == 1


def boiling(name: str) -> float:
    """Take a boiling point from the list of reagents [C]."""
    (entry,) = (e for e in load_model().catalogue.entries if e.name == name)
    return float(str(entry.boiling_point_C))


def text_of(name: str) -> str:
    """Read a page."""
    return (ROOT / name if name == "README.md" else ROOT / "docs" / name).read_text(encoding="utf-8")


def read(text: str) -> tuple[float, float]:
    """Read a figure, and how far off it may be."""
    if (word := text.lower()) in WORDS:
        return WORDS[word], NEAR.get(word, 0.45)
    plain = text.replace(",", "")
    return float(plain), 0.51 * unit(plain)


@pytest.mark.parametrize(("file", "words", "today"), FIGURES, ids=[f"{p}: {w[:40]}" for p, w, _ in FIGURES])
def test_a_figure_is_what_the_program_says(
    file: str, words: str, today: Callable[[], Sequence[float]]
) -> None:
    """Every figure of the sentence is what is computed or held by the program, as it is rounded there."""
    found = re.search(words, one_line(text_of(file)))
    assert found, f"no longer worded so: {words}"
    for text, value in zip(found.groups(), today(), strict=True):
        figure, within = read(text)
        assert abs(value - figure) <= within, (found[0], value)


def test_rings_close_as_the_page_says_by_hydride() -> None:
    """At 0.1 M rings of five and six close, seven by about half, eight does not."""
    five, six, seven, eight = (
        planner.cyclize(f"N{'C' * n}C=O", concentration_M=0.1).ring.median for n in (3, 4, 5, 6)
    )
    assert min(five, six) > 0.9
    assert 0.3 < seven < 0.6
    assert eight < 0.1


def test_windows_of_the_diazepane_are_where_the_page_says() -> None:
    """From pH 6, pH 9 and pH 11 on the solvent takes di, mono and some of the diazepane."""
    page = (ROOT / "docs" / "peaks.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| (di|mono|1,4-diazepane) \|.*(?:pH|above pH) (\d+)(?: on)? \|$", page, re.M))
    told = {part.name: part.solubility for part in parted(*DIAZEPANE).parts}
    told["1,4-diazepane"] = told["amine"]
    assert len(said) == 3
    for name, pH in said.items():
        assert told[name].endswith(f"above pH {pH}")


def held_in(page: str) -> list[str]:
    """List the words that hold figures of a page: by a row above, by another test, or by themselves."""
    rows = [words for where, words, _ in FIGURES if where == page]
    rows += [words for words, *_ in PAGES] if page == "README.md" else []
    return rows + [words for listed in (HELD, PLAIN) for words, _ in listed.get(page, ())]


ALL = ["README.md", *sorted(p.name for p in (ROOT / "docs").glob("*.md") if p.name != "CHANGELOG.md")]


@pytest.mark.parametrize("name", ALL)
def test_no_figure_is_left_that_nothing_holds(name: str) -> None:
    """Every figure of the page's sentences and tables is held, or listed with the reason why it needs no holding."""
    text = text_of(name)
    held = {place for words in held_in(name) for span in spans_of(words, text) for place in range(*span)}
    left = [said for (start, end), said in figures_of(text) if not set(range(start, end)) <= held]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_listed_that_no_page_says(name: str) -> None:
    """What is listed covers a figure that no other row covers, and a test that is named is there."""
    text = text_of(name)
    figures = [set(range(*span)) for span, _ in figures_of(text)]
    for listed in (HELD, PLAIN):
        for words, why in listed.get(name, ()):
            covered = {place for span in spans_of(words, text) for place in range(*span)}
            assert any(figure <= covered for figure in figures), words
            assert why
    for words, test in HELD.get(name, ()):
        module, _, function = test.partition("::")
        assert f"def {function}(" in (ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8"), (
            words,
            test,
        )


@pytest.mark.parametrize(
    ("said", "n_figures"),
    [
        ("So 12 % remain, and 1,024 draws.", 2),
        ("It takes ten minutes, 0.5-1.5 h.", 2),
        ("A third of them lies within a point.", 2),
        ("Of 1,4-diazepane, NaBH4 and `--top 3` none is made; nor of one list.", 0),
        ("```sh\nplanner --draws 12\n```", 0),
    ],
)
def test_figures_are_seen(said: str, n_figures: int) -> None:
    """Digits, ranges and numbers in words are figures; names, code and blocks hold none."""
    assert len(list(figures_of(said))) == n_figures
