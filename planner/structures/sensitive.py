"""Sensitive structures: which groups acid, base or hydride harm, how a molecule parts between phases and boils.

Patterns stand in ``models/sensitive.toml``; log P is Crippen's sum of atoms.

References
----------
Wildman and Crippen, J. Chem. Inf. Comput. Sci. 1999, 39, 868 (as RDKit computes it).
"""

from functools import lru_cache

from rdkit.Chem import Crippen

from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.model.sensitive import SensitiveGroup
from planner.model.site_classes import pattern
from planner.structures.structure import molecule


@lru_cache(maxsize=1024)
def sensitive_groups(smiles: str, model: Model) -> tuple[SensitiveGroup, ...]:
    """List the groups of a molecule that acid, base or hydride may harm, in the order of the file.

    Parameters
    ----------
    smiles
        As a ``Structure`` or a product writes it; of a product where the reacting carbonyl itself must not count.
    model
        Whose list of groups is used.

    Returns
    -------
    tuple of SensitiveGroup
        Each once; its ``to`` says what harms it.

    Examples
    --------
    >>> from planner.model.parameters import load_model
    >>> [(g.name, g.to) for g in sensitive_groups("COC(CN)OC", load_model())]
    [('acetal or ketal', ('acid',))]
    """
    mol = molecule(smiles)
    return tuple(
        group for group in model.sensitive if any(mol.HasSubstructMatch(pattern(s)) for s in group.smarts)
    )


def harmed_by(harm: str, smiles: str, model: Model) -> tuple[SensitiveGroup, ...]:
    """List the groups of a molecule that one of ``HARMS`` harms."""
    return tuple(group for group in sensitive_groups(smiles, model) if harm in group.to)


@lru_cache(maxsize=1024)
def log_p(smiles: str) -> float:
    """Estimate log10 of the partition of the neutral compound between 1-octanol and water (sd about 0.8)."""
    return float(Crippen.MolLogP(molecule(smiles)))


_HOLDING = (
    ("[OX2H]", 4), ("[#6]=[O,NX2]", 4), ("C#N", 4), ("[Br,I]", 4), ("[S,Cl]", 2), ("[F]", -1),
)  # fmt: skip
"""Groups that raise a boiling point, as so many atoms of carbon."""


@lru_cache(maxsize=1024)
def boiling_size(smiles: str) -> int:
    """Estimate how hard a compound is to evaporate, as the heavy atoms of an amine without other groups.

    Each heavy atom counts one, fluorine none, polar groups and aromatic rings more, and one for every N-H nitrogen
    after the first.

    Examples
    --------
    >>> boiling_size("CCCCNC"), boiling_size("CNCCO"), boiling_size("CNCc1ccccc1")
    (6, 9, 11)
    """
    mol = molecule(smiles)
    size = int(mol.GetNumHeavyAtoms()) + sum(
        n * len(mol.GetSubstructMatches(pattern(s))) for s, n in _HOLDING
    )
    rings = [
        r for r in mol.GetRingInfo().AtomRings() if all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in r)
    ]
    return size + 2 * len(rings) + max(0, len(mol.GetSubstructMatches(pattern("[NX3;H1,H2]"))) - 1)


def is_volatile(smiles: str, model: Model) -> bool:
    """Whether a compound leaves with a solvent: by its boiling point where the catalogue has it, else by its size."""
    entry, number = entry_of(smiles, model.catalogue), model.workup.number
    if entry is not None and entry.boiling_point_C is not None:
        return entry.boiling_point_C < number("volatile_boiling")
    return boiling_size(smiles) <= number("volatile_size")
