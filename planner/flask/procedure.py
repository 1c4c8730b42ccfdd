"""Procedures: what the chemist does to the flask.

Equivalents are per mole of amine; ``concentration_M`` is amine charged over the final volume.
A procedure is *asked for* with some fields unset (``None``) and *settled* with the model's stated
defaults for its reductant before anything is computed.

====================  =========================================================  ======================
addition              waits in the flask                                         comes later
====================  =========================================================  ======================
all_at_once           everything                                                 --
slow_carbonyl         amine, hydride, acid                                       carbonyl, as a solution
slow_amine            carbonyl, hydride, acid                                    amine, as a solution
imine_first           amine, carbonyl, acid, for ``imine_time_h``                hydride, as a solid
====================  =========================================================  ======================
"""

import math
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from planner.errors import ProcedureError
from planner.model.model import Model

if TYPE_CHECKING:
    pass

from dataclasses import fields
from numbers import Real

ADDITIONS = ("all_at_once", "slow_carbonyl", "slow_amine", "imine_first")
WATERS = ("dry", "wet", "sieves")
QUENCHES = ("aqueous", "borohydride")

BOUNDS: dict[str, tuple[float, float, str]] = {
    "carbonyl_equivalents": (0.0, 50.0, "equivalents"),
    "reductant_equivalents": (0.0, 50.0, "equivalents"),
    "acid_equivalents": (0.0, 50.0, "equivalents"),
    "addition_time_h": (0.0, 168.0, "h"),
    "imine_time_h": (0.0, 168.0, "h"),
    "hold_time_h": (0.0, 168.0, "h"),
    "temperature_C": (-80.0, 150.0, "C"),
    "concentration_M": (0.0005, 5.0, "M"),
    "feed_volume_fraction": (0.0, 0.9, "of the final volume"),
}
"""Smallest and largest value that is computed, with its unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """What is charged, how and for how long. A field that is ``None`` asks for the default."""

    reductant: str | None = None
    """Name or alias of a reducing agent of the model."""
    carbonyl_equivalents: float | None = None
    """Moles of carbonyl per mole of amine."""
    reductant_equivalents: float | None = None
    """Moles of reductant per mole of amine."""
    acid_equivalents: float | None = None
    """Moles of acetic acid per mole of amine."""
    addition: str | None = None
    """One of ``ADDITIONS``."""
    addition_time_h: float | None = None
    """Length of the feed [h]; only for slow additions."""
    imine_time_h: float | None = None
    """Time before the hydride is added [h]; only for imine_first."""
    hold_time_h: float | None = None
    """Time after the addition, after the hydride, or from the start [h]."""
    temperature_C: float | None = None
    """Temperature of the flask [C]."""
    concentration_M: float | None = None
    """Amine charged over the final volume [M]."""
    feed_volume_fraction: float | None = None
    """Share of the final volume that the feed solution brings."""
    solvent: str | None = None
    """Name or alias of a solvent of the model."""
    water: str | None = None
    """One of ``WATERS``."""
    quench: str | None = None
    """One of ``QUENCHES``: whether leftover imine hydrolyses or is reduced on."""

    def __post_init__(self) -> None:
        for name, (low, high, unit) in BOUNDS.items():
            if (given := getattr(self, name)) is not None:
                _check_number(name, given, low, high, unit)
                object.__setattr__(self, name, float(given))  # 1 and 1.0 are the same procedure
        for name, words in (("addition", ADDITIONS), ("water", WATERS), ("quench", QUENCHES)):
            given = getattr(self, name)
            if given is not None and given not in words:
                raise ProcedureError(f"{name} {given!r} is not known; expected one of {', '.join(words)}")
        for name in ("reductant", "solvent"):
            given = getattr(self, name)
            if given is not None and (not isinstance(given, str) or not given.strip()):
                raise ProcedureError(f"{name} {given!r} is not a name; see `planner models` for the list")

    @property
    def total_time_h(self) -> float:
        """Addition, imine formation and hold together [h]; of a settled procedure."""
        return (self.addition_time_h or 0.0) + (self.imine_time_h or 0.0) + (self.hold_time_h or 0.0)


FIELDS = tuple(field.name for field in fields(Procedure))


def _check_number(name: str, given: object, low: float, high: float, unit: str) -> None:
    """Refuse what is not a finite number between the bounds."""
    if isinstance(given, bool) or not isinstance(given, Real) or not math.isfinite(float(given)):
        raise ProcedureError(
            f"{name} {given!r} is not a finite number; give a number from {low:g} to {high:g} {unit}"
        )
    if not low <= float(given) <= high:
        raise ProcedureError(f"{name} {float(given):g} is out of range; give {low:g} to {high:g} {unit}")


def settle(asked: Procedure, model: Model, *, is_ketone: bool) -> tuple[Procedure, tuple[str, ...]]:
    """Fill every unset field with the model's default for this reductant.

    Parameters
    ----------
    asked
        The procedure as given.
    model
        Where the defaults are stated.
    is_ketone
        Ketones take other defaults (acid, imine time) than aldehydes.

    Returns
    -------
    Procedure
        Without unset fields; names of reductant and solvent as the model writes them.
    tuple of str
        The fields that took a default.

    Raises
    ------
    ProcedureError
        If the reductant or solvent is unknown, a time is given that this addition does not have, or the
        reductant must not meet this solvent or this much acid.
    """
    reductant = model.reductant(asked.reductant or model.defaults.reductant)
    own, shared = reductant.defaults, model.defaults
    addition = asked.addition or own.addition
    _check_times(asked, addition)
    equivalents = (
        shared.carbonyl_equivalents if asked.carbonyl_equivalents is None else asked.carbonyl_equivalents
    )
    imine_time = own.imine_time_h_ketone if is_ketone else own.imine_time_h_aldehyde
    stated: dict[str, Any] = {
        "reductant": reductant.name,
        "carbonyl_equivalents": shared.carbonyl_equivalents,
        "reductant_equivalents": own.reductant_equivalents_factor * max(1.0, equivalents),
        "acid_equivalents": own.acid_equivalents_ketone if is_ketone else own.acid_equivalents_aldehyde,
        "addition": addition,
        "addition_time_h": own.addition_time_h if addition.startswith("slow_") else 0.0,
        "imine_time_h": imine_time if addition == "imine_first" else 0.0,
        "hold_time_h": own.hold_time_h,
        "temperature_C": shared.temperature_C,
        "concentration_M": shared.concentration_M,
        "feed_volume_fraction": shared.feed_volume_fraction,
        "solvent": reductant.default_solvent,
        "water": shared.water,
        "quench": shared.quench,
    }
    unset = tuple(name for name in FIELDS if getattr(asked, name) is None)
    settled = replace(asked, **{name: stated[name] for name in unset})
    settled = replace(settled, reductant=reductant.name, solvent=model.solvent(str(settled.solvent)).name)
    _check_solvent(settled, model)
    _check_acid(settled, model)
    return settled, unset


def _check_times(asked: Procedure, addition: str) -> None:
    """Refuse a time that this addition does not have."""
    if asked.addition_time_h and not addition.startswith("slow_"):
        raise ProcedureError(
            f"addition_time_h {asked.addition_time_h:g} was given with addition {addition}; "
            "it belongs to slow_carbonyl or slow_amine: choose one of these or leave the time out"
        )
    if asked.imine_time_h and addition != "imine_first":
        raise ProcedureError(
            f"imine_time_h {asked.imine_time_h:g} was given with addition {addition}; "
            "it belongs to imine_first: choose it or leave the time out"
        )


def _check_solvent(settled: Procedure, model: Model) -> None:
    """Refuse a solvent in which this reductant must not be used."""
    for solvent, why in model.reductant(str(settled.reductant)).refused:
        if solvent == settled.solvent:
            raise ProcedureError(
                f"{settled.reductant} in {solvent} is refused: {why}; choose another solvent"
            )
    if settled.water == "sieves" and settled.solvent == "water":
        raise ProcedureError(
            "water 'sieves' with solvent water dries nothing; expected another solvent, or leave the sieves out"
        )


def _check_acid(settled: Procedure, model: Model) -> None:
    """Refuse more acid than this reductant survives."""
    reductant = model.reductant(str(settled.reductant))
    acid = float(settled.acid_equivalents or 0.0)
    if reductant.refuse_above_acid is not None and acid > reductant.refuse_above_acid:
        raise ProcedureError(
            f"{reductant.name} with {acid:g} eq acetic acid is refused (above {reductant.refuse_above_acid:g} eq): "
            f"{reductant.acid_reason}"
        )


def asked_procedure(fields: dict[str, Any]) -> Procedure:
    """Build a procedure from named fields; an unknown name is met with the nearest known one."""
    for name in fields:
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, n=1) or FIELDS[:1]
            raise ProcedureError(
                f"{name!r} is not a field of a procedure; did you mean {near[0]}? Fields: {', '.join(FIELDS)}"
            )
    return Procedure(**fields)


def procedure_words(p: Procedure) -> str:
    """Write a settled procedure as a short phrase."""
    words = [f"{p.reductant} {p.reductant_equivalents:g} eq", f"carbonyl {p.carbonyl_equivalents:g} eq"]
    if p.acid_equivalents:
        words.append(f"AcOH {p.acid_equivalents:g} eq")
    words.append(str(p.addition).replace("_", " "))
    if p.addition_time_h:
        words.append(f"over {p.addition_time_h:g} h")
    if p.imine_time_h:
        words.append(f"imine {p.imine_time_h:g} h")
    return ", ".join([*words, f"hold {p.hold_time_h:g} h", f"{p.temperature_C:g} C", str(p.solvent)])
