"""Response: by how much a detector answers each degree more than the starting amine, per mole.

    ln response of degree i = ln (r_i / r_0),  r = chromophores (UV), effective carbons (FID), else 1

Where the detector does not see the starting amine, the ratios are to the lowest degree that it sees, which then has 0
without a width. Not seen is never 0 %. Isomers of a degree answer alike, and their mean is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from planner.errors import ProcedureError
from planner.model.detectors import MOLES, Detector
from planner.model.model import Model
from planner.predictions.degrees import degree_word
from planner.structures.detection import known_detector, molar_response
from planner.structures.pairs import Pair
from planner.structures.sensitive import is_volatile


@dataclass(frozen=True, kw_only=True, slots=True)
class Responses:
    """Expected responses of the degrees of a pair, from one new alkyl group on."""

    detector: str
    ln: tuple[float, ...]
    """Median of the natural logarithm of area per mole against that of ``reference``, by degree from 1."""
    sd: tuple[float, ...]
    """Standard deviation of the same, by degree from 1; 0 at the reference."""
    seen: tuple[bool, ...]
    """Whether the detector sees a degree at all, by degree from 1; where it does not, ``ln`` is 0 and means nothing."""
    reference: int
    """Degree that the ratios are to: 0, the starting amine, or the lowest that is seen."""
    is_amine_invisible: bool
    """Whether the detector does not see the starting amine."""
    note: str
    """What was counted, for people."""


def expected_response(pair: Pair, model: Model, detector: str) -> Responses:
    """State what a detector is expected to answer to each degree, against the starting amine.

    Parameters
    ----------
    pair
        Amine and carbonyl compound.
    model
        Whose catalogue of boiling points is used.
    detector
        UV, MS, ELSD, FID or NMR, in large or small letters.

    Returns
    -------
    Responses

    Raises
    ------
    ProcedureError
        If there is no such detector, or if it sees no degree of this pair.

    Examples
    --------
    >>> from planner.model.parameters import load_model
    >>> from planner.structures.pairs import read_pair
    >>> found = expected_response(read_pair("C1CNCCCN1", "O=Cc1cccs1"), load_model(), "UV")
    >>> found.is_amine_invisible, found.reference, [round(x, 3) for x in found.ln]
    (True, 1, [0.0, 0.693])
    """
    known = known_detector(detector)
    counted = [_mean_response(pair, known, degree, model) for degree in range(pair.n_hydrogens + 1)]
    seen = [number > 0 for number in counted]
    if not any(seen):
        raise ProcedureError(
            f"{known.name} sees neither the amine nor a product of {pair.amine.smiles} and {pair.carbonyl.smiles}; "
            "give areas by another detector, or molar fractions without one"
        )
    reference = seen.index(True)
    later = range(1, len(counted))
    return Responses(
        detector=known.name,
        ln=tuple(log(counted[i] / counted[reference]) if seen[i] else 0.0 for i in later),
        sd=tuple(_width(known, counted, i, reference) for i in later),
        seen=tuple(seen[1:]),
        reference=reference,
        is_amine_invisible=not seen[0],
        note="; ".join(_said(known, counted, reference)),
    )


def _mean_response(pair: Pair, detector: Detector, degree: int, model: Model) -> float:
    """Return what is answered per mole of a degree, the mean over its isomers; 0 is not seen."""
    made = pair.isomers(degree)
    if detector.volatile == "unseen" and all(is_volatile(smiles, model) for smiles in made):
        return 0.0
    return sum(molar_response(smiles, detector.name) for smiles in made) / len(made)


def _width(detector: Detector, counted: Sequence[float], degree: int, reference: int) -> float:
    """Return how well a ratio of responses is known, as the sd of its natural logarithm."""
    if degree == reference or counted[degree] <= 0:
        return 0.0
    is_alike = counted[degree] == counted[reference] and detector.counts != MOLES
    return detector.sd_alike if is_alike and detector.sd_alike is not None else detector.sd


def _said(detector: Detector, counted: Sequence[float], reference: int) -> Iterator[str]:
    """Say what was counted and what is not seen."""
    names = ["unreacted", *(degree_word(i) for i in range(1, len(counted)))]
    if detector.counts == MOLES:
        yield detector.note
    else:
        yield f"{detector.note}: " + ", ".join(
            f"{n} {c:g}" for n, c in zip(names, counted, strict=True) if c > 0
        )
    if unseen := [name for name, number in zip(names, counted, strict=True) if number <= 0]:
        yield f"not seen, which is not 0 %: {', '.join(unseen)}; ratios are to {names[reference]}"
