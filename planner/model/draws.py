"""Draws: every uncertain number of a model, drawn jointly from a scrambled Sobol sequence.

Same seed, same draws, for every condition that is compared. Columns follow the sorted names of the first numbers, each
of which keeps its place for good; a number that came later has a stratified column of its own, decided by its name,
and numbers of a part of the flask have a sequence of their own.
"""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from planner.engine import Array
from planner.model.calibrated import width_of
from planner.model.calibration import FRESH, MOST_CONTRASTS, Calibration
from planner.model.model import Model
from planner.model.quantities import Parameter, is_later

LATER_SEED = 1_000_003
"""Beside the seed, for the numbers that came later."""
PARTS_SEED = 1
"""Added to the seed for the numbers of the flask's parts."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Draws:
    """Joint draws of every uncertain number of a model, in units of its standard deviation."""

    names: tuple[str, ...]
    """Parameter names, one column each: the first ones sorted, those that came later, and those of the parts."""
    normals: Array
    """Standard normal values (n_draws, n_names); of a calibrated model what took their place."""
    seed: int = 0
    """Of the sequence; 0 where they were written down and not drawn."""
    own: Mapping[str, Array] = field(default_factory=dict)
    """Normals that each procedure draws for itself, in place of a column (n_procedures, n_draws): every run is weighed
    anew."""


def draw_parameters(model: Model, n_draws: int, seed: int) -> Draws:
    """Draw all parameters jointly from a scrambled Sobol sequence.

    Parameters
    ----------
    model
        Whose parameters are drawn.
    n_draws
        Rounded up to a power of two inside the sequence, cut to this number.
    seed
        Same seed, same draws, for every condition that is compared.
    """
    prior = _drawn(*_columns(model), n_draws, seed)
    return prior if model.calibration is None else _learned(model, model.calibration, prior)


@lru_cache(maxsize=8)
def _columns(model: Model) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Name the numbers of a model: the first ones, those that came later, and those of the flask's parts."""
    ladder = [p.name for p in model.parameters if not p.part]
    later = tuple(name for name in ladder if is_later(name))
    first = tuple(name for name in ladder if not is_later(name))
    return first, later, tuple(p.name for p in model.parameters if p.part)


@lru_cache(maxsize=8)
def _learned(model: Model, calibration: Calibration, prior: Draws) -> Draws:
    """Put what runs taught in the place of the prior's draws.

    The draws that were kept come in their order, and again where more are asked for; the other numbers keep their
    prior draws, as wide as the priors of the fit. Columns that no number has follow: the terms of the runs, and fresh
    ones for what the mechanism gets wrong elsewhere.
    """
    widths = {p.name: width_of(calibration, p) for p in model.parameters}
    n_draws = len(prior.normals)
    kept = calibration.normals[np.arange(n_draws) % calibration.n_draws]
    place = {name: i for i, name in enumerate(calibration.names)}
    columns = [
        widths[name] * (kept[:, place[name]] if name in place else fresh)
        for name, fresh in zip(prior.names, prior.normals.T, strict=True)
    ]
    terms = [name for name in calibration.names if name not in widths]
    fresh = [f"{FRESH}.{i}" for i in range(MOST_CONTRASTS)]
    columns += [kept[:, place[name]] for name in terms]
    columns += [_later_normals(name, n_draws, prior.seed)[:, 0] for name in fresh]
    normals = np.stack(columns, axis=1)
    normals.setflags(write=False)
    return Draws(names=(*prior.names, *terms, *fresh), normals=normals, seed=prior.seed)


@lru_cache(maxsize=8)
def _drawn(
    names: tuple[str, ...], later: tuple[str, ...], of_parts: tuple[str, ...], n_draws: int, seed: int
) -> Draws:
    """Draw standard normals (n_draws, n_names); kept, for scrambling takes longer than a prediction's runs.

    A number that came later has a column that its name alone decides, and those of the flask's parts have a sequence of
    their own, so that no other column ever moves.
    """
    normals = _normals(len(names), n_draws, seed) if names else np.empty((n_draws, 0))
    normals = np.hstack([normals, *(_later_normals(name, n_draws, seed) for name in later)])
    if of_parts:
        apart = _normals(len(of_parts), n_draws, seed + PARTS_SEED, shuffled=True)
        normals = np.hstack([normals, apart])
    normals.setflags(write=False)
    return Draws(names=(*names, *later, *of_parts), normals=normals, seed=int(seed))


def draw_named(names: Sequence[str], n_draws: int, seed: int) -> Draws:
    """Draw numbers that stand beside a model's, each in a column that its own name decides.

    Parameters
    ----------
    names
        Of the numbers; more of them move no other column.
    n_draws, seed
        As for ``draw_parameters``.
    """
    return _drawn((), tuple(names), (), n_draws, seed)


