"""Report: words for people, from records."""

from collections.abc import Sequence
from typing import Any

from planner.flask.procedure import procedure_words
from planner.plans.recommendation import Plan
from planner.prediction import Interval, Prediction
from planner.sensitivity import Share, unexplained
from planner.sheets.sheet import Sheet

PER_CENT = 100.0
SHARES_SHOWN = 8


def percent(interval: Interval) -> str:
    """Write an interval as per cent: mean (5 to 95 %)."""
    return (
        f"{PER_CENT * interval.mean:.1f} % ({PER_CENT * interval.low:.1f} to {PER_CENT * interval.high:.1f})"
    )


def procedure_text(prediction: Prediction) -> str:
    """Write a procedure in one line; fields that took a default are marked with *."""
    p, by_default = prediction.procedure, set(prediction.defaults_used)

    def said(field: str, text: str) -> str:
        return text + ("*" if field in by_default else "")

    words = [
        said("reductant", str(p.reductant))
        + " "
        + said("reductant_equivalents", f"{p.reductant_equivalents:g} eq"),
        said("carbonyl_equivalents", f"carbonyl {p.carbonyl_equivalents:g} eq"),
        said("acid_equivalents", f"AcOH {p.acid_equivalents:g} eq"),
        said("addition", str(p.addition)),
    ]
    if p.addition_time_h:
        words.append(said("addition_time_h", f"over {p.addition_time_h:g} h"))
    if p.imine_time_h:
        words.append(said("imine_time_h", f"imine {p.imine_time_h:g} h"))
    words += [
        said("hold_time_h", f"hold {p.hold_time_h:g} h"),
        said("temperature_C", f"{p.temperature_C:g} C"),
        said("concentration_M", f"{p.concentration_M:g} M"),
        said("solvent", str(p.solvent)) + " " + said("water", f"({p.water})"),
        said("quench", f"{p.quench} quench"),
    ]
    return ", ".join(words)


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
        cells = "  ".join(f"{PER_CENT * x:6.1f}" for x in numbers)
        lines.append(
            f"{product.degree:>6}  {cells}  {PER_CENT * statistical:>10.1f}  {product.mz:9.4f}  {product.smiles}"
        )
        for isomer in product.isomers:
            cells = "  ".join(
                f"{PER_CENT * x:6.1f}" for x in (isomer.fraction, isomer.median, isomer.low, isomer.high)
            )
            lines.append(f"{'isomer':>6}  {cells}  {'':>10}  {'':>9}  {isomer.smiles}")
    fate = prediction.carbonyl_fate
    selectivity = "none" if prediction.selectivity is None else f"{PER_CENT * prediction.selectivity:.1f} %"
    lines += [
        "",
        f"target degree {prediction.target} per {prediction.basis}: {percent(prediction.target_fraction)}; "
        f"over-alkylation {percent(prediction.over_alkylation)}; selectivity {selectivity}",
        f"carbonyl: {PER_CENT * fate.product:.1f} % in product, {PER_CENT * fate.alcohol:.1f} % to alcohol, "
        f"{PER_CENT * fate.unreacted:.1f} % left; hydride left {PER_CENT * prediction.hydride_left:.0f} %",
        "",
        *(f"- {caveat}" for caveat in prediction.caveats),
    ]
    return "\n".join(lines)


def sensitivity_text(shares: Sequence[Share]) -> str:
    """Write for the terminal which numbers move the target fraction, the strongest first."""
    shown = [share for share in shares if share.share > 0][:SHARES_SHOWN]
    others = sum(share.share for share in shares) - sum(share.share for share in shown)
    lines = [
        "What moves the target fraction: share of its variance; points that it changes per standard deviation",
        "",
    ]
    lines += [
        f"{PER_CENT * s.share:5.1f} %  {PER_CENT * s.slope:+6.1f}  {s.label} ({s.basis}; {s.source})"
        for s in shown
    ]
    lines.append(
        f"{PER_CENT * others:5.1f} %          the other {len(shares) - len(shown)} numbers that are used; "
        f"{PER_CENT * unexplained(shares):.1f} % is their interplay, which no number explains alone"
    )
    return "\n".join(lines)


def model_text(record: dict[str, Any]) -> str:
    """Write a model for the terminal: reductants, solvents and every number with its source."""
    identity = record["model"]
    lines = [f"model {identity['name']} ({identity['sha256'][:12]})", ""]
    for kind in ("reductants", "solvents"):
        lines.append(kind)
        lines += [f"  {entry['name']:<18} {', '.join(entry['aliases'])}" for entry in record[kind]]
        lines.append("")
    lines.append(f"{'constant':<50} {'value':>10} {'spread':>7} {'':<9} {'unit':<9} {'basis':<9} source")
    for p in record["parameters"]:
        lines.append(
            f"{p['name']:<50} {p['value']:>10.4g} {p['spread']:>7.2g} {p['spread_kind']:<9} {p['unit']:<9} "
            f"{p['basis']:<9} {p['source']}"
        )
    return "\n".join(lines)


def plan_text(plan: Plan) -> str:
    """Write a plan for the terminal: the ranking, then the best one in full."""
    lines = [
        f"{plan.pair.amine.smiles} + {plan.pair.carbonyl.smiles}: {plan.request.target}, degree {plan.aim.degree} "
        f"per {plan.aim.basis}",
        "",
        f"{'rank':>4}  {'target':>6}  {'5 to 95 %':>11}  {'over':>5}  {'hours':>5}  procedure",
    ]
    for r in plan.recommendations:
        wanted, over = r.prediction.target_fraction, r.prediction.over_alkylation
        band = f"{PER_CENT * wanted.low:.0f} to {PER_CENT * wanted.high:.0f}"
        lines.append(
            f"{r.rank:>4}  {PER_CENT * wanted.mean:6.1f}  {band:>11}  {PER_CENT * over.mean:5.1f}  "
            f"{r.procedure.total_time_h:5.4g}  {procedure_words(r.procedure)}"
        )
    lines += ["", *(f"* {reason}" for reason in plan.best.reasons)]
    lines += ["", *(f"- {caveat}" for caveat in plan.best.caveats), "", *plan.notes]
    return "\n".join(lines)


def sheet_text(sheet: Sheet) -> str:
    """Write a sheet for the terminal: charges in order, steps, hazards with their sources."""
    lines = [
        f"{sheet.scale}; limiting: {sheet.limiting}; final volume {sheet.final_volume_mL:.4g} mL",
        "",
        f"{'#':>2}  {'stage':<15} {'role':<9} {'name':<30} {'eq':>6} {'mmol':>8} {'mg':>9} {'mL':>8} {'realised':>8}",
    ]
    for c in sheet.charges:
        mass = "" if c.mass_mg is None else f"{c.mass_mg:.1f}"
        volume = "" if c.volume_mL is None else f"{c.volume_mL:.3f}"
        amount = "" if c.amount_mmol is None else f"{c.amount_mmol:.4f}"
        asked, real = (("" if e is None else f"{e:.3f}") for e in (c.equivalents, c.realised_equivalents))
        lines.append(
            f"{c.order:>2}  {c.stage:<15} {c.role:<9} {c.name:<30.30} "
            f"{asked:>6} {amount:>8} {mass:>9} {volume:>8} {real:>8}"
        )
    lines += ["", *(f"[ ] {step}" for step in sheet.steps), ""]
    lines += [
        *(f"! {h.sentence} [{h.source}]" for h in sheet.hazards),
        *(f"- {note}" for note in sheet.notes),
    ]
    return "\n".join(lines)
