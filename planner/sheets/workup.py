"""Work-up: the quench that reductant and product ask for, and the steps to a weighed crude, with their sources.

The reductant's file names its quench; a milder one stands in where acid would harm a partner or a product, or a
group that the request says is sensitive to it.
Cyanoborohydride is never acidified, and bleach is never put on water that holds an amine. Rows of ``workup.toml``.
"""

from collections.abc import Iterable, Iterator, Mapping

from planner.errors import ProcedureError
from planner.flask.procedure import Settled
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.model.sensitive import HARMS
from planner.model.workup import Quench
from planner.sheets.hazards import Warned
from planner.sheets.supplies import Supply
from planner.structures.pairs import Pair
from planner.structures.sensitive import harmed_by, is_volatile, log_p

Harmed = Mapping[str, tuple[str, ...]]
"""Names of groups by what harms them."""
FINISH = "borohydride"
"""Quench of a procedure in which sodium borohydride reduces what imine is left."""


def chosen_quench(model: Model, procedure: Settled, harmed: Harmed) -> Quench:
    """Choose how the run ends.

    Parameters
    ----------
    model, procedure
        What is done.
    harmed
        Groups that acid harms, see ``harmed_groups``.

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
    return known.quench(quench.milder) if quench.is_acid and harmed["acid"] and quench.milder else quench


def harmed_groups(pair: Pair, model: Model, degree: int, sensitive: Iterable[str] = ()) -> Harmed:
    """List by each of ``HARMS`` the groups that it harms in the wanted product and in what that is made from.

    Parameters
    ----------
    pair, model, degree
        What is made.
    sensitive
        What the request says that a group is sensitive to; such a group has no name.
    """
    structures = (pair.amine.smiles, *pair.isomers(degree))
    found = {
        harm: dict.fromkeys(g.name for smiles in structures for g in harmed_by(harm, smiles, model))
        for harm in HARMS
    }
    stated = {harm: [f"group that the request keeps from {harm}"] for harm in sensitive}
    return {harm: (*found[harm], *stated.get(harm, ())) for harm in HARMS}


def work_up(
    pair: Pair,
    model: Model,
    procedure: Settled,
    charged: Mapping[str, Supply],
    degree: int,
    sensitive: Iterable[str] = (),
) -> tuple[Warned, ...]:
    """Write quench and work-up as sentences with their sources.

    Parameters
    ----------
    pair, model, procedure
        What is done.
    charged
        Bottles of what is charged, by role.
    degree
        Wanted degree of alkylation.
    sensitive
        What the request says that a group is sensitive to: "acid", "base", "hydride".
    """
    harmed = harmed_groups(pair, model, degree, sensitive)
    quench = chosen_quench(model, procedure, harmed)
    amines = _amines_in_water(pair, model, charged)
    flags = {*_flags(model, procedure, charged, harmed), *_product_flags(pair, model, degree)}
    flags |= {"water-soluble amine"} if amines else set()
    own = procedure.solvent in model.workup.immiscible
    filled = {
        "solvent": "solvent" if procedure.solvent == "neat" else procedure.solvent,
        "reductant": procedure.reductant,
        "extractant": procedure.solvent if own else model.workup.extractant,
        "groups": _listed(harmed["acid"]),
        "base_groups": _listed(dict.fromkeys([*harmed["base"], *harmed["strong base"]])),
        "hydride_groups": _listed(harmed["hydride"]),
        "amines": _listed(amines),
    }
    return tuple(
        Warned(sentence=step.sentence.format(**filled), source=step.source)
        for step in model.workup.steps
        if step.holds(quench.name, flags)
    )


def _flags(model: Model, procedure: Settled, charged: Iterable[str], harmed: Harmed) -> Iterator[str]:
    """List what holds of a flask; see ``planner.model.workup.FLAGS``."""
    solvent = procedure.solvent
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
    if harmed["base"]:
        yield "base"
    if harmed["base"] or harmed["strong base"]:
        yield "strong base"
    if harmed["hydride"]:
        yield "hydride"
    if harmed["acid"]:
        yield "acid labile"


def _product_flags(pair: Pair, model: Model, degree: int) -> Iterator[str]:
    """List what holds of the wanted product."""
    number, made = model.workup.number, pair.isomers(degree)
    if any(harmed_by("base extraction", smiles, model) for smiles in made):
        yield "base extraction"
    if min(map(log_p, made)) < number("polar"):
        yield "polar product"
    if any(is_volatile(smiles, model) for smiles in made):
        yield "volatile product"


def _amines_in_water(pair: Pair, model: Model, charged: Mapping[str, Supply]) -> list[str]:
    """Name the amines of a flask that alkaline water holds: the partner, the base, any product."""
    limit = model.workup.number("water_soluble")
    base = [charged["base"].smiles] if "base" in charged else []
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
