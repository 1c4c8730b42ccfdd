"""Catalogue: common amines, carbonyl compounds and what goes with them, by the names on their bottles.

``models/reagents.csv`` lists names, aliases, CAS numbers, structures, densities at 25 C and molarities of
stock solutions. A density is blank where none is known for sure: it is never guessed. Capitals, spaces
and hyphens of a name do not count. CAS numbers and structures were matched through InChIKeys.

References
----------
Bell et al., chemicals 1.5.2 (https://github.com/CalebBell/chemicals): CAS numbers, Perry and VDI densities.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from planner.errors import ParameterError, TableError, meant
from planner.files.tables import Cell, read_csv
from planner.model.folders import CATALOGUE, Shelf, read_text

COLUMNS = (
    "name",
    "aliases",
    "cas",
    "smiles",
    "role",
    "density_g_per_mL",
    "density_source",
    "stock_M",
    "note",
)
OPTIONAL = ("solvent", "boiling_point_C", "boiling_point_source")
"""Columns that a table of one's own may leave out."""


CAS = re.compile(r"[1-9]\d{1,6}-\d\d-\d", re.ASCII)
"""Form of a CAS number."""
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A reagent as it stands on the shelf."""

    name: str
    aliases: tuple[str, ...]
    cas: str
    """CAS number; empty where it is not known for sure."""
    smiles: str
    """Of the compound, with its counter-ion where it is a salt."""
    role: str
    """amine, carbonyl, reductant, acid, base or solvent."""
    density_g_per_mL: float | None
    """At 25 C [g mL-1]."""
    density_source: str
    stock_M: float | None
    """Of a solution that is sold [mol L-1]."""
    note: str
    solvent: str = ""
    """Name of the model's solvent that a solution brings; empty where it is none."""
    boiling_point_C: float | None = None
    """At 1 atm; None where it is not known."""
    boiling_point_source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """Reagents, and which of them a name stands for."""

    entries: tuple[Entry, ...]
    """In the order of the file."""
    by_name: Mapping[str, Entry]
    """Names and aliases, reduced to what counts, and CAS numbers as they are."""


def load_catalogue(shelf: Shelf) -> Catalogue:
    """Read the catalogue of a models folder; the shipped one where the folder has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    file = shelf.find(CATALOGUE)
    text = read_text(file, shelf.files.get(file, b""))
    try:
        rows = read_csv(text if "\n" in text else f"{text}\n", COLUMNS)
    except TableError as error:
        raise ParameterError(f"{file}: {error}") from error
    entries = tuple(_entry(row, f"{file}, row {i} ({row['name']})") for i, row in enumerate(rows, start=1))
    by_name = {e.cas: e for e in sorted(entries, key=lambda e: e.stock_M is None) if e.cas}
    by_name |= {spelling(alias): entry for entry in entries for alias in (entry.name, *entry.aliases)}
    return Catalogue(entries=entries, by_name=by_name)


def _entry(row: Mapping[str, Cell], where: str) -> Entry:
    """Read a row; ParameterError names it."""
    said = {column: _said(row.get(column)) for column in (*COLUMNS, *OPTIONAL)}
    for column, words in said.items():
        if not words.isprintable() or (column in ("name", "smiles") and not words):
            raise ParameterError(f"{where}: {column} {words!r:.60}; expected text without control characters")
    if said["cas"] and said["cas"] != cas_number(said["cas"]):
        raise ParameterError(
            f"{where}: {said['cas']!r:.60} is no CAS number: form or check digit is wrong, as where a spreadsheet "
            "made it a date; mend it or leave the cell empty"
        )
    return Entry(
        name=said["name"],
        aliases=tuple(a.strip() for a in said["aliases"].split(";") if a.strip()),
        cas=said["cas"],
        smiles=said["smiles"],
        role=said["role"],
        density_g_per_mL=_number(row["density_g_per_mL"], where),
        density_source=said["density_source"],
        stock_M=_number(row["stock_M"], where),
        note=said["note"],
        solvent=said["solvent"],
        boiling_point_C=_temperature(row.get("boiling_point_C"), where),
        boiling_point_source=said["boiling_point_source"],
    )


def _said(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _temperature(cell: Cell, where: str) -> float | None:
    if cell is None or isinstance(cell, int | float):
        return None if cell is None else float(cell)
    raise ParameterError(f"{where}: boiling_point_C {cell!r:.60} is no number; mend it or leave it empty")


def _number(cell: Cell, where: str) -> float | None:
    if cell is None or (isinstance(cell, int | float) and cell > 0):
        return None if cell is None else float(cell)
    raise ParameterError(f"{where}: {cell!r:.60} is no positive number; mend it or leave the cell empty")


def cas_number(text: str) -> str | None:
    """Read a CAS number; None where the form is another or the check digit is wrong.

    The last digit is the sum of the others, each times its place counted from the right, modulo ten.

    Examples
    --------
    >>> cas_number("100-46-9"), cas_number("100-46-8")
    ('100-46-9', None)
    """
    written = _HYPHENS.sub("-", trimmed(text))
    if not CAS.fullmatch(written):
        return None
    last, *digits = map(int, reversed(written.replace("-", "")))
    return written if sum(i * d for i, d in enumerate(digits, start=1)) % 10 == last else None


def trimmed(text: str) -> str:
    """Take off white space and characters of no width at the ends, which come along when text is copied."""
    ends = "".join({letter for letter in text if letter.isspace() or unicodedata.category(letter) == "Cf"})
    return text.strip(ends)


def spelling(name: str) -> str:
    """Reduce a name to what counts."""
    return (
        re.sub(r"[\s\-\u2010-\u2015]", "", trimmed(name).casefold())
        .replace("\u2019", "'")
        .replace("\u2032", "'")
    )


def find_entry(text: str, catalogue: Catalogue) -> Entry | None:
    """Look up a name, an alias or a CAS number; None when the catalogue does not have it."""
    return catalogue.by_name.get(cas_number(text) or spelling(text)) if isinstance(text, str) else None


def entry_of(smiles: str, catalogue: Catalogue) -> Entry | None:
    """Look up a canonical SMILES; solutions do not count."""
    return next((e for e in catalogue.entries if e.smiles == smiles and e.stock_M is None), None)


def resolve_name(text: str, catalogue: Catalogue) -> str:
    """Turn a name or CAS number of the catalogue into SMILES; any other text comes back as it is.

    Examples
    --------
    >>> from planner.model.folders import read_shelf
    >>> known = load_catalogue(read_shelf())
    >>> resolve_name("Benzaldehyde", known), resolve_name("100-46-9", known), resolve_name("CCCC=O", known)
    ('O=Cc1ccccc1', 'NCc1ccccc1', 'CCCC=O')
    """
    entry = find_entry(text, catalogue)
    return text if entry is None else entry.smiles


def nearest_name(text: str, catalogue: Catalogue) -> str:
    """Say which name of the catalogue was probably meant; see ``meant``."""
    return meant(text, (alias for e in catalogue.entries for alias in (e.name, *e.aliases)))
