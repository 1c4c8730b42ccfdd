"""Work-up: the quench that reductant and product ask for, and the steps to a weighed crude, with their sources.

The quench is chosen in ``flask.quenching``. Bleach is never put on water that holds an amine. Rows of ``workup.toml``;
where the mixture is known the steps that part it (``separation``) stand in for the plain extraction.
"""

from collections.abc import Iterable, Iterator, Mapping

from planner.flask.procedure import Settled
from planner.flask.quenching import FINISH, Harmed, chosen_quench, harmed_groups, listed
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.sheets.hazards import Warned
from planner.sheets.separation import Separation
from planner.sheets.supplies import Supply
from planner.structures.pairs import Pair
from planner.structures.sensitive import harmed_by, is_volatile, log_p


def work_up(
    pair: Pair,
    model: Model,
    procedure: Settled,
    charged: Mapping[str, Supply],
    degree: int,
    sensitive: Iterable[str] = (),
    separation: Separation | None = None,
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
    separation
        Steps by which the mixture is taken apart; they stand in for the plain extraction.
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
        "groups": listed(harmed["acid"]),
        "base_groups": listed(dict.fromkeys([*harmed["base"], *harmed["strong base"]])),
        "hydride_groups": listed(harmed["hydride"]),
        "amines": listed(amines),
    }
    rows = [step for step in model.workup.steps if step.holds(quench.name, flags)]
    said = [(row.stage, Warned(sentence=row.sentence.format(**filled), source=row.source)) for row in rows]
    return tuple(step for _, step in said) if separation is None else separation.among(said)


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
