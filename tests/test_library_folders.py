"""Folders of screens: whatever was cut short, damaged or in the way, nothing is lost and one line says what to do."""

import errno
import gzip
import json
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import combinations, count, pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from planner.cli.commands import main
from planner.errors import PlannerError, ProcedureError, TableError
from planner.library import problems, screening
from planner.library.lists import read_list
from planner.library.manifests import MANIFEST, PART_LIST, Manifest, alone_in, append_part, read_manifest
from planner.library.parts import LISTS, PAGE, SUMMARY, opened, read_list_of
from planner.library.screened import open_screen
from planner.library.screening import screen

AMINES, CARBONYLS = ["NCc1ccccc1", "CCCCN"], ["CCCC=O", "CCC=O"]
QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",), "additions": ("all_at_once",)}


@pytest.fixture(autouse=True)
def one_row_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pair is a piece and a part of its own."""
    monkeypatch.setattr(screening, "PART_ROWS", 1)
    monkeypatch.setattr(problems, "CHUNK", 1)


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    """An executor without processes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a screen of four pairs in four parts."""
    folder = tmp_path_factory.mktemp("screen") / "out"
    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(1) as executor:
        patched.setattr(screening, "PART_ROWS", 1)
        patched.setattr(problems, "CHUNK", 1)
        screen(AMINES, CARBONYLS, out=folder, executor=executor, **QUICK)
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """The same, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def resumed(folder: Path, executor: Executor) -> list[int]:
    """Resume a screen; numbers of its rows."""
    found = screen(AMINES, CARBONYLS, out=folder, executor=executor, resume=True, **QUICK)
    assert len(list((folder / "parts").iterdir())) == len(found.manifest.parts)
    return list(found.to_frame(["pair"])["pair"])


def test_what_is_written_for_a_part_does_not_grow(tmp_path: Path) -> None:
    """The thousandth part costs a line as the first does, and the manifest holds no parts."""
    manifest = Manifest(
        inputs_sha256="",
        request={},
        model_name="",
        model_sha256="",
        planner_version="",
        n_pairs=1,
        n_pieces=1,
    )
    sizes = [0]
    for number in range(1000):
        part = {"name": f"part-{number:06d}.parquet", "rows": 1, "pieces": [number], "counts": {"planned": 1}}
        append_part(tmp_path, manifest, part)
        sizes.append((tmp_path / PART_LIST).stat().st_size)
    assert max(b - a for a, b in pairwise(sizes)) < 200
    assert manifest.done == set(range(1000))


def test_a_list_of_parts_that_is_cut_anywhere_counts_whole_lines(copied: Path) -> None:
    """Cut after any byte, the list names the parts whose lines are whole, and no other."""
    content = (copied / PART_LIST).read_bytes()
    names = [json.loads(line)["name"] for line in content.splitlines()]
    assert len(names) == 4
    for end in range(len(content) + 1):
        (copied / PART_LIST).write_bytes(content[:end])
        found = read_manifest(copied)
        assert found is not None
        assert [part["name"] for part in found.parts] == names[: content[:end].count(b"\n")]


def test_a_line_that_was_cut_is_not_continued(copied: Path, one_thread: Executor) -> None:
    """After a cut in the middle of the last line the screen is resumed, twice, with every row once."""
    content = (copied / PART_LIST).read_bytes()
    (copied / PART_LIST).write_bytes(content[:-7])
    assert resumed(copied, one_thread) == list(range(4))
    assert resumed(copied, one_thread) == list(range(4))


