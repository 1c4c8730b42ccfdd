"""What Hypothesis draws: spellings of molecules, and texts that are none."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from rdkit import Chem


@st.composite
def respelled(draw: DrawFn, molecules: SearchStrategy[str]) -> tuple[str, str]:
    """A SMILES and the same molecule with its atoms renumbered and its text written another way."""
    written = draw(molecules)
    mol = Chem.MolFromSmiles(written)
    order = draw(st.permutations(range(mol.GetNumAtoms())))
    shuffled = Chem.RenumberAtoms(mol, list(order))
    kekule = draw(st.booleans())
    if kekule:
        Chem.Kekulize(shuffled, clearAromaticFlags=True)
    return written, Chem.MolToSmiles(
        shuffled,
        canonical=False,
        kekuleSmiles=kekule,
        allBondsExplicit=draw(st.booleans()),
        allHsExplicit=draw(st.booleans()),
    )


TOKENS = [
    *"CNOcn()[]=#12./+-@HSPB*~$\\",
    "%10",
    "@@",
    "[nH]",
    "[N+]",
    "[O-]",
    "Cl",
    "Br",
    "[2H]",
    "[Na+]",
    ":1",
]


def texts_like_smiles() -> SearchStrategy[str]:
    """Texts made of the letters that SMILES uses, most of them nonsense."""
    return st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)


@st.composite
def broken(draw: DrawFn, molecules: list[str]) -> str:
    """A good SMILES with a few characters removed, doubled or replaced."""
    text = list(draw(st.sampled_from(molecules)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(text) - 1)))
        text[place : place + 1] = draw(st.lists(st.sampled_from("CNOcn()[]=#123.+-@/H"), max_size=2))
    return "".join(text)
