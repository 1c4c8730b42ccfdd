"""Examples: what a docstring shows is what happens."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "planner"
SHOWING = sorted(p for p in PACKAGE.rglob("*.py") if ">>>" in p.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", SHOWING, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_examples_of_docstrings(file: Path) -> None:
    """Every example of a module gives what stands under it."""
    module = import_module("planner." + ".".join(file.relative_to(PACKAGE).with_suffix("").parts))
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0
