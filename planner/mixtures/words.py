"""Words: what is in a mixture, as lines for people."""

from collections.abc import Iterable, Iterator, Sequence

from planner.mixtures.identification import Assignment, PeakTable
from planner.mixtures.purification import SHOWN_PH, Part, Purification
from planner.mixtures.species import ExpectedSpecies, notes_of
from planner.predictions.degrees import degree_word
from planner.predictions.prediction import Prediction
from planner.predictions.words import procedure_text

WIDTH = 60


def species_text(prediction: Prediction, species: Sequence[ExpectedSpecies]) -> str:
    """Tabulate species with their masses, then say of each kind why, how to avoid and how to confirm it."""
    lines = [
        procedure_text(prediction),
        "",
        "Amounts are mol per mol of amine charged; where none is computed, a rank.",
    ]
    head = ("species", "formula", "M", "[M+H]+ or M+", "[M+2H]2+", "[M+Na]+", "amount")
    rows = [head, *(_cells(one) for one in species)]
    widths = [min(WIDTH, max(len(row[i]) for row in rows)) for i in range(len(head))]
    lines += [_line(row, widths) for row in rows]
    for kind in dict.fromkeys(one.kind for one in species):
        one = next(s for s in species if s.kind == kind)
        said = [one.why, f"avoid: {one.avoid}" if one.avoid else "", f"confirm: {one.confirm}"]
        lines.append(f"{kind}: {'; '.join(part for part in said if part)}. [{one.source}]")
    unseen = [one.name for one in species if not one.chromophores and one.amount is not None]
    if unseen:
        lines.append(
            f"Without a chromophore, so not seen by UV at 254 nm (never read as 0 %): {', '.join(unseen)}."
        )
    return "\n".join([*lines, *notes_of(prediction)])


def _cells(one: ExpectedSpecies) -> tuple[str, ...]:
    adducts = one.adducts
    main = one.ions[0].mz
    amount = one.amount
    return (
        one.name,
        one.formula + ("+" if one.ions[0].adduct == "M+" else ""),
        "-" if one.ions[0].adduct == "M+" else f"{one.monoisotopic_mass:.4f}",
        f"{main:.4f}",
        *(f"{adducts[name]:.4f}" if name in adducts else "-" for name in ("[M+2H]2+", "[M+Na]+")),
        one.rank if amount is None else f"{amount.mean:.2f} ({amount.low:.2f} to {amount.high:.2f})",
    )


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def peaks_text(table: PeakTable) -> str:
    """Tabulate what the peaks are, then say of each why and what else it may be."""
    head = ("m/z", "area", "rank", "what", "ion", "m/z expected", "error", "score", "chance", "")
    rows = [head, *(_peak_cells(one, table) for one in table.assignments)]
    widths = [min(60, max(len(row[i]) for row in rows)) for i in range(len(head))]
    lines = [procedure_text(table.prediction), "", *(_line(row, widths) for row in rows), ""]
    lines += [f"{one.mz:g}: {one.note}." for one in table.assignments if one.rank in (1, None) and one.note]
    lines += area_lines(table)
    return "\n".join([*lines, *(f"{note.rstrip('.')}." for note in table.notes)])


def area_lines(table: PeakTable) -> Iterator[str]:
    """Say the areas by degree, and the moles that they stand for where a detector is named."""
    if not table.areas:
        return
    whole = sum(area for _, area in table.areas) or 1.0
    said = ", ".join(f"{degree_word(degree)} {area:g} ({area / whole:.0%})" for degree, area in table.areas)
    if table.responses is None:
        yield f"Areas by degree, not corrected for response (name the detector for that): {said}."
        return
    yield f"Areas by degree: {said}."
    moles = ", ".join(
        f"{degree_word(one.degree)} {one.share:.0%} ({one.low:.0%} to {one.high:.0%})" for one in table.shares
    )
    yield (
        f"In moles, areas divided by the expected response of {table.responses.detector} ({table.responses.note}): "
        f"{moles or 'nothing that it sees has an area'}."
    )


def _peak_cells(one: Assignment, table: PeakTable) -> tuple[str, ...]:
    decimals = 4 if table.tolerance.unit == "ppm" else 2
    if one.rank is None or one.mz_expected is None or one.error_ppm is None or one.score is None:
        return (f"{one.mz:.{decimals}f}", _area(one), "-", "unexplained", *[""] * 4, f"{one.chance:.1%}", "")
    error = f"{one.error_ppm:+.1f} ppm" if decimals == 4 else f"{one.mz - one.mz_expected:+.2f} Da"
    return (
        f"{one.mz:.{decimals}f}" if one.rank == 1 else "",
        _area(one) if one.rank == 1 else "",
        str(one.rank),
        one.name[:60],
        one.adduct,
        f"{one.mz_expected:.4f}",
        error,
        f"{one.score:.2f}",
        f"{one.chance:.1%}",
        "may be chance" if one.is_warned else "",
    )


def _area(one: Assignment) -> str:
    return "" if one.area is None else f"{one.area:g}"


def purification_text(found: Purification) -> str:
    """Tabulate the compounds, then the steps in their order and the reasons."""
    head = (
        "compound",
        "mol/mol",
        "pKaH",
        "log P",
        *(f"charge pH {pH}" for pH in SHOWN_PH),
        "A",
        "B",
        "W",
        "likes",
    )
    rows = [head, *(_part_cells(part) for part in found.parts)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [procedure_text(found.prediction), "", *(_line(row, widths) for row in rows)]
    lines.append(
        f"{phase_words(found)} Shares are means; the intervals stand in the steps and in --format csv."
    )
    lines += [f"{n}. {step.words}" for n, step in enumerate(found.steps, start=1)]
    return "\n".join([*lines, *found.reasons])


def phase_words(found: Purification) -> str:
    """Say what the layers A, B and W are."""
    scheme, solvent = found.scheme, found.extractant
    if not found.has_target:
        return "No windows: there is hardly any target."
    if "base extraction" in found.flags:
        at = f"{scheme.high:g}" if scheme.low is None else f"{scheme.low:g} and then {scheme.high:g}"
        said = (
            "No windows: extracted as the acid"
            if found.flags >= {"neutral acid", "acid"}
            else "Nothing is extracted"
        )
        return (
            f"{said}, the acid group keeps the target in alkaline water; shaken with {solvent} at pH {at} "
            "A and B would go into the layers, W would stay."
        )
    if scheme.low is None:
        return f"B: taken into {solvent} at pH {scheme.high:g}; W: left in the water; A: nothing, one window does."
    return (
        f"A: taken into {solvent} at pH {scheme.low:g}; B: then at pH {scheme.high:g}; W: left in the water."
    )


def _part_cells(part: Part) -> tuple[str, ...]:
    own = part.properties
    return (
        part.name,
        f"{part.amount:.2f}",
        ", ".join(f"{value:.1f}" for value in own.pKaH) or "-",
        f"{own.log_p:.1f}",
        *(f"{own.charge(float(pH)):+.1f}" for pH in SHOWN_PH),
        *(f"{share[0]:.0%}" for share in part.shares),
        part.solubility,
    )
