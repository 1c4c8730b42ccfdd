"""Dispensing: a plate as transfers of stock solutions, for a liquid handler, with what must be made up of each stock.

    volume of a stock = equivalents x amine / stock concentration;        solvent = volume of the well - all of them
    portion i of n of the hydride at t0 + i T / (n - 1), i = 0 to n - 1, as in the flask

Stocks are in the solvent of the recipe, so that a compound that two solvents need has two. A well whose stocks do not
fit, a transfer that is smaller than the handler can measure, and a stock stronger than its bottle are refused with
what to change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planner.errors import ProcedureError, finite, nearest
from planner.files.tables import csv_text
from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.library.stocks import Taken, compounds_of, source_names, taken_of
from planner.library.wells import Plate, Well, shape_of
from planner.model.model import Model
from planner.sheets.charges import ROLES
from planner.sheets.supplies import Supply

WELL_UL = {24: 2000.0, 96: 500.0}
"""Final volume of a well by the size of its plate [uL]."""
STOCKS_M = {"amine": 1.0, "carbonyl": 1.0, "reductant": 1.5, "acid": 2.0, "base": 2.0}
"""Molarity of the stocks that are made where none is stated [M]: at 0.2 M two equivalents of hydride and of acid fit
into a well with their partners (a choice; whether they dissolve is not known)."""
DEAD_UL = 50.0
"""Left behind in every source [uL]."""
SMALLEST_UL = 1.0
"""That a handler measures [uL]."""
STEP_UL = 0.1
LARGEST_UL = 20_000.0
"""A larger well is a flask [uL]."""
ORDER = {role: place for place, role in enumerate(("solvent", *ROLES))}
"""In which a well is filled where all comes at once."""
TRANSFERS = ("order", "stage", "time_h", "source", "destination", "volume_uL")
SOURCES = (
    "source", "role", "bottle", "solvent", "stock_M", "used_uL", "dead_uL", "total_uL", "amount_mmol", "mass_mg",
    "bottle_uL",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """One movement of a liquid."""

    stage: str
    """flask, or hydride where that, or a portion of it, comes later."""
    time_h: float
    """After the start [h]."""
    source: str
    role: str
    solvent: str
    destination: str
    volume_uL: float
    stock_M: float | None = None
    """[mol L-1] of the free compound; None for a solvent."""
    bottle: Supply | None = None
    """Out of which the stock is made; None for a solvent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handler:
    """What a liquid handler works with."""

    well_uL: float
    stocks_M: Mapping[str, float] = field(default_factory=lambda: dict(STOCKS_M))
    dead_uL: float = DEAD_UL
    smallest_uL: float = SMALLEST_UL


def handler_of(wells: int, well_uL: float | None, stocks: Sequence[str], dead_uL: float) -> Handler:
    """Read what is said of a handler: volumes, and stocks as ``role=molarity``.

    Raises
    ------
    ProcedureError
        If no plate has so many wells, a role is not known, or a number not usable.
    """
    shape_of(wells)
    stated: dict[str, float] = dict(STOCKS_M)
    for words in stocks:
        role, _, number = words.partition("=")
        molarity = _number(number)
        if role not in STOCKS_M or molarity is None or molarity <= 0:
            raise ProcedureError(
                f"stock {words!r:.60} is not usable{nearest(role, STOCKS_M)}; give ROLE=molarity with one of "
                f"{', '.join(STOCKS_M)}, such as amine=0.5"
            )
        stated[role] = molarity
    volume = WELL_UL[wells] if well_uL is None else well_uL
    if not 0.0 < volume <= LARGEST_UL or not 0.0 <= dead_uL <= LARGEST_UL:
        raise ProcedureError(
            f"wells of {volume:g} uL with {dead_uL:g} uL of dead volume are not usable; give up to {LARGEST_UL:g} uL"
        )
    return Handler(well_uL=volume, stocks_M=stated, dead_uL=dead_uL)


def _number(text: str) -> float | None:
    """Read a number; None where it is none."""
    try:
        return finite(float(text))
    except ValueError:
        return None


def transfers(plate: Plate, model: Model, handler: Handler) -> tuple[Transfer, ...]:
    """Write a plate as transfers, stage by stage, source by source.

    Raises
    ------
    ProcedureError
        If a well overflows, or a volume is too small to be measured.
    """
    served = [(well, plate.recipes[well.recipe - 1]) for well in plate.wells if well.recipe is not None]
    taken = [taken_of(well, p, model) for well, p in served]
    each = [compounds_of(well, some) for (well, _), some in zip(served, taken, strict=True)]
    others = {one.bottle.name for some in taken for one in some if one.role not in ("amine", "carbonyl")}
    names = source_names((c for compounds in each for c in compounds.values()), others, model)
    found: list[Transfer] = []
    for (well, p), some, compounds in zip(served, taken, each, strict=True):
        own = {role: names[compound] for role, compound in compounds.items()}
        found += _of_well(well, p, some, own, handler)
    return tuple(sorted(found, key=lambda t: (t.time_h, ORDER[t.role], t.source, _place(t.destination))))


def _place(well: str) -> tuple[str, int]:
    return well[0], int(well[1:])


def hydride_times_h(p: Settled) -> tuple[float, ...]:
    """List when the portions of the hydride come, after the start [h] (n_portions,)."""
    first = p.first_stage_h if ADDITIONS[p.addition].hydride_last else 0.0
    gap = p.hydride_time_h / max(p.hydride_portions - 1, 1)
    return tuple(first + i * gap for i in range(p.hydride_portions))


