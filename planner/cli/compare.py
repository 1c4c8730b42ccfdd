"""Command that sets a run that was made beside its prediction."""

from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, procedure_options
from planner.files.saved import json_text


@click.command()
@click.argument("amine")
@click.argument("carbonyl")
@click.option(
    "--observed",
    multiple=True,
    required=True,
    help="NAME=FRACTION that was found, such as di=0.12: unreacted, mono, di, tri, tetra, degree_5, ..., alcohol, "
    "carbonyl_left. Repeat for several.",
)
@click.option("--detector", help="UV, MS, ELSD, FID or NMR: what is given are areas, one for every degree.")
@click.option("--basis", default="amine", show_default=True, help="Fractions are of it: amine or carbonyl.")
@procedure_options
@click.option(
    "--draws", type=int, default=4096, show_default=True, help="Joint draws of the uncertain constants."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer.")
@MODELS
@click.option(
    "--format",
    "form",
    type=FORMATS,
    default="table",
    show_default=True,
    help="What to print; csv has what was found, without what it speaks for.",
)
def compare(
    amine: str, carbonyl: str, observed: tuple[str, ...], form: str, procedure: dict[str, Any], **rest: Any
) -> None:
    """Tell whether a run of AMINE and CARBONYL gave what was predicted, and what it speaks for."""
    from planner.comparisons.observed import read_words
    from planner.comparisons.records import comparison_record, finding_rows
    from planner.comparisons.words import comparison_text
    from planner.files.tables import csv_text

    found = planner.compare(amine, carbonyl, read_words(observed), **rest, **procedure)
    if form == "json":
        click.echo(json_text(comparison_record(found)))
    elif form == "csv":
        click.echo(csv_text(*finding_rows(found)), nl=False)
    else:
        click.echo(comparison_text(found))
