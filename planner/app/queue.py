"""Queue: searches take turns, so that many users cannot exhaust the machine; memory stays that of those that run.

A session searches once at a time by nature: its script runs once at a time, and a new run ends the old one.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
"""Searches that run at the same time; each takes all cores that it is given."""
LOOK_S = 0.25
"""How often a waiting search looks whether its user has pressed Stop [s]."""


@st.cache_resource(show_spinner=False)
def _places() -> threading.BoundedSemaphore:
    """Hold the places of this server."""
    return threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn(waiting: Callable[[], None]) -> Iterator[None]:
    """Wait for a place and keep it; ``waiting`` is called while there is none, and may end the wait by raising."""
    places = _places()
    while not places.acquire(timeout=LOOK_S):
        waiting()
    try:
        yield
    finally:
        places.release()
