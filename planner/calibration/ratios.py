"""Ratios: a column such as "mono:di" or "mono/di ratio" with cells such as "20:1" is a column for each degree."""

import re
from collections.abc import Collection, Mapping

from planner.calibration.headings import degree_called, lore, plain
from planner.calibration.sources import RawTable
from planner.errors import TableError, shown

_PARTS = re.compile(r"\s*[:/]\s*")


def ratio_of(title: str) -> tuple[str, ...]:
    """Name the degrees whose ratio a heading says it holds; none for another heading.

    Examples
    --------
    >>> ratio_of("mono:bis ratio"), ratio_of("mono / %")
    (('mono', 'di'), ())
    """
    bare = re.sub(r"\s*[\[(][^\[\]()]*[\])]$", "", title)
    for word in (*lore()["words"]["kind"]["ratio"], "ratio"):
        bare = re.sub(rf"^{word}( of)?\b[\s\-:]*|[\s\-]*\b{word}$", "", bare, flags=re.IGNORECASE)
    found = tuple(degree_called(part) for part in _PARTS.split(bare))
    return found if len(found) > 1 and all(found) and len(set(found)) == len(found) else ()


def with_ratios(raw: RawTable, said: Collection[str]) -> tuple[RawTable, Mapping[int, str]]:
    """Part the columns of ratios into columns of amounts.

    Parameters
    ----------
    raw
        The table.
    said
        Titles of which the user says what they are.

    Returns
    -------
    RawTable
        With a column for each degree in the place of each ratio.
    mapping
        Place of those to their title as it is written.

    Raises
    ------
    TableError
        With row and column, if a cell is no ratio of as many numbers.
    """
    parted = {i: ratio_of(title) for i, title in enumerate(raw.titles) if title not in said}
    has_kind = any(plain(title) == "kind" for title in raw.titles)
    titles, written, places = list[str](), dict[int, str](), dict[int, list[int]]()
    for i, title in enumerate(raw.titles):
        degrees = parted.get(i, ())
        unit = re.search(r"[\[(][^\[\]()]*[\])]$", title)
        behind = f" {unit[0]}" if unit else "" if has_kind else " (mol)"
        places[i] = list(range(len(titles), len(titles) + max(1, len(degrees))))
        titles += [f"{degree}{behind}" for degree in degrees] or [title]
        written |= dict.fromkeys(places[i], title) if degrees else {}
    if not written:
        return raw, {}
    rows = []
    for line, cells in raw.rows:
        own: dict[int, str | float] = {}
        for i, cell in cells.items():
            ratio = parted.get(i, ())
            values = _amounts(cell, len(ratio), line, raw.titles[i]) if ratio else [cell]
            own |= dict(zip(places[i], values, strict=True))
        rows.append((line, own))
    return RawTable(titles=tuple(titles), rows=tuple(rows), remarks=raw.remarks), written


def _amounts(cell: str | float, n: int, line: int, title: str) -> list[str | float]:
    """Part a cell; one number alone is its ratio to 1 where there are two."""
    text = cell if isinstance(cell, str) else f"{cell:.12g}"
    parts = _PARTS.split(text.strip())
    if len(parts) == 1 and n == 2:
        parts = [*parts, "1"]
    if len(parts) != n or not all(re.match(r"[~≈]?\s*[\d.,]", part) for part in parts):
        raise TableError(
            f"row {line}, column {title!r}: {shown(cell)} is not usable; expected {n} numbers, as in "
            f"{':'.join(['20', *['1'] * (n - 1)])}"
        )
    return list(parts)
