"""What the engine is given: a mass-action network and a batch of runs of it.

A run is a flask of volume V(t) in which reaction r turns over at

    k_r V prod(n_i / V)        [mol/s], the product over its reactants, each as often as it reacts

while feeds run in at constant rate during each segment of the run's schedule:

    dn/dt = sum_r (products_r - reactants_r) rate_r + feed,        dV/dt = volume rate.

Indices stand for species here; names, units other than the canonical ones and chemistry stay outside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from planner.errors import SimulationError

Array = NDArray[np.float64]

HIGHEST_ORDER = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class MassAction:
    """Mass-action reactions between numbered species; hashable, so that it keys the compiled code."""

    n_species: int
    """Number of species."""
    reactants: tuple[tuple[int, ...], ...]
    """Per reaction the species consumed, repeated for order: (0, 0) is 2 A, () is order zero."""
    products: tuple[tuple[int, ...], ...]
    """Per reaction the species formed, repeated for stoichiometry."""

    def __post_init__(self) -> None:
        """Check that every index is a species and every order is one that the engine knows."""
        if self.n_species < 1:
            raise SimulationError(f"the network has {self.n_species} species; expected 1 or more")
        if len(self.reactants) != len(self.products):
            raise SimulationError(
                f"the network has {len(self.reactants)} sets of reactants but {len(self.products)} of products; "
                "give one of each per reaction"
            )
        for number, side in enumerate((*self.reactants, *self.products)):
            reaction = number % max(1, len(self.reactants))
            if any(not 0 <= i < self.n_species for i in side):
                raise SimulationError(
                    f"reaction {reaction} names species {side}; expected indices within 0..{self.n_species - 1}"
                )
        for reaction, side in enumerate(self.reactants):
            if len(side) > HIGHEST_ORDER:
                raise SimulationError(
                    f"reaction {reaction} is of order {len(side)}; orders up to {HIGHEST_ORDER} are known, "
                    "write it as elementary steps"
                )

    @property
    def n_reactions(self) -> int:
        """Number of reactions."""
        return len(self.reactants)

    def changes(self, reaction: int) -> tuple[tuple[int, int], ...]:
        """Net stoichiometry of one reaction, as (species, coefficient) for each species that it changes."""
        gained, lost = self.products[reaction], self.reactants[reaction]
        net = {i: gained.count(i) - lost.count(i) for i in (*lost, *gained)}
        return tuple((i, coefficient) for i, coefficient in sorted(net.items()) if coefficient)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Batch:
    """Many runs of one network: charges, rate constants and schedules. All values finite and not negative.

    Arrays may be broadcast views (``np.broadcast_to``) where runs or segments share a row; they are read in
    place and never copied out.
    """

    amounts: Array
    """Amounts at t = 0 [mol], (n_runs, n_species)."""
    volume: Array
    """Volume at t = 0 [L], (n_runs,), above zero."""
    rate_constants: Array
    """Rate constants [M^(1 - order) s^-1], (n_runs, 1 or n_segments, n_reactions)."""
    durations: Array
    """Length of each segment [s], (n_runs, n_segments); a segment of length 0 is only its dose."""
    feeds: Array
    """What runs in during a segment [mol s^-1], (n_runs, n_segments, n_species)."""
    volume_rates: Array
    """Growth of the volume during a segment [L s^-1], (n_runs, n_segments)."""
    doses: Array
    """What is put in at once when a segment starts [mol], (n_runs, n_segments, n_species)."""
    charge: Array = field(init=False)
    """All that ever gets into each flask [mol], (n_runs,): amounts, doses and feeds, over all species."""

    def __post_init__(self) -> None:
        """Check shapes and values, and make the arrays read-only views."""
        for entry in fields(self):
            if entry.init:
                array = np.asarray(getattr(self, entry.name), dtype=np.float64).view()
                array.flags.writeable = False
                object.__setattr__(self, entry.name, array)
        self._check_shapes()
        for entry in fields(self):
            if entry.init:
                _check_values(entry.name, getattr(self, entry.name))
        if self.volume.size and not distinct(self.volume).min() > 0:
            raise SimulationError("volume holds a flask of 0 L; every run needs a volume above zero")
        object.__setattr__(self, "charge", self._charge())

    def take(self, runs: NDArray[np.intp]) -> "Batch":
        """Return some of the runs, in this order."""
        rows = {entry.name: getattr(self, entry.name)[runs] for entry in fields(self) if entry.init}
        return Batch(**rows)

    def _check_shapes(self) -> None:
        if self.amounts.ndim != 2 or self.durations.ndim != 2 or self.rate_constants.ndim != 3:
            raise SimulationError(
                "amounts and durations need 2 axes and rate_constants 3; the fields of Batch name them"
            )
        n_runs, n_species = self.amounts.shape
        n_segments = self.durations.shape[1]
        n_rows = self.rate_constants.shape[1] if self.rate_constants.shape[1] != 1 else n_segments
        expected: Iterable[tuple[str, tuple[int, ...], tuple[int, ...]]] = (
            ("volume", self.volume.shape, (n_runs,)),
            ("rate_constants", (self.rate_constants.shape[0], n_rows), (n_runs, n_segments)),
            ("durations", self.durations.shape, (n_runs, n_segments)),
            ("feeds", self.feeds.shape, (n_runs, n_segments, n_species)),
            ("volume_rates", self.volume_rates.shape, (n_runs, n_segments)),
            ("doses", self.doses.shape, (n_runs, n_segments, n_species)),
        )
        for name, given, wanted in expected:
            if given != wanted:
                raise SimulationError(
                    f"{name} has the shape {given}, expected {wanted} for {n_runs} runs of {n_segments} "
                    f"segments and {n_species} species"
                )

    def _charge(self) -> Array:
        n_species = self.amounts.shape[1]  # a mean, because an axis of equal values is cut to length 1
        fed = n_species * (distinct(self.feeds).mean(axis=2) * self.durations).sum(axis=1)
        dosed = n_species * np.broadcast_to(distinct(self.doses).mean(axis=2), self.durations.shape).sum(
            axis=1
        )
        charge: Array = self.amounts.sum(axis=1) + fed + dosed
        charge.flags.writeable = False
        return charge


def distinct(array: Array) -> Array:
    """Return the part of a broadcast view that really holds numbers, its repeated axes cut to length 1."""
    return array[tuple(slice(0, 1) if step == 0 else slice(None) for step in array.strides)]


def _check_values(name: str, array: Array) -> None:
    values = distinct(array)
    if values.size and not (
        values.min() >= 0 and values.max() < np.inf
    ):  # the least of what holds a NaN is NaN
        place = tuple(int(i) for i in np.argwhere(~(np.isfinite(values) & (values >= 0)))[0])
        raise SimulationError(
            f"{name}{list(place)} is {values[place]:g}; expected a finite number that is not negative"
        )
