"""Pairs: two partners, or one with both ends, as a ring closure of one kind, or the reason why they are none."""

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.site_classes import whole_pattern
from planner.rings.book import KINDS, load_book
from planner.rings.closures import FAR, LARGEST_RING, OWN, Closure, closures_of, own_closure
from planner.rings.edits import Electrophile, bonded, merged, moved
from planner.rings.partners import Nitrogen, Partner, read_partner
from planner.structures.regulated import check_regulated
from planner.structures.structure import elements, molecule, protonated_mass


@dataclass(frozen=True, kw_only=True, slots=True)
class RingPair:
    """Two partners, or one with both ends, perceived."""

    a: Partner
    """What has the nitrogens."""
    b: Partner | None
    """What has the ends."""
    kind: str
    """One of ``KINDS``."""
    closures: tuple[Closure, ...]
    """Every one, those of the far nitrogen first."""
    adduct: str
    """SMILES of the linear adduct; of ``a`` where one molecule has both ends."""
    two_to_two: int
    """Atoms of the ring of two pairs."""

    @property
    def is_reductive(self) -> bool:
        """Whether the ends are carbonyls."""
        return "carbonyl" in self.kind

    @property
    def is_sulfonamide(self) -> bool:
        """Whether the nitrogens are those of sulfonamides."""
        return self.a.nitrogens[0].kind == "sulfonamide"

    @property
    def ends(self) -> tuple[Electrophile, ...]:
        """The ends that nitrogens go to."""
        holder = self.b or self.a
        return holder.carbonyls if self.is_reductive else holder.ends

    @property
    def leaving_groups(self) -> str | None:
        """What leaves, the faster first where two ends differ; None for carbonyls."""
        return None if self.is_reductive else " then ".join(dict.fromkeys(end.name for end in self.ends))

    @property
    def far(self) -> tuple[Closure, ...]:
        """Closures of the main chain's ring; alike in size or nearly."""
        return tuple(c for c in self.closures if c.at == FAR and not c.is_on_the_way)

    @property
    def own(self) -> tuple[Closure, ...]:
        """Closures at the nitrogen that was alkylated, beside those of the far one."""
        return tuple(c for c in self.closures if c.at == OWN and not c.is_on_the_way)


def read_ring_pair(a: str, b: str | None, model: Model) -> RingPair:
    """Read what closes a ring.

    Parameters
    ----------
    a
        Diamine, bis-sulfonamide or primary amine; or one compound with an amine and a carbonyl, acetal or halide.
    b
        Dihalide, disulfonate, dicarbonyl or carbonyl compound; None where ``a`` has both ends.
    model
        Whose perception rules are used.

    Raises
    ------
    StructureError
        If a text is not a usable structure.
    ScopeError
        If no ring closes, or the chemistry is not covered; RegulatedError if a product is of a regulated family.
    """
    return _read_ring_pair(a, b, model)


@lru_cache(maxsize=64)
def _read_ring_pair(a: str, b: str | None, model: Model) -> RingPair:
    first = read_partner(a, model)
    if b is None:
        if not (first.ends or first.carbonyls):
            first = read_partner(a, model, opened=True)
        check_regulated({first.smiles: "what is charged"})
        return _checked(_alone(first))
    second = read_partner(b, model)
    if not (second.ends or second.carbonyls or second.nitrogens):
        second = read_partner(b, model, opened=True)
    check_regulated({first.smiles: 0, second.smiles: "the other partner"})
    return _checked(_paired(first, second))


def _checked(pair: RingPair) -> RingPair:
    """Ask the gate of every ring, and refuse where none closes."""
    both = twice_closed(pair)
    check_regulated(
        {c.smiles: "a ring of this pair" for c in pair.closures}
        | {pair.adduct: "the linear adduct"}
        | ({} if both is None else {both.smiles: "a product of this pair"})
    )
    if not any(not c.is_on_the_way for c in pair.closures):
        _explain_no_ring((pair.b or pair.a).smiles, pair.kind)
        raise ScopeError(
            f"{pair.adduct!r} closes no ring that lasts (strained imines, bridges and over {LARGEST_RING} atoms are "
            "none); "
            "expected chains that reach each other: choose a longer or more flexible partner"
        )
    return pair


