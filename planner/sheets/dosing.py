"""Dosing: in how many portions the hydride comes, how cold, and what gas and heat it can give.

    n(H2) = n(reductant) B-H,      rise = n(H2) heat / (V heat capacity)      (all at once, no cooling)

The portions are the plan's as long as they suffice. Where the plan says one and the hydride or the scale asks for
more, or the scale is large and its gas and heat ask for more than the plan says, the sheet says more and how the
plan differs. At a large scale a portion
frees no more gas than the flask holds liquid and warms it by no more than some kelvins, up to twelve portions;
these limits stand in ``workup.toml``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.reagents import Dosing
from planner.sheets.charges import Charge, figures, gas_words, hours_words, mass_words, volume_words
from planner.structures.pairs import Pair

LITRES_PER_MOL = 24.2
"""Of a gas at 22 C and 1 atm."""
EXOTHERM_MMOL = 10.0
"""Hydride charge from which dosing with cooling is asked for [mmol]."""
SMALL_FLASKS, MOST = 6, 12
"""Most portions below and at a large scale."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gas:
    """Hydrogen that the whole charge of hydride can give."""

    mmol: float
    litres: float
    """At 24.2 L/mol."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dose:
    """How the hydride is added, and what it can do."""

    mmol: float
    """Hydride reagent [mmol]."""
    portions: int
    hours: float
    """From the first portion to the last [h]."""
    below_C: tuple[float, float] | None
    """Temperature while it is added, where that is not the run's [C]."""
    planned: bool
    """Whether all of that is what the plan ran."""
    gas: Gas
    acid_gas_litres: float
    """Carbon dioxide that bicarbonate frees from the flask's acid [L]."""
    rise_K: float
    """Adiabatic, if all of the hydride were hydrolysed at once [K]."""
    large: bool
    """Whether heat and gas are worked out."""

    @property
    def cooled(self) -> bool:
        """Whether the hydride is added with cooling."""
        return self.below_C is not None or self.mmol > EXOTHERM_MMOL


def hydrogen(procedure: Settled, model: Model, amine_mmol: float) -> Gas:
    """Work out the hydrogen from complete destruction of the hydride charge."""
    formal = model.reductant(procedure.reductant).formal_hydrides
    mmol = amine_mmol * procedure.reductant_equivalents * formal
    return Gas(mmol=mmol, litres=mmol * LITRES_PER_MOL / 1000.0)


def dose(procedure: Settled, model: Model, amine_mmol: float, volume_mL: float) -> Dose:
    """Work out how the hydride is added.

    Parameters
    ----------
    procedure, model
        What is done.
    amine_mmol
        Amine charged [mmol].
    volume_mL
        Of the flask at the end [mL].
    """
    reductant = model.reductant(procedure.reductant)
    mmol = amine_mmol * procedure.reductant_equivalents
    gas = hydrogen(procedure, model, amine_mmol)
    rise = _rise(gas, model, procedure, volume_mL)
    large = mmol > model.workup.number("large_scale")
    portions, hours, temperature = planned_portions(procedure)
    own = model.dosing(procedure.reductant, procedure.solvent)
    cold = _band(own, temperature, model)
    asked = _portions(mmol, gas, rise, model, volume_mL) if mmol > 0 else 1
    needed = max(asked, 1 if own is None else own.portions)
    if mmol > 0 and portions < needed and (portions == 1 or large):
        between = model.workup.number("minutes_between_portions")
        portions, hours = (
            needed,
            max((needed - 1) * between / 60.0, hours, 0.0 if own is None else own.time_h),
        )
    acid = amine_mmol * (
        procedure.acid_equivalents + procedure.reductant_equivalents * reductant.acid_set_free
    )
    return Dose(
        mmol=mmol,
        portions=portions,
        hours=hours,
        below_C=cold,
        planned=(portions, hours) == planned_portions(procedure)[:2] and cold is None,
        gas=gas,
        acid_gas_litres=acid * LITRES_PER_MOL / 1000.0,
        rise_K=rise,
        large=large,
    )


def _band(own: Dosing | None, planned_C: float, model: Model) -> tuple[float, float] | None:
    """Say between which temperatures a hydride is added that the plan adds too warm [C]; None: as planned."""
    if own is None:
        return None
    high = own.temperature_C + model.workup.number("cold_band")
    return (own.temperature_C, high) if planned_C > high else None


def planned_portions(procedure: Settled) -> tuple[int, float, float]:
    """Read how the plan adds the hydride: portions, time from first to last [h], temperature [C]."""
    return procedure.hydride_portions, procedure.hydride_time_h, procedure.hydride_temperature_C


def _rise(gas: Gas, model: Model, procedure: Settled, volume_mL: float) -> float:
    """Adiabatic rise of temperature when all of the hydride is hydrolysed [K]."""
    kind = "heat_capacity_of_water" if procedure.solvent == "water" else "heat_capacity"
    heat_J = gas.mmol * model.workup.number("heat_of_hydrolysis")
    return heat_J / (volume_mL * model.workup.number(kind))


