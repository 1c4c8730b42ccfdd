"""Basicity: parents and increments by which the pKaH of a nitrogen is added up, read from ``basicity.toml``.

All values are in pK units, in water at 25 C, but for Hammett constants and weights, which have no unit. Each row says
how wide it is, what it stands on and where it comes from; how the rows are added stands in ``structures/basicity``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar

from planner.errors import ParameterError
from planner.model.checks import Amount, Table, Text, Texts, checked_record, number, one_of
from planner.model.folders import BASICITY, Shelf
from planner.model.quantities import Source, in_full
from planner.model.site_classes import read_definitions, written_out

BASES = ("measured", "fitted", "analogy", "assumed")
"""What a row may stand on."""
NUMBERS = (
    "rho_aniline",
    "rho_pyridine",
    "rho_azole",
    "rho_benzyl",
    "attenuation",
    "longer_way",
    "second_amino",
    "amino_elsewhere",
    "amino_peri",
    "unknown_amine",
    "additivity",
)
"""What ``[numbers.*]`` must hold; see the notes in the file."""
Row = TypeVar("Row", "Parent", "ChainGroup", "Substituent", "RingAtom", "RingNitrogen", "Constant")
Basis = Annotated[str, one_of(*BASES)]


def _numbers(value: object) -> tuple[float, ...]:
    """Take a list of numbers, not empty."""
    if not isinstance(value, list) or not value:
        raise ValueError("a list of numbers")
    return tuple(number(item) for item in value)


Numbers = Annotated[tuple[float, ...], _numbers]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """A kind of nitrogen (``[[parent]]``: the first that matches), or a trait (``[[trait]]``: each that matches)."""

    name: Text
    """Unique in its list."""
    smarts: Texts
    """Patterns of the nitrogen."""
    value: float
    """pKaH of a kind, what a trait adds to it [pK]."""
    sd: Amount
    unit: Annotated[str, one_of("pK")]
    basis: Basis
    source: Text
    """In full."""
    note: Text = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainGroup:
    """What a group on a saturated chain takes off, by the number of carbon atoms between it and the nitrogen."""

    name: Text
    smarts: Texts
    """Patterns of its first atom, seen from the nitrogen."""
    increments: Numbers
    """[pK] across one carbon, two, three, ...; further ones by the attenuation."""
    sd: Amount
    """Of the largest of them; of the others in proportion."""
    repeat: Amount = 1.0
    """Weight of each further group of the kind that is reached through the same carbon of the nitrogen."""
    unit: Annotated[str, one_of("pK")]
    basis: Basis
    source: Text
    note: Text = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Substituent:
    """What a substituent of an aromatic ring does to an amine on it, and to a nitrogen in it."""

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
    ortho: float
    """On an aniline from the next atom [pK]."""
    pyridine: Numbers = ()
    """On a nitrogen in the ring: from beside it, from the next atom and the opposite one [pK]; else by Hammett."""
    sd: Amount
    """Of what it does to an aniline from meta or para [pK]; twice that from ortho."""
    unit: Annotated[str, one_of("pK")]
    basis: Basis
    source: Text
    note: Text = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingAtom:
    """What a heteroatom in an aromatic ring does to an amine on that ring."""

    name: Text
    six: Numbers
    """In a six-membered ring: from ortho, meta and para [pK]."""
    five: Numbers
    """In a five-membered ring: next to the carbon that bears the amine, and one further [pK]."""
    beside: Numbers
    """In a ring fused on: bound to the ring atom ortho, meta and para to the amine, and elsewhere [pK]."""
    sd: Amount
    """Of any of them."""
    unit: Annotated[str, one_of("pK")]
    basis: Basis
    source: Text
    note: Text = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingNitrogen:
    """A basic nitrogen of an aromatic ring, which may take the proton before the amine does."""

    name: Text
    atoms: Text
    """Of the ring, letters as in aromatic SMILES from the first of all ways to write them round; ``+`` where fused."""
    value: float
    """pKaH of the ring without substituents [pK]."""
    amino: Numbers
    """What an amino group adds on a carbon beside the nitrogen, and on another [pK]."""
    sd: Amount
    unit: Annotated[str, one_of("pK")]
    basis: Basis
    source: Text
    note: Text = ""


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
    parent: tuple[Parent, ...]
    trait: tuple[Parent, ...]
    group: tuple[ChainGroup, ...]
    substituent: tuple[Substituent, ...]
    ring_atom: tuple[RingAtom, ...]
    ring_nitrogen: tuple[RingNitrogen, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Basicity:
    """All that the file says, in its order."""

    numbers: dict[str, Constant]
    """``NUMBERS``."""
    parents: tuple[Parent, ...]
    traits: tuple[Parent, ...]
    groups: tuple[ChainGroup, ...]
    substituents: tuple[Substituent, ...]
    ring_atoms: dict[str, RingAtom]
    """By name: ``n`` pyridine-like, ``nR`` pyrrole-like, ``o``, ``s``."""
    ring_nitrogens: dict[str, RingNitrogen]
    """By their ``atoms``."""


def load_basicity(shelf: Shelf) -> Basicity:
    """Read the increments of a models folder; the shipped ones where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    file = shelf.find(BASICITY)
    table, where = shelf.toml(file), str(file)
    book = checked_record(_Book, table, where)
    definitions = read_definitions(table, where)
    listed = (
        checked_record(Source, s, f"{where}: [sources.{key}]", key=key) for key, s in book.sources.items()
    )
    cited = {source.key: source.citation for source in listed}
    numbers = {
        key: checked_record(Constant, row, f"{where}: [numbers.{key}]") for key, row in book.numbers.items()
    }
    if set(numbers) != set(NUMBERS):
        raise ParameterError(f"{where}: [numbers] holds {', '.join(numbers)}; expected {', '.join(NUMBERS)}")

    def patterns(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        _check_names(rows, where)
        return tuple(written_out(row, ("smarts",), definitions, f"{where} ({row.name})") for row in rows)

    return Basicity(
        numbers={key: _sourced((row,), cited)[0] for key, row in numbers.items()},
        parents=_sourced(patterns(book.parent), cited),
        traits=_sourced(patterns(book.trait), cited),
        groups=_sourced(patterns(book.group), cited),
        substituents=_sourced(patterns(book.substituent), cited),
        ring_atoms={row.name: row for row in _sourced(book.ring_atom, cited)},
        ring_nitrogens={row.atoms: row for row in _sourced(book.ring_nitrogen, cited)},
    )


def _sourced(rows: Iterable[Row], cited: dict[str, str]) -> tuple[Row, ...]:
    """Write the sources of rows out in full."""
    return tuple(replace(row, source=in_full(row.source, cited)) for row in rows)


def _check_names(rows: tuple[Any, ...], where: str) -> None:
    """Refuse a name that stands twice in one list."""
    named = [row.name for row in rows]
    if twice := [name for name in named if named.count(name) > 1]:
        raise ParameterError(f"{where}: the name {twice[0]!r} stands twice; rename one")
