"""Book: the numbers, groups and sentences of ``models/rings.toml``, whose head says what each key means."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from planner.errors import ParameterError
from planner.model.checks import Table, Text, Texts, checked_record, texts
from planner.model.folders import models_folder, read_file, read_toml
from planner.model.numbers import check_sources, read_parameters
from planner.model.quantities import (
    Parameter,
    Quantity,
    Source,
    check_complete,
    citations,
    sourced,
)
from planner.model.site_classes import with_patterns, written_out

FILE = "rings.toml"
KINDS = (
    "diamine and dihalide", "bis-sulfonamide and dihalide", "primary amine and dihalide", "amino-halide",
    "diamine and dicarbonyl", "primary amine and dicarbonyl", "diamine and carbonyl", "amino-carbonyl",
)  # fmt: skip
"""What closes a ring; dihalide stands for disulfonates too."""
FLAGS = (
    "base", "halide", "hydride", "sulfonamide", "excess amine", "quaternary", "oligomer", "extraction", "small",
    "aminal", "acid-sensitive",
)  # fmt: skip
"""What may hold of a mixture after a closure."""
SECOND_ORDER = Quantity("M-1 s-1")
FACTOR = Quantity("1")
QUANTITIES = {
    "k.amine": SECOND_ORDER,
    "k.sulfonamide": SECOND_ORDER,
    "energy.amine": Quantity("kJ/mol", linear=True),
    "energy.sulfonamide": Quantity("kJ/mol", linear=True),
    "nucleophilicity.acyclic_secondary": FACTOR,
    "nucleophilicity.ring_secondary": FACTOR,
    "nucleophilicity.tertiary": FACTOR,
    "nucleophilicity.aryl": FACTOR,
    "nucleophilicity.sec_alkyl": FACTOR,
    "nucleophilicity.tert_alkyl_primary": FACTOR,
    "nucleophilicity.tert_alkyl": FACTOR,
    "tether.gem_dialkyl": FACTOR,
    "tether.neopentyl": FACTOR,
    "tether.flat": FACTOR,
    "tether.two_heteroatoms": FACTOR,
    "tether.secondary_carbon": FACTOR,
    "tether.activated_carbon": FACTOR,
    "aminal.formaldehyde": FACTOR,
    "aminal.aldehyde": FACTOR,
    "aminal.ketone": FACTOR,
    "leaving_group.*": FACTOR,
    "solvent.*": FACTOR,
    "em.*": Quantity("M"),
    "em_sulfonamide.*": Quantity("M"),
}
"""Numbers that must be there, and tables with entries of any name."""
REFERENCE_SOLVENT, REFERENCE_GROUP = "MeCN", "bromide"
"""They have no number: exactly 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """A group that leaves a carbon to an amine."""

    name: Text
    label: Text
    aliases: Texts = ()
    smarts: Texts
    """The first atom is the carbon, the second the first atom that leaves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndHazard:
    """A danger of a partner."""

    smarts: Texts
    exclude: Texts = ()
    kinds: Texts = ()
    """Of closure in which it arises; any where empty."""
    sentence: Text
    codes: Texts = ()
    """Hazard statements of Regulation (EC) 1272/2008."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Caveat:
    """What the numbers leave out of a kind of closure."""

    kinds: Texts
    smarts: Texts = ()
    exclude: Texts = ()
    amine: Texts = ()
    """Patterns of the partner with the nitrogens."""
    sizes: tuple[int, ...] = ()
    """Of the ring; any where empty."""
    from_size: int = 0
    """Least size of the ring."""
    sentence: Text
    remedy: Text
    voids: bool = False
    """Whether the numbers do not hold."""
    spares_dilution: bool = False
    """Whether practice needs less dilution than the numbers ask for."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class NoRing:
    """Why a pair that closes no ring does not."""

    smarts: Texts
    """Patterns of the partner with the ends."""
    kinds: Texts = ()
    """Of closure; a partner with fewer than two ends where empty."""
    sentence: Text
    remedy: Text
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Sold:
    """A ring that is bought."""

    smiles: Text
    name: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Reagent:
    """A partner by its names."""

    names: Texts
    smiles: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A way to the ring, or round it."""

    name: Text
    title: Text
    extra_steps: int
    """Besides the closure."""
    words: Text
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkStep:
    """A step of the work-up."""

    when: Annotated[tuple[str, ...], texts]
    """All of ``FLAGS`` that must hold."""
    sentence: Text
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    """The file."""

    numbers: Table
    sources: Table
    end: tuple[End, ...]
    hazard: tuple[EndHazard, ...] = ()
    caveat: tuple[Caveat, ...] = ()
    no_ring: tuple[NoRing, ...] = ()
    sold: tuple[Sold, ...] = ()
    route: tuple[Route, ...] = ()
    workup: tuple[WorkStep, ...] = ()
    reagent: tuple[Reagent, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Book:
    """All that the file says."""

    parameters: Mapping[str, Parameter]
    """By name."""
    sha256: str
    """Of the file."""
    sources: tuple[Source, ...]
    ends: tuple[End, ...]
    hazards: tuple[EndHazard, ...]
    caveats: tuple[Caveat, ...]
    no_rings: tuple[NoRing, ...]
    sold: tuple[Sold, ...]
    routes: tuple[Route, ...]
    workup: tuple[WorkStep, ...]
    reagents: Mapping[str, str]
    """SMILES by name, in small letters."""

    @property
    def solvents(self) -> tuple[str, ...]:
        """Names of the solvents with a number, the reference first."""
        named = (name.partition(".")[2] for name in self.parameters if name.startswith("solvent."))
        return (REFERENCE_SOLVENT, *sorted(named))

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups that leave."""
        return tuple(end.name for end in self.ends)

    def sizes(self, table: str = "em") -> tuple[int, ...]:
        """Ring sizes with a number, ascending."""
        named = (name.split(".") for name in self.parameters)
        return tuple(sorted(int(entry) for kind, entry in named if kind == table))


@lru_cache(maxsize=1)
def load_book() -> Book:
    """Read the shipped file, once.

    Raises
    ------
    ParameterError
        If the file is damaged; the message names the key.
    """
    file = models_folder() / FILE
    where = str(file)
    read = checked_record(_File, read_toml(file), where)
    parameters = {p.name: p for p in read_parameters(read.numbers, QUANTITIES, {}, where, "")}
    check_complete(QUANTITIES, parameters, where)
    for name in parameters:
        if name.startswith("em") and not name.partition(".")[2].isdigit():
            raise ParameterError(f"{where}: [numbers.{name}]: a ring size is a whole number; mend the name")
    sources = tuple(
        checked_record(Source, s, f"{where}: [sources.{key}]", key=key) for key, s in read.sources.items()
    )
    cited = [(p.name, p.source) for p in parameters.values()]
    cited += [(hazard.sentence[:40], hazard.source) for hazard in read.hazard]
    cited += [(caveat.sentence[:40], caveat.source) for caveat in read.caveat]
    cited += [(reason.sentence[:40], reason.source) for reason in read.no_ring]
    cited += [(route.name, route.source) for route in read.route]
    cited += [(step.sentence[:40], step.source) for step in read.workup]
    check_sources(sources, (), cited, where)
    kinds = [c.kinds for c in read.caveat] + [h.kinds for h in read.hazard] + [n.kinds for n in read.no_ring]
    if strangers := sorted({kind for listed in kinds for kind in listed} - {*KINDS}):
        raise ParameterError(f"{where}: {strangers[0]!r} is no kind of closure; known: {', '.join(KINDS)}")
    for step in read.workup:
        if strangers := sorted({*step.when} - {*FLAGS}):
            raise ParameterError(f"{where}: no flag {strangers[0]!r}; known: {', '.join(FLAGS)}")
    in_words = citations(read.sources, where)
    return Book(
        parameters=parameters,
        sha256=hashlib.sha256(read_file(file)).hexdigest(),
        sources=sources,
        ends=with_patterns(read.end, {}, where),
        hazards=tuple(
            written_out(h, ("smarts", "exclude"), {}, where) for h in sourced(read.hazard, in_words)
        ),
        caveats=tuple(
            written_out(c, ("smarts", "exclude", "amine"), {}, where) for c in sourced(read.caveat, in_words)
        ),
        no_rings=tuple(written_out(n, ("smarts",), {}, where) for n in sourced(read.no_ring, in_words)),
        sold=read.sold,
        routes=sourced(read.route, in_words),
        workup=sourced(read.workup, in_words),
        reagents={name.casefold(): r.smiles for r in read.reagent for name in r.names},
    )
