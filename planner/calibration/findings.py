"""Findings: what one row of a table of runs says was found, checked."""

from collections.abc import Mapping, Sequence
from typing import Any

from planner.calibration.entries import TableRow
from planner.calibration.headings import ASSAY, CONVERSION, DEGREES, RESPONSE
from planner.comparisons.observed import OF_CARBONYL, OFF
from planner.errors import TableError
from planner.flask.fields import FIELDS

AREA, MOL = "area", "mol"
Remarks = list[tuple[int, str]]
"""Row, 0 for all of them, and what is remarked."""
OBSERVED = (*DEGREES, *OF_CARBONYL)
"""In the order in which they are kept."""


def found_columns(entry: TableRow) -> list[str]:
    """Name the columns of a row in which something was found; none of them: the row was not run."""
    return [name for name in (*OBSERVED, CONVERSION) if name in entry.values]


def read_found(
    entry: TableRow, n_hydrogens: int, remarks: Remarks
) -> tuple[str, tuple[tuple[str, float], ...]]:
    """Read kind and numbers of a row.

    Parameters
    ----------
    entry
        The row.
    n_hydrogens
        Reactive N-H of its amine: the highest degree.
    remarks
        Takes what was made of the numbers.

    Raises
    ------
    TableError
        With row and column.
    """
    found = {name: float(entry.values[name]) for name in found_columns(entry)}
    _check_degrees(entry, found, n_hydrogens, remarks)
    kind = _kind(entry, found, remarks)
    if kind == CONVERSION:
        return kind, ((CONVERSION, _conversion(entry, found, remarks)),)
    if CONVERSION in found:
        remarks.append((entry.row, "conversion is left out, the degrees beside it say it"))
        del found[CONVERSION]
    degrees = [name for name in DEGREES if name in found]
    _check_several(entry, kind, degrees, found)
    _check_one_scale(entry, degrees)
    if kind == MOL:
        found = _per_cents(entry, found, degrees, remarks)
    return kind, tuple(found.items())


def _check_degrees(entry: TableRow, found: dict[str, float], n_hydrogens: int, remarks: Remarks) -> None:
    """Refuse degrees that the amine cannot reach; a 0 there is left out."""
    for name in [name for name in DEGREES[n_hydrogens + 1 :] if name in found]:
        if found.pop(name):
            raise entry.wrong(
                name,
                f"this amine has {n_hydrogens} reactive N-H and reaches {DEGREES[n_hydrogens]}; "
                "move the number to the product that it is, or leave it out",
            )
        remarks.append((entry.row, f"{name} = 0 is left out, this amine cannot reach it"))


def _kind(entry: TableRow, found: Mapping[str, float], remarks: Remarks) -> str:
    """Tell what the numbers of a row are: its own word, that of its headings, else by what is there."""
    given = entry.text("kind")
    stated = entry.kinds_stated(name for name in found if name in DEGREES)
    if len(stated) > 1 or (given and stated - {given}):
        words = " and ".join(sorted({*stated, *([given] if given else [])}))
        raise entry.wrong("kind", f"kind and headings say {words}; keep one of them")
    if given:
        return given
    if stated:
        return stated.pop()
    if not any(name in found for name in DEGREES) and CONVERSION in found:
        return CONVERSION
    remarks.append((entry.row, "kind is empty, the numbers are taken as areas"))
    return AREA


def _conversion(entry: TableRow, found: Mapping[str, float], remarks: Remarks) -> float:
    """Read a conversion [%]: its own column, or what is left of the amine."""
    others = [name for name in found if name not in (CONVERSION, DEGREES[0])]
    if others:
        raise entry.wrong(
            "kind",
            f"kind conversion takes conversion alone, and {', '.join(others)} is given too; write kind ratio",
        )
    column = CONVERSION if CONVERSION in found else DEGREES[0]
    value = found[column]
    if value > 100.0:
        raise entry.wrong(
            column, f"{value:g} is more than 100 %; give the share of the amine that reacted [%]"
        )
    if 0 < value <= 1 and column not in entry.per_cents:
        raise entry.wrong(
            column, f"{value:g} may be {100 * value:g} % or {value:g} %; write the unit behind it"
        )
    if column == CONVERSION:
        return value
    remarks.append((entry.row, f"conversion is 100 - {value:g} % of amine left"))
    return 100.0 - value


