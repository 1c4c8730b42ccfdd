"""Shared by all tests."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from planner.plans.recommendation import Plan

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Before NumPy is loaded: the cores are taken by test processes; linear algebra with threads of its own fights them."""

MAIN = sys.modules["__main__"]
"""The program that runs the tests; a page that is driven by a test puts itself in its place and stays there."""

settings.register_profile(
    "planner", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("planner")


@pytest.fixture(scope="session")
def stab() -> "Plan":
    """Search once, for all that only read a plan: benzylamine and butanal with STAB, all four additions."""
    import planner

    return planner.recommend(
        "NCc1ccccc1", "CCCC=O", target="mono", max_over_alkylation=0.05, reductants=("STAB",)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped models folder, to be changed or spoilt."""
    from planner.model.folders import models_folder

    return Path(shutil.copytree(models_folder(), tmp_path / "models"))


@pytest.fixture(autouse=True)
def own_program() -> None:
    """Put the program back in its place: a pool of processes runs what stands there in each of them."""
    sys.modules["__main__"] = MAIN


@pytest.fixture(autouse=True)
def fresh_app(request: pytest.FixtureRequest) -> None:
    """Forget what the app kept for another test of the same process, where a test drives the app."""
    if hasattr(request.module, "AppTest"):
        import streamlit as st

        st.cache_resource.clear()
