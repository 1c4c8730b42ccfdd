"""Work on a piece: one pair that fails costs the others nothing, and what fails says so truly."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from planner.errors import InfeasibleError, ScopeError
from planner.library import judging, work
from planner.library.bearing import room_among
from planner.library.lists import read_list
from planner.library.partners import PLANNED, Partner, read_amines, read_carbonyls
from planner.library.pieces import Done, Job, Piece
from planner.library.shortlists import ShortList, search_problem
from planner.library.work import NOTHING_FITS, search, work_on
from planner.model.parameters import load_model
from planner.plans.request import build_request

QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",), "additions": ("all_at_once",)}
AMINES = ("NCc1ccccc1", "COc1ccc(CN)cc1", "CCCCN", "COCCN")
JOB = Job(request=build_request("", "", QUICK), model=pickle.dumps(load_model()))


@pytest.fixture(scope="module")
def short() -> ShortList:
    """Of benzylamine and butanal."""
    return search_problem(JOB.request, [("NCc1ccccc1", "CCCC=O")], 1, load_model())


def piece_of(amines: Sequence[str]) -> Piece:
    """Amines with butanal."""

    def numbered(partners: Sequence[Partner]) -> dict[int, Partner]:
        return dict(enumerate(partners))

    model = load_model()
    return Piece(
        number=0,
        problem="primary amines and butanal",
        pairs=tuple((i, i, 0) for i in range(len(amines))),
        amines=numbered(read_amines(read_list(list(amines), "amine"), model)),
        carbonyls=numbered(read_carbonyls(read_list(["CCCC=O"], "carbonyl"), model)),
    )


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """A row without some of its columns."""
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize("error", [InfeasibleError("nothing keeps the limits"), ValueError("a defect")])
def test_a_search_of_its_own_that_fails_takes_no_plan_away(
    monkeypatch: pytest.MonkeyPatch, short: ShortList, error: Exception
) -> None:
    """A pair that is served poorly, and whose own search fails, has the plan that it had without one."""

    def failing(*given: Any, **named: Any) -> Any:
        raise error

    served = work_on(JOB, piece_of(AMINES), short)
    monkeypatch.setattr(work, "search_plan", failing)
    poor = work_on(JOB, piece_of(AMINES), replace(short, best=short.best + 1.0))
    assert (served.own_searches, poor.own_searches) == (0, 0)  # a piece so small has none of its own
    monkeypatch.setattr(work, "ONE_IN", 1)
    poor = work_on(JOB, piece_of(AMINES), replace(short, best=short.best + 1.0))
    assert poor.own_searches == len(AMINES)
    assert [row["status"] for row in poor.rows] == [PLANNED] * len(AMINES)
    names = ("reasons", "own_search")  # it was searched, and that is said
    assert [without(row, *names) for row in poor.rows] == [without(row, *names) for row in served.rows]


def in_company(
    monkeypatch: pytest.MonkeyPatch, short: ShortList, unfit: str, error: Exception
) -> tuple[Done, list[int]]:
    """Work on a piece one pair of which has nothing to be searched; count the pairs that were chosen for at once."""
    real, sizes = judging.choices, list[int]()

    def raising(kept: Any, request: Any, pair: Any, *rest: Any, **named: Any) -> Any:
        if pair.amine.smiles == unfit:
            raise error
        return room_among(kept, request, pair, *rest, **named)

    def counted(request: Any, model: Any, pairs: Sequence[Any], *rest: Any) -> Any:
        found = real(request, model, pairs, *rest)
        sizes.append(len(pairs))
        return found

    monkeypatch.setattr("planner.library.cases.room_among", raising)
    monkeypatch.setattr(work, "room_among", raising)
    monkeypatch.setattr(judging, "choices", counted)
    return work_on(JOB, piece_of(AMINES), short), sizes


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InfeasibleError("the limits leave nothing"), "infeasible"),
        (ScopeError("too many joint states"), "not covered"),
        (ZeroDivisionError("a defect"), "error"),
    ],
)
def test_a_pair_that_cannot_be_searched_leaves_the_others_together(
    monkeypatch: pytest.MonkeyPatch, short: ShortList, error: Exception, status: str
) -> None:
    """One pair of a piece is refused by itself; the others are chosen for in one go, as without it."""
    unfit = AMINES[1]
    found, sizes = in_company(monkeypatch, short, unfit, error)
    assert [row["status"] for row in found.rows] == [PLANNED, status, PLANNED, PLANNED]
    assert str(error) in found.rows[1]["message"]
    assert sizes == [3]
    monkeypatch.undo()
    alone = work_on(JOB, piece_of([a for a in AMINES if a != unfit]), short)
    names = ("pair", "amine_number", "amine_id")
    others = [row for row in found.rows if row["status"] == PLANNED]
    assert [without(row, *names) for row in others] == [without(row, *names) for row in alone.rows]


def test_a_defect_of_a_search_is_not_laid_to_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a problem's search meets what nobody foresaw, its pairs say that and not that limits are too tight."""

    def failing(*given: Any, **named: Any) -> Any:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("planner.library.shortlists.search_plan", failing)
    found, _ = search(JOB, [("NCc1ccccc1", "CCCC=O")], 1)
    assert not found.trials

    def refusing(*given: Any, **named: Any) -> Any:
        raise InfeasibleError("nothing keeps the limits")

    monkeypatch.setattr(work, "search_plan", refusing)
    monkeypatch.setattr(work, "MOST_ALONE", 1)
    rows = work_on(JOB, piece_of(AMINES), found).rows
    assert sorted(row["status"] for row in rows) == ["error"] * 3 + ["infeasible"]  # one was searched itself
    assert all("ZeroDivisionError: a defect" in row["message"] for row in rows if row["status"] == "error")
    assert not any(NOTHING_FITS in row["message"] for row in rows)


def test_a_reason_counts_the_procedures_that_were_judged(
    monkeypatch: pytest.MonkeyPatch, short: ShortList
) -> None:
    """What a pair's own search adds to the short list is among what its like is said to have been chosen from."""
    lengths, real = list[int](), work.with_more

    def recorded(short: ShortList, trials: Any) -> ShortList:
        found = real(short, trials)
        lengths.append(len(found.trials))
        return found

    monkeypatch.setattr(work, "ONE_IN", len(AMINES))
    monkeypatch.setattr(work, "GAIN", -1.0)
    monkeypatch.setattr(work, "with_more", recorded)
    found = work_on(JOB, piece_of(AMINES), replace(short, trials=short.trials[:1], best=short.best + 1.0))
    assert found.own_searches == len(lengths) == 1
    assert lengths[0] > 1
    reasons = sorted(row["reasons"] for row in found.rows)
    assert reasons[0] == "Found by a search for this pair alone."
    assert [int(words.split()[3]) for words in reasons[1:]] == lengths * 3
