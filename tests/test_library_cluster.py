"""Libraries on many machines: a real Dask scheduler on loopback, workers that die, a scheduler that comes back."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from interruptions import in_the_middle
from planner.errors import ProcedureError, SimulationError
from planner.library import executors, problems, screening
from planner.library.screened import open_screen
from planner.library.screening import screen

distributed = pytest.importorskip("distributed")
AMINES, CARBONYLS = ["NCc1ccccc1", "C1CCNCC1", "CCCCN", "NCCN"], ["CCCC=O", "O=Cc1ccccc1", "O=C1CCCCC1"]
QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",), "additions": ("all_at_once",)}

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A scheduler and two workers, each a process."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as found:
        yield found


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of two pairs, so that there are several on their way."""
    monkeypatch.setattr(problems, "CHUNK", 2)


@pytest.mark.usefixtures("small_pieces")
def test_a_cluster_gives_the_rows_of_one_machine(tmp_path: Path, cluster: Any) -> None:
    """Two workers of a cluster write what a pool of processes writes."""
    with executors.cluster(cluster.scheduler_address) as executor:
        there = screen(AMINES, CARBONYLS, out=tmp_path / "there", executor=executor, **QUICK).to_frame()
    here = screen(AMINES, CARBONYLS, out=tmp_path / "here", **QUICK).to_frame()
    assert there.equals(here)


@pytest.mark.usefixtures("small_pieces")
def test_a_worker_that_is_killed_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Any
) -> None:
    """A worker of a cluster killed in the middle: its pieces run again, every row is there once."""
    monkeypatch.setattr(screening, "AHEAD", 1)

    def kill() -> None:
        nanny = cluster.workers[0]
        os.kill(nanny.process.pid if hasattr(nanny, "process") else nanny.pid, signal.SIGKILL)

    tell, done = in_the_middle(monkeypatch, kill)
    with executors.cluster(cluster.scheduler_address) as executor:
        found = screen(AMINES, CARBONYLS, out=tmp_path / "out", executor=executor, progress=tell, **QUICK)
    assert done
    assert found.to_frame(["pair"])["pair"].tolist() == list(range(12))
    assert set(found.counts) == {"planned"}


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler and one worker, each a process of its own; the address, and the scheduler."""
    folder.mkdir()
    file, cli = folder / "scheduler.json", [sys.executable, "-m"]
    where = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    first = subprocess.Popen([*cli, "distributed.cli.dask_scheduler", "--port", "0", *where], **quiet)
    second = subprocess.Popen([*cli, "distributed.cli.dask_worker", "--nthreads", "1", *where], **quiet)
    try:
        for _ in range(600):
            if file.exists() and file.read_text(encoding="utf-8").strip():
                break
            time.sleep(0.1)
        yield json.loads(file.read_text(encoding="utf-8"))["address"], first
    finally:
        for process in (second, first):
            process.kill()
            process.wait()


@pytest.mark.usefixtures("small_pieces")
def test_a_scheduler_that_is_killed_is_one_line_and_another_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheduler killed in the middle ends the screen with what to do; with another one every row is there once."""
    monkeypatch.setattr(screening, "PART_ROWS", 2)
    monkeypatch.setattr(screening, "AHEAD", 1)
    given: dict[str, Any] = {"out": tmp_path / "out", "resume": True} | QUICK
    with scheduler(tmp_path / "first") as (address, process):
        tell, _ = in_the_middle(monkeypatch, process.kill)
        with (
            pytest.raises(SimulationError, match=r"are gone .*--resume"),
            executors.cluster(address) as executor,
        ):
            screen(AMINES, CARBONYLS, executor=executor, progress=tell, **given)
    left = open_screen(tmp_path / "out").manifest.n_rows
    assert 0 < left < 12
    with scheduler(tmp_path / "second") as (address, _), executors.cluster(address) as executor:
        found = screen(AMINES, CARBONYLS, executor=executor, **given)
    assert found.to_frame(["pair"])["pair"].tolist() == list(range(12))


def test_an_address_where_nothing_answers_is_one_line() -> None:
    """A cluster that is not there is said so, with what to give."""
    with pytest.raises(ProcedureError, match="no Dask scheduler"), executors.cluster("tcp://127.0.0.1:9"):
        pass


def test_workers_are_counted(cluster: Any) -> None:
    """The number of pieces on their way follows the workers of the executor."""
    with executors.cluster(cluster.scheduler_address) as executor:
        assert executors.workers_of(executor) == 2
