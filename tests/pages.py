"""Pages: their commands run, what they show is what is printed, and their figures stand in it.

``python tests/pages.py [PAGE ...]`` writes what is printed today into the pages of ``docs/questions``, and draws their
pictures. Sentences are left to a person; those that no longer agree are named. Three rules make a page:

* A block ``text`` right behind a block ``sh`` or ``python`` shows lines of what that prints, in their order. A line may
  be cut at its end; ``...`` says that something was left out and stands for nothing.
* A sentence with figures ends in the places that they come from: ``<!-- 2.5 3.1 -->`` is line 5 of the second block
  that is shown and line 1 of the third. Numbers of the page's commands need no place.
* A figure that no command prints names its source: ``<!-- source: ... -->``.
"""

import io
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from planner.cli import main

DOCS = Path(__file__).parents[1] / "docs"
QUESTIONS = sorted((DOCS / "questions").glob("[0-9]*.md"))
REST = "..."
NUMBER = re.compile(r"(?<![\w.])(?:> )?[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)")
"""As it is printed; "> 95" is one, digits of a SMILES or a name are none."""
FIGURE = re.compile(r"(?<![\w.,-])-?\d+(?:\.\d+)?(?![\w-]|[.,]\d)")
"""As a sentence states it; the locants of 1,4-diazepane and the 4 of NaBH4 are none."""
RANGE = re.compile(r"(?<![\w,-])\d+(?:\.\d+)?[-\u2013]\d+(?:\.\d+)?(?![\w-]|,\d)")
"""Two figures that would be taken for a name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A block of code and what is shown of its output."""

    kind: str
    """sh or python."""
    source: str
    shown: str | None
    """None where nothing is shown."""
    start: int
    end: int
    """Of what is shown, in the page."""


def examples(text: str) -> list[Example]:
    """Read the blocks of code of a page, each with what it shows."""
    blocks = list(re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.S | re.M))
    found = []
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if block[1] not in ("sh", "python"):
            continue
        is_shown = after and after[1] == "text" and not text[block.end() : after.start()].strip()
        shown, (start, end) = (after[2], after.span(2)) if after and is_shown else (None, (0, 0))
        found.append(Example(kind=block[1], source=block[2], shown=shown, start=start, end=end))
    return found


def printed(example: Example) -> str:
    """Run a block where one stands, and return what it prints."""
    if example.kind == "python":
        with redirect_stdout(io.StringIO()) as out:
            exec(compile(example.source, "page", "exec"), {"__name__": "page"})
        return out.getvalue()
    texts = []
    for command in example.source.replace("\\\n", " ").splitlines():
        program, *words = shlex.split(command)
        if program != "planner":
            raise RuntimeError(f"{command}: a page runs commands of the planner and nothing else")
        run = CliRunner().invoke(main, words)
        if run.exit_code:
            raise RuntimeError(f"{command}: {run.stderr}{run.exception!r}")
        texts.append(run.stdout)
    return "".join(texts)


def outputs(text: str, folder: Path) -> list[str]:
    """Run all blocks of a page, in their order, in a folder that has its own copy of ``docs``."""
    shutil.copytree(DOCS, folder / "docs")
    with chdir(folder):
        return [printed(example) for example in examples(text)]


def masked(line: str) -> str:
    """Write a line without its numbers and its spaces."""
    return NUMBER.sub("#", " ".join(line.split()))


def begin_of(line: str, shown: str) -> str | None:
    """Take from a printed line what has the words of a shown one; None where it begins otherwise."""
    words = masked(shown)
    ends = [match.end() for match in re.finditer(r"\S+", line)]
    return next((line[:end] for end in ends if masked(line[:end]) == words), None)


def begins(line: str, shown: str) -> bool:
    """Tell whether a printed line begins as it is shown, numbers to one in the last digit that is shown."""
    begin = begin_of(line, shown)
    return begin is not None and within_a_digit(shown, begin)


def renewed(shown: str, output: str) -> list[tuple[str, str | None]]:
    """Pair every shown line with the line of the output that has its words, in order; None where there is none."""
    lines, pairs = iter(output.splitlines()), []
    for line in shown.splitlines():
        body = line.removesuffix(REST).rstrip()
        if not body:
            pairs.append((line, line))
            continue
        found = next((begin for other in lines if (begin := begin_of(other, body)) is not None), None)
        rest = line[len(body) :]
        pairs.append((line, None if found is None else found.rstrip() + rest))
        if found is None:
            break
    return pairs


