"""Integrate a batch of runs: compiled code for all, finer tolerances, then a slower method for those that trip it."""

from multiprocessing import parent_process

import numpy as np
from numpy.typing import NDArray

from planner.engine.batch import Array, Batch, MassAction
from planner.engine.compiled import host_width, run_compiled
from planner.engine.guard import integrate_again, is_physical
from planner.errors import SimulationError

RELATIVE_TOLERANCE = 1e-5
"""With the next one, makes every species right to 1e-4, above a millionth of the charge, at the end of every segment:
the worst of 40,000 draws of the reference problem is 7e-5 (20,000 of them in tests/test_engine_accuracy.py)."""
ABSOLUTE_TOLERANCE = 5e-11
"""As a part of each run's charge."""
STRICTER = (1e-2, 1e-4)
"""Parts of the tolerances for a run that trips, one after the other."""


def integrate(
    network: MassAction,
    batch: Batch,
    *,
    relative_tolerance: float = RELATIVE_TOLERANCE,
    absolute_tolerance: float = ABSOLUTE_TOLERANCE,
    threads: int | None = None,
    allow_failures: bool = False,
) -> Array:
    """Return the amounts at the end of every segment of every run.

    Parameters
    ----------
    network
        The reactions.
    batch
        Charges, rate constants and schedules of the runs. Time courses are asked for by cutting the schedule into
        segments at the wanted times: where only reading-out happens the step size goes on as if uncut.
    relative_tolerance, absolute_tolerance
        Of each step's error, per species; the absolute one is a part of the run's charge (all that ever gets into
        its flask, over all species).
    threads
        How many processors may share the runs; when absent 2, or 1 in a process that ``multiprocessing`` started, as
        each of a pool has one to itself. The numbers do not depend on it.
    allow_failures
        Whether a run that the compiled code cannot integrate is NaN, instead of going to the second judge.

    Returns
    -------
    Amounts [mol], (n_runs, n_segments, n_species). They may be negative by about the absolute tolerance.

    Raises
    ------
    SimulationError
        When the batch does not fit the network, or a run cannot be integrated; the message names the run.

    Notes
    -----
    Method: one of :mod:`planner.engine.rosenbrock`, by the tolerance; code: :mod:`planner.engine.step` and
    :mod:`planner.engine.loop`. A run whose step size vanishes, that needs too many steps, creeps below zero or ends
    unphysical is integrated again at a hundredth of the tolerances, and at a hundredth of those: two species that are
    negative by less than a tolerance may consume each other without end. Where that trips too SciPy's Radau judges
    (:mod:`planner.engine.guard`).
    """
    threads = _usual_threads() if threads is None else threads
    _check(network, batch, relative_tolerance, absolute_tolerance, threads)
    ends, sound = _compiled(network, batch, relative_tolerance, absolute_tolerance, threads)
    tripped = np.flatnonzero(~sound)
    for part in STRICTER:
        if len(tripped):
            strict = (part * relative_tolerance, part * absolute_tolerance)
            ends[tripped], sound = _compiled(network, batch.take(tripped), *strict, threads)
            tripped = tripped[~sound]
    if allow_failures:
        ends[tripped] = np.nan
        return ends
    for run in tripped:
        ends[run] = integrate_again(
            network,
            batch,
            int(run),
            relative_tolerance=relative_tolerance,
            absolute_tolerance=absolute_tolerance,
        )
    return ends


def _usual_threads() -> int:
    """Count the processors that are this process's own."""
    return 2 if parent_process() is None else 1


def _compiled(
    network: MassAction, batch: Batch, relative_tolerance: float, absolute_tolerance: float, threads: int
) -> tuple[Array, NDArray[np.bool_]]:
    """Run the compiled code; amounts, and which runs came to a physical end (n_runs,)."""
    ends, tries = run_compiled(
        network,
        batch,
        relative_tolerance=relative_tolerance,
        absolute_tolerance=absolute_tolerance,
        threads=threads,
        width=host_width(),
    )
    return ends, is_physical(ends, batch.charge[:, None], relative_tolerance).all(axis=1) & (tries >= 0)


def _check(
    network: MassAction, batch: Batch, relative_tolerance: float, absolute_tolerance: float, threads: int
) -> None:
    given = (batch.amounts.shape[1], batch.rate_constants.shape[2])
    if given != (network.n_species, network.n_reactions):
        raise SimulationError(
            f"the batch has {given[0]} species and {given[1]} rate constants, "
            f"the network {network.n_species} species and {network.n_reactions} reactions; give one of each"
        )
    if not (0 < relative_tolerance < 1 and 0 < absolute_tolerance < 1):
        raise SimulationError(
            f"tolerances are {relative_tolerance:g} (relative) and {absolute_tolerance:g} (absolute); "
            "expected numbers between 0 and 1"
        )
    if threads < 1:
        raise SimulationError(f"threads is {threads}; expected 1 or more")
