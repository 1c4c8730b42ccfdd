"""Unknowns: one column of independent standard normals x for all that a set of runs leaves open.

======================  ==========================================================================
contributions           of the mechanism, shared by all runs: median + w sd x
impurities              of amine, carbonyl and reductant, shared by the runs of a lot: median + sd x
weighings               of each reagent in each run
titre                   carbonyl in the flask per mole stated, where the set counts no charges:
                        exp(-0.02 + 0.03 x), or exp(ln assay + 0.005 x); of a lot
responses               of a detector to each degree: exp(ln + sd x)
noise, precisions       sd of one log-ratio, and what each run's is multiplied with
discrepancy             sd of what the mechanism gets wrong
======================  ==========================================================================

A column of the lot that was opened last has the plain name of its number: predictions are made with that bottle. Where
the mechanism is taken to be exactly right, w is 1 and nothing is wrong with bottles and balances.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.calibration.contrasts import Response
from planner.calibration.experiments import Evidence, Experiment
from planner.engine import Array
from planner.model.calibration import DISCREPANCY, NOISE, precision_name
from planner.model.draws import Draws
from planner.model.model import Model
from planner.model.parts import CHARGES
from planner.model.quantities import Parameter
from planner.predictions.sensitivity import used_contributions

PRIOR_WIDTH = 1.5
"""w: a table of class medians knows a class, the user has one pair. Chosen with the discrepancy's median so that
intervals cover runs of flasks with steps that the model lacks."""
TITRE = "titre"
TITRE_MEDIAN, TITRE_SD = -0.02, 0.03
"""Of ln(carbonyl in the flask / stated): an aldehyde of a usual bottle (C)."""
ASSAYED_SD = 0.005
"""The same of one that was assayed: the error of a titration (C)."""
WEIGHING = "weighing."


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Unknowns:
    """Columns of a fit."""

    model: Model
    """Whose numbers are open."""
    names: tuple[str, ...]
    """One a column."""
    places: Mapping[str, int]
    """Where each name stands."""
    parameters: tuple[Parameter, ...]
    """Numbers of the model that the runs use, weighings left out where runs have their own."""
    responses: Mapping[str, Response]
    """Of detectors, by name."""
    lot: str
    """Opened last."""
    width: float
    """w."""
    has_discrepancy: bool
    """Whether the mechanism, bottles and balances may be wrong."""

    def column(self, x: Array, name: str) -> Array:
        """Take one column of draws (n,)."""
        return x[:, self.places[name]]


def unknowns_of(evidence: Evidence, model: Model, *, has_discrepancy: bool) -> Unknowns:
    """List what a set of runs leaves open."""
    experiments = evidence.experiments
    used = _used(experiments, model)
    kept = [p for p in used if p.part != CHARGES]
    names = [p.name for p in kept]
    lot = evidence.lot
    if has_discrepancy:
        charges = [p for p in used if p.part == CHARGES]
        kept += [p for p in charges if not p.name.startswith(WEIGHING)]
        names += _charge_names(charges, experiments, lot)
        if CHARGES not in model.parts:
            names += [titre_name(e, lot) for e in experiments]
    names += [*evidence.responses, NOISE, *(precision_name(e.name) for e in experiments)]
    names += [DISCREPANCY] if has_discrepancy else []
    unique = tuple(dict.fromkeys(names))
    return Unknowns(
        model=model,
        names=unique,
        places={name: i for i, name in enumerate(unique)},
        parameters=tuple(kept),
        responses=evidence.responses,
        lot=lot,
        width=PRIOR_WIDTH if has_discrepancy else 1.0,
        has_discrepancy=has_discrepancy,
    )


def _used(experiments: Sequence[Experiment], model: Model) -> list[Parameter]:
    """List the numbers that any run uses, in the order of the model."""
    found = {p.name for e in experiments for p in used_contributions(e.pair, model, e.procedure)}
    return [p for p in model.parameters if p.name in found]


def _charge_names(charges: Sequence[Parameter], experiments: Sequence[Experiment], lot: str) -> list[str]:
    """Name the columns of impurities by lot and of weighings by run."""
    names = []
    for p in charges:
        if p.name.startswith(WEIGHING):
            names += [f"{p.name}@{e.name}" for e in experiments]
        else:
            names += [of_lot(p.name, e.lot, lot) for e in experiments]
    return names


def of_lot(name: str, lot: str, last: str) -> str:
    """Name a column of a lot; that of the lot opened last is plain."""
    return name if lot == last else f"{name}@{lot}"


def titre_name(experiment: Experiment, last: str) -> str:
    """Name the column of an experiment's titre: of its lot, and of the assay that was given."""
    name = of_lot(TITRE, experiment.lot, last)
    return name if experiment.assay is None else f"{name}={experiment.assay:g}"


def draws_of(unknowns: Unknowns, x: Array, experiments: Sequence[Experiment]) -> Draws:
    """Turn draws of the unknowns (n, n_columns) into draws of the model's numbers for runs of one lot.

    Numbers that no run uses are at their medians.
    """
    model = unknowns.model
    names = tuple(p.name for p in model.parameters)
    place = {name: i for i, name in enumerate(names)}
    normals = np.zeros((len(x), len(names)))
    for p in unknowns.parameters:
        is_charge = p.part == CHARGES
        own = of_lot(p.name, experiments[0].lot, unknowns.lot) if is_charge else p.name
        if own in unknowns.places:
            normals[:, place[p.name]] = (1.0 if is_charge else unknowns.width) * unknowns.column(x, own)
    return Draws(names=names, normals=normals, own=_weighings(unknowns, x, experiments, names))


def _weighings(
    unknowns: Unknowns, x: Array, experiments: Sequence[Experiment], names: Sequence[str]
) -> dict[str, Array]:
    """Take the weighings of each run (n_runs, n)."""
    weighed = [name for name in names if name.startswith(WEIGHING)]
    return {
        name: np.stack([unknowns.column(x, f"{name}@{e.name}") for e in experiments])
        for name in weighed
        if f"{name}@{experiments[0].name}" in unknowns.places
    }


def titres_of(unknowns: Unknowns, x: Array, experiments: Sequence[Experiment]) -> dict[str, Array] | None:
    """Draw the titre of the carbonyl in each run (n_runs, n), where the model counts no charges."""
    if not unknowns.has_discrepancy or CHARGES in unknowns.model.parts:
        return None
    rows = []
    for e in experiments:
        z = unknowns.column(x, titre_name(e, unknowns.lot))
        ln = TITRE_MEDIAN + TITRE_SD * z if e.assay is None else math.log(e.assay) + ASSAYED_SD * z
        rows.append(np.exp(ln))
    return {"carbonyl": np.stack(rows)}


def response_of(unknowns: Unknowns, x: Array, name: str) -> Array:
    """Draw a response (n,)."""
    response = unknowns.responses[name]
    return np.asarray(np.exp(response.ln + response.sd * unknowns.column(x, name)))
