"""Simulated peak lists: what a flask holds is drawn, then its ions, their isotope lines, missing and spurious peaks.

Errors are normal with sd 2.5 ppm cut at 8 ppm, or uniform within 0.3 Da, as the instruments are stated to scatter.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from planner.mixtures.masses import isotope_lines
from planner.mixtures.peaks import Peak
from planner.mixtures.species import ExpectedSpecies

PRESENT = {"likely": 0.5, "possible": 0.2, "rare": 0.05}
AMOUNT = {"likely": 0.05, "possible": 0.01, "rare": 0.002}


@dataclass(frozen=True)
class Truth:
    """What a simulated peak is."""

    peak: Peak
    formula: str
    """Of the ion; empty for a spurious peak."""
    charge: int = 1
    shift: int = 0


def measured(mz: float, is_exact: bool, dice: random.Random) -> float:
    """Scatter an m/z as the instrument does, and round it as it prints."""
    if not is_exact:
        return round(mz + dice.uniform(-0.3, 0.3), 2)
    while abs(error := dice.gauss(0.0, 2.5)) > 8.0:
        pass
    return round(mz * (1 + error * 1e-6), 4)


def ions(species: ExpectedSpecies, dice: random.Random) -> Iterator[tuple[str, int, float, float]]:
    """Draw which ions of a compound are seen: formula, charge, m/z, area against its amount."""
    for ion in species.ions:
        if dice.random() < (1.0 if ion.weight >= 0.3 else ion.weight):
            yield ion.formula, ion.charge, ion.mz, ion.weight


def simulate(
    all_species: tuple[ExpectedSpecies, ...], *, is_exact: bool, has_times: bool, seed: int
) -> list[Truth]:
    """Draw a peak list: 10 % of the peaks are missing, and a tenth as many are spurious."""
    dice = random.Random(seed)
    found: list[Truth] = []
    for species in all_species:
        mean = species.amount.mean if species.amount else 0.0
        chance = (1.0 if mean > 0.03 else mean / 0.03) if species.amount else PRESENT[species.rank]
        if dice.random() >= chance:
            continue
        amount = max(mean, 0.002) if species.amount else AMOUNT[species.rank]
        time = round(dice.uniform(0.5, 10.0), 2) if has_times else None
        for formula, charge, mz, weight in ions(species, dice):
            area = 1e6 * amount * weight * dice.lognormvariate(0.0, 0.7)
            for line in isotope_lines(formula, charge):
                height = line.intensity * area * dice.lognormvariate(0.0, 0.1)
                if (line.shift and height < 2000.0) or dice.random() < 0.1:
                    continue
                place = mz if line.shift == 0 else line.mz
                peak = Peak(mz=measured(place, is_exact, dice), area=height, rt=time, charge=None)
                found.append(Truth(peak, formula, charge, line.shift))
    for _ in range(max(1, round(0.1 * len(found)))):
        time = round(dice.uniform(0.5, 10.0), 2) if has_times else None
        mz = round(dice.uniform(80.0, 350.0), 4 if is_exact else 2)
        found.append(Truth(Peak(mz=mz, area=1e6 * 0.01 * dice.lognormvariate(0.0, 1.0), rt=time), ""))
    dice.shuffle(found)
    return found
