"""Sheet: the best way to a ring as one page of HTML to print: scheme, steps, hazards, and the other ways beside it."""

from collections.abc import Iterable
from html import escape

from planner.rings.amounts import in_mass
from planner.rings.plans import RingPlan, RingStrategy
from planner.rings.pump import PROTECTED, pump_words
from planner.rings.words import procedure_phrase, share
from planner.sheets.charges import figures
from planner.structures.drawings import draw_structure
from planner.version import VERSION

STYLE = (
    "body{font:11pt sans-serif;max-width:48em;margin:1em auto}figure{display:inline-block;margin:.3em;width:11em}"
    "svg{width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .5em}"
    "li{margin:.3em 0}@page{size:A4;margin:14mm}@media print{body{margin:0;max-width:none;font-size:9.5pt}"
    "table{font-size:8pt}h2{break-after:avoid}tr,li,figure{break-inside:avoid}}"
)


def ring_sheet(plan: RingPlan) -> str:
    """Write the sheet of a plan's best way."""
    best = plan.best
    assert best.pair is not None
    assert best.procedure is not None
    drawn = [("A", best.pair.a.smiles)]
    drawn += [] if best.pair.b is None else [("B", best.pair.b.smiles)]
    drawn.append((f"{plan.prediction.ring_size}-membered ring", plan.prediction.ring_smiles))
    made = plan.schedule.protects or plan.prediction.ring_smiles
    protected = f" ({PROTECTED})" if plan.schedule.protects else ""
    title = f"{best.title}: {in_mass(1e3 * plan.schedule.scale_g)} of {made}{protected}"
    said = procedure_phrase(best.procedure, single=best.pair.b is None)
    steps = (*pump_words(plan.schedule), *plan.workup.steps)
    parts = [
        f"<h1>{escape(title)}</h1>",
        "".join(f"<figure>{_svg(s)}<figcaption>{escape(name)}</figcaption></figure>" for name, s in drawn),
        f"<p>{escape(said)}. Expected ring: {escape(share(plan.prediction.ring))}.</p>",
        f"<h2>Steps</h2><ol>{_items(steps)}</ol>",
        f"<h2>Hazards</h2><ul>{_items(('Check the SDS of every reagent.', *plan.hazards))}</ul>",
        f"<h2>What the numbers leave out</h2><ul>{_items(plan.caveats or ('Nothing that is known.',))}</ul>",
        f"<h2>Ways side by side</h2>{_ways(plan.strategies)}",
        f"<p>{plan.draws} draws, seed {plan.seed}, model {escape(plan.model.name)}, planner {VERSION}.</p>",
    ]
    head = f"<meta charset='utf-8'><title>{escape(title)}</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def _svg(smiles: str) -> str:
    """Draw a structure, without the head of a file of its own."""
    drawn = draw_structure(smiles)
    return drawn[drawn.index("<svg") :]


def _items(listed: Iterable[str]) -> str:
    return "".join(f"<li>{escape(item)}</li>" for item in listed)


def _ways(strategies: Iterable[RingStrategy]) -> str:
    """Tabulate the ways."""
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(cell)}</td>"
            for cell in (
                s.title,
                "not computed" if s.ring is None else share(s.ring),
                "" if s.schedule is None else figures(s.schedule.litres_per_gram, 2),
                "" if s.schedule is None else figures(s.schedule.hours_per_gram, 2),
                str(s.extra_steps or ""),
            )
        )
        + "</tr>"
        for s in strategies
    )
    return (
        f"<table><tr><th>way</th><th>ring</th><th>L/g</th><th>h/g</th><th>more steps</th></tr>{rows}</table>"
    )
