"""Commands about runs: learn from them, and say which comes next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, request_options, shown_progress, write_outputs
from planner.errors import TableError
from planner.files.saved import json_text

FORM = click.option(
    "--format", "form", type=FORMATS, default="table", show_default=True, help="What to print."
)


@click.command()
@click.argument("runs", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Write the calibrated model to this TOML file.",
)
@click.option("--amine", default="", help="Of rows that name none: SMILES or a name.")
@click.option("--carbonyl", default="", help="The same of the carbonyl compound.")
@click.option(
    "--peaks",
    multiple=True,
    help="RUN=FILE: a peak list whose areas are what was found in that run; FILE alone for the only run that is empty. "
    "Repeat for several.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    help="HEADING=NAME: what a column is whose heading is not known; HEADING= leaves it out. Repeat for several.",
)
@click.option(
    "--no-discrepancy", is_flag=True, help="Take the mechanism to be exactly right: for simulated runs only."
)
@click.option(
    "--leave-one-out", is_flag=True, help="Fit again without each run, and say how the others predict it."
)
@click.option(
    "--profile",
    multiple=True,
    help="Name of a sum or number of the table: tell whether the runs close both sides of it. Repeat for several.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer.")
@MODELS
@FORM
def calibrate(runs: Path, out: Path, form: str, models: Path | None, **given: Any) -> None:
    """Learn from the RUNS of one pair: a table (CSV), or a calibrated model (TOML), whose runs are fitted again.

    `planner sheet PLAN SCALE --runs FILE` writes the table to fill. The model that comes out is taken by --models.
    """
    from planner.calibration.checking import check_runs, learned_of
    from planner.calibration.leaving import leave_one_out
    from planner.calibration.peak_areas import read_peak_words
    from planner.calibration.profiles import profile_of
    from planner.calibration.records import check_rows, fit_record
    from planner.calibration.runs import read_run_table
    from planner.calibration.words import calibration_text
    from planner.files.tables import csv_text
    from planner.files.writing import check_outputs
    from planner.model.calibrated import calibration_bytes

    peaks = read_peak_words(given["peaks"])
    check_outputs({"a calibrated model": out}, [runs, models, *peaks.values()])
    parent = planner.load_model(models)
    table = read_run_table(
        runs,
        columns=_read_columns(given["columns"]),
        amine=given["amine"],
        carbonyl=given["carbonyl"],
        peaks=peaks,
        model=parent,
    )
    for remark in table.remarks:
        click.echo(remark, err=True)
    model = planner.calibrate(
        table.runs,
        parent=parent,
        discrepancy=not given["no_discrepancy"],
        seed=given["seed"],
        progress=fit_progress(shown_progress()),
    )
    checks = check_runs(model)
    show = fit_progress(shown_progress(), "of the fits without one run")
    left_out = leave_one_out(model, progress=show) if given["leave_one_out"] else ()
    profiles = {name: profile_of(model, name) for name in given["profile"]}
    write_outputs({out: lambda: calibration_bytes(learned_of(model), model.parameters)})
    if form == "json":
        click.echo(json_text(fit_record(model, checks, left_out, profiles)))
    elif form == "csv":
        click.echo(csv_text(*check_rows(checks)), nl=False)
    else:
        click.echo(calibration_text(model, checks, left_out, profiles))


def fit_progress(
    show: Callable[[float, str], None], what: str = "of the way from what was known to what the runs say"
) -> Callable[..., None]:
    """Show how far a fit is, with words where it has some."""
    return lambda done, words=what: show(done, words)


def _read_columns(texts: tuple[str, ...]) -> dict[str, str]:
    """Read HEADING=NAME."""
    found = {}
    for text in texts:
        heading, equals, name = text.rpartition("=")
        if not equals or not heading.strip():
            raise TableError(
                f'--column {text!r:.60} is not HEADING=NAME; write "yield=" to leave a column out'
            )
        found[heading.strip()] = name.strip()
    return found


@click.command("next")
@click.argument("amine")
@click.argument("carbonyl")
@request_options
@click.option(
    "--n", type=int, default=1, show_default=True, help="Runs to make at once, at one temperature: 1 to 4."
)
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    help="Write the prediction of the first run as JSON, for `planner sheet`.",
)
@MODELS
@FORM
def next_(amine: str, carbonyl: str, asked: dict[str, Any], form: str, **given: Any) -> None:
    """Say which run of AMINE and CARBONYL to make next, what it would bring, and whether to stop.

    Give the calibrated model of this pair with --models. With --format csv the runs come as the table to fill.
    """
    from planner.calibration.records import next_record, next_rows
    from planner.calibration.words import next_text
    from planner.files.tables import csv_text
    from planner.files.writing import check_outputs
    from planner.predictions.records import prediction_record

    models, save = given["models"], given["save"]
    check_outputs({"JSON": save}, [models])
    found = planner.next_experiment(
        amine, carbonyl, models=models, n=given["n"], progress=shown_progress(), **asked
    )

    def first() -> bytes:
        done = {name: value for name, value in asked_of(found.procedure).items() if value is not None}
        prediction = planner.predict(amine, carbonyl, models=models, target=found.target, **done)
        return json_text(prediction_record(prediction)).encode()

    write_outputs({save: first})
    if form == "json":
        click.echo(json_text(next_record(found)))
    elif form == "csv":
        click.echo(csv_text(*next_rows(found)), nl=False)
    else:
        click.echo(next_text(found))


def asked_of(procedure: Any) -> dict[str, Any]:
    """Take the fields of a procedure by name."""
    from planner.flask.fields import FIELDS

    return {name: getattr(procedure, name) for name in FIELDS}
