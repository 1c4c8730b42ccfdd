"""Commands about the mixture that a run gives: what it may hold, what its peaks are, how the product comes out."""

from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, NUMBER, procedure_options
from planner.files.saved import json_text

DRAWS = click.option(
    "--draws", type=int, default=256, show_default=True, help="Joint draws of the uncertain constants."
)
SEED = click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer.")
FORM = click.option(
    "--format", "form", type=FORMATS, default="table", show_default=True, help="What to print."
)


@click.command()
@click.argument("amine")
@click.argument("carbonyl")
@procedure_options
@DRAWS
@SEED
@MODELS
@FORM
def species(amine: str, carbonyl: str, form: str, procedure: dict[str, Any], **rest: Any) -> None:
    """List what the flask of AMINE and CARBONYL may hold, with masses, ions and how each is confirmed."""
    from planner.files.tables import csv_text
    from planner.mixtures.records import species_record, species_rows
    from planner.mixtures.species import species_of
    from planner.mixtures.words import species_text

    prediction = planner.predict(amine, carbonyl, **rest, **procedure)
    found = species_of(prediction)
    if form == "json":
        click.echo(json_text(species_record(prediction, found)))
    elif form == "csv":
        click.echo(csv_text(*species_rows(found)), nl=False)
    else:
        click.echo(species_text(prediction, found))


@click.command()
@click.argument("amine")
@click.argument("carbonyl")
@click.argument("peaks", type=click.Path(path_type=Path))
@click.option("--tolerance-ppm", type=NUMBER, help="How far a peak may lie from an ion [ppm].")
@click.option(
    "--tolerance-da",
    type=NUMBER,
    help="The same [Da], for unit resolution. Neither: 10 ppm where all m/z have three decimals, else 0.4 Da.",
)
@click.option(
    "--detector", help="UV, MS, ELSD, FID or NMR: areas by degree are divided by its expected response."
)
@procedure_options
@DRAWS
@SEED
@MODELS
@FORM
def identify(
    amine: str, carbonyl: str, peaks: Path, form: str, procedure: dict[str, Any], **rest: Any
) -> None:
    """Tell what the peaks of an LC-MS of AMINE and CARBONYL are.

    PEAKS is a table as instruments export it (m/z, with area, retention time, charge where there are any) or mzML.
    """
    from planner.files.tables import csv_text
    from planner.mixtures.records import peak_record, peak_rows
    from planner.mixtures.words import area_lines, peaks_text

    table = planner.identify(amine, carbonyl, peaks, **rest, **procedure)
    if form == "json":
        click.echo(json_text(peak_record(table)))
    elif form == "csv":
        click.echo(csv_text(*peak_rows(table)), nl=False)
        for note in (*area_lines(table), *table.notes):
            click.echo(note, err=True)
    else:
        click.echo(peaks_text(table))


@click.command()
@click.argument("amine")
@click.argument("carbonyl")
@procedure_options
@click.option("--target", default="mono", show_default=True, help="mono, di, tri, exhaustive or a number.")
@DRAWS
@SEED
@MODELS
@FORM
def purify(amine: str, carbonyl: str, form: str, procedure: dict[str, Any], **rest: Any) -> None:
    """Tell how the target of AMINE and CARBONYL comes out of its mixture: pH, steps in a safe order, difficulty."""
    from planner.files.tables import csv_text
    from planner.mixtures.records import part_rows, purification_record
    from planner.mixtures.words import purification_text

    found = planner.purification(amine, carbonyl, **rest, **procedure)
    if form == "json":
        click.echo(json_text(purification_record(found)))
    elif form == "csv":
        click.echo(csv_text(*part_rows(found)), nl=False)
    else:
        click.echo(purification_text(found))
