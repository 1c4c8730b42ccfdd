"""Electronics of the carbonyl in a constant: the sum of slopes times what the neighbours of C=O add up to.

``log k = ... + rho[step, chi] sigma`` for each term of ``structures.electronics``; a set without a table has no such
term, and a carbonyl without neighbours (benzaldehyde, acetophenone, plain chains) takes the number of its class as is.
"""

import numpy as np

from planner.engine import Array
from planner.flask.conditions import Conditions, of_pair
from planner.structures.electronics import TERMS


@of_pair
def electronic(at: Conditions, step: str) -> Array:
    """Change of log10 of a step's constant (n_draws,) by the electronics and crowding of the carbonyl.

    Parameters
    ----------
    at
        Procedures and draws of one pair.
    step
        First part of the names of its tables, as ``condensation`` of ``condensation_polar``.
    """
    found = np.zeros(len(at.drawn.draws.normals))
    for term in TERMS:
        value = getattr(at.carbonyl_site.electronics, term)
        if np.any(value):
            found = found + value * at.of_reduced(f"{step}_{term}")
    return found
