"""Prediction: what a procedure gives, with an interval on everything.

``fraction`` is the mean over the joint draws, so that fractions sum to 1 and keep the balances;
``median`` stands beside it; ``low`` and ``high`` are the 5 and 95 % quantiles, widened to include the
mean where it falls outside. Fractions are of the amine charged; unreacted amine includes imine
that an aqueous work-up hydrolyses.

Statistical reference: with all N-H alike and all carbonyl used, the degree is binomial,
``binomial(n_H, min(1, e / n_H))`` for e equivalents of carbonyl.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.engine import Array
from planner.errors import ProcedureError, ScopeError, shown
from planner.files.tables import to_frame
from planner.flask.discrepancy import shared_out
from planner.flask.flask import Flask, flask_for
from planner.flask.outcomes import Outcome, charged_amine, isomer_fractions
from planner.flask.procedure import Procedure, Settled, asked_procedure
from planner.flask.settling import refuse_weak_acid, settle
from planner.mechanism.network import ALCOHOL
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.predictions.alkylations import statistical_ratio
from planner.predictions.caveats import caveats
from planner.predictions.course import time_course
from planner.predictions.nitrogens import UNSETTLED
from planner.predictions.running import Ran, run_pair
from planner.structures.pairs import Pair, read_pair
from planner.structures.structure import protonated_mass

if TYPE_CHECKING:
    import pandas as pd

PREDICTION_DRAWS = 256
LARGEST_DRAWS = 65536
TARGETS = {"mono": 1, "di": 2, "tri": 3}
BASES = ("amine", "carbonyl")
PRODUCT_COLUMNS = ("degree", "smiles", "fraction", "median", "low", "high", "mz")
SMALLEST_CONVERSION = 1e-6
"""Below it a selectivity has no meaning and is not given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A quantity over the joint draws."""

    mean: float
    """Mean over the draws."""
    median: float
    """Median over the draws."""
    low: float
    """5 % quantile, or the mean where that is lower."""
    high: float
    """95 % quantile, or the mean where that is higher."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Isomer:
    """One constitutional isomer of a degree: which nitrogen carries the alkyl groups."""

    smiles: str
    """New stereocentres stay unspecified."""
    fraction: float
    """Mean fraction of the amine charged."""
    median: float
    """Median over the draws."""
    low: float
    """5 % quantile."""
    high: float
    """95 % quantile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """All molecules with the same number of new alkyl groups."""

    degree: int
    """New alkyl groups on the molecule; 0 is unreacted amine."""
    smiles: str
    """The product, or its most abundant isomer."""
    fraction: float
    """Mean fraction of the amine charged."""
    median: float
    """Median over the draws."""
    low: float
    """5 % quantile."""
    high: float
    """95 % quantile."""
    mz: float
    """Monoisotopic [M+H]+."""
    isomers: tuple[Isomer, ...]
    """All isomers where there are several, most abundant first; else empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CarbonylFate:
    """Where the carbonyl charged went; sums to 1."""

    product: float
    """Into new N-alkyl groups."""
    alcohol: float
    """Reduced."""
    unreacted: float
    """Left over, with what an aqueous quench frees."""
    other: tuple[tuple[str, float], ...] = ()
    """Lost otherwise, by the words of the model's steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What one procedure gives."""

    pair: Pair
    """Amine and carbonyl."""
    model: Model
    """The numbers used."""
    procedure: Settled
    """Without unset fields."""
    defaults_used: tuple[str, ...]
    """Fields of the procedure that took a default."""
    target: int
    """Degree that is wanted."""
    basis: str
    """Which partner is precious: "amine" or "carbonyl"."""
    products: tuple[Product, ...]
    """One per degree, from 0."""
    statistical: tuple[float, ...]
    """The purely statistical fractions, by degree."""
    target_fraction: Interval
    """Of the amine (or, by ``basis``, of the carbonyl) in the wanted product."""
    over_alkylation: Interval
    """The same, above the target degree."""
    under_alkylation: Interval
    """The same, below it; unreacted counts."""
    carbonyl_fate: CarbonylFate
    """Means, as fractions of the carbonyl charged."""
    alcohol: Interval
    """Carbonyl lost to its alcohol, with its interval."""
    carbonyl_left: Interval
    """Carbonyl left over, with its interval; holds what an aqueous quench frees from imine."""
    hydride_left: float
    """Mean fraction of the hydride equivalents charged that is left before the quench."""
    conversion: float
    """1 - fraction of unreacted amine."""
    selectivity: float | None
    """Wanted degree over conversion; None below a conversion of 1e-6."""
    caveats: tuple[str, ...]
    """What the number does not know, and what to expect."""
    draws: int
    """Number of joint draws."""
    seed: int
    """Of the draws."""
    second_to_first: Interval | None = None
    """k2 / k1 of the condensations of the molecule with one new alkyl group and of that without, at these conditions;
    see ``alkylations``. None where there is one N-H, or in a file from before."""
    second_to_first_statistical: float | None = None
    """What it would be were all N-H alike."""

    @property
    def product_risks(self) -> tuple[str, ...]:
        """Those of the caveats that foretell another main product, by the structures or by what is done with them."""
        grave = {text for caution in self.pair.warnings if caution.rule.is_grave for text in caution.texts}
        return tuple(c for c in self.caveats if c in grave or c.startswith(UNSETTLED))

    def to_frame(self) -> "pd.DataFrame":
        """Tabulate the products: degree, smiles, fraction, median, low, high, mz."""
        return to_frame([{c: getattr(p, c) for c in PRODUCT_COLUMNS} for p in self.products], PRODUCT_COLUMNS)

    def profile_frame(self) -> "pd.DataFrame":
        """Tabulate the time course: mean fractions with ``_low`` and ``_high``.

        Degrees and imine are fractions of the amine charged (imine groups of every degree; an
        amine not fed yet counts as degree 0), carbonyl and alcohol of the carbonyl, hydride of the
        hydride equivalents, each as it is in the flask before the quench. Where the flask has them,
        further fates of the carbonyl and ``held`` (nitrogens that acid holds, per amine) follow.
        """
        draws = draw_parameters(self.model, self.draws, self.seed)
        rows = time_course(self.pair, self.model, self.procedure, draws)
        return to_frame(rows, tuple(rows[0]))


