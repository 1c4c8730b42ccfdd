"""Lists of a library: whatever lines, headings and records hold, nothing is lost and what is ours stays ours."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings, strategies as st
from rdkit import Chem

from planner.errors import ParameterError, PlannerError, TableError
from planner.library import lists, partners
from planner.library.libraries import read_library, write_lists
from planner.library.lists import Listed, read_given, read_list, read_pairs, told_apart
from planner.library.partners import ERROR, PLANNED, UNREADABLE, read_amines, read_carbonyls
from planner.library.parts import PAGE, SUMMARY, read_list_of
from planner.library.screening import screen
from planner.model.parameters import load_model

QUICK: dict[str, Any] = {"effort": 0.1, "reductants": ("STAB",), "additions": ("all_at_once",)}
"""A search of a tenth of a second."""


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    """An executor without processes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


# --- records of an SDF ---


def block(title: str, smiles: str = "CCN", version: str = "V2000") -> str:
    """Write a mol block under a title."""
    mol = Chem.MolFromSmiles(smiles)
    text = Chem.MolToMolBlock(mol) if version == "V2000" else Chem.MolToV3KMolBlock(mol)
    return "\n".join([title, *text.split("\n")[1:]])


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["", "A1", "ethyl amine", " "]), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["V2000", "V3000"]),
    st.sampled_from(["$$$$\n", "$$$$", "$$$$\n\n \n", "", "\n\n"]),
    st.sampled_from(["", "> <Price>\n2,50 $$$$ each\n\n", "\n"]),
    st.integers(0, 2),
)
def test_a_record_is_read_wherever_it_stands(
    titles: list[str], ends: str, version: str, last: str, data: str, spare: int
) -> None:
    """The same block, titled or not, is read at every place of a file, however its lines and the file end."""
    between = "$$$$\n" + "\n" * spare  # some programs leave blank lines between records
    text = between.join(block(title, version=version) + data for title in titles) + last
    found = read_given(text.replace("\n", ends), "amines", "a.sdf")
    assert [one.text for one in found] == ["CCN"] * len(titles)
    assert [one.message for one in found] == [""] * len(titles)
    ids = [title.strip() or str(i) for i, title in enumerate(titles, start=1)]
    assert [one.id for one in found] == ids
    assert [one.has_id for one in found] == [bool(title.strip()) for title in titles]
    assert all(bool(one.extra) is ("Price" in data) for one in found)


def test_a_record_that_is_damaged_leaves_the_others() -> None:
    """Among untitled records one that is none keeps its place, and only it has a message."""
    found = read_given("$$$$\n".join([block(""), "\n\n\nnothing\nM  END\n", block("")]), "amines")
    assert [one.text for one in found] == ["CCN", "", "CCN"]
    assert [bool(one.message) for one in found] == [False, True, False]


def test_an_item_that_stands_twice_is_kept_twice() -> None:
    """Neither of two data items of one name is lost."""
    (found,) = read_given(block("x") + "> <Note>\none\n\n> <Note>\ntwo\n\n$$$$\n", "amines")
    assert sorted(cell for _, cell in found.extra) == ["one", "two"]


# --- tables whose lines have too few or too many cells ---

HEADING = ("Price", "id", "SMILES", "Note")


