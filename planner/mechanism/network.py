"""Networks: species and the mass-action reactions between them, balanced in elements and charge.

The flask of a reductive amination is written out from the groups of reactive nitrogens::

    N(a) + carbonyl      ->  X(a) + water         condensation
    X(a) + water         ->  N(a) + carbonyl      hydrolysis
    X(a) + hydride       ->  N(a + 1)             hydride transfer
    N(a) + X(b)          ->  X(a) + N(b)          exchange, for every ordered pair of different (class, rung)
    carbonyl + hydride   ->  alcohol              and the other steps between pools, from data

Where acid is followed, and where the hydride leaves an acyl borate behind::

    N(a) + acid          <=> N(a).acid            association: held nitrogen does nothing else
    N(a) + carbonyl + acid count -> X(a) + water + acid count, and back: acid counts free or held
    whatever takes up a hydride also gives a borate, an acetyl that water turns into acid

Steps between pools that name amines and imines stand for every nitrogen; see ``nitrogens``.

Bookkeeping is proton-neutral: one hydride equivalent comes with its proton (formula H2), X(a) is
N(a) + carbonyl - H2O, and only the reactive nitrogens of the amine are written out (the rest of
the molecule is a spectator). A network can as well be built by hand from records.

Rate law: ``rate [mol/s] = multiplicity * k * V * prod(n_i / V)``, k the product of the named constants.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from planner.errors import ParameterError, ScopeError, shown
from planner.mechanism.microstates import (
    ASSOCIATION,
    AZADIENE_FORMATION,
    CONDENSATION,
    DISSOCIATION,
    HYDRIDE_TRANSFER,
    HYDROLYSIS,
    Group,
    Move,
    State,
    enumerate_states,
    moves,
    takes_last_hydrogen,
)
from planner.mechanism.names import constant_name, state_name
from planner.mechanism.steps import (
    AMINE,
    AZADIENE,
    IMINIUM,
    ON_NITROGEN,
    Formula,
    formula,
    names_nitrogens,
    new_species,
    sides,
)

REACTION_CEILING = 2000

CARBONYL, WATER, HYDRIDE, ALCOHOL = "carbonyl", "water", "hydride", "alcohol"
WATER_FORMULA: Formula = (("H", 2), ("O", 1))
HYDRIDE_FORMULA: Formula = (("H", 2),)
ACID, ACID_COUNT, BORATE = "acid", "acid count", "borate"
ACID_FORMULA: Formula = (("C", 2), ("H", 4), ("O", 2))
"""Acetic acid."""
BORATE_FORMULA: Formula = (("C", 2), ("H", 2), ("O", 1))
"""An acetyl on spent borate, less what it becomes acid with: acid - water."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Species:
    """Something whose amount is followed."""

    name: str
    """Unique in its network."""
    formula: Formula = ()
    """Sorted (element, count) pairs; empty for all species of a network that keeps no such books."""
    charge: int = 0
    """Elementary charges."""

    def __post_init__(self) -> None:
        is_formula = isinstance(self.formula, tuple | list) and all(map(_is_count, self.formula))
        if not (isinstance(self.name, str) and is_formula and isinstance(self.charge, int)):
            raise ParameterError(
                f"species {shown(self.name)}, formula {shown(self.formula)}, charge {shown(self.charge)} is none; "
                "give a text, (element, count) pairs and a whole number"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """One irreversible mass-action reaction."""

    reactants: tuple[str, ...]
    """Species names, repeated for order; none for a zeroth-order source."""
    products: tuple[str, ...]
    """Species names, repeated for stoichiometry."""
    constants: tuple[str, ...]
    """Names of the factors whose product is the rate constant [M^(1 - order)/s]."""
    multiplicity: int = 1
    """Number of equal ways in which it happens."""

    def __post_init__(self) -> None:
        for names in (self.reactants, self.products, self.constants):
            if not isinstance(names, tuple | list) or not all(isinstance(name, str) for name in names):
                raise ParameterError(f"{shown(names)} in a reaction is no tuple of names; give one")
        if not isinstance(self.multiplicity, int):
            raise ParameterError(f"multiplicity {shown(self.multiplicity)} is no whole number; give one")

    def __str__(self) -> str:
        """Write the reaction as text."""
        return f"{' + '.join(self.reactants)} -> {' + '.join(self.products)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """Species and reactions; elements and charge are balanced, or it cannot be built."""

    species: tuple[Species, ...]
    """In the order of every amount array."""
    reactions: tuple[Reaction, ...]
    """In the order of every rate-constant array."""

    def __post_init__(self) -> None:
        for listed, kind in ((self.species, Species), (self.reactions, Reaction)):
            if not isinstance(listed, tuple | list) or not all(isinstance(one, kind) for one in listed):
                raise ParameterError(f"{shown(listed)} in a network is no tuple of {kind.__name__}; give one")
        names = [s.name for s in self.species]
        twice = sorted(name for name, n in Counter(names).items() if n > 1)
        if twice:
            raise ParameterError(f"species {shown(twice[0])} stands twice; expected unique names: rename one")
        book = {s.name: s for s in self.species}
        for reaction in self.reactions:
            _check_reaction(reaction, book)

    @property
    def species_names(self) -> tuple[str, ...]:
        """Names in the order of the amounts."""
        return tuple(s.name for s in self.species)

    @property
    def constant_names(self) -> tuple[str, ...]:
        """Names of all constants that the reactions need, sorted."""
        return tuple(sorted({name for r in self.reactions for name in r.constants}))


def _is_count(pair: object) -> bool:
    """Tell whether this is an element and how often it stands in a formula."""
    is_pair = isinstance(pair, tuple | list) and len(pair) == 2
    return is_pair and isinstance(pair[0], str) and isinstance(pair[1], int)  # type: ignore[index]


def _check_reaction(reaction: Reaction, book: dict[str, Species]) -> None:
    """Refuse unknown species, more than three reactants, and unbalanced reactions."""
    for name in (*reaction.reactants, *reaction.products):
        if name not in book:
            raise ParameterError(
                f"reaction {shown(str(reaction))} names {shown(name)}; expected one of the species: add or mend it"
            )
    if len(reaction.reactants) > 3:
        raise ParameterError(
            f"reaction {shown(str(reaction))} is of order {len(reaction.reactants)}; at most 3 is supported"
        )
    if not reaction.constants or reaction.multiplicity < 1:
        raise ParameterError(
            f"reaction {shown(str(reaction))} needs a named rate constant and a multiplicity of at least 1"
        )
    balance: dict[str, int] = {}
    for sign, side in ((1, reaction.reactants), (-1, reaction.products)):
        for name in side:
            for element, n in book[name].formula:
                balance[element] = balance.get(element, 0) + sign * n
    if any(balance.values()):
        left, right = (
            formula(pair for name in side for pair in book[name].formula)
            for side in (reaction.reactants, reaction.products)
        )
        raise ParameterError(
            f"reaction {shown(str(reaction))} does not balance: {shown(left)} against {shown(right)}; mend its formulas"
        )
    if sum(book[n].charge for n in reaction.reactants) != sum(book[n].charge for n in reaction.products):
        raise ParameterError(f"reaction {shown(str(reaction))} does not balance in charge; mend the charges")


@lru_cache(maxsize=512)
def _states(groups: tuple[Group, ...]) -> tuple[tuple[str, Formula, int], ...]:
    """List the joint states of groups: name, elements besides those of carbonyl compounds, and how many it holds."""
    return tuple((state_name(g, s), *_state_formula(g, s)) for g in groups for s in enumerate_states(g))


def _state_formula(group: Group, state: State) -> tuple[Formula, int]:
    """Count the elements of the reactive nitrogens, their hydrogens and acid, and the carbonyls added to them."""
    total: list[tuple[str, int]] = []
    held = 0
    for ring, rungs in zip(group.rings, state, strict=True):
        for ladder, rung in zip(ring.ladders, rungs, strict=True):
            n_carbonyls = rung.alkyls + rung.is_imine + 2 * rung.is_azadiene
            held += n_carbonyls
            total += [
                ("N", 1),
                ("H", ladder.n_hydrogens + 2 * rung.alkyls - 2 * n_carbonyls),
                ("O", -n_carbonyls),
            ]
            total += ACID_FORMULA if rung.is_held else ()
    return formula(total), held


POOLS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    CONDENSATION: ((CARBONYL,), (WATER,)),
    HYDROLYSIS: ((WATER,), (CARBONYL,)),
    HYDRIDE_TRANSFER: ((HYDRIDE,), ()),
    ASSOCIATION: ((ACID,), ()),
    DISSOCIATION: ((), (ACID,)),
}
"""What a move takes from the pools of the flask, and what it gives."""
CATALYSED = (CONDENSATION, HYDROLYSIS)
"""Moves that acid speeds; they alone feel a neighbour in their ring."""


def _ladder_reactions(group: Group, move: Move, has_borate: bool) -> Iterator[Reaction]:
    """Write a move that involves only pools, and once more with acid where it speeds it."""
    if move.kind not in POOLS:
        return
    taken, given = POOLS[move.kind]
    given = (*given, BORATE) if has_borate and HYDRIDE in taken else given
    step = (move.ladder, move.rung.alkyls)
    name = move.kind if move.kind == ASSOCIATION else constant_name(move.kind, step)
    couplings = tuple(f"coupling {name}" for name in move.couplings) if move.kind in CATALYSED else ()
    plain = Reaction(
        reactants=(state_name(group, move.state), *taken),
        products=(state_name(group, move.after), *given),
        constants=(name, *couplings),
        multiplicity=move.multiplicity,
    )
    yield plain
    if group.has_acid and move.kind in CATALYSED:
        yield Reaction(
            reactants=(*plain.reactants, ACID_COUNT),
            products=(*plain.products, ACID_COUNT),
            constants=(f"acid {name}", *couplings),
            multiplicity=move.multiplicity,
        )


def _exchanges(all_moves: Sequence[tuple[Group, Move]]) -> Iterator[Reaction]:
    """Write N(a) + X(b) -> X(a) + N(b) for every ordered pair of different (class, rung).

    Pairs of the same class and rung change no marginal and are left out.
    """
    takers = [(g, m) for g, m in all_moves if m.kind == CONDENSATION]
    givers = [(g, m) for g, m in all_moves if m.kind == HYDROLYSIS]
    for taker_group, taker in takers:
        for giver_group, giver in givers:
            a, b = (taker.ladder, taker.rung.alkyls), (giver.ladder, giver.rung.alkyls)
            if a == b:
                continue
            couplings = tuple(f"coupling {name}" for name in (*taker.couplings, *giver.couplings))
            yield Reaction(
                reactants=(state_name(taker_group, taker.state), state_name(giver_group, giver.state)),
                products=(state_name(taker_group, taker.after), state_name(giver_group, giver.after)),
                constants=(constant_name("exchange", a, b), *couplings),
                multiplicity=taker.multiplicity * giver.multiplicity,
            )


def nitrogen_reactions(
    constant: str, equation: str, all_moves: Sequence[tuple[Group, Move]]
) -> Iterator[Reaction]:
    """Write a step that names amines and imines, for every nitrogen and every ordered pair of imines.

    An imine or iminium of the left side becomes the amine of the right one; of two imines the first becomes the
    azadiene and the second its amine, each in the state of its own molecule.
    """
    reactants, products = sides(equation)
    is_imine = IMINIUM not in reactants
    freed = [
        (g, m)
        for g, m in all_moves
        if m.kind == HYDROLYSIS and takes_last_hydrogen(m.ladder, m.rung.alkyls) != is_imine
    ]
    grown = [(g, m) for g, m in all_moves if m.kind == AZADIENE_FORMATION] if AZADIENE in products else [None]
    for first in grown:
        for group, move in freed:
            after = {AMINE: state_name(group, move.after)}
            before, multiplicity = [state_name(group, move.state)], move.multiplicity
            if first is not None:
                before.append(state_name(first[0], first[1].state))
                after[AZADIENE] = state_name(first[0], first[1].after)
                multiplicity *= first[1].multiplicity
            yield Reaction(
                reactants=(*before, *(name for name in reactants if name not in ON_NITROGEN)),
                products=tuple(after.get(name, name) for name in products),
                constants=(constant,),
                multiplicity=multiplicity,
            )


def _spent(equation: str) -> str:
    """Add the borate that each hydride leaves behind to an equation."""
    reactants, products = sides(equation)
    return " + ".join([equation, *[BORATE] * (reactants.count(HYDRIDE) - products.count(HYDRIDE))])


def _pools(carbonyl: Formula, has_acid: bool, has_borate: bool) -> dict[str, Formula]:
    """List the pools of every flask, and those of acid where it is followed."""
    pools = {CARBONYL: formula(carbonyl), WATER: WATER_FORMULA, HYDRIDE: HYDRIDE_FORMULA}
    pools |= {ACID: ACID_FORMULA, ACID_COUNT: ()} if has_acid else {}
    if has_borate:
        pools |= {HYDRIDE: formula((*HYDRIDE_FORMULA, *BORATE_FORMULA)), BORATE: BORATE_FORMULA}
    return pools


def _on_nitrogen(carbonyl: Formula) -> dict[str, Formula]:
    """Count what words for nitrogens add to the nitrogen: carbonyl less water, as often as they hold it."""
    added = formula((*carbonyl, *((element, -n) for element, n in WATER_FORMULA)))
    return {word: formula((element, n * held) for element, n in added) for word, held in ON_NITROGEN.items()}


def build_network(
    groups: Sequence[Group],
    carbonyl: Formula,
    steps: Sequence[tuple[str, str]],
    *,
    has_borate: bool = False,
) -> Network:
    """Write out the flask of a reductive amination.

    Parameters
    ----------
    groups
        Groups of reactive nitrogens, from ``group_sites``.
    carbonyl
        Elements of the carbonyl compound.
    steps
        (name of the rate constant, equation) of every step between the pools.
    has_borate
        Whether each hydride leaves a borate behind that gives acid with water.

    Returns
    -------
    Network
        Species: the states of each group in order, then carbonyl, water, hydride (acid, acid count, borate), then what
        the steps bring in.

    Raises
    ------
    ScopeError
        If there would be more than 2,000 reactions.
    ParameterError
        If a step cannot be balanced.
    """
    pools = _pools(carbonyl, any(group.has_acid for group in groups), has_borate)
    steps = tuple((constant, _spent(equation) if has_borate else equation) for constant, equation in steps)
    on_nitrogen = _on_nitrogen(pools[CARBONYL])
    for _, equation in steps:
        pools |= dict(new_species(equation, pools | on_nitrogen))
    species = [
        Species(
            name=name, formula=formula((*elements, *((element, n * held) for element, n in pools[CARBONYL])))
        )
        for name, elements, held in _states(tuple(groups))
    ]
    species += [Species(name=name, formula=elements) for name, elements in pools.items()]
    reactions = _reactions(tuple(groups), steps, has_borate)
    return Network(species=tuple(species), reactions=reactions)


@lru_cache(maxsize=512)
def _reactions(
    groups: tuple[Group, ...], steps: tuple[tuple[str, str], ...], has_borate: bool
) -> tuple[Reaction, ...]:
    """Write the reactions, which are the same whatever the elements of the carbonyl compound."""
    all_moves = [(g, m) for g in groups for s in enumerate_states(g) for m in moves(g, s)]
    reactions = [reaction for g, m in all_moves for reaction in _ladder_reactions(g, m, has_borate)]
    reactions += _exchanges(all_moves)
    for constant, equation in steps:
        if names_nitrogens(equation):
            reactions += nitrogen_reactions(constant, equation, all_moves)
        else:
            reactants, products = sides(equation)
            reactions.append(Reaction(reactants=reactants, products=products, constants=(constant,)))
    if len(reactions) > REACTION_CEILING:
        raise ScopeError(
            f"the nitrogens of this amine need {len(reactions)} reactions; at most {REACTION_CEILING} are computed: "
            "choose an addition that does not feed the amine, or protect some of the nitrogens"
        )
    return tuple(reactions)
