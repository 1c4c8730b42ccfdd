"""Headings: which column of a table of runs is which, and in which unit; ``headings.toml`` holds the words.

A heading is words and a unit: "temperature_C", "T / °C", "conc (mol/L)", "hold in min", "eq aldehyde". A unit that is
not known is refused, and so is a heading that may mean two things: a number in a wrong unit would be believed.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.comparisons.observed import NAMED_DEGREES, OF_CARBONYL, degree_name
from planner.errors import TableError, nearest, shown
from planner.flask.fields import FIELDS

CONVERSION = "conversion"
RESPONSE = "response_"
"""Before the name of a degree: its area per mole relative to the starting amine."""
RANK = "rank"
"""Heading of a plan's rows, which name its runs where no other column does."""
ASSAY = "carbonyl_assay"
"""Another heading for the purity of the carbonyl compound."""
MOST_DEGREES = 24
"""New alkyl groups that a heading may name; eight nitrogens bear no more."""
DEGREES = tuple(degree_name(degree) for degree in range(MOST_DEGREES + 1))
BEFORE, AFTER = ("run", "amine", "carbonyl"), ("time_h", "kind")
_AMOUNTS = (*NAMED_DEGREES, *OF_CARBONYL, CONVERSION)
COLUMNS = (
    *BEFORE, *FIELDS, *AFTER, *_AMOUNTS, "detector", "lot", *(RESPONSE + name for name in NAMED_DEGREES[1:]), "note",
)  # fmt: skip
"""Of a table of runs, as the planner writes it; degrees above four follow as ``degree_5``, ..."""
TEXT, WORD, AMOUNT, NUMBER = "text", "word", "amount", "number"
CHARGED, WEIGHED, PARTS = "charged", "weighed", "parts"
"""Ends of the names of what was put in: an amount in moles, a mass or volume, equivalents of the amine itself."""
CHARGES = (
    *(f"{of}_{CHARGED}" for of in ("amine", "carbonyl", "reductant", "acid")),
    *(f"{of}_{WEIGHED}" for of in ("amine", "carbonyl", "reductant", "acid", "solvent")),
    f"amine_{PARTS}",
)
"""Columns of charges, which become equivalents: never what was found."""
PUT_IN = (CHARGED, WEIGHED, PARTS, "_equivalents")
"""Ends of the names of all columns that say how much was put in."""
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit of a column: its number times ``factor`` plus ``offset`` is in the column's own unit."""

    text: str
    factor: float
    offset: float = 0.0

    def taken(self, number: float) -> float:
        """Return a number in the column's own unit, without what binary fractions add: 95 % is 0.95."""
        if (self.factor, self.offset) == (1.0, 0.0):
            return number
        return float(f"{self.factor * number + self.offset:.12g}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """What one column of a table is."""

    title: str
    """As it is written."""
    name: str
    """Of the column; empty: it is left out."""
    unit: Unit | None = None
    """That the heading states; None: none, or the one in the planner's own name."""
    is_own: bool = False
    """Whether it is the planner's own name, or was said by the user."""

    @property
    def kind(self) -> str:
        """What its cells are: text, word, amount, number or the quantity of a number."""
        return kind_of(self.name)


@lru_cache(maxsize=1)
def lore() -> Mapping[str, Any]:
    """Read the words."""
    with Path(__file__).with_name("headings.toml").open("rb") as file:
        return tomllib.load(file)


def plain(text: str) -> str:
    """Write words without case, blanks and signs, to compare them.

    Examples
    --------
    >>> plain("Lösungsmittel"), plain("hold_time"), plain("Mono-alkylated")
    ('loesungsmittel', 'holdtime', 'monoalkylated')
    """
    return re.sub(r"[^a-z0-9%]", "", text.casefold().translate(_SPELT))


def plain_unit(text: str) -> str:
    """Write a unit to compare it: without case, blanks, points, hyphens and stars."""
    spelt = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT)
    return re.sub(r"[\s.\-\u2212*·^]", "", spelt)


