"""Aims: what a recommendation is to reach, and the number by which two procedures are compared.

    score = mean of the target fraction over the draws
            - half its standard deviation, once the model has learned from runs
            - prices of time, excess, alcohol and leaving room temperature,
              as far as they leave what is useful (30 %) or all of it where there is less

and where the mean over-alkylation is above its limit, or the 5 % quantile of the target below its own,

    score = -1 - 10 x (distance to the limit), below every procedure within the limits

The mean is what a chemist gets on average over the worlds that the uncertain constants allow; on simulated
substrates with steps that the model lacks it led to better procedures than a low quantile, which asks too
much caution of wide priors. Risk stays visible as the interval, and as a limit. A procedure that is worse
than what its reductant's stated defaults give in all the time allowed is marked down likewise: a price never
ranks where the chemistry fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from planner.engine import Array
from planner.errors import ProcedureError, ScopeError, SimulationError, StructureError, shown
from planner.flask.discrepancy import shared_out
from planner.flask.flask import flask_for, run
from planner.flask.outcomes import (
    Outcome,
    charged_amine,
    corrected,
    isomer_fractions,
    measure,
    predict_outcomes,
)
from planner.flask.procedure import Settled
from planner.model.draws import Draws, first_draws
from planner.model.model import Model
from planner.plans.partners import price_of
from planner.predictions.prediction import degree_of, target_measures
from planner.structures.pairs import Pair
from planner.structures.structure import read_structure

PENALTY = 10.0
"""Score lost per unit beyond a limit, so that a search finds its way back."""
USEFUL = 0.3
"""Mean target fraction from which a procedure is one; below it prices do not rank."""
NOTHING = 0.005
"""Mean target fraction below which nothing is said of how a procedure does: it rounds to 0 %."""
REST = 0.5
"""Share of what is above it that no price takes, so that more of the target is always better."""
LOW = 0.05
"""Quantile that a limit on the target's lower end is held against: the low end of its interval."""
CAUTION = 0.5
"""Standard deviations of the target that count against a procedure once runs were learned from: their draws hold what
the mechanism gets wrong, and what was seen to work is surer. A low quantile keeps to starved procedures; estimate."""
MARGIN = 0.015
"""Low end of the target beyond its limit that a search asks for."""
SLACK = 0.01
"""So much less of the target than its reductant's default, or the plain flask of a slow pair, a procedure may give."""
SEARCH_SLACK = 0.004
"""The same on the draws of a search, so that what it finds still holds on all draws."""
SLOW = 0.6
"""Mean target of the plain flask below which it is a floor for every reductant."""
PLAIN = "the plain flask"
"""Its key among the floors."""
ROOM_TEMPERATURE_C = 25.0
TOLERANCE = 3e-4
"""Relative accuracy asked of a trial; what is proposed is predicted again at full accuracy."""
ROUGH = 1e-3
"""The same where a library is judged: means are right to 0.05 points, single draws mostly to 0.2 (a test asks it)."""
LARGEST_BATCH = 16384
"""Runs per call of the engine, so that memory stays small."""


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
    min_target_low: float | None = None
    """Smallest low end of the target's interval."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Marks:
    """How procedures do by an aim, each (n_procedures, n_draws) or (n_procedures,)."""

    wanted: Array
    """Target fraction (n_procedures, n_draws)."""
    over: Array
    """Over-alkylation (n_procedures, n_draws)."""
    under: Array
    """Under-alkylation (n_procedures, n_draws)."""
    alcohol: Array
    """Carbonyl charged that ends as its alcohol (n_procedures, n_draws)."""
    price: Array
    """Of time, excess and alcohol (n_procedures,)."""
    excess: Array
    """Distance beyond the limits, 0 within them (n_procedures,)."""
    short: Array
    """Mean target below what the reductant's default gives less the slack, 0 above it (n_procedures,)."""
    caution: Array
    """Part of the spread that counts against it, once runs have told the mechanism's errors (n_procedures,)."""
    failed: NDArray[np.bool_]
    """Whether it could not be computed (n_procedures,)."""

    @property
    def low(self) -> Array:
        """Low end of the target's interval (n_procedures,)."""
        return np.asarray(np.minimum(np.quantile(self.wanted, LOW, axis=1), self.wanted.mean(axis=1)))

    @property
    def score(self) -> Array:
        """Mean minus prices, below -1 outside the limits (n_procedures,); minus infinity where it failed."""
        mean = self.wanted.mean(axis=1) - self.caution
        least = np.minimum(mean, USEFUL) + REST * np.maximum(0.0, mean - USEFUL)
        kept = np.maximum(mean - self.price, least) - PENALTY * self.short
        bound = np.where(self.excess > 0, -1.0 - PENALTY * self.excess, kept)
        return np.where(self.failed, -np.inf, bound)

    @property
    def summary(self) -> Array:
        """Score, mean target fraction, mean over-alkylation and low end of the target (n_procedures, 4)."""
        return np.stack([self.score, self.wanted.mean(axis=1), self.over.mean(axis=1), self.low], axis=1)


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
    floors: Mapping[str, Array] = field(default_factory=dict)
    """Target fraction that the default of a reductant gives in all the time allowed, by its name (n_draws,)."""
    slack: float = SLACK
    """So much less a procedure may give; less in a search, whose draws are fewer."""
    tolerance: float = TOLERANCE
    """Relative accuracy asked of its trials."""
    means: dict[int, tuple[float, dict[str, float]]] = field(init=False, default_factory=dict, repr=False)
    """What was worked out of the floors, by the number of draws; a library marks on a bench a dozen times."""


