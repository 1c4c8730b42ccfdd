"""Allowed: the reductants, additions, solvents and temperatures that a request leaves, and why others are left out.

A limit is a reason to leave something out; where nothing remains, the message names the limit to drop.
"""

from dataclasses import dataclass

from planner.errors import InfeasibleError
from planner.flask.fields import ADDITIONS
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.model.reagents import GUIDE, Reductant, Solvent
from planner.plans.request import SENSITIVE, Request
from planner.structures.cautions import is_protic_only
from planner.structures.pairs import Pair
from planner.structures.sensitive import harmed_by

BELOW_BOILING_K = 5.0
"""An open flask stays so far below the boiling point of its solvent and of the partners [K]."""
GAS_C = 18.0
"""A partner that boils below it is charged as a solution, and its boiling point sets no limit [C]."""
COOL_C = 25.0
"""Warmest flask without heat, and warmest that takes a solid hydride at large scale [C]."""
LARGE_KG = 1.0
"""Amine from which a run counts as large [kg]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """What a request leaves."""

    reductants: tuple[Reductant, ...]
    additions: tuple[str, ...]
    left_out: tuple[str, ...]
    """Why others are left out, one sentence each."""


def sensitivities(request: Request, pair: Pair, model: Model) -> dict[str, str]:
    """Say what acid, base or hydride would harm: what the request states, and groups that the product shows."""
    product = pair.isomers(1)[0]
    found = {harm: ", ".join(g.name for g in harmed_by(harm, product, model)) for harm in SENSITIVE}
    stated = dict.fromkeys(request.sensitive, "as stated")
    return stated | {harm: names for harm, names in found.items() if names}


def allowed_words(request: Request, pair: Pair, model: Model) -> Allowed:
    """List reductants and additions that may be used.

    Raises
    ------
    ProcedureError
        If a name is unknown.
    InfeasibleError
        If none is left.
    """
    left_out: list[str] = []
    never = {model.reductant(name).name for name in request.exclude_reductants}
    harmed = sensitivities(request, pair, model)
    reductants = []
    for reductant in _asked_reductants(request, model):
        why = _against_reductant(request, reductant, never, harmed)
        why = why or _against_zwitterion(request, pair, model, reductant)
        left_out += [f"{reductant.name}: {why}"] if why else []
        reductants += [] if why else [reductant]
    additions = []
    for word in _asked_additions(request):
        is_out = word in request.exclude_additions
        left_out += [f"{ADDITIONS[word].words}: exclude_additions names it"] if is_out else []
        additions += [] if is_out else [word]
    for kind, kept in (("reductant", reductants), ("addition", additions)):
        if not kept:
            raise InfeasibleError(
                f"no {kind} is left within the limits. {'; '.join(left_out)}: drop one of these limits"
            )
    return Allowed(reductants=tuple(reductants), additions=tuple(additions), left_out=tuple(left_out))


def _against_reductant(
    request: Request, reductant: Reductant, never: set[str], harmed: dict[str, str]
) -> str:
    """Say which limit forbids a reductant; nothing where none does."""
    if reductant.name in never:
        return "exclude_reductants names it"
    if reductant.holds_cyanide and "cyanide" in request.avoid:
        return "avoid names cyanide"
    if reductant.holds_cyanide and "base" in request.avoid:
        return "avoid names base, and its work-up must stay above pH 10"
    if reductant.is_strong and "hydride" in harmed and not is_named(request):
        return f"it also reduces what milder hydrides leave ({harmed['hydride']}); name it to take it all the same"
    return _too_large(request, reductant)


def _against_zwitterion(request: Request, pair: Pair, model: Model, reductant: Reductant) -> str:
    """Say so where the amine dissolves only in what the reductant does not bear."""
    is_asked = is_named(request) or not is_free(request)
    if is_asked or _bears_protic(model, reductant) or not is_protic_only(pair.amine.smiles, model):
        return ""
    return (
        "the amine is a zwitterion, which hardly dissolves in aprotic solvents, and protic ones destroy this "
        "reductant; name it to take it all the same, or plan with the ester"
    )


def is_named(request: Request) -> bool:
    """Tell whether the request names the reductants: what it names is taken with its caveats."""
    return request.reductants is not None or request.fixed.reductant is not None


def _too_large(request: Request, record: Reductant | Solvent) -> str:
    """Say so where something is not used at the scale that is asked for."""
    most = record.largest_scale_kg
    if most is None or request.scale_kg is None or request.scale_kg <= most:
        return ""
    return f"scale_kg is {request.scale_kg:g}, and above {most:g} kg it is not proposed"


def _asked_reductants(request: Request, model: Model) -> list[Reductant]:
    """Reductants that the request names, in the model's order where it names none."""
    if request.fixed.reductant is not None:
        return [model.reductant(request.fixed.reductant)]
    if request.reductants is None:
        return list(model.reductants)
    return list(dict.fromkeys(model.reductant(name) for name in request.reductants))


