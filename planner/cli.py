"""Command line: parse, call, print or write. No chemistry here.

Results go to standard output, progress and messages to standard error. Exit code 0, or 2 for anything
that the user can mend, with one line that says what was given, what was expected and what to do.
"""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

import planner
from planner.errors import PlannerError

FORMATS = click.Choice(["table", "csv", "json"])
MODELS = click.option(
    "--models",
    type=click.Path(path_type=Path),
    help="Folder of model files to use instead of the bundled ones.",
)
Command = Callable[..., None]

PROCEDURE_OPTIONS = (
    ("--reductant", str, "STAB, NaBH3CN, NaBH4, 2-picoline borane or an alias."),
    ("--carbonyl-equivalents", float, "Moles of carbonyl per mole of amine."),
    ("--reductant-equivalents", float, "Moles of reductant per mole of amine."),
    ("--acid-equivalents", float, "Moles of acetic acid per mole of amine."),
    ("--addition", str, "all_at_once, slow_carbonyl, slow_amine or imine_first."),
    ("--addition-time-h", float, "Length of a slow addition [h]."),
    ("--imine-time-h", float, "Time before the hydride is added, for imine_first [h]."),
    ("--hold-time-h", float, "Time after the addition, after the hydride, or from the start [h]."),
    ("--temperature-c", float, "Temperature [C]."),
    ("--concentration-m", float, "Amine charged over final volume [M]."),
    ("--feed-volume-fraction", float, "Share of the final volume that the feed brings."),
    ("--solvent", str, "Solvent name or alias."),
    ("--water", str, "dry, wet or sieves."),
    ("--quench", str, "aqueous or borohydride."),
)
_FIELDS = {"temperature_c": "temperature_C", "concentration_m": "concentration_M"}


def procedure_options(command: Command) -> Command:
    """Give a command one option per field of a procedure, collected as ``procedure``."""

    @wraps(command)
    def collected(**given: Any) -> None:
        names = [flag.strip("-").replace("-", "_") for flag, _, _ in PROCEDURE_OPTIONS]
        asked = {_FIELDS.get(n, n): given.pop(n) for n in names if n in given}
        command(procedure={n: v for n, v in asked.items() if v is not None}, **given)

    for flag, kind, text in reversed(PROCEDURE_OPTIONS):
        collected = click.option(flag, type=kind, help=text)(collected)
    return collected


