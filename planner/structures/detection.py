"""Detection: what a detector answers per mole of a compound: chromophores, effective carbon atoms, or moles.

effective carbons = carbon atoms + sum over groups of what ``detectors.toml`` says of each
"""

from functools import lru_cache

from planner.errors import ProcedureError, nearest, shown
from planner.model.detectors import CARBONS, CHROMOPHORES, Detector, load_detectors
from planner.model.site_classes import pattern
from planner.structures.chromophores import n_chromophores
from planner.structures.structure import molecule


@lru_cache(maxsize=4096)
def n_effective_carbons(smiles: str) -> float:
    """Count the carbon atoms of a structure as a flame ionisation detector does.

    Examples
    --------
    >>> [n_effective_carbons(s) for s in ("CCCCCC", "CC(C)=O", "CCCCN", "CCOC(C)=O")]
    [6.0, 2.0, 3.5, 2.75]
    """
    mol = molecule(smiles)
    carbons = sum(atom.GetAtomicNum() == 6 for atom in mol.GetAtoms())
    groups = sum(
        rule.value * len(mol.GetSubstructMatches(pattern(smarts)))
        for rule in load_detectors().carbons
        for smarts in rule.smarts
    )
    return max(float(carbons + groups), 0.0)


def molar_response(smiles: str, detector: str) -> float:
    """Return what a detector answers per mole of a compound, in units of its own; 0 is not seen.

    Parameters
    ----------
    smiles
        Canonical, as ``read_structure`` returns it.
    detector
        A name of ``detectors.toml``.
    """
    counts = load_detectors().detector(detector).counts
    if counts == CHROMOPHORES:
        return float(n_chromophores(smiles))
    return n_effective_carbons(smiles) if counts == CARBONS else 1.0


def known_detector(given: object) -> Detector:
    """Read the name of a detector, in large or small letters.

    Raises
    ------
    ProcedureError
        If there is no such detector.
    """
    names = load_detectors().names
    known = {word.casefold(): word for word in names}
    text = given.strip().casefold() if isinstance(given, str) else ""
    if text not in known:
        raise ProcedureError(
            f"detector {shown(given)} is not known{nearest(text, names)}; expected {', '.join(names)}, or none for "
            "molar fractions"
        )
    return load_detectors().detector(known[text])