@given(
    st.lists(st.integers(1, 7), min_size=1, max_size=6),
    st.permutations(HEADING),
    st.sampled_from([",", ";", "\t"]),
)
def test_a_line_of_any_length_keeps_its_place(lengths: list[int], heading: list[str], mark: str) -> None:
    """Lines with too few or too many cells keep their place; all cells are kept, and the whole lines are as ever."""
    whole = {"Price": "2.5", "id": "A{}", "SMILES": "CCN", "Note": "dry"}
    cells = [[whole[title].format(n) for title in heading] + ["more", "and more", ""] for n in range(9)]
    lines = [mark.join(heading), *(mark.join(cells[n][:length]) for n, length in enumerate(lengths))]
    found = read_given("\n".join(lines), "amines", "a.csv")
    assert [one.line for one in found] == list(range(2, len(lengths) + 2))
    for n, (one, length) in enumerate(zip(found, lengths, strict=True)):
        there = dict(zip(heading, cells[n][:length], strict=False))
        assert one.text == there.get("SMILES", "")
        assert (one.id, one.has_id) == (there.get("id", str(one.line)), "id" in there)
        assert ("no structure stands here" in one.message) is ("SMILES" not in there)
        assert f"line {one.line}" in (one.message or f"line {one.line}")
        further = {k: v for k, v in there.items() if k in ("Price", "Note")}
        further |= {f"column {i + 1}": cells[n][i] for i in range(4, length)}
        assert dict(one.extra) == further  # a cell that is not there is not an empty one


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.permutations(("amine", "carbonyl", "well")))
def test_a_pair_of_any_length_keeps_its_place(lengths: list[int], heading: list[str]) -> None:
    """Lines of a list of pairs likewise: a partner that is missing has a message, its pair keeps its place."""
    cells = [{"amine": "CCN", "carbonyl": "CCC=O", "well": "B2"}[title] for title in heading] + ["x", "y"]
    text = "\n".join([",".join(heading), *(",".join(cells[:length]) for length in lengths)])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lists, "_text", lambda path, name: text)
        found = read_pairs("pairs.csv")
    assert len(found) == len(lengths)
    for pair, length in zip(found, lengths, strict=True):
        there = heading[:length]
        assert bool(pair.amine.text) is ("amine" in there) is not bool(pair.amine.message)
        assert bool(pair.carbonyl.text) is ("carbonyl" in there) is not bool(pair.carbonyl.message)
        assert dict(pair.extra).get("well", "B2") == "B2"
        assert len(pair.extra) == ("well" in there) + max(0, length - 3)


def test_a_row_in_python_without_a_structure_keeps_its_place() -> None:
    """Among rows that name a structure one that does not has a message; where none does, the list is refused."""
    found = read_list([{"smiles": "CCN"}, {"id": "A2"}, {"name": "butylamine"}], "amines")
    assert [one.text for one in found] == ["CCN", "", "butylamine"]
    assert "line 2: no structure" in found[1].message
    with pytest.raises(TableError, match="it has id, price: name one of them smiles"):
        read_list([{"id": "A1"}, {"price": "2"}], "amines")


@pytest.mark.parametrize("heading", ["amine_id", "Amine ID", "amine id (vendor)", "AMINEID"])
def test_the_id_of_a_partner_is_found_however_it_is_written(heading: str) -> None:
    """Case, blanks, underscores and brackets of a heading do not matter."""
    (pair,) = read_pairs([{"amine": "CCN", "carbonyl": "CCC=O", heading: "A1"}])
    assert (pair.amine.id, pair.amine.has_id, pair.carbonyl.id, pair.carbonyl.has_id) == (
        "A1", True, "CCC=O", False,
    )  # fmt: skip
    assert not pair.extra


@pytest.mark.parametrize("absent", [None, float("nan"), pd.NA, pd.NaT])
def test_a_cell_that_is_absent_is_empty(absent: object) -> None:
    """Whatever Python or pandas writes for nothing is no text."""
    (found,) = read_list([{"smiles": "CCN", "id": absent, "price": absent}], "amines")
    assert (found.id, found.has_id, dict(found.extra)) == ("1", False, {"price": ""})


# --- ids ---


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("CCN\t1\nCCCN\n", "a.smi"),
        ("CCN 1\nCCCN\n", ""),
        ("smiles,id\nCCN,2\nCCCN,\n", "a.csv"),
        (block("1") + "$$$$\n" + block("", "CCCN"), "a.sdf"),
    ],
)
def test_an_id_that_is_the_number_of_its_line_is_an_id(text: str, file: str) -> None:
    """An id that the list gives is told from a number that stands for none, though they be the same."""
    first, second = read_given(text, "amines", file)
    assert (first.id, first.has_id) == (str(first.line), True)
    assert (second.id, second.has_id) == (str(second.line), False)


@given(st.lists(st.sampled_from(["x", "x (2)", "x (3)", "x (3) (3)", ""])))
def test_names_are_told_apart(names: list[str]) -> None:
    """No two are alike, each begins as it was, and one that stands there first is as it was."""
    found = told_apart(names)
    assert len(set(found)) == len(names)
    assert all(own.startswith(name) for own, name in zip(found, names, strict=True))
    assert told_apart(found) == found


# --- further columns ---