def _asked_additions(request: Request) -> list[str]:
    """Additions that the request names; a fixed time leaves only those that have it."""
    fixed = request.fixed
    words = [fixed.addition] if fixed.addition else list(dict.fromkeys(request.additions or ADDITIONS))
    for name in ("addition_time_h", "imine_time_h"):
        if getattr(fixed, name):
            words = [w for w in words if ADDITIONS[w].time == name]
    if not words:
        raise InfeasibleError(
            "the fixed addition_time_h or imine_time_h fits none of the allowed additions; free one"
        )
    return words


def allowed_solvents(request: Request, pair: Pair, model: Model, reductant: Reductant) -> list[str]:
    """List the solvents to be searched with a reductant: those asked for, else its default or what replaces it.

    Raises
    ------
    InfeasibleError
        If a limit forbids all of them.
    """
    never = {model.solvent(name).name for name in request.exclude_solvents}
    asked = _asked_solvents(request, model, reductant)
    kept = [name for name in asked if not _against_solvent(request, model.solvent(name), never)]
    if is_free(request):
        kept = [name for name in kept if _dissolves(pair, model, reductant, name)]
    if kept or not is_free(request):
        if not kept:
            why = _against_solvent(request, model.solvent(asked[0]), never)
            raise InfeasibleError(f"no solvent is left: {asked[0]}: {why}; drop that limit")
        return kept
    others = other_solvents(request, pair, model, reductant)
    if not others:
        raise InfeasibleError(
            f"no solvent of {reductant.name} is left within exclude_solvents, avoid and scale_kg; drop one"
        )
    return others[:1]


def is_free(request: Request) -> bool:
    """Tell whether the request leaves the solvent to the planner."""
    return request.fixed.solvent is None and request.solvents is None


def other_solvents(request: Request, pair: Pair, model: Model, reductant: Reductant) -> list[str]:
    """List solvents that a reductant takes without a warning, by their rank in the guide."""
    never = {model.solvent(name).name for name in request.exclude_solvents}
    warned = {name for name, _ in reductant.warned}
    fit = [
        s
        for s in (model.solvent(name) for name in reductant.solvents)
        if s.name not in warned
        and not _against_solvent(request, s, never)
        and _dissolves(pair, model, reductant, s.name)
    ]
    return [s.name for s in sorted(fit, key=lambda s: GUIDE.index(s.guide))]


def _dissolves(pair: Pair, model: Model, reductant: Reductant, name: str) -> bool:
    """Tell whether a solvent takes up what is charged: what bottles bring of water, and a zwitterion.

    A reductant that lasts in no protic solvent is taken with a zwitterion where it is named, and in its own solvents.
    """
    solvent = model.solvent(name)
    mixes = solvent.mixes_with_water or not any(bottle.is_aqueous for bottle, _ in pair.bottles(1.0))
    asks_protic = is_protic_only(pair.amine.smiles, model) and _bears_protic(model, reductant)
    return mixes and (solvent.protic or not asks_protic)


def _bears_protic(model: Model, reductant: Reductant) -> bool:
    """Tell whether a reductant lasts in some protic solvent."""
    warned = {name for name, _ in reductant.warned}
    return any(model.solvent(name).protic for name in reductant.solvents if name not in warned)


def _asked_solvents(request: Request, model: Model, reductant: Reductant) -> list[str]:
    if request.fixed.solvent is not None:
        return [model.solvent(request.fixed.solvent).name]
    if request.solvents is None:
        return [reductant.default_solvent]
    return list(dict.fromkeys(model.solvent(name).name for name in request.solvents))


def _against_solvent(request: Request, solvent: Solvent, never: set[str]) -> str:
    """Say which limit forbids a solvent; nothing where none does."""
    if solvent.name in never:
        return "exclude_solvents names it"
    if solvent.is_chlorinated and "chlorinated solvent" in request.avoid:
        return "avoid names chlorinated solvents"
    return _too_large(request, solvent)


def temperatures(
    request: Request, pair: Pair, model: Model, reductant: Reductant, solvent: str
) -> tuple[float, float]:
    """State the temperatures that request, reductant and boiling points allow.

    Raises
    ------
    InfeasibleError
        If none is left.
    """
    coldest, hottest = request.temperatures_C
    low, high = reductant.temperature_range_C
    if max(coldest, low) > min(hottest, high):
        which = [n for n in ("min_temperature_C", "max_temperature_C") if getattr(request, n) is not None]
        raise InfeasibleError(
            f"{' and '.join(which) or 'temperature_window_C'}: {coldest:g} to {hottest:g} C lies outside {low:g} to "
            f"{high:g} C of {reductant.name}; widen it"
        )
    coldest, hottest = max(coldest, low), min(hottest, high)
    if "heat" in request.avoid or (request.scale_kg or 0.0) > LARGE_KG:
        hottest = min(hottest, max(COOL_C, coldest))
    for boiling in (model.solvent(solvent).boiling_point_C, *boiling_points(pair, model)):
        if boiling is not None and boiling > GAS_C:
            hottest = min(hottest, max(boiling - BELOW_BOILING_K, coldest))
    return coldest, hottest


def boiling_points(pair: Pair, model: Model) -> list[float]:
    """Boiling points of the partners that are known [C]."""
    entries = [entry_of(s.smiles, model.catalogue) for s in (pair.amine, pair.carbonyl)]
    return [e.boiling_point_C for e in entries if e is not None and e.boiling_point_C is not None]
