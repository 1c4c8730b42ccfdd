"""Aromatic rings: what a ring and its substituents do to an amine on it, and how basic its own nitrogens are.

Effects of substituents add up (Hammett; a value of its own from ortho), and so do those of heteroatoms of the ring by
their place. A nitrogen of an azole whose N-H moves from one nitrogen to another counts as the mean of what it is in the
tautomers, so that all ways to draw the compound give one answer.

References
----------
Hansch, Leo and Taft, Chem. Rev. 1991, 91, 165; Perrin, Dempsey and Serjeant, pKa Prediction for Organic Acids and
Bases, 1981. Values and grades: ``models/basicity.toml``.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from planner.model.basicity import Basicity, Group, RingNitrogen, Substituent
from planner.model.site_classes import pattern

ORTHO, META, PARA, ELSEWHERE = range(4)


class Term(NamedTuple):
    """One number of a sum."""

    words: str
    """What it stands for."""
    value: float
    """[pK]"""
    sd: float
    """[pK]"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A molecule with what is asked of it again and again."""

    mol: Any
    basicity: Basicity
    bonded: tuple[tuple[int, ...], ...]
    """Neighbours of each atom."""
    aromatic: frozenset[int]
    rings: tuple[tuple[int, ...], ...]
    """Aromatic rings of five or six, each in order round."""
    names: dict[tuple[str, int], Any] = field(default_factory=dict)
    """Rows by list and atom, as they are found."""
    matches: dict[str, frozenset[int]] = field(default_factory=dict)
    """Atoms of each pattern that was asked."""

    def matching(self, smarts: str) -> frozenset[int]:
        """Atoms that are the first atom of a pattern."""
        if smarts not in self.matches:
            found = self.mol.GetSubstructMatches(pattern(smarts), maxMatches=10_000)
            self.matches[smarts] = frozenset(match[0] for match in found)
        return self.matches[smarts]

    def first_row(self, kind: str, rows: Sequence[Any], atom: int) -> Any:
        """Find the first row of a list whose patterns match an atom; None where there is none."""
        if (kind, atom) not in self.names:
            found = (row for row in rows if any(atom in self.matching(s) for s in row.smarts))
            self.names[kind, atom] = next(found, None)
        return self.names[kind, atom]

    def group(self, atom: int) -> Group | None:
        """Name a group by its first atom, seen from a saturated chain."""
        row: Group | None = self.first_row("group", self.basicity.groups, atom)
        return row

    def substituent(self, atom: int, *, is_fused: bool) -> Substituent | None:
        """Name a substituent by its first atom, seen from an aromatic ring."""
        rows = [row for row in self.basicity.substituents if row.is_fused == is_fused]
        row: Substituent | None = self.first_row(f"substituent {is_fused}", rows, atom)
        return row

    def symbol(self, atom: int) -> str:
        """Element of an atom, small as in aromatic SMILES."""
        return str(self.mol.GetAtomWithIdx(atom).GetSymbol()).lower()

    def kinds(self, atom: int) -> tuple[tuple[str, float], ...]:
        """What a heteroatom of an aromatic ring is, with the share of each kind over the tautomers of an azole."""
        symbol = self.symbol(atom)
        if symbol != "n":
            return ((("o" if symbol == "o" else "s"), 1.0),)
        free = self.exchanging(atom)
        share = sum(self._hydrogens(n) for n in free) / len(free) if free else float(self._is_pyrrole(atom))
        return tuple(pair for pair in (("nR", share), ("n", 1.0 - share)) if pair[1])

    def exchanging(self, atom: int) -> tuple[int, ...]:
        """Nitrogens of a five-membered ring between which an N-H moves, this one among them; none where it cannot."""
        for ring in self.rings:
            if len(ring) == 5 and atom in ring:
                free = tuple(n for n in ring if self.symbol(n) == "n" and len(self.bonded[n]) == 2)
                if atom in free and len(free) > 1 and any(self._hydrogens(n) for n in free):
                    return free
        return ()

    def _hydrogens(self, atom: int) -> int:
        return int(self.mol.GetAtomWithIdx(atom).GetTotalNumHs(True))

    def _is_pyrrole(self, atom: int) -> bool:
        """Whether a nitrogen of an aromatic ring gives its pair to the ring."""
        return self._hydrogens(atom) > 0 or (
            len(self.bonded[atom]) == 3 and not self.mol.GetAtomWithIdx(atom).GetFormalCharge()
        )

    def is_pyridine(self, atom: int) -> bool:
        """Whether an atom is a nitrogen of an aromatic ring with its pair free."""
        return atom in self.aromatic and self.symbol(atom) == "n" and len(self.bonded[atom]) == 2