def kind_of(name: str) -> str:
    """Tell what the cells of a column are."""
    if name.startswith(RESPONSE):
        return NUMBER
    if name in CHARGES:
        return name.rpartition("_")[2]
    return AMOUNT if name in DEGREES else str(lore()["columns"].get(name, {}).get("is", TEXT))


@lru_cache(maxsize=8)
def units(kind: str) -> Mapping[str, Unit]:
    """Gather the units of a kind of column, by their plain spelling."""
    found: dict[str, Unit] = {}
    for text, given in lore()["units"].get(kind, {}).items():
        factor, offset = given if isinstance(given, list) else (given, 0.0)
        found.setdefault(plain_unit(text), Unit(text=text, factor=factor, offset=offset))
    return found


def said_units(kind: str) -> str:
    """List some units of a kind, for messages."""
    return ", ".join(dict.fromkeys(unit.text for unit in list(units(kind).values())[:8])) or "no unit"


def kind_said(unit: Unit | None) -> str | None:
    """Tell which kind of run a unit of an amount states: area, mol, ratio; None where it may be any."""
    if unit is None:
        return None
    return next((kind for kind, texts in lore()["kinds"].items() if unit.text in texts), None)


def read_heading(title: str) -> Heading | None:
    """Tell what a column is; None where no word is known.

    Raises
    ------
    TableError
        If its unit is not known, or it may mean two things.

    Examples
    --------
    >>> found = read_heading("Hold / min")
    >>> found.name, found.unit.text
    ('hold_time_h', 'min')
    """
    title = " ".join(title.split())
    if (own := _own_name(title)) is not None:
        return Heading(title=title, name=own, is_own=True)
    _check_clear(title)
    for words, text in _parted(title):
        names = _columns_called(words, text)
        if len(names) > 1:
            raise TableError(f"column {title!r} may be {' or '.join(names)}; rename it to what it is")
        if names:
            return Heading(title=title, name=names[0], unit=units(kind_of(names[0])).get(plain_unit(text)))
    if plain(title) in {plain(word) for word in lore()["unused"]["words"]}:
        return Heading(title=title, name="")
    _check_unit(title)
    return None


def _own_name(title: str) -> str | None:
    """Tell whether a heading is one of the planner's own."""
    low = title.casefold()
    if low in OWN:
        return OWN[low]
    found = re.fullmatch(rf"({RESPONSE})?degree[ _]?(\d{{1,2}})", low)
    if found is None or int(found[2]) > MOST_DEGREES:
        return None
    return (found[1] or "") + DEGREES[int(found[2])]


OWN = {name.casefold(): name for name in (*COLUMNS, ASSAY, f"{RESPONSE}{DEGREES[0]}", *CHARGES)}


def _check_clear(title: str) -> None:
    """Refuse a heading that means different things to different people."""
    bare = re.sub(r"\[[^\]]*\]|\([^)]*\)", "", title)
    for words, meant in lore()["unclear"].items():
        if plain(words) == plain(bare).rstrip("%"):
            raise TableError(f"column {title!r} may be {meant}; rename it to what it is")


def _parted(title: str) -> Iterator[tuple[str, str]]:
    """Part a heading into words and unit, the likeliest way first; the last has no unit."""
    if bracket := re.fullmatch(r"(.*?)\s*[\[(]([^\[\]()]*)[\])]", title):
        yield bracket[1], bracket[2]
    places = [match.span() for match in re.finditer(r"\s+in\s+|\s*/\s*|\s*,\s*|[\s_]+", title)]
    ways = [(title[:start], title[end:]) for start, end in places]
    ways += [(title[end:], title[:start]) for start, end in reversed(places)]
    yield from ((words, text) for words, text in ways if is_unit(text))
    yield title, ""


def is_unit(text: str) -> bool:
    """Whether a text is a unit of any kind of column."""
    return any(plain_unit(text) in units(kind) for kind in lore()["units"])


