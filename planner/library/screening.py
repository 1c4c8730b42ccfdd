"""Screening: every pair of two lists, or of a list of pairs, planned piece by piece; what is done stays done.

Problems are searched, then their pieces are judged, each a call of an executor; the one who asks holds the partners, a
few pieces on their way and one part's rows, whatever the number of pairs. See ``parts`` for what is written.
"""

import json
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from planner.errors import ProcedureError, nearest
from planner.library.executors import Pools
from planner.library.libraries import Library, read_library, write_lists
from planner.library.manifests import Manifest, alone_in, write_manifest
from planner.library.partners import Partner
from planner.library.parts import known_in, opened, write_part
from planner.library.pieces import Done, Job, Piece
from planner.library.problems import Numbers
from planner.library.screened import Screen, write_summaries
from planner.library.shortlists import ShortList
from planner.library.work import search, work_on
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.aims import read_target
from planner.plans.request import Request, build_request
from planner.version import VERSION

PART_ROWS = 4096
"""Rows of a part; a few megabytes in memory."""
PART_S = 60.0
"""A part is written after so long, however few its rows [s]."""
AHEAD = 2
"""Pieces on their way for each worker, so that none waits."""
TICK_S = 0.5
TELL_S = 1.0
"""Progress is told no oftener than this [s]."""

Progress = Callable[[float, str], None]


def screen(  # noqa: PLR0913 - the contract's keywords
    amines: object = None,
    carbonyls: object = None,
    *,
    pairs: object = None,
    out: str | Path,
    target: str | int = "mono",
    executor: Executor | int | None = None,
    resume: bool = False,
    models: str | Path | None = None,
    model: Model | None = None,
    progress: Progress | None = None,
    **request: Any,
) -> Screen:
    """Plan every pair of two lists, or of a list of pairs.

    Parameters
    ----------
    amines, carbonyls
        Paths (SMILES, names, CSV or SDF), sequences of texts or rows, or frames.
    pairs
        In their place: a table with the columns ``amine`` and ``carbonyl``, or a sequence of twos.
    out
        Folder for the results.
    target
        As in ``recommend``.
    executor
        Any of ``concurrent.futures``, or one that behaves like it, or a number of processes; a process for each core
        when absent.
    resume
        Whether to go on with what the folder holds.
    models, model
        Folder of the model files, or a model in memory; the bundled one when both are absent.
    progress
        Called with the fraction done and a few words; what it raises passes through.
    **request
        Limits, and fields of a procedure that are held, as in ``recommend``.

    Returns
    -------
    Screen

    Raises
    ------
    TableError, ProcedureError, ParameterError
        If a list, a limit or the folder cannot be used. What is wrong with a line or a pair is said in its row.
    SimulationError
        If the executor is lost; what is done stays, and ``resume`` goes on with it.

    Notes
    -----
    A script that leaves the processes to this function calls it under ``if __name__ == "__main__":``, for each of them
    imports the script.

    Examples
    --------
    >>> import tempfile
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with tempfile.TemporaryDirectory() as out, ThreadPoolExecutor(1) as executor:
    ...     found = screen(["NCc1ccccc1"], ["CCCC=O", "CCCC"], out=out, executor=executor, effort=0.1)
    ...     found.to_frame()["status"].tolist()
    ['planned', 'not covered']
    """
    known = chosen_model(models, model)
    asked = _request(request | {"target": target}, models, known)
    folder = _folder(out)
    known_in(folder, resume=resume)  # before lists are read that may be long
    library = read_library(amines, carbonyls, pairs, known)
    fresh = Manifest(
        inputs_sha256=library.sha256,
        request=asked.limits()
        | {name: getattr(asked, name) for name in ("target", "basis", "seed", "effort")},
        model_name=known.name,
        model_sha256=known.sha256,
        planner_version=VERSION,
        n_pairs=sum(p.n_pairs for p in library.problems),
        n_pieces=sum(p.n_chunks for p in library.problems),
    )
    job = Job(request=replace(asked, models=None), model=pickle.dumps(known))
    with alone_in(folder):
        manifest = opened(folder, Manifest(**json.loads(json.dumps(fresh.record))), resume=resume)
        write_lists(folder, library)
        run = Run(job=job, library=library, folder=folder, manifest=manifest, report=progress or _silent)
        with Pools(executor) as pools:
            run.to_the_end(pools)
        found = Screen(folder=folder, manifest=manifest)
        write_summaries(found)
    return found