def files_of(folder: Path) -> dict[str, bytes]:
    """Read all that a folder holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_parts_that_no_kill_leaves_unnamed_are_not_taken_away(copied: Path) -> None:
    """Whichever lines the list loses, but for the last as a kill leaves it, that is one line and nothing is touched."""
    lines = (copied / PART_LIST).read_bytes().splitlines(keepends=True)
    for kept in (some for n in range(4) for some in combinations(range(4), n)):
        (copied / PART_LIST).write_bytes(b"".join(lines[i] for i in kept))
        if kept == (0, 1, 2):
            continue  # see the law below
        before = files_of(copied)
        with pytest.raises(TableError, match=f"{PART_LIST} has lost lines.*put the list back, or take"):
            screen(AMINES, CARBONYLS, out=copied, resume=True, **QUICK)
        assert files_of(copied) == before


def test_the_one_part_that_a_kill_leaves_unnamed_is_made_again(copied: Path, one_thread: Executor) -> None:
    """The part behind the last line is one that a kill left: its rows are made again, once."""
    lines = (copied / PART_LIST).read_bytes().splitlines(keepends=True)
    (copied / PART_LIST).write_bytes(b"".join(lines[:3]))
    assert resumed(copied, one_thread) == list(range(4))


def test_a_list_of_parts_that_is_gone_is_asked_for(copied: Path) -> None:
    """Without its list of parts, written before the manifest, a screen is neither resumed nor read, nor touched."""
    (copied / PART_LIST).unlink()
    before = files_of(copied)
    with pytest.raises(TableError, match=f"{PART_LIST} is missing.*put it back"):
        screen(AMINES, CARBONYLS, out=copied, resume=True, **QUICK)
    with pytest.raises(TableError, match=f"{PART_LIST} is missing"):
        open_screen(copied)
    assert files_of(copied) == before


def without_checksums(folder: Path) -> None:
    """Write the list of parts as earlier planners did."""
    lines = (folder / PART_LIST).read_text(encoding="utf-8").splitlines()
    parts = [{k: v for k, v in json.loads(line).items() if k != "sha256"} for line in lines]
    (folder / PART_LIST).write_text("".join(json.dumps(part) + "\n" for part in parts), encoding="utf-8")


def is_read(folder: Path) -> bool:
    """Tell whether all rows are read; where they are not, the part is named."""
    try:
        open_screen(folder).to_frame()
    except TableError as error:
        if re.search(r"part-000001\.parquet is (damaged|missing); resume", str(error)):
            return False
        raise
    return True


def taken_up(folder: Path) -> list[str]:
    """Open a folder to go on with its screen; names of the parts that are kept."""
    known = read_manifest(folder)
    assert known is not None
    return [part["name"] for part in opened(folder, known, resume=True).parts]


@pytest.mark.parametrize("has_checksum", [True, False])
def test_a_part_that_is_not_read_is_made_again(
    copied: Path, one_thread: Executor, has_checksum: bool
) -> None:
    """Whichever byte of a part changes, what is refused where it is read is made again; with checksums, all of it."""
    if not has_checksum:
        without_checksums(copied)
    part, listed = copied / "parts" / "part-000001.parquet", (copied / PART_LIST).read_bytes()
    sound, found = part.read_bytes(), []
    for place in range(0, len(sound), len(sound) // 150):
        part.write_bytes(sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :])
        (copied / PART_LIST).write_bytes(listed)
        found.append(is_read(copied))
        assert (part.name in taken_up(copied)) is found[-1], place
    assert not all(found)
    assert not (has_checksum and any(found))
    assert resumed(copied, one_thread) == list(range(4))
    assert is_read(copied)


def test_a_folder_of_an_earlier_planner_is_gone_on_with(copied: Path, one_thread: Executor) -> None:
    """Parts whose lines have no checksum are kept as they are, and have one afterwards."""
    listed, parts = (copied / PART_LIST).read_bytes(), files_of(copied / "parts")
    without_checksums(copied)
    assert is_read(copied)
    assert resumed(copied, one_thread) == list(range(4))
    assert files_of(copied / "parts") == parts
    assert list(map(json.loads, (copied / PART_LIST).read_bytes().splitlines())) == list(
        map(json.loads, listed.splitlines())
    )


def test_a_part_that_is_not_for_reading_is_not_taken_away(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where rights or a disk refuse a part, that says nothing of its rows: one line, and it stays."""
    part, sound = copied / "parts" / "part-000001.parquet", Path.read_bytes

    def refused(path: Path) -> bytes:
        if path == part:
            raise PermissionError(errno.EACCES, "Permission denied")
        return sound(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    for action in (taken_up, lambda folder: open_screen(folder).to_frame()):
        with pytest.raises(TableError, match=r"part-000001\.parquet cannot be read \(Permission denied\)"):
            action(copied)
    assert part.exists()


@pytest.mark.parametrize("name", LISTS[:2])
def test_a_list_that_is_damaged_is_written_again(copied: Path, one_thread: Executor, name: str) -> None:
    """A list beside the parts that cannot be read is named where it is read, and there again after resuming."""
    sound = (copied / name).read_bytes()
    for harmed in (b"something else", sound[:-20], None):
        if harmed is None:
            (copied / name).unlink()
        else:
            (copied / name).write_bytes(harmed)
        with pytest.raises(TableError, match=f"{name} is (damaged|missing); resume"):
            read_list_of(copied / name)
    assert resumed(copied, one_thread) == list(range(4))
    assert (copied / name).read_bytes() == sound


@pytest.mark.parametrize("harm", ["cut", "gone", "exchanged"])
def test_a_part_that_is_damaged_is_made_again(copied: Path, one_thread: Executor, harm: str) -> None:
    """A part that is no longer whole is said by name where it is read, and made again where the screen is resumed."""
    part = copied / "parts" / "part-000001.parquet"
    if harm == "gone":
        part.unlink()
    else:
        part.write_bytes(part.read_bytes()[:-20] if harm == "cut" else b"something else")
    with pytest.raises(TableError, match="part-000001"):
        open_screen(copied).to_frame()
    assert resumed(copied, one_thread) == list(range(4))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (MANIFEST, b"{"), (MANIFEST, b"[]"), (MANIFEST, b'{"a": 1}'), (MANIFEST, b"\xff\xfe\x00"), (MANIFEST, b""),
        (PART_LIST, b"{}\n"), (PART_LIST, b"no\n"), (PART_LIST, b'{"name": "../../x", "rows": 1}\n'),
        (PART_LIST, b"\xff\n"), (PART_LIST, b"3\n"), (MANIFEST, b"[" * 100_000),
    ],
)  # fmt: skip
def test_a_manifest_that_is_none_is_refused(copied: Path, name: str, content: bytes) -> None:
    """Whatever stands in the place of a manifest or its list of parts is one line, and nothing is touched."""
    (copied / name).write_bytes(content)
    for resume in (False, True):
        with pytest.raises(TableError, match="no manifest of a screen"):
            screen(AMINES, CARBONYLS, out=copied, resume=resume, **QUICK)
    assert len(list((copied / "parts").iterdir())) == 4


