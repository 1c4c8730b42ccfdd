"""Command line: parse, call, print or write. No chemistry here.

Results go to standard output, progress and messages to standard error. Exit code 0, or 2 for anything
that the user can mend, with one line that says what was given, what was expected and what to do.
"""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.compare import compare
from planner.cli.learn import calibrate, next_
from planner.cli.library import plate, screen
from planner.cli.options import FORMATS, MODELS, procedure_options, write_outputs
from planner.cli.peaks import identify, purify, species
from planner.cli.plans import open_, recommend, sheet
from planner.cli.rings import cyclize
from planner.cli.serve import app
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.version import VERSION


class _Group(click.Group):
    """Show what the user can mend as one line and exit with 2; a reader that has gone is told nothing."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            what = "cannot write the result" if error.filename is None else f"cannot use {error.filename!r}"
            reason = "no space left" if is_full else error.strerror
            click.echo(f"Error: {what}: {reason}; name another file or folder", err=True)
            _close_output()
            sys.exit(2)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if _holds_interrupt(error):
                raise KeyboardInterrupt from error
            if isinstance(error, PlannerError):
                click.echo(f"Error: {error}", err=True)
                ctx.exit(2)
            if isinstance(error, click.UsageError):
                command = error.ctx.command_path if error.ctx else "planner"
                click.echo(f"Error: {error.format_message().rstrip('.')}; see `{command} --help`", err=True)
                ctx.exit(2)
            if isinstance(error, BrokenPipeError):
                _close_output()
                ctx.exit(READER_GONE)
            raise


def _holds_interrupt(error: BaseException | None) -> bool:
    """Tell whether Ctrl-C is at the root: compiled libraries that it meets while they load say that loading failed."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


READER_GONE = 128 + 13
"""As of a program that the signal of a broken pipe ends."""


def _close_output() -> None:
    """Send nowhere what is still to be printed, so that the end of the program does not fail on it again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="planner")
def main() -> None:
    """Plan reductive aminations: one alkyl group on a nitrogen (or two, or three) and not the mixture."""


@main.command()
@click.argument("amine")
@click.argument("carbonyl")
@procedure_options
@click.option(
    "--target",
    default="mono",
    show_default=True,
    help="mono, di, tri, exhaustive or a number of new alkyl groups.",
)
@click.option("--basis", default="amine", show_default=True, help="The precious partner: amine or carbonyl.")
@click.option(
    "--draws", type=int, default=256, show_default=True, help="Joint draws of the uncertain constants."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer.")
@click.option(
    "--sensitivity",
    "with_shares",
    is_flag=True,
    help="Say which uncertain constants move the target fraction; with csv, print that table alone.",
)
@click.option(
    "--curve",
    type=click.Path(path_type=Path),
    help="Write every degree against the carbonyl charged, with bands, as CSV.",
)
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def predict(
    amine: str,
    carbonyl: str,
    form: str,
    with_shares: bool,
    curve: Path | None,
    procedure: dict[str, Any],
    **rest: Any,
) -> None:
    """Predict the split that a procedure gives for AMINE and CARBONYL (SMILES)."""
    from planner.files.tables import csv_text
    from planner.files.writing import check_outputs
    from planner.predictions.assays import assay_words, assays
    from planner.predictions.charge_curve import CURVE_COLUMNS, curve_rows
    from planner.predictions.records import prediction_record, product_rows, sensitivity_record, share_rows
    from planner.predictions.sensitivity import sensitivity
    from planner.predictions.words import prediction_text, sensitivity_text

    check_outputs({"CSV": curve}, [rest.get("models")])
    prediction = planner.predict(amine, carbonyl, **rest, **procedure)
    write_outputs({curve: lambda: csv_text(curve_rows(prediction), CURVE_COLUMNS).encode()})
    shares = sensitivity(prediction) if with_shares else ()
    knowable = assays(prediction) if with_shares else ()
    if form == "json":
        record = prediction_record(prediction)
        own = {"sensitivity": sensitivity_record(shares, knowable)} if with_shares else {}
        click.echo(json_text(record | own))
    elif form == "csv":
        rows = share_rows(shares) if with_shares else product_rows(prediction)
        click.echo(csv_text(*rows), nl=False)
    else:
        click.echo(prediction_text(prediction))
        if with_shares:
            click.echo("\n".join(["", sensitivity_text(shares), *assay_words(knowable)]))


@main.command()
@click.argument("amine")
@click.argument("carbonyl")
@procedure_options
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="SBML file to write (Level 3 Version 1)."
)
@MODELS
def sbml(amine: str, carbonyl: str, procedure: dict[str, Any], out: Path, models: Path | None) -> None:
    """Write the flask of AMINE and CARBONYL, every constant at its median, as an SBML model."""
    from planner.files.writing import check_outputs
    from planner.flask.sbml import flask_sbml
    from planner.model.parameters import load_model

    check_outputs({"SBML": out}, [models])
    model = load_model(models)
    write_outputs({out: lambda: flask_sbml(amine, carbonyl, procedure, model).encode()})


@main.command()
@click.argument("smiles")
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def sites(smiles: str, models: Path | None, form: str) -> None:
    """List the reactive nitrogens and carbonyl groups of SMILES (or a name)."""
    from planner.files.tables import csv_text, to_frame
    from planner.model.parameters import load_model
    from planner.structures.names import read_name
    from planner.structures.records import carbonyl_words, protonation_words, sites_record

    model = load_model(models)
    record = sites_record(read_name(smiles, model.catalogue), model)
    if form == "json":
        click.echo(json_text(record))
        return
    rows = [{"kind": "amine", **site} for site in record["sites"]]
    rows += [{"kind": "carbonyl", **site} for site in record["carbonyls"]]
    numbers = ("pKaH", "pKaH_sd", "bulk", "sigma", "shift")
    columns = ("kind", "atom_index", "site_class", "n_hydrogens", "group", "coupled_with", *numbers)
    rows = [
        {c: row.get(c, "") for c in columns}
        | {"coupled_with": " ".join(map(str, row.get("coupled_with", ())))}
        for row in rows
    ]
    if form == "csv":
        click.echo(csv_text(rows, columns), nl=False)
    else:
        click.echo(record["smiles"])
        click.echo(to_frame(rows, columns).to_string(index=False))
        for words in filter(None, (carbonyl_words(record), protonation_words(record))):
            click.echo(words)


@main.command()
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def models(models: Path | None, form: str) -> None:
    """List the reductants, the solvents and every constant with value, spread, basis and source."""
    from planner.files.tables import csv_text
    from planner.model.parameters import load_model
    from planner.model.records import PARAMETER_COLUMNS, model_record, model_text

    record = model_record(load_model(models))
    if form == "json":
        click.echo(json_text(record))
    elif form == "csv":
        click.echo(csv_text(record["parameters"], PARAMETER_COLUMNS), nl=False)
    else:
        click.echo(model_text(record))


for command in (
    *(recommend, open_, sheet, calibrate, next_, compare, species, identify, purify),
    *(cyclize, screen, plate, app),
):
    main.add_command(command)
