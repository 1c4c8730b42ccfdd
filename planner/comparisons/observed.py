"""Observed: what a chemist found at the quench, read and checked, as fractions with an error.

Fractions are of the amine charged (``basis`` "amine": unreacted, mono, di, ...) or of the carbonyl charged ("carbonyl":
what each degree holds of it); ``alcohol`` and ``carbonyl_left`` are of the carbonyl on either. Some of them suffice.
With a detector they are areas in any unit, one for every degree, and are divided by the response that is expected::

    f_i = (area_i / r_i) / sum_j (area_j / r_j)      UV: r = chromophores    FID: r = effective carbons    else: r = 1

Expected errors are log10 standard deviations of the ratio of two fractions: estimates of this project (C).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.errors import ProcedureError, finite, nearest, shown, with_point
from planner.files.typed import typed_number
from planner.model.detectors import CHROMOPHORES, MOLES, Detector
from planner.structures.detection import known_detector, molar_response
from planner.structures.pairs import Pair

NAMED_DEGREES = ("unreacted", "mono", "di", "tri", "tetra")
ALCOHOL, CARBONYL_LEFT = "alcohol", "carbonyl_left"
OF_CARBONYL = (ALCOHOL, CARBONYL_LEFT)
"""What is counted of the carbonyl on either basis."""
LOG10_SD = 0.04
"""Of the ratio of two fractions, measured with calibration or alike enough in response."""
DETECTORS = {"UV": LOG10_SD, "FID": LOG10_SD, "NMR": LOG10_SD, "ELSD": 0.09, "MS": 0.30}
"""The same of areas; electrospray answers amines of one flask differently by a factor of two."""
UNLIKE_UV = 0.10
"""By UV, where the new group brings a chromophore: what is seen are rings, not molecules."""
OFF = 0.05
"""By how much fractions that should add up to 1 may miss it."""
ROUNDED = 1e-6
"""The same, without a word."""
DETECTION = 0.01
"""Fraction below which a peak is not told from none: a smaller number, 0 above all, says "at most this" (C)."""
ADVICE = "give fractions such as di = 0.12"


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """What was found, by name, in the order of degrees."""

    fractions: tuple[tuple[str, float], ...]
    """Of all that is seen, on the basis."""
    basis: str
    """Partner of which they are fractions."""
    detector: str | None
    """That gave them as areas; None: molar fractions."""
    log10_sd: float
    """Error of the ratio of two of them."""
    lowest: int = 0
    """Smallest degree that the detector sees; fractions are of what is seen."""
    notes: tuple[str, ...] = ()
    """What was made of the numbers as they were given."""


def degree_name(degree: int) -> str:
    """Name a degree as a table of runs does: unreacted, mono, di, tri, tetra, degree_5, ..."""
    return NAMED_DEGREES[degree] if degree < len(NAMED_DEGREES) else f"degree_{degree}"


def degree_names(pair: Pair) -> tuple[str, ...]:
    """Name all degrees that a pair can reach."""
    return tuple(degree_name(degree) for degree in range(pair.n_hydrogens + 1))


def telling(pair: Pair, degree: int) -> tuple[str, str]:
    """Name the two numbers that tell most of a run: amine left, and what went past the degree, or short of it."""
    beside = degree + 1 if degree < pair.n_hydrogens else max(1, degree - 1)
    return degree_name(0), degree_name(beside)


def read_words(texts: Sequence[str]) -> dict[str, float]:
    """Read NAME=FRACTION, as on the command line.

    Raises
    ------
    ProcedureError
        If one is not of that form, or stands twice.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, equals, number = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise ProcedureError(f"observed {shown(text)} is not NAME=FRACTION; write di=0.12, one each time")
        if name in found:
            raise ProcedureError(f"observed {shown(name)} is given twice; keep one")
        found[name] = typed_number(number, "fraction", f"observed {name}")
    return found


def read_observed(given: object, pair: Pair, *, basis: str = "amine", detector: object = None) -> Observed:
    """Check what was found against a pair, and turn areas into fractions.

    Parameters
    ----------
    given
        Fractions, or areas where a detector is named, by name.
    pair
        Which degrees there are, and what they show.
    basis
        "amine" or "carbonyl".
    detector
        One of ``DETECTORS``; None for molar fractions.

    Raises
    ------
    ProcedureError
        Naming what cannot be used; one line says what to do.
    """
    if not isinstance(given, Mapping) or not given:
        raise ProcedureError(f"observed {shown(given)} names nothing that was found; {ADVICE}")
    degrees = degree_names(pair)
    numbers = {_known(name, degrees): _amount(name, value) for name, value in given.items()}
    found = {name: numbers[name] for name in (*degrees, *OF_CARBONYL) if name in numbers}
    if detector is not None:
        return _of_areas(found, pair, basis, known_detector(detector))
    for name, value in found.items():
        _check_fraction(name, value)
    if basis == "carbonyl" and degrees[0] in found:
        raise ProcedureError(
            f"observed {degrees[0]} holds no carbonyl and cannot be a fraction of it; leave it out (carbonyl_left is "
            "what did not react), or take basis amine"
        )
    scaled, notes = _closed(found, degrees, basis)
    fractions = tuple(scaled.items())
    return Observed(fractions=fractions, basis=basis, detector=None, log10_sd=LOG10_SD, notes=notes)


