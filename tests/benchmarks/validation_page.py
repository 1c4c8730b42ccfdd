"""Page of the validation: what two models say against what was printed, in words and tables, failures first."""

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from comparisons import (
    AMINES,
    CARBONYLS,
    CHOICE_DRAWS,
    FORETOLD,
    PAIR_DRAWS,
    RANKED_AMINE,
    Z_90,
    Choice,
    Patent,
    Ranked,
    RealPair,
    compare_ranking,
    crossed,
    permutation_p,
    rho_interval,
    rho_of,
    rho_over_draws,
    rho_without_one,
)
from statements import SEED_DRAWS, SEEDS, Ordering, Prior

from planner.model.model import Model

DRAWS = 1024
PASSED, WIDTH, RHO = 14, 0.45, 0.8
"""What is asked: patent rows that hold, mean width of the 90 % interval below, Spearman's rho at least."""
STRONG_ACID = 3.0
"""pKaH below which amines are alkylated with a strong acid; what acetic acid does for them is hardly known."""
MOST_REFUSED = 4
"""What is asked: pairs of patents that may be refused for scope; none as regulated, none by a traceback."""
CONTESTED, ALL_CHOICES, SHARE = 0.95, 0.9, 0.8
"""What is asked of the choice of nitrogen: right where aromatic and aliphatic N-H compete, right in all; median share
of the isolated isomer."""
CANNOT_FAIL = 0.99
"""An upper bound above it cannot be exceeded by an isolated yield to speak of."""
ISOLATION_LOSS = 0.2
"""Work-up and isolation may cost this share of what formed."""
SURE = 0.9
"""A statement that holds in fewer draws than this is listed among what is weak."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All comparisons of one model."""

    model: Model
    patents: tuple[Patent, ...]
    orderings: tuple[Ordering, ...]
    ranked: tuple[Ranked, ...]
    pairs: tuple[RealPair, ...]
    choices: tuple[Choice, ...]
    priors: tuple[Prior, ...]

    @property
    def rho(self) -> float:
        """Spearman's rho of the ranking."""
        return rho_of(self.ranked)

    @property
    def mean_width(self) -> float:
        """Mean width of the 90 % interval over the patent rows."""
        return mean_width(self.patents)

    @property
    def plain_patents(self) -> list[Patent]:
        """Patent rows whose reacting nitrogens do without a strong acid."""
        return [p for p in self.patents if not asks_for_strong_acid(p)]


def mean_width(patents: Sequence[Patent]) -> float:
    """Mean width of the 90 % interval."""
    return sum(p.width for p in patents) / len(patents)


def asks_for_strong_acid(patent: Patent) -> bool:
    """Every nitrogen is so weak that practice takes a strong acid, of which the model knows only that it lacks it."""
    return all(site.pKaH is not None and site.pKaH < STRONG_ACID for site in patent.prediction.pair.sites)


Both = tuple[Report, Report]
"""Before, after."""


# --- words ---


def per_cent(x: float) -> str:
    """Write a fraction as per cent."""
    return f"{100 * x:.1f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def filled(paragraphs: str) -> str:
    """Break paragraphs anew, after the figures have been put in."""
    return "\n\n".join(
        textwrap.fill(p, 118, break_on_hyphens=False, break_long_words=False)
        for p in paragraphs.split("\n\n")
    )


def verdict(holds: bool) -> str:
    """Write whether a row holds; failing ones stand out."""
    return "holds" if holds else "**fails**"


def listed(words: Iterable[str]) -> str:
    """Write a list of points, each broken at the margin."""
    return "\n".join(
        textwrap.fill(w, 118, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False,
                      break_long_words=False)
        for w in words
    )  # fmt: skip


def both(values: tuple[object, object]) -> str:
    """Write before and after; once where they are alike."""
    first, second = map(str, values)
    return first if first == second else f"{first} → {second}"


