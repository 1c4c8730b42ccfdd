"""Pair tests: what no pattern can say of an amine and a carbonyl compound, for the warnings that ask it by name.

A test that passes gives the words that it puts into the sentence, once for each sentence. A stereocentre counts as
stated where it is drawn; one is made where the product has more of them than both partners.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from rdkit import Chem

from planner.model.model import Model
from planner.structures.basicity import basicity
from planner.structures.carbonyls import (
    all_carbonyls,
    carbonyl_kinds,
    carbonyls_of,
    planned_carbonyl,
    second_carbonyls,
)
from planner.structures.hindrance import HINDERED, hindrance
from planner.structures.perception import matching_atoms
from planner.structures.products import alkylated
from planner.structures.sites import perceived_sites, reacting_nitrogens, reactive_nitrogens
from planner.structures.structure import Structure, molecule

Words = dict[str, str]
LEAST_APART = 0.5
"""Difference of pKaH from which acid tells two nitrogens apart: three times as much of one is free."""
ACIDIFYING = ("[CX3]=[O,S]", "[CX2]#N", "[SX4](=O)=O", "[NX3+](=O)[O-]")
"""Groups that make a hydrogen on the next carbon acidic."""
VERY_HINDERED = 30.0
"""Factor from which the constants of a hindered pair are hardly known: a decade and a half."""
MANY = 1000.0
"""A factor above it is not written out: the reaction does not go."""


def passed(test: str, amine: Structure, carbonyl: Structure, model: Model) -> Iterable[Words]:
    """Give the words for each sentence of a test of ``planner.model.warnings.TESTS``; none where it fails."""
    return _TESTS[test](amine, carbonyl, model)


def _when(met: bool) -> list[Words]:
    """Say one sentence without words, or none."""
    return [{}] if met else []


def _carbonyls_alike(_: Structure, carbonyl: Structure, model: Model) -> list[Words]:
    """Look for several carbonyls that symmetry exchanges."""
    return _when(len(carbonyls_of(carbonyl.smiles, model)) > len(carbonyl_kinds(carbonyl.smiles, model)))


def _second_carbonyl(amine: Structure, carbonyl: Structure, model: Model) -> list[Words]:
    """List carbonyls that differ from the planned one, in either partner."""
    planned = planned_carbonyl(carbonyl, model)
    if planned is None:
        return []
    return [
        {
            "partner": role,
            "other": model.site_class(site.carbonyl_class).label,
            "planned": model.site_class(planned.carbonyl_class).label,
            "lead": f"{lead:.1g}" if lead < 1 else f"{float(f'{lead:.2g}'):g}",
        }
        for role, site, lead in second_carbonyls(amine, carbonyl, model)
    ]


def _own_nitrogen(_: Structure, carbonyl: Structure, model: Model) -> list[Words]:
    """Look for a reactive N-H on the carbonyl compound: it takes part too."""
    labels = dict.fromkeys(c.label for c in reactive_nitrogens(carbonyl, model).values())
    return [{"labels": ", ".join(labels)}] if labels else []


def _beside_carbonyl(_: Structure, carbonyl: Structure, model: Model) -> list[Words]:
    """Look for a stated stereocentre with a hydrogen beside a carbonyl: it enolises."""
    return _when(any(_stated_beside(carbonyl.smiles, c.atom_index) for c in all_carbonyls(carbonyl, model)))


def _acidic_amine(amine: Structure, _: Structure, model: Model) -> list[Words]:
    """Look for a stated stereocentre with a hydrogen beside a reactive nitrogen, or a carbonyl of the amine's own."""
    mol = molecule(amine.smiles)
    nitrogens = reacting_nitrogens(amine, model)
    acidifying = matching_atoms(mol, ACIDIFYING)
    of_imine = any(_stated_beside(amine.smiles, n, beside=frozenset(acidifying)) for n in nitrogens)
    own = any(_stated_beside(amine.smiles, c.atom_index) for c in all_carbonyls(amine, model))
    return _when(of_imine or own)


def _stated_beside(smiles: str, atom: int, beside: frozenset[int] | None = None) -> bool:
    """Whether a stated centre with a hydrogen is next to an atom, and next to one of others where they are given."""
    return any(
        centre.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED
        and centre.GetTotalNumHs(True)
        and (beside is None or beside.intersection(n.GetIdx() for n in centre.GetNeighbors()))
        for centre in molecule(smiles).GetAtomWithIdx(atom).GetNeighbors()
    )


def _diastereomers(amine: Structure, carbonyl: Structure, model: Model) -> list[Words]:
    """Look for a ketone whose carbon becomes a stereocentre beside another one, of either partner or of a ring."""
    planned = planned_carbonyl(carbonyl, model)
    nitrogen = next(iter(reacting_nitrogens(amine, model)), None)
    if planned is None or nitrogen is None or not model.site_class(planned.carbonyl_class).is_ketone:
        return []
    made = alkylated(amine.smiles, carbonyl.smiles, ((nitrogen, 1),), carbon=planned.atom_index)
    n_centres = _stereocentres(made)
    return _when(n_centres > 1 and n_centres > _stereocentres(amine.smiles) + _stereocentres(carbonyl.smiles))


def _hindered(amine: Structure, carbonyl: Structure, model: Model, *, least: float = HINDERED) -> list[Words]:
    """Look for partners of which every nitrogen and the planned carbonyl slow each other down."""
    planned = planned_carbonyl(carbonyl, model)
    sites = perceived_sites(amine.smiles, model)
    if planned is None or not sites:
        return []
    factor = min(hindrance(site, planned, model) for site in sites)
    said = f"about {float(f'{factor:.1g}'):g} times" if factor < MANY else f"more than {MANY:g} times"
    return [{"factor": said}] if factor >= least else []


@lru_cache(maxsize=4096)
def _stereocentres(smiles: str) -> int:
    """Count the tetrahedral stereocentres, stated or not, cis and trans positions of rings among them."""
    found = Chem.FindPotentialStereo(Chem.Mol(molecule(smiles)))
    return sum(1 for element in found if element.type == Chem.StereoType.Atom_Tetrahedral)


def _differ(amine: Structure, _: Structure, model: Model) -> list[Words]:
    """Look for reacting nitrogens of which acid holds one well before another."""
    found = sorted(basicity(amine.smiles, atom, model)[0] for atom in reacting_nitrogens(amine, model))
    if len(found) < 2 or found[-1] - found[0] < LEAST_APART:
        return []
    return [{"more": f"{found[-1]:.1f}", "less": f"{found[0]:.1f}"}]


_TESTS: dict[str, Callable[[Structure, Structure, Model], list[Words]]] = {
    "carbonyls alike": _carbonyls_alike,
    "second carbonyl": _second_carbonyl,
    "N-H on the carbonyl compound": _own_nitrogen,
    "stereocentre beside the carbonyl": _beside_carbonyl,
    "acidic stereocentre on the amine": _acidic_amine,
    "diastereomers": _diastereomers,
    "nitrogens that differ in basicity": _differ,
    "hindered": _hindered,
    "very hindered": partial(_hindered, least=VERY_HINDERED),
}