def _known(name: object, degrees: tuple[str, ...]) -> str:
    """Refuse a name that is no degree of this pair, and neither alcohol nor carbonyl left."""
    known = (*degrees, *OF_CARBONYL)
    if name in known:
        return str(name)
    text = name if isinstance(name, str) else ""
    every = {degree_name(n): n for n in range(25)} | {f"degree_{n}": n for n in range(len(NAMED_DEGREES))}
    if (degree := every.get(text)) is None:
        advice = nearest(text, (*known, *NAMED_DEGREES)) or f"; expected {', '.join(known)}"
        raise ProcedureError(f"observed {shown(name)} is not known{advice}")
    if degree < len(degrees):
        raise ProcedureError(f"observed {text} has a name of its own: write {degrees[degree]}")
    raise ProcedureError(
        f"observed {text} asks for {degree} new alkyl groups; this amine has {len(degrees) - 1} reactive N-H: give "
        f"some of {', '.join(known)}"
    )


def _amount(name: object, value: object) -> float:
    """Take a finite number that is not negative."""
    number = finite(value)
    if number is None:
        advice = with_point(value) if isinstance(value, str) else ""
        raise ProcedureError(
            f"observed {name} {shown(value)} is not a finite number{advice or f'; {ADVICE}'}"
        )
    if number < 0:
        raise ProcedureError(f"observed {name} {number:g} is negative; write 0 where nothing was seen")
    return number


def _check_fraction(name: str, value: float) -> None:
    """Refuse what is above 1: per cents, and areas without their detector."""
    if value <= 1.0:
        return
    advice = f": write {value / 100:g} for {value:g} %" if 1.0 + OFF < value <= 100.0 else ""
    raise ProcedureError(
        f"observed {name} {value:g} is out of range; per cents are not read{advice}; give a fraction from 0 to 1, or "
        "areas of all degrees with their detector"
    )


def _closed(
    found: Mapping[str, float], degrees: tuple[str, ...], basis: str
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Hold what belongs to one whole against 1; where it all but adds up, scale it and say so."""
    per_amine = [] if basis == "carbonyl" else [name for name in found if name in degrees]
    per_carbonyl = [name for name in found if name not in per_amine]
    scaled, notes = dict(found), list[str]()
    for names, whole in ((per_amine, "amine"), (per_carbonyl, "carbonyl")):
        total = sum(found[name] for name in names)
        is_all = set(degrees) <= set(names)
        if total > 1.0 + OFF or (is_all and total < 1.0 - OFF):
            raise ProcedureError(
                f"observed {', '.join(names)} add up to {total:.3g}, {'more' if total > 1.0 else 'less'} than the "
                f"{whole} charged; give fractions of it, those alone that are known, or areas with their detector"
            )
        if total > 1.0 + ROUNDED or (is_all and abs(total - 1.0) > ROUNDED):
            notes.append(f"What you gave adds up to {total:.3g} of the {whole}; it is scaled to 1.")
        if total > 1.0 or is_all:
            scaled |= {name: found[name] / total for name in names}
    return scaled, tuple(notes)


def _of_areas(found: dict[str, float], pair: Pair, basis: str, detector: Detector) -> Observed:
    """Turn the areas of all degrees that a detector sees into fractions of what it sees."""
    degrees, responses = degree_names(pair), expected_responses(pair, detector.name)
    _check_areas(found, pair, basis, detector)
    lowest = 0 if responses[0] > 0 else 1
    moles = {name: found[name] / responses[i] for i, name in enumerate(degrees) if i >= lowest}
    if not 0 < (total := sum(moles.values())) < float("inf"):
        raise ProcedureError(f"observed areas add up to {total:g}; give the areas of the peaks")
    unlike = detector.counts == CHROMOPHORES and responses[1] > responses[0]
    each = ", ".join(f"{name} {response:g}" for name, response in zip(degrees, responses, strict=True))
    said = f"Areas by {detector.name} are divided by {detector.counts} ({each})."
    return Observed(
        fractions=tuple((name, n / total) for name, n in moles.items()),
        basis=basis,
        detector=detector.name,
        log10_sd=UNLIKE_UV if unlike else DETECTORS[detector.name],
        lowest=lowest,
        notes=() if detector.counts == MOLES else (said,),
    )


def _check_areas(found: dict[str, float], pair: Pair, basis: str, detector: Detector) -> None:
    """Refuse areas that cannot be compared: of something else than degrees, not seen, or some of them alone."""
    degrees = degree_names(pair)
    if basis == "carbonyl" or (stray := [name for name in OF_CARBONYL if name in found]):
        what = "basis carbonyl" if basis == "carbonyl" else f"observed {stray[0]}"
        raise ProcedureError(
            f"{what} was given with areas by {detector.name}, which compare the amine's degrees alone; leave it "
            "out, or give molar fractions without a detector"
        )
    responses = expected_responses(pair, detector.name)
    lowest = 0 if responses[0] > 0 else 1
    if not any(responses) or len(degrees) - lowest < 2:
        what = "neither partner" if not any(responses) else "only one degree"
        raise ProcedureError(
            f"{detector.name} sees {what} here, by its {detector.counts}; give areas by another detector, or "
            "molar fractions without one"
        )
    if lowest and degrees[0] in found:
        raise ProcedureError(
            f"observed {degrees[0]} cannot be an area by {detector.name}: this amine has no {detector.counts}; leave "
            "it out, or give molar fractions without a detector"
        )
    seen = degrees[lowest:]
    if missing := [name for name in seen if name not in found]:
        raise ProcedureError(
            f"observed lacks {', '.join(missing)}: areas say something only together; give all of {', '.join(seen)}, 0 "
            "where there is no peak"
        )


def expected_responses(pair: Pair, detector: str) -> tuple[float, ...]:
    """State the response per mole that is expected of each degree, in any unit; 0 is not seen."""
    return tuple(molar_response(pair.isomers(n)[0], detector) for n in range(pair.n_hydrogens + 1))