def degree_of(target: object, n_hydrogens: int) -> int:
    """Read a target: "mono", "di", "tri", "exhaustive" or a degree.

    Raises
    ------
    ProcedureError
        If it is none of these.
    ScopeError
        If the amine has fewer N-H than that.
    """
    is_whole = isinstance(target, int | np.integer) and not isinstance(target, bool) and 0 <= target < 10**9
    text = str(target).strip().lower() if is_whole or isinstance(target, str) else ""
    if not (text in TARGETS or text == "exhaustive" or text.isdecimal()):
        raise ProcedureError(
            f"target {shown(target)} is not known; expected mono, di, tri, exhaustive or a number of new alkyl groups"
        )
    degree = n_hydrogens if text == "exhaustive" else TARGETS.get(text) or int(text[:9])
    if degree > n_hydrogens:
        raise ScopeError(
            f"target {shown(target)} asks for {degree} new alkyl groups; this amine has {n_hydrogens} reactive N-H: "
            f"ask for 1 to {n_hydrogens}"
        )
    if degree < 1:
        raise ProcedureError(f"target {shown(target)} asks for no alkyl group; expected at least 1")
    return degree


def check_basis(basis: object) -> str:
    """Refuse a basis that is neither "amine" nor "carbonyl"."""
    if not isinstance(basis, str) or basis not in BASES:
        raise ProcedureError(
            f"basis {shown(basis)} is not known; expected amine or carbonyl, the partner that is precious"
        )
    return basis


def check_count(name: str, given: object, low: int, high: int) -> int:
    """Refuse what is not a whole number between the bounds."""
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not low <= given <= high:
        raise ProcedureError(f"{name} {shown(given)} is not usable; give a whole number from {low} to {high}")
    return int(given)


