"""Words of the app: one line under every output, equations, glossary. User text is never read as markup.

The texts stand in ``words.toml``.
"""

import re
from functools import lru_cache
from pathlib import Path

from planner.flask.fields import ADDITIONS
from planner.model.checks import Table
from planner.model.folders import read_toml
from planner.rings.options import WAY_WORDS

TITLE = "Reductive amination planner"

_DEGREES = re.compile(r"(?<=\d) C(?![\w(=#\[])")
_PERCENT = re.compile(r"(?<=\d) ?%(?!\w)")
_UNIT = re.compile(r"(?<=\d) (?=(?:h|eq|M|min|mg|g|kg|mL|L|mmol|mol|points?)\b)")
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_LINK = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\w@)(?=\w+\.\w)", re.IGNORECASE)
_JOINER = "\u2060"  # has no width; parts what would be taken for an address even when escaped


@lru_cache(maxsize=1)
def texts() -> Table:
    """Read the texts, once."""
    return read_toml(Path(__file__).with_name("words.toml"))


def explain(output: str) -> str:
    """Say in a line what an output shows, or what an input does."""
    return str(texts()["explain"][output])


def told(text: str) -> str:
    """Write the planner's own sentence in a chemist's words: degree signs, no identifiers, no unit on another line."""
    for name, addition in ADDITIONS.items():
        text = text.replace(name, addition.words)
    text = _DEGREES.sub("\u00a0°C", text)
    return _UNIT.sub("\u00a0", _PERCENT.sub("\u00a0%", text))


def spoken(text: str) -> str:
    """Escape the planner's own sentence, in a chemist's words."""
    return plain(told(text))


def words_of(identifier: object) -> str:
    """Write an identifier as a chemist says it."""
    text = str(identifier)
    known = ADDITIONS.get(text)
    return WAY_WORDS.get(text, text.replace("_", " ")) if known is None else known.words


def plain(text: str) -> str:
    """Escape text, so that Streamlit shows it letter by letter.

    SMILES are full of brackets, which Markdown reads as links.
    """
    return _MARKUP.sub(r"\\\1", _LINK.sub(_JOINER, text)).replace("\n", " ")
