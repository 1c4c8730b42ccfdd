"""Validation: what the shipped numbers say against what was printed, failures first, before and after side by side.

    python tests/benchmarks/validation.py [--data DIR] [--out DIR]

It reads ``../shared/data`` beside the repository and writes ``VALIDATION.md`` and ``validation.svg``; without that
folder it says so and stops. "Before" are the constants that the first set was published with, kept in
``tests/data/models_reference``; "after" is the shipped model. Both are computed in the same run with the same rules of
structures, the same equations and the same seeds. What is compared and how: ``comparisons.py`` and ``statements.py``.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from comparisons import (  # noqa: E402
    DATA,
    ROOT,
    SOLVENTS,
    compare_choices,
    compare_pairs,
    compare_patents,
    compare_ranking,
    read,
)
from pictures import svg  # noqa: E402
from statements import SEEDS, compare_orderings, compare_priors  # noqa: E402
from validation_page import DRAWS, Report, table, text  # noqa: E402

from planner.model.model import Model  # noqa: E402
from planner.model.parameters import load_model  # noqa: E402

__all__ = ["DATA", "SOLVENTS", "read", "table"]

BEFORE = ROOT / "tests" / "data" / "models_reference"


def models() -> tuple[Model, Model]:
    """Load the first set of constants and the shipped one."""
    return load_model(BEFORE), load_model()


def compare(
    model: Model, data: Path = DATA, draws: int = DRAWS, *, seeds: int = SEEDS, n_rows: int | None = None
) -> Report:
    """Make all comparisons of one model; ``n_rows`` takes only the first of the real pairs."""
    return Report(
        model=model,
        patents=compare_patents(data, model, draws),
        orderings=compare_orderings(data, model, seeds=seeds),
        ranked=compare_ranking(data, model, draws),
        pairs=compare_pairs(read("patent_pairs.csv", data)[:n_rows], model),
        choices=compare_choices(read("site_choice.csv", data)[:n_rows], model),
        priors=compare_priors(model, draws),
    )


def main() -> None:
    """Compare, print and write."""
    parser = argparse.ArgumentParser(description="Compare the shipped numbers with printed results.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the CSV files")
    parser.add_argument("--out", type=Path, default=HERE, help="where the page goes")
    given = parser.parse_args()
    if not (given.data / "patent_procedures.csv").is_file():
        print(f"no data at {given.data}: nothing to validate against; give the folder with --data")
        return
    first, shipped = models()
    sides = (compare(first, given.data), compare(shipped, given.data))
    words = text(sides, given.data)
    (given.out / "VALIDATION.md").write_text(words, encoding="utf-8")
    picture = svg(sides[0].patents, sides[1].patents, sides[1].ranked, sides[1].rho)
    (given.out / "validation.svg").write_text(picture, encoding="utf-8")
    print(words)


if __name__ == "__main__":
    main()
