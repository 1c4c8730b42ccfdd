"""Tempered draws against posteriors that are known in closed form."""

from dataclasses import replace

import numpy as np
import pytest

from planner.calibration.ensemble import ensemble_guess
from planner.calibration.tempering import (
    Gaussian,
    Guess,
    Tempered,
    move_on,
    sobol_normals,
    systematic,
    temper,
    weighted_shape,
)
from planner.engine import Array
from planner.errors import SimulationError

N_COLUMNS, N_SEEN, SD = 12, 5, 0.3


class Linear:
    """y = A x + noise with standard normal x: the posterior is normal, its mean and covariance are known."""

    def __init__(self, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.a = rng.standard_normal((N_SEEN, N_COLUMNS))
        self.y = self.a @ rng.standard_normal(N_COLUMNS) + SD * rng.standard_normal(N_SEEN)
        self.covariance = np.linalg.inv(np.eye(N_COLUMNS) + self.a.T @ self.a / SD**2)
        self.mean = self.covariance @ self.a.T @ self.y / SD**2

    def compute(self, x: Array) -> Array:
        """Outputs of rows."""
        return x @ self.a.T

    def __call__(self, x: Array) -> Array:
        """Log L of rows."""
        return np.asarray(-0.5 * np.sum((self.compute(x) - self.y) ** 2, axis=1) / SD**2)

    def whitened(self, found: Tempered) -> Array:
        """Draws that should be standard normals."""
        root = np.linalg.cholesky(self.covariance)
        return np.asarray(np.linalg.solve(root, (found.draws - self.mean).T).T)


def test_the_posterior_of_a_linear_network_is_that_of_the_closed_form() -> None:
    """Means within 0.3 sd and widths within a fifth, in every direction; over seeds the mean square is one."""
    linear = Linear()
    z = [linear.whitened(temper(linear, N_COLUMNS, seed=seed)) for seed in range(4)]
    for one in z:
        assert np.abs(one.mean(axis=0)).max() < 0.3
        assert one.std(axis=0) == pytest.approx(1.0, abs=0.2)
    assert np.mean(np.square(z)) == pytest.approx(1.0, abs=0.06)


def test_a_flat_likelihood_gives_back_the_prior() -> None:
    """Nothing seen, nothing learned: one temperature, standard normals."""
    found = temper(lambda x: np.zeros(len(x)), 8)
    assert found.temperatures == 1
    assert np.abs(found.draws.mean(axis=0)).max() < 0.25
    assert found.draws.std(axis=0) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("away", [0.0, 6.0])
def test_a_guess_is_used_or_outvoted_and_never_changes_the_answer(away: float) -> None:
    """A right guess and one that is six sd off in every number lead to the same posterior."""
    linear = Linear()
    root = np.linalg.cholesky(linear.covariance)
    guess = Guess(shape=Gaussian(mean=linear.mean + away, root=root), n_draws=256)
    z = linear.whitened(temper(linear, N_COLUMNS, guess=guess))
    assert np.abs(z.mean(axis=0)).max() < 0.35
    assert np.mean(z**2) == pytest.approx(1.0, abs=0.12)


def test_the_ensemble_guesses_a_linear_posterior() -> None:
    """For a linear network its mean is right within its error, and it is wider than the posterior, not narrower."""
    linear = Linear()
    covariance = SD**2 * np.eye(N_SEEN)
    guess = ensemble_guess(linear.compute, linear.y, covariance, N_COLUMNS)
    sd = np.sqrt(np.diag(linear.covariance))
    assert np.abs((guess.shape.mean - linear.mean) / sd).max() < 0.5
    wide = np.sqrt(np.sum(guess.shape.root**2, axis=1))
    assert np.all(wide > sd)


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    """An answer can be given again."""
    linear = Linear()
    first, again, other = (temper(linear, N_COLUMNS, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.draws, again.draws)
    assert not np.array_equal(first.draws, other.draws)


def test_draws_stand_in_random_order() -> None:
    """The first half of the draws says what the second half says."""
    linear = Linear()
    z = linear.whitened(temper(linear, N_COLUMNS, seed=2))
    apart = np.abs(z[:128].mean(axis=0) - z[128:].mean(axis=0))
    assert apart.max() < 0.5
    assert len(np.unique(z, axis=0)) > 200


def test_progress_ascends_to_one_and_stops_a_fit() -> None:
    """It is told b after each step; what it raises ends the fit at once."""
    told: list[float] = []
    temper(Linear(), N_COLUMNS, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def stop(_b: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        temper(Linear(), N_COLUMNS, progress=stop)


def test_draws_that_fail_have_no_likelihood_and_many_of_them_are_an_error() -> None:
    """The posterior is that of the draws which can be computed; above 5 % the model is in doubt."""

    def cut(at: float) -> Tempered:
        return temper(lambda x: np.where(x[:, 0] > at, np.nan, 0.0), 3)

    found = cut(2.0)
    assert found.draws[:, 0].max() <= 2.0
    assert 0.0 < found.failed < 0.05
    with pytest.raises(SimulationError, match="of the draws of the prior cannot be computed"):
        cut(1.0)


def test_narrow_ridges_keep_their_shape() -> None:
    """A weighted shape of a ridge of 1 : 1,000 is as narrow as the ridge, within a factor of three."""
    rng = np.random.default_rng(0)
    along, across = np.array([1.0, 1.0]) / np.sqrt(2.0), np.array([1.0, -1.0]) / np.sqrt(2.0)
    x = rng.standard_normal((256, 1)) * along + 1e-3 * rng.standard_normal((256, 1)) * across
    shape = weighted_shape(x, np.full(256, 1.0 / 256), 256.0)
    covariance = shape.root @ shape.root.T
    assert 3e-4 < np.sqrt(across @ covariance @ across) < 3e-3


def test_resampling_keeps_what_every_draw_is_due() -> None:
    """Each of n draws comes n w times, up to one."""
    weights = np.random.default_rng(0).dirichlet(np.ones(40))
    chosen = systematic(weights, 500, np.random.default_rng(1))
    counts = np.bincount(chosen, minlength=40)
    assert np.all(np.abs(counts - 500 * weights) < 1.0)


def test_sobol_normals_are_standard() -> None:
    """Mean 0, sd 1 and no infinite value in any column."""
    x = sobol_normals(4096, 40, np.random.default_rng(0))
    assert np.abs(x.mean(axis=0)).max() < 0.01
    assert x.std(axis=0) == pytest.approx(1.0, abs=0.01)
    assert np.isfinite(x).all()


def test_fits_are_moved_on_together_to_the_same_posterior() -> None:
    """Draws of two fits, one of them shifted by half an sd, are brought back by the shape that both have."""
    linear = Linear()
    first, second = (temper(linear, N_COLUMNS, seed=seed) for seed in (1, 2))
    shift = 0.5 * np.sqrt(np.diag(linear.covariance))
    shifted = replace(second, draws=second.draws + shift, logs=linear(second.draws + shift))
    for one in move_on(linear, (first, shifted), n_moves=18):
        z = linear.whitened(one)
        assert np.abs(z.mean(axis=0)).max() < 0.35
        assert np.mean(z**2) == pytest.approx(1.0, abs=0.12)