OURS = ("number", "smiles", "status", "message", "kind", "id", "given")
OF_PAIRS = ("pair", "amine_id", "carbonyl_id")
headings = st.sampled_from([*OURS, *OF_PAIRS, "price", "status (given)", "pair (given)", "id (2)"])
further = st.lists(st.dictionaries(headings, st.text("abc", min_size=1)), min_size=2, max_size=2)


Cells = dict[str, str]


def written(folder: Path, name: str, extras: list[Cells]) -> list[tuple[Cells, Cells]]:
    """Write two lines with further columns beside the parts; of each our columns, and the cells of the others."""
    if name == "pairs":
        given: tuple[Any, ...] = (
            None,
            None,
            [{"amine": "CCN", "carbonyl": "CCC=O"} | extra for extra in extras],
        )
    else:
        texts = zip(("CCN", "nonsense"), extras, strict=True)
        listed = [
            Listed(id=f"A{i}", text=text, line=i, extra=tuple(extra.items()))
            for i, (text, extra) in enumerate(texts)
        ]
        given = (listed, ["CCC=O"], None)
    write_lists(folder, read_library(*given, load_model()))
    n_ours = len(OF_PAIRS if name == "pairs" else OURS)
    found = [list(row.items()) for row in read_list_of(folder / f"{name}.parquet")]
    return [(dict(row[:n_ours]), {k: v for k, v in row[n_ours:] if v is not None}) for row in found]


@pytest.mark.parametrize(("name", "ours"), [("amines", OURS), ("pairs", OF_PAIRS)])
@settings(max_examples=30)
@given(further)
@example([{"status": "a", "status (given)": "b"}, {"status (given)": "c"}])
@example([{"pair": "a", "pair (given)": "b"}, {"pair (given)": "c"}])
def test_further_columns_never_take_the_place_of_ours(
    tmp_path_factory: pytest.TempPathFactory, name: str, ours: tuple[str, ...], extras: list[Cells]
) -> None:
    """Our columns are the same whatever else a list has; of that every cell is kept, one heading in one column."""
    folder = tmp_path_factory.mktemp("lists")
    if name == "pairs":  # these are of a partner
        extras = [{k: v for k, v in extra.items() if not k.endswith("_id")} for extra in extras]
    found, bare = written(folder, name, extras), written(folder, name, [{}, {}])
    assert [tuple(own) for own, _ in found] == [ours, ours]
    assert [own for own, _ in found] == [own for own, _ in bare]
    places: dict[str, set[str]] = {}
    for (_, kept), extra in zip(found, extras, strict=True):
        assert Counter(kept.values()) == Counter(extra.values())
        assert all(kept[k] == v for k, v in extra.items() if k not in ours)
        for heading in kept.keys() - extra.keys():
            places.setdefault(heading.removesuffix(" (given)"), set()).add(heading)
    assert all(len(some) == 1 for some in places.values())
    assert not set(ours) & {heading for _, kept in found for heading in kept}


def written_lists(folder: Path, text: str) -> list[dict[str, Any]]:
    """Write a list of amines beside the parts as it was read from a text, and read that."""
    model = load_model()
    write_lists(folder, read_library(read_given(text, "amines"), ["CCC=O"], None, model))
    return read_list_of(folder / "amines.parquet")


@pytest.mark.parametrize(
    "text",
    [
        "smiles,id,status,message,kind,given,number,id,id (8)\nCCN,A1,in stock,a,b,c,7,d,e",
        block("title").rstrip() + "".join(
            f"\n> <{name}>\n{cell}\n"
            for name, cell in (
                ("code", "A1"), ("status", "in stock"), ("message", "a"), ("kind", "b"), ("given", "c"),
                ("number", "7"), ("id", "d"), ("smiles", "e"),
            )
        ) + "\n$$$$\n",
    ],
)  # fmt: skip
def test_a_vendors_columns_are_kept_beside_ours(tmp_path: Path, text: str) -> None:
    """Columns by the names of ours, as vendors have them, are kept by a name of their own."""
    (row,) = written_lists(tmp_path, text)
    own = {name: row.pop(name) for name in OURS}
    kind = read_amines([Listed(id="A1", text="CCN", line=1)], load_model())[0].kind
    assert own == {
        "number": "0", "smiles": "CCN", "status": PLANNED, "message": "", "kind": kind, "id": "A1", "given": "CCN",
    }  # fmt: skip
    assert row["status (given)"] == "in stock"
    assert sorted(row.values()) == ["7", "a", "b", "c", "d", "e", "in stock"]