def within_a_digit(shown: str, other: str) -> bool:
    """Tell whether two lines of the same words have the same numbers, to one in the last digit that is shown."""
    numbers = (NUMBER.findall(text) for text in (shown, other))
    return all(
        a == b or ((a[:2] == b[:2] or ">" not in a + b) and abs(value(a) - value(b)) < 1.01 * unit(a))
        for a, b in zip(*numbers, strict=True)
    )


def value(number: str) -> float:
    """Read a number."""
    return float(number.removeprefix("> "))


def unit(number: str) -> float:
    """One in the last digit of a number as it is written."""
    mantissa, _, exponent = number.partition("e")
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def drifted(text: str, found: Sequence[str]) -> Iterator[str]:
    """Name every line that a page shows and that its blocks no longer print."""
    for example, output in zip(examples(text), found, strict=True):
        for line, now in renewed(example.shown or "", output):
            if now is None:
                yield f"no longer printed by\n{example.source}: {line}\n{output[:3000]}"
            elif not within_a_digit(line, now):
                yield f"shown:   {line}\nprinted: {now}"


# --- figures of sentences ---


def sentences(text: str) -> Iterator[tuple[str, str | None]]:
    """Cut the prose of a page at its comments: what is said, and the comment behind it."""
    prose = re.sub(r"^```.*?^```$", "\n\n", plain(text), flags=re.S | re.M)
    prose = re.sub(r"`[^`\n]*`", "`", prose)
    prose = re.sub(r"\]\([^)]*\)", "]", prose)
    prose = re.sub(r"^(#+ )?\d+\. ", r"\1", prose, flags=re.M)
    prose = re.sub(r"^\|", "\n|", prose, flags=re.M)
    for paragraph in re.split(r"\n\s*\n", prose):
        pieces = re.split(r"<!--\s*(.*?)\s*-->", paragraph, flags=re.S)
        yield from zip(pieces[::2], [*pieces[1::2], None], strict=True)


def plain(text: str) -> str:
    """Write thousands without their comma."""
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)


def numbers_in(text: str) -> set[float]:
    """Read the sizes of all numbers of a text."""
    return {abs(value(number)) for number in NUMBER.findall(plain(text))}


def unheld(text: str) -> Iterator[str]:
    """Name every sentence of a page whose figures do not stand where it says."""
    found = examples(text)
    blocks = [example.shown.splitlines() for example in found if example.shown is not None]
    charged = set().union(*(numbers_in(example.source.replace("=", " ")) for example in found))
    for said, comment in sentences(text):
        words = " ".join(said.split())
        if RANGE.search(words):
            yield f"write 'to' between two figures: {words}"
        figures = {abs(float(figure)) for figure in FIGURE.findall(words)} - charged
        if comment is None:
            if figures:
                yield f"no place for {sorted(figures)}: {words}"
            continue
        if re.fullmatch(r"source: .{8,}", comment, re.S):
            continue
        if not re.fullmatch(r"\d+\.\d+( \d+\.\d+)*", comment):
            yield f"a place is written as 2.5 and a source as 'source: ...': {comment}"
            continue
        places = [(int(block) - 1, int(line) - 1) for block, line in re.findall(r"(\d+)\.(\d+)", comment)]
        lines = [blocks[i][j] for i, j in places if i < len(blocks) and j < len(blocks[i])]
        if len(lines) < len(places) or not figures <= set().union(*map(numbers_in, lines)):
            yield f"not all of {sorted(figures)} stand in {comment}: {words}\n" + "\n".join(lines)


# --- writing ---


def written(text: str, found: Sequence[str]) -> str:
    """Write what is printed today into a page; a line whose words are gone stays, to be shown anew."""
    for example, output in reversed(list(zip(examples(text), found, strict=True))):
        if example.shown is None:
            continue
        lines = [line if now is None else now for line, now in renewed(example.shown, output)]
        lines += example.shown.splitlines()[len(lines) :]
        text = text[: example.start] + "".join(f"{line}\n" for line in lines) + text[example.end :]
    return text


def write(page: Path) -> Iterator[str]:
    """Renew a page; name what is left for a person."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        found = outputs(text, Path(folder))
    text = written(text, found)
    page.write_text(text, encoding="utf-8")
    yield from drifted(text, found)
    yield from unheld(text)


if __name__ == "__main__":
    from page_pictures import PICTURES

    asked = [Path(name).resolve() for name in sys.argv[1:]] or QUESTIONS
    for page in asked:
        for complaint in write(page):
            print(f"{page.name}: {complaint}\n")
    for name, draw in PICTURES.items():
        if any(name in page.read_text(encoding="utf-8") for page in asked):
            (DOCS / "questions" / name).write_text(draw(), encoding="utf-8")
