"""Aromatic rings: what a ring and its substituents do to an amine on it, and how basic its own nitrogens are.

Effects of substituents add up (Hammett; a value of its own from ortho), and so do those of heteroatoms of the ring by
their place. A nitrogen of an azole whose N-H moves from one nitrogen to another counts as the mean of what it is in the
tautomers, so that all ways to draw the compound give one answer.

References
----------
Hansch, Leo and Taft, Chem. Rev. 1991, 91, 165; Perrin, Dempsey and Serjeant, pKa Prediction for Organic Acids and
Bases, 1981. Values and grades: ``models/hammett.toml`` and ``models/basicity.toml``.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from planner.model.basicity import Basicity, RingNitrogen
from planner.model.hammett import Substituent
from planner.structures.skeleton import Skeleton, Term, total

ORTHO, META, PARA, ELSEWHERE = range(4)


def home(skeleton: Skeleton, atom: int) -> tuple[int, ...]:
    """Ring of an aromatic atom, from that atom round; empty where it is in none of five or six."""
    ring = next((ring for ring in skeleton.rings if atom in ring), ())
    start = ring.index(atom) if ring else 0
    return ring[start:] + ring[:start]


def places(ring: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Walk a ring from its first atom; yield each further one and how far it is: ``ORTHO``, ``META``, ``PARA``."""
    for step, atom in enumerate(ring[1:], start=1):
        yield atom, min(step, len(ring) - step) - 1


def substituents(
    skeleton: Skeleton, atom: int, ring: Sequence[int]
) -> Iterator[tuple[int, bool, Substituent | None]]:
    """List what hangs on a ring atom: first atom, whether it belongs to a ring fused on, and its row."""
    for other in skeleton.bonded[atom]:
        if other not in ring:
            bond = skeleton.mol.GetBondBetweenAtoms(atom, other)
            is_fused = bool(bond.GetIsAromatic())
            yield other, is_fused, skeleton.substituent(other, is_fused=is_fused)


def ring_terms(skeleton: Skeleton, atom: int) -> Iterator[Term]:
    """Add up what a ring does to an amine on one of its atoms, over that of a plain benzene ring [pK]."""
    ring = home(skeleton, atom)
    for other, place in places(ring):
        if skeleton.symbol(other) != "c":
            yield from _hetero_terms(skeleton, other, place, "six" if len(ring) == 6 else "five")
            continue
        for first, is_fused, row in substituents(skeleton, other, ring):
            if is_fused and skeleton.symbol(first) != "c":
                yield from _hetero_terms(skeleton, first, place, "beside")
            elif row is not None:
                yield _substituent_term(skeleton.basicity, row, place, len(ring))
    yield from _far_terms(skeleton, ring, near={n for a in ring for n in skeleton.bonded[a]})


def _hetero_terms(skeleton: Skeleton, atom: int, place: int, where: str) -> Iterator[Term]:
    """Say what a heteroatom of a ring does from its place."""
    for kind, share in skeleton.kinds(atom):
        row = skeleton.basicity.ring_atoms[kind]
        yield Term(f"{row.name} in the ring", share * getattr(row, where)[place], share * row.sd)


def _far_terms(skeleton: Skeleton, ring: Sequence[int], *, near: Collection[int]) -> Iterator[Term]:
    """Say what heteroatoms of rings fused on do, those near left out."""
    fused = {n for other in skeleton.rings if len(set(other) & set(ring)) == 2 for n in other}
    for atom in sorted(fused - set(ring) - set(near)):
        if skeleton.symbol(atom) != "c":
            yield from _hetero_terms(skeleton, atom, ELSEWHERE, "beside")


def _substituent_term(basicity: Basicity, row: Substituent, place: int, size: int) -> Term:
    """Say what a substituent does to an amine on the ring."""
    if place == ORTHO:
        return Term(f"{row.name}, ortho", row.ortho, 2.0 * row.sd)
    is_meta = place == META and size == 6
    sigma = row.sigma_meta if is_meta or size == 5 else row.sigma_para
    words = "meta" if is_meta else "para" if size == 6 else "further"
    return Term(f"{row.name}, {words}", -basicity.numbers["rho_aniline"].value * sigma, row.sd)


def sigma_sum(skeleton: Skeleton, atom: int) -> float:
    """Add up Hammett's constants of a six-membered ring as seen from one of its atoms [1]; ortho counts as para."""
    ring, total = home(skeleton, atom), 0.0
    if len(ring) != 6:
        return 0.0
    for other, place in places(ring):
        if skeleton.symbol(other) != "c":
            row = skeleton.basicity.ring_atoms[skeleton.kinds(other)[0][0]]
            total -= row.six[META] / skeleton.basicity.numbers["rho_aniline"].value
            continue
        for _first, _fused, substituent in substituents(skeleton, other, ring):
            if substituent is not None:
                total += substituent.sigma_meta if place == META else substituent.sigma_para
    return total


