"""Screened: the library that a session has worked through, in a folder of its own that goes with the session."""

import io
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from planner.app import parts
from planner.app.queue import search
from planner.errors import PlannerError
from planner.files.tables import to_frame
from planner.library.lists import Listed, read_given
from planner.library.manifests import MANIFEST
from planner.library.partners import Partner, read_amines, read_carbonyls
from planner.library.parts import read_list_of
from planner.library.screened import Screen, open_screen
from planner.library.screening import screen
from planner.model.model import Model

HELD = "screened"
"""Where a session keeps it."""
WAIT_S = 20.0
"""Longest that a page waits for the end of a search that was stopped, so that it shows what is done [s]."""


@dataclass(kw_only=True, slots=True, weakref_slot=True, eq=False)
class Held:
    """What a session holds of a library."""

    question: tuple[Any, ...]
    """Lists, request and model that it is of."""
    folder: Path
    """Of this server's user alone."""
    ended: threading.Event = field(default_factory=threading.Event)
    """Set while nothing is being written."""
    read: tuple[dict[str, Any], ...] = ()
    """Rows that were read from it."""

    @property
    def found(self) -> Screen:
        """Open what is there."""
        return open_screen(self.folder)

    @property
    def n_pairs(self) -> int:
        """Count the pairs that were asked for."""
        return len(self.question[0]) * len(self.question[1])

    @property
    def is_whole(self) -> bool:
        """Whether every pair has its row."""
        return len(self.rows()) == self.n_pairs

    def rows(self) -> tuple[dict[str, Any], ...]:
        """Read the pairs that are done, in the order of the lists."""
        if len(self.read) < self.n_pairs and (self.folder / MANIFEST).exists():
            some = [row for table in self.found.tables() for row in table.to_pylist()]
            self.read = tuple(sorted(some, key=lambda row: int(row["pair"])))
        return self.read

    def partners(self) -> list[list[dict[str, Any]]]:
        """Read both lists as they were given."""
        return [read_list_of(self.folder / f"{role}.parquet") for role in ("amines", "carbonyls")]

    def parquet(self) -> bytes:
        """Write all rows as one Parquet file."""
        file = io.BytesIO()
        self.found.to_frame().to_parquet(file, index=False)
        return file.getvalue()


def begin(question: tuple[Any, ...]) -> Held:
    """Make a folder for a library; it is taken away once nobody holds it: with its session, or for the next one."""
    held = Held(question=question, folder=Path(tempfile.mkdtemp(prefix="planner_library_")))
    held.ended.set()
    weakref.finalize(held, shutil.rmtree, held.folder, ignore_errors=True)
    return held


def the_held() -> Held | None:
    """Take what the session holds, once what was stopped has come to its end."""
    held: Held | None = st.session_state.get(HELD)
    if held is not None and not held.ended.is_set():
        with st.spinner("Writing what is done"):
            held.ended.wait(WAIT_S)
    return held


@st.cache_resource(show_spinner=False, max_entries=8, scope="session")
def the_list(content: bytes, file: str, name: str) -> tuple[Listed, ...]:
    """Read a list line by line, structures as text; who has no id goes by what was given, also on a plate."""
    listed = read_given(content, name, file)
    return tuple(one if one.has_id else replace(one, id=one.text or one.id) for one in listed)


@st.cache_resource(show_spinner="Reading the structures", max_entries=8, scope="session")
def the_partners(listed: tuple[Listed, ...], role: str, sha256: str, _model: Model) -> tuple[Partner, ...]:
    """Read the structures of a list; ``sha256`` stands for the model as the key."""
    return (read_amines if role == "amine" else read_carbonyls)(listed, _model)


def run(question: tuple[Any, ...], limits: Mapping[str, Any], model: Model) -> None:
    """Work through a library in its turn, in this process; Stop ends it, and what is done is kept and gone on with."""
    state = st.session_state
    with search("Screening", "Screened", "stop_screen") as progress:
        held: Held | None = state.get(HELD)
        before, is_begun = held, held is not None and held.question == question
        if held is None or not is_begun:
            held = begin(question)
        state[HELD] = held
        with ThreadPoolExecutor(1) as executor:  # its end is waited for: until then the place is taken
            try:
                held.ended.clear()
                screen(
                    question[0], question[1], out=held.folder, executor=executor, resume=is_begun, model=model,
                    progress=progress, **limits,
                )  # fmt: skip
            except PlannerError:
                state[HELD] = before
                raise
            finally:
                held.ended.set()


def tabulated(
    rows: Iterable[Mapping[str, Any]], shown: Mapping[str, str], forms: Iterable[str]
) -> pd.DataFrame:
    """Tabulate some columns, shares in whole per cent."""
    return parts.whole(to_frame(rows, tuple(shown)), forms)
