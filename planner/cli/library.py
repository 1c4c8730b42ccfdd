"""Commands about whole libraries: screen every pair, and lay a plate out from what was found."""

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import FORMATS, MODELS, NUMBER, request_options, shown_progress, write_outputs
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
@click.option("--out", type=click.Path(file_okay=False), required=True, help="Folder for the results.")
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
            given["executor"] = workers
        try:
            found = planner.screen(amines, carbonyls, progress=shown_progress(), **given, **asked)
        except KeyboardInterrupt:
            signal.signal(
                signal.SIGINT, signal.SIG_DFL
            )  # all is written: another Ctrl-C ends what is still ending
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


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--wells", type=int, default=96, show_default=True, help="24 or 96.")
@click.option(
    "--pair",
    "pairs",
    type=int,
    multiple=True,
    help="Number of a pair, in the order of the wells; repeat for several, and the same one for replicates.",
)
@click.option(
    "--solvents",
    default="free",
    show_default=True,
    help="free, one a row, or one for the plate.",
)
@click.option("--most-recipes", type=click.IntRange(min=1), help="At most so many recipes.")
@click.option("--well-uL", "well_uL", type=NUMBER, help="Final volume of a well [uL]; 2000 of 24, 500 of 96.")
@click.option(
    "--stock",
    multiple=True,
    help="ROLE=molarity of its stocks [M]; roles are amine, carbonyl, reductant, acid, base.",
)
@click.option(
    "--dead-uL", "dead_uL", type=NUMBER, default=50.0, show_default=True, help="Left in every source [uL]."
)
@click.option(
    "--transfers",
    type=click.Path(path_type=Path),
    help="Write the transfers for a liquid handler to this CSV file.",
)
@click.option(
    "--sources", type=click.Path(path_type=Path), help="Write the stocks to be made up to this CSV file."
)
@MODELS
def plate(
    folder: Path,
    transfers: Path | None,
    sources: Path | None,
    models: Path | None,
    well_uL: float | None,
    stock: tuple[str, ...],
    dead_uL: float,
    **asked: Any,
) -> None:
    """Lay out 24 or 96 wells at one temperature from the screen in FOLDER, with as few recipes as serve them."""
    from planner.files.writing import check_outputs
    from planner.library import dispensing
    from planner.library.plates import plate as laid_out
    from planner.library.screened import open_screen
    from planner.library.words import plate_text
    from planner.model.parameters import load_model

    for path in (transfers, sources):
        check_outputs({"CSV": path}, [models])
    if transfers is not None and transfers == sources:
        raise ProcedureError(f"--transfers and --sources are both {transfers}; name two files")
    handler = dispensing.handler_of(asked["wells"], well_uL, stock, dead_uL)  # before what takes its time
    found = laid_out(open_screen(folder), models=models, **asked | {"pairs": asked["pairs"] or None})
    if transfers or sources:
        moved = dispensing.transfers(found, load_model(models), handler)
        write_outputs(
            {
                transfers: lambda: dispensing.transfers_csv(moved).encode(),
                sources: lambda: dispensing.sources_csv(moved, handler).encode(),
            }
        )
    click.echo(plate_text(found))
