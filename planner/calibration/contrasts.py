"""Contrasts: what one row of a table tells, as shares of closed sets whose log-contrasts can be computed.

A set is any two or more degrees of the amine; the amine and everything else (a conversion); or, of the carbonyl
charged, what is on nitrogen, alcohol and carbonyl left, where two of them are known. Areas are moles times responses::

    p_i = RF_i f_i / sum_S RF f                 u = B_S log(p + 0.01)

RF_i is relative to the starting amine, log-normal about what the detector is expected to answer, or about what was
given.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.calibration.headings import DEGREES
from planner.calibration.runs import Run
from planner.comparisons.observed import OF_CARBONYL, OFF
from planner.engine import Array
from planner.errors import TableError
from planner.flask.discrepancy import helmert, log_contrasts
from planner.mixtures.response import expected_response
from planner.model.model import Model
from planner.structures.pairs import Pair

CARBONYL = ("product", *OF_CARBONYL)
"""Parts of the second set."""
RESPONSE_SD, GIVEN_SD, ASKED_SD = 0.10, 0.02, 0.5
"""sd of ln RF: where no chromophore comes in, where it was measured, and where one comes in and no detector is named.
Estimates of this project: two isochromophoric amines differ by 5 to 15 % in area per mole."""
BLIND = 1e-3
"""|ln RF| of UV above which a group brings a chromophore."""
COMPLETE = 100.0 * OFF
"""Points by which mole per cents of all degrees may miss 100."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """How much more a detector answers to a degree than to the starting amine, per mole."""

    ln: float
    """Median of the natural logarithm."""
    sd: float
    """Its standard deviation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedSet:
    """What one row tells of parts that sum to one."""

    run: str
    """Of which flask."""
    row: int
    """Line of the table."""
    time_h: float | None
    """Of the sample; None at the quench."""
    parts: tuple[tuple[int, ...], ...]
    """Which components add up to each part: degrees of the amine, or places in ``CARBONYL``."""
    shares: tuple[float, ...]
    """What was seen, closed to 1."""
    responses: tuple[tuple[int, str], ...] = ()
    """Degree and the name of its response."""
    is_carbonyl: bool = False
    """Whether this is the second set."""

    @property
    def observed(self) -> Array:
        """Contrasts of what was seen (n_contrasts,)."""
        return log_contrasts(np.array(self.shares))

    def directions(self, n_degrees: int) -> Array:
        """Write its contrasts over all degrees and the parts of the second set (n_contrasts, n_degrees + 3).

        What adds up (everything but the amine) is wrong by as much as one of its parts.
        """
        spread = np.zeros((len(self.parts), n_degrees + len(CARBONYL)))
        for row, part in zip(spread, self.parts, strict=True):
            row[[i + n_degrees * self.is_carbonyl for i in part]] = len(part) ** -0.5
        return helmert(len(self.parts)) @ spread


def closed_sets(
    run: Run, pair: Pair, model: Model, equivalents: float
) -> tuple[list[ClosedSet], dict[str, Response], list[str]]:
    """Turn a row into its closed sets.

    Parameters
    ----------
    run
        One row.
    pair
        Whose degrees they are.
    model
        For the responses expected.
    equivalents
        Carbonyl per amine, for the second set.

    Returns
    -------
    list of ClosedSet
        None, one or two.
    dict
        Responses that they name.
    list of str
        What was not taken, and why.

    Raises
    ------
    TableError
        If a degree is seen that the amine cannot reach.
    """
    seen = dict(run.observed)
    if run.kind == "conversion":
        rest = seen["conversion"] / 100.0
        parts = ((0,), tuple(range(1, pair.n_hydrogens + 1)))
        return [_closed(run, parts, (1.0 - rest, rest))], {}, []
    degrees = _degrees(run, seen, pair)
    answers, dropped, notes = _answers(run, degrees, pair, model)
    kept = {i: value for i, value in degrees.items() if i not in dropped}
    found = []
    if len(kept) > 1 and sum(kept.values()) > 0:
        named = tuple((i, name) for i, (name, _) in answers.items() if i in kept)
        found.append(_closed(run, tuple((i,) for i in kept), tuple(kept.values()), named))
    else:
        notes.append(
            f"row {run.row}: fewer than two parts can be compared, nothing is learned from its degrees"
        )
    found += _second(run, seen, degrees, equivalents)
    return found, {name: response for name, response in answers.values()}, notes


