"""Procedures: what the chemist does to the flask.

Equivalents are per mole of amine; ``concentration_M`` is amine charged over the final volume.
A procedure is *asked for* with some fields unset (``Procedure``) and *settled* with the model's stated
defaults for its reductant before anything is computed (``Settled``). What its fields are stands in ``fields``.
"""

import math
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from planner.errors import ProcedureError, finite, is_name, nearest, shown
from planner.flask.fields import ADDITIONS, FIELDS, Field
from planner.model.model import Model

_VALUES = attrgetter(*FIELDS)


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

    def __post_init__(self) -> None:
        for name, field in FIELDS.items():
            given = getattr(self, name)
            if given is None:
                continue
            if field.bounds is not None:
                low, high = field.bounds
                if given.__class__ is not float or not low <= given <= high or 0 < given < field.smallest:
                    given = _number(name, given, field)
                    object.__setattr__(self, name, given)  # 1 and 1.0 are the same procedure
            elif field.words and not (isinstance(given, str) and given in field.words):
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
    """Take a finite number between the bounds."""
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
    return number


def settle(asked: Procedure, model: Model, *, is_ketone: bool) -> tuple[Settled, tuple[str, ...]]:
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
    Settled
        Names of reductant and solvent as the model writes them.
    tuple of str
        The fields that took a default.

    Raises
    ------
    ProcedureError
        If the reductant or solvent is unknown, a time is given that this addition does not have, or the
        reductant must not meet this solvent or this much acid.
    """
    reductant = model.reductant(asked.reductant or model.defaults.reductant)
    own = reductant.defaults
    stated: dict[str, Any] = {name: getattr(model.defaults, name) for name, f in FIELDS.items() if f.of_flask}
    addition = asked.addition or own.addition
    _check_times(asked, addition)
    equivalents = (
        stated["carbonyl_equivalents"] if asked.carbonyl_equivalents is None else asked.carbonyl_equivalents
    )
    imine_time = own.imine_time_h_ketone if is_ketone else own.imine_time_h_aldehyde
    times = {"addition_time_h": own.addition_time_h, "imine_time_h": imine_time}
    stated |= {
        "reductant_equivalents": own.reductant_equivalents_factor * max(1.0, equivalents),
        "acid_equivalents": own.acid_equivalents_ketone if is_ketone else own.acid_equivalents_aldehyde,
        "addition": addition,
        **{name: time if name == ADDITIONS[addition].time else 0.0 for name, time in times.items()},
        "hold_time_h": own.hold_time_h,
        "solvent": reductant.default_solvent,
    }
    given = {name: getattr(asked, name) for name in FIELDS}
    unset = tuple(name for name, value in given.items() if value is None)
    whole = given | {name: stated[name] for name in unset}
    names = {"reductant": reductant.name, "solvent": model.solvent(whole["solvent"]).name}
    settled = Settled(**whole | names)
    _check_solvent(settled, model)
    _check_acid(settled, model)
    return settled, unset


def _check_times(asked: Procedure, addition: str) -> None:
    """Refuse a time that this addition does not have."""
    for name in ("addition_time_h", "imine_time_h"):
        given = getattr(asked, name)
        if given and ADDITIONS[addition].time != name:
            having = [word for word, a in ADDITIONS.items() if a.time == name]
            which = "it" if len(having) == 1 else "one of these"
            raise ProcedureError(
                f"{name} {given:g} was given with addition {addition}; it belongs to {' or '.join(having)}: "
                f"choose {which} or leave the time out"
            )


def _check_solvent(settled: Settled, model: Model) -> None:
    """Refuse a solvent in which this reductant must not be used."""
    for solvent, why in model.reductant(settled.reductant).refused:
        if solvent == settled.solvent:
            raise ProcedureError(
                f"{settled.reductant} in {solvent} is refused: {why}; choose another solvent"
            )
    if settled.water == "sieves" and settled.solvent == "water":
        raise ProcedureError(
            "water 'sieves' with solvent water dries nothing; expected another solvent, or leave the sieves out"
        )


def _check_acid(settled: Settled, model: Model) -> None:
    """Refuse more acid than this reductant survives."""
    reductant = model.reductant(settled.reductant)
    most = reductant.refuse_above_acid
    if most is not None and settled.acid_equivalents > most:
        raise ProcedureError(
            f"{reductant.name} with {settled.acid_equivalents:g} eq acetic acid is refused (above {most:g} eq): "
            f"{reductant.acid_reason}"
        )


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


def procedure_words(p: Settled) -> str:
    """Write a settled procedure as a short phrase; what is zero is left out."""
    words = [f"{said(p, 'reductant')} {said(p, 'reductant_equivalents')}", said(p, "carbonyl_equivalents")]
    words += [said(p, "acid_equivalents")] if p.acid_equivalents else []
    words.append(ADDITIONS[p.addition].words)
    words += [said(p, name) for name in ("addition_time_h", "imine_time_h") if getattr(p, name)]
    return ", ".join([*words, *(said(p, name) for name in ("hold_time_h", "temperature_C", "solvent"))])
