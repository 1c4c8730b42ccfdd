"""Protons: whether a basic nitrogen has another one so near that the two share the first proton.

Two amines within four bonds hold their second proton by orders of magnitude more weakly than the first, so that of an
acid that is spread over many molecules each nitrogen has the mean of both protonations.
"""

from functools import lru_cache

from rdkit import Chem

from planner.model.site_classes import pattern
from planner.structures.structure import molecule

FAR = 4
"""Bonds from one nitrogen to the other up to which they share."""
BASE = "[NX3;!$(N-[#6]=[O,S,N]);!$(N-a);!$(N-[S,P]=O);!$(N-C#N);!$(N-[#7,#8]);!$(N-C=C)]"
"""An aliphatic amine, tertiary ones too."""


@lru_cache(maxsize=2048)
def bonds_to_base(smiles: str, atom: int) -> int:
    """Count the bonds from a basic nitrogen to the nearest other one; 0 where none is near, or it is none itself.

    Examples
    --------
    >>> [bonds_to_base(s, 0) for s in ("NCCN", "NCCCN", "NCCCCN", "NCCN(C)C", "NCCNC(C)=O", "Nc1ccccc1CN")]
    [3, 4, 0, 3, 0, 0]
    """
    mol = molecule(smiles)
    bases = {match[0] for match in mol.GetSubstructMatches(pattern(BASE))}
    if atom not in bases:
        return 0
    distances = Chem.GetDistanceMatrix(mol)[atom]
    near = [int(distances[other]) for other in bases if other != atom and distances[other] <= FAR]
    return min(near, default=0)