def _degrees(run: Run, seen: Mapping[str, float], pair: Pair) -> dict[int, float]:
    """Take the degrees that a row names, in order; those that the amine cannot reach must be nothing."""
    named = {DEGREES.index(word): value for word, value in seen.items() if word not in CARBONYL}
    for degree, value in named.items():
        if degree > pair.n_hydrogens and value > 0:
            raise TableError(
                f"row {run.row}: {value:g} of degree {degree} was given, but {pair.amine.smiles} takes at most "
                f"{pair.n_hydrogens} new groups; correct the row"
            )
    return {degree: named[degree] for degree in sorted(named) if degree <= pair.n_hydrogens}


def _closed(
    run: Run,
    parts: tuple[tuple[int, ...], ...],
    values: Sequence[float],
    responses: tuple[tuple[int, str], ...] = (),
    *,
    is_carbonyl: bool = False,
) -> ClosedSet:
    """Close what was seen to 1."""
    whole = sum(values)
    return ClosedSet(
        run=run.run,
        row=run.row,
        time_h=run.time_h,
        parts=parts,
        shares=tuple(value / whole for value in values),
        responses=responses,
        is_carbonyl=is_carbonyl,
    )


def _answers(
    run: Run, degrees: Mapping[int, float], pair: Pair, model: Model
) -> tuple[dict[int, tuple[str, Response]], set[int], list[str]]:
    """Name the responses of a row's degrees, those that its detector does not see, and what to say."""
    if run.kind != "area" and not (run.kind == "ratio" and (run.detector or run.responses)):
        return {}, set(), []
    given = dict(run.responses)
    expected, unseen, notes = _expected(run, pair, model)
    answers = {}
    for degree in degrees:
        if degree == 0 or degree in unseen:
            continue
        if degree in given:
            answers[degree] = (
                f"response.{degree}={given[degree]:g}",
                Response(ln=math.log(given[degree]), sd=GIVEN_SD),
            )
        elif expected[degree].sd > 0:
            answers[degree] = (f"response.{run.detector or 'unnamed'}.{degree}", expected[degree])
    return answers, unseen - set(given), notes


def _expected(run: Run, pair: Pair, model: Model) -> tuple[dict[int, Response], set[int], list[str]]:
    """State the response expected of each degree, and the degrees that the detector does not see."""
    found = expected_response(pair, model, run.detector or "UV")
    later = range(1, pair.n_hydrogens + 1)
    if run.detector is None:
        brings = found.is_amine_invisible or any(abs(ln) > BLIND for ln in found.ln)
        sd = ASKED_SD if brings else RESPONSE_SD
        notes = [f"row {run.row}: the group brings a chromophore; name the detector of these areas"]
        return {i: Response(ln=0.0, sd=sd) for i in later}, set(), notes if brings else []
    unseen = {i for i in later if not found.seen[i - 1]} | ({0} if found.is_amine_invisible else set())
    notes = [f"row {run.row}: {found.note}"] if unseen else []
    return {i: Response(ln=found.ln[i - 1], sd=found.sd[i - 1]) for i in later}, unseen, notes


def _second(
    run: Run, seen: Mapping[str, float], degrees: Mapping[int, float], equivalents: float
) -> list[ClosedSet]:
    """Close the carbonyl's own set, where mole per cents of two of its parts are known."""
    if run.kind != "mol" or equivalents <= 0:
        return []
    values = {i: seen[name] for i, name in enumerate(CARBONYL) if name in seen}
    if values and abs(sum(degrees.values()) - 100.0) <= COMPLETE:
        whole = sum(degrees.values())
        values[0] = 100.0 * sum(i * value for i, value in degrees.items()) / whole / equivalents
    if len(values) < 2 or sum(values.values()) <= 0:
        return []
    ordered = dict(sorted(values.items()))
    return [_closed(run, tuple((i,) for i in ordered), tuple(ordered.values()), is_carbonyl=True)]
