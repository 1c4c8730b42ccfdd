"""Spelling: what a text is before it is read as a structure; what is none is named, with what to give instead.

White space and characters of no width at the ends come along when text is copied and are taken off; inside they
are named with their place. An extension ``|...|`` after a SMILES (CXSMILES) says how it is drawn and which
stereocentres belong together, and is left out; one that makes another molecule of it is refused.
"""

import re
import unicodedata

from planner.errors import StructureError
from planner.model.catalogue import nearest_name
from planner.model.names import CAS, SMILES, cas_number, trimmed
from planner.model.parameters import load_model
from planner.structures.names import is_acid_word, is_like_name

MAX_TEXT = 2000
_EXTENSION = re.compile(r"(\S+)\s+\|([^|]*)\|")
_CHANGES = re.compile(r"(?:^|,)(?:\^\d:|Sg|C:|H:|m:|RG:|LN:|LO:)")
"""Radicals, polymers, bonds, links and groups of an extension."""
_OTHERS = (
    (re.compile(r"(?i)(\w+-)?rinchi(key)?\b.*"), "an RInChI"),
    (re.compile(r"(InChIKey=)?[A-Z]{14}-[A-Z]{8}[SN][A-Z]-[A-Z]"), "an InChIKey"),
    (re.compile(r"(?i)inchi.*"), "an InChI"),
)
_CHARGE_FIRST = re.compile(r"\[(\d*)([A-Z][a-z]?|[a-z])(@{0,2})([+-]\d|\++|-+)(@{0,2})(H\d?)(:\d+)?\]")
"""An atom whose charge stands before its hydrogens."""
_IN_NAMES = re.compile(r"[\u0370-\u03ff\u2010-\u2015\u2212\u2019\u2032\u00b7\u2022\u2219\u22c5\u00d7\u00b1]")
"""Letters and signs that names have and SMILES does not."""
_CONDENSED = re.compile(r"H\d?(?![a-z])")
"""Hydrogen outside of brackets, which SMILES does not write."""
_NUMBER = re.compile(r"\d+(?:[-./]\d+)+")


def shown(text: str) -> str:
    """Quote what was given, cut to a line."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def reject(text: str, found: str, advice: str) -> StructureError:
    """Build the one-line message: given, found, what to do."""
    return StructureError(f"structure {shown(text)}: {found}; {advice}")


def smiles_text(text: object) -> str:
    """Take the SMILES out of a text; what cannot be one is refused before the reader sees it.

    Raises
    ------
    StructureError
        Saying what the text is instead.
    """
    if not isinstance(text, str):
        raise StructureError(
            f"structure given as {type(text).__name__}; expected SMILES text such as 'NCc1ccccc1'"
        )
    given = trimmed(text[: 2 * MAX_TEXT])
    if not given:
        raise StructureError("structure is empty; expected SMILES text such as 'NCc1ccccc1'")
    if len(text) > MAX_TEXT:
        raise reject(
            given, f"{len(text)} characters", f"at most {MAX_TEXT} are read: give one molecule as SMILES"
        )
    _check_characters(given)
    for form, name in _OTHERS:
        if form.fullmatch(given):
            raise reject(given, name, "give the SMILES of the same compound")
    if CAS.fullmatch(given):
        found = "a CAS number that the list of reagents lacks"
        wrong = "a CAS number with a wrong check digit"
        raise reject(
            given, found if cas_number(given) else wrong, "check it, or give the SMILES of the compound"
        )
    return _one_smiles(given)


def _check_characters(given: str) -> None:
    """Refuse lines, and characters that SMILES does not have, by their place."""
    if "\n" in given or "\r" in given:
        raise reject(given, "several lines", "give one SMILES, not a mol file or a list")
    for place, letter in enumerate(given, start=1):
        kind = unicodedata.category(letter)
        if is_like_name(given) and _IN_NAMES.match(letter):
            raise reject(given, "not a readable SMILES", name_advice(given))
        if not letter.isascii() or (kind == "Cc" and letter != "\t"):
            what = "invisible character" if kind[0] in "CZ" else f"character {letter!r}"
            raise reject(
                given,
                f"the {what} (U+{ord(letter):04X}) at place {place}, which SMILES does not have",
                "type it in plain ASCII",
            )


def _one_smiles(given: str) -> str:
    """Leave out an extension; refuse what is more than one molecule."""
    if extended := _EXTENSION.fullmatch(given):
        given, extension = extended.groups()
        if _CHANGES.search(extension):
            raise reject(given, f"the extension |{extension:.40}|", "draw what it says in the SMILES itself")
    if any(c.isspace() for c in given):
        first = given.split()[0]
        if is_like_name(given) and not (
            first[0].isalpha() and SMILES.fullmatch(first)
        ):  # no line of a .smi file
            raise reject(given, "not a readable SMILES", name_advice(given))
        hint = nearest_name(given, load_model().catalogue)
        raise reject(given, "spaces", f"give one SMILES, or a name of the list of reagents{hint}")
    if ">" in given:
        raise reject(given, "a reaction or a dative bond", "give one molecule at a time")
    return given


def name_advice(text: str) -> str:
    """Say of a name that no list has it, and which is near."""
    if is_acid_word(text):
        return "it is an acid that salts are made with, no amine and no carbonyl compound: give one of these"
    return (
        f"it looks like a name that the list of reagents lacks{nearest_name(text, load_model().catalogue)}: "
        "give its SMILES, such as 'NCc1ccccc1' for benzylamine"
    )


def syntax_advice(text: str) -> str:
    """Guess why a text is no SMILES."""
    if is_like_name(text) or (text.isalpha() and len(text) > 3) or is_acid_word(text):
        return name_advice(text)
    if _NUMBER.fullmatch(text):
        return "it looks like a number: a CAS number has the form 100-46-9; give that, a name or SMILES"
    if swapped := _CHARGE_FIRST.search(text):
        isotope, symbol, turn, charge, late, hydrogens, label = (part or "" for part in swapped.groups())
        right = f"[{isotope}{symbol}{turn}{late}{hydrogens}{charge}{label}]"
        return f"the charge of {swapped.group()} comes after its hydrogens: write {right}"
    for (left, right), what, checked in (
        ("()", "parentheses", "branches"),
        ("[]", "square brackets", "atoms"),
    ):
        if text.count(left) != text.count(right):
            return f"the {what} do not match: check the {checked}"
    if _CONDENSED.search(re.sub(r"\[[^\]]*\]", "", text)):
        return "it looks like a condensed formula, which is not read: give a name, or SMILES such as 'NCc1ccccc1'"
    return "check ring numbers, brackets and element symbols"
