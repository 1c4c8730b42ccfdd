"""Yields: what a run can give of the wanted product, and what the prediction expects of the run as the sheet does it.

    theoretical = n_limiting M(product),        expected = target fraction x n M(product)

The expectation is that of the plan where the sheet does what the plan ran. Where the sheet doses the hydride in
another way, that procedure is predicted anew; where no procedure says it, nothing is expected.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from planner.errors import PlannerError
from planner.flask.fields import ADDITIONS
from planner.flask.procedure import Settled
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.plans.aims import Aim
from planner.plans.recommendation import Plan, Recommendation
from planner.predictions.prediction import Interval, predict_pair
from planner.sheets.charges import figures, hours_words
from planner.sheets.dosing import Dose, planned_portions
from planner.structures.pairs import Pair
from planner.structures.structure import read_structure


@dataclass(frozen=True, kw_only=True, slots=True)
class Yield:
    """What the run can give of the wanted product, as the free base."""

    smiles: str
    """Of the isomer that is wanted, or the first of the degree."""
    molar_mass: float
    """[g mol-1]."""
    theoretical_mg: float
    """If all of the limiting partner became it [mg]."""
    expected_mg: tuple[float, float, float] | None = None
    """Mean, low and high of the prediction, before losses of isolation [mg]; None without one."""
    expected_of: str = ""
    """What was predicted, or why nothing was; empty: the procedure as planned."""


def theoretical(smiles: str, mmol: float) -> Yield:
    """Work out the theoretical yield of a product."""
    mass = read_structure(smiles).molar_mass
    return Yield(smiles=smiles, molar_mass=mass, theoretical_mg=mmol * mass)


def expected(whole: Yield, plan: Plan, chosen: Recommendation, dosing: Dose, amine_mmol: float) -> Yield:
    """Put beside the theoretical yield what the prediction expects.

    Parameters
    ----------
    whole
        Theoretical yield of the degree.
    plan, chosen
        What is wanted, and what is run for it.
    dosing
        How the sheet adds the hydride.
    amine_mmol
        Amine charged [mmol].
    """
    aim, run = plan.aim, dosed(chosen.procedure, dosing)
    per_carbonyl = chosen.procedure.carbonyl_equivalents / aim.degree
    mmol = amine_mmol * (per_carbonyl if aim.basis == "carbonyl" else 1.0)
    product = theoretical(aim.smiles or whole.smiles, whole.theoretical_mg / whole.molar_mass)
    wanted: Interval | None = chosen.prediction.target_fraction
    said = ""
    if run is None:
        return replace(product, expected_of="the model does not run the hydride as it is added here")
    if run != chosen.procedure:
        made = chosen.prediction
        said = _as_dosed(run)
        wanted = _predicted(plan.pair, plan.model, run, aim, made.draws, made.seed)
    if wanted is None:
        return replace(product, expected_of=f"{said}, which could not be computed")
    mean, low, high = (f * mmol * product.molar_mass for f in (wanted.mean, wanted.low, wanted.high))
    return replace(product, expected_mg=(mean, low, high), expected_of=said)


def dosed(procedure: Settled, dosing: Dose) -> Settled | None:
    """Write a procedure as the sheet doses its hydride; None where no procedure says that."""
    if dosing.planned or dosing.mmol <= 0:
        return procedure
    if dosing.portions == 1 or not ADDITIONS[procedure.addition].takes_portions:
        return None
    cold = dosing.below_C[0] if dosing.below_C else planned_portions(procedure)[2]
    return replace(
        procedure,
        hydride_portions=dosing.portions,
        hydride_time_h=dosing.hours,
        hydride_temperature_C=cold,
        hold_time_h=max(procedure.hold_time_h, dosing.hours),
    )


@lru_cache(maxsize=32)
def _predicted(
    pair: Pair, model: Model, procedure: Settled, aim: Aim, draws: int, seed: int
) -> Interval | None:
    """Predict the wanted fraction of a procedure; None where it cannot be computed."""
    try:
        drawn = draw_parameters(model, draws, seed)
        found = predict_pair(pair, model, procedure, drawn, target=aim.degree, basis=aim.basis)
    except PlannerError:
        return None
    share = aim.degree / procedure.carbonyl_equivalents if aim.basis == "carbonyl" else 1.0
    for isomer in found.products[aim.degree].isomers:
        if isomer.smiles == aim.smiles:
            parts = (isomer.fraction, isomer.median, isomer.low, isomer.high)
            mean, median, low, high = (share * part for part in parts)
            return Interval(mean=mean, median=median, low=low, high=high)
    return found.target_fraction


def _as_dosed(run: Settled) -> str:
    """Say which procedure was predicted anew."""
    n, hours, celsius = planned_portions(run)
    return f"predicted anew with the hydride in {n} portions over {hours_words(hours)} at {celsius:g} C"


def yield_words(product: Yield, degree: int) -> str:
    """Say what to expect on the balance."""
    what = f"degree {degree}, free base, {product.molar_mass:.1f} g/mol"
    said = f"Theoretical yield ({what}): {_about(product.theoretical_mg)}"
    if product.expected_mg is None:
        why = f"; no mass is expected: {product.expected_of}" if product.expected_of else ""
        return f"{said}{why}."
    mean, low, high = (_about(mg) for mg in product.expected_mg)
    how = f", {product.expected_of}," if product.expected_of else ""
    return f"{said}; the prediction{how} expects {mean} ({low} to {high}) in the crude, before losses of isolation."


def _about(mg: float) -> str:
    """Write a mass with three figures."""
    unit, size = ("mg", 1.0) if mg < 1e3 else ("g", 1e3) if mg < 1e6 else ("kg", 1e6)
    return f"{figures(mg / size)} {unit}"
