"""Procedure: how a ring is closed; what is not said takes a default, and the answer lists which.

``concentration_M`` is moles of the limiting partner per litre of final volume, heel and feeds together.
"""

from dataclasses import dataclass, fields, replace
from math import isfinite
from typing import Any

from planner.errors import ProcedureError, finite, nearest, shown, with_point
from planner.model.model import Model
from planner.rings.book import Book
from planner.rings.options import A_INTO_B, AT_ONCE, B_INTO_A, BASES, BOTH_FED, NO_WORDS, NUMBERS, WAYS, WORDS
from planner.rings.pairs import RingPair

FEED_M = 0.1
"""Usual strength of a syringe [M]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingProcedure:
    """What is done, every field settled."""

    concentration_M: float
    """Limiting partner over the final volume [M]."""
    addition_time_h: float
    """Length of the feed [h]; 0 is a batch."""
    hold_time_h: float = 12.0
    """After the feed [h]."""
    feed_M: float = FEED_M
    """Strength of each syringe [M]."""
    addition: str = BOTH_FED
    """One of ``WAYS``."""
    equivalents: float = 1.0
    """Moles of b per mole of a."""
    leaving_group: str | None = None
    """Name of the group that leaves; None for carbonyls."""
    solvent: str = "MeCN"
    """Name."""
    base: str | None = "K2CO3"
    """What takes up the acid; None where nothing does."""
    temperature_C: float = 82.0
    """Of the flask [C]."""
    reductant: str | None = None
    """For carbonyls; None where there is none, and imines equilibrate."""
    reductant_equivalents: float = 1.5
    """Per mole of carbonyl ends."""
    pump_ratio: float = 1.0
    """Rate of b's pump over a's."""
    leak: float = 0.0
    """Share of b's feed that is lost."""

    @property
    def holds_acid(self) -> bool:
        """Whether bonds set an acid free that must be taken up."""
        return self.leaving_group is not None

    def moles(self, *, single: bool) -> tuple[float, float]:
        """Moles of a and b per litre of final volume; no b where one molecule has both ends."""
        if single:
            return self.concentration_M, 0.0
        return self.concentration_M * max(1.0, 1.0 / self.equivalents), self.concentration_M * max(
            1.0, self.equivalents
        )

    def fed_moles(self, *, single: bool) -> float:
        """Moles per litre of final volume that come by pump."""
        if self.addition_time_h <= 0 or self.addition == AT_ONCE:
            return 0.0
        a, b = self.moles(single=single)
        fed_a = single or self.addition in (BOTH_FED, A_INTO_B)
        return (a if fed_a else 0.0) + (b if self.addition in (BOTH_FED, B_INTO_A) else 0.0)

    @property
    def total_time_h(self) -> float:
        """Feed and hold [h]; the slower pump counts."""
        longest = self.addition_time_h / min(1.0, self.pump_ratio) if self.addition != AT_ONCE else 0.0
        return longest + self.hold_time_h


FIELDS = tuple(f.name for f in fields(RingProcedure))
LARGEST_FEED, HALF_FED = 0.95, 0.5
"""Share of the final volume that feeds may be, and that they are where the usual syringes are too weak."""
FAULTS = ("pump_ratio", "leak")
"""What goes wrong, not what is chosen."""


def settle_ring(
    asked: dict[str, Any], pair: RingPair, model: Model, book: Book
) -> tuple[RingProcedure, tuple[str, ...]]:
    """Fill what is not said.

    Returns
    -------
    RingProcedure
        Every field.
    tuple of str
        Fields that took a default.

    Raises
    ------
    ProcedureError
        If a field is unknown, a number out of its bounds, or a word unknown or out of place.
    """
    for name in asked:
        if name not in FIELDS:
            raise ProcedureError(
                f"{shown(name)} is no field of a ring closure{nearest(str(name), FIELDS)}; fields: {', '.join(FIELDS)}"
            )
    said = {name: value for name, value in asked.items() if value is not None}
    if "base" in asked and asked["base"] is None and not pair.is_reductive:
        said["base"] = NO_WORDS[0]  # none at all, and not the default
    if pair.b is None and (idle := [name for name in ("equivalents", *FAULTS) if name in said]):
        raise ProcedureError(
            f"{idle[0]} {shown(said[idle[0]])}: one compound has both ends, there is no second partner; leave it out"
        )
    numbers = {name: _number(name, value) for name, value in said.items() if name in NUMBERS}
    words = _words({name: value for name, value in said.items() if name in WORDS}, pair, model, book)
    defaults = _defaults(pair, words, model)
    given = {**defaults, **numbers, **words}
    if given["addition"] == AT_ONCE:
        if numbers.get("addition_time_h", 0.0) > 0:
            raise ProcedureError(
                f"addition_time_h {numbers['addition_time_h']:g} with everything in the flask at once; expected 0, or "
                "an addition that feeds: change one of them"
            )
        given["addition_time_h"] = 0.0
    made = RingProcedure(**given)
    if "feed_M" not in numbers:
        made = replace(made, feed_M=_strong_enough(made, single=pair.b is None))
    return made, tuple(name for name in shown_fields(pair) if name not in said and name not in FAULTS)


