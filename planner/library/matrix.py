"""Matrix: one page that holds everything, the pairs of a library as cells coloured by target.

Rows are amines, columns carbonyl compounds, in the order of the lists; a pointer over a cell names both and says the
target. Where a caveat foretells another main product the colour is paler. The page asks nothing of any server.
"""

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.library.manifests import Manifest

COLOURS = (
    (0.0, (68, 1, 84)),
    (0.25, (59, 82, 139)),
    (0.5, (33, 145, 140)),
    (0.75, (94, 201, 98)),
    (1.0, (253, 231, 37)),
)
"""Viridis at five places: it rises in lightness, and whoever sees red and green alike reads it too."""
REFUSED, ABSENT = "#b0b0b0", "#ffffff"
PLAIN, AT_RISK = 50, 151
"""Bytes from which the per cent of a target are counted: 50 to 150, and 151 to 251 where another main product is
foretold."""
PALE = 0.45
"""Share of its colour that is left of such a cell, on white; black reads on all of them."""

PAGE = Path(__file__).with_name("matrix.html")
"""With ``@name@`` where something is filled in."""


def page(
    manifest: Manifest,
    counts: Mapping[str, int],
    lists: Mapping[str, Sequence[Mapping[str, Any]]],
    cells: NDArray[np.uint8],
) -> str:
    """Write the page.

    Parameters
    ----------
    manifest, counts
        What the screen is of, and its pairs by status.
    lists
        Rows of "amine" and "carbonyl" with ``id`` and ``given``.
    cells
        As ``screened.cell_of`` writes them (n_amines, n_carbonyls).
    """
    names = [[_name(row) for row in lists[partner]] for partner in ("amine", "carbonyl")]
    title = f"{manifest.n_rows:,} pairs of {len(names[0]):,} amines and {len(names[1]):,} carbonyl compounds"
    filled = dict(
        title=escape(title),
        gradient=_gradient(PLAIN),
        pale=_gradient(AT_RISK),
        plain_from=PLAIN,
        risk_from=AT_RISK,
        refused=REFUSED,
        absent=ABSENT,
        width=cells.shape[1],
        height=cells.shape[0],
        label=escape(f"Coloured matrix of {title}; summary.csv holds the same as a table"),
        facts="".join(
            f"<tr><th>{escape(name)}</th><td class=n>{escape(said)}</td></tr>"
            for name, said in facts(manifest, counts)
        ),
        names=json.dumps(names, ensure_ascii=False).replace("<", "\\u003c"),
        cells=base64.b64encode(zlib.compress(cells.tobytes(), 9)).decode(),
        colours=json.dumps([_colour(value) for value in range(256)]),
    )
    return re.sub(r"@(\w+)@", lambda found: str(filled[found[1]]), PAGE.read_text(encoding="utf-8"))


def facts(manifest: Manifest, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """List what a summary says of a run: counts, searches, and where the time went."""
    n = max(1, manifest.n_rows)
    cpu = sum(manifest.spent_s.values())
    found = [("pairs", f"{manifest.n_rows:,} of {manifest.n_pairs:,}")]
    found += [(f"  {status}", f"{count:,}") for status, count in counts.items()]
    found += [
        ("searches for problems", f"{manifest.searches:,}"),
        ("searches for single pairs", f"{manifest.own_searches:,}"),
        ("waited for", f"{manifest.wall_s:,.0f} s"),
        ("processor time", f"{cpu:,.0f} s, {1e3 * cpu / n:.1f} ms a pair"),
    ]
    found += [
        (f"  {name}", f"{s:,.0f} s, {1e3 * s / n:.1f} ms a pair")
        for name, s in sorted(manifest.spent_s.items(), key=lambda item: -item[1])
    ]
    model = f"{manifest.model_name} {manifest.model_sha256[:8]}, planner {manifest.planner_version}"
    return [*found, ("model", model)]


def _name(row: Mapping[str, Any]) -> str:
    """Name a partner: its id and what was given, unless they are the same."""
    identity, given = str(row["id"] or ""), str(row["given"] or "")
    return given if identity in (given, "") else f"{identity} {given}".strip()


def _colour(value: int) -> tuple[int, int, int]:
    """Colour a byte of the matrix."""
    if value < PLAIN:
        return _hex(REFUSED if value == 1 else ABSENT)
    start, left = (AT_RISK, PALE) if value >= AT_RISK else (PLAIN, 1.0)
    share = min(1.0, (value - start) / 100.0)
    (low, first), (high, second) = next(both for both in pairwise(COLOURS) if share <= both[1][0])
    part = (share - low) / (high - low)
    full = (x + part * (y - x) for x, y in zip(first, second, strict=True))
    r, g, b = (round(255.0 + left * (c - 255.0)) for c in full)
    return r, g, b


def _gradient(start: int) -> str:
    """Write the colours of all targets from a byte on, for a style sheet."""
    return ", ".join(f"rgb{_colour(start + round(100 * at))} {100 * at:.0f}%" for at, _ in COLOURS)


def _hex(colour: str) -> tuple[int, int, int]:
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return r, g, b
