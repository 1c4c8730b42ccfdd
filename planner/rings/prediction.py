"""Prediction: how much ring, chain and over-alkylated ring a procedure gives, with intervals over the joint draws.

Fractions are of the limiting partner: what of it is held by each kind of molecule. They add up to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.engine import Array
from planner.mechanism.network import Network
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.predictions.prediction import Interval, check_count, interval
from planner.rings.book import load_book
from planner.rings.caveats import ring_caveats, ring_hazards
from planner.rings.chains import (
    IN_LONG_A,
    IN_LONG_B,
    LEAVING,
    LONG,
    LONGEST,
    OVER,
    OVER_N,
    OVER_X,
    SIDE_RING,
    Units,
    chain,
    chain_network,
)
from planner.rings.closed_forms import batch_of_one, closing_share, equilibrium_rings, steady_state
from planner.rings.closures import (
    FAR,
    OWN,
    Closure,
    RingPair,
    leaving_elements,
    read_ring_pair,
    unit_elements,
)
from planner.rings.flask import charge_of, close_rings
from planner.rings.kinetics import (
    Constants,
    Drawn,
    assembled,
    closing,
    draw_book,
    median_book,
    substitution_constants,
)
from planner.rings.masses import unit_masses
from planner.rings.procedure import RingProcedure, settle_ring
from planner.rings.reductive import Ladder, ladder_of, reductive_constants

if TYPE_CHECKING:
    import pandas as pd

PREDICTION_DRAWS, LARGEST_DRAWS = 256, 4096
SECONDS_PER_HOUR = 3600.0
ISOMER_COLUMNS = ("size", "smiles", "at", "fraction", "low", "high", "mz", "note")
OLIGOMER_COLUMNS = ("n_units", "end_groups", "mass", "fraction", "low", "high")
ON_THE_WAY = "opens again: on the way, no product"
LONG_ONES = "long chains and their rings"


@dataclass(frozen=True, kw_only=True, slots=True)
class RingIsomer:
    """One closure and what it comes to."""

    closure: Closure
    fraction: Interval
    """Of the limiting partner."""
    note: str = ""

    def row(self) -> dict[str, Any]:
        """Write it as a row."""
        return {
            "size": self.closure.size,
            "smiles": self.closure.smiles,
            "at": self.closure.at,
            "fraction": self.fraction.mean,
            "low": self.fraction.low,
            "high": self.fraction.high,
            "mz": round(self.closure.mz, 4),
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Oligomer:
    """Chains or rings of one length and one pair of ends."""

    n_units: int | None
    """Units of both partners; None for those too long to tell apart."""
    end_groups: str
    """NN, NX, XX, ring, or what long ones are."""
    mass: float | None
    """Monoisotopic [Da]."""
    fraction: Interval
    """Of the limiting partner."""

    def row(self) -> dict[str, Any]:
        """Write it as a row."""
        return {
            "n_units": self.n_units,
            "end_groups": self.end_groups,
            "mass": None if self.mass is None else round(self.mass, 4),
            "fraction": self.fraction.mean,
            "low": self.fraction.low,
            "high": self.fraction.high,
        }


class ClosedForm(NamedTuple):
    """What paper says beside the engine, every number at its median."""

    ring: float
    """Of the limiting partner."""
    words: str
    """Which form, and what it leaves out."""


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
    """One end with one end at the temperature of the flask [M-1 s-1]."""
    statistical: ClosedForm
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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Closing:
    """A pair with its network and its numbers over the draws, ready for any procedure."""

    pair: RingPair
    model: Model
    drawn: Drawn
    network: Network
    ladders: dict[tuple[str, str, float], Ladder]
    """Of reductants, by name, solvent and temperature, as they are asked for."""
    seed: int

    @property
    def single(self) -> bool:
        """Whether one molecule has both ends."""
        return self.pair.b is None

    def constants(self, p: RingProcedure) -> Constants:
        """Work out the constants of a procedure."""
        if not self.pair.is_reductive:
            return substitution_constants(
                self.pair,
                self.drawn,
                solvent=p.solvent,
                temperature_C=p.temperature_C,
                leaving_group=p.leaving_group,
            )
        if p.reductant is None:
            nothing = self.drawn.none
            return assembled(self.pair, self.drawn, nothing + 1.0, nothing, nothing)
        key = (p.reductant, p.solvent, p.temperature_C)
        if key not in self.ladders:
            draws = draw_parameters(self.model, self.drawn.n_draws, self.seed)
            self.ladders[key] = ladder_of(
                self.pair,
                self.model,
                draws,
                reductant=p.reductant,
                solvent=p.solvent,
                temperature_C=p.temperature_C,
            )
        charge = charge_of(p, single=self.single)
        ends = charge.a if self.single else 2.0 * charge.b
        return reductive_constants(self.pair, self.drawn, self.ladders[key], ends_M=ends)

    def amounts(self, procedures: Sequence[RingProcedure]) -> Array:
        """Run procedures (n_procedures, n_draws, n_species) [mol per litre of final volume]."""
        constants = [self.constants(p) for p in procedures]
        return close_rings(self.network, constants, procedures, single=self.single)

    def rings(self, procedures: Sequence[RingProcedure]) -> Array:
        """Share of the limiting partner in the ring that wins (n_procedures, n_draws)."""
        if self.pair.is_reductive and procedures[0].reductant is None:
            return np.stack([equilibrium(self, p)[0] for p in procedures])
        held, name = self.amounts(procedures), self.winner
        limiting = np.array([charge_of(p, single=self.single).limiting for p in procedures])
        return np.asarray(held[..., self.network.species_names.index(name)] / limiting[:, None])

    @property
    def winner(self) -> str:
        """Species of the ring that wins: the far nitrogen's, or the small one at the nitrogen that was alkylated."""
        return SIDE_RING if winning(self.pair).at == OWN else chain("ring", 1)


