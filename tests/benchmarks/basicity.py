"""Estimated basicities against measured ones: errors by family and outliers, written to ``BASICITY.md``.

    python tests/benchmarks/basicity.py

The measured values stand in ``../shared/data/amine_pKaH.csv`` beside the repository, which is no part of it; without
that folder the script says so and stops. A third of the rows is held out: no increment was chosen with a look at them.
Which they are was fixed before the first increment, by ``is_held_out``, and follows from the structure alone.

What was measured is the first protonation of the whole molecule, so the estimate of the whole is compared: all basic
nitrogens together. Rows whose proton sits on a nitrogen of the ring test that the estimate knows it.
"""

import argparse
import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from planner.model.parameters import load_model
from planner.structures.basicity import first_protonation
from planner.structures.structure import read_structure

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
HELD_OUT_MEDIAN, HELD_OUT_SHARE = 0.5, 0.85
ALL_MEDIAN, ALL_SHARE = 0.4, 0.90
"""What is asked: median error, and share of rows within one unit."""
FAR = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A measured compound and its estimate."""

    name: str
    smiles: str
    family: str
    source: str
    measured: float
    estimated: float
    sd: float
    on_ring: bool
    """Whether the proton was found on a nitrogen of the ring."""
    said_on_ring: bool
    held_out: bool

    @property
    def error(self) -> float:
        """Estimate less measurement [pK]."""
        return self.estimated - self.measured


def is_held_out(smiles: str) -> bool:
    """Whether a compound belongs to the third by which the estimate is judged: SHA-256 of its canonical SMILES."""
    digest = hashlib.sha256(read_structure(smiles).smiles.encode()).hexdigest()
    return int(digest, 16) % 3 == 0


def compare() -> tuple[Row, ...]:
    """Estimate every compound of the table."""
    model = load_model()
    rows = []
    with (DATA / "amine_pKaH.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            smiles = read_structure(line["smiles"]).smiles
            found = first_protonation(smiles, model)
            rows.append(
                Row(
                    name=line["name"],
                    smiles=smiles,
                    family=line["family"],
                    source=line["source"],
                    measured=float(line["pKaH"]),
                    estimated=found.pKaH,
                    sd=found.pKaH_sd,
                    on_ring=line["protonated_site"] == "ring N",
                    said_on_ring=found.is_on_ring,
                    held_out=is_held_out(smiles),
                )
            )
    return tuple(rows)


def median_error(rows: Iterable[Row]) -> float:
    """Median of the absolute errors [pK]."""
    return median(abs(row.error) for row in rows)


def share_within(rows: Sequence[Row], distance: float = FAR) -> float:
    """Share of rows whose error is no larger [1]."""
    return sum(abs(row.error) <= distance for row in rows) / len(rows)


def share_covered(rows: Sequence[Row], widths: float) -> float:
    """Share of rows that lie within a number of their own standard deviations [1]."""
    return sum(abs(row.error) <= widths * row.sd for row in rows) / len(rows)


def share_of_sites(rows: Sequence[Row]) -> float:
    """Share of rows whose proton the estimate puts where it was found, ring or amine [1]."""
    return sum(row.on_ring == row.said_on_ring for row in rows) / len(rows)


def outliers(rows: Sequence[Row]) -> list[Row]:
    """List the rows that are wrong by more than a unit, the worst first."""
    return sorted((r for r in rows if abs(r.error) > FAR), key=lambda r: -abs(r.error))


def named(rows: Sequence[Row]) -> str:
    """Name rows with measurement and estimate, for a message."""
    return "; ".join(f"{r.name} ({r.smiles}) {r.measured:.2f}, estimated {r.estimated:.2f}" for r in rows)


def _line(name: str, rows: Sequence[Row]) -> str:
    """One line of the table by family."""
    bias = sum(row.error for row in rows) / len(rows)
    return (
        f"| {name} | {len(rows)} | {median_error(rows):.2f} | {bias:+.2f} | {share_within(rows):.0%} | "
        f"{share_covered(rows, 1):.0%} | {share_covered(rows, 2):.0%} | {share_of_sites(rows):.0%} |"
    )


def report(rows: Sequence[Row]) -> str:
    """Write the page."""
    head = [
        "# Basicity against measurement",
        "",
        "Written by `python tests/benchmarks/basicity.py`. pKaH of N-H amines in water near 25 °C against the sum of",
        "increments in `models/basicity.toml`. Held-out rows were set aside by a hash of the structure before the",
        "first increment was chosen. Errors in pK units; the last column is the share of rows whose proton the",
        "estimate puts where it was found (a nitrogen of the aromatic ring, or the amine).",
    ]
    table = [
        "| family | rows | median error | bias | within 1.0 | within 1 sd | within 2 sd | proton placed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    parts: list[str] = []
    for title, chosen in (
        ("Held out", [r for r in rows if r.held_out]),
        ("Not held out", [r for r in rows if not r.held_out]),
        ("All", list(rows)),
    ):
        families = sorted({r.family for r in chosen})
        lines = [_line(family, [r for r in chosen if r.family == family]) for family in families]
        parts += ["", f"## {title}", "", *table, *lines, _line("**all**", chosen)]
    far = [
        f"| {r.name} | `{r.smiles}` | {r.measured:.2f} | {r.estimated:.2f} ({r.sd:.2f}) "
        f"| {'yes' if r.held_out else ''} | {r.source.replace('|', '/')} |"
        for r in outliers(rows)
    ]
    shown = ["", "## Wrong by more than one unit", ""]
    shown += [
        "| compound | SMILES | measured | estimated (sd) | held out | reference |",
        "|---|---|---|---|---|---|",
        *far,
    ]
    return "\n".join([*head, *parts, *shown, ""])


def main() -> None:
    """Write the page, or say that there is nothing to compare with."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder of BASICITY.md")
    out = parser.parse_args().out
    if not (DATA / "amine_pKaH.csv").is_file():
        print("no ../shared/data beside the repository: nothing to compare with")
        return
    text = report(compare())
    (out / "BASICITY.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
