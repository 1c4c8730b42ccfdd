"""Strategies: the ways to a product, before the details of any of them, each with the same numbers.

One to one and separate; the cheap partner in excess; the other nitrogens protected; the imine first, then
borohydride; carbonyl until no N-H is left; another route. Each is the best of a few procedures of its kind,
judged on the draws of the search and predicted on all draws. A protected amine is run through the model
itself. Whatever structure is named passes the gate first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.errors import PlannerError, RegulatedError
from planner.flask.fields import ADDITIONS, ALL_AT_ONCE, IMINE_FIRST
from planner.flask.procedure import Settled
from planner.plans.aims import NOTHING, Bench
from planner.plans.cells import CONCENTRATIONS_M, LIMITING
from planner.plans.partners import hydride_for, is_gas, precious_partner
from planner.plans.proposals import propose
from planner.plans.recommendation import NEAR_ONE, STRATEGIES, Recommendation, Strategy, is_exhaustive
from planner.plans.remedies import other_routes
from planner.plans.request import Request
from planner.plans.rooms import Room
from planner.plans.rounding import near_hydride, scores
from planner.plans.search import Trial, tried
from planner.structures.products import protected
from planner.structures.regulated import check_regulated

STRATEGY_DRAWS = 128
CROWDED = 0.03
"""Over-alkylation, one to one, from which excess amine or protection is worth a line."""
LACKING = 0.08
"""Under-alkylation, one to one, from which excess carbonyl is worth a line."""
OUTSIDE = -1.0
"""Score of what breaks a limit, at most."""
GAIN = 0.03
"""What another way must add to be listed."""
MOST_PROTECTED = 2
"""Nitrogens that are protected at once."""
EFFORT = 0.3
"""Share of the usual trials for the plan of a protected amine."""
OFTEN = 0.9
"""One-to-one target from which no protection is worth its steps."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Found:
    """What a search found."""

    request: Request
    room: Room
    """Cells and defaults."""
    nodes: Bench
    """Draws of the search."""
    bench: Bench
    """Draws of the report."""
    final: tuple[Trial, ...]
    """All that was judged on all draws and keeps the limits."""
    listed: tuple[Trial, ...]
    """Ranked."""
    trials: tuple[Trial, ...] = ()
    """Everything that was tried beyond the sample."""


BestOf = Callable[[Request], Recommendation]
"""The best of a plan of its own, without strategies."""


def strategies(found: Found, best_of: BestOf) -> tuple[Strategy, ...]:
    """List the ways that apply, in the order of ``STRATEGIES``.

    Raises
    ------
    RegulatedError
        If a way names a structure of a regulated family.
    """
    found = replace(found, nodes=replace(found.nodes, floors={}))  # a way may give less than a default
    aim, pair = found.bench.aim, found.bench.pair
    single = _one_to_one(_per_amine(found))
    ways = [single] if single else []
    over = single.over_alkylation.mean if single and single.over_alkylation else 1.0
    given = single.target_fraction.mean if single and single.target_fraction else 0.0
    ways += _excess_amine(found) if over > CROWDED or aim.basis == "carbonyl" else []
    ways += _excess_carbonyl(found, given) if given + over < 1.0 - LACKING else []
    if given < OFTEN and aim.degree < pair.n_hydrogens:
        ways += _protect(found, best_of)
    ways += [*_imine_first(found), *_other_route(found)]
    order = list(STRATEGIES)
    return tuple(sorted(ways, key=lambda way: order.index(way.name)))


def _per_amine(found: Found) -> Found:
    """Count per amine what was searched per carbonyl."""
    if found.bench.aim.basis == "amine":
        return found
    aim = replace(found.bench.aim, basis="amine")
    return replace(
        found,
        nodes=replace(found.nodes, aim=aim, floors={}),
        bench=replace(found.bench, aim=aim, floors={}),
    )


def _leaders(found: Found) -> list[Trial]:
    """Take the best of each reductant on the list."""
    leaders: dict[str, Trial] = {}
    for trial in found.listed:
        leaders.setdefault(trial.procedure.reductant, trial)
    return list(leaders.values())


def _keeps(found: Found, p: Settled) -> bool:
    """Tell whether a procedure keeps the charges that the request states and limits."""
    request, d, e = found.request, float(found.bench.aim.degree), p.carbonyl_equivalents
    held = request.limits()["fixed"]
    most = {
        "carbonyl_equivalents": request.max_carbonyl_equivalents,
        "reductant_equivalents": request.max_reductant_equivalents,
        "acid_equivalents": request.max_acid_equivalents,
    }
    if any(getattr(p, name) != value for name, value in held.items() if name in most):
        return False
    if any(limit is not None and getattr(p, name) > limit + 1e-9 for name, limit in most.items()):
        return False
    if request.max_amine_equivalents is not None and e * request.max_amine_equivalents < 1.0 - 1e-9:
        return False
    if request.limiting is not None and (e < d - 1e-9) is not (request.limiting == "carbonyl"):
        return False
    return not ("excess carbonyl" in request.avoid and e > d + 1e-9)


