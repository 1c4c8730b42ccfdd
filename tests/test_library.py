"""Libraries: nothing of a list is lost, every pair has its row once, and a pair is judged as if it were alone."""

import random
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings, strategies as st
from pyarrow import parquet

from planner.cli.commands import main
from planner.errors import ProcedureError, TableError
from planner.flask.alike import likeness
from planner.flask.flask import Flask
from planner.flask.procedure import Procedure
from planner.library import answers
from planner.library.lists import read_given, read_list, read_pairs
from planner.library.matrix import COLOURS
from planner.library.partners import PLANNED, read_amines, read_carbonyls
from planner.library.pictures import LIGHT, labels, pair_chart, pair_rows
from planner.library.problems import CHUNK, LARGE_CHUNK, Block, Problem, find_problems
from planner.library.rows import COLUMNS
from planner.library.screened import open_screen
from planner.library.screening import screen
from planner.library.words import screen_command
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.plans.aims import Bench, judge, read_aim
from planner.plans.batches import Question, judge_all, score_all
from planner.plans.recommendation import COLUMNS as PLAN_COLUMNS
from planner.plans.request import build_request
from planner.predictions import running
from planner.predictions.prediction import predict
from planner.structures.mol_files import smiles_of_block
from planner.structures.pairs import Pair, read_pair

AMINES = ["NCc1ccccc1", "C1CCNCC1", "Nc1ccccc1", "CCCCN", "NCCN", "CC(C)N"]
CARBONYLS = ["CCCC=O", "O=Cc1ccccc1", "O=C1CCCCC1", "CC(C)=O"]
QUICK = {"effort": 0.1, "reductants": ("STAB",), "additions": ("all_at_once",)}
"""A search of a tenth of a second."""
N_PAIRS = len(AMINES) * len(CARBONYLS)


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    """An executor without processes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def test_lists_keep_ids_and_further_columns(tmp_path: Path) -> None:
    """Whatever form a list has, ids, structures and further columns arrive as they stand."""
    table = tmp_path / "a.csv"
    table.write_text(
        'Catalog Number;SMILES;Price;Note\nA1;CCN;2,50;"two; words"\nA2;NCc1ccccc1;;\n', encoding="utf-8"
    )
    first, second = read_list(table, "amines")
    assert (first.id, first.text, dict(first.extra)) == ("A1", "CCN", {"Price": "2,50", "Note": "two; words"})
    assert (second.id, second.text) == ("A2", "NCc1ccccc1")
    smiles = tmp_path / "a.smi"
    smiles.write_text("# a comment\nCCN ethyl amine\nCCCN\n", encoding="utf-8")
    assert [(one.text, one.id) for one in read_list(smiles, "amines")] == [
        ("CCN", "ethyl amine"),
        ("CCCN", "3"),
    ]
    names = tmp_path / "a.txt"
    names.write_text("acetic aldehyde\tX7\nbenzylamine\n", encoding="utf-8")
    assert [(one.text, one.id) for one in read_list(names, "amines")] == [
        ("acetic aldehyde", "X7"),
        ("benzylamine", "2"),
    ]


SDF = """ethylamine
  drawn

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.0000    0.0000    0.0000 C   0  0
    2.0000    0.0000    0.0000 N   0  0
  1  2  1  0
  2  3  1  0
M  END
> <Supplier>
Someone

> <ID>
S-1

$$$$
broken

