"""Cells: every reductant x addition x solvent that a request allows, with the knobs that are left.

A knob spans what a chemist would consider, cut by the limits. A field that the request fixes is no knob.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

import numpy as np

from planner.errors import InfeasibleError, ProcedureError
from planner.flask.acidity import acidities_of, check_acidity
from planner.flask.bottles import FORMALDEHYDE
from planner.flask.fields import ADDITIONS, ALL_AT_ONCE, FIELDS
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.model import Model
from planner.model.reagents import Reductant
from planner.plans.aims import ROOM_TEMPERATURE_C, Aim
from planner.plans.allowed import LARGE_KG, allowed_solvents, allowed_words, sensitivities, temperatures
from planner.plans.partners import BULK, EXCESS, GAS, PRECIOUS, is_gas, most_amine, price_of
from planner.plans.request import SHORTEST_H, Request
from planner.plans.search import Cell, Knob
from planner.structures.pairs import Pair

LONGEST_H = {"addition_time_h": 8.0, "imine_time_h": 16.0}
"""A syringe pump runs through a working day; an imine forms overnight [h]."""
MOST_HYDRIDE = 2.0
"""Most reductant that is proposed, in multiples of its default."""
SHORTEST_STAGE_H = 1.0
"""Shortest feed, imine formation or hold that is proposed where there is time for a sample [h]."""
CONCENTRATIONS_M = (0.1, 0.5)
"""Amine over the final volume between which a slow pair is tried [M]."""
MOST_M_GAS = {True: 5.0, False: 0.5}
"""Amine that is a gas, at most: it comes as a strong solution in alcohol or water (True), else as a thin one [M]."""
LARGE_M = 0.5
"""Amine over the final volume at large scale: some 20 litres per kilogram [M]."""
LARGE_DOSING = (6, 1.0, 25.0)
"""Portions, time [h] and temperature [C] of a hydride at large scale that has none of its own."""
SALT_ACID = 1.0
"""Most acetic acid per mole of an amine that is a gas, taken in excess: its acetate [equivalents]."""
MOST_CARBONYL = {GAS: 5.0, BULK: 5.0, EXCESS: 3.0, PRECIOUS: 2.0}
"""Most carbonyl that is proposed, as a multiple of what the degree needs, by what its excess costs."""
LIMITING = 0.95
"""Share of the wanted charge up to which the carbonyl is the limiting partner."""
MILD_ACID = 1.0
"""Most acetic acid where a group is sensitive to acid [equivalents]."""
ACID_STEPS = 41
"""Amounts of acid that are tried for their pH, from the most to none."""


def cells(
    request: Request, pair: Pair, model: Model, aim: Aim, *, is_slow: bool = False
) -> tuple[list[Cell], list[str]]:
    """List the cells that the request allows, and say which were left out and why.

    Parameters
    ----------
    request, pair, model, aim
        What is asked, of what, by which numbers.
    is_slow
        Whether the pair is so slow that the concentration is worth a knob.

    Raises
    ------
    ProcedureError
        If a reductant or solvent is unknown.
    InfeasibleError
        If nothing is left.
    """
    for name in (*request.exclude_solvents, *(request.solvents or ())):
        model.solvent(name)
    _check_limiting(request, aim)
    allowed = allowed_words(request, pair, model)
    found: list[Cell] = []
    left_out = list(allowed.left_out)
    for reductant in allowed.reductants:
        for addition in allowed.additions:
            words = f"{reductant.name}, {addition}"
            try:
                for solvent in allowed_solvents(request, pair, model, reductant):
                    words = f"{reductant.name}, {addition}, {solvent}"
                    found.append(_cell(request, pair, model, aim, (reductant, addition, solvent), is_slow))
            except (InfeasibleError, ProcedureError) as error:
                left_out.append(f"{words}: {error}")
    if not found:
        why = list(dict.fromkeys(words.partition(": ")[2] for words in left_out))
        raise InfeasibleError(f"no procedure is left within the limits. {left_out[0]}{_also(why[1:])}")
    return found, left_out


def _also(reasons: Sequence[str]) -> str:
    """Add the other reasons, a few of them."""
    return f"; besides: {'; '.join(reasons[:2])}" if reasons else ""


def _check_limiting(request: Request, aim: Aim) -> None:
    """Refuse a limiting partner against a charge that is held."""
    held = request.fixed.carbonyl_equivalents
    if request.limiting is None or held is None:
        return
    if (held < aim.degree) is not (request.limiting == "carbonyl"):
        raise InfeasibleError(
            f"limiting {request.limiting} contradicts carbonyl_equivalents {held:g}, which is held, for degree "
            f"{aim.degree}; drop one of them"
        )


def _cell(
    request: Request, pair: Pair, model: Model, aim: Aim, words: tuple[Reductant, str, str], is_slow: bool
) -> Cell:
    """Build one cell; refuse it where the limits leave nothing."""
    reductant, addition, solvent = words
    held = {f.name: v for f in fields(Procedure) if (v := getattr(request.fixed, f.name)) is not None}
    asked = Procedure(**(held | {"reductant": reductant.name, "addition": addition, "solvent": solvent}))
    stated, _ = settle(asked, model, pair)
    dosing = _dosing(request, model, stated)
    spans = dict(_spans(request, pair, model, aim, stated))
    spans |= {"concentration_M": CONCENTRATIONS_M} if is_slow else {}
    is_large = (request.scale_kg or 0.0) > LARGE_KG
    spans |= {"concentration_M": (LARGE_M, LARGE_M)} if is_large else {}
    spans["temperature_C"] = temperatures(request, pair, model, reductant, solvent)
    if (
        "carbonyl" in ADDITIONS[addition].fed
        and pair.carbonyl_class.name == FORMALDEHYDE
        and stated.water != "wet"
    ):
        raise InfeasibleError(
            "paraformaldehyde makes no solution that can be fed; take formalin, or another addition"
        )
    if "acid_equivalents" in held:
        check_acidity(pair, model, stated)
    else:
        most = _mild_acid(pair, model, stated, spans["acid_equivalents"][1])
        spans["acid_equivalents"] = (
            min(pair.weak_acid(0.0), most),
            most,
        )  # no base to take a salt's acid away again
    free = {f: span for f, span in spans.items() if f not in held}
    for name, (low, high) in free.items():
        if low > high:
            raise InfeasibleError(
                f"{name} has no value between {low:g} and {high:g} within the limits; widen them"
            )
    knobs = [Knob(field=f, low=a, high=b, log=FIELDS[f].log) for f, (a, b) in free.items() if a < b]
    settled: dict[str, Any] = {f: a for f, (a, b) in free.items() if a == b}
    cell = Cell(
        asked=replace(stated, **settled | dosing),
        knobs=tuple(knobs),
        max_time_h=request.max_time_h,
        hydride_follows="hydride_temperature_C" not in held and not dosing,
        **_with_excess_amine(request, pair, model, solvent),
    )
    if (shortest := cell.procedure([0.0] * len(knobs)).total_time_h) > request.max_time_h + 1e-9:
        raise InfeasibleError(
            f"max_time_h {request.max_time_h:g} is shorter than the fixed times, {shortest:g} h; raise it"
        )
    return cell


def _dosing(request: Request, model: Model, stated: Settled) -> dict[str, Any]:
    """Divide a hydride that gives off gas in this solvent, and any at large scale; nothing where it comes at once."""
    names = ("hydride_portions", "hydride_time_h", "hydride_temperature_C")
    if any(getattr(request.fixed, name) is not None for name in names):
        return {}
    if not ADDITIONS[stated.addition].takes_portions:
        return {}
    is_large = (request.scale_kg or 0.0) > LARGE_KG
    own = model.dosing(stated.reductant, stated.solvent)
    if own is None and not is_large:
        return {}
    coldest, hottest = request.temperatures_C
    celsius = min(max(coldest, LARGE_DOSING[2] if own is None else own.temperature_C), hottest)
    portions, hours = LARGE_DOSING[:2] if own is None else (own.portions, own.time_h)
    return {
        "hydride_portions": int(portions),
        "hydride_time_h": hours,
        "hydride_temperature_C": celsius,
        "hold_time_h": max(stated.hold_time_h, hours),
    }


def _with_excess_amine(request: Request, pair: Pair, model: Model, solvent: str) -> dict[str, float]:
    """State what holds where the carbonyl is precious and the amine in excess."""
    partners = model.advice.partners
    if request.basis != "carbonyl" and request.limiting != "carbonyl":
        return {}
    if request.fixed.concentration_M is not None:
        return {"most_hydride": partners.most_reductant}
    return {
        "least_carbonyl_M": partners.least_carbonyl_M,
        "most_M": _most_M(pair, model, solvent),
        "most_hydride": partners.most_reductant,
    }


def _most_M(pair: Pair, model: Model, solvent: str) -> float:
    """Highest concentration of an amine in excess [M]."""
    is_protic = model.solvent(solvent).protic
    return MOST_M_GAS[is_protic] if is_gas(pair, model.advice.partners) else CONCENTRATIONS_M[1]


def _carbonyl_span(request: Request, pair: Pair, model: Model, aim: Aim, solvent: str) -> tuple[float, float]:
    """State the range of the carbonyl [equivalents]."""
    d = float(aim.degree)
    if aim.basis == "amine":
        worth = price_of("carbonyl", pair, model.advice)
        least, most = 0.2 * d, MOST_CARBONYL[worth] * d
        least = max(least, 1.0 / (request.max_amine_equivalents or np.inf))
    else:
        partners = model.advice.partners
        thin = partners.least_carbonyl_M / _most_M(pair, model, solvent)
        least = 1.0 / (request.max_amine_equivalents or most_amine(pair, partners))
        least, most = max(least, thin), 1.5 * d
    if request.limiting == "carbonyl":
        most = LIMITING * d
    elif request.limiting == "amine":
        least = d
    if "excess carbonyl" in request.avoid:
        most = min(most, d)
    most = min(most, request.max_carbonyl_equivalents or most)
    return min(least, most), most


def _spans(
    request: Request, pair: Pair, model: Model, aim: Aim, stated: Settled
) -> Iterator[tuple[str, tuple[float, float]]]:
    """State the range of every knob as (lowest, highest), but for the temperature."""
    d = float(aim.degree)
    reductant = model.reductant(stated.reductant)
    least, most = _carbonyl_span(request, pair, model, aim, stated.solvent)
    yield "carbonyl_equivalents", (least, most)
    need = d / reductant.usable_hydrides
    most = MOST_HYDRIDE * reductant.defaults.reductant_equivalents_factor * d
    most = min(most, request.max_reductant_equivalents or most)
    least = need if aim.basis == "amine" else need * min(1.0, least)
    yield "reductant_equivalents", (min(least, most), most)
    yield "acid_equivalents", (0.0, _most_acid(request, pair, model, reductant))
    fixed = request.fixed
    shortest = max(SHORTEST_H, stated.hydride_time_h)
    room = request.max_time_h - (shortest if fixed.hold_time_h is None else fixed.hold_time_h)
    if (time := ADDITIONS[stated.addition].time) is not None:
        longest = min(LONGEST_H[time], room)
        yield time, (min(SHORTEST_STAGE_H, max(longest, SHORTEST_H)), longest)
    first = sum(t for t in (fixed.addition_time_h, fixed.imine_time_h) if t is not None)
    longest = request.max_time_h - first
    least = max(shortest, min(SHORTEST_STAGE_H, longest))
    yield "hold_time_h", (least, longest)


def _most_acid(request: Request, pair: Pair, model: Model, reductant: Reductant) -> float:
    """Most acid that is proposed: none where the reductant is used without, else a little over its default."""
    own = reductant.defaults
    default = max(own.acid_equivalents_aldehyde, own.acid_equivalents_ketone)
    most = 0.0 if default == 0 or "acid" in request.avoid else max(2.0, 1.25 * default)
    mild = MILD_ACID if "acid" in sensitivities(request, pair, model) else None
    is_excess = request.basis == "carbonyl" or request.limiting == "carbonyl"
    salt = SALT_ACID if is_excess and is_gas(pair, model.advice.partners) else None
    for limit in (request.max_acid_equivalents, reductant.warn_above_acid, mild, salt):
        most = most if limit is None else min(most, limit)
    return most


def _mild_acid(pair: Pair, model: Model, stated: Settled, most: float) -> float:
    """Most acid, up to ``most``, that keeps the flask above the pH at which its hydride calls for a caveat."""
    floor = model.reductant(stated.reductant).warn_below_pH
    if floor is None:
        return most
    at_once = replace(stated, addition=ALL_AT_ONCE, addition_time_h=0.0, imine_time_h=0.0)
    return _mildest(pair, model, replace(at_once, acid_equivalents=most), floor)


@lru_cache(maxsize=64)
def _mildest(pair: Pair, model: Model, stated: Settled, floor: float) -> float:
    """Find it once for all additions, which do not change the acidity."""
    grid = np.linspace(stated.acid_equivalents, 0.0, ACID_STEPS).tolist()
    acidities = acidities_of(pair, model, [replace(stated, acid_equivalents=a) for a in grid])
    return next((a for a, pH in zip(grid, acidities, strict=True) if pH >= floor), 0.0)


def first_points(cell: Cell, aim: Aim) -> list[Settled]:
    """List what a chemist would try first in a cell: its defaults around the stoichiometric charge."""
    asked = cell.asked
    d = float(aim.degree)
    charges = (0.9 * d, d, 1.05 * d, 1.2 * d, 2.0 * d) if aim.basis == "amine" else (0.2, 0.5, 0.8, 0.95, d)
    points = []
    for charge in charges:
        values = {k.field: float(getattr(asked, k.field)) for k in cell.knobs}
        if "carbonyl_equivalents" in values:
            per_carbonyl = asked.reductant_equivalents / max(1.0, asked.carbonyl_equivalents)
            values["carbonyl_equivalents"] = charge
            if "reductant_equivalents" in values:
                values["reductant_equivalents"] = per_carbonyl * max(1.0, charge)
        if "temperature_C" in values:
            values["temperature_C"] = ROOM_TEMPERATURE_C
        kept = {k.field: min(max(values[k.field], k.low), k.high) for k in cell.knobs}
        points.append(cell.possible(kept))
    return list(dict.fromkeys(points))
