"""Nitrogens: whether it is settled which of an amine's nitrogens reacts first.

An aromatic and an aliphatic N-H side by side differ in what counts against each other by five to ten units of basicity
and by the stability of their imines, and acid turns the one against the other: the constants of the two kinds do not
settle a lead, however narrow its interval looks. What is isolated from such amines sits on the aliphatic nitrogen as a
rule (`tests/benchmarks/VALIDATION.md`, choice of nitrogen), so a large share on the aromatic one is a risk.
"""

from collections.abc import Mapping

from planner.structures.arylamines import is_arylamine
from planner.structures.pairs import Pair

UNSETTLED = "Which nitrogen reacts is not settled"
"""How the sentence begins."""
NOTABLE = 0.25
"""Share of the aromatic nitrogens in the product with one new group from which it is said."""


def unsettled_nitrogen(pair: Pair, mono: Mapping[str, float]) -> list[str]:
    """Say so where much of the product with one new group sits on an aromatic nitrogen beside an aliphatic one.

    Parameters
    ----------
    pair
        What reacts.
    mono
        Mean fractions of the products with one new alkyl group, by SMILES.
    """
    on_arene = [is_arylamine(pair.amine.smiles, site.atom_index) for site in pair.sites]
    if all(on_arene) or not any(on_arene):
        return []
    of_arene = {
        smiles
        for alkyls, smiles in pair.products
        if sum(alkyls) == 1 and any(n and arene for n, arene in zip(alkyls, on_arene, strict=True))
    }
    whole = sum(mono.values())
    share = sum(fraction for smiles, fraction in mono.items() if smiles in of_arene) / whole if whole else 0.0
    if share < NOTABLE:
        return []
    return [
        f"{UNSETTLED}: these numbers put {100 * share:.0f} % of the product with one new group on an aromatic "
        "nitrogen, yet what is isolated from such amines sits on the aliphatic one as a rule. Acid, which STAB sets "
        "free as well, holds the aliphatic nitrogen and turns the split. Try it small, or protect the nitrogen that "
        "is to stay (an aromatic NH2 as nitro); without acid the aliphatic one gains, near pH 4 to 5 the "
        "aromatic one."
    ]
