"""Work-up: how the ring leaves its flask, from the properties of ring and amine and the steps of ``rings.toml``."""

from dataclasses import dataclass

import numpy as np

from planner.mixtures.phases import Solute, extracted
from planner.mixtures.properties import Properties, properties_of
from planner.mixtures.separation import load_separation
from planner.rings.book import load_book
from planner.rings.caveats import opened_by_acid
from planner.rings.masses import unit_masses
from planner.rings.prediction import RingPrediction

SPAN = (3.0, 14.0)
"""pH that the water may have, in steps of one."""
PORTIONS, VOLUME, HALF = 3, 0.5, 0.5
"""Portions of solvent, each of so many volumes; and what a share of amine in the extract costs of one of the ring."""
SMALL, POLAR = 8, 1.0
"""Heavy atoms up to which, and log P below which, a free ring is lost to water and evaporation."""
WORTH = 0.02
"""Share from which a by-product is worth a step."""
QUENCH = 0.5
"""Diethylamine per halide charged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkUp:
    """Steps, and what decides them."""

    steps: tuple[str, ...]
    ring_pKaH: tuple[float, ...]
    ring_log_p: float
    amine_pKaH: tuple[float, ...]
    amine_log_p: float
    pH: float | None
    """Of the extraction; None where nothing is extracted as a base."""


def work_up(found: RingPrediction) -> WorkUp:
    """Tell how the ring comes out of its mixture."""
    craft, pair = load_separation(), found.pair
    ring = properties_of(found.ring_smiles, found.model, craft)
    amine = properties_of(pair.a.smiles, found.model, craft)
    extractant = craft.solvents[0]
    opens = opened_by_acid(pair, found.procedure, found.ring_smiles, found.model)
    opens = frozenset() if pair.is_sulfonamide else opens  # its own step has no acid
    is_base = bool(ring.pKaH) and not ring.is_salt and not opens
    words: dict[str, float | str] = {
        "quench": QUENCH,
        "repeat": unit_masses(pair).repeat,
        "extractant": extractant.name,
    }
    pH = None
    if is_base:
        beside = amine.solute(extractant, craft) if pair.b is not None else None
        pH, own, other = _extraction(ring.solute(extractant, craft), beside)
        words |= {
            "pH": pH,
            "ring": own,
            "beside": "" if other is None else f", {other:.0%} of the amine with it",
        }
    holds = _flags(found, ring, is_base=is_base) | opens
    steps = [step.sentence.format(**words) for step in load_book().workup if holds.issuperset(step.when)]
    return WorkUp(
        steps=tuple(steps),
        ring_pKaH=ring.pKaH,
        ring_log_p=ring.log_p,
        amine_pKaH=amine.pKaH,
        amine_log_p=amine.log_p,
        pH=pH,
    )


def _extraction(ring: Solute, beside: Solute | None) -> tuple[float, float, float | None]:
    """Choose the pH at which most ring and least amine leave the water: pH, and the shares of both that do."""
    pH = np.arange(*SPAN)
    own = extracted(ring, pH, portions=PORTIONS, volume=VOLUME)
    other = np.zeros_like(own) if beside is None else extracted(beside, pH, portions=PORTIONS, volume=VOLUME)
    best = int(np.argmax(own - HALF * other))
    return float(pH[best]), float(own[best]), None if beside is None else float(other[best])


def _flags(found: RingPrediction, ring: Properties, *, is_base: bool) -> frozenset[str]:
    """Say what holds of the mixture."""
    p, pair = found.procedure, found.pair
    chains = sum(one.fraction.mean for one in found.chains)
    holds = {
        "base": p.base is not None and p.holds_acid,
        "halide": not pair.is_reductive,
        "hydride": p.reductant is not None,
        "sulfonamide": pair.is_sulfonamide,
        "excess amine": p.equivalents < 1.0,
        "quaternary": found.is_quaternary and found.quaternary.mean > WORTH,
        "oligomer": chains > WORTH,
        "extraction": is_base,
        "small": is_base
        and ring.log_p < POLAR
        and found.ring_smiles.count("C") + found.ring_smiles.count("c") <= SMALL,
    }
    return frozenset(name for name, met in holds.items() if met)
