"""Names of compounds that no list holds as they stand: salts of known compounds, and IUPAC names.

A salt is the name of a compound, then that of an acid or solvent of ``salts.csv``, with how many there are:
``benzylamine HCl``, ``piperazine x 2 HCl``, ``ethylenediamine bis(trifluoroacetate)``, ``... hydrate``, or that of its
cation (``sold_names``, which makes hemiacetals and bisulfite adducts as well). Derivatives of amino acids
(``H-Phe-OMe``) are read by ``amino_acids``. IUPAC names are read by OPSIN, where the package py2opsin and Java are
installed.

References
----------
Lowe, Corbett, Murray-Rust and Glen, J. Chem. Inf. Model. 2011, 51, 739 (OPSIN).
"""

import re
import shutil
import tempfile
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdkit import Chem
from rdkit.Chem import AllChem

from planner.errors import StructureError
from planner.model.catalogue import Catalogue, find_entry
from planner.model.names import SMILES, trimmed
from planner.structures.amino_acids import amino_acid
from planner.structures.salts import SaltPartner, salt_partners
from planner.structures.sold_names import by_amine, masked, named_form

LONGEST_NAME = 300
_COUNTS = {
    "": (1, 1), "mono": (1, 1), "bi": (1, 1), "hydrogen": (1, 1), "di": (1, 2), "bis": (1, 2), "tri": (1, 3),
    "tris": (1, 3), "tetra": (1, 4), "tetrakis": (1, 4), "penta": (1, 5), "hexa": (1, 6), "hemi": (2, 1),
    "sesqui": (2, 3),
}  # fmt: skip
"""Molecules of compound and of acid."""
_TIMES = "[x\u00d7*]"
_POINT = "\u00b7\u2022\u2219\u22c5*."
_COUNTED = re.compile(
    rf"(?P<base>.+?)[\s{_POINT}-]+(?:{_TIMES}\s*)?(?P<count>[1-6]|{'|'.join(_COUNTS)})\s*(?:{_TIMES}\s*)?[\s(-]*",
    re.IGNORECASE,
)
_BASIC = "[$([NX3;!$(N[C,S,P]=[O,N,S]);!$(N[#7+])]),$([nX2]),$([NX2]=C)]"
_ESTER = "[#6;!$(C=O):1][OX2H:2].[OX2H][CX3:3]=[O:4]>>[#6:1][O:2][C:3]=[O:4]"


def read_name(text: str, catalogue: Catalogue) -> str:
    """Turn a name or CAS number into SMILES; any other text comes back as it is.

    Raises
    ------
    StructureError
        If the name stands for more than one compound.
    """
    entry = find_entry(text, catalogue)
    if entry is not None:
        return entry.smiles
    if not isinstance(text, str) or len(text) > LONGEST_NAME or SMILES.fullmatch(text):
        return text
    plain = trimmed(text)
    by_cation = by_amine(plain)
    found = (
        (by_cation and _salt(by_cation, catalogue)) or _salt(plain, catalogue) or _sold_form(plain, catalogue)
    )
    return found or amino_acid(plain) or (is_like_name(text) and _iupac(plain)) or text


def is_like_name(text: str) -> bool:
    """Whether a text is more a name than a SMILES with a slip: three letters in a row, two of them no atoms."""
    if len(text) > LONGEST_NAME or SMILES.fullmatch(text):
        return False
    bare = re.sub(r"\[[^\]]*\]|Br|Cl|[=#@/\\]", " ", text)
    return any(len(set(run) - set("BCNOPSFIbcnops")) > 1 for run in re.findall(r"[A-Za-z]{3,}", bare))


def acid_of(text: str) -> SaltPartner | None:
    """Find an acid that salts are made with by its name or abbreviation; None where it is none."""
    said = trimmed(text).casefold()
    return next((partner for word, partner in _words() if word == said and partner.protons > 0), None)


def is_acid_word(text: str) -> bool:
    """Whether a text is the name of an acid that salts are made with."""
    return acid_of(text) is not None


