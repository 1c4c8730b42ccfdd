"""Dispensing: a plate as transfers of stock solutions, for a liquid handler, with what must be made up of each stock.

    volume of a stock = equivalents x amine / stock concentration;        solvent = volume of the well - all of them

Stocks are in the solvent of the recipe, so that a compound that two solvents need has two. A well whose stocks do not
fit, and a transfer that is smaller than the handler can measure, are refused with what to change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planner.errors import ProcedureError, finite, nearest
from planner.files.tables import csv_text
from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.library.plates import Plate, Well
from planner.model.model import Model
from planner.structures.structure import read_structure

WELL_UL = {24: 2000.0, 96: 500.0}
"""Final volume of a well by the size of its plate [uL]."""
STOCKS_M = {"amine": 1.0, "carbonyl": 1.0, "reductant": 1.0, "acid": 2.0}
"""Molarity of the stocks that are made where none is stated [M]."""
DEAD_UL = 50.0
"""Left behind in every source [uL]."""
SMALLEST_UL = 1.0
"""That a handler measures [uL]."""
STEP_UL = 0.1
LARGEST_UL = 20_000.0
"""A larger well is a flask [uL]."""
ACID = "CC(=O)O"
"""Acetic acid."""
Compound = tuple[str, str, str]
"""Role, id and SMILES of a partner."""
TRANSFERS = ("order", "stage", "time_h", "source", "destination", "volume_uL")
SOURCES = ("source", "role", "solvent", "stock_M", "used_uL", "dead_uL", "total_uL", "amount_mmol", "mass_mg")


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """One movement of a liquid."""

    stage: str
    """flask, or hydride where that comes later."""
    time_h: float
    """After the start [h]."""
    source: str
    role: str
    solvent: str
    destination: str
    volume_uL: float
    stock_M: float | None = None
    """None for a solvent."""
    molar_mass: float = 0.0
    """[g mol-1]; 0 for a solvent."""


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
        If a role is not known, or a number not usable.
    """
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
    volume = WELL_UL.get(wells, 0.0) if well_uL is None else well_uL
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
    found: list[Transfer] = []
    names = source_names(plate)
    for well in plate.wells:
        if well.recipe is not None:
            found += _of_well(well, plate.recipes[well.recipe - 1], model, handler, names)
    order = {"solvent": 0, "amine": 1, "carbonyl": 2, "acid": 3, "reductant": 4}
    return tuple(sorted(found, key=lambda t: (t.time_h, order[t.role], t.source, _place(t.destination))))


def _place(well: str) -> tuple[str, int]:
    return well[0], int(well[1:])


def source_names(plate: Plate) -> dict[Compound, str]:
    """Name every partner of a plate, no two alike: by its id, or with its role and structure where ids are shared."""
    compounds = {c: None for well in plate.wells for c in _compounds(well)}
    ids = Counter(name for _, name, _ in compounds)
    with_role = Counter((role, name) for role, name, _ in compounds)
    found = {}
    for role, name, smiles in compounds:
        plain = name if ids[name] == 1 and not name.isdecimal() else f"{role} {name}"
        found[role, name, smiles] = plain if with_role[role, name] == 1 else f"{plain} {smiles}"
    return found


def _compounds(well: Well) -> tuple[Compound, Compound]:
    """Name both partners of a well."""
    return (
        ("amine", well.amine_id, well.amine_smiles),
        ("carbonyl", well.carbonyl_id, well.carbonyl_smiles),
    )


def _asked(
    well: Well, p: Settled, model: Model, names: Mapping[Compound, str]
) -> tuple[tuple[str, str, float, float], ...]:
    """List (role, name, equivalents, molar mass) of what a well takes besides its solvent."""
    amine, carbonyl = _compounds(well)
    reductant = model.reductant(p.reductant)
    masses = [read_structure(smiles).molar_mass for smiles in (amine[2], carbonyl[2], ACID)]
    return (
        ("amine", names[amine], 1.0, masses[0]),
        ("carbonyl", names[carbonyl], p.carbonyl_equivalents, masses[1]),
        ("acid", "acetic acid", p.acid_equivalents, masses[2]),
        ("reductant", reductant.name, p.reductant_equivalents, reductant.molar_mass),
    )


def _of_well(
    well: Well, p: Settled, model: Model, handler: Handler, names: Mapping[Compound, str]
) -> list[Transfer]:
    """Fill one well."""
    later = p.first_stage_h if ADDITIONS[p.addition].hydride_last else 0.0
    made = []
    for role, name, equivalents, molar_mass in _asked(well, p, model, names):
        if equivalents <= 0:
            continue
        stock_M = handler.stocks_M[role]
        volume = round(equivalents * p.concentration_M * handler.well_uL / stock_M / STEP_UL) * STEP_UL
        if volume < handler.smallest_uL:
            raise ProcedureError(
                f"well {well.name}: {volume:.2g} uL of the {stock_M:g} M stock of {name} is less than "
                f"{handler.smallest_uL:g} uL; give a weaker stock of the {role}, or larger wells"
            )
        is_later = role == "reductant" and later > 0
        made.append(
            Transfer(
                stage="hydride" if is_later else "flask",
                time_h=later if is_later else 0.0,
                source=f"{name} in {p.solvent}",
                role=role,
                solvent=p.solvent,
                destination=well.name,
                volume_uL=round(volume, 1),
                stock_M=stock_M,
                molar_mass=molar_mass,
            )
        )
    return made + _made_up(well, p.solvent, handler, sum(t.volume_uL for t in made))


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
    rows: list[dict[str, object]] = []
    for source, volume in used.items():
        t, total = first[source], volume + handler.dead_uL
        mmol = None if t.stock_M is None else total * t.stock_M / 1000.0
        rows.append(
            {
                "source": source,
                "role": t.role,
                "solvent": t.solvent,
                "stock_M": t.stock_M,
                "used_uL": round(volume, 1),
                "dead_uL": handler.dead_uL,
                "total_uL": round(total, 1),
                "amount_mmol": mmol,
                "mass_mg": None if mmol is None else mmol * t.molar_mass,
            }
        )
    return rows


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
