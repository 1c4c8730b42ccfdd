"""The fourteen questions: their commands print what the pages show, and no sentence states another figure."""

import re
from pathlib import Path

import pytest

from page_pictures import MOST_BYTES, PICTURES, is_alike
from pages import DOCS, QUESTIONS, begins, drifted, examples, outputs, renewed, unheld, written

FOLDER = DOCS / "questions"
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
NAMES = [question.stem for question in QUESTIONS]
NEEDED = ("**What the model does not know.**", "**On the bench.**", "Related: ")
SHORT = """
```sh
planner --version
```

```text
a 12 (1 to 25)
b > 95
```
"""


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_commands_print_what_the_page_shows(question: Path, tmp_path: Path) -> None:
    """Every command and snippet of a page runs, in its order, and prints the lines that stand beneath it."""
    text = question.read_text(encoding="utf-8")
    assert not list(drifted(text, outputs(text, tmp_path)))


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_figures_stand_where_the_page_says(question: Path) -> None:
    """Every figure of a sentence stands in the lines that its comment names, in a command, or has a source."""
    assert not list(unheld(question.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_is_computed_today(name: str) -> None:
    """A picture is small, stands on one page, and says what it would say if it were drawn now."""
    picture = (FOLDER / name).read_text(encoding="utf-8")
    assert len(picture.encode()) < MOST_BYTES
    assert sum(f"]({name})" in page.read_text(encoding="utf-8") for page in QUESTIONS) == 1
    assert is_alike(picture, PICTURES[name]())


def test_every_question_has_a_page_of_one_shape() -> None:
    """The index names fourteen pages in their order by their headings; each has the parts that a reader looks for."""
    listed = re.findall(r"^(\d+)\. \[(.*?)\]\((.*?)\)$", INDEX, re.M)
    assert [name for _, _, name in listed] == [page.name for page in QUESTIONS]
    assert [int(number) for number, _, _ in listed] == list(range(1, 15))
    for (number, title, _), page in zip(listed, QUESTIONS, strict=True):
        text = page.read_text(encoding="utf-8")
        assert text.partition("\n")[0].partition("<!--")[0] == f"# {number}. {title}"
        assert all(part in text for part in NEEDED), page.name
        assert any(example.shown for example in examples(text))


@pytest.mark.parametrize("question", [FOLDER / "README.md", *QUESTIONS], ids=["index", *NAMES])
def test_links_and_pictures_are_there(question: Path) -> None:
    """Every link of a page leads to a file; every picture is one that is drawn."""
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)#\s]+)(?:#[\w-]*)?\)", question.read_text(encoding="utf-8"))
    assert links
    assert not [link for _, link in links if not (question.parent / link).exists()]
    assert {link for mark, link in links if mark} <= set(PICTURES)


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("So 12 % remain.<!-- 1.1 -->", ""),
        ("So 12 % (1 to 25) remain, and more than 95 %.<!-- 1.1 1.2 -->", ""),
        ("Of 1,4-diazepane, NaBH4 and `--top 3` no figure is made.", ""),
        ("It boils at 98 C.<!-- source: a handbook -->", ""),
        ("So 12 % remain.", "no place for"),
        ("So 13 % remain.<!-- 1.1 -->", "not all of"),
        ("So 12 % remain.<!-- 1.2 -->", "not all of"),
        ("So 12 % remain.<!-- 1.9 -->", "not all of"),
        ("So 12 % remain.<!-- 2.1 -->", "not all of"),
        ("So 12 % remain.<!-- somewhere -->", "a place is written"),
        ("Of 1,024 draws.", "no place for"),
        ("Between 1-25 % remain.", "write 'to'"),
        ("| mono | 12 |", "no place for"),
    ],
)
def test_a_figure_without_its_line_is_named(sentence: str, complaint: str) -> None:
    """A figure needs a place, the right one; names, code and cited figures need none."""
    assert [said[: len(complaint)] for said in unheld(SHORT + "\n" + sentence)] == [complaint] * bool(
        complaint
    )


def test_another_output_is_named_and_written() -> None:
    """A digit of rounding passes, more is named; writing takes the new numbers and leaves the words."""
    assert not list(drifted(SHORT, ["x\na 13 (1 to 24) more\nb > 95\n"]))
    later = "a 17 (1 to 25)\nb > 95\n"
    assert len(list(drifted(SHORT, [later]))) == 1
    assert not list(drifted(written(SHORT, [later]), [later]))
    assert "a 17 (1 to 25)" in written(SHORT, [later])
    for gone in (
        "a 12 (1 to 25)\n",
        "b > 95\na 12 (1 to 25)\n",
        "a 12 (1 to 25)\nb 93\n",
        "a 12 (0.5 to 25)\nc\n",
    ):
        assert list(drifted(SHORT, [gone])), gone


def test_a_line_may_be_cut_and_lines_left_out() -> None:
    """Three points end a line or stand for lines; without them a line still needs its own beginning."""
    assert renewed("a 1 ...\n...\nc 3", "a 2 and more\nb\nc 4\n") == [
        ("a 1 ...", "a 2 ..."), ("...", "..."), ("c 3", "c 4"),
    ]  # fmt: skip
    assert begins("N1CC1 12 x", "N1CC1 13")
    assert not begins("N1CC1 12 x", "N2CC2 12")


def test_a_picture_of_other_numbers_is_another() -> None:
    """A changed word, number or mark is seen; what no eye sees is not."""
    drawn = '<text x="1">40%</text><g aria-label="low: 0.112309; what: mono"></g>'
    assert is_alike(drawn, drawn.replace("0.112309", "0.112310"))
    for other in (
        drawn.replace("40", "44"),
        drawn.replace("0.112", "0.212"),
        drawn.replace("mono", "di"),
        "",
    ):
        assert not is_alike(drawn, other)