def _explain_no_ring(smiles: str, kind: str = "") -> None:
    """Refuse with the chemistry, where the book knows why no ring closes; no ``kind`` is a partner with few ends.

    Raises
    ------
    ScopeError
        If it does.
    """
    for reason in load_book().no_rings:
        if (kind in reason.kinds if kind else not reason.kinds) and fits(smiles, reason.smarts):
            raise ScopeError(
                f"{smiles!r} closes no ring: it {reason.sentence}; expected what closes one: {reason.remedy}"
            )


def _alone(a: Partner) -> RingPair:
    """Perceive one compound with both ends."""
    if not a.nitrogens or not (a.carbonyls or a.ends):
        raise ScopeError(
            f"{a.smiles!r} alone has {_said(a)}; expected an amine N-H and a carbonyl, acetal, halide or sulfonate in "
            "one molecule, or two partners: give the second one"
        )
    if len(a.nitrogens) > 1 or len(a.carbonyls) + len(a.ends) > 1:
        raise ScopeError(
            f"{a.smiles!r} has {_said(a)}; one amine and one end in a molecule are covered: protect the others"
        )
    nitrogen, end = a.nitrogens[0], (*a.carbonyls, *a.ends)[0]
    closed = own_closure(a, nitrogen, end)
    return RingPair(
        a=a,
        b=None,
        kind="amino-carbonyl" if a.carbonyls else "amino-halide",
        closures=() if closed is None else (closed,),
        adduct=a.smiles,
        two_to_two=2 * (0 if closed is None else closed.size),
    )


def _said(partner: Partner) -> str:
    """List the ends of a compound in words."""
    counts = (
        (len(partner.nitrogens), "amine or sulfonamide nitrogen", "amine or sulfonamide nitrogens"),
        (len(partner.ends), "halide or sulfonate", "halides or sulfonates"),
        (len(partner.carbonyls), "aldehyde or ketone", "aldehydes or ketones"),
    )
    said = [f"{n} {one if n == 1 else more}" for n, one, more in counts if n]
    return ", ".join(said) or "no end that reacts"


def _paired(a: Partner, b: Partner) -> RingPair:
    """Perceive two partners."""
    if (a.ends or a.carbonyls) and b.nitrogens and not a.nitrogens:
        raise ScopeError(
            f"{a.smiles!r} has {_said(a)} and {b.smiles!r} {_said(b)}; expected the amine first: swap them"
        )
    if not a.nitrogens:
        raise ScopeError(f"{a.smiles!r} has {_said(a)}; expected a diamine or a primary amine: give one")
    if a.ends or a.carbonyls:
        _explain_no_ring(a.smiles, "amino-carbonyl")
        raise ScopeError(
            f"{a.smiles!r} has {_said(a)}: it closes a ring, or chains, with itself; expected ends on one partner and "
            "nitrogens on the other: run it alone (`planner cyclize` with one compound) or protect it"
        )
    if b.nitrogens:
        raise ScopeError(
            f"{b.smiles!r} has {_said(b)}; expected no amine N-H on the second partner: protect it"
        )
    kind = _kind(a, b)
    carbonyl = "carbonyl" in kind
    ends = b.carbonyls if carbonyl else b.ends
    closures = closures_of(a, b, (ends[0], ends[-1]))
    main = [c.size for c in closures if c.at == FAR] or [c.size for c in closures]
    shift = molecule(a.smiles).GetNumAtoms()
    if len(a.nitrogens) == 1:  # both hydrogens may go to two of them: a bis(2-haloethyl)amine is no plan
        both = merged((a.smiles, b.smiles, b.smiles))
        again = molecule(b.smiles).GetNumAtoms()
        atom = a.nitrogens[0].atom
        twice = bonded(both, [(atom, moved(ends[0], shift)), (atom, moved(ends[0], shift + again))])
        check_regulated({twice: "a product of this pair"})
    first = max(a.nitrogens, key=_ease)
    adduct = bonded(merged((a.smiles, b.smiles)), [(first.atom, moved(ends[0], shift))])
    return RingPair(
        a=a, b=b, kind=kind, closures=closures, adduct=adduct, two_to_two=2 * min(main, default=0)
    )


def _ease(nitrogen: Nitrogen) -> float:
    """Rate of an amine end against a primary alkylamine, at the medians."""
    ring = ("ring_secondary",) if nitrogen.is_in_ring and nitrogen.n_hydrogens == 1 else ()
    numbers = load_book().parameters
    return prod(numbers[f"nucleophilicity.{name}"].value for name in (*nitrogen.traits, *ring))