def _best(found: Found, bench: Bench, trials: Sequence[Trial]) -> Trial | None:
    """Choose the best of some procedures by the aim of a bench; None where none can be run within the limits."""
    kept = [t for t in {t.procedure: t for t in trials}.values() if _keeps(found, t.procedure)]
    if not kept:
        return None
    judged = tried(
        [t.cell for t in kept],
        [t.procedure for t in kept],
        scores(bench, [t.procedure for t in kept], STRATEGY_DRAWS),
    )
    best = max(judged, key=lambda t: t.score)
    return best if best.score > OUTSIDE else None


def _hydride(found: Found, wanted: float, degree: int) -> float:
    """Write the hydride of a way in a notebook's numbers, within the limit of the request."""
    written, most = near_hydride(wanted, degree), found.request.max_reductant_equivalents
    return written if most is None else min(written, most)


def _changed(found: Found, trial: Trial, changed: dict[str, Any]) -> Trial:
    """Change a procedure but for what the request holds; where that is the carbonyl, ``_keeps`` drops the way."""
    held = found.request.limits()["fixed"]
    free = {n: v for n, v in changed.items() if n not in held or n == "carbonyl_equivalents"}
    return replace(trial, procedure=replace(trial.procedure, **free))


def _charged(trial: Trial, charge: float, found: Found) -> Trial:
    """Change the carbonyl of a procedure, and its hydride where the product needs it, in a flask of usual strength."""
    p, degree = trial.procedure, found.bench.aim.degree
    changed = {
        "carbonyl_equivalents": charge,
        "reductant_equivalents": _hydride(found, hydride_for(p, charge, degree), degree),
        "concentration_M": min(p.concentration_M, CONCENTRATIONS_M[1]),
    }
    return _changed(found, trial, changed)


def _strategy(found: Found, bench: Bench, name: str, trial: Trial | None, words: str) -> Iterator[Strategy]:
    """Predict the best procedure of a way; nothing where there is none, or where it gives nothing."""
    if trial is None:
        return
    r = propose(found.request, bench, trial)
    p = r.prediction
    if p.target_fraction.mean < NOTHING:
        return
    yield Strategy(
        name=name,
        title=STRATEGIES[name],
        target_fraction=p.target_fraction,
        basis=bench.aim.basis,
        over_alkylation=p.over_alkylation,
        total_time_h=r.procedure.total_time_h,
        extra_steps=0,
        recommendation=r,
        words=words.format(
            e=f"{r.procedure.carbonyl_equivalents:g}", n=f"{1.0 / r.procedure.carbonyl_equivalents:.2g}"
        ),
    )


def _one_to_one(found: Found) -> Strategy | None:
    """Charge what the degree needs."""
    d = float(found.bench.aim.degree)
    near = [t for t in found.final if d / NEAR_ONE < t.procedure.carbonyl_equivalents < d * NEAR_ONE]
    share = LIMITING if found.request.limiting == "carbonyl" else 1.0
    near += [_charged(t, share * d, found) for t in _leaders(found)]
    best = _best(found, found.nodes, near)
    words = "{e} eq of carbonyl; what is left and what went too far is separated afterwards."
    return next(_strategy(found, found.bench, "one_to_one", best, words), None)


def _excess_amine(found: Found) -> list[Strategy]:
    """Charge several amines per carbonyl, counted per carbonyl."""
    pair, model, aim = found.bench.pair, found.bench.model, found.bench.aim
    partners = model.advice.partners
    if aim.degree > 1 or pair.n_hydrogens == 1 or precious_partner(pair, partners) == "amine":
        return []
    d = float(aim.degree)
    per_carbonyl = replace(aim, basis="carbonyl", min_target_low=None)
    nodes, bench = (replace(b, aim=per_carbonyl, floors={}) for b in (found.nodes, found.bench))
    if aim.basis == "carbonyl":
        trials = [t for t in found.final if t.procedure.carbonyl_equivalents < d / NEAR_ONE]
    else:
        charge = d / partners.most_amine
        trials = [_with_excess(t, charge, found) for t in _leaders(found)]
    words = (
        f"{{n}} eq of {_amine_words(found)} per carbonyl, of which it is counted; the rest of the amine is "
        "recovered."
    )
    return list(_strategy(found, bench, "excess_amine", _best(found, nodes, trials), words))


def _amine_words(found: Found) -> str:
    """Name the amine as it is bought: by its bottle where that is named, as a solution where it is a gas."""
    pair = found.bench.pair
    if (bottle := pair.amine_bottle) is not None:
        return f"amine (as {bottle.name})".replace("{", "{{").replace("}", "}}")
    return "amine (a solution of it)" if is_gas(pair, found.bench.model.advice.partners) else "amine"


