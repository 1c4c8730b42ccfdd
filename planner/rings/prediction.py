"""Prediction: how much ring, chain and over-alkylated ring a procedure gives, with intervals over the joint draws.

Fractions are of the limiting partner: what of it is held by each kind of molecule. They add up to 1.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.predictions.prediction import Interval, check_count, interval
from planner.rings.book import load_book
from planner.rings.caveats import ring_caveats, ring_hazards
from planner.rings.closing import ClosedForm, Closing, closed_form, prepare_closing, winning
from planner.rings.closures import OWN, Closure
from planner.rings.pairs import RingPair, read_ring_pair
from planner.rings.procedure import FEED_M, RingProcedure, settle_ring
from planner.rings.sharing import (
    ISOMER_COLUMNS,
    OLIGOMER_COLUMNS,
    Oligomer,
    RingIsomer,
    Shares,
    isomers_of,
    shares_at_equilibrium,
    shares_of_run,
)

if TYPE_CHECKING:
    import pandas as pd

PREDICTION_DRAWS, LARGEST_DRAWS = 256, 4096
TAKES, UNFINISHED = 0.05, 0.1
"""Share that another ring or the alkylated ring may take, and that may be left, while closed forms hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RingPrediction:
    """What a ring closure gives."""

    pair: RingPair
    model: Model
    procedure: RingProcedure
    defaults_used: tuple[str, ...]
    ring_size: int
    """Of the ring that wins."""
    ring_smiles: str
    ring: Interval
    """That ring, of the limiting partner."""
    isomers: tuple[RingIsomer, ...]
    """Every closure, the largest share first."""
    conversion: Interval
    """Of the limiting partner."""
    linear: Interval
    """The linear adduct of one and one."""
    chains: tuple[Oligomer, ...]
    """All else, by length and ends."""
    quaternary: Interval
    """Rings that were alkylated once more: quaternary salts where their nitrogens are tertiary."""
    is_quaternary: bool
    """Whether that is a salt."""
    effective_molarity: Interval
    """Of the ring that wins [M]."""
    rate: Interval
    """One end with one end at the temperature of the flask, the slower ones where they differ [M-1 s-1]."""
    has_unlike_ends: bool
    """Whether they do."""
    statistical: ClosedForm | None
    """On paper; None where its assumptions do not hold."""
    hazards: tuple[str, ...]
    caveats: tuple[str, ...]
    void: bool
    """Whether a caveat says that the numbers do not hold."""
    draws: int
    seed: int

    @property
    def ring_isomers(self) -> "pd.DataFrame":
        """Closures as a table: size, structure, share."""
        from planner.files.tables import to_frame

        return to_frame([one.row() for one in self.isomers], ISOMER_COLUMNS)

    @property
    def oligomers(self) -> "pd.DataFrame":
        """Chains and larger rings as a table: length, ends, mass, share."""
        from planner.files.tables import to_frame

        return to_frame([one.row() for one in self.chains], OLIGOMER_COLUMNS)


def cyclize(
    a: str,
    b: str | None = None,
    *,
    concentration_M: float | None = None,
    addition_time_h: float | None = None,
    draws: int = PREDICTION_DRAWS,
    seed: int = 0,
    models: str | Path | None = None,
    model: Model | None = None,
    **procedure: Any,
) -> RingPrediction:
    """Predict ring, chains and over-alkylated ring of a closure.

    Parameters
    ----------
    a, b
        SMILES or names: a diamine, bis-sulfonamide or primary amine and a dihalide, disulfonate or dicarbonyl
        compound; or ``a`` alone, with an amine and a carbonyl (or its acetal) or a halide.
    concentration_M
        Limiting partner per litre of final volume [M]; 0.01 when absent, 0.1 for sulfonamides and hydride.
    addition_time_h
        Length of the feed [h], 0 is a batch; 24 when absent, 0 for sulfonamides and hydride.
    draws, seed
        Joint draws of the uncertain numbers; same seed, same answer.
    models, model
        Folder of the model files, or a model in memory; the bundled one when both are absent.
    **procedure
        ``hold_time_h``, ``feed_M``, ``addition`` and other fields of ``RingProcedure``.

    Returns
    -------
    RingPrediction
        Ring, linear adduct, oligomers, over-alkylated ring, each with its interval; caveats.

    Raises
    ------
    StructureError, ScopeError, ProcedureError, ParameterError
        If the input cannot be used; one line says what to do.
    SimulationError
        If a run cannot be integrated.

    Examples
    --------
    >>> found = cyclize("CCNCCNCC", "BrCCCBr", concentration_M=0.01, addition_time_h=24, draws=32)
    >>> found.ring_size, found.ring_smiles
    (7, 'CCN1CCCN(CC)CC1')
    """
    known = chosen_model(models, model)
    pair = read_ring_pair(a, b, known)
    asked = {"concentration_M": concentration_M, "addition_time_h": addition_time_h, **procedure}
    settled, defaults = settle_ring(asked, pair, known, load_book())
    n_draws = check_count("draws", draws, 1, LARGEST_DRAWS)
    check_count("seed", seed, 0, 2**31 - 1)
    return predict_ring(pair, known, settled, defaults, n_draws=n_draws, seed=seed)