def _columns_called(words: str, unit: str) -> list[str]:
    """Name the columns that have these words and take this unit; without a unit the first alone.

    A time of samples and an addition share words with columns of another kind, which a unit tells apart. The bare name
    of a partner with an amount is what was put in.
    """
    named = _named(words)
    found = [name for name in named if _takes(name, unit)]
    if unit and any(kind_of(name) == TEXT for name in named):
        found = [name for name in found if name in CHARGES] or found
    return found if unit else found[:1]


def _named(words: str) -> list[str]:
    """Name the columns that are called so, whatever their unit; single letters count as they are written."""
    called = plain(words)
    if not called:
        return []
    found = list(_index().get(words if words in ("t", "T") else called, ()))
    for word in lore()["responses"]["words"]:
        for rest in _without(called, plain(word)):
            found += [RESPONSE + name for name in _index().get(rest, ()) if name in DEGREES]
        if found:
            break
    for rest in _without_charge(called):
        found += [name for name in _index().get(rest, ()) if name.endswith(PUT_IN) and name not in found]
    return found


def _without_charge(called: str) -> Iterator[str]:
    """Take away what says that something was put in: amount of, charged, Einwaage; a sign such as n only in front."""
    for word in map(plain, lore()["charges"]["words"]):
        yield from (rest for rest in _without(called, word) if len(word) > 1 or called.startswith(word))


def degree_called(words: str) -> str:
    """Name the degree that is called so without a unit; empty where none is, or it may be two."""
    found = [name for name in _named(words) if name in DEGREES]
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=1)
def _index() -> Mapping[str, tuple[str, ...]]:
    """List the columns that a plain word names, in the order of the file."""
    found: dict[str, tuple[str, ...]] = {}
    for name, column in lore()["columns"].items():
        for word in (name, *column["words"]):
            key = word if word in ("t", "T") else plain(word)
            if name not in found.get(key, ()):
                found[key] = (*found.get(key, ()), name)
    for name in CHARGES:
        for key in {plain(name), *map(plain, _words_of_charge(name.rpartition("_")[0]))}:
            found[key] = (*found.get(key, ()), name)
    return found


def _words_of_charge(of: str) -> Iterator[str]:
    """List what something that is put in is called: as in a column of its name, or of its equivalents."""
    yield of
    for name in (of, f"{of}_equivalents"):
        yield from lore()["columns"].get(name, {}).get("words", ())
    yield from lore()["charges"].get(of, ())


def _without(called: str, part: str) -> Iterator[str]:
    """Take a part from either end of plain words; nothing where it is all of them."""
    for rest in (called.removeprefix(part), called.removesuffix(part)):
        if rest and rest != called:
            yield rest


def _takes(name: str, unit: str) -> bool:
    """Whether a column can have this unit; text takes what is no unit at all, such as (SMILES)."""
    if not unit:
        return True
    kind = kind_of(name)
    if kind in (TEXT, WORD):
        return kind == TEXT and not is_unit(unit)
    return plain_unit(unit) in units(kind)


def _check_unit(title: str) -> None:
    """Refuse a heading whose words are known and whose unit is not."""
    found = re.fullmatch(r"(.*?)\s*[\[(]([^\[\]()]*)[\])]", title) or re.fullmatch(
        r"(.*\S)\s*/\s*(\S.*)", title
    )
    if found is None:
        return
    for name in _named(found[1]):
        if (kind := kind_of(name)) not in (TEXT, WORD):
            raise TableError(
                f"column {title!r}: {shown(found[2])} is no unit of {name}; expected {said_units(kind)}: convert it"
            )


def near_name(title: str) -> str:
    """Say which word a heading that is not known is nearest to; nothing where none is."""
    return nearest(title, [*OWN.values(), *(word for c in lore()["columns"].values() for word in c["words"])])


