"""Reagents: solvents and reductants as the data describe them, and how they are looked up.

A solvent without a number of its own takes that of the one it is *like*; the chain ends in ``any``.
A reductant's file says where it may be used: the nearest solvent along that chain that the file
allows or refuses decides, and what it does not mention is refused, because no number is stated.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

from planner.errors import ParameterError, ProcedureError, meant, nearest
from planner.model.checks import Amount, Count, Reasons, Span, Table, Text, Texts, checked_record, one_of
from planner.model.folders import SOLVENTS
from planner.model.quantities import LAWS, NEEDED, check_complete, quantities

ANY = "any"
"""Ends every solvent's chain: an entry of this name holds for all solvents."""


GUIDE = ("recommended", "problematic", "hazardous", "highly hazardous")
"""Ranks of a solvent guide, best first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hazard:
    """A danger that the reports state."""

    sentence: Text
    """What can happen and what to do."""
    codes: Texts = ()
    """Hazard statements of Regulation (EC) 1272/2008."""
    source: Text
    """Keys of sources, as of a parameter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """A by-product that a prediction warns of."""

    sentence: Text
    """What comes, with its mass, and when."""
    longer_than_h: Amount = 0.0
    """Total time from which it is said [h]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Solvent:
    """A solvent as the data describe it."""

    name: Text
    aliases: Texts
    smiles: Text = ""
    """Empty for "neat"."""
    formula: Text = ""
    """Hill formula; empty for "neat"."""
    molar_mass: Amount | None = None
    """[g mol-1]."""
    density_g_per_mL: Amount | None = None
    """At 25 C [g mL-1]."""
    density_source: Text = ""
    """Source of the density, as of a parameter."""
    boiling_point_C: float | None = None
    """At 1 atm [C]."""
    boiling_point_source: Text = ""
    guide: Annotated[str, one_of(*GUIDE)] = GUIDE[1]
    """Rank in a solvent guide."""
    guide_source: Text = ""
    largest_scale_kg: Amount | None = None
    """Largest charge of amine at which it is proposed [kg]; None without such a limit."""
    mixes_with_water: bool = False
    """Whether it takes up the water of an aqueous bottle."""
    protic: bool
    """Whether it gives hydrogen bonds (its O-H assists condensation)."""
    alcohol: bool
    """Whether it is an alcohol (its usual grade holds more water, and it forms hemiacetals)."""
    like: Text | None = None
    """Solvent whose numbers it takes where it has none of its own."""
    refused: Text = ""
    """Why no reaction is computed in it; empty when it may be used."""

    @property
    def is_chlorinated(self) -> bool:
        """Whether it holds chlorine."""
        return "Cl" in self.formula


@dataclass(frozen=True, kw_only=True, slots=True)
class Defaults:
    """What a reductant's procedure is unless the chemist says otherwise."""

    reductant_equivalents_factor: Amount
    """Moles of reductant per mole of amine and per equivalent of carbonyl (at least one)."""
    acid_equivalents_aldehyde: Amount
    acid_equivalents_ketone: Amount
    addition: Annotated[str, one_of("all_at_once", "slow_carbonyl", "slow_amine", "imine_first")]
    """all_at_once, slow_carbonyl, slow_amine or imine_first."""
    imine_time_h_aldehyde: Amount
    imine_time_h_ketone: Amount
    addition_time_h: Amount
    hold_time_h: Amount


