"""What each part of the flask moves: patents, orderings and two flasks with much acid, part by part.

    python tests/benchmarks/parts.py [--data DIR] [--out DIR]

It reads ``../shared/data`` beside the repository and writes ``PARTS.md``; without that folder it says so and stops. The
shipped set is asked without parts, with each part alone and with all; draws of the ladder are the same in each.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from comparisons import DATA, compare_patents  # noqa: E402
from statements import compare_orderings  # noqa: E402
from validation_page import DRAWS, table  # noqa: E402

from parts_set import ALL, shipped_with  # noqa: E402
from planner.model.model import Model  # noqa: E402
from planner.model.parameters import load_model  # noqa: E402
from planner.predictions.prediction import predict  # noqa: E402

MOVED = 0.02
"""What is worth a word: two points of a fraction, or of a share of the draws."""
ACID = ("2-picoline borane", 8.0)
FLASKS = (("CCCCN", "CCCC=O"), ("NCc1ccccc1", "O=C1CCCCC1"))
"""Rows 6 and 8 of the published flasks, in 2-picoline borane's own acid."""
HEAD = ["none", *(name.replace("_", " ") for name in ALL), "all", "moved by"]


def sets() -> dict[str, Model]:
    """Load the shipped set without parts, with each alone and as it is shipped."""
    return {"none": shipped_with(), **{name: shipped_with(name) for name in ALL}, "all": load_model()}


def movers(values: Mapping[str, float], least: float = MOVED) -> str:
    """Name the parts that alone move a number by that much, with the move in points."""
    moves = {name: values[name] - values["none"] for name in ALL}
    return ", ".join(
        f"{name.replace('_', ' ')} {100 * move:+.0f}"
        for name, move in sorted(moves.items(), key=lambda m: -abs(m[1]))
        if abs(move) >= least
    )


def line(name: str, values: Mapping[str, float]) -> list[str]:
    """Write a row in per cent."""
    return [name, *(f"{100 * values[key]:.0f}" for key in ("none", *ALL, "all")), movers(values) or "-"]


def patents(models: Mapping[str, Model], data: Path) -> list[list[str]]:
    """Compute the mean target of each patent row with each set."""
    found = {key: compare_patents(data, model, DRAWS) for key, model in models.items()}
    return [
        line(p.id, {key: rows[i].prediction.target_fraction.mean for key, rows in found.items()})
        for i, p in enumerate(found["none"])
    ]


def orderings(models: Mapping[str, Model], data: Path) -> list[list[str]]:
    """Compute the share of the draws in which each statement of order holds with each set."""
    found = {key: compare_orderings(data, model) for key, model in models.items()}
    return [
        line(o.id, {key: rows[i].probability for key, rows in found.items()})
        for i, o in enumerate(found["none"])
    ]


def much_acid(models: Mapping[str, Model]) -> Iterator[list[str]]:
    """Write unreacted / mono / di at the median of the draws, in much acid, with each set."""
    for amine, carbonyl in FLASKS:
        row = []
        for model in models.values():
            p = predict(
                amine, carbonyl, model=model, reductant=ACID[0], acid_equivalents=ACID[1], draws=DRAWS
            )
            row.append(" / ".join(f"{100 * x.median:.1f}" for x in p.products))
        yield [f"`{amine}` + `{carbonyl}`", *row]


def page(data: Path) -> str:
    """Write the page."""
    models = sets()
    return f"""\
# What each part of the flask moves

Written by `python tests/benchmarks/parts.py`; shipped model {models["all"].sha256[:12]}, {DRAWS} draws. Each part is
taken alone, beside the ladder; "all" is the set as shipped. Parts are not additive: acid holds what charges leave.
"Moved by" names what moves a number by two points or more, in points.

## Patent procedures, mean of the target [%]

{table(["row", *HEAD], patents(models, data))}

## Statements of order, share of the draws in which they hold [%]

{table(["statement", *HEAD], orderings(models, data))}

## Much acid: {ACID[0]} with {ACID[1]:g} eq of acetic acid, unreacted / mono / di at the medians [%]

{table(["pair", *HEAD[:-1]], much_acid(models))}
"""


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description="What each part of the flask moves.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=HERE)
    asked = parser.parse_args()
    if not asked.data.is_dir():
        sys.exit(f"{asked.data} is not there; give the folder of the data with --data")
    (asked.out / "PARTS.md").write_text(page(asked.data), encoding="utf-8")


if __name__ == "__main__":
    main()
