"""Laws that the advice of any plan keeps; each function says in words what a plan breaks, else nothing.

Numbers are compared with predictions that are made here, not with what the search kept of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import product

from rdkit import Chem

import planner
from planner.errors import PlannerError
from planner.files.saved import json_text
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.catalogue import entry_of
from planner.model.draws import draw_parameters
from planner.plans.aims import Bench, judge
from planner.plans.recommendation import Plan, Recommendation
from planner.plans.records import plan_record
from planner.plans.request import Request
from planner.plans.rounding import NOTEBOOK
from planner.plans.saved import plan_bytes, read_plan, read_record
from planner.plans.shortlist import NODES_SEED, SEARCH_DRAWS
from planner.predictions.prediction import Prediction
from planner.structures.regulated import check_regulated
from planner.structures.structure import molecule

POINT = 0.01
DRAWS = 256
"""Of what a plan is held against; its own numbers are means of 1,024 (they differ by some tenths of a point)."""
HALF_A_POINT = 0.0045
"""That a notebook number may cost, less what the score of a search is worth."""
NEAR = 0.003
"""What the different numbers of draws may make."""
NO_LIMITS = ("target", "basis", "reductants", "top", "seed", "effort", "max_time_h", "models", "fixed")
"""Fields of a request that put no limit in the way of a default or of the plain flask."""
STRONG_ACIDS = ("TFA", "TMSCl", "trifluoroacetic", "hydrochloric", "methanesulfonic", "sulfuric")
SPOILED_BY_HYDROGEN = {
    "thiophene or thioether": "[s,$([SX2]([#6])[#6])]",
    "N-benzyl": "[NX3;!$(N-C=O)]-[CX4;H1,H2]-c",
    "Cbz or benzyl ether": "[OX2]-[CX4;H2]-c",
    "nitro": "[$([NX3](=O)=O),$([NX3+](=O)[O-])]",
    "C=C": "[CX3;!$(C=[!#6])]=[CX3]",
    "aryl bromide or iodide": "c[Br,I]",
}


def broken(plan: Plan) -> tuple[str, ...]:
    """Say what a plan breaks, law by law."""
    return tuple(f"{name}: {words}" for name, law in LAWS.items() for words in law(plan))


def is_free(request: Request) -> bool:
    """Tell whether no limit but a choice of reductants is in the way."""
    bare = Request(amine=request.amine, carbonyl=request.carbonyl)
    held = [f.name for f in fields(Procedure) if getattr(request.fixed, f.name) is not None]
    own = [f.name for f in fields(Request) if f.name not in ("amine", "carbonyl", *NO_LIMITS)]
    return held in ([], ["reductant"]) and all(getattr(request, n) == getattr(bare, n) for n in own)


def wanted(plan: Plan, **procedure: object) -> float | None:
    """Predict the mean of the target that another procedure gives; None where it is refused."""
    try:
        p: Prediction = planner.predict(
            plan.request.amine,
            plan.request.carbonyl,
            draws=DRAWS,
            model=plan.model,
            **({"target": plan.aim.degree, "basis": plan.request.basis} | procedure),
        )
    except PlannerError:
        return None
    if plan.aim.smiles is None:
        return p.target_fraction.mean
    product = p.products[plan.aim.degree]
    share = next((i.fraction for i in product.isomers if i.smiles == plan.aim.smiles), product.fraction)
    per = plan.aim.degree / p.procedure.carbonyl_equivalents if plan.request.basis == "carbonyl" else 1.0
    return share * per


def hottest(plan: Plan, solvent: str) -> float:
    """Warmest open flask: 5 K below what boils in it, gases aside [C]."""
    entries = [entry_of(s.smiles, plan.model.catalogue) for s in (plan.pair.amine, plan.pair.carbonyl)]
    points = [plan.model.solvent(solvent).boiling_point_C]
    points += [e.boiling_point_C for e in entries if e is not None]
    return min((b - 5.0 for b in points if b is not None and b > 18.0), default=1e3)


def not_below_defaults(plan: Plan) -> Iterator[str]:
    """Listed, a reductant gives no more than a point less than its default held to the limit on time."""
    if not is_free(plan.request):
        return
    for name in dict.fromkeys(r.procedure.reductant for r in plan.recommendations):
        stated, _ = settle(Procedure(reductant=name), plan.model, plan.pair)
        hold = plan.request.max_time_h - stated.first_stage_h
        if hold <= 0 or stated.temperature_C > hottest(plan, stated.solvent):
            continue
        floor = wanted(plan, reductant=name, hold_time_h=hold)
        for r in plan.recommendations:
            mean = r.prediction.target_fraction.mean
            if floor is not None and r.procedure.reductant == name and mean < floor - POINT - NEAR:
                yield f"rank {r.rank} ({name}) gives {mean:.3f}, its default {floor:.3f}"


def _dosed(plan: Plan, name: str, solvent: str) -> dict[str, object]:
    """State the portions of a hydride that foams in a solvent."""
    own = plan.model.reductant(name).dosing if plan.model.solvent(solvent).protic else None
    if own is None:
        return {}
    return {
        "hydride_portions": int(own.portions),
        "hydride_time_h": own.time_h,
        "hydride_temperature_C": own.temperature_C,
    }


def not_below_the_plain_flask(plan: Plan) -> Iterator[str]:
    """The first rank is not 5 points below the plain 24 h flask where that gives under 60 %."""
    held = plan.request.fixed.reductant
    named = plan.request.reductants or ((held,) if held else None)
    if not is_free(plan.request) or plan.request.max_time_h < 24 or (named and "STAB" not in named):
        return
    if hottest(plan, "DCE") < 40:
        return
    plain = wanted(
        plan, reductant="STAB", carbonyl_equivalents=2, reductant_equivalents=3, acid_equivalents=1,
        concentration_M=0.5, temperature_C=40, hold_time_h=24,
    )  # fmt: skip
    mean = plan.best.prediction.target_fraction.mean
    if plain is not None and plain < 0.6 and mean < plain - 5 * POINT - NEAR:
        yield f"the first gives {mean:.3f}, the plain flask {plain:.3f}"


def one_to_one_is_whole(plan: Plan) -> Iterator[str]:
    """The one-to-one strategy is no flask starved of hydride: within 5 points of its reductant's default so charged."""
    if not is_free(plan.request) or plan.request.max_time_h < 24:
        return
    for way in (w for w in plan.strategies if w.name == "one_to_one" and w.recommendation is not None):
        name, d = way.recommendation.procedure.reductant, float(plan.aim.degree)
        stated, _ = settle(Procedure(reductant=name), plan.model, plan.pair)
        if (
            way.basis != "amine"
            or way.target_fraction is None
            or stated.temperature_C > hottest(plan, stated.solvent)
        ):
            continue
        floor = wanted(
            plan, basis="amine", reductant=name, carbonyl_equivalents=d, **_dosed(plan, name, stated.solvent)
        )
        if floor is not None and way.target_fraction.mean < floor - 5 * POINT:
            yield f"one to one ({name}) gives {way.target_fraction.mean:.3f}, the default so charged {floor:.3f}"


