"""Sheets: a procedure and a scale become a table of charges, feeds, times and steps for the bench.

    n_i = equivalents_i n_amine,      V_f = n_amine / concentration,      feed rate = V_feed / addition time
    solvent = V_f - neat liquids - stock solutions - feed

Masses are rounded to the balance, volumes to the pipette; the realised equivalents are those of the rounded
amounts. What is weighed counts its purity and its counter-ion. The acid of a partner's salt counts as the
flask's; strong acid, and what is more than planned, gets base. The volume of solids is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.comparisons.command import compare_command
from planner.comparisons.observed import telling
from planner.errors import ProcedureError
from planner.files.tables import csv_text, to_frame
from planner.files.writing import write_file
from planner.flask.procedure import Settled
from planner.mixtures.purification import purify
from planner.model.model import Model
from planner.plans.recommendation import Plan, Recommendation
from planner.predictions.prediction import Prediction
from planner.sheets.assays import assay_notes, by_label
from planner.sheets.bottles import PARTNERS, acid_words, bottle_notes, bottles_of, bought_steps, check_used
from planner.sheets.charges import (
    COLUMNS,
    CYLINDERS,
    Charge,
    coarse,
    draft,
    figures,
    realised,
    rounded_to,
    step_of,
    volume_words,
)
from planner.sheets.dosing import Dose, Gas, dose, dosing_notes, scale_notes
from planner.sheets.hazards import Warned, hazards
from planner.sheets.separation import Separation, separation_of
from planner.sheets.steps import Feed, before_feed_h, feed_of, run_steps, sampling_times
from planner.sheets.supplies import Supply, read_quantity, read_supply
from planner.sheets.workup import work_up
from planner.sheets.yields import Yield, expected, theoretical, yield_words
from planner.structures.pairs import Pair

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Feed", "Sheet", "make_sheet", "plan_sheet", "sampling_times"]

TOLERATED = 0.02
"""Change of the volume that is not worth a word."""


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
    """Solvent, liquids, solutions and feed."""
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
    dosing: Dose
    """How the hydride is added, with its gas and heat."""
    work_up: tuple[Warned, ...]
    """Quench and work-up with their sources; the last of the steps."""
    separation: Separation | None
    """How the mixture is taken apart; None where no prediction says what it is, or no extraction parts it."""
    product: Yield
    """What can come."""
    to_note: tuple[str, ...]
    """Fractions to write down at the quench, by the names that ``compare`` takes."""
    compare: str
    """The line that tells, with those fractions in its gaps, whether the run went as predicted."""

    def rows(self) -> list[dict[str, Any]]:
        """List the charges as rows of ``COLUMNS``."""
        return [charge.row() for charge in self.charges]

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate the charges in order of addition."""
        return to_frame(self.rows(), COLUMNS)

    def to_csv(self, path: str | Path) -> None:
        """Write the charges as CSV, whole or not at all."""
        write_file(path, csv_text(self.rows(), COLUMNS).encode())


