"""Degrees: the areas of a peak list added up by degree, and what they are in moles once a detector is named.

    share of degree i = (area_i / r_i) / sum_j (area_j / r_j),  ln r_i = what ``response`` expects

over the degrees that the detector sees. The interval is that of the log odds of a share against the rest, with
independent widths s_j of the ln r_j::

    var(ln odds_i) = s_i^2 + sum_j (share_j / (1 - share_i))^2 s_j^2,  j != i
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, fsum, log, sqrt

from planner.mixtures.response import Responses

TAIL = 1.645
"""Standard deviations to the 5 and 95 % quantiles of a normal distribution."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MolarShare:
    """A degree's share of the moles that a detector sees."""

    degree: int
    share: float
    low: float
    """5 % quantile over what is not known of the responses."""
    high: float
    """95 % quantile."""


def summed_areas(counted: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """Add up the areas of each degree, sorted by degree."""
    total: defaultdict[int, list[float]] = defaultdict(list)
    for degree, area in counted:
        total[degree].append(area)
    return tuple((degree, fsum(total[degree])) for degree in sorted(total))


def molar_shares(areas: Sequence[tuple[int, float]], responses: Responses) -> tuple[MolarShare, ...]:
    """Divide the areas of degrees by what a detector answers to them; what it does not see is left out."""
    return tuple(_shares(areas, responses))


def _shares(areas: Sequence[tuple[int, float]], responses: Responses) -> Iterator[MolarShare]:
    logs, widths = (0.0, *responses.ln), (0.0, *responses.sd)
    seen = (not responses.is_amine_invisible, *responses.seen)
    moles = {degree: area * exp(-logs[degree]) for degree, area in areas if seen[degree]}
    whole = fsum(moles.values())
    if whole <= 0:
        return
    for degree, n in moles.items():
        share = n / whole
        rest = [(other / (whole - n), widths[j]) for j, other in moles.items() if j != degree and other > 0]
        spread = sqrt(widths[degree] ** 2 + fsum((weight * sd) ** 2 for weight, sd in rest)) if rest else 0.0
        yield MolarShare(
            degree=degree,
            share=share,
            low=_moved(share, -TAIL * spread),
            high=_moved(share, TAIL * spread),
        )


def _moved(share: float, shift: float) -> float:
    """Move the log odds of a share; 0 and 1 stay."""
    if not 0.0 < share < 1.0:
        return share
    return 1.0 / (1.0 + exp(-(log(share / (1.0 - share)) + shift)))
