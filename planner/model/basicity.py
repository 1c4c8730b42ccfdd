"""Basicity: parents and increments by which the pKaH of a nitrogen is added up, read from ``basicity.toml``.

All values are in pK units, in water at 25 C, but for Hammett constants and weights, which have no unit. Each row says
how wide it is, what it stands on and where it comes from; how the rows are added stands in ``structures/basicity``.
"""

from dataclasses import dataclass, field
from typing import Any

from planner.model.checks import Amount, Table, Text, Texts, checked_record
from planner.model.folders import BASICITY, Shelf
from planner.model.hammett import (
    Constant,
    Grounded,
    Numbers,
    RingAtom,
    Substituent,
    load_hammett,
    read_constants,
)
from planner.model.quantities import citations, sourced
from planner.model.site_classes import read_definitions, with_patterns

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent(Grounded):
    """A kind of nitrogen (``[[parent]]``: the first that matches), or a trait (``[[trait]]``: each that matches)."""

    name: Text
    """Unique in its list."""
    smarts: Texts
    """Patterns of the nitrogen."""
    value: float
    """pKaH of a kind, what a trait adds to it [pK]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainGroup(Grounded):
    """What a group on a saturated chain takes off, by the number of carbon atoms between it and the nitrogen.

    Its sd is that of the largest of its increments; that of the others is in proportion.
    """

    name: Text
    smarts: Texts
    """Patterns of its first atom, seen from the nitrogen."""
    increments: Numbers
    """[pK] across one carbon, two, three, ...; further ones by the attenuation."""
    repeat: Amount = 1.0
    """Weight of each further group of the kind that is reached through the same carbon of the nitrogen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingNitrogen(Grounded):
    """A basic nitrogen of an aromatic ring, which may take the proton before the amine does."""

    name: Text
    atoms: Text
    """Of the ring, letters as in aromatic SMILES from the first of all ways to write them round; ``+`` where fused."""
    value: float
    """pKaH of the ring without substituents [pK]."""
    amino: Numbers
    """What an amino group adds on a carbon beside the nitrogen, and on another [pK]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Book:
    definitions: Table = field(default_factory=dict)
    sources: Table
    numbers: Table
    parent: tuple[Parent, ...]
    trait: tuple[Parent, ...]
    group: tuple[ChainGroup, ...]
    ring_nitrogen: tuple[RingNitrogen, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Basicity:
    """All that the file says, in its order."""

    numbers: dict[str, Constant]
    """``NUMBERS``."""
    hammett: dict[str, Constant]
    """Those of ``hammett.toml``."""
    parents: tuple[Parent, ...]
    traits: tuple[Parent, ...]
    groups: tuple[ChainGroup, ...]
    substituents: tuple[Substituent, ...]
    ring_atoms: dict[str, RingAtom]
    """By name: ``n`` pyridine-like, ``nR`` pyrrole-like, ``o``, ``s``."""
    ring_nitrogens: dict[str, RingNitrogen]
    """By their ``atoms``."""


def load_basicity(shelf: Shelf) -> Basicity:
    """Read the increments of a models folder, and what rings do to an amine; the shipped ones where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    hammett = load_hammett(shelf)
    table, where = shelf.read(BASICITY)
    book = checked_record(_Book, table, where)
    definitions = read_definitions(table, where)
    cited = citations(book.sources, where)

    def patterns(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return with_patterns(rows, definitions, where)

    return Basicity(
        numbers=read_constants(book.numbers, NUMBERS, cited, where),
        parents=sourced(patterns(book.parent), cited),
        traits=sourced(patterns(book.trait), cited),
        groups=sourced(patterns(book.group), cited),
        hammett=hammett.numbers,
        substituents=hammett.substituents,
        ring_atoms=hammett.ring_atoms,
        ring_nitrogens={row.atoms: row for row in sourced(book.ring_nitrogen, cited)},
    )
