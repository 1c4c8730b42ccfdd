"""Next experiment: which run to make, what it would bring, and when to stop.

A simulated observation of world m at procedure x is ``o = u_m(x) + s n``. With it every other world n has the weight
``exp(-|o - u_n(x)|^2 / (2 (s^2 + h^2)))``, h half the distance to the seventh nearest world; the procedure with the
largest weighted mean is chosen and rewarded by what world m, which was left out, gives there::

    gain(x) = mean_m reward - mean_m q[m, the best by the mean of the others]
    ceiling = mean_n max_c q[n, c] - max_c mean_n q[n, c]

Leaving the own world out keeps the gain honest. What is proposed is the recommended procedure, for it is also an
attempt at the product; a run that teaches a point more stands beside it. Where the recommended procedure is all but a
run that was made, and its result would change nothing, the run that teaches most is proposed in its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.calibration.worlds import Worlds, worlds_of
from planner.engine import Array
from planner.flask.discrepancy import kernel, procedures_of
from planner.flask.procedure import Settled, procedure_words
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.plans.aims import Bench
from planner.plans.planning import search_plan
from planner.plans.request import build_request
from planner.plans.rounding import in_notebook
from planner.plans.strategies import Found
from planner.predictions.prediction import check_count
from planner.structures.pairs import Pair

N_WORLDS = 128
BEST_BY_MEAN = 24
"""Procedures among which the decision falls, besides the best of each world."""
SCREENED = 240
"""Procedures of the search, the best by score, of which the best of each world is sought."""
MORE_TO_RUN = 40
"""Procedures that may be run besides those: others of the search, evenly taken."""
NEAREST = 7
"""World whose distance sets the width of the weights (estimate)."""
TEACHES_MORE = 1.0
"""Points of gain from which another run is shown beside the proposal (estimate)."""
LITTLE_GAIN, LOW_CEILING = 0.5, 3.0
"""Points below which no run is worth making (estimates; no stop rule was measured here)."""
MOST_RUNS = 4
"""Of a batch."""
BATCHED = 80
"""Procedures that are brought to the temperature of a batch, the best by score."""
REPEATED = 0.9
"""Kernel from which a procedure counts as a run that was made (estimate)."""
BETTER = 1.0
"""Points of the target that are foreseen beyond such a run, from which it is an attempt of its own (estimate)."""
NONE_YET = "No run of this pair has been learned from yet: fit the first one before asking again."
SEED = 11
OUTSIDE = -1.0
"""Score below which a procedure keeps no limit, or failed."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class NextExperiment:
    """What to run next, and whether to."""

    pair: Pair
    """Amine and carbonyl."""
    model: Model
    """The numbers used."""
    target: int
    """Degree that is wanted."""
    procedures: tuple[Settled, ...]
    """To be run, at one temperature where there are several; the first is the one that is recommended."""
    gain: float
    """What their results bring on average to the target of the procedure that is chosen after them [points]."""
    ceiling: float
    """Target that knowing every constant would bring, if the mechanism is right [points]."""
    largest_gain: float
    """What the most telling single run brings on average [points]."""
    stop: bool
    """Whether no run is worth making."""
    teaches_more: Settled | None
    """A run that costs one run and teaches a point more than the proposal, where there is one."""
    reasons: tuple[str, ...]
    """Why, in sentences."""

    @property
    def procedure(self) -> Settled:
        """The first of the procedures."""
        return self.procedures[0]


def next_experiment(
    amine: str,
    carbonyl: str,
    *,
    model: Model | None = None,
    models: Any = None,
    target: str | int = "mono",
    n: int = 1,
    progress: Progress | None = None,
    **request: Any,
) -> NextExperiment:
    """Propose the next run of a pair, and say whether it is worth making.

    Parameters
    ----------
    amine, carbonyl
        As for ``recommend``.
    model, models
        A model in memory, calibrated or not, or its file or folder.
    target
        The degree that is wanted.
    n
        Runs that can be made at once, 1 to 4, all at one temperature.
    progress
        Called with the fraction done and a few words; what it raises passes through.
    **request
        Limits as for ``recommend``.

    Raises
    ------
    PlannerError
        As ``recommend``.
    """
    count = check_count("n", n, 1, MOST_RUNS)
    known = chosen_model(models, model)
    report = progress or (lambda done, words: None)
    asked = build_request(amine, carbonyl, {"target": target, **request}, models)
    found, _ = search_plan(asked, known, lambda done, words: report(0.9 * done, words))
    report(0.9, "weighing what each run would teach")
    result = _chosen(found, count)
    report(1.0, "done")
    return result