def predict(
    amine: str,
    carbonyl: str,
    *,
    target: str | int = "mono",
    basis: str = "amine",
    draws: int = PREDICTION_DRAWS,
    seed: int = 0,
    models: str | Path | None = None,
    model: Model | None = None,
    **procedure: Any,
) -> Prediction:
    """Predict the split that a procedure gives.

    Parameters
    ----------
    amine, carbonyl
        SMILES.
    target
        The degree that is wanted; only for target, over- and under-alkylation.
    basis
        Which partner is precious: "amine" or "carbonyl".
    draws
        Joint draws of the uncertain constants.
    seed
        Same seed, same answer.
    models, model
        Folder of the model files, or a model in memory; the bundled one when both are absent.
    **procedure
        Fields of ``Procedure``; what is not given takes the reductant's stated default.

    Returns
    -------
    Prediction

    Raises
    ------
    StructureError, ScopeError, ProcedureError, ParameterError
        If the input cannot be used; one line says what to do.
    SimulationError
        If a run cannot be integrated.

    Examples
    --------
    >>> p = predict("NCc1ccccc1", "CCCC=O", carbonyl_equivalents=1.0)
    >>> [product.degree for product in p.products]
    [0, 1, 2]
    """
    known = chosen_model(models, model)
    pair = read_pair(amine, carbonyl, known)
    asked = asked_procedure(procedure)
    n_draws = check_count("draws", draws, 1, LARGEST_DRAWS)
    drawn = draw_parameters(known, n_draws, check_count("seed", seed, 0, 2**31 - 1))
    degree = degree_of(target, pair.n_hydrogens)
    settled, _ = settle(asked, known, pair, per_carbonyl=check_basis(basis) == "carbonyl")
    if pair.amine_bottle is not None:
        refuse_weak_acid(pair, known, settled, pair.amine_bottle.weak_acid_equivalents)
    return predict_pair(pair, known, asked, drawn, target=degree, basis=basis)


def predict_pair(
    pair: Pair, model: Model, asked: Procedure, drawn: Draws, *, target: int, basis: str
) -> Prediction:
    """Predict for a pair that is already read; see ``predict``."""
    procedure, defaults = settle(asked, model, pair, per_carbonyl=basis == "carbonyl")
    return read_run(run_pair(pair, model, procedure, drawn), pair, defaults, target=target, basis=basis)


def read_run(ran: Ran, pair: Pair, defaults: tuple[str, ...], *, target: int, basis: str) -> Prediction:
    """Read a run as the prediction of its pair, or of another pair with the same numbers.

    Parameters
    ----------
    ran
        From ``run_pair`` or ``run_pairs`` with this pair, or with one whose ``flask.alike.numbers_of_runs`` are equal.
    pair
        Whose structures are named.
    defaults
        Fields of its procedure that took a default.
    target, basis
        See ``predict``.

    Returns
    -------
    Prediction

    Raises
    ------
    ProcedureError
        If the procedure does not suit this pair.
    """
    wholes, figures = _figures(ran, target, basis)
    isomers = _isomers(ran, pair)
    mono = {smiles: float(f[0, :, -1].mean()) for smiles, (d, f) in isomers.items() if d == 1}
    return Prediction(
        pair=pair,
        model=ran.model,
        procedure=ran.procedure,
        defaults_used=defaults,
        target=target,
        basis=basis,
        products=_products(pair, isomers, wholes),
        caveats=caveats(pair, ran.model, ran.procedure, ran=replace(ran, mono=mono), target=target),
        **figures,
    )


def _figures(ran: Ran, target: int, basis: str) -> tuple[list[Interval], dict[str, Any]]:
    """Read what names no structure, once for all pairs with these numbers: the degrees, and fields of a prediction."""
    if (target, basis) in ran.kept:
        found: tuple[list[Interval], dict[str, Any]] = ran.kept[target, basis]
        return found
    outcome, equivalents = ran.outcome, ran.procedure.carbonyl_equivalents
    degrees = outcome.degrees[0]
    n_hydrogens = ran.flask.pair.n_hydrogens
    measured = [part[0] for part in target_measures(outcome, target, basis, np.array([equivalents]))]
    ratio = [] if ran.second_to_first is None else [ran.second_to_first]
    spans = intervals([*measured, outcome.alcohol[0], outcome.unreacted[0], *degrees.T, *ratio])
    conversion = float(1.0 - degrees[:, 0].mean())
    fraction = float(degrees[:, target].mean())
    wholes = spans[5 : 5 + degrees.shape[1]]
    figures = {
        "statistical": statistical(n_hydrogens, equivalents),
        "target_fraction": spans[0],
        "over_alkylation": spans[1],
        "under_alkylation": spans[2],
        "carbonyl_fate": _fate(ran.flask, outcome),
        "alcohol": spans[3],
        "carbonyl_left": spans[4],
        "hydride_left": float(outcome.hydride_left[0].mean()),
        "conversion": conversion,
        "selectivity": fraction / conversion if conversion >= SMALLEST_CONVERSION else None,
        "second_to_first": spans[-1] if ratio else None,
        "second_to_first_statistical": statistical_ratio(n_hydrogens),
        "draws": len(ran.drawn.normals),
        "seed": ran.drawn.seed,
    }
    ran.kept[target, basis] = wholes, figures
    return wholes, figures


