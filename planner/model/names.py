"""Names: what counts in a name of a compound, and the long list of names that is read only when one is asked for.

``models/names.csv`` holds thousands of amines, carbonyl compounds and their salts. Names are compared by what
counts in them: capitals, spaces, hyphens and brackets do not, and spellings that mean the same compound by rule are
one (``carboxaldehyde`` and ``carbaldehyde``, ``sulph`` and ``sulf``, Greek letters and their Latin words). A
place that is left out where it can only be 1 is left out everywhere (``ethan-1-amine``, ``cyclohexan-1-one``).

References
----------
Bell et al., chemicals 1.5.2 (https://github.com/CalebBell/chemicals, MIT), names and CAS numbers from PubChem.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from planner.errors import ParameterError
from planner.model.folders import read_file, read_text

COLUMNS = ["name", "aliases", "cas", "smiles"]
CAS = re.compile(r"[1-9]\d{1,6}-\d\d-\d", re.ASCII)
"""Form of a CAS number."""
SMILES = re.compile(r"(?:\[[^\[\]]*\]|Br|Cl|[BCNOPSFIbcnops*()=#$:/\\.%@+\-~\d])+")
"""Text made of nothing but what SMILES is made of; no name of the list is."""
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_GREEK = {
    place: "lambda" if place == 0x3BB else unicodedata.name(chr(place)).split()[-1].casefold()
    for place in range(0x3B1, 0x3CA)
    if place != 0x3C2  # the sigma that ends a word
}
_FIRST = str.maketrans(dict.fromkeys(_HYPHENS, "-") | {"\u2019": "'", "\u2032": "'"}) | _GREEK
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
_OFF_TEXT = str.maketrans(dict.fromkeys("-()[]{}" + _SPACES))
_OFF = b"-()[]{} \t\r\n\v\f\x1c\x1d\x1e\x1f"
_SAME = (
    ("carboxaldehyde", "carbaldehyde"),
    ("sulph", "sulf"),
    ("ethan1amine", "ethanamine"),  # of methane as well
)
_RING = re.compile(r"(cyclo(?:prop|but|pent|hex|hept|oct)ane?)1(?=amine|one|carbaldehyde)")
_GROUPS = {
    "F": "fluoro", "Cl": "chloro", "Br": "bromo", "I": "iodo", "OMe": "methoxy", "MeO": "methoxy", "CH3O": "methoxy",
    "OCH3": "methoxy", "OEt": "ethoxy", "EtO": "ethoxy", "OH": "hydroxy", "HO": "hydroxy", "NO2": "nitro",
    "O2N": "nitro", "CF3": "(trifluoromethyl)", "OCF3": "(trifluoromethoxy)", "CF3O": "(trifluoromethoxy)",
    "CN": "cyano", "NC": "cyano",
    "Me": "methyl", "CH3": "methyl", "Et": "ethyl", "iPr": "isopropyl", "tBu": "tert-butyl", "Ph": "phenyl",
    "NH2": "amino", "H2N": "amino", "NMe2": "(dimethylamino)", "Me2N": "(dimethylamino)", "BnO": "(benzyloxy)",
    "OBn": "(benzyloxy)",
}  # fmt: skip
"""Symbols of groups, and their words in a name."""
_SYMBOLS = "|".join(sorted(_GROUPS, key=len, reverse=True))
_RINGS = {
    "CHO": "benzaldehyde", "NH2": "aniline", "CH2NH2": "benzylamine", "COCH3": "acetophenone", "COMe": "acetophenone",
    "CH2CHO": "phenylacetaldehyde", "CH2CH2NH2": "phenethylamine", "NHMe": "N-methylaniline",
    "NHCH3": "N-methylaniline",
}  # fmt: skip
"""What a benzene ring is called by the group that is named last."""
_FORMULA = re.compile(rf"(?:C6H[2-5]|Ph)-?({'|'.join(sorted(_RINGS, key=len, reverse=True))})$")
_PLACE = re.compile(
    r"(o|m|p|ortho|meta|para)-([a-z()]+?(?:benzaldehyde|aniline|benzylamine|(phenone)|phenol))"
)
"""Of the second of two groups on a ring of benzene, where the first is the name's last word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NameList:
    """Names of compounds and the rows that they stand in."""

    file: Path
    rows: Sequence[Sequence[str]]
    """Name, aliases, CAS number and SMILES."""
    by_name: Mapping[str, int]
    """Row by what counts in a name."""
    doubtful: Mapping[str, Sequence[int]]
    """Rows of names that stand for more than one compound."""
    by_cas: Mapping[str, int]

    def names(self) -> Iterator[str]:
        """List every name and alias."""
        for name, aliases, *_ in self.rows:
            yield name
            yield from filter(None, aliases.split("; "))


def trimmed(text: str) -> str:
    """Take off white space and characters of no width at the ends, which come along when text is copied."""
    if text.isascii():  # no letter of it has no width
        return text.strip()
    ends = "".join({letter for letter in text if letter.isspace() or unicodedata.category(letter) == "Cf"})
    return text.strip(ends)


