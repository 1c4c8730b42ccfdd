"""By-products: what may form besides what the model counts, and what a mass spectrometer makes of it.

Read from ``models/by_products.toml``, whose head says what each key means. A new by-product is one table there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated, TypeVar

from planner.errors import ParameterError, nearest
from planner.model.checks import Amount, Count, Table, Text, Texts, checked_record, one_of
from planner.model.folders import models_folder, read_toml
from planner.model.quantities import citations, in_full
from planner.model.site_classes import defined, read_definitions
from planner.model.workup import Figure

FILE = "by_products.toml"
RANKS = ("likely", "possible", "rare")
"""How often what the model does not compute is met."""
FLAGS = (
    "cyanide", "borane", "acetate", "formaldehyde", "methanol", "amide solvent",
    "dichloromethane", "aldehyde", "strong hydride",
)  # fmt: skip
"""What may hold of a flask; see the head of the file."""
ROLES = ("amine", "carbonyl", "carbonyl whole", "product", "any", "any alkyl halide")
"""What a by-product may be made of, besides earlier by-products."""
NUMBERS = (
    *RANKS, "without_nitrogen", "least_weight", "least_amount", "background", "chance_to_warn", "amount_to_believe",
)  # fmt: skip
TWO_NITROGENS = "two nitrogens"
"""What an ion with two protons needs."""
FORMULA = re.compile(r"([A-Z][a-z]?)(\d*)")

Row = TypeVar("Row", "ByProduct", "Background", "Difference", "Note")


def read_formula(text: str) -> dict[str, int]:
    """Count the atoms of a Hill formula without brackets.

    Examples
    --------
    >>> read_formula("C2H4N")
    {'C': 2, 'H': 4, 'N': 1}
    """
    if FORMULA.sub("", text):
        raise ValueError("a formula such as C2H4O")
    counts: dict[str, int] = {}
    for symbol, number in FORMULA.findall(text):
        counts[symbol] = counts.get(symbol, 0) + int(number or 1)
    return counts


def _formula(value: object) -> str:
    """Take a formula."""
    if not isinstance(value, str):
        raise ValueError("a formula such as C2H4O")
    read_formula(value)
    return value


Formula = Annotated[str, _formula]


@dataclass(frozen=True, kw_only=True, slots=True)
class ByProduct:
    """One kind of by-product."""

    kind: Text
    name: Text
    """In words; ``{of}`` is what it comes from."""
    made_from: Texts
    """``from`` in the file: ``ROLES``, or kinds of earlier rows."""
    reaction: Text
    """Reaction SMARTS, definitions written out."""
    adds: Formula = ""
    """Elements that come from elsewhere."""
    loses: Formula = ""
    """Elements that leave."""
    when: Texts = ()
    """All of these ``FLAGS`` hold."""
    unless: Texts = ()
    """None of these does."""
    rank: Annotated[str, one_of(*RANKS)]
    counts: bool = False
    """Whether it counts to the degree that it comes from."""
    piece: bool = False
    """Whether something is left behind, so that no balance is struck."""
    fate: Text = ""
    """What the model counts that it is: ``imine``, or the word of a fate of the carbonyl."""
    counted: bool = False
    """Whether the whole of that is it; else it is counted with another row."""
    why: Text
    avoid: Text
    confirm: Text
    source: Text
    """In full."""

    def holds(self, flags: frozenset[str]) -> bool:
        """Whether it may form in a flask of which these ``FLAGS`` hold."""
        return flags.issuperset(self.when) and not flags & {*self.unless}


@dataclass(frozen=True, kw_only=True, slots=True)
class Adduct:
    """An ion that a neutral compound M gives."""

    name: Text
    molecules: Count = 1
    adds: Formula = ""
    loses: Formula = ""
    charge: Count
    weight: Amount
    """How often it is seen beside [M+H]+."""
    weight_far: Amount | None = None
    """The same where two nitrogens are at least five bonds apart."""
    where: Text = ""
    """Pattern with which ``weight_where`` holds."""
    weight_where: Amount | None = None
    needs: Text = ""
    """Pattern without which it is not seen, or ``two nitrogens``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """An ion that instruments show without a sample."""

    name: Text
    formula: Formula
    """Of the ion, charge 1."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What a difference between two ions usually means."""

    words: Text
    adds: Formula = ""
    loses: Formula = ""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A sentence about a mixture."""

    words: Text
    where: Text
    """Pattern that a partner or a product holds."""
    when: Texts = ()
    """All of these ``FLAGS`` hold."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Lore:
    """All that the file says."""

    by_products: tuple[ByProduct, ...]
    adducts: tuple[Adduct, ...]
    backgrounds: tuple[Background, ...]
    differences: tuple[Difference, ...]
    notes: tuple[Note, ...]
    numbers: Mapping[str, Figure] = field(hash=False)
    patterns: Mapping[str, str] = field(hash=False)
    """The file's definitions, written out."""

    def number(self, name: str) -> float:
        """Return the value of a number."""
        return self.numbers[name].value


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pages:
    by_product: tuple[Table, ...]
    adduct: tuple[Adduct, ...]
    background: tuple[Background, ...]
    difference: tuple[Difference, ...]
    note: tuple[Note, ...]
    numbers: Table
    definitions: Table
    sources: Table


@lru_cache(maxsize=1)
def load_by_products() -> Lore:
    """Read the shipped file, once.

    Raises
    ------
    ParameterError
        If the file is damaged.
    """
    file = models_folder() / FILE
    table, where = read_toml(file), str(file)
    book = checked_record(_Pages, table, where)
    cited = citations(book.sources, where)
    definitions = read_definitions(table, where)
    rows = [checked_record(ByProduct, _renamed(row), f"{where}: [[by_product]]") for row in book.by_product]
    for number, row in enumerate(rows):
        earlier = [r.kind for r in rows[:number]]
        check_words(
            row.kind, (row.when, FLAGS), (row.unless, FLAGS), (row.made_from, (*ROLES, *earlier)), where=where
        )
    for note in book.note:
        check_words("[[note]]", (note.when, FLAGS), where=where)
    if missing := [name for name in NUMBERS if name not in book.numbers]:
        raise ParameterError(f"{where}: [numbers.{missing[0]}] is missing; add it")
    return Lore(
        by_products=tuple(
            replace(row, reaction=defined(row.reaction, definitions, where)) for row in _cited(rows, cited)
        ),
        adducts=book.adduct,
        backgrounds=tuple(_cited(book.background, cited)),
        differences=tuple(_cited(book.difference, cited)),
        notes=tuple(_cited(book.note, cited)),
        numbers={n: checked_record(Figure, book.numbers[n], f"{where}: [numbers.{n}]") for n in NUMBERS},
        patterns={word: defined(f"{{{word}}}", definitions, where) for word in definitions},
    )


def _renamed(row: Table) -> Table:
    """Write ``from``, which is a word of Python, as the record does."""
    return {"made_from" if key == "from" else key: value for key, value in row.items()}


def check_words(what: str, *given: tuple[Sequence[str], Sequence[str]], where: str) -> None:
    """Refuse a condition or an origin that means nothing."""
    for words, known in given:
        for word in words:
            if word not in known:
                raise ParameterError(
                    f"{where}: {what}: {word!r} is not known{nearest(word, known)}; known: {', '.join(known)}"
                )


def _cited(rows: Sequence[Row], cited: dict[str, str]) -> list[Row]:
    """Write the sources of rows in full."""
    return [replace(row, source=in_full(row.source, cited)) for row in rows]
