"""Assigning: the ions that each peak of a list may be, weighed against each other.

    weight = prior x exp(-(error / sd)^2 / 2),  sd = tolerance / 4 (ppm) or tolerance / 2 (unit resolution)

and the score is a weight's share of all weights at that peak, isotope lines of other peaks and the background among
them. An isotope line weighs as its ion times its height in the pattern, and where areas are known as well as their
ratio agrees with that (ln sd 0.4). At unit resolution an error tells little, since instruments scatter evenly over some
tenths of a dalton.

A *second line* supports an answer: an isotope line at its place and height, another ion of the same species at the same
retention time (times have to be given: else it may as well be chance), or a predicted amount. Where a random peak would
have matched something with more than 5 % and no second line supports the answer, or where a stronger peak claims the
same ion, the row warns.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log

from planner.mixtures.answers import Answer, Answers, is_main
from planner.mixtures.by_products import Lore
from planner.mixtures.peaks import Peak, Tolerance

MOST_RANKS = 5
"""Answers that are listed for one peak."""
SAME_TIME = 0.1
"""Retention times that are one [min]."""
EVERY = -(10**9)
"""Key of all peaks, whatever their time."""
MOST_NEAR = 24
"""Peaks within tolerance of one place and time that are looked at."""
RATIO_SD = 0.4
"""Of the natural logarithm of an isotope line's area against its expectation; estimate of this project."""
CLOSE_RATIO = 0.25
"""Difference of it up to which an isotope line is a second line, without a retention time; twice that with one."""
LEAST_LINE = 0.01
"""Height of an isotope line, against the strongest, from which it is looked for."""
LEAST_SCORE = 0.001


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """One answer to one peak."""

    peak: int
    """Its place in the list."""
    answer: Answer
    shift: int
    """Mass number against the monoisotopic line: 0 for the ion itself."""
    mz_expected: float
    weight: float
    score: float = 0.0
    """Share of all weights at the peak."""
    support: tuple[str, ...] = ()
    """Second lines."""
    is_doubled: bool = False
    """Whether a stronger peak claims the same ion."""


