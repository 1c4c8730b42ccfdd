"""Executors: where pieces of work run. The protocol is that of ``concurrent.futures``; nothing of it is ours.

A pool of processes by default, one a core; any executor that is given; that of a Dask cluster by its address. A pool
whose process dies is replaced and its pieces run again, a few times; Dask does the like by itself.
"""

import math
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

from planner.errors import ProcedureError, SimulationError

MOST_POOLS = 4
"""Pools that are made before a screen gives up: what kills a process every time is no accident."""

RETRIES = 3
"""Times that Dask runs a piece again whose worker died."""
COUNT_S = 5.0
"""Time after which the workers of an executor are counted again [s]."""
GUARD = 'if __name__ == "__main__":'
"""Without it every process of a pool runs the script that makes it."""
MOST_ON_WINDOWS = 61
"""Processes of a pool there (``concurrent.futures``)."""


def pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Make a pool of processes, one a core where no number is given; each is fresh, and leaves Ctrl-C to its parent."""
    return ProcessPoolExecutor(
        max_workers=workers or cores(), mp_context=get_context("spawn"), initializer=_deaf_to_interrupts
    )


def cores() -> int:
    """Count the cores that this process may use."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, MOST_ON_WINDOWS) if os.name == "nt" else found


def _deaf_to_interrupts() -> None:
    """Leave Ctrl-C to the parent, and end with it, however it ends: a parent that is killed closes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Wait for the end of the parent, and end."""
    wait([sentinel])
    os._exit(1)


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Connect to a Dask scheduler and take its executor.

    Raises
    ------
    ProcedureError
        If dask.distributed is not installed, or nothing answers at the address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ProcedureError(
            "a cluster needs dask.distributed, which is not installed; "
            "pip install 'reductive-amination-planner[cluster]'"
        ) from error
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ProcedureError(
            f"no Dask scheduler answers at {address!r:.80}; give the address that it printed, such as tcp://host:8786"
        ) from error
    with client:
        executor: Executor = client.get_executor(pure=False, retries=RETRIES)
        yield executor


def losses_of(executor: Executor) -> tuple[type[BaseException], ...]:
    """List what an executor that was given raises when its workers are gone, or who gives them their work."""
    found: tuple[type[BaseException], ...] = (BrokenExecutor, CancelledError, OSError)
    if getattr(executor, "_client", None) is None:
        return found
    from distributed.scheduler import KilledWorker

    return (*found, KilledWorker)


def workers_of(executor: Executor) -> int:
    """Tell how many pieces an executor runs at once; a guess where it does not say."""
    client = getattr(executor, "_client", None)
    if client is not None:
        return max(1, sum(int(n) for n in client.nthreads().values()))
    return int(getattr(executor, "_max_workers", 0)) or cores()


class Pools:
    """The executor of a screen: one that was given, or pools of processes, each in the place of one that broke."""

    def __init__(self, given: Executor | int | None) -> None:
        """Take what was given; make a pool of so many processes where a number is given, else of one a core."""
        self.workers = given if isinstance(given, int) else None
        most = MOST_ON_WINDOWS if os.name == "nt" else math.inf
        if self.workers is not None and not 1 <= self.workers <= most:
            raise ProcedureError(
                f"{self.workers} processes are not usable; give one or more"
                f"{'' if most == math.inf else f' up to {most}'}, or none to have one a core"
            )
        self.given = given = None if isinstance(given, int) else given
        self.losses = (BrokenExecutor,) if given is None else losses_of(given)
        self.n_made, self.n_known, self.counted = 0, 0, -math.inf
        self.executor: Executor = given or self._made()

    def n_workers(self) -> int:
        """Count the pieces that run at once; a cluster, which may grow, is asked every few seconds."""
        now = time.monotonic()
        if now - self.counted > COUNT_S:
            self.n_known, self.counted = workers_of(self.executor), now
        return self.n_known

    def __enter__(self) -> "Pools":
        """Start."""
        return self

    def __exit__(self, *raised: object) -> None:
        """End the pool, and at once where something was raised; what was given belongs to the caller."""
        if self.given is None:
            self._ended(at_once=raised[0] is not None)

    def replace(self, error: BaseException, *, has_worked: bool) -> None:
        """Make another pool in the place of one that was lost.

        Parameters
        ----------
        error
            What it raised.
        has_worked
            Whether anything has come back from any worker.

        Raises
        ------
        SimulationError
            If the executor is not ours, or too many were lost.
        """
        words = f"{type(error).__name__}: {error}".removesuffix(": ")[:120]
        if self.given is not None:
            raise SimulationError(
                f"the executor or its workers are gone ({words}); go on with --resume when there are others"
            ) from error
        if self.n_made >= MOST_POOLS:
            unguarded = "" if has_worked else f"; a script calls screen under {GUARD}"
            raise SimulationError(
                f"a process was lost {self.n_made} times ({words}); go on with --resume and fewer workers, or more "
                f"memory for each{unguarded}"
            ) from error
        self._ended(at_once=True)
        self.executor = self._made()

    def _made(self) -> ProcessPoolExecutor:
        self.n_made += 1
        self.children = set(active_children())
        return pool(self.workers)

    def _ended(self, *, at_once: bool) -> None:
        """Shut the pool down; its processes finish what they do, or are ended."""
        own = [child for child in active_children() if child not in self.children]
        self.executor.shutdown(wait=not at_once, cancel_futures=True)
        for child in own if at_once else ():
            child.terminate()