def winning(pair: RingPair) -> Closure:
    """Find the closure that is fastest at the medians: the ring that is called the ring."""
    drawn = median_book(load_book())
    open_ones = [c for c in pair.closures if not c.is_on_the_way]
    return max(open_ones, key=lambda c: (float(closing(c, pair, drawn, drawn.none)[0]), c.at == FAR))


def prepare_closing(pair: RingPair, model: Model, *, n_draws: int, seed: int) -> Closing:
    """Write the network of a pair and draw its numbers."""
    units = Units(
        a=unit_elements(pair.a),
        b=unit_elements(pair.b) if pair.b is not None else (),
        leaving=leaving_elements(pair),
    )
    return Closing(
        pair=pair,
        model=model,
        drawn=draw_book(load_book(), n_draws, seed),
        network=chain_network(units, has_side_ring=bool(pair.own)),
        ladders={},
        seed=seed,
    )


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
    shares = _equilibrium_shares(ready, p) if is_equilibrium else _shares(ready, p)
    best = winning(pair)
    em = constants.side if best.at == OWN else constants.em[0]
    caveats, void = ring_caveats(pair, best, p, ready.model)
    ring_nitrogens = [n for n in pair.a.nitrogens if n.kind != "sulfonamide"]
    return RingPrediction(
        pair=pair,
        model=ready.model,
        procedure=p,
        defaults_used=defaults,
        ring_size=best.size,
        ring_smiles=best.smiles,
        ring=interval(shares.side if best.at == OWN else shares.far),
        isomers=_isomers(ready, shares),
        conversion=interval(1.0 - shares.left),
        linear=interval(shares.linear),
        chains=shares.chains,
        quaternary=interval(shares.over),
        is_quaternary=not pair.is_reductive and all(_is_spent(n.n_hydrogens, pair) for n in ring_nitrogens),
        effective_molarity=interval(em),
        rate=interval(constants.k),
        statistical=closed_form(ready, p),
        hazards=ring_hazards(pair),
        caveats=caveats,
        void=void,
        draws=ready.drawn.n_draws,
        seed=ready.seed,
    )


def _is_spent(n_hydrogens: int, pair: RingPair) -> bool:
    """Whether a ring nitrogen is tertiary."""
    return n_hydrogens <= (2 if pair.b is not None and len(pair.a.nitrogens) == 1 else 1)


class Shares(NamedTuple):
    """Shares of the limiting partner, each (n_draws,)."""

    far: Array
    side: Array
    left: Array
    linear: Array
    over: Array
    chains: tuple[Oligomer, ...]


def _shares(ready: Closing, p: RingProcedure) -> Shares:
    """Run a procedure and share its limiting partner out."""
    names = ready.network.species_names
    held = ready.amounts([p])[0]
    charge = charge_of(p, single=ready.single)
    limiting, of_a = charge.limiting, ready.single or charge.a <= charge.b

    def moles(name: str) -> Array:
        column = held[:, names.index(name)] if name in names else np.zeros(len(held))
        return np.maximum(column, 0.0) / limiting

    start = chain("NX", 1) if ready.single else chain("NN", 0) if of_a else chain("XX", 0)
    linear = np.zeros(len(held)) if ready.single else moles(chain("NX", 1))
    masses = unit_masses(ready.pair)
    found: list[Oligomer] = []
    for ends in ("NN", "NX", "XX", "ring"):
        first = 1 if ends in ("NX", "ring") else 0
        for length in range(first, first + LONGEST):
            name = chain(ends, length)
            if name not in names or name in (start, chain("ring", 1)) or (name == chain("NX", 1)):
                continue
            a, b = {"NN": (length + 1, length), "XX": (length, length + 1)}.get(ends, (length, length))
            n_limiting = a if of_a else b
            if n_limiting == 0:
                continue
            found.append(
                Oligomer(
                    n_units=a if ready.single else a + b,
                    end_groups=ends,
                    mass=masses.of(a, 0 if ready.single else b, is_ring=ends == "ring"),
                    fraction=interval(n_limiting * moles(name)),
                )
            )
    rest = moles(IN_LONG_A if of_a else IN_LONG_B)
    found.append(Oligomer(n_units=None, end_groups=LONG_ONES, mass=None, fraction=interval(rest)))
    leaked = p.leak if charge.fed_b and not of_a else 0.0
    over = moles(OVER_N) + moles(OVER_X) + moles(OVER)
    return Shares(
        far=moles(chain("ring", 1)),
        side=moles(SIDE_RING),
        left=moles(start) + leaked,
        linear=linear,
        over=over,
        chains=tuple(found),
    )