def near_column(title: str) -> str:
    """Name the column whose words a heading that is not known is nearest to; empty where none is, or it may be two."""
    if is_title(title):
        return ""
    found = re.search(r"did you mean '(.*)'\?", near_name(re.sub(r"[\[(].*", "", title)))
    named = None if found is None else read_heading(found[1])
    return "" if named is None else named.name


def unknown_columns(titles: Sequence[str]) -> TableError:
    """Say that columns are not known, and what to do."""
    each = ", ".join(f"{title!r}{near_name(title)}" for title in titles[:3])
    return TableError(
        f"column {each} is not known; rename it to what it is, or say that it is left out. Known are "
        f"{', '.join(COLUMNS[:6])}, ..., mono, di, detector, note"
    )


def is_title(title: str) -> bool:
    """Whether a title is one of a table of runs, clear or not; by these the heading line is found."""
    try:
        found = read_heading(title)
    except TableError:
        return True
    return found is not None and bool(found.name)


def is_read(title: str, others: Collection[str]) -> bool:
    """Whether a title says clearly what its column is, or that it is left out."""
    try:
        return _found(title, others) is not None
    except TableError:
        return False


def choose_headings(
    titles: Sequence[str], columns: Mapping[str, str], others: Collection[str]
) -> list[Heading]:
    """Tell what each column is.

    Parameters
    ----------
    titles
        As they are written.
    columns
        Title to the planner's name of it, where the user said so; empty: to be left out.
    others
        Titles that are known to say nothing of the flask.

    Raises
    ------
    TableError
        If one is not known, or has no known unit.
    """
    said = {" ".join(title.split()): name for title, name in columns.items()}
    for title in said:
        if title not in titles:
            near = nearest(title, titles)
            raise TableError(
                f"{shown(title)} is no heading of this table{near}; it has {', '.join(titles):.200}"
            )
    if strange := [name for name in said.values() if name and name.casefold() not in OWN]:
        raise TableError(
            f"{shown(strange[0])} is no column of a table of runs{nearest(strange[0], OWN.values())}"
        )
    found, unknown = list[Heading](), list[str]()
    for title in titles:
        heading = _said(title, said[title]) if title in said else _found(title, others)
        if heading is None:
            unknown.append(title)
        else:
            found.append(heading)
    if unknown:
        raise unknown_columns(unknown)
    return found


def checked_columns(columns: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return what the user said of columns; TableError where it is no text by heading."""
    given = {} if columns is None else columns
    if not isinstance(given, Mapping) or not all(isinstance(t, str) for pair in given.items() for t in pair):
        raise TableError(
            f"columns {shown(columns)} is not usable; give headings with their names, both as text"
        )
    return given


def _said(title: str, name: str) -> Heading:
    """Take the name that the user gave a column, and the unit that stands in its title."""
    kind = kind_of(name)
    texts = (text for _, text in _parted(title) if text)
    unit = next((units(kind)[plain_unit(text)] for text in texts if plain_unit(text) in units(kind)), None)
    return Heading(title=title, name=OWN.get(name.casefold(), ""), unit=unit, is_own=True)


def _found(title: str, others: Collection[str]) -> Heading | None:
    """Read a title; one without words, or known from other tables, is left out."""
    if title == RANK:
        return Heading(title=title, name="run")
    try:
        found = read_heading(title) if plain(title) else Heading(title=title, name="")
    except TableError:
        if title not in others:
            raise
        found = None
    return Heading(title=title, name="") if found is None and title in others else found


def only_once(found: list[Heading]) -> list[Heading]:
    """Refuse two columns of one name; the rank of a plan gives way to a column of runs."""
    if [heading.name for heading in found].count("run") > 1:
        found = [replace(heading, name="") if heading.title == RANK else heading for heading in found]
    for heading in found:
        alike = [repr(other.title) for other in found if heading.name and other.name == heading.name]
        if len(alike) > 1:
            raise TableError(f"the columns {' and '.join(alike)} are both {heading.name}; keep one")
    return found
