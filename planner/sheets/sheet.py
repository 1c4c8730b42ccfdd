"""Sheets: a procedure and a scale become a table of charges, feeds, times and steps for the bench.

    n_i = equivalents_i n_amine,      V_f = n_amine / concentration,      feed rate = V_feed / addition time

Masses are rounded to the balance (0.1 mg), volumes to the pipette (1 uL); the realised equivalents are
those of the rounded amounts. What is weighed counts its purity and its counter-ion; a stock solution is
measured by volume, and its solvent counts towards V_f. A salt of the amine gets the base that frees it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import ProcedureError, nearest
from planner.files.tables import csv_text, to_frame
from planner.files.writing import write_file
from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.plans.recommendation import Plan
from planner.sheets.charges import COLUMNS, Charge, draft, realised, rounded_to
from planner.sheets.hazards import Gas, Warned, hazards, hydrogen
from planner.sheets.supplies import ROLES, Supply, read_quantity, read_supply, supply_of
from planner.structures.pairs import Pair
from planner.structures.structure import as_charged

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Feed", "Sheet", "make_sheet", "plan_sheet", "sampling_times"]

SYRINGES_ML = (1.0, 2.5, 5.0, 10.0, 20.0, 50.0)
FULLEST = 0.9
"""A syringe is filled so far at most."""
PORTION_MMOL = 5.0
"""Hydride that is added in one portion [mmol]; at most six portions."""
BASE = "triethylamine"


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A solution that is fed."""

    what: str
    volume_mL: float
    """Made up to [mL]."""
    hours: float
    rate_mL_per_h: float
    syringe_mL: float | None
    """Smallest that holds it; None: a dosing pump or funnel."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What goes to the bench."""

    pair: Pair
    procedure: Settled
    """What is done."""
    scale: str
    """As given."""
    reference: str
    """Partner to which equivalents refer."""
    limiting: str
    """Partner that runs out first for the wanted degree, whatever its equivalents."""
    final_volume_mL: float
    charges: tuple[Charge, ...]
    """In order of addition."""
    feed: Feed | None
    portions: int
    """In which the hydride is added."""
    samples_h: tuple[float, ...]
    """Times for LC-MS from the first addition [h]."""
    steps: tuple[str, ...]
    """What to do, in order."""
    hydrogen: Gas
    hazards: tuple[Warned, ...]
    notes: tuple[str, ...] = field(default=())
    """What does not fit."""

    def rows(self) -> list[dict[str, Any]]:
        """List the charges as rows of ``COLUMNS``."""
        return [charge.row() for charge in self.charges]

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate the charges in order of addition."""
        return to_frame(self.rows(), COLUMNS)

    def to_csv(self, path: str | Path) -> None:
        """Write the charges as CSV, whole or not at all."""
        write_file(path, csv_text(self.rows(), COLUMNS).encode())


def make_sheet(
    pair: Pair,
    model: Model,
    procedure: Settled,
    scale: str,
    *,
    of: str = "amine",
    reference: str = "amine",
    degree: int = 1,
    supplies: dict[str, Supply] | None = None,
) -> Sheet:
    """Work out a sheet.

    Parameters
    ----------
    pair, model, procedure
        A settled procedure, as a recommendation or a prediction holds it.
    scale
        Such as "250 mg", "1.5 g", "2 mmol" or "150 uL" of one partner as it is in the bottle.
    of
        Which partner the scale is of: "amine" or "carbonyl".
    reference
        Partner to which the equivalents of the table refer.
    degree
        Wanted degree of alkylation, for the limiting partner.
    supplies
        What is at hand, by role ("amine", "carbonyl", "reductant", "acid", "base", "solvent"); pure compounds
        from the catalogue where absent.

    Raises
    ------
    ProcedureError
        If the scale is not an amount, or a supply is not what the procedure needs.
    """
    at_hand = _supplies(pair, model, procedure, supplies or {})
    for name in (of, reference):
        if name not in ("amine", "carbonyl"):
            raise ProcedureError(f"partner {name!r} is not known; give amine or carbonyl")
    amount, kind = read_quantity(scale)
    e = procedure.carbonyl_equivalents
    if e <= 0 and "carbonyl" in (of, reference):
        raise ProcedureError("carbonyl_equivalents is 0: give the scale and the equivalents per amine")
    amine_mmol = at_hand[of].mmol(amount, kind) / (e if of == "carbonyl" else 1.0)
    final_volume = amine_mmol / procedure.concentration_M
    planned = list(draft(procedure, at_hand, amine_mmol, e if reference == "carbonyl" else 1.0))
    _check_used(supplies or {}, {role for _, role, *_ in planned}, at_hand["solvent"])
    measured = realised(planned, reference)
    notes: list[str] = []
    charges = _with_solvent(at_hand["solvent"], procedure, measured, final_volume, notes)
    hydride = amine_mmol * procedure.reductant_equivalents
    portions = max(1, min(6, round(hydride / PORTION_MMOL)))
    feed = _feed(procedure, at_hand, final_volume)
    _check_water(pair, procedure, at_hand, notes)
    return Sheet(
        pair=pair,
        procedure=procedure,
        scale=f"{scale.strip()} of {of}",
        reference=reference,
        limiting="carbonyl" if e < degree else "amine",
        final_volume_mL=final_volume,
        charges=tuple(charges),
        feed=feed,
        portions=portions,
        samples_h=sampling_times(procedure),
        steps=tuple(_steps(model, procedure, charges, feed, portions)),
        hydrogen=hydrogen(procedure, model, amine_mmol),
        hazards=hazards(pair, model, procedure, amine_mmol),
        notes=tuple(notes),
    )


def plan_sheet(
    plan: Plan,
    scale: str,
    *,
    rank: int = 1,
    of: str = "amine",
    reference: str = "amine",
    supplies: dict[str, Supply] | None = None,
) -> Sheet:
    """Work out the sheet of a recommendation; bottles are those that the request named, pure, where not given.

    Raises
    ------
    ProcedureError
        If there is no such rank, or as ``make_sheet``.
    """
    chosen = plan.ranked(rank)
    request = plan.request
    named = {"amine": request.amine, "carbonyl": request.carbonyl}
    bottles = {role: read_supply(text, plan.model) for role, text in named.items()} | (supplies or {})
    return make_sheet(
        plan.pair,
        plan.model,
        chosen.procedure,
        scale,
        of=of,
        reference=reference,
        degree=plan.aim.degree,
        supplies=bottles,
    )


def _supplies(pair: Pair, model: Model, procedure: Settled, given: dict[str, Supply]) -> dict[str, Supply]:
    """Complete what is at hand by pure compounds; refuse a bottle with another compound in it."""
    needed = {
        "amine": read_supply(pair.amine.smiles, model),
        "carbonyl": read_supply(pair.carbonyl.smiles, model),
        "acid": read_supply("acetic acid", model),
        "base": read_supply(BASE, model),
        "reductant": supply_of(model.reductant(procedure.reductant), model),
        "solvent": supply_of(model.solvent(procedure.solvent), model),
    }
    for role, held in given.items():
        if role not in needed:
            raise ProcedureError(
                f"no bottle is called {role!r:.40}{nearest(str(role), ROLES)}; the roles are {', '.join(ROLES)}"
            )
        if not isinstance(held, Supply):
            raise ProcedureError(f"the {role} bottle is {held!r:.40}; give what read_supply returns")
        _check_bottle(role, held, needed[role], model)
    return needed | given


def _check_bottle(role: str, held: Supply, needed: Supply, model: Model) -> None:
    """Refuse a bottle of another compound; a partner may be its salt, a base any of the catalogue."""
    names, fits = [needed.name], held.smiles == needed.smiles
    if role == "base":
        bases = {as_charged(e.smiles): e.name for e in model.catalogue.entries if e.role == role}
        names, fits = list(bases.values()), held.smiles in bases and not held.base_equivalents
    elif role not in ("amine", "carbonyl"):
        fits = fits and abs(held.molar_mass - needed.molar_mass) < 0.01
    if not fits:
        salt = f" as {held.molar_mass:.1f} g/mol" if held.smiles == needed.smiles else ""
        raise ProcedureError(
            f"the {role} bottle holds {held.name}{salt}, the plan needs {' or '.join(names)}; take that, or plan anew"
        )
    if role == "solvent" and (held.purity != 1.0 or held.stock_M is not None):
        raise ProcedureError(
            f"the solvent {held.name} is measured by its volume; leave its purity and stock out"
        )


def _check_used(given: dict[str, Supply], charged: set[str], solvent: Supply) -> None:
    """Refuse a bottle that the procedure does not touch; the partners are always named."""
    charged = charged | {"amine", "carbonyl", *(["solvent"] if solvent.smiles else [])}
    if idle := [role for role in given if role not in charged]:
        raise ProcedureError(f"the plan charges no {idle[0]}; leave its bottle ({given[idle[0]].name}) out")


def _with_solvent(
    solvent: Supply,
    procedure: Settled,
    charges: list[Charge],
    final_volume: float,
    notes: list[str],
) -> list[Charge]:
    """Put the solvent of the flask first: V_f without the feed solution and the stock solutions."""
    fed = procedure.feed_volume_fraction * final_volume if procedure.fed else 0.0
    stocks = sum(
        c.volume_mL or 0.0
        for c in charges
        if c.supply.stock_M is not None and (c.stage != "feed" or not procedure.fed)
    )
    needed = final_volume - fed - stocks
    if needed < 0:
        notes.append(
            f"The stock solutions alone bring {stocks:.3g} mL, {-needed:.3g} mL more than the procedure holds: "
            "the flask is more dilute than predicted."
        )
    if not solvent.smiles:
        return [replace(c, order=c.order - 1) for c in charges]
    volume = rounded_to(max(0.0, needed), 0.1 if needed >= 2.0 else 0.01)
    note = f"final volume {final_volume:.4g} mL" + (f", {fed:.4g} mL of it in the feed" if fed else "")
    supply = replace(solvent, note=note)
    return [Charge(order=1, stage="flask", role="solvent", supply=supply, volume_mL=volume), *charges]


def _feed(procedure: Settled, at_hand: dict[str, Supply], final_volume: float) -> Feed | None:
    """Describe the syringe pump of a slow addition."""
    if not procedure.fed:
        return None
    hours, volume = procedure.addition_time_h, procedure.feed_volume_fraction * final_volume
    return Feed(
        what=at_hand[procedure.fed[0]].name,
        volume_mL=volume,
        hours=hours,
        rate_mL_per_h=volume / hours,
        syringe_mL=next((s for s in SYRINGES_ML if volume <= FULLEST * s), None),
    )


def _check_water(pair: Pair, procedure: Settled, at_hand: dict[str, Supply], notes: list[str]) -> None:
    """Say so where the bottle brings water that the prediction did not count, or the other way round."""
    if pair.carbonyl_class.name != "formaldehyde":
        return
    is_formalin = at_hand["carbonyl"].stock_M is not None
    if is_formalin != (procedure.water == "wet"):
        counted = "no water with the formaldehyde" if is_formalin else "the water of formalin"
        notes.append(
            f"The prediction counted {counted}; predict again with water = {'wet' if is_formalin else 'dry'}."
        )


def sampling_times(procedure: Settled) -> tuple[float, ...]:
    """Choose times for LC-MS: the end of the first stage, then an eighth, a quarter, half and all of the hold [h]."""
    first, hold = procedure.first_stage_h, procedure.hold_time_h
    times = [first] if first else []
    times += [first + hold * part for part in (0.125, 0.25, 0.5, 1.0)]
    return tuple(dict.fromkeys(round(round(20 * t) / 20, 2) for t in times))


def _amount(c: Charge) -> str:
    """Write what is weighed or measured."""
    volume = (
        None
        if c.volume_mL is None
        else f"{c.volume_mL:.3f} mL"
        if c.volume_mL < 10
        else f"{c.volume_mL:.1f} mL"
    )
    mass = None if c.mass_mg is None else f"{c.mass_mg:.1f} mg"
    return " = ".join(part for part in (volume, mass) if part)


def _steps(
    model: Model, procedure: Settled, charges: list[Charge], feed: Feed | None, portions: int
) -> Iterator[str]:
    """Write the steps in order."""
    for c in charges:
        where = "into the flask" if c.stage == "flask" else "for the feed" if feed else "into the flask"
        if c.role == "reductant":
            continue
        yield f"{c.role.capitalize()}: {c.name}, {_amount(c)}, {where}."
    by_role = {c.role: c for c in charges}
    hydride = by_role.get("reductant")
    dose = (
        ""
        if hydride is None
        else f"Add {hydride.name}, {_amount(hydride)}, in {portions} portion{'s' * (portions > 1)}, vented."
    )
    yield f"Bring to {procedure.temperature_C:g} C, stirring well."
    if ADDITIONS[procedure.addition].hydride_last:
        yield f"Stir {procedure.imine_time_h:g} h so that the imine forms; sample."
    if dose:
        yield dose
    if feed:
        syringe = (
            f"a {feed.syringe_mL:g} mL syringe"
            if feed.syringe_mL
            else "a dosing pump or funnel (too much for a 50 mL syringe)"
        )
        yield (
            f"Make the {feed.what} up to {feed.volume_mL:.3g} mL with {procedure.solvent} in {syringe}; feed at "
            f"{feed.rate_mL_per_h:.3g} mL/h for {feed.hours:g} h."
        )
    yield f"Hold {procedure.hold_time_h:g} h."
    yield _quench(model, procedure)


def _quench(model: Model, procedure: Settled) -> str:
    if procedure.quench == "borohydride":
        return "Quench: NaBH4 in excess at 0 C in portions until no imine is left (LC-MS), then water slowly, vented."
    last = model.reductant(procedure.reductant).quench
    return f"Quench: {last}, slowly, vented, until the gas stops; leftover imine falls back to amine and carbonyl."
