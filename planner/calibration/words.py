"""Words: what runs taught, and what to run next, for people."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from planner.calibration.checking import Check, check_name
from planner.calibration.leaving import LeftOut
from planner.calibration.next_experiment import LITTLE_GAIN, NextExperiment
from planner.calibration.profiles import Profile
from planner.calibration.records import part_of
from planner.flask.procedure import Settled, procedure_words
from planner.model.calibration import Calibration, Cell
from planner.model.model import Model
from planner.predictions.words import percent

NOT_LEARNED = "not learned"
ORDER = ("sum", "direction", "number")
"""In which verdicts are told: few single numbers are learned, so sums come first."""
TERM = "term"
"""Kind of the terms of the runs, such as their noise, of which the words about the fit tell."""
MOST_TOLD = 12


def calibration_text(
    model: Model,
    checks: Sequence[Check],
    left_out: Sequence[LeftOut] = (),
    profiles: Mapping[str, Profile] = MappingProxyType({}),
) -> str:
    """Write what a model learned as a table and lists for the terminal, with what was asked for beside it."""
    calibration = model.calibration
    if calibration is None:
        return "Nothing was learned: there are no runs."
    lines = [heading_words(calibration), "", *_check_lines(checks), ""]
    lines += ["What was learned", *(f"  {words}" for words in verdict_words(calibration)), ""]
    lines += ["How the fit went", *(f"  {words}" for words in calibration.diagnostics)]
    if left_out:
        lines += ["", "Each run as the others predict it", *(f"  {left_out_words(one)}" for one in left_out)]
    if profiles:
        lines += ["", "Profiles", *(f"  {profile_words(name, p)}" for name, p in profiles.items())]
    return "\n".join(lines)


def heading_words(calibration: Calibration) -> str:
    """Say from what was learned."""
    runs = len({row.run for row in calibration.rows})
    rows = len(calibration.runs)
    counted = f"{runs} run{'s' * (runs != 1)}" + (f" ({rows} rows)" if rows != runs else "")
    right = "" if calibration.has_discrepancy else ", the mechanism taken to be right"
    return f"Learned from {counted} of {calibration.amine} + {calibration.carbonyl}{right}."


def _check_lines(checks: Sequence[Check]) -> Iterator[str]:
    """Tabulate what was found beside what was predicted."""
    widths = [
        max([len("run"), *(len(check_name(c)) for c in checks)]),
        max([9, *(len(c.part) for c in checks)]),
    ]
    head = ("run", "part", "found", "before (5 to 95 %)", "after (5 to 95 %)")
    yield f"{head[0]:{widths[0]}}  {head[1]:{widths[1]}}  {head[2]:>5}  {head[3]:20}  {head[4]}"
    for c in checks:
        before, after = (
            span_words(c.before, c.before_low, c.before_high),
            span_words(c.after, c.after_low, c.after_high),
        )
        outside = "" if c.is_inside else "  outside"
        yield f"{check_name(c):{widths[0]}}  {c.part:{widths[1]}}  {percent(c.found):>5}  {before:20}  {after}{outside}"
    yield "Per cent of what was seen, as the detector shows it; intervals hold the noise of a measurement."


def left_out_words(one: LeftOut) -> str:
    """Say how the other runs predict a part of one."""
    name = one.run if one.time_h is None else f"{one.run}, {one.time_h:g} h"
    where = "inside" if one.is_inside else "outside"
    span = span_words(one.median, one.low, one.high)
    return f"{name}, {part_of(one)}: found {percent(one.observed)}, {where} {span}"


def profile_words(name: str, profile: Profile) -> str:
    """Say whether the runs close both sides of a number."""
    said = {"": "closed on both sides", "none": "open on both sides: nothing was learned of it"}
    bound = said.get(profile.side) or f"only {'an' if profile.side == 'upper' else 'a'} {profile.side} bound"
    low, high = profile.logs[0], profile.logs[-1]
    return f"{name}: {bound} (ln L at -3 and +3 prior sd is {low:.1f} and {high:.1f} of its best)"


def span_words(middle: float, low: float, high: float) -> str:
    """Write an interval in per cent: median (5 to 95 %)."""
    return f"{percent(middle)} ({percent(low)} to {percent(high)})"


def verdict_words(calibration: Calibration, most: int = MOST_TOLD) -> list[str]:
    """Say what was learned, sums first, each with its width; what was not learned is counted."""
    asked = [v for v in calibration.verdicts if v.get("kind") != TERM]
    told = [v for v in asked if v["verdict"] != NOT_LEARNED]
    told.sort(key=lambda v: (_order(v), float(v["ratio"])))
    words = [_verdict(v) for v in told[:most]]
    if len(told) > most:
        words.append(f"and {len(told) - most} more, in the table of what was learned")
    if not told:
        words.append("No sum or number is narrower by a fifth than before.")
    rest = len(asked) - len(told)
    if rest:
        words.append(f"{rest} others are not learned: as wide as before.")
    return words


def _order(verdict: Mapping[str, Cell]) -> int:
    """Tell where a verdict is told."""
    kind = str(verdict.get("kind", "number"))
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _verdict(v: Mapping[str, Cell]) -> str:
    """Write one verdict."""
    name = str(v["name"])
    said = f" ({v['words']})" if v.get("words") and v["words"] != name else ""
    span = ""
    if "posterior_low" in v:
        low, middle, high = (
            f"{v[name]:.3g}" for name in ("posterior_low", "posterior_median", "posterior_high")
        )
        span = f": {middle} ({low} to {high}) {v.get('unit', '')}"
    return f"{v['verdict']}: {name}{said}{span.rstrip()}; {100 * float(v['ratio']):.0f} % of its width before"


def next_text(found: NextExperiment) -> str:
    """Write the next run for the terminal."""
    several = len(found.procedures) > 1
    lines = [
        f"Next run of {found.pair.amine.smiles} + {found.pair.carbonyl.smiles}, model {found.model.name}",
        "",
        *(f"{i}. {whole_words(p)}" for i, p in enumerate(found.procedures, start=1)),
    ]
    if found.teaches_more is not None:
        lines.append(f"Or, to learn more: {whole_words(found.teaches_more)}")
    gain = "their results are" if several else "its result is"
    lines += [
        "",
        f"On average {gain} worth {found.gain:.1f} points of the target; the ceiling is {found.ceiling:.1f}.",
    ]
    lines.append(stop_words(found))
    return "\n".join([*lines, *(f"  {reason}" for reason in found.reasons)])


def stop_words(found: NextExperiment) -> str:
    """Say whether to go on."""
    if found.stop:
        return "Stop here: no run is worth making."
    if found.largest_gain < LITTLE_GAIN:
        return (
            f"No single run brings half a point on average; knowing every constant would bring {found.ceiling:.1f}, "
            "and that takes several runs that differ: else make the recommended one as it is."
        )
    return "A run is worth making."


def whole_words(p: Settled) -> str:
    """Say a procedure with its concentration, as it is charged."""
    return f"{procedure_words(p)}, {p.concentration_M:g} M"
