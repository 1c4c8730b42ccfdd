"""Words: a prediction for people, from its record."""

from collections.abc import Sequence

from planner.flask.procedure import said
from planner.predictions.prediction import Interval, Prediction
from planner.predictions.sensitivity import Share, unexplained

SHARES_SHOWN = 8


def percent(interval: Interval) -> str:
    """Write an interval as per cent: mean (5 to 95 %)."""
    return f"{100 * interval.mean:.1f} % ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


IN_ONE_LINE = (
    ("reductant", "reductant_equivalents"), ("hydride_portions", "hydride_time_h", "hydride_temperature_C"),
    ("carbonyl_equivalents",), ("acid_equivalents",), ("addition",), ("addition_time_h",), ("imine_time_h",),
    ("hold_time_h",), ("temperature_C",), ("concentration_M",), ("solvent", "water"), ("quench",),
)  # fmt: skip
"""Fields of a procedure as they are said, phrase by phrase."""


def procedure_text(prediction: Prediction) -> str:
    """Write a procedure in one line; * marks fields that took a default, times that it has not are left out."""
    p, by_default = prediction.procedure, set(prediction.defaults_used)
    without = set() if p.hydride_portions > 1 else {"hydride_portions"}
    without |= {name for name in ("addition_time_h", "imine_time_h") if not getattr(p, name)}
    phrases = [names for names in IN_ONE_LINE if not without & set(names)]
    return ", ".join(" ".join(said(p, n) + "*" * (n in by_default) for n in names) for names in phrases)


def prediction_text(prediction: Prediction) -> str:
    """Write a prediction for the terminal."""
    pair = prediction.pair
    lines = [
        f"{pair.amine.smiles} + {pair.carbonyl.smiles}",
        procedure_text(prediction) + "   (* default)",
        "",
        f"{'degree':>6}  {'mean':>6}  {'median':>6}  {'5 %':>6}  {'95 %':>6}  {'statistics':>10}  "
        f"{'[M+H]+':>9}  product",
    ]
    for product, statistical in zip(prediction.products, prediction.statistical, strict=True):
        numbers = (product.fraction, product.median, product.low, product.high)
        cells = "  ".join(f"{100 * x:6.1f}" for x in numbers)
        lines.append(
            f"{product.degree:>6}  {cells}  {100 * statistical:>10.1f}  {product.mz:9.4f}  {product.smiles}"
        )
        for isomer in product.isomers:
            cells = "  ".join(
                f"{100 * x:6.1f}" for x in (isomer.fraction, isomer.median, isomer.low, isomer.high)
            )
            lines.append(f"{'isomer':>6}  {cells}  {'':>10}  {'':>9}  {isomer.smiles}")
    fate = prediction.carbonyl_fate
    selectivity = "none" if prediction.selectivity is None else f"{100 * prediction.selectivity:.1f} %"
    lines += ["", *_ratio(prediction)]
    lines += [
        f"target degree {prediction.target} per {prediction.basis}: {percent(prediction.target_fraction)}; "
        f"over-alkylation {percent(prediction.over_alkylation)}; selectivity {selectivity}",
        f"carbonyl: {100 * fate.product:.1f} % in product, {100 * fate.alcohol:.1f} % to alcohol, "
        + "".join(f"{100 * part:.1f} % to {word}, " for word, part in fate.other)
        + f"{100 * fate.unreacted:.1f} % left; hydride left {100 * prediction.hydride_left:.0f} %",
        "",
        *(f"- {caveat}" for caveat in prediction.caveats),
    ]
    return "\n".join(lines)


def _ratio(prediction: Prediction) -> list[str]:
    """Say how readily the molecule is alkylated again, where it can be."""
    ratio, alone = prediction.second_to_first, prediction.second_to_first_statistical
    if ratio is None or alone is None:
        return []
    span = f"{ratio.median:.2g} ({ratio.low:.2g} to {ratio.high:.2g})"
    return [f"second alkylation / first (condensation): {span}, statistics alone {alone:.2g}"]


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
