"""Closures: every ring that the linear adduct of two partners can close, with its size and structure.

HN-(chain of m atoms)-NH-(CH2)p-X closes at either nitrogen: the far one gives m + p + 2 atoms, the one that was
alkylated p + 1. Aziridines and azetidinium ions open again: they are on the way, no products. Rings that would bridge
a small one do not close.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, product as every
from typing import Any

from rdkit import Chem

from planner.errors import ScopeError
from planner.model.model import Model
from planner.model.site_classes import whole_pattern
from planner.rings.book import KINDS
from planner.rings.edits import Electrophile, bonded, merged, moved
from planner.rings.partners import Nitrogen, Partner, read_partner
from planner.structures.closures import ring_closed_between
from planner.structures.regulated import check_regulated
from planner.structures.structure import elements, molecule, protonated_mass

FAR, OWN = "the far nitrogen", "the nitrogen that was alkylated"
SMALLEST_PRODUCT, SMALLEST_CATION = 4, 5
"""Atoms of amines and of ammonium ions; smaller rings are on the way."""
LARGEST_RING = 40
FLAT = ("C/C=C\\C", "c1ccccc1")
TRANS_TOO_SMALL = 10
"""Atoms below which a trans double bond does not fit in a ring."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    """One way in which the adduct closes."""

    at: str
    """``FAR`` or ``OWN``."""
    size: int
    """Atoms of the ring."""
    smiles: str
    """What it gives; a cation where a tertiary nitrogen closed it."""
    nitrogen: Nitrogen
    """The one that closes, as it stands in the adduct."""
    end: Electrophile
    """The end that it closes on, in the adduct."""
    traits: tuple[str, ...] = ()
    """Numbers of ``tether.*`` that count."""

    @property
    def is_on_the_way(self) -> bool:
        """Whether it opens again, as aziridines do, and strained ammonium ions with any amine or halide about."""
        return self.size < (SMALLEST_CATION if self.is_cation else SMALLEST_PRODUCT)

    @property
    def is_cation(self) -> bool:
        """Whether a tertiary nitrogen closed it."""
        return bool(Chem.GetFormalCharge(molecule(self.smiles)))

    @property
    def mz(self) -> float:
        """Monoisotopic m/z of its cation."""
        charge = Chem.GetFormalCharge(molecule(self.smiles))
        return float(protonated_mass(self.smiles) - charge * 1.007276)


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
    check_regulated(
        {c.smiles: "a ring of this pair" for c in pair.closures} | {pair.adduct: "the linear adduct"}
    )
    if not any(not c.is_on_the_way for c in pair.closures):
        raise ScopeError(
            f"{pair.adduct!r} closes no ring of {SMALLEST_PRODUCT} to {LARGEST_RING} atoms without bridging another; "
            "expected chains that reach each other: choose a longer or more flexible partner"
        )
    return pair


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
    mol = molecule(a.smiles)
    size = ring_closed_between(mol, nitrogen.atom, end.carbon, outside=end.leaves)
    closed = _closure(a.smiles, mol, nitrogen, end, FAR, size)
    return RingPair(
        a=a,
        b=None,
        kind="amino-carbonyl" if a.carbonyls else "amino-halide",
        closures=() if closed is None else (closed,),
        adduct=a.smiles,
        two_to_two=2 * (size or 0),
    )


def _said(partner: Partner) -> str:
    """List the ends of a compound in words."""
    counts = (
        (len(partner.nitrogens), "amine or sulfonamide nitrogen"),
        (len(partner.ends), "halide or sulfonate"),
        (len(partner.carbonyls), "aldehyde or ketone"),
    )
    said = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n]
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
    if len(ends) == 1:
        ends = (ends[0], ends[0])
    closures = _closures(a, b, ends, kind)
    main = [c.size for c in closures if c.at == FAR] or [c.size for c in closures]
    shift = molecule(a.smiles).GetNumAtoms()
    if len(a.nitrogens) == 1:  # both hydrogens may go to two of them: a bis(2-haloethyl)amine is no plan
        both = merged((a.smiles, b.smiles, b.smiles))
        again = molecule(b.smiles).GetNumAtoms()
        atom = a.nitrogens[0].atom
        twice = bonded(both, [(atom, moved(ends[0], shift)), (atom, moved(ends[0], shift + again))])
        check_regulated({twice: "a product of this pair"})
    adduct = bonded(merged((a.smiles, b.smiles)), [(a.nitrogens[0].atom, moved(ends[0], shift))])
    return RingPair(
        a=a, b=b, kind=kind, closures=closures, adduct=adduct, two_to_two=2 * min(main, default=0)
    )


def _kind(a: Partner, b: Partner) -> str:
    """Name what two partners close; refuse what is no ring closure or not covered."""
    ways = ((len(b.ends), "dihalide"), (len(b.carbonyls), "dicarbonyl"))
    n_ends = len(b.ends) + len(b.carbonyls)
    if b.ends and b.carbonyls:
        raise ScopeError(
            f"{b.smiles!r} has {_said(b)}; expected two ends of one sort: protect the carbonyl as its acetal"
        )
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
        raise ScopeError(
            f"{a.smiles!r} has {_said(a)} and {b.smiles!r} {_said(b)}: they close no ring; use `planner predict` for "
            "reductive amination, or give a partner with two ends"
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


def _closures(a: Partner, b: Partner, ends: tuple[Electrophile, ...], kind: str) -> tuple[Closure, ...]:
    """List every closure of every nitrogen of every adduct, each structure once."""
    shift = molecule(a.smiles).GetNumAtoms()
    found: dict[tuple[str, str], Closure] = {}
    for first, (end, other) in every(a.nitrogens, ((ends[0], ends[1]), (ends[1], ends[0]))):
        for closure in _closures_of(a, b, first, moved(end, shift), moved(other, shift)):
            found.setdefault((closure.at, closure.smiles), closure)
    if kind == "diamine and carbonyl":  # both bonds go to one carbon
        found = {key: c for key, c in found.items() if c.at == FAR}
    return tuple(sorted(found.values(), key=lambda c: (c.at != FAR, c.size, c.smiles)))


def _closures_of(
    a: Partner, b: Partner, first: Nitrogen, end: Electrophile, other: Electrophile
) -> Iterator[Closure]:
    """List the closures of one adduct."""
    for second in a.nitrogens:
        is_far = second.atom != first.atom
        if len(a.nitrogens) == 1:
            is_far = True
        elif not is_far and (first.kind == "sulfonamide" or end.is_carbonyl):
            if first.kind == "sulfonamide" and first.n_hydrogens < 2:
                continue
            if first.n_hydrogens < 2:
                continue
        mol = merged((a.smiles, b.smiles))
        mol.AddBond(first.atom, end.carbon, Chem.BondType.SINGLE)
        mol.UpdatePropertyCache(strict=False)
        Chem.FastFindRings(mol)
        outside = (*end.leaves, *other.leaves)
        if end.carbon == other.carbon:
            size = ring_closed_between(mol, second.atom, first.atom, between=1)
        else:
            size = ring_closed_between(mol, second.atom, other.carbon, outside=outside)
        plain = merged((a.smiles, b.smiles))
        closed = _two_bonds(plain, mol, first, second, end, other, FAR if is_far else OWN, size)
        if closed is not None:
            yield closed


def _two_bonds(
    plain: Any,
    joined: Any,
    first: Nitrogen,
    second: Nitrogen,
    end: Electrophile,
    other: Electrophile,
    at: str,
    size: int | None,
) -> Closure | None:
    """Write the closure of an adduct."""
    if size is None or size > LARGEST_RING:
        return None
    traits = _traits(joined, second.atom, end if end.carbon == other.carbon else other, size, first.atom)
    if traits is None:
        return None
    stands = second if second.atom != first.atom else replace(second, n_hydrogens=second.n_hydrogens - 1)
    smiles = bonded(plain, [(first.atom, end), (second.atom, other)])
    return Closure(at=at, size=size, smiles=smiles, nitrogen=stands, end=other, traits=traits)


def _closure(
    smiles: str, mol: Any, nitrogen: Nitrogen, end: Electrophile, at: str, size: int | None
) -> Closure | None:
    """Write the closure of a compound on itself."""
    if size is None or size > LARGEST_RING:
        return None
    traits = _traits(mol, nitrogen.atom, end, size, nitrogen.atom)
    if traits is None:
        return None
    made = bonded(Chem.RWMol(mol), [(nitrogen.atom, end)])
    return Closure(at=at, size=size, smiles=made, nitrogen=nitrogen, end=end, traits=traits)


def _traits(mol: Any, start: int, end: Electrophile, size: int, first: int) -> tuple[str, ...] | None:
    """Name what the chain between two ends holds that changes its closing; None where it cannot close."""
    path = list(Chem.GetShortestPath(mol, start, end.carbon)) if start != end.carbon else [start]
    if len(path) < 2:
        path = list(Chem.GetShortestPath(mol, first, end.carbon))
    atoms = [mol.GetAtomWithIdx(i) for i in path]
    traits = []
    quaternary = [i for i, atom in enumerate(atoms) if _is_quaternary(atom)]
    beside = len(path) - 2
    if any(0 < i < beside for i in quaternary):
        traits.append("gem_dialkyl")
    if beside in quaternary:
        traits.append("neopentyl")
    bonds = [mol.GetBondBetweenAtoms(i, j) for i, j in pairwise(path)]
    flat, is_trans = sum(bond.GetIsAromatic() for bond in bonds) == 1, False
    for bond in bonds:
        if bond.GetBondType() == Chem.BondType.DOUBLE:
            is_trans = is_trans or bond.GetStereo() in (Chem.BondStereo.STEREOE, Chem.BondStereo.STEREOTRANS)
            flat = flat or bond.GetStereo() in (Chem.BondStereo.STEREOZ, Chem.BondStereo.STEREOCIS)
    if is_trans and size < TRANS_TOO_SMALL:
        return None
    traits += ["flat"] if flat else []
    if sum(atom.GetAtomicNum() in (7, 8) for atom in atoms) > 1:
        traits.append("two_heteroatoms")
    return tuple(traits)


def _is_quaternary(atom: Any) -> bool:
    """Whether a saturated carbon carries four heavy atoms, three of them carbon."""
    neighbours = [n.GetAtomicNum() for n in atom.GetNeighbors() if n.GetAtomicNum() > 1]
    return atom.GetAtomicNum() == 6 and len(neighbours) == 4 and not atom.GetIsAromatic()


def leaving_elements(pair: RingPair) -> tuple[tuple[str, int], ...]:
    """Count what each bond sets free: HX, or oxygen (water less the hydride's H2)."""
    if pair.is_reductive:
        return (("O", 1),)
    end = pair.ends[0]
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
