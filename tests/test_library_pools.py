"""Pools of a library: the default one, one that loses a process, and one that was given and is lost."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from interruptions import in_the_middle
from planner.errors import ProcedureError, SimulationError
from planner.library import executors, problems
from planner.library.executors import MOST_POOLS, Pools
from planner.library.screened import open_screen
from planner.library.screening import screen

AMINES, CARBONYLS = ["NCc1ccccc1", "C1CCNCC1"], ["CCCC=O", "O=Cc1ccccc1", "O=C1CCCCC1"]
QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",), "additions": ("all_at_once",)}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of one pair, so that there are several on their way."""
    monkeypatch.setattr(problems, "CHUNK", 1)


def kill_the_pool() -> None:
    """Kill a process of the pool that runs."""
    pid = active_children()[0].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


class Flaky(ThreadPoolExecutor):
    """Breaks as a pool does: when work is given to it, after so much was taken."""

    def __init__(self, most: int) -> None:
        super().__init__(1)
        self.left = most

    def submit(self, *given: Any, **named: Any) -> Future[Any]:
        """Take it, or break."""
        self.left -= 1
        if self.left < 0:
            raise BrokenExecutor("a process of the pool was terminated abruptly")
        return super().submit(*given, **named)


def test_a_pool_that_loses_a_process_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed in the middle ends its pool and not the screen: every row is there once."""
    made = list[int]()
    real = executors.pool
    monkeypatch.setattr(executors, "pool", lambda workers: (made.append(1), real(workers))[1])
    tell, done = in_the_middle(monkeypatch, kill_the_pool)
    found = screen(AMINES, CARBONYLS, out=tmp_path / "out", executor=1, progress=tell, **QUICK)
    assert (len(done), len(made)) == (1, 2)
    assert found.to_frame(["pair"])["pair"].tolist() == list(range(6))


@pytest.mark.parametrize("most", [0, 1, 3, 4])
def test_a_pool_that_breaks_as_work_is_given_to_it_loses_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Wherever a pool breaks, what was drawn for it and what was on its way is done by the next one, once."""
    pools = iter([Flaky(most), Flaky(most + 1), Flaky(1000)])
    monkeypatch.setattr(executors, "pool", lambda workers: next(pools))
    found = screen(AMINES, CARBONYLS, out=tmp_path / "out", **QUICK)
    assert found.to_frame(["pair"])["pair"].tolist() == list(range(6))
    assert next(pools, None) is None


def test_pools_that_break_every_time_are_counted_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many pools the screen ends and says how many were lost; what was done before is kept."""
    made = list[Flaky]()

    def pool(workers: int | None) -> Flaky:
        made.append(Flaky(5 if not made else 0))
        return made[-1]

    monkeypatch.setattr(executors, "pool", pool)
    with pytest.raises(SimulationError, match=rf"lost {MOST_POOLS} times .*fewer workers") as caught:
        screen(AMINES, CARBONYLS, out=tmp_path / "out", **QUICK)
    assert len(made) == MOST_POOLS
    assert executors.GUARD not in str(caught.value)
    assert open_screen(tmp_path / "out").manifest.n_rows > 0


def test_an_executor_that_was_given_is_lost_once(tmp_path: Path) -> None:
    """What is not ours is not made again: one line says that it is gone."""
    with Flaky(0) as executor, pytest.raises(SimulationError, match=r"gone \(BrokenExecutor"):
        screen(AMINES, CARBONYLS, out=tmp_path / "out", executor=executor, **QUICK)


def test_a_script_without_a_guard_is_told_so(tmp_path: Path) -> None:
    """Processes that import the script that makes them end at once; the last line says what a script needs."""
    script = tmp_path / "script.py"
    script.write_text(
        "from planner.library.screening import screen\n"
        f"screen(['NCc1ccccc1'], ['CCCC=O'], out={str(tmp_path / 'out')!r}, executor=1, **{QUICK!r})\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode != 0
    assert re.search(rf"lost {MOST_POOLS} times .*{re.escape(executors.GUARD)}", ran.stderr.splitlines()[-1])


@pytest.mark.parametrize(("system", "n"), [("posix", 0), ("posix", -3), ("nt", 62)])
def test_processes_that_cannot_be_had_are_refused(
    monkeypatch: pytest.MonkeyPatch, system: str, n: int
) -> None:
    """A number of processes is one or more, and not more than the system has."""
    monkeypatch.setattr(executors.os, "name", system)
    with pytest.raises(ProcedureError, match=f"{n} processes"):
        Pools(n)


def test_workers_are_counted() -> None:
    """The number of pieces on their way follows the workers of the executor."""
    with ProcessPoolExecutor(3) as pool:
        assert executors.workers_of(pool) == 3
        assert Pools(pool).n_workers() == 3
