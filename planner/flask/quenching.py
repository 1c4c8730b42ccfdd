"""Quenching: which groups the end of a run could harm, and the quench that the reductant and these ask for.

The reductant's file names its quench; a milder one stands in where acid would harm a partner or a product, or a
group that the request says is sensitive to it. Cyanoborohydride is never acidified.
"""

from collections.abc import Iterable, Mapping

from planner.errors import ProcedureError
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.sensitive import HARMS
from planner.model.workup import Quench
from planner.structures.pairs import Pair
from planner.structures.sensitive import harmed_by

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


def listed(names: Iterable[str]) -> str:
    """Join names as a sentence does."""
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last
