"""Options: what several commands of the command line share, and how they print and write."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from planner.comparisons.command import flag
from planner.errors import ProcedureError
from planner.files.typed import typed_number
from planner.flask.fields import FIELDS, KINDS

FORMATS = click.Choice(["table", "csv", "json"])
MODELS = click.option(
    "--models",
    type=click.Path(path_type=Path),
    help="Folder of model files, or file of a calibrated model (my.toml), instead of the bundled ones.",
)
Command = Callable[..., None]

SEVERAL = ("reductant", "addition", "solvent")
"""Fields that a recommendation takes several times: what may be used."""


class Number(click.types.FloatParamType):
    """A number as people type it: a decimal comma and the unit of its kind are read."""

    def __init__(self, kind: str = "") -> None:
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        if not isinstance(value, str):
            return float(value)
        try:
            return typed_number(value, self.kind, "")
        except ProcedureError as error:
            self.fail(str(error).strip(), param, ctx)


NUMBER = Number()


def _kind(name: str) -> Any:
    """Tell what the option of a field takes."""
    return Number(KINDS[name]) if name in KINDS else str


def _once(_ctx: click.Context, param: click.Parameter, given: tuple[Any, ...]) -> Any:
    """Take an option's one value; given twice, neither is chosen for the user."""
    if len(given) > 1:
        raise click.UsageError(f"{param.opts[0]} is given {len(given)} times; keep one.")
    return given[0] if given else None


def procedure_options(command: Command) -> Command:
    """Give a command one option per field of a procedure, collected as ``procedure``."""
    from planner.flask.fields import FIELDS

    @wraps(command)
    def collected(**given: Any) -> None:
        asked = {name: given.pop(name) for name in FIELDS}
        command(procedure={n: v for n, v in asked.items() if v is not None}, **given)

    for name, field in reversed(list(FIELDS.items())):
        collected = click.option(
            flag(name), name, type=_kind(name), multiple=True, callback=_once, help=field.help
        )(collected)
    return collected


def request_options(command: Command) -> Command:
    """Give a command the limits of a recommendation; a procedure option holds its field, collected as ``asked``."""

    @wraps(command)
    def collected(**given: Any) -> None:
        asked = {f"{n}s" if n in SEVERAL else n: given.pop(n) for n in FIELDS}
        asked |= {n: given.pop(n) for n in (*LIMITS, *WORDS, "separation")}
        command(asked={n: v for n, v in asked.items() if v not in (None, ())}, **given)

    options = [click.option(flag(n), n, type=kind, help=text) for n, (kind, text) in LIMITS.items()]
    options += [
        click.option(flag(n), n, multiple=True, help=f"{text} Repeat for several.")
        for n, text in WORDS.items()
    ]
    options.append(click.option("--separation", is_flag=True, help=SEPARATION))
    for name, field in FIELDS.items():
        many = name in SEVERAL
        words = f"May be used; repeat for several. {field.help}" if many else f"Hold: {field.help}"
        take = None if many else _once
        options.append(
            click.option(flag(name), name, type=_kind(name), multiple=True, callback=take, help=words)
        )
    for option in reversed(options):
        collected = option(collected)
    return collected


LIMITS: dict[str, tuple[Any, str]] = {
    "target": (
        str,
        "mono (default), di, tri, exhaustive, a number of new alkyl groups, or the SMILES of one product.",
    ),
    "basis": (str, "The precious partner: amine (default) or carbonyl."),
    "max_over_alkylation": (Number("fraction"), "Largest mean over-alkylation, 0 to 1."),
    "max_time_h": (Number("h"), "Longest total time [h], 24 by default."),
    "max_carbonyl_equivalents": (Number("equivalents"), "Most carbonyl per mole of amine."),
    "max_amine_equivalents": (
        Number("equivalents"),
        "Most amine per mole of carbonyl, for --basis carbonyl.",
    ),
    "max_reductant_equivalents": (Number("equivalents"), "Most reductant per mole of amine."),
    "max_acid_equivalents": (Number("equivalents"), "Most acetic acid per mole of amine."),
    "temperature_window_C": (
        (Number("C"), Number("C")),
        "Lowest and highest temperature [C], 0 40 by default.",
    ),
    "min_temperature_C": (Number("C"), "Lowest temperature [C]."),
    "max_temperature_C": (Number("C"), "Highest temperature [C]."),
    "min_target_low": (Number("fraction"), "Smallest low end (5 %) of the target's interval, 0 to 1."),
    "limiting": (str, "Partner that is to run out: amine or carbonyl."),
    "scale_kg": (Number("kg"), "Amine charged [kg]; above 1 kg some reagents and solvents are left out."),
    "top": (int, "Recommendations to list, 5 by default."),
    "seed": (int, "Same seed, same answer; 0 by default."),
}


WORDS = {
    "exclude_reductants": "Must not be used.",
    "exclude_solvents": "Must not be used.",
    "exclude_additions": "Must not be used.",
    "avoid": "cyanide, 'chlorinated solvent', acid, base, heat or 'excess carbonyl'.",
    "sensitive": "acid, base or hydride: to what a group is sensitive, besides what the structures show.",
}
"""Words of a request that may be given several times."""


SEPARATION = "Rank also by how hard the target is to part from its nearest neighbour (five points at most)."


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


def write_outputs(makers: Mapping[Path | None, Callable[[], bytes]]) -> None:
    """Write the files that were asked for, all of them or none, and say so."""
    from planner.files.writing import write_all

    contents = {path: make() for path, make in makers.items() if path is not None}
    for scrap in write_all(contents):
        click.echo(f"removed {scrap}, which a run that was killed had left", err=True)
    for path in contents:
        click.echo(f"wrote {path}", err=True)
