"""Searches take turns: no more at once than there are places, and a place is always given back."""

import threading

import pytest

from planner.app import queue


def test_no_more_run_at_once_than_there_are_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads, two places: never three inside, all come through, every place is free in the end."""
    places = threading.BoundedSemaphore(2)
    monkeypatch.setattr(queue, "_places", lambda: places)
    monkeypatch.setattr(queue, "LOOK_S", 0.001)
    inside, most, lock = 0, 0, threading.Lock()

    def search() -> None:
        nonlocal inside, most
        with queue.turn(lambda: None):
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
    monkeypatch.setattr(queue, "LOOK_S", 0.001)

    def stop() -> None:
        raise KeyboardInterrupt

    with queue.turn(lambda: None), pytest.raises(KeyboardInterrupt), queue.turn(stop):
        raise AssertionError("there was no place")
    with pytest.raises(ValueError, match="broke"), queue.turn(lambda: None):
        raise ValueError("broke")
    assert places.acquire(blocking=False)