def _folder(out: str | Path) -> Path:
    """Take the folder; an empty name is a variable that was not set, and not the folder where one stands."""
    if not str(out).strip():
        raise ProcedureError("out is empty; name a folder for the results")
    return Path(out)


def _silent(_done: float, _words: str) -> None:
    """Say nothing."""


def _request(asked: dict[str, Any], models: str | Path | None, model: Model) -> Request:
    """Build the request and check the names that would be refused for every pair alike."""
    if name := next((name for name in ("top", "separation") if asked.get(name)), ""):
        raise ProcedureError(
            f"{name} is of recommend: a screen gives each pair its first procedure; leave it out"
        )
    request = build_request("", "", asked, models)
    for name in (*(request.reductants or ()), *request.exclude_reductants):
        model.reductant(name)
    for name in (*(request.solvents or ()), *request.exclude_solvents):
        model.solvent(name)
    words = ("mono", "di", "tri", "exhaustive")
    target = request.target.strip()
    if target.lower() not in words and not target.isdecimal():
        if not any(c in target for c in "NncC"):
            raise ProcedureError(
                f"target {target!r:.40} is not known{nearest(target, words)}; give {', '.join(words)} or a degree"
            )
        read_target(target)
    return request


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Call:
    """What was given to an executor."""

    work: Callable[..., Any]
    given: tuple[Any, ...]
    problem: int
    """Place of its problem."""