def _salt(text: str, catalogue: Catalogue) -> str:
    """Read the name of a salt or hydrate of a known compound; empty where it is none."""
    written = re.sub(r"[\s(]*salt\)?$", "", text, flags=re.IGNORECASE)
    ending = written.rstrip(") ").lower()
    for word, partner in _words() if written.isprintable() and len(written) == len(written.lower()) else ():
        match = _COUNTED.fullmatch(written[: len(ending) - len(word)]) if ending.endswith(word) else None
        if match is None:
            continue
        name, count = match["base"], match["count"].lower()
        base = read_name(name, catalogue)
        if base != name:
            _check_salt(text, base, partner, is_counted=bool(count), is_said=written != text)
            return _joined(base, partner, *((1, int(count)) if count.isdigit() else _COUNTS[count]))
    return ""


def _sold_form(text: str, catalogue: Catalogue) -> str:
    """Read the name of a hemiacetal or bisulfite adduct of a known compound; empty where it is none."""
    parts = named_form(text)
    if parts is None:
        return ""
    base = read_name(parts[0], catalogue)
    return masked(base, parts[1]) if base != parts[0] else ""


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, SaltPartner], ...]:
    """List the words for acids and solvents, the longest first."""
    words = [
        (word.casefold(), partner)
        for partner in salt_partners()
        if partner.protons >= 0 and partner.name != "proton"
        for word in (partner.name, *partner.aliases)
    ]
    return tuple(sorted(words, key=lambda pair: -len(pair[0])))


def _joined(base: str, partner: SaltPartner, n_base: int, n_partner: int) -> str:
    """Write a salt."""
    return str(Chem.CanonSmiles(".".join([base] * n_base + [partner.smiles] * n_partner)))


def _check_salt(text: str, base: str, partner: SaltPartner, *, is_counted: bool, is_said: bool) -> None:
    """Refuse a salt of what is no base, and a name that may be that of another compound."""
    if partner.protons == 0:
        return
    mol = Chem.MolFromSmiles(base)
    if not mol.HasSubstructMatch(Chem.MolFromSmarts(_BASIC)):
        raise StructureError(
            f"name {text!r:.60}: {base} has no basic nitrogen and gives no salt with an acid; give the SMILES"
        )
    one = _joined(base, partner, 1, 1)
    if partner.protons > 1 and not is_counted:
        other, advice = f"{_joined(base, partner, 2, 1)} (two to one)", "say mono or hemi"
    elif partner.strong or is_counted or is_said or not (ester := _ester(mol, partner)):
        return
    else:
        other, advice = f"the ester {ester}", "write '... salt'"
    raise StructureError(
        f"name {text!r:.60} stands for more than one compound: the salt {one} and {other}; {advice}, or give the "
        "SMILES of one"
    )


def _ester(mol: Any, partner: SaltPartner) -> str:
    """Write the ester of a hydroxy group with a carboxylic acid; empty where there is none."""
    made = AllChem.ReactionFromSmarts(_ESTER).RunReactants((mol, Chem.MolFromSmiles(partner.smiles)))
    return str(Chem.MolToSmiles(made[0][0])) if made else ""


@lru_cache(maxsize=1024)
def _iupac(name: str) -> str:
    """Read an IUPAC name with OPSIN; empty where it is not installed or cannot.

    Raises
    ------
    StructureError
        If OPSIN could read it in more than one way.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        smiles = _opsin(name)
    doubt = re.search(r"AMBIGUOUS: ([^\n]*)", " ".join(str(warning.message) for warning in said))
    if smiles and doubt:
        raise StructureError(
            f"name {name!r:.60} stands for more than one compound ({doubt[1]:.80}); say the places, or give the SMILES"
        )
    return smiles


def _opsin(name: str) -> str:
    """Ask OPSIN; whatever goes wrong there is no answer."""
    if shutil.which("java") is None:
        return ""
    try:
        from py2opsin import py2opsin

        with tempfile.TemporaryDirectory() as folder:
            smiles = py2opsin(name, tmp_fpath=str(Path(folder) / "name.txt"))
    except Exception:  # not installed, no Java, or one of the errors of a program from outside
        return ""
    return smiles if isinstance(smiles, str) and Chem.MolFromSmiles(smiles) is not None else ""
