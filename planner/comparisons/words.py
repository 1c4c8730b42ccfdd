"""Words: a comparison in short sentences, and as a table for the terminal."""

import re
from collections.abc import Iterator, Sequence

from planner.comparisons.findings import TAKEN_UP, Comparison, Finding, OtherCharge, Shift
from planner.comparisons.observed import CARBONYL_LEFT, DETECTION, OF_CARBONYL, degree_names
from planner.comparisons.weighing import reach
from planner.model.model import Model
from planner.model.warnings import SEVERITIES
from planner.predictions.sensitivity import label
from planner.predictions.warned import warnings_of
from planner.predictions.words import percent

NAMED, WORTH_NAMING = 3, 0.10
"""Most things that a sentence names, and the least change of a probability that is worth it."""
MAIN = 0.3
"""Fraction from which a product is one that is isolated."""
PARTS = {
    "charges": "bottles that are not what the label says",
    "acid": "acid that holds amines",
    "aldol": "aldehyde lost to itself",
    "store": "slow paraformaldehyde",
    "iminium_cycle": "iminium constants of their own for secondary amines",
}
"""What the parts of a flask are, where a model counts them."""
SUREST = 99
"""Per cent beyond which neither a percentile nor a probability is told finer."""
RATES = (
    *("condensation", "reduction", "transfer", "exchange", "loss"),
    *("aldol", "depolymerisation", "hydrolysis", "hydride_on_"),
)
"""Words in the names of rate constants, and of factors on them: they are faster or slower, others higher or lower."""
NOT_RATES = ("energy", "equilibrium", "basicity", "acid_on_", "_pH")
FOR = re.compile(r"(?<=\w)_(amine|carbonyl|solvent|acid)(_.*)?$")
"""End of the name of a table of factors, by what they are for; their entry says that again."""
SMALLEST = 5e-5
"""Fraction below which nothing was found."""
AS_CHARGED = 0.01
"""Part of a charge that is not worth a word."""
EXPLAINING = SEVERITIES[:2]
"""Warnings that can explain another split, by severity."""


def place_words(below: int, above: int, draws: int) -> str:
    """Say where a number lies among as many simulated measurements, no finer than they can tell.

    Examples
    --------
    >>> place_words(0, 4096, 4096), place_words(3604, 492, 4096), place_words(5, 4091, 4096)
    ('below all 4,096 draws', 'at the 88th percentile', 'above only 5 of 4,096 draws')
    >>> place_words(0, 96, 4096)
    'the same as in 4,000 of 4,096 draws'
    """
    same, middle = draws - below - above, 100.0 * (draws + below - above) / (2 * draws)
    if 2 * same > draws or (same and not (below and above)):
        return f"the same as in {same:,} of {draws:,} draws"
    side, n = ("above", below) if middle < 50.0 else ("below", above)
    if n == 0:
        return f"{'below' if side == 'above' else 'above'} all {draws:,} draws"
    if not 100 - SUREST <= middle <= SUREST:
        return f"{side} only {n:,} of {draws:,} draws"
    return f"at the {_ordinal(round(middle))} percentile"


