"""The constants of the reference set with those of the five parts, any of them switched on."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from planner.model.folders import models_folder
from planner.model.model import Model
from planner.model.parameters import load_model

DATA = Path(__file__).parent / "data"
LADDER = DATA / "models_reference"
ADDED = DATA / "models_parts"
"""Texts that are appended to the files of the same name in ``LADDER``."""
CHARGES, ACID, ALDOL, STORE, CYCLE = ALL = ("charges", "acid", "aldol", "store", "iminium_cycle")


def write_set(place: Path, parts: tuple[str, ...]) -> Path:
    """Write the set with these parts into a folder."""
    folder = Path(shutil.copytree(LADDER, place / "models"))
    for more in sorted(ADDED.rglob("*.toml")):
        file = folder / more.relative_to(ADDED)
        head = f"parts = {list(parts)}\n" if file.name == "common.toml" else ""
        file.write_text(head + file.read_text("utf-8") + more.read_text("utf-8"), "utf-8")
    return folder


@cache
def parts_model(*parts: str) -> Model:
    """Read the set with these parts."""
    with tempfile.TemporaryDirectory() as place:
        return load_model(write_set(Path(place), parts))


@cache
def shipped_with(*parts: str) -> Model:
    """Read the shipped set with these parts in the place of its own."""
    with tempfile.TemporaryDirectory() as place:
        return load_model(copy_shipped(Path(place), *parts))


def copy_shipped(place: Path, *parts: str) -> Path:
    """Copy the shipped folder of sets, with these parts in the place of its own."""
    folder = Path(shutil.copytree(models_folder(), place / "models"))
    file = folder / "default" / "common.toml"
    text, n = re.subn(r"^parts = .*$", f"parts = {list(parts)}", file.read_text("utf-8"), flags=re.M)
    assert n == 1
    file.write_text(text, "utf-8")
    return folder


def with_values(model: Model, values: Mapping[str, float]) -> Model:
    """Replace the medians of some numbers; each must be there."""
    changed = {name: replace(model.parameter(name), value=value) for name, value in values.items()}
    return replace(model, parameters=tuple(changed.get(p.name, p) for p in model.parameters))
