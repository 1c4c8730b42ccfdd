"""Comparing: a run that was made, beside the prediction of its procedure.

The draws are those of ``predict`` (of the same seed), more of them. A number that was found is *inside* where it lies
between the 5 and 95 % quantiles of what would be measured: the prediction with the error of measuring. What the run
*speaks for* comes of the same draws, weighed by how likely they make what was found (``weighing``): for each uncertain
number that this flask uses, the probability that it lies above its median, 50 % before; for each part that the model
counts, the probability that a flask has it rather than not, taken as even before. Only changes larger than ``CLEAR``
Monte Carlo errors are listed, and none where the model does not explain the run: too few draws come near it. The
mechanism is taken to be right: what it leaves out is not weighed.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.comparisons.compositions import likelihood, place
from planner.comparisons.findings import Comparison, Shift
from planner.comparisons.observed import Observed, read_observed
from planner.comparisons.other_charge import other_charge
from planner.comparisons.weighing import (
    USUAL_DRAWS,
    above_median,
    effective_draws,
    explains,
    is_rare,
    misses,
    weights_of,
    with_or_without,
)
from planner.comparisons.words import direction, part_direction, sentences
from planner.engine import Array
from planner.flask.acidity import check_acidity
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure, Settled, asked_procedure
from planner.flask.settling import refuse_weak_acid, settle
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.model.parameters import chosen_model
from planner.predictions.prediction import LARGEST_DRAWS, check_basis, check_count
from planner.predictions.sensitivity import label, used_contributions
from planner.structures.pairs import Pair, read_pair

CLEAR = 3.0
"""Monte Carlo errors that a change must exceed to be listed: of 30 numbers, one in twelve runs lists one by chance."""


def compare(  # noqa: PLR0913 - the contract's keywords
    amine: str,
    carbonyl: str,
    observed: dict[str, float],
    *,
    detector: str | None = None,
    basis: str = "amine",
    draws: int = USUAL_DRAWS,
    seed: int = 0,
    models: str | Path | None = None,
    model: Model | None = None,
    **procedure: Any,
) -> Comparison:
    """Compare what was found in a run with the prediction of its procedure.

    Parameters
    ----------
    amine, carbonyl
        SMILES or names, as in ``predict``.
    observed
        Fractions by name: unreacted, mono, di, tri, tetra, degree_5, ..., alcohol, carbonyl_left; some of them
        suffice. They are molar, at the quench, 0 to 1. With ``detector`` areas of every degree, in any unit.
    detector
        "UV", "MS", "ELSD", "FID" or "NMR" where areas are given.
    basis
        Partner of which they are fractions, "amine" or "carbonyl" (what each degree holds of it); ``alcohol`` and
        ``carbonyl_left`` are of the carbonyl on either. Sets the default of the reductant as in ``predict``.
    draws
        Joint draws of the uncertain constants.
    seed
        Same seed, same answer.
    models, model
        Folder of the model files, or a model in memory; the bundled one when both are absent.
    **procedure
        Fields of ``Procedure``: what was done.

    Returns
    -------
    Comparison
        ``inside`` and ``percentile`` by name; ``speaks_for``, a frame of changed probabilities; ``words``.

    Raises
    ------
    StructureError, ScopeError, ProcedureError, ParameterError
        If the input cannot be used; one line says what to do.
    SimulationError
        If a run cannot be integrated.

    Examples
    --------
    >>> run = compare("NCc1ccccc1", "CCCC=O", {"di": 0.12}, draws=256)
    >>> run.inside
    {'di': True}
    """
    known = chosen_model(models, model)
    pair = read_pair(amine, carbonyl, known)
    asked = asked_procedure(procedure)
    n_draws = check_count("draws", draws, 1, LARGEST_DRAWS)
    check_count("seed", seed, 0, 2**31 - 1)
    found = read_observed(observed, pair, basis=check_basis(basis), detector=detector)
    return compare_pair(pair, known, asked, draw_parameters(known, n_draws, seed), observed=found)


def compare_pair(
    pair: Pair, model: Model, asked: Procedure, drawn: Draws, *, observed: Observed
) -> Comparison:
    """Compare for a pair that is already read; see ``compare``."""
    procedure, defaults = settle(asked, model, pair, per_carbonyl=observed.basis == "carbonyl")
    if pair.amine_bottle is not None:
        refuse_weak_acid(pair, model, procedure, pair.amine_bottle.weak_acid_equivalents)
    check_acidity(pair, model, procedure)
    outcome = predict_outcomes(pair, model, [procedure], drawn)
    findings = place(observed, outcome, pair, drawn.seed)
    logs = likelihood(observed, outcome, pair)
    weights, explained = weights_of(logs), explains(logs, len(findings))
    rare = not explained and is_rare(logs, len(findings))
    shifts: list[Shift] = []
    if explained:
        shifts += _numbers(pair, model, procedure, drawn, weights)
        shifts += _parts(pair, model, procedure, drawn, observed, logs)
    is_odd = rare or not all(f.inside for f in findings)
    made = Comparison(
        pair=pair,
        model=model,
        procedure=procedure,
        defaults_used=defaults,
        observed=observed,
        findings=findings,
        shifts=tuple(sorted(shifts, key=lambda s: (-abs(s.change), s.name))),
        explained=explained,
        is_rare=rare,
        effective_draws=effective_draws(weights),
        misses=misses(logs),
        other_charge=other_charge(pair, model, procedure, drawn, observed, findings) if is_odd else None,
        draws=len(drawn.normals),
        seed=drawn.seed,
    )
    return replace(made, words=sentences(made))


def _numbers(pair: Pair, model: Model, procedure: Settled, drawn: Draws, weights: Array) -> Iterator[Shift]:
    """List the uncertain numbers of the flask that the run moves."""
    used = used_contributions(pair, model, procedure)
    columns = [drawn.names.index(parameter.name) for parameter in used]
    for parameter, p, error, mean in zip(
        used, *above_median(weights, drawn.normals[:, columns]), strict=True
    ):
        change = float(p) - 0.5
        if abs(change) > CLEAR * error:
            yield Shift(
                name=parameter.name,
                label=label(parameter.name, model),
                direction=direction(parameter.name, model, is_up=change > 0),
                prior=0.5,
                posterior=float(p),
                change=change,
                error=float(error),
                shift_sd=float(mean),
            )


def _parts(
    pair: Pair, model: Model, procedure: Settled, drawn: Draws, observed: Observed, logs: Array
) -> Iterator[Shift]:
    """List the parts of the flask for or against which the run speaks: each is left out once, the draws stay."""
    for part in model.parts:
        without = without_part(model, part)
        outcome = predict_outcomes(
            pair, without, [procedure], draw_parameters(without, len(logs), drawn.seed)
        )
        p, error = with_or_without(logs, likelihood(observed, outcome, pair))
        if abs(p - 0.5) > CLEAR * error:
            yield Shift(
                name=f"part.{part}",
                label=f"part, {part.replace('_', ' ')}",
                direction=part_direction(part, is_up=p > 0.5),
                prior=0.5,
                posterior=p,
                change=p - 0.5,
                error=error,
                shift_sd=None,
            )


def without_part(model: Model, part: str) -> Model:
    """Take a part of the flask out of a model, with its numbers and steps."""
    kept: dict[str, Any] = {
        name: tuple(one for one in getattr(model, name) if getattr(one, "part", "") != part)
        for name in ("parameters", "steps")
    }
    kept["parts"] = tuple(p for p in model.parts if p != part)
    return replace(model, **kept)