def _ordinal(n: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(n % 10 if n % 100 not in (11, 12, 13) else 0, "th")
    return f"{n}{ending}"


def direction(name: str, model: Model, *, is_up: bool) -> str:
    """Say to which side a number is moved, such as "a faster second condensation, unbranched alkanal"."""
    keys = {r.key for r in model.reductants}
    parts = name.split(".")
    table, *entries = [part for part in parts if part not in keys]
    bare = FOR.sub("", table) if entries else table
    is_rate = any(word in bare for word in RATES) and not any(word in name for word in NOT_RATES)
    which = ("faster", "slower") if is_rate else ("higher", "lower")
    owners = [*entries, *(part for part in parts if part in keys)]
    what = "activation energy" if bare == "energy" else label(bare, model)
    of = ", ".join(label(part, model) for part in owners if part != "reference")
    return f"a {which[not is_up]} {what}" + (f", {of}" if of else "")


def part_direction(part: str, *, is_up: bool) -> str:
    """Say whether a part of the flask is more or less likely at work."""
    named = f"the part {part.replace('_', ' ')}" + (f" ({PARTS[part]})" if part in PARTS else "")
    return f"{named} at work" if is_up else f"a flask without {named}"


def sentences(c: Comparison) -> tuple[str, ...]:
    """Say what was found, where it lies, what it speaks for and what else could explain it."""
    outside = [f for f in c.findings if not f.inside]
    found = [_finding(f, c) for f in c.findings]
    return (*found, *c.observed.notes, _speaks(c), *_explanations(c, outside))


def _cells(f: Finding) -> tuple[str, str, str]:
    """Write mean and interval of what was expected [per cent]."""
    mean, low, high = (percent(x, width=f.high - f.low) for x in (f.expected, f.low, f.high))
    return mean, low, high


def _found(f: Finding) -> str:
    """Write what was found [per cent]."""
    return f"{100 * f.observed:.3g}" if f.observed >= SMALLEST else "0"


def _what(name: str) -> str:
    return name.replace("_", " ")


def _where(f: Finding, c: Comparison) -> str:
    if f.inside and not f.low <= f.observed <= f.high:
        return f"inside, for below {100 * DETECTION:g} % is not told from nothing"
    return f"{'inside' if f.inside else 'outside'}, {place_words(f.below, f.above, c.draws)}"


def _finding(f: Finding, c: Comparison) -> str:
    """Say where one number lies."""
    (mean, low, high), what = _cells(f), _what(f.name)
    if c.observed.lowest:
        what = f"{what} of what {c.observed.detector} sees"
    elif f.name in OF_CARBONYL:
        what = f"of the carbonyl {'left' if f.name == CARBONYL_LEFT else f'as {what}'}"
    elif c.observed.basis == "carbonyl":
        what = f"of the carbonyl in {what}"
    return f"You found {_found(f)} % {what}; expected {mean} % ({low} to {high}): {_where(f, c)}."


def _speaks(c: Comparison) -> str:
    """Say what the run speaks for, or why that cannot be said."""
    if not c.explained and not c.is_rare:
        return f"Too few draws to say what it speaks for: {_near(c)}; take more of them."
    if not c.explained:
        what = "The model can hardly explain this run"
        if len(c.findings) > 1 and all(c.inside.values()):
            what = "Each lies inside, but together the model can hardly explain them"
        if c.misses > reach(len(c.findings)):
            return f"{what}: the nearest of {c.draws:,} draws misses it by {c.misses:.0f} times the error of measuring."
        return f"{what}: {_near(c)}, too few to say what it speaks for."
    named = [s for s in c.shifts if abs(s.change) >= WORTH_NAMING][:NAMED]
    if not named:
        return f"It speaks for no uncertain number in particular; {_near(c)}."
    listed = "; ".join(f"{s.direction} ({_change(s)})" for s in named)
    return f"It speaks for {listed}. One run is weak evidence; {_near(c)}."


def _near(c: Comparison) -> str:
    """Say how many draws carry the weight, with two digits."""
    n = float(f"{max(1.0, c.effective_draws):.2g}")
    return f"about {n:,.0f} of {c.draws:,} draws come{'s' * (round(n) == 1)} near it"


def _change(s: Shift) -> str:
    """Write the probability of the side that is named, before and after."""
    after = round(100 * (s.prior + abs(s.change)))
    return f"{100 * s.prior:.0f} -> {after if after <= SUREST else f'> {SUREST}'} %"


def _explanations(c: Comparison, outside: Sequence[Finding]) -> Iterator[str]:
    """Say what else could explain what lies outside: the charge, known side reactions, a yield instead of a split."""
    if c.other_charge is not None:
        yield _charge(c.other_charge, c)
    if not outside:
        return
    risks = [w.text for w in warnings_of(c.pair, c.model, c.procedure) if w.rule.severity in EXPLAINING]
    if risks:
        yield f"Not in the numbers, but possible here: {' '.join(risks[:NAMED])}"
    least = [
        f for f in outside if f.observed < f.low and f.expected > MAIN and f.name in degree_names(c.pair)[1:]
    ]
    if least and c.observed.detector is None and len(c.findings) <= c.pair.n_hydrogens:
        yield "An isolated yield is lower than what is in the flask at the quench, which is compared here."


def _charge(o: OtherCharge, c: Comparison) -> str:
    """Say at which charge of carbonyl what was found would be expected."""
    found, stated = dict(c.observed.fractions), c.procedure.carbonyl_equivalents
    held = sum(i * found[name] for i, name in enumerate(degree_names(c.pair)) if name in found)
    what = f"carbonyl in product ({held:.3g} eq)" if o.name == TAKEN_UP else _what(o.name)
    what += f" (taken as {100 * DETECTION:g} %)" if o.name != TAKEN_UP and found[o.name] < DETECTION else ""
    if o.equivalents is None:
        return (
            f"No charge of carbonyl from {o.least:.3g} to {o.most:.3g} eq is expected to give this {what}: a wrong "
            "charge alone does not explain it."
        )
    ratio = o.equivalents / stated
    more, less = ("carbonyl", "amine") if ratio > 1 else ("amine", "carbonyl")
    excess = max(ratio, 1.0 / ratio) - 1.0
    if excess < AS_CHARGED:
        return f"This {what} fits the charge of carbonyl: a wrong one does not explain what you found."
    if len(c.findings) > 1 and not o.fits:
        return (
            f"{o.equivalents:.3g} eq of carbonyl in the flask would give this {what}, but not all else that you found: "
            "a wrong charge alone does not explain it."
        )
    return (
        f"This {what} is expected of {o.equivalents:.3g} eq of carbonyl in the flask instead of {stated:.3g}: "
        f"{100 * excess:.0f} % more {more}, or {100 * excess / (1 + excess):.0f} % less {less}, than was written down"
        f"{'; all that you found fits there' * (len(c.findings) > 1)}."
    )


def comparison_text(c: Comparison) -> str:
    """Write a comparison for the terminal: the table of what was found, and the sentences."""
    lines = [
        f"{c.pair.amine.smiles} + {c.pair.carbonyl.smiles}",
        "",
        f"{'':<14}  {'found':>6}  {'expected':>8}  {'5 %':>5}  {'95 %':>5}",
    ]
    for f in c.findings:
        mean, low, high = _cells(f)
        lines.append(f"{_what(f.name):<14}  {_found(f):>6}  {mean:>8}  {low:>5}  {high:>5}  {_where(f, c)}")
    lines += ["", *c.words[len(c.findings) :]]
    if c.shifts:
        lines += ["", "probability, before -> after   +- points   mean moves by, in sd"]
        lines += [_shift_line(s) for s in c.shifts]
    return "\n".join(lines)


def _shift_line(s: Shift) -> str:
    moved = "" if s.shift_sd is None else f"{s.shift_sd:+.2f}"
    return f"{_change(s):>12}  {100 * s.error:5.1f}  {moved:>6}  {s.direction}"