WRONG = (None, 3.5, "x", [], {}, ["x"], {"a": "x"}, {"a": []})
"""Values of many kinds; no value of a manifest or of a line may be of all of them."""


def harmed(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Put values of other kinds in the place of each."""
    for name, value in record.items():
        for wrong in WRONG:
            if isinstance(value, float) and isinstance(wrong, float):
                continue
            if type(wrong) is not type(value) or (isinstance(wrong, dict) and wrong and name != "request"):
                yield record | {name: wrong}


def test_values_of_other_kinds_are_refused(copied: Path) -> None:
    """Whichever value of a manifest or of a part's line is of another kind, that is one line."""
    record = json.loads((copied / MANIFEST).read_text(encoding="utf-8"))
    first, rest = (copied / PART_LIST).read_text(encoding="utf-8").split("\n", 1)
    for other in harmed(record):
        (copied / MANIFEST).write_text(json.dumps(other), encoding="utf-8")
        with pytest.raises(TableError):
            read_manifest(copied)
    (copied / MANIFEST).write_text(json.dumps(record), encoding="utf-8")
    for line in (*map(json.dumps, harmed(json.loads(first))), rest.split("\n")[0]):
        (copied / PART_LIST).write_text(f"{line}\n{rest}", encoding="utf-8")
        with pytest.raises(TableError, match=PART_LIST):
            read_manifest(copied)


def test_a_manifest_of_another_format_is_refused(copied: Path) -> None:
    """A folder of an earlier or later planner is named as that."""
    record = json.loads((copied / MANIFEST).read_text(encoding="utf-8"))
    for other in (1, 99):
        (copied / MANIFEST).write_text(json.dumps(record | {"format": other}), encoding="utf-8")
        with pytest.raises(TableError, match=f"has format {other}"):
            open_screen(copied)


@pytest.mark.parametrize("name", [*LISTS, SUMMARY, PAGE])
def test_files_that_are_not_of_a_screen_are_left_alone(tmp_path: Path, name: str) -> None:
    """A folder with a file of somebody else's by a name that a screen would write is refused, before lists are read."""
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(ProcedureError, match="nothing is replaced"):
        screen("no such file", "nor this", out=tmp_path, **QUICK)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_what_else_stands_among_the_parts_stays(copied: Path, one_thread: Executor) -> None:
    """A note among the parts is nobody's scrap."""
    names = (
        "parts/note.txt",
        "parts/part-of-mine.parquet",
        "parts/.part-of-mine",
        ".my.json.bak",
        ".a.parquet.old",
    )
    for name in names:
        (copied / name).write_text("mine", encoding="utf-8")
    (copied / "parts" / ".part-000009.parquet.77").write_bytes(b"half")
    (copied / f".{MANIFEST}.77").write_bytes(b"half")
    screen(AMINES, CARBONYLS, out=copied, executor=one_thread, resume=True, **QUICK)
    assert all((copied / name).read_text(encoding="utf-8") == "mine" for name in names)
    assert {path.name for path in copied.glob("**/.*")} == {
        Path(name).name for name in names if "/." in f"/{name}"
    }


def test_two_screens_do_not_write_into_one_folder(copied: Path, one_thread: Executor) -> None:
    """While one screen writes, another one is refused; once it ended, it is not."""
    pytest.importorskip("fcntl")
    with alone_in(copied), pytest.raises(ProcedureError, match="another screen"):
        resumed(copied, one_thread)
    assert resumed(copied, one_thread) == list(range(4))


def test_a_disk_that_is_full_at_any_write_loses_nothing(
    tmp_path: Path, one_thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever write fails, that is one line; resumed with room, every row is there once."""
    sound = os.fsync
    for allowed in count(0, 3):
        calls, out = iter(range(1000)), tmp_path / str(allowed)

        def full(place: int, calls: Iterator[int] = calls, allowed: int = allowed) -> None:
            if next(calls) >= allowed:
                raise OSError(errno.ENOSPC, "No space left on device")
            sound(place)

        monkeypatch.setattr(os, "fsync", full)
        said = ""
        try:
            screen(AMINES, CARBONYLS, out=out, executor=one_thread, **QUICK)
        except TableError as error:
            said = str(error)
        if not said:
            break
        assert "no space left" in said.lower()
        monkeypatch.setattr(os, "fsync", sound)
        assert resumed(out, one_thread) == list(range(4))
    assert allowed > 12  # three for each part, and more before and after


def test_a_packed_list_is_read_as_it_was(tmp_path: Path) -> None:
    """What gzip has packed is read as the file in it; what only looks packed, or is cut, is one line."""
    for name, text in (("a.smi", "CCN e\nCCCN p\n"), ("a.csv", "smiles,id,price\nCCN,e,2\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        packed = tmp_path / f"{name}.gz"
        packed.write_bytes(gzip.compress(text.encode()))
        assert read_list(packed, "amines") == read_list(tmp_path / name, "amines")
    for content in (b"CCN", gzip.compress(b"CCN" * 100)[:-9], b"\x1f\x8b\x08" + b"x" * 30):
        (tmp_path / "b.smi.gz").write_bytes(content)
        with pytest.raises(TableError, match="unpacked"):
            read_list(tmp_path / "b.smi.gz", "amines")


@pytest.mark.parametrize("out", ["", " ", "a file", "a file/below"])
def test_what_can_be_no_folder_is_refused(tmp_path: Path, out: str) -> None:
    """A file, a place below a file, and a name that is empty are one line, from Python and from the command line."""
    (tmp_path / "a file").write_text("mine", encoding="utf-8")
    (tmp_path / "a.smi").write_text("CCN\n", encoding="utf-8")
    (tmp_path / "c.smi").write_text("CCC=O\n", encoding="utf-8")
    place = str(tmp_path / out) if out.strip() else out
    with pytest.raises(PlannerError):
        screen(["CCN"], ["CCC=O"], out=place, **QUICK)
    words = ["--amines", str(tmp_path / "a.smi"), "--carbonyls", str(tmp_path / "c.smi"), "--out", place]
    result = CliRunner().invoke(main, ["screen", *words])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert (tmp_path / "a file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("executor", [0, -1])
def test_no_process_is_no_executor(tmp_path: Path, executor: int) -> None:
    """A number of processes is one or more."""
    with pytest.raises(ProcedureError, match="processes"):
        screen(["CCN"], ["CCC=O"], out=tmp_path / "out", executor=executor, **QUICK)


def test_pieces_that_are_cut_otherwise_are_not_mixed(
    copied: Path, one_thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planner that cuts the same pairs into other pieces does not go on, for their numbers name other pairs."""
    monkeypatch.setattr(problems, "CHUNK", 2)
    with pytest.raises(ProcedureError, match="n_pieces"):
        screen(AMINES, CARBONYLS, out=copied, executor=one_thread, resume=True, **QUICK)
