"""Searches take turns: no more at once than there are places, and a place is always given back."""

import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from places import Counted
from planner.app import queue

APP = str(Path(__file__).parents[1] / "streamlit_app.py")


def test_no_more_run_at_once_than_there_are_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads, two places: never three inside, all come through, every place is free in the end."""
    places = threading.BoundedSemaphore(2)
    monkeypatch.setattr(queue, "_places", lambda: places)
    monkeypatch.setattr(queue, "_own_place", lambda: threading.BoundedSemaphore(1))
    monkeypatch.setattr(queue, "LOOK_S", 0.001)
    inside, most, lock = 0, 0, threading.Lock()

    def search() -> None:
        nonlocal inside, most
        with queue.turn(lambda words: None):
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.005)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=search) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert inside == 0
    assert 1 <= most <= 2
    assert places.acquire(blocking=False)
    assert places.acquire(blocking=False)
    assert not places.acquire(blocking=False)


def test_who_waits_may_leave_and_who_fails_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop ends a wait without a place; an error in a search gives its place back."""
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(queue, "_places", lambda: places)
    monkeypatch.setattr(queue, "_own_place", lambda: threading.BoundedSemaphore(1))
    monkeypatch.setattr(queue, "LOOK_S", 0.001)

    def stop(words: str) -> None:
        raise KeyboardInterrupt

    with queue.turn(lambda words: None), pytest.raises(KeyboardInterrupt), queue.turn(stop):
        raise AssertionError("there was no place")
    with pytest.raises(ValueError, match="broke"), queue.turn(lambda: None):
        raise ValueError("broke")
    assert places.acquire(blocking=False)


def test_a_session_has_one_place_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the server has room, the same session still waits for its own last search, and is told so."""
    own = threading.BoundedSemaphore(1)
    monkeypatch.setattr(queue, "_places", lambda: threading.BoundedSemaphore(9))
    monkeypatch.setattr(queue, "_own_place", lambda: own)
    monkeypatch.setattr(queue, "LOOK_S", 0.001)
    told: list[str] = []

    def waiting(words: str) -> None:
        told.append(words)
        raise KeyboardInterrupt

    with queue.turn(waiting), pytest.raises(KeyboardInterrupt), queue.turn(waiting):
        raise AssertionError("there was no place")
    assert told == [queue.OWN]
    with queue.turn(waiting):
        pass
    assert told == [queue.OWN]


@pytest.mark.parametrize(
    ("address", "button", "result"),
    [
        ({"page": "Recommend", "reductants": "STAB", "additions": "all_at_once"}, "search", "found"),
        ({"page": "Rings", "ring_a": "NCCCCC=O", "ring_b": ""}, "ring_recommend", "ring_found"),
    ],
)
def test_every_search_waits_in_the_same_queue(
    monkeypatch: pytest.MonkeyPatch, address: dict[str, str], button: str, result: str
) -> None:
    """A page's search waits while the server has no place, then takes one, gives it back and has its answer."""
    places = Counted()
    monkeypatch.setattr(queue, "_places", lambda: places)
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert places.asked == 0
    app.button(key=button).click().run()
    assert not app.exception
    assert not app.error
    assert (places.asked, places.taken, places.given_back) == (2, 1, 1)
    assert result in app.session_state