def equilibrium(ready: Closing, p: RingProcedure) -> Array:
    """Rings of imines (or aminals) that equilibrate: (pairs, n_draws) shares, all links closed."""
    constants = ready.constants(p)
    charge = charge_of(p, single=ready.single)
    columns = [
        equilibrium_rings(charge.limiting, float(first), float(two))[:LONGEST]
        for first, two in zip(constants.em[0], constants.em[1], strict=True)
    ]
    return np.stack(columns, axis=1)


def _equilibrium_shares(ready: Closing, p: RingProcedure) -> Shares:
    """Share pairs out at equilibrium: rings by length, the rest in chains."""
    rings = equilibrium(ready, p)
    masses, nothing = unit_masses(ready.pair), np.zeros(rings.shape[1])
    found = [
        Oligomer(
            n_units=i if ready.single else 2 * i,
            end_groups="ring",
            mass=masses.of(i, 0 if ready.single else i, is_ring=True),
            fraction=interval(rings[i - 1]),
        )
        for i in range(2, LONGEST + 1)
    ]
    rest = np.clip(1.0 - rings.sum(axis=0), 0.0, 1.0)
    found.append(Oligomer(n_units=None, end_groups=LONG_ONES, mass=None, fraction=interval(rest)))
    return Shares(far=rings[0], side=nothing, left=nothing, linear=nothing, over=nothing, chains=tuple(found))


def _isomers(ready: Closing, shares: Shares) -> tuple[RingIsomer, ...]:
    """Share each ring out among its closures, as fast as each of them closes."""
    found = []
    nothing = np.zeros_like(shares.far)
    for at, whole in ((FAR, shares.far), (OWN, shares.side)):
        own = [c for c in ready.pair.closures if c.at == at]
        speeds = [
            nothing if c.is_on_the_way else closing(c, ready.pair, ready.drawn, ready.drawn.none) for c in own
        ]
        total = np.maximum(sum(speeds, start=nothing), 1e-300)
        for closure, speed in zip(own, speeds, strict=True):
            found.append((closure, whole * speed / total))
    masses = [round(c.mz, 3) for c, _ in found]
    rows = []
    for closure, share in found:
        same = masses.count(round(closure.mz, 3)) > 1
        note = ON_THE_WAY if closure.is_on_the_way else "same mass as another ring" if same else ""
        rows.append(RingIsomer(closure=closure, fraction=interval(share), note=note))
    return tuple(sorted(rows, key=lambda one: (-one.fraction.mean, one.closure.size)))


def closed_form(ready: Closing, p: RingProcedure) -> ClosedForm:
    """Work out on paper what can be, every number at its median."""
    median = Closing(
        pair=ready.pair,
        model=ready.model,
        drawn=median_book(ready.drawn.book),
        network=ready.network,
        ladders={},
        seed=ready.seed,
    )
    charge = charge_of(p, single=ready.single)
    if ready.pair.is_reductive:
        constants = ready.constants(p)
        k = float(np.median(constants.k))
    else:
        constants = median.constants(p)
        k = float(constants.k[0])
    best = winning(ready.pair)
    em = float(np.median(constants.side if best.at == OWN else constants.em[0]))
    if ready.pair.is_reductive and p.reductant is None:
        two = float(np.median(constants.em[1]))
        return ClosedForm(
            float(equilibrium_rings(charge.limiting, em, two)[0]),
            "equilibrium of imines (Jacobson and Stockmayer), all links closed",
        )
    if ready.single:
        return ClosedForm(
            batch_of_one(charge.limiting, em),
            "one molecule with both ends, batch, full conversion, larger rings left out",
        )
    if charge.fed_a and charge.fed_b and charge.a == charge.b and best.at == FAR:
        feed = charge.a / (p.addition_time_h * SECONDS_PER_HOUR)
        found = steady_state(feed, k, em)
        if p.addition_time_h > found.relaxation_time_h:
            return ClosedForm(
                found.ring,
                f"steady state of the continuous feed, nothing over-alkylated; it is approached in some "
                f"{found.relaxation_time_h:.2g} h",
            )
    ends = 2.0 * (charge.a + charge.b)
    return ClosedForm(
        closing_share(em, 2.0 * charge.a, 2.0 * charge.b),
        f"share of adducts that close while all ends, {ends:.2g} M, are in the flask",
    )


__all__ = ["LEAVING", "LONG", "RingPrediction", "cyclize"]
