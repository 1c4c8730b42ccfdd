"""The house's own laws: rooms import one way, libraries stay at home, sizes stay readable."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from planner.flask.fields import ADDITIONS, FIELDS

PACKAGE = Path(__file__).parents[1] / "planner"

ROOMS = (
    ("errors",),
    ("version",),
    ("files",),
    ("engine",),
    ("model",),
    ("structures",),
    ("mechanism",),
    ("flask",),
    ("predictions",),
    ("mixtures", "comparisons"),
    ("plans",),
    ("sheets",),
    ("calibration", "rings", "library"),
    ("cli", "app"),
)
"""A file imports only from rooms to the left of its own, and from its own; rooms side by side do not meet."""
PLACE = {room: i for i, side_by_side in enumerate(ROOMS) for room in side_by_side}
DOORS = ROOMS[-1]
HOMES = {
    "rdkit": ("structures", "model.site_classes", "mixtures", "rings"),
    "click": ("cli",),
    "streamlit": ("app",),
    "streamlit_ketcher": ("app",),
    "starlette": ("app",),
    "llvmlite": ("engine",),
    "molmass": ("mixtures",),
    "jinja2": ("sheets.runsheet",),
    "py2opsin": ("structures.names",),
}
"""Where a library may be imported: rooms, or single files of them."""
PANDAS = ("files", "app")
"""May import pandas at their top level; elsewhere numbers travel as records and arrays."""
ANSWERED = {
    "class Partner stands in library, rings": "of a list that is screened, and of a ring that is closed",
    "class Problem stands in calibration, library": "what is fitted, and what is searched once for many pairs",
    "class Run stands in calibration, library": "of a chemist, and of a screen",
    "calibration": "one file a step from a table of runs to what they taught",
    "calibration.next_experiment.next_experiment": "public; the contract's keywords",
    "app.answers.the_sheet": "a prediction and what stands for it as the key",
    "comparisons.comparing.compare": "public; the contract's keywords",
    "cli.plans.recommend": "one parameter an option that is not of the request",
    "library.screening.screen": "public; the contract's keywords",
    "library.plates.plate": "public; the bench's choices",
    "cli.library.plate": "one parameter an option",
    "flask.flask.run": "public; what a batch of pairs needs",
    "library": "one file a thing on the way from lists to plates",
    "flask.simulate.simulate_network": "public; what a flask of one's own needs",
    "mixtures": "one file a question: species, peaks, phases, each with its data",
    "mixtures.purification.purification": "public; the contract's keywords",
    "mixtures.identification.identify": "public; the contract's keywords",
    "model": "one file a kind of thing that a models folder says",
    "predictions.charge_curve.charge_curve": "public; one keyword a thing that the curve is of",
    "predictions.prediction": "the nouns of an answer stand beside what makes them",
    "predictions.prediction.predict": "public; the contract's keywords",
    "rings": "one file a step from two bottles to a pump",
    "rings.planning.recommend_cyclization": "public; the contract's keywords",
    "rings.prediction.cyclize": "public; the contract's keywords",
    "sheets.sheet.make_sheet": "public; the bench has that many choices",
    "sheets.workup.work_up": "what is made, of what, with what at hand, and how it is parted",
    "app": "one file a page",
    "flask": "one file a kind of constant, of field and of surface",
    "predictions": "one file a part of an answer",
    "plans": "a search has more steps than other rooms",
    "sheets": "one file a part of a sheet",
    "structures": "one file a question that is asked of a molecule",
}
"""Why something is larger than usual."""
MOST_LINES, MOST_CODE, MOST_FILES, MOST_PARAMETERS = 60, 300, 12, 6


@cache
def modules(package: Path) -> dict[str, ast.Module]:
    """Every module of the package by its dotted name below it; a room itself is ``room.__init__``."""
    return {
        ".".join(p.relative_to(package).with_suffix("").parts): ast.parse(p.read_text(encoding="utf-8"))
        for p in sorted(package.rglob("*.py"))
    }


def imported(tree: ast.AST, *, only_top: bool = False) -> Iterator[str]:
    """Dotted names that a module imports, inside functions too: ``a.b`` for ``from a import b``."""
    for node in ast.iter_child_nodes(tree) if only_top else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written out from planner"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(tree: ast.AST) -> Iterator[str]:
    """What a module imports of the planner, below ``planner``; ``planner`` itself is the empty name."""
    for name in imported(tree):
        head, _, rest = name.partition(".")
        if head == "planner":
            yield rest


def wrong_ways(package: Path) -> list[str]:
    """List the imports that go against the order of the rooms."""
    found = []
    for name, tree in modules(package).items():
        room = name.split(".")[0]
        if name == "__init__":
            continue  # the public names, imported when first used
        if room not in PLACE:
            found.append(f"{name}: {room} is no room of the list")
            continue
        for needed in own(tree):
            there = needed.split(".")[0]
            if there not in PLACE:
                found += [] if room in DOORS else [f"{name} imports planner itself"]
            elif there != room and PLACE[there] >= PLACE[room]:
                found.append(f"{name} imports {needed}, which is not to its left")
    return found


def strays(package: Path) -> list[str]:
    """List the libraries that are imported away from home."""
    found = []
    for name, tree in modules(package).items():
        room = name.split(".")[0]
        for needed in imported(tree):
            library = needed.split(".")[0]
            if library in HOMES and not {room, name} & set(HOMES[library]):
                found.append(f"{name} imports {library}")
            if library == "altair" and name.split(".")[-1] not in ("pictures", "charts"):
                found.append(f"{name} imports altair")
            if room == "mechanism" and library in ("numpy", "rdkit"):
                found.append(f"{name} imports {library}")
        found += [
            f"{name} imports pandas at its top level"
            for needed in imported(tree, only_top=True)
            if needed.split(".")[0] == "pandas" and room not in PANDAS
        ]
    return found


def test_rooms_import_one_way() -> None:
    """A file imports only from rooms to its left, and from its own; only the doors import the planner itself."""
    assert not wrong_ways(PACKAGE)


def test_the_law_sees_a_breach(tmp_path: Path) -> None:
    """An import to the right, inside a function too, an unknown room and a library abroad are found."""
    for name, text in (
        ("model/draws", "def f():\n    from planner.plans.search import Knob"),
        ("flask/flask", "import planner"),
        ("helpers/base", ""),
        ("rings/closure", "from planner.library.pairs import read"),
        ("plans/search", "import pandas\nfrom rdkit import Chem"),
    ):
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert [found.split()[0].rstrip(":") for found in wrong_ways(tmp_path)] == [
        "flask.flask",
        "helpers.base",
        "model.draws",
        "rings.closure",
    ]
    assert len(strays(tmp_path)) == 2


def test_the_engine_and_the_mechanism_stand_alone() -> None:
    """The engine knows only what can go wrong; the mechanism knows no numbers."""
    for name, tree in modules(PACKAGE).items():
        rooms = {needed.split(".")[0] for needed in own(tree)}
        if name.startswith("engine."):
            assert rooms <= {"engine", "errors"}, name
        if name.startswith("mechanism."):
            assert not rooms & {"model", "engine", "files"}, name


def test_libraries_stay_at_home() -> None:
    """Each library is imported in the room that it belongs to."""
    assert not strays(PACKAGE)


def test_fields_and_additions_are_written_once() -> None:
    """No default of a field is hidden in an ``or``, and no addition's word stands outside of the file of fields.

    The model's check of a reductant's file is the exception: it stands to the left of the flask.
    """
    for name, tree in modules(PACKAGE).items():
        prose = {
            id(n.value)
            for n in ast.walk(tree)
            if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                given = {n.attr for n in ast.walk(node.values[0]) if isinstance(n, ast.Attribute)}
                numbers = [n.value for n in node.values if isinstance(n, ast.Constant)]
                assert not (given & set(FIELDS) and 0.0 in numbers), (
                    f"{name}, line {node.lineno}: {ast.unparse(node)}"
                )
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                is_home = name in ("flask.fields", "model.reagents")
                words = [word for word in ADDITIONS if word in node.value]
                assert is_home or not words, f"{name}, line {node.lineno}: {node.value!r}"


def test_no_import_circles() -> None:
    """No chain of imports leads back to where it started."""
    book = modules(PACKAGE)
    needs = {
        name: {n for i in own(tree) for n in (i, i.rpartition(".")[0]) if n in book and n != name}
        for name, tree in book.items()
        if name != "__init__"
    }

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        stack = [start]
        while stack:
            for name in needs.get(stack.pop(), set()) - seen:
                seen.add(name)
                stack.append(name)
        return seen

    assert not [name for name in needs if name in reach(name)]


def test_a_room_is_one_sentence() -> None:
    """The first thing in a room says in one sentence what it answers."""
    for name, tree in modules(PACKAGE).items():
        if name.endswith(".__init__"):
            words = (ast.get_docstring(tree) or "").partition("\n\n")[0]
            assert words.endswith("."), name
            assert words.count(". ") == 0, name


def test_at_first_sight_there_are_rooms() -> None:
    """The package shows its rooms and at most four files."""
    assert len(list(PACKAGE.glob("*.py"))) <= 4


def test_functions_fit_on_a_screen() -> None:
    """No function is longer than 60 lines of code without its docstring."""
    for name, tree in modules(PACKAGE).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body:
                    n_lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
                    assert n_lines <= MOST_LINES, f"{name}.{node.name} has {n_lines} lines"


def places_to_look(package: Path) -> list[str]:
    """List what is allowed but wants a reason: large files and rooms, long signatures, one name in two rooms."""
    found, files, classes = [], defaultdict(int), defaultdict(set)
    for name, tree in modules(package).items():
        room = name.split(".")[0]
        files[room] += 1
        lines = {node.lineno for node in ast.walk(tree) if hasattr(node, "lineno")}
        found += [f"{name}: {len(lines)} lines of code"] if len(lines) > MOST_CODE else []
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes[node.name].add(room)
            if isinstance(node, ast.FunctionDef):
                n = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
                found += [f"{name}.{node.name}: {n} parameters"] if n > MOST_PARAMETERS else []
    found += [f"{room}: {n} files" for room, n in files.items() if n > MOST_FILES]
    return found + [f"class {n} stands in {', '.join(sorted(r))}" for n, r in classes.items() if len(r) > 1]


def test_what_is_unusual_has_a_reason() -> None:
    """What is allowed but not usual is answered in ``ANSWERED``; an answer to nothing goes."""
    assert {words.rpartition(": ")[0] or words for words in places_to_look(PACKAGE)} == set(ANSWERED)