def _isomers(ran: Ran, pair: Pair) -> dict[str, tuple[int, Array]]:
    """Share degrees out among isomers, as ``isomer_fractions``; nothing where no degree has several."""
    if len({smiles for _, smiles in pair.products}) == pair.n_hydrogens + 1:
        return {}
    procedure, trajectory = ran.procedure, ran.trajectory
    flask = flask_for(pair, ran.model, procedure)
    found = isomer_fractions(flask, trajectory, procedure.quench, charged_amine([procedure], trajectory))
    return shared_out(found, ran.computed.degrees, ran.outcome.degrees)


def intervals(values: Sequence[Array]) -> list[Interval]:
    """Summarise quantities over their draws, each (n_draws,)."""
    stacked = np.stack(values)
    quantiles = np.quantile(stacked, (0.05, 0.5, 0.95), axis=1).T.tolist()
    return [
        Interval(mean=mean, median=median, low=min(low, mean), high=max(high, mean))
        for mean, (low, median, high) in zip(stacked.mean(axis=1).tolist(), quantiles, strict=True)
    ]


def interval(values: Array) -> Interval:
    """Summarise one quantity over its draws (n_draws,)."""
    return intervals([values])[0]


def target_measures(
    outcome: Outcome, target: int, basis: str, equivalents: Array
) -> tuple[Array, Array, Array]:
    """Measure the wanted degree and what lies above and below it, each (n_procedures, n_draws).

    On the basis of the carbonyl, each degree counts the moles of carbonyl that it holds per mole
    charged; under-alkylation then is what the lower degrees hold, with the carbonyl left over.
    """
    degrees = degree_shares(outcome, basis, equivalents)
    below = degrees[..., :target].sum(axis=-1)
    below = below + outcome.unreacted if basis == "carbonyl" else below
    return degrees[..., target], degrees[..., target + 1 :].sum(axis=-1), below


def degree_shares(outcome: Outcome, basis: str, equivalents: Array) -> Array:
    """Share of the precious partner in each degree, (n_procedures, n_draws, n_degrees)."""
    if basis != "carbonyl":
        return outcome.degrees
    e = np.maximum(equivalents[:, None] * outcome.ratio, 1e-300)[:, :, None]
    return outcome.degrees * np.arange(outcome.degrees.shape[-1]) / e


def statistical(n_hydrogens: int, equivalents: float) -> tuple[float, ...]:
    """Distribute carbonyl over equal, independent N-H: the binomial reference, by degree."""
    p = min(1.0, equivalents / n_hydrogens)
    return tuple(comb(n_hydrogens, k) * p**k * (1.0 - p) ** (n_hydrogens - k) for k in range(n_hydrogens + 1))


def _fate(flask: Flask, outcome: Outcome) -> CarbonylFate:
    others = [fate for fate in flask.fates if fate != ALCOHOL]
    return CarbonylFate(
        product=float(outcome.product[0].mean()),
        alcohol=float(outcome.alcohol[0].mean()),
        unreacted=float(outcome.unreacted[0].mean()),
        other=tuple(zip(others, outcome.other[0].mean(axis=0).tolist(), strict=True)),
    )


def _products(
    pair: Pair, found: dict[str, tuple[int, Array]], wholes: Sequence[Interval]
) -> tuple[Product, ...]:
    """List the products by degree with their isomers."""
    parts = (
        dict(zip(found, intervals([f[0, :, -1] for _, f in found.values()]), strict=True)) if found else {}
    )
    products = []
    for degree, whole in enumerate(wholes):
        here = pair.isomers(degree)
        several = [(s, parts[s]) for s in here] if len(here) > 1 else []
        isomers = [
            Isomer(smiles=s, fraction=i.mean, median=i.median, low=i.low, high=i.high) for s, i in several
        ]
        isomers.sort(key=lambda isomer: (-round(isomer.fraction, 12), isomer.smiles))
        smiles = isomers[0].smiles if isomers else here[0]
        products.append(
            Product(
                degree=degree,
                smiles=smiles,
                fraction=whole.mean,
                median=whole.median,
                low=whole.low,
                high=whole.high,
                mz=protonated_mass(smiles),
                isomers=tuple(isomers),
            )
        )
    return tuple(products)
