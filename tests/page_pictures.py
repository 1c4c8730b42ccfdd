"""Pictures of the pages of ``docs/questions``, from public functions; ``python tests/pages.py`` writes them."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import altair as alt

import planner
from planner.files.tables import to_frame
from planner.mixtures.pictures import extraction_chart, spectrum_chart
from planner.mixtures.species import ExpectedSpecies
from planner.model.parameters import load_model
from planner.predictions.charge_curve import curve_rows
from planner.predictions.pictures import (
    BLUE,
    PER_CENT,
    VERMILION,
    WHOLE,
    Picture,
    charge_chart,
    distribution_chart,
    finish_chart,
    pins_chart,
    start_chart,
)
from planner.rings.closing import prepare_closing
from planner.rings.landscape import survey_ring
from planner.rings.pictures import chain_chart, ring_map
from planner.structures.drawings import HEIGHT as DRAWN_HEIGHT, WIDTH as DRAWN_WIDTH, draw_structure

PEAKS = Path(__file__).parents[1] / "docs" / "questions" / "peaks.csv"
DIAZEPANE = ("1,4-diazepane", "thiophene-2-carbaldehyde")
WIDTH = 560
"""Of a picture [px]."""
MOST_BYTES = 60_000
SMALL = 2e-3
"""Difference of two numbers of a picture that no eye sees."""
LOGARITHMIC = alt.Scale(type="log", domain=(1e-4, 100))


def spans(rows: Sequence[tuple[str, Any]], title: str, *, axis: alt.Axis, scale: alt.Scale) -> str:
    """Draw medians with their 5 to 95 % spans, one row a label."""
    table = [{"what": name, "middle": x.median, "low": x.low, "high": x.high} for name, x in rows]
    base = start_chart("spans").encode(
        y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelLimit=260))
    )
    x = alt.X("low:Q", scale=scale, axis=axis, title=title)
    chart = finish_chart(
        base.mark_rule(strokeWidth=6, color=BLUE, opacity=0.5).encode(x=x, x2="high:Q"),
        base.mark_point(shape="diamond", size=80, filled=True, color=VERMILION, opacity=1).encode(
            x="middle:Q"
        ),
        height=60 + 32 * len(rows),
    )
    return Picture(spec=chart, data={"spans": to_frame(table, ("what", "middle", "low", "high"))}).svg(WIDTH)


def gallery(*shown: tuple[str, ExpectedSpecies]) -> str:
    """Draw structures side by side, each over its name and its first ion."""
    parts = []
    for i, (name, one) in enumerate(shown):
        drawn, ion = draw_structure(one.smiles), one.ions[0]
        parts += [
            drawn[drawn.index("<svg") :].replace("<svg", f'<svg x="{i * DRAWN_WIDTH}"', 1),
            *(
                f'<text x="{(i + 0.5) * DRAWN_WIDTH}" y="{DRAWN_HEIGHT + 18 * line}">{words}</text>'
                for line, words in enumerate((name, f"{ion.adduct} {ion.mz:.4f}"), start=1)
            ),
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{len(shown) * DRAWN_WIDTH}" height="{DRAWN_HEIGHT + 48}" '
        'font-family="sans-serif" font-size="14" text-anchor="middle">'
        '<rect width="100%" height="100%" fill="white"/>' + "\n".join(parts) + "</svg>\n"
    )


def oxide() -> str:
    """Draw the product, its N-oxide, and the hemiaminal of the same formula."""
    found = {one.name: one for one in planner.expected_species("piperidine", "benzaldehyde")}
    names = {"mono": "product", "mono N-oxide": "N-oxide", "hemiaminal of the amine": "hemiaminal"}
    return gallery(*((words, found[name]) for name, words in names.items()))


def elimination() -> str:
    """Draw a quaternary salt, and an alkene and an amine that it gives."""
    found = {f"{one.ions[0].mz:.4f}": one for one in planner.expected_species("morpholine", "O=CCCCCl")}
    ions = {"319.2147": "quaternary salt", "142.1226": "alkene", "229.1911": "amine"}
    return gallery(*((words, found[mz]) for mz, words in ions.items()))


def split() -> str:
    """Draw the split of the diazepane."""
    return distribution_chart(planner.predict(*DIAZEPANE)).svg(WIDTH)


def ratios() -> str:
    """Draw second over first alkylation of five pairs."""
    pairs = (
        ("butylamine", "formaldehyde"), ("methylamine", "butanal"), ("benzylamine", "butanal"),
        ("aniline", "butanal"), ("tert-butylamine", "butanal"),
    )  # fmt: skip
    rows = [(" + ".join(pair), planner.predict(*pair).second_to_first) for pair in pairs]
    axis = alt.Axis(values=[1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100], format="~g")
    return spans(rows, "second alkylation / first", axis=axis, scale=LOGARITHMIC)


def curve() -> str:
    """Draw every degree against the charge."""
    prediction = planner.predict("4-fluorobenzylamine", "hexanal", carbonyl_equivalents=1.0)
    return charge_chart(curve_rows(prediction), 1.0, target=1, basis="amine", limit=None).svg(WIDTH)


def additions() -> str:
    """Draw the product in time for two hydrides and two additions each."""
    slow = {"addition": "slow_carbonyl", "addition_time_h": 2}
    asked: dict[str, dict[str, Any]] = {
        "A": {"reductant": "NaBH4", "addition": "imine_first"},
        "B": {"reductant": "NaBH4", **slow},
        "C": {},
        "D": slow,
    }
    frames = {
        name: planner.predict("benzylamine", "butanal", **how).profile_frame() for name, how in asked.items()
    }
    return pins_chart({n: f[f["time_h"] <= 6.0] for n, f in frames.items()}, dict.fromkeys(asked, 1)).svg(
        WIDTH
    )


def reductants() -> str:
    """Draw the product of a secondary amine by reductant."""
    names = ("NaBH4", "STAB", "NaBH3CN", "2-picoline borane")
    rows = [
        (name, planner.predict("piperidine", "benzaldehyde", reductant=name).target_fraction)
        for name in names
    ]
    return spans(rows, "product", axis=PER_CENT, scale=WHOLE)


def temperatures() -> str:
    """Draw the mono product of three pairs at three temperatures."""
    asked = (
        ("butylamine", "butanal", {"hold_time_h": 24}),
        (*DIAZEPANE, {}),
        ("cyclohexylamine", "cyclohexanone", {"acid_equivalents": 1.0}),
    )
    rows = [
        (
            f"{amine} + {carbonyl.removeprefix('thiophene-2-')}, {t} \N{DEGREE SIGN}C",
            planner.predict(amine, carbonyl, temperature_C=t, **how).target_fraction,
        )
        for amine, carbonyl, how in asked
        for t in (0, 25, 40)
    ]
    return spans(rows, "mono product", axis=PER_CENT, scale=WHOLE)


def peaks() -> str:
    """Draw the peak list."""
    return spectrum_chart(planner.identify("benzylamine", "butanal", PEAKS)).svg(WIDTH)


def oligomers() -> str:
    """Draw ring and chains of a batch."""
    found = planner.cyclize("CNCCNC", "BrCCCBr", concentration_M=0.1, addition_time_h=0.0)
    return chain_chart(found).svg(WIDTH)


def dilution() -> str:
    """Draw the ring over concentration and feed time."""
    found = planner.cyclize("CNCCNC", "BrCCCBr", concentration_M=0.01, addition_time_h=24.0)
    ready = prepare_closing(found.pair, load_model(), n_draws=256, seed=0)
    return ring_map(survey_ring(ready, found.procedure)).svg(WIDTH)


def sizes() -> str:
    """Draw the ring of amino aldehydes by size."""
    rows = [
        (f"ring of {n + 2}", planner.cyclize(f"N{'C' * n}C=O", concentration_M=0.1).ring)
        for n in (3, 4, 5, 6)
    ]
    return spans(rows, "ring", axis=PER_CENT, scale=WHOLE)


def extraction() -> str:
    """Draw the extraction of the diazepane's mixture."""
    return extraction_chart(planner.purification(*DIAZEPANE)).svg(WIDTH)


