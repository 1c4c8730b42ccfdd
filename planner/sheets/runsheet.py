"""Run sheets: one page of HTML that stands alone, prints on paper and has boxes to tick."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from planner.files import write_file
from planner.plans.recommendation import Plan, Recommendation
from planner.sheets.sheet import Sheet
from planner.structures.drawings import draw_structure
from planner.version import VERSION

STYLE = """
body { font: 11pt/1.35 system-ui, sans-serif; max-width: 62rem; margin: 1.5rem auto; padding: 0 1rem;
  color: #111; background: #fff }
h1 { font-size: 1.3rem }
h2 { font-size: 1.05rem; margin: 1.2em 0 .3em; border-bottom: 1px solid #999 }
table { border-collapse: collapse; width: 100%; font-size: .85em }
th, td { border: 1px solid #999; padding: .2em .4em; text-align: left }
td.number { text-align: right; font-variant-numeric: tabular-nums }
td.blank { min-width: 5em }
td.cas { white-space: nowrap }
.scheme { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem }
.scheme figure { margin: 0; text-align: center }
.scheme svg { width: 10.5rem; height: auto }
figcaption { font-size: .8em }
ul.ticks { list-style: none; padding: 0 }
ul.ticks li::before { content: "\\2610\\00a0\\00a0" }
.small { font-size: .85em; color: #444 }
@page { margin: 14mm }
@media print {
  body { margin: 0; max-width: none; font-size: 9.5pt }
  h2 { break-after: avoid }
  tr, li, figure { break-inside: avoid }
}
"""
HEADINGS = (
    ("order", "#"), ("stage", "stage"), ("role", "role"), ("name", "name"), ("cas", "CAS"), ("molar_mass", "M, g/mol"),
    ("equivalents", "eq"), ("amount_mmol", "mmol"), ("mass_mg", "mg"), ("volume_mL", "mL"),
    ("density_g_per_mL", "g/mL"),
    ("stock_M", "stock, M"), ("purity", "purity"), ("realised_equivalents", "realised eq"), ("note", "note"),
)  # fmt: skip
DECIMALS = {
    "molar_mass": 2,
    "equivalents": 3,
    "amount_mmol": 3,
    "mass_mg": 1,
    "volume_mL": 3,
    "realised_equivalents": 3,
}


def run_sheet(plan: Plan, recommendation: Recommendation, sheet: Sheet) -> str:
    """Write the run sheet of a recommendation at a scale as one HTML page; nothing is loaded from elsewhere."""
    p = recommendation.prediction
    wanted, over = p.target_fraction, p.over_alkylation
    expected = (
        f"Target (degree {p.target}, per {p.basis}): {100 * wanted.mean:.1f} % ({100 * wanted.low:.0f} to "
        f"{100 * wanted.high:.0f}); over-alkylation {100 * over.mean:.1f} % (up to {100 * over.high:.0f})."
    )
    facts = [
        f"Scale {sheet.scale}; limiting partner: {sheet.limiting}; final volume {sheet.final_volume_mL:.4g} mL; "
        f"equivalents per {sheet.reference}.",
        expected,
    ]
    numbers = f"model {plan.model.name} {plan.model.sha256[:12]}, {p.draws} draws, seed {p.seed}"
    made_by = f"planner {VERSION}, {numbers}"
    title = f"{plan.pair.amine.smiles} + {plan.pair.carbonyl.smiles}: {plan.request.target}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        _scheme(recommendation),
        *(f"<p>{escape(fact)}</p>" for fact in facts),
        "<h2>Charges, in order of addition</h2>",
        _table(sheet),
        "<h2>Steps</h2>",
        _list((*sheet.steps, *(f"LC-MS at {t:g} h" for t in sheet.samples_h)), ticks=True),
        "<h2>Look for ([M+H]+)</h2>",
        _list(
            f"degree {x.degree}: m/z {x.mz:.4f}, {100 * x.fraction:.1f} % expected, {x.smiles}"
            for x in p.products
        ),
        "<h2>Hazards</h2>",
        _list((f"{h.sentence} [{h.source}]" for h in sheet.hazards), ticks=True),
        "<h2>Why this procedure</h2>",
        _list(recommendation.reasons),
        "<h2>Mind</h2>",
        _list((*recommendation.caveats, *sheet.notes)),
        f'<p class="small">{escape(made_by)}</p>',
        '<p class="small">Operator ____________________  Date ______________  Notebook page ______________</p>',
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def write_run_sheet(plan: Plan, recommendation: Recommendation, sheet: Sheet, path: str | Path) -> None:
    """Write the run sheet to a file, whole or not at all."""
    write_file(path, run_sheet(plan, recommendation, sheet).encode())


def _scheme(recommendation: Recommendation) -> str:
    """Draw amine, carbonyl and every product with its mass."""
    p = recommendation.prediction
    drawn = [(p.pair.amine.smiles, "amine"), (p.pair.carbonyl.smiles, "carbonyl")]
    drawn += [(x.smiles, f"degree {x.degree}, m/z {x.mz:.3f}") for x in p.products if x.degree]
    drawn.append((p.pair.alcohol, "alcohol, from lost carbonyl"))
    figures = [
        f"<figure>{_svg(smiles)}<figcaption>{escape(words)}</figcaption></figure>" for smiles, words in drawn
    ]
    return '<div class="scheme">' + " + ".join(figures[:2]) + " &rarr; " + "\n".join(figures[2:]) + "</div>"


def _svg(smiles: str) -> str:
    """Draw a structure as an SVG element to stand inside a page."""
    text = draw_structure(smiles)
    return text[text.index("<svg") :]


def _table(sheet: Sheet) -> str:
    rows = "".join(
        "<tr>" + "".join(_cell(row[c], c) for c, _ in HEADINGS) + '<td class="blank"></td></tr>'
        for row in sheet.rows()
    )
    heads = "".join(f"<th>{escape(words)}</th>" for _, words in HEADINGS)
    return f"<table><thead><tr>{heads}<th>charged</th></tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: object, column: str) -> str:
    if isinstance(value, int | float):
        digits = DECIMALS.get(column)
        return (
            f'<td class="number">{value:.{digits}f}</td>'
            if digits is not None
            else f'<td class="number">{value:g}</td>'
        )
    kind = ' class="cas"' if column == "cas" else ""
    return f"<td{kind}>{escape('' if value is None else str(value))}</td>"


def _list(sentences: Iterable[str], *, ticks: bool = False) -> str:
    listed = "".join(f"<li>{escape(s)}</li>" for s in sentences)
    opening = '<ul class="ticks">' if ticks else "<ul>"
    return f"{opening}{listed}</ul>" if listed else "<p>None.</p>"
