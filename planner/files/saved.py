"""Saved: records as JSON text and back, and the bytes of regular files.

What is read is text in UTF-8, finite numbers and lists, not too large and not too deep.
"""

import json
from collections.abc import Mapping
from typing import Any

from planner.errors import TableError
from planner.files.reading import LARGEST_BYTES

DEEPEST, LONGEST_NUMBER = 32, 300
"""Levels of lists and digits of a whole number that a record may have; a saved plan has a quarter of each."""


def json_text(record: Mapping[str, object]) -> str:
    """Write a record as JSON; a number that JSON cannot hold is an error."""
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)


def read_json(source: str | bytes, name: str) -> dict[str, Any]:
    """Read a record that was saved as JSON: an object of texts, finite numbers and lists, not too deep.

    Parameters
    ----------
    source
        The text, or its bytes in UTF-8 with or without a byte order mark.
    name
        What it is called, for messages.

    Raises
    ------
    TableError
        If it is too large, no text, no JSON, or holds what no record of ours holds.
    """
    advice = "open a prediction or plan that the planner saved"
    if len(source) > LARGEST_BYTES:
        raise TableError(
            f"{name} has {len(source) / 1e6:.0f} MB; at most {LARGEST_BYTES / 1e6:.0f} MB are read: {advice}"
        )
    try:
        text = source if isinstance(source, str) else source.decode("utf-8-sig")
        record = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        reason = "too deep" if isinstance(error, RecursionError) else str(error)
        raise TableError(f"{name} is not JSON ({reason:.120}); {advice}") from error
    if not isinstance(record, dict):
        raise TableError(f"{name} holds a {type(record).__name__}; {advice}")
    _check_texts(record, name)
    return record


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a whole number of {len(digits)} digits")
    return int(digits)


def _check_texts(record: object, name: str) -> None:
    """Refuse texts that cannot be written again, and lists in lists without end."""
    inside: list[tuple[object, int]] = [(record, 0)]
    while inside:
        value, depth = inside.pop()
        if depth > DEEPEST:
            raise TableError(
                f"{name} holds lists more than {DEEPEST} deep; a saved plan has fewer: open another"
            )
        if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise TableError(f"{name} holds half a character (a lone surrogate) in {value!r:.40}; remove it")
        if isinstance(value, dict):
            inside += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            inside += [(item, depth + 1) for item in value]
