"""Outcomes: amounts at the end become a distribution over molecules.

Each copy of each group of nitrogens ends in one of its states with probability
``n_state / (n_amine * copies)``. Groups are independent given the pools, so the number of new alkyl
groups on a molecule is the convolution over its groups and copies (a Poisson-binomial over nitrogens).

Quench: aqueous ``X(a) -> N(a) + carbonyl``; borohydride ``X(a) -> N(a + 1)``, carbonyl -> alcohol, complete.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from operator import attrgetter

import numpy as np

from planner.engine import Array
from planner.errors import SimulationError
from planner.flask.contents import setting_of
from planner.flask.discrepancy import discrepancies, fractions_of, log_contrasts, tilted
from planner.flask.flask import Flask, prepare, run
from planner.flask.procedure import Settled
from planner.flask.simulate import RELATIVE_TOLERANCE, Trajectory
from planner.mechanism.microstates import Group, Rung, State, assignments, enumerate_states, merge
from planner.mechanism.names import state_name
from planner.mechanism.network import ALCOHOL, CARBONYL, HYDRIDE
from planner.model.draws import Draws
from planner.model.model import Model
from planner.structures.pairs import Pair

BALANCE_TOLERANCE = 1e-5
"""Largest loss of nitrogen, as a fraction of the charge, that a run may show: rounding where acid comes and goes a
thousand million times as fast as a slow ketone condenses; the states are then made to sum to one."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Outcome:
    """What is in the flask after the quench, for procedures x draws."""

    degrees: Array
    """Fraction of the amine charged with 0, 1, 2, ... new alkyl groups (n_procedures, n_draws, n_degrees)."""
    product: Array
    """Carbonyl charged that ended as a new N-alkyl group (n_procedures, n_draws)."""
    alcohol: Array
    """Carbonyl charged that was reduced (n_procedures, n_draws)."""
    other: Array
    """Carbonyl charged that was lost otherwise, by the flask's other fates (n_procedures, n_draws, n_others)."""
    unreacted: Array
    """Carbonyl charged that is left, or set free by an aqueous quench (n_procedures, n_draws)."""
    hydride_left: Array
    """Hydride equivalents charged that are left before the quench (n_procedures, n_draws); 1 where none was charged."""
    ratio: Array
    """Carbonyl per amine in the flask over that which is stated (n_procedures, n_draws): 1 where bottles are pure."""

    def of(self, i: int) -> "Outcome":
        """Take a copy of that of one procedure."""
        return Outcome(**{name: getattr(self, name)[i : i + 1].copy() for name in Outcome.__slots__})


def _after(state: State, quench: str) -> State:
    """Quench one state: an imine falls back to its amine, or is reduced on."""
    step = 1 if quench == "borohydride" else 0
    return tuple(tuple(Rung(r.alkyls + step * r.is_imine, False) for r in ring) for ring in state)


@lru_cache(maxsize=256)
def _quenched(group: Group, quench: str) -> tuple[tuple[str, State], ...]:
    """List every species of a group with the state that it is after the quench."""
    return tuple((state_name(group, s), merge(group, _after(s, quench))) for s in enumerate_states(group))


def _group_states(
    flask: Flask, group: Group, trajectory: Trajectory, quench: str, charged: Array
) -> dict[State, Array]:
    """Probability of each state of one copy of a group after the quench; what is not in the flask yet is unreacted."""
    states: dict[State, Array] = {}
    for name, after in _quenched(group, quench):
        share = trajectory.amount(name) / (charged * group.n_copies)
        states[after] = states.get(after, 0.0) + share
    missing = 1.0 - sum(
        states.values()
    )  # the books are kept on the amounts as they are, negative traces included
    if np.min(missing) < -BALANCE_TOLERANCE:
        raise SimulationError(
            f"the nitrogen balance of {flask.pair.amine.smiles} is off by {-np.min(missing):.1e} of the charge; "
            "please report the two structures and the procedure"
        )
    unreacted = enumerate_states(group)[0]
    states[unreacted] = states[unreacted] + missing
    clipped = {state: np.maximum(share, 0.0) for state, share in states.items()}
    whole = sum(clipped.values())
    return {state: share / whole for state, share in clipped.items()}


