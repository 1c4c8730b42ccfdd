"""Charges: what was put into the flask, which becomes equivalents and is never what was found.

Moles of the amine and of another one give the equivalents of that one. Masses and volumes need a molar mass, a density
and a purity: they are left out where the equivalents are stated, and refused where they are not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.calibration.entries import TableRow, checked
from planner.calibration.findings import Remarks
from planner.calibration.headings import CHARGED, CHARGES, PARTS, Heading
from planner.errors import TableError

AMINE, CARBONYL, AMINE_PARTS = f"amine_{CHARGED}", f"carbonyl_{CHARGED}", f"amine_{PARTS}"
OTHERS = ("carbonyl", "reductant", "acid")
"""Whose equivalents are per amine."""
TOLD = 0.05
"""Part by which equivalents that are stated may differ from the charges: rounding on a bench."""


def settled_charges(headings: Sequence[Heading]) -> list[Heading]:
    """Leave out the charges that say nothing more than the equivalents beside them.

    Raises
    ------
    TableError
        If a charge has no unit, or is all that is said of how much was put in.
    """
    names = {heading.name for heading in headings}
    return [_settled(heading, names) if heading.name in CHARGES else heading for heading in headings]


def _settled(heading: Heading, names: set[str]) -> Heading:
    """Keep a charge that is used, leave out one that is not needed, refuse one that is."""
    of, _, kind = heading.name.rpartition("_")
    if kind == PARTS:
        return heading
    if heading.unit is None:
        raise TableError(
            f"column {heading.title!r} is what was charged, without a unit; write one behind it, such as (mmol)"
        )
    is_used = any(f"{other}_{CHARGED}" in names for other in OTHERS) if of == "amine" else AMINE in names
    if kind == CHARGED and is_used:
        return heading
    if _stated(of) in names or {AMINE, f"{'carbonyl' if of == 'amine' else of}_{CHARGED}"} <= names:
        return replace(heading, name="")
    raise TableError(
        f"column {heading.title!r} is what was charged, not what was found; {_advice(heading, of)}"
    )


def _stated(of: str) -> str:
    """Name the field that says how much of it is taken."""
    return {"amine": "carbonyl_equivalents", "solvent": "concentration_M"}.get(of, f"{of}_equivalents")


def _advice(heading: Heading, of: str) -> str:
    """Say what to write in the place of a charge."""
    other = "carbonyl" if of == "amine" else of
    moles = f", or moles of both, as in 'amine (mmol)' and '{other} (mmol)'"
    words = f"write {_stated(of)}{'' if of == 'solvent' else moles}"
    left = {"amine": "unreacted", "carbonyl": "carbonyl_left"}.get(of)
    return f"{words}; what is left is called {left}" if left and heading.name.endswith(CHARGED) else words


def with_equivalents(entries: Sequence[TableRow], remarks: Remarks) -> list[TableRow]:
    """Work out equivalents from moles, and bring equivalents to one of amine.

    Raises
    ------
    TableError
        With row and column, if one of two charges is missing, or differs from what is stated.
    """
    return [_with_equivalents(entry, remarks) for entry in entries]


def _with_equivalents(entry: TableRow, remarks: Remarks) -> TableRow:
    """Work out the equivalents of one row, whose charges are then told."""
    values = {name: value for name, value in entry.values.items() if name not in CHARGES}
    for name, value in _per_part(entry):
        values[name] = checked(entry, name, value)
        remarks.append((entry.row, f"{name} are divided by {entry.title(AMINE_PARTS)!r}"))
    for name, column, value in _per_mole(entry):
        stated = entry.number(name)
        if stated is not None and abs(value - stated) > TOLD * value:
            raise entry.wrong(
                name, f"{stated:g} is given, and the charges make it {value:.4g}; keep one of them"
            )
        if stated is None:
            values[name] = checked(entry, name, value)
            words = f"{name} are worked out from {entry.title(column)!r} and {entry.title(AMINE)!r}"
            remarks.append((entry.row, words))
    return replace(entry, values=values)


def _per_part(entry: TableRow) -> Iterator[tuple[str, float]]:
    """Divide equivalents by those of the amine, where they refer to another one."""
    parts = entry.number(AMINE_PARTS)
    if parts is None or parts == 1.0:
        return
    if parts == 0.0:
        raise entry.wrong(AMINE_PARTS, "0 is no charge of the amine; write its equivalents")
    for name in (f"{other}_equivalents" for other in OTHERS):
        if (value := entry.number(name)) is None:
            continue
        if entry.headings[name].title == name:
            raise entry.wrong(
                AMINE_PARTS, f"{name} are per amine, and this says {parts:g} of it; write 1, or leave it out"
            )
        yield name, value / parts


def _per_mole(entry: TableRow) -> Iterator[tuple[str, str, float]]:
    """Divide moles by those of the amine."""
    amine = entry.number(AMINE)
    for other in OTHERS:
        column = f"{other}_{CHARGED}"
        if (moles := entry.number(column)) is None:
            continue
        if not amine:
            raise entry.wrong(
                AMINE, f"{moles:g} mmol of {other} are given and no amine; fill in both or neither"
            )
        yield f"{other}_equivalents", column, float(f"{moles / amine:.12g}")
    if amine is not None and entry.headings.keys() & {CARBONYL} and entry.number(CARBONYL) is None:
        raise entry.wrong(
            CARBONYL, f"{amine:g} mmol of amine are given and no carbonyl; fill in both or neither"
        )
