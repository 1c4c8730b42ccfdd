"""The pages for people: every path, name, command, option and extra that they mention is there, and so are figures."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from planner.cli import main
from test_architecture import PACKAGE, ROOMS, modules

ROOT = PACKAGE.parent
HOUSE, README = ROOT / "docs" / "architecture.md", ROOT / "README.md"
PAGES = [HOUSE, README, ROOT / "docs" / "CHANGELOG.md", ROOT / "models" / "README.md"]
BASES = (ROOT, PACKAGE, ROOT / "models", ROOT / "models" / "default")
"""From where a page writes its paths."""
WRITTEN = {"conditions.csv"}
"""Files that a command of the page makes."""
NAME = re.compile(r"[A-Z]\w+")
"""A class, or a constant, as the house writes them."""


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)


def quoted(page: Path) -> list[str]:
    """What a page writes as code in its sentences."""
    return re.findall(r"`([^`\n]+)`", prose(page))


@cache
def defined(file: Path) -> frozenset[str]:
    """Names that a module defines or imports at its top level, and ``Class.member``."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        found |= set(names_of(node))
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{member}" for part in node.body for member in names_of(part)}
    return frozenset(found)


def names_of(node: ast.stmt) -> Iterator[str]:
    """Names that a statement binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (name.id for t in targets for name in ast.walk(t) if isinstance(name, ast.Name))


def is_there(path: str) -> bool:
    """Tell whether a path of a page leads to a file, a folder, a module, or a name in one."""
    whole, (stem, _, name) = path.replace("NAME", "*").rstrip("/"), path.rpartition(".")
    for base in BASES:
        if any(base.glob(whole)) or (base / f"{whole}.py").is_file():
            return True
        for file in (base / f"{stem}.py", base / stem / "__init__.py"):
            if file.is_file() and name in defined(file):
                return True
    return False


@pytest.mark.parametrize("page", [HOUSE, README], ids=lambda page: page.name)
def test_paths_lead_somewhere(page: Path) -> None:
    """Every path, with the name behind its dot where it has one, is one of a file, a room, a module or a name in it."""
    paths = [
        word
        for word in quoted(page)
        if re.fullmatch(r"[\w*]+(/[\w*]+)*(/|/[\w.*]+|\.(py|toml|csv|md))", word) and word not in WRITTEN
    ]
    assert len(paths) > 8
    assert not [path for path in paths if not is_there(path)]


def test_the_look_at_paths_sees_what_is_not_there() -> None:
    """A module that was renamed, a name that moved and a file that was never written are found."""
    assert is_there("model/parameters.load_model")
    assert is_there("engine.integrate")
    assert not is_there("model/parameters.load_modle")
    assert not is_there("structures/site")
    assert not is_there("models/default/nothing.toml")


def test_names_of_the_house_are_defined() -> None:
    """Every class and constant of the page stands somewhere in the house, and a name said to be in a file in that."""
    everywhere = {
        name for file in (*PACKAGE.rglob("*.py"), *ROOT.glob("tests/*.py")) for name in defined(file)
    }
    words = [word for word in quoted(HOUSE) if NAME.fullmatch(word.partition(".")[0])]
    assert len(words) > 15
    assert not [word for word in words if word not in everywhere]
    placed = re.findall(r"`(\w+)`(?: \(| in | of )`(\w+/\w+)`", prose(HOUSE))
    assert len(placed) > 4
    assert not [(name, path) for name, path in placed if name not in defined(PACKAGE / f"{path}.py")]


def test_as_many_files_are_named_as_are_said() -> None:
    """A row of the house that says how many files are touched names that many, each of them another."""
    rows = re.findall(r"^\| [^|]+ \| (\d) files?: ([^|]+) \|", HOUSE.read_text(encoding="utf-8"), re.M)
    assert len(rows) > 4
    for said, cell in rows:
        files = {name for name in re.findall(r"`([\w/.]+)`", cell) if re.search(r"/|\.(toml|csv)$", name)}
        assert len({name.partition(".COLUMNS")[0] for name in files}) == int(said), cell


def test_the_house_has_the_rooms_that_its_plan_shows() -> None:
    """The plan lists every room once, in an order in which imports run one way."""
    plan = HOUSE.read_text(encoding="utf-8").partition("```")[2].partition("```")[0]
    shown = re.findall(r"(\w+)/(?= )", plan)
    order = [room for side_by_side in ROOMS for room in side_by_side]
    assert set(shown) == {name.partition(".")[0] for name in modules(PACKAGE) if "." in name}
    assert shown == sorted(shown, key=order.index)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the project is one that is there."""
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


def test_commands_options_and_extras_are_known() -> None:
    """What the README calls a command, an option or an extra is one."""
    words = quoted(README)
    named = [m[1] for word in words if (m := re.match(r"planner (\w+)", word))]
    assert named
    assert set(named) <= set(main.commands)
    options = {option for command in main.commands.values() for p in command.params for option in p.opts}
    asked = [m[0] for word in words if (m := re.match(r"--[a-z-]+[a-z]", word))]
    assert len(asked) > 8
    assert not [
        option for option in asked if option != "--help" and not any(o.startswith(option) for o in options)
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = re.findall(r"\.\[(\w+)\]", README.read_text(encoding="utf-8"))
    assert set(extras) == set(project["optional-dependencies"])


def test_the_container_asks_for_what_there_is() -> None:
    """Its extras are those of the project, its Python is one that the project runs on, its options are the app's."""
    text = (ROOT / "docs" / "Containerfile").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extras,) = re.findall(r"'\.\[([\w,]+)\]'", text)
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    (version,) = re.findall(r"^FROM \S+/python:([\d.]+)", text, re.M)
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]
    (asked,) = re.findall(r"exec planner app ([^\"]*)", text)
    known = {option for p in main.commands["app"].params for option in p.opts}
    assert set(re.findall(r"--[\w-]+", asked)) <= known
    assert (ROOT / "docs" / "Containerfile.dockerignore").is_file()


def test_the_readme_is_read_in_one_sitting() -> None:
    """It has at most 250 lines."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 250