def read_aim(
    target: object,
    pair: Pair,
    basis: str,
    max_over_alkylation: float | None,
    min_target_low: float | None = None,
) -> Aim:
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
        smiles = read_target(text)
        degrees = {product: sum(alkyls) for alkyls, product in pair.products}
        if not degrees.get(smiles):
            made = [product for product, degree in degrees.items() if degree][:6]
            raise ScopeError(
                f"target {smiles} is not made by this pair; it makes {', '.join(made)} ...: name one of them"
            )
        degree = degrees[smiles]
    else:
        degree = degree_of(target, pair.n_hydrogens)
    return Aim(
        degree=degree,
        smiles=smiles,
        basis=basis,
        max_over_alkylation=max_over_alkylation,
        min_target_low=min_target_low,
    )


def read_target(text: str) -> str:
    """Read a target that is a structure, as it is written here.

    Raises
    ------
    ProcedureError
        If it is none.
    """
    try:
        return read_structure(text).smiles
    except StructureError as error:
        raise ProcedureError(
            f"target {shown(text)} is not known; expected mono, di, tri, exhaustive, a number of new alkyl groups "
            "or the SMILES of a product"
        ) from error


def with_margin(aim: Aim) -> Aim:
    """Tighten the limit on the target's low end for a search, whose draws are fewer than those it is checked on."""
    low = aim.min_target_low
    return aim if low is None else replace(aim, min_target_low=min(1.0, low + MARGIN))


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
    return joined(parts)


def held_against(bench: Bench, procedures: Sequence[Settled], marks: Marks) -> Marks:
    """Mark down what falls short of the floors of a bench, for marks that were made without them."""
    return replace(marks, short=_short([bench] * len(procedures), procedures, marks.wanted))


def _judge(bench: Bench, procedures: Sequence[Settled], n_draws: int) -> Marks:
    """Mark a batch; where it fails, find the culprit by halves."""
    draws = first_draws(bench.draws, n_draws)
    try:
        return _measured(bench, procedures, draws)
    except SimulationError:
        if len(procedures) == 1:
            nothing, one = np.zeros((1, n_draws)), np.zeros(1)
            sums = dict.fromkeys(("wanted", "over", "under", "alcohol"), nothing)
            rest = dict.fromkeys(("price", "excess", "short", "caution"), one)
            return Marks(**sums, **rest, failed=np.ones(1, bool))
    half = len(procedures) // 2
    return joined([_judge(bench, part, n_draws) for part in (procedures[:half], procedures[half:])])


def joined(parts: Sequence[Marks]) -> Marks:
    """Put the marks of some procedures after those of others."""
    return Marks(**{name: np.concatenate([getattr(m, name) for m in parts]) for name in Marks.__slots__})


def _measured(bench: Bench, procedures: Sequence[Settled], draws: Draws) -> Marks:
    """Mark procedures that can be integrated."""
    outcome = predict_outcomes(bench.pair, bench.model, procedures, draws, relative_tolerance=bench.tolerance)
    return marked([bench] * len(procedures), procedures, outcome, draws)


def marked(benches: Sequence[Bench], procedures: Sequence[Settled], outcome: Outcome, draws: Draws) -> Marks:
    """Mark the outcomes of procedures, each on its own bench; the benches have one model, one aim and these draws.

    Where the aim is one isomer they are all of one pair.
    """
    first = benches[0]
    pair, model, aim = first.pair, first.model, first.aim
    learned = model.calibration is not None and bool(model.calibration.rows)
    equivalents = np.array([p.carbonyl_equivalents for p in procedures])
    wanted, over, under = target_measures(outcome, aim.degree, aim.basis, equivalents)
    if aim.smiles is not None:
        per_carbonyl = (
            aim.degree / np.maximum(equivalents[:, None] * outcome.ratio, 1e-300)
            if aim.basis == "carbonyl"
            else 1.0
        )
        wanted = _isomer(pair, model, procedures, draws, aim.smiles) * per_carbonyl
    alcohol = outcome.alcohol
    return Marks(
        wanted=wanted,
        over=over,
        under=under,
        alcohol=alcohol,
        price=prices(benches, procedures) + alcohol.mean(axis=1) * _alcohol_prices(procedures, model, aim),
        excess=_beyond(aim, wanted, over),
        short=_short(benches, procedures, wanted),
        caution=(CAUTION if learned else 0.0) * wanted.std(axis=1),
        failed=np.zeros(len(procedures), bool),
    )