def _n_alkyls(state: State) -> int:
    return sum(rung.alkyls for ring in state for rung in ring)


def molecule_degrees(flask: Flask, trajectory: Trajectory, quench: str, charged: Array) -> Array:
    """Convolve the groups into the number of new alkyl groups per molecule.

    Parameters
    ----------
    flask, trajectory
        What was run, and its amounts (..., n_species).
    quench
        "aqueous" or "borohydride".
    charged
        Amine charged [mol], broadcastable to the amounts of one species.

    Returns
    -------
    Array
        (..., n_degrees), sums to 1.
    """
    total = np.ones((*trajectory.amounts.shape[:-1], 1))
    for group in flask.groups:
        states = _group_states(flask, group, trajectory, quench, charged)
        degrees = np.zeros((*total.shape[:-1], max(map(_n_alkyls, states)) + 1))
        for state, probability in states.items():
            degrees[..., _n_alkyls(state)] += probability
        for _ in range(group.n_copies):
            total = _convolve(total, degrees)
    return total


def _convolve(left: Array, right: Array) -> Array:
    """Convolve two distributions along their last axis."""
    result = np.zeros((*left.shape[:-1], left.shape[-1] + right.shape[-1] - 1))
    for i in range(left.shape[-1]):
        result[..., i : i + right.shape[-1]] += left[..., i : i + 1] * right
    return result


def isomer_fractions(
    flask: Flask, trajectory: Trajectory, quench: str, charged: Array
) -> dict[str, tuple[int, Array]]:
    """Work out the fraction of every product, one entry per constitutional isomer.

    Returns
    -------
    dict
        SMILES to (degree, fractions shaped as the amounts of one species), unreacted amine first.
    """
    states = [_group_states(flask, g, trajectory, quench, charged) for g in flask.groups]
    copies = [(g, p, atoms) for g, p in zip(flask.groups, states, strict=True) for atoms in g.atoms]
    smiles_of = dict(flask.pair.products)
    order = [site.atom_index for site in flask.pair.sites]
    found: dict[str, tuple[int, Array]] = {}
    for way in product(*(assignments(group) for group, _, _ in copies)):
        alkyls: dict[int, int] = {}
        fraction: Array = np.ones(trajectory.amounts.shape[:-1])
        for (group, probabilities, atoms), (state, n_sharing) in zip(copies, way, strict=True):
            fraction = fraction * probabilities.get(merge(group, state), 0.0) / n_sharing
            pairs = (
                (i, r)
                for ring, rungs in zip(atoms, state, strict=True)
                for i, r in zip(ring, rungs, strict=True)
            )
            alkyls.update((index, rung.alkyls) for index, rung in pairs)
        smiles = smiles_of[tuple(alkyls[index] for index in order)]
        degree, before = found.get(smiles, (sum(alkyls.values()), np.zeros(())))
        found[smiles] = (degree, before + fraction)
    return found


def charged_amine(procedures: Sequence[Settled], trajectory: Trajectory) -> Array:
    """Amine that really is in the flask, shaped to divide amounts (n_procedures, 1 or n_draws, 1) [mol per litre]."""
    stated = np.array([[p.concentration_M] for p in procedures])
    return np.asarray(stated * trajectory.titre("amine"))[:, :, None]


def free_carbonyl(flask: Flask, trajectory: Trajectory) -> Array:
    """Count carbonyl that is neither on nitrogen nor lost [mol] (..., n_times), what its store still holds too."""
    free = trajectory.amount(CARBONYL)
    return free + trajectory.amount(flask.store) if flask.store else free


def imine_groups(flask: Flask, trajectory: Trajectory) -> Array:
    """Count imine and iminium groups of every degree [mol] (..., n_times)."""
    return _nitrogens(flask, trajectory, attrgetter("is_imine"))


def held_nitrogens(flask: Flask, trajectory: Trajectory) -> Array:
    """Count nitrogens of every degree that acid holds [mol] (..., n_times)."""
    return _nitrogens(flask, trajectory, attrgetter("is_held"))