def predict_ring(
    pair: RingPair,
    model: Model,
    procedure: RingProcedure,
    defaults: tuple[str, ...] = (),
    *,
    n_draws: int = PREDICTION_DRAWS,
    seed: int = 0,
) -> RingPrediction:
    """Predict for a pair that is already read; see ``cyclize``."""
    ready = prepare_closing(pair, model, n_draws=n_draws, seed=seed)
    return predict_closing(ready, procedure, defaults)


def predict_closing(ready: Closing, p: RingProcedure, defaults: tuple[str, ...] = ()) -> RingPrediction:
    """Predict for a closing that is ready."""
    pair = ready.pair
    is_equilibrium = pair.is_reductive and p.reductant is None
    constants = ready.constants(p)
    shares = shares_at_equilibrium(ready, p) if is_equilibrium else shares_of_run(ready, p)
    best = winning(pair)
    em = constants.side if best.at == OWN else constants.em[0]
    caveats, void = ring_caveats(pair, best, p, ready.model)
    if "feed_M" in defaults and p.feed_M > FEED_M:
        caveats += (
            f"feed_M is {p.feed_M:g} M and not the usual {FEED_M:g} M, so that the feeds fit: try solubility.",
        )
    ring_nitrogens = [n for n in pair.a.nitrogens if n.kind != "sulfonamide"]
    return RingPrediction(
        pair=pair,
        model=ready.model,
        procedure=p,
        defaults_used=defaults,
        ring_size=best.size,
        ring_smiles=best.smiles,
        ring=interval(shares.side if best.at == OWN else shares.far),
        isomers=isomers_of(ready, shares),
        conversion=interval(1.0 - shares.left),
        linear=interval(shares.linear),
        chains=shares.chains,
        quaternary=interval(shares.over),
        is_quaternary=not pair.is_reductive
        and bool(ring_nitrogens)
        and all(_is_spent(n.n_hydrogens, pair) for n in ring_nitrogens),
        effective_molarity=interval(em),
        rate=interval(constants.k),
        has_unlike_ends=constants.has_unlike_ends,
        statistical=None if void else _on_paper(ready, p, shares, best),
        hazards=ring_hazards(pair),
        caveats=caveats,
        void=void,
        draws=ready.drawn.n_draws,
        seed=ready.seed,
    )


def _on_paper(ready: Closing, p: RingProcedure, shares: Shares, best: Closure) -> ClosedForm | None:
    """Work out what paper says, unless a fault, unlike ends, another or alkylated ring or an unfinished run forbids."""
    other = shares.far if best.at == OWN else shares.side
    takes = (
        float(np.mean(other)),
        float(np.mean(shares.over)),
        float(np.mean(shares.left)) - UNFINISHED + TAKES,
    )
    is_faulty = p.leak > 0 or p.pump_ratio != 1.0 or (p.holds_acid and p.base is None)
    is_uneven = ready.constants(p).has_unlike_ends
    return None if is_faulty or is_uneven or max(takes) > TAKES else closed_form(ready, p)


def _is_spent(n_hydrogens: int, pair: RingPair) -> bool:
    """Whether a ring nitrogen is tertiary."""
    return n_hydrogens <= (2 if pair.b is not None and len(pair.a.nitrogens) == 1 else 1)