def wilson(right: int, n: int) -> str:
    """Write a 90 % interval of a proportion (Wilson) [%]."""
    if not n:
        return "-"
    p, z2 = right / n, Z_90**2
    centre, half = p + z2 / (2 * n), Z_90 * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = ((centre + sign * half) / (1 + z2 / n) for sign in (-1, 1))
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def by_row(sides: Both, rows: Callable[[Report], Sequence[Any]]) -> list[tuple[Any, Any]]:
    """Pair the rows of both reports."""
    return list(zip(rows(sides[0]), rows(sides[1]), strict=True))


def failing_first(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Put rows that fail after first, then those that failed before; else as in the file."""
    return sorted(pairs, key=lambda r: (r[1].holds, r[0].holds))


# --- what fails ---


def failures(sides: Both) -> list[str]:
    """List what fails with the shipped numbers, each with what it was before."""
    before, after = sides
    found = [
        f"(a) {new.id}, {' + '.join(new.classes)}: isolated {per_cent(new.isolated)} %, upper bound "
        f"{per_cent(new.prediction.target_fraction.high)} % ({_was(old.holds)})."
        for old, new in by_row(sides, lambda r: r.patents)
        if not new.holds
    ]
    found += [
        f"(b) {new.id}: {new.constraint} ({_was(old.holds)})."
        for old, new in by_row(sides, lambda r: r.orderings)
        if not new.holds
    ]
    if after.rho < RHO:
        found.append(f"(c) Spearman's rho {after.rho:.2f}, asked {RHO} ({before.rho:.2f} before).")
    found += [
        f"(d) {new.id}, {' + '.join(new.classes)}: {_said(new)} ({'read' if old.verdict == 'read' else 'refused too'} "
        "before)."
        for old, new in by_row(sides, lambda r: r.pairs)
        if new.verdict != "read" or not new.is_right
    ]
    found += [
        f"(e) row {new.row}, `{new.amine}`: the isolated isomer is {per_cent(new.share)} % of the mono product "
        f"({per_cent(old.share)} % before)."
        for old, new in by_row(sides, lambda r: r.choices)
        if not new.is_right
    ]
    found += [
        f"(f) {new.id}: expected {new.constraint} ({_was(old.holds)})."
        for old, new in by_row(sides, lambda r: r.priors)
        if not new.holds
    ]
    return found


def _was(held: bool) -> str:
    """Say what a row did before."""
    return "held before" if held else "failed before"


def _said(pair: RealPair) -> str:
    """Say why a pair fails."""
    if pair.verdict == "read":
        return "another isomer is predicted than was isolated"
    return f"{'refused for ' if pair.verdict == 'scope' else ''}{pair.verdict}: {pair.said}"


def weaknesses(sides: Both) -> list[str]:
    """List what holds, but not in a way that should comfort anyone."""
    after = sides[1]
    weak = sorted(
        (o for o in after.orderings if o.holds and o.probability < SURE), key=lambda o: o.probability
    )
    found = []
    if weak:
        shown = ", ".join(f"{o.id} ({share(o.probability)} %)" for o in weak)
        found.append(f"(b) Hold on medians, but in fewer than {100 * SURE:.0f} % of the draws: {shown}.")
    far = [[p.id for p in r.patents if is_far_below(p)] for r in sides]
    if far[1]:
        found.append(
            f"(a) Isolated more than {100 * ISOLATION_LOSS:.0f} % below the predicted 5 % bound: {', '.join(far[1])} "
            f"(before: {', '.join(far[0]) or 'none'}). There the model is too sure of full conversion, or the work-up "
            "lost more than usual; the rows cannot tell which."
        )
    poor = [Counter(" + ".join(p.classes) for p in r.pairs if is_foretold(p)) for r in sides]
    if poor[1]:
        kinds = ", ".join(f"{name} {n}" for name, n in poor[1].most_common())
        found.append(
            f"(d) {sum(poor[1].values())} pairs ({sum(poor[0].values())} before) have a median below "
            f"{100 * FORETOLD:.0f} % of a product that somebody isolated, at default conditions: {kinds}. Patents use "
            "titanium, acid, heat and days where the defaults do not, and their yields are not known: a hint where the "
            "model may be too pessimistic, no proof."
        )
    return found


def is_far_below(p: Patent) -> bool:
    """Whether a yield lies further below the predicted interval than isolation costs."""
    return p.isolated < (1 - ISOLATION_LOSS) * p.prediction.target_fraction.low


def is_foretold(p: RealPair) -> bool:
    """Whether a pair that was made is foretold to give next to nothing."""
    return p.verdict == "read" and p.target < FORETOLD


def moved(sides: Both) -> list[str]:
    """List what changed its verdict, the worse first."""
    found: list[tuple[bool, str]] = []
    for part, of in (("a", "patents"), ("b", "orderings"), ("f", "priors")):
        both_rows = by_row(sides, lambda r, of=of: getattr(r, of))
        found += [(n.holds, f"({part}) {n.id}") for o, n in both_rows if o.holds != n.holds]
    found += [
        (n.is_right, f"(d) {n.id}") for o, n in by_row(sides, lambda r: r.pairs) if o.is_right != n.is_right
    ]
    for kind in (False, True):
        rows = [
            n.row
            for o, n in by_row(sides, lambda r: r.choices)
            if o.is_right != n.is_right and n.is_right == kind
        ]
        found += [(kind, f"(e) rows {', '.join(map(str, rows))}")] if rows else []
    worse, better = ([name for is_better, name in found if is_better == kind] for kind in (False, True))
    return [
        f"Fail now, held before: {', '.join(worse) or 'none'}.",
        f"Hold now, failed before: {', '.join(better) or 'none'}.",
    ]


# --- by class ---


def class_table(sides: Both, names: Sequence[str], place: int) -> str:
    """Count every comparison by class of amine (place 0) or carbonyl compound (place 1)."""
    rows = []
    for name in names:
        chosen = [_of_class(r, name, place) for r in sides]
        if any(map(len, (chosen[1].patents, chosen[1].orderings, chosen[1].pairs, chosen[1].choices))):
            rows.append([name, *_counts((chosen[0], chosen[1]))])
    head = [
        "class", "(a) hold", "(a) width", "(b) hold", "(b) least, %", "(d) pairs", "(d) refused", "(d) contested",
        "(d) right", "(d) foretold < 10 %", "(e) right", "(e) share, %",
    ]  # fmt: skip
    return table(head, rows)


def _of_class(report: Report, name: str, place: int) -> Report:
    """Keep the rows of one class; the ranking has one amine and stays as it is."""

    def kept(rows: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(row for row in rows if row.classes[place] == name)

    return Report(
        model=report.model,
        patents=kept(report.patents),
        orderings=kept(report.orderings),
        ranked=report.ranked,
        pairs=kept(report.pairs),
        choices=kept(report.choices),
        priors=(),
    )


def _counts(sides: Both) -> list[str]:
    """Write the counts of one class, before → after."""

    def of(n: int, words: tuple[object, object]) -> str:
        return f"{both(words)} of {n}" if n else "-"

    b, a = sides
    contested = [[p for p in r.pairs if p.is_contested] for r in sides]
    return [
        of(len(a.patents), (sum(p.holds for p in b.patents), sum(p.holds for p in a.patents))),
        both((f"{b.mean_width:.2f}", f"{a.mean_width:.2f}")) if a.patents else "-",
        of(len(a.orderings), (sum(o.holds for o in b.orderings), sum(o.holds for o in a.orderings))),
        both((_least(b), _least(a))) if a.orderings else "-",
        str(len(a.pairs)),
        both((_refusals(b), _refusals(a))) if a.pairs else "-",
        str(len(contested[1])),
        of(len(a.pairs), (sum(p.is_right for p in b.pairs), sum(p.is_right for p in a.pairs))),
        both((sum(map(is_foretold, b.pairs)), sum(map(is_foretold, a.pairs)))) if a.pairs else "-",
        of(len(a.choices), (sum(c.is_right for c in b.choices), sum(c.is_right for c in a.choices))),
        both((_middle(b.choices), _middle(a.choices))) if a.choices else "-",
    ]


def _least(report: Report) -> str:
    """The least probability of a statement."""
    return share(min(o.probability for o in report.orderings))


def _refusals(report: Report) -> int:
    """Pairs that were not read, for whatever reason."""
    return sum(p.verdict != "read" for p in report.pairs)


def _middle(choices: Sequence[Choice]) -> str:
    """Median share of the isolated isomer [%]."""
    return per_cent(median(c.share for c in choices)) if choices else "-"


# --- the five parts ---


def share(probability: float) -> str:
    """Write a share of the draws [%]; all of a few thousand is not certainty."""
    return ">99.9" if probability > 0.9995 else "<0.1" if probability < 0.0005 else f"{100 * probability:.1f}"


def patent_table(sides: Both) -> str:
    """Write comparison (a)."""
    rows = []
    for old, new in failing_first(by_row(sides, lambda r: r.patents)):
        p = new.prediction
        classes = "/".join(dict.fromkeys(s.site_class for s in p.pair.sites))
        spans = [x.prediction.target_fraction for x in (old, new)]
        rows.append(
            [
                new.id,
                f"{classes} + {p.pair.carbonyl_class.name}",
                str(p.procedure.reductant),
                p.basis,
                per_cent(new.isolated),
                *(f"{per_cent(t.median)} ({per_cent(t.low)} to {per_cent(t.high)})" for t in spans),
                "-" if new.cap is None else per_cent(new.cap),
                both((per_cent(old.prediction.over_alkylation.low), per_cent(p.over_alkylation.low))),
                both((verdict(old.holds), verdict(new.holds))),
            ]
        )
    head = [
        "row", "classes", "hydride", "per", "isolated %", "before: target % (90 %)", "after: target % (90 %)",
        "cap %", "over, 5 %", "",
    ]  # fmt: skip
    return table(head, rows)


def patent_words(sides: Both) -> str:
    """Say what comparison (a) gives and what it is worth."""
    patents, n = sides[1].patents, len(sides[1].patents)
    upper = [p.prediction.target_fraction.high for p in patents]
    below = sum(p.isolated < p.prediction.target_fraction.low for p in patents)
    widths = both((f"{sides[0].mean_width:.2f}", f"{sides[1].mean_width:.2f}"))
    plain = sides[1].plain_patents
    met = "met" if sides[1].mean_width < WIDTH else "not met"
    return f"""\
{both((sum(p.holds for p in sides[0].patents), sum(p.holds for p in patents)))} of {n} rows hold (asked: {PASSED});
mean width of the 90 % interval {widths} (asked: below {WIDTH}; {met}). Without the {n - len(plain)} rows whose amine
asks for a strong acid (pKaH below {STRONG_ACID:g}), of which little is known and which is said of them, it is
{mean_width(plain):.2f}. The purely statistical split (binomial over N-H) would hold
{sum(p.holds_statistically for p in patents)}.

What this is worth: little. The test is one-sided, because isolated yields are lower bounds, +- 6 to 10 points.
{sum(high > CANNOT_FAIL for high in upper)} of the {n} upper bounds lie above {100 * CANNOT_FAIL:.0f} % and can
hardly be crossed. Read from the other side, {below} yields lie below the predicted 5 % bound,
{sum(map(is_far_below, patents))} of them by more than the {100 * ISOLATION_LOSS:.0f} % that isolation may cost.
Source: US patent procedures, Open Reaction Database."""


def ordering_table(sides: Both) -> str:
    """Write comparison (b): what fails first, then the weakest."""
    rows = sorted(by_row(sides, lambda r: r.orderings), key=lambda r: (r[1].holds, r[1].probability))
    return table(
        ["row", "grade", "on medians", "draws, before %", "draws, after %", "medians after by degree, %", "constraint"],
        [
            [
                new.id.partition(":")[0],
                new.grade,
                both((verdict(old.holds), verdict(new.holds))),
                f"{share(old.probability)} ({100 * old.error:.1f})",
                f"{share(new.probability)} ({100 * new.error:.1f})",
                "; ".join(" / ".join(map(per_cent, one)) for one in new.medians),
                new.constraint,
            ]
            for old, new in rows
        ],
    )  # fmt: skip


def ordering_words(sides: Both) -> str:
    """Say what comparison (b) gives."""
    held = [sum(o.holds for o in r.orderings) for r in sides]
    n = len(sides[1].orderings)
    weakest = min(sides[1].orderings, key=lambda o: o.probability)
    sure = [sum(o.probability >= SURE for o in r.orderings) for r in sides]
    drop = max(by_row(sides, lambda r: r.orderings), key=lambda r: r[0].probability - r[1].probability)
    fall = drop[0].probability - drop[1].probability
    fallen = (
        f"The largest fall is that of {drop[1].id}, {100 * fall:.1f} points."
        if fall > 2 * (drop[0].error + drop[1].error) and fall > 0.005
        else "None fell by more than its Monte Carlo error."
    )
    return f"""\
{both(tuple(held))} of {n} statements hold on medians; {both(tuple(sure))} hold in at least {100 * SURE:.0f} % of the
draws. The weakest is {weakest.id}, {share(weakest.probability)} %. {fallen}

The share of the draws says how far the widths of the constants leave a statement open; it is no probability that the
literature is right, and nothing was weighted by it. All flasks of a model share their draws, so that what two flasks
have in common does not count as a difference. In brackets the Monte Carlo standard error in points, from {SEEDS}
independently scrambled sequences of {SEED_DRAWS} draws; ">99.9" is all of them, or all but one or two. Caveats
(RA019 and the second line of RA040) are said or not, the same in every draw. RA014 and RA015 are one statement that
was handed in twice. Rows named "practice" are common knowledge that no handed row holds (STAB, 1 eq, all at once,
grade B). Each handed row is also a test with its citation, `tests/test_orderings.py`."""


def ranking_words(sides: Both, data: Path) -> str:
    """Say what comparison (c) gives, how sure that is, and where and why the order differs."""
    before, after = sides
    others = [
        rho_of(compare_ranking(data, after.model, 256, hold_time_h=hours, acid_equivalents=acid))
        for hours in (2.0, 16.0, 48.0)
        for acid in (0.0, 1.0)
    ]
    n = len(after.ranked)
    low, high = rho_interval(after.rho, n)
    least, most = rho_without_one(after.ranked)
    drawn = rho_over_draws(after.ranked)
    return f"""\
Spearman's rho {both((f"{before.rho:.2f}", f"{after.rho:.2f}"))} over {n} carbonyl compounds (asked: {RHO});
{min(others):.2f} to {max(others):.2f} for 2 to 48 h with 0 or 1 eq acid. One secondary methylamine (staurosporine;
here {RANKED_AMINE}), STAB and acetic acid in DMA or NMP, titanium isopropoxide left out; means over 48 wells each
(Nature Synthesis 2023, s44160-023-00351-1).

How sure: with {n} compounds, hardly. If the predicted order meant nothing, a rho this large would turn up in
{100 * permutation_p(after.ranked):.1f} % of all orders (exact permutation test, one-sided). Taken as a sample of
carbonyl compounds the 90 % interval of rho is {low:.2f} to {high:.2f} (Fisher's z); leaving out any one compound
gives {least:.2f} to {most:.2f}. Over the draws of the constants rho is {np.quantile(drawn, 0.05):.2f} to
{np.quantile(drawn, 0.95):.2f} (90 %), and at least {RHO} in {100 * float(np.mean(drawn >= RHO - 1e-9)):.0f} % of
them. A change of rho by less than about {(high - low) / 4:.1f} says nothing. It is a rank of seven means, no
calibration.

{_why(before, after)}"""


def _why(before: Report, after: Report) -> str:
    """Say which pairs are predicted in the wrong order, what changed in that, and which constants did it."""
    old, new = crossed(before.ranked), crossed(after.ranked)

    def named(pairs: Iterable[tuple[str, str]], how: dict[tuple[str, str], str]) -> str:
        return (
            "; ".join(f"{high} above {low} (predicted {how[high, low]})" for high, low in sorted(pairs))
            or "none"
        )

    words = f"Measured, but not predicted: {named(new, new)}. "
    if gone := old.keys() - new.keys():
        words += f"Put right since before: {named(gone, old)}. "
    if come := new.keys() - old.keys():
        words += f"Wrong since: {named(come, new)}. "
    if old == new:
        words += "The same before: no pair of compounds changed places. "
    words += _shifted(before.ranked, after.ranked)
    if any("3-phenylpropanal" in pair for pair in new):
        words += """

Of the n-alkanal: addition to it is faster than to aromatic aldehydes, which is what the model knows. What the model
does not hold would take it away or tie it up with a slow, hindered secondary amine: self-aldol where there is amine,
acid and Lewis acid, and enamine instead of iminium, both of which need the alpha-hydrogen that aromatic aldehydes lack.
That is an explanation, not a finding; the alkanal carries a caveat (aldol)."""
    return words


def _shifted(old: Sequence[Ranked], new: Sequence[Ranked]) -> str:
    """Say which of the constants moved, from the numbers themselves."""
    found = []
    for place, name in enumerate(("k_c", "K", "k_r")):
        shifts = [
            b.constants[place] - a.constants[place]
            for a, b in zip(old, new, strict=True)
            if a.constants is not None and b.constants is not None
        ]
        if not shifts or max(map(abs, shifts)) < 0.005:
            continue
        if max(shifts) - min(shifts) < 0.01:
            found.append(
                f"{name} moved by {shifts[0]:+.2f} decades for all alike, which cannot change their order by itself"
            )
        else:
            found.append(
                f"{name} moved by {min(shifts):+.2f} to {max(shifts):+.2f} decades, differently from one to another"
            )
    return (
        f"Why: at the medians, {'; '.join(found)}."
        if found
        else "No constant of these flasks moved at the medians."
    )


def ranking_table(sides: Both) -> str:
    """Write comparison (c) with the constants behind it."""

    def logs(old: Ranked, new: Ranked, place: int) -> str:
        if old.constants is None or new.constants is None:
            return "-"
        return both((f"{old.constants[place]:.2f}", f"{new.constants[place]:.2f}"))

    return table(
        ["carbonyl compound", "measured mean %", "before %", "after %", "log k_c", "log K", "log k_r"],
        [
            [new.carbonyl, per_cent(new.measured), per_cent(old.predicted), per_cent(new.predicted)]
            + [logs(old, new, place) for place in range(3)]
            for old, new in by_row(sides, lambda r: r.ranked)
        ],
    )


def pair_words(sides: Both) -> str:
    """Say what comparison (d) gives."""
    n = len(sides[1].pairs)

    def count(verdict: str) -> str:
        return both(tuple(sum(p.verdict == verdict for p in r.pairs) for r in sides))

    right = both(tuple(sum(p.is_right for p in r.pairs) for r in sides))
    contested = [[p for p in r.pairs if p.is_contested] for r in sides]
    return f"""\
Of {n} pairs of US patents {count("scope")} are refused for scope (asked: at most {MOST_REFUSED}),
{count("regulated")} as regulated (asked: 0), {count("other")} for another reason, and {count("traceback")} end in a
traceback (asked: 0). The product that was isolated is the top isomer of its degree in {right}; but only
{len(contested[1])} pairs have more than one isomer and could be wrong, and of these
{both(tuple(sum(p.is_right for p in c) for c in contested))} are right. The rest says that products are written
correctly, not that they are predicted. Both columns use today's rules of structures and today's gate, so refusals
cannot differ; with the rules of the first set 12 were refused for scope. Medians over {PAIR_DRAWS} draws at the
defaults of the reductant that was recorded, else of the default one; yields and conditions are not in the file."""


def choice_words(sides: Both) -> str:
    """Say what comparison (e) gives."""
    after = sides[1].choices
    contested = [[c for c in r.choices if c.competes] for r in sides]
    n, m = len(contested[1]), len(after)
    right = [sum(c.is_right for c in c_) for c_ in contested]
    everywhere = [sum(c.is_right for c in r.choices) for r in sides]
    return f"""\
Where an N-H on an aromatic carbon competes with an aliphatic one, the isolated isomer is predicted in
{both(tuple(right))} of {n} pairs (asked: {100 * CONTESTED:.0f} %; 90 % interval after: {wilson(right[1], n)}), and
it is {_middle(contested[0])} → {_middle(contested[1])} % of the mono product at the median (asked: {100 * SHARE:.0f}
%). In all {m} pairs it is right in {both(tuple(everywhere))} (asked: {100 * ALL_CHOICES:.0f} %;
{wilson(everywhere[1], m)}).

What this is worth: no number was fitted to the file, but it was known while the law was written, and in all {n}
contested pairs the product sits on the aliphatic nitrogen, so "always the aliphatic one" would be right in {n}. It
is a sample of one kind, no test on unseen data; pairs of the project's own stand in `tests/test_reactivity.py`.
Defaults, {CHOICE_DRAWS} draws, stereochemistry left aside."""


PRIOR_WORDS = """\
What the first set was built to say: over-alkylation (degree 2 and above, % of
the amine; 5, 50 and 95 % quantiles over the draws) of butylamine with STAB, 0.2 M, 1 eq, all at once, 24 h. A
statement that a case of the literature contradicts may fall; then it is listed above."""


def prior_table(sides: Both) -> str:
    """Write the prior statements."""
    return table(
        ["carbonyl compound", "expected", "before %", "after %", ""],
        [
            [
                new.id,
                new.constraint,
                " / ".join(map(per_cent, old.quantiles)),
                " / ".join(map(per_cent, new.quantiles)),
                both((verdict(old.holds), verdict(new.holds))),
            ]
            for old, new in failing_first(by_row(sides, lambda r: r.priors))
        ],
    )


def text(sides: Both, data: Path) -> str:
    """Write the page."""
    before, after = sides
    wrong = failures(sides)
    parts = [
        "# The shipped numbers against printed results",
        filled(
            f"Written by `python tests/benchmarks/validation.py`; model {after.model.name} {after.model.sha256[:12]}, "
            f"{DRAWS} draws, seed 0.\n\nBefore → after: before is the first set of constants "
            f"(`tests/data/models_reference`, {before.model.sha256[:12]}), after is the shipped one; equations, "
            "rules of structures and gate are today's in both. One number where nothing moved. No constant was "
            "fitted to these rows. Most of these tests are one-sided or ask for an order only: passing them does "
            "not show that an interval covers what it should."
        ),
        "![patents and ranking](validation.svg)",
        "## What fails",
        listed(wrong) if wrong else "Nothing of what was asked.",
        "### What is weak",
        listed(weaknesses(sides)) or "Nothing that these rows would show.",
        "### What moved",
        listed(moved(sides)),
        "## By class",
        filled(
            "Hold: rows that hold of those there are. Width: mean of the 90 % interval. Least: the smallest share of "
            "draws in which a statement of the class holds. Contested: pairs in which more than one isomer could form. "
            "Foretold: pairs that were made although the median is below 10 %. Share: of the isolated isomer, median."
        ),
        class_table(sides, AMINES, 0),
        class_table(sides, CARBONYLS, 1),
        "## (a) Patent procedures",
        filled(patent_words(sides)),
        patent_table(sides),
        "## (b) Orderings",
        filled(ordering_words(sides)),
        ordering_table(sides),
        "## (c) Carbonyl ranking",
        filled(ranking_words(sides, data)),
        ranking_table(sides),
        "## (d) Pairs of patents",
        filled(pair_words(sides)),
        "## (e) Which nitrogen",
        filled(choice_words(sides)),
        "## (f) Prior statements",
        filled(PRIOR_WORDS),
        prior_table(sides) + "\n",
    ]
    return "\n\n".join(parts)
