"""The house's own laws: imports point one way, sizes stay readable."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "planner"

ORDER = [
    "errors",
    "version",
    "files",
    "engine",
    "model",
    "structures",
    "mechanism",
    "flask",
    "predictions",
    "plans",
    "sheets",
]
"""A module may import only from modules before it; what is not listed comes after all of these."""


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below ``planner``."""
    return {".".join(p.relative_to(PACKAGE).with_suffix("").parts): p for p in sorted(PACKAGE.rglob("*.py"))}


def imported(path: Path) -> set[str]:
    """Names below ``planner`` that a module imports at its top level."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planner"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name.removeprefix("planner").lstrip(".") for name in [node.module or "", *names]}
    return found


def graph() -> dict[str, set[str]]:
    """Each module with the modules it imports."""
    known = modules()
    return {name: {i for i in imported(path) if i in known and i != name} for name, path in known.items()}


def test_imports_point_one_way() -> None:
    """Listed modules import only modules listed before them."""
    for name, needs in graph().items():
        top = name.split(".")[0]
        if top in ORDER:
            late = {n for n in needs if n.split(".")[0] not in ORDER[: ORDER.index(top) + 1]}
            assert not late, f"{name} imports {late}, which come after it"


def test_no_import_circles() -> None:
    """No chain of imports leads back to where it started."""
    needs = graph()

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        stack = [start]
        while stack:
            for name in needs.get(stack.pop(), set()) - seen:
                seen.add(name)
                stack.append(name)
        return seen

    assert not [name for name in needs if name in reach(name)]


def test_only_files_and_the_surfaces_know_pandas() -> None:
    """Numbers travel as records and arrays; pandas stays at the edge."""
    for name, path in modules().items():
        if name != "files" and not name.startswith("app"):
            lines = [
                line
                for line in path.read_text(encoding="utf-8").splitlines()
                if line.startswith("import pandas")
            ]
            assert not lines, f"{name} imports pandas at its top level"


def test_functions_fit_on_a_screen() -> None:
    """No function is longer than 60 lines of code without its docstring."""
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body:
                    n_lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
                    assert n_lines <= 60, f"{name}.{node.name} has {n_lines} lines"
