"""Truths against what is published of them, and what the steps that no model holds move in them."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from benchmarks.scores import Ensemble
from benchmarks.truth import COLUMNS, FATES, LEFT_OUT, PARTS, Array, Case, medians
from benchmarks.truth_runs import run_draws, run_medians

PRIORS = {
    "n_alkanal": (9, 86, 5, 0.8, 17),
    "branched": (5, 92, 2.3, 0.2, 10),
    "aryl": (7, 87, 5.4, 0.9, 18),
    "cyclic_ketone": (8, 91, 0.1, 0, 1.9),
    "formaldehyde": (45, 14, 39, 15, 49),
}
"""Published medians unreacted, mono, di, and 5 and 95 % of di, of n-alkylamine and 1 eq carbonyl, STAB, 24 h [%]."""
NO_HEMIACETAL = -30.0
"""log10 of the constant of a hemiacetal that does not form."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rows])


def median_table(cases: Sequence[Case]) -> tuple[str, float]:
    """Write by how much the truths' medians differ from the published ones [points], and the largest difference."""
    rows, most = [], 0.0
    for case in (c for c in cases if c.references):
        line = [case.id]
        for column, parts in COLUMNS.items():
            if column not in case.references:
                line.append("")
                continue
            found = run_medians(case, parts)
            split = [100 * found[f"degree {a}"] for a in range(case.h + 1)]
            apart = [x - y for x, y in zip(split, case.references[column], strict=True)]
            line.append(" ".join(f"{x:+.2f}" for x in apart))
        found = run_medians(case, PARTS)
        fates = [100 * found[c.split("_")[0]] - case.references[c][0] for c in FATES]
        rows.append([*line, " ".join(f"{x:+.2f}" for x in fates)])
        most = max(most, *(abs(float(x)) for cell in rows[-1][1:] for x in cell.split()))
    return table(["row", *COLUMNS, "alcohol, aldol"], rows), most


def prior_table(splits: Mapping[str, Ensemble]) -> str:
    """Write what each class of carbonyl is said to give, and what the truths' five parts give."""
    rows = []
    for kind, said in PRIORS.items():
        degrees = [splits[kind][kind, f"degree {a}"] for a in range(3)]
        middle = [f"{100 * float(np.median(x)):.1f}" for x in degrees]
        low, high = _ends(degrees[2])
        rows.append(
            [
                kind.replace("_", " "),
                f"{said[0]} / {said[1]} / {said[2]}, {said[3]} to {said[4]}",
                f"{' / '.join(middle)}, {low:.1f} to {high:.1f}",
            ]
        )
    return table(["carbonyl", "published: medians, di 5 to 95 %", "here"], rows)


def _ends(x: Array) -> tuple[float, float]:
    low, high = 100 * np.quantile(x, (0.05, 0.95))
    return float(low), float(high)


def further_table(cases: Sequence[Case]) -> str:
    """Write what the steps that no model holds make of the medians, all of them and without the hemiacetals."""
    without = {
        name: np.array([NO_HEMIACETAL]) if name.startswith("left_out.hemiacetal_K") else x
        for name, x in medians().items()
    }
    rows = []
    for case in cases:
        ways = [
            run_medians(case, PARTS),
            run_medians(case, (*PARTS, LEFT_OUT)),
            {name: float(x[0]) for name, x in run_draws(case, (*PARTS, LEFT_OUT), without).items()},
        ]
        splits = [[f"{abs(100 * way[f'degree {a}']):.1f}" for a in range(case.h + 1)] for way in ways]
        rows.append([case.id, *(" / ".join(split) for split in splits)])
    return table(["row", "five parts", "with the further steps", "without the hemiacetals"], rows)
