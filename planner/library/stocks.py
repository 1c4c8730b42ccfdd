"""Stocks: what each well takes out of which bottle, as its bench sheet would, and what the sources are called.

A partner is weighed or measured as it is in the bottle: a salt with its counter-ion and the base that sets it free,
formalin by its molarity, a gas as the solution that is bought. Its stock has the stated molarity of the free compound.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from planner.errors import ProcedureError
from planner.flask.procedure import Settled
from planner.library.lists import told_apart
from planner.library.wells import Well
from planner.model.model import Model
from planner.sheets.bottles import PARTNERS, bottles_of
from planner.sheets.charges import draft
from planner.sheets.supplies import Supply, read_supply
from planner.structures.pairs import read_pair

Compound = tuple[str, str, Supply]
"""Role, id and bottle of a partner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What a well takes of one bottle."""

    role: str
    """amine, base, carbonyl, acid or reductant."""
    bottle: Supply
    """What is weighed, or measured as a solution."""
    equivalents: float
    """Per mole of amine."""


def taken_of(well: Well, p: Settled, model: Model) -> tuple[Taken, ...]:
    """List what a well takes besides its solvent, in the order in which it is charged.

    Acid and base are what a sheet charges beside the acid of the partners' salts.

    Raises
    ------
    ProcedureError
        If a bottle does not fit the recipe.
    """
    try:
        return _taken((well.amine_given, well.carbonyl_given), p, model)
    except ProcedureError as error:
        raise ProcedureError(f"well {well.name}: {error}") from error


@lru_cache(maxsize=1024)
def _taken(given: tuple[str, str], p: Settled, model: Model) -> tuple[Taken, ...]:
    """Work it out once; a page asks for it at every touch."""
    held = {role: _supply(text, role, model) for role, text in zip(PARTNERS, given, strict=True)}
    at_hand, _ = bottles_of(read_pair(*given, model), model, p, held)
    return tuple(
        Taken(role=role, bottle=bottle, equivalents=equivalents)
        for _, role, bottle, equivalents, _ in draft(p, at_hand, 1.0, 1.0)
    )


@lru_cache(maxsize=1024)
def _supply(text: str, role: str, model: Model) -> Supply:
    """Read a bottle once."""
    return read_supply(text, model, role=role)


def compounds_of(well: Well, taken: Sequence[Taken]) -> dict[str, Compound]:
    """Tell both partners of a well apart from those of other wells, by role."""
    ids = {"amine": well.amine_id, "carbonyl": well.carbonyl_id}
    return {one.role: (one.role, ids[one.role], one.bottle) for one in taken if one.role in ids}


def source_names(compounds: Iterable[Compound], others: Iterable[str], model: Model) -> dict[Compound, str]:
    """Name the stock of every partner of a plate, no two alike and none like another reagent.

    Parameters
    ----------
    compounds
        Of all wells; one may stand many times.
    others
        Names of acid, base and reductants.
    model
        Whose catalogue names bottles.

    Returns
    -------
    dict
        By compound its id, with its role and structure where ids are shared, and with its bottle where that is not of
        the free compound.
    """
    each, reserved = list(dict.fromkeys(compounds)), sorted(set(others))
    molecules = {(role, name, bottle.smiles) for role, name, bottle in each}
    ids = Counter([*(name for _, name, _ in molecules), *reserved])
    with_role = Counter((role, name) for role, name, _ in molecules)

    def words(compound: Compound) -> str:
        role, name, bottle = compound
        plain = name if ids[name] == 1 and not name.isdecimal() else f"{role} {name}"
        plain = plain if with_role[role, name] == 1 else f"{plain} {bottle.smiles}"
        is_free = bottle == _supply(bottle.smiles, role, model) or bottle.name == name
        return plain if is_free else f"{plain} as {bottle.name}"

    apart = told_apart([*reserved, *map(words, each)])[len(reserved) :]
    return dict(zip(each, apart, strict=True))
