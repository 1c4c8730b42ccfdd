"""Queue: whatever works for long takes turns, so that many users cannot exhaust the machine.

A page that a user leaves, or stops, is told so only when it next looks; until then its work goes on, beside the run
that came after it. So each session has one place of its own, and all sessions together have those of the server.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from planner.app.words import spoken

AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
"""Searches that run at the same time; each takes all cores that it is given."""
LOOK_S = 0.25
"""How often what waits looks whether its user has pressed Stop [s]."""
OTHERS = "waiting for a place: others are searching"
OWN = "waiting for your last search to end"
PLACE = "own_place"
"""Where a session keeps its one place."""
Progress = Callable[[float, str], None]


@st.cache_resource(show_spinner=False)
def _places() -> threading.BoundedSemaphore:
    """Hold the places of this server."""
    return threading.BoundedSemaphore(AT_ONCE)


def _own_place() -> threading.BoundedSemaphore:
    """Hold the place of this session."""
    own: threading.BoundedSemaphore = st.session_state.setdefault(PLACE, threading.BoundedSemaphore(1))
    return own


def look(_words: str = "") -> None:
    """Look at the session, which ends this run where another one was asked for."""
    st.session_state.get(PLACE)


@contextmanager
def turn(waiting: Callable[[str], None] = look) -> Iterator[None]:
    """Wait for the session's place and then for one of the server's, and keep both.

    Parameters
    ----------
    waiting
        Called with a few words while there is no place; it may end the wait by raising.
    """
    with _held(_own_place(), waiting, OWN), _held(_places(), waiting, OTHERS):
        yield


@contextmanager
def _held(places: threading.BoundedSemaphore, waiting: Callable[[str], None], words: str) -> Iterator[None]:
    """Wait for a place, keep it, and give it back."""
    while not places.acquire(timeout=LOOK_S):
        waiting(words)
    try:
        yield
    finally:
        places.release()


@contextmanager
def search(
    title: str, done: str, stop: str, *, on_stop: Callable[[], None] | None = None
) -> Iterator[Progress]:
    """Draw a search on its way with its Stop, and make it in its turn; what it calls to tell how far it is is given.

    Parameters
    ----------
    title, done
        What stands above while it runs, and when it is done.
    stop
        Key of the button that ends it: any click ends the run of the page, and this one asks for nothing else.
    on_stop
        Called when it is pressed.
    """
    with st.status(title, expanded=True) as status:
        bar = st.progress(0.0, "starting")
        st.button("Stop", key=stop, icon=":material/stop_circle:", on_click=on_stop)

        def progress(share: float, words: str = "") -> None:
            bar.progress(min(1.0, max(0.0, share)), spoken(words))

        with turn(lambda words: progress(0.0, words)):
            yield progress
        status.update(label=done, state="complete", expanded=False)
