"""Pump: what is weighed, dissolved and fed to close a ring at a scale; volumes, rates and times add up.

::

    moles of the limiting partner = grams of ring wanted / (molar mass x share that is expected)
    volume = moles / concentration;    feed of a partner = its moles / feed_M;    rate = feed / feed time
"""

from dataclasses import dataclass
from typing import Any

from planner.predictions.prediction import Interval
from planner.rings.closing import winning
from planner.rings.flask import charge_of
from planner.rings.masses import molar_mass
from planner.rings.pairs import RingPair
from planner.rings.procedure import RingProcedure
from planner.structures.structure import read_structure

NEAR_C = 1.5
"""From the boiling point [C] at which a flask boils under reflux."""
BASE_PER_BOND = 1.25
"""Moles of base for each bond."""
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
    mmol: float
    mass_mg: float
    """Of the free compound, pure."""
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
    """Ring that is expected [g]."""
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
    litres_per_gram: float
    """Of solvent, per gram of ring."""
    hours_per_gram: float
    """Of the whole, per gram of ring."""

    @property
    def total_time_h(self) -> float:
        """Feed and after-stir."""
        return self.feed_time_h + self.stir_time_h

    def row(self) -> dict[str, Any]:
        """Write it as columns of a row."""
        found: dict[str, Any] = {
            "scale_g": self.scale_g, "heel_mL": self.heel_mL, "total_mL": self.total_mL,
            "feed_time_h": self.feed_time_h, "stir_time_h": self.stir_time_h,
            "base": self.base, "base_mmol": self.base_mmol,
            "reductant": self.reductant, "reductant_mmol": self.reductant_mmol,
        }  # fmt: skip
        for partner in ("a", "b"):
            own = next((s for s in self.syringes if s.partner == partner), None)
            for name in ("mmol", "mass_mg", "volume_mL", "strength_M", "rate_mL_per_h"):
                found[f"{partner}_{name}"] = None if own is None else getattr(own, name)
        return found


def schedule_of(
    pair: RingPair, p: RingProcedure, *, ring: Interval, scale_g: float, boils_C: float | None = None
) -> PumpSchedule:
    """Work out what is weighed and pumped for so much ring.

    Parameters
    ----------
    pair, p
        What closes, and how.
    ring
        Share of the limiting partner that is the ring which wins; the mean is counted on.
    scale_g
        Grams of it.
    boils_C
        The solvent's boiling point [C], where it is known.
    """
    smiles = winning(pair).smiles
    charge = charge_of(p, single=pair.b is None)
    limiting = scale_g / (molar_mass(smiles) * max(ring.mean, 1e-9))
    litres = limiting / charge.limiting
    syringes = [_syringe("a", pair.a.smiles, charge.a * litres, charge.feed_a_L * litres, p, 1.0)]
    if pair.b is not None:
        syringes.append(
            _syringe("b", pair.b.smiles, charge.b * litres, charge.feed_b_L * litres, p, p.pump_ratio)
        )
    times = [s.time_h for s in syringes]
    n_bonds = 2.0 * (charge.b if pair.b is not None else charge.a / 2.0) * litres
    base_mmol = 1e3 * BASE_PER_BOND * n_bonds if p.base and p.holds_acid else 0.0
    ends = 1e3 * litres * (charge.a if pair.b is None else 2.0 * charge.b)
    return PumpSchedule(
        scale_g=scale_g,
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
        reductant_mmol=ends * p.reductant_equivalents if p.reductant else 0.0,
        litres_per_gram=litres / scale_g,
        hours_per_gram=(max(times) + p.hold_time_h) / scale_g,
    )


def _syringe(
    partner: str, smiles: str, moles: float, litres: float, p: RingProcedure, ratio: float
) -> Syringe:
    """Fill a syringe, or weigh what waits."""
    is_fed = litres > 0
    time = p.addition_time_h / ratio if is_fed else 0.0
    return Syringe(
        partner=partner,
        smiles=smiles,
        mmol=1e3 * moles,
        mass_mg=1e3 * moles * read_structure(smiles).molar_mass,
        is_fed=is_fed,
        volume_mL=1e3 * litres,
        strength_M=p.feed_M if is_fed else 0.0,
        rate_mL_per_h=1e3 * litres / time if is_fed else 0.0,
        time_h=time,
    )


def _mass(mg: float) -> str:
    """Write a mass in mg, g or kg, to three figures."""
    for unit, size in (("kg", 1e6), ("g", 1e3)):
        if mg >= size:
            return f"{mg / size:.3g} {unit}"
    return f"{mg:.3g} mg"


def _volume(mL: float) -> str:
    """Write a volume in mL or L, to three figures."""
    return f"{mL / 1e3:.3g} L" if mL >= 1e3 else f"{mL:.3g} mL"


def pump_words(s: PumpSchedule) -> list[str]:
    """Say what to do, step by step."""
    said = []
    waits = [f"{_mass(x.mass_mg)} ({x.mmol:.3g} mmol) of {x.smiles}" for x in s.syringes if not x.is_fed]
    base = f", {_mass(s.base_mg)} ({s.base_mmol:.3g} mmol) of {s.base}" if s.base else ""
    warm = f"at {s.temperature_C:g} C" + (" (reflux)" if s.at_reflux else "")
    said.append(
        f"Flask: {_volume(s.heel_mL)} of {s.solvent}{base}{''.join(f', {x}' for x in waits)}, stirred {warm}."
    )
    for number, x in enumerate((x for x in s.syringes if x.is_fed), start=1):
        said.append(
            f"Syringe {number}: {_mass(x.mass_mg)} ({x.mmol:.3g} mmol) of {x.smiles} made up to {_volume(x.volume_mL)} "
            f"with {s.solvent} ({x.strength_M:.3g} M), {x.rate_mL_per_h:.3g} mL/h for {x.time_h:g} h."
        )
    if sum(x.is_fed for x in s.syringes) > 1:
        said.append(
            "Both start and end together; check each by weight after an hour, a leak of one makes the other idle."
        )
    if s.reductant:
        said.append(f"{s.reductant}: {s.reductant_mmol:.3g} mmol in the flask from the start.")
    said.append(
        f"Then stir {s.stir_time_h:g} h more: {_volume(s.total_mL)} and {s.total_time_h:g} h for {s.scale_g:g} g of "
        "ring."
    )
    return said
