"""Pair tests: what no pattern can say of an amine and a carbonyl compound, for the warnings that ask it by name.

A test that passes gives the words that it puts into the sentence, once for each sentence. What one partner alone
decides is asked once a partner. A stereocentre counts as stated where it is drawn; one is made where the product has
more of them than both partners.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from rdkit import Chem

from planner.model.model import Model
from planner.structures.basicity import basicity
from planner.structures.carbonyls import carbonyl_kinds, carbonyls_of, planned_carbonyl, second_carbonyls
from planner.structures.hindrance import HINDERED, hindrance
from planner.structures.perception import matching_atoms
from planner.structures.products import alkylated
from planner.structures.sites import perceived_sites, reacting_nitrogens
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


def passed(test: str, amine: Structure, carbonyl: Structure, model: Model) -> Sequence[Words]:
    """Give the words for each sentence of a test of ``planner.model.warnings.TESTS``; none where it fails."""
    if test in _OF_BOTH:
        return _passed_together(test, amine.smiles, carbonyl.smiles, model)
    return _passed_alone(test, (amine if test in _OF_AMINE else carbonyl).smiles, model)


@lru_cache(maxsize=64)
def _passed_together(test: str, amine: str, carbonyl: str, model: Model) -> tuple[Words, ...]:
    """Ask what both partners decide, once a pair: several warnings may ask it; the words are shared, never changed."""
    return tuple(_OF_BOTH[test](amine, carbonyl, model))


@lru_cache(maxsize=16384)
def _passed_alone(test: str, smiles: str, model: Model) -> tuple[Words, ...]:
    """Ask what one partner decides, once a partner; the words are shared, never changed."""
    return tuple((_OF_AMINE.get(test) or _OF_CARBONYL[test])(smiles, model))


def _when(met: bool) -> list[Words]:
    """Say one sentence without words, or none."""
    return [{}] if met else []


def _carbonyls_alike(carbonyl: str, model: Model) -> list[Words]:
    """Look for several carbonyls that symmetry exchanges."""
    return _when(len(carbonyls_of(carbonyl, model)) > len(carbonyl_kinds(carbonyl, model)))


def _second_carbonyl(amine: str, carbonyl: str, model: Model) -> list[Words]:
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


def _own_nitrogen(carbonyl: str, model: Model) -> list[Words]:
    """Look for a reactive N-H on the carbonyl compound: it takes part too."""
    found = reacting_nitrogens(carbonyl, model).values()
    labels = dict.fromkeys(c.label for c in found if not c.only_alone)
    return [{"labels": ", ".join(labels)}] if labels else []


def _beside_carbonyl(carbonyl: str, model: Model) -> list[Words]:
    """Look for a stated stereocentre with a hydrogen beside a carbonyl: it enolises."""
    return _when(any(_stated_beside(carbonyl, c.atom_index) for c in carbonyls_of(carbonyl, model)))


def _acidic_amine(amine: str, model: Model) -> list[Words]:
    """Look for a stated stereocentre with a hydrogen beside a reactive nitrogen, or a carbonyl of the amine's own."""
    nitrogens = reacting_nitrogens(amine, model)
    acidifying = frozenset(matching_atoms(molecule(amine), ACIDIFYING))
    of_imine = any(_stated_beside(amine, n, beside=acidifying) for n in nitrogens)
    own = any(_stated_beside(amine, c.atom_index) for c in carbonyls_of(amine, model))
    return _when(of_imine or own)


def _stated_beside(smiles: str, atom: int, beside: frozenset[int] | None = None) -> bool:
    """Whether a stated centre with a hydrogen is next to an atom, and next to one of others where they are given."""
    return any(
        centre.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED
        and centre.GetTotalNumHs(True)
        and (beside is None or beside.intersection(n.GetIdx() for n in centre.GetNeighbors()))
        for centre in molecule(smiles).GetAtomWithIdx(atom).GetNeighbors()
    )


def _diastereomers(amine: str, carbonyl: str, model: Model) -> list[Words]:
    """Look for a ketone whose carbon becomes a stereocentre beside another one, of either partner or of a ring."""
    planned = planned_carbonyl(carbonyl, model)
    nitrogen = next(iter(reacting_nitrogens(amine, model)), None)
    if planned is None or nitrogen is None or not model.site_class(planned.carbonyl_class).is_ketone:
        return []
    made = alkylated(amine, carbonyl, ((nitrogen, 1),), carbon=planned.atom_index)
    n_centres = _stereocentres(made)
    return _when(n_centres > 1 and n_centres > _stereocentres(amine) + _stereocentres(carbonyl))


def _hindered(amine: str, carbonyl: str, model: Model, *, least: float = HINDERED) -> list[Words]:
    """Look for partners of which every nitrogen and the planned carbonyl slow each other down."""
    factor = _slowing(amine, carbonyl, model)
    said = f"about {float(f'{factor:.1g}'):g} times" if factor < MANY else f"more than {MANY:g} times"
    return [{"factor": said}] if factor >= least else []


@lru_cache(maxsize=4096)
def _stereocentres(smiles: str) -> int:
    """Count the tetrahedral stereocentres, stated or not, cis and trans positions of rings among them."""
    found = Chem.FindPotentialStereo(Chem.Mol(molecule(smiles)))
    return sum(1 for element in found if element.type == Chem.StereoType.Atom_Tetrahedral)


@lru_cache(maxsize=64)
def _slowing(amine: str, carbonyl: str, model: Model) -> float:
    """Work out the least factor by which bulk slows a nitrogen down, once a pair; 0 where nothing condenses."""
    planned, sites = planned_carbonyl(carbonyl, model), perceived_sites(amine, model)
    if planned is None:
        return 0.0
    return min((hindrance(site, planned, model) for site in sites), default=0.0)


def _differ(amine: str, model: Model) -> list[Words]:
    """Look for reacting nitrogens of which acid holds one well before another."""
    found = sorted(basicity(amine, atom, model)[0] for atom in reacting_nitrogens(amine, model))
    if len(found) < 2 or found[-1] - found[0] < LEAST_APART:
        return []
    return [{"more": f"{found[-1]:.1f}", "less": f"{found[0]:.1f}"}]


_OF_AMINE: dict[str, Callable[[str, Model], list[Words]]] = {
    "acidic stereocentre on the amine": _acidic_amine,
    "nitrogens that differ in basicity": _differ,
}
_OF_CARBONYL: dict[str, Callable[[str, Model], list[Words]]] = {
    "carbonyls alike": _carbonyls_alike,
    "N-H on the carbonyl compound": _own_nitrogen,
    "stereocentre beside the carbonyl": _beside_carbonyl,
}
_OF_BOTH: dict[str, Callable[[str, str, Model], list[Words]]] = {
    "second carbonyl": _second_carbonyl,
    "diastereomers": _diastereomers,
    "hindered": _hindered,
    "very hindered": partial(_hindered, least=VERY_HINDERED),
}
