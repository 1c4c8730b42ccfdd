"""Conditions: settled procedures of one pair with the draws that they share, as arrays.

Arrays are (n_procedures, n_draws); a number of the procedures is a column (n_procedures, 1).
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.engine import Array
from planner.flask.procedure import Settled
from planner.flask.water import central_water
from planner.model.draws import DrawnModel, Draws
from planner.model.model import Model
from planner.model.site_classes import SiteClass
from planner.structures.pairs import Pair

GAS_CONSTANT = 8.314462618e-3
"""kJ/(mol K), CODATA 2018."""


REFERENCE_TEMPERATURE_K = 298.15


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Conditions:
    """A batch of settled procedures of one pair, with the draws that they share."""

    drawn: DrawnModel
    """Numbers and draws."""
    procedures: tuple[Settled, ...]
    """Settled; one row of every array each."""
    carbonyl: SiteClass
    """Class of the carbonyl compound."""
    amines: tuple[tuple[str, int], ...]
    """(class, count) of the reactive nitrogens, for the pH."""
    water: Array
    """Water at the start (n_procedures, 1) [M]."""

    def column(self, field: str) -> Array:
        """Collect a number of the procedures as a column (n_procedures, 1)."""
        return np.array([[getattr(p, field)] for p in self.procedures], dtype=float)

    def chain(self, name: str) -> tuple[str, ...]:
        """List a class and the classes it is like, nearest first; the first with a number of its own rules."""
        return self.drawn.model.class_chain(name)

    @property
    def acid(self) -> Array:
        """Acid equivalents, capped at 1 where the effect saturates."""
        return np.minimum(self.column("acid_equivalents"), 1.0)

    def each(self, field: str, value: Callable[[str], Array]) -> Array:
        """Draw what depends on a name (reductant, solvent), once per distinct name."""
        names = [getattr(p, field) for p in self.procedures]
        table = {name: value(name) for name in set(names)}
        return np.stack([table[name] for name in names])

    def arrhenius(self, energy: Array) -> Array:
        """Change of log10 k (or log10 K) from 298.15 K for an energy or enthalpy [kJ/mol]."""
        kelvin = self.column("temperature_C") + 273.15
        return -energy / (GAS_CONSTANT * math.log(10.0)) * (1.0 / kelvin - 1.0 / REFERENCE_TEMPERATURE_K)


def conditions_of(pair: Pair, model: Model, procedures: Sequence[Settled], draws: Draws) -> Conditions:
    """Bring pair, numbers, procedures and draws together."""
    return Conditions(
        drawn=DrawnModel(model=model, draws=draws),
        procedures=tuple(procedures),
        carbonyl=pair.carbonyl_class,
        water=np.array([[central_water(pair, model, p)] for p in procedures]),
        amines=tuple(sorted(Counter(site.site_class for site in pair.sites).items())),
    )
