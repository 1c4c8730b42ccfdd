"""Files of a models folder: only regular ones of a sensible size, each read once; what is wrong is one line."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from planner.errors import ParameterError
from planner.files.reading import read_bytes
from planner.model import folders
from planner.model.folders import models_folder, read_shelf, read_toml
from planner.model.parameters import load_model

SHIPPED = models_folder()
FILES = (
    "sites.toml",
    "warnings.toml",
    "hazards.toml",
    "sensitive.toml",
    "workup.toml",
    "basicity.toml",
    "hammett.toml",
    "reagents.csv",
    "default/common.toml",
    "default/steps.toml",
    "default/reductants/stab.toml",
)
TOMLS = tuple(name for name in FILES if name.endswith("toml"))


def device(file: Path) -> None:
    """Put a link to a device that never ends in the place of a file."""
    file.symlink_to("/dev/zero")


def pipe(file: Path) -> None:
    """Put a pipe to which nobody writes in the place of a file."""
    os.mkfifo(file)


def linked_pipe(file: Path) -> None:
    """Put a link to a pipe in the place of a file."""
    os.mkfifo(file.with_suffix(".pipe"))
    file.symlink_to(file.with_suffix(".pipe"))


def directory(file: Path) -> None:
    """Put a folder in the place of a file."""
    file.mkdir()


def huge(file: Path) -> None:
    """Write 60 MB that are sound TOML."""
    file.write_bytes(b"# 12\n" * 12_000_000)


def refused(folder: Path) -> str:
    """Load a folder, which must be refused at once in one line."""
    start = time.monotonic()
    with pytest.raises(ParameterError) as caught:
        load_model(folder)
    assert time.monotonic() - start < 5.0
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("spoil", [device, pipe, linked_pipe, directory, huge])
def test_only_regular_files_of_a_sensible_size(
    folder: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    """A device, a pipe, a link to either, a folder or 60 MB are refused at once, whichever file they stand for."""
    (folder / name).unlink()
    spoil(folder / name)
    message = refused(folder)
    assert str(folder / name) in message
    assert message.count("cannot read") <= 1


@pytest.mark.parametrize("name", TOMLS)
@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"x = " + b"1" * 400, "line 1"),
        (b"y = 1\nx = -" + b"9" * 5000, "line 2"),
        (b"x = 0x" + b"f" * 4000, "line 1"),
        (b"x = " + b"[" * 20_000, "line 1"),
        (b"\nx = " + b"[" * 20_000 + b"]" * 20_000, "line 2"),
        (b"x = " + b"{a=" * 20_000, "line 1"),
        (b"x = [\n" + b"[\n" * 20_000, "line 33"),
        (b"a." * 20_000 + b"b = 1", "line 1"),
        (b"[" + b"a . " * 20_000 + b"b]", "line 1"),
        (b"x = 'a\x01b'", "line 1"),
        (b"x = 1\ny = 'caf\xe9'", "line 2"),
    ],
)
def test_what_no_toml_needs_is_refused_by_line(folder: Path, name: str, text: bytes, place: str) -> None:
    """Endless numbers, brackets and keys, control characters and other encodings are named by file and line."""
    (folder / name).write_bytes(text + b"\n" + (folder / name).read_bytes())
    message = refused(folder)
    assert str(folder / name) in message
    assert place in message


@pytest.mark.parametrize("value", ["0x" + "f" * 260, "1e400", "-inf", "nan", '"a\\u0000b"', '"\\u001b[31m"'])
@pytest.mark.parametrize(
    ("name", "key"), [("default/solvents.toml", "density_g_per_mL"), ("default/solvents.toml", "formula")]
)
def test_a_value_beyond_all_numbers_is_refused_by_key(folder: Path, name: str, key: str, value: str) -> None:
    """A number that no float holds, and text with a control character, are named by file and key."""
    file = folder / name
    lines = file.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"{key} ="))
    lines[first] = f"{key} = {value}"
    file.write_text("\n".join(lines), encoding="utf-8")
    message = refused(folder)
    assert str(file) in message
    assert key in message
    assert message.isprintable()


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    """What an editor writes in front of UTF-8 changes no number."""
    for name in FILES:
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert load_model(folder).parameters == load_model().parameters


def test_each_file_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hashed is what is parsed: a call opens no file twice, and the long list of names not at all."""
    opened: list[str] = []
    read = read_bytes

    def counted(path: str | Path, **more: int) -> bytes:
        opened.append(str(path))
        return read(path, **more)

    monkeypatch.setattr(folders, "read_bytes", counted)
    with (folder / "default/common.toml").open("a", encoding="utf-8") as handle:
        handle.write("# of this test\n")
    for _ in range(2):
        opened.clear()
        load_model(folder)
        assert len(opened) == len(set(opened))
        assert set(opened) == {str(f) for f in read_shelf(folder).files if f.name != "names.csv"}


def test_a_file_that_changes_while_it_is_read_is_one_of_the_two(folder: Path) -> None:
    """A shelf that was read keeps what it read, whatever happens to the folder."""
    shelf = read_shelf(folder)
    (folder / "hazards.toml").write_text("", encoding="utf-8")
    assert shelf.toml(folder / "hazards.toml")["hazards"]
    assert read_shelf(folder) != shelf


ODD = st.sampled_from(
    [
        "",
        "-1",
        "0",
        "1e999",
        "9" * 200,
        "true",
        '""',
        '"\\n"',
        "[]",
        "[[]]",
        "{}",
        "{a = 1}",
        "1979-05-27",
        "nan",
    ]
)


@settings(max_examples=150)
@given(st.sampled_from(TOMLS), st.integers(0, 10_000), ODD)
def test_any_value_in_any_line_is_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: int, value: str
) -> None:
    """Whatever stands in the place of a value, the folder is a model or a line."""
    text = (SHIPPED / name).read_text(encoding="utf-8").splitlines()
    lines = [i for i, line in enumerate(text) if " = " in line]
    chosen = lines[place % len(lines)]
    text[chosen] = f"{text[chosen].partition(' = ')[0]} = {value}"
    mine = tmp_path_factory.mktemp("odd") / "models"
    shutil.copytree(SHIPPED, mine)
    (mine / name).write_text("\n".join(text), encoding="utf-8")
    with suppress(ParameterError):
        load_model(mine)


def test_read_toml_alone_reads_the_file(tmp_path: Path) -> None:
    """A file that is on no shelf is read under the same rules."""
    (tmp_path / "x.toml").write_text("a = 1\r\n", encoding="utf-8", newline="")
    assert read_toml(tmp_path / "x.toml") == {"a": 1}
    with pytest.raises(ParameterError, match="not there"):
        read_toml(tmp_path / "y.toml")
