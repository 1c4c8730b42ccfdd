"""Command that closes rings: what a procedure gives, or which one to choose."""

from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, NUMBER, shown_progress, write_outputs
from planner.comparisons.command import flag
from planner.files.saved import json_text
from planner.rings.options import PROCEDURE, RECOMMEND


def _options(command: Any) -> Any:
    """Give the command one option per field of a procedure and per limit of a recommendation."""
    for name, (is_number, words) in reversed([*PROCEDURE.items(), *RECOMMEND.items()]):
        command = click.option(flag(name), name, type=NUMBER if is_number else str, help=words)(command)
    return command


@click.command()
@click.argument("a")
@click.argument("b", required=False)
@click.option(
    "--recommend", is_flag=True, help="Choose concentration, feed and way instead of predicting one."
)
@_options
@click.option(
    "--draws", type=int, default=256, show_default=True, help="Joint draws of the uncertain constants."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer.")
@MODELS
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    help="Write the sheet of the best way to print to this HTML file.",
)
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path), help="Write the strategies to this file too."
)
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def cyclize(
    a: str, b: str | None, recommend: bool, csv_path: Path | None, html: Path | None, form: str, **given: Any
) -> None:
    """Predict the ring that A and B close, or A alone, with chains and over-alkylation; or recommend how.

    A is a diamine, bis-sulfonamide or primary amine, B a dihalide, disulfonate or dicarbonyl compound; A alone holds an
    amine and a carbonyl, an acetal or a halide.
    """
    common = {name: given.pop(name) for name in ("draws", "seed", "models")}
    asked = {name: value for name, value in given.items() if value is not None}
    misplaced = sorted(set(asked) & set(RECOMMEND)) if not recommend else []
    files = [name for name, path in (("--csv", csv_path), ("--html", html)) if path is not None]
    if misplaced or (files and not recommend):
        name = flag(misplaced[0]) if misplaced else files[0]
        raise click.UsageError(f"{name} belongs to a recommendation; add --recommend or leave it out")
    if recommend:
        _recommend(a, b, form, {**common, **asked}, csv_path, html)
    else:
        _predict(a, b, form, common, asked)


def _predict(a: str, b: str | None, form: str, common: dict[str, Any], asked: dict[str, Any]) -> None:
    """Predict and print."""
    from planner.files.tables import csv_text
    from planner.rings.records import ring_record, ring_rows
    from planner.rings.words import ring_text

    found = planner.cyclize(a, b, **common, **asked)
    if form == "json":
        click.echo(json_text(ring_record(found)))
    elif form == "csv":
        click.echo(csv_text(*ring_rows(found)), nl=False)
    else:
        click.echo(ring_text(found))


def _recommend(
    a: str, b: str | None, form: str, asked: dict[str, Any], csv_path: Path | None, html: Path | None
) -> None:
    """Recommend, print and write."""
    from planner.files.tables import csv_text
    from planner.files.writing import check_outputs
    from planner.rings.records import plan_record, strategy_rows
    from planner.rings.sheet import ring_sheet
    from planner.rings.words import plan_text

    check_outputs({"CSV": csv_path, "HTML": html}, [asked["models"]])
    plan = planner.recommend_cyclization(a, b, **asked, progress=shown_progress())
    if form == "json":
        click.echo(json_text(plan_record(plan)))
    elif form == "csv":
        click.echo(csv_text(*strategy_rows(plan)), nl=False)
    else:
        click.echo(plan_text(plan))
    write_outputs(
        {
            csv_path: lambda: csv_text(*strategy_rows(plan)).encode("utf-8"),
            html: lambda: ring_sheet(plan).encode("utf-8"),
        }
    )
