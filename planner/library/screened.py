"""Screen: what a library gave, read part by part, so that its size is that of what is asked and not of the library.

The summary has a line for each partner, the page one cell for each pair, coloured by its target.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import TableError
from planner.files.tables import csv_text
from planner.files.writing import write_file
from planner.library.manifests import Manifest, read_manifest
from planner.library.matrix import AT_RISK, PLAIN, page
from planner.library.partners import PLANNED
from planner.library.parts import PAGE, SUMMARY, read_list_of, read_parts
from planner.plans.aims import USEFUL

if TYPE_CHECKING:
    import pandas as pd

SUMMARY_COLUMNS = (
    "partner", "id", "smiles", "kind", "pairs", "planned", "useful", "at_risk", "target_mean", "target_best",
    "best_with", "over_alkylation_mean", "reductant_most_often", "strategy_most_often", "message",
)  # fmt: skip
LARGEST_PAGE = 4_000_000
"""Cells of a page; a larger matrix is for DuckDB or Arrow."""
NEEDED = (
    "amine_number", "carbonyl_number", "amine_id", "carbonyl_id", "status", "target_fraction", "over_alkylation",
    "reductant", "strategy", "product_risks",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Screen:
    """A library's results."""

    folder: Path
    """With ``manifest.json``, the parts and the lists."""
    manifest: Manifest
    """What it is of, its counts, searches and times."""

    @property
    def counts(self) -> dict[str, int]:
        """Count the pairs by status."""
        found: Counter[str] = Counter()
        for part in self.manifest.parts:
            found.update(part["counts"])
        return dict(sorted(found.items()))

    @property
    def is_whole(self) -> bool:
        """Whether every pair has its row."""
        return self.manifest.n_rows == self.manifest.n_pairs

    def tables(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Read the parts one by one, as Arrow tables of all columns or some."""
        return read_parts(self.folder, self.manifest, columns)

    def to_frame(self, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """Tabulate every pair, in the order of the lists; for a large library name the columns that are needed."""
        import pandas as pd

        wanted = None if columns is None else list(dict.fromkeys(["pair", *columns]))
        frames = [table.to_pandas() for table in self.tables(wanted)]
        if not frames:
            raise TableError(f"{self.folder} holds no rows yet; resume its screen")
        for frame in frames:
            for name in frame.columns[frame.dtypes == "category"]:
                frame[name] = frame[name].astype(object)
        found = pd.concat(frames, ignore_index=True).sort_values("pair", ignore_index=True)
        return found if columns is None else found[list(columns)]


def open_screen(folder: str | Path) -> Screen:
    """Open the results of a screen, whole or not.

    Raises
    ------
    TableError
        If the folder holds none.
    """
    manifest = read_manifest(Path(folder))
    if manifest is None:
        raise TableError(
            f"{folder} holds no screen (no manifest.json); name the folder that was given as out"
        )
    return Screen(folder=Path(folder), manifest=manifest)


@dataclass(kw_only=True, slots=True, eq=False)
class Tally:
    """What the pairs of one partner gave."""

    pairs: int = 0
    planned: int = 0
    useful: int = 0
    at_risk: int = 0
    """Planned, but a caveat foretells another main product."""
    target: float = 0.0
    """Sum."""
    over: float = 0.0
    """Sum."""
    best: tuple[bool, float, str] = (False, -1.0, "")
    """Whether no other main product is foretold, target and id of the other partner."""
    reductants: Counter[str] = field(default_factory=Counter)
    strategies: Counter[str] = field(default_factory=Counter)

    def add(self, row: dict[str, Any], other: str) -> None:
        """Add a pair."""
        self.pairs += 1
        if row["status"] != PLANNED:
            return
        target, is_at_risk = row["target_fraction"], bool(row["product_risks"])
        self.planned += 1
        self.at_risk += is_at_risk
        self.useful += target >= USEFUL
        self.target += target
        self.over += row["over_alkylation"]
        self.best = max(self.best, (not is_at_risk, target, other))
        self.reductants[row["reductant"]] += 1
        self.strategies[row["strategy"]] += 1


def write_summaries(found: Screen) -> None:
    """Write the summary of every partner and, where it is not too large, the coloured matrix."""
    lists = {name: read_list_of(found.folder / f"{name}s.parquet") for name in ("amine", "carbonyl")}
    tallies = {name: [Tally() for _ in listed] for name, listed in lists.items()}
    shape = len(lists["amine"]), len(lists["carbonyl"])
    is_drawn = shape[0] * shape[1] <= LARGEST_PAGE
    cells: NDArray[np.uint8] = np.zeros(shape if is_drawn else (0, 0), dtype=np.uint8)
    for table in found.tables(NEEDED):
        for row in table.to_pylist():
            a, c = row["amine_number"], row["carbonyl_number"]
            tallies["amine"][a].add(row, row["carbonyl_id"])
            tallies["carbonyl"][c].add(row, row["amine_id"])
            if is_drawn:
                cells[a, c] = cell_of(row)
    rows = [
        _summary(name, partner, tally)
        for name, listed in lists.items()
        for partner, tally in zip(listed, tallies[name], strict=True)
    ]
    write_file(found.folder / SUMMARY, csv_text(rows, SUMMARY_COLUMNS).encode())
    if is_drawn:
        write_file(found.folder / PAGE, page(found.manifest, found.counts, lists, cells).encode())


def cell_of(row: dict[str, Any]) -> int:
    """Write a pair as a byte: 0 where there is none, 1 where it is refused, else the target in per cent above a start.

    That is ``PLAIN``, or ``AT_RISK`` where a caveat foretells another main product.
    """
    if row["status"] != PLANNED:
        return 1
    share = float(row["target_fraction"])
    return (AT_RISK if row["product_risks"] else PLAIN) + round(100.0 * min(1.0, max(0.0, share)))


def _summary(name: str, partner: dict[str, Any], tally: Tally) -> dict[str, Any]:
    """Write what a partner gave as a row of ``SUMMARY_COLUMNS``."""
    n = tally.planned

    def most(counted: Counter[str]) -> str | None:
        return counted.most_common(1)[0][0] if counted else None

    return {
        "partner": name,
        "id": partner["id"],
        "smiles": partner["smiles"],
        "kind": partner["kind"],
        "pairs": tally.pairs,
        "planned": n,
        "useful": tally.useful,
        "at_risk": tally.at_risk,
        "target_mean": tally.target / n if n else None,
        "target_best": tally.best[1] if n else None,
        "best_with": tally.best[2] if n else None,
        "over_alkylation_mean": tally.over / n if n else None,
        "reductant_most_often": most(tally.reductants),
        "strategy_most_often": most(tally.strategies),
        "message": partner["message"],
    }
