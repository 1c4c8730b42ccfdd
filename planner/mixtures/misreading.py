"""Misreading: lists whose m/z explain next to nothing of a flask while another reading of them explains most.

Another reading is another column of numbers (area, retention time) taken as m/z, or the m/z taken as neutral masses. It
is said, and the list refused, where all of these hold::

    rows near a main ion of what the model computes, in the other reading: at least 2 ions, and at most a third as many
        rows by the m/z as they stand
    rows near a main ion of anything expected: at most half as many by the m/z as in the other reading
    rows near any ion in the other reading: at least half of all
    P(as many rows near a main ion by chance) = sum_{j >= k} C(n, j) p^j (1 - p)^(n - j) < 0.01

with p the share of the m/z axis near these values that main ions of what the model computes take up. A list of one
peak, of unknowns, or of nominal masses with area percents is left alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scipy.special import bdtrc

from planner.errors import TableError
from planner.mixtures.answers import Answers, Coverage, is_main
from planner.mixtures.masses import PROTON_MASS
from planner.mixtures.peaks import DECIMALS, DEFAULT_DA, DEFAULT_PPM, Peak, Tolerance
from planner.mixtures.species import COMPUTED

LEAST_IONS = 2
MOST_CHANCE = 0.01
"""Where a list is refused: strict, for a right list must not be (estimates)."""
MOST_ROWS_LOOKED_AT = 2000
"""Of a long list the first; more would say the same."""
COLUMNS, NEUTRAL_MASS = ("area", "rt"), "neutral mass"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Explained:
    """How many rows a reading explains."""

    main: int
    """By a main ion of what the model computes."""
    ions: int
    """Different ones of these."""
    likely: int
    """By a main ion of anything that is expected."""
    any: int
    """By any ion."""
    chance: float
    """Of as many main ions at random."""


def refuse_misread(peaks: Sequence[Peak], answers: Answers, tolerance: Tolerance) -> None:
    """Refuse a list that is clearly read in another way; see the module.

    Raises
    ------
    TableError
        It names the columns, an example and what to write.
    """
    looked_at = peaks[:MOST_ROWS_LOOKED_AT]
    if len(looked_at) < LEAST_IONS:
        return
    main = _main_of(answers)
    own = _explained([peak.mz for peak in looked_at], answers, main, tolerance)
    for what, values in _readings(looked_at):
        width = tolerance if what == NEUTRAL_MASS else _tolerance_of(values, tolerance)
        other = _explained(values, answers, main, width)
        if _is_clear(other, own, len(looked_at)):
            raise TableError(_said(what, values, looked_at, other.likely, own.likely))


def _readings(peaks: Sequence[Peak]) -> Iterator[tuple[str, list[float]]]:
    """List other readings: what is taken as m/z, and its values."""
    for name in COLUMNS:
        values = [getattr(peak, name) for peak in peaks]
        if all(value is not None for value in values):
            yield name, values
    yield NEUTRAL_MASS, [peak.mz + PROTON_MASS for peak in peaks]


def _main_of(answers: Answers) -> Answers:
    """Keep the answers that are the main ion of a species that the model computes."""
    kept = tuple(
        answer
        for answer in answers.sorted
        if any(species.rank == COMPUTED and is_main(ion) for species, ion in answer.members)
    )
    return Answers(sorted=kept, mzs=tuple(answer.mz for answer in kept))


def _tolerance_of(values: Sequence[float], tolerance: Tolerance) -> Tolerance:
    """Take the tolerance that was given, or the one that the decimals of these values speak for."""
    if not tolerance.is_chosen:
        return tolerance
    is_exact = max(len(f"{value:.6f}".rstrip("0").partition(".")[2]) for value in values) >= DECIMALS
    return replace(tolerance, value=DEFAULT_PPM if is_exact else DEFAULT_DA, unit="ppm" if is_exact else "Da")


def _explained(values: Sequence[float], answers: Answers, main: Answers, tolerance: Tolerance) -> _Explained:
    """Count the rows near an ion."""
    near = [main.near(value, tolerance.at(value)) for value in values]
    k, n = sum(map(bool, near)), len(values)
    coverage = Coverage(main, tolerance)
    p = sum(coverage.chance(value) for value in values) / n
    return _Explained(
        main=k,
        ions=len({answer.formula for found in near for answer in found[:1]}),
        likely=sum(
            any(
                is_main(ion)
                for answer in answers.near(value, tolerance.at(value))
                for _, ion in answer.members
            )
            for value in values
        ),
        any=sum(bool(answers.near(value, tolerance.at(value))) for value in values),
        chance=float(bdtrc(k - 1, n, p)) if k else 1.0,
    )


def _is_clear(other: _Explained, own: _Explained, n: int) -> bool:
    """Whether another reading explains a list that its own does not."""
    return (
        other.ions >= LEAST_IONS
        and 3 * own.main <= other.main
        and 2 * other.any >= n
        and 2 * own.likely <= other.likely
        and other.chance < MOST_CHANCE
    )


def _said(what: str, values: Sequence[float], peaks: Sequence[Peak], n_other: int, n_own: int) -> str:
    """Write the line."""
    n, example = len(peaks), peaks[0].mz
    if what == NEUTRAL_MASS:
        return (
            f"as m/z {n_own} of {n} rows are near a main ion of this flask, as neutral masses (M, such as {example:g}) "
            f"{n_other} are; head the column 'neutral mass', or give m/z = M + {PROTON_MASS:.4f}"
        )
    return (
        f"the columns m/z and {what} look swapped: the m/z (such as {example:g}) are near a main ion of this flask in "
        f"{n_own} of {n} rows, the {what} (such as {values[0]:g}) in {n_other}; swap their headings, or write "
        f"{what},mz over a list without any"
    )