def make_sheet(  # noqa: PLR0913 - the bench has that many choices
    pair: Pair,
    model: Model,
    procedure: Settled,
    scale: str,
    *,
    of: str = "amine",
    reference: str = "amine",
    degree: int = 1,
    supplies: dict[str, Supply] | None = None,
    sensitive: tuple[str, ...] = (),
    prediction: Prediction | None = None,
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
        Wanted degree of alkylation, for the limiting partner, the work-up and the yield.
    supplies
        What is at hand, by role ("amine", "carbonyl", "reductant", "acid", "base", "solvent"); what is bought of
        the pure compounds where absent.
    sensitive
        To what a group is sensitive besides what the structures show: "acid", "base", "hydride".
    prediction
        Of this procedure and degree: the work-up then parts the mixture that it foretells.

    Raises
    ------
    ProcedureError
        If the scale is not an amount or too small to be measured, or a supply is not what the procedure needs.
    """
    given = by_label(procedure, supplies or {})
    at_hand, notes = bottles_of(pair, model, procedure, given)
    amine_mmol = _amine_mmol(procedure, _named(pair, model) | given, scale, of, reference)
    e = procedure.carbonyl_equivalents
    planned = list(draft(procedure, at_hand, amine_mmol, e if reference == "carbonyl" else 1.0))
    charged = {role for _, role, *_ in planned}
    check_used(given, charged, at_hand["solvent"])
    measured = realised(planned, reference)
    charges, volume = _with_solvent(at_hand["solvent"], procedure, measured, amine_mmol, notes)
    planned_mL = amine_mmol / procedure.concentration_M
    feed = feed_of(procedure, at_hand[procedure.fed[0]].name if procedure.fed else "", planned_mL)
    dosing = dose(procedure, model, amine_mmol, volume)
    needs = list(bought_steps(pair, model, procedure, charges))
    in_flask = {role: at_hand[role] for role in charged}
    parted = None if prediction is None else separation_of(purify(prediction, sensitive), amine_mmol, volume)
    ending = work_up(pair, model, procedure, in_flask, degree, sensitive, parted)
    notes += assay_notes(procedure, model, given)
    to_note = telling(pair, degree)
    notes += [*acid_words(procedure, at_hand), *bottle_notes(pair, model, procedure, charges, volume)]
    notes += [*dosing_notes(dosing, procedure), *scale_notes(pair, model, procedure, dosing, amine_mmol)]
    notes += [sentence for role, sentence, _ in needs if role in procedure.fed]
    if rough := coarse(charges):
        notes.append(f"Rounding changes {' and '.join(rough)} by more than 5 %: use stock solutions.")
    return Sheet(
        pair=pair,
        procedure=procedure,
        scale=f"{scale.strip()} of {of}",
        reference=reference,
        limiting="carbonyl" if e < degree else "amine",
        final_volume_mL=volume,
        charges=tuple(charges),
        feed=feed,
        portions=dosing.portions,
        samples_h=sampling_times(procedure, before_feed_h(procedure, dosing)),
        steps=(*run_steps(procedure, charges, feed, dosing, needs), *(step.sentence for step in ending)),
        hydrogen=dosing.gas,
        hazards=hazards(pair, model, procedure, charges, dosing),
        notes=tuple(notes),
        dosing=dosing,
        work_up=ending,
        separation=parted,
        product=theoretical(pair.isomers(degree)[0], amine_mmol * min(1.0, e / degree)),
        to_note=to_note,
        compare=compare_command(pair, model, procedure, to_note),
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
    made = make_sheet(
        plan.pair,
        plan.model,
        chosen.procedure,
        scale,
        of=of,
        reference=reference,
        degree=plan.aim.degree,
        supplies=bottles,
        sensitive=request.kept_from,
        prediction=chosen.prediction,
    )
    return _with_expected(made, plan, chosen)


def _with_expected(made: Sheet, plan: Plan, chosen: Recommendation) -> Sheet:
    """Put what the prediction expects beside the theoretical yield, and say both in the last step."""
    amine_mmol = next(c.amount_mmol or 0.0 for c in made.charges if c.role == "amine")
    product = expected(made.product, plan, chosen, made.dosing, amine_mmol)
    return replace(made, product=product, steps=(*made.steps, yield_words(product, plan.aim.degree)))


def _named(pair: Pair, model: Model) -> dict[str, Supply]:
    """Take the partners as they are named: a scale is of them, whatever bottle stands for a gas."""
    return {
        "amine": read_supply(pair.amine.smiles, model),
        "carbonyl": read_supply(pair.carbonyl.smiles, model),
    }


def _amine_mmol(procedure: Settled, named: dict[str, Supply], scale: str, of: str, reference: str) -> float:
    """Turn the scale into moles of amine [mmol]."""
    for name in (of, reference):
        if name not in PARTNERS:
            raise ProcedureError(f"partner {name!r} is not known; give amine or carbonyl")
    amount, kind = read_quantity(scale)
    e = procedure.carbonyl_equivalents
    if e <= 0 and "carbonyl" in (of, reference):
        raise ProcedureError("carbonyl_equivalents is 0: give the scale and the equivalents per amine")
    return named[of].mmol(amount, kind) / (e if of == "carbonyl" else 1.0)


def _with_solvent(
    solvent: Supply, procedure: Settled, charges: list[Charge], amine_mmol: float, notes: list[str]
) -> tuple[list[Charge], float]:
    """Put the solvent of the flask first, and work out the real final volume [mL].

    Solvent is what V_f leaves beside the neat liquids and solutions that are not fed; the feed is made up to its share.
    """
    wanted = amine_mmol / procedure.concentration_M
    fed = procedure.feed_volume_fraction * wanted if procedure.fed else 0.0
    liquids = liquid_mL(charges, procedure)
    needed = wanted - fed - liquids
    volume = wanted if solvent.smiles and needed >= 0 else liquids + fed or wanted
    if abs(volume / wanted - 1.0) > TOLERATED:
        notes.append(
            f"The liquids alone are {volume_words(volume)}, the procedure holds {volume_words(wanted)}: the flask is "
            f"{figures(amine_mmol / volume)} M in amine, predicted at {procedure.concentration_M:g} M."
        )
    if not solvent.smiles:
        return [replace(c, order=c.order - 1) for c in charges], volume
    poured = rounded_to(max(0.0, needed), step_of(max(0.0, needed), CYLINDERS))
    note = f"to a final volume of {volume_words(volume, CYLINDERS)}"
    note += f", {volume_words(fed)} of it in the feed" if fed else ""
    first = Charge(
        order=1, stage="flask", role="solvent", supply=replace(solvent, note=note), volume_mL=poured
    )
    return ([first, *charges] if poured else [replace(c, order=c.order - 1) for c in charges]), volume


def liquid_mL(charges: Sequence[Charge], procedure: Settled) -> float:
    """Add up the liquids and solutions that wait in the flask or come to it unfed [mL]."""
    return sum(c.volume_mL or 0.0 for c in charges if c.stage != "feed" or not procedure.fed)
