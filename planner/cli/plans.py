"""Commands about plans: recommend one, open one, and turn it into charges for the bench."""

from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, request_options, shown_progress, write_to
from planner.files import json_text


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
    from planner.files import check_folder
    from planner.plans.saved import save_plan

    for path in (csv_path, save):
        if path is not None:
            check_folder(path)
    plan = planner.recommend(amine, carbonyl, models=models, progress=shown_progress(), **asked)
    write_to(csv_path, plan.to_csv)
    write_to(save, lambda path: save_plan(plan, path))
    _print_plan(plan, form)


def _print_plan(plan: Any, form: str) -> None:
    from planner import files
    from planner.plans.recommendation import COLUMNS
    from planner.plans.records import plan_record
    from planner.plans.words import plan_text

    if form == "json":
        click.echo(json_text(plan_record(plan)))
    elif form == "csv":
        click.echo(files.csv_text(plan.rows(), COLUMNS), nl=False)
    else:
        click.echo(plan_text(plan))


@click.command("open")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path), help="Write the recommendations to this CSV file."
)
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def open_(plan: Path, csv_path: Path | None, models: Path | None, form: str) -> None:
    """Show a PLAN that `planner recommend --save` wrote, without computing it again."""
    from planner.plans.saved import open_plan

    opened = open_plan(plan, models=models)
    write_to(csv_path, opened.to_csv)
    _print_plan(opened, form)


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
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def sheet(plan: Path, scale: str, form: str, models: Path | None, **given: Any) -> None:
    """Turn a saved PLAN and a SCALE ("250 mg", "2 mmol", "150 uL") into charges and steps for the bench."""
    from planner import files
    from planner.plans.recommendation import COLUMNS as PLAN_COLUMNS
    from planner.plans.saved import open_plan
    from planner.sheets import archives, runsheet
    from planner.sheets.charges import COLUMNS
    from planner.sheets.records import sheet_record, sheet_text
    from planner.sheets.sheet import plan_sheet
    from planner.sheets.supplies import read_supplies

    opened = open_plan(plan, models=models)
    named = {"amine": opened.request.amine, "carbonyl": opened.request.carbonyl}
    supplies = read_supplies(
        named, *(given[n] for n in ("bottle", "purity", "density", "stock")), model=opened.model
    )
    chosen = opened.ranked(given["rank"])
    made = plan_sheet(
        opened, scale, rank=given["rank"], of=given["of"], reference=given["reference"], supplies=supplies
    )
    pages = {"charges": (made.rows(), COLUMNS), "conditions": (opened.rows(), PLAN_COLUMNS)}
    write_to(given["csv_path"], made.to_csv)
    write_to(given["html"], lambda path: runsheet.write_run_sheet(opened, chosen, made, path))
    write_to(given["eln"], lambda path: archives.write_eln(opened, chosen, made, path))
    write_to(given["xlsx"], lambda path: archives.write_workbook(pages, path))
    if form == "json":
        click.echo(json_text(sheet_record(made)))
    elif form == "csv":
        click.echo(files.csv_text(made.rows(), COLUMNS), nl=False)
    else:
        click.echo(sheet_text(made))
