"""Serve: the app in a browser, on this machine only unless an address and a name say otherwise."""

import os
import re
import signal
import sys
from pathlib import Path

import click

from planner.cli.options import MODELS
from planner.errors import ParameterError

LOOPBACK = "127.0.0.1"
HERE = (LOOPBACK, "localhost", "::1")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def app_path() -> Path:
    """Find the app's script: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parents[1] / "_streamlit_app.py"
    beside = Path(__file__).parents[2] / "streamlit_app.py"
    for path in (inside, beside):
        if path.is_file():
            return path
    raise ParameterError(
        f"the app's script is neither at {inside} nor at {beside}; install the planner again"
    )


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="Port on this machine."
)
@click.option(
    "--address",
    default=LOOPBACK,
    show_default=True,
    help="Address to listen on. Any other than this machine's own belongs behind a proxy that asks who one is.",
)
@click.option(
    "--name",
    multiple=True,
    help="Name by which browsers ask for the app, as planner.example.org; needed with --address. Repeat for several.",
)
@MODELS
def app(port: int, address: str, name: tuple[str, ...], models: Path | None) -> None:
    """Open the app in a browser; it is served on this machine only. Stop it with Ctrl-C.

    A lab server gives --address and --name, behind a proxy: see docs/lab_server.md.
    """
    from planner.model.parameters import load_model

    if address not in HERE and not name:
        raise click.UsageError(
            f"--address {address} needs --name: the name by which browsers will ask for the app"
        )
    if bad := [one for one in name if not _NAME.fullmatch(one)]:
        raise click.UsageError(
            f"--name {bad[0]!r} is no name of a host; give one such as planner.example.org"
        )
    load_model(models)  # a damaged folder is told here, in one line, not in the browser

    flags = {
        "server.port": str(port),
        "server.address": address,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "type",
        "client.showErrorLinks": "false",
        "global.disableWidgetStateDuplicationWarning": "true",
        "global.minCachedMessageSize": "20",
        "server.maxUploadSize": "10",
        "theme.light.primaryColor": "#0072B2",
        "theme.light.textColor": "#0B0D12",
        "theme.dark.primaryColor": "#56B4E9",
    }
    if (
        name
    ):  # browsers come under this name: the first is whom the app's own socket trusts without asking around
        flags |= {"browser.serverAddress": name[0]}
    door = Path(__file__).parents[1] / "app" / "door.py"
    command = [sys.executable, "-m", "streamlit", "run", str(door)]
    command += [word for name, value in flags.items() for word in (f"--{name}", value)]
    command += ["--", str(app_path())] + ([] if models is None else ["--models", str(models.resolve())])
    command += [word for one in name for word in ("--name", one)]
    click.echo(f"The app opens at http://{address}:{port} (Ctrl-C stops it).", err=True)
    serve(command)


def serve(command: list[str]) -> None:
    """Become the server, so that what stops this process stops it; where a process cannot, hand signals on."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    import subprocess

    with subprocess.Popen(command) as server:
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        while True:
            try:
                sys.exit(server.wait())
            except KeyboardInterrupt:
                continue  # the console has told the server too
