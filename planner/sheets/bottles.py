"""Bottles: what is taken for each role, whether it fits the plan, and what it brings along.

A gas or a polymer is charged as what is bought: a solution, a salt, paraformaldehyde, formalin. A bottle is part
of the flask: one whose water the plan does not hold is refused, what else it brings is said.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from planner.errors import ProcedureError, nearest
from planner.flask.bottles import brings_formalin
from planner.flask.procedure import Settled
from planner.flask.settling import refuse_weak_acid
from planner.model.catalogue import entry_of
from planner.model.model import Model
from planner.model.workup import Bought
from planner.sheets.charges import Charge, figures, salt_acid, volume_words
from planner.sheets.supplies import ROLES, Supply, read_supply, supply_of
from planner.structures.pairs import Pair
from planner.structures.sensitive import boiling_size
from planner.structures.structure import as_charged

BASE = "triethylamine"
ROOM_C = 20.0
"""What boils below is a gas on the bench [C]."""
PARTNERS = ("amine", "carbonyl")
GRID_C = 5.0
"""Step of temperatures to which something is warmed [C]."""
SMALL, LOW_BOILER_C = 5, 50.0
"""Size of an amine up to which an unknown boiling point is taken to be low, and how low [C]."""
MINOR = 0.05
"""Share of the flask's volume below which a bottle's solvent is not worth a word."""


def bottles_of(
    pair: Pair, model: Model, procedure: Settled, given: dict[str, Supply]
) -> tuple[dict[str, Supply], list[str]]:
    """Complete what is at hand by what is bought; refuse a bottle that does not fit the plan.

    Returns
    -------
    dict
        A supply for every role.
    list of str
        What was taken in the place of a gas or a polymer.

    Raises
    ------
    ProcedureError
        If a bottle holds another compound, or water that the plan does not count.
    """
    needed = {
        "amine": read_supply(pair.amine.smiles, model),
        "carbonyl": read_supply(pair.carbonyl.smiles, model),
        "acid": read_supply("acetic acid", model),
        "base": read_supply(BASE, model),
        "reductant": supply_of(model.reductant(procedure.reductant), model),
        "solvent": supply_of(model.solvent(procedure.solvent), model),
    }
    for role, held in given.items():
        if role not in needed:
            raise ProcedureError(
                f"no bottle is called {role!r:.40}{nearest(str(role), ROLES)}; the roles are {', '.join(ROLES)}"
            )
        if not isinstance(held, Supply):
            raise ProcedureError(f"the {role} bottle is {held!r:.40}; give what read_supply returns")
        _check_bottle(role, held, needed[role], model)
    at_hand, said = needed | given, []
    for role in PARTNERS:
        held = at_hand[role]
        if taken := _bought(role, held, model, procedure):
            at_hand[role] = taken
            said.append(_in_its_place(held, taken, role, model))
        _check_water(role, at_hand[role], pair, model, procedure)
        _check_feed(role, at_hand[role], model, procedure)
    amine = at_hand["amine"]
    refuse_weak_acid(pair, model, procedure, amine.acid_equivalents, amine.name)
    return at_hand, said


def _check_bottle(role: str, held: Supply, needed: Supply, model: Model) -> None:
    """Refuse a bottle of another compound; a partner may be its salt, a base any of the catalogue."""
    names, fits = [needed.name], held.smiles == needed.smiles
    if role == "base":
        bases = {as_charged(e.smiles): e.name for e in model.catalogue.entries if e.role == role}
        is_free = not (held.base_equivalents or held.acid_equivalents)
        names, fits = list(bases.values()), held.smiles in bases and is_free
    elif role not in PARTNERS:
        fits = fits and abs(held.molar_mass - needed.molar_mass) < 0.01
    if not fits:
        salt = f" as {held.molar_mass:.1f} g/mol" if held.smiles == needed.smiles else ""
        raise ProcedureError(
            f"the {role} bottle holds {held.name}{salt}, the plan needs {' or '.join(names)}; take that, or plan anew"
        )
    if role == "solvent" and (held.purity != 1.0 or held.stock_M is not None):
        raise ProcedureError(
            f"the solvent {held.name} is measured by its volume; leave its purity and stock out"
        )


def check_used(given: dict[str, Supply], charged: set[str], solvent: Supply) -> None:
    """Refuse a bottle that the procedure does not touch; the partners are always named."""
    charged = charged | {"amine", "carbonyl", *(["solvent"] if solvent.smiles else [])}
    if idle := [role for role in given if role not in charged]:
        raise ProcedureError(f"the plan charges no {idle[0]}; leave its bottle ({given[idle[0]].name}) out")


def _is_gas(held: Supply) -> bool:
    """Whether a bottle is of the bare compound and that boils below room temperature."""
    return held.stock_M is None and held.boiling_point_C is not None and held.boiling_point_C < ROOM_C


def _bought(role: str, held: Supply, model: Model, procedure: Settled) -> Supply | None:
    """Choose the bottle that is bought in the place of a gas; None where the compound itself is, or none is listed."""
    if not _is_gas(held):
        return None
    wet = procedure.water == "wet"
    for bought in model.workup.bottles:
        if bought.stands_for == held.smiles and (bought.water == "wet") == wet:
            return read_supply(bought.name, model)
    found = sellable(held.smiles, role, model)
    return min(found, key=lambda s: _misfit(s, model, procedure), default=None)


@lru_cache(maxsize=256)
def sellable(smiles: str, role: str, model: Model) -> tuple[Supply, ...]:
    """List the solutions and salts of a compound that the catalogue has."""
    entries = [e for e in model.catalogue.entries if e.role == role]
    named = [e.name for e in entries if e.stock_M is not None and e.smiles == smiles]
    # a salt is written with its compound as one of its parts, charged or not
    salts = [e.name for e in entries if "." in e.smiles and len(e.smiles) < len(smiles) + 16]
    found = [read_supply(name, model) for name in (*named, *salts)]
    return tuple(supply for supply in found if supply.smiles == smiles)


def _misfit(supply: Supply, model: Model, procedure: Settled) -> tuple[int, float]:
    """Rank a bottle: in the flask's solvent, in a harmless one, a salt that needs little base, one that harms."""
    warned = dict(model.reductant(procedure.reductant).warned)
    if supply.stock_M is None:
        surplus = max(0.0, supply.acid_equivalents - procedure.acid_equivalents)
        return 2, supply.base_equivalents + surplus
    if supply.solvent == procedure.solvent:
        return 0, -supply.stock_M
    dry = supply.solvent != "water" or procedure.water == "wet"
    return (1 if dry and supply.solvent not in warned else 3), -supply.stock_M