@dataclass(kw_only=True, slots=True, eq=False)
class Run:
    """A screen on its way."""

    job: Job
    library: Library
    folder: Path
    manifest: Manifest
    report: Progress
    taken: list[Done] = field(default_factory=list)
    """Pieces that are done and in no part yet."""
    done: set[int] = field(default_factory=set)
    """Numbers of the pieces that were done when this run began."""
    waiting: dict[Future[Any], Call] = field(default_factory=dict)
    drawn: deque[Call] = field(default_factory=deque)
    """Calls that no executor has: it was lost with them, or before it took them."""
    ready: deque[Iterator[Call]] = field(default_factory=deque)
    """Pieces of problems that were searched."""
    n_before: int = 0
    """Rows that were there when this run began."""
    started: float = 0.0
    flushed: float = 0.0
    told: float = 0.0

    def to_the_end(self, pools: Pools) -> None:
        """Do everything that is not done; whatever ends it, what was done is written."""
        self.n_before, self.done = self.manifest.n_rows, self.manifest.done
        self.started = self.flushed = time.monotonic()
        before = self.manifest.wall_s
        calls = self._calls()
        try:
            while self._goes_on(pools, calls):
                self._tell()
                if self._n_taken >= PART_ROWS or time.monotonic() - self.flushed > PART_S:
                    self._flush(before)
        finally:
            for future in self.waiting:
                future.cancel()
            self._flush(before)
        self.report(1.0, f"{self.manifest.n_rows:,} pairs")

    def _goes_on(self, pools: Pools, calls: Iterator[Call]) -> bool:
        """Keep the executor busy and take what is done; False where nothing is left."""
        try:
            self._fill(pools, calls)
            if not self.waiting:
                return False
            done, _ = wait(self.waiting, timeout=TICK_S, return_when=FIRST_COMPLETED)
            for future in done:
                self._take(future)
        except pools.losses as error:
            self.drawn.extend(self.waiting.values())
            self.waiting = {}
            pools.replace(
                error, has_worked=bool(self.manifest.searches or self.manifest.n_rows or self.taken)
            )
        return True

    @property
    def _n_taken(self) -> int:
        """Rows that are in no part yet."""
        return sum(len(piece.rows) for piece in self.taken)

    def _calls(self) -> Iterator[Call]:
        """List the searches of the problems that are not done, and the pieces of what needs none.

        The largest come first, so that small ones fill the end and no worker waits for another's long piece.
        """
        problems = self.library.problems
        for place in sorted(range(len(problems)), key=lambda i: (-problems[i].n_pairs, i)):
            problem, numbers = problems[place], self.library.numbers[place]
            if self.done.issuperset(numbers):
                continue
            if not problem.name:
                yield from self._pieces(place, numbers, ShortList())
                continue
            texts = tuple(
                (self.library.amines[a].text, self.library.carbonyls[c].text) for a, c in problem.standing
            )
            yield Call(work=search, given=(self.job, texts, problem.wanted), problem=place)

    def _pieces(self, place: int, numbers: range, short: ShortList) -> Iterator[Call]:
        """Cut a problem into pieces that are not done."""
        problem = self.library.problems[place]
        for number, chunk in zip(numbers, problem.chunks(), strict=True):
            if number in self.done:
                continue
            piece = Piece(
                number=number,
                problem=problem.name,
                pairs=tuple(map(tuple, chunk.tolist())),
                amines=_bare(self.library.amines, chunk[:, 1]),
                carbonyls=_bare(self.library.carbonyls, chunk[:, 2]),
            )
            yield Call(work=work_on, given=(self.job, piece, short), problem=place)

    def _fill(self, pools: Pools, calls: Iterator[Call]) -> None:
        """Give the executor as much as keeps it busy: pieces that are ready first, then the next problem."""
        most = AHEAD * pools.n_workers()
        while len(self.waiting) < most:
            if not self.drawn:
                call = next(self._ready(), None) or next(calls, None)
                if call is None:
                    return
                self.drawn.append(call)
            call = self.drawn[0]
            self.waiting[pools.executor.submit(call.work, *call.given)] = call
            self.drawn.popleft()

    def _ready(self) -> Iterator[Call]:
        """Take the next piece of a problem that was searched."""
        while self.ready:
            call = next(self.ready[0], None)
            if call is not None:
                yield call
            else:
                self.ready.popleft()

    def _take(self, future: Future[Any]) -> None:
        """Take what came of a call; one that is taken is waited for no more."""
        result = future.result()
        call = self.waiting.pop(future)
        if isinstance(result, Done):
            self.taken.append(result)
            self.manifest.own_searches += result.own_searches
            self._spent(result.spent_s)
            return
        short, seconds = result
        self.manifest.searches += short.searches
        self._spent({"searching": seconds})
        self.ready.append(self._pieces(call.problem, self.library.numbers[call.problem], short))

    def _spent(self, seconds: Mapping[str, float]) -> None:
        """Add up processor time."""
        for name, s in seconds.items():
            self.manifest.spent_s[name] = self.manifest.spent_s.get(name, 0.0) + s

    def _flush(self, before: float) -> None:
        """Write what is done as a part."""
        self.flushed = time.monotonic()
        self.manifest.wall_s = before + self.flushed - self.started
        # first: what is interrupted while it is written is made again, never twice
        taken, self.taken = self.taken, []
        if rows := [row for piece in taken for row in piece.rows]:
            write_part(self.folder, self.manifest, rows, [piece.number for piece in taken])
        else:
            write_manifest(self.folder, self.manifest)

    def _tell(self) -> None:
        """Say how far it is, how fast, and how long it still takes."""
        now = time.monotonic()
        if now - self.told < TELL_S:
            return
        self.told = now
        n_done, n_all = self.manifest.n_rows + self._n_taken, self.manifest.n_pairs
        rate = (n_done - self.n_before) / max(1e-9, now - self.started)
        left = f", {rate:.1f} pairs/s, {_duration((n_all - n_done) / rate)} left" if rate > 0 else ""
        self.report(n_done / max(1, n_all), f"{n_done:,} of {n_all:,} pairs{left}")


def _duration(seconds: float) -> str:
    """Write a time to wait for."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _bare(partners: Sequence[Partner], numbers: Numbers) -> dict[int, Partner]:
    """Take the partners of a piece, without what only the list itself keeps."""
    return {
        i: replace(partners[i], listed=replace(partners[i].listed, extra=()))
        for i in sorted(set(numbers.tolist()))
    }
