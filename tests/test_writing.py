"""Writing: a command's files are whole, all of them or none; nothing that it reads or that a link points to is lost."""

import errno
import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.cli import main
from planner.errors import TableError
from planner.files.writing import _hidden, check_outputs, write_all, write_file
from planner.plans.recommendation import Plan
from planner.plans.saved import save_plan

PROGRAM = "from planner.cli import main; main()"


@pytest.fixture
def folder(stab: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plan, in which one stands."""
    monkeypatch.chdir(tmp_path)
    save_plan(stab, "plan.json")
    return tmp_path


def names(folder: Path) -> list[str]:
    """What a folder holds, hidden files too."""
    return sorted(p.name for p in folder.iterdir())


def started(*words: str, **streams: object) -> "subprocess.Popen[bytes]":
    """Start the command line in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *words], stderr=subprocess.PIPE, **streams)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sheet", "plan.json", "250 mg", "--csv", "plan.json"], "it is an input too"),
        (["sheet", "plan.json", "250 mg", "--html", "./sub/../plan.json"], "it is an input too"),
        (["sheet", "plan.json", "250 mg", "--csv", "link"], "it is an input too"),
        (["open", "plan.json", "--csv", "hard"], "it is an input too"),
        (["sheet", "link", "250 mg", "--eln", "plan.json"], "it is an input too"),
        (["recommend", "N", "CC=O", "--csv", "x", "--save", "x"], "it is CSV too"),
        (["recommend", "N", "CC=O", "--csv", "new", "--save", "sub/../new"], "it is CSV too"),
        (["recommend", "N", "CC=O", "--csv", "onward", "--save", "new"], "it is CSV too"),
        (
            ["sheet", "plan.json", "1 mmol", "--csv", "a.csv", "--html", "no/such/x.html"],
            "there is no folder",
        ),
        (["sheet", "plan.json", "1 mmol", "--csv", "a.csv", "--eln", "sub"], "it is a folder"),
        (["recommend", "N", "CC=O", "--csv", "plan.json/x.csv"], "there is no folder"),
        (["recommend", "N", "CC=O", "--csv", "loop"], "loop"),
        (["recommend", "N", "CC=O", "--save", "x" * 300], "too long"),
        (["sbml", "N", "CC=O", "--out", "sub"], "it is a folder"),
        (["recommend", "N", "CC=O", "--csv", "x.xlsx"], "end it in .csv"),
        (["recommend", "N", "CC=O", "--save", "x.CSV"], "end it in .json"),
        (["sheet", "plan.json", "1 mmol", "--html", "x.pdf"], "end it in .html"),
        (["sheet", "plan.json", "1 mmol", "--eln", "x.zip"], "end it in .eln"),
        (["sheet", "plan.json", "1 mmol", "--xlsx", "x.csv"], "end it in .xlsx"),
        (["sbml", "N", "CC=O", "--out", "f.toml"], "end it in .xml"),
    ],
)
def test_refused_before_any_work(
    words: list[str], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An input as output, one file twice under any spelling, a place or ending that is wrong: one line, no work."""
    (folder / "sub").mkdir()
    (folder / "link").symlink_to("plan.json")
    (folder / "hard").hardlink_to("plan.json")
    (folder / "onward").symlink_to("new")
    (folder / "loop").symlink_to("loop")
    before, plan = names(folder), (folder / "plan.json").read_bytes()
    monkeypatch.setattr("planner.recommend", lambda *_, **__: pytest.fail("searched"), raising=False)
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 2, run.exception
    assert said in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert names(folder) == before
    assert (folder / "plan.json").read_bytes() == plan


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_what_is_not_ours_is_refused(tmp_path: Path) -> None:
    """A folder and a file without the right to write are refused by name before the work."""
    (tmp_path / "x.csv").touch(mode=0o444)
    with pytest.raises(TableError, match="not yours"):
        check_outputs({"CSV": tmp_path / "x.csv"})
    tmp_path.chmod(0o555)
    with pytest.raises(TableError, match="not yours"):
        check_outputs({"CSV": tmp_path / "y.csv"})
    tmp_path.chmod(0o755)


def test_ordinary_outputs_pass(tmp_path: Path) -> None:
    """New and old files, unusual endings, a link to nothing yet and the null device twice are all right."""
    (tmp_path / "old.csv").touch()
    (tmp_path / "link").symlink_to("new.csv")
    null = Path(os.devnull)
    for place in ("old.csv", "x.txt", "x", "link", "naïve µ.csv", ".csv"):
        check_outputs({"CSV": tmp_path / place, "JSON": None})
    check_outputs({"CSV": null, "JSON": null, "HTML": None}, [tmp_path / "plan.json", None, tmp_path])


def test_links_are_followed(tmp_path: Path) -> None:
    """What a link leads to is replaced, near, far or not there yet; the link stays a link, the rights stay."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "real.csv").write_bytes(b"old")
    (tmp_path / "sub" / "real.csv").chmod(0o640)
    (tmp_path / "far").symlink_to("near")
    (tmp_path / "near").symlink_to("sub/real.csv")
    (tmp_path / "fresh").symlink_to("sub/new.csv")
    write_all({tmp_path / "far": b"new", tmp_path / "fresh": b"first"})
    assert (tmp_path / "sub" / "real.csv").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "sub" / "real.csv").stat().st_mode) == 0o640
    assert (tmp_path / "sub" / "new.csv").read_bytes() == b"first"
    assert all((tmp_path / link).is_symlink() for link in ("far", "near", "fresh"))
    assert names(tmp_path / "sub") == ["new.csv", "real.csv"]