def ring_nitrogens(skeleton: Skeleton) -> Iterator[tuple[int, float, float]]:
    """List basic nitrogens of aromatic rings: atom, pKaH of the ring's conjugate acid there, sd [pK].

    Nitrogens between which an N-H moves are asked all, and the most basic of them speaks for the ring.
    """
    seen: set[int] = set()
    for ring in skeleton.rings:
        for atom in ring:
            exchanging = skeleton.exchanging(atom)
            asked = exchanging or ((atom,) if skeleton.is_pyridine(atom) else ())
            found = [
                (_ring_nitrogen(skeleton, n, ring), n) for n in sorted(asked) if n not in seen and n in ring
            ]
            seen.update(asked)
            known = [(*total(terms), n) for terms, n in found if terms]
            if known:
                value, sd, best = max(known)
                yield best, value, sd


def _ring_nitrogen(skeleton: Skeleton, atom: int, ring: tuple[int, ...]) -> list[Term]:
    """Terms of a nitrogen of a ring; none where the ring is not in the list."""
    row = _ring_row(skeleton, ring)
    if row is None:
        return []
    numbers, start = skeleton.basicity.numbers, ring.index(atom)
    terms = [Term(row.name, row.value, row.sd)]
    aminos: list[Term] = []
    for other, place in places(ring[start:] + ring[:start]):
        if skeleton.symbol(other) != "c":
            continue  # the row of the ring holds its other heteroatoms
        for first, is_fused, substituent in substituents(skeleton, other, ring):
            if is_fused and len(ring) == 5:
                continue  # and what is fused on to an azole
            if is_fused and skeleton.symbol(first) != "c":
                terms += _on_ring(skeleton, _hetero_terms(skeleton, first, place, "beside"))
            elif substituent is not None:
                term = _on_ring_nitrogen(skeleton.basicity, row, substituent, place, len(ring))
                (aminos if substituent.is_amino else terms).append(term)
    second = numbers["second_amino"].value
    ranked = sorted(aminos, key=lambda t: -t.value)
    terms += [t if n == 0 else t._replace(value=second * t.value) for n, t in enumerate(ranked)]
    if len(ring) == 5:
        terms += _on_ring(skeleton, _far_terms(skeleton, ring, near=()))
    return terms if aminos else [*terms, *_amino_elsewhere(skeleton, atom, ring)]


def _on_ring(skeleton: Skeleton, terms: Iterable[Term]) -> Iterator[Term]:
    """Turn what heteroatoms of rings fused on do to an amine into what they do to a nitrogen in the ring."""
    numbers = skeleton.basicity.numbers
    ratio = numbers["rho_pyridine"].value / numbers["rho_aniline"].value
    yield from (Term(t.words, ratio * t.value, ratio * t.sd) for t in terms)


def _on_ring_nitrogen(
    basicity: Basicity, row: RingNitrogen, substituent: Substituent, place: int, size: int
) -> Term:
    """Say what a substituent does to a nitrogen in the ring."""
    sd = 2.0 * substituent.sd
    if size == 5 and substituent.is_amino:
        return Term(substituent.name, row.amino[min(place, len(row.amino) - 1)], sd)
    if size == 6 and substituent.pyridine:
        return Term(substituent.name, substituent.pyridine[place], sd)
    rho = basicity.numbers["rho_azole" if size == 5 else "rho_pyridine"].value
    sigma = substituent.sigma_para if place == PARA else substituent.sigma_meta
    return Term(substituent.name, -rho * sigma, sd)


def _amino_elsewhere(skeleton: Skeleton, nitrogen: int, ring: tuple[int, ...]) -> Iterator[Term]:
    """Say what an amino group on a ring fused on does to a nitrogen; of several, one that is not peri."""
    beside = {n for atom in skeleton.bonded[nitrogen] for n in skeleton.bonded[atom]} - set(ring)
    found = {
        atom in beside
        for other in skeleton.rings
        if len(set(other) & set(ring)) == 2
        for atom in set(other) - set(ring)
        for _first, is_fused, row in substituents(skeleton, atom, other)
        if row is not None and row.is_amino and not is_fused
    }
    if found:
        is_peri = min(found) and len(ring) == 6
        far = skeleton.basicity.numbers["amino_peri" if is_peri else "amino_elsewhere"]
        yield Term("amino group on a ring fused on", far.value, far.sd)


def _ring_row(skeleton: Skeleton, ring: tuple[int, ...]) -> RingNitrogen | None:
    """Find the row of a ring by its letters, first of all ways to write them round; fused where there is one so."""
    letters = "".join(skeleton.symbol(atom) for atom in ring)
    ways = (text[i:] + text[:i] for text in (letters, letters[::-1]) for i in range(len(ring)))
    name, is_fused = min(ways), any(len(set(r) & set(ring)) == 2 for r in skeleton.rings)
    known = skeleton.basicity.ring_nitrogens
    return (known.get(f"{name}+") if is_fused else None) or known.get(name)