def _check_several(entry: TableRow, kind: str, degrees: Sequence[str], found: Mapping[str, float]) -> None:
    """Refuse what compares nothing: one component alone, or zeros alone."""
    is_second = kind == MOL and all(name in found for name in OF_CARBONYL)
    if len(degrees) < 2 and not (is_second and not degrees):
        only = degrees[0] if degrees else next(iter(found), "nothing")
        raise entry.wrong(
            only,
            "one component alone compares with nothing; give two or more of unreacted, mono, di, ..., or a conversion "
            "with kind conversion",
        )
    if degrees and not any(found[name] for name in degrees):
        raise TableError(
            f"{entry.place}, columns {', '.join(degrees)}: all are 0; give what was seen, or leave the row out"
        )


def _check_one_scale(entry: TableRow, degrees: Sequence[str]) -> None:
    """Refuse a ratio, which is one column of several degrees, beside degrees that are measured in something else."""
    titles = [entry.title(name) for name in degrees]
    for title, other in ((t, o) for t in titles for o in titles if titles.count(t) > 1 and o != t):
        raise TableError(
            f"{entry.place}, column {title!r}: a ratio does not tell how much there is beside {other!r}; give one "
            "ratio of all of them, or leave one out"
        )


def _per_cents(
    entry: TableRow, found: dict[str, float], degrees: Sequence[str], remarks: Remarks
) -> dict[str, float]:
    """Hold mole per cents against 100; fractions of 1 are taken as such."""
    total = sum(found[name] for name in degrees)
    of_carbonyl = sum(found.get(name, 0.0) for name in OF_CARBONYL)
    if (1 - OFF <= total <= 1 + OFF or (not degrees and 0 < of_carbonyl <= 1)) and of_carbonyl <= 1 + OFF:
        remarks.append((entry.row, "mol adds up to 1, it is taken as fractions"))
        return {name: 100.0 * value for name, value in found.items()}
    if degrees and abs(total - 100.0) > 100.0 * OFF:
        raise TableError(
            f"{entry.place}, columns {', '.join(degrees)}: mol % add up to {total:g}; expected 95 to 105: give all "
            "that the amine became, or write kind ratio where only ratios are known (kind area for areas)"
        )
    if of_carbonyl > 100.0 * (1 + OFF):
        names = [name for name in OF_CARBONYL if name in found]
        raise TableError(
            f"{entry.place}, columns {', '.join(names)}: mol % add up to {of_carbonyl:g}; expected at most 100 of the "
            "carbonyl charged"
        )
    return found


def asked_of(entry: TableRow) -> dict[str, Any]:
    """Take the fields of a procedure that a row gives; an assay of the carbonyl is its purity."""
    given = {name: entry.values[name] for name in FIELDS if name in entry.values}
    assay = read_assay(entry)
    return given if assay is None else given | {"carbonyl_purity": assay}


def read_responses(entry: TableRow) -> tuple[tuple[int, float], ...]:
    """Read response factors, relative to that of the starting amine."""
    given = {name: entry.number(RESPONSE + name) for name in DEGREES}
    own = given.pop(DEGREES[0])
    reference = 1.0 if own is None else own
    return tuple(
        (DEGREES.index(name), value / reference) for name, value in given.items() if value is not None
    )


def read_assay(entry: TableRow) -> float | None:
    """Read the purity of the carbonyl compound, which has two headings."""
    assay, purity = entry.number(ASSAY), entry.number("carbonyl_purity")
    if assay is not None and purity is not None and assay != purity:
        raise entry.wrong(ASSAY, f"assay {assay:g} and carbonyl_purity {purity:g} differ; keep one")
    return purity if assay is None else assay
