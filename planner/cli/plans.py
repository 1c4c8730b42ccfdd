"""Commands about plans: recommend one, open one, and turn it into charges for the bench."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, request_options, shown_progress, write_outputs
from planner.files.saved import json_text


@click.command()
@click.argument("amine")
@click.argument("carbonyl")
@request_options
@MODELS
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path), help="Write the recommendations to this CSV file."
)
@click.option("--save", type=click.Path(path_type=Path), help="Write the plan as JSON, for `planner sheet`.")
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def recommend(
    amine: str,
    carbonyl: str,
    asked: dict[str, Any],
    models: Path | None,
    csv_path: Path | None,
    save: Path | None,
    form: str,
) -> None:
    """Recommend conditions for AMINE and CARBONYL (SMILES or names) that give the target."""
    from planner.files.writing import check_outputs
    from planner.plans.saved import plan_bytes

    check_outputs({"CSV": csv_path, "JSON": save}, [models])
    plan = planner.recommend(amine, carbonyl, models=models, progress=shown_progress(), **asked)
    write_outputs({csv_path: lambda: _csv(plan), save: lambda: plan_bytes(plan)})
    _print(plan, form)


def _table(found: Any) -> tuple[list[dict[str, Any]], Sequence[str]]:
    """Rows and columns of a plan or a prediction."""
    from planner.plans.recommendation import COLUMNS, Plan
    from planner.predictions.records import product_rows

    return (found.rows(), COLUMNS) if isinstance(found, Plan) else product_rows(found)


def _csv(found: Any) -> bytes:
    from planner.files.tables import csv_text

    return csv_text(*_table(found)).encode()


def _print(found: Any, form: str) -> None:
    """Print a plan or a prediction."""
    from planner.plans.recommendation import Plan
    from planner.plans.records import plan_record
    from planner.plans.words import plan_text
    from planner.predictions.records import prediction_record
    from planner.predictions.words import prediction_text

    is_plan = isinstance(found, Plan)
    if form == "json":
        click.echo(json_text(plan_record(found) if is_plan else prediction_record(found)))
    elif form == "csv":
        click.echo(_csv(found).decode(), nl=False)
    else:
        click.echo(plan_text(found) if is_plan else prediction_text(found))


@click.command("open")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path), help="Write the recommendations to this CSV file."
)
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def open_(plan: Path, csv_path: Path | None, models: Path | None, form: str) -> None:
    """Show a saved PLAN, prediction (JSON) or archive (.eln), without computing it again."""
    from planner.files.writing import check_outputs
    from planner.plans.saved import open_saved

    check_outputs({"CSV": csv_path}, [plan, models])
    opened = open_saved(plan, models=models)
    write_outputs({csv_path: lambda: _csv(opened)})
    _print(opened, form)


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("scale")
@click.option(
    "--of",
    type=click.Choice(["amine", "carbonyl"]),
    default="amine",
    show_default=True,
    help="Partner that SCALE is of.",
)
@click.option(
    "--reference",
    type=click.Choice(["amine", "carbonyl"]),
    default="amine",
    show_default=True,
    help="Partner that equivalents refer to.",
)
@click.option("--rank", type=int, default=1, show_default=True, help="Which recommendation.")
@click.option("--bottle", multiple=True, help="ROLE=NAME or SMILES of what is at hand, with its salt form.")
@click.option("--purity", multiple=True, help="ROLE=mass fraction, such as amine=0.95.")
@click.option("--density", multiple=True, help="ROLE=density [g/mL].")
@click.option("--stock", multiple=True, help="ROLE=molarity of a stock solution [M].")
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path), help="Write the charges to this CSV file."
)
@click.option("--html", type=click.Path(path_type=Path), help="Write a run sheet to print to this HTML file.")
@click.option(
    "--eln", type=click.Path(path_type=Path), help="Write an archive for electronic notebooks (.eln)."
)
@click.option(
    "--xlsx", type=click.Path(path_type=Path), help="Write an Excel workbook; needs the extra `excel`."
)
@click.option(
    "--runs",
    type=click.Path(path_type=Path),
    help="Write the table of runs to fill, one row a recommendation, to this CSV file, for `planner calibrate`.",
)
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def sheet(plan: Path, scale: str, form: str, models: Path | None, **given: Any) -> None:
    """Turn a saved PLAN and a SCALE ("250 mg", "2 mmol", "150 uL") into charges and steps for the bench.

    PLAN is a plan or a prediction (JSON), or an archive with a plan (.eln).
    """
    from planner.calibration.templates import template_rows
    from planner.files.tables import csv_text
    from planner.files.writing import check_outputs
    from planner.plans.recommendation import COLUMNS as PLAN_COLUMNS
    from planner.plans.saved import as_plan, open_saved
    from planner.sheets import archives, runsheet
    from planner.sheets.charges import COLUMNS
    from planner.sheets.records import sheet_record, sheet_text
    from planner.sheets.sheet import plan_sheet
    from planner.sheets.supplies import read_supplies

    places = [given[n] for n in ("csv_path", "html", "eln", "xlsx", "runs")]
    kinds = ("CSV", "HTML", "an .eln archive", "a workbook", "a table of runs")
    check_outputs(dict(zip(kinds, places, strict=True)), [plan, models])
    opened = as_plan(open_saved(plan, models=models))
    named = {"amine": opened.request.amine, "carbonyl": opened.request.carbonyl}
    supplies = read_supplies(
        named, *(given[n] for n in ("bottle", "purity", "density", "stock")), model=opened.model
    )
    chosen = opened.ranked(given["rank"])
    made = plan_sheet(
        opened, scale, rank=given["rank"], of=given["of"], reference=given["reference"], supplies=supplies
    )
    pages = {"charges": (made.rows(), COLUMNS), "conditions": (opened.rows(), PLAN_COLUMNS)}
    makers = (
        lambda: csv_text(made.rows(), COLUMNS).encode(),
        lambda: runsheet.run_sheet(opened, chosen, made).encode(),
        lambda: archives.eln_bytes(opened, chosen, made, given["eln"].stem),
        lambda: archives.workbook_bytes(pages),
        lambda: csv_text(*template_rows(opened)).encode(),
    )
    write_outputs(dict(zip(places, makers, strict=True)))
    if form == "json":
        click.echo(json_text(sheet_record(made)))
    elif form == "csv":
        click.echo(csv_text(made.rows(), COLUMNS), nl=False)
    else:
        click.echo(sheet_text(made))
