"""Solubility: the words that say where a compound likes to be, water or solvent, and at what pH.

A base leaves the water where D = 1, at pH = pKaH - log P. A compound with an acid group is in the solvent only where
its neutral form makes D above 1; a zwitterion, whose base is stronger than its acid group, has hardly any and stays in
the water at every pH, least soluble at its isoelectric point. Ion pairs are left out.
"""

import numpy as np

from planner.mixtures.phases import Array, Solute, distribution
from planner.mixtures.properties import Properties

MOST_ACID_PH = 2.0
"""Of the waters of a work-up."""
SCALE = np.arange(0.0, 14.01, 0.1)
"""pH."""
NO_PAIRS = -99.0
MOSTLY = 0.5
"""Logarithm of D from which a solvent takes most in three portions of half a volume."""


def words(properties: Properties) -> str:
    """Say where a compound likes to be."""
    if properties.is_salt:
        return "water at any pH"
    if properties.pKa:
        return _of_acid(properties)
    if not properties.pKaH or properties.pKaH[0] < MOST_ACID_PH:
        return "solvent at any pH" if properties.log_p > 0 else "water, more so when charged"
    mild = properties.pKaH[0] - max(0.0, properties.log_p)
    if properties.log_p < 0:
        return f"water at any pH; some in the solvent above pH {properties.pKaH[0] + 1:.0f}"
    return f"water below pH {max(mild - 1, 0):.0f}, solvent above pH {mild + 1:.0f}"


def _of_acid(properties: Properties) -> str:
    """Say it of a compound with an acid group."""
    inside = SCALE[_neutral_distribution(properties) > 1.0]
    if not inside.size:
        if is_zwitterion(properties):
            return f"water at any pH, a zwitterion near pH {isoelectric(properties):.0f}, where it dissolves least"
        return f"water at any pH, some in the solvent below pH {properties.pKa[0]:.0f}"
    low, high = float(inside[0]), float(inside[-1])
    if low <= MOST_ACID_PH / 2:
        return "solvent at any pH" if high >= SCALE[-1] - 0.2 else f"solvent below pH {high:.0f}, water above"
    return f"solvent from pH {low:.0f} to {high:.0f}, water below and above"


def _neutral_distribution(properties: Properties) -> Array:
    """Distribution over the scale of pH, without ion pairs."""
    plain = Solute(bases=properties.pKaH, acids=properties.pKa, log_p=properties.log_p, ion_shift=NO_PAIRS)
    return distribution(plain, SCALE)


def is_zwitterion(properties: Properties) -> bool:
    """Whether the base of a compound is stronger than what its acid group sets free: both are charged between."""
    return bool(properties.pKa and properties.pKaH) and properties.pKaH[0] > properties.pKa[0]


def is_neutral_somewhere(properties: Properties) -> bool:
    """Whether a solvent takes most of it at some pH, as the neutral compound."""
    return bool(np.log10(np.max(_neutral_distribution(properties))) > MOSTLY)


def isoelectric(properties: Properties) -> float:
    """Return the pH at which the mean charge is 0; of what is no acid and base at once, that of an acid wash.

    Examples
    --------
    >>> pK = {"pKaH": (9.8,), "pKaH_sd": (0.3,), "pKa": (2.3,), "pKa_sd": (0.3,)}
    >>> glycine = Properties(**pK, log_p=-1.0, log_p_sd=0.8, is_salt=False)
    >>> round(isoelectric(glycine), 1)
    6.0
    """
    charges = np.array([properties.charge(float(pH)) for pH in SCALE])
    if not properties.pKaH or not properties.pKa:
        return MOST_ACID_PH
    return float(SCALE[int(np.argmin(np.abs(charges)))])
