"""Amino acids: derivatives in the notation of peptide chemists, and the names of esters, aldehydes and alcohols.

``H-Phe-OMe`` is a group on nitrogen, the code of the acid (L where no D stands before it) and what its acid group has
become; ``N-Boc-L-phenylalaninal`` and ``lysine methyl ester`` say the same in words. ``amino_acids.csv`` lists codes,
names and side chains; what is on the side chain stays free.

References
----------
IUPAC-IUB, Nomenclature and Symbolism for Amino Acids and Peptides, Pure Appl. Chem. 1984, 56, 595 (recalled).
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

from rdkit import Chem

_HEADS = {
    "": "N", "H": "N", "Boc": "CC(C)(C)OC(=O)N", "Cbz": "O=C(OCc1ccccc1)N", "Z": "O=C(OCc1ccccc1)N",
    "Fmoc": "O=C(OCC1c2ccccc2-c2ccccc12)N", "Ac": "CC(=O)N", "Bz": "O=C(c1ccccc1)N", "Alloc": "C=CCOC(=O)N",
    "Bn": "C(c1ccccc1)N",
}  # fmt: skip
"""What stands on nitrogen."""
_TAILS = {
    "OMe": "C(=O)OC", "OEt": "C(=O)OCC", "OtBu": "C(=O)OC(C)(C)C", "OBn": "C(=O)OCc1ccccc1", "OBzl": "C(=O)OCc1ccccc1",
    "OiPr": "C(=O)OC(C)C", "OAll": "C(=O)OCC=C", "NH2": "C(=O)N", "NHMe": "C(=O)NC", "NMe2": "C(=O)N(C)C",
    "H": "C=O", "al": "C=O", "ol": "CO", "OH": "C(=O)O",
}  # fmt: skip
"""What the acid group has become."""
_ESTERS = {
    "methyl": "OMe", "ethyl": "OEt", "tert-butyl": "OtBu", "t-butyl": "OtBu", "benzyl": "OBn", "isopropyl": "OiPr",
    "allyl": "OAll",
}  # fmt: skip
_NITROGEN = r"(?:(?:N\^?)?(?:alpha|\u03b1|a)?-?\(?(?P<head>Boc|Cbz|Z|Fmoc|Ac|Alloc|Bn|H)\)?-)?"
_HAND = r"(?:(?P<hand>DL|D|L)-)?"


@lru_cache(maxsize=1)
def _acids() -> tuple[dict[str, str], dict[str, str]]:
    """Read side chains by code, and codes by name."""
    with Path(__file__).with_name("amino_acids.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return {r["code"]: r["side"] for r in rows}, {r["name"]: r["code"] for r in rows}


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Write the patterns of symbols, of esters and of aldehydes and alcohols."""
    sides, codes = _acids()
    plain = [
        name for name in codes if not name.endswith("acid")
    ]  # of two acid groups a word does not say which
    heads, tails = "|".join(filter(None, _HEADS)), "|".join(_TAILS)
    symbol = rf"(?:N-)?(?P<head>{heads})-{_HAND}(?P<code>{'|'.join(sides)})-?(?P<tail>{tails})"
    ester = rf"{_NITROGEN}{_HAND}(?P<name>{'|'.join(plain)})\s+(?P<ester>{'|'.join(_ESTERS)})\s*ester"
    bare = "|".join(name.removesuffix("e") for name in plain)
    return (
        re.compile(symbol),
        re.compile(ester, re.IGNORECASE),
        re.compile(rf"{_NITROGEN}{_HAND}(?P<stem>{bare})(?P<tail>al|ol)", re.IGNORECASE),
    )


def amino_acid(text: str) -> str:
    """Write the SMILES of a derivative of an amino acid; empty where the text names none.

    Examples
    --------
    >>> amino_acid("H-Ala-OMe"), amino_acid("N-Boc-D-alaninal")
    ('COC(=O)[C@H](C)N', 'C[C@H](C=O)NC(=O)OC(C)(C)C')
    """
    symbol, ester, aldehyde = _patterns()
    codes = _acids()[1]
    if match := symbol.fullmatch(text):
        return _written(match["head"], match["hand"], match["code"], match["tail"])
    if match := ester.fullmatch(text):
        return _written(
            match["head"], match["hand"], codes[match["name"].lower()], _ESTERS[match["ester"].lower()]
        )
    if match := aldehyde.fullmatch(text):
        stem = match["stem"].lower()
        return _written(
            match["head"], match["hand"], codes.get(f"{stem}e") or codes[stem], match["tail"].lower()
        )
    return ""


def _written(head: str | None, hand: str | None, code: str, tail: str) -> str:
    """Write a derivative: of the L acid, its mirror image for D, without stereocentres for DL."""
    nitrogen = next(n for word, n in _HEADS.items() if word.casefold() == (head or "").casefold())
    side, end = _acids()[0][code], _TAILS[tail]
    if code == "Pro":
        smiles = f"{nitrogen}1CCC[C@H]1{end}"
    else:
        smiles = f"{nitrogen}[C@@H]({side}){end}" if side else f"{nitrogen}C{end}"
    if (hand or "").upper() == "DL":
        smiles = smiles.replace("@", "")
    elif (hand or "").upper() == "D":
        smiles = re.sub("@+", lambda turn: "@" if turn.group() == "@@" else "@@", smiles)
    return str(Chem.CanonSmiles(smiles))
