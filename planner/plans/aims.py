"""Aims: what a recommendation is to reach, and the number by which two procedures are compared.

    score = 20 % quantile of the target fraction over the draws
            - prices of time, excess and leaving room temperature

    and where the mean over-alkylation is above its limit

    score = -1 - 10 x (mean over-alkylation above its limit), below every procedure within the limit

The low quantile asks for a procedure that is good in four worlds of five that the uncertain constants
allow; the prices are small, so that they decide only between procedures that are nearly as good.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.engine import Array
from planner.errors import ScopeError, SimulationError
from planner.flask.flask import needs_joint_states, prepare, run
from planner.flask.outcomes import charged_amine, isomer_fractions, predict_outcomes
from planner.flask.procedure import Settled
from planner.model.draws import Draws, first_draws
from planner.model.model import Model
from planner.predictions.prediction import degree_of, target_measures
from planner.structures.pairs import Pair
from planner.structures.structure import read_structure

QUANTILE = 0.2
"""Share of the draws in which the target fraction may fall below the score."""
PENALTY = 10.0
"""Score lost per unit of mean over-alkylation above its limit, so that a search finds its way back."""
ROOM_TEMPERATURE_C = 25.0
TOLERANCE = 1e-3
"""Relative accuracy asked of a trial; what is proposed is predicted again at full accuracy."""
LARGEST_BATCH = 16384
"""Runs per call of the engine, so that memory stays small."""

PRICES = {
    "hour": 0.0005,
    "equivalent of the partner in excess": 0.01,
    "equivalent of hydride in excess": 0.005,
    "equivalent of acid": 0.001,
    "degree from 25 C": 0.0002,
}
"""What each costs, as a fraction of the precious partner: 24 h cost 1.2 points, one equivalent of excess 1 point."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """The product that is wanted, from whose point of view, and how much may go too far."""

    degree: int
    """New alkyl groups on the molecule."""
    smiles: str | None
    """The isomer that is wanted, where one is; else every isomer of the degree counts."""
    basis: str
    """Which partner is precious: "amine" or "carbonyl"."""
    max_over_alkylation: float | None
    """Largest mean over-alkylation."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Marks:
    """How procedures do by an aim, each (n_procedures, n_draws) or (n_procedures,)."""

    wanted: Array
    """Target fraction (n_procedures, n_draws)."""
    over: Array
    """Over-alkylation (n_procedures, n_draws)."""
    under: Array
    """Under-alkylation (n_procedures, n_draws)."""
    price: Array
    """Of time and excess (n_procedures,)."""
    excess: Array
    """Mean over-alkylation above its limit, 0 within it (n_procedures,)."""
    failed: NDArray[np.bool_]
    """Whether it could not be computed (n_procedures,)."""

    @property
    def score(self) -> Array:
        """Low quantile minus prices, below -1 outside the limit (n_procedures,); minus infinity where it failed."""
        low = np.quantile(self.wanted, QUANTILE, axis=1) - self.price
        kept = np.where(self.excess > 0, -1.0 - PENALTY * self.excess, low)
        return np.where(self.failed, -np.inf, kept)

    @property
    def summary(self) -> Array:
        """Score, mean target fraction and mean over-alkylation (n_procedures, 3)."""
        return np.stack([self.score, self.wanted.mean(axis=1), self.over.mean(axis=1)], axis=1)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Bench:
    """Where procedures are judged: one pair, one aim, the same draws for all."""

    pair: Pair
    """What is charged."""
    model: Model
    """The numbers."""
    aim: Aim
    """What is wanted."""
    draws: Draws
    """Shared; a search takes the first of them."""


def read_aim(target: object, pair: Pair, basis: str, max_over_alkylation: float | None) -> Aim:
    """Read a target: "mono", "di", "tri", "exhaustive", a degree, or the SMILES of one product.

    Raises
    ------
    ProcedureError
        If it is none of these.
    ScopeError
        If the amine has too few N-H, or the structure is not a product of this pair.
    """
    smiles = None
    text = str(target).strip()
    if any(letter in text for letter in "NncC") and text.lower() not in ("mono", "di", "tri", "exhaustive"):
        smiles = read_structure(text).smiles
        degrees = {product: sum(alkyls) for alkyls, product in pair.products}
        if not degrees.get(smiles):
            made = [product for product, degree in degrees.items() if degree][:6]
            raise ScopeError(
                f"target {smiles} is not made by this pair; it makes {', '.join(made)} ...: name one of them"
            )
        degree = degrees[smiles]
    else:
        degree = degree_of(target, pair.n_hydrogens)
    return Aim(degree=degree, smiles=smiles, basis=basis, max_over_alkylation=max_over_alkylation)


