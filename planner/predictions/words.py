"""Words: a prediction for people, from its record."""

from collections.abc import Sequence

from planner.flask.fields import ASSAYS
from planner.flask.procedure import said
from planner.predictions.prediction import Interval, Isomer, Prediction, Product
from planner.predictions.sensitivity import Share, unexplained

SHARES_SHOWN = 8


NARROW = 0.02
"""Width of an interval up to which a decimal is written; wider ones support whole per cents."""
TOLD = 0.0005
"""Mean part of the carbonyl from which another loss than alcohol is told."""
SURE = 0.95
"""Fraction above which only "more than" is said where paths are named that the model does not hold."""


def percent(fraction: float, *, width: float = 1.0, hedged: bool = False) -> str:
    """Write a fraction in per cent, with the digits that the width of its interval supports.

    Above ``SURE`` it is "> 95" where paths are named that are not computed.

    Examples
    --------
    >>> percent(0.514), percent(0.0042, width=0.01), percent(0.998, hedged=True)
    ('51', '0.4', '> 95')
    """
    if hedged and fraction > SURE:
        return f"> {100 * SURE:.0f}"
    return f"{100 * fraction:.{1 if width < NARROW else 0}f}"


def span(interval: Interval, *, hedged: bool = False) -> str:
    """Write an interval in per cent: mean (5 to 95 %)."""
    width = 1.0 if hedged else interval.high - interval.low
    low, high = (percent(x, width=width) for x in (interval.low, interval.high))
    return f"{percent(interval.mean, width=width, hedged=hedged)} % ({low} to {high})"


IN_ONE_LINE = (
    ("reductant", "reductant_equivalents"), ("hydride_portions", "hydride_time_h", "hydride_temperature_C"),
    ("carbonyl_equivalents",), ("acid_equivalents",), ("addition",), ("addition_time_h",), ("imine_time_h",),
    ("hold_time_h",), ("temperature_C",), ("concentration_M",), ("solvent", "water"), ("quench",),
    ("amine_purity",), ("carbonyl_purity",), ("reductant_purity",),
)  # fmt: skip
"""Fields of a procedure as they are said, phrase by phrase."""


def procedure_text(prediction: Prediction) -> str:
    """Write a procedure in one line; * marks fields that took a default, times that it has not are left out."""
    p, by_default = prediction.procedure, set(prediction.defaults_used)
    without = set() if p.hydride_portions > 1 else {"hydride_portions"}
    without |= {
        name for name in ("addition_time_h", "imine_time_h", *ASSAYS.values()) if not getattr(p, name)
    }
    phrases = [names for names in IN_ONE_LINE if not without & set(names)]
    return ", ".join(" ".join(said(p, n) + "*" * (n in by_default) for n in names) for names in phrases)


def prediction_text(prediction: Prediction) -> str:
    """Write a prediction for the terminal."""
    pair, hedged = prediction.pair, bool(prediction.pair.cautions)
    lines = [
        f"{pair.amine.smiles} + {pair.carbonyl.smiles}",
        procedure_text(prediction) + "   (* default)",
        "",
        f"{'degree':>6}  {'mean':>6}  {'median':>6}  {'5 %':>6}  {'95 %':>6}  {'statistics':>10}  "
        f"{'[M+H]+':>9}  product",
    ]
    for product, statistical in zip(prediction.products, prediction.statistical, strict=True):
        lines.append(
            f"{product.degree:>6}  {_cells(product, hedged)}  {100 * statistical:>10.0f}  {product.mz:9.4f}  "
            f"{product.smiles}"
        )
        for isomer in product.isomers:
            lines.append(f"{'isomer':>6}  {_cells(isomer, hedged)}  {'':>10}  {'':>9}  {isomer.smiles}")
    fate = prediction.carbonyl_fate
    selectivity = "none" if prediction.selectivity is None else f"{100 * prediction.selectivity:.0f} %"
    lines += ["", *_ratio(prediction)]
    lines += [
        f"target degree {prediction.target} per {prediction.basis}: {span(prediction.target_fraction, hedged=hedged)}; "
        f"over-alkylation {span(prediction.over_alkylation)}; selectivity {selectivity}",
        f"carbonyl: {100 * fate.product:.0f} % in product, {100 * fate.alcohol:.0f} % to alcohol, "
        + "".join(f"{100 * part:.1f} % to {word}, " for word, part in fate.other if part >= TOLD)
        + f"{100 * fate.unreacted:.0f} % left; hydride left {100 * prediction.hydride_left:.0f} %",
        "",
        *(f"- {caveat}" for caveat in prediction.caveats),
    ]
    return "\n".join(lines)


def _cells(part: Product | Isomer, hedged: bool) -> str:
    """Write mean, median and interval of a product."""
    width = 1.0 if hedged else part.high - part.low
    mean = percent(part.fraction, width=width, hedged=hedged)
    rest = (percent(x, width=width) for x in (part.median, part.low, part.high))
    return "  ".join(f"{cell:>6}" for cell in (mean, *rest))


def _ratio(prediction: Prediction) -> list[str]:
    """Say how readily the molecule is alkylated again, where it can be."""
    ratio, alone = prediction.second_to_first, prediction.second_to_first_statistical
    if ratio is None or alone is None:
        return []
    said_as = f"{ratio.median:.2g} ({ratio.low:.2g} to {ratio.high:.2g})"
    return [f"second alkylation / first (condensation): {said_as}, statistics alone {alone:.2g}"]


def sensitivity_text(shares: Sequence[Share]) -> str:
    """Write for the terminal which numbers move the target fraction, the strongest first."""
    shown = [share for share in shares if share.share > 0][:SHARES_SHOWN]
    others = sum(share.share for share in shares) - sum(share.share for share in shown)
    lines = [
        "What moves the target fraction: share of its variance; points that it changes per standard deviation",
        "",
    ]
    lines += [
        f"{100 * s.share:5.1f} %  {100 * s.slope:+6.1f}  {s.label} ({s.basis}; {s.source})" for s in shown
    ]
    lines.append(
        f"{100 * others:5.1f} %          the other {len(shares) - len(shown)} numbers that are used; "
        f"{100 * unexplained(shares):.1f} % is their interplay, which no number explains alone"
    )
    return "\n".join(lines)
