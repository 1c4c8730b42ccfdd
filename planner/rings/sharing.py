"""Sharing: the limiting partner of a run among rings, chains and what was over-alkylated; the shares add up to 1."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from planner.engine import Array
from planner.predictions.prediction import Interval, interval
from planner.rings.chains import (
    IN_LONG_A,
    IN_LONG_B,
    LONGEST,
    OVER,
    OVER_N,
    OVER_X,
    SIDE_RING,
    chain,
)
from planner.rings.closing import Closing, equilibrium
from planner.rings.closures import FAR, OWN, Closure
from planner.rings.flask import charge_of
from planner.rings.kinetics import closing, formed
from planner.rings.masses import unit_masses
from planner.rings.procedure import RingProcedure

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


class Shares(NamedTuple):
    """Shares of the limiting partner, each (n_draws,)."""

    far: Array
    side: Array
    left: Array
    linear: Array
    over: Array
    chains: tuple[Oligomer, ...]


def shares_of_run(ready: Closing, p: RingProcedure) -> Shares:
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


def shares_at_equilibrium(ready: Closing, p: RingProcedure) -> Shares:
    """Share pairs out at equilibrium: rings by length, the rest in chains; or an aminal and its open imine."""
    rings = equilibrium(ready, p)
    masses, nothing = unit_masses(ready.pair), np.zeros(rings.shape[1])
    if len(rings) == 1:
        return Shares(
            far=rings[0], side=nothing, left=nothing, linear=1.0 - rings[0], over=nothing, chains=()
        )
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


def isomers_of(ready: Closing, shares: Shares) -> tuple[RingIsomer, ...]:
    """Share each ring out among its closures, as fast as each of them closes."""
    found = []
    nothing = np.zeros_like(shares.far)
    for at, whole in ((FAR, shares.far), (OWN, shares.side)):
        own = [c for c in ready.pair.closures if c.at == at]
        speeds = [
            nothing
            if c.is_on_the_way
            else formed(c, ready.pair, ready.drawn) * closing(c, ready.pair, ready.drawn, ready.drawn.none)
            for c in own
        ]
        total = np.maximum(sum(speeds, start=nothing), 1e-300)
        for closure, speed in zip(own, speeds, strict=True):
            found.append((closure, whole * speed / total))
    masses = [round(c.mz, 3) for c, _ in found if not c.is_on_the_way]
    rows = []
    for closure, share in found:
        same = masses.count(round(closure.mz, 3)) > 1
        note = ON_THE_WAY if closure.is_on_the_way else "same mass as another ring" if same else ""
        rows.append(RingIsomer(closure=closure, fraction=interval(share), note=note))
    return tuple(sorted(rows, key=lambda one: (-one.fraction.mean, one.closure.size)))
