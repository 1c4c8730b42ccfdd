"""Samples: what is in a flask when a sample is taken and quenched, for draws of which some may not be computable.

The schedule of a run is cut at the times of its samples; the integrator goes on as if uncut. What has not been fed yet
is not in the sample. A draw whose run fails, or whose nitrogen balance is lost, is NaN: who fits draws counts those,
who predicts must not meet any (``outcomes``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.engine import Array, Batch, integrate
from planner.flask.flask import Flask, constants_and_charges
from planner.flask.outcomes import BALANCE_TOLERANCE, charged_amine, measure
from planner.flask.procedure import Settled
from planner.flask.schedule import SECONDS_PER_HOUR, Charges
from planner.flask.simulate import RELATIVE_TOLERANCE, Trajectory, mass_action, procedure_batch, tolerances
from planner.mechanism.microstates import enumerate_states
from planner.mechanism.names import state_name
from planner.model.draws import Draws
from planner.model.model import Model


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampled:
    """A run and when it is sampled."""

    procedure: Settled
    """What is done."""
    times_h: tuple[float | None, ...] = (None,)
    """From the start [h], ascending, None last: at the quench."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Readings:
    """What samples hold, in the order of runs and times; NaN for draws that cannot be computed."""

    degrees: Array
    """Share of the amine in the flask with 0, 1, 2, ... new alkyl groups (n_samples, n_draws, n_degrees)."""
    carbonyl: Array
    """Share of all carbonyl charged that is on nitrogen, alcohol, and free (n_samples, n_draws, 3)."""


def read_samples(
    flask: Flask,
    model: Model,
    runs: Sequence[Sampled],
    draws: Draws,
    *,
    titres: dict[str, Array] | None = None,
    relative_tolerance: float = RELATIVE_TOLERANCE,
) -> Readings:
    """Simulate runs of one flask with every draw, and read their samples.

    Parameters
    ----------
    flask
        From ``flask_for``; all runs need the same.
    model
        The numbers.
    runs
        Settled, with the times of their samples.
    draws
        Shared by all runs, but for numbers that each run draws for itself.
    titres
        Moles in the flask per mole stated (n_runs, n_draws), where the model counts no charges.
    relative_tolerance
        As in ``simulate``.
    """
    procedures = [run.procedure for run in runs]
    constants, charges = constants_and_charges(flask, model, procedures, draws)
    charges = replace(charges, titres=titres) if titres else charges
    batch = procedure_batch(flask.network, constants, procedures, charges)
    n_draws = constants.shape[1]
    cut, places = _cut(batch, runs, n_draws)
    relative, smallest = tolerances(flask.network, procedures, relative_tolerance)
    ends = integrate(
        mass_action(flask.network),
        cut,
        relative_tolerance=relative,
        absolute_tolerance=smallest * relative,
        allow_failures=True,
    )
    ends = ends.reshape(len(runs), n_draws, -1, ends.shape[-1])
    owner = np.repeat(np.arange(len(runs)), [len(run.times_h) for run in runs])
    amounts = ends[owner, :, np.concatenate(places)][:, :, None]
    rows = [procedures[i] for i in owner]
    trajectory = _sound(flask, _trajectory(flask, amounts, charges, owner), rows)
    fed = [_fed(run.procedure, time) for run in runs for time in run.times_h]
    return _readings(flask, model, trajectory, rows, np.array(fed))


def _cut(batch: Batch, runs: Sequence[Sampled], n_draws: int) -> tuple[Batch, list[list[int]]]:
    """Cut the segments of each run at its samples; return the pieces, and at which piece's end each is read."""
    last = batch.durations.shape[1] - 1
    if all(run.times_h == (None,) for run in runs):
        return batch, [[last]] * len(runs)
    pieces = [
        _pieces(durations, run) for durations, run in zip(batch.durations[::n_draws], runs, strict=True)
    ]
    n = max(len(listed) for listed, _ in pieces)
    padded = [listed + [(last, 0.0, False)] * (n - len(listed)) for listed, _ in pieces]
    segment, duration, is_first = (np.repeat(column, n_draws, axis=0) for column in _columns(padded))
    rows = np.arange(len(segment))[:, None]
    k = batch.rate_constants
    cut = Batch(
        amounts=batch.amounts,
        volume=batch.volume,
        rate_constants=k if k.shape[1] == 1 else k[rows, segment],
        durations=duration,
        feeds=batch.feeds[rows, segment],
        volume_rates=batch.volume_rates[rows, segment],
        doses=batch.doses[rows, segment] * is_first[..., None],
    )
    return cut, [places for _, places in pieces]


