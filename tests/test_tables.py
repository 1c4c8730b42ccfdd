"""Tables: what is written to CSV is what is read back, and no spreadsheet runs it."""

import csv
import io
import math
import os
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from planner.errors import PlannerError, TableError
from planner.files.tables import FORMULA, csv_text, read_csv, to_frame

COLUMNS = ("text", "number", "count")

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(LETTERS, min_size=1, max_size=30) | st.sampled_from(
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "'",
        "''",
        "'=1",
        "'tis",
        "007",
        " 5",
        "1e5",
        "nan",
        "inf",
    ]
)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
ROW = st.fixed_dictionaries(
    {
        "text": TEXT | st.none(),
        "number": NUMBER | st.none(),
        "count": st.integers(-(10**18), 10**18) | st.none(),
    }
)


@given(st.lists(ROW, min_size=1, max_size=20))
@example([{"text": None, "number": None, "count": None}])
@example([{"text": 'a,"b"\r\nc;ü–≥', "number": -0.0, "count": 0}])
@example([{"text": "\ufeffx", "number": 5e-324, "count": -7}])
def test_what_is_written_is_read(rows: list[dict[str, object]]) -> None:
    """Text, numbers and empty cells come back as they were: same type, same value, same order."""
    back = read_csv(csv_text(rows, COLUMNS), COLUMNS)
    assert back == rows
    for row, again in zip(rows, back, strict=True):
        assert {k: type(v) for k, v in row.items()} == {k: type(v) for k, v in again.items()}


@given(st.text(LETTERS, max_size=30), NUMBER)
def test_a_spreadsheet_finds_no_formula(text: str, number: float) -> None:
    """No cell of text begins as a formula does; a negative number stays a number."""
    lines = csv.reader(io.StringIO(csv_text([{"a": text, "b": number}], ("a", "b")), newline=""))
    _, (cell, figure) = lines
    assert not cell.startswith(FORMULA)
    assert float(figure) == number


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_formula_starts_are_guarded(start: str) -> None:
    """Each start that a spreadsheet runs gets an apostrophe; headings too."""
    text = csv_text([{f"{start}h": f"{start}cmd|x"}], (f"{start}h",))
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert header == [f"'{start}h"]
    assert row == [f"'{start}cmd|x"]
    assert read_csv(text, ()) == [{f"{start}h".strip(): f"{start}cmd|x"}]


def test_ten_thousand_rows(tmp_path: Path) -> None:
    """A long table survives a file, with commas, quotes, line breaks and letters of the world."""
    words = ["a,b", 'say "yes"', "two\nlines", "naïve – 硼", "=HYPERLINK()", "N(C)CC", "[NH2+]=C"]
    rows = [
        {"text": words[i % 7], "number": math.sin(i) * 10.0 ** (i % 40 - 20), "count": i}
        for i in range(10_000)
    ]
    path = tmp_path / "long.csv"
    path.write_bytes(csv_text(rows, COLUMNS).encode())
    assert read_csv(path, COLUMNS) == rows
    assert read_csv(str(path), ["count"]) == rows
    assert read_csv(path.read_bytes(), COLUMNS) == rows


def test_only_the_columns_asked_for() -> None:
    """Columns come in the order given; what else a row holds stays out; numpy's numbers are numbers."""
    import numpy as np

    row = {"b": np.float64(0.1), "a": np.int64(3), "c": "left out"}
    assert csv_text([row], ("a", "b")) == "a,b\r\n3,0.1\r\n"


def test_frame_holds_the_cells_as_they_are() -> None:
    """A frame gets plain cells, without guards, in the columns' order."""
    frame = to_frame([{"a": "=1", "b": 2.5}, {"a": "x", "b": -1.0}], ("b", "a"))
    assert list(frame.columns) == ["b", "a"]
    assert frame["a"].tolist() == ["=1", "x"]
    assert frame["b"].sum() == 1.5
    assert to_frame([], ("a",)).shape == (0, 1)


def test_tables_of_other_programs() -> None:
    """A byte order mark, unix line ends, spaces in headings, blank lines and extra columns do no harm."""
    text = "\ufeffa , b\n1,x\n\n2.50,y\n"
    assert read_csv(text.encode(), ("a", "b")) == [{"a": 1, "b": "x"}, {"a": 2.5, "b": "y"}]
    assert read_csv(text, ("b",)) == read_csv(text.encode(), ("a",))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n", "is empty"),
        (b"", "is empty"),
        ("a,b\n", "no rows"),
        ("a\n1\n", "lacks the columns b; it has a"),
        ("a;b\n1;2\n", "separated by commas"),
        ("a,b,a\n1,2,3\n", "column 'a' twice"),
        ("a,b\n1,2\n3\n", "line 3: 1 cells; expected 2"),
        ("a,b\n1,2,3\n", "line 2: 3 cells; expected 2"),
        ('a,b\n"1,2\n', "not CSV"),
        ('a,b\n"1"x,2\n', "not CSV"),
        (b"\xff\xfea\x00,\x00b\x00", "not text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text in UTF-8"),
        (b"PK\x03\x04\x00\x00a,b\n", "binary"),
        ("a,b\n\0,1\n", "binary"),
        ("no such file.csv", "cannot read"),
        (Path("no/such/file.csv"), "cannot read"),
        (Path("."), "cannot read"),
        ("a" * 5000, "cannot read"),
        ("a\0b", "cannot read"),
    ],
)
def test_bad_tables_are_one_clear_line(source: str | bytes | Path, message: str) -> None:
    """Missing columns, empty, uneven, binary and absent files are a TableError of one line."""
    with pytest.raises(TableError) as caught:
        read_csv(source, ("a", "b"))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("as_file", [True, False])
def test_huge_tables_are_refused(tmp_path: Path, as_file: bool) -> None:
    """More than 20 MB are not read."""
    content = b"a,b\n" + b"1,2\n" * 5_000_000
    if as_file:
        (tmp_path / "huge.csv").write_bytes(content)
    with pytest.raises(TableError, match="20 MB; at most"):
        read_csv(tmp_path / "huge.csv" if as_file else content, ("a", "b"))


def test_only_regular_tables_are_read(tmp_path: Path) -> None:
    """A device and a pipe, or links to them, are refused at once."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "link", "zero"):
        with pytest.raises(TableError, match="not a regular file"):
            read_csv(tmp_path / name, ("a", "b"))


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text + "\n"))
def test_garbage_gives_rows_or_a_table_error(garbage: bytes | str) -> None:
    """Whatever is read, nothing but a TableError comes out."""
    try:
        rows = read_csv(garbage, ())
    except PlannerError as error:
        assert isinstance(error, TableError)  # noqa: PT017  (either outcome is lawful)
    else:
        assert rows


@pytest.mark.parametrize("cell", ["a\0b", "\ud800", math.nan, math.inf])
def test_what_no_table_can_hold_is_refused(cell: object) -> None:
    """Characters that no text file has and numbers that are none are named, not written."""
    with pytest.raises(TableError):
        csv_text([{"a": cell}], ("a",))


def test_a_row_must_hold_every_column() -> None:
    """A missing cell is an error that names the column."""
    with pytest.raises(TableError, match="lacks the column 'b'"):
        csv_text([{"a": 1}], ("a", "b"))
    with pytest.raises(TableError, match="lacks the column 'b'"):
        to_frame([{"a": 1}], ("a", "b"))