def _in_its_place(held: Supply, taken: Supply, role: str, model: Model) -> str:
    """Say what was taken for a gas, and what else could be."""
    others = [s.name for s in sellable(held.smiles, role, model) if s.name != taken.name]
    also = f"; also listed: {', '.join(others)} (--bottle {role}=NAME)" if others else ""
    return (
        f"{_capital(held.name)} boils at {held.boiling_point_C:g} C and is not weighed into a flask: take a "
        f"solution or a salt; this sheet takes {taken.name}{also}."
    )


def _check_water(role: str, held: Supply, pair: Pair, model: Model, procedure: Settled) -> None:
    """Refuse a bottle that brings water which the plan does not count, or lacks the water that it does."""
    is_formaldehyde = role == "carbonyl" and pair.carbonyl_class.name == "formaldehyde"
    counted = brings_formalin(pair, procedure) if is_formaldehyde else _counts_water(procedure)
    if is_formaldehyde and counted and held.stock_M is None:
        raise ProcedureError(
            f"the carbonyl bottle holds {held.name}, the plan counts the water of formalin; take 37 % formalin, or "
            "plan again with water = dry"
        )
    if held.solvent == "water" and not counted:
        raise ProcedureError(
            f"the {role} bottle holds {held.name} with its water, the plan was made without; plan again with water = "
            "wet, or take another bottle"
        )


def _check_feed(role: str, held: Supply, model: Model, procedure: Settled) -> None:
    """Refuse to feed what makes no solution."""
    if role in procedure.fed and any(b.name == held.name and not b.can_be_fed for b in model.workup.bottles):
        raise ProcedureError(
            f"{held.name} makes no solution that can be fed as the {role}; plan again with another addition, or with a "
            "solution (water = wet for formalin)"
        )


def _counts_water(procedure: Settled) -> bool:
    """Whether the flask of a plan is wet anyway."""
    return procedure.water == "wet" or procedure.solvent == "water"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def bottle_notes(
    pair: Pair, model: Model, procedure: Settled, charges: Sequence[Charge], volume_mL: float
) -> Iterator[str]:
    """Say what the bottles bring besides their compounds: solvents, and what boils off."""
    for c in charges:
        yield from _solvent_words(c, pair, model, procedure, volume_mL)
    margin = model.workup.number("boiling_margin")
    for c in charges:
        boils = c.supply.boiling_point_C
        if c.role != "solvent" and boils is not None and boils < procedure.temperature_C + margin:
            yield _boils_off(c.name, boils, procedure)