def _strong_enough(p: RingProcedure, *, single: bool) -> float:
    """Choose the strength of the syringes: the usual one, or so much that the feeds are half of the final volume."""
    fed = p.fed_moles(single=single)
    if fed <= LARGEST_FEED * p.feed_M:
        return p.feed_M
    return min(NUMBERS["feed_M"].high, float(f"{fed / HALF_FED:.3g}"))


def shown_fields(pair: RingPair) -> tuple[str, ...]:
    """Fields that mean something for a closure."""
    idle = {"equivalents", "pump_ratio", "leak"} if pair.b is None else set()
    idle |= {"leaving_group", "base"} if pair.is_reductive else {"reductant", "reductant_equivalents"}
    idle |= {"reductant_equivalents"} if pair.kind == "diamine and carbonyl" else set()
    return tuple(name for name in FIELDS if name not in idle)


def _number(name: str, value: object) -> float:
    """Take a number within its bounds."""
    low, high, unit, _ = NUMBERS[name]
    number = finite(value)
    if number is None or not isfinite(number) or not low <= number <= high:
        hint = with_point(value) if isinstance(value, str) else ""
        raise ProcedureError(
            f"{name} {shown(value)}; expected a number from {low:g} to {high:g} ({unit}){hint}: change it"
        )
    return number


def _words(said: dict[str, Any], pair: RingPair, model: Model, book: Book) -> dict[str, Any]:
    """Take the words."""
    found: dict[str, Any] = {}
    for name, value in said.items():
        if not isinstance(value, str):
            raise ProcedureError(f"{name} {shown(value)} is no text; expected {WORDS[name]}")
        if name == "addition":
            found[name] = _one_of(name, value, WAYS)
        elif name == "leaving_group":
            short = {a: e.name for e in book.ends for a in e.aliases}
            own = pair.leaving_groups
            found[name] = own if value == own else _one_of(name, short.get(value, value), book.groups)
        elif name == "base":
            found[name] = None if value.casefold() in NO_WORDS else _one_of(name, value, BASES)
        elif name == "reductant":
            found[name] = None if value.casefold() in NO_WORDS else model.reductant(value).name
        else:
            found[name] = _solvent(value, pair, model, book)
    misplaced = ("leaving_group", "base") if pair.is_reductive else ("reductant",)
    for name in misplaced:
        if name in found:
            ends = (
                "carbonyls, which leave no acid"
                if pair.is_reductive
                else "halides or sulfonates, which no hydride takes"
            )
            raise ProcedureError(f"{name} {shown(said[name])}: the ends are {ends}; leave it out")
    if pair.kind == "diamine and carbonyl" and found.get("reductant"):
        raise ProcedureError(
            f"reductant {shown(found['reductant'])}: hydride opens the aminal to the alkylated diamine; expected "
            "none for the ring, or use `planner predict` for the alkylation"
        )
    return found


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    folded = {word.casefold(): word for word in known}
    if value.casefold() not in folded:
        raise ProcedureError(
            f"{name} {shown(value)}{nearest(value[:60], known)}; expected one of {', '.join(known)}"
        )
    return folded[value.casefold()]


def _solvent(value: str, pair: RingPair, model: Model, book: Book) -> str:
    """Name a solvent; only those with a number are computed."""
    if pair.is_reductive:
        return str(model.solvent(value).name)
    if value.casefold() in {s.casefold() for s in book.solvents}:
        return _one_of("solvent", value, book.solvents)
    try:
        name = str(model.solvent(value).name)
    except ProcedureError:
        name = value
    if name not in book.solvents:
        hint = nearest(value[:60], book.solvents)
        raise ProcedureError(
            f"solvent {shown(value)}{hint} has no number for substitution; expected one of {', '.join(book.solvents)}"
        )
    return name


def _defaults(pair: RingPair, words: dict[str, Any], model: Model) -> dict[str, Any]:
    """State the defaults of a kind of closure."""
    defaults: dict[str, Any] = {"concentration_M": 0.01, "addition_time_h": 24.0, "addition": BOTH_FED}
    if pair.is_sulfonamide or pair.is_reductive:
        defaults = {"concentration_M": 0.1, "addition_time_h": 0.0, "addition": BOTH_FED}
    if pair.is_reductive:
        named = None if pair.kind == "diamine and carbonyl" else words.get("reductant", "STAB")
        own = model.reductant(named) if named else None
        return defaults | {
            "reductant": named,
            "solvent": own.default_solvent if own else "MeOH",
            "temperature_C": 25.0,
            "base": None,
            "leaving_group": None,
        }
    return defaults | {
        "leaving_group": pair.leaving_groups,
        "solvent": "DMF" if pair.is_sulfonamide else "MeCN",
    }