def test_what_reads_the_lists_is_not_led_astray(tmp_path: Path, one_thread: Executor) -> None:
    """Summary and matrix of a list with a vendor's columns are those of the same list without."""
    plain = [{"smiles": "CCN", "id": "A1"}, {"smiles": "nonsense", "id": "A2"}]
    more = [row | {"status": "in stock", "kind": "solid", "message": "toxic", "given": "?"} for row in plain]
    pages = []
    for name, rows in (("plain", plain), ("more", more)):
        screen(rows, ["CCC=O"], out=tmp_path / name, executor=one_thread, **QUICK)
        page = (tmp_path / name / PAGE).read_text(encoding="utf-8")
        pages.append(((tmp_path / name / SUMMARY).read_bytes(), page.partition("names")[2]))
    assert pages[0] == pages[1]


def test_columns_of_a_frame_that_have_one_name_are_all_kept() -> None:
    """A frame with two columns of one name loses neither."""
    frame = pd.DataFrame([["CCN", "a", "b"]], columns=["smiles", "note", "note"])
    (found,) = read_list(frame, "amines")
    assert sorted(cell for _, cell in found.extra) == ["a", "b"]


def test_headings_that_look_told_apart_are_told_apart() -> None:
    """A heading that is written like the second of two takes the place of none."""
    (found,) = read_given("smiles,x (4),y,x (4),x,x,column 8\nCCN,a,b,c,d,e,f,g", "amines", "a.csv")
    assert sorted(cell for _, cell in found.extra) == list("abcdefg")


# --- defects ---


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ZeroDivisionError("nobody foresaw it"), ERROR),
        (RuntimeError("nobody foresaw it"), ERROR),
        (ParameterError("nobody foresaw it"), ERROR),
    ],
)
@pytest.mark.parametrize("read", [read_amines, read_carbonyls])
def test_a_defect_in_one_line_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: str, read: Callable[..., Any]
) -> None:
    """A line on which something breaks has a status and says so; the others are read as ever."""
    model, sound = load_model(), partners.read_structure
    texts = ["CCC=O", "CCCC=O", "nonsense"] if read is read_carbonyls else ["CCN", "CCCN", "nonsense"]
    listed = read_list(texts, "partners")
    before = read(listed, model)

    def broken(text: str) -> Any:
        if text == texts[1]:
            raise error
        return sound(text)

    monkeypatch.setattr(partners, "read_structure", broken)
    first, second, third = read(listed, model)
    assert (first, third) == (before[0], before[2])
    assert (first.status, second.status, third.status) == (PLANNED, status, UNREADABLE)
    assert "nobody foresaw it" in second.message
    assert ("please report" in second.message) is not isinstance(error, PlannerError)
    assert second.listed == listed[1]


def test_a_defect_in_one_line_is_a_row_of_the_screen(
    tmp_path: Path, one_thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen goes on over a line on which something breaks: its pairs have rows with the status ``error``."""
    sound = partners.find_sites

    def broken(structure: Any, **more: Any) -> Any:
        if structure.smiles == "CCCN":
            raise ZeroDivisionError("nobody foresaw it")
        return sound(structure, **more)

    monkeypatch.setattr(partners, "find_sites", broken)
    frame = screen(["CCN", "CCCN"], ["CCC=O"], out=tmp_path / "out", executor=one_thread, **QUICK).to_frame()
    assert frame["status"].tolist() == [PLANNED, ERROR]
    assert "nobody foresaw it" in frame["message"][1]


def test_a_defect_in_one_record_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record on which something breaks keeps its place, with a message; the others are read."""
    sound = lists.smiles_of_block

    def broken(text: str) -> str:
        if text.startswith("B"):
            raise RuntimeError("nobody foresaw it")
        return sound(text)

    monkeypatch.setattr(lists, "smiles_of_block", broken)
    found = read_given("$$$$\n".join(map(block, "ABC")), "amines")
    assert [(one.id, one.text) for one in found] == [("A", "CCN"), ("B", ""), ("C", "CCN")]
    assert found[1].message.startswith("record 2: RuntimeError: nobody foresaw it")