def _solvent_words(
    c: Charge, pair: Pair, model: Model, procedure: Settled, volume_mL: float
) -> Iterator[str]:
    """Say what solvent a bottle brings, with its share, where it harms the hydride or the plan does not count it."""
    brings, share = c.supply.solvent, (c.volume_mL or 0.0) / volume_mL
    if brings in ("", "water", procedure.solvent):  # water is counted, or was refused
        return
    named = {"amine": pair.amine_bottle, "carbonyl": pair.carbonyl_bottle}.get(c.role)
    counts = named is not None and named.solvent == brings
    why = dict(model.reductant(procedure.reductant).warned).get(brings)
    if why or (share > MINOR and not counts):
        harm = f": {why}; better a bottle in another solvent, or a salt" if why else ""
        yield (
            f"{_capital(c.name)} brings {volume_words(c.volume_mL or 0.0)} of {brings}, {figures(100 * share, 2)} % of "
            f"the flask, which the prediction in {procedure.solvent} {'counts' if counts else 'does not count'}{harm}."
        )


def _boils_off(name: str, boils: float, procedure: Settled) -> str:
    """Say of a low boiler, or of a gas without a bottle, how it is charged."""
    if boils < ROOM_C:
        return (
            f"{_capital(name)} boils at {boils:g} C and is not weighed into a flask: take a solution or a salt "
            "(--bottle ROLE=NAME); no bottle of it is listed."
        )
    return (
        f"{_capital(name)} boils at {boils:g} C, the flask is at {procedure.temperature_C:g} C: measure it from a "
        "chilled bottle, add it below the surface of the cold flask and keep a cold condenser on the vent, for what "
        "boils off is missing."
    )


def acid_words(procedure: Settled, at_hand: dict[str, Supply]) -> list[str]:
    """Say what becomes of the weak acid of the partners' salts."""
    brought, planned = salt_acid(procedure, at_hand), procedure.acid_equivalents
    if not brought:
        return []
    names = " and ".join(at_hand[role].name for role in PARTNERS if at_hand[role].acid_equivalents)
    rest = (
        "no acid and no base is added"
        if abs(brought - planned) < MINOR / 10
        else f"{figures(planned - brought)} eq are added as acetic acid"
        if brought < planned
        else f"{figures(brought - planned)} eq more than planned, which the base takes up"
    )
    return [
        f"The acid of {names} counts: {figures(brought)} eq per amine of the {planned:g} eq planned; {rest}."
    ]


def bought_steps(
    pair: Pair, model: Model, procedure: Settled, charges: Sequence[Charge]
) -> Iterator[tuple[str, str, str]]:
    """List (role, sentence, source) of what the bottles need before they react."""
    for c in charges:
        for bought in model.workup.bottles:
            if _is_same(bought, c.supply, model):
                yield c.role, _made_ready(bought, pair, model, procedure), bought.source


def _is_same(bought: Bought, held: Supply, model: Model) -> bool:
    """Whether a bottle is the one that is described, or a solution of the same in the same at another strength."""
    if bought.name == held.name:
        return True
    listed = read_supply(bought.name, model)
    return bool(held.solvent) and (held.smiles, held.solvent) == (listed.smiles, listed.solvent)


def _made_ready(bought: Bought, pair: Pair, model: Model, procedure: Settled) -> str:
    """Write what a bottle needs, never warmer in an open flask than what boils in it allows."""
    if bought.warm_C is None or bought.least_warm_C is None:
        return bought.sentence
    waits = "amine" in procedure.fed
    beside = "in the solvent alone (the amine is fed later)" if waits else "with the amine in the solvent"
    solvent = model.solvent(procedure.solvent)
    points = [] if solvent.boiling_point_C is None else [(solvent.boiling_point_C, solvent.name)]
    if not waits:
        points += _amine_boils(pair, model)
    low, name = min(points, default=(bought.warm_C + model.workup.number("boiling_margin"), ""))
    open_C = GRID_C * ((low - model.workup.number("boiling_margin")) // GRID_C)
    if open_C >= bought.least_warm_C:
        return bought.sentence.format(beside=beside, warm=f"{min(open_C, bought.warm_C):g}", boils="")
    boils = f"{name} boils at {low:g} C" if low > ROOM_C else f"{name} is a gas"
    return bought.closed.format(beside=beside, warm=f"{bought.warm_C:g}", boils=boils)


def _amine_boils(pair: Pair, model: Model) -> list[tuple[float, str]]:
    """List the boiling point of the free amine, whatever bottle it comes from; a guess on the low side if not known."""
    entry = entry_of(pair.amine.smiles, model.catalogue)
    if entry is not None and entry.boiling_point_C is not None:
        return [(entry.boiling_point_C, entry.name)]
    is_small = boiling_size(pair.amine.smiles) <= SMALL
    return [(LOW_BOILER_C, "the amine, of which no boiling point is listed,")] if is_small else []