M  END
$$$$
"""


def test_a_mol_file_gives_structures_ids_and_data(tmp_path: Path) -> None:
    """Each record of an SDF keeps its id and data; one that cannot be read keeps its place, with a message."""
    file = tmp_path / "a.sdf"
    file.write_text(SDF, encoding="utf-8")
    first, second = read_list(file, "amines")
    assert (first.text, first.id, dict(first.extra)) == ("CCN", "S-1", {"Supplier": "Someone"})
    assert (second.text, second.id) == ("", "broken")
    assert "record 2" in second.message
    assert smiles_of_block(SDF.partition(">")[0]) == "CCN"


@pytest.mark.parametrize("given", [[], {"a": 1}, 7, [("a", "b", "c")], "no such file.smi"])
def test_what_is_no_list_is_refused(given: object) -> None:
    """A list that is none, or empty, is one line of what was expected."""
    with pytest.raises(TableError):
        read_list(given, "amines")


def test_pairs_need_both_columns(tmp_path: Path) -> None:
    """A list of pairs names both partners; ids and further columns are kept."""
    with pytest.raises(TableError, match="carbonyl"):
        read_pairs([{"amine": "CCN"}])
    (pair,) = read_pairs([{"amine": "CCN", "carbonyl": "CCC=O", "amine_id": "A", "well": "B2"}])
    assert (pair.amine.id, pair.carbonyl.text, dict(pair.extra)) == ("A", "CCC=O", {"well": "B2"})


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([*AMINES, "not a structure", "CCO", ""]), min_size=1, max_size=40),
    st.lists(st.sampled_from([*CARBONYLS, "CCO"]), min_size=1, max_size=40),
)
def test_every_pair_is_in_one_piece_once(first: list[str], second: list[str]) -> None:
    """Blocks, problems and pieces part the pairs: none is lost, none is double, whatever can be planned of them."""
    model = load_model()
    amines = read_amines(read_list([(f"a{i}", s) for i, s in enumerate(first)], "amines"), model)
    carbonyls = read_carbonyls(read_list([(f"c{i}", s) for i, s in enumerate(second)], "carbonyls"), model)
    problems = find_problems(amines, carbonyls)
    chunks = [chunk for problem in problems for chunk in problem.chunks()]
    rows = np.concatenate(chunks)
    assert sorted(rows[:, 0].tolist()) == list(range(len(first) * len(second)))
    assert np.array_equal(rows[:, 0], rows[:, 1] * len(second) + rows[:, 2])
    assert max(map(len, chunks)) <= CHUNK
    assert len(chunks) == sum(problem.n_chunks for problem in problems)
    unfit = {(a.number, c.number) for a in amines for c in carbonyls if {a.status, c.status} != {PLANNED}}
    assert unfit == {
        (a, c) for p in problems if not p.name for chunk in p.chunks() for _, a, c in chunk.tolist()
    }


def test_a_problem_is_counted_and_not_kept() -> None:
    """A problem of 10^10 pairs holds its partners only, and its first piece comes at once."""
    many = np.arange(100_000)
    problem = Problem(name="x", blocks=(Block(amines=many, carbonyls=many, width=len(many)),))
    assert problem.n_pairs == 10**10
    assert next(problem.chunks())[:, 0].tolist() == list(range(CHUNK))


def test_a_large_library_has_larger_pieces() -> None:
    """Pieces of a large library hold more pairs, none is lost or double, and a small one keeps smaller ones."""
    model = load_model()
    for n, size in ((99, CHUNK), (101, LARGE_CHUNK)):
        amines = read_amines(read_list(["NCc1ccccc1"] * n, "amines"), model)
        carbonyls = read_carbonyls(read_list(["CCCC=O"] * n, "carbonyls"), model)
        (problem,) = find_problems(amines, carbonyls)
        chunks = list(problem.chunks())
        assert [len(chunk) for chunk in chunks[:-1]] == [size] * (problem.n_chunks - 1)
        assert np.concatenate(chunks)[:, 0].tolist() == list(range(n * n))


def test_pairs_that_are_alike_are_judged_as_if_alone() -> None:
    """In one batch or one by one, every procedure of every pair has the same target in every draw."""
    model = load_model()
    draws = draw_parameters(model, 16, 0)
    texts = [
        (a, c)
        for a in ("NCc1ccccc1", "NCc1ccc(OC)cc1", "NCc1ccccc1C(F)(F)F")
        for c in ("O=Cc1ccccc1", "O=Cc1ccc(C#N)cc1")
    ]
    texts += [
        ("NCCN", "CCCC=O"),
        ("C1CCNCC1", "O=C1CCCCC1"),
        ("NCCN", "CCC=O"),
        ("C1CCNCC1", "O=C1CCCC(C)C1"),
    ]
    questions = []
    for amine, carbonyl in texts:
        pair = read_pair(amine, carbonyl, model)
        bench = Bench(pair=pair, model=model, aim=read_aim("mono", pair, "amine", None), draws=draws)
        procedures = [
            predict(amine, carbonyl, draws=1, **asked).procedure
            for asked in (
                {"reductant": "STAB"},
                {"reductant": "NaBH3CN", "acid_equivalents": 1.0, "solvent": "MeOH"},
                {"reductant": "2-picoline borane", "addition": "slow_carbonyl", "addition_time_h": 2.0},
                {"reductant": "STAB", "addition": "slow_amine", "addition_time_h": 1.0},
            )
        ]
        questions.append(Question(bench=bench, procedures=tuple(procedures)))
    for question, together in zip(questions, judge_all(questions, 16), strict=True):
        alone = judge(question.bench, question.procedures, 16)
        assert np.allclose(alone.wanted, together.wanted, atol=2e-3)
        assert np.allclose(alone.score, together.score, atol=2e-3)
    for marks, scores in zip(judge_all(questions, 16), score_all(questions, 16), strict=True):
        assert np.array_equal(marks.summary, scores)


def test_each_is_marked_by_its_own_aim_floors_and_prices() -> None:
    """What is marked in one go is held against the limit, the floors, the slack and the prices of its own bench."""
    model = load_model()
    draws, questions = draw_parameters(model, 16, 0), []
    procedures = tuple(
        predict("NCc1ccccc1", "CCCC=O", draws=1, reductant=name, carbonyl_equivalents=1.5).procedure
        for name in ("STAB", "NaBH3CN")
    )
    texts = (("CCCCN", "CCCC=O", 0.9), ("CCCCN", "CCCCCCCC(CCCCCCC)CCCCC=O", 0.5), ("CCCCCN", "CCCCC=O", 0.7))
    for amine, carbonyl, floor in texts:
        pair = read_pair(amine, carbonyl, model)
        for target, limit in (("mono", None), ("di", 0.01)):
            aim = read_aim(target, pair, "amine", limit)
            floors = {"STAB": np.full(16, floor), "NaBH3CN": np.full(16, 0.2)}
            bench = Bench(pair=pair, model=model, aim=aim, draws=draws, floors=floors, slack=floor / 100.0)
            questions.append(Question(bench=bench, procedures=procedures))
    assert len({likeness(question.bench.pair, model) for question in questions}) == 1
    found = judge_all(questions, 16)
    for question, together in zip(questions, found, strict=True):
        alone = judge(question.bench, question.procedures, 16)
        for name in ("price", "excess", "short"):
            assert np.allclose(getattr(alone, name), getattr(together, name), atol=1e-3), name
        assert np.allclose(alone.score, together.score, atol=2e-2)
    for name, n in (("price", 2), ("short", 3)):
        assert len({tuple(getattr(marks, name).round(3)) for marks in found[::2]}) >= n, name


@pytest.mark.parametrize("of", ["running.constants_and_charges", "answers.settle", "answers.goes_along"])
def test_a_defect_in_one_prediction_ends_no_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, one_thread: Executor, of: str
) -> None:
    """Whatever fails for one pair where pairs run together, that pair says so and the others have their numbers."""
    module = {"running": running, "answers": answers}[of.partition(".")[0]]
    name, defect = of.partition(".")[2], "COc1ccc(CN)cc1"
    real = getattr(module, name)

    def pairs_in(given: tuple[Any, ...]) -> list[Pair]:
        several = next((x for x in given if isinstance(x, list | tuple) and x and isinstance(x[0], Pair)), ())
        single = [x.pair if isinstance(x, Flask) else x for x in given if isinstance(x, Flask | Pair)]
        return list(several) or single

    def failing(*given: Any, **named: Any) -> Any:
        is_answer = name != "constants_and_charges" or len(given[3].normals) == answers.ANSWER_DRAWS
        if is_answer and any(pair.amine.smiles == defect for pair in pairs_in(given)):
            raise ValueError("a defect nobody foresaw")
        return real(*given, **named)

    monkeypatch.setattr(module, name, failing)
    amines = ["NCc1ccccc1", defect, "CC(C)N"]
    found = screen(amines, ["O=Cc1ccccc1"], out=tmp_path / "out", executor=one_thread, **QUICK).to_frame()
    others = found[found["amine_smiles"] != defect]
    assert others["status"].tolist() == [PLANNED, PLANNED]
    assert others["target_fraction"].notna().all()
    own = found[found["amine_smiles"] == defect].iloc[0]
    expected = PLANNED if name == "goes_along" else "error"  # alone it goes along with nobody
    assert own["status"] == expected
    assert ("a defect nobody foresaw" in own["message"]) is (expected == "error")


def test_rows_hold_what_recommend_writes_and_what_a_prediction_gives(
    tmp_path: Path, one_thread: Executor
) -> None:
    """A row has every column of recommend; its numbers are those of the prediction of its own procedure."""
    found = screen(
        ["NCc1ccccc1", "CCO"], [("x", "CCCC=O")], out=tmp_path / "out", executor=one_thread, **QUICK
    )
    frame = found.to_frame()
    assert set(PLAN_COLUMNS) <= set(frame.columns) == set(COLUMNS)
    assert frame["status"].tolist() == [PLANNED, "not covered"]
    row = frame.iloc[0]
    again = predict(
        "NCc1ccccc1",
        "CCCC=O",
        reductant=row["reductant"],
        addition=row["addition"],
        solvent=row["solvent"],
        carbonyl_equivalents=row["carbonyl_equivalents"],
        reductant_equivalents=row["reductant_equivalents"],
        acid_equivalents=row["acid_equivalents"],
        hold_time_h=row["hold_time_h"],
        temperature_C=row["temperature_C"],
        concentration_M=row["concentration_M"],
    )
    assert row["target_fraction"] == pytest.approx(again.target_fraction.mean, abs=1e-6)
    assert row["over_alkylation"] == pytest.approx(again.over_alkylation.mean, abs=1e-6)
    assert "expected" in frame["message"][1] or "needs" in frame["message"][1]


def test_regulated_products_are_refused_in_their_row(tmp_path: Path, one_thread: Executor) -> None:
    """The gate is asked of every pair: a regulated product is a row that says so, and its neighbours are planned."""
    found = screen(
        ["CN", "NCCc1ccccc1"], ["CC(=O)Cc1ccccc1"], out=tmp_path / "out", executor=one_thread, **QUICK
    )
    frame = found.to_frame(["status", "message", "target_fraction"])
    assert frame["status"].tolist() == ["regulated", PLANNED]
    assert "regulated" in frame["message"][0]
    assert np.isnan(frame["target_fraction"][0])


def test_a_list_of_pairs_keeps_its_order_and_its_doubles(tmp_path: Path, one_thread: Executor) -> None:
    """Rows of a list of pairs are numbered as the list; a pair that stands there twice has two rows."""
    pairs = [("NCc1ccccc1", "CCCC=O"), ("CCO", "CCCC=O"), ("NCc1ccccc1", "CCCC=O")]
    found = screen(pairs=pairs, out=tmp_path / "out", executor=one_thread, **QUICK)
    frame = found.to_frame(["pair", "amine_smiles", "status", "target_fraction"])
    assert frame["pair"].tolist() == [0, 1, 2]
    assert frame["status"].tolist() == [PLANNED, "not covered", PLANNED]
    assert frame["target_fraction"][0] == frame["target_fraction"][2]


def test_a_folder_is_resumed_only_by_the_same_screen(tmp_path: Path, one_thread: Executor) -> None:
    """Without resume a folder with a screen is left alone; with it other lists or limits are refused by name."""
    given = {"out": tmp_path / "out", "executor": one_thread} | QUICK
    screen(["NCc1ccccc1"], ["CCCC=O"], **given)
    with pytest.raises(ProcedureError, match="--resume"):
        screen(["NCc1ccccc1"], ["CCCC=O"], **given)
    with pytest.raises(ProcedureError, match="the lists"):
        screen(["CCCCN"], ["CCCC=O"], resume=True, **given)
    with pytest.raises(ProcedureError, match="max_time_h;"):
        screen(["NCc1ccccc1"], ["CCCC=O"], resume=True, max_time_h=8.0, **given)
    assert screen(["NCc1ccccc1"], ["CCCC=O"], resume=True, **given).manifest.searches == 1


def test_parts_are_read_without_the_planner(tmp_path: Path, one_thread: Executor) -> None:
    """Arrow alone reads the parts as one table, and the manifest counts its rows."""
    found = screen(AMINES[:2], CARBONYLS[:2], out=tmp_path / "out", executor=one_thread, **QUICK)
    table = parquet.read_table(tmp_path / "out" / "parts")
    assert table.num_rows == found.manifest.n_rows == 4
    assert set(table.column("amine_id").to_pylist()) == {"1", "2"}
    assert found.counts == {PLANNED: 4}
    page = (tmp_path / "out" / "matrix.html").read_text(encoding="utf-8")
    assert "@" not in page.partition("<script>")[0].replace("@media", "")
    assert "http" not in page


KILLED = """
import random, sys
from planner.library import screening
screening.PART_ROWS = 2
from planner.library import problems
problems.CHUNK = 3
from concurrent.futures import ThreadPoolExecutor
print("go", flush=True)
with ThreadPoolExecutor(1) as executor:
    screening.screen({amines!r}, {carbonyls!r}, out={out!r}, resume=True, executor=executor, **{quick!r})
