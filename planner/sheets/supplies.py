"""Supplies: a reagent as it comes out of its bottle, and amounts written as a chemist writes them.

mmol = mg purity / M          (M of what is in the bottle, counter-ion and all, per mole of reagent)
mmol = mL density 1000 purity / M   or   mL stock molarity
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from planner.errors import ProcedureError, StructureError, with_point
from planner.files.typed import typed_number
from planner.model.catalogue import entry_of, find_entry
from planner.model.model import Model
from planner.model.names import trimmed
from planner.model.parameters import load_model
from planner.model.reagents import Reductant, Solvent, look_up
from planner.structures.names import acid_of, read_name
from planner.structures.structure import as_charged, bottle_mass, read_structure
from planner.structures.surrogates import sold_form

UNITS = {
    "ug": ("mass", 1e-3), "mg": ("mass", 1.0), "g": ("mass", 1e3), "kg": ("mass", 1e6),
    "nmol": ("amount", 1e-6), "umol": ("amount", 1e-3), "mmol": ("amount", 1.0), "mol": ("amount", 1e3),
    "ul": ("volume", 1e-3), "ml": ("volume", 1.0), "l": ("volume", 1e3),
}  # fmt: skip
"""Unit to what it measures and its size in mg, mmol or mL."""
QUANTITY = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-zA-Zµμ]+)\s*", re.ASCII)


RANGES = {"purity": (0.05, 1.0), "density_g_per_mL": (0.5, 3.5), "stock_M": (0.001, 60.0)}
"""Least and most: a reagent of less than 5 % is a solution, which is measured by its molarity; liquids run from
pentane (0.63 g/mL) to diiodomethane (3.3); water itself is 55 M."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Supply:
    """A reagent as it is at hand."""

    name: str
    """On the bottle."""
    smiles: str
    """Of the free compound."""
    molar_mass: float
    """Of what is weighed, per mole of reagent [g mol-1]: the salt where it is one."""
    purity: float = 1.0
    """Mass fraction."""
    has_purity: bool = False
    """Whether that was stated; else it is taken as pure."""
    density_g_per_mL: float | None = None
    """Of a liquid [g mL-1]; None for solids and where it is not known."""
    stock_M: float | None = None
    """Of a solution [mol L-1]; it is measured by volume then."""
    base_equivalents: float = 0.0
    """Base that takes up the strong acid of a salt [mol per mol]."""
    acid_equivalents: float = 0.0
    """Weak acid that a salt brings; it counts as the flask's acid [mol per mol]."""
    solvent: str = ""
    """The model's solvent that a solution brings."""
    boiling_point_C: float | None = None
    """[C]; None where it is not known, and for solutions."""
    cas: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not (is_number and low <= value <= high) and (value is not None or name == "purity"):
                percent = is_number and name == "purity" and 100 * low <= value <= 100
                advice = f"write {value / 100:g}" if percent else f"give a number from {low:g} to {high:g}"
                raise ProcedureError(f"{self.name}: {name} {value!r:.60} is not usable; {advice}")
        if self.stock_M is None:
            return
        if self.purity != 1.0:
            raise ProcedureError(
                f"{self.name} is measured as a {self.stock_M:g} M solution, its purity {self.purity:g} counts nowhere; "
                "leave the purity or the stock out"
            )
        heaviest = self.density_g_per_mL or RANGES["density_g_per_mL"][1]
        if self.stock_M * self.molar_mass > 1050.0 * heaviest:
            raise ProcedureError(
                f"{self.name}: stock_M {self.stock_M:g} would be {self.stock_M * self.molar_mass / 1000:.3g} g in a mL "
                f"of at most {heaviest:g} g; mend it"
            )

    def mass_mg(self, mmol: float) -> float:
        """Mass to weigh [mg]."""
        return mmol * self.molar_mass / self.purity

    def volume_mL(self, mmol: float) -> float | None:
        """Volume to measure [mL]; None for a solid."""
        if self.stock_M is not None:
            return mmol / self.stock_M
        return (
            None if self.density_g_per_mL is None else self.mass_mg(mmol) / (1000.0 * self.density_g_per_mL)
        )

    def mmol(self, amount: float, kind: str) -> float:
        """Amount of reagent [mmol] in a mass [mg], a volume [mL] or an amount [mmol]."""
        if kind == "amount":
            return amount
        if kind == "volume":
            if self.stock_M is not None:
                return amount * self.stock_M
            if self.density_g_per_mL is None:
                raise ProcedureError(
                    f"{self.name} has no known density; give its density or stock molarity, or a mass"
                )
            return 1000.0 * amount * self.density_g_per_mL * self.purity / self.molar_mass
        if self.stock_M is not None and self.density_g_per_mL is not None:
            return self.mmol(amount / (1000.0 * self.density_g_per_mL), "volume")
        if self.stock_M is not None:
            raise ProcedureError(
                f"{self.name} is a solution of unknown density; give a volume or an amount, not a mass"
            )
        return amount * self.purity / self.molar_mass