def judge(bench: Bench, procedures: Sequence[Settled], n_draws: int) -> Marks:
    """Run settled procedures and mark them by an aim.

    A procedure that cannot be integrated is marked as failed; the others are not touched by it.

    Parameters
    ----------
    bench
        Pair, numbers, aim and draws.
    procedures
        Settled, at least one.
    n_draws
        Uses the first of the draws.

    Raises
    ------
    ScopeError
        If joint states are needed and there are too many.
    """
    at_once = max(1, LARGEST_BATCH // n_draws)
    parts = [_judge(bench, procedures[i : i + at_once], n_draws) for i in range(0, len(procedures), at_once)]
    return _joined(parts)


def _judge(bench: Bench, procedures: Sequence[Settled], n_draws: int) -> Marks:
    """Mark a batch; where it fails, find the culprit by halves."""
    draws = first_draws(bench.draws, n_draws)
    try:
        return _measured(bench, procedures, draws)
    except SimulationError:
        if len(procedures) == 1:
            nothing, one = np.zeros((1, n_draws)), np.zeros(1)
            return Marks(
                wanted=nothing, over=nothing, under=nothing, price=one, excess=one, failed=np.ones(1, bool)
            )
    half = len(procedures) // 2
    return _joined([_judge(bench, part, n_draws) for part in (procedures[:half], procedures[half:])])


def _joined(parts: Sequence[Marks]) -> Marks:
    return Marks(**{name: np.concatenate([getattr(m, name) for m in parts]) for name in Marks.__slots__})


def _measured(bench: Bench, procedures: Sequence[Settled], draws: Draws) -> Marks:
    """Mark procedures that can be integrated."""
    pair, model, aim = bench.pair, bench.model, bench.aim
    equivalents = np.array([p.carbonyl_equivalents for p in procedures])
    outcome = predict_outcomes(pair, model, procedures, draws, relative_tolerance=TOLERANCE)
    wanted, over, under = target_measures(outcome, aim.degree, aim.basis, equivalents)
    if aim.smiles is not None:
        per_carbonyl = (
            aim.degree / np.maximum(equivalents, 1e-300)[:, None] if aim.basis == "carbonyl" else 1.0
        )
        wanted = _isomer(pair, model, procedures, draws, aim.smiles) * per_carbonyl
    limit = np.inf if aim.max_over_alkylation is None else aim.max_over_alkylation
    return Marks(
        wanted=wanted,
        over=over,
        under=under,
        price=np.array([price(p, model, aim) for p in procedures]),
        excess=np.maximum(0.0, over.mean(axis=1) - limit),
        failed=np.zeros(len(procedures), bool),
    )


def _isomer(pair: Pair, model: Model, procedures: Sequence[Settled], draws: Draws, smiles: str) -> Array:
    """Fraction of the amine in one isomer (n_procedures, n_draws)."""
    rows: list[Array] = []
    for p in procedures:
        flask = prepare(pair, model, joint=needs_joint_states(pair, p))
        trajectory = run(flask, model, [p], draws)
        found = isomer_fractions(flask, trajectory, p.quench, charged_amine([p]))
        rows.append(found[smiles][1][0, :, -1])
    return np.stack(rows)


def price(procedure: Settled, model: Model, aim: Aim) -> float:
    """Sum the prices of a settled procedure."""
    carbonyl = procedure.carbonyl_equivalents
    usable = model.reductant(procedure.reductant).usable_hydrides
    hydride = procedure.reductant_equivalents * usable
    needed = min(carbonyl, float(aim.degree))
    if aim.basis == "amine":
        per, excess = 1.0, max(0.0, carbonyl - aim.degree)
    else:
        per = 1.0 / max(carbonyl, 1e-9)
        excess = max(0.0, per - 1.0 / aim.degree)
    parts = {
        "hour": procedure.total_time_h,
        "equivalent of the partner in excess": excess,
        "equivalent of hydride in excess": per * max(0.0, hydride - needed),
        "equivalent of acid": per * procedure.acid_equivalents,
        "degree from 25 C": abs(procedure.temperature_C - ROOM_TEMPERATURE_C),
    }
    return sum(PRICES[name] * amount for name, amount in parts.items())
