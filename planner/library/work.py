"""Work: what one worker does with one piece of a library, from texts to rows, without knowing of any other.

A piece goes anywhere that Python goes: it carries its partners as text and the model as bytes, unpacked once a worker.
A refusal is a row; so is an error that nobody foresaw, for one pair of a million must not end the others.
"""

import hashlib
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from planner.errors import InfeasibleError, ParameterError, PlannerError, ProcedureError, SimulationError
from planner.library.answers import Asked, Runs, predicted, ran_ahead
from planner.library.bearing import room_among
from planner.library.judging import Choice, Judge
from planner.library.partners import ERROR, PLANNED, status_of
from planner.library.pieces import Clock, Done, Job, Piece
from planner.library.rows import Outturn, answer_row, refusal_row
from planner.library.shortlists import ShortList, search_problem, with_more, worth_judging
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import ROUGH, Aim, read_aim
from planner.plans.planning import search_plan
from planner.plans.request import Request
from planner.plans.rooms import Room
from planner.plans.search import Trial
from planner.structures.pairs import Pair, pair_of
from planner.version import VERSION

POOR = 0.05
"""Mean target behind what the problem's first search proposes from which a pair may get a search of its own."""
GAIN = 0.01
"""What a search of a pair's own must add before another is made for its like."""
ONE_IN = 512
"""Pairs for each search of a pair's own; a piece that is smaller has one where nothing else serves a pair of it."""
MOST_ALONE = 8
"""The same where a problem has no short list, because the pairs that stand for it are refused."""
ADDED = 4
"""Procedures that a pair's own search adds to the short list of its piece."""
NOTHING_FITS = (
    "no procedure of the problem's short list keeps the limits with this pair; widen them, or ask for the pair alone "
    "with planner recommend"
)


@dataclass(kw_only=True, slots=True)
class Candidate:
    """A pair of a piece on its way."""

    numbers: tuple[int, int, int]
    """Of the pair, of its amine, of its carbonyl compound."""
    read: tuple[Pair, Aim] | None = None
    """The pair and what is wanted of it, unless it was refused before."""
    choice: Choice | None = None
    n_judged: int = 0
    """Procedures from which the choice was made."""
    refusal: tuple[str, str] | None = None
    """Status and message."""
    is_searched: bool = False

    @property
    def chosen(self) -> Asked | None:
        """What is to be predicted of it, if anything."""
        if self.refusal is not None or self.read is None or self.choice is None:
            return None
        return *self.read, self.choice.trial.procedure


def search(job: Job, standing: Sequence[tuple[str, str]], wanted: int) -> tuple[ShortList, float]:
    """Search a problem; its short list, and the processor time that it took [s].

    A defect that stops it is said of every pair that finds no procedure in a search of its own.
    """
    clock, model = Clock(), _model(job)
    with clock.counts("searching"):
        try:
            short = search_problem(job.request, standing, wanted, model)
        except Exception as error:
            short = ShortList(defect=_words_of(error))
    return short, clock.spent["searching"]


def work_on(job: Job, piece: Piece, short: ShortList) -> Done:
    """Read, judge and predict the pairs of a piece."""
    model, clock = _model(job), Clock()
    asked = [Candidate(numbers=numbers) for numbers in piece.pairs]
    for one in asked:
        with clock.counts("reading"), _refusals(one):
            _read(one, piece, job.request, model)
    bench = Judge(request=job.request, model=model)
    with clock.counts("judging"):
        _judge(asked, bench, short)
    with clock.counts("searching for single pairs"):
        n_own = _own_searches(asked, bench, short, piece)
    with clock.counts("predicting"):
        rows = _rows(asked, piece, bench, short)
    return Done(number=piece.number, rows=rows, own_searches=n_own, spent_s=clock.spent)


@lru_cache(maxsize=2)
def unpacked(content: bytes, digest: str) -> Model:
    """Unpack a model once a worker.

    The bundled one is taken as it is loaded here: of two that are equal and not one, every look-up of what is known of
    the one for the other compares them number by number.
    """
    model = pickle.loads(content)
    if not isinstance(model, Model):
        raise ParameterError(
            f"the piece of work carries {type(model).__name__} {digest[:8]}; expected a model"
        )
    bundled = load_model()
    return bundled if model == bundled else model


def _model(job: Job) -> Model:
    """Take the model of a job, if this planner is the one that packed it.

    Raises
    ------
    ParameterError
        If the worker has another version.
    """
    if job.version != VERSION:
        raise ParameterError(
            f"this worker has planner {VERSION}, the screen was started by {job.version}; install the same on both"
        )
    return unpacked(job.model, hashlib.sha256(job.model).hexdigest())


@contextmanager
def _refusals(one: Candidate) -> Iterator[None]:
    """Turn what is raised for a pair into its status and message."""
    try:
        yield
    except PlannerError as error:
        one.refusal = (_status(error), str(error))
    except Exception as error:  # a defect of ours in one pair is shown, the others go on
        one.refusal = (ERROR, _words_of(error))


def _words_of(error: Exception) -> str:
    """Write what nobody foresaw."""
    return f"{type(error).__name__}: {error}; please report the two structures"


def _status(error: PlannerError) -> str:
    """Name what became of a pair by the error that it met."""
    kinds = {InfeasibleError: "infeasible", ProcedureError: "not allowed", SimulationError: "failed"}
    return status_of(error) or next((w for kind, w in kinds.items() if isinstance(error, kind)), ERROR)