def home(drawing: Drawing, atom: int) -> tuple[int, ...]:
    """Ring of an aromatic atom, from that atom round; empty where it is in none of five or six."""
    ring = next((ring for ring in drawing.rings if atom in ring), ())
    start = ring.index(atom) if ring else 0
    return ring[start:] + ring[:start]


def places(ring: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Walk a ring from its first atom; yield each further one and how far it is: ``ORTHO``, ``META``, ``PARA``."""
    for step, atom in enumerate(ring[1:], start=1):
        yield atom, min(step, len(ring) - step) - 1


def substituents(
    drawing: Drawing, atom: int, ring: Sequence[int]
) -> Iterator[tuple[int, bool, Substituent | None]]:
    """List what hangs on a ring atom: first atom, whether it belongs to a ring fused on, and its row."""
    for other in drawing.bonded[atom]:
        if other not in ring:
            bond = drawing.mol.GetBondBetweenAtoms(atom, other)
            is_fused = bool(bond.GetIsAromatic())
            yield other, is_fused, drawing.substituent(other, is_fused=is_fused)


def ring_terms(drawing: Drawing, atom: int) -> Iterator[Term]:
    """Add up what a ring does to an amine on one of its atoms, over that of a plain benzene ring [pK]."""
    ring = home(drawing, atom)
    for other, place in places(ring):
        if drawing.symbol(other) != "c":
            yield from _hetero_terms(drawing, other, place, "six" if len(ring) == 6 else "five")
            continue
        for first, is_fused, row in substituents(drawing, other, ring):
            if is_fused and drawing.symbol(first) != "c":
                yield from _hetero_terms(drawing, first, place, "beside")
            elif row is not None:
                yield _substituent_term(drawing.basicity, row, place, len(ring))
    yield from _far_terms(drawing, ring, near={n for a in ring for n in drawing.bonded[a]})


def _hetero_terms(drawing: Drawing, atom: int, place: int, where: str) -> Iterator[Term]:
    """What a heteroatom of a ring does from its place."""
    for kind, share in drawing.kinds(atom):
        row = drawing.basicity.ring_atoms[kind]
        yield Term(f"{row.name} in the ring", share * getattr(row, where)[place], share * row.sd)


def _far_terms(drawing: Drawing, ring: Sequence[int], *, near: Collection[int]) -> Iterator[Term]:
    """What heteroatoms of rings fused on do, those near left out."""
    fused = {n for other in drawing.rings if len(set(other) & set(ring)) == 2 for n in other}
    for atom in sorted(fused - set(ring) - set(near)):
        if drawing.symbol(atom) != "c":
            yield from _hetero_terms(drawing, atom, ELSEWHERE, "beside")


def _substituent_term(basicity: Basicity, row: Substituent, place: int, size: int) -> Term:
    """What a substituent does to an amine on the ring."""
    if place == ORTHO:
        return Term(f"{row.name}, ortho", row.ortho, 2.0 * row.sd)
    is_meta = place == META and size == 6
    sigma = row.sigma_meta if is_meta or size == 5 else row.sigma_para
    words = "meta" if is_meta else "para" if size == 6 else "further"
    return Term(f"{row.name}, {words}", -basicity.numbers["rho_aniline"].value * sigma, row.sd)


def sigma_sum(drawing: Drawing, atom: int) -> float:
    """Add up Hammett's constants of a six-membered ring as seen from one of its atoms [1]; ortho counts as para."""
    ring, total = home(drawing, atom), 0.0
    if len(ring) != 6:
        return 0.0
    for other, place in places(ring):
        if drawing.symbol(other) != "c":
            row = drawing.basicity.ring_atoms[drawing.kinds(other)[0][0]]
            total -= row.six[META] / drawing.basicity.numbers["rho_aniline"].value
            continue
        for _first, _fused, substituent in substituents(drawing, other, ring):
            if substituent is not None:
                total += substituent.sigma_meta if place == META else substituent.sigma_para
    return total


def ring_nitrogens(drawing: Drawing) -> Iterator[tuple[int, float, float]]:
    """List basic nitrogens of aromatic rings: atom, pKaH of the ring's conjugate acid there, sd [pK].

    Nitrogens between which an N-H moves are asked all, and the most basic of them speaks for the ring.
    """
    seen: set[int] = set()
    for ring in drawing.rings:
        for atom in ring:
            exchanging = drawing.exchanging(atom)
            asked = exchanging or ((atom,) if drawing.is_pyridine(atom) else ())
            found = [
                (_ring_nitrogen(drawing, n, ring), n) for n in sorted(asked) if n not in seen and n in ring
            ]
            seen.update(asked)
            known = [(sum(t.value for t in terms), n, terms) for terms, n in found if terms]
            if known:
                value, best, terms = max(known)
                yield best, value, sum(t.sd**2 for t in terms) ** 0.5


def _ring_nitrogen(drawing: Drawing, atom: int, ring: tuple[int, ...]) -> list[Term]:
    """Terms of a nitrogen of a ring; none where the ring is not in the list."""
    row = _ring_row(drawing, ring)
    if row is None:
        return []
    numbers, start = drawing.basicity.numbers, ring.index(atom)
    terms, aminos = [Term(row.name, row.value, row.sd)], []
    for other, place in places(ring[start:] + ring[:start]):
        if drawing.symbol(other) != "c":
            continue  # the row of the ring holds its other heteroatoms
        for first, is_fused, substituent in substituents(drawing, other, ring):
            if is_fused and len(ring) == 5:
                continue  # and what is fused on to an azole
            if is_fused and drawing.symbol(first) != "c":
                terms += _on_ring(drawing, _hetero_terms(drawing, first, place, "beside"))
            elif substituent is not None:
                term = _on_ring_nitrogen(drawing.basicity, row, substituent, place, len(ring))
                (aminos if substituent.is_amino else terms).append(term)
    second = numbers["second_amino"].value
    ranked = sorted(aminos, key=lambda t: -t.value)
    terms += [t if n == 0 else t._replace(value=second * t.value) for n, t in enumerate(ranked)]
    if len(ring) == 5:
        terms += _on_ring(drawing, _far_terms(drawing, ring, near=()))
    return terms if aminos else [*terms, *_amino_elsewhere(drawing, atom, ring)]


def _on_ring(drawing: Drawing, terms: Iterable[Term]) -> Iterator[Term]:
    """Turn what heteroatoms of rings fused on do to an amine into what they do to a nitrogen in the ring."""
    numbers = drawing.basicity.numbers
    ratio = numbers["rho_pyridine"].value / numbers["rho_aniline"].value
    yield from (Term(t.words, ratio * t.value, ratio * t.sd) for t in terms)


def _on_ring_nitrogen(
    basicity: Basicity, row: RingNitrogen, substituent: Substituent, place: int, size: int
) -> Term:
    """What a substituent does to a nitrogen in the ring."""
    sd = 2.0 * substituent.sd
    if size == 5 and substituent.is_amino:
        return Term(substituent.name, row.amino[min(place, len(row.amino) - 1)], sd)
    if size == 6 and substituent.pyridine:
        return Term(substituent.name, substituent.pyridine[place], sd)
    rho = basicity.numbers["rho_azole" if size == 5 else "rho_pyridine"].value
    sigma = substituent.sigma_para if place == PARA else substituent.sigma_meta
    return Term(substituent.name, -rho * sigma, sd)


def _amino_elsewhere(drawing: Drawing, nitrogen: int, ring: tuple[int, ...]) -> Iterator[Term]:
    """What an amino group on a ring fused on does to a nitrogen of a ring; of several, the first that is not peri."""
    beside = {n for atom in drawing.bonded[nitrogen] for n in drawing.bonded[atom]} - set(ring)
    found = {
        atom in beside
        for other in drawing.rings
        if len(set(other) & set(ring)) == 2
        for atom in set(other) - set(ring)
        for _first, is_fused, row in substituents(drawing, atom, other)
        if row is not None and row.is_amino and not is_fused
    }
    if found:
        is_peri = min(found) and len(ring) == 6
        far = drawing.basicity.numbers["amino_peri" if is_peri else "amino_elsewhere"]
        yield Term("amino group on a ring fused on", far.value, far.sd)


def _ring_row(drawing: Drawing, ring: tuple[int, ...]) -> RingNitrogen | None:
    """Find the row of a ring by its letters, first of all ways to write them round; fused where there is one so."""
    letters = "".join(drawing.symbol(atom) for atom in ring)
    ways = (text[i:] + text[:i] for text in (letters, letters[::-1]) for i in range(len(ring)))
    name, is_fused = min(ways), any(len(set(r) & set(ring)) == 2 for r in drawing.rings)
    known = drawing.basicity.ring_nitrogens
    return (known.get(f"{name}+") if is_fused else None) or known.get(name)