def test_pipes_and_devices_are_written_to_and_stay(tmp_path: Path) -> None:
    """A pipe gets the content and stays a pipe; a device, and a link to it, stay what they are."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    (tmp_path / "null").symlink_to(os.devnull)
    write_all({pipe: b"through", tmp_path / "null": b"gone", tmp_path / "x": b"x"})
    reader.join(10)
    assert read == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR((tmp_path / "null").stat().st_mode)
    assert names(tmp_path) == ["null", "pipe", "x"]


def test_pipes_come_last(tmp_path: Path) -> None:
    """Where a file cannot be written, nothing goes through the pipe; where the device is full, the file is there."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(TableError, match="folder"):
        write_all({tmp_path / "pipe": b"x", tmp_path / "folder": b"x"})  # would wait for a reader for ever
    with pytest.raises(TableError, match="cannot write the result: no space left"):
        write_all({Path("/dev/full"): b"x" * 10, tmp_path / "x.csv": b"x"})
    assert (tmp_path / "x.csv").read_bytes() == b"x"


@pytest.mark.parametrize("kind", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
@pytest.mark.parametrize("instant", range(3))
@pytest.mark.parametrize("step", ["open", "replace"])
def test_all_or_none(
    kind: BaseException, instant: int, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error or an interrupt at any of three files leaves all as they were, the new one absent, no scraps."""
    (tmp_path / "a").write_bytes(b"old a")
    (tmp_path / "c").write_bytes(b"old c")
    real, calls = getattr(Path, step), iter(range(100))

    def failing(path: Path, *words: str) -> object:
        if next(calls) == instant:
            raise kind
        return real(path, *words)

    monkeypatch.setattr(Path, step, failing)
    with pytest.raises((TableError, KeyboardInterrupt)):
        write_all({tmp_path / n: b"new" for n in "abc"})
    monkeypatch.undo()
    assert names(tmp_path) == ["a", "c"]
    assert [(tmp_path / n).read_bytes() for n in "ac"] == [b"old a", b"old c"]


def test_a_disk_without_second_names_keeps_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the old content cannot be linked it is copied, and comes back whole when a later file fails."""
    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "no")))
    write_all({tmp_path / "a": b"older", tmp_path / "b": b"new"})
    real = Path.replace
    monkeypatch.setattr(
        Path,
        "replace",
        lambda p, to: (_ for _ in ()).throw(OSError(errno.EIO, "no")) if to.name == "b" else real(p, to),
    )
    with pytest.raises(TableError):
        write_all({tmp_path / "a": b"newest", tmp_path / "b": b"newest"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"older", "b": b"new"}


def test_what_cannot_be_made_is_not_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of several contents cannot be made, here a workbook without its library, none is written."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    words = ["sheet", "plan.json", "1 mmol", "--csv", "a.csv", "--html", "b.html", "--xlsx", "c.xlsx"]
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 2
    assert "openpyxl" in run.stderr
    assert names(folder) == ["plan.json"]


def test_a_secret_file_stays_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbour of a file that others may not read cannot be read by them either, at any time."""
    (tmp_path / "x").touch(mode=0o600)
    modes = []
    monkeypatch.setattr(os, "fsync", lambda file: modes.append(stat.S_IMODE(os.fstat(file).st_mode)))
    write_all({tmp_path / "x": b"new"})
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600


def test_scraps_of_the_dead_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process that is gone has left is removed and named; of the living and of other hosts it stays."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    kept = []
    for pid, host in ((gone.pid, None), (os.getpid(), None), (1, None), (gone.pid, "elsewhere")):
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda pid=pid: pid)
            if host:
                patch.setattr("platform.node", lambda host=host: host)
            kept.append(_hidden(tmp_path / "x.csv"))
        kept[-1].touch()
    (tmp_path / ".x.csv.planner").touch()
    assert write_all({tmp_path / "x.csv": b"x"}) == [kept[0].name]
    assert names(tmp_path) == sorted([*(p.name for p in kept[1:]), ".x.csv.planner", "x.csv"])


def test_names_of_all_kinds(tmp_path: Path) -> None:
    """Long names, other scripts and line breaks are written as they are; what no file can be called is refused."""
    for name in ("x" * 255, "µ☐naïve" * 12, "a\nb.csv", " .csv", "-x"):
        write_file(tmp_path / name, b"x")
        assert (tmp_path / name).read_bytes() == b"x"
    for name in ("x" * 256, "a\0b", ""):
        with pytest.raises(TableError, match="cannot write"):
            write_file(tmp_path / name, b"x")
    assert len(names(tmp_path)) == 5


@pytest.mark.parametrize("words", [["models", "--format", "csv"], ["--help"], ["sites", "NCCN"]])
def test_full_output_is_one_line(words: list[str]) -> None:
    """Standard output on a full disk is told in one line, with exit code 2."""
    with open("/dev/full", "wb") as full:
        run = started(*words, stdout=full)
        said = run.communicate(timeout=60)[1].decode()
    assert run.returncode == 2
    assert said.startswith("Error: cannot write the result: no space left")
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [["models", "--format", "csv"], ["sites", "NCCN", "--format", "json"]])
def test_a_reader_that_leaves_is_told_nothing(words: list[str]) -> None:
    """A broken pipe ends the command in silence, as that signal ends other programs."""
    reading, writing = os.pipe()
    os.close(reading)
    run = started(*words, stdout=writing)
    os.close(writing)
    assert run.communicate(timeout=60)[1] == b""
    assert run.returncode == 141


def test_standard_output_as_a_file_name(folder: Path) -> None:
    """Results go to /dev/stdout before what is printed; a file that is printed to is refused as an output by name."""
    with open("out", "wb") as out:
        run = started("open", "plan.json", "--csv", "/dev/stdout", "--format", "json", stdout=out)
        assert run.communicate(timeout=60)[1] == b"wrote /dev/stdout\n"
    text = (folder / "out").read_text(encoding="utf-8")
    assert text.startswith("rank,amine_smiles")
    assert text.endswith("}\n")
    with open("out", "wb") as out:
        run = started("open", "plan.json", "--csv", "out", stdout=out)
        assert b"prints to too" in run.communicate(timeout=60)[1]
    assert run.returncode == 2


@pytest.mark.parametrize("module", ["click.core", "planner.errors", "planner.cli.options", "numpy", "rdkit"])
def test_ctrl_c_while_modules_load(module: str) -> None:
    """Ctrl-C while the program still loads, early or late, prints one word and no traceback."""
    words = [sys.executable, "-X", "importtime", "-c", PROGRAM, "predict", "NCc1ccccc1", "CCCC=O"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        said = []
        for line in run.stderr or ():
            said.append(line)
            if line.split("|")[-1].strip() == module:
                run.send_signal(signal.SIGINT)
                module = "sent"
    assert "".join(line for line in said if not line.startswith("import time:")).strip() == "Aborted!"
    assert run.returncode == 1


def test_ctrl_c_that_a_library_turns_into_its_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that says it failed to load because of Ctrl-C ends as that does; a real failure is a bug."""

    def interrupted(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise ImportError("initialization failed") from error

    monkeypatch.setattr("planner.predict", interrupted, raising=False)
    run = CliRunner().invoke(main, ["predict", "NCc1ccccc1", "CCCC=O"])
    assert (run.exit_code, run.stderr.strip()) == (1, "Aborted!")
    monkeypatch.setattr("planner.predict", lambda *_, **__: 1 / 0, raising=False)
    assert isinstance(CliRunner().invoke(main, ["predict", "N", "CC=O"]).exception, ZeroDivisionError)


SHEET = ("sheet", "plan.json", "250 mg", "--csv", "a.csv", "--html", "b.html", "--eln", "c.eln")
INSTANTS = 50


def forked(before: Callable[[], None]) -> int:
    """Run the sheet's command in a copy of this process; return how it ended, as ``waitpid`` says."""
    if (child := os.fork()) == 0:
        before()
        done = CliRunner().invoke(main, SHEET).exit_code
        os._exit(done)
    return os.waitpid(child, 0)[1]


def kill_at_touch(number: int) -> None:
    """End this process, as kill -9 does, when it is about to touch a file for the n-th time."""
    left = iter(range(number, -1, -1))

    def hook(event: str, words: tuple[object, ...]) -> None:
        is_ours = any(str(w).endswith((".planner", "a.csv", "b.html", "c.eln")) for w in words)
        if (is_ours or event == "os.listdir") and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    real = os.fsync
    os.fsync = lambda file: (hook("fsync", (".planner",)), real(file))[1]
    sys.addaudithook(hook)


def kill_after(seconds: float) -> None:
    """End this process after a time, whatever it does then."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_kill_at_any_instant(folder: Path) -> None:
    """Killed at 50 instants, a command leaves three whole files, old or new; the next run finishes and tidies up."""
    places = [folder / n for n in ("a.csv", "b.html", "c.eln")]
    plan = (folder / "plan.json").read_bytes()
    assert forked(lambda: None) == 0
    began = time.monotonic()
    assert forked(lambda: None) == 0
    whole, new, ended = time.monotonic() - began, [p.read_bytes() for p in places], []
    for instant in range(INSTANTS):
        for place in places:
            place.write_bytes(b"old")
        how = (
            (lambda n=instant: kill_at_touch(n))
            if instant < INSTANTS // 2
            else (lambda n=instant: kill_after(whole * (n - INSTANTS // 2 + 1) / (INSTANTS // 2)))
        )
        ended.append(forked(how))
        found = [p.read_bytes() for p in places]
        assert all(f in (b"old", n) for f, n in zip(found[:2], new[:2], strict=True))
        assert found[2] == b"old" or zipfile.ZipFile(io.BytesIO(found[2])).testzip() is None
        assert forked(lambda: None) == 0
        assert [p.read_bytes() for p in places[:2]] == new[:2]
        assert names(folder) == ["a.csv", "b.html", "c.eln", "plan.json"]
        assert (folder / "plan.json").read_bytes() == plan
    assert sum(os.WIFSIGNALED(status) for status in ended) >= INSTANTS // 2
