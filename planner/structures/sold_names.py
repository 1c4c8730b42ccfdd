"""Sold names: carbonyl compounds that are named as the form in which they are sold, and salts named by their cation.

``butanal sodium bisulfite adduct`` and ``chloral methyl hemiacetal`` are made from the carbonyl compound;
``methylammonium chloride`` is the hydrochloride of methylamine. What a structure sets free is found by ``surrogates``.
"""

import re

from rdkit import Chem
from rdkit.Chem import AllChem

_NAMED = (
    (
        re.compile(
            r"(?P<base>.+?)[\s-]+(?:(?:sodium|potassium)[\s-]+)?(?:hydrogen[\s-]*sul(?:f|ph)ite|bisul(?:f|ph)ite)"
            r"(?:[\s-]+(?:adduct|addition (?:compound|product)|compound))?",
            re.IGNORECASE,
        ),
        "S(=O)(=O)[O-].[Na+]",
    ),
    (re.compile(r"(?P<base>.+?)[\s-]+(?:mono)?methyl[\s-]*hemi(?:acet|ket)al", re.IGNORECASE), "OC"),
    (re.compile(r"(?P<base>.+?)[\s-]+(?:mono)?ethyl[\s-]*hemi(?:acet|ket)al", re.IGNORECASE), "OCC"),
)
"""Names of forms, with what stands on the carbon beside the hydroxy group."""
_CARBONYL = "[$([CX3;H2]),$([CX3;H1]-[#6]),$([CX3](-[#6])-[#6]):1]=[OX1:2]"
_CATION = re.compile(r"(?P<stem>.*[a-z)])(?P<end>ammonium|inium)\s+(?P<anion>[\w ()-]+)", re.IGNORECASE)
_HALIDES = {"chloride": "hydrochloride", "bromide": "hydrobromide", "iodide": "hydroiodide"}
"""Anions, and the words of their acids' salts."""


def named_form(text: str) -> tuple[str, str] | None:
    """Part the name of a sold form into that of its carbonyl compound and what it holds; None where it is none.

    Examples
    --------
    >>> named_form("butanal sodium bisulfite adduct")
    ('butanal', 'S(=O)(=O)[O-].[Na+]')
    """
    for form, piece in _NAMED:
        if match := form.fullmatch(text):
            return match["base"], piece
    return None


def masked(smiles: str, piece: str) -> str:
    """Write the sold form of a carbonyl compound that holds a piece; empty where it has not one carbonyl.

    Examples
    --------
    >>> masked("CCCC=O", "OC")
    'CCCC(O)OC'
    """
    mol, group, ion = Chem.MolFromSmiles(smiles), *piece.partition(".")[::2]
    if mol is None or len(mol.GetSubstructMatches(Chem.MolFromSmarts(_CARBONYL))) != 1:
        return ""
    reaction = AllChem.ReactionFromSmarts(f"{_CARBONYL}>>[C:1]([O:2]){group}")
    made = reaction.RunReactants((mol,))[0][0]
    Chem.SanitizeMol(made)
    return ".".join([str(Chem.MolToSmiles(made)), *([ion] if ion else [])])


def by_amine(text: str) -> str:
    """Name a salt by its amine where it is named by its cation; empty where it is not.

    Examples
    --------
    >>> by_amine("methylammonium chloride"), by_amine("pyrrolidinium acetate")
    ('methylamine hydrochloride', 'pyrrolidine acetate')
    """
    match = _CATION.fullmatch(text)
    if match is None:
        return ""
    acid = _HALIDES.get(match["anion"].lower(), match["anion"])
    end = "amine" if match["end"].lower() == "ammonium" else "ine"
    return f"{match['stem']}{end} {acid}"