def _normals(n_columns: int, n_draws: int, seed: int, *, shuffled: bool = False) -> Array:
    """Draw standard normals from one scrambled Sobol sequence (n_draws, n_columns).

    Two sequences share their digits, whatever their seeds: columns of the same place go together (correlations of 0.4
    to 0.9). Shuffled within the blocks 1, 2-3, 4-7, ..., the rows of one are independent of those of the other, and
    the first 2^k are the same points as before.
    """
    sequence = qmc.Sobol(n_columns, scramble=True, rng=np.random.default_rng(seed))
    doublings = max(0, math.ceil(math.log2(n_draws)))
    uniform = sequence.random_base2(doublings)
    if shuffled:
        blocks = (2**k + np.random.default_rng((seed, k)).permutation(2**k) for k in range(doublings))
        uniform = uniform[np.concatenate([[0], *blocks]).astype(int)]
    return _to_normals(uniform[:n_draws])


def _to_normals(uniform: Array) -> Array:
    """Turn uniform numbers into standard normals; one may be exactly 0, whose normal value is infinite."""
    half_cell = 2.0**-31
    return np.asarray(ndtri(np.clip(uniform, half_cell, 1.0 - half_cell)))


def _later_normals(name: str, n_draws: int, seed: int) -> Array:
    """Draw a column of standard normals (n_draws, 1), one from each of as many equal parts of the distribution."""
    rng = np.random.default_rng((seed, LATER_SEED, zlib.crc32(name.encode())))
    n = 2 ** max(0, math.ceil(math.log2(n_draws)))
    uniform = (rng.permutation(n) + rng.random(n)) / n
    return _to_normals(uniform)[:n_draws, None]


def term(draws: Draws, name: str) -> Array:
    """Take the draws of a term of the runs (n_draws,)."""
    return np.asarray(draws.normals[:, draws.names.index(name)])


@lru_cache(maxsize=8)
def first_draws(draws: Draws, n: int) -> Draws:
    """Take the first of some draws, the same object each time."""
    if n >= len(draws.normals):
        return draws
    return replace(draws, normals=draws.normals[:n], own={k: z[:, :n] for k, z in draws.own.items()})


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DrawnModel:
    """A model with its draws: every contribution as an array over the draws, worked out once."""

    model: Model
    """The numbers."""
    draws: Draws
    """Their joint draws."""
    kept: dict[str | tuple[str, ...], Array] = field(default_factory=dict, repr=False)
    """Contributions by the name of their number, or by table and classes, as they are asked for."""

    def value(self, parameter: Parameter) -> Array:
        """Draw a parameter: log10 of a positive factor, or the value itself where its sd is linear."""
        if (found := self.kept.get(parameter.name)) is None:
            centre = parameter.value if parameter.linear else math.log10(parameter.value)
            found = self.kept[parameter.name] = centre + parameter.log10_sd * self.normals(parameter)
        return found

    def normals(self, parameter: Parameter) -> Array:
        """Take the draws of a parameter in units of its standard deviation."""
        if (own := self.draws.own.get(parameter.name)) is not None:
            return own
        return np.asarray(self.draws.normals[:, self.draws.names.index(parameter.name)])

    @property
    def n_draws(self) -> int:
        """Number of joint draws."""
        return len(self.draws.normals)

    def named(self, name: str) -> Array:
        """Draw the parameter of this full name; it must exist."""
        return self.kept[name] if name in self.kept else self.value(self.model.parameter(name))

    def optional(self, name: str) -> Array:
        """Draw the parameter of this full name; 0 where the set lacks it."""
        table, _, entry = name.rpartition(".")
        return self.classed(table, (entry,))

    def classed(self, table: str, names: Sequence[str]) -> Array:
        """Draw the entry of the first of these classes that has one; the reference has none and adds 0."""
        key = (table, *names)
        if (found := self.kept.get(key)) is None:
            parameter = self.model.find(table, names)
            found = np.zeros(len(self.draws.normals)) if parameter is None else self.value(parameter)
            self.kept[key] = found
        return found


@lru_cache(maxsize=8)
def drawn_model(model: Model, draws: Draws) -> DrawnModel:
    """Bring a model and its draws together, the same object each time."""
    return DrawnModel(model=model, draws=draws)


@lru_cache(maxsize=8)
def central_draws(model: Model) -> Draws:
    """Give one draw in which every number is at its median."""
    names = tuple(p.name for p in model.parameters)
    normals = np.zeros((1, len(names)))
    if (calibration := model.calibration) is not None:
        for i, p in enumerate(model.parameters):
            if p.name in calibration.names:
                normals[0, i] = width_of(calibration, p) * np.median(calibration.column(p.name))
    return Draws(names=names, normals=normals)
