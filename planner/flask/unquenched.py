"""Unquenched: molecules as they are in the flask, before a work-up sets imines free or reduces them.

Groups of nitrogens are independent given the pools, as in ``outcomes``; here each state counts twice, by its new alkyl
groups and by its imines, and molecules are the two-dimensional convolution over groups and copies.
"""

import numpy as np

from planner.engine import Array
from planner.flask.flask import Flask
from planner.flask.simulate import Trajectory
from planner.mechanism.microstates import Group, State, enumerate_states
from planner.mechanism.names import state_name


def with_one_imine(flask: Flask, trajectory: Trajectory, charged: Array) -> Array:
    """Count molecules with exactly one imine or iminium group, by their new alkyl groups.

    Parameters
    ----------
    flask, trajectory
        What was run, and its amounts (..., n_species).
    charged
        Amine charged [mol], broadcastable to the amounts of one species.

    Returns
    -------
    Array
        Fraction of the amine (..., n_degrees); the imine itself is not counted as an alkyl group.
    """
    whole = np.ones((*trajectory.amounts.shape[:-1], 1, 1))
    for group in flask.groups:
        one = _copy(group, trajectory, charged)
        for _ in range(group.n_copies):
            whole = _convolved(whole, one)
    return whole[..., 1] if whole.shape[-1] > 1 else np.zeros(whole.shape[:-1])


def _copy(group: Group, trajectory: Trajectory, charged: Array) -> Array:
    """Share of one copy of a group by alkyl groups and imines (..., n_alkyls, n_imines); the rest is as charged."""
    states = enumerate_states(group)
    counts = [_counts(state) for state in states]
    grid = np.zeros((*trajectory.amounts.shape[:-1], *(1 + max(n) for n in zip(*counts, strict=True))))
    for state, (alkyls, imines) in zip(states, counts, strict=True):
        share = trajectory.amount(state_name(group, state)) / (charged * group.n_copies)
        grid[..., alkyls, imines] += np.maximum(share, 0.0)
    grid[..., 0, 0] += np.maximum(1.0 - grid.sum(axis=(-2, -1)), 0.0)
    return np.asarray(grid / grid.sum(axis=(-2, -1), keepdims=True))


def _counts(state: State) -> tuple[int, int]:
    """Count the new alkyl groups and the imines of a state."""
    rungs = [rung for ring in state for rung in ring]
    return sum(rung.alkyls for rung in rungs), sum(rung.is_imine for rung in rungs)


def _convolved(left: Array, right: Array) -> Array:
    """Convolve two distributions along their last two axes."""
    rows, columns = (left.shape[i] + right.shape[i] - 1 for i in (-2, -1))
    whole = np.zeros((*left.shape[:-2], rows, columns))
    for i in range(right.shape[-2]):
        for j in range(right.shape[-1]):
            part = right[..., i : i + 1, j : j + 1]
            whole[..., i : i + left.shape[-2], j : j + left.shape[-1]] += left * part
    return whole