"""


def run_killed(out: Path, seconds: float | None) -> int:
    """Run a screen in a process of its own, and kill it after a while."""
    text = KILLED.format(amines=AMINES, carbonyls=CARBONYLS, out=str(out), quick=QUICK)
    with subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # what it needs is imported
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return process.wait()


@pytest.mark.slow
def test_killed_at_any_instant_every_row_is_there_once(tmp_path: Path) -> None:
    """Killed twenty times at random instants and resumed, a screen holds every row once, and no half file is read."""
    chance, begun = random.Random(18), time.monotonic()
    assert run_killed(tmp_path / "whole", None) == 0
    whole_s = time.monotonic() - begun
    out, in_the_middle = tmp_path / "0", 0
    for number in range(20):
        is_done = run_killed(out, chance.uniform(0.0, whole_s)) == 0
        n_rows = rows_that_parts_hold(out)
        in_the_middle += 0 < n_rows < N_PAIRS and not is_done
        if is_done:
            assert_every_row_is_there_once(out)
            out = tmp_path / str(number + 1)
    assert in_the_middle > 0
    assert run_killed(out, None) == 0
    assert_every_row_is_there_once(out)


def rows_that_parts_hold(out: Path) -> int:
    """Count the rows of the parts that the manifest names, which says as many; 0 where there is none yet."""
    if not (out / "manifest.json").exists():
        return 0
    found = open_screen(out)
    names = [part["name"] for part in found.manifest.parts]
    rows = sum(parquet.read_table(out / "parts" / name).num_rows for name in names)
    assert rows == found.manifest.n_rows
    return rows


def assert_every_row_is_there_once(out: Path) -> None:
    """Nothing is lost, nothing is there twice, and no part is left that nobody names."""
    assert open_screen(out).to_frame(["pair"])["pair"].tolist() == list(range(N_PAIRS))
    assert len(list((out / "parts").iterdir())) == len(open_screen(out).manifest.parts)


def test_a_kill_between_part_and_manifest_loses_that_part_only(
    tmp_path: Path, one_thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands between two writes may be the last thing that happens: resumed, every row is there once."""
    from planner.library import parts, problems, screening

    monkeypatch.setattr(screening, "PART_ROWS", 1)
    monkeypatch.setattr(problems, "CHUNK", 1)
    given = {"out": tmp_path / "out", "executor": one_thread, "resume": True} | QUICK
    whole = parts.write_manifest
    for allowed in range(1, 3):
        calls = iter(range(100))

        def stops(
            folder: Path, manifest: parts.Manifest, last: int = allowed, calls: Iterator[int] = calls
        ) -> None:
            if next(calls) >= last:
                raise KeyboardInterrupt
            whole(folder, manifest)

        monkeypatch.setattr(parts, "write_manifest", stops)
        with pytest.raises(KeyboardInterrupt):
            screen(AMINES[:2], CARBONYLS[:2], **given)
    monkeypatch.setattr(parts, "write_manifest", whole)
    found = screen(AMINES[:2], CARBONYLS[:2], **given)
    assert found.to_frame(["pair"])["pair"].tolist() == list(range(4))
    assert len(list((tmp_path / "out" / "parts").iterdir())) == len(found.manifest.parts)


