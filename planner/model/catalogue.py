"""Catalogue: common amines, carbonyl compounds and what goes with them, by the names on their bottles.

``models/reagents.csv`` lists names, aliases, CAS numbers, structures, densities at 25 C, boiling points and
molarities of stock solutions. A density is blank where none is known for sure: it is never guessed. CAS numbers
and structures were matched through InChIKeys. What it lacks is looked up in the long list of ``names``, which
knows names, numbers and structures only; where both know a name the catalogue is right.

References
----------
Bell et al., chemicals 1.5.2 (https://github.com/CalebBell/chemicals): CAS numbers, densities, boiling points.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from planner.errors import ParameterError, StructureError, TableError, meant
from planner.files.tables import Cell, read_csv
from planner.model.folders import CATALOGUE, NAMES, Shelf, read_text
from planner.model.names import SMILES, NameList, cas_number, read_list, spelling, spellings, trimmed
from planner.model.solutions import NEAR, SAME, read_solution

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

SHORTEST_NAME = 5
"""Letters of a name from which a slip of the pen is looked for."""


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
    """amine, carbonyl, reductant, acid, base or solvent; empty where only a name is known."""
    density_g_per_mL: float | None = None
    """At 25 C [g mL-1]."""
    density_source: str = ""
    stock_M: float | None = None
    """Of a solution that is sold [mol L-1]."""
    note: str = ""
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
    by_smiles: Mapping[str, Entry]
    """Canonical SMILES; solutions do not count."""
    doubtful: Mapping[str, tuple[Entry, ...]]
    """Names, reduced in the same way, that stand for more than one compound."""
    names_file: Path = field(compare=False)
    """The long list of names, which is read when a name is asked for that the entries lack."""
    names_stamp: bytes = field(compare=False, repr=False)
    """State of that file when the folder was read."""

    @property
    def listed(self) -> NameList:
        """The long list of names; ParameterError if its file cannot be used."""
        return read_list(self.names_file, self.names_stamp)


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
    named: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        for key in {spelling(alias) for alias in (entry.name, *entry.aliases)}:
            named[key] = (*named.get(key, ()), entry)
    names = shelf.find(NAMES)
    return Catalogue(
        entries=entries,
        by_name=by_name | {key: found[-1] for key, found in named.items()},
        by_smiles={e.smiles: e for e in reversed(entries) if e.stock_M is None},
        doubtful={key: found for key, found in named.items() if len({e.smiles for e in found}) > 1},
        names_file=names,
        names_stamp=shelf.files.get(names, b""),
    )


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


def find_entry(text: str, catalogue: Catalogue) -> Entry | None:
    """Look up a name, an alias or a CAS number; None when neither the catalogue nor the long list has it.

    Text that is spelt like a SMILES is not looked for in the long list, so that a SMILES never waits for it.

    Raises
    ------
    StructureError
        If the name stands for more than one compound.
    """
    if not isinstance(text, str):
        return None
    number = cas_number(text)
    for key in (number,) if number else spellings(text):
        if several := catalogue.doubtful.get(key):
            raise _doubt(text, several)
        if entry := catalogue.by_name.get(key):
            return entry
    if number is None and SMILES.fullmatch(text):
        return None
    return _listed(text, number, catalogue) or (None if number else _solution(text, catalogue))


def _solution(text: str, catalogue: Catalogue) -> Entry | None:
    """Read the label of a solution of a known compound; None where it is none.

    Raises
    ------
    StructureError
        If no bottle of it is listed near that strength; it names those that are.
    """
    said = read_solution(trimmed(text))
    base = None if said is None else find_entry(said.compound, catalogue)
    if said is None or base is None or "." in base.smiles:
        return None
    if said.is_purity:
        raise StructureError(
            f"name {text!r:.60}: {said.strength:g} % is a purity; give {base.name!r} as the name and its purity apart"
        )
    listed = [e for e in catalogue.entries if e.smiles == base.smiles and e.stock_M is not None]
    fit = [(e, s) for e in listed if said.solvent in ("", e.solvent) and (s := strength_of(e, said.unit))]
    if said.strength is None and len(fit) == 1:
        return fit[0][0]
    found = [(abs(said.strength / s - 1.0), e, s) for e, s in fit if said.strength is not None]
    miss, nearest_entry, strength = min(found, key=lambda f: f[0], default=(NEAR + 1.0, base, 1.0))
    if miss > NEAR:
        raise _no_such_bottle(text, base, listed)
    if miss <= SAME or said.strength is None or nearest_entry.stock_M is None:
        return nearest_entry
    plain = entry_of(base.smiles, catalogue) or base
    return replace(
        nearest_entry,
        name=f"{said.strength:g} {said.unit} {plain.name} in {nearest_entry.note.removeprefix('in ').split()[0]}",
        aliases=(),
        stock_M=nearest_entry.stock_M * said.strength / strength,
    )


def strength_of(entry: Entry, unit: str) -> float | None:
    """State the strength of a bottle, in per cent as its name says it or in mol/L; None where it is not known."""
    if unit != "%":
        return entry.stock_M
    match = re.match(r"(\d+(?:\.\d+)?) %", entry.name)
    return None if match is None else float(match[1])


def _no_such_bottle(text: str, base: Entry, listed: Sequence[Entry]) -> StructureError:
    """Say which bottles of a compound are listed."""
    names = ", ".join(e.name for e in listed)
    advice = (
        f"listed are {names}: take one of these" if names else f"none of {base.name} is listed: name it alone"
    )
    return StructureError(
        f"name {text!r:.60}: no such bottle is listed; {advice}, or give its stock molarity apart"
    )


def _listed(text: str, number: str | None, catalogue: Catalogue) -> Entry | None:
    """Look up a name or number in the long list; a compound that the catalogue has too is the catalogue's."""
    names = catalogue.listed
    for key in (number,) if number else spellings(text):
        if several := names.doubtful.get(key):
            raise _doubt(text, [_row(names, i) for i in several])
        place = names.by_cas.get(key) if number else names.by_name.get(key)
        if place is not None:
            found = _row(names, place)
            return entry_of(found.smiles, catalogue) or found
    return None


def _row(names: NameList, place: int) -> Entry:
    """Make an entry of a row of the long list."""
    name, aliases, cas, smiles = names.rows[place]
    if cas and cas_number(cas) is None:
        raise ParameterError(
            f"{names.file}, row {place + 1} ({name}): {cas!r:.60} is no CAS number: form or check digit is wrong; "
            "mend it or leave the cell empty"
        )
    return Entry(name=name, aliases=tuple(aliases.split("; ")), cas=cas, smiles=smiles, role="")


def _doubt(text: str, several: Iterable[Entry]) -> StructureError:
    """Say what a name stands for that is the name of more than one compound."""
    found = " and ".join(f"{e.smiles} ({e.name})" for e in several)
    return StructureError(
        f"name {text!r:.60} stands for more than one compound: {found}; give the SMILES of one"
    )


def entry_of(smiles: str, catalogue: Catalogue) -> Entry | None:
    """Look up a canonical SMILES; solutions do not count."""
    return catalogue.by_smiles.get(smiles)


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
    """Say which name of the catalogue or the long list was probably meant; see ``meant``.

    A short text is an abbreviation, where a letter more is another compound.
    """
    return meant(text, _all_names(catalogue)) if len(trimmed(text)) >= SHORTEST_NAME else ""


def _all_names(catalogue: Catalogue) -> Iterator[str]:
    """List every name that is known."""
    for entry in catalogue.entries:
        yield from (entry.name, *entry.aliases)
    yield from catalogue.listed.names()
