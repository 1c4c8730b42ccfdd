"""Words: a plan for the terminal."""

from planner.flask.procedure import procedure_words
from planner.plans.recommendation import Plan


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
        band = f"{100 * wanted.low:.0f} to {100 * wanted.high:.0f}"
        lines.append(
            f"{r.rank:>4}  {100 * wanted.mean:6.1f}  {band:>11}  {100 * over.mean:5.1f}  "
            f"{r.procedure.total_time_h:5.4g}  {procedure_words(r.procedure)}"
        )
    lines += ["", *(f"* {reason}" for reason in plan.best.reasons)]
    lines += ["", *(f"- {caveat}" for caveat in plan.best.caveats), "", *plan.notes]
    return "\n".join(lines)
