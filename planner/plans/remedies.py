"""Remedies: why no procedure reaches a target, and what practice does instead.

The cause is read from structures and limits; a remedy of ``advice.toml`` is offered where it serves that
cause, and where it harms no group of the amine, the carbonyl compound or the product.
"""

from collections.abc import Iterator
from dataclasses import fields, replace

from planner.errors import PlannerError
from planner.model.advice import Remedy
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.plans.aims import USEFUL, Bench, judge
from planner.plans.cells import cells
from planner.plans.floors import held_defaults, plain_flask
from planner.plans.partners import is_gas
from planner.plans.request import Request
from planner.plans.search import Trial
from planner.predictions.formaldehyde import is_formaldehyde
from planner.structures.hindrance import HINDERED, hindrance
from planner.structures.pairs import Pair
from planner.structures.sensitive import harmed_by

POOR = 0.6
"""Mean target fraction below which other routes are named."""
CROWDED = 0.1
"""Mean over-alkylation from which the charge, not the ketone, is the trouble."""
WEAK_PKAH = 4.0
"""An amine whose conjugate acid is stronger is a weak nucleophile."""
LIMIT_DRAWS = 128
WORDS = {
    "slow ketone": "this ketone condenses slowly",
    "hindered pair": "amine and carbonyl compound crowd each other",
    "weak nucleophile": "the amine is a weak nucleophile",
    "too little time": "the time allowed is too short",
    "one carbon": "formaldehyde does not stop at one",
}
"""Causes in words, by the words of ``advice.toml``."""


def remedies(request: Request, bench: Bench, best: Trial) -> tuple[str, ...]:
    """Say why the best is not useful and what would be; nothing where it is.

    Parameters
    ----------
    request
        Its own limits are tried first: one that is the cause is the remedy.
    bench
        Where procedures are judged.
    best
        The first rank.
    """
    if best.wanted >= USEFUL:
        return ()
    if limit := _binding(request, bench):
        return (f"The limit is the cause: without {limit} at least {100 * USEFUL:.0f} % can be had.",)
    causes = list(_causes(bench, best, USEFUL))
    if not causes:
        return (
            "The N-H are too many and too much alike for the charge to choose between them: "
            "protect those that are to stay, or take the amine in excess.",
        )
    offered = [
        r for r in bench.model.advice.remedies if set(causes) & set(r.causes) and _fits(r, bench, best)
    ]
    why = f"Cause: {' and '.join(WORDS[c] for c in causes)}."
    if not offered:
        return (why, "No remedy of practice is without harm to a group of these structures.")
    return (why, *(f"Practice: {r.words} [{_short(r.source)}]." for r in offered))


def _causes(bench: Bench, best: Trial, enough: float) -> Iterator[str]:
    """Read the causes from the structures, where what is left over alone keeps the target below what is enough."""
    pair, model = bench.pair, bench.model
    under = float(judge(bench, [best.procedure], LIMIT_DRAWS).under.mean())
    has_room = is_formaldehyde(pair)  # nothing on its carbon
    if has_room and bench.aim.degree < pair.n_hydrogens:
        yield "one carbon"
    if under < 1.0 - enough - best.over:
        return
    if pair.carbonyl_class.is_ketone and best.over < CROWDED:
        yield "slow ketone"
    crowded = all(hindrance(site, pair.carbonyl_site, model) >= HINDERED for site in pair.sites)
    if crowded and not has_room:
        yield "hindered pair"
    if all(site.pKaH < WEAK_PKAH for site in pair.sites):
        yield "weak nucleophile"


def _offered(causes: list[str], bench: Bench, best: Trial) -> list[Remedy]:
    """List the remedies for some causes that fit the structures."""
    return [r for r in bench.model.advice.remedies if set(causes) & set(r.causes) and _fits(r, bench, best)]


def other_routes(bench: Bench, best: Trial) -> tuple[str, ...]:
    """Name the routes besides hydride that practice has for a pair on which hydride does poorly, or cannot stop."""
    causes = list(_causes(bench, best, POOR))
    if best.wanted >= POOR and best.low >= USEFUL and "one carbon" not in causes:
        return ()
    return tuple(f"{r.words} [{_short(r.source)}]" for r in _offered(causes, bench, best))


def _short(source: str) -> str:
    """Cut a citation where its contents begin."""
    return source.partition(":")[0]


def _fits(remedy: Remedy, bench: Bench, best: Trial) -> bool:
    """Tell whether a remedy serves this carbonyl compound and harms no group of the structures."""
    pair, model = bench.pair, bench.model
    kind = "ketone" if pair.carbonyl_class.is_ketone else "aldehyde"
    if remedy.only not in ("", kind) or best.procedure.reductant in remedy.not_with:
        return False
    if remedy.needs_imine and not any(site.n_hydrogens > 1 for site in pair.sites):
        return False
    if remedy.boiling_C is not None and any(b < remedy.boiling_C for b in _boiling_points(pair, model)):
        return False
    products = pair.isomers(bench.aim.degree)
    structures = (pair.amine.smiles, *products)
    return not any(harmed_by(harm, smiles, model) for harm in remedy.harms for smiles in structures)


def _boiling_points(pair: Pair, model: Model) -> Iterator[float]:
    """Boiling points of the partners where they are known [C]; a gas boils below all that matters."""
    for structure in (pair.amine, pair.carbonyl):
        entry = entry_of(structure.smiles, model.catalogue)
        if entry is not None and entry.boiling_point_C is not None:
            yield entry.boiling_point_C
    if is_gas(pair, model.advice.partners):
        yield -273.15


def _binding(request: Request, bench: Bench) -> str | None:
    """Name the first limit of the user's without which a plain procedure is useful."""
    plain = Request(
        amine=request.amine, carbonyl=request.carbonyl, target=request.target, basis=request.basis
    )
    kept = ("amine", "carbonyl", "target", "basis", "top", "seed", "models", "effort", "fixed")
    stated = [
        f.name
        for f in fields(Request)
        if f.name not in kept and getattr(request, f.name) != getattr(plain, f.name)
    ]
    held = [name for name, value in request.limits()["fixed"].items() if value is not None]
    without = [(name, replace(request, **{name: getattr(plain, name)})) for name in stated]
    without += [(name, replace(request, fixed=replace(request.fixed, **{name: None}))) for name in held]
    return next((name for name, freed in without if _reach(freed, bench) >= USEFUL), None)


def _reach(request: Request, bench: Bench) -> float:
    """Give the best that defaults and the plain flask reach within a request's limits."""
    try:
        allowed, _ = cells(request, bench.pair, bench.model, bench.aim, is_slow=True)
    except PlannerError:
        return 0.0
    tried = [
        *held_defaults(request, bench.pair, bench.model, allowed).values(),
        plain_flask(request, bench.pair, bench.model, allowed),
    ]
    procedures = [p for p in tried if p is not None]
    if not procedures:
        return 0.0
    return float(judge(replace(bench, floors={}), procedures, LIMIT_DRAWS).wanted.mean(axis=1).max())
