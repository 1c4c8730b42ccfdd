"""Run sheets: one page of HTML that stands alone, prints on paper and has boxes to tick.

``runsheet.html`` is the page's template.
"""

import re
from html import escape
from pathlib import Path

from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.plans.recommendation import Plan, Recommendation
from planner.sheets.charges import CYLINDERS, amount_words, mass_words, volume_words
from planner.sheets.hazards import footnotes
from planner.sheets.sheet import Sheet
from planner.structures.drawings import draw_structure
from planner.structures.pairs import Pair
from planner.version import VERSION


def run_sheet(plan: Plan, recommendation: Recommendation, sheet: Sheet) -> str:
    """Write the run sheet of a recommendation at a scale as one HTML page; nothing is loaded from elsewhere."""
    import jinja2

    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=_escaped,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return pages.get_template("runsheet.html").render(
        plan=plan,
        recommendation=recommendation,
        sheet=sheet,
        svg=_svg,
        version=VERSION,
        title=sheet_title(plan),
        footnotes=footnotes,
        amount_words=amount_words,
        mass_words=mass_words,
        volume_words=volume_words,
        cylinders=CYLINDERS,
        unit=_unit(sheet),
    )


def _unit(sheet: Sheet) -> str:
    """Take the unit of the lightest charge for the column that is filled by hand."""
    return mass_words(min((c.mass_mg for c in sheet.charges if c.mass_mg), default=0.0)).rpartition(" ")[2]


def partner_names(pair: Pair, model: Model) -> tuple[str, str]:
    """Name amine and carbonyl as the catalogue does, by their SMILES where it does not have them."""
    amine, carbonyl = (
        entry.name if (entry := entry_of(s.smiles, model.catalogue)) else s.smiles
        for s in (pair.amine, pair.carbonyl)
    )
    return amine, carbonyl


def file_stem(pair: Pair, model: Model) -> str:
    """Write a pair as the beginning of a file's name that every system takes."""
    return "_".join(
        re.sub(r"[^A-Za-z0-9-]+", "_", name)[:40].strip("_-") or "x" for name in partner_names(pair, model)
    )


def sheet_title(plan: Plan) -> str:
    """Say what is made: the partners and the target."""
    return f"{' + '.join(partner_names(plan.pair, plan.model))}: {plan.request.target}"


def _escaped(value: object) -> object:
    """Escape what is no markup yet.

    Jinja would escape by itself, but spells quotes its own way (``&#34;`` for ``&quot;``, ``&#39;`` for ``&#x27;``).
    """
    from jinja2.filters import do_mark_safe

    # a plan's page stays the same to the byte, for notebooks keep its digest
    return value if hasattr(value, "__html__") else do_mark_safe(escape(str(value)))


def _svg(smiles: str) -> str:
    """Draw a structure as an SVG element to stand inside a page."""
    text = draw_structure(smiles)
    return text[text.index("<svg") :]
