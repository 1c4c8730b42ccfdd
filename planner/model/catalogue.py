"""Catalogue: common amines, carbonyl compounds and what goes with them, by the names on their bottles.

``models/reagents.csv`` lists names, aliases, CAS numbers, structures, densities at 25 C and molarities of
stock solutions. A density is blank where none is known for sure: it is never guessed. Capitals, spaces
and hyphens of a name do not count. CAS numbers and structures were matched through InChIKeys.

References
----------
Bell et al., chemicals 1.5.2 (https://github.com/CalebBell/chemicals): CAS numbers, Perry and VDI densities.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from planner import files
from planner.errors import ParameterError, nearest
from planner.model.folders import CATALOGUE, models_folder, own_or_shipped

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """Reagents, and which of them a name stands for."""

    entries: tuple[Entry, ...]
    """In the order of the file."""
    by_name: Mapping[str, Entry]
    """Names and aliases, reduced to what counts."""


def load_catalogue(models: str | Path | None = None) -> Catalogue:
    """Read the catalogue of a models folder; the shipped one where the folder has none.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    file = own_or_shipped(models_folder(models), CATALOGUE)
    try:
        return _parsed(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{file}: cannot be read as UTF-8 text ({error}); mend the file") from error


def _parsed(text: str) -> Catalogue:
    """Read the entries."""
    entries = tuple(
        Entry(
            name=str(row["name"]),
            aliases=tuple(a.strip() for a in str(row["aliases"] or "").split(";") if a.strip()),
            cas=str(row["cas"] or ""),
            smiles=str(row["smiles"]),
            role=str(row["role"]),
            density_g_per_mL=_number(row["density_g_per_mL"], str(row["name"])),
            density_source=str(row["density_source"] or ""),
            stock_M=_number(row["stock_M"], str(row["name"])),
            note=str(row["note"] or ""),
        )
        for row in files.read_csv(text, COLUMNS)
    )
    by_name = {spelling(alias): entry for entry in entries for alias in (entry.name, *entry.aliases)}
    return Catalogue(entries=entries, by_name=by_name)


def _number(cell: files.Cell, name: str) -> float | None:
    if cell is None or (isinstance(cell, int | float) and cell > 0):
        return None if cell is None else float(cell)
    raise ParameterError(
        f"{CATALOGUE}: {name}: {cell!r} is no positive number; mend it or leave the cell empty"
    )


def spelling(name: str) -> str:
    """Reduce a name to what counts."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", name.casefold()).replace("\u2019", "'").replace("\u2032", "'")


def find_entry(text: str, catalogue: Catalogue) -> Entry | None:
    """Look up a name or alias; None when the catalogue does not have it."""
    return catalogue.by_name.get(spelling(text))


def entry_of(smiles: str, catalogue: Catalogue) -> Entry | None:
    """Look up a canonical SMILES; solutions do not count."""
    return next((e for e in catalogue.entries if e.smiles == smiles and e.stock_M is None), None)


def resolve_name(text: str, catalogue: Catalogue) -> str:
    """Turn a name of the catalogue into SMILES; any other text comes back as it is.

    Examples
    --------
    >>> resolve_name("Benzaldehyde", load_catalogue()), resolve_name("CCCC=O", load_catalogue())
    ('O=Cc1ccccc1', 'CCCC=O')
    """
    entry = find_entry(text, catalogue) if isinstance(text, str) else None
    return text if entry is None else entry.smiles


def nearest_name(text: str, catalogue: Catalogue) -> str:
    """Say which name of the catalogue is nearest to a text, as ``nearest`` does; of a thousand it must be very like."""
    names = (alias for e in catalogue.entries for alias in (e.name, *e.aliases))
    return nearest(text, names, likeness=0.75)
