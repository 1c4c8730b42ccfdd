"""Hammett's constants: what substituents and heteroatoms of an aromatic ring do, read from ``hammett.toml``.

One row for each substituent serves every group on a ring whose reactivity follows it. Each row says how wide it is,
what it stands on and where it comes from; how rows are added up stands in ``structures/aromatics``.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated

from planner.errors import ParameterError
from planner.model.checks import Amount, Table, Text, Texts, checked_record, number, one_of
from planner.model.folders import HAMMETT, Shelf
from planner.model.quantities import citations, sourced
from planner.model.site_classes import read_definitions, with_patterns

BASES = ("measured", "fitted", "analogy", "assumed")
"""What a row may stand on."""
NUMBERS = (
    "ortho_polar",
    "ortho_resonance",
    "fused_ring",
    "aza_on_resonance",
    "acyl_on_resonance",
    "acyl_on_polar",
    "five_ring_size",
    "rho_star",
)
"""What ``[numbers.*]`` must hold; see the notes in the file."""
Basis = Annotated[str, one_of(*BASES)]


def _numbers(value: object) -> tuple[float, ...]:
    """Take a list of numbers, not empty."""
    if not isinstance(value, list) or not value:
        raise ValueError("a list of numbers")
    return tuple(number(item) for item in value)


Numbers = Annotated[tuple[float, ...], _numbers]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounded:
    """What a row of increments says of itself: how wide it is, what it stands on and where it comes from."""

    sd: Amount
    """Standard deviation; of what, says each kind of row [pK]."""
    unit: Annotated[str, one_of("pK")]
    basis: Basis
    source: Text
    """In full."""
    note: Text = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Substituent(Grounded):
    """What a substituent of an aromatic ring does to an amine on it, and to a nitrogen in it.

    Its sd is that of what it does to an aniline from meta or para; twice that from ortho.
    """

    name: Text
    smarts: Texts
    """Patterns of its first atom, seen from the ring."""
    is_fused: bool = False
    """Whether it is the next atom of a ring that is fused on."""
    is_amino: bool = False
    """Whether it gives an electron pair as an amino group does."""
    sigma_meta: float
    """Hammett's constant [1]."""
    sigma_para: float
    """Through resonance with an amine (sigma minus of acceptors) [1]."""
    sigma_zero: float
    """From para without resonance with the group [1]."""
    sigma_plus: float
    """From para through resonance with an acceptor, such as C=O [1]."""
    size: Amount
    """As a neighbour of a carbonyl group, in those of methyl [1]."""
    ortho: float
    """On an aniline from the next atom [pK]."""
    pyridine: Numbers = ()
    """On a nitrogen in the ring: from beside it, from the next atom and the opposite one [pK]; else by Hammett."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingAtom(Grounded):
    """What a heteroatom in an aromatic ring does to an amine on that ring, and its sd that of this."""

    name: Text
    six: Numbers
    """In a six-membered ring: from ortho, meta and para [pK]."""
    five: Numbers
    """In a five-membered ring: next to the carbon that bears the amine, and one further [pK]."""
    beside: Numbers
    """In a ring fused on: bound to the ring atom ortho, meta and para to the amine, and elsewhere [pK]."""
    polar_six: Numbers
    """Sigma zero towards a carbonyl group in place of benzene, from the same places [1]."""
    polar_five: Numbers
    polar_beside: Numbers
    resonance_six: Numbers
    """What it gives to the carbonyl group, sigma plus less sigma zero, from the same places [1]."""
    resonance_five: Numbers
    resonance_beside: Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Constant:
    """A number of the law itself."""

    value: float
    sd: Amount
    unit: Annotated[str, one_of("pK", "1")]
    basis: Basis
    source: Text
    note: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class _Book:
    definitions: Table = field(default_factory=dict)
    sources: Table
    numbers: Table
    substituent: tuple[Substituent, ...]
    ring_atom: tuple[RingAtom, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hammett:
    """All that the file says, in its order."""

    numbers: dict[str, Constant]
    """``NUMBERS``."""
    substituents: tuple[Substituent, ...]
    ring_atoms: dict[str, RingAtom]
    """By name: ``n`` pyridine-like, ``nR`` pyrrole-like, ``o``, ``s``."""


def load_hammett(shelf: Shelf) -> Hammett:
    """Read the constants of a models folder; the shipped ones where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    table, where = shelf.read(HAMMETT)
    book = checked_record(_Book, table, where)
    cited, definitions = citations(book.sources, where), read_definitions(table, where)
    return Hammett(
        numbers=read_constants(book.numbers, NUMBERS, cited, where),
        substituents=sourced(with_patterns(book.substituent, definitions, where), cited),
        ring_atoms={row.name: row for row in sourced(book.ring_atom, cited)},
    )


def read_constants(
    rows: Table, names: Collection[str], cited: dict[str, str], where: str
) -> dict[str, Constant]:
    """Read the numbers of a law: all of these names and no others."""
    numbers = {key: checked_record(Constant, row, f"{where}: [numbers.{key}]") for key, row in rows.items()}
    if set(numbers) != set(names):
        raise ParameterError(f"{where}: [numbers] holds {', '.join(numbers)}; expected {', '.join(names)}")
    return {key: sourced((row,), cited)[0] for key, row in numbers.items()}
