"""Phases: how a compound parts between water of a pH and a solvent.

With r(k) the amount of the ion with k protons taken up against the neutral compound (k < 0: given off)::

    r(+1) = 10^(pKaH1 - pH), r(+2) = r(+1) 10^(pKaH2 - pH), ...     r(-1) = 10^(pH - pKa1), ...
    D = sum_k r(k) P(k) / sum_k r(k)        P(0) = P, log P(+-1) = log P - 3.5, all others stay in water
    extracted by n portions of volume ratio v:  1 - (1 + D v)^-n

Ions in the solvent carry their counter-ion. Activities are 1, the temperature is 25 C, log P is Crippen's sum of atoms
against octanol, moved for the solvent. The acid that brings the water to a pH closes its charge balance::

    n(acid) = sum over compounds and phases of n k + V ([H+] - [OH-])
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
WATER_PK = 14.0
"""-log10 of the ion product of water at 25 C."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Solute:
    """A compound as it parts between phases; numbers are scalars, or arrays over draws."""

    bases: tuple[float | Array, ...]
    """pKaH of its first, second, ... proton, falling."""
    acids: tuple[float | Array, ...]
    """pKa of its acid groups, rising."""
    log_p: float | Array
    """Of the neutral compound, between the solvent and water."""
    ion_shift: float | Array = -3.5
    """log P of an ion of one charge less that."""


def _ratios(solute: Solute, pH: float | Array) -> dict[tuple[int, int], Array]:
    """Amounts against the neutral compound, by protons taken up and given off."""
    ups, downs = [np.asarray(1.0)], [np.asarray(1.0)]
    for pKaH in solute.bases:
        ups.append(ups[-1] * 10.0 ** np.asarray(pKaH - np.asarray(pH)))
    for pKa in solute.acids:
        downs.append(downs[-1] * 10.0 ** np.asarray(np.asarray(pH) - pKa))
    return {(i, j): up * down for i, up in enumerate(ups) for j, down in enumerate(downs)}


def _partitions(solute: Solute, state: tuple[int, int]) -> Array | float:
    """P of one state: the neutral compound, ions of one charge; zwitterions and all others stay in water."""
    if state == (0, 0):
        return 10.0 ** np.asarray(solute.log_p)
    if sum(state) == 1:
        return 10.0 ** np.asarray(solute.log_p + solute.ion_shift)
    return 0.0


def distribution(solute: Solute, pH: float | Array) -> Array:
    """Distribution coefficient D between the solvent and water of a pH.

    Examples
    --------
    >>> diazepane = Solute(bases=(10.2, 6.5), acids=(), log_p=-0.43)
    >>> round(float(distribution(diazepane, 12.0)), 2)
    0.37
    """
    ratios = _ratios(solute, pH)
    total = sum(ratios.values())
    return np.asarray(sum(r * _partitions(solute, state) for state, r in ratios.items()) / total)


def charge(solute: Solute, pH: float | Array) -> Array:
    """Mean charge of a compound in water of a pH.

    Examples
    --------
    >>> float(charge(Solute(bases=(9.0,), acids=(), log_p=1.0), 9.0))
    0.5
    """
    ratios = _ratios(solute, pH)
    return np.asarray(sum((i - j) * r for (i, j), r in ratios.items()) / sum(ratios.values()))


def extracted(solute: Solute, pH: float | Array, *, portions: int = 1, volume: float = 1.0) -> Array:
    """Share of a compound that portions of solvent take out of water of a pH.

    Parameters
    ----------
    solute, pH
        What is extracted from what.
    portions
        One after the other.
    volume
        Of each, per volume of water.
    """
    return np.asarray(1.0 - (1.0 + distribution(solute, pH) * volume) ** -float(portions))


def acid_to_reach(
    solutes: Sequence[tuple[float, Solute]], pH: float, *, water_L: float, solvent_L: float = 0.0
) -> float:
    """Strong acid that brings free bases in water, with solvent over it, to a pH; negative: strong base.

    Parameters
    ----------
    solutes
        Moles and compound.
    pH
        That is wanted.
    water_L, solvent_L
        Volumes [L].

    Returns
    -------
    float
        [mol]
    """
    held = sum(n * float(charge_in_both(solute, pH, solvent_L / water_L)) for n, solute in solutes)
    return held + water_L * float(10.0**-pH - 10.0 ** (pH - WATER_PK))


def charge_in_both(solute: Solute, pH: float, volume: float) -> Array:
    """Mean charge of a compound over water and so many volumes of solvent in equilibrium; ions count in both."""
    ratios = _ratios(solute, pH)
    weights = {state: r * (1.0 + volume * _partitions(solute, state)) for state, r in ratios.items()}
    return np.asarray(sum((i - j) * w for (i, j), w in weights.items()) / sum(weights.values()))