def _nitrogens(flask: Flask, trajectory: Trajectory, counts: Callable[[Rung], bool]) -> Array:
    """Count the nitrogens on some rungs [mol] (..., n_times)."""
    total: Array = np.zeros(trajectory.amounts.shape[:-1])
    for group in flask.groups:
        for state in enumerate_states(group):
            n = sum(counts(rung) for ring in state for rung in ring)
            if n:
                total = total + n * trajectory.amount(state_name(group, state))
    return total


def fate_amounts(flask: Flask, trajectory: Trajectory) -> dict[str, Array]:
    """Count the carbonyl that each fate took [mol] (..., n_times), by its word."""
    return {
        fate: np.asarray(sum(n * trajectory.amount(name) for name, n in made_of))
        for fate, made_of in flask.fates.items()
    }


def measure(flask: Flask, model: Model, trajectory: Trajectory, procedures: Sequence[Settled]) -> Outcome:
    """Quench each procedure at its last point and read what is there.

    Parameters
    ----------
    flask, trajectory
        What was run.
    model
        For the usable hydrides of each reductant.
    procedures
        Settled, in the order of the trajectory.
    """
    usable = np.array([float(model.reductant(p.reductant).usable_hydrides) for p in procedures])
    last = _end(trajectory)
    charged = charged_amine(procedures, trajectory)
    quenched = {q: molecule_degrees(flask, last, q, charged)[:, :, 0] for q in {p.quench for p in procedures}}
    degrees = np.stack([quenched[p.quench][i] for i, p in enumerate(procedures)])
    is_reduced = np.array([[p.quench == "borohydride"] for p in procedures])
    ratio = np.asarray(trajectory.titre("carbonyl") / trajectory.titre("amine"))
    carbonyl = charged[:, :, 0] * np.array([[p.carbonyl_equivalents] for p in procedures]) * ratio
    alkyls = degrees @ np.arange(degrees.shape[-1])
    made = _fraction(alkyls * charged[:, :, 0], carbonyl, when_none=0.0)
    ends = {fate: amount[..., 0] for fate, amount in fate_amounts(flask, last).items()}
    alcohol = ends.pop(ALCOHOL, 0.0) + np.where(is_reduced, free_carbonyl(flask, last)[..., 0], 0.0)
    reduced = _fraction(np.maximum(alcohol, 0.0), carbonyl, when_none=0.0)
    others = [_fraction(np.maximum(n, 0.0), carbonyl, when_none=0.0) for n in ends.values()]
    lost = sum(others, start=reduced)
    whole = np.maximum(made + lost, 1.0)  # a trace of carbonyl is known only to the balance of the amine
    stated = np.array([[p.concentration_M] for p in procedures]) * usable[:, None]
    stated = stated * np.array([[p.reductant_equivalents] for p in procedures])
    hydride = stated * trajectory.titre("reductant")
    return Outcome(
        degrees=degrees,
        product=made / whole,
        alcohol=reduced / whole,
        other=np.stack([part / whole for part in others], axis=-1) if others else np.zeros((*made.shape, 0)),
        unreacted=1.0 - (made + lost) / whole,
        hydride_left=_fraction(np.maximum(last.amount(HYDRIDE)[..., 0], 0.0), hydride, when_none=1.0),
        ratio=np.broadcast_to(ratio, made.shape),
    )


def _end(trajectory: Trajectory) -> Trajectory:
    """Take the last point, the amounts of each species together."""
    amounts = np.ascontiguousarray(np.moveaxis(trajectory.amounts[:, :, -1:], -1, 0))
    return replace(trajectory, times_h=trajectory.times_h[:, -1:], amounts=np.moveaxis(amounts, 0, -1))


def _fraction(part: Array, whole: Array, *, when_none: float) -> Array:
    """Divide, with a stated answer where there is nothing to divide by."""
    if np.all(whole > 0):
        return np.asarray(part / whole)
    part, whole = np.broadcast_arrays(part, whole)
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, when_none), where=whole > 0))


