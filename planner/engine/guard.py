"""The second judge: SciPy's Radau integrates a run that tripped the compiled path, or the run fails by name.

It comes after the compiled code has failed at all its tolerances, and tries at those asked and at a thousandth.

Radau IIA of order 5 pivots its dense matrices, iterates to solve its stages and controls its step in another way,
so that it shares no weakness with the compiled Rosenbrock steps; the rates and their Jacobian are the same
equations (see :mod:`planner.engine.step`), written here for one run with NumPy.

Reference: E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, section IV.8.
"""

import warnings

import numpy as np
from numpy.typing import NDArray

from planner.engine.batch import HIGHEST_ORDER, Array, Batch, MassAction
from planner.errors import SimulationError


class RightHandSide:
    """Slope and Jacobian of one run during one segment, t from the segment's start.

    Each reaction has three places for reactants; empty ones hold a species that is always at 1 M.
    """

    def __init__(self, network: MassAction, *, k: Array, feed: Array, volume: float, growth: float) -> None:
        self.k, self.feed, self.volume, self.growth = k, feed, volume, growth
        self.reactants = np.full((network.n_reactions, HIGHEST_ORDER), network.n_species)
        self.net = np.zeros((network.n_species, network.n_reactions))
        for r, side in enumerate(network.reactants):
            self.reactants[r, : len(side)] = side
            for i, coefficient in network.changes(r):
                self.net[i, r] = coefficient

    def slope(self, t: float, n: Array) -> Array:
        """Return dn/dt [mol s^-1]."""
        volume = self.volume + self.growth * t
        concentrations = np.append(n / volume, 1.0)[self.reactants]
        return np.asarray(self.net @ (self.k * volume * concentrations.prod(axis=1)) + self.feed)

    def jacobian(self, t: float, n: Array) -> Array:
        """Return d(dn/dt)_i/dn_j [s^-1]."""
        concentrations = np.append(n / (self.volume + self.growth * t), 1.0)[self.reactants]
        derivatives = np.zeros((len(self.k), len(n) + 1))
        rows = np.arange(len(self.k))
        for place in range(HIGHEST_ORDER):
            others = np.delete(concentrations, place, axis=1).prod(axis=1)
            derivatives[rows, self.reactants[:, place]] += self.k * others
        return np.asarray(self.net @ derivatives[:, : len(n)])


def integrate_again(
    network: MassAction, batch: Batch, run: int, *, relative_tolerance: float, absolute_tolerance: float
) -> Array:
    """Return one run's amounts at the end of every segment [mol], (n_segments, n_species).

    Raises
    ------
    SimulationError
        When Radau fails too, at a thousandth of the tolerances as well.
    """
    try:
        return _integrate(network, batch, run, relative_tolerance, absolute_tolerance)
    except SimulationError:
        return _integrate(network, batch, run, 1e-3 * relative_tolerance, 1e-3 * absolute_tolerance)


def _integrate(
    network: MassAction, batch: Batch, run: int, relative_tolerance: float, absolute_tolerance: float
) -> Array:
    n, volume = batch.amounts[run], float(batch.volume[run])
    ends = np.empty((batch.durations.shape[1], network.n_species))
    k = np.broadcast_to(batch.rate_constants[run], (len(ends), network.n_reactions))
    tolerances = (relative_tolerance, absolute_tolerance * float(batch.charge[run]) + 1e-300)
    for s, duration in enumerate(batch.durations[run]):
        n = n + batch.doses[run, s]
        growth = float(batch.volume_rates[run, s])
        flask = RightHandSide(network, k=k[s], feed=batch.feeds[run, s], volume=volume, growth=growth)
        if duration > 0:
            n, trouble = _end_of_segment(flask, n, float(duration), *tolerances)
            if not trouble and not is_physical(n, batch.charge[run], relative_tolerance):
                trouble = "its amounts turn negative or infinite"
            if trouble:
                raise SimulationError(
                    f"run {run} cannot be integrated through segment {s} ({duration:g} s): {trouble}; "
                    "expected amounts that stay finite, check its rate constants and reactions"
                )
        volume += growth * float(duration)
        ends[s] = n
    return ends


def _end_of_segment(
    flask: RightHandSide, n: Array, duration: float, rtol: float, atol: float
) -> tuple[Array, str]:
    from scipy.integrate import solve_ivp

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a singular matrix: Radau answers with a smaller step
        try:
            answer = solve_ivp(
                flask.slope, (0.0, duration), n, method="Radau", jac=flask.jacobian,
                rtol=max(rtol, 1e-13), atol=atol, t_eval=[duration],
            )  # fmt: skip
        except (ValueError, np.linalg.LinAlgError) as error:
            return n, str(error).lower()
    return (answer.y[:, -1], "") if answer.success else (n, answer.message.lower().rstrip("."))


def is_physical(amounts: Array, charge: Array, relative_tolerance: float) -> NDArray[np.bool_]:
    """Tell whether amounts are finite and not more negative than the tolerance explains: no singularity was jumped.

    ``amounts`` has the shape (..., n_species) and ``charge`` broadcasts to (...,).
    """
    least = -relative_tolerance * np.asarray(charge)
    # all of them are, nearly always, and one look at all is quicker than one at each
    if amounts.size and amounts.min() >= least.max() and amounts.max() < np.inf:
        return np.ones(amounts.shape[:-1], dtype=bool)
    return np.asarray((amounts.min(axis=-1) >= least) & (amounts.max(axis=-1) < np.inf))  # both false for NaN