def _beyond(aim: Aim, wanted: Array, over: Array) -> Array:
    """Measure how far procedures are outside the limits on over-alkylation and on the target's low end."""
    distance = np.zeros(len(wanted))
    if aim.max_over_alkylation is not None:
        distance += np.maximum(0.0, over.mean(axis=1) - aim.max_over_alkylation)
    if aim.min_target_low is not None:
        low = np.minimum(np.quantile(wanted, LOW, axis=1), wanted.mean(axis=1))
        distance += np.maximum(0.0, aim.min_target_low - low)
    return distance


def _short(benches: Sequence[Bench], procedures: Sequence[Settled], wanted: Array) -> Array:
    """Measure how far procedures fall short of their reductants' defaults, on the same draws."""
    least = [
        floors.get(p.reductant, every) - bench.slack
        for p, bench in zip(procedures, benches, strict=True)
        for every, floors in [_means_of_floors(bench, wanted.shape[1])]
    ]
    return np.asarray(np.maximum(0.0, np.array(least) - wanted.mean(axis=1)))


def _means_of_floors(bench: Bench, n_draws: int) -> tuple[float, dict[str, float]]:
    """Mean target below which no reductant's procedure counts, and that of each reductant's own default."""
    if n_draws not in bench.means:
        means = {name: float(wanted[:n_draws].mean()) for name, wanted in bench.floors.items()}
        plain = means.get(PLAIN, 0.0)
        every = plain if plain < SLOW else 0.0
        bench.means[n_draws] = every, {name: max(every, mean) for name, mean in means.items()}
    return bench.means[n_draws]


def _alcohol_prices(procedures: Sequence[Settled], model: Model, aim: Aim) -> Array:
    """Price of turning all carbonyl charged into alcohol (n_procedures,)."""
    per = [1.0 if aim.basis == "carbonyl" else p.carbonyl_equivalents for p in procedures]
    return model.advice.price("alcohol") * np.array(per)


def _isomer(pair: Pair, model: Model, procedures: Sequence[Settled], draws: Draws, smiles: str) -> Array:
    """Fraction of the amine in one isomer (n_procedures, n_draws)."""
    rows: list[Array] = []
    for p in procedures:
        flask = flask_for(pair, model, p)
        trajectory = run(flask, model, [p], draws, n_points=0)
        found = isomer_fractions(flask, trajectory, p.quench, charged_amine([p], trajectory))
        computed = measure(flask, model, trajectory, [p])
        after = corrected(computed, pair, model, [p], draws)
        rows.append(shared_out(found, computed.degrees, after.degrees)[smiles][1][0, :, -1])
    return np.stack(rows)


def prices(benches: Sequence[Bench], procedures: Sequence[Settled]) -> Array:
    """Sum the prices of what is charged and how long it takes (n_procedures,), as fractions of the precious partner.

    Each procedure is on its own bench, all of one model and aim.
    """
    model, aim = benches[0].model, benches[0].aim
    advice = model.advice
    reductants = [model.reductant(p.reductant) for p in procedures]
    carbonyl, hydride, acid, hours, celsius = (
        np.array([getattr(p, name) for p in procedures])
        for name in (
            "carbonyl_equivalents", "reductant_equivalents", "acid_equivalents", "total_time_h", "temperature_C",
        )
    )  # fmt: skip
    needed = np.minimum(carbonyl, aim.degree) / np.array([r.usable_hydrides for r in reductants])
    per = 1.0 if aim.basis == "amine" else 1.0 / np.maximum(carbonyl, 1e-9)
    surplus = {
        "carbonyl": per * np.maximum(0.0, carbonyl - aim.degree),
        "amine": per * np.maximum(0.0, 1.0 - carbonyl / aim.degree) if aim.basis == "carbonyl" else 0.0,
    }
    parts = {
        "hour": hours,
        "hydride": per * np.maximum(0.0, hydride - needed),
        "acid": np.where(carbonyl >= 1, per * acid, 0.0),
        "residue": np.array([bool(r.leaves) for r in reductants], dtype=float),
        "cyanide": np.array([r.holds_cyanide for r in reductants], dtype=float),
        "kelvin": np.abs(celsius - ROOM_TEMPERATURE_C),
    }
    bought = sum(_prices_of(partner, benches) * n for partner, n in surplus.items())
    return np.asarray(bought + sum(advice.price(name) * amount for name, amount in parts.items()))


def _prices_of(partner: str, benches: Sequence[Bench]) -> Array:
    """Price of an equivalent too many of a partner, on each bench (n_procedures,)."""
    advice = benches[0].model.advice
    known = {id(bench): bench for bench in benches}
    price = {key: advice.price(price_of(partner, bench.pair, advice)) for key, bench in known.items()}
    return np.array([price[id(bench)] for bench in benches])
