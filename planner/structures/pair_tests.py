"""Pair tests: what no pattern can say of an amine and a carbonyl compound, for the warnings that ask it by name.

A test that passes gives the words that it puts into the sentence, once for each sentence. What one partner alone
decides is asked once a partner. A stereocentre counts as stated where it is drawn; one is made where the product has
more of them than both partners.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from math import inf

from rdkit import Chem

from planner.model.model import Model
from planner.structures.basicity import basicity
from planner.structures.carbonyls import carbonyl_kinds, carbonyls_of, planned_carbonyl, second_carbonyls
from planner.structures.hindrance import HINDERED, hindrance
from planner.structures.perception import matching_atoms
from planner.structures.products import alkylated
from planner.structures.scope import SLOW_KETONES
from planner.structures.sites import perceived_sites, reacting_nitrogens
from planner.structures.structure import Structure, molecule

Words = dict[str, str]
LEAST_APART = 0.5
"""Difference of pKaH from which acid tells two nitrogens apart: three times as much of one is free."""
NEVER_HELD = 4.0
"""A nitrogen with a lower pKaH is free at every pH at which these hydrides last."""
ACIDIFYING = ("[CX3]=[O,S]", "[CX2]#N", "[SX4](=O)=O", "[NX3+](=O)[O-]")
"""Groups that make a hydrogen on the next carbon acidic."""
VERY_HINDERED = 30.0
"""Factor from which the constants of a hindered pair are hardly known: a decade and a half."""
ALKYLAMINE = 6.0
"""pKaH from which a nitrogen is an alkylamine, which pairs with a carbonyl of its own whatever else is there."""
ALIKE, APART = 2.0, 7.5
"""An N-H of the carbonyl compound is the amine's like where its pKaH is less than the first below that, and takes no
part where it is more than the second below: a sixth and a thousandth of the rate, at 0.4 decades a unit (estimates;
the slope of ``models/default/common.toml``)."""
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


def _own_nitrogen(amine: str, carbonyl: str, model: Model, *, is_eager: bool = False) -> list[Words]:
    """Look for N-H on the carbonyl compound that takes part beside the amine's, or is as eager as it.

    A secondary one hardly meets a slow ketone of its own.
    """
    planned, own = planned_carbonyl(carbonyl, model), perceived_sites(carbonyl, model)
    sites = perceived_sites(amine, model) if own else ()
    if planned is None or not sites:
        return []
    most = max(site.pKaH for site in sites)
    eager = min(ALKYLAMINE, most - ALIKE)
    slow = not SLOW_KETONES.isdisjoint(model.class_chain(planned.carbonyl_class))
    labels = dict.fromkeys(
        model.site_class(site.site_class).label
        for site in own
        if (site.pKaH >= eager and not (slow and site.n_hydrogens == 1)) == is_eager
        and site.pKaH >= most - APART
        and not model.site_class(site.site_class).only_alone
        and hindrance(site, planned, model) < VERY_HINDERED
    )
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


def _differ(amine: str, model: Model, *, least: float = -inf) -> list[Words]:
    """Look for reacting nitrogens of which acid holds one well before another, leaving out those below a pKaH."""
    found = [pKaH for pKaH in _basicities(amine, model) if pKaH >= least]
    if len(found) < 2 or found[-1] - found[0] < LEAST_APART:
        return []
    return [{"more": f"{found[-1]:.1f}", "less": f"{found[0]:.1f}"}]


def _never_held(amine: str, model: Model) -> list[Words]:
    """Look for a reacting nitrogen that is free wherever a hydride lasts, beside one that acid holds."""
    found = _basicities(amine, model)
    return _differ(amine, model) if found and found[0] < NEVER_HELD <= found[-1] else []


def _basicities(amine: str, model: Model) -> list[float]:
    """List the pKaH of the reacting nitrogens, the least first."""
    return sorted(basicity(amine, atom, model)[0] for atom in reacting_nitrogens(amine, model))


_OF_AMINE: dict[str, Callable[[str, Model], list[Words]]] = {
    "acidic stereocentre on the amine": _acidic_amine,
    "nitrogens that differ in basicity": _differ,
    "nitrogens that acid tells apart": partial(_differ, least=NEVER_HELD),
    "nitrogen that acid never holds": _never_held,
}
_OF_CARBONYL: dict[str, Callable[[str, Model], list[Words]]] = {
    "carbonyls alike": _carbonyls_alike,
    "stereocentre beside the carbonyl": _beside_carbonyl,
}
_OF_BOTH: dict[str, Callable[[str, str, Model], list[Words]]] = {
    "second carbonyl": _second_carbonyl,
    "N-H on the carbonyl compound": _own_nitrogen,
    "eager N-H on the carbonyl compound": partial(_own_nitrogen, is_eager=True),
    "diastereomers": _diastereomers,
    "hindered": _hindered,
    "very hindered": partial(_hindered, least=VERY_HINDERED),
}