PICTURES: dict[str, Callable[[], str]] = {
    "01_mixtures.svg": split,
    "02_second_alkylation.svg": ratios,
    "03_equivalents.svg": curve,
    "04_slow_addition.svg": additions,
    "05_reductant.svg": reductants,
    "06_temperature.svg": temperatures,
    "07_peaks.svg": peaks,
    "08_n_oxides.svg": oxide,
    "09_hofmann.svg": elimination,
    "10_oligomers.svg": oligomers,
    "11_high_dilution.svg": dilution,
    "12_rings_by_hydride.svg": sizes,
    "13_purification.svg": extraction,
}
"""By file."""


def told(svg: str) -> list[str]:
    """List what a picture says: its words, and what its marks tell a screen reader."""
    return ["".join(pair) for pair in re.findall(r'aria-label="([^"]*)"|<text[^>]*>([^<]*)<', svg)]


def is_alike(svg: str, other: str) -> bool:
    """Tell whether two pictures say the same words and, for all that an eye sees, the same numbers."""
    number = r"-?\d+(?:\.\d+)?"
    pairs = list(zip(told(svg), told(other), strict=False))
    return len(told(svg)) == len(told(other)) and all(
        re.sub(number, "#", one) == re.sub(number, "#", two)
        and all(
            abs(float(a) - float(b)) <= max(SMALL, 1.01 * 10.0 ** -len(a.partition(".")[2]))
            for a, b in zip(re.findall(number, one), re.findall(number, two), strict=True)
        )
        for one, two in pairs
    )