def predict_outcomes(
    pair: Pair,
    model: Model,
    procedures: Sequence[Settled],
    draws: Draws,
    *,
    relative_tolerance: float = RELATIVE_TOLERANCE,
    pairs: Sequence[Pair] | None = None,
) -> Outcome:
    """Run settled procedures and measure what they give.

    Parameters
    ----------
    pair
        Amine and carbonyl.
    model
        The numbers.
    procedures
        Settled; any mixture of additions.
    draws
        Shared by all procedures.
    relative_tolerance
        As in ``simulate``; a search needs less than an answer.
    pairs
        Of each procedure, where they are several that are alike; ``pair`` is one of them. See ``flask.alike``.

    Returns
    -------
    Outcome
        In the order of the procedures.

    Raises
    ------
    ScopeError
        If joint states are needed and there are too many.
    SimulationError
        If a run cannot be integrated.
    """
    parts: list[tuple[list[int], Outcome, list[str]]] = []
    settings = [setting_of(pair, model, p) for p in procedures]
    for setting in sorted(dict.fromkeys(settings), key=lambda s: s.joint):
        chosen = [i for i, other in enumerate(settings) if other == setting]
        flask = prepare(pair, model, setting=setting)
        some = [procedures[i] for i in chosen]
        own = None if pairs is None else [pairs[i] for i in chosen]
        trajectory = run(
            flask, model, some, draws, n_points=0, relative_tolerance=relative_tolerance, pairs=own
        )
        fates = [fate for fate in flask.fates if fate != ALCOHOL]
        parts.append((chosen, measure(flask, model, trajectory, some), fates))
    return corrected(_in_order(parts), pair, model, procedures, draws)


def corrected(
    outcome: Outcome, pair: Pair, model: Model, procedures: Sequence[Settled], draws: Draws
) -> Outcome:
    """Add what the mechanism gets wrong, where the model has learned from runs how much that is.

    Alkyl groups never exceed the carbonyl that was not lost; what they leave is alcohol and carbonyl, in the
    proportion of the draw.
    """
    calibration = model.calibration
    if calibration is None or not calibration.has_discrepancy:
        return outcome
    is_pair = calibration.is_of(pair.amine.smiles, pair.carbonyl.smiles)
    wrong = discrepancies(calibration, procedures, draws, outcome.degrees.shape[-1], is_pair=is_pair)
    return moved(outcome, procedures, wrong)


def moved(outcome: Outcome, procedures: Sequence[Settled], errors: Array) -> Outcome:
    """Move outcomes by errors of their log-contrasts (n_procedures, n_draws, n_degrees - 1), and keep the books."""
    charged = np.array([[p.carbonyl_equivalents] for p in procedures]) * outcome.ratio
    others = outcome.other.sum(axis=-1)
    most = charged * np.maximum(1.0 - outcome.alcohol - others, 0.0)
    degrees = tilted(fractions_of(log_contrasts(outcome.degrees) + errors), most)
    made = _fraction(degrees @ np.arange(degrees.shape[-1]), charged, when_none=0.0)
    made = np.minimum(made, 1.0 - others)
    rest = 1.0 - others - made
    share = _fraction(outcome.alcohol, outcome.alcohol + outcome.unreacted, when_none=0.0)
    return replace(
        outcome, degrees=degrees, product=made, alcohol=share * rest, unreacted=(1.0 - share) * rest
    )


def _in_order(parts: Sequence[tuple[list[int], Outcome, list[str]]]) -> Outcome:
    """Join outcomes, each with the names of its other fates, and put their procedures back in order.

    A fate that a network does not hold took nothing: steps are left out of one that would be too large.
    """
    if len(parts) == 1:
        return parts[0][1]
    fates = list(dict.fromkeys(fate for _, _, own in parts for fate in own))
    order = np.argsort([i for chosen, _, _ in parts for i in chosen])
    some = [replace(outcome, other=_placed(outcome.other, own, fates)) for _, outcome, own in parts]
    return Outcome(
        **{name: np.concatenate([getattr(o, name) for o in some])[order] for name in Outcome.__slots__}
    )


def _placed(other: Array, own: Sequence[str], fates: Sequence[str]) -> Array:
    """Write the parts that went into some fates as parts of all fates."""
    placed = np.zeros((*other.shape[:-1], len(fates)))
    placed[..., [fates.index(fate) for fate in own]] = other
    return placed
