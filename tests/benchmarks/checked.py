"""Write what was checked, by class, from VALIDATION.md into the app: ``python tests/benchmarks/checked.py``.

The Model page shows it first. A test holds the file against the page, so that neither drifts alone.
"""

from pathlib import Path

import tomli_w

PAGE = Path(__file__).with_name("VALIDATION.md")
FILE = Path(__file__).parents[2] / "planner" / "app" / "checked.toml"
COLUMNS = {
    "(a) hold": "patents",
    "(a) width": "width",
    "(b) hold": "orders",
    "(b) least, %": "least",
    "(d) right": "products",
    "(d) foretold < 10 %": "foretold",
    "(e) right": "sites",
}
"""Columns of the page's two tables by class, and their names in the app."""


def checked_rows(text: str) -> list[dict[str, str]]:
    """Read both tables by class, today's numbers alone."""
    lines = [line for line in text.partition("## By class")[2].splitlines() if line.startswith("| ")]
    rows, heads = [], list[str]()
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "class":
            heads = cells
        elif heads and len(cells) == len(heads) and not set(cells[0]) <= set("-"):
            given = dict(zip(heads, cells, strict=True))
            if not set(COLUMNS) <= set(given):
                break
            rows.append({"class": cells[0]} | {name: now(given[head]) for head, name in COLUMNS.items()})
        elif rows and len(cells) != len(heads):
            break
    return rows


def now(cell: str) -> str:
    """Take what stands after the arrow."""
    return cell.rpartition("→")[2].strip().replace("-", "")


def file_text() -> str:
    """Write the file."""
    head = "# What was checked, by class; written by tests/benchmarks/checked.py from VALIDATION.md.\n\n"
    return head + tomli_w.dumps({"rows": checked_rows(PAGE.read_text(encoding="utf-8"))})


if __name__ == "__main__":
    FILE.write_text(file_text(), encoding="utf-8")
