"""Reagents: solvents and reductants as the data describe them, and how they are looked up.

A solvent without a number of its own takes that of the one it is *like*; the chain ends in ``any``.
A reductant's file says where it may be used: the nearest solvent along that chain that the file
allows or refuses decides, and what it does not mention is refused, because no number is stated.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from planner.errors import ParameterError, ProcedureError, nearest
from planner.model import checks, folders
from planner.model.checks import Table, checked, optional
from planner.model.quantities import COMMON, LAWS, NEEDED, check_complete

ANY = "any"
"""Ends every solvent's chain: an entry of this name holds for all solvents."""

Reasons = tuple[tuple[str, str], ...]
"""(name, why)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hazard:
    """A danger that the reports state."""

    sentence: str
    """What can happen and what to do."""
    source: str
    """Keys of sources, as of a parameter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Solvent:
    """A solvent as the data describe it."""

    name: str
    aliases: tuple[str, ...]
    smiles: str
    """Empty for "neat"."""
    formula: str
    """Hill formula; empty for "neat"."""
    molar_mass: float | None
    """[g mol-1]."""
    density_g_per_mL: float | None
    """At 25 C [g mL-1]."""
    density_source: str
    """Source of the density, as of a parameter."""
    protic: bool
    """Whether it gives hydrogen bonds (its O-H assists condensation)."""
    alcohol: bool
    """Whether it is an alcohol (its usual grade holds more water, and it forms hemiacetals)."""
    like: str | None
    """Solvent whose numbers it takes where it has none of its own."""
    refused: str
    """Why no reaction is computed in it; empty when it may be used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Defaults:
    """What a reductant's procedure is unless the chemist says otherwise."""

    reductant_equivalents_factor: float
    """Moles of reductant per mole of amine and per equivalent of carbonyl (at least one)."""
    acid_equivalents_aldehyde: float
    acid_equivalents_ketone: float
    addition: str
    """all_at_once, slow_carbonyl, slow_amine or imine_first."""
    imine_time_h_aldehyde: float
    imine_time_h_ketone: float
    addition_time_h: float
    hold_time_h: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reductant:
    """A hydride donor as its file describes it."""

    name: str
    aliases: tuple[str, ...]
    key: str
    """Name of its file, first word of the names of its numbers."""
    smiles: str
    formula: str
    """Hill formula."""
    molar_mass: float
    """[g mol-1]."""
    usable_hydrides: int
    """Hydrides per mole that reduce imines at a useful rate."""
    formal_hydrides: int
    """B-H bonds per mole, for the gas budget."""
    hydride_loss_law: str
    """One of ``LAWS``."""
    default_solvent: str
    solvents: tuple[str, ...]
    """Solvents in which it may be used, in the order of ``solvents.toml``."""
    refused: tuple[tuple[str, str], ...]
    """(solvent, why not) for all the others."""
    warned: tuple[tuple[str, str], ...]
    """(solvent, caveat) for some of ``solvents``."""
    temperature_range_C: tuple[float, float]
    """Range in which the numbers are meant [C]."""
    warn_below_pH: float | None
    """pH below which a caveat is due; None where the pH is not computed."""
    refuse_below_pH: float | None
    """pH below which the procedure is refused."""
    warn_above_acid: float | None
    """Acid equivalents above which a caveat is due; None without such a limit."""
    refuse_above_acid: float | None
    """Acid equivalents above which the procedure is refused."""
    acid_reason: str
    """What acid does to it, for both messages and those of the pH."""
    defaults: Defaults
    hazards: tuple[Hazard, ...]
    does_not_claim: tuple[str, ...]
    """What its numbers do not cover."""


_SOLVENT: checks.Schema = {
    "aliases": checks.texts,
    "smiles": optional(checks.text),
    "formula": optional(checks.text),
    "molar_mass": optional(checks.amount),
    "density_g_per_mL": optional(checks.amount),
    "density_source": optional(checks.text),
    "protic": checks.flag,
    "alcohol": checks.flag,
    "like": optional(checks.text),
    "refused": optional(checks.text),
}