@dataclass(frozen=True, kw_only=True, slots=True)
class Dosing:
    """How a hydride that gives off gas is proposed to be added."""

    portions: Count
    time_h: Amount
    """From the first to the last [h]."""
    temperature_C: float
    """While it is added [C]."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Reductant:
    """A hydride donor as its file describes it."""

    name: Text
    aliases: Texts
    key: str
    """Name of its file, first word of the names of its numbers."""
    smiles: Text
    formula: Text
    """Hill formula."""
    molar_mass: Amount
    """[g mol-1]."""
    usable_hydrides: Count
    """Hydrides per mole that reduce imines at a useful rate."""
    formal_hydrides: Count
    """B-H bonds per mole, for the gas budget."""
    hydride_loss_law: Annotated[str, one_of(*LAWS)]
    """One of ``LAWS``."""
    default_solvent: Text
    solvents: Texts
    """Solvents in which it may be used, in the order of ``solvents.toml``."""
    refused: Reasons = ()
    """(solvent, why not) for all the others."""
    warned: Reasons = ()
    """(solvent, caveat) for some of ``solvents``."""
    temperature_range_C: Span
    """Range in which the numbers are meant [C]."""
    warn_below_pH: float | None = None
    """pH below which a caveat is due; None where the pH is not computed."""
    refuse_below_pH: float | None = None
    """pH below which the procedure is refused."""
    warn_above_acid: Amount | None = None
    """Acid equivalents above which a caveat is due; None without such a limit."""
    refuse_above_acid: Amount | None = None
    """Acid equivalents above which the procedure is refused."""
    acid_reason: Text = ""
    """What acid does to it, for both messages and those of the pH."""
    defaults: Defaults
    hazards: tuple[Hazard, ...]
    caveats: tuple[Expected, ...] = ()
    """What to expect of it besides the reactions that are computed."""
    quench: Text = "bicarbonate"
    """What ends its reaction: a quench of ``workup.toml``."""
    acid_set_free: Amount = 0.0
    """Acid that its destruction leaves behind [mol per mol]."""
    does_not_claim: Texts
    """What its numbers do not cover."""
    leaves: Text = ""
    """What of it follows the product through the work-up; empty where nothing does."""
    is_strong: bool = False
    """Whether it also reduces free carbonyl compounds and other groups that are sensitive to hydride."""
    largest_scale_kg: Amount | None = None
    """Largest charge of amine at which it is proposed [kg]; None without such a limit."""
    dosing: Dosing | None = None
    """In protic solvents; None where it may come at once."""

    @property
    def holds_cyanide(self) -> bool:
        """Whether it can set cyanide free."""
        return "C#N" in self.smiles


def build_solvents(table: Table, where: str) -> tuple[Solvent, ...]:
    """Build the solvents; what one is like must be another, without a circle."""
    solvents = tuple(
        checked_record(Solvent, inner, f"{where}: [solvents.{name}]", name=name)
        for name, inner in table.items()
    )
    likes = {solvent.name: solvent.like for solvent in solvents}
    for name, like in likes.items():
        if like is not None and like not in likes:
            raise ParameterError(
                f"{where}: {name} is like {like!r}{nearest(like, likes)}; known: {', '.join(likes)}"
            )
        if len(_follow(name, likes)) > len(likes) + 1:
            raise ParameterError(f"{where}: {name} is like itself, round a circle; mend `like`")
    return solvents


def chain(name: str, solvents: Iterable[Solvent]) -> tuple[str, ...]:
    """List a solvent, what it is like, what that is like, and at last ``any``."""
    return _follow(name, {solvent.name: solvent.like for solvent in solvents})


def _follow(name: str, likes: Mapping[str, str | None]) -> tuple[str, ...]:
    """Follow ``like`` from a name; a circle is cut when it is longer than all names."""
    found = [name]
    while (like := likes[found[-1]]) is not None and len(found) <= len(likes):
        found.append(like)
    return (*found, ANY)


def build_reductant(
    stated: Reductant, names: Collection[str], solvents: tuple[Solvent, ...], where: str
) -> Reductant:
    """Check the head of a reductant's file against its numbers, and sort the solvents for it.

    Parameters
    ----------
    stated
        As the file says.
    names
        Names of its numbers, without the key.
    solvents
        All of the set.
    where
        File, for messages.
    """
    if not stated.key.isidentifier() or any(
        name.split(".")[0] == stated.key for name in quantities("common")
    ):
        raise ParameterError(
            f"{where}: a file named {stated.key!r} cannot prefix numbers; use another word of letters, _"
        )
    usable, refused, warned = _solvent_use(stated, solvents, where)
    _check_law(stated.hydride_loss_law, names, [chain(name, solvents) for name in usable], where)
    if stated.default_solvent not in usable:
        raise ParameterError(
            f"{where}: default_solvent = {stated.default_solvent!r}; expected one of {', '.join(usable)}"
        )
    return replace(stated, solvents=usable, refused=refused, warned=warned)


def _check_law(law: str, names: Collection[str], chains: Sequence[tuple[str, ...]], where: str) -> None:
    """Refuse a reductant that lacks the numbers of its law of hydride loss."""
    acid = "hydride_loss.acid"
    check_complete(NEEDED if law == "first_order" else (*NEEDED, acid), names, where)
    others = [name for name in names if name.startswith("hydride_loss.") and name != acid]
    stray = [acid] if law == "first_order" and acid in names else others if law == "acid_hydrolysis" else []
    if stray:
        raise ParameterError(f"{where}: number [{stray[0]}] does not belong to the law {law}; delete it")
    for usable in chains:
        if law == "first_order" and not any(f"hydride_loss.{name}" in names for name in usable):
            raise ParameterError(
                f"{where}: number [hydride_loss.{usable[0]}] is missing; add it or refuse the solvent"
            )


def _solvent_use(
    stated: Reductant, solvents: Sequence[Solvent], where: str
) -> tuple[tuple[str, ...], Reasons, Reasons]:
    """Sort all solvents into usable and refused ones, with the caveats of the usable ones."""
    allowed, never, caution = stated.solvents, dict(stated.refused), dict(stated.warned)
    known = {*(s.name for s in solvents), ANY}
    for name in (*allowed, *never, *caution):
        if name not in known:
            raise ParameterError(f"{where}: unknown solvent {name!r}{nearest(name, known)}; see {SOLVENTS}")
    if both := sorted(set(allowed) & set(never)):
        raise ParameterError(f"{where}: {both[0]} stands in `solvents` and in [refused]; keep one")
    usable, refused, warned = [], [], []
    for solvent in solvents:
        names = chain(solvent.name, solvents)
        verdict = next((name for name in names if name in allowed or name in never), None)
        if solvent.refused or verdict not in allowed:
            why = solvent.refused or never.get(str(verdict), "no number is stated for this pair")
            refused.append((solvent.name, why))
            continue
        usable.append(solvent.name)
        warned += [(solvent.name, caution[name]) for name in names if name in caution][:1]
    return tuple(usable), tuple(refused), tuple(warned)


def _spelling(name: str) -> str:
    """Reduce a name to what counts: letters and digits, lower case."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def check_names(named: Iterable[Reductant | Solvent], where: str) -> None:
    """Refuse a name or alias that stands for two things."""
    taken: set[str] = set()
    for record in named:
        for alias in (record.name, *record.aliases):
            if _spelling(alias) in {*taken, ""}:
                raise ParameterError(
                    f"{where}: the name {alias!r} of {record.name} is taken; names must be unique"
                )
            taken.add(_spelling(alias))


Named = TypeVar("Named", bound=Reductant | Solvent)


def look_up(kind: str, text: str, records: Sequence[Named]) -> Named:
    """Return the record of a name or alias; capitals, spaces and hyphens do not count."""
    for known in records:
        if text == known.name:
            return known
    wanted = _spelling(str(text))
    for known in records:
        if wanted in {_spelling(alias) for alias in (known.name, *known.aliases)}:
            return known
    aliases = [alias for known in records for alias in (known.name, *known.aliases)]
    names = ", ".join(known.name for known in records)
    given = str(text)[:60]
    parts = {_spelling(part) for part in re.split(r"[/+:;&]|,\s|\b(?:and|in)\b|\d+\s*%", given)}
    if not parts.isdisjoint(map(_spelling, aliases)):
        raise ProcedureError(f"{given!r} is a mixture; give one {kind} at a time: {names}")
    raise ProcedureError(f"unknown {kind} {given!r}{meant(given, aliases)}; known: {names}")
