"""Words: a plan for the terminal, with no more digits than its intervals support."""

from collections.abc import Iterator

from planner.flask.procedure import procedure_words
from planner.plans.recommendation import Plan, Strategy, statement
from planner.predictions.words import percent


def plan_text(plan: Plan) -> str:
    """Write a plan for the terminal: strategies, the ranking, then the best one in full."""
    hedged = bool(plan.pair.cautions)
    lines = [
        f"{plan.pair.amine.smiles} + {plan.pair.carbonyl.smiles}: {plan.request.target}, degree {plan.aim.degree} "
        f"per {plan.aim.basis}",
        *(["", *statement(plan)] if not plan.useful else []),
        *(["", "Strategies", *_strategy_lines(plan.strategies, hedged)] if plan.strategies else []),
        "",
        f"{'rank':>4}  {'target':>6}  {'5 to 95 %':>11}  {'over':>5}  {'hours':>5}  procedure",
    ]
    for r in plan.recommendations:
        wanted, over = r.prediction.target_fraction, r.prediction.over_alkylation
        band = f"{percent(wanted.low)} to {percent(wanted.high)}"
        lines.append(
            f"{r.rank:>4}  {percent(wanted.mean, hedged=hedged):>6}  {band:>11}  {percent(over.mean):>5}  "
            f"{r.procedure.total_time_h:5.4g}  {procedure_words(r.procedure)}"
        )
    lines += ["", *_parting(plan), *(f"* {reason}" for reason in plan.best.reasons)]
    lines += ["", *_unknown(plan), "", *plan.notes]
    return "\n".join(lines)


def _parting(plan: Plan) -> Iterator[str]:
    """Say how hard each target is to part from what is with it, and whether the ranking pays for that."""
    known = [(r.rank, r.difficulty) for r in plan.recommendations if r.difficulty is not None]
    if known:
        said = ", ".join(f"rank {rank} {difficulty:.2f}" for rank, difficulty in known)
        paid = "costs five points times that" if plan.request.separation else "not ranked; --separation does"
        yield f"Share of the target that extraction cannot free from its nearest neighbour ({paid}): {said}."
        yield ""


def _strategy_lines(strategies: tuple[Strategy, ...], hedged: bool) -> Iterator[str]:
    """Write the strategies side by side."""
    yield f"{'target':>8}  {'5 to 95 %':>11}  {'per':<8}  {'over':>5}  {'hours':>5}  {'steps':>5}  way"
    for s in strategies:
        t, over = s.target_fraction, s.over_alkylation
        target = "-" if t is None else percent(t.mean, hedged=hedged)
        band = "" if t is None else f"{percent(t.low)} to {percent(t.high)}"
        above = "" if over is None else percent(over.mean)
        hours = "" if s.total_time_h is None else f"{s.total_time_h:.3g}"
        steps = f"+{s.extra_steps}" if s.extra_steps else ""
        yield f"{target:>8}  {band:>11}  {s.basis:<8}  {above:>5}  {hours:>5}  {steps:>5}  {s.title}. {s.words}"


def _unknown(plan: Plan) -> Iterator[str]:
    """List what the plan does not know: what may change the product first, then what costs yield or handling."""
    risks = [c for c in plan.best.caveats if c in plan.best.prediction.product_risks]
    others = [c for c in plan.best.caveats if c not in risks]
    if risks:
        yield "What may change the product:"
        yield from (f"- {risk}" for risk in risks)
    yield "What may cost yield, and what the numbers rest on:"
    yield from (f"- {caveat}" for caveat in others)