def _columns(padded: Sequence[Sequence[tuple[int, float, bool]]]) -> tuple[Array, Array, Array]:
    """Turn pieces of runs into arrays (n_runs, n_pieces): segment, duration, whether its dose comes."""
    return tuple(np.array([[piece[i] for piece in run] for run in padded]) for i in range(3))  # type: ignore[return-value]


def _pieces(durations: Array, run: Sampled) -> tuple[list[tuple[int, float, bool]], list[int]]:
    """Cut the segments of one run: (segment, duration, whether it begins the segment), and where each time ends."""
    ends = np.cumsum(durations)
    wanted = [ends[-1] if t is None else min(t * SECONDS_PER_HOUR, ends[-1]) for t in run.times_h]
    pieces: list[tuple[int, float, bool]] = []
    reached: list[float] = []
    for i, (duration, end) in enumerate(zip(durations, ends, strict=True)):
        start = end - duration
        inside = sorted({t for t in wanted if start < t < end})
        bounds = [start, *inside, end]
        for j in range(len(bounds) - 1):
            pieces.append((i, bounds[j + 1] - bounds[j], j == 0))
            reached.append(bounds[j + 1])
    times = np.array(reached)
    places = [int(np.flatnonzero(times >= t - 1e-9 * ends[-1])[0]) for t in wanted]
    return pieces, [len(pieces) - 1 if t is None else p for t, p in zip(run.times_h, places, strict=True)]


def _trajectory(flask: Flask, amounts: Array, charges: Charges, owner: NDArray[np.intp]) -> Trajectory:
    """Take each sample as a run of its own with one time."""
    titres = {
        name: np.broadcast_to(titre, (len(np.unique(owner)), *titre.shape[1:]))[owner]
        for name, titre in charges.titres.items()
    }
    return Trajectory(
        species=flask.network.species_names,
        times_h=np.zeros((len(owner), 1)),
        amounts=amounts,
        titres=titres,
    )


def _sound(flask: Flask, trajectory: Trajectory, rows: Sequence[Settled]) -> Trajectory:
    """Blank draws that hold more nitrogen than was charged."""
    charged = charged_amine(rows, trajectory)[..., 0]
    off = np.zeros(trajectory.amounts.shape[:2], dtype=bool)
    for group in flask.groups:
        names = [state_name(group, state) for state in enumerate_states(group)]
        there = sum(trajectory.amount(name)[..., 0] for name in names)
        off |= there > charged * group.n_copies * (1.0 + BALANCE_TOLERANCE)
    if not off.any():
        return trajectory
    return replace(trajectory, amounts=np.where(off[..., None, None], np.nan, trajectory.amounts))


def _fed(procedure: Settled, time_h: float | None) -> tuple[float, float]:
    """Tell which share of amine and carbonyl has been fed when a sample is taken."""
    whole = time_h is None or not procedure.fed or time_h >= procedure.addition_time_h
    share = 1.0 if whole or time_h is None else time_h / procedure.addition_time_h
    return tuple(share if partner in procedure.fed else 1.0 for partner in ("amine", "carbonyl"))  # type: ignore[return-value]


def _readings(
    flask: Flask, model: Model, trajectory: Trajectory, rows: Sequence[Settled], fed: Array
) -> Readings:
    """Quench each sample; what waits in a feed is taken off what is free."""
    outcome = measure(flask, model, trajectory, rows)
    amine, carbonyl = fed[:, 0, None], fed[:, 1, None]
    degrees = np.array(outcome.degrees)
    degrees[..., 0] = np.maximum(degrees[..., 0] - (1.0 - amine), 0.0)
    free = np.maximum(outcome.unreacted - (1.0 - carbonyl), 0.0)
    return Readings(
        degrees=degrees / degrees.sum(axis=-1, keepdims=True),
        carbonyl=np.stack((outcome.product, outcome.alcohol, free), axis=-1),
    )
