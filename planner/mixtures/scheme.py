"""Scheme: two extractions that leave three phases, and the pH at which each compound goes where it should.

Water that holds all amines is brought to a low pH and extracted (layer A), then to a high pH and extracted (layer B);
W is the water that is left::

    A = e(low),  B = (1 - e(low)) e(high),  W = (1 - e(low)) (1 - e(high))

with e what three portions of half a volume take. Of all pairs of pH on a grid, and of A, B or W as the phase that is
kept, the one is chosen with the largest recovery of the target, less four times what its purity beside all amines lacks
of the wanted one (95 %); among equals the pair in the middle, since a pH is met to some tenths.
Where one extraction at one pH does as well, the first is left out: A is empty, B = e(high), W = 1 - e(high).

The *difficulty* is the share of the target that this scheme cannot free from its nearest neighbour to that purity:
1 - the largest recovery, at any pair of pH, that has it; 0 where the crude does. The nearest neighbour is the amine for
which that is largest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.mixtures.phases import Array, Solute, extracted
from planner.mixtures.separation import Craft

GRID = 0.5
"""Steps of pH."""
AS_GOOD = 0.02
"""Difference of recovery, with the price of impurity, that does not matter."""
PHASES = ("A", "B", "W")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheme:
    """The windows and what they leave."""

    low: float | None
    """pH of the first extraction; None where one does as well as two."""
    high: float
    """pH of the second, or the only one."""
    kept: str
    """Phase that holds the target: A, B or W."""
    recovery: float
    """Share of the target in it, central numbers."""
    purity: float
    """Target over all amines there."""
    neighbour: str
    """Name of the compound that is hardest to take off; empty where there is none."""
    difficulty: float
    """See the module."""


def shares(
    solute: Solute, low: float | Array | None, high: float | Array, craft: Craft
) -> tuple[Array, Array, Array]:
    """Share of a compound in A, B and W; they add up to 1. Without a first window A is empty."""
    n, v = int(craft.number("portions")), craft.number("portion_volume")
    first = np.asarray(0.0) if low is None else extracted(solute, low, portions=n, volume=v)
    second = extracted(solute, high, portions=n, volume=v)
    return first, (1.0 - first) * second, (1.0 - first) * (1.0 - second)


def choose(
    target: tuple[float, Solute],
    others: Mapping[str, tuple[float, Solute]],
    span: tuple[float, float],
    craft: Craft,
) -> Scheme:
    """Choose the windows that part a target from what is with it.

    Parameters
    ----------
    target
        Moles, and how it parts.
    others
        The same of its neighbours, by name.
    span
        Lowest and highest pH that are allowed.
    """
    steps = np.arange(span[0], span[1] + GRID / 2, GRID)
    low, high = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    low, high = low[low < high], high[low < high]
    wanted, amount = craft.number("wanted_purity"), target[0]
    recovery = np.stack(shares(target[1], low, high, craft))
    beside = {name: n * np.stack(shares(solute, low, high, craft)) for name, (n, solute) in others.items()}
    purity = _purity(amount * recovery, sum(beside.values(), np.zeros_like(recovery)))
    ranked = sorted(
        (
            difficulty_of(recovery, _purity(amount * recovery, beside[name]), amount / (amount + n), wanted),
            n,
            name,
        )
        for name, (n, _) in others.items()
    )
    hardest, _, nearest = ranked[-1] if ranked else (0.0, 0.0, "")
    price = craft.number("impurity_price")
    worth = recovery - price * np.maximum(0.0, wanted - purity)
    phase, place = _best(worth, low, high)
    single = np.stack([shares(target[1], None, x, craft)[1] for x in steps])
    beside_it = sum(
        (n * np.stack([shares(s, None, x, craft)[1] for x in steps]) for n, s in others.values()), 0.0
    )
    alone = _purity(amount * single, np.asarray(beside_it))
    of_one = single - price * np.maximum(0.0, wanted - alone)
    if of_one.max() >= worth.max() - AS_GOOD:
        good = np.flatnonzero(of_one >= of_one.max() - AS_GOOD)
        middle = int(good[len(good) // 2])
        return Scheme(
            low=None,
            high=float(steps[middle]),
            kept="B",
            recovery=float(single[middle]),
            purity=float(alone[middle]),
            neighbour=nearest,
            difficulty=hardest,
        )
    return Scheme(
        low=float(low[place]),
        high=float(high[place]),
        kept=PHASES[phase],
        recovery=float(recovery[phase, place]),
        purity=float(purity[phase, place]),
        neighbour=nearest,
        difficulty=hardest,
    )


def _purity(own: Array, beside: Array) -> Array:
    return own / np.maximum(own + beside, 1e-300)


def _best(worth: Array, low: Array, high: Array) -> tuple[int, int]:
    """Find the phase and the pair of pH that are worth most; of pairs that are as good, the one in their middle."""
    phase = int(np.argmax(worth.max(axis=1)))
    good = np.flatnonzero(worth[phase] >= worth[phase].max() - AS_GOOD)
    away = np.hypot(low[good] - low[good].mean(), high[good] - high[good].mean())
    return phase, int(good[np.argmin(away)])


def difficulty_of(recovery: Array, purity: Array, crude: float, wanted: float) -> float:
    """Share of a target that cannot be had at the wanted purity; 0 where the crude has it."""
    if crude >= wanted:
        return 0.0
    pure = recovery[purity >= wanted]
    return float(1.0 - pure.max()) if pure.size else 1.0


def drawn_shares(solutes: Sequence[Solute], scheme: Scheme, craft: Craft) -> list[tuple[Array, Array, Array]]:
    """Share of each compound in the three phases, over its draws."""
    return [shares(solute, scheme.low, scheme.high, craft) for solute in solutes]