def test_the_order_of_executors_changes_nothing(tmp_path: Path, one_thread: Executor) -> None:
    """Two workers give the rows of one."""
    alone = screen(AMINES[:3], CARBONYLS[:2], out=tmp_path / "one", executor=one_thread, **QUICK).to_frame()
    with ThreadPoolExecutor(2) as executor:
        both = screen(AMINES[:3], CARBONYLS[:2], out=tmp_path / "two", executor=executor, **QUICK).to_frame()
    assert alone.equals(both)


def test_the_command_refuses_in_one_line(tmp_path: Path) -> None:
    """What the user can mend is one line and exit 2."""
    lists = tmp_path / "a.smi"
    lists.write_text("CCN\n", encoding="utf-8")
    for words in (
        ["--amines", str(lists), "--out", str(tmp_path / "o")],
        ["--amines", str(lists), "--carbonyls", str(tmp_path / "none.smi"), "--out", str(tmp_path / "o")],
        ["--amines", str(lists), "--carbonyls", str(lists), "--out", str(tmp_path / "o"), "--target", "momo"],
        [
            "--amines",
            str(lists),
            "--carbonyls",
            str(lists),
            "--out",
            str(tmp_path / "o"),
            "--reductant",
            "STABB",
        ],
        ["--pairs", str(lists), "--out", str(tmp_path / "o")],
    ):
        result = CliRunner().invoke(main, ["screen", *words])
        assert result.exit_code == 2, words
        assert result.stderr.startswith("Error: "), result.stderr
        assert result.stderr.count("\n") == 1