def _portions(mmol: float, gas: Gas, rise: float, model: Model, volume_mL: float) -> int:
    """Count the portions that scale, gas and heat ask for."""
    number = model.workup.number
    small = max(1, min(SMALL_FLASKS, round(mmol / number("small_portion"))))
    if mmol <= number("large_scale"):
        return small
    by_gas = math.ceil(1000.0 * gas.litres / (volume_mL * number("gas_of_a_portion")))
    by_heat = math.ceil(rise / number("rise_of_a_portion"))
    return max(SMALL_FLASKS, min(MOST, max(by_gas, by_heat)))


def dosing_step(hydride: Charge, dosing: Dose, procedure: Settled) -> str:
    """Write the step that adds the hydride."""
    whole = hydride.mass_mg
    amount = volume_words(hydride.volume_mL or 0.0) if whole is None else mass_words(whole)
    if dosing.portions == 1:
        how = "in one portion, vent open"
    else:
        each = "" if whole is None else f" of about {mass_words(whole / dosing.portions)}"
        how = f"in {dosing.portions} portions{each} over {hours_words(dosing.hours)}, vent open"
    if dosing.below_C:
        how += f", at {dosing.below_C[0]:g} to {dosing.below_C[1]:g} C"
    elif planned_portions(procedure)[2] != procedure.temperature_C and not dosing.cooled:
        how += f", at {planned_portions(procedure)[2]:g} C"
    elif dosing.cooled:
        how += f", with cooling so that it stays at {planned_portions(procedure)[2]:g} C"
    wait = "; wait until the gas of each has slowed down" if dosing.portions > 1 else ""
    return f"Add {hydride.name}, {amount}, {how}{wait}."


def dosing_notes(dosing: Dose, procedure: Settled) -> list[str]:
    """Say how the dosing differs from what the prediction ran."""
    n, hours, temperature = planned_portions(procedure)
    if dosing.planned or dosing.mmol <= 0:
        return []
    ran = f"in one portion at {temperature:g} C" if n == 1 else f"in {n} portions over {hours_words(hours)}"
    over = f"{dosing.portions} portions over {hours_words(dosing.hours)}" if dosing.portions > 1 else "added"
    cold = f" at {dosing.below_C[0]:g} to {dosing.below_C[1]:g} C" if dosing.below_C else ""
    keeps = (
        "the feed starts after the last portion"
        if procedure.fed
        else "the hold counts from the first portion"
    )
    advice = "" if procedure.fed else "; to predict it so, plan with hydride_portions and hydride_time_h"
    return [
        f"The plan adds the {procedure.reductant} {ran}; here it comes in {over}{cold}, for gas and heat: {keeps}"
        f"{advice}. The plan's own portions stay where they suffice at the scale."
    ]


def scale_notes(
    pair: Pair, model: Model, procedure: Settled, dosing: Dose, amine_mmol: float
) -> Iterator[str]:
    """Say what is not proposed at this scale, and where a hydride waits for a feed.

    Parameters
    ----------
    pair, model, procedure, dosing
        What is done.
    amine_mmol
        Amine charged [mmol].
    """
    kilograms = amine_mmol * pair.amine.molar_mass / 1e6
    for record in (model.reductant(procedure.reductant), model.solvent(procedure.solvent)):
        if record.largest_scale_kg is not None and kilograms > record.largest_scale_kg:
            yield (
                f"{record.name} is not proposed above {record.largest_scale_kg:g} kg of amine, and this is "
                f"{figures(kilograms)} kg: plan with scale_kg {figures(kilograms)} to get what is."
            )
    if dosing.large and procedure.fed:
        held = mass_words(dosing.mmol * model.reductant(procedure.reductant).molar_mass)
        yield (
            f"The whole hydride ({held}) lies in the flask when the feed starts: only the feed doses the reaction, and "
            "nothing but the cooling and an open vent holds its gas and heat if water, acid or warmth gets in. At this "
            "scale rather let the imine form and add the hydride in portions."
        )


def heat_words(dosing: Dose, model: Model) -> str:
    """Say how much the hydride's destruction would warm the flask, and on what that rests."""
    heat = model.workup.number("heat_of_hydrolysis")
    return (
        f"If all of the hydride were destroyed at once (at the quench, or by acid), the flask would warm by about "
        f"{figures(dosing.rise_K, 2)} K without cooling: {figures(dosing.gas.mmol * heat / 1e3)} kJ at {heat:g} kJ "
        "per mole of hydride; dose so that the cooling keeps up."
    )


def gas_rate_words(dosing: Dose) -> str:
    """Say how fast hydrogen can come while the portions are added."""
    rate = dosing.gas.litres / (60.0 * dosing.hours) if dosing.hours > 0 else None
    over = f", up to {gas_words(rate)}/min while the portions are added" if rate and dosing.large else ""
    return f"{gas_words(dosing.gas.litres)}{over}"