def read_supply(
    text: str,
    model: Model | None = None,
    *,
    role: str = "",
    purity: float | None = None,
    density_g_per_mL: float | None = None,
    stock_M: float | None = None,
) -> Supply:
    """Read a supply from a name or CAS number of the catalogue or a SMILES, with its counter-ion where it is a salt.

    A reductant or a solvent, where ``role`` says so, may have any name that the model knows it by.

    Raises
    ------
    StructureError
        If the text is neither.
    ProcedureError
        If purity, density or molarity is impossible.
    """
    known = model or load_model()
    measured: dict[str, Any] = {
        "purity": 1.0 if purity is None else purity,
        "density_g_per_mL": density_g_per_mL,
        "stock_M": stock_M,
    }
    return replace(_named_supply(text, known, role, measured), has_purity=purity is not None)


def _named_supply(text: str, known: Model, role: str, measured: dict[str, Any]) -> Supply:
    """Read a supply by what its role may be called."""
    if role == "acid" and find_entry(text, known.catalogue) is None and (acid := acid_of(text)):
        return replace(_read_supply(acid.smiles, known, role, **measured), name=trimmed(text))
    if role not in ("reductant", "solvent"):
        return _read_supply(text, known, role, **measured)
    records = known.reductants if role == "reductant" else known.solvents
    entry = find_entry(text, known.catalogue)
    try:
        return supply_of(look_up(role, entry.name if entry else text, records), known, **measured)
    except ProcedureError as unknown:
        smiles = as_charged(entry.smiles if entry else text)
        for record in records:
            if smiles and as_charged(record.smiles) == smiles:
                return supply_of(record, known, **measured)
        try:
            return _read_supply(text, known, role, **measured)
        except StructureError:
            raise unknown from None


def supply_of(record: Reductant | Solvent, model: Model, **measured: Any) -> Supply:
    """Take a reductant or a solvent of the model, pure where nothing else is said."""
    entry = find_entry(record.name, model.catalogue)
    stated = {"density_g_per_mL": record.density_g_per_mL if isinstance(record, Solvent) else None}
    return Supply(
        name=record.name,
        smiles=record.smiles,
        molar_mass=float(record.molar_mass or 0.0),
        cas="" if entry is None else entry.cas,
        **stated | {name: value for name, value in measured.items() if value is not None},
    )