def test_what_a_screen_does_not_work_out_is_refused(tmp_path: Path) -> None:
    """How hard a target is to part belongs to recommend; a screen that is asked for it says so."""
    with pytest.raises(ProcedureError, match="separation is of recommend"):
        screen(["NCc1ccccc1"], ["CCCC=O"], out=tmp_path / "out", separation=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NCc1ccccc1 A1\nCCCCN,A2\nCCN; 7", [("A1", "NCc1ccccc1"), ("A2", "CCCCN"), ("7", "CCN")]),
        ("benzyl amine\nN,N-dimethylethylenediamine\n1,4-diazepane", None),
        ("n butylamine\nN methylaniline\no-anisidine\tX", None),
        ("[NH3+]CC.[Cl-] the salt", [("the salt", "[NH3+]CC.[Cl-]")]),
        ("smiles\nCCN", [("2", "CCN")]),
        ("Name,ID\nbutylamine,B", [("B", "butylamine")]),
        (SDF, [("S-1", "CCN"), ("broken", "")]),
    ],
)
def test_what_is_pasted_is_read_as_it_looks(text: str, found: list[tuple[str, str]] | None) -> None:
    """SMILES and ids are parted, names stay whole, a heading or a mol block is seen; a file of text is read alike."""
    names = [(str(i), line) for i, line in enumerate(text.splitlines(), start=1)]
    names = [(line.partition("\t")[2] or i, line.partition("\t")[0]) for i, line in names]
    assert [(one.id, one.text) for one in read_given(text, "amines")] == (found or names)
    assert read_given(text.encode(), "amines", "a.txt") == read_given(text, "amines")


