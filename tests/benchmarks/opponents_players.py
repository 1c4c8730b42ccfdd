"""Players of the benchmark with opponents: each is told what its runs gave, and says what to run next.

All measure in the same flasks and have the same list of procedures; only the planner, as shipped, searches freely
within the same limits. ``PLAYERS`` lists them with how each starts.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

import planner
from benchmarks.opponents_truths import CONCENTRATION_M, SOLVENT, Choice, Substrate
from benchmarks.truth import Array
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import Bench, judge, read_aim
from planner.structures.pairs import read_pair

WORDS = ("unreacted", "mono", "di", "tri")
COARSE_DRAWS, DRAWS, KEPT = 16, 128, 150
"""Draws on which the planner judges the whole list, and the best of it, so many."""
FIELDS = tuple(field.name for field in fields(Choice))
STARTED = 4
"""Space-filling runs before the Gaussian process is asked."""
EXPLORE = 0.01
"""Expected improvement beyond the best by so much."""
REPEAT = "is all but run"
"""In the reasons of a next experiment that is not the recommended procedure, which was made already."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Game:
    """What a player knows of a substrate."""

    substrate: Substrate
    listed: tuple[Choice, ...]
    """Procedures among which to choose."""
    most: float
    """Carbonyl equivalents, at most."""
    repeat: int
    """Seed of what a player draws."""

    @property
    def target(self) -> int:
        """Degree that is wanted."""
        return self.substrate.degree


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a player says."""

    run: Choice
    """To be made next."""
    advised: Choice
    """What it would recommend now."""
    stop: bool = False
    """Whether it says that no run is worth making."""


Made = Sequence[tuple[Choice, Array]]
"""Runs and the fractions of degrees that were measured."""
Player = Callable[[Game, Made], Step]


# --- the planner ---


def procedure_of(choice: Choice) -> Procedure:
    """Write a choice as a procedure of the planner."""
    stage = {"slow_carbonyl": "addition_time_h", "imine_first": "imine_time_h"}.get(choice.addition)
    times = {} if stage is None else {stage: choice.stage_h}
    return Procedure(
        reductant=choice.reductant,
        solvent=SOLVENT[choice.reductant],
        addition=choice.addition,
        carbonyl_equivalents=choice.carbonyl_equivalents,
        reductant_equivalents=choice.reductant_equivalents,
        acid_equivalents=choice.acid_equivalents,
        temperature_C=choice.temperature_C,
        hold_time_h=choice.hold_time_h,
        concentration_M=CONCENTRATION_M,
        **times,
    )


def choice_of(p: Settled) -> Choice:
    """Write a procedure of the planner as a choice."""
    return Choice(
        reductant=p.reductant,
        addition=p.addition,
        stage_h=p.addition_time_h + p.imine_time_h,
        carbonyl_equivalents=p.carbonyl_equivalents,
        reductant_equivalents=p.reductant_equivalents,
        acid_equivalents=p.acid_equivalents,
        temperature_C=p.temperature_C,
        hold_time_h=p.hold_time_h,
    )


@lru_cache(maxsize=1)
def parent() -> Model:
    """Load the shipped model."""
    return load_model(None)


def learned(game: Game, made: Made) -> Model:
    """Calibrate the shipped model with the runs made."""
    if not made:
        return parent()
    rows = []
    for i, (choice, measured) in enumerate(made):
        p = procedure_of(choice)
        known = {f.name: value for f in fields(p) if (value := getattr(p, f.name)) is not None}
        observed = {word: 100.0 * float(x) for word, x in zip(WORDS, measured, strict=False)}
        pair = {"amine": game.substrate.amine, "carbonyl": game.substrate.carbonyl}
        rows.append({"run": f"r{i + 1}", **pair, **known, "kind": "mol", **observed})
    return planner.calibrate(pd.DataFrame(rows), parent=parent())


def limits_of(game: Game) -> dict[str, Any]:
    """Write the bounds of the list as limits of a request."""
    elsewhere = [s.name for s in parent().solvents if s.name not in SOLVENT.values()]
    return {
        "target": game.target,
        "reductants": tuple(SOLVENT),
        "additions": tuple(sorted({c.addition for c in game.listed})),
        "exclude_solvents": tuple(elsewhere),
        "max_carbonyl_equivalents": game.most,
        "max_acid_equivalents": max(c.acid_equivalents for c in game.listed),
        "temperature_window_C": (
            min(c.temperature_C for c in game.listed),
            max(c.temperature_C for c in game.listed),
        ),
        "concentration_M": CONCENTRATION_M,
        "hydride_portions": 1,
    }


def as_shipped(game: Game, made: Made) -> Step:
    """Search freely within the limits, prices and all: ``recommend``, then ``calibrate`` and ``next_experiment``."""
    model = learned(game, made)
    pair, limits = (game.substrate.amine, game.substrate.carbonyl), limits_of(game)
    if not made:
        first = choice_of(planner.recommend(*pair, model=model, **limits).best.procedure)
        return Step(run=first, advised=first)
    found = planner.next_experiment(*pair, model=model, **limits)
    run = advised = choice_of(found.procedure)
    if REPEAT in found.reasons[0]:
        advised = choice_of(planner.recommend(*pair, model=model, **limits).best.procedure)
    return Step(run=run, advised=advised, stop=found.stop)


def from_the_list(game: Game, made: Made) -> Step:
    """Take the procedure of the list with the best score, prices off; a run that was made is not made again."""
    model = learned(game, made)
    pair = read_pair(game.substrate.amine, game.substrate.carbonyl, model)
    bench = Bench(
        pair=pair,
        model=model,
        aim=read_aim(str(game.target), pair, "amine", None),
        draws=draw_parameters(model, DRAWS, 0),
    )
    settled = [settle(procedure_of(c), model, pair)[0] for c in game.listed]
    coarse = _score(bench, settled, COARSE_DRAWS)
    best = np.argsort(-coarse, kind="stable")[:KEPT]
    fine = _score(bench, [settled[i] for i in best], DRAWS)
    ranked = [game.listed[best[i]] for i in np.argsort(-fine, kind="stable")]
    done = {choice for choice, _ in made}
    return Step(run=next(c for c in ranked if c not in done), advised=ranked[0])


def _score(bench: Bench, procedures: Sequence[Settled], n_draws: int) -> Array:
    """Mean of the target less half its sd once runs were learned from (n_procedures,)."""
    marks = judge(bench, procedures, n_draws)
    return np.where(marks.failed, -np.inf, marks.wanted.mean(axis=1) - marks.caution)


# --- those that know no chemistry ---


def _best_so_far(game: Game, made: Made, otherwise: Choice) -> Choice:
    """Take the run with the largest measured target; the next run where none was made."""
    return max(made, key=lambda one: one[1][game.target])[0] if made else otherwise


def at_random(game: Game, made: Made) -> Step:
    """Take the list in a random order."""
    order = np.random.default_rng(_seed(game)).permutation(len(game.listed))
    run = game.listed[order[len(made)]]
    return Step(run=run, advised=_best_so_far(game, made, run))


def encoded(choices: Sequence[Choice]) -> Array:
    """Write choices as numbers from 0 to 1: one for each word, logarithms of equivalents and times."""
    columns: list[Array] = []
    for field in ("reductant", "addition"):
        words = [getattr(c, field) for c in choices]
        columns += [np.array([float(w == word) for w in words]) for word in sorted(set(words))]
    for field in ("carbonyl_equivalents", "reductant_equivalents", "hold_time_h"):
        columns.append(np.log([getattr(c, field) for c in choices]))
    columns.append(np.log1p([c.stage_h for c in choices]))
    columns += [np.array([getattr(c, f) for c in choices]) for f in ("acid_equivalents", "temperature_C")]
    x = np.stack(columns, axis=1)
    span = np.ptp(x, axis=0)
    return np.asarray((x - x.min(axis=0)) / np.where(span > 0, span, 1.0))


def gaussian_process(game: Game, made: Made) -> Step:
    """Start with space-filling runs, then take the largest expected improvement of a Gaussian process."""
    from scipy.stats import norm
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    x = encoded(game.listed)
    places = {choice: i for i, choice in enumerate(game.listed)}
    done = [places[choice] for choice, _ in made]
    if len(made) < STARTED:
        run = game.listed[_farthest(x, done, _seed(game))]
        return Step(run=run, advised=_best_so_far(game, made, run))
    y = np.array([measured[game.target] for _, measured in made])
    shape = ConstantKernel() * Matern(np.ones(x.shape[1]), (0.05, 50.0), nu=2.5) + WhiteKernel(
        1e-2, (1e-5, 1.0)
    )
    fitted = GaussianProcessRegressor(
        shape, normalize_y=True, n_restarts_optimizer=2, random_state=game.repeat
    )
    mean, sd = fitted.fit(x[done], y).predict(x, return_std=True)
    z = (mean - y.max() - EXPLORE) / np.maximum(sd, 1e-9)
    improvement = np.maximum(sd, 1e-9) * (z * norm.cdf(z) + norm.pdf(z))
    improvement[done] = -np.inf
    run = game.listed[int(np.argmax(improvement))]
    return Step(run=run, advised=_best_so_far(game, made, run))


def _farthest(x: Array, done: Sequence[int], seed: int) -> int:
    """Take a random place first, then the one farthest from those taken."""
    if not done:
        return int(np.random.default_rng(seed).integers(len(x)))
    distance = ((x[:, None] - x[list(done)][None]) ** 2).sum(axis=-1).min(axis=1)
    return int(np.argmax(distance))


def baybe(game: Game, made: Made) -> Step:
    """Ask BayBE with its defaults: a first run at random, then its Gaussian process and acquisition."""
    from baybe import Campaign, Settings
    from baybe.targets import NumericalTarget

    places = {choice: i for i, choice in enumerate(game.listed)}
    with Settings(random_seed=_seed(game) + len(made)):
        campaign = Campaign(_space(game), NumericalTarget(name="target"))
        if made:
            seen = _frame([choice for choice, _ in made])
            seen["target"] = [100.0 * float(measured[game.target]) for _, measured in made]
            campaign.add_measurements(seen)
        found = campaign.recommend(1).iloc[0]
    run = game.listed[places[Choice(**{name: found[name] for name in FIELDS})]]
    return Step(run=run, advised=_best_so_far(game, made, run))


def _frame(choices: Sequence[Choice]) -> pd.DataFrame:
    """Write choices as a table."""
    return pd.DataFrame([{name: getattr(c, name) for name in FIELDS} for c in choices])


@lru_cache(maxsize=1)
def _space(game: Game) -> Any:
    """Write the list as a search space of BayBE: two categories, the other fields numbers."""
    from baybe.parameters import CategoricalParameter, NumericalDiscreteParameter
    from baybe.searchspace import SearchSpace

    table = _frame(game.listed)
    parameters: list[Any] = []
    for name in (name for name in FIELDS if table[name].nunique() > 1):
        values = sorted(set(table[name]))
        is_word = isinstance(values[0], str)
        parameters.append(
            CategoricalParameter(name, values) if is_word else NumericalDiscreteParameter(name, values)
        )
    return SearchSpace.from_dataframe(table[[p.name for p in parameters]], parameters)


def _seed(game: Game) -> int:
    """Seed of what a player draws for a substrate."""
    return zlib.crc32(game.substrate.id.encode()) % 10_000 + 100_000 * game.repeat


PLAYERS: dict[str, Player] = {
    "planner": as_shipped,
    "planner, same list": from_the_list,
    "BayBE": baybe,
    "Gaussian process": gaussian_process,
    "random": at_random,
}
"""By the name that tables use."""