def _read_supply(
    text: str,
    model: Model,
    role: str,
    *,
    purity: float,
    density_g_per_mL: float | None,
    stock_M: float | None,
) -> Supply:
    """Read a supply of any compound; a carbonyl compound may be a form that sets it free."""
    catalogue = model.catalogue
    entry = find_entry(text, catalogue)
    written = read_name(text, catalogue) if entry is None else entry.smiles
    structure = read_structure(written)
    if entry is None:
        entry = entry_of(as_charged(written), catalogue) or (
            None if structure.counter_ions else entry_of(structure.smiles, catalogue)
        )
    form = sold_form(structure.smiles, model) if role == "carbonyl" else None
    name = structure.smiles if entry is None else entry.name
    ions = f" ({', '.join(structure.counter_ions)})" if structure.counter_ions and entry is None else ""
    if stock_M is None and entry is not None:
        stock_M = entry.stock_M
    if density_g_per_mL is None and entry is not None:
        density_g_per_mL = entry.density_g_per_mL
    return Supply(
        name=name + ions,
        smiles=structure.smiles if form is None else form.smiles,
        molar_mass=bottle_mass(written, structure),
        purity=purity,
        density_g_per_mL=density_g_per_mL,
        stock_M=stock_M,
        base_equivalents=min(structure.strong_acid_equivalents, structure.salt_equivalents)
        + (0.0 if form is None else form.base_equivalents),
        acid_equivalents=max(0.0, structure.salt_equivalents - structure.strong_acid_equivalents),
        solvent="" if entry is None or stock_M is None else entry.solvent,
        boiling_point_C=None
        if entry is None or stock_M is not None or structure.counter_ions
        else entry.boiling_point_C,
        cas="" if entry is None else entry.cas,
        note="" if entry is None else entry.note,
    )


ROLES = ("amine", "carbonyl", "reductant", "acid", "base", "solvent")


def read_supplies(
    named: dict[str, str],
    bottles: Iterable[str] = (),
    purities: Iterable[str] = (),
    densities: Iterable[str] = (),
    stocks: Iterable[str] = (),
    *,
    model: Model | None = None,
) -> dict[str, Supply]:
    """Read supplies from words such as ``amine=benzylamine hydrochloride`` and ``amine=0.95``.

    Parameters
    ----------
    named
        Name or SMILES by role, where no bottle is given.
    bottles, purities, densities, stocks
        ROLE=value each.
    model
        Whose catalogue names what is in a bottle; the shipped one when absent.
    """
    texts = named | _by_role(bottles)
    numbers = {"purity": purities, "density_g_per_mL": densities, "stock_M": stocks}
    given: dict[str, dict[str, float]] = {role: {} for role in texts}
    for field, words in numbers.items():
        for role, value in _by_role(words).items():
            if role not in texts:
                raise ProcedureError(
                    f"{field} is given for the {role}, but no bottle of it; add bottle {role}=name or SMILES"
                )
            kind = {"purity": "fraction", "stock_M": "M"}.get(field, "")
            given[role][field] = typed_number(value, kind, f"{field} of the {role}")
    return {role: read_supply(text, model, role=role, **given[role]) for role, text in texts.items()}


def _by_role(words: Iterable[str]) -> dict[str, str]:
    """Split words ROLE=value; a role may stand once."""
    found: dict[str, str] = {}
    for word in words:
        role, sign, value = (part.strip() for part in word.partition("="))
        if not sign or role not in ROLES or not value:
            raise ProcedureError(f"{word!r:.80} is not ROLE=value; the roles are {', '.join(ROLES)}")
        if found.setdefault(role, value) is not value:
            raise ProcedureError(f"{word!r:.80}: the {role} was {found[role]!r:.60} before; keep one")
    return found


def read_quantity(text: str) -> tuple[float, str]:
    """Read an amount with its unit as (number in mg, mmol or mL; "mass", "amount" or "volume").

    Examples
    --------
    >>> read_quantity("250 mg"), read_quantity("1.5 g"), read_quantity("120 uL")
    ((250.0, 'mass'), (1500.0, 'mass'), (0.12, 'volume'))
    """
    match = QUANTITY.fullmatch(" ".join(trimmed(str(text)).split()))
    unit = match[2].replace("µ", "u").replace("μ", "u").casefold() if match else ""
    if match is None or unit not in UNITS:
        raise ProcedureError(
            f"scale {str(text)[:40]!r} is not an amount"
            + (
                with_point(str(text)[:40])
                or f"; write a number and one of {', '.join(UNITS)}, such as 250 mg"
            )
        )
    kind, size = UNITS[unit]
    amount = float(match[1]) * size
    if not (math.isfinite(amount) and 0.0 < amount <= 1e9):
        raise ProcedureError(
            f"scale {str(text)[:40]!r} is out of range; give more than 0 and at most 1000 kg, kmol or m3"
        )
    return amount, kind
