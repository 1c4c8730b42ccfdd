"""Libraries on many machines: a real Dask scheduler on loopback, workers that die, a scheduler that comes back."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from planner.errors import ProcedureError
from planner.library import executors, problems
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
def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path, cluster: Any) -> None:
    """A worker of a cluster killed in the middle: its pieces run again, every row is there once."""
    with executors.cluster(cluster.scheduler_address) as executor:
        victim = (
            cluster.workers[0].process.pid
            if hasattr(cluster.workers[0], "process")
            else cluster.workers[0].pid
        )
        killed = threading.Timer(3.0, os.kill, (victim, signal.SIGKILL))
        killed.start()
        found = screen(AMINES, CARBONYLS, out=tmp_path / "out", executor=executor, **QUICK)
        killed.join()
    assert found.to_frame(["pair"])["pair"].tolist() == list(range(12))
    assert set(found.counts) == {"planned"}


@pytest.mark.usefixtures("small_pieces")
def test_a_scheduler_that_is_started_again_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the scheduler goes, the screen ends; a new one resumes it, and every row is there once."""
    from planner.library import screening

    monkeypatch.setattr(screening, "PART_ROWS", 2)
    given: dict[str, Any] = {"out": tmp_path / "out", "resume": True} | QUICK
    for seconds in (4.0, None):
        with (
            distributed.LocalCluster(
                n_workers=1, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
            ) as found,
            executors.cluster(found.scheduler_address) as executor,
        ):
            if seconds is None:
                rows = (
                    screen(AMINES, CARBONYLS, executor=executor, **given).to_frame(["pair"])["pair"].tolist()
                )
                break

            def stop(done: float, words: str, start: float = time.monotonic(), most: float = seconds) -> None:
                if time.monotonic() - start > most:
                    raise ConnectionError("the scheduler is gone")

            with pytest.raises(ConnectionError):
                screen(AMINES, CARBONYLS, executor=executor, progress=stop, **given)
    assert rows == list(range(12))


@pytest.mark.usefixtures("small_pieces")
def test_a_pool_that_loses_a_process_is_replaced(tmp_path: Path) -> None:
    """A process of our own pool that is killed ends that pool and not the screen."""

    def kill_one() -> None:
        children = active_children()
        if children and children[0].pid:
            os.kill(children[0].pid, signal.SIGKILL)

    killed = threading.Timer(6.0, kill_one)
    killed.start()
    found = screen(AMINES, CARBONYLS, out=tmp_path / "out", **QUICK)
    killed.join()
    assert found.to_frame(["pair"])["pair"].tolist() == list(range(12))


def test_an_address_where_nothing_answers_is_one_line() -> None:
    """A cluster that is not there is said so, with what to give."""
    with pytest.raises(ProcedureError, match="no Dask scheduler"), executors.cluster("tcp://127.0.0.1:9"):
        pass


def test_workers_are_counted(cluster: Any) -> None:
    """The number of pieces on their way follows the workers of the executor."""
    with executors.cluster(cluster.scheduler_address) as executor:
        assert executors.workers_of(executor) == 2
    with ProcessPoolExecutor(3) as pool:
        assert executors.workers_of(pool) == 3