class _Group(click.Group):
    """Show what the user can mend as one line and exit with 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except PlannerError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            click.echo(
                f"Error: cannot use {error.filename!r}: {error.strerror}; name another file or folder",
                err=True,
            )
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(planner.__version__, prog_name="planner")
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
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def predict(amine: str, carbonyl: str, form: str, procedure: dict[str, Any], **rest: Any) -> None:
    """Predict the split that a procedure gives for AMINE and CARBONYL (SMILES)."""
    from planner import export, report, tables

    prediction = planner.predict(amine, carbonyl, **rest, **procedure)
    if form == "json":
        click.echo(_json(export.prediction_record(prediction)))
    elif form == "csv":
        click.echo(tables.csv_text(*export.product_rows(prediction)), nl=False)
    else:
        click.echo(report.prediction_text(prediction))


SEVERAL = ("--reductant", "--addition", "--solvent")
"""Procedure options that a recommendation takes several times: what may be used."""


def request_options(command: Command) -> Command:
    """Give a command the limits of a recommendation; a procedure option holds its field, collected as ``asked``."""

    @wraps(command)
    def collected(**given: Any) -> None:
        names = [flag.strip("-").replace("-", "_") for flag, _, _ in PROCEDURE_OPTIONS]
        held = {n: given.pop(n) for n in names}
        asked = {
            f"{n}s" if f"--{n}" in SEVERAL else _FIELDS.get(n, n): v
            for n, v in held.items()
            if v not in (None, ())
        }
        asked |= {n: v for n, v in given.items() if n in LIMITS and v is not None}
        command(asked=asked, **{n: v for n, v in given.items() if n not in LIMITS})

    limits = [
        click.option(f"--{n.replace('_', '-').lower()}", n, type=kind, help=text)
        for n, (kind, text) in LIMITS.items()
    ]
    held = [
        click.option(flag, type=kind, multiple=True, help=f"May be used; repeat for several. {text}")
        if flag in SEVERAL
        else click.option(flag, type=kind, help=f"Hold: {text}")
        for flag, kind, text in PROCEDURE_OPTIONS
    ]
    for option in reversed([*limits, *held]):
        collected = option(collected)
    return collected


LIMITS: dict[str, tuple[Any, str]] = {
    "target": (
        str,
        "mono (default), di, tri, exhaustive, a number of new alkyl groups, or the SMILES of one product.",
    ),
    "basis": (str, "The precious partner: amine (default) or carbonyl."),
    "max_over_alkylation": (float, "Largest mean over-alkylation, 0 to 1."),
    "max_time_h": (float, "Longest total time [h], 24 by default."),
    "max_carbonyl_equivalents": (float, "Most carbonyl per mole of amine."),
    "max_amine_equivalents": (float, "Most amine per mole of carbonyl, for --basis carbonyl."),
    "max_reductant_equivalents": (float, "Most reductant per mole of amine."),
    "max_acid_equivalents": (float, "Most acetic acid per mole of amine."),
    "temperature_window_C": ((float, float), "Lowest and highest temperature [C], 0 40 by default."),
    "top": (int, "Recommendations to list, 5 by default."),
    "seed": (int, "Same seed, same answer; 0 by default."),
}


def shown_progress() -> Callable[[float, str], None]:
    """Write progress to standard error, at most once a second and only after two."""
    import time

    last = time.monotonic() + 1.0

    def show(done: float, words: str) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= 1.0:
            last = now
            click.echo(f"{100 * done:3.0f} % {words}", err=True)

    return show


@main.command()
@click.argument("amine")
@click.argument("carbonyl")
@request_options
@MODELS
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path), help="Write the recommendations to this CSV file."
)
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def recommend(
    amine: str, carbonyl: str, asked: dict[str, Any], models: Path | None, csv_path: Path | None, form: str
) -> None:
    """Recommend conditions for AMINE and CARBONYL (SMILES) that give the target."""
    from planner import export, report, tables
    from planner.recommendation import COLUMNS
    from planner.writing import check_folder

    if csv_path is not None:
        check_folder(csv_path)
    plan = planner.recommend(amine, carbonyl, models=models, progress=shown_progress(), **asked)
    if csv_path is not None:
        plan.to_csv(csv_path)
        click.echo(f"wrote {csv_path}", err=True)
    if form == "json":
        click.echo(_json(export.plan_record(plan)))
    elif form == "csv":
        click.echo(tables.csv_text(plan.rows(), COLUMNS), nl=False)
    else:
        click.echo(report.plan_text(plan))


@main.command()
@click.argument("smiles")
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def sites(smiles: str, models: Path | None, form: str) -> None:
    """List the reactive nitrogens and carbonyl groups of SMILES."""
    from planner import export, tables

    record = export.sites_record(smiles, models)
    if form == "json":
        click.echo(_json(record))
        return
    rows = [{"kind": "amine", **site} for site in record["sites"]]
    rows += [{"kind": "carbonyl", **site} for site in record["carbonyls"]]
    columns = ("kind", "atom_index", "site_class", "n_hydrogens", "group", "coupled_with")
    rows = [
        {c: row.get(c, "") for c in columns}
        | {"coupled_with": " ".join(map(str, row.get("coupled_with", ())))}
        for row in rows
    ]
    if form == "csv":
        click.echo(tables.csv_text(rows, columns), nl=False)
    else:
        click.echo(record["smiles"])
        click.echo(tables.to_frame(rows, columns).to_string(index=False))


@main.command()
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def models(models: Path | None, form: str) -> None:
    """List the reductants, the solvents and every constant with value, spread, basis and source."""
    from planner import export, report, tables

    record = export.model_record(models)
    if form == "json":
        click.echo(_json(record))
    elif form == "csv":
        click.echo(tables.csv_text(record["parameters"], export.PARAMETER_COLUMNS), nl=False)
    else:
        click.echo(report.model_text(record))


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="Port on this machine."
)
def app(port: int) -> None:
    """Open the app in a browser; it is served on this machine only. Stop it with Ctrl-C."""
    import subprocess

    from planner.export import app_path

    flags = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(app_path())]
    command += [word for name, value in flags.items() for word in (f"--{name}", value)]
    click.echo(f"The app opens at http://127.0.0.1:{port} (Ctrl-C stops it).", err=True)
    try:
        sys.exit(subprocess.run(command, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(0)


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
