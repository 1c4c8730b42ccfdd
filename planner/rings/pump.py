"""Pump: what is weighed, dissolved and fed to close a ring at a scale; volumes, rates and times add up.

::

    moles of the limiting partner = grams of ring wanted / (molar mass of the ring that was asked for x expected share)
    volume = moles / concentration;    feed of a partner = its moles / feed_M;    rate = feed / feed time
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planner.model.model import Model
from planner.predictions.prediction import Interval
from planner.rings.amounts import in_amount, in_mass, in_volume
from planner.rings.closing import winning
from planner.rings.flask import charge_of
from planner.rings.masses import molar_mass
from planner.rings.pairs import RingPair
from planner.rings.partners import Partner
from planner.rings.procedure import RingProcedure
from planner.rings.unmasking import masked, unmasking_steps

NEAR_C = 1.5
"""From the boiling point [C] at which a flask boils under reflux."""
BASE_PER_BOND = 1.25
"""Moles of base for each bond."""
PROTECTED = "protected; deprotection and its yield not counted"
SAME = 1e-3
"""By what share molar masses of isomers may differ."""
BASE_MASS = {
    "K2CO3": 138.21, "Cs2CO3": 325.82, "Na2CO3": 105.99, "NaHCO3": 84.01, "DIPEA": 129.25, "Et3N": 101.19,
}  # fmt: skip
"""Molar masses [g mol-1]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Syringe:
    """A partner as it goes in."""

    partner: str
    """a or b."""
    smiles: str
    """Free."""
    weighed_as: str
    """What is weighed: the acetal where that was given."""
    mmol: float
    mass_mg: float
    """Of what is weighed, pure."""
    is_fed: bool
    """By a pump; else it waits in the flask."""
    volume_mL: float
    """Of its solution; 0 where it waits."""
    strength_M: float
    """Of its solution; 0 where it waits."""
    rate_mL_per_h: float
    """Of the pump; 0 where it waits."""
    time_h: float
    """Of the pump."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PumpSchedule:
    """What is done at the bench."""

    scale_g: float
    """Ring that was asked for and is expected [g]."""
    made_g: float
    """What closes [g]: more than ``scale_g`` where it is protected."""
    protects: str
    """SMILES of the ring that was asked for, where what closes is that with groups still on; else empty."""
    solvent: str
    temperature_C: float
    at_reflux: bool
    """Whether that is the boiling point of the solvent."""
    heel_mL: float
    """Solvent in the flask at the start."""
    syringes: tuple[Syringe, ...]
    total_mL: float
    """Heel and feeds."""
    feed_time_h: float
    stir_time_h: float
    """After the feed."""
    base: str | None
    base_mmol: float
    base_mg: float
    reductant: str | None
    reductant_mmol: float
    reductant_mg: float
    unmasking: tuple[str, ...]
    """What is done before the flask with a partner that was given as its acetal."""
    litres_per_gram: float
    """Of solvent, per gram of the ring that was asked for."""
    hours_per_gram: float
    """Of the whole, per gram of the ring that was asked for."""

    @property
    def total_time_h(self) -> float:
        """Feed and after-stir."""
        return self.feed_time_h + self.stir_time_h

    def row(self) -> dict[str, Any]:
        """Write it as columns of a row."""
        found: dict[str, Any] = {
            "scale_g": self.scale_g, "made_g": self.made_g, "heel_mL": self.heel_mL, "total_mL": self.total_mL,
            "feed_time_h": self.feed_time_h, "stir_time_h": self.stir_time_h,
            "base": self.base, "base_mmol": self.base_mmol,
            "reductant": self.reductant, "reductant_mmol": self.reductant_mmol,
            "reductant_mg": self.reductant_mg,
        }  # fmt: skip
        for partner in ("a", "b"):
            own = next((s for s in self.syringes if s.partner == partner), None)
            for name in ("weighed_as", "mmol", "mass_mg", "volume_mL", "strength_M", "rate_mL_per_h"):
                found[f"{partner}_{name}"] = None if own is None else getattr(own, name)
        return found


def schedule_of(
    pair: RingPair, p: RingProcedure, *, ring: Interval, scale_g: float, model: Model, asked: str = ""
) -> PumpSchedule:
    """Work out what is weighed and pumped for so much ring.

    Parameters
    ----------
    pair, p
        What closes, and how.
    ring
        Share of the limiting partner that is the ring which wins; the mean is counted on.
    scale_g
        Grams of the ring that was asked for.
    model
        Whose boiling points and reductants are used.
    asked
        That ring, where what closes may be it with groups still on.
    """
    smiles = winning(pair).smiles
    asked = asked or smiles
    charge = charge_of(p, single=pair.b is None)
    limiting = scale_g / (molar_mass(asked) * max(ring.mean, 1e-9))
    litres = limiting / charge.limiting
    syringes = [_syringe(pair.a, charge.a * litres, charge.feed_a_L * litres, p, 1.0)]
    if pair.b is not None:
        syringes.append(_syringe(pair.b, charge.b * litres, charge.feed_b_L * litres, p, p.pump_ratio, "b"))
    times = [s.time_h for s in syringes]
    n_bonds = 2.0 * (charge.b if pair.b is not None else charge.a / 2.0) * litres
    base_mmol = 1e3 * BASE_PER_BOND * n_bonds if p.base and p.holds_acid else 0.0
    ends = 1e3 * litres * (charge.a if pair.b is None else 2.0 * charge.b)
    reduced = ends * p.reductant_equivalents if p.reductant else 0.0
    boils_C = next((s.boiling_point_C for s in model.solvents if s.name == p.solvent), None)
    made = scale_g * molar_mass(smiles) / molar_mass(asked)
    return PumpSchedule(
        scale_g=scale_g,
        made_g=made,
        protects=asked if abs(made / scale_g - 1.0) > SAME else "",
        solvent=p.solvent,
        temperature_C=p.temperature_C,
        at_reflux=boils_C is not None and abs(p.temperature_C - boils_C) <= NEAR_C,
        heel_mL=1e3 * charge.heel_L * litres,
        syringes=tuple(syringes),
        total_mL=1e3 * litres,
        feed_time_h=max(times),
        stir_time_h=p.hold_time_h,
        base=p.base if p.holds_acid else None,
        base_mmol=base_mmol,
        base_mg=base_mmol * BASE_MASS.get(p.base or "", 0.0),
        reductant=p.reductant,
        reductant_mmol=reduced,
        reductant_mg=reduced * model.reductant(p.reductant).molar_mass if p.reductant else 0.0,
        unmasking=_unmasking(pair, syringes, p, model),
        litres_per_gram=litres / scale_g,
        hours_per_gram=(max(times) + p.hold_time_h) / scale_g,
    )


def _unmasking(
    pair: RingPair, syringes: Iterable[Syringe], p: RingProcedure, model: Model
) -> tuple[str, ...]:
    """Say how a partner that was given as its acetal is freed."""
    acetal = masked(pair)
    if acetal is None:
        return ()
    own = next(s for s in syringes if s.smiles == acetal.smiles)
    return unmasking_steps(acetal, own.mmol, own.mass_mg, p.reductant, model)


def _syringe(
    held: Partner, moles: float, litres: float, p: RingProcedure, ratio: float, partner: str = "a"
) -> Syringe:
    """Fill a syringe, or weigh what waits."""
    is_fed = litres > 0
    time = p.addition_time_h / ratio if is_fed else 0.0
    return Syringe(
        partner=partner,
        smiles=held.smiles,
        weighed_as=held.given.smiles,
        mmol=1e3 * moles,
        mass_mg=1e3 * moles * held.given.molar_mass,
        is_fed=is_fed,
        volume_mL=1e3 * litres,
        strength_M=p.feed_M if is_fed else 0.0,
        rate_mL_per_h=1e3 * litres / time if is_fed else 0.0,
        time_h=time,
    )


def _charged(x: Syringe) -> str:
    """Say what of a partner goes in."""
    if x.weighed_as != x.smiles:
        return f"the unmasked {x.smiles} ({in_amount(x.mmol)})"
    return f"{in_mass(x.mass_mg)} ({in_amount(x.mmol)}) of {x.smiles}"


def pump_words(s: PumpSchedule) -> list[str]:
    """Say what to do, step by step."""
    said = list(s.unmasking)
    waits = [_charged(x) for x in s.syringes if not x.is_fed]
    base = f", {in_mass(s.base_mg)} ({in_amount(s.base_mmol)}) of {s.base}" if s.base else ""
    warm = f"at {s.temperature_C:g} C" + (" (reflux)" if s.at_reflux else "")
    said.append(
        f"Flask: {in_volume(s.heel_mL)} of {s.solvent}{base}{''.join(f', {x}' for x in waits)}, stirred {warm}."
    )
    hydride = [] if s.reductant is None else [_hydride(s)]
    if not s.unmasking:
        said += hydride
    for number, x in enumerate((x for x in s.syringes if x.is_fed), start=1):
        said.append(
            f"Syringe {number}: {_charged(x)} made up to {in_volume(x.volume_mL)} "
            f"with {s.solvent} ({x.strength_M:.3g} M), {in_volume(x.rate_mL_per_h)}/h for {x.time_h:g} h."
        )
    if sum(x.is_fed for x in s.syringes) > 1:
        said.append(
            "Both start and end together; check each by weight after an hour, a leak of one makes the other idle."
        )
    if s.unmasking:
        said += hydride
    protected = (
        f"{in_mass(1e3 * s.made_g)} of the protected ring, worth {in_mass(1e3 * s.scale_g)} of {s.protects}"
    )
    made = f"{protected} ({PROTECTED})" if s.protects else f"{in_mass(1e3 * s.scale_g)} of ring"
    said.append(
        f"Then stir {s.stir_time_h:g} h more: {in_volume(s.total_mL)} and {s.total_time_h:g} h for {made}."
    )
    return said


def _hydride(s: PumpSchedule) -> str:
    """Say when the hydride goes in."""
    amount = f"{s.reductant}: {in_mass(s.reductant_mg)} ({in_amount(s.reductant_mmol)})"
    if not s.unmasking:
        return f"{amount} in the flask from the start."
    when = "as the feed starts" if any(x.is_fed for x in s.syringes) else "in portions"
    return f"{amount} {when}, into what is buffered and never into the acid; add more if water has spent it."
