"""Procedures: what the chemist does to the flask.

Equivalents are per mole of amine; ``concentration_M`` is amine charged over the final volume.
A procedure is *asked for* with some fields unset (``Procedure``) and *settled* with the model's stated
defaults for its reductant before anything is computed (``Settled``, by ``settling``). What its fields are stands in
``fields``.

The hydride comes in n equal portions at t0 + i T / (n - 1), i = 0 to n - 1, where T is ``hydride_time_h`` and t0 the
moment at which it would come at once: the start, or the end of the imine formation. The hold starts at t0 and holds T.
"""

import math
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from planner.errors import ProcedureError, finite, is_name, nearest, shown
from planner.flask.fields import ADDITIONS, FIELDS, Field

_VALUES = attrgetter(*FIELDS)
EXCESS = 0.5
"""Carbonyl equivalents up to which the amine is said to be in excess."""
HYDRIDE_AT_ONCE: dict[str, Any] = {"hydride_portions": 1, "hydride_time_h": 0.0}
"""Fields of a procedure whose hydride is not divided."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Procedure:
    """What is charged, how and for how long. A field that is ``None`` asks for the default.

    Two procedures are equal where all fields are, settled or not.
    """

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
    """Time before the hydride is added [h]; only where the imine forms first."""
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
    hydride_portions: int | None = None
    """Equal portions in which the hydride comes; more than 1 only where no partner is fed."""
    hydride_time_h: float | None = None
    """From the first portion to the last [h]; 0 for one portion."""
    hydride_temperature_C: float | None = None
    """Temperature from the first portion to the last [C]; that of the flask when absent."""
    amine_purity: float | None = None
    """Assay of the amine as a mass fraction; stays absent where its class's usual purity is taken."""
    carbonyl_purity: float | None = None
    """The same of the carbonyl compound."""
    reductant_purity: float | None = None
    """The same of the reductant."""

    def __post_init__(self) -> None:
        for name, field, given in zip(FIELDS, FIELDS.values(), _VALUES(self), strict=True):
            if given is None:
                continue
            if field.bounds is not None:
                low, high = field.bounds
                right = int if field.whole else float
                if given.__class__ is not right or not low <= given <= high or 0 < given < field.smallest:
                    object.__setattr__(self, name, _number(name, given, field))  # 1 and 1.0 are the same
            elif field.words:
                if not (isinstance(given, str) and given in field.words):
                    raise ProcedureError(
                        f"{name} {shown(given)} is not known; expected one of {', '.join(field.words)}"
                    )
            elif not is_name(given):
                raise ProcedureError(
                    f"{name} {shown(given)} is not a name; see `planner models` for the list"
                )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Procedure) and _VALUES(self) == _VALUES(other)

    def __hash__(self) -> int:
        return hash(_VALUES(self))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Settled(Procedure):
    """A procedure without unset fields: what is computed, weighed and shown."""

    reductant: str
    carbonyl_equivalents: float
    reductant_equivalents: float
    acid_equivalents: float
    addition: str
    addition_time_h: float
    imine_time_h: float
    hold_time_h: float
    temperature_C: float
    concentration_M: float
    feed_volume_fraction: float
    solvent: str
    water: str
    quench: str
    hydride_portions: int = 1  # from here on fields that files of the first format lack
    hydride_time_h: float = 0.0
    hydride_temperature_C: float = None  # type: ignore[assignment]
    amine_purity: float | None = None
    carbonyl_purity: float | None = None
    reductant_purity: float | None = None

    def __post_init__(self) -> None:
        Procedure.__post_init__(
            self
        )  # before a temperature that holds for no time is replaced: it may be none
        if self.hydride_temperature_C is None or not self.hydride_time_h:
            object.__setattr__(self, "hydride_temperature_C", self.temperature_C)

    @property
    def fed(self) -> tuple[str, ...]:
        """Partners that are fed; none where the feed takes no time."""
        return ADDITIONS[self.addition].fed if self.addition_time_h > 0 else ()

    @property
    def first_stage_h(self) -> float:
        """Time before the hold starts: the feed or the imine formation [h]."""
        return self.addition_time_h + self.imine_time_h

    @property
    def total_time_h(self) -> float:
        """Addition, imine formation and hold together [h]."""
        return self.addition_time_h + self.imine_time_h + self.hold_time_h


def _number(name: str, given: object, field: Field) -> float:
    """Take a finite number between the bounds, an int where it counts something."""
    low, high = field.bounds or (-math.inf, math.inf)
    number = finite(given)
    if number is None:
        raise ProcedureError(
            f"{name} {shown(given)} is not a finite number; give a number from {low:g} to {high:g} {field.unit}"
        )
    if not low <= number <= high:
        raise ProcedureError(f"{name} {number:g} is out of range; give {low:g} to {high:g} {field.unit}")
    if 0 < number < field.smallest:
        raise ProcedureError(
            f"{name} {number:g} is a trace that is not computed; give 0, or at least {field.smallest:g} {field.unit}"
        )
    if field.whole and not number.is_integer():
        raise ProcedureError(
            f"{name} {number:g} is not whole; give a whole number of {field.unit}, {low:g} to {high:g}"
        )
    return int(number) if field.whole else number


def asked_procedure(given: dict[str, Any]) -> Procedure:
    """Build a procedure from named fields; an unknown name is met with the nearest known one."""
    for name in given:
        if name not in FIELDS:
            raise ProcedureError(
                f"{shown(name)} is not a field of a procedure{nearest(name[:60], FIELDS)}; fields: {', '.join(FIELDS)}"
            )
    return Procedure(**given)


def said(procedure: Procedure, name: str) -> str:
    """Say one field of a settled procedure, with its unit."""
    return FIELDS[name].phrase.format(getattr(procedure, name))


def portion_fields(p: Settled) -> tuple[str, ...]:
    """Name the fields that say how the hydride comes; none where it comes at once."""
    if p.hydride_portions == 1:
        return ()
    own = ("hydride_temperature_C",) if p.hydride_temperature_C != p.temperature_C else ()
    return ("hydride_portions", "hydride_time_h", *own)


def procedure_words(p: Settled) -> str:
    """Write a settled procedure as a short phrase; what is zero is left out."""
    hydride = [said(p, name) for name in ("reductant", "reductant_equivalents", *portion_fields(p))]
    excess = (
        f" ({1.0 / p.carbonyl_equivalents:.3g} eq of amine)" if 0 < p.carbonyl_equivalents <= EXCESS else ""
    )
    words = [" ".join(hydride), said(p, "carbonyl_equivalents") + excess]
    words += [said(p, "acid_equivalents")] if p.acid_equivalents else []
    words.append(ADDITIONS[p.addition].words)
    words += [said(p, name) for name in ("addition_time_h", "imine_time_h") if getattr(p, name)]
    return ", ".join([*words, *(said(p, name) for name in ("hold_time_h", "temperature_C", "solvent"))])
