"""Options: what several commands of the command line share, and how they print and write."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

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


def write_to(path: Path | None, write: Callable[[Path], None]) -> None:
    """Write a file that was asked for, and say so."""
    if path is not None:
        write(path)
        click.echo(f"wrote {path}", err=True)
