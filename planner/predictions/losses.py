"""Losses: why carbonyl ends as its alcohol, and what would differ.

Carbonyl that the amine has no place for is reduced whatever is done: it is an excess. Where the amine still has room,
more time for the imine may help; it is advised where a run of the same procedure with more time loses less, and never
of a secondary amine, whose iminium is not made in advance. What remains is the hydride.
"""

from dataclasses import replace
from math import log10
from typing import Any

import numpy as np

from planner.flask.fields import ADDITIONS, IMINE_FIRST
from planner.flask.procedure import HYDRIDE_AT_ONCE, Settled
from planner.flask.simulate import simulate
from planner.mechanism.network import ALCOHOL, CARBONYL
from planner.model.model import Model
from planner.model.reagents import Reductant
from planner.predictions.running import FEW_DRAWS, Ran
from planner.predictions.warned import is_poisonous_in_acid
from planner.structures.electronics import median_shift
from planner.structures.pairs import Pair

NOTABLE_ALCOHOL = 0.1
"""Mean loss of carbonyl to its alcohol from which it is worth a sentence."""
SHORTEST_IMINE_H = 1.0
"""Imine formation that is tried where there is none [h]."""
LONGEST_IMINE_H = 168.0
"""A week, the most that a procedure may have [h]."""
HELP = 0.25
"""Share of the loss that more time must save to be advised."""
WEAK_PKAH = 5.0
"""An amine less basic than this may be advised a strong acid; as `weak amine` of ``models/warnings.toml`` states it."""
MILDER = 0.5
"""Decades by which another hydride must prefer imine to carbonyl more than this one."""


def lost_to_alcohol(pair: Pair, model: Model, procedure: Settled, ran: Ran, target: int) -> list[str]:
    """Say how much carbonyl ends as its alcohol, why, and what would help; nothing where it is little.

    Parameters
    ----------
    pair, model, procedure
        What is done, and the numbers used.
    ran
        What came out of this procedure alone.
    target
        Degree that is wanted: up to there the amine has room for carbonyl.
    """
    outcome = ran.outcome
    alcohol = float(outcome.alcohol[0].mean())
    if alcohol <= NOTABLE_ALCOHOL:
        return []
    degrees = outcome.degrees[0].mean(axis=0)
    room = sum(float(degrees[d]) * (target - d) for d in range(target))
    if room < 0.5 * alcohol * procedure.carbonyl_equivalents:
        advice = "most of it is carbonyl beyond what the amine takes up, which is what the excess costs"
    elif all(site.n_hydrogens == 1 for site in pair.sites):
        advice = (
            "a secondary amine has no imine to wait for (its iminium is short-lived)"
            f"{_milder(pair, model, procedure) or ', and no hydride here spares the carbonyl more'}"
        )
    else:
        hours, saved = _with_more_time(procedure, ran)
        advice = (
            f"let the imine form for longer ({hours:g} h save about {100 * saved:.0f} % of that)"
            if saved >= HELP
            else f"more time for the imine ({hours:g} h) does not help{_milder(pair, model, procedure)}"
        )
    return [f"About {100 * alcohol:.0f} % of the carbonyl ends as its alcohol: {advice}."]


def _with_more_time(procedure: Settled, ran: Ran) -> tuple[float, float]:
    """Try twice the time for the imine, at least an hour: that time [h], and the share of the loss that it saves."""
    hours = min(max(2.0 * procedure.imine_time_h, SHORTEST_IMINE_H), LONGEST_IMINE_H)
    changes: dict[str, Any] = {"addition": IMINE_FIRST, "addition_time_h": 0.0, "imine_time_h": hours}
    if ADDITIONS[procedure.addition].fed:
        changes |= HYDRIDE_AT_ONCE
    longer = replace(procedure, **changes)
    flask, charges = ran.flask, ran.charges  # neither addition nor time is in these and the constants
    end = simulate(flask.network, ran.constants, [longer], charges).amounts[0, :, -1]
    species = flask.network.species_names
    lost = end[:, species.index(ALCOHOL)]
    if procedure.quench == "borohydride":
        lost = lost + sum(end[:, species.index(name)] for name in (CARBONYL, flask.store) if name)
    whole = procedure.concentration_M * procedure.carbonyl_equivalents * charges.titres.get("carbonyl", 1.0)
    there = float(np.mean(lost / whole))
    here = float(ran.outcome.alcohol[0, :FEW_DRAWS].mean())
    return hours, 1.0 - there / max(here, 1e-12)


def _milder(pair: Pair, model: Model, procedure: Settled) -> str:
    """Name the hydrides that reduce this carbonyl more slowly beside its imines; empty where there is none.

    An amine that is advised a strong acid is not told of a hydride that must never meet one.
    """
    own = _taste(pair, model, model.reductant(procedure.reductant))
    is_weak = max(site.pKaH for site in pair.sites) < WEAK_PKAH
    names = [
        r.name
        for r in model.reductants
        if _taste(pair, model, r) < own - MILDER and not (is_weak and is_poisonous_in_acid(r))
    ]
    return f"; of the hydrides here {' and '.join(names)} would spare more of it" if names else ""


def _taste(pair: Pair, model: Model, reductant: Reductant) -> float:
    """Compare at the medians how fast a hydride reduces the carbonyl and an imine, log10 of the ratio."""
    names = (*model.class_chain(pair.carbonyl_class.name), pair.carbonyl_class.reduced_as)
    carbonyl = model.find(f"{reductant.key}.carbonyl_reduction", names)
    imine = model.parameter(f"{reductant.key}.hydride_transfer").value
    shift = median_shift(pair.carbonyl_site.electronics, f"{reductant.key}.carbonyl_reduction", names, model)
    return shift + (0.0 if carbonyl is None else log10(carbonyl.value)) - log10(imine)