REDUCTANT_HEAD: checks.Schema = {
    "name": checks.text,
    "aliases": checks.texts,
    "smiles": checks.text,
    "formula": checks.text,
    "molar_mass": checks.amount,
    "usable_hydrides": checks.count,
    "formal_hydrides": checks.count,
    "hydride_loss_law": checks.one_of(*LAWS),
    "default_solvent": checks.text,
    "solvents": checks.texts,
    "refused": optional(checks.reasons),
    "warned": optional(checks.reasons),
    "temperature_range_C": checks.interval,
    "warn_below_pH": optional(checks.number),
    "refuse_below_pH": optional(checks.number),
    "warn_above_acid": optional(checks.amount),
    "refuse_above_acid": optional(checks.amount),
    "acid_reason": optional(checks.text),
    "defaults": checks.table,
    "hazards": checks.tables,
    "does_not_claim": checks.texts,
}

_DEFAULTS: checks.Schema = {
    "reductant_equivalents_factor": checks.amount,
    "acid_equivalents_aldehyde": checks.amount,
    "acid_equivalents_ketone": checks.amount,
    "addition": checks.one_of("all_at_once", "slow_carbonyl", "slow_amine", "imine_first"),
    "imine_time_h_aldehyde": checks.amount,
    "imine_time_h_ketone": checks.amount,
    "addition_time_h": checks.amount,
    "hold_time_h": checks.amount,
}

_HAZARD: checks.Schema = {"sentence": checks.text, "source": checks.text}


def build_solvents(table: Table, where: str) -> tuple[Solvent, ...]:
    """Build the solvents; what one is like must be another, without a circle."""
    absent: Table = {"smiles": "", "formula": "", "molar_mass": None, "density_g_per_mL": None}
    absent |= {"density_source": "", "like": None, "refused": ""}
    got = {
        name: absent | checked(inner, f"{where}: [solvents.{name}]", _SOLVENT)
        for name, inner in table.items()
    }
    likes = {name: inner["like"] for name, inner in got.items()}
    for name, like in likes.items():
        if like is not None and like not in got:
            raise ParameterError(
                f"{where}: {name} is like {like!r}{nearest(like, got)}; known: {', '.join(got)}"
            )
        if len(_follow(name, likes)) > len(got) + 1:
            raise ParameterError(f"{where}: {name} is like itself, round a circle; mend `like`")
    return tuple(Solvent(name=name, **inner) for name, inner in got.items())


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
    head: Table, key: str, names: Collection[str], solvents: tuple[Solvent, ...], where: str
) -> Reductant:
    """Build a reductant from the head of its file and check it against its numbers.

    Parameters
    ----------
    head
        Checked against ``REDUCTANT_HEAD``.
    key
        Name of the file.
    names
        Names of its numbers, without the key.
    solvents
        All of the set.
    where
        File, for messages.
    """
    if not key.isidentifier() or any(name.split(".")[0] == key for name in COMMON):
        raise ParameterError(
            f"{where}: a file named {key!r} cannot prefix numbers; use another word of letters, _"
        )
    usable, refused, warned = _solvent_use(head, solvents, where)
    _check_law(head["hydride_loss_law"], names, [chain(name, solvents) for name in usable], where)
    if head["default_solvent"] not in usable:
        raise ParameterError(
            f"{where}: default_solvent = {head['default_solvent']!r}; expected one of {', '.join(usable)}"
        )
    limits = dict.fromkeys(("warn_below_pH", "refuse_below_pH", "warn_above_acid", "refuse_above_acid"))
    built = {
        "defaults": Defaults(**checked(head["defaults"], f"{where}: [defaults]", _DEFAULTS)),
        "hazards": tuple(Hazard(**checked(h, f"{where}: [[hazards]]", _HAZARD)) for h in head["hazards"]),
        "solvents": usable,
        "refused": refused,
        "warned": warned,
    }
    return Reductant(key=key, **{**limits, "acid_reason": "", **head, **built})


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
    head: Table, solvents: Sequence[Solvent], where: str
) -> tuple[tuple[str, ...], Reasons, Reasons]:
    """Sort all solvents into usable and refused ones, with the caveats of the usable ones."""
    allowed, never, caution = head["solvents"], dict(head.get("refused", ())), dict(head.get("warned", ()))
    known = {*(s.name for s in solvents), ANY}
    for name in (*allowed, *never, *caution):
        if name not in known:
            raise ParameterError(
                f"{where}: unknown solvent {name!r}{nearest(name, known)}; see {folders.SOLVENTS}"
            )
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
    raise ProcedureError(
        f"unknown {kind} {str(text)[:60]!r}{nearest(str(text)[:60], aliases)}; known: {names}"
    )
