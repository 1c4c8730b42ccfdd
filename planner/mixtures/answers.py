"""Answers: what a peak may be, each ion once, with how much speaks for it before its mass is weighed.

Species whose ions have one formula and one charge (the iminium ion and the protonated bridged aminal, N-oxide and
hemiaminal) are one answer: no mass spectrometer tells them apart. An answer's prior weight is the sum over
its species of

    amount (predicted, or what a rank stands for) x weight of the ion
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.mixtures.by_products import Lore, read_formula
from planner.mixtures.masses import CATION, ELECTRON_MASS, Ion, Line, hill, isotope_lines, mass_of
from planner.mixtures.peaks import Tolerance
from planner.mixtures.species import ExpectedSpecies, weight_of

SPAN = 50.0
"""Around a peak, in which the chance of a random match is counted [Da]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An ion that a peak may be."""

    mz: float
    charge: int
    formula: str
    """Of the ion."""
    prior: float
    """[mol per mol of amine], see above."""
    members: tuple[tuple[ExpectedSpecies, Ion], ...]
    """Species and ions that it is, the weightiest first; empty for the background."""
    background: str = ""
    """Name of an ion that instruments show without a sample."""

    @property
    def name(self) -> str:
        """What it is, in words."""
        names = dict.fromkeys(species.name.partition(", isomer")[0] for species, _ in self.members)
        return self.background or " or ".join(list(names)[:3])

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its isotope pattern."""
        return isotope_lines(self.formula, self.charge)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """All answers, by m/z."""

    sorted: tuple[Answer, ...]
    mzs: tuple[float, ...]
    """Of them."""

    def near(self, mz: float, within: float) -> tuple[Answer, ...]:
        """List the answers within so many Da."""
        return self.sorted[bisect_left(self.mzs, mz - within) : bisect_right(self.mzs, mz + within)]


class Coverage:
    """How much of the m/z axis lies within tolerance of an answer: the chance that a random peak would match."""

    def __init__(self, answers: Answers, tolerance: Tolerance) -> None:
        self.edges = [0.0]
        self.lengths = [0.0]
        reached = 0.0
        for answer in answers.sorted:
            width = tolerance.at(answer.mz)
            start, end = max(answer.mz - width, reached), answer.mz + width
            if end > start:
                covered = self.lengths[-1]
                self.edges += [start, end]
                self.lengths += [covered, covered + end - start]
                reached = end

    def chance(self, mz: float) -> float:
        """Probability that a peak at random, within ``SPAN`` of this m/z, would have matched."""
        low, high = max(mz - SPAN, 0.0), mz + SPAN
        return (self._below(high) - self._below(low)) / (high - low)

    def _below(self, mz: float) -> float:
        """Length that is covered below an m/z; it grows between the edges of a window and rests between windows."""
        place = bisect_right(self.edges, mz) - 1
        is_inside = place % 2 == 1  # edges are 0, start, end, start, end, ...
        return self.lengths[place] + (mz - self.edges[place] if is_inside else 0.0)


def answers_of(all_species: Sequence[ExpectedSpecies], lore: Lore) -> Answers:
    """Gather the ions of all species and of the background, each once."""
    met: defaultdict[tuple[str, int], list[tuple[float, ExpectedSpecies, Ion]]] = defaultdict(list)
    for species in all_species:
        for ion in species.ions:
            prior = weight_of(species, lore) * ion.weight
            if prior >= lore.number("least_weight"):
                met[ion.formula, ion.charge].append((prior, species, ion))
    found = [
        Answer(
            mz=members[0][2].mz,
            charge=charge,
            formula=formula,
            prior=sum(prior for prior, _, _ in members),
            members=tuple((s, ion) for _, s, ion in sorted(members, key=lambda m: -m[0])),
        )
        for (formula, charge), members in met.items()
    ]
    found += _backgrounds(lore, met)
    found.sort(key=lambda answer: (answer.mz, answer.formula))
    return Answers(sorted=tuple(found), mzs=tuple(answer.mz for answer in found))


def _backgrounds(lore: Lore, met: Iterable[tuple[str, int]]) -> list[Answer]:
    """Write the ions of every instrument that are not ions of this flask."""
    known = set(met)
    return [
        Answer(
            mz=mass_of(row.formula) - ELECTRON_MASS,
            charge=1,
            formula=hill(read_formula(row.formula)),
            prior=lore.number("background"),
            members=(),
            background=row.name,
        )
        for row in lore.backgrounds
        if (hill(read_formula(row.formula)), 1) not in known
    ]


def is_main(ion: Ion) -> bool:
    """Whether an ion is the one by which its species is looked for first."""
    return ion.adduct in ("[M+H]+", CATION)