def _kind(a: Partner, b: Partner) -> str:
    """Name what two partners close; refuse what is no ring closure or not covered."""
    ways = ((len(b.ends), "dihalide"), (len(b.carbonyls), "dicarbonyl"))
    n_ends = len(b.ends) + len(b.carbonyls)
    if b.ends and b.carbonyls:
        raise ScopeError(
            f"{b.smiles!r} has {_said(b)}; expected two ends of one sort: protect the carbonyl as its acetal"
        )
    if n_ends < 2 and not b.carbonyls:
        _explain_no_ring(b.smiles)
    if n_ends == 0:
        raise ScopeError(
            f"{b.smiles!r} has no halide, mesylate, tosylate, aldehyde or ketone; expected two of them: give a partner "
            "that closes the ring"
        )
    if len(a.nitrogens) > 2 or n_ends > 2:
        raise ScopeError(
            f"{a.smiles!r} has {_said(a)} and {b.smiles!r} {_said(b)}; two ends on each are covered: protect the others"
        )
    if n_ends == 1 and len(a.nitrogens) == 2 and b.carbonyls:
        return "diamine and carbonyl"
    if n_ends == 1:
        instead = "use `planner predict` for reductive amination, or " if b.carbonyls else ""
        raise ScopeError(
            f"{a.smiles!r} has {_said(a)} and {b.smiles!r} {_said(b)}: they close no ring; {instead}give a "
            "partner with two ends"
        )
    what = next(word for n, word in ways if n == 2)
    if len(a.nitrogens) == 2:
        if what == "dihalide" and a.nitrogens[0].kind == "sulfonamide":
            return "bis-sulfonamide and dihalide"
        kind = f"diamine and {what}"
    elif a.nitrogens[0].n_hydrogens < 2:
        raise ScopeError(
            f"{a.smiles!r} has one nitrogen with one N-H: with {b.smiles!r} it gives a chain or the ammonium salt, no "
            "amine in a ring; expected a primary amine or a diamine: choose one, or use `planner predict`"
        )
    else:
        kind = f"primary amine and {what}"
    if "carbonyl" in kind and a.nitrogens[0].kind == "sulfonamide":
        raise ScopeError(
            f"{a.smiles!r} is a sulfonamide, which no hydride brings together with a carbonyl compound; expected an "
            "amine: take the dihalide"
        )
    assert kind in KINDS
    return kind


class Twice(NamedTuple):
    """A diamine whose nitrogens each closed with a partner of their own."""

    smiles: str
    mz: float
    """Of [M+H]+."""


def twice_closed(pair: RingPair, best: Closure | None = None) -> Twice | None:
    """Write the product of two small rings; None where both nitrogens cannot close, or ``best`` is another ring."""
    if pair.b is None or len(pair.a.nitrogens) != 2 or any(n.n_hydrogens < 2 for n in pair.a.nitrogens):
        return None
    if not pair.own or (best is not None and best.at != OWN):
        return None
    first = molecule(pair.a.smiles).GetNumAtoms()
    again = first + molecule(pair.b.smiles).GetNumAtoms()
    bonds = [
        (nitrogen.atom, moved(end, by))
        for nitrogen, by in zip(pair.a.nitrogens, (first, again), strict=True)
        for end in (pair.ends[0], pair.ends[-1])
    ]
    made = bonded(merged((pair.a.smiles, pair.b.smiles, pair.b.smiles)), bonds)
    return Twice(made, float(protonated_mass(made)))


def leaving_elements(pair: RingPair, which: int = -1) -> tuple[tuple[str, int], ...]:
    """Count what a bond at the first or last end sets free: HX, or oxygen (water less the hydride's H2)."""
    if pair.is_reductive:
        return (("O", 1),)
    end = pair.ends[which]
    holder = molecule((pair.b or pair.a).smiles)
    counts = {"H": 1}
    for i in end.leaves:
        atom = holder.GetAtomWithIdx(i)
        counts[atom.GetSymbol()] = counts.get(atom.GetSymbol(), 0) + 1
        counts["H"] += int(atom.GetTotalNumHs(True))
    return tuple(sorted(counts.items()))


def unit_elements(partner: Partner) -> tuple[tuple[str, int], ...]:
    """Count the elements of a partner."""
    return elements(partner.structure)


def fits(smiles: str, smarts: tuple[str, ...]) -> bool:
    """Tell whether a compound holds any of these patterns."""
    return any(molecule(smiles).HasSubstructMatch(whole_pattern(s)) for s in smarts)