def _read(one: Candidate, piece: Piece, request: Request, model: Model) -> None:
    """Read a pair, gate and all; a partner that is in no plan says why."""
    _, a, c = one.numbers
    amine, carbonyl = piece.amines[a], piece.carbonyls[c]
    unfit = next((p for p in (amine, carbonyl) if p.status != PLANNED), None)
    if unfit is not None:
        one.refusal = (unfit.status, unfit.message)
        return
    pair = pair_of(amine.text, carbonyl.text, model, amine.entry, carbonyl.entry)
    aim = read_aim(request.target, pair, request.basis, request.max_over_alkylation, request.min_target_low)
    one.read = pair, aim


def _judge(some: Sequence[Candidate], bench: Judge, short: ShortList) -> None:
    """Choose for pairs together; without those for which nothing can be searched, where that fails.

    Where it fails all the same they are judged one by one, so that one does not spoil the others.
    """
    fit = [one for one in some if one.refusal is None]
    with suppress(Exception):
        _choose(fit, bench, short)
        return
    rooms: dict[object, Room] = {}
    for one in fit:
        with _refusals(one):
            if one.read is not None:
                pair, aim = one.read
                room_among(rooms, bench.request, pair, bench.model, aim)
    left = [one for one in fit if one.refusal is None]
    if len(left) < len(fit):
        _judge(left, bench, short)
        return
    for one in left:
        with _refusals(one):
            _choose([one], bench, short)


def _choose(some: Sequence[Candidate], bench: Judge, short: ShortList) -> None:
    """Choose from a short list for pairs that were read."""
    fit = [(one, one.read) for one in some if one.read is not None]
    found = bench.choose([read for _, read in fit], short)
    for (one, _), choice in zip(fit, found, strict=True):
        one.choice, one.n_judged = choice, len(short.trials)


def _own_searches(asked: Sequence[Candidate], bench: Judge, short: ShortList, piece: Piece) -> int:
    """Search for pairs that the short list serves poorly, and let their like have what is found.

    The pair in the middle of those that are served poorly is searched; while that gains something, and the piece's
    share of searches lasts, the next one is.
    """
    is_bare = any(_is_poor(one, short) and one.choice is None for one in asked)
    least = (1 if short.trials else MOST_ALONE) if is_bare else 0
    most, made = max(least, round(len(asked) / ONE_IN)), 0
    while made < most:
        poor = [one for one in asked if _is_poor(one, short)]
        if not poor:
            break
        poor.sort(key=lambda one: (-1.0 if one.choice is None else one.choice.trial.wanted, one.numbers))
        one = poor[len(poor) // 2]
        before = -1.0 if one.choice is None else one.choice.trial.wanted
        found = _searched(one, bench, piece)
        made += 1
        if not found or one.choice is None:
            continue
        if one.choice.trial.wanted < before + GAIN:
            break
        short = with_more(short, found[:ADDED])
        _judge([other for other in poor if other is not one], bench, short)
    return made


def _is_poor(one: Candidate, short: ShortList) -> bool:
    """Tell whether a pair is served more than five points below its problem."""
    if one.refusal is not None or one.read is None or one.is_searched:
        return False
    return one.choice is None or one.choice.trial.wanted < short.best - POOR


def _searched(one: Candidate, bench: Judge, piece: Piece) -> list[Trial]:
    """Search for a pair as ``recommend`` does; what it has from the short list it keeps where that fails."""
    one.is_searched = True
    _, a, c = one.numbers
    request = replace(bench.request, amine=piece.amines[a].text, carbonyl=piece.carbonyls[c].text)
    found: list[Trial] = []
    with _refusals(one):
        plan, _ = search_plan(request, bench.model, lambda done, words: None, ROUGH)
        found = worth_judging(plan)
        one.choice = Choice(trial=plan.listed[0])
    if one.choice is not None:
        one.refusal = None
    return found


def _rows(asked: Sequence[Candidate], piece: Piece, bench: Judge, short: ShortList) -> list[dict[str, Any]]:
    """Predict what was chosen for each pair, alike ones together, and write all of them down in their order."""
    fit = [(one, chosen) for one in asked if (chosen := one.chosen) is not None]
    rows: dict[int, dict[str, Any]] = {}
    for places, runs in ran_ahead(bench.request, bench.model, [chosen for _, chosen in fit]):
        for one in (fit[i][0] for i in places):
            with _refusals(one):
                rows[id(one)] = _row(one, piece, bench, runs)
    unserved = (ERROR, short.defect) if short.defect else (_status(InfeasibleError("")), NOTHING_FITS)
    for one in asked:
        if one.refusal is None and one.choice is None:
            one.refusal = unserved
    return [rows.get(id(one)) or _refused(one, piece) for one in asked]


def _row(one: Candidate, piece: Piece, bench: Judge, runs: Runs) -> dict[str, Any]:
    """Predict what was chosen and write it down."""
    if one.read is None or one.choice is None:
        return _refused(one, piece)
    _, a, c = one.numbers
    pair, aim = one.read
    found = predicted(bench.request, bench.model, pair, aim, one.choice.trial, runs)
    return answer_row(
        Outturn(
            numbers=one.numbers,
            ids=(piece.amines[a].listed.id, piece.carbonyls[c].listed.id),
            problem=piece.problem,
            pair=pair,
            aim=aim,
            prediction=found,
            choice=one.choice,
            n_judged=one.n_judged,
            is_searched=one.is_searched,
        ),
        bench.request,
    )


def _refused(one: Candidate, piece: Piece) -> dict[str, Any]:
    """Write down why a pair has no plan."""
    _, a, c = one.numbers
    status, message = one.refusal or (ERROR, "nothing came of it; please report the two structures")
    return refusal_row(one.numbers, (piece.amines[a], piece.carbonyls[c]), piece.problem, status, message)
