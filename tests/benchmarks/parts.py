"""What each part of the flask moves: patents, orderings and three flasks with much acid, part by part.

    python tests/benchmarks/parts.py [--data DIR] [--out DIR]

It reads ``../shared/data`` beside the repository and writes ``PARTS.md``; without that folder it says so and stops. The
shipped set is asked without parts, with each part alone and with all; draws of the ladder are the same in each.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import inf
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from comparisons import DATA, compare_patents  # noqa: E402
from statements import compare_orderings  # noqa: E402
from validation_page import DRAWS, table  # noqa: E402

from parts_set import ACID, ALL, parts_model, shipped_with  # noqa: E402
from planner.flask import titres  # noqa: E402
from planner.model.model import Model  # noqa: E402
from planner.model.parameters import load_model  # noqa: E402
from planner.predictions.prediction import predict  # noqa: E402

MOVED = 0.02
"""What is worth a word: two points of a fraction, or of a share of the draws."""
IN_ACID, EQUIVALENTS = "2-picoline borane", (1.0, 8.0)
FLASKS = (("CCCCN", "CCCC=O"), ("NCc1ccccc1", "O=C1CCCCC1"), ("C1CCNCC1", "O=C1CCCCC1"))
"""Pairs of the rows 6 and 8 of the published flasks, and a secondary amine; the last acid is the reductant's own."""
ACID_HEAD = [
    *(
        "pair",
        "AcOH eq",
        "published: ladder",
        "published: acid",
        "shipped: ladder",
        "shipped: acid",
        "shipped: all",
    ),
    *("published: mono", "shipped: mono"),
]
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


@contextmanager
def all_acid() -> Iterator[None]:
    """Count all acid for every amine, as the published law does, in place of the planner's rule for secondary ones."""
    rule = titres.counted_at_most
    titres.counted_at_most = lambda _pair: inf
    try:
        yield
    finally:
        titres.counted_at_most = rule


def in_acid(amine: str, carbonyl: str, acid: float) -> dict[str, list[float]]:
    """Compute unreacted / mono / di at the median of the draws [%], by the published law and as shipped."""

    def split(model: Model) -> list[float]:
        p = predict(amine, carbonyl, model=model, reductant=IN_ACID, acid_equivalents=acid, draws=DRAWS)
        return [100 * x.median for x in p.products]

    with all_acid():
        published = {"published: ladder": split(parts_model()), "published: acid": split(parts_model(ACID))}
    shipped = {"ladder": shipped_with(), "acid": shipped_with(ACID), "all": load_model()}
    return published | {f"shipped: {name}": split(model) for name, model in shipped.items()}


def much_acid() -> Iterator[list[str]]:
    """Write the splits of the flasks with much acid, and what the part of the acid does to mono."""
    for pair in FLASKS:
        for acid in EQUIVALENTS:
            found = in_acid(*pair, acid)
            row = [" / ".join(f"{x:.1f}" for x in shares) for shares in found.values()]
            moves = [
                found[f"{law}: acid"][1] - found[f"{law}: ladder"][1] for law in ("published", "shipped")
            ]
            yield [f"`{pair[0]}` + `{pair[1]}`", f"{acid:g}", *row, *(f"{move:+.0f}" for move in moves)]


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

## Much acid: {IN_ACID}, unreacted / mono / di at the medians [%]

Acid part alone against the ladder, by the published law with its constants, which counts all acid for every amine, and
as shipped, where acid beyond one equivalent is not counted for a secondary amine. The last two columns are what the
part does to mono. What a chemist should think of it stands in `models/README.md`, "Much acid".

{table(ACID_HEAD, much_acid())}
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
