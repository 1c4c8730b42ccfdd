"""Executors: where pieces of work run. The protocol is that of ``concurrent.futures``; nothing of it is ours.

A pool of processes by default, one a core; any executor that is given; that of a Dask cluster by its address. A pool
whose process dies is replaced and its pieces run again, a few times; Dask does the like by itself.
"""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

from planner.errors import ProcedureError

MOST_POOLS = 4
"""Pools that are made before a screen gives up: what kills a process every time is no accident."""

RETRIES = 3
"""Times that Dask runs a piece again whose worker died."""


def pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Make a pool of processes, one a core where no number is given; each is fresh, and leaves Ctrl-C to its parent."""
    return ProcessPoolExecutor(
        max_workers=workers or cores(), mp_context=get_context("spawn"), initializer=_deaf_to_interrupts
    )


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
        if self.workers is not None and self.workers < 1:
            raise ProcedureError(
                f"{self.workers} processes are not usable; give one or more, or none to have one a core"
            )
        self.given = given = None if isinstance(given, int) else given
        self.n_made = 0
        self.executor: Executor = given or self._made()

    def __enter__(self) -> "Pools":
        """Start."""
        return self

    def __exit__(self, *raised: object) -> None:
        """End the pool, and at once where something was raised; what was given belongs to the caller."""
        if self.given is None:
            self._ended(at_once=raised[0] is not None)

    def replaced(self) -> bool:
        """Make another pool; False where the executor is not ours, or too many were made."""
        if self.given is not None or self.n_made >= MOST_POOLS:
            return False
        self._ended(at_once=True)
        self.executor = self._made()
        return True

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