def _chosen(found: Found, n: int) -> NextExperiment:
    """Choose among what a search found."""
    bench, first = found.bench, found.listed[0].procedure
    tried = _screened(found)
    alike = [_at(p, first) for p in tried[:BATCHED]] if n > 1 else []
    some = list(dict.fromkeys([first, *tried, *alike]))
    worlds = worlds_of(found.nodes, some, N_WORLDS, SEED)
    choices = _choices(worlds.wanted)
    runs = list(dict.fromkeys([0, *choices, *_spread(len(some), MORE_TO_RUN)]))
    gains = 100.0 * np.array([gain(worlds, [x], choices) for x in runs])
    best, ceiling = int(np.argmax(gains)), 100.0 * _ceiling(worlds.wanted[:, choices])
    most = max(0.0, float(gains[best]))
    before = run_like(found.nodes, first)
    is_repeat = bool(before) and best != 0 and most >= LITTLE_GAIN
    start = runs[best] if is_repeat else 0
    chosen, total = _batch(worlds, some, start, choices, n)
    teaches_more = not is_repeat and most - gains[0] >= TEACHES_MORE
    has_run = bench.model.calibration is not None and bool(bench.model.calibration.rows)
    result = NextExperiment(
        pair=bench.pair,
        model=bench.model,
        target=bench.aim.degree,
        procedures=tuple(some[i] for i in chosen),
        gain=max(0.0, 100.0 * total),
        ceiling=ceiling,
        largest_gain=most,
        stop=has_run and most < LITTLE_GAIN and ceiling < LOW_CEILING,
        teaches_more=some[runs[best]] if teaches_more else None,
        reasons=(),
    )
    own = most if is_repeat else max(0.0, float(gains[0]))
    said = _reasons(result, own=own, repeats=before if is_repeat else "", short=n - len(chosen))
    return replace(result, reasons=(*said, *([] if has_run else [NONE_YET])))


def _at(p: Settled, other: Settled) -> Settled:
    """Bring a procedure to the temperature of another."""
    follows = p.hydride_temperature_C == p.temperature_C
    celsius = other.temperature_C
    return replace(
        p, temperature_C=celsius, hydride_temperature_C=celsius if follows else p.hydride_temperature_C
    )


def run_like(bench: Bench, p: Settled) -> str:
    """Name the run that was made with all but this procedure and gives all but as much; empty where none was."""
    calibration = bench.model.calibration
    if calibration is None or not calibration.is_of(bench.pair.amine.smiles, bench.pair.carbonyl.smiles):
        return ""
    made = procedures_of(calibration)
    near = kernel([p], made)[0] if made else np.zeros(0)
    if not len(near) or near.max() <= REPEATED:
        return ""
    nearest = int(np.argmax(near))
    here, there = worlds_of(bench, [p, made[nearest]], N_WORLDS, SEED).wanted.mean(axis=0)
    return calibration.rows[nearest].run if 100.0 * (here - there) < BETTER else ""


def _screened(found: Found) -> list[Settled]:
    """Take the best of what was tried, within the limits, in a notebook's numbers."""
    ran = sorted((t for t in found.trials if t.score > OUTSIDE), key=lambda t: -t.score)
    degree = found.bench.aim.degree
    rounded = [in_notebook(t.cell, t.procedure, degree) for t in ran[:SCREENED]]
    return [*(t.procedure for t in found.final), *rounded]


def _choices(wanted: Array) -> list[int]:
    """Choose the procedures among which is decided: the best by mean, and the best of each world."""
    by_mean = np.argsort(-wanted.mean(axis=0), kind="stable")[:BEST_BY_MEAN]
    return list(dict.fromkeys([*by_mean.tolist(), *np.argmax(wanted, axis=1).tolist()]))


