"""Bottles: what a partner brings besides itself, the solvent of a solution, water, and the acid of a salt.

A bottle is named by the catalogue, or it is a salt, a solvate or a surrogate that was written as one. Of a
strong acid nothing may stay in the flask: a base takes it up. A weak acid may stay, and counts as acetic acid.

    water of a solution in water   (1000 rho - c M) / (18.015 c)   [mol per mol], rho = 1 g/mL where it is not known
"""

from dataclasses import dataclass

from planner.model.catalogue import Entry
from planner.structures.structure import Structure
from planner.structures.surrogates import Surrogate

WATER = "water"
"""Name of the solvent."""
WATER_MOLAR_MASS = 18.015
"""[g mol-1], IUPAC."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bottle:
    """A partner as it is sold, where that is not the free compound without a solvent."""

    name: str
    """On the label."""
    text: str
    """What is read as the same bottle again."""
    solvent: str = ""
    """The model's name of a solution's solvent; empty where it is none."""
    stock_M: float | None = None
    """Of a solution [mol L-1]."""
    water_equivalents: float = 0.0
    """Water that comes with it [mol per mol]."""
    weak_acid_equivalents: float = 0.0
    """Acid of a weak acid's salt, which may stay in the flask [mol per mol]."""
    strong_acid_equivalents: float = 0.0
    """Acid of a strong acid's salt, which a base must take up [mol per mol]."""

    @property
    def is_aqueous(self) -> bool:
        """Whether it is a solution in water."""
        return self.solvent == WATER


def bottle_of(
    text: str, structure: Structure, entry: Entry | None, sold_as: Surrogate | None = None
) -> Bottle | None:
    """Tell what a partner brings; None for a free compound without solvent.

    Parameters
    ----------
    text
        Its SMILES, with counter-ions.
    structure
        As read from that.
    entry
        What the catalogue says of its name.
    sold_as
        The form that sets the structure free, where it is not sold as itself.
    """
    stock = None if entry is None else entry.stock_M
    if stock is None and not structure.counter_ions and sold_as is None:
        return None
    strong = min(structure.strong_acid_equivalents, structure.salt_equivalents)
    label = (
        f"{structure.smiles} ({', '.join((*structure.counter_ions, *([sold_as.form] if sold_as else [])))})"
    )
    solvent = entry.solvent if entry is not None and stock is not None else ""
    water = structure.water_equivalents + (sold_as.water_equivalents if sold_as else 0.0)
    if entry is not None and stock is not None and solvent == WATER:
        grams = 1000.0 * (entry.density_g_per_mL or 1.0) - stock * structure.molar_mass
        water += max(0.0, grams / (WATER_MOLAR_MASS * stock))
    return Bottle(
        name=label if entry is None else entry.name,
        text=text if entry is None else entry.name,
        solvent=solvent,
        stock_M=stock,
        water_equivalents=water,
        weak_acid_equivalents=structure.salt_equivalents - strong,
        strong_acid_equivalents=strong + (sold_as.base_equivalents if sold_as else 0.0),
    )