def _of_well(
    well: Well, p: Settled, taken: Sequence[Taken], names: Mapping[str, str], handler: Handler
) -> list[Transfer]:
    """Fill one well."""
    made = []
    for one in taken:
        name = names.get(one.role, one.bottle.name)
        times = hydride_times_h(p) if one.role == "reductant" else (0.0,)
        stock_M = _stock_M(well, one, handler)
        volume = one.equivalents * p.concentration_M * handler.well_uL / stock_M
        for time_h, part in zip(times, _parts(volume, len(times)), strict=True):
            _check_measured(well, part, len(times), one.role, f"{stock_M:g} M stock of {name}", handler)
            made.append(
                Transfer(
                    stage="hydride" if time_h > 0 else "flask",
                    time_h=time_h,
                    source=f"{name} in {p.solvent}",
                    role=one.role,
                    solvent=p.solvent,
                    destination=well.name,
                    volume_uL=part,
                    stock_M=stock_M,
                    bottle=one.bottle,
                )
            )
    return made + _made_up(well, p.solvent, handler, sum(t.volume_uL for t in made))


def _parts(volume_uL: float, n: int) -> list[float]:
    """Divide a volume into equal parts, each a whole number of steps, that add up to it rounded [uL]."""
    steps = round(volume_uL / STEP_UL)
    return [round((steps * (i + 1) // n - steps * i // n) * STEP_UL, 1) for i in range(n)]


def _stock_M(well: Well, one: Taken, handler: Handler) -> float:
    """Take the molarity of a stock; refuse one that its bottle does not reach."""
    stock_M, most = handler.stocks_M[one.role], one.bottle.stock_M
    if most is not None and stock_M > most:
        raise ProcedureError(
            f"well {well.name}: a {stock_M:g} M stock cannot be made of {one.bottle.name} ({most:g} M); give a weaker "
            f"stock of the {one.role}"
        )
    return stock_M


def _check_measured(well: Well, part_uL: float, n: int, role: str, stock: str, handler: Handler) -> None:
    """Refuse a volume that a handler cannot measure."""
    if part_uL < handler.smallest_uL:
        raise ProcedureError(
            f"well {well.name}: {part_uL:.2g} uL of the {stock}{f' in each of {n} portions' if n > 1 else ''} is less "
            f"than {handler.smallest_uL:g} uL; give a weaker stock of the {role}, or larger wells"
        )


def _made_up(well: Well, solvent: str, handler: Handler, taken_uL: float) -> list[Transfer]:
    """Fill a well up with solvent."""
    rest = handler.well_uL - taken_uL
    if rest < -STEP_UL:
        raise ProcedureError(
            f"well {well.name} ({well.amine_id} + {well.carbonyl_id}) overflows: its stocks take "
            f"{taken_uL:.0f} uL of {handler.well_uL:g} uL; give stronger stocks, or screen at a lower concentration"
        )
    if rest < handler.smallest_uL:
        return []
    return [
        Transfer(
            stage="flask",
            time_h=0.0,
            source=solvent,
            role="solvent",
            solvent=solvent,
            destination=well.name,
            volume_uL=round(rest, 1),
        )
    ]


def source_rows(made: Iterable[Transfer], handler: Handler) -> list[dict[str, object]]:
    """Add up what is taken of every source, with what stays behind, as rows of ``SOURCES``."""
    used: dict[str, float] = {}
    first: dict[str, Transfer] = {}
    for transfer in made:
        used[transfer.source] = used.get(transfer.source, 0.0) + transfer.volume_uL
        first.setdefault(transfer.source, transfer)
    return [_source_row(first[source], volume, handler) for source, volume in used.items()]


def _source_row(t: Transfer, used_uL: float, handler: Handler) -> dict[str, object]:
    """Write what is made up of a source; a solution is measured, all else is weighed, a neat liquid may be either."""
    total = used_uL + handler.dead_uL
    row: dict[str, object] = dict.fromkeys(SOURCES) | {
        "source": t.source,
        "role": t.role,
        "bottle": t.solvent,
        "solvent": t.solvent,
        "stock_M": t.stock_M,
        "used_uL": round(used_uL, 1),
        "dead_uL": handler.dead_uL,
        "total_uL": round(total, 1),
    }
    if t.stock_M is None or t.bottle is None:
        return row
    mmol = total * t.stock_M / 1000.0
    measured_mL = t.bottle.volume_mL(mmol)
    return row | {
        "bottle": t.bottle.name,
        "amount_mmol": mmol,
        "mass_mg": t.bottle.mass_mg(mmol) if t.bottle.stock_M is None else None,
        "bottle_uL": None if measured_mL is None else 1000.0 * measured_mL,
    }


def transfers_csv(made: Iterable[Transfer]) -> str:
    """Write transfers for a liquid handler."""
    rows = [
        {
            "order": i,
            "stage": t.stage,
            "time_h": t.time_h,
            "source": t.source,
            "destination": t.destination,
            "volume_uL": t.volume_uL,
        }
        for i, t in enumerate(made, start=1)
    ]
    return csv_text(rows, TRANSFERS)


def sources_csv(made: Iterable[Transfer], handler: Handler) -> str:
    """Write what must be made up of every stock."""
    return csv_text(source_rows(made, handler), SOURCES)
