"""Partners: which of the two is cheap, which is precious, and how far one is taken in excess of the other.

Gases and bulk reagents are cheap. A partner is precious beside the other where it alone has a stated
stereocentre, or else where it is clearly the larger one (``advice.toml``).
"""

from planner.flask.procedure import Settled
from planner.model.advice import Advice, Partners
from planner.structures.pairs import Pair
from planner.structures.structure import Structure

EXCESS, GAS, BULK, PRECIOUS = "excess", "excess_gas", "excess_bulk", "excess_precious"
"""Prices of an equivalent too many."""


def price_of(partner: str, pair: Pair, advice: Advice) -> str:
    """Name the price of an excess of "amine" or "carbonyl"."""
    if precious_partner(pair, advice.partners) == partner:
        return PRECIOUS
    if partner == "amine" and is_gas(pair, advice.partners):
        return GAS
    return BULK if is_cheap(partner, pair, advice.partners) else EXCESS


def is_cheap(partner: str, pair: Pair, partners: Partners) -> bool:
    """Tell whether a partner is a gas or a bulk reagent."""
    return _structure(partner, pair).smiles in (*partners.gases, *partners.bulk)


def is_gas(pair: Pair, partners: Partners) -> bool:
    """Tell whether the amine is bought as a gas or its solution."""
    return pair.amine.smiles in partners.gases


def precious_partner(pair: Pair, partners: Partners) -> str | None:
    """Name the partner that is precious beside the other; None where they are alike."""
    stated = {name: "@" in _structure(name, pair).smiles for name in ("amine", "carbonyl")}
    if stated["amine"] != stated["carbonyl"]:
        return "amine" if stated["amine"] else "carbonyl"
    sizes = {name: _structure(name, pair).n_heavy for name in ("amine", "carbonyl")}
    small, large = sorted(sizes, key=lambda name: sizes[name])
    is_clear = sizes[large] >= partners.size_ratio * sizes[small] and sizes[large] >= partners.size_least
    return large if is_clear else None


def most_amine(pair: Pair, partners: Partners) -> float:
    """Most amine per carbonyl that is proposed without a limit."""
    return partners.most_gas if is_gas(pair, partners) else partners.most_amine


def hydride_for(procedure: Settled, charge: float, degree: int) -> float:
    """Reductant of a procedure with another charge of carbonyl [equivalents].

    It follows the carbonyl, except that a charge cut down to what the degree needs keeps its hydride: the
    product still wants it; where none was charged there is nothing to follow.
    """
    here, hydride = procedure.carbonyl_equivalents, procedure.reductant_equivalents
    if here == 0:
        return hydride
    if charge > here:
        return hydride * charge / here
    return hydride * min(1.0, charge / min(here, float(degree)))


def _structure(partner: str, pair: Pair) -> Structure:
    return pair.amine if partner == "amine" else pair.carbonyl