def others_are_near(plan: Plan) -> Iterator[str]:
    """Other reductants are within 15 points of the first, and not below half of it."""
    first = plan.best.prediction.target_fraction.mean
    for r in plan.recommendations:
        mean = r.prediction.target_fraction.mean
        if r.procedure.reductant != plan.best.procedure.reductant and (
            mean < first - 15 * POINT - NEAR or mean < 0.5 * first - NEAR
        ):
            yield f"rank {r.rank} ({r.procedure.reductant}) gives {mean:.3f}, the first {first:.3f}"


def useful_is_said(plan: Plan) -> Iterator[str]:
    """A first mean below 30 % is not useful, and then there are remedies, else none."""
    mean = plan.best.prediction.target_fraction.mean
    if plan.useful is not (mean >= 0.3):
        yield f"useful is {plan.useful} at {mean:.3f}"
    if bool(plan.remedies) is plan.useful:
        yield f"useful is {plan.useful} with {len(plan.remedies)} remedies"


def off_notebook(plan: Plan, r: Recommendation) -> tuple[str, ...]:
    """Name the fields with a number that is not of a notebook, nor stated by the request or a stated limit."""
    p, degree = r.procedure, plan.aim.degree
    partners = plan.model.advice.partners
    limits = {
        "concentration_M": partners.least_carbonyl_M / p.carbonyl_equivalents,
        "reductant_equivalents": partners.most_reductant * p.carbonyl_equivalents,
    }
    found = []
    for name, numbers in NOTEBOOK.items():
        value = float(getattr(p, name))
        scales = (1, degree) if name in ("carbonyl_equivalents", "reductant_equivalents") else (1,)
        near = any(abs(value - scale * n) < 1e-6 for n in numbers for scale in scales)
        stated = getattr(plan.request.fixed, name) is not None or (name.endswith("time_h") and value == 0)
        limited = p.carbonyl_equivalents < degree and abs(value / limits.get(name, 1e9) - 1.0) < 0.05
        if not (near or stated or limited):
            found.append(name)
    return tuple(found)