def cas_number(text: str) -> str | None:
    """Read a CAS number; None where the form is another or the check digit is wrong.

    The last digit is the sum of the others, each times its place counted from the right, modulo ten.

    Examples
    --------
    >>> cas_number("100-46-9"), cas_number("100-46-8")
    ('100-46-9', None)
    """
    written = re.sub(f"[{_HYPHENS}]", "-", trimmed(text))
    if not CAS.fullmatch(written):
        return None
    last, *digits = map(int, reversed(written.replace("-", "")))
    return written if sum(i * d for i, d in enumerate(digits, start=1)) % 10 == last else None


def spelling(name: str) -> str:
    """Reduce a name to what counts.

    Examples
    --------
    >>> spelling("\u03b1-Methyl benzylamine") == spelling("alpha-methylbenzylamine")
    True
    """
    return _folded(trimmed(name))


def _folded(text: str) -> str:
    """Reduce names to what counts; any number of them at once, parted by ``;`` and ``|``."""
    text = text.casefold().translate(_FIRST) if not text.isascii() else text.casefold()
    # brackets and hyphens go, but the sign of a rotation is no hyphen; neither is "tert" two words
    text = text.replace("(-)", "(minus)").replace("tert-", "tert").replace("t-butyl", "tertbutyl")
    # bytes lose characters ten times faster than text, and the list is all ASCII
    text = text.encode().translate(None, _OFF).decode() if text.isascii() else text.translate(_OFF_TEXT)
    for word, same in _SAME:
        text = text.replace(word, same)
    return _RING.sub(r"\1", text)


def spellings(name: str) -> Iterator[str]:
    """Reduce a name to what counts, in every way that is the same compound by rule.

    Examples
    --------
    >>> list(spellings("p-methoxybenzaldehyde"))
    ['pmethoxybenzaldehyde', '4methoxybenzaldehyde']
    """
    yield spelling(name)
    if (whole := written_out(trimmed(name))) != trimmed(name):
        yield from spellings(whole)
    plain = trimmed(name).casefold().translate(_FIRST)
    if place := _PLACE.fullmatch(plain):
        number = {"o": 2, "m": 3, "p": 4}[place[1][0]]
        yield spelling(f"{number}'-{place[2]}" if place[3] else f"{number}-{place[2]}")
    if re.match(r"(boc|cbz|fmoc)-", plain):
        yield spelling(f"N-{plain}")
    if re.fullmatch(r"1-(?:phenyl|\(.*\))methanamine|1-(?:phenyl|\(.*\))methan-1-amine", plain):
        yield spelling(plain[2:])


def written_out(name: str) -> str:
    """Write the symbols of groups on a ring in full, and a benzene ring that is written as a formula.

    Examples
    --------
    >>> written_out("2-Cl-benzaldehyde"), written_out("4-F-C6H4CHO"), written_out("3,5-(MeO)2-C6H3-NH2")
    ('2-chlorobenzaldehyde', '4-fluorobenzaldehyde', '3,5-dimethoxyaniline')
    """
    ringed = _FORMULA.sub(lambda match: _RINGS[match[1]], name)
    if ringed == name and not re.search(r"[a-z]{3}", name):
        return name  # no more than a formula
    places = r"\d+'?(?:,\d+'?)*|[omp]|ortho|meta|para"
    return re.sub(rf"(?<![\w'])({places})-(?:di|tri)?[-(]*({_SYMBOLS})\)?[23]?[-)]*(?![A-Z])", _group, ringed)


def _group(match: re.Match[str]) -> str:
    """Write a group with its places."""
    places, symbol = match[1], match[2]
    return f"{places}-{('', 'di', 'tri')[min(2, places.count(','))]}{_GROUPS[symbol]}" + (
        "-" if match.string[match.end() :][:1].isdigit() else ""
    )


def read_list(file: Path, stamp: bytes) -> NameList:
    """Read the list once for each state of its file.

    Raises
    ------
    ParameterError
        If the file cannot be used.
    """
    return _read_list(file, stamp)


@lru_cache(maxsize=2)
def _read_list(file: Path, _stamp: bytes) -> NameList:
    """Read the list: every name reduced in one go, which takes a tenth of the time."""
    text = read_text(file, read_file(file))
    try:
        heading, *rows = csv.reader(text.splitlines(), strict=True)
    except (csv.Error, ValueError) as error:
        raise ParameterError(
            f"{file}: not CSV ({error}); expected the columns {', '.join(COLUMNS)}"
        ) from error
    if heading != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise ParameterError(f"{file}: expected the columns {', '.join(COLUMNS)} in every row; mend the file")
    folded = _folded("|".join(f"{name};{aliases}" for name, aliases, *_ in rows)).split("|")
    if len(folded) != len(rows):
        raise ParameterError(f"{file}: a name holds the character |; write it without")
    by_name: dict[str, int] = {}
    doubtful: dict[str, list[int]] = {}
    for number, keys in enumerate(folded):
        for key in keys.split(";"):
            if by_name.setdefault(key, number) != number:
                doubtful.setdefault(key, [by_name[key]]).append(number)
    by_name.pop("", None)
    doubtful.pop("", None)
    by_cas = {row[2]: number for number, row in enumerate(rows) if row[2]}
    return NameList(file=file, rows=rows, by_name=by_name, doubtful=doubtful, by_cas=by_cas)
