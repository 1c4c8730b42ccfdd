"""Residues: the base that an amine-borane sets free when its borane is used up or destroyed.

R3N-BH3 leaves one R3N per mole, which is an amine like the others in the work-up. Which reductants leave something says
their file (``leaves``), which amine it is their structure.
"""

from collections.abc import Iterator
from functools import lru_cache

from rdkit import Chem

from planner.mixtures.by_products import load_by_products
from planner.mixtures.masses import ions_of, neutral_masses
from planner.mixtures.separation import Craft
from planner.mixtures.species import COMPUTED, ExpectedSpecies
from planner.predictions.prediction import Interval, Prediction
from planner.structures.chromophores import n_chromophores
from planner.structures.sensitive import boiling_size
from planner.structures.structure import canonical_smiles, molecule

RESIDUE = "residue"
"""Kind of what a reductant leaves."""


def residues_of(prediction: Prediction) -> Iterator[ExpectedSpecies]:
    """List the bases that the reductant of a run leaves, one mole per mole of it."""
    reductant = prediction.model.reductant(prediction.procedure.reductant)
    smiles = base_of(reductant.smiles) if reductant.leaves else None
    if smiles is None:
        return
    n, lore = prediction.procedure.reductant_equivalents, load_by_products()
    formula, exact, average = neutral_masses(smiles)
    yield ExpectedSpecies(
        name=reductant.leaves.partition(",")[0].strip(),
        kind=RESIDUE,
        smiles=smiles,
        formula=formula,
        monoisotopic_mass=exact,
        average_mass=average,
        ions=ions_of(smiles, lore),
        amount=Interval(mean=n, median=n, low=n, high=n),
        rank=COMPUTED,
        degree=None,
        counts=False,
        chromophores=n_chromophores(smiles),
        why=f"{reductant.name} sets it free",
        avoid="another reductant",
        confirm="its mass, and NMR",
        source=f"structure of {reductant.name}",
    )


def strips_away(species: ExpectedSpecies, craft: Craft) -> bool:
    """Whether it is a residue that leaves with the solvent, and so is no neighbour that the windows must part."""
    return species.kind == RESIDUE and boiling_size(species.smiles) <= craft.number("azeotrope_size")


@lru_cache(maxsize=64)
def base_of(smiles: str) -> str | None:
    """Return the amine of an amine-borane; None of anything else.

    Examples
    --------
    >>> base_of("Cc1cccc[n+]1[BH3-]"), base_of("CC(C)(C)[NH2+][BH3-]"), base_of("[Na+].[BH4-]")
    ('Cc1ccccn1', 'CC(C)(C)N', None)
    """
    mol = Chem.RWMol(molecule(smiles))
    pairs = [(bond.GetBeginAtom(), bond.GetEndAtom()) for bond in mol.GetBonds()]
    found = [(a.GetIdx(), b.GetIdx()) for p in pairs for a, b in (p, p[::-1]) if _is_amine_borane(a, b)]
    if not found:
        return None
    nitrogen, boron = found[0]
    mol.RemoveBond(nitrogen, boron)
    mol.GetAtomWithIdx(nitrogen).SetFormalCharge(0)
    mol.RemoveAtom(boron)
    Chem.SanitizeMol(mol)
    return canonical_smiles(mol.GetMol())


def _is_amine_borane(nitrogen: Chem.Atom, boron: Chem.Atom) -> bool:
    """Whether two bonded atoms are the N+ and the B- of one."""
    return (nitrogen.GetSymbol(), nitrogen.GetFormalCharge()) == ("N", 1) and (
        boron.GetSymbol(),
        boron.GetFormalCharge(),
    ) == ("B", -1)