def _spread(n: int, most: int) -> list[int]:
    """Take some of n, evenly."""
    return [int(i) for i in np.unique(np.linspace(0, n - 1, min(n, most)).round())]


def _ceiling(wanted: Array) -> float:
    """Tell what knowing the world would bring over deciding by the mean."""
    return float(wanted.max(axis=1).mean() - wanted.mean(axis=0).max())


def gain(worlds: Worlds, runs: Sequence[int], choices: Sequence[int]) -> float:
    """Tell what runs would bring on average to the decision after them, as a target fraction.

    Parameters
    ----------
    worlds
        What each gives.
    runs
        Procedures that are run, by their number.
    choices
        Procedures among which is then decided, by their number.
    """
    rewards, without = _decided(worlds, runs, choices)
    return float(np.mean(rewards - without))


def _decided(worlds: Worlds, runs: Sequence[int], choices: Sequence[int]) -> tuple[Array, Array]:
    """Give what each world gives at what the others choose, after its runs and without them (n_worlds,)."""
    q = worlds.wanted[:, choices]
    every = np.arange(len(q))
    weights = np.exp(_log_weights(worlds, runs))
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    after = np.argmax(weights @ q, axis=1)
    before = np.argmax((q.sum(axis=0) - q), axis=1)
    return q[every, after], q[every, before]


def _log_weights(worlds: Worlds, runs: Sequence[int]) -> Array:
    """Weigh every world by what each other would show at the runs (n_seen, n_worlds); none weighs itself."""
    rng = np.random.default_rng(SEED)
    total = np.zeros((len(worlds.wanted), len(worlds.wanted)))
    for run in runs:
        u = worlds.contrasts[:, run]
        seen = u + worlds.noise[:, None] * rng.standard_normal(u.shape)
        distance = ((seen[:, None] - u[None]) ** 2).sum(axis=-1)
        np.fill_diagonal(distance, np.inf)
        nearest = np.sort(distance, axis=1)[:, min(NEAREST, len(u) - 1) - 1]
        width = worlds.noise[:, None] ** 2 + 0.25 * nearest[:, None]
        total = total - 0.5 * distance / width
    return np.asarray(total - total.max(axis=1, keepdims=True))


def _batch(
    worlds: Worlds, some: Sequence[Settled], start: int, choices: Sequence[int], n: int
) -> tuple[list[int], float]:
    """Take the proposal and, one by one, what brings most beside it at its temperature; with the gain of all."""
    chosen, total = [start], gain(worlds, [start], choices)
    for _ in range(n - 1):
        warm = some[start].temperature_C
        rest = [i for i, p in enumerate(some) if i not in chosen and p.temperature_C == warm]
        if not rest:
            break
        gains = [gain(worlds, [*chosen, i], choices) for i in rest]
        best = int(np.argmax(gains))
        chosen, total = [*chosen, rest[best]], gains[best]
    return chosen, total


def _reasons(found: NextExperiment, *, own: float, repeats: str, short: int) -> tuple[str, ...]:
    """Say why, in sentences."""
    worth = f"knowing its result is worth {own:.1f} points of the target on average"
    first = procedure_words(found.procedure)
    said = [f"{first}: the recommended procedure itself, which is also an attempt at the product; {worth}."]
    if repeats:
        said = [f"{first}: for the recommended procedure is all but run {repeats}, which was made; {worth}."]
    if found.teaches_more is not None:
        said.append(
            f"{procedure_words(found.teaches_more)}: costs one run, teaches more ({found.largest_gain:.1f} points on "
            "average)."
        )
    if short:
        said.append(f"{short} fewer than asked for: nothing else can be run at its temperature.")
    said.append(
        f"Knowing every constant would bring {found.ceiling:.1f} points if the mechanism is right; that is not the "
        "distance from the best possible."
    )
    if found.stop:
        said.append(
            f"Stop: no run brings {LITTLE_GAIN:g} points, and less than {LOW_CEILING:g} are left to be known."
        )
    return tuple(said)
