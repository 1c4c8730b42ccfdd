"""Drawings: structures as SVG pictures, with reactive atoms marked.

Drawn by RDKit on white, so that a picture reads alike on light and dark pages and on paper. Equivalent
nitrogens share a colour; the colours are those of Okabe and Ito, told apart by colour-blind readers.

References
----------
Okabe, Ito, Color Universal Design, 2008 (https://jfly.uni-koeln.de/color/).
"""

from collections.abc import Mapping
from functools import lru_cache

from rdkit.Chem.Draw import rdMolDraw2D

from planner.structures.pairs import Pair
from planner.structures.structure import molecule

OKABE_ITO = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "pink": "#CC79A7",
    "sky": "#56B4E9",
    "vermilion": "#D55E00",
    "yellow": "#F0E442",
}
SITE_COLOURS = tuple(OKABE_ITO[name] for name in ("sky", "orange", "green", "pink", "yellow"))
"""One per group of equivalent nitrogens, in turn."""
CARBONYL_COLOUR = OKABE_ITO["orange"]
WIDTH, HEIGHT = 300, 180
"""Size of a drawing [px]; as SVG it scales."""


def draw_structure(
    smiles: str, marked: Mapping[int, str] | None = None, *, width: int = WIDTH, height: int = HEIGHT
) -> str:
    """Draw a structure as SVG text.

    Parameters
    ----------
    smiles
        Canonical SMILES of one structure, as ``read_structure`` returns it.
    marked
        Colour (#RRGGBB) behind atoms, by atom index of this SMILES.
    width, height
        Size [px].

    Examples
    --------
    >>> draw_structure("NCc1ccccc1", {0: "#0072B2"}).count("<svg")
    1
    """
    return _drawn(smiles, tuple((marked or {}).items()), width, height)


@lru_cache(maxsize=256)
def _drawn(smiles: str, marked: tuple[tuple[int, str], ...], width: int, height: int) -> str:
    """Draw once; a page shows the same structures again and again."""
    mol = rdMolDraw2D.PrepareMolForDrawing(molecule(smiles))
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options = drawer.drawOptions()
    options.padding = 0.08
    options.maxFontSize = 18
    options.fixedBondLength = 32
    options.highlightRadius = 0.42
    drawer.DrawMolecule(
        mol,
        highlightAtoms=[index for index, _ in marked],
        highlightAtomColors={index: _rgb(colour) for index, colour in marked},
        highlightBonds=[],
    )
    drawer.FinishDrawing()
    return str(drawer.GetDrawingText())


def _rgb(colour: str) -> tuple[float, float, float]:
    """Read #RRGGBB as three shares of 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def draw_amine(pair: Pair) -> str:
    """Draw the amine with its reactive nitrogens marked, equivalent ones alike."""
    return draw_structure(
        pair.amine.smiles, {s.atom_index: SITE_COLOURS[s.group % len(SITE_COLOURS)] for s in pair.sites}
    )


def draw_carbonyl(pair: Pair) -> str:
    """Draw the carbonyl compound with its reactive carbon marked."""
    return draw_structure(pair.carbonyl.smiles, {pair.carbonyl_site.atom_index: CARBONYL_COLOUR})
