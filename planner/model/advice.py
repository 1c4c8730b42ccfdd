"""Advice: prices of time and excess, cheap partners, remedies and protection, as ``advice.toml`` states them.

Judgements with their reasons, no constants of the flask: they order procedures and never change a prediction.
"""

from dataclasses import dataclass, field
from typing import Annotated

from planner.errors import ParameterError, nearest
from planner.model.checks import Amount, Count, Table, Text, Texts, checked_record, one_of
from planner.model.folders import ADVICE, Shelf
from planner.model.quantities import citations, sourced

PRICES = (
    "hour", "alcohol", "excess_gas", "excess_bulk", "excess", "excess_precious", "hydride", "acid", "kelvin", "cyanide",
    "residue",
)  # fmt: skip
"""What has a price."""
CAUSES = ("slow ketone", "hindered pair", "weak nucleophile", "too little time", "one carbon")
"""Why a hydride recipe does not do it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """What something costs."""

    points: Amount
    """Hundredths of the precious partner."""
    per: Text
    """Of what."""
    source: Text
    why: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Partners:
    """Which partners are cheap or precious, and how far one is taken in excess of the other."""

    gases: Texts
    """SMILES of amines that are bought as gas or solution."""
    bulk: Texts
    """SMILES of bulk reagents."""
    most_amine: Amount
    """Per carbonyl."""
    most_gas: Amount
    """Per carbonyl, of the gases."""
    least_carbonyl_M: Amount
    """Where the amine is in excess [M]."""
    most_reductant: Amount
    """Per carbonyl where the amine is in excess [mol/mol]."""
    size_ratio: Amount
    """Heavy atoms of the precious partner over the other's."""
    size_least: Count
    """Heavy atoms of the precious partner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainFlask:
    """What a chemist sets up for a slow pair and leaves over a day."""

    reductant: Text
    carbonyl_equivalents: Amount
    reductant_equivalents: Amount
    acid_equivalents: Amount
    concentration_M: Amount
    temperature_C: Amount


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """What practice does where no hydride recipe works."""

    name: Text
    causes: Texts
    """Some of ``CAUSES``."""
    words: Text
    """In an imperative."""
    harms: Texts = ()
    """Conditions that sensitive groups may not survive: as of ``sensitive.toml``."""
    not_with: Texts = ()
    """Reductants that it must not meet."""
    only: Annotated[str, one_of("aldehyde", "ketone", "")] = ""
    """Kind of carbonyl that it serves; empty for both."""
    boiling_C: float | None = None
    """Partners must boil above it where that is known [C]; None: it does not matter."""
    needs_imine: bool = False
    """Whether it rests on an imine, which a secondary amine does not give."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Protection:
    """A group that keeps a nitrogen out of the reaction."""

    name: Text
    smiles: Text
    """Of the group, its first atom on the nitrogen."""
    reagent: Text
    steps: Count
    """To put it on and take it off."""
    words: Text
    harms: Texts = ()
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """All of it."""

    prices: dict[str, Price] = field(hash=False)
    partners: Partners
    plain_flask: PlainFlask
    remedies: tuple[Remedy, ...]
    protection: Protection

    def price(self, name: str) -> float:
        """Price of one unit, as a fraction of the precious partner."""
        return self.prices[name].points / 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Book:
    prices: Table
    partners: Table
    plain_flask: Table
    remedies: tuple[Remedy, ...]
    protection: Table
    sources: Table = field(default_factory=dict)


def load_advice(shelf: Shelf) -> Advice:
    """Read the advice of a models folder; the shipped one where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    table, file = shelf.read(ADVICE)
    book = checked_record(_Book, table, file)
    cited = citations(book.sources, file)
    prices = _prices(book.prices, file)
    _check_causes(book.remedies, file)
    protection = checked_record(Protection, book.protection, f"{file}: [protection]")
    return Advice(
        prices=prices,
        partners=checked_record(Partners, book.partners, f"{file}: [partners]"),
        plain_flask=checked_record(PlainFlask, book.plain_flask, f"{file}: [plain_flask]"),
        remedies=sourced(book.remedies, cited),
        protection=sourced((protection,), cited)[0],
    )


def _prices(given: Table, file: str) -> dict[str, Price]:
    """Read the prices: none is missing, none unknown."""
    prices = {name: checked_record(Price, row, f"{file}: [prices.{name}]") for name, row in given.items()}
    for name in PRICES:
        if name not in prices:
            raise ParameterError(
                f"{file}: [prices.{name}] is missing; add it with points, per, source and why"
            )
    if unknown := [name for name in prices if name not in PRICES]:
        raise ParameterError(
            f"{file}: [prices.{unknown[0]}] is not known{nearest(unknown[0], PRICES)}; delete it"
        )
    return prices


def _check_causes(remedies: tuple[Remedy, ...], file: str) -> None:
    """Refuse a remedy for a cause that is none."""
    for remedy in remedies:
        if strange := [cause for cause in remedy.causes if cause not in CAUSES]:
            raise ParameterError(
                f"{file}: remedy {remedy.name}: cause {strange[0]!r} is not known{nearest(strange[0], CAUSES)}"
            )