def numbers_of_a_notebook(plan: Plan) -> Iterator[str]:
    """Finer numbers stand only where every choice of notebook numbers beside them costs half a point."""
    draws = draw_parameters(plan.model, SEARCH_DRAWS, NODES_SEED)
    bench = Bench(pair=plan.pair, model=plan.model, aim=plan.aim, draws=draws)
    for r in plan.recommendations:
        names = off_notebook(plan, r)
        written = _written(plan, r.procedure, names) if names else []
        if not written:
            continue
        scores = judge(bench, [r.procedure, *written], SEARCH_DRAWS).score
        if (cost := float(scores[0] - scores[1:].max())) < HALF_A_POINT:
            best = written[int(scores[1:].argmax())]
            finer = ", ".join(
                f"{n} {getattr(r.procedure, n):g} for {getattr(best, n):g} at {100 * cost:.2f} points"
                for n in names
            )
            yield f"rank {r.rank} has {finer}"


def _written(plan: Plan, p: Settled, names: Sequence[str]) -> list[Settled]:
    """Exchange finer numbers for those of a notebook on either side, in all ways that the limits leave."""
    ways = []
    for name in names:
        value, numbers = float(getattr(p, name)), sorted(NOTEBOOK[name])
        if name == "temperature_C":
            numbers = [n for n in numbers if n <= hottest(plan, p.solvent)]
        ways.append([*[n for n in numbers if n < value][-1:], *[n for n in numbers if n > value][:1]])
    found = []
    for values in product(*ways):
        changed = dict(zip(names, values, strict=True))
        if "temperature_C" in changed and p.hydride_portions == 1:
            changed["hydride_temperature_C"] = changed["temperature_C"]
        there = replace(p, **changed)
        if there.total_time_h <= plan.request.max_time_h + 1e-9:
            found.append(there)
    return found


def below_boiling(plan: Plan) -> Iterator[str]:
    """No temperature is within 5 K of what boils in the flask, unless the request states it."""
    if plan.request.fixed.temperature_C is not None:
        return
    for r in plan.recommendations:
        top = hottest(plan, r.procedure.solvent)
        for celsius in (r.procedure.temperature_C, r.procedure.hydride_temperature_C):
            if celsius > top + 1e-9:
                yield f"rank {r.rank}: {celsius:g} C, and {top + 5:g} C boils"


def remedies_do_no_harm(plan: Plan) -> Iterator[str]:
    """No strong acid beside NaBH3CN, no hydrogenation of what hydrogen spoils, no NaBH4 in an amide solvent."""
    words = (*plan.remedies, *(w.words for w in plan.strategies if w.name == "other_route"))
    if plan.best.procedure.reductant == "NaBH3CN":
        yield from (f"strong acid beside NaBH3CN: {w}" for w in words if any(a in w for a in STRONG_ACIDS))
    if any("hydrogenation (" in w for w in words):
        made = [smiles for alkyls, smiles in plan.pair.products if sum(alkyls) == plan.aim.degree]
        for kind, smarts in SPOILED_BY_HYDROGEN.items():
            query = Chem.MolFromSmarts(smarts)
            if any(molecule(s).HasSubstructMatch(query) for s in (plan.pair.amine.smiles, *made)):
                yield f"hydrogenation beside {kind}"
    for r in plan.recommendations:
        if r.procedure.reductant == "NaBH4" and r.procedure.solvent in ("DMF", "DMA", "NMP"):
            yield f"rank {r.rank}: NaBH4 in {r.procedure.solvent}"


def structures_pass_the_gate(plan: Plan) -> Iterator[str]:
    """Products, and protected amines with their products, are no regulated compounds."""
    named = [p.smiles for r in plan.recommendations for p in r.prediction.products]
    for way in plan.strategies:
        if way.recommendation is not None:
            pair = way.recommendation.prediction.pair
            named += [pair.amine.smiles, *(smiles for _, smiles in pair.products)]
    try:
        check_regulated(dict.fromkeys(named))
    except PlannerError as error:
        yield str(error)


def opens_as_it_was(plan: Plan) -> Iterator[str]:
    """The saved JSON gives the same plan."""
    again = read_plan(read_record(plan_bytes(plan), "the plan"), plan.model)
    if json_text(plan_record(again)) != json_text(plan_record(replace(plan, request=again.request))):
        yield "the plan reads back as another"


LAWS: dict[str, Callable[[Plan], Iterator[str]]] = {
    "default": not_below_defaults,
    "plain flask": not_below_the_plain_flask,
    "one to one": one_to_one_is_whole,
    "near": others_are_near,
    "useful": useful_is_said,
    "notebook": numbers_of_a_notebook,
    "boiling": below_boiling,
    "harm": remedies_do_no_harm,
    "gate": structures_pass_the_gate,
    "saved": opens_as_it_was,
}
"""By the word that the ledger writes."""