def test_a_list_that_was_read_is_a_list() -> None:
    """Lines that were read before are taken as they are, and an empty text is refused."""
    listed = read_given("CCN 1\nCCCN 2", "amines")
    assert read_list(listed, "amines") == listed
    with pytest.raises(TableError, match="empty"):
        read_given("  \n", "amines")


ASKED = (
    {},
    {"target": "di", "basis": "carbonyl", "max_over_alkylation": 0.05, "temperature_window_C": (-10.0, 25.5)},
    {"reductants": ("STAB", "2-picoline borane"), "additions": ("all_at_once",), "avoid": ("chlorinated solvent",)},
    {"max_time_h": 6.0, "scale_kg": 0.3, "limiting": "amine", "carbonyl_equivalents": 1.05, "solvent": "MeOH"},
    {"exclude_solvents": ("DCE", "THF"), "sensitive": ("acid",), "min_target_low": 0.5, "hydride_portions": 3.0,
     "hydride_time_h": 1.5},
)  # fmt: skip
"""Limits and held fields of many kinds."""


@pytest.mark.parametrize("asked", ASKED)
def test_a_command_asks_what_the_request_asks(
    asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that is written, typed into a shell, screens the same files within the same limits."""
    given: dict[str, object] = {}

    def kept(amines: object, carbonyls: object, **more: object) -> None:
        given.update(more, amines=str(amines), carbonyls=str(carbonyls))
        raise ProcedureError("enough")

    monkeypatch.setattr("planner.screen", kept)
    request = build_request("", "", dict(asked))
    words = shlex.split(screen_command(request, "my amines.smi", "c.csv"))
    result = CliRunner().invoke(main, words[1:])
    assert "enough" in result.output, result.output
    assert (given.pop("amines"), given.pop("carbonyls")) == ("my amines.smi", "c.csv")
    assert str(given.pop("out")) == "library"
    for name in ("pairs", "resume", "progress", "models", "executor"):
        given.pop(name, None)
    typed = build_request("", "", given)
    assert replace(typed, fixed=Procedure()) == replace(
        request,
        fixed=Procedure(),
        **{f"{n}s": (v,) for n in ("reductant", "addition", "solvent") if (v := getattr(request.fixed, n))},
    )
    words_held = {"reductant": None, "addition": None, "solvent": None}
    assert typed.fixed == replace(request.fixed, **words_held)


def contrast(colour: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Contrast of two colours (WCAG 2, relative luminance)."""

    def luminance(rgb: tuple[float, ...]) -> float:
        parts = [v / 255 for v in rgb]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    light, dark = sorted((luminance(colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("share", [i / 50 for i in range(51)])
def test_the_number_in_a_cell_is_read_on_its_colour(share: float) -> None:
    """Black or white, whichever the matrix writes, has a contrast of 4.5 on the colour of every target."""
    places, colours = zip(*COLOURS, strict=True)
    cell = tuple(float(np.interp(share, places, [c[i] for c in colours])) for i in range(3))
    assert contrast(cell, (0, 0, 0) if share > LIGHT else (255, 255, 255)) >= 4.45


IDS = ["", "A1", "7", "x" * 60, "butylamine", "x", "x (3)", "x (2)", "x (3) (3)"]


@given(st.lists(st.sampled_from(IDS) | st.text(), min_size=1, max_size=12))
@example(["x", "x (3)", "x"])
def test_labels_tell_partners_apart(ids: list[str]) -> None:
    """No two partners have the same label, whatever their ids; every pair is in one table of the picture, once."""
    listed = [{"number": str(i), "id": one or str(i + 1), "given": "CCN"} for i, one in enumerate(ids)]
    names = labels(listed)
    assert len(set(names)) == len(ids)
    assert names[0] == (ids[0] or "1") or len(ids[0]) > len(names[0])
    rows = [
        {
            "pair": i,
            "amine_number": i,
            "carbonyl_number": 0,
            "status": PLANNED if i % 2 else "regulated",
            "message": "no",
            "target_fraction": 0.5,
            "target_low": 0.4,
            "target_high": 0.6,
            "over_alkylation": 0.1,
            "product_risks": "",
        }
        for i in range(len(ids))
    ]
    drawn = pair_chart(pair_rows(rows, names, ["C"]), names, ["C"]).data
    assert sorted([*drawn["pairs"]["pair"], *drawn["refused"]["pair"]]) == list(range(len(ids)))
    assert all(said.startswith("regulated") for said in drawn["refused"]["said"])
