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
@click.option(
    "--sensitivity",
    "with_shares",
    is_flag=True,
    help="Say which uncertain constants move the target fraction; with csv, print that table alone.",
)
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def predict(
    amine: str, carbonyl: str, form: str, with_shares: bool, procedure: dict[str, Any], **rest: Any
) -> None:
    """Predict the split that a procedure gives for AMINE and CARBONYL (SMILES)."""
    from planner import export, report, tables
    from planner.sensitivity import sensitivity

    prediction = planner.predict(amine, carbonyl, **rest, **procedure)
    shares = sensitivity(prediction) if with_shares else ()
    if form == "json":
        record = export.prediction_record(prediction)
        click.echo(
            _json(record | {"sensitivity": export.sensitivity_record(shares)} if with_shares else record)
        )
    elif form == "csv":
        rows = export.share_rows(shares) if with_shares else export.product_rows(prediction)
        click.echo(tables.csv_text(*rows), nl=False)
    else:
        click.echo(report.prediction_text(prediction))
        if with_shares:
            click.echo("\n" + report.sensitivity_text(shares))


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
    from planner.opening import save_plan
    from planner.writing import check_folder

    for path in (csv_path, save):
        if path is not None:
            check_folder(path)
    plan = planner.recommend(amine, carbonyl, models=models, progress=shown_progress(), **asked)
    _write(csv_path, plan.to_csv)
    _write(save, lambda path: save_plan(plan, path))
    _print_plan(plan, form)


def _write(path: Path | None, write: Callable[[Path], None]) -> None:
    """Write a file that was asked for, and say so."""
    if path is not None:
        write(path)
        click.echo(f"wrote {path}", err=True)


def _print_plan(plan: Any, form: str) -> None:
    from planner import export, report, tables
    from planner.recommendation import COLUMNS

    if form == "json":
        click.echo(_json(export.plan_record(plan)))
    elif form == "csv":
        click.echo(tables.csv_text(plan.rows(), COLUMNS), nl=False)
    else:
        click.echo(report.plan_text(plan))


@main.command("open")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--csv", "csv_path", type=click.Path(path_type=Path), help="Write the recommendations to this CSV file."
)
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def open_(plan: Path, csv_path: Path | None, form: str) -> None:
    """Show a PLAN that `planner recommend --save` wrote, without computing it again."""
    from planner.opening import open_plan

    opened = open_plan(plan)
    _write(csv_path, opened.to_csv)
    _print_plan(opened, form)


@main.command()
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
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def sheet(plan: Path, scale: str, form: str, **given: Any) -> None:
    """Turn a saved PLAN and a SCALE ("250 mg", "2 mmol", "150 uL") into charges and steps for the bench."""
    from planner import archives, export, report, runsheet, tables
    from planner.charges import COLUMNS
    from planner.opening import open_plan
    from planner.recommendation import COLUMNS as PLAN_COLUMNS
    from planner.sheet import plan_sheet
    from planner.supplies import read_supplies

    opened = open_plan(plan)
    named = {"amine": opened.request.amine, "carbonyl": opened.request.carbonyl}
    supplies = read_supplies(
        named, *(given[n] for n in ("bottle", "purity", "density", "stock")), models=opened.request.models
    )
    chosen = opened.ranked(given["rank"])
    made = plan_sheet(
        opened, scale, rank=given["rank"], of=given["of"], reference=given["reference"], supplies=supplies
    )
    pages = {"charges": (made.rows(), COLUMNS), "conditions": (opened.rows(), PLAN_COLUMNS)}
    _write(given["csv_path"], made.to_csv)
    _write(given["html"], lambda path: runsheet.write_run_sheet(opened, chosen, made, path))
    _write(given["eln"], lambda path: archives.write_eln(opened, chosen, made, path))
    _write(given["xlsx"], lambda path: archives.write_workbook(pages, path))
    if form == "json":
        click.echo(_json(export.sheet_record(made)))
    elif form == "csv":
        click.echo(tables.csv_text(made.rows(), COLUMNS), nl=False)
    else:
        click.echo(report.sheet_text(made))


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
    from planner.export import flask_sbml
    from planner.writing import check_folder, write_file

    check_folder(out)
    _write(out, lambda path: write_file(path, flask_sbml(amine, carbonyl, procedure, models).encode()))


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
@MODELS
def app(port: int, models: Path | None) -> None:
    """Open the app in a browser; it is served on this machine only. Stop it with Ctrl-C."""
    import subprocess

    from planner.export import app_path

    planner.load_model(models)  # a damaged folder is told here, in one line, not in the browser

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
    command += [] if models is None else ["--", "--models", str(models.resolve())]
    click.echo(f"The app opens at http://127.0.0.1:{port} (Ctrl-C stops it).", err=True)
    try:
        sys.exit(subprocess.run(command, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(0)


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
