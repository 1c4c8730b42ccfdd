"""Scans: one ion that is listed in every scan of its elution becomes one peak.

Peaks of neighbouring scans whose m/z agree within the tolerance are joined: area = sum of them, m/z = their mean
weighed by area, retention time = that of the strongest. A scan in which the ion is not listed ends it, so that two
compounds of one mass that come apart stay two.
"""

from bisect import bisect_left
from dataclasses import replace
from itertools import groupby

from planner.mixtures.peaks import Peak, PeakList, Tolerance


def joined(peaks: PeakList, tolerance: Tolerance) -> PeakList:
    """Join what one ion shows in neighbouring scans, where a list is of scans; other lists are returned as they are."""
    if not peaks.is_of_scans:
        return peaks
    if any(peak.rt is None for peak in peaks.peaks):
        return replace(peaks, remarks=(*peaks.remarks, "scans without a time: each is listed apart"))
    chains = _chains(peaks.peaks, tolerance)
    if len(chains) == len(peaks.peaks):
        return peaks
    said = (
        f"neighbouring scans are joined where their m/z agree: {len(peaks.peaks)} peaks of scans are {len(chains)} "
        "peaks, areas added up, the time that of the strongest"
    )
    return replace(peaks, peaks=tuple(map(_one, chains)), remarks=(*peaks.remarks, said))


def _chains(peaks: tuple[Peak, ...], tolerance: Tolerance) -> list[list[Peak]]:
    """Follow each ion from scan to scan, the nearest m/z first served."""
    scans = groupby(sorted(peaks, key=lambda p: (p.rt or 0.0, p.mz)), key=lambda p: p.rt)
    chains: list[list[Peak]] = []
    open_chains: list[list[Peak]] = []
    for _, scan in scans:
        places, taken, following = [chain[-1].mz for chain in open_chains], set[int](), list[list[Peak]]()
        for peak in scan:
            at = bisect_left(places, peak.mz)
            near = [i for i in (at - 1, at) if 0 <= i < len(places) and i not in taken]
            best = min(near, key=lambda i: abs(places[i] - peak.mz), default=None)
            if best is not None and abs(places[best] - peak.mz) <= tolerance.at(peak.mz):
                taken.add(best)
                open_chains[best].append(peak)
                following.append(open_chains[best])
            else:
                following.append([peak])
                chains.append(following[-1])
        open_chains = following
    return chains


def _one(chain: list[Peak]) -> Peak:
    """Write a chain as one peak."""
    areas = [peak.area or 0.0 for peak in chain]
    whole = sum(areas)
    weights = areas if whole > 0.0 else [1.0] * len(chain)
    mz = sum(w * peak.mz for w, peak in zip(weights, chain, strict=True)) / sum(weights)
    return replace(max(chain, key=lambda peak: peak.area or 0.0), mz=mz, area=whole)
