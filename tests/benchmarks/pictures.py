"""Picture of the validation: intervals of the target before and after with isolated yields, and the ranking."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from comparisons import Patent, Ranked

LEFT, ROW, PLOT, TOP = 92, 22, 420, 40
GREY, PALE, BLUE, RED, BLACK = "#b8b8b8", "#7aa6d6", "#0b4a8f", "#c00", "#222"


def svg(before: Sequence[Patent], after: Sequence[Patent], ranked: Sequence[Ranked], rho: float) -> str:
    """Draw intervals with isolated yields, and predicted against measured conversion."""
    bottom = TOP + ROW * len(after)
    side, size = LEFT + PLOT + 110, bottom - TOP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side + size + 40}" height="{bottom + 30}" '
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="20">Target: 90 % interval and median (blue; grey before), '
        "isolated yield (dot; red where it fails)</text>",
        *_intervals(before, after),
        f'<text x="{side}" y="20">Conversion: predicted (up) against measured, rho {rho:.2f}</text>'
        f'<rect x="{side}" y="{TOP}" width="{size}" height="{size}" fill="none" stroke="#888"/>',
        *_ranks(ranked, side, bottom, size),
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        for where in (LEFT + PLOT * tick, side + size * tick):
            parts.append(
                f'<line x1="{where:.1f}" x2="{where:.1f}" y1="{bottom}" y2="{bottom + 5}" stroke="#888"/>'
                f'<text x="{where:.1f}" y="{bottom + 18}" text-anchor="middle">{100 * tick:.0f} %</text>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _intervals(before: Sequence[Patent], after: Sequence[Patent]) -> list[str]:
    """Draw one line per patent row: before above after, with the yield."""
    parts = []
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        y = TOP + ROW * (i + 0.5)
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{new.id}</text>')
        for patent, at, wide, middle in ((old, y - 4, GREY, "#777"), (new, y + 3, PALE, BLUE)):
            t = patent.prediction.target_fraction
            low, high, mid = (LEFT + PLOT * x for x in (t.low, t.high, t.median))
            parts += [
                f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{at}" y2="{at}" stroke="{wide}" stroke-width="5"/>',
                f'<line x1="{mid:.1f}" x2="{mid:.1f}" y1="{at - 4}" y2="{at + 4}" stroke="{middle}" '
                'stroke-width="2"/>',
            ]
        parts.append(
            f'<circle cx="{LEFT + PLOT * new.isolated:.1f}" cy="{y}" r="4" fill="{BLACK if new.holds else RED}"/>'
        )
    return parts


def _ranks(ranked: Sequence[Ranked], side: float, bottom: float, size: float) -> list[str]:
    """Draw predicted against measured conversion."""
    parts = []
    for i, r in enumerate(sorted(ranked, key=lambda r: r.measured)):
        at_x, at_y = side + size * r.measured, bottom - size * r.predicted
        label_x, anchor = (at_x - 8, "end") if r.measured > 0.7 else (at_x + 8, "start")
        label_y = at_y + 13 if i % 2 and r.predicted < 0.5 else at_y - 5
        parts.append(
            f'<circle cx="{at_x:.1f}" cy="{at_y:.1f}" r="4" fill="{BLUE}"/>'
            f'<text x="{label_x:.1f}" y="{label_y:.1f}" font-size="9" text-anchor="{anchor}">'
            f"{escape(r.carbonyl)}</text>"
        )
    return parts
