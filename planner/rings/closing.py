"""Closing: a pair with its network and its numbers over the draws, ready for any procedure; and what paper says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.engine import Array
from planner.errors import ProcedureError
from planner.flask.schedule import SECONDS_PER_HOUR
from planner.mechanism.network import Network
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.rings.book import load_book
from planner.rings.chains import LONGEST, SIDE_RING, Units, chain, chain_network
from planner.rings.closed_forms import batch_of_one, closing_share, equilibrium_rings, steady_state
from planner.rings.closures import FAR, OWN, Closure
from planner.rings.flask import charge_of, close_rings
from planner.rings.kinetics import (
    Constants,
    Drawn,
    assembled,
    closing,
    draw_book,
    log_em,
    median_book,
    slower_amine_end,
    substitution_constants,
)
from planner.rings.pairs import RingPair, fits, leaving_elements, unit_elements
from planner.rings.procedure import RingProcedure
from planner.rings.reductive import EndRates, end_rates, reductive_constants

AMINAL, AMINAL_SIZES = "diamine and carbonyl", (5, 6)
"""Kind whose two bonds go to one carbon, and the sizes that its numbers are of."""


class ClosedForm(NamedTuple):
    """What paper says beside the engine, every number at its median."""

    ring: float
    """Of the limiting partner."""
    words: str
    """Which form, and what it leaves out."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Closing:
    """A pair with its network and its numbers over the draws, ready for any procedure."""

    pair: RingPair
    model: Model
    drawn: Drawn
    network: Network
    known_rates: dict[tuple[str, str, float], EndRates]
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
                leaving_group=None if p.leaving_group == self.pair.leaving_groups else p.leaving_group,
            )
        if p.reductant is None:
            nothing = self.drawn.none
            return assembled(self.pair, self.drawn, nothing + 1.0, nothing, nothing)
        key = (p.reductant, p.solvent, p.temperature_C)
        if key not in self.known_rates:
            draws = draw_parameters(self.model, self.drawn.n_draws, self.seed)
            self.known_rates[key] = end_rates(
                self.pair,
                self.model,
                draws,
                reductant=p.reductant,
                solvent=p.solvent,
                temperature_C=p.temperature_C,
            )
        charge = charge_of(p, single=self.single)
        ends = charge.a if self.single else 2.0 * charge.b
        return reductive_constants(
            self.pair, self.drawn, self.known_rates[key], ends_M=ends, equivalents=p.reductant_equivalents
        )

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
    log_end = slower_amine_end(pair, drawn)
    return max(open_ones, key=lambda c: (float(closing(c, pair, drawn, log_end)[0]), c.at == FAR))


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
        known_rates={},
        seed=seed,
    )


def equilibrium(ready: Closing, p: RingProcedure) -> Array:
    """Rings of imines (or aminals) that equilibrate: (pairs, n_draws) shares, all links closed."""
    if ready.pair.kind == AMINAL:
        return aminal_share(ready)[None]
    if winning(ready.pair).at == OWN:
        raise ProcedureError(
            f"no reductant for {ready.pair.adduct}: its ring closes at the nitrogen that was alkylated, as an iminium "
            "ion that nothing keeps; expected a hydride: give a reductant such as STAB"
        )
    constants = ready.constants(p)
    charge = charge_of(p, single=ready.single)
    columns = [
        equilibrium_rings(charge.limiting, float(first), float(two))[:LONGEST]
        for first, two in zip(constants.em[0], constants.em[1], strict=True)
    ]
    return np.stack(columns, axis=1)


def aminal_share(ready: Closing) -> Array:
    """Share of a diamine that is the cyclic aminal and not the open imine, each bond formed (n_draws,)."""
    ring, drawn = winning(ready.pair), ready.drawn
    carbon = ready.pair.ends[0]
    free = fits((ready.pair.b or ready.pair.a).smiles, ("[CX3;H2]=O",))
    kind = "formaldehyde" if free else "ketone" if carbon.is_secondary else "aldehyde"
    log_k = drawn.log(f"aminal.{kind}")
    if ring.size not in AMINAL_SIZES:
        log_k = log_k + log_em(ring.size, drawn) - log_em(AMINAL_SIZES[-1], drawn)
    return np.asarray(1.0 / (1.0 + 10.0**-log_k))


def closed_form(ready: Closing, p: RingProcedure) -> ClosedForm:
    """Work out on paper what can be, every number at its median."""
    median = Closing(
        pair=ready.pair,
        model=ready.model,
        drawn=median_book(ready.drawn.book),
        network=ready.network,
        known_rates={},
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
    if ready.pair.kind == AMINAL:
        return ClosedForm(
            float(np.median(aminal_share(ready))), "cyclic aminal over open imine at equilibrium"
        )
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
