"""Steps: reactions between the pools of the flask, written as equations, and the species that they bring in.

An equation is what ``Reaction`` prints: ``carbonyl + hydride -> alcohol``, a species repeated for order. The
formula of the one species that an equation brings in follows from its balance::

    n formula(new) = sum formula(left) - sum formula(right),     n = how often it stands right, less left

Where an equation names ``amine``, ``imine`` (of a nitrogen with two hydrogens or more), ``iminium`` or ``azadiene``,
it stands for every nitrogen and rung: ``carbonyl + imine -> aldol + amine`` gives the N(a) of that X(a) back. Their
formulas are those of what was added to the nitrogen.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from planner.errors import ParameterError

Formula = tuple[tuple[str, int], ...]
AMINE, IMINE, IMINIUM, AZADIENE = "amine", "imine", "iminium", "azadiene"
ON_NITROGEN = {AMINE: 0, IMINE: 1, IMINIUM: 1, AZADIENE: 2}
"""Words for nitrogens of any rung, with the carbonyls, less water, that such a nitrogen holds besides its alkyls."""


def formula(elements: Iterable[tuple[str, int]]) -> Formula:
    """Collect element counts: sorted, no zeros."""
    counts: dict[str, int] = {}
    for element, n in elements:
        counts[element] = counts.get(element, 0) + n
    return tuple(sorted((e, n) for e, n in counts.items() if n))


@lru_cache(maxsize=1024)
def sides(equation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read an equation: the names of its reactants and of its products.

    Examples
    --------
    >>> sides("carbonyl + hydride -> alcohol")
    (('carbonyl', 'hydride'), ('alcohol',))
    """
    left, _, right = equation.partition("->")
    reactants, products = (tuple(name.strip() for name in side.split("+")) for side in (left, right))
    return reactants, products


def new_species(equation: str, known: Mapping[str, Formula]) -> tuple[tuple[str, Formula], ...]:
    """Name the species that an equation brings in, with the formula that balances it; none where all are known.

    Raises
    ------
    ParameterError
        If it brings in several, or one that no formula can balance.
    """
    reactants, products = sides(equation)
    names = [name for name in dict.fromkeys((*reactants, *products)) if name not in known]
    if not names:
        return ()
    count = products.count(names[0]) - reactants.count(names[0])
    if len(names) > 1 or count == 0:
        raise ParameterError(
            f"{equation}: brings in {', '.join(names)}; expected one new species, on one side: write more equations"
        )
    balance: Counter[str] = Counter()
    for sign, side in ((1, reactants), (-1, products)):
        for element, n in (pair for name in side if name in known for pair in known[name]):
            balance[element] += sign * n
    if any(n * count < 0 or n % count for n in balance.values()):
        raise ParameterError(f"{equation}: no formula of {names[0]} balances it; mend the equation")
    return ((names[0], formula((element, n // count) for element, n in balance.items())),)


def names_nitrogens(equation: str) -> bool:
    """Tell whether an equation stands for every nitrogen and rung."""
    return any(name in ON_NITROGEN for side in sides(equation) for name in side)


def held(species: str, equation: str, of: str) -> float:
    """Count how many of a reactant each molecule of a product holds, those on nitrogens too: carbonyls in an aldol."""
    reactants, products = sides(equation)
    carried = {of: 1, **ON_NITROGEN, species: 0}
    given, kept = (sum(carried.get(name, 0) for name in side) for side in (reactants, products))
    return (given - kept) / products.count(species)
