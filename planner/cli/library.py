"""Commands about whole libraries: screen every pair, and lay a plate out from what was found."""

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, request_options, shown_progress
from planner.errors import ProcedureError
from planner.files.saved import json_text

STOPPED = 128 + signal.SIGINT
"""Exit code of a screen that Ctrl-C ended."""


@click.command()
@click.option(
    "--amines", type=click.Path(path_type=Path), help="Amines: a file of SMILES, names, CSV or SDF, with ids."
)
@click.option("--carbonyls", type=click.Path(path_type=Path), help="Aldehydes and ketones, likewise.")
@click.option(
    "--pairs",
    type=click.Path(path_type=Path),
    help="In their place: a CSV with the columns amine and carbonyl.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the results.")
@click.option("--resume", is_flag=True, help="Go on with what the folder holds.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one a core by default.")
@click.option("--cluster", help="Address of a Dask scheduler, such as tcp://host:8786.")
@request_options
@MODELS
@click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="What to print.")
def screen(
    amines: Path | None,
    carbonyls: Path | None,
    asked: dict[str, Any],
    form: str,
    workers: int | None,
    cluster: str | None,
    **given: Any,
) -> None:
    """Plan every pair of two lists, or of a list of pairs: conditions, split, risk of over-alkylation, caveats.

    Writes Parquet parts, the lists, summary.csv and matrix.html into a folder. A screen that was stopped goes on with
    --resume and the same lists.
    """
    from planner.library import executors
    from planner.library.matrix import facts

    if cluster is not None and workers is not None:
        raise ProcedureError(
            "--workers is of this machine's processes; the cluster has its own: give one of the two"
        )
    with ExitStack() as held:
        if cluster is not None:
            given["executor"] = held.enter_context(executors.cluster(cluster))
        elif workers is not None:
            given["executor"] = held.enter_context(executors.pool(workers))
        try:
            found = planner.screen(amines, carbonyls, progress=shown_progress(), **given, **asked)
        except KeyboardInterrupt:
            click.echo(f"stopped; what was done is in {given['out']}: go on with --resume", err=True)
            raise SystemExit(STOPPED) from None
    click.echo(f"wrote {found.folder}", err=True)
    rows = facts(found.manifest, found.counts)
    if form == "json":
        click.echo(json_text(found.manifest.record | {"counts": found.counts}))
    elif form == "csv":
        click.echo((found.folder / "summary.csv").read_bytes().decode(), nl=False)
    else:
        width = max(len(name) for name, _ in rows)
        click.echo("\n".join(f"{name:<{width}}  {said}" for name, said in rows))