class _Places:
    """Peaks that have an area, or none stated, by retention time and m/z; what has an area of 0 is no peak."""

    def __init__(self, peaks: Sequence[Peak]) -> None:
        self.peaks = peaks
        shelves: defaultdict[int | None, list[tuple[float, int]]] = defaultdict(list)
        for i, peak in enumerate(peaks):
            if peak.area != 0.0:
                shelves[EVERY].append((peak.mz, i))
                shelves[_shelf(peak.rt)].append((peak.mz, i))
        self.shelves = {key: sorted(held) for key, held in shelves.items()}

    def near(self, mz: float, within: float, rt: float | None) -> Iterator[int]:
        """List the peaks within so many Da of an m/z, at the same time where times are given.

        Of very many the nearest are taken: a mass does not tell them apart.
        """
        keys = [EVERY] if rt is None else [None, *(int(rt // SAME_TIME) + i for i in (-1, 0, 1))]
        for key in keys:
            held = self.shelves.get(key, [])
            start, end = (
                bisect_left(held, (mz - within, -1)),
                bisect_right(held, (mz + within, len(self.peaks))),
            )
            if end - start > MOST_NEAR:
                middle = min(max(bisect_left(held, (mz, -1)), start + MOST_NEAR // 2), end - MOST_NEAR // 2)
                start, end = middle - MOST_NEAR // 2, middle + MOST_NEAR // 2
            for _, i in held[start:end]:
                if are_together(rt, self.peaks[i].rt):
                    yield i


def _shelf(rt: float | None) -> int | None:
    """Return the number of the stretch of time that a peak lies in; None without one."""
    return None if rt is None else int(rt // SAME_TIME)


def are_together(first: float | None, second: float | None) -> bool:
    """Whether two peaks may come from one compound by their retention times."""
    return first is None or second is None or abs(first - second) <= SAME_TIME


def _are_timed(first: Peak, second: Peak) -> bool:
    """Whether two peaks have a retention time each, and it is the same."""
    return first.rt is not None and second.rt is not None and are_together(first.rt, second.rt)


def assign(
    peaks: Sequence[Peak], answers: Answers, tolerance: Tolerance, lore: Lore
) -> list[tuple[Match, ...]]:
    """List the answers to each peak, the best first; an empty list where nothing is near."""
    places = _Places(peaks)
    direct = [tuple(_direct(i, peak, answers, tolerance)) for i, peak in enumerate(peaks)]
    matches = [[*found] for found in direct]
    seen: defaultdict[tuple[int, str, int], list[str]] = defaultdict(list)
    for found in direct:
        for match in found:
            for line in _lines(match, peaks, places, tolerance):
                matches[line.peak].append(line)
                if _agrees(line, match, peaks):
                    formula = match.answer.formula
                    seen[match.peak, formula, 0].append(
                        f"isotope line {line.shift:+d} at {peaks[line.peak].mz:g}"
                    )
                    if _are_timed(peaks[line.peak], peaks[match.peak]):
                        seen[line.peak, formula, line.shift].append("the height of the isotope line")
    ranked = [_ranked(found) for found in matches]
    return _supported(ranked, peaks, seen, lore)


def _direct(number: int, peak: Peak, answers: Answers, tolerance: Tolerance) -> Iterator[Match]:
    """List the ions within tolerance of a peak."""
    width = tolerance.at(peak.mz)
    sd = width / (4.0 if tolerance.unit == "ppm" else 2.0)
    for answer in answers.near(peak.mz, width):
        if peak.charge in (None, answer.charge):
            error = (peak.mz - answer.mz) / sd
            yield Match(
                peak=number,
                answer=answer,
                shift=0,
                mz_expected=answer.mz,
                weight=answer.prior * exp(-0.5 * error * error),
            )


def _lines(match: Match, peaks: Sequence[Peak], places: _Places, tolerance: Tolerance) -> Iterator[Match]:
    """List the peaks that may be isotope lines of a match.

    Where the monoisotopic ion is too faint to be seen (many Br or B) its lines are not followed.
    """
    parent, answer = peaks[match.peak], match.answer
    start = next((line for line in answer.lines if line.shift == 0), None)
    if start is None or parent.area == 0.0:
        return
    for line in answer.lines:
        if line.shift == 0 or line.intensity < LEAST_LINE:
            continue
        place = parent.mz + line.mz - start.mz
        for other in places.near(place, tolerance.at(place), parent.rt):
            peak = peaks[other]
            if other != match.peak and peak.charge in (None, answer.charge):
                height = line.intensity / start.intensity
                yield Match(
                    peak=other,
                    answer=answer,
                    shift=line.shift,
                    mz_expected=answer.mz + line.mz - start.mz,
                    weight=match.weight * min(height, 1.0) * _ratio(peak, parent, height),
                )


def _ratio(peak: Peak, parent: Peak, height: float) -> float:
    """Weigh the area of an isotope line against its expectation; 1 where areas are not known."""
    if not peak.area or not parent.area:
        return 1.0
    off = log(peak.area / (parent.area * height)) / RATIO_SD
    return exp(-0.5 * off * off)


def _agrees(line: Match, match: Match, peaks: Sequence[Peak]) -> bool:
    """Whether an isotope line is at its height, which needs areas."""
    peak, parent = peaks[line.peak], peaks[match.peak]
    if not peak.area or not parent.area:
        return False
    heights = {other.shift: other.intensity for other in match.answer.lines}
    off = abs(log(peak.area / parent.area * heights[0] / heights[line.shift]))
    return off < CLOSE_RATIO * (2 if _are_timed(peak, parent) else 1)


def _ranked(found: Sequence[Match]) -> tuple[Match, ...]:
    """Order the answers to a peak and share their weights out; one ion is listed once."""
    best: dict[tuple[str, int, int], Match] = {}
    for match in found:
        key = (match.answer.formula, match.answer.charge, match.shift)
        if key not in best or best[key].weight < match.weight:
            best[key] = match
    total = sum(match.weight for match in best.values())
    ordered = sorted(best.values(), key=lambda m: (-m.weight, m.mz_expected))[:MOST_RANKS]
    scored = [replace(m, score=m.weight / total if total > 0 else 0.0) for m in ordered]
    return tuple(m for i, m in enumerate(scored) if i == 0 or m.score >= LEAST_SCORE)


def _supported(
    ranked: Sequence[tuple[Match, ...]],
    peaks: Sequence[Peak],
    seen: dict[tuple[int, str, int], list[str]],
    lore: Lore,
) -> list[tuple[Match, ...]]:
    """Say what second lines support each answer, and which peaks a stronger one outdoes."""
    firsts = [found[0] for found in ranked if found and found[0].shift == 0]
    timed: _Timed = defaultdict(lambda: defaultdict(list))
    strongest: dict[tuple[str, int], tuple[float, float]] = {}
    for match in firsts:
        claim, peak = (match.answer.formula, match.answer.charge), peaks[match.peak]
        strongest[claim] = max(strongest.get(claim, (0.0, -inf)), _strength(match, peak))
        if peak.rt is not None and peak.area != 0.0:
            for species, ion in match.answer.members:
                timed[species.name][ion.adduct].append((peak.rt, peak.mz))
    for adducts in timed.values():
        for met in adducts.values():
            met.sort()
    return [
        tuple(
            replace(
                match,
                support=tuple(_second_lines(match, peaks[match.peak], seen, timed, lore)),
                is_doubled=_is_outdone(match, peaks[match.peak], strongest),
            )
            for match in found
        )
        for found in ranked
    ]


_Timed = defaultdict[str, defaultdict[str, list[tuple[float, float]]]]
"""Retention time and m/z of the peaks that are an ion, by its species and its adduct, sorted."""


def _second_lines(
    match: Match, peak: Peak, seen: dict[tuple[int, str, int], list[str]], timed: _Timed, lore: Lore
) -> Iterator[str]:
    """List what supports an answer besides its mass; nothing does where the area is 0."""
    if peak.area == 0.0:
        return
    yield from dict.fromkeys(seen.get((match.peak, match.answer.formula, match.shift), [])[:2])
    if match.shift:
        return
    for species, ion in match.answer.members:
        if peak.rt is not None and species.name in timed:
            yield from _other_ion(species.name, ion.adduct, peak.rt, timed[species.name])
        if (
            species.amount is not None
            and not species.is_passing
            and species.amount.mean >= lore.number("amount_to_believe")
            and is_main(ion)
        ):
            yield f"{species.name} is predicted"


def _other_ion(
    name: str, adduct: str, rt: float, adducts: dict[str, list[tuple[float, float]]]
) -> Iterator[str]:
    """Name another ion of a species at the same retention time, if there is one."""
    for other, met in adducts.items():
        place = bisect_left(met, (rt - SAME_TIME, 0.0))
        if other != adduct and place < len(met) and met[place][0] <= rt + SAME_TIME:
            yield f"{other} of {name} at {met[place][1]:g}"
            return


def _strength(match: Match, peak: Peak) -> tuple[float, float]:
    """Tell how strongly a peak claims an ion: by its area, then by how near it is [Da]."""
    return (peak.area or 0.0, -abs(peak.mz - match.answer.mz))


def _is_outdone(match: Match, peak: Peak, strongest: dict[tuple[str, int], tuple[float, float]]) -> bool:
    """Whether a stronger peak (the nearer one, where areas are not known) is the same ion."""
    claim = (match.answer.formula, match.answer.charge)
    return not match.shift and strongest.get(claim, (0.0, -inf)) > _strength(match, peak)