def _with_excess(trial: Trial, charge: float, found: Found) -> Trial:
    """Put a procedure into excess amine: all at once, or imine first where its hydride comes last."""
    partners = found.bench.model.advice.partners
    p = trial.procedure
    reductant = found.bench.model.reductant(p.reductant)
    share = min(partners.most_reductant, reductant.defaults.reductant_equivalents_factor)
    changed: dict[str, Any] = {
        "carbonyl_equivalents": charge,
        "reductant_equivalents": _hydride(found, share * charge, 1),
        "concentration_M": max(p.concentration_M, float(f"{partners.least_carbonyl_M / charge:.2g}")),
    }
    is_held = {"addition", "addition_time_h"} & set(found.request.limits()["fixed"])
    if not (ADDITIONS[p.addition].hydride_last or is_held):
        hold = min(p.total_time_h, found.request.max_time_h)
        changed |= {"addition": ALL_AT_ONCE, "addition_time_h": 0.0, "hold_time_h": hold}
    return _changed(found, trial, changed)


def _excess_carbonyl(found: Found, given: float) -> list[Strategy]:
    """Charge more carbonyl than the degree needs."""
    pair, model, aim, request = found.bench.pair, found.bench.model, found.bench.aim, found.request
    may_not = "excess carbonyl" in request.avoid or request.limiting == "carbonyl"
    if may_not or aim.basis == "carbonyl" or precious_partner(pair, model.advice.partners) == "carbonyl":
        return []
    d = float(aim.degree)
    most = request.max_carbonyl_equivalents or np.inf
    more = [t for t in found.final if t.procedure.carbonyl_equivalents >= d * NEAR_ONE]
    more += [
        _charged(t, share * d, found) for t in _leaders(found) for share in (1.5, 2.0) if share * d <= most
    ]
    name = "exhaustive" if is_exhaustive(aim.degree, pair) else "excess_carbonyl"
    words = "{e} eq of carbonyl; what is left of it, and its alcohol, must be removed."
    ways = list(_strategy(found, found.bench, name, _best(found, found.nodes, more), words))
    return [w for w in ways if w.target_fraction and w.target_fraction.mean > given + GAIN]


def _imine_first(found: Found) -> list[Strategy]:
    """Form the imine, then add a strong hydride."""
    model, pair = found.bench.model, found.bench.pair
    if not any(site.n_hydrogens > 1 for site in pair.sites):
        return []
    trials = [
        t
        for t in found.final
        if model.reductant(t.procedure.reductant).is_strong and ADDITIONS[t.procedure.addition].hydride_last
    ]
    words = "The imine of a primary amine does not react twice; borohydride then reduces it within the hour."
    return list(_strategy(found, found.bench, IMINE_FIRST, _best(found, found.nodes, trials), words))


def _other_route(found: Found) -> Iterator[Strategy]:
    """Name the routes that need no hydride, or do not stop where it does not; the model does not compute them."""
    if routes := other_routes(found.bench, found.listed[0]):
        yield Strategy(
            name="other_route",
            title=STRATEGIES["other_route"],
            target_fraction=None,
            basis=found.bench.aim.basis,
            over_alkylation=None,
            total_time_h=None,
            extra_steps=0,
            recommendation=None,
            words=f"Not computed here. In practice: {'; or '.join(routes)}.",
        )


def _protect(found: Found, best_of: BestOf) -> list[Strategy]:
    """Keep the other nitrogens out by a protecting group; the protected amine is planned itself."""
    pair, model, aim = found.bench.pair, found.bench.model, found.bench.aim
    kept = _left_alone(found)
    if not 1 <= len(kept) <= MOST_PROTECTED or aim.basis == "carbonyl":
        return []
    group = model.advice.protection
    amine = protected(pair.amine.smiles, kept, group.smiles)
    check_regulated([amine])
    words = {t.procedure.reductant for t in found.listed[:2]}
    request = replace(
        found.request,
        amine=amine,
        target=str(aim.degree),
        reductants=tuple(sorted(words)),
        exclude_reductants=(),
        top=1,
        effort=min(found.request.effort, EFFORT),
    )
    try:
        r = best_of(request)
    except RegulatedError:
        raise
    except PlannerError:
        return []
    if r.prediction.target_fraction.mean < NOTHING:
        return []
    alike = len({s.group for s in pair.sites}) == 1
    how = group.words if alike else f"{group.name} on the other nitrogen, where it can be put on selectively"
    return [
        Strategy(
            name="protect",
            title=f"{STRATEGIES['protect']} ({group.name})",
            target_fraction=r.prediction.target_fraction,
            basis=aim.basis,
            over_alkylation=r.prediction.over_alkylation,
            total_time_h=r.procedure.total_time_h,
            extra_steps=group.steps,
            recommendation=r,
            words=f"With {amine}: {how}.",
        )
    ]


def _left_alone(found: Found) -> list[int]:
    """List the nitrogens that the wanted product leaves as they are, as atom indices."""
    pair, aim = found.bench.pair, found.bench.aim
    wanted = aim.smiles or pair.isomers(aim.degree)[0]
    placed = next(
        (a for a, s in pair.products if s == wanted and sum(a) == aim.degree), (0,) * len(pair.sites)
    )
    if aim.smiles is None and len({s.group for s in pair.sites}) > 1:
        best = propose(found.request, found.bench, found.listed[0]).prediction.products[aim.degree].smiles
        placed = next((a for a, s in pair.products if s == best), placed)
    return [site.atom_index for site, n in zip(pair.sites, placed, strict=True) if n == 0]
