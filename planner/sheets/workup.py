"""Work-up: the quench that reductant and product ask for, and the steps to a weighed crude, with their sources.

The reductant's file names its quench; a milder one stands in where acid would harm a partner or a product.
Cyanoborohydride is never acidified, and bleach is never put on water that holds an amine. Rows of ``workup.toml``.
"""

from collections.abc import Iterable, Iterator, Mapping

from planner.errors import ProcedureError
from planner.flask.procedure import Settled
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.model.workup import Quench
from planner.sheets.hazards import Warned
from planner.sheets.supplies import Supply
from planner.structures.pairs import Pair
from planner.structures.sensitive import harmed_by, log_p

FINISH = "borohydride"
"""Quench of a procedure in which sodium borohydride reduces what imine is left."""


def chosen_quench(pair: Pair, model: Model, procedure: Settled, degree: int) -> Quench:
    """Choose how the run ends.

    Raises
    ------
    ProcedureError
        If it should be finished with sodium borohydride in a solvent that it runs away with.
    """
    known = model.workup
    quench = known.quench(model.reductant(procedure.reductant).quench)
    if procedure.quench == FINISH:
        if {*model.solvent_chain(procedure.solvent)} & {*known.never_with_borohydride}:
            raise ProcedureError(
                f"a run in {procedure.solvent} is not finished with NaBH4, which can run away in amides when it warms; "
                "plan with quench = aqueous, or in another solvent"
            )
        quench = known.quench(quench.after_borohydride)
    harmed = quench.is_acid and list(_harmed("acid", pair, model, degree))
    return known.quench(quench.milder) if harmed and quench.milder else quench


def work_up(
    pair: Pair,
    model: Model,
    procedure: Settled,
    at_hand: Mapping[str, Supply],
    charged: set[str],
    degree: int,
) -> tuple[Warned, ...]:
    """Write quench and work-up as sentences with their sources.

    Parameters
    ----------
    pair, model, procedure
        What is done.
    at_hand, charged
        Bottles by role, and the roles of those that are charged.
    degree
        Wanted degree of alkylation.
    """
    quench = chosen_quench(pair, model, procedure, degree)
    amines = _amines_in_water(pair, model, at_hand, charged)
    flags = {*_flags(pair, model, procedure, charged, degree), *(["water-soluble amine"] if amines else [])}
    base = dict.fromkeys(
        [*_harmed("base", pair, model, degree), *_harmed("strong base", pair, model, degree)]
    )
    own = procedure.solvent in model.workup.immiscible
    filled = {
        "solvent": "solvent" if procedure.solvent == "neat" else procedure.solvent,
        "reductant": procedure.reductant,
        "extractant": procedure.solvent if own else model.workup.extractant,
        "groups": _listed(_harmed("acid", pair, model, degree)),
        "base_groups": _listed(base),
        "amines": _listed(amines),
    }
    return tuple(
        Warned(sentence=step.sentence.format(**filled), source=step.source)
        for step in model.workup.steps
        if step.holds(quench.name, flags)
    )


def _flags(pair: Pair, model: Model, procedure: Settled, charged: set[str], degree: int) -> Iterator[str]:
    """List what holds of a flask; see ``planner.model.workup.FLAGS``."""
    number, solvent = model.workup.number, procedure.solvent
    if procedure.water == "sieves":
        yield "sieves"
    if procedure.quench == FINISH:
        yield "borohydride finish"
    if solvent in {name for name, _ in model.reductant("NaBH4").refused}:
        yield "hardly dissolves borohydride"
    if solvent not in {*model.workup.immiscible, "water", "neat"}:
        yield "miscible solvent"
    if "acid" in charged or procedure.acid_equivalents > 0:
        yield "acid in the flask"
    harmed = {harm: any(_harmed(harm, pair, model, degree)) for harm in ("base", "strong base")}
    if harmed["base"]:
        yield "base"
    if harmed["base"] or harmed["strong base"]:
        yield "strong base"
    made = pair.isomers(degree)
    if any(harmed_by("base extraction", smiles, model) for smiles in made):
        yield "base extraction"
    if min(map(log_p, made)) < number("polar"):
        yield "polar product"


def _harmed(harm: str, pair: Pair, model: Model, degree: int) -> Iterator[str]:
    """Name the groups of the wanted product, and of what it is made from, that something harms."""
    seen = dict.fromkeys(
        group.name
        for smiles in (pair.amine.smiles, *pair.isomers(degree))
        for group in harmed_by(harm, smiles, model)
    )
    yield from seen


def _amines_in_water(pair: Pair, model: Model, at_hand: Mapping[str, Supply], charged: set[str]) -> list[str]:
    """Name the amines of a flask that alkaline water holds: the partner, the base, any product."""
    limit = model.workup.number("water_soluble")
    base = [at_hand["base"].smiles] if "base" in charged else []
    made = [smiles for alkyls, smiles in pair.products if any(alkyls)]
    soluble = [s for s in (pair.amine.smiles, *base) if log_p(s) < limit]
    named = [entry.name if (entry := entry_of(s, model.catalogue)) else "the amine" for s in soluble]
    return list(dict.fromkeys(named)) or (
        ["an alkylated amine"] if any(log_p(s) < limit for s in made) else []
    )


def _listed(names: Iterable[str]) -> str:
    """Join names as a sentence does."""
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last
